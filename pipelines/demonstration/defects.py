"""What is wrong on purpose: rows that no one can use, values that no one knows, and spellings of exports."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from pipelines.demonstration.columns import Numbers, Random, Texts, rows, size_of, together


class Wrong(NamedTuple):
    """A defect: the texts that columns get, in step; `where` names a column that must be filled.

    A text that begins with "=" is the value of the column it names.
    """

    texts: Mapping[str, Sequence[str]]
    where: str = ""


BLANKS = ("", "-", "NULL", "Not Recorded")
NOTHING = (*BLANKS, "nan")
UNREADABLE = ("TBC", "05/27/2020", "not known yet", "31/02/2020")
AHEAD = ("22/09/2020", "2020-11-03", "14/04/2021", "2028-04-28")

# Rows that no one can use: copies of good rows under an id of their own.
UNUSABLE: Mapping[str, Sequence[Wrong]] = {
    "person": (
        Wrong({"person_id": NOTHING}),
        Wrong({"dob": ("oops!", "not yet born", "05/27/2012")}),
        Wrong({"dob": ("21/11/2020", "2021-02-09")}),
    ),
    "referral": (
        Wrong({"referral_id": NOTHING}),
        Wrong({"person_id": NOTHING}),
        Wrong({"referral_date": NOTHING}),
        Wrong({"referral_date": UNREADABLE}),
        Wrong({"referral_date": AHEAD, "closure_date": ("",)}),
        Wrong(
            # The last day: one set aside still says that the child had been referred before.
            {"referral_date": ("31/08/2020",), "received_at": ("31/08/2020 10:15", "31/08/2020 09:40"),
             "mash_completed_at": ("27/08/2020 16:30", "21/08/2020 12:05")}
        ),
    ),
    "assessment": (
        Wrong({"assessment_id": NOTHING}),
        Wrong({"person_id": NOTHING}),
        Wrong({"authorised_date": UNREADABLE}),
        Wrong({"authorised_date": AHEAD, "status": ("COMPLETED",)}),
        Wrong({"start_date": ("2020-03-13", "2020-06-18"), "authorised_date": ("2020-03-09", "2020-06-11")}),
    ),
    "s47": (
        Wrong({"person_id": NOTHING}),
        Wrong({"start_date": NOTHING}),
        Wrong({"start_date": UNREADABLE}),
        Wrong({"start_date": AHEAD, "end_date": ("",)}),
        Wrong({"start_date": ("09/07/2020", "18/12/2019"), "end_date": ("07/07/2020", "12/12/2019")}),
    ),
    "icpc": (
        Wrong({"person_id": NOTHING}),
        Wrong({"icpc_date": UNREADABLE}, "outcome_cp"),
        Wrong({"icpc_date": AHEAD}, "outcome_cp"),
        Wrong({"icpc_date": ("2020-05-16", "2019-11-17", "2020-08-08"), "s47_id": ("",)}, "outcome_cp"),
        Wrong({"icpc_date": ("=_before_enquiry",), "status": ("HELD",)}, "s47_id"),
    ),
    "cp_plan": (
        Wrong({"person_id": NOTHING}),
        Wrong({"start_date": NOTHING}),
        Wrong({"start_date": UNREADABLE}),
        Wrong({"start_date": AHEAD, "end_date": ("",)}),
        Wrong({"start_date": ("24/02/2020", "16/09/2019"), "end_date": ("20/02/2020", "01/09/2019")}),
    ),
    "cla_episode": (
        Wrong({"person_id": NOTHING}),
        Wrong({"decom": NOTHING}),
        Wrong({"decom": UNREADABLE}),
        Wrong({"decom": AHEAD, "dec": ("",), "rec": ("",)}),
        Wrong({"dec": ("02/01/1995", "14/02/1996")}),
    ),
    "cla_care_plan": (
        Wrong({"person_id": NOTHING}),
        Wrong({"care_plan_id": NOTHING}),
        Wrong({"authorised_date": UNREADABLE}),
        Wrong({"authorised_date": AHEAD, "status": ("AUTHORISED",)}),
        Wrong({"started_date": ("2020-05-20", "2019-10-11"), "authorised_date": ("2020-05-14", "2019-10-02")}),
    ),
    "contact": (
        Wrong({"contact_id": NOTHING}),
        Wrong({"person_id": NOTHING}),
        Wrong({"received_at": UNREADABLE}),
        Wrong({"received_at": AHEAD, "recorded_at": ("",), "mash_completed_at": ("",)}),
        Wrong({"received_at": ("10/06/2020 10:15", "21/11/2019 09:40"),
               "mash_completed_at": ("08/06/2020 16:30", "11/11/2019 12:05")}),
    ),
    "strategy_discussion": (Wrong({"discussion_date": NOTHING}), Wrong({"discussion_date": AHEAD})),
    "cin_plan": (
        Wrong({"start_date": NOTHING}),
        Wrong({"start_date": UNREADABLE}),
        Wrong({"start_date": ("24/02/2020", "16/09/2019"), "end_date": ("20/02/2020", "01/09/2019")}),
    ),
    "cin_visit": (Wrong({"visit_date": NOTHING}), Wrong({"visit_date": AHEAD}), Wrong({"person_id": NOTHING})),
    "cp_review": (Wrong({"review_date": NOTHING}), Wrong({"review_date": UNREADABLE}), Wrong({"review_date": AHEAD})),
    "cp_visit": (Wrong({"visit_date": NOTHING}), Wrong({"visit_date": AHEAD}), Wrong({"visit_id": NOTHING})),
    "cla_review": (Wrong({"review_date": NOTHING}), Wrong({"review_date": AHEAD})),
    "cla_visit": (Wrong({"visit_date": UNREADABLE}), Wrong({"visit_date": AHEAD}), Wrong({"person_id": NOTHING})),
    "cla_health": (Wrong({"event_date": UNREADABLE}), Wrong({"event_date": AHEAD, "status": ("COMPLETED",)})),
    "missing": (
        Wrong({"start_at": NOTHING}),
        Wrong({"start_at": ("2020-02-24 21:10", "2019-09-16 18:00"), "end_at": ("2020-02-24 11:10", "2019-09-15 09:30"),
               "rhi_at": ("",)}),
    ),
    "allocation": (
        Wrong({"start_date": NOTHING}),
        Wrong({"worker_id": NOTHING}),
        Wrong({"start_date": ("24/02/2020", "16/09/2019"), "end_date": ("20/02/2020", "01/09/2019")}),
    ),
    "pre_proceedings": (Wrong({"start_date": NOTHING}), Wrong({"decision_date": AHEAD}, "decision_date")),
}  # fmt: skip

# Values that are missing or unknown, in good rows: where no figure of the quoted months depends on them.
UNKNOWN: Mapping[str, Sequence[Wrong]] = {
    "person": (
        Wrong({"sex": NOTHING}),
        Wrong({"sex": ("X", "MF")}),
        Wrong({"ethnicity": ("WXYZ", "Code 'A9' is not mapped")}),
    ),
    "referral": (
        Wrong({"referral_source": NOTHING}),
        Wrong({"referral_source": ("ZZ9", "12Q")}),
        Wrong({"primary_need": ("N99", "PSRMEM - Support with memory and cognition")}, "primary_need"),
        Wrong({"referral_nfa": NOTHING}),
    ),
    "assessment": (
        Wrong({"start_date": NOTHING}, "_start_is_idle"),
        Wrong({"outcome_nfa": ("See notes",)}, "outcome_nfa"),
    ),
    "s47": (Wrong({"icpc_not_required": ("See notes",)}, "_ended_otherwise"),),
    "icpc": (Wrong({"transfer_in": ("Unsure",)}, "s47_id"), Wrong({"outcome_cp": ("See minutes",)}, "outcome_cp")),
    "cp_plan": (Wrong({"initial_category": ("ABC", "Harmed")}), Wrong({"latest_category": NOTHING})),
    "cla_episode": (
        Wrong({"legal_status": ("X9", "SGO")}, "_is_idle"),
        Wrong({"placement_type": ("Q9", "Hotel")}, "_is_idle"),
        Wrong({"rne": NOTHING}, "_is_idle"),
        Wrong({"reason_place_change": ("MOVED",)}, "reason_place_change"),
    ),
    "cla_care_plan": (Wrong({"permanence_plan": ("Unclear",)}),),
    "contact": (Wrong({"source": ("ZZ9", "12Q")}), Wrong({"outcome": ("See notes",)}, "outcome")),
    "cin_plan": (Wrong({"status": ("Awaiting chair",)}),),
    "cp_review": (Wrong({"status": ("Minutes outstanding",)}),),
    "cp_visit": (Wrong({"seen": ("Unsure",)}, "seen"),),
    "cla_review": (Wrong({"participation": ("PN9", "Views sent by text")}),),
    "cla_visit": (Wrong({"seen_alone": ("See case note",)}, "seen_alone"),),
    "cla_health": (Wrong({"type": ("EYE_TEST",)}), Wrong({"status": NOTHING})),
    "missing": (Wrong({"type": ("X",)}), Wrong({"rhi_accepted": ("Later",)}, "rhi_accepted")),
    "care_leaver": (Wrong({"activity": ("Q4",)}, "activity"), Wrong({"in_touch": NOTHING})),
    "allocation": (Wrong({"worker_name": ("Duty", "#N/A")}),),
    "worker": (Wrong({"fte": NOTHING}),),
    "pre_proceedings": (Wrong({"fgdm_offered": ("Declined by family",)}, "fgdm_offered"),),
}

# What an earlier version of a row said, which comes before it in the file: the last one is right.
SUPERSEDED: Mapping[str, Wrong] = {
    "person": Wrong({"ethnicity": ("",)}, "ethnicity"),
    "referral": Wrong({"closure_date": ("",), "closure_reason": ("",), "status": ("OPEN",)}, "closure_date"),
    "assessment": Wrong({"authorised_date": ("",), "status": ("STARTED",)}, "authorised_date"),
    "s47": Wrong({"end_date": ("",), "outcome": ("",), "status": ("STARTED",)}, "end_date"),
    "icpc": Wrong({"outcome_cp": ("",), "cp_plan_id": ("",)}, "outcome_cp"),
    "cp_plan": Wrong({"end_date": ("",)}, "end_date"),
    "cla_episode": Wrong({"dec": ("",), "rec": ("",)}, "dec"),
    "cla_care_plan": Wrong({"authorised_date": ("",), "status": ("DRAFT",)}, "authorised_date"),
    "contact": Wrong({"outcome": ("",), "mash_completed_at": ("",), "status": ("OPEN",)}, "mash_completed_at"),
    "cin_plan": Wrong({"end_date": ("",), "status": ("OPEN",)}, "end_date"),
    "cp_visit": Wrong({"seen": ("",), "seen_alone": ("",)}, "seen"),
    "cla_visit": Wrong({"seen": ("",), "seen_alone": ("",)}, "seen"),
    "missing": Wrong({"end_at": ("",), "rhi_offered": ("",), "rhi_accepted": ("",), "rhi_at": ("",)}, "end_at"),
    "allocation": Wrong({"end_date": ("",)}, "end_date"),
}

# Codes as some exports write them, with a description or a list letter.
DESCRIBED: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "person": {"ethnicity": {"WBRI": "WBRI - A1 - White - British", "MWBC": "MWBC - White and Black Caribbean"}},
    "referral": {
        "referral_source": {"1A": "1A: Individual", "1B": "b) 1B: Individual", "2A": "e) 2A: Schools",
                            "5D": "p1) 5D: LA services", "6": "q) 6: Police", "10": "u) 10: Unknown"},
        "closure_reason": {"RC8": "RC8 - Case closed after assessment"},
        "primary_need": {"N1": "N1: Abuse or neglect"},
    },
    "cp_plan": {"initial_category": {"NEG": "NEG: Neglect", "EMO": "EMO - Emotional abuse"}},
    "cla_episode": {
        "legal_status": {"C2": "C2: FCO", "V2": "V2: Single period under S20"},
        "rec": {"E4A": "E4A - Returned home"},
    },
    "contact": {
        "source": {"6": "q) 6: Police", "2A": "e) 2A: Schools", "1A": "1A: Individual"},
        "outcome": {"NFA": "NFA - No further action"},
    },
    "care_leaver": {"eligibility": {"FORMER_RELEVANT": "b) Former relevant"}},
}  # fmt: skip

# Columns whose blanks are spelt out now and then.
SPELT_BLANKS: Mapping[str, Sequence[str]] = {
    "person": ("death_date", "master_person_id"),
    "referral": ("closure_date", "primary_need"),
    "assessment": ("completed_date", "factors"),
    "s47": ("end_date", "outcome"),
    "icpc": ("notification_date", "s47_id"),
    "cp_plan": ("end_date", "icpc_id"),
    "cla_episode": ("dec", "reason_place_change"),
    "cla_care_plan": ("end_date", "completed_date"),
    "contact": ("recorded_at", "outcome"),
    "cin_plan": ("end_date",),
    "cla_health": ("event_date",),
    "missing": ("end_at", "rhi_at"),
    "care_leaver": ("activity",),
    "allocation": ("end_date",),
    "worker": ("end_date",),
    "pre_proceedings": ("decision_date", "outcome"),
}

RECORD_IDS: Mapping[str, str] = {
    "person": "person_id", "referral": "referral_id", "assessment": "assessment_id", "s47": "s47_id",
    "icpc": "icpc_id", "cp_plan": "cp_plan_id", "cla_care_plan": "care_plan_id", "contact": "contact_id",
    "strategy_discussion": "strategy_id", "cin_plan": "cin_plan_id", "cin_visit": "visit_id", "cp_review": "review_id",
    "cp_visit": "visit_id", "cla_review": "review_id", "cla_visit": "visit_id", "cla_health": "health_id",
    "missing": "missing_id", "pre_proceedings": "pre_proceedings_id",
}  # fmt: skip


Unknown = tuple[str, Numbers, Sequence[str]]  # a column, the rows, and in turn what stands there


def with_defects(
    name: str, table: dict[str, Texts], random: Random, unknown: list[Unknown] | None = None
) -> dict[str, Texts]:
    """A table with a few rows for each rule that judges rows, and codes and blanks spelt as exports spell them.

    Some 4 in 10,000 rows a rule, at least 3 where the table is large enough to bear them. `unknown` is given what of
    the good rows is missing or unknown from then on.
    """
    number = size_of(table)
    for column, spellings in DESCRIBED.get(name, {}).items():
        for code, spelling in spellings.items():
            is_code = (table[column] == code) & (random.random(number) < 0.01)
            table[column] = np.where(is_code, spelling, table[column]).astype(object)
    for column in SPELT_BLANKS.get(name, ()):
        blank = np.flatnonzero((table[column] == "") & (random.random(number) < 0.02))
        table[column][blank] = random.choice(np.array(BLANKS[1:], dtype=object), len(blank))
    few = max(round(0.0004 * number), min(3, number // 300))
    for wrong in UNKNOWN.get(name, ()):
        chosen = _some(table, wrong.where, few, random)
        _change(table, wrong, chosen)
        if unknown is not None:
            unknown += [(column, chosen, texts) for column, texts in wrong.texts.items()]

    parts, positions = [table], [np.arange(number, dtype=float)]
    for place, wrong in enumerate(UNUSABLE.get(name, ())):
        copies = rows(table, _some(table, wrong.where, few, random))
        if name in RECORD_IDS:
            copies[RECORD_IDS[name]] = np.array(
                [f"X{place}{copy:05d}" for copy in range(size_of(copies))], dtype=object
            )
        _change(copies, wrong, np.arange(size_of(copies)))
        parts.append(copies)
        positions.append(random.random(size_of(copies)) * number)
    repeated = _some(table, "", 2 * few, random)
    parts.append(rows(table, repeated))
    positions.append(repeated + 0.5 + random.integers(0, 50, len(repeated)))
    if name in SUPERSEDED:
        again = _some(table, SUPERSEDED[name].where, few, random)
        copies = rows(table, again)
        _change(copies, SUPERSEDED[name], np.arange(size_of(copies)))
        parts.append(copies)
        positions.append(again - 0.5)
    return rows(together(*parts), np.argsort(np.concatenate(positions), kind="stable"))


def _some(table: dict[str, Texts], where: str, number: int, random: Random) -> Numbers:
    candidates = np.flatnonzero(~np.isin(table[where].astype(str), BLANKS)) if where else np.arange(size_of(table))
    chosen: Numbers = random.permutation(candidates)[:number]
    return chosen


def _change(table: dict[str, Texts], wrong: Wrong, chosen: Numbers) -> None:
    for column, texts in wrong.texts.items():
        for place, row in enumerate(chosen.tolist()):
            text = texts[place % len(texts)]
            table[column][row] = table[text[1:]][row] if text.startswith("=") else text
