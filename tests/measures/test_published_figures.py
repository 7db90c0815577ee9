"""The measures, on drawn extracts: a typical case, each boundary day, and what stays open, for each.

Right of the double bar stands what is expected of the row. 2020-08-03 is a Monday; 31 August 2020 is a bank holiday.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import duckdb
import pytest
from support.landed import drawn_rows, land
from support.published import LIMITS, Published, grouped, process

from schemas.measures import MEASURES, Measure
from schemas.settings import Settings
from warehouse import steps
from warehouse.facts import computing
from warehouse.landing.extracts import Extract
from warehouse.layers import Group
from warehouse.measures import evaluation
from warehouse.reference import loading
from warehouse.reference.setting import load_settings

MASH, ASSESSMENT, CONFERENCE = "mash_timeliness", "assessment_timeliness", "icpc_timeliness"
PLAN_RATE, CARE_RATE, CARE_PLAN = "child_protection_plan_rate", "looked_after_rate", "authorised_care_plan"
YES_NO = {1.0: "yes", 0.0: "no"}
Row = dict[str, Any]


def timed(published: Published, measure: str) -> dict[str, dict[str, str]]:
    """By record, the working days it took and whether it was in time, as the answers are drawn."""
    cases = published.cases(measure, "working_days, numerator")
    return {
        record: {"days": "" if days is None else str(days), "in time": YES_NO[numerator]}
        for record, (days, numerator) in cases.items()
    }


def among(published: Published, measure: str, month: str, children: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Of the children, whether each is counted in a snapshot, as the answers are drawn."""
    counted = published.cases(measure, "numerator", month)
    assert counted.keys() <= children.keys()
    return {child: {"counted": "yes" if child in counted else "no"} for child in children}


# ------------------------------------------------------------------------------------------------ MASH decisions


@pytest.mark.extract(
    referral="""
    referral_date | received_at      | mash_completed_at || days | in time
    2020-08-03    | 2020-08-03 09:00 | 2020-08-03 17:00  || 0    | yes
    2020-08-03    | 2020-08-03 09:00 | 2020-08-04 23:59  || 1    | yes
    2020-08-03    | 2020-08-03 09:00 | 2020-08-05 00:01  || 2    | no
    2020-08-07    | 2020-08-07       | 2020-08-08        || 0    | yes
    2020-08-07    | 2020-08-07       | 2020-08-10        || 1    | yes
    2020-08-07    | 2020-08-07       | 2020-08-11        || 2    | no
    2020-08-08    | 2020-08-08       | 2020-08-10        || 1    | yes
    2020-08-08    | 2020-08-08       | 2020-08-11        || 2    | no
    2020-08-28    | 2020-08-28       | 2020-09-01        || 1    | yes
    2020-08-31    | 2020-08-31       | 2020-09-01        || 1    | yes
    """
)
def test_a_referral_is_to_be_decided_by_the_first_working_day_after_it(published: Published) -> None:
    assert timed(published, MASH) == published.answers("referral", "referral_id")


@pytest.mark.extract(
    "2020-06-01",
    referral="""
    referral_date | received_at | mash_completed_at || days | in time
    2020-05-01    | 2020-05-01  | 2020-05-04        || 1    | yes
    2020-05-01    | 2020-05-01  | 2020-05-05        || 2    | no
    2020-05-07    | 2020-05-07  | 2020-05-11        || 1    | yes
    2020-05-07    | 2020-05-07  | 2020-05-12        || 2    | no
    2020-05-08    | 2020-05-08  | 2020-05-11        || 1    | yes
    2020-05-08    | 2020-05-08  | 2020-05-12        || 2    | no
    """,
)
def test_in_2020_the_may_holiday_is_friday_8_may_and_monday_4_may_is_worked(published: Published) -> None:
    assert timed(published, MASH) == published.answers("referral", "referral_id")


@pytest.mark.extract(
    referral="""
    referral_date | received_at | recorded_at | mash_completed_at || days | in time
    2020-08-03    |             | 2020-08-03  | 2020-08-04        || 1    | yes
    2020-08-03    |             | 2020-08-03  | 2020-08-05        || 2    | no
    2020-08-03    | 2020-08-03  | 2020-08-05  | 2020-08-05        || 2    | no
    2020-08-03    | 2020-08-05  | 2020-08-03  | 2020-08-06        || 1    | yes
    2020-08-03    |             | 2020-08-05  | 2020-08-04        ||      | no
    2020-08-03    |             |             | 2020-08-03        ||      | no
    """
)
def test_recorded_stands_in_only_where_received_is_missing_and_without_either_the_decision_fails(
    published: Published,
) -> None:
    assert timed(published, MASH) == published.answers("referral", "referral_id")
    assert published.count(MASH, "2020-08") == "2 of 6"
    assert published.figure("missing_start", MASH, "2020-08") == 1


@pytest.mark.extract(
    referral="""
    referral_date | received_at | mash_completed_at | status
    2020-08-03    | 2020-08-03  | 2020-08-03        | COMPLETED
    2020-08-03    | 2020-08-03  | 2020-08-03        |
    2020-08-03    | 2020-08-03  | 2020-08-03        | Cancelled
    2020-08-03    | 2020-08-03  | 2020-08-03        | X
    2020-08-03    | 2020-08-03  | 2020-08-03        | draft
    2020-08-03    | 2020-08-03  | 2020-08-03        | PROPOSED
    2020-08-03    | 2020-08-03  | 2020-08-03        | Deleted
    2020-08-03    | 2020-08-03  | 2020-08-03        | abandoned
    2020-08-03    | 2020-08-03  | 2020-08-03        | REOPENED
    2020-08-03    | 2020-08-03  |                   | STARTED
    """
)
def test_decisions_of_records_that_were_called_off_drafted_reopened_or_left_open_do_not_count(
    published: Published,
) -> None:
    assert published.count(MASH, "2020-08") == "2 of 2"
    assert published.states("referral") == "10 used, 0 quarantined, 0 duplicate"
    pending = published.select("select record_id from of_pending_case where measure_code = ?", MASH)
    assert sorted(pending) == [("R10",), ("R9",)]


@pytest.mark.extract(
    "2020-10-01",
    referral="""
    referral_date | received_at          | mash_completed_at
    2020-07-31    | 2020-07-31           | 2020-08-03
    2020-08-31    | 2020-08-31           | 2020-08-31T23:30:00Z
    2020-07-31    | 2020-07-31T23:30:00Z | 2020-08-03
    """,
)
def test_a_decision_counts_in_the_month_in_which_it_was_made_by_the_clock_of_london(published: Published) -> None:
    assert published.cases(MASH, "strftime(month, '%Y-%m'), clock_start") == {
        "R1": ("2020-08", date(2020, 7, 31)),
        "R2": ("2020-09", date(2020, 8, 31)),
        "R3": ("2020-08", date(2020, 8, 1)),
    }


# --------------------------------------------------------------------------------------------------- assessments


@pytest.mark.extract(
    referral="""
    referral_id | referral_date
    R1          | 2020-04-06
    R2          | 2020-04-06
    R3          | 2020-04-04
    R4          | 2020-04-04
    R5          | 2020-05-08
    R6          | 2020-05-08
    R7          | 2020-04-10
    R8          | 2020-04-10
    """,
    assessment="""
    assessment_id | referral_id | start_date | authorised_date || days | in time
    A1            | R1          | 2020-04-20 | 2020-06-12      || 45   | yes
    A2            | R2          | 2020-04-20 | 2020-06-15      || 46   | no
    A3            | R3          | 2020-04-06 | 2020-06-11      || 45   | yes
    A4            | R4          | 2020-04-06 | 2020-06-12      || 46   | no
    A5            | R5          | 2020-05-11 | 2020-07-13      || 45   | yes
    A6            | R6          | 2020-05-11 | 2020-07-14      || 46   | no
    A7            | R7          | 2020-04-14 | 2020-06-17      || 45   | yes
    A8            | R8          | 2020-04-14 | 2020-06-18      || 46   | no
    """,
)
def test_a_first_assessment_has_45_working_days_from_its_referral_even_if_that_came_on_a_day_off(
    published: Published,
) -> None:
    assert timed(published, ASSESSMENT) == published.answers("assessment", "assessment_id")


