"""The catalogue: every measure, declared once, by group."""

from schemas.measures import seed
from schemas.measures.declaration import Measure, Need, Polarity

__all__ = ["CATALOGUE", "MEASURES", "PENDING", "PENDING_NAMES", "Measure", "Need", "Polarity"]

CATALOGUE: tuple[Measure, ...] = seed.MEASURES
MEASURES: dict[str, Measure] = {measure.measure_code: measure for measure in CATALOGUE}

# The timed events, and the measure whose clock an open one runs against.
PENDING: dict[str, str] = {
    "mash_decision": "mash_timeliness",
    "assessment": "assessment_timeliness",
    "conference": "icpc_timeliness",
}

# What an open item is called in a list of work, by its measure.
PENDING_NAMES: dict[str, str] = {
    "mash_timeliness": "MASH",
    "assessment_timeliness": "Assessment",
    "icpc_timeliness": "Conference",
}
