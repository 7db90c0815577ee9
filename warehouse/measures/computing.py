"""The measures: what every case contributes to them, and the figures as the sum of the contributions."""

from collections.abc import Iterable
from functools import reduce
from pathlib import Path

import duckdb
import pyarrow as pa

from schemas.kinds import RATE_OF_SNAPSHOT, SHARE_OF_EVENTS, Kind
from schemas.measures import CATALOGUE, Measure, Need
from warehouse.definitions import begin, require, stamp
from warehouse.shape import columns_of, reshape

_FOLDER = Path(__file__).parent


def sql(name: str) -> str:
    """The text of a query of this layer."""
    return (_FOLDER / f"{name}.sql").read_text()


def compute(connection: duckdb.DuckDBPyConnection) -> None:
    """Compute the figures of the extracts in `raw.run_extract`, in place of what the layer holds of them.

    Writes `measures.monthly_kpi`, and for the run the view `measures.contribution`: one row per measure and case within
    the months that are reported, with la_code, extract_date, measure_code, month, person_id, record_id, clock_start,
    event_date, due_date, working_days, numerator, denominator (NULL for a rate, whose denominator is no case), reason,
    is_start_missing, and the row of the extract behind it as table_name and row_number. The figures are its sum, the
    cases that are published are its rows: they cannot disagree.
    """
    require(connection, "facts")
    begin(connection, "measures")
    connection.execute("create schema if not exists measures")
    _write_catalogue(connection)
    _keep(connection, "population_of_month", connection.sql(sql("population_of_month")))
    _write_computable(connection)
    _view(connection, "counted", counted(connection).sql_query())
    _view(connection, "contribution", sql("contribution"))
    figures = connection.sql(sql("monthly_kpi"))
    reshape(connection, "measures", "monthly_kpi", columns_of(figures))
    connection.execute("delete from measures.monthly_kpi where (la_code, extract_date) in (from raw.run_extract)")
    figures.insert_into("measures.monthly_kpi")
    stamp(connection, "measures")


def counted(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
    """One row per measure and row of its fact that the measure counts, whatever the extract and month."""
    return reduce(lambda rows, more: rows.union(more), (_contribution(connection, measure) for measure in CATALOGUE))


def _contribution(connection: duckdb.DuckDBPyConnection, measure: Measure) -> duckdb.DuckDBPyRelation:
    fact = connection.table(f"facts.{measure.fact}")
    is_event = measure.kind is SHARE_OF_EVENTS
    is_rate = measure.kind is RATE_OF_SNAPSHOT
    column, nothing = duckdb.ColumnExpression, duckdb.ConstantExpression(None)
    return fact.filter(duckdb.SQLExpression(measure.counted)).select(
        *(column(name) for name in ("la_code", "extract_date")),
        duckdb.ConstantExpression(measure.measure_code).alias("measure_code"),
        *(column(name) for name in ("month", "person_id", "record_id", "clock_start", "event_date")),
        (column("due_date") if is_event else nothing.cast("DATE")).alias("due_date"),
        (column("working_days") if is_event else nothing).cast("BIGINT").alias("working_days"),
        duckdb.SQLExpression(measure.achieved).cast("BOOLEAN").alias("is_achieved"),
        (nothing if is_rate else duckdb.ConstantExpression(1)).cast("DOUBLE").alias("denominator"),
        (nothing.cast("VARCHAR") if is_rate else column("reason")).alias("reason"),
        (column("clock_start").isnull() if is_event else duckdb.ConstantExpression(False)).alias("is_start_missing"),
        *(column(name) for name in ("table_name", "row_number")),
    )


def _write_catalogue(connection: duckdb.DuckDBPyConnection) -> None:
    """`measures.measure`: the catalogue as it is published."""
    published = (
        "measure_code short_code title definition numerator denominator kind unit polarity decimal_places source "
        "benchmark_indicator benchmark_note definition_version"
    ).split()
    rows = [
        {"position": position, **{name: _plain(getattr(measure, name)) for name in published}}
        for position, measure in enumerate(CATALOGUE, start=1)
    ]
    _keep(connection, "measure", connection.from_arrow(pa.Table.from_pylist(rows)))


def _plain(value: object) -> object:
    if isinstance(value, Kind):
        return value.name
    return str(value) if isinstance(value, str) else value


def _write_computable(connection: duckdb.DuckDBPyConnection) -> None:
    """`measures.not_computable`, with what is missing, and `measures.computable`, all the other measures."""
    needs = [
        {"measure_code": measure.measure_code, "table_name": need.table, "any_of": list(need.any_of), "reason": reason}
        for measure in CATALOGUE
        for need, reason in _reasons(_resolved(connection, need) for need in measure.needs)
    ]
    schema = pa.schema(
        [("measure_code", pa.string()), ("table_name", pa.string()), ("any_of", pa.list_(pa.string())),
         ("reason", pa.string())]
    )  # fmt: skip
    _keep(connection, "need", connection.from_arrow(pa.Table.from_pylist(needs, schema=schema)))
    _keep(connection, "not_computable", connection.sql(sql("not_computable")))
    _keep(connection, "computable", connection.sql(sql("computable")))


def _resolved(connection: duckdb.DuckDBPyConnection, need: Need) -> Need:
    """The need under the settings in force."""
    if need.named_by is None:
        return need
    row = connection.table("reference.setting").select(duckdb.ColumnExpression(need.named_by)).fetchone()
    return Need(need.table, (str(row[0]),)) if row else need


def _reasons(needs: Iterable[Need]) -> Iterable[tuple[Need, str]]:
    for need in needs:
        if need.any_of:
            yield need, f"The table {need.table} has no column {' or '.join(need.any_of)}."
        yield Need(need.table), f"The table {need.table} was not sent."


def _view(connection: duckdb.DuckDBPyConnection, name: str, query: str) -> None:
    connection.execute(f"create or replace view measures.{name} as {query}")


def _keep(connection: duckdb.DuckDBPyConnection, name: str, relation: duckdb.DuckDBPyRelation) -> None:
    connection.execute(f"drop table if exists measures.{name}")
    relation.create(f"measures.{name}")
