"""Everyone in any table: when they were born, and who they are."""

import numpy as np

from pipelines.demonstration.cases import CONFERENCE
from pipelines.demonstration.columns import (
    EIGHTEEN_YEARS,
    EXTRACT_DATE,
    LAST_DAY,
    NEVER,
    Dates,
    Numbers,
    Random,
    Table,
    Texts,
    drawn,
    identifiers,
    rows,
    size_of,
)


def person_rows(children: Table, assessments: Table, plans: Table, care: Table, random: Random) -> Table:
    """Everyone in any table, by person number.

    `is_listed` is false for the few whom the person table lacks: they matter to no snapshot of the last year.
    """
    spans = (
        (children["person"], children["referral_date"], children["referral_date"]),
        (assessments["person"], assessments["start"], assessments["authorised"]),
        (plans["person"], plans["start"], plans["end"]),
        (care["person"], care["entered"], care["left"]),
    )
    number = int(max(person.max() for person, _, _ in spans)) + 1
    first, last = np.full(number, EXTRACT_DATE), np.full(number, np.datetime64("2000-01-01"))
    for person, start, end in spans:
        np.minimum.at(first, person, start)
        np.maximum.at(last, person, np.where(np.isnat(end), LAST_DAY, end))
    persons = _births(children, plans, care, first, last, random)

    # What is amiss with persons befalls those of a single case that nothing came of, or who left long ago.
    of_plan_or_care = np.zeros(number, dtype=bool)
    of_plan_or_care[care["person"]] = True
    in_care = of_plan_or_care.copy()
    of_plan_or_care[plans["person"]] = True
    lone = children["is_only_case"] & (children["size"] == 1)
    at_front_door = children["person"][lone & ~of_plan_or_care[children["person"]]]
    long_ago = np.datetime64("2019-08-01")
    of_conference = lone & (children["kind"] == CONFERENCE)
    past_plan = of_conference[plans["child"]] & (plans["child"] >= 0) & (plans["end"] < long_ago)
    past_plan &= ~in_care[plans["person"]]
    past_care = (care["child"] < 0) & (care["left"] < long_ago)
    at_front_door = random.permutation(at_front_door)
    unlisted = [
        at_front_door[: max(size_of(children) // 1500, 1)],
        random.permutation(plans["person"][past_plan])[: 3 * (size_of(plans) > 400)],
        random.permutation(care["person"][past_care])[: 3 * (size_of(care) > 400)],
    ]
    is_listed = np.ones(number, dtype=bool)
    is_listed[np.concatenate(unlisted)] = False
    merged_into = np.full(number, -1)
    some = at_front_door[is_listed[at_front_door]][: 2 * max(number // 2500, 1)]
    merged_into[some[::2][: len(some) // 2]] = some[1::2]
    had_died = ~of_plan_or_care & (last < LAST_DAY - 30) & (random.random(number) < 0.0004)
    return persons | {
        "is_listed": is_listed,
        "merged_into": merged_into,
        "death_date": np.where(had_died, last + 9, NEVER),
    }


def _births(children: Table, plans: Table, care: Table, first: Dates, last: Dates, random: Random) -> Table:
    """When each was or is to be born. Nobody turns 18 before the last of their records, save the outgrown."""
    number = len(first)
    # An age at the first record that leaves room for the last before the 18th birthday.
    room = np.maximum(EIGHTEEN_YEARS - 20 - (last - first).astype(np.int64), 0)
    birth = first - (random.random(number) * room).astype(np.int64)

    # Known before birth: born since, or due after the extract. The looked after are not.
    before_birth = np.zeros(number, dtype=bool)
    before_birth[children["person"][children["position"] == 0]] = True
    before_birth[care["person"]] = False
    before_birth[plans["person"][plans["is_outgrown"]]] = False
    chance = random.random(number)
    since_born = before_birth & (first < LAST_DAY - 130) & (chance < 0.03)
    birth = np.where(since_born, first + random.integers(10, 120, number), birth)
    unborn = before_birth & (first > LAST_DAY - 110) & (chance < 0.2)
    due = np.minimum(EXTRACT_DATE + random.integers(5, 170, number), first + 250)

    young = care["is_unaccompanied"]
    is_unaccompanied = np.zeros(number, dtype=bool)
    is_unaccompanied[care["person"][young]] = True
    birth[care["person"][young]] = care["entered"][young] - random.integers(15 * 365 + 60, 16 * 365, int(young.sum()))
    for person, day, of_age in (
        (plans["person"], plans["end"], plans["is_outgrown"]),
        (care["person"], care["left"], care["is_outgrown"] | care["comes_of_age"]),
    ):
        birth[person[of_age]] = _eighteen_years_before(day[of_age])
    return {
        "birth": np.where(unborn, NEVER, birth),
        "due": np.where(unborn, due, NEVER),
        "is_unaccompanied": is_unaccompanied,
    }


def _eighteen_years_before(days: Dates) -> Dates:
    month = days.astype("datetime64[M]")
    earlier: Dates = (month - 18 * 12).astype("datetime64[D]") + (days - month.astype("datetime64[D]"))
    return earlier


ETHNICITIES = {"WBRI": 68, "WOTH": 6, "WIRI": 0.5, "WIRT": 0.3, "WROM": 0.5, "MWBC": 3, "MWBA": 2, "MWAS": 2, "MOTH": 3,
               "AIND": 1.5, "APKN": 2, "ABAN": 1.5, "AOTH": 2, "BAFR": 3, "BCRB": 0.7, "BOTH": 1, "CHNE": 0.3,
               "OOTH": 1.5, "REFU": 0.3, "NOBT": 1}  # fmt: skip


def person_table(persons: Table, random: Random) -> Table:
    """The person table, of those whom it lists."""
    number = size_of(persons)
    is_unborn = ~np.isnat(persons["due"])
    digits = random.integers(10**11, 10**12, number)
    upn = np.array([f"A{digit}" for digit in digits.tolist()], dtype=object)
    table: Table = {
        "person_id": identifiers("P", np.arange(number) + 1),
        "master_person_id": identifiers("P", np.where(persons["merged_into"] < 0, -1, persons["merged_into"] + 1)),
        "dob": persons["birth"],
        "expected_dob": persons["due"],
        "dob_estimated": persons["is_unaccompanied"],
        "sex": np.where(is_unborn, "U", drawn({"M": 52, "F": 48}, number, random)).astype(object),
        "ethnicity": np.where(is_unborn, "NOBT", drawn(ETHNICITIES, number, random)).astype(object),
        "disabled": drawn({"N": 88, "Y": 12}, number, random) == "Y",
        "uasc": persons["is_unaccompanied"],
        "death_date": persons["death_date"],
        "upn": np.where(random.random(number) < 0.25, "UN3", upn).astype(object),
    }
    return rows(table, persons["is_listed"])


def households_of(children: Table, persons: Table) -> Numbers:
    """The household of each person, as the number of its first child."""
    household = np.arange(len(persons["birth"]))
    household[children["person"]] = children["person"] - children["position"]
    return household


def postcodes(household: Numbers, random: Random) -> Texts:
    """A home postcode for each person, shared by a household; a few are not known. No one lives in the area ZZ."""
    number = int(household.max()) + 1
    district = random.choice(np.arange(1, 10), number, p=np.array([18, 16, 14, 12, 11, 10, 8, 6, 5]) / 100)
    sector = random.integers(1, 6, number)
    unit = [f"{first}{second}" for first in "ABDEFGHJ" for second in "LNPQRSTU"]
    ending = random.integers(0, len(unit), number)
    known = random.random(number) < 0.985
    texts = [
        f"ZZ{at} {of}{unit[end]}" if is_known else ""
        for at, of, end, is_known in zip(
            district.tolist(), sector.tolist(), ending.tolist(), known.tolist(), strict=True
        )
    ]
    of_person: Texts = np.array(texts, dtype=object)[household]
    return of_person
