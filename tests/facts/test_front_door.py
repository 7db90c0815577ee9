"""Contacts, MASH and referrals: drawn rows in, cases out. 2020-08-03 is a Monday, 31 August 2020 a bank holiday."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.drawn_cases import Cases
from tests.support.drawn_facts import answers_of
from tests.support.working_days import due_day, working_days

MASH = "mash_timeliness"

# --- contacts -------------------------------------------------------------------------------------------------------

CONTACTS = """
contact_id | person_id | received_at      | outcome           | status || month   | referral
C1         | P1        | 2020-07-31 23:59 | NEW_REFERRAL      |        || 2020-07 | yes
C2         | P1        | 2020-08-01 00:00 | NEW_REFERRAL      | DONE   || 2020-08 | yes
C2         | P2        | 2020-08-01 00:00 | NFA               |        || 2020-08 | no
C3         | P1        | 2020-08-31 23:59 | EXISTING_REFERRAL |        || 2020-08 | no
C4         | P1        | 2020-08-31 23:59 |                   |        || 2020-08 | no
C5         | P1        | 2020-08-31       | NEW_REFERRAL      | VOID   ||         |
C6         | P1        |                  | NEW_REFERRAL      |        ||         |
C7         | P1        | 2020-09-01       | CP_ENQUIRY        |        || 2020-09 | no
"""


def test_a_contact_counts_for_each_child_in_the_month_in_which_it_was_received() -> None:
    drawn = Cases("contacts", contact=CONTACTS)
    assert drawn.count("contacts", "2020-07") == "1 of 1"
    assert drawn.count("contacts", "2020-08") == "4 of 4"
    assert drawn.count("contacts", "2020-09") == "1 of 1"


def test_a_contact_without_an_outcome_has_not_become_a_referral() -> None:
    drawn = Cases("contacts_becoming_referrals", contact=CONTACTS)
    assert drawn.count("contacts_becoming_referrals", "2020-08") == "1 of 4"
    found = drawn.of("contacts_becoming_referrals", "2020-08", "record_id", "person_id", "{achieved}")
    assert found == [("C2", "P1", True), ("C2", "P2", False), ("C3", "P1", False), ("C4", "P1", False)]


# --- what MASH decided ----------------------------------------------------------------------------------------------

DECIDED = """
referral_id | person_id | referral_date | received_at      | mash_completed_at || days | in time
R1          | P1        | 2020-08-03    | 2020-08-03 09:00 | 2020-08-03 17:00  || 0    | yes
R2          | P2        | 2020-08-03    | 2020-08-03 09:00 | 2020-08-04 23:59  || 1    | yes
R3          | P3        | 2020-08-03    | 2020-08-03 09:00 | 2020-08-05 00:01  || 2    | no
R4          | P4        | 2020-08-07    | 2020-08-07       | 2020-08-08        || 0    | yes
R5          | P5        | 2020-08-07    | 2020-08-07       | 2020-08-11        || 2    | no
R6          | P6        | 2020-08-08    | 2020-08-08       | 2020-08-10        || 1    | yes
R7          | P7        | 2020-08-08    | 2020-08-08       | 2020-08-11        || 2    | no
R8          | P8        | 2020-08-28    | 2020-08-28       | 2020-09-01        || 1    | yes
R9          | P9        | 2020-08-31    | 2020-08-31       | 2020-09-01        || 1    | yes
R9          | P10       | 2020-08-31    | 2020-08-31       | 2020-09-01        || 1    | yes
"""


def test_a_referral_is_to_be_decided_by_the_first_working_day_after_it() -> None:
    drawn = Cases(MASH, referral=DECIDED)
    assert drawn.achieved(MASH, "2020-08") | drawn.achieved(MASH, "2020-09") == answers_of(DECIDED, "in time")
    days = dict(drawn.rows("select record_id, working_days::varchar from facts.mash_item"))
    assert days == answers_of(DECIDED, "days")
    assert drawn.count(MASH, "2020-09") == "3 of 3"


STARTS = """
referral_id | person_id | referral_date | received_at | recorded_at | mash_completed_at || in time
R1          | P1        | 2020-08-03    |             | 2020-08-03  | 2020-08-04        || yes
R2          | P2        | 2020-08-03    |             | 2020-08-03  | 2020-08-05        || no
R3          | P3        | 2020-08-03    | 2020-08-03  | 2020-08-05  | 2020-08-05        || no
R4          | P4        | 2020-08-03    |             | 2020-08-05  | 2020-08-04        || no
R5          | P5        | 2020-08-03    |             |             | 2020-08-03        || no
"""


def test_without_a_start_or_decided_before_it_a_decision_fails_and_only_the_former_is_a_missing_start() -> None:
    drawn = Cases(MASH, referral=STARTS)
    assert drawn.achieved(MASH, "2020-08") == answers_of(STARTS, "in time")
    assert drawn.rows("select record_id, reason from facts.mash_item where reason is not null order by 1") == [
        ("R2", "Late by 1 working day"),
        ("R3", "Late by 1 working day"),
        ("R4", "Done before the clock started"),
        ("R5", "No date to count from"),
    ]
    assert drawn.rows("select record_id from facts.mash_item where is_start_missing") == [("R5",)]


def test_what_has_no_start_is_left_out_where_the_setting_says_so() -> None:
    drawn = Cases(MASH, settings={"missing_start": "exclude"}, referral=STARTS)
    assert drawn.count(MASH, "2020-08") == "1 of 4"


STATUSES = """
referral_id | person_id | referral_date | received_at | mash_completed_at | closure_date | status   || decided | pending
R1          | P1        | 2020-08-03    | 2020-08-03  | 2020-08-03        |              | DONE     || yes     | no
R2          | P2        | 2020-08-03    | 2020-08-03  | 2020-08-03        |              | OPEN     || yes     | no
R3          | P3        | 2020-08-03    | 2020-08-03  | 2020-08-03        |              | VOID     || no      | no
R4          | P4        | 2020-08-03    | 2020-08-03  | 2020-08-03        |              | REOPENED || no      | yes
R5          | P5        | 2020-08-03    | 2020-08-03  |                   |              | OPEN     || no      | yes
R6          | P6        | 2020-08-03    | 2020-08-03  |                   | 2020-08-31   |          || no      | no
R7          | P7        | 2020-08-03    | 2020-08-03  |                   | 2020-09-01   |          || no      | yes
R8          | P8        | 2020-08-03    | 2020-08-03  |                   |              | VOID     || no      | no
"""


def test_a_referral_waits_for_mash_unless_it_was_decided_or_closed_and_a_reopened_one_waits_again() -> None:
    drawn = Cases(MASH, "mash_pending", "open_mash_item", referral=STATUSES)
    decided = {record for record, answer in answers_of(STATUSES, "decided").items() if answer == "yes"}
    pending = {record for record, answer in answers_of(STATUSES, "pending").items() if answer == "yes"}
    assert drawn.achieved(MASH, "2020-08").keys() == decided
    assert drawn.achieved("mash_pending", "2020-08").keys() == pending
    assert drawn.due("open_mash_item").keys() == pending - {"R7"}


BEGUN = """
referral_id | person_id | referral_date | received_at      | recorded_at | mash_completed_at || pending | overdue
R1          | P1        | 2020-07-31    | 2020-07-31 23:59 |             | 2020-08-01        || yes     | no
R2          | P2        | 2020-07-31    | 2020-07-30       |             | 2020-07-31        || no      | no
R3          | P3        | 2020-07-31    | 2020-08-01       |             |                   || no      | no
R4          | P4        | 2020-07-31    |                  | 2020-08-01  |                   || no      | no
R5          | P5        | 2020-07-31    |                  |             |                   || yes     | no
R6          | P6        | 2020-07-30    | 2020-07-30       |             |                   || yes     | no
R7          | P7        | 2020-07-29    | 2020-07-29 23:59 |             |                   || yes     | yes
R8          | P8        | 2020-07-29    |                  |             |                   || yes     | yes
R9          | P9        | 2020-07-30    |                  | 2020-07-29  |                   || yes     | yes
"""


def test_what_waits_at_a_month_end_is_overdue_after_more_than_one_working_day() -> None:
    drawn = Cases("mash_pending", "mash_overdue", referral=BEGUN)
    for measure, column in (("mash_pending", "pending"), ("mash_overdue", "overdue")):
        expected = {record for record, answer in answers_of(BEGUN, column).items() if answer == "yes"}
        assert drawn.achieved(measure, "2020-07").keys() == expected


def test_the_list_of_work_has_the_day_on_which_each_decision_is_due() -> None:
    drawn = Cases(
        "open_mash_item",
        extract_date=date(2020, 9, 1),
        referral="""
        referral_id | person_id | referral_date | received_at
        R1          | P1        | 2020-08-28    | 2020-08-28
        R2          | P2        | 2020-08-27    | 2020-08-27
        R3          | P3        | 2020-09-01    |
        """,
        allocation="""
        person_id | worker_id | start_date | end_date   | is_primary | team  | worker_name
        P1        | W1        | 2020-01-01 |            | true       | North | Ana
        P1        | W2        | 2020-08-01 |            | false      | Other | Co
        P2        | W3        | 2020-01-01 | 2020-09-01 | true       | East  | Gone
        """,
    )
    assert drawn.due("open_mash_item") == {
        "R1": ("2020-08-28", "2020-09-01", False),
        "R2": ("2020-08-27", "2020-08-28", True),
        "R3": ("2020-09-01", "2020-09-02", False),
    }
    assert drawn.rows("select record_id, team, worker, working_days_left from facts.open_mash_item order by all") == [
        ("R1", "North", "Ana", 0), ("R2", None, None, -1), ("R3", None, None, 1),
    ]  # fmt: skip


def test_by_month_of_receipt_what_is_past_its_day_is_late_even_if_it_was_closed_undecided() -> None:
    drawn = Cases(
        MASH,
        settings={"mash_month_by": "received"},
        extract_date=date(2020, 8, 31),
        referral="""
        referral_id | person_id | referral_date | received_at | mash_completed_at | closure_date
        R1          | P1        | 2020-07-31    | 2020-07-31  | 2020-08-03        |
        R2          | P2        | 2020-07-31    | 2020-07-31  |                   |
        R3          | P3        | 2020-07-31    | 2020-07-31  |                   | 2020-07-31
        R4          | P4        | 2020-08-28    | 2020-08-28  |                   |
        R5          | P5        | 2020-07-31    |             | 2020-08-03        |
        """,
    )
    assert drawn.achieved(MASH, "2020-07") == {"R1": "yes", "R2": "no", "R3": "no"}
    assert drawn.achieved(MASH, "2020-08") == {"R5": "no"}


HOURS = """
referral_id | person_id | referral_date | received_at      | mash_completed_at || strict | working
R1          | P1        | 2020-08-03    | 2020-08-03 09:00 | 2020-08-04 09:00  || yes    | yes
R2          | P2        | 2020-08-03    | 2020-08-03 09:00 | 2020-08-04 09:01  || no     | yes
R3          | P3        | 2020-08-07    | 2020-08-07 16:00 | 2020-08-10 08:30  || no     | yes
R4          | P4        | 2020-08-03    | 2020-08-03 08:30 | 2020-08-05 15:31  || no     | no
R5          | P5        | 2020-03-28    | 2020-03-28 12:00 | 2020-03-29 13:00  || yes    | yes
R6          | P6        | 2020-03-28    | 2020-03-28 12:00 | 2020-03-29 13:01  || no     | yes
"""


@pytest.mark.parametrize(("clock", "column"), [("strict_24h", "strict"), ("working_hours", "working")])
def test_hours_are_counted_by_the_clock_of_london_or_while_mash_is_open(clock: str, column: str) -> None:
    drawn = Cases(MASH, settings={"mash_clock": clock}, referral=HOURS)
    assert drawn.achieved(MASH, "2020-08") | drawn.achieved(MASH, "2020-03") == answers_of(HOURS, column)


def test_where_more_than_one_in_twenty_times_is_midnight_working_days_are_used() -> None:
    drawn = Cases(MASH, settings={"mash_clock": "strict_24h"}, referral=HOURS.replace("16:00", "00:00"))
    assert drawn.achieved(MASH, "2020-08") == {"R1": "yes", "R2": "yes", "R3": "yes", "R4": "no"}


SCREENED = """
contact_id | person_id | received_at | recorded_at | mash_flag | mash_completed_at | outcome           || in time
C1         | P1        | 2020-08-03  |             | true      | 2020-08-04        | NEW_REFERRAL      || yes
C2         | P2        | 2020-08-03  |             |           | 2020-08-05        | NFA               || no
C3         | P3        | 2020-08-03  |             | false     | 2020-08-04        | ADVICE            ||
C4         | P4        | 2020-08-03  |             | true      | 2020-08-04        | EXISTING_REFERRAL ||
C5         | P5        |             | 2020-08-03  | true      | 2020-08-04        |                   || yes
C6         | P6        | 2020-08-03  |             | true      |                   |                   ||
C7         | P7        | 2020-08-03  |             | true      |                   | NFA               ||
"""


def test_where_mash_screens_contacts_they_are_what_is_decided_and_waited_for() -> None:
    referral = """
    referral_id | person_id | referral_date | received_at | mash_completed_at
    R1          | P1        | 2020-08-03    | 2020-08-03  | 2020-08-04
    """
    drawn = Cases(MASH, "mash_pending", settings={"mash_unit": "contact"}, contact=SCREENED, referral=referral)
    expected = {record: answer for record, answer in answers_of(SCREENED, "in time").items() if answer}
    assert drawn.achieved(MASH, "2020-08") == expected
    assert drawn.achieved("mash_pending", "2020-08").keys() == {"C6"}
    assert drawn.rows("select distinct table_name from facts.mash_item") == [("contact",)]


WAITING_CONTACTS = """
contact_id | person_id | received_at | mash_completed_at | outcome      | status    || waits at the end of July
C1         | P1        | 2020-07-30  | 2020-08-04        | ADVICE       |           || yes
C2         | P2        | 2020-07-30  | 2020-07-31        | ADVICE       |           ||
C3         | P3        | 2020-07-30  |                   | ADVICE       |           ||
C4         | P4        | 2020-07-30  |                   |              |           || yes
C5         | P5        | 2020-07-30  | 2020-07-31        | ADVICE       | Re-opened || yes
C6         | P6        | 2020-07-30  |                   | NEW_REFERRAL | Re-opened || yes
C7         | P7        |             |                   | ADVICE       |           ||
"""


def test_a_contact_waits_until_it_is_decided_though_its_outcome_is_known_by_now() -> None:
    drawn = Cases("mash_pending", "open_mash_item", settings={"mash_unit": "contact"}, contact=WAITING_CONTACTS)
    expected = {record for record, answer in answers_of(WAITING_CONTACTS, "waits at the end of July").items() if answer}
    assert drawn.achieved("mash_pending", "2020-07").keys() == expected
    assert drawn.rows("select record_id from facts.open_mash_item order by 1") == [("C4",), ("C5",), ("C6",)]


@settings(max_examples=8, deadline=None)
@given(
    st.lists(st.tuples(st.dates(date(2019, 12, 15), date(2022, 6, 30)), st.integers(0, 6)), min_size=20, max_size=60)
)
def test_mash_days_equal_those_counted_one_by_one(spans: list[tuple[date, int]]) -> None:
    rows = [
        {"referral_id": f"R{number}", "person_id": f"P{number}", "referral_date": start, "received_at": start,
         "mash_completed_at": start + timedelta(days=lag)}
        for number, (start, lag) in enumerate(spans)
    ]  # fmt: skip
    drawn = Cases(MASH, extract_date=date(2022, 12, 31), referral=rows)
    found = drawn.rows("select record_id, working_days, due_date, is_in_time from facts.mash_item")
    slow = {
        f"R{number}": (days := working_days(start, start + timedelta(days=lag)), due_day(start, 1), days <= 1)
        for number, (start, lag) in enumerate(spans)
    }
    assert {record: tuple(rest) for record, *rest in found} == slow


# --- referrals ------------------------------------------------------------------------------------------------------

REFERRALS = """
referral_id | person_id | referral_date | referral_nfa | closure_date | status || nfa | again
R1          | P1        | 2019-08-03    | true         | 2019-08-04   |        ||     |
R2          | P1        | 2020-08-03    | true         |              |        || yes | no
R3          | P1        | 2020-08-04    | false        |              |        || no  | yes
R4          | P2        | 2019-08-04    |              |              |        ||     |
R5          | P2        | 2020-08-03    |              |              |        || no  | yes
R6          | P3        | 2020-08-03    | false        |              |        || no  | no
R7          | P3        | 2020-08-03    | false        |              |        || no  | no
R8          | P4        | 2020-08-01    | false        |              | VOID   ||     |
R9          | P4        | 2020-08-03    | false        |              | OPEN   || no  | no
"""


def test_every_referral_of_the_month_counts_the_second_of_a_day_and_one_on_an_open_case_too() -> None:
    drawn = Cases("referrals", "referral_rate", "referrals_no_further_action", referral=REFERRALS)
    nfa = {record: answer for record, answer in answers_of(REFERRALS, "nfa").items() if answer}
    assert drawn.achieved("referrals", "2020-08").keys() == nfa.keys()
    assert drawn.achieved("referral_rate", "2020-08").keys() == nfa.keys()
    assert drawn.achieved("referrals_no_further_action", "2020-08") == nfa


def test_a_re_referral_follows_another_referral_by_at_least_a_day_and_less_than_twelve_months() -> None:
    drawn = Cases("re_referrals", referral=REFERRALS)
    expected = {record: answer for record, answer in answers_of(REFERRALS, "again").items() if answer}
    assert drawn.achieved("re_referrals", "2020-08") == expected


@pytest.mark.parametrize(
    ("before", "day", "is_again"),
    [
        ("2019-02-28", "2020-02-29", "no"),
        ("2019-03-01", "2020-02-29", "yes"),
        ("2020-02-29", "2021-02-28", "yes"),
        ("2020-02-28", "2021-02-28", "no"),
        ("2020-02-29", "2021-03-01", "no"),
    ],
)
def test_twelve_months_before_29_february_is_28_february(before: str, day: str, is_again: str) -> None:
    drawn = Cases(
        "re_referrals",
        extract_date=date(2021, 4, 1),
        referral=[
            {"referral_id": "R1", "person_id": "P1", "referral_date": before},
            {"referral_id": "R2", "person_id": "P1", "referral_date": day},
        ],
    )
    assert drawn.achieved("re_referrals", day[:7])["R2"] == is_again


def test_a_referral_set_aside_for_another_cell_still_comes_before_but_is_not_counted() -> None:
    drawn = Cases(
        "re_referrals",
        referral="""
        referral_id | person_id | referral_date
        R2          | P1        | 2020-08-03
        R3          | P2        | 2020-08-03
        """,
        referral_aside="""
        referral_id | person_id | referral_date | status
        R1          | P1        | 2020-05-04    |
        R3          | P2        | 2020-05-04    |
        R4          | P2        | 2020-05-04    | VOID
        R5          | P2        | 2020-05-04    |
        R5          | P2        | 2019-05-04    |
        R6          | P2        | 2020-05-04    |
        R6          | P2        | 2020-05-04    | VOID
        """,
    )
    assert drawn.achieved("re_referrals", "2020-08") == {"R2": "yes", "R3": "no"}
    assert drawn.achieved("re_referrals", "2020-05") == {}


def test_by_closure_a_re_referral_follows_a_closure_of_the_twelve_months_before() -> None:
    drawn = Cases(
        "re_referrals",
        settings={"reref_basis": "closure_to_referral"},
        referral="""
        referral_id | person_id | referral_date | closure_date
        R1          | P1        | 2018-01-08    | 2019-08-04
        R2          | P1        | 2020-08-03    |
        R3          | P2        | 2018-01-08    | 2019-08-03
        R4          | P2        | 2020-08-03    |
        R5          | P3        | 2020-05-04    | 2020-08-03
        R6          | P3        | 2020-08-03    |
        R7          | P4        | 2020-05-04    |
        R8          | P4        | 2020-08-03    |
        """,
    )
    assert drawn.achieved("re_referrals", "2020-08") == {"R2": "yes", "R4": "no", "R6": "no", "R8": "no"}


def test_counted_by_children_a_child_referred_twice_in_a_month_counts_once() -> None:
    drawn = Cases("re_referrals", settings={"reref_count": "children"}, referral=REFERRALS)
    assert drawn.achieved("re_referrals", "2020-08") == {"R3": "yes", "R5": "yes", "R7": "no", "R9": "no"}
