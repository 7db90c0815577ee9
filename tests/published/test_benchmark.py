"""Benchmarks beside our own figures: which year, which neighbours, which region, and where we would stand."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from warehouse.published import publishing
from warehouse.reference import loading

COMPARISON, MACROS = publishing.sql("comparisons/benchmark_comparison"), publishing.sql("comparisons/chance")

# Without points nothing is known of how much a series varies.
POINTS = """
create temp table if not exists spc_point
(la_code varchar, measure_code varchar, month date, chart varchar, spread double);
create temp table if not exists family_design (la_code varchar, measure_code varchar, design_factor double);
create table if not exists reference.indicator (indicator_code varchar, source_publication varchar);
create table if not exists reference.release (source_publication varchar, period_end date, released_on date);
create table if not exists reference.succession
(la_code varchar, name varchar, successor_la_code varchar, changed_on date, status varchar, extent varchar);
"""

# A drawn table is text; these give each its types.
TYPES = {
    "monthly_kpi_current": "la_code, measure_code, month::date as month, period, numerator::double as numerator,"
    " denominator::double as denominator, value::double as value, status",
    "measure": "measure_code, kind, polarity, benchmark_indicator, measure_code as made_of",
    "reference.benchmark": "indicator_code, geography_code, la_code, period_end::date as period_end,"
    " value::double as value, numerator::double as numerator, denominator::double as denominator,"
    " suppression::varchar as suppression",
    "reference.geography": "geography_level, geography_code, la_code, name, region_code, parent_region_code",
    "reference.statistical_neighbour": "neighbour_model, neighbour_model_name,"
    " in_force_from::date as in_force_from, la_code, rank::integer as rank, neighbour_la_code",
    "reference.quoted_benchmark": "la_code, month::date as month, measure_code, benchmark,"
    " benchmark_value::double as benchmark_value",
}

MEASURES = """
measure_code               | kind              | polarity      | benchmark_indicator
assessment_timeliness      | share_of_events   | higher_better | SA_45WD_PCT
icpc_timeliness            | share_of_events   | higher_better | ICPC_15WD_PCT
re_referrals               | share_of_events   | lower_better  | REREF_12M_PCT
child_protection_plan_rate | rate_of_snapshot  | neutral       | CPP_RATE
referral_rate              | rate_of_events    | neutral       | REF_RATE
mash_timeliness            | share_of_events   | higher_better | -
"""

# A country of London and one other region, with Southampton and four others.
GEOGRAPHY = """
geography_level | geography_code | la_code | name          | region_code | parent_region_code
National        | E92000001      | -       | England       | -           | -
Regional        | E12000007      | -       | London        | E12000007   | E12000007
Regional        | E12000008      | -       | South East    | E12000008   | E12000008
Regional        | E13000001      | -       | Inner London  | E13000001   | E12000007
Local authority | E09000007      | 202     | Camden        | E13000001   | E12000007
Local authority | E06000038      | 870     | Reading       | E12000008   | E12000008
Local authority | E06000044      | 851     | Portsmouth    | E12000008   | E12000008
Local authority | E06000045      | 852     | Southampton   | E12000008   | E12000008
Local authority | E06000046      | 921     | Isle of Wight | E12000008   | E12000008
"""

NEIGHBOURS = """
neighbour_model | neighbour_model_name | in_force_from | la_code | rank | neighbour_la_code
april_2021      | April 2021           | 2021-04-01    | 852     | 1    | 851
april_2021      | April 2021           | 2021-04-01    | 852     | 2    | 870
april_2021      | April 2021           | 2021-04-01    | 852     | 3    | 202
may_2025        | May 2025             | 2025-05-01    | 852     | 1    | 921
"""

BENCHMARK = """
indicator_code | geography_code | la_code | period_end | value
ICPC_15WD_PCT  | E92000001      | -       | 2019-03-31 | 78
ICPC_15WD_PCT  | E12000008      | -       | 2019-03-31 | 77
ICPC_15WD_PCT  | E06000044      | 851     | 2019-03-31 | 90
ICPC_15WD_PCT  | E06000038      | 870     | 2019-03-31 | 80
ICPC_15WD_PCT  | E09000007      | 202     | 2019-03-31 | 70
ICPC_15WD_PCT  | E06000046      | 921     | 2019-03-31 | 60
ICPC_15WD_PCT  | E06000045      | 852     | 2019-03-31 | 50
"""

NONE_QUOTED = """
la_code | month | measure_code | benchmark | benchmark_value
"""

ICPC_AUGUST_2020 = """
la_code | measure_code    | month      | period            | value | status
852     | icpc_timeliness | 2020-08-01 | rolling_12_months | 75    | final
"""


def cells(drawing: str) -> list[list[str]]:
    """Return the drawn table's lines, each as its cells without the bars and the blanks around them."""
    return [[cell.strip() for cell in line.split("|")] for line in drawing.strip().splitlines()]


def as_drawn(rows: list[tuple[Any, ...]]) -> list[list[str]]:
    """Return the rows as they would be drawn: `-` for NULL, numbers to two decimal places at most."""
    return [
        ["-" if cell is None else f"{round(cell, 2):g}" if isinstance(cell, float) else str(cell) for cell in row]
        for row in rows
    ]


