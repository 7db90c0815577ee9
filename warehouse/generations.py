"""Files that are replaced whole, and the generations of them that are kept.

The next files of a series are made in a folder beside the current ones, with a copy of each and their SHA-256. Renaming
that folder is the moment in which they take the place of the current ones: before it, what was interrupted is as if it
had never begun; after it, whoever next holds the warehouse brings it to its end. A current file that is missing, or not
as it was put there, is set aside and taken from its copy.
"""

import hashlib
import os
import shutil
import struct
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import RLock

import duckdb

if sys.platform != "win32":  # where what another program has open for writing cannot be opened anyway
    import fcntl

FOLDER = "generations"
SET_ASIDE = "set-aside"
SUMS = "SHA256SUMS"  # in the form of `sha256sum`, so that `sha256sum --check` reads it too
KEPT = 2  # unless a setting says otherwise
_COPY = "generation"  # in the folder of the next files
# Held while files change places, so that an interruption waits these few milliseconds.
changing_places = RLock()
# By warehouse that is held through a server: whether it still is, which is asked before anything takes another's place.
asked_before: dict[Path, Callable[[], bool]] = {}
_known: dict[Path, tuple[tuple[int, ...], str]] = {}  # of current files, by what changes when they do: their SHA-256


@dataclass(frozen=True)
class Series:
    """Files that are replaced together: their modes, in the order in which they are moved, the one that says what is
    there last; and what it means where one is lost for good."""

    name: str
    modes: Mapping[str, int]
    lost: Mapping[str, str]

    @property
    def next(self) -> str:
        """The folder in which the next files are made."""
        return ".next" if self.name == "publication" else f".next-{self.name}"

    @property
    def finished(self) -> str:
        """The same folder, once they are whole and only remain to be moved."""
        return self.next.replace("next", "finished")

    @property
    def first(self) -> str:
        """The file that says what is there."""
        return list(self.modes)[-1]


class LostLockError(OSError):
    """The server by which the warehouse was held went away meanwhile; nothing was replaced, and it can be done again."""


class InUseError(OSError):
    """A file that another program has open for writing; the message is a whole sentence."""


# --- replacing ------------------------------------------------------------------------------------------------------


def begin(warehouse: Path, series: Series, is_copied: bool = True) -> dict[str, Path]:
    """A folder that nobody else can open, with copies of the current files to work on; where each next file is made."""
    folder = warehouse / series.next
    folder.mkdir(mode=0o700)
    for name in series.modes:
        refuse_writers(warehouse / name)
        if is_copied and (warehouse / name).exists():
            copy(warehouse / name, folder / name)
    return {name: folder / name for name in series.modes}


def finish(warehouse: Path, series: Series) -> None:
    """Declare the next files whole: from here on they are the current ones, whatever happens.

    A file that was not made anew stays as it is, and is copied into the generation all the same. Raises OSError where
    something else is left beside the next files, LostLockError where the warehouse is not held any more.
    """
    if not asked_before.get(warehouse.resolve(), lambda: True)():
        raise LostLockError(f"{warehouse}: the server that holds its lock went away meanwhile; nothing was replaced.")
    folder = warehouse / series.next
    if beside := sorted({path.name for path in folder.iterdir()} - set(series.modes)):
        raise OSError(f"{folder}: {', '.join(beside)} is left beside the next files, so they are not whole.")
    made = [name for name in series.modes if (folder / name).exists()]
    current = {name: folder / name if name in made else warehouse / name for name in series.modes}
    _keep(folder / _COPY, {name: path for name, path in current.items() if path.exists()})
    for name in made:
        (folder / name).chmod(series.modes[name])
        flush(folder / name)
    flush(folder)
    with changing_places:
        folder.replace(warehouse / series.finished)
        flush(warehouse)


