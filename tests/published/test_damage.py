"""Files that are damaged, missing or changed by others, and journals that other programs leave: nothing is lost.

Each promise is in docs/reliability.md. A warehouse is published, something is done to it from outside, and the next
command says in a sentence what it found; what it then publishes is what an undisturbed warehouse publishes.
"""

import logging
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest
from support.at_length import first_of, pairs
from support.damage import DAMAGES
from support.drawn_versions import OCTOBER, SEPTEMBER, Drawing, ask, counts
from support.published import content

from warehouse import generations, ledger, workspace
from warehouse.published import publishing
from warehouse.report import published_files
from warehouse.report.published_files import NoAnswerError, opened
from warehouse.workspace import exclusive

FIRST = (SEPTEMBER, counts({"2020-07": "2 of 4", "2020-08": "3 of 4"}))
SECOND = (OCTOBER, counts({"2020-07": "3 of 4", "2020-08": "3 of 4", "2020-09": "1 of 2"}))
THIRD = (OCTOBER, counts({"2020-07": "4 of 4", "2020-08": "2 of 5", "2020-09": "1 of 2"}))
REFUSED = ledger.LandedBytes("599", date(2020, 9, 1), "0" * 64)
FILES = ("kpi.duckdb", "casework.duckdb", "ledger.duckdb")


