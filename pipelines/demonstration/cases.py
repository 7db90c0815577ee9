"""What brings a household to the authority, and the children of each household."""

import numpy as np

from pipelines.demonstration.authorities import Authority
from pipelines.demonstration.columns import (
    EXTRACT_DATE,
    LAST_DAY,
    NEVER,
    Dates,
    Numbers,
    Random,
    Table,
    rows,
    size_of,
    together,
)
from pipelines.demonstration.quotas import SIBLINGS, quota_groups, within_quota, working_days_taken
from pipelines.demonstration.working_days import partly_on_free_days, working_day_within, working_days_after

SECOND_ASSESSMENTS = 0.13  # of all assessments: those of a case that is open already

# What brought a household to the authority.
CONFERENCE, ASSESSMENT, SCREENING, EARLIER_PLAN = range(4)
NEEDS = {"N1": 60, "N2": 8, "N3": 4, "N4": 9, "N5": 14, "N6": 3, "N7": 1, "N8": 1}  # primary needs, in per cent
IN_HISTORY = (CONFERENCE, ASSESSMENT, SCREENING)  # those with a referral of their own


def all_cases(authority: Authority, plan: Table, random: Random) -> Table:
    """One row per household and referral (or plan from before the history), by date, with the days that matter."""
    conferences = conference_cases(authority, plan, random)
    assessed = assessed_cases(authority, plan, conferences, random)
    cases = together(
        conferences, assessed, screened_cases(plan, conferences, assessed, random), earlier_plan_cases(plan, random)
    )
    return rows(cases, np.argsort(cases["referral_date"], kind="stable"))


def conference_cases(authority: Authority, plan: Table, random: Random) -> Table:
    """One row per conference, drawn back from the day it is held to its clock and the referral before it.

    Clock: 15 working days from the section 47 enquiry's start, for a transfer-in from the notification; without either
    the conference is late.
    """
    late = plan["conferences_late"]
    month, is_late, size = quota_groups([plan["conferences"] - late, late], random)
    number = len(month)
    held = working_day_within(plan["month"][month], random)
    in_time = is_late == 0
    slow = np.minimum(15 + random.geometric(0.12, number), 45)
    clock = working_days_after(held, -np.where(in_time, random.choice([4, 8, 10, 12, 13, 14, 15], number), slow))
    clock = partly_on_free_days(clock, 0.08, random)
    has_clock = in_time | (random.random(number) > 0.05)
    transfer = random.random(number) < 0.05
    gap = np.where(random.random(number) < 0.7, random.integers(0, 4, number), random.integers(4, 40, number))
    referral = np.where(transfer, clock, clock - gap)
    is_swift = random.random(number) < 0.95
    # The referral may fall on a free day: its first working day is day 1, and none can be authorised on the day itself.
    taken = np.maximum(working_days_taken(is_swift, authority, random), 1)
    return {
        "kind": np.full(number, CONFERENCE),
        "size": size,
        "referral_date": referral,
        "conference_date": held,
        "clock_start": np.where(has_clock, clock, NEVER),
        "is_transfer": transfer,
        "authorised_date": working_days_after(referral, taken),
        "is_late": ~is_swift,
    }


