"""Columns of made-up records: a table is a mapping of numpy arrays of one length.

What a column holds follows from its type: text (object), a day (datetime64[D]), a moment (datetime64[m]), a whole
number (int64), a number (float64), a flag (bool), or a flag that may be unknown (int8). An empty text, NEVER, -1 and
not-a-number stand for nothing.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Dates = npt.NDArray[np.datetime64]
Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
OptionalFlags = npt.NDArray[np.int8]  # 1 yes, 0 no, -1 unknown
Shares = npt.NDArray[np.float64]
Texts = npt.NDArray[np.object_]
Table = dict[str, npt.NDArray[Any]]
Random = np.random.Generator

EXTRACT_DATE = np.datetime64("2020-09-01")
LAST_DAY = EXTRACT_DATE - 1
LAST_MONTH = np.datetime64("2020-08")
EIGHTEEN_YEARS = 6574  # days
NEVER = np.datetime64("NaT", "D")
NO_MOMENT = np.datetime64("NaT", "m")


def rows(table: Table, chosen: npt.NDArray[Any]) -> Table:
    """The chosen rows, by flag or by position."""
    return {name: column[chosen] for name, column in table.items()}


def together(*tables: Table) -> Table:
    """Tables one below the other; a column that one of them lacks is empty there."""
    columns: dict[str, npt.NDArray[Any]] = {name: column for table in tables for name, column in table.items()}
    return {
        name: np.concatenate([table.get(name, _empty(column, size_of(table))) for table in tables])
        for name, column in columns.items()
    }


def _empty(like: npt.NDArray[Any], size: int) -> npt.NDArray[Any]:
    nothing: Any = {"M": NEVER, "b": False, "O": "", "f": np.nan}.get(like.dtype.kind, -1)
    return np.full(size, nothing, dtype=like.dtype)


def size_of(table: Table) -> int:
    """How many rows a table has."""
    return len(next(iter(table.values())))


@cache
def _identifier_texts(prefix: str, most: int) -> Texts:
    return np.array(["", *(f"{prefix}{number:07d}" for number in range(1, most)), ""], dtype=object)


def identifiers(prefix: str, numbers: Numbers) -> Texts:
    """Ids such as P0000123; nothing for -1."""
    most = 1 << int(max(numbers.max(initial=1), 1)).bit_length()
    texts: Texts = _identifier_texts(prefix, most)[numbers]
    return texts


def arrow_table(table: Table) -> pa.Table:
    """The table as Arrow, with nulls, and without the columns that begin with an underscore."""
    return pa.table({name: _arrow(column) for name, column in table.items() if not name.startswith("_")})


def _arrow(column: npt.NDArray[Any]) -> pa.Array:
    if column.dtype.kind == "M":
        is_day = column.dtype == np.dtype("datetime64[D]")
        return pa.array(column if is_day else column.astype("datetime64[s]"))
    if column.dtype == np.int8:
        return pa.array(column == 1, mask=column < 0)
    if column.dtype.kind == "O":
        return pa.array(column, pa.string(), mask=column == "")
    if column.dtype.kind == "b":
        return pa.array(column)
    return pa.array(column, mask=np.isnan(column) if column.dtype.kind == "f" else column < 0)


def drawn(shares: Mapping[str, float], number: int, random: Random) -> Texts:
    """Codes at random, by their shares."""
    weights = np.array(list(shares.values()))
    place = np.searchsorted(np.cumsum(weights / weights.sum())[:-1], random.random(number), side="right")
    texts: Texts = np.array(list(shares), dtype=object)[place]
    return texts


def only(flags: Flags, texts: Texts) -> Texts:
    """The texts of the flagged rows, nothing in the others."""
    return np.where(flags, texts, "").astype(object)


def known_where(known: Flags, flags: Flags) -> OptionalFlags:
    """Flags that are unknown but in the rows where they are known."""
    return np.where(known, flags, -1).astype(np.int8)


def linked(table: Table, children: Table, name: str) -> Numbers:
    """A number of the child's row, -1 for those of no such row."""
    numbers: Numbers = np.append(children[name], -1)[table["child"]]
    return numbers


def numbers_by_child(table: Table, children: Table) -> Numbers:
    """For each row of `children` the number of its record in the table, or -1."""
    numbers = np.full(size_of(children), -1)
    known = table["child"] >= 0
    numbers[table["child"][known]] = table["number"][known]
    return numbers


def moment(days: Dates, minutes: Numbers) -> Dates:
    """The minute of each day, counted from midnight."""
    times: Dates = days.astype("datetime64[m]") + minutes.astype("timedelta64[m]")
    return times
