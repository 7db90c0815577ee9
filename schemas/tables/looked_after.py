"""Episodes of care, and what is done for looked after children."""

import pandera.pandas as pa

from schemas.tables.column import (
    Boolean,
    Date,
    Text,
    Timestamp,
    code,
    council,
    day,
    identifier,
    moment,
    person,
    status,
    text,
    yes_no,
)


class ClaEpisode(pa.DataFrameModel):
    """One row per episode of care (SSDA903): a stretch with the same legal status, placement and carer."""

    person_id: Text = person("clae_person_id")
    episode_id: Text = identifier("The episode, where the case system has an id for it.", "clae_cla_episode_id")
    period_id: Text = identifier("The period of care that episodes share.", "clae_cla_id")
    decom: Date = day("When the episode commenced.", "clae_cla_episode_start_date", required=True, essential=True,
                      happened=True, key=True)  # fmt: skip
    rne: Text = code("reason_new_episode", "Why it commenced.", "clae_cla_episode_start_reason", required=True)
    legal_status: Text = code("legal_status", "Legal status.", "LS", "lega_legal_status", required=True, key=True)
    category_of_need: Text = code("primary_need", "Category of need.", "CIN", "clae_cla_primary_need_code")
    placement_type: Text = code("placement_type", "Type of placement.", "PLACE", "clap_cla_placement_type",
                                required=True, key=True)  # fmt: skip
    placement_provider: Text = code("placement_provider", "Provider of the placement.", "PLACE_PROVIDER",
                                    "clap_cla_placement_provider")  # fmt: skip
    dec: Date = day("When it ceased; not looked after under it at the end of that day.",
                    "clae_cla_episode_ceased_date", happened=True, not_before="decom")  # fmt: skip
    rec: Text = code("reason_episode_ceased", "Why it ceased; X1 where another episode follows at once.",
                     "clae_cla_episode_ceased_reason")  # fmt: skip
    reason_place_change: Text = code("reason_place_change", "Why the placement changed.",
                                     "clap_cla_placement_change_reason")  # fmt: skip
    home_postcode: Text = text("Home postcode.", "HOME_POST")
    placement_postcode: Text = text("Placement postcode.", "PL_POST", "clap_cla_placement_postcode")
    urn: Text = text("Provider's unique reference number.", "clap_cla_placement_urn")
    responsible_la: Text = council("Responsible authority; empty, ours.")
    period_start_date: Date = day("When the period of care began, where its earlier episodes are not sent.",
                                  "Date Started to be Looked After", "clae_entered_care_date",
                                  happened=True)  # fmt: skip


class ClaCarePlan(pa.DataFrameModel):
    """One row per care plan or pathway plan of a looked after child."""

    care_plan_id: Text = identifier("The plan.", "lacp_table_id", "lacp_cla_care_plan_id", key=True)
    person_id: Text = person("lacp_person_id")
    plan_type: Text = code("plan_type", "CARE_PLAN or PATHWAY_PLAN; empty, a care plan.")
    started_date: Date = day("When it was begun.", "lacp_cla_care_plan_start_date", happened=True)
    completed_date: Date = day("When the social worker finished it.", happened=True)
    authorised_date: Date = day("When a manager authorised it. SSD does not hold it.", happened=True,
                                not_before="started_date")  # fmt: skip
    end_date: Date = day("When it ceased to be current.", "lacp_cla_care_plan_end_date", happened=True,
                         not_before="started_date")  # fmt: skip
    permanence_plan: Text = code("permanence_plan", "Plan for permanence.",
                                 "What is the permanence plan for this child?")  # fmt: skip
    status: Text = status()


class ClaReview(pa.DataFrameModel):
    """One row per child and review of a looked after child's case."""

    review_id: Text = identifier("The review.", "cla_review_id", "clar_cla_review_id", key=True, required=True)
    person_id: Text = person("clar_cla_person_id", "clar_person_id")
    review_date: Date = day("When it was held.", "REVIEW", "cla_review_date", "clar_cla_review_date",
                            "Date of Latest Statutory Review", required=True, essential=True,
                            happened=True)  # fmt: skip
    due_date: Date = day("The case system's own target; never used, always recomputed.", "cla_review_due_date",
                         "clar_cla_review_due_date")  # fmt: skip
    participation: Text = code("participation", "How the child took part.", "REVIEW_CODE",
                               "clar_cla_review_participation")  # fmt: skip
    cancelled: Boolean = yes_no("Whether it was called off.", "clar_cla_review_cancelled")
    status: Text = status()


class ClaVisit(pa.DataFrameModel):
    """One row per child and visit to a looked after child."""

    visit_id: Text = identifier("The visit.", "cla_visit_id", "clav_cla_visit_id", key=True, required=True)
    person_id: Text = person("clav_person_id")
    visit_date: Date = day("When it was made.", "cla_visit_date", "clav_cla_visit_date",
                           "Date of Last Social Work Visit", required=True, essential=True, happened=True)  # fmt: skip
    seen: Boolean = yes_no("Whether the child was seen.", "clav_cla_visit_seen")
    seen_alone: Boolean = yes_no("Whether the child was seen alone.", "clav_cla_visit_seen_alone")
    status: Text = status()


class ClaHealth(pa.DataFrameModel):
    """One row per child and health assessment, dental check or statement about immunisations."""

    health_id: Text = identifier("The event.", "clah_health_check_id", key=True, required=True)
    person_id: Text = person("clah_person_id")
    type: Text = code("health_type", "HEALTH_ASSESSMENT, DENTAL_CHECK or IMMUNISATIONS.", "clah_health_check_type",
                      required=True)  # fmt: skip
    event_date: Date = day("When it took place; of immunisations, when it was found so.", "clah_health_check_date",
                           happened=True)  # fmt: skip
    status: Text = code("health_status", "What came of it; immunisations: whether they are up to date.",
                        "clah_health_check_status")  # fmt: skip


class Missing(pa.DataFrameModel):
    """One row per child and episode of being missing or away without authorisation."""

    missing_id: Text = identifier("The episode.", "miss_table_id", key=True, required=True)
    person_id: Text = person("miss_person_id")
    start_at: Timestamp = moment("When the child went.", "MIS_START", "miss_missing_episode_start_date",
                                 required=True, essential=True, happened=True)  # fmt: skip
    end_at: Timestamp = moment("When the child was back.", "MIS_END", "miss_missing_episode_end_date", happened=True,
                               not_before="start_at")  # fmt: skip
    type: Text = code("missing_type", "M missing, A away from placement without authorisation.", "MISSING",
                      "miss_missing_episode_type", required=True)  # fmt: skip
    rhi_offered: Boolean = yes_no("Whether a return home interview was offered.", "miss_missing_rhi_offered")
    rhi_accepted: Boolean = yes_no("Whether the child accepted it.", "miss_missing_rhi_accepted")
    rhi_at: Timestamp = moment("When it was held.", happened=True, follows="end_at")


class Dolo(pa.DataFrameModel):
    """One row per child and deprivation of liberty order."""

    person_id: Text = person()
    start_date: Date = day("When the order began.", "DOLO_START", key=True, required=True, essential=True,
                           happened=True)  # fmt: skip
    end_date: Date = day("When it ends; may lie ahead.", "DOLO_END", follows="start_date")
