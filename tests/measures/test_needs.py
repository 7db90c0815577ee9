"""What a measure needs of an extract: under which setting, and how much of the past."""

from datetime import date
from pathlib import Path

import duckdb
import pytest
from support.landed import land
from support.published import grouped, process

from schemas.settings import Settings
from warehouse.landing.extracts import Extract


def covered(
    folder: Path, measure: str, settings: Settings | None = None, **tables: str
) -> tuple[list[str], str | None]:
    """The months that a drawn extract, complete from March 2020, gives a measure; or why it cannot be computed."""
    extract = Extract("852", date(2020, 6, 30), folder / "852" / "2020-06-30")
    land(extract.folder, **tables)
    (extract.folder / "extract.toml").write_text("complete_from = 2020-03-01\n")
    with grouped([extract], settings) as group:
        months = group.connection.execute(
            "select strftime(month, '%Y-%m') from measures.covered_month where measure_code = ? order by 1", [measure]
        ).fetchall()
        lacking = group.connection.execute(
            "select reason from measures.not_computable where measure_code = ?", [measure]
        ).fetchone()
    return [month for (month,) in months], lacking[0] if lacking else None


PLANS = """
cp_plan_id | start_date | end_date | number_previous
L1         | 2020-03-09 |          | 0
L2         | 2020-04-14 |          | {}
L3         | 2020-06-08 |          | 1
"""


@pytest.mark.parametrize(("told", "months"), [("1", ["2020-03", "2020-04", "2020-05", "2020-06"]),
                                               ("", ["2020-03", "2020-05", "2020-06"])])  # fmt: skip
def test_a_month_without_the_number_of_a_childs_earlier_plans_needs_the_whole_history(
    tmp_path: Path, told: str, months: list[str]
) -> None:
    person = "person_id | dob\nP1 | 2010-01-01\nP2 | 2010-01-01\nP3 | 2010-01-01"
    assert covered(tmp_path, "repeat_plans", person=person, cp_plan=PLANS.format(told)) == (months, None)


def test_the_cases_of_a_month_between_covered_ones_that_is_not_covered_are_not_published(tmp_path: Path) -> None:
    extract = Extract("852", date(2020, 6, 30), tmp_path / "852" / "2020-06-30")
    land(extract.folder, person="person_id | dob\nP1 | 2010-01-01", cp_plan=PLANS.format(""))
    (extract.folder / "extract.toml").write_text("complete_from = 2020-03-01\n")
    process(tmp_path / "warehouse", [extract])
    found = []
    for name, table in (("kpi", "monthly_kpi_current where period = 'month' and denominator > 0 and"),
                        ("casework", "kpi_case where")):  # fmt: skip
        with duckdb.connect(str(tmp_path / "warehouse" / f"{name}.duckdb"), read_only=True) as published:
            query = f"select strftime(month, '%Y-%m') from {table} measure_code = 'repeat_plans' order by 1"  # noqa: S608
            found.append([month for (month,) in published.execute(query).fetchall()])
    assert found == [["2020-03", "2020-06"], ["2020-03", "2020-06"]]


@pytest.mark.long
def test_a_correction_of_an_earlier_extract_reaches_a_month_that_the_later_one_leaves_out(tmp_path: Path) -> None:
    person = "person_id | dob\nP1 | 2010-01-01\nP2 | 2010-01-01\nP3 | 2010-01-01"

    def current(day: str, number: str, coverage: str = "") -> tuple[float, ...] | None:
        extract = Extract("852", date.fromisoformat(day), tmp_path / "852" / day)
        land(extract.folder, person=person, cp_plan=PLANS.format(number), referral="referral_date\n2020-03-02")
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


def test_mash_needs_the_table_of_what_it_screens(tmp_path: Path) -> None:
    tables = {
        "referral": "referral_date | received_at\n2020-03-02 | 2020-03-02",
        "contact": "contact_id | received_at | source | mash_completed_at | outcome\n"
        "C1 | 2020-03-02 | 1A | 2020-03-03 | NFA",
    }
    of_referrals = covered(tmp_path / "referral", "mash_timeliness", **tables)
    assert of_referrals == ([], "The table referral has no column mash_completed_at.")
    months, lacking = covered(tmp_path / "contact", "mash_timeliness", Settings(mash_unit="contact"), **tables)
    assert (months, lacking) == (["2020-03", "2020-04", "2020-05", "2020-06"], None)


def test_what_came_in_the_twelve_months_before_is_needed_of_re_referrals_and_not_of_referrals(tmp_path: Path) -> None:
    referral = "referral_date\n2020-03-02\n2020-06-01"
    assert covered(tmp_path / "again", "re_referrals", referral=referral) == ([], None)
    assert covered(tmp_path / "all", "referrals", referral=referral)[0] == ["2020-03", "2020-04", "2020-05", "2020-06"]


def test_what_was_open_at_the_end_of_the_day_before_the_table_is_complete_is_in_it(tmp_path: Path) -> None:
    tables = {
        "person": "person_id | dob\nP1 | 2010-01-01",
        "cla_episode": "person_id | decom\nP1 | 2018-03-02",
    }
    extract = Extract("852", date(2021, 4, 30), tmp_path / "852" / "2021-04-30")
    land(extract.folder, **tables)
    (extract.folder / "extract.toml").write_text("complete_from = 2020-04-01\n")
    with grouped([extract]) as group:
        first = dict(
            group.connection.sql("select measure_code, first_month::varchar from measures.measure_coverage").fetchall()
        )
    assert (first["placement_moves"], first["looked_after_children"]) == ("2021-03-01", "2020-04-01")
