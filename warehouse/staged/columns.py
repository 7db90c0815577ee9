"""Columns of text to typed columns: each distinct spelling is read once, and rows take their value by index.

A column whose cells are all plain (digits and capitals, and none of them a spelling of nothing) reads as itself.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from schemas.tables import Column, Kind
from warehouse.forms import spellings
from warehouse.reference.councils import OTHER, is_other, named
from warehouse.staged.codes import read_code
from warehouse.staged.statuses import read_outcome, read_status

Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

TYPES: Mapping[Kind, pa.DataType] = {
    Kind.DATE: pa.date32(),
    Kind.TIMESTAMP: pa.timestamp("us"),
    Kind.BOOLEAN: pa.bool_(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
}
# Flags of a spelling, beside its value.
UNREAD, FORMULA, SENTINEL, SHORT_YEAR, MONTH_FIRST, TIMED, SUMMER_MIDNIGHT, NULL_KEY = (
    "unread", "formula", "sentinel", "short_year", "month_first", "timed", "summer_midnight", "null_key"
)  # fmt: skip

_MICROSECOND = timedelta(microseconds=1)
_COUNCIL_CODE = re.compile(r"(\d{3})(\.0)?")
_MANY = 4096  # distinct moments from which day and time are read apart


@dataclass(frozen=True)
class Reading:
    """A column as read: its values (null where there is none), and the rows of which something is to be said.

    `flagged` has the rows of each flag that any row bears. `distinct` maps a trimmed spelling that could not be read to
    its rows' count, commonest first.
    """

    values: pa.ChunkedArray
    flagged: Mapping[str, Rows] = field(default_factory=dict)
    filled: Mask | None = None  # rows whose cell is not nothing; None: where there is a value

    def is_filled(self, rows: Rows) -> Mask:
        """Whether the cells of the rows hold anything, read or not."""
        if self.filled is not None:
            return self.filled[rows]
        taken: Mask = pc.is_valid(self.values.take(pa.array(rows))).to_numpy(zero_copy_only=False)
        return taken


@dataclass(frozen=True)
class _Spelling:
    """What one spelling reads as."""

    value: Any = None
    flags: tuple[str, ...] = ()
    is_nothing: bool = False


def read_column(table: str, column: Column, cells: pa.ChunkedArray) -> Reading:
    """A column of text, null where its file has no such column, as its kind reads it."""
    if column.kind in _PLAIN and not column.keeps:
        return _read_odd_cells(table, column, cells)
    encoded = _encoded(cells)
    if column.kind is Kind.TIMESTAMP and len(encoded.dictionary) > _MANY:
        return _day_and_time_apart(table, column, cells)
    distinct, read = _read_distinct(table, column, encoded.dictionary)
    return Reading(
        pa.chunked_array([distinct.take(encoded.indices)]),
        _flagged(read, encoded.indices),
        _filled(read, encoded.indices),
    )


def _read_distinct(table: str, column: Column, distinct: pa.StringArray) -> tuple[pa.Array, list[_Spelling]]:
    read = [_read(table, column, spelling) for spelling in distinct.to_pylist()]
    kind = TYPES.get(column.kind, pa.string())
    values = pa.array([one.value for one in read], pa.timestamp("us") if column.kind is Kind.DATE else kind)
    return (values.cast(kind, safe=False) if column.kind is Kind.DATE else values), read


def unread_spellings(cells: pa.ChunkedArray, rows: Rows) -> list[tuple[str, int]]:
    """The trimmed spellings of some rows of a column with how many rows each has, commonest first."""
    counts: dict[str, int] = {}
    for one in cells.take(pa.array(rows)).value_counts().to_pylist():
        text = spellings.trimmed(one["values"] or "")
        counts[text] = counts.get(text, 0) + one["counts"]
    return sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))


def _encoded(cells: pa.ChunkedArray) -> pa.DictionaryArray:
    encoded = cells.dictionary_encode().combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = (
            pa.concat_arrays(encoded.chunks) if encoded.num_chunks else pa.array([], pa.string()).dictionary_encode()
        )
    return encoded


def _flagged(read: list[_Spelling], indices: pa.Array) -> dict[str, Rows]:
    flags = {flag for one in read for flag in one.flags}
    if not flags:
        return {}
    positions = pc.fill_null(indices, len(read)).to_numpy(zero_copy_only=False)
    found = {}
    for flag in flags:
        bears = np.array([flag in one.flags for one in read] + [False])
        found[flag] = np.flatnonzero(bears[positions])
    return found


def _filled(read: list[_Spelling], indices: pa.Array) -> Mask:
    something = np.array([not one.is_nothing for one in read] + [False])
    filled: Mask = something[pc.fill_null(indices, len(read)).to_numpy(zero_copy_only=False)]
    return filled


# --- spellings, by kind ---------------------------------------------------------------------------------------------


def _read(table: str, column: Column, cell: str) -> _Spelling:
    text = spellings.trimmed(cell)
    if spellings.is_nothing(text) and text.lower() not in column.keeps:
        return _Spelling(is_nothing=True)
    read = _READERS[column.kind](table, column, text)
    if text[0] == "=" and read.value is None:
        return replace(read, flags=(*read.flags, FORMULA))
    return read


def _moment(table: str, column: Column, text: str) -> _Spelling:
    return _read_moment(text)


@lru_cache(maxsize=1 << 17)
def _read_moment(text: str) -> _Spelling:
    moment = spellings.read_moment(text)
    flags = (
        (UNREAD, moment.is_unread),
        (SENTINEL, moment.is_sentinel),
        (SHORT_YEAR, moment.has_short_year),
        (MONTH_FIRST, moment.is_month_first),
        (TIMED, moment.has_time),
        (SUMMER_MIDNIGHT, moment.value is not None and spellings.is_midnight_of_summer(moment.value)),
    )
    return _Spelling(moment.value, tuple(flag for flag, holds in flags if holds))


def _id(table: str, column: Column, text: str) -> _Spelling:
    value, is_lost = spellings.read_id(text)
    flags = ((UNREAD,) if is_lost else ()) + ((NULL_KEY,) if value is None and not is_lost else ())
    return _Spelling(value, flags)


def _text(table: str, column: Column, text: str) -> _Spelling:
    return _Spelling(flags=(UNREAD,)) if spellings.is_lost(text) else _Spelling(text)


def _of(read: Callable[[str], Any]) -> Callable[[str, Column, str], _Spelling]:
    def reader(table: str, column: Column, text: str) -> _Spelling:
        value = read(text)
        return _Spelling(value, () if value is not None else (UNREAD,))

    return reader


def _worker(table: str, column: Column, text: str) -> _Spelling:
    return _Spelling(spellings.read_worker(text))


def _code(table: str, column: Column, text: str) -> _Spelling:
    assert column.code_set is not None  # noqa: S101 - declared with every code
    value = read_code(column.code_set, column.name, text)
    return _Spelling(value, () if value is not None else (UNREAD,))


def _boolean(table: str, column: Column, text: str) -> _Spelling:
    value = read_code("boolean", column.name, text)
    return _Spelling(None if value is None else value == "true", () if value is not None else (UNREAD,))


def _status(table: str, column: Column, text: str) -> _Spelling:
    value = read_status(table, text)
    return _Spelling(value, () if value is not None else (UNREAD,))


def _council(table: str, column: Column, text: str) -> _Spelling:
    """The DfE code of the council named, or that it is another one; not recognised, it is empty and reported."""
    value = max(named(text), default=OTHER if is_other(text) else None)
    if value is None and (code := _COUNCIL_CODE.fullmatch(text)):
        return _Spelling(code[1], (UNREAD,))  # no council's, unless it is the extract's own
    return _Spelling(value, () if value is not None else (UNREAD,))


_READERS: Mapping[Kind, Callable[[str, Column, str], _Spelling]] = {
    Kind.ID: _id,
    Kind.DATE: _moment,
    Kind.TIMESTAMP: _moment,
    Kind.BOOLEAN: _boolean,
    Kind.CODE: _code,
    Kind.STATUS: _status,
    Kind.OUTCOME: _of(read_outcome),
    Kind.COUNCIL: _council,
    Kind.WORKER: _worker,
    Kind.TEXT: _text,
    Kind.INTEGER: _of(spellings.read_whole_number),
    Kind.NUMBER: _of(spellings.read_number),
}


# --- plain columns --------------------------------------------------------------------------------------------------


def _read_odd_cells(table: str, column: Column, cells: pa.ChunkedArray) -> Reading:
    """A column of which most cells read as they stand; the others, found by their characters and length, are read."""
    plain = _PLAIN[column.kind]
    array = cells.combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], pa.string())
    octets, ends = _octets(array)
    odd = _stands_for_nothing(array, plain.nothing)
    odd[np.searchsorted(ends, np.flatnonzero(plain.is_odd[octets]), side="right")] = True
    if column.kind is Kind.ID and _IS_LOWER[octets].any():
        array = pc.ascii_upper(array)
    rows = np.flatnonzero(odd)
    if not len(rows):
        return Reading(pa.chunked_array([array]))
    return _with_the_others(table, column, cells, odd, Reading(pa.chunked_array([array])))


def _stands_for_nothing(array: pa.StringArray, nothing: pa.Array) -> Mask:
    """Cells that are, whatever their case, one of some words; only those as long as one of them are looked at."""
    lengths = pc.fill_null(pc.binary_length(array), -1).to_numpy(zero_copy_only=False)
    rows = np.flatnonzero(np.isin(lengths, np.unique(pc.binary_length(nothing).to_numpy())))
    mask = np.zeros(len(array), dtype=bool)
    if len(rows):
        mask[rows] = pc.is_in(pc.ascii_lower(array.take(pa.array(rows))), nothing).to_numpy(zero_copy_only=False)
    return mask


def _octets(array: pa.StringArray) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """The bytes of all cells of an array, one after the other, and where each cell's end among them."""
    _, offsets, data = array.buffers()
    if data is None or not len(array):
        return np.array([], dtype=np.uint8), np.array([], dtype=np.int64)
    ends = np.frombuffer(offsets, dtype=np.int32)[array.offset : array.offset + len(array) + 1].astype(np.int64)
    return np.frombuffer(data, dtype=np.uint8)[ends[0] : ends[-1]], ends[1:] - ends[0]


