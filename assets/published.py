"""The published layer: kpi.duckdb and casework.duckdb, the only thing that others read."""

import subprocess
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path

import duckdb
from dagster import (
    AssetCheckResult,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetExecutionContext,
    AssetSpec,
    BackfillPolicy,
    Failure,
    FreshnessPolicy,
    MaterializeResult,
    MetadataValue,
    multi_asset,
)

from assets.confidential import confidential
from assets.raw import per_extract, refusal
from assets.resource import Workspace, extracts_partitions
from schemas.tables import groups
from warehouse import prepared, refusals
from warehouse.definitions import definitions_sha256
from warehouse.exports import files as exports
from warehouse.facts.computing import rooms
from warehouse.layers import Group
from warehouse.private import NoSuchGroupError
from warehouse.published import movement, publishing, seed_table
from warehouse.published.public_copy import copying as public
from warehouse.published.retention import purging as retention
from warehouse.report.coverage import page as coverage
from warehouse.report.folder import FOLDER

# A council's monthly extract is published in the first days of a month; one that is late shows.
_MONTHLY = FreshnessPolicy.cron("0 9 6 * *", lower_bound_delta=timedelta(days=5, hours=9), timezone="Europe/London")
_PROJECT = Path(__file__).parent.parent


@cache
def code_version() -> str:
    """The project's version, and the commit where the project is a clone."""
    version = tomllib.loads((_PROJECT / "pyproject.toml").read_text())["project"]["version"]
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607
        cwd=_PROJECT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return f"{version}+{commit.stdout.strip()}" if commit.returncode == 0 else str(version)


def put_in_place(workspace: Workspace, group: Group, run_id: str, accepted_settings: str = "") -> list[int]:
    """Publish a group that has its measures and nothing refused, with all that goes with it; the versions made.

    Raises Failure where nothing was published, because of what a person must decide or look into.
    """
    limits = workspace.limits
    publication = publishing.Publication(
        run_id, code_version(), definitions_sha256(workspace.settings, group.reference),
        accepted_settings or workspace.accepted_settings or None, limits.kept_generations,
    )  # fmt: skip
    with workspace.held() as warehouse:
        if limits.pseudonymise_persons:
            retention.hide_persons(warehouse)
        try:
            versions = publishing.publish(
                group.connection, warehouse, publication, group.inputs(), limits.pseudonymise_persons
            )
        except (publishing.ReconciliationError, publishing.OtherSettingsError) as error:
            raise Failure(description=str(error), allow_retries=False) from None
        if limits.public_copy:
            public.publish(warehouse)
        try:
            exports.export(warehouse, limits.exports_group)
        except NoSuchGroupError:
            raise Failure(description=exports.no_group(limits.exports_group), allow_retries=False) from None
        coverage.write(warehouse, sorted({extract.la_code for extract in group.extracts}))
    return versions


def purge(workspace: Workspace) -> list[retention.Purged]:
    """Purge what is older than is kept, where the settings say so."""
    limits = workspace.limits
    if limits.retention_days is None:
        return []
    return retention.purge(
        Path(workspace.warehouse), retention.first_kept(limits.retention_days), limits.pseudonymise_persons
    )


