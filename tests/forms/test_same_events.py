"""One set of events in every form: each figure that a form can give is the one that the canonical files give."""

import datetime
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import cast

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from support.published import grouped

from pipelines.demonstration import council_tables
from pipelines.demonstration.council import Council
from pipelines.demonstration.forms import form_writer
from schemas.measures import CATALOGUE
from warehouse.forms.extracts import FORMS
from warehouse.forms.form import Form, why_never
from warehouse.landing.extracts import Extract

Figures = dict[tuple[str, str, datetime.date], tuple[float | None, float | None, float | None]]
EXTRACT_DATE = datetime.date(2020, 9, 1)
# Left out of the events, for some form has no word for it: children who moved in on a plan, short breaks, what is of no
# referral, a child with two ids.
LEFT_OUT = {
    "icpc": "transfer_in or referral_id is null",
    "cla_episode": "legal_status in ('V1', 'V3', 'V4')",
    "cp_plan": "referral_id is null",
    "s47": "referral_id is null",
    "assessment": "referral_id is null",
}


class SomeChildren:
    """A council of one in fifteen of the demonstration council's children."""

    la_code = "852"

    def __init__(self) -> None:
        whole = council_tables("852", 2)
        with duckdb.connect() as connection:
            for name, table in whole.items():
                connection.register(name, table)
            connection.execute(
                "create table kept as select person_id from person "
                "where master_person_id is null and person_id[-3:]::int % 15 = 7 "
                "and person_id not in (select master_person_id from person where master_person_id is not null)"
            )
            self._tables = {name: self._part(connection, name, table) for name, table in whole.items()}

    def _part(self, connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> pa.Table:
        if "person_id" not in table.column_names:
            return table
        left_out = LEFT_OUT.get(name, "false")
        return connection.execute(
            f"from {name} where person_id in (from kept) and ({left_out}) is not true"
        ).to_arrow_table()

    def tables(self) -> dict[str, pa.Table]:
        """The tables by name, as a council gives them."""
        return self._tables


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Figures]:
    """The figures of what a form covers."""
    council = SomeChildren()

    @cache
    def of_form(form: str) -> Figures:
        folder = tmp_path_factory.mktemp(form) / "852" / EXTRACT_DATE.isoformat()
        folder.mkdir(parents=True)
        if form == "canonical":
            for name, table in council.tables().items():
                pq.write_table(table, folder / f"{name}.parquet")
        else:
            form_writer(form)(cast(Council, council), folder)
        return figures_of(folder)

    return of_form


def figures_of(folder: Path) -> Figures:
    """By measure, period and month, every figure of an extract that is not made of its others: its counts and value."""
    with grouped([Extract("852", EXTRACT_DATE, folder)]) as group:
        found = group.connection.execute(
            "select measure_code, 'month', month, numerator, denominator, null from measures.month_figure union all "
            "select measure_code, period, month, numerator, denominator, value from measures.period_figure"
        ).fetchall()
    return {(measure, period, month): figure for measure, period, month, *figure in found}


def can_give(form: Form) -> set[str]:
    """The measures that a form by itself can give, but for rates of a year: they are made of the counts of its months."""
    whys = {measure.measure_code: why_never(form, measure) for measure in CATALOGUE}
    return {code for code, why in whys.items() if not why} - {"referral_rate", "section_47_rate", "icpc_rate"}


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


@pytest.mark.parametrize(("form", "months"), [("annex-a", 7), ("cin", 12), ("ssda903", 12), ("daily", 25)])
def test_every_figure_that_a_form_can_give_is_the_canonical_one(
    figures: Callable[[str], Figures], form: str, months: int
) -> None:
    canonical, given = figures("canonical"), figures(form)
    # The feed has the workers of cases that were open in its 24 months, and a worker may be of one closed before.
    compared = {key: value for key, value in given.items() if key[0] != "unallocated_cases"}
    (module,) = (one for one in FORMS if form == one.NAME)
    lacking = can_give(module) - {measure for measure, _, _ in given}
    assert lacking == OF_OTHER_YEARS[form]
    assert len({month for _, period, month in compared if period == "month"}) == months
    assert {key: value for key, value in compared.items() if canonical.get(key) != value} == {}
