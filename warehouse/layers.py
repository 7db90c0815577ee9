"""Every layer up to the measures, one after the other, as the assets compute them; for those who need no Dagster."""

from collections.abc import Sequence

import duckdb

from schemas.settings import Operation
from schemas.tables import MODELS
from warehouse.facts import computing as facts
from warehouse.measures import computing as measures
from warehouse.raw.ingest import ingest
from warehouse.raw.landing import Extract
from warehouse.staged.judging import judge


def compute(
    connection: duckdb.DuckDBPyConnection, extracts: Sequence[Extract], limits: Operation | None = None
) -> None:
    """From the landed files to `measures.monthly_kpi`. Raises RefusedExtractError as the raw layer does."""
    ingest(connection, extracts, limits)
    for table in MODELS:
        judge(connection, table)
    facts.compute(connection)
    measures.compute(connection)
