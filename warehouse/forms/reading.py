"""What a form gives: canonical tables of text, whatever the files looked like."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from warehouse.landing.coverage import Coverage
from warehouse.landing.extracts import UNREADABLE


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
class FileNotRead:
    """A file that looks like a table and is not read, with the sentence that says why and what to do."""

    table_name: str
    file_name: str
    reason: str
    sha256: str = UNREADABLE


@dataclass(frozen=True)
class Report:
    """Something that the reading itself saw in a row and that is told of it, by the rule's name: a `row_issue`."""

    rule: str
    table_name: str
    row_number: int
    place: str | None = None
    person_id: str | None = None
    record_id: str | None = None
    column_name: str | None = None
    raw_value: str | None = None


@dataclass(frozen=True)
class FormRead:
    """What a form makes of the files that it recognised: their tables, and the coverage that the form itself declares.

    `warnings` are sentences about whole files, without a value of any cell; `never` says, per measure code, why the
    form can never support it. `unusable` are the parts of a file (a sheet, a file of several) that hold a table and
    cannot be used, with the reason: the table refuses the extract unless it is left out on purpose; the others can be
    used. `reports` go to `row_issue`. `lacks` are what these files lack beside what the form always does.
    """

    tables: tuple[TableRead, ...]
    coverage: Mapping[str, Coverage] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    never: Mapping[str, str] = field(default_factory=dict)
    unusable: tuple[FileNotRead, ...] = ()
    reports: tuple[Report, ...] = ()
    lacks: Mapping[str, "Lack"] = field(default_factory=dict)


@dataclass(frozen=True)
class Lack:
    """Why a form by itself can never support a measure, and what would mend it.

    `columns` of `table` can come in a supplement; where none are named, the table itself must come from elsewhere.
    `when`: the setting, and the value of it, under which it is lacking. `form`: the form, once it is of an extract.
    """

    table: str
    reason: str
    columns: tuple[str, ...] = ()
    when: tuple[str, str] | None = None
    form: str = ""

    @property
    def sentence(self) -> str:
        """The reason with its remedy."""
        if self.columns:
            return f"{self.reason}; send {' and '.join(self.columns)} in supplement_{self.table}.csv"
        return f"{self.reason}; send the table {self.table} from the case system"


def text_table(columns: Mapping[str, list[str]]) -> pa.Table:
    """A table of string columns from lists of cells, by contract column."""
    return pa.table({name: pa.array(cells, pa.string()) for name, cells in columns.items()})


def name_in(folder: Path, path: Path) -> str:
    """What a file is called within its extract's folder: with its folders, parted by slashes."""
    return path.relative_to(folder).as_posix()
