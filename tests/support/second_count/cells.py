"""One cell of text into one value, by the kind of its column and the spellings that real systems use."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
NULLS = {
    *("", "-", "--", ".", "..", "nan", "none", "null", "n/a", "na", "<blank>", "not recorded", "no data", "\u2013"),
    *("data not captured in mosaic", "znotrecorded", "pd.na", "<na>", "\u2014"),
}
EXCEL_ERRORS = {"#n/a", "#multivalue", "#ref!", "#value!", "#div/0!", "#name?", "#num!", "#null!"}
SENTINELS = {date(1900, 1, 1), date(1899, 12, 30), date(1753, 1, 1), date(1, 1, 1)}
OPEN_FROM_YEAR = 2099
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f"
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
CLOCK = (
    r"(?:(?:T|\s+)(?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2})(?:\.(?P<F>\d+))?)?\s*(?P<half>AM|PM)?)?"
    r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?"
)
DATE_FORMATS = [
    re.compile(pattern + CLOCK, re.IGNORECASE)
    for pattern in (
        r"(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4}|\d{2})",
        r"(?P<y>\d{4})[-/](?P<m>\d{1,2})[-/](?P<d>\d{1,2})",
        r"(?P<d>\d{1,2})-(?P<m>[a-z]{3,4})-(?P<y>\d{4}|\d{2})",
    )
]


@cache
def tidy(text: str) -> str:
    """Without invisible marks, every kind of space one plain space, none at the ends."""
    text = "".join(" " if unicodedata.category(c) in ("Zs", "Zl", "Zp", "Cc") else c for c in text)
    return " ".join("".join(c for c in text if c not in INVISIBLE).split())


def is_null(text: str) -> bool:
    """The spellings of nothing."""
    return tidy(text).casefold() in NULLS


def read_moment(text: str) -> datetime | None:
    """A date with or without a time, as London's clocks show it; None for a sentinel, ValueError where unreadable.

    Day before month in slash forms; a two-digit year up to 30 is of this century; 24:00 is the next day's start; an
    offset is converted, but a day without a time is a calendar day whatever zone is written behind it.
    """
    text = tidy(text)
    if text.casefold() in ("infinity", "-infinity"):
        return None
    if re.fullmatch(r"\d{5}(\.\d+)?", text) and 20000 <= float(text) <= 60000:
        return _without_sentinel(datetime(1899, 12, 30) + timedelta(seconds=round(float(text) * 86400)))
    match = next((found for form in DATE_FORMATS if (found := form.fullmatch(text))), None)
    if match is None:
        raise ValueError(text)
    part = match.groupdict()
    year = int(part["y"])
    if len(part["y"]) == 2:
        year += 2000 if year <= 30 else 1900
    name = part["m"].casefold()
    if not name.isdigit() and name != "sept" and name not in MONTHS:
        raise ValueError(text)
    month = int(name) if name.isdigit() else MONTHS.index(name[:3]) + 1
    hour, minute, second = int(part["H"] or 0), int(part["M"] or 0), int(part["S"] or 0)
    if part["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(text)
        hour = hour % 12 + (12 if part["half"].casefold() == "pm" else 0)
    next_day = (hour, minute, second) == (24, 0, 0)
    fraction = int(f"{part['F'] or 0:0<6}"[:6])
    clock = time(0 if next_day else hour, minute, second, fraction)
    moment = datetime.combine(date(year, month, int(part["d"])), clock)
    if _without_sentinel(moment) is None:
        return None
    if next_day:
        moment += timedelta(days=1)
    if part["zone"] and part["H"]:
        offset = "+00:00" if part["zone"] in "Zz" else part["zone"]
        moment = datetime.fromisoformat(moment.isoformat() + offset).astimezone(LONDON).replace(tzinfo=None)
    return _without_sentinel(moment)


def _without_sentinel(moment: datetime) -> datetime | None:
    return None if moment.date() in SENTINELS or moment.year >= OPEN_FROM_YEAR else moment


def read_id(text: str) -> str | None:
    """An id by its meaning: no marks of Excel, braces or decimal noughts, upper case; -1, 0 and noughts are none."""
    text = tidy(text)
    if wrapped := re.fullmatch(r'="(.*)"', text):
        text = wrapped.group(1)
    text = text.lstrip("'\u2018\u2019").strip()
    if wrapped := re.fullmatch(r"\{(.*)\}", text):
        text = wrapped.group(1)
    text = re.sub(r"^(-?\d+)\.0+$", r"\1", text.upper())
    is_nothing = is_null(text) or text in ("-1", "0") or re.fullmatch(r"0{8}-0{4}-0{4}-0{4}-0{12}", text) is not None
    return None if is_nothing else text


def read_boolean(text: str) -> bool | None:
    """Yes and no, with or without a list letter; the words of a referral's no further action among them."""
    word = re.sub(r"^[a-z][).]\s*", "", tidy(text).casefold())
    if word in {"y", "yes", "1", "1.0", "-1", "true", "nfa"}:
        return True
    if word in {"n", "no", "0", "0.0", "false", "fa", "further action", "u"}:
        return False
    return None


