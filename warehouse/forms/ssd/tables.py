"""The Standard Safeguarding Dataset (SSD 1.4.5, July 2026): which of its columns mean which of the contract's.

By meaning, not by likeness of names. A table whose columns need more than another name has a query beside this module,
`<table>.sql`, which gives the same contract columns.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from schemas.tables import columns
from warehouse.landing.coverage import starting

System = Literal["systemc", "mosaic", "eclipse"]
SYSTEMS: tuple[System, ...] = get_args(System)


@dataclass(frozen=True)
class Source:
    """What a contract table is made of: an SSD table, and per contract column the SSD columns that can give it.

    A contract column is there where any of its SSD columns is; one of another SSD table is written `table.column`.
    `beside` are columns that the query needs to find the others.
    """

    table: str
    cells: Mapping[str, str]  # SSD columns, parted by spaces
    beside: str = ""

    def given_by(self, column: str) -> list[tuple[str, str]]:
        """The SSD tables and columns that can give a contract column."""
        return [self._placed(name) for name in self.cells[column].split()]

    @property
    def read(self) -> list[tuple[str, str]]:
        """Every SSD table and column that is read for it."""
        named = (*(name for one in self.cells.values() for name in one.split()), *self.beside.split())
        return [self._placed(name) for name in named]

    def _placed(self, name: str) -> tuple[str, str]:
        table, _, column = name.rpartition(".")
        return table or self.table, column


_CARE = "ssd_cla_episodes.clae_cla_id ssd_cla_episodes.clae_person_id"

SOURCES: Mapping[str, Source] = {
    "person": Source(
        "ssd_person",
        {
            "person_id": "pers_person_id", "dob": "pers_dob", "expected_dob": "pers_expected_dob", "sex": "pers_sex",
            "ethnicity": "pers_ethnicity", "disabled": "ssd_disability.disa_disability_code",
            "uasc": "ssd_immigration_status.immi_immigration_status", "death_date": "pers_death_date",
            "upn": "pers_upn", "postcode": "ssd_address.addr_address_postcode",
        },
        "ssd_disability.disa_person_id ssd_immigration_status.immi_person_id ssd_address.addr_person_id "
        "ssd_address.addr_address_type ssd_address.addr_address_start_date ssd_address.addr_address_end_date",
    ),
    "contact": Source(
        "ssd_contacts",
        {
            "contact_id": "cont_contact_id", "person_id": "cont_person_id", "received_at": "cont_contact_date",
            "source": "cont_contact_source_desc cont_contact_source_code", "outcome": "cont_contact_outcome_json",
        },
    ),
    "referral": Source(
        "ssd_cin_episodes",
        {
            "referral_id": "cine_referral_id", "person_id": "cine_person_id", "referral_date": "cine_referral_date",
            "referral_source": "cine_referral_source_code", "primary_need": "cine_cin_primary_need_code",
            "referral_nfa": "cine_referral_nfa", "closure_date": "cine_close_date",
            "closure_reason": "cine_close_reason", "team": "cine_referral_team", "worker": "cine_referral_worker_id",
        },
    ),
    "assessment": Source(
        "ssd_cin_assessments",
        {
            "assessment_id": "cina_assessment_id", "person_id": "cina_person_id", "referral_id": "cina_referral_id",
            "start_date": "cina_assessment_start_date", "authorised_date": "cina_assessment_auth_date",
            "child_seen": "cina_assessment_child_seen", "outcome_nfa": "cina_assessment_outcome_nfa",
            "factors": "ssd_assessment_factors.cinf_assessment_factors_json", "team": "cina_assessment_team",
            "worker": "cina_assessment_worker_id",
        },
        "ssd_assessment_factors.cinf_assessment_id",
    ),
    "cin_plan": Source(
        "ssd_cin_plans",
        {
            "cin_plan_id": "cinp_cin_plan_id", "person_id": "cinp_person_id", "referral_id": "cinp_referral_id",
            "start_date": "cinp_cin_plan_start_date", "end_date": "cinp_cin_plan_end_date",
            "team": "cinp_cin_plan_team", "worker": "cinp_cin_plan_worker_id",
        },
    ),
    "cin_visit": Source(
        "ssd_cin_visits",
        {
            "visit_id": "cinv_cin_visit_id", "person_id": "cinv_person_id ssd_cin_plans.cinp_person_id",
            "cin_plan_id": "cinv_cin_plan_id", "visit_date": "cinv_cin_visit_date", "seen": "cinv_cin_visit_seen",
            "seen_alone": "cinv_cin_visit_seen_alone",
        },
        "ssd_cin_plans.cinp_cin_plan_id",
    ),
    "s47": Source(
        "ssd_s47_enquiry",
        {
            "s47_id": "s47e_s47_enquiry_id", "person_id": "s47e_person_id", "referral_id": "s47e_referral_id",
            "start_date": "s47e_s47_start_date", "end_date": "s47e_s47_end_date",
            "outcome": "s47e_s47_outcome_json", "icpc_not_required": "s47e_s47_nfa",
        },
    ),
    # The system's own target of a conference means three things in three systems: it is not read.
    "icpc": Source(
        "ssd_initial_cp_conference",
        {
            "icpc_id": "icpc_icpc_id", "meeting_id": "icpc_icpc_meeting_id", "person_id": "icpc_person_id",
            "s47_id": "icpc_s47_enquiry_id", "referral_id": "icpc_referral_id", "icpc_date": "icpc_icpc_date",
            "transfer_in": "icpc_icpc_transfer_in", "outcome_cp": "icpc_icpc_outcome_cp_flag",
            "cp_plan_id": "icpc_cp_plan_id",
        },
    ),
    "cp_plan": Source(
        "ssd_cp_plans",
        {
            "cp_plan_id": "cppl_cp_plan_id", "person_id": "cppl_person_id", "referral_id": "cppl_referral_id",
            "icpc_id": "cppl_icpc_id", "start_date": "cppl_cp_plan_start_date", "end_date": "cppl_cp_plan_end_date",
            "initial_category": "cppl_cp_plan_initial_category", "latest_category": "cppl_cp_plan_latest_category",
            "ola_plan": "cppl_cp_plan_ola",
        },
    ),
    "cp_review": Source(
        "ssd_cp_reviews",
        {
            "review_id": "cppr_cp_review_id", "person_id": "cppr_person_id ssd_cp_plans.cppl_person_id",
            "cp_plan_id": "cppr_cp_plan_id", "review_date": "cppr_cp_review_date", "due_date": "cppr_cp_review_due",
        },
        "ssd_cp_plans.cppl_cp_plan_id",
    ),
    "cp_visit": Source(
        "ssd_cp_visits",
        {
            "visit_id": "cppv_cp_visit_id", "person_id": "cppv_person_id ssd_cp_plans.cppl_person_id",
            "cp_plan_id": "cppv_cp_plan_id", "visit_date": "cppv_cp_visit_date", "seen": "cppv_cp_visit_seen",
            "seen_alone": "cppv_cp_visit_seen_alone",
        },
        "ssd_cp_plans.cppl_cp_plan_id",
    ),
    "cla_episode": Source(
        "ssd_cla_episodes",
        {
            "person_id": "clae_person_id", "episode_id": "clae_cla_episode_id", "period_id": "clae_cla_id",
            "decom": "clae_cla_episode_start_date", "rne": "clae_cla_episode_start_reason",
            "legal_status": "ssd_legal_status.lega_legal_status", "category_of_need": "clae_cla_primary_need_code",
            "placement_type": "ssd_cla_placement.clap_cla_placement_type",
            "placement_provider": "ssd_cla_placement.clap_cla_placement_provider",
            "dec": "clae_cla_episode_ceased_date", "rec": "clae_cla_episode_ceased_reason",
            "reason_place_change": "ssd_cla_placement.clap_cla_placement_change_reason",
            "placement_postcode": "ssd_cla_placement.clap_cla_placement_postcode",
            "urn": "ssd_cla_placement.clap_cla_placement_urn", "period_start_date": "clae_entered_care_date",
        },
        "clae_cla_placement_id ssd_cla_placement.clap_cla_placement_id ssd_cla_placement.clap_cla_id "
        "ssd_cla_placement.clap_person_id ssd_cla_placement.clap_cla_placement_start_date "
        "ssd_cla_placement.clap_cla_placement_end_date ssd_legal_status.lega_person_id "
        "ssd_legal_status.lega_legal_status_start_date ssd_legal_status.lega_legal_status_end_date",
    ),
    "cla_care_plan": Source(
        "ssd_cla_care_plan",
        {
            "care_plan_id": "lacp_table_id", "person_id": "lacp_person_id",
            "started_date": "lacp_cla_care_plan_start_date", "end_date": "lacp_cla_care_plan_end_date",
        },
    ),
    "cla_review": Source(
        "ssd_cla_reviews",
        {
            "review_id": "clar_cla_review_id", "person_id": "clar_cla_person_id clar_cla_id",
            "review_date": "clar_cla_review_date", "due_date": "clar_cla_review_due_date",
            "participation": "clar_cla_review_participation", "cancelled": "clar_cla_review_cancelled",
        },
        _CARE,
    ),
    "cla_visit": Source(
        "ssd_cla_visits",
        {
            "visit_id": "clav_cla_visit_id", "person_id": "clav_person_id", "visit_date": "clav_cla_visit_date",
            "seen": "clav_cla_visit_seen", "seen_alone": "clav_cla_visit_seen_alone",
        },
    ),
    "cla_health": Source(
        "ssd_cla_health",
        {
            "health_id": "clah_health_check_id", "person_id": "clah_person_id", "type": "clah_health_check_type",
            "event_date": "clah_health_check_date", "status": "clah_health_check_status",
        },
    ),
    "missing": Source(
        "ssd_missing",
        {
            "missing_id": "miss_table_id", "person_id": "miss_person_id",
            "start_at": "miss_missing_episode_start_date", "end_at": "miss_missing_episode_end_date",
            "type": "miss_missing_episode_type", "rhi_offered": "miss_missing_rhi_offered",
            "rhi_accepted": "miss_missing_rhi_accepted",
        },
    ),
    "care_leaver": Source(
        "ssd_care_leavers",
        {
            "person_id": "clea_person_id", "eligibility": "clea_care_leaver_eligibility",
            "in_touch": "clea_care_leaver_in_touch", "activity": "clea_care_leaver_activity",
            "accommodation": "clea_care_leaver_accommodation", "suitable": "clea_care_leaver_accom_suitable",
            "pathway_review_date": "clea_pathway_plan_review_date",
            "latest_contact_date": "clea_care_leaver_latest_contact",
            "personal_adviser": "clea_care_leaver_personal_advisor", "team": "clea_care_leaver_allocated_team",
        },
    ),
    "worker": Source(
        "ssd_professionals",
        {
            "worker_id": "prof_professional_id", "fte": "prof_full_time_equivalency",
            "agency": "prof_agency_worker_flag", "team": "prof_professional_department",
        },
        "prof_social_worker_registration_no",
    ),
    # Whose team holds the case is asked of the main involvement, and nothing says which that is: teams are not read.
    "allocation": Source(
        "ssd_involvements",
        {
            "person_id": "invo_person_id ssd_cin_episodes.cine_person_id", "worker_id": "invo_professional_id",
            "start_date": "invo_involvement_start_date", "end_date": "invo_involvement_end_date",
            "role": "invo_professional_role_id", "worker_name": "ssd_professionals.prof_professional_name",
        },
        "invo_referral_id ssd_cin_episodes.cine_referral_id ssd_professionals.prof_professional_id "
        "ssd_professionals.prof_social_worker_registration_no",
    ),
    # The decision to enter pre-proceedings begins them; the day of agreement to step down or to issue ends them.
    "pre_proceedings": Source(
        "ssd_pre_proceedings",
        {
            "pre_proceedings_id": "prep_table_id", "person_id": "prep_person_id",
            "start_date": "prep_pre_pro_decision_date", "letter_date": "prep_pre_pro_letter_date",
            "first_meeting_date": "prep_initial_pre_pro_meeting_date", "review_meetings": "prep_pre_pro_meetings_num",
            "decision_date": "prep_agree_stepdown_issue_date", "outcome": "prep_pre_pro_outcome",
            "court_application_date": "prep_pre_pro_outcome",
        },
    ),
}  # fmt: skip

# What one of the systems calls a column, by table and the name that is read.
SYNONYMS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("ssd_cin_plans", "cinp_cin_plan_id"): ("cin_plan_id",),
    ("ssd_cla_care_plan", "lacp_table_id"): ("lacp_cla_care_plan_id",),
    ("ssd_cla_reviews", "clar_cla_person_id"): ("clar_person_id",),
    ("ssd_cp_reviews", "cppr_cp_review_id"): ("workflow_step_id",),
    ("ssd_cp_reviews", "cppr_person_id"): ("person_id",),
    ("ssd_cp_reviews", "cppr_cp_plan_id"): ("registration_id",),
    ("ssd_cp_reviews", "cppr_cp_review_date"): ("actual_date",),
    ("ssd_cp_reviews", "cppr_cp_review_due"): ("due_date",),
}


def _tables() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for source in SOURCES.values():
        for table, column in source.read:
            found.setdefault(table, {})[column] = None
    return {table: tuple(names) for table, names in sorted(found.items())}


# The SSD tables that are read, and their columns.
TABLES = _tables()


def carried(table: str, found: Mapping[str, frozenset[str]] | None = None) -> tuple[str, ...]:
    """The contract columns that the SSD gives a table, in the contract's order; with `found`, those that these SSD
    tables and columns give.
    """
    source = SOURCES[table]
    return tuple(
        one.name
        for one in columns(table)
        if one.name in source.cells
        and (found is None or any(name in found.get(of, ()) for of, name in source.given_by(one.name)))
    )


def coverage_of(system: System, table: str, extract_date: date) -> Mapping[str, date]:
    """From when a table of a system's SSD is complete, as `extract.toml` says it; nothing for the whole history.

    The scripts of SystemC keep what starts, is open or ends in six years before the day that they run; they ran by the
    extract date. A referral from before is kept only while it is open, so that its spells are complete from today only.
    Those of Mosaic begin with a financial year, of which only the one after the window has begun is whole for certain.
    Those of Eclipse have no window. Source: the SSD's own scripts, 1.4.5.
    """
    if table in ("person", "worker") or system == "eclipse":
        return {}
    since = starting("6 years", extract_date)
    if system == "mosaic":
        return {"complete_from": date(since.year + (since >= date(since.year, 4, 1)), 4, 1)}
    if table == "referral":
        return {"complete_from": since, "spells_complete_from": extract_date}
    return {"complete_from": since}
