"""Pre-proceedings under the Public Law Outline, and family group decision making before them."""

import pandera.pandas as pa

from schemas.tables.column import Boolean, Date, Integer, Text, day, identifier, person, text, whole_number, yes_no


class PreProceedings(pa.DataFrameModel):
    """One row per child and stretch of pre-proceedings."""

    # The order of its dates is reported, never judged: the rules of the return are not published.
    pre_proceedings_id: Text = identifier("The pre-proceedings.", "prep_table_id", key=True, required=True)
    person_id: Text = person("prep_person_id")
    referral_id: Text = identifier("The referral they belong to.", links_to="referral")
    start_date: Date = day("When it was decided to enter them.", "PPStartDate", "prep_pre_pro_decision_date",
                           required=True, essential=True, happened=True)  # fmt: skip
    letter_date: Date = day("When the letter before proceedings was sent.", "LBPSentDate", "prep_pre_pro_letter_date",
                            happened=True, follows="start_date")  # fmt: skip
    first_meeting_date: Date = day("First meeting; may lie ahead.", "InitialPPMeetingDate",
                                   "prep_initial_pre_pro_meeting_date", follows="letter_date")  # fmt: skip
    review_meetings: Integer = whole_number("Review meetings held.", "ReviewMeetingsCount", "prep_pre_pro_meetings_num")
    fgdm_offered: Boolean = yes_no("Whether family group decision making was offered.", "FGDMMeetingOffer")
    fgdm_held: Boolean = yes_no("Whether it was held.", "FGDMMeetingFac")
    decision_date: Date = day("When it was decided to end them.", "StepDecisionDate", "prep_agree_stepdown_issue_date",
                              happened=True, follows="letter_date")  # fmt: skip
    outcome: Text = text("What was decided.", "PPOutcome", "prep_pre_pro_outcome")
    court_application_date: Date = day("When proceedings were applied for.", "CourtAppDate", happened=True,
                                       follows="letter_date")  # fmt: skip
