"""The rules of signals in plain Python, month by month and in fractions, to hold the queries against.

Nothing is shared with the queries: no limit is rounded (what a share's are made of is compared squared), and each month
looks for itself at the months beside it.
"""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

# A figure by the number of its month: numerator and denominator, no denominator for a count.
Series = Mapping[int, tuple[int, int | None]]
# Month, rule, direction, first and last month.
Signal = tuple[int, str, str, int, int]


@dataclass(frozen=True)
class Point:
    """One month: `distance` is that from the centre, in the unit of the value; the variance that of one sigma."""

    phase: int
    value: Fraction | None
    centre: Fraction | None
    variance: Fraction
    assessment: str

    @property
    def distance(self) -> Fraction:
        assert self.value is not None and self.centre is not None
        return self.value - self.centre

    @property
    def side(self) -> int:
        return (self.distance > 0) - (self.distance < 0)

    def is_beyond(self, sigmas: int) -> bool:
        return self.distance**2 > sigmas**2 * self.variance


def points(series: Series, rebased: Set[int], kind: str) -> dict[int, Point]:
    """Every month of a series with the limits of its phase; kind is `share`, `rate` or `count`."""
    phases: list[list[int]] = []
    for month in sorted(series):
        is_new = not phases or any(phases[-1][-1] < change <= month for change in rebased)
        phases = [*phases, [month]] if is_new else [*phases[:-1], [*phases[-1], month]]
    return {
        month: point
        for number, months in enumerate(phases, start=1)
        for month, point in _phase(number, {month: series[month] for month in months}, kind).items()
    }


def _phase(number: int, series: Series, kind: str) -> dict[int, Point]:
    values = {month: _value(*figure, kind) for month, figure in series.items()}
    known = [value for value in values.values() if value is not None]
    centre: Fraction | None = None
    part = Fraction(0)
    if kind == "share":
        everything = sum(denominator or 0 for _, denominator in series.values())
        if everything:
            part = Fraction(sum(numerator for numerator, _ in series.values()), everything)
            centre = 100 * part
    elif known:
        centre = sum(known, Fraction(0)) / len(known)
    ranges = [abs(after - before) for before, after in pairwise(known)]
    three_sigma = Fraction("2.66") * sum(ranges, Fraction(0)) / (len(ranges) or 1)
    found = {}
    for month, (_, denominator) in series.items():
        variance = (three_sigma / 3) ** 2
        is_few = values[month] is None
        if kind == "share" and denominator:
            variance = 10000 * part * (1 - part) / denominator
            is_few = denominator * part < 5 or denominator * (1 - part) < 5
        assessment = "too_few_months" if len(known) < 12 else "too_few_cases" if is_few else "judged"
        found[month] = Point(number, values[month], centre, variance, assessment)
    return found


def _value(numerator: int, denominator: int | None, kind: str) -> Fraction | None:
    if kind == "count":
        return Fraction(numerator)
    return Fraction({"share": 100, "rate": 10000}[kind] * numerator, denominator) if denominator else None


def signals(found: Mapping[int, Point]) -> set[Signal]:
    """Every signal of the months, each month with each rule that it is part of."""
    judged = {month: point for month, point in found.items() if point.assessment == "judged"}
    return {signal for month in judged for signal in _of_month(judged, month)}


def _of_month(judged: Mapping[int, Point], month: int) -> set[Signal]:
    point, signals = judged[month], set()
    side = "above" if point.side > 0 else "below"
    if point.is_beyond(3):
        signals.add((month, "beyond_limits", side, month, month))

    def of_one_phase(*months: int) -> bool:
        return all(one in judged and judged[one].phase == point.phase for one in months)

    def on_one_side(*months: int) -> bool:
        return of_one_phase(*months) and all(judged[one].side == point.side != 0 for one in months)

    first, last = _reach(month, lambda before, after: on_one_side(before, after))
    if last - first + 1 >= 8:
        signals.add((month, "run_of_8", side, first, last))
    for direction, sign in (("rising", 1), ("falling", -1)):
        first, last = _reach(
            month,
            lambda before, after, sign=sign: (
                of_one_phase(before, after) and sign * (judged[after].distance - judged[before].distance) > 0
            ),
        )
        if last - first + 1 >= 6:
            signals.add((month, "trend_of_6", direction, first, last))

    def near(one: int) -> bool:
        return judged[one].is_beyond(2) and not judged[one].is_beyond(3)

    def pairs(one: int) -> set[int]:
        """The months near a limit that make two of three with this one."""
        three = [range(start, start + 3) for start in range(one - 2, one + 1)]
        return {
            other
            for months in three
            if on_one_side(*months) and near(one)
            for other in months
            if other != one and near(other)
        }

    chain = {month} if pairs(month) else set()
    while more := {other for one in chain for other in pairs(one)} - chain:
        chain |= more
    if chain:
        signals.add((month, "two_of_three", side, min(chain), max(chain)))
    return signals


def _reach(month: int, follows: Callable[[int, int], bool]) -> tuple[int, int]:
    """How far the months around this one follow each other."""
    first = last = month
    while follows(first - 1, first):
        first -= 1
    while follows(last, last + 1):
        last += 1
    return first, last
