"""Who may read what is written: child-level files are for their owner only, whatever the umask of the process."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FILE, FOLDER = 0o600, 0o700
# What holds rows about children, or tells of single files: in the warehouse, with DuckDB's journals and spills.
_CHILD_LEVEL = ("working.duckdb*", "casework.duckdb*", "ledger.duckdb*", ".next-*", "pending", "errors")
_UMASK = 0o077
_changing = threading.Lock()
_inside: list[int] = []  # the process's own umask, once for each that is inside


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


def narrow(warehouse: Path) -> None:
    """Take from everybody else what they may do with child-level files that are there already (from a copy, say).

    The warehouse's own folder keeps the mode it has: who made it wider lets analysts reach kpi.duckdb.
    """
    for pattern in _CHILD_LEVEL:
        for path in warehouse.glob(pattern):
            for each in (path, *path.rglob("*")) if path.is_dir() else (path,):
                mode = FOLDER if each.is_dir() else FILE
                if each.stat().st_mode & 0o777 & ~mode:
                    each.chmod(mode)
