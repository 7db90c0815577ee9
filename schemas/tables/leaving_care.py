"""Young people who have left care, or are about to."""

import pandera.pandas as pa

from schemas.tables.column import Boolean, Date, Text, code, day, person, team, text, yes_no


class CareLeaver(pa.DataFrameModel):
    """One row per care leaver entitled to support, as things stand on the extract date."""

    person_id: Text = person("clea_person_id")
    eligibility: Text = code("eligibility", "Entitlement under the leaving care regulations.", "Eligibility Category",
                             "clea_care_leaver_eligibility", required=True)  # fmt: skip
    in_touch: Text = code("in_touch", "Whether the authority is in touch.", "LA in Touch",
                          "clea_care_leaver_in_touch")  # fmt: skip
    activity: Text = code("activity", "Education, employment or training.", "ACTIV", "Activity Status",
                          "clea_care_leaver_activity")  # fmt: skip
    accommodation: Text = code("accommodation", "Where the young person lives.", "ACCOM", "Type of Accommodation",
                               "clea_care_leaver_accommodation")  # fmt: skip
    suitable: Boolean = yes_no("Whether that is suitable.", "Suitability of Accommodation",
                               "clea_care_leaver_accom_suitable")  # fmt: skip
    pathway_review_date: Date = day("Latest review of the pathway plan.", "Latest Pathway Plan Review Date",
                                    "clea_pathway_plan_review_date", happened=True)  # fmt: skip
    latest_contact_date: Date = day("Latest contact.", "Latest Date of Contact", "clea_care_leaver_latest_contact",
                                    happened=True)  # fmt: skip
    personal_adviser: Text = text("Personal adviser.", "Allocated Personal Advisor",
                                  "clea_care_leaver_personal_advisor")  # fmt: skip
    team: Text = team("clea_care_leaver_allocated_team")
