"""Assessments and children in need, counted by hand."""

from collections.abc import Callable
from datetime import date

from support.second_count import Count
from support.second_count.drawn import shown

Counted = Callable[..., Count]

REFERRALS = """
    referral_id | person_id | referral_date | closure_date | status
    R1          | P1        | 2020-04-06    |              |
    R1          | P2        | 2020-04-06    |              |
    R2          | P3        | 2020-04-06    | 2020-08-31   |
    R3          | P4        | TBC           |              |
    R4          | P5        | 2020-04-06    |              | void
    """


def test_the_first_assessment_is_timed_from_the_referral(counted: Counted) -> None:
    count = counted(
        referral=REFERRALS,
        assessment="""
        assessment_id | person_id | referral_id | start_date | authorised_date | status
        A1            | P1        | R1          | 2020-04-08 | 2020-06-12      | Authorised (no longer draft)
        A2            | P2        | R1          | 2020-04-08 | 2020-06-15      |
        A3            | P1        | R1          | 2020-04-09 | 2020-06-15      |
        A4            | P3        | R1          | 2020-04-09 | 2020-06-15      |
        A5            | P5        | R4          | 2020-04-09 | 2020-06-15      |
        A6            | P1        |             |            | 2020-06-15      |
        A7            | P1        | R1          | 2020-04-06 | 2020-06-15      | Superseded
        A8            | P1        | R1          | 2020-06-15 | 2020-06-15      | REOPENED
        """,
    )
    # A1: 45 working days, met; A2: of a sibling on the same id, 46; A3 to A5: their own start, 43; A6: no start.
    assert shown(count, "assessment_timeliness", "2020-06") == "4 of 6"
    figure = count.figure("assessment_timeliness", date(2020, 6, 1))
    assert figure is not None
    assert figure.missing_start == 1
    assert shown(count, "assessments_completed", "2020-06") == "6"
    assert shown(count, "assessment_median_days", "2020-06") == "43 of 5"


def test_a_first_assessment_that_is_set_aside_is_still_the_first(counted: Counted) -> None:
    count = counted(
        referral=REFERRALS,
        assessment="""
        assessment_id | person_id | referral_id | start_date | authorised_date
        A1            | P1        | R1          | 2020-04-07 | TBC
        A2            | P1        | R1          | 2020-06-01 | 2020-07-31
        A3            | P2        | R1          | 2020-04-07 | TBC
        A3            | P2        | R1          | 2020-06-01 | 2020-07-31
        """,
    )
    assert shown(count, "assessment_timeliness", "2020-07") == "1 of 2", "the corrected row of A3 is the same record"


def test_open_assessments(counted: Counted) -> None:
    count = counted(
        referral=REFERRALS,
        assessment="""
        assessment_id | person_id | referral_id | start_date | authorised_date | outcome_nfa | status
        A1            | P1        | R1          |            | 2020-08-03      | Y           |
        A2            | P3        | R2          | 2020-06-29 |                 |             |
        A3            | P9        |             | 2020-06-29 |                 |             |
        A4            | P9        |             | 2020-06-26 |                 |             | Cancelled
        A5            | P2        | R1          | 2020-07-01 | 2020-07-01      |             | Re opened
        A6            | P1        | R1          |            |                 |             |
        """,
    )
    assert shown(count, "assessments_open", "2020-07") == "5", "begun with the referral where no start is said"
    assert shown(count, "assessments_open", "2020-08") == "3", "R2 is closed, A1 is authorised"
    assert shown(count, "assessments_overdue", "2020-08") == "1", "A5 from its referral; A3 for 44 days; A6 no clock"
    assert shown(count, "assessments_no_further_action", "2020-08") == "1 of 1"
    due = {key[2]: (str(item.due_date), item.is_overdue) for key, item in count.pending.items() if key[0][0] == "a"}
    assert due == {"A3": ("2020-09-01", False), "A5": ("2020-06-12", True), "A6": ("None", False)}


def test_children_in_need(counted: Counted) -> None:
    count = counted(
        referral="""
        referral_id | person_id | referral_date | closure_date | referral_nfa | status
        R1          | P1        | 2020-07-01    |              | N            |
        R2          | P1        | 2020-08-31    |              | N            |
        R3          | P2        | 2020-07-01    | 2020-08-31   | N            |
        R4          | P3        | 2020-07-01    |              | Y            |
        R5          | P4        | 2020-07-01    |              |              |
        R6          | P5        | 2020-07-01    |              | N            | Deleted
        """,
        person="""
        person_id | dob        | death_date
        P1        | 1990-01-01 |
        P4        | 2010-01-01 | 2020-08-01
        """,
    )
    assert shown(count, "children_in_need", "2020-07") == "3"
    assert shown(count, "children_in_need", "2020-08") == "2", "of any age, and also where the child has died"
    assert shown(count, "children_in_need_rate", "2020-08") == "2 of 50000"


def test_children_on_a_child_in_need_plan_alone(counted: Counted) -> None:
    count = counted(
        person="""
        person_id | dob
        P1        | 2010-01-01
        P2        | 2010-01-01
        P3        | 2010-01-01
        """,
        cin_plan="""
        cin_plan_id | person_id | start_date | end_date | status
        N1          | P1        | 2020-08-01 |          |
        N2          | P1        | 2020-08-01 |          |
        N3          | P2        | 2020-08-01 |          |
        N4          | P3        | 2020-08-01 |          |
        N5          | P4        | 2020-08-01 |          | draft
        """,
        cp_plan="""
        cp_plan_id | person_id | start_date
        C1         | P2        | 2020-08-31
        """,
        cla_episode="""
        person_id | decom      | dec
        P3        | 2020-08-01 | 2020-08-31
        """,
        cin_visit="""
        visit_id | person_id | visit_date | seen
        T1       | P1        | 2020-08-04 | Y
        T2       | P1        | 2020-08-10 | N
        """,
    )
    assert shown(count, "children_on_cin_plan", "2020-08") == "2"
    visits = {key[1]: str(item.due_date) for key, item in count.pending.items() if key[0] == "cin_visit"}
    assert visits == {"P1": "2020-09-02", "P3": "2020-08-28"}
