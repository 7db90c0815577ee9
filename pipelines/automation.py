"""What starts by itself: a sensor that registers landed extracts, and schedules that ask what is due and not done.

Of the ticks that a schedule missed, Dagster evaluates the last alone. So none asks whether today is the day: each asks every
day what has fallen due and is not done, by what lies in the warehouse, and never by Dagster's own records.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
from dagster import (
    DefaultScheduleStatus,
    DefaultSensorStatus,
    JobDefinition,
    RunRequest,
    RunsFilter,
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
from dagster._core.storage.dagster_run import NOT_FINISHED_STATUSES
from dagster._core.storage.tags import MAX_RUNTIME_SECONDS_TAG

from assets.published import code_version
from assets.resource import extracts_partitions
from pipelines.queueing import PREPARE, by_date, groups_of, range_tags
from pipelines.records import old_runs
from pipelines.settings import PipelineSettings
from pipelines.statistics import take_statistics
from warehouse import prepared
from warehouse.definitions import definitions_sha256
from warehouse.forms.ssd.extracting import last_extract_date
from warehouse.generations import InUseError
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
from warehouse.published.publishing import KPI, agree, published
from warehouse.reference.loading import in_force
from warehouse.refusals import left_out
from warehouse.report.overview.due import months_due
from warehouse.report.pending import lists as pending
from warehouse.report.published_files import NoAnswerError
from warehouse.statistics.versions import has_landed
from warehouse.workspace import exclusive, verified_at

LONDON = ZoneInfo("Europe/London")
# What a schedule asks for is one extract, month or week. A back-fill by hand has the limit of dagster.yaml, which is longer.
_TAGS = {MAX_RUNTIME_SECONDS_TAG: str(4 * 3600)}
_MONDAY, _SUNDAY = 0, 6
_PATIENCE_SECONDS = 3600  # for extracts that are still being prepared, before those that are get published
# What is due at a moment of London time and not done, by partition; None is a run without a partition.
Due = Callable[[ScheduleEvaluationContext, datetime], Sequence[str | None]]


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


def to_prepare(settings: PipelineSettings) -> list[Extract]:
    """The extracts that are due and not prepared as they now lie."""
    found = due(settings)
    definitions = definitions_sha256(settings.definitions, in_force(settings.warehouse))
    made_of = prepared.Makings(definitions, code_version(), left_out(found, settings.warehouse))
    there = prepared.folders(settings.warehouse)
    remembered = FileHashes(settings.warehouse.resolve() / REMEMBERED)
    return [one for one in found if made_of.name(one, extract_sha256(one, remembered)) not in there]


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
    return sorted(ready, key=by_date), looks


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
        extracts = landed(settings.landing)
        ready, looks = registered_now(extracts, seen, registered, settings.settle_seconds, time.time())
        known = {one.partition_key: one for one in extracts if one.partition_key in registered | {*ready}}
        return SensorResult(
            dynamic_partitions_requests=[extracts_partitions.build_add_request(ready)] if ready else [],
            skip_reason=" ".join(_seen_by_sensor(settings, ready, sorted(looks, key=by_date), known)),
            cursor=json.dumps(looks),
        )

    return register


def _seen_by_sensor(
    settings: PipelineSettings, ready: Sequence[str], moving: Sequence[str], registered: Mapping[str, Extract]
) -> Iterator[str]:
    """What a look of the sensor registered, what it leaves for now, and which registered extracts are not published."""
    if ready:
        yield f"Registered now: {_named(ready)}."
    if moving:
        yield f"Not complete, or changed since the look before: {_named(moving)}."
    try:
        there = published(settings.warehouse)
    except (OSError, ValueError, duckdb.Error):  # a client holds the file, or it is damaged: a run says so
        yield "Which extracts are published cannot be read at the moment."
        return
    # Their files are not read here: a look must be over in seconds, however much has landed.
    waiting = [key for key, one in registered.items() if (one.la_code, one.extract_date) not in there]
    if waiting:
        yield f"Not published yet: {_named(sorted(waiting, key=by_date))}."
    else:
        yield "All that is registered is published."


def _named(partition_keys: Sequence[str]) -> str:
    """The first three of them, and how many there are beside."""
    more = len(partition_keys) - 3
    return ", ".join(partition_keys[:3]) + (f" and {more:,} more" if more > 0 else "")


def _asked_daily(
    name: str, job: UnresolvedAssetJobDefinition | JobDefinition, hour: int, minute: int, description: str, due: Due
) -> ScheduleDefinition:
    """A schedule that asks each day, at a time of Europe/London, what is due and not done, and starts a run for each."""

    @schedule(
        name=name,
        job=job,
        cron_schedule=f"{minute} {hour} * * *",  # never between 01:00 and 02:00, which a change of clocks skips or repeats
        execution_timezone=LONDON.key,
        default_status=DefaultScheduleStatus.RUNNING,
        description=description,
    )
    def asked(context: ScheduleEvaluationContext) -> Iterator[RunRequest | SkipReason]:
        try:
            partitions = due(context, context.scheduled_execution_time.astimezone(LONDON))
        except NoAnswerError as error:
            yield SkipReason(str(error))
            return
        if not partitions:
            yield SkipReason("Nothing is due that is not done.")
        for partition in partitions:
            # Of several runs of a tick each must have a key; it tells them apart within that tick alone.
            yield RunRequest(run_key=partition, partition_key=partition, tags=_TAGS)

    return asked


def _since(now: datetime, weekday: int) -> datetime:
    """The latest moment, up to now, of this day of the week and the same time of day."""
    return now - timedelta(days=(now.weekday() - weekday) % 7)


def _take_statistics(settings: PipelineSettings, context: ScheduleEvaluationContext) -> None:
    """Take published statistics that have landed. What is wrong with one keeps no council's extract from being published."""
    if not has_landed(settings.landing, settings.warehouse):
        return
    try:
        with suppress(BlockingIOError, InUseError), exclusive(settings.warehouse, wait=False):
            take_statistics(settings)
    except (OSError, ValueError, duckdb.Error) as error:
        context.log.warning(f"The landed statistics were not taken: {type(error).__name__}; run says why.")


