"""Facts of looked-after children: drawn rows in, what each measure makes of them out."""

from datetime import date

import pytest

from schemas.measures.looked_after import MEASURES
from tests.support.drawn_facts import Drawn, Row, answers_of, rows_of

OF = {measure.measure_code: measure for measure in MEASURES}
BORN_2010 = "person_id | dob\n" + "\n".join(f"{child} | 2010-01-01" for child in "ABCDEFGHIJKLMNOP")


def care(cla_episode: str | list[Row], **others: object) -> Drawn:
    """Children born in 2010 unless drawn otherwise, with their episodes."""
    return Drawn("child_looked_after", "check_stock_flow", cla_episode=cla_episode, **{"person": BORN_2010, **others})  # type: ignore[arg-type]


def expected(drawing: str) -> dict[str, str]:
    """What stands right of the double bar, but for what is not counted."""
    return {child: answer for child, answer in answers_of(drawing, "right").items() if answer != "-"}


# --- who is looked after --------------------------------------------------------------------------------------------

OPEN_AT_A_MONTH_END = """
person_id | decom      | legal_status     | dec        | rec || right
A         | 2020-08-31 | C2               |            |     || yes
B         | 2020-09-01 | C2               |            |     || -
C         | 2020-06-01 | V2               | 2020-08-31 | E4A || -
D         | 2020-06-01 | V2               | 2020-09-01 | E4A || yes
E         | 2020-06-01 | V1               |            |     || -
F         | 2020-06-01 | V3               |            |     || -
G         | 2020-06-01 | V4               |            |     || -
H         | 2020-06-01 | NOT_LOOKED_AFTER |            |     || -
I         | 2020-06-01 |                  |            |     || yes
STRANGER  | 2020-06-01 | J1               |            |     || yes
"""


def test_a_child_with_an_open_episode_of_care_is_looked_after() -> None:
    drawn = care(OPEN_AT_A_MONTH_END)
    assert drawn.measure(OF["looked_after_children"], "2020-08") == expected(OPEN_AT_A_MONTH_END)


PEOPLE = """
person_id | dob        | expected_dob | death_date || right
A         | 2002-09-01 |              |            || yes
B         | 2002-08-31 |              |            || -
C         | 2020-08-31 |              |            || yes
D         | 2020-09-01 |              |            || -
E         |            | 2020-10-01   |            || -
F         |            |              |            || yes
G         | 2010-01-01 |              | 2020-08-31 || -
H         | 2010-01-01 |              | 2020-09-01 || yes
"""


def test_who_is_born_alive_and_under_18_at_the_end_of_the_day_is_looked_after() -> None:
    episodes = "person_id | decom | legal_status\n" + "\n".join(f"{child} | 2020-06-01 | C2" for child in "ABCDEFGH")
    drawn = care(episodes, person=PEOPLE)
    assert drawn.measure(OF["looked_after_children"], "2020-08") == expected(PEOPLE)


def test_a_child_born_on_29_february_is_looked_after_until_1_march() -> None:
    drawn = care(
        "person_id | decom | legal_status\nA | 2022-01-10 | C2\nB | 2022-01-10 | C2",
        person="person_id | dob\nA | 2004-02-29\nB | 2004-02-28",
        extract_date=date(2022, 4, 1),
    )
    assert drawn.measure(OF["looked_after_children"], "2022-02") == {"A": "yes"}
    assert drawn.measure(OF["looked_after_children"], "2022-03") == {}


AUTHORITIES = """
person_id | decom      | legal_status | responsible_la || right
A         | 2020-06-01 | C2           |                || yes
B         | 2020-06-01 | C2           | 852            || yes
C         | 2020-06-01 | C2           | 850            || -
D         | 2020-06-01 | C2           | OLA            || -
"""


def test_an_episode_of_another_authority_is_left_out_and_told() -> None:
    drawn = Drawn("child_looked_after", "report_other_authority", person=BORN_2010, cla_episode=AUTHORITIES)
    assert drawn.measure(OF["looked_after_children"], "2020-08") == expected(AUTHORITIES)
    reported = drawn.rows("select person_id, raw_value from facts.report_other_authority order by person_id")
    assert reported == [("C", "850"), ("D", "OLA")]


def test_a_predecessor_of_a_reorganised_council_is_ours() -> None:
    drawing = """
    person_id | decom      | legal_status | responsible_la || right
    A         | 2023-06-01 | C2           | 928            || yes
    B         | 2023-06-01 | C2           | 940            || yes
    C         | 2023-06-01 | C2           | 941            || -
    """
    drawn = care(drawing, la_code="940", extract_date=date(2023, 9, 1))
    assert drawn.measure(OF["looked_after_children"], "2023-08") == expected(drawing)


# --- episodes never closed, and periods of care ---------------------------------------------------------------------

NEVER_CLOSED = """
person_id | decom      | rne | legal_status | placement_type | dec        | rec
A         | 2019-01-10 | S   | V2           | U1             |            |
A         | 2019-06-03 | L   | C2           | U1             | 2020-03-02 | E4A
B         | 2019-01-10 | S   | C2           | U1             |            |
B         | 2020-02-10 | S   | V4           | U1             |            |
C         | 2019-01-10 | S   | C2           | U1             |            |
C         | 2019-05-01 | L   | NOT_LOOKED_AFTER | U1         |            |
D         | 2019-01-10 | S   | C2           | U1             | 2020-03-02 | E45
D         | 2019-06-01 | T   | C2           | U3             |            |
E         | 2019-01-10 | S   | C2           | U1             | 2020-03-02 | E45
E         | 2019-01-14 | S   | C2           | U1             |            |
F         | 2019-01-10 | S   | C2           | U1             | 2020-03-02 | E45
F         | 2019-06-01 | S   | C1           | K2             |            |
G         | 2019-01-10 | S   | C2           | U1             |            |
"""


def test_an_episode_never_closed_ends_where_the_next_begins_or_with_the_care_it_is_part_of() -> None:
    another = {"person_id": "G", "decom": "2020-02-01", "legal_status": "C2", "responsible_la": "850"}
    drawn = Drawn(
        "child_looked_after",
        "report_episode_never_closed",
        person=BORN_2010,
        cla_episode=[*rows_of(NEVER_CLOSED), another],
    )
    assert set(drawn.measure(OF["looked_after_children"], "2020-08")) == {"B", "F", "G"}
    reported = drawn.rows("select person_id, row_number, rule from facts.report_episode_never_closed order by 2")
    assert reported == [
        ("A", 2, "episode_never_closed"),
        ("C", 6, "episode_never_closed"),
        ("D", 9, "episode_never_closed"),
        ("E", 11, "episode_never_closed"),
    ]


def test_of_two_episodes_of_a_day_of_which_one_was_never_closed_the_later_in_the_file_speaks_for_the_child() -> None:
    drawn = care(
        """
        person_id | decom      | rne | legal_status | placement_type | dec        | rec
        A         | 2019-08-02 | S   | V2           | U6             |            |
        A         | 2019-08-02 | U   | D1           | A3             | 2020-10-03 | X1
        A         | 2020-10-03 | L   | C2           | A3             |            |
        """
    )
    shown = "select legal_status from facts.child_looked_after where month = date '2020-08-01'"
    assert drawn.rows(shown) == [("D1",)]


