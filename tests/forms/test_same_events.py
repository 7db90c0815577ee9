"""One set of events in every form: each figure that is published of a form is the one that the canonical files give.

The events are those of the demonstration council, one child in ten, with all that some form has no word for: children who
moved in on a plan, short breaks, children under two ids, what is of no referral. SAME_EVENTS=1 takes every child.
"""

import datetime
import os
import shutil
from collections.abc import Callable, Collection
from functools import cache
from pathlib import Path
from typing import Any, cast

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from support.at_length import first_of
from support.published import grouped, publish

from pipelines.demonstration import council_tables
from pipelines.demonstration.council import Council
from pipelines.demonstration.forms import form_writer
from schemas.measures import CATALOGUE
from schemas.settings import Settings
from warehouse.forms import transfers
from warehouse.forms.extracts import FORMS
from warehouse.forms.form import Form, why_never
from warehouse.landing.extracts import Extract
from warehouse.reference import loading

EXTRACT_DATE = datetime.date(2020, 9, 1)
ONE_IN = int(os.environ.get("SAME_EVENTS", "10"))
OF_FORM = {form.NAME: form for form in FORMS}

Key = tuple[str, str, datetime.date]
Figures = dict[Key, tuple[Any, ...]]


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


@cache
def some_children(short_breaks_are_care: bool = False) -> SomeChildren:
    return SomeChildren(short_breaks_are_care)


class AsAuthority:
    """A council's children under the code of another authority."""

    def __init__(self, council: SomeChildren, la_code: str) -> None:
        self.la_code = la_code
        self._tables = dict(council.tables())
        episodes = self._tables["cla_episode"]
        place = episodes.column_names.index("responsible_la")
        responsible = pc.replace_substring(episodes["responsible_la"], council.la_code, la_code)
        self._tables["cla_episode"] = episodes.set_column(place, "responsible_la", responsible)

    def tables(self) -> dict[str, pa.Table]:
        return self._tables


class Figured:
    """The figures of an extract, their categories, and what is told of its measures.

    As they are published; or, under other settings than the default ones, of single months alone.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, la_code: str, figures: str, categories: str) -> None:
        def select(query: str) -> list[tuple[Any, ...]]:
            return connection.execute(query, [la_code]).fetchall()

        self.figures: Figures = {
            (measure, period, month): tuple(figure)
            for measure, period, month, *figure in select(
                f"select measure_code, period, month, numerator, denominator, value, status from {figures} "  # noqa: S608
                "where la_code = ?"
            )
        }
        self.categories = {
            (measure, period, month, breakdown, category): number
            for measure, period, month, breakdown, category, number in select(
                "select measure_code, period, month, breakdown, category, coalesce(denominator, numerator) "  # noqa: S608
                f"from {categories} where coalesce(denominator, numerator) is not null and la_code = ?"
            )
        }
        self.notes = {code for (code,) in select(
            "select measure_code from measure_coverage where note is not null and la_code = ?")}  # fmt: skip
        self.lacking = {code for (code,) in select("select measure_code from not_computable where la_code = ?")}

    @property
    def measures(self) -> set[str]:
        """The measures with figures."""
        return {measure for measure, _, _ in self.figures}

    def beside(self, other: "Figured", measures: Collection[str]) -> dict[Key, Any]:
        """The figures of some measures that are not the other's."""
        return {
            key: (figure, other.figures.get(key))
            for key, figure in self.figures.items()
            if key[0] in measures and other.figures.get(key) != figure
        }


_OF_MONTHS = (
    "(select measure_code, 'month' as period, * exclude (measure_code), null as value from month_{0} "
    "union all by name select * from period_{0})"
)
Given = Callable[..., Figured]


# The forms that are published in one run, an authority each, of as many residents as the council.
AUTHORITIES = {"canonical": "501", "annex-a": "502", "cin": "503", "ssda903": "504", "daily": "505"}


