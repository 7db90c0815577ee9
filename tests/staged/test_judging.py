"""The contracts, on drawn extracts: what each rule says of a row, and what each spelling of a value means.

Right of the double bar stands what is reported of the row, and the state in which it ends.
"""

import textwrap
from datetime import datetime
from pathlib import Path

import pytest
from support.drawn_extracts import Staged, staged_extract
from support.landed import EXTRACT_DATE, drawn_rows

from schemas.rules import RULES, State
from warehouse.staged.codes import read_code


@pytest.fixture
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Staged:
    """What came of the extract that is drawn above the test."""
    mark = request.node.get_closest_marker("extract")
    tables = {name: textwrap.dedent(drawing) for name, drawing in mark.kwargs.items()}
    return staged_extract(tmp_path, day="".join(mark.args) or EXTRACT_DATE, **tables)


# ------------------------------------------------------------------------------------------------ rules, by table

PERSON = """
    person_id | dob
    P1        | 2010-01-01
    """
REFERRAL = """
    referral_id | person_id | referral_date
    R1          | P1        | 2020-05-01
    """


@pytest.mark.extract(
    person=PERSON,
    referral="""
    referral_id | person_id | referral_date | closure_date | status || reported                       | state
    R1          | P1        | 2020-08-03    | 2020-08-03   |        ||                                | used
    nan         | P1        | 2020-08-03    |              |        || referral_id:required           | quarantined
    1.23457E+11 | P1        | 2020-08-03    |              |        || referral_id:unreadable_id      | quarantined
    R4          |           | 2020-08-03    |              |        || person_id:required             | quarantined
    R5          | P1        | <blank>       |              |        || referral_date:required         | quarantined
    R6          | P1        | 05/27/2020    |              |        || referral_date:unreadable_date  | quarantined
    R7          | P1        | #N/A          |              |        || referral_date:unreadable_date  | quarantined
    R8          | P1        | 2020-09-02    |              |        || referral_date:after_extract    | quarantined
    R9          | P1        | 2020-09-01    |              |        ||                                | used
    R10         | P1        | 2020-09-02    |              | Draft  ||                                | used
    R11         | P1        | 2020-08-03    | 2020-08-02   |        || closure_date:end_before_start  | quarantined
    R12         | P1        | 2020-08-03    | 2020-09-02   |        || closure_date:after_extract     | quarantined
    R13         | P1        | 2020-08-03    | 31/12/9999   |        || closure_date:sentinel_date     | used
    R14         | P1        | 2020-08-03    | 15/08/20     |        || closure_date:two_digit_year    | used
    R17         | STRANGER  | 2020-08-03    |              |        || person_id:unknown_person       | used
    R18         | P1        | 1999-12-31    |              |        || referral_date:outside_calendar | quarantined
    """,
)
def test_a_referral_is_judged(made: Staged) -> None:
    assert made.judged("referral") == made.expected("referral")
    assert made.states("referral") == "6 used, 10 quarantined, 0 duplicate"


@pytest.mark.extract(
    referral="""
    received_at      | recorded_at      | mash_completed_at || reported                           | state
    2020-08-04 09:00 |                  | 2020-08-03 17:00  || mash_completed_at:end_before_start | quarantined
    2020-08-03 09:00 |                  | 2020-08-03 08:59  || mash_completed_at:end_before_start | quarantined
    2020-08-03 09:00 |                  | 2020-08-03 09:00  ||                                    | used
    2020-08-03 09:00 |                  | 2020-08-03        ||                                    | used
    2020-08-03       |                  | 2020-08-03 09:00  ||                                    | used
                     | 2020-08-04 09:00 | 2020-08-03 17:00  ||                                    | used
    2020-08-03 09:00 | oops!            |                   || recorded_at:unreadable_date        | quarantined
    2020-09-01 23:59 |                  |                   ||                                    | used
    2020-09-02 00:00 |                  |                   || received_at:after_extract          | quarantined
    """,
)
def test_mash_cannot_have_decided_before_it_received_and_times_decide_where_both_are_known(
    made: Staged,
) -> None:
    assert made.judged("referral") == made.expected("referral")


