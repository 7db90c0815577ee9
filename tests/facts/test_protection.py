"""Section 47 enquiries, conferences and child protection plans: drawn rows in, cases out.

2020-08-03 is a Monday; 2020-08-31 is a bank holiday. The extract is of 1 September 2020 where nothing else is said.
"""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.drawn_cases import Cases
from tests.support.drawn_facts import answers_of
from tests.support.working_days import due_day, working_days

TIMELY = "icpc_timeliness"


def yes(drawing: str, column: str) -> set[str]:
    """The first cells of the rows whose answer is yes."""
    return {name for name, answer in answers_of(drawing, column).items() if answer == "yes"}


def clocks(drawn: Cases) -> dict[str, str | None]:
    """By conference, the day its clock started."""
    return dict(drawn.rows("select record_id, clock_start::varchar from facts.conference"))


# --- conferences: which are held, and their clock -------------------------------------------------------------------

LINKED = """
icpc_id | person_id | s47_id | icpc_date  || in time
C1      | P1        | S1     | 2020-07-27 || yes
C2      | P2        | S2     | 2020-07-28 || no
C3      | P3        | S3     | 2020-07-24 || yes
C4      | P4        | S4     | 2020-07-27 || no
C5      | P5        | S5     | 2020-07-03 || no
C6      | P6        |        | 2020-07-10 || no
"""


def test_a_conference_has_15_working_days_from_the_enquiry_that_it_names() -> None:
    drawn = Cases(
        TIMELY,
        s47="""
        s47_id | person_id | start_date
        S1     | P1        | 2020-07-06
        S2     | P2        | 2020-07-06
        S3     | P3        | 2020-07-04
        S4     | P4        | 2020-07-04
        S5     | P5        | 2020-07-06
        S6     | P6        | 2020-07-11
        """,
        icpc=LINKED,
    )
    assert drawn.achieved(TIMELY, "2020-07") == answers_of(LINKED, "in time")
    assert drawn.rows("select record_id, reason from facts.conference where reason is not null order by 1") == [
        ("C2", "Late by 1 working day"), ("C4", "Late by 1 working day"),
        ("C5", "Done before the clock started"), ("C6", "No date to count from"),
    ]  # fmt: skip


STATUS = """
icpc_id | person_id | icpc_date  | planned_date | status    | outcome_cp || held
C1      | P1        | 2020-08-10 |              |           |            || yes
C2      | P2        | 2020-08-10 |              | DONE      |            || yes
C3      | P3        | 2020-08-10 |              | OPEN      |            || yes
C4      | P4        | 2020-08-10 |              | VOID      | true       || no
C5      | P5        | 2020-08-10 |              | NOT_HELD  | true       || no
C6      | P6        | 2020-08-10 |              | PLANNED   |            || no
C7      | P7        | 2020-08-10 |              | REOPENED  | true       || no
C8      | P8        | 2020-08-10 |              | ADJOURNED |            || no
C9      | P9        | 2020-08-10 |              | ADJOURNED | false      || yes
D1      | Q1        |            | 2020-08-10   | DONE      | true       || no
"""


def test_a_conference_is_held_on_its_date_unless_put_off_planned_reopened_or_adjourned_without_a_decision() -> None:
    drawn = Cases("icpcs", "icpc_rate", icpc=STATUS)
    assert drawn.achieved("icpcs", "2020-08").keys() == yes(STATUS, "held")
    assert drawn.achieved("icpc_rate", "2020-08").keys() == yes(STATUS, "held")


LEVELS = """
icpc_id | person_id | s47_id | icpc_date  | transfer_in | status    | outcome_cp || clock
C1      | P1        | S1     | 2020-08-10 | false       | DONE      |            || 2020-08-03
C2      | P1        |        | 2020-08-10 | true        | DONE      |            ||
C3      | P2        | S2     | 2020-08-10 |             | ADJOURNED | false      ||
C4      | P2        | S2     | 2020-08-28 |             | DONE      | true       || 2020-08-03
C5      | P3        |        | 2020-08-10 |             | ADJOURNED | false      ||
C6      | P3        |        | 2020-08-28 |             | DONE      | true       || 2020-08-03
C7      | P4        |        | 2020-08-10 |             | ADJOURNED | true       || 2020-08-03
C8      | P4        |        | 2020-08-28 |             | DONE      | true       || 2020-08-17
C9      | P5        |        | 2020-08-10 |             |           |            ||
D1      | P5        |        | 2020-08-10 |             |           |            || 2020-08-03
D2      | P6        | S6     | 2020-08-10 |             | ADJOURNED | false      ||
D3      | P6        | S6     | 2020-08-17 |             | ADJOURNED | true       || 2020-08-03
D4      | P7        |        | 2020-08-10 |             | ADJOURNED | true       || none
D5      | P7        |        | 2020-08-28 |             | DONE      | true       || none
D6      | P8        |        | 2020-08-10 |             | DONE      | true       || 2020-08-03
D7      | P8        |        | 2020-08-17 |             | ADJOURNED | true       || none
D8      | P8        |        | 2020-08-28 |             | DONE      | true       || none
D9      | P9        | S9     | 2020-08-10 |             | ADJOURNED | false      ||
E1      | P9        | S9     | 2020-08-28 |             | DONE      | true       ||
E2      | P9        | T9     | 2020-08-28 |             | DONE      | true       || 2020-08-17
E3      | Q1        |        | 2020-08-10 |             | ADJOURNED | true       || none
E4      | Q1        | E3     | 2020-08-28 |             | DONE      | true       || 2020-08-17
"""


def test_the_same_conference_at_two_levels_and_one_adjourned_and_then_held_are_one() -> None:
    drawn = Cases(
        TIMELY,
        "report_conference",
        s47="""
        s47_id | person_id | start_date
        S1     | P1        | 2020-08-03
        S2     | P2        | 2020-08-03
        S3     | P3        | 2020-08-03
        S4     | P4        | 2020-08-03
        T4     | P4        | 2020-08-17
        S5     | P5        | 2020-08-03
        S6     | P6        | 2020-08-03
        S8     | P8        | 2020-08-03
        S9     | P9        | 2020-08-03
        T9     | P9        | 2020-08-17
        E3     | Q1        | 2020-08-17
        """,
        icpc=LEVELS,
    )
    expected = {name: None if day == "none" else day for name, day in answers_of(LEVELS, "clock").items() if day}
    assert clocks(drawn) == expected
    once = answers_of(LEVELS, "clock").keys() - expected.keys()
    of_a_conference = "select record_id, rule from facts.report_conference where rule <> 'notification_missing'"
    assert dict(drawn.rows(of_a_conference)) == {
        **dict.fromkeys(once, "conference_repeated"),
        "C2": "conference_at_two_levels",
    }