def test_a_setting_leaves_episodes_never_closed_open() -> None:
    drawn = care(NEVER_CLOSED, settings={"close_open_episodes": False})
    assert set(drawn.measure(OF["looked_after_children"], "2020-08")) == {"A", "B", "C", "D", "E", "F", "G"}


PERIODS = """
person_id | decom      | rne | legal_status | dec        | rec | period_start_date || right
A         | 2019-01-10 | S   | V2           | 2020-02-10 | X1  |                   ||
A         | 2020-02-10 | L   | C2           |            |     |                   || 2019-01-10
B         | 2019-01-10 | S   | V2           | 2020-02-10 | X1  |                   ||
B         | 2020-02-11 | P   | V2           |            |     |                   || 2020-02-11
C         | 2019-01-10 | S   | V2           | 2020-02-10 | E4A |                   ||
C         | 2020-02-10 | S   | C2           |            |     |                   || 2020-02-10
D         | 2019-01-10 | S   | V2           | 2020-02-10 | E4A |                   ||
D         | 2020-02-10 | L   | C2           |            |     |                   || 2019-01-10
E         | 2019-01-10 | S   | V2           | 2020-02-10 | X1  |                   ||
E         | 2020-02-10 | S   | C2           |            |     |                   || 2019-01-10
F         | 2019-01-10 | S   | V2           | 2020-02-10 |     |                   ||
F         | 2020-02-10 | S   | C2           |            |     |                   || 2019-01-10
G         | 2019-01-10 | S   | V4           | 2020-02-10 | X1  |                   ||
G         | 2020-02-10 | L   | C2           |            |     |                   || 2020-02-10
H         | 2018-01-10 | S   | C2           | 2020-02-10 | X1  |                   ||
H         | 2020-02-10 | L   | C1           | 2020-02-10 | X1  |                   ||
H         | 2020-02-10 | P   | C2           |            |     |                   || 2018-01-10
I         | 2020-02-10 | P   | C2           |            |     | 2017-03-01        || 2017-03-01
J         | 2020-02-10 | P   | C2           |            |     | 2020-06-01        || 2020-02-10
K         | 2018-01-10 | S   | C2           | 2019-02-10 | E4A |                   ||
K         | 2020-02-10 | P   | C2           |            |     | 2017-03-01        || 2020-02-10
L         | 2018-01-10 | S   | C2           | 2020-04-01 | E4A |                   ||
L         | 2020-02-10 | S   | C1           |            |     |                   || 2018-01-10
M         | 2018-01-10 | S   | C2           | 2019-02-10 | E4A |                   ||
M         | 2019-02-10 | S   | C2           | 2020-02-10 | E4A |                   ||
M         | 2020-02-10 | S   | C2           |            |     |                   || 2020-02-10
"""


def test_a_period_of_care_is_a_chain_of_episodes_without_a_gap() -> None:
    drawn = care(PERIODS)
    found = drawn.rows("select person_id, clock_start from facts.child_looked_after where month = date '2020-08-01'")
    assert {child: day.isoformat() for child, day in found} == expected(PERIODS)


def test_a_row_set_aside_counts_in_nothing_and_still_holds_the_chain_together() -> None:
    drawn = Drawn(
        "child_looked_after",
        "entry_to_care",
        "check_stock_flow",
        person=BORN_2010,
        cla_episode="""
        person_id | decom      | rne | legal_status | placement_type | dec        | rec
        A         | 2019-01-10 | S   | C2           | U1             | 2019-06-03 | X1
        A         | 2020-02-10 | P   | C2           | U4             |            |
        B         | 2019-01-10 | S   | C2           | U1             |            |
        C         | 2019-01-10 | S   | C2           | U1             | 2019-06-03 | X1
        C         | 2020-02-10 | P   | C2           | U4             |            |
        """,
        cla_episode_aside="""
        person_id | decom      | rne | legal_status | placement_type | dec
        A         | 2019-06-03 | P   | C2           | U6             |
        C         | 2019-06-03 | P   | C2           | U6             | 2020-02-10
        C         | 2019-06-03 | P   | C2           | U6             | 2019-12-02
        B         | 2019-01-10 | S   | C2           | U1             | 2018-01-01
        """,
    )
    assert drawn.measure(OF["looked_after_children"], "2019-12") == {"B": "yes"}
    assert drawn.rows(
        "select person_id, clock_start from facts.child_looked_after where month = date '2020-08-01' order by all"
    ) == [("A", date(2019, 1, 10)), ("B", date(2019, 1, 10)), ("C", date(2020, 2, 10))]  # C's last row ends before
    assert drawn.rows("select person_id from facts.entry_to_care order by all") == [("A",), ("B",), ("C",), ("C",)]
    assert drawn.rows("select max(abs(difference)) from facts.check_stock_flow") == [(0,)]


def test_where_the_extract_names_another_period_of_care_is_reported() -> None:
    drawn = Drawn(
        "report_period_of_care_disagrees",
        person=BORN_2010,
        cla_episode="""
        person_id | period_id | decom      | rne | legal_status | dec        | rec | period_start_date
        A         | 1         | 2018-01-10 | S   | C2           | 2018-06-03 | E4A |
        A         | 1         | 2020-02-10 | S   | C2           |            |     |
        B         | 2         | 2018-01-10 | S   | C2           | 2018-06-03 | X1  |
        B         | 3         | 2018-06-03 | L   | C1           |            |     |
        C         | 4         | 2018-01-10 | S   | C2           | 2018-06-03 | X1  | 2018-01-10
        C         | 4         | 2018-06-03 | L   | C1           |            |     | 2018-01-10
        D         | 5         | 2018-01-10 | S   | C2           |            |     | 2018-02-01
        """,
    )
    found = drawn.rows(
        "select row_number, column_name, raw_value from facts.report_period_of_care_disagrees order by 1"
    )
    assert found == [(3, "period_id", "1"), (5, "period_id", "3"), (8, "period_start_date", "2018-02-01")]


# --- entries and exits ----------------------------------------------------------------------------------------------

FLOWS = """
person_id | decom      | rne | legal_status | dec        | rec
A         | 2020-03-10 | S   | C2           | 2020-05-10 | X1
A         | 2020-05-10 | L   | C1           | 2020-07-01 | E4A
A         | 2020-08-03 | S   | V2           |            |
B         | 2020-03-10 | S   | V4           | 2020-05-10 | E8
C         | 2020-03-10 | S   | C2           | 2020-03-10 | E4A
D         | 2020-03-10 | S   | C2           | 2020-06-05 | E17
E         | 2020-03-10 | S   | C2           | 2020-06-05 | E17
F         | 2020-03-10 | S   | C2           |            |
G         | 2020-07-10 | S   | C2           |            |
H         | 2020-03-10 | S   | C2           |            |
I         | 2020-03-10 | S   | C2           | 2020-06-20 |
J         | 2020-03-10 | P   | C2           | 2020-06-20 | X1
"""
FLOWING = """
person_id | dob        | death_date
A         | 2010-01-01 |
B         | 2010-01-01 |
C         | 2010-01-01 |
D         | 2002-06-05 |
E         | 2002-06-04 |
F         | 2002-06-05 |
G         | 2002-06-05 |
H         | 2010-01-01 | 2020-06-07
I         | 2010-01-01 | 2020-06-10
"""


