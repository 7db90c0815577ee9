"""The points of monthly series: each month with its limits and its mark, and the limits of before as they were.

`points` is the one function to call. `spc_signal.sql` says once what points show, `spc_sentence.sql` says it in words.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from warehouse.published.signals.limits import BASELINE, Flags, Judged, Numbers, Places, baseline, by_chance, limits
from warehouse.published.signals.shifts import PERIOD, TOLERANCE, shifts

_FOLDER = Path(__file__).parent
# An exponentially weighted moving average: the weight of the latest month, and how many of its sigma are too many.
WEIGHT = 0.2
EWMA_SIGMAS = 2.5
# In the average a month counts for no more than its limits are away. One beyond them counts for less: it is marked
# itself, and is not to mark those after it.
_LARGEST, _LARGEST_BEYOND = 3.0, 2.0


@dataclass(frozen=True)
class Phase:
    """Months of one level, by their places: it began at `since`, and its limits hold from `first`.

    `end` is where the months that set them end at the latest: the next shift or recorded change, or what is known.
    """

    since: int
    first: int
    end: int


@dataclass(frozen=True)
class Known:
    """By month: whether its limits were published, and when their phase began and when they began to hold."""

    month: NDArray[np.datetime64]
    is_published: Flags
    since: NDArray[np.datetime64]
    held_from: NDArray[np.datetime64]


def sql(name: str) -> str:
    """The text of a query of this folder."""
    return (_FOLDER / f"{name}.sql").read_text()


def points(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """One row per authority, measure and month of the series in view, sorted: the table spc_point.

    Reads, by these names: `series` (la_code, measure_code, month, kind, numerator, denominator, value: the ended months
    that are covered), `spc_rebase` (la_code, measure_code, month: recorded changes) and `spc_published` (spc_point as
    it was published before, empty at first). Limits that were published come back as they were. Makes a temporary
    table.
    """
    connection.execute(f"create or replace temp table judged_series as {sql('judged_series')}")
    connection.register("judged_point", _points(connection.sql(sql("judged_month")).fetchnumpy()))
    try:
        return connection.sql(sql("spc_point")).to_arrow_table()
    finally:
        connection.unregister("judged_point")


def nothing_published() -> pa.Table:
    """An empty spc_point, for a first publication."""
    with duckdb.connect() as connection:
        connection.execute("create table kpi_version (version integer, la_code varchar)")
        connection.execute(sql("structure"))
        return connection.sql("from spc_point").to_arrow_table()


def _points(rows: dict[str, Any]) -> pa.Table:
    """The phase, limits and mark of each judged month, by its place in judged_series."""
    columns = {name: np.ma.filled(column, np.nan if column.dtype == float else None) for name, column in rows.items()}
    share = columns["is_share"]
    judged = Judged(
        figure=columns["judged"],
        amount=np.where(share, columns["numerator"], columns["judged"]),
        weight=np.where(share, columns["denominator"], 1.0),
        least=columns["least"],
        is_share=share,
        is_count=columns["is_count"],
        is_change=columns["is_change"],
    )
    month, published, is_first = columns["month"].astype("datetime64[D]"), columns["is_published"], columns["is_first"]
    known = Known(month, published, columns["since"], columns["held_from"])
    phases = list(_phases(judged, known, is_first))
    since, first, end = (
        np.array([getattr(phase, name) for phase in phases], np.int64) for name in ("since", "first", "end")
    )
    of = np.searchsorted(first, np.arange(len(month)), side="right") - 1
    stops = np.minimum(since + BASELINE, end)
    centre, spread = (part[of] for part in baseline(judged, since, stops))
    centre = np.where(published, columns["centre"], centre)
    spread = np.where(published, columns["spread"], spread)
    lower, upper = limits(judged, np.arange(len(month)), centre, spread)
    is_few = (stops - since < PERIOD)[of]
    lower = np.where(published, columns["lower_limit"], np.where(is_few, np.nan, lower))
    upper = np.where(published, columns["upper_limit"], np.where(is_few, np.nan, upper))
    since, first = since[of], first[of]
    beyond, moving, moving_since = _marked(judged, first, centre, spread, lower, upper)
    series = np.maximum.accumulate(np.where(columns["is_series"], np.arange(len(month)), 0))
    numbered = np.cumsum(first == np.arange(len(month)))
    return pa.table({
        "place": columns["place"], "phase": numbered - numbered[series] + 1,
        "since": pa.array(month[since], pa.date32()), "held_from": pa.array(month[first], pa.date32()),
        "moving_since": pa.array(month[moving_since], pa.date32()),
        "is_recorded": columns["has_recorded"] & is_first[since] & (since == first),
        "centre": centre, "spread": spread, "lower_limit": lower, "upper_limit": upper,
        "beyond": beyond, "moving": moving,
    })  # fmt: skip


def _phases(judged: Judged, known: Known, is_first: Flags) -> Iterator[Phase]:
    """Every phase in order; `is_first`: a series or a recorded change begins with the month."""
    starts = np.append(np.flatnonzero(is_first), len(is_first))
    published = np.flatnonzero(known.is_published)
    bounds = np.searchsorted(published, starts)
    for number, start in enumerate(starts[:-1]):
        of_before = published[bounds[number] : bounds[number + 1]]
        yield from _phases_of(judged, known, of_before, int(start), int(starts[number + 1]))


def _phases_of(judged: Judged, known: Known, published: Places, start: int, stop: int) -> Iterator[Phase]:
    """The phases from a month to before another, between which no change is recorded."""
    if not published.size:
        yield from _found(judged, start, start, stop, start)
        return
    began, places = np.unique(known.since[published], return_index=True)
    held_from = known.held_from[published[places]]
    since, first = (start + np.searchsorted(known.month[start:stop], moment) for moment in (began, held_from))
    if since[0] == start:
        first[0] = start
    else:  # months from before those that were published, come to be known since
        yield from _found(judged, start, start, int(since[0]), start)
    for at in range(len(since) - 1):
        # Where the months that set its limits have lost their figures since, it has those that were published.
        yield Phase(int(since[at]), int(first[at]), int(max(since[at + 1], since[at] + 1)))
    yield from _found(judged, int(since[-1]), int(first[-1]), stop, int(published[-1]) + 1)


def _found(judged: Judged, since: int, first: int, stop: int, told: int) -> Iterator[Phase]:
    """A phase, and those that it shifts to before `stop`; none is confirmed before the month `told`."""
    for shifted, confirmed in shifts(judged, since, stop, told):
        if confirmed >= stop:
            break
        yield Phase(since, first, shifted)
        since, first = shifted, confirmed
    yield Phase(since, first, stop)


def _marked(
    judged: Judged, first: Places, centre: Numbers, spread: Numbers, lower: Numbers, upper: Numbers
) -> tuple[Places, Places, Places]:
    """Whether each month is beyond a limit, and whether the average of its phase is: 1 above, -1 below, 0 neither.

    And the month since which the average has been on the side where it is.
    """
    months = np.arange(len(first))
    far = TOLERANCE * np.maximum(np.abs(judged.figure), 1.0)
    beyond = (judged.figure - upper > far).astype(np.int64) - (lower - judged.figure > far)
    distance = judged.figure - centre
    largest = np.where(beyond == 0, _LARGEST, _LARGEST_BEYOND)
    standard = np.clip(distance / (spread * by_chance(judged, months, centre)), -largest, largest)
    standard[(np.abs(distance) <= far) | np.isnan(lower)] = 0.0
    starts = np.flatnonzero(first == months)
    lengths = np.diff(np.append(starts, len(months)))
    starts, lengths = starts[order := np.argsort(-lengths, kind="stable")], lengths[order]
    average, moving = np.zeros(len(starts)), np.zeros(len(months), np.int64)
    for step in range(lengths.max(initial=0)):
        running = np.searchsorted(-lengths, -step)  # how many phases have the month
        average[:running] = WEIGHT * standard[starts[:running] + step] + (1 - WEIGHT) * average[:running]
        sigma = np.sqrt(WEIGHT / (2 - WEIGHT) * (1 - (1 - WEIGHT) ** (2 * (step + 1))))
        is_far = np.abs(average[:running]) - EWMA_SIGMAS * sigma > TOLERANCE
        moving[starts[:running] + step] = np.where(is_far, np.sign(average[:running]), 0)
    moving = np.where(beyond * moving < 0, 0, moving)
    return beyond, moving, _moving_since(standard, first, moving)


def _moving_since(standard: Numbers, first: Places, moving: Places) -> Places:
    """For each month of a moving level, since when: the months up to it that together are furthest from the centre."""
    since = np.arange(len(moving))
    marked = np.flatnonzero(moving)
    total = np.append(0.0, np.cumsum(standard))
    furthest = np.full(len(marked), -np.inf)
    for length in range(1, BASELINE + 1):
        start = np.maximum(marked + 1 - length, first[marked])
        away = moving[marked] * (total[marked + 1] - total[start]) / np.sqrt(marked + 1 - start)
        since[marked] = np.where(away > furthest, start, since[marked])
        furthest = np.maximum(away, furthest)
    return since
