"""Protection of children's data: who may read what is written, and where nothing of a child may ever stand."""

import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dagster import AssetKey, DagsterInstance
from support.command import run_command
from support.landed import land
from support.published import LIMITS, changed, grouped, process, publish
from support.record_of_runs import make_once

import assets.facts
import assets.measures
import assets.published
import assets.raw
import assets.reference
import assets.staged
from pipelines.definitions import JOB, build
from pipelines.instance import home, register, run
from pipelines.settings import PipelineSettings
from schemas.settings import Settings
from warehouse import layers, ledger
from warehouse.landing.extracts import Extract
from warehouse.layers import Group
from warehouse.private import owner_only
from warehouse.published.pseudonyms import hiding as pseudonyms
from warehouse.published.retention import purging as retention
from warehouse.workspace import exclusive

PROJECT = Path(__file__).resolve().parents[2]
REFERRAL = "received_at | mash_completed_at\n2020-08-03  | 2020-08-04\n2020-08-03  | TBC"


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PipelineSettings:
    """An installation of its own, with one landed extract of 852."""
    make_once()
    monkeypatch.setenv("DAGSTER_HOME", "")  # so that what home() sets is taken back
    land(tmp_path / "landing" / "852" / "2020-09-01", referral=REFERRAL)
    return PipelineSettings(landing=tmp_path / "landing", warehouse=tmp_path / "warehouse")


def extract(settings: PipelineSettings, la_code: str = "852", extract_date: str = "2020-09-01") -> Extract:
    folder = settings.landing / la_code / extract_date
    return Extract(la_code, date.fromisoformat(extract_date), folder)


