"""When a series has moved to a new level and stayed: the Stable Shift Algorithm, month by month.

Source: the articles of the R package autospc on the algorithm, with a period of twelve months. Here no shift is found
with months that were not known when it is confirmed, and a shift must be larger than its months make of a centre by
chance. Why: docs/decisions/0009-signals.md.
"""

from collections.abc import Iterator

import numpy as np

from warehouse.published.signals.limits import BASELINE, Judged, Numbers, Places, baseline, by_chance

# So many months on one side of the centre may be a shift; so many make a level of their own.
RUN = 8
PERIOD = 12
# How many standard errors a new level must be away from the one before.
EVIDENCE = 3.0
# Figures are compared to a billionth: closer than two figures lie, wider than what arithmetic adds to them.
TOLERANCE = 1e-9


def shifts(judged: Judged, start: int, stop: int, told: int) -> Iterator[tuple[int, int]]:
    """Each shift of a series after the phase that begins at `start`: its own first month, and that of its confirmation.

    The months from `start` to before `stop` are known; those before `told` were, when no further shift was confirmed.
    """
    while (found := _next(judged, start, stop)) is not None:
        start, confirmed = found
        yield start, max(confirmed, told)


def _next(judged: Judged, start: int, stop: int) -> tuple[int, int] | None:
    if stop - start < 2 * PERIOD:
        return None
    place = np.array([start])
    (centre,), (spread,) = baseline(judged, place, np.minimum(place + BASELINE, stop))
    months = np.arange(start, stop)
    side = sides(judged.figure[start:stop], centre)
    standard = (judged.figure[start:stop] - centre) / (spread * by_chance(judged, months, np.full(len(months), centre)))
    reach = _run_ends(side)
    for first in range(PERIOD, len(side) - PERIOD + 1):
        if side[first] == 0 or reach[first] - first < RUN:
            continue
        if (confirmed := _confirmed(judged, start, first, int(side[first]), standard)) is not None:
            return start + first, start + confirmed
    return None


def sides(figures: Numbers, centre: float | Numbers) -> Places:
    """1 above a centre, -1 below, 0 on it."""
    distance = figures - centre
    return np.where(np.abs(distance) <= TOLERANCE * np.maximum(np.abs(figures), 1.0), 0, np.sign(distance)).astype(
        np.int64
    )


def _run_ends(side: Places) -> Places:
    """For each month, the first after it that is not on its side."""
    ends = np.empty(len(side), np.int64)
    end = len(side)
    for month in range(len(side) - 1, -1, -1):
        if month + 1 < len(side) and side[month + 1] != side[month]:
            end = month + 1
        ends[month] = end
    return ends


def _confirmed(judged: Judged, start: int, first: int, side: int, standard: Numbers) -> int | None:
    """The month in which a candidate level is confirmed; None where it went back, or is not told apart yet."""
    # The level before is that of its own months: in the first 24 may be some of the new one, and would date it late.
    places = np.array([start, start + first])
    (before, centre), _ = baseline(judged, places, np.array([start + min(first, BASELINE), start + first + PERIOD]))
    figure = judged.figure[start + first]
    if abs(figure - before) < abs(figure - centre):
        return None  # the month still belongs to the level before
    beside = sides(judged.figure[start + first : start + len(standard)], centre)
    ends = _run_ends(beside)
    month = first + PERIOD - 1
    for at in range(PERIOD):
        if beside[at] == -side and (at == 0 or beside[at - 1] != -side):
            if ends[at] - at >= RUN:
                return None
            if ends[at] >= PERIOD:
                month = first + int(ends[at])  # the run that goes over the end of the period, and ends here
    for at in range(month, min(first + BASELINE, len(standard))):
        length = at - first + 1
        if side * standard[first : at + 1].sum() - EVIDENCE * np.sqrt(length) > TOLERANCE:
            return at
    return None
