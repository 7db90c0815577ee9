"""What a run that is killed, a disk that is full and a power cut leave behind, and what readers see meanwhile.

Every promise is in docs/reliability.md, with how to try it at length: KILLS says how many runs are ended at a random
moment, INTERRUPTIONS how many by SIGINT, SIGTERM and SIGKILL in turn, READERS and PUBLICATIONS how many processes read
while how many publications are made, RACING how many first runs race, ROOM how full the disks are (`make test-long`
tries them all).
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pytest
from support.at_length import first_of
from support.command import run_at_once
from support.drawn_versions import SEPTEMBER, Drawing, counts
from support.landed import land
from support.published import Content, content

from pipelines.interruption import SENTENCE
from warehouse.published import publishing
from warehouse.workspace import exclusive

INTERRUPTIONS = int(os.environ.get("INTERRUPTIONS", "1"))
KILLS = int(os.environ.get("KILLS", "1"))
SEED = int(os.environ.get("SEED", "2020"))
READERS = int(os.environ.get("READERS", "2"))
PUBLICATIONS = int(os.environ.get("PUBLICATIONS", "2"))
RACING = int(os.environ.get("RACING", "2"))
# Kilobytes of room on a full disk: with none a run ends while Dagster notes that it begins, with more in the midst of
# publishing. The suite ends a run in the first way by the size of a file.
ROOM = [int(kilobytes) for kilobytes in os.environ.get("ROOM", "700").split()]
PROJECT = Path(__file__).resolve().parents[2]
REFERRAL = """
    received_at | mash_completed_at
    2020-08-03  | 2020-08-04
    2020-08-03  | 2020-08-06
    """
CORRECTED = REFERRAL.replace("2020-08-06", "2020-08-04")
ASSESSMENT = "start_date | authorised_date\n2020-07-01 | 2020-08-03"
ENDED = {-9, -27}  # by SIGKILL, or by the processor time it was given


class Commands:
    """Runs of the command line over one landing folder."""

    def __init__(self, folder: Path) -> None:
        self.landing = folder / "landing"
        self.process = subprocess.Popen(
            [sys.executable, str(PROJECT / "tests" / "support" / "interrupted_command.py")],
            cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**{name: value for name, value in os.environ.items() if name != "DAGSTER_HOME"},
                 "PYTHONPATH": str(PROJECT)},
        )  # fmt: skip

    def run(self, warehouse: Path, **ending: Any) -> dict[str, Any]:
        """Run the command into a warehouse; how it ended."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        errors = self.landing.parent / "stderr"
        request = {
            "arguments": ["run", "--landing", str(self.landing), "--warehouse", str(warehouse)],
            "folder": str(warehouse), "stderr": str(errors), **ending,
        }  # fmt: skip
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return {**json.loads(self.process.stdout.readline()), "stderr": errors.read_text()}


def publications(warehouse: Path) -> tuple[int | None, int | None]:
    """Which publication the figures and the cases are of, as a reader is told."""
    versions = []
    for name, query in (("kpi", "select max(version) from kpi_version"),
                        ("casework", "select version from publication")):  # fmt: skip
        if (warehouse / f"{name}.duckdb").exists():
            with duckdb.connect(str(warehouse / f"{name}.duckdb"), read_only=True) as connection:
                versions.append(connection.sql(query).fetchall()[0][0])
        else:
            versions.append(None)
    return versions[0], versions[1]


def left_over(warehouse: Path) -> set[str]:
    """What a run that is done leaves behind nowhere: half-made files, journals, what was put aside."""
    half = {".next", ".finished", ".spill", ".next-ledger", ".finished-ledger", "set-aside"}
    journals = {f"{name}.duckdb.wal" for name in ("kpi", "casework", "ledger")}
    return {path.name for path in warehouse.iterdir()} & (half | journals)


