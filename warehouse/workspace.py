"""The database the pipeline works in, and the lock that keeps two runs from working at once."""

import fcntl
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

import duckdb

from schemas.settings import Settings
from warehouse.definitions import definitions_sha256, loaded
from warehouse.private import narrow, owner_only
from warehouse.published import publishing
from warehouse.raw import ingest
from warehouse.raw.landing import Extract
from warehouse.reference import loading, setting
from warehouse.staged import judging

WORKING = "working.duckdb"
_held: dict[Path, tuple[int, int]] = {}
_guard = RLock()


@contextmanager
def exclusive(warehouse: Path, wait: bool = True) -> Iterator[None]:
    """Hold the warehouse; other processes wait. Re-entrant; the system lets go of it when the process ends, however.

    A publication that was interrupted is brought to its end first. What is created while the warehouse is held is for
    its owner only. Raises BlockingIOError where another process holds it and it is not to `wait`.
    """
    path = warehouse.resolve()
    with _guard, owner_only():
        descriptor, depth = _held.get(path, (-1, 0))
        if depth == 0:
            path.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path / ".lock", os.O_CREAT | os.O_RDWR, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BaseException:
                os.close(descriptor)
                raise
        _held[path] = (descriptor, depth + 1)
        try:
            if depth == 0:
                publishing.complete(path)
            yield
        finally:
            descriptor, depth = _held[path]
            _held[path] = (descriptor, depth - 1)
            if depth == 1:
                del _held[path]
                os.close(descriptor)


@contextmanager
def working(
    warehouse: Path, settings: Settings, extracts: Sequence[Extract] = ()
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the working database, held exclusively, with the run's extracts in `raw.run_extract`.

    Whatever layer is worked on, the reference figures and settings in it are those in force.
    """
    with exclusive(warehouse), opened(warehouse) as connection:
        connection.execute("set TimeZone = 'Europe/London'")
        # One checkpoint when the layer is done, rather than one for every few extracts.
        connection.execute("set checkpoint_threshold = '4GB'")
        ingest.prepare(connection)
        if loaded(connection) != definitions_sha256(settings):
            load_reference(connection, settings)
        if extracts:
            ingest.select(connection, extracts)
        yield connection
        # Here and not when the connection closes, where a disk without room would be passed over in silence.
        connection.execute("checkpoint")


# What DuckDB says of a database that is damaged, or that it could not write.
_DAMAGE = (duckdb.IOException, duckdb.FatalException, duckdb.InternalException, duckdb.SerializationException)


@contextmanager
def opened(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The working database; made anew where it cannot be read, because the landed files have all that was in it.

    The caller must hold the warehouse.
    """
    path = warehouse / WORKING
    narrow(warehouse)
    _forget(warehouse, ".tmp")  # what a killed run had put aside for want of memory
    if path.exists() and not os.access(path, os.W_OK):
        raise PermissionError(f"{path}: permission denied.")
    try:
        connection = duckdb.connect(str(path))
    except duckdb.Error as error:
        if "Could not set lock" in str(error):
            raise OSError(f"{path}: another program has it open; close it there and run again.") from None
        _forget(warehouse, "", ".wal")
        connection = duckdb.connect(str(path))
    try:
        with connection:
            yield connection
    except _DAMAGE as error:
        # Damaged, or cut short by a full disk: nothing that is left in it may be relied on.
        _forget(warehouse, "", ".wal", ".tmp")
        if isinstance(error, duckdb.FatalException):  # what DuckDB could not write, it says in many words
            raise OSError(f"{path}: it could not be written; there is no room left on the disk, or it fails.") from None
        raise


def _forget(warehouse: Path, *endings: str) -> None:
    for path in (warehouse / f"{WORKING}{ending}" for ending in endings):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def load_reference(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Bring the reference figures and the settings of this run into the working database."""
    loading.load(connection, settings.local_extra_non_working_days)
    setting.load_settings(connection, settings)
    connection.execute(
        "create table reference.definitions as select ? as sha256, ? as reference_sha256",
        [definitions_sha256(settings), loading.version()],
    )
    judging.prepare(connection)
