"""Facts of care leavers: drawn rows in, what each measure makes of them out."""

from datetime import date

from schemas.measures.leaving_care import MEASURES
from tests.support.drawn_facts import Drawn, answers_of

OF = {measure.measure_code: measure for measure in MEASURES}
BORN = "person_id | dob\n" + "\n".join(f"{child} | 2000-06-01" for child in "ABCDEFGHIJKLMNOP")


def expected(drawing: str) -> dict[str, str]:
    return {child: answer for child, answer in answers_of(drawing, "right").items() if answer != "-"}


def test_former_relevant_young_people_are_counted_but_for_those_who_died_or_returned_home() -> None:
    drawing = """
    person_id | eligibility     | in_touch || right
    A         | FORMER_RELEVANT | YES      || yes
    B         | FORMER_RELEVANT | NO       || no
    C         | FORMER_RELEVANT |          || no
    D         | FORMER_RELEVANT | REFU     || no
    E         | FORMER_RELEVANT | NREQ     || no
    F         | FORMER_RELEVANT | DIED     || -
    G         | FORMER_RELEVANT | RHOM     || -
    H         | RELEVANT        | YES      || -
    I         | QUALIFYING      | YES      || -
    J         |                 | YES      || -
    """
    drawn = Drawn("care_leaver", person=BORN, care_leaver=drawing)
    assert drawn.measure(OF["care_leavers_in_touch"], "2020-08") == expected(drawing)
    assert drawn.measure(OF["care_leavers_in_touch"], "2020-09") == expected(drawing)
    assert drawn.measure(OF["care_leavers_in_touch"], "2020-07") == {}


def test_young_people_count_from_17_and_from_19_up_to_21_on_the_day_of_the_snapshot() -> None:
    people = """
    person_id | dob        | death_date || right
    A         | 2003-08-31 |            || 17
    B         | 2003-09-01 |            || -
    C         | 2001-08-31 |            || 19
    D         | 2001-09-01 |            || 18
    E         | 1998-09-01 |            || 21
    F         | 1998-08-31 |            || -
    G         |            |            || -
    H         | 2000-01-01 | 2020-08-31 || -
    I         | 2000-01-01 | 2020-09-01 || 20
    """
    leavers = "".join(f"{child} | FORMER_RELEVANT | F1\n" for child in "ABCDEFGHI")
    drawn = Drawn(
        "care_leaver",
        "report_care_leaver",
        person=people,
        care_leaver=f"person_id | eligibility | activity\n{leavers}",
    )
    bands = drawn.rows("select person_id, age_band from facts.care_leaver where month = date '2020-08-01'")
    assert dict(bands) == expected(people)
    assert set(drawn.measure(OF["care_leavers_in_eet"], "2020-08")) == {"C", "E", "I"}
    assert drawn.rows("select person_id, rule from facts.report_care_leaver") == [("G", "care_leaver_without_age")]


def test_accommodation_is_suitable_as_the_column_or_else_the_code_says() -> None:
    drawing = """
    person_id | eligibility     | suitable | accommodation || right
    A         | FORMER_RELEVANT | true     | B             || yes
    B         | FORMER_RELEVANT | false    | B1            || no
    C         | FORMER_RELEVANT |          | B1            || yes
    D         | FORMER_RELEVANT |          | B2            || no
    E         | FORMER_RELEVANT |          |               || no
    F         | FORMER_RELEVANT | true     | G1            || -
    G         | FORMER_RELEVANT | true     | H             || -
    H         | FORMER_RELEVANT |          | R2            || -
    I         | FORMER_RELEVANT |          | 0             || no
    """
    drawn = Drawn("care_leaver", person=BORN, care_leaver=drawing)
    assert drawn.measure(OF["care_leavers_suitable_accommodation"], "2020-08") == expected(drawing)


def test_education_employment_and_training_are_full_or_part_time() -> None:
    drawing = """
    person_id | eligibility     | activity || right
    A         | FORMER_RELEVANT | F1       || yes
    B         | FORMER_RELEVANT | P5       || yes
    C         | FORMER_RELEVANT | G4       || no
    D         | FORMER_RELEVANT | 0        || no
    E         | FORMER_RELEVANT |          || no
    """
    drawn = Drawn("care_leaver", person=BORN, care_leaver=drawing)
    assert drawn.measure(OF["care_leavers_in_eet"], "2020-08") == expected(drawing)


def test_the_next_review_of_a_pathway_plan_is_due_183_days_after_the_last() -> None:
    drawn = Drawn(
        "open_pathway_plan_review",
        person=BORN,
        care_leaver="""
        person_id | eligibility     | in_touch | pathway_review_date | personal_adviser | team
        A         | FORMER_RELEVANT | YES      | 2020-03-02          | N. Example       | Leaving care
        B         | RELEVANT        | YES      | 2020-03-01          |                  |
        C         | ELIGIBLE        |          |                     |                  |
        D         | QUALIFYING      | YES      | 2020-03-02          |                  |
        G         | QUALIFYING      | YES      |                     |                  |
        E         | FORMER_RELEVANT | DIED     | 2020-01-01          |                  |
        F         | FORMER_RELEVANT | RHOM     | 2020-01-01          |                  |
        """,
    )
    assert drawn.rows(
        "select person_id, due_date, working_days_left, is_overdue, team, worker "
        "from facts.open_pathway_plan_review order by 1"
    ) == [
        ("A", date(2020, 9, 1), 0, False, "Leaving care", "N. Example"),
        ("B", date(2020, 8, 31), -1, True, None, None),
        ("C", None, None, False, None, None),
        ("D", date(2020, 9, 1), 0, False, None, None),
    ]
