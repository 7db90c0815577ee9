"""Workers and their cases; what counts of a worker is asked at the end of the day."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date

from .assessment import in_need
from .days import ONE_DAY, Span, is_open, months_before
from .extract import Extract, Row
from .looked_after import looked_after
from .measure import Case, Kind, Measure, case_of
from .protection import on_plan

NOBODY = ("duty", "unallocated", "inbox", "team", "no worker")


def is_a_person(row: Row) -> bool:
    """A worker, and not a duty desk or a team's inbox."""
    return not is_nobody(row["worker_id"], row["worker_name"])


def is_nobody(*names_given: str | None) -> bool:
    """One of the names is that of a duty desk or a team's inbox."""
    names = [re.sub(r"[^a-z]+", " ", (name or "").casefold()).strip() for name in names_given]
    return any(name == word or name.startswith(word + " ") for name in names for word in NOBODY)


def primary_allocations(extract: Extract, child: str | None = None) -> list[Row]:
    """Allocations that are primary (nothing said is primary) to a person."""
    return [row for row in extract.used("allocation", child) if row["is_primary"] is not False and is_a_person(row)]


def employed(extract: Extract, day: date) -> dict[str, Row]:
    """Workers employed at the end of the day: begun, or no beginning said, and not gone by then."""
    return {
        row["worker_id"]: row
        for row in extract.used("worker")
        if (row["start_date"] is None or row["start_date"] <= day)
        and (row["end_date"] is None or row["end_date"] > day)
    }


def case_holders(extract: Extract, day: date) -> dict[str, set[str]]:
    """Workers employed then with FTE above nought, and the children of whom they hold the primary allocation."""
    staff = employed(extract, day)
    held: dict[str, set[str]] = defaultdict(set)
    for row in primary_allocations(extract):
        worker = staff.get(row["worker_id"])
        if worker is not None and (worker["fte"] or 0) > 0 and is_open(row["start_date"], row["end_date"], day):
            held[row["worker_id"]].add(row.child)
    return held


def _worker_case(extract: Extract, worker_id: str, day: date, numerator: float, denominator: float) -> Case:
    """A case of a worker: the team is that of the worker's latest allocation begun by the day that names one."""
    latest = [
        row
        for row in extract.used("allocation")
        if row["team"] and row["worker_id"] == worker_id and row["start_date"] <= day
    ]
    last = max(latest, key=lambda row: (row["start_date"], row.number), default=None)
    team = last["team"] if last is not None else None
    return Case(worker_id, worker_id, day, numerator, denominator, attributes={"team": team})


def average_caseload(extract: Extract, span: Span) -> list[Case]:
    """Children per full-time equivalent of the workers who hold them."""
    staff = employed(extract, span.last)
    return [
        _worker_case(extract, worker, span.last, len(children), staff[worker]["fte"])
        for worker, children in sorted(case_holders(extract, span.last).items())
    ]


def high_caseloads(extract: Extract, span: Span) -> list[Case]:
    """These workers by head; achieved (which is bad) with more than 20 children."""
    return [
        _worker_case(extract, worker, span.last, float(len(children) > extract.settings.caseload_limit), 1)
        for worker, children in sorted(case_holders(extract, span.last).items())
    ]


def agency_workers(extract: Extract, span: Span) -> list[Case]:
    """The full-time equivalents of all workers employed; of them those from agencies."""
    return [
        _worker_case(extract, worker, span.last, (row["fte"] or 0) * (row["agency"] is True), row["fte"] or 0)
        for worker, row in sorted(employed(extract, span.last).items())
        if row["fte"]
    ]


def social_worker_changes(extract: Extract, span: Span) -> list[Case]:
    """Children looked after; achieved (which is bad) with three or more different workers in primary allocations open
    on any day of the twelve months, before care too."""
    first = months_before(span.last, 12) + ONE_DAY
    cases = []
    for child, found in looked_after(extract, span.last).items():
        workers = set()
        for row in primary_allocations(extract, child):
            begun = max(row["start_date"], first)
            if begun <= span.last and is_open(row["start_date"], row["end_date"], begun):
                workers.add(row["worker_id"])
        row = found.episode.row
        attributes = {"legal_status": row["legal_status"], "placement_type": row["placement_type"]}
        cases.append(case_of(row, span.last, len(workers) >= 3, attributes=attributes))
    return cases


def unallocated_cases(extract: Extract, span: Span) -> list[Case]:
    """Children in need, on a plan or looked after without an open primary allocation to a person; where no allocations
    are sent, without a person as the worker of an open referral."""
    children: dict[str, Row] = {child: found.episode.row for child, found in looked_after(extract, span.last).items()}
    children |= {child: plans[0] for child, plans in on_plan(extract, span.last).items()}
    children |= in_need(extract, span.last)
    return [
        case_of(row, span.last)
        for child, row in sorted(children.items())
        if not has_a_worker(extract, child, span.last)
    ]


def has_a_worker(extract: Extract, child: str, day: date) -> bool:
    if "allocation" in extract.rows:
        held = primary_allocations(extract, child)
        return any(is_open(row["start_date"], row["end_date"], day) for row in held)
    return any(
        row["worker"] is not None
        and not is_nobody(row["worker"])
        and (row["closure_date"] is None or row["closure_date"] > day)
        for row in extract.used("referral", child)
    )


def measures() -> list[Measure]:
    holders = ("allocation", "worker")
    share = Kind.SHARE_OF_SNAPSHOT
    open_cases = ("allocation|referral.worker", "referral", "cp_plan", "cla_episode", "person")
    return [
        Measure("average_caseload", Kind.AVERAGE_OF_SNAPSHOT, average_caseload, holders),
        Measure("high_caseloads", share, high_caseloads, holders),
        Measure("agency_workers", share, agency_workers, ("worker", "worker.agency")),
        Measure(
            "social_worker_changes",
            share,
            social_worker_changes,
            ("cla_episode", "person", "allocation"),
            run_in_months=12,
        ),
        Measure("unallocated_cases", Kind.COUNT_OF_SNAPSHOT, unallocated_cases, open_cases),
    ]
