"""The command line, as a person runs it, without the seconds of imports."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


# What lets root read and write everything; without it root is a user like others.
PLAIN_USER = (
    "setpriv", "--bounding-set", "-dac_override,-dac_read_search,-fowner",
    "--inh-caps", "-dac_override,-dac_read_search,-fowner",
)  # fmt: skip


def run_command(
    *arguments: object, mask: int = 0o022, instead: str = "", through: tuple[str, ...] = (), **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run `python -m pipelines` as a person would: in a process of its own, in a shell with that umask.

    `instead` is code that runs before, in that process, to put something in place of a part of the pipeline; `through` is
    a program that starts it.
    """
    (answer,) = run_at_once(arguments, mask=mask, instead=instead, through=through, **environment)
    return answer


def run_at_once(
    *commands: Iterable[object], mask: int = 0o022, instead: str = "", through: tuple[str, ...] = (), **environment: str
) -> list[subprocess.CompletedProcess[str]]:
    """Run several commands at once, each in a process of its own; how each ended."""
    server = _command_server(through)
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
def _command_server(through: tuple[str, ...]) -> subprocess.Popen[str]:
    """One for the whole session; it ends when its standard input does."""
    return subprocess.Popen(
        [*through, sys.executable, str(Path(__file__).with_name("forked_command.py"))],
        cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )  # fmt: skip
