"""What one spelling of a cell means: a moment, an id, a text, a number. Whole columns are read in `columns.py`.

Every rule here looks at one text, whatever row it stands in, so that a column is read by reading each of its distinct
spellings once.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

# Space of any kind, control characters and invisible marks: none of it is part of a value.
SPACE = "".join(
    chr(code)
    for first, last in ((0x00, 0x20), (0x7F, 0xA0), (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160),
                        (0x1680, 0x1680), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x2000, 0x200F), (0x2028, 0x202F),
                        (0x205F, 0x206F), (0x2800, 0x2800), (0x3000, 0x3000), (0x3164, 0x3164), (0xFE00, 0xFE0F),
                        (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0))
    for code in range(first, last + 1)
)  # fmt: skip
_DASH = "-‐‑‒–—―−"
# What stands for nothing, in lower case: a dash or two of any kind among it.
NOTHING = frozenset(
    ("", ".", "..", "?", "nan", "nat", "none", "null", "n/a", "na", "<na>", "pd.na", "blank", "<blank>", "no data",
     "not recorded", "znotrecorded", "data not captured in mosaic", *_DASH, *(a + b for a in _DASH for b in _DASH))
)  # fmt: skip
LONGEST_NOTHING = max(map(len, NOTHING))
# Keys that a case system writes where there is none.
NULL_KEYS = frozenset(("-1", "0", "00000000-0000-0000-0000-000000000000", "0" * 32))
_ERRORS = frozenset(("#n/a", "#multivalue", "#ref!", "#value!", "#name?", "#div/0!", "#null!", "#num!"))
_NOBODY = frozenset(("-1", "0", "duty", "duty worker", "unallocated"))

_LONDON, _UTC = ZoneInfo("Europe/London"), ZoneInfo("UTC")
# Within a moment: dashes of every kind part a date, space of every kind a day from its time; invisible marks do nothing.
_WITHIN = {ord(mark): " " if mark.isspace() else None for mark in SPACE} | {ord(dash): "-" for dash in _DASH}
_MONTHS = {name: number for number, name in enumerate(
    "jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)} | {"sept": 9}  # fmt: skip
_MOMENT = re.compile(
    r"(?:(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4}|\d{2})"
    r"|(?P<iso_y>\d{4})(?P<part>[-/])(?P<iso_m>\d{1,2})(?P=part)(?P<iso_d>\d{1,2})"
    r"|(?P<named_d>\d{1,2})-(?P<name>[A-Za-z]{3,4})-(?P<named_y>\d{4}|\d{2}))"
    r"(?:[ T]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d+))?)?"
    r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?)?"
    r" ?(?P<zone>[Zz]|[+-]\d{2}(?::?\d{2})?)?"
)
_SERIAL = re.compile(r"\d{5}(\.\d+)?")
_SECONDS_A_DAY = 86_400
_DAY_ZERO = datetime(1899, 12, 30)
# Days that stand for "no date": what systems put where a date is missing or an end is open; so does 2099 and later.
_SENTINELS = frozenset((date(1, 1, 1), date(1753, 1, 1), date(1899, 12, 30), date(1899, 12, 31), date(1900, 1, 1)))
_FIRST_OPEN_YEAR = 2099
_MONTH_FIRST = re.compile(r"(0?[1-9]|1[0-2])/(1[3-9]|2\d|3[01])/(\d{4}|\d{2})([ T].*)?")

_TEXT_MARK = re.compile(r"['‘’`](?=[0-9A-Za-z-])")
_QUOTED_FORMULA = re.compile(r'="([^"]*)"')
_BRACES = re.compile(r"\{([^{}]+)\}")
_SCIENTIFIC = re.compile(r"-?\d(\.\d+)?[eE]\+\d+")
_WHOLE = re.compile(r"(\d{1,9})(\.0+)?")
_NUMBER = re.compile(r"\d{1,9}(\.\d+)?")


@dataclass(frozen=True)
class Moment:
    """What a spelling of a date or time reads as, in London time, and what is to be said of it."""

    value: datetime | None = None
    is_unread: bool = False
    is_sentinel: bool = False
    has_short_year: bool = False
    is_month_first: bool = False  # only a reader who puts the month first could make it out
    has_time: bool = False


def trimmed(cell: str) -> str:
    """A cell without surrounding space of any kind."""
    return cell.strip(SPACE)


def is_nothing(text: str) -> bool:
    """Whether a trimmed cell stands for nothing."""
    return len(text) <= LONGEST_NOTHING and text.lower() in NOTHING


def is_lost(text: str) -> bool:
    """Whether a spreadsheet could not compute the cell, or did not: then the value was never there."""
    return text[:1] in ("=", "#") and (text[0] == "=" or text.lower() in _ERRORS)


def read_id(text: str) -> tuple[str | None, bool]:
    """An id by its meaning, and whether its digits are lost; a key that stands for none is None.

    In upper case, without Excel's text marks, the braces of a GUID, and the decimal places that a spreadsheet or a
    database adds to a number.
    """
    if quoted := _QUOTED_FORMULA.fullmatch(text):
        text = trimmed(quoted[1])
    elif is_lost(text) or _SCIENTIFIC.fullmatch(text):
        return None, True
    text = _TEXT_MARK.sub("", text, count=1) if _TEXT_MARK.match(text) else text
    if braced := _BRACES.fullmatch(text):
        text = braced[1]
    head, point, tail = text.partition(".")
    if point and head and tail and not tail.strip("0"):
        text = head
    text = text.upper()
    return (None if text in NULL_KEYS or is_nothing(text) else text), False


def read_worker(text: str) -> str | None:
    """A worker, or nobody: entries that stand for a team's inbox or for none."""
    return None if is_lost(text) or text.lower() in _NOBODY else text