class Undisturbed:
    """A landing folder in which something new has landed; the warehouse before, and what an undisturbed run makes."""

    def __init__(self, folder: Path, before: Path, commands: Commands) -> None:
        self.commands, self.before = commands, before
        self._after = folder / f"{before.name}-after"

    @cached_property
    def _told(self) -> dict[str, Any]:
        if self.before.exists():
            shutil.copytree(self.before, self._after)
        told = self.commands.run(self._after)
        assert told["status"] == 0, told["stderr"]
        return told

    @property
    def after(self) -> Path:
        """The warehouse that it made."""
        assert self._told
        return self._after

    @property
    def seconds(self) -> float:
        """The processor time that it took."""
        return float(self._told["seconds"])

    @property
    def events(self) -> list[Any]:
        """What happened in it, in order."""
        return list(self._told["events"])

    @cached_property
    def contents(self) -> dict[str, tuple[Content, Content]]:
        """Every row of each published file, before and after."""
        found = {name: (content(self.before, name), content(self.after, name)) for name in ("kpi", "casework")}
        assert found["kpi"][0] != found["kpi"][1]
        return found


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Undisturbed]]:
    """The first run of all, into no warehouse; and one that publishes a correction and a further authority."""
    folder = tmp_path_factory.mktemp("runs")
    commands = Commands(folder)
    land(commands.landing / "852" / "2020-09-01", referral=REFERRAL, assessment=ASSESSMENT)
    told = commands.run(folder / "before")
    assert told["status"] == 0, told["stderr"]
    land(commands.landing / "852" / "2020-09-01", referral=CORRECTED, assessment=ASSESSMENT)
    land(commands.landing / "370" / "2020-09-01", referral=REFERRAL)
    yield [Undisturbed(folder, folder / "before", commands), Undisturbed(folder, folder / "none", commands)]
    assert commands.process.stdin is not None
    commands.process.stdin.close()
    commands.process.wait(timeout=60)


# ------------------------------------------------------------------------------------------------ kill it anywhere


@pytest.mark.parametrize("number", range(KILLS))
@pytest.mark.long
def test_a_run_killed_anywhere_loses_nothing_and_the_next_one_completes(
    runs: list[Undisturbed], tmp_path: Path, number: int
) -> None:
    """Every third is the first run of all; every second is ended by its time, the others before a certain event."""
    random_number = random.Random(SEED * 100_000 + number)
    run = runs[number % 3 == 2]
    warehouse = tmp_path / "warehouse"
    if run.before.exists():
        shutil.copytree(run.before, warehouse)
    ending: dict[str, Any]
    if number % 2:
        ending = {"seconds": max(random_number.random() * run.seconds, 0.001)}
    else:
        ending = {"event": random_number.randrange(len(run.events))}
    told = run.commands.run(warehouse, **ending)
    assert told["status"] in ENDED | {0}, told["stderr"]
    loses_nothing_and_is_completed(run, warehouse)


def loses_nothing_and_is_completed(run: Undisturbed, warehouse: Path) -> None:
    """What a run that was ended left is whole, and the next run makes of it what an undisturbed one does."""
    for name, known in run.contents.items():
        assert content(warehouse, name) in known, "each file is the publication before, or the one after"
    kpi, casework = publications(warehouse)
    assert kpi == casework or (warehouse / ".finished").is_dir(), "they agree, or will as soon as anything runs"
    again = run.commands.run(warehouse)
    assert again["status"] == 0, again["stderr"]
    assert "Traceback" not in again["stderr"]
    for name, (_, after) in run.contents.items():
        assert content(warehouse, name) == after, "as if nothing had happened"
    kpi, casework = publications(warehouse)
    assert kpi == casework
    assert not left_over(warehouse)


@pytest.mark.parametrize("number", range(INTERRUPTIONS))
@pytest.mark.long
def test_a_run_interrupted_at_any_moment_ends_in_seconds_with_one_sentence_and_loses_nothing(
    runs: list[Undisturbed], tmp_path: Path, number: int
) -> None:
    """By Ctrl-C, by SIGTERM and by SIGKILL in turn, at any moment of its processor time."""
    random_number = random.Random(SEED * 200_000 + number)
    run = runs[number % 4 == 3]
    warehouse = tmp_path / "warehouse"
    if run.before.exists():
        shutil.copytree(run.before, warehouse)
    sent = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)[number % 3]
    told = run.commands.run(warehouse, signal=sent, seconds=random_number.random() * run.seconds)
    print(f"{sent.name} ended the run after {told['ended_after']:.3f} s, status {told['status']}")  # noqa: T201
    assert told["ended_after"] < 10
    if told["status"] != 0:
        assert told["status"] == (-9 if sent == signal.SIGKILL else 128 + sent), told["stderr"]
        assert told["stderr"] == ("" if sent == signal.SIGKILL else SENTENCE), told["stderr"]
    if sent != signal.SIGKILL:
        assert not list(warehouse.glob(".spill/*/*")), "what was put aside goes with the run"
    loses_nothing_and_is_completed(run, warehouse)


def test_what_a_killed_run_had_put_aside_is_gone_once_anything_holds_the_warehouse(warehouse: Path) -> None:
    (warehouse / ".spill").mkdir()
    (warehouse / ".spill" / "duckdb_temp_storage-0.tmp").write_bytes(b"rows about children")
    with exclusive(warehouse):
        assert not (warehouse / ".spill").exists()