@pytest.fixture(scope="module")
def flow() -> Drawn:
    return Drawn(
        "entry_to_care", "exit_from_care", "check_stock_flow", "child_looked_after", person=FLOWING, cla_episode=FLOWS
    )


def test_a_period_of_care_is_an_entry_by_its_first_day_also_at_18(flow: Drawn) -> None:
    found = flow.rows("select person_id, event_date, record_id from facts.entry_to_care order by person_id, 2")
    assert [(child, day.isoformat()) for child, day, _ in found] == [
        ("A", "2020-03-10"), ("A", "2020-08-03"), ("C", "2020-03-10"), ("D", "2020-03-10"), ("E", "2020-03-10"),
        ("F", "2020-03-10"), ("G", "2020-07-10"), ("H", "2020-03-10"), ("I", "2020-03-10"), ("J", "2020-03-10"),
    ]  # fmt: skip


def test_a_period_of_care_is_an_exit_by_the_end_of_its_last_episode_not_after_the_18th_birthday_or_death(
    flow: Drawn,
) -> None:
    found = flow.rows("select person_id, event_date, record_id from facts.exit_from_care order by person_id")
    assert [(child, day.isoformat()) for child, day, _ in found] == [
        ("A", "2020-07-01"), ("C", "2020-03-10"), ("D", "2020-06-05"), ("J", "2020-06-20"),
    ]  # fmt: skip


def test_entries_less_exits_are_the_change_of_the_count_but_for_birthdays_deaths_and_entries_at_18(flow: Drawn) -> None:
    found = flow.rows(
        "select month, looked_after_before, entries, exits, birthdays, deaths, entries_from_18, looked_after, "
        "difference from facts.check_stock_flow where month between date '2020-03-01' and date '2020-08-01' order by 1"
    )
    assert [row[1:] for row in found] == [
        (0, 8, 1, 0, 0, 0, 7, 0),
        (7, 0, 0, 0, 0, 0, 7, 0),
        (7, 0, 0, 0, 0, 0, 7, 0),
        (7, 0, 2, -2, -2, 0, 1, 0),
        (1, 1, 1, 0, 0, -1, 0, 0),
        (0, 1, 0, 0, 0, 0, 1, 0),
    ]


def test_a_child_counted_from_birth_or_of_whom_earlier_episodes_are_not_sent_is_told_by_the_check() -> None:
    drawn = care(
        """
        person_id | decom      | rne | legal_status | period_start_date | dec        | rec
        A         | 2019-03-10 | S   | C2           |                   |            |
        B         | 2019-08-10 | P   | C2           | 2019-03-10        |            |
        C         | 2019-03-10 | S   | C2           |                   | 2019-05-01 | E4A
        """,
        person="person_id | dob\nA | 2019-06-01\nB | 2010-01-01\nC | 2019-06-01",
    )
    found = drawn.rows(
        "select month, entries, exits, counted_later, looked_after, difference from facts.check_stock_flow "
        "where month between date '2019-03-01' and date '2019-08-01' order by month"
    )
    assert [row[1:] for row in found] == [
        (3, 0, -3, 0, 0), (0, 0, 0, 0, 0), (0, 1, 1, 0, 0), (0, 0, 1, 1, 0), (0, 0, 0, 1, 0), (0, 0, 1, 2, 0),
    ]  # fmt: skip


def test_an_adoption_counts_once_by_the_day_it_ended_care() -> None:
    drawn = Drawn(
        "adoption",
        person=BORN_2010,
        cla_episode="""
        person_id | decom      | legal_status | placement_type | dec        | rec
        A         | 2019-01-10 | E1           | A6             | 2020-08-31 | E11
        B         | 2019-01-10 | E1           | A6             | 2020-09-01 | E12
        C         | 2019-01-10 | E1           | A6             | 2020-08-31 | E45
        D         | 2019-01-10 | E1           | A6             |            | E11
        E         | 2019-01-10 | E1           | A6             | 2020-08-31 | E11
        E         | 2019-02-10 | E1           | A6             | 2020-08-31 | E11
        F         | 2019-01-10 | V4           | A6             | 2020-08-31 | E11
        """,
    )
    found = drawn.rows("select person_id, month from facts.adoption order by person_id")
    assert found == [("A", date(2020, 8, 1)), ("B", date(2020, 9, 1)), ("E", date(2020, 8, 1))]


# --- care plans -----------------------------------------------------------------------------------------------------

CARE_PLANS = """
person_id | plan_type    | authorised_date | end_date   | status   || right
A         | CARE_PLAN    | 2020-08-31      |            |          || yes
B         | CARE_PLAN    | 2020-09-01      |            |          || no
C         | CARE_PLAN    | 2020-06-10      | 2020-08-31 |          || no
D         | CARE_PLAN    | 2020-06-10      | 2020-09-01 | DONE     || yes
E         | CARE_PLAN    | 2020-05-01      |            |          || yes
F         | CARE_PLAN    | 2020-04-30      |            |          || no
G         | CARE_PLAN    | 2020-06-10      |            | VOID     || no
H         | CARE_PLAN    | 2020-06-10      |            | REOPENED || no
I         |              | 2020-06-10      |            |          || yes
J         | OTHER        | 2020-06-10      |            |          || no
K         | CARE_PLAN    |                 |            |          || no
L         | PATHWAY_PLAN | 2020-06-10      |            |          || no
M         | PATHWAY_PLAN | 2020-06-10      |            |          || yes
N         | PATHWAY_PLAN | 2020-06-10      |            |          || no
O         | PATHWAY_PLAN | 2020-06-10      |            |          || no
"""


def test_a_care_plan_counts_that_is_authorised_has_not_ended_and_is_of_this_period_of_care() -> None:
    children = "".join(f"{child} | 2020-06-01 | C2\n" for child in "ABCDEFGHIJKLMNO")
    drawn = care(
        f"person_id | decom | legal_status\n{children}",
        person=BORN_2010.replace("M | 2010-01-01", "M | 2004-08-31").replace("N | 2010-01-01", "N | 2004-09-01")
        .replace("O | 2010-01-01", "O | "),
        cla_care_plan=CARE_PLANS,
    )  # fmt: skip
    assert drawn.measure(OF["authorised_care_plan"], "2020-08") == expected(CARE_PLANS)
    reasons = dict(
        drawn.rows(
            "select person_id, care_plan_reason from facts.child_looked_after "
            "where month = date '2020-08-01' and care_plan_reason is not null"
        )
    )
    assert reasons == {
        "B": "No care plan is authorised", "C": "The care plan has ended",
        "F": "The care plan is from an earlier period of care", "G": "No care plan", "H": "No care plan",
        "J": "A plan that is no care plan", "K": "No care plan is authorised", "L": "A pathway plan before 16",
        "N": "A pathway plan before 16", "O": "A pathway plan before 16",
    }  # fmt: skip


