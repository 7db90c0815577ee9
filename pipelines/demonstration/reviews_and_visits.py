"""Reviews and visits: of plans, of children in need and of children looked after.

Siblings are reviewed and visited together as long as their plans run. Most are in time; a late one is followed by the
next as if nothing had been amiss.
"""

from collections.abc import Callable

import numpy as np

from pipelines.demonstration.columns import (
    EXTRACT_DATE,
    NEVER,
    Dates,
    Numbers,
    Random,
    Table,
    drawn,
    identifiers,
    known_where,
    rows,
    size_of,
    together,
)
from pipelines.demonstration.spans import days_between, pairs, repeated_within
from pipelines.demonstration.working_days import working_days_after

PLAN_REVIEWS = (91, 183)  # days to the first review, and from one to the next
CARE_REVIEWS = (26, 91, 183)  # the first is due within 20 working days, which are 26 days at least
PARTICIPATION = {"PN1": 42, "PN2": 8, "PN3": 6, "PN4": 10, "PN5": 14, "PN6": 8, "PN7": 12}
PLACED_FOR_LONG = ("U1", "U4")  # visited every three months after a year
CALLED_OFF = {"CANCELLED": 60, "POSTPONED": 40}


def plan_review_table(plans: Table, household: Numbers, in_time: float, random: Random) -> Table:
    """Review conferences of child protection plans: the first due after 91 days, the next each after 183.

    A plan ends at a review conference, as a rule.
    """
    end = np.where(np.isnat(plans["end"]), EXTRACT_DATE, plans["end"])
    family, start, until = _families(household[plans["person"]], plans["start"], end)
    length = (until - start).astype(np.int64)
    span, turn, day = repeated_within(length, 60, _review_gaps(PLAN_REVIEWS, in_time, random))
    held = working_days_after(start[span] + day, 0)
    of_review, plan = pairs(span, family)
    held, turn = held[of_review], turn[of_review]
    within = (held > plans["start"][plan]) & (held < end[plan])
    held, turn, plan = held[within], turn[within], plan[within]

    latest = plans["start"].copy()
    np.maximum.at(latest, plan, held)
    closing = working_days_after(end, 0)
    closes = ~np.isnat(plans["end"]) & (random.random(len(start))[family] < 0.9) & (closing > latest + 21)
    of_plan = np.concatenate([plan, np.flatnonzero(closes)])
    held = np.concatenate([held, closing[closes]])
    order = np.lexsort((held, of_plan))
    reviews = _with_called_off({"row": of_plan[order], "date": held[order]}, plans["start"], PLAN_REVIEWS, random)
    return {
        "review_id": identifiers("CR", np.arange(size_of(reviews)) + 1),
        "person_id": identifiers("P", plans["person"][reviews["row"]] + 1),
        "cp_plan_id": identifiers("CP", plans["number"][reviews["row"]]),
        "review_date": reviews["date"],
        "due_date": reviews["due"],
        "status": reviews["status"],
    }


def care_review_table(care: Table, persons: Table, in_time: float, random: Random) -> Table:
    """Reviews of our looked-after children: within 20 working days, after 91 days, then after 183 each.

    Short breaks are reviewed with the plan of the child in need.
    """
    own = rows(care, care["is_ours"] & ~care["is_short_break"])
    until = np.where(np.isnat(own["left"]), EXTRACT_DATE, own["left"])
    length = (until - own["entered"]).astype(np.int64)
    period, _, day = repeated_within(length, 60, _review_gaps(CARE_REVIEWS, in_time, random))
    entered: Dates = own["entered"][period]
    held = working_days_after(entered + day, 0)
    after = held > entered
    reviews = _with_called_off({"row": period[after], "date": held[after]}, own["entered"], CARE_REVIEWS, random)
    number, person = size_of(reviews), own["person"][reviews["row"]]
    is_young = (reviews["date"] - persons["birth"][person]).astype(np.int64) < 4 * 365.25
    return {
        "review_id": identifiers("LR", np.arange(number) + 1),
        "person_id": identifiers("P", person + 1),
        "review_date": reviews["date"],
        "due_date": reviews["due"],
        "participation": np.where(is_young, "PN0", drawn(PARTICIPATION, number, random)).astype(object),
        "cancelled": reviews["status"] != "COMPLETED",
        "status": reviews["status"],
    }


def _review_gaps(due: tuple[int, ...], in_time: float, random: Random) -> Callable[[Numbers, Numbers], Numbers]:
    """Days to a review; one that is early enough for the free days before it stays in time."""

    def gaps(span: Numbers, turn: Numbers) -> Numbers:
        number = len(turn)
        limit = np.array(due)[np.minimum(turn, len(due) - 1)]
        early = 5 + (random.random(number) * np.minimum(limit / 4, 25)).astype(np.int64)
        return limit + np.where(random.random(number) < in_time, -early, days_between(4, 60, number, random))

    return gaps


