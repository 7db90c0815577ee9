"""The command line, ended before it is done: each run is a child of a process that has imported everything already.

Reads requests from standard input, one JSON object a line, and answers each with one. `arguments` are those of the
command; `stderr` is where its errors go. A run is ended, as by `kill -9`, before the `event`-th thing that it does to
a file in `folder` or to the disk, or when it has used `seconds` of processor time, which may be in the midst of DuckDB.
With a `signal`, that signal is sent once the run has used `seconds`, and the answer has the seconds (`ended_after`) that
it then took to end. `largest_file` is the size in bytes beyond which it can write no file, as on a disk that is full. A
run that is not ended answers with all its `events` and the `seconds` it used.
"""

import contextlib
import json
import os
import resource
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

from forked_command import know, prepare

from pipelines.__main__ import main
from pipelines.interruption import end_on_signals

_EVENTS = {
    "open", "os.chmod", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "shutil.copyfile", "shutil.rmtree",
    "sqlite3.connect",
}  # fmt: skip


def count_events(folder: str, last: int | None) -> list[str]:
    """Note what this process does to files of the folder and to the disk, and end it before the `last`-th."""
    events: list[str] = []

    def note(event: str, argument: Any) -> None:
        events.append(f"{event} {argument}")
        if last is not None and len(events) > last:
            os.kill(os.getpid(), signal.SIGKILL)

    def audit(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _EVENTS and isinstance(arguments[0], str | Path) and str(arguments[0]).startswith(folder):
            note(event, arguments[0])
        elif event == "fcntl.flock":
            note(event, "")

    def fsync(descriptor: int, flush: Any = os.fsync) -> None:
        note("os.fsync", str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        flush(descriptor)

    sys.addaudithook(audit)
    os.fsync = fsync
    return events


def command(request: dict[str, Any], answer: Path) -> int:
    """Run the command in this process; what it did goes into `answer`."""
    if request.get("stderr"):
        os.dup2(os.open(request["stderr"], os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), 2)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.argv = ["pipelines", *request["arguments"]]
    events = count_events(request["folder"], request.get("event"))
    if "signal" in request:
        end_on_signals()
    elif request.get("seconds") is not None:
        signal.setitimer(signal.ITIMER_PROF, request["seconds"])
    if request.get("largest_file") is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (request["largest_file"], resource.RLIM_INFINITY))
    status = 0
    try:
        main(request["arguments"])
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    used = resource.getrusage(resource.RUSAGE_SELF)
    told = {"events": list(events), "seconds": used.ru_utime + used.ru_stime, "modules": sorted(sys.modules)}
    answer.write_text(json.dumps(told))
    return status


def processor_seconds(child: int) -> float:
    """What a process has used so far; for ever much, once it has ended."""
    with contextlib.suppress(OSError, IndexError):
        state, *counts = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
        if state != "Z":
            return (int(counts[10]) + int(counts[11])) / os.sysconf("SC_CLK_TCK")
    return float("inf")


def interrupt(child: int, request: dict[str, Any]) -> float:
    """Send the signal when it is due; the time at which that was."""
    while processor_seconds(child) < request["seconds"]:
        time.sleep(0.002)
    os.kill(child, request["signal"])
    return time.monotonic()


def serve() -> None:
    """Answer requests until there are no more."""
    prepare()
    for line in sys.stdin:
        with tempfile.TemporaryDirectory() as folder:
            answer = Path(folder) / "answer"
            child = os.fork()
            if child == 0:
                status = 70
                try:
                    status = command(json.loads(line), answer)
                except BaseException:
                    traceback.print_exc()  # what escapes the command is a fault, which a test must see
                finally:
                    os._exit(status)
            request = json.loads(line)
            sent = interrupt(child, request) if "signal" in request else None
            _, ended = os.waitpid(child, 0)
            told = json.loads(answer.read_text()) if answer.exists() else {}
            if sent is not None:
                told["ended_after"] = time.monotonic() - sent
        know(told.pop("modules", ()))
        print(json.dumps({"status": os.waitstatus_to_exitcode(ended), **told}), flush=True)  # noqa: T201


if __name__ == "__main__":
    serve()