# ------------------------------------------------------------------------------------------ the moment of publication


class PowerCutError(BaseException):
    """From here on, nothing more reaches the disk."""


def record(monkeypatch: pytest.MonkeyPatch, cut_at: int | None = None) -> list[str]:
    """Note in which order publishing flushes and renames; cut the power at the `cut_at`-th of these."""
    done: list[str] = []

    def note(what: str) -> None:
        if len(done) == cut_at:
            raise PowerCutError
        done.append(what)

    flush, replace, rmdir = os.fsync, Path.replace, Path.rmdir

    def fsync(descriptor: int) -> None:
        note(f"flush {Path(f'/proc/self/fd/{descriptor}').readlink().name}")
        flush(descriptor)

    def replaced(path: Path, target: Path) -> Path:
        note(f"rename {path.name} to {target.name}")
        return replace(path, target)

    def removed(path: Path) -> None:
        if path.name != ".spill":  # what another process may have put aside is no part of a publication
            note(f"remove {path.name}")
        rmdir(path)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replaced)
    monkeypatch.setattr(Path, "rmdir", removed)
    return done


FIRST, SECOND = (SEPTEMBER, counts({"2020-08": "3 of 4"})), (SEPTEMBER, counts({"2020-08": "4 of 4"}))
IN_ORDER = [
    "flush SHA256SUMS", "flush generation", "flush casework.duckdb", "flush kpi.duckdb", "flush .next",
    "rename .next to .finished", "flush warehouse",
    "rename generation to 000002", "flush publication",
    "rename casework.duckdb to casework.duckdb", "flush warehouse",
    "rename kpi.duckdb to kpi.duckdb", "flush warehouse",
    "remove .finished", "flush warehouse",
]  # fmt: skip


def test_what_is_renamed_is_on_the_disk_before_and_its_new_name_after(
    drawing: Drawing, warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = record(monkeypatch)
    drawing.publish(warehouse, FIRST)
    assert done == IN_ORDER
    assert not list(warehouse.glob("*.wal")), "all that was written is in the files themselves"


def test_power_that_is_cut_at_any_moment_leaves_one_publication_or_the_other(
    drawing: Drawing, warehouse: Path, tmp_path: Path
) -> None:
    drawing.publish(warehouse, FIRST)
    with pytest.MonkeyPatch.context() as patch:
        record(patch, cut_at=0)
        with pytest.raises(PowerCutError):
            drawing.publish(warehouse, SECOND)
    assert (warehouse / ".next").is_dir()
    shutil.rmtree(warehouse / ".next" / "generation")  # it was cut in the midst of making it
    outcomes = []
    for moment in range(len(IN_ORDER)):
        folder = Path(shutil.copytree(warehouse, tmp_path / str(moment) / "warehouse"))
        with pytest.MonkeyPatch.context() as patch, pytest.raises(PowerCutError):
            record(patch, cut_at=moment)
            publishing._finish(folder)
            publishing.complete(folder)
        assert publishing.agree(folder)
        with exclusive(folder):
            pass
        found = publications(folder)
        assert found in {(2, 2), (3, 3)}
        assert not left_over(folder)
        outcomes.append(found[0])
    renamed = IN_ORDER.index("rename .next to .finished")
    assert outcomes == [2] * (renamed + 1) + [3] * (len(IN_ORDER) - renamed - 1)


# ------------------------------------------------------------------------------------------------ readers never suffer


def test_readers_meet_no_error_and_nothing_torn_while_publications_are_made(
    drawing: Drawing, warehouse: Path, tmp_path: Path
) -> None:
    stop = tmp_path / "stop"

    def publish_version(number: int) -> None:
        figures = dict.fromkeys(("2020-06", "2020-07", "2020-08"), f"{number} of {2 * number}")
        assert drawing.publish(warehouse, (SEPTEMBER, counts(figures))) == [number]

    publish_version(2)
    readers = [
        subprocess.Popen(
            [sys.executable, str(PROJECT / "tests" / "support" / "published_reader.py"), str(warehouse), str(stop)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(READERS)
    ]  # fmt: skip
    for number in range(3, 3 + PUBLICATIONS):
        publish_version(number)
    stop.touch()
    served = 0
    for reader in readers:
        output, errors = reader.communicate(timeout=120)
        assert reader.returncode == 0, errors
        served += int(output)
    print(f"{served} reads of both files by {READERS} readers during {PUBLICATIONS} publications")  # noqa: T201
    assert served >= READERS
    assert publications(warehouse) == (2 + PUBLICATIONS, 2 + PUBLICATIONS)


@pytest.mark.long
def test_files_that_do_not_agree_are_both_made_again(runs: list[Undisturbed], tmp_path: Path) -> None:
    run = runs[0]
    folder = Path(shutil.copytree(run.after, tmp_path / "warehouse"))
    assert publishing.agree(folder)
    (folder / "casework.duckdb").unlink()
    assert not publishing.agree(folder)
    assert run.commands.run(folder)["status"] == 0
    assert content(folder, "casework") == run.contents["casework"][1]
    shutil.copy(run.before / "casework.duckdb", folder / "casework.duckdb")  # from an older copy
    assert not publishing.agree(folder)
    assert run.commands.run(folder)["status"] == 0
    for name, (_, after) in run.contents.items():
        assert content(folder, name) == after


# ------------------------------------------------------------------------------------------ no room, no right to write


def is_as_undisturbed(run: Undisturbed, folder: Path) -> bool:
    """Whether both files are those of an undisturbed run."""
    return all(content(folder, name) == after for name, (_, after) in run.contents.items())


def unchanged(run: Undisturbed, folder: Path) -> bool:
    return all(content(folder, name) == before for name, (before, _) in run.contents.items())


@pytest.mark.parametrize("part", first_of([1.0, 0.05]))
@pytest.mark.long
def test_a_file_that_cannot_grow_changes_nothing_and_is_said_in_a_sentence(
    runs: list[Undisturbed], tmp_path: Path, part: float
) -> None:
    """The limit on the size of a file stands for a full disk where none can be mounted; as a part of the largest."""
    run = runs[0]
    folder = Path(shutil.copytree(run.before, tmp_path / "warehouse"))
    largest = max(path.stat().st_size for path in folder.rglob("*"))
    told = run.commands.run(folder, largest_file=int(part * largest))
    assert (told["status"], "Traceback" in told["stderr"]) == (1, False), told["stderr"]
    assert "no room left on the disk" in told["stderr"]
    assert unchanged(run, folder)
    assert run.commands.run(folder)["status"] == 0
    assert is_as_undisturbed(run, folder)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, in memory."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=400m", "tmpfs", str(folder)], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted here ({mounted.stderr.strip()}); the test before stands for it")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def remount(disk: Path, option: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{option}", str(disk)], check=True, capture_output=True)


