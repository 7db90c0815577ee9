"""The report layer: what people read and work from, made from the published files."""

import base64
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from dagster import (
    AllPartitionMapping,
    AssetDep,
    AssetExecutionContext,
    AssetKey,
    AssetSpec,
    BackfillPolicy,
    Failure,
    MaterializeResult,
    MetadataValue,
    MonthlyPartitionsDefinition,
    multi_asset,
)

from assets.confidential import confidential
from assets.resource import Workspace
from warehouse.exports.files import no_group
from warehouse.private import NoSuchGroupError
from warehouse.report.document.blocks import Picture, Table, plain
from warehouse.report.explore import files as explore
from warehouse.report.folder import FOLDER, write_private
from warehouse.report.overview.areas import Area
from warehouse.report.pending import lists as pending
from warehouse.report.pending.workbook import workbook
from warehouse.report.published_files import NoAnswerError

if TYPE_CHECKING:
    from warehouse.report.overview.files import Written

# Months that have ended; a council's history seldom goes back further.
months_partitions = MonthlyPartitionsDefinition(start_date="2010-01-01", timezone="Europe/London")
_SHOWN = 5  # authorities whose table stands in the metadata: more would be no headline


@multi_asset(
    specs=[
        AssetSpec(
            ["report", "performance_overview"],
            # A month's overview is of whatever extracts are published when it is made.
            deps=[
                AssetDep(AssetKey(["published", table]), partition_mapping=AllPartitionMapping())
                for table in ("kpi", "benchmark_comparison")
            ],
            group_name="report",
            description="A month's overview of every authority, from its latest version: page, PDF and Word file.",
            kinds={"html", "pdf", "docx"},
        )
    ],
    partitions_def=months_partitions,
    backfill_policy=BackfillPolicy.single_run(),
)
@confidential
def performance_overview(context: AssetExecutionContext, workspace: Workspace) -> Iterator[MaterializeResult[None]]:
    """Write the overviews of the months, for every authority that has the month, and the pages to explore."""
    from warehouse.report.overview.files import (
        write_month,  # what draws takes long to import; other assets do not need it
    )

    warehouse = Path(workspace.warehouse)
    for key in context.partition_keys:
        try:
            written = write_month(warehouse, date.fromisoformat(key))
        except NoAnswerError as error:
            raise Failure(description=str(error), allow_retries=False) from None
        if not written:
            raise Failure(
                description=f"No authority has published figures of {key[:7]} yet; materialise this partition once "
                "one has.",
                allow_retries=False,
            )
        context.add_asset_metadata(
            {
                "overviews": len(written),
                "index": MetadataValue.path(str((warehouse / FOLDER / "index.html").resolve())),
                **{f"{one.reading.authority}": MetadataValue.path(str(one.html.resolve())) for one in written[:_SHOWN]},
                "at a glance": MetadataValue.md("\n\n".join(_headlines(one) for one in written[:_SHOWN])),
                "chart": MetadataValue.md(_chart(written[0])),
            },
            asset_key=["report", "performance_overview"],
            partition_key=key,
        )
    try:
        pages = explore.write(warehouse, group=workspace.limits.exports_group)
    except NoSuchGroupError:
        raise Failure(description=no_group(workspace.limits.exports_group), allow_retries=False) from None
    yield MaterializeResult(
        asset_key=["report", "performance_overview"],
        metadata={"explore": MetadataValue.path(str(pages[0].resolve()))},
    )


def _headlines(written: "Written") -> str:
    """The table at a glance, as Markdown."""
    table = next(block for block in written.overview.blocks if isinstance(block, Table) and len(block.headings) > 6)
    lines = [
        f"**{written.reading.authority}**",
        "",
        " | ".join(table.headings),
        " | ".join("---" for _ in table.headings),
    ]
    for row in table.rows:
        lines.append(" | ".join(cell.alternative if isinstance(cell, Picture) else plain(cell) for cell in row))
    return "\n".join(lines)


def _chart(written: "Written") -> str:
    """The first chart of what is for development, else the first there is."""
    from warehouse.report.document.charts import png

    charts = [block for block in written.overview.blocks if isinstance(block, Picture)]
    wanted = {placing.measure.measure_code for placing in written.placings if placing.area is Area.DEVELOPMENT}
    chart = next((chart for chart in charts if chart.name in wanted), next(iter(charts), None))
    if chart is None:
        return "none"
    return f"![{chart.alternative}](data:image/png;base64,{base64.b64encode(png(chart.svg)).decode()})"


@multi_asset(
    specs=[
        AssetSpec(
            ["report", "pending_list"],
            deps=[["published", "casework"]],
            group_name="report",
            description="Workbooks (mode 0600) of what is open, one an authority and one a team: overdue first.",
            kinds={"excel"},
        )
    ],
)
@confidential
def pending_list(context: AssetExecutionContext, workspace: Workspace) -> Iterator[MaterializeResult[None]]:
    """Write the live list of every authority."""
    warehouse = Path(workspace.warehouse)
    try:
        lists = pending.pending_lists(warehouse, workspace.settings)
    except NoAnswerError as error:
        raise Failure(description=str(error), allow_retries=False) from None
    teams = 0
    for listed in lists:
        write_private(warehouse / pending.FOLDER, pending.file_name(listed), workbook(listed))
        for one in map(listed.of_team, listed.teams):
            teams += 1
            write_private(
                warehouse / pending.FOLDER,
                pending.file_name(listed, one.of),
                workbook(one),
                pending.team_folder(listed, one.of),
            )
    yield MaterializeResult(
        asset_key=["report", "pending_list"],
        metadata={
            "lists": len(lists),
            "lists of teams": teams,
            "open and overdue": MetadataValue.md(_counts(lists)),
            "folder": MetadataValue.path(str((warehouse / pending.FOLDER).resolve())),
        },
    )


def _counts(lists: list[pending.PendingList]) -> str:
    """Open and overdue items by authority and measure, as Markdown."""
    lines = ["authority | as at | measure | open | overdue", "--- | --- | --- | --- | ---"]
    for listed in lists:
        opened = Counter(item.measure_code for item in listed.items)
        overdue = Counter(item.measure_code for item in listed.items if item.is_overdue)
        lines += [
            f"{listed.la_code} | {listed.extract_date} | {measure} | {count} | {overdue[measure]}"
            for measure, count in sorted(opened.items())
        ]
    return "\n".join(lines)