@pytest.mark.extract(
    referral=REFERRAL,
    assessment="""
    assessment_id | start_date | authorised_date | completed_date || reported                         | state
    A1            | 2020-08-03 | 2020-08-03      |                ||                                  | used
    A2            |            | 2020-08-03      |                || start_date:missing_value         | used
    A3            | 2020-08-03 | 2020-08-02      |                || authorised_date:end_before_start | quarantined
    A4            | 2020-08-03 | 2020-09-02      |                || authorised_date:after_extract    | quarantined
    A6            | 2020-08-03 |                 | =H2+5          || completed_date:unreadable_date   | quarantined
    """,
)
def test_an_assessment_is_judged(made: Staged) -> None:
    assert made.judged("assessment") == made.expected("assessment")


@pytest.mark.extract(
    referral=REFERRAL,
    assessment="""
    referral_id | person_id | start_date | internal_review_date | team  || reported                             | state
    R1          | P1        | 2020-05-01 | 2020-12-01           | North ||                                      | used
    R99         | P1        | 2020-08-03 |                      |       || referral_id:unlinked                 | used
    R1          | P1        | 2020-04-30 |                      |       || start_date:before_referral           | used
    R1          | P1        | 2020-08-03 | TBC                  |       || internal_review_date:unreadable_date | quarantined
    R1          | P1        | 2020-08-03 |                      | #REF! || team:error_value                     | used
    """,
)
def test_an_assessments_links_targets_and_texts_are_judged(made: Staged) -> None:
    assert made.judged("assessment") == made.expected("assessment")


@pytest.mark.extract(
    referral=REFERRAL,
    s47="""
    s47_id | person_id | referral_id | start_date | end_date   | icpc_target_date || reported                         | state
    S1     | P1        | R1          | 2020-08-03 | 2020-08-03 | 2020-12-01       ||                                  | used
    S2     | P1        | R1          |            |            |                  || start_date:required              | quarantined
    S3     | P1        | R1          | 2020-08-03 | 2020-08-02 |                  || end_date:end_before_start        | quarantined
    S4     | P1        | R1          | 2020-09-02 |            |                  || start_date:after_extract         | quarantined
    S5     | P1        | R1          | 2020-08-03 |            | soon             || icpc_target_date:unreadable_date | quarantined
    S6     | P1        | R99         | 2020-08-03 |            |                  || referral_id:unlinked             | used
    S6     | P2        | R1          | 2020-08-03 |            |                  || referral_id:unlinked             | used
    S7     | P1        | R1          | 2020-04-30 |            |                  || start_date:before_referral       | used
    """,  # noqa: E501 - drawn wide
)
def test_a_section_47_enquiry_is_judged(made: Staged) -> None:
    assert made.judged("s47") == made.expected("s47")


@pytest.mark.extract(
    referral=REFERRAL,
    s47="""
    s47_id | person_id | start_date | status
    S1     | P1        | 2020-08-03 |
    S2     | P1        | 2020-08-03 | CANCELLED
    """,
    icpc="""
    icpc_id | person_id | s47_id | referral_id | icpc_date  | outcome_cp | status    || reported                             | state
    C1      | P1        | S1     | R1          | 2020-08-03 |            |           ||                                      | used
    C2      | P1        | S1     | R1          | 2020-07-31 |            |           || icpc_date:end_before_start           | quarantined
    C3      | P1        | S2     | R1          | 2020-07-31 |            |           || s47_id:unlinked                      | used
    C4      | P2        | S1     | R1          | 2020-07-31 |            |           || referral_id:unlinked s47_id:unlinked | used
    C4      | P1        | S99    | R1          | 2020-07-31 |            |           || s47_id:unlinked                      | used
    C5      | P1        |        | R1          | 2020-04-30 |            |           || icpc_date:before_referral            | used
    C6      | P1        |        | R1          | 2020-08-08 |            |           || icpc_date:weekend_conference         | quarantined
    C7      | P1        |        | R1          | 2020-08-09 |            | HELD      || icpc_date:weekend_conference         | quarantined
    C8      | P1        |        | R1          | 2020-08-31 |            |           ||                                      | used
    C9      | P1        |        | R1          | 2020-08-08 |            | Cancelled ||                                      | used
    C10     | P1        |        | R1          | 2020-08-08 |            | PLANNED   ||                                      | used
    C11     | P1        |        | R1          | 2020-08-08 |            | ADJOURNED ||                                      | used
    C12     | P1        |        | R1          | 2020-08-08 | Y          | ADJOURNED || icpc_date:weekend_conference         | quarantined
    C13     | P1        |        | R1          | 2020-09-02 |            |           || icpc_date:after_extract              | quarantined
    C14     | P1        |        | R1          | 2020-09-02 |            | PLANNED   ||                                      | used
    C15     | P1        |        | R1          |            |            | PLANNED   ||                                      | used
    """,  # noqa: E501 - drawn wide
)
def test_a_conference_is_judged(made: Staged) -> None:
    assert made.judged("icpc") == made.expected("icpc")