def complete(warehouse: Path, series: Series) -> list[str]:
    """Bring a replacement that was interrupted to its end: forward if its files are whole, else back.

    The caller must hold the warehouse. Where nothing was interrupted, nothing is done. Gives a sentence for each
    journal of another program that was set aside before a new file took the place of the one it belongs to.
    """
    finished = warehouse / series.finished
    told: list[str] = []
    if finished.is_dir():
        with changing_places:
            if (finished / _COPY).is_dir():
                (warehouse / FOLDER / series.name).mkdir(mode=0o700, parents=True, exist_ok=True)
                (finished / _COPY).replace(_place(warehouse, series))
                flush(warehouse / FOLDER / series.name)
            for name in series.modes:
                if (finished / name).exists():
                    told += _set_journal_aside(warehouse / name)
                    if (warehouse / name).is_dir():
                        set_aside(warehouse / name)
                    (finished / name).replace(warehouse / name)
                    flush(warehouse)
            finished.rmdir()
            flush(warehouse)
    if (warehouse / series.next).is_dir():
        shutil.rmtree(warehouse / series.next)
    return told


def prune(warehouse: Path, series: Series, kept: int = KEPT) -> None:
    """Keep so many generations, the latest ones."""
    for generation in _generations(warehouse, series)[kept:]:
        shutil.rmtree(generation)


def forget(warehouse: Path, series: Series, name: str) -> None:
    """Remove a file from all generations but the latest, and what was ever set aside of it."""
    for generation in _generations(warehouse, series)[1:]:
        (generation / name).unlink(missing_ok=True)
    for path in (warehouse / SET_ASIDE).glob(f"{name}*"):
        remove(path)
    with suppress(OSError):  # something else is in it, or it is not there
        (warehouse / SET_ASIDE).rmdir()


def remove(path: Path) -> None:
    """Remove a file, or a folder and what is in it, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def put_in_place(new: Path, path: Path, mode: int) -> None:
    """Rename a finished file over the one before it, so that no reader sees half of it and no power cut loses it."""
    new.chmod(mode)
    flush(new)
    new.replace(path)
    flush(path.parent)


def flush(path: Path) -> None:
    """Have the disk keep a file's bytes, or a folder's names, through a power cut."""
    if os.name == "nt" and path.is_dir():
        return  # Windows opens no folder, and keeps its names by itself
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def copy(source: Path, target: Path) -> None:
    """Copy a file's bytes; where the file system can, both share them until one is written to."""
    if hasattr(os, "copy_file_range"):
        with suppress(OSError), source.open("rb") as read, target.open("wb") as written:
            left = os.fstat(read.fileno()).st_size
            while left and (done := os.copy_file_range(read.fileno(), written.fileno(), left)):
                left -= done
            if not left:
                return
    shutil.copyfile(source, target)  # which also says why it cannot be copied


# --- damage ---------------------------------------------------------------------------------------------------------


def mend(warehouse: Path, series: Series) -> list[str]:
    """Set aside what is damaged and take it from the last good generation; one sentence for each thing that was done.

    The caller must hold the warehouse and have completed what was interrupted. Raises InUseError where another program
    has one of the files open for writing.
    """
    for name in series.modes:
        refuse_writers(warehouse / name)
        remove(warehouse / f".kept-{name}")  # a restoration that was interrupted
    told = [sentence for name in series.modes for sentence in _set_journal_aside(warehouse / name)]
    kept = _generations(warehouse, series)
    if not kept:
        return told + _adopt(warehouse, series)
    current = {name: _current_sha256(warehouse / name) for name in series.modes}
    for generation in kept:
        sums = _sums(generation, current)
        if series.first in sums and _is_there(generation, series.first, sums, current):
            break
    else:
        shutil.rmtree(warehouse / FOLDER / series.name)
        return told + _adopt(warehouse, series, is_lost=True)
    for name in series.modes:
        if name not in sums or current[name] == sums[name]:
            continue
        told.append(_restored(warehouse, series, name, generation, sums, is_latest=generation == kept[0]))
    if generation != kept[0]:  # what came after it is lost or will be made again
        for later in kept[: kept.index(generation)]:
            shutil.rmtree(later)
    return told


