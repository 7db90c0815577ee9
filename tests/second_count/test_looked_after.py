"""Children looked after, counted by hand."""

from collections.abc import Callable

import pytest
from support.second_count import Count
from support.second_count.drawn import shown
from support.second_count.looked_after import periods, placements

Counted = Callable[..., Count]
CHILD = "person_id | dob\nP1 | 2012-01-01"


def test_who_is_looked_after(counted: Counted) -> None:
    count = counted(
        person="""
        person_id | dob        | expected_dob | death_date | uasc
        P1        | 2010-01-01 |              |            | Y
        P2        | 2010-01-01 |              |            |
        P3        | 2010-01-01 |              |            |
        P4        | 2002-08-31 |              |            |
        P5        | 2010-01-01 |              | 2020-08-31 |
        P6        |            | 2020-10-01   |            |
        P7        | 2020-09-01 |              |            |
        P8        | 2010-01-01 |              |            |
        P9        | 2010-01-01 |              |            |
        P10       | 2010-01-01 |              |            |
        """,
        cla_episode="""
        person_id | decom      | legal_status | dec        | responsible_la
        P1        | 2020-08-31 | C2           |            | Southampton City Council
        P2        | 2020-08-01 | V4           |            |
        P3        | 2020-08-01 | C2           | 2020-08-31 |
        P4        | 2020-08-01 | C2           |            |
        P5        | 2020-08-01 | C2           |            |
        P6        | 2020-08-01 | C2           |            |
        P7        | 2020-08-01 | C2           |            |
        P8        | 2020-08-01 | C2           |            | Portsmouth City Council
        P9        | 2020-08-01 | SGO          |            |
        P10       | 2020-08-01 | X9           |            | 852.0
        P11       | 2020-08-01 | C2           |            |
        """,
    )
    assert shown(count, "looked_after_children", "2020-08") == "3", (
        "P1, the unknown status of P10, the unknown age of P11"
    )
    assert shown(count, "unaccompanied_children", "2020-08") == "1 of 3"
    assert shown(count, "looked_after_rate", "2020-08") == "3 of 50000"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["2020-01-10 | S | 2020-02-10 | X1", "2020-02-10 | L | |"], ["2020-01-10 – None"]),
        (["2020-01-10 | S | 2020-02-10 | X1", "2020-02-11 | P | |"], ["2020-01-10 – 2020-02-10", "2020-02-11 – None"]),
        (["2020-01-10 | S | 2020-02-10 | E8", "2020-02-10 | S | |"], ["2020-01-10 – 2020-02-10", "2020-02-10 – None"]),
        (["2020-01-10 | S | 2020-02-10 | E8", "2020-02-10 | P | |"], ["2020-01-10 – None"]),
        (["2020-01-10 | S | 2020-02-10 |", "2020-02-10 | S | |"], ["2020-01-10 – None"]),
        (["2020-01-10 | S | | ", "2020-02-10 | S | 2020-03-10 | E8"], ["2020-01-10 – 2020-03-10"]),
        (["2020-01-10 | S | 2020-02-15 | E8", "2020-02-10 | S | |"], ["2020-01-10 – None"]),
        (["2020-01-10 | S | 2020-02-10 | X1", "2020-02-10 | P | 2020-02-10 | X1", "2020-02-10 | P | |"],
         ["2020-01-10 – None"]),
    ],
)  # fmt: skip
def test_periods_of_care(counted: Counted, rows: list[str], expected: list[str]) -> None:
    types = ("U1", "U4", "K2")
    lines = "\n".join(f"P1 | {types[number]} | {row}" for number, row in enumerate(rows))
    count = counted(person=CHILD, cla_episode=f"person_id | placement_type | decom | rne | dec | rec\n{lines}")
    assert [f"{period.start} – {period.end}" for period in periods(count.extract, "P1")] == expected


def test_an_episode_that_is_set_aside_keeps_its_place(counted: Counted) -> None:
    count = counted(
        person=CHILD,
        cla_episode="""
        person_id | decom      | rne | dec        | rec
        P1        | 2020-05-01 | S   | 2020-06-01 | X1
        P1        | 2020-06-01 | L   | TBC        | X1
        P1        | 2020-07-01 | L   |            |
        """,
    )
    assert [str(period.start) for period in periods(count.extract, "P1")] == ["2020-05-01"]
    assert shown(count, "entries_to_care", "2020-07") == "0"
    assert shown(count, "looked_after_children", "2020-06") == "0", "but it makes nobody looked after"


