"""What is beyond a limit refuses an extract, and the sentence says what to do: on counts, and on drawn tables."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from support.drawn_extracts import staged_extract

from schemas.settings import Operation
from warehouse.staged.limits import excesses
from warehouse.staged.staging import TableCount

LIMITS = Operation.model_validate({"drift_minimum_rows": 100})
DAY = date(2020, 9, 1)


def count(table: str = "referral", day: date = DAY, rows: int = 100, **changes: Any) -> TableCount:
    """A table of which nothing is wrong, but for the changes."""
    whole = {"rows_in": rows, "rows_used": rows, "rows_quarantined": 0, "rows_duplicate": 0, "columns_ignored": ()}
    return TableCount("501", day, table, f"{table}.csv", "canonical", "", **{**whole, **changes})


def found(*counts: TableCount, published: Any = None, accepted: Any = None) -> list[tuple[str, bool]]:
    """The check and acceptance of everything beyond a limit."""
    beyond = excesses(counts, LIMITS, published or {}, accepted or {})
    return [(one.finding.check_name or "", one.is_accepted) for one in beyond]


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"rows_quarantined": 6, "rules": {("unreadable_date", "referral_date"): 6}}, "few_rows_quarantined"),
        ({"rules": {("required", "referral_date"): 12, ("missing_value", "referral_date"): 9}}, "key_dates_filled"),
        ({"rules": {("required", "person_id"): 6}}, "keys_filled"),
        ({"rules": {("unknown_person", "person_id"): 11}}, "persons_known"),
        ({"rules": {("unknown_status", "status"): 21}}, "statuses_known"),
    ],
)
def test_more_than_a_limit_refuses_and_the_limit_itself_does_not(changes: dict[str, Any], check: str) -> None:
    assert found(count(**changes)) == [(check, False)]
    less = {name: value - 1 if isinstance(value, int) else value for name, value in changes.items()}
    less["rules"] = {key: rows - 1 for key, rows in changes["rules"].items()}
    assert found(count(**less)) == []
    assert found(count(rows=99, **changes)) == [], "a table of fewer rows than the limits hold for"


@pytest.mark.parametrize(("rows", "is_beyond"), [(60, False), (59, True), (140, False), (141, True)])
def test_a_row_count_is_held_against_the_extract_before(rows: int, is_beyond: bool) -> None:
    published = {("501", date(2020, 7, 1)): {"referral": 7}, ("501", date(2020, 8, 1)): {"referral": 100},
                 ("501", date(2020, 10, 1)): {"referral": 7}, ("502", date(2020, 8, 1)): {"referral": 7}}  # fmt: skip
    expected = [("row_count_steady", False)] if is_beyond else []
    assert found(count(rows=rows), published=published) == expected
    assert found(count(rows=2 * rows, rows_duplicate=rows), published=published) == expected


def test_a_refused_extract_is_no_measure_of_the_next_one_and_an_accepted_one_is() -> None:
    published = {("501", date(2020, 7, 1)): {"referral": 100}}
    months = [count(day=date(2020, 8, 1), rows=300), count(day=DAY, rows=300)]
    assert found(*months, published=published) == [("row_count_steady", False), ("row_count_steady", False)]
    fact = excesses(months, LIMITS, published, {})[0].finding.fact
    accepted = {("501", date(2020, 8, 1)): {fact}}
    assert found(*months, published=published, accepted=accepted) == [("row_count_steady", True)]


def test_a_refusal_names_the_commonest_statuses_never_a_rare_one_and_the_remedy() -> None:
    statuses = (("zebra", 12), ("in flight; maybe", 11), ("yak", 10), ("Anna B is away", 9))
    (one,) = excesses(
        [count("assessment", rules={("unknown_status", "status"): 42}, unknown_statuses=statuses)], LIMITS, {}, {}
    )
    assert one.finding.reason == (
        "501/2020-09-01/assessment.csv: 42 of 100 rows (42.0%) have a status that is in no list, above all 'zebra' "
        "(12), 'in flight  maybe' (11), 'yak' (10), and the limit is 20%; map the local statuses, or accept the "
        "extract as it is: python -m pipelines accept 501 2020-09-01 --reason TEXT."
    )


def test_persons_spelt_otherwise_are_told_without_an_id(tmp_path: Path) -> None:
    persons = "person_id | dob\n" + "".join(f"P{n} | 2010-01-01\n" for n in range(100))
    plans = "cp_plan_id | person_id | start_date\n" + "".join(f"C{n} | X{n} | 2020-08-03\n" for n in range(100))
    made = staged_extract(tmp_path, person=persons, cp_plan=plans)
    (one,) = excesses(made.counts, LIMITS, {}, {})
    assert one.finding.reason.startswith(
        "501/2020-09-01/cp_plan.csv: 100 of 100 rows (100.0%) are about persons that the person table does not have, "
        "and the limit is 10%; send all persons, with ids spelt as in this table, or accept"
    )


# ----------------------------------------------------------------------------------------------------- cut-off tables


def assessments(*days: date) -> str:
    return "assessment_id | start_date\n" + "".join(f"A{n} | {day}\n" for n, day in enumerate(days))


@pytest.mark.parametrize(
    ("every", "silent", "events", "is_refused"),
    [
        (1, 15, 200, True),  # an event a day, then none for more than 14 days
        (1, 14, 200, False),
        (1, 60, 99, False),  # too few to have a rhythm
        (3, 15, 110, True),
        (5, 16, 73, False),  # fewer than 100 in the year
    ],
)
def test_a_table_with_a_clock_must_reach_its_day_by_its_own_rhythm(
    tmp_path: Path, every: int, silent: int, events: int, is_refused: bool
) -> None:
    days = [DAY - timedelta(days=silent + every * number) for number in range(events)]
    made = staged_extract(tmp_path, assessment=assessments(*days))
    beyond = excesses(made.counts, Operation.model_validate({}), {}, {})
    assert [one.finding.check_name for one in beyond] == (["reaches_its_day"] if is_refused else [])


@pytest.mark.parametrize(("table", "column"), [("cla_visit", "visit_date"), ("cp_review", "review_date"),
                                               ("missing", "start_at")])  # fmt: skip
def test_a_table_of_what_is_due_again_must_reach_its_day_too(tmp_path: Path, table: str, column: str) -> None:
    days = [DAY - timedelta(days=20 + number) for number in range(150)]
    made = staged_extract(tmp_path, **{table: f"{column}\n" + "".join(f"{day}\n" for day in days)})
    beyond = excesses(made.counts, LIMITS, {}, {})
    assert [(one.finding.table_name, one.finding.check_name) for one in beyond] == [(table, "reaches_its_day")]


def test_a_longer_silence_before_excuses_one_at_the_end(tmp_path: Path) -> None:
    days = [DAY - timedelta(days=20 + number) for number in range(120)]
    quiet = [day for day in days if not DAY - timedelta(days=60) < day < DAY - timedelta(days=50)]
    made = staged_extract(tmp_path / "a", assessment=assessments(*quiet))
    assert excesses(made.counts, LIMITS, {}, {}) == []
    assert len(excesses(staged_extract(tmp_path / "b", assessment=assessments(*days)).counts, LIMITS, {}, {})) == 1


def test_a_table_that_is_complete_to_a_day_before_is_asked_of_that_day(tmp_path: Path) -> None:
    folder = tmp_path / "501" / "2020-09-01"
    folder.mkdir(parents=True)
    (folder / "extract.toml").write_text("[assessment]\ncomplete_to = 2020-03-31\n")
    days = [date(2020, 3, 31) - timedelta(days=number) for number in range(120)]
    made = staged_extract(tmp_path, assessment=assessments(*days))
    assert excesses(made.counts, LIMITS, {}, {}) == []
