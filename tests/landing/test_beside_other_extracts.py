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


def drawn(folder: Path, la_code: str = "599", **tables: str) -> Extract:
    """An extract with these tables, and a person."""
    day = date.fromisoformat(folder.name)
    land(folder, **{"person": "person_id | dob\nP1 | 2012-01-01", **tables})
    return Extract(la_code, day, folder)


def told_of(*extracts: Extract, warehouse: Path, settings: Settings | None = None) -> list[Told]:
    """What is told of extracts that were read together."""
    group = Group(list(extracts), settings or Settings(), LIMITS)
    try:
        return compared(group, warehouse)
    finally:
        group.close()


# --- beside the one before ------------------------------------------------------------------------------------------


REFERRALS = "referral_date\n2020-08-03\n2020-09-03"
CLOSED = "referral_date | closure_date | contact_id\n2020-08-03 | {closed} | {contact}\n2020-09-03 | |"


def plans(ended: int) -> str:
    """20 plans, of which some have ended."""
    rows = [f"2020-08-03 | {'2020-08-20' if number < ended else ''}" for number in range(20)]
    return "\n".join(["start_date | end_date", *rows])


OF_OCTOBER = {"referral": f"{REFERRALS}\n2020-10-03", "cp_plan": "start_date | end_date" + "\n2020-08-03 |" * 12}
# By authority: the tables of an extract of 1 October that is published; the day, the tables and the extract.toml of the one
# after it, which is not.
Tables = dict[str, str]
BESIDE: dict[str, tuple[Tables, tuple[str, Tables, str]]] = {
    "501": ({"referral": REFERRALS}, ("2020-10-02", {"referral": REFERRALS}, "")),
    "502": ({"referral": REFERRALS, "cp_plan": "start_date\n2020-08-03"}, ("2020-10-02", {"referral": REFERRALS}, "")),
    "503": (
        {"referral": CLOSED.format(closed="2020-09-01", contact="T1")},
        ("2020-10-02", {"referral": CLOSED.format(closed="", contact="T1")}, ""),
    ),
    "504": (
        {"referral": f"{REFERRALS}\n2020-10-03", "cp_plan": plans(2)},
        ("2020-11-01", OF_OCTOBER, "complete_from = 2020-09-01"),
    ),
    "505": ({"referral": f"{REFERRALS}\n2020-10-03", "cp_plan": plans(2)}, ("2020-11-01", OF_OCTOBER, "")),
    "506": (
        {"referral": f"{REFERRALS}\n2020-10-03", "cp_plan": plans(10)},
        ("2020-11-01", OF_OCTOBER, "complete_from = 2020-09-01"),
    ),
}


@pytest.fixture(scope="module")
def told_beside(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Told]]:
    """By authority, what is told of the later extract beside the one that is published."""
    folder = tmp_path_factory.mktemp("beside")
    before, after = [], []
    for la_code, (tables, (day, tables_after, coverage)) in BESIDE.items():
        before.append(drawn(folder / la_code / "2020-10-01", la_code, **tables))
        after.append(drawn(folder / la_code / day, la_code, **tables_after))
        if coverage:
            (after[-1].folder / "extract.toml").write_text(coverage)
    process(folder / "warehouse", before)
    found: dict[str, list[Told]] = {la_code: [] for la_code in BESIDE}
    for one in told_of(*after, warehouse=folder / "warehouse"):
        found[one.place[0]].append(one)
    return found


def test_files_of_another_extract_byte_for_byte_are_told(told_beside: dict[str, list[Told]], tmp_path: Path) -> None:
    (later,) = told_beside["501"]
    assert "its files are those of the extract of 2020-10-01, byte for byte" in later.sentence
    assert later.finding is None
    extracts = [drawn(tmp_path / day, referral=REFERRALS) for day in ("2020-10-01", "2020-10-02")]
    read_together = told_of(*extracts, warehouse=tmp_path / "warehouse")
    assert [("byte for byte" in one.sentence, one.finding) for one in read_together] == [(True, None), (True, None)]


def test_a_table_that_is_gone_is_told(told_beside: dict[str, list[Told]]) -> None:
    (one,) = told_beside["502"]
    assert (one.table_name, one.finding) == ("cp_plan", None)
    assert "cp_plan was in the extract of 2020-10-01 and is not in this one" in one.sentence


def test_a_column_that_decides_figures_and_is_empty_now_is_refused_and_another_told(
    told_beside: dict[str, list[Told]],
) -> None:
    (one,) = told_beside["503"]
    assert one.finding is not None
    assert "closure_date had values in the extract of 2020-10-01 and is absent or empty" in one.finding.reason
    assert "accept 503 2020-10-02" in one.finding.reason


@pytest.mark.parametrize(("la_code", "is_refused"), [
    ("504", False),  # of 20 plans 2 had ended before the window that has moved
    ("505", True),  # nothing says that the past was cut off
    ("506", True),  # 6 of the 12 plans left would have ended
])  # fmt: skip
def test_a_rare_value_may_fall_out_of_a_window_that_moves(
    told_beside: dict[str, list[Told]], la_code: str, is_refused: bool
) -> None:
    (one,) = (one for one in told_beside[la_code] if "end_date" in one.sentence)
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


