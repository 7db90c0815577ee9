"""Facts of drawn rows: staged tables as the contracts declare them, reference figures, and the queries over them.

A drawing is a header line and lines of cells, parted by bars; an empty cell is an empty value.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import cache
from graphlib import TopologicalSorter
from typing import Any

import duckdb
import pyarrow as pa

from schemas.measures.declaration import Measure
from schemas.settings import Settings
from schemas.tables import MODELS, columns
from warehouse.measures.evaluation import FOLDER
from warehouse.reference import loading
from warehouse.reference.setting import load_settings
from warehouse.steps import Step, tables

FACTS = FOLDER.parent / "facts"
_TYPES = {"date": "date", "timestamp": "timestamp", "boolean": "boolean", "integer": "bigint", "number": "double"}
_IDENTITY = {"la_code": "varchar", "extract_date": "date", "row_number": "bigint", "record_id": "varchar",
             "place": "varchar"}  # fmt: skip
Row = Mapping[str, Any]


def rows_of(drawing: str) -> list[Row]:
    """The rows of a drawing, without its empty cells and what stands right of a double bar."""
    header, *lines = [
        [cell.strip() for cell in line.split("||")[0].split("|")] for line in drawing.strip().splitlines()
    ]
    return [{name: cell for name, cell in zip(header, cells, strict=True) if cell} for cells in lines]


def answers_of(drawing: str, column: str) -> dict[str, str]:
    """By the first cell of each row, what the drawing expects: the column right of the double bar."""
    header, *lines = [line.split("||") for line in drawing.strip().splitlines()]
    place = [cell.strip() for cell in header[1].split("|")].index(column)
    return {left.split("|")[0].strip(): right.split("|")[place].strip() for left, right in lines}


@cache
def _every_step() -> dict[str, Step]:
    """The steps of the groups, in their order."""
    found = {
        f"facts.{path.stem}": Step("facts", path.stem, query, tables(query, ("facts", "staged", "reference")))
        for path in sorted(FACTS.glob("*/*.sql"))
        if (query := path.read_text())
    }
    order = TopologicalSorter({name: sorted(step.reads & found.keys()) for name, step in found.items()})
    return {name: found[name] for name in order.static_order()}


@cache
def _needed(wanted: tuple[str, ...]) -> list[Step]:
    """The steps that give the wanted facts, and those that they read."""
    found: set[str] = set()
    waiting = [f"facts.{name}" for name in wanted]
    while waiting:
        name = waiting.pop()
        if name in _every_step() and name not in found:
            found.add(name)
            waiting.extend(_every_step()[name].reads)
    return [step for name, step in _every_step().items() if name in found]


@cache
def _reference() -> dict[str, pa.Table]:
    with duckdb.connect() as connection:
        loading.load(connection, tables=("bank_holiday", "calendar", "working_day", "geography"))
        return {
            name: connection.table(f"reference.{name}").to_arrow_table()
            for name in ("calendar", "working_day", "geography")
        }


class Drawn:
    """An in-memory database: drawn rows as staged tables, and the facts that follow from them under the settings.

    `complete_from` names tables that do not hold the whole history, `cut_by_rows` those of them that lack single records
    of a spell.
    """

    def __init__(
        self,
        *facts: str,
        la_code: str = "852",
        first_month: date = date(2018, 1, 1),
        extract_date: date = date(2020, 9, 1),
        settings: Mapping[str, Any] | None = None,
        not_sent: Sequence[str] = (),
        complete_from: Mapping[str, date] | None = None,
        cut_by_rows: Collection[str] = (),
        **drawings: str | Sequence[Row],
    ) -> None:
        self.connection = duckdb.connect(config={"threads": 1})
        self.la_code, self.extract_date = la_code, extract_date
        self.connection.execute("create schema reference; create schema staged; create schema facts")
        needed = _needed(facts)
        read = {table for step in needed for table in step.reads}
        for name, kept in _reference().items():
            self.connection.from_arrow(kept).create(f"reference.{name}")
        self.connection.execute("create temp macro calendar_of(la_code) as 0")  # that of all
        load_settings(self.connection, Settings(**(settings or {})))
        for table in MODELS:
            for name in (table, f"{table}_aside"):
                if name in drawings or f"staged.{name}" in read:
                    self._stage(name, table, drawings.get(name, ""))
        self.connection.execute(
            "create table staged.extract_file (la_code varchar, extract_date date, table_name varchar, rows_in bigint)"
        )
        self.connection.executemany(
            "insert into staged.extract_file values (?, ?, ?, 1)",
            [(la_code, extract_date, table) for table in MODELS if table not in not_sent],
        )
        self.connection.execute(
            "create table staged.coverage (la_code varchar, extract_date date, table_name varchar, complete_from date, "
            "spells_complete_from date, complete_to date, is_latest_only boolean, is_cut_by_rows boolean)"
        )
        for table, day in (complete_from or {}).items():
            self.connection.execute(
                "insert into staged.coverage values (?, ?, ?, ?, ?, null, false, ?)",
                [la_code, extract_date, table, day, day, table in cut_by_rows],
            )
        self.connection.execute(
            "create table facts.reporting_month as "
            "select $1 as la_code, $2::date as extract_date, month::date as month, "
            "least(last_day(month), $2::date)::date as snapshot_date, "
            "if(last_day(month) > $2::date, 'to_date', 'provisional') as status "
            "from unnest(generate_series($3::timestamp, $2::timestamp, interval 1 month)) as series(month)",
            [la_code, extract_date, first_month],
        )
        self.connection.execute((FACTS / "macros.sql").read_text())
        for step in needed:
            self.connection.execute(f"create table {step.table} as {step.query}")

    def _stage(self, name: str, table: str, drawing: str | Sequence[Row]) -> None:
        types = _IDENTITY | {column.name: _TYPES.get(column.kind.value, "varchar") for column in columns(table)}
        declared = ", ".join(f"{column} {kind}" for column, kind in types.items())
        self.connection.execute(f"create table staged.{name} ({declared})")
        drawn = rows_of(drawing) if isinstance(drawing, str) and drawing else drawing
        rows = [
            {"la_code": self.la_code, "extract_date": self.extract_date, "row_number": number,
             "record_id": f"{table}/{number}", **row}
            for number, row in enumerate(drawn, start=2)
        ]  # fmt: skip
        for filled in dict.fromkeys(map(tuple, rows)):  # those with the same cells at once
            alike = [row for row in rows if tuple(row) == filled]
            one = f"({', '.join('?' * len(filled))})"
            self.connection.execute(
                f"insert into staged.{name} ({', '.join(filled)}) values {', '.join([one] * len(alike))}",  # noqa: S608
                [cell for row in alike for cell in row.values()],
            )

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query over the facts."""
        return self.connection.sql(query).fetchall()

    def measure(self, measure: Measure, month: str) -> dict[str, str]:
        """Of the cases that a measure counts in a month, by child, whether each achieves it: yes or no."""
        found = self.connection.execute(
            f"select person_id, if(coalesce({measure.achieved}, false), 'yes', 'no') "  # noqa: S608
            f"from facts.{measure.fact} where coalesce({measure.counted}, false) and month = ?",
            [date.fromisoformat(f"{month}-01")],
        ).fetchall()
        assert len({child for child, _ in found}) == len(found), "a child counts once"
        return dict(found)
