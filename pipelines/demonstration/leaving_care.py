"""Young people who are to leave care or have left it at 16 to 18."""

import numpy as np

from pipelines.demonstration.columns import (
    EXTRACT_DATE,
    LAST_DAY,
    NEVER,
    Random,
    Table,
    Texts,
    drawn,
    identifiers,
    known_where,
    only,
    rows,
    size_of,
)
from pipelines.demonstration.spans import days_between

THIRTEEN_WEEKS = 91  # days in care that make a young person eligible (Children Act 1989, schedule 2, paragraph 19B)
IN_TOUCH = {"YES": 92, "NO": 4.5, "REFU": 1.5, "NREQ": 1, "RHOM": 1}
ACTIVITIES = {"F1": 6, "P1": 2, "F2": 27, "P2": 5, "F4": 14, "P4": 5, "F5": 8, "P5": 2, "G4": 5, "G5": 18, "G6": 8}
# Where they live, and whether that is suitable (1) or not (2).
ACCOMMODATION = {"U1": 34, "Z1": 13, "D1": 17, "B1": 11, "E1": 6, "T1": 4, "K1": 3, "Y1": 2, "X2": 3, "S2": 3, "V2": 1,
                 "W2": 1, "R2": 1, "G1": 1}  # fmt: skip


def care_leaver_table(care: Table, persons: Table, advisers: Texts, random: Random) -> Table:
    """One row per young person of 16 to 21 who was looked after at 16 or later, as they are on the day of the extract.

    Eligible: still looked after. Relevant: left before 18. Former relevant: of age. Qualifying: less than 13 weeks in
    care. A few are beyond 21, who asked for advice again.
    """
    own = rows(care, care["is_ours"] & ~care["is_short_break"])
    last = np.where(np.isnat(own["left"]), EXTRACT_DATE, own["left"])
    birth = persons["birth"][own["person"]]
    age = (EXTRACT_DATE - birth).astype(np.int64) / 365.25
    age_then = (last - birth).astype(np.int64) / 365.25
    latest = np.zeros(size_of(own), dtype=bool)
    order = np.lexsort((own["entered"], own["person"]))
    latest[order[np.append(np.diff(own["person"][order]) != 0, True)]] = True
    known = latest & (age_then >= 16) & (age < 25) & ((age < 21) | (random.random(size_of(own)) < 0.3))
    known &= np.isnat(persons["death_date"][own["person"]]) & persons["is_listed"][own["person"]]
    own, age, birth = rows(own, known), age[known], birth[known]
    number = size_of(own)
    stay = (last[known] - own["entered"]).astype(np.int64)
    eligibility = np.select(
        [stay < THIRTEEN_WEEKS, np.isnat(own["left"]), age < 18],
        ["QUALIFYING", "ELIGIBLE", "RELEVANT"],
        default="FORMER_RELEVANT",
    ).astype(object)
    in_touch = drawn(IN_TOUCH, number, random)
    is_in_touch = in_touch == "YES"
    accommodation = drawn(ACCOMMODATION, number, random)
    sixteenth = birth + 5844
    since = np.maximum(sixteenth, own["entered"]).astype("datetime64[D]")
    reviewed = LAST_DAY - np.where(
        random.random(number) < 0.86, days_between(0, 180, number, random), days_between(185, 420, number, random)
    )
    seen = LAST_DAY - np.where(
        is_in_touch & (random.random(number) < 0.9),
        days_between(0, 56, number, random),
        days_between(60, 300, number, random),
    )
    leavers = {
        "person_id": identifiers("P", own["person"] + 1),
        "eligibility": eligibility,
        "in_touch": in_touch,
        "activity": only(is_in_touch, drawn(ACTIVITIES, number, random)),
        "accommodation": np.where(is_in_touch, accommodation, "0").astype(object),
        "suitable": known_where(is_in_touch, np.char.endswith(accommodation.astype(str), "1")),
        "pathway_review_date": np.where((reviewed > since) & (random.random(number) < 0.97), reviewed, NEVER),
        "latest_contact_date": np.where(seen > since, seen, NEVER),
        "personal_adviser": advisers[random.integers(0, len(advisers), number)],
        "team": np.full(number, "Leaving Care Team", dtype=object),
    }
    return rows(leavers, np.argsort(own["person"], kind="stable"))