@pytest.mark.extract(
    referral="""
    referral_id | referral_date | status
    R1          | 2019-06-03    |
    R2          | 2019-06-03    |
    R3          | 2019-06-03    | CANCELLED
    R4          | 2020-06-15    |
    """,
    assessment="""
    assessment_id | person_id | referral_id | start_date | authorised_date | status    || clock start
    A11           | P1        | R1          | 2019-06-10 | 2019-07-01      |           || 2019-06-03
    A12           | P1        | R1          | 2020-06-15 | 2020-08-10      |           || 2020-06-15
    A21           | P2        | R2          | 2019-06-10 | 2019-07-01      | Cancelled ||
    A22           | P2        | R2          | 2019-06-11 | 2019-07-01      | DRAFT     ||
    A23           | P2        | R2          | 2019-06-12 | 2019-07-01      |           || 2019-06-03
    A31           | P3        | R3          | 2020-06-15 | 2020-08-10      |           || 2020-06-15
    A41           | P4        | R4          | 2020-06-15 |                 |           ||
    A42           | P4        | R4          | 2020-06-10 | 2020-08-10      |           || 2020-06-15
    A43           | P4        | R4          |            | 2020-08-10      |           ||
    A51           | P9        |             | 2020-06-16 | 2020-08-10      |           || 2020-06-16
    A61           | P9        | NOWHERE     | 2020-06-16 | 2020-08-10      |           || 2020-06-16
    """,
)
def test_the_clock_starts_at_the_referral_for_its_first_assessment_and_at_its_own_start_for_any_other(
    published: Published,
) -> None:
    expected = {
        record: answer["clock start"]
        for record, answer in published.answers("assessment", "assessment_id").items()
        if record not in ("A21", "A22", "A41")  # called off, only drafted, still open
    }
    found = published.cases(ASSESSMENT, "coalesce(strftime(clock_start, '%Y-%m-%d'), '')")
    assert found == expected
    assert published.figure("missing_start", ASSESSMENT, "2020-08") == 1
    assert published.cases(ASSESSMENT, "numerator, reason")["A43"] == (0.0, "No date to count from")


@pytest.mark.extract(
    referral="""
    referral_id | referral_date
    R1          | 2020-06-01
    """,
    assessment="""
    assessment_id | referral_id | start_date | authorised_date | status
    A1            | R1          |            | 2020-08-03      |
    """,
)
def test_a_first_assessment_without_a_start_of_its_own_is_timed_from_the_referral(published: Published) -> None:
    assert published.cases(ASSESSMENT, "working_days, numerator") == {"A1": (45, 1.0)}


@pytest.mark.extract(
    referral="""
    referral_id | referral_date | closure_date
    R1          | 2020-06-01    |
    R2          | 2020-06-29    |
    R3          | 2020-06-01    | 2020-08-01
    """,
    assessment="""
    assessment_id | referral_id | start_date | authorised_date | status    || overdue
    A1            | R1          | 2020-06-01 |                 | STARTED   || yes
    A2            | R2          | 2020-06-29 |                 | STARTED   || no
    A3            | R3          | 2020-06-01 |                 | STARTED   || closed with its referral
    A4            |             | 2020-06-01 | 2020-07-01      | REOPENED  || yes
    A5            |             | 2020-06-01 |                 | CANCELLED || never was
    """,
)
def test_an_open_or_reopened_assessment_is_pending_and_in_no_figure(published: Published) -> None:
    pending = published.select(
        "select record_id, due_date, working_days_elapsed, working_days_left, is_overdue from of_pending_case "
        "where measure_code = 'assessment_timeliness' order by record_id"
    )
    assert pending == [
        ("A1", date(2020, 8, 3), 65, -20, True),
        ("A2", date(2020, 9, 1), 45, 0, False),
        ("A4", date(2020, 8, 3), 65, -20, True),
    ]
    assert [published.count(ASSESSMENT, month) for month in ("2020-06", "2020-07", "2020-08")] == ["0 of 0"] * 3


# --------------------------------------------------------------------------------------------------- conferences

SINCE_MAY = """
    referral_date
    2020-05-01
    """


@pytest.mark.extract(
    referral=SINCE_MAY,
    s47="""
    s47_id | start_date
    S1     | 2020-07-06
    S2     | 2020-07-06
    S3     | 2020-07-04
    S4     | 2020-07-04
    S5     | 2020-05-08
    S6     | 2020-05-08
    S7     | 2020-07-06
    """,
    icpc="""
    icpc_id | s47_id | icpc_date  || days | in time
    C1      | S1     | 2020-07-27 || 15   | yes
    C2      | S2     | 2020-07-28 || 16   | no
    C3      | S3     | 2020-07-24 || 15   | yes
    C4      | S4     | 2020-07-27 || 16   | no
    C5      | S5     | 2020-06-01 || 15   | yes
    C6      | S6     | 2020-06-02 || 16   | no
    C7      | S7     | 2020-07-06 || 0    | yes
    """,
)
def test_a_conference_is_to_be_held_within_15_working_days_of_the_strategy_discussion(published: Published) -> None:
    assert timed(published, CONFERENCE) == published.answers("icpc", "icpc_id")


@pytest.mark.extract(
    referral=SINCE_MAY,
    s47="""
    s47_id | person_id | start_date | status
    S1     | LINKED    | 2020-07-06 |
    S2     | LINKED    | 2020-07-20 |
    S3     | UNLINKED  | 2020-07-06 |
    S4     | UNLINKED  | 2020-07-20 |
    S5     | UNLINKED  | 2020-08-05 |
    S6     | TOO_LATE  | 2020-08-05 |
    S7     | CALLEDOFF | 2020-07-20 | CANCELLED
    S8     | CALLEDOFF | 2020-07-06 |
    S9     | TWICE     | 2020-06-01 |
    S10    | SIBLING   | 2020-07-20 |
    S11    | BROKEN    | 2020-07-20 |
    """,
    icpc="""
    icpc_id | person_id | s47_id | icpc_date  || clock start
    C1      | LINKED    | S1     | 2020-08-04 || 2020-07-06
    C2      | UNLINKED  |        | 2020-08-04 || 2020-07-20
    C3      | TOO_LATE  |        | 2020-08-04 ||
    C4      | CALLEDOFF | S7     | 2020-08-04 || 2020-07-06
    C5      | TWICE     |        | 2020-06-15 || 2020-06-01
    C6      | TWICE     |        | 2020-08-04 ||
    C7      | LONELY    |        | 2020-08-04 ||
    C8      | BROKEN    | S99    | 2020-08-04 || 2020-07-20
    """,
)
def test_an_unlinked_conference_is_timed_from_the_childs_latest_enquiry_since_the_conference_before(
    published: Published,
) -> None:
    answers = published.answers("icpc", "icpc_id")
    found = published.cases(CONFERENCE, "coalesce(strftime(clock_start, '%Y-%m-%d'), '')")
    assert found == {record: answer["clock start"] for record, answer in answers.items()}
    assert published.figure("missing_start", CONFERENCE, "2020-08") == 3
    assert published.count(CONFERENCE, "2020-08") == "2 of 7"


