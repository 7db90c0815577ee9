"""The contracts at work: every raw row typed, judged by its pandera model, and sent to one of three states."""

import operator
from functools import reduce
from pathlib import Path

import duckdb
import pandas as pd
import pandera.pandas as pa
import pyarrow

from schemas.judgement import LINKS, UNREAD, judgement, null_rule
from schemas.rules import RULES
from schemas.tables import MODELS, Kind, columns, is_about_children, key
from warehouse.definitions import begin, stamp
from warehouse.shape import reshape
from warehouse.staged.casting import read_spellings, sql_type, typed

_FOLDER = Path(__file__).parent


def sql(name: str) -> str:
    """The text of a query of this layer."""
    return (_FOLDER / f"{name}.sql").read_text()


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the layer's macros and tables, or bring them up to date."""
    for name in ("tables", "read_text", "read_date", "read_id"):
        connection.execute(sql(name))
    for table in MODELS:
        place = {"la_code": "VARCHAR", "extract_date": "DATE", "row_number": "BIGINT"}
        reshape(connection, "staged", table, place | {column.name: sql_type(column) for column in columns(table)})
    rules = [(rule.name, rule.state.value, rule.severity, rule.message) for rule in RULES.values()]
    connection.executemany("insert into staged.rule values (?, ?, ?, ?)", rules)


