"""Assessments and children in need."""

from __future__ import annotations

from datetime import date

from .days import Span, is_open
from .extract import Extract, Row
from .looked_after import looked_after
from .measure import Case, Kind, Measure, case_of
from .protection import on_plan

ASSESSMENT_WORKING_DAYS = 45
LAST_ID = "\uffff"  # a record that is set aside may have no id


def referral_of(extract: Extract, row: Row) -> Row | None:
    """The child's own referral that a record names; void is none, set aside still says when it was made."""
    return extract.linked(
        "referral", row["referral_id"], row.child, even_set_aside=extract.settings.links_reach_rows_set_aside
    )


def is_first(extract: Extract, row: Row) -> bool:
    """The earliest of the child's assessments of that referral, by start and then by id; drafts, cancelled and other
    void ones are passed over, one that is not yet authorised, or set aside and has a start, is not."""
    of_referral = [
        other for other in extract.real("assessment", row.child)
        if other["referral_id"] == row["referral_id"] and (other.state == "used" or other["start_date"] is not None)
    ]  # fmt: skip
    earliest = min(of_referral, key=lambda o: (o["start_date"] or date.max, o["assessment_id"] or LAST_ID), default=row)
    return earliest is row


def assessment_clock(extract: Extract, row: Row) -> date | None:
    """From the referral for its first assessment; from its own start for a later one, or one without a referral. A
    start before the referral is the referral (census rule 1103)."""
    referral = referral_of(extract, row)
    start: date | None = row["start_date"]
    if extract.settings.sa_clock_start == "assessment_start" or referral is None:
        return start
    referred: date = referral["referral_date"]
    if referred is None:
        return start
    if extract.settings.sa_clock_start == "referral_always" or is_first(extract, row):
        return referred
    return None if start is None else max(start, referred)


def finished(extract: Extract, row: Row) -> date | None:
    """The day on which it was authorised, or, as a setting may say, completed by the worker."""
    day: date | None = row[extract.settings.sa_completion]
    return day


def completed(extract: Extract, span: Span) -> list[Row]:
    """Authorised on these days, not void, not re-opened."""
    return [row for row in extract.used("assessment") if finished(extract, row) in span and row.status != "reopened"]


def assessments_completed(extract: Extract, span: Span) -> list[Case]:
    """One for every assessment authorised."""
    return [case_of(row, day) for row in completed(extract, span) if (day := finished(extract, row))]


def assessment_timeliness(extract: Extract, span: Span) -> list[Case]:
    """The same; achieved within 45 working days of the clock's start. Without a start it is not achieved."""
    cases = []
    for row in completed(extract, span):
        start, done = assessment_clock(extract, row), finished(extract, row)
        assert done is not None
        if start is None and extract.settings.missing_start == "exclude":
            continue
        is_in_time = start is not None and start <= done and extract.wd(start, done) <= ASSESSMENT_WORKING_DAYS
        cases.append(case_of(row, done, is_in_time, is_start_missing=start is None, clock_start=start))
    return cases


def assessment_median_days(extract: Extract, span: Span) -> list[Case]:
    """The same; how many working days each took by that clock. One without a duration is left out."""
    cases = []
    for row in completed(extract, span):
        start, done = assessment_clock(extract, row), finished(extract, row)
        assert done is not None
        if start is not None and start <= done:
            cases.append(case_of(row, done, duration=extract.wd(start, done), clock_start=start))
    return cases


def assessments_no_further_action(extract: Extract, span: Span) -> list[Case]:
    """The same; achieved where the outcome is no further action (nothing said is no)."""
    return [
        case_of(row, day, row["outcome_nfa"] is True)
        for row in completed(extract, span)
        if (day := finished(extract, row))
    ]


