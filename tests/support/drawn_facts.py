"""Facts of drawn rows: staged tables as the contracts declare them, reference figures, and the queries over them.

A drawing is a header line and lines of cells, parted by bars; an empty cell is an empty value.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

import duckdb

from schemas.settings import Settings
from schemas.tables import MODELS, columns
from warehouse.facts.computing import fact_steps
from warehouse.reference import loading
from warehouse.reference.setting import load_settings
from warehouse.steps import Step, run

LA_CODE = "852"
_TYPES = {"date": "date", "timestamp": "timestamp", "boolean": "boolean", "integer": "bigint", "number": "double"}
_IDENTITY = {"la_code": "varchar", "extract_date": "date", "row_number": "bigint", "record_id": "varchar",
             "place": "varchar"}  # fmt: skip
Row = dict[str, str]


def rows_of(drawing: str) -> list[Row]:
    """The rows of a drawing, without its empty cells."""
    header, *lines = [[cell.strip() for cell in line.split("|")] for line in drawing.strip().splitlines()]
    return [{name: cell for name, cell in zip(header, cells, strict=True) if cell} for cells in lines]


@cache
def _reference() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    loading.load(connection, tables=("bank_holiday", "calendar", "working_day", "geography"))
    return connection


def _needed(wanted: Sequence[str]) -> list[Step]:
    """The steps that give the wanted facts, and those that they read, in their order."""
    every = {step.table: step for step in fact_steps()}
    found: set[str] = set()
    waiting = [f"facts.{name}" for name in wanted]
    while waiting:
        name = waiting.pop()
        if name in every and name not in found and name != "facts.reporting_month":
            found.add(name)
            waiting.extend(every[name].reads)
    return [step for name, step in every.items() if name in found]


class Drawn:
    """An in-memory database with the staged tables that are drawn, and the facts that follow from them."""

    def __init__(
        self,
        *facts: str,
        first_month: date = date(2019, 1, 1),
        extract_date: date = date(2020, 9, 1),
        settings: Mapping[str, Any] | None = None,
        standards: Mapping[str, int] | None = None,
        not_sent: Sequence[str] = (),
        **tables: str | Sequence[Mapping[str, Any]],
    ) -> None:
        self.connection = duckdb.connect()
        self.extract_date = extract_date
        self.connection.execute("create schema reference; create schema staged; create schema facts")
        for name in ("calendar", "working_day", "geography"):
            kept = _reference().table(f"reference.{name}").to_arrow_table()
            self.connection.from_arrow(kept).create(f"reference.{name}")
        load_settings(self.connection, Settings(**(settings or {})))
        self._stage(tables, not_sent)
        self.connection.execute(
            "create table facts.reporting_month as select ? as la_code, ?::date as extract_date, month::date as month, "
            "least(last_day(month), ?::date)::date as snapshot_date, "
            "if(last_day(month) > ?::date, 'to_date', 'provisional') as status "
            "from unnest(generate_series(?::timestamp, ?::timestamp, interval 1 month)) as series(month)",
            [LA_CODE, extract_date, extract_date, extract_date, first_month, extract_date],
        )
        self.connection.execute(macros())
        run(self.connection, _needed(facts))

    def _stage(self, tables: Mapping[str, str | Sequence[Mapping[str, Any]]], not_sent: Sequence[str]) -> None:
        sent = []
        for table in MODELS:
            types = _IDENTITY | {column.name: _TYPES.get(column.kind.value, "varchar") for column in columns(table)}
            declared = ", ".join(f"{name} {kind}" for name, kind in types.items())
            for name in (table, f"{table}_aside"):
                self.connection.execute(f"create table staged.{name} ({declared})")
                drawing = tables.get(name, [])
                drawn = rows_of(drawing) if isinstance(drawing, str) else drawing
                rows = [
                    {"la_code": LA_CODE, "extract_date": self.extract_date, "row_number": number,
                     "record_id": f"{table}-{number}", **row}
                    for number, row in enumerate(drawn, start=2)
                ]  # fmt: skip
                for row in rows:
                    self.connection.execute(
                        f"insert into staged.{name} ({', '.join(row)}) values ({', '.join('?' * len(row))})",  # noqa: S608
                        list(row.values()),
                    )
            if table not in not_sent:
                sent.append((table, list(types)))
        self.connection.execute(
            "create table staged.extract_file (la_code varchar, extract_date date, table_name varchar, "
            "rows_in bigint, columns_present varchar[])"
        )
        self.connection.executemany(
            "insert into staged.extract_file values (?, ?, ?, 1, ?)",
            [(LA_CODE, self.extract_date, table, present) for table, present in sent],
        )

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query over the facts."""
        return self.connection.sql(query).fetchall()

    def measure(self, measure_code: str, month: str) -> dict[str, bool]:
        """Of the children that a measure counts in a month, whether each achieves it."""
        from schemas.measures import MEASURES

        one = MEASURES[measure_code]
        found = self.connection.execute(
            f"select person_id, coalesce({one.achieved}, false) from facts.{one.fact} as fact "  # noqa: S608
            f"where coalesce({one.counted}, false) and month = ?",
            [date.fromisoformat(f"{month}-01")],
        ).fetchall()
        assert len({child for child, _ in found}) == len(found), "a child counts once"
        return dict(found)


@cache
def macros() -> str:
    """The macros of the facts."""
    from warehouse.measures.evaluation import FOLDER

    return (FOLDER.parent / "facts" / "macros.sql").read_text()