@pytest.mark.extract(
    cp_plan="""
    cp_plan_id | start_date | end_date   | number_previous || reported                          | state
    L1         | 2020-08-03 | 2020-08-03 | 1               ||                                   | used
    L2         |            |            |                 || start_date:required               | quarantined
    L3         | 2020-08-03 | 2020-08-02 |                 || end_date:end_before_start         | quarantined
    L4         | 2020-08-03 | 2020-09-02 |                 || end_date:after_extract            | quarantined
    L5         | 2020-08-03 |            | two             || number_previous:unreadable_number | used
    """,
    cla_episode="""
    decom      | rne | legal_status | dec        || reported                  | state
    2020-08-03 | S   | C2           | 2020-08-03 ||                           | used
    NULL       | S   | C2           |            || decom:required            | quarantined
    2020-08-03 | S   | C2           | 2020-08-02 || dec:end_before_start      | quarantined
    2020-09-02 | S   | C2           |            || decom:after_extract       | quarantined
    2020-08-03 | -   | C2           |            || rne:missing_value         | used
    2020-08-03 | S   | SGO          |            ||                           | used
    2020-08-03 | S   | ??           |            || legal_status:unknown_code | used
    """,
    cla_care_plan="""
    care_plan_id | started_date | authorised_date | end_date   || reported                         | state
    K1           | 2020-08-03   | 2020-08-03      | 2020-08-03 ||                                  | used
    N/A          | 2020-08-03   |                 |            || care_plan_id:required            | quarantined
    K3           | 2020-08-03   | 2020-08-02      |            || authorised_date:end_before_start | quarantined
    K4           | 2020-08-03   |                 | 2020-08-02 || end_date:end_before_start        | quarantined
    K5           |              | 2020-09-02      |            || authorised_date:after_extract    | quarantined
    """,
    person="""
    person_id | dob        | death_date | sex || reported                 | state
    P1        | 2010-01-01 |            | F   ||                          | used
    None      | 2010-01-01 |            | F   || person_id:required       | quarantined
    P3        | 2020-09-02 |            | F   || dob:after_extract        | quarantined
    P4        | 2010-01-01 | 2020-09-02 | F   || death_date:after_extract | quarantined
    P2        | 2010-01-01 |            |     || sex:missing_value        | used
    P5        | 2010-01-01 |            | F   ||                          | used
    P6        | 2010-01-01 |            | F   ||                          | used
    P3        | 2010-01-01 |            | F   ||                          | used
    P4        | 2010-01-01 |            | F   ||                          | used
    P7        | 2010-01-01 |            | F   ||                          | used
    """,
)
def test_persons_plans_episodes_and_care_plans_are_judged(made: Staged) -> None:
    for table in ("person", "cp_plan", "cla_episode", "cla_care_plan"):
        assert made.judged(table) == made.expected(table)


@pytest.mark.extract(
    worker="""
    worker_id | fte | agency | start_date | end_date   || reported              | state
    W1        | 0.8 | N      | 2020-01-01 | 2021-03-31 || duplicate_key         | duplicate
    W2        | all | N      | 2020-01-01 |            || fte:unreadable_number | used
    W3        |     | N      | 2020-01-01 |            || fte:missing_value     | used
    -         | 1   | N      | 2020-01-01 |            || worker_id:required    | quarantined
    W1        | 1   | N      | 2020-01-01 |            ||                       | used
    """,
    dolo="""
    person_id | start_date | end_date   || reported              | state
    P1        | 2020-08-03 | 2021-02-03 ||                       | used
    P2        | 2020-08-03 | 2020-08-02 || end_date:out_of_order | used
    P3        | 2020-09-02 |            || start_date:after_extract | quarantined
    """,
)
def test_workers_and_orders_may_end_after_the_extract_and_out_of_order_is_only_reported(made: Staged) -> None:
    assert made.judged("dolo") == made.expected("dolo")
    assert made.judged("worker") == made.expected("worker")


