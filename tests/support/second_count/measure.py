"""What a measure is here: a kind, and a function that gives the cases of some days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING

from .days import Span

if TYPE_CHECKING:
    from .extract import Extract, Row


class Kind(Enum):
    SHARE_OF_EVENTS = "SE"
    SHARE_OF_SNAPSHOT = "SS"
    RATE_OF_SNAPSHOT = "RS"
    COUNT_OF_EVENTS = "CE"
    COUNT_OF_SNAPSHOT = "CS"
    RATE_OF_EVENTS = "RE"
    AVERAGE_OF_SNAPSHOT = "AV"
    MEDIAN = "MD"
    DISTINCT_CHILDREN = "DC"

    @property
    def is_snapshot(self) -> bool:
        return self in (
            Kind.SHARE_OF_SNAPSHOT, Kind.RATE_OF_SNAPSHOT, Kind.COUNT_OF_SNAPSHOT, Kind.AVERAGE_OF_SNAPSHOT,
        )  # fmt: skip

    @property
    def is_rate(self) -> bool:
        return self in (Kind.RATE_OF_SNAPSHOT, Kind.RATE_OF_EVENTS)


@dataclass(frozen=True)
class Case:
    """One event or child behind a figure: what it adds, and what the breakdowns ask of it.

    `numerator` and `denominator` are what it adds to each: 1 and 1 for a share achieved, the children and the FTE for
    a worker. `day` is the day on which age, team and so on are taken. `duration` is in working days.
    """

    person: str
    record: str
    day: date
    numerator: float = 1
    denominator: float = 1
    is_start_missing: bool = False
    duration: int | None = None
    clock_start: date | None = None
    attributes: dict[str, str | None] = field(default_factory=dict, compare=False)


def case_of(
    row: Row,
    day: date,
    is_achieved: bool = True,
    *,
    attributes: dict[str, str | None] | None = None,
    is_start_missing: bool = False,
    duration: int | None = None,
    clock_start: date | None = None,
) -> Case:
    """The case of a record: its own team and its referral's id go with it, if it has them."""
    known: dict[str, str | None] = {name: row[name] for name in ("team", "referral_id") if name in row.values}
    return Case(
        row.child, row.record, day, float(is_achieved), 1, is_start_missing, duration, clock_start,
        {**known, **(attributes or {})},
    )  # fmt: skip


CasesOf = Callable[["Extract", Span], list[Case]]


@dataclass(frozen=True)
class Measure:
    """`cases` are those of a span of days: events on them, the snapshot at the end of the last, or all of them."""

    code: str
    kind: Kind
    cases: CasesOf
    needs: tuple[str, ...]  # tables, and `table.column` where one column must have been sent
    is_now_only: bool = False  # states without dates: the last ended month and the extract date
    run_in_months: int = 0  # how long before the month its tables must be complete
