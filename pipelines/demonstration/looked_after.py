"""Children looked after: periods of care, their episodes and their care plans."""

import numpy as np

from pipelines.demonstration.authorities import SOUTHAMPTON, Authority
from pipelines.demonstration.cases import ASSESSMENT, CONFERENCE, NEEDS, first_of_chain
from pipelines.demonstration.columns import (
    EIGHTEEN_YEARS,
    EXTRACT_DATE,
    LAST_DAY,
    NEVER,
    Dates,
    Flags,
    Numbers,
    Random,
    Table,
    Texts,
    drawn,
    identifiers,
    only,
    rows,
    size_of,
    together,
)
from pipelines.demonstration.protection import a_few_lately_ended
from pipelines.demonstration.working_days import CALENDAR, day_within, working_days_after


def looked_after_periods(children: Table, plans: Table, plan: Table, random: Random) -> Table:
    """Periods of care: our own, series of short breaks, and children whom other authorities placed with us.

    `authorised` is the day the period's first care plan was authorised; `is_ours` and `is_short_break` say whose it is.
    """
    entered, left, earlier = _entries_and_exits(plan, random)
    root = first_of_chain(earlier)
    is_single = np.bincount(root, minlength=len(root))[root] == 1
    child = _children_entering(children, plans, entered, root, plan, random)
    new = np.cumsum(child < 0) + plans["person"].max()
    person = np.where(child >= 0, children["person"][child], new)[root]
    stay = (np.where(np.isnat(left), EXTRACT_DATE, left) - entered).astype(np.int64)
    is_alone = is_single & (child < 0)  # no other record of theirs lies later
    is_lone = (child < 0) | ((children["kind"][child] == ASSESSMENT) & (children["size"][child] == 1))
    outgrown = a_few_lately_ended(left, is_alone, 3, random)
    chance = random.random(len(person))
    own = {
        "person": person,
        "child": child[root],
        "entered": entered,
        "left": left,
        "authorised": care_plan_dates(entered, left, plan, random),
        "is_ours": np.ones(len(person), dtype=bool),
        "is_short_break": np.zeros(len(person), dtype=bool),
        "is_outgrown": outgrown,
        "comes_of_age": is_alone & ~outgrown & ~np.isnat(left) & (chance < 0.4),
        "is_unaccompanied": is_single & is_lone & ~outgrown & (stay < 500) & (chance > 0.75),
    }
    number = max(plan["looked_after"][0] // 14, 1)
    start = plan["month"][0].astype("datetime64[D]") + random.integers(-300, 12 * 60, number)
    is_short_break = np.arange(number) >= number // 7
    # V3 is a single stay, of 17 days at most; V4 a series under an agreement.
    end = start + np.where(random.random(number) < 0.15, random.integers(1, 15), random.integers(60, 1500, number))
    other = {
        "person": person.max() + 1 + np.arange(number),
        "entered": start,
        "left": np.where(end <= LAST_DAY, end, NEVER),
        "is_short_break": is_short_break,
        "is_ours": is_short_break,
    }
    care = together(own, other)
    care = rows(care, np.argsort(care["entered"], kind="stable"))
    care["number"] = np.arange(size_of(care)) + 1
    return care


def _entries_and_exits(plan: Table, random: Random) -> tuple[Dates, Dates, Numbers]:
    """Periods of care that give each month its entries and its stock: start, end, and the period it returns from."""
    months = plan["month"][plan["is_history"]]
    begun = months[0].astype("datetime64[D]")
    at_first = max(int(plan["looked_after"][0]), 1)
    before = begun - 1 - np.minimum(random.exponential(1000, at_first), 3200).astype(np.int64)
    before = np.maximum(before, np.datetime64("2009-01-01") + random.integers(0, 300, at_first))
    index = np.repeat(np.arange(len(months)), plan["entries"][plan["is_history"]])
    entered = np.concatenate([before, day_within(months[index], random)])
    index = np.concatenate([np.full(at_first, -1), index])
    left = np.full(len(entered), NEVER)
    earlier = np.arange(len(entered))
    is_taken = np.zeros(len(entered), dtype=bool)
    for at, month in enumerate(months):
        first, after = month.astype("datetime64[D]"), (month + 1).astype("datetime64[D]")
        entrants = np.flatnonzero(index == at)
        gone = np.flatnonzero(~is_taken & (left < first - 75) & (left > first - 1000))
        returning = min(len(gone), int(random.binomial(len(entrants), 0.08)))
        earlier[entrants[:returning]] = random.permutation(gone)[:returning]
        is_taken[earlier[entrants[:returning]]] = True
        pool = np.flatnonzero((index < at) & np.isnat(left))
        leaving = max(len(pool) + len(entrants) - int(plan["looked_after"][at]), 0)
        # The first months decide whether a child goes home.
        weight = np.where((first - entered[pool]).astype(np.int64) < 150, 2.5, 1.0)
        chosen = pool[np.argsort(random.exponential(size=len(pool)) / weight)[:leaving]]
        left[chosen] = first + random.integers(0, (after - first).astype(int), len(chosen))
    return entered, left, earlier


def _children_entering(
    children: Table, plans: Table, entered: Dates, root: Numbers, plan: Table, random: Random
) -> Numbers:
    """Whom the authority knew from a referral shortly before: the row of the child, or -1 for one from earlier days."""
    known = np.isin(children["kind"], (CONFERENCE, ASSESSMENT)) & children["is_only_case"]
    known[plans["child"][plans["is_outgrown"]]] = False
    candidates = np.flatnonzero(known)
    referred = children["referral_date"][candidates]
    found = np.full(len(entered), -1)
    is_first_period = (root == np.arange(len(root))) & (entered >= plan["month"][0].astype("datetime64[D]"))
    for _ in range(3):
        seeking = np.flatnonzero(is_first_period & (found < 0))
        back = (random.exponential(60, len(seeking)) + 1).astype(np.int64)
        place = np.searchsorted(referred, entered[seeking], side="right") - back
        possible = (place >= 0) & ~np.isin(candidates[np.maximum(place, 0)], found)
        taken, first_use = np.unique(place[possible], return_index=True)
        found[seeking[possible][first_use]] = candidates[taken]
    return found


def care_plan_dates(entered: Dates, left: Dates, plan: Table, random: Random) -> Dates:
    """When the first care plan of each period was authorised: at each month end as many are without one as planned."""
    months = plan["month"][plan["is_history"]]
    begun = months[0].astype("datetime64[D]")
    authorised = np.full(len(entered), NEVER)
    before = np.flatnonzero(entered < begun)
    covered = random.permutation(before)[plan["without_care_plan"][0] :]
    earliest = np.maximum(entered[covered], begun - 365)
    span = (begun - earliest).astype(np.int64)
    authorised[covered] = np.maximum(
        working_days_after(earliest + (random.random(len(span)) * span).astype(np.int64), 0), earliest
    )
    is_stuck = random.random(len(entered)) < 0.05
    for month, without in zip(months, plan["without_care_plan"], strict=False):
        first, after = month.astype("datetime64[D]"), (month + 1).astype("datetime64[D]")
        pool = np.flatnonzero((entered < after) & ~(left < after) & np.isnat(authorised))
        # A plan is due within ten working days of entry; some wait for months.
        reluctance = random.random(len(pool)) + is_stuck[pool] + (entered[pool] > after - 14)
        chosen = pool[np.argsort(reluctance)[: max(len(pool) - int(without), 0)]]
        earliest = np.maximum(entered[chosen], first)
        day = earliest + (random.random(len(chosen)) * (after - earliest).astype(np.int64)).astype(np.int64)
        day = np.busday_offset(day, 0, roll="forward", busdaycal=CALENDAR)
        authorised[chosen] = np.where(day < after, day, working_days_after(np.full(len(day), after), -1))
    return authorised


PERMANENCE = {"Long-term fostering": 40, "Return home": 22, "SGO/CAO": 12, "Adoption": 8, "Supported living": 10,
              "Long-term residential": 6, "Other": 2}  # fmt: skip
# The legal statuses that a child passes through, and how many children do. The emergency ones last for days; a
# placement order is for the youngest.
LEGAL_PATHS = np.array(
    [["V2", "V2", "V2", "V2"], ["V2", "C1", "C2", "C2"], ["C1", "C2", "C2", "C2"], ["L1", "V2", "C1", "C2"],
     ["L2", "C1", "C2", "C2"], ["C1", "C2", "E1", "E1"], ["V2", "C1", "E1", "E1"]], dtype=object
)  # fmt: skip
LEGAL_SHARES = (0.35, 0.25, 0.25, 0.10, 0.05, 0.0, 0.0)
LEGAL_SHARES_OF_THE_YOUNG = (0.10, 0.15, 0.20, 0.05, 0.10, 0.25, 0.15)
EMERGENCY_PATHS = (3, 4)
PLACEMENTS = {"U1": 8, "U3": 9, "U4": 20, "U5": 1, "U6": 40, "K2": 8, "R1": 1, "S1": 1, "T4": 1, "Z1": 1}
PLACEMENTS_ON_ORDER = PLACEMENTS | {"P1": 8}
PLACEMENTS_OF_THE_OLDER = {"U4": 25, "U6": 30, "H5": 22, "P2": 8, "K2": 14, "K1": 1}
PLACEMENTS_ON_PLACEMENT_ORDER = {"A3": 10, "A4": 50, "A5": 15, "A6": 25}
EXITS = {"E4A": 44, "E4B": 12, "E45": 8, "E46": 2, "E47": 6, "E48": 2, "E41": 8, "E13": 6, "E8": 10, "E3": 2}
EXITS_AT_EIGHTEEN = {"E17": 40, "E5": 30, "E6": 10, "E7": 20}
REASONS_FOR_CHANGE = {"CARPL": 50, "CREQB": 15, "CREQO": 10, "CHILD": 7, "LAREQ": 8, "STAND": 3, "PLACE": 5, "OTHER": 2}
# The Office for National Statistics' own stand-in for "no fixed abode": no one lives there.
POSTCODE = "ZZ99 3VZ"


def episode_rows(authority: Authority, care: Table, persons: Table, random: Random) -> Table:
    """The episodes of each period of care: the first with RNE S, each next one beginning on the day the one before
    ends with REC X1. An outgrown period was never ended in the case system.

    `period` is the row of `care`; `_is_idle` marks the rows that a defect may touch.
    """
    short = care["is_short_break"]
    until = np.where(np.isnat(care["left"]), EXTRACT_DATE, care["left"])
    stay = (until - care["entered"]).astype(np.int64)
    path = _legal_paths(care, persons, random)
    changes = np.where(short, 0, np.minimum(random.poisson(0.002 * stay), 14))
    later = np.repeat(np.arange(len(stay)), changes)
    at_once = np.flatnonzero(np.isin(path, EMERGENCY_PATHS) & ~short & (stay > 8))
    period = np.concatenate([np.arange(len(stay)), at_once, later])
    elapsed = (random.random(len(later)) * np.maximum(stay[later] - 1, 1)).astype(np.int64)
    decom = care["entered"][period]
    decom = decom + np.concatenate([np.zeros_like(stay), random.integers(2, 8, len(at_once)), 1 + elapsed])
    steps = np.repeat([0.0, 1.0, 0.5], [len(stay), len(at_once), len(later)]) > random.random(len(period))
    order = np.lexsort((~steps, decom, period))
    repeated = (np.diff(period[order], prepend=-1) == 0) & (np.diff(decom[order], prepend=NEVER).astype(int) == 0)
    order = order[~repeated & (decom[order] < until[period[order]])]
    period, decom, steps = period[order], decom[order], steps[order]
    number = len(period)
    is_first = np.diff(period, prepend=-1) > 0
    is_last = np.append(is_first[1:], True)
    dec = np.where(is_last, care["left"][period], np.append(decom[1:], NEVER))
    dec = np.where(is_last & care["is_outgrown"][period], NEVER, dec)
    birth = persons["birth"][care["person"]][period]
    age = (decom - birth).astype(np.int64) / 365.25

    legal = _legal_statuses(care, path, period, steps)
    is_new_legal = ~is_first & (legal != np.append("", legal[:-1]))
    is_moved = is_first | ~is_new_legal | (random.random(number) < 0.3)
    placement = drawn(PLACEMENTS, number, random)
    for applies, shares in (
        (np.isin(legal, ("C1", "C2")), PLACEMENTS_ON_ORDER),
        (age >= 16, PLACEMENTS_OF_THE_OLDER),
        (legal == "E1", PLACEMENTS_ON_PLACEMENT_ORDER),
    ):
        placement = np.where(applies, drawn(shares, number, random), placement)
    placement = placement[np.maximum.accumulate(np.where(is_moved, np.arange(number), 0))].astype(object)
    same_carer = random.random(number) < 0.1
    rne = np.select(
        [is_first, is_new_legal & is_moved, is_new_legal, same_carer], ["S", "B", "L", "T"], default="P"
    ).astype(object)
    exits = np.where(legal == "E1", drawn({"E11": 8, "E12": 2}, number, random), drawn(EXITS, number, random))
    at_eighteen = (dec - birth).astype(np.int64) > EIGHTEEN_YEARS - 10
    exits = np.where(short[period], "E8", np.where(at_eighteen, drawn(EXITS_AT_EIGHTEEN, number, random), exits))
    in_family = np.char.startswith(placement.astype(str), ("U"))
    own_or_agency = drawn({"PR1": 60, "PR4": 40}, number, random)
    provider = np.select(
        [in_family, np.isin(placement, ("P1", "A3", "A4", "A5", "A6")), np.isin(placement, ("T4", "Z1"))],
        [own_or_agency, np.where(placement == "P1", "PR0", "PR1").astype(object), np.full(number, "", dtype=object)],
        default="PR4",
    )
    is_moving = ~is_last & np.append(is_moved[1:], False)
    unaccompanied = care["is_unaccompanied"][period]
    elsewhere = "851" if authority.la_code != "851" else SOUTHAMPTON
    ours = np.where(random.random(number) < 0.05, "", authority.la_code)
    urn = np.array([f"SC{place:06d}" for place in range(900001, 900400)], dtype=object)[random.integers(0, 399, number)]
    is_idle = ~is_first & ~is_last & (dec < np.datetime64("2019-08-01")) & care["is_ours"][period]
    return {
        "period": period,
        "decom": decom,
        "rne": rne,
        "legal_status": legal,
        "category_of_need": np.select(
            [short[period], unaccompanied], ["N2", "N8"], default=drawn(NEEDS, len(stay), random)[period]
        ).astype(object),
        "placement_type": placement,
        "placement_provider": provider.astype(object),
        "dec": dec,
        "rec": only(~np.isnat(dec), np.where(is_last, exits, "X1").astype(object)),
        "reason_place_change": only(is_moving, drawn(REASONS_FOR_CHANGE, number, random)),
        "home_postcode": only(~unaccompanied, np.full(number, POSTCODE, dtype=object)),
        "placement_postcode": np.full(number, POSTCODE, dtype=object),
        "urn": only(in_family | (placement == "K2"), urn),
        "responsible_la": np.where(care["is_ours"][period], ours, elsewhere).astype(object),
        "_is_idle": only(is_idle, np.full(number, "Y", dtype=object)),
    }


def episode_table(episodes: Table, care: Table) -> Table:
    """The episode table."""
    period = episodes["period"]
    return {
        "person_id": identifiers("P", care["person"][period] + 1),
        "period_id": identifiers("PC", care["number"][period]),
        **{name: column for name, column in episodes.items() if name != "period"},
    }


def placement_rows(episodes: Table, care: Table) -> Table:
    """The placements of our looked-after children, short breaks left out: an episode that begins with RNE S, P or B
    begins one, which lasts until the next or until the child leaves."""
    period = episodes["period"]
    begins = np.isin(episodes["rne"], ("S", "P", "B"))
    first = np.flatnonzero(begins)
    following = np.append(first[1:], len(period))
    last = following - 1
    own = (care["is_ours"] & ~care["is_short_break"])[period[first]]
    placements = {
        "period": period[first],
        "person": care["person"][period[first]],
        "start": episodes["decom"][first],
        "end": np.where(np.isnat(episodes["dec"][last]), care["left"][period[first]], episodes["dec"][last]),
        "placement_type": episodes["placement_type"][first],
    }
    return rows(placements, own & (placements["end"] != placements["start"]))


def _legal_paths(care: Table, persons: Table, random: Random) -> Numbers:
    """Which of LEGAL_PATHS each period of care takes."""
    number = size_of(care)
    is_young = (care["entered"] - persons["birth"][care["person"]]).astype(np.int64) < 4 * 365
    usual = random.choice(len(LEGAL_PATHS), number, p=LEGAL_SHARES)
    youngest = random.choice(len(LEGAL_PATHS), number, p=LEGAL_SHARES_OF_THE_YOUNG)
    return np.where(care["is_unaccompanied"], 0, np.where(is_young, youngest, usual))


def _legal_statuses(care: Table, path: Numbers, period: Numbers, steps: Flags) -> Texts:
    """The legal status of each episode: one further along the period's path with every step."""
    is_first = np.diff(period, prepend=-1) > 0
    so_far = np.cumsum(steps)
    stage = np.minimum(so_far - so_far[is_first][period], LEGAL_PATHS.shape[1] - 1)
    stay = (care["left"] - care["entered"]).astype(np.int64)
    short = np.where(~np.isnat(care["left"]) & (stay <= 17), "V3", "V4")
    legal: Texts = np.where(care["is_short_break"][period], short[period], LEGAL_PATHS[path[period], stage])
    return legal.astype(object)


def care_plan_table(care: Table, persons: Table, random: Random) -> Table:
    """Care plans, renewed once or twice a year; of those without one a draft, one not authorised, or nothing.

    A period's plans say nothing for a later period of the same child, even where they were never ended.
    """
    own = rows(care, care["is_ours"] & ~care["is_short_break"])
    number = size_of(own)
    until = np.where(np.isnat(own["left"]), EXTRACT_DATE, own["left"])
    renewals = np.cumsum(random.integers(150, 330, (number, 16)), axis=1)
    days = working_days_after(
        np.where(np.isnat(own["authorised"]), EXTRACT_DATE, own["authorised"])[:, None]
        + np.concatenate([np.zeros((number, 1), dtype=np.int64), renewals], axis=1),
        0,
    )
    days[:, 0] = own["authorised"]
    is_made = days < until[:, None]
    is_made[:, 0] = ~np.isnat(own["authorised"])
    of_period, turn = np.nonzero(is_made)
    authorised = days[of_period, turn]
    is_latest = np.append(np.diff(of_period) > 0, True)
    closed_with_period = np.where(random.random(len(of_period)) < 0.8, own["left"][of_period], NEVER)
    end = np.where(is_latest, closed_with_period, np.append(authorised[1:], NEVER))
    begun = np.maximum(authorised - random.integers(0, 26, len(of_period)), own["entered"][of_period] - 10)
    made = {
        "row": of_period,
        "started": begun,
        "completed": np.maximum(authorised - random.integers(0, 4, len(of_period)), begun),
        "authorised": authorised,
        "end": end,
        "status": np.full(len(of_period), "AUTHORISED", dtype=object),
    }
    without = np.flatnonzero(np.isnat(own["authorised"]) & np.isnat(own["left"]))
    without = without[random.random(len(without)) < 0.8]
    status = drawn({"DRAFT": 50, "COMPLETED": 35, "CANCELLED": 15}, len(without), random)
    since = own["entered"][without]
    some_day = since + (random.random(len(without)) * (EXTRACT_DATE - since).astype(np.int64)).astype(np.int64)
    # A draft or cancelled record may carry a date of authorisation; it counts for nothing.
    is_dated = (status == "CANCELLED") | ((status == "DRAFT") & (random.random(len(without)) < 0.15))
    unmade = {
        "row": without,
        "started": since,
        "completed": np.where(status == "COMPLETED", some_day, NEVER),
        "authorised": np.where(is_dated, some_day, NEVER),
        "end": np.full(len(without), NEVER),
        "status": status,
    }
    with_one = np.flatnonzero(~np.isnat(own["authorised"]) & (own["entered"] < LAST_DAY - 120) & np.isnat(own["left"]))
    renewing = with_one[random.random(len(with_one)) < 0.06]
    renewals_begun = {
        "row": renewing,
        "started": LAST_DAY - random.integers(0, 40, len(renewing)),
        "status": np.full(len(renewing), "DRAFT", dtype=object),
    }
    plans = together(made, unmade, renewals_begun)
    plans = rows(plans, np.argsort(plans["started"], kind="stable"))
    person = own["person"][plans["row"]]
    day = np.where(np.isnat(plans["authorised"]), plans["started"], plans["authorised"])
    is_pathway = ((day - persons["birth"][person]).astype(np.int64) > 16 * 365.25) & (random.random(len(person)) < 0.75)
    return {
        "care_plan_id": identifiers("LP", np.arange(len(person)) + 1),
        "person_id": identifiers("P", person + 1),
        "plan_type": np.where(is_pathway, "PATHWAY_PLAN", "CARE_PLAN").astype(object),
        "started_date": plans["started"],
        "completed_date": plans["completed"],
        "authorised_date": plans["authorised"],
        "end_date": plans["end"],
        "permanence_plan": drawn(PERMANENCE, len(person), random),
        "status": plans["status"],
    }
