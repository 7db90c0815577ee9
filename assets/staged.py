"""The staged layer: rows typed and judged by their contract; bad rows aside, with the reason."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

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
from assets.raw import per_extract, refusal, table_schema
from assets.resource import Workspace, extracts_partitions
from schemas.checks import LINKS
from schemas.tables import MODELS, is_about_children
from warehouse.refusals import beyond_limits
from warehouse.staged.limits import CHECKS, Excess
from warehouse.staged.staging import TableCount


def _deps(table: str) -> list[list[str]]:
    others = (
        []
        if table == "person" or not is_about_children(table)
        else ["person", *sorted(set(LINKS.get(table, {}).values()))]
    )
    return [["raw", "extract"], *(["staged", other] for other in others)]


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
        AssetCheckSpec(
            "within_limits",
            asset=["staged", table],
            description="The table is as its authority sends it: " + " ".join(CHECKS.values()),
        )
        for table in MODELS
    ],
    partitions_def=extracts_partitions,
    backfill_policy=BackfillPolicy.single_run(),
)
@confidential
def staged(
    context: AssetExecutionContext, workspace: Workspace
) -> Iterator[MaterializeResult[None] | AssetCheckResult]:
    """Judge every row of every table and send it to one of three states; refuse an extract that is beyond a limit."""
    with workspace.group(context) as group:
        counts = group.staged()
        for table in MODELS:
            per_extract(
                context,
                ["staged", table],
                [(*one.place, _metadata(one)) for one in counts if one.table_name == table],
            )
        for sentence in (sentence for one in counts for sentence in one.warnings):
            context.log.warning(sentence)
        beyond, refused = beyond_limits(group, Path(workspace.warehouse))
        for table in MODELS:
            checks = [_accounted(table, counts), _within_limits(table, beyond)]
            if refused:
                yield from checks
            else:
                yield MaterializeResult(asset_key=["staged", table], check_results=checks)
        if refused:
            raise refusal(workspace, refused, group.inputs())


def _metadata(count: TableCount) -> dict[str, object]:
    rules: Counter[str] = Counter()
    for (rule, _), rows in count.rules.items():
        rules[rule] += rows
    lines = ["| rule | rows |", "|---|---|", *(f"| {rule} | {rows} |" for rule, rows in sorted(rules.items()))]
    return {
        "dagster/row_count": count.rows_used, "rows in": count.rows_in, "rows quarantined": count.rows_quarantined,
        "rows duplicate": count.rows_duplicate, "rules broken": MetadataValue.md("\n".join(lines) if rules else "none"),
    }  # fmt: skip


def _accounted(table: str, counts: Sequence[TableCount]) -> AssetCheckResult:
    of_table = [one for one in counts if one.table_name == table]
    lost = [one for one in of_table if not one.is_whole]
    return AssetCheckResult(
        check_name="every_row_accounted_for",
        asset_key=["staged", table],
        passed=not lost,
        metadata={"files": len(of_table), "files that lost rows": len(lost)},
    )


def _within_limits(table: str, found: Sequence[Excess]) -> AssetCheckResult:
    """What the limits say of a table: an error refuses the extract, a warning is of one that a person accepted."""
    beyond = [one for one in found if one.finding.table_name == table]
    return AssetCheckResult(
        check_name="within_limits",
        asset_key=["staged", table],
        passed=not beyond,
        severity=AssetCheckSeverity.WARN if all(one.is_accepted for one in beyond) else AssetCheckSeverity.ERROR,
        description="\n".join(one.finding.reason for one in beyond) or None,
        metadata={
            "limits": ", ".join(sorted({str(one.finding.check_name) for one in beyond})) or "none passed",
            "extracts beyond": _named(one for one in beyond if not one.is_accepted),
            "extracts accepted": _named(one for one in beyond if one.is_accepted),
        },
    )


def _named(found: Iterable[Excess]) -> str:
    return ", ".join("_".join(map(str, one.place)) for one in found) or "none"