def test_entries_and_exits(counted: Counted) -> None:
    count = counted(
        person="""
        person_id | dob        | death_date
        P1        | 2010-01-01 |
        P2        | 2002-08-10 |
        P3        | 2002-08-10 |
        P4        | 2010-01-01 | 2020-08-09
        P5        | 2010-01-01 |
        """,
        cla_episode="""
        person_id | decom      | rne | dec        | rec | legal_status | period_start_date
        P1        | 2020-08-01 | S   | 2020-08-10 | X1  | C2           |
        P1        | 2020-08-10 | L   | 2020-08-20 |     | C1           |
        P1        | 2020-08-25 | S   |            |     | C2           |
        P2        | 2020-07-01 | S   | 2020-08-10 | E17 | C2           |
        P3        | 2020-08-11 | S   | 2020-08-12 | E8  | C2           |
        P4        | 2020-07-01 | S   | 2020-08-10 | E2  | C2           |
        P5        | 2020-07-15 | L   | 2020-08-10 | E11 | E1           | 2020-06-30
        P6        | 2020-08-01 | S   | 2020-08-10 | E8  | V4           |
        """,
    )
    assert shown(count, "entries_to_care", "2020-08") == "3", "P1 twice, P3 at 18; no short breaks"
    assert shown(count, "entry_to_care_rate", "2020-08", "rolling_12_months") == "5 of 50000"
    assert shown(count, "entries_to_care", "2020-06") == "1", "P5 by the beginning that was told"
    assert shown(count, "exits_from_care", "2020-08") == "3", "P1, P2 on the 18th birthday, P5; neither P3 nor P4"
    assert shown(count, "adoptions", "2020-08") == "1"


@pytest.mark.parametrize(
    ("plan", "has_plan"),
    [
        ("CARE_PLAN | 2020-08-31 | |", True),
        ("CARE_PLAN | 2020-06-30 | |", True),  # 31 days before care began
        ("CARE_PLAN | 2020-06-29 | |", False),
        ("CARE_PLAN | 2020-08-01 | 2020-08-31 |", False),
        ("CARE_PLAN | 2020-08-01 | | Re-opened", False),
        ("CARE_PLAN | 2020-08-01 | | Draft", False),
        (" | 2020-08-01 | |", True),
        ("PEP | 2020-08-01 | |", False),
        ("Placement Plan | 2020-08-01 | |", False),
        ("PATHWAY_PLAN | 2020-08-01 | |", False),  # at the age of eight
    ],
)
def test_authorised_care_plans(counted: Counted, plan: str, has_plan: bool) -> None:
    count = counted(
        person=CHILD,
        cla_episode="person_id | decom\nP1 | 2020-07-31",
        cla_care_plan=f"care_plan_id | person_id | plan_type | authorised_date | end_date | status\nL1 | P1 | {plan}",
    )
    assert shown(count, "authorised_care_plan", "2020-08") == f"{has_plan:d} of 1"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # decom | rne | type | postcode | dec
        (["2020-01-10 | S | U1 | A | 2020-02-10", "2020-02-10 | L | U1 | A |"], ["U1 2020-01-10"]),
        (["2020-01-10 | S | U1 | A | 2020-02-10", "2020-02-10 | P | U1 | B |"], ["U1 2020-01-10", "U1 2020-02-10"]),
        (["2020-01-10 | S | U1 | A | 2020-02-10", "2020-02-10 | T | U4 | A |"], ["U4 2020-01-10"]),
        (["2020-01-10 | S | U1 | A | 2020-02-10", "2020-02-10 | P | A3 | A |"], ["A3 2020-01-10"]),
        (["2020-01-10 | S | U1 | A | 2020-02-10", "2020-02-10 | P | A4 | B |"], ["U1 2020-01-10", "A4 2020-02-10"]),
        (["2020-01-10 | S | U1 | A | 2020-02-10", "2020-02-10 | P | T1 | B | 2020-02-20", "2020-02-20 | P | U1 | a |"],
         ["U1 2020-01-10"]),
        (["2020-01-10 | S | U1 | A | 2020-02-10", "2020-02-10 | P | T1 | B | 2020-02-20", "2020-02-20 | P | U1 | C |"],
         ["U1 2020-01-10", "U1 2020-02-20"]),
        (["2020-01-10 | S | U1 | A | 2020-02-10", "2020-02-10 | P | K2 | B | 2020-02-10", "2020-02-10 | P | U4 | C |"],
         ["U1 2020-01-10", "U4 2020-02-10"]),
        (["2020-01-10 | L | U1 | A | 2020-02-10"], ["U1 2020-01-10"]),
    ],
)  # fmt: skip
def test_placements(counted: Counted, rows: list[str], expected: list[str]) -> None:
    lines = "\n".join(f"P1 | {row}" for row in rows)
    count = counted(
        person=CHILD, cla_episode=f"person_id | decom | rne | placement_type | placement_postcode | dec\n{lines}"
    )
    assert [
        f"{placement.kind} {placement.start}" for placement in placements(count.extract, "P1") if placement.is_counted
    ] == expected