def read_number(text: str) -> float | None:
    try:
        return float(tidy(text))
    except ValueError:
        return None


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


CODES: dict[str, frozenset[str]] = {
    "source": _set("1A 1B 1C 1D 2A 2B 3A 3B 3C 3D 3E 3F 4 5A 5B 5C 5D 6 7 8 9 10"),
    "need": _set("N0 N1 N2 N3 N4 N5 N6 N7 N8 N9"),
    "closure": _set("RC1 RC2 RC3 RC4 RC5 RC6 RC7 RC8 RC9"),
    "abuse": _set("NEG PHY SAB EMO MUL"),
    "ethnicity": _set(
        "WBRI WIRI WIRT WOTH WROM MWBC MWBA MWAS MOTH AIND APKN ABAN AOTH BCRB BAFR BOTH CHNE OOTH REFU NOBT"
    ),
    "sex": _set("M F U 1 2 0 9 I"),
    "rne": _set("S L P T B U"),
    "legal_status": _set("C1 C2 D1 E1 V1 V2 V3 V4 J1 J2 J3 L1 L2 L3"),
    "placement": _set(
        "A3 A4 A5 A6 H5 K1 K2 K3 P1 P2 P3 R1 R2 R3 R5 S1 T0 T1 T2 T3 T4 U1 U2 U3 U4 U5 U6 Z1 Z11 Z12 Z13 Z14"
    ),
    "provider": _set("PR0 PR1 PR2 PR3 PR4 PR5"),
    "rec": _set("X1 E11 E12 E2 E3 E4A E4B E13 E41 E43 E44 E45 E46 E47 E48 E5 E6 E7 E8 E9 E14 E15 E16 E17 E99"),
    "place_change": _set("CARPL CLOSE ALLEG STAND APPRR CREQB CREQO CHILD LAREQ PLACE CUSTOD OTHER"),
    "contact_outcome": _set("NEW_REFERRAL EXISTING_REFERRAL CP_ENQUIRY NFA ADVICE EARLY_HELP OTHER"),
    "participation": _set("PN0 PN1 PN2 PN3 PN4 PN5 PN6 PN7"),
    "health_type": _set("HEALTH_ASSESSMENT DENTAL_CHECK IMMUNISATIONS"),
    "health_status": _set("COMPLETED UP_TO_DATE NOT_UP_TO_DATE REFUSED PLANNED CANCELLED"),
    "missing_type": _set("M A"),
    "in_touch": _set("YES NO DIED REFU NREQ RHOM"),
    "activity": _set("F1 P1 F2 P2 F3 P3 F4 P4 F5 P5 G4 G5 G6 0"),
    "accommodation": frozenset(f"{letter}{digit}" for letter in "BCDEFGHIJKLMNOPQRSTUVWXYZ" for digit in "12")
    | frozenset("0"),
}
SEX_LEGACY = {"1": "M", "2": "F", "0": "U", "9": "U", "I": "U"}


def read_code(text: str, code_set: str) -> str | None:
    """Exact, without the list letter, leading, then bracketed or trailing; else None."""
    codes = CODES[code_set]
    whole = tidy(text).lstrip("'\u2018\u2019").strip().upper()
    if code_set == "eligibility":
        return whole
    for candidate in (whole, re.sub(r"^[A-Z]{1,2}\d?\)\s*", "", whole)):
        if candidate in codes:
            return _modern(candidate, code_set)
        leading = re.match(r"([A-Z0-9_]+)[\s:\-\u2013\[\(]", candidate)
        if leading and leading.group(1) in codes:
            return _modern(leading.group(1), code_set)
    for candidate in re.findall(r"[\[(]([A-Z0-9_]+)[\])]", whole) + whole.split()[-1:]:
        if candidate in codes:
            return _modern(candidate, code_set)
    return None


def _modern(code: str, code_set: str) -> str:
    return SEX_LEGACY.get(code, code) if code_set == "sex" else code


def read_eligibility(text: str) -> str | None:
    """A care leaver's eligibility in one spelling: RELEVANT, FORMER_RELEVANT, QUALIFYING, ELIGIBLE."""
    word = re.sub(r"^[A-Z]\)\s*", "", tidy(text).upper()).replace(" ", "_").replace("-", "_")
    return word if word in {"RELEVANT", "FORMER_RELEVANT", "QUALIFYING", "ELIGIBLE"} else None
