"""The reference layer: calendar, populations, geography, published figures and their neighbours."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
from dagster import AssetExecutionContext, AssetSpec, MaterializeResult, multi_asset

from assets.confidential import confidential
from assets.resource import Workspace
from warehouse.reference import loading, setting

DESCRIPTIONS = {
    "calendar": "One row per day from 2000 to 2035, with the running number of working days in England and Wales.",
    "population_0_17": "One row per authority, mid-year and edition: residents aged 0 to 17, estimated by ONS.",
    "benchmark": "One row per indicator, geography and year: what DfE published.",
    "statistical_neighbour": "One row per model, authority and neighbour.",
    "setting": "One row: the settings in force.",
}


@multi_asset(
    specs=[
        AssetSpec(["reference", table], group_name="reference", description=description, kinds={"duckdb"})
        for table, description in DESCRIPTIONS.items()
    ],
)
@confidential
def reference(context: AssetExecutionContext, workspace: Workspace) -> Iterator[MaterializeResult[None]]:
    """Read the reference figures in force, and the settings."""
    with duckdb.connect() as connection:
        folder = loading.in_force(Path(workspace.warehouse))
        loading.load(connection, workspace.settings.local_extra_non_working_days, folder=folder)
        setting.load_settings(connection, workspace.settings)
        for table in DESCRIPTIONS:
            count = connection.execute(f"select count(*) from reference.{table}").fetchone()  # noqa: S608 - of ours
            yield MaterializeResult(
                asset_key=["reference", table],
                metadata={"dagster/row_count": count[0] if count else 0, "version": loading.version(folder)[:12]},
            )
