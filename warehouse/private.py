"""Who may read what is written: child-level files are for their owner only, and no error tells what a cell holds."""

import os
import shutil
import tempfile
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from warehouse.generations import InUseError
from warehouse.locking import lock

_PROJECT = Path(__file__).resolve().parent.parent
ERRORS = "errors"
FILE, FOLDER = 0o600, 0o700
# What holds rows about children, or tells of single files: in the warehouse, with DuckDB's journals and spills.
_CHILD_LEVEL = (
    "casework.duckdb*", "ledger.duckdb*", ".next*", ".finished*", ".kept-*", ".spill*", ".landed.json*", "generations",
    "set-aside", "pending", "issues", "prepared", ERRORS,
)  # fmt: skip
_UMASK = 0o077
spill_folders: set[Path] = set()  # those of this process, to be removed however it ends
_changing = threading.Lock()
_inside: list[int] = []  # the process's own umask, once for each that is inside


class NoSuchGroupError(Exception):
    """The group that may read a file is none of the system's."""


def give_to_group(path: Path, group: str) -> None:
    """Let a group of the system own the path too; its mode stays. Raises NoSuchGroupError."""
    try:
        shutil.chown(path, group=group)
    except LookupError:
        raise NoSuchGroupError(group) from None


@contextmanager
def owner_only() -> Iterator[None]:
    """What the process creates inside is for its owner only, from its first moment and whoever creates it.

    DuckDB makes its files, journals and spill folder itself, and Dagster its logs; a mode that is set afterwards would
    come too late. The umask is the process's: with several threads inside it returns to what it was after the last.
    """
    with _changing:
        before = os.umask(_UMASK)
        _inside.append(_inside[0] if _inside else before)
    try:
        yield
    finally:
        with _changing:
            own = _inside.pop()
            if not _inside:
                os.umask(own)


class SpillFolder:
    """A folder of one database in memory, for its owner only, for what does not fit; it goes with the process.

    Groups are computed while others hold the warehouse, so each has a folder of its own in `parent`, and locks it.
    """

    def __init__(self, parent: Path) -> None:
        with owner_only():
            while not self._is_made(parent):
                pass  # another process that clears up was between our steps

    def _is_made(self, parent: Path) -> bool:
        parent.mkdir(parents=True, exist_ok=True)
        try:
            self.path = Path(tempfile.mkdtemp(dir=parent))
            self._lock = lock(self.path / ".lock")
        except FileNotFoundError:
            return False
        spill_folders.add(self.path)
        return self.path.is_dir()

    def remove(self) -> None:
        """Remove the folder and what is in it."""
        self._lock.release()
        shutil.rmtree(self.path, ignore_errors=True)
        spill_folders.discard(self.path)
        with suppress(OSError):  # another one is in it
            self.path.parent.rmdir()


def remove_left_over_spills(parent: Path) -> None:
    """Remove what processes that have died had put aside; a folder that is locked is in use."""
    for path in parent.iterdir() if parent.is_dir() else ():
        try:
            if path.is_dir():
                lock(path / ".lock", wait=False).release()
        except BlockingIOError:
            continue
        except OSError:
            pass  # no lock: nobody's
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    with suppress(OSError):
        parent.rmdir()


def narrow(warehouse: Path) -> None:
    """Take from everybody else what they may do with child-level files that are there already (from a copy, say).

    The warehouse's own folder keeps the mode it has: who made it wider lets analysts reach kpi.duckdb.
    """
    for pattern in _CHILD_LEVEL:
        for path in warehouse.glob(pattern):
            for each in (path, *path.rglob("*")) if path.is_dir() else (path,):
                mode = FOLDER if each.is_dir() else FILE
                if each.name != "kpi.duckdb" and each.stat().st_mode & 0o777 & ~mode:
                    each.chmod(mode)


# What these say is about files and memory, never about a row.
ABOUT_THE_MACHINE = (OSError, MemoryError, duckdb.IOException, duckdb.OutOfMemoryException)


def without_data(error: Exception, warehouse: Path, name: str) -> str:
    """What may be told of an error that nobody foresaw: its class and our line, but not its words.

    Messages of DuckDB and pandera quote cells. They go, with the traceback, to `<warehouse>/errors/<name>.txt`, which
    is for its owner only.
    """
    if isinstance(error, InUseError):
        return str(error)
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if _PROJECT in Path(frame.filename).parents]
    own = [frame for frame in ours if "site-packages" not in Path(frame.filename).parts]
    where = f"{Path(own[-1].filename).relative_to(_PROJECT)}, line {own[-1].lineno}" if own else "no line of ours"
    told = f"{type(error).__name__} in {where}"
    if isinstance(error, ABOUT_THE_MACHINE):
        first = str(error).splitlines() or [""]
        return f"{told}: {first[0]}"
    folder = warehouse / ERRORS
    try:
        with owner_only():
            folder.mkdir(parents=True, exist_ok=True)
            with (folder / f"{name}.txt").open("a") as details:
                details.writelines(traceback.format_exception(error))
    except OSError:  # a full disk, most likely: the error itself matters more than its details
        return f"{told}; its details could not be written to {folder}."
    return f"{told}; its details, which may quote rows, are in {folder / name}.txt."
