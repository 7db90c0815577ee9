"""Bring the reference figures of this folder into the schema ``reference`` of a DuckDB database.

Each table is one ``.sql`` file of the same name, whose first line says what a row is; the README says where the figures
come from.
"""

import csv
import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path

import duckdb

FOLDER = Path(__file__).parent
MADE = "reference"  # in the warehouse: the versions that landed statistics gave
FIGURES = {".csv", ".parquet"}  # what holds figures; the SQL that reads them is code
FIRST_DATE = date(2000, 1, 1)
LAST_DATE = date(2035, 12, 31)

ATTRIBUTION = (
    "Benchmarks and populations contain public sector information licensed under the Open Government Licence v3.0. "
    "Source: Department for Education; Office for National Statistics; Cafcass (via LAIT)."
)

# In this order because the calendar is made from the bank holidays, and the working days from the calendar.
TABLES = (
    "bank_holiday",
    "calendar",
    "working_day",
    "geography",
    "population_0_17",
    "benchmark",
    "benchmark_superseded",
    "indicator",
    "statistical_neighbour",
    "source",
    "release",
    "succession",
    "quoted_benchmark",
)


_VIEWS = {"benchmark", "benchmark_superseded"}
# The tables that working days are counted with, for who needs no others.
CALENDAR = TABLES[:3]


def in_force(warehouse: Path) -> Path:
    """The folder of the reference figures in force for a warehouse."""
    return versions(warehouse)[0]


def versions(warehouse: Path) -> list[Path]:
    """The folders of reference figures of a warehouse, the one in force first: the versions that landed statistics gave
    there (``warehouse/statistics/``), the last one first, then the project's own."""
    made = [path for path in (warehouse / MADE).glob("[0-9]*") if path.name.isdigit()]
    return [*sorted(made, key=lambda path: -int(path.name)), FOLDER]


def by_version(warehouse: Path) -> dict[str, Path]:
    """The same folders, in the same order, by the SHA-256 of their figures (`version`)."""
    return {version(folder): folder for folder in versions(warehouse)}


def load(
    connection: duckdb.DuckDBPyConnection,
    local_extra_non_working_days: Sequence[date] = (),
    tables: Sequence[str] = TABLES,
    folder: Path | None = None,
) -> None:
    """Make the schema ``reference`` anew in the connection's current database, with these tables of a reference folder.

    ``local_extra_non_working_days`` are a council's own closure days: they are no working days in the calendar, beside
    weekends and bank holidays. DfE counts them as working days, so the default is none.

    Raises ValueError for a closure day outside the calendar, which could otherwise only be lost in silence.
    """
    outside = [day for day in local_extra_non_working_days if not FIRST_DATE <= day <= LAST_DATE]
    if outside:
        raise ValueError(
            f"local_extra_non_working_days: {outside[0]} is outside the calendar, which runs from {FIRST_DATE} to"
            f" {LAST_DATE}; remove it."
        )
    connection.execute("set variable reference_folder = ?", [str(folder or FOLDER)])
    # DuckDB cannot tell what an empty list is a list of, so no days is NULL.
    connection.execute("set variable local_extra_non_working_days = ?", [list(local_extra_non_working_days) or None])
    connection.execute("drop schema if exists reference cascade")
    connection.execute("create schema reference")
    connection.execute("create table reference.own_closure_day (calendar_number integer, date date)")
    connection.execute("create or replace macro calendar_of(la_code) as 0")
    for table in tables:
        # The large ones stay in their files: few of their rows are asked for.
        kind = "view" if table in _VIEWS else "table"
        connection.execute(f"create {kind} reference.{table} as {(FOLDER / f'{table}.sql').read_text()}")
    connection.execute("reset variable local_extra_non_working_days")


def load_own_calendars(
    connection: duckdb.DuckDBPyConnection,
    local_extra_non_working_days: Sequence[date],
    own: Mapping[str, Collection[date]],
) -> None:
    """Give every authority of `own` a calendar of its own beside that of all others: closed on its days too.

    A query that joins a calendar by calendar_of(la_code) joins one of a single number where there are none of their own.
    """
    connection.execute("set variable local_extra_non_working_days = ?", [list(local_extra_non_working_days) or None])
    connection.execute("delete from reference.own_closure_day")
    numbers = {la_code: number for number, la_code in enumerate(sorted(own), start=1)}
    days = [[number, day] for la_code, number in numbers.items() for day in sorted(own[la_code])]
    if days:
        connection.executemany("insert into reference.own_closure_day values (?, ?)", days)
    entries = ", ".join(f"'{la_code}': {number}" for la_code, number in numbers.items())
    whose = f"coalesce(map {{{entries}}}[la_code], 0)" if numbers else "0"
    connection.execute(f"create or replace macro calendar_of(la_code) as {whose}")
    for table in ("calendar", "working_day"):
        connection.execute(f"create or replace table reference.{table} as {(FOLDER / f'{table}.sql').read_text()}")
    connection.execute("reset variable local_extra_non_working_days")


def version(folder: Path | None = None) -> str:
    """Return the SHA-256, in hexadecimal, of every reference file's name and bytes, in the order of the names.

    A reference file is a ``.csv`` or ``.parquet`` file of the folder; the SQL that reads them is code, not a figure.
    """
    digest = hashlib.sha256()
    for path in sorted(path for path in (folder or FOLDER).iterdir() if path.suffix in FIGURES):
        content = path.read_bytes()
        # The length keeps the end of one file and the name of the next apart.
        digest.update(f"{path.name}\n{len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def version_of(connection: duckdb.DuckDBPyConnection) -> str:
    """The version of the reference figures that a connection has loaded."""
    row = connection.execute("select getvariable('reference_folder')").fetchone()
    return version(Path(row[0])) if row and row[0] else version()


def population_editions(folder: Path | None = None) -> set[tuple[int, str]]:
    """Every mid-year and edition of which a reference folder has estimates for authorities."""
    with duckdb.connect() as connection:
        connection.execute("set variable reference_folder = ?", [str(folder or FOLDER)])
        estimates = connection.sql((FOLDER / "population_0_17.sql").read_text())
        found = estimates.select("mid_year, vintage").distinct().fetchall()
    return {(int(year), str(vintage)) for year, vintage in found}


def working_days(
    first: date, last: date, local_extra_non_working_days: Sequence[date] = (), folder: Path | None = None
) -> list[date]:
    """The working days from ``first`` to ``last``, both included, without the council's own closure days."""
    with duckdb.connect() as connection:
        load(connection, local_extra_non_working_days, CALENDAR, folder)
        found = connection.execute(
            "select date from reference.calendar where is_working_day and date between ? and ? order by date",
            [first, last],
        ).fetchall()
    return [day for (day,) in found]


def indicator_names() -> dict[str, str]:
    """The name of every published indicator, by its code."""
    with (FOLDER / "indicator.csv").open(encoding="utf-8", newline="") as stream:
        return {row["indicator_code"]: row["indicator_name"] for row in csv.DictReader(stream)}
