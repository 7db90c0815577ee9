"""The contracts: one pandera model per extract table, from which types, checks and documentation are derived.

A model says what each column is (its kind, whether its header must be there, what an empty value means, which code
set it takes, which date it must not precede); `schemas.checks` turns that into the pandera schema that judges
every row. The columns and keys are those of the canonical extract: SSD, Annex A, the children in need census and
SSDA903 map to them, and their own spellings of a header are accepted as `synonyms`.
"""

from functools import cache
from typing import Any, cast

import pandera.pandas as pa

from schemas.tables.assessment import Assessment, CinPlan, CinVisit
from schemas.tables.column import Column, Kind
from schemas.tables.court import PreProceedings
from schemas.tables.front_door import Contact, Person, Referral
from schemas.tables.leaving_care import CareLeaver
from schemas.tables.looked_after import ClaCarePlan, ClaEpisode, ClaHealth, ClaReview, ClaVisit, Dolo, Missing
from schemas.tables.protection import S47, CpPlan, CpReview, CpVisit, Icpc, StrategyDiscussion
from schemas.tables.workforce import Allocation, Worker

__all__ = ["MODELS", "Column", "Kind", "columns", "is_about_children", "key"]

# The order in which tables are judged: a table comes after those its rules look into.
MODELS: dict[str, type[pa.DataFrameModel]] = {
    "person": Person,
    "contact": Contact,
    "referral": Referral,
    "assessment": Assessment,
    "cin_plan": CinPlan,
    "cin_visit": CinVisit,
    "s47": S47,
    "strategy_discussion": StrategyDiscussion,
    "icpc": Icpc,
    "cp_plan": CpPlan,
    "cp_review": CpReview,
    "cp_visit": CpVisit,
    "cla_episode": ClaEpisode,
    "cla_care_plan": ClaCarePlan,
    "cla_review": ClaReview,
    "cla_visit": ClaVisit,
    "cla_health": ClaHealth,
    "missing": Missing,
    "dolo": Dolo,
    "care_leaver": CareLeaver,
    "worker": Worker,
    "allocation": Allocation,
    "pre_proceedings": PreProceedings,
}


@cache
def columns(table: str) -> tuple[Column, ...]:
    """The columns of a table's contract, in the order of declaration. Raises KeyError for an unknown table."""
    declared = MODELS[table].to_schema().columns
    return tuple(
        Column(name=name, description=field.description or "", **cast(dict[str, Any], field.metadata))
        for name, field in declared.items()
    )


def key(table: str) -> tuple[str, ...]:
    """The columns that tell two rows of a table apart. Raises KeyError for an unknown table."""
    return tuple(column.name for column in columns(table) if column.key)


def is_about_children(table: str) -> bool:
    """Whether each row is about a child; links between such tables go by the record's id and the child's."""
    return any(column.name == "person_id" for column in columns(table))


@cache
def groups() -> dict[str, tuple[str, ...]]:
    """The tables of each group, named for the module that declares them; in the order of `MODELS`."""
    found: dict[str, tuple[str, ...]] = {}
    for table, model in MODELS.items():
        group = model.__module__.rpartition(".")[2]
        found[group] = (*found.get(group, ()), table)
    return found
