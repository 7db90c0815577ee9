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
    TableColumn,
    TableColumnConstraints,
    TableSchema,
    multi_asset,
)

from assets.confidential import confidential
from assets.raw import per_extract, refusal
from assets.resource import Workspace, extracts_partitions
from schemas.tables import MODELS, columns, groups
from warehouse.escaping import escaped
from warehouse.refusals import beyond_limits
from warehouse.staged.limits import CHECKS, Excess
from warehouse.staged.staging import TableCount


def _schema(tables: Sequence[str]) -> TableSchema:
    """The contracts of a group as Dagster shows them."""
    return TableSchema(
        [
            TableColumn(
                f"{table}.{column.name}",
                type=column.kind.value,
                description=column.description,
                constraints=TableColumnConstraints(nullable=not (column.required or column.essential)),
            )
            for table in tables
            for column in columns(table)
        ]
    )


@multi_asset(
    specs=[
        AssetSpec(
            ["staged", group],
            deps=[["raw", "extract"]],
            group_name="staged",
            description="Used rows, typed.\n\n"
            + "\n\n".join(f"**{table}**: {MODELS[table].__doc__}" for table in tables),
            kinds={"duckdb", "pandera"},
            metadata={"dagster/column_schema": _schema(tables)},
        )
        for group, tables in groups().items()
    ],
    check_specs=[
        *(
            AssetCheckSpec(
                "every_row_accounted_for",
                asset=["staged", group],
                blocking=True,
                description="rows_in = rows_used + rows_quarantined + rows_duplicate, for every file.",
            )
            for group in groups()
        ),
        *(
            AssetCheckSpec(
                "within_limits",
                asset=["staged", group],
                description="Each table is as its authority sends it. " + " ".join(CHECKS.values()),
            )
            for group in groups()
        ),
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
        for sentence in (sentence for one in counts for sentence in one.warnings):
            context.log.warning(escaped(sentence))
        beyond, refused = beyond_limits(group, Path(workspace.warehouse))
        for _, _, sentence in group.told:
            context.log.warning(escaped(sentence))
        for name, tables in groups().items():
            of_group = [one for one in counts if one.table_name in tables]
            per_extract(
                context,
                ["staged", name],
                [
                    (*place, _metadata([one for one in of_group if one.place == place]))
                    for place in sorted({one.place for one in of_group})
                ],
            )
            excess = [one for one in beyond if (one.finding.table_name or "person") in tables]
            checks = [_accounted(name, of_group), _within_limits(name, excess)]
            if refused:
                yield from checks
            else:
                yield MaterializeResult(asset_key=["staged", name], check_results=checks)
        if refused:
            raise refusal(context, workspace, refused, group.inputs_read())


def _metadata(counts: Sequence[TableCount]) -> dict[str, object]:
    """What became of the rows of an extract's tables: counts, by table and by rule."""
    rows = ["| table | rows in | used | quarantined | duplicate |", "|---|---|---|---|---|"]
    rules: Counter[tuple[str, str]] = Counter()
    for one in counts:
        rows.append(
            f"| {one.table_name} | {one.rows_in:,} | {one.rows_used:,} | {one.rows_quarantined:,} "
            f"| {one.rows_duplicate:,} |"
        )
        for (rule, _), broken in one.rules.items():
            rules[one.table_name, rule] += broken
    told = ["| table | rule | rows |", "|---|---|---|"]
    told += [f"| {table} | {rule} | {broken:,} |" for (table, rule), broken in sorted(rules.items())]
    return {
        "dagster/row_count": sum(one.rows_used for one in counts),
        "rows": MetadataValue.md("\n".join(rows)),
        "rules broken": MetadataValue.md("\n".join(told) if rules else "none"),
    }


def _accounted(group: str, counts: Sequence[TableCount]) -> AssetCheckResult:
    lost = [one for one in counts if not one.is_whole]
    return AssetCheckResult(
        check_name="every_row_accounted_for",
        asset_key=["staged", group],
        passed=not lost,
        metadata={"files": len(counts), "files that lost rows": len(lost)},
    )


def _within_limits(group: str, beyond: Sequence[Excess]) -> AssetCheckResult:
    """What the limits say of a group's tables: an error refuses the extract, a warning is of one that was accepted."""
    return AssetCheckResult(
        check_name="within_limits",
        asset_key=["staged", group],
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
    return ", ".join(sorted({"_".join(map(str, one.place)) for one in found})) or "none"
