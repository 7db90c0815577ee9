"""One council: what happened to each of its children, as the tables of the extract."""

from typing import Literal, NamedTuple

import numpy as np
import pyarrow as pa

from pipelines.demonstration.assessment import assessment_rows, assessment_table, need_plan_rows, need_plan_table
from pipelines.demonstration.authorities import Authority, authority_of
from pipelines.demonstration.cases import all_cases, children_of_cases
from pipelines.demonstration.columns import Random, Table, arrow_table, numbers_by_child, rows
from pipelines.demonstration.contacts import contact_table
from pipelines.demonstration.court import pre_proceedings_table
from pipelines.demonstration.front_door import referral_rows, referral_table
from pipelines.demonstration.leaving_care import care_leaver_table
from pipelines.demonstration.looked_after import (
    care_plan_table,
    episode_rows,
    episode_table,
    looked_after_periods,
    placement_rows,
)
from pipelines.demonstration.looked_after_events import deprivation_of_liberty_table, health_table, missing_table
from pipelines.demonstration.persons import households_of, person_rows, person_table, postcodes
from pipelines.demonstration.protection import (
    conference_rows,
    conference_table,
    enquiry_rows,
    enquiry_table,
    plan_rows,
    plan_table,
    strategy_table,
)
from pipelines.demonstration.reviews_and_visits import (
    care_review_table,
    care_visit_table,
    need_visit_table,
    plan_review_table,
    plan_visit_table,
)
from pipelines.demonstration.volumes import monthly_plan, practice
from pipelines.demonstration.workforce import worker_on, workforce

Tables = Literal["seed", "all"]

SEED_TABLES = ("person", "referral", "assessment", "s47", "icpc", "cp_plan", "cla_episode", "cla_care_plan")


class Council(NamedTuple):
    """One authority's tables, by name, with the columns of the extract.

    Columns that begin with an underscore say which rows a defect may touch; no form writes them.
    """

    la_code: str
    seed: int
    records: dict[str, Table]
    random: Random  # what the eight tables were drawn from, for their defects

    def tables(self) -> dict[str, pa.Table]:
        """The tables as Arrow: string, date32, timestamp, bool, int64 and double columns, null where nothing is."""
        return {name: arrow_table(table) for name, table in self.records.items()}

    def random_of(self, table: str) -> Random:
        """Where the defects of a table are drawn from. The eight share one source, each further table has its own."""
        is_seed = table in SEED_TABLES
        return self.random if is_seed else np.random.default_rng([self.seed, int(self.la_code), *table.encode()])


class Life(NamedTuple):
    """The events that the tables are made of: one row each, with `person` and often `child`, the row of `children`."""

    volumes: Table
    children: Table
    plans: Table
    care: Table
    assessments: Table
    enquiries: Table
    conferences: Table
    persons: Table
    referrals: Table


def council_tables(la_code: str, years: int = 3, seed: int = 2020) -> dict[str, pa.Table]:
    """Every table of one authority's extract on 1 September 2020, typed and without defects, by table name.

    Ids link the tables. Raises ValueError for an authority that is not known.
    """
    return council(authority_of(la_code), years, seed).tables()


def council(authority: Authority, years: int, seed: int, tables: Tables = "all") -> Council:
    """What happened to an authority's children in `years` of history to 31 August 2020.

    `tables`: the eight that the seed table needs, or all. The eight have the same rows and values either way; only
    with all of them come the columns that no measure of the seed table asks for.
    """
    random = np.random.default_rng([seed, int(authority.la_code)])
    life = life_of(authority, years, random)
    records = {
        "person": person_table(life.persons, random),
        "referral": referral_table(life.referrals, random),
        "assessment": assessment_table(life.assessments, life.children, random),
        "s47": enquiry_table(life.enquiries, life.children, random),
        "icpc": conference_table(life.conferences, life.children),
        "cp_plan": plan_table(life.plans, life.children, random),
    }
    episodes = episode_rows(authority, life.care, life.persons, random)
    records["cla_episode"] = episode_table(episodes, life.care)
    records["cla_care_plan"] = care_plan_table(life.care, life.persons, random)
    if tables == "all":
        records = with_further_tables(authority, life, records, episodes, seed)
    return Council(authority.la_code, seed, records, random)


def life_of(authority: Authority, years: int, random: Random) -> Life:
    """The events of the eight tables, drawn so that every month meets its quotas."""
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
    return Life(plan, children, plans, care, assessments, enquiries, conferences, persons, referrals)


def with_further_tables(
    authority: Authority, life: Life, records: dict[str, Table], episodes: Table, seed: int
) -> dict[str, Table]:
    """All tables of the extract, in the order of a child's journey: the eight given, with what follows from them.

    Each is drawn from a source of its own, so that none moves when another is drawn otherwise.
    """

    def source(name: str) -> Random:
        return np.random.default_rng([seed, int(authority.la_code), 1, *name.encode()])

    children, plans, care, persons, referrals = life.children, life.plans, life.care, life.persons, life.referrals
    in_time = practice(source("practice"))
    household = households_of(children, persons)
    begun = life.volumes["month"][0].astype("datetime64[D]")
    person = records["person"]
    listed = np.flatnonzero(persons["is_listed"])
    staff = workforce(authority, begun, children, referrals, plans, care, household, source("worker"))
    placements = placement_rows(episodes, care)
    needs = need_plan_rows(
        children, referrals, life.assessments, records["assessment"]["outcome_nfa"], plans, care, source("cin_plan")
    )
    need_worker, need_team = worker_on(staff, needs["person"], needs["start"])
    return {
        "person": person | {"postcode": postcodes(household, source("person"))[listed]},
        "contact": contact_table(
            life.volumes,
            children,
            referrals,
            records["referral"],
            persons,
            household,
            staff.front_door,
            source("contact"),
        ),
        "referral": records["referral"],
        "assessment": records["assessment"],
        "cin_plan": need_plan_table(needs, children, need_worker, need_team, source("cin_plan_status")),
        "cin_visit": need_visit_table(needs, household, in_time["need_visit"], source("cin_visit")),
        "strategy_discussion": strategy_table(life.enquiries, children, source("strategy_discussion")),
        "s47": records["s47"],
        "icpc": records["icpc"],
        "cp_plan": records["cp_plan"],
        "cp_review": plan_review_table(plans, household, in_time["plan_review"], source("cp_review")),
        "cp_visit": plan_visit_table(plans, household, in_time["plan_visit"], source("cp_visit")),
        "cla_episode": records["cla_episode"] | {"period_start_date": care["entered"][episodes["period"]]},
        "cla_care_plan": records["cla_care_plan"],
        "cla_review": care_review_table(care, persons, in_time["care_review"], source("cla_review")),
        "cla_visit": care_visit_table(placements, in_time["care_visit"], source("cla_visit")),
        "cla_health": health_table(care, persons, in_time, source("cla_health")),
        "missing": missing_table(care, children, persons, in_time, source("missing")),
        "dolo": deprivation_of_liberty_table(placements, persons, source("dolo")),
        "care_leaver": care_leaver_table(care, persons, staff.advisers, source("care_leaver")),
        "allocation": staff.allocation,
        "worker": staff.worker,
        "pre_proceedings": pre_proceedings_table(
            plans, children, care, household, in_time["pre_proceedings"], source("pre_proceedings")
        ),
    }
