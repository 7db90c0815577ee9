"""Section 47 enquiries, conferences and child protection plans."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from .days import Span, is_open, months_before
from .extract import Extract, Row, is_held, sort_rows
from .measure import Case, Kind, Measure, case_of

ICPC_WORKING_DAYS = 15
TWO_YEARS_OF_DAYS = 729


# ---------------------------------------------------------------------------------------------------------------
# Which enquiry a conference answers


@dataclass(frozen=True)
class Conference:
    """A conference that took place, and the enquiry that it answers."""

    row: Row
    enquiry: Row | None

    @property
    def held(self) -> date:
        day: date = self.row["icpc_date"]
        return day


def took_place(row: Row) -> bool:
    """Held, and its day can be read."""
    return is_held(row) and "icpc_date" not in row.unreadable


def is_told_held(row: Row) -> bool:
    """Its status says that it was held, though no date may say when: it waits no more."""
    words = (row["status"] or "").casefold()
    return took_place(row) or (row.status == "" and words.startswith(("held", "complete", "done", "closed")))


def is_decided(row: Row) -> bool:
    return row.status != "adjourned"


def enquiry_of(extract: Extract, row: Row) -> Row | None:
    """The child's own enquiry that it names; else, but for a transfer-in, the child's latest begun on or before it, if
    no other conference was held from that beginning until the day before. Rows set aside keep their place."""
    named = extract.linked("s47", row["s47_id"], row.child, even_set_aside=extract.settings.links_reach_rows_set_aside)
    if named is not None and named["start_date"] is not None:
        return named
    if row["transfer_in"]:
        return None
    earlier = [
        s47 for s47 in extract.real("s47", row.child)
        if s47["start_date"] is not None and s47["start_date"] <= row["icpc_date"]
    ]  # fmt: skip
    if not earlier:
        return None
    latest = max(earlier, key=lambda s47: (s47["start_date"], s47["s47_id"] or ""))
    others = [
        other for other in extract.real("icpc", row.child)
        if other is not row and took_place(other) and is_decided(other)
    ]  # fmt: skip
    is_spent = any(latest["start_date"] <= other["icpc_date"] < row["icpc_date"] for other in others)
    return None if is_spent else latest


def meetings(extract: Extract) -> list[Conference]:
    """The conferences that took place; an adjourned one only where no later one answers the same enquiry."""
    if "meetings" in extract.remembered:
        known: list[Conference] = extract.remembered["meetings"]
        return known
    found = [Conference(row, enquiry_of(extract, row)) for row in extract.used("icpc") if took_place(row)]
    if extract.settings.icpc_transfer_in == "exclude":
        found = [conference for conference in found if not conference.row["transfer_in"]]

    def is_followed(conference: Conference) -> bool:
        return any(
            other.row.child == conference.row.child
            and other is not conference
            and conference.enquiry is not None
            and other.enquiry is conference.enquiry
            and (other.held, is_decided(other.row)) > (conference.held, False)
            for other in found
        )

    found = [conference for conference in found if is_decided(conference.row) or not is_followed(conference)]
    extract.remembered["meetings"] = found
    return found


def conferences(extract: Extract) -> list[Conference]:
    """The conferences that count, one a child and occasion: of two on a day (the same conference at two levels) the one
    that was not adjourned, then the one that names an enquiry, then the last in the file."""
    if "conferences" in extract.remembered:
        known: list[Conference] = extract.remembered["conferences"]
        return known
    found = meetings(extract)
    if extract.settings.one_conference_a_day:
        of_day: dict[tuple[str, date], Conference] = {}
        for conference in sorted(found, key=lambda c: (is_decided(c.row), _names_its_enquiry(c), c.row.number)):
            of_day[conference.row.child, conference.held] = conference
        found = [conference for conference in found if of_day[conference.row.child, conference.held] is conference]
    extract.remembered["conferences"] = found
    return found


def _names_its_enquiry(conference: Conference) -> bool:
    named = conference.row["s47_id"]
    return named is not None and conference.enquiry is not None and named == conference.enquiry["s47_id"]


def conference_clock(extract: Extract, conference: Conference) -> date | None:
    """The start of its enquiry; for a transfer-in the day of the notification.

    With `latest_strategy` the child's latest strategy discussion on or before it, else its latest enquiry since the
    conference before; with `first_strategy` the first of these.
    """
    row = conference.row
    if row["transfer_in"]:
        notified: date | None = row["notification_date"]
        return notified
    if extract.settings.icpc_clock == "latest_strategy" and "strategy_discussion" in extract.rows:
        discussed = [
            day for other in extract.real("strategy_discussion", row.child)
            if (day := other["discussion_date"]) is not None and day <= conference.held
        ]  # fmt: skip
        if discussed:
            return max(discussed)
    timed_from = enquiry_timed_from(extract, conference)
    return timed_from["start_date"] if timed_from is not None else None


def enquiry_timed_from(extract: Extract, conference: Conference) -> Row | None:
    """The enquiry whose start is the clock of a conference that is no transfer-in: the one that it names, else the
    child's latest since the conference before, or by the other clocks the latest or first whatever it names."""
    is_linked = extract.settings.icpc_clock == "linked_s47"
    if conference.row["transfer_in"] or (is_linked and _names_its_enquiry(conference)):
        return conference.enquiry
    child = conference.row.child
    decided = [
        other["icpc_date"] for other in extract.real("icpc", child) if took_place(other) and is_decided(other)
    ]  # fmt: skip
    counted = [other.held for other in conferences(extract) if other.row.child == child]  # an adjourned one among them
    since = max((day for day in (*decided, *counted) if day < conference.held), default=date.min)
    if is_linked:
        return conference.enquiry if conference.enquiry and since < conference.enquiry["start_date"] else None
    enquiries = [
        s47
        for s47 in extract.real("s47", child)
        if s47["start_date"] is not None and since < s47["start_date"] <= conference.held
    ]
    choose = max if extract.settings.icpc_clock == "latest_strategy" else min
    begun = choose((s47["start_date"] for s47 in enquiries), default=None)
    of_the_day = [s47 for s47 in enquiries if s47["start_date"] == begun]
    return max(of_the_day, key=lambda s47: s47["s47_id"] or "", default=None)


