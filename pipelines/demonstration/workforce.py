"""Social workers, and whose case each child is.

Cases belong to posts. A post of the permanent staff is held by one worker throughout; the others are held by one worker
after another, many of them from an agency. So every allocation lies within the employment of its worker, and a child
changes social worker when the case moves to another team, when the household is reallocated, and when a worker leaves.
"""

from typing import NamedTuple

import numpy as np

from pipelines.demonstration.authorities import Authority
from pipelines.demonstration.cases import ASSESSMENT, CONFERENCE
from pipelines.demonstration.columns import (
    EXTRACT_DATE,
    LAST_DAY,
    NEVER,
    Dates,
    Flags,
    Numbers,
    Random,
    Shares,
    Table,
    Texts,
    identifiers,
    rows,
    size_of,
    together,
)
from pipelines.demonstration.spans import days_between, joined, pairs

NAMED_AT_FRONT_DOOR = 149  # W0001 to W0149 sign referrals and assessments; all of them are employed throughout
MOST_NAMED_WITH_CASES = 112  # the others screen contacts, manage, or advise young people who leave care
KINDS = ("Assessment Team", "Safeguarding Team", "Looked After Team")
ASSESSING, SAFEGUARDING, LOOKED_AFTER = range(3)
TEAMS_OF_A_KIND = 5
REALLOCATIONS_A_YEAR = 0.5
CHOICES = 3  # posts that are considered for a case
RECORDS_BEFORE = 366  # days before the history from which allocations are held
FULL_TIME_EQUIVALENTS = ((1.0, 0.72), (0.8, 0.14), (0.6, 0.10), (0.5, 0.04))
FIRST_NAMES = ("Alex", "Blair", "Casey", "Devon", "Ellis", "Frankie", "Gale", "Harper", "Indigo", "Jules", "Kit",
               "Lane", "Morgan", "Noel", "Oakley", "Perry", "Quinn")  # fmt: skip
LAST_NAMES = ("Ash", "Birch", "Cedar", "Dogwood", "Elder", "Fir", "Gorse", "Hazel", "Ivy", "Juniper", "Larch", "Maple",
              "Oak", "Poplar", "Rowan", "Sorrel", "Thorn", "Willow", "Yew")  # fmt: skip


class Workforce(NamedTuple):
    """The tables of workers and allocations, and the workers without cases by what they do.

    `held` has the person, start and end of each row of `allocation`.
    """

    worker: Table
    allocation: Table
    held: Table
    front_door: Texts
    advisers: Texts


def workforce(
    authority: Authority,
    begun: np.datetime64,
    children: Table,
    referrals: Table,
    plans: Table,
    care: Table,
    household_of: Numbers,
    random: Random,
) -> Workforce:
    """Everyone who works with children in the history that begins on `begun`, and whom each child is allocated to."""
    since = begun - RECORDS_BEFORE
    chunks = _chunks(since, children, referrals, plans, care, household_of, random)
    cases = _cases(begun, chunks)
    children_a_worker = random.uniform(15.5, 19.5)
    mean_share = sum(share * chance for share, chance in FULL_TIME_EQUIVALENTS)
    posts_of_kind = np.maximum(np.rint(cases / children_a_worker / mean_share), 1).astype(np.int64)
    kind = np.repeat(np.arange(len(KINDS)), posts_of_kind)
    share, chance = np.array(FULL_TIME_EQUIVALENTS).T
    fte = random.choice(share, len(kind), p=chance)
    is_permanent = random.random(len(kind)) >= random.uniform(0.25, 0.45)
    workers = _workers(since, kind, fte, is_permanent, authority, random)
    chunks["post"] = _posts(chunks, kind, fte, random)
    allocations = _allocations(chunks, workers, random)
    texts = _worker_texts(workers)
    return Workforce(
        {name: texts[name] for name in ("worker_id", "fte", "agency", "case_holder", "start_date", "end_date", "team")},
        _allocation_table(allocations, workers, texts),
        allocations,
        texts["worker_id"][workers["role"] == "Screening"],
        texts["worker_id"][workers["role"] == "Personal Adviser"],
    )


def _cases(begun: np.datetime64, chunks: Table) -> Shares:
    """How many cases of each kind were open on an average day of the history."""
    days = (chunks["end"] - np.maximum(chunks["start"], begun)).astype(np.int64)
    total = np.bincount(chunks["kind"], np.maximum(days, 0), minlength=len(KINDS))
    average: Shares = total / (EXTRACT_DATE - begun).astype(np.int64)
    return average


