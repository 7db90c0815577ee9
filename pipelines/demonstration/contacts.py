"""Contacts: everything that reaches the front door about a child, of which one in four becomes a referral."""

import numpy as np

from pipelines.demonstration.columns import (
    EXTRACT_DATE,
    LAST_DAY,
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
from pipelines.demonstration.front_door import SOURCES
from pipelines.demonstration.spans import days_between, pairs
from pipelines.demonstration.working_days import partly_on_free_days, working_day_within, working_days_after

CONTACTS_A_REFERRAL = 3.75  # children's contacts of all kinds
OUTCOMES = {"NFA": 42, "ADVICE": 27, "EARLY_HELP": 20, "OTHER": 11}
ON_OPEN_CASE = {"EXISTING_REFERRAL": 95, "CP_ENQUIRY": 5}
TRIES = 20  # households that a call may be about; the first that the day suits is taken
KNOWN_AROUND = 550  # days before and after what else is known of a household


def contact_table(
    plan: Table,
    children: Table,
    referrals: Table,
    referral_texts: Table,
    persons: Table,
    household_of: Numbers,
    workers: Texts,
    random: Random,
) -> Table:
    """One row per contact and child: those that became a referral, under its `contact_id`, and all the others.

    A contact about a child whose case is open goes to that case and is not screened.
    """
    became = _became_referrals(referrals, referral_texts, random)
    others = _others(plan, children, referrals, persons, household_of, random)
    others["contact"] += int(became["contact"].max()) + 1
    others["source"] = _told_apart(others, became)
    contacts = together(became, others)
    contacts = rows(contacts, np.argsort(contacts["received_at"], kind="stable"))
    number = size_of(contacts)
    is_void = (contacts["outcome"] != "NEW_REFERRAL") & (random.random(number) < 0.004)
    is_open = (contacts["outcome"] == "") & ~is_void
    by_contact = random.integers(0, len(workers), int(contacts["contact"].max()) + 1)[contacts["contact"]]
    return {
        "contact_id": identifiers("C", contacts["contact"]),
        "person_id": identifiers("P", contacts["person"] + 1),
        "received_at": contacts["received_at"],
        "recorded_at": contacts["recorded_at"],
        "source": contacts["source"],
        "mash_flag": contacts["mash_flag"],
        "mash_completed_at": contacts["mash_completed_at"],
        "outcome": contacts["outcome"],
        "status": np.where(is_void, "CANCELLED", np.where(is_open, "OPEN", "COMPLETED")).astype(object),
        "team": np.full(number, "Front Door", dtype=object),
        "worker": workers[by_contact],
    }


def _told_apart(others: Table, became: Table) -> Texts:
    """Their sources, so that no child has two contacts of a day from one source: a list without ids takes them for one."""
    source: Texts = others["source"].copy()
    for another in ("10", "9", "8"):
        seen = set(_told_by(became, became["source"]))
        for place, key in enumerate(_told_by(others, source)):
            if key in seen:
                source[place] = another
            seen.add(key)
    return source


def _told_by(contacts: Table, source: Texts) -> list[tuple[int, int, str]]:
    days = contacts["received_at"].astype("datetime64[D]").astype(np.int64)
    return list(zip(contacts["person"].tolist(), days.tolist(), source.tolist(), strict=True))


def _became_referrals(referrals: Table, referral_texts: Table, random: Random) -> Table:
    """The contact behind each referral: received shortly before it, on the same day, and decided with it."""
    kept = np.flatnonzero(~referrals["is_cancelled"])
    own = rows(referrals, kept)
    number, case = size_of(own), own["case"]
    received = np.where(np.isnat(own["received_at"]), own["recorded_at"], own["received_at"])
    ten_o_clock = moment(own["referral_date"], np.full(number, 600))
    received = np.where(np.isnat(received), ten_o_clock, received)
    before = days_between(0, 90, int(case.max()) + 1, random)[case].astype("timedelta64[m]")
    first = np.maximum(received - before, own["referral_date"].astype("datetime64[m]"))
    is_decided = ~np.isnat(own["mash_completed_at"])
    return {
        "contact": case + 1,
        "person": own["person"],
        "received_at": first,
        "recorded_at": received,
        "source": referral_texts["referral_source"][kept],
        "mash_flag": np.ones(number, dtype=bool),
        "mash_completed_at": own["mash_completed_at"],
        "outcome": only(is_decided, np.full(number, "NEW_REFERRAL", dtype=object)),
    }


def _others(
    plan: Table, children: Table, referrals: Table, persons: Table, household_of: Numbers, random: Random
) -> Table:
    """Contacts that no referral came of, for whole households, in the months' numbers."""
    is_history = plan["is_history"]
    month = plan["month"][is_history]
    sizes = np.bincount(household_of, minlength=int(household_of.max()) + 1)
    quota = (CONTACTS_A_REFERRAL - 1) * plan["referrals"][is_history] * random.normal(1, 0.03, len(month))
    calls = np.rint(quota / 1.8).astype(np.int64)  # children a call
    day = partly_on_free_days(working_day_within(month[np.repeat(np.arange(len(month)), calls)], random), 0.35, random)
    day = day[day <= LAST_DAY]

    at_front_door = children["person"][children["referral"] > 0]
    known_from = np.full(len(sizes), EXTRACT_DATE)
    known_until = np.full(len(sizes), np.datetime64("2000-01-01"))
    dates = children["referral_date"][children["referral"] > 0]
    np.minimum.at(known_from, household_of[at_front_door], dates - KNOWN_AROUND)
    np.maximum.at(known_until, household_of[at_front_door], dates + KNOWN_AROUND)
    households = np.unique(household_of[at_front_door])
    tried = households[random.integers(0, len(households), (len(day), TRIES))]
    suits = (known_from[tried] <= day[:, None]) & (known_until[tried] >= day[:, None])
    call = np.flatnonzero(suits.any(axis=1))
    household = tried[call, suits[call].argmax(axis=1)]
    of_call, person = pairs(household, household_of)
    call = call[of_call]
    birth = np.where(np.isnat(persons["birth"]), persons["due"], persons["birth"])[person]
    since_birth = (day[call] - birth).astype(np.int64)
    is_child = (since_birth > -180) & (since_birth < 17.9 * 365.25) & persons["is_listed"][person]
    is_child &= ~(persons["death_date"][person] <= day[call])
    call, person = call[is_child], person[is_child]

    number, calls_made = len(call), len(day)
    # A contact of the moment may not yet be decided.
    chance = random.random(calls_made)[call]
    received = moment(
        day,
        np.where(
            random.random(calls_made) < 0.85,
            days_between(480, 1080, calls_made, random),
            days_between(0, 1439, calls_made, random),
        ),
    )[call]
    recorded = received + days_between(1, 45, calls_made, random)[call].astype("timedelta64[m]")
    is_open = _has_open_referral(person, day[call], referrals)
    to_hub = ~is_open & (random.random(calls_made)[call] < 0.5)
    wait = np.where(random.random(calls_made) < 0.97, 1, 1 + random.geometric(0.4, calls_made))[call]
    at_once = (random.random(calls_made)[call] < 0.6) & (received < moment(day[call], np.full(number, 840)))
    decided_on = np.where(at_once, day[call], working_days_after(day[call], wait))
    minutes = days_between(540, 1020, calls_made, random)[call]
    decided = np.where(at_once, received + (20 + minutes // 5).astype("timedelta64[m]"), moment(decided_on, minutes))
    is_undecided = to_hub & (decided >= EXTRACT_DATE.astype("datetime64[m]"))
    outcome = np.where(is_open, drawn(ON_OPEN_CASE, number, random), drawn(OUTCOMES, calls_made, random)[call])
    is_undecided |= ~to_hub & (day[call] > LAST_DAY - 2) & (chance < 0.5)
    return {
        "contact": call,
        "person": person,
        "received_at": received,
        "recorded_at": recorded,
        "source": drawn(SOURCES, calls_made, random)[call],
        "mash_flag": to_hub,
        "mash_completed_at": np.where(to_hub & ~is_undecided, decided, NO_MOMENT),
        "outcome": only(~is_undecided, outcome.astype(object)),
    }


def _has_open_referral(person: Numbers, day: np.ndarray, referrals: Table) -> np.ndarray:
    kept = rows(referrals, ~referrals["is_cancelled"])
    mine, theirs = pairs(person, kept["person"])
    is_open = (kept["referral_date"][theirs] < day[mine]) & ~(kept["closure_date"][theirs] <= day[mine])
    found = np.zeros(len(person), dtype=bool)
    found[mine[is_open]] = True
    return found
