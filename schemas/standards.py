"""The standards: how many days each clock allows, and from which day. Declarations only.

A clock is named for the measure or the list of work that it belongs to; where one measure has several standards, for the
step they are of. A standard in working days counts the days after the start, up to and including the end.
"""

from datetime import date
from typing import Literal, NamedTuple


class Standard(NamedTuple):
    """Days that a clock allows from an event date on: `unit` says which days, `source` where they come from."""

    days: int
    unit: Literal["working days", "calendar days"]
    source: str
    valid_from: date = date(1900, 1, 1)


_WORKING_TOGETHER = "Working Together to Safeguard Children"
_CARE_PLANNING = "Care Planning, Placement and Case Review (England) Regulations 2010"

STANDARDS: dict[str, Standard] = {
    "mash_timeliness": Standard(1, "working days", _WORKING_TOGETHER),
    "assessment_timeliness": Standard(45, "working days", _WORKING_TOGETHER),
    "section_47_enquiry": Standard(15, "working days", _WORKING_TOGETHER),
    "icpc_timeliness": Standard(15, "working days", _WORKING_TOGETHER),
    "plan_review_first": Standard(91, "calendar days", _WORKING_TOGETHER),
    "plan_review_next": Standard(183, "calendar days", _WORKING_TOGETHER),
    "plan_visit_timeliness": Standard(10, "working days", "Local practice; the setting cp_visit_wd"),
    "cin_visit": Standard(20, "working days", "Local practice"),
    "looked_after_review_first": Standard(20, "working days", _CARE_PLANNING),
    "looked_after_review_second": Standard(91, "calendar days", _CARE_PLANNING),
    "looked_after_review_next": Standard(183, "calendar days", _CARE_PLANNING),
    "looked_after_visit": Standard(42, "calendar days", _CARE_PLANNING),
    "looked_after_visit_long_term": Standard(91, "calendar days", _CARE_PLANNING),
    "return_interview": Standard(3, "calendar days", "Statutory guidance on children who go missing: 72 hours"),
    "pathway_plan_review": Standard(183, "calendar days", _CARE_PLANNING),
    "pre_proceedings_timeliness": Standard(112, "calendar days", "Public Law Outline guidance"),
}
