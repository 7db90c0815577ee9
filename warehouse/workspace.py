"""The warehouse held by one process at a time: two publications wait for each other."""

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock

from warehouse import generations, ledger
from warehouse.locking import AdvisoryLock, lock
from warehouse.private import narrow, owner_only, remove_left_over_spills
from warehouse.published import publishing

# What is told of the warehouse, a sentence each, whoever shows it: the command line, or Dagster with a run.
log = logging.getLogger("warehouse")
_SERIES = (publishing.SERIES, ledger.SERIES)
_VERIFIED = f"{generations.FOLDER}/verified"
_held: dict[Path, tuple[ExitStack, int]] = {}
_guard = RLock()
_server: Callable[[], str] | None = None


def lock_through(address: Callable[[], str] | None) -> None:
    """From now on also hold warehouses by an advisory lock of a PostgreSQL database, for several machines.

    `address` gives where it is, and is asked when a warehouse is held.
    """
    global _server
    _server = address


@contextmanager
def exclusive(warehouse: Path, wait: bool = True) -> Iterator[None]:
    """Hold the warehouse; other processes wait. Re-entrant; the system lets go of it when the process ends, however.

    It is held by a lock on its file, and where `lock_through` says so by one of a database too, which asks nothing of
    the storage that several machines share.

    A publication that was interrupted is brought to its end first, and files that are damaged, missing or changed by
    others are set aside and taken from their copies, which is told in the log. What is created while the warehouse is
    held is for its owner only. Raises BlockingIOError where another process holds it and it is not to `wait`, InUseError
    where another program has one of its files open for writing.
    """
    path = warehouse.resolve()
    with _guard, owner_only():
        held, depth = _held.get(path, (None, 0))
        if held is None:
            path.mkdir(parents=True, exist_ok=True)
            held = _locked(path, wait)
        _held[path] = (held, depth + 1)
        try:
            if depth == 0:
                narrow(path)
                for sentence in _mended(path):
                    log.warning(sentence)
                remove_left_over_spills(path / ".spill")
            yield
        finally:
            _, depth = _held[path]
            _held[path] = (held, depth - 1)
            if depth == 1:
                del _held[path]
                held.close()


def _locked(warehouse: Path, wait: bool) -> ExitStack:
    """The locks of a warehouse; close it to release them."""
    with ExitStack() as locks:
        if _server is not None:
            of_all = AdvisoryLock(_server(), str(warehouse), wait)
            locks.callback(of_all.release)
            generations.asked_before[warehouse] = of_all.is_held
            locks.callback(generations.asked_before.pop, warehouse)
        locks.callback(lock(warehouse / ".lock", wait).release)
        return locks.pop_all()


def _mended(warehouse: Path) -> Iterator[str]:
    for series in _SERIES:
        yield from generations.complete(warehouse, series)
        yield from generations.mend(warehouse, series)


def verify(warehouse: Path) -> list[str]:
    """Read every byte of what is published and of its kept copies, and mend what can be; a sentence for each damage."""
    found: list[str] = []

    class Found(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(record.getMessage())

    shown, log.handlers = log.handlers, [Found()]
    try:
        with exclusive(warehouse):
            for series in _SERIES:
                found += generations.verify(warehouse, series)
            if (warehouse / generations.FOLDER).is_dir():
                (warehouse / _VERIFIED).write_text(f"{datetime.now(UTC).isoformat(timespec='seconds')}\n")
    finally:
        log.handlers = shown
    return found


def verified_at(warehouse: Path) -> datetime | None:
    """When what is published was last verified (UTC); None where that is not known."""
    try:
        return datetime.fromisoformat((warehouse / _VERIFIED).read_text().strip())
    except (OSError, ValueError):
        return None
