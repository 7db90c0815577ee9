"""Working days counted one by one: the slow twin of the calendar."""

from datetime import date, timedelta
from functools import cache

import holidays

_ENGLAND = holidays.country_holidays("GB", subdiv="ENG", years=range(2009, 2031))


@cache
def is_working_day(day: date) -> bool:
    """Monday to Friday and no bank holiday of England and Wales."""
    return day.weekday() < 5 and day not in _ENGLAND


def working_days(start: date, end: date) -> int:
    """The working days after the start, up to and including the end."""
    return sum(is_working_day(start + timedelta(days=days)) for days in range(1, (end - start).days + 1))


def due_day(start: date, number: int) -> date:
    """The working day of that number after the start."""
    day = start
    while number:
        day += timedelta(days=1)
        number -= is_working_day(day)
    return day