def answers(extract: Extract, enquiry: Row, by: date) -> bool:
    """A conference held by that day names the enquiry, also one that counts with another of its day, or was timed from
    it."""
    held = [other for other in meetings(extract) if other.row.child == enquiry.child and other.held <= by]
    return any(
        (other.enquiry is enquiry and _names_its_enquiry(other))
        or (other in conferences(extract) and enquiry_timed_from(extract, other) is enquiry)
        for other in held
    )


# ---------------------------------------------------------------------------------------------------------------
# Enquiries


def section_47_enquiries(extract: Extract, span: Span) -> list[Case]:
    """Every enquiry that is a record, by its start."""
    return [case_of(row, row["start_date"]) for row in extract.used("s47") if row["start_date"] in span]


def section_47_leading_to_icpc(extract: Extract, span: Span) -> list[Case]:
    """Enquiries by their end; achieved where a held conference of the child answers, whenever up to the extract."""
    return [
        case_of(row, row["end_date"], answers(extract, row, extract.extract_date))
        for row in extract.used("s47")
        if row["end_date"] in span
    ]


def awaits_conference(extract: Extract, row: Row) -> bool:
    """The extract says that the enquiry is to lead to a conference: it is required, or where that is not said either
    way, the outcome or the status names a conference, or a conference, booked or held, names the enquiry."""
    if row["icpc_not_required"] is not None:
        return row["icpc_not_required"] is False
    for words in (str(row["outcome"] or "").casefold(), str(row["status"] or "").casefold()):
        if ("icpc" in words or "conference" in words) and not words.startswith("no"):
            return True
    return any(conference["s47_id"] == row["s47_id"] for conference in extract.used("icpc", row.child))


