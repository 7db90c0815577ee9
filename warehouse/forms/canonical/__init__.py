"""The canonical form: one file per table of the contract, `<table>.csv`, `.csv.gz`, `.parquet` or `.xlsx`."""

import hashlib
from pathlib import Path

import pyarrow as pa

from schemas.settings import Operation
from schemas.tables import columns
from warehouse.forms.canonical import delimited, parquet, workbook
from warehouse.forms.canonical.rows import Rows
from warehouse.forms.reading import TableRead, name_in
from warehouse.landing.bounds import UnreadableFileError, bytes_of
from warehouse.reference.councils import other_council

FORM = "canonical"


def read_file(folder: Path, table: str, path: Path, la_code: str, limits: Operation) -> TableRead:
    """One file of an extract's `folder` as the table that it is named for, read once: hash, checks and cells.

    Raises UnreadableFileError, with every reason, for a file that cannot be read, is beyond the `limits`, lacks a
    required column, holds no row, or is another council's.
    """
    content = bytes_of(path, limits)
    name = path.name.lower()
    if name.endswith(".parquet"):
        rows = parquet.read(content, table, limits)
    elif name.endswith(".xlsx"):
        rows = workbook.read(content, table, limits)
    else:
        rows = delimited.read(content, table, name.endswith(".gz"), limits)
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


def _cells(table: str, rows: Rows) -> pa.Table:
    """The contract's columns that are in the file, in the contract's order."""
    positions = rows.layout.positions
    return pa.table({one.name: rows.columns[positions[one.name]] for one in columns(table) if one.name in positions})