def draw(connection: duckdb.DuckDBPyConnection, **tables: str) -> None:
    """Create each table as drawn: a header line, columns parted by bars, `-` for NULL; `reference_x` is reference.x."""
    for key, drawing in tables.items():
        name = key.replace("reference_", "reference.", 1)
        header, *lines = cells(drawing)
        rows = [[None if cell == "-" else cell for cell in line] for line in lines]
        frame = pd.DataFrame(rows, columns=pd.Index(header), dtype="str")
        if name == "monthly_kpi_current":  # counts are drawn only where they matter
            frame = frame.reindex(columns=[*dict.fromkeys([*header, "numerator", "denominator"])])
        if name == "reference.benchmark":
            frame = frame.reindex(columns=[*dict.fromkeys([*header, "numerator", "denominator", "suppression"])])
        connection.from_df(frame).project(TYPES[name]).create(name)


def compare(connection: duckdb.DuckDBPyConnection, columns: str) -> list[tuple[Any, ...]]:
    """Return the named columns of the comparison, ordered by authority, measure, month, period, benchmark, basis."""
    connection.execute(MACROS + POINTS)
    comparison = connection.sql(COMPARISON)
    ordered = comparison.order("la_code, measure_code, month, period, benchmark, benchmark_basis")
    return ordered.project(columns).fetchall()


@pytest.fixture
def drawn() -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty database with the schema that the drawn reference tables go into."""
    with duckdb.connect() as connection:
        connection.execute("create schema reference")
        yield connection


@pytest.fixture(scope="module")
def loaded() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        loading.load(connection)
        draw(connection, measure=MEASURES)
        yield connection


@pytest.fixture
def published(loaded: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database with the real published figures; what a test draws beside them goes when it ends."""
    loaded.begin()
    yield loaded
    loaded.rollback()


# ---------------------------------------------------------------------------------------------- the whole row


def test_southampton_in_august_2020_as_published_and_as_the_council_quoted_it(
    published: duckdb.DuckDBPyConnection,
) -> None:
    draw(
        published,
        monthly_kpi_current="""
        la_code | measure_code    | month      | period            | value | status
        852     | icpc_timeliness | 2020-08-01 | month             | 73    | provisional
        852     | icpc_timeliness | 2020-08-01 | rolling_12_months | 63    | provisional
        """,
    )
    # What each figure is compared with,
    assert as_drawn(
        compare(
            published,
            "period, benchmark_basis, benchmark_name, benchmark_period_end, benchmark_value, neighbours_used",
        )
    ) == cells("""
    month             | published          | England                                          | 2019-03-31 | 78.7  | -
    month             | quoted             | England, as quoted by the council                | -          | 79    | -
    month             | published          | South East                                       | 2019-03-31 | 77.2  | -
    month             | quoted             | Region, as quoted by the council                 | -          | 77    | -
    month             | mean_of_neighbours | Statistical neighbours, April 2021 model         | 2019-03-31 | 85.65 | 10
    month             | quoted             | Statistical neighbours, as quoted by the council | -          | 84    | -
    rolling_12_months | published          | England                                          | 2019-03-31 | 78.7  | -
    rolling_12_months | quoted             | England, as quoted by the council                | -          | 79    | -
    rolling_12_months | published          | South East                                       | 2019-03-31 | 77.2  | -
    rolling_12_months | quoted             | Region, as quoted by the council                 | -          | 77    | -
    rolling_12_months | mean_of_neighbours | Statistical neighbours, April 2021 model         | 2019-03-31 | 85.65 | 10
    rolling_12_months | quoted             | Statistical neighbours, as quoted by the council | -          | 84    | -
    """)
    # and how it compares.
    assert as_drawn(
        compare(
            published,
            "period, benchmark, benchmark_basis, value, difference, is_comparable, polarity,"
            " national_rank, quartile_band",
        )
    ) == cells("""
    month             | england                | published          | 73 | -5.7   | False | higher_better | 114 | D
    month             | england                | quoted             | 73 | -6     | False | higher_better | -   | -
    month             | region                 | published          | 73 | -4.2   | False | higher_better | 114 | D
    month             | region                 | quoted             | 73 | -4     | False | higher_better | -   | -
    month             | statistical_neighbours | mean_of_neighbours | 73 | -12.65 | False | higher_better | 114 | D
    month             | statistical_neighbours | quoted             | 73 | -11    | False | higher_better | -   | -
    rolling_12_months | england                | published          | 63 | -15.7  | True  | higher_better | 136 | D
    rolling_12_months | england                | quoted             | 63 | -16    | True  | higher_better | -   | -
    rolling_12_months | region                 | published          | 63 | -14.2  | True  | higher_better | 136 | D
    rolling_12_months | region                 | quoted             | 63 | -14    | True  | higher_better | -   | -
    rolling_12_months | statistical_neighbours | mean_of_neighbours | 63 | -22.65 | True  | higher_better | 136 | D
    rolling_12_months | statistical_neighbours | quoted             | 63 | -21    | True  | higher_better | -   | -
    """)


def test_the_columns_are_those_of_the_contract_in_its_order(published: duckdb.DuckDBPyConnection) -> None:
    draw(published, monthly_kpi_current=ICPC_AUGUST_2020)
    published.execute(MACROS + POINTS)
    assert published.sql(COMPARISON).columns == [
        "la_code",
        "measure_code",
        "month",
        "period",
        "value",
        "benchmark",
        "benchmark_name",
        "benchmark_period_end",
        "benchmark_value",
        "benchmark_basis",
        "neighbours_used",
        "difference",
        "is_comparable",
        "polarity",
        "national_rank",
        "quartile_band",
        "is_beyond_chance",
        "design_factor",
        "between_variance",
        "authorities_used",
        "cases",
        "left_out",
    ]


# ---------------------------------------------------------------------------------------------- chance


Beyond = tuple[bool | None, list[bool | None], bool | None]


