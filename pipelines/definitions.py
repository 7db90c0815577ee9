"""What Dagster loads: the assets of every layer, one job, its schedule and the sensor."""

from dagster import AssetSelection, Definitions, JobDefinition, define_asset_job, in_process_executor, job

from assets import facts, measures, prepared, published, raw, reference, report, ssd, staged, verification
from assets.resource import Workspace, extracts_partitions
from pipelines.automation import (
    landing_sensor,
    nightly_preparation,
    nightly_schedule,
    old_runs_schedule,
    overview_schedule,
    pending_schedule,
    publication_sensor,
    ssd_schedule,
    verification_schedule,
)
from pipelines.console import progress_logger
from pipelines.queueing import PREPARE, PUBLISH, work_tags
from pipelines.records import removal_of_old_runs
from pipelines.settings import PipelineSettings, load_settings
from warehouse.forms.ssd.tables import System

JOB = "publish_extracts"
_LAYERS = ("reference", "raw", "staged", "facts", "measures", "published")


def build(settings: PipelineSettings, accepted_settings: str | None = None) -> Definitions:
    """The definitions for an installation's settings; `accepted_settings`: why figures may move by other ones."""
    whole_line = define_asset_job(
        JOB,
        selection=AssetSelection.groups(*_LAYERS) - AssetSelection.checks(verification.as_published),
        partitions_def=extracts_partitions,
        description="From landed extracts to the published figures: every layer, for one extract or many at once.",
        executor_def=in_process_executor,
        tags=work_tags(settings, JOB),
    )
    preparation = define_asset_job(
        PREPARE,
        selection=AssetSelection.assets(prepared.prepare),
        partitions_def=extracts_partitions,
        description="From landed extracts to their measures, on any worker: for one extract or a group of them.",
        executor_def=in_process_executor,
        tags=work_tags(settings, PREPARE),
    )
    publication = _publication(settings)
    overviews = define_asset_job(
        "performance_overviews",
        selection=AssetSelection.assets(["report", "performance_overview"]),
        partitions_def=report.months_partitions,
        description="The overviews of a month, for every authority.",
        executor_def=in_process_executor,
        tags=work_tags(settings, PUBLISH),
    )
    pending_lists = define_asset_job(
        "pending_lists",
        selection=AssetSelection.assets(["report", "pending_list"]),
        description="What is open, by team and due date, for every authority.",
        executor_def=in_process_executor,
        tags=work_tags(settings, PUBLISH),
    )
    verified = define_asset_job(
        "verification",
        selection=AssetSelection.checks(verification.as_published),
        description="What is published, read against its SHA-256; what is damaged is restored.",
        executor_def=in_process_executor,
        tags=work_tags(settings, PUBLISH),
    )
    removal = removal_of_old_runs(settings.run_days, work_tags(settings, PUBLISH))
    whole = Definitions(
        asset_checks=[verification.as_published],
        assets=[
            reference.reference,
            raw.raw,
            staged.staged,
            facts.facts,
            measures.measures,
            prepared.prepare,
            published.published,
            report.performance_overview,
            report.pending_list,
        ],
        jobs=[whole_line, preparation, publication, overviews, pending_lists, verified, removal],
        schedules=[
            nightly_preparation(settings, preparation) if settings.queue else nightly_schedule(settings, whole_line),
            overview_schedule(settings, overviews),
            pending_schedule(settings, pending_lists),
            verification_schedule(settings, verified),
            old_runs_schedule(settings, removal),
        ],
        sensors=[landing_sensor(settings), *([publication_sensor(settings, publication)] if settings.queue else [])],
        resources={
            "workspace": Workspace(
                landing=str(settings.landing.resolve()),
                warehouse=str(settings.warehouse.resolve()),
                definitions=settings.definitions.model_dump_json(),
                operation=settings.operation.model_dump_json(),
                accepted_settings=accepted_settings or "",
            )
        },
        loggers={"progress": progress_logger},
        executor=in_process_executor,
    )
    if settings.ssd_authority and settings.ssd_system:
        return Definitions.merge(whole, _of_ssd(settings, settings.ssd_authority, settings.ssd_system))
    return whole


def _publication(settings: PipelineSettings) -> JobDefinition:
    """The job that publishes what is prepared."""

    @job(
        name=PUBLISH,
        description="Every prepared extract that is due, in one publication.",
        executor_def=in_process_executor,
        tags=work_tags(settings, PUBLISH),
    )
    def publication() -> None:
        prepared.publish_prepared()

    return publication


def _of_ssd(settings: PipelineSettings, la_code: str, system: System) -> Definitions:
    """What an installation has beside the rest that extracts its council's SSD by itself."""
    extracted = ssd.ssd_extract(la_code, system, settings.ssd_schema)
    job = define_asset_job(
        "ssd_extracts",
        selection=AssetSelection.assets(extracted),
        description="The council's SSD, read into a landed extract of today.",
        executor_def=in_process_executor,
        tags=work_tags(settings, PUBLISH),
    )
    return Definitions(assets=[extracted], jobs=[job], schedules=[ssd_schedule(settings, job)])


def installation() -> Definitions:
    """The definitions for the settings in force where Dagster runs; `KPI_CONFIG` may name the settings file."""
    import os
    from pathlib import Path

    config = os.environ.get("KPI_CONFIG")
    return build(load_settings(Path(config) if config else None))