@pytest.mark.extract(
    referral="""
    referral_id              | person_id | referral_date | referral_source | referral_nfa
    R1                       | P1        | 2020-08-03    | 1A              | N
    Total                    |           |               |                 |
    Report run on 01/09/2020 |           |               |                 |
    """,
)
def test_totals_and_footers_are_set_aside_and_a_blank_line_is_no_row(made: Staged) -> None:
    assert made.states("referral") == "1 used, 2 quarantined, 0 duplicate"
    assert {(number, raw) for number, _, raw, rule in made.issues("referral") if rule == "single_value"} == {
        (3, "Total"),
        (4, "Report run on 01/09/2020"),
    }


@pytest.mark.extract(
    worker="""
    worker_id       | fte | agency || reported               | state
    W1              | 1   | N      ||                        | used
    W2              | 0.5 | Y      ||                        | used
    Grand Total     | 1.5 |        || worker_id:single_value | quarantined
    Total (2 rows): | 1.5 | 1      || worker_id:single_value | quarantined
    TOTALLER        | 1   | N      ||                        | used
    """,
    person="""
    person_id | dob        || reported               | state
    P1        | 2010-01-01 ||                        | used
    sub-total | 2010-01-01 || person_id:single_value | quarantined
    """,
)
def test_a_total_beside_its_number_is_no_worker_and_no_child(made: Staged) -> None:
    assert made.judged("worker") == made.expected("worker")
    assert made.judged("person") == made.expected("person")


@pytest.mark.extract(
    referral="""
    referral_id | referral_date | closure_date || reported                                                 | state
    R1          | TBC           | 2020-09-02   || closure_date:after_extract referral_date:unreadable_date | quarantined
    """,
)
def test_every_rule_that_a_row_breaks_is_reported(made: Staged) -> None:
    assert made.judged("referral") == made.expected("referral")


@pytest.mark.extract(
    person=PERSON,
    referral="""
    referral_id | person_id | referral_date | referral_source
    R1          | P1        | 2020-08-03    | 1A
    R2          | P1        | 31/02/2020    | q) 6: Police
    r3.0        | P1        | 2020-08-03    | Fire station
    """,
)
def test_an_issue_says_which_row_record_child_column_value_and_what_to_do(made: Staged) -> None:
    issues = made.select(
        "select extract_date::varchar, table_name, row_number, record_id, person_id, "
        "column_name, raw_value, rule, severity, message from staged.row_issue order by row_number"
    )
    place = (EXTRACT_DATE, "referral")
    assert issues == [
        (*place, 3, "R2", "P1", "referral_date", "31/02/2020", "unreadable_date", "error",
         "Not a date in an accepted format, day before month: correct it."),
        (*place, 4, "R3", "P1", "referral_source", "Fire station", "unknown_code", "warning",
         "Not in the code set; read as empty. Correct it, or add the local code to the map."),
    ]  # fmt: skip


@pytest.mark.extract(
    assessment="""
    assessment_id | person_id | start_date | status    || reported                   | state
    A1            | P1        | 2020-08-03 | COMPLETED || duplicate_key              | duplicate
    a1            | P1        | 2020-08-04 | COMPLETED || duplicate_key              | duplicate
    A1.0          | P1        | 2020-08-03 | CANCELLED ||                            | used
    A1            | P1        | TBC        | COMPLETED || start_date:unreadable_date | quarantined
    A1            | P1        | TBC        | COMPLETED || start_date:unreadable_date | quarantined
    A2            | P1        | 2020-08-03 |           || duplicate_key              | duplicate
    A2            | P1        | 2020-08-04 |           ||                            | used
    A2            | P1        | 2020-08-03 |           || duplicate                  | duplicate
    """,
)
def test_bad_rows_are_set_aside_first_then_the_first_of_repeats_stays_then_the_last_of_a_key(
    made: Staged,
) -> None:
    assert made.judged("assessment") == made.expected("assessment")


