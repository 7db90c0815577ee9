"""Enquiries, conferences and plans, counted by hand."""

from collections.abc import Callable

import pytest
from support.second_count import Count
from support.second_count.drawn import shown

Counted = Callable[..., Count]


def test_a_conference_is_timed_from_the_enquiry_that_it_answers(counted: Counted) -> None:
    count = counted(
        s47="""
        s47_id | person_id | start_date | end_date   | status
        S1     | P1        | 2020-07-06 | 2020-08-03 |
        S2     | P1        | 2020-07-13 | 2020-08-03 |
        S3     | P2        | 2020-07-06 |            |
        S3     | P3        | 2020-07-06 | 2020-08-03 |
        S4     | P4        | 2020-07-06 |            | void
        """,
        icpc="""
        icpc_id | person_id | s47_id | icpc_date  | transfer_in | notification_date | status
        I1      | P1        | S1     | 2020-07-28 |             |                   | HELD
        I2      | P2        |        | 2020-07-27 |             |                   | Held as planned
        I3      | P2        |        | 2020-08-05 |             |                   |
        I4      | P3        | S9     | 2020-07-27 |             |                   |
        I5      | P4        | S4     | 2020-07-27 |             |                   |
        I6      | P5        |        | 2020-07-27 | Y           | 2020-07-06        |
        I7      | P6        |        | 2020-07-27 | Y           |                   |
        I8      | P7        |        | 2020-07-27 |             |                   | Postponed
        I9      | P7        |        |            |             |                   | HELD
        """,
    )
    # I1 16 days; I2 15; I4 names nothing that is there, so the latest; I5 no enquiry that is a record; I6 15; I7 none.
    assert shown(count, "icpc_timeliness", "2020-07") == "3 of 6"
    assert shown(count, "icpc_timeliness", "2020-08") == "0 of 1", "the conference before has spent the enquiry"
    assert shown(count, "section_47_leading_to_icpc", "2020-08") == "2 of 3"
    assert shown(count, "icpcs", "2020-07") == "6"
    assert shown(count, "section_47_enquiries", "2020-07") == "4"


def test_one_conference_an_occasion(counted: Counted) -> None:
    count = counted(
        s47="""
        s47_id | person_id | start_date | end_date
        S1     | P1        | 2020-08-03 |
        S2     | P2        | 2020-08-03 |
        S3     | P3        | 2020-08-03 |
        S4     | P5        | 2020-08-03 | 2020-08-14
        S5     | P5        | 2020-08-10 | 2020-08-14
        """,
        icpc="""
        icpc_id | person_id | s47_id | icpc_date  | transfer_in | outcome_cp | status
        I1      | P1        | S1     | 2020-08-10 |             | N          | Adjourned
        I2      | P1        | S1     | 2020-08-25 |             | Y          | HELD
        I3      | P2        | S2     | 2020-08-11 |             | Y          | HELD
        I4      | P2        |        | 2020-08-11 | Y           | Y          | HELD
        I5      | P3        | S3     | 2020-08-11 |             | Y          | Adjourned
        I6      | P4        |        | 2020-08-11 |             |            | Adjourned
        I7      | P5        | S4     | 2020-08-11 |             | N          | Adjourned
        I8      | P5        | S4     | 2020-08-17 |             | Y          | HELD
        I9      | P5        | S5     | 2020-08-17 |             | Y          | HELD
        """,
    )
    assert shown(count, "icpcs", "2020-08") == "4"
    assert shown(count, "icpc_timeliness", "2020-08") == "3 of 4", "I2 on working day 16 of its own clock"
    assert shown(count, "section_47_leading_to_icpc", "2020-08") == "2 of 2", "I8 and I9 are one, and answer both"