@pytest.mark.parametrize(
    ("first_move", "is_moved"),
    [("2019-08-31", False), ("2019-09-01", True)],  # open at the month end twelve months before, or begun since
)
def test_placement_moves(counted: Counted, first_move: str, is_moved: bool) -> None:
    count = counted(
        person=CHILD,
        cla_episode=f"""
        person_id | decom        | rne | placement_type | dec
        P1        | 2019-01-10   | S   | U1             | {first_move}
        P1        | {first_move} | P   | U4             | 2020-05-01
        P1        | 2020-05-01   | P   | K2             |
        """,
    )
    assert shown(count, "placement_moves", "2020-08") == f"{is_moved:d} of 1"


@pytest.mark.parametrize(
    ("born", "period", "placement", "kind", "expected"),
    [
        ("2012-01-01", "2018-03-01", "2018-09-01", "U4", "1 of 1"),
        ("2012-01-01", "2018-03-02", "2018-09-01", "U4", "0 of 0"),
        ("2012-01-01", "2018-03-01", "2018-09-02", "U4", "0 of 1"),
        ("2012-01-01", "2018-03-01", "2020-01-01", "A4", "1 of 1"),  # with the placement before
        ("2004-08-31", "2018-03-01", "2018-09-01", "U4", "0 of 0"),
        ("2004-09-01", "2018-03-01", "2018-09-01", "U4", "1 of 1"),
    ],
)
def test_placement_stability(
    counted: Counted, born: str, period: str, placement: str, kind: str, expected: str
) -> None:
    count = counted(
        person=f"person_id | dob\nP1 | {born}",
        cla_episode=f"""
        person_id | decom       | rne | placement_type | dec
        P1        | {period}    | S   | U1             | {placement}
        P1        | {placement} | P   | {kind}         |
        """,
    )
    assert shown(count, "placement_stability", "2020-08") == expected


@pytest.mark.parametrize(
    ("start", "reviews", "expected"),
    [
        ("2020-08-04", [], "0 of 0"),  # 19 working days by the end of August
        ("2020-08-03", [], "0 of 0"),
        ("2020-07-31", [], "0 of 1"),  # working day 20 is 28 August
        ("2020-07-31", ["2020-08-28"], "1 of 1"),
        ("2020-07-31", ["2020-08-31"], "0 of 1"),
        ("2020-01-02", ["2020-01-30", "2020-04-30", "2020-08-15"], "1 of 1"),
        ("2020-01-02", ["2020-01-30", "2020-05-01"], "0 of 1"),  # 91 days after the first
    ],
)
def test_looked_after_reviews(counted: Counted, start: str, reviews: list[str], expected: str) -> None:
    lines = "\n".join(f"V{number} | P1 | {day} | N |" for number, day in enumerate(reviews))
    count = counted(
        person=CHILD,
        cla_episode=f"person_id | decom\nP1 | {start}",
        cla_review=f"""review_id | person_id | review_date | cancelled | status
            V7 | P1 | 2020-08-05 | Y |
            V8 | P1 | 2020-08-05 | | Void\n{lines}""".replace("            ", ""),
    )
    assert shown(count, "looked_after_review_timeliness", "2020-08") == expected


@pytest.mark.parametrize(
    ("decom", "kind", "visit", "in_time"),
    [
        ("2020-07-20", "U6", "2020-07-01", True),  # 42 days in the placement
        ("2020-07-19", "U6", "2020-07-01", False),
        ("2019-08-31", "U4", "2020-06-01", True),  # 91 days, over a year in the placement
        ("2019-08-31", "U4", "2020-05-31", False),
        ("2019-09-01", "U4", "2020-06-01", False),  # a year and no more
        ("2019-08-31", "U5", "2020-06-01", False),
    ],
)
def test_looked_after_visits(counted: Counted, decom: str, kind: str, visit: str, in_time: bool) -> None:
    count = counted(
        person=CHILD,
        cla_episode=f"person_id | decom | placement_type\nP1 | {decom} | {kind}",
        cla_visit=f"visit_id | person_id | visit_date\nT1 | P1 | {visit}",
    )
    assert shown(count, "looked_after_visit_timeliness", "2020-08") == f"{in_time:d} of 1"


