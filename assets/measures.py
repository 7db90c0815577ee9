"""The measures layer: numerator and denominator per measure and month, as the sum of what every case contributes."""

from collections.abc import Iterator

from dagster import AssetExecutionContext, AssetSpec, BackfillPolicy, MaterializeResult, multi_asset

from assets.confidential import confidential
from assets.raw import per_extract, rows_per_extract
from assets.resource import Workspace, extracts_partitions
from schemas.measures import CATALOGUE
from warehouse.facts.computing import rooms


@multi_asset(
    specs=[
        AssetSpec(
            ["measures", "monthly_kpi"],
            deps=[*(["facts", room.name] for room in rooms()), ["reference", "population_0_17"],
                  ["reference", "setting"]],
            group_name="measures",
            description="One row per extract, measure and covered month: the figures as the extract has them; by "
            "breakdown and category; and what each extract covers.",
            kinds={"duckdb", "sql"},
        )
    ],
    partitions_def=extracts_partitions,
    backfill_policy=BackfillPolicy.single_run(),
)  # fmt: skip
@confidential
def measures(context: AssetExecutionContext, workspace: Workspace) -> Iterator[MaterializeResult[None]]:
    """Evaluate the catalogue over every month of every extract at once."""
    with workspace.group(context) as group:
        group.measures()
        rows = rows_per_extract(group.connection, "measures.month_figure")
        per_extract(context, ["measures", "monthly_kpi"], rows)
        yield MaterializeResult(asset_key=["measures", "monthly_kpi"], metadata={"measures": len(CATALOGUE)})
