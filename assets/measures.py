"""The measures layer: numerator and denominator per measure and month, as the sum of what every case contributes."""

from collections.abc import Iterator

from dagster import AssetExecutionContext, AssetSpec, BackfillPolicy, MaterializeResult, multi_asset

from assets.confidential import confidential
from assets.raw import per_extract, rows_per_extract
from assets.resource import Workspace, extracts_partitions
from schemas.measures import CATALOGUE

_FACTS = sorted({measure.fact for measure in CATALOGUE})
# What the layer gives, each with what a row is.
TABLES = {
    "month_figure": "One row per extract, measure and covered month: the figures as the extract has them.",
    "month_breakdown": "The same by breakdown and category.",
    "period_figure": "One row per extract, measure, month and period that is counted anew: medians, distinct children.",
    "measure_coverage": "One row per extract and measure: which months the extract covers, and why not others.",
    "not_computable": "One row per extract and measure that it has not the tables or columns for.",
}


@multi_asset(
    specs=[
        AssetSpec(
            ["measures", table],
            deps=[*(["facts", fact] for fact in _FACTS), ["facts", "reporting_month"], ["reference", "population_0_17"],
                  ["reference", "setting"]],
            group_name="measures",
            description=description,
            kinds={"duckdb", "sql"},
        )
        for table, description in TABLES.items()
    ],
    partitions_def=extracts_partitions,
    backfill_policy=BackfillPolicy.single_run(),
)  # fmt: skip
@confidential
def measures(context: AssetExecutionContext, workspace: Workspace) -> Iterator[MaterializeResult[None]]:
    """Evaluate the catalogue over every month of every extract at once."""
    with workspace.group(context) as group:
        group.measures()
        for table in TABLES:
            per_extract(context, ["measures", table], rows_per_extract(group.connection, f"measures.{table}"))
            yield MaterializeResult(asset_key=["measures", table], metadata={"measures": len(CATALOGUE)})
