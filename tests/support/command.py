"""The command line, as a person runs it, without the seconds of imports."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


# Run before a command, this takes from it, and from what it starts, what lets root read and write everything; without
# that root is a user like others.
PLAIN_USER = """
import ctypes
dac_override, dac_read_search, fowner, drop_from_bounding_set = 1, 2, 3, 24
system = ctypes.CDLL(None)
for capability in (dac_override, dac_read_search, fowner):
    assert system.prctl(drop_from_bounding_set, capability, 0, 0, 0) == 0
version_3_of_this_process, sets = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
assert system.capget(version_3_of_this_process, sets) == 0
for effective_permitted_inheritable in range(3):
    sets[effective_permitted_inheritable] &= ~(1 << dac_override | 1 << dac_read_search | 1 << fowner)
assert system.capset(version_3_of_this_process, sets) == 0
"""


def run_command(
    *arguments: object, mask: int = 0o022, instead: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run `python -m pipelines` as a person would: in a process of its own, in a shell with that umask.

    `instead` is code that runs before, in that process, to put something in place of a part of the pipeline.
    """
    (answer,) = run_at_once(arguments, mask=mask, instead=instead, **environment)
    return answer


def run_at_once(
    *commands: Iterable[object], mask: int = 0o022, instead: str = "", **environment: str
) -> list[subprocess.CompletedProcess[str]]:
    """Run several commands at once, each in a process of its own; how each ended."""
    server = _command_server()
    assert server.stdin is not None
    assert server.stdout is not None
    kept = {name: value for name, value in os.environ.items() if name != "DAGSTER_HOME"}
    requests = [
        {"arguments": list(map(str, one)), "environment": {**kept, **environment}, "mask": mask, "instead": instead}
        for one in commands
    ]
    server.stdin.write(json.dumps(requests) + "\n")
    server.stdin.flush()
    return [
        subprocess.CompletedProcess(request["arguments"], answer["status"], answer["stdout"], answer["stderr"])
        for request, answer in zip(requests, json.loads(server.stdout.readline()), strict=True)
    ]


@cache
def _command_server() -> subprocess.Popen[str]:
    """One for the whole session; it ends when its standard input does."""
    return subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("forked_command.py"))],
        cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )  # fmt: skip
