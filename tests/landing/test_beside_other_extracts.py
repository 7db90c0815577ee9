"""An extract beside the authority's others, and beside itself: what is told, and what is refused until a person says so."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from support.landed import land
from support.published import LIMITS, changed, process

from schemas.settings import Settings
from warehouse.history import Told, compared
from warehouse.landing.extracts import Extract
from warehouse.layers import Group

EXTRACT = date(2020, 9, 1)
BEGINS = date(2016, 1, 1)
Referral = tuple[date, date | None, bool]  # made, closed, whether something else of the child holds it


def drawn(folder: Path, **tables: str) -> Extract:
    """An extract of 599 with these tables, and a person."""
    day = date.fromisoformat(folder.name)
    land(folder, **{"person": "person_id | dob\nP1 | 2012-01-01", **tables})
    return Extract("599", day, folder)


def told_of(*extracts: Extract, warehouse: Path, settings: Settings | None = None) -> list[Told]:
    """What is told of extracts that were read together."""
    group = Group(list(extracts), settings or Settings(), LIMITS)
    try:
        return compared(group, warehouse)
    finally:
        group.close()


# --- beside the one before ------------------------------------------------------------------------------------------


def test_files_of_another_extract_byte_for_byte_are_told(tmp_path: Path) -> None:
    referral = "referral_date\n2020-08-03\n2020-09-03"
    extracts = [drawn(tmp_path / day, referral=referral) for day in ("2020-10-01", "2020-10-02")]
    for one in told_of(*extracts, warehouse=tmp_path / "warehouse"):
        assert "byte for byte" in one.sentence
        assert one.finding is None
    process(tmp_path / "warehouse", extracts[:1])
    (later,) = told_of(extracts[1], warehouse=tmp_path / "warehouse")
    assert "its files are those of the extract of 2020-10-01" in later.sentence


def test_a_table_that_is_gone_is_told(tmp_path: Path) -> None:
    referral = "referral_date\n2020-08-03\n2020-09-03"
    before = drawn(tmp_path / "2020-10-01", referral=referral, cp_plan="start_date\n2020-08-03")
    process(tmp_path / "warehouse", [before])
    after = drawn(tmp_path / "2020-10-02", referral=referral)
    (one,) = told_of(after, warehouse=tmp_path / "warehouse")
    assert (one.table_name, one.finding) == ("cp_plan", None)
    assert "cp_plan was in the extract of 2020-10-01 and is not in this one" in one.sentence


def test_a_column_that_decides_figures_and_is_empty_now_is_refused_and_another_told(tmp_path: Path) -> None:
    rows = "referral_date | closure_date | contact_id\n2020-08-03 | {closed} | {contact}\n2020-09-03 | |"
    before = drawn(tmp_path / "2020-10-01", referral=rows.format(closed="2020-09-01", contact="T1"))
    process(tmp_path / "warehouse", [before])
    emptied = drawn(tmp_path / "2020-10-02", referral=rows.format(closed="", contact="T1"))
    (one,) = told_of(emptied, warehouse=tmp_path / "warehouse")
    assert one.finding is not None
    assert "closure_date had values in the extract of 2020-10-01 and is absent or empty" in one.finding.reason
    assert "accept 599 2020-10-02" in one.finding.reason


@pytest.mark.parametrize(("ended", "coverage", "is_refused"), [
    # Of 20 plans 2 had ended before the window that has moved.
    pytest.param(2, "complete_from = 2020-09-01", False, marks=pytest.mark.long),
    (2, "", True),  # nothing says that the past was cut off
    pytest.param(10, "complete_from = 2020-09-01", True, marks=pytest.mark.long),  # 6 of the 12 plans left would have ended
])  # fmt: skip
def test_a_rare_value_may_fall_out_of_a_window_that_moves(
    tmp_path: Path, ended: int, coverage: str, is_refused: bool
) -> None:
    referral = "referral_date\n2020-08-03\n2020-09-03\n2020-10-03"
    plans = [f"2020-08-03 | {'2020-08-20' if number < ended else ''}" for number in range(20)]
    before = drawn(tmp_path / "2020-10-01", referral=referral, cp_plan="\n".join(["start_date | end_date", *plans]))
    process(tmp_path / "warehouse", [before])
    kept = ["start_date | end_date", *(["2020-08-03 |"] * 12)]
    after = drawn(tmp_path / "2020-11-01", referral=referral, cp_plan="\n".join(kept))
    (after.folder / "extract.toml").write_text(coverage)
    (one,) = (one for one in told_of(after, warehouse=tmp_path / "warehouse") if "end_date" in one.sentence)
    assert (one.finding is not None) is is_refused


@pytest.mark.long
def test_an_earlier_release_did_not_count_the_values_of_a_column(tmp_path: Path) -> None:
    before = drawn(
        tmp_path / "2020-10-01", cp_plan="start_date | ola_plan\n2020-08-03 | N", referral="referral_date\n2020-09-03"
    )
    process(tmp_path / "warehouse", [before])
    with changed(tmp_path / "warehouse" / "kpi.duckdb") as kpi:
        kpi.execute("alter table version_column drop filled; alter table version_column drop row_count")
    after = drawn(
        tmp_path / "2020-11-01", cp_plan="start_date | ola_plan\n2020-08-03 |", referral="referral_date\n2020-10-03"
    )
    (after.folder / "extract.toml").write_text("complete_from = 2020-08-01")
    (one,) = (one for one in told_of(after, warehouse=tmp_path / "warehouse") if "ola_plan" in one.sentence)
    assert one.finding is not None


@pytest.mark.long
def test_a_column_is_compared_with_the_latest_extract_that_had_the_table(tmp_path: Path) -> None:
    referral = "referral_date\n2020-08-03\n2020-09-03\n2020-10-03"
    begun = drawn(tmp_path / "2020-10-01", referral=referral, cp_plan="start_date | ola_plan\n2020-08-03 | N")
    without = drawn(tmp_path / "2020-10-15", referral=referral)
    process(tmp_path / "warehouse", [begun, without])
    again = drawn(tmp_path / "2020-11-01", referral=referral, cp_plan="start_date\n2020-08-03")
    (one,) = told_of(again, warehouse=tmp_path / "warehouse")
    assert one.finding is not None
    assert "ola_plan had values in the extract of 2020-10-01" in one.finding.reason


@pytest.mark.long
def test_an_authority_that_has_ended_is_told_with_its_successors_and_has_no_rates_from_then_on(tmp_path: Path) -> None:
    land(tmp_path / "2021-06-01", person="person_id | dob\nP1 | 2012-01-01",
         referral="referral_date\n2021-02-03\n2021-05-03", cp_plan="person_id | start_date\nP1 | 2021-02-03")  # fmt: skip
    extract = Extract("928", date(2021, 6, 1), tmp_path / "2021-06-01")
    (one,) = told_of(extract, warehouse=tmp_path / "warehouse")
    assert (one.finding, "Northamptonshire ended on 2021-03-31" in one.sentence) == (None, True)
    assert "940; 941" in one.sentence
    process(tmp_path / "warehouse", [extract])
    with duckdb.connect(str(tmp_path / "warehouse" / "kpi.duckdb"), read_only=True) as kpi:
        rates = kpi.sql(
            "select month, numerator, value is not null from monthly_kpi_current "
            "where measure_code = 'child_protection_plan_rate' and period = 'month' order by month"
        ).fetchall()
    assert [(f"{month:%Y-%m}", plans, has_rate) for month, plans, has_rate in rates] == [
        ("2021-02", 1, True), ("2021-03", 1, True), ("2021-04", 1, False), ("2021-05", 1, False),
        ("2021-06", 1, False),
    ]  # fmt: skip


@pytest.mark.parametrize(("each_month", "is_refused"), [(10, True), (9, False)])
def test_an_extract_without_an_event_in_its_last_month_is_told_or_refused(
    tmp_path: Path, each_month: int, is_refused: bool
) -> None:
    days = [date(2019 + month // 12, month % 12 + 1, 3) for month in range(7, 19)]  # August 2019 to July 2020
    referral = "\n".join(["referral_date", *(str(day) for day in days for _ in range(each_month))])
    (one,) = told_of(drawn(tmp_path / "2020-09-01", referral=referral), warehouse=tmp_path / "warehouse")
    assert "no table has an event in August 2020" in one.sentence
    assert (one.finding is not None) is is_refused


# --- an extract that looks cut --------------------------------------------------------------------------------------


def service(seed: int, a_day: Callable[[date], float], closes_soon: Callable[[date], float]) -> list[Referral]:
    """Referrals of a service since 2016: so many a day, of which so many close within 90 days, the others in years."""
    draw = random.Random(seed)
    made: list[Referral] = []
    for number in range((EXTRACT - BEGINS).days):
        day = BEGINS + timedelta(days=number)
        for _ in range(int(a_day(day)) + (draw.random() < a_day(day) % 1)):
            lasts = draw.uniform(1, 85) if draw.random() < closes_soon(day) else draw.uniform(90, 1200)
            closed = day + timedelta(days=int(lasts))
            made.append((day, closed if closed < EXTRACT else None, draw.random() < 0.05))
    return made


def by_rows(made: list[Referral], cut: date) -> list[Referral]:
    """What was open on the day, or was made since."""
    return [one for one in made if one[1] is None or one[1] >= cut]


def by_whole_spells(made: list[Referral], cut: date) -> list[Referral]:
    """The same, and what something else that was open holds."""
    return [one for one in made if one[1] is None or one[1] >= cut or (one[2] and one[1] >= cut - timedelta(days=900))]


def looking_cut(folder: Path, made: list[Referral], **coverage: str) -> list[str]:
    """The refusals of an extract with these referrals for its early months."""
    lines = [f"{day} | {closed or ''}" for day, closed, _ in made]
    extract = drawn(folder / "2020-09-01", referral="\n".join(["referral_date | closure_date", *lines]))
    for name, day in coverage.items():
        (extract.folder / "extract.toml").write_text(f"{name} = {day}\n")
    told = told_of(extract, warehouse=folder / "warehouse")
    return [one.finding.reason for one in told if one.finding and one.finding.check_name == "is_whole"]


def steady(_: date) -> float:
    return 3.0


def half(_: date) -> float:
    return 0.5


@pytest.mark.parametrize("cut_by", [by_rows, by_whole_spells])
@pytest.mark.parametrize("cut", [date(2019, 9, 1), date(2018, 9, 1), date(2017, 5, 14)])
@pytest.mark.parametrize("a_day", [0.4, 3.0])
def test_an_undeclared_extract_that_was_cut_is_refused_with_the_day_that_declares_it(
    tmp_path: Path, cut_by: Callable[[list[Referral], date], list[Referral]], cut: date, a_day: float
) -> None:
    (reason,) = looking_cut(tmp_path, cut_by(service(1, lambda _: a_day, half), cut))
    day = date.fromisoformat(reason.split("complete_from = ")[1][:10])
    assert abs(day - cut) <= timedelta(days=5 if a_day > 1 else 21)
    assert f'599 = "{day}" below [coverage]' in reason
    assert "accept 599 2020-09-01" in reason


def test_one_that_says_from_when_it_is_complete_is_not_refused(tmp_path: Path) -> None:
    made = by_rows(service(1, steady, half), date(2019, 9, 1))
    assert looking_cut(tmp_path, made)
    assert looking_cut(tmp_path, made, complete_from="2019-09-01") == []


def grown(day: date) -> float:
    return 1.0 + 4.0 * (day - BEGINS).days / (EXTRACT - BEGINS).days


def doubled(day: date) -> float:
    return 2.0 if day < date(2018, 4, 1) else 5.0


def sooner(day: date) -> float:
    return 0.2 if day < date(2018, 4, 1) else 0.7


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(
    ("a_day", "closes_soon"),
    [(steady, half), (grown, half), (doubled, half), (steady, sooner), (grown, sooner), (doubled, sooner)],
)
def test_a_whole_history_is_not_refused_though_the_service_grew_or_came_to_close_cases_sooner(
    tmp_path: Path, seed: int, a_day: Callable[[date], float], closes_soon: Callable[[date], float]
) -> None:
    assert looking_cut(tmp_path, service(seed, a_day, closes_soon)) == []
