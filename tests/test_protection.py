"""Protection of children's data: who may read what is written, and where nothing of a child may ever stand."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from conftest import land, process
from dagster import DagsterInstance

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
