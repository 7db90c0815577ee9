"""Published figures of drawn extracts: every layer over what landed, without Dagster, and what a test asks of it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from schemas.settings import Operation, Settings
from schemas.tables import MODELS
from support.landed import ORDINARY, Row, drawn_rows
from warehouse.definitions import definitions_sha256
from warehouse.landing.extracts import Extract
from warehouse.layers import Group
from warehouse.published import publishing
from warehouse.reference.loading import in_force
from warehouse.workspace import exclusive

LIMITS = Operation.model_validate({})


@contextmanager
def grouped(
    extracts: list[Extract], settings: Settings | None = None, reference: Path | None = None
) -> Iterator[Group]:
    """The layers of extracts up to the measures, none of which may be refused."""
    group = Group(extracts, settings or Settings(), LIMITS, reference=reference)
    try:
        group.measures()
        assert not group.refused, group.refused
        yield group
    finally:
        group.close()


def process(
    warehouse: Path,
    extracts: list[Extract],
    settings: Settings | None = None,
    is_pseudonymised: bool = False,
    accepted_settings: str | None = None,
) -> list[int]:
    """Run every layer over the extracts, as the job does; the versions published."""
    with grouped(extracts, settings, in_force(warehouse)) as group:
        return publish(group, warehouse, is_pseudonymised, accepted_settings)


def publish(
    group: Group, warehouse: Path, is_pseudonymised: bool = False, accepted_settings: str | None = None
) -> list[int]:
    """Publish what the layers gave; the versions published."""
    publication = publishing.Publication(
        "run", "0", definitions_sha256(group.settings, group.reference), accepted_settings
    )
    with exclusive(warehouse):
        return publishing.publish(group.connection, warehouse, publication, group.inputs(), is_pseudonymised)


@dataclass(frozen=True)
class Published:
    """What came of one drawn extract."""

    warehouse: duckdb.DuckDBPyConnection
    la_code: str
    drawings: dict[str, str]

    def select(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """The rows of a query over `of_{table}`: the published tables, this authority's rows only."""
        for name in ("kpi.monthly_kpi", "kpi.monthly_kpi_current", "kpi.not_computable", "casework.row_issue",
                     "casework.extract_file", "casework.kpi_case", "casework.pending_case",
                     *(f"staged.{table}" for table in MODELS)):  # fmt: skip
            self.warehouse.execute(
                f"create or replace temp view of_{name.split('.')[-1]} as "  # noqa: S608
                f"select * exclude (la_code) from {name} where la_code = '{self.la_code}'"
            )
        return self.warehouse.execute(query, list(parameters)).fetchall()

    def count(self, measure: str, month: str, period: str = "month") -> str | None:
        """A figure as its counts: `2 of 3`; None where none is published."""
        found = self.select(
            "select numerator, denominator from of_monthly_kpi_current "
            "where measure_code = ? and month = ? and period = ?",
            measure, date.fromisoformat(f"{month}-01"), period,
        )  # fmt: skip
        return " of ".join("unknown" if part is None else f"{part:g}" for part in found[0]) if found else None

    def figure(self, column: str, measure: str, month: str, period: str = "month") -> Any:
        """One column of a published figure."""
        ((value,),) = self.select(
            f"select {column} from of_monthly_kpi_current "  # noqa: S608
            "where measure_code = ? and month = ? and period = ?",
            measure, date.fromisoformat(f"{month}-01"), period,
        )  # fmt: skip
        return value

    def cases(self, measure: str, columns: str, month: str | None = None) -> dict[str, Any]:
        """By record (a child's snapshot: by child), the columns of the cases behind a measure."""
        who = "person_id" if measure in SNAPSHOTS else "record_id"
        rows = self.select(
            f"select {who}, {columns} from of_kpi_case "  # noqa: S608
            "where measure_code = $1 and strftime(month, '%Y-%m') = coalesce($2, strftime(month, '%Y-%m'))",
            measure, month,
        )  # fmt: skip
        assert len({row[0] for row in rows}) == len(rows), "a record counts once"
        return {row[0]: row[1] if len(row) == 2 else row[1:] for row in rows}

    def answers(self, table: str, who: str) -> dict[str, Row]:
        """By record or child, what is drawn right of the double bar."""
        ordinary = ORDINARY[table]
        landed, expected = drawn_rows(self.drawings[table]), drawn_rows(self.drawings[table], answers=True)
        names = [row.get(who) or ordinary[who].format(n=number) for number, row in enumerate(landed, start=1)]
        return dict(zip(names, expected, strict=True))

    def states(self, table: str) -> str:
        """How many rows of a table ended in which state."""
        ((used, quarantined, duplicate, rows),) = self.select(
            "select rows_used, rows_quarantined, rows_duplicate, rows_in from of_extract_file where table_name = ?",
            table,
        )
        assert rows == used + quarantined + duplicate, "every row ends in exactly one state"
        return f"{used} used, {quarantined} quarantined, {duplicate} duplicate"

    def issues(self, table: str) -> set[tuple[int, str | None, str | None, str]]:
        """Row number, column, raw value and rule of everything reported of a table."""
        return set(
            self.select("select row_number, column_name, raw_value, rule from of_row_issue where table_name = ?", table)
        )


SNAPSHOTS = ("authorised_care_plan", "child_protection_plan_rate", "looked_after_rate")


Content = dict[str, list[tuple[Any, ...]]]


def content(warehouse: Path, name: str) -> Content:
    """Every row of every table of a published file, but for when and by which run it was published."""
    if not (warehouse / f"{name}.duckdb").exists():
        return {}
    with duckdb.connect(str(warehouse / f"{name}.duckdb"), read_only=True) as connection:
        tables = [table for (table,) in connection.sql("select table_name from duckdb_tables()").fetchall()]
        rows: Content = {}
        for table in sorted(tables):
            there = [
                column
                for column in connection.table(table).columns
                if column not in ("published_at", "run_id", "refused_at")
            ]
            rows[table] = sorted(connection.table(table).select(*there).fetchall(), key=repr)
        return rows


@contextmanager
def changed(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A published file to change, which then counts as having been published so: no copy of it as it was is kept."""
    with duckdb.connect(str(path)) as connection:
        yield connection
    shutil.rmtree(path.parent / "generations", ignore_errors=True)
