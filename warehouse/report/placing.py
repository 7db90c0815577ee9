"""Which measures are positive areas and which are areas for development: by declared rules, tried in order."""

from dataclasses import dataclass
from enum import StrEnum

from warehouse.report.reading import Comparison, Measure, Point, Reading

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
    TARGET = "the local target"
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


def benchmark(reading: Reading, measure: Measure) -> Comparison | None:
    """What a measure is held against: neighbours, else region, else England; the quoted figure, else the published."""
    for name in BENCHMARKS:
        for comparison in reading.comparisons.get((measure.measure_code, measure.like_for_like, name), ()):
            if comparison.value is not None:
                return comparison
    return None


def place(reading: Reading, measure: Measure) -> Placing | None:
    """Place a measure by the first rule that decides; None where it has no figure in the month."""
    point = reading.point(measure, measure.like_for_like) or reading.point(measure, "month")
    if point is None or point.value is None:
        return None
    against = benchmark(reading, measure)
    if against is not None and against.value is not None:
        if measure.polarity == "neutral":
            above = 100 * (point.value - against.value) / against.value if against.value else 0.0
            is_better = above <= reading.settings["overview_above_benchmark_percent"]
            return _placed(measure, Rule.NEUTRAL, is_better, point, comparison=against)
        gap = (point.value - against.value) * (1 if measure.polarity == "higher_better" else -1)
        # A gap that chance explains, or that does not show in the figures as they are printed, decides nothing.
        if against.is_beyond_chance and round(abs(gap), measure.decimal_places) > 0:
            return _placed(measure, Rule.BENCHMARK, gap > 0, point, comparison=against)
    elif (target := reading.settings["local_target"].get(measure.measure_code)) is not None:
        short = point.value < target if measure.polarity == "higher_better" else point.value > target
        return _placed(measure, Rule.TARGET, not short, point, target=target)
    signals = {
        signal["is_favourable"]
        for signal in reading.spc_signals
        if signal["measure_code"] == measure.measure_code and signal["month"] == reading.month
    } - {None}
    if len(signals) == 1:
        return _placed(measure, Rule.SIGNAL, signals.pop(), point, comparison=against)
    before = reading.point(measure, "rolling_12_months", reading.month.replace(year=reading.month.year - 1))
    twelve = reading.point(measure, "rolling_12_months")
    if before and twelve and before.value is not None and twelve.value is not None and measure.polarity != "neutral":
        risen = round(twelve.value - before.value, measure.decimal_places)
        if risen:
            is_better = (risen > 0) == (measure.polarity == "higher_better")
            return _placed(
                measure, Rule.DIRECTION, is_better, point, comparison=against, twelve_months=(before, twelve)
            )
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
