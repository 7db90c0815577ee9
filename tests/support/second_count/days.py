"""Days: working days, months, birthdays, the twelve months before a day. Nothing here knows of children or files."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import holidays

KNOWN_YEARS = range(1995, 2036)
ONE_DAY = timedelta(days=1)


@cache
def bank_holidays() -> frozenset[date]:
    """The bank holidays of England, from the `holidays` package."""
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=KNOWN_YEARS))


def is_working_day(day: date, closed: Collection[date] = ()) -> bool:
    """Monday to Friday, no bank holiday, no closure day of the council. A year without a calendar fails."""
    if day.year not in KNOWN_YEARS:
        raise ValueError(f"No bank holidays are known for {day.year}")
    return day.weekday() < 5 and day not in bank_holidays() and day not in closed


def working_days(start: date, end: date, closed: Collection[date] = ()) -> int:
    """wd(start, end): the working days in (start, end]; the start day is day 0. Negative where the end is before."""
    if end < start:
        return -working_days(end, start, closed)
    count = 0
    day = start
    while day < end:
        day += ONE_DAY
        count += is_working_day(day, closed)
    return count


def due_date(start: date, number: int, closed: Collection[date] = ()) -> date:
    """The number-th working day strictly after the start."""
    day = start
    while number > 0:
        day += ONE_DAY
        number -= is_working_day(day, closed)
    return day


def first_of(day: date) -> date:
    return day.replace(day=1)


@cache
def add_months(day: date, number: int) -> date:
    """The same day of another month, or its last day where it has no such day (29 February goes back to 28)."""
    years, months = divmod(day.month - 1 + number, 12)
    first = date(day.year + years, months + 1, 1)
    return first.replace(day=min(day.day, last_of(first).day))


@cache
def last_of(day: date) -> date:
    """The last day of the day's month."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - ONE_DAY


def months_before(day: date, number: int) -> date:
    """The month end so many months before a month end; of another day the same day of that month."""
    earlier = add_months(day, -number)
    return last_of(earlier) if day == last_of(day) else earlier


def birthday(born: date, age: int) -> date:
    """The day on which an age is reached; born on 29 February, on 1 March of a common year (English law)."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


@dataclass(frozen=True, order=True)
class Span:
    """Some days, both ends included: a month, or several; `last` is the extract date in a month in progress."""

    first: date
    last: date

    def __contains__(self, day: date | None) -> bool:
        return day is not None and self.first <= day <= self.last

    def days(self) -> Iterator[date]:
        day = self.first
        while day <= self.last:
            yield day
            day += ONE_DAY


def is_open(start: date | None, end: date | None, day: date) -> bool:
    """Half-open: begun on or before the day, and not ended on or before it."""
    return start is not None and start <= day and (end is None or end > day)
