"""The rules of definitions 12 in plain Python, one series at a time and month by month, to hold the product against.

Nothing is shared with it: probabilities are SciPy's, and every phase, run and average is counted anew for each month.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import sqrt

Figure = tuple[float, float | None]  # numerator and denominator


@dataclass(frozen=True)
class Plain:
    """A month: the place of its phase's first month and of the month from which its limits hold, limits, and mark."""

    since: int
    held_from: int
    centre: float
    lower: float | None
    upper: float | None
    mark: str | None


@dataclass(frozen=True)
class Chart:
    """How one kind is judged; `case` is what one case changes."""

    kind: str
    case: float

    def figure(self, month: Figure) -> float:
        return 100 * month[0] / month[1] if self.kind == "p" and month[1] else month[0]

    def centre(self, months: Sequence[Figure]) -> float:
        if self.kind == "p":
            return 100 * sum(n for n, _ in months) / sum(d or 0 for _, d in months)
        return sum(n for n, _ in months) / len(months)

    def sigma(self, month: Figure, centre: float) -> float:
        """What chance makes."""
        if self.kind == "p":
            cases = month[1] or 0
            least = 0.5 / (24 * cases)
            part = min(max(centre / 100, least), 1 - least)
            return 100 * sqrt(part * (1 - part) / cases)
        return sqrt(max(centre, 0.5 / 24)) if self.kind == "c" else 1.0

    def spread(self, months: Sequence[Figure], centre: float) -> float:
        away = [(self.figure(month) - centre) / self.sigma(month, centre) for month in months]
        mean = sum(abs(after - before) for before, after in pairwise(away)) / max(len(away) - 1, 1)
        return max(mean / 1.128, 1.0 if self.kind in "pc" else self.case)

    def limits(self, month: Figure, centre: float, spread: float) -> tuple[float, float]:
        if self.kind == "p":
            cases = int(month[1] or 0)
            least = 0.5 / (24 * cases)
            part = min(max(centre / 100, least), 1 - least)
            if cases * min(part, 1 - part) < 5 and spread <= 2:
                fewest, most = _exact(cases, min(part, 1 - part), spread)
                ends = (fewest, most) if part <= 0.5 else (cases - most, cases - fewest)
                return 100 * ends[0] / cases, 100 * ends[1] / cases
        if self.kind == "c" and (mean := max(centre, 0.5 / 24)) < 5 and spread <= 2:
            return _exact(None, mean, spread)
        reach = 3 * spread * self.sigma(month, centre)
        lower = centre - reach if self.kind == "change" else max(centre - reach, 0)
        return lower, min(centre + reach, 100) if self.kind == "p" else centre + reach


@cache
def _exact(cases: int | None, expected: float, spread: float) -> tuple[int, int]:
    """The fewest and most that chance reaches as often as it leaves three sigma, times the spread, on one side."""
    from scipy.stats import binom, norm, poisson  # two seconds of imports, for who needs them

    law = poisson(expected) if cases is None else binom(cases, expected)
    counts = range(200 if cases is None else cases + 1)
    rarest = norm.sf(3 * spread)
    at_most, at_least = law.cdf(counts), law.sf([count - 1 for count in counts])
    return (next(count for count in counts if at_most[count] >= rarest),
            max(count for count in counts if at_least[count] >= rarest))  # fmt: skip


def _side(figure: float, centre: float) -> int:
    return 0 if abs(figure - centre) <= 1e-9 * max(abs(figure), 1) else 1 if figure > centre else -1


def _run(sides: Sequence[int], first: int) -> int:
    """How many months from the first on are on its side."""
    return next((at for at in range(len(sides) - first) if sides[first + at] != sides[first]), len(sides) - first)


def _confirmed(chart: Chart, known: Sequence[Figure], since: int, first: int) -> int | None:
    """The month in which the level that begins with `first` is confirmed, of the phase that began at `since`."""
    base = known[since : since + 24]
    centre = chart.centre(base)
    spread = chart.spread(base, centre)
    figures = [chart.figure(month) for month in known]
    sides = [_side(figure, centre) for figure in figures]
    if sides[first] == 0 or _run(sides, first) < 8:
        return None
    new = chart.centre(known[first : first + 12])
    before = chart.centre(known[since : min(since + 24, first)])
    if abs(figures[first] - before) < abs(figures[first] - new):
        return None
    for now in range(first + 11, min(first + 24, len(known))):
        beside = [_side(figure, new) for figure in figures[first : now + 1]]
        back = [at for at in range(12) if beside[at] == -sides[first]]
        # A run back that began among the twelve and still goes on may yet be one of eight.
        if any(at + _run(beside, at) == len(beside) for at in back):
            continue
        away = [(figures[at] - centre) / (spread * chart.sigma(known[at], centre)) for at in range(first, now + 1)]
        if any(_run([_side(figure, new) for figure in figures[first:]], at) >= 8 for at in back):
            return None
        if sides[first] * sum(away) - 3 * sqrt(len(away)) > 1e-9:
            return now
    return None


def phases(chart: Chart, months: Sequence[Figure]) -> list[tuple[int, int, int]]:
    """Since, held from, and where the months that set the limits end."""
    found, since, held_from = [], 0, 0
    while True:
        shift = None
        if len(months) - since >= 24:
            for first in range(since + 12, len(months) - 11):
                if (confirmed := _confirmed(chart, months, since, first)) is not None:
                    shift = (first, confirmed)
                    break
        if shift is None:
            return [*found, (since, held_from, len(months))]
        found.append((since, held_from, shift[0]))
        since, held_from = shift


def plain(chart: Chart, months: Sequence[Figure]) -> list[Plain]:
    """Every month of a series that has a figure in each."""
    found: list[Plain] = []
    levels = phases(chart, months)
    for number, month in enumerate(months):
        since, held_from, end = [level for level in levels if level[1] <= number][-1]
        base = months[since : min(since + 24, end)]
        centre = chart.centre(base)
        spread = chart.spread(base, centre)
        if len(base) < 12:
            found.append(Plain(since, held_from, centre, None, None, None))
            continue
        average, share = 0.0, 0.0
        for at in range(held_from, number + 1):
            figure = chart.figure(months[at])
            lower, upper = chart.limits(months[at], centre, spread)
            side = _side(figure, upper) if figure > centre else _side(figure, lower)
            is_beyond = (figure > centre and side > 0) or (figure < centre and side < 0)
            away = 0.0 if _side(figure, centre) == 0 else (figure - centre) / (spread * chart.sigma(months[at], centre))
            most = 2 if is_beyond else 3
            average = 0.2 * min(max(away, -most), most) + 0.8 * average
            share = 0.04 + 0.64 * share
        is_far = abs(average) - 2.5 * sqrt(share) > 1e-9
        mark = "beyond_limits" if is_beyond else "ewma" if is_far else None
        found.append(Plain(since, held_from, centre, *chart.limits(month, centre, spread), mark))
    return found
