"""Spans of days: what repeats within them, which of them belong together, and which meet."""

from collections.abc import Callable

import numpy as np

from pipelines.demonstration.columns import Dates, Flags, Numbers, Random


def repeated_within(
    length: Numbers, least: int, gap: Callable[[Numbers, Numbers], Numbers]
) -> tuple[Numbers, Numbers, Numbers]:
    """Events one gap after the other within spans of so many days: (span, turn from 0, day from the span's start).

    `gap(span, turn)` gives the days between the event before (at first the start) and the event: from the second on
    `least` or more.
    """
    most = np.maximum(length, 0) // least + 2
    span = np.repeat(np.arange(len(length)), most)
    first = np.cumsum(most) - most
    turn = np.arange(len(span)) - first[span]
    gaps = gap(span, turn)
    total = np.cumsum(gaps)
    day = total - (total - gaps)[first][span]
    within = day < length[span]
    return span[within], turn[within], day[within]


def days_between(low: int, high: int, number: int, random: Random) -> Numbers:
    """Whole numbers from `low` to `high`, both included."""
    return random.integers(low, high + 1, number)


def pairs(left: Numbers, right: Numbers) -> tuple[Numbers, Numbers]:
    """The positions of every pair of equal keys, ordered by the left one."""
    order = np.argsort(right, kind="stable")
    first = np.searchsorted(right[order], left)
    count = np.searchsorted(right[order], left, side="right") - first
    of_left = np.repeat(np.arange(len(left)), count)
    within = np.arange(len(of_left)) - np.repeat(np.cumsum(count) - count, count)
    return of_left, order[np.repeat(first, count) + within]


def meets(person: Numbers, start: Dates, end: Dates, of: tuple[Numbers, Dates, Dates]) -> Flags:
    """Whether each span [start, end) shares a day with a span of the same person; an end of NEVER is open."""
    persons, starts, ends = of
    mine, theirs = pairs(person, persons)
    shared = ~(starts[theirs] >= end[mine]) & ~(start[mine] >= ends[theirs])
    found: Flags = np.zeros(len(person), dtype=bool)
    found[mine[shared]] = True
    return found


def joined(person: Numbers, start: Dates, end: Dates) -> Numbers:
    """Numbers the unbroken stretches of each person's spans [start, end), which all end: the stretch of each span.

    Stretches are numbered by person and day; a span that begins on the day on which another ends continues it.
    """
    order = np.lexsort((end, start, person))
    days = (end[order] - np.datetime64("1900-01-01")).astype(np.int64)
    reach = np.maximum.accumulate(person[order] * 1_000_000 + days) - person[order] * 1_000_000
    begun = (start[order] - np.datetime64("1900-01-01")).astype(np.int64)
    is_new = np.append(True, (np.diff(person[order]) != 0) | (begun[1:] > reach[:-1]))
    stretch = np.empty(len(order), dtype=np.int64)
    stretch[order] = np.cumsum(is_new) - 1
    return stretch
