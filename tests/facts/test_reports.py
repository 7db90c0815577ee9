"""What facts report: under rules that are declared, or a report would be lost."""

import re

from support.drawn_facts import Drawn

from schemas.rules import REPORTS
from warehouse.facts.computing import FOLDER

# A rule is named in a list of rules or as a column, itself or by what an `if` gives for either.
_NAMED = re.compile(
    r"'rule': '(\w+)'|'(\w+)' as rule|'rule': if\([^()]+, '(\w+)', '(\w+)'\)|if\([^()]+, '(\w+)', '(\w+)'\) as rule"
)


def test_every_report_is_declared_with_what_to_do() -> None:
    named = {
        name
        for path in FOLDER.rglob("report_*.sql")
        for found in _NAMED.findall(path.read_text())
        for name in found
        if name
    }
    assert len(named) > 30
    assert named <= REPORTS.keys()


def test_what_is_dated_after_a_death_or_before_a_birth_is_reported() -> None:
    drawn = Drawn(
        "report_outside_life",
        person="""
        person_id | dob        | death_date | expected_dob
        BORN      | 2020-08-10 | 2020-08-20 |
        UNBORN    |            |            | 2020-12-01
        """,
        contact="person_id | contact_id | received_at\nBORN | T1 | 2020-08-09\nBORN | T2 | 2020-08-21",
        cp_visit="person_id | visit_id | visit_date\nBORN | V1 | 2020-08-09\nUNBORN | V2 | 2020-08-09",
        cla_visit="""
        person_id | visit_id | visit_date | status
        BORN      | V1       | 2020-08-09 |
        BORN      | V2       | 2020-08-10 |
        BORN      | V3       | 2020-08-20 |
        BORN      | V4       | 2020-08-21 |
        BORN      | V5       | 2020-08-22 | NOT_HELD
        UNBORN    | V6       | 2020-08-22 |
        """,
        missing="person_id | missing_id | start_at\nBORN | M1 | 2020-08-20 23:59:00\nBORN | M2 | 2020-08-21 00:00:00",
        cla_health="person_id | health_id | event_date | status\nBORN | H1 | 2020-08-22 | PLANNED\nBORN | H2 | 2020-08-01 |",
    )
    assert drawn.rows("select table_name, row_number, column_name, raw_value, rule from facts.report_outside_life "
                      "order by all") == [
        ("cla_health", 3, "event_date", "2020-08-01", "begins_before_birth"),
        ("cla_visit", 2, "visit_date", "2020-08-09", "begins_before_birth"),
        ("cla_visit", 5, "visit_date", "2020-08-21", "after_death"),
        ("contact", 3, "received_at", "2020-08-21", "after_death"),
        ("missing", 3, "start_at", "2020-08-21", "after_death"),
    ]  # fmt: skip
