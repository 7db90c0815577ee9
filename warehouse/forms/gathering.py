"""The records of canonical tables while a form is read whose files nest them: of a child, one after the other."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from warehouse.forms.cells import day, identity
from warehouse.forms.reading import TableRead

_CHUNK = 1 << 14  # records that are kept as Python's before they become Arrow's


class Gathered:
    """Tables in the making: `carries` are the columns of each. A value that a record does not have is empty."""

    def __init__(self, carries: Mapping[str, tuple[str, ...]]) -> None:
        self._carries = carries
        self._cells: dict[str, dict[str, list[str | None]]] = {}
        self._places: dict[str, list[str]] = {}
        self._numbers: dict[str, list[int]] = {}
        self._chunks: dict[str, list[tuple[pa.Table, pa.Array, pa.Array]]] = {}
        self._count: dict[str, int] = {}

    def add(self, table: str, cells: Mapping[str, str | None], place: str, row_number: int | None = None) -> int:
        """Add a record; the number of its row, which is its place among the table's records where none is given."""
        if table not in self._cells:
            self._start(table)
        number = self._count[table] = self._count.get(table, 0) + 1
        for name, column in self._cells[table].items():
            column.append(cells.get(name, ""))
        self._places[table].append(place)
        self._numbers[table].append(row_number or number)
        if len(self._places[table]) >= _CHUNK:
            self._pack(table)
        return row_number or number

    def __contains__(self, table: str) -> bool:
        return table in self._count

    def tables(
        self, form: str, file_name: str, sha256: str, ignored: Mapping[str, Sequence[str]] | None = None
    ) -> tuple[TableRead, ...]:
        """The tables that have records. `ignored` are the names that mean nothing to a table."""
        made = []
        for table in self._carries:
            if table not in self:
                continue
            self._pack(table)
            chunks = self._chunks.pop(table)
            made.append(
                TableRead(
                    table,
                    form,
                    file_name,
                    sha256,
                    pa.concat_tables([cells for cells, _, _ in chunks]),
                    pa.concat_arrays([numbers for _, numbers, _ in chunks]),
                    pa.concat_arrays([places for _, _, places in chunks]),
                    tuple((ignored or {}).get(table, ())),
                )
            )
        return tuple(made)

    def _start(self, table: str) -> None:
        self._cells[table] = {name: [] for name in self._carries[table]}
        self._places[table], self._numbers[table] = [], []

    def _pack(self, table: str) -> None:
        cells = {name: pa.array(column, pa.string()) for name, column in self._cells[table].items()}
        packed = (
            pa.table(cells),
            pa.array(self._numbers[table], pa.int64()),
            pa.array(self._places[table], pa.string()),
        )
        self._chunks.setdefault(table, []).append(packed)
        self._start(table)


class OwnIds:
    """Ids for the records of one child where the form has none: the same for the same child, day and order.

    A record that repeats another in every cell gets the same id, so that it is found to be a repeat.
    """

    def __init__(self, person: str) -> None:
        self._person = identity(person)
        self._told: dict[tuple[str, str], list[Mapping[str, str | None]]] = {}

    def id(self, table: str, on: str, cells: Mapping[str, str | None], suffix: str = "") -> str:
        """The id of a record of a table, told by a day."""
        found: date | None = day(on)
        told = found.isoformat() if found else "UNDATED"
        same = self._told.setdefault((table, told), [])
        if cells not in same:
            same.append(dict(cells))
        ordinal = same.index(cells)
        parts = (self._person, told, str(ordinal + 1) if ordinal else "", suffix)
        return "/".join(part for part in parts if part)


@dataclass(frozen=True)
class Conference:
    """A conference as one record of a child tells of it: the day, as text, and the enquiry that it is of, if any."""

    on: str
    enquiry: str
    referral: str
    place: str
    begun: date | None = None  # when the enquiry began
    is_transfer: bool = False


def one_each(told: Iterable[Conference]) -> Iterator[Conference]:
    """Each conference of a child once: where several enquiries name it, that of the latest begun on or before it."""
    same: dict[tuple[str, bool], list[Conference]] = {}
    for one in told:
        same.setdefault((one.on, one.is_transfer), []).append(one)
    for (on, _), records in same.items():
        held = day(on)
        before = [one for one in records if one.begun and held and one.begun <= held]
        yield max(before, key=lambda one: one.begun or date.min, default=records[0])
