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
from assets.raw import per_extract
from assets.resource import Workspace, extracts_partitions
from warehouse.facts import computing

_READS = {
    "reporting_month": (["staged", "referral"], ["reference", "setting"]),
    "timed_event": (
        *(["staged", table] for table in ("referral", "assessment", "s47", "icpc")),
        ["reference", "calendar"], ["reference", "setting"],
    ),
    "child_on_plan": (["staged", "cp_plan"], ["staged", "person"], ["facts", "reporting_month"]),
    "child_looked_after": (
        ["staged", "cla_episode"], ["staged", "cla_care_plan"], ["staged", "person"], ["facts", "reporting_month"],
        ["reference", "setting"],
    ),
}  # fmt: skip


@multi_asset(
    specs=[
        AssetSpec(
            ["facts", table],
            deps=[list(dep) for dep in _READS[table]],
            group_name="facts",
            description=computing.grain(table),
            kinds={"duckdb", "sql"},
        )
        for table in computing.TABLES
    ],
    check_specs=[
        AssetCheckSpec(
            "calendar_covers_every_date",
            asset=["facts", "timed_event"],
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
    with workspace.working(context) as connection:
        computing.compute(connection)
        for table in computing.TABLES:
            counts = connection.table(f"facts.{table}").query("fact", computing.sql("rows_per_extract")).fetchall()
            per_extract(context, ["facts", table], [(la, day, {"dagster/row_count": rows}) for la, day, rows in counts])
            checks = [_covered(computing.uncovered(connection))] if table == "timed_event" else []
            yield MaterializeResult(asset_key=["facts", table], check_results=checks)


def _covered(uncovered: int) -> AssetCheckResult:
    return AssetCheckResult(
        check_name="calendar_covers_every_date",
        asset_key=["facts", "timed_event"],
        passed=uncovered == 0,
        metadata={"events outside the calendar": uncovered},
    )
