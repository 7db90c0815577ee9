"""Whether a table reaches the day to which it is complete, by its own rhythm."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from schemas.tables import columns
from warehouse.landing.coverage import Coverage
from warehouse.staged.columns import Mask
from warehouse.staged.rows import TableRows

_ENOUGH_EVENTS = 100  # in the twelve months before the last one; a smaller table has no rhythm to go by
_SHORTEST_SILENCE = 14  # days
_TIMES_THE_LONGEST = 3
_EPOCH = date(1970, 1, 1)
# Beside the tables of which working days are counted, those whose next event is due in days or hours.
_DUE_AGAIN = frozenset(("cp_review", "cp_visit", "cin_visit", "cla_review", "cla_visit", "missing"))


@dataclass(frozen=True)
class Stop:
    """Where a table stops before its day: its last event, how many days before, and the longest silence before that."""

    column_name: str
    last_event: date
    days_without: int
    longest_before: int


def stopped(rows: TableRows, place: slice, used: Mask, coverage: Coverage, extract_date: date) -> Stop | None:
    """Where a table with a clock stops before the day to which it is complete; None if it does not, or is small."""
    column = next(
        (one.name for one in columns(rows.table) if one.happened and (one.timed or rows.table in _DUE_AGAIN)), None
    )
    if column is None or coverage.is_latest_only:
        return None
    values = rows.readings[column].values.slice(place.start, place.stop - place.start).filter(pa.array(used[place]))
    complete_to = coverage.complete_to or extract_date
    until = (complete_to - _EPOCH).days
    days = values.cast(pa.date32(), safe=False).cast(pa.int32()).drop_null().to_numpy()
    days = np.sort(days[days <= until])
    if not len(days):
        return None
    year = days[days > days[-1] - 365]
    silence = int(until - days[-1])
    longest = int(np.diff(year).max(initial=0))
    if len(year) < _ENOUGH_EVENTS or silence <= max(_SHORTEST_SILENCE, _TIMES_THE_LONGEST * longest):
        return None
    return Stop(column, _EPOCH + timedelta(days=int(days[-1])), silence, longest)
