"""The kinds of measure: how each makes a figure of a month, a quarter, a year to date and twelve months. Declarations.

A measure names its kind; the evaluation, the published versions, the comparison, the public copy and every sentence ask
the kind and nothing else. Source of the rules: docs/definitions.md, "Kinds and periods".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Making(StrEnum):
    """How a figure of several months is made of what is known of the single months."""

    NONE = "none"  # there is no such figure
    POOLED = "pooled"  # numerators and denominators are summed
    LAST_MONTH = "last_month"  # the state at the end of the last month
    ANEW = "anew"  # counted again from the cases of all the months
    OVER_POPULATION = "over_population"  # events summed, divided by the population of the last month


class Interval(StrEnum):
    """Which distribution says how far a figure may lie from another by chance."""

    BINOMIAL = "binomial"
    POISSON = "poisson"
    NONE = "none"


@dataclass(frozen=True)
class Kind:
    """One kind of measure.

    `unit` is the unit of the published value; `scale` what numerator / denominator is multiplied by to get it, None
    where the value is the numerator itself. `month`, `twelve_months` and `quarter` (the year to date as well) say how a
    figure of that period is made. `adds_up`: the cases of a month sum to its figure. `is_count`: there is no
    denominator. `has_public_figure`: the figure can be given from ranges of counts, so that a public copy may have it.
    """

    name: str
    title: str
    unit: str
    scale: float | None
    month: Making
    twelve_months: Making
    quarter: Making
    interval: Interval = Interval.NONE
    is_snapshot: bool = False
    is_count: bool = False
    is_rate: bool = False
    adds_up: bool = True
    has_public_figure: bool = False

    @property
    def compared_period(self) -> str:
        """The period that compares with a year's benchmark: DfE counts events over a year, children on a day."""
        return "month" if self.is_snapshot else "rolling_12_months"


# The periods of a published figure, and how a sentence names them.
PERIODS = {
    "month": "month", "rolling_12_months": "12 months", "quarter": "quarter",
    "financial_year_to_date": "financial year to date",
}  # fmt: skip
PERCENT = "percent"
PER_10_000 = "per 10,000 aged 0 to 17"

SHARE_OF_EVENTS = Kind(
    "share_of_events", "share of events", PERCENT, 100, Making.POOLED, Making.POOLED, Making.POOLED,
    interval=Interval.BINOMIAL, has_public_figure=True,
)  # fmt: skip
SHARE_OF_SNAPSHOT = Kind(
    "share_of_snapshot", "share at a month end", PERCENT, 100, Making.POOLED, Making.POOLED, Making.LAST_MONTH,
    interval=Interval.BINOMIAL, is_snapshot=True, has_public_figure=True,
)  # fmt: skip
RATE_OF_SNAPSHOT = Kind(
    "rate_of_snapshot", "rate at a month end", PER_10_000, 10_000, Making.POOLED, Making.POOLED, Making.LAST_MONTH,
    interval=Interval.POISSON, is_snapshot=True, is_rate=True, has_public_figure=True,
)  # fmt: skip
COUNT_OF_EVENTS = Kind(
    "count_of_events", "number of events", "count", None, Making.POOLED, Making.POOLED, Making.POOLED,
    interval=Interval.POISSON, is_count=True,
)  # fmt: skip
COUNT_OF_SNAPSHOT = Kind(
    "count_of_snapshot", "number at a month end", "count", None, Making.POOLED, Making.NONE, Making.LAST_MONTH,
    interval=Interval.POISSON, is_snapshot=True, is_count=True,
)  # fmt: skip
RATE_OF_EVENTS = Kind(
    "rate_of_events", "rate of events over twelve months", PER_10_000, 10_000, Making.NONE, Making.OVER_POPULATION,
    Making.NONE, interval=Interval.POISSON, is_rate=True, adds_up=False,
)  # fmt: skip
AVERAGE_OF_SNAPSHOT = Kind(
    "average_of_snapshot", "average at a month end", "average", 1, Making.POOLED, Making.POOLED, Making.LAST_MONTH,
    is_snapshot=True,
)  # fmt: skip
MEDIAN = Kind(
    "median", "median", "working days", None, Making.ANEW, Making.ANEW, Making.ANEW, adds_up=False,
)  # fmt: skip
DISTINCT_CHILDREN = Kind(
    "distinct_children", "share of distinct children", PERCENT, 100, Making.ANEW, Making.ANEW, Making.ANEW,
    interval=Interval.BINOMIAL, adds_up=False,
)  # fmt: skip

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        SHARE_OF_EVENTS, SHARE_OF_SNAPSHOT, RATE_OF_SNAPSHOT, COUNT_OF_EVENTS, COUNT_OF_SNAPSHOT, RATE_OF_EVENTS,
        AVERAGE_OF_SNAPSHOT, MEDIAN, DISTINCT_CHILDREN,
    )
}  # fmt: skip
