"""Text to types: the expressions that read each column of a contract, derived from its declaration."""

import operator
from functools import reduce

import duckdb
import pyarrow as pa

from schemas.judgement import SENTINEL, SHORT_YEAR, UNREAD
from schemas.tables import Column, Kind, columns
from warehouse.staged.codes import read_code, read_status

_MAPPED = (Kind.CODE, Kind.BOOLEAN, Kind.STATUS)
_SQL_TYPE = {
    Kind.DATE: "DATE",
    Kind.TIMESTAMP: "TIMESTAMP",
    Kind.BOOLEAN: "BOOLEAN",
    Kind.INTEGER: "BIGINT",
    Kind.NUMBER: "DOUBLE",
}
_CELL = "cell_"  # the text of a column, beside its reading
_SPELLING, _CODE = "spelling_", "code_"  # what the normaliser read, and what it made of it


def sql_type(column: Column) -> str:
    """The DuckDB type of what a column's text is read to."""
    return _SQL_TYPE.get(column.kind, "VARCHAR")


def _column(name: str) -> duckdb.Expression:
    return duckdb.ColumnExpression(name)


def _call(macro: str, *arguments: duckdb.Expression) -> duckdb.Expression:
    return duckdb.FunctionExpression(macro, *arguments)


def read_spellings(connection: duckdb.DuckDBPyConnection, table: str, raw: duckdb.DuckDBPyRelation) -> None:
    """Fill `staged.code_reading` with what every distinct spelling in the table's code columns means."""
    found: list[tuple[str, str, str | None]] = []
    for column in columns(table):
        if column.kind in _MAPPED:
            cell = _call("without_nothing", _call("trimmed", _column(column.name)))
            spellings = raw.select(cell).distinct().fetchall()
            found += [(column.name, text, _meaning(column, text)) for (text,) in spellings if text is not None]
    connection.execute("delete from staged.code_reading")
    if found:
        names, texts, codes = zip(*found, strict=True)
        readings = pa.table({"column_name": names, "spelling": texts, "code": pa.array(codes, pa.string())})
        connection.from_arrow(readings).insert_into("staged.code_reading")


def _meaning(column: Column, spelling: str) -> str | None:
    if column.kind is Kind.STATUS:
        return read_status(spelling)
    assert column.code_set is not None  # noqa: S101 - declared with every code
    return read_code(column.code_set, column.name, spelling)


def typed(connection: duckdb.DuckDBPyConnection, table: str, raw: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """Every raw row with its columns typed and, for the rules, what could not be read.

    In steps, so that nothing is computed twice: trimmed, emptied, read, and what follows from the reading.
    """
    place = [_column("la_code"), _column("extract_date"), _column("row_number")]
    declared = columns(table)
    filled = [_column(column.name).isnotnull().cast("INTEGER") for column in declared]
    trimmed = raw.select(*place, *(_call("trimmed", _column(column.name)).alias(column.name) for column in declared))
    cells = trimmed.select(
        *place, *(_call("without_nothing", _column(column.name)).alias(column.name) for column in declared)
    )
    for column in declared:
        if column.kind in _MAPPED:
            cells = cells.join(
                _code_readings(connection, column), _column(column.name) == _column(_SPELLING + column.name), "left"
            )
    readings = cells.select(
        *place,
        reduce(operator.add, filled).alias("values_in_row"),
        *(_column(column.name).alias(_CELL + column.name) for column in declared),
        *(_reading(column).alias(column.name) for column in declared),
    )
    return readings.select(
        *place, _column("values_in_row"), *(result for column in declared for result in _results(column))
    )


def _code_readings(connection: duckdb.DuckDBPyConnection, column: Column) -> duckdb.DuckDBPyRelation:
    return (
        connection.table("staged.code_reading")
        .filter(_column("column_name") == duckdb.ConstantExpression(column.name))
        .select(_column("spelling").alias(_SPELLING + column.name), _column("code").alias(_CODE + column.name))
    )


def _reading(column: Column) -> duckdb.Expression:
    cell = _column(column.name)
    if column.kind in (Kind.DATE, Kind.TIMESTAMP):
        return _call("read_moment", cell)
    if column.kind in _MAPPED:
        return _column(_CODE + column.name)
    if column.kind is Kind.INTEGER:
        return _call("read_integer", cell)
    if column.kind is Kind.NUMBER:
        return _call("read_number", cell)
    if column.kind is Kind.ID:
        return _call("read_id", cell)
    if column.kind is Kind.WORKER:
        return _call("read_worker", cell)
    return duckdb.CaseExpression(~_call("is_lost", cell), cell)


def _results(column: Column) -> list[duckdb.Expression]:
    name, value, cell = column.name, _column(column.name), _column(_CELL + column.name)
    if column.kind is Kind.WORKER:
        return [value]
    unread = duckdb.CaseExpression(cell.isnotnull() & value.isnull(), cell).alias(UNREAD + name)
    if column.kind in (Kind.DATE, Kind.TIMESTAMP):
        plausible, sentinel = _call("is_plausible", value), _call("is_sentinel", value)
        short = plausible & _call("has_short_year", cell)
        return [
            duckdb.CaseExpression(plausible & ~sentinel, value).cast(sql_type(column)).alias(name),
            duckdb.CaseExpression(cell.isnotnull() & (value.isnull() | ~plausible), cell).alias(UNREAD + name),
            duckdb.CaseExpression(sentinel, cell).alias(SENTINEL + name),
            duckdb.CaseExpression(short, cell).alias(SHORT_YEAR + name),
        ]
    return [value.cast(sql_type(column)).alias(name), unread]