def assessed_cases(authority: Authority, plan: Table, conferences: Table, random: Random) -> Table:
    """One row per household whose referral leads to an assessment and no conference, drawn back from authorisation.

    With the assessments of the conferences' households and the second ones they make up each month's quota.
    """
    month = plan["month"]
    of_conferences = (conferences["authorised_date"].astype("datetime64[M]") - month[0]).astype(np.int64)
    quotas = []
    in_month = (of_conferences >= 0) & (of_conferences < len(month))
    for is_late, total in ((False, plan["assessments"] - plan["assessments_late"]), (True, plan["assessments_late"])):
        inside = in_month & (conferences["is_late"] == is_late)
        has = np.bincount(of_conferences[inside], conferences["size"][inside], minlength=len(month))
        quotas.append((total - second_assessments(total) - has).astype(np.int64))
    index, of_class, size = quota_groups(quotas, random)
    authorised = working_day_within(month[index], random)
    taken = working_days_taken(of_class == 0, authority, random)
    referral = working_days_after(authorised, -taken)
    on_free_day = partly_on_free_days(referral, 0.4, random)
    # One in a hundred is authorised at a weekend, which is as good as the Friday before.
    weekend = partly_on_free_days(authorised, 0.04, random)
    authorised = np.where(weekend < (month[index] + 1).astype("datetime64[D]"), weekend, authorised)
    return {
        "kind": np.full(len(index), ASSESSMENT),
        "size": size,
        "referral_date": np.where(taken > 0, on_free_day, referral),
        "authorised_date": authorised,
        "is_late": of_class == 1,
    }


def second_assessments(total: Numbers) -> Numbers:
    """How many of a month's assessments are later ones of an open referral."""
    counts: Numbers = np.rint(SECOND_ASSESSMENTS * total).astype(np.int64)
    return counts


def screened_cases(plan: Table, conferences: Table, assessed: Table, random: Random) -> Table:
    """One row per household whose referral ends with the screening: what the month's quota of referrals leaves."""
    month = plan["month"][plan["is_history"]]
    referral = np.concatenate([conferences["referral_date"], assessed["referral_date"]])
    size = np.concatenate([conferences["size"], assessed["size"]])
    index = (referral.astype("datetime64[M]") - month[0]).astype(np.int64)
    inside = (index >= 0) & (index < len(month))
    taken = np.bincount(index[inside], size[inside], minlength=len(month)).astype(np.int64)
    quota = np.maximum(plan["referrals"][plan["is_history"]] - taken, 0)
    quota[0] = max(quota[0], 1)  # the history begins with the first month, however small the authority
    of_month, _, size = quota_groups([quota], random)
    days = partly_on_free_days(working_day_within(month[of_month], random), 0.4, random)
    last = (month[of_month] + 1).astype("datetime64[D]") - 1
    return {"kind": np.full(len(size), SCREENING), "size": size, "referral_date": np.minimum(days, last)}