@pytest.mark.extract(
    referral=SINCE_MAY,
    s47="""
    s47_id | person_id | start_date
    S1     | ANN       | 2020-07-20
    S2     | BEN       | 2020-07-20
    S3     | CY        | 2020-06-01
    """,
    icpc="""
    icpc_id | meeting_id | person_id | s47_id | icpc_date
    C1      | M1         | ANN       | S1     | 2020-08-04
    C1      | M1         | BEN       | S2     | 2020-08-04
    C1      | M1         | CY        | S3     | 2020-08-04
    """,
)
def test_a_conference_on_three_siblings_counts_three_times_each_on_its_own_clock(published: Published) -> None:
    assert published.count(CONFERENCE, "2020-08") == "2 of 3"


@pytest.mark.extract(
    referral=SINCE_MAY,
    s47="""
    s47_id | person_id | start_date
    S1     | P1        | 2020-07-06
    S2     | P2        | 2020-07-06
    S4     | P4        | 2020-07-06
    """,
    icpc="""
    icpc_id | person_id | transfer_in | notification_date | s47_id | icpc_date  || days | in time
    C1      | P1        | Y           | 2020-07-14        | S1     | 2020-08-04 || 15   | yes
    C2      | P2        | Y           | 2020-07-13        |        | 2020-08-04 || 16   | no
    C3      | P3        | Y           | 2020-07-11        |        | 2020-08-03 || 16   | no
    C4      | P4        | Y           |                   | S4     | 2020-07-07 ||      | no
    C5      | P5        | N           | 2020-07-14        |        | 2020-08-04 ||      | no
    """,
)
def test_a_transfer_in_is_timed_from_the_other_authoritys_notification_and_nothing_else(published: Published) -> None:
    assert timed(published, CONFERENCE) == published.answers("icpc", "icpc_id")


@pytest.mark.extract(
    referral=SINCE_MAY,
    s47="""
    s47_id | person_id | start_date
    S1     | P1        | 2020-07-20
    S2     | P2        | 2020-07-20
    S3     | P3        | 2020-07-20
    S4     | P4        | 2020-07-20
    S5     | P5        | 2020-07-20
    """,
    icpc="""
    icpc_id | person_id | s47_id | planned_date | icpc_date  | outcome_cp | status
    C11     | P1        | S1     |              | 2020-07-27 |            | CANCELLED
    C12     | P1        | S1     |              | 2020-08-04 | Y          | HELD
    C21     | P2        | S2     |              | 2020-07-27 |            | Adjourned
    C22     | P2        | S2     |              | 2020-08-04 | Y          |
    C31     | P3        | S3     |              | 2020-08-04 | N          | ADJOURNED
    C41     | P4        | S4     | 2020-09-10   |            |            | PLANNED
    C42     | P4        | S4     |              | 2020-08-04 |            | PLANNED
    C51     | P5        | S5     |              | 2020-08-04 | Y          |
    C52     | P5        | S5     |              | 2020-08-04 | Y          | HELD
    """,
)
def test_only_conferences_that_were_held_count_and_one_a_child_and_day(published: Published) -> None:
    assert published.cases(CONFERENCE, "working_days") == {"C12": 11, "C22": 11, "C31": 11, "C52": 11}


@pytest.mark.extract(
    referral="""
    referral_id | person_id | referral_date | closure_date
    R1          | P1        | 2020-05-01    |
    R2          | P7        | 2020-05-01    | 2020-08-20
    """,
    s47="""
    s47_id | person_id | referral_id | start_date | icpc_not_required | outcome               || pending
    S1     | P1        | R1          | 2020-08-10 | N                 |                       || in time
    S2     | P2        | R1          | 2020-08-07 | N                 |                       || overdue
    S3     | P3        | R1          | 2020-08-06 |                   | Convene ICPC          || overdue
    S4     | P4        | R1          | 2020-08-06 | Y                 | Convene ICPC          || no
    S5     | P5        | R1          | 2020-08-06 |                   | No further action     || no
    S6     | P6        | R1          | 2020-08-06 | N                 |                       || held
    S7     | P7        | R2          | 2020-08-06 | N                 |                       || closed
    S8     | P8        | R1          | 2020-08-06 |                   | ICPC not required     || no
    S9     | P9        | R1          | 2020-08-06 |                   |                       || overdue
    """,
    icpc="""
    icpc_id | person_id | s47_id | planned_date | icpc_date  | transfer_in | notification_date | status
    C1      | P6        |        |              | 2020-08-27 |             |                   | HELD
    C2      | P9        | S9     | 2020-09-03   |            |             |                   | PLANNED
    C3      | P10       |        | 2020-09-03   |            | Y           | 2020-08-10        | PLANNED
    """,
)
def test_enquiries_that_wait_for_a_conference_and_transfers_in_that_wait_for_theirs_are_pending(
    published: Published,
) -> None:
    expected = {
        record: answer["pending"] == "overdue"
        for record, answer in published.answers("s47", "s47_id").items()
        if answer["pending"] in ("overdue", "in time")
    }
    pending = published.select("select record_id, is_overdue from of_pending_case where measure_code = ?", CONFERENCE)
    assert dict(pending) == {**expected, "C3": False}


# ----------------------------------------------------------------------------------------------- children on plan

AGED = """
    person_id | dob        | expected_dob | sex
    P1        | 2010-01-01 |              | F
    P2        | 2010-01-01 |              | F
    P3        | 2010-01-01 |              | F
    P4        | 2010-01-01 |              | F
    P5        | 2010-01-01 |              | F
    P6        | 2002-09-01 |              | F
    P7        | 2002-08-31 |              | F
    P8        | 2002-08-01 |              | F
    P9        |            | 2020-11-01   | U
    P10       |            |              | U
    """


@pytest.mark.extract(
    person=AGED,
    referral=SINCE_MAY,
    cp_plan="""
    person_id | start_date | end_date   | ola_plan | temporary || counted
    P1        | 2020-08-31 |            |          |           || yes
    P2        | 2020-09-01 |            |          |           || no
    P3        | 2020-06-01 | 2020-08-31 |          |           || no
    P4        | 2020-06-01 | 2020-09-01 |          |           || yes
    P5        | 2020-06-01 | 31/12/9999 | N        | N         || yes
    P6        | 2020-06-01 |            |          |           || yes
    P7        | 2020-06-01 |            |          |           || no
    P8        | 2020-06-01 |            |          |           || no
    P9        | 2020-06-01 |            |          |           || yes
    P10       | 2020-06-01 |            |          |           || yes
    STRANGER  | 2020-06-01 |            |          |           || yes
    P12       | 2020-06-01 |            | Y        |           || no
    P13       | 2020-06-01 |            |          | Yes       || no
    """,
)
def test_on_plan_are_those_whose_plan_is_open_at_the_end_of_the_last_day_and_who_have_not_turned_18(
    published: Published,
) -> None:
    answers = published.answers("cp_plan", "person_id")
    assert among(published, PLAN_RATE, "2020-08", answers) == answers


@pytest.mark.extract(
    person=AGED,
    referral=SINCE_MAY,
    cp_plan="""
    cp_plan_id | person_id | start_date | end_date
    L1         | P1        | 2020-06-01 |
    L2         | P1        | 2020-07-01 |
    L3         | P2        | 2020-06-01 | 2020-08-15
    L4         | P2        | 2020-08-15 |
    """,
)
def test_a_child_on_two_plans_or_who_goes_from_one_to_the_next_is_one_child(published: Published) -> None:
    assert published.cases(PLAN_RATE, "record_id, clock_start", "2020-08") == {
        "P1": ("L1", date(2020, 6, 1)),
        "P2": ("L4", date(2020, 8, 15)),
    }


