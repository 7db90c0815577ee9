"""The command line without the seconds of imports: each run is a child of a process that has imported everything.

Reads requests from standard input, a line of JSON each time: a list of commands that run at once (`arguments`,
`environment`, `mask`, and `instead`: code to run before, which may put something in place of a part). Answers each with
the exit status and what was written to standard output and standard error. To the command it is a process of its own.
"""

import contextlib
import gc
import importlib
import json
import os
import shutil
import sys
import tempfile
import traceback
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from dagster import DagsterInstance
from record_of_runs import make_once

from pipelines.__main__ import main
from schemas.settings import Settings
from warehouse.definitions import definitions_sha256

DAGSTER = Path(__file__).resolve().parents[2] / "pipelines" / "dagster.yaml"


def prepare() -> None:
    """Read and make once what every run of a process reads and makes: code and queries, and how Dagster records a run."""
    make_once()
    definitions_sha256(Settings())
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(DAGSTER, folder)
        DagsterInstance.from_config(folder).dispose()


def know(modules: Iterable[str]) -> None:
    """Import what a child has imported, so that the next child need not import it again."""
    for name in modules:
        if not name.startswith("__"):
            with contextlib.suppress(ImportError):
                importlib.import_module(name)


def command(request: dict[str, Any], folder: Path) -> int:
    """Run the command in this process; what it prints goes into files of the folder."""
    for descriptor, name in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(folder / name, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), descriptor)
    os.environ.clear()
    os.environ.update(request["environment"])
    os.umask(request["mask"])
    try:
        exec(request["instead"], {})  # noqa: S102 - a test's own words
        main(request["arguments"], prog_name="python -m pipelines")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def begin(request: dict[str, Any], folder: Path) -> int:
    """Start a child that runs the command; its process number."""
    folder.mkdir()
    child = os.fork()
    if child == 0:
        status = 70
        try:
            status = command(request, folder)
            (folder / "modules").write_text(" ".join(sorted(sys.modules)))
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(status)
    return child


def serve() -> None:
    """Answer requests until there are no more."""
    prepare()
    for line in sys.stdin:
        requests, answers = json.loads(line), []
        gc.freeze()  # what is imported stays, and no child need look through it
        with tempfile.TemporaryDirectory() as temporary:
            folders = [Path(temporary) / str(number) for number, _ in enumerate(requests)]
            children = [begin(request, folder) for request, folder in zip(requests, folders, strict=True)]
            for child, folder in zip(children, folders, strict=True):
                _, ended = os.waitpid(child, 0)
                texts = {name: (folder / name).read_text() for name in ("stdout", "stderr")}
                answers.append({"status": os.waitstatus_to_exitcode(ended), **texts})
                if (folder / "modules").exists():
                    know((folder / "modules").read_text().split())
        print(json.dumps(answers), flush=True)  # noqa: T201


if __name__ == "__main__":
    serve()