def test_a_grace_leaves_out_children_who_have_just_entered_care() -> None:
    drawing = """
    person_id | decom      | legal_status || right
    A         | 2020-08-13 | C2           || no
    B         | 2020-08-14 | C2           || -
    """
    drawn = care(drawing, settings={"careplan_grace_wd": 10})
    # 31 August 2020 is a bank holiday: ten working days from 14 August, eleven from 13 August.
    assert drawn.measure(OF["authorised_care_plan"], "2020-08") == {"A": "no"}


# --- reviews --------------------------------------------------------------------------------------------------------


def reviewed(*children: tuple[str, ...], month: str = "2020-08") -> list[str | None]:
    """Whether children, each in care from the first of its days and reviewed on the others, were reviewed in time; None
    where a child does not count yet."""
    drawn = care(
        [
            {"person_id": f"C{number}", "decom": start, "legal_status": "C2"}
            for number, (start, *_) in enumerate(children)
        ],
        cla_review=[
            {"person_id": f"C{number}", "review_date": day}
            for number, (_, *reviews) in enumerate(children)
            for day in reviews
        ],
    )
    found = drawn.measure(OF["looked_after_review_timeliness"], month)
    return [found.get(f"C{number}") for number in range(len(children))]


def test_a_child_counts_from_twenty_working_days_in_care_on() -> None:
    # 31 August 2020 is a bank holiday: 3 August to the end of the month are 19 working days, 31 July 20.
    assert reviewed(("2020-08-03",), ("2020-07-31",), ("2020-07-31", "2020-08-28")) == [None, "no", "yes"]


def test_reviews_are_due_after_20_working_days_then_91_and_183_days() -> None:
    start = "2020-01-01"
    assert reviewed(
        # The first is due on working day 20, which is 29 January 2020, the second 91 days later, on 29 April.
        (start, "2020-01-29", "2020-04-29"),
        (start, "2020-01-30", "2020-04-29"),
        (start, "2020-01-29", "2020-04-30"),
        (start, "2020-01-29"),
        # The third is due 183 days after the second.
        (start, "2020-01-20", "2020-02-29"),
        (start, "2020-01-20", "2020-03-01"),
        (start, "2020-01-20", "2020-03-02"),
        # A review on the first day is none.
        (start, "2020-01-01", "2020-04-01"),
        # Two records of one day are one review: the next is due 91 days after it.
        (start, "2020-01-29", "2020-01-29", "2020-05-20"),
    ) == ["yes", "no", "no", "no", "no", "no", "yes", "no", "no"]


def test_a_late_review_counts_for_twelve_months_from_its_due_day() -> None:
    # The third was due on 30 October 2018 and held on the day after.
    child = ("2018-01-02", "2018-01-30", "2018-04-30", "2018-10-31", "2019-05-02", "2019-10-31")
    months = ("2018-09", "2018-10", "2019-09", "2019-10")
    assert [reviewed(child, month=month) for month in months] == [["yes"], ["no"], ["no"], ["yes"]]


def test_a_review_that_did_not_take_place_is_none() -> None:
    drawing = """
    person_id | review_date | status   | cancelled || right
    A         | 2020-07-01  |          |           || yes
    B         | 2020-07-01  | VOID     |           || no
    C         | 2020-07-01  |          | true      || no
    D         | 2020-07-01  | NOT_HELD |           || no
    E         | 2020-07-01  | PLANNED  |           || no
    F         | 2020-07-01  | DONE     | false     || yes
    """
    children = "".join(f"{child} | 2020-06-15 | C2\n" for child in "ABCDEF")
    drawn = care(f"person_id | decom | legal_status\n{children}", cla_review=drawing)
    assert drawn.measure(OF["looked_after_review_timeliness"], "2020-08") == expected(drawing)


def test_reviews_of_an_earlier_period_of_care_are_none_of_this_one() -> None:
    drawn = care(
        """
        person_id | decom      | rne | legal_status | dec        | rec
        A         | 2019-01-10 | S   | C2           | 2020-06-01 | E4A
        A         | 2020-06-15 | S   | C2           |            |
        """,
        cla_review="person_id | review_date\nA | 2019-02-01\nA | 2020-06-10",
    )
    assert drawn.measure(OF["looked_after_review_timeliness"], "2020-08") == {"A": "no"}


# --- visits ---------------------------------------------------------------------------------------------------------

VISITS = """
person_id | decom      | placement_type | visit_date | status || right
A         | 2020-01-10 | U6             | 2020-07-20 |        || yes
B         | 2020-01-10 | U6             | 2020-07-19 |        || no
C         | 2020-07-20 | U6             |            |        || yes
D         | 2020-07-19 | U6             |            |        || no
E         | 2019-08-31 | U4             | 2020-06-01 |        || yes
F         | 2019-08-31 | U4             | 2020-05-31 |        || no
G         | 2019-09-01 | U4             | 2020-06-01 |        || no
H         | 2019-08-31 | U5             | 2020-06-01 |        || no
I         | 2019-08-31 | U1             | 2020-06-01 |        || yes
J         | 2020-01-10 | U6             | 2020-08-20 | VOID   || no
K         | 2020-01-10 | U6             | 2020-09-01 |        || no
"""


def test_the_last_visit_or_the_placement_began_42_days_ago_or_91_in_a_long_term_one() -> None:
    rows = [line.split("||")[0] for line in VISITS.strip().splitlines()]
    children = [[cell.strip() for cell in row.split("|")] for row in rows[1:]]
    drawn = care(
        "person_id | decom | legal_status | placement_type\n"
        + "\n".join(f"{child} | {decom} | C2 | {placement}" for child, decom, placement, _, _ in children),
        cla_visit="person_id | visit_date | status\n"
        + "\n".join(f"{child} | {day} | {status}" for child, _, _, day, status in children if day),
    )
    assert drawn.measure(OF["looked_after_visit_timeliness"], "2020-08") == expected(VISITS)


# --- placements -----------------------------------------------------------------------------------------------------


def placed(*children: tuple[str, ...]) -> Drawn:
    """Children C0, C1 … each with episodes drawn as: start, reason, placement, postcode, end, reason."""
    names = ("decom", "rne", "placement_type", "placement_postcode", "dec", "rec")
    return care(
        [
            {
                "person_id": f"C{number}",
                "legal_status": "C2",
                **{name: cell for name, cell in zip(names, episode.split(), strict=False) if cell != "-"},
            }
            for number, episodes in enumerate(children)
            for episode in episodes
        ],
        person=[{"person_id": f"C{number}", "dob": "2010-01-01"} for number in range(len(children))],
    )