@pytest.mark.extract(
    icpc="""
    icpc_id | person_id | icpc_date  || reported      | state
    C1      | P1        | 2020-08-03 ||               | used
    C1      | P2        | 2020-08-03 ||               | used
    C1      | P3        | 2020-08-03 || duplicate_key | duplicate
    C1      | P3        | 2020-08-04 ||               | used
    """,
    cla_episode="""
    person_id | decom      | legal_status | placement_type | dec        || reported      | state
    P1        | 2020-08-03 | C2           | U1             | 2020-08-04 || duplicate_key | duplicate
    P1        | 2020-08-04 | C2           | U1             |            ||               | used
    P1        | 2020-08-03 | C1           | U1             |            ||               | used
    P1        | 2020-08-03 | C2           | K2             |            ||               | used
    P1        | 2020-08-03 | c2: FCO      | u1             |            ||               | used
    """,
)
def test_a_conference_is_told_apart_by_child_and_an_episode_by_start_status_and_placement(
    made: Staged,
) -> None:
    assert made.judged("icpc") == made.expected("icpc")
    assert made.judged("cla_episode") == made.expected("cla_episode")


@pytest.mark.extract(
    person="""
    person_id | master_person_id | dob
    OLD       | NEWER            | 2001-01-01
    NEWER     | NEWEST           | 2001-01-01
    NEWEST    |                  | 2010-01-01
    LOOP_A    | LOOP_B           | 2010-01-01
    LOOP_B    | LOOP_A           | 2010-01-01
    SELF      | SELF             | 2010-01-01
    UNSENT_1  | UNSENT           | 2010-01-01
    """,
    referral="""
    referral_date
    2020-05-01
    """,
    cp_plan="""
    cp_plan_id | person_id | start_date
    L1         | OLD       | 2020-06-01
    L2         | NEWER     | 2020-06-01
    L3         | NEWEST    | 2020-06-01
    L4         | LOOP_A    | 2020-06-01
    L5         | LOOP_B    | 2020-06-01
    L6         | SELF      | 2020-06-01
    L7         | UNSENT_1  | 2020-06-01
    L8         | UNSENT    | 2020-06-01
    L9         | STRANGER  | 2020-06-01
    """,
    icpc="""
    icpc_id | person_id | icpc_date
    C1      | OLD       | 2020-08-03
    C1      | NEWEST    | 2020-08-03
    """,
)
def test_merged_children_are_one_child_under_the_last_id_of_the_chain(made: Staged) -> None:
    assert made.rows("cp_plan", "cp_plan_id, person_id") == [
        ("L1", "NEWEST"), ("L2", "NEWEST"), ("L3", "NEWEST"), ("L4", "LOOP_A"), ("L5", "LOOP_B"), ("L6", "SELF"),
        ("L7", "UNSENT_1"), ("L8", "UNSENT"), ("L9", "STRANGER"),
    ]  # fmt: skip
    assert {(number, rule) for number, _, _, rule in made.issues("icpc")} == {(2, "duplicate_key")}
    assert {number for number, _, _, rule in made.issues("cp_plan") if rule == "unknown_person"} == {9, 10}
    assert made.issues("person") == {(8, "master_person_id", "UNSENT", "unknown_master")}


def test_what_sets_a_row_aside_is_an_error() -> None:
    assert all((rule.severity == "error") == (rule.state is State.QUARANTINED) for rule in RULES.values())


# --------------------------------------------------------------------------------------------------------- values


