"""What a publication moves further than its history explains is told, by figures alone."""

from pathlib import Path

import duckdb
import pytest

from warehouse.published import publishing
from warehouse.published.movement import moved


@pytest.fixture
def kpi(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    """A kpi.duckdb of two versions of 852, and the earlier one of 370, to be drawn in; close it before it is read."""
    connection = duckdb.connect(str(tmp_path / publishing.KPI))
    connection.execute(publishing.sql("kpi"))
    connection.execute("create table measure as select 'icpc_timeliness' as measure_code, 0 as decimal_places "
                       "union all select 'referrals', 0")  # fmt: skip
    connection.execute("create table spc_point (la_code varchar, measure_code varchar, month date, value double, "
                       "lower_limit double, upper_limit double)")  # fmt: skip
    connection.execute("create table spc_signal (la_code varchar, measure_code varchar, month date, rule varchar)")
    for version, la_code, day in ((1, "852", "2020-09-01"), (2, "370", "2020-09-01"), (3, "852", "2020-10-01")):
        connection.execute(
            "insert into kpi_version values (?, ?, ?, '2020-10-02', '', '', '', '', 0)", [version, la_code, day]
        )
    return connection


def point(kpi: duckdb.DuckDBPyConnection, la_code: str, month: str, value: float, rule: str | None = None) -> None:
    kpi.execute("insert into spc_point values (?, 'icpc_timeliness', ?, ?, 52.04, 81.96)", [la_code, month, value])
    if rule:
        kpi.execute("insert into spc_signal values (?, 'icpc_timeliness', ?, ?)", [la_code, month, rule])


def figure(
    kpi: duckdb.DuckDBPyConnection, version: int, day: str, value: float, unit: str, status: str = "final"
) -> None:
    measure = "icpc_timeliness" if unit == "percent" else "referrals"
    kpi.execute(
        "insert into monthly_kpi values ('852', ?, '2020-03-01', 'month', ?, 1, ?, ?, 0, ?, ?, ?, '1')",
        [measure, value, value, unit, status, day, version],
    )


def test_a_latest_month_beyond_its_limits_is_told_and_an_earlier_one_or_another_signal_is_not(
    kpi: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    point(kpi, "852", "2020-08-01", 50, "beyond_limits")
    point(kpi, "852", "2020-09-01", 82, "beyond_limits")
    point(kpi, "370", "2020-08-01", 90, "beyond_limits")
    kpi.close()
    assert moved(tmp_path, after_version=2) == [
        "852, icpc_timeliness, September 2020: 82.00 is outside its process limits, 52.04 to 81.96; look at its cases "
        "before it is used."
    ]
    assert [sentence[:3] for sentence in moved(tmp_path, after_version=0)] == ["370", "852"]
    assert moved(tmp_path, after_version=3) == []


def test_a_run_of_months_within_the_limits_is_not_told(kpi: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    point(kpi, "852", "2020-09-01", 75, "run_of_8")
    kpi.close()
    assert moved(tmp_path, after_version=2) == []


@pytest.mark.parametrize(
    ("unit", "before", "after", "status", "told"),
    [
        ("percent", 70, 75, "final", False),
        ("percent", 70, 75.1, "final", True),
        ("percent", 70, 60, "provisional", False),
        ("count", 400, 420, "final", False),
        ("count", 400, 421, "final", True),
        ("count", 400, 379, "final", True),
        ("count", 0, 1, "final", True),
    ],
)
def test_a_final_month_restated_by_more_than_5_points_or_5_percent_is_told(
    kpi: duckdb.DuckDBPyConnection, tmp_path: Path, unit: str, before: float, after: float, status: str, told: bool
) -> None:
    figure(kpi, 1, "2020-09-01", before, unit, status)
    figure(kpi, 3, "2020-10-01", after, unit, "final")
    kpi.close()
    sentences = moved(tmp_path, after_version=2)
    assert [f"the final figure {before:.2f} is restated as {after:.2f}" in sentence for sentence in sentences] == (
        [True] * told
    )
