"""The measures layer: numerator and denominator per measure and month, as the sum of what every case contributes."""

from collections.abc import Iterator

from dagster import AssetExecutionContext, AssetSpec, BackfillPolicy, Failure, MaterializeResult, multi_asset

from assets.confidential import confidential
from assets.raw import per_extract
from assets.resource import Workspace, extracts_partitions
from schemas.measures import CATALOGUE
from warehouse.definitions import StaleLayerError
from warehouse.facts.computing import TABLES
from warehouse.facts.computing import sql as facts_sql
from warehouse.measures import computing


@multi_asset(
    specs=[
        AssetSpec(
            ["measures", "contribution"],
            deps=[["facts", table] for table in TABLES],
            group_name="measures",
            description="A view, one row per measure and case: who counted, in which month, and why not.",
            kinds={"duckdb"},
        ),
        AssetSpec(
            ["measures", "monthly_kpi"],
            deps=[
                ["measures", "contribution"],
                ["facts", "reporting_month"],
                ["reference", "population_0_17"],
                ["reference", "setting"],
            ],
            group_name="measures",
            description="One row per extract, measure, month and period: the figures as the extract has them.",
            kinds={"duckdb", "sql"},
        ),
    ],
    partitions_def=extracts_partitions,
    backfill_policy=BackfillPolicy.single_run(),
)
@confidential
def measures(context: AssetExecutionContext, workspace: Workspace) -> Iterator[MaterializeResult[None]]:
    """Evaluate the catalogue over every month of every extract at once."""
    with workspace.working(context) as connection:
        try:
            computing.compute(connection)
        except StaleLayerError as error:
            raise Failure(description=str(error), allow_retries=False) from None
        figures = connection.table("measures.monthly_kpi").query("fact", facts_sql("rows_per_extract")).fetchall()
    per_extract(
        context, ["measures", "monthly_kpi"], [(la, day, {"dagster/row_count": rows}) for la, day, rows in figures]
    )
    yield MaterializeResult(asset_key=["measures", "contribution"], metadata={"measures": len(CATALOGUE)})
    yield MaterializeResult(asset_key=["measures", "monthly_kpi"])
