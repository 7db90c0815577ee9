"""The raw layer: every landed file as it came, every cell as text."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import duckdb
from dagster import (
    AssetExecutionContext,
    AssetObservation,
    AssetSpec,
    BackfillPolicy,
    Failure,
    MaterializeResult,
    MetadataValue,
    OpExecutionContext,
    multi_asset,
)

from assets.confidential import confidential
from assets.resource import Workspace, extracts_partitions
from warehouse import ledger, refusals
from warehouse.escaping import escaped
from warehouse.forms.extracts import ExtractRead
from warehouse.landing.commentary import read_commentary
from warehouse.landing.extracts import Extract, RefusedExtractError, inputs_sha256


def per_extract(context: AssetExecutionContext, key: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Attach metadata to each partition of an asset: rows of (la_code, extract date, metadata)."""
    for la_code, extract_date, metadata in rows:
        context.add_asset_metadata(metadata, asset_key=list(key), partition_key=f"{la_code}_{extract_date}")


def rows_per_extract(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[Any, ...]]:
    """For each extract in a table, how many rows it has, as metadata; nothing of a table that is of none."""
    if "extract_date" not in connection.table(table).columns:
        return []
    counts = connection.table(table).aggregate("la_code, extract_date, count(*)").fetchall()
    return [(la_code, day, {"dagster/row_count": rows}) for la_code, day, rows in counts]


def refusal(
    context: AssetExecutionContext | OpExecutionContext,
    workspace: Workspace,
    findings: Mapping[Extract, Sequence[ledger.Finding]],
    inputs: Mapping[tuple[str, date], Mapping[str, str]],
    failed: Sequence[str] = (),
) -> Failure:
    """What a step fails with that refuses extracts, every reason in it; the refusals are written in the ledger.

    The reasons of each extract stand on the page of its partition too, as an observation of `raw/extract`.
    `failed`: what else went wrong, a sentence each.
    """
    landed = {
        ledger.LandedBytes(
            extract.la_code, extract.extract_date, inputs_sha256(inputs[extract.la_code, extract.extract_date])
        ): of_extract
        for extract, of_extract in findings.items()
    }
    with workspace.held() as warehouse:
        ledger.record_refusals(warehouse, landed)
    reasons = {
        extract.partition_key: [escaped(one.reason) for one in of_extract] for extract, of_extract in findings.items()
    }
    for partition, told in reasons.items():
        context.log_event(
            AssetObservation(
                ["raw", "extract"],
                partition=partition,
                description="\n".join(told),
                metadata={"refused": "\n\n".join(told)},
            )
        )
    return Failure(
        description="\n".join([str(RefusedExtractError(reasons)), *failed]),
        metadata={"refused": MetadataValue.json(reasons)},
        allow_retries=False,
    )


@multi_asset(
    specs=[
        AssetSpec(
            ["raw", "extract"],
            group_name="raw",
            description="Every table of an extract as its files hold it, every cell as text. The metadata lists the files.",
        ),
        AssetSpec(
            ["raw", "commentary"],
            group_name="raw",
            description="The service's own words on a figure, as they came with the extract.",
        ),
    ],
    partitions_def=extracts_partitions,
    backfill_policy=BackfillPolicy.single_run(),
)
@confidential
def raw(context: AssetExecutionContext, workspace: Workspace) -> Iterator[MaterializeResult[None]]:
    """Read every landed file of the extracts; refuse an extract with every reason at once."""
    with workspace.group(context) as group:
        if refused := refusals.unusable(group):
            raise refusal(context, workspace, refused, group.inputs_read())
        reads = group.read()
        for warning in (warning for one in reads for warning in one.warnings):
            context.log.warning(escaped(warning))  # names a file, never what it says
        per_extract(
            context,
            ["raw", "extract"],
            [
                (one.extract.la_code, one.extract.extract_date, {
                    "dagster/row_count": sum(len(table.row_number) for table in one.tables),
                    "files": MetadataValue.md(_files(one)),
                })
                for one in reads
            ],
        )  # fmt: skip
        yield MaterializeResult(asset_key=["raw", "extract"], metadata={"extracts": len(reads)})
        commentary = {one.extract: read_commentary(one.extract) for one in reads}
        for warning in (
            warning for of_extract in commentary.values() for one in of_extract for warning in one.warnings
        ):
            context.log.warning(escaped(warning))
        per_extract(
            context,
            ["raw", "commentary"],
            [
                (extract.la_code, extract.extract_date, {
                    "files": len(of_extract), "left out": sum(one.text is None for one in of_extract),
                })
                for extract, of_extract in commentary.items() if of_extract
            ],
        )  # fmt: skip
        yield MaterializeResult(
            asset_key=["raw", "commentary"],
            metadata={"extracts with commentary": sum(bool(one) for one in commentary.values())},
        )


def _files(read: ExtractRead) -> str:
    """A table of what was read: names and counts, and never a header that is not ours, which may be anything."""
    lines = ["| table | form | file | rows | columns ignored | sha256 |", "|---|---|---|---|---|---|"]
    lines += [
        f"| {table.table_name} | {table.form} | {escaped(table.file_name)} | {len(table.row_number):,} "
        f"| {len(table.columns_ignored)} | {table.sha256[:12]} |"
        for table in read.tables
    ]
    return "\n".join(lines)
