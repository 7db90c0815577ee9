"""What a user may not read or write is said in one sentence, and stops nobody else.

Root may do everything, so the command runs as another user here.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.command import PROJECT
from support.landed import land

NOBODY = 65534
REFERRAL = "received_at | mash_completed_at\n2020-08-03 | 2020-08-04"
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root may run a command as another user")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder that belongs to another user, beside the folders that only root may enter."""
    folder = Path("/tmp") / f"permissions-{os.getpid()}"  # noqa: S108 - pytest's own folders are root's alone
    folder.mkdir()
    for la_code, date in (("852", "2020-09-01"), ("370", "2020-09-01"), ("370", "2020-08-01"), ("330", "2020-09-01")):
        land(folder / "landing" / la_code / date, referral=REFERRAL)
    yield folder
    shutil.rmtree(folder)


_AS_NOBODY = f"""
import os, sys
from pipelines.__main__ import main
import pipelines.commands.run, pipelines.commands.report, pipelines.commands.pending
os.setgid({NOBODY}); os.setuid({NOBODY})
main(sys.argv[1:], prog_name="python -m pipelines")
"""


def command(*arguments: object) -> tuple[int, str, str]:
    """Run a command as another user; its exit status and what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", _AS_NOBODY, *map(str, arguments)], cwd=PROJECT, capture_output=True, text=True
    )
    return done.returncode, done.stdout, done.stderr


def give(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, NOBODY, NOBODY)


def test_folders_that_cannot_be_opened_are_named_and_stop_nobody_else(place: Path) -> None:
    give(place)
    closed = (place / "landing" / "330", place / "landing" / "370" / "2020-08-01")
    for folder in closed:
        folder.chmod(0)
    os.mkfifo(place / "landing" / "852" / "2020-09-01" / "person.csv")
    status, printed, errors = command("run", "--landing", place / "landing", "--warehouse", place / "warehouse")
    (place / "landing" / "852" / "2020-09-01" / "person.csv").unlink()
    assert status == 1, errors
    assert "Traceback" not in errors
    lines = errors.splitlines()
    assert sum("852/2020-09-01/person.csv: it is no file" in line for line in lines) == 1
    assert sum(f"{closed[0]}: not read, because it cannot be opened" in line for line in lines) == 1
    assert sum("370/2020-08-01: its folder cannot be opened" in line for line in lines) == 1
    assert "Published:" in printed, "370/2020-09-01 is"
    for folder in closed:
        folder.chmod(0o700)
    status, _, errors = command("run", "--landing", place / "landing", "--warehouse", place / "warehouse")
    assert (status, errors) == (0, "")


@pytest.mark.parametrize("arguments", [
    ("report", "370", "2020-08"), ("pending",), ("explain", "370", "mash_timeliness", "2020-08"), ("verify",),
    ("withdraw", "370", "2020-09-01", "--reason", "by mistake"), ("run",), ("rebuild", "1"),
])  # fmt: skip
def test_a_warehouse_of_someone_else_is_one_sentence_in_every_command(
    place: Path, arguments: tuple[object, ...]
) -> None:
    """Its folder may be looked into, and not written to; the figures may be read, the cases not."""
    if not (place / "warehouse" / "kpi.duckdb").exists():
        give(place)
        command("run", "--landing", place / "landing", "--warehouse", place / "warehouse")
    for path in ((place / "warehouse"), *(place / "warehouse").rglob("*")):
        os.chown(path, 0, 0)
    (place / "warehouse").chmod(0o755)
    landing = ("--landing", place / "landing") if arguments[0] in ("run", "withdraw", "rebuild") else ()
    status, _, errors = command(*arguments, "--warehouse", place / "warehouse", *landing)
    assert status in (1, 2)
    assert "Traceback" not in errors
    assert len(errors.splitlines()) == 1, errors
    assert str(place / "warehouse") in errors
