"""Cells and sheets as real writers leave them: what a cell says is not always what it holds."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter
from support.drawn_extracts import Staged, staged

from warehouse.landing.extracts import Extract

HEADER = ["cp_plan_id", "person_id", "start_date", "end_date", "ola_plan"]


@pytest.fixture
def extract(tmp_path: Path) -> Extract:
    folder = tmp_path / "501" / "2020-09-01"
    folder.mkdir(parents=True)
    return Extract("501", date(2020, 9, 1), folder)


def write(extract: Extract, *sheets: tuple[str, list[list[Any]]]) -> Staged:
    """A workbook of plans, staged; a cell that is a pair is a formula and its calculated value."""
    with xlsxwriter.Workbook(str(extract.folder / "cp_plan.xlsx"), {"default_date_format": "dd/mm/yyyy"}) as book:
        for name, rows in sheets:
            page = book.add_worksheet(name)
            for row, cells in enumerate([HEADER, *rows]):
                for column, cell in enumerate(cells):
                    if isinstance(cell, tuple):
                        page.write_formula(row, column, cell[0], None, cell[1])
                    else:
                        page.write(row, column, cell)
    return staged([extract])


PLAN = ["C1", "P1", date(2020, 8, 3), None, None]


# ----------------------------------------------------------------------------------------------------------- sheets


def test_where_several_sheets_hold_the_table_and_none_is_named_for_it_the_extract_is_refused(extract: Extract) -> None:
    made = write(extract, ("2019", [PLAN]), ("2020", [PLAN]))
    assert made.refusals == [
        "501/2020-09-01/cp_plan.xlsx: the sheets '2019' and '2020' all hold the table; keep one, or name the right one "
        "cp_plan."
    ]


def test_the_sheet_of_the_tables_name_goes_before_the_others(extract: Extract) -> None:
    made = write(extract, ("All plans", [PLAN, ["C2", *PLAN[1:]]]), ("CP_Plan ", [PLAN]))
    assert made.rows("cp_plan", "cp_plan_id") == [("C1",)]


# ------------------------------------------------------------------------------------------------------------ cells


def test_a_formula_that_was_never_calculated_is_no_value(extract: Extract) -> None:
    """XlsxWriter writes 0 for a formula and leaves it to be calculated on opening: `fullCalcOnLoad`."""
    made = write(
        extract,
        (
            "cp_plan",
            [
                ["C1", "P1", date(2020, 8, 3), None, ("=1=2", 0)],
                ["C2", "P2", date(2020, 8, 3), ("=DATE(2020,8,4)", 0), None],
                ["C3", ("=B2", 0), date(2020, 8, 3), None, None],
                ["C4", "P4", date(2020, 8, 3), ("=C5+1", 44047), ("=1=1", 1)],
            ],
        ),
    )
    assert made.rows("cp_plan", "cp_plan_id, end_date, ola_plan") == [("C4", date(2020, 8, 4), True)]
    assert made.issues("cp_plan") == {
        (2, "ola_plan", "=1=2", "formula_uncached"),
        (3, "end_date", "=DATE(2020,8,4)", "formula_uncached"),
        (4, "person_id", "=B2", "formula_uncached"),
    }


def test_day_nought_is_no_day_in_a_workbook(extract: Extract) -> None:
    """LibreOffice keeps the 0 of a formula that was never calculated as 30/12/1899."""
    with xlsxwriter.Workbook(str(extract.folder / "cp_plan.xlsx")) as book:
        page, days = book.add_worksheet("cp_plan"), book.add_format({"num_format": "dd/mm/yyyy"})
        page.write_row(0, 0, HEADER)
        page.write_row(1, 0, ["C1", "P1", "03/08/2020"])
        page.write_number(1, 3, 0, days)
    made = staged([extract])
    assert made.states("cp_plan") == "0 used, 1 quarantined, 0 duplicate"
    assert {rule for _, _, _, rule in made.issues("cp_plan")} == {"unreadable_date"}


def test_an_id_that_has_lost_its_digits_is_set_aside_and_one_that_has_not_is_kept(extract: Extract) -> None:
    numbers = [12345678901234567, 2.0**53, 2.0**53 - 1, 123456789012, 101.0]
    made = write(extract, ("cp_plan", [[f"C{n}", number, *PLAN[2:]] for n, number in enumerate(numbers)]))
    assert made.rows("cp_plan", "cp_plan_id, person_id") == [
        ("C2", "9007199254740991"), ("C3", "123456789012"), ("C4", "101"),
    ]  # fmt: skip
    assert {rule for number, _, _, rule in made.issues("cp_plan")} == {"unreadable_id"}


def test_yes_is_also_what_access_and_vba_write(extract: Extract) -> None:
    answers = [True, False, 1, 0, -1]
    made = write(extract, ("cp_plan", [[f"C{n}", f"P{n}", *PLAN[2:4], answer] for n, answer in enumerate(answers)]))
    assert made.rows("cp_plan", "ola_plan") == [(True,), (False,), (True,), (False,), (True,)]


# ---------------------------------------------------------------------------------------------------------- parquet


def test_parquet_is_read_in_london_time_whatever_zone_its_values_have(extract: Extract) -> None:
    with duckdb.connect() as writer:
        writer.execute("set timezone = 'Asia/Kolkata'")
        writer.execute(
            "copy (select 101::double as cp_plan_id, 7 as person_id, "
            "timestamptz '2020-07-31 23:30:00+00' as start_date, null::timestamp as end_date) "
            f"to '{extract.folder}/cp_plan.parquet' (format parquet)"
        )
    made = staged([extract])
    assert made.rows("cp_plan", "cp_plan_id, person_id, start_date, end_date") == [
        ("101", "7", date(2020, 8, 1), None),
    ]


def test_a_stand_in_with_a_zone_is_no_date_of_its_neighbourhood(extract: Extract) -> None:
    with duckdb.connect() as writer:
        writer.execute("set timezone = 'UTC'")
        writer.execute(
            "copy (from (values ('C1', timestamptz '0001-01-01 00:00:00+00'), ('C2', timestamptz '1753-01-01 00:00:00+00'), "
            "('C3', timestamptz '9999-12-31 23:59:59+00')) as t (cp_plan_id, end_date) "
            "cross join (select 'P1' as person_id, date '2020-08-03' as start_date)) "
            f"to '{extract.folder}/cp_plan.parquet' (format parquet)"
        )
    made = staged([extract])
    assert made.rows("cp_plan", "cp_plan_id, end_date") == [("C1", None), ("C2", None), ("C3", None)]
    assert {rule for _, _, _, rule in made.issues("cp_plan")} == {"sentinel_date"}


def test_infinity_of_a_database_is_an_open_end_and_a_double_can_lose_digits(extract: Extract) -> None:
    with duckdb.connect() as writer:
        writer.execute(
            "copy (from (values ('C1', 1::double, date '2020-08-03', 'infinity'::date), "
            "('C2', 9007199254740993::double, date '2020-08-03', null), "
            "('C3', 3::double, '-infinity'::date, null)) as t (cp_plan_id, person_id, start_date, end_date)) "
            f"to '{extract.folder}/cp_plan.parquet' (format parquet)"
        )
    made = staged([extract])
    assert made.rows("cp_plan", "cp_plan_id, end_date") == [("C1", None)]
    assert {(number, column, rule) for number, column, _, rule in made.issues("cp_plan")} == {
        (2, "end_date", "sentinel_date"),
        (3, "person_id", "unreadable_id"),
        (4, "start_date", "required"),
        (4, "start_date", "sentinel_date"),
    }


def test_a_parquet_file_gives_the_text_that_a_delimited_one_would_have(extract: Extract) -> None:
    with duckdb.connect() as writer:
        writer.execute(
            "copy (select uuid '0a0b0c0d-0000-4000-8000-00000000000f' as cp_plan_id, 'P1' as person_id, "
            "timestamp '2020-08-03 09:30:00' as start_date, true as ola_plan, 2::decimal(18, 2) as number_previous) "
            f"to '{extract.folder}/cp_plan.parquet' (format parquet)"
        )
    made = staged([extract])
    assert made.rows("cp_plan", "cp_plan_id, start_date, ola_plan, number_previous") == [
        ("0A0B0C0D-0000-4000-8000-00000000000F", datetime(2020, 8, 3).date(), True, 2),
    ]
