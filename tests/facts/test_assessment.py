"""Single assessments, children in need and child in need plans: drawn rows in, cases out."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.drawn_cases import Cases
from tests.support.drawn_facts import answers_of
from tests.support.working_days import due_day, working_days

TIMELY = "assessment_timeliness"


def clocks(drawn: Cases) -> dict[str, str | None]:
    """By assessment, the day its clock started."""
    return dict(drawn.rows("select record_id, clock_start::varchar from facts.single_assessment"))


# --- the clock ------------------------------------------------------------------------------------------------------


def test_a_first_assessment_has_45_working_days_from_its_referral() -> None:
    assessments = """
    assessment_id | person_id | referral_id | start_date | authorised_date || in time
    A1            | P1        | R1          | 2020-04-20 | 2020-06-12      || yes
    A2            | P2        | R2          | 2020-04-20 | 2020-06-15      || no
    A3            | P3        | R3          | 2020-04-06 | 2020-06-11      || yes
    A4            | P4        | R4          | 2020-04-06 | 2020-06-12      || no
    """
    drawn = Cases(
        TIMELY,
        referral="""
        referral_id | person_id | referral_date
        R1          | P1        | 2020-04-06
        R2          | P2        | 2020-04-06
        R3          | P3        | 2020-04-04
        R4          | P4        | 2020-04-04
        """,
        assessment=assessments,
    )
    assert drawn.achieved(TIMELY, "2020-06") == answers_of(assessments, "in time")


def test_siblings_on_one_referral_each_have_a_first_assessment_of_their_own() -> None:
    drawn = Cases(
        TIMELY,
        referral="""
        referral_id | person_id | referral_date
        R1          | P1        | 2020-06-01
        R1          | P2        | 2020-06-01
        R2          | P3        | 2020-06-01
        """,
        assessment="""
        assessment_id | person_id | referral_id | start_date | authorised_date
        A1            | P1        | R1          | 2020-06-08 | 2020-08-03
        A1            | P2        | R1          | 2020-06-09 | 2020-08-03
        A2            | P4        | R2          | 2020-06-08 | 2020-08-03
        """,
    )
    assert drawn.rows("select person_id, clock_start::varchar from facts.single_assessment order by all") == [
        ("P1", "2020-06-01"), ("P2", "2020-06-01"), ("P4", "2020-06-08"),
    ]  # fmt: skip


LATER = """
assessment_id | person_id | referral_id | start_date | authorised_date | status   || clock
A11           | P1        | R1          | 2019-06-10 | 2019-07-01      |          || 2019-06-03
A12           | P1        | R1          | 2020-06-15 | 2020-08-10      |          || 2020-06-15
A21           | P2        | R2          | 2019-06-10 | 2019-07-01      | VOID     ||
A23           | P2        | R2          | 2019-06-12 | 2019-07-01      |          || 2019-06-03
A31           | P3        | R3          | 2020-06-15 | 2020-08-10      |          || 2020-06-15
A41           | P4        | R4          | 2020-06-15 |                 |          || 2020-06-15
A42           | P4        | R4          | 2020-06-10 | 2020-08-10      |          || 2020-06-15
A43           | P4        | R4          |            | 2020-08-10      |          ||
A44           | P4        | R4          | 2020-06-10 | 2020-08-10      |          || 2020-06-15
A51           | P5        |             | 2020-06-16 | 2020-08-10      |          || 2020-06-16
A61           | P6        | NOWHERE     | 2020-06-16 | 2020-08-10      |          || 2020-06-16
A71           | P7        | R7          | 2020-06-16 | 2020-08-10      | REOPENED || 2020-06-15
A72           | P7        | R7          | 2020-06-17 | 2020-08-10      |          || 2020-06-17
"""
LATER_REFERRALS = """
referral_id | person_id | referral_date | status
R1          | P1        | 2019-06-03    |
R2          | P2        | 2019-06-03    |
R3          | P3        | 2020-06-03    | VOID
R4          | P4        | 2020-06-15    |
R7          | P7        | 2020-06-15    |
"""


def test_a_later_assessment_and_one_without_a_referral_count_from_their_own_start() -> None:
    drawn = Cases(TIMELY, "assessment_median_days", referral=LATER_REFERRALS, assessment=LATER)
    expected = {name: day for name, day in answers_of(LATER, "clock").items() if name != "A21"}
    assert {name: day or "" for name, day in clocks(drawn).items()} == expected
    assert drawn.achieved(TIMELY, "2020-08").keys() == {"A12", "A31", "A42", "A43", "A44", "A51", "A61", "A72"}
    assert drawn.achieved("assessment_median_days", "2020-08").keys() == {
        "A12", "A31", "A42", "A44", "A51", "A61", "A72"
    }  # fmt: skip


def test_other_clocks_and_completions_are_settings() -> None:
    rows = {
        "referral": "referral_id | person_id | referral_date\nR1 | P1 | 2020-05-04",
        "assessment": """
        assessment_id | person_id | referral_id | start_date | completed_date | authorised_date | assessment_type
        A1            | P1        | R1          | 2020-06-01 | 2020-07-31     | 2020-08-03      | Single
        A2            | P1        | R1          | 2020-06-02 | 2020-07-31     | 2020-08-03      | update
        """,
    }
    own = Cases(TIMELY, settings={"sa_clock_start": "assessment_start"}, **rows)
    assert clocks(own) == {"A1": "2020-06-01", "A2": "2020-06-02"}
    always = Cases(TIMELY, settings={"sa_clock_start": "referral_always"}, **rows)
    assert clocks(always) == {"A1": "2020-05-04", "A2": "2020-05-04"}
    completed = Cases("assessments_completed", settings={"sa_completion": "completed_date"}, **rows)
    assert completed.months("assessments_completed") == {"A1": "2020-07", "A2": "2020-07"}
    typed = Cases("assessments_completed", settings={"assessment_types": ["single"]}, **rows)
    assert typed.months("assessments_completed") == {"A1": "2020-08"}


def test_an_assessment_set_aside_for_another_cell_still_comes_first() -> None:
    rows = {
        "referral": "referral_id | person_id | referral_date\nR1 | P1 | 2020-01-06",
        "assessment": "assessment_id | person_id | referral_id | start_date | authorised_date\n"
        "A2 | P1 | R1 | 2020-06-29 | 2020-08-17",
    }
    aside = "assessment_id | person_id | referral_id | start_date | status\n{0} | P1 | R1 | 2020-01-07 | {1}"
    assert Cases(TIMELY, assessment_aside=aside.format("A1", ""), **rows).achieved(TIMELY, "2020-08") == {"A2": "yes"}
    assert Cases(TIMELY, assessment_aside=aside.format("A1", "VOID"), **rows).count(TIMELY, "2020-08") == "0 of 1"
    # A row that a sound one of the same key stands in for is no record of its own.
    assert Cases(TIMELY, assessment_aside=aside.format("A2", ""), **rows).count(TIMELY, "2020-08") == "0 of 1"
    # Of two rows of one assessment the last stands, and it began later.
    twice = f"{aside.format('A1', '')}\nA1 | P1 | R1 | 2020-07-06 |"
    assert Cases(TIMELY, assessment_aside=twice, **rows).count(TIMELY, "2020-08") == "0 of 1"


def test_a_referral_set_aside_for_another_cell_still_says_when_it_was_made() -> None:
    drawn = Cases(
        TIMELY,
        referral_aside="referral_id | person_id | referral_date\nR1 | P1 | 2020-01-13\nR1 | P1 | 2020-01-06\nR1 | P1 |",
        assessment="assessment_id | person_id | referral_id | start_date | authorised_date\n"
        "A1 | P1 | R1 | 2020-06-29 | 2020-08-17",
    )
    assert clocks(drawn) == {"A1": "2020-01-06"}


CUT = """
assessment_id | person_id | referral_id | start_date | authorised_date || clock      | missing
A1            | P1        | R1          | 2020-01-20 | 2020-08-10      || 2020-01-06 | no
A2            | P2        | R2          | 2020-07-06 | 2020-08-10      || 2020-01-31 | yes
A3            | P2        | R2          | 2020-07-13 | 2020-08-10      || 2020-07-13 | no
A4            | P3        | GONE        | 2020-07-06 | 2020-08-10      || 2020-07-06 | yes
A7            | P3        | GONE        | 2020-07-13 | 2020-08-10      || 2020-07-13 | yes
A5            | P4        | R4          | 2020-07-06 | 2020-08-10      || 2020-02-03 | no
A6            | P5        |             | 2020-07-06 | 2020-08-10      || 2020-07-06 | no
"""


def test_an_assessment_that_may_not_be_the_first_of_a_referral_from_before_the_table_is_complete_is_told() -> None:
    drawn = Cases(
        TIMELY,
        "report_missing_history_assessment",
        complete_from={"assessment": date(2020, 2, 1)},
        referral="""
        referral_id | person_id | referral_date
        R1          | P1        | 2020-01-06
        R2          | P2        | 2020-01-31
        R4          | P4        | 2020-02-03
        """,
        assessment=CUT,
    )
    assert clocks(drawn) == answers_of(CUT, "clock")
    missing = {name for name, answer in answers_of(CUT, "missing").items() if answer == "yes"}
    assert {name for (name,) in drawn.rows("select record_id from facts.report_missing_history_assessment")} == missing


CUT_BY_ROWS = """
assessment_id | person_id | referral_id | start_date | authorised_date || clock
A1            | P1        | R1          | 2020-02-10 | 2020-08-10      || 2020-01-31
A2            | P2        | R2          | 2020-02-11 | 2020-08-10      || 2020-02-11
A3            | P3        | R3          | 2020-01-31 | 2020-08-10      || 2020-01-06
A4            | P4        | R4          | 2020-06-01 | 2020-08-10      || 2020-02-03
A5            | P5        | R5          | 2020-03-30 | 2020-08-10      || 2020-01-22
"""


def test_where_single_records_are_cut_off_an_assessment_well_after_its_referral_is_a_later_one() -> None:
    drawn = Cases(
        TIMELY,
        complete_from={"assessment": date(2020, 2, 1)},
        cut_by_rows=["assessment"],
        referral="""
        referral_id | person_id | referral_date
        R1          | P1        | 2020-01-31
        R2          | P2        | 2020-01-21
        R3          | P3        | 2020-01-06
        R4          | P4        | 2020-02-03
        R5          | P5        | 2020-01-22
        """,
        assessment=CUT_BY_ROWS,
    )
    assert clocks(drawn) == answers_of(CUT_BY_ROWS, "clock")


@settings(max_examples=6, deadline=None)
@given(
    st.lists(st.tuples(st.dates(date(2019, 10, 1), date(2022, 6, 30)), st.integers(0, 90)), min_size=20, max_size=60)
)
def test_assessment_days_equal_those_counted_one_by_one(spans: list[tuple[date, int]]) -> None:
    drawn = Cases(
        TIMELY,
        extract_date=date(2022, 12, 31),
        assessment=[
            {"assessment_id": f"A{number}", "person_id": f"P{number}", "start_date": start,
             "authorised_date": start + timedelta(days=lag)}
            for number, (start, lag) in enumerate(spans)
        ],
    )  # fmt: skip
    found = drawn.rows("select record_id, working_days, due_date, is_in_time from facts.single_assessment")
    assert {record: tuple(rest) for record, *rest in found} == {
        f"A{number}": (days := working_days(start, start + timedelta(days=lag)), due_day(start, 45), days <= 45)
        for number, (start, lag) in enumerate(spans)
    }


# --- outcome and what is open ---------------------------------------------------------------------------------------


def test_an_assessment_is_waited_for_until_the_day_on_which_its_referral_closes() -> None:
    drawn = Cases(
        "open_single_assessment",
        referral="""
        referral_id | person_id | referral_date | closure_date
        R1          | P1        | 2020-08-03    | 2020-09-02
        R2          | P2        | 2020-08-03    | 2020-09-01
        R3          | P3        | 2020-08-03    |
        """,
        assessment="""
        assessment_id | person_id | referral_id | start_date
        A1            | P1        | R1          | 2020-08-03
        A2            | P2        | R2          | 2020-08-03
        A3            | P3        | R3          | 2020-08-03
        """,
    )
    assert set(drawn.due("open_single_assessment")) == {"A1", "A3"}


def test_only_an_outcome_of_no_further_action_is_one() -> None:
    drawn = Cases(
        "assessments_no_further_action",
        assessment="""
        assessment_id | person_id | start_date | authorised_date | outcome_nfa | status
        A1            | P1        | 2020-08-03 | 2020-08-31      | true        |
        A2            | P2        | 2020-08-03 | 2020-08-31      | false       |
        A3            | P3        |            | 2020-08-31      |             |
        A4            | P4        | 2020-08-03 | 2020-08-31      | true        | VOID
        A5            | P5        | 2020-08-03 | 2020-08-31      | true        | REOPENED
        """,
    )
    assert drawn.achieved("assessments_no_further_action", "2020-08") == {"A1": "yes", "A2": "no", "A3": "no"}


OPEN = """
assessment_id | person_id | referral_id | start_date | authorised_date | status   || open | overdue
A1            | P1        | R1          | 2020-08-03 |                 |          || yes  | no
A2            | P2        | R2          | 2020-05-27 |                 |          || yes  | no
A3            | P3        | R3          | 2020-05-26 |                 |          || yes  | yes
A4            | P4        | R4          | 2020-08-03 | 2020-07-31      |          || no   | no
A5            | P5        | R5          | 2020-07-31 | 2020-08-01      |          || yes  | no
A6            | P6        | R6          | 2020-05-01 |                 |          || no   | no
A7            | P7        | R7          | 2020-05-01 |                 |          || yes  | yes
A8            | P8        | R8          | 2020-05-01 | 2020-05-29      | REOPENED || yes  | yes
A9            | P9        |             |            |                 |          || no   | no
B1            | B1        | S1          |            |                 |          || yes  | yes
B2            | B2        | S2          | 2020-05-01 |                 | VOID     || no   | no
B3            | B3        | S3          | 2020-05-01 |                 |          || yes  | yes
"""


def test_an_assessment_is_open_until_authorised_or_its_referral_closed_and_overdue_after_45_working_days() -> None:
    referrals = """
    referral_id | person_id | referral_date | closure_date | status
    R1          | P1        | 2020-08-03    |              |
    R2          | P2        | 2020-05-29    |              |
    R3          | P3        | 2020-05-28    |              |
    R4          | P4        | 2020-05-28    |              |
    R5          | P5        | 2020-07-31    |              |
    R6          | P6        | 2020-05-01    | 2020-07-31   |
    R7          | P7        | 2020-05-01    | 2020-08-01   |
    R8          | P8        | 2020-05-01    |              |
    S1          | B1        | 2020-05-01    |              |
    S2          | B2        | 2020-05-01    |              |
    S3          | B3        | 2020-05-01    | 2020-05-29   | VOID
    """
    drawn = Cases("assessments_open", "assessments_overdue", "open_single_assessment",
                  referral=referrals, assessment=OPEN)  # fmt: skip
    open_ones = {name for name, answer in answers_of(OPEN, "open").items() if answer == "yes"} - {"A1"}
    overdue = {name for name, answer in answers_of(OPEN, "overdue").items() if answer == "yes"}
    assert drawn.achieved("assessments_open", "2020-07").keys() == open_ones
    assert drawn.achieved("assessments_overdue", "2020-07").keys() == overdue
    # On the extract date, 1 September 2020, the referral of A7 is closed and A5 is authorised.
    due = drawn.due("open_single_assessment")
    assert due.keys() == {"A1", "A2", "A3", "A8", "A9", "B1", "B3"}
    assert due["A1"] == ("2020-08-03", "2020-10-06", False)
    assert due["A9"] == (None, None, False)
    assert due["B1"] == ("2020-05-01", "2020-07-07", True)


# --- children in need -----------------------------------------------------------------------------------------------


def test_a_child_is_in_need_while_a_referral_that_led_to_more_is_open() -> None:
    drawn = Cases(
        "children_in_need",
        "children_in_need_rate",
        person="person_id | dob\nP1 | 2000-01-01",
        referral="""
        referral_id | person_id | referral_date | closure_date | referral_nfa | status
        R1          | P1        | 2020-07-31    |              | false        |
        R2          | P2        | 2020-07-31    | 2020-08-01   |              |
        R3          | P3        | 2020-05-01    | 2020-07-31   | false        |
        R4          | P4        | 2020-08-01    |              | false        |
        R5          | P5        | 2020-05-01    |              | true         |
        R6          | P6        | 2020-05-01    |              | false        | VOID
        R7          | P7        | 2020-05-01    |              | false        |
        R8          | P7        | 2020-06-01    |              | false        |
        R9          | P7        | 2020-06-01    |              | true         |
        """,
    )
    for measure in ("children_in_need", "children_in_need_rate"):
        assert drawn.achieved(measure, "2020-07") == {"R1": "yes", "R2": "yes", "R8": "yes"}


CIN_PLANS = """
cin_plan_id | person_id | start_date | end_date   | status || on plan
N1          | P1        | 2020-07-31 |            |        || yes
N2          | P2        | 2020-05-01 | 2020-07-31 |        || no
N3          | P3        | 2020-05-01 | 2020-08-01 |        || yes
N4          | P4        | 2020-08-01 |            |        || no
N5          | P5        | 2020-05-01 |            | VOID   || no
N6          | P6        | 2020-05-01 |            |        || no
N7          | P7        | 2020-05-01 |            |        || no
N8          | P8        | 2020-05-01 |            |        || yes
"""


def test_a_child_on_a_child_in_need_plan_counts_unless_it_is_on_a_protection_plan_or_looked_after() -> None:
    drawn = Cases(
        "children_on_cin_plan",
        "open_cin_visit",
        cin_plan=CIN_PLANS,
        cp_plan="""
        cp_plan_id | person_id | start_date | end_date   | ola_plan
        L6         | P6        | 2020-07-01 | 2020-08-15 |
        L8         | P8        | 2020-07-01 |            | true
        """,
        cla_episode="person_id | decom | rne | legal_status | placement_type\nP7 | 2020-07-01 | S | C2 | U1",
    )
    on_plan = {name for name, answer in answers_of(CIN_PLANS, "on plan").items() if answer == "yes"}
    assert drawn.achieved("children_on_cin_plan", "2020-07").keys() == on_plan
    assert drawn.due("open_cin_visit").keys() == {"N1", "N4", "N6", "N8"}


@pytest.mark.parametrize(
    ("visit", "start", "due", "is_overdue"),
    [
        ({"visit_date": "2020-08-04", "seen": True}, "2020-08-04", "2020-09-02", False),
        ({"visit_date": "2020-08-03", "seen": True}, "2020-08-03", "2020-09-01", False),
        ({"visit_date": "2020-07-31", "seen": True}, "2020-07-31", "2020-08-28", True),
        ({"visit_date": "2020-08-04", "seen": False}, "2020-07-01", "2020-07-29", True),
        ({"visit_date": "2020-08-04"}, "2020-07-01", "2020-07-29", True),
        ({"visit_date": "2020-08-04", "seen": True, "status": "VOID"}, "2020-07-01", "2020-07-29", True),
        ({"visit_date": "2020-08-04", "seen": True, "status": "PLANNED"}, "2020-07-01", "2020-07-29", True),
        ({"visit_date": "2020-06-30", "seen": True}, "2020-07-01", "2020-07-29", True),
    ],
)
def test_a_child_in_need_visit_is_due_20_working_days_after_the_later_of_plan_and_last_visit(
    visit: dict[str, object], start: str, due: str, is_overdue: bool
) -> None:
    drawn = Cases(
        "open_cin_visit",
        cin_plan="cin_plan_id | person_id | start_date\nN1 | P1 | 2020-07-01",
        cin_visit=[{"visit_id": "V1", "person_id": "P1", **visit}],
    )
    assert drawn.due("open_cin_visit") == {"N1": (start, due, is_overdue)}
