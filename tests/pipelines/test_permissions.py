"""What a user may not read or write is said in one sentence, and stops nobody else.

Root may do everything, so the command runs without that privilege here; what is another user's is closed to it then.
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.command import PLAIN_USER, run_command
from support.landed import land

OTHER_USER = 65534
REFERRAL = "received_at | mash_completed_at\n2020-08-03 | 2020-08-04"
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to give files to another user")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A landing folder of three authorities."""
    folder = tmp_path_factory.mktemp("permissions")
    for la_code, date in (("852", "2020-09-01"), ("370", "2020-09-01"), ("370", "2020-08-01"), ("330", "2020-09-01")):
        land(folder / "landing" / la_code / date, referral=REFERRAL.replace("2020-08", f"2020-{int(date[5:7]) - 1:02}"))
    return folder


def command(*arguments: object) -> tuple[int, str, str]:
    """Run a command without privileges; its exit status and what it printed."""
    done = run_command(*arguments, instead=PLAIN_USER)
    return done.returncode, done.stdout, done.stderr


def test_folders_that_cannot_be_opened_are_named_and_stop_nobody_else(place: Path) -> None:
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


@pytest.mark.long
def test_what_could_not_be_opened_is_published_once_it_can_be(place: Path, tmp_path: Path) -> None:
    closed = place / "landing" / "330"
    run = ("run", "--landing", place / "landing", "--warehouse", tmp_path / "warehouse")
    tmp_path.chmod(0o777)
    closed.chmod(0)
    assert command(*run)[0] == 1
    closed.chmod(0o700)
    status, printed, errors = command(*run)
    assert (status, errors) == (0, "")
    assert "Publishing 1 extract" in printed


@pytest.mark.parametrize("arguments", [
    ("report", "370", "2020-08"), ("pending",), ("verify",),
    ("withdraw", "370", "2020-09-01", "--reason", "by mistake"), ("run",), ("rebuild", "1"),
])  # fmt: skip
def test_a_warehouse_of_someone_else_is_one_sentence_in_every_command(
    place: Path, arguments: tuple[object, ...]
) -> None:
    """Its folder may be looked into, and not written to; the figures may be read, the cases not."""
    if not (place / "warehouse" / "kpi.duckdb").exists():
        command("run", "--landing", place / "landing", "--warehouse", place / "warehouse")
    for path in ((place / "warehouse"), *(place / "warehouse").rglob("*")):
        os.chown(path, OTHER_USER, OTHER_USER)
    (place / "warehouse").chmod(0o755)
    landing = ("--landing", place / "landing") if arguments[0] in ("run", "withdraw", "rebuild") else ()
    status, _, errors = command(*arguments, "--warehouse", place / "warehouse", *landing)
    assert status in (1, 2)
    assert "Traceback" not in errors
    assert len(errors.splitlines()) == 1, errors
    assert str(place / "warehouse") in errors


@pytest.fixture(scope="module")
def read_only(place: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A landing folder and its warehouse on a disk that is mounted read-only, to root too; and a free folder beside."""
    disk = tmp_path_factory.mktemp("read-only")
    (mounted := disk / "disk").mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400m", "tmpfs", mounted], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(
            f"no file system can be mounted here ({done.stderr.strip()}); another user's warehouse stands for it"
        )
    try:
        land(mounted / "landing" / "370" / "2020-09-01", referral=REFERRAL)
        assert (
            run_command("run", "--landing", mounted / "landing", "--warehouse", mounted / "warehouse").returncode == 0
        )
        land(mounted / "landing" / "330" / "2020-09-01", referral=REFERRAL)
        subprocess.run(["mount", "-o", "remount,ro", mounted], check=True)
        yield mounted
    finally:
        subprocess.run(["umount", "--lazy", mounted], check=True)


@pytest.mark.parametrize("arguments", [
    ("run",), ("report", "370", "2020-08"), ("report", "--public"), ("pending",), ("issues",), ("verify",), ("purge",),
    ("withdraw", "370", "2020-09-01", "--reason", "by mistake"), ("accept", "370", "2020-09-01", "--reason", "right"),
    ("rebuild", "1"), ("ui", "--port", "39517"),
])  # fmt: skip
@pytest.mark.long
def test_a_warehouse_on_a_read_only_mount_is_one_sentence_in_every_command_that_writes(
    read_only: Path, arguments: tuple[object, ...]
) -> None:
    landing = () if arguments[0] in ("report", "pending", "issues", "verify", "purge") \
        else ("--landing", read_only / "landing")  # fmt: skip
    done = run_command(*arguments, "--warehouse", read_only / "warehouse", *landing, KPI_RETENTION_DAYS="30")
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    (told,) = done.stderr.splitlines()
    assert told.endswith(
        f"{read_only / 'warehouse'}: it cannot be written to; make it writable for this user, or name another --warehouse."
    )


@pytest.mark.long
def test_commands_that_only_read_answer_from_a_read_only_mount(read_only: Path, tmp_path: Path) -> None:
    for arguments in (
        ("explain", "370", "mash_timeliness", "2020-08", "--warehouse", read_only / "warehouse"),
        ("profile", read_only / "landing" / "370" / "2020-09-01"),
        ("run", "--landing", read_only / "landing", "--warehouse", tmp_path / "warehouse"),
    ):
        done = run_command(*arguments)
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
    done = run_command("demo", "--landing", read_only / "landing")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "this user may not read or write it" in done.stderr