def test_three_placements_open_twelve_months_ago_or_begun_since() -> None:
    drawn = placed(
        ("2018-01-10 S U6 A1 2019-09-01 X1", "2019-09-01 P U6 B1 2020-02-01 X1", "2020-02-01 B K2 C1"),
        # The first ended on the month end twelve months before: it was not open then.
        ("2018-01-10 S U6 A1 2019-08-31 X1", "2019-08-31 P U6 B1 2020-02-01 X1", "2020-02-01 P K2 C1"),
        # Changes of legal status, or of the placement with the same carer, begin none.
        ("2018-01-10 S U6 A1 2019-10-01 X1", "2019-10-01 L U6 A1 2020-02-01 X1", "2020-02-01 T U4 B1 2020-03-01 X1",
         "2020-03-01 U U4 C1"),
        # One of less than a day is none.
        ("2018-01-10 S U6 A1 2020-02-01 X1", "2020-02-01 P U6 B1 2020-02-01 X1", "2020-02-01 P K2 C1"),
        # A temporary one is none, and the same placement after it goes on.
        ("2018-01-10 S U6 A1 2020-02-01 X1", "2020-02-01 P T3 B1 2020-02-09 X1", "2020-02-09 P U6 a1 2020-03-01 X1",
         "2020-03-01 P K2 C1"),
        # After it another postcode is another placement, and so is one of which no postcode is known.
        ("2018-01-10 S U6 A1 2020-02-01 X1", "2020-02-01 P T3 B1 2020-02-09 X1", "2020-02-09 P U6 D1 2020-03-01 X1",
         "2020-03-01 P K2 C1"),
        ("2018-01-10 S U6 - 2020-02-01 X1", "2020-02-01 P T3 - 2020-02-09 X1", "2020-02-09 P U6 - 2020-03-01 X1",
         "2020-03-01 P K2 -"),
        # What follows a temporary one is never part of it, though no reason says that it began.
        ("2018-01-10 S U6 A1 2019-08-01 X1", "2019-08-01 P T3 B1 2019-08-09 X1", "2019-08-09 - U6 A1 2020-02-01 X1",
         "2020-02-01 P K2 C1 2020-03-01 X1", "2020-03-01 P U6 D1"),
        # Placed for adoption with the carers before is no new one; with others it is.
        ("2018-01-10 S U6 A1 2019-10-01 X1", "2019-10-01 P U6 B1 2020-02-01 X1", "2020-02-01 B A5 B1"),
        ("2018-01-10 S U6 A1 2019-10-01 X1", "2019-10-01 P U6 B1 2020-02-01 X1", "2020-02-01 B A6 C1"),
        # Placements of an earlier period of care count too.
        ("2018-01-10 S U6 A1 2019-10-01 E4A", "2019-12-01 S U6 A1 2020-02-01 X1", "2020-02-01 P K2 C1"),
        # Short breaks are none.
        ("2020-02-01 S U6 A1 2020-03-01 X1", "2020-03-01 P U6 B1"),
    )  # fmt: skip
    found = drawn.measure(OF["placement_moves"], "2020-08")
    right = ["yes", "no", "no", "no", "no", "yes", "yes", "yes", "no", "yes", "yes", "no"]
    assert found == {f"C{number}": answer for number, answer in enumerate(right)}


def test_an_episode_set_aside_comes_between_no_two_sound_ones() -> None:
    drawn = Drawn(
        "child_looked_after",
        person=BORN_2010,
        cla_episode="""
        person_id | decom      | rne | legal_status | placement_type | dec        | rec
        A         | 2020-01-10 | S   | C2           | U5             | 2020-03-02 | X1
        A         | 2020-03-02 | P   | C2           | P1             | 2020-06-01 | X1
        A         | 2020-06-01 | T   | C2           | P1             |            |
        """,
        cla_episode_aside="""
        person_id | decom      | rne | legal_status | placement_type | dec
        A         | 2020-03-02 | P   | C2           | T1             | 2020-06-01
        """,
    )
    assert drawn.measure(OF["placement_moves"], "2020-08") == {"A": "no"}


def test_a_child_long_in_care_is_settled_after_two_years_in_a_placement() -> None:
    drawn = placed(
        # Thirty months up to the end of August 2020 began on 1 March 2018.
        ("2018-03-01 S U4 A1",),
        ("2018-03-02 S U4 A1",),
        # Two years up to it began on 1 September 2018.
        ("2017-01-10 S U4 A1 2018-09-01 X1", "2018-09-01 P U4 B1"),
        ("2017-01-10 S U4 A1 2018-09-02 X1", "2018-09-02 P U4 B1"),
        # Placed for adoption: together with the placement before, and with no other.
        ("2017-01-10 S U4 A1 2018-09-02 X1", "2018-09-02 P A6 B1"),
        ("2017-01-10 S U4 Z1 2018-10-10 X1", "2018-10-10 P U4 A1 2019-09-02 X1", "2019-09-02 P A6 B1"),
        ("2017-01-10 S U4 Z1 2018-10-10 X1", "2018-10-10 P U4 A1 2019-09-02 X1", "2019-09-02 P A5 A1"),
        # In a temporary placement the one before it is the child's only if it goes on afterwards.
        ("2017-01-10 S U4 A1 2020-08-20 X1", "2020-08-20 P T1 B1"),
        ("2017-01-10 S U4 A1 2020-08-20 X1", "2020-08-20 P T1 B1 2020-09-01 X1", "2020-09-01 P U4 A1"),
        # A temporary one is none, however long it lasts.
        ("2017-01-10 S T4 A1",),
    )
    assert drawn.measure(OF["placement_stability"], "2020-08") == {
        "C0": "yes", "C2": "yes", "C3": "no", "C4": "yes", "C5": "no", "C6": "no", "C7": "no",
        "C8": "yes", "C9": "no",
    }  # fmt: skip


def test_only_children_under_16_are_asked_whether_they_are_settled() -> None:
    drawn = care(
        "person_id | decom | legal_status\nA | 2017-01-01 | C2\nB | 2017-01-01 | C2\nC | 2017-01-01 | C2",
        person="person_id | dob\nA | 2004-09-01\nB | 2004-08-31\nC | ",
    )
    assert drawn.measure(OF["placement_stability"], "2020-08") == {"A": "yes"}


# --- health ---------------------------------------------------------------------------------------------------------

HEALTH = """
person_id | type              | event_date | status        || right
A         | HEALTH_ASSESSMENT | 2019-09-01 | COMPLETED     || yes
B         | HEALTH_ASSESSMENT | 2019-08-31 | COMPLETED     || no
C         | HEALTH_ASSESSMENT | 2020-08-31 | COMPLETED     || yes
D         | HEALTH_ASSESSMENT | 2020-09-01 | COMPLETED     || no
E         | HEALTH_ASSESSMENT | 2020-03-01 | REFUSED       || no
F         | HEALTH_ASSESSMENT | 2020-03-01 |               || no
G         | DENTAL_CHECK      | 2020-03-01 | COMPLETED     || no
"""