@multi_asset(
    specs=[
        AssetSpec(
            ["published", "kpi"],
            deps=[["measures", "monthly_kpi"], ["raw", "commentary"]],
            group_name="published",
            description="kpi.duckdb: the versioned monthly figures. Aggregates only, for every analyst.",
            kinds={"duckdb"},
            freshness_policy=_MONTHLY,
        ),
        AssetSpec(
            ["published", "benchmark_comparison"],
            deps=[["published", "kpi"], ["reference", "benchmark"], ["reference", "statistical_neighbour"]],
            group_name="published",
            description="In kpi.duckdb: each figure beside neighbours, region and England.",
            kinds={"duckdb", "sql"},
            freshness_policy=_MONTHLY,
        ),
        AssetSpec(
            ["published", "casework"],
            deps=[*(["staged", group] for group in groups()), *(["facts", room.name] for room in rooms())],
            group_name="published",
            description="casework.duckdb (mode 0600): the cases behind the figures, what is pending, what was refused.",
            kinds={"duckdb"},
            freshness_policy=_MONTHLY,
        ),
    ],
    check_specs=[
        AssetCheckSpec(
            "cases_sum_to_figures",
            asset=["published", "casework"],
            blocking=True,
            description="kpi_case sums to monthly_kpi_current, for every measure and month of the latest extract.",
        ),
        AssetCheckSpec(
            "one_row_per_key",
            asset=["published", "kpi"],
            blocking=True,
            description="monthly_kpi has one row per key, extract date and version.",
        ),
        AssetCheckSpec(
            "figures_within_history",
            asset=["published", "kpi"],
            description="No latest month lies beyond its process limits, and no final month moves by 5 points or 5%. "
            "A warning: what moves may be true.",
        ),
    ],
    partitions_def=extracts_partitions,
    backfill_policy=BackfillPolicy.single_run(),
)
@confidential
def published(context: AssetExecutionContext, workspace: Workspace) -> Iterator[MaterializeResult[None]]:
    """Publish the figures of the extracts: what changed becomes a version, nothing is ever overwritten."""
    with workspace.group(context) as group:
        # Whoever materialises this layer alone has not been through those that refuse.
        refused = refusals.unusable(group) | refusals.beyond_limits(group, Path(workspace.warehouse))[1]
        if refused:
            raise refusal(context, workspace, refused, group.inputs_read())
        group.measures()
        versions = put_in_place(workspace, group, context.run_id)
    workspace.release(context)
    warehouse, purged = Path(workspace.warehouse), purge(workspace)
    there = prepared.folders(warehouse)  # on several machines: what another run prepared of the same
    prepared.remove(path for name, path in there.items() if name.partition(".")[0] in context.partition_keys)
    with duckdb.connect(str(warehouse / publishing.KPI), read_only=True):  # each reading below would open it anew
        for extract in workspace.extracts(context):
            table = seed_table.markdown(seed_table.latest(warehouse, extract.la_code))
            per_extract(
                context,
                ["published", "kpi"],
                [(extract.la_code, extract.extract_date, {"figures": MetadataValue.md(table)})],
            )
        repeated = publishing.repeated_keys(warehouse)
        moved = movement.moved(warehouse, min(versions) - 1) if versions else []
    yield MaterializeResult(
        asset_key=["published", "kpi"],
        metadata={
            "versions": ", ".join(map(str, versions)) or "nothing new",
            "file": MetadataValue.path(str((warehouse / publishing.KPI).resolve())),
            "exports": MetadataValue.path(str((warehouse / exports.FOLDER).resolve())),
            "coverage": MetadataValue.path(str((warehouse / FOLDER / "index.html").resolve())),
        },
        check_results=[
            AssetCheckResult(
                check_name="one_row_per_key",
                asset_key=["published", "kpi"],
                passed=repeated == 0,
                metadata={"keys with several rows": repeated},
            ),
            AssetCheckResult(
                check_name="figures_within_history",
                asset_key=["published", "kpi"],
                passed=not moved,
                severity=AssetCheckSeverity.WARN,
                description="\n".join(moved) or None,
                metadata={"figures": len(moved)},
            ),
        ],
    )
    yield MaterializeResult(asset_key=["published", "benchmark_comparison"])
    yield MaterializeResult(
        asset_key=["published", "casework"],
        metadata={
            "file": MetadataValue.path(str((warehouse / publishing.CASEWORK).resolve())),
            "extracts purged": len(purged),
            "rows purged": sum(one.rows for one in purged),
        },
        check_results=[
            AssetCheckResult(
                check_name="cases_sum_to_figures",
                asset_key=["published", "casework"],
                passed=True,  # publish() raises otherwise, before anything is replaced
                metadata={"figures that differ": 0},
            )
        ],
    )