def is_closed_by(extract: Extract, row: Row, day: date) -> bool:
    """The child's referral that the record names is closed by the day."""
    referral = extract.linked("referral", row["referral_id"], row.child, even_set_aside=False)
    return referral is not None and referral["closure_date"] is not None and referral["closure_date"] <= day


def waiting_for_conference(extract: Extract, day: date) -> list[tuple[Row, date]]:
    """Enquiries that await a conference, begun by the day, unanswered by its end and on a referral not closed by then;
    and transfers in notified by then, without a transfer-in of the child held since and by then. Each with its clock's
    start."""
    waiting = [
        (row, row["start_date"])
        for row in extract.used("s47")
        if row["start_date"] <= day
        and awaits_conference(extract, row)
        and not answers(extract, row, day)
        and not is_closed_by(extract, row, day)
    ]
    if extract.settings.icpc_transfer_in != "exclude":
        waiting += [(row, row["notification_date"]) for row in transfers_waiting(extract, day)]
    return waiting


def transfers_waiting(extract: Extract, day: date) -> list[Row]:
    """Transfers in notified by the day, without a transfer-in of the child held since and by then. Of several rows with
    one notification the last to be held, or in the file, speaks for the transfer."""
    found: dict[tuple[str, date], Row] = {}
    rows = [row for row in extract.used("icpc") if row["transfer_in"] and row["notification_date"] is not None]
    for row in sorted(rows, key=lambda row: (row["icpc_date"] or row["planned_date"] or date.max, row.number)):
        if row["notification_date"] <= day and not is_transferred(extract, row, row["notification_date"], day):
            found[row.child, row["notification_date"]] = row
    return list(found.values())


def is_transferred(extract: Extract, row: Row, since: date | None, day: date) -> bool:
    """The transfer is done: its status says so without a date, it was held by the day (or another row of its notice
    was), whatever the day of the notice, or where it was not held another one of the child was since."""
    if is_told_held(row) and not took_place(row):
        return True
    held = [other for other in extract.used("icpc", row.child) if other["transfer_in"] and took_place(other)]
    if took_place(row):
        held = [other for other in held if other["notification_date"] == row["notification_date"]]
    else:
        held = [other for other in held if since is None or since <= other["icpc_date"]]
    return any(other["icpc_date"] <= day for other in held)


def icpc_pending(extract: Extract, span: Span) -> list[Case]:
    """All that wait for a conference at the end of the last day."""
    return [case_of(row, span.last) for row, _ in waiting_for_conference(extract, span.last)]


def icpc_overdue(extract: Extract, span: Span) -> list[Case]:
    """Of these, those that have waited for more than 15 working days."""
    return [
        case_of(row, span.last)
        for row, start in waiting_for_conference(extract, span.last)
        if extract.wd(start, span.last) > ICPC_WORKING_DAYS
    ]


# ---------------------------------------------------------------------------------------------------------------
# Conferences


def _conference_case(extract: Extract, conference: Conference, is_achieved: bool = True, **more: object) -> Case:
    plan = plan_of(extract, conference)
    category = plan["initial_category"] if plan is not None else None
    return case_of(
        conference.row,
        conference.held,
        is_achieved,
        attributes={"category_of_abuse": category},
        **more,  # type: ignore[arg-type]
    )


def plan_of(extract: Extract, conference: Conference) -> Row | None:
    """The own plan that came of a conference: either names the other, else one that began on that day."""
    row = conference.row
    plans = [plan for plan in extract.used("cp_plan", row.child) if is_own(plan)]
    for plan in plans:
        if row["icpc_id"] == plan["icpc_id"] or (row["cp_plan_id"] and row["cp_plan_id"] == plan["cp_plan_id"]):
            return plan
    began = [plan for plan in plans if is_own(plan) and plan_start(extract, plan) == conference.held]
    return began[0] if began else None


