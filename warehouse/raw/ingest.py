"""The raw layer: what every landed extract of a run holds, as it came."""

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb

from schemas.settings import Operation
from schemas.tables import MODELS, columns
from warehouse.definitions import begin, stamp
from warehouse.landing.bounds import UnreadableFileError
from warehouse.landing.extracts import Extract, RefusedExtractError, no_files, table_files
from warehouse.raw import commentary
from warehouse.raw.reading import FileRead, QuickReadingError, read_file
from warehouse.shape import reshape

_SHARED = (
    """
    create schema if not exists raw
    """,
    """
    create table if not exists raw.extract_file (
        la_code varchar, extract_date date, table_name varchar, file_name varchar, sha256 varchar, rows_in bigint,
        columns_present varchar[], columns_ignored varchar[]
    )
    """,
    """
    create table if not exists raw.run_extract (la_code varchar, extract_date date)
    """,
)


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the layer's tables, or bring them up to date: one per contract, every column text."""
    for statement in _SHARED:
        connection.execute(statement)
    commentary.prepare(connection)
    for table in MODELS:
        place = {"la_code": "VARCHAR", "extract_date": "DATE", "row_number": "BIGINT", "has_content": "BOOLEAN"}
        reshape(connection, "raw", table, place | {column.name: "VARCHAR" for column in columns(table)})


def select(connection: duckdb.DuckDBPyConnection, extracts: Sequence[Extract]) -> None:
    """Name the extracts that the layers work on from here: `raw.run_extract`."""
    connection.execute("delete from raw.run_extract")
    connection.executemany(
        "insert into raw.run_extract values (?, ?)",
        [(extract.la_code, extract.extract_date) for extract in extracts],
    )


def ingest(connection: duckdb.DuckDBPyConnection, extracts: Sequence[Extract], limits: Operation | None = None) -> None:
    """Read every file of the extracts and their commentary into the raw layer, in place of what it holds of them.

    `limits` says how large files may be; the defaults, where it is not given. Raises RefusedExtractError with every
    reason of every refused extract, after all have been read.
    """
    limits = limits or Operation.model_validate({})
    select(connection, extracts)
    begin(connection, "raw")
    for name in (*MODELS, "extract_file", "commentary"):
        connection.execute(
            f"delete from raw.{name} where (la_code, extract_date) in (from raw.run_extract)"  # noqa: S608 - of the contract
        )
    # Numbering rows keeps DuckDB to one thread a file, so the extracts share the processors instead.
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        reasons = pool.map(lambda extract: _ingest_extract(connection.cursor(), extract, limits), extracts)
        refused = {extract.partition_key: why for extract, why in zip(extracts, reasons, strict=True) if why}
    if refused:
        raise RefusedExtractError(refused)
    stamp(connection, "raw")


def withdraw(connection: duckdb.DuckDBPyConnection, extracts: Sequence[Extract]) -> None:
    """Take out the files of extracts that are refused after they were read: nothing can be published of them."""
    for name in ("raw.extract_file", "raw.commentary", "computed"):
        connection.executemany(
            f"delete from {name} where la_code = ? and extract_date = ?",  # noqa: S608 - a name of ours
            [(extract.la_code, extract.extract_date) for extract in extracts],
        )


def _ingest_extract(connection: duckdb.DuckDBPyConnection, extract: Extract, limits: Operation) -> list[str]:
    """Read the files of one extract, all or none of them; the reasons why none."""
    files = table_files(extract)
    where = f"{extract.la_code}/{extract.extract_date}"
    reasons = [
        f"{where}/{name}: it is no file; send the table as a file, or leave it out." for name in no_files(extract)
    ]
    if not reasons and not any(files.get(table) for table in MODELS):
        return [f"{where}: no table of the contract is there; expected files such as referral.csv or person.xlsx."]
    reasons += [
        f"{where}: {' and '.join(path.name for path in files[table])} are the same table; leave one of them out."
        for table in MODELS
        if len(files.get(table, [])) > 1
    ]
    single = {table: files[table][0] for table in MODELS if len(files.get(table, [])) == 1}
    exactly: set[str] = set()
    unreadable: dict[str, tuple[str, ...]] = {}
    # One transaction for the extract. A file that fails ends it; what is known of the file then leads the next attempt.
    while not _read_all(connection, extract, limits, single, exactly, unreadable, is_refused=bool(reasons)):
        pass
    reasons += [f"{where}/{single[table].name}: {reason}." for table, why in unreadable.items() for reason in why]
    if not reasons:
        commentary.register(connection, extract)
    return reasons


def _read_all(
    connection: duckdb.DuckDBPyConnection,
    extract: Extract,
    limits: Operation,
    files: Mapping[str, Path],
    exactly: set[str],
    unreadable: dict[str, tuple[str, ...]],
    is_refused: bool,
) -> bool:
    """Read the files but those known to be unreadable; False, with nothing read, where another one failed.

    Nothing is kept of an extract that is refused; its files are read only to find every reason.
    """
    connection.begin()
    for table, path in files.items():
        if table in unreadable:
            continue
        try:
            _register(connection, extract, read_file(connection, extract, table, path, limits, table in exactly))
        except (QuickReadingError, UnreadableFileError) as error:
            connection.rollback()
            if isinstance(error, UnreadableFileError):
                unreadable[table] = error.args
            else:
                exactly.add(table)
            return False
    if unreadable or is_refused:
        connection.rollback()
    else:
        connection.commit()
    return True


def _register(connection: duckdb.DuckDBPyConnection, extract: Extract, file: FileRead) -> None:
    connection.execute(
        "insert into raw.extract_file values (?, ?, ?, ?, ?, ?, ?::varchar[], ?::varchar[])",
        [
            extract.la_code, extract.extract_date, file.table_name, file.file_name, file.sha256, file.rows_in,
            list(file.columns_present), list(file.columns_ignored),
        ],
    )  # fmt: skip
