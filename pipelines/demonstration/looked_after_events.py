"""What happens to children while they are looked after: health checks, missing episodes, deprivation of liberty."""

from collections.abc import Mapping

import numpy as np

from pipelines.demonstration.columns import (
    EXTRACT_DATE,
    LAST_DAY,
    NEVER,
    NO_MOMENT,
    Dates,
    Numbers,
    Random,
    Table,
    drawn,
    identifiers,
    known_where,
    moment,
    rows,
    size_of,
    together,
)
from pipelines.demonstration.spans import days_between, repeated_within
from pipelines.demonstration.working_days import working_days_after

DENTISTS_CLOSED = (np.datetime64("2020-03-23"), np.datetime64("2020-07-15"))  # in the pandemic, but for emergencies
TEN_YEARS = 3652  # days
HOUR = 60  # minutes
# Of the children of ten and over, more than one in four goes missing, some of them often.
SHARE_GOING_MISSING = 0.28
MISSING_A_YEAR = 7.0
CONFINED = ("K1", "K2", "Z1")  # placements in which a deprivation of liberty may be ordered


def health_table(care: Table, persons: Table, practice: Mapping[str, float], random: Random) -> Table:
    """Health assessments, dental checks and immunisations of our looked-after children.

    A health assessment is due at once and every year, twice a year below five; a dental check every year. What is
    refused, cancelled or only planned stands in the table too.
    """
    own = rows(care, care["is_ours"] & ~care["is_short_break"])
    until = np.where(np.isnat(own["left"]), EXTRACT_DATE, own["left"])
    entered: Dates = own["entered"]
    length = (until - entered).astype(np.int64)
    age = (own["entered"] - persons["birth"][own["person"]]).astype(np.int64) / 365.25

    def of(kind: str, first: tuple[int, int], in_time: float, twice_while_young: bool) -> Table:
        def gaps(period: Numbers, turn: Numbers) -> Numbers:
            number = len(turn)
            is_young = twice_while_young & (age[period] + turn / 2 < 5)
            due = np.where(is_young, 181, 364)
            late = random.random(number) >= in_time
            after = np.where(
                late, due + days_between(20, 330, number, random), due - days_between(3, 40, number, random)
            )
            return np.where(turn == 0, days_between(*first, number, random), after)

        period, _, day = repeated_within(length, 140, gaps)
        return {
            "period": period,
            "date": working_days_after(entered[period] + day, 0),
            "type": np.full(len(period), kind, dtype=object),
            "status": np.full(len(period), "COMPLETED", dtype=object),
        }

    assessed = of("HEALTH_ASSESSMENT", (10, 32), practice["health"], True)
    checked = of("DENTAL_CHECK", (20, 150), practice["dental"], False)
    is_closed = (checked["date"] >= DENTISTS_CLOSED[0]) & (checked["date"] < DENTISTS_CLOSED[1])
    checked = rows(checked, ~is_closed | (random.random(size_of(checked)) < 0.1))
    immunised = rows(assessed, random.random(size_of(assessed)) < 0.9)
    is_behind = random.random(len(length)) >= practice["immunised"]
    catches_up = random.random(size_of(immunised)) < 0.1
    immunised["type"] = np.full(size_of(immunised), "IMMUNISATIONS", dtype=object)
    immunised["status"] = np.where(is_behind[immunised["period"]] & ~catches_up, "NOT_UP_TO_DATE", "UP_TO_DATE").astype(
        object
    )

    missed = rows(together(assessed, checked), random.random(size_of(assessed) + size_of(checked)) < 0.05)
    missed["date"] = working_days_after(missed["date"], -days_between(5, 40, size_of(missed), random))
    missed["status"] = drawn({"REFUSED": 45, "CANCELLED": 55}, size_of(missed), random)
    arranged_for = np.flatnonzero(np.isnat(own["left"]) & (random.random(len(length)) < 0.08))
    arranged = {
        "period": arranged_for,
        "date": np.full(len(arranged_for), NEVER),
        "type": drawn({"HEALTH_ASSESSMENT": 50, "DENTAL_CHECK": 50}, len(arranged_for), random),
        "status": np.full(len(arranged_for), "PLANNED", dtype=object),
    }
    events = together(assessed, checked, immunised, missed, arranged)
    events = rows(events, ~(events["date"] < own["entered"][events["period"]]))
    events = rows(events, np.lexsort((events["period"], events["date"])))
    return {
        "health_id": identifiers("H", np.arange(size_of(events)) + 1),
        "person_id": identifiers("P", own["person"][events["period"]] + 1),
        "type": events["type"],
        "event_date": events["date"],
        "status": events["status"],
    }