def icpcs(extract: Extract, span: Span) -> list[Case]:
    """Children's conferences held on these days, transfers in among them."""
    return [_conference_case(extract, c) for c in conferences(extract) if c.held in span]


def icpc_timeliness(extract: Extract, span: Span) -> list[Case]:
    """The same; achieved within 15 working days of the clock's start. Without a start it is not achieved."""
    cases = []
    for conference in conferences(extract):
        if conference.held not in span:
            continue
        start = conference_clock(extract, conference)
        if start is None and extract.settings.missing_start == "exclude":
            continue
        is_in_time = (
            start is not None and start <= conference.held and extract.wd(start, conference.held) <= ICPC_WORKING_DAYS
        )
        cases.append(
            _conference_case(extract, conference, is_in_time, is_start_missing=start is None, clock_start=start)
        )
    return cases


def icpcs_leading_to_plan(extract: Extract, span: Span) -> list[Case]:
    """The same; achieved where the outcome is a plan, or, only where no outcome is said, an own plan of the child began
    on that day."""
    cases = []
    for conference in conferences(extract):
        if conference.held not in span:
            continue
        row = conference.row
        leads = row["outcome_cp"]
        if leads is None:
            leads = any(
                is_own(plan) and plan_start(extract, plan) == conference.held
                for plan in extract.used("cp_plan", row.child)
            )
        cases.append(_conference_case(extract, conference, leads))
    return cases


# ---------------------------------------------------------------------------------------------------------------
# Plans


def is_own(plan: Row) -> bool:
    """Neither another authority's nor temporary."""
    return not plan["ola_plan"] and not plan["temporary"]


def dated(extract: Extract, child: str) -> list[Row]:
    """The child's conferences but those set aside that have no day, or were held after the extract: nothing says when
    they were, or are to be, held."""
    return [
        row
        for row in extract.real("icpc", child)
        if row.state == "used"
        or (row["icpc_date"] is not None and not (took_place(row) and row["icpc_date"] > extract.extract_date))
    ]


def transfer_in_of(extract: Extract, plan: Row) -> Row | None:
    """The transfer-in conference by which a plan became ours, held or still to come.

    The one that the plan names; else the child's first conference on or after the plan's own start and up to its end,
    if that is a transfer-in: then no conference of ours stands between. Where that one was put off, adjourned or is
    still planned, the child's next transfer-in that was held takes its place; where its status says that it was held
    without a date, or the plan names none and any other conference was held since, the plan is ours from its own start.
    """
    named = [row for row in dated(extract, plan.child) if plan["icpc_id"] and row["icpc_id"] == plan["icpc_id"]]
    found = named[0] if named and named[0]["transfer_in"] else first_conference_since(extract, plan)
    is_named = bool(named) and found is named[0]
    if found is None or not found["transfer_in"] or (took_place(found) and is_decided(found)):
        return found if found is not None and found["transfer_in"] else None
    since = found["icpc_date"] or found["planned_date"] or found["notification_date"] or plan["start_date"]
    held = [
        row
        for row in dated(extract, plan.child)
        if row["transfer_in"] and took_place(row) and is_decided(row) and (since is None or row["icpc_date"] >= since)
    ]
    if held:
        return min(held, key=lambda row: (row["icpc_date"], row.number))
    if took_place(found):
        return found
    is_overtaken = any(
        took_place(row) and (since or row["icpc_date"]) <= row["icpc_date"] <= (plan["end_date"] or date.max)
        for row in dated(extract, plan.child)
    )
    return None if (is_overtaken and not is_named) or is_told_held(found) else found


