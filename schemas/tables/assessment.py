"""Single assessments, and the plans and visits of children in need."""

import pandera.pandas as pa

from schemas.tables.column import (
    Boolean,
    Date,
    Text,
    day,
    identifier,
    person,
    status,
    team,
    text,
    worker,
    yes_no,
)


class Assessment(pa.DataFrameModel):
    """One row per child and single (child and family) assessment."""

    assessment_id: Text = identifier("The assessment.", "cina_assessment_id", key=True, required=True)
    person_id: Text = person("cina_person_id")
    referral_id: Text = identifier("The referral it answers.", "cina_referral_id", links_to="referral")
    assessment_type: Text = text("Local type of assessment.")
    start_date: Date = day("When it started.", "AssessmentActualStartDate", "Continuous Assessment Start Date",
                           "cina_assessment_start_date", required=True, happened=True, timed=True)  # fmt: skip
    internal_review_date: Date = day("Target for the internal review; may lie ahead.", "AssessmentInternalReviewDate")
    authorised_date: Date = day("When a manager authorised it.", "AssessmentAuthorisationDate",
                                "Continuous Assessment Date of Authorisation", "cina_assessment_auth_date",
                                happened=True, timed=True, not_before="start_date")  # fmt: skip
    completed_date: Date = day("When the social worker finished it.", happened=True, timed=True)
    child_seen: Boolean = yes_no("Whether the child was seen.", "Child Seen During Continuous Assessment",
                                 "cina_assessment_child_seen")  # fmt: skip
    outcome_nfa: Boolean = yes_no("Whether it ended in no further action.", "cina_assessment_outcome_nfa")
    factors: Text = text("Factors identified.", "AssessmentFactors")
    status: Text = status()
    team: Text = team("cina_assessment_team")
    worker: Text = worker("cina_assessment_worker_id")


class CinPlan(pa.DataFrameModel):
    """One row per child and child in need plan."""

    cin_plan_id: Text = identifier("The plan.", "cinp_cin_plan_id", key=True, required=True)
    person_id: Text = person("cinp_person_id")
    referral_id: Text = identifier("The referral it belongs to.", "cinp_referral_id", links_to="referral")
    start_date: Date = day("When it started.", "CINPlanStartDate", "cinp_cin_plan_start_date", required=True,
                           essential=True, happened=True)  # fmt: skip
    end_date: Date = day("When it ended; no plan at the end of that day.", "CINPlanEndDate", "cinp_cin_plan_end_date",
                         happened=True, not_before="start_date")  # fmt: skip
    status: Text = status()
    team: Text = team("cinp_cin_plan_team")
    worker: Text = worker("cinp_cin_plan_worker_id")


class CinVisit(pa.DataFrameModel):
    """One row per child and visit under a child in need plan."""

    visit_id: Text = identifier("The visit.", "cin_visit_id", "cinv_cin_visit_id", key=True, required=True)
    person_id: Text = person("cinv_person_id")
    cin_plan_id: Text = identifier("The plan it was made under.", "cinv_cin_plan_id", links_to="cin_plan")
    visit_date: Date = day("When it was made.", "cin_visit_date", "cinv_cin_visit_date", required=True, essential=True,
                           happened=True)  # fmt: skip
    seen: Boolean = yes_no("Whether the child was seen.", "cinv_cin_visit_seen")
    seen_alone: Boolean = yes_no("Whether the child was seen alone.", "cinv_cin_visit_seen_alone")
    status: Text = status()
