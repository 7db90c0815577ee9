"""The Dagster instance that belongs to a warehouse, and the runs that the command line starts in it."""

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from dagster import DagsterInstance, DagsterRunStatus, JobDefinition, RunsFilter
from dagster._core.storage.tags import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG

from assets.resource import extracts_partitions
from warehouse.private import owner_only

_CONFIG = Path(__file__).parent / "dagster.yaml"
# Where Dagster keeps runs, ticks and what a step prints; made first, so that they are private whoever starts it.
_FOLDERS = ("history", "schedules", "storage")
_GROUP = str(extracts_partitions.name)


@dataclass(frozen=True)
class Outcome:
    """How one run over a group of partitions ended; `refused` holds the reasons per partition, `error` any other."""

    run_id: str
    succeeded: bool
    refused: dict[str, list[str]]
    error: str


def home(warehouse: Path) -> Path:
    """The folder of the warehouse's Dagster instance, made ready; `DAGSTER_HOME`, where it is set, goes before."""
    folder = Path(os.environ.get("DAGSTER_HOME") or warehouse.resolve() / "dagster")
    with owner_only():
        for made in (folder, *(folder / name for name in _FOLDERS)):
            made.mkdir(parents=True, exist_ok=True)
        if not (folder / "dagster.yaml").exists():
            whole = folder / f".dagster-{os.getpid()}.yaml"
            shutil.copyfile(_CONFIG, whole)
            whole.replace(folder / "dagster.yaml")
    os.environ["DAGSTER_HOME"] = str(folder)
    return folder


def register(instance: DagsterInstance, keys: Sequence[str]) -> None:
    """Register partitions that are not yet."""
    known = set(instance.get_dynamic_partitions(_GROUP))
    new = [key for key in keys if key not in known]
    if new:
        instance.add_dynamic_partitions(_GROUP, new)


def contiguous(instance: DagsterInstance, keys: Sequence[str]) -> list[list[str]]:
    """The partitions in groups that follow each other in the instance's order: one run takes one range of them."""
    groups: list[list[str]] = []
    wanted, previous = set(keys), None
    for key in instance.get_dynamic_partitions(_GROUP):
        if key in wanted:
            if groups and previous == groups[-1][-1]:
                groups[-1].append(key)
            else:
                groups.append([key])
        previous = key
    return groups


def clear_left_over(instance: DagsterInstance, tags: Mapping[str, str] | None = None) -> None:
    """Mark the runs with these tags that were killed as failed, so that no queue waits for them.

    The caller must hold the warehouse, so that no command line runs; without tags, no other Dagster may run either.
    """
    for run in instance.get_runs(RunsFilter(statuses=_UNDER_WAY, tags=dict(tags or {}))):
        instance.report_run_failed(run, "The process that ran it ended before the run did.")


BY_COMMAND_LINE = {"started by": "command line"}
_UNDER_WAY = [
    DagsterRunStatus.NOT_STARTED, DagsterRunStatus.STARTING, DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING,
]  # fmt: skip


def run(instance: DagsterInstance, job: JobDefinition, keys: Sequence[str]) -> Outcome:
    """Run the job over a contiguous range of partitions, in this process."""
    with owner_only():
        result = job.execute_in_process(
            instance=instance,
            raise_on_error=False,
            run_config={"loggers": {"progress": {}}},
            tags={
                ASSET_PARTITION_RANGE_START_TAG: keys[0],
                ASSET_PARTITION_RANGE_END_TAG: keys[-1],
                **BY_COMMAND_LINE,
            },
        )
    refused: dict[str, list[str]] = {}
    error = ""
    for event in result.all_events:
        if event.is_step_failure:
            failure = event.step_failure_data
            described = failure.user_failure_data
            if described and "refused" in described.metadata:
                refused = cast(dict[str, list[str]], described.metadata["refused"].value)
            elif described:
                error = described.description or ""
            elif failure.error:
                error = f"{event.step_key}: {failure.error.to_string().strip().splitlines()[0]}"
    return Outcome(result.run_id, result.success, refused, error)
