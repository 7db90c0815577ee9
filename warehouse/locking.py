"""Locks between processes: held by the system, which lets go of them when the process ends, however it ends.

A lock is of a file, for the processes that see the file; or of a name in a PostgreSQL database, for those of every machine
that reaches it. The server lets go of that with the connection: of a machine that has vanished, within a minute or two.
"""

import hashlib
import time
from pathlib import Path

from filelock import FileLock, Timeout

_MODE = 0o600
_PATIENCE_SECONDS = 300  # for a server that restarts
_OPTIONS = "-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3"


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


class AdvisoryLock:
    """The lock of a name in a PostgreSQL database, held until it is released or the connection ends."""

    def __init__(self, address: str, name: str, wait: bool = True) -> None:
        """Acquire it. Raises BlockingIOError where another has it and it is not to `wait`, OSError without a server."""
        import psycopg  # of the commands of one machine none needs it

        self._error = psycopg.OperationalError
        key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
        asked = "select pg_advisory_lock(%s) is not null" if wait else "select pg_try_advisory_lock(%s)"
        ends_at = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                self._connection = psycopg.connect(
                    address, autocommit=True, options=_OPTIONS, application_name="kpi lock", connect_timeout=10
                )
                row = self._connection.execute(asked, [key]).fetchone()
                break
            except psycopg.OperationalError as error:
                if time.monotonic() > ends_at:
                    raise OSError(f"{name} cannot be locked: {str(error).splitlines()[0]}") from None
            time.sleep(1)
        if not (row and row[0]):
            self.release()
            raise BlockingIOError(f"{name} is held by another process")

    def is_held(self) -> bool:
        """Whether the connection, and so the lock, has lasted until now."""
        try:
            self._connection.execute("select 1")
        except self._error:
            return False
        return True

    def release(self) -> None:
        """Let go of it."""
        self._connection.close()