@pytest.mark.extract(
    person="""
    expected_dob              || read
    15/03/2017                || 2017-03-15
    5/3/2017                  || 2017-03-05
    03/04/2021                || 2021-04-03
    05/27/2020                || unreadable
    2017-03-15                || 2017-03-15
    2017-3-5                  || 2017-03-05
    2019/1/15                 || 2019-01-15
    15-Mar-2017               || 2017-03-15
    15-MAR-2017               || 2017-03-15
    5-mar-2017                || 2017-03-05
    15-Mar-17                 || 2017-03-15
    5-Mar-69                  || 1969-03-05
    01/04/20                  || 2020-04-01
    1/4/30                    || 2030-04-01
    1/4/31                    || 1931-04-01
    31/12/99                  || 1999-12-31
    2017-03-15T00:00:00       || 2017-03-15
    2017-03-15T09:30          || 2017-03-15
    2017-03-15 23:59:59.999   || 2017-03-15
    15/03/2017 00:00          || 2017-03-15
    15/03/2017 9:30           || 2017-03-15
    15-Mar-2017 09:30:00      || 2017-03-15
    43952                     || 2020-05-01
    43952.0                   || 2020-05-01
    43952.99                  || 2020-05-01
    20000                     || 1954-10-03
    60000                     || 2064-04-08
    19999                     || unreadable
    60001                     || unreadable
    1                         || unreadable
    20200501                  || unreadable
    2020-07-31T23:30:00Z      || 2020-08-01
    2020-07-31T22:59:59Z      || 2020-07-31
    2020-01-31T23:30:00Z      || 2020-01-31
    2020-07-31T23:30:00.000Z  || 2020-08-01
    2020-08-01T00:30:00+01:00 || 2020-08-01
    2020-08-01 00:30:00+0200  || 2020-07-31
    2020-07-31T20:00:00-05:00 || 2020-08-01
    29/02/2020                || 2020-02-29
    29/02/2019                || unreadable
    31/02/2020                || unreadable
    2020-13-01                || unreadable
    15/03/2017 25:00          || unreadable
    15.03.2017                || unreadable
    15-03-2017                || unreadable
    15-March-2017             || unreadable
    March 2017                || unreadable
    15/03/0217                || unreadable
    15/03/2999                || nothing
    31/12/2098                || 2098-12-31
    01/01/2099                || nothing
    0001-01-01                || nothing
    infinity                  || nothing
    -Infinity                 || nothing
    09-Sept-2019              || 2019-09-09
    15–Mar–2017               || 2017-03-15
    2020-08-03Z               || 2020-08-03
    2020-08-03+01:00          || 2020-08-03
    2020-07-31T23:30Z         || 2020-08-01
    31/08/2020 24:00          || 2020-09-01
    2020-08-31T24:00:00       || 2020-09-01
    2020-08-31 24:00:01       || unreadable
    31/08/2020 11:30 PM       || 2020-08-31
    31/08/2020 13:30 PM       || unreadable
    44074.99999942            || 2020-08-31
    00/00/0000                || unreadable
    0000-00-00                || unreadable
    00:00:00                  || unreadable
    43864 days, 0:00:00       || unreadable
    TBC                       || unreadable
    not yet born              || unreadable
    #N/A                      || unreadable
    =H2+5                     || unreadable
    01/01/1900                || nothing
    1900-01-01 00:00:00       || nothing
    1899-12-30                || nothing
    1753-01-01                || nothing
    31/12/9999                || nothing
    9999-12-31T00:00:00       || nothing
    0001-01-01T00:00:00Z      || nothing
    0001-01-01T00:00:00+00:00 || nothing
    1753-01-01T00:00:00Z      || nothing
    1900-01-01T00:00:00+01:00 || nothing
    9999-12-31T23:59:59-05:00 || nothing
    9999-12-31 24:00:00       || nothing
    \u200e31/\u200e08/\u200e2020      || 2020-08-31
    02/01/1900                || 1900-01-02
    """,
)
def test_dates_are_read_day_first_in_the_accepted_formats_and_nothing_is_guessed(made: Staged) -> None:
    used = dict(made.select("select row_number, expected_dob::varchar from staged.person"))
    rules = {number: rule for number, _, _, rule in made.issues("person")}
    landed, answers = drawn_rows(made.drawings["person"]), made.expected("person")
    for number, (cell, answer) in enumerate(zip(landed, answers, strict=True), start=2):
        text, read = cell["expected_dob"], answer["read"]
        if read == "unreadable":
            assert (number not in used, rules[number]) == (True, "unreadable_date"), text
        elif read == "nothing":
            assert (used[number], rules[number]) == (None, "sentinel_date"), text
        else:
            assert used[number] == read, text
            has_short_year = text in {"15-Mar-17", "5-Mar-69", "01/04/20", "1/4/30", "1/4/31", "31/12/99"}
            assert rules.get(number) == ("two_digit_year" if has_short_year else None), text