def first_conference_since(extract: Extract, plan: Row) -> Row | None:
    """The child's first conference held, or transfer-in still to be held, from the plan's own start up to its end."""

    def when(row: Row) -> date | None:
        if took_place(row):
            held: date | None = row["icpc_date"]
            return None if is_one_with_a_later(row) else held
        return row["planned_date"] or row["icpc_date"] or date.max if row["transfer_in"] else None

    def is_one_with_a_later(row: Row) -> bool:
        """Adjourned, and another one decided on the same enquiry since."""
        enquiry = None if is_decided(row) else enquiry_of(extract, row)
        return enquiry is not None and any(
            took_place(other)
            and (other["icpc_date"], is_decided(other)) > (row["icpc_date"], False)
            and enquiry_of(extract, other) is enquiry
            for other in extract.used("icpc", plan.child)
        )

    since = [
        row
        for row in dated(extract, plan.child)
        if (day := when(row)) is not None
        and plan["start_date"] is not None
        and day >= plan["start_date"]
        and (plan["end_date"] is None or day <= plan["end_date"])
    ]
    return min(since, key=lambda row: (when(row), bool(row["transfer_in"]), row.number), default=None)


def plan_start(extract: Extract, plan: Row) -> date | None:
    """The day from which a plan is ours: its start, or for a transfer-in the day of our conference; None before that
    has been held."""
    key = ("plan_start", plan)
    if key not in extract.remembered:
        conference = transfer_in_of(extract, plan)
        start: date | None = plan["start_date"]
        if conference is not None:
            start = max(start, conference["icpc_date"]) if took_place(conference) and start else None
        extract.remembered[key] = start
    known: date | None = extract.remembered[key]
    return known


def open_plans(extract: Extract, child: str, day: date) -> list[Row]:
    """The child's own plans open at the end of the day, the earliest first."""
    plans = [
        plan for plan in extract.used("cp_plan", child)
        if is_own(plan) and is_open(plan_start(extract, plan), plan["end_date"], day)
    ]  # fmt: skip
    return sorted(plans, key=lambda plan: (plan_start(extract, plan), plan["start_date"], plan["cp_plan_id"]))


def on_plan(extract: Extract, day: date) -> dict[str, list[Row]]:
    """Children with an open plan of ours at the end of the day, under 18 or unborn, alive; with their open plans."""
    key = ("on_plan", day)
    if key not in extract.remembered:
        children = {plan.child for plan in extract.used("cp_plan")}
        plans = {
            child: open_plans(extract, child, day)
            for child in sorted(children)
            if extract.is_a_living_child(child, day)
        }
        extract.remembered[key] = {child: rows for child, rows in plans.items() if rows}
    known: dict[str, list[Row]] = extract.remembered[key]
    return known


def _plan_case(plan: Row, day: date, is_achieved: bool = True, category: str = "latest_category") -> Case:
    return case_of(plan, day, is_achieved, attributes={"category_of_abuse": plan[category]})


def started(extract: Extract, span: Span) -> list[Row]:
    return [plan for plan in extract.used("cp_plan") if is_own(plan) and plan_start(extract, plan) in span]


def ended(extract: Extract, span: Span) -> list[Row]:
    return [
        plan for plan in extract.used("cp_plan")
        if is_own(plan) and plan["end_date"] in span and plan_start(extract, plan) is not None
    ]  # fmt: skip


def plans_started(extract: Extract, span: Span) -> list[Case]:
    """Own plans by the day from which they are ours."""
    return [
        _plan_case(plan, plan_start(extract, plan), category="initial_category")  # type: ignore[arg-type]
        for plan in started(extract, span)
    ]


def plans_ended(extract: Extract, span: Span) -> list[Case]:
    """Own plans by their end; begun and ended on one day counts in both."""
    return [_plan_case(plan, plan["end_date"]) for plan in ended(extract, span)]


def children_on_plan(extract: Extract, span: Span) -> list[Case]:
    """Each child once, at the end of the last day; the earliest open plan speaks for the child."""
    return [_plan_case(plans[0], span.last) for plans in on_plan(extract, span.last).values()]