def earlier_plan_cases(plan: Table, random: Random) -> Table:
    """One row per household with a plan that was open when the history began; its referral is not in the extract."""
    children = np.array([max(plan["on_plan"][0] + plan["plans_started"][0] // 10, 0)])
    _, _, size = quota_groups([children], random)
    begun = plan["month"][0].astype("datetime64[D]") - 1
    start = begun - np.minimum(random.exponential(210, len(size)), 900).astype(np.int64)
    return {
        "kind": np.full(len(size), EARLIER_PLAN),
        "size": size,
        "referral_date": start - 30,
        "conference_date": working_days_after(start, 0),
    }


def children_of_cases(cases: Table, plan: Table, random: Random) -> Table:
    """One row per child and case, with `person`, the plan that followed, and `referral` (its number, or -1).

    Only cases known by the last day; `referral` is -1 where the referral lies before the history.
    """
    cases = rows(cases, cases["referral_date"] <= LAST_DAY)
    case = np.repeat(np.arange(size_of(cases)), cases["size"])
    children = rows(cases, case)
    children["case"] = case
    children["position"] = np.arange(len(case)) - np.searchsorted(case, case)
    begun = plan["month"][0].astype("datetime64[D]")
    referred = np.isin(children["kind"], IN_HISTORY) & (children["referral_date"] >= begun)
    children["referral"] = np.where(referred, np.cumsum(referred), -1)
    children["plan_start"] = plan_starts(children, plan, random)
    children["plan_end"] = plan_ends(children, plan, random)
    household = households(cases, children, random)
    people = np.where(household == np.arange(len(household)), cases["size"], 0)
    first = np.cumsum(people) - people
    children["person"] = first[household[case]] + children["position"]
    children["is_only_case"] = (np.bincount(household, minlength=len(household)) == 1)[household[case]]
    return children


def plan_starts(children: Table, plan: Table, random: Random) -> Dates:
    """A plan starts with the conference (rule 2885), for as many of a month's children as its quota says."""
    held = children["conference_date"]
    index = (held.astype("datetime64[M]") - plan["month"][0]).astype(np.int64)
    counted = (children["kind"] == CONFERENCE) & (held <= LAST_DAY)
    by_case = random.random(children["case"].max() + 1)[children["case"]] + children["position"] * 1e-9
    started = within_quota(np.where(counted, index, -1), plan["plans_started"], by_case)
    return np.where(started | (children["kind"] == EARLIER_PLAN), held, NEVER)


def plan_ends(children: Table, plan: Table, random: Random) -> Dates:
    """Ends as many plans a month as leave the month's stock, household by household, the longer ones sooner."""
    started, case = children["plan_start"], children["case"]
    ended = np.full(len(started), NEVER)
    with_plan = np.flatnonzero(~np.isnat(started))
    day_of_month = random.random(case.max() + 1)
    for month, stock in zip(plan["month"][plan["is_history"]], plan["on_plan"], strict=False):
        first, after = month.astype("datetime64[D]"), (month + 1).astype("datetime64[D]")
        is_open = np.isnat(ended[with_plan]) & (started[with_plan] < after)
        pool = with_plan[is_open & (started[with_plan] < first - 60)]
        days = (first - started[pool]).astype(np.int64)
        # Few plans end before the first review, most between six and fifteen months.
        weight = np.interp(days, [60, 120, 200, 450, 720], [0.2, 0.4, 1.0, 1.6, 3.0])
        draw = random.exponential(size=case.max() + 1)[case[pool]]
        ending = pool[np.lexsort((case[pool], draw / weight))[: max(int(is_open.sum() - stock), 0)]]
        ended[ending] = first + (day_of_month[case[ending]] * (after - first).astype(np.int64)).astype(np.int64)
    return ended


def households(cases: Table, children: Table, random: Random) -> Numbers:
    """The household of each case, as the index of its first case: some come back.

    A household returns to the front door months after an earlier referral, to a conference after its last plan ended.
    Each case is followed by one other at most, so that no two cases of a household run together.
    """
    since = cases["referral_date"]
    at_conference = np.isin(cases["kind"], (CONFERENCE, EARLIER_PLAN))
    free_from = since.copy()
    with_plan = ~np.isnat(children["plan_start"])
    end = np.where(np.isnat(children["plan_end"]), EXTRACT_DATE + 999, children["plan_end"])
    np.maximum.at(free_from, children["case"][with_plan], end[with_plan])
    earlier_case = np.arange(size_of(cases))
    for size in range(1, len(SIBLINGS) + 1):
        for of_kind, share, nearest, furthest in ((at_conference, 0.17, 150, 500), (~at_conference, 0.34, 70, 360)):
            members = np.flatnonzero(of_kind & (cases["size"] == size))
            by_freedom = members[np.argsort(free_from[members], kind="stable")]
            gap = random.integers(nearest, furthest, len(members))
            place = np.searchsorted(free_from[by_freedom], since[members] - gap) - 1
            comes_back = (random.random(len(members)) < share) & (place >= 0)
            comes_back &= cases["kind"][members] != EARLIER_PLAN
            followed, first_use = np.unique(place[comes_back], return_index=True)
            earlier_case[members[comes_back][first_use]] = by_freedom[followed]
    return first_of_chain(earlier_case)


def first_of_chain(earlier: Numbers) -> Numbers:
    """Follows each row's pointer to an earlier row (or to itself) back to where the chain begins."""
    while not np.array_equal(further := earlier[earlier], earlier):
        earlier = further
    return earlier
