"""The `run --cluster` command: the same extracts as runs in Dagster's queue, followed until they are published."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TypeVar

from dagster import DagsterEvent, DagsterInstance, DagsterRunStatus, RunsFilter
from dagster._core.definitions.selector import JobSubsetSelector
from dagster._core.storage.tags import AUTO_RETRY_RUN_ID_TAG, WILL_RETRY_TAG
from dagster._core.workspace.context import WorkspaceProcessContext, WorkspaceRequestContext
from dagster._core.workspace.load_target import WorkspaceFileTarget

from pipelines import console
from pipelines.automation import due, to_prepare
from pipelines.commands.run import (
    authorities,
    say_what_came_of_it,
    say_what_is_misplaced,
    say_what_is_unfinished,
    say_what_is_wrong_with_commentary,
)
from pipelines.instance import home, outcome, register
from pipelines.queueing import PREPARE, PUBLISH, by_date, groups_of, range_tags
from pipelines.settings import PipelineSettings
from pipelines.statistics import take_statistics
from warehouse import ledger, prepared
from warehouse.landing.extracts import Extract, extract_sha256, landed
from warehouse.published import movement
from warehouse.published.publishing import latest_version
from warehouse.workspace import exclusive

_WORKSPACE = Path(__file__).resolve().parents[2] / "deploy" / "workspace.yaml"
_BY_COMMAND_LINE = {"started by": "run --cluster"}  # never what a command that finds dead runs of `run` looks for
_AT_ONCE = 4  # runs on their way into the queue: of a run Dagster opens some dozens of connections, one after the other
_PATIENCE_SECONDS = 300
_Answer = TypeVar("_Answer")
_LAUNCHER = "dagster_celery.launcher"


def run_on_cluster(
    settings: PipelineSettings,
    authority: str | None = None,
    extract_date: date | None = None,
    accepted_settings: str | None = None,
) -> int:
    """Queue what is due, follow it, and print what came of it; the exit status of the command, as that of `run`."""
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    if not settings.landing.is_dir():
        console.errors.print(f"{settings.landing}: no such landing folder; name one with --landing.")
        return 2
    with DagsterInstance.from_config(str(home(settings.warehouse))) as instance:
        if settings.queue is None or type(instance.run_launcher).__module__ != _LAUNCHER:
            console.errors.print(
                "--cluster: DAGSTER_HOME must name an instance whose runs Celery's workers take, and the setting queue "
                "their queue; docs/several-machines.md says how, and `run` without it does the same here."
            )
            return 2
        return _run(instance, settings, authority, extract_date, accepted_settings)


def _run(
    instance: DagsterInstance,
    settings: PipelineSettings,
    authority: str | None,
    extract_date: date | None,
    accepted_settings: str | None,
) -> int:
    def is_named(extract: Extract) -> bool:
        return authority in (None, extract.la_code) and extract_date in (None, extract.extract_date)

    of_name = [extract for extract in landed(settings.landing) if is_named(extract)]
    if not of_name and (authority is not None or extract_date is not None):
        console.errors.print(f"{settings.landing}: no extract of {authority or 'any authority'}"
                             f"{f' on {extract_date}' if extract_date else ''} has landed.")  # fmt: skip
        return 2
    lost = [*say_what_is_unfinished(of_name), *(say_what_is_misplaced(settings) if authority is None else ())]
    with exclusive(settings.warehouse):
        take_statistics(settings)
    extracts = [extract for extract in due(settings) if is_named(extract)]
    if not extracts:
        console.console.print(f"Nothing new in {settings.landing}: every complete extract is published.")
        return 1 if lost else 0
    for extract in extracts:
        say_what_is_wrong_with_commentary(extract)
    before, known = latest_version(settings.warehouse), authorities(settings.warehouse)
    register(instance, sorted((one.partition_key for one in extracts), key=by_date))
    wanted = {one.partition_key for one in to_prepare(settings) if is_named(one)}
    groups = groups_of(instance.get_dynamic_partitions("extract"), wanted, settings.group_size)
    console.console.print(
        f"Publishing {len(extracts)} extract{'s' * (len(extracts) > 1)}, prepared in {len(groups)} groups …"
    )
    with _workspace(instance) as workspace:
        runs = _queued(instance, workspace, PREPARE, map(range_tags, groups)) if groups else []
        refused, failed = _followed(instance, runs, "prepared")
        config = {"ops": {"publish_prepared": {"config": {"accepted_settings": accepted_settings or ""}}}}
        left: set[str] = set()
        while (there := set(prepared.folders(settings.warehouse))) and there != left:  # a long one leaves some
            more, wrong = _followed(instance, _queued(instance, workspace, PUBLISH, [{}], config), "published")
            refused, failed, left = refused | more, failed + wrong, there
    refused |= _refused_meanwhile(settings, [one for one in extracts if one.partition_key not in refused], failed)
    moved = movement.moved(settings.warehouse, before) if latest_version(settings.warehouse) > before else []
    is_all = say_what_came_of_it(settings, extracts, refused, failed, known, moved)
    return 0 if is_all and not lost else 1


@contextmanager
def _workspace(instance: DagsterInstance) -> Iterator[WorkspaceRequestContext]:
    target = WorkspaceFileTarget([str(_WORKSPACE)])
    with WorkspaceProcessContext(instance, target, code_server_log_level="ERROR") as process:
        yield process.create_request_context()


def _queued(
    instance: DagsterInstance,
    workspace: WorkspaceRequestContext,
    job_name: str,
    tags: Iterable[Mapping[str, str]],
    config: Mapping[str, object] | None = None,
) -> list[str]:
    """Put a run of a job into the queue for each set of tags; their ids."""
    (location,) = workspace.code_locations
    (repository,) = location.get_repositories().values()
    job = location.get_job(JobSubsetSelector(location.name, repository.name, job_name, op_selection=None))
    plan = location.get_execution_plan(job, config or {}, None, None, instance).execution_plan_snapshot

    def queue(of_run: Mapping[str, str]) -> str:
        run = instance.create_run(
            job_name=job_name, run_id=None, run_config=config or {}, resolved_op_selection=job.resolved_op_selection,
            step_keys_to_execute=plan.step_keys_to_execute, op_selection=None, status=None, root_run_id=None,
            parent_run_id=None, tags={**job.tags, **of_run, **_BY_COMMAND_LINE}, job_snapshot=job.job_snapshot,
            execution_plan_snapshot=plan, parent_job_snapshot=job.parent_job_snapshot,
            remote_job_origin=job.get_remote_origin(), job_code_origin=job.get_python_origin(), asset_selection=None,
            asset_check_selection=None, asset_graph=repository.asset_graph,
        )  # fmt: skip
        instance.submit_run(run.run_id, workspace)
        return run.run_id

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(queue, tags))


def _followed(instance: DagsterInstance, runs: Sequence[str], what: str) -> tuple[dict[str, list[str]], list[str]]:
    """Wait until the runs have ended, and those that Dagster starts again in their place; reasons of refusals, errors."""
    refused: dict[str, list[str]] = {}
    failed: list[str] = []
    waiting, seen = list(runs), set[str]()
    while waiting:
        for run in _through_outages(lambda: instance.get_runs(RunsFilter(run_ids=waiting))):
            if not run.is_finished:
                continue
            if run.run_id not in seen:  # whether it is started again is known a moment later
                seen.add(run.run_id)
                continue
            if run.status == DagsterRunStatus.FAILURE and run.tags.get(WILL_RETRY_TAG) == "true":
                if again := run.tags.get(AUTO_RETRY_RUN_ID_TAG):
                    waiting[waiting.index(run.run_id)] = again
                continue
            waiting.remove(run.run_id)
            if run.status != DagsterRunStatus.SUCCESS:
                ended = outcome(run.run_id, False, _events(instance, run.run_id))
                refused |= ended.refused
                if not ended.refused:
                    failed.append(ended.error or f"The run {run.run_id} ended as {run.status.value}.")
            console.console.print(f"  {len(runs) - len(waiting)} of {len(runs)} {what}", style="dim")
        time.sleep(1)
    return refused, failed


def _through_outages(ask: Callable[[], _Answer]) -> _Answer:
    """What the database answers; one that is away for some minutes is waited for."""
    ends_at = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            return ask()
        except Exception as error:
            if (
                not type(error).__module__.startswith(("sqlalchemy.", "dagster_postgres."))
                or time.monotonic() > ends_at
            ):
                raise
        time.sleep(1)


def _events(instance: DagsterInstance, run_id: str) -> Iterator[DagsterEvent]:
    logs = _through_outages(lambda: instance.all_logs(run_id))
    return (entry.dagster_event for entry in logs if entry.dagster_event)


def _refused_meanwhile(
    settings: PipelineSettings, extracts: Sequence[Extract], failed: list[str]
) -> dict[str, list[str]]:
    """The reasons of extracts that another run refused; to `failed` is added what was not published for none."""
    refused: dict[str, list[str]] = {}
    for extract in set(due(settings)) & set(extracts):
        landed_bytes = ledger.LandedBytes(extract.la_code, extract.extract_date, extract_sha256(extract))
        if findings := ledger.last_refusal(settings.warehouse, landed_bytes):
            refused[extract.partition_key] = [one.reason for one in findings]
        elif not failed:
            failed.append(f"{extract.partition_key} is not published; the next run takes it.")
    return refused
