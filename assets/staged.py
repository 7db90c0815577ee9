"""The staged layer: rows typed and judged by their contract; bad rows aside, with the reason."""

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
from schemas.judgement import LINKS
from schemas.tables import MODELS, is_about_children
from warehouse import ledger
from warehouse.published import publishing
from warehouse.raw.ingest import withdraw
from warehouse.landing.extracts import Extract
from warehouse.staged import judging
from warehouse.staged.drift import Drift, drift

_LOOKED_INTO = {"referral_id": "referral", "s47_id": "s47"}


def _deps(table: str) -> list[list[str]]:
    others = (
        []
        if table == "person" or not is_about_children(table)
        else ["person", *(_LOOKED_INTO[link] for link in LINKS.get(table, ()))]
    )
    return [["raw", table], *(["staged", other] for other in others)]


_DRIFT_CHECKS = {
    "few_rows_quarantined": "No more of a table is quarantined than quarantined_share_limit.",
    "row_count_steady": "The rows differ from the authority's extract before by no more than row_count_change_limit.",
    "key_dates_filled": "No more of a required date is empty than missing_share_limit.",
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
)
@confidential
def staged(
    context: AssetExecutionContext, workspace: Workspace
) -> Iterator[MaterializeResult[None] | AssetCheckResult]:
    """Judge every row of every table and send it to one of three states; refuse an extract that is beyond a limit."""
    with workspace.working(context) as connection:
        judging.prepare(connection)
        identities = {}
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
            identities[table] = AssetCheckResult(
                check_name="every_row_accounted_for",
                asset_key=["staged", table],
                passed=not lost,
                metadata={"files": len(counts), "files that lost rows": len(lost)},
            )
        extracts = {(extract.la_code, extract.extract_date): extract for extract in workspace.extracts(context)}
        inputs = publishing.inputs_read(connection)
        warehouse = Path(workspace.warehouse)
        decided = ledger.acceptances(warehouse)
        accepted = {place: set(decided.get(ledger.LandedBytes(*place, sha256), ())) for place, sha256 in inputs.items()}
        drifted = drift(connection, workspace.limits, publishing.published_rows(warehouse), accepted)
        refused: dict[Extract, list[ledger.Finding]] = {}
        for one in drifted:
            if not one.is_accepted:
                refused.setdefault(extracts[one.place], []).append(one.finding)
        for table in MODELS:
            checks = [identities[table], *_checks(table, drifted)]
            if refused:
                yield from checks
            else:
                yield MaterializeResult(asset_key=["staged", table], check_results=checks)
        if refused:
            withdraw(connection, list(refused))
            raise refusal(workspace, refused, {extracts[place]: sha256 for place, sha256 in inputs.items()})


def _checks(table: str, drifted: Sequence[Drift]) -> Iterator[AssetCheckResult]:
    """What the limits say of a table: an error refuses the extract, a warning is of one that a person accepted."""
    for name in _DRIFT_CHECKS:
        beyond = [one for one in drifted if (one.finding.table_name, one.finding.check_name) == (table, name)]
        yield AssetCheckResult(
            check_name=name,
            asset_key=["staged", table],
            passed=not beyond,
            severity=AssetCheckSeverity.WARN if all(one.is_accepted for one in beyond) else AssetCheckSeverity.ERROR,
            description="\n".join(one.finding.reason for one in beyond) or None,
            metadata={
                "extracts beyond": _named(one for one in beyond if not one.is_accepted),
                "extracts accepted": _named(one for one in beyond if one.is_accepted),
            },
        )


def _named(drifted: Iterable[Drift]) -> str:
    return ", ".join("_".join(map(str, one.place)) for one in drifted) or "none"