def test_waiting_for_a_conference(counted: Counted) -> None:
    count = counted(
        referral="""
        referral_id | person_id | referral_date | closure_date
        R1          | P6        | 2020-07-01    | 2020-08-31
        """,
        s47="""
        s47_id | person_id | referral_id | start_date | outcome      | icpc_not_required | status
        S1     | P1        |             | 2020-08-10 |              | N                 | Completed
        S2     | P2        |             | 2020-08-07 |              |                   | Completed - ICPC arranged
        S3     | P3        |             | 2020-08-10 | CONVENE_ICPC | Y                 |
        S4     | P4        |             | 2020-08-10 |              |                   |
        S5     | P5        |             | 2020-08-10 |              |                   |
        S6     | P6        | R1          | 2020-08-10 |              | N                 |
        """,
        icpc="""
        icpc_id | person_id | s47_id | icpc_date  | planned_date | transfer_in | notification_date | status
        I1      | P1        | S1     | 2020-09-01 |              |             |                   | HELD
        I4      | P4        | S4     | 2020-08-20 |              |             |                   | Cancelled
        I5      | P5        | S5     |            | 2020-09-10   |             |                   | PLANNED
        I7      | P7        |        | 2020-08-20 |              | Y           | 2020-08-06        | Rearranged
        I8      | P8        |        |            |              | Y           |                   | PLANNED
        """,
    )
    assert shown(count, "icpc_pending", "2020-08") == "4", "S1 until September, S2, S5, the transfer-in I7"
    assert shown(count, "icpc_overdue", "2020-08") == "1", (
        "I7 on working day 16, S2 on 15: the last day is a bank holiday"
    )
    items = {(key[0], key[2]): str(item.due_date) for key, item in count.pending.items()}
    assert items == {
        ("icpc_timeliness", "S2"): "2020-08-28",
        ("icpc_timeliness", "S5"): "2020-09-01",
        ("icpc_timeliness", "I7"): "2020-08-27",
        ("icpc_timeliness", "I8"): "None",
        ("section_47_enquiry", "S4"): "2020-09-01",
    }


def test_what_a_conference_leads_to(counted: Counted) -> None:
    count = counted(
        s47="""
        s47_id | person_id | start_date
        S1     | P1        | 2020-08-03
        """,
        icpc="""
        icpc_id | person_id | icpc_date  | outcome_cp
        I1      | P1        | 2020-08-10 | Y
        I2      | P2        | 2020-08-10 |
        I3      | P3        | 2020-08-10 | N
        I4      | P4        | 2020-08-10 |
        """,
        cp_plan="""
        cp_plan_id | person_id | start_date | ola_plan
        C2         | P2        | 2020-08-10 |
        C3         | P3        | 2020-08-10 |
        C4         | P4        | 2020-08-10 | Y
        """,
    )
    assert shown(count, "icpcs_leading_to_plan", "2020-08") == "2 of 4"


def test_plans(counted: Counted) -> None:
    count = counted(
        person="""
        person_id | dob        | expected_dob | death_date
        P1        | 2010-01-01 |              |
        P2        | 2002-08-31 |              |
        P3        | 2002-09-01 |              |
        P4        |            | 2020-12-01   |
        P5        | 2010-01-01 |              | 2020-08-31
        P6        | 2010-01-01 |              |
        P7        | 2010-01-01 |              |
        """,
        cp_plan="""
        cp_plan_id | person_id | start_date | end_date   | ola_plan | temporary
        C1         | P1        | 2020-08-01 |            |          |
        C2         | P1        | 2020-08-31 |            |          |
        C3         | P2        | 2020-08-01 |            |          |
        C4         | P3        | 2020-08-01 |            |          |
        C5         | P4        | 2020-08-01 |            |          |
        C6         | P5        | 2020-08-01 |            |          |
        C7         | P6        | 2020-08-01 | 2020-08-31 |          |
        C8         | P7        | 2020-08-01 |            | Y        |
        C9         | P7        | 2020-08-01 |            |          | Y
        C10        | P7        | 2020-08-05 | 2020-08-05 |          |
        """,
    )
    assert shown(count, "children_on_plan", "2020-08") == "3", "P1 once, P3 not yet 18, P4 unborn"
    assert shown(count, "child_protection_plan_rate", "2020-08") == "3 of 50000"
    assert (shown(count, "plans_started", "2020-08"), shown(count, "plans_ended", "2020-08")) == ("8", "2")


def test_a_plan_transferred_in_is_ours_from_our_conference(counted: Counted) -> None:
    count = counted(
        person="""
        person_id | dob
        P1        | 2010-01-01
        P2        | 2010-01-01
        P3        | 2010-01-01
        """,
        cp_plan="""
        cp_plan_id | person_id | start_date | end_date   | icpc_id | ola_plan
        C1         | P1        | 2018-08-01 |            | I1      |
        C2         | P2        | 2020-01-06 |            |         |
        C3         | P3        | 2020-01-06 |            |         |
        C4         | P1        | 2018-08-01 | 2020-07-20 |         | Y
        """,
        icpc="""
        icpc_id | person_id | icpc_date  | planned_date | transfer_in | status
        I1      | P1        | 2020-07-15 |              | Y           | HELD
        I2      | P2        |            | 2020-09-09   | Y           | PLANNED
        I3      | P3        | 2020-01-06 |              |             | HELD
        I4      | P3        | 2020-07-15 |              | Y           | HELD
        """,
    )
    assert shown(count, "children_on_plan", "2020-06") == "1", "P3 by our own conference"
    assert shown(count, "children_on_plan", "2020-07") == "2"
    assert shown(count, "plans_started", "2020-07") == "1"
    assert shown(count, "plans_started", "2020-01") == "1"
    assert shown(count, "repeat_plans", "2020-07") == "0 of 1", "the transferred plan is the same plan"
    assert shown(count, "plans_over_two_years", "2020-07") == "1 of 2", "from the plan's own start: 731 days"