def test_an_extract_without_an_event_in_its_last_month_is_refused_after_months_of_ten_and_else_told(
    tmp_path: Path,
) -> None:
    days = [date(2019 + month // 12, month % 12 + 1, 3) for month in range(7, 19)]  # August 2019 to July 2020
    extracts = [
        drawn(
            tmp_path / la_code / "2020-09-01",
            la_code,
            referral="\n".join(["referral_date", *(str(day) for day in days for _ in range(each_month))]),
        )
        for la_code, each_month in (("501", 10), ("502", 9))
    ]
    ten, nine = told_of(*extracts, warehouse=tmp_path / "warehouse")
    assert (ten.place[0], ten.finding is not None) == ("501", True)
    assert (nine.place[0], nine.finding is not None) == ("502", False)
    for one in (ten, nine):
        assert "no table has an event in August 2020" in one.sentence


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


def steady(_: date) -> float:
    return 3.0


def half(_: date) -> float:
    return 0.5


def grown(day: date) -> float:
    return 1.0 + 4.0 * (day - BEGINS).days / (EXTRACT - BEGINS).days


def doubled(day: date) -> float:
    return 2.0 if day < date(2018, 4, 1) else 5.0


def sooner(day: date) -> float:
    return 0.2 if day < date(2018, 4, 1) else 0.7


def three_in_a_week(_: date) -> float:
    return 0.4


CUT = [
    (a_day, cut, cut_by)
    for a_day in (three_in_a_week, steady)
    for cut in (date(2019, 9, 1), date(2018, 9, 1), date(2017, 5, 14))
    for cut_by in (by_rows, by_whole_spells)
]
WHOLE = [
    (a_day, closes_soon, seed)
    for a_day, closes_soon in (
        (steady, half), (grown, half), (doubled, half), (steady, sooner), (grown, sooner), (doubled, sooner)
    )
    for seed in range(2)
]  # fmt: skip
DECLARED = "the declared one"


@pytest.fixture(scope="module")
def looking_cut(tmp_path_factory: pytest.TempPathFactory) -> dict[object, tuple[str, list[str]]]:
    """By case, an authority each: its code, and the refusals of an extract with these referrals for its early months."""
    cases: dict[object, list[Referral]] = {}
    for a_day, cut, cut_by in CUT:
        cases[a_day, cut, cut_by] = cut_by(service(1, a_day, half), cut)
    for a_day, closes_soon, seed in WHOLE:
        cases[a_day, closes_soon, seed] = service(seed, a_day, closes_soon)
    cases[DECLARED] = cases[steady, date(2019, 9, 1), by_rows]
    folder = tmp_path_factory.mktemp("cut")
    extracts = {}
    for number, (case, made) in enumerate(cases.items(), start=501):
        lines = [f"{day} | {closed or ''}" for day, closed, _ in made]
        extracts[case] = drawn(
            folder / str(number) / "2020-09-01",
            str(number),
            referral="\n".join(["referral_date | closure_date", *lines]),
        )
    (extracts[DECLARED].folder / "extract.toml").write_text("complete_from = 2019-09-01\n")
    told = told_of(*extracts.values(), warehouse=folder / "warehouse")
    return {
        case: (
            extract.la_code,
            [
                one.finding.reason
                for one in told
                if one.place[0] == extract.la_code and one.finding and one.finding.check_name == "is_whole"
            ],
        )
        for case, extract in extracts.items()
    }


@pytest.mark.parametrize(("a_day", "cut", "cut_by"), CUT)
def test_an_undeclared_extract_that_was_cut_is_refused_with_the_day_that_declares_it(
    looking_cut: dict[object, tuple[str, list[str]]],
    a_day: Callable[[date], float],
    cut: date,
    cut_by: Callable[[list[Referral], date], list[Referral]],
) -> None:
    la_code, (reason,) = looking_cut[a_day, cut, cut_by]
    day = date.fromisoformat(reason.split("complete_from = ")[1][:10])
    assert abs(day - cut) <= timedelta(days=5 if a_day(cut) > 1 else 21)
    assert f'{la_code} = "{day}" below [coverage]' in reason
    assert f"accept {la_code} 2020-09-01" in reason


def test_one_that_says_from_when_it_is_complete_is_not_refused(
    looking_cut: dict[object, tuple[str, list[str]]],
) -> None:
    assert looking_cut[steady, date(2019, 9, 1), by_rows][1]
    assert looking_cut[DECLARED][1] == []


@pytest.mark.parametrize(("a_day", "closes_soon", "seed"), WHOLE)
def test_a_whole_history_is_not_refused_though_the_service_grew_or_came_to_close_cases_sooner(
    looking_cut: dict[object, tuple[str, list[str]]],
    a_day: Callable[[date], float],
    closes_soon: Callable[[date], float],
    seed: int,
) -> None:
    assert looking_cut[a_day, closes_soon, seed][1] == []