def read_whole_number(text: str) -> int | None:
    """A whole number, nought or more."""
    found = _WHOLE.fullmatch(text)
    return int(found[1]) if found else None


def read_number(text: str) -> float | None:
    """A number, nought or more, with a point for the fraction."""
    return float(text) if _NUMBER.fullmatch(text) else None


def read_moment(text: str) -> Moment:
    """A trimmed cell that is not nothing as a moment in London time, day before month.

    A day; a day with a time, with or without seconds, AM or PM; one with an offset; a spreadsheet's serial day from
    20000 to 60000. A day with a zone and no time is that day; 24:00 is the midnight that ends a day. Two-digit years
    mean 1931 to 2030.
    """
    if text.lower() in ("infinity", "-infinity"):
        return Moment(is_sentinel=True)
    if _SERIAL.fullmatch(text):
        serial = float(text)
        if not 20000 <= serial <= 60000:
            return Moment(is_unread=True)
        # To the second, yet never past the end of the day that the number is of.
        second = min(round(serial % 1 * _SECONDS_A_DAY), _SECONDS_A_DAY - 1)
        return Moment(_DAY_ZERO + timedelta(days=int(serial), seconds=second), has_time=serial % 1 > 0)
    found = _MOMENT.fullmatch(text.translate(_WITHIN))
    value = _of_parts(found) if found else None
    if value is None:
        return Moment(is_unread=True, is_month_first=_MONTH_FIRST.fullmatch(text) is not None)
    assert found is not None  # noqa: S101 - a value has parts
    has_short_year = len(found["y"] or found["named_y"] or "four") == 2
    if _is_sentinel(value):
        return Moment(is_sentinel=True, has_short_year=has_short_year)
    if value.year < 1900:
        return Moment(is_unread=True)
    return Moment(value, has_short_year=has_short_year, has_time=found["hour"] is not None)


def _is_sentinel(value: datetime) -> bool:
    return value.year >= _FIRST_OPEN_YEAR or value.date() in _SENTINELS


def _of_parts(parts: re.Match[str]) -> datetime | None:
    """A moment of the parts of its text; None where no such day or time exists."""
    month = parts["m"] or parts["iso_m"] or _MONTHS.get((parts["name"] or "").lower(), 0)
    year = int(parts["y"] or parts["iso_y"] or parts["named_y"])
    if year < 100 and len(parts["y"] or parts["named_y"] or "four") == 2:
        year += 2000 if year <= 30 else 1900
    hour, half = int(parts["hour"] or 0), (parts["half"] or "").lower()
    minute, second = int(parts["minute"] or 0), int(parts["second"] or 0)
    microsecond = int((parts["fraction"] or "")[:6].ljust(6, "0") or 0)
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    is_end_of_day = hour == 24 and minute == second == microsecond == 0
    try:
        day = int(parts["d"] or parts["iso_d"] or parts["named_d"])
        value = datetime(year, int(month), day, 0 if is_end_of_day else hour, minute, second, microsecond)
        if _is_sentinel(value):
            return value  # a stand-in has no zone, and none of its neighbours is a day of this calendar
        if is_end_of_day:
            value += timedelta(days=1)
        if parts["zone"] and parts["hour"]:
            value = (value - _offset(parts["zone"])).replace(tzinfo=_UTC).astimezone(_LONDON).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
    return value


def _offset(zone: str) -> timedelta:
    if zone in "Zz":
        return timedelta(0)
    digits = zone[1:].replace(":", "").ljust(4, "0")
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -ahead if zone[0] == "-" else ahead


def is_midnight_of_summer(value: datetime) -> bool:
    """Whether it is 23:00 exactly while summer time holds: what UTC makes of the midnight of a day."""
    return (
        (value.hour, value.minute, value.second) == (23, 0, 0)
        and value.replace(tzinfo=_LONDON).utcoffset() == timedelta(hours=1)
    )  # fmt: skip