def beyond_chance(drawn: duckdb.DuckDBPyConnection, figures: dict[str, list[float]]) -> list[Beyond]:
    """Of each drawn figure, whether four benchmarks of England are beyond chance: the first, those between, the last."""
    measures, rows, benchmarks = [], [], []
    kinds = {line[0]: " | ".join(line[1:3]) for line in cells(MEASURES)}
    for figure, (row, held_against) in enumerate(figures.items()):
        la_code, measure, rest = (cell.strip() for cell in row.split("|", 2))
        for place, benchmark in enumerate(held_against):
            code = f"{figure}_{place}"
            measures.append(f"{code} | {kinds[measure]} | {code}")
            rows.append(f"{la_code} | {code} | {rest}")
            benchmarks.append(f"{code} | E92000001 | - | 2019-03-31 | {benchmark}")
    draw(
        drawn,
        measure="\n".join(["measure_code | kind | polarity | benchmark_indicator", *measures]),
        monthly_kpi_current="\n".join(
            ["la_code | measure_code | month | period | numerator | denominator | value | status", *rows]
        ),
        reference_benchmark="\n".join(["indicator_code | geography_code | la_code | period_end | value", *benchmarks]),
        reference_geography=GEOGRAPHY,
        reference_statistical_neighbour=NEIGHBOURS,
        reference_quoted_benchmark=NONE_QUOTED,
    )
    columns = "measure_code, benchmark, is_beyond_chance"
    found = {code: beyond for code, name, beyond in compare(drawn, columns) if name == "england"}
    by_figure = [[found[f"{figure}_{place}"] for place in range(4)] for figure in range(len(figures))]
    return [(first, middle, last) for first, *middle, last in by_figure]


def test_without_cases_or_over_twelve_month_ends_nothing_is_said_of_chance(drawn: duckdb.DuckDBPyConnection) -> None:
    no_case = "852 | icpc_timeliness | 2020-08-01 | month | 0 | 0 | - | final"
    no_population = "852 | child_protection_plan_rate | 2020-08-01 | month | 400 | - | - | final"
    one_child = "852 | child_protection_plan_rate | 2020-08-01 | rolling_12_months | 4800 | 600000 | 80 | final"
    figures = {row: [0.0, 50.0, 50.0, 100.0] for row in (no_case, no_population, one_child)}
    assert beyond_chance(drawn, figures) == [(None, [None, None], None)] * 3


def test_what_the_council_quoted_is_held_against_chance_too(published: duckdb.DuckDBPyConnection) -> None:
    draw(
        published,
        monthly_kpi_current="""
        la_code | measure_code    | month      | period            | numerator | denominator | value | status
        852     | icpc_timeliness | 2020-08-01 | month             | 35        | 48          | 72.9  | provisional
        852     | icpc_timeliness | 2020-08-01 | rolling_12_months | 385       | 610         | 63.1  | provisional
        """,
    )
    found = compare(published, "period, benchmark, benchmark_value, is_beyond_chance, benchmark_basis")
    # 35 of 48 may by chance be 59.0 to 83.4 percent, and 385 of 610 be 59.2 to 66.9.
    assert as_drawn([row[:4] for row in found if row[4] == "quoted"]) == cells("""
    month             | england                | 79 | False
    month             | region                 | 77 | False
    month             | statistical_neighbours | 84 | True
    rolling_12_months | england                | 79 | True
    rolling_12_months | region                 | 77 | True
    rolling_12_months | statistical_neighbours | 84 | True
    """)


def test_without_a_benchmark_nothing_is_beyond_chance(drawn: duckdb.DuckDBPyConnection) -> None:
    draw(
        drawn,
        measure=MEASURES,
        monthly_kpi_current="""
        la_code | measure_code    | month      | period | numerator | denominator | value | status
        852     | icpc_timeliness | 2020-08-01 | month  | 35        | 48          | 72.9  | final
        """,
        reference_benchmark="""
        indicator_code | geography_code | la_code | period_end | value
        ICPC_15WD_PCT  | E92000001      | -       | 2019-03-31 | 79
        """,
        reference_geography=GEOGRAPHY,
        reference_statistical_neighbour=NEIGHBOURS,
        reference_quoted_benchmark=NONE_QUOTED,
    )
    assert compare(drawn, "benchmark, is_beyond_chance") == [
        ("england", False),
        ("region", None),
        ("statistical_neighbours", None),
    ]


def test_a_benchmark_outside_wilsons_interval_of_a_share_is_beyond_chance(drawn: duckdb.DuckDBPyConnection) -> None:
    # Newcombe, Two-sided confidence intervals for the single proportion (Statistics in Medicine 17, 1998), table I,
    # method 3: Wilson's score interval.
    intervals = {(81, 263): (25.53, 36.62), (15, 148): (6.24, 16.05), (0, 20): (0.0, 16.11), (1, 29): (0.61, 17.18)}
    figures = {
        f"852 | icpc_timeliness | 2020-08-01 | rolling_12_months | {numerator} | {denominator} | 0 | final": [
            lowest - 0.01, lowest + 0.01, highest - 0.01, highest + 0.01,
        ]
        for (numerator, denominator), (lowest, highest) in intervals.items()
    }  # fmt: skip
    assert beyond_chance(drawn, figures) == [(True, [False, False], True)] * 4


