"""Extracts cut to a window, as sources cut theirs: what is published of them is what the whole extract says.

Cut by whole spells it is exactly that. Cut by single rows, what differs is of a child that `missing_history` names.
"""

from collections import Counter
from datetime import date
from math import isclose
from typing import Any

import duckdb
import pytest
from support.published import grouped
from support.random_extract import cut, write_random_extract

from schemas.measures import MEASURES
from warehouse.landing.extracts import Extract

DAY, COMPLETE_FROM = date(2021, 2, 28), date(2019, 9, 17)
SEED_SIX = (
    *("mash_timeliness", "assessment_timeliness", "authorised_care_plan", "child_protection_plan_rate"),
    *("icpc_timeliness", "looked_after_rate"),
)
Key = tuple[str, date]


class Measured:
    """The months' figures of an extract, the children behind them, and whom `missing_history` names."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, la_code: str) -> None:
        def select(query: str) -> list[tuple[Any, ...]]:
            return connection.execute(query, [la_code]).fetchall()

        self.figures: dict[Key, tuple[float | None, ...]] = {
            (measure, month): tuple(figure)
            for measure, month, *figure in select(
                "select measure_code, month, numerator, denominator, missing_start from measures.month_figure "
                "where la_code = ?"
            )
        }
        named = "select distinct person_id from staged.row_issue where rule = 'missing_history' and la_code = ?"
        self.named = {person for (person,) in select(named)}
        self.cases: dict[Key, Counter[tuple[str, bool]]] = {}
        for measure, month in self.figures:
            self.cases.setdefault((measure, month), Counter())
        for one in MEASURES.values():
            table = f"measures.case_{one.fact}"
            if {"person_id", f"achieved_{one.measure_code}"} <= set(connection.table(table).columns):
                for month, person, is_achieved in select(
                    f"select month, person_id, achieved_{one.measure_code} from {table} "  # noqa: S608
                    f"where counted_{one.measure_code} and la_code = ?"
                ):
                    self.cases.setdefault((one.measure_code, month), Counter())[person, bool(is_achieved)] += 1

    def beside(self, whole: "Measured") -> dict[Key, set[str]]:
        """The figures that the whole extract gives otherwise, each with the children who make the difference."""
        return {
            key: {person for person, _ in (self.cases[key] - whole.cases[key]) + (whole.cases[key] - self.cases[key])}
            for key, figure in self.figures.items()
            if not all(
                a == b or (a is not None and b is not None and isclose(a, b))
                for a, b in zip(figure, whole.figures[key], strict=True)
            )
        }


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Measured]:
    """The three of them in one group, as authorities of no population: a cut does not touch what a rate is out of."""
    folder = tmp_path_factory.mktemp("cut")
    la_codes = {"whole": "501", "whole spells": "502", "rows": "503"}
    extracts = []
    for made, la_code in la_codes.items():
        landed = folder / la_code
        write_random_extract(landed, 12, la_code, DAY, children=60, is_clean=True)
        if made != "whole":
            landed = folder / made
            cut(folder / la_code, landed, COMPLETE_FROM, DAY, la_code, by=made)
            (landed / "extract.toml").write_text(f"complete_from = {COMPLETE_FROM}\n")
        extracts.append(Extract(la_code, DAY, landed))
    with grouped(extracts) as group:
        return {made: Measured(group.connection, la_code) for made, la_code in la_codes.items()}


def test_an_extract_cut_by_whole_spells_gives_the_figures_of_the_whole_one(measured: dict[str, Measured]) -> None:
    kept, whole = measured["whole spells"], measured["whole"]
    # What was said last of a child's immunisations may be older than any window.
    otherwise = {key: people for key, people in kept.beside(whole).items() if key[0] != "immunisations"}
    assert otherwise == {}
    assert len({measure for measure, _ in kept.figures}) > 50
    assert len(kept.figures) < len(whole.figures)


def test_an_extract_cut_by_rows_differs_by_the_children_who_are_named(measured: dict[str, Measured]) -> None:
    kept, whole = measured["rows"], measured["whole"]
    asked = (*SEED_SIX, "immunisations", "health_assessments", "dental_checks", "looked_after_review_timeliness")
    unnamed = {
        key: people - kept.named
        for key, people in kept.beside(whole).items()
        if key[0] in asked and (people - kept.named or not people)
    }
    assert unnamed == {}
    assert kept.named
    assert whole.named == set()


@pytest.mark.parametrize("measure", SEED_SIX)
def test_every_month_from_a_year_after_the_cut_is_published(measured: dict[str, Measured], measure: str) -> None:
    def months(extract: Measured) -> set[date]:
        return {month for code, month in extract.figures if code == measure and month >= date(2020, 10, 1)}

    assert months(measured["rows"]) == months(measured["whole"]) != set()