@pytest.mark.extract(
    referral="""
    referral_date | received_at               || read
    2020-01-01    | 03/08/2020 09:30          || 2020-08-03 09:30:00
    2020-01-01    | 2020-08-03T09:30:15       || 2020-08-03 09:30:15
    2020-01-01    | 2020-08-03                || 2020-08-03 00:00:00
    2020-01-01    | 44046.5                   || 2020-08-03 12:00:00
    2020-01-01    | 2020-08-03T09:30:00Z      || 2020-08-03 10:30:00
    2020-01-01    | 2020-03-29T00:30:00Z      || 2020-03-29 00:30:00
    2020-01-01    | 2020-03-29T01:30:00Z      || 2020-03-29 02:30:00
    2020-01-01    | 2020-01-03T09:30:00+00:00 || 2020-01-03 09:30:00
    2020-01-01    | 2020-08-03T10:00Z         || 2020-08-03 11:00:00
    2020-01-01    | 2020-08-03T10:00+01:00    || 2020-08-03 10:00:00
    2020-01-01    | 03/08/2020 9:30 AM        || 2020-08-03 09:30:00
    2020-01-01    | 03/08/2020 9:30:15 p.m.   || 2020-08-03 21:30:15
    2020-01-01    | 03/08/2020 12:05 am       || 2020-08-03 00:05:00
    2020-01-01    | 03/08/2020 24:00          || 2020-08-04 00:00:00
    2020-01-01    | 44046.395833333336        || 2020-08-03 09:30:00
    2020-01-01    | 03/08/2020\u00a009:30     || 2020-08-03 09:30:00
    2020-01-01    | 03/08/2020 9:30:00\u202fPM || 2020-08-03 21:30:00
    """,
)
def test_moments_are_in_the_time_of_london_with_summer_time(made: Staged) -> None:
    read = [moment for (moment,) in made.select("select received_at from staged.referral order by row_number")]
    assert read == [datetime.fromisoformat(answer["read"]) for answer in made.expected("referral")]


@pytest.mark.extract(
    person="""
    person_id | upn                         | ethnicity || id      | text  | code
    00123     | A1                          | WBRI      || 00123   | A1    | WBRI
    1234567.0 | 7.0                         | weng      || 1234567 | 7.0   | WBRI
    abc1      | -                           | NA        || ABC1    |       |
    P4        | nan                         | None      || P4      |       |
    P5        | NULL                        | N/A       || P5      |       |
    P6        | na                          | --        || P6      |       |
    P7        | <blank>                     | .         || P7      |       |
    P8        | Not Recorded                | ..        || P8      |       |
    P9        | Data not captured in MOSAIC | NaN       || P9      |       |
    P10       | zNotRecorded                | pd.NA     || P10     |       |
    P11       | No data                     | NOBT      || P11     |       | NOBT
    P12       | #N/A                        | REFU      || P12     |       | REFU
    P13       | =A1&B1                      | CHNE      || P13     |       | CHNE
    P14       | Nancy                       | OOTH      || P14     | Nancy | OOTH
    """,
)
def test_ids_stay_text_and_the_spellings_of_nothing_are_nothing(made: Staged) -> None:
    read = made.select("select person_id, upn, ethnicity from staged.person order by row_number")
    assert read == [
        (answer["id"], answer["text"] or None, answer["code"] or None) for answer in made.expected("person")
    ]
    assert {number for number, _, _, rule in made.issues("person") if rule == "error_value"} == {13, 14}


@pytest.mark.extract(
    referral="""
    referral_date | worker
    2020-08-03    | W1
    2020-08-03    | -1
    2020-08-03    | Duty
    2020-08-03    | Unallocated
    2020-08-03    | #N/A
    """,
)
def test_a_duty_inbox_is_nobody(made: Staged) -> None:
    assert made.select("select worker from staged.referral order by row_number") == [("W1",), *[(None,)] * 4]


