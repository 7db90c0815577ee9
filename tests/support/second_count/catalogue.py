"""All measures, by group."""

from __future__ import annotations

from . import assessment, court, front_door, leaving_care, looked_after, protection, workforce
from .measure import Measure

GROUPS = {
    "front_door": front_door.measures(),
    "assessment": assessment.measures(),
    "protection": protection.measures(),
    "looked_after": looked_after.measures(),
    "leaving_care": leaving_care.measures(),
    "workforce": workforce.measures(),
    "court": court.measures(),
}
MEASURES: dict[str, Measure] = {measure.code: measure for group in GROUPS.values() for measure in group}
