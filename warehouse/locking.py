"""Locks between processes: held by the system, which lets go of them when the process ends, however it ends."""

from pathlib import Path

from filelock import FileLock, Timeout

_MODE = 0o600


def lock(path: Path, wait: bool = True) -> FileLock:
    """A lock file's lock, held until it is released. Raises BlockingIOError where another has it and it is not to `wait`.

    Never the kind of lock that is the file itself, which a process that is killed would leave behind.
    """
    held = FileLock(path, mode=_MODE, thread_local=False, fallback_to_soft=False)
    try:
        held.acquire(timeout=-1 if wait else 0)
    except Timeout as error:
        raise BlockingIOError(f"{path} is held by another process") from error
    return held
