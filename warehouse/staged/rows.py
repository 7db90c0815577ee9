"""The rows of one table of all extracts in hand, side by side, and what their cells read as."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from schemas.tables import Kind, columns
from warehouse.forms.canonical import FORM as CANONICAL
from warehouse.forms.extracts import ExtractRead
from warehouse.forms.reading import TableRead
from warehouse.staged.columns import TYPES, UNREAD, Mask, Reading, read_column

# Files in which a formula stands that a spreadsheet program would have calculated.
_WORKBOOKS = (".xlsx", ".xlsm", ".ods")


@dataclass(frozen=True)
class TableRows:
    """Every row of a table, those of an extract one after the other.

    `cells` has each contract column as text, null where a row's file has no such column; `readings` what it reads as.
    `is_of_workbook` says which rows come from one, `extract` is the place of a row's extract in the run, `slices` where
    an extract's rows lie and `files` where a file's do.
    """

    table: str
    extracts: Sequence[ExtractRead]
    cells: Mapping[str, pa.ChunkedArray]
    readings: Mapping[str, Reading]
    absent: Mapping[str, Mask]
    row_number: pa.ChunkedArray
    place: pa.ChunkedArray
    is_of_workbook: Mask
    extract: npt.NDArray[np.int32]
    slices: Mapping[int, slice]
    files: Sequence[tuple[ExtractRead, TableRead, slice]]

    def __len__(self) -> int:
        return len(self.extract)

    @cached_property
    def la_code(self) -> pa.DictionaryArray:
        """Each row's authority."""
        codes = pa.array([read.extract.la_code for read in self.extracts], pa.string())
        return pa.DictionaryArray.from_arrays(pa.array(self.extract), codes)

    @cached_property
    def extract_date(self) -> pa.Array:
        """Each row's extract date."""
        days = pa.array([read.extract.extract_date for read in self.extracts], pa.date32())
        return days.take(pa.array(self.extract))


def gather(table: str, extracts: Sequence[ExtractRead]) -> TableRows | None:
    """The rows of a table in all extracts, read; None where no extract has it."""
    parts = [(number, one) for number, read in enumerate(extracts) for one in read.tables if one.table_name == table]
    if not parts:
        return None
    lengths = [len(one.row_number) for _, one in parts]
    ends = np.cumsum(lengths)
    slices: dict[int, slice] = {}
    for (number, _), length, end in zip(parts, lengths, ends, strict=True):
        first = slices[number].start if number in slices else int(end) - length
        slices[number] = slice(first, int(end))
    # A form joins records of several kinds: a cell that is null, and not empty, is one that the record's kind lacks.
    of_form = np.repeat(np.array([one.form != CANONICAL for _, one in parts]), lengths)
    cells, readings, absent = {}, {}, {}
    for column in columns(table):
        chunks: list[pa.Array] = []
        lacking = [column.name not in one.cells.column_names for _, one in parts]
        for (_, one), length, lacks in zip(parts, lengths, lacking, strict=True):
            chunks += [pa.nulls(length, pa.string())] if lacks else one.cells[column.name].chunks
        cells[column.name] = pa.chunked_array(chunks, pa.string())
        unsaid = np.repeat(np.array(lacking), lengths)
        if of_form.any():
            unsaid |= of_form & pc.is_null(cells[column.name]).to_numpy()
        if unsaid.any():
            absent[column.name] = unsaid
        if all(lacking):
            nothing = pa.chunked_array([pa.nulls(int(ends[-1]), TYPES.get(column.kind, pa.string()))])
            readings[column.name] = Reading(nothing)
        else:
            readings[column.name] = read_column(table, column, cells[column.name])
            if column.kind is Kind.COUNCIL:
                readings[column.name] = _with_own(readings[column.name], extracts, slices)
    return TableRows(
        table,
        extracts,
        cells,
        readings,
        absent,
        pa.chunked_array([one.row_number for _, one in parts], pa.int64()),
        pa.chunked_array(list(_places(parts, lengths)), pa.string()),
        np.repeat(np.array([one.file_name.lower().endswith(_WORKBOOKS) for _, one in parts]), lengths),
        np.repeat(np.array([number for number, _ in parts], dtype=np.int32), lengths),
        slices,
        [
            (extracts[number], one, slice(int(end) - length, int(end)))
            for (number, one), length, end in zip(parts, lengths, ends, strict=True)
        ],
    )


def _with_own(reading: Reading, extracts: Sequence[ExtractRead], slices: Mapping[int, slice]) -> Reading:
    """Councils as read, but for codes that no council has: the extract's own is known, any other is empty."""
    rows = reading.flagged.get(UNREAD, np.array([], dtype=np.int64))
    if not len(rows):
        return reading
    own = np.zeros(len(reading.values), dtype=object)
    for number, place in slices.items():
        own[place] = extracts[number].extract.la_code
    codes = reading.values.take(pa.array(rows)).to_numpy()
    unknown = rows[codes != own[rows]]
    mask = np.zeros(len(reading.values), dtype=bool)
    mask[unknown] = True
    values = pc.if_else(pa.array(mask), None, reading.values)
    return replace(reading, values=values, flagged={**reading.flagged, UNREAD: unknown})


def _places(parts: Sequence[tuple[int, object]], lengths: Sequence[int]) -> Iterator[pa.Array]:
    for (_, one), length in zip(parts, lengths, strict=True):
        place = getattr(one, "place", None)
        yield pa.nulls(length, pa.string()) if place is None else place.cast(pa.string())
