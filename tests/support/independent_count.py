"""A slow, obvious, second count of one extract, written from docs/definitions.md alone.

Nothing here is shared with the pipeline: plain Python, the standard library, one function for each rule and each
measure. `count_extract` is the only thing that a test needs. Where national wording leaves a choice, the reading taken
is a field of `Readings`, with the section it stands in; `settings` may override any of them by name.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

MASH = "mash_timeliness"
ASSESSMENT = "assessment_timeliness"
CARE_PLAN = "authorised_care_plan"
PLAN_RATE = "child_protection_plan_rate"
ICPC = "icpc_timeliness"
CARE_RATE = "looked_after_rate"

TARGET_WORKING_DAYS = {MASH: 1, ASSESSMENT: 45, ICPC: 15}
PENDING_CODE = {MASH: "mash_pending", ASSESSMENT: "assessments_open", ICPC: "icpc_pending"}

Population = Callable[[int], "int | None"]


class ExtractRefusedError(Exception):
    """The extract cannot be used at all (definitions 1.3: an absent required column, or a file that is no table)."""


@dataclass(frozen=True)
class Readings:
    """The settings that matter here, and every choice that the wording leaves open."""

    history_from: date | None = None  # definitions 4.3; None: the month of the earliest usable referral_date
    final_after_months: int = 2  # definitions 4.4
    non_working_days: tuple[date, ...] = ()  # definitions 3.1, local_extra_non_working_days

    quarantine_before_duplicate: bool = True  # definitions 2.3: a row set aside takes no part in "the last stays"
    alias_before_keys: bool = True  # definitions 2.3: merged persons are resolved first
    lone_value_quarantined: bool = True  # definitions 2.2: a row with one non-blank cell is a footer
    scientific_id_quarantined: bool = True  # definitions 2.2
    closure_before_referral_quarantined: bool = True  # definitions 2.2; census rule 8630
    same_day_end_quarantined: bool = False  # definitions 2.2: only "before"; census rules 8840, 355
    icpc_before_referral_quarantined: bool = False  # definitions 2.4: only reported; census rule 1104
    only_live_rows_claim: bool = True  # definitions 2.2: a cancelled or draft row claims nothing
    dead_s47_dates_its_icpc: bool = False  # definitions 2.2: against a cancelled S47 too?
    mash_order_by_time: bool = True  # definitions 2.2: by the clock where both times are known, else by day
    recorded_stands_in_for_received: bool = False  # ... and completed before recorded, where received is null?

    same_day_counted_once: bool = True  # definitions 7.3: a child's second ICPC of one day
    same_day_referral_counted_once: bool = False  # definitions 7.1: a child's second referral of one day
    reopened_is_not_completed: bool = True  # definitions 6.2
    adjourned_with_outcome_is_held: bool = True  # definitions 7.3: adjourned, but with a decision
    planned_is_not_held: bool = True  # definitions 7.3: status PLANNED with an icpc_date in the past
    dead_referral_is_no_referral: bool = True  # definitions 6.2: no clock starts from it
    start_before_referral_uses_referral: bool = True  # definitions 7.2; census rule 1103, for a later assessment too
    first_assessment_tie: str = "assessment_id"  # or "authorised", "file", "all"
    reopened_can_be_first: bool = True  # definitions 7.2: only drafts and cancelled ones are passed over
    dead_s47_is_no_s47: bool = True  # definitions 6.2: ... nor the ICPC's clock
    other_icpc_in_between_breaks: bool = True  # definitions 7.3: an enquiry that an earlier ICPC has spent
    broken_link_falls_back: bool = True  # definitions 7.3: a link to no usable S47 is no link
    unknown_age_counts: bool = True  # definitions 6.5: only those who have turned 18 are left out
    unborn_not_looked_after: bool = True  # definitions 6.5
    estimated_birth_is_birth: bool = True  # definitions 6.5
    null_legal_status_counts: bool = True  # definitions 7.5: only V1, V3, V4 are left out
    leap_birthday_in_march: bool = True  # English law: 29 February falls on 1 March in a common year
    pathway_plan_from_16: bool = True  # definitions 7.6
    care_plan_status_must_say_authorised: bool = False  # definitions 7.6: the date is the proof
    period_of_care: str = "chain"  # definitions 7.6; or "latest_s": the latest RNE = S
    short_breaks_in_period: bool = False  # does a V3 or V4 episode lengthen the period of care?
    dead_referral_opens_history: bool = True  # definitions 4.3: the earliest usable referral_date, of any used row
    month_ends_on_its_last_day: bool = True  # definitions 4.3: an extract of 31 August has the whole of August
    rolling_to_date: bool = True  # definitions 4.5: a month in progress has a 12-month figure too
    closed_referral_not_pending: bool = True  # definitions 8
    reopened_is_pending: bool = True  # definitions 8


class Figure(NamedTuple):
    numerator: int
    denominator: int
    missing_start: int
    status: str


class Pending(NamedTuple):
    clock_start: date | None
    due_date: date | None
    working_days_elapsed: int | None
    is_overdue: bool


class Case(NamedTuple):
    """One event of one child behind a percentage."""

    record_id: str
    child: str
    event_date: date
    clock_start: date | None
    in_time: bool


@dataclass
class Row:
    number: int  # as a person counts in the file, header = 1
    raw: tuple[str, ...]
    values: dict[str, Any] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)
    unknown_codes: list[str] = field(default_factory=list)
    scientific: list[str] = field(default_factory=list)
    rules: set[str] = field(default_factory=set)
    state: str = "used"

    def __getitem__(self, column: str) -> Any:
        return self.values.get(column)

    def day(self, column: str) -> date | None:
        value = self.values.get(column)
        return value.date() if isinstance(value, datetime) else value


@dataclass
class TableCount:
    rows_in: int
    rows_used: int
    rows_quarantined: int
    rows_duplicate: int
    rules: Counter[str]
    columns_ignored: list[str]


Key = tuple[str, date, str]


@dataclass
class Count:
    tables: dict[str, TableCount]
    figures: dict[Key, Figure]
    pending: dict[tuple[str, str], Pending]
    not_computable: dict[str, str]
    cases: dict[str, list[Case]]  # the events of the three percentages by event
    snapshots: dict[tuple[str, date], tuple[set[str], set[str]]]  # (measure, day): children in, children counted
    rows: dict[str, list[Row]]

    def state_of(self, table: str, number: int) -> Row:
        return next(row for row in self.rows[table] if row.number == number)


# ---------------------------------------------------------------------------------------------------------------
# Working days


@cache
def easter_sunday(year: int) -> date:
    """The Gregorian computus (Meeus, Jones, Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    n = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * n) // 451
    month, day = divmod(h + n - 7 * m + 114, 31)
    return date(year, month, day + 1)


def _first_monday(year: int, month: int) -> date:
    return next(date(year, month, d) for d in range(1, 8) if date(year, month, d).weekday() == 0)