@pytest.mark.extract(
    "2022-04-01",
    person="""
    person_id | dob
    LEAP      | 2004-02-29
    LAST      | 2004-02-28
    FIRST     | 2004-03-01
    """,
    referral="""
    referral_date
    2022-01-10
    """,
    cp_plan="""
    person_id | start_date || from
    LEAP      | 2022-01-01 || 2022-03
    LAST      | 2022-01-01 || 2022-02
    FIRST     | 2022-01-01 || 2022-03
    """,
    cla_episode="""
    person_id | decom
    LEAP      | 2022-01-01
    LAST      | 2022-01-01
    FIRST     | 2022-01-01
    """,
)
def test_a_child_born_on_29_february_turns_18_on_1_march(published: Published) -> None:
    for measure in (PLAN_RATE, CARE_RATE):
        for month in ("2022-01", "2022-02", "2022-03"):
            under_18 = {
                child for child, answer in published.answers("cp_plan", "person_id").items() if month < answer["from"]
            }
            assert published.cases(measure, "numerator", month).keys() == under_18


# ---------------------------------------------------------------------------------------------- looked after


@pytest.mark.extract(
    person=AGED,
    referral=SINCE_MAY,
    cla_episode="""
    person_id | decom      | legal_status | dec        | rec || counted
    P1        | 2020-08-31 | C2           |            |     || yes
    P2        | 2020-09-01 | C2           |            |     || no
    P3        | 2020-06-01 | V2           | 2020-08-31 | E4A || no
    P4        | 2020-06-01 | V2           | 2020-09-01 | E4A || yes
    P5        | 2020-06-01 | J1           | 9999-12-31 |     || yes
    P6        | 2020-06-01 | C1           |            |     || yes
    P7        | 2020-06-01 | C1           |            |     || no
    P8        | 2020-06-01 | C1           |            |     || no
    P9        | 2020-06-01 | V2           |            |     || no
    P10       | 2020-06-01 | V2           |            |     || yes
    STRANGER  | 2020-06-01 | C2           |            |     || yes
    V1_CHILD  | 2020-06-01 | V1           |            |     || no
    V3_CHILD  | 2020-06-01 | V3           |            |     || no
    V4_CHILD  | 2020-06-01 | V4           |            |     || no
    ODD       | 2020-06-01 | ZZZ          |            |     || yes
    """,
)
def test_looked_after_are_those_with_an_open_episode_that_is_no_short_break_and_who_are_born_and_under_18(
    published: Published,
) -> None:
    answers = published.answers("cla_episode", "person_id")
    assert among(published, CARE_RATE, "2020-08", answers) == answers


@pytest.mark.extract(
    "2020-09-10",
    person=AGED,
    referral=SINCE_MAY,
    cla_episode="""
    person_id | decom      | rne | legal_status | dec        | rec
    P1        | 2020-06-01 | S   | V2           | 2020-08-31 | X1
    P1        | 2020-08-31 | L   | C1           |            |
    P2        | 2020-06-01 | S   | V2           | 2020-09-01 | X1
    P2        | 2020-09-01 | L   | C1           |            |
    P3        | 2020-06-01 | S   | V4           |            |
    P3        | 2020-07-01 | S   | C2           |            |
    """,
)
def test_a_child_whose_episode_ends_on_the_day_the_next_begins_is_counted_once(published: Published) -> None:
    assert published.cases(CARE_RATE, "record_id", "2020-08") == {
        "P1": "2020-08-31/C1/U1",
        "P2": "2020-06-01/V2/U1",
        "P3": "2020-07-01/C2/U1",
    }


def care_plans(published: Published, month: str) -> dict[str, str]:
    """Of the children looked after, whether each has an authorised care plan."""
    return {child: YES_NO[has] for child, has in published.cases(CARE_PLAN, "numerator", month).items()}


def plan_answers(published: Published) -> dict[str, str]:
    return {child: answer["has plan"] for child, answer in published.answers("cla_episode", "person_id").items()}


@pytest.mark.extract(
    person=AGED,
    referral=SINCE_MAY,
    cla_episode="""
    person_id | decom      || has plan
    P1        | 2020-06-01 || yes
    P2        | 2020-06-01 || yes
    P3        | 2020-06-01 || no
    P4        | 2020-06-01 || no
    P5        | 2020-06-01 || no
    A1        | 2020-06-01 || yes
    A2        | 2020-06-01 || no
    A3        | 2020-06-01 || no
    A4        | 2020-06-01 || no
    A5        | 2020-06-01 || no
    A6        | 2020-06-01 || yes
    """,
    cla_care_plan="""
    person_id | authorised_date | end_date   | status     | completed_date
    P1        | 2020-06-10      |            | AUTHORISED |
    P2        | 2020-08-31      | 2020-09-01 |            |
    P3        | 2020-09-01      |            |            |
    P4        |                 |            | COMPLETED  | 2020-06-10
    A1        | 2020-06-10      | 31/12/9999 |            |
    A2        | 2020-06-10      | 2020-08-31 |            |
    A3        | 2020-06-10      |            | Cancelled  |
    A4        | 2020-06-10      |            | Draft      |
    A5        | 2020-06-10      |            | REOPENED   |
    A6        | 2020-06-10      | 2020-07-01 |            |
    A6        | 2020-07-01      |            |            |
    """,
)
def test_a_care_plan_counts_once_it_is_authorised_and_until_it_ends(published: Published) -> None:
    assert care_plans(published, "2020-08") == plan_answers(published)
    assert published.count(CARE_PLAN, "2020-08") == "4 of 11"


@pytest.mark.extract(
    person=AGED,
    referral=SINCE_MAY,
    cla_episode="""
    person_id | decom      | rne | dec        | rec || has plan
    P1        | 2020-08-01 | S   |            |     || yes
    P2        | 2020-08-01 | S   |            |     || no
    P3        | 2020-08-01 | S   |            |     || no
    """,
    cla_care_plan="""
    person_id | authorised_date | end_date
    P1        | 2020-07-01      |
    P2        | 2020-06-30      |
    P3        | 2019-03-01      |
    """,
)
def test_a_care_plan_is_of_this_period_of_care_if_authorised_up_to_31_days_before_it_began(
    published: Published,
) -> None:
    assert care_plans(published, "2020-08") == plan_answers(published)
    reasons = published.cases(CARE_PLAN, "reason", "2020-08")
    assert reasons["P2"] == "The care plan is from an earlier period of care"


@pytest.mark.extract(
    person=AGED,
    referral=SINCE_MAY,
    cla_episode="""
    person_id | decom      | rne | legal_status | dec        | rec
    CHAIN     | 2018-06-01 | S   | V2           | 2019-06-01 | X1
    CHAIN     | 2019-06-01 | L   | C1           | 2020-06-01 | X1
    CHAIN     | 2020-06-01 | P   | C1           |            |
    ANEW      | 2018-06-01 | S   | V2           | 2019-06-01 | E4A
    ANEW      | 2020-06-01 | S   | C1           |            |
    SAME_DAY  | 2018-06-01 | S   | V2           | 2020-06-01 | E4A
    SAME_DAY  | 2020-06-01 | S   | C1           |            |
    BREAKS    | 2018-06-01 | S   | V4           | 2020-06-01 | X1
    BREAKS    | 2020-06-01 | S   | C1           |            |
    """,
    cla_care_plan="""
    person_id | authorised_date
    CHAIN     | 2018-06-10
    ANEW      | 2018-06-10
    SAME_DAY  | 2018-06-10
    BREAKS    | 2018-06-10
    """,
)
def test_the_period_of_care_begins_where_the_chain_of_episodes_begins(published: Published) -> None:
    assert published.cases(CARE_PLAN, "clock_start, numerator", "2020-08") == {
        "CHAIN": (date(2018, 6, 1), 1.0),
        "ANEW": (date(2020, 6, 1), 0.0),
        "SAME_DAY": (date(2020, 6, 1), 0.0),
        "BREAKS": (date(2020, 6, 1), 0.0),
    }


