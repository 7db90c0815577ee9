"""What a measure needs of an extract: under which setting, and how much of the past."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pytest
from support.landed import land
from support.published import LIMITS, grouped, process, publish

from schemas.measures import MEASURES
from schemas.settings import Settings
from warehouse.landing.extracts import Extract
from warehouse.layers import Group
from warehouse.measures import evaluation

PERSON = "person_id | dob\nP1 | 2010-01-01\nP2 | 2010-01-01\nP3 | 2010-01-01"
PLANS = """
cp_plan_id | start_date | end_date | number_previous
L1         | 2020-03-09 |          | 0
L2         | 2020-04-14 |          | {}
L3         | 2020-06-08 |          | 1
"""
SCREENED = {
    "referral": "referral_date | received_at\n2020-03-02 | 2020-03-02",
    "contact": "contact_id | received_at | source | mash_completed_at | outcome\n"
    "C1 | 2020-03-02 | 1A | 2020-03-03 | NFA",
}
# Extracts, an authority each, of one run: the last day, the day from which it is complete, and its tables.
DRAWN = {
    "501": ("2020-06-30", "2020-03-01", {"person": PERSON, "cp_plan": PLANS.format("1")}),
    "502": ("2020-06-30", "2020-03-01", {"person": PERSON, "cp_plan": PLANS.format("")}),
    "503": ("2020-06-30", "2020-03-01", SCREENED),
    "504": ("2020-06-30", "2020-03-01", {"referral": "referral_date\n2020-03-02\n2020-06-01"}),
    "505": (
        "2021-04-30",
        "2020-04-01",
        {"person": "person_id | dob\nP1 | 2010-01-01", "cla_episode": "person_id | decom\nP1 | 2018-03-02"},
    ),
}
FROM_MARCH = ["2020-03", "2020-04", "2020-05", "2020-06"]


def landed(folder: Path, *la_codes: str) -> list[Extract]:
    extracts = []
    for la_code in la_codes:
        day, complete_from, tables = DRAWN[la_code]
        extracts.append(Extract(la_code, date.fromisoformat(day), folder / la_code / day))
        land(extracts[-1].folder, **tables)
        (extracts[-1].folder / "extract.toml").write_text(f"complete_from = {complete_from}\n")
    return extracts


def covered(group: Group, la_code: str, measure: str) -> tuple[list[str], str | None]:
    """The months that a drawn extract gives a measure; or why it cannot be computed."""
    months = group.connection.execute(
        "select strftime(month, '%Y-%m') from measures.covered_month where la_code = ? and measure_code = ? order by 1",
        [la_code, measure],
    ).fetchall()
    lacking = group.connection.execute(
        "select reason from measures.not_computable where la_code = ? and measure_code = ?", [la_code, measure]
    ).fetchone()
    return [month for (month,) in months], lacking[0] if lacking else None


@dataclass(frozen=True)
class Run:
    """The drawn extracts in their layers, and what was published of them."""

    group: Group
    warehouse: Path


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    folder = tmp_path_factory.mktemp("needs")
    with grouped(landed(folder, *DRAWN)) as group:
        publish(group, folder / "warehouse")
        yield Run(group, folder / "warehouse")


@pytest.mark.parametrize(("la_code", "months"), [("501", FROM_MARCH), ("502", ["2020-03", "2020-05", "2020-06"])])
def test_a_month_without_the_number_of_a_childs_earlier_plans_needs_the_whole_history(
    run: Run, la_code: str, months: list[str]
) -> None:
    assert covered(run.group, la_code, "repeat_plans") == (months, None)


def test_the_cases_of_a_month_between_covered_ones_that_is_not_covered_are_not_published(run: Run) -> None:
    found = []
    for name, table in (("kpi", "monthly_kpi_current where period = 'month' and denominator > 0 and"),
                        ("casework", "kpi_case where")):  # fmt: skip
        with duckdb.connect(str(run.warehouse / f"{name}.duckdb"), read_only=True) as published:
            of_502 = f"{table} measure_code = 'repeat_plans' and la_code = '502'"
            query = f"select strftime(month, '%Y-%m') from {of_502} order by 1"  # noqa: S608
            found.append([month for (month,) in published.execute(query).fetchall()])
    assert found == [["2020-03", "2020-06"], ["2020-03", "2020-06"]]


@pytest.mark.long
def test_a_correction_of_an_earlier_extract_reaches_a_month_that_the_later_one_leaves_out(tmp_path: Path) -> None:
    def current(day: str, number: str, coverage: str = "") -> tuple[float, ...] | None:
        extract = Extract("852", date.fromisoformat(day), tmp_path / "852" / day)
        land(extract.folder, person=PERSON, cp_plan=PLANS.format(number), referral="referral_date\n2020-03-02")
        (extract.folder / "extract.toml").write_text(coverage)
        process(tmp_path / "warehouse", [extract])
        with duckdb.connect(str(tmp_path / "warehouse" / "kpi.duckdb"), read_only=True) as published:
            covered = published.execute(
                "select months_left_out, reason is not null from measure_coverage where measure_code = 'repeat_plans' "
                "and extract_date = ?",
                [extract.extract_date],
            ).fetchone()
            assert covered == ([date(2020, 4, 1)] if coverage else [], bool(coverage))
            return published.sql(
                "select numerator, denominator from monthly_kpi_current "
                "where measure_code = 'repeat_plans' and month = date '2020-04-01' and period = 'month'"
            ).fetchone()

    assert current("2020-06-30", "0") == (0, 1)
    assert current("2020-07-31", "", "complete_from = 2020-03-01\n") == (0, 1)
    assert current("2020-06-30", "1") == (1, 1)


def test_mash_needs_the_table_of_what_it_screens(run: Run, tmp_path: Path) -> None:
    lacks_a_column = ([], "The table referral has no column mash_completed_at.")
    assert covered(run.group, "503", "mash_timeliness") == lacks_a_column
    group = Group(landed(tmp_path, "503"), Settings(mash_unit="contact"), LIMITS)
    try:
        group.facts()
        evaluation.evaluate(group.connection, [MEASURES["mash_timeliness"]])
        assert covered(group, "503", "mash_timeliness") == (FROM_MARCH, None)
    finally:
        group.close()


def test_what_came_in_the_twelve_months_before_is_needed_of_re_referrals_and_not_of_referrals(run: Run) -> None:
    assert covered(run.group, "504", "re_referrals") == ([], None)
    assert covered(run.group, "504", "referrals")[0] == FROM_MARCH


def test_what_was_open_at_the_end_of_the_day_before_the_table_is_complete_is_in_it(run: Run) -> None:
    of_505 = "select measure_code, first_month::varchar from measures.measure_coverage where la_code = '505'"
    first = dict(run.group.connection.sql(of_505).fetchall())
    assert (first["placement_moves"], first["looked_after_children"]) == ("2021-03-01", "2020-04-01")
