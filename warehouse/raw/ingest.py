"""The raw layer: what every landed extract of a run holds, as it came."""

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from schemas.tables import MODELS, columns
from warehouse.raw.landing import Extract, RefusedExtractError, table_files
from warehouse.raw.reading import FileRead, UnreadableFileError, read_file

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
    """Create the layer's tables where they are missing: one per contract, every column text."""
    for statement in _SHARED:
        connection.execute(statement)
    there = connection.sql("select table_name from duckdb_tables() where schema_name = 'raw'").fetchall()
    for table in MODELS:
        if (table,) not in there:
            fields = [("la_code", pa.string()), ("extract_date", pa.date32()), ("row_number", pa.int64())]
            fields += [("has_content", pa.bool_())]
            fields += [(column.name, pa.string()) for column in columns(table)]
            connection.from_arrow(pa.schema(fields).empty_table()).create(f"raw.{table}")


def select(connection: duckdb.DuckDBPyConnection, extracts: Sequence[Extract]) -> None:
    """Name the extracts that the layers work on from here: `raw.run_extract`."""
    connection.execute("delete from raw.run_extract")
    connection.executemany(
        "insert into raw.run_extract values (?, ?)",
        [(extract.la_code, extract.extract_date) for extract in extracts],
    )


def ingest(connection: duckdb.DuckDBPyConnection, extracts: Sequence[Extract]) -> None:
    """Read every file of the extracts into the raw layer, in place of what it holds of them.

    Raises RefusedExtractError with every reason of every refused extract, after all have been read.
    """
    select(connection, extracts)
    for name in (*MODELS, "extract_file"):
        connection.execute(
            f"delete from raw.{name} where (la_code, extract_date) in (from raw.run_extract)"  # noqa: S608 - of the contract
        )
    refused = {
        extract.partition_key: reasons for extract in extracts if (reasons := _ingest_extract(connection, extract))
    }
    if refused:
        raise RefusedExtractError(refused)


def _ingest_extract(connection: duckdb.DuckDBPyConnection, extract: Extract) -> list[str]:
    reasons: list[str] = []
    files = table_files(extract)
    where = f"{extract.la_code}/{extract.extract_date}"
    if not any(files.get(table) for table in MODELS):
        return [f"{where}: no table of the contract is there; expected files such as referral.csv or person.xlsx."]
    for table in MODELS:
        paths = files.get(table, [])
        if len(paths) > 1:
            named = " and ".join(path.name for path in paths)
            reasons.append(f"{where}: {named} are the same table; leave one of them out.")
            continue
        for path in paths:
            try:
                _register(connection, extract, read_file(connection, extract, table, path))
            except UnreadableFileError as error:
                reasons += [f"{where}/{path.name}: {reason}." for reason in str(error).split("; and ")]
    return reasons


def _register(connection: duckdb.DuckDBPyConnection, extract: Extract, file: FileRead) -> None:
    connection.execute(
        "insert into raw.extract_file values (?, ?, ?, ?, ?, ?, ?::varchar[], ?::varchar[])",
        [
            extract.la_code, extract.extract_date, file.table_name, file.file_name, file.sha256, file.rows_in,
            list(file.columns_present), list(file.columns_ignored),
        ],
    )  # fmt: skip
