"""Warnings for a whole file: what many of its cells together say of how it was made."""

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa

from schemas.tables import Kind, columns
from warehouse.staged import columns as typed
from warehouse.staged.rows import TableRows

_MONTH_FIRST_SHARE = 0.01
_MIDNIGHT_SHARE, _FEWEST_MOMENTS = 0.05, 10
_LONGEST_SILENCE = 3 * 365  # days without any event that only a mistyped year explains
_FEW_SHARE = 0.005


def file_warnings(rows: TableRows, place: slice, unknown_statuses: Sequence[tuple[str, int]]) -> Iterator[str]:
    """Sentences about one extract's file of a table; none quotes a date or an id."""
    for column in columns(rows.table):
        if column.kind not in (Kind.DATE, Kind.TIMESTAMP):
            continue
        reading = rows.readings[column.name]
        count = {flag: _within(of_flag, place) for flag, of_flag in reading.flagged.items()}
        filled = place.stop - place.start - reading.values.slice(place.start, place.stop - place.start).null_count
        odd = count.get(typed.MONTH_FIRST, 0)
        if odd > _MONTH_FIRST_SHARE * (filled + count.get(typed.UNREAD, 0)):
            yield (
                f"{odd:,} dates in {column.name} put the month first, so the others may have day and month swapped: "
                "export days before months, or as 2020-08-31."
            )
        late, timed = count.get(typed.SUMMER_MIDNIGHT, 0), count.get(typed.TIMED, 0)
        if timed >= _FEWEST_MOMENTS and late > _MIDNIGHT_SHARE * timed:
            yield (
                f"{late:,} of {timed:,} times in {column.name} are 23:00 exactly in summer, as midnight is in UTC, so "
                "days may be one too early: export local time, or times with their offset."
            )
        if column.happened and column.essential and (early := _before_silence(rows, column.name, place)):
            lone = "1 row has a date" if early == 1 else f"{early:,} rows have dates"
            yield f"{lone} in {column.name} years before all others: look for a mistyped year."
    if unknown_statuses:
        count_of = sum(number for _, number in unknown_statuses)
        many = "1 row has a status" if count_of == 1 else f"{count_of:,} rows have a status"
        yield f"{many} that is in no list, so it has no effect: correct it, or map the local status."


def _within(of_flag: typed.Rows, place: slice) -> int:
    first, last = np.searchsorted(of_flag, (place.start, place.stop))
    return int(last - first)


def _before_silence(rows: TableRows, name: str, place: slice) -> int:
    """How many rows stand before years without any: 0 where they are too many to be mistyped."""
    values = rows.readings[name].values.slice(place.start, place.stop - place.start)
    days = np.sort(values.cast(pa.date32(), safe=False).cast(pa.int32()).drop_null().to_numpy())
    most = max(1, int(_FEW_SHARE * len(days)))
    early = days[: most + 1]
    gaps = np.flatnonzero(np.diff(early) > _LONGEST_SILENCE)
    return int(gaps[-1]) + 1 if len(gaps) else 0
