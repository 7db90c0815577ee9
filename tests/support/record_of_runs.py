"""Dagster's record of runs in SQLite: what it makes anew for every statement and for every file, made once a process.

A run over small extracts spends more time on that than on figures. What is recorded is the same.
"""

from functools import cache
from types import ModuleType
from typing import Any

from alembic.config import Config
from alembic.script import ScriptDirectory
from dagster._core.storage.event_log.sqlite import sqlite_event_log
from dagster._core.storage.runs.sqlite import sqlite_run_storage
from dagster._core.storage.schedules.sqlite import sqlite_schedule_storage

_STORAGES: tuple[ModuleType, ...] = (sqlite_event_log, sqlite_run_storage, sqlite_schedule_storage)


@cache
def make_once() -> None:
    """Keep an SQLAlchemy engine for each file, with the statements it has compiled; and Alembic's scripts."""
    made, create = {}, sqlite_event_log.create_engine
    read, scripts = {}, ScriptDirectory.from_config

    def engine(file: str, **arguments: Any) -> Any:
        key = file, repr(arguments)
        if key not in made:
            made[key] = create(file, **arguments)
        return made[key]

    def script_directory(config: Config) -> ScriptDirectory:
        key = config.get_main_option("script_location")
        if key not in read:
            read[key] = scripts(config)
        return read[key]

    for storage in _STORAGES:
        storage.create_engine = engine  # type: ignore[attr-defined]
    ScriptDirectory.from_config = script_directory  # type: ignore[method-assign, assignment]
