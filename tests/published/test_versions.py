"""Versions: what each publication adds, what was known on which date, and that nothing is ever taken back.

Most tests publish figures that are drawn here rather than counted: `{"2020-07": "3 of 4"}` is what an extract says of
MASH in July 2020. The warehouse they go into was made by a whole run of another authority, which is version 1. Any
sequence of publications is held against a model in test_history.py.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from support.landed import land
from support.published import process

from schemas.settings import Settings
from warehouse.definitions import stamp
from warehouse.published import publishing
from warehouse.landing.extracts import Extract
from warehouse.workspace import working

Figures = dict[str, str]
MEASURE = "mash_timeliness"
SEPTEMBER, OCTOBER, NOVEMBER = "2020-09-01", "2020-10-01", "2020-11-01"


@pytest.fixture(scope="module")
def other_authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with one publication, of another authority."""
    folder = tmp_path_factory.mktemp("other")
    extract = Extract("598", date(2020, 9, 1), folder / "598" / "2020-09-01")
    land(extract.folder, referral="received_at | mash_completed_at\n2020-08-03 | 2020-08-04")
    assert process(folder / "warehouse", [extract]) == [1]
    with working(folder / "warehouse", Settings()) as connection:  # the contributions as a table, to be drawn
        views = connection.sql("select view_name from duckdb_views() where schema_name = 'measures'").fetchall()
        connection.execute("create table measures.drawn as from measures.contribution limit 0")
        connection.execute(f"drop {'view' if ('contribution',) in views else 'table'} measures.contribution")
        connection.execute("alter table measures.drawn rename to contribution")
    return folder / "warehouse"


@pytest.fixture
def warehouse(other_authority: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(other_authority, tmp_path / "warehouse"))


def publish(warehouse: Path, extract_date: str, figures: Figures, status: str = "provisional") -> list[int]:
    """Publish what authority 599's extract of a date says; the versions made."""
    counts = {month: tuple(map(int, text.split(" of "))) for month, text in figures.items()}
    extract = Extract("599", date.fromisoformat(extract_date), warehouse)
    with working(warehouse, Settings(), [extract]) as connection:
        for table in ("raw.extract_file", "measures.monthly_kpi"):
            connection.execute(f"delete from {table} where (la_code, extract_date) in (from raw.run_extract)")  # noqa: S608
        connection.execute(
            "insert into raw.extract_file (la_code, extract_date, table_name, file_name, sha256) "
            "from (select *, 'referral', 'referral.csv', ? from raw.run_extract)",
            [repr(sorted(figures.items())) + status],
        )
        connection.execute("delete from measures.contribution")
        for month, (numerator, denominator) in counts.items():
            row = ["599", date.fromisoformat(extract_date), MEASURE, date.fromisoformat(f"{month}-01")]
            connection.execute(
                "insert into measures.monthly_kpi by name select ? as la_code, ? as extract_date, ? as measure_code, "
                "? as month, 'month' as period, ? as numerator, ? as denominator, 100 * ? / nullif(?, 0) as value, "
                "'percent' as unit, 0 as missing_start, ? as status, '1' as definition_version",
                [*row, numerator, denominator, numerator, denominator, status],
            )
            connection.execute(
                "insert into measures.contribution by name select ? as la_code, ? as extract_date, ? as measure_code, "
                "? as month, ? as numerator, ? as denominator",
                [*row, numerator, denominator],
            )
        stamp(connection, "measures")
        return publishing.publish(connection, warehouse, publishing.Publication("run", "0", "the definitions"))


def ask(warehouse: Path, query: str, name: str = "kpi") -> list[tuple[Any, ...]]:
    with duckdb.connect(str(warehouse / f"{name}.duckdb"), read_only=True) as connection:
        return connection.sql(query).fetchall()


SHOWN = "strftime(month, '%Y-%m'), coalesce(numerator::bigint || ' of ' || denominator::bigint, 'nothing')"


def current(warehouse: Path) -> Figures:
    return dict(ask(warehouse, f"select {SHOWN} from monthly_kpi_current where la_code = '599'"))  # noqa: S608


def as_known(warehouse: Path, on_date: str) -> Figures:
    return dict(ask(warehouse, f"select {SHOWN} from monthly_kpi_as_known(date '{on_date}') where la_code = '599'"))  # noqa: S608


def added(warehouse: Path, version: int) -> Figures:
    return dict(ask(warehouse, f"select {SHOWN} from monthly_kpi where version = {version}"))  # noqa: S608


def test_the_same_extract_again_makes_no_version(warehouse: Path) -> None:
    assert publish(warehouse, SEPTEMBER, {"2020-08": "3 of 4"}) == [2]
    before = (warehouse / "kpi.duckdb").read_bytes()
    assert publish(warehouse, SEPTEMBER, {"2020-08": "3 of 4"}) == []
    assert (warehouse / "kpi.duckdb").read_bytes() == before


