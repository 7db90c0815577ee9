"""Which measures are positive areas and which are areas for development: by declared rules, tried in order."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from warehouse.report.month.reading import Comparison, Measure, Point, Reading

# Tried in this order, with the words for each.
BENCHMARKS = {"statistical_neighbours": "statistical neighbours", "region": "the region", "england": "England"}


class Area(StrEnum):
    """Where a measure stands in the overview."""

    POSITIVE = "Positive areas"
    DEVELOPMENT = "Areas for development"
    UNDECIDED = "Not placed"


class Rule(StrEnum):
    """What placed a measure, in the words of the footnote; the rules are tried in this order."""

    BENCHMARK = "the gap to the benchmark"
    NEUTRAL = "how far it is above the benchmark"
    TARGET = "the target"
    SIGNAL = "a signal in the month"
    DIRECTION = "the direction of the twelve months"
    NOTHING = "nothing to hold it against"


@dataclass(frozen=True)
class Placing:
    """Where a measure stands, by which rule, and what the rule compared."""

    measure: Measure
    area: Area
    rule: Rule
    is_better: bool | None
    point: Point
    comparison: Comparison | None = None
    target: float | None = None
    twelve_months: tuple[Point, Point] | None = None
    is_within_chance: bool = False


def benchmark(reading: Reading, measure: Measure) -> Comparison | None:
    """What a measure is held against: neighbours, else region, else England; the quoted figure, else the published."""
    for name in BENCHMARKS:
        for comparison in reading.comparisons.get((measure.measure_code, measure.like_for_like, name), ()):
            if comparison.value is not None:
                return comparison
    return None


def place(reading: Reading, measure: Measure) -> Placing | None:
    """Place a measure by the first rule that decides; None where it has no figure in the month, or none has a value.

    Figures are compared as they are printed, so that what the footnote says can be seen.
    """
    points = (reading.point(measure, measure.like_for_like), reading.point(measure, "month"))
    point = next((point for point in points if point is not None and point.value is not None), None)
    if point is None or point.value is None:
        return None
    value = measure.rounded(point.value)
    against = benchmark(reading, measure) if point.period == measure.like_for_like else None
    if against is not None and against.value is not None:
        other = measure.rounded(against.value)
        if measure.polarity == "neutral":
            if other:
                is_above = 100 * (value - other) > Decimal(reading.settings["overview_above_benchmark_percent"]) * other
                is_chance = is_above and against.is_beyond_chance is False
                area = Area.DEVELOPMENT if is_above and not is_chance else Area.POSITIVE
                return Placing(
                    measure, area, Rule.NEUTRAL, area is Area.POSITIVE, point, against, is_within_chance=is_chance
                )
        # A gap that chance explains, or that does not show in the figures as they are printed, decides nothing.
        elif against.is_beyond_chance and value != other:
            is_better = (value > other) == (measure.polarity == "higher_better")
            return _placed(measure, Rule.BENCHMARK, is_better, point, against)
    elif measure.polarity != "neutral" and (found := reading.targets.get(measure.measure_code)) is not None:
        limit = Decimal(str(found["target"]))
        short = value < limit if measure.polarity == "higher_better" else value > limit
        return _placed(measure, Rule.TARGET, not short, point, target=found["target"])
    mark = reading.marks(measure).get(reading.month)
    if mark is not None and mark["is_favourable"] is not None:
        return _placed(measure, Rule.SIGNAL, mark["is_favourable"], point, comparison=against)
    before = reading.point(measure, "rolling_12_months", reading.month.replace(year=reading.month.year - 1))
    twelve = reading.point(measure, "rolling_12_months")
    if before and twelve and before.value is not None and twelve.value is not None and measure.polarity != "neutral":
        risen = measure.rounded(twelve.value) - measure.rounded(before.value)
        if risen:
            is_better = (risen > 0) == (measure.polarity == "higher_better")
            return _placed(measure, Rule.DIRECTION, is_better, point, against, twelve_months=(before, twelve))
    return Placing(measure, Area.UNDECIDED, Rule.NOTHING, None, point, against)


def _placed(
    measure: Measure,
    rule: Rule,
    is_better: bool,
    point: Point,
    comparison: Comparison | None = None,
    target: float | None = None,
    twelve_months: tuple[Point, Point] | None = None,
) -> Placing:
    area = Area.POSITIVE if is_better else Area.DEVELOPMENT
    return Placing(measure, area, rule, is_better, point, comparison, target, twelve_months)
