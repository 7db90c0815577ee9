"""What a form gives: canonical tables of text, whatever the files looked like."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pyarrow as pa


@dataclass(frozen=True)
class TableRead:
    """One canonical table as a form gives it: every cell as text, as it came.

    `cells` has a string column for each contract column that was sent; an absent column is not in it. `row_number`
    (int64) counts as a person does in the file, header 1. `place` (string) says where a record of a national form
    stands, sheet and row or element path; None for a plain file, whose row number is enough. `columns_ignored` are the
    headers that mean nothing here.
    """

    table_name: str
    form: str  # canonical | annex-a | cin | ssda903 | ssd | daily
    file_name: str  # path within the extract's folder, posix
    sha256: str
    cells: pa.Table
    row_number: pa.Array
    place: pa.Array | None = None
    columns_ignored: tuple[str, ...] = ()


@dataclass(frozen=True)
class Coverage:
    """From when, and to when, a table of an extract is complete (declared by a form, a setting or `extract.toml`).

    Events dated from `complete_from` on, and spells open on or after `spells_complete_from`, are all there; None is the
    whole history. `complete_to` None is the extract date. `is_latest_only`: the table holds only the latest of a kind.
    """

    complete_from: date | None = None
    spells_complete_from: date | None = None
    complete_to: date | None = None
    is_latest_only: bool = False
    declared_by: str = ""


@dataclass(frozen=True)
class FileNotRead:
    """A file that looks like a table and is not read, with the sentence that says why and what to do."""

    table_name: str
    file_name: str
    reason: str


@dataclass(frozen=True)
class FormRead:
    """What a form makes of the files that it recognised: their tables, and the coverage that the form itself declares.

    `warnings` are sentences about whole files, without a value of any cell; `never` says, per measure code, why the
    form can never support it.
    """

    tables: tuple[TableRead, ...]
    coverage: Mapping[str, Coverage] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    never: Mapping[str, str] = field(default_factory=dict)


def text_table(columns: Mapping[str, list[str]]) -> pa.Table:
    """A table of string columns from lists of cells, by contract column."""
    return pa.table({name: pa.array(cells, pa.string()) for name, cells in columns.items()})


def name_in(folder: Path, path: Path) -> str:
    """What a file is called within its extract's folder: with its folders, parted by slashes."""
    return path.relative_to(folder).as_posix()
