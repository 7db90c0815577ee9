"""Pre-proceedings and family group decision making."""

from __future__ import annotations

from datetime import timedelta

from .days import Span
from .extract import Extract
from .measure import Case, Kind, Measure, case_of

SIXTEEN_WEEKS = timedelta(days=112)


def pre_proceedings_open(extract: Extract, span: Span) -> list[Case]:
    """Children with pre-proceedings begun by the end of the last day and no decision by it; the latest speaks for the
    child."""
    found = {}
    for row in sorted(extract.used("pre_proceedings"), key=lambda row: (row["start_date"], row["pre_proceedings_id"])):
        if row["start_date"] <= span.last and (row["decision_date"] is None or row["decision_date"] > span.last):
            found[row.child] = case_of(row, span.last)
    return list(found.values())


def pre_proceedings_timeliness(extract: Extract, span: Span) -> list[Case]:
    """By the day of decision; achieved within 112 days of the letter. No letter fails, and so does a decision before
    it."""
    cases = []
    for row in extract.used("pre_proceedings"):
        decided, letter = row["decision_date"], row["letter_date"]
        if decided in span:
            is_in_time = letter is not None and letter <= decided <= letter + SIXTEEN_WEEKS
            cases.append(case_of(row, decided, is_in_time, is_start_missing=letter is None, clock_start=letter))
    return cases


def pre_proceedings_to_court(extract: Extract, span: Span) -> list[Case]:
    """By the day of decision; achieved where an application to court was made."""
    return [
        case_of(row, row["decision_date"], row["court_application_date"] is not None)
        for row in extract.used("pre_proceedings")
        if row["decision_date"] in span
    ]


def fgdm_offered(extract: Extract, span: Span) -> list[Case]:
    """Pre-proceedings begun on these days; achieved where family group decision making was offered."""
    return [
        case_of(row, row["start_date"], row["fgdm_offered"] is True)
        for row in extract.used("pre_proceedings")
        if row["start_date"] in span
    ]


def fgdm_held(extract: Extract, span: Span) -> list[Case]:
    """Of these, those that were offered it; achieved where it was held."""
    return [
        case_of(row, row["start_date"], row["fgdm_held"] is True)
        for row in extract.used("pre_proceedings")
        if row["start_date"] in span and row["fgdm_offered"] is True
    ]


def measures() -> list[Measure]:
    table = "pre_proceedings"
    share = Kind.SHARE_OF_EVENTS
    return [
        Measure("pre_proceedings_open", Kind.COUNT_OF_SNAPSHOT, pre_proceedings_open, (table,)),
        Measure("pre_proceedings_timeliness", share, pre_proceedings_timeliness, (table, f"{table}.decision_date")),
        Measure(
            "pre_proceedings_to_court", share, pre_proceedings_to_court, (table, f"{table}.court_application_date")
        ),
        Measure("fgdm_offered", share, fgdm_offered, (table, f"{table}.fgdm_offered")),
        Measure("fgdm_held", share, fgdm_held, (table, f"{table}.fgdm_offered", f"{table}.fgdm_held")),
    ]