UNNAMED = """
icpc_id | person_id | s47_id | icpc_date  || linked     | latest     | first
C1      | P1        |        | 2020-08-20 || 2020-08-10 | 2020-08-10 | 2020-08-03
C2      | P2        |        | 2020-08-20 || 2020-08-20 | 2020-08-20 | 2020-08-03
C3      | P3        |        | 2020-08-12 || 2020-08-12 | 2020-08-12 | 2020-08-03
C4      | P3        |        | 2020-08-20 ||            |            |
C5      | P4        |        | 2020-08-20 ||            |            |
C6      | P5        | S5     | 2020-08-20 || 2020-08-03 | 2020-08-10 | 2020-08-03
C7      | P6        | V6     | 2020-08-20 || 2020-08-10 | 2020-08-10 | 2020-08-10
C8      | P7        | GONE   | 2020-08-20 || 2020-08-10 | 2020-08-10 | 2020-08-10
C9      | P8        | S5     | 2020-08-20 || 2020-08-10 | 2020-08-10 | 2020-08-10
"""
ENQUIRIES = """
s47_id | person_id | start_date | status
S1     | P1        | 2020-08-03 |
T1     | P1        | 2020-08-10 |
U1     | P1        | 2020-08-21 |
S2     | P2        | 2020-08-03 |
T2     | P2        | 2020-08-20 |
S3     | P3        | 2020-08-03 |
T3     | P3        | 2020-08-12 |
S4     | P4        | 2020-08-21 |
V4     | P4        | 2020-08-10 | VOID
S5     | P5        | 2020-08-03 |
T5     | P5        | 2020-08-10 |
V6     | P6        | 2020-08-03 | VOID
T6     | P6        | 2020-08-10 |
T7     | P7        | 2020-08-10 |
T8     | P8        | 2020-08-10 |
"""


@pytest.mark.parametrize(
    ("clock", "column"), [("linked_s47", "linked"), ("latest_strategy", "latest"), ("first_strategy", "first")]
)
def test_without_a_link_the_latest_enquiry_since_the_conference_before_starts_the_clock(
    clock: str, column: str
) -> None:
    drawn = Cases(TIMELY, settings={"icpc_clock": clock}, s47=ENQUIRIES, icpc=UNNAMED)
    assert {name: day or "" for name, day in clocks(drawn).items()} == answers_of(UNNAMED, column)


def test_by_latest_strategy_the_latest_discussion_starts_the_clock_where_the_table_has_one() -> None:
    drawn = Cases(
        TIMELY,
        settings={"icpc_clock": "latest_strategy"},
        s47=ENQUIRIES,
        icpc=UNNAMED,
        strategy_discussion="""
        strategy_id | person_id | discussion_date
        D1          | P1        | 2020-08-17
        D2          | P1        | 2020-08-21
        D3          | P4        | 2020-08-20
        D4          | P3        | 2020-08-12
        """,
        strategy_discussion_aside="""
        strategy_id | person_id | discussion_date
                    | P2        | 2020-08-18
        D1          | P1        | 2020-08-18
        """,
    )
    found = clocks(drawn)
    assert [found[name] for name in ("C1", "C2", "C3", "C4", "C5")] == [
        "2020-08-17", "2020-08-18", "2020-08-12", "2020-08-12", "2020-08-20",
    ]  # fmt: skip


def test_rows_set_aside_for_another_cell_keep_their_place_among_enquiries_and_conferences() -> None:
    drawn = Cases(
        TIMELY,
        s47="""
        s47_id | person_id | start_date
        S1     | P1        | 2020-07-06
        S2     | P2        | 2020-07-06
        """,
        s47_aside="""
        s47_id | person_id | start_date | status
        T1     | P1        | 2020-08-10 |
        V1     | P1        | 2020-08-12 | VOID
        N3     | P3        | 2020-08-10 |
        N4     | P4        | 2020-08-03 |
        N4     | P4        | 2020-08-10 |
        N5     | P5        | 2020-08-10 |
        N5     | P5        | 2020-08-03 |
        N5     | P5        |            |
        N6     | P6        | 2020-08-10 |
        N6     | P6        | 2020-08-10 | VOID
        """,
        icpc="""
        icpc_id | person_id | s47_id | icpc_date
        C1      | P1        |        | 2020-08-20
        C2      | P2        |        | 2020-08-20
        C3      | P3        | N3     | 2020-08-20
        C4      | P4        | N4     | 2020-08-20
        C5      | P5        | N5     | 2020-08-20
        C6      | P6        |        | 2020-08-20
        """,
        icpc_aside="""
        icpc_id | person_id | icpc_date
        A2      | P2        | 2020-07-11
        """,
    )
    assert clocks(drawn) == {
        "C1": "2020-08-10",
        "C2": None,
        "C3": "2020-08-10",
        "C4": "2020-08-10",  # of several rows of an enquiry the last whose day can be read
        "C5": "2020-08-03",
        "C6": None,
    }


def test_a_conference_that_names_an_enquiry_from_before_the_table_is_complete_has_no_start() -> None:
    rows = {
        "s47": "s47_id | person_id | start_date\nS1 | P1 | 2020-08-10\nGROUP | P9 | 2020-08-10\nS3 | P3 | 2020-08-10",
        "icpc": """
        icpc_id | person_id | s47_id | icpc_date
        C1      | P1        | GONE   | 2020-08-20
        C2      | P2        | GONE   | 2020-08-20
        C3      | P3        | GROUP  | 2020-08-20
        C4      | P4        | GROUP  | 2020-08-20
        C5      | P5        |        | 2020-08-20
        """,
    }
    starts = {"C1": "2020-08-10", "C2": None, "C3": "2020-08-10", "C4": None, "C5": None}
    report = "select record_id, rule, raw_value from facts.report_missing_history_conference"
    cut = Cases(TIMELY, "report_missing_history_conference", complete_from={"s47": date(2020, 8, 3)}, **rows)
    assert clocks(cut) == starts
    assert cut.count(TIMELY, "2020-08") == "2 of 5"
    assert cut.rows(report) == [("C2", "missing_history", "GONE")]
    whole = Cases(TIMELY, "report_missing_history_conference", **rows)
    assert clocks(whole) == starts
    assert whole.rows(report) == []


def test_a_conference_from_before_enquiries_are_complete_answers_no_other_than_the_one_it_names() -> None:
    rows = {
        "s47": """
        record_id | s47_id | person_id | start_date | icpc_not_required
        S1        | S1     | P1        | 2020-06-01 | false
        S2        | S2     | P2        | 2020-06-01 | false
        S3        | S3     | P3        | 2020-08-10 | false
        """,
        "icpc": """
        icpc_id | person_id | s47_id | icpc_date
        C1      | P1        | GONE   | 2020-07-20
        C2      | P2        |        | 2020-07-20
        """,
    }
    report = "report_missing_history_enquiry"
    waiting = "select record_id, rule from facts.report_missing_history_enquiry"
    cut = Cases("icpc_pending", report, complete_from={"s47": date(2020, 8, 3), "icpc": date(2020, 8, 3)}, **rows)
    assert cut.achieved("icpc_pending", "2020-08") == {"S1": "yes", "S3": "yes"}
    assert cut.rows(waiting) == [("S1", "missing_history")]
    whole = Cases("icpc_pending", report, **rows)
    assert whole.achieved("icpc_pending", "2020-08") == {"S3": "yes"}
    assert whole.rows(waiting) == []


