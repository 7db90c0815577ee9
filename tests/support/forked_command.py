"""The command line without the seconds of imports: each run is a child of a process that has imported everything.

Reads requests from standard input, one JSON object a line (`arguments`, `environment`, `mask`), and answers each with
the exit status and what was written to standard output and standard error. To the command it is a process of its own.
"""

import json
import os
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

import pipelines.commands.accept
import pipelines.commands.explain
import pipelines.commands.pending
import pipelines.commands.report
import pipelines.commands.run
import warehouse.rebuilding
from pipelines.__main__ import main

# What the command imports when it is asked to do something.
IMPORTED = (
    pipelines.commands.accept, pipelines.commands.explain, pipelines.commands.pending, pipelines.commands.report,
    pipelines.commands.run, warehouse.rebuilding,
)  # fmt: skip


def command(request: dict[str, Any], folder: Path) -> int:
    """Run the command in this process; what it prints goes into files of the folder."""
    for descriptor, name in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(folder / name, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), descriptor)
    os.environ.clear()
    os.environ.update(request["environment"])
    os.umask(request["mask"])
    try:
        main(request["arguments"], prog_name="python -m pipelines")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def serve() -> None:
    """Answer requests until there are no more."""
    for line in sys.stdin:
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            child = os.fork()
            if child == 0:
                status = 70
                try:
                    status = command(json.loads(line), folder)
                    sys.stdout.flush()
                    sys.stderr.flush()
                finally:
                    os._exit(status)
            _, ended = os.waitpid(child, 0)
            answer = {"status": os.waitstatus_to_exitcode(ended)}
            answer |= {name: (folder / name).read_text() for name in ("stdout", "stderr")}
        print(json.dumps(answer), flush=True)  # noqa: T201


if __name__ == "__main__":
    serve()
