"""A closure day that one authority declares for itself moves its due dates, and nobody else's of the same run.

5 August 2020 is a Wednesday, and so is 2 September; 31 August is a bank holiday. The extract is of Tuesday 1 September.
"""

import shutil
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from support.landed import land
from support.published import LIMITS, changed, grouped, process
from support.random_extract import write_random_extract

from pipelines.automation import due
from pipelines.commands.explain import lines
from pipelines.settings import PipelineSettings
from schemas.settings import Settings
from warehouse.landing.extracts import Extract
from warehouse.layers import Group
from warehouse.rebuilding import rebuild
from warehouse.reference.loading import FIGURES, FOLDER
from warehouse.report.explanation.explanation import counts, explain
from warehouse.report.overview.due import months_due
from warehouse.report.pending.lists import pending_lists

DECLARED = "Closure day of the council (closure_days of 599/authority.toml)"
OPEN = ("598", "600")  # 599 declares days of its own
TABLES = {
    # In time where 5 August is no working day, else a day late; and one that is open.
    "referral": """
    referral_id | referral_date | received_at | mash_completed_at
    R1          | 2020-08-04    | 2020-08-04  | 2020-08-06
    R2          | 2020-09-01    | 2020-09-01  |
    """,
    "assessment": "assessment_id | person_id | referral_id | start_date | authorised_date\nA1 | P1 | R1 | 2020-08-04 |",
}


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("closure_days")
    for la_code in (*OPEN, "599"):
        land(folder / la_code / "2020-09-01", **TABLES)
    (folder / "599" / "authority.toml").write_text("closure_days = [2020-08-05, 2020-09-02]\n")
    return folder


@pytest.fixture(scope="module")
def warehouse(landing: Path) -> Path:
    assert process(landing / "warehouse", extracts(landing)) == [1, 2, 3]
    return landing / "warehouse"


def extracts(landing: Path) -> list[Extract]:
    return [Extract(la_code, date(2020, 9, 1), landing / la_code / "2020-09-01") for la_code in ("598", "599", "600")]


def test_a_figure_counts_by_the_calendar_of_its_own_authority(warehouse: Path) -> None:
    with duckdb.connect(str(warehouse / "kpi.duckdb"), read_only=True) as connection:
        assert connection.execute(
            "select la_code, numerator, denominator from monthly_kpi_current where measure_code = 'mash_timeliness' and "
            "month = '2020-08-01' and period = 'month' order by 1"
        ).fetchall() == [("598", 0, 1), ("599", 1, 1), ("600", 0, 1)]


def test_what_is_open_falls_due_by_it(warehouse: Path) -> None:
    with duckdb.connect(str(warehouse / "casework.duckdb"), read_only=True) as connection:
        found = connection.execute(
            "select measure_code, list((due_date::varchar, working_days_elapsed) order by la_code) from pending_case "
            "where record_id in ('R2', 'A1') group by all order by 1"
        ).fetchall()
    assert found == [
        ("assessment_timeliness", [("2020-10-07", 19), ("2020-10-09", 18), ("2020-10-07", 19)]),
        ("mash_timeliness", [("2020-09-02", 0), ("2020-09-03", 0), ("2020-09-02", 0)]),
    ]


def test_what_it_would_be_if_done_is_asked_of_the_same_days(warehouse: Path) -> None:
    days = {one.la_code: one.days[0].isoformat() for one in pending_lists(warehouse, Settings())}
    assert days == {"598": "2020-09-02", "599": "2020-09-03", "600": "2020-09-02"}
    first = {
        one.la_code: next(item.outcomes[0] for item in one.items if item.record_id == "R2")
        for one in pending_lists(warehouse, Settings())
    }
    assert first == {"598": "in time", "599": "in time", "600": "in time"}


def test_an_explanation_counts_as_the_figure_does(warehouse: Path) -> None:
    told = {}
    for la_code in ("598", "599"):
        found = explain(warehouse, la_code, "mash_timeliness", date(2020, 8, 1), None, Settings())
        (count,) = counts(found)
        assert count is not None
        told[la_code] = (count.working_days, count.uncounted.get(DECLARED))
        assert [case.working_days for case in found.cases or ()] == [count.working_days]
    assert told == {"598": (2, None), "599": (1, (date(2020, 8, 5),))}


def test_an_explanation_names_the_closure_days_of_an_authority_as_its_own(warehouse: Path) -> None:
    found = explain(warehouse, "599", "mash_timeliness", date(2020, 8, 1), None, Settings())
    assert found.made_with.settings.local_extra_non_working_days == ()
    assert '  In 599/authority.toml: closure_days = ["2020-08-05", "2020-09-02"]' in list(lines(found))
    others = explain(warehouse, "598", "mash_timeliness", date(2020, 8, 1), None, Settings())
    assert not [line for line in lines(others) if "closure_days" in line]


@pytest.mark.long
def test_a_day_that_is_closed_twice_over_names_both_who_say_so(landing: Path, tmp_path: Path) -> None:
    closed = Settings(local_extra_non_working_days=(date(2020, 8, 5),))
    process(tmp_path / "warehouse", extracts(landing)[1:2], closed)
    (count,) = counts(explain(tmp_path / "warehouse", "599", "mash_timeliness", date(2020, 8, 1), None, Settings()))
    assert count is not None
    assert count.uncounted == {
        "The start is day 0": (date(2020, 8, 4),),
        "Closure day of the council (setting local_extra_non_working_days, closure_days of 599/authority.toml)": (
            date(2020, 8, 5),
        ),
    }


