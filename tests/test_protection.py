"""Protection of children's data: who may read what is written, and where nothing of a child may ever stand."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb
import pytest
from conftest import land, process
from dagster import DagsterInstance

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
from warehouse.private import owner_only
from warehouse.raw.landing import Extract
from warehouse.workspace import working

PROJECT = Path(__file__).resolve().parent.parent
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
    return subprocess.run(
        [sys.executable, "-m", "pipelines", *arguments, "--warehouse", str(settings.warehouse)],
        cwd=PROJECT, capture_output=True, text=True, timeout=120, umask=mask,
        env={**{name: value for name, value in os.environ.items() if name != "DAGSTER_HOME"}, **environment},
    )  # fmt: skip


def open_to_others(warehouse: Path) -> dict[str, str]:
    """Every file and folder of a warehouse, itself included, that is not for its owner only; kpi.duckdb must be."""
    modes = {
        str(path.relative_to(warehouse.parent)): path.stat().st_mode & 0o777
        for path in (warehouse, *warehouse.rglob("*"))
    }
    assert modes.pop(f"{warehouse.name}/kpi.duckdb") == 0o644
    own = {name: 0o700 if (warehouse.parent / name).is_dir() else 0o600 for name in modes}
    return {name: oct(mode) for name, mode in modes.items() if mode != own[name]}


# --- modes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mask", [0, 0o022, 0o777])
def test_a_run_of_the_layers_leaves_nothing_open_to_others_whatever_the_umask(
    settings: PipelineSettings, mask: int
) -> None:
    with umask(mask):
        process(settings.warehouse, [extract(settings)])
        left = os.umask(mask)
    assert open_to_others(settings.warehouse) == {}
    assert left == mask, "the caller's umask is given back"


@pytest.mark.parametrize("mask", [0, 0o777])
def test_the_command_leaves_nothing_open_to_others_whatever_the_umask(settings: PipelineSettings, mask: int) -> None:
    result = command(settings, mask=mask)
    assert result.returncode == 0, result.stderr
    assert (settings.warehouse / "dagster" / "storage").is_dir()
    assert open_to_others(settings.warehouse) == {}


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


def test_a_process_that_loads_the_code_location_writes_for_its_owner_only(settings: PipelineSettings) -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import os, pipelines.location\nprint(oct(os.umask(0)))"],
        cwd=PROJECT, capture_output=True, text=True, timeout=120, umask=0,
        env={**os.environ, "KPI_LANDING": str(settings.landing), "KPI_WAREHOUSE": str(settings.warehouse)},
    )  # fmt: skip
    assert loaded.stdout == "0o77\n", loaded.stderr


def test_journal_and_spill_are_for_their_owner_only_while_they_are_there(settings: PipelineSettings) -> None:
    with umask(0), working(settings.warehouse, Settings()) as connection:
        connection.execute("set memory_limit = '60MB'")
        connection.execute("set threads = 1")
        connection.execute("create table raw.much as select md5(range::varchar) as cell from range(2_000_000)")
        connection.execute("create temp table sorted as from raw.much order by cell")
        found = {
            path.name: path.stat().st_mode & 0o777 for path in settings.warehouse.rglob("*") if path.name != ".lock"
        }
    assert {"working.duckdb", "working.duckdb.wal", "working.duckdb.tmp"} < set(found)
    assert any(name.startswith("duckdb_temp_storage") for name in found)
    assert {name: oct(mode) for name, mode in found.items() if mode & 0o077} == {}


def test_no_child_level_file_is_wider_for_a_moment(settings: PipelineSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "chmod", lambda *_: None)  # so that a file keeps the mode it was made with
    with umask(0):
        process(settings.warehouse, [extract(settings)])
        process(settings.warehouse, [extract(settings)])
    made = {path.name: oct(path.stat().st_mode & 0o777) for path in settings.warehouse.glob("*.duckdb")}
    assert made == dict.fromkeys(("kpi.duckdb", "casework.duckdb", "working.duckdb"), "0o600")


def test_files_that_were_opened_to_others_are_closed_and_the_folder_keeps_the_mode_it_was_given(
    settings: PipelineSettings,
) -> None:
    process(settings.warehouse, [extract(settings)])
    settings.warehouse.chmod(0o751)  # analysts may pass through to kpi.duckdb
    for name in ("casework.duckdb", "working.duckdb"):
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
OF_CHILDREN = ("ZQ", "2009-02-17", "17/02/2009", "31/02/2009")
WITH_CHILDREN = {
    "person": "person_id | dob        | Full name\nZQP1 | 2009-02-17 | ZQNAME Smith\nZQP2 | 31/02/2009 | ZQNAME Jones\n"
    "ZQP2 | 17/02/2009 | ZQNAME Jones",
    "referral": "referral_id | person_id | received_at | mash_completed_at | referral_source | worker\n"
    "ZQR1 | ZQP1  | 2020-08-03 | ZQ TBC     | 1A       | ZQWORKER\n"
    "ZQR2 | ZQP2  | 2020-08-03 | 2020-08-04 | ZQSOURCE | ZQWORKER\n"
    "ZQR3 | ZQP3  | 2020-08-03 | 2020-08-01 | 1A       | ZQWORKER\n"
    "ZQR2 | ZQP2  | 2020-08-04 | 2020-08-05 | 1A       | ZQWORKER",
    "cla_episode": "person_id | decom | legal_status\nZQP1 | 2020-08-03 | C2",
}
REFUSED = {
    "370": "ZQR1,ZQP1,17/02/2009\nZQR2,ZQP2,17/02/2009\n",  # no header
    "371": "referral_id,person_id,referral_date,referral_source,referral_nfa\nZQR1,ZQP1,ZQ,2020-08-03,1A,17/02/2009\n",
    "372": 'referral_id,person_id,referral_date,referral_source,referral_nfa\n"ZQR1,ZQP1,2020-08-03\n',
    "373": "referral_id,person_id,ZQNAME Smith 17/02/2009\nZQR1,ZQP1,1\n",
}


def told_of_children(settings: PipelineSettings, *texts: str) -> set[str]:
    """Which of the files that Dagster keeps, and of the texts, say anything of a child."""
    files = {path: path.read_bytes() for path in (settings.warehouse / "dagster").rglob("*") if path.is_file()}
    assert any(path.suffix == ".db" and b"852_2020-09-01" in content for path, content in files.items())
    named = {str(path): content for path, content in files.items()} | {text: text.encode() for text in texts}
    return {name for name, content in named.items() if any(mark.encode() in content for mark in OF_CHILDREN)}


def test_no_id_name_or_date_of_birth_is_told_by_a_run_with_bad_rows_and_refused_files(
    settings: PipelineSettings,
) -> None:
    land(settings.landing / "852" / "2020-09-01", **WITH_CHILDREN)
    for la_code, content in REFUSED.items():
        folder = settings.landing / la_code / "2020-09-01"
        folder.mkdir(parents=True)
        (folder / "referral.csv").write_text(content)
    result = command(settings)
    assert result.returncode == 1
    assert all(f"{la_code}/2020-09-01/referral.csv" in result.stderr for la_code in REFUSED), result.stderr
    with duckdb.connect(str(settings.warehouse / "casework.duckdb"), read_only=True) as casework:
        assert casework.sql("select count(*) from row_issue where raw_value ilike '%zq%'").fetchall() >= [(2,)]
        assert casework.sql("select columns_ignored from extract_file where table_name = 'person'").fetchall() == [
            ("Full name",)
        ]
    assert told_of_children(settings, result.stdout, result.stderr) == set()


def quote_a_cell(*_: object, **__: object) -> None:
    """Fail as DuckDB does, with a cell in the message, while another error that has one is handled."""
    try:
        raise ValueError("ZQP1 was born on 17/02/2009")
    except ValueError:
        duckdb.sql("select cast('ZQP1' as integer)").fetchall()


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
    layers = {
        "reference": (assets.reference, "load_reference"),
        "raw": (assets.raw, "ingest"),
        "staged": (assets.staged.judging, "judge"),
        "facts": (assets.facts.computing, "compute"),
        "measures": (assets.measures.computing, "compute"),
        "published": (assets.published.publishing, "publish"),
    }
    job = build(settings).resolve_implicit_global_asset_job_def()
    for layer, (module, function) in layers.items():
        with monkeypatch.context() as patched:
            patched.setattr(module, function, quote_a_cell)
            keys = list(getattr(getattr(assets, layer), layer).keys)
            result = job.execute_in_process(
                instance=instance, raise_on_error=False, partition_key="852_2020-09-01", asset_selection=keys
            )
        (failure,) = [event.step_failure_data for event in result.all_events if event.is_step_failure]
        assert failure.user_failure_data, layer
        told = failure.user_failure_data.description
        assert f"The layer {layer} failed: ConversionException in " in str(told)
        details = settings.warehouse / "errors" / f"{result.run_id}.txt"
        assert str(details) in str(told)
        assert "ZQP1 was born" in details.read_text()
        assert "Could not convert string 'ZQP1'" in details.read_text()
        assert (details.stat().st_mode & 0o777, details.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert told_of_children(settings, *capfd.readouterr()) == set()


def test_the_command_tells_an_error_without_its_words(settings: PipelineSettings) -> None:
    script = (
        "import duckdb\nfrom warehouse.published import publishing\n"
        "publishing.publish = lambda *_: duckdb.sql(\"select cast('ZQP1' as date)\").fetchall()\n"
        "from pipelines.__main__ import main\nmain()"
    )
    failed = subprocess.run(
        [sys.executable, "-c", script, "run", "--landing", str(settings.landing),
         "--warehouse", str(settings.warehouse)],
        cwd=PROJECT, capture_output=True, text=True, timeout=120,
        env={name: value for name, value in os.environ.items() if name != "DAGSTER_HOME"},
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

    monkeypatch.setattr(assets.facts.computing, "compute", full)
    outcome = build(settings).resolve_implicit_global_asset_job_def().execute_in_process(
        instance=instance, raise_on_error=False, partition_key="852_2020-09-01",
        asset_selection=list(assets.facts.facts.keys),
    )  # fmt: skip
    (failure,) = [event.step_failure_data for event in outcome.all_events if event.is_step_failure]
    assert "No space left on device" in str(failure.user_failure_data and failure.user_failure_data.description)