def test_repeat_plans(counted: Counted) -> None:
    count = counted(
        cp_plan="""
        cp_plan_id | person_id | start_date | end_date   | number_previous | ola_plan
        C1         | P1        | 2020-08-01 |            | 1               |
        C2         | P2        | 2019-01-01 | 2019-06-01 |                 | Y
        C3         | P2        | 2020-08-01 |            |                 |
        C4         | P3        | 2019-01-01 | 2019-06-01 |                 |
        C5         | P3        | 2020-08-01 |            | 0               |
        C6         | P4        | 2019-01-01 | TBC        |                 |
        C7         | P4        | 2020-08-01 |            |                 |
        C8         | P5        | 2020-08-01 |            |                 |
        C9         | P5        | 2020-08-01 |            |                 |
        """
    )
    assert shown(count, "repeat_plans", "2020-08") == "3 of 6", "C1 told, C3 elsewhere, C7 after one that is set aside"


def test_two_years_are_more_than_729_days_with_both_ends(counted: Counted) -> None:
    count = counted(
        person="""
        person_id | dob
        P1        | 2010-01-01
        P2        | 2010-01-01
        """,
        cp_plan="""
        cp_plan_id | person_id | start_date | end_date
        C1         | P1        | 2018-09-02 |
        C2         | P2        | 2018-09-03 |
        C3         | P3        | 2018-09-02 | 2020-08-31
        C4         | P4        | 2018-09-03 | 2020-08-31
        """,
    )
    assert shown(count, "plans_over_two_years", "2020-08") == "1 of 2"
    assert shown(count, "plans_ended_over_two_years", "2020-08") == "1 of 2"


@pytest.mark.parametrize(
    ("start", "reviews", "in_time"),
    [
        ("2020-06-01", [], False),  # due on the month end itself
        ("2020-06-01", ["2020-08-31"], True),
        ("2020-06-02", [], None),  # on the plan for 90 days
        ("2020-05-01", ["2020-07-31"], True),
        ("2020-05-01", ["2020-08-01"], False),
        ("2020-05-01", ["2020-05-01"], False),  # on the day of the start: none
        ("2019-01-01", ["2019-04-02", "2019-10-02", "2020-04-02"], True),
        ("2019-01-01", ["2019-04-02", "2019-10-03", "2020-04-02"], False),  # due 2 October, in the twelve months
        (
            "2019-01-01",
            ["2019-05-02", "2019-09-02", "2020-03-03"],
            True,
        ),  # the first was late, before the twelve months
        ("2019-01-01", ["2019-04-02", "2019-08-02"], False),  # due 1 February 2020 and not held since
    ],
)
def test_plan_reviews(counted: Counted, start: str, reviews: list[str], in_time: bool | None) -> None:
    lines = "\n".join(f"V{number} | P1 | {day} |" for number, day in enumerate(reviews))
    count = counted(
        person="person_id | dob\nP1 | 2010-01-01",
        cp_plan=f"cp_plan_id | person_id | start_date\nC1 | P1 | {start}",
        cp_review=f"review_id | person_id | review_date | status\nV | P1 | 2020-08-31 | PLANNED\n{lines}",
    )
    expected = {None: "0 of 0", True: "1 of 1", False: "0 of 1"}[in_time]
    assert shown(count, "plan_review_timeliness", "2020-08") == expected


@pytest.mark.parametrize(
    ("start", "visit", "in_time"),
    [
        ("2020-08-14", "", True),  # ten working days, with the bank holiday
        ("2020-08-13", "", False),
        ("2020-01-01", "2020-08-14 | Y |", True),
        ("2020-01-01", "2020-08-20 | N |", False),
        ("2020-01-01", "2020-08-20 | Y | Cancelled", False),
    ],
)
def test_plan_visits(counted: Counted, start: str, visit: str, in_time: bool) -> None:
    count = counted(
        person="person_id | dob\nP1 | 2010-01-01",
        cp_plan=f"cp_plan_id | person_id | start_date\nC1 | P1 | {start}",
        cp_visit=f"visit_id | person_id | visit_date | seen | status\nT1 | P1 | {visit or '2019-01-01 | Y |'}",
    )
    assert shown(count, "plan_visit_timeliness", "2020-08") == f"{in_time:d} of 1"