def _last_monday(year: int, month: int) -> date:
    return next(date(year, month, d) for d in range(31, 24, -1) if date(year, month, d).weekday() == 0)


SPRING_MOVED = {2002: date(2002, 6, 4), 2012: date(2012, 6, 4), 2022: date(2022, 6, 2)}
EARLY_MAY_MOVED = {2020: date(2020, 5, 8)}
ONE_OFF = {
    2002: [date(2002, 6, 3)],  # Golden Jubilee
    2011: [date(2011, 4, 29)],  # royal wedding
    2012: [date(2012, 6, 5)],  # Diamond Jubilee
    2022: [date(2022, 6, 3), date(2022, 9, 19)],  # Platinum Jubilee, State Funeral
    2023: [date(2023, 5, 8)],  # Coronation
}


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """England and Wales, definitions 3.1. A year outside 2000 to 2035 fails loudly (definitions 3.4)."""
    if not 2000 <= year <= 2035:
        raise ValueError(f"No bank holidays are known for {year}")
    days = {
        easter_sunday(year) - timedelta(days=2),
        easter_sunday(year) + timedelta(days=1),
        EARLY_MAY_MOVED.get(year, _first_monday(year, 5)),
        SPRING_MOVED.get(year, _last_monday(year, 5)),
        _last_monday(year, 8),
        *ONE_OFF.get(year, []),
    }
    for fixed in (date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)):
        while fixed.weekday() >= 5 or fixed in days:  # a weekend gives the next free weekday
            fixed += timedelta(days=1)
        days.add(fixed)
    return frozenset(days)


def is_working_day(day: date, readings: Readings) -> bool:
    """Definitions 3.1: Monday to Friday, not a bank holiday, not a local closure."""
    return day.weekday() < 5 and day not in bank_holidays(day.year) and day not in readings.non_working_days


def working_days_between(start: date, end: date, readings: Readings) -> int:
    """Definitions 3.2: the working days d with start < d <= end, counted one day at a time."""
    count = 0
    day = start
    while day < end:
        day += timedelta(days=1)
        if is_working_day(day, readings):
            count += 1
    return count


def due_date(start: date, target: int, readings: Readings) -> date:
    """Definitions 3.3: the target-th working day strictly after the start."""
    day = start
    while target > 0:
        day += timedelta(days=1)
        if is_working_day(day, readings):
            target -= 1
    return day


def in_time(start: date | None, end: date, target: int, readings: Readings) -> bool:
    """Definitions 3.3 and 6.4: no start, or an end before the start, is never in time."""
    return start is not None and start <= end and working_days_between(start, end, readings) <= target


# ---------------------------------------------------------------------------------------------------------------
# Cells

NULL_SPELLINGS = {
    *("", "-", "--", ".", "..", "nan", "none", "null", "n/a", "na", "<blank>", "not recorded", "no data"),
    *("data not captured in mosaic", "znotrecorded", "pd.na", "<na>"),
}
EXCEL_ERRORS = {"#n/a", "#multivalue", "#ref!", "#value!", "#div/0!", "#name?", "#num!", "#null!"}
SENTINEL_DATES = {date(1900, 1, 1), date(9999, 12, 31), date(1899, 12, 30), date(1753, 1, 1)}
LONDON = ZoneInfo("Europe/London")
MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_TIME = r"(?:[T\s]+(?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2})(?:\.\d+)?)?\s*(?P<Z>Z|[+-]\d{2}:?\d{2})?)?"
DATE_FORMATS = [
    re.compile(r"(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4}|\d{2})" + _TIME, re.IGNORECASE),
    re.compile(r"(?P<y>\d{4})[-/](?P<m>\d{1,2})[-/](?P<d>\d{1,2})" + _TIME, re.IGNORECASE),
    re.compile(r"(?P<d>\d{1,2})-(?P<m>[A-Za-z]{3})-(?P<y>\d{4}|\d{2})" + _TIME, re.IGNORECASE),
]


def is_null(text: str) -> bool:
    """Definitions 1.4: the spellings of nothing."""
    return " ".join(text.split()).casefold() in NULL_SPELLINGS


def read_moment(text: str) -> datetime | None:
    """Definitions 1.4, dates. None for a sentinel; ValueError where unreadable.

    Local time of Europe/London; a stated offset is converted. A slash form is day first.
    """
    if re.fullmatch(r"\d{5}(\.\d+)?", text) and 20000 <= float(text) <= 60000:
        moment = datetime(1899, 12, 30) + timedelta(seconds=round(float(text) * 86400))
        return None if moment.date() in SENTINEL_DATES else moment
    match = next((found for pattern in DATE_FORMATS if (found := pattern.fullmatch(text))), None)
    if match is None:
        raise ValueError(text)
    part = match.groupdict()
    year = int(part["y"])
    if len(part["y"]) == 2:
        year += 2000 if year <= 30 else 1900
    month = int(part["m"]) if part["m"].isdigit() else MONTH_NAMES.index(part["m"].casefold()) + 1
    clock = time(int(part["H"] or 0), int(part["M"] or 0), int(part["S"] or 0))
    moment = datetime.combine(date(year, month, int(part["d"])), clock)
    if moment.date() in SENTINEL_DATES:
        return None
    if part["Z"]:
        offset = "+00:00" if part["Z"] in "Zz" else part["Z"]
        moment = datetime.fromisoformat(moment.isoformat() + offset).astimezone(LONDON).replace(tzinfo=None)
    return moment


def read_id(text: str) -> str:
    """Definitions 1.4, ids: trimmed, without a trailing .0, upper case, never a number."""
    return re.sub(r"\.0$", "", text.strip()).upper()


def read_boolean(text: str) -> bool | None:
    """Definitions 1.4, yes and no; with the words of the referral's no further action."""
    word = re.sub(r"^[a-z][).]\s*", "", text.strip().casefold())
    if word in {"y", "yes", "1", "1.0", "true", "nfa"}:
        return True
    if word in {"n", "no", "0", "0.0", "false", "fa", "further action", "u"}:
        return False
    return None


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


