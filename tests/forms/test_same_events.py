"""One set of events in every form: each figure that is published of a form is the one that the canonical files give.

The events are those of the demonstration council, one child in ten, with all that some form has no word for: children who
moved in on a plan, short breaks, children under two ids, what is of no referral. SAME_EVENTS=1 takes every child.
"""

import datetime
import os
from collections.abc import Callable, Collection
from functools import cache
from pathlib import Path
from typing import Any, cast

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from support.published import process

from pipelines.demonstration import council_tables
from pipelines.demonstration.council import Council
from pipelines.demonstration.forms import form_writer
from schemas.measures import CATALOGUE
from schemas.settings import Settings
from warehouse.forms import transfers
from warehouse.forms.extracts import FORMS
from warehouse.forms.form import Form, why_never
from warehouse.landing.extracts import Extract

EXTRACT_DATE = datetime.date(2020, 9, 1)
ONE_IN = int(os.environ.get("SAME_EVENTS", "10"))
OF_FORM = {form.NAME: form for form in FORMS}
OWN_CONFERENCES = Settings(icpc_transfer_in="exclude")

Key = tuple[str, str, datetime.date]
Figures = dict[Key, tuple[Any, ...]]
Categories = dict[tuple[str, str, datetime.date, str], dict[str, float]]


class SomeChildren:
    """The demonstration council, or a part of its children; short breaks as care where that is asked."""

    la_code = "852"

    def __init__(self, short_breaks_are_care: bool = False) -> None:
        whole = council_tables(self.la_code, 2)
        with duckdb.connect() as connection:
            for name, table in whole.items():
                connection.register(name, table)
            # With a child come the ids that it is known under besides.
            connection.execute(
                f"create table kept as select person_id from person where "  # noqa: S608
                f"coalesce(master_person_id, person_id)[-3:]::int % {ONE_IN} = {7 % ONE_IN}"
            )
            self._tables = {
                name: connection.execute(
                    f"from {name} where person_id in (from kept)"
                    if "person_id" in table.column_names
                    else f"from {name}"
                ).to_arrow_table()
                for name, table in whole.items()
            }
            if short_breaks_are_care:
                episodes = self._tables["cla_episode"]
                connection.register("episode", episodes)
                self._tables["cla_episode"] = connection.execute(
                    "select * replace (if(legal_status in ('V1', 'V3', 'V4'), 'V2', legal_status) as legal_status) from episode"
                ).to_arrow_table()

    def tables(self) -> dict[str, pa.Table]:
        """The tables by name, as a council gives them."""
        return self._tables


class Figured:
    """What is published of an extract: its figures, their categories, and what is told of its measures."""

    def __init__(self, folder: Path, settings: Settings | None = None) -> None:
        warehouse = folder.parent.parent / f"of {folder.name} {settings is None}"
        process(warehouse, [Extract("852", EXTRACT_DATE, folder)], settings)
        with duckdb.connect(str(warehouse / "kpi.duckdb"), read_only=True) as kpi:
            self.figures: Figures = {
                (measure, period, month): tuple(figure)
                for measure, period, month, *figure in kpi.execute(
                    "select measure_code, period, month, numerator, denominator, value, unit, missing_start, status "
                    "from monthly_kpi_current"
                ).fetchall()
            }
            self.categories: Categories = {}
            for measure, period, month, breakdown, category, number in kpi.execute(
                "select measure_code, period, month, breakdown, category, coalesce(denominator, numerator) "
                "from monthly_kpi_breakdown_current where coalesce(denominator, numerator) is not null"
            ).fetchall():
                self.categories.setdefault((measure, period, month, breakdown), {})[category] = number
            self.notes = dict(
                kpi.execute("select measure_code, note from measure_coverage where note is not null").fetchall()
            )
            self.lacking = {measure for (measure,) in kpi.execute("select measure_code from not_computable").fetchall()}

    def beside(self, other: "Figured", measures: Collection[str] | None = None) -> dict[Key, Any]:
        """The figures that are not the other's, of some measures or all."""
        return {
            key: (figure, other.figures.get(key))
            for key, figure in self.figures.items()
            if (measures is None or key[0] in measures) and other.figures.get(key) != figure
        }


