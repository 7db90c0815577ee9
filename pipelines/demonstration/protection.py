"""Child protection: strategy discussions, section 47 enquiries, initial conferences and plans."""

import numpy as np

from pipelines.demonstration.cases import ASSESSMENT, CONFERENCE
from pipelines.demonstration.columns import (
    LAST_DAY,
    NEVER,
    Dates,
    Flags,
    Random,
    Table,
    drawn,
    identifiers,
    known_where,
    linked,
    only,
    rows,
    size_of,
    together,
)
from pipelines.demonstration.quotas import within_quota
from pipelines.demonstration.spans import days_between
from pipelines.demonstration.working_days import working_days_after


def plan_rows(children: Table, random: Random) -> Table:
    """Child protection plans: our own, and those of other authorities and for a stay, which are not ours.

    `is_outgrown` marks plans that end on the 18th birthday and were left open in the case system.
    """
    child = np.flatnonzero(~np.isnat(children["plan_start"]))
    own = rows(children, child)
    person, start, end = own["person"], own["plan_start"], own["plan_end"]
    order = np.lexsort((start, person))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order)) - np.searchsorted(person[order], person[order])
    before = (random.random(children["person"].max() + 1) < 0.08).astype(np.int64)[person]
    lone = own["is_only_case"] & (own["size"] == 1)
    ours = {
        "child": child,
        "person": person,
        "start": start,
        "end": end,
        "previous": rank + before,
        "is_ours": np.ones(len(child), dtype=bool),
        "is_outgrown": a_few_lately_ended(end, lone, 2, random),
    }
    number = max(len(child) // 16, 1)
    begun = children["plan_start"][child].min()
    begin = begun + random.integers(0, (LAST_DAY - begun).astype(int), number)
    finish = begin + random.integers(20, 300, number)
    visiting = {
        "person": children["person"].max() + 1 + np.arange(number),
        "start": begin,
        "end": np.where(finish <= LAST_DAY, finish, NEVER),
        "previous": np.zeros(number, dtype=np.int64),
    }
    plans = together(ours, visiting)
    plans = rows(plans, np.argsort(plans["start"], kind="stable"))
    plans["number"] = np.arange(size_of(plans)) + 1
    return plans


def a_few_lately_ended(end: Dates, suitable: Flags, number: int, random: Random) -> Flags:
    """Marks that many suitable rows that ended in the last year; not on a day that only leap years have."""
    lately = suitable & (end > LAST_DAY - 365) & (end != np.datetime64("2020-02-29"))
    chosen = np.zeros(len(end), dtype=bool)
    candidates = np.flatnonzero(lately)
    chosen[random.permutation(candidates)[:number]] = True
    return chosen


def enquiry_rows(plan: Table, children: Table, random: Random) -> Table:
    """Section 47 enquiries: those that led, or are to lead, to a conference, and the others of each month's quota."""
    of_conference = (children["kind"] == CONFERENCE) & ~children["is_transfer"]
    to_conference = np.flatnonzero(of_conference & (children["clock_start"] <= LAST_DAY))
    start = children["clock_start"][to_conference]
    held = children["conference_date"][to_conference]
    lead = random.integers(0, 4, children["case"].max() + 1)[children["case"][to_conference]]
    concluded = working_days_after(held, -lead)
    leading = {"child": to_conference, "start": start, "end": concluded, "leads": np.ones(len(start), dtype=bool)}

    month = (start.astype("datetime64[M]") - plan["month"][0]).astype(np.int64)
    quota = np.maximum(plan["enquiries"] - np.bincount(month[month >= 0], minlength=len(plan["month"])), 0)
    assessed = np.flatnonzero(children["kind"] == ASSESSMENT)
    case, referred = children["case"][assessed], children["referral_date"][assessed]
    of_case = random.integers(0, 5, children["case"].max() + 1)[case]
    begun = np.minimum(referred + of_case, children["authorised_date"][assessed])
    month = (begun.astype("datetime64[M]") - plan["month"][0]).astype(np.int64)
    by_case = random.random(children["case"].max() + 1)[case] + children["position"][assessed] * 1e-9
    chosen = within_quota(month, quota, by_case)
    others = {
        "child": assessed[chosen],
        "start": begun[chosen],
        "end": working_days_after(begun[chosen], 2 + (by_case[chosen] * 1000).astype(np.int64) % 11),
    }

    enquiries = together(leading, others)
    enquiries = rows(enquiries, enquiries["start"] <= LAST_DAY)
    enquiries = rows(enquiries, np.argsort(enquiries["start"], kind="stable"))
    enquiries["end"] = np.where(enquiries["end"] <= LAST_DAY, enquiries["end"], NEVER)
    enquiries["person"] = children["person"][enquiries["child"]]
    enquiries["number"] = np.arange(size_of(enquiries)) + 1
    return enquiries


def conference_rows(children: Table, enquiries: Table, random: Random) -> Table:
    """Initial conferences, one row a child: held, planned after the extract, and called off or adjourned before.

    `enquiry` is the linked section 47 enquiry's number; -1 for a transfer-in, for one without an enquiry, and for some
    whose child has that enquiry alone, so that it is found without the link.
    """
    child = np.flatnonzero(children["kind"] == CONFERENCE)
    own = rows(children, child)
    enquiry_of = np.full(size_of(children), -1)
    enquiry_of[enquiries["child"]] = enquiries["number"]
    per_case = random.random(children["case"].max() + 1)[own["case"]]
    enquiry = np.where(own["is_only_case"] & (per_case < 0.12), -1, enquiry_of[child])
    held = own["conference_date"]
    base = {
        "child": child,
        "person": own["person"],
        "meeting": own["case"] * 3 + 1,
        "enquiry": enquiry,
        "planned_date": held,
        "is_transfer": own["is_transfer"],
        "notification_date": np.where(own["is_transfer"], own["clock_start"], NEVER),
        "enquiry_start": own["clock_start"],
    }
    happened = held <= LAST_DAY
    took_place = rows(base, happened) | {
        "icpc_date": held[happened],
        "led_to_plan": ~np.isnat(own["plan_start"][happened]),
        "status": np.full(int(happened.sum()), "HELD", dtype=object),
    }
    ahead = ~happened & (own["clock_start"] <= LAST_DAY) & (per_case < 0.75)
    arranged = rows(base, ahead) | {"status": np.full(int(ahead.sum()), "PLANNED", dtype=object)}
    earlier = random.random(children["case"].max() + 1)[own["case"]]
    for called_off, status, meeting in ((earlier < 0.06, "CANCELLED", 1), (earlier > 0.98, "ADJOURNED", 2)):
        off = called_off & (happened | ahead)
        before = rows(base, off)
        before["planned_date"] = working_days_after(before["planned_date"], -random.integers(1, 5))
        before["meeting"] = before["meeting"] + meeting
        before["status"] = np.full(int(off.sum()), status, dtype=object)
        arranged = together(arranged, before)
    conferences = together(took_place, arranged)
    conferences = rows(conferences, np.lexsort((conferences["meeting"], conferences["planned_date"])))
    conferences["number"] = np.arange(size_of(conferences)) + 1
    return conferences


CATEGORIES = {"NEG": 47, "EMO": 36, "PHY": 8, "SAB": 5, "MUL": 4}


def enquiry_table(enquiries: Table, children: Table, random: Random) -> Table:
    """The section 47 table. The case system's target for the conference counts calendar days: not to be trusted."""
    number, leads = size_of(enquiries), enquiries["leads"]
    is_ended = ~np.isnat(enquiries["end"])
    ended_otherwise = drawn({"Child in need": 55, "No further action": 45}, number, random)
    return {
        "s47_id": identifiers("S", enquiries["number"]),
        "person_id": identifiers("P", enquiries["person"] + 1),
        "referral_id": identifiers("R", linked(enquiries, children, "referral")),
        "start_date": enquiries["start"],
        "end_date": enquiries["end"],
        "outcome": only(is_ended, np.where(leads, "Convene conference", ended_otherwise).astype(object)),
        "icpc_not_required": known_where(leads | is_ended, ~leads),
        "icpc_target_date": np.where(leads, enquiries["start"] + 15, NEVER),
        "status": np.where(is_ended, "COMPLETED", "STARTED").astype(object),
        "_ended_otherwise": only(is_ended & ~leads, ended_otherwise),
    }


def conference_table(conferences: Table, children: Table) -> Table:
    """The conference table."""
    is_held = conferences["status"] == "HELD"
    led = is_held & conferences["led_to_plan"]
    plan = np.where(led, linked(conferences, children, "plan"), -1)
    return {
        "icpc_id": identifiers("I", conferences["number"]),
        "meeting_id": identifiers("M", conferences["meeting"]),
        "person_id": identifiers("P", conferences["person"] + 1),
        "s47_id": identifiers("S", conferences["enquiry"]),
        "referral_id": identifiers("R", linked(conferences, children, "referral")),
        "planned_date": conferences["planned_date"],
        "icpc_date": conferences["icpc_date"],
        "transfer_in": conferences["is_transfer"],
        "notification_date": conferences["notification_date"],
        "outcome_cp": known_where(is_held, led),
        "status": conferences["status"],
        "cp_plan_id": identifiers("CP", plan),
        "_before_enquiry": conferences["enquiry_start"] - 6,
    }


def plan_table(plans: Table, children: Table, random: Random) -> Table:
    """The child protection plan table. An outgrown plan was never ended in the case system."""
    number = size_of(plans)
    category = drawn(CATEGORIES, number, random)
    is_temporary = ~plans["is_ours"] & (random.random(number) < 0.4)
    return {
        "cp_plan_id": identifiers("CP", plans["number"]),
        "person_id": identifiers("P", plans["person"] + 1),
        "referral_id": identifiers("R", linked(plans, children, "referral")),
        "icpc_id": identifiers("I", linked(plans, children, "conference")),
        "start_date": plans["start"],
        "end_date": np.where(plans["is_outgrown"], NEVER, plans["end"]),
        "initial_category": category,
        "latest_category": np.where(random.random(number) < 0.12, drawn(CATEGORIES, number, random), category),
        "number_previous": plans["previous"],
        "ola_plan": ~plans["is_ours"] & ~is_temporary,
        "temporary": is_temporary,
    }


def strategy_table(enquiries: Table, children: Table, random: Random) -> Table:
    """Strategy discussions: the one that began each enquiry, a further one during some, and those that began none."""
    number = size_of(enquiries)
    until = np.where(np.isnat(enquiries["end"]), LAST_DAY, enquiries["end"])
    case = children["case"][enquiries["child"]]
    lag = days_between(2, 12, int(children["case"].max()) + 1, random)[case]
    again = enquiries["start"] + lag
    is_again = (random.random(int(children["case"].max()) + 1)[case] < 0.14) & (again < until)
    began = {"person": enquiries["person"], "enquiry": enquiries["number"], "date": enquiries["start"],
             "decision": np.ones(number, dtype=np.int8)}  # fmt: skip
    further = rows(began, is_again)
    further["date"] = again[is_again]
    asked = np.isin(children["kind"], (ASSESSMENT,)) & (children["referral"] > 0)
    asked[enquiries["child"]] = False
    asked &= random.random(int(children["case"].max()) + 1)[children["case"]] < 0.12
    none = {
        "person": children["person"][asked],
        "date": working_days_after(children["referral_date"][asked], 1),
        "enquiry": np.full(int(asked.sum()), -1),
        "decision": np.zeros(int(asked.sum()), dtype=np.int8),
    }
    discussions = together(began, further, none)
    discussions = rows(discussions, discussions["date"] <= LAST_DAY)
    discussions = rows(discussions, np.lexsort((discussions["enquiry"], discussions["date"])))
    is_written_up = (discussions["date"] < LAST_DAY - 3) | (discussions["decision"] == 1)
    return {
        "strategy_id": identifiers("SD", np.arange(size_of(discussions)) + 1),
        "person_id": identifiers("P", discussions["person"] + 1),
        "s47_id": identifiers("S", discussions["enquiry"]),
        "discussion_date": discussions["date"],
        "decision": known_where(is_written_up, discussions["decision"] == 1),
    }
