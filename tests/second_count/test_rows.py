"""What becomes of every row."""

from collections.abc import Callable

from support.second_count import Count

Counted = Callable[..., Count]


def states(count: Count, table: str) -> list[str]:
    return [f"{row.state}: {', '.join(sorted(row.rules))}".rstrip(": ") for row in count.rows[table]]


def test_every_row_ends_in_one_state(counted: Counted) -> None:
    count = counted(
        cp_plan="""
        cp_plan_id | person_id | start_date | end_date
        C1         | P1        | 2020-01-01 |
        C1         | P1        | 2020-01-01 |
        C1         | P2        | 2020-01-01 |
        C2         | P1        | 2020-01-01 | 2020-02-01
        C2         | P1        | 2020-01-01 | 2020-03-01
        C8         | P1        | 2020-01-01 | 2020-02-01
        C8         | P1        | 2020-01-01 | 2020-03-01
        C8         | P1        | 2020-01-01 | 2020-02-01
        C3         | -1        | 2020-01-01 |
        C4         | P1        | TBC        |
        C5         | P1        | 2020-02-01 | 2020-01-31
        C6         | P1        | 2020-09-02 |
        C7         | P1        |            |
        """
    )
    assert states(count, "cp_plan") == [
        "used",
        "duplicate: duplicate",
        "used",
        "duplicate: duplicate_key",
        "used",
        "duplicate: duplicate_key",
        "used",
        "duplicate: duplicate",
        "quarantined: required",
        "quarantined: unreadable_date",
        "quarantined: end_before_start",
        "quarantined: after_extract",
        "quarantined: required",
    ]


def test_a_conference_is_judged_by_its_own_childs_enquiry(counted: Counted) -> None:
    count = counted(
        s47="""
        s47_id | person_id | start_date
        S1     | P1        | 2020-08-05
        S1     | P2        | 2020-08-01
        """,
        icpc="""
        icpc_id | person_id | s47_id | icpc_date  | status
        I1      | P1        | S1     | 2020-08-04 | HELD
        I2      | P2        | S1     | 2020-08-04 | HELD
        I3      | P1        |        | 2020-08-08 | HELD
        I4      | P1        |        | 2020-08-08 | CANCELLED
        """,
    )
    assert states(count, "icpc") == [
        "quarantined: end_before_start", "used", "quarantined: weekend_conference", "used",
    ]  # fmt: skip


def test_what_is_planned_or_void_claims_nothing(counted: Counted) -> None:
    count = counted(
        cla_review="""
        review_id | person_id | review_date | status
        V1        | P1        | 2020-10-01  | PLANNED
        V2        | P1        | 2020-10-01  | Cancelled
        V3        | P1        | 2020-10-01  |
        """,
        person="""
        person_id | dob
        P1        | 2020-12-01
        """,
    )
    assert states(count, "cla_review") == ["used", "used", "quarantined: after_extract"]
    assert states(count, "person") == ["quarantined: after_extract"]
    assert count.extract.is_unborn("P1", count.extract.extract_date), "a due date in the column of births"


def test_merged_children_are_one_where_the_master_is_known(counted: Counted) -> None:
    count = counted(
        person="""
        person_id | master_person_id
        P1        |
        P2        | P1
        P3        | P9
        P4        | -1
        """,
        referral="""
        referral_id | person_id | referral_date
        R1          | P2        | 2020-08-01
        R2          | P3        | 2020-08-01
        R3          | P4        | 2020-08-01
        """,
    )
    assert [row.child for row in count.rows["referral"]] == ["P1", "P3", "P4"]
