"""The Standard Safeguarding Dataset out of a council's database, into the landing folder."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from dagster import (
    AssetExecutionContext,
    AssetsDefinition,
    AssetSpec,
    Failure,
    MaterializeResult,
    MetadataValue,
    multi_asset,
)

from assets.confidential import confidential
from assets.resource import Workspace
from warehouse.forms.ssd.database import NotExtractedError, address
from warehouse.forms.ssd.extracting import extract
from warehouse.forms.ssd.tables import System


def ssd_extract(la_code: str, system: System, schema: str) -> AssetsDefinition:
    """The asset of an authority's SSD. The database's address is read from the environment of the run, and kept nowhere."""

    @multi_asset(
        name="ssd_extract",
        specs=[
            AssetSpec(
                ["landing", "ssd_extract"],
                group_name="landing",
                description=f"The SSD of authority {la_code}, as landed extract of the day on which it is read. The sensor "
                "then registers it, and the nightly run publishes it.",
                kinds={"postgres", "parquet"},
            )
        ],
    )
    @confidential
    def extracted(context: AssetExecutionContext, workspace: Workspace) -> Iterator[MaterializeResult[None]]:
        today = datetime.now(ZoneInfo("Europe/London")).date()
        try:
            made = extract(address(), la_code, Path(workspace.landing), system, today, schema or None)
        except NotExtractedError as error:
            raise Failure(description=str(error), allow_retries=False) from None
        for sentence in made.lacking:
            context.log.warning(sentence)  # names tables and columns, never a value
        yield MaterializeResult(
            asset_key=["landing", "ssd_extract"],
            metadata={
                "dagster/row_count": sum(made.rows.values()),
                "folder": MetadataValue.path(str(made.folder.resolve())),
                "rows": MetadataValue.json(made.rows),
                "lacking": MetadataValue.md("\n".join(f"- {sentence}" for sentence in made.lacking) or "nothing"),
            },
        )

    return extracted