def test_a_benchmark_outside_byars_interval_of_a_rate_is_beyond_chance(drawn: duckdb.DuckDBPyConnection) -> None:
    # The documentation of the Ruby package byar: of 100 observed, 81.36 to 121.63; here per 10,000 of 20,000.
    a_hundred = "852 | child_protection_plan_rate | 2020-08-01 | month | 100 | 20000 | 50 | final"
    # Of none observed Poisson's interval ends at 3.689 children, and any rate down to none may be chance.
    none = "852 | child_protection_plan_rate | 2020-08-01 | month | 0 | 20000 | 0 | final"
    assert beyond_chance(drawn, {a_hundred: [40.67, 40.69, 60.81, 60.83], none: [0, 0.1, 1.84, 1.85]}) == [
        (True, [False, False], True),
        (False, [False, False], True),
    ]


# ---------------------------------------------------------------------------------------------- which year


def test_a_month_is_compared_with_the_latest_year_published_by_its_end(
    published: duckdb.DuckDBPyConnection,
) -> None:
    draw(
        published,
        monthly_kpi_current="""
        la_code | measure_code          | month      | period            | value | status
        852     | assessment_timeliness | 2014-11-01 | rolling_12_months | 80    | final
        852     | assessment_timeliness | 2015-10-01 | rolling_12_months | 80    | final
        852     | assessment_timeliness | 2015-11-01 | rolling_12_months | 80    | final
        852     | assessment_timeliness | 2020-08-01 | rolling_12_months | 80    | final
        852     | assessment_timeliness | 2020-10-01 | rolling_12_months | 80    | final
        852     | assessment_timeliness | 2020-11-01 | rolling_12_months | 80    | final
        852     | assessment_timeliness | 2021-03-01 | rolling_12_months | 80    | final
        852     | assessment_timeliness | 2030-12-01 | rolling_12_months | 80    | final
        """,
    )
    found = compare(published, "benchmark_name, month, benchmark_period_end, benchmark_value")
    assert [row[1:] for row in found if row[0] == "England"] == [
        (date(2014, 11, 1), None, None),
        (date(2015, 10, 1), None, None),
        (date(2015, 11, 1), date(2015, 3, 31), 81.5),
        (date(2020, 8, 1), date(2019, 3, 31), 83.1),
        (date(2020, 10, 1), date(2019, 3, 31), 83.1),
        (date(2020, 11, 1), date(2020, 3, 31), 83.8),
        (date(2021, 3, 1), date(2020, 3, 31), 83.8),
        (date(2030, 12, 1), date(2025, 3, 31), 85.7),
    ]


def test_a_year_to_30_september_is_published_by_the_end_of_may(drawn: duckdb.DuckDBPyConnection) -> None:
    draw(
        drawn,
        measure="""
        measure_code     | kind              | polarity     | benchmark_indicator
        average_caseload | ratio_of_snapshot | lower_better | WF_CASELOAD_FTE
        """,
        monthly_kpi_current="""
        la_code | measure_code     | month      | period | value | status
        852     | average_caseload | 2020-04-01 | month  | 17    | final
        852     | average_caseload | 2020-05-01 | month  | 17    | final
        """,
        reference_benchmark="""
        indicator_code  | geography_code | la_code | period_end | value
        WF_CASELOAD_FTE | E92000001      | -       | 2018-09-30 | 17.4
        WF_CASELOAD_FTE | E92000001      | -       | 2019-09-30 | 16.9
        """,
        reference_geography=GEOGRAPHY,
        reference_statistical_neighbour=NEIGHBOURS,
        reference_quoted_benchmark=NONE_QUOTED,
    )
    found = compare(drawn, "benchmark, month, benchmark_value")
    assert [row[1:] for row in found if row[0] == "england"] == [
        (date(2020, 4, 1), 17.4),
        (date(2020, 5, 1), 16.9),
    ]


def test_a_year_is_compared_with_from_the_month_in_which_it_came_out(drawn: duckdb.DuckDBPyConnection) -> None:
    drawn.execute(
        "create table reference.indicator as select 'CPP_RATE' as indicator_code, 'DfE' as source_publication "
        "union all select 'ICPC_15WD_PCT', 'Another'"
    )
    drawn.execute(
        "create table reference.release as select 'DfE' as source_publication, date '2026-03-31' as period_end, "
        "date '2026-10-29' as released_on"
    )
    months = "\n".join(
        f"852 | {measure} | 2026-{month}-01 | {period} | 45 | final"
        for measure, period in (("child_protection_plan_rate", "month"), ("icpc_timeliness", "rolling_12_months"))
        for month in ("09", "10", "11")
    )
    draw(
        drawn, measure=MEASURES, reference_geography=GEOGRAPHY, reference_statistical_neighbour=NEIGHBOURS,
        reference_quoted_benchmark=NONE_QUOTED,
        monthly_kpi_current=f"la_code | measure_code | month | period | value | status\n{months}",
        reference_benchmark="""
        indicator_code | geography_code | la_code | period_end | value
        CPP_RATE       | E92000001      | -       | 2025-03-31 | 41
        CPP_RATE       | E92000001      | -       | 2026-03-31 | 42
        ICPC_15WD_PCT  | E92000001      | -       | 2025-03-31 | 77
        ICPC_15WD_PCT  | E92000001      | -       | 2026-03-31 | 78
        """,
    )  # fmt: skip
    found = compare(drawn, "measure_code, month, benchmark, benchmark_value")
    # Out on 29 October, so October has it; where no day is known, November does.
    assert [(month.month, value) for name, month, of, value in found if of == "england" and name != "icpc_timeliness"] == [
        (9, 41), (10, 42), (11, 42),
    ]  # fmt: skip
    assert [(month.month, value) for name, month, of, value in found if of == "england" and name == "icpc_timeliness"] == [
        (9, 77), (10, 77), (11, 78),
    ]  # fmt: skip


