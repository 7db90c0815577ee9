"""The benchmark: what the whole job, a night, a table and a measure cost, as ratios of one run.

The floor is DuckDB loading the same files as text into tables. Every part runs in a process of its own, and what is
compared runs in turn, so that the ratios mean something on a machine that others use too. Nothing here asserts a time.
Sizes are settings of the environment: BENCH_SCALE (millions of rows), BENCH_NIGHTS, BENCH_OVERVIEWS; BENCH_BESIDE names
another checkout of this project, whose job runs on the same files.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import wraps
from pathlib import Path
from typing import Any

import duckdb
from rich.table import Table

from pipelines import console
from schemas.tables import MODELS

SCALE = float(os.environ.get("BENCH_SCALE", "2"))
NIGHTS = int(os.environ.get("BENCH_NIGHTS", "40"))
OVERVIEWS = int(os.environ.get("BENCH_OVERVIEWS", "153"))
BESIDE = os.environ.get("BENCH_BESIDE")
_YEARS = 6
_ROWS_OF_AN_AUTHORITY = 103_000  # of the eight tables of the seed, in six years
_MOST_AUTHORITIES = 153
_OF_THE_SEED = (
    "mash_timeliness", "assessment_timeliness", "icpc_timeliness", "child_protection_plan_rate", "looked_after_rate",
    "authorised_care_plan",
)  # fmt: skip
Result = dict[str, Any]


def benchmark() -> None:
    """Measure and print every part, each beside what it is compared with."""
    with tempfile.TemporaryDirectory(prefix="kpi-bench-") as scratch:
        folder = Path(scratch)
        _whole_job(folder / "whole")
        _every_table(folder / "tables")
        _nights(folder / "nights")
        _measures(folder / "measures")
        _overviews(folder / "overviews")


# --- what is compared -----------------------------------------------------------------------------------------------


def _whole_job(folder: Path) -> None:
    authorities = min(_MOST_AUTHORITIES, max(2, round(SCALE * 1e6 / _ROWS_OF_AN_AUTHORITY)))
    years = _YEARS if authorities < _MOST_AUTHORITIES else 8
    landing = folder / "all"
    written = _part("write", landing, authorities, years, "seed")
    floors = [_part("floor", landing, folder / "floor-1")]
    whole = _part("job", landing, folder / "warehouse")
    floors.append(_part("floor", landing, folder / "floor-2"))
    floor = min(floors, key=lambda one: float(one["wall"]))
    table = Table(
        title=f"{floor['rows']:,} rows of eight tables, {written['bytes'] / 1e6:,.0f} MB, {authorities} authorities"
    )
    for heading in ("Stage", "Wall s", "CPU s", "Peak MiB", "× floor"):
        table.add_column(heading, justify="left" if heading == "Stage" else "right")

    def row(name: str, wall: float, cpu: float | None = None, peak: float | None = None) -> None:
        told = ("" if cpu is None else f"{cpu:.1f}", "" if peak is None else f"{peak:,.0f}")
        table.add_row(name, f"{wall:.1f}", *told, f"{wall / floor['wall']:.2f}")

    row("floor: load as text", floor["wall"], floor["cpu"], floor["peak"])
    for stage, wall in whole["stages"].items():
        row(stage, wall)
    row("the whole job", whole["wall"], whole["cpu"], whole["peak"])
    console.console.print(table)
    shutil.rmtree(folder / "warehouse")
    _part("write", folder / "half", authorities // 2, years, "seed")
    half = _part("job", folder / "half", folder / "warehouse")
    console.console.print(
        f"Half the authorities take {half['wall'] / whole['wall']:.2f} of the time of all (0.50 is proportional)."
    )
    if BESIDE:
        other = _part("job", landing, folder / "warehouse-beside", checkout=Path(BESIDE))
        console.console.print(
            f"The checkout beside takes {other['wall']:.1f} s on the same files, {other['wall'] / whole['wall']:.1f} × "
            f"this one, peak {other['peak']:,.0f} MiB."
        )
    shutil.rmtree(folder)


def _every_table(folder: Path) -> None:
    """All tables, measures and breakdowns beside the eight tables of the seed: twenty authorities, three years."""
    found: dict[str, tuple[Result, Result]] = {}
    for tables in ("seed", "all"):
        _part("write", folder / tables, 20, 3, tables)
        floor = _part("floor", folder / tables, folder / f"floor-{tables}")
        found[tables] = floor, _part("job", folder / tables, folder / f"warehouse-{tables}")
    (few_floor, few), (every_floor, every) = found["seed"], found["all"]
    copied = _exports(folder / "warehouse-all", "twenty councils")
    of_rows = (every_floor["rows"] + every["published"]) / (few_floor["rows"] + few["published"])
    least = every_floor["wall"] + copied["seconds"]
    console.console.print(
        f"All tables and measures: {every_floor['rows']:,} rows read and {every['published']:,} published beside "
        f"{few_floor['rows']:,} and {few['published']:,} of eight tables, {of_rows:.1f} × the rows in "
        f"{every['wall'] / few['wall']:.1f} × the time; {every['wall']:.1f} s, {every['wall'] / least:.1f} × (floor + "
        f"DuckDB writing what is published: {least:.1f} s), peak {every['peak']:,.0f} MiB."
    )
    shutil.rmtree(folder)


def _exports(warehouse: Path, named: str) -> Result:
    """Say what the exports cost beside DuckDB writing the same rows; what writing all that is published takes."""
    told = _part("copy", warehouse)
    console.console.print(
        f"The exports of {named}, with their scorecards: {told['made']:.2f} s of CPU, "
        f"{told['made'] / told['copied']:.1f} × DuckDB writing the same rows as Parquet and CSV."
    )
    return told


def _nights(folder: Path) -> None:
    """One council, three years of history: its first night, nights on which it sends the same again, and the last."""
    imports = min((_part("imports") for _ in range(3)), key=lambda one: float(one["total"]))["total"]
    for tables in ("seed", "all"):
        landing, warehouse = folder / tables, folder / f"warehouse-{tables}"
        _part("write", landing, 1, 3, tables)
        first = _part("job", landing, warehouse)
        nothing = min((_part("job", landing, warehouse) for _ in range(3)), key=lambda one: float(one["total"]))
        layers = sum(first["stages"].values())
        console.console.print(
            f"A night of one council, {'eight' if tables == 'seed' else 'all'} tables: {first['total']:.1f} s, of "
            f"which {layers:.1f} s in the layers; {first['total'] / imports:.1f} × the imports ({imports:.1f} s). "
            f"Nothing new: {nothing['total']:.1f} s, {nothing['total'] / imports:.1f} × the imports."
        )
    _exports(folder / "warehouse-all", "one council")
    nights = _part("nights", folder / "seed", folder / "warehouse-seed", NIGHTS)
    console.console.print(
        f"Night {NIGHTS} takes {nights['last'] / nights['first']:.2f} of the first nights' time "
        f"({nights['first']:.2f} and {nights['last']:.2f} s, the median of five); the published files grow by "
        f"{nights['published']:,.0f} kB a night, Dagster's records by {nights['records']:,.0f} kB."
    )
    shutil.rmtree(folder)


def _measures(folder: Path) -> None:
    """The six measures of the seed beside the same ten times, over the same facts."""
    _part("write", folder, 20, 3, "seed")
    told = _part("evaluate", folder)
    console.console.print(
        f"Evaluating 60 measures takes {told['sixty'] / told['six']:.2f} × what six take ({told['six']:.2f} s)."
    )
    shutil.rmtree(folder)


def _overviews(folder: Path) -> None:
    """Overviews of every measure beside those of the same warehouse with the six of the seed alone."""
    _part("write", folder / "landing", OVERVIEWS, 2, "all")
    _part("job", folder / "landing", folder / "every")
    (folder / "six").mkdir()
    shutil.copy(folder / "every" / "kpi.duckdb", folder / "six")
    with duckdb.connect(str(folder / "six" / "kpi.duckdb")) as kpi:
        for (table,) in kpi.sql("select table_name from duckdb_columns() semi join duckdb_tables() using (table_name) "
                                "where column_name = 'measure_code'").fetchall():  # fmt: skip
            kpi.execute(f'delete from "{table}" where not list_contains(?, measure_code)', [list(_OF_THE_SEED)])  # noqa: S608
    six, every = (_part("overviews", folder / name) for name in ("six", "every"))
    for told in (six, every):
        console.console.print(
            f"{told['written']} overviews of {told['measures']} measures, each as page, PDF, Word file and workbook: "
            f"{told['wall']:.0f} s, {told['cpu'] / told['written']:.2f} s of CPU each, peak {told['peak']:,.0f} MiB, "
            f"{told['bytes'] / 1e6:,.0f} MB."
        )
    console.console.print(f"One of every measure takes {every['cpu'] / six['cpu']:.2f} × one of six.")


# --- parts, each in a process of its own ----------------------------------------------------------------------------


def _part(name: str, *arguments: object, checkout: Path | None = None) -> Result:
    """One part in a process of its own; its last line of output is the result, to which start-up is added.

    `checkout`: the folder of another checkout, whose code does the work of the part.
    """
    started = time.perf_counter()
    script = Path(__file__).resolve()
    command = [sys.executable, str(script), name, *map(str, arguments)]
    environment = os.environ | {"PYTHONPATH": str(checkout or script.parents[2])}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)  # noqa: S603
    if done.returncode:
        raise RuntimeError(f"The part {name} of the benchmark failed: {done.stderr.strip()[-2000:]}")
    result: Result = json.loads(done.stdout.strip().splitlines()[-1])
    result["total"] = time.perf_counter() - started
    return result


def _write(landing: str, authorities: str, years: str, tables: str) -> Result:
    from pipelines.demonstration.extract import write_demonstration

    folders = write_demonstration(
        Path(landing), int(authorities), int(years), tables="all" if tables == "all" else "seed"
    )
    files = [path for folder in folders for path in folder.iterdir()]
    return {"files": len(files), "bytes": sum(path.stat().st_size for path in files)}


def _floor(landing: str, database: str) -> Result:
    rows = 0
    with duckdb.connect(database) as connection:
        for table in MODELS:
            files = [str(path) for path in Path(landing).glob(f"*/*/{table}.csv")]
            if not files:
                continue
            connection.execute(f"create table {table} as from read_csv($files, all_varchar = true)", {"files": files})
            rows += _count(connection, table)
    return {"rows": rows}


def _copy(warehouse: str) -> Result:
    """DuckDB writing the rows of the published files anew, and of the exports from tables, by turns with the exports."""
    from warehouse.exports import files

    def again() -> None:
        shutil.rmtree(Path(warehouse) / files.FOLDER)
        files.export(Path(warehouse))

    with tempfile.TemporaryDirectory(dir=warehouse) as folder, duckdb.connect() as connection:
        started = time.perf_counter()
        for name in ("kpi", "casework"):
            connection.execute(f"attach '{warehouse}/{name}.duckdb' as {name} (read_only)")
            connection.execute(f"attach '{folder}/{name}.duckdb' as copy_{name}")
            tables = "select table_name from duckdb_tables() where database_name = ?"
            for (table,) in connection.execute(tables, [name]).fetchall():
                connection.execute(f'create table copy_{name}."{table}" as from {name}."{table}"')
            connection.execute(f"checkpoint copy_{name}")
        published = time.perf_counter() - started
        copies = []
        for path in (Path(warehouse) / "exports").glob("*.parquet"):
            # Of breakdowns the CSV has the last thirteen months alone.
            last = (
                " where month > (select max(month) from written) - interval 13 month"
                if "breakdown" in path.stem
                else ""
            )
            connection.execute(f"create table {path.stem}_parquet as from '{path}'")
            connection.execute(f"create table {path.stem}_csv as with written as (from '{path}') from written{last}")
            copies += [
                f"copy {path.stem}_parquet to '{folder}/{path.stem}.parquet' (format parquet, parquet_version v1)",
                f"copy {path.stem}_csv to '{folder}/{path.stem}.csv'",
            ]
        made, copied = _by_turns(again, lambda: [connection.execute(copy) for copy in copies])
    return {"seconds": published + copied[0], "made": made[1], "copied": copied[1]}


def _by_turns(*works: Callable[[], object]) -> list[tuple[float, float]]:
    """The least wall and the least CPU seconds of each, of three turns: the first pays for what is loaded late."""
    took: list[list[tuple[float, float]]] = [[] for _ in works]
    for _ in range(3):
        for work, turns in zip(works, took, strict=True):
            wall, cpu = time.perf_counter(), time.process_time()
            work()
            turns.append((time.perf_counter() - wall, time.process_time() - cpu))
    return [(min(wall for wall, _ in turns), min(cpu for _, cpu in turns)) for turns in took]


def _imports() -> Result:
    import pipelines.commands.run  # noqa: F401

    return {}


def _job(landing: str, warehouse: str) -> Result:
    """Run the job as the command does, noting what each layer took."""
    from pipelines.commands.run import run_extracts
    from pipelines.settings import load_settings

    stages = _timed_stages()
    status = run_extracts(load_settings(landing=Path(landing), warehouse=Path(warehouse)))
    if status and not (Path(warehouse) / "kpi.duckdb").exists():  # of 153 councils one may be refused by a limit
        raise RuntimeError(f"The run ended with status {status}, and nothing was published.")
    return {"stages": stages, "published": _published_rows(Path(warehouse))}


def _timed_stages() -> dict[str, float]:
    """Seconds of each layer's own, filled while the job runs: a layer that calls the one before it does not count that."""
    seconds: dict[str, float] = {}
    inner: list[float] = []
    try:
        from warehouse import refusals
        from warehouse.exports import files as exports
        from warehouse.layers import Group
        from warehouse.published import publishing
    except ImportError:  # another checkout's layers
        return seconds

    def timed(where: object, name: str, stage: str) -> None:
        done: Callable[..., Any] = getattr(where, name)

        @wraps(done)
        def call(*arguments: Any, **named: Any) -> Any:
            started = time.perf_counter()
            inner.append(0.0)
            try:
                return done(*arguments, **named)
            finally:
                took = time.perf_counter() - started
                seconds[stage] = seconds.get(stage, 0) + took - inner.pop()
                if inner:
                    inner[-1] += took

        setattr(where, name, call)

    timed(Group, "__init__", "reference")
    timed(Group, "read", "raw")
    timed(Group, "staged", "staged")
    timed(Group, "facts", "facts")
    timed(Group, "measures", "measures")
    timed(refusals, "refused", "limits")
    timed(publishing, "publish", "published")
    timed(exports, "export", "exports")
    return seconds