def nightly_schedule(settings: PipelineSettings, job: UnresolvedAssetJobDefinition) -> ScheduleDefinition:
    """Runs, at 02:30, every registered extract that is not published as it now lies in the folder."""

    def not_published(context: ScheduleEvaluationContext, _now: datetime) -> list[str | None]:
        registered = set(context.instance.get_dynamic_partitions(str(extracts_partitions.name)))
        _take_statistics(settings, context)
        return [extract.partition_key for extract in due(settings) if extract.partition_key in registered]

    return _asked_daily(
        "nightly", job, 2, 30,
        "Every extract that is not yet published, each in a run of its own: a refused one stops no other.",
        not_published,
    )  # fmt: skip


def nightly_preparation(settings: PipelineSettings, job: UnresolvedAssetJobDefinition) -> ScheduleDefinition:
    """The same on several machines: at 02:30 it asks for a run for each group of extracts, the oldest first."""

    @schedule(
        name="nightly",
        job=job,
        cron_schedule="30 2 * * *",
        execution_timezone=LONDON.key,
        default_status=DefaultScheduleStatus.RUNNING,
        description="Every extract that is not yet published, a run for each group: a refused one stops no other.",
    )
    def asked(context: ScheduleEvaluationContext) -> Iterator[RunRequest | SkipReason]:
        known = context.instance.get_dynamic_partitions(str(extracts_partitions.name))
        _take_statistics(settings, context)
        wanted = {extract.partition_key for extract in to_prepare(settings)}
        groups = groups_of(known, wanted, settings.group_size)
        if not groups:
            yield SkipReason("Nothing is due that is not done.")
        for group in groups:
            yield RunRequest(run_key=group[0], tags={**range_tags(group), **_TAGS})

    return asked


