"""The working days of England and Wales, as the demonstration counts them: by rule, not from the reference table."""

import numpy as np
import numpy.typing as npt

from pipelines.demonstration.columns import Dates, Random

FIRST_HOLIDAY_YEAR, LAST_HOLIDAY_YEAR = 2009, 2030


def _easter_sunday(year: int) -> np.datetime64:
    """The anonymous Gregorian computus."""
    golden, century, rest = year % 19, year // 100, year % 100
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return np.datetime64(f"{year}-{month:02d}-{day + 1:02d}")


def bank_holidays(first_year: int = FIRST_HOLIDAY_YEAR, last_year: int = LAST_HOLIDAY_YEAR) -> Dates:
    """The bank holidays of England and Wales on weekdays, substitute days included, from 2009 on.

    Source: Banking and Financial Dealings Act 1971, and the proclamations for the days that were moved or added.
    """
    moved = {"2012-05-28": "2012-06-04", "2020-05-04": "2020-05-08", "2022-05-30": "2022-06-02"}
    added = ["2011-04-29", "2012-06-05", "2022-06-03", "2022-09-19", "2023-05-08"]
    holidays = [np.datetime64(day) for day in added if first_year <= int(day[:4]) <= last_year]
    for year in range(first_year, last_year + 1):
        easter = _easter_sunday(year)
        holidays += [
            np.busday_offset(f"{year}-01-01", 0, roll="forward"),
            easter - 2,
            easter + 1,
            np.busday_offset(f"{year}-05", 0, roll="forward", weekmask="Mon"),
            np.busday_offset(f"{year}-06", -1, roll="forward", weekmask="Mon"),
            np.busday_offset(f"{year}-09", -1, roll="forward", weekmask="Mon"),
            # Christmas Day and Boxing Day, or what stands in for them: the first two weekdays from the 25th.
            np.busday_offset(f"{year}-12-25", 0, roll="forward"),
            np.busday_offset(f"{year}-12-25", 1, roll="forward"),
        ]
    return np.unique(np.array([moved.get(str(day), str(day)) for day in holidays], dtype="datetime64[D]"))


CALENDAR = np.busdaycalendar(holidays=bank_holidays())
WORKING_DAYS: Dates = np.array(
    [
        day
        for day in np.arange(f"{FIRST_HOLIDAY_YEAR}-01-01", f"{LAST_HOLIDAY_YEAR + 1}-01-01", dtype="datetime64[D]")
        if np.is_busday(day, busdaycal=CALENDAR)
    ]
)


def working_days_after(days: Dates, number: npt.ArrayLike) -> Dates:
    """The date so many working days after each day (before it, if negative), a free day counting as the one before."""
    moved: Dates = np.busday_offset(days, np.asarray(number, dtype=np.int64), roll="backward", busdaycal=CALENDAR)
    return moved


def working_day_within(months: npt.NDArray[np.datetime64], random: Random) -> Dates:
    """A working day of each month."""
    first = np.searchsorted(WORKING_DAYS, months.astype("datetime64[D]"))
    after = np.searchsorted(WORKING_DAYS, (months + 1).astype("datetime64[D]"))
    return WORKING_DAYS[first + (random.random(len(months)) * (after - first)).astype(np.int64)]


def day_within(months: npt.NDArray[np.datetime64], random: Random) -> Dates:
    """Any day of each month."""
    first = months.astype("datetime64[D]")
    length = (months + 1).astype("datetime64[D]") - first
    day: Dates = first + (random.random(len(months)) * length.astype(np.int64)).astype(np.int64)
    return day


def partly_on_free_days(days: Dates, share: float, random: Random) -> Dates:
    """Moves a share of the working days to one of the weekend days or bank holidays that follow at once.

    The clock from there runs as from the working day: working days are counted after the start, whatever day it is.
    """
    free = (working_days_after(days, 1) - days).astype(np.int64) - 1
    moves = (random.random(len(days)) < share) & (free > 0)
    moved: Dates = days + np.where(moves, 1 + (random.random(len(days)) * free).astype(np.int64), 0)
    return moved
