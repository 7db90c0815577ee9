"""The clocks that hold work to a standard: how many days each allows. Declarations only.

A standard may change with the guidance, so the setting `standard` may give another number from a date on. Which date of
a case decides stands in the case's own fact: the day of the event, or the month end of a snapshot.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Clock:
    """One clock: the days it allows, `working` or of the calendar; `setting` is the setting that holds the number."""

    days: int
    is_working: bool
    what: str
    setting: str | None = None


CLOCKS: Mapping[str, Clock] = {
    "mash_timeliness": Clock(1, True, "From a referral to MASH's decision."),
    "assessment_timeliness": Clock(45, True, "From a referral, or an assessment's start, to its authorisation."),
    "section_47_enquiry": Clock(15, True, "From an enquiry's start to its end."),
    "icpc_timeliness": Clock(
        15, True, "From the strategy discussion, or a transfer's notification, to the conference."
    ),
    "cin_visit": Clock(20, True, "Between visits under a child in need plan.", "cin_visit_wd"),
    "plan_visit_timeliness": Clock(10, True, "Between visits under a child protection plan.", "cp_visit_wd"),
    "plan_review_first": Clock(91, False, "From a plan's start to its first review.", "review_first_days"),
    "plan_review_next": Clock(183, False, "From a review of a plan to the next.", "review_next_days"),
    "looked_after_review_first": Clock(20, True, "From the start of a period of care to its first review."),
    "looked_after_review_second": Clock(91, False, "From the first review in care to the second.", "review_first_days"),
    "looked_after_review_next": Clock(183, False, "From a later review in care to the next.", "review_next_days"),
    "looked_after_visit": Clock(42, False, "Between visits to a looked after child."),
    "looked_after_visit_long_term": Clock(91, False, "The same, in a long-term foster placement of over a year."),
    "return_interview": Clock(
        3, False, "From a missing child's return to the interview; 72 hours where times are known."
    ),
    "pathway_plan_review": Clock(183, False, "Between reviews of a pathway plan."),
    "pre_proceedings_timeliness": Clock(112, False, "From the letter before proceedings to the decision."),
}