def _published_rows(warehouse: Path) -> int:
    rows = 0
    for name in ("kpi", "casework"):
        with duckdb.connect(str(warehouse / f"{name}.duckdb"), read_only=True) as connection:
            for (table,) in connection.sql("select table_name from duckdb_tables()").fetchall():
                rows += _count(connection, f'"{table}"')
    return rows


def _nights_in_turn(landing: str, warehouse: str, number: str) -> Result:
    """The same council's extract landed night by night under later dates, each night published by the job."""
    from pipelines.commands.run import run_extracts
    from pipelines.settings import load_settings
    from warehouse.landing.coverage import FILE_NAME

    settings = load_settings(landing=Path(landing), warehouse=Path(warehouse))
    (folder,) = Path(landing).glob("*/*")
    sizes, took = [_sizes(Path(warehouse))], []
    landing_of_night: Path | None = None
    for night in range(1, int(number) + 1):
        later = folder.with_name(str(date.fromisoformat(folder.name) + timedelta(days=night)))
        shutil.copytree(folder, later)
        # Else it is refused after two weeks, for nothing has happened since.
        (later / FILE_NAME).write_text(f"complete_to = {date.fromisoformat(folder.name) - timedelta(days=1)}\n")
        started = time.perf_counter()
        if run_extracts(settings):
            raise RuntimeError(f"Night {night} failed.")
        took.append(time.perf_counter() - started)
        sizes.append(_sizes(Path(warehouse)))
        if landing_of_night is not None:
            shutil.rmtree(landing_of_night)
        landing_of_night = later
    growth = [(after - before) / int(number) / 1000 for before, after in zip(sizes[0], sizes[-1], strict=True)]
    # The first night of a process pays for what is imported late.
    return {"first": sorted(took[1:6])[2], "last": sorted(took[-5:])[2], "published": growth[0], "records": growth[1]}