@pytest.mark.extract(
    person="""
    person_id | dob
    SIXTEEN   | 2004-08-31
    FIFTEEN   | 2004-09-01
    SEVENTEEN | 2003-01-01
    UNKNOWN   |
    CARE      | 2010-01-01
    NO_TYPE   | 2010-01-01
    """,
    referral=SINCE_MAY,
    cla_episode="""
    person_id | decom      || has plan
    SIXTEEN   | 2020-06-01 || yes
    FIFTEEN   | 2020-06-01 || no
    SEVENTEEN | 2020-06-01 || yes
    UNKNOWN   | 2020-06-01 || no
    CARE      | 2020-06-01 || yes
    NO_TYPE   | 2020-06-01 || yes
    """,
    cla_care_plan="""
    person_id | plan_type    | authorised_date
    SIXTEEN   | PATHWAY_PLAN | 2020-06-10
    FIFTEEN   | PATHWAY_PLAN | 2020-06-10
    SEVENTEEN | Pathway Plan | 2020-06-10
    UNKNOWN   | PATHWAY_PLAN | 2020-06-10
    CARE      | CARE_PLAN    | 2020-06-10
    NO_TYPE   |              | 2020-06-10
    """,
)
def test_a_pathway_plan_stands_for_a_care_plan_from_the_sixteenth_birthday(published: Published) -> None:
    assert care_plans(published, "2020-08") == plan_answers(published)


# -------------------------------------------------------------------------------- months, history, what cannot be

MONTHS_OF = (
    "select strftime(month, '%Y-%m'), status from of_monthly_kpi where measure_code = ? and period = ? order by 1"
)


@pytest.mark.extract(
    "2020-09-15",
    person=AGED,
    referral="""
    referral_date | received_at | mash_completed_at
    2020-06-15    | 2020-06-15  | 2020-06-15
    TBC           | 2020-03-02  | 2020-03-02
    """,
    cp_plan="""
    person_id | start_date | end_date
    P1        | 2020-09-01 |
    P2        | 2020-09-16 |
    P3        | 2020-01-01 | 2020-09-15
    """,
)
def test_history_begins_with_the_earliest_usable_referral_and_ends_in_the_month_in_progress(
    published: Published,
) -> None:
    months = [("2020-06", "final"), ("2020-07", "provisional"), ("2020-08", "provisional"), ("2020-09", "to_date")]
    assert published.select(MONTHS_OF, MASH, "month") == months
    assert published.cases(PLAN_RATE, "event_date", "2020-09") == {"P1": date(2020, 9, 15)}


@pytest.mark.extract(
    "2020-08-31",
    referral="""
    referral_date | received_at | mash_completed_at
    2020-08-03    | 2020-08-03  | 2020-08-04
    """,
)
def test_a_month_has_ended_for_an_extract_of_its_last_day(published: Published) -> None:
    assert published.select(MONTHS_OF, MASH, "month") == [("2020-08", "provisional")]
    assert published.count(MASH, "2020-08") == "1 of 1"


@pytest.mark.extract(
    "2020-09-30",
    person=AGED,
    referral="""
    referral_date | received_at | mash_completed_at
    2019-10-31    | 2019-10-31  | 2019-10-31
    2019-10-31    | 2019-10-31  | 2019-11-05
    2020-08-03    | 2020-08-03  | 2020-08-03
    2020-08-03    | 2020-08-03  | 2020-08-03
    """,
    cla_episode="""
    person_id | decom
    P1        | 2020-01-31
    P2        | 2020-08-31
    """,
    cla_care_plan="""
    person_id | authorised_date
    P1        | 2020-07-01
    """,
)
def test_twelve_months_are_pooled_and_published_only_where_all_twelve_lie_in_the_history(published: Published) -> None:
    assert published.select(MONTHS_OF, MASH, "rolling_12_months") == [("2020-09", "provisional")]
    assert published.count(MASH, "2020-09", "rolling_12_months") == "3 of 4"
    assert published.figure("value", MASH, "2020-09", "rolling_12_months") == 75
    # Nine month ends of one child, two of the other; three of them with a plan.
    assert published.count(CARE_PLAN, "2020-09", "rolling_12_months") == "3 of 11"


@pytest.mark.extract(
    referral="""
    referral_date | received_at | mash_completed_at
    2020-08-03    | 2020-08-03  |
    """
)
def test_a_month_without_events_is_a_month_of_nothing_out_of_nothing_and_without_a_value(published: Published) -> None:
    assert published.count(MASH, "2020-08") == "0 of 0"
    assert published.figure("value", MASH, "2020-08") is None


@pytest.mark.extract(
    referral="""
    referral_date | received_at
    2020-08-03    | 2020-08-03
    """,
    icpc="""
    icpc_date
    2020-08-04
    """,
    cla_episode="""
    decom
    2020-08-04
    """,
    cla_care_plan="""
    started_date
    2020-08-04
    """,
)
def test_what_lacks_a_table_or_a_column_is_listed_with_what_it_lacks_and_never_a_zero(published: Published) -> None:
    listed = dict(published.select("select measure_code, reason from of_not_computable"))
    assert {measure: listed[measure] for measure in SHORT.values()} | {PLAN_RATE: listed[PLAN_RATE]} == {
        MASH: "The table referral has no column mash_completed_at.",
        ASSESSMENT: "The table assessment was not sent.",
        CONFERENCE: "The table s47 was not sent.",
        CARE_PLAN: listed[CARE_PLAN],  # it lacks two things, and names one of them
        PLAN_RATE: "The table cp_plan was not sent.",
        CARE_RATE: "The table person was not sent.",
    }
    measured = {measure for (measure,) in published.select("select distinct measure_code from of_monthly_kpi")}
    assert measured.isdisjoint(listed)


@pytest.mark.extract(
    referral="""
    referral_date | received_at | mash_completed_at
    2020-08-03    | 2020-08-03  | 2020-08-03
    """,
    person=AGED,
    cp_plan="""
    person_id | start_date
    P1        | 2020-08-03
    """,
)
def test_what_the_tables_allow_is_published_beside_what_they_do_not(published: Published) -> None:
    measured = published.select("select distinct measure_code from of_monthly_kpi")
    # A rate of an authority whose population is not known is listed too: its count is published.
    listed = {measure for (measure,) in published.select(
        "select measure_code from of_not_computable where reason not like '%is published without a rate.'"
    )}  # fmt: skip
    assert {PLAN_RATE, MASH} <= {measure for (measure,) in measured} <= MEASURES.keys() - listed


@pytest.mark.extract(
    referral="referral_date\n2020-05-04",
    person=AGED,
    cp_plan="person_id | start_date\nP1 | 2020-05-11",
)
def test_a_quarter_or_year_of_a_state_at_month_ends_is_told_only_where_each_of_its_months_is(
    published: Published,
) -> None:
    """The figures begin in May: April is in the first quarter and in the year, and nobody knows it."""
    listed = published.select(
        "select strftime(month, '%Y-%m'), period from of_monthly_kpi_current where measure_code = ? order by all",
        PLAN_RATE,
    )
    assert listed == [(month, "month") for month in ("2020-05", "2020-06", "2020-07", "2020-08", "2020-09")]


# ------------------------------------------------------------------------------------------------------ settings

