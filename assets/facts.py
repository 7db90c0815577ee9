"""The facts layer: one row per event, and per child and month end, with everything that decides a figure."""

from collections.abc import Iterator

from dagster import (
    AssetCheckResult,
    AssetCheckSpec,
    AssetExecutionContext,
    AssetSpec,
    BackfillPolicy,
    MaterializeResult,
    multi_asset,
)

from assets.confidential import confidential
from assets.raw import per_extract, rows_per_extract
from assets.resource import Workspace, extracts_partitions
from warehouse.facts import computing

_STEPS = computing.fact_steps()


@multi_asset(
    specs=[
        AssetSpec(
            ["facts", step.name],
            deps=computing.shown(step),
            group_name="facts",
            description=step.grain,
            kinds={"duckdb", "sql"},
        )
        for step in _STEPS
    ],
    check_specs=[
        AssetCheckSpec(
            "calendar_covers_every_date",
            asset=["facts", computing.CHECKED],
            blocking=True,
            description="Every clock start and every event lies in the calendar: none is a silent working day.",
        )
    ],
    partitions_def=extracts_partitions,
    backfill_policy=BackfillPolicy.single_run(),
)
@confidential
def facts(context: AssetExecutionContext, workspace: Workspace) -> Iterator[MaterializeResult[None]]:
    """Compute the facts of the extracts in DuckDB."""
    with workspace.group(context) as group:
        group.facts()
        for step in _STEPS:
            per_extract(context, ["facts", step.name], rows_per_extract(group.connection, step.table))
            checks = [_covered(computing.uncovered(group.connection))] if step.name == computing.CHECKED else []
            yield MaterializeResult(asset_key=["facts", step.name], check_results=checks)


def _covered(uncovered: int) -> AssetCheckResult:
    return AssetCheckResult(
        check_name="calendar_covers_every_date",
        asset_key=["facts", computing.CHECKED],
        passed=uncovered == 0,
        metadata={"events outside the calendar": uncovered},
    )