@pytest.fixture(scope="module")
def undisturbed(drawing: Drawing, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The warehouse after two publications and a refusal; and after a third publication, which nothing disturbed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    before, after = folder / "before", folder / "after"
    drawing.publish(before, FIRST)
    with exclusive(before):
        ledger.record_refusals(before, {REFUSED: [ledger.Finding("too few rows; look into it", "referral", "rows")]})
    drawing.publish(before, SECOND)
    shutil.copytree(before, after)
    drawing.publish(after, THIRD)
    assert ask(after, "select count(*) from restatement_count where version = 3") != [(0,)]
    assert not is_same(before, after)
    return {"before": before, "after": after}


@pytest.fixture
def warehouse(undisturbed: dict[str, Path], tmp_path: Path) -> Path:
    return Path(shutil.copytree(undisturbed["before"], tmp_path / "warehouse"))


def told(warehouse: Path, caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the next command says of the warehouse."""
    caplog.clear()
    with caplog.at_level(logging.WARNING, "warehouse"), exclusive(warehouse):
        pass
    return [record.getMessage() for record in caplog.records]


def is_same(warehouse: Path, other: Path) -> bool:
    """Whether all files hold the same: byte for byte, as where none was published anew, or else row by row."""
    return all(
        (warehouse / name).read_bytes() == (other / name).read_bytes()
        or content(warehouse, name.removesuffix(".duckdb")) == content(other, name.removesuffix(".duckdb"))
        for name in FILES
    )


def left_aside(warehouse: Path) -> list[str]:
    """What is set aside, without its times."""
    folder = warehouse / "set-aside"
    return sorted(path.name.rpartition(".20")[0] for path in folder.iterdir()) if folder.is_dir() else []


# ------------------------------------------------------------------------------------------------------------ damage


@pytest.mark.parametrize(("damage", "name"), pairs(DAMAGES, FILES))
def test_a_damaged_file_is_set_aside_and_restored_and_said_in_one_sentence(
    undisturbed: dict[str, Path], warehouse: Path, caplog: pytest.LogCaptureFixture, name: str, damage: str
) -> None:
    DAMAGES[damage](warehouse / name)
    (sentence,) = told(warehouse, caplog)
    assert sentence.startswith(f"{warehouse / name}: ")
    assert "restored from the copy of" in sentence
    assert sentence.endswith("Nothing is lost.")
    assert left_aside(warehouse) == ([] if damage == "gone" else [name])
    assert is_same(warehouse, undisturbed["before"])
    assert (warehouse / name).stat().st_mode & 0o777 == (0o644 if name == "kpi.duckdb" else 0o600)
    assert told(warehouse, caplog) == [], "once"


@pytest.mark.parametrize("names", first_of([("kpi.duckdb", "casework.duckdb"), ("kpi.duckdb",), ("casework.duckdb",)]))
def test_what_is_published_after_damage_is_what_an_undisturbed_warehouse_publishes(
    drawing: Drawing, undisturbed: dict[str, Path], warehouse: Path, names: tuple[str, ...]
) -> None:
    for name in names:
        DAMAGES["middle overwritten"](warehouse / name)
    assert drawing.publish(warehouse, THIRD) == [3]
    assert is_same(warehouse, undisturbed["after"]), "restatement counts among them"


def test_where_the_latest_copy_is_damaged_too_the_one_before_is_taken_and_the_rest_published_again(
    drawing: Drawing, undisturbed: dict[str, Path], warehouse: Path, caplog: pytest.LogCaptureFixture
) -> None:
    latest = sorted((warehouse / "generations" / "publication").iterdir())[-1]
    for path in (warehouse / "kpi.duckdb", latest / "kpi.duckdb"):
        DAMAGES["halved"](path)
    sentences = told(warehouse, caplog)
    assert len(sentences) == 2, "the cases are taken from the same publication, so that the two agree"
    assert all("published again from what has landed" in sentence for sentence in sentences)
    assert ask(warehouse, "select max(version) from kpi_version") == [(1,)]
    assert drawing.publish(warehouse, SECOND) == [2]
    assert is_same(warehouse, undisturbed["before"])


def test_where_no_whole_copy_is_kept_it_is_said_what_is_lost(
    drawing: Drawing, warehouse: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for path in (warehouse / "kpi.duckdb", *warehouse.rglob("generations/**/kpi.duckdb")):
        DAMAGES["emptied"](path)
    (sentence,) = told(warehouse, caplog)
    assert "no whole copy is kept" in sentence
    assert "history is lost" in sentence
    assert drawing.publish(warehouse, FIRST, SECOND) == [1, 2]


@pytest.mark.parametrize("damage", ["emptied", "gone", "text in its place"])
def test_recorded_hashes_that_are_damaged_themselves_restore_nothing_older(
    undisturbed: dict[str, Path], warehouse: Path, caplog: pytest.LogCaptureFixture, damage: str
) -> None:
    latest = sorted((warehouse / "generations" / "publication").iterdir())[-1]
    DAMAGES[damage](latest / "SHA256SUMS")
    assert told(warehouse, caplog) == []
    assert is_same(warehouse, undisturbed["before"])


def test_a_warehouse_of_an_earlier_release_keeps_its_first_generation_when_it_is_first_held(
    undisturbed: dict[str, Path], warehouse: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.rmtree(warehouse / "generations")
    assert told(warehouse, caplog) == []
    (warehouse / "kpi.duckdb").unlink()
    assert len(told(warehouse, caplog)) == 1
    assert is_same(warehouse, undisturbed["before"])


def test_a_restoration_that_is_cut_off_is_done_by_the_next_command(
    undisturbed: dict[str, Path], warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in FILES[:2]:
        DAMAGES["emptied"](warehouse / name)
    real, done = generations.put_in_place, []

    def die(new: Path, path: Path, mode: int) -> None:
        if done:
            raise KeyboardInterrupt
        done.append(path)
        real(new, path, mode)

    with monkeypatch.context() as patch:
        patch.setattr(generations, "put_in_place", die)
        with pytest.raises(KeyboardInterrupt), exclusive(warehouse):
            pass
    with exclusive(warehouse):
        assert publishing.agree(warehouse)
    assert is_same(warehouse, undisturbed["before"])


# ------------------------------------------------------------------------------------------------------------ verify


def test_verify_says_nothing_of_what_is_whole(warehouse: Path) -> None:
    assert workspace.verify(warehouse) == []


@pytest.mark.parametrize("damage", DAMAGES)
def test_verify_reads_the_kept_copies_too_and_makes_a_damaged_one_anew(warehouse: Path, damage: str) -> None:
    copy = sorted((warehouse / "generations" / "publication").iterdir())[-1] / "kpi.duckdb"
    DAMAGES[damage](copy)
    (sentence,) = workspace.verify(warehouse)
    assert sentence.startswith(f"{copy}: ")
    assert "made anew" in sentence
    assert copy.read_bytes() == (warehouse / "kpi.duckdb").read_bytes()
    assert workspace.verify(warehouse) == []


@pytest.mark.long
def test_no_more_generations_are_kept_than_asked_for(drawing: Drawing, warehouse: Path) -> None:
    for number in range(1, 5):
        drawing.publish(warehouse, (OCTOBER, counts({"2020-09": f"{number} of 4"})))
    kept = list((warehouse / "generations" / "publication").iterdir())
    assert len(kept) == generations.KEPT


# ---------------------------------------------------------------------------------------------------- stray journals

_CLIENT = """
import duckdb, sys, time
connection = duckdb.connect(sys.argv[1])
connection.execute(sys.argv[2])
print("changed", flush=True)
time.sleep(600)
"""


@pytest.fixture
def client() -> Iterator[list[subprocess.Popen[str]]]:
    """Programs of others, which end with the test."""
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        process.kill()
        process.wait()


def change(client: list[subprocess.Popen[str]], path: Path, statement: str) -> subprocess.Popen[str]:
    """Another program opens a file for writing, changes it, and stays."""
    process = subprocess.Popen(
        [sys.executable, "-c", _CLIENT, str(path), statement], stdout=subprocess.PIPE, text=True
    )  # fmt: skip
    client.append(process)
    assert process.stdout is not None
    assert process.stdout.readline() == "changed\n"
    return process


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()


@pytest.mark.parametrize("name,statement", [
    ("kpi.duckdb", "update monthly_kpi set numerator = 0"),
    ("kpi.duckdb", "delete from monthly_kpi where version = 1"),
    ("casework.duckdb", "update case_mash_item set counted_mash_timeliness = false"),
    ("casework.duckdb", "delete from case_mash_item"),
    ("ledger.duckdb", "delete from refusal"),
])  # fmt: skip
def test_the_journal_of_a_program_that_was_killed_changes_nothing_and_is_said(
    undisturbed: dict[str, Path], warehouse: Path, client: list[subprocess.Popen[str]],
    caplog: pytest.LogCaptureFixture, name: str, statement: str,
) -> None:  # fmt: skip
    kill(change(client, warehouse / name, statement))
    assert (warehouse / f"{name}.wal").exists()
    (sentence,) = told(warehouse, caplog)
    assert f"{name}.wal" in sentence
    assert "set aside" in sentence
    assert is_same(warehouse, undisturbed["before"])


def test_journals_left_while_a_publication_is_made_do_not_get_into_the_new_files(
    drawing: Drawing, undisturbed: dict[str, Path], warehouse: Path, client: list[subprocess.Popen[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """They are opened after the publication has begun, and their programs killed before the new files move in."""
    finish = publishing._finish

    def finished(folder: Path) -> None:
        finish(folder)
        kill(change(client, folder / "kpi.duckdb", "update monthly_kpi set numerator = 0"))
        kill(change(client, folder / "casework.duckdb", "delete from case_mash_item"))

    monkeypatch.setattr(publishing, "_finish", finished)
    assert drawing.publish(warehouse, THIRD) == [3]
    assert left_aside(warehouse) == ["casework.duckdb.wal", "kpi.duckdb.wal"]
    assert is_same(warehouse, undisturbed["after"])


def test_a_file_that_another_program_changed_and_closed_is_restored(
    undisturbed: dict[str, Path], warehouse: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with duckdb.connect(str(warehouse / "kpi.duckdb")) as connection:
        connection.execute("update monthly_kpi set numerator = 0")
    (sentence,) = told(warehouse, caplog)
    assert "changed by another program" in sentence
    assert is_same(warehouse, undisturbed["before"])


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_another_program_has_open_for_writing_is_named_with_the_program(
    undisturbed: dict[str, Path], warehouse: Path, client: list[subprocess.Popen[str]], name: str
) -> None:
    process = change(client, warehouse / name, "create table something (i int)")
    with pytest.raises(generations.InUseError) as raised, exclusive(warehouse):
        pass
    assert str(raised.value) == (
        f"{warehouse / name}: another program (process {process.pid}) has it open for writing; close it there and try "
        "again."
    )
    kill(process)
    with exclusive(warehouse):
        pass
    assert is_same(warehouse, undisturbed["before"])


@pytest.mark.parametrize("name", FILES[:2])
def test_who_reads_is_told_of_the_program_that_has_a_file_open_in_one_sentence(
    warehouse: Path, client: list[subprocess.Popen[str]], name: str
) -> None:
    process = change(client, warehouse / name, "create table something (i int)")
    with pytest.raises(NoAnswerError) as raised, opened(warehouse, *FILES[:2]):
        pass
    assert f"another program (process {process.pid}) has it open for writing" in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1
    assert "python3" not in str(raised.value)
    assert "http" not in str(raised.value)


@pytest.mark.parametrize("name", FILES[:2])
def test_who_reads_and_may_not_set_a_journal_aside_is_told_of_it(
    warehouse: Path, client: list[subprocess.Popen[str]], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The journal would be replayed in memory, so that other figures are read than are published."""

    def refused(_warehouse: Path, wait: bool = True) -> None:
        raise PermissionError

    kill(change(client, warehouse / name, "create table something (i int)"))
    monkeypatch.setattr(published_files, "exclusive", refused)
    with pytest.raises(NoAnswerError, match=r"\.wal: another program left this journal"), opened(warehouse, *FILES[:2]):
        pass
    monkeypatch.undo()
    with opened(warehouse, *FILES[:2]) as connection:
        assert connection.sql("select count(*) from duckdb_tables() where table_name = 'something'").fetchall() == [
            (0,)
        ]
    assert left_aside(warehouse) == [f"{name}.wal"]