def _chunks(
    since: np.datetime64,
    children: Table,
    referrals: Table,
    plans: Table,
    care: Table,
    household_of: Numbers,
    random: Random,
) -> Table:
    """The stretches in which a child's case stays with one team of one kind: person, kind, start, end and `key`.

    A case is with an assessment team until the first assessment is authorised, then with a safeguarding team, and some
    weeks after the child became looked after with that team. Siblings share a `key`, which stands for one post.
    """
    closure = np.full(int(referrals["number"].max()) + 1, NEVER)
    kept = ~referrals["is_cancelled"]
    closure[referrals["number"][kept]] = referrals["closure_date"][kept]
    assessed = rows(children, (children["referral"] > 0) & np.isin(children["kind"], (ASSESSMENT, CONFERENCE)))
    lag = days_between(0, 2, int(children["case"].max()) + 1, random)[assessed["case"]]
    ours = rows(plans, plans["is_ours"])
    in_care = rows(care, care["is_ours"])
    spells = together(
        {
            "person": assessed["person"],
            "start": assessed["referral_date"] + lag,
            "end": closure[assessed["referral"]],
            "kind": np.full(len(lag), ASSESSING),
        },
        {"person": ours["person"], "start": ours["start"], "end": ours["end"],
         "kind": np.full(size_of(ours), SAFEGUARDING)},
        {"person": in_care["person"], "start": in_care["entered"], "end": in_care["left"],
         "kind": np.full(size_of(in_care), LOOKED_AFTER)},
    )  # fmt: skip
    spells["end"] = np.where(np.isnat(spells["end"]), EXTRACT_DATE, spells["end"])
    spells["start"] = np.maximum(spells["start"], since)
    spells = rows(spells, spells["start"] < spells["end"])
    spells = rows(spells, np.lexsort((spells["kind"], spells["start"], spells["person"])))
    stretch = joined(spells["person"], spells["start"], spells["end"])
    first = np.flatnonzero(np.diff(stretch, prepend=-1))
    whole = rows(spells, first)
    np.maximum.at(whole["end"], stretch, spells["end"])

    handed_over = (
        assessed["authorised_date"] + days_between(1, 14, int(children["case"].max()) + 1, random)[assessed["case"]]
    )
    years = (EXTRACT_DATE - since).astype(np.int64) / 365
    moves = random.poisson(REALLOCATIONS_A_YEAR * years, int(household_of.max()) + 1)
    moving = np.repeat(np.arange(len(moves)), moves)
    moved_on = since + random.integers(0, (EXTRACT_DATE - since).astype(int), len(moving))
    of_move, person = pairs(moving, household_of)
    changes = together(
        {"person": assessed["person"], "date": handed_over, "kind": np.full(len(handed_over), SAFEGUARDING)},
        {
            "person": in_care["person"],
            "date": in_care["entered"] + days_between(14, 90, size_of(in_care), random),
            "kind": np.full(size_of(in_care), LOOKED_AFTER),
        },
        {"person": person, "date": moved_on[of_move], "kind": np.full(len(person), -1)},
    )
    change, at = pairs(changes["person"], whole["person"])
    inside = (changes["date"][change] > whole["start"][at]) & (changes["date"][change] < whole["end"][at])
    change, at = change[inside], at[inside]
    chunks = {
        "stretch": np.concatenate([np.arange(size_of(whole)), at]),
        "start": np.concatenate([whole["start"], changes["date"][change]]),
        "kind": np.concatenate([whole["kind"], changes["kind"][change]]),
    }
    chunks = rows(chunks, np.lexsort((chunks["kind"], chunks["start"], chunks["stretch"])))
    # A reallocation stays with the kind of team that has the case; a case never goes back from the looked-after team.
    number = size_of(chunks)
    stated = np.maximum.accumulate(np.where(chunks["kind"] >= 0, np.arange(number), 0))
    chunks["kind"] = chunks["kind"][stated]
    reached = chunks["stretch"] * 10 + chunks["kind"]
    chunks["kind"] = np.maximum.accumulate(reached) % 10
    is_last = np.append(np.diff(chunks["stretch"]) != 0, True)
    chunks["end"] = np.where(is_last, whole["end"][chunks["stretch"]], np.append(chunks["start"][1:], NEVER))
    chunks["person"] = whole["person"][chunks["stretch"]]
    household = household_of[chunks["person"]]
    order = np.lexsort((moved_on, moving))
    days = (moved_on[order] - since).astype(np.int64)
    so_far = np.searchsorted(
        moving[order] * 100_000 + days, household * 100_000 + (chunks["start"] - since).astype(np.int64), side="right"
    )
    chunks["key"] = (household * 10 + chunks["kind"]) * 1_000_000 + so_far
    return rows(chunks, chunks["start"] < chunks["end"])


