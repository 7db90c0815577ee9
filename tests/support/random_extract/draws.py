"""Chances and days: drawn at random, and often on a border."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from support.second_count.days import add_months, bank_holidays, due_date, is_working_day, last_of, working_days

Option = TypeVar("Option")


class Draws:
    """The random state of one extract, its history's first day and its last (the extract date)."""

    def __init__(self, seed: int, extract_date: date) -> None:
        self.rng = random.Random(seed)
        self.today = extract_date
        self.first = add_months(extract_date, -self.rng.randint(24, 48))
        self.serial = 0
        self.holidays = sorted(day for day in bank_holidays() if self.first <= day <= extract_date)

    def chance(self, percent: float) -> bool:
        return self.rng.random() * 100 < percent

    def pick(self, *options: Option) -> Option:
        return self.rng.choice(options)

    def number(self, low: int, high: int) -> int:
        return self.rng.randint(low, high)

    def some(self, low: int, high: int) -> range:
        return range(self.rng.randint(low, high))

    # Days

    def day(self, start: date | None = None, end: date | None = None) -> date:
        """A day between the two, often a month end or the day beside it, a weekend, a bank holiday, a leap day."""
        start, end = start or self.first, end or self.today
        if end <= start:
            return start
        day = start + timedelta(days=self.rng.randint(0, (end - start).days))
        kind = self.rng.random()
        if kind < 0.08:
            day += timedelta(days=5 - day.weekday())
        elif kind < 0.13:
            day = min(self.holidays, key=lambda holiday: abs(holiday - day))
        elif kind < 0.27:
            day = last_of(day) + timedelta(days=self.pick(-1, 0, 0, 0, 1))
        elif kind < 0.30 and day.year % 4 == 0:
            day = date(day.year, 2, 29)
        elif kind < 0.33:
            day = date(day.year, self.pick(3, 4), 1) + timedelta(days=self.pick(-1, 0, 30))
        return min(max(day, start), end)

    def past(self, day: date | None) -> date | None:
        """The day where it has come, else nothing."""
        return day if day is not None and day <= self.today else None

    def month_end(self, start: date, end: date) -> date:
        """A month end between the two, or the one after the start."""
        return last_of(self.day(start, max(start, end)))

    def in_working_days(self, start: date, target: int, spread: int) -> date:
        """An end around a target of working days: on it, one over, or on the day off after it, or anywhere."""
        kind = self.rng.random()
        if kind < 0.22:
            return due_date(start, target)
        if kind < 0.40:
            return due_date(start, target + 1)
        if kind < 0.50:
            end = due_date(start, target)
            while is_working_day(end + timedelta(days=1)):
                end += timedelta(days=1)
            return end + timedelta(days=1)
        if kind < 0.55:
            return start
        return start + timedelta(days=self.rng.randint(0, spread))

    def in_days(self, start: date, target: int, spread: int) -> date:
        """An end around a target of calendar days: on it, one over, or anywhere before or after."""
        kind = self.rng.random()
        if kind < 0.25:
            return start + timedelta(days=target)
        if kind < 0.40:
            return start + timedelta(days=target + 1)
        return start + timedelta(days=max(0, target + self.rng.randint(-spread, spread)))

    def working_days_before(self, day: date, number: int) -> date:
        """A day from which so many working days lead up to the day."""
        start = day
        while working_days(start, day) < number:
            start -= timedelta(days=1)
        return start

    def age_day(self, *ages: int) -> date:
        """A birth so that one of the ages is reached in the history, often around a month end, or on 29 February."""
        age = self.pick(*ages)
        when = self.day()
        if self.chance(50):
            when = last_of(when) + timedelta(days=self.pick(-1, 0, 0, 1))
        if self.chance(12):
            leap = when.year - age - (when.year - age) % 4
            return date(leap, 2, 29)
        return add_months(when, -12 * age)

    def moment(self, day: date) -> datetime:
        """A moment of the day; sometimes without a time, or in the last hour."""
        if self.chance(15):
            return datetime.combine(day, time())
        if self.chance(8):
            return datetime.combine(day, time(23, self.rng.randint(0, 59)))
        return datetime.combine(day, time(self.rng.randint(7, 20), self.rng.randint(0, 59)))

    # Names

    def new_id(self, letter: str) -> str:
        self.serial += 1
        form = self.serial % 4
        if form == 0:
            return f"{letter}{self.serial:05d}"
        if form == 1:
            return f"00{ord(letter)}{self.serial:04d}"
        return f"{ord(letter)}{self.serial:05d}"

    def status(self, usual: str | None = None, void: float = 6, reopened: float = 3) -> str | None:
        if self.chance(void):
            return self.pick(
                *("CANCELLED", "cancelled", "Draft", "Proposed", "deleted", "Abandoned", "Void", "Entered in error"),
                *("Superseded", "Withdrawn", "Deleted - duplicate"),
            )
        if self.chance(reopened):
            return self.pick("REOPENED", "Re-opened", "Reopen", "Re opened")
        return self.pick(usual, usual, None, "COMPLETED") if usual else self.pick(None, "COMPLETED", "completed")

    def visit_status(self) -> str | None:
        """Of a review or visit: mostly took place."""
        if self.chance(5):
            return self.pick("PLANNED", "Postponed", "Did not take place", "Rearranged", "Deferred", "Not held")
        return self.status(void=5, reopened=0)

    def team(self) -> str | None:
        return self.pick("North", "South", "East", "Duty and assessment", "#N/A", None)
