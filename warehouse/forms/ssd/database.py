"""Reading the SSD out of a council's database: one consistent snapshot, every value as text, in chunks.

One set of queries serves PostgreSQL and SQL Server. What is said of a failure names no address, account or value.
"""

import os
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from sqlalchemy import (
    URL,
    Column,
    Connection,
    Engine,
    MetaData,
    Select,
    Table,
    create_engine,
    func,
    inspect,
    make_url,
    select,
    text,
)
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.engine.reflection import ObjectKind
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SAWarning, SQLAlchemyError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement, quoted_name
from sqlalchemy.types import Date, DateTime, String, TypeEngine, UnicodeText

from warehouse.forms.ssd.tables import SYNONYMS, TABLES

DRIVERS: Mapping[str, str] = {"postgresql": "psycopg", "mssql": "mssqlpython"}
ENVIRONMENT = "KPI_SSD_URL"
LOCK_SECONDS = 30  # how long the extract waits for the council's own writing to end
CHUNK = 10_000  # rows that are fetched at once
_TURNED = 1_000  # rows that are turned into columns at once: more do not fit the processor's cache

# What a failure is, by PostgreSQL's code of it or what SQL Server's message has in it.
_FAILURES: Sequence[tuple[str, str]] = (
    (r"^55P03$|\b1222\b|lock request time ?out", "a table stayed locked for {seconds} seconds; extract again when what "
     "writes to it has ended"),
    (r"^42501$|\b229\b|permission was denied", "a right to read was refused; have the role granted SELECT on the tables "
     "and USAGE on the schema"),
    (r"^57014$|query timeout", "the database's own time limit ended a query; extract at a quieter time, or have the limit "
     "raised for the role"),
    # psycopg gives no code where no connection came about.
    (r"^28|^3D000$|\b18456\b|password authentication failed|(database|role) \".*\" does not exist",
     "the database refused the account or knows no such database; see to KPI_SSD_URL"),
    (r"^42P01$|^42703$|\b208\b|\b207\b", "a table was altered while it was read; extract again"),
    (r"\b3952\b", "it does not allow snapshot isolation; have ALLOW_SNAPSHOT_ISOLATION switched on"),
)  # fmt: skip


class NotExtractedError(Exception):
    """Why nothing was extracted: one sentence, without anything secret."""


class TextOf(ColumnElement[str]):
    """A column as text, made by the server: no driver's own idea of a date, a number or a null gets in between."""

    inherit_cache = True
    type = String()

    def __init__(self, column: ColumnElement[Any]) -> None:
        self.column = column


