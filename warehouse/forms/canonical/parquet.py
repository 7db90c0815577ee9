"""Parquet files: typed values into the text that the contract reads back."""

import uuid
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemas.settings import Operation
from warehouse.forms.canonical.layout import Layout, Wanted, find_layout
from warehouse.forms.canonical.rows import Rows
from warehouse.landing.bounds import UnreadableFileError, allowance, too_long, unpacks_too_far

_EXACT = float(1 << 53)  # from here on a number in floating point has lost digits
_MICROSECONDS_A_DAY = 86_400_000_000
# Days from 1970 to the first and after the last year that a date can be written in; beyond them lies infinity.
_FIRST_DAY, _LAST_DAY = -719_162, 2_932_897
_FIRST_ZONED_DAY = -25_567  # 1 January 1900


def read(content: bytes, wanted: Wanted, limits: Operation) -> Rows:
    """The rows of a Parquet file. Raises UnreadableFileError."""
    try:
        file = _opened(content)
        layout = _layout(file, wanted, len(content), limits)
        places = layout.needed
        schema = file.schema_arrow
        if nested := [name for name, place in layout.positions.items() if pa.types.is_nested(schema.types[place])]:
            raise UnreadableFileError(f"the column {nested[0]} holds lists or structures; export plain values")
        return Rows(layout, *_cells(content, file, places, limits))
    except (pa.ArrowException, OSError, UnicodeDecodeError, ValueError) as error:
        raise UnreadableFileError("it is not a complete parquet file; send it again") from error


def _opened(content: bytes, read_dictionary: list[str] | None = None) -> pq.ParquetFile:
    """The file, its times of the old kind (INT96) in microseconds: in nanoseconds the year 9999 would become 1816."""
    return pq.ParquetFile(pa.BufferReader(content), read_dictionary=read_dictionary, coerce_int96_timestamp_unit="us")


def _layout(file: pq.ParquetFile, wanted: Wanted, size: int, limits: Operation) -> Layout:
    groups = [file.metadata.row_group(number) for number in range(file.metadata.num_row_groups)]
    unpacked = sum(
        group.column(place).total_uncompressed_size for group in groups for place in range(group.num_columns)
    )
    headers = file.schema_arrow.names
    allowed = allowance(size, limits)
    if unpacked > allowed or file.metadata.num_rows * len(headers) > allowed:
        raise unpacks_too_far(size, limits)
    layout = find_layout(wanted, [headers], limits.column_limit)
    if isinstance(layout, list):
        raise UnreadableFileError(*layout)
    return layout


def _cells(
    content: bytes, file: pq.ParquetFile, places: list[int], limits: Operation
) -> tuple[dict[int, pa.ChunkedArray], pa.Array]:
    schema = file.schema_arrow
    # Texts stay in dictionaries until it is known how long they come to: a few may stand for many.
    as_dictionary = _opened(
        content,
        [
            file.schema.column(leaf).path
            for leaf in range(len(file.schema))
            if file.schema.column(leaf).physical_type == "BYTE_ARRAY"
        ],
    )
    leaves = _leaves(schema)
    whole = as_dictionary.reader.read_all(
        column_indices=[leaf for place, of_place in enumerate(leaves) if place in places for leaf in of_place]
    )
    whole.validate(full=True)
    left = allowance(len(content), limits)
    cells: dict[int, pa.ChunkedArray] = {}
    filled = np.zeros(whole.num_rows, dtype=bool)
    for place, column in zip(places, whole.columns, strict=True):
        text, total, longest = _text(column)
        left -= total
        if left < 0:
            raise unpacks_too_far(len(content), limits)
        if longest > limits.cell_length_limit:
            raise too_long(f"a cell of column {place + 1}", limits)
        cells[place] = text
        filled |= pc.not_equal(pc.utf8_trim_whitespace(text), "").to_numpy(zero_copy_only=False)
    numbers = pa.array(np.arange(2, whole.num_rows + 2, dtype=np.int64))
    if not filled.all():
        kept = pa.array(filled)
        return {place: column.filter(kept) for place, column in cells.items()}, numbers.filter(kept)
    return cells, numbers


def _leaves(schema: pa.Schema) -> list[list[int]]:
    """Which leaf columns of the file each top-level column has."""
    found, leaf = [], 0

    def count(kind: pa.DataType) -> int:
        if not pa.types.is_nested(kind):
            return 1
        return sum(count(kind.field(part).type) for part in range(kind.num_fields))

    for kind in schema.types:
        found.append(list(range(leaf, leaf + count(kind))))
        leaf += count(kind)
    return found


