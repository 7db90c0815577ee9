"""The canonical tables, their columns and keys, and which values the rules for rows ask of them.

A column is written `name kind`, with `!` where the column must be there. A kind that is not id, date, moment, boolean,
number, text or eligibility names a code set of `cells`.
"""

from __future__ import annotations

from typing import NamedTuple


class Column(NamedTuple):
    name: str
    kind: str
    must_be_there: bool


def _columns(text: str) -> dict[str, Column]:
    words = text.split()
    pairs = zip(words[::2], words[1::2], strict=True)
    return {name: Column(name, kind.rstrip("!"), kind.endswith("!")) for name, kind in pairs}


COLUMNS: dict[str, dict[str, Column]] = {
    "person": _columns(
        "person_id id! master_person_id id dob date expected_dob date dob_estimated boolean sex sex! "
        "ethnicity ethnicity disabled boolean uasc boolean death_date date upn text postcode text"
    ),
    "contact": _columns(
        "contact_id id! person_id id! received_at moment! recorded_at moment source source! mash_flag boolean "
        "mash_completed_at moment outcome contact_outcome status text team text worker text"
    ),
    "referral": _columns(
        "referral_id id! person_id id! referral_date date! received_at moment recorded_at moment "
        "mash_completed_at moment referral_source source! primary_need need referral_nfa boolean! closure_date date "
        "closure_reason closure contact_id id status text team text worker text"
    ),
    "assessment": _columns(
        "assessment_id id! person_id id! referral_id id assessment_type text start_date date! "
        "internal_review_date date authorised_date date completed_date date child_seen boolean outcome_nfa boolean "
        "factors text status text team text worker text"
    ),
    "strategy_discussion": _columns("strategy_id id! person_id id! s47_id id discussion_date date! decision boolean"),
    "s47": _columns(
        "s47_id id! person_id id! referral_id id start_date date! end_date date outcome text "
        "icpc_not_required boolean icpc_target_date date status text"
    ),
    "icpc": _columns(
        "icpc_id id! meeting_id id person_id id! s47_id id referral_id id planned_date date icpc_date date "
        "transfer_in boolean notification_date date outcome_cp boolean status text cp_plan_id id"
    ),
    "cp_plan": _columns(
        "cp_plan_id id! person_id id! referral_id id icpc_id id start_date date! end_date date "
        "initial_category abuse latest_category abuse number_previous number ola_plan boolean temporary boolean"
    ),
    "cp_review": _columns("review_id id! person_id id! cp_plan_id id review_date date! due_date date status text"),
    "cp_visit": _columns(
        "visit_id id! person_id id! cp_plan_id id visit_date date! seen boolean seen_alone boolean status text"
    ),
    "cin_visit": _columns(
        "visit_id id! person_id id! cin_plan_id id visit_date date! seen boolean seen_alone boolean status text"
    ),
    "cin_plan": _columns(
        "cin_plan_id id! person_id id! referral_id id start_date date! end_date date status text team text worker text"
    ),
    "cla_episode": _columns(
        "person_id id! period_id id decom date! rne rne! legal_status legal_status! category_of_need need "
        "placement_type placement! placement_provider provider dec date rec rec reason_place_change place_change "
        "home_postcode text placement_postcode text urn text responsible_la text period_start_date date"
    ),
    "cla_care_plan": _columns(
        "care_plan_id id person_id id! plan_type text started_date date completed_date date authorised_date date "
        "end_date date permanence_plan text status text"
    ),
    "cla_review": _columns(
        "review_id id! person_id id! review_date date! due_date date participation participation cancelled boolean "
        "status text"
    ),
    "cla_visit": _columns("visit_id id! person_id id! visit_date date! seen boolean seen_alone boolean status text"),
    "cla_health": _columns("health_id id! person_id id! type health_type! event_date date status health_status"),
    "missing": _columns(
        "missing_id id! person_id id! start_at moment! end_at moment type missing_type! rhi_offered boolean "
        "rhi_accepted boolean rhi_at moment"
    ),
    "dolo": _columns("person_id id! start_date date! end_date date"),
    "care_leaver": _columns(
        "person_id id! eligibility eligibility! in_touch in_touch activity activity accommodation accommodation "
        "suitable boolean pathway_review_date date latest_contact_date date personal_adviser text team text"
    ),
    "allocation": _columns(
        "person_id id! worker_id id! start_date date! end_date date is_primary boolean role text team text "
        "worker_name text"
    ),
    "worker": _columns(
        "worker_id id! fte number! agency boolean case_holder boolean start_date date end_date date team text"
    ),
    "pre_proceedings": _columns(
        "pre_proceedings_id id! person_id id! referral_id id start_date date! letter_date date "
        "first_meeting_date date review_meetings number fgdm_offered boolean fgdm_held boolean decision_date date "
        "outcome text court_application_date date"
    ),
}