def _with_called_off(reviews: Table, start: Dates, due: tuple[int, ...], random: Random) -> Table:
    """Reviews in order with `due` and `status`, and before some of them the date that was called off."""
    row, date = reviews["row"], reviews["date"]
    is_first = np.diff(row, prepend=-1) != 0
    turn = np.arange(len(row)) - np.maximum.accumulate(np.where(is_first, np.arange(len(row)), 0))
    before = np.where(is_first, start[row], np.append(NEVER, date[:-1]))
    reviews["due"] = before + np.array(due)[np.minimum(turn, len(due) - 1)]
    reviews["status"] = np.full(len(row), "COMPLETED", dtype=object)
    off = np.flatnonzero((random.random(len(row)) < 0.04) & (date - before > np.timedelta64(14, "D")))
    called_off = rows(reviews, off)
    called_off["date"] = working_days_after(date[off], -days_between(1, 6, len(off), random))
    called_off["status"] = drawn(CALLED_OFF, len(off), random)
    both = together(reviews, called_off)
    return rows(both, np.lexsort((both["date"], both["row"])))


def plan_visit_table(plans: Table, household: Numbers, in_time: float, random: Random) -> Table:
    """Visits to children on a plan, within ten working days of one another as a rule."""
    visits = _family_visits(plans, household, 5, _visit_gaps((5, 13), (15, 35), in_time, random), random)
    return _visit_table(visits, "CV", {"cp_plan_id": identifiers("CP", plans["number"])}, plans["person"])


def need_visit_table(plans: Table, household: Numbers, in_time: float, random: Random) -> Table:
    """Visits to children with a plan as children in need, within twenty working days of one another as a rule."""
    visits = _family_visits(plans, household, 9, _visit_gaps((9, 26), (29, 60), in_time, random), random)
    return _visit_table(visits, "NV", {"cin_plan_id": plans["cin_plan_id"]}, plans["person"])


def care_visit_table(placements: Table, in_time: float, random: Random) -> Table:
    """Visits to our looked-after children: in a placement's first week, then within six weeks of one another as a rule,
    and within three months once it has lasted a year with relatives or for the long term."""
    until = np.where(np.isnat(placements["end"]), EXTRACT_DATE, placements["end"])
    length = (until - placements["start"]).astype(np.int64)
    is_long = np.isin(placements["placement_type"], PLACED_FOR_LONG)
    usual, late = _visit_gaps((20, 40), (43, 75), in_time, random), _visit_gaps((50, 85), (92, 130), in_time, random)

    def gaps(span: Numbers, turn: Numbers) -> Numbers:
        after_first = np.where(is_long[span] & (turn > 11), late(span, turn), usual(span, turn))
        return np.where(turn == 0, days_between(1, 7, len(turn), random), after_first)

    span, _, day = repeated_within(length, 20, gaps)
    visits = _seen({"row": span, "date": placements["start"][span] + day}, random)
    return _visit_table(visits, "LV", {}, placements["person"])


def _visit_gaps(
    usual: tuple[int, int], late: tuple[int, int], in_time: float, random: Random
) -> Callable[[Numbers, Numbers], Numbers]:
    def gaps(span: Numbers, turn: Numbers) -> Numbers:
        number = len(turn)
        is_late = (random.random(number) >= in_time) & (turn > 0)
        return np.where(is_late, days_between(*late, number, random), days_between(*usual, number, random))

    return gaps


def _families(household: Numbers, start: Dates, end: Dates) -> tuple[Numbers, Dates, Dates]:
    """Plans of a household that begin on one day, as families: the family of each plan, and each family's span."""
    keys = household * 100_000 + start.astype(np.int64)
    _, first, family = np.unique(keys, return_index=True, return_inverse=True)
    until = end[first].copy()
    np.maximum.at(until, family, end)
    return family, start[first], until


def _family_visits(
    plans: Table, household: Numbers, least: int, gaps: Callable[[Numbers, Numbers], Numbers], random: Random
) -> Table:
    end = np.where(np.isnat(plans["end"]), EXTRACT_DATE, plans["end"])
    family, start, until = _families(household[plans["person"]], plans["start"], end)
    span, _, day = repeated_within((until - start).astype(np.int64), least, gaps)
    date = working_days_after(start[span] + day, 0)
    date = np.where(random.random(len(span)) < 0.03, start[span] + day, date)  # some visits are at a weekend
    of_visit, plan = pairs(span, family)
    visits = {"row": plan, "date": date[of_visit]}
    within = (visits["date"] > plans["start"][plan]) & (visits["date"] < end[plan])
    return _seen(rows(visits, within), random)


def _seen(visits: Table, random: Random) -> Table:
    """Whether the child was seen, and alone; a visit that was called off has neither."""
    number = size_of(visits)
    called_off = random.random(number) < 0.012
    is_seen = random.random(number) < 0.94
    visits["status"] = np.where(called_off, drawn(CALLED_OFF, number, random), "COMPLETED").astype(object)
    visits["seen"] = known_where(~called_off, is_seen)
    visits["seen_alone"] = known_where(~called_off & is_seen, random.random(number) < 0.62)
    return visits


def _visit_table(visits: Table, prefix: str, plan: Table, person: Numbers) -> Table:
    visits = rows(visits, np.lexsort((visits["row"], visits["date"])))
    of_plan = {name: ids[visits["row"]] for name, ids in plan.items()}
    return {
        "visit_id": identifiers(prefix, np.arange(size_of(visits)) + 1),
        "person_id": identifiers("P", person[visits["row"]] + 1),
        **of_plan,
        "visit_date": visits["date"],
        "seen": visits["seen"],
        "seen_alone": visits["seen_alone"],
        "status": visits["status"],
    }
