"""What became of each rule of the catalogue: found, clean, not asked and why, or failed. Drawn rows in, outcomes out."""

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner
from python_calamine import CalamineWorkbook
from support.landed import land
from support.published import process

from pipelines.__main__ import main
from schemas.rule_catalogue import catalogue
from schemas.rules import RULES
from warehouse.facts import computing
from warehouse.landing.extracts import Extract

DRAWN = {
    "person": """
person_id | dob        | sex
P1        | 2010-05-01 | F
P2        |            | M
""",
    "referral": """
referral_id | person_id | referral_date | referral_source | referral_nfa | closure_date
R1          | P1        | 2020-06-01    | 1A              | N            | 2020-05-01
R2          | P2        | 2020-06-02    | 1A              | N            |
""",
    "s47": """
s47_id | person_id | start_date
S1     | P1        | 2020-07-01
""",
    "pre_proceedings": """
pre_proceedings_id | person_id | start_date | letter_date | decision_date | court_application_date | fgdm_held
E1                 | P2        | 2020-04-01 | 2020-03-01  |               |                        |
E2                 | P2        | 2020-05-01 |             | 2020-07-01    | 2020-07-02             | true
""",
}


@pytest.fixture(scope="module")
def casework(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is published of the drawn rows, where the query of one rule fails: 8940 says so, the others are as ever."""
    folder = tmp_path_factory.mktemp("rules")
    extract = Extract("852", date(2020, 9, 1), folder / "852" / "2020-09-01")
    land(extract.folder, **DRAWN)
    steps = [
        replace(step, query=f"-- One row.\nselect error('P1 ' || '{step.name}') where 'overlapping_plans' <> ''")
        if step.name == "report_plan" else step
        for step in computing.fact_steps()
    ]  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(computing, "fact_steps", lambda: tuple(steps))
        process(folder / "warehouse", [extract])
    return folder / "warehouse" / "casework.duckdb"


def select(casework: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(casework), read_only=True) as connection:
        return connection.sql(query).fetchall()


def outcome(casework: Path, code: str) -> tuple[Any, ...]:
    (row,) = [row[1:] for row in select(casework, "select rule_code, outcome, rows_found, reason from rule_result")
              if row[0] == code]  # fmt: skip
    return row


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("8630", ("found", 1, None)),  # closed before it was made
        ("8525Q", ("found", 1, None)),  # P2 is neither born nor expected
        ("8600", ("clean", 0, None)),
        ("8608", ("not_applicable", 0, "Nothing of assessment was sent.")),
        ("8890", ("not_applicable", 0, "Not sent: s47.end_date.")),
        ("2889", ("not_applicable", 0, "Not sent: s47.referral_id.")),
        ("8555Q", ("not_applicable", 0, "Not sent: person.death_date.")),
        ("8650", ("not_applicable", 0, "Not sent: referral.primary_need.")),
        ("out_of_order", ("found", 1, None)),  # a letter before pre-proceedings began
        ("application_without_outcome", ("found", 1, None)),
        ("decided_without_letter", ("found", 1, None)),
        ("held_without_offer", ("found", 1, None)),
        ("overlapping_pre_proceedings", ("found", 1, None)),
        ("outcome_without_decision", ("not_applicable", 0, "Not sent: pre_proceedings.outcome.")),
    ],
)
def test_a_rule_is_found_clean_or_not_asked_and_says_why(casework: Path, code: str, expected: tuple[Any, ...]) -> None:
    assert outcome(casework, code) == expected


def test_every_issue_is_found_by_one_rule_and_leads_back_to_its_rows(casework: Path) -> None:
    issues = select(casework, "select count(*) from row_issue")
    assert issues == select(casework, "select sum(rows_found)::bigint from rule_result") != [(0,)]
    rows = select(
        casework,
        "select issue.row_number, issue.record_id from row_issue as issue inner join data_rule as rule "
        "using (rule, table_name) where rule.rule_code = '8630' and rule.column_name = issue.column_name",
    )
    assert rows == [(2, "R1")]


def test_a_rule_that_fails_is_not_shown_as_clean_and_stops_no_figure(casework: Path) -> None:
    state, found, reason = outcome(casework, "8940")
    assert (state, found) == ("failed", 0)
    assert reason.startswith("The query report_plan failed (")
    assert "P1" not in reason
    assert select(casework, "select rule_code from rule_result where outcome = 'failed'") == [("8940",)]
    assert outcome(casework, "8630")[0] == "found"
    assert select(casework, "select count(*) > 0 from kpi_case") == [(True,)]


# -------------------------------------------------------------------------------------------------------- the workbook


def test_the_data_officer_gets_a_sheet_a_table_with_the_rows_of_her_files(casework: Path) -> None:
    told = CliRunner().invoke(main, ["issues", "--warehouse", str(casework.parent)])
    assert told.exit_code == 0, told.output
    assert "1  error    8630 (referral): The case was closed before the referral." in told.output
    assert "R1" not in told.output
    path = casework.parent / "issues" / "issues_852_2020-09-01.xlsx"
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    book = CalamineWorkbook.from_path(str(path))
    assert book.sheet_names[0] == "Rules"
    assert set(book.sheet_names[1:]) == {
        name for (name,) in select(casework, "select distinct table_name from row_issue")
    }
    rows = book.get_sheet_by_name("referral").to_python()
    header = next(number for number, cells in enumerate(rows) if cells[0] == "Row")
    closed = dict(zip(rows[header], rows[header + 1], strict=True))
    assert (closed["Row"], closed["File"], closed["Record"], closed["Column"], closed["Rule"]) == (
        2, "referral.csv", "R1", "closure_date", "8630",
    )  # fmt: skip


def test_what_is_not_published_has_no_issues(casework: Path, tmp_path: Path) -> None:
    told = CliRunner().invoke(main, ["issues", "--warehouse", str(casework.parent), "--authority", "330"])
    assert (told.exit_code, told.output) == (2, "--authority 330: nothing is published for it; published are: 852.\n")
    assert CliRunner().invoke(main, ["issues", "--warehouse", str(tmp_path)]).exit_code == 2


# ------------------------------------------------------------------------------------------------------- the catalogue


def test_every_check_belongs_to_exactly_one_rule_and_every_need_is_a_column() -> None:
    parts = Counter(part for rule in catalogue() for part in rule.parts)
    assert {part: count for part, count in parts.items() if count > 1} == {}
    assert {check for _, check, _ in parts} == RULES.keys()
    assert [code for code, count in Counter(rule.code for rule in catalogue()).items() if count > 1] == []
    assert all(rule.sentence.endswith(".") for rule in catalogue())


def test_a_rule_is_an_error_where_it_sets_a_row_aside() -> None:
    severity = {rule.code: rule.severity for rule in catalogue()}
    assert [severity[code] for code in ("8630", "8875", "1104", "501")] == ["error", "error", "warning", "warning"]