def judge(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Judge the table's raw rows of the extracts in `raw.run_extract` and replace what the staged layer holds of them.

    Writes `staged.<table>` (the used rows, typed), `staged.row_issue` (every broken rule) and `staged.row_count` (per
    extract, how many rows ended in which state). The tables before it in `schemas.tables.MODELS` must be judged.

    Raises StaleLayerError where the raw layer is not complete.
    """
    if table == next(iter(MODELS)):
        begin(connection, "staged")
    for name in (table, "row_issue", "row_count", *(["person_alias"] if table == "person" else [])):
        _forget(connection, name, table)
    if _is_sent(connection, table):
        _judge_rows(connection, table)
    if table == next(reversed(MODELS)):
        stamp(connection, "staged")


def _is_sent(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    """Whether any extract of the run has a file of the table."""
    files = connection.sql(
        "from raw.extract_file semi join raw.run_extract using (la_code, extract_date) where table_name = $table",
        params={"table": table},
    )
    return files.limit(1).fetchone() is not None


def _judge_rows(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    raw = connection.table(f"raw.{table}").query("rows_of_table", sql("raw_row"))
    read_spellings(connection, table, raw)
    rows = typed(connection, table, raw)
    nobody = [] if is_about_children(table) else [duckdb.SQLExpression("null::varchar").alias("person_id")]
    _keep(connection, "typed_row", rows.select(duckdb.StarExpression(), _record_id(table), *nobody))
    if table != "person" and is_about_children(table):
        connection.execute(sql("merge_children"))
    connection.execute("create or replace temp view judged as select rowid as row_id, * from typed_row")
    _keep(connection, "content", raw.select(*_content(table)))
    broken = _broken_rules(connection, table)
    connection.register("broken", broken)
    connection.execute(sql("found"), {"table_name": table})
    connection.unregister("broken")
    _keep(connection, "not_used", connection.view("judged").select(*_keyed(table)).query("keyed", sql("not_used")))
    used = connection.sql(sql("used"))
    used.select(*_staged(table)).insert_into(f"staged.{table}")
    connection.execute(sql("row_count"), {"table_name": table})
    raw.query("raw_row", sql("row_issue")).select(
        *(duckdb.ColumnExpression(name) for name in ("la_code", "extract_date")),
        duckdb.ConstantExpression(table).alias("table_name"),
        duckdb.StarExpression(exclude=["la_code", "extract_date"]),
    ).insert_into("staged.row_issue")
    if table == "person":
        connection.execute(sql("person_alias"))


def _forget(connection: duckdb.DuckDBPyConnection, name: str, table: str) -> None:
    """Take out of a staged table what it holds of the run's extracts; of a shared one, only this table's part."""
    shared = name in ("row_issue", "row_count")
    connection.execute(
        f"delete from staged.{name} where (la_code, extract_date) in "  # noqa: S608 - names of the contract
        f"(select (la_code, extract_date) from raw.run_extract) {'and table_name = ?' if shared else ''}",
        [table] if shared else [],
    )


def _keep(connection: duckdb.DuckDBPyConnection, name: str, relation: duckdb.DuckDBPyRelation) -> None:
    connection.execute(f"drop table if exists temp.{name}")
    relation.query("kept", f"create temp table {name} as from kept")


def _staged(table: str) -> list[duckdb.Expression]:
    names = ["la_code", "extract_date", "row_number", *(column.name for column in columns(table))]
    return [duckdb.ColumnExpression(name) for name in names]


def _record_id(table: str) -> duckdb.Expression:
    """What a person calls the record: its id, or where it has none the values that tell it apart."""
    names = [name for name in key(table) if name != "person_id" or len(key(table)) == 1]
    parts = [duckdb.ColumnExpression(name).cast("VARCHAR") for name in names]
    joined = duckdb.FunctionExpression("concat_ws", duckdb.ConstantExpression("/"), *parts)
    return duckdb.FunctionExpression("nullif", joined, duckdb.ConstantExpression("")).alias("record_id")


def _content(table: str) -> list[duckdb.Expression]:
    """The place of a row and its whole content, as two hashes that together leave no chance of a false repeat."""
    cells = [duckdb.ColumnExpression(column.name) for column in columns(table)]
    return [
        *(duckdb.ColumnExpression(name) for name in ("la_code", "extract_date", "row_number")),
        duckdb.FunctionExpression("hash", *cells).alias("content"),
        duckdb.FunctionExpression("hash", duckdb.ConstantExpression("again"), *cells).alias("content_again"),
    ]


def _keyed(table: str) -> list[duckdb.Expression]:
    """The key of each judged row as one value; NULL where the record has no id, so that it is not compared."""
    parts = [column for column in columns(table) if column.key]
    own = [part for part in parts if part.name != "person_id" and part.kind is Kind.ID] or parts[:1]
    whole = duckdb.FunctionExpression("row", *(duckdb.ColumnExpression(part.name) for part in parts))
    has_id = reduce(operator.and_, (duckdb.ColumnExpression(part.name).isnotnull() for part in own))
    return [
        *(duckdb.ColumnExpression(name) for name in ("la_code", "extract_date", "row_number", "row_id")),
        duckdb.CaseExpression(has_id, whole).alias("key"),
    ]


def _broken_rules(connection: duckdb.DuckDBPyConnection, table: str) -> pyarrow.Table:
    """One row per broken rule: row_id, column_name, rule. The pandera model judges all rows of the table at once."""
    judged = connection.table("typed_row")
    absent = _columns_without_values(judged)
    frame = judged.select(duckdb.StarExpression(exclude=["record_id", *absent])).to_arrow_table()
    lookups = [] if table == "person" or not is_about_children(table) else ["person", *LINKS.get(table, ())]
    for lookup in lookups:
        found_beside = connection.sql(sql(f"looked_up_{lookup}")).to_arrow_table()
        frame = frame.append_column(found_beside.schema.field(1), found_beside.column(1))
    try:
        judgement(table).validate(frame.to_pandas(types_mapper=pd.ArrowDtype), lazy=True)
    except pa.errors.SchemaErrors as errors:
        found = [_failures(table, error) for error in errors.schema_errors]
    else:
        found = []
    schema = pyarrow.schema(
        [("row_id", pyarrow.int64()), ("column_name", pyarrow.string()), ("rule", pyarrow.string())]
    )
    return pyarrow.concat_tables(found) if found else schema.empty_table()


def _columns_without_values(judged: duckdb.DuckDBPyRelation) -> list[str]:
    """The companions that have nothing to report, and need not be carried to the judge."""
    companions = [name for name in judged.columns if name.startswith(_COMPANIONS)]
    if not companions:
        return []
    counts = judged.aggregate(
        [duckdb.FunctionExpression("count", duckdb.ColumnExpression(name)).alias(name) for name in companions]
    ).fetchone()
    return [name for name, count in zip(companions, counts or (), strict=True) if count == 0]


_COMPANIONS = (UNREAD, "sentinel_", "short_year_")


def _failures(table: str, error: pa.errors.SchemaError) -> pyarrow.Table:
    if error.reason_code is pa.errors.SchemaErrorReason.SERIES_CONTAINS_NULLS:
        column = error.schema.name
        declared = {declared.name: declared for declared in columns(table)}
        rule, rows = null_rule(declared[column]), error.failure_cases["index"].to_numpy()
    elif isinstance(error.check, pa.Check) and error.check_output is not None:
        rule, column = str(error.check.name), error.check.description
        rows = error.check_output.index[~error.check_output.astype(bool)].to_numpy()
    else:
        raise error  # the contract itself is wrong: a type that the cast does not give
    count = len(rows)
    return pyarrow.table(
        {"row_id": pyarrow.array(rows, pyarrow.int64()), "column_name": [column] * count, "rule": [rule] * count},
        schema=pyarrow.schema(
            [("row_id", pyarrow.int64()), ("column_name", pyarrow.string()), ("rule", pyarrow.string())]
        ),
    )
