"""The front door: referrals and their screening."""

from typing import Any

import numpy as np
import numpy.typing as npt

from pipelines.demonstration.cases import NEEDS, SCREENING
from pipelines.demonstration.columns import (
    EXTRACT_DATE,
    LAST_DAY,
    NEVER,
    NO_MOMENT,
    Numbers,
    Random,
    Table,
    Texts,
    drawn,
    identifiers,
    moment,
    only,
    rows,
    size_of,
    together,
)
from pipelines.demonstration.quotas import within_quota
from pipelines.demonstration.working_days import working_days_after


def referral_rows(
    plan: Table,
    children: Table,
    assessments: Table,
    enquiries: Table,
    plans: Table,
    care: Table,
    random: Random,
) -> Table:
    """Referrals of the history with their screening, their closure after the last thing that happened on them, and a
    few that were cancelled."""
    activity = children["referral_date"] + 1
    for table, end in ((assessments, "authorised"), (enquiries, "end"), (plans, "end"), (care, "left")):
        counted = table["child"] >= 0
        if table is assessments:
            counted &= np.isin(assessments["status"], ("COMPLETED", "STARTED"))
        finish = np.where(np.isnat(table[end]), EXTRACT_DATE + 99, table[end])
        np.maximum.at(activity, table["child"][counted], finish[counted])
    conference = children["conference_date"]
    activity = np.where(conference > activity, conference, activity)
    child = np.flatnonzero(children["referral"] > 0)
    own = rows(children, child)
    is_screened = own["kind"] == SCREENING
    wait = random.integers(0, np.where(is_screened, 6, 60))
    closed = activity[child] + wait
    referrals = {
        "number": own["referral"],
        "person": own["person"],
        "case": own["case"],
        "referral_date": own["referral_date"],
        "closure_date": np.where(closed <= LAST_DAY, closed, NEVER),
        "is_nfa": is_screened & (random.random(len(child)) < 0.8),
        "is_screened": is_screened,
    }
    referrals |= screening_times(referrals, plan, random)
    decided = referrals["mash_completed_at"].astype("datetime64[D]")
    referrals["closure_date"] = np.where(np.isnat(decided), NEVER, np.maximum(referrals["closure_date"], decided))
    few = np.flatnonzero(random.random(len(child)) < 0.005)
    again = rows(referrals, few[is_screened[few] & (referrals["referral_date"][few] < LAST_DAY - 60)])
    moved = random.integers(8, 40, size_of(again))
    for name in ("referral_date", "received_at", "recorded_at", "mash_completed_at"):
        again[name] = again[name] + moved.astype("timedelta64[D]")
    again["closure_date"] = np.full(size_of(again), NEVER)
    again["number"] = referrals["number"].max() + 1 + np.arange(size_of(again))
    again["is_cancelled"] = np.ones(size_of(again), dtype=bool)
    both = together(referrals, again)
    return rows(both, np.lexsort((both["number"], both["referral_date"])))


def screening_times(referrals: Table, plan: Table, random: Random) -> Table:
    """When each referral was received, recorded and decided on, to the minute.

    A month of decisions has its quota of late ones; the others are made within one working day.
    """
    day, case = referrals["referral_date"], referrals["case"]
    number, cases = len(day), int(case.max()) + 1

    def for_household(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return values[case]

    in_hours = for_household(random.random(cases) < 0.85)
    received = np.where(
        in_hours,
        for_household(random.integers(8 * 60, 18 * 60, cases)),
        for_household(random.integers(0, 24 * 60, cases)),
    )
    recorded = np.minimum(received + for_household(random.integers(0, 120, cases)), 24 * 60 - 1)
    slow = working_days_after(day, for_household(1 + random.geometric(0.45, cases)))
    index = (slow.astype("datetime64[M]") - plan["month"][0]).astype(np.int64)
    is_late = within_quota(index, plan["mash_late"], for_household(random.random(cases)) + np.arange(number) * 1e-12)
    is_working = working_days_after(day, 0) == day
    at_once = is_working & (received < 16 * 60) & for_household(random.random(cases) < 0.6)
    decided_on = np.where(is_late, slow, np.where(at_once, day, working_days_after(day, 1)))
    minute = np.where(
        ~is_late & at_once,
        recorded + for_household(random.integers(20, 300, cases)),
        for_household(random.integers(8 * 60 + 30, 17 * 60 + 30, cases)),
    )
    # Without a time of receipt the time of recording stands in for it; without either a decision is late.
    chance = random.random(number)
    no_receipt = np.where(is_late, chance < 0.08, chance < 0.02)
    no_record = is_late & (chance < 0.04)
    is_decided = (decided_on <= LAST_DAY) & ~((day > LAST_DAY - 40) & (chance > 0.99))
    return {
        "received_at": np.where(no_receipt, NO_MOMENT, moment(day, received)),
        "recorded_at": np.where(no_record, NO_MOMENT, moment(day, recorded)),
        "mash_completed_at": np.where(is_decided, moment(decided_on, minute), NO_MOMENT),
    }


SOURCES = {"6": 30, "2A": 19, "1A": 7, "3A": 3, "3B": 4, "3C": 2, "3D": 5, "3E": 6, "3F": 2, "4": 2, "5A": 3, "5B": 5,
           "5C": 2, "5D": 3, "1B": 2, "1C": 1, "1D": 1, "2B": 2, "7": 4, "8": 5, "9": 3, "10": 1}  # fmt: skip


def teams(groups: Numbers, kind: str, random: Random) -> tuple[Texts, Texts]:
    """Team and worker, the same throughout a household."""
    number = int(groups.max(initial=0)) + 1
    team = np.array([f"{kind} Team {place}" for place in range(1, 6)], dtype=object)[random.integers(0, 5, number)]
    worker = np.array([*(f"W{place:04d}" for place in range(1, 150)), "Duty"], dtype=object)
    return team[groups], worker[random.integers(0, 150, number)][groups]


def referral_table(referrals: Table, random: Random) -> Table:
    """The referral table; siblings share source, need, contact, team and worker."""
    number, case = size_of(referrals), referrals["case"]
    cases = int(case.max()) + 1
    is_closed = ~np.isnat(referrals["closure_date"])
    after_assessment = {"RC7": 45, "RC8": 38, "RC9": 10, "RC5": 3, "RC3": 2, "RC4": 1, "RC1": 1}
    reason = np.where(referrals["is_screened"], "RC7", drawn(after_assessment, number, random))
    team, worker = teams(case, "Assessment", random)
    status = np.where(referrals["is_cancelled"], "CANCELLED", np.where(is_closed, "CLOSED", "OPEN"))
    return {
        "referral_id": identifiers("R", referrals["number"]),
        "person_id": identifiers("P", referrals["person"] + 1),
        "referral_date": referrals["referral_date"],
        "received_at": referrals["received_at"],
        "recorded_at": referrals["recorded_at"],
        "mash_completed_at": referrals["mash_completed_at"],
        "referral_source": drawn(SOURCES, cases, random)[case],
        "primary_need": only(~referrals["is_nfa"], drawn(NEEDS, cases, random)[case]),
        "referral_nfa": referrals["is_nfa"],
        "closure_date": referrals["closure_date"],
        "closure_reason": only(is_closed, reason),
        "contact_id": identifiers("C", case + 1),
        "status": status.astype(object),
        "team": team,
        "worker": worker,
    }