def test_a_child_is_assessed_in_the_twelve_months_and_under_five_twice() -> None:
    children = "".join(f"{child} | 2018-06-15 | C2\n" for child in "ABCDEFGHIJKL")
    drawn = care(
        f"person_id | decom | legal_status\n{children}",
        person=BORN_2010 + "\nSMALL | 2015-09-01",
        cla_health=HEALTH,
    )
    found = drawn.measure(OF["health_assessments"], "2020-08")
    assert {child: found[child] for child in "ABCDEFG"} == expected(HEALTH)
    assert drawn.measure(OF["dental_checks"], "2020-08")["G"] == "yes"
    assert drawn.measure(OF["dental_checks"], "2020-08")["A"] == "no"


def test_under_five_two_assessments_are_asked() -> None:
    children = "".join(f"{child} | 2018-06-15 | C2\n" for child in "ABCD")
    drawn = care(
        f"person_id | decom | legal_status\n{children}",
        person="person_id | dob\nA | 2015-09-01\nB | 2015-09-01\nC | 2015-08-31\nD | 2015-09-01",
        cla_health="""
        person_id | type              | event_date | status
        A         | HEALTH_ASSESSMENT | 2020-03-01 | COMPLETED
        B         | HEALTH_ASSESSMENT | 2019-09-01 | COMPLETED
        B         | HEALTH_ASSESSMENT | 2020-03-01 | COMPLETED
        C         | HEALTH_ASSESSMENT | 2020-03-01 | COMPLETED
        D         | HEALTH_ASSESSMENT | 2019-08-31 | COMPLETED
        D         | HEALTH_ASSESSMENT | 2020-03-01 | COMPLETED
        """,
    )
    assert drawn.measure(OF["health_assessments"], "2020-08") == {"A": "no", "B": "yes", "C": "yes", "D": "no"}


def test_children_without_a_break_of_twelve_months_are_asked_about_health() -> None:
    drawn = care("person_id | decom | legal_status\nA | 2019-09-01 | C2\nB | 2019-09-02 | C2")
    assert drawn.measure(OF["dental_checks"], "2020-08") == {"A": "no"}
    # The twelve months up to the end of February 2020 began on 1 March 2019.
    leap = care("person_id | decom | legal_status\nA | 2019-03-01 | C2\nB | 2019-03-02 | C2")
    assert leap.measure(OF["dental_checks"], "2020-02") == {"A": "no"}


IMMUNISATIONS = """
person_id | type          | event_date | status        || right
A         | IMMUNISATIONS | 2015-01-01 | UP_TO_DATE    || yes
B         | IMMUNISATIONS | 2015-01-01 | UP_TO_DATE    ||
B         | IMMUNISATIONS | 2020-01-01 | NOT_UP_TO_DATE || no
C         | IMMUNISATIONS | 2015-01-01 | NOT_UP_TO_DATE ||
C         | IMMUNISATIONS | 2020-08-31 | UP_TO_DATE    || yes
D         | IMMUNISATIONS | 2020-09-01 | UP_TO_DATE    || no
E         | IMMUNISATIONS | 2015-01-01 | UP_TO_DATE    ||
E         | IMMUNISATIONS | 2020-01-01 | PLANNED       || yes
H         | IMMUNISATIONS | 2015-01-01 | UP_TO_DATE    ||
H         | IMMUNISATIONS | 2020-01-01 |               || no
I         | IMMUNISATIONS | 2015-01-01 | UP_TO_DATE    ||
I         | IMMUNISATIONS |            | REFUSED       || yes
F         | IMMUNISATIONS |            | UP_TO_DATE    || yes
G         | IMMUNISATIONS | 2015-01-01 | REFUSED       || no
"""


def test_the_latest_word_on_immunisations_counts() -> None:
    children = "".join(f"{child} | 2018-06-15 | C2\n" for child in "ABCDEFGHI")
    drawn = care(f"person_id | decom | legal_status\n{children}", cla_health=IMMUNISATIONS)
    assert drawn.measure(OF["immunisations"], "2020-08") == expected(IMMUNISATIONS)
    assert "F" in drawn.measure(OF["immunisations"], "2020-07")
    assert drawn.measure(OF["immunisations"], "2020-07")["F"] == "no"


# --- missing --------------------------------------------------------------------------------------------------------

MISSING = """
person_id | start_at            | end_at              | type || right
A         | 2020-08-01 10:00:00 | 2020-08-02 10:00:00 | M    || yes
B         | 2020-08-01 10:00:00 | 2020-08-02 10:00:00 | A    || no
C         | 2020-07-20 10:00:00 | 2020-08-01 10:00:00 | M    || yes
D         | 2020-07-20 10:00:00 | 2020-07-31 10:00:00 | M    || no
E         | 2020-07-20 10:00:00 |                     | M    || yes
F         | 2020-08-09 10:00:00 | 2020-08-20 10:00:00 | M    || no
G         | 2020-08-10 10:00:00 | 2020-08-20 10:00:00 | M    || yes
H         | 2020-08-20 10:00:00 |                     | M    || no
I         | 2020-07-20 10:00:00 | 2020-08-05 10:00:00 | M    || no
J         | 2020-08-31 23:30:00 |                     | M    || yes
"""


def test_a_child_went_missing_on_a_day_on_which_it_was_looked_after() -> None:
    drawn = Drawn(
        "child_missing",
        person=BORN_2010,
        cla_episode="""
        person_id | decom      | legal_status | dec        | rec
        A         | 2019-01-10 | C2           |            |
        B         | 2019-01-10 | C2           |            |
        C         | 2019-01-10 | C2           |            |
        D         | 2019-01-10 | C2           |            |
        E         | 2019-01-10 | C2           |            |
        F         | 2020-08-10 | C2           |            |
        G         | 2020-08-10 | C2           |            |
        H         | 2019-01-10 | C2           | 2020-08-20 | E4A
        I         | 2020-08-02 | C2           |            |
        J         | 2019-01-10 | C2           |            |
        K         | 2019-01-10 | C2           | 2020-08-01 | E4A
        L         | 2019-01-10 | C2           | 2020-08-02 | E4A
        M         | 2020-08-05 | C2           | 2020-08-05 | E4A
        N         | 2020-08-05 | V4           |            |
        """,
        missing=MISSING,
    )
    assert drawn.measure(OF["missing_children"], "2020-08") == {**expected(MISSING), "L": "no"}
    later = drawn.rows(
        "select person_id from facts.child_missing where month = '2020-08-01' and went_missing order by 1"
    )
    assert later == [("A",), ("G",), ("J",)]