def missing_table(care: Table, children: Table, persons: Table, practice: Mapping[str, float], random: Random) -> Table:
    """Missing episodes (M) and unauthorised absences (A) with their return interviews, of children of ten and over.

    Two in three are of children looked after; the others are of children in need. Summer sees more of them.
    """
    in_care = rows(care, care["is_ours"] & ~care["is_short_break"])
    in_need = rows(children, (children["referral"] > 0) & (random.random(size_of(children)) < 0.11))
    person = np.concatenate([in_care["person"], in_need["person"]])
    start = np.concatenate([in_care["entered"], in_need["referral_date"]])
    end = np.concatenate([in_care["left"], in_need["referral_date"] + 365])
    birth = persons["birth"][person]
    start = np.maximum(start, birth + TEN_YEARS)
    end = np.where(end < EXTRACT_DATE, end, EXTRACT_DATE)
    end = np.where(end > birth + 18 * 365, birth + 18 * 365, end)
    is_known = ~np.isnat(birth) & (end > start)
    is_known[len(in_care["person"]) :] &= ~np.isin(in_need["person"], in_care["person"])
    person, start, end = person[is_known], start[is_known], end[is_known]
    goes = random.random(len(persons["birth"]))[person] < SHARE_GOING_MISSING
    often = random.gamma(1.0, MISSING_A_YEAR, len(person))
    number = random.poisson(np.where(goes, often * (end - start).astype(np.int64) / 365, 0))
    span = np.repeat(np.arange(len(person)), number)
    days = start[span] + (random.random(len(span)) * (end - start)[span].astype(np.int64)).astype(np.int64)
    days, span = _more_in_summer(days, span, random)
    episodes = len(days)
    begun = moment(days, random.integers(6 * HOUR, 24 * HOUR, episodes))
    order = np.lexsort((begun, person[span]))
    begun, span = begun[order], span[order]

    is_absence = random.random(episodes) < 0.2
    hours = np.where(
        is_absence, random.uniform(1, 9, episodes), np.clip(random.lognormal(2.4, 1.1, episodes), 0.6, 700)
    )
    returned = begun + (hours * HOUR).astype("timedelta64[m]")
    next_of_child = np.append(person[span][1:] == person[span][:-1], False)
    next_begun = np.append(begun[1:], NO_MOMENT)
    returned = np.where(next_of_child & (returned > next_begun - 90), next_begun - 90, returned)
    until = end[span].astype("datetime64[m]")
    returned = np.where(returned > until, until, returned)
    is_real = (returned > begun) & (begun < EXTRACT_DATE.astype("datetime64[m]"))
    returned = np.where(returned >= EXTRACT_DATE.astype("datetime64[m]"), NO_MOMENT, returned)

    has_ended = ~is_absence & ~np.isnat(returned)
    is_offered = random.random(episodes) < 0.93
    is_accepted = random.random(episodes) < 0.82
    is_prompt = random.random(episodes) < practice["return_interview"]
    waited = np.where(is_prompt, random.uniform(4, 71, episodes), random.uniform(74, 400, episodes))
    interviewed = returned + (waited * HOUR).astype("timedelta64[m]")
    # By day, between eight and eight; a prompt one is not put off by that.
    interviewed_on = interviewed.astype("datetime64[D]")
    minute = np.clip((interviewed - interviewed_on.astype("datetime64[m]")).astype(np.int64), 8 * HOUR, 20 * HOUR)
    interviewed = np.where(is_prompt, interviewed, moment(interviewed_on, minute))
    is_done = has_ended & is_offered & is_accepted & (interviewed < EXTRACT_DATE.astype("datetime64[m]"))
    table = {
        "person": person[span],
        "start_at": begun,
        "end_at": returned,
        "type": np.where(is_absence, "A", "M").astype(object),
        "rhi_offered": known_where(has_ended, is_offered),
        "rhi_accepted": known_where(has_ended & is_offered, is_accepted),
        "rhi_at": np.where(is_done, interviewed, NO_MOMENT),
    }
    table = rows(table, is_real)
    table = rows(table, np.argsort(table["start_at"], kind="stable"))
    return {
        "missing_id": identifiers("MI", np.arange(size_of(table)) + 1),
        "person_id": identifiers("P", table.pop("person") + 1),
        **table,
    }


def _more_in_summer(days: Dates, span: Numbers, random: Random) -> tuple[Dates, Numbers]:
    month = days.astype("datetime64[M]").astype(np.int64) % 12
    kept = random.random(len(days)) < 0.8 + 0.2 * np.cos((month - 6) * np.pi / 6)
    return days[kept], span[kept]


def deprivation_of_liberty_table(placements: Table, persons: Table, random: Random) -> Table:
    """Orders that deprive a looked-after child of liberty: twelve weeks each, renewed while the placement lasts."""
    age = (placements["start"] - persons["birth"][placements["person"]]).astype(np.int64) / 365.25
    confined = np.isin(placements["placement_type"], CONFINED) & (age >= 11) & (age < 17.8)
    chosen = rows(placements, confined & (random.random(size_of(placements)) < 0.35))
    until = np.where(np.isnat(chosen["end"]), EXTRACT_DATE + 84, chosen["end"])
    begun = chosen["start"] + days_between(1, 30, size_of(chosen), random)
    renewals = random.geometric(0.35, size_of(chosen))
    until = np.minimum(until, begun + 84 * renewals)
    placement = np.repeat(np.arange(size_of(chosen)), renewals)
    turn = np.arange(len(placement)) - np.repeat(np.cumsum(renewals) - renewals, renewals)
    start = begun[placement] + 84 * turn
    end = np.minimum(start + 84, until[placement])
    orders = {"person": chosen["person"][placement], "start": start, "end": end}
    orders = rows(orders, (start < end) & (start <= LAST_DAY))
    orders = rows(orders, np.lexsort((orders["person"], orders["start"])))
    return {
        "person_id": identifiers("P", orders["person"] + 1),
        "start_date": orders["start"],
        "end_date": np.where(orders["end"] <= LAST_DAY, orders["end"], NEVER),
    }