def is_repeat(extract: Extract, plan: Row) -> bool:
    """The count of previous plans is above nought where it is filled; else the child had a plan, of any authority, that
    began before this one. The plan that was transferred in is the same plan and no earlier one."""
    if plan["number_previous"] is not None:
        return bool(plan["number_previous"] > 0)
    start = plan_start(extract, plan)
    transfer = transfer_in_of(extract, plan)
    moved = min(day for day in (plan["start_date"], start, transfer and transfer["notification_date"]) if day)
    for other in extract.real("cp_plan", plan.child):
        if other is plan or other["start_date"] is None or start is None:
            continue
        began = plan_start(extract, other) if is_own(other) else other["start_date"]
        is_the_transferred = (
            transfer is not None and not is_own(other) and (other["end_date"] is None or other["end_date"] >= moved)
        )
        if began is not None and began < start and not is_the_transferred:
            return True
    return False


def repeat_plans(extract: Extract, span: Span) -> list[Case]:
    """Plans started; achieved (which is bad) where it is not the child's first."""
    return [
        _plan_case(plan, start, is_repeat(extract, plan), "initial_category")
        for plan in started(extract, span)
        if (start := plan_start(extract, plan))
    ]


def plans_over_two_years(extract: Extract, span: Span) -> list[Case]:
    """Children on a plan; achieved where the earliest open plan has lasted for more than 729 days, both end days
    counted, from the plan's own start."""
    cases = []
    for plans in on_plan(extract, span.last).values():
        earliest = min(plans, key=lambda plan: (plan["start_date"], plan["cp_plan_id"]))
        is_long = (span.last - earliest["start_date"]).days + 1 > TWO_YEARS_OF_DAYS
        cases.append(_plan_case(plans[0], span.last, is_long))
    return cases


def plans_ended_over_two_years(extract: Extract, span: Span) -> list[Case]:
    """Plans ended; achieved where they lasted for more than 729 days, both end days counted, from their own start."""
    return [
        _plan_case(plan, plan["end_date"], (plan["end_date"] - plan["start_date"]).days + 1 > TWO_YEARS_OF_DAYS)
        for plan in ended(extract, span)
    ]


# ---------------------------------------------------------------------------------------------------------------
# Reviews and visits


def happened(extract: Extract, table: str, child: str, column: str, day: date) -> list[Row]:
    """The child's reviews or visits by the end of the day that took place: not void, not put off, not only planned."""
    rows = [
        row for row in extract.used(table, child)
        if row[column] <= day and row.status not in ("not held", "planned") and not row["cancelled"]
    ]  # fmt: skip
    return sort_rows(rows, column)


def due_days(first_due: date, reviews: list[date], gaps: list[int]) -> list[tuple[date, date | None]]:
    """Each due day and the review that came next: the first due day, then so many days after each review (the last gap
    goes on for ever)."""
    dues = [first_due]
    for number, review in enumerate(reviews):
        dues.append(review + timedelta(days=gaps[min(number, len(gaps) - 1)]))
    return list(zip(dues, [*reviews, None], strict=True))


def are_reviews_in_time(dues: list[tuple[date, date | None]], day: date) -> bool:
    """Every due day in the twelve months up to the day was met on or before it, and no due day that has passed is
    without a later review. A due day on the day itself must have been met by then."""
    a_year_before = months_before(day, 12)
    for due, review in dues:
        if a_year_before < due <= day and (review is None or review > due):
            return False
        if due <= day and review is None:
            return False
    return True


def plan_review_dues(extract: Extract, child: str, start: date, day: date) -> list[tuple[date, date | None]]:
    """Due 91 days after the start, then 183 days after each review. Reviews on or before the start are none."""
    settings = extract.settings
    reviews = [row["review_date"] for row in happened(extract, "cp_review", child, "review_date", day)]
    reviews = [review for review in reviews if review > start]
    return due_days(start + timedelta(days=settings.review_first_days), reviews, [settings.review_next_days])


