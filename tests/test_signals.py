"""Signals: limits by month, the rules that tell a signal from noise, and what is too little to say anything of.

The queries are run over drawn tables, as the overview runs them over those of a named version.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from math import sqrt
from pathlib import Path

import duckdb
import independent_signals
import pytest
from conftest import land, process
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.settings import Rebase, Settings
from warehouse.published import publishing
from warehouse.landing.extracts import Extract
from warehouse.reference import setting

FIRST = (2018, 1)
MEASURES = {
    "share": ("share_of_events", "higher_better"),
    "rate": ("rate_of_snapshot", "neutral"),
    "count": ("count_of_events", "lower_better"),
}
# A month is (numerator, denominator); None is a month that is not there.
Month = tuple[float, float | None] | None


def month_of(number: int) -> date:
    """The first day of the month with that number, 1 being the first of the series."""
    year, month = divmod(FIRST[0] * 12 + FIRST[1] - 1 + number - 1, 12)
    return date(year, month + 1, 1)


def number_of(month: date) -> int:
    return (month.year - FIRST[0]) * 12 + month.month - FIRST[1] + 1


def database(months_of_a_run: int = 8) -> duckdb.DuckDBPyConnection:
    """An empty database with the tables that the queries read, and the queries as views."""
    connection = duckdb.connect()
    connection.execute("create table measure (measure_code varchar, kind varchar, polarity varchar)")
    connection.executemany("insert into measure values (?, ?, ?)", [(code, *of) for code, of in MEASURES.items()])
    connection.execute(
        "create table monthly_kpi_current (la_code varchar, measure_code varchar, month date, period varchar,"
        " numerator double, denominator double, value double, status varchar)"
    )
    connection.execute("create table spc_rebase (la_code varchar, measure_code varchar, month date, reason varchar)")
    connection.execute(f"create view spc_point as {publishing.sql('spc_point')}")
    rules, eight = publishing.sql("spc_signal"), "side_run.months >= 8"
    assert rules.count(eight) == 1
    connection.execute(f"create view spc_signal as {rules.replace(eight, f'side_run.months >= {months_of_a_run}')}")
    return connection


@pytest.fixture
def drawn() -> Iterator[duckdb.DuckDBPyConnection]:
    with database() as connection:
        yield connection


def put(
    connection: duckdb.DuckDBPyConnection,
    measure: str,
    months: Sequence[Month],
    rebased: Sequence[int] = (),
    la_code: str = "501",
) -> None:
    """Draw a series of an authority, from the first month on, and its recorded changes."""
    scale = {"share": 100, "rate": 10000}.get(measure)
    numbers = [number for number, month in enumerate(months, start=1) if month is not None]
    figures = [month for month in months if month is not None]
    connection.execute(
        "insert into monthly_kpi_current select ?, ?, unnest(?::date[]), 'month', unnest(?::double[]), "
        "unnest(?::double[]), unnest(?::double[]), 'final'",
        [
            la_code,
            measure,
            [month_of(number) for number in numbers],
            [numerator for numerator, _ in figures],
            [denominator for _, denominator in figures],
            [one if scale is None else scale * one / of if of else None for one, of in figures],
        ],
    )
    for number in rebased:
        connection.execute("insert into spc_rebase values (?, ?, ?, 'moved')", [la_code, measure, month_of(number)])


def signals(connection: duckdb.DuckDBPyConnection, *rules: str) -> set[tuple[int, str, str]]:
    """Month, rule and direction of every signal, or of those of some rules."""
    found = connection.sql("select month, rule, direction from spc_signal").fetchall()
    return {(number_of(month), rule, direction) for month, rule, direction in found if rule in rules or not rules}


def spans(connection: duckdb.DuckDBPyConnection, rule: str) -> dict[int, tuple[int, int]]:
    """By month that a rule finds, the first and last month of what it found."""
    found = connection.sql("select month, rule, first_month, last_month from spc_signal").fetchall()
    return {number_of(month): (number_of(first), number_of(last)) for month, of, first, last in found if of == rule}


def assessments(connection: duckdb.DuckDBPyConnection) -> list[str]:
    return [row[0] for row in connection.sql("select assessment from spc_point order by month").fetchall()]


def counts(*values: float) -> list[Month]:
    return [(value, None) for value in values]


def percents(*values: float) -> list[Month]:
    """Shares of a hundred cases."""
    return [(value, 100) for value in values]


# ---------------------------------------------------------------------------------------------- worked examples
#
# NHS England, Making Data Count: "SPC charts - XmR testing", the checks that any chart must pass to give the same as
# its Single Chart Tool v5.0; document and data as in NHSDigital/fdp-react-design-system. Each point in the colour that
# is shown there: (b)lue improvement, (o)range concern, (p)urple where neither way is good, (g)rey common cause; ? where
# document and data differ. Its shift takes six points.

HIGH, LOW, NEITHER = "higher_better", "lower_better", "neutral"
SPECIAL_CAUSE = (8, 27, 32, 26, 20, 21, 23, 21, 23, 22, 26, 23, 20, 20, 29, 28, 22, 23, 25, 26, 28, 29, 26, 24, 36, 29,
                 35, 22, 30, 18)  # fmt: skip
CONFLICT = (43, 41, 37, 36, 31, 23, 15, 13, 15, 18, 23, 27, 31, 36, 27, 19, 17, 27, 15, 22)
RECALCULATION = (16, 24, 22, 19, 19, 18, 24, 25, 18, 17, 16, 25, 15, 23, 19, 35, 32, 35, 31, 27, 33, 28, 38, 35, 30, 28,
                 29, 27, 24, 23)  # fmt: skip
VARIATION = (16, 20, 22, 18, 21, 18, 26, 28, 24, 26, 19, 18, 25, 32, 43, 28, 22)
TWO_SIGMA = (24, 22, 29, 32, 22, 20, 23, 25, 26, 22, 24, 27, 7, 19)
WORKED_EXAMPLES = {
    "process limits": (HIGH, (20, 24, 20, 26, 22, 16, 18, 16, 31, 28, 34, 26, 30, 19, 18), "ggggggggggggggg"),
    "special cause, high is good": (HIGH, SPECIAL_CAUSE, "ogggoooooog" + "gggggbbbbbbggbgbggg"),
    "special cause, low is good": (LOW, SPECIAL_CAUSE, "bgggbbbbbbg" + "gggggooooooggogoggg"),
    "special cause, neither": (NEITHER, SPECIAL_CAUSE, "pgggppppppg" + "gggggppppppggpgpggg"),
    "single point at the ends": (HIGH, (45, 29, 20, 22, 25, 20, 27, 24, 22, 23, 20, 26, 20, 15, 5), "bgggggggggggggo"),
    "single point in the middle": (
        HIGH,
        (29, 32, 35, 45, 43, 23, 18, 20, 16, 7, 28, 26, 22, 19, 20),
        "gggbbggggoggggg",
    ),
    "shift at the ends": (
        HIGH,
        (31, 35, 34, 29, 29, 32, 26, 26, 32, 35, 30, 18, 31, 25, 27, 22, 18, 25, 25, 17),
        "bbbbbbgggggggooooooo",
    ),
    "shift in the middle": (
        HIGH,
        (31, 22, 19, 21, 18, 18, 22, 22, 29, 25, 23, 26, 31, 26, 28, 29, 32, 24, 31, 22),
        "gooooooogggbbbbbbggg",
    ),
    "trend without pauses": (
        HIGH,
        (11, 14, 18, 20, 22, 23, 18, 21, 17, 23, 26, 20, 16, 25, 23, 22, 19, 16, 15, 12),
        "bbbbbbgggggggooooooo",
    ),
    "trend with pauses": (
        HIGH,
        (23, 30, 28, 25, 25, 20, 18, 24, 16, 13, 14, 18, 18, 24, 26, 29, 19, 20, 28, 16),
        "gggggggggggggggggggg",
    ),
    "two sigma": (HIGH, (42, 40, 39, 26, 39, *TWO_SIGMA, 24, 7, 7, 32), "bbbgb" + "g" * 15 + "oog"),
    "two sigma and a single point": (HIGH, (42, 40, 39, 26, 39, *TWO_SIGMA, 24, 7, 2, 32), "bbbgb" + "g" * 16 + "og"),
    "two sigma on two sides": (HIGH, (42, 40, 39, 24, 39, *TWO_SIGMA, 26, 7, 7, 32), "bbb" + "g" * 20),
    "conflict, high is good": (HIGH, CONFLICT, "bbbbooobbbbbbb?ggggg"),
    "conflict, low is good": (LOW, CONFLICT, "bbbbbbbbbbboooggggg" + "g"),
    "before a recalculation": (HIGH, RECALCULATION, "o" * 15 + "b" * 13 + "gg"),
    "variation, last point high": (HIGH, (*VARIATION, 45), "oooooo" + "g" * 8 + "bggb"),
    "variation, last point as usual": (HIGH, (*VARIATION, 25), "oooooo" + "g" * 8 + "bggg"),
    "variation, last point low": (HIGH, (*VARIATION, 5), "oooooo" + "g" * 8 + "bggo"),
    "variation, low is good": (LOW, (*VARIATION, 5), "bbbbbb" + "g" * 8 + "oggb"),
}


def colours(polarity: str, values: Sequence[float], rebased: Sequence[int] = ()) -> str:
    """The colours of a series of counts, with a shift of six; blue where signals conflict, as the document has it."""
    with database(months_of_a_run=6) as connection:
        connection.execute("update measure set polarity = ?", [polarity])
        put(connection, "count", counts(*values), rebased)
        found = connection.sql(
            "select month, bool_or(is_favourable), count(is_favourable) from spc_signal group by month"
        ).fetchall()
    shown = {number_of(month): "b" if good else "o" if known else "p" for month, good, known in found}
    return "".join(shown.get(number, "g") for number in range(1, len(values) + 1))


@pytest.mark.parametrize(("polarity", "values", "expected"), WORKED_EXAMPLES.values(), ids=WORKED_EXAMPLES)
def test_a_worked_example_of_making_data_count(polarity: str, values: Sequence[float], expected: str) -> None:
    found = colours(polarity, values)
    assert [
        (number, found[number]) for number in range(len(values)) if expected[number] not in (found[number], "?")
    ] == []


def test_a_worked_example_with_a_recalculation() -> None:
    assert colours(HIGH, RECALCULATION, rebased=[16]) == "g" * 24 + "oooooo"


@pytest.mark.parametrize(
    ("values", "crossing"),
    [
        ((22, 28, 28, 29, 33), "shift of months 14 to 19"),
        ((22, 26, 28, 29, 33), "trend of months 15 to 20"),
        ((22, 32, 28, 29, 33), "two sigma in months 15 and 16"),
    ],
)
def test_what_crosses_a_recalculation_in_making_data_count_is_no_signal_here(
    values: Sequence[int], crossing: str
) -> None:
    before = (28, 23, 26, 21, 23, 25, 24, 29, 30, 27, 25, 30, 27, 26 if "trend" in crossing else 24, 19)
    after = (*values, 28, 30, 31, 30, 26, 27, 34, 30, 32, 35)
    assert colours(HIGH, (*before, *after), rebased=[16]) == "g" * 30


@pytest.mark.parametrize(
    ("values", "centre", "lower_limit", "upper_limit"),
    [
        # The same document, "Process limits".
        (WORKED_EXAMPLES["process limits"][1], 23.20, 8.76, 37.64),
        # NHS England's design system for its data platform, "Data - For testing.csv", with the constant of 2.66.
        ((55, 60, 51, 50, 51, 60, 50, 51, 52, 52, 60, 50, 60, 50, 49, 45, 51, 45, 44, 43, 40, 35, 30, 25),
         48.29166667, 35.33862319, 61.24471014),
    ],
)  # fmt: skip
def test_the_limits_of_counts_are_those_of_making_data_count(
    drawn: duckdb.DuckDBPyConnection, values: Sequence[int], centre: float, lower_limit: float, upper_limit: float
) -> None:
    put(drawn, "count", counts(*values))
    (found,) = set(drawn.sql("select centre, lower_limit, upper_limit from spc_point").fetchall())
    decimals = len(repr(centre).partition(".")[2]) if centre != 23.20 else 2
    assert [round(limit, decimals) for limit in found] == [centre, lower_limit, upper_limit]


def test_the_limits_of_shares_are_those_of_montgomerys_worked_example(drawn: duckdb.DuckDBPyConnection) -> None:
    # Montgomery, Introduction to Statistical Quality Control, table 7.1: leaking cans of frozen orange juice among 50.
    leaking = (12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9,
               6)  # fmt: skip
    put(drawn, "share", [(cans, 50) for cans in leaking])
    (limits,) = set(drawn.sql("select centre, lower_limit, upper_limit from spc_point").fetchall())
    assert [round(limit / 100, 4) for limit in limits] == [0.2313, 0.0524, 0.4102]
    assert signals(drawn, "beyond_limits") == {(15, "beyond_limits", "above"), (23, "beyond_limits", "above")}


def test_the_limits_of_a_share_are_narrower_where_there_are_more_cases(
    drawn: duckdb.DuckDBPyConnection,
) -> None:
    # Pyzdek and Keller, The Handbook for Quality Management, table 9.6: bruised peaches in one or two crates of 250,
    # 1544 of 8000 or 0.193; by the formula of its appendix 0.193 plus and minus 3 sqrt(0.193 x 0.807 / n).
    bruised = (47, 42, 55, 51, 46, 61, 39, 44, 41, 51, 88, 101, 101, 40, 48, 47, 50, 48, 57, 45, 43, 105, 98, 100, 96)
    put(drawn, "share", [(peaches, 500 if peaches > 61 else 250) for peaches in bruised])
    found = drawn.sql("select distinct denominator::int, centre, lower_limit, upper_limit from spc_point order by 1")
    assert [(cases, *(round(limit / 100, 3) for limit in limits)) for cases, *limits in found.fetchall()] == [
        (250, 0.193, 0.118, 0.268),
        (500, 0.193, 0.140, 0.246),
    ]
    assert signals(drawn, "beyond_limits") == set()


# ---------------------------------------------------------------------------------------------- limits


def test_a_share_stays_within_0_and_100_and_a_count_above_0(drawn: duckdb.DuckDBPyConnection) -> None:
    put(drawn, "share", [(90, 100)] * 11 + [(45, 50)])
    put(drawn, "count", counts(*(0, 4) * 6))
    low, high = drawn.sql(
        "select min(lower_limit), max(upper_limit) from spc_point group by measure_code order by measure_code"
    ).fetchall()
    assert low == (0.0, pytest.approx(2 + 2.66 * 4))
    assert high == (pytest.approx(90 - 300 * sqrt(0.09 / 50)), 100.0)


def test_a_moving_range_is_from_one_figure_to_the_next_over_a_month_without_one(
    drawn: duckdb.DuckDBPyConnection,
) -> None:
    put(drawn, "rate", [(10, 1000), (10, None), None, (12, 1000)] * 6)
    limits = "select distinct centre, round(upper_limit, 6) from spc_point where assessment = 'judged'"
    assert drawn.sql(limits).fetchall() == [(110.0, round(110 + 2.66 * 20, 6))]


def test_only_ended_months_with_a_figure_are_points(drawn: duckdb.DuckDBPyConnection) -> None:
    put(drawn, "share", percents(*[50] * 12))
    for replaced in (
        "'rolling_12_months' as period",
        "'to_date' as status, month + interval 12 month as month",
        "null as numerator, null as denominator, null as value, null as status, month - interval 12 month as month",
    ):
        drawn.execute(
            f"insert into monthly_kpi_current select * replace ({replaced}) from monthly_kpi_current "  # noqa: S608
            "where period = 'month' and status = 'final'"
        )
    assert drawn.sql("select count(*) from monthly_kpi_current").fetchall() == [(48,)]
    assert drawn.sql("select count(*), min(month), max(month) from spc_point").fetchall() == [
        (12, month_of(1), month_of(12))
    ]


# ---------------------------------------------------------------------------------------------- too few to say


def test_eleven_months_are_too_few_and_have_a_centre_but_no_limits(drawn: duckdb.DuckDBPyConnection) -> None:
    put(drawn, "count", counts(*range(10, 21)))
    assert set(assessments(drawn)) == {"too_few_months"}
    assert drawn.sql(
        "select distinct centre, lower_limit, upper_limit, lower_warning, upper_warning from spc_point"
    ).fetchall() == [(15.0, None, None, None, None)]
    assert signals(drawn) == set()


def test_twelve_months_are_enough(drawn: duckdb.DuckDBPyConnection) -> None:
    put(drawn, "count", counts(*range(10, 22)))
    assert set(assessments(drawn)) == {"judged"}
    assert signals(drawn, "trend_of_6") == {(month, "trend_of_6", "rising") for month in range(1, 13)}


def test_months_without_a_figure_do_not_make_up_the_twelve(drawn: duckdb.DuckDBPyConnection) -> None:
    put(drawn, "share", [*percents(*[50] * 11), (0, 0)])
    assert set(assessments(drawn)) == {"too_few_months"}


@pytest.mark.parametrize("months", [[(10, 100), (5, 50), (6, 51), (4, 49)], [(90, 100), (45, 50), (45, 51), (45, 49)]])
def test_fewer_than_five_expected_in_time_or_late_are_too_few(
    drawn: duckdb.DuckDBPyConnection, months: list[Month]
) -> None:
    # One in ten: of fifty 5 are expected, of forty-nine 4.9. And nought of nought is no figure.
    put(drawn, "share", [*months[:1] * 9, *months, (0, 0)])
    assert assessments(drawn) == ["judged"] * 12 + ["too_few_cases"] * 2
    assert (
        drawn.sql("select lower_limit, upper_limit from spc_point where assessment <> 'judged'").fetchall()
        == [(None, None)] * 2
    )


def test_a_share_that_is_always_all_or_nothing_is_not_judged(drawn: duckdb.DuckDBPyConnection) -> None:
    put(drawn, "share", percents(*[100] * 24), la_code="501")
    put(drawn, "share", percents(*[0] * 24), la_code="502")
    put(drawn, "share", [(0, 0)] * 24, la_code="503")
    found = drawn.sql(
        "select la_code, centre, assessment, count(*) from spc_point group by all order by all"
    ).fetchall()
    assert found == [
        ("501", 100.0, "too_few_cases", 24),
        ("502", 0.0, "too_few_cases", 24),
        ("503", None, "too_few_months", 24),
    ]
    assert signals(drawn) == set()


@pytest.mark.parametrize("months", [12, 13, 49])
def test_a_series_that_never_moves_gives_no_signal(drawn: duckdb.DuckDBPyConnection, months: int) -> None:
    put(drawn, "rate", [(349, 50305)] * months)
    assert set(drawn.sql("select assessment, upper_limit - lower_limit < 1e-9 from spc_point").fetchall()) == {
        ("judged", True)
    }
    assert signals(drawn) == set()


# ---------------------------------------------------------------------------------------------- beyond the limits


def test_a_point_exactly_on_a_limit_is_no_signal(drawn: duckdb.DuckDBPyConnection) -> None:
    # Half are in time: of a hundred, three sigma are 15 points.
    put(drawn, "share", percents(65, 35, *[50] * 10), la_code="501")
    assert drawn.sql(
        "select max(value) = max(upper_limit), min(value) = min(lower_limit) from spc_point"
    ).fetchall() == [(True, True)]
    assert signals(drawn) == set()


def test_a_point_beyond_a_limit_is_a_signal_of_its_month(drawn: duckdb.DuckDBPyConnection) -> None:
    put(drawn, "share", percents(66, 34, *[50] * 10))
    assert signals(drawn) == {(1, "beyond_limits", "above"), (2, "beyond_limits", "below")}
    assert spans(drawn, "beyond_limits") == {1: (1, 1), 2: (2, 2)}


@pytest.mark.parametrize(("last", "found"), [(11, set()), (12, {(20, "beyond_limits", "above")})])
def test_a_count_exactly_on_a_limit_is_no_signal(
    drawn: duckdb.DuckDBPyConnection, last: int, found: set[tuple[int, str, str]]
) -> None:
    # With 11 the mean is 1.9 and the mean moving range 65 / 19, and 1.9 + 2.66 x 65 / 19 is 11.
    put(drawn, "count", counts(*(0, 3) * 9, 0, last))
    assert signals(drawn) == found


# ---------------------------------------------------------------------------------------------- a run of eight


def run_of(months: int, *after: float) -> list[Month]:
    """As many months a little above the centre, then others that bring the centre to exactly 50."""
    below = [50 - months / 2 + shift for shift in (1, -1)]
    return percents(*[51] * months, *after, *below, *(50, 50) * 8)


@pytest.mark.parametrize(("months", "found"), [(7, 0), (8, 8), (9, 9)])
def test_a_run_takes_eight_months_on_one_side(drawn: duckdb.DuckDBPyConnection, months: int, found: int) -> None:
    put(drawn, "share", run_of(months))
    assert signals(drawn, "run_of_8") == {(month, "run_of_8", "above") for month in range(1, found + 1)}
    assert set(spans(drawn, "run_of_8").values()) == ({(1, found)} if found else set())


def test_a_point_on_the_centre_breaks_a_run(drawn: duckdb.DuckDBPyConnection) -> None:
    put(drawn, "share", percents(51, 51, 51, 51, 50, 51, 51, 51, 51, 46, 46, *[50] * 8))
    assert drawn.sql("select distinct centre from spc_point").fetchall() == [(50.0,)]
    assert signals(drawn, "run_of_8") == set()


def test_a_run_below_is_a_run(drawn: duckdb.DuckDBPyConnection) -> None:
    put(drawn, "share", percents(*[49] * 8, 54, 54, *[50] * 8))
    assert signals(drawn, "run_of_8") == {(month, "run_of_8", "below") for month in range(1, 9)}


@pytest.mark.parametrize("between", [None, (0, 0), (3, 6)], ids=["a gap", "no case", "too few cases"])
def test_a_month_that_is_not_there_or_not_judged_breaks_a_run(drawn: duckdb.DuckDBPyConnection, between: Month) -> None:
    put(drawn, "share", [*percents(*[55] * 4), between, *percents(*[55] * 4, *[45] * 8, 50)])
    assert signals(drawn, "run_of_8") == {(month, "run_of_8", "below") for month in range(10, 18)}


# ---------------------------------------------------------------------------------------------- a trend of six


@pytest.mark.parametrize(("months", "found"), [(5, 0), (6, 6), (7, 7)])
def test_a_trend_takes_six_months_which_is_five_steps(
    drawn: duckdb.DuckDBPyConnection, months: int, found: int
) -> None:
    put(drawn, "share", percents(*range(47, 47 + months), *(50, 50) * 8))
    assert signals(drawn, "trend_of_6") == {(month, "trend_of_6", "rising") for month in range(1, found + 1)}
    assert set(spans(drawn, "trend_of_6").values()) == ({(1, found)} if found else set())


def test_an_equal_value_breaks_a_trend(drawn: duckdb.DuckDBPyConnection) -> None:
    put(drawn, "share", percents(46, 47, 48, 48, 49, 50, 51, *(50, 50) * 8))
    assert signals(drawn, "trend_of_6") == set()


def test_a_turning_point_belongs_to_both_trends(drawn: duckdb.DuckDBPyConnection) -> None:
    put(drawn, "share", percents(47, 48, 49, 50, 51, 52, 51, 50, 49, 48, 47, *(50, 50) * 8))
    assert {rule[2] for rule in signals(drawn, "trend_of_6") if rule[0] == 6} == {"rising", "falling"}
    assert sorted(month for month, _, direction in signals(drawn, "trend_of_6") if direction == "rising") == [
        1, 2, 3, 4, 5, 6
    ]  # fmt: skip


@pytest.mark.parametrize("between", [None, (0, 0), (3, 6)], ids=["a gap", "no case", "too few cases"])
def test_a_month_that_is_not_there_or_not_judged_breaks_a_trend(
    drawn: duckdb.DuckDBPyConnection, between: Month
) -> None:
    put(drawn, "share", [*percents(46, 47, 48, 49), between, *percents(50, 51, 52, 53, *(50, 50) * 8)])
    assert signals(drawn, "trend_of_6") == set()


# ---------------------------------------------------------------------------------------------- two of three


@pytest.mark.parametrize(
    ("three", "found"),
    [
        ((61, 61, 51), {1, 2}),
        ((61, 51, 61), {1, 3}),
        ((51, 61, 61), {2, 3}),
        ((61, 61, 61), {1, 2, 3}),
        ((60, 61, 51), set()),  # exactly two sigma is not beyond them
        ((65, 61, 51), {1, 2}),  # exactly three sigma is not beyond the limit
        ((66, 61, 51), set()),  # beyond the limit is a signal of its own
        ((66, 61, 61), {2, 3}),
        ((61, 50, 61), set()),  # on the centre, not on the same side
        ((61, 61, 49), set()),
        ((61, 51, 51, 61), set()),
        ((61, 51, 61, 51, 61), {1, 3, 5}),
    ],
)
def test_two_of_three_lie_between_two_and_three_sigma_on_one_side(
    drawn: duckdb.DuckDBPyConnection, three: tuple[int, ...], found: set[int]
) -> None:
    # Every point above has its mirror further on, so the centre is 50; two sigma of a hundred are 10 points.
    mirror = [50 - (value - 50) / 4 for value in three for _ in range(4)]
    put(drawn, "share", percents(*three, *mirror, *[50] * 8))
    assert drawn.sql("select distinct centre from spc_point").fetchall() == [(50.0,)]
    assert signals(drawn, "two_of_three") == {(month, "two_of_three", "above") for month in found}
    assert set(spans(drawn, "two_of_three").values()) == ({(min(found), max(found))} if found else set())


# ---------------------------------------------------------------------------------------------- recorded changes


def test_a_recorded_change_begins_a_phase_with_its_own_limits_and_no_signal_crosses_it(
    drawn: duckdb.DuckDBPyConnection,
) -> None:
    before, after = (10, 12) * 6, (30, 32) * 6
    put(drawn, "count", counts(*before, *after), la_code="501")
    put(drawn, "count", counts(*before, *after), rebased=[13], la_code="502")
    found = drawn.sql(
        "select la_code, phase, min(month), max(month), any_value(centre) from spc_point group by all order by all"
    ).fetchall()
    assert found == [
        ("501", 1, month_of(1), month_of(24), 21.0),
        ("502", 1, month_of(1), month_of(12), 11.0),
        ("502", 2, month_of(13), month_of(24), 31.0),
    ]
    assert drawn.sql("select distinct la_code from spc_signal").fetchall() == [("501",)]


def test_a_change_before_the_first_month_or_in_it_begins_no_phase(drawn: duckdb.DuckDBPyConnection) -> None:
    put(drawn, "count", [None, *counts(*(10, 12) * 6)], rebased=[1, 2])
    assert drawn.sql("select distinct phase from spc_point").fetchall() == [(1,)]


def test_a_change_is_of_one_measure_of_one_authority(drawn: duckdb.DuckDBPyConnection) -> None:
    put(drawn, "count", counts(*(10, 12) * 12), rebased=[13], la_code="501")
    put(drawn, "rate", [(10, 1000), (12, 1000)] * 12, la_code="501")
    put(drawn, "count", counts(*(10, 12) * 12), la_code="502")
    found = drawn.sql("select la_code, measure_code, max(phase) from spc_point group by all order by all").fetchall()
    assert found == [("501", "count", 2), ("501", "rate", 1), ("502", "count", 1)]


# ---------------------------------------------------------------------------------------------- polarity


@pytest.mark.parametrize(
    ("measure", "high", "low"), [("share", True, False), ("count", False, True), ("rate", None, None)]
)
def test_a_signal_is_favourable_by_the_polarity_of_its_measure(
    drawn: duckdb.DuckDBPyConnection, measure: str, high: bool | None, low: bool | None
) -> None:
    values = (40, 42, 44, 46, 48, 50, *[60] * 8, 58, 56, 54, 52, 50, *[40] * 8)
    put(drawn, measure, [(value, None if measure == "count" else 100) for value in values])
    found = set(drawn.sql("select direction, is_favourable from spc_signal where rule <> 'beyond_limits'").fetchall())
    assert found == {("rising", high), ("above", high), ("falling", low), ("below", low)}


# ---------------------------------------------------------------------------------------------- independent rules

# A stretch of months: how many, where it begins, how it steps, and of how many cases.
STRETCH = st.tuples(
    st.integers(1, 10), st.integers(0, 20), st.sampled_from([-1, 0, 0, 1]), st.sampled_from([40, 40, 40, 100, 20, 3, 0])
)
SERIES = st.tuples(
    st.lists(st.one_of(STRETCH, STRETCH, STRETCH, st.none()), min_size=1, max_size=7),
    st.sets(st.integers(1, 50), max_size=2),
)


def stretched(stretches: Sequence[tuple[int, int, int, int] | None]) -> list[tuple[int, int] | None]:
    """The months of some stretches; None is a gap of one month."""
    months: list[tuple[int, int] | None] = []
    for stretch in stretches:
        if stretch is None:
            months.append(None)
            continue
        length, level, slope, cases = stretch
        months += [(max(0, min(level + slope * number, cases)), cases) for number in range(length)]
    return months


@settings(max_examples=40, deadline=None)
@given(drawings=st.lists(SERIES, min_size=1, max_size=8))
def test_points_and_signals_are_those_of_an_independent_count(
    drawings: list[tuple[list[tuple[int, int, int, int] | None], set[int]]],
) -> None:
    expected_points, expected_signals = {}, set()
    with database() as connection:
        for number, (stretches, rebased) in enumerate(drawings):
            for measure in ("share", "rate", "count"):
                la_code = str(100 + number)
                months: list[Month] = [
                    month and (month[0], None if measure == "count" else month[1]) for month in stretched(stretches)
                ]
                put(connection, measure, months, sorted(rebased), la_code)
                series = {at: month for at, month in enumerate(months, start=1) if month is not None}
                points = independent_signals.points(series, rebased, measure)  # type: ignore[arg-type]
                expected_points |= {(la_code, measure, at): point for at, point in points.items()}
                expected_signals |= {(la_code, measure, *one) for one in independent_signals.signals(points)}
        found = connection.sql(
            "select la_code, measure_code, month, phase, centre, upper_limit, lower_limit, assessment from spc_point"
        ).fetchall()
        found_signals = connection.sql(
            "select la_code, measure_code, month, rule, direction, first_month, last_month from spc_signal"
        ).fetchall()
    assert len(found) == len(expected_points)
    for la_code, measure, month, phase, centre, upper, lower, assessment in found:
        point = expected_points[la_code, measure, number_of(month)]
        assert (phase, assessment) == (point.phase, point.assessment)
        assert (centre is None) == (point.centre is None)
        if point.centre is not None:
            assert centre == pytest.approx(float(point.centre))
        if assessment == "judged":
            sigma = sqrt(point.variance)
            highest = 100 if measure == "share" else float("inf")
            assert upper == pytest.approx(min(centre + 3 * sigma, highest))
            assert lower == pytest.approx(max(centre - 3 * sigma, 0), abs=1e-9)
        else:
            assert (upper, lower) == (None, None)
    assert len(found_signals) == len(set(found_signals))
    assert {
        (la_code, measure, number_of(month), rule, direction, number_of(first), number_of(last))
        for la_code, measure, month, rule, direction, first, last in found_signals
    } == expected_signals


# ---------------------------------------------------------------------------------------------- published


def test_points_and_signals_are_published_and_the_same_queries_run_over_a_named_version(tmp_path: Path) -> None:
    # From a year's first half to its second, those decided in time fall from nine in fourteen to five.
    days = [(month, day, day <= (9 if month < 7 else 5)) for month in range(1, 13) for day in range(1, 15)]
    decided = [
        f"2019-{month:02}-{day:02} | 2019-{month:02}-{day:02}T12:00 | 2019-{month:02}-{day if in_time else 28:02}T12:00"
        for month, day, in_time in days
    ]
    extract = Extract("598", date(2020, 1, 15), tmp_path / "598" / "2020-01-15")
    land(extract.folder, referral="\n".join(["referral_date | received_at | mash_completed_at", *decided]))
    change = Rebase(la_code="598", measure_code="mash_timeliness", month=date(2019, 7, 1), reason="a new front door")
    point = (
        "select strftime(month, '%Y-%m'), numerator, denominator, phase, assessment, round(centre, 1) from spc_point"
    )
    first, last = f"{point} where month = '2019-01-01'", f"{point} where month = '2019-12-01'"
    months = "select count(*), min(month), max(month) from spc_point"

    assert process(tmp_path / "warehouse", [extract]) == [1]
    with duckdb.connect(str(tmp_path / "warehouse" / "kpi.duckdb"), read_only=True) as kpi:
        assert kpi.sql(months).fetchall() == [(12, date(2019, 1, 1), date(2019, 12, 1))]
        assert kpi.sql(first).fetchall() == [("2019-01", 9, 14, 1, "judged", 50.0)]
        assert kpi.sql("from spc_rebase").fetchall() == []

    assert process(tmp_path / "warehouse", [extract], Settings(spc_rebase=(change,))) == [2]
    with duckdb.connect(str(tmp_path / "warehouse" / "kpi.duckdb"), read_only=True) as kpi:
        assert kpi.sql("from spc_rebase").fetchall() == [("598", "mash_timeliness", date(2019, 7, 1), change.reason)]
        assert kpi.sql(first).fetchall() == [("2019-01", 9, 14, 1, "too_few_months", 64.3)]
        assert kpi.sql(last).fetchall() == [("2019-12", 5, 14, 2, "too_few_months", 35.7)]
        of_the_second = kpi.sql("from spc_point order by all").fetchall()
        kpi.execute("create temp view monthly_kpi_current as from kpi.monthly_kpi_at_version(2)")
        kpi.execute("create temp view spc_rebase as from kpi.spc_rebase_at_version(2)")
        for table in ("spc_point", "spc_signal"):
            kpi.execute(f"create temp view {table} as {publishing.sql(table)}")
        assert kpi.sql("from temp.spc_rebase").fetchall() == kpi.sql("from kpi.spc_rebase").fetchall() != []
        assert kpi.sql("from spc_rebase_at_version(1)").fetchall() == []
        assert kpi.sql("from temp.spc_point order by all").fetchall() == of_the_second
        assert kpi.sql("from temp.spc_signal").fetchall() == kpi.sql("from kpi.spc_signal").fetchall() == []


# ---------------------------------------------------------------------------------------------- settings


def test_a_recorded_change_is_a_row_of_spc_rebase_from_the_first_of_its_month() -> None:
    recorded = {"la_code": "852", "measure_code": "icpc_timeliness", "month": "2020-04-17", "reason": " new team "}
    with duckdb.connect() as connection:
        connection.execute("create schema reference")
        for settings, rows in (
            (Settings(), []),
            (
                Settings.model_validate({"spc_rebase": [recorded]}),
                [("852", "icpc_timeliness", date(2020, 4, 1), "new team")],
            ),
        ):
            setting.load_settings(connection, settings)
            rebases = connection.sql(publishing.sql("spc_rebase"))
            assert rebases.columns == ["la_code", "measure_code", "month", "reason"]
            assert rebases.fetchall() == rows


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"la_code": "E06000045"}, "la_code"),
        ({"measure_code": "icpc_timelyness"}, "icpc_timelyness is no measure"),
        ({"reason": "  "}, "say what changed"),
    ],
)
def test_a_recorded_change_that_cannot_be_is_refused(wrong: dict[str, str], message: str) -> None:
    recorded = {"la_code": "852", "measure_code": "icpc_timeliness", "month": "2020-04-01", "reason": "new team"}
    with pytest.raises(ValidationError, match=message):
        Settings.model_validate({"spc_rebase": [recorded | wrong]})


def test_a_change_recorded_twice_is_refused() -> None:
    one = Rebase(la_code="852", measure_code="icpc_timeliness", month=date(2020, 4, 1), reason="new team")
    other = Rebase(la_code="852", measure_code="icpc_timeliness", month=date(2020, 4, 30), reason="new system")
    with pytest.raises(ValidationError, match="852 icpc_timeliness 2020-04 is there more than once"):
        Settings(spc_rebase=(one, other))