def verify(warehouse: Path, series: Series) -> list[str]:
    """Read every byte of the kept copies against their SHA-256, and make those anew that are damaged and can be; one
    sentence for each. The current files were held against theirs when the caller took hold of the warehouse."""
    told = []
    for number, generation in enumerate(_generations(warehouse, series)):
        sums = _sums(generation, {name: _current_sha256(warehouse / name) for name in series.modes})
        for name, sha256 in sums.items():
            path = generation / name
            is_forgotten = number > 0 and not os.path.lexists(path)
            if is_forgotten or (path.is_file() and _sha256(path) == sha256):
                continue
            remove(path)
            if _current_sha256(warehouse / name) == sha256:
                copy(warehouse / name, path)
                path.chmod(0o600)
                told.append(
                    f"{path}: the kept copy was damaged; it is made anew from {warehouse / name}, which is whole."
                )
            else:
                told.append(f"{path}: the kept copy was damaged, and is removed; a later one is kept.")
    return told


def refuse_writers(path: Path) -> None:
    """Raise InUseError where another program has the file open for writing."""
    if not path.is_file() or sys.platform == "win32":
        return
    with path.open("rb") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            raise InUseError(in_use(path, _writer(file.fileno()))) from None


def in_use(path: Path | str, process: int | str | None) -> str:
    """What to say of a file that another program has open for writing."""
    named = f" (process {process})" if process else ""
    return f"{path}: another program{named} has it open for writing; close it there and try again."


def set_aside(path: Path) -> Path:
    """Rename what is there to a name with the time, in the warehouse's folder for that; where it is now."""
    folder = path.parent / SET_ASIDE
    folder.mkdir(mode=0o700, exist_ok=True)
    named = folder / f"{path.name}.{datetime.now():%Y-%m-%dT%H-%M-%S}"
    number = 1
    while (aside := named if number == 1 else named.with_name(f"{named.name}.{number}")).exists():
        number += 1
    path.rename(aside)
    flush(path.parent)
    return aside


def _set_journal_aside(path: Path) -> Iterator[str]:
    journal = path.with_name(f"{path.name}.wal")
    if os.path.lexists(journal):
        aside = set_aside(journal)
        yield (
            f"{journal}: another program opened {path.name} for writing and left this journal, which would change what "
            f"is read; it is set aside as {aside}."
        )


def _restored(
    warehouse: Path, series: Series, name: str, generation: Path, sums: Mapping[str, str], is_latest: bool
) -> str:
    path = warehouse / name
    if os.path.lexists(path):
        was = f"it was damaged or changed by another program; it is set aside as {set_aside(path)}"
    else:
        was = "it was missing; something removed it"
    if not _is_there(generation, name, sums, {}):
        return f"{path}: {was}, and no whole copy is kept. {series.lost[name]}"
    new = warehouse / f".kept-{name}"
    copy(generation / name, new)
    put_in_place(new, path, series.modes[name])
    when = f"{datetime.fromtimestamp((generation / SUMS).stat().st_mtime):%d/%m/%Y %H:%M}"
    if is_latest:
        return f"{path}: {was}, and it is restored from the copy of {when}. Nothing is lost."
    return (
        f"{path}: {was}, and it is restored from the copy of {when}; what was published since is published again from "
        "what has landed."
    )