# One extract on which every alternative reading of a contested definition makes a difference.
CONTESTED = {
    "person": """
    person_id | dob
    P1        | 2010-01-01
    P2        | 2004-01-01
    P3        | 2010-01-01
    P4        | 2010-01-01
    P5        | 2010-01-01
    """,
    "referral": """
    referral_id | referral_date | received_at      | mash_completed_at
    R1          | 2019-01-07    | 2020-07-31 09:00 | 2020-08-03 10:00
    R2          | 2020-08-01    | 2020-08-01 12:00 | 2020-08-04 09:36
    R3          | 2020-08-03    | 2020-08-03 16:00 | 2020-08-06 15:00
    R4          | 2020-08-03    |                  | 2020-08-03 16:00
    R5          | 2020-08-05    | 2020-08-05 09:00 |
    R6          | 2020-08-10    | 2020-08-10 09:00 | 2020-08-11 08:00
    R7          | 2020-08-12    | 2020-08-12 09:00 | 2020-08-13 10:00
    """,
    "assessment": """
    assessment_id | person_id | referral_id | assessment_type | start_date | authorised_date | completed_date
    A1            | P1        | R1          | Single          | 2020-07-20 | 2020-08-04      | 2020-08-03
    A2            | P1        | R1          | Update          | 2020-07-27 | 2020-08-05      | 2020-07-30
    """,
    "s47": """
    s47_id | person_id | start_date
    S1     | P1        | 2020-07-13
    S2     | P1        | 2020-07-17
    S3     | P1        | 2020-07-06
    S4     | P3        | 2020-07-20
    S5     | P3        | 2020-07-06
    """,
    "icpc": """
    icpc_id | person_id | s47_id | icpc_date  | transfer_in | notification_date
    C1      | P1        | S1     | 2020-08-04 |             |
    C2      | P2        |        | 2020-08-04 | Y           | 2020-08-03
    C3      | P3        | S4     | 2020-08-04 |             |
    """,
    "cla_episode": """
    person_id | decom      | legal_status
    P1        | 2020-06-01 | C2
    P2        | 2020-06-01 | C2
    P3        | 2020-08-17 | C2
    P4        | 2020-08-14 | V4
    P5        | 2020-08-14 | C2
    """,
    "cla_care_plan": """
    person_id | plan_type    | authorised_date
    P1        | CARE_PLAN    | 2020-06-10
    P2        | PATHWAY_PLAN | 2020-06-10
    """,
    "cp_plan": """
    person_id | start_date
    P1        | 2020-06-01
    """,
}


