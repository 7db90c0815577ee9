"""Where pages and lists lie, and how one is written: whole or not at all."""

import os
from collections.abc import Sequence
from pathlib import Path

FOLDER = "reports"
INDEX = "index.html"
COVERAGE = "coverage.html"
EXPLORE = "explore.html"


def replace(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write a file beside its place and rename it there. Overviews hold aggregates only, so others may read them."""
    for folder in reversed(_folders(path)):
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)
    new = path.with_name(f".next-{os.getpid()}-{path.name}")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as stream:
        stream.write(content)
        stream.flush()
        new.chmod(mode)
        os.fsync(stream.fileno())
    new.replace(path)


def write_private(folder: Path, name: str, content: bytes, within: str = "") -> Path:
    """Write a list's workbook, for its owner's eyes only, beside the file that it then replaces; where it lies.

    `within`: a folder of `folder`; each on the way to it is for its owner alone too.
    """
    for part in ("", *filter(None, within.split("/"))):
        folder /= part
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
    path, new = folder / name, folder / f".next-{os.getpid()}-{name}"
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        new.chmod(0o600)
        stream.write(content)
        stream.flush()
        os.fsync(descriptor)
    new.replace(path)
    return path


def _folders(path: Path) -> Sequence[Path]:
    """The folders of a file from its own up to `reports`; none of a file elsewhere."""
    parents = list(path.parents)
    names = [parent.name for parent in parents]
    return parents[: names.index(FOLDER) + 1] if FOLDER in names else []
