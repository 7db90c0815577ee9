"""Facts of social workers and their cases: drawn rows in, what each measure makes of them out."""

from schemas.measures.workforce import MEASURES
from tests.support.drawn_facts import Drawn

OF = {measure.measure_code: measure for measure in MEASURES}


def in_august(drawn: Drawn) -> list[tuple[object, ...]]:
    """Workers in post at the end of August 2020: id, children, hours, whether a case holder, whether over, team."""
    return drawn.rows(
        "select record_id, children, fte, is_case_holder, is_over_limit, team from facts.worker_in_post "
        "where month = date '2020-08-01' order by record_id"
    )


WORKERS = """
record_id | worker_id | fte | agency | start_date | end_date   | team
W1        | W1        | 1   | false  | 2019-01-01 |            | North
W2        | W2        | 0.5 | true   | 2020-08-31 |            | South
W3        | W3        | 1   | true   | 2020-09-01 |            |
W4        | W4        | 1   |        |            | 2020-08-31 |
W5        | W5        | 0   | true   |            |            |
W6        | W6        |     | true   |            | 2020-09-01 |
W7        | W7        | 0.8 |        |            |            |
DUTY      | DUTY      | 1   |        |            |            |
"""
ALLOCATIONS = """
person_id | worker_id | start_date | end_date   | is_primary | team
A         | W1        | 2020-01-01 |            |            | East
B         | W1        | 2020-08-31 |            | true       | West
B         | W1        | 2020-01-01 |            | true       | East
C         | W1        | 2020-09-01 |            | true       | Later
D         | W1        | 2020-01-01 | 2020-08-31 | true       | East
E         | W1        | 2020-01-01 |            | false      | East
A         | W2        | 2020-01-01 | 2020-09-01 |            |
F         | W3        | 2020-01-01 |            |            |
G         | W4        | 2020-01-01 |            |            |
H         | W5        | 2020-01-01 |            |            |
I         | W6        | 2020-01-01 |            |            |
J         | DUTY      | 2020-01-01 |            |            |
K         | W9        | 2020-01-01 |            |            |
"""


def test_a_worker_holds_the_children_of_open_primary_allocations_once_each() -> None:
    drawn = Drawn("worker_in_post", worker=WORKERS, allocation=ALLOCATIONS)
    assert in_august(drawn) == [
        ("W1", 2, 1.0, True, False, "West"),
        ("W2", 1, 0.5, True, False, None),
        ("W5", 1, 0.0, False, False, None),
        ("W6", 1, None, False, False, None),
        ("W7", 0, 0.8, False, False, None),
    ]


def test_a_worker_belongs_to_the_team_of_the_latest_allocation_that_names_one() -> None:
    drawn = Drawn(
        "worker_in_post",
        worker="record_id | worker_id | fte\nW1 | W1 | 1\nW2 | W2 | 1",
        allocation="""
        person_id | worker_id | start_date | end_date   | team
        A         | W1        | 2020-01-01 | 2020-03-01 | East
        B         | W1        | 2020-07-01 |            |
        C         | W1        | 2020-09-01 |            | Later
        D         | W2        | 2020-07-01 |            |
        """,
    )
    assert in_august(drawn) == [("W1", 1, 1.0, True, False, "East"), ("W2", 1, 1.0, True, False, None)]


def test_agency_workers_are_a_share_of_the_hours_of_all_who_are_employed() -> None:
    drawn = Drawn("worker_in_post", worker=WORKERS, allocation=ALLOCATIONS)
    measure = OF["agency_workers"]
    found = drawn.rows(
        f"select sum({measure.amount}) filter ({measure.achieved}), sum({measure.weight}) "  # noqa: S608 - the catalogue
        f"from facts.worker_in_post where {measure.counted} and month = date '2020-08-01'"
    )
    assert [tuple(round(value, 6) for value in row) for row in found] == [(0.5, 2.3)]


def test_a_caseload_above_the_local_limit_is_high() -> None:
    workers = "worker_id | fte\nW1 | 1\nW2 | 1"
    children = [
        {"person_id": f"C{number}", "worker_id": worker, "start_date": "2020-01-01"}
        for worker, load in (("W1", 20), ("W2", 21))
        for number in range(load)
    ]
    drawn = Drawn("worker_in_post", worker=workers, allocation=children)
    assert [(row[1], row[4]) for row in in_august(drawn)] == [(20, False), (21, True)]
    lower = Drawn("worker_in_post", worker=workers, allocation=children, settings={"caseload_limit": 19})
    assert [row[4] for row in in_august(lower)] == [True, True]


CASES = {
    "referral": """
    person_id | referral_id | referral_date | worker
    A         | R1          | 2020-01-01    | N. Example
    B         | R2          | 2020-01-01    |
    C         | R3          | 2020-01-01    | Duty
    D         | R4          | 2020-01-01    |
    """,
    "cla_episode": "person_id | decom | legal_status\nD | 2020-01-01 | C2\nE | 2020-01-01 | C2",
    "cp_plan": "person_id | cp_plan_id | start_date\nF | L1 | 2020-01-01",
}


def test_a_child_without_an_open_primary_allocation_to_a_person_is_unallocated() -> None:
    drawn = Drawn(
        "unallocated_case",
        allocation="""
        person_id | worker_id | worker_name | start_date | end_date   | is_primary
        A         | W1        |             | 2020-01-01 |            |
        B         | W1        | Duty team   | 2020-01-01 |            |
        C         | W1        |             | 2020-01-01 |            | false
        D         | W1        |             | 2020-01-01 | 2020-08-31 |
        E         | W1        |             | 2020-08-31 |            |
        G         | W1        |             | 2020-01-01 |            |
        """,
        **CASES,
    )
    counted = drawn.measure(OF["unallocated_cases"], "2020-08")
    assert set(counted) == {"B", "C", "D", "F"}


def test_without_allocations_the_worker_of_an_open_referral_counts_on_the_extract_date_alone() -> None:
    drawn = Drawn("unallocated_case", not_sent=["allocation"], **CASES)
    assert set(drawn.measure(OF["unallocated_cases"], "2020-09")) == {"B", "C", "D", "E", "F"}
    assert drawn.rows("select distinct month from facts.unallocated_case") == drawn.rows("select date '2020-09-01'")


def test_allocations_that_cannot_be_are_reported() -> None:
    drawn = Drawn("report_workforce", worker=WORKERS, allocation=ALLOCATIONS)
    assert drawn.rows("select person_id, raw_value, rule from facts.report_workforce order by all") == [
        ("B", "W1", "several_primary_allocations"),
        ("B", "W1", "several_primary_allocations"),
        ("G", "W4", "allocated_to_a_leaver"),
        ("H", "W5", "allocated_without_hours"),
        ("I", "W6", "allocated_to_a_leaver"),
        ("I", "W6", "allocated_without_hours"),
        ("J", "DUTY", "allocated_to_nobody"),
        ("K", "W9", "allocated_to_a_stranger"),
    ]


def test_without_workers_nobody_is_a_stranger() -> None:
    drawn = Drawn("report_workforce", allocation="person_id | worker_id | start_date\nA | W9 | 2020-01-01")
    assert drawn.rows("select rule from facts.report_workforce") == []
