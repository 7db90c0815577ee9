"""The scorecard: targets in force, red, amber and green, directions, and the best that others published."""

from collections.abc import Iterator
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.published import publishing

TYPES = {
    "monthly_kpi_ended": "la_code varchar, measure_code varchar, month date, period varchar, value double",
    "measure": "measure_code varchar, kind varchar, polarity varchar, decimal_places integer, "
    "benchmark_indicator varchar",
    "target": "la_code varchar, measure_code varchar, valid_from date, valid_to date, target double, "
    "tolerance double, scope varchar",
    "benchmark_comparison": "la_code varchar, measure_code varchar, month date, period varchar, benchmark varchar, "
    "benchmark_name varchar, benchmark_period_end date, benchmark_value double, benchmark_basis varchar",
    "benchmark_neighbour": "la_code varchar, measure_code varchar, benchmark_name varchar, "
    "benchmark_period_end date, value double",
    "benchmark_year": "measure_code varchar, benchmark_period_end date, polarity varchar, top_quartile double",
    "spc_sentence": "la_code varchar, measure_code varchar, month date, sentence varchar",
}
MEASURES = """
measure_code               | kind              | polarity       | decimal_places
mash_timeliness            | share_of_events   | higher_better  | 0
re_referrals               | share_of_events   | lower_better   | 0
child_protection_plan_rate | rate_of_snapshot  | neutral        | 0
average_caseload           | average_of_snapshot | lower_better | 1
referral_rate              | rate_of_events    | neutral        | 1
missing_children           | distinct_children | lower_better   | 0
"""


def draw(connection: duckdb.DuckDBPyConnection, **tables: str) -> None:
    """Create each table as drawn, `-` for NULL; those that are not drawn are there without a row."""
    for name, types in TYPES.items():
        connection.execute(f"create or replace table {name} ({types})")
        drawing = tables.get(name, MEASURES if name == "measure" else "")
        header, *lines = [[cell.strip() for cell in line.split("|")] for line in drawing.strip().splitlines()] or [[]]
        for line in lines:
            values = [None if cell == "-" else cell for cell in line]
            connection.execute(
                f"insert into {name} ({', '.join(header)}) values ({', '.join('?' * len(line))})",  # noqa: S608 - ours
                values,
            )


@pytest.fixture
def drawn() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(publishing.sql("targets/macros"))
        yield connection


@pytest.fixture(scope="module")
def macros() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(publishing.sql("targets/macros"))
        connection.execute("create schema reference")
        yield connection


def scorecard(connection: duckdb.DuckDBPyConnection, columns: str, month: str = "2020-08") -> list[tuple[Any, ...]]:
    card = connection.sql(publishing.sql("targets/scorecard"))
    return card.filter(f"month = date '{month}-01'").order("measure_code").project(columns).fetchall()


# ------------------------------------------------------------------------------------------ red, amber and green


@pytest.mark.parametrize(
    ("polarity", "value", "rag"),
    [
        # The target is 90, the tolerance 5; on a boundary the better side.
        ("higher_better", 100, "green"), ("higher_better", 90, "green"), ("higher_better", 89.99, "amber"),
        ("higher_better", 85, "amber"), ("higher_better", 84.99, "red"), ("higher_better", 0, "red"),
        ("lower_better", 0, "green"), ("lower_better", 90, "green"), ("lower_better", 90.01, "amber"),
        ("lower_better", 95, "amber"), ("lower_better", 95.01, "red"), ("lower_better", 200, "red"),
        ("neutral", 90, "green"), ("neutral", 95, "green"), ("neutral", 85, "green"), ("neutral", 95.01, "amber"),
        ("neutral", 84.99, "amber"), ("neutral", 100, "amber"), ("neutral", 80, "amber"), ("neutral", 100.01, "red"),
        ("neutral", 79.99, "red"),
        ("higher_better", None, None), ("neutral", None, None),
    ],
)  # fmt: skip
def test_each_boundary_of_red_amber_and_green(
    drawn: duckdb.DuckDBPyConnection, polarity: str, value: float | None, rag: str | None
) -> None:
    assert drawn.execute("select rag_of(?::double, 90.0, 5.0, ?)", [value, polarity]).fetchone() == (rag,)
    assert drawn.execute("select rag_of(?::double, null, null, ?)", [value, polarity]).fetchone() == (None,)


