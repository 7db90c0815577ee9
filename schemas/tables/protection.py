"""Section 47 enquiries, conferences, and child protection plans with their reviews and visits."""

import pandera.pandas as pa

from schemas.tables.column import (
    Boolean,
    Date,
    Integer,
    Text,
    code,
    day,
    identifier,
    outcome,
    person,
    status,
    whole_number,
    yes_no,
)


class S47(pa.DataFrameModel):
    """One row per child and section 47 enquiry; it starts with the strategy discussion that initiated it."""

    s47_id: Text = identifier("The enquiry.", "s47e_s47_enquiry_id", key=True, required=True)
    person_id: Text = person("s47e_person_id")
    referral_id: Text = identifier("The referral it belongs to.", "s47e_referral_id", links_to="referral")
    start_date: Date = day("Date of the strategy discussion that initiated it.", "S47ActualStartDate",
                           "s47e_s47_start_date",
                           "Strategy discussion initiating Section 47 Enquiry Start Date",
                           required=True, essential=True, happened=True, timed=True)  # fmt: skip
    end_date: Date = day("When it ended.", "s47e_s47_end_date", happened=True, not_before="start_date")
    outcome: Text = outcome("How it ended, read for whether a conference follows: CONFERENCE or NO_CONFERENCE.")
    icpc_not_required: Boolean = yes_no(
        "Yes: no conference is needed.",
        "ICPCnotRequired", "Was an Initial Child Protection Conference deemed unnecessary?")  # fmt: skip
    icpc_target_date: Date = day("The case system's own target; never used, always recomputed.", "InitialCPCtarget")
    status: Text = status()


class StrategyDiscussion(pa.DataFrameModel):
    """One row per child and strategy discussion."""

    strategy_id: Text = identifier("The discussion.", key=True, required=True)
    person_id: Text = person()
    s47_id: Text = identifier("The section 47 enquiry it led to.", links_to="s47")
    discussion_date: Date = day("When it was held.", required=True, happened=True, timed=True)
    decision: Boolean = yes_no("Whether it decided to start a section 47 enquiry.")


class Icpc(pa.DataFrameModel):
    """One row per child and initial child protection conference, planned or held."""

    icpc_id: Text = identifier("The conference.", "icpc_icpc_id", key=True, required=True)
    meeting_id: Text = identifier("The meeting that siblings share.", "icpc_icpc_meeting_id")
    person_id: Text = person("icpc_person_id")
    s47_id: Text = identifier("The section 47 enquiry that led to it.", "icpc_s47_enquiry_id", links_to="s47")
    referral_id: Text = identifier("The referral it belongs to.", "icpc_referral_id", links_to="referral")
    planned_date: Date = day("When it is meant to be held; may lie ahead.")
    icpc_date: Date = day("When it was held.", "DateOfInitialCPC", "icpc_icpc_date",
                          "Date of Initial Child Protection Conference",
                          happened=True, timed=True, not_before="linked_s47_start_date")  # fmt: skip
    transfer_in: Boolean = yes_no("Whether the child moved in on another authority's plan.", "icpc_icpc_transfer_in")
    notification_date: Date = day("When the other authority notified the transfer.", happened=True, timed=True)
    outcome_cp: Boolean = yes_no(
        "Whether it led to a plan.",
        "icpc_icpc_outcome_cp_flag",
        "Did the Initial Child Protection Conference Result in a Child Protection Plan")  # fmt: skip
    status: Text = status()
    cp_plan_id: Text = identifier("The plan it led to.", "icpc_cp_plan_id", links_to="cp_plan")


class CpPlan(pa.DataFrameModel):
    """One row per child and child protection plan."""

    cp_plan_id: Text = identifier("The plan.", "cppl_cp_plan_id", key=True, required=True)
    person_id: Text = person("cppl_person_id")
    referral_id: Text = identifier("The referral it belongs to.", "cppl_referral_id", links_to="referral")
    icpc_id: Text = identifier("The conference that decided it.", "cppl_icpc_id", links_to="icpc")
    start_date: Date = day("When it started.", "CPPstartDate", "Child Protection Plan Start Date",
                           "cppl_cp_plan_start_date", required=True, essential=True, happened=True)  # fmt: skip
    end_date: Date = day("When it ended; not on plan at the end of that day.", "CPPendDate",
                         "Child Protection Plan End Date", "cppl_cp_plan_end_date",
                         happened=True, not_before="start_date")  # fmt: skip
    initial_category: Text = code("category_of_abuse", "Category at the start.", "InitialCategoryOfAbuse",
                                  "Initial Category of Abuse", "cppl_cp_plan_initial_category")  # fmt: skip
    latest_category: Text = code("category_of_abuse", "Latest category.", "LatestCategoryOfAbuse",
                                 "Latest Category of Abuse", "cppl_cp_plan_latest_category")  # fmt: skip
    number_previous: Integer = whole_number("Plans before this one, as the case system counts them.",
                                            "NumberOfPreviousCPP",
                                            "Number of Previous Child Protection Plans")  # fmt: skip
    ola_plan: Boolean = yes_no("Another authority's plan, not ours.", "cppl_cp_plan_ola")
    temporary: Boolean = yes_no("A child temporarily here, not ours.")


class CpReview(pa.DataFrameModel):
    """One row per child and review conference of a child protection plan."""

    review_id: Text = identifier("The review.", "cp_review_id", "cppr_cp_review_id", key=True, required=True)
    person_id: Text = person("cppr_person_id")
    cp_plan_id: Text = identifier("The plan it reviewed.", "cppr_cp_plan_id", links_to="cp_plan")
    review_date: Date = day("When it was held.", "CPPreviewDate", "cp_review_date", "cppr_cp_review_date",
                            "Date of latest review conference", required=True, essential=True,
                            happened=True)  # fmt: skip
    due_date: Date = day("The case system's own target; never used, always recomputed.", "cp_review_due",
                         "cppr_cp_review_due")  # fmt: skip
    status: Text = status()


class CpVisit(pa.DataFrameModel):
    """One row per child and visit under a child protection plan."""

    visit_id: Text = identifier("The visit.", "cp_visit_id", "cppv_cp_visit_id", key=True, required=True)
    person_id: Text = person("cppv_person_id")
    cp_plan_id: Text = identifier("The plan it was made under.", "cppv_cp_plan_id", links_to="cp_plan")
    visit_date: Date = day("When it was made.", "cp_visit_date", "cppv_cp_visit_date",
                           "Date of the Last Statutory Visit", required=True, essential=True,
                           happened=True)  # fmt: skip
    seen: Boolean = yes_no("Whether the child was seen.", "cppv_cp_visit_seen")
    seen_alone: Boolean = yes_no("Whether the child was seen alone.", "cppv_cp_visit_seen_alone",
                                 "Was the Child Seen Alone?")  # fmt: skip
    status: Text = status()