Given = Callable[..., Figured]


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Given:
    """What is published of a form."""

    @cache
    def of_form(form: str, short_breaks_are_care: bool = False, is_of_own_conferences: bool = False) -> Figured:
        council = SomeChildren(short_breaks_are_care)
        folder = tmp_path_factory.mktemp(form) / "852" / EXTRACT_DATE.isoformat()
        folder.mkdir(parents=True)
        if form == "canonical":
            for name, table in council.tables().items():
                pq.write_table(table, folder / f"{name}.parquet")
        else:
            form_writer(form)(cast(Council, council), folder)
        return Figured(folder, OWN_CONFERENCES if is_of_own_conferences else None)

    return of_form


def can_give(form: Form) -> set[str]:
    """The measures that a form by itself can give."""
    whys = {measure.measure_code: why_never(form, measure) for measure in CATALOGUE}
    return {code for code, why in whys.items() if not why}


# What a form can give in another year: the census asks for pre-proceedings since 2026, the return for social workers and
# deprivation of liberty since 2024 and 2026. The demonstration's census and return are of the year to March 2020.
OF_OTHER_YEARS: dict[str, set[str]] = {
    "annex-a": set(),
    "cin": {
        "pre_proceedings_open",
        "pre_proceedings_timeliness",
        "pre_proceedings_to_court",
        "fgdm_offered",
        "fgdm_held",
    },
    "daily": set(),
    "ssda903": {"social_worker_changes", "deprivation_of_liberty"},
}
# Of twelve months, of which a form of fewer has none.
OF_TWELVE_MONTHS = {"referral_rate", "section_47_rate", "icpc_rate", "entry_to_care_rate"}


@pytest.mark.parametrize(("form", "months"), [("annex-a", 7), ("cin", 12), ("ssda903", 12), ("daily", 25)])
def test_every_figure_of_a_form_is_the_canonical_one(given: Given, form: str, months: int) -> None:
    canonical, sent = given("canonical"), given(form)
    published = {measure for measure, _, _ in sent.figures}
    assert sent.beside(canonical, published - sent.notes.keys()) == {}
    assert len({month for _, period, month in sent.figures if period == "month"}) == months
    declared = OF_FORM[form]
    lacking = can_give(declared) - published - (OF_TWELVE_MONTHS if months < 12 else set())
    assert lacking == OF_OTHER_YEARS[form] | set(declared.SOMETIMES)
    assert sent.lacking >= set(declared.SOMETIMES)


def test_short_breaks_are_all_that_the_noted_figures_of_the_feed_have_besides(given: Given) -> None:
    canonical, sent = given("canonical"), given("daily")
    assert sent.notes.keys() == {*OF_FORM["daily"].NOTES} - {*transfers.MEASURES}
    assert sent.beside(given("canonical", short_breaks_are_care=True), sent.notes) == {}
    assert {measure for measure, _, _ in sent.beside(canonical)} <= sent.notes.keys()
    assert ("looked_after_children", "month", datetime.date(2020, 8, 1)) in sent.beside(canonical)


@pytest.mark.parametrize("form", ["annex-a", "daily"])
def test_without_children_who_moved_in_the_figures_of_conferences_are_the_canonical_ones(
    given: Given, form: str
) -> None:
    canonical = given("canonical", is_of_own_conferences=True)
    sent = given(form, is_of_own_conferences=True)
    assert sent.beside(canonical, transfers.MEASURES) == {}
    assert {measure for measure, _, _ in sent.figures} >= {*transfers.MEASURES} - OF_TWELVE_MONTHS
    assert sent.notes.keys().isdisjoint(transfers.MEASURES)