@given(part=st.integers(0, 1000), of=st.integers(1, 1000), target=st.integers(0, 1000), tolerance=st.integers(0, 99))
def test_what_a_double_loses_moves_no_figure_over_a_boundary(
    macros: duckdb.DuckDBPyConnection, part: int, of: int, target: int, tolerance: int
) -> None:
    """Counted in whole numbers: 100 part / of against target and tolerance in tenths."""
    green = 1000 * part >= target * of
    amber = 1000 * part >= (target - tolerance) * of
    found = macros.execute(
        "select rag_of(100 * ?::double / ?, ?::double / 10, ?::double / 10, 'higher_better')",
        [part, of, target, tolerance],
    ).fetchone()
    assert found == ("green" if green else "amber" if amber else "red",)


def test_the_unrounded_value_is_compared(drawn: duckdb.DuckDBPyConnection) -> None:
    draw(drawn, monthly_kpi_ended="""
    la_code | measure_code    | month      | period | value
    852     | mash_timeliness | 2020-08-01 | month  | 94.6
    """, target="""
    la_code | measure_code    | valid_from | valid_to | target | tolerance | scope
    852     | mash_timeliness | 2020-04-01 | -        | 95     | 0         | local
    """)  # fmt: skip
    assert scorecard(drawn, "value, target, rag") == [(94.6, 95.0, "red")]


def test_rates_of_events_and_distinct_children_are_compared_over_twelve_months(
    drawn: duckdb.DuckDBPyConnection,
) -> None:
    draw(drawn, monthly_kpi_ended="""
    la_code | measure_code     | month      | period            | value
    852     | missing_children | 2020-08-01 | month             | 5
    852     | missing_children | 2020-08-01 | rolling_12_months | 12
    852     | mash_timeliness  | 2020-08-01 | month             | 5
    852     | mash_timeliness  | 2020-08-01 | rolling_12_months | 12
    852     | referral_rate    | 2020-08-01 | rolling_12_months | 500
    """, target="""
    la_code | measure_code     | valid_from | valid_to | target | tolerance | scope
    852     | missing_children | 2020-04-01 | -        | 10     | 1         | local
    852     | mash_timeliness  | 2020-04-01 | -        | 10     | 1         | local
    852     | referral_rate    | 2020-04-01 | -        | 500    | 1         | local
    """)  # fmt: skip
    assert scorecard(drawn, "measure_code, value, value_12_months, rag") == [
        ("mash_timeliness", 5, 12, "red"),
        ("missing_children", 5, 12, "red"),
        ("referral_rate", None, 500, "green"),
    ]


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        ("852 | mash_timeliness | 2020-08-31 | 2020-08-31 | 90 | 0 | local", 90),  # both ends are included
        ("852 | mash_timeliness | 2020-09-01 | -          | 90 | 0 | local", None),
        ("852 | mash_timeliness | 2020-01-01 | 2020-08-30 | 90 | 0 | local", None),
        ("852 | mash_timeliness | 1900-01-01 | -          | 90 | 0 | local", 90),
        ("330 | mash_timeliness | 1900-01-01 | -          | 90 | 0 | local", None),
        ("852 | mash_timeliness | 2020-01-01 | - | 80 | 0 | national\n"
         "852 | mash_timeliness | 2020-08-01 | - | 90 | 0 | local", 90),
        ("852 | mash_timeliness | 2020-08-01 | - | 80 | 0 | national\n"
         "852 | mash_timeliness | 2020-09-01 | - | 90 | 0 | local", 80),
    ],
)  # fmt: skip
def test_the_target_that_holds_on_the_months_last_day(
    drawn: duckdb.DuckDBPyConnection, targets: str, expected: float | None
) -> None:
    draw(drawn, monthly_kpi_ended="""
    la_code | measure_code    | month      | period | value
    852     | mash_timeliness | 2020-08-01 | month  | 85
    """, target=f"la_code|measure_code|valid_from|valid_to|target|tolerance|scope\n{targets}")  # fmt: skip
    assert scorecard(drawn, "target") == [(expected,)]


# ------------------------------------------------------------------------------------------------ directions