RETURNS = """
person_id | start_at            | end_at              | rhi_at              | rhi_accepted || right
A         | 2020-08-01 10:00:00 | 2020-08-04 10:00:00 | 2020-08-07 10:00:00 |              || yes
B         | 2020-08-01 10:00:00 | 2020-08-04 10:00:00 | 2020-08-07 10:01:00 |              || no
C         | 2020-08-01 10:00:00 | 2020-08-04 10:00:00 | 2020-08-07 00:00:00 |              || yes
D         | 2020-08-01 10:00:00 | 2020-08-04 10:00:00 | 2020-08-08 00:00:00 |              || no
E         | 2020-08-01 10:00:00 | 2020-08-04 10:00:00 | 2020-08-04 09:59:00 |              || no
F         | 2020-08-01 10:00:00 | 2020-08-04 10:00:00 | 2020-08-05 10:00:00 | false        || no
G         | 2020-08-01 10:00:00 | 2020-08-04 10:00:00 |                     | true         || no
H         | 2020-08-01 10:00:00 | 2020-08-29 10:00:00 | 2020-08-30 10:00:00 |              || yes
I         | 2020-08-01 10:00:00 | 2020-08-30 10:00:00 | 2020-08-30 12:00:00 |              || -
J         | 2020-08-01 10:00:00 |                     |                     |              || -
K         | 2020-08-01 10:00:00 | 2020-08-04 10:00:00 | 2020-08-07 10:00:00.123 |          || no
"""


def test_a_return_interview_is_held_within_72_hours_or_three_days() -> None:
    drawing = "\n".join(
        line.replace("person_id |", "person_id | type |").replace(f"{line[0]}         |", f"{line[0]} | M |")
        for line in RETURNS.strip().splitlines()
    )
    drawn = Drawn("return_from_missing", "open_return_interview", missing=drawing)
    assert drawn.measure(OF["return_interview_timeliness"], "2020-08") == expected(RETURNS)
    waiting = drawn.rows(
        "select person_id, clock_start, due_date, working_days_elapsed, working_days_left, is_overdue "
        "from facts.open_return_interview"
    )
    assert waiting == [("G", date(2020, 8, 4), date(2020, 8, 7), 19, -16, True)]


def test_72_hours_are_elapsed_hours_when_the_clocks_change() -> None:
    drawn = Drawn(
        "return_from_missing",
        extract_date=date(2020, 5, 1),
        missing="""
        person_id | type | start_at            | end_at              | rhi_at
        A         | M    | 2020-03-20 10:00:00 | 2020-03-27 10:00:00 | 2020-03-30 11:00:00
        B         | M    | 2020-03-20 10:00:00 | 2020-03-27 10:00:00 | 2020-03-30 11:01:00
        """,
    )
    assert drawn.measure(OF["return_interview_timeliness"], "2020-03") == {"A": "yes", "B": "no"}


# --- workers and orders ---------------------------------------------------------------------------------------------

ALLOCATIONS = """
person_id | worker_id | start_date | end_date   | is_primary
A         | W1        | 2018-01-01 | 2019-09-02 |
A         | W2        | 2019-09-02 | 2020-03-01 | true
A         | W3        | 2020-03-01 |            |
B         | W1        | 2018-01-01 | 2019-09-01 |
B         | W2        | 2019-09-01 | 2020-03-01 |
B         | W3        | 2020-03-01 |            |
C         | W1        | 2018-01-01 | 2019-10-01 |
C         | W2        | 2019-10-01 | 2020-03-01 |
C         | W1        | 2020-03-01 |            |
D         | W1        | 2018-01-01 |            |
D         | W2        | 2019-10-01 | 2020-03-01 | false
D         | W3        | 2020-03-01 |            |
E         | W1        | 2018-01-01 | 2020-02-01 |
E         | DUTY      | 2020-02-01 | 2020-03-01 |
E         | W3        | 2020-03-01 |            |
F         | W1        | 2018-01-01 | 2020-02-01 |
F         | W2        | 2020-02-01 | 2020-02-01 |
F         | W3        | 2020-03-01 |            |
G         | W1        | 2018-01-01 | 2020-02-01 |
G         | W2        | 2020-02-01 | 2020-03-01 |
G         | W3        | 2020-09-01 |            |
"""


def test_three_different_main_workers_on_any_day_of_the_twelve_months() -> None:
    children = "".join(f"{child} | 2020-06-15 | C2\n" for child in "ABCDEFGH")
    drawn = care(f"person_id | decom | legal_status\n{children}", allocation=ALLOCATIONS)
    found = drawn.measure(OF["social_worker_changes"], "2020-08")
    assert found == {"A": "yes", "B": "no", "C": "no", "D": "no", "E": "no", "F": "no", "G": "no", "H": "no"}


def test_an_order_open_at_the_month_end_counts() -> None:
    drawing = """
    person_id | start_date | end_date   || right
    A         | 2020-08-31 |            || yes
    B         | 2020-09-01 |            || -
    C         | 2020-01-01 | 2020-08-31 || -
    D         | 2020-01-01 | 2020-09-01 || yes
    STRANGER  | 2020-01-01 |            || -
    """
    children = "".join(f"{child} | 2020-06-15 | C2\n" for child in "ABCD")
    drawn = care(f"person_id | decom | legal_status\n{children}", dolo=drawing)
    assert drawn.measure(OF["deprivation_of_liberty"], "2020-08") == expected(drawing)


def test_unaccompanied_is_what_the_person_table_says() -> None:
    drawn = care(
        "person_id | decom | legal_status\nA | 2020-06-15 | C2\nB | 2020-06-15 | C2\nC | 2020-06-15 | C2",
        person="person_id | dob | uasc\nA | 2010-01-01 | true\nB | 2010-01-01 | false\nC | 2010-01-01 | ",
    )
    assert drawn.measure(OF["unaccompanied_children"], "2020-08") == {"A": "yes", "B": "no", "C": "no"}


# --- the list of what is due ----------------------------------------------------------------------------------------


def test_what_is_due_of_a_looked_after_child() -> None:
    drawn = Drawn(
        "open_looked_after_review",
        "open_looked_after_visit",
        "open_health_assessment",
        person="person_id | dob\nA | 2010-01-01\nB | 2010-01-01\nC | 2017-01-01\nD | 2010-01-01",
        cla_episode="""
        person_id | decom      | legal_status | dec        | rec
        A         | 2020-08-20 | C2           |            |
        B         | 2020-02-03 | C2           |            |
        C         | 2020-02-03 | C2           |            |
        D         | 2020-02-03 | C2           | 2020-09-01 | E4A
        """,
        cla_review="person_id | review_date\nB | 2020-03-02\nB | 2020-06-01",
        cla_visit="person_id | visit_date\nB | 2020-08-20",
        cla_health="""
        person_id | type              | event_date | status
        B         | HEALTH_ASSESSMENT | 2020-02-20 | COMPLETED
        C         | HEALTH_ASSESSMENT | 2020-02-20 | COMPLETED
        """,
        allocation="person_id | worker_id | worker_name | start_date | team\nB | W1 | N. Example | 2020-02-04 | North",
    )
    assert drawn.rows(
        "select person_id, clock_start, due_date, working_days_elapsed, working_days_left, is_overdue, team, worker "
        "from facts.open_looked_after_review order by 1"
    ) == [
        ("A", date(2020, 8, 20), date(2020, 9, 18), 7, 13, False, None, None),
        ("B", date(2020, 6, 1), date(2020, 12, 1), 65, 65, False, "North", "N. Example"),
        ("C", date(2020, 2, 3), date(2020, 3, 2), 146, -126, True, None, None),
    ]
    assert drawn.rows(
        "select person_id, clock_start, due_date, is_overdue from facts.open_looked_after_visit order by 1"
    ) == [
        ("A", date(2020, 8, 20), date(2020, 10, 1), False),
        ("B", date(2020, 8, 20), date(2020, 10, 1), False),
        ("C", date(2020, 2, 3), date(2020, 3, 16), True),
    ]
    assert drawn.rows(
        "select person_id, clock_start, due_date, is_overdue from facts.open_health_assessment order by 1"
    ) == [
        ("A", date(2020, 8, 20), date(2020, 9, 18), False),
        ("B", date(2020, 2, 20), date(2021, 2, 20), False),
        ("C", date(2020, 2, 20), date(2020, 8, 20), True),
    ]


