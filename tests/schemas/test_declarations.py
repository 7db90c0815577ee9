"""The declarations hold together: what a column names is there, and a spelling means one thing."""

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
import sqlglot
from sqlglot import expressions

from schemas.checks import judgement
from schemas.codes import CODE_SETS, CODE_SPELLINGS, COLUMN_SPELLINGS
from schemas.codes.categories import CATEGORIES, NOT_RECORDED, categories
from schemas.measures import CATALOGUE, MEASURES, Measure
from schemas.rules import REPORTS, RULES, State
from schemas.standards import CLOCKS
from schemas.tables import MODELS, Column, Kind, columns, is_about_children, key
from warehouse.forms.cells import folded

ALL = [(table, column) for table in MODELS for column in columns(table)]


def column(table: str, name: str) -> Column:
    return next(one for one in columns(table) if one.name == name)


KEYS = {
    "person": "person_id",
    "contact": "contact_id person_id",
    "referral": "referral_id person_id",
    "assessment": "assessment_id person_id",
    "cin_plan": "cin_plan_id person_id",
    "cin_visit": "visit_id person_id",
    "s47": "s47_id person_id",
    "strategy_discussion": "strategy_id person_id",
    "icpc": "icpc_id person_id",
    "cp_plan": "cp_plan_id person_id",
    "cp_review": "review_id person_id",
    "cp_visit": "visit_id person_id",
    "cla_episode": "person_id decom legal_status placement_type",
    "cla_care_plan": "care_plan_id person_id",
    "cla_review": "review_id person_id",
    "cla_visit": "visit_id person_id",
    "cla_health": "health_id person_id",
    "missing": "missing_id person_id",
    "dolo": "person_id start_date",
    "care_leaver": "person_id",
    "worker": "worker_id",
    "allocation": "person_id worker_id start_date",
    "pre_proceedings": "pre_proceedings_id person_id",
}


def test_the_key_of_every_table_about_children_names_the_child() -> None:
    assert {table: " ".join(key(table)) for table in MODELS} == KEYS
    assert [table for table in MODELS if not is_about_children(table)] == ["worker"]


# The values without which a row says nothing, beside the ids of its key.
ESSENTIAL_DATES = {
    "referral": "referral_date",
    "s47": "start_date",
    "cp_plan": "start_date",
    "cla_episode": "decom",
    "cp_review": "review_date",
    "cp_visit": "visit_date",
    "cin_visit": "visit_date",
    "cin_plan": "start_date",
    "cla_review": "review_date",
    "cla_visit": "visit_date",
    "missing": "start_at",
    "dolo": "start_date",
    "allocation": "start_date",
    "pre_proceedings": "start_date",
}


def test_a_row_is_set_aside_for_an_empty_value_only_where_it_says_nothing_without_it() -> None:
    essential = {(table, one.name) for table, one in ALL if one.essential}
    ids = {(table, name) for table in MODELS for name in key(table) if column(table, name).kind is Kind.ID}
    assert essential == ids | set(ESSENTIAL_DATES.items())


SETS_ASIDE = {
    ("contact", "mash_completed_at", "received_at"),
    ("referral", "mash_completed_at", "received_at"),
    ("referral", "closure_date", "referral_date"),
    ("assessment", "authorised_date", "start_date"),
    ("cin_plan", "end_date", "start_date"),
    ("s47", "end_date", "start_date"),
    ("icpc", "icpc_date", "linked_s47_start_date"),
    ("cp_plan", "end_date", "start_date"),
    ("cla_episode", "dec", "decom"),
    ("cla_care_plan", "authorised_date", "started_date"),
    ("cla_care_plan", "end_date", "started_date"),
    ("missing", "end_at", "start_at"),
}


def test_only_the_named_ends_before_starts_set_a_row_aside() -> None:
    assert {(table, one.name, one.not_before) for table, one in ALL if one.not_before} == SETS_ASIDE