TRANSFERS = """
icpc_id | person_id | s47_id | icpc_date  | transfer_in | notification_date || in time
C1      | P1        | S1     | 2020-08-24 | true        | 2020-08-03        || yes
C2      | P2        |        | 2020-08-25 | true        | 2020-08-03        || no
C3      | P3        |        | 2020-08-24 | true        |                   || no
C4      | P4        |        | 2020-08-24 | false       | 2020-08-03        || no
"""


def test_a_transfer_in_is_timed_from_its_notification_and_from_nothing_else() -> None:
    enquiries = """
    s47_id | person_id | start_date
    S1     | P1        | 2020-06-01
    S3     | P3        | 2020-08-10
    S4     | P4        | 2020-06-01
    """
    drawn = Cases(TIMELY, "icpcs", s47=enquiries, icpc=TRANSFERS)
    assert drawn.achieved(TIMELY, "2020-08") == answers_of(TRANSFERS, "in time")
    assert drawn.count("icpcs", "2020-08") == "4 of 4"
    without = Cases(TIMELY, "icpcs", settings={"icpc_transfer_in": "exclude"}, s47=enquiries, icpc=TRANSFERS)
    assert without.achieved(TIMELY, "2020-08") == {"C4": "no"}
    assert without.count("icpcs", "2020-08") == "1 of 1"
    left_out = Cases(TIMELY, "icpcs", settings={"missing_start": "exclude"}, s47=enquiries, icpc=TRANSFERS)
    assert left_out.count(TIMELY, "2020-08") == "1 of 3"
    assert left_out.count("icpcs", "2020-08") == "4 of 4"


@settings(max_examples=6, deadline=None)
@given(
    st.lists(st.tuples(st.dates(date(2019, 12, 1), date(2022, 6, 30)), st.integers(0, 35)), min_size=20, max_size=60)
)
def test_conference_days_equal_those_counted_one_by_one(spans: list[tuple[date, int]]) -> None:
    drawn = Cases(
        TIMELY,
        extract_date=date(2022, 12, 31),
        s47=[{"s47_id": f"S{n}", "person_id": f"P{n}", "start_date": start} for n, (start, _) in enumerate(spans)],
        icpc=[
            {"icpc_id": f"C{n}", "person_id": f"P{n}", "icpc_date": start + timedelta(days=lag)}
            for n, (start, lag) in enumerate(spans)
        ],
    )
    found = drawn.rows("select record_id, working_days, due_date, is_in_time from facts.conference")
    assert {record: tuple(rest) for record, *rest in found} == {
        f"C{n}": (days := working_days(start, start + timedelta(days=lag)), due_day(start, 15), days <= 15)
        for n, (start, lag) in enumerate(spans)
    }


def test_a_conference_led_to_a_plan_by_its_outcome_and_only_without_one_by_a_plan_of_ours_of_that_day() -> None:
    conferences = """
    icpc_id | person_id | icpc_date  | outcome_cp | cp_plan_id || plan
    C1      | P1        | 2020-08-10 | true       |            || yes
    C2      | P2        | 2020-08-10 | false      |            || no
    C3      | P3        | 2020-08-10 |            |            || yes
    C4      | P4        | 2020-08-10 |            | L4         || no
    C5      | P5        | 2020-08-10 |            |            || no
    C6      | P6        | 2020-08-10 |            |            || no
    """
    drawn = Cases(
        "icpcs_leading_to_plan",
        icpc=conferences,
        cp_plan="""
        cp_plan_id | person_id | start_date | ola_plan | temporary | initial_category
        L2         | P2        | 2020-08-10 |          |           | NEG
        L3         | P3        | 2020-08-10 |          |           | EMO
        L4         | P4        | 2020-08-11 |          |           | PHY
        L5         | P5        | 2020-08-10 | true     |           | NEG
        L6         | P6        | 2020-08-10 |          | true      | NEG
        """,
    )
    assert drawn.achieved("icpcs_leading_to_plan", "2020-08") == answers_of(conferences, "plan")
    assert dict(drawn.rows("select record_id, category_of_abuse from facts.conference")) == {
        "C1": None, "C2": "NEG", "C3": "EMO", "C4": "PHY", "C5": None, "C6": None,
    }  # fmt: skip


# --- enquiries ------------------------------------------------------------------------------------------------------

BEGUN = """
s47_id | person_id | start_date | end_date   | status  || month   | led to one
S1     | P1        | 2020-07-31 | 2020-08-03 |         || 2020-07 | yes
S1     | P2        | 2020-08-01 | 2020-08-03 |         || 2020-08 | no
S3     | P3        | 2020-08-31 | 2020-08-31 |         || 2020-08 | yes
S4     | P4        | 2020-08-03 |            |         || 2020-08 |
S5     | P5        | 2020-08-03 | 2020-08-31 | VOID    ||         |
S6     | P6        | 2020-07-01 | 2020-08-31 |         || 2020-07 | no
S7     | P7        | 2020-07-01 | 2020-08-31 |         || 2020-07 | no
"""


def test_enquiries_count_by_their_start_and_what_they_led_to_by_their_end_whenever_the_conference_was() -> None:
    drawn = Cases(
        "section_47_enquiries",
        "section_47_rate",
        "section_47_leading_to_icpc",
        extract_date=date(2020, 12, 1),
        s47=BEGUN,
        icpc="""
        icpc_id | person_id | s47_id | icpc_date  | status
        C1      | P1        | S1     | 2020-11-30 |
        C3      | P3        |        | 2020-09-14 |
        C6      | P6        | S6     | 2020-08-03 | PLANNED
        C7      | P8        | S7     | 2020-08-03 |
        """,
    )
    assert drawn.count("section_47_enquiries", "2020-07") == "3 of 3"
    assert drawn.count("section_47_enquiries", "2020-08") == "3 of 3"
    assert drawn.count("section_47_rate", "2020-08") == "3 of 3"
    found = drawn.of("section_47_leading_to_icpc", "2020-08", "person_id", "{achieved}")
    assert found == [("P1", True), ("P2", False), ("P3", True), ("P6", False), ("P7", False)]


AWAITED = """
s47_id | person_id | start_date | icpc_not_required | outcome       | status  | referral_id || waits | overdue
S1     | P1        | 2020-07-10 | false             |               | DONE    |             || yes   | no
S2     | P2        | 2020-07-09 | false             |               |         |             || yes   | yes
S3     | P3        | 2020-07-09 |                   | CONFERENCE    |         |             || yes   | yes
S4     | P4        | 2020-07-09 |                   | NO_CONFERENCE |         |             || no    | no
S5     | P5        | 2020-07-09 | true              | CONFERENCE    |         |             || no    | no
S6     | P6        | 2020-07-09 |                   |               |         |             || yes   | yes
S7     | P7        | 2020-07-09 | false             |               | PLANNED |             || no    | no
S8     | P8        | 2020-07-09 | false             |               | VOID    |             || no    | no
S9     | P9        | 2020-07-09 | false             |               |         |             || no    | no
T1     | Q1        | 2020-07-09 | false             |               |         |             || yes   | yes
T2     | Q2        | 2020-07-09 | false             |               |         | R2          || no    | no
T3     | Q3        | 2020-07-09 | false             |               |         | R3          || yes   | yes
T4     | Q4        | 2020-08-01 | false             |               |         |             || no    | no
T5     | Q5        | 2020-07-09 |                   | OTHER         |         |             || no    | no
T6     | Q6        | 2020-07-09 | false             |               |         |             || no    | no
"""