@pytest.fixture(scope="module")
def contested(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Southampton's contested extract, read and judged: settings decide only what comes after."""
    folder = tmp_path_factory.mktemp("contested")
    extract = Extract("852", date(2020, 9, 1), folder / "852" / "2020-09-01")
    land(extract.folder, **CONTESTED)
    group = Group([extract], Settings(), LIMITS)
    group.facts()
    assert not group.refused
    yield group.connection
    group.close()


SETTINGS = """
measure      | month   | shown         | settings                                                    || answer
mash         | 2020-08 | counts        |                                                             || 3, 6
mash         | 2020-08 | counts        | nonworking_start=roll_forward_is_day_0                      || 4, 6
mash         | 2020-08 | counts        | missing_start=exclude                                       || 3, 5
mash         | 2020-08 | missing_start |                                                             || 1
mash         | 2020-08 | missing_start | missing_start=exclude                                       || 0
mash         | 2020-07 | counts        |                                                             || 0, 0
mash         | 2020-07 | counts        | mash_month_by=received                                      || 1, 1
mash         | 2020-08 | counts        | mash_month_by=received                                      || 2, 6
mash         | 2020-08 | counts        | mash_clock=strict_24h                                       || 1, 6
mash         | 2020-08 | counts        | mash_clock=working_hours                                    || 4, 6
mash         | 2020-08 | counts        | mash_clock=working_hours; mash_working_hours=24.5           || 5, 6
mash         | 2020-08 | counts        | mash_clock=working_hours; mash_working_hours=9.5            || 3, 6
mash         | 2020-08 | counts        | mash_clock=working_hours; mash_working_hours=9.4            || 1, 6
mash         | 2020-08 | counts        | mash_clock=working_hours; mash_working_hours=9.4; mash_open_until=16:30 || 4, 6
mash         | 2020-08 | counts        | mash_clock=working_hours; mash_working_hours=9.4; mash_open_from=09:00 || 4, 6
mash         | 2020-08 | counts        | local_extra_non_working_days=2020-08-03                     || 4, 6
assessment   | 2020-08 | counts        |                                                             || 1, 2
assessment   | 2020-08 | counts        | sa_clock_start=assessment_start                             || 2, 2
assessment   | 2020-08 | counts        | sa_clock_start=referral_always                              || 0, 2
assessment   | 2020-08 | counts        | sa_completion=completed_date                                || 0, 1
assessment   | 2020-07 | counts        | sa_completion=completed_date                                || 1, 1
assessment   | 2020-08 | counts        | assessment_types=single                                     || 0, 1
assessment   | 2020-08 | counts        | assessment_types=SINGLE,Update                              || 1, 2
conference   | 2020-08 | counts        |                                                             || 2, 3
conference   | 2020-08 | counts        | icpc_clock=latest_strategy                                  || 3, 3
conference   | 2020-08 | counts        | icpc_clock=first_strategy                                   || 1, 3
conference   | 2020-08 | counts        | icpc_transfer_in=exclude                                    || 1, 2
looked after | 2020-08 | numerator     |                                                             || 4
looked after | 2020-08 | numerator     | cla_exclude_ls=V1,V3                                        || 5
care plan    | 2020-08 | counts        |                                                             || 2, 4
care plan    | 2020-08 | counts        | careplan_grace_wd=9                                         || 2, 3
care plan    | 2020-08 | counts        | careplan_grace_wd=10                                        || 2, 2
care plan    | 2020-08 | counts        | careplan_accept_pathway=false                               || 1, 4
looked after | 2020-08 | denominator   |                                                             || 49737
looked after | 2020-04 | denominator   |                                                             || 49737
looked after | 2020-03 | denominator   |                                                             || 49588
looked after | 2019-03 | denominator   |                                                             || 49331
looked after | 2019-03 | denominator   | population_rule=latest_available                            || 50941
looked after | 2020-08 | denominator   | population_rule=fixed; population_mid_year=2017             || 49138
looked after | 2020-08 | value         | population_rule=fixed; population_mid_year=2017             || 0.814034
looked after | 2020-08 | denominator   | population_rule=fixed; population_mid_year=1950             ||
looked after | 2020-08 | denominator   | population_rule=fixed; population_mid_year=2040             ||
looked after | 2020-08 | value         | population_rule=fixed; population_mid_year=1950             ||
looked after | 2019-03 | denominator   | population_vintage=CIN-2018-original                        || 50305
mash         | 2018-12 | counts        |                                                             || no row
mash         | 2018-12 | counts        | history_from=2018-12-25                                     || 0, 0
mash         | 2020-07 | counts        | history_from=2020-08-01                                     || no row
mash         | 2020-06 | status        |                                                             || final
mash         | 2020-07 | status        |                                                             || provisional
mash         | 2020-07 | status        | final_after_months=1                                        || final
mash         | 2020-08 | status        | final_after_months=0                                        || final
mash         | 2020-06 | status        | final_after_months=3                                        || provisional
"""


def as_settings(text: str) -> Settings:
    """The settings that a cell of the table names."""
    values: dict[str, Any] = dict(part.strip().split("=") for part in text.split(";") if part.strip())
    lists = ("cla_exclude_ls", "assessment_types", "local_extra_non_working_days")
    return Settings(**{name: value.split(",") if name in lists else value for name, value in values.items()})


Counted = Callable[[str, str], dict[str, Row]]


@pytest.fixture(scope="module")
def counted_with(contested: duckdb.DuckDBPyConnection) -> Counted:
    """By month, the figures of a measure of the contested extract under the settings that a cell names, counted once."""
    closed: list[tuple[date, ...]] = []

    def needed(measure: Measure) -> list[steps.Step]:
        read, found = {"facts.reporting_month", "facts.child", f"facts.{measure.fact}"}, []
        for step in reversed(computing.fact_steps()):  # each stands after those it reads
            if step.table in read:
                found.insert(0, step)
                read |= step.reads
        return found

    @cache
    def counted(measure_code: str, text: str) -> dict[str, Row]:
        settings, measure = as_settings(text), MEASURES[measure_code]
        if closed != [settings.local_extra_non_working_days]:
            loading.load(contested, settings.local_extra_non_working_days)
            closed[:] = [settings.local_extra_non_working_days]
        load_settings(contested, settings)
        steps.run(contested, needed(measure))
        evaluation.evaluate(contested, [measure])
        rows = contested.execute(
            "select strftime(month, '%Y-%m') as shown_month, *, scale * numerator / nullif(denominator, 0) as value "
            "from measures.month_figure inner join (select measure_code, scale from measures.measure) "
            "using (measure_code)"
        )
        names = [column[0] for column in rows.description or []]
        return {row[0]: dict(zip(names, row, strict=True)) for row in rows.fetchall()}

    return counted


SHORT = {
    "mash": MASH,
    "assessment": ASSESSMENT,
    "conference": CONFERENCE,
    "looked after": CARE_RATE,
    "care plan": CARE_PLAN,
}


@pytest.mark.parametrize(
    ("drawn", "answer"),
    list(zip(drawn_rows(SETTINGS), drawn_rows(SETTINGS, answers=True), strict=True)),
    ids=lambda row: " ".join(row.values()),
)
def test_a_setting_changes_what_it_should(counted_with: Counted, drawn: Row, answer: Row) -> None:
    columns = {"counts": ["numerator", "denominator"]}.get(drawn["shown"], [drawn["shown"]])
    figure = counted_with(SHORT[drawn["measure"]], drawn["settings"]).get(drawn["month"])
    cells = [figure[column] for column in columns] if figure else ["no row"]
    shown = ["" if cell is None else f"{cell:.6g}" if isinstance(cell, float) else str(cell) for cell in cells]
    assert ", ".join(shown) == answer["answer"]


@dataclass(frozen=True)
class Under:
    """Extracts that were published under settings that are not the default ones."""

    settings: Settings
    kpi: duckdb.DuckDBPyConnection


@pytest.fixture(
    scope="module",
    params=[
        {"snapshot_rolling": "mean_of_months", "sa_completion": "authorised_date"},
        pytest.param(
            {"snapshot_rolling": "pooled_snapshots", "sa_completion": "completed_date"}, marks=pytest.mark.long
        ),
    ],
    ids=lambda named: "-".join(named.values()),
)
def under(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Under]:
    """One run: 852 has the contested extract, 851 no date of assessments under the setting, and 941 began in April 2021."""
    settings = Settings(**request.param, population_vintage="2025 CLA release")
    folder = tmp_path_factory.mktemp("under")
    extracts = [
        Extract(la_code, day, folder / la_code)
        for la_code, day in (("852", date(2020, 9, 1)), ("851", date(2020, 9, 1)), ("941", date(2021, 5, 31)))
    ]
    contested, without_date, begun = extracts
    land(contested.folder, **CONTESTED)
    sent = {"authorised_date": "completed_date", "completed_date": "authorised_date"}[settings.sa_completion]
    land(
        without_date.folder,
        referral="referral_date\n2020-07-01",
        assessment=f"start_date | {sent}\n2020-07-01 | 2020-07-08",
    )
    land(
        begun.folder,
        person="person_id | dob\nP1 | 2015-01-01",
        referral="referral_date\n2021-02-01",
        cp_plan="person_id | start_date\nP1 | 2021-02-10",
    )
    process(folder / "warehouse", extracts, settings)
    with duckdb.connect(str(folder / "warehouse" / "kpi.duckdb"), read_only=True) as kpi:
        kpi.execute(f"attach '{folder}/warehouse/casework.duckdb' as casework (read_only)")
        yield Under(settings, kpi)


def test_twelve_month_ends_are_pooled_or_averaged(under: Under) -> None:
    found = under.kpi.execute(
        "select value from monthly_kpi_current where la_code = '852' and measure_code = ? and month = '2020-08-01' "
        "and period = 'rolling_12_months'",
        [CARE_PLAN],
    ).fetchall()
    expected = {"mean_of_months": 83.3333, "pooled_snapshots": 75}[under.settings.snapshot_rolling]
    assert found == [(pytest.approx(expected),)]


# What is said of figures, and decides none: the tests of signals and of the overview hold these.
OF_WHAT_IS_SAID = {"spc_rebase", "local_target", "overview_above_benchmark_percent"}


def test_every_alternative_of_every_setting_is_tried_somewhere() -> None:
    folder = Path(__file__).parents[1]
    tried = "".join(path.read_text() for path in sorted(folder.rglob("*/test_*.py")))
    for name, declared in Settings.model_fields.items():
        if name in OF_WHAT_IS_SAID:
            continue
        assert re.search(rf"\b{name}\b", tried), name
        for alternative in get_args(declared.annotation) if get_origin(declared.annotation) is Literal else ():
            assert alternative == declared.default or alternative in tried, (name, alternative)


def test_without_the_date_that_the_setting_names_assessments_are_not_computable_and_none_is_pending(
    under: Under,
) -> None:
    of_assessments = "measure_code = 'assessment_timeliness' and la_code = '851'"
    reasons = under.kpi.sql(f"select reason from not_computable where {of_assessments}").fetchall()  # noqa: S608
    assert reasons == [(f"The table assessment has no column {under.settings.sa_completion}.",)]
    assert under.kpi.sql(f"from monthly_kpi where {of_assessments}").fetchall() == []
    assert under.kpi.sql(f"from casework.pending_case where {of_assessments}").fetchall() == []


def test_months_without_a_population_are_named_and_their_counts_published(under: Under) -> None:
    figures = under.kpi.sql(
        "select strftime(month, '%Y-%m'), numerator, denominator is not null from monthly_kpi_current "
        "where la_code = '941' and measure_code = 'child_protection_plan_rate' and period = 'month' order by month"
    ).fetchall()
    ((reason,),) = under.kpi.sql(
        "select reason from not_computable where la_code = '941' and measure_code = 'child_protection_plan_rate'"
    ).fetchall()
    assert figures == [("2021-02", 1, False), ("2021-03", 1, False), ("2021-04", 1, True), ("2021-05", 1, True)]
    assert "for 2 months from 2021-02 to 2021-03" in reason


@pytest.mark.extract(
    "2020-08-31",
    person="person_id | dob\nP1 | 2015-01-01",
    referral="referral_date\n2020-08-03",
    cp_plan="person_id | start_date\nP1 | 2020-08-03",
    assessment="start_date | authorised_date\n2020-08-03 | 2020-08-20",
)
def test_a_code_that_is_no_authority_has_no_rank_and_compares_with_nothing_unpublished(published: Published) -> None:
    codes = "select la_code from reference.geography where la_code = ?"
    assert published.warehouse.execute(codes, [published.la_code]).fetchall() == []
    rows = published.warehouse.execute(
        "select measure_code, benchmark, benchmark_value is not null, is_comparable, national_rank, quartile_band "
        "from kpi.benchmark_comparison where la_code = ? and period = 'month' and measure_code in "
        "('assessment_timeliness', 'child_protection_plan_rate') order by all",
        [published.la_code],
    ).fetchall()
    assert rows == [
        ("assessment_timeliness", "england", True, False, None, None),
        ("assessment_timeliness", "region", False, False, None, None),
        ("assessment_timeliness", "statistical_neighbours", False, False, None, None),
        ("child_protection_plan_rate", "england", True, True, None, None),
        ("child_protection_plan_rate", "region", False, False, None, None),
        ("child_protection_plan_rate", "statistical_neighbours", False, False, None, None),
    ]


@pytest.mark.extract(
    person="person_id | dob\nP1 | 2010-01-01\nP2 | 2011-01-01",
    referral="""
    received_at | mash_completed_at
    2020-08-04  | 2020-08-05
    2020-08-03  |
    """,
    assessment="""
    start_date | authorised_date
               | 31/31/2020
    2020-08-03 | 2020-08-05
    2020-08-03 |
    """,
    s47="""
    person_id | start_date | icpc_not_required
    P1        | 2020-08-03 |
    P2        | 2020-08-03 | N
    """,
    icpc="""
    person_id | icpc_date  | transfer_in | notification_date
    P1        |            | Y           | 2020-08-03
    P1        | 2020-08-05 | N           |
    """,
    cp_plan="""
    person_id | start_date
    P1        | 2020-08-05
    P1        | 2020-08-06
    P1        | 2020-08-05
    """,
    cla_episode="""
    person_id | decom      | dec
    P2        | 2020-08-05 | 2020-08-10
    P2        | 2020-08-10 |
    """,
    cla_care_plan="person_id | authorised_date\nP2 | 2020-08-06",
)
def test_every_case_and_every_open_item_names_the_row_of_the_extract_that_it_comes_from(published: Published) -> None:
    """As a person counts in the file: the header is row 1. Of several open plans of a child, the one that began first."""
    cases = [row for row in published.select(
        "select distinct measure_code, table_name, row_number from of_kpi_case where month = '2020-08-01' order by all"
    ) if row[0] in SHORT.values() or row[0] == PLAN_RATE]  # fmt: skip
    assert cases == [
        ("assessment_timeliness", "assessment", 3),
        ("authorised_care_plan", "cla_episode", 3),
        ("child_protection_plan_rate", "cp_plan", 2),
        ("icpc_timeliness", "icpc", 3),
        ("looked_after_rate", "cla_episode", 3),
        ("mash_timeliness", "referral", 2),
    ]
    pending = [row for row in published.select(
        "select measure_code, table_name, row_number from of_pending_case order by all"
    ) if row[0] in SHORT.values()]  # fmt: skip
    assert pending == [
        ("assessment_timeliness", "assessment", 4),
        ("icpc_timeliness", "icpc", 2),
        ("icpc_timeliness", "s47", 3),
        ("mash_timeliness", "referral", 3),
    ]


@pytest.mark.extract(
    referral="referral_date\n2019-08-01",
    cla_episode="""
    person_id | decom      | dec        | rec | legal_status
    P1        | 2020-08-03 | 2020-08-05 | E4A | C2
    P1        | 2020-08-20 |            |     | V4
    P2        | 2020-08-20 |            |     | J1
    P2        | 2020-08-03 | 2020-08-05 | E4A | C2
    P3        | 2020-08-03 | 2020-08-05 | E4A | J1
    P3        | 2020-08-20 |            |     | C2
    P4        | 2020-08-20 |            |     | C2
    P4        | 2020-08-03 | 2020-08-05 | E4A | J1
    P5        | 2020-08-03 | 2020-08-20 | E4A | C2
    P5        | 2020-08-03 | 2020-08-03 | E4A | J1
    """,
)
def test_a_child_who_entered_care_twice_in_a_month_counts_once_by_the_later_entry(published: Published) -> None:
    """Whichever row stands first in the file; P1's second episode is a short break and no entry, P5 left the day it came."""
    assert published.warehouse.execute(
        "select category, numerator from measures.period_breakdown where la_code = ? and measure_code = "
        "'entry_to_care_rate' and breakdown = 'legal_status' and period = 'rolling_12_months' and month = '2020-08-01' "
        "order by category",
        [published.la_code],
    ).fetchall() == [("full care order", 4), ("youth justice", 1)]


@pytest.mark.extract(
    referral="referral_date\n2020-08-03",
    allocation="""
    person_id | worker_id | start_date | team
    P1        | W9        | 2020-08-01 | North
    P1        | W1        | 2020-08-01 | South
    """,
)
def test_of_two_allocations_that_began_on_a_day_the_later_in_the_file_says_the_team(published: Published) -> None:
    """As it says who holds the case in the list of open work."""
    assert published.warehouse.execute(
        "select category, numerator from measures.month_breakdown where la_code = ? and measure_code = 'referrals' "
        "and breakdown = 'team' and month = '2020-08-01'",
        [published.la_code],
    ).fetchall() == [("South", 1)]


OF_THE_LAST_DAYS_OF_A_MONTH = {
    "501": (date(2020, 9, 30), {"2020-09": 1}),
    "502": (date(2020, 10, 1), {"2020-09": 1, "2020-10": 1}),
    "503": (date(2020, 10, 31), {"2020-10": 1}),
}
BY_THEIR_WORKER = {"504": ("worker", {"2020-09": 1}), "505": ("unknown", {})}


@pytest.fixture(scope="module")
def of_now(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The measures of extracts that say only how things stand, an authority each."""
    folder = tmp_path_factory.mktemp("of_now")
    extracts = []
    for la_code, (day, _) in OF_THE_LAST_DAYS_OF_A_MONTH.items():
        land(
            folder / la_code,
            person="dob\n2001-01-01",
            referral="referral_date\n2019-08-01",
            care_leaver="in_touch | activity | accommodation\nYES | F1 | B1",
        )
        extracts.append(Extract(la_code, day, folder / la_code))
    for la_code, (worker, _) in BY_THEIR_WORKER.items():
        land(
            folder / la_code,
            person="dob\n2010-01-01\n2010-01-01",
            referral=f"referral_date | {worker}\n2019-08-01 | Duty\n2019-08-01 | W1",
            cp_plan="person_id | start_date\nP2 | 2020-01-01",
            cla_episode="person_id | decom\nP2 | 2020-01-01",
        )
        extracts.append(Extract(la_code, date(2020, 9, 10), folder / la_code))
    with grouped(extracts) as group:
        yield group.connection


@pytest.mark.parametrize("la_code", OF_THE_LAST_DAYS_OF_A_MONTH)
def test_a_state_of_now_is_that_of_the_last_ended_month_and_not_of_the_one_before_it(
    of_now: duckdb.DuckDBPyConnection, la_code: str
) -> None:
    """On the last day of a month that month has ended; the month before keeps what an earlier extract said of it."""
    _, known = OF_THE_LAST_DAYS_OF_A_MONTH[la_code]
    found = of_now.execute(
        "select distinct strftime(month, '%Y-%m'), denominator from measures.month_figure "
        "where measure_code like 'care_leavers_%' and la_code = ?",
        [la_code],
    ).fetchall()
    assert dict(found) == known
    assert len(found) == len(known)


@pytest.mark.parametrize("la_code", BY_THEIR_WORKER)
def test_without_allocations_unallocated_cases_are_those_of_the_extract_date_by_the_worker_of_the_referral(
    of_now: duckdb.DuckDBPyConnection, la_code: str
) -> None:
    _, known = BY_THEIR_WORKER[la_code]
    found = of_now.execute(
        "select strftime(month, '%Y-%m'), numerator from measures.month_figure "
        "where measure_code = 'unallocated_cases' and la_code = ?",
        [la_code],
    ).fetchall()
    assert dict(found) == known