def test_what_a_column_names_is_there() -> None:
    for table, one in ALL:
        names = {other.name for other in columns(table)}
        assert one.not_before in {None, "linked_s47_start_date", *names}, (table, one.name)
        assert one.follows in {None, *names}, (table, one.name)
        assert one.code_set is None or one.code_set in CODE_SETS, (table, one.name)
        if one.links_to:
            assert one.name in key(one.links_to), (table, one.name)
        assert (one.kind in (Kind.CODE, Kind.BOOLEAN)) == (one.code_set is not None), (table, one.name)


@pytest.mark.parametrize("table", MODELS)
def test_a_header_means_one_column_of_a_table(table: str) -> None:
    meant: dict[str, str] = {}
    for one in columns(table):
        for spelling in (one.name, *one.synonyms):
            assert meant.setdefault(folded(spelling), one.name) == one.name, spelling


@pytest.mark.parametrize("table", MODELS)
def test_every_table_can_be_judged_by_rules_that_are_declared(table: str) -> None:
    judged = judgement(table).schema
    checks = [*judged.checks, *(check for one in judged.columns.values() for check in one.checks)]
    assert {check.name for check in checks} <= RULES.keys()


def test_only_the_contract_and_what_cannot_be_read_set_a_row_aside() -> None:
    assert {name for name, rule in RULES.items() if rule.state is State.QUARANTINED} == {
        "required", "unreadable_date", "end_before_start", "after_extract", "weekend_conference",
        "single_value", "unreadable_id", "outside_calendar", "formula_uncached",
    }  # fmt: skip


def test_every_rule_that_a_query_or_a_form_reports_is_declared_and_says_what_to_do() -> None:
    warehouse = Path(__file__).parents[2] / "warehouse"
    queries = " ".join(path.read_text() for path in warehouse.glob("facts/*/report_*.sql"))
    named = set(re.findall(r"'rule': '(\w+)'", queries)) | set(re.findall(r"'(\w+)' as rule\b", queries))
    readers = " ".join(path.read_text() for path in warehouse.glob("forms/**/*.py"))
    named |= set(re.findall(r"\b_?[Rr]eport\(\s*\"(\w+)\"", readers))
    assert named > {"missing_history", "conflicting_value"}
    assert named <= REPORTS.keys()
    assert all(rule.message.endswith(".") for rule in RULES.values())


def test_every_code_says_what_it_means() -> None:
    for name, codes in CODE_SETS.items():
        assert all(meaning.strip() for meaning in codes.values()), name


def test_every_spelling_is_looked_up_in_lower_case_and_means_a_code_of_its_set() -> None:
    for name, spellings in CODE_SPELLINGS.items():
        assert set(spellings.values()) <= CODE_SETS[name].keys(), name
        assert all(spelling == spelling.casefold() for spelling in spellings), name
    used = {one.code_set for _, one in ALL if one.code_set}
    assert used == CODE_SETS.keys()
    named = {one.name: one.code_set for _, one in ALL}
    for name, spellings in COLUMN_SPELLINGS.items():
        assert set(spellings.values()) <= CODE_SETS[str(named[name])].keys(), name


def test_every_code_has_a_category_and_every_category_a_place() -> None:
    for name in ("sex", "ethnicity", "placement_type", "category_of_abuse", "referral_source"):
        assert CATEGORIES[name].keys() == CODE_SETS[name].keys(), name
    assert CATEGORIES["legal_status"].keys() == CODE_SETS["legal_status"].keys() - {"NOT_LOOKED_AFTER"}
    assert CATEGORIES["disability"].keys() == CODE_SETS["boolean"].keys()
    rows = list(categories())
    places = {(breakdown, label, position) for breakdown, _, label, position in rows}
    for breakdown in {row[0] for row in rows}:
        of_breakdown = sorted((position, label) for name, label, position in places if name == breakdown)
        assert [position for position, _ in of_breakdown] == list(range(1, len(of_breakdown) + 1)), breakdown
        assert of_breakdown[-1][1] == NOT_RECORDED


# What a measure that asks whether a clock was kept publishes of a case, and what says so: its clock, and its fact's query.

