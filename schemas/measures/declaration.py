"""How a measure is declared: once, as data. Everything else is derived from it.

A measure counts rows of one fact. `counted` says which of its rows are in the denominator, `achieved` which of those
are in the numerator: expressions over the columns of that fact alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from schemas.kinds import Kind


class Polarity(StrEnum):
    """Which way is good. DfE gives rates of plans and of looked after children none."""

    HIGHER_BETTER = "higher_better"
    LOWER_BETTER = "lower_better"
    NEUTRAL = "neutral"


# The note on a measure that nobody else publishes.
NO_STATISTIC = "No benchmark exists: no national statistic is published."
# A run-in longer than any extract: the table must hold the whole history.
WHOLE_HISTORY = 12 * 200


@dataclass(frozen=True)
class Need:
    """A table that must have been sent and, where any are named, columns of which one must be in it.

    `named_by`: the setting that says which one of `any_of` it is; without one, any of them will do. `run_in_months`:
    how far before a month the table must be complete for the month to be exact, `because` of what. `after_month_end`:
    from the day after the month end so long before, as the twelve months of the definitions begin. `asks`: whether the
    month must lie in what the table is complete for by `events`, or by `spells` (snapshots, and what is timed from a
    spell). `latest_is_enough`: a form that holds only the latest row of a child gives the measure. `when`: the setting
    and the value of it under which the table is needed. `unless`: an expression over the columns of the fact; where it
    holds for every counted row of a month, the month needs no run-in. `instead`: the table and column that stand in where
    the table was not sent, for the extract date alone.
    """

    table: str
    any_of: tuple[str, ...] = ()
    named_by: str | None = None
    run_in_months: int = 0
    after_month_end: bool = False
    asks: Literal["events", "spells"] = "events"
    latest_is_enough: bool = False
    because: str = ""
    when: tuple[str, str] | None = None
    unless: str = ""
    instead: tuple[str, str] | None = None


@dataclass(frozen=True)
class Measure:
    """One measure; see docs/measures.md, which is generated from these fields.

    `amount` and `weight` are what a row adds to numerator and denominator. `of`: the count of events that a rate of
    events is made of. `achieved_later` (distinct children): what achieves in a period's months after its first.
    `case`: expressions for columns of kpi_case (clock_start, event_date, due_date, working_days, reason) where they are
    not the fact's own. `is_now_only`: a state without dates, known for the extract date and the last ended month alone.
    `is_timed`: it asks whether a clock was kept, so cases without a start are told. `breakdowns`: None stands for all
    that the fact has.
    """

    measure_code: str
    short_code: str
    title: str
    definition: str
    numerator: str
    denominator: str
    kind: Kind
    fact: str
    polarity: Polarity
    decimal_places: int
    source: str
    needs: tuple[Need, ...]
    counted: str = "true"
    achieved: str = "true"
    amount: str = "1"
    weight: str = "1"
    achieved_later: str | None = None
    of: str | None = None
    case: Mapping[str, str] = field(default_factory=dict)
    is_now_only: bool = False
    is_timed: bool = False
    breakdowns: tuple[str, ...] | None = None
    benchmark_indicator: str | None = None
    benchmark_note: str = ""
    definition_version: str = "1"

    @property
    def unit(self) -> str:
        """The unit of the published value."""
        return self.kind.unit
