"""The second count's own days and cells, on vectors worked out by hand."""

from datetime import date, datetime

import pytest
from support.second_count.cells import read_code, read_id, read_moment
from support.second_count.days import add_months, birthday, due_date, months_before, working_days
from support.second_count.statuses import read_status


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2020-08-03", "2020-08-03", 0),
        ("2020-08-07", "2020-08-08", 0),
        ("2020-08-08", "2020-08-10", 1),
        ("2020-08-08", "2020-08-11", 2),
        ("2020-08-28", "2020-09-01", 1),
        ("2020-05-07", "2020-05-11", 1),
        ("2020-07-06", "2020-07-28", 16),
        ("2020-04-06", "2020-06-12", 45),
        ("2019-12-20", "2020-01-14", 14),
        ("2022-09-16", "2022-09-20", 1),
    ],
)
def test_working_days_are_counted_after_the_start_up_to_the_end(start: str, end: str, expected: int) -> None:
    assert working_days(date.fromisoformat(start), date.fromisoformat(end)) == expected


def test_a_due_date_is_the_nth_working_day_after_the_start() -> None:
    assert due_date(date(2020, 7, 4), 15) == date(2020, 7, 24)
    assert due_date(date(2020, 5, 8), 15) == date(2020, 6, 1)
    assert due_date(date(2022, 9, 5), 15) == date(2022, 9, 27)


def test_months_end_where_months_end() -> None:
    assert add_months(date(2020, 2, 29), -12) == date(2019, 2, 28)
    assert months_before(date(2021, 2, 28), 12) == date(2020, 2, 29)
    assert months_before(date(2020, 9, 15), 12) == date(2019, 9, 15)
    assert birthday(date(2004, 2, 29), 18) == date(2022, 3, 1)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("03/04/2021", datetime(2021, 4, 3)),
        ("3/4/21", datetime(2021, 4, 3)),
        ("09-Sept-2019", datetime(2019, 9, 9)),
        ("2020-08-31T23:30:00Z", datetime(2020, 9, 1, 0, 30)),
        ("2020-08-03Z", datetime(2020, 8, 3)),
        ("31/08/2020 24:00", datetime(2020, 9, 1)),
        ("03/08/2020 1:05 PM", datetime(2020, 8, 3, 13, 5)),
        ("43952.5", datetime(2020, 5, 1, 12)),
        ("infinity", None),
        ("31/12/9999", None),
        ("0001-01-01", None),
        ("2099-01-01", None),
    ],
)
def test_a_moment_is_read_in_every_spelling(text: str, moment: datetime | None) -> None:
    assert read_moment(text) == moment


@pytest.mark.parametrize("text", ["05/27/2020", "TBC", "31/02/2020", "4.3864E+04", "09-Sebt-2019"])
def test_what_is_no_date_is_not_read(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_moment(text)


def test_ids_compare_by_meaning() -> None:
    assert {read_id(text) for text in ("101", "101.0", " 101.00 ", "'101", '="101"', "{101}", "101\u00a0")} == {"101"}
    assert {read_id(text) for text in ("-1", "0", "0.0", "00000000-0000-0000-0000-000000000000")} == {None}


def test_codes_are_found_among_their_descriptions() -> None:
    assert read_code("q) 6: Police", "source") == "6"
    assert read_code("10 - unknown", "source") == "10"
    assert read_code("Single period (V2)", "legal_status") == "V2"
    assert read_code("existing_referral", "contact_outcome") == "EXISTING_REFERRAL"
    assert read_code("SGO", "legal_status") is None


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        ("Deleted - duplicate", "void"),
        ("Entered in error", "void"),
        ("Held as planned", ""),
        ("Progressed - assessment planned", ""),
        ("Re-opened", "reopened"),
        ("did not take place", "not held"),
        ("PLANNED", "planned"),
        (None, ""),
    ],
)
def test_a_status_is_read_by_its_first_words(status: str | None, meaning: str) -> None:
    assert read_status(status) == meaning
