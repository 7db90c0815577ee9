"""Small, messy, random extracts: every trap that the definitions name, at a high rate, the same for the same seed.

Standard library only, and nothing of the project's: the rows are written from docs/definitions.md (sections 1, 2,
6 and 7) and docs/tables.md, so that two ways of counting can be compared on them.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

# The bank holidays around the default extract, so that a due date can be hit to the day.
BANK_HOLIDAYS = {
    date.fromisoformat(day)
    for day in (
        "2017-01-02 2017-04-14 2017-04-17 2017-05-01 2017-05-29 2017-08-28 2017-12-25 2017-12-26 "
        "2018-01-01 2018-03-30 2018-04-02 2018-05-07 2018-05-28 2018-08-27 2018-12-25 2018-12-26 "
        "2019-01-01 2019-04-19 2019-04-22 2019-05-06 2019-05-27 2019-08-26 2019-12-25 2019-12-26 "
        "2020-01-01 2020-04-10 2020-04-13 2020-05-08 2020-05-25 2020-08-31 2020-12-25 2020-12-28 "
        "2021-01-01 2021-04-02 2021-04-05 2021-05-03 2021-05-31 2021-08-30 2021-12-27 2021-12-28 "
        "2022-01-03 2022-04-15 2022-04-18 2022-05-02 2022-06-02 2022-06-03 2022-08-29 2022-09-19 2022-12-26 "
        "2022-12-27 2023-01-02 2023-04-07 2023-04-10 2023-05-01 2023-05-08 2023-05-29 2023-08-28 2023-12-25 "
        "2023-12-26 2024-01-01 2024-03-29 2024-04-01 2024-05-06 2024-05-27 2024-08-26 2024-12-25 2024-12-26"
    ).split()
}

COLUMNS = {
    "person": "person_id master_person_id dob expected_dob dob_estimated sex ethnicity disabled uasc death_date upn",
    "referral": "referral_id person_id referral_date received_at recorded_at mash_completed_at referral_source "
    "primary_need referral_nfa closure_date closure_reason contact_id status team worker",
    "assessment": "assessment_id person_id referral_id assessment_type start_date internal_review_date "
    "authorised_date completed_date child_seen outcome_nfa factors status team worker",
    "s47": "s47_id person_id referral_id start_date end_date outcome icpc_not_required icpc_target_date status",
    "icpc": "icpc_id meeting_id person_id s47_id referral_id planned_date icpc_date transfer_in notification_date "
    "outcome_cp status cp_plan_id",
    "cp_plan": "cp_plan_id person_id referral_id icpc_id start_date end_date initial_category latest_category "
    "number_previous ola_plan temporary",
    "cla_episode": "person_id period_id decom rne legal_status category_of_need placement_type placement_provider "
    "dec rec reason_place_change home_postcode placement_postcode urn responsible_la",
    "cla_care_plan": "care_plan_id person_id plan_type started_date completed_date authorised_date end_date "
    "permanence_plan status",
}
REQUIRED = {
    "person": {"person_id", "sex"},
    "referral": {"referral_id", "person_id", "referral_date", "referral_source", "referral_nfa"},
    "assessment": {"assessment_id", "person_id", "start_date"},
    "s47": {"s47_id", "person_id", "start_date"},
    "icpc": {"icpc_id", "person_id"},
    "cp_plan": {"cp_plan_id", "person_id", "start_date"},
    "cla_episode": {"person_id", "decom", "rne", "legal_status", "placement_type"},
    "cla_care_plan": {"care_plan_id", "person_id"},
}
OFTEN_NEEDED = {  # optional, but hardly worth an extract without
    *("mash_completed_at", "received_at", "authorised_date", "icpc_date", "s47_id", "dob", "dec", "end_date"),
    *("referral_id", "status"),
}
DATES = {
    *(
        "dob",
        "expected_dob",
        "death_date",
        "referral_date",
        "closure_date",
        "start_date",
        "internal_review_date",
    ),
    *("authorised_date", "completed_date", "end_date", "icpc_target_date", "planned_date", "icpc_date"),
    *("notification_date", "decom", "dec", "started_date"),
}
MOMENTS = {"received_at", "recorded_at", "mash_completed_at"}
IDS = {
    *("person_id", "master_person_id", "referral_id", "assessment_id", "s47_id", "icpc_id", "meeting_id"),
    *("cp_plan_id", "care_plan_id", "period_id", "contact_id"),
}
CODES = {
    "sex": ["M", "F"],
    "ethnicity": ["WBRI", "MWBC", "AIND", "NOBT"],
    "referral_source": ["1A", "2A", "3A", "5D", "6", "10"],
    "primary_need": ["N1", "N4", "N5"],
    "initial_category": ["NEG", "EMO", "PHY"],
    "latest_category": ["NEG", "EMO", "MUL"],
    "category_of_need": ["N1", "N2", "N8"],
    "placement_provider": ["PR1", "PR4"],
    "closure_reason": ["RC7", "RC8", "RC9"],
    "reason_place_change": ["CARPL", "CHILD"],
}
DESCRIPTIONS = {
    "M": "Male",
    "6": "Police",
    "1A": "Individual",
    "V2": "Single period under S20",
    "V3": "Short breaks",
    "V4": "Short breaks, agreement",
    "C2": "FCO",
    "C1": "Interim",
}
NULLS = ["", "", "", "", " ", "-", "--", " - ", ".", "nan", "NaN", "None", "NULL", "N/A", "na", "<blank>"]
NULLS += ["Not Recorded", "No data", "Data not captured in MOSAIC", "zNotRecorded"]
UNREADABLE = ["05/27/2020", "TBC", "not yet born", "31/02/2020", "oops!", "2020-13-01", "#N/A", "=H2+5"]
SENTINELS = ["01/01/1900", "1900-01-01", "1899-12-30", "01/01/1753", "31/12/9999"]
OPEN_ENDS = ["31/12/9999", "9999-12-31", "9999-12-31 00:00:00"]
DEAD = ["CANCELLED", "cancelled", "Cancelled ", "DRAFT", "Draft", "Proposed", "deleted", "Abandoned"]


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in BANK_HOLIDAYS


def after_working_days(start: date, number: int) -> date:
    """The number-th working day strictly after the start; the start itself for 0."""
    day = start
    while number > 0:
        day += timedelta(days=1)
        number -= is_working_day(day)
    return day


def birthday(dob: date, age: int) -> date:
    try:
        return dob.replace(year=dob.year + age)
    except ValueError:
        return date(dob.year + age, 3, 1)


def month_end(day: date) -> date:
    following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return following - timedelta(days=1)


class Writer:
    """The random state of one extract, its clean rows, and how they become dirty cells."""

    def __init__(self, seed: int, la_code: str, extract_date: date, children: int) -> None:
        self.rng = random.Random(seed)
        self.la_code = la_code
        self.today = extract_date
        self.months = self.rng.randint(18, 30)
        self.first = extract_date - timedelta(days=round(self.months * 30.4))
        self.number_of_children = children
        self.rows: dict[str, list[dict[str, Any]]] = {table: [] for table in COLUMNS}
        self.serial = 0

    # Chances and days

    def chance(self, percent: float) -> bool:
        return self.rng.random() * 100 < percent

    def pick(self, *options: Any) -> Any:
        return self.rng.choice(options)

    def day(self, start: date | None = None, end: date | None = None) -> date:
        """A day, with a leaning to weekends, bank holidays and month ends."""
        start, end = start or self.first, end or self.today
        if end <= start:
            return start
        day = start + timedelta(days=self.rng.randint(0, (end - start).days))
        kind = self.rng.random()
        if kind < 0.08:
            day = day + timedelta(days=5 - day.weekday())
        elif kind < 0.13:
            day = min(BANK_HOLIDAYS, key=lambda holiday: abs(holiday - day))
        elif kind < 0.20:
            day = month_end(day)
        elif kind < 0.23:
            day = day.replace(day=1)
        return min(max(day, start), end)

    def finish(self, start: date, target: int, spread: int) -> date:
        """An end around the target of working days: often exactly on it, or one over, or on the day off after."""
        kind = self.rng.random()
        if kind < 0.22:
            return after_working_days(start, target)
        if kind < 0.40:
            return after_working_days(start, target + 1)
        if kind < 0.52:
            end = after_working_days(start, target)
            while is_working_day(end + timedelta(days=1)) and (end - start).days < 2 * target + 9:
                end += timedelta(days=1)
            return end + timedelta(days=1)  # a day off, at or after the target
        if kind < 0.57:
            return start
        return start + timedelta(days=self.rng.randint(0, spread))

    def new_id(self, letter: str) -> str:
        self.serial += 1
        form = self.serial % 4
        if form == 0:
            return f"{letter}{self.serial:05d}"
        if form == 1:
            return f"00{ord(letter)}{self.serial:04d}"
        return f"{ord(letter)}{self.serial:05d}"

    def status(self, usual: str | None = None, dead: float = 7, reopened: float = 3) -> str | None:
        if self.chance(dead):
            return str(self.pick(*DEAD))
        if self.chance(reopened):
            return "REOPENED"
        return self.pick(usual, usual, None, "COMPLETED") if usual else self.pick(None, "COMPLETED", "completed")

    def add(self, table: str, **values: Any) -> dict[str, Any]:
        row = {column: values.get(column) for column in COLUMNS[table].split()}
        for column, codes in CODES.items():
            if column in row and row[column] is None:
                row[column] = self.rng.choice(codes)
        self.rows[table].append(row)
        return row

    # Clean rows

    def fill(self) -> None:
        people = [self.add_person(number) for number in range(self.number_of_children)]
        for person in list(people):
            if self.chance(6):
                other = self.rng.choice(people)
                if other is not person and other["master_person_id"] is None and not self.is_master(person):
                    person["master_person_id"] = other["person_id"]  # a merge; a second one makes a chain
                    if self.chance(35):
                        further = self.rng.choice(people)
                        if further["master_person_id"] is None and further not in (person, other):
                            other["master_person_id"] = further["person_id"]
        for person in people:
            person_id = person["person_id"]
            if self.chance(85):
                for _ in range(self.pick(1, 1, 2, 3)):
                    self.add_referral(person_id)
            if self.chance(35):
                self.add_protection(person_id)
            if self.chance(12):
                self.add_transfer_in(person_id)
            if self.chance(45):
                self.add_care(person)
        self.add_twin_of_merged()
        if self.chance(40):  # a referral before all others, that is no referral
            early = self.first - timedelta(days=self.rng.randint(20, 70))
            row = self.add_referral(self.rng.choice(people)["person_id"], early)
            row["status"] = self.pick("CANCELLED", "Draft", None)

    def is_master(self, person: dict[str, Any]) -> bool:
        return any(row["master_person_id"] == person["person_id"] for row in self.rows["person"])

    def add_person(self, number: int) -> dict[str, Any]:
        kind = self.rng.random()
        dob: date | None = None
        expected = None
        estimated: str | None = None
        if kind < 0.05:
            expected = self.today + timedelta(days=self.rng.randint(-120, 200))
        elif kind < 0.08:
            expected, estimated = self.teenage_dob(), "Y"  # an estimated birth of a born child
        elif kind < 0.11:
            pass  # neither
        elif kind < 0.42:
            dob = self.teenage_dob()
        else:
            dob = self.today - timedelta(days=self.rng.randint(0, 16 * 365))
        return self.add(
            "person",
            person_id=self.new_id("P") if number % 10 else f"00{number:03d}7",
            dob=dob,
            expected_dob=expected if expected or not self.chance(2) else dob,
            dob_estimated=estimated,
            sex="U" if expected and not estimated else None,
            disabled=self.pick("Y", "No", "0", None),
            uasc="true" if estimated else self.pick("N", "false", None),
        )

    def teenage_dob(self) -> date:
        """Someone who turns 15, 16, 17 or 18 in the history, often around a month end, or on 29 February."""
        age = self.pick(15, 16, 16, 17, 18, 18, 18)
        when = self.day()
        if self.chance(60):
            when = month_end(when) + timedelta(days=self.pick(-1, 0, 0, 1))
        if self.chance(12):
            for year in range(self.first.year - 1, self.today.year + 1):
                for leap in (y for y in range(year - 19, year - 14) if y % 4 == 0):
                    if self.first <= date(year, 3, 1) <= self.today and self.chance(40):
                        return date(leap, 2, 29)
        if when.month == 2 and when.day == 29:
            when = when.replace(day=28)
        return when.replace(year=when.year - age)

    def add_referral(self, person_id: str, when: date | None = None) -> dict[str, Any]:
        when = when or self.day()
        received = datetime.combine(when, time(self.rng.randint(0, 23), self.rng.randint(0, 59)))
        done = self.finish(when, 1, 5)
        completed: datetime | None = datetime.combine(done, time(self.rng.randint(0, 23), self.rng.randint(0, 59)))
        if self.chance(15):
            completed = datetime.combine(done, time())
        elif completed and done == when and self.chance(80):
            completed = received + (datetime.combine(when, time(23, 59)) - received) / 2
        if done > self.today or self.chance(8):
            completed = None
        recorded = received + timedelta(hours=self.pick(0, 1, 20, 30, 50))
        closure = self.day(when, self.today + timedelta(days=1)) if self.chance(40) else None
        row = self.add(
            "referral",
            referral_id=self.new_id("R"),
            person_id=person_id,
            referral_date=when,
            received_at=None if self.chance(12) else received,
            recorded_at=recorded if recorded.date() <= self.today and not self.chance(25) else None,
            mash_completed_at=completed,
            referral_nfa=self.pick("N", "No", "0", "false", "Y", "b) No"),
            closure_date=closure if closure and closure <= self.today else None,
            closure_reason=None,
            contact_id=self.new_id("C"),
            status=self.status(),
            team=self.pick("North", "South", "#N/A", None),
            worker=self.pick("W1", "W2", None),
        )
        if self.chance(4):  # the same child, the same day, another number
            again = dict(row, referral_id=self.new_id("R"))
            self.rows["referral"].append(again)
        for _ in range(self.pick(0, 1, 1, 1, 2, 3)):
            self.add_assessment(person_id, row["referral_id"], when)
        return row

    def add_assessment(self, person_id: str, referral_id: str | None, referred: date) -> None:
        start: date | None = referred + timedelta(days=self.pick(0, 0, 0, 1, 1, 2, 3, 30, 90, -2))
        if self.chance(10):
            start = self.day(referred)
        assert start is not None
        authorised: date | None = self.finish(self.pick(referred, start), 45, 90)
        if authorised < start:
            authorised = start
        if authorised > self.today or self.chance(6):
            authorised = None
        start = min(start, self.today)
        if self.chance(10):
            referral_id = self.pick(None, None, "R99999")
        self.add(
            "assessment",
            assessment_id=self.new_id("A"),
            person_id=person_id,
            referral_id=referral_id,
            assessment_type="Single",
            start_date=None if self.chance(5) else start,
            internal_review_date=start + timedelta(days=self.pick(10, 14)),
            authorised_date=authorised,
            completed_date=authorised,
            child_seen=self.pick("Y", "N", "a) Yes"),
            outcome_nfa=self.pick("Y", "N"),
            factors=self.pick("1C,2A", "16A", None),
            status=self.status("COMPLETED" if authorised else "STARTED", dead=10, reopened=4),
            team="Assessment",
        )

    def add_protection(self, person_id: str) -> None:
        """S47s, the conference that one of them leads to, and the plan that it makes."""
        start = self.day()
        s47s = []
        for _ in range(self.pick(1, 1, 1, 2, 3)):
            convene = self.chance(70)
            end = start + timedelta(days=self.rng.randint(0, 20))
            s47s.append(
                self.add(
                    "s47",
                    s47_id=self.new_id("S"),
                    person_id=person_id,
                    start_date=start,
                    end_date=end if end <= self.today and self.chance(80) else None,
                    outcome="CONVENE_ICPC" if convene else self.pick("NFA", "CIN", None),
                    icpc_not_required="N" if convene else self.pick("Y", "Yes", "1"),
                    icpc_target_date=after_working_days(start, 15),
                    status=self.status(dead=9, reopened=2),
                )
            )
            start = min(start + timedelta(days=self.rng.randint(0, 40)), self.today)
        if self.chance(20):
            return
        linked: dict[str, Any] | None = self.rng.choice(s47s)
        assert linked is not None
        held = self.finish(linked["start_date"], 15, 40)
        if self.chance(3):
            held = linked["start_date"] - timedelta(days=3)
        if self.chance(35):
            linked_id: str | None = self.pick(None, None, "S99999")
        else:
            linked_id = linked["s47_id"]
        self.add_conference(person_id, held, linked_id)
        if self.chance(15):  # a second conference soon after, without a link, so that one S47 could serve both
            self.add_conference(person_id, held + timedelta(days=self.pick(0, 7, 21, 60)), None)
        if self.chance(75) and held <= self.today:
            self.add_plan(person_id, held)

    def add_conference(self, person_id: str, held: date, s47_id: str | None, **more: Any) -> None:
        if held.weekday() >= 5 and self.chance(80):
            held += timedelta(days=7 - held.weekday())
        kind = self.rng.random()
        status: str | None = self.pick("HELD", "HELD", "Held", None)
        when: date | None = held
        outcome: str | None = self.pick("Y", "Y", "N", "1", "true", None)
        planned = held
        if held > self.today:
            kind = kind % 0.25
        if kind < 0.06:
            status = "PLANNED"
            when = self.pick(None, held)
        elif kind < 0.15:
            status, outcome = self.pick("CANCELLED", "cancelled"), None
            when = self.pick(None, held, held)
        elif kind < 0.20:
            status = "ADJOURNED"
            outcome = self.pick(None, None, "Y")
        elif held > self.today:
            status, when, outcome = self.pick("PLANNED", None), None, None
        if held > self.today and status == "ADJOURNED":
            when = None
        values: dict[str, Any] = {
            "icpc_id": self.new_id("I"),
            "meeting_id": self.new_id("M"),
            "person_id": person_id,
            "s47_id": s47_id,
            "referral_id": self.referral_of(person_id),
            "planned_date": planned,
            "icpc_date": when,
            "transfer_in": self.pick("N", None, "0"),
            "outcome_cp": outcome,
            "status": status,
        }
        values.update(more)
        self.add("icpc", **values)
        if status in ("CANCELLED", "cancelled") and self.chance(60):  # rebooked
            later = held + timedelta(days=self.pick(1, 3, 7))
            if later <= self.today:
                self.add("icpc", **{**values, "icpc_id": self.new_id("I"), "icpc_date": later, "status": "HELD"})
        if status == "HELD" and self.chance(5):  # the same child and day on two rows
            self.add("icpc", **{**values, "icpc_id": self.new_id("I")})
        if self.chance(4):  # the same conference under a sibling: the key is conference and child
            self.add("icpc", **{**values, "person_id": self.rng.choice(self.rows["person"])["person_id"]})

    def referral_of(self, person_id: str) -> str | None:
        """The number of one of the child's referrals, as often as not one that is later than the event."""
        own = [row["referral_id"] for row in self.rows["referral"] if row["person_id"] == person_id]
        return self.rng.choice(own) if own and self.chance(30) else None

    def add_transfer_in(self, person_id: str) -> None:
        notified = self.day()
        held = self.finish(notified, 15, 40)
        self.add_conference(
            person_id,
            held,
            None,
            transfer_in=self.pick("Y", "a) Yes", "1", "TRUE"),
            notification_date=None if self.chance(25) else notified,
        )
        if held <= self.today and self.chance(70):
            self.add_plan(person_id, held)

    def add_plan(self, person_id: str, start: date) -> None:
        end = self.day(start + timedelta(days=1), self.today + timedelta(days=200))
        kind = self.rng.random()
        self.add(
            "cp_plan",
            cp_plan_id=self.new_id("K"),
            person_id=person_id,
            start_date=start,
            end_date=end if end <= self.today else None,
            number_previous="0",
            ola_plan=self.pick("Y", "true") if kind < 0.08 else self.pick("N", None, "0"),
            temporary=self.pick("1", "Yes") if 0.08 <= kind < 0.14 else self.pick("N", None, "false"),
        )
        if self.chance(12):  # overlapping, or following on the same day
            self.add_plan(person_id, self.pick(start, min(end, self.today), self.day(start, min(end, self.today))))

    def add_care(self, person: dict[str, Any]) -> None:
        """One to three periods of care, each a chain of episodes that hand over on a day, and the care plans."""
        start = self.day(self.first - timedelta(days=400), self.today)
        if person["dob"] is not None and not self.chance(3):
            start = min(max(start, person["dob"]), self.today)
        first_period = start
        elsewhere = self.pick("852", "201", "925", "E06000044") if self.chance(6) else None
        for _ in range(self.pick(1, 1, 1, 2, 2, 3)):
            period = self.new_id("E")
            short_break = self.chance(12)
            starts_on = start
            for number in range(self.pick(1, 1, 2, 3, 4)):
                legal = self.pick("V3", "V4", "V1") if short_break else self.pick("C1", "C2", "V2", "E1", "J1")
                if self.chance(4):
                    legal = self.pick("V4", "SGO", "X9")
                end = self.day(start + timedelta(days=1), start + timedelta(days=self.pick(20, 100, 300)))
                is_last = self.chance(30) or end > self.today
                stays = is_last and (end > self.today or self.chance(45))
                self.add(
                    "cla_episode",
                    person_id=person["person_id"],
                    period_id=period,
                    decom=start,
                    rne="S" if number == 0 else self.pick("L", "P", "T", "B", "U"),
                    legal_status=legal,
                    placement_type=self.pick("U1", "U4", "U6", "K2", "P1", "H5", "A3"),
                    dec=None if stays else end,
                    rec=None if stays else (self.pick("E4A", "E8", "E13", "E3") if is_last else "X1"),
                    home_postcode="XXX XXX",
                    responsible_la=elsewhere or self.pick(None, self.la_code, self.la_code + ".0"),
                )
                if number == 0 and self.chance(5):  # a short break beside it
                    self.add(
                        "cla_episode",
                        person_id=person["person_id"],
                        decom=start,
                        rne="S",
                        legal_status="V4",
                        placement_type="R1",
                    )
                start = end
                if is_last:
                    break
            else:
                self.rows["cla_episode"][-1].update(rec=self.pick("E4A", "E8"))  # the chain ends here
                stays = False
            self.add_care_plans(person, starts_on, start)
            start += timedelta(days=self.pick(0, 1, 12, 40, 120))
            if stays or start > self.today:
                break
        if self.chance(20):  # a plan of an earlier period, or of no period
            self.add_care_plan(person, self.day(first_period - timedelta(days=60), self.today), None)

    def add_care_plans(self, person: dict[str, Any], start: date, end: date) -> None:
        for _ in range(self.pick(0, 1, 1, 1, 2)):
            kind = self.rng.random()
            if kind < 0.15:
                authorised = start - timedelta(days=31)
            elif kind < 0.30:
                authorised = start - timedelta(days=32)
            elif kind < 0.45:
                authorised = month_end(start)
            else:
                authorised = start + timedelta(days=self.rng.randint(0, 60))
            ended = self.day(authorised, max(end, authorised)) if self.chance(20) else None
            if self.chance(5):
                ended = month_end(authorised + timedelta(days=40))
            self.add_care_plan(person, authorised, ended)

    def add_care_plan(self, person: dict[str, Any], authorised: date, ended: date | None) -> None:
        is_teenager = person["dob"] is not None and birthday(person["dob"], 15) <= self.today
        signed = authorised if authorised <= self.today and not self.chance(8) else None
        self.add(
            "cla_care_plan",
            care_plan_id=self.new_id("L"),
            person_id=person["person_id"],
            plan_type=self.pick("PATHWAY_PLAN", "Pathway Plan", "CARE_PLAN")
            if is_teenager
            else self.pick("CARE_PLAN", "CARE_PLAN", "Care plan", None, "PATHWAY_PLAN"),
            started_date=None if self.chance(20) else min(authorised - timedelta(days=self.pick(0, 3, 20)), self.today),
            completed_date=signed,
            authorised_date=signed,
            end_date=ended if ended and ended <= self.today else None,
            status=self.status("AUTHORISED" if signed else "STARTED", dead=7, reopened=3),
        )

    def add_twin_of_merged(self) -> None:
        """An event recorded under the merged id and again under the master's: one child, one key."""
        master = {r["person_id"]: r["master_person_id"] for r in self.rows["person"] if r["master_person_id"]}
        for table in ("icpc", "cla_episode"):
            for row in list(self.rows[table]):
                if row["person_id"] in master and self.chance(30):
                    self.rows[table].append(dict(row, person_id=master[row["person_id"]]))

    # Dirt: whole rows

    def spoil(self, table: str, row: dict[str, Any]) -> None:
        """Break rules of definitions 2.2 and 2.3 in the clean row."""
        present = [c for c in row if c in DATES | MOMENTS and row[c] is not None]
        if self.chance(1.0) and present:
            column = self.rng.choice(present)
            row[column] = self.rng.choice(UNREADABLE)
        if self.chance(1.0) and present:
            row[self.rng.choice(present)] = self.rng.choice(SENTINELS)
        if self.chance(0.8) and present:
            column = self.rng.choice(present)
            ahead = self.today + timedelta(days=self.pick(1, 1, 2, 400))
            row[column] = datetime.combine(ahead, time(9)) if column in MOMENTS else ahead
        if self.chance(0.8):
            row[self.pick(*[c for c in row if c in REQUIRED[table]])] = None
        if self.chance(0.2):
            row[self.pick(*[c for c in row if c in IDS])] = "1.23457E+11"
        if self.chance(1.0) and table != "person":
            row["person_id"] = self.pick("P999", "777777", "nan")
        ends = {
            "referral": [("received_at", "mash_completed_at"), ("referral_date", "closure_date")],
            "assessment": [("start_date", "authorised_date")],
            "s47": [("start_date", "end_date")],
            "cp_plan": [("start_date", "end_date")],
            "cla_episode": [("decom", "dec")],
            "cla_care_plan": [("started_date", "authorised_date"), ("started_date", "end_date")],
        }
        for start, end in ends.get(table, []):
            if self.chance(1.2) and isinstance(row[start], date):
                row[end] = row[start] - timedelta(days=self.pick(0, 1, 1, 30))
        for end in ("end_date", "dec", "closure_date"):
            if end in row and row[end] is None and self.chance(8):
                row[end] = self.rng.choice(OPEN_ENDS)
        for column in ("legal_status", "rne", "rec", "placement_type", *CODES):
            if column in row and row[column] is not None and self.chance(1.0):
                row[column] = self.pick("ZZZ", "Other - see notes", "~DO NOT USE")

    def repeat(self, table: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Whole rows again, and keys again with other content: next to each other, or at the end of the file."""
        at_the_end: list[dict[str, Any]] = []
        kept: list[dict[str, Any]] = []
        for row in rows:
            kept.append(row)
            if self.chance(2):
                (kept if self.chance(50) else at_the_end).append(dict(row))
            if self.chance(3):
                other = dict(row)
                columns = [c for c in row if c in DATES | MOMENTS and isinstance(row[c], date)]
                columns = [c for c in columns if c != "decom"]
                if columns:
                    column = self.rng.choice(columns)
                    other[column] = self.pick(other[column] + timedelta(days=self.pick(-1, 1, 30)), None, "TBC")
                if "status" in other and self.chance(30):
                    other["status"] = self.pick("COMPLETED", "CANCELLED")
                (kept if self.chance(50) else at_the_end).append(other)
                if self.chance(15):
                    at_the_end.append(dict(row))  # and the first content once more
        return kept + at_the_end

    # Dirt: cells

    def cell(self, column: str, value: Any) -> str:
        if value is None:
            return str(self.rng.choice(NULLS))
        if isinstance(value, datetime):
            return self.moment(value)
        if isinstance(value, date):
            return self.date(value)
        text = str(value)
        if column in IDS:
            return self.identity(text)
        if column in CODES or column in ("legal_status", "rne", "rec", "placement_type"):
            return self.code(text)
        if column == "status" and self.chance(15):
            return self.pick(text.lower(), f" {text} ", text.title())
        return text

    def identity(self, text: str) -> str:
        kind = self.rng.random()
        if kind < 0.05:
            return f" {text}"
        if kind < 0.10:
            return f"{text}\u00a0 "
        if kind < 0.18:
            return text.lower()
        if kind < 0.26 and text.isdigit():
            return f"{text}.0"
        return text

    def code(self, text: str) -> str:
        words = DESCRIPTIONS.get(text, "as described")
        kind = self.rng.random()
        forms: list[Callable[[], str]] = [
            lambda: f"{text} - {words}",
            lambda: f"{text}: {words}",
            lambda: f"q) {text}: {words}",
            lambda: f"{text} [{words}]",
            lambda: f"{words} ({text})",
            lambda: text.lower(),
            lambda: f" {text} ",
            lambda: f"‘{text}",
        ]
        if kind < 0.3 and "DO NOT" not in text:
            return self.rng.choice(forms)()
        return text

    def date(self, value: date) -> str:
        kind = self.rng.random()
        month = value.strftime("%b")
        if kind < 0.50:
            return f"{value:%d/%m/%Y}"
        if kind < 0.65:
            return value.isoformat()
        if kind < 0.70:
            return f"{value.day}/{value.month}/{value:%y}"
        if kind < 0.74:
            return f"{value:%d}-{month}-{value:%Y}"
        if kind < 0.77:
            return f"{value:%d}-{month.upper()}-{value:%y}"
        if kind < 0.80:
            return f"{value.year}/{value.month}/{value.day}"
        if kind < 0.84:
            return f"{value.isoformat()}T00:00:00"
        if kind < 0.88:
            return f"{value.isoformat()} 00:00:00.000"
        if kind < 0.90:
            return f"{value:%d/%m/%Y} 00:00:00"
        if kind < 0.93:  # an export in universal time: the evening before, in summer
            return self.universal(datetime.combine(value, time()))
        serial = (value - date(1899, 12, 30)).days
        if 20000 <= serial <= 60000:
            return f"{serial}.0" if kind > 0.98 else str(serial)
        return f"{value:%d/%m/%Y}"

    def moment(self, value: datetime) -> str:
        kind = self.rng.random()
        if kind < 0.25:
            return f"{value:%d/%m/%Y %H:%M}"
        if kind < 0.40:
            return f"{value:%Y-%m-%dT%H:%M:%S}"
        if kind < 0.55:
            return f"{value:%Y-%m-%d %H:%M:%S}"
        if kind < 0.62:
            return f"{value:%Y-%m-%d %H:%M:%S}.123"
        if kind < 0.72:
            return self.universal(value)
        if kind < 0.82:  # around midnight, in universal time
            return self.universal(datetime.combine(value.date(), time(self.pick(0, 0, 23), self.pick(5, 30, 55))))
        if kind < 0.86:
            return f"{value.replace(tzinfo=LONDON).isoformat()}"
        if kind < 0.90:
            days = (value - datetime(1899, 12, 30)).total_seconds() / 86400
            return f"{days:.6f}"
        return self.date(value.date())

    def universal(self, value: datetime) -> str:
        there = value.replace(tzinfo=LONDON).astimezone(ZoneInfo("UTC"))
        return f"{there:%Y-%m-%dT%H:%M:%S}{self.pick('', '.000')}Z"

    # Files

    def header(self, column: str) -> str:
        form = self.rng.randint(0, 6)
        if form == 0:
            return column.upper()
        if form == 1:
            return column.replace("_", " ").title()
        if form == 2:
            return f" {column} "
        if form == 3:
            return column.replace("_", "")
        if form == 4:
            return column.replace("_", "-").capitalize()
        return column

    def write(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for table, names in COLUMNS.items():
            columns = names.split()
            optional = [c for c in columns if c not in REQUIRED[table] | OFTEN_NEEDED]
            left_out = {c for c in optional if self.chance(3)}
            columns = [c for c in columns if c not in left_out]
            if self.chance(50):
                self.rng.shuffle(columns)
            rows = [dict(row) for row in self.rows[table]]
            if self.chance(50):
                self.rng.shuffle(rows)
            for row in rows:
                self.spoil(table, row)
            extra = self.chance(30)
            lines = []
            for row in self.repeat(table, rows):
                cells = [self.cell(column, row[column]) for column in columns]
                lines.append(cells + (["kept"] if extra else []))
                if self.chance(1):  # to the letter the same row, whatever it is
                    lines.insert(self.rng.randint(0, len(lines)), list(lines[-1]))
            width = len(columns) + extra
            if self.chance(35):
                lines.append([self.pick("Total", "Report run on 01/09/2020")] + [""] * (width - 1))
            for _ in range(self.pick(0, 0, 1, 3)):
                lines.append([self.pick("", " ")] + [""] * (width - 1))
            encoding = self.pick("utf-8", "utf-8-sig")
            delimiter = self.pick(",", ",", ";", "\t")
            with (folder / f"{table}.csv").open("w", encoding=encoding, newline="") as file:
                writer = csv.writer(file, delimiter=delimiter, lineterminator=self.pick("\n", "\r\n"))
                writer.writerow([self.header(column) for column in columns] + (["Region"] if extra else []))
                writer.writerows(lines)


def write_random_extract(
    folder: Path,
    seed: int,
    la_code: str = "852",
    extract_date: date = date(2020, 9, 1),
    children: int = 150,
) -> None:
    """Write person, referral, assessment, s47, icpc, cp_plan, cla_episode and cla_care_plan as CSV into the folder.

    Eighteen to thirty months of history before the extract date; the same seed writes the same bytes.
    """
    writer = Writer(seed, la_code, extract_date, children)
    writer.fill()
    writer.write(folder)