@compiles(TextOf)
def _text_of(element: TextOf, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST({compiler.process(element.column, **options)} AS TEXT)"


@compiles(TextOf, "mssql")
def _text_of_mssql(element: TextOf, compiler: SQLCompiler, **options: Any) -> str:
    # Style 126 is ISO 8601; without it a datetime reads "Aug  1 2020 12:00AM".
    style = ", 126" if isinstance(element.column.type, (Date, DateTime)) else ""
    return f"CONVERT(NVARCHAR(MAX), {compiler.process(element.column, **options)}{style})"


@dataclass(frozen=True)
class Found:
    """What of the SSD can be read: by table the table as found, and the name that we read each column under."""

    tables: Mapping[str, Table]
    columns: Mapping[str, Mapping[str, str]]  # our name -> the name as found
    absent: tuple[str, ...]
    refused: tuple[str, ...]  # there, and not granted
    absent_columns: Mapping[str, tuple[str, ...]]


def engine_of(url: str) -> Engine:
    """The engine of an address. Raises NotExtractedError for one that cannot be used."""
    try:
        parsed = make_url(url)
        name = parsed.get_backend_name().replace("postgres", "postgresql").replace("postgresqlql", "postgresql")
        if name not in DRIVERS:
            raise NotExtractedError("The address names neither postgresql:// nor mssql://; see to KPI_SSD_URL.")
        if "+" not in parsed.drivername:
            parsed = parsed.set(drivername=f"{name}+{DRIVERS[name]}")
        return create_engine(parsed, hide_parameters=True, pool_size=1)
    except (NoSuchModuleError, ImportError):
        raise NotExtractedError("The driver of the database is not installed; see docs/ssd.md.") from None
    except (SQLAlchemyError, ValueError):
        raise NotExtractedError("The address of the database cannot be read; see to KPI_SSD_URL.") from None


def address(url: str | None = None) -> str:
    """The address of the database: as given, or from the environment, which alone may hold a password.

    Raises NotExtractedError.
    """
    if url is None:
        if not (found := os.environ.get(ENVIRONMENT)):
            raise NotExtractedError(f"No database is named; put its address into {ENVIRONMENT}, or give it by --url.")
        return found
    if has_secret(url):
        raise NotExtractedError(
            f"A password on the command line is seen by others; put the whole address into {ENVIRONMENT}, without --url."
        )
    return url


def has_secret(url: str) -> bool:
    """Whether an address holds a password. Raises NotExtractedError for one that cannot be read."""
    try:
        parsed: URL = make_url(url)
    except (SQLAlchemyError, ValueError):
        raise NotExtractedError("The address of the database cannot be read.") from None
    return bool(parsed.password) or any(re.search("pass|pwd|secret", name, re.IGNORECASE) for name in parsed.query)


@contextmanager
def saying(engine: Engine, seconds: int) -> Iterator[None]:
    """Turns whatever the driver raises into NotExtractedError."""
    driver = engine.dialect.loaded_dbapi
    # mssql-python raises RuntimeError beside its own errors.
    try:
        yield
    except (SQLAlchemyError, driver.Error, RuntimeError) as error:
        raise NotExtractedError(f"Nothing was extracted: {_reason(error, seconds)}.") from None


def _reason(error: BaseException, seconds: int) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    told = (str(getattr(cause, "sqlstate", None) or ""), "" if getattr(cause, "sqlstate", None) else str(cause))
    for pattern, reason in _FAILURES:
        if any(one and re.search(pattern, one, re.IGNORECASE) for one in told):
            return reason.format(seconds=seconds)
    return "the database could not be reached, or the connection to it was lost; extract again"


def find(engine: Engine, schema: str | None) -> Found:
    """What of the SSD is in a schema: looked up without case. Raises NotExtractedError where the schema is not there."""
    with engine.connect() as connection:
        inspector = inspect(connection)
        names = inspector.get_schema_names()
        if schema and schema not in names:
            schema = next((name for name in names if name.lower() == schema.lower()), None)
            if schema is None:
                raise NotExtractedError(
                    "Nothing was extracted: the database has no schema of that name, or hides it; give it by --schema."
                )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)  # of types that SQLAlchemy does not know: all is read as text
            reflected = inspector.get_multi_columns(schema=schema, kind=ObjectKind.ANY)
        there = {name.lower(): (name, of_one) for (_, name), of_one in reflected.items()}
        tables: dict[str, Table] = {}
        columns: dict[str, dict[str, str]] = {}
        refused: list[str] = []
        lacking: dict[str, tuple[str, ...]] = {}
        for table, wanted in TABLES.items():
            if table not in there:
                continue
            name, of_table = there[table]
            known = {str(one["name"]).lower(): (str(one["name"]), one["type"]) for one in of_table}
            read = {
                ours: known[found]
                for ours in wanted
                if (found := next((one for one in (ours, *SYNONYMS.get((table, ours), ())) if one in known), None))
            }
            made = table_of(name, read.values(), schema)
            if not _is_granted(connection, made):
                refused.append(table)
                continue
            lacking[table] = tuple(ours for ours in wanted if ours not in read)
            tables[table], columns[table] = made, {ours: found for ours, (found, _) in read.items()}
    absent = tuple(table for table in TABLES if table not in there)
    return Found(tables, columns, absent, tuple(refused), {name: of_one for name, of_one in lacking.items() if of_one})