def test_an_enquiry_waits_for_a_conference_that_is_to_follow_until_one_answers_it_or_the_referral_closes() -> None:
    drawn = Cases(
        "icpc_pending",
        "icpc_overdue",
        "open_conference",
        extract_date=date(2020, 8, 3),
        referral="""
        referral_id | person_id | referral_date | closure_date
        R2          | Q2        | 2020-07-01    | 2020-07-31
        R3          | Q3        | 2020-07-01    | 2020-08-01
        """,
        s47=AWAITED,
        icpc="""
        icpc_id | person_id | s47_id | icpc_date  | planned_date | status
        C6      | P6        | S6     |            | 2020-08-10   | PLANNED
        C9      | P9        | S9     | 2020-07-31 |              |
        D1      | Q1        | T1     | 2020-08-03 |              |
        D6      | Q6        |        | 2020-07-20 |              |
        """,
    )
    assert drawn.achieved("icpc_pending", "2020-07").keys() == yes(AWAITED, "waits")
    assert drawn.achieved("icpc_overdue", "2020-07").keys() == yes(AWAITED, "overdue")
    due = drawn.due("open_conference")
    assert due.keys() == {"S1", "S2", "S3", "S6", "T4"}
    assert due["S1"] == ("2020-07-10", "2020-07-31", True)
    assert due["T4"] == ("2020-08-01", "2020-08-21", False)


def test_an_enquiry_of_which_nothing_is_said_waited_for_the_conference_that_names_it_once_it_was_held() -> None:
    """A booked conference makes it wait; that it has been held since must not take it off the months before."""
    drawn = Cases(
        "icpc_pending",
        "icpc_overdue",
        "open_conference",
        extract_date=date(2020, 9, 1),
        s47="""
        s47_id | person_id | start_date | icpc_not_required
        S1     | P1        | 2020-07-09 |
        S2     | P2        | 2020-07-09 |
        S3     | P3        | 2020-07-09 | true
        S4     | P4        | 2020-07-09 |
        """,
        icpc="""
        icpc_id | person_id | s47_id | icpc_date  | status
        C1      | P1        | S1     | 2020-08-03 | DONE
        C2      | P2        |        | 2020-08-03 | DONE
        C3      | P3        | S3     | 2020-08-03 | DONE
        """,
    )
    assert drawn.achieved("icpc_pending", "2020-07").keys() == {"S1"}
    assert drawn.achieved("icpc_overdue", "2020-07").keys() == {"S1"}
    assert drawn.achieved("icpc_pending", "2020-08").keys() == set()
    assert drawn.due("open_conference").keys() == set()


def test_an_enquiry_waits_until_the_conference_that_was_adjourned_has_decided() -> None:
    drawn = Cases(
        "icpc_pending",
        s47="s47_id | person_id | start_date | icpc_not_required\nS1 | P1 | 2020-07-06 | false",
        icpc="""
        icpc_id | person_id | s47_id | icpc_date  | status    | outcome_cp
        C1      | P1        | S1     | 2020-07-20 | ADJOURNED | false
        C2      | P1        | S1     | 2020-08-03 | DONE      | true
        """,
    )
    assert drawn.achieved("icpc_pending", "2020-07").keys() == {"S1"}
    assert drawn.achieved("icpc_pending", "2020-08").keys() == set()


@pytest.mark.parametrize("clock", ["first_strategy", "latest_strategy"])
def test_the_enquiry_that_a_conference_was_timed_from_and_the_one_it_names_are_both_answered(clock: str) -> None:
    drawn = Cases(
        "icpc_pending",
        settings={"icpc_clock": clock},
        s47="""
        s47_id | person_id | start_date | icpc_not_required
        S1     | P1        | 2020-08-03 | false
        S2     | P1        | 2020-08-05 | false
        S3     | P1        | 2020-08-07 | false
        """,
        icpc="icpc_id | person_id | s47_id | icpc_date\nC1 | P1 | S2 | 2020-08-24",
    )
    timed = {"first_strategy": "S1", "latest_strategy": "S3"}[clock]
    assert drawn.achieved("icpc_pending", "2020-08").keys() == {"S1", "S2", "S3"} - {"S2", timed}


def test_transfers_in_wait_from_their_notification_until_held_and_not_at_all_where_the_setting_leaves_them_out() -> (
    None
):
    rows = {
        "icpc": """
        icpc_id | person_id | icpc_date  | planned_date | transfer_in | notification_date | status   | referral_id
        C1      | P1        |            | 2020-09-07   | true        | 2020-08-31        | PLANNED  |
        C2      | P2        |            |              | true        | 2020-08-06        |          | R2
        C3      | P3        | 2020-09-01 |              | true        | 2020-08-10        | DONE     |
        C4      | P4        | 2020-08-31 |              | true        | 2020-08-10        | DONE     |
        C5      | P5        | 2020-08-17 |              | true        | 2020-08-10        | NOT_HELD |
        C6      | P5        | 2020-08-24 |              | true        | 2020-08-10        | DONE     |
        C7      | P6        |            |              | true        | 2020-08-10        | VOID     |
        C8      | P7        |            |              | true        |                   | PLANNED  |
        C9      | P8        |            |              | false       | 2020-08-10        | PLANNED  |
        D1      | P9        | 2019-08-12 |              | true        |                   | DONE     |
        D2      | P9        |            | 2020-09-07   | true        |                   | PLANNED  |
        """,
        "referral": "referral_id | person_id | referral_date | closure_date\nR2 | P2 | 2020-08-07 | 2020-08-10",
    }
    drawn = Cases("icpc_pending", "icpc_overdue", "open_conference", **rows)
    assert drawn.achieved("icpc_pending", "2020-08").keys() == {"C1", "C2", "C3"}
    assert drawn.achieved("icpc_overdue", "2020-08").keys() == {"C2"}
    assert drawn.due("open_conference") == {
        "C1": ("2020-08-31", "2020-09-21", False), "C2": ("2020-08-06", "2020-08-27", True), "C8": (None, None, False),
        "D2": (None, None, False),
    }  # fmt: skip
    without = Cases("icpc_pending", "open_conference", settings={"icpc_transfer_in": "exclude"}, **rows)
    assert without.achieved("icpc_pending", "2020-08") == {}
    assert without.due("open_conference") == {}


