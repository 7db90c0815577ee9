"""The Dagster instance that belongs to a warehouse, and the runs that the command line starts in it."""

import os
import shutil
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import cast
from uuid import uuid4

from dagster import DagsterEvent, DagsterInstance, DagsterRunStatus, DefaultRunLauncher, JobDefinition, RunsFilter
from dagster._core.instance.config import dagster_instance_config
from dagster._core.storage.tags import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG

from assets.resource import extracts_partitions
from warehouse.generations import set_aside
from warehouse.private import owner_only
from warehouse.workspace import lock_through, log

_CONFIG = Path(__file__).parent / "dagster.yaml"
# Where Dagster keeps runs, ticks and what a step prints; made first, so that they are private whoever starts it.
_FOLDERS = ("history", "schedules", "storage")
# Its databases, by the folder that is made anew where one of them is damaged: their rows refer to each other.
_DATABASES = {"history": ("history/runs.db", "history/runs/index.db"), "schedules": ("schedules/schedules.db",)}
# Dagster makes its tables once, where there is no file; one that a killed process left without them stays so for ever.
_INDEX = "history/runs/index.db"
_MADE_WITHIN_SECONDS = 5  # by a process that is just making it
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
    folder = _home(warehouse)
    with owner_only():
        for sentence in _mended(folder):
            log.warning(sentence)
        for made in (folder, *(folder / name for name in _FOLDERS)):
            made.mkdir(parents=True, exist_ok=True)
        if not (folder / "dagster.yaml").exists():
            whole = folder / f".dagster-{os.getpid()}.yaml"
            shutil.copyfile(_CONFIG, whole)
            whole.replace(folder / "dagster.yaml")
    os.environ["DAGSTER_HOME"] = str(folder)
    return folder


def lock_by_its_database() -> None:
    """Where `DAGSTER_HOME` names an instance on PostgreSQL, warehouses are held through its database from now on."""
    folder = os.environ.get("DAGSTER_HOME")
    configuration = Path(folder or "") / "dagster.yaml"
    if not folder or not configuration.is_file() or "postgres" not in configuration.read_text():
        return
    lock_through(partial(_address_of_database, folder))


@cache
def _address_of_database(folder: str) -> str:
    with DagsterInstance.from_config(folder) as instance:
        address: str = vars(instance.run_storage)["postgres_url"]
        return address.replace("+psycopg2", "")


def verify(warehouse: Path) -> list[str]:
    """Set aside what is damaged of Dagster's storage, so that it is made anew; a sentence for each."""
    return list(_mended(_home(warehouse)))


def _home(warehouse: Path) -> Path:
    return Path(os.environ.get("DAGSTER_HOME") or warehouse.resolve() / "dagster")


def _mended(folder: Path) -> Iterator[str]:
    """Dagster's own storage is not what is published: what is damaged of it is set aside, and Dagster makes it anew."""
    if (folder / "dagster.yaml").exists() and not _is_configuration(folder / "dagster.yaml"):
        yield (
            f"{folder / 'dagster.yaml'}: it was damaged and is set aside as {set_aside(folder / 'dagster.yaml')}; "
            "the project's own is in its place."
        )
    for part, names in _DATABASES.items():
        damaged = [
            name
            for name in names
            if (folder / name).exists()
            and not (_is_whole(folder / name) and (name != _INDEX or _is_made(folder / name)))
        ]
        if damaged:
            lost = "the list of past runs is lost" if part == "history" else "what the sensor remembers is lost"
            yield (
                f"{folder / damaged[0]}: it was damaged; {folder / part} is set aside as {set_aside(folder / part)} and "
                f"made anew. By that {lost}; what was published when stands in kpi_version."
            )


def _is_configuration(path: Path) -> bool:
    try:
        settings, _ = dagster_instance_config(str(path.parent), path.name)
    except Exception:  # whatever is wrong with it, Dagster would not begin
        return False
    return bool(settings)


