"""What is due: every open item with a clock, on the extract date."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from .assessment import ASSESSMENT_WORKING_DAYS, assessment_clock, on_cin_plan, unfinished
from .days import add_months, due_date, months_before
from .extract import Extract, Row
from .front_door import MASH_WORKING_DAYS, mash_begun, mash_waiting
from .looked_after import health_events, looked_after, review_dues, visit_due
from .protection import (
    ICPC_WORKING_DAYS,
    answers,
    awaits_conference,
    is_closed_by,
    is_transferred,
    last_seen,
    on_plan,
    plan_review_dues,
    plan_start,
    took_place,
    waiting_for_conference,
)  # fmt: skip

PATHWAY_REVIEW_DAYS = 183
INTERVIEW_DAYS = 3


class Pending(NamedTuple):
    clock_start: date | None
    due_date: date | None
    is_overdue: bool


Items = dict[tuple[str, str, str], Pending]


def open_items(extract: Extract) -> Items:
    """By clock, child and record. Overdue is what is due before the extract date and not done by its end."""
    found: Items = {}
    for clock in (
        mash, assessments, conferences, section_47_enquiries, plan_reviews, looked_after_reviews, plan_visits,
        cin_visits, looked_after_visits, health, return_interviews, pathway_plans,
    ):  # fmt: skip
        found |= clock(extract)
    return found


def _item(extract: Extract, clock: str, row: Row, start: date | None, due: date | None) -> Items:
    is_overdue = due is not None and due < extract.extract_date
    return {(clock, row.child, row.record): Pending(start, due, is_overdue)}


def _in_working_days(extract: Extract, clock: str, row: Row, start: date | None, number: int) -> Items:
    """Overdue where more working days than that have passed: not on a day off after the due date."""
    closed = extract.settings.local_extra_non_working_days
    due = due_date(start, number, closed) if start is not None else None
    is_overdue = start is not None and extract.wd(start, extract.extract_date) > number
    return {(clock, row.child, row.record): Pending(start, due, is_overdue)}


def mash(extract: Extract) -> Items:
    """What waits for the MASH: one working day; without a beginning there is no due date."""
    found: Items = {}
    for row in mash_waiting(extract, extract.extract_date, even_without_beginning=True):
        found |= _in_working_days(extract, "mash_timeliness", row, mash_begun(row), MASH_WORKING_DAYS)
    return found


def assessments(extract: Extract) -> Items:
    """Unfinished assessments: 45 working days by their clock."""
    found: Items = {}
    for row in unfinished(extract, extract.extract_date, even_without_beginning=True):
        start = assessment_clock(extract, row)
        found |= _in_working_days(extract, "assessment_timeliness", row, start, ASSESSMENT_WORKING_DAYS)
    return found


def conferences(extract: Extract) -> Items:
    """Enquiries and transfers in that wait for a conference: 15 working days."""
    found: Items = {}
    for row, start in waiting_for_conference(extract, extract.extract_date):
        found |= _in_working_days(extract, "icpc_timeliness", row, start, ICPC_WORKING_DAYS)
    for row in extract.used("icpc"):
        since = row["icpc_date"] or row["planned_date"]
        is_done = is_transferred(extract, row, since, extract.extract_date)
        is_left_out = extract.settings.icpc_transfer_in == "exclude" or row["notification_date"] is not None
        if row["transfer_in"] and not is_left_out and not took_place(row) and not is_done:
            found |= _item(extract, "icpc_timeliness", row, None, None)
    return found


def section_47_enquiries(extract: Extract) -> Items:
    """Enquiries without end, outcome or conference, not marked unnecessary, that await no conference yet; on a referral
    that is not closed: 15 working days from the start."""
    found: Items = {}
    today = extract.extract_date
    for row in extract.used("s47"):
        is_unfinished = row["end_date"] is None and row["outcome"] is None and row["icpc_not_required"] is not True
        is_done = answers(extract, row, today) or awaits_conference(extract, row) or is_closed_by(extract, row, today)
        if is_unfinished and not is_done:
            found |= _in_working_days(extract, "section_47_enquiry", row, row["start_date"], ICPC_WORKING_DAYS)
    return found


def plan_reviews(extract: Extract) -> Items:
    """Children on a plan: the due day after the last review."""
    found: Items = {}
    for child, plans in on_plan(extract, extract.extract_date).items():
        start = plan_start(extract, plans[0])
        assert start is not None
        dues = plan_review_dues(extract, child, start, extract.extract_date)
        begun = _begun(start, dues)
        found |= _item(extract, "plan_review_timeliness", plans[0], begun, dues[-1][0])
    return found


def _begun(start: date, dues: list[tuple[date, date | None]]) -> date:
    """The last review, or the start where there was none."""
    return dues[-2][1] or start if len(dues) > 1 else start


def looked_after_reviews(extract: Extract) -> Items:
    """Children looked after: the due day after the last review of this period of care."""
    found: Items = {}
    for child, care in looked_after(extract, extract.extract_date).items():
        dues = review_dues(extract, child, care.period.start, extract.extract_date)
        begun = _begun(care.period.start, dues)
        found |= _item(extract, "looked_after_review_timeliness", care.episode.row, begun, dues[-1][0])
    return found


def plan_visits(extract: Extract) -> Items:
    """Children on a plan: ten working days from the later of plan start and last visit that saw the child."""
    found: Items = {}
    for child, plans in on_plan(extract, extract.extract_date).items():
        start = plan_start(extract, plans[0])
        assert start is not None
        since = last_seen(extract, "cp_visit", child, start, extract.extract_date)
        found |= _in_working_days(extract, "plan_visit_timeliness", plans[0], since, extract.settings.cp_visit_wd)
    return found


def cin_visits(extract: Extract) -> Items:
    """Children on a child in need plan alone: 20 working days from the later of plan start and last such visit."""
    found: Items = {}
    for child, row in on_cin_plan(extract, extract.extract_date).items():
        since = last_seen(extract, "cin_visit", child, row["start_date"], extract.extract_date)
        found |= _in_working_days(extract, "cin_visit", row, since, extract.settings.cin_visit_wd)
    return found


def looked_after_visits(extract: Extract) -> Items:
    """Children looked after: 42 or 91 days from the later of placement start and last visit."""
    found: Items = {}
    for care in looked_after(extract, extract.extract_date).values():
        since, due = visit_due(extract, care, extract.extract_date)
        found |= _item(extract, "looked_after_visit_timeliness", care.episode.row, since, due)
    return found


def health(extract: Extract) -> Items:
    """Children looked after: an assessment twelve months (under five: six) and a dental check twelve months after the
    last completed one. Without one in this period of care, the first assessment is due on working day 20 of it, and the
    first check after twelve months."""
    found: Items = {}
    for child, care in looked_after(extract, extract.extract_date).items():
        for clock, kind in (("health_assessments", "HEALTH_ASSESSMENT"), ("dental_checks", "DENTAL_CHECK")):
            events = health_events(extract, child, kind, extract.extract_date)
            done = [row["event_date"] for row in events if row["status"] == "COMPLETED"]
            since = max([care.period.start, *done])
            is_first = kind == "HEALTH_ASSESSMENT" and not any(day >= care.period.start for day in done)
            is_under_five = extract.has_reached(child, 5, extract.extract_date) is False
            months = 6 if is_under_five and kind == "HEALTH_ASSESSMENT" else 12
            closed = extract.settings.local_extra_non_working_days
            due = due_date(since, 20, closed) if is_first else add_months(since, months)
            found |= _item(extract, clock, care.episode.row, since, due)
    return found


def return_interviews(extract: Extract) -> Items:
    """Children back within the last twelve months without an interview that they have not declined: three days from the
    return."""
    found: Items = {}
    for row in extract.used("missing"):
        back = row.day("end_at")
        if back is None or back <= months_before(extract.extract_date, 12):
            continue
        if row["type"] == "M" and row["rhi_at"] is None and row["rhi_accepted"] is not False:
            due = back + timedelta(days=INTERVIEW_DAYS)
            found |= _item(extract, "return_interview_timeliness", row, back, due)
    return found


def pathway_plans(extract: Extract) -> Items:
    """Care leavers who are alive and have not returned to their parents: 183 days from the last review of the pathway
    plan; without one no day is due."""
    found: Items = {}
    for row in extract.used("care_leaver"):
        if row["in_touch"] not in ("DIED", "RHOM") and extract.died(row.child) is None:
            last = row["pathway_review_date"]
            due = last + timedelta(days=PATHWAY_REVIEW_DAYS) if last is not None else None
            found |= _item(extract, "pathway_plan_review", row, last, due)
    return found
