"""Annex A of Ofsted's inspection guidance, as data: its lists, their headers, and what each gives the tables.

A header is written as the form prints it, with the further spellings that workbooks in use have. Headers compare
without case, space and punctuation, so that curly quotes or one bracket more need no entry here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from warehouse.forms import transfers
from warehouse.forms.reading import Lack

CHILD = "Child Unique ID"
BORN = "Date of Birth"
DISABILITY = "Does the Child have a Disability"
TEAM, WORKER = "Allocated Team", "Allocated Worker"
UASC_LAST_YEAR = "Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N)"
UASC_EVER = "Unaccompanied Asylum Seeking Child (UASC), or formerly UASC if 18 or over (Y/N)"

# Headers that several lists share; the rest tell a list from the others.
_SHARED: Mapping[str, tuple[str, ...]] = {
    CHILD: ("Child ID", "Child Identifier", "Childs Unique ID", "Unique Child ID", "Person ID", "LA Child ID"),
    "Gender": ("Sex", "Child Gender", "Child Sex"),
    "Ethnicity": ("Ethnic Group", "Child Ethnicity"),
    BORN: ("DOB", "Birth Date", "Date of Birth or Expected Date of Birth", "Child Date of Birth"),
    "Age of Child (Years)": ("Age", "Age of Child", "Child Age"),
    DISABILITY: ("Disability", "Does the Child have a Disability (Y/N)", "Child Disability"),
    TEAM: ("Team", "Allocated Team Name"),
    WORKER: ("Worker", "Social Worker", "Allocated Social Worker"),
}
_WHO = (CHILD, "Gender", "Ethnicity", BORN, "Age of Child (Years)")


@dataclass(frozen=True)
class AnnexList:
    """One list: its number, what it is of, and each header with its further spellings.

    `needed` are the headers without which a row of the list says nothing.
    """

    number: int
    title: str
    headers: Mapping[str, tuple[str, ...]]
    needed: tuple[str, ...]

    @property
    def own(self) -> frozenset[str]:
        """The headers that no other list has."""
        return frozenset(self.headers) - set(_SHARED)


def _list(number: int, title: str, needed: str, *headers: str | tuple[str, ...]) -> AnnexList:
    named: dict[str, tuple[str, ...]] = {}
    for header in headers:
        name, *further = [header] if isinstance(header, str) else header
        named[name] = _SHARED.get(name, tuple(further))
    return AnnexList(number, title, named, (next(iter(named)), needed))


LISTS: Mapping[int, AnnexList] = {
    one.number: one
    for one in (
        _list(1, "contacts", "Date of Contact", *_WHO, ("Date of Contact", "Contact Date"),
              ("Contact Source", "Source of Contact")),
        _list(2, "early help assessments", "Assessment start date", *_WHO,
              ("Assessment start date", "Early Help Assessment Start Date"),
              ("Assessment completion date", "Early Help Assessment Completion Date"),
              "Organisation completing assessment"),
        _list(3, "referrals", "Date of Referral", *_WHO, ("Date of Referral", "Referral Date"),
              ("Referral Source", "Source of Referral"), ("Referral NFA?", "Referral No Further Action"),
              "Number of Referrals in Last 12 Months", TEAM, WORKER),
        _list(4, "assessments", "Continuous Assessment Start Date", *_WHO, DISABILITY,
              ("Continuous Assessment Start Date", "Assessment Start Date"),
              ("Child Seen During Continuous Assessment", "Child Seen During Assessment"),
              ("Continuous Assessment Date of Authorisation", "Assessment Date of Authorisation",
               "Assessment Authorisation Date"),
              "Was the child assessed as requiring LA children's social care support?", TEAM, WORKER),
        _list(5, "section 47 enquiries and conferences",
              "Strategy discussion initiating Section 47 Enquiry Start Date", *_WHO, DISABILITY,
              ("Strategy discussion initiating Section 47 Enquiry Start Date",
               "Strategy discussion initiating Section 47 Enquiry Date", "Section 47 Enquiry Start Date"),
              ("Was an Initial Child Protection Conference deemed unnecessary?",
               "Was an Initial Child Protection Conference deemed unnecessary? (Y/N)"),
              ("Date of Initial Child Protection Conference", "Initial Child Protection Conference Date"),
              ("Did the Initial Child Protection Conference Result in a Child Protection Plan",
               "Did the Initial Child Protection Conference Result in a Child Protection Plan (Y/N)"),
              "Number of Section 47 Enquiries in the last 12 months", "Number of ICPCs in the last 12 months",
              TEAM, WORKER),
        _list(6, "children in need", "CIN Start Date", *_WHO, DISABILITY,
              ("CIN Start Date", "Child in Need Start Date"), ("Primary Need Code", "Primary Need"),
              "Date Child Was Last Seen", ("CIN Closure Date", "Child in Need Closure Date"), "Reason for Closure",
              "Case Status", TEAM, WORKER),
        _list(7, "children on a child protection plan", "Child Protection Plan Start Date", *_WHO, DISABILITY,
              ("Child Protection Plan Start Date", "CP Plan Start Date"), "Initial Category of Abuse",
              "Latest Category of Abuse", ("Date of the Last Statutory Visit", "Date of Last Statutory Visit"),
              "Was the Child Seen Alone?", "Date of latest review conference",
              ("Child Protection Plan End Date", "CP Plan End Date"),
              "Subject to Emergency Protection Order or Protected Under Police Powers in Last Six Months (Y/N)",
              "Number of Previous Child Protection Plans", TEAM, WORKER),
        _list(8, "looked after children", "Date Started to be Looked After", *_WHO, UASC_LAST_YEAR, DISABILITY,
              "Date Started to be Looked After", ("Child's Category of Need", "Category of Need"),
              "Is this a second or subsequent period of being a Looked After Child within the last 12 months (Y/N)",
              "Start date of current legal status", ("Child's Legal Status", "Legal Status"),
              "Date of Latest Statutory Review", "Date of Last Social Work Visit",
              "What is the permanence plan for this child?", "Date of Last IRO Visit / Contact to the Child",
              "Date of Last Health Assessment", "Date of Last Dental Check",
              "Number of Placements in the Last 12 months", "Date Ceased to be Looked After",
              "Reason Ceased to be Looked After", "Start Date of Most Recent Placement", "Placement Type",
              "Placement Provider", "Placement postcode", "URN of Placement", "Placement Location",
              "LA of Placement",
              "Number of Episodes the Child has been 'Missing' from their Placement in the last 12 months",
              "Number of Episodes the Child has been 'Absent' from their Placement in the last 12 months",
              "Was the child offered a Return Interview after their last missing episode (Y/N)?",
              "Did the child accept a Return Interview after their last missing episode (Y/N)?", TEAM, WORKER),
        _list(9, "care leavers", "Eligibility Category", *_WHO, UASC_EVER, DISABILITY, TEAM, WORKER,
              ("Allocated Personal Advisor", "Allocated Personal Adviser", "Personal Adviser"),
              "Eligibility Category", "Latest Pathway Plan Review Date", ("LA in Touch", "In Touch"),
              "Latest Date of Contact", ("Type of Accommodation", "Accommodation Type"),
              "Suitability of Accommodation", "Activity Status"),
        _list(10, "children with a plan for adoption", "Date the Child Entered Care", CHILD, "Family identifier",
              *_WHO[1:], DISABILITY, "Date the Child Entered Care",
              "Date of Decision that Child Should be Placed for Adoption", "Date of Placement Order",
              "Date of Matching Child and Prospective Adopters", "Date Placed for Adoption", "Date of Adoption Order",
              "Date of Decision that Child Should No Longer be Placed for Adoption",
              "Reason Why Child No Longer Placed for Adoption",
              "Date the child was placed for fostering in FFA or concurrent planning placement"),
        _list(11, "prospective adopters", "Date enquiry received", "Individual adopter identifier",
              "Family identifier", "Gender", "Ethnicity", "Disability",
              "Is the (prospective) adopter fostering for adoption?", "Date enquiry received", "Date Stage 1 started",
              "Date Stage 1 ended", "Date Stage 2 started", "Date Stage 2 ended", "Date application submitted",
              "Date application approved", "Date adopter matched with child(ren)",
              "Date child/children placed with adopter(s)", "No. of children placed", "Date of Adoption Order",
              "Date of leaving adoption process", "Reason for leaving adoption process"),
    )
}  # fmt: skip

# What the lists say of a child, whichever list it stands in; List 11 is of adults.
PERSON: Mapping[str, tuple[str, ...]] = {
    "dob": (BORN,),
    "sex": ("Gender",),
    "ethnicity": ("Ethnicity",),
    "disabled": (DISABILITY,),
    "uasc": (UASC_LAST_YEAR, UASC_EVER),
}
# Where two values of a child are as frequent, the list that comes first here is believed: those that are worked with.
BELIEVED = (8, 7, 9, 6, 5, 4, 10, 3, 1, 2)
# Words that say that a value is not known: any other list that knows it goes first. Without list letters, lower case.
UNINFORMATIVE: Mapping[str, frozenset[str]] = {
    "sex": frozenset(("u", "0", "9", "unknown", "not known", "not stated", "not stated/recorded", "not recorded",
                      "indeterminate", "neither", "unborn")),
    "ethnicity": frozenset(("nobt", "refu", "not obtained", "not stated", "refused", "information not yet obtained",
                            "info not obtained", "unknown", "not known")),
}  # fmt: skip


@dataclass(frozen=True)
class Fixed:
    """A cell that the list does not have, because every row of it means this value."""

    value: str


@dataclass(frozen=True)
class Opposite:
    """A cell whose question is put the other way round: its yes is the table's no."""

    header: str


