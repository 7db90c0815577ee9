"""The benchmark: the whole job on a large set of demonstration extracts, beside the least that reading them can cost.

The floor is DuckDB loading the same files as text into a table. Both are measured in one run, each in a process of its
own, so that their ratio means something on a machine that others use too. Nothing here asserts a time.
"""

import json
import logging
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from rich.table import Table

from pipelines import console
from schemas.tables import MODELS

AUTHORITIES = int(os.environ.get("BENCH_AUTHORITIES", "20"))
YEARS = int(os.environ.get("BENCH_YEARS", "6"))
OVERVIEWS = int(os.environ.get("BENCH_OVERVIEWS", "153"))


def benchmark() -> None:
    """Measure and print rows, wall and CPU seconds and peak memory per stage, the ratio to the floor, one council."""
    with tempfile.TemporaryDirectory(prefix="kpi-bench-") as scratch:
        folder = Path(scratch)
        console.console.print(f"Writing {AUTHORITIES} authorities × {YEARS} years …")
        written = _measured("write", folder / "all", str(AUTHORITIES), str(YEARS))
        _measured("write", folder / "half", str(AUTHORITIES // 2), str(YEARS))
        _measured("write", folder / "one", "1", "3")
        floors = [_measured("floor", folder / "all", folder / "floor-1")]
        whole = _measured("job", folder / "all", folder / "warehouse")
        floors.append(_measured("floor", folder / "all", folder / "floor-2"))
        half = _measured("job", folder / "half", folder / "warehouse-half")
        _measured("job", folder / "one", folder / "warehouse-one")
        one = _measured("job", folder / "one", folder / "warehouse-one", "852")
        floor = min(floors, key=lambda result: float(result["wall"]))
        _print(written, floor, whole, half, one)
        console.console.print(f"Publishing {OVERVIEWS} authorities × 2 years, and writing the overview of each …")
        _measured("write", folder / "every", str(OVERVIEWS), "2")
        _measured("job", folder / "every", folder / "warehouse-every")
        overviews = _measured("overviews", folder / "warehouse-every")
        console.console.print(
            f"{overviews['written']} overviews, each as page, PDF and Word file: {overviews['wall']:.0f} s "
            f"({overviews['cpu']:.0f} s of CPU), {overviews['wall'] / overviews['written']:.2f} s each, "
            f"peak {overviews['peak']:,.0f} MiB, {overviews['bytes'] / 1e6:,.0f} MB; "
            f"{overviews['wall'] / floor['wall']:.1f} × floor."
        )


def _measured(part: str, *arguments: str | Path) -> dict[str, Any]:
    """One part in a process of its own; its last line of output is the result, to which start-up is added."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "pipelines.benchmark", part, *map(str, arguments)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
    result: dict[str, Any] = json.loads(output.strip().splitlines()[-1])
    result["total"] = time.perf_counter() - started
    return result


def _write(landing: str, authorities: str, years: str) -> dict[str, Any]:
    from pipelines.demonstration import write_demonstration

    folders = write_demonstration(Path(landing), int(authorities), int(years))
    files = [path for folder in folders for path in folder.iterdir()]
    return {"files": len(files), "bytes": sum(path.stat().st_size for path in files)}


def _floor(landing: str, database: str) -> dict[str, Any]:
    rows = 0
    with duckdb.connect(database) as connection:
        for table in MODELS:
            files = [str(path) for path in Path(landing).glob(f"*/*/{table}.csv")]
            if not files:
                continue
            connection.execute(f"create table {table} as from read_csv($files, all_varchar = true)", {"files": files})
            count = connection.table(table).aggregate("count(*)").fetchone()
            rows += count[0] if count else 0
    return {"rows": rows}


def _job(landing: str, warehouse: str, authority: str | None = None) -> dict[str, Any]:
    """Run the job as the command does, noting what each step took."""
    from dagster import DagsterEvent

    from pipelines.commands.run import run_extracts
    from pipelines.settings import load_settings

    stages: list[dict[str, Any]] = []
    begun: dict[str, tuple[float, float]] = {}

    class Stages(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            event = getattr(record, "dagster_meta", {}).get("dagster_event")
            if isinstance(event, DagsterEvent) and event.is_step_start:
                begun[str(event.step_key)] = (time.perf_counter(), time.process_time())
            if isinstance(event, DagsterEvent) and event.is_step_success:
                wall, cpu = begun[str(event.step_key)]
                stages.append(
                    {
                        "stage": event.step_key,
                        "wall": time.perf_counter() - wall,
                        "cpu": time.process_time() - cpu,
                        "peak": _peak(),
                    }
                )

    console.progress_handlers.append(Stages())
    status = run_extracts(load_settings(landing=Path(landing), warehouse=Path(warehouse)), authority)
    return {"status": status, "stages": stages}


def _overviews(warehouse: str) -> dict[str, Any]:
    from warehouse.report.writing import write_month

    written = write_month(Path(warehouse), date(2020, 8, 1))
    files = [path for one in written for path in (one.html, one.pdf, one.docx)]
    return {"written": len(written), "bytes": sum(path.stat().st_size for path in files)}


def _peak() -> float:
    """The most memory this process has held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _print(
    written: dict[str, Any], floor: dict[str, Any], whole: dict[str, Any], half: dict[str, Any], one: dict[str, Any]
) -> None:
    table = Table(title=f"{floor['rows']:,} rows in {written['files']} files, {written['bytes'] / 1e6:,.0f} MB")
    for heading in ("Stage", "Wall s", "CPU s", "Peak MiB", "× floor"):
        table.add_column(heading, justify="left" if heading == "Stage" else "right")

    def row(name: str, wall: float, cpu: float, peak: float) -> None:
        table.add_row(name, f"{wall:.1f}", f"{cpu:.1f}", f"{peak:,.0f}", f"{wall / floor['wall']:.2f}")

    row("floor: load as text", floor["wall"], floor["cpu"], floor["peak"])
    for stage in whole["stages"]:
        row(str(stage["stage"]), stage["wall"], stage["cpu"], stage["peak"])
    row("the whole job", whole["wall"], whole["cpu"], whole["peak"])
    console.console.print(table)
    console.console.print(
        f"Half the authorities take {half['wall'] / whole['wall']:.2f} of the time of all (0.50 is proportional)."
    )
    work = sum(stage["wall"] for stage in one["stages"])
    console.console.print(
        f"A nightly run of one council: {one['total']:.1f} s, of which {work:.1f} s in the layers and "
        f"{one['total'] - work:.1f} s starting up and recording the run."
    )


if __name__ == "__main__":
    _part, *_arguments = sys.argv[1:]
    _started, _cpu = time.perf_counter(), time.process_time()
    _result = {"write": _write, "floor": _floor, "job": _job, "overviews": _overviews}[_part](*_arguments)  # type: ignore[operator]
    _result |= {"wall": time.perf_counter() - _started, "cpu": time.process_time() - _cpu, "peak": _peak()}
    print(json.dumps(_result))  # noqa: T201 - the result of the part, read by the process that started it
