"""Retention: rows about children of extracts that are older than a council keeps them are taken out for good.

A deleted row's bytes stay in a DuckDB file until something else is written there, so the file is written anew without
them, beside the old one, and renamed over it: whoever reads keeps the old file, a run that dies leaves it. Of the kept
generations only the latest, which is made with it, then has rows about children.
"""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from warehouse import generations
from warehouse.private import ERRORS
from warehouse.published.pseudonyms import hiding as pseudonyms
from warehouse.published.publishing import CASEWORK, KPI, SERIES, sql
from warehouse.workspace import exclusive

# The list of an authority, or of one of its teams.
_LIST = re.compile(r"(?:pending|issues)_\d{3}_(\d{4}-\d{2}-\d{2})(?:_.+)?\.xlsx")


@dataclass(frozen=True, order=True)
class Purged:
    """An extract whose rows about children were taken out, and how many they were in all tables together."""

    la_code: str
    extract_date: date
    rows: int


def first_kept(retention_days: int, today: date | None = None) -> date:
    """The earliest extract date whose rows about children are kept: so many days before today, in London."""
    return (today or datetime.now(ZoneInfo("Europe/London")).date()) - timedelta(days=retention_days)


def purge(warehouse: Path, before: date, is_pseudonymised: bool = False, rewrite: bool = False) -> list[Purged]:
    """Take the rows about children of extracts older than `before` out of the casework database.

    What was taken out is written to `purge` in casework.duckdb; figures, counts and everything in kpi.duckdb stay.
    Lists of pending cases and details of errors that are as old go too. With `rewrite` the file is written anew even
    where nothing is too old, so that what earlier runs replaced is gone from its bytes as well.
    """
    with exclusive(warehouse), _attached(warehouse) as connection:
        expired = _expired(connection, before)
        for (la_code, extract_date), rows in sorted(expired.items()):
            connection.execute("insert into expired values (?, ?, ?)", [la_code, extract_date, rows])
        if (expired or rewrite) and (warehouse / CASEWORK).exists():
            _write_anew(connection, warehouse, is_pseudonymised)
        generations.forget(warehouse, SERIES, CASEWORK)
    _remove_files(warehouse, before)
    return [Purged(la_code, extract_date, rows) for (la_code, extract_date), rows in sorted(expired.items())]


def hide_persons(warehouse: Path) -> None:
    """Write casework.duckdb anew with pseudonyms where it still has ids of children, as before they were asked for."""
    with exclusive(warehouse), _attached(warehouse) as connection:
        tables = _child_level(connection, "casework") if (warehouse / CASEWORK).exists() else {}
        if any(_has_ids(connection, f"casework.{name}") for name in tables):
            _write_anew(connection, warehouse, is_pseudonymised=True)
            generations.forget(warehouse, SERIES, CASEWORK)


@contextmanager
def _attached(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The files of the warehouse, by their names and only to be read; `latest` is each authority's latest extract.

    What does not fit in memory spills into the warehouse too.
    """
    with duckdb.connect(config={"temp_directory": str(warehouse.resolve() / ".spill")}) as connection:
        for file in (CASEWORK, KPI):
            if (warehouse / file).exists():
                _attach(connection, warehouse / file, file.removesuffix(".duckdb"), "(read_only)")
        connection.execute("create temp table latest (la_code varchar, extract_date date)")
        if (warehouse / KPI).exists():
            connection.execute(
                "insert into latest select la_code, max(extract_date) from kpi.published_extract group by la_code"
            )
        connection.execute("create temp table expired (la_code varchar, extract_date date, rows bigint)")
        yield connection


def _attach(connection: duckdb.DuckDBPyConnection, path: Path, name: str, how: str = "") -> None:
    written = str(path).replace("'", "''")
    connection.execute(f"attach '{written}' as {name} {how}")


def _child_level(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, bool]:
    """The tables with rows about children, and whether a row says of which extract it is."""
    found = connection.execute(sql("retention/child_level_table"), {"database_name": database}).fetchall()
    return {f"{schema}.{table}": has_extract_date for schema, table, has_extract_date in found}


def _expired(connection: duckdb.DuckDBPyConnection, before: date) -> Counter[tuple[str, date]]:
    expired: Counter[tuple[str, date]] = Counter()
    for name, has_extract_date in _child_level(connection, "casework").items():
        rows = connection.execute(
            sql("retention/expired_row" if has_extract_date else "retention/expired_case"),
            {"table_name": f"casework.{name}", "before": before},
        ).fetchall()
        expired.update({(la_code, extract_date): count for la_code, extract_date, count in rows})
    return expired


def _has_ids(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    there = connection.execute(
        sql("retention/named_by_id"), {"table_name": table, "pseudonym": pseudonyms.PATTERN}
    ).fetchone()
    return there is not None


def _write_anew(connection: duckdb.DuckDBPyConnection, warehouse: Path, is_pseudonymised: bool) -> None:
    """Replace casework.duckdb by a file with its structure and rows, but for those about children of expired extracts."""
    new = generations.begin(warehouse, SERIES, is_copied=False)[CASEWORK]
    _attach(connection, new, "kept")
    connection.execute("copy from database casework to kept (schema)")
    child_level = _child_level(connection, "casework")
    names = connection.execute(
        "select schema_name || '.' || table_name from duckdb_tables() where database_name = 'casework'"
    ).fetchall()
    expired_cases = " anti join (from expired semi join latest using (la_code, extract_date)) as old using (la_code)"
    for name in sorted(name for (name,) in names):
        rows = f"from casework.{name}"
        if child_level.get(name):
            rows += " anti join expired using (la_code, extract_date)"
        elif name in child_level or name in ("main.case_extract", "main.covered"):
            # Without its cases, nothing is to be compared with an extract as if it had had none.
            rows += expired_cases
        if is_pseudonymised:
            connection.execute(f"create or replace temp table casework_row as {rows}")
            pseudonyms.replace_ids(connection)
            rows = "from casework_row"
        connection.execute(f"insert into kept.{name} {rows}")
    connection.execute("use kept")
    connection.execute(sql("casework/structure"))
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    connection.execute("insert into purge select la_code, extract_date, ?, rows from temp.expired", [now])
    connection.execute("use memory")
    connection.execute("detach kept")
    connection.execute("detach casework")
    generations.finish(warehouse, SERIES)
    generations.complete(warehouse, SERIES)


def _remove_files(warehouse: Path, before: date) -> None:
    for path in (*(warehouse / "pending").rglob("*.xlsx"), *(warehouse / "issues").glob("*.xlsx")):
        named = _LIST.fullmatch(path.name)
        if named and date.fromisoformat(named.group(1)) < before:
            path.unlink()
    for path in (warehouse / ERRORS).glob("*.txt"):
        if datetime.fromtimestamp(path.stat().st_mtime, UTC).date() < before:
            path.unlink()