# --- what contradicts itself ----------------------------------------------------------------------------------------


def test_episodes_that_contradict_law_or_sense_are_reported() -> None:
    drawn = Drawn(
        "report_contradiction",
        "report_short_break_beside",
        "report_overlapping_episodes",
        person="""
        person_id | dob        | death_date
        A         | 2010-01-01 |
        B         | 2002-06-05 |
        C         | 2010-01-01 | 2020-06-10
        D         | 2020-03-01 |
        """,
        cla_episode="""
        person_id | decom      | rne | legal_status     | dec        | rec
        A         | 2019-01-10 | S   | NOT_LOOKED_AFTER | 2019-01-10 | E4A
        A         | 2019-02-10 | S   | C2               | 2019-03-10 | X1
        A         | 2019-03-10 | L   | C1               | 2019-04-10 | X1
        A         | 2019-08-10 | S   | C1               | 2019-09-10 |
        A         | 2019-09-05 | S   | C2               |            | E4A
        A         | 2020-01-05 | S   | V4               | 2020-02-05 | E8
        B         | 2020-06-05 | S   | C2               | 2020-07-05 | E8
        B         | 2020-06-01 | S   | C2               |            |
        C         | 2020-01-05 | S   | C2               |            |
        D         | 2020-01-05 | S   | C2               | 2020-08-05 | E4A
        """,
    )
    reported = drawn.rows("select row_number, rule from facts.report_contradiction order by all")
    assert reported == [
        (2, "ends_on_its_first_day"), (2, "makes_nobody_looked_after"), (4, "no_episode_follows"),
        (5, "end_without_reason"), (6, "reason_without_end"), (8, "begins_at_18"), (9, "open_at_18"),
        (10, "after_death"), (11, "begins_before_birth"),
    ]  # fmt: skip
    assert drawn.rows("select row_number from facts.report_short_break_beside") == [(7,)]
    assert drawn.rows("select row_number from facts.report_overlapping_episodes") == [(6,)]


def test_a_standard_that_changes_holds_from_its_day_on() -> None:
    drawn = care(
        "person_id | decom | legal_status\nA | 2020-01-10 | C2",
        cla_visit="person_id | visit_date\nA | 2020-06-20",
        settings={"standard": [{"clock": "looked_after_visit", "days": 80, "valid_from": "2020-08-01"}]},
    )
    assert drawn.measure(OF["looked_after_visit_timeliness"], "2020-07") == {"A": "yes"}
    assert drawn.measure(OF["looked_after_visit_timeliness"], "2020-08") == {"A": "yes"}
    before = care(
        "person_id | decom | legal_status\nA | 2020-01-10 | C2",
        cla_visit="person_id | visit_date\nA | 2020-06-20",
        settings={"standard": [{"clock": "looked_after_visit", "days": 80, "valid_from": "2020-09-01"}]},
    )
    assert before.measure(OF["looked_after_visit_timeliness"], "2020-08") == {"A": "no"}


def test_a_missing_child_is_shown_by_the_episode_of_its_last_day_in_care_in_the_month() -> None:
    drawn = Drawn(
        "child_missing",
        person=BORN_2010,
        cla_episode="""
        person_id | decom      | legal_status | placement_type | dec        | rec
        A         | 2020-08-03 | C2           | U4             |            |
        A         | 2020-08-10 | C1           | K2             | 2020-08-20 | X1
        B         | 2020-08-03 | C2           | U4             | 2020-08-20 | X1
        B         | 2020-08-20 | C1           | K2             | 2020-08-25 | E4A
        """,
        settings={"close_open_episodes": False},
    )
    shown = "select person_id, legal_status, placement_type from facts.child_missing where month = date '2020-08-01'"
    assert sorted(drawn.rows(shown)) == [("A", "C2", "U4"), ("B", "C1", "K2")]


# --- what a cut hides -----------------------------------------------------------------------------------------------


def test_reviews_before_the_table_is_complete_are_not_taken_for_never_held() -> None:
    drawing = {
        "cla_episode": """
        person_id | decom      | legal_status
        A         | 2018-01-10 | C2
        B         | 2019-02-20 | C2
        """,
        "cla_review": """
        person_id | review_date
        A         | 2019-05-20
        A         | 2019-11-10
        A         | 2020-05-01
        B         | 2019-03-10
        B         | 2019-09-01
        B         | 2020-02-20
        """,
    }
    cut = care(**drawing, complete_from={"cla_review": date(2019, 2, 1)})
    assert cut.measure(OF["looked_after_review_timeliness"], "2020-08") == {"A": "yes", "B": "no"}
    whole = care(**drawing)
    assert whole.measure(OF["looked_after_review_timeliness"], "2019-11") == {"A": "no", "B": "no"}


def test_a_period_of_care_whose_beginning_may_be_cut_off_is_named() -> None:
    drawn = Drawn(
        "report_missing_history_care",
        person=BORN_2010,
        cla_episode="""
        person_id | decom      | rne | legal_status | dec        | period_start_date
        A         | 2018-05-01 | P   | C2           |            |
        B         | 2018-05-01 | S   | C2           |            |
        C         | 2018-05-01 | P   | C2           |            | 2017-01-01
        D         | 2019-05-01 | P   | C2           |            |
        E         | 2018-05-01 | P   | C2           | 2018-12-31 |
        """,
        complete_from={"cla_episode": date(2019, 1, 1)},
    )
    assert drawn.rows("select person_id, rule from facts.report_missing_history_care") == [("A", "missing_history")]


def test_a_child_of_whom_nothing_is_said_of_immunisations_since_the_table_is_complete_is_named() -> None:
    drawing = {
        "person": BORN_2010,
        "cla_episode": """
        person_id | decom      | legal_status
        A         | 2018-05-01 | C2
        B         | 2018-05-01 | C2
        C         | 2020-02-01 | C2
        """,
        "cla_health": """
        person_id | type          | event_date | status
        A         | DENTAL_CHECK  | 2020-03-01 | COMPLETED
        B         | IMMUNISATIONS | 2019-03-01 | UP_TO_DATE
        """,
    }
    report = "select person_id, table_name, rule from facts.report_missing_history_health"
    drawn = Drawn("report_missing_history_health", **drawing, complete_from={"cla_health": date(2019, 2, 1)})
    assert drawn.rows(report) == [("A", "cla_health", "missing_history")]
    assert Drawn("report_missing_history_health", **drawing).rows(report) == []