def _text(column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, int, int]:
    """A column as text, empty where it has no value; how many bytes it comes to, and the length of its longest cell."""
    array = column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
    if pa.types.is_dictionary(array.type):
        spellings = _spelt(array.dictionary)
        lengths = pc.binary_length(spellings).take(array.indices)
        longest = pc.max(pc.utf8_length(spellings)).as_py() or 0
        total = pc.sum(lengths).as_py() or 0
        if total > (1 << 31) - 1 - len(array):
            return pa.chunked_array([pa.array([], pa.string())]), total, longest
        text = pc.fill_null(spellings.take(array.indices), "")
        return pa.chunked_array([text]), total, longest
    text = pc.fill_null(_spelt(array), "")
    return (
        pa.chunked_array([text]),
        pc.sum(pc.binary_length(text)).as_py() or 0,
        pc.max(pc.utf8_length(text)).as_py() or 0,
    )


def _spelt(array: pa.Array) -> pa.Array:
    """Values as the contract reads them back: ISO dates and London time, whole numbers without a decimal point."""
    kind = array.type
    if isinstance(kind, pa.BaseExtensionType):
        return _spelt(array.storage)
    if pa.types.is_fixed_size_binary(kind) and kind.byte_width == 16:
        return pa.array([None if value is None else str(uuid.UUID(bytes=value)) for value in array.to_pylist()])
    if pa.types.is_timestamp(kind):
        return _moments(array)
    if pa.types.is_date(kind):
        return _days(array.cast(pa.date32()))
    if pa.types.is_floating(kind):
        return _numbers(array.cast(pa.float64()))
    text = array.cast(pa.string())
    text.validate(full=True)
    return text


def _numbers(array: pa.Array) -> pa.Array:
    """Floating-point numbers; one too large to be exact is written so that it is seen to have lost digits."""
    return pa.array([_number(value) for value in array.to_pylist()], pa.string())


def _number(value: Any) -> str | None:
    if value is None or value != value:
        return None
    if abs(value) >= _EXACT:
        return f"{value:.16e}"
    return str(int(value)) if value.is_integer() else repr(value)


def _days(array: pa.Array) -> pa.Array:
    days = array.cast(pa.int32())
    return _with_infinity(days, _FIRST_DAY, _LAST_DAY, lambda inside: inside.cast(pa.date32()).cast(pa.string()))


def _moments(array: pa.Array) -> pa.Array:
    """Moments; those of a zone are written in London time, whatever zone the machine is in."""
    kind = array.type
    per_microsecond = {"s": 1_000_000, "ms": 1000, "us": 1}.get(kind.unit)
    if per_microsecond is None:
        array, per_microsecond, kind = (
            array.cast(pa.timestamp("us", kind.tz), safe=False),
            1,
            pa.timestamp("us", kind.tz),
        )
    scale = _MICROSECONDS_A_DAY // per_microsecond

    def spelt(inside: pa.Array) -> pa.Array:
        moments = inside.cast(pa.timestamp(kind.unit, kind.tz))
        if kind.tz is not None:
            local = pc.local_timestamp(moments.cast(pa.timestamp(kind.unit, "Europe/London")))
            # Long ago London was a minute behind: what stands there is a stand-in, which has no zone.
            is_stand_in = pc.less(inside, _FIRST_ZONED_DAY * scale)
            moments = pc.if_else(is_stand_in, moments.cast(pa.timestamp(kind.unit)), local)
        text = moments.cast(pa.timestamp("us")).cast(pa.string())
        return pc.replace_substring_regex(text, r"\.000000$", "")

    return _with_infinity(array.cast(pa.int64()), _FIRST_DAY * scale, _LAST_DAY * scale, spelt)


def _with_infinity(numbers: pa.Array, first: int, after_last: int, spelt: Any) -> pa.Array:
    """Values beyond every year are the infinity of a database: an end that is open, or a beginning without one."""
    late, early = pc.greater_equal(numbers, after_last), pc.less(numbers, first)
    inside = pc.if_else(pc.or_(late, early), None, numbers)
    return pc.if_else(late, "infinity", pc.if_else(early, "-infinity", spelt(inside)))
