"""The warehouse held by one process at a time: two publications wait for each other."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

from warehouse.private import narrow, owner_only, remove_left_over_spills
from warehouse.published import publishing

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
                narrow(path)
                publishing.complete(path)
                remove_left_over_spills(path / ".spill")
            yield
        finally:
            descriptor, depth = _held[path]
            _held[path] = (descriptor, depth - 1)
            if depth == 1:
                del _held[path]
                os.close(descriptor)