@dataclass(frozen=True)
class Latest:
    """The latest of several days."""

    headers: tuple[str, ...]


@dataclass(frozen=True)
class OwnId:
    """An id made of the child's and a day, because the form has none: that of the row's record in another table."""

    header: str


Cell = str | Fixed | Opposite | Latest | OwnId


@dataclass(frozen=True)
class Part:
    """What one list gives one table: the header, or more, behind each of its columns.

    A row of the list is a row of the table where the header `dated` is filled, or in every case where `always`. The id
    column, where the table has one, is made of the child and that day; where two records of a child can be of one day
    (`numbered`), rows that differ are told apart by their order.
    """

    table: str
    number: int
    cells: Mapping[str, Cell]
    dated: str
    id_column: str = ""
    numbered: bool = False
    always: bool = True
    id_suffix: str = ""


_ICPC_DATE = "Date of Initial Child Protection Conference"
_ICPC_OUTCOME = "Did the Initial Child Protection Conference Result in a Child Protection Plan"
_PLAN_START = "Child Protection Plan Start Date"
_CARE_START = "Date Started to be Looked After"
PLACED, STATUS_BEGAN = "Start Date of Most Recent Placement", "Start date of current legal status"

PARTS: tuple[Part, ...] = (
    Part("contact", 1, {"received_at": "Date of Contact", "source": "Contact Source"}, "Date of Contact",
         "contact_id", numbered=True),
    Part("referral", 3, {"referral_date": "Date of Referral", "referral_source": "Referral Source",
                         "referral_nfa": "Referral NFA?", "team": TEAM, "worker": WORKER}, "Date of Referral",
         "referral_id", numbered=True),
    Part("referral", 6, {"referral_date": "CIN Start Date", "primary_need": "Primary Need Code",
                         "closure_date": "CIN Closure Date", "closure_reason": "Reason for Closure",
                         "team": TEAM, "worker": WORKER}, "CIN Start Date", "referral_id"),
    Part("assessment", 4, {"start_date": "Continuous Assessment Start Date",
                           "authorised_date": "Continuous Assessment Date of Authorisation",
                           "child_seen": "Child Seen During Continuous Assessment",
                           "outcome_nfa": Opposite("Was the child assessed as requiring LA children's social care "
                                                   "support?"),
                           "team": TEAM, "worker": WORKER}, "Continuous Assessment Start Date", "assessment_id",
         numbered=True),
    Part("s47", 5, {"start_date": "Strategy discussion initiating Section 47 Enquiry Start Date",
                    "icpc_not_required": "Was an Initial Child Protection Conference deemed unnecessary?"},
         "Strategy discussion initiating Section 47 Enquiry Start Date", "s47_id", numbered=True),
    Part("icpc", 5, {"icpc_date": _ICPC_DATE,
                     "outcome_cp": _ICPC_OUTCOME}, _ICPC_DATE, "icpc_id", always=False),
    Part("cp_plan", 7, {"start_date": _PLAN_START, "end_date": "Child Protection Plan End Date",
                        "initial_category": "Initial Category of Abuse",
                        "latest_category": "Latest Category of Abuse",
                        "number_previous": "Number of Previous Child Protection Plans"}, _PLAN_START, "cp_plan_id"),
    # The list asks for the statutory visit, at which the child is seen.
    Part("cp_visit", 7, {"visit_date": "Date of the Last Statutory Visit", "seen": Fixed("Yes"),
                         "seen_alone": "Was the Child Seen Alone?", "cp_plan_id": OwnId(_PLAN_START)},
         "Date of the Last Statutory Visit", "visit_id", always=False),
    Part("cp_review", 7, {"review_date": "Date of latest review conference", "cp_plan_id": OwnId(_PLAN_START)},
         "Date of latest review conference", "review_id", always=False),
    # The latest episode: it began with the legal status or with the placement, whichever is later.
    Part("cla_episode", 8, {"decom": Latest((PLACED, STATUS_BEGAN, _CARE_START)),
                            "period_start_date": _CARE_START, "legal_status": "Child's Legal Status",
                            "category_of_need": "Child's Category of Need", "placement_type": "Placement Type",
                            "placement_provider": "Placement Provider", "dec": "Date Ceased to be Looked After",
                            "rec": "Reason Ceased to be Looked After", "placement_postcode": "Placement postcode",
                            "urn": "URN of Placement"}, _CARE_START),
    Part("cla_care_plan", 8, {"permanence_plan": "What is the permanence plan for this child?"}, _CARE_START,
         "care_plan_id"),
    Part("cla_review", 8, {"review_date": "Date of Latest Statutory Review"}, "Date of Latest Statutory Review",
         "review_id", always=False),
    Part("cla_visit", 8, {"visit_date": "Date of Last Social Work Visit"}, "Date of Last Social Work Visit",
         "visit_id", always=False),
    Part("cla_health", 8, {"event_date": "Date of Last Health Assessment", "type": Fixed("HEALTH_ASSESSMENT"),
                           "status": Fixed("COMPLETED")}, "Date of Last Health Assessment", "health_id",
         always=False, id_suffix="H"),
    Part("cla_health", 8, {"event_date": "Date of Last Dental Check", "type": Fixed("DENTAL_CHECK"),
                           "status": Fixed("COMPLETED")}, "Date of Last Dental Check", "health_id",
         always=False, id_suffix="D"),
    Part("care_leaver", 9, {"eligibility": "Eligibility Category", "in_touch": "LA in Touch",
                            "activity": "Activity Status", "accommodation": "Type of Accommodation",
                            "suitable": "Suitability of Accommodation",
                            "pathway_review_date": "Latest Pathway Plan Review Date",
                            "latest_contact_date": "Latest Date of Contact",
                            "personal_adviser": "Allocated Personal Advisor", "team": TEAM}, "Eligibility Category"),
)  # fmt: skip

