"""Drawn extracts, read and staged in memory: what arrives, what is said of it, and where each row ends."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from schemas.settings import Operation, Settings
from support.landed import EXTRACT_DATE, drawn_rows, land
from warehouse.forms.extracts import ExtractRead, read
from warehouse.landing.extracts import Extract
from warehouse.staged.staging import TableCount, stage

Issue = tuple[int | None, str | None, str | None, str]
LIMITS = Operation.model_validate({})


@dataclass(frozen=True)
class Staged:
    """What came of extracts that were read and staged."""

    reads: list[ExtractRead]
    counts: list[TableCount]
    connection: duckdb.DuckDBPyConnection
    drawings: dict[str, str] = field(default_factory=dict)

    @property
    def refusals(self) -> list[str]:
        """Every reason of every refused extract."""
        return [reason for one in self.reads for reason in one.refusals]

    def select(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """The rows of a query over the schema `staged`."""
        return self.connection.execute(query, list(parameters)).fetchall()

    def rows(self, table: str, columns: str) -> list[tuple[Any, ...]]:
        """The used rows of a table, in the order of its file."""
        return self.connection.sql(f"select {columns} from staged.{table} order by la_code, row_number").fetchall()  # noqa: S608

    def issues(self, table: str) -> set[Issue]:
        """Row number, column, raw value and rule of everything reported of a table."""
        return set(
            self.select(
                "select row_number, column_name, raw_value, rule from staged.row_issue where table_name = ?", table
            )
        )

    def warnings(self) -> list[str]:
        """The warnings for whole files."""
        found = self.select("select message from staged.row_issue where rule = 'file_warning' order by all")
        return [message for (message,) in found]

    def states(self, table: str) -> str:
        """How many rows of a table ended in which state."""
        ((rows, used, quarantined, duplicate),) = self.select(
            "select rows_in, rows_used, rows_quarantined, rows_duplicate from staged.row_count where table_name = ?",
            table,
        )
        assert rows == used + quarantined + duplicate, "every row ends in exactly one state"
        return f"{used} used, {quarantined} quarantined, {duplicate} duplicate"

    def judged(self, table: str) -> list[dict[str, str]]:
        """Of every row in the order of the file: what is reported, where, and the state in which the row ended."""
        reported: dict[int | None, list[tuple[str, str]]] = {}
        for number, column, _, rule in self.issues(table):
            reported.setdefault(number, []).append((column or "", rule))
        used = {number for (number,) in self.rows(table, "row_number")}
        rows = []
        for number in range(2, len(drawn_rows(self.drawings[table])) + 2):
            issues = sorted(reported.get(number, [("", "")]))
            away = "duplicate" if {rule for _, rule in issues} & {"duplicate", "duplicate_key"} else "quarantined"
            told = " ".join(f"{column}:{rule}" for column, rule in issues).strip(":")
            rows.append({"reported": told, "state": "used" if number in used else away})
        return rows

    def expected(self, table: str) -> list[dict[str, str]]:
        """What is drawn right of the double bar."""
        return drawn_rows(self.drawings[table], answers=True)


def staged_extract(
    folder: Path, la_code: str = "501", day: str = EXTRACT_DATE, settings: Settings | None = None, **tables: str
) -> Staged:
    """Land the drawings as CSV files, read the extract and stage it."""
    extract = Extract(la_code, date.fromisoformat(day), folder / la_code / day)
    land(extract.folder, **tables)
    return staged([extract], settings, tables)


def staged(extracts: list[Extract], settings: Settings | None = None, drawings: dict[str, str] | None = None) -> Staged:
    """Read and stage extracts as they lie."""
    reads = read(extracts, LIMITS, settings)
    connection = duckdb.connect(config={"threads": 1})
    return Staged(reads, stage(connection, reads), connection, drawings or {})