def plan_review_timeliness(extract: Extract, span: Span) -> list[Case]:
    """Children on a plan whose earliest open plan began at least 91 days before; achieved where reviews are in time."""
    cases = []
    for child, plans in on_plan(extract, span.last).items():
        start = plan_start(extract, plans[0])
        assert start is not None
        if (span.last - start).days >= extract.settings.review_first_days:
            dues = plan_review_dues(extract, child, start, span.last)
            cases.append(_plan_case(plans[0], span.last, are_reviews_in_time(dues, span.last)))
    return cases


def last_seen(extract: Extract, table: str, child: str, start: date, day: date) -> date:
    """The later of a start and the last visit on which the child was seen."""
    seen = [row["visit_date"] for row in happened(extract, table, child, "visit_date", day) if row["seen"]]
    latest: date = max(start, *seen, start)
    return latest


def plan_visit_timeliness(extract: Extract, span: Span) -> list[Case]:
    """Children on a plan; achieved where no more than ten working days have passed since the later of the plan's start
    and the last visit that saw the child."""
    cases = []
    for child, plans in on_plan(extract, span.last).items():
        start = plan_start(extract, plans[0])
        assert start is not None
        since = last_seen(extract, "cp_visit", child, start, span.last)
        cases.append(_plan_case(plans[0], span.last, extract.wd(since, span.last) <= extract.settings.cp_visit_wd))
    return cases


def measures() -> list[Measure]:
    s47, plan = ("s47",), ("cp_plan", "person")
    icpc = ("icpc", "icpc.icpc_date", "s47")
    return [
        Measure("section_47_enquiries", Kind.COUNT_OF_EVENTS, section_47_enquiries, s47),
        Measure("section_47_rate", Kind.RATE_OF_EVENTS, section_47_enquiries, s47),
        Measure(
            "section_47_leading_to_icpc", Kind.SHARE_OF_EVENTS, section_47_leading_to_icpc, (*icpc, "s47.end_date")
        ),
        Measure("icpc_timeliness", Kind.SHARE_OF_EVENTS, icpc_timeliness, icpc),
        Measure("icpcs", Kind.COUNT_OF_EVENTS, icpcs, icpc[:2]),
        Measure("icpc_rate", Kind.RATE_OF_EVENTS, icpcs, icpc[:2]),
        Measure("icpc_pending", Kind.COUNT_OF_SNAPSHOT, icpc_pending, icpc),
        Measure("icpc_overdue", Kind.COUNT_OF_SNAPSHOT, icpc_overdue, icpc),
        Measure("icpcs_leading_to_plan", Kind.SHARE_OF_EVENTS, icpcs_leading_to_plan, (*icpc[:2], "cp_plan")),
        Measure("plans_started", Kind.COUNT_OF_EVENTS, plans_started, plan[:1]),
        Measure("plans_ended", Kind.COUNT_OF_EVENTS, plans_ended, plan[:1]),
        Measure("children_on_plan", Kind.COUNT_OF_SNAPSHOT, children_on_plan, plan),
        Measure("child_protection_plan_rate", Kind.RATE_OF_SNAPSHOT, children_on_plan, plan),
        Measure("repeat_plans", Kind.SHARE_OF_EVENTS, repeat_plans, plan[:1]),
        Measure("plans_over_two_years", Kind.SHARE_OF_SNAPSHOT, plans_over_two_years, plan),
        Measure("plans_ended_over_two_years", Kind.SHARE_OF_EVENTS, plans_ended_over_two_years, plan[:1]),
        Measure(
            "plan_review_timeliness",
            Kind.SHARE_OF_SNAPSHOT,
            plan_review_timeliness,
            (*plan, "cp_review"),
            run_in_months=18,
        ),
        Measure(
            "plan_visit_timeliness", Kind.SHARE_OF_SNAPSHOT, plan_visit_timeliness, (*plan, "cp_visit"), run_in_months=1
        ),
    ]