SPELLINGS = """
code set          | spelling                                    || code
referral_source   | q) 6: Police                                || 6
referral_source   | b) 1B: Individual                           || 1B
referral_source   | a) 1A: Individual                           || 1A
referral_source   | e) 2A: Schools                              || 2A
referral_source   | p1) 5D: LA services                         || 5D
referral_source   | u) 10: Unknown                              || 10
referral_source   | 1A) Individual – family member              || 1A
referral_source   | ‘4                                          || 4
referral_source   | 3a                                          || 3A
referral_source   | Police (6)                                  || 6
referral_source   | Grade 4                                     ||
primary_need      | N1 - Abuse or neglect                       || N1
primary_need      | 9NOTCIN - Obsolete DO NOT USE               ||
primary_need      | PSRMEM - Support with memory and cognition  ||
closure_reason    | RC8 - Case closed after assessment, NFA     || RC8
closure_reason    | Child arrangements order (RC3)              || RC3
closure_reason    | RC10                                        ||
ethnicity         | WBRI - A1 - White - British                 || WBRI
ethnicity         | b) WIRI                                     || WIRI
ethnicity         | A1 - White British                          || WBRI
ethnicity         | WENG                                        || WBRI
ethnicity         | A                                           ||
category_of_abuse | YNNN                                        || NEG
category_of_abuse | NYNN                                        || PHY
category_of_abuse | NNYN                                        || SAB
category_of_abuse | NNNY                                        || EMO
category_of_abuse | PHYSAB                                      || PHY
category_of_abuse | Likelihood of Neglect                       || NEG
category_of_abuse | Neglect, Physical and Emotional             || MUL
category_of_abuse | Emotional   Physical                        || MUL
category_of_abuse | EMO – emotional abuse                       || EMO
legal_status      | c1                                          || C1
legal_status      | V2: Single period under S20                 || V2
legal_status      | C2: FCO                                     || C2
legal_status      | E1 [Placement Order Granted]                || E1
legal_status      | Short breaks [V4]                           || V4
legal_status      | V3 - Short breaks                           || V3
legal_status      | V4: short breaks                            || V4
legal_status      | Short breaks                                || V4
legal_status      | Full care order C2                          || C2
legal_status      | SGO                                         || NOT_LOOKED_AFTER
placement_type    | H5                                          || H5
placement_type    | H5 - Placed with own parents                || P1
placement_type    | U1 - Foster placement                       || U1
placement_type    | ~DO NOT USE ESCR TESTING ONLY!!!!           ||
sex               | 1                                           || M
sex               | 2 - Female                                  || F
sex               | 0                                           || U
sex               | 9                                           || U
sex               | i                                           || U
sex               | a) Male                                     || M
sex               | F                                           || F
plan_type         | Pathway Plan                                || PATHWAY_PLAN
plan_type         | Care plan                                   || CARE_PLAN
permanence_plan   | c) SGO/CAO                                  || SGO_CAO
permanence_plan   | a) Return to family                         || RETURN
"""


@pytest.mark.parametrize(
    ("drawn", "answer"),
    list(zip(drawn_rows(SPELLINGS), drawn_rows(SPELLINGS, answers=True), strict=True)),
    ids=lambda row: " ".join(row.values()),
)
def test_a_spelling_means_a_code(drawn: dict[str, str], answer: dict[str, str]) -> None:
    assert read_code(drawn["code set"], "a_column", drawn["spelling"]) == (answer["code"] or None)
    assert read_code(drawn["code set"], "a_column", f"\u00a0{drawn['spelling']}  ") == (answer["code"] or None)


POLARITY = """
spelling       || uasc  | referral_nfa | icpc_not_required
Y              || true  | true         | true
Yes            || true  | true         | true
a) Yes         || true  | true         | true
1              || true  | true         | true
1.0            || true  | true         | true
TRUE           || true  | true         | true
N              || false | false        | false
b) No          || false | false        | false
b. No          || false | false        | false
0              || false | false        | false
0.0            || false | false        | false
false          || false | false        | false
NFA            ||       | true         |
FA             ||       | false        |
Further action ||       | false        |
U              ||       | false        |
Not required   ||       |              | true
Required       ||       |              | false
Maybe          ||       |              |
2              ||       |              |
"""


@pytest.mark.parametrize(
    ("drawn", "answer"),
    list(zip(drawn_rows(POLARITY), drawn_rows(POLARITY, answers=True), strict=True)),
    ids=lambda row: " ".join(row.values()),
)
def test_a_yes_is_read_by_the_words_of_its_own_column(drawn: dict[str, str], answer: dict[str, str]) -> None:
    assert {column: read_code("boolean", column, drawn["spelling"]) or "" for column in answer} == answer
