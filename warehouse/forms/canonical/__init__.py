"""The canonical form: one file per table of the contract, `<table>.csv`, `.csv.gz`, `.parquet` or `.xlsx`."""

import hashlib
from pathlib import Path

import pyarrow as pa

from schemas.settings import Operation
from schemas.tables import columns
from warehouse.forms.canonical import delimited, parquet, workbook
from warehouse.forms.canonical.layout import Wanted, wanted
from warehouse.forms.canonical.rows import Rows
from warehouse.forms.local_spellings import LocalSpellings
from warehouse.forms.reading import TableRead, name_in
from warehouse.landing.bounds import UnreadableFileError, bytes_of
from warehouse.reference.councils import other_council

FORM = "canonical"


def read_file(
    folder: Path, table: str, path: Path, la_code: str, limits: Operation, local: LocalSpellings | None = None
) -> TableRead:
    """One file of an extract's `folder` as the table that it is named for, read once: hash, checks and cells.

    `local` are the headers and sheets of the authority's own. Raises UnreadableFileError, with every reason, for a file
    that cannot be read, is beyond the `limits`, lacks a required column, holds no row, or is another council's.
    """
    local = local or LocalSpellings()
    content = bytes_of(path, limits)
    rows = read_rows(path.name, content, wanted(table, local.headers.get(table), local.sheets), limits)
    for place, header in rows.layout.authorities.items():
        if other := other_council(rows.columns[place], la_code):
            raise UnreadableFileError(
                f"the column {header} names another authority in most rows ({other}); send the extract of {la_code}, "
                "or land this one in the folder of that authority"
            )
    if not len(rows.row_number):
        raise UnreadableFileError("it has a header but no rows; send the table, or leave the file out")
    return TableRead(
        table_name=table,
        form=FORM,
        file_name=name_in(folder, path),
        sha256=hashlib.sha256(content).hexdigest(),
        cells=_cells(table, rows),
        row_number=rows.row_number,
        columns_ignored=rows.layout.ignored,
    )


def read_rows(name: str, content: bytes, wanted: Wanted, limits: Operation) -> Rows:
    """The rows of what is wanted of a file, by the kind of file that its name says. Raises UnreadableFileError."""
    lowered = name.lower()
    if lowered.endswith(".parquet"):
        return parquet.read(content, wanted, limits)
    if lowered.endswith(".xlsx"):
        return workbook.read(content, wanted, limits)
    return delimited.read(content, wanted, lowered.endswith(".gz"), limits)


def _cells(table: str, rows: Rows) -> pa.Table:
    """The contract's columns that are in the file, in the contract's order."""
    positions = rows.layout.positions
    return pa.table({one.name: rows.columns[positions[one.name]] for one in columns(table) if one.name in positions})
