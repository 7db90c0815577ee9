"""SSDA903 as data: the files of the return of children looked after, and what each gives the tables.

A collection year is that of its last day: 2026 is the year to 31 March 2026. Years differ by what they add: files,
columns and codes. Source: DfE's guides to the return, 2016-17 to 2026-27.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from schemas.measures import MEASURES
from warehouse.forms.cells import folded
from warehouse.forms.reading import Lack


@dataclass(frozen=True)
class ReturnFile:
    """One file of the return: its columns, and the table that it gives with the column behind each of its.

    A CSV file with `CHILD` and all of `telling` is this one. In XML a group of that name (`groups`), or one in which
    any of `marks` stands, is a record of it.
    """

    name: str
    columns: tuple[str, ...]
    telling: tuple[str, ...]
    table: str = ""
    cells: Mapping[str, str] | None = None
    id_column: str = ""
    groups: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()

    @cached_property
    def meanings(self) -> Mapping[str, str]:
        """What each header means, folded."""
        return {folded(name): name for name in ("CHILD", *self.columns)}

    @cached_property
    def used(self) -> frozenset[str]:
        """The columns that give something."""
        return frozenset(("CHILD", *(self.cells or {}).values()))


FILES: Mapping[str, ReturnFile] = {
    one.name: one
    for one in (
        ReturnFile(
            "header", ("SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB", "UASC", "UASC_STATUS"), ("SEX", "ETHNIC"),
            "person", {"dob": "DOB", "sex": "SEX", "ethnicity": "ETHNIC", "upn": "UPN"},
            groups=("HEADER",), marks=("SEX", "ETHNIC"),
        ),
        ReturnFile(
            "episodes",
            ("DECOM", "RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "DEC", "REC", "REASON_PLACE_CHANGE", "HOME_POST",
             "PL_POST", "URN"),
            ("DECOM", "RNE", "LS"),
            "cla_episode",
            {"decom": "DECOM", "rne": "RNE", "legal_status": "LS", "category_of_need": "CIN",
             "placement_type": "PLACE", "placement_provider": "PLACE_PROVIDER", "dec": "DEC", "rec": "REC",
             "reason_place_change": "REASON_PLACE_CHANGE", "home_postcode": "HOME_POST",
             "placement_postcode": "PL_POST", "urn": "URN"},
            groups=("EPISODE", "EPISODES"), marks=("DECOM",),
        ),
        ReturnFile(
            "reviews", ("DOB", "REVIEW", "REVIEW_CODE"), ("REVIEW", "REVIEW_CODE"),
            "cla_review", {"review_date": "REVIEW", "participation": "REVIEW_CODE"}, "review_id",
            groups=("AREVIEW",), marks=("REVIEW",),
        ),
        ReturnFile("uasc", ("SEX", "DOB", "DUC"), ("DUC",), marks=("DUC",)),
        ReturnFile(
            "oc2",
            ("DOB", "SDQ_SCORE", "SDQ_REASON", "CONVICTED", "HEALTH_CHECK", "IMMUNISATIONS", "TEETH_CHECK",
             "HEALTH_ASSESSMENT", "SUBSTANCE_MISUSE", "INTERVENTION_RECEIVED", "INTERVENTION_OFFERED"),
            ("IMMUNISATIONS", "TEETH_CHECK"),
            "cla_health", {"status": "IMMUNISATIONS"}, "health_id", groups=("OC2",), marks=("IMMUNISATIONS",),
        ),
        ReturnFile(
            "oc3", ("DOB", "IN_TOUCH", "ACTIV", "ACCOM"), ("IN_TOUCH", "ACTIV"),
            "care_leaver", {"in_touch": "IN_TOUCH", "activity": "ACTIV", "accommodation": "ACCOM"},
            groups=("OC3",), marks=("IN_TOUCH",),
        ),
        ReturnFile(
            "ad1", ("DOB", "DATE_INT", "DATE_MATCH", "FOSTER_CARE", "NB_ADOPTR", "SEX_ADOPTR", "LS_ADOPTR"),
            ("DATE_INT", "DATE_MATCH"),
        ),
        ReturnFile(
            "placed_for_adoption", ("DOB", "DATE_PLACED", "DATE_PLACED_CEASED", "REASON_PLACED_CEASED"),
            ("DATE_PLACED", "DATE_PLACED_CEASED"),
        ),
        ReturnFile("previous_permanence", ("DOB", "PREV_PERM", "LA_PERM", "DATE_PERM"), ("PREV_PERM", "DATE_PERM")),
        ReturnFile(
            "missing", ("DOB", "MISSING", "MIS_START", "MIS_END"), ("MISSING", "MIS_START"),
            "missing", {"start_at": "MIS_START", "end_at": "MIS_END", "type": "MISSING"}, "missing_id",
            groups=("AMISSING",), marks=("MIS_START",),
        ),
        ReturnFile(
            "sw_episodes", ("DOB", "SW_ID", "SW_DECOM", "SW_DEC", "SW_REASON"), ("SW_ID", "SW_DECOM"),
            "allocation", {"worker_id": "SW_ID", "start_date": "SW_DECOM", "end_date": "SW_DEC"},
            groups=("SW_EPISODE", "SW_EPISODES", "ASW_EPISODE"), marks=("SW_ID", "SW_DECOM"),
        ),
        ReturnFile(
            "dolo", ("DOB", "DOLO_START", "DOLO_END"), ("DOLO_START",),
            "dolo", {"start_date": "DOLO_START", "end_date": "DOLO_END"}, groups=("DOLO", "ADOLO"),
            marks=("DOLO_START",),
        ),
    )
}  # fmt: skip

# What the XML calls otherwise than the CSV files.
OTHER_NAMES: Mapping[str, str] = {"CHILDID": "CHILD", "PL": "PLACE"}

# The first collection year of what was added after 2017.
FILE_YEARS: Mapping[str, int] = {"sw_episodes": 2024, "dolo": 2027}
PLACEMENT_YEARS: Mapping[str, int] = {"K3": 2025, "Z11": 2026, "Z12": 2026, "Z13": 2026, "Z14": 2026}

CARRIES: Mapping[str, tuple[str, ...]] = {
    "person": ("person_id", "dob", "sex", "ethnicity", "uasc", "upn"),
    **{
        one.table: tuple(filter(None, (one.id_column, "person_id", *(("type", "event_date") if one.name == "oc2" else ()),
                                       *(one.cells or {}))))
        for one in FILES.values()
        if one.table and one.table != "person"
    },
}  # fmt: skip
# OC2 and OC3 tell of a state, and not since when.
LATEST_ONLY = frozenset(("cla_health", "care_leaver"))


def _lacks() -> Mapping[str, Lack]:
    """Why the return can never support a measure: of what it does not ask, and of the tables that it does not have."""
    leavers = Lack("care_leaver", "OC3 does not say which care leavers are former relevant", ("eligibility",))
    cases = Lack("allocation", "the return has the social workers of looked after children alone")
    own = {
        **dict.fromkeys(
            ("care_leavers_in_touch", "care_leavers_suitable_accommodation", "care_leavers_in_eet"), leavers
        ),
        **dict.fromkeys(("average_caseload", "high_caseloads", "unallocated_cases"), cases),
        **dict.fromkeys(
            ("health_assessments", "dental_checks"),
            Lack("cla_health", "OC2 says whether there was a check in the year, and not when"),
        ),
        "return_interview_timeliness": Lack("missing", "the return has no return interviews", ("rhi_at",)),
    }
    of_tables = {
        "contact": "the return has no contacts",
        "referral": "the return has no referrals",
        "assessment": "the return has no assessments",
        "s47": "the return has no section 47 enquiries",
        "icpc": "the return has no child protection conferences",
        "cp_plan": "the return has no child protection plans",
        "cin_plan": "the return has no child in need plans",
        "cla_care_plan": "the return has no care plans",
        "cla_visit": "the return has no visits",
        "worker": "the return has no staff list",
        "pre_proceedings": "the return has no pre-proceedings",
    }
    for measure in MEASURES.values():
        # No month of one year has a year and more of it before; March has the twelve months that end with it.
        long = next(
            (
                need
                for need in measure.needs
                if need.run_in_months >= (13 if need.after_month_end else 12) and not need.unless
            ),
            None,
        )
        tables = [need.table for need in measure.needs if need.table not in CARRIES]
        if measure.measure_code in own:
            continue
        if tables:
            own[measure.measure_code] = Lack(tables[0], of_tables.get(tables[0], f"the return has no {tables[0]}"))
        elif long:
            own[measure.measure_code] = Lack(long.table, f"a return holds one year, and {long.because}")
    return own


LACKS = _lacks()
SOMETIMES: Mapping[str, Lack] = {}
NOTES: Mapping[str, Lack] = {}
