"""What starts by itself: a sensor that registers landed extracts, and the nightly run of those not yet published."""

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

from dagster import (
    DefaultScheduleStatus,
    DefaultSensorStatus,
    RunRequest,
    ScheduleDefinition,
    ScheduleEvaluationContext,
    SensorDefinition,
    SensorEvaluationContext,
    SensorResult,
    SkipReason,
    schedule,
    sensor,
)
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from assets.resource import extracts_partitions
from pipelines.settings import PipelineSettings
from pipelines.statistics import take_statistics
from warehouse.definitions import definitions_sha256
from warehouse.generations import FOLDER, InUseError
from warehouse.landing.extracts import (
    REMEMBERED,
    Extract,
    FileHashes,
    extract_sha256,
    is_complete,
    landed,
    snapshot,
    unfinished_files,
)
from warehouse.published.publishing import CASEWORK, agree, published
from warehouse.reference.loading import in_force, working_days
from warehouse.workspace import exclusive


def due(settings: PipelineSettings) -> list[Extract]:
    """The landed extracts whose files, or whose definitions, differ from what is published of them.

    What is still being copied is left until it is complete. Where a published file is missing, or not of the same
    publication as the other, every extract is due: that makes both again.
    """
    known = published(settings.warehouse) if agree(settings.warehouse) else {}
    definitions = definitions_sha256(settings.definitions, in_force(settings.warehouse))
    hashes = FileHashes(settings.warehouse.resolve() / REMEMBERED)
    found = [
        extract
        for extract in landed(settings.landing)
        if not unfinished_files(extract)
        and not (
            (latest := known.get((extract.la_code, extract.extract_date)))
            and latest.is_of(extract_sha256(extract, hashes), definitions)
        )
    ]
    hashes.save()
    return found


def registered_now(
    extracts: list[Extract], seen: dict[str, str], registered: set[str], settle_seconds: int, now: float
) -> tuple[list[str], dict[str, str]]:
    """The partitions to register, and what to remember until the next look.

    An extract is registered once it is complete and still: nothing in its folder has changed since the look before
    and for `settle_seconds`.
    """
    ready, looks = [], {}
    for extract in extracts:
        key = extract.partition_key
        if key in registered or not is_complete(extract):
            continue
        files = snapshot(extract)
        look = json.dumps(files)
        latest_change = max(modified for _, _, modified in files) / 1e9
        if seen.get(key) == look and now - latest_change >= settle_seconds:
            ready.append(key)
        else:
            looks[key] = look
    return ready, looks


def landing_sensor(settings: PipelineSettings) -> SensorDefinition:
    """Registers each landed extract as a partition, once, when it is complete and still."""

    @sensor(
        name="landing_sensor",
        minimum_interval_seconds=30,
        default_status=DefaultSensorStatus.RUNNING,
        description="Registers every landed extract as a partition, once nothing in its folder changes any more.",
    )
    def register(context: SensorEvaluationContext) -> SensorResult | SkipReason:
        seen = json.loads(context.cursor or "{}")
        registered = set(context.instance.get_dynamic_partitions(str(extracts_partitions.name)))
        ready, looks = registered_now(landed(settings.landing), seen, registered, settings.settle_seconds, time.time())
        return SensorResult(
            dynamic_partitions_requests=[extracts_partitions.build_add_request(ready)] if ready else [],
            skip_reason=None if ready else "Nothing new has landed, or it is still being copied.",
            cursor=json.dumps(looks),
        )

    return register


def nightly_schedule(settings: PipelineSettings, job: UnresolvedAssetJobDefinition) -> ScheduleDefinition:
    """Runs, at 02:30 Europe/London, every registered extract that is not published as it now lies in the folder."""

    @schedule(
        name="nightly",
        job=job,
        cron_schedule="30 2 * * *",  # not between 01:00 and 02:00, which a change of clocks skips or repeats
        execution_timezone="Europe/London",
        default_status=DefaultScheduleStatus.RUNNING,
        description="Every extract that is not yet published, each in a run of its own: a refused one stops no other.",
    )
    def nightly(context: ScheduleEvaluationContext) -> Iterator[RunRequest | SkipReason]:
        registered = set(context.instance.get_dynamic_partitions(str(extracts_partitions.name)))
        with suppress(BlockingIOError, InUseError), exclusive(settings.warehouse, wait=False):
            take_statistics(settings)
        keys = [extract.partition_key for extract in due(settings) if extract.partition_key in registered]
        if not keys:
            yield SkipReason("Every landed extract is published.")
        for key in keys:
            yield RunRequest(partition_key=key)

    return nightly


def overview_schedule(settings: PipelineSettings, job: UnresolvedAssetJobDefinition) -> ScheduleDefinition:
    """Writes, at 07:00 Europe/London on the third working day of a month, the overviews of the month before."""

    @schedule(
        name="monthly_overview",
        job=job,
        cron_schedule="0 7 1-10 * *",
        execution_timezone="Europe/London",
        default_status=DefaultScheduleStatus.RUNNING,
        description="The overviews of the month that has ended, on the third working day of the next.",
    )
    def monthly_overview(context: ScheduleEvaluationContext) -> RunRequest | SkipReason:
        today = context.scheduled_execution_time.date()
        days = working_days(today.replace(day=1), today, settings.local_extra_non_working_days)
        if len(days) != 3 or days[-1] != today:
            return SkipReason(f"{today} is not the third working day of its month.")
        ended = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
        return RunRequest(partition_key=ended.isoformat())

    return monthly_overview


def pending_schedule(settings: PipelineSettings, job: UnresolvedAssetJobDefinition) -> ScheduleDefinition:
    """Writes, at 06:00 Europe/London on Mondays, the list of open items of every authority."""

    @schedule(
        name="weekly_pending_list",
        job=job,
        cron_schedule="0 6 * * 1",
        execution_timezone="Europe/London",
        default_status=DefaultScheduleStatus.RUNNING,
        description="What is open, by team and due date, as at each authority's latest extract.",
    )
    def weekly_pending_list(_context: ScheduleEvaluationContext) -> RunRequest | SkipReason:
        if not (settings.warehouse / CASEWORK).is_file():
            return SkipReason("Nothing is published yet.")
        return RunRequest()

    return weekly_pending_list


def verification_schedule(settings: PipelineSettings, job: UnresolvedAssetJobDefinition) -> ScheduleDefinition:
    """Reads, at 05:00 Europe/London on Sundays, every byte of what is published against its SHA-256."""

    @schedule(
        name="weekly_verification",
        job=job,
        cron_schedule="0 5 * * 0",
        execution_timezone="Europe/London",
        default_status=DefaultScheduleStatus.RUNNING,
        description="Whether what is published is as it was published; what is damaged is restored.",
    )
    def weekly_verification(_context: ScheduleEvaluationContext) -> RunRequest | SkipReason:
        if not (settings.warehouse / FOLDER).is_dir():
            return SkipReason("Nothing is published yet.")
        return RunRequest()

    return weekly_verification