@pytest.mark.parametrize(
    ("polarity", "places", "before", "now", "direction"),
    [
        ("higher_better", 0, 80.5, 81.49, "same"),  # both are 81
        ("higher_better", 0, 80.49, 80.5, "better"),  # half up
        ("higher_better", 0, 81.5, 81.4, "worse"),
        ("lower_better", 1, 17.25, 17.34, "same"),
        ("lower_better", 1, 17.24, 17.25, "worse"),
        ("lower_better", 1, 17.25, 17.24, "better"),
        ("neutral", 0, 80, 82, "up"),
        ("neutral", 0, 82, 80, "down"),
        ("neutral", 0, 82.4, 81.5, "same"),
        ("neutral", 0, None, 80, None),
        ("higher_better", 0, 80, None, None),
        ("higher_better", 0, 0, 0, "same"),
    ],
)
def test_a_direction_goes_by_what_is_shown(
    drawn: duckdb.DuckDBPyConnection, polarity: str, places: int, before: float, now: float, direction: str | None
) -> None:
    found = drawn.execute("select direction_of(?::double, ?::double, ?, ?)", [now, before, polarity, places]).fetchone()
    assert found == (direction,)


@given(part=st.integers(0, 3000), of=st.integers(1, 3000), places=st.integers(0, 1))
def test_half_is_rounded_up_as_counted_in_whole_numbers(
    macros: duckdb.DuckDBPyConnection, part: int, of: int, places: int
) -> None:
    scaled = 100 * 10**places * part
    found = macros.execute("select rounded_half_up(100 * ?::double / ?, ?)", [part, of, places]).fetchall()
    assert round(found[0][0] * 10**places) == (2 * scaled + of) // (2 * of)


def test_directions_of_the_month_the_quarter_and_the_year(drawn: duckdb.DuckDBPyConnection) -> None:
    draw(drawn, monthly_kpi_ended="""
    la_code | measure_code    | month      | period                 | value
    852     | mash_timeliness | 2019-08-01 | month                  | 95
    852     | mash_timeliness | 2020-03-01 | quarter                | 80
    852     | mash_timeliness | 2020-06-01 | quarter                | 85
    852     | mash_timeliness | 2020-07-01 | month                  | 90
    852     | mash_timeliness | 2020-08-01 | month                  | 92
    852     | mash_timeliness | 2020-08-01 | financial_year_to_date | 88
    852     | mash_timeliness | 2020-09-01 | month                  | 92
    852     | mash_timeliness | 2020-09-01 | quarter                | 70
    """)  # fmt: skip
    columns = "direction_month, direction_quarter, direction_year, value_year_to_date"
    # In August the latest quarter that has ended is June's; in September it is September's own.
    assert scorecard(drawn, columns) == [("better", "better", "worse", 88)]
    assert scorecard(drawn, columns, "2020-09") == [("same", "worse", None, None)]


def test_the_year_turns_and_a_quarter_that_is_not_known_has_no_direction(drawn: duckdb.DuckDBPyConnection) -> None:
    draw(drawn, monthly_kpi_ended="""
    la_code | measure_code    | month      | period  | value
    852     | mash_timeliness | 2019-09-01 | quarter | 80
    852     | mash_timeliness | 2019-12-01 | quarter | 85
    852     | mash_timeliness | 2019-12-01 | month   | 85
    852     | mash_timeliness | 2020-01-01 | month   | 86
    852     | mash_timeliness | 2020-04-01 | month   | 86
    """)  # fmt: skip
    assert scorecard(drawn, "direction_month, direction_quarter", "2020-01") == [("better", "better")]
    assert scorecard(drawn, "direction_quarter", "2020-04") == [(None,)]  # March's quarter is missing


# ------------------------------------------------------------------------------------------------ benchmarks


