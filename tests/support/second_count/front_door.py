"""Front door: contacts, the MASH, referrals."""

from __future__ import annotations

from datetime import date

from .days import Span, add_months
from .extract import Extract, Row
from .measure import Case, Kind, Measure, case_of

MASH_WORKING_DAYS = 1


def _contact_case(row: Row, is_achieved: bool = True) -> Case:
    return case_of(row, _day(row, "received_at"), is_achieved, attributes={"referral_source": row["source"]})


def _day(row: Row, column: str) -> date:
    day = row.day(column)
    assert day is not None
    return day


def contacts(extract: Extract, span: Span) -> list[Case]:
    """Every contact that is a record, by the day it was received; siblings have a row each."""
    return [_contact_case(row) for row in extract.used("contact") if row.day("received_at") in span]


def contacts_becoming_referrals(extract: Extract, span: Span) -> list[Case]:
    """The same contacts; achieved where the outcome is a new referral. No outcome stays in and is not achieved."""
    return [
        _contact_case(row, row["outcome"] == "NEW_REFERRAL")
        for row in extract.used("contact")
        if row.day("received_at") in span
    ]


def mash_items(extract: Extract) -> list[Row]:
    """What the MASH screens: referrals, or with `mash_unit = contact` contacts marked for it (or not marked at all)
    that are not on a case already open."""
    if extract.settings.mash_unit == "contact":
        return [
            row
            for row in extract.used("contact")
            if row["mash_flag"] is not False and row["outcome"] != "EXISTING_REFERRAL"
        ]
    return list(extract.used("referral"))


def _source(row: Row) -> dict[str, str | None]:
    return {"referral_source": row["source" if row.table == "contact" else "referral_source"]}


def mash_clock(row: Row) -> date | None:
    """Received, else recorded."""
    return row.day("received_at") or row.day("recorded_at")


def mash_timeliness(extract: Extract, span: Span) -> list[Case]:
    """What the MASH decided on these days; achieved within one working day of the clock's start. A re-opened record is
    not decided. Without a start, or decided before it, it is not achieved."""
    cases = []
    for row in mash_items(extract):
        done = row.day("mash_completed_at")
        if done is None or done not in span or row.status == "reopened":
            continue
        start = mash_clock(row)
        if start is None and extract.settings.missing_start == "exclude":
            continue
        is_in_time = start is not None and start <= done and extract.wd(start, done) <= MASH_WORKING_DAYS
        cases.append(
            case_of(row, done, is_in_time, attributes=_source(row), is_start_missing=start is None, clock_start=start)
        )
    return cases


def mash_begun(row: Row) -> date | None:
    """When the wait began: received, else recorded, else the day of the referral."""
    return mash_clock(row) or row.day("referral_date")


def mash_waiting(extract: Extract, day: date, *, even_without_beginning: bool = False) -> list[Row]:
    """Begun by the day's end, not decided and not closed by then. A re-opened record is undecided."""
    waiting = []
    for row in mash_items(extract):
        begun, done, closed = mash_begun(row), row.day("mash_completed_at"), row.day("closure_date")
        is_decided = done is not None and done <= day and row.status != "reopened"
        is_closed = closed is not None and closed <= day
        if row.table == "contact":  # it has no closure: an outcome without a time of decision ends the wait
            is_closed = row["outcome"] is not None and done is None and row.status != "reopened"
        has_begun = even_without_beginning if begun is None else begun <= day
        if has_begun and not is_decided and not is_closed:
            waiting.append(row)
    return waiting


def mash_pending(extract: Extract, span: Span) -> list[Case]:
    """All that wait at the end of the last day."""
    return [case_of(row, span.last, attributes=_source(row)) for row in mash_waiting(extract, span.last)]


def mash_overdue(extract: Extract, span: Span) -> list[Case]:
    """Of these, those that have waited for more than one working day."""
    return [
        case_of(row, span.last, attributes=_source(row))
        for row in mash_waiting(extract, span.last)
        if (begun := mash_begun(row)) is not None and extract.wd(begun, span.last) > MASH_WORKING_DAYS
    ]


def referrals(extract: Extract, span: Span) -> list[Case]:
    """Every referral that is a record, by its date: also a second of the day, also on a case still open."""
    return [
        case_of(row, row["referral_date"], attributes=_source(row))
        for row in extract.used("referral")
        if row["referral_date"] in span
    ]


def referrals_no_further_action(extract: Extract, span: Span) -> list[Case]:
    """The same referrals; achieved where no further action is said to be taken (nothing said is no)."""
    return [
        case_of(row, row["referral_date"], row["referral_nfa"] is True, attributes=_source(row))
        for row in extract.used("referral")
        if row["referral_date"] in span
    ]


def is_re_referral(extract: Extract, row: Row) -> bool:
    """Another referral of the child, whatever became of it, is dated after the same day of the year before (in a common
    year 28 February for the 29th) and before this one. With `closure_to_referral` its closure is."""
    day = row["referral_date"]
    a_year_before = add_months(day, -12)
    column = "closure_date" if extract.settings.reref_basis == "closure_to_referral" else "referral_date"
    return any(
        other is not row and other[column] is not None and a_year_before < other[column] < day
        for other in extract.real("referral", row.child)
    )


def re_referrals(extract: Extract, span: Span) -> list[Case]:
    """The same referrals; achieved (which is bad) where the child was referred within the twelve months before. With
    `reref_count = children` a child counts once a month, and is achieved where any referral of the month is."""
    cases = [
        case_of(row, row["referral_date"], is_re_referral(extract, row), attributes=_source(row))
        for row in extract.used("referral")
        if row["referral_date"] in span
    ]
    if extract.settings.reref_count == "children":
        by_month = {
            (case.person, case.day.year, case.day.month): case
            for case in sorted(cases, key=lambda case: (case.numerator, case.day, case.record))
        }
        return list(by_month.values())
    return cases


def measures() -> list[Measure]:
    referral, contact = ("referral",), ("contact",)
    decided = ("referral", "referral.mash_completed_at")
    return [
        Measure("contacts", Kind.COUNT_OF_EVENTS, contacts, contact),
        Measure(
            "contacts_becoming_referrals",
            Kind.SHARE_OF_EVENTS,
            contacts_becoming_referrals,
            (*contact, "contact.outcome"),
        ),
        Measure("mash_timeliness", Kind.SHARE_OF_EVENTS, mash_timeliness, decided),
        Measure("mash_pending", Kind.COUNT_OF_SNAPSHOT, mash_pending, decided),
        Measure("mash_overdue", Kind.COUNT_OF_SNAPSHOT, mash_overdue, decided),
        Measure("referrals", Kind.COUNT_OF_EVENTS, referrals, referral),
        Measure("referral_rate", Kind.RATE_OF_EVENTS, referrals, referral),
        Measure("referrals_no_further_action", Kind.SHARE_OF_EVENTS, referrals_no_further_action, referral),
        Measure("re_referrals", Kind.SHARE_OF_EVENTS, re_referrals, referral, run_in_months=12),
    ]