def _posts(chunks: Table, kind: Numbers, fte: Shares, random: Random) -> Numbers:
    """The post of each chunk: in the order of days, a household goes to the least busy of three posts of its kind."""
    number = size_of(chunks)
    first, key = np.unique(chunks["key"], return_index=True, return_inverse=True)[1:]
    posts_of_kind = [np.flatnonzero(kind == of_kind) for of_kind in range(len(KINDS))]
    some = random.random((len(first), CHOICES))
    choices = [
        posts_of_kind[of_kind][(some[place] * len(posts_of_kind[of_kind])).astype(np.int64)].tolist()
        for place, of_kind in enumerate(chunks["kind"][first].tolist())
    ]
    # What ends on a day makes room for what begins on it.
    days = np.concatenate([chunks["end"], chunks["start"]]).astype(np.int64)
    busy = [0.0] * len(kind)
    weight = (1 / fte).tolist()
    key_of = key.tolist()
    post_of_key = [-1] * len(first)
    for event in np.argsort(days, kind="stable").tolist():
        if event < number:
            post = post_of_key[key_of[event]]
            busy[post] -= weight[post]
            continue
        place = key_of[event - number]
        post = post_of_key[place]
        if post < 0:
            post = post_of_key[place] = min(choices[place], key=busy.__getitem__)
        busy[post] += weight[post]
    of_chunk: Numbers = np.array(post_of_key)[key]
    return of_chunk