def test_benchmarks_are_published_or_computed_and_never_quoted(drawn: duckdb.DuckDBPyConnection) -> None:
    figures = ("la_code | measure_code | month | period | value\n"
               "852 | mash_timeliness | 2020-08-01 | month | 85\n852 | re_referrals | 2020-08-01 | month | 20\n"
               "852 | child_protection_plan_rate | 2020-08-01 | month | 80")  # fmt: skip
    comparisons, neighbours, years = [], [], []
    for measure, polarity in (("mash_timeliness", "higher_better"), ("re_referrals", "lower_better"),
                              ("child_protection_plan_rate", "-")):  # fmt: skip
        for period in ("month", "rolling_12_months"):
            key = f"852 | {measure} | 2020-08-01 | {period}"
            comparisons += [f"{key} | statistical_neighbours | SN | 2019-03-31 | 82 | mean_of_neighbours",
                            f"{key} | statistical_neighbours | quoted | - | 99 | quoted",
                            f"{key} | region | South East | 2019-03-31 | 77 | published",
                            f"{key} | england | England | 2019-03-31 | 78 | published"]  # fmt: skip
        for value in ("70", "91", "-", "82"):
            neighbours.append(f"852 | {measure} | SN | 2019-03-31 | {value}")
        neighbours += [f"852 | {measure} | SN | 2018-03-31 | 100", f"852 | {measure} | other | 2019-03-31 | 0",
                       f"330 | {measure} | SN | 2019-03-31 | 1"]  # fmt: skip
        years.append(f"{measure} | 2019-03-31 | {polarity} | {'-' if polarity == '-' else 88.5}")
    draw(
        drawn,
        monthly_kpi_ended=figures,
        benchmark_comparison="la_code|measure_code|month|period|benchmark|benchmark_name|benchmark_period_end|"
        "benchmark_value|benchmark_basis\n" + "\n".join(comparisons),
        benchmark_neighbour="la_code|measure_code|benchmark_name|benchmark_period_end|value\n" + "\n".join(neighbours),
        benchmark_year="measure_code|benchmark_period_end|polarity|top_quartile\n" + "\n".join(years),
    )
    assert scorecard(drawn, "measure_code, neighbours, region, england, best_neighbour, top_quartile") == [
        ("child_protection_plan_rate", 82, 77, 78, None, None),
        ("mash_timeliness", 82, 77, 78, 91, 88.5),
        ("re_referrals", 82, 77, 78, 70, 88.5),
    ]


@given(values=st.lists(st.integers(0, 1000), min_size=1, max_size=30), is_high=st.booleans())
@settings(max_examples=30)
def test_the_best_quarter_is_cut_as_type_7_cuts(
    macros: duckdb.DuckDBPyConnection, values: list[int], is_high: bool
) -> None:
    """Neither the country, without a la_code, nor a joint return, which is no geography, is one of them."""
    polarity, published = ("higher_better", "High") if is_high else ("lower_better", "Low")
    macros.execute(
        "create or replace table measure as select 'm' as measure_code, 'I' as benchmark_indicator, ? as polarity",
        [polarity],
    )
    macros.execute(
        "create or replace table reference.indicator as select 'I' as indicator_code, ? as polarity", [published]
    )
    macros.execute(
        "create or replace table reference.geography as select 'G' || i as geography_code from range(30) _(i)"
    )
    macros.execute(
        "create or replace table reference.benchmark as select 'I' as indicator_code, date '2019-03-31' as period_end, "
        "'G' || (i - 1) as geography_code, i::varchar as la_code, value / 10 as value "
        "from (select unnest(?::double[]) as value, generate_subscripts(?::double[], 1) as i)",
        [values, values],
    )
    macros.execute(
        "insert into reference.benchmark values ('I', '2019-03-31', 'G0', null, 5000), "
        "('I', '2019-03-31', 'J1', '314/318', 5000)"
    )
    ((authorities, cut),) = (
        macros.sql(publishing.sql("comparisons/benchmark_year")).project("authorities, top_quartile").fetchall()
    )
    assert authorities == len(values)
    assert cut == pytest.approx(np.quantile(np.array(values) / 10, 0.75 if is_high else 0.25))


def test_the_sentence_of_the_month_stands_beside_red_amber_and_green(drawn: duckdb.DuckDBPyConnection) -> None:
    draw(drawn, monthly_kpi_ended="""
    la_code | measure_code    | month      | period | value
    852     | mash_timeliness | 2020-07-01 | month  | 85
    852     | mash_timeliness | 2020-08-01 | month  | 85
    """, spc_sentence="""
    la_code | measure_code    | month      | sentence
    852     | mash_timeliness | 2020-08-01 | Performance has varied around 85%.
    """)  # fmt: skip
    assert scorecard(drawn, "signal") == [("Performance has varied around 85%.",)]
    assert scorecard(drawn, "signal", "2020-07") == [(None,)]