FACTS = {path.stem: path.read_text() for path in (Path(__file__).parents[2] / "warehouse" / "facts").glob("*/*.sql")}


def misdeclared(measures: Iterable[Measure], queries: Mapping[str, str], clocks: Container[str]) -> list[str]:
    """What would let a case be told a due day or a reason that is not of its own clock."""
    found = []
    of_fact: dict[str, list[Measure]] = {}
    for measure in measures:
        code, query = measure.measure_code, queries[measure.fact]
        if measure.is_timed and (code not in clocks or f".clock = '{code}'" not in query):
            found.append(f"{code} asks for no clock of its own")
        if measure.is_timed != asks_for_days(measure.achieved, query):
            found.append(f"{code} asks of the days of a clock, or it does not; is_timed says the other")
        if measure.achieved != "true":
            of_fact.setdefault(measure.fact, []).append(measure)
    for one, other in (pair for of_one in of_fact.values() for pair in combinations(of_one, 2)):
        timed = one.is_timed + other.is_timed
        for column in {0: (), 1: ("reason",), 2: ("due_date", "reason")}[timed]:
            if one.achieved != other.achieved and one.case.get(column, column) == other.case.get(column, column):
                found.append(f"{one.measure_code} and {other.measure_code} show one {column}")
    return found


def asks_for_days(achieved: str, query: str) -> bool:
    """Whether the columns of a fact with a due day in `achieved` hold days against a standard."""
    columns = {one.alias_or_name: one for one in sqlglot.parse_one(query, dialect="duckdb").selects}
    used = [one.name for one in sqlglot.parse_one(achieved, dialect="duckdb").find_all(expressions.Column)]
    asked = {one.name for name in used if name in columns for one in columns[name].find_all(expressions.Column)}
    return "due_date" in columns and bool(asked & {"working_days", "standard", "days"})


def test_a_measure_with_a_clock_shows_the_due_day_and_the_reason_of_that_clock() -> None:
    assert misdeclared(CATALOGUE, FACTS, CLOCKS) == []
    assert [measure for measure in CATALOGUE if measure.is_timed]


OF_ALL = MEASURES["assessment_timeliness"]
OF_OUTCOME = MEASURES["assessments_no_further_action"]
# A second standard of the same clock, on the same fact.
SOONER = replace(
    OF_ALL,
    measure_code="sooner",
    achieved="is_in_stricter_time",
    case={"due_date": "stricter_due_date", "reason": "stricter_reason"},
)
QUERY = """
select
    working_days <= standard.days as is_in_time, due.date as due_date, late as reason,
    working_days <= stricter.days as is_in_stricter_time, sooner.date as stricter_due_date, later as stricter_reason,
    outcome_nfa as is_no_further_action
from drawn
asof left join reference.standard on standard.clock = 'assessment_timeliness' and event_date >= standard.valid_from
asof left join reference.standard as stricter on stricter.clock = 'sooner' and event_date >= stricter.valid_from
"""


@pytest.mark.parametrize(
    ("second", "told"),
    [
        (SOONER, []),
        (replace(SOONER, measure_code="undeclared"), ["undeclared asks for no clock of its own"]),
        (
            replace(SOONER, case={}),
            ["assessment_timeliness and sooner show one due_date", "assessment_timeliness and sooner show one reason"],
        ),
        (replace(SOONER, case={"reason": "stricter_reason"}), ["assessment_timeliness and sooner show one due_date"]),
        (
            replace(SOONER, is_timed=False),
            ["sooner asks of the days of a clock, or it does not; is_timed says the other"],
        ),
        (OF_OUTCOME, []),
        (replace(OF_OUTCOME, case={}), ["assessment_timeliness and assessments_no_further_action show one reason"]),
    ],
)
def test_a_second_standard_on_a_fact_cannot_show_the_due_day_of_the_first(second: Measure, told: list[str]) -> None:
    assert misdeclared([OF_ALL, second], {"single_assessment": QUERY}, {*CLOCKS, "sooner"}) == told
