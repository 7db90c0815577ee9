"""Where a figure may lie by chance: the ends of intervals, brothers and sisters, and the funnel about England."""

from collections.abc import Iterator

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from support.published import Published

from warehouse.published import publishing
from warehouse.reference import loading


@pytest.fixture(scope="module")
def chance() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(publishing.sql("comparisons/chance"))
        yield connection


def test_an_interval_ends_at_exactly_0_and_100(chance: duckdb.DuckDBPyConnection) -> None:
    found = chance.sql(
        """
        select count(*)
        from (select unnest(generate_series(1, 2000)) as cases), (values (null), (1.0), (1.7), (2.5)) as of (design)
        where
            is_beyond_chance(100, 'share_of_events', 'month', cases, cases, design, null)
            or is_beyond_chance(0, 'share_of_events', 'month', 0, cases, design, null)
            or highest_by_chance('share_of_events', cases, cases, design) <> 100
            or lowest_by_chance('share_of_events', 0, cases, design) <> 0
        """
    )
    assert found.fetchall() == [(0,)]


@pytest.mark.parametrize("cases", range(10))
def test_below_10_the_interval_of_a_count_is_exact(chance: duckdb.DuckDBPyConnection, cases: int) -> None:
    from scipy.stats import chi2  # two seconds of imports, for who needs them

    (ends,) = chance.execute("select fewest_by_chance(?), most_by_chance(?)", [cases, cases]).fetchall()
    exact = (chi2.ppf(0.025, 2 * cases) / 2 if cases else 0, chi2.ppf(0.975, 2 * (cases + 1)) / 2)
    assert ends == pytest.approx(exact, rel=1e-8)


def test_from_10_on_it_is_byars(chance: duckdb.DuckDBPyConnection) -> None:
    # Of 100 observed 81.36 to 121.63, as the documentation of the Ruby package byar has it.
    (ends,) = chance.sql("select round(fewest_by_chance(100), 2), round(most_by_chance(100), 2)").fetchall()
    assert ends == (81.36, 121.63)


def test_brothers_and_sisters_widen_an_interval_as_fewer_cases_would(chance: duckdb.DuckDBPyConnection) -> None:
    (found,) = chance.sql(
        "select lowest_by_chance('share_of_events', 60, 80, 2), lowest_by_chance('share_of_events', 30, 40, null), "
        "lowest_by_chance('rate_of_snapshot', 100, 10000, 4), lowest_by_chance('rate_of_snapshot', 100, 10000, null)"
    ).fetchall()
    assert found[0] == pytest.approx(found[1])
    assert 100 - found[2] == pytest.approx(2 * (100 - found[3]))


def test_of_independent_children_one_in_twenty_is_missed_and_of_siblings_no_more_with_their_design_factor(
    chance: duckdb.DuckDBPyConnection,
) -> None:
    generator = np.random.default_rng(4)
    missed = {}
    for name, sizes in (("single", [1]), ("siblings", [1, 1, 1, 1, 1, 2, 2, 3, 4, 5])):
        families = generator.choice(sizes, (4000, 60))
        cases, in_time = families.sum(axis=1), (families * (generator.random((4000, 60)) < 0.8)).sum(axis=1)
        design = (families**2).sum(axis=1) / cases
        for known in (True, False):
            chance.register(
                "drawn", pa.table({"cases": cases, "in_time": in_time, "design": design if known else design**0})
            )
            ((missed[name, known],),) = chance.sql(
                "select avg(is_beyond_chance(80, 'share_of_events', 'month', in_time, cases, design, null)::int) "
                "from drawn"
            ).fetchall()
    assert missed["single", True] == missed["single", False] == pytest.approx(0.05, abs=0.02)
    assert missed["siblings", True] == pytest.approx(0.05, abs=0.015)
    assert missed["siblings", False] > 0.14


def test_the_design_factor_is_the_mean_family_as_a_child_sees_it() -> None:
    with duckdb.connect() as connection:
        connection.execute(
            """
            create table case_of_fact as
            select * replace (month::date as month), 'conference' as fact, date '2020-10-01' as extract_date
            from (values
                ('852', '2020-08-01', 'm1'), ('852', '2020-08-01', 'm1'), ('852', '2020-08-01', 'm1'),
                ('852', '2020-08-01', 'm2'), ('852', '2020-09-01', 'm1'), ('852', '2020-09-01', null),
                ('370', '2020-08-01', 'm1'), ('370', '2020-08-01', 'm2')
            ) as drawn (la_code, month, record_id)
            """
        )
        connection.execute(
            "create table new_version as from (values ('852', date '2020-10-01'), ('370', date '2020-10-01'), "
            "('852', date '2020-09-01')) as drawn (la_code, extract_date)"
        )
        found = connection.sql(publishing.sql("comparisons/family_design")).fetchall()
    # Three of one meeting, one of another, and one of the first again a month later: (9 + 1 + 1) / 5. 370 shows none.
    assert found == [("852", "conference", 2.2)]