def unfinished(extract: Extract, day: date, *, even_without_beginning: bool = False) -> list[Row]:
    """Begun by the day's end (its start, else its referral), not authorised by then, its referral not closed by then. A
    re-opened one is not authorised; one of which no beginning is known has begun at no month end."""
    found = []
    for row in extract.used("assessment"):
        referral = referral_of(extract, row)
        begun = row["start_date"] or (referral["referral_date"] if referral is not None else None)
        done, closed = finished(extract, row), referral["closure_date"] if referral is not None else None
        is_authorised = done is not None and done <= day and row.status != "reopened"
        is_begun = even_without_beginning if begun is None else begun <= day
        if is_begun and not is_authorised and (closed is None or closed > day):
            found.append(row)
    return found


def assessments_open(extract: Extract, span: Span) -> list[Case]:
    """All unfinished at the end of the last day."""
    return [case_of(row, span.last) for row in unfinished(extract, span.last)]


def assessments_overdue(extract: Extract, span: Span) -> list[Case]:
    """Of these, those whose clock has run for more than 45 working days; without a clock none is."""
    return [
        case_of(row, span.last)
        for row in unfinished(extract, span.last)
        if (start := assessment_clock(extract, row)) is not None
        and extract.wd(start, span.last) > ASSESSMENT_WORKING_DAYS
    ]


def in_need(extract: Extract, day: date) -> dict[str, Row]:
    """Children with a referral made by the day and not closed by it, unless no further action was to be taken; of any
    age, also unborn. Of several referrals the latest speaks for the child."""
    found: dict[str, Row] = {}
    for row in sorted(extract.used("referral"), key=lambda row: (row["referral_date"], row["referral_id"])):
        if is_open(row["referral_date"], row["closure_date"], day) and row["referral_nfa"] is not True:
            found[row.child] = row
    return found


def children_in_need(extract: Extract, span: Span) -> list[Case]:
    """Each child once, at the end of the last day."""
    return [
        case_of(row, span.last, attributes={"referral_source": row["referral_source"]})
        for row in in_need(extract, span.last).values()
    ]


def on_cin_plan(extract: Extract, day: date) -> dict[str, Row]:
    """Children with an open child in need plan who are neither on a protection plan nor looked after. Of several plans
    the latest speaks for the child."""
    others = set(on_plan(extract, day)) | set(looked_after(extract, day))
    found: dict[str, Row] = {}
    for row in sorted(extract.used("cin_plan"), key=lambda row: (row["start_date"], row["cin_plan_id"])):
        if is_open(row["start_date"], row["end_date"], day) and row.child not in others:
            found[row.child] = row
    return found


def children_on_cin_plan(extract: Extract, span: Span) -> list[Case]:
    """Each child once, at the end of the last day."""
    return [case_of(row, span.last) for row in on_cin_plan(extract, span.last).values()]


def measures() -> list[Measure]:
    needs = ("assessment", "assessment.authorised_date", "referral")
    in_need_of = ("referral", "referral.closure_date")
    plans = ("cin_plan", "cp_plan", "cla_episode", "person")
    return [
        Measure("assessment_timeliness", Kind.SHARE_OF_EVENTS, assessment_timeliness, needs),
        Measure("assessments_completed", Kind.COUNT_OF_EVENTS, assessments_completed, needs[:2]),
        Measure("assessments_open", Kind.COUNT_OF_SNAPSHOT, assessments_open, needs),
        Measure("assessments_overdue", Kind.COUNT_OF_SNAPSHOT, assessments_overdue, needs),
        Measure("assessment_median_days", Kind.MEDIAN, assessment_median_days, needs),
        Measure(
            "assessments_no_further_action", Kind.SHARE_OF_EVENTS, assessments_no_further_action,
            (*needs[:2], "assessment.outcome_nfa"),
        ),
        Measure("children_in_need", Kind.COUNT_OF_SNAPSHOT, children_in_need, in_need_of),
        Measure("children_in_need_rate", Kind.RATE_OF_SNAPSHOT, children_in_need, in_need_of),
        Measure("children_on_cin_plan", Kind.COUNT_OF_SNAPSHOT, children_on_cin_plan, plans),
    ]  # fmt: skip