CODES = {
    "source": _codes("1A 1B 1C 1D 2A 2B 3A 3B 3C 3D 3E 3F 4 5A 5B 5C 5D 6 7 8 9 10"),
    "need": _codes("N0 N1 N2 N3 N4 N5 N6 N7 N8 N9"),
    "closure": _codes("RC1 RC2 RC3 RC4 RC5 RC6 RC7 RC8 RC9"),
    "abuse": _codes("NEG PHY SAB EMO MUL"),
    "ethnicity": _codes(
        "WBRI WIRI WIRT WOTH WROM MWBC MWBA MWAS MOTH AIND APKN ABAN AOTH BCRB BAFR BOTH CHNE OOTH REFU NOBT"
    ),
    "sex": _codes("M F U 1 2 0 9 I"),
    "rne": _codes("S L P T B U"),
    "legal_status": _codes("C1 C2 D1 E1 V1 V2 V3 V4 J1 J2 J3 L1 L2 L3"),
    "placement": _codes(
        "A3 A4 A5 A6 H5 K1 K2 K3 P1 P2 P3 R1 R2 R3 R5 S1 T0 T1 T2 T3 T4 U1 U2 U3 U4 U5 U6 Z1 Z11 Z12 Z13 Z14"
    ),
    "provider": _codes("PR0 PR1 PR2 PR3 PR4 PR5"),
    "rec": _codes("X1 E11 E12 E2 E3 E4A E4B E13 E41 E43 E44 E45 E46 E47 E48 E5 E6 E7 E8 E9 E14 E15 E16 E17 E99"),
    "place_change": _codes("CARPL CLOSE ALLEG STAND APPRR CREQB CREQO CHILD LAREQ PLACE CUSTOD OTHER"),
}
SEX_LEGACY = {"1": "M", "2": "F", "0": "U", "9": "U", "I": "U"}


def read_code(text: str, code_set: str) -> str | None:
    """Definitions 1.4, codes: exact, without the list letter, leading, bracketed or trailing; else None."""
    codes = CODES[code_set]
    tidy = " ".join(text.split()).strip("'\"‘’“” ").upper()
    for candidate in (tidy, re.sub(r"^[A-Z]{1,2}\d?\)\s*", "", tidy)):
        if candidate in codes:
            found = candidate
            break
        leading = re.match(r"([A-Z0-9]+)[\s:\-–\[\(]", candidate)
        if leading and leading.group(1) in codes:
            found = leading.group(1)
            break
    else:
        bracketed = [c for c in re.findall(r"[\[(]([A-Z0-9]+)[\])]", tidy) if c in codes]
        trailing = [word for word in tidy.split()[-1:] if word in codes]
        if not bracketed + trailing:
            return None
        found = (bracketed + trailing)[0]
    return SEX_LEGACY.get(found, found) if code_set == "sex" else found


# ---------------------------------------------------------------------------------------------------------------
# Tables, as in docs/tables.md: column: (type, required column). A type not id, date, ts, bool or text is a code set.

COLUMNS: dict[str, dict[str, tuple[str, bool]]] = {
    "person": {
        "person_id": ("id", True),
        "master_person_id": ("id", False),
        "dob": ("date", False),
        "expected_dob": ("date", False),
        "dob_estimated": ("bool", False),
        "sex": ("sex", True),
        "ethnicity": ("ethnicity", False),
        "disabled": ("bool", False),
        "uasc": ("bool", False),
        "death_date": ("date", False),
        "upn": ("text", False),
    },
    "referral": {
        "referral_id": ("id", True),
        "person_id": ("id", True),
        "referral_date": ("date", True),
        "received_at": ("ts", False),
        "recorded_at": ("ts", False),
        "mash_completed_at": ("ts", False),
        "referral_source": ("source", True),
        "primary_need": ("need", False),
        "referral_nfa": ("bool", True),
        "closure_date": ("date", False),
        "closure_reason": ("closure", False),
        "contact_id": ("id", False),
        "status": ("text", False),
        "team": ("text", False),
        "worker": ("text", False),
    },
    "assessment": {
        "assessment_id": ("id", True),
        "person_id": ("id", True),
        "referral_id": ("id", False),
        "assessment_type": ("text", False),
        "start_date": ("date", True),
        "internal_review_date": ("date", False),
        "authorised_date": ("date", False),
        "completed_date": ("date", False),
        "child_seen": ("bool", False),
        "outcome_nfa": ("bool", False),
        "factors": ("text", False),
        "status": ("text", False),
        "team": ("text", False),
        "worker": ("text", False),
    },
    "s47": {
        "s47_id": ("id", True),
        "person_id": ("id", True),
        "referral_id": ("id", False),
        "start_date": ("date", True),
        "end_date": ("date", False),
        "outcome": ("text", False),
        "icpc_not_required": ("bool", False),
        "icpc_target_date": ("date", False),
        "status": ("text", False),
    },
    "icpc": {
        "icpc_id": ("id", True),
        "meeting_id": ("id", False),
        "person_id": ("id", True),
        "s47_id": ("id", False),
        "referral_id": ("id", False),
        "planned_date": ("date", False),
        "icpc_date": ("date", False),
        "transfer_in": ("bool", False),
        "notification_date": ("date", False),
        "outcome_cp": ("bool", False),
        "status": ("text", False),
        "cp_plan_id": ("id", False),
    },
    "cp_plan": {
        "cp_plan_id": ("id", True),
        "person_id": ("id", True),
        "referral_id": ("id", False),
        "icpc_id": ("id", False),
        "start_date": ("date", True),
        "end_date": ("date", False),
        "initial_category": ("abuse", False),
        "latest_category": ("abuse", False),
        "number_previous": ("text", False),
        "ola_plan": ("bool", False),
        "temporary": ("bool", False),
    },
    "cla_episode": {
        "person_id": ("id", True),
        "period_id": ("id", False),
        "decom": ("date", True),
        "rne": ("rne", True),
        "legal_status": ("legal_status", True),
        "category_of_need": ("need", False),
        "placement_type": ("placement", True),
        "placement_provider": ("provider", False),
        "dec": ("date", False),
        "rec": ("rec", False),
        "reason_place_change": ("place_change", False),
        "home_postcode": ("text", False),
        "placement_postcode": ("text", False),
        "urn": ("text", False),
        "responsible_la": ("id", False),
    },
    "cla_care_plan": {
        "care_plan_id": ("id", False),
        "person_id": ("id", True),
        "plan_type": ("text", False),
        "started_date": ("date", False),
        "completed_date": ("date", False),
        "authorised_date": ("date", False),
        "end_date": ("date", False),
        "permanence_plan": ("text", False),
        "status": ("text", False),
    },
}
KEYS = {
    "person": ("person_id",),
    "referral": ("referral_id",),
    "assessment": ("assessment_id",),
    "s47": ("s47_id",),
    "icpc": ("icpc_id", "person_id"),
    "cp_plan": ("cp_plan_id",),
    "cla_episode": ("person_id", "decom", "legal_status", "placement_type"),
    "cla_care_plan": ("care_plan_id",),
}
SAYS_NOTHING_WITHOUT = {  # definitions 2.2, rule `required`
    "person": ("person_id",),
    "referral": ("referral_id", "person_id", "referral_date"),
    "assessment": ("assessment_id", "person_id"),
    "s47": ("s47_id", "person_id", "start_date"),
    "icpc": ("icpc_id", "person_id"),
    "cp_plan": ("cp_plan_id", "person_id", "start_date"),
    "cla_episode": ("person_id", "decom"),
    "cla_care_plan": ("care_plan_id", "person_id"),
}
HAPPENED = {  # definitions 2.2, rule `after_extract`: not planned, expected, target or review dates, which look ahead
    "person": ("dob", "death_date"),
    "referral": ("referral_date", "received_at", "recorded_at", "mash_completed_at", "closure_date"),
    "assessment": ("start_date", "authorised_date", "completed_date"),
    "s47": ("start_date", "end_date"),
    "icpc": ("icpc_date", "notification_date"),
    "cp_plan": ("start_date", "end_date"),
    "cla_episode": ("decom", "dec"),
    "cla_care_plan": ("started_date", "completed_date", "authorised_date", "end_date"),
}
ENDS = {  # definitions 2.2, rule `end_before_start`: (start, end)
    "assessment": (("start_date", "authorised_date"),),
    "s47": (("start_date", "end_date"),),
    "cp_plan": (("start_date", "end_date"),),
    "cla_episode": (("decom", "dec"),),
    "cla_care_plan": (("started_date", "authorised_date"), ("started_date", "end_date")),
}


