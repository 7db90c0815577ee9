"""How long Dagster keeps its records of runs. Nothing that is due or published follows from them: kpi_version tells what was
published when, and the landed folders and the published files what is due."""

import shutil
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dagster import (
    DagsterInstance,
    DagsterRun,
    JobDefinition,
    OpExecutionContext,
    RunsFilter,
    in_process_executor,
    job,
    op,
)
from dagster._core.storage.dagster_run import FINISHED_STATUSES


def old_runs(instance: DagsterInstance, days: int, now: datetime, limit: int | None = None) -> list[DagsterRun]:
    """The runs that have ended and began more than so many days ago."""
    before = now.astimezone(UTC) - timedelta(days=days)
    return list(instance.get_runs(RunsFilter(statuses=FINISHED_STATUSES, created_before=before), limit=limit))


def removal_of_old_runs(days: int, tags: Mapping[str, str]) -> JobDefinition:
    """The job, with these tags, that removes old runs, with their events and what their steps printed."""

    @op(name="remove_old_runs", description=f"Removes the runs of more than {days} days ago.")
    def remove(context: OpExecutionContext) -> None:
        removed = old_runs(context.instance, days, datetime.now(UTC))
        for run in removed:
            context.instance.delete_run(run.run_id)
            shutil.rmtree(Path(context.instance.storage_directory()) / run.run_id, ignore_errors=True)
        context.log.info(f"{len(removed)} runs of more than {days} days ago are removed.")

    @job(
        name="old_runs",
        description=f"Removes Dagster's records of runs of more than {days} days ago; what is published stays.",
        executor_def=in_process_executor,
        tags=dict(tags),
    )
    def removal() -> None:
        remove()

    return removal
