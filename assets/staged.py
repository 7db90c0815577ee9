"""The staged layer: rows typed and judged by their contract; bad rows aside, with the reason."""

from collections.abc import Iterator

from dagster import (
    AssetCheckResult,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetExecutionContext,
    AssetSpec,
    BackfillPolicy,
    MaterializeResult,
    MetadataValue,
    multi_asset,
)

from assets.confidential import confidential
from assets.raw import per_extract, table_schema
from assets.resource import POOL, Workspace, extracts_partitions
from schemas.tables import LINKS, MODELS
from warehouse.staged import judging
from warehouse.staged.drift import Drift, drift

_LOOKED_INTO = {"referral_id": "referral", "s47_id": "s47"}


def _deps(table: str) -> list[list[str]]:
    others = [] if table == "person" else ["person", *(_LOOKED_INTO[link] for link in LINKS.get(table, ()))]
    return [["raw", table], *(["staged", other] for other in others)]


_DRIFT_CHECKS = {
    "few_rows_quarantined": "No more than 5% of a table's rows are quarantined.",
    "row_count_steady": "The row count is within 40% of the authority's previous extract.",
    "key_dates_filled": "No more than 20% of a required date is missing.",
}


@multi_asset(
    specs=[
        AssetSpec(
            ["staged", table],
            deps=_deps(table),
            group_name="staged",
            description=f"Used rows, typed: {model.__doc__}",
            kinds={"duckdb", "pandera"},
            metadata={"dagster/column_schema": table_schema(table)},
        )
        for table, model in MODELS.items()
    ],
    check_specs=[
        AssetCheckSpec(
            "every_row_accounted_for",
            asset=["staged", table],
            blocking=True,
            description="rows_in = rows_used + rows_quarantined + rows_duplicate, for every file.",
        )
        for table in MODELS
    ]
    + [
        AssetCheckSpec(name, asset=["staged", table], description=description)
        for table in MODELS
        for name, description in _DRIFT_CHECKS.items()
    ],
    partitions_def=extracts_partitions,
    backfill_policy=BackfillPolicy.single_run(),
    pool=POOL,
)
@confidential
def staged(context: AssetExecutionContext, workspace: Workspace) -> Iterator[MaterializeResult[None]]:
    """Judge every row of every table and send it to one of three states."""
    with workspace.working(context) as connection:
        judging.prepare(connection)
        for table in MODELS:
            judging.judge(connection, table)
            counts = connection.sql(judging.sql("counted_file"), params={"table_name": table}).fetchall()
            per_extract(
                context,
                ["staged", table],
                [
                    (la_code, extract_date, {
                        "dagster/row_count": used, "rows in": rows_in, "rows quarantined": quarantined,
                        "rows duplicate": duplicate, "rules broken": MetadataValue.md(rules or "none"),
                    })
                    for la_code, extract_date, rows_in, _, used, quarantined, duplicate, rules in counts
                ],
            )  # fmt: skip
            lost = [row for row in counts if row[2] != row[4] + row[5] + row[6] or row[2] != row[3]]
            identity = AssetCheckResult(
                check_name="every_row_accounted_for",
                asset_key=["staged", table],
                passed=not lost,
                metadata={"files": len(counts), "files that lost rows": len(lost)},
            )
            found = drift(connection, table)
            yield MaterializeResult(
                asset_key=["staged", table], check_results=[identity, *(_check(table, one) for one in found)]
            )


def _check(table: str, found: Drift) -> AssetCheckResult:
    return AssetCheckResult(
        check_name=found.name,
        asset_key=["staged", table],
        passed=not found.outside,
        severity=AssetCheckSeverity.WARN,
        metadata={"extracts outside": ", ".join(found.outside) or "none", "limit": found.limit},
    )
