"""The catalogue: every measure, declared once, by group."""

from schemas.measures import assessment, court, front_door, leaving_care, looked_after, protection, workforce
from schemas.measures.declaration import Measure, Need, Polarity

__all__ = ["CATALOGUE", "GROUPS", "MEASURES", "OPEN_WORK_TITLES", "SEED", "Measure", "Need", "Polarity"]

# The groups in which a council reads its figures, in that order.
GROUPS: dict[str, tuple[Measure, ...]] = {
    "Front door": front_door.MEASURES,
    "Assessment and children in need": assessment.MEASURES,
    "Protection": protection.MEASURES,
    "Looked after": looked_after.MEASURES,
    "Leaving care": leaving_care.MEASURES,
    "Workforce": workforce.MEASURES,
    "Court": court.MEASURES,
}
CATALOGUE: tuple[Measure, ...] = tuple(measure for group in GROUPS.values() for measure in group)
MEASURES: dict[str, Measure] = {measure.measure_code: measure for measure in CATALOGUE}

# The measures that the performance overview began with, in its order.
SEED = (
    "mash_timeliness", "assessment_timeliness", "authorised_care_plan", "child_protection_plan_rate",
    "icpc_timeliness", "looked_after_rate",
)  # fmt: skip

# What an open item with a clock is called in a list of work, by the code of its clock.
OPEN_WORK_TITLES: dict[str, str] = {
    "mash_timeliness": "MASH",
    "assessment_timeliness": "Assessment",
    "section_47_enquiry": "Section 47 enquiry",
    "icpc_timeliness": "Conference",
    "plan_review_timeliness": "Plan review",
    "plan_visit_timeliness": "Plan visit",
    "cin_visit": "Child in need visit",
    "looked_after_review_timeliness": "Looked after review",
    "looked_after_visit_timeliness": "Looked after visit",
    "health_assessments": "Health assessment",
    "return_interview_timeliness": "Return interview",
    "pathway_plan_review": "Pathway plan review",
}