def test_an_enquiry_without_end_outcome_or_conference_is_work_with_15_working_days() -> None:
    drawn = Cases(
        "open_enquiry",
        extract_date=date(2020, 8, 24),
        referral="referral_id | person_id | referral_date | closure_date\nR1 | P9 | 2020-08-03 | 2020-08-20",
        s47="""
        s47_id | person_id | start_date | end_date   | icpc_not_required | outcome    | status  | referral_id
        S1     | P1        | 2020-08-03 |            |                   |            |         |
        S2     | P2        | 2020-07-31 |            |                   |            | OPEN    |
        S3     | P3        | 2020-08-03 | 2020-08-10 |                   |            |         |
        S4     | P4        | 2020-08-03 |            | true              |            |         |
        S5     | P5        | 2020-08-03 |            | false             |            |         |
        S6     | P6        | 2020-08-03 |            |                   | OTHER      |         |
        S7     | P7        | 2020-08-03 |            |                   |            |         |
        S8     | P8        | 2020-08-03 |            |                   |            | VOID    |
        S9     | P9        | 2020-08-03 |            |                   |            |         | R1
        """,
        icpc="icpc_id | person_id | icpc_date\nC7 | P7 | 2020-08-10",
    )
    assert drawn.due("open_enquiry") == {
        "S1": ("2020-08-03", "2020-08-24", False),
        "S2": ("2020-07-31", "2020-08-21", True),
    }


# --- plans ----------------------------------------------------------------------------------------------------------

OPEN_PLANS = """
cp_plan_id | person_id | start_date | end_date   | ola_plan | temporary || on plan
L1         | P1        | 2020-07-31 |            |          |           || yes
L2         | P2        | 2020-08-01 |            |          |           || no
L3         | P3        | 2020-01-06 | 2020-07-31 |          |           || no
L4         | P4        | 2020-01-06 | 2020-08-01 |          |           || yes
L5         | P5        | 2020-01-06 |            | true     |           || no
L6         | P6        | 2020-01-06 |            |          | true      || no
L7         | P7        | 2020-07-31 | 2020-07-31 |          |           || no
L8         | P8        | 2020-01-06 |            |          |           || yes
L9         | P8        | 2020-03-02 |            |          |           || no
M1         | Q1        | 2020-01-06 |            |          |           || no
M2         | Q2        | 2020-01-06 |            |          |           || yes
M3         | Q3        | 2020-01-06 |            |          |           || no
M4         | Q4        | 2020-01-06 |            |          |           || yes
M5         | Q5        | 2020-01-06 |            |          |           || yes
M6         | Q6        | 2020-01-06 |            |          |           || yes
"""
PEOPLE = """
person_id | dob        | expected_dob | death_date
P1        | 2010-01-01 |              |
Q1        | 2002-07-31 |              |
Q2        | 2002-08-01 |              |
Q3        | 2010-01-01 |              | 2020-07-31
Q4        | 2010-01-01 |              | 2020-08-01
Q5        |            | 2020-10-01   |
Q6        |            |              |
"""


def test_a_child_is_on_a_plan_of_ours_open_at_the_month_end_until_18_or_death_the_unborn_included() -> None:
    drawn = Cases("children_on_plan", "child_protection_plan_rate", "report_plan", person=PEOPLE, cp_plan=OPEN_PLANS)
    for measure in ("children_on_plan", "child_protection_plan_rate"):
        assert drawn.achieved(measure, "2020-07").keys() == yes(OPEN_PLANS, "on plan")
    assert set(drawn.rows("select record_id, rule from facts.report_plan")) == {
        ("L7", "ends_on_its_first_day"), ("L9", "overlapping_plans"), ("M1", "open_at_18"), ("M2", "open_at_18"),
        ("M3", "after_death"), ("M4", "after_death"),
    }  # fmt: skip


@pytest.mark.parametrize(("month", "counted"), [("2022-02", 1), ("2022-03", 0), ("2024-02", 0)])
def test_born_on_29_february_a_child_turns_18_on_1_march_of_a_common_year(month: str, counted: int) -> None:
    drawn = Cases(
        "children_on_plan",
        extract_date=date(2024, 6, 1),
        person="person_id | dob\nP1 | 2004-02-29",
        cp_plan="cp_plan_id | person_id | start_date\nL1 | P1 | 2020-01-06",
    )
    assert len(drawn.achieved("children_on_plan", month)) == counted


STARTS_AND_ENDS = """
cp_plan_id | person_id | start_date | end_date   | ola_plan || started | ended
L1         | P1        | 2020-08-01 |            |          || yes     | no
L2         | P2        | 2020-08-31 | 2020-08-31 |          || yes     | yes
L3         | P3        | 2020-07-31 | 2020-08-01 |          || no      | yes
L4         | P4        | 2020-08-03 | 2020-08-10 | true     || no      | no
L5         | P5        | 2020-09-01 |            |          || no      | no
"""


def test_plans_count_by_their_start_and_by_their_end() -> None:
    drawn = Cases("plans_started", "plans_ended", cp_plan=STARTS_AND_ENDS)
    assert drawn.achieved("plans_started", "2020-08").keys() == yes(STARTS_AND_ENDS, "started")
    assert drawn.achieved("plans_ended", "2020-08").keys() == yes(STARTS_AND_ENDS, "ended")


TRANSFERRED = """
cp_plan_id | person_id | icpc_id | start_date | end_date   || ours from
L1         | P1        | C1      | 2020-03-02 |            || 2020-08-17
L2         | P2        |         | 2020-03-02 |            || 2020-08-17
L3         | P3        |         | 2020-03-02 |            || 2020-03-02
L4         | P4        |         | 2020-03-02 | 2020-06-01 || 2020-03-02
L5         | P5        | C5      | 2020-03-02 |            || never
L6         | P6        |         | 2020-03-02 |            || never
L7         | P7        |         | 2020-08-17 |            || 2020-08-17
L8         | P8        |         | 2020-03-02 |            || 2020-03-02
L9         | P9        | C9      | 2020-08-20 |            || 2020-08-20
"""
TRANSFER_CONFERENCES = """
icpc_id | person_id | icpc_date  | planned_date | transfer_in | status
C1      | P1        | 2020-08-17 |              | true        | DONE
C2      | P2        | 2020-08-17 |              | true        |
D3      | P3        | 2020-03-02 |              | false       |
C3      | P3        | 2020-08-17 |              | true        |
C4      | P4        | 2020-08-17 |              | true        |
C5      | P5        |            | 2020-09-14   | true        | PLANNED
C6      | P6        |            | 2020-09-14   | true        | PLANNED
C7      | P7        | 2020-08-17 |              | true        |
C8      | P8        | 2020-08-17 |              | true        | VOID
C9      | P9        | 2020-08-17 |              | true        |
"""


def test_a_plan_that_came_with_a_child_is_ours_from_our_conference_and_not_before_one_still_planned() -> None:
    drawn = Cases(
        "children_on_plan", "plans_started", "report_transfer_in", icpc=TRANSFER_CONFERENCES, cp_plan=TRANSFERRED
    )
    starts = {
        name: day or "never" for name, day in drawn.rows("select cp_plan_id, our_start_date::varchar from facts.plan")
    }
    assert starts == answers_of(TRANSFERRED, "ours from")
    moved = {"L1", "L2", "L5", "L6"}
    assert {name for (name,) in drawn.rows("select record_id from facts.report_transfer_in")} == moved
    assert drawn.achieved("children_on_plan", "2020-07").keys() == {"L3", "L8"}
    assert drawn.achieved("children_on_plan", "2020-08").keys() == {"L1", "L2", "L3", "L7", "L8", "L9"}
    assert drawn.achieved("plans_started", "2020-08").keys() == {"L1", "L2", "L7", "L9"}
    assert drawn.achieved("plans_started", "2020-03").keys() == {"L3", "L4", "L8"}


