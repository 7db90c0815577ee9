"""The children in need census as data: its blocks, what each gives the tables, and what differs by collection year.

A collection year is that of its last day: 2026 is the year to 31 March 2026. Sources: DfE's guides and schemas of the
census, 2017 to 2026-27.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from schemas.measures import MEASURES
from warehouse.forms.cells import folded
from warehouse.forms.reading import Lack


@dataclass(frozen=True)
class Block:
    """A block of the census and the table that it gives: the element behind each column.

    A record is told by its first day, and has its id in `id_column`. `further` are elements that are read by a way of
    their own, `unused` those that give nothing. Names are spelt as the schema spells them, and compare without case.
    """

    table: str
    cells: Mapping[str, str]
    id_column: str = ""
    further: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()

    @cached_property
    def columns(self) -> Mapping[str, str]:
        """The folded element behind each column."""
        return {column: folded(name) for column, name in self.cells.items()}

    @cached_property
    def read(self) -> frozenset[str]:
        """The elements that give something, folded."""
        return frozenset(map(folded, (*self.cells.values(), *self.further)))

    @cached_property
    def known(self) -> frozenset[str]:
        """The elements that the block has, folded."""
        return self.read | set(map(folded, self.unused))


IDENTIFIERS = Block(
    "person",
    {"person_id": "LAchildID", "dob": "PersonBirthDate", "expected_dob": "ExpectedPersonBirthDate", "sex": "Sex",
     "death_date": "PersonDeathDate", "upn": "UPN"},
    further=("GenderCurrent",), unused=("FormerUPN", "UPNunknown"),
)  # fmt: skip
CHARACTERISTICS = Block("person", {"ethnicity": "Ethnicity"}, further=("Disabilities", "Disability"))
DETAILS = Block(
    "referral",
    {"referral_date": "CINreferralDate", "referral_source": "ReferralSource", "primary_need": "PrimaryNeedCode",
     "referral_nfa": "ReferralNFA", "closure_date": "CINclosureDate", "closure_reason": "ReasonForClosure"},
    "referral_id", ("DateOfInitialCPC",),
)  # fmt: skip
# The blocks of a case, each as often as there are records of it.
BLOCKS: Mapping[str, Block] = {
    "Assessments": Block(
        "assessment",
        {"start_date": "AssessmentActualStartDate", "internal_review_date": "AssessmentInternalReviewDate",
         "authorised_date": "AssessmentAuthorisationDate"},
        "assessment_id", ("FactorsIdentifiedAtAssessment", "AssessmentFactors"),
    ),
    "CINPlanDates": Block(
        "cin_plan", {"start_date": "CINPlanStartDate", "end_date": "CINPlanEndDate"}, "cin_plan_id"
    ),
    "Section47": Block(
        "s47",
        {"start_date": "S47ActualStartDate", "icpc_target_date": "InitialCPCtarget",
         "icpc_not_required": "ICPCnotRequired"},
        "s47_id", ("DateOfInitialCPC",),
    ),
    "ChildProtectionPlans": Block(
        "cp_plan",
        {"start_date": "CPPstartDate", "end_date": "CPPendDate", "initial_category": "InitialCategoryOfAbuse",
         "latest_category": "LatestCategoryOfAbuse", "number_previous": "NumberOfPreviousCPP"},
        "cp_plan_id", ("Reviews", "CPPreviewDate"),
    ),
    "PreProceedingsandFGDM": Block(
        "pre_proceedings",
        {"start_date": "PPStartDate", "letter_date": "LBPSentDate", "first_meeting_date": "InitialPPMeetingDate",
         "review_meetings": "ReviewMeetingsCount", "fgdm_offered": "FGDMMeetingOffer", "fgdm_held": "FGDMMeetingFac",
         "decision_date": "StepDecisionDate", "outcome": "PPOutcome", "court_application_date": "CourtAppDate"},
        "pre_proceedings_id", unused=("LetterInitCPDate",),
    ),
}  # fmt: skip

CARRIES: Mapping[str, tuple[str, ...]] = {
    "person": (*IDENTIFIERS.cells, "ethnicity", "disabled"),
    "referral": (DETAILS.id_column, "person_id", *DETAILS.cells),
    **{
        block.table: (block.id_column, "person_id", "referral_id", *block.cells)
        + (("factors",) if block.table == "assessment" else ())
        for block in BLOCKS.values()
    },
    "icpc": ("icpc_id", "person_id", "s47_id", "referral_id", "icpc_date", "transfer_in"),
    "cp_review": ("review_id", "person_id", "cp_plan_id", "review_date"),
}

# By element, the first and the last collection year that has it; None where there is none yet.
ELEMENT_YEARS: Mapping[str, tuple[int, int | None]] = {
    "GenderCurrent": (2009, 2024),
    "Sex": (2025, None),
    "PreProceedingsandFGDM": (2027, None),
}
# The same by code, for the codes that not every year has.
CODE_YEARS: Mapping[tuple[str, str], Mapping[str, tuple[int, int | None]]] = {
    ("referral", "referral_source"): {"5D": (2023, None)},
    ("referral", "closure_reason"): {"RC9": (2023, None)},
    ("assessment", "factors"): {
        **dict.fromkeys(("18A", "19A"), (2013, 2024)),
        **dict.fromkeys(("18B", "18C", "19B", "19C"), (2021, None)),
        "24A": (2022, None),
    },
}
FACTORS = frozenset(
    "1A 1B 1C 2A 2B 2C 3A 3B 3C 4A 4B 4C 5A 5B 5C 6A 6B 6C 7A 8B 8C 8D 8E 8F 9A 10A 11A 12A 13A 14A 15A 16A 17A "
    "18A 18B 18C 19A 19B 19C 20 21 22A 23A 24A".split()
)
# The City of London's; DfE's published examples carry it whoever uses them, so it does not say whose a file is.
EXAMPLE_AUTHORITY = "201"

# A conference on a child who moved in is timed from the day of notice, which the census does not have: it would fail.
TIMED_FROM_NOTIFICATION = ("icpc_timeliness", "icpc_pending", "icpc_overdue")
SOMETIMES: Mapping[str, Lack] = dict.fromkeys(
    TIMED_FROM_NOTIFICATION,
    Lack(
        "icpc",
        "the census has conferences on children who moved in on another authority's plan, and not when notice was given",
        ("notification_date",),
        ("icpc_transfer_in", "include_from_notification"),
    ),
)
NOTES: Mapping[str, Lack] = {}


def _lacks() -> Mapping[str, Lack]:
    """Why the census can never support a measure: of what it does not ask, and of the tables that it does not have."""
    own = {
        **dict.fromkeys(
            ("mash_timeliness", "mash_pending", "mash_overdue"),
            Lack("referral", "the census does not say when MASH decided", ("received_at", "mash_completed_at")),
        ),
        "re_referrals": Lack(
            "referral", "a census holds one year, and a re-referral is told from the twelve months before it"
        ),
        "assessments_no_further_action": Lack(
            "assessment", "the census does not say what an assessment led to", ("outcome_nfa",)
        ),
        "section_47_leading_to_icpc": Lack("s47", "the census does not say when an enquiry ended", ("end_date",)),
    }
    of_tables = {
        "contact": "the census has no contacts",
        "cla_episode": "the census does not say who is looked after",
        "cp_visit": "the census has no visits",
        "care_leaver": "the census has no care leavers",
        "allocation": "the census does not say who works with a child",
        "worker": "the census has no workers",
    }
    for measure in MEASURES.values():
        # No month of one year has a year and more of it before.
        long = next((need for need in measure.needs if need.run_in_months >= 12 and not need.unless), None)
        tables = [need.table for need in measure.needs if need.when is None and need.table not in CARRIES]
        if measure.measure_code in own:
            continue
        if tables:
            first = tables[-1] if tables[-1] in of_tables else tables[0]
            own[measure.measure_code] = Lack(first, of_tables.get(first, f"the census has no table {first}"))
        elif long:
            own[measure.measure_code] = Lack(long.table, f"a census holds one year, and {long.because}")
    return own


LACKS = _lacks()
