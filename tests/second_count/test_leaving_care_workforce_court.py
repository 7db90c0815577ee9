"""Care leavers, workers, pre-proceedings, counted by hand."""

from collections.abc import Callable
from datetime import date

import pytest
from support.second_count import Count
from support.second_count.drawn import shown

Counted = Callable[..., Count]

LEAVERS = """
    person_id | eligibility        | in_touch | activity | accommodation | suitable | latest_contact_date
    P1        | Former relevant    | YES      | F1       | B1            | Y        | 2020-08-31
    P2        | b) Former relevant | NO       | G4       | G1            | Y        |
    P3        | FORMER_RELEVANT    |          | P5       | K2            | N        |
    P4        | Former relevant    | YES      | F1       | B1            | Y        |
    P5        | Former relevant    | DIED     | 0        | 0             |          |
    P6        | Former relevant    | RHOM     | F1       | B1            | Y        |
    P7        | Eligible           | YES      | F1       | B1            | Y        |
    P8        | Former relevant    | YES      | F1       | K1            |          |
    """
BORN = """
    person_id | dob
    P1        | 2001-08-31
    P2        | 2000-01-01
    P3        | 1998-09-01
    P4        | 1998-08-31
    P5        | 2000-01-01
    P6        | 2000-01-01
    P7        | 2000-01-01
    P8        | 2001-09-01
    """


def test_care_leavers(counted: Counted) -> None:
    count = counted(person=BORN, care_leaver=LEAVERS)
    # P4 turned 22 on the last day of August, P8 turns 19 on the first of September.
    assert shown(count, "care_leavers_in_touch", "2020-08") == "2 of 4"
    assert shown(count, "care_leavers_in_eet", "2020-08") == "2 of 3"
    assert shown(count, "care_leavers_suitable_accommodation", "2020-08") == "1 of 2", "P2 lives abroad"
    assert shown(count, "care_leavers_suitable_accommodation", "2020-09") == "2 of 2", "P8 by its code, P3 is 22"
    assert shown(count, "care_leavers_in_touch", "2020-07") is None, "states have no dates"
    assert shown(count, "care_leavers_in_touch", "2020-08", "rolling_12_months") is None


def test_states_that_are_later_than_the_month_are_not_its_own(counted: Counted) -> None:
    count = counted(person=BORN, care_leaver=LEAVERS.replace("2020-08-31", "2020-09-01"))
    assert shown(count, "care_leavers_in_touch", "2020-08") is None
    assert shown(count, "care_leavers_in_touch", "2020-09") == "2 of 3", "P3 is 22"


def test_caseloads(counted: Counted) -> None:
    count = counted(
        settings={"caseload_limit": 2},
        worker="""
        worker_id | fte | agency | start_date | end_date
        W1        | 0.5 | Y      |            |
        W2        | 1   | N      | 2020-08-31 |
        W3        | 1   |        |            | 2020-08-31
        W4        | 0   | Y      |            |
        W5        | 0.8 |        |            |
        """,
        allocation="""
        person_id | worker_id | start_date | end_date   | is_primary | team
        P1        | W1        | 2020-08-01 |            | Y          | North
        P1        | W1        | 2020-08-02 |            |            | South
        P2        | W1        | 2020-08-31 |            |            | North
        P3        | W1        | 2020-08-01 |            | Y          | North
        P4        | W1        | 2020-08-01 | 2020-08-31 | Y          | North
        P5        | W2        | 2020-08-01 |            | Y          |
        P6        | W2        | 2020-08-01 |            | N          |
        P7        | W3        | 2020-08-01 |            | Y          |
        P8        | W4        | 2020-08-01 |            | Y          |
        """,
    )
    assert shown(count, "average_caseload", "2020-08") == "4 of 1.5"
    assert shown(count, "high_caseloads", "2020-08") == "1 of 2"
    assert shown(count, "agency_workers", "2020-08") == "0.5 of 2.3", "of all workers, those without cases too"
    of_august = ("average_caseload", date(2020, 8, 1), "month", "team")
    teams = {key[-1]: part[:2] for key, part in count.breakdowns.items() if key[:-1] == of_august}
    assert teams == {"North": (3.0, 0.5), "not recorded": (1.0, 1.0)}


