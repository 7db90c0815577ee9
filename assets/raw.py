"""The raw layer: every landed file as it came, every cell as text."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from dagster import (
    AssetExecutionContext,
    AssetSpec,
    BackfillPolicy,
    Failure,
    MaterializeResult,
    MetadataValue,
    TableColumn,
    TableColumnConstraints,
    TableSchema,
    multi_asset,
)

from assets.confidential import confidential
from assets.resource import Workspace, extracts_partitions
from schemas.tables import MODELS, columns
from warehouse import ledger
from warehouse.raw.ingest import ingest
from warehouse.raw.landing import Extract, RefusedExtractError, extract_sha256
from warehouse.raw.reading import sql


def table_schema(table: str) -> TableSchema:
    """A contract as Dagster shows it."""
    return TableSchema(
        [
            TableColumn(
                column.name,
                type=column.kind.value,
                description=column.description,
                constraints=TableColumnConstraints(nullable=not (column.required or column.essential)),
            )
            for column in columns(table)
        ]
    )


def per_extract(context: AssetExecutionContext, key: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Attach metadata to each partition of an asset: rows of (la_code, extract date, metadata)."""
    for la_code, extract_date, metadata in rows:
        context.add_asset_metadata(metadata, asset_key=list(key), partition_key=f"{la_code}_{extract_date}")


def refusal(
    workspace: Workspace, findings: Mapping[Extract, Sequence[ledger.Finding]], inputs: Mapping[Extract, str]
) -> Failure:
    """What a step fails with that refuses extracts, every reason in it; the refusals are written in the ledger."""
    landed = {
        extract: ledger.LandedBytes(extract.la_code, extract.extract_date, inputs[extract]) for extract in findings
    }
    ledger.record_refusals(
        Path(workspace.warehouse), {landed[extract]: of_extract for extract, of_extract in findings.items()}
    )
    reasons = {extract.partition_key: [one.reason for one in of_extract] for extract, of_extract in findings.items()}
    return Failure(
        description=str(RefusedExtractError(reasons)),
        metadata={"refused": MetadataValue.json(reasons)},
        allow_retries=False,
    )


@multi_asset(
    specs=[
        AssetSpec(
            ["raw", table],
            group_name="raw",
            description=f"As it landed: {model.__doc__}",
            kinds={"duckdb"},
            metadata={"dagster/column_schema": table_schema(table)},
        )
        for table, model in MODELS.items()
    ]
    + [
        AssetSpec(
            ["raw", "commentary"],
            group_name="raw",
            description="The service's own words on a figure, as they came with the extract.",
            kinds={"duckdb"},
        )
    ],
    partitions_def=extracts_partitions,
    backfill_policy=BackfillPolicy.single_run(),
)
@confidential
def raw(context: AssetExecutionContext, workspace: Workspace) -> Iterator[MaterializeResult[None]]:
    """Read every landed file of the extracts; refuse an extract with every reason at once."""
    with workspace.working(context) as connection:
        extracts = workspace.extracts(context)
        try:
            ingest(connection, extracts, workspace.limits)
        except RefusedExtractError as error:
            refused = [extract for extract in extracts if extract.partition_key in error.reasons]
            findings = {one: [ledger.Finding(reason) for reason in error.reasons[one.partition_key]] for one in refused}
            raise refusal(workspace, findings, {one: extract_sha256(one) for one in refused}) from None
        for table in MODELS:
            files = connection.sql(sql("file_of_table"), params={"table_name": table}).fetchall()
            per_extract(
                context,
                ["raw", table],
                [
                    (la_code, extract_date, {
                        "dagster/row_count": rows_in, "file": file_name, "sha256": sha256,
                        "columns ignored": len(ignored),  # their headers, which may be anything, are in casework.duckdb
                    })
                    for la_code, extract_date, file_name, sha256, rows_in, ignored in files
                ],
            )  # fmt: skip
            yield MaterializeResult(asset_key=["raw", table], metadata={"files": len(files)})
        commentary = connection.sql(sql("commentary_of_run")).fetchall()
        for warning in (warning for *_, warnings in commentary for warning in warnings):
            context.log.warning(warning)  # names a file, never what it says
        per_extract(
            context,
            ["raw", "commentary"],
            [(la_code, day, {"files": files, "left out": left_out}) for la_code, day, files, left_out, _ in commentary],
        )
        yield MaterializeResult(asset_key=["raw", "commentary"], metadata={"extracts with commentary": len(commentary)})