def publication_sensor(settings: PipelineSettings, job: JobDefinition) -> SensorDefinition:
    """On several machines: asks for a publication once what was asked for is prepared, or some has waited for an hour."""

    @sensor(
        name="publication_sensor",
        job=job,
        minimum_interval_seconds=30,
        default_status=DefaultSensorStatus.RUNNING,
        description="Asks for one publication of all that is prepared, once nothing is being prepared any more.",
    )
    def asked(context: SensorEvaluationContext) -> RunRequest | SkipReason:
        there = prepared.folders(settings.warehouse)
        if not there:
            return SkipReason("Nothing is prepared that is not published.")
        waiting = time.time() - min(path.stat().st_mtime for path in there.values())
        under_way = RunsFilter(job_name=PREPARE, statuses=NOT_FINISHED_STATUSES)
        if waiting < _PATIENCE_SECONDS and context.instance.get_runs(under_way, limit=1):
            return SkipReason("Extracts are being prepared.")
        # What could not be published is asked for again the next day, and not before.
        today = datetime.now(LONDON).date().isoformat()
        names = hashlib.sha256("\n".join(sorted(there)).encode()).hexdigest()
        return RunRequest(run_key=f"{today} {names}", tags=_TAGS)

    return asked


def overview_schedule(settings: PipelineSettings, job: UnresolvedAssetJobDefinition) -> ScheduleDefinition:
    """Writes, at 07:00, the overviews of each month from the third working day of the next on."""

    def not_written(_context: ScheduleEvaluationContext, now: datetime) -> list[str | None]:
        if not (settings.warehouse / KPI).is_file():
            return []
        months = months_due(settings.warehouse, now.date(), settings.local_extra_non_working_days)
        return [month.isoformat() for month in months]

    return _asked_daily(
        "monthly_overview", job, 7, 0,
        "The overviews of a month that has ended, from the third working day of the next on, until they are written.",
        not_written,
    )  # fmt: skip


def pending_schedule(settings: PipelineSettings, job: UnresolvedAssetJobDefinition) -> ScheduleDefinition:
    """Writes, at 06:00 from Monday on, the list of open items of every authority."""

    def not_written(_context: ScheduleEvaluationContext, now: datetime) -> list[str | None]:
        if not (settings.warehouse / KPI).is_file() or pending.is_written(settings.warehouse, _since(now, _MONDAY)):
            return []
        return [None]

    return _asked_daily(
        "weekly_pending_list", job, 6, 0,
        "What is open, by team and due date, as at each authority's latest extract: once a week, from Monday on.",
        not_written,
    )  # fmt: skip


def verification_schedule(settings: PipelineSettings, job: UnresolvedAssetJobDefinition) -> ScheduleDefinition:
    """Reads, at 05:00 from Sunday on, every byte of what is published against its SHA-256."""

    def not_verified(_context: ScheduleEvaluationContext, now: datetime) -> list[str | None]:
        if not (settings.warehouse / KPI).is_file():
            return []
        last = verified_at(settings.warehouse)
        return [] if last and last >= _since(now, _SUNDAY) else [None]

    return _asked_daily(
        "weekly_verification", job, 5, 0,
        "Whether what is published is as it was published; what is damaged is restored: once a week, from Sunday on.",
        not_verified,
    )  # fmt: skip


def ssd_schedule(settings: PipelineSettings, job: UnresolvedAssetJobDefinition) -> ScheduleDefinition:
    """Extracts the council's SSD, once in each month, week or day; the setting `ssd_at` says at which time it asks."""
    la_code, at = str(settings.ssd_authority), settings.ssd_at

    def not_extracted(_context: ScheduleEvaluationContext, now: datetime) -> list[str | None]:
        begun = {"month": now.date().replace(day=1), "week": _since(now, _MONDAY).date(), "day": now.date()}
        last = last_extract_date(settings.landing, la_code)
        return [] if last and last >= begun[settings.ssd_every] else [None]

    return _asked_daily(
        "ssd_extract", job, at.hour, at.minute,
        f"The SSD of authority {la_code}, into a landed extract of the day: once a {settings.ssd_every}.",
        not_extracted,
    )  # fmt: skip


def old_runs_schedule(settings: PipelineSettings, job: JobDefinition) -> ScheduleDefinition:
    """Removes, at 04:00, Dagster's records of runs that are older than the setting `run_days`."""

    def not_removed(context: ScheduleEvaluationContext, now: datetime) -> list[str | None]:
        return [None] if old_runs(context.instance, settings.run_days, now, limit=1) else []

    return _asked_daily(
        "old_runs", job, 4, 0, "Dagster's records of old runs are removed; what is published stays.", not_removed
    )
