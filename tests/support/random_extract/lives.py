"""The clean rows of an extract: each child's life, table by table."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from support.second_count.days import add_months, due_date, last_of
from support.second_count.tables import COLUMNS

from .draws import Draws

Row = dict[str, Any]
CODES: dict[str, list[str | None]] = {
    "sex": ["M", "F", "M", "F", "U"],
    "ethnicity": ["WBRI", "WIRI", "MWBC", "AIND", "BCRB", "CHNE", "REFU", "NOBT", None],
    "referral_source": ["1A", "1D", "2A", "2B", "3A", "3F", "4", "5D", "6", "7", "8", "9", "10"],
    "source": ["1A", "2A", "3E", "5B", "6", "10"],
    "primary_need": ["N1", "N4", "N5"],
    "category_of_need": ["N1", "N2", "N8"],
    "placement_provider": ["PR1", "PR4"],
    "closure_reason": ["RC7", "RC8", "RC9"],
    "reason_place_change": ["CARPL", "CHILD"],
    "participation": ["PN0", "PN1", "PN7"],
}
DAY = timedelta(days=1)
GROUP_RECORDS = (
    *("contact", "referral", "assessment", "s47", "icpc", "cp_plan", "cp_review", "cp_visit", "cin_plan", "cin_visit"),
)


class Lives:
    """Fills `rows` by table. Dates are dates, moments datetimes, everything else text."""

    def __init__(self, draws: Draws, la_code: str, children: int) -> None:
        self.draws = draws
        self.la_code = la_code
        self.number_of_children = children
        self.rows: dict[str, list[Row]] = {table: [] for table in COLUMNS}
        self.people: list[Row] = []
        self.workers: list[str] = []

    def add(self, table: str, **values: Any) -> Row:
        row = {column: values.get(column) for column in COLUMNS[table]}
        for column, codes in CODES.items():
            if column in row and column not in values:
                row[column] = self.draws.rng.choice(codes)
        self.rows[table].append(row)
        return row

    def live(self) -> None:
        draws = self.draws
        self.add_workers()
        self.people = [self.add_person(number) for number in range(self.number_of_children)]
        self.merge_some()
        for person in self.people:
            person_id = person["person_id"]
            if draws.chance(50):
                self.add_contacts(person_id)
            if draws.chance(85):
                self.add_referrals(person_id)
            if draws.chance(40):
                self.add_protection(person_id)
            if draws.chance(15):
                self.add_transfer_in(person_id)
            if draws.chance(30):
                self.add_cin_plans(person_id)
            if draws.chance(50):
                self.add_care(person)
            if draws.chance(25):
                self.add_missing(person_id)
            if draws.chance(15):
                self.add_pre_proceedings(person_id)
            self.add_allocations(person_id)
        self.add_care_leavers()
        self.share_ids_among_siblings()
        self.repeat_under_the_master()

    # People

    def add_person(self, number: int) -> Row:
        draws = self.draws
        kind = draws.rng.random()
        born: date | None = None
        expected: date | None = None
        is_estimated = False
        if kind < 0.06:
            expected = draws.today + timedelta(days=draws.number(-120, 200))
        elif kind < 0.09:
            expected, is_estimated = draws.age_day(15, 17, 18), True
        elif kind < 0.12:
            pass  # neither is known
        elif kind < 0.40:
            born = draws.age_day(16, 17, 18, 18)
        elif kind < 0.55:
            born = draws.age_day(1, 5, 10, 16)
        elif kind < 0.60:
            born = draws.day()  # in the history: unborn before it
        else:
            born = draws.today - timedelta(days=draws.number(0, 17 * 365))
        died = draws.day(max(born or draws.first, draws.first)) if draws.chance(5) else None
        row = self.add(
            "person",
            person_id=draws.new_id("P") if number % 10 else f"00{number:03d}7",
            dob=born,
            expected_dob=expected if expected or not draws.chance(3) else born,
            dob_estimated="Y" if is_estimated else draws.pick(None, None, "N"),
            disabled=draws.pick("Y", "No", "0", None),
            uasc=draws.pick("true", "Y") if is_estimated or draws.chance(12) else draws.pick("N", "false", None),
            death_date=died,
            postcode=draws.pick("SO14 0AA", "so151bb", "ZZ1 1ZZ", None),
        )
        if expected and not is_estimated and draws.chance(30):  # the child since born, registered anew
            self.people.append(self.add("person", person_id=draws.new_id("P"), dob=draws.past(expected), sex="F"))
        return row

    def merge_some(self) -> None:
        draws = self.draws
        masters: set[str] = set()
        for person in list(self.people):
            kind = draws.rng.random()
            if kind < 0.05:
                other = draws.rng.choice(self.people)
                is_free = other is not person and other["master_person_id"] is None
                if is_free and person["person_id"] not in masters:
                    person["master_person_id"] = other["person_id"]
                    masters.add(other["person_id"])
            elif kind < 0.07:
                person["master_person_id"] = "P-NOT-HERE"  # merges nobody
            elif kind < 0.10:
                person["master_person_id"] = draws.pick("-1", "0", person["person_id"])
        chain = [p for p in self.people if p["person_id"] in masters and p["master_person_id"] is None]
        if chain and draws.chance(50):  # a master that was merged in its turn
            further = draws.rng.choice(self.people)
            if further["master_person_id"] is None and further not in chain:
                chain[0]["master_person_id"] = further["person_id"]

    def repeat_under_the_master(self) -> None:
        """What was recorded under a merged id, recorded once more under the master's: one key."""
        master = {p["person_id"]: p["master_person_id"] for p in self.people if p["master_person_id"]}
        for table in ("icpc", "cla_episode", "cp_plan", "allocation"):
            for row in list(self.rows[table]):
                if row["person_id"] in master and self.draws.chance(25):
                    self.rows[table].append(dict(row, person_id=master[row["person_id"]]))

    def share_ids_among_siblings(self) -> None:
        """A form of a group of siblings has one id: the same record again, of another child, with days of its own."""
        draws = self.draws
        for table in GROUP_RECORDS:
            for row in list(self.rows[table]):
                if draws.chance(5):
                    sibling = draws.rng.choice(self.people)["person_id"]
                    shift = timedelta(days=draws.pick(0, 0, 0, 1, -1, 7))
                    moved = {
                        name: min(value + shift, draws.today)
                        if isinstance(value, date) and not isinstance(value, datetime)
                        else value
                        for name, value in row.items()
                    }
                    self.rows[table].append({**moved, "person_id": sibling})

    # Front door

    def add_contacts(self, person_id: str) -> None:
        draws = self.draws
        for _ in draws.some(1, 4):
            when = draws.day()
            received = draws.moment(when)
            done = draws.in_working_days(when, 1, 5)
            self.add(
                "contact",
                contact_id=draws.new_id("C"),
                person_id=person_id,
                received_at=None if draws.chance(3) else received,
                recorded_at=self.later(received, 0, 30) if draws.chance(60) else None,
                mash_flag=draws.pick("Y", "N", None, "1"),
                mash_completed_at=self.completed(received, done) if draws.chance(85) else None,
                outcome=draws.pick(
                    *("NEW_REFERRAL", "NEW_REFERRAL", "EXISTING_REFERRAL", "CP_ENQUIRY", "NFA", "ADVICE"),
                    *("EARLY_HELP", "OTHER", None),
                ),
                status=draws.status(),
                team=draws.team(),
            )

    def completed(self, received: datetime, done: date) -> datetime | None:
        """A moment of the day of decision, never before it was received; nothing where that day has not come."""
        moment = self.draws.moment(done)
        if moment.time() != time() and received.time() != time():
            moment = max(moment, received)
        return moment if moment.date() <= self.draws.today else None

    def later(self, moment: datetime, low: int, high: int) -> datetime | None:
        following = moment + timedelta(hours=self.draws.number(low, high))
        return following if following.date() <= self.draws.today else None

    def add_referrals(self, person_id: str) -> None:
        """One to four, often a year apart to the day, or of one day."""
        draws = self.draws
        when = draws.day()
        for _ in draws.some(1, 4):
            self.add_referral(person_id, when)
            kind = draws.rng.random()
            if kind < 0.35:
                when = add_months(when, 12) + timedelta(days=draws.pick(-1, 0, 0, 1))
            elif kind < 0.45:
                pass
            else:
                when += timedelta(days=draws.number(1, 300))
            if when > draws.today:
                break

    def add_referral(self, person_id: str, when: date) -> None:
        draws = self.draws
        received = draws.moment(when)
        done = draws.in_working_days(when, 1, 5)
        closure = draws.day(when, draws.today + 60 * DAY) if draws.chance(60) else None
        row = self.add(
            "referral",
            referral_id=draws.new_id("R"),
            person_id=person_id,
            referral_date=when,
            received_at=None if draws.chance(15) else received,
            recorded_at=None if draws.chance(30) else self.later(received, 0, 50),
            mash_completed_at=None if draws.chance(8) else self.completed(received, done),
            referral_nfa=draws.pick("N", "No", "0", "false", "N", "Y", "b) No", "a) Yes"),
            closure_date=draws.past(closure),
            contact_id=draws.new_id("C"),
            status=draws.status(),
            team=draws.team(),
            worker=draws.pick("W1", "W2", None),
        )
        for _ in draws.some(0, 3):
            self.add_assessment(person_id, row["referral_id"], when)

    # Assessment

    def add_assessment(self, person_id: str, referral_id: str | None, referred: date) -> None:
        draws = self.draws
        start = referred + timedelta(days=draws.pick(0, 0, 0, 1, 2, 3, 30, 90, -2))
        if draws.chance(10):
            start = draws.day(referred)
        start = min(start, draws.today)
        authorised = max(draws.in_working_days(draws.pick(referred, start), 45, 90), start)
        if draws.chance(10):
            referral_id = draws.pick(None, None, "R99999", "-1")
        is_done = authorised <= draws.today and not draws.chance(8)
        self.add(
            "assessment",
            assessment_id=draws.new_id("A"),
            person_id=person_id,
            referral_id=referral_id,
            assessment_type="Single",
            start_date=None if draws.chance(5) else start,
            authorised_date=authorised if is_done else None,
            completed_date=authorised if is_done else None,
            child_seen=draws.pick("Y", "N", "a) Yes"),
            outcome_nfa=draws.pick("Y", "N", "N", None) if is_done else None,
            factors=draws.pick("1C,2A", "16A", None),
            status=draws.status(draws.pick("COMPLETED", "Authorised") if is_done else "STARTED", void=8, reopened=4),
            team=draws.pick("Assessment", None, None),
        )

    def own_referral(self, person_id: str, percent: float = 60) -> str | None:
        own = [row["referral_id"] for row in self.rows["referral"] if row["person_id"] == person_id]
        return self.draws.rng.choice(own) if own and self.draws.chance(percent) else None

    # Protection

    def add_protection(self, person_id: str) -> None:
        """Enquiries, the conference that one of them leads to, and the plan that it makes."""
        draws = self.draws
        for _ in draws.some(1, 2):
            start = draws.day()
            enquiries = []
            for _ in draws.some(1, 3):
                enquiries.append(self.add_enquiry(person_id, start))
                start = min(start + timedelta(days=draws.number(0, 40)), draws.today)
            if draws.chance(20):
                continue
            linked = draws.rng.choice(enquiries)
            held = draws.in_working_days(linked["start_date"], 15, 40)
            named = linked["s47_id"] if draws.chance(65) else draws.pick(None, None, "S99999", "0")
            held = self.add_conference(person_id, held, named)
            if draws.chance(15):
                self.add_conference(person_id, held + timedelta(days=draws.pick(0, 7, 21, 60)), None)
            if draws.chance(75) and held <= draws.today:
                self.add_plan(person_id, held)

    def add_enquiry(self, person_id: str, start: date) -> Row:
        draws = self.draws
        kind = draws.pick("convene", "convene", "no", "no", "silent", "silent")
        end = start + timedelta(days=draws.number(0, 20))
        self.add(
            "strategy_discussion",
            strategy_id=draws.new_id("D"),
            person_id=person_id,
            discussion_date=start,
            decision=draws.pick("Y", "N"),
        )
        return self.add(
            "s47",
            s47_id=draws.new_id("S"),
            person_id=person_id,
            referral_id=self.own_referral(person_id),
            start_date=start,
            end_date=draws.past(end) if draws.chance(70) else None,
            outcome={"convene": draws.pick("CONVENE_ICPC", None), "no": "NFA", "silent": draws.pick("CIN", None, None)}[
                kind
            ],
            icpc_not_required={"convene": draws.pick("N", "N", None), "no": draws.pick("Y", "1"), "silent": None}[kind],
            icpc_target_date=due_date(start, 15),
            status=draws.pick("Completed - ICPC arranged", "Completed - ICPC booked")
            if kind == "convene" and draws.chance(20)
            else draws.status(void=8, reopened=2),
        )

    def add_conference(self, person_id: str, held: date, s47_id: str | None, **more: Any) -> date:
        """The conference and what came before it: put off, adjourned, at two levels. The day on which it was held."""
        draws = self.draws
        if held.weekday() >= 5 and draws.chance(85):
            held += timedelta(days=7 - held.weekday())
        values: Row = {
            "icpc_id": draws.new_id("I"),
            "meeting_id": draws.new_id("M"),
            "person_id": person_id,
            "s47_id": s47_id,
            "referral_id": self.own_referral(person_id, 30),
            "planned_date": held,
            "icpc_date": held,
            "transfer_in": draws.pick("N", None, "0"),
            "outcome_cp": draws.pick("Y", "Y", "N", "1", "true", None),
            "status": draws.pick("HELD", "HELD", "Held", "Held as planned", None),
            **more,
        }
        kind = draws.rng.random()
        if held > draws.today:
            planned = draws.pick("PLANNED", "Planned", None)
            self.add("icpc", **{**values, "icpc_date": None, "outcome_cp": None, "status": planned})
            return held
        if kind < 0.10:  # put off, then held
            put_off = draws.pick("CANCELLED", "Postponed", "Rearranged", "Did not take place", "Rescheduled")
            first = draws.pick(None, held, held)
            self.add("icpc", **{**values, "icpc_date": first, "outcome_cp": None, "status": put_off})
            held = min(held + timedelta(days=draws.pick(1, 3, 7)), draws.today)
            self.add("icpc", **{**values, "icpc_id": draws.new_id("I"), "icpc_date": held})
        elif kind < 0.20:  # adjourned, with or without an outcome, then held, or not yet
            self.add("icpc", **{**values, "status": "ADJOURNED", "outcome_cp": draws.pick(None, "N", "N", "Y")})
            again = draws.past(held + timedelta(days=draws.pick(0, 5, 14)))
            if again and draws.chance(75):
                self.add("icpc", **{**values, "icpc_id": draws.new_id("I"), "icpc_date": again, "planned_date": again})
                held = again
        elif kind < 0.25:
            self.add("icpc", **{**values, "icpc_date": draws.pick(None, held), "outcome_cp": None, "status": "PLANNED"})
        else:
            self.add("icpc", **values)
            if draws.chance(6):  # at the level of the referral too
                other = {"icpc_id": draws.new_id("I"), "s47_id": None, "transfer_in": draws.pick("Y", "N", None)}
                self.add("icpc", **{**values, **other})
        return held

    def add_transfer_in(self, person_id: str) -> None:
        """A child on another authority's plan moves in: its plan, our conference, and the plan that is ours."""
        draws = self.draws
        notified = draws.day()
        began_there = notified - timedelta(days=draws.number(10, 500))
        if draws.chance(60):
            ended_there = notified + timedelta(days=draws.number(0, 50)) if draws.chance(60) else None
            self.add_plan_row(person_id, began_there, draws.past(ended_there), ola_plan=draws.pick("Y", "true", "1"))
        held = draws.in_working_days(notified, 15, 40)
        notification = None if draws.chance(15) else notified
        before = len(self.rows["icpc"])
        held = self.add_conference(
            person_id,
            held,
            None,
            transfer_in=draws.pick("Y", "a) Yes", "1", "TRUE"),
            notification_date=notification,
        )
        if draws.chance(80):
            named = self.rows["icpc"][before]["icpc_id"] if draws.chance(50) else None
            start = draws.pick(began_there, notified, held)
            if start <= draws.today:
                self.add_plan(person_id, start, icpc_id=named)

    def add_plan(self, person_id: str, start: date, **more: Any) -> None:
        draws = self.draws
        kind = draws.rng.random()
        if kind < 0.12:
            end: date | None = start + timedelta(days=draws.pick(727, 728, 729, 730))
        elif kind < 0.18:
            end = start
        else:
            end = draws.day(start + DAY, draws.today + timedelta(days=200))
        if draws.chance(8):  # a long one, to be over two years by a month end
            start = max(start, draws.first)
            month_end = draws.month_end(start, draws.today)
            start, end = month_end - timedelta(days=draws.pick(728, 729, 730)), None
        kind = draws.rng.random()
        row = self.add_plan_row(
            person_id,
            start,
            draws.past(end),
            ola_plan=draws.pick("Y", "true") if kind < 0.05 else draws.pick("N", None, "0"),
            temporary=draws.pick("1", "Yes") if 0.05 <= kind < 0.10 else draws.pick("N", None, "false"),
            number_previous=draws.pick("0", "0", "1", "2", None, None, None),
            **more,
        )
        self.add_plan_reviews(row, end or draws.today)
        self.add_visits("cp_visit", row, "cp_plan_id", end or draws.today, 10)
        if draws.chance(12):  # a second one, overlapping, or from the day of the end
            last = min(end or draws.today, draws.today)
            self.add_plan_row(person_id, draws.pick(start, last, draws.day(start, max(start, last))), None)

    def add_plan_row(self, person_id: str, start: date, end: date | None, **more: Any) -> Row:
        draws = self.draws
        return self.add(
            "cp_plan",
            **{
                "cp_plan_id": draws.new_id("K"),
                "person_id": person_id,
                "referral_id": self.own_referral(person_id),
                "start_date": start,
                "end_date": end,
                "initial_category": draws.pick("NEG", "EMO", "PHY", "SAB", None),
                "latest_category": draws.pick("NEG", "EMO", "MUL", None),
                **more,
            },
        )

    def add_plan_reviews(self, plan: Row, end: date) -> None:
        draws = self.draws
        due = draws.in_days(plan["start_date"], 91, 25)
        if draws.chance(8):
            due = plan["start_date"]  # a review on the day of the start is none
        while due <= min(end, draws.today) and draws.chance(85):
            self.add_review("cp_review", plan["person_id"], due, cp_plan_id=plan["cp_plan_id"])
            due = draws.in_days(due, 183, 40)
        if draws.chance(10):
            planned = draws.today + timedelta(days=draws.number(1, 60))
            self.add_review("cp_review", plan["person_id"], planned, status="PLANNED", cp_plan_id=plan["cp_plan_id"])

    def add_review(self, table: str, person_id: str, day: date, **more: Any) -> None:
        draws = self.draws
        values = {
            "review_id": draws.new_id("V"),
            "person_id": person_id,
            "review_date": day,
            "due_date": draws.in_days(day, 0, 10),
            "status": draws.visit_status(),
            **more,
        }
        self.add(table, **values)

    def add_visits(self, table: str, plan: Row, plan_id: str, end: date, target: int) -> None:
        """Visits, often so many working days before a month end, or one more."""
        draws = self.draws
        start = plan["start_date"]
        for _ in draws.some(0, 8):
            day = draws.day(start, max(start, min(end, draws.today)))
            if draws.chance(50):
                month_end = draws.pick(draws.month_end(start, end), draws.today)
                day = draws.working_days_before(month_end, target + draws.pick(0, 0, 1))
            if day <= draws.today:
                self.add(
                    table,
                    visit_id=draws.new_id("T"),
                    person_id=plan["person_id"],
                    visit_date=day,
                    seen=draws.pick("Y", "Y", "Yes", "N", None),
                    seen_alone=draws.pick("Y", "N", None),
                    status=draws.visit_status(),
                    **{plan_id: plan[plan_id]},
                )

    def add_cin_plans(self, person_id: str) -> None:
        draws = self.draws
        for _ in draws.some(1, 2):
            start = draws.day()
            end = draws.day(start, draws.today + timedelta(days=150))
            plan = self.add(
                "cin_plan",
                cin_plan_id=draws.new_id("N"),
                person_id=person_id,
                referral_id=self.own_referral(person_id),
                start_date=start,
                end_date=draws.past(end),
                status=draws.status(reopened=0),
                team=draws.team(),
            )
            self.add_visits("cin_visit", plan, "cin_plan_id", end, 20)

    # Looked after

    def add_care(self, person: Row) -> None:
        """One to three periods of care, with reviews, visits, health, care plans and orders."""
        draws = self.draws
        start = draws.day(draws.first - timedelta(days=500))
        stays_long = draws.chance(30)
        if stays_long:  # thirty months or so by the end, so that long placements are there
            start = draws.day(add_months(draws.today, -46), add_months(draws.today, -26))
        if person["dob"] is not None and not draws.chance(4):
            start = min(max(start, person["dob"]), draws.today)
        elsewhere = (
            draws.pick("852", "301", "E06000044", "OLA", "Hampshire County Council") if draws.chance(6) else None
        )
        has_been_adopted = False
        for _ in draws.some(1, 3):
            begun = start
            start, is_open, reason = self.add_period(person, start, elsewhere, has_been_adopted, stays_long)
            has_been_adopted = has_been_adopted or reason in ("E11", "E12")
            self.add_care_events(person, begun, start)
            if is_open:
                break
            start += timedelta(days=draws.pick(0, 0, 1, 1, 12, 40, 120))
            if start > draws.today:
                break

    def add_period(
        self, person: Row, start: date, elsewhere: str | None, has_been_adopted: bool, stays_long: bool
    ) -> tuple[date, bool, str | None]:
        """A chain of episodes. Its end, whether it is open, and why it ended."""
        draws = self.draws
        kind = draws.pick("V3", "V4", "V1") if draws.chance(8) else draws.pick("C1", "C2", "V2", "E1", "J1", "L2")
        placement, postcode = draws.pick("U1", "U4", "U6", "U5", "K2", "P1", "H5", "K3", "R1"), self.postcode()
        before: tuple[str, str | None] | None = None
        rne: str | None = "S"
        reason: str | None = None
        for number in range(draws.pick(1, 2, 3, 4, 6)):
            if number:
                rne = draws.pick("L", "P", "P", "P", "T", "B", "U")
                if rne in ("L", "B", "U") and kind not in ("V1", "V3", "V4"):
                    kind = draws.pick("C1", "C2", "V2", "E1", "D1")
                if rne in ("P", "B"):
                    if before is not None and placement.startswith("T") and draws.chance(60):
                        placement, postcode = before[0], before[1] if draws.chance(85) else self.postcode()
                    else:
                        before = (placement, postcode)
                        placement = draws.pick("U1", "U4", "U6", "K2", "T1", "T3", "T0", "A3", "A5", "A4", "Z1", "S1")
                        postcode = self.postcode()
                if draws.chance(3):
                    rne = draws.pick("S", None)
            end = draws.day(
                start + DAY,
                start + timedelta(days=draws.pick(*((300, 1600, 3000) if stays_long else (20, 60, 200, 400)))),
            )
            if placement.startswith("T"):
                end = min(end, start + timedelta(days=draws.number(1, 60)))
            if draws.chance(5):
                end = start  # shorter than a day
            is_last = draws.chance(5 if stays_long else 30)
            stays = end > draws.today
            reason = (
                None if stays else "X1" if not is_last else draws.pick("E4A", "E8", "E13", "E3", "E45", "E11", "E12")
            )
            if reason in ("E11", "E12") and has_been_adopted:
                reason = "E8"
            legal = draws.pick("SGO", "Care leaver", "X9", None) if draws.chance(2) else kind
            self.add(
                "cla_episode",
                person_id=person["person_id"],
                period_id=draws.pick(draws.new_id("E"), None),
                decom=start,
                rne=rne,
                legal_status=legal,
                placement_type=placement,
                dec=None if stays or draws.chance(3) else end,
                rec=None if stays else reason if not draws.chance(3) else None,
                home_postcode=draws.pick("SO14 0AA", "XXX XXX", None),
                placement_postcode=postcode,
                responsible_la=elsewhere or draws.pick(self.la_code, self.la_code, self.la_code + ".0", None),
            )
            if draws.chance(4):  # a short break beside it
                self.add(
                    "cla_episode",
                    person_id=person["person_id"],
                    decom=draws.day(start, min(end, draws.today)),
                    rne="S",
                    legal_status=draws.pick("V4", "V3"),
                    placement_type="R1",
                    responsible_la=self.la_code,
                )
            start = end
            if stays or is_last:
                break
            if draws.chance(4):
                start += DAY  # a gap within the chain
            elif draws.chance(4):
                start -= timedelta(days=draws.number(0, 5))  # an overlap
            if start > draws.today:
                break
        return start, start > draws.today, reason

    def postcode(self) -> str | None:
        return self.draws.pick("SO14 1AA", "SO16 2BB", "PO1 3CC", "so141aa", None)

    def add_care_events(self, person: Row, begun: date, end: date) -> None:
        draws = self.draws
        person_id = person["person_id"]
        last = min(end, draws.today)
        day = draws.in_working_days(begun, 20, 40)
        gap = 91
        while day <= last and draws.chance(88):
            self.add_review("cla_review", person_id, day, cancelled=draws.pick("Y", "N", None, None, "N", None))
            day, gap = draws.in_days(day, gap, 20), 183
        for _ in draws.some(0, 6):
            visit = draws.day(begun, max(begun, last))
            if draws.chance(50):
                month_end = draws.pick(draws.month_end(begun, last), draws.today)
                visit = month_end - timedelta(days=draws.pick(42, 43, 91, 92))
            if visit <= draws.today:
                self.add(
                    "cla_visit",
                    visit_id=draws.new_id("T"),
                    person_id=person_id,
                    visit_date=visit,
                    seen=draws.pick("Y", "N", None),
                    status=draws.visit_status(),
                )
        for _ in draws.some(0, 7):
            self.add_health(person_id, begun, last)
        for _ in draws.some(0, 2):
            self.add_care_plan(person, begun, last)
        if draws.chance(15):
            start = draws.day(begun, max(begun, last))
            ends = draws.day(start, draws.today + timedelta(days=60))
            self.add("dolo", person_id=person_id, start_date=start, end_date=draws.past(ends))

    def add_health(self, person_id: str, begun: date, last: date) -> None:
        """An event, often twelve months before a month end or the day after."""
        draws = self.draws
        day = draws.day(begun, max(begun, last))
        if draws.chance(40):
            month_end = draws.pick(draws.month_end(begun, last), draws.today)
            day = last_of(add_months(month_end, -12)) + timedelta(days=draws.pick(0, 1))
        kind = draws.pick("HEALTH_ASSESSMENT", "HEALTH_ASSESSMENT", "DENTAL_CHECK", "IMMUNISATIONS")
        if kind == "IMMUNISATIONS":
            status = draws.pick("UP_TO_DATE", "UP_TO_DATE", "NOT_UP_TO_DATE", "REFUSED", "CANCELLED", None)
        else:
            status = draws.pick("COMPLETED", "COMPLETED", "COMPLETED", "REFUSED", "PLANNED", "CANCELLED", None)
        if status == "PLANNED" and draws.chance(50):
            day = draws.today + timedelta(days=draws.number(1, 60))
        self.add(
            "cla_health",
            health_id=draws.new_id("H"),
            person_id=person_id,
            type=kind,
            event_date=None if draws.chance(3) else day if status == "PLANNED" else min(day, draws.today),
            status=status,
        )

    def add_care_plan(self, person: Row, begun: date, last: date) -> None:
        draws = self.draws
        kind = draws.rng.random()
        if kind < 0.15:
            authorised = begun - timedelta(days=31)
        elif kind < 0.30:
            authorised = begun - timedelta(days=32)
        elif kind < 0.45:
            authorised = last_of(begun)
        else:
            authorised = begun + timedelta(days=draws.number(0, 60))
        ended = draws.day(authorised, max(last, authorised)) if draws.chance(20) else None
        if draws.chance(8):
            ended = last_of(authorised + timedelta(days=40))
        signed = draws.past(authorised) if not draws.chance(8) else None
        is_teenager = person["dob"] is not None and add_months(person["dob"], 180) <= draws.today
        types = ("CARE_PLAN", "Care plan", "CARE_PLAN", None, "PEP", "Placement Plan", "Health Plan", "PATHWAY_PLAN")
        self.add(
            "cla_care_plan",
            care_plan_id=draws.new_id("L"),
            person_id=person["person_id"],
            plan_type=draws.pick("PATHWAY_PLAN", "Pathway Plan", *types) if is_teenager else draws.pick(*types),
            started_date=None if draws.chance(20) else min(authorised - timedelta(days=draws.pick(0, 20)), draws.today),
            completed_date=signed,
            authorised_date=signed,
            end_date=draws.past(ended),
            status=draws.status("AUTHORISED" if signed else "STARTED"),
        )

    def add_missing(self, person_id: str) -> None:
        """Going missing, over month ends and the changes of the clocks; interviews within 72 hours and just after."""
        draws = self.draws
        for _ in draws.some(1, 4):
            began = draws.moment(draws.day())
            if draws.chance(15):  # over a change of the clocks
                sunday = last_of(date(began.year, draws.pick(3, 10), 1))
                sunday -= timedelta(days=(sunday.weekday() + 1) % 7)
                began = datetime.combine(sunday - timedelta(days=draws.pick(0, 1, 2)), time(18, 0))
            if began.date() > draws.today:
                continue
            back: datetime | None = began + timedelta(hours=draws.pick(3, 10, 30, 80, 700), minutes=draws.number(0, 59))
            if draws.chance(10):
                month_end = datetime.combine(last_of(began.date()) + draws.pick(0, 1) * DAY, time(draws.pick(0, 10)))
                back = max(began, month_end)
            if draws.chance(8) or (back is not None and back.date() > draws.today):
                back = None
            interview = None
            if back is not None and draws.chance(75):
                hours = draws.pick(1, 24, 71, 72, 73, 96, 100, 0, -2)
                interview = back + timedelta(hours=hours, minutes=draws.pick(0, 0, 0, 1, 59))
                if draws.chance(20):
                    interview = datetime.combine(interview.date(), time())
                interview = interview if interview.date() <= draws.today else None
            self.add(
                "missing",
                missing_id=draws.new_id("G"),
                person_id=person_id,
                start_at=began,
                end_at=back,
                type=draws.pick("M", "M", "M", "A"),
                rhi_offered=draws.pick("Y", "N", None),
                rhi_accepted=draws.pick("Y", "Y", "N", None),
                rhi_at=interview,
            )

    # Leaving care, workforce, court

    def add_care_leavers(self) -> None:
        """Young people around 17, 19 and 22, some of them children of the other tables."""
        draws = self.draws
        for _ in draws.some(20, 50):
            if draws.chance(20):
                person = draws.rng.choice(self.people)
            else:
                near = last_of(draws.today) if draws.chance(50) else last_of(add_months(draws.today, -1))
                born = add_months(near, -12 * draws.pick(17, 18, 19, 20, 21, 22)) + timedelta(
                    days=draws.pick(-1, 0, 1, 90)
                )
                person = self.add("person", person_id=draws.new_id("Y"), dob=None if draws.chance(4) else born)
            if any(row["person_id"] == person["person_id"] for row in self.rows["care_leaver"]):
                continue
            accommodation = draws.pick("B1", "K2", "Z1", "G1", "H1", "R2", "S1", "0", None)
            self.add(
                "care_leaver",
                person_id=person["person_id"],
                eligibility=draws.pick(
                    "Former relevant", "Former relevant", "b) Former relevant", "Relevant", "Eligible"
                ),
                in_touch=draws.pick("YES", "YES", "NO", "DIED", "REFU", "NREQ", "RHOM", None),
                activity=draws.pick("F1", "P2", "F4", "G4", "G6", "0", None),
                accommodation=accommodation,
                suitable=None
                if accommodation is None or draws.chance(10)
                else {"1": "Y", "2": "N"}.get(accommodation[-1], "N"),
                pathway_review_date=draws.day() if draws.chance(70) else None,
                latest_contact_date=draws.day(add_months(draws.today, -6)) if draws.chance(70) else None,
                team=draws.pick("Leaving care", None),
            )

    def add_workers(self) -> None:
        draws = self.draws
        for number in range(draws.number(5, 12)):
            worker_id = f"W{number:02d}"
            self.workers.append(worker_id)
            start = draws.pick(None, draws.first, draws.day())
            end = draws.day(start or draws.first) if draws.chance(15) else None
            self.add(
                "worker",
                worker_id=worker_id,
                fte=draws.pick("1", "1.0", "0.5", "0.6", "0.8", "0", "1"),
                agency=draws.pick("Y", "N", "N", None),
                case_holder=draws.pick("Y", "N", None),
                start_date=start,
                end_date=end,
                team=draws.team(),
            )

    def add_allocations(self, person_id: str) -> None:
        """Workers one after another: from day to day, with gaps, side by side, and some that come back."""
        draws = self.draws
        start = draws.day(draws.first - timedelta(days=300))
        favourite = self.workers[0]
        for _ in draws.some(0, 5):
            worker = (
                (favourite if draws.chance(45) else draws.pick(*self.workers))
                if draws.chance(95)
                else draws.pick("DUTY", "W99")
            )
            end = draws.day(start, draws.today + timedelta(days=200))
            if draws.chance(6):
                end = start
            self.add(
                "allocation",
                person_id=person_id,
                worker_id=worker,
                start_date=start,
                end_date=draws.past(end),
                is_primary=draws.pick("Y", "Y", None, "1", "N"),
                role="Social worker",
                team=draws.team(),
                worker_name=draws.pick("A Worker", None),
            )
            start = end + timedelta(days=draws.pick(0, 0, 1, 30))
            if start > draws.today:
                break

    def add_pre_proceedings(self, person_id: str) -> None:
        draws = self.draws
        for _ in draws.some(1, 2):
            start = draws.day()
            letter = draws.past(start + timedelta(days=draws.number(0, 20))) if draws.chance(85) else None
            decided = draws.in_days(letter or start, 112, 60) if draws.chance(80) else None
            decision = draws.past(decided)
            is_offered = draws.pick("Y", "N", None)
            self.add(
                "pre_proceedings",
                pre_proceedings_id=draws.new_id("O"),
                person_id=person_id,
                referral_id=self.own_referral(person_id),
                start_date=start,
                letter_date=letter,
                first_meeting_date=letter,
                review_meetings=draws.pick("0", "2", None),
                fgdm_offered=is_offered,
                fgdm_held=draws.pick("Y", "N", None) if is_offered == "Y" else draws.pick("N", None),
                decision_date=decision,
                outcome=draws.pick("Step down", "Issue") if decision else None,
                court_application_date=decision if decision and draws.chance(40) else None,
            )
