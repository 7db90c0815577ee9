"""Spellings from case systems' exports, and the codes that they mean."""

import pytest

from warehouse.forms.spellings import is_nothing
from warehouse.staged.codes import read_code

SPELLINGS = """
ethnicity         | (A.A1)White - British                    || WBRI
ethnicity         | Asian or Asian British - Pakistani       || APKN
ethnicity         | Black or Black British - African         || BAFR
ethnicity         | Mixed - White & Asian                    || MWAS
ethnicity         | White - Any other White background       || WOTH
ethnicity         | Information refused                      || REFU
ethnicity         | Asian, Asian British or Asian Welsh: Indian || AIND
ethnicity         | Black, Black British, Caribbean or African: African || BAFR
ethnicity         | Any other Black, Black British, or Caribbean background || BOTH
ethnicity         | White: English, Welsh, Scottish, Northern Irish or British || WBRI
ethnicity         | Any other Mixed or multiple ethnic background || MOTH
ethnicity         | White: Gypsy or Irish Traveller          ||
legal_status      | Special Guardianship Order               || NOT_LOOKED_AFTER
legal_status      | Supervision Order                        || NOT_LOOKED_AFTER
legal_status      | Code 'V2' is not mapped                  || V2
legal_status      | Interim Care Order                       || C1
legal_status      | Special guardianship order (private law) || NOT_LOOKED_AFTER
legal_status      | Child Arrangements Order - residence     || NOT_LOOKED_AFTER
legal_status      | Former relevant care leaver              || NOT_LOOKED_AFTER
legal_status      | SGO granted                              || NOT_LOOKED_AFTER
legal_status      | Full care order, placed with parents     || C2
legal_status      | C2 - special guardianship pending        || C2
legal_status      | Wardship                                 ||
plan_type         | PEP                                      || OTHER
plan_type         | PEP - autumn                             || OTHER
plan_type         | Personal Education Plan 2020             || OTHER
plan_type         | Placement Plan Part 1                    || OTHER
plan_type         | Health Plan                              || OTHER
plan_type         | Pathway Plan (16+)                       || PATHWAY_PLAN
plan_type         | Care Plan Part B                         || CARE_PLAN
plan_type         | Care leaver support                      ||
contact_outcome   | Progressed to referral                   || NEW_REFERRAL
contact_outcome   | NFA - no concerns                        || NFA
contact_outcome   | Information & Advice                     || ADVICE
eligibility       | b) Former relevant                       || FORMER_RELEVANT
eligibility       | Relevant                                 || RELEVANT
in_touch          | NREQ - no longer requires services       || NREQ
in_touch          | Yes                                      || YES
activity          | a) F1: Full time in higher education     || F1
accommodation     | Z1 - With former foster carers           || Z1
accommodation     | U2                                       || U2
health_type       | Review health assessment                 || HEALTH_ASSESSMENT
health_status     | Not up to date                           || NOT_UP_TO_DATE
health_status     | Did not attend - rebooked                || CANCELLED
missing_type      | Absent                                   || A
participation     | PN7 - did not attend, no views           || PN7
category_of_abuse | YYNN                                     || MUL
placement_type    | H5 - Placed with own parents             || P1
"""


@pytest.mark.parametrize(
    ("code_set", "text", "code"),
    [
        tuple(cell.strip() for cell in line.replace("||", "|").split("|"))
        for line in SPELLINGS.splitlines()
        if "||" in line
    ],
)
def test_a_spelling_means_a_code(code_set: str, text: str, code: str) -> None:
    assert read_code(code_set, "a_column", text) == (code or None)


def test_no_disability_is_an_answer_and_a_disability_by_its_code_is_one() -> None:
    assert [read_code("boolean", "disabled", text) for text in ("NONE", "MOB", "a) Yes")] == ["false", "true", "true"]


@pytest.mark.parametrize("text", ["-", "--", "–", "—", "――", "–-", "−", "..", "<NA>", "Not Recorded"])
def test_a_dash_or_two_of_any_kind_stand_for_nothing(text: str) -> None:
    assert is_nothing(text)


@pytest.mark.parametrize("text", ["---", "-1", "(null)", "\\N", "N/K", "TBC", "0"])
def test_what_is_not_listed_stands_for_itself(text: str) -> None:
    assert not is_nothing(text)