def _adopt(warehouse: Path, series: Series, is_lost: bool = False) -> list[str]:
    """Keep a first generation of files of which none is kept, after those that cannot be opened are set aside."""
    told = []
    for name in series.modes:
        path = warehouse / name
        if not os.path.lexists(path):
            if is_lost:
                told.append(f"{path}: it was missing, and no whole copy is kept. {series.lost[name]}")
            continue
        if not _opens(path):
            aside = set_aside(path)
            told.append(
                f"{path}: it was damaged and is set aside as {aside}; no whole copy is kept. {series.lost[name]}"
            )
    there = {name: warehouse / name for name in series.modes if (warehouse / name).exists()}
    if there and series.first in there:
        new = warehouse / series.next
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        _keep(new / _COPY, there)
        (warehouse / FOLDER / series.name).mkdir(mode=0o700, parents=True, exist_ok=True)
        (new / _COPY).replace(_place(warehouse, series))
        new.rmdir()
    return told


def _opens(path: Path) -> bool:
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            connection.sql("select count(*) from duckdb_columns()").fetchall()
    except duckdb.Error:
        return False
    return True


# --- generations ----------------------------------------------------------------------------------------------------


def _generations(warehouse: Path, series: Series) -> list[Path]:
    """The folders of the generations, the latest first."""
    folder = warehouse / FOLDER / series.name
    return sorted((path for path in folder.iterdir() if path.name.isdigit()), reverse=True) if folder.is_dir() else []


def _place(warehouse: Path, series: Series) -> Path:
    """The folder of the next generation."""
    latest = next(iter(_generations(warehouse, series)), None)
    return warehouse / FOLDER / series.name / f"{int(latest.name) + 1 if latest else 1:06}"


def _keep(folder: Path, files: Mapping[str, Path]) -> None:
    """Copy files into a generation's folder, with their SHA-256, which is on the disk then; a torn copy shows by it."""
    folder.mkdir(mode=0o700)
    lines = []
    for name, path in files.items():
        lines.append(f"{_sha256(path)}  {name}\n")
        copy(path, folder / name)
        (folder / name).chmod(0o600)
    (folder / SUMS).write_text("".join(lines))
    flush(folder / SUMS)
    flush(folder)


def _sums(generation: Path, current: Mapping[str, str | None]) -> dict[str, str]:
    """The SHA-256 of a generation's files. Where they cannot be read: of the copies, if the current files are the same."""
    with suppress(OSError, ValueError):
        sums = {
            name: sha256 for sha256, name in (line.split() for line in (generation / SUMS).read_text().splitlines())
        }
        if sums and all(len(sha256) == 64 for sha256 in sums.values()):
            return sums
    copies = {path.name: _sha256(path) for path in generation.iterdir() if path.is_file() and path.name in current}
    return copies if copies and all(current[name] == sha256 for name, sha256 in copies.items()) else {}


def _is_there(generation: Path, name: str, sums: Mapping[str, str], current: Mapping[str, str | None]) -> bool:
    """Whether a generation's file can be had, from the current one or from the kept copy."""
    if name not in sums:
        return False
    return current.get(name) == sums[name] or (
        (generation / name).is_file() and _sha256(generation / name) == sums[name]
    )


def _current_sha256(path: Path) -> str | None:
    """The SHA-256 of a current file, read once by this process unless the file changes; None where it is no file."""
    if not path.is_file():
        return None
    found = path.stat()
    seen = (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
    known = _known.get(path)
    if known is None or known[0] != seen:
        known = _known[path] = (seen, _sha256(path))
    return known[1]


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _writer(descriptor: int) -> int | None:
    """The process that keeps others from reading the file, where the system tells."""
    if sys.platform != "linux":
        return None
    asked = struct.pack("hhqqi", fcntl.F_RDLCK, 0, 0, 0, 0)
    with suppress(OSError, struct.error):
        return int(struct.unpack("hhqqi", fcntl.fcntl(descriptor, fcntl.F_GETLK, asked))[4]) or None
    return None


@contextmanager
def replaced(warehouse: Path, series: Series, kept: int = KEPT) -> Iterator[dict[str, Path]]:
    """Copies of the current files to change; they take the place of the current ones where nothing goes wrong."""
    complete(warehouse, series)
    yield begin(warehouse, series)
    finish(warehouse, series)
    complete(warehouse, series)
    prune(warehouse, series, kept)