def test_a_plan_from_before_conferences_are_complete_that_seems_to_have_come_with_the_child_is_told() -> None:
    drawn = Cases(
        "report_missing_history_plan",
        complete_from={"icpc": date(2020, 6, 1)},
        icpc=TRANSFER_CONFERENCES,
        cp_plan=TRANSFERRED,
    )
    told = {name for (name,) in drawn.rows("select record_id from facts.report_missing_history_plan")}
    assert told == {"L2", "L5", "L6"}


def test_a_transfer_in_that_was_put_off_or_adjourned_brings_its_plan_on_the_day_it_was_held() -> None:
    plans = """
    cp_plan_id | person_id | icpc_id | start_date | end_date   || ours from
    L1         | P1        | C1      | 2020-03-02 |            || 2020-08-17
    L2         | P2        |         | 2020-03-02 |            || 2020-08-17
    L3         | P3        | C5      | 2020-08-17 |            || 2020-08-17
    L4         | P4        |         | 2020-03-02 | 2020-06-01 || never
    L5         | P5        | C8      | 2020-03-02 |            || 2020-08-17
    L6         | P6        |         | 2020-03-02 |            || 2020-03-02
    """
    drawn = Cases(
        "plans_started",
        cp_plan=plans,
        icpc="""
        icpc_id | person_id | icpc_date  | planned_date | transfer_in | status    | outcome_cp
        C1      | P1        |            | 2020-08-03   | true        | NOT_HELD  |
        C2      | P1        | 2020-08-17 |              | true        | DONE      |
        C3      | P2        |            | 2020-08-03   | true        | NOT_HELD  |
        C4      | P2        | 2020-08-17 |              | true        | DONE      |
        C5      | P3        | 2020-08-03 |              | true        | ADJOURNED |
        C6      | P3        | 2020-08-17 |              | true        | DONE      |
        C7      | P4        | 2020-04-01 |              | true        | PLANNED   |
        C8      | P5        | 2020-08-17 |              | true        |           |
        C9      | P5        | 2020-08-17 |              | false       |           |
        D1      | P6        | 2020-08-17 |              | true        |           |
        D2      | P6        | 2020-08-17 |              | false       |           |
        """,
    )
    starts = drawn.rows("select cp_plan_id, coalesce(our_start_date::varchar, 'never') from facts.plan")
    assert dict(starts) == answers_of(plans, "ours from")


REPEATS = """
cp_plan_id | person_id | start_date | end_date   | number_previous | ola_plan || repeat
L1         | P1        | 2020-08-03 |            | 1               |          || yes
L2         | P2        | 2020-08-03 |            | 0               |          || no
L3         | P2        | 2015-01-05 | 2015-06-01 |                 |          ||
L4         | P3        | 2020-08-03 |            |                 |          || yes
L5         | P3        | 2010-01-04 | 2010-06-01 |                 | true     ||
L6         | P4        | 2020-08-03 |            |                 |          || no
L7         | P4        | 2020-08-03 |            |                 | true     ||
L8         | P4        | 2020-09-01 |            |                 | true     ||
L9         | P5        | 2020-08-17 |            |                 |          || no
M1         | P5        | 2020-03-02 | 2020-08-17 |                 | true     ||
M2         | P6        | 2020-08-17 |            |                 |          || yes
M3         | P6        | 2020-03-02 | 2020-06-01 |                 | true     ||
M4         | P7        | 2020-08-03 |            |                 |          || yes
M5         | P8        | 2020-08-03 |            |                 |          || no
"""


def test_a_plan_is_a_repeat_by_the_number_given_else_by_an_earlier_plan_that_is_not_the_one_the_child_came_with() -> (
    None
):
    drawn = Cases(
        "repeat_plans",
        "report_earlier_plan",
        cp_plan=REPEATS,
        cp_plan_aside="""
        cp_plan_id | person_id | start_date
        X1         | P7        | 2012-01-02
        X2         | P8        | 2012-01-02
        X2         | P8        | 2021-01-02
        """,
        icpc="""
        icpc_id | person_id | icpc_date  | transfer_in | notification_date
        C5      | P5        | 2020-08-17 | true        | 2020-07-27
        C6      | P6        | 2020-08-17 | true        | 2020-07-27
        """,
    )
    expected = {name: answer for name, answer in answers_of(REPEATS, "repeat").items() if answer}
    assert drawn.achieved("repeat_plans", "2020-08") == expected
    assert drawn.rows("select record_id, rule from facts.report_earlier_plan") == [("L2", "earlier_plan_not_told")]
    assert drawn.rows("select record_id from facts.plan_started where is_previous_told order by 1") == [
        ("L1",), ("L2",),
    ]  # fmt: skip


def test_within_24_months_only_an_earlier_plan_that_began_in_them_makes_a_repeat() -> None:
    drawn = Cases(
        "repeat_plans",
        settings={"cpp_repeat_window": "24m"},
        cp_plan="""
        cp_plan_id | person_id | start_date | end_date   | number_previous
        L1         | P1        | 2020-08-03 |            | 1
        L2         | P1        | 2018-08-03 | 2019-01-07 |
        L3         | P2        | 2020-08-03 |            | 1
        L4         | P2        | 2018-08-04 | 2019-01-07 |
        L5         | P3        | 2020-08-03 |            | 2
        """,
    )
    assert drawn.achieved("repeat_plans", "2020-08") == {"L1": "no", "L3": "yes", "L5": "no"}


LONG = """
cp_plan_id | person_id | icpc_id | start_date | end_date   || long
L1         | P1        |         | 2018-08-02 |            || yes
L2         | P2        |         | 2018-08-03 |            || no
L3         | P3        |         | 2018-08-02 |            || yes
L4         | P3        |         | 2020-01-06 |            ||
L5         | P4        | C4      | 2018-01-01 |            || yes
L6         | P5        |         | 2018-07-01 | 2020-06-29 || yes
L7         | P6        |         | 2018-07-01 | 2020-06-28 || no
"""


def test_two_years_are_more_than_729_days_with_both_end_days_from_the_plans_own_start() -> None:
    drawn = Cases(
        "plans_over_two_years",
        "plans_ended_over_two_years",
        cp_plan=LONG,
        icpc="icpc_id | person_id | icpc_date | transfer_in\nC4 | P4 | 2020-07-06 | true",
    )
    answers = answers_of(LONG, "long")
    assert drawn.achieved("plans_over_two_years", "2020-07") == {
        name: answers[name] for name in ("L1", "L2", "L3", "L5")
    }
    assert drawn.achieved("plans_ended_over_two_years", "2020-06") == {name: answers[name] for name in ("L6", "L7")}
    days = date(2020, 7, 31) - date(2018, 8, 2)
    assert days.days + 1 == 730


