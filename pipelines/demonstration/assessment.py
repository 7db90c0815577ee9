"""Children in need: their assessments, and the plans that follow."""

import numpy as np

from pipelines.demonstration.authorities import Authority
from pipelines.demonstration.cases import ASSESSMENT, CONFERENCE, EARLIER_PLAN, SCREENING, second_assessments
from pipelines.demonstration.columns import (
    LAST_DAY,
    NEVER,
    Numbers,
    OptionalFlags,
    Random,
    Table,
    Texts,
    drawn,
    identifiers,
    known_where,
    linked,
    only,
    rows,
    size_of,
    together,
)
from pipelines.demonstration.front_door import teams
from pipelines.demonstration.quotas import working_days_taken
from pipelines.demonstration.spans import days_between, meets, pairs
from pipelines.demonstration.working_days import working_day_within, working_days_after


def assessment_rows(authority: Authority, plan: Table, children: Table, random: Random) -> Table:
    """Assessments: the first of each case, later ones on an open referral, and drafts and cancelled ones.

    The clock of the first runs from the referral, of a later one or one without a referral from its own start.
    `is_start_idle` marks those whose own start no clock uses.
    """
    child = np.flatnonzero(np.isin(children["kind"], (CONFERENCE, ASSESSMENT)))
    cases = rows(children, child)
    lag = random.choice([0, 0, 0, 1, 1, 2, 3], children["case"].max() + 1)[cases["case"]]
    lag = np.where(cases["referral"] > 0, lag, 0)
    first = {
        "child": child,
        "start": np.minimum(cases["referral_date"] + lag, cases["authorised_date"]),
        "authorised": cases["authorised_date"],
        "status": np.full(len(child), "COMPLETED", dtype=object),
    }
    later = _later_assessments(authority, plan, children, child, random)
    void = child[(random.random(len(child)) < 0.015) & (cases["referral"] > 0)]
    screened = np.flatnonzero((children["kind"] == SCREENING) & (random.random(size_of(children)) < 0.05))
    nowhere = np.concatenate([void, screened])
    begun = children["referral_date"][nowhere]
    # A draft or cancelled record may carry a date of authorisation; it counts for nothing.
    dated = np.where(random.random(len(nowhere)) < 0.3, begun + random.integers(1, 20, len(nowhere)), NEVER)
    dropped = {
        "child": nowhere,
        "start": begun,
        "authorised": np.where(dated <= LAST_DAY, dated, NEVER),
        "status": random.choice(np.array(["DRAFT", "CANCELLED"], dtype=object), len(nowhere)),
    }
    assessments = together(first, later, dropped)
    assessments = rows(assessments, assessments["start"] <= LAST_DAY)
    assessments = rows(assessments, np.argsort(assessments["start"], kind="stable"))
    is_open = (assessments["status"] == "COMPLETED") & ~(assessments["authorised"] <= LAST_DAY)
    assessments["authorised"] = np.where(is_open, NEVER, assessments["authorised"])
    assessments["status"] = np.where(is_open, "STARTED", assessments["status"]).astype(object)
    of_child = assessments["child"]
    assessments["person"] = children["person"][of_child]
    assessments["referral"] = np.where(assessments.pop("is_unlinked"), -1, children["referral"][of_child])
    is_only = np.bincount(of_child, minlength=size_of(children))[of_child] == 1
    assessments["is_start_idle"] = is_only & (assessments["referral"] > 0) & ~is_open
    assessments["number"] = np.arange(size_of(assessments)) + 1
    return assessments


def _later_assessments(authority: Authority, plan: Table, children: Table, assessed: Numbers, random: Random) -> Table:
    """The second assessments of each month, on a case whose first was authorised before they start."""
    late = second_assessments(plan["assessments_late"])
    in_time = second_assessments(plan["assessments"] - plan["assessments_late"])
    index = np.concatenate([np.repeat(np.arange(len(late)), in_time), np.repeat(np.arange(len(late)), late)])
    is_late = np.arange(len(index)) >= in_time.sum()
    authorised = working_day_within(plan["month"][index], random)
    taken = np.maximum(working_days_taken(~is_late, authority, random), 1)
    start = working_days_after(authorised, -taken)
    by_date = assessed[np.argsort(children["authorised_date"][assessed], kind="stable")]
    back = (random.exponential(200, len(start)) + 1).astype(np.int64)
    place = np.searchsorted(children["authorised_date"][by_date], start) - back
    # Cases opened before the history have no referral in it.
    from_before = np.flatnonzero(children["kind"] == EARLIER_PLAN)
    stand_in = random.choice(from_before if len(from_before) else by_date, len(start))
    return {
        "child": np.where(place >= 0, by_date[np.maximum(place, 0)], stand_in),
        "start": start,
        "authorised": authorised,
        "status": np.full(len(start), "COMPLETED", dtype=object),
        "is_unlinked": place < 0,
    }