KEYS: dict[str, tuple[str, ...]] = {
    "person": ("person_id",),
    "contact": ("contact_id", "person_id"),
    "referral": ("referral_id", "person_id"),
    "assessment": ("assessment_id", "person_id"),
    "strategy_discussion": ("strategy_id", "person_id"),
    "s47": ("s47_id", "person_id"),
    "icpc": ("icpc_id", "person_id"),
    "cp_plan": ("cp_plan_id", "person_id"),
    "cp_review": ("review_id", "person_id"),
    "cp_visit": ("visit_id", "person_id"),
    "cin_visit": ("visit_id", "person_id"),
    "cin_plan": ("cin_plan_id", "person_id"),
    "cla_episode": ("person_id", "decom", "legal_status", "placement_type"),
    "cla_care_plan": ("care_plan_id", "person_id"),
    "cla_review": ("review_id", "person_id"),
    "cla_visit": ("visit_id", "person_id"),
    "cla_health": ("health_id", "person_id"),
    "missing": ("missing_id", "person_id"),
    "dolo": ("person_id", "start_date"),
    "care_leaver": ("person_id",),
    "allocation": ("person_id", "worker_id", "start_date"),
    "worker": ("worker_id",),
    "pre_proceedings": ("pre_proceedings_id", "person_id"),
}

# `required`: the ids of the key, the child, and the dates without which a row says nothing.
SAYS_NOTHING_WITHOUT: dict[str, tuple[str, ...]] = {
    **{table: key for table, key in KEYS.items() if table != "cla_episode"},
    "referral": (*KEYS["referral"], "referral_date"),
    "s47": (*KEYS["s47"], "start_date"),
    "cp_plan": (*KEYS["cp_plan"], "start_date"),
    "cp_review": (*KEYS["cp_review"], "review_date"),
    "cp_visit": (*KEYS["cp_visit"], "visit_date"),
    "cin_visit": (*KEYS["cin_visit"], "visit_date"),
    "cin_plan": (*KEYS["cin_plan"], "start_date"),
    "cla_episode": ("person_id", "decom"),
    "cla_review": (*KEYS["cla_review"], "review_date"),
    "cla_visit": (*KEYS["cla_visit"], "visit_date"),
    "missing": (*KEYS["missing"], "start_at"),
    "pre_proceedings": (*KEYS["pre_proceedings"], "start_date"),
}

# The day by which a table's rows have an order among a child's.
DAYS_OF_AN_ORDER = {
    "referral": "referral_date", "assessment": "start_date", "s47": "start_date", "icpc": "icpc_date",
    "cp_plan": "start_date", "strategy_discussion": "discussion_date",
}  # fmt: skip

# `after_extract`: what claims to have happened; not what is planned, expected, due or set as a target, and not the end
# of an order or of a worker's time, which may be known ahead.
LOOKS_AHEAD = {
    *("expected_dob", "internal_review_date", "icpc_target_date", "planned_date", "due_date", "period_start_date"),
    *("dolo.end_date", "allocation.end_date", "worker.start_date", "worker.end_date"),
    "pre_proceedings.first_meeting_date",
}

# `end_before_start`: pairs of columns.
ENDS: dict[str, tuple[tuple[str, str], ...]] = {
    "contact": (("received_at", "mash_completed_at"),),
    "referral": (("received_at", "mash_completed_at"), ("referral_date", "closure_date")),
    "assessment": (("start_date", "authorised_date"),),
    "s47": (("start_date", "end_date"),),
    "cp_plan": (("start_date", "end_date"),),
    "cin_plan": (("start_date", "end_date"),),
    "cla_episode": (("decom", "dec"),),
    "cla_care_plan": (("started_date", "authorised_date"), ("started_date", "end_date")),
    "missing": (("start_at", "end_at"),),
}
