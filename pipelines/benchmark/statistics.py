"""The benchmark of landed statistics: ten years of every authority and every known file, beside DuckDB reading them as text.

A release a year, each with every file of `schemas.statistics` and the ten years up to its own, as DfE gives them; most of a
later release repeats the one before, and some of it restates it. Files hold the columns that are read and no others, which is
the dearest case. Nothing here asserts a time. Size is a setting of the environment: BENCH_RELEASES.
"""

import csv
import os
import tempfile
import time
from collections.abc import Callable
from itertools import product
from pathlib import Path
from random import Random

import duckdb

from pipelines import console
from schemas.settings import Operation
from schemas.statistics import POPULATION, STATISTICS, Statistic
from warehouse.landing.extracts import FileHashes
from warehouse.reference import loading
from warehouse.statistics.versions import take

RELEASES = int(os.environ.get("BENCH_RELEASES", "10"))
_YEARS = 10
_FIRST = 2036  # after every year that the project has figures of, so that what lands is compared with what landed
_MARKED, _RESTATED = 0.04, 0.03  # shares of the figures
# As the columns after the year: those of an authority, of a region and of England.
_PLACES = """
    select
        geography_level, 'E92000001', 'England',
        case geography_level when 'Regional' then geography_code when 'Local authority' then region_code end,
        case geography_level when 'Regional' then name when 'Local authority' then region_name end,
        la_code, if(geography_level = 'Local authority', geography_code, ''), if(geography_level = 'Local authority', name, '')
    from reference.geography
    where valid_to is null
    order by all
"""
_HEAD = (
    "time_period", "time_identifier", "geographic_level", "country_code", "country_name", "region_code", "region_name",
    "old_la_code", "new_la_code", "la_name", "category",
)  # fmt: skip


def statistics() -> None:
    """Measure and print what landing takes, and what reading the same files as text takes, by turns."""
    with tempfile.TemporaryDirectory(prefix="kpi-bench-statistics-") as scratch:
        landing = Path(scratch) / "landing"
        files, rows = _write(landing)
        floors = [_seconds(lambda: _as_text(files))]
        landed = _seconds(lambda: _land(landing, Path(scratch) / "warehouse"))
        floors.append(_seconds(lambda: _as_text(files)))
        wall, cpu = (min(one[place] for one in floors) for place in (0, 1))
        console.console.print(
            f"Landing {len(files)} files of statistics, {rows:,} rows, {sum(one.stat().st_size for one in files) / 1e6:,.0f} "
            f"MB, takes {landed[0]:.1f} s ({landed[1]:.1f} s of CPU), {landed[0] / wall:.1f} × ({landed[1] / cpu:.1f} × the "
            f"CPU of) reading them as text ({wall:.1f} s, {cpu:.1f} s of CPU)."
        )


def _seconds(work: Callable[[], object]) -> tuple[float, float]:
    started, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - started, time.process_time() - cpu


def _as_text(files: list[Path]) -> None:
    with duckdb.connect() as connection:
        for number, path in enumerate(files):
            connection.execute(f"create table file_{number} as from read_csv(?, all_varchar = true)", [str(path)])


def _land(landing: Path, warehouse: Path) -> None:
    taken = take(landing, warehouse, FileHashes(), Operation.model_validate({}))
    if taken.warnings or taken.version is None:
        raise RuntimeError(f"The statistics did not land: {taken.warnings}")


def _write(landing: Path) -> tuple[list[Path], int]:
    with duckdb.connect() as connection:
        loading.load(connection, tables=("geography",))
        places = [[cell or "" for cell in row] for row in connection.execute(_PLACES).fetchall()]
    files, rows = [], 0
    for statistic in STATISTICS:
        head = [*_HEAD, *(names[0] for names in (*statistic.filters, *_columns(statistic)))]
        keys, figures = _drawn(statistic, places)
        for year in range(_FIRST, _FIRST + RELEASES):
            folder = landing / "statistics" / f"{year}-10-30"
            folder.mkdir(parents=True, exist_ok=True)
            files.append(folder / f"{statistic.table.replace(' ', '_')}.csv")
            with files[-1].open("w", newline="") as stream:
                writer = csv.writer(stream)
                writer.writerow(head)
                for key, cells in zip(keys, figures, strict=True):
                    if year - _YEARS < int(key[0]) <= year:
                        writer.writerow([*key, *cells])
                        rows += 1
            _restate(figures, year)
    return files, rows


def _columns(statistic: Statistic) -> list[tuple[str, ...]]:
    """Every column that is read, but for those of the filters."""
    of_figures = (names for one in statistic.figures for names in (one.value, *one.numerator, one.denominator) if names)
    return [names for names in dict.fromkeys((*statistic.known_by, *of_figures)) if names not in statistic.filters]


def _drawn(statistic: Statistic, places: list[list[str]]) -> tuple[list[list[str]], list[list[str]]]:
    """Of every year, place and text of the filters, what says so and the figures."""
    figures = {one.indicator: one for one in reversed(statistic.figures)}.values()  # of several spellings the first
    texts = {one.where for one in figures} | {(*one.where[:-1], one.total) for one in figures if one.total is not None}
    keys = [
        [str(year), "Reporting year", *place, statistic.table, *filters]
        for year, place, filters in product(range(_FIRST - _YEARS + 1, _FIRST + RELEASES), places, sorted(texts))
    ]
    marked = 0 if statistic.publication == POPULATION else _MARKED
    drawn = []
    for names in _columns(statistic):  # two files that have a column have the same figures in it
        random = Random(names[0])  # noqa: S311 - draws figures
        drawn.append(["c" if random.random() < marked else str(random.randrange(50, 5000)) for _ in keys])
    return keys, [list(cells) for cells in zip(*drawn, strict=True)]


def _restate(figures: list[list[str]], seed: int) -> None:
    random = Random(seed)  # noqa: S311 - draws figures
    for cells in figures:
        if random.random() < _RESTATED:
            cells[:] = [cell if cell == "c" else str(int(cell) + 1) for cell in cells]


if __name__ == "__main__":
    statistics()
