"""Ctrl-C and SIGTERM end a command within seconds and with one sentence, wherever it is: in an import, a query, Dagster.

Python runs what handles a signal between two of its own instructions, which a long query or an import may never reach,
and Dagster puts handlers of its own in place. So a thread waits for the number of the signal, which arrives at once, and
ends the process as `kill -9` would: whatever a killed run leaves, the next command brings to its end or clears away.
This module imports nothing else of the project, so that it is there before anything that takes long.
"""

import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM)
SENTENCE = "Interrupted; what is published is whole, and the same command, given again, does what is left.\n"
_PATIENCE_SECONDS = 5  # for files that are just changing places, which takes milliseconds


def end_on_signals(first: Callable[[], object] = lambda: None) -> None:
    """From now on SIGINT and SIGTERM end this process, with exit status 130 and 143; `first` is done before.

    Windows writes the numbers of signals into no pipe: there they end a process as Python has it.
    """
    if os.name == "nt":
        return
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    for number in SIGNALS:
        signal.signal(number, _nothing)
    sys.unraisablehook = _unless_it_is_an_interruption
    told = os.dup(2)  # while a step runs, Dagster has the process's standard error go into a file
    threading.Thread(target=_wait, args=(reading, told, first), daemon=True, name="interruption").start()


def _nothing(_number: int, _frame: Any) -> None:
    """The thread does it."""


def _unless_it_is_an_interruption(unraisable: "sys.UnraisableHookArgs") -> None:
    """Tell, as Python does, of an error that nobody can handle; not of an interruption, which the thread tells of.

    The handlers that Dagster puts in place raise, wherever Python is: also while it lets go of an object.
    """
    if issubclass(unraisable.exc_type, Exception):
        sys.__unraisablehook__(unraisable)


def _wait(reading: int, told: int, first: Callable[[], object]) -> None:
    number = 0
    while number not in SIGNALS:
        number = os.read(reading, 1)[0]
    status = 128 + number
    with suppress(BaseException):
        first()
    with suppress(BaseException):
        _clear_up()
    with suppress(OSError):
        os.write(told, SENTENCE.encode())
    os._exit(status)


def _clear_up() -> None:
    """Let files that change places do so, and remove what was put aside of child-level data."""
    changing_places = getattr(sys.modules.get("warehouse.generations"), "changing_places", None)
    if changing_places is not None:
        changing_places.acquire(timeout=_PATIENCE_SECONDS)
    folders: Iterable[Path] = getattr(sys.modules.get("warehouse.private"), "spill_folders", ())
    for folder in list(folders):
        shutil.rmtree(folder, ignore_errors=True)