@pytest.mark.long
@pytest.mark.parametrize("room", ROOM)
def test_a_full_disk_changes_nothing_and_is_said_in_a_sentence(runs: list[Undisturbed], disk: Path, room: int) -> None:
    run = runs[0]
    folder = Path(shutil.copytree(run.before, disk / "warehouse"))
    used = shutil.disk_usage(disk).used // 1024
    remount(disk, f"size={used + room}k")
    told = run.commands.run(folder)
    assert (told["status"], "Traceback" in told["stderr"]) in ((1, False), (0, False)), told["stderr"]
    if told["status"] == 0:  # there was room enough
        assert is_as_undisturbed(run, folder)
        return
    assert sum("no room left on the disk" in line for line in told["stderr"].splitlines()) == 1, told["stderr"]
    assert unchanged(run, folder) or is_as_undisturbed(run, folder)
    remount(disk, "size=400m")
    assert run.commands.run(folder)["status"] == 0
    assert is_as_undisturbed(run, folder)


@pytest.mark.long
def test_a_warehouse_that_cannot_be_written_to_is_said_in_a_sentence(runs: list[Undisturbed], disk: Path) -> None:
    run = runs[0]
    folder = Path(shutil.copytree(run.before, disk / "warehouse"))
    remount(disk, "ro")
    told = run.commands.run(folder)
    assert (told["status"], "Traceback" in told["stderr"]) == (1, False), told["stderr"]
    assert "cannot be written to" in told["stderr"]
    assert unchanged(run, folder)
    remount(disk, "rw")
    assert run.commands.run(folder)["status"] == 0


@pytest.mark.long
def test_many_first_runs_at_once_all_succeed(runs: list[Undisturbed], tmp_path: Path) -> None:
    """They race to make the warehouse and Dagster's database."""
    run = runs[1]
    folder = tmp_path / "warehouse"
    command = ("run", "--landing", run.commands.landing, "--warehouse", folder)
    told = run_at_once(*[command] * RACING)
    assert [one.returncode for one in told] == [0] * RACING, told
    assert sum("Nothing new" in one.stdout for one in told) == RACING - 1
    for name, (_, after) in run.contents.items():
        assert content(folder, name) == after
