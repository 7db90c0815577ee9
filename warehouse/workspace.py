"""The warehouse held by one process at a time: two publications wait for each other."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

from filelock import FileLock

from warehouse.locking import lock
from warehouse.private import narrow, owner_only, remove_left_over_spills
from warehouse.published import publishing

_held: dict[Path, tuple[FileLock, int]] = {}
_guard = RLock()


@contextmanager
def exclusive(warehouse: Path, wait: bool = True) -> Iterator[None]:
    """Hold the warehouse; other processes wait. Re-entrant; the system lets go of it when the process ends, however.

    A publication that was interrupted is brought to its end first. What is created while the warehouse is held is for
    its owner only. Raises BlockingIOError where another process holds it and it is not to `wait`.
    """
    path = warehouse.resolve()
    with _guard, owner_only():
        held, depth = _held.get(path, (None, 0))
        if held is None:
            path.mkdir(parents=True, exist_ok=True)
            held = lock(path / ".lock", wait)
        _held[path] = (held, depth + 1)
        try:
            if depth == 0:
                narrow(path)
                publishing.complete(path)
                remove_left_over_spills(path / ".spill")
            yield
        finally:
            _, depth = _held[path]
            _held[path] = (held, depth - 1)
            if depth == 1:
                del _held[path]
                held.release()
