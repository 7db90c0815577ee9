"""The raw layer: every landed file as it came, every cell as text."""

from collections.abc import Iterator, Sequence
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
from assets.resource import POOL, Workspace, extracts_partitions
from schemas.tables import MODELS, columns
from warehouse.raw.ingest import ingest
from warehouse.raw.landing import RefusedExtractError
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
    pool=POOL,
)
@confidential
def raw(context: AssetExecutionContext, workspace: Workspace) -> Iterator[MaterializeResult[None]]:
    """Read every landed file of the extracts; refuse an extract with every reason at once."""
    with workspace.working(context) as connection:
        try:
            ingest(connection, workspace.extracts(context), workspace.limits)
        except RefusedExtractError as error:
            raise Failure(
                description=str(error), metadata={"refused": MetadataValue.json(error.reasons)}, allow_retries=False
            ) from None
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