def _workers(
    since: np.datetime64, kind: Numbers, fte: Shares, is_permanent: Flags, authority: Authority, random: Random
) -> Table:
    """Everyone's employment: number, post (-1 for those without cases), fte, role, start and end."""
    permanent, changing = np.flatnonzero(is_permanent), np.flatnonzero(~is_permanent)
    named = np.arange(min(len(permanent), MOST_NAMED_WITH_CASES))
    long_before = random.integers(30, 5000, len(permanent) + NAMED_AT_FRONT_DOOR)
    with_case = {
        "number": np.concatenate([named + 1, NAMED_AT_FRONT_DOOR + 1 + np.arange(len(permanent) - len(named))]),
        "post": permanent,
        "fte": fte[permanent],
        "start": since - long_before[: len(permanent)],
        "end": np.full(len(permanent), NEVER),
        "is_agency": np.zeros(len(permanent), dtype=bool),
        "role": np.full(len(permanent), "Social Worker", dtype=object),
    }
    others = np.arange(len(named), NAMED_AT_FRONT_DOOR)
    # Advisers for young people who leave care; managers; the rest screen at the front door.
    advisers = min(max(round(9 * authority.scale), 2), len(others) // 2)
    managers = min(max(len(kind) // 7, 1), len(others) - advisers - 1)
    without = {
        "number": others + 1,
        "post": np.full(len(others), -1),
        "fte": random.choice([1.0, 0.8, 0.6], len(others), p=(0.7, 0.2, 0.1)),
        "start": since - long_before[len(permanent) : len(permanent) + len(others)],
        "end": np.full(len(others), NEVER),
        "is_agency": random.random(len(others)) < 0.04,
        "role": np.repeat(
            np.array(["Personal Adviser", "Team Manager", "Screening"], dtype=object),
            [advisers, managers, len(others) - advisers - managers],
        ),
    }
    years = (EXTRACT_DATE - since).astype(np.int64) // 365 + 2
    most = 4 * int(years)
    lasts = 45 + np.minimum(random.exponential(430, (len(changing), most)), 2500).astype(np.int64)
    vacant = np.where(random.random(lasts.shape) < 0.65, 0, random.integers(5, 35, lasts.shape))
    ends = np.cumsum(lasts + vacant, axis=1) - vacant
    offset = random.integers(0, 400, (len(changing), 1))
    start, end = since - offset + ends - lasts, since - offset + ends
    post, turn = np.nonzero(start <= LAST_DAY)
    leaves = end[post, turn] <= LAST_DAY
    successive = {
        "post": changing[post],
        "fte": fte[changing[post]],
        "start": start[post, turn],
        "end": np.where(leaves, end[post, turn], NEVER),
        "is_agency": random.random(len(post)) < 0.7,
        "role": np.full(len(post), "Social Worker", dtype=object),
    }
    successive = rows(successive, np.argsort(successive["start"], kind="stable"))
    successive["number"] = max(with_case["number"].max(initial=0), NAMED_AT_FRONT_DOOR) + 1 + np.arange(len(post))
    workers = together(with_case, without, successive)
    place = random.integers(1, TEAMS_OF_A_KIND + 1, len(kind))
    team_of_post = np.array(
        [f"{KINDS[of_kind]} {number}" for of_kind, number in zip(kind, place, strict=True)], dtype=object
    )
    team_of_role = {"Personal Adviser": "Leaving Care Team", "Team Manager": "Management", "Screening": "Front Door"}
    workers["team"] = np.where(
        workers["post"] >= 0,
        np.append(team_of_post, "")[workers["post"]],
        np.array([team_of_role.get(role, "") for role in workers["role"]], dtype=object),
    ).astype(object)
    return rows(workers, np.argsort(workers["number"], kind="stable"))


def _allocations(chunks: Table, workers: Table, random: Random) -> Table:
    """Chunks of one post in a row as one, cut where its worker changes, and a few family support workers beside."""
    chunks = rows(chunks, np.lexsort((chunks["start"], chunks["stretch"])))
    goes_on = (np.diff(chunks["stretch"], prepend=-1) == 0) & (np.diff(chunks["post"], prepend=-1) == 0)
    first = np.flatnonzero(~goes_on)
    whole = rows(chunks, first)
    whole["end"] = chunks["end"][np.append(first[1:], size_of(chunks)) - 1]
    chunk, worker = pairs(whole["post"], workers["post"])
    worker_end = np.where(np.isnat(workers["end"]), EXTRACT_DATE, workers["end"])
    allocations = {
        "person": whole["person"][chunk],
        "worker": worker,
        "start": np.maximum(whole["start"][chunk], workers["start"][worker]),
        "end": np.minimum(whole["end"][chunk], worker_end[worker]),
        "is_primary": np.ones(len(chunk), dtype=bool),
    }
    allocations = rows(allocations, allocations["start"] < allocations["end"])
    beside = rows(allocations, random.random(size_of(allocations)) < 0.05)
    helping = np.flatnonzero(workers["role"] == "Screening")
    beside["worker"] = random.choice(helping, size_of(beside))
    beside["is_primary"] = np.zeros(size_of(beside), dtype=bool)
    both = together(allocations, beside)
    both["end"] = np.where(both["end"] <= LAST_DAY, both["end"], NEVER)
    both = rows(both, np.lexsort((both["worker"], both["person"], both["start"])))
    _, once = np.unique(
        np.stack([both["person"], both["worker"], both["start"].astype(np.int64)]), axis=1, return_index=True
    )
    return rows(both, np.sort(once))


def _worker_texts(workers: Table) -> Table:
    number = workers["number"]
    return {
        "worker_id": np.array([f"W{place:04d}" for place in number.tolist()], dtype=object),
        "fte": workers["fte"],
        "agency": workers["is_agency"],
        "case_holder": workers["post"] >= 0,
        "start_date": workers["start"],
        "end_date": workers["end"],
        "team": workers["team"],
        "name": np.array(
            [
                f"{FIRST_NAMES[place % len(FIRST_NAMES)]} {LAST_NAMES[place // len(FIRST_NAMES) % len(LAST_NAMES)]}"
                for place in number.tolist()
            ],
            dtype=object,
        ),
    }


def _allocation_table(allocations: Table, workers: Table, texts: Table) -> Table:
    worker = allocations["worker"]
    return {
        "person_id": identifiers("P", allocations["person"] + 1),
        "worker_id": texts["worker_id"][worker],
        "start_date": allocations["start"],
        "end_date": allocations["end"],
        "is_primary": allocations["is_primary"],
        "role": np.where(allocations["is_primary"], "Social Worker", "Family Support Worker").astype(object),
        "team": workers["team"][worker],
        "worker_name": texts["name"][worker],
    }


def worker_on(workforce: Workforce, person: Numbers, day: Dates) -> tuple[Texts, Texts]:
    """The primary worker and the team of each person on a day; nothing where there is none."""
    held = workforce.held
    mine, theirs = pairs(person, held["person"])
    on_day = (held["start"][theirs] <= day[mine]) & ~(held["end"][theirs] <= day[mine]) & held["is_primary"][theirs]
    worker, team = (np.full(len(person), "", dtype=object) for _ in range(2))
    worker[mine[on_day]] = workforce.allocation["worker_id"][theirs[on_day]]
    team[mine[on_day]] = workforce.allocation["team"][theirs[on_day]]
    return worker, team