def test_a_comparison_says_what_it_rests_on_and_names_who_is_left_out(drawn: duckdb.DuckDBPyConnection) -> None:
    draw(
        drawn, measure=MEASURES, reference_geography=GEOGRAPHY, reference_statistical_neighbour=NEIGHBOURS,
        reference_quoted_benchmark=NONE_QUOTED, monthly_kpi_current=ICPC_AUGUST_2020,
        reference_benchmark="""
        indicator_code | geography_code | la_code | period_end | value | numerator | denominator | suppression
        ICPC_15WD_PCT  | E92000001      | -       | 2019-03-31 | 78    | 780       | 1000        | -
        ICPC_15WD_PCT  | E12000008      | -       | 2019-03-31 | 77    | -         | -           | -
        ICPC_15WD_PCT  | E06000044      | 851     | 2019-03-31 | 90    | 45        | 50          | -
        ICPC_15WD_PCT  | E06000038      | 870     | 2019-03-31 | -     | -         | -           | c
        ICPC_15WD_PCT  | E06000045      | 852     | 2019-03-31 | 50    | 10        | 20          | -
        """,
    )  # fmt: skip
    found = compare(drawn, "benchmark, benchmark_value, authorities_used, cases, left_out")
    # Reading is suppressed, Camden is not there at all; the region's own count is not published.
    assert found == [
        ("england", 78, 2, 1000, None), ("region", 77, 2, None, None),
        ("statistical_neighbours", 90, 1, 50, "Reading (confidential); Camden (not published)"),
    ]  # fmt: skip


def test_a_rate_rests_on_the_children_that_it_counts(drawn: duckdb.DuckDBPyConnection) -> None:
    draw(
        drawn, measure=MEASURES, reference_geography=GEOGRAPHY, reference_statistical_neighbour=NEIGHBOURS,
        reference_quoted_benchmark=NONE_QUOTED,
        monthly_kpi_current="""
        la_code | measure_code               | month      | period | value | status
        852     | child_protection_plan_rate | 2020-08-01 | month  | 75    | final
        """,
        reference_benchmark="""
        indicator_code | geography_code | la_code | period_end | value | numerator | denominator
        CPP_RATE       | E06000044      | 851     | 2019-03-31 | 50    | 220       | 44000
        CPP_RATE       | E06000038      | 870     | 2019-03-31 | 40    | 150       | 37500
        """,
    )  # fmt: skip
    found = compare(drawn, "benchmark, authorities_used, cases, left_out")
    assert ("statistical_neighbours", 2, 370, "Camden (not published)") in found


def test_a_new_council_is_held_against_what_its_predecessors_published(drawn: duckdb.DuckDBPyConnection) -> None:
    drawn.execute(
        "create table reference.succession as select * from (values "
        "('851', 'Portsmouth', '852', date '2019-04-01', 'in force', 'whole'), "
        "('870', 'Reading', '852', date '2019-04-01', 'in force', 'whole'), "
        "('202', 'Camden', '852', date '2019-04-01', 'in force', 'fragment'), "
        "('921', 'Isle of Wight', '852', date '2028-04-01', 'proposed', 'whole')) "
        "as succession (la_code, name, successor_la_code, changed_on, status, extent)"
    )
    draw(
        drawn, measure=MEASURES, reference_geography=GEOGRAPHY, reference_statistical_neighbour=NEIGHBOURS,
        reference_quoted_benchmark=NONE_QUOTED,
        monthly_kpi_current="""
        la_code | measure_code    | month      | period            | value | status
        852     | icpc_timeliness | 2019-12-01 | rolling_12_months | 75    | final
        852     | icpc_timeliness | 2020-12-01 | rolling_12_months | 75    | final
        """,
        reference_benchmark="""
        indicator_code | geography_code | la_code | period_end | value | numerator | denominator
        ICPC_15WD_PCT  | E06000044      | 851     | 2019-03-31 | 90    | 90        | 100
        ICPC_15WD_PCT  | E06000038      | 870     | 2019-03-31 | 50    | 150       | 300
        ICPC_15WD_PCT  | E09000007      | 202     | 2019-03-31 | 10    | 1         | 10
        ICPC_15WD_PCT  | E06000045      | 852     | 2020-03-31 | 70    | 280       | 400
        """,
    )  # fmt: skip
    found = compare(
        drawn, "benchmark, month::varchar, benchmark_name, benchmark_basis, benchmark_value, authorities_used, cases"
    )
    # 240 of 400 together, no mean of the two shares; from its own first year on there is no need of them.
    assert [row[1:] for row in found if row[0] == "predecessors"] == [
        ("2019-12-01", "Portsmouth, Reading, pooled, before 1 April 2019", "pooled_predecessors", 60, 2, 400)
    ]


def test_where_nothing_was_published_the_rows_stay_and_say_so(drawn: duckdb.DuckDBPyConnection) -> None:
    draw(
        drawn,
        measure=MEASURES,
        monthly_kpi_current="""
        la_code | measure_code    | month      | period            | value | status
        852     | icpc_timeliness | 2019-10-01 | rolling_12_months | 75    | final
        """,
        reference_benchmark=BENCHMARK,
        reference_geography=GEOGRAPHY,
        reference_statistical_neighbour=NEIGHBOURS,
        reference_quoted_benchmark=NONE_QUOTED,
    )
    assert compare(
        drawn,
        "value, benchmark_name, benchmark_period_end, benchmark_value, neighbours_used, difference, national_rank,"
        " quartile_band",
    ) == [
        (75, "England", None, None, None, None, None, None),
        (75, "South East", None, None, None, None, None, None),
        (75, "Statistical neighbours, April 2021 model", None, None, 0, None, None, None),
    ]