def with_residents_of_the_council(folder: Path) -> Path:
    """The reference figures, with the council's residents for each of the authorities besides."""
    for path in loading.FOLDER.iterdir():
        if path.suffix in loading.FIGURES:
            shutil.copyfile(path, folder / path.name)
    file = folder / "population_0_17.csv"
    lines = file.read_text().splitlines(keepends=True)
    own = [line for line in lines if f",{SomeChildren.la_code}," in line]
    assert own
    file.write_text(
        "".join([*lines, *(line.replace(f",{SomeChildren.la_code},", f",{la_code},")
                           for la_code in AUTHORITIES.values() for line in own)])
    )  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Figured]:
    """What is published of each form."""
    folder = tmp_path_factory.mktemp("forms")
    extracts = []
    for form, la_code in AUTHORITIES.items():
        extracts.append(Extract(la_code, EXTRACT_DATE, folder / la_code / EXTRACT_DATE.isoformat()))
        extracts[-1].folder.mkdir(parents=True)
        write(form, AsAuthority(some_children(), la_code), extracts[-1].folder)
    reference = with_residents_of_the_council(tmp_path_factory.mktemp("reference"))
    with grouped(extracts, reference=reference) as group:
        publish(group, folder / "warehouse")
    with duckdb.connect(str(folder / "warehouse" / "kpi.duckdb"), read_only=True) as kpi:
        tables = ("monthly_kpi_current", "monthly_kpi_breakdown_current")
        found = {form: Figured(kpi, la_code, *tables) for form, la_code in AUTHORITIES.items()}
    rates = [figure for (measure, *_), figure in found["canonical"].figures.items() if measure == "looked_after_rate"]
    assert rates and None not in {residents for _, residents, *_ in rates}
    return found


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Given:
    """What is made of a form under other settings than the default ones."""

    @cache
    def of_form(form: str, short_breaks_are_care: bool = False, has_own_conferences: bool = False) -> Figured:
        folder = tmp_path_factory.mktemp(form) / "852" / EXTRACT_DATE.isoformat()
        folder.mkdir(parents=True)
        write(form, some_children(short_breaks_are_care), folder)
        settings = Settings(icpc_transfer_in="exclude") if has_own_conferences else None
        with grouped([Extract("852", EXTRACT_DATE, folder)], settings) as group:
            group.connection.execute("use memory.measures")
            return Figured(group.connection, "852", _OF_MONTHS.format("figure"), _OF_MONTHS.format("breakdown"))

    return of_form


def write(form: str, council: SomeChildren | AsAuthority, folder: Path) -> None:
    """Write a council in a form, the canonical one as its tables are."""
    if form != "canonical":
        form_writer(form)(cast(Council, council), folder)
        return
    for name, table in council.tables().items():
        pq.write_table(table, folder / f"{name}.parquet")


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
def test_every_figure_of_a_form_is_the_canonical_one(published: dict[str, Figured], form: str, months: int) -> None:
    sent, declared = published[form], OF_FORM[form]
    assert sent.beside(published["canonical"], sent.measures - sent.notes) == {}
    assert len({month for _, period, month in sent.figures if period == "month"}) == months
    assert sent.lacking >= {*declared.SOMETIMES}  # some of the children moved in on another authority's plan
    without_figure = OF_OTHER_YEARS[form] | {*declared.SOMETIMES} | (OF_TWELVE_MONTHS if months < 12 else set())
    assert can_give(declared) - sent.measures <= without_figure
    assert sent.measures.isdisjoint(OF_OTHER_YEARS[form] | {*declared.SOMETIMES})


# What a form says otherwise than the case system: the census gives the unborn no sex, a list the team of today, and of
# two referrals before an assessment the later one.
OTHERWISE = {"annex-a": {"sex", "team", "referral_source"}, "cin": {"sex"}, "ssda903": set(), "daily": set()}


@pytest.mark.parametrize(("form", "otherwise"), OTHERWISE.items())
def test_what_a_form_does_not_say_of_a_case_is_not_recorded(
    published: dict[str, Figured], form: str, otherwise: set[str]
) -> None:
    canonical, sent = published["canonical"], published[form]
    too_many = {
        key: (number, canonical.categories.get(key))
        for key, number in sent.categories.items()
        if key[0] not in sent.notes and key[4] != "not recorded" and number > canonical.categories.get(key, 0)
    }
    assert {breakdown for _, _, _, breakdown, _ in too_many} <= otherwise


@pytest.mark.long
def test_short_breaks_are_all_that_the_noted_figures_of_the_feed_have_besides(given: Given) -> None:
    sent = given("daily", has_own_conferences=True)
    assert sent.notes == {*OF_FORM["daily"].NOTES} - {*transfers.MEASURES}
    assert sent.beside(given("canonical", short_breaks_are_care=True), sent.notes) == {}
    otherwise = sent.beside(given("canonical", has_own_conferences=True), sent.measures)
    assert {"looked_after_children"} <= {measure for measure, _, _ in otherwise} <= sent.notes


@pytest.mark.parametrize("form", first_of(["annex-a", "daily"]))
@pytest.mark.long
def test_without_children_who_moved_in_the_figures_of_conferences_are_the_canonical_ones(
    given: Given, form: str
) -> None:
    sent = given(form, has_own_conferences=True)
    assert sent.beside(given("canonical", has_own_conferences=True), transfers.MEASURES) == {}
    assert sent.measures >= {*transfers.MEASURES} - OF_TWELVE_MONTHS
    assert sent.notes.isdisjoint(transfers.MEASURES)
