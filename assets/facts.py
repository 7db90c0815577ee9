"""The facts layer: one row per event, and per child and month end, with everything that decides a figure."""

from collections.abc import Iterator

from dagster import (
    AssetCheckResult,
    AssetCheckSpec,
    AssetExecutionContext,
    AssetSpec,
    BackfillPolicy,
    MaterializeResult,
    MetadataValue,
    multi_asset,
)

from assets.confidential import confidential
from assets.raw import per_extract
from assets.resource import Workspace, extracts_partitions
from schemas.tables import groups
from warehouse.facts import computing

_CHECKED = computing.rooms()[-1]


@multi_asset(
    specs=[
        AssetSpec(
            ["facts", room.name],
            deps=[
                *(["staged", group] for group, tables in groups().items() if room.tables & set(tables)),
                *(["facts", other] for other in room.rooms),
                ["reference", "calendar"], ["reference", "setting"],
            ],
            group_name="facts",
            description="\n\n".join(f"**{step.name}**: {step.grain}" for step in room.steps),
            kinds={"duckdb", "sql"},
        )
        for room in computing.rooms()
    ],
    check_specs=[
        AssetCheckSpec(
            "calendar_covers_every_date",
            asset=["facts", _CHECKED.name],
            blocking=True,
            description="Every clock start and every event lies in the calendar: none is a silent working day.",
        ),
        AssetCheckSpec(
            "entries_and_exits_explain_the_count",
            asset=["facts", "looked_after"],
            description="Entries to care less exits equal the change of the looked-after count but for birthdays and "
            "deaths under an open episode and entries from the 18th birthday on, in every month.",
        ),
    ],
    partitions_def=extracts_partitions,
    backfill_policy=BackfillPolicy.single_run(),
)  # fmt: skip
@confidential
def facts(context: AssetExecutionContext, workspace: Workspace) -> Iterator[MaterializeResult[None]]:
    """Compute the facts of the extracts in DuckDB."""
    with workspace.group(context) as group:
        group.facts()
        checks = {
            _CHECKED.name: AssetCheckResult(
                check_name="calendar_covers_every_date", asset_key=["facts", _CHECKED.name],
                passed=(uncovered := computing.uncovered(group.connection)) == 0,
                metadata={"dates outside the calendar": uncovered},
            ),
            "looked_after": AssetCheckResult(
                check_name="entries_and_exits_explain_the_count", asset_key=["facts", "looked_after"],
                passed=(unexplained := computing.unexplained_months(group.connection)) == 0,
                metadata={"months that do not add up": unexplained},
            ),
        }  # fmt: skip
        for room in computing.rooms():
            counts = computing.row_counts(group.connection, room)
            per_extract(
                context,
                ["facts", room.name],
                [
                    (la_code, day, {
                        "dagster/row_count": sum(rows.values()),
                        "rows": MetadataValue.md("\n".join(
                            ["| fact | rows |", "|---|---|", *(f"| {name} | {count:,} |" for name, count in rows.items())]
                        )),
                    })
                    for (la_code, day), rows in counts.items()
                ],
            )  # fmt: skip
            found = [checks[room.name]] if room.name in checks else []
            yield MaterializeResult(asset_key=["facts", room.name], check_results=found)