def command(
    settings: PipelineSettings, *arguments: str, mask: int = 0o022, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run `python -m pipelines` as a person would, in a shell with that umask."""
    arguments = arguments or ("run", "--landing", str(settings.landing))
    return run_command(*arguments, "--warehouse", settings.warehouse, mask=mask, **environment)


def open_to_others(warehouse: Path) -> dict[str, str]:
    """Every file and folder of a warehouse, itself included, that is not for its owner only; kpi.duckdb must be.

    So are the pages of aggregates in `reports`, which say what is in it.
    """
    modes = {
        str(path.relative_to(warehouse.parent)): path.stat().st_mode & 0o777
        for path in (warehouse, *warehouse.rglob("*"))
    }
    assert modes.pop(f"{warehouse.name}/kpi.duckdb") == 0o644
    pages = {name: modes.pop(name) for name in list(modes) if name.startswith(f"{warehouse.name}/reports")}
    assert {name: oct(mode) for name, mode in pages.items()} == {
        name: oct(0o755 if (warehouse.parent / name).is_dir() else 0o644) for name in pages
    }
    own = {name: 0o700 if (warehouse.parent / name).is_dir() else 0o600 for name in modes}
    return {name: oct(mode) for name, mode in modes.items() if mode != own[name]}


# --- modes ----------------------------------------------------------------------------------------------------------


def test_a_run_of_the_layers_leaves_nothing_open_to_others_though_the_umask_lets_everybody_in(
    published_before: "Kept",
) -> None:
    assert open_to_others(published_before.warehouse) == {}
    assert published_before.umask_left == 0, "the caller's umask is given back"


@pytest.mark.long
def test_a_run_of_the_layers_is_possible_though_the_umask_keeps_everybody_out(settings: PipelineSettings) -> None:
    with umask(0o777):
        process(settings.warehouse, [extract(settings)])
        left = os.umask(0o777)
    assert open_to_others(settings.warehouse) == {}
    assert left == 0o777, "the caller's umask is given back"


@pytest.mark.long
def test_a_run_of_the_job_leaves_nothing_open_to_others_though_dagster_has_no_umask_of_ours(
    settings: PipelineSettings,
) -> None:
    with umask(0):
        folder = home(settings.warehouse)
        with DagsterInstance.from_config(str(folder)) as instance:
            register(instance, ["852_2020-09-01"])
            assert run(instance, build(settings).resolve_job_def(JOB), ["852_2020-09-01"]).succeeded
    reachable = [name for name in open_to_others(settings.warehouse) if "/dagster/" not in name]
    assert reachable == []
    # Dagster itself opened its databases before the run, with the umask it had; their folders are closed.
    folders = {path.name: oct(path.stat().st_mode & 0o777) for path in (folder, *folder.iterdir()) if path.is_dir()}
    assert folders == dict.fromkeys(("dagster", "history", "schedules", "storage"), "0o700")


@pytest.mark.long
def test_a_process_that_loads_the_code_location_writes_for_its_owner_only(settings: PipelineSettings) -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import os, pipelines.location\nprint(oct(os.umask(0)))"],
        cwd=PROJECT, capture_output=True, text=True, timeout=120, umask=0,
        env={**os.environ, "KPI_LANDING": str(settings.landing), "KPI_WAREHOUSE": str(settings.warehouse)},
    )  # fmt: skip
    assert loaded.stdout == "0o77\n", loaded.stderr


def spilling(settings: PipelineSettings) -> Group:
    """A group with so little memory that it puts rows aside."""
    group = Group([extract(settings)], Settings(), LIMITS, settings.warehouse / ".spill")
    group.connection.execute("set memory_limit = '60MB'")
    group.connection.execute("set threads = 1")
    group.connection.execute("create table much as select md5(range::varchar) as cell from range(2_000_000)")
    group.connection.execute("create table sorted as from much order by cell")
    return group


@pytest.mark.long
def test_what_is_put_aside_is_for_its_owner_only_while_it_is_there_and_goes_with_the_group(
    settings: PipelineSettings,
) -> None:
    with umask(0):
        group = spilling(settings)
        (folder,) = (settings.warehouse / ".spill").iterdir()
        assert any(path.name.startswith("duckdb_temp_storage") for path in folder.iterdir())
        assert folder.stat().st_mode & 0o777 == 0o700
        with exclusive(settings.warehouse):  # another run publishes meanwhile
            assert folder.exists()
        group.connection.execute("select count(*) from (select cell from sorted order by cell desc)")
        group.close()
    assert not (settings.warehouse / ".spill").exists()


def refuse(warehouse: Path) -> None:
    """Have the ledger say of some extract that it was refused."""
    with exclusive(warehouse):
        ledger.record_refusals(
            warehouse, {ledger.LandedBytes("852", date(2020, 9, 1), "0"): [ledger.Finding("nothing in it")]}
        )


@pytest.mark.long
def test_no_child_level_file_is_wider_for_a_moment(settings: PipelineSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "chmod", lambda *_: None)  # so that a file keeps the mode it was made with
    with umask(0):
        process(settings.warehouse, [extract(settings)])
        process(settings.warehouse, [extract(settings)])
        refuse(settings.warehouse)
    made = {path.name: oct(path.stat().st_mode & 0o777) for path in settings.warehouse.glob("*.duckdb")}
    assert made == dict.fromkeys(("kpi.duckdb", "casework.duckdb", "ledger.duckdb"), "0o600")


@pytest.mark.long
def test_files_that_were_opened_to_others_are_closed_and_the_folder_keeps_the_mode_it_was_given(
    settings: PipelineSettings,
) -> None:
    process(settings.warehouse, [extract(settings)])
    refuse(settings.warehouse)
    settings.warehouse.chmod(0o751)  # analysts may pass through to kpi.duckdb
    for name in ("casework.duckdb", "ledger.duckdb"):
        (settings.warehouse / name).chmod(0o644)
    process(settings.warehouse, [extract(settings)])
    assert open_to_others(settings.warehouse) == {"warehouse": "0o751"}


def test_the_umask_comes_back_after_the_last_of_several_that_asked_for_it() -> None:
    with umask(0o027):
        first, second = owner_only(), owner_only()
        first.__enter__()
        second.__enter__()
        first.__exit__(None, None, None)
        assert os.umask(0o077) == 0o077, "the second is still inside"
        second.__exit__(None, None, None)
        assert os.umask(0o027) == 0o027


# --- what is told ---------------------------------------------------------------------------------------------------

# Every id, name and odd cell below has one of these in it; the days of birth are of no other use.
OF_CHILDREN = ("ZQXWJ", "2009-02-17", "17/02/2009", "31/02/2009")
WITH_CHILDREN = {
    "person": "person_id | dob | Full name\n"
    "ZQXWJP1 | 2009-02-17 | ZQXWJNAME Smith\nZQXWJP2 | 31/02/2009 | ZQXWJNAME Jones\n"
    "ZQXWJP2 | 17/02/2009 | ZQXWJNAME Jones",
    "referral": "referral_id | person_id | received_at | mash_completed_at | referral_source | worker\n"
    "ZQXWJR1 | ZQXWJP1  | 2020-08-03 | ZQXWJ TBC     | 1A       | ZQXWJWORKER\n"
    "ZQXWJR2 | ZQXWJP2  | 2020-08-03 | 2020-08-04 | ZQXWJSOURCE | ZQXWJWORKER\n"
    "ZQXWJR3 | ZQXWJP3  | 2020-08-03 | 2020-08-01 | 1A       | ZQXWJWORKER\n"
    "ZQXWJR2 | ZQXWJP2  | 2020-08-04 | 2020-08-05 | 1A       | ZQXWJWORKER",
    "cla_episode": "person_id | decom | legal_status\nZQXWJP1 | 2020-08-03 | C2",
}
REFUSED = {
    "370": "ZQXWJR1,ZQXWJP1,17/02/2009\nZQXWJR2,ZQXWJP2,17/02/2009\n",  # no header
    "371": "referral_id,person_id,referral_date,referral_source,referral_nfa\n"
    "ZQXWJR1,ZQXWJP1,ZQXWJ,2020-08-03,1A,17/02/2009\n",
    "372": 'referral_id,person_id,referral_date,referral_source,referral_nfa\n"ZQXWJR1,ZQXWJP1,2020-08-03\n',
    "373": "referral_id,person_id,ZQXWJNAME Smith 17/02/2009\nZQXWJR1,ZQXWJP1,1\n",
}


def unpacked(database: Path) -> bytes:
    """What a database of Dagster's holds compressed."""
    found = b""
    with sqlite3.connect(database) as connection:
        for (table,) in connection.execute("select name from sqlite_master where type = 'table'").fetchall():
            for row in connection.execute(f"select * from {table}").fetchall():  # noqa: S608
                for value in row:
                    if isinstance(value, bytes) and value[:1] == b"x":
                        found += zlib.decompress(value)
    return found


def told_of_children(settings: PipelineSettings, *texts: str) -> set[str]:
    """Which of the files that Dagster keeps, and of the texts, say anything of a child."""
    files = {
        path: path.read_bytes() + (unpacked(path) if path.suffix == ".db" else b"")
        for path in (settings.warehouse / "dagster").rglob("*")
        if path.is_file()
    }
    assert any(path.suffix in (".db", ".db-wal") and b"852_2020-09-01" in content for path, content in files.items())
    named = {str(path): content for path, content in files.items()} | {text: text.encode() for text in texts}
    return {name for name, content in named.items() if any(mark.encode() in content for mark in OF_CHILDREN)}


def test_a_run_with_bad_rows_and_refused_files_tells_no_id_name_or_date_of_birth_and_leaves_nothing_open_to_others(
    settings: PipelineSettings,
) -> None:
    land(settings.landing / "852" / "2020-09-01", **WITH_CHILDREN)
    for la_code, content in REFUSED.items():
        folder = settings.landing / la_code / "2020-09-01"
        folder.mkdir(parents=True)
        (folder / "referral.csv").write_text(content)
    result = command(settings, mask=0, KPI_PSEUDONYM_KEY=KEY)
    assert result.returncode == 1
    assert all(f"{la_code}/2020-09-01/referral.csv" in result.stderr for la_code in REFUSED), result.stderr
    with duckdb.connect(str(settings.warehouse / "casework.duckdb"), read_only=True) as casework:
        assert casework.sql("select count(*) from row_issue where raw_value ilike '%zq%'").fetchall() >= [(2,)]
        assert casework.sql("select columns_ignored from extract_file where table_name = 'person'").fetchall() == [
            ("Full name",)
        ]
    assert told_of_children(settings, result.stdout, result.stderr) == set()
    assert (settings.warehouse / "dagster" / "storage").is_dir()
    assert open_to_others(settings.warehouse) == {}
    purged = command(settings, "purge", KPI_RETENTION_DAYS="30", KPI_PSEUDONYMISE_PERSONS="true", KPI_PSEUDONYM_KEY=KEY)
    assert purged.returncode == 0, purged.stderr
    assert ask(settings.warehouse, "from row_issue") == []
    assert KEY not in result.stdout + result.stderr + purged.stdout + purged.stderr
    assert holds(settings.warehouse, KEY) == set()
    assert not any(KEY.encode() in unpacked(path) for path in (settings.warehouse / "dagster").rglob("*.db"))


def quote_a_cell(*_: object, **__: object) -> None:
    """Fail as DuckDB does, with a cell in the message, while another error that has one is handled."""
    try:
        raise ValueError("ZQXWJP1 was born on 17/02/2009")
    except ValueError:
        duckdb.sql("select cast('ZQXWJP1' as integer)").fetchall()


@pytest.fixture
def instance(settings: PipelineSettings) -> Iterator[DagsterInstance]:
    with DagsterInstance.from_config(str(home(settings.warehouse))) as made:
        register(made, ["852_2020-09-01"])
        yield made


def test_an_error_in_any_layer_is_told_without_its_words(
    settings: PipelineSettings,
    instance: DagsterInstance,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    functions = {
        "reference": (assets.reference.loading, "load"),
        "raw": (layers.forms, "read"),
        "staged": (layers, "stage"),
        "facts": (layers.computing, "compute"),
        "measures": (layers.evaluation, "evaluate"),
        "published": (assets.published.publishing, "publish"),
    }
    job = build(settings).resolve_implicit_global_asset_job_def()
    for layer, (module, function) in functions.items():
        with monkeypatch.context() as patched:
            patched.setattr(module, function, quote_a_cell)
            keys = list(getattr(getattr(assets, layer), layer).keys)
            result = job.execute_in_process(
                instance=instance,
                raise_on_error=False,
                partition_key=None if layer == "reference" else "852_2020-09-01",
                asset_selection=keys,
            )
        (failure,) = [event.step_failure_data for event in result.all_events if event.is_step_failure]
        assert failure.user_failure_data, layer
        told = failure.user_failure_data.description
        assert f"The layer {layer} failed: ConversionException in " in str(told)
        details = settings.warehouse / "errors" / f"{result.run_id}.txt"
        assert str(details) in str(told)
        assert "ZQXWJP1 was born" in details.read_text()
        assert "Could not convert string 'ZQXWJP1'" in details.read_text()
        assert (details.stat().st_mode & 0o777, details.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert told_of_children(settings, *capfd.readouterr()) == set()


@pytest.mark.long
def test_the_command_tells_an_error_without_its_words(settings: PipelineSettings) -> None:
    failed = run_command(
        "run", "--landing", settings.landing, "--warehouse", settings.warehouse,
        instead="import duckdb\nfrom warehouse.published import publishing\n"
        "publishing.publish = lambda *_: duckdb.sql(\"select cast('ZQXWJP1' as date)\").fetchall()",
    )  # fmt: skip
    assert failed.returncode == 1
    assert "The layer published failed: ConversionException in assets/published.py, line " in failed.stderr
    assert "Traceback" not in failed.stderr
    assert told_of_children(settings, failed.stdout, failed.stderr) == set()


def test_an_error_of_the_machine_is_told_in_its_own_words(
    settings: PipelineSettings, instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", str(settings.warehouse / "kpi.duckdb"))

    monkeypatch.setattr(layers.computing, "compute", full)
    outcome = build(settings).resolve_implicit_global_asset_job_def().execute_in_process(
        instance=instance, raise_on_error=False, partition_key="852_2020-09-01",
        asset_selection=list(assets.facts.facts.keys),
    )  # fmt: skip
    (failure,) = [event.step_failure_data for event in outcome.all_events if event.is_step_failure]
    assert "No space left on device" in str(failure.user_failure_data and failure.user_failure_data.description)


# --- retention ------------------------------------------------------------------------------------------------------


def ask(warehouse: Path, query: str, name: str = "casework") -> list[tuple[Any, ...]]:
    with duckdb.connect(str(warehouse / f"{name}.duckdb"), read_only=True) as connection:
        return connection.sql(query).fetchall()


def holds(warehouse: Path, text: str) -> set[str]:
    """The files of the warehouse whose bytes hold a text, wherever in them."""
    return {path.name for path in warehouse.rglob("*") if path.is_file() and text.encode() in path.read_bytes()}


@dataclass(frozen=True)
class Kept:
    """Three extracts, each about a child of its own whose id no compression makes shorter.

    `hidden` is what publishing them with pseudonyms made of it, `umask_left` what became of a umask that lets everybody in.
    """

    warehouse: Path
    hidden: Path
    extracts: dict[str, Extract]
    children: dict[str, str]
    umask_left: int = 0


AUGUST, SEPTEMBER, OTHER = "852 of August", "852 of September", "370 of July"


@pytest.fixture(scope="module")
def published_before(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    folder = tmp_path_factory.mktemp("retention")
    dates = {AUGUST: ("852", "2020-08-01"), SEPTEMBER: ("852", "2020-09-01"), OTHER: ("370", "2020-07-01")}
    extracts, children = {}, {name: secrets.token_hex(40).upper() for name in dates}
    for name, (la_code, extract_date) in dates.items():
        landed = folder / "landing" / la_code / extract_date
        month = "2020-05" if name == OTHER else "2020-07"
        land(
            landed,
            person=f"person_id | dob\n{children[name]} | 2010-01-01",
            referral=f"person_id | referral_date | received_at | mash_completed_at\n"
            f"{children[name]} | {month}-01 | {month}-01 | {month}-02\n"
            f"{children[name]} | {month}-01 | {month}-01 | TBC\n"
            f"{children[name]} | {month}-31 | {month}-31 |",
            cla_episode=f"person_id | decom\n{children[name]} | {month}-01",
        )
        extracts[name] = Extract(la_code, date.fromisoformat(extract_date), landed)
    with umask(0), grouped(list(extracts.values())) as group, pytest.MonkeyPatch.context() as patch:
        publish(group, folder / "warehouse")
        patch.setenv("KPI_PSEUDONYM_KEY", KEY)
        publish(group, folder / "hidden", is_pseudonymised=True)
        left = os.umask(0)
    return Kept(folder / "warehouse", folder / "hidden", extracts, children, left)


@pytest.fixture
def kept(published_before: Kept, tmp_path: Path) -> Kept:
    """A copy of the warehouse, to purge."""
    copied = Path(shutil.copytree(published_before.warehouse, tmp_path / "it's kept; --"))
    return replace(published_before, warehouse=copied)


def test_rows_about_children_of_old_extracts_are_gone_from_the_bytes_of_every_file_and_all_else_stays(
    kept: Kept,
) -> None:
    for name in (AUGUST, SEPTEMBER, OTHER):
        assert holds(kept.warehouse, kept.children[name]) == {"casework.duckdb"}
    figures = (kept.warehouse / "kpi.duckdb").read_bytes()
    files, cases = (
        ask(kept.warehouse, "from extract_file order by all"),
        ask(kept.warehouse, "from kpi_case where la_code = '852' order by all"),
    )
    purged = retention.purge(kept.warehouse, before=date(2020, 8, 15))
    assert [(one.la_code, str(one.extract_date)) for one in purged] == [("370", "2020-07-01"), ("852", "2020-08-01")]
    assert holds(kept.warehouse, kept.children[AUGUST]) == holds(kept.warehouse, kept.children[OTHER]) == set()
    assert holds(kept.warehouse, kept.children[SEPTEMBER]) == {"casework.duckdb"}
    assert (kept.warehouse / "kpi.duckdb").read_bytes() == figures
    assert ask(kept.warehouse, "from extract_file order by all") == files != []
    assert ask(kept.warehouse, "from kpi_case order by all") == cases != []
    assert ask(kept.warehouse, "select distinct la_code, extract_date::varchar from row_issue") == [
        ("852", "2020-09-01")
    ]
    recorded = ask(kept.warehouse, "select la_code, extract_date, rows from purge order by all")
    assert recorded == [(one.la_code, one.extract_date, one.rows) for one in purged]
    assert all(one.rows > 0 for one in purged)
    assert open_to_others(kept.warehouse) == {}
    assert retention.purge(kept.warehouse, before=date(2020, 8, 15)) == [], "nothing is purged twice"


@pytest.mark.long
def test_a_purged_authority_keeps_no_other_from_being_published_and_comes_back_whole_when_it_is_run_again(
    kept: Kept,
) -> None:
    retention.purge(kept.warehouse, before=date(2020, 8, 15))
    changed = Settings(final_after_months=3)
    assert process(kept.warehouse, [kept.extracts[SEPTEMBER]], changed, accepted_settings="as agreed") == [4]
    assert ask(kept.warehouse, "select distinct la_code from kpi_case") == [("852",)]
    assert process(kept.warehouse, [kept.extracts[OTHER]], changed, accepted_settings="as agreed") == [5]
    assert holds(kept.warehouse, kept.children[OTHER]) == {"casework.duckdb"}
    assert [one.la_code for one in retention.purge(kept.warehouse, before=date(2020, 8, 15))] == ["370"]
    assert holds(kept.warehouse, kept.children[OTHER]) == set()


def test_what_earlier_runs_replaced_is_gone_from_the_bytes_once_the_file_is_written_anew(kept: Kept) -> None:
    with changed(kept.warehouse / "casework.duckdb") as casework:
        tables = casework.sql(
            "select distinct table_name from duckdb_columns() semi join duckdb_tables() using (table_name) "
            "where column_name = 'la_code'"
        ).fetchall()
        for (table,) in tables:
            casework.execute(f"delete from {table} where la_code = '370'")  # noqa: S608
    assert holds(kept.warehouse, kept.children[OTHER]) == {"casework.duckdb"}, "a deleted row's bytes stay"
    assert retention.purge(kept.warehouse, before=date(2000, 1, 1), rewrite=True) == []
    assert holds(kept.warehouse, kept.children[OTHER]) == set()
    assert holds(kept.warehouse, kept.children[SEPTEMBER]) == {"casework.duckdb"}


def test_a_purge_that_died_leaves_the_old_file_and_the_next_one_nothing_of_it(kept: Kept) -> None:
    (kept.warehouse / ".next").mkdir()
    for left_over in (".kept-casework.duckdb", ".next/casework.duckdb", ".next/casework.duckdb.wal"):
        (kept.warehouse / left_over).write_text(kept.children[OTHER])
    retention.purge(kept.warehouse, before=date(2020, 8, 15))
    assert holds(kept.warehouse, kept.children[OTHER]) == set()


def test_lists_and_details_of_errors_are_purged_with_the_rows_they_show(kept: Kept) -> None:
    for name in ("pending/pending_852_2020-08-01.xlsx", "pending/pending_852_2020-08-01_north-1.xlsx",
                 "pending/pending_852_2020-09-01.xlsx", "issues/issues_852_2020-08-01.xlsx",
                 "issues/issues_852_2020-09-01.xlsx", "errors/run.txt"):  # fmt: skip
        (kept.warehouse / name).parent.mkdir(exist_ok=True)
        (kept.warehouse / name).write_text("ZQXWJ")
    os.utime(kept.warehouse / "errors" / "run.txt", (1.5e9, 1.5e9))
    retention.purge(kept.warehouse, before=date(2020, 8, 15))
    assert holds(kept.warehouse, "ZQXWJ") == {
        "pending_852_2020-09-01.xlsx", "issues_852_2020-09-01.xlsx",
    }  # fmt: skip


def test_an_extract_is_kept_for_exactly_as_many_days_as_the_setting_says() -> None:
    assert retention.first_kept(30, today=date(2020, 10, 1)) == date(2020, 9, 1)


@pytest.mark.long
def test_the_command_purges_at_the_end_of_a_run_and_when_nothing_new_lands(settings: PipelineSettings) -> None:
    without = command(settings, "purge")
    assert (without.returncode, "retention_days is not set" in without.stderr) == (2, True)
    result = command(settings, KPI_RETENTION_DAYS="30")
    assert result.returncode == 0, result.stderr
    assert ask(settings.warehouse, "select count(*) > 0 from monthly_kpi_current", "kpi") == [(True,)]
    for table in ("kpi_case", "pending_case", "row_issue"):
        assert ask(settings.warehouse, f"from {table}") == []
    assert len(ask(settings.warehouse, "from purge")) == 1
    with DagsterInstance.from_config(str(settings.warehouse / "dagster")) as instance:
        (event,) = instance.fetch_materializations(AssetKey(["published", "casework"]), limit=1).records
        shown = event.asset_materialization and event.asset_materialization.metadata
    assert shown and (shown["extracts purged"].value, int(str(shown["rows purged"].value)) > 0) == (1, True)
    again = command(settings, "purge", KPI_RETENTION_DAYS="30")
    assert (again.returncode, again.stdout.startswith("Purged 0 rows of 0 extracts")) == (0, True), again.stderr
    assert open_to_others(settings.warehouse) == {}


# --- pseudonyms -----------------------------------------------------------------------------------------------------

KEY = "a key that is thirty-two characters, or more"


def test_pseudonyms_without_a_key_in_the_environment_are_refused_at_start(settings: PipelineSettings) -> None:
    for key in ({}, {"KPI_PSEUDONYM_KEY": "too short"}):
        result = command(settings, KPI_PSEUDONYMISE_PERSONS="true", **key)
        assert result.returncode == 2
        assert "KPI_PSEUDONYM_KEY" in result.stderr
        assert "too short" not in result.stderr
        assert "Traceback" not in result.stderr
    assert not settings.warehouse.exists()


def test_a_key_in_the_settings_file_is_an_error(settings: PipelineSettings, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(f'pseudonym_key = "{KEY}"\n')
    result = command(settings, "run", "--config", str(tmp_path / "settings.toml"), "--landing", str(settings.landing))
    assert result.returncode == 2
    assert "pseudonym_key" in result.stderr
    assert KEY not in result.stderr


def test_a_child_has_one_pseudonym_in_an_authority_and_under_a_key_however_its_id_is_written() -> None:
    of_child = pseudonyms.pseudonym(KEY.encode(), "852", "P0123")
    # Computed apart, with: printf '852\nP0123' | openssl dgst -sha256 -hmac "$KEY" -binary | base32
    assert of_child == "p-b4xdrsh5e3c4fwvzlhxs"
    assert pseudonyms.pseudonym(KEY.encode(), "852", " p0123.0") == of_child
    assert pseudonyms.pseudonym(KEY.encode(), "852", of_child) == of_child
    assert pseudonyms.pseudonym(KEY.encode(), "370", "P0123") != of_child
    assert pseudonyms.pseudonym(KEY.encode()[::-1], "852", "P0123") != of_child


def test_no_id_of_a_child_is_in_any_file_though_every_case_is(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPI_PSEUDONYM_KEY", KEY)
    before = ask(kept.warehouse, "select la_code, person_id, record_id, month from kpi_case order by all")
    retention.hide_persons(kept.warehouse)
    after = ask(kept.warehouse, "select la_code, person_id, record_id, month from kpi_case")
    expected = [
        (la_code, hidden, record_id.replace(person_id, hidden), month)
        for la_code, person_id, record_id, month in before
        for hidden in [pseudonyms.pseudonym(KEY.encode(), la_code, person_id)]
    ]
    assert sorted(after) == sorted(expected)
    for child in kept.children.values():
        assert holds(kept.warehouse, child) == set()
    assert open_to_others(kept.warehouse) == {}


def test_open_items_name_children_by_pseudonyms_in_the_publication_that_adds_them(published_before: Kept) -> None:
    named, hidden = (
        ask(warehouse, "select la_code, person_id, record_id from pending_case order by all")
        for warehouse in (published_before.warehouse, published_before.hidden)
    )
    assert {child for _, child, _ in named} == {
        published_before.children[SEPTEMBER],
        published_before.children[OTHER],
    }
    assert hidden == sorted(
        (la_code, pseudonyms.pseudonym(KEY.encode(), la_code, child), record) for la_code, child, record in named
    )
    for child in published_before.children.values():
        assert holds(published_before.hidden, child) == set()
    assert holds(published_before.hidden, KEY) == set()


@pytest.mark.long
def test_later_publications_name_children_by_the_same_pseudonyms_in_cells_too(
    kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_PSEUDONYM_KEY", KEY)
    retention.hide_persons(kept.warehouse)
    earlier = dict(ask(kept.warehouse, "select la_code, any_value(person_id) from kpi_case group by la_code"))
    child, stranger = kept.children[SEPTEMBER], secrets.token_hex(40).upper()
    october = Extract("852", date(2020, 10, 1), tmp_path / "852" / "2020-10-01")
    land(
        october.folder,
        person=f"person_id | dob\n{child} | 2010-01-01\n{child} | 2011-01-01",
        referral=f"person_id | received_at | mash_completed_at\n{child.lower()} | 2020-09-01 | 2020-09-02\n"
        f"{stranger.lower()} | 2020-09-01 | see {stranger.lower()}",
    )
    assert process(kept.warehouse, [october], is_pseudonymised=True) == [4]
    assert ask(kept.warehouse, "select distinct person_id from kpi_case where numerator = 1 and la_code = '852'") == [
        (earlier["852"],)
    ]
    hidden = pseudonyms.pseudonym(KEY.encode(), "852", stranger)
    issues = ask(kept.warehouse, "select rule, person_id, raw_value, record_id from row_issue "
                                 "where extract_date = '2020-10-01'")  # fmt: skip
    assert ("unknown_person", hidden, hidden, "R2") in issues
    assert ("unreadable_date", hidden, f"see {hidden}", "R2") in issues
    assert ("duplicate_key", earlier["852"], None, earlier["852"]) in issues
    for written in (child, stranger, child.lower(), stranger.lower()):
        assert "casework.duckdb" not in holds(kept.warehouse, written)


@pytest.mark.long
def test_the_command_writes_the_key_nowhere_and_leaves_nothing_open_to_others(settings: PipelineSettings) -> None:
    result = command(settings, mask=0o777, KPI_PSEUDONYMISE_PERSONS="true", KPI_PSEUDONYM_KEY=KEY)
    assert result.returncode == 0, result.stderr
    assert ask(settings.warehouse, "select count(*) > 0, bool_and(person_id like 'p-%') from kpi_case") == [
        (True, True)
    ]
    assert KEY not in result.stdout + result.stderr
    assert holds(settings.warehouse, KEY) == set()
    assert open_to_others(settings.warehouse) == {}
