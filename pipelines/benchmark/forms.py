"""The benchmark of the forms: what reading a workbook, a census and a return costs, and how much of it is the parser's.

Each form is written for several demonstration councils in one, and read in a process of its own; the parser alone reads
the same files beside it. Rows are those of the canonical tables that come of them, seconds those of the
processor, for others use the machine too. Nothing here asserts a time.
Each is about as large as what open readers of the same form were timed on, and stands beside their seconds. The size is a
setting of the environment: BENCH_FORMS (how many times that).
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast
from xml.parsers import expat

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from python_calamine import CalamineWorkbook
from rich.table import Table

from pipelines import console
from pipelines.demonstration import council_tables
from pipelines.demonstration.council import Council
from pipelines.demonstration.forms import form_writer
from schemas.settings import Operation, Settings
from warehouse.forms.extracts import read
from warehouse.landing.extracts import Extract, from_partition_key
from warehouse.layers import Group

TIMES = int(os.environ.get("BENCH_FORMS", "1"))
# Councils in one file, and what the nearest open reader took, in seconds on two cores, measured once in November 2026: for
# an Annex A of 23,600 rows, a census of 35,000 records, and a return of 130,000 rows.
FORMS = {"annex-a": (1, 50), "cin": (2, 36), "ssda903": (34, 12)}
_DRAWN = 4  # councils; more are these again under other ids
_YEARS = 2
_PLACE = "852_2020-09-01"


@dataclass(frozen=True)
class FormSpeed:
    """What one form cost: rows of the tables; processor seconds for reading, the parser alone and to the measures; MiB."""

    form: str
    bytes: int
    rows: int
    read: float
    parser: float
    whole: float
    peak: float


class _ManyCouncils:
    """Several drawings of one council in one, each with ids of its own."""

    la_code = "852"

    def __init__(self, councils: int) -> None:
        self._councils = councils

    @cached_property
    def _tables(self) -> dict[str, pa.Table]:
        seeds = [council_tables("852", _YEARS, 2020 + place) for place in range(min(self._councils, _DRAWN))]
        drawn = [_with_ids(seeds[place % _DRAWN], str(place)) for place in range(self._councils)]
        return {name: pa.concat_tables([one[name] for one in drawn]) for name in drawn[0]}

    def tables(self) -> dict[str, pa.Table]:
        """The tables by name, as a council gives them."""
        return self._tables


def _with_ids(tables: dict[str, pa.Table], told: str) -> dict[str, pa.Table]:
    made = {}
    for name, table in tables.items():
        columns = {
            column: pc.binary_join_element_wise(told, cells, "-") if column.endswith("_id") else cells
            for column, cells in zip(table.column_names, table.columns, strict=True)
        }
        made[name] = pa.table(columns)
    return made


def measure_forms(folder: Path) -> list[FormSpeed]:
    """Write every form into `folder` and measure it; each in a process of its own."""
    return [FormSpeed(**_part(form, folder / form)) for form in FORMS]


def print_forms(measured: list[FormSpeed]) -> None:
    """Print what the forms cost, as a table."""
    table = Table(title="Forms, in seconds of the processor, beside the seconds of the nearest open reader")
    for heading in ("Form", "MB", "Rows", "Read, s", "Rows a second", "Parser alone, s", "Its share", "To measures, s",
                    "Peak, MiB", "Peer, s"):  # fmt: skip
        table.add_column(heading, justify="left" if heading == "Form" else "right")
    for one in measured:
        table.add_row(
            one.form, f"{one.bytes / 1e6:,.1f}", f"{one.rows:,}", f"{one.read:.2f}", f"{one.rows / one.read:,.0f}",
            f"{one.parser:.2f}", f"{one.parser / one.read:.0%}", f"{one.whole:.2f}", f"{one.peak:,.0f}",
            f"{FORMS[one.form][1]} ({FORMS[one.form][1] / one.read:.0f} ×)" if TIMES == 1 else "",
        )  # fmt: skip
    console.console.print(table)


def forms() -> None:
    """Measure and print every form."""
    with tempfile.TemporaryDirectory(prefix="kpi-bench-forms-") as scratch:
        print_forms(measure_forms(Path(scratch)))


def _part(form: str, folder: Path) -> dict[str, Any]:
    for part in ("write", "read"):
        command = [sys.executable, "-m", "pipelines.benchmark.forms", part, form, str(folder)]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
    found: dict[str, Any] = json.loads(output.strip().splitlines()[-1])
    return found


def _write(form: str, landing: Path) -> None:
    extract = from_partition_key(landing, _PLACE)
    extract.folder.mkdir(parents=True)
    form_writer(form)(cast(Council, _ManyCouncils(FORMS[form][0] * TIMES)), extract.folder)


def _read(form: str, landing: Path) -> dict[str, object]:
    extract = from_partition_key(landing, _PLACE)
    files = sorted(path for path in extract.folder.rglob("*") if path.is_file())
    limits, settings = Operation.model_validate({}), Settings.model_validate({})
    parser = _seconds(lambda: _parse_all(files))
    started = time.process_time()
    (made,) = read([extract], limits, settings)
    taken = time.process_time() - started
    whole = _seconds(lambda: _to_measures(extract, limits, settings))
    return {
        "form": form,
        "bytes": sum(path.stat().st_size for path in files),
        "rows": sum(one.cells.num_rows for one in made.tables),
        "read": taken,
        "parser": parser,
        "whole": whole,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _to_measures(extract: Extract, limits: Operation, settings: Settings) -> None:
    group = Group([extract], settings, limits)
    try:
        group.measures()
    finally:
        group.close()


def _parse_all(files: Sequence[Path]) -> None:
    """What the parsers of the files' kinds take by themselves."""
    for path in files:
        _parse(path)


def _parse(path: Path) -> None:
    if path.suffix == ".xlsx":
        workbook = CalamineWorkbook.from_path(str(path))
        for name in workbook.sheet_names:
            workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    elif path.suffix == ".xml":
        with path.open("rb") as stream:
            expat.ParserCreate().ParseFile(stream)
    else:
        with duckdb.connect() as connection:
            connection.read_csv(str(path), all_varchar=True).to_arrow_table()


if __name__ == "__main__":
    if len(sys.argv) == 1:
        forms()
    elif sys.argv[1] == "write":
        _write(sys.argv[2], Path(sys.argv[3]))
    else:
        print(json.dumps(_read(sys.argv[2], Path(sys.argv[3]))))  # noqa: T201