FACTORS = {"4B,3B": 14, "3B": 14, "16A": 8, "17A,3B": 8, "1B,2B,4B": 7, "15A,4A": 6, "18C": 5, "14A,10A": 4,
           "2B,16A": 5, "6A": 4, "5A": 3, "19C": 2, "11A,24A": 2, "13A,24A,14A": 2, "20": 6, "21": 8}  # fmt: skip


def assessment_table(assessments: Table, children: Table, random: Random) -> Table:
    """The assessment table. `_start_is_idle` marks the rows whose own start no clock uses."""
    number = size_of(assessments)
    start, authorised = assessments["start"], assessments["authorised"]
    is_done = assessments["status"] == "COMPLETED"
    finished = np.maximum(authorised - random.integers(0, 4, number), start)
    # Some wait for the manager: finished, and not authorised.
    waiting = (assessments["status"] == "STARTED") & (start < LAST_DAY - 30) & (random.random(number) < 0.2)
    finished = np.where(is_done, finished, np.where(waiting, LAST_DAY - random.integers(0, 9, number), NEVER))
    team, worker = teams(children["case"][assessments["child"]], "Assessment", random)
    return {
        "assessment_id": identifiers("A", assessments["number"]),
        "person_id": identifiers("P", assessments["person"] + 1),
        "referral_id": identifiers("R", assessments["referral"]),
        "assessment_type": np.full(number, "Single Assessment", dtype=object),
        "start_date": start,
        "internal_review_date": start + 14,
        "authorised_date": authorised,
        "completed_date": finished,
        "child_seen": known_where(is_done, drawn({"Yes": 95, "No": 5}, number, random) == "Yes"),
        "outcome_nfa": known_where(is_done, drawn({"No": 60, "Yes": 40}, number, random) == "Yes"),
        "factors": only(is_done, drawn(FACTORS, number, random)),
        "status": assessments["status"],
        "team": team,
        "worker": worker,
        "_start_is_idle": only(assessments["is_start_idle"], np.full(number, "Y", dtype=object)),
    }


def need_plan_rows(
    children: Table,
    referrals: Table,
    assessments: Table,
    outcome_nfa: OptionalFlags,
    plans: Table,
    care: Table,
    random: Random,
) -> Table:
    """Plans for children in need: after an assessment that saw a need, until the case closes or the child becomes
    looked after; and after a child protection plan. None runs beside a child protection plan.

    `child` is the row of `children`.
    """
    closure = np.full(int(referrals["number"].max()) + 1, NEVER)
    kept = ~referrals["is_cancelled"]
    closure[referrals["number"][kept]] = referrals["closure_date"][kept]
    is_first = (assessments["status"] == "COMPLETED") & (assessments["referral"] > 0) & (outcome_nfa == 0)
    with_need = np.zeros(size_of(children), dtype=bool)
    with_need[assessments["child"][is_first]] = True
    assessed = np.flatnonzero(with_need & (children["kind"] == ASSESSMENT) & (children["authorised_date"] <= LAST_DAY))
    lag = days_between(0, 10, int(children["case"].max()) + 1, random)
    own = plans["is_ours"] & (plans["child"] >= 0) & ~np.isnat(plans["end"]) & ~plans["is_outgrown"]
    stepped_down = plans["child"][own][children["referral"][plans["child"][own]] > 0]
    child = np.concatenate([assessed, stepped_down])
    start = np.concatenate(
        [children["authorised_date"][assessed] + lag[children["case"][assessed]], children["plan_end"][stepped_down]]
    )
    end = closure[children["referral"][child]]
    person = children["person"][child]
    ours = rows(care, care["is_ours"] & ~care["is_short_break"])
    mine, theirs = pairs(person, ours["person"])
    entering = (ours["entered"][theirs] > start[mine]) & ~(ours["entered"][theirs] >= end[mine])
    end[mine[entering]] = ours["entered"][theirs[entering]]
    is_plan = ~(end <= start) & (start <= LAST_DAY)
    is_plan &= ~meets(person, start, end, (plans["person"], plans["start"], plans["end"]))
    is_plan &= ~meets(person, start, end, (ours["person"], ours["entered"], ours["left"]))
    rows_of_plans = {"child": child, "person": person, "start": start, "end": end}
    made = rows(rows_of_plans, is_plan)
    made = rows(made, np.lexsort((made["person"], made["start"])))
    made["cin_plan_id"] = identifiers("NP", np.arange(size_of(made)) + 1)
    return made


def need_plan_table(made: Table, children: Table, worker: Texts, team: Texts, random: Random) -> Table:
    """The table of plans for children in need. A few drafts came to nothing."""
    is_open = np.isnat(made["end"])
    is_draft = random.random(size_of(made)) < 0.006
    status = np.where(is_draft, "DRAFT", np.where(is_open, "OPEN", "CLOSED")).astype(object)
    return {
        "cin_plan_id": made["cin_plan_id"],
        "person_id": identifiers("P", made["person"] + 1),
        "referral_id": identifiers("R", linked(made, children, "referral")),
        "start_date": made["start"],
        "end_date": made["end"],
        "status": status,
        "team": team,
        "worker": worker,
    }