def test_a_measure_without_a_national_statistic_is_compared_with_nothing(
    published: duckdb.DuckDBPyConnection,
) -> None:
    draw(
        published,
        monthly_kpi_current="""
        la_code | measure_code    | month      | period            | value | status
        852     | mash_timeliness | 2020-08-01 | rolling_12_months | 97    | final
        """,
    )
    assert compare(published, "benchmark") == []


# ---------------------------------------------------------------------------------------------- neighbours


def test_neighbours_are_those_of_the_model_in_force_else_of_the_first_model(
    published: duckdb.DuckDBPyConnection,
) -> None:
    draw(
        published,
        monthly_kpi_current="""
        la_code | measure_code    | month      | period            | value | status
        852     | icpc_timeliness | 2019-12-01 | rolling_12_months | 70    | final
        852     | icpc_timeliness | 2021-04-01 | rolling_12_months | 70    | final
        852     | icpc_timeliness | 2025-04-01 | rolling_12_months | 70    | final
        852     | icpc_timeliness | 2025-05-01 | rolling_12_months | 70    | final
        """,
    )
    found = compare(published, "benchmark, month, benchmark_name, round(benchmark_value, 2), neighbours_used")
    assert [row[1:] for row in found if row[0] == "statistical_neighbours"] == [
        (date(2019, 12, 1), "Statistical neighbours, April 2021 model", 85.65, 10),
        (date(2021, 4, 1), "Statistical neighbours, April 2021 model", 83.07, 10),
        (date(2025, 4, 1), "Statistical neighbours, April 2021 model", 82.92, 10),
        (date(2025, 5, 1), "Statistical neighbours, May 2025 model", 80.22, 10),
    ]


@pytest.mark.parametrize(
    ("measure_code", "month", "mean"),
    [
        ("assessment_timeliness", "2020-08-01", 82.33),
        ("assessment_timeliness", "2020-11-01", 83.81),
        ("icpc_timeliness", "2020-08-01", 85.65),
        ("icpc_timeliness", "2020-11-01", 83.07),
        ("child_protection_plan_rate", "2020-08-01", 57.37),
        ("child_protection_plan_rate", "2020-11-01", 62.40),
    ],
)
def test_southamptons_neighbours_on_average(
    published: duckdb.DuckDBPyConnection, measure_code: str, month: str, mean: float
) -> None:
    draw(
        published,
        monthly_kpi_current=f"""
        la_code | measure_code   | month   | period            | value | status
        852     | {measure_code} | {month} | rolling_12_months | 70    | final
        """,
    )
    found = compare(published, "benchmark_basis, round(benchmark_value, 2)")
    assert ("mean_of_neighbours", mean) in found


def test_a_neighbour_without_a_published_figure_drops_out_of_the_mean(drawn: duckdb.DuckDBPyConnection) -> None:
    draw(
        drawn,
        measure=MEASURES,
        monthly_kpi_current=ICPC_AUGUST_2020,
        reference_benchmark="""
        indicator_code | geography_code | la_code | period_end | value
        ICPC_15WD_PCT  | E06000044      | 851     | 2019-03-31 | 90
        ICPC_15WD_PCT  | E06000038      | 870     | 2019-03-31 | -
        ICPC_15WD_PCT  | E09000007      | 202     | 2019-03-31 | 81
        ICPC_15WD_PCT  | E06000045      | 852     | 2019-03-31 | 50
        """,
        reference_geography=GEOGRAPHY,
        reference_statistical_neighbour=NEIGHBOURS,
        reference_quoted_benchmark=NONE_QUOTED,
    )
    found = compare(drawn, "benchmark, benchmark_value, neighbours_used, difference")
    assert ("statistical_neighbours", 85.5, 2, -10.5) in found


# ---------------------------------------------------------------------------------------------- region


@pytest.mark.parametrize(
    ("inner_london", "benchmark_name", "benchmark_value"), [("72", "Inner London", 72), ("-", "London", 76)]
)
def test_an_inner_london_authority_is_compared_with_inner_london_else_with_london(
    drawn: duckdb.DuckDBPyConnection, inner_london: str, benchmark_name: str, benchmark_value: float
) -> None:
    draw(
        drawn,
        measure=MEASURES,
        monthly_kpi_current="""
        la_code | measure_code    | month      | period            | value | status
        202     | icpc_timeliness | 2020-08-01 | rolling_12_months | 75    | final
        """,
        reference_benchmark=f"""
        indicator_code | geography_code | la_code | period_end | value
        ICPC_15WD_PCT  | E12000007      | -       | 2019-03-31 | 76
        ICPC_15WD_PCT  | E13000001      | -       | 2019-03-31 | {inner_london}
        """,
        reference_geography=GEOGRAPHY,
        reference_statistical_neighbour=NEIGHBOURS,
        reference_quoted_benchmark=NONE_QUOTED,
    )
    found = compare(drawn, "benchmark, benchmark_name, benchmark_value")
    assert ("region", benchmark_name, benchmark_value) in found


# ---------------------------------------------------------------------------------------------- rank and band


