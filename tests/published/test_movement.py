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
    connection.execute("create table spc_point (la_code varchar, month date)")
    connection.execute("create table spc_sentence (la_code varchar, measure_code varchar, month date, "
                       "sentence varchar, is_news boolean)")  # fmt: skip
    for version, la_code, day in ((1, "852", "2020-09-01"), (2, "370", "2020-09-01"), (3, "852", "2020-10-01")):
        connection.execute(
            "insert into kpi_version values (?, ?, ?, '2020-10-02', '', '', '', '', 0, 'publication', null)",
            [version, la_code, day],
        )
    return connection


def say(kpi: duckdb.DuckDBPyConnection, la_code: str, month: str, sentence: str, is_news: bool = True) -> None:
    kpi.execute("insert into spc_point values (?, ?)", [la_code, month])
    kpi.execute("insert into spc_sentence values (?, 'icpc_timeliness', ?, ?, ?)", [la_code, month, sentence, is_news])


def figure(
    kpi: duckdb.DuckDBPyConnection, version: int, day: str, value: float, unit: str, status: str = "final"
) -> None:
    measure = "icpc_timeliness" if unit == "percent" else "referrals"
    kpi.execute(
        "insert into monthly_kpi values ('852', ?, '2020-03-01', 'month', ?, 1, ?, ?, 0, ?, ?, ?, '1')",
        [measure, value, value, unit, status, day, version],
    )


def test_what_the_latest_month_says_that_is_new_is_told_once(kpi: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    say(kpi, "852", "2020-08-01", "August 2020 was unusually low (50%).")
    say(kpi, "852", "2020-09-01", "Timeliness has been higher since May 2020.")
    say(kpi, "370", "2020-08-01", "Timeliness fell to a new level in June 2019.")
    kpi.close()
    assert moved(tmp_path, after_version=2) == [
        "852, Initial child protection conferences held within 15 working days, September 2020: Timeliness has been "
        "higher since May 2020."
    ]
    assert [sentence[:3] for sentence in moved(tmp_path, after_version=0)] == ["370", "852"]
    assert moved(tmp_path, after_version=3) == []


def test_a_level_that_has_been_told_is_not_told_again(kpi: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    say(kpi, "852", "2020-09-01", "Timeliness rose to a new level in June 2019.", is_news=False)
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
    sign = "%" if unit == "percent" else ""
    assert [f"the final figure {before:g}{sign} is restated as" in sentence for sentence in sentences] == [True] * told


def test_two_figures_that_would_look_the_same_are_told_apart(kpi: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    figure(kpi, 1, "2020-09-01", 0.42, "count", "final")
    figure(kpi, 3, "2020-10-01", 0.38, "count", "final")
    kpi.close()
    (sentence,) = moved(tmp_path, after_version=2)
    assert "the final figure 0.4 is restated as 0.4;" not in sentence
    assert "the final figure 0.42 is restated as 0.38;" in sentence