MONTHS_COVERED = 6  # lists 1 to 8; lists 10 and 11 cover twelve months and give no table of their own
# Lists 7, 8 and 9 hold one row a child or plan, with the latest of each of these.
LATEST_ONLY = frozenset(
    "cp_visit cp_review cla_episode cla_care_plan cla_review cla_visit cla_health care_leaver".split()
)
# Said once of each extract, for no row can say it.
NOT_CARRIED = (
    "List 5 has no conferences on children who moved in on another authority's plan; those counted are of own enquiries"
)
# Links that the form does not have and that follow from the child and the day.
LINKED_TO_REFERRAL = ("assessment", "s47", "icpc", "cp_plan")


SOMETIMES = transfers.lacks("List 5")
NOTES = transfers.notes("List 5")
LACKS: Mapping[str, Lack] = {
    **dict.fromkeys(
        ("mash_timeliness", "mash_pending", "mash_overdue"),
        Lack("referral", "Annex A does not say when MASH decided", ("received_at", "mash_completed_at")),
    ),
    # List 6 leaves out children who are only the subject of a referral: of those in List 3 nothing says whether they
    # are still open, and to count them all, or none, would be wrong.
    **dict.fromkeys(
        ("children_in_need", "children_in_need_rate", "unallocated_cases"),
        Lack("referral", "no list says when a referral that led to no assessment was closed", ("closure_date",)),
    ),
    "contacts_becoming_referrals": Lack("contact", "List 1 does not say what became of a contact", ("outcome",)),
    "re_referrals": Lack("referral", "List 3 holds six months, and a re-referral is told from the twelve before it"),
    "section_47_leading_to_icpc": Lack("s47", "List 5 does not say when an enquiry ended", ("end_date",)),
    "plan_review_timeliness": Lack("cp_review", "List 7 holds only the latest review conference"),
    "children_on_cin_plan": Lack("cin_plan", "no list says when a child in need plan began or ended"),
    "authorised_care_plan": Lack(
        "cla_care_plan", "List 8 does not say when a care plan was authorised", ("authorised_date",)
    ),
    **dict.fromkeys(
        ("entries_to_care", "entry_to_care_rate", "exits_from_care"),
        Lack("cla_episode", "List 8 holds only a child's latest period of care"),
    ),
    **dict.fromkeys(
        ("placement_moves", "placement_stability"), Lack("cla_episode", "List 8 holds only a child's latest placement")
    ),
    "looked_after_review_timeliness": Lack("cla_review", "List 8 holds only the latest review"),
    "health_assessments": Lack(
        "cla_health", "List 8 holds only the latest assessment, and a child under five needs two"
    ),
    "immunisations": Lack("cla_health", "no list says whether immunisations are up to date"),
    **dict.fromkeys(
        ("missing_children", "return_interview_timeliness"),
        Lack("missing", "List 8 counts missing episodes without their dates"),
    ),
    "social_worker_changes": Lack("allocation", "the lists hold only the present worker"),
    **dict.fromkeys(
        ("average_caseload", "high_caseloads"), Lack("allocation", "no list is of workers and their cases")
    ),
    "agency_workers": Lack("worker", "no list is of workers"),
    **dict.fromkeys(
        (
            "pre_proceedings_open",
            "pre_proceedings_timeliness",
            "pre_proceedings_to_court",
            "fgdm_offered",
            "fgdm_held",
        ),
        Lack("pre_proceedings", "no list is of pre-proceedings"),
    ),
    "deprivation_of_liberty": Lack("dolo", "no list is of deprivation of liberty orders"),
}