def _sizes(warehouse: Path) -> tuple[int, int]:
    """Bytes of the published files, and of Dagster's records."""
    published = sum((warehouse / f"{name}.duckdb").stat().st_size for name in ("kpi", "casework", "ledger")
                    if (warehouse / f"{name}.duckdb").exists())  # fmt: skip
    records = sum(path.stat().st_size for path in (warehouse / "dagster").rglob("*") if path.is_file())
    return published, records


def _evaluate(landing: str) -> Result:
    from schemas.measures import MEASURES
    from schemas.settings import Operation, Settings
    from warehouse.landing.extracts import landed
    from warehouse.layers import Group
    from warehouse.measures.evaluation import evaluate

    group = Group(landed(Path(landing)), Settings.model_validate({}), Operation.model_validate({}))
    group.facts()
    six = [MEASURES[code] for code in _OF_THE_SEED]
    sixty = six + [replace(one, measure_code=f"{one.measure_code}_{copy}") for copy in range(2, 11) for one in six]
    took: dict[str, float] = {}
    for name, catalogue in (("six", six), ("sixty", sixty)) * 3:
        started = time.perf_counter()
        evaluate(group.connection, catalogue)
        took[name] = min(took.get(name, float("inf")), time.perf_counter() - started)
    group.close()
    return took