@dataclass(frozen=True)
class _Plain:
    """By byte, whether a cell that has it must be read; and the words without such bytes that stand for nothing."""

    is_odd: Mask
    nothing: pa.Array


def _is_one_of(octets: bytes) -> Mask:
    mask = np.zeros(256, dtype=bool)
    mask[list(octets)] = True
    return mask


_LOWER = b"abcdefghijklmnopqrstuvwxyz"
_LETTERS = b"0123456789" + _LOWER + _LOWER.upper()
_IS_LOWER = _is_one_of(_LOWER)
_WORDS = [word for word in spellings.NOTHING if word.isascii() and not set(word) - set((_LETTERS + b"-").decode())]
# Kinds of which most cells read as they stand, but for the case of an id.
_PLAIN: Mapping[Kind, _Plain] = {
    Kind.ID: _Plain(~_is_one_of(_LETTERS + b"-"), pa.array(sorted({*_WORDS, *spellings.NULL_KEYS}))),
    Kind.TEXT: _Plain(~_is_one_of(_LETTERS), pa.array(sorted(_WORDS))),
}


# --- moments, day and time apart ------------------------------------------------------------------------------------


def _day_and_time_apart(table: str, column: Column, cells: pa.ChunkedArray) -> Reading:
    """Moments of which most are a day of ten characters and a time; those that are spelt otherwise are read as they are.

    There are some thousand days and times of day in a column, and as many moments as rows.
    """
    is_split = pc.and_(pc.match_substring_regex(cells, r"^.{10}[ T]\d{2}:\d{2}(:\d{2})?$"), pc.string_is_ascii(cells))
    is_split = pc.fill_null(is_split, False)
    days = _encoded(pc.if_else(is_split, pc.utf8_slice_codeunits(cells, 0, 10), None))
    times = _encoded(pc.if_else(is_split, pc.utf8_slice_codeunits(cells, 11), None))
    # A day that needs more than adding a time to it is read with its time, and so is a time that is none.
    of_day = [
        None if one.has_short_year or one.has_time else one.value
        for one in map(spellings.read_moment, days.dictionary.to_pylist())
    ]
    of_time = [spellings.read_moment(f"2001-01-01 {text}").value for text in times.dictionary.to_pylist()]
    zero = datetime(2001, 1, 1)
    day = pa.array(of_day, pa.timestamp("us")).cast(pa.int64())
    after = pa.array([None if value is None else (value - zero) // _MICROSECOND for value in of_time], pa.int64())
    moments = pc.add(day.take(days.indices), after.take(times.indices)).cast(pa.timestamp("us"))
    late = np.array([value is not None and value.hour == 23 and value.minute == value.second == 0 for value in of_time])
    is_read = pc.is_valid(moments).to_numpy(zero_copy_only=False)
    flagged: dict[str, Rows] = {TIMED: np.flatnonzero(is_read)}
    if late.any():
        of_rows = pc.fill_null(pc.take(pa.array(late), times.indices), False).to_numpy(zero_copy_only=False)
        rows = np.flatnonzero(of_rows & is_read)
        summer = [
            row for row, value in zip(rows, moments.take(pa.array(rows)).to_pylist(), strict=True)
            if spellings.is_midnight_of_summer(value)
        ]  # fmt: skip
        flagged[SUMMER_MIDNIGHT] = np.array(summer, dtype=np.int64)
    return _with_the_others(table, column, cells, ~is_read, Reading(pa.chunked_array([moments]), flagged))


def _with_the_others(table: str, column: Column, cells: pa.ChunkedArray, is_other: Mask, plain: Reading) -> Reading:
    """What was read of a column's plain cells with its other cells, which are read spelling by spelling."""
    rows = np.flatnonzero(is_other)
    encoded = _encoded(cells.take(pa.array(rows)))
    distinct, read = _read_distinct(table, column, encoded.dictionary)
    filled = pc.is_valid(plain.values).to_numpy().copy()
    filled[rows] = _filled(read, encoded.indices)
    flagged = {flag: rows[of_flag] for flag, of_flag in _flagged(read, encoded.indices).items()}
    for flag, of_plain in plain.flagged.items():
        # No row is of both.
        flagged[flag] = np.sort(np.concatenate([of_plain, flagged.get(flag, of_plain[:0])]))
    values = pc.replace_with_mask(plain.values, pa.array(is_other), distinct.take(encoded.indices))
    return Reading(values, {flag: found for flag, found in flagged.items() if len(found)}, filled)
