"""Commands that are interrupted end in seconds: while they import, while the UI runs, with all that they started."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.at_length import first_of
from support.command import PROJECT

from pipelines.commands.ui import is_free
from pipelines.interruption import SENTENCE

Started = list[subprocess.Popen[str]]


@pytest.fixture
def started() -> Iterator[Started]:
    """Processes of the test, which end with it."""
    processes: Started = []
    yield processes
    for process in processes:
        process.kill()
        process.wait()


def start(started: Started, *arguments: str, output: int = subprocess.PIPE) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, *arguments], cwd=PROJECT, stdout=output, stderr=output, text=True)
    started.append(process)
    return process


def waits_for(process: subprocess.Popen[str], number: int) -> bool:
    """Whether the process does something of its own when it gets the signal."""
    (caught,) = (
        line.split()[1] for line in Path(f"/proc/{process.pid}/status").read_text().splitlines() if "SigCgt" in line
    )
    return bool(int(caught, 16) >> (number - 1) & 1)


def until(condition: object, seconds: float = 120) -> None:
    ends_at = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < ends_at
        time.sleep(0.005)


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_command_that_is_interrupted_while_it_imports_ends_with_one_sentence(
    started: Started, tmp_path: Path, sent: signal.Signals
) -> None:
    process = start(started, "-m", "pipelines", "run", "--landing", str(tmp_path), "--warehouse", str(tmp_path / "w"))
    until(lambda: waits_for(process, signal.SIGTERM))
    process.send_signal(sent)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (128 + sent, SENTENCE)
    assert not (tmp_path / "w").exists(), "nothing had begun"


def test_a_command_ends_though_python_does_nothing_but_a_long_query(started: Started) -> None:
    process = start(
        started, "-c",
        "from pipelines.interruption import end_on_signals\nend_on_signals()\nimport duckdb\nprint('now', flush=True)\n"
        "duckdb.sql('select sum(hash(a.i, b.i)) from range(1000000) as a(i), range(1000000) as b(i)').fetchall()",
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "now\n"
    time.sleep(0.3)
    sent_at = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (130, SENTENCE)
    assert time.monotonic() - sent_at < 10


def test_an_interruption_that_meets_python_clearing_up_is_one_sentence_too(started: Started) -> None:
    """Dagster's handlers raise; what is raised while an object goes cannot be passed on, and Python would tell of it."""
    process = start(
        started, "-c",
        "import signal, sys, time\nfrom pipelines.interruption import end_on_signals\nend_on_signals()\n"
        "def interrupted(*_):\n    raise KeyboardInterrupt\n"
        "signal.signal(signal.SIGINT, interrupted)\nsys.setswitchinterval(1)\n"
        "class Going:\n    def __del__(self):\n        print('now', flush=True)\n        while True:\n            pass\n"
        "Going()\ntime.sleep(60)",
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "now\n"
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (130, SENTENCE)


# A server with a child, both of which do not end when they are asked to.
_STUBBORN = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.signal(signal.SIGINT, signal.SIG_IGN)
if len(sys.argv) == 1:
    subprocess.Popen([sys.executable, __file__, "child"])
print(os.getpid(), flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("sent", first_of([signal.SIGTERM, signal.SIGINT]))
def test_no_process_of_the_ui_outlives_it(started: Started, tmp_path: Path, sent: signal.Signals) -> None:
    (tmp_path / "stubborn.py").write_text(_STUBBORN)
    process = start(
        started, "-c",
        f"import os, sys\nfrom pipelines.commands.ui import serve\n"
        f"serve([sys.executable, {str(tmp_path / 'stubborn.py')!r}], os.environ)",
    )  # fmt: skip
    assert process.stdout is not None
    left = [int(process.stdout.readline()) for _ in range(2)]
    sent_at = time.monotonic()
    process.send_signal(sent)
    assert process.stderr is not None
    assert (process.wait(timeout=60), process.stderr.read()) == (128 + sent, SENTENCE)
    assert time.monotonic() - sent_at < 10
    for child in left:
        until(lambda child=child: not is_running(child))


def is_running(process: int) -> bool:
    """Whether a process is there that is more than an entry in its parent's list."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not os.environ.get("INTERRUPTIONS"), reason="takes a minute; make test-long tries it")
def test_the_real_ui_ends_within_seconds(started: Started, tmp_path: Path) -> None:
    (tmp_path / "landing").mkdir()
    process = start(
        started, "-m", "pipelines", "ui", "--landing", str(tmp_path / "landing"),
        "--warehouse", str(tmp_path / "warehouse"), "--port", "3987", output=subprocess.DEVNULL,
    )  # fmt: skip
    until(lambda: not is_free(3987), seconds=300)
    sent_at = time.monotonic()
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 130
    assert time.monotonic() - sent_at < 10
