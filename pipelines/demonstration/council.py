"""One council: what happened to each of its children, as the tables of the extract."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from pipelines.demonstration.assessment import assessment_rows, assessment_table
from pipelines.demonstration.authorities import Authority, authority_of
from pipelines.demonstration.cases import all_cases, children_of_cases
from pipelines.demonstration.columns import Random, Table, arrow_table, numbers_by_child, rows
from pipelines.demonstration.front_door import referral_rows, referral_table
from pipelines.demonstration.looked_after import care_plan_table, episode_table, looked_after_periods
from pipelines.demonstration.persons import person_rows, person_table
from pipelines.demonstration.protection import (
    conference_rows,
    conference_table,
    enquiry_rows,
    enquiry_table,
    plan_rows,
    plan_table,
)
from pipelines.demonstration.volumes import monthly_plan


class Council(NamedTuple):
    """One authority's tables, by name, with the columns of the extract.

    Columns that begin with an underscore say which rows a defect may touch; no form writes them. `random` is where the
    defects are drawn from.
    """

    la_code: str
    records: dict[str, Table]
    random: Random

    def tables(self) -> dict[str, pa.Table]:
        """The tables as Arrow: string, date32, timestamp, bool, int64 and double columns, null where nothing is."""
        return {name: arrow_table(table) for name, table in self.records.items()}


def council_tables(la_code: str, years: int = 3, seed: int = 2020) -> dict[str, pa.Table]:
    """Every table of one authority's extract on 1 September 2020, typed and without defects, by table name.

    Ids link the tables. Raises ValueError for an authority that is not known.
    """
    return council(authority_of(la_code), years, seed).tables()


def council(authority: Authority, years: int, seed: int) -> Council:
    """What happened to an authority's children in `years` of history to 31 August 2020."""
    random = np.random.default_rng([seed, int(authority.la_code)])
    plan = monthly_plan(authority, years, random)
    children = children_of_cases(all_cases(authority, plan, random), plan, random)
    plans = plan_rows(children, random)
    care = looked_after_periods(children, plans, plan, random)
    assessments = assessment_rows(authority, plan, children, random)
    enquiries = enquiry_rows(plan, children, random)
    conferences = conference_rows(children, enquiries, random)
    children["plan"] = numbers_by_child(plans, children)
    children["conference"] = numbers_by_child(rows(conferences, conferences["status"] == "HELD"), children)
    persons = person_rows(children, assessments, plans, care, random)
    referrals = referral_rows(plan, children, assessments, enquiries, plans, care, random)
    records = {
        "person": person_table(persons, random),
        "referral": referral_table(referrals, random),
        "assessment": assessment_table(assessments, children, random),
        "s47": enquiry_table(enquiries, children, random),
        "icpc": conference_table(conferences, children),
        "cp_plan": plan_table(plans, children, random),
        "cla_episode": episode_table(authority, care, persons, random),
        "cla_care_plan": care_plan_table(care, persons, random),
    }
    return Council(authority.la_code, records, random)