def _write_overviews(warehouse: str) -> Result:
    from warehouse.report.overview.files import write_month

    written = write_month(Path(warehouse), date(2020, 8, 1))
    files = [path for one in written for path in (one.html, one.pdf, one.docx)]
    return {
        "written": len(written), "bytes": sum(path.stat().st_size for path in files),
        "measures": max(len(one.reading.catalogue) for one in written),
    }  # fmt: skip


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    row = connection.table(table).aggregate("count(*)").fetchone()
    return int(row[0]) if row else 0


def _peak() -> float:
    """The most memory this process has held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


_PARTS: dict[str, Callable[..., Result]] = {
    "write": _write, "floor": _floor, "copy": _copy, "imports": _imports, "job": _job,
    "nights": _nights_in_turn, "evaluate": _evaluate, "overviews": _write_overviews,
}  # fmt: skip


if __name__ == "__main__":
    _name, *_arguments = sys.argv[1:]
    sys.path[0] = os.environ["PYTHONPATH"]  # else the folder of this file, whose names hide those of packages
    _started, _cpu = time.perf_counter(), time.process_time()
    _result = _PARTS[_name](*_arguments)
    _result |= {"wall": time.perf_counter() - _started, "cpu": time.process_time() - _cpu, "peak": _peak()}
    print(json.dumps(_result))  # noqa: T201 - the result of the part, read by the process that started it