def _plain(header: str) -> str:
    return re.sub(r"[^a-z0-9]", "", header.casefold())


def read_table(folder: Path, table: str) -> tuple[list[Row], set[str], list[str]] | None:
    """Definitions 1.2 and 1.3: rows, the columns present, the columns ignored.

    None where the table is absent. Rows with nothing in any cell are not rows.
    """
    path = folder / f"{table}.csv"
    if not path.exists():
        return None
    text = path.read_text(encoding="utf-8-sig")
    first_line = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first_line.count)
    lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    if not lines:
        raise ExtractRefusedError(f"{path.name} is empty")
    known = {_plain(column): column for column in COLUMNS[table]}
    header = [known.get(_plain(cell)) for cell in lines[0]]
    named = [column for column in header if column]
    if len(named) != len(set(named)):
        raise ExtractRefusedError(f"{path.name} has a column twice")
    absent = [column for column, (_, needed) in COLUMNS[table].items() if needed and column not in named]
    if absent:
        raise ExtractRefusedError(f"{path.name} has no {', '.join(absent)}")
    rows = []
    for number, cells in enumerate(lines[1:], start=2):
        if all(not cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            raise ExtractRefusedError(f"{path.name} row {number} has {len(cells)} cells, the header {len(header)}")
        row = Row(number, tuple(cell.strip() for cell in cells))
        for column, cell in zip(header, row.raw, strict=True):
            if column:
                read_cell(row, column, cell, COLUMNS[table][column][0])
        rows.append(row)
    ignored = [cell for cell, column in zip(lines[0], header, strict=True) if not column]
    return rows, set(named), ignored


def read_cell(row: Row, column: str, cell: str, kind: str) -> None:
    """Definitions 1.4: read as text first, then by type. An Excel error is null, but not a date."""
    value: Any = None
    if is_null(cell) or (kind not in ("date", "ts") and cell.casefold() in EXCEL_ERRORS):
        pass
    elif kind == "id":
        value = read_id(cell)
        if re.fullmatch(r"\d(\.\d+)?E\+\d+", value):
            row.scientific.append(column)
    elif kind in ("date", "ts"):
        try:
            moment = read_moment(cell)
            value = moment.date() if moment and kind == "date" else moment
        except (ValueError, OverflowError):
            row.unreadable.append(column)
    elif kind == "bool":
        value = read_boolean(cell)
    elif kind == "text":
        value = cell
    else:
        value = read_code(cell, kind)
        if value is None:
            row.unknown_codes.append(column)
    row.values[column] = value


# ---------------------------------------------------------------------------------------------------------------
# Status

DEAD_STATUS = re.compile(r"\b(cancell?ed|draft|proposed|deleted|abandoned)\b")


def _status(row: Row) -> str:
    return (row["status"] or "").strip().casefold()


def is_dead(row: Row) -> bool:
    """Definitions 6.2: cancelled, draft, proposed, deleted or abandoned; used, but never counted."""
    return bool(DEAD_STATUS.search(_status(row)))


def is_reopened(row: Row, readings: Readings) -> bool:
    """Definitions 6.2: REOPENED counts as not completed."""
    return readings.reopened_is_not_completed and _status(row) == "reopened"


def is_held(row: Row, readings: Readings) -> bool:
    """Definitions 7.3: a conference with a date, not cancelled, not merely planned, not adjourned undecided."""
    if row["icpc_date"] is None or is_dead(row):
        return False
    if _status(row) == "planned" and readings.planned_is_not_held:
        return False
    if _status(row) == "adjourned":
        return readings.adjourned_with_outcome_is_held and row["outcome_cp"] is not None
    return True


# ---------------------------------------------------------------------------------------------------------------
# Rules that set a row aside: definitions 2.2


def lacks_required(table: str, row: Row, columns: set[str]) -> bool:
    """Definitions 2.2 `required`: a value without which the row says nothing is null (not merely unreadable)."""
    needed = [column for column in SAYS_NOTHING_WITHOUT[table] if column in columns]
    return any(row[column] is None and column not in row.unreadable for column in needed)


def is_lone_value(row: Row) -> bool:
    """Definitions 2.2 `single_value`: totals and footers, one non-blank cell."""
    return sum(1 for cell in row.raw if cell) == 1


def ends_before_start(table: str, row: Row, linked_s47: dict[str, Row], readings: Readings) -> bool:
    """Definitions 2.2 `end_before_start`."""
    for start, end in ENDS.get(table, ()):
        if row[start] is not None and row[end] is not None and row[end] < row[start]:
            return True
        if (
            readings.same_day_end_quarantined
            and table in ("cp_plan", "cla_episode")
            and None is not row[start] == row[end]
        ):
            return True
    if table == "referral":
        return completed_before_received(row, readings) or (
            readings.closure_before_referral_quarantined
            and None not in (row["closure_date"], row["referral_date"])
            and row["closure_date"] < row["referral_date"]
        )
    if table == "icpc" and row["icpc_date"] is not None:
        s47 = linked_s47.get(row["s47_id"] or "")
        if s47 is not None and (readings.dead_s47_dates_its_icpc or not is_dead(s47)):
            return bool(row["icpc_date"] < s47["start_date"])
    return False


def completed_before_received(row: Row, readings: Readings) -> bool:
    """Definitions 2.2 `end_before_start`: by time where both have one, else by day."""
    started = row["received_at"] or (row["recorded_at"] if readings.recorded_stands_in_for_received else None)
    done = row["mash_completed_at"]
    if started is None or done is None:
        return False
    if readings.mash_order_by_time and time(0) not in (done.time(), started.time()):
        return bool(done < started)
    return bool(done.date() < started.date())


def happened_after_extract(table: str, row: Row, extract_date: date, readings: Readings) -> bool:
    """Definitions 2.2 `after_extract`: only what claims to have happened, so no planned or cancelled conference."""
    if readings.only_live_rows_claim and is_dead(row):
        return False
    for column in HAPPENED[table]:
        if column == "icpc_date" and not is_held(row, readings):
            continue
        day = row.day(column)
        if day is not None and day > extract_date:
            return True
    return False


def is_weekend_conference(table: str, row: Row, readings: Readings) -> bool:
    """Definitions 2.2 `weekend_conference`."""
    return table == "icpc" and is_held(row, readings) and row["icpc_date"].weekday() >= 5


def icpc_before_referral(table: str, row: Row, referrals: dict[str, Row]) -> bool:
    """Census rule 1104 (a reading, off by default: definitions 2.4 only reports it)."""
    referral = referrals.get(row["referral_id"] or "") if table == "icpc" and row["icpc_date"] else None
    return referral is not None and row["icpc_date"] < referral["referral_date"]


# ---------------------------------------------------------------------------------------------------------------
# Row states


@dataclass
class People:
    """The alias map and the attributes of a child: definitions 6.3."""

    known: set[str] = field(default_factory=set)
    master: dict[str, str] = field(default_factory=dict)
    row: dict[str, Row] = field(default_factory=dict)

    @classmethod
    def from_rows(cls, rows: Iterable[Row]) -> People:
        rows = list(rows)
        people = cls()
        people.known = {row["person_id"] for row in rows}
        people.master = {
            row["person_id"]: row["master_person_id"] for row in rows if row["master_person_id"] is not None
        }
        ranks: dict[str, tuple[bool, bool, bool]] = {}
        for row in rows:  # the master's own row decides; without one, a merged row that says when the child was born
            child = people.child(row["person_id"])
            rank = (child == row["person_id"], row["dob"] is not None, row["expected_dob"] is not None)
            if rank >= ranks.get(child, (False, False, False)):
                people.row[child], ranks[child] = row, rank
        return people

    def child(self, person_id: str) -> str:
        seen = [person_id]
        while (following := self.master.get(seen[-1])) is not None and following not in seen:
            seen.append(following)
        return seen[-1]


def settle(
    table: str,
    rows: list[Row],
    columns: set[str],
    *,
    people: People | None,
    used: dict[str, list[Row]],
    extract_date: date,
    readings: Readings,
) -> None:
    """Definitions 2.1: give every row one of its three states, and note the rules it breaks."""
    for row in rows:
        if row["person_id"] is not None:
            row.values["child"] = people.child(row["person_id"]) if people else row["person_id"]

    linked_s47 = {row["s47_id"]: row for row in used.get("s47", [])}
    referrals = {row["referral_id"]: row for row in used.get("referral", [])}

    def set_aside() -> None:
        for row in rows:
            if row.state != "used":
                continue
            checks = {
                "required": lacks_required(table, row, columns),
                "unreadable_date": bool(row.unreadable),
                "end_before_start": ends_before_start(table, row, linked_s47, readings),
                "after_extract": happened_after_extract(table, row, extract_date, readings),
                "weekend_conference": is_weekend_conference(table, row, readings),
                "lone_value": readings.lone_value_quarantined and is_lone_value(row),
                "scientific_id": readings.scientific_id_quarantined
                and bool(set(row.scientific) & set(SAYS_NOTHING_WITHOUT[table])),
                "icpc_before_referral": readings.icpc_before_referral_quarantined
                and icpc_before_referral(table, row, referrals),
            }
            row.rules |= {rule for rule, broken in checks.items() if broken}
            if row.rules:
                row.state = "quarantined"

    if readings.quarantine_before_duplicate:
        set_aside()
        set_duplicates(table, rows, columns, readings)
    else:
        set_duplicates(table, rows, columns, readings)
        set_aside()
    report(table, rows, columns, people)


def set_duplicates(table: str, rows: list[Row], columns: set[str], readings: Readings) -> None:
    """Definitions 2.3 `duplicate` (the first stays), then `duplicate_key` (the last in the file stays)."""
    whole_rows: set[tuple[str, ...]] = set()
    for row in rows:
        if row.state == "used":
            if row.raw in whole_rows:
                row.state = "duplicate"
                row.rules.add("duplicate")
            whole_rows.add(row.raw)
    key = ["child" if c == "person_id" and table != "person" and readings.alias_before_keys else c for c in KEYS[table]]
    if any(c not in columns for c in KEYS[table]):
        return
    later: set[tuple[Any, ...]] = set()
    for row in reversed(rows):
        if row.state == "used":
            identity = tuple(row[c] for c in key)
            if any(row[c] is None for c in SAYS_NOTHING_WITHOUT[table] if c in KEYS[table]):
                continue
            if identity in later:
                row.state = "duplicate"
                row.rules.add("duplicate_key")
            later.add(identity)


def report(table: str, rows: list[Row], columns: set[str], people: People | None) -> None:
    """Definitions 2.4 `missing_value`, `unknown_code`, `unknown_person`: reported of rows that are used."""
    required = [c for c, (_, needed) in COLUMNS[table].items() if needed and c in columns]
    for row in rows:
        if row.state != "used":
            continue
        if any(
            row[c] is None and c not in row.unknown_codes and c not in SAYS_NOTHING_WITHOUT[table] for c in required
        ):
            row.rules.add("missing_value")
        if row.unknown_codes:
            row.rules.add("unknown_code")
        if table != "person" and people is not None and row["person_id"] not in people.known:
            row.rules.add("unknown_person")


# ---------------------------------------------------------------------------------------------------------------
# The three percentages by event


def last_of_the_day(rows: list[Row], column: str, readings: Readings) -> list[Row]:
    """Definitions 7.3: of a child's conferences (or referrals) of one day only the last in the file counts."""
    if not (readings.same_day_counted_once if column == "icpc_date" else readings.same_day_referral_counted_once):
        return rows
    kept = {(row["child"], row[column]): row for row in rows}
    return [row for row in rows if kept[(row["child"], row[column])] is row]


def mash_clock_start(row: Row) -> date | None:
    """Definitions 7.1: received, else recorded."""
    return row.day("received_at") or row.day("recorded_at")


def mash_cases(referrals: list[Row], readings: Readings) -> list[Case]:
    """Definitions 7.1: child-level referrals by the day that MASH completed them, 1 working day."""
    cases = []
    live = [row for row in referrals if not is_dead(row)]
    for row in last_of_the_day(live, "referral_date", readings):
        done = row.day("mash_completed_at")
        if done is None or is_reopened(row, readings):
            continue
        start = mash_clock_start(row)
        cases.append(Case(row["referral_id"], row["child"], done, start, in_time(start, done, 1, readings)))
    return cases


def first_assessments(assessments: list[Row], readings: Readings) -> set[str]:
    """Definitions 7.2: the first assessment of each referral, by start; drafts and cancelled passed over."""
    of_referral = defaultdict(list)
    for row in assessments:
        if row["referral_id"] is not None and not is_dead(row):
            if is_reopened(row, readings) and not readings.reopened_can_be_first:
                continue
            of_referral[row["referral_id"]].append(row)
    first = set()
    for rows in of_referral.values():
        tie = {
            "assessment_id": lambda row: row["assessment_id"],
            "authorised": lambda row: (row["authorised_date"] or date.max, row["assessment_id"]),
            "file": lambda row: row.number,
            "all": lambda _: 0,
        }[readings.first_assessment_tie]
        rows.sort(key=lambda row: (row["start_date"] or date.max, tie(row)))
        same_start = [row for row in rows if row["start_date"] == rows[0]["start_date"]]
        chosen = same_start if readings.first_assessment_tie == "all" else rows[:1]
        first |= {row["assessment_id"] for row in chosen}
    return first


def assessment_clock_start(row: Row, first: set[str], referrals: dict[str, Row], readings: Readings) -> date | None:
    """Definitions 7.2: the referral for the first assessment of it; else the assessment's own start.

    A referral that is absent, set aside or cancelled is no referral. A start before the referral is the referral.
    """
    referral = referrals.get(row["referral_id"] or "")
    if referral is None or (readings.dead_referral_is_no_referral and is_dead(referral)):
        return row["start_date"]
    if row["assessment_id"] in first:
        return referral["referral_date"]
    if row["start_date"] is None:
        return None
    if readings.start_before_referral_uses_referral:
        return max(row["start_date"], referral["referral_date"])
    return row["start_date"]


def assessment_cases(assessments: list[Row], referrals: dict[str, Row], readings: Readings) -> list[Case]:
    """Definitions 7.2: assessments by the day of authorisation, 45 working days."""
    cases = []
    first = first_assessments(assessments, readings)
    for row in assessments:
        done = row["authorised_date"]
        if done is None or is_dead(row) or is_reopened(row, readings):
            continue
        start = assessment_clock_start(row, first, referrals, readings)
        cases.append(Case(row["assessment_id"], row["child"], done, start, in_time(start, done, 45, readings)))
    return cases


def icpc_s47(row: Row, held: list[Row], s47s: list[Row], readings: Readings) -> Row | None:
    """Definitions 7.3: the linked S47; else the child's latest on or before it, not spent by another ICPC."""
    live = [s47 for s47 in s47s if not (readings.dead_s47_is_no_s47 and is_dead(s47))]
    linked = next((s47 for s47 in live if s47["s47_id"] == row["s47_id"]), None)
    if linked is not None:
        return linked
    if row["s47_id"] is not None and not readings.broken_link_falls_back:
        return None
    earlier = [s47 for s47 in live if s47["child"] == row["child"] and s47["start_date"] <= row["icpc_date"]]
    if not earlier:
        return None
    latest = max(earlier, key=lambda s47: (s47["start_date"], s47["s47_id"]))
    between = any(
        other["child"] == row["child"] and latest["start_date"] <= other["icpc_date"] < row["icpc_date"]
        for other in held
    )
    return None if between and readings.other_icpc_in_between_breaks else latest


def icpc_cases(icpcs: list[Row], s47s: list[Row], readings: Readings) -> tuple[list[Case], set[str]]:
    """Definitions 7.3: conferences held, by child and day, 15 working days; and the S47s they answered."""
    cases = []
    answered = {
        row["s47_id"] for row in icpcs if row["s47_id"] is not None and is_held(row, readings)
    }  # any held conference linked by id, a transfer-in too
    held = last_of_the_day([row for row in icpcs if is_held(row, readings)], "icpc_date", readings)
    for row in held:
        if row["transfer_in"]:
            start = row["notification_date"]
        else:
            s47 = icpc_s47(row, held, s47s, readings)
            start = s47["start_date"] if s47 else None
            if s47:
                answered.add(s47["s47_id"])
        done = row["icpc_date"]
        cases.append(Case(row["icpc_id"], row["child"], done, start, in_time(start, done, 15, readings)))
    return cases, answered


# ---------------------------------------------------------------------------------------------------------------
# The three snapshots


def birthday(dob: date, age: int, readings: Readings) -> date:
    """Definitions 6.5: the day on which the age is reached."""
    try:
        return dob.replace(year=dob.year + age)
    except ValueError:
        return date(dob.year + age, 3, 1) if readings.leap_birthday_in_march else date(dob.year + age, 2, 28)


def dob_of(child: str, people: People, extract_date: date, readings: Readings) -> date | None:
    """Definitions 6.5: an estimated birth of a born child stands in expected_dob."""
    row = people.row.get(child)
    if row is None:
        return None
    expected = row["expected_dob"]
    if row["dob"] is None and expected is not None and readings.estimated_birth_is_birth:
        is_a_year_old = birthday(expected, 1, readings) <= extract_date
        if is_a_year_old or (row["dob_estimated"] and expected <= extract_date):
            return expected
    return row["dob"]


def is_under_18(child: str, day: date, people: People, extract_date: date, readings: Readings) -> bool:
    """Definitions 6.5: not those who have turned 18; the unborn and those of unknown age have not."""
    dob = dob_of(child, people, extract_date, readings)
    if dob is not None:
        return birthday(dob, 18, readings) > day
    row = people.row.get(child)
    is_unborn = row is not None and row["expected_dob"] is not None
    return is_unborn or readings.unknown_age_counts


def is_unborn(child: str, day: date, people: People, extract_date: date, readings: Readings) -> bool:
    """Definitions 6.5: the birth, or without one the expected birth, lies after the day."""
    row = people.row.get(child)
    dob = dob_of(child, people, extract_date, readings)
    if dob is not None:
        return dob > day
    return row is not None and row["expected_dob"] is not None and row["expected_dob"] > day


def is_open(start: date, end: date | None, day: date) -> bool:
    """Definitions 4.2: half-open."""
    return start <= day and (end is None or end > day)


def children_on_plan(plans: list[Row], day: date, people: People, extract_date: date, readings: Readings) -> set[str]:
    """Definitions 7.4: distinct children with an open plan, not another authority's, not temporary."""
    return {
        plan["child"]
        for plan in plans
        if is_open(plan["start_date"], plan["end_date"], day)
        and not plan["ola_plan"]
        and not plan["temporary"]
        and is_under_18(plan["child"], day, people, extract_date, readings)
    }


def counts_as_care(episode: Row, la_code: str, readings: Readings) -> bool:
    """Definitions 7.5 and 6.6: not a short break, and ours (no responsible authority named means ours)."""
    status = episode["legal_status"]
    if status in ("V1", "V3", "V4") or (status is None and not readings.null_legal_status_counts):
        return False
    return episode["responsible_la"] in (None, la_code.upper())


def looked_after_children(
    episodes: list[Row], day: date, la_code: str, people: People, extract_date: date, readings: Readings
) -> dict[str, Row]:
    """Definitions 7.5: child -> the latest-starting open episode that counts."""
    children: dict[str, Row] = {}
    for episode in sorted(episodes, key=lambda row: (row["decom"], row.number)):
        child = episode["child"]
        if (
            is_open(episode["decom"], episode["dec"], day)
            and counts_as_care(episode, la_code, readings)
            and is_under_18(child, day, people, extract_date, readings)
            and not (readings.unborn_not_looked_after and is_unborn(child, day, people, extract_date, readings))
        ):
            children[child] = episode
    return children


def period_of_care_start(current: Row, episodes: list[Row], la_code: str, readings: Readings) -> date:
    """Definitions 7.6: back along the chain of episodes, linked by REC = X1.

    `episodes` are the child's. An episode that ended for another reason than X1 ends the chain, and so does a gap
    without X1, and RNE = S where the episode before it does not say X1 on the same day.
    """
    chain = [
        row
        for row in episodes
        if counts_as_care(row, la_code, readings)
        or (readings.short_breaks_in_period and row["legal_status"] in ("V1", "V3", "V4"))
    ]
    if readings.period_of_care == "latest_s":
        starts = [row["decom"] for row in chain if row["rne"] == "S" and row["decom"] <= current["decom"]]
        return max(starts) if starts else min(row["decom"] for row in chain)
    while True:
        earlier = [row for row in chain if row["decom"] < current["decom"]]
        if not earlier:
            return current["decom"]
        before = max(earlier, key=lambda row: (row["decom"], row["dec"] or date.max, row.number))
        touches = before["dec"] is None or before["dec"] >= current["decom"]
        is_linked = before["rec"] == "X1" or (before["rec"] is None and touches)
        if current["rne"] == "S" and not (before["rec"] == "X1" and touches):
            is_linked = False
        if not is_linked:
            return current["decom"]
        current = before


def has_authorised_plan(
    plans: list[Row],
    day: date,
    period_start: date,
    dob: date | None,
    readings: Readings,
) -> bool:
    """Definitions 7.6: authorised by the day, not ended by it, at most 31 days before the period began."""
    for plan in plans:
        authorised = plan["authorised_date"]
        if authorised is None or is_dead(plan) or is_reopened(plan, readings):
            continue
        if readings.care_plan_status_must_say_authorised and _status(plan) not in ("", "authorised"):
            continue
        is_pathway = "pathway" in (plan["plan_type"] or "").casefold() and readings.pathway_plan_from_16
        if is_pathway and (dob is None or birthday(dob, 16, readings) > day):
            continue
        if (
            authorised <= day
            and (plan["end_date"] is None or plan["end_date"] > day)
            and authorised >= period_start - timedelta(days=31)
        ):
            return True
    return False


# ---------------------------------------------------------------------------------------------------------------
# Months


def first_of(day: date) -> date:
    return day.replace(day=1)


def months_after(month: date, number: int) -> date:
    years, months = divmod(month.month - 1 + number, 12)
    return date(month.year + years, months + 1, 1)


def last_of(month: date) -> date:
    return months_after(month, 1) - timedelta(days=1)


def has_ended(month: date, extract_date: date, readings: Readings) -> bool:
    """Definitions 4.3: had the month ended by the extract date?"""
    if readings.month_ends_on_its_last_day:
        return last_of(month) <= extract_date
    return last_of(month) < extract_date


def month_status(month: date, extract_date: date, readings: Readings) -> str:
    """Definitions 4.4: to_date, then provisional for `final_after_months` months, then final."""
    if not has_ended(month, extract_date, readings):
        return "to_date"
    if has_ended(months_after(month, readings.final_after_months), extract_date, readings):
        return "final"
    return "provisional"


def history_months(referrals: list[Row] | None, extract_date: date, readings: Readings) -> list[date]:
    """Definitions 4.3: from the month of the earliest usable referral_date to the month of the extract date."""
    if readings.history_from is not None:
        start = first_of(readings.history_from)
    else:
        usable = [
            row["referral_date"] for row in referrals or [] if readings.dead_referral_opens_history or not is_dead(row)
        ]
        if not usable:
            return []
        start = first_of(min(usable))
    months = []
    while start <= extract_date:
        months.append(start)
        start = months_after(start, 1)
    return months


def population_of(month: date, population: Population) -> int | None:
    """Definitions 5.2: the financial year to March Y uses mid-year Y-1; where that is not released, the one before."""
    year_end = month.year + 1 if month.month >= 4 else month.year
    for mid_year in (year_end - 1, year_end - 2):
        value = population(mid_year)
        if value is not None:
            return value
    return None


NEEDS: dict[str, dict[str, tuple[str, ...]]] = {  # definitions 11: the tables, and their columns
    MASH: {"referral": ("mash_completed_at",)},
    ASSESSMENT: {"assessment": ("authorised_date",), "referral": ()},
    ICPC: {"icpc": ("icpc_date",), "s47": ()},
    PLAN_RATE: {"cp_plan": (), "person": ()},
    CARE_RATE: {"cla_episode": (), "person": ()},
    CARE_PLAN: {"cla_episode": (), "cla_care_plan": ("authorised_date",), "person": ()},
}


# ---------------------------------------------------------------------------------------------------------------
# Pending


def pending_item(start: date | None, measure: str, extract_date: date, readings: Readings) -> Pending:
    """Definitions 8: how the clock stands at the end of the extract date."""
    target = TARGET_WORKING_DAYS[measure]
    if start is None:
        return Pending(None, None, None, False)
    elapsed = working_days_between(start, extract_date, readings)
    return Pending(start, due_date(start, target, readings), elapsed, elapsed > target)


def is_closed(referral: Row | None, readings: Readings) -> bool:
    """Definitions 8: work on a closed episode is not waited for."""
    return readings.closed_referral_not_pending and referral is not None and referral["closure_date"] is not None


def pending_mash(referrals: list[Row], readings: Readings) -> dict[str, date | None]:
    """Definitions 8: live referrals without a completed MASH, still open."""
    live = [row for row in referrals if not is_dead(row)]
    return {
        row["referral_id"]: mash_clock_start(row)
        for row in last_of_the_day(live, "referral_date", readings)
        if (row["mash_completed_at"] is None or (is_reopened(row, readings) and readings.reopened_is_pending))
        and not is_closed(row, readings)
    }


def pending_assessments(
    assessments: list[Row], referrals: dict[str, Row], readings: Readings
) -> dict[str, date | None]:
    """Definitions 8: live assessments without authorisation, on the same clock."""
    first = first_assessments(assessments, readings)
    return {
        row["assessment_id"]: assessment_clock_start(row, first, referrals, readings)
        for row in assessments
        if not is_dead(row)
        and (row["authorised_date"] is None or (is_reopened(row, readings) and readings.reopened_is_pending))
        and not is_closed(referrals.get(row["referral_id"] or ""), readings)
    }


def wants_conference(s47: Row) -> bool:
    """Definitions 8: the outcome says to convene one, or it is said to be required."""
    outcome = _plain(s47["outcome"] or "")
    if s47["icpc_not_required"] is True or outcome.startswith("no"):
        return False
    return s47["icpc_not_required"] is False or "icpc" in outcome or "conference" in outcome


def pending_icpcs(
    s47s: list[Row], icpcs: list[Row], answered: set[str], referrals: dict[str, Row], readings: Readings
) -> dict[str, date | None]:
    """Definitions 8: a live S47 that is to lead to a conference which has not been held, and such a transfer-in."""
    waiting = [row for row in icpcs if not is_dead(row) and not is_held(row, readings)]
    planned = {row["s47_id"] for row in waiting}
    open_s47s = [row for row in s47s if not is_dead(row) and row["s47_id"] not in answered]
    found = {
        row["s47_id"]: row["start_date"]
        for row in open_s47s
        if (wants_conference(row) or (row["icpc_not_required"] is None and row["s47_id"] in planned))
        and not is_closed(referrals.get(row["referral_id"] or ""), readings)
    }
    found |= {
        row["icpc_id"]: row["notification_date"]
        for row in waiting
        if row["transfer_in"] and not is_closed(referrals.get(row["referral_id"] or ""), readings)
    }
    return found


# ---------------------------------------------------------------------------------------------------------------
# The count


def count_extract(
    folder: Path,
    la_code: str,
    extract_date: date,
    settings: dict[str, Any] | None = None,
    *,
    population: Population | None = None,
) -> Count:
    """Count one extract folder of CSV files.

    Args:
        folder: the folder with person.csv, referral.csv and so on; any may be absent.
        la_code: the three digits of the authority.
        extract_date: the as-at date.
        settings: overrides of `Readings`, by name.
        population: mid-year -> children aged 0 to 17, None where not released. Without it the rates are not
            computable.

    Raises:
        ExtractRefusedError: a required column is absent, or a file cannot be read as a table.
    """
    readings = replace(Readings(), **(settings or {}))
    rows: dict[str, list[Row]] = {}
    used: dict[str, list[Row]] = {}
    columns: dict[str, set[str]] = {}
    tables: dict[str, TableCount] = {}
    people: People | None = None
    for table in COLUMNS:  # person first, then referral, then S47 before ICPC
        content = read_table(folder, table)
        if content is None:
            continue
        rows[table], columns[table], ignored = content
        settle(
            table,
            rows[table],
            columns[table],
            people=people,
            used=used,
            extract_date=extract_date,
            readings=readings,
        )
        used[table] = [row for row in rows[table] if row.state == "used"]
        if table == "person":
            people = People.from_rows(used[table])
        states = Counter(row.state for row in rows[table])
        rules = Counter(rule for row in rows[table] for rule in row.rules)
        tables[table] = TableCount(
            len(rows[table]), states["used"], states["quarantined"], states["duplicate"], rules, ignored
        )
    people = people or People()

    not_computable: dict[str, str] = {}
    for measure, needs in NEEDS.items():
        absent = [f"{t}.csv" for t in needs if t not in used]
        absent += [f"{t}.{c}" for t, cs in needs.items() if t in used for c in cs if c not in columns[t]]
        if absent:
            not_computable[measure] = f"absent: {', '.join(absent)}"
    if population is None:
        for measure in (PLAN_RATE, CARE_RATE):
            not_computable.setdefault(measure, "no population")

    referrals = {row["referral_id"]: row for row in used.get("referral", [])}
    cases: dict[str, list[Case]] = {}
    waiting: dict[str, dict[str, date | None]] = {}
    if MASH not in not_computable:
        cases[MASH] = mash_cases(used["referral"], readings)
        waiting[MASH] = pending_mash(used["referral"], readings)
    if ASSESSMENT not in not_computable:
        cases[ASSESSMENT] = assessment_cases(used["assessment"], referrals, readings)
        waiting[ASSESSMENT] = pending_assessments(used["assessment"], referrals, readings)
    if ICPC not in not_computable:
        cases[ICPC], answered = icpc_cases(used["icpc"], used["s47"], readings)
        waiting[ICPC] = pending_icpcs(used["s47"], used["icpc"], answered, referrals, readings)

    months = history_months(used.get("referral"), extract_date, readings)
    snapshots: dict[tuple[str, date], tuple[set[str], set[str]]] = {}
    monthly: dict[tuple[str, date], tuple[int, int, int]] = {}
    for month in months:
        for measure, its_cases in cases.items():
            here = [case for case in its_cases if first_of(case.event_date) == month]
            monthly[measure, month] = (
                sum(case.in_time for case in here),
                len(here),
                sum(case.clock_start is None for case in here),
            )
        day = min(last_of(month), extract_date)
        people_in_area = population_of(month, population) if population else None
        if PLAN_RATE not in not_computable and people_in_area is not None:
            on_plan = children_on_plan(used["cp_plan"], day, people, extract_date, readings)
            snapshots[PLAN_RATE, day] = (on_plan, on_plan)
            monthly[PLAN_RATE, month] = (len(on_plan), people_in_area, 0)
        if "cla_episode" in used and "person" in used:
            in_care = looked_after_children(used["cla_episode"], day, la_code, people, extract_date, readings)
            if CARE_RATE not in not_computable and people_in_area is not None:
                snapshots[CARE_RATE, day] = (set(in_care), set(in_care))
                monthly[CARE_RATE, month] = (len(in_care), people_in_area, 0)
            if CARE_PLAN not in not_computable:
                with_plan = {
                    child
                    for child, episode in in_care.items()
                    if has_authorised_plan(
                        [plan for plan in used["cla_care_plan"] if plan["child"] == child],
                        day,
                        period_of_care_start(
                            episode,
                            [row for row in used["cla_episode"] if row["child"] == child],
                            la_code,
                            readings,
                        ),
                        dob_of(child, people, extract_date, readings),
                        readings,
                    )
                }
                snapshots[CARE_PLAN, day] = (set(in_care), with_plan)
                monthly[CARE_PLAN, month] = (len(with_plan), len(in_care), 0)

    figures: dict[Key, Figure] = {}
    for (measure, month), (numerator, denominator, missing) in monthly.items():
        status = month_status(month, extract_date, readings)
        figures[measure, month, "month"] = Figure(numerator, denominator, missing, status)
        window = [(measure, months_after(month, -back)) for back in range(12)]
        if all(key in monthly for key in window) and (status != "to_date" or readings.rolling_to_date):
            sums = [sum(monthly[key][part] for key in window) for part in range(3)]
            figures[measure, month, "rolling_12_months"] = Figure(sums[0], sums[1], sums[2], status)

    pending = {
        (PENDING_CODE[measure], record_id): pending_item(start, measure, extract_date, readings)
        for measure, starts in waiting.items()
        for record_id, start in starts.items()
    }
    return Count(tables, figures, pending, not_computable, cases, snapshots, rows)