def test_a_corrected_extract_is_a_version_that_holds_only_what_it_changed(warehouse: Path) -> None:
    publish(warehouse, SEPTEMBER, {"2020-07": "1 of 2", "2020-08": "3 of 4"})
    assert publish(warehouse, SEPTEMBER, {"2020-07": "1 of 2", "2020-08": "4 of 4"}) == [3]
    assert added(warehouse, 2) == {"2020-07": "1 of 2", "2020-08": "3 of 4"}
    assert added(warehouse, 3) == {"2020-08": "4 of 4"}
    assert current(warehouse) == {"2020-07": "1 of 2", "2020-08": "4 of 4"}
    assert ask(warehouse, "select version, rows_changed from kpi_version where la_code = '599' order by 1") == [
        (2, 2),
        (3, 1),
    ]


def test_each_extract_stays_readable_as_it_was_known_on_its_date(warehouse: Path) -> None:
    publish(warehouse, SEPTEMBER, {"2020-08": "3 of 4"})
    publish(warehouse, OCTOBER, {"2020-08": "3 of 5", "2020-09": "1 of 1"})
    assert as_known(warehouse, "2020-08-31") == {}
    assert as_known(warehouse, SEPTEMBER) == as_known(warehouse, "2020-09-30") == {"2020-08": "3 of 4"}
    assert as_known(warehouse, OCTOBER) == current(warehouse) == {"2020-08": "3 of 5", "2020-09": "1 of 1"}


def test_an_older_extract_that_comes_later_adds_to_the_past_and_leaves_the_current_view(warehouse: Path) -> None:
    publish(warehouse, OCTOBER, {"2020-08": "3 of 5", "2020-09": "1 of 1"})
    cases = ask(warehouse, "from kpi_case where la_code = '599' order by all", "casework")
    publish(warehouse, SEPTEMBER, {"2020-07": "9 of 9", "2020-08": "3 of 4"})
    assert as_known(warehouse, SEPTEMBER) == {"2020-07": "9 of 9", "2020-08": "3 of 4"}
    assert current(warehouse) == {"2020-07": "nothing", "2020-08": "3 of 5", "2020-09": "1 of 1"}
    assert ask(warehouse, "from kpi_case where la_code = '599' order by all", "casework") == cases


def test_a_late_correction_of_an_old_extract_leaves_what_later_dates_know(warehouse: Path) -> None:
    publish(warehouse, SEPTEMBER, {"2020-07": "1 of 2", "2020-08": "3 of 4"})
    publish(warehouse, OCTOBER, {"2020-07": "1 of 2", "2020-08": "3 of 5"})
    publish(warehouse, SEPTEMBER, {"2020-07": "2 of 2", "2020-08": "4 of 4"})
    assert as_known(warehouse, SEPTEMBER) == {"2020-07": "2 of 2", "2020-08": "4 of 4"}
    assert as_known(warehouse, OCTOBER) == {"2020-07": "1 of 2", "2020-08": "3 of 5"}


def test_a_key_that_disappears_gets_a_row_without_figures(warehouse: Path) -> None:
    publish(warehouse, SEPTEMBER, {"2020-07": "1 of 2", "2020-08": "3 of 4"})
    publish(warehouse, OCTOBER, {"2020-08": "3 of 4"})
    assert added(warehouse, 3) == {"2020-07": "nothing"}
    assert ask(warehouse, "select value, missing_start, status from monthly_kpi where version = 3") == [
        (None, None, None)
    ]
    assert publish(warehouse, NOVEMBER, {"2020-08": "3 of 4"}) == [4]
    assert added(warehouse, 4) == {}


def test_a_restatement_shows_before_and_after_and_whether_the_figure_had_been_final(warehouse: Path) -> None:
    publish(warehouse, SEPTEMBER, {"2020-05": "1 of 4", "2020-06": "1 of 1"}, status="final")
    publish(warehouse, OCTOBER, {"2020-05": "2 of 4", "2020-06": "1 of 1"}, status="final")
    publish(warehouse, NOVEMBER, {"2020-05": "3 of 4", "2020-06": "1 of 1"}, status="provisional")
    publish(warehouse, "2020-12-01", {"2020-05": "0 of 4", "2020-06": "1 of 1"})
    restated = ask(
        warehouse,
        "select strftime(month, '%Y-%m'), version_before, version, extract_date_before::varchar, extract_date::varchar,"
        " value_before, value, numerator_before, numerator, was_final from kpi_restatement order by version",
    )
    assert restated == [
        ("2020-05", 2, 3, SEPTEMBER, OCTOBER, 25.0, 50.0, 1.0, 2.0, True),
        ("2020-05", 3, 4, OCTOBER, NOVEMBER, 50.0, 75.0, 2.0, 3.0, True),
        ("2020-05", 4, 5, NOVEMBER, "2020-12-01", 75.0, 0.0, 3.0, 0.0, False),
    ]


def test_authorities_have_nothing_to_do_with_each_other(warehouse: Path) -> None:
    before = ask(warehouse, "from monthly_kpi where la_code = '598' order by all")
    cases = ask(warehouse, "from kpi_case where la_code = '598' order by all", "casework")
    publish(warehouse, NOVEMBER, {"2020-08": "3 of 5"})
    assert ask(warehouse, "from monthly_kpi where la_code = '598' order by all") == before
    assert ask(warehouse, "from kpi_case where la_code = '598' order by all", "casework") == cases != []


