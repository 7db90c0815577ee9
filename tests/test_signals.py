"""Signals: limits by month, the rules that tell a signal from noise, and what is too little to say anything of.

The queries are run over drawn tables, as the overview runs them over those of a named version.
"""

from collections.abc import Iterator, Sequence
from datetime import date

import duckdb
import pytest
from pydantic import ValidationError

from schemas.settings import Rebase, Settings
from warehouse.published import publishing
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


@pytest.fixture
def drawn() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("create table measure (measure_code varchar, kind varchar, polarity varchar)")
        connection.executemany("insert into measure values (?, ?, ?)", [(code, *of) for code, of in MEASURES.items()])
        connection.execute(
            "create table monthly_kpi_current (la_code varchar, measure_code varchar, month date, period varchar,"
            " numerator double, denominator double, value double, status varchar)"
        )
        connection.execute(
            "create table spc_rebase (la_code varchar, measure_code varchar, month date, reason varchar)"
        )
        for table in ("spc_point", "spc_signal"):
            connection.execute(f"create view {table} as {publishing.sql(table)}")
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
    rows = [
        (
            la_code,
            measure,
            month_of(number),
            "month",
            month[0],
            month[1],
            month[0] if scale is None else scale * month[0] / month[1] if month[1] else None,
            "final",
        )
        for number, month in enumerate(months, start=1)
        if month is not None
    ]
    connection.executemany("insert into monthly_kpi_current values (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    for number in rebased:
        connection.execute("insert into spc_rebase values (?, ?, ?, 'moved')", [la_code, measure, month_of(number)])


def counts(*values: float) -> list[Month]:
    return [(value, None) for value in values]


# ---------------------------------------------------------------------------------------------- limits


def test_the_limits_of_a_share_go_by_each_months_own_denominator(drawn: duckdb.DuckDBPyConnection) -> None:
    put(drawn, "share", [(80, 100)] * 6 + [(320, 400)] * 5 + [(328, 400)])
    points = drawn.sql(
        "select chart, phase, centre, lower_limit, lower_warning, upper_warning, upper_limit from spc_point "
        "order by month"
    ).fetchall()
    # p = 2408 / 3000; sigma of a month = sqrt(p (1 - p) / n), times 100.
    assert points[0] == ("p", 1, *(pytest.approx(x, abs=5e-4) for x in (80.2667, 68.3273, 72.3071, 88.2262, 92.2060)))
    assert points[6] == ("p", 1, *(pytest.approx(x, abs=5e-4) for x in (80.2667, 74.2970, 76.2869, 84.2464, 86.2363)))


def test_the_limits_of_a_count_come_from_its_moving_ranges(drawn: duckdb.DuckDBPyConnection) -> None:
    put(drawn, "count", counts(10, 12, 10, 12, 10, 12, 10, 12, 10, 12, 10, 12))
    points = set(drawn.sql("select chart, centre, lower_limit, upper_limit, assessment from spc_point").fetchall())
    assert points == {("xmr", 11.0, 11 - 2.66 * 2, 11 + 2.66 * 2, "judged")}


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