@pytest.mark.parametrize(
    ("measure_code", "month", "value", "rank", "of", "band"),
    [
        ("assessment_timeliness", "2020-11-01", 65.3, 145, 151, "D"),
        ("assessment_timeliness", "2025-11-01", 86.3, 71, 152, "B"),
        ("icpc_timeliness", "2019-11-01", 71.2, 117, 151, "D"),
        ("icpc_timeliness", "2020-11-01", 55.5, 145, 150, "D"),
        ("re_referrals", "2019-11-01", 17.0, 39, 151, "B"),
    ],
)
def test_southamptons_own_published_figure_has_the_published_rank_and_band(
    published: duckdb.DuckDBPyConnection, measure_code: str, month: str, value: float, rank: int, of: int, band: str
) -> None:
    draw(
        published,
        monthly_kpi_current=f"""
        la_code | measure_code   | month   | period            | value   | status
        852     | {measure_code} | {month} | rolling_12_months | {value} | final
        """,
    )
    assert set(compare(published, "national_rank, quartile_band")) == {(rank, band)}
    # Those ranked are the authorities with a figure for that year: neither regions nor joint returns nor gaps.
    authorities = published.execute(
        """
        select count(*)
        from reference.benchmark
        semi join reference.geography using (geography_code)
        inner join measure on measure.benchmark_indicator = benchmark.indicator_code
        where measure.measure_code = $measure_code
            and last_day(benchmark.period_end + interval 8 month) = last_day($month::date)
            and benchmark.la_code is not null
            and benchmark.value is not null
        """,
        {"measure_code": measure_code, "month": month},
    ).fetchone()
    assert authorities == (of,)


def test_every_authoritys_own_published_figure_has_its_rank_and_band_among_all(
    published: duckdb.DuckDBPyConnection,
) -> None:
    published.execute(
        """
        create temporary table authority_figure as
        select
            benchmark.la_code,
            measure.measure_code,
            (date_trunc('month', benchmark.period_end) + interval 8 month)::date as month,
            measure.polarity,
            benchmark.indicator_code,
            benchmark.period_end,
            benchmark.value
        from reference.benchmark
        semi join reference.geography using (geography_code)
        inner join measure on measure.benchmark_indicator = benchmark.indicator_code
        where measure.polarity <> 'neutral' and benchmark.la_code is not null and benchmark.value is not null
        """
    )
    published.execute(
        """
        create table monthly_kpi_current as
        select
            la_code, measure_code, month, 'rolling_12_months' as period, null::double as numerator,
            null::double as denominator, value, 'final' as status
        from authority_figure
        """
    )
    # The rule spelled out: rank over all authorities, cut-points by R's type 7 over all authorities.
    expected = published.execute(
        """
        with cut as (
            select
                *,
                case polarity
                    when 'higher_better' then rank() over (partition by indicator_code, period_end order by value desc)
                    else rank() over (partition by indicator_code, period_end order by value)
                end as national_rank,
                quantile_cont(value, 0.25) over (partition by indicator_code, period_end) as first,
                quantile_cont(value, 0.50) over (partition by indicator_code, period_end) as second,
                quantile_cont(value, 0.75) over (partition by indicator_code, period_end) as third
            from authority_figure
        )
        select
            la_code,
            measure_code,
            month,
            national_rank,
            case polarity
                when 'higher_better' then
                    case
                        when value <= first then 'D'
                        when value <= second then 'C'
                        when value <= third then 'B'
                        else 'A'
                    end
                else
                    case
                        when value <= first then 'A'
                        when value <= second then 'B'
                        when value <= third then 'C'
                        else 'D'
                    end
            end as quartile_band
        from cut
        order by la_code, measure_code, month
        """
    ).fetchall()
    found = compare(published, "benchmark, la_code, measure_code, month, national_rank, quartile_band")
    assert [row[1:] for row in found if row[0] == "england"] == expected
    assert len(expected) > 5000


@pytest.mark.parametrize("polarity", ["higher_better", "lower_better"])
def test_any_figure_stands_where_it_would_among_the_other_authorities(
    published: duckdb.DuckDBPyConnection, polarity: str
) -> None:
    figures = np.arange(300, 1001) / 10
    published.register("drawn_figure", pd.DataFrame({"measure_code": [f"at {f}" for f in figures], "value": figures}))
    published.execute(
        "insert into measure select measure_code, 'share_of_events', ?, 'SA_45WD_PCT', measure_code from drawn_figure",
        [polarity],
    )
    published.execute(
        """
        create table monthly_kpi_current as
        select
            '852' as la_code,
            measure_code,
            date '2020-11-01' as month,
            'rolling_12_months' as period,
            null::double as numerator,
            null::double as denominator,
            value,
            'final' as status
        from drawn_figure
        """
    )
    other_authorities = published.execute(
        """
        select value
        from reference.benchmark
        where indicator_code = 'SA_45WD_PCT'
            and period_end = '2020-03-31'
            and la_code <> '852'
            and value is not null
        """
    ).fetchnumpy()["value"]
    assert len(other_authorities) == 150

    def standing(figure: float) -> tuple[float, int, str]:
        is_better = other_authorities > figure if polarity == "higher_better" else other_authorities < figure
        cut_points = np.quantile(np.append(other_authorities, figure), [0.25, 0.5, 0.75])
        bands = "DCBA" if polarity == "higher_better" else "ABCD"
        return figure, 1 + int(is_better.sum()), bands[int((figure > cut_points).sum())]

    found = compare(published, "value, national_rank, quartile_band, benchmark")
    assert sorted(row[:3] for row in found if row[3] == "england") == [standing(float(figure)) for figure in figures]