# --- reviews and visits ---------------------------------------------------------------------------------------------


def reviewed(start: str, *reviews: str, extract_date: date = date(2020, 9, 1), **more: object) -> Cases:
    """A child on a plan since a day, with reviews on these days."""
    return Cases(
        "plan_review_timeliness",
        "open_plan_review",
        extract_date=extract_date,
        cp_plan=[{"cp_plan_id": "L1", "person_id": "P1", "start_date": start}],
        cp_review=[
            {"review_id": f"V{number}", "person_id": "P1", "review_date": day, **more}
            for number, day in enumerate(reviews)
        ],
    )


@pytest.mark.parametrize(
    ("start", "reviews", "answer"),
    [
        ("2020-05-01", (), {"L1": "no"}),
        ("2020-05-02", (), {}),
        ("2020-05-01", ("2020-07-31",), {"L1": "yes"}),
        ("2020-05-01", ("2020-05-01",), {"L1": "no"}),
        ("2020-05-01", ("2020-08-01",), {"L1": "no"}),
        ("2020-04-01", ("2020-07-01",), {"L1": "yes"}),
        ("2020-04-01", ("2020-07-02",), {"L1": "no"}),
        # 183 days after 30 January 2020 is 31 July 2020.
        ("2019-11-01", ("2020-01-30",), {"L1": "no"}),
        ("2019-11-01", ("2020-01-30", "2020-07-31"), {"L1": "yes"}),
        ("2019-11-01", ("2020-01-31",), {"L1": "yes"}),
        ("2019-11-01", ("2020-02-01",), {"L1": "no"}),
        # A due day on the first day of the twelve months counts, the one before it does not.
        ("2019-05-02", ("2019-08-02", "2020-01-31"), {"L1": "no"}),
        ("2019-05-01", ("2019-08-02", "2020-01-31"), {"L1": "yes"}),
        ("2018-01-01", (), {"L1": "no"}),
        ("2018-01-01", ("2018-12-31", "2019-03-04", "2019-08-30", "2020-02-24"), {"L1": "yes"}),
    ],
)
def test_a_child_on_a_plan_is_reviewed_in_time_if_each_due_day_of_the_year_was_met_and_none_is_past(
    start: str, reviews: tuple[str, ...], answer: dict[str, str]
) -> None:
    assert reviewed(start, *reviews).achieved("plan_review_timeliness", "2020-07") == answer


@pytest.mark.parametrize("status", ["VOID", "NOT_HELD", "PLANNED"])
def test_a_review_that_was_called_off_put_off_or_is_only_planned_is_none(status: str) -> None:
    drawn = reviewed("2020-05-01", "2020-07-31", status=status)
    assert drawn.achieved("plan_review_timeliness", "2020-07") == {"L1": "no"}


def test_the_next_review_is_due_91_days_after_the_start_and_183_after_each_review() -> None:
    assert reviewed("2020-06-02").due("open_plan_review") == {"L1": ("2020-06-02", "2020-09-01", False)}
    assert reviewed("2020-06-01").due("open_plan_review") == {"L1": ("2020-06-01", "2020-08-31", True)}
    assert reviewed("2020-01-06", "2020-04-06").due("open_plan_review") == {"L1": ("2020-04-06", "2020-10-06", False)}


@settings(max_examples=12, deadline=None)
@given(
    st.dates(date(2018, 1, 1), date(2020, 6, 1)),
    st.lists(st.integers(1, 230), max_size=7),
    st.integers(0, 14),
)
def test_reviews_in_time_equal_the_due_days_gone_through_one_by_one(start: date, gaps: list[int], shift: int) -> None:
    reviews, day = [], start - timedelta(days=shift)
    for gap in gaps:
        day += timedelta(days=gap)
        reviews.append(day)
    drawn = reviewed(start.isoformat(), *(day.isoformat() for day in reviews), extract_date=date(2021, 1, 1))
    found = drawn.rows(
        "select event_date, is_reviewed_in_time from facts.child_on_plan where is_review_asked order by all"
    )
    ends = [(end, year_before) for end, year_before in _month_ends() if (end - start).days >= 91]
    assert found == [(end, _in_time(start, reviews, end, year_before)) for end, year_before in ends]


def _month_ends() -> list[tuple[date, date]]:
    """The month ends from January 2018 to December 2020 and the extract date, each with the one a year before."""
    firsts = [date(year, month, 1) for year in range(2017, 2022) for month in range(1, 13)]
    ends = [first - timedelta(days=1) for first in firsts]
    pairs = [(end, before) for before, end in zip(ends, ends[12:], strict=False) if end.year in (2018, 2019, 2020)]
    return [*pairs, (date(2021, 1, 1), date(2020, 1, 1))]


def _in_time(start: date, reviews: list[date], end: date, year_before: date) -> bool:
    done = [day for day in sorted(set(reviews)) if start < day <= end]
    dues = [start + timedelta(days=91), *(day + timedelta(days=183) for day in done)]
    for due, review in zip(dues, [*done, None], strict=True):
        is_late = review is None or review > due
        if due <= end and is_late and (due > year_before or review is None):
            return False
    return True


VISITS = """
person_id | visit_date | seen  | status   || in time
P1        | 2020-07-17 | true  |          || yes
P2        | 2020-07-16 | true  |          || no
P3        | 2020-07-17 | false |          || no
P4        | 2020-07-17 |       |          || no
P5        | 2020-07-17 | true  | VOID     || no
P6        | 2020-07-17 | true  | NOT_HELD || no
P7        | 2020-08-03 | true  |          || no
P8        | 2020-07-18 | true  |          || yes
"""


def test_a_child_on_a_plan_is_to_be_seen_within_10_working_days_of_the_plan_or_the_last_visit() -> None:
    plans = [
        {"cp_plan_id": f"L{number}", "person_id": f"P{number}", "start_date": "2020-06-01"} for number in range(1, 9)
    ]
    plans += [
        {"cp_plan_id": "L9", "person_id": "P9", "start_date": "2020-07-17"},
        {"cp_plan_id": "M1", "person_id": "Q1", "start_date": "2020-07-16"},
    ]
    drawn = Cases(
        "plan_visit_timeliness", "open_plan_visit", extract_date=date(2020, 8, 14), cp_plan=plans, cp_visit=VISITS
    )
    expected = {f"L{name[1:]}": answer for name, answer in answers_of(VISITS, "in time").items()}
    assert drawn.achieved("plan_visit_timeliness", "2020-07") == expected | {"L9": "yes", "M1": "no"}
    due = drawn.due("open_plan_visit")
    assert due["L7"] == ("2020-08-03", "2020-08-17", False)
    assert due["L1"] == ("2020-07-17", "2020-07-31", True)
    assert due["L3"] == ("2020-06-01", "2020-06-15", True)