@pytest.mark.extract(
    s47="""
    s47_id | person_id | start_date
    S1     | A         | 2020-07-06
    S2     | B         | 2020-07-06
    S3     | C         | 2020-07-06
    """,
    icpc="""
    icpc_id | person_id | s47_id | icpc_date
    M1      | A         | S1     | 2020-07-20
    M1      | B         | S2     | 2020-07-20
    M2      | C         | S3     | 2020-07-20
    """,
)
def test_children_of_one_conference_id_are_a_family(published: Published) -> None:
    found = published.warehouse.execute(
        "select distinct measure_code, design_factor from kpi.benchmark_comparison "
        "where la_code = ? and measure_code in ('icpc_timeliness', 'section_47_leading_to_icpc')",
        [published.la_code],
    ).fetchall()
    # Two of one conference and one of another: (4 + 1) / 3. Their enquiries are each child's own.
    assert ("icpc_timeliness", pytest.approx(5 / 3)) in found


# ---------------------------------------------------------------------------------------------- the funnel


def funnels(measures: str) -> list[tuple[str, float, float]]:
    """Indicator, England's figure and the variance between authorities, for figures of November 2024."""
    with duckdb.connect() as connection:
        loading.load(connection)
        connection.execute(
            f"create table drawn as from (values {measures}) as t (measure_code, kind, polarity, benchmark_indicator)"
        )
        connection.execute("create table measure as select *, measure_code as made_of from drawn")
        connection.execute(
            "create table monthly_kpi_current as select '852' as la_code, measure_code, date '2024-11-01' as month, "
            "if(kind = 'rate_of_snapshot', 'month', 'rolling_12_months') as period, 35.0 as numerator, "
            "50.0 as denominator, 70.0 as value, 'final' as status from measure"
        )
        connection.execute(publishing.sql("comparisons/chance"))
        connection.execute(
            "create table spc_point (la_code varchar, measure_code varchar, month date, chart varchar, spread double); "
            "create table family_design (la_code varchar, measure_code varchar, design_factor double)"
        )
        return connection.sql(
            f"select measure_code, benchmark_value, between_variance from ({publishing.sql('comparisons/benchmark_comparison')}) "  # noqa: S608
            "where benchmark = 'england' order by 1"
        ).fetchall()


def spiegelhalter(values: np.ndarray, variances: np.ndarray, country: float) -> float:  # type: ignore[type-arg]
    """Between-authority variance by the method of moments, distances winsorised at a tenth on each side."""
    distances = (values - country) / np.sqrt(variances)
    distances = np.clip(distances, *np.quantile(distances, [0.1, 0.9]))
    weights = 1 / variances
    count = len(values)
    excess = count * np.mean(distances**2) - (count - 1)
    return float(max(excess / (weights.sum() - (weights**2).sum() / weights.sum()), 0))


def test_the_funnel_about_england_is_as_wide_as_authorities_differ() -> None:
    found = funnels(
        "('icpc_timeliness', 'share_of_events', 'higher_better', 'ICPC_15WD_PCT'), "
        "('plan_rate', 'rate_of_snapshot', 'neutral', 'CPP_RATE'), "
        "('reviews', 'share_of_events', 'higher_better', 'CPP_REVIEWED_ON_TIME_PCT')"
    )
    with duckdb.connect() as connection:
        loading.load(connection)

        def published(indicator: str) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
            rows = connection.execute(
                "select value, denominator from reference.benchmark "
                "semi join reference.geography using (geography_code) where indicator_code = ? "
                "and period_end = '2024-03-31' and la_code is not null and value is not null",
                [indicator],
            ).fetchnumpy()
            return rows["value"], np.ma.filled(rows["denominator"], np.nan)

        (icpc, icpc_england, icpc_between), (plan, plan_england, plan_between), (_, england, between) = found
        assert (icpc, plan) == ("icpc_timeliness", "plan_rate")
        values, cases = published("ICPC_15WD_PCT")
        known = cases > 0
        variances = icpc_england * (100 - icpc_england) / cases[known]
        assert icpc_between == pytest.approx(spiegelhalter(values[known], variances, icpc_england))
        values, children = published("CPP_RATE")
        assert plan_between == pytest.approx(spiegelhalter(values, plan_england * 10_000 / children, plan_england))
        # How many reviews each authority had is not published: as widely as their figures differ.
        values, cases = published("CPP_REVIEWED_ON_TIME_PCT")
        assert np.isnan(cases).all()
        differences = np.clip(values - england, *np.quantile(values - england, [0.1, 0.9]))
        assert between == pytest.approx(np.mean(differences**2))


def test_a_figure_is_beyond_the_funnel_only_where_few_authorities_are(chance: duckdb.DuckDBPyConnection) -> None:
    # England 78%, authorities 10 points apart: 60 of 100 is no more than that, and is by its own interval.
    own, funnel, far = (
        chance.sql(f"select is_beyond_chance(78, 'share_of_events', 'month', {cases}, 100, null, {between})").fetchall()
        for cases, between in ((60, "null"), (60, "100"), (50, "100"))
    )
    assert (own, funnel, far) == ([(True,)], [(False,)], [(True,)])
    limit = 1.959963984540054 * np.sqrt(78 * 22 / 100 + 100)
    assert 60 > 78 - limit > 50