def test_figures_that_their_cases_do_not_sum_to_are_not_published(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(warehouse, SEPTEMBER, {"2020-08": "3 of 4"})
    real = publishing.sql
    lost = {"kpi_case": real("kpi_case").replace("semi join", "inner join (select * from latest_extract limit 0)", 1)}
    monkeypatch.setattr(publishing, "sql", lambda name: lost.get(name) or real(name))
    with pytest.raises(publishing.ReconciliationError, match="figures differ from the sum of their cases"):
        publish(warehouse, OCTOBER, {"2020-08": "3 of 5"})
    assert current(warehouse) == {"2020-08": "3 of 4"}


@pytest.fixture
def no_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def test_child_level_files_are_for_their_owner_only_whatever_the_umask(tmp_path: Path, no_umask: None) -> None:
    folder = tmp_path / "599" / SEPTEMBER
    land(folder, referral="received_at | mash_completed_at\n2020-08-03 | 2020-08-04")
    process(tmp_path / "warehouse", [Extract("599", date(2020, 9, 1), folder)])
    modes = {path.name: oct(path.stat().st_mode & 0o777) for path in (tmp_path / "warehouse").glob("*.duckdb")}
    assert modes == {"kpi.duckdb": "0o644", "casework.duckdb": "0o600", "ledger.duckdb": "0o600",
                     "working.duckdb": "0o600"}  # fmt: skip


def test_cases_sum_to_the_figures_of_the_latest_extract_of_each_authority(
    tmp_path: Path, run_layers: Callable[..., list[int]]
) -> None:
    def landed(la_code: str, extract_date: str, decided: str) -> Extract:
        folder = tmp_path / la_code / extract_date
        land(
            folder,
            person="person_id | dob\nP1 | 2010-01-01\nP2 | 2010-01-01",
            referral=f"received_at | mash_completed_at\n2020-08-03 | 2020-08-04\n2020-08-05 | {decided}",
            cp_plan="person_id | start_date\nP1 | 2020-08-03\nP2 | 2020-08-10",
            cla_episode="person_id | decom\nP1 | 2020-08-03\nP2 | 2020-08-10",
            cla_care_plan="person_id | authorised_date\nP1 | 2020-08-04",
        )
        return Extract(la_code, date.fromisoformat(extract_date), folder)

    extracts = [landed("597", SEPTEMBER, "2020-08-31"), landed("597", OCTOBER, "2020-08-06"),
                landed("596", SEPTEMBER, "2020-08-07")]  # fmt: skip
    assert run_layers(tmp_path / "warehouse", extracts) == [1, 2, 3]
    summed = ask(
        tmp_path / "warehouse",
        "select la_code, measure_code, strftime(month, '%Y-%m'), sum(numerator)::int, sum(denominator)::int "
        "from kpi_case group by all order by all",
        "casework",
    )
    of_one = [
        ("authorised_care_plan", "2020-08", 1, 2),
        ("child_protection_plan_rate", "2020-08", 2, None),
        ("looked_after_rate", "2020-08", 2, None),
    ]
    in_progress = [(measure, "2020-09", *counts) for measure, _, *counts in of_one]
    assert [row for row in summed if row[0] == "596"] == [
        ("596", *row) for row in sorted([*of_one, *in_progress, ("mash_timeliness", "2020-08", 1, 2)])
    ]
    assert ("597", "mash_timeliness", "2020-08", 2, 2) in summed
    counted = ask(
        tmp_path / "warehouse",
        "select la_code, measure_code, strftime(month, '%Y-%m'), numerator::int from monthly_kpi_current "
        "where period = 'month' and numerator > 0 order by all",
    )
    assert [row[:4] for row in summed] == counted


def test_a_lost_file_is_made_again_extract_by_extract_as_the_nightly_schedule_runs_them(tmp_path: Path) -> None:
    landed = {la: Extract(la, date(2020, 9, 1), tmp_path / la / "2020-09-01") for la in ("598", "599")}
    for extract in landed.values():
        land(extract.folder, referral="received_at | mash_completed_at\n2020-08-03 | 2020-08-04")
    process(tmp_path / "warehouse", list(landed.values()))
    (tmp_path / "warehouse" / "casework.duckdb").unlink()
    for extract in landed.values():
        assert process(tmp_path / "warehouse", [extract]) == [], "nothing is published that was not"
    assert not publishing.agree(tmp_path / "warehouse"), "no run has seen both: all stay due"
    assert process(tmp_path / "warehouse", list(landed.values())) == []
    assert publishing.agree(tmp_path / "warehouse")
    with duckdb.connect(str(tmp_path / "warehouse" / "casework.duckdb"), read_only=True) as casework:
        assert casework.sql("select la_code, count(*) from kpi_case group by all order by all").fetchall() == [
            ("598", 1), ("599", 1)
        ]  # fmt: skip