def test_a_standard_holds_from_its_day() -> None:
    drawn = Cases(
        TIMELY,
        settings={"standard": [{"clock": "icpc_timeliness", "valid_from": "2020-08-01", "days": 20}]},
        s47="s47_id | person_id | start_date\nS1 | P1 | 2020-07-03\nS2 | P2 | 2020-07-06",
        icpc="icpc_id | person_id | icpc_date\nC1 | P1 | 2020-07-27\nC2 | P2 | 2020-08-03",
    )
    assert drawn.achieved(TIMELY, "2020-07") == {"C1": "no"}
    assert drawn.achieved(TIMELY, "2020-08") == {"C2": "yes"}


# --- what is reported -----------------------------------------------------------------------------------------------


def test_reviews_before_the_plan_and_enquiries_that_contradict_themselves_are_reported() -> None:
    drawn = Cases(
        "report_plan_review",
        "report_enquiry",
        cp_plan="cp_plan_id | person_id | start_date\nL1 | P1 | 2020-06-01",
        cp_review="review_id | person_id | review_date\nV1 | P1 | 2020-06-01\nV2 | P1 | 2020-06-02",
        s47="""
        s47_id | person_id | start_date | end_date   | icpc_not_required
        S1     | P1        | 2020-06-01 | 2020-06-20 | true
        S2     | P1        | 2020-06-19 | 2020-06-30 |
        """,
        icpc="icpc_id | person_id | s47_id | icpc_date\nC1 | P1 | S1 | 2020-06-10",
    )
    assert drawn.rows("select record_id, rule from facts.report_plan_review") == [("V1", "review_before_plan")]
    assert set(drawn.rows("select record_id, rule from facts.report_enquiry")) == {
        ("S1", "conference_not_needed"), ("S2", "overlapping_enquiries"),
    }  # fmt: skip


def test_an_unborn_child_who_should_be_born_is_reported_louder_where_it_is_counted() -> None:
    drawn = Cases(
        "report_person",
        person="""
        person_id | dob        | expected_dob | dob_estimated | death_date
        P1        |            | 2020-08-01   |               |
        P2        |            | 2020-08-02   |               |
        P3        |            | 2020-07-01   |               |
        P4        |            | 2020-07-01   |               | 2020-07-01
        P5        |            | 2021-07-02   |               |
        P6        |            |              |               |
        P7        | 2020-08-01 | 2020-08-20   |               |
        P8        | 2020-08-20 | 2020-08-01   |               |
        P9        |            | 2020-07-01   | true          |
        """,
        cp_plan="cp_plan_id | person_id | start_date\nL3 | P3 | 2020-05-01",
    )
    assert set(drawn.rows("select person_id, rule from facts.report_person")) == {
        ("P1", "should_be_born"), ("P3", "should_be_born_and_counted"), ("P5", "expected_too_far_ahead"),
        ("P6", "no_birth_date"), ("P7", "born_and_expected"), ("P9", "estimated_birth_date"),
    }  # fmt: skip


def test_a_child_is_born_expected_or_of_unknown_age_as_its_own_record_says() -> None:
    drawn = Cases(
        "child",
        person="""
        person_id | master_person_id | dob        | expected_dob | dob_estimated | death_date | sex | postcode
        P1        |                  | 2010-01-01 | 2010-02-01   |               | 2020-01-01 | F   | SO14 1AA
        P2        |                  |            | 2020-12-01   |               |            |     |
        P3        |                  |            | 2019-08-31   |               |            |     |
        P4        |                  |            | 2020-08-01   | true          |            |     |
        P5        |                  |            | 2019-09-02   |               |            |     |
        P6        |                  |            |              |               |            |     |
        P7        | P6               | 2011-01-01 |              |               |            |     |
        """,
        person_aside="""
        person_id | dob
        P8        | 2020-11-15
        P1        | 2000-01-01
        """,
    )
    found = drawn.rows(
        "select person_id, birth_date::varchar, expected_birth_date::varchar, death_date::varchar from facts.child "
        "order by all"
    )
    assert found == [
        ("P1", "2010-01-01", None, "2020-01-01"),
        ("P2", None, "2020-12-01", None),
        ("P3", "2019-08-31", "2019-08-31", None),
        ("P4", "2020-08-01", "2020-08-01", None),
        ("P5", None, "2019-09-02", None),
        ("P6", None, None, None),
        ("P7", "2011-01-01", None, None),
        ("P8", None, "2020-11-15", None),
    ]


def test_a_plan_that_names_a_transfer_in_set_aside_in_two_rows_is_one_plan() -> None:
    drawn = Cases(
        "plans_started",
        cp_plan="cp_plan_id | person_id | icpc_id | start_date\nL1 | P1 | C1 | 2020-08-03",
        icpc_aside="""
        icpc_id | person_id | icpc_date  | transfer_in | notification_date
        C1      | P1        | 2020-08-10 | true        | 2020-08-03
        C1      | P1        | 2020-08-17 | true        | 2020-08-03
        """,
    )
    assert drawn.rows("select cp_plan_id, our_start_date::varchar from facts.plan") == [("L1", "2020-08-17")]


def test_a_transfer_in_set_aside_for_a_day_after_the_extract_takes_the_place_of_none() -> None:
    drawn = Cases(
        "plans_started",
        cp_plan="""
        cp_plan_id | person_id | icpc_id | start_date
        L1         | P1        | C1      | 2020-08-03
        L2         | P2        | C4      | 2020-08-03
        """,
        icpc="""
        icpc_id | person_id | icpc_date  | transfer_in | status    | outcome_cp
        C1      | P1        | 2020-08-10 | true        | ADJOURNED | true
        C3      | P2        | 2020-08-10 | true        | DONE      | true
        """,
        icpc_aside="""
        icpc_id | person_id | icpc_date  | transfer_in | status    | outcome_cp
        C2      | P1        | 2020-09-03 | true        | DONE      | true
        C4      | P2        | 2020-09-03 | true        | ADJOURNED | true
        """,
    )
    starts = "select cp_plan_id, our_start_date::varchar from facts.plan order by all"
    assert drawn.rows(starts) == [("L1", "2020-08-10"), ("L2", "2020-08-10")]


def test_a_plan_that_came_with_a_child_is_ours_from_the_transfer_in_that_decided_not_from_one_adjourned() -> None:
    drawn = Cases(
        "plans_started",
        cp_plan="""
        cp_plan_id | person_id | start_date | icpc_id
        L1         | P1        | 2020-07-06 |
        L2         | P2        | 2020-07-06 |
        L3         | P3        | 2020-07-06 | C5
        """,
        icpc="""
        icpc_id | person_id | icpc_date  | transfer_in | status    | outcome_cp
        C1      | P1        | 2020-07-20 | true        | ADJOURNED | true
        C2      | P1        | 2020-08-03 | true        | DONE      | true
        C3      | P2        | 2020-07-20 | true        | ADJOURNED | true
        C4      | P3        | 2020-07-13 | true        | DONE      | true
        C5      | P3        | 2020-07-20 | true        | ADJOURNED | true
        C6      | P3        | 2020-08-10 | true        | DONE      | true
        """,
    )
    ours = "select cp_plan_id, our_start_date::varchar from facts.plan order by 1"
    assert drawn.rows(ours) == [("L1", "2020-08-03"), ("L2", "2020-07-20"), ("L3", "2020-08-10")]
