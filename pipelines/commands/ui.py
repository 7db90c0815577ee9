"""The `ui` command: Dagster's web server and daemons in a session of their own, which ends with the command."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

from pipelines.interruption import end_on_signals

HOST = "127.0.0.1"  # the UI has no log-in of its own: docs/access.md shows what stands in front of it
_PATIENCE_SECONDS = 4.0


def is_free(port: int) -> bool:
    """Whether nothing else listens on the port."""
    with socket.socket() as asked:
        asked.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError, OverflowError):
            asked.bind((HOST, port))
            return True
    return False


def serve(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run Dagster until it ends or is interrupted; its exit status. No process of it outlives this one."""
    process = subprocess.Popen(command, env=dict(environment), start_new_session=True)  # noqa: S603 - our own interpreter's dagster
    end_on_signals(lambda: _end(process.pid))
    status = process.wait()
    _end(process.pid)
    return status


def _end(group: int) -> None:
    """End every process of the group, those that do not by themselves after a few seconds."""
    if sys.platform == "win32":
        return  # there is no group; Dagster gets what the console sends
    ends_at = time.monotonic() + _PATIENCE_SECONDS
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGTERM)
        while time.monotonic() < ends_at:
            os.killpg(group, 0)
            time.sleep(0.05)
        os.killpg(group, signal.SIGKILL)