def _is_whole(path: Path) -> bool:
    """Whether SQLite finds nothing wrong with its file; one that another process is just making is left to it."""
    try:
        with closing(sqlite3.connect(path, timeout=5)) as connection:
            if path.stat().st_size == 0:
                connection.execute("begin exclusive")
                return path.stat().st_size > 0
            return bool(connection.execute("pragma quick_check(1)").fetchone() == ("ok",))
    except sqlite3.OperationalError as error:
        return "locked" in str(error)
    except sqlite3.DatabaseError:
        return False


def _is_made(path: Path) -> bool:
    """Whether Dagster has come to the end of making its tables, the last of which says of which release they are."""
    ends_at = time.monotonic() + _MADE_WITHIN_SECONDS
    while True:
        try:
            with closing(sqlite3.connect(path, timeout=5)) as connection:
                if connection.execute("select count(*) from alembic_version").fetchone()[0]:
                    return True
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                return True
        if time.monotonic() > ends_at:
            return False
        time.sleep(0.1)


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
    Where runs are others' to carry out, nothing follows from that, and Dagster's daemon looks after them.
    """
    if not isinstance(instance.run_launcher, DefaultRunLauncher):
        return
    for run in instance.get_runs(RunsFilter(statuses=_UNDER_WAY, tags=dict(tags or {}))):
        instance.report_run_failed(run, "The process that ran it ended before the run did.")


BY_COMMAND_LINE = {"started by": "command line"}
_UNDER_WAY = [
    DagsterRunStatus.NOT_STARTED, DagsterRunStatus.STARTING, DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING,
]  # fmt: skip


def run(instance: DagsterInstance, job: JobDefinition, keys: Sequence[str]) -> Outcome:
    """Run the job over a contiguous range of partitions, in this process."""
    run_id = str(uuid4())
    with owner_only(), _held_open(instance, run_id), _partitions_remembered(instance):
        result = job.execute_in_process(
            instance=instance,
            run_id=run_id,
            raise_on_error=False,
            run_config={"loggers": {"progress": {}}},
            tags={
                ASSET_PARTITION_RANGE_START_TAG: keys[0],
                ASSET_PARTITION_RANGE_END_TAG: keys[-1],
                **BY_COMMAND_LINE,
            },
        )
    return outcome(result.run_id, result.success, result.all_events)


@contextmanager
def _held_open(instance: DagsterInstance, run_id: str) -> Iterator[None]:
    """Keep a connection to each SQLite database that a run writes to.

    Dagster closes its own after every statement, and with the last one SQLite moves its journal into the file and waits
    for the disk.
    """
    instance.all_logs(run_id)  # makes the run's own database
    history = Path(instance.root_directory) / "history"
    with ExitStack() as held:
        for path in (history / "runs.db", history / "runs" / "index.db", history / "runs" / f"{run_id}.db"):
            if path.exists():  # else the records are in PostgreSQL
                with suppress(sqlite3.Error):  # whatever is wrong, Dagster's own statements tell
                    connection = held.enter_context(closing(sqlite3.connect(path)))
                    connection.execute("pragma schema_version").fetchone()
        yield


@contextmanager
def _partitions_remembered(instance: DagsterInstance) -> Iterator[None]:
    """Ask for the partitions once: they stay the same while a run lasts, and Dagster asks for each step and asset."""
    asked = ("get_dynamic_partitions", "has_dynamic_partition")
    for name in asked:
        setattr(instance, name, cache(getattr(instance, name)))
    try:
        yield
    finally:
        for name in asked:
            delattr(instance, name)


def outcome(run_id: str, succeeded: bool, events: Iterable[DagsterEvent]) -> Outcome:
    """What came of a run, by its events."""
    refused: dict[str, list[str]] = {}
    error = ""
    for event in events:
        if event.is_step_failure:
            failure = event.step_failure_data
            described = failure.user_failure_data
            if described and "refused" in described.metadata:
                refused = cast(dict[str, list[str]], described.metadata["refused"].value)
            elif described:
                error = described.description or ""
            elif failure.error:
                error = f"{event.step_key}: {failure.error.to_string().strip().splitlines()[0]}"
    return Outcome(run_id, succeeded, refused, error)