@pytest.mark.parametrize(
    ("third", "is_changed"),
    [
        ("W3 | 2019-01-01 | 2019-09-02 | Y", True),
        ("W3 | 2019-01-01 | 2019-09-01 | Y", False),  # gone on the first day of the twelve months
        ("W1 | 2020-06-01 | | Y", False),  # a return is no new one
        ("W3 | 2020-06-01 | | N", False),
        ("W3 | 2020-06-01 | 2020-06-01 | Y", False),  # open on no day
        ("DUTY | 2020-06-01 | | Y", False),
        ("W3 | 2020-08-31 | |", True),
    ],
)
def test_social_worker_changes(counted: Counted, third: str, is_changed: bool) -> None:
    count = counted(
        person="person_id | dob\nP1 | 2010-01-01",
        cla_episode="person_id | decom\nP1 | 2020-08-01",
        allocation=f"""person_id | worker_id | start_date | end_date | is_primary
            P1 | W1 | 2019-10-01 | 2020-01-01 | Y
            P1 | W2 | 2020-01-01 | | Y
            P1 | {third}""".replace("            ", ""),
    )
    assert shown(count, "social_worker_changes", "2020-08") == f"{is_changed:d} of 1"


def test_unallocated_cases(counted: Counted) -> None:
    count = counted(
        person="person_id | dob\nP2 | 2010-01-01\nP3 | 2010-01-01",
        referral="""
        person_id | referral_date | referral_nfa
        P1        | 2020-08-01    | N
        P2        | 2020-08-01    | N
        P4        | 2020-08-01    | Y
        P5        | 2020-08-01    | N
        """,
        cp_plan="person_id | start_date\nP2 | 2020-08-01",
        cla_episode="person_id | decom\nP3 | 2020-08-01",
        allocation="""
        person_id | worker_id | start_date | end_date   | is_primary
        P1        | W1        | 2020-08-01 |            | Y
        P2        | W1        | 2020-08-01 | 2020-08-31 | Y
        P3        | W1        | 2020-08-01 |            | N
        P5        | DUTY      | 2020-08-01 |            | Y
        """,
    )
    assert shown(count, "unallocated_cases", "2020-08") == "3"


def test_unallocated_cases_without_allocations_are_those_of_the_extract_date(counted: Counted) -> None:
    count = counted(
        extract_date="2020-09-10",
        referral="""
        person_id | referral_date | worker
        P1        | 2020-08-01    | W1
        P2        | 2020-08-01    | Duty
        """,
        cp_plan="person_id | start_date\nP3 | 2020-08-01",
        cla_episode="person_id | decom\nP1 | 2020-08-01",
        person="person_id | dob\nP1 | 2010-01-01\nP2 | 2010-01-01\nP3 | 2010-01-01",
    )
    assert shown(count, "unallocated_cases", "2020-09") == "2"
    assert count.figure("unallocated_cases", date(2020, 8, 1)) is None


def test_pre_proceedings(counted: Counted) -> None:
    count = counted(
        pre_proceedings="""
        person_id | start_date | letter_date | decision_date | court_application_date | fgdm_offered | fgdm_held
        P1        | 2020-04-01 | 2020-04-11  | 2020-08-01    | 2020-08-01             | Y            | Y
        P2        | 2020-04-01 | 2020-04-11  | 2020-08-02    |                        | Y            |
        P3        | 2020-04-01 |             | 2020-08-01    |                        | N            |
        P4        | 2020-04-01 |             | 2020-08-31    |                        |              | Y
        P5        | 2020-04-01 |             |               |                        |              |
        P5        | 2020-08-01 |             |               |                        |              |
        """
    )
    assert shown(count, "pre_proceedings_timeliness", "2020-08") == "1 of 4"
    assert shown(count, "pre_proceedings_to_court", "2020-08") == "1 of 4"
    assert shown(count, "pre_proceedings_open", "2020-07") == "5"
    assert shown(count, "pre_proceedings_open", "2020-08") == "1", "children"
    assert shown(count, "fgdm_offered", "2020-04") == "2 of 5"
    assert shown(count, "fgdm_held", "2020-04") == "1 of 2"