def test_ties_share_the_better_rank(drawn: duckdb.DuckDBPyConnection) -> None:
    draw(
        drawn,
        measure=MEASURES,
        monthly_kpi_current="""
        la_code | measure_code    | month      | period            | value | status
        852     | icpc_timeliness | 2020-08-01 | rolling_12_months | 80    | final
        852     | icpc_timeliness | 2020-09-01 | rolling_12_months | 79.9  | final
        852     | icpc_timeliness | 2020-10-01 | rolling_12_months | 80.1  | final
        """,
        reference_benchmark=BENCHMARK,
        reference_geography=GEOGRAPHY,
        reference_statistical_neighbour=NEIGHBOURS,
        reference_quoted_benchmark=NONE_QUOTED,
    )
    # The others published 90, 80, 70 and 60; our own published 50 gives way to the figure compared.
    assert sorted(set(compare(drawn, "month, national_rank, quartile_band"))) == [
        (date(2020, 8, 1), 2, "C"),
        (date(2020, 9, 1), 3, "C"),
        (date(2020, 10, 1), 2, "B"),
    ]


def test_a_neutral_measure_has_a_difference_but_no_rank_and_no_band(published: duckdb.DuckDBPyConnection) -> None:
    draw(
        published,
        monthly_kpi_current="""
        la_code | measure_code               | month      | period | value | status
        852     | child_protection_plan_rate | 2020-09-01 | month  | 82    | final
        """,
    )
    found = compare(published, "benchmark, benchmark_value, difference, polarity, national_rank, quartile_band")
    assert found[0] == ("england", 44.5, 37.5, "neutral", None, None)
    assert {row[3:] for row in found} == {("neutral", None, None)}


def test_a_joint_return_is_not_a_third_authority(drawn: duckdb.DuckDBPyConnection) -> None:
    draw(
        drawn,
        measure=MEASURES,
        monthly_kpi_current=ICPC_AUGUST_2020,
        reference_benchmark="""
        indicator_code | geography_code        | la_code | period_end | value
        ICPC_15WD_PCT  | E06000044             | 851     | 2019-03-31 | 90
        ICPC_15WD_PCT  | E06000038             | 870     | 2019-03-31 | 90
        ICPC_15WD_PCT  | E06000044 / E06000038 | 851/870 | 2019-03-31 | 90
        """,
        reference_geography=GEOGRAPHY,
        reference_statistical_neighbour=NEIGHBOURS,
        reference_quoted_benchmark=NONE_QUOTED,
    )
    assert set(compare(drawn, "national_rank")) == {(3,)}


def test_a_month_without_a_figure_keeps_its_benchmarks(drawn: duckdb.DuckDBPyConnection) -> None:
    draw(
        drawn,
        measure=MEASURES,
        monthly_kpi_current="""
        la_code | measure_code    | month      | period            | value | status
        852     | icpc_timeliness | 2020-08-01 | rolling_12_months | -     | final
        """,
        reference_benchmark=BENCHMARK,
        reference_geography=GEOGRAPHY,
        reference_statistical_neighbour=NEIGHBOURS,
        reference_quoted_benchmark=NONE_QUOTED,
    )
    assert compare(drawn, "benchmark, value, benchmark_value, difference, national_rank, quartile_band") == [
        ("england", None, 78, None, None, None),
        ("region", None, 77, None, None, None),
        ("statistical_neighbours", None, 80, None, None, None),
    ]


# ---------------------------------------------------------------------------------------------- like for like


def test_only_twelve_months_of_events_and_month_ends_of_snapshots_are_comparable(
    drawn: duckdb.DuckDBPyConnection,
) -> None:
    draw(
        drawn,
        measure="""
        measure_code       | kind              | polarity      | benchmark_indicator
        a_share            | share_of_events   | higher_better | ICPC_15WD_PCT
        b_rate_of_events   | rate_of_events    | neutral       | ICPC_15WD_PCT
        c_snapshot_share   | share_of_snapshot | higher_better | ICPC_15WD_PCT
        d_rate_of_snapshot | rate_of_snapshot  | neutral       | ICPC_15WD_PCT
        """,
        monthly_kpi_current="""
        la_code | measure_code       | month      | period            | value | status
        852     | a_share            | 2020-08-01 | month             | 75    | final
        852     | a_share            | 2020-08-01 | rolling_12_months | 75    | final
        852     | a_share            | 2020-09-01 | rolling_12_months | 75    | to_date
        852     | b_rate_of_events   | 2020-08-01 | month             | 75    | provisional
        852     | b_rate_of_events   | 2020-08-01 | rolling_12_months | 75    | provisional
        852     | c_snapshot_share   | 2020-08-01 | month             | 75    | final
        852     | c_snapshot_share   | 2020-08-01 | rolling_12_months | 75    | final
        852     | d_rate_of_snapshot | 2020-08-01 | month             | 75    | provisional
        852     | d_rate_of_snapshot | 2020-09-01 | month             | 75    | to_date
        """,
        reference_benchmark=BENCHMARK,
        reference_geography=GEOGRAPHY,
        reference_statistical_neighbour=NEIGHBOURS,
        reference_quoted_benchmark=NONE_QUOTED,
    )
    found = compare(drawn, "benchmark, measure_code, month, period, is_comparable")
    august, september = date(2020, 8, 1), date(2020, 9, 1)
    assert [row[1:] for row in found if row[0] == "england"] == [
        ("a_share", august, "month", False),
        ("a_share", august, "rolling_12_months", True),
        ("a_share", september, "rolling_12_months", False),
        ("b_rate_of_events", august, "month", False),
        ("b_rate_of_events", august, "rolling_12_months", True),
        ("c_snapshot_share", august, "month", True),
        ("c_snapshot_share", august, "rolling_12_months", False),
        ("d_rate_of_snapshot", august, "month", True),
        ("d_rate_of_snapshot", september, "month", False),
    ]
