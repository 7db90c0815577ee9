"""Pre-proceedings: families of children on a plan, before an application to the court."""

from typing import Any

import numpy as np
import numpy.typing as npt

from pipelines.demonstration.columns import (
    EXTRACT_DATE,
    LAST_DAY,
    NEVER,
    Numbers,
    Random,
    Table,
    identifiers,
    known_where,
    linked,
    only,
    rows,
    size_of,
)
from pipelines.demonstration.spans import days_between
from pipelines.demonstration.working_days import working_days_after

SHARE_OF_PLANS = 0.16
SIXTEEN_WEEKS = 112  # days from the letter to the decision


def pre_proceedings_table(
    plans: Table, children: Table, care: Table, household_of: Numbers, in_time: float, random: Random
) -> Table:
    """One row per child and entry: start, letter, first meeting and decision in this order, for siblings together.

    A child who was looked after later ends with an application to the court, the others step down more often than not.
    """
    own = np.flatnonzero(plans["is_ours"] & (plans["child"] >= 0))
    begins = plans["start"][own] + 45
    household = household_of[plans["person"][own]]
    number = int(household_of.max()) + 1

    def of_household(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return values[household]

    start = working_days_after(plans["start"][own] + of_household(days_between(50, 260, number, random)), 0)
    end = np.where(np.isnat(plans["end"][own]), EXTRACT_DATE, plans["end"][own])
    enters = (of_household(random.random(number)) < SHARE_OF_PLANS) & (start > begins) & (start < end)
    letter = working_days_after(start + of_household(days_between(4, 20, number, random)), 0)
    met = working_days_after(letter + of_household(days_between(8, 24, number, random)), 0)
    is_swift = of_household(random.random(number)) < in_time
    lasting = np.where(
        is_swift,
        of_household(days_between(50, SIXTEEN_WEEKS, number, random)),
        of_household(days_between(SIXTEEN_WEEKS + 3, 230, number, random)),
    )
    decided = working_days_after(letter + lasting, 0)
    entered = np.full(int(plans["person"].max()) + 1, NEVER)
    ours = rows(care, care["is_ours"] & ~care["is_short_break"] & (care["person"] <= plans["person"].max()))
    entered[ours["person"]] = ours["entered"]
    to_court = ~np.isnat(entered[plans["person"][own]]) | (of_household(random.random(number)) < 0.33)
    applied = np.where(to_court, working_days_after(decided, of_household(days_between(0, 10, number, random))), NEVER)
    is_offered = of_household(random.random(number)) < 0.84
    is_held = of_household(random.random(number)) < 0.66
    is_decided = decided <= LAST_DAY
    table = {
        "person_id": identifiers("P", plans["person"][own] + 1),
        "referral_id": identifiers("R", linked(rows(plans, own), children, "referral")),
        "start_date": start,
        "letter_date": np.where((letter <= LAST_DAY) & (of_household(random.random(number)) < 0.96), letter, NEVER),
        "first_meeting_date": np.where(met <= LAST_DAY, met, NEVER),
        "review_meetings": np.where(is_decided, 1 + (lasting > 90) + (lasting > 150), 0).astype(np.int64),
        "fgdm_offered": known_where(np.ones(len(own), dtype=bool), is_offered),
        "fgdm_held": known_where(is_offered, is_held),
        "decision_date": np.where(is_decided, decided, NEVER),
        "outcome": only(is_decided, np.where(to_court, "Issue proceedings", "Step down").astype(object)),
        "court_application_date": np.where(is_decided & (applied <= LAST_DAY), applied, NEVER),
    }
    table = rows(table, enters & (start <= LAST_DAY))
    table = rows(table, np.argsort(table["start_date"], kind="stable"))
    return {"pre_proceedings_id": identifiers("PP", np.arange(size_of(table)) + 1), **table}
