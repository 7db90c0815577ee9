"""Dagster's record of runs in SQLite: what it makes anew for every statement and for every file, made once a process.

A run over small extracts spends more time on that than on figures. What is recorded is the same.
"""

import contextlib
import sqlite3
from functools import cache
from types import ModuleType
from typing import Any

from alembic.config import Config
from alembic.script import ScriptDirectory
from dagster import DagsterInstance
from dagster._core.storage.event_log.sqlite import sqlite_event_log
from dagster._core.storage.runs.sqlite import sqlite_run_storage
from dagster._core.storage.schedules.sqlite import sqlite_schedule_storage
from sqlalchemy import event
from sqlalchemy.pool import QueuePool

_STORAGES: tuple[ModuleType, ...] = (sqlite_event_log, sqlite_run_storage, sqlite_schedule_storage)


class Kept(QueuePool):
    """Connections that outlast a statement: SQLite moves its journal into the file each time the last one is closed."""

    def dispose(self) -> None:
        """Keep them, though Dagster is done with a statement."""

    def recreate(self) -> "Kept":
        return self

    def close(self) -> None:
        """Close those that nobody uses."""
        super().dispose()


def _without_waiting_for_the_disk(connection: sqlite3.Connection, _: object) -> None:
    """No test cuts the power under Dagster's record, so no commit need wait until it is on the disk."""
    with contextlib.suppress(sqlite3.DatabaseError):  # of a damaged file: its first statement tells
        connection.execute("pragma synchronous = off")


@cache
def make_once() -> None:
    """Keep an SQLAlchemy engine for each file, with the statements it has compiled; and Alembic's scripts.

    Connections are kept as long as Dagster's instance is open.
    """
    made: dict[tuple[str, str], Any] = {}
    create, dispose = sqlite_event_log.create_engine, DagsterInstance.dispose
    read, scripts = {}, ScriptDirectory.from_config

    def engine(file: str, **arguments: Any) -> Any:
        key = file, repr(arguments)
        if key not in made:
            made[key] = create(file, **{**arguments, "poolclass": Kept})
            event.listen(made[key], "connect", _without_waiting_for_the_disk)
        return made[key]

    def disposed(instance: DagsterInstance) -> None:
        dispose(instance)
        for one in made.values():
            one.pool.close()

    def script_directory(config: Config) -> ScriptDirectory:
        key = config.get_main_option("script_location")
        if key not in read:
            read[key] = scripts(config)
        return read[key]

    for storage in _STORAGES:
        storage.create_engine = engine  # type: ignore[attr-defined]
    DagsterInstance.dispose = disposed  # type: ignore[method-assign]
    ScriptDirectory.from_config = script_directory  # type: ignore[method-assign, assignment]