def table_of(name: str, columns: Any, schema: str | None) -> Table:
    """A table of the database, its names quoted as they were found; columns are pairs of name and type."""
    kinds: list[tuple[str, TypeEngine[Any]]] = list(columns)
    return Table(
        quoted_name(name, quote=True),
        MetaData(),
        *(Column(quoted_name(column, quote=True), kind or UnicodeText()) for column, kind in kinds),
        schema=quoted_name(schema, quote=True) if schema else None,
    )


def _is_granted(connection: Connection, table: Table) -> bool:
    # SQL Server hides what is not granted, so that there it counts as absent.
    if connection.dialect.name != "postgresql":
        return True
    name = _quoted(connection.dialect, table)
    return bool(connection.scalar(select(func.has_table_privilege(name, "SELECT"))))


def _quoted(dialect: Dialect, table: Table) -> str:
    # A percent sign comes doubled, for statements that are sent as they are.
    return str(dialect.identifier_preparer.format_table(table)).replace("%%", "%")


def query_of(table: Table, names: Mapping[str, str]) -> Select[Any]:
    """Every row of a table, its columns as text under the names that we read them by."""
    columns: list[ColumnElement[Any]] = [TextOf(table.c[found]).label(ours) for ours, found in names.items()]
    return select(*columns).select_from(table)


@contextmanager
def snapshot(engine: Engine, found: Found, seconds: int = LOCK_SECONDS) -> Iterator[Connection]:
    """A connection that sees the tables as they are now, whoever writes meanwhile; it writes nothing itself.

    On PostgreSQL a table that is emptied and filled anew by TRUNCATE after the snapshot reads as empty in it, so that
    all are locked against that before the snapshot is taken, with a limit to the waiting.
    """
    if engine.dialect.name == "postgresql":
        options: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    else:
        options = {"isolation_level": "SNAPSHOT"}
    with engine.connect().execution_options(**options) as connection, connection.begin():
        for statement in opening(engine.dialect, list(found.tables.values()), seconds):
            connection.execute(text(statement))
        yield connection


def opening(dialect: Dialect, tables: Sequence[Table], seconds: int) -> list[str]:
    """The statements before the first that reads: limits, spellings of dates, and on PostgreSQL the locks."""
    if dialect.name != "postgresql":
        return [f"SET LOCK_TIMEOUT {seconds * 1000}"]
    names = ", ".join(_quoted(dialect, table) for table in tables)
    settings = [f"SET LOCAL lock_timeout = '{seconds}s'", "SET LOCAL DateStyle = 'ISO, YMD'",
                "SET LOCAL TimeZone = 'Europe/London'"]  # fmt: skip
    # A colon in a name is no parameter. Setting something takes no snapshot; the locks come first of all that might.
    return [*settings, *([f"LOCK TABLE {names} IN ACCESS SHARE MODE".replace(":", r"\:")] if names else [])]


def batches(connection: Connection, table: Table, names: Mapping[str, str], schema: pa.Schema) -> Iterator[pa.Table]:
    """The rows of a table in chunks of one schema of texts; a column that was not found is null."""
    if not names:
        return
    # By the driver's own cursor: rows as SQLAlchemy makes them take half of the time. On PostgreSQL one of the server, so
    # that a time limit is one of a chunk, and no more than a chunk is held; with parameters, or a percent sign in a name,
    # which is sent doubled, would stay so.
    is_postgresql = connection.dialect.name == "postgresql"
    query = str(query_of(table, names).compile(dialect=connection.dialect))
    with closing(connection.connection.cursor(*(["extract"] if is_postgresql else []))) as cursor:
        cursor.execute(query, *([{}] if is_postgresql else []))
        while rows := cursor.fetchmany(CHUNK):
            yield pa.Table.from_batches(
                [_columns(rows[first : first + _TURNED], names, schema) for first in range(0, len(rows), _TURNED)]
            )


def _columns(rows: Sequence[Sequence[str | None]], names: Mapping[str, str], schema: pa.Schema) -> pa.RecordBatch:
    read = dict(zip(names, zip(*rows, strict=True), strict=True))
    nothing = pa.nulls(len(rows), pa.string())
    return pa.record_batch(
        [pa.array(read[name], pa.string()) if name in read else nothing for name in schema.names], schema=schema
    )
