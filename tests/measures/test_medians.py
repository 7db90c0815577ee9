"""A median of cases whose amounts are not all known: it is of those that are, and there is none where none is."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from support.landed import land
from support.published import grouped

from schemas.measures import MEASURES
from warehouse.landing.extracts import Extract
from warehouse.measures.evaluation import evaluate

REFERRALS = """
    referral_id | person_id | referral_date
    R1          | P1        | 2020-04-01
    R2          | P2        | 2020-04-01
    R3          | P3        | 2020-05-01
    R4          | P4        | 2020-05-01
"""
ASSESSMENTS = """
    assessment_id | person_id | referral_id | start_date | authorised_date
    A1            | P1        | R1          | 2020-04-01 | 2020-04-06
    A2            | P2        | R2          | 2020-04-01 | 2020-04-08
    A3            | P3        | R3          | 2020-05-01 | 2020-05-05
    A4            | P4        | R4          | 2020-05-01 | 2020-05-06
"""


def test_cases_whose_amount_is_not_known_have_no_part_in_a_median(tmp_path: Path) -> None:
    extract = Extract("599", date(2021, 6, 1), tmp_path / "599" / "2021-06-01")
    land(extract.folder, referral=REFERRALS, assessment=ASSESSMENTS)
    median = replace(MEASURES["assessment_median_days"], counted="true")
    with grouped([extract]) as group:
        connection = group.connection
        days = "case record_id when 'A1' then 3 when 'A2' then 6 end"
        connection.execute(f"update facts.single_assessment set working_days = {days}")  # noqa: S608
        evaluate(connection, [median])
        found = connection.sql(
            "select strftime(month, '%Y-%m'), period, value, denominator from measures.tally_anew "
            "where breakdown is null and (period = 'month' or period = 'quarter' and month = '2020-06-01') order by all"
        ).fetchall()
    assert found == [
        ("2020-04", "month", 4.5, 2.0),
        ("2020-05", "month", None, 0.0),
        ("2020-06", "quarter", 4.5, 2.0),
    ]
