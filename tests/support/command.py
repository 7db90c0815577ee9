"""The command line, as a person runs it, without the seconds of imports."""

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def run_command(*arguments: object, mask: int = 0o022, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m pipelines` as a person would: in a process of its own, in a shell with that umask."""
    server = _command_server()
    assert server.stdin is not None
    assert server.stdout is not None
    kept = {name: value for name, value in os.environ.items() if name != "DAGSTER_HOME"}
    request = {"arguments": list(map(str, arguments)), "environment": {**kept, **environment}, "mask": mask}
    server.stdin.write(json.dumps(request) + "\n")
    server.stdin.flush()
    answer = json.loads(server.stdout.readline())
    return subprocess.CompletedProcess(request["arguments"], answer["status"], answer["stdout"], answer["stderr"])


@cache
def _command_server() -> subprocess.Popen[str]:
    """One for the whole session; it ends when its standard input does."""
    return subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("forked_command.py"))],
        cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )  # fmt: skip