def test_an_explanation_counts_by_the_bank_holidays_of_its_version_and_says_who_lists_them(
    landing: Path, tmp_path: Path
) -> None:
    """Those in force for the warehouse while it was made; not the project's own, and not those that came after."""
    folders = [tmp_path / "reference" / number for number in ("0001", "0002")]
    for folder in folders:
        folder.mkdir(parents=True)
        for path in FOLDER.iterdir():
            if path.suffix in FIGURES:
                shutil.copy(path, folder)
    for folder, days in zip(folders, (("2020-08-05", "2020-09-02"), ("2020-09-03",)), strict=True):
        with (folder / "bank_holiday.csv").open("a") as file:
            for day in days:
                file.write(f"england-and-wales,{day},Day of the pear,false,A drawn list\n")
    folders[1].rename(tmp_path / "later")
    process(tmp_path, extracts(landing)[:1])
    # By those in force the third working day of September, on which the overviews of August are due, is a day later.
    with changed(tmp_path / "kpi.duckdb") as kpi:
        kpi.execute("update kpi_version set published_at = '2020-09-01'")
    assert [months_due(tmp_path, date(2020, 9, day)) for day in (3, 4)] == [[], [date(2020, 8, 1)]]
    (tmp_path / "later").rename(folders[1])
    found = explain(tmp_path, "598", "mash_timeliness", date(2020, 8, 1), None, Settings())
    (count,) = counts(found)
    assert count is not None
    assert (count.working_days, count.allowed) == (1, 1)
    assert count.uncounted["Bank holiday in England, Day of the pear (A drawn list)"] == (date(2020, 8, 5),)
    assert pending_lists(tmp_path, Settings())[0].days[0] == date(2020, 9, 3)
    # Where its own are gone, as those of an earlier release are, it counts by those in force.
    shutil.rmtree(folders[0])
    found = explain(tmp_path, "598", "mash_timeliness", date(2020, 8, 1), None, Settings())
    assert [count and count.working_days for count in counts(found)] == [2]
    assert pending_lists(tmp_path, Settings())[0].days[:2] == (date(2020, 9, 2), date(2020, 9, 4))


def test_days_of_the_settings_close_everybody_beside_them(landing: Path) -> None:
    everybody = Settings(local_extra_non_working_days=(date(2020, 8, 6),))
    with closing(Group(extracts(landing), everybody, LIMITS)) as group:
        group.facts()
        assert group.connection.execute(
            "select la_code, due_date::varchar from facts.mash_item where record_id = 'R1' order by 1"
        ).fetchall() == [("598", "2020-08-05"), ("599", "2020-08-07"), ("600", "2020-08-05")]


@pytest.mark.long
def test_a_version_is_made_again_with_the_days_that_its_authority_landed(landing: Path, warehouse: Path) -> None:
    assert rebuild(landing, warehouse, 2).is_same
    assert rebuild(landing, warehouse, 1).is_same


def test_a_day_that_is_added_makes_the_extracts_of_its_authority_due_alone(landing: Path, warehouse: Path) -> None:
    asked = PipelineSettings(landing=landing, warehouse=warehouse)
    assert due(asked) == []
    file = landing / "599" / "authority.toml"
    before = file.read_text()
    file.write_text("closure_days = [2020-08-05, 2020-08-06, 2020-09-02]\n")
    try:
        assert due(asked) == [extracts(landing)[1]]
    finally:
        file.write_text(before)


@pytest.mark.long
def test_days_of_its_own_are_to_an_authority_what_the_settings_are_to_all(tmp_path: Path) -> None:
    """Every fact of one messy extract, by both ways; a neighbour's days, in the same run, are others."""
    day = date(2022, 10, 15)
    wednesdays = [date(2017, 1, 4) + timedelta(days=14 * number) for number in range(150)]
    own = {"301": wednesdays, "302": [wednesday + timedelta(days=1) for wednesday in wednesdays]}
    by_file, by_settings = [], {}
    for la_code, days in own.items():
        for way in ("file", "settings"):
            write_random_extract(tmp_path / way / la_code / str(day), 831, la_code, day, is_clean=False)
        named = ", ".join(map(str, days))
        (tmp_path / "file" / la_code / "authority.toml").write_text(f"closure_days = [{named}]\n")
        by_file.append(Extract(la_code, day, tmp_path / "file" / la_code / str(day)))
        settings = Settings.model_validate({"local_extra_non_working_days": days})
        with grouped([Extract(la_code, day, tmp_path / "settings" / la_code / str(day))], settings) as group:
            by_settings[la_code] = facts_of(group.connection, la_code)
    with grouped(by_file) as group:
        for la_code in own:
            assert facts_of(group.connection, la_code) == by_settings[la_code]
    assert by_settings["301"] != by_settings["302"]


# Numbered within a run, and so by who else is in it.
NUMBERS = {"child_number", "case_number", "file_number"}


def facts_of(connection: duckdb.DuckDBPyConnection, la_code: str) -> dict[str, list[tuple[object, ...]]]:
    """By fact that names its authority, the authority's rows."""
    found = {}
    tables = connection.sql("select table_name from duckdb_tables() where schema_name = 'facts'").fetchall()
    for (name,) in tables:
        columns = [column for column in connection.table(f"facts.{name}").columns if column not in NUMBERS]
        if "la_code" in columns:
            chosen = ", ".join(f'"{column}"' for column in columns if column != "la_code")
            found[name] = connection.execute(
                f"select {chosen} from facts.{name} where la_code = ? order by all",  # noqa: S608
                [la_code],
            ).fetchall()
    assert len(found) > 50
    return found