def test_health(counted: Counted) -> None:
    count = counted(
        person="""
        person_id | dob
        P1        | 2010-01-01
        P2        | 2015-09-01
        P3        | 2010-01-01
        P4        | 2010-01-01
        """,
        cla_episode="""
        person_id | decom
        P1        | 2019-09-01
        P2        | 2019-09-01
        P3        | 2019-09-01
        P4        | 2019-09-02
        """,
        cla_health="""
        person_id | type              | event_date | status
        P1        | HEALTH_ASSESSMENT | 2019-09-01 | COMPLETED
        P2        | HEALTH_ASSESSMENT | 2019-10-01 | COMPLETED
        P3        | HEALTH_ASSESSMENT | 2019-08-31 | COMPLETED
        P3        | HEALTH_ASSESSMENT | 2020-08-01 | REFUSED
        P1        | DENTAL_CHECK      | 2020-08-31 | COMPLETED
        P1        | IMMUNISATIONS     | 2020-01-01 | UP_TO_DATE
        P1        | IMMUNISATIONS     | 2020-02-01 | CANCELLED
        P2        | IMMUNISATIONS     | 2018-01-01 | UP_TO_DATE
        P3        | IMMUNISATIONS     | 2020-01-01 | UP_TO_DATE
        P3        | IMMUNISATIONS     | 2020-02-01 | REFUSED
        """,
    )
    assert shown(count, "health_assessments", "2020-08") == "1 of 3", "two under the age of five, P2 still"
    assert shown(count, "dental_checks", "2020-08") == "1 of 3"
    assert shown(count, "immunisations", "2020-08") == "2 of 3"


def test_missing_children(counted: Counted) -> None:
    count = counted(
        person="""
        person_id | dob
        P1        | 2010-01-01
        P2        | 2010-01-01
        P3        | 2010-01-01
        P4        | 2010-01-01
        P5        | 2010-01-01
        """,
        cla_episode="""
        person_id | decom      | dec
        P1        | 2020-07-01 | 2020-08-02
        P2        | 2020-07-01 |
        P3        | 2020-08-10 |
        P4        | 2020-07-01 |
        P5        | 2020-07-01 | 2020-08-01
        """,
        missing="""
        person_id | start_at         | end_at           | type
        P1        | 2020-08-02 10:00 |                  | M
        P1        | 2020-07-20 10:00 | 2020-07-21 10:00 | M
        P2        | 2020-07-31 10:00 | 2020-08-01 10:00 | M
        P3        | 2020-08-09 10:00 | 2020-08-12 10:00 | M
        P4        | 2020-08-05 10:00 |                  | A
        """,
    )
    assert shown(count, "missing_children", "2020-07") == "2 of 4"
    assert shown(count, "missing_children", "2020-08") == "1 of 4", "P2 under way on the first; P1 only after care"
    assert shown(count, "missing_children", "2020-08", "rolling_12_months") == "2 of 5"
    assert shown(count, "missing_children", "2020-08", "financial_year_to_date") == "2 of 5"


@pytest.mark.parametrize(
    ("back", "interview", "accepted", "expected"),
    [
        ("2020-08-10 10:00", "2020-08-13 10:00", "", "1 of 1"),
        ("2020-08-10 10:00", "2020-08-13 10:01", "", "0 of 1"),
        ("2020-08-10 10:00", "2020-08-10 09:59", "", "0 of 1"),
        ("2020-08-10 10:00", "2020-08-13", "", "1 of 1"),
        ("2020-08-10", "2020-08-13 23:00", "", "1 of 1"),
        ("2020-08-10", "2020-08-14", "", "0 of 1"),
        ("2020-08-10 10:00", "2020-08-11 10:00", "N", "0 of 1"),
        ("2020-08-30 10:00", "2020-08-30 12:00", "", "0 of 0"),  # two days before the extract
        ("2020-08-29 10:00", "", "", "0 of 1"),
    ],
)
def test_return_interviews(counted: Counted, back: str, interview: str, accepted: str, expected: str) -> None:
    count = counted(
        missing=f"start_at | end_at | rhi_at | rhi_accepted\n2020-08-01 | {back} | {interview} | {accepted}"
    )
    assert shown(count, "return_interview_timeliness", "2020-08") == expected


def test_72_hours_are_hours_elapsed_over_a_change_of_the_clocks(counted: Counted) -> None:
    count = counted(
        extract_date="2020-04-30",
        missing="""
        start_at   | end_at           | rhi_at
        2020-03-20 | 2020-03-28 10:00 | 2020-03-31 11:00
        2020-03-20 | 2020-03-28 10:00 | 2020-03-31 11:01
        """,
    )
    assert shown(count, "return_interview_timeliness", "2020-03") == "1 of 2"


def test_orders_that_deprive_of_liberty(counted: Counted) -> None:
    count = counted(
        person=CHILD,
        cla_episode="person_id | decom\nP1 | 2020-07-01",
        dolo="person_id | start_date | end_date\nP1 | 2020-07-01 | 2020-08-31\nP2 | 2020-07-01 |",
    )
    assert shown(count, "deprivation_of_liberty", "2020-07") == "1"
    assert shown(count, "deprivation_of_liberty", "2020-08") == "0"
