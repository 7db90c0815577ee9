"""Children, and the contacts and referrals through which they become known."""

import pandera.pandas as pa

from schemas.tables.column import (
    Boolean,
    Date,
    Text,
    Timestamp,
    code,
    day,
    identifier,
    moment,
    person,
    status,
    team,
    text,
    worker,
    yes_no,
)


class Person(pa.DataFrameModel):
    """One row per child or unborn child known to the authority."""

    person_id: Text = person("pers_person_id")
    master_person_id: Text = identifier("The id that this one was merged into.")
    dob: Date = day("Date of birth; empty for the unborn.", "Date of Birth", "PersonBirthDate", "pers_dob",
                    happened=True)  # fmt: skip
    expected_dob: Date = day("Expected date of birth of the unborn.", "ExpectedPersonBirthDate", "pers_expected_dob")
    dob_estimated: Boolean = yes_no("Whether the expected date is the estimated birth date of a born child.")
    sex: Text = code("sex", "M, F or U; U for the unborn.", "Gender", "GenderCurrent", "pers_sex", required=True)
    ethnicity: Text = code("ethnicity", "Ethnic group.", "ETHNIC", "pers_ethnicity")
    disabled: Boolean = yes_no("Whether the child has a disability; NONE is no.",
                               "Does the Child have a Disability", "Disability", keeps=("none",))  # fmt: skip
    uasc: Boolean = yes_no(
        "Whether the child is an unaccompanied asylum-seeking child.",
        "Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N)",
        "Unaccompanied Asylum Seeking Child (UASC), or formerly UASC if 18 or over (Y/N)",
    )
    death_date: Date = day("Date of death.", "PersonDeathDate", "pers_death_date", happened=True)
    upn: Text = text("Unique pupil number.", "pers_upn")
    postcode: Text = text("Home postcode; it places the child in a locality and goes no further.")


class Contact(pa.DataFrameModel):
    """One row per child and contact: somebody got in touch about the child."""

    contact_id: Text = identifier("The contact.", "cont_contact_id", key=True, required=True)
    person_id: Text = person("cont_person_id")
    received_at: Timestamp = moment("When it came in.", "Date of Contact", "cont_contact_date", required=True,
                                    happened=True, timed=True)  # fmt: skip
    recorded_at: Timestamp = moment("When it was put into the case system.", happened=True, timed=True)
    source: Text = code("referral_source", "Who got in touch.", "Contact Source", "cont_contact_source_code",
                        required=True)  # fmt: skip
    mash_flag: Boolean = yes_no("Whether MASH looks at it; empty, it does.")
    mash_completed_at: Timestamp = moment("When MASH decided. No national return holds it.", happened=True, timed=True,
                                          not_before="received_at")  # fmt: skip
    outcome: Text = code("contact_outcome", "What became of it.")
    status: Text = status()
    team: Text = team()
    worker: Text = worker()


class Referral(pa.DataFrameModel):
    """One row per child and referral, which opens the child in need episode (census: CINdetails)."""

    referral_id: Text = identifier("The referral.", "cine_referral_id", key=True, required=True)
    person_id: Text = person("cine_person_id")
    referral_date: Date = day("Date of the referral.", "CINreferralDate", "Date of referral", "cine_referral_date",
                              required=True, essential=True, happened=True, timed=True)  # fmt: skip
    received_at: Timestamp = moment("When MASH received it.", happened=True, timed=True)
    recorded_at: Timestamp = moment("When it was put into the case system.", happened=True, timed=True)
    mash_completed_at: Timestamp = moment("When MASH decided. No national return holds it.", happened=True, timed=True,
                                          not_before="received_at")  # fmt: skip
    referral_source: Text = code("referral_source", "Who referred.", "ReferralSource", "Referral Source",
                                 "cine_referral_source_code", "cine_referral_source", required=True)  # fmt: skip
    primary_need: Text = code("primary_need", "Primary need.", "PrimaryNeedCode", "Primary Need Code",
                              "cine_cin_primary_need_code")  # fmt: skip
    referral_nfa: Boolean = yes_no("Whether it ended in no further action.", "ReferralNFA", "Referral NFA?",
                                   "cine_referral_nfa", required=True)  # fmt: skip
    closure_date: Date = day("When the episode closed.", "CINclosureDate", "CIN Closure Date", "cine_close_date",
                             happened=True, not_before="referral_date")  # fmt: skip
    closure_reason: Text = code("closure_reason", "Why it closed.", "ReasonForClosure", "Reason for Closure",
                                "cine_close_reason")  # fmt: skip
    contact_id: Text = identifier("The contact it came from.", links_to="contact")
    status: Text = status()
    team: Text = team("cine_referral_team")
    worker: Text = worker("cine_referral_worker_id")
