"""An authority's own spellings: one file that is written by people, read or told what is wrong with it, by line."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from drawn_workbook import read_workbook, rows_of, write_workbook
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.codes.statuses import Status
from schemas.tables import MODELS, Kind, columns
from warehouse.forms.local_spellings import STATUS_WORDS, LocalSpellings, of, read
from warehouse.forms.reading import TableRead, text_table
from warehouse.landing.bounds import UnreadableFileError
from warehouse.landing.extracts import Extract
from warehouse.staged.statuses import read_status

WHOLE = """
# What we call things
closure_days = [2020-12-24, 2020-12-29]

[sheets]
"CP register" = "List 7"

[headers.referral]
"Ref start" = "referral_date"

[headers."List 3"]
"When referred" = "date of referral"

[codes.referral_source]
"Police - MASH" = "6"

[codes."referral.referral_nfa"]
"Closed at front door" = "yes"

[statuses]
"Auth'd" = "done"

[teams]
"LOC1  ASST" = "Locality 1"
"""


def spellings(folder: Path, text: str) -> LocalSpellings:
    """The spellings that a file of this text declares."""
    (folder / "authority.toml").write_text(text)
    return read(folder / "authority.toml")


def problems(folder: Path, text: str) -> tuple[str, ...]:
    """What is told of a file of this text."""
    with pytest.raises(UnreadableFileError) as told:
        spellings(folder, text)
    return told.value.args


def test_a_whole_file(tmp_path: Path) -> None:
    local = spellings(tmp_path, WHOLE)
    assert local.headers == {
        "referral": {"Ref start": "referral_date"},
        "List 3": {"When referred": "Date of Referral"},
    }
    assert local.sheets == {"cpregister": "List 7"}
    assert local.codes == {
        "referral_source": {"police - mash": "6"},
        "referral.referral_nfa": {"closed at front door": "true"},
    }
    assert local.statuses == {"auth'd": "DONE"}
    assert local.teams == {"loc1 asst": "Locality 1"}
    assert local.closure_days == (date(2020, 12, 24), date(2020, 12, 29))


def test_no_file_declares_nothing(tmp_path: Path) -> None:
    assert of(Extract("852", date(2020, 9, 1), tmp_path / "852" / "2020-09-01")) == LocalSpellings()


def test_local_words_become_those_of_the_contract_and_others_stay(tmp_path: Path) -> None:
    cells = {
        "referral_source": ["Police -  MASH", "q) 6: Police", None],
        "referral_nfa": ["Closed at front door", "No", ""],
        "status": ["AUTH'D", "Draft", "-"],
        "team": [" LOC1 ASST", "North", None],
        "worker": ["Auth'd", "LOC1 ASST", "6"],
    }
    table = TableRead("referral", "canonical", "referral.csv", "", text_table(cells), pa.array([2, 3, 4]))
    assert spellings(tmp_path, WHOLE).applied(table).cells.to_pydict() == {
        "referral_source": ["6", "q) 6: Police", None],
        "referral_nfa": ["true", "No", ""],
        "status": ["completed", "Draft", "-"],
        "team": ["Locality 1", "North", None],
        "worker": ["Auth'd", "LOC1 ASST", "6"],
    }


def test_headers_and_sheets_of_annex_a(tmp_path: Path) -> None:
    local = spellings(tmp_path, WHOLE + '[headers."List 7"]\n"Plan begun" = "Child Protection Plan Start Date"')
    plans = (
        "Child Unique ID|Gender|Ethnicity|Date of Birth|Age|Plan begun|Latest Category of Abuse|"
        "Initial Category of Abuse|Child Protection Plan End Date|Allocated Team|Allocated Worker\n"
        "1|||||2020-10-01|NEG|NEG||North|A"
    )
    path = write_workbook(tmp_path / "a.xlsx", {"CP register": plans})
    made = read_workbook(tmp_path, path, headers=local.headers, sheets=local.sheets)
    assert rows_of(made, "cp_plan", "cp_plan_id start_date") == [("1/2020-10-01", "2020-10-01")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[header]", "line 1: [header] is no section of it; did you mean headers?"),
        ('[headers.referal]\n"a" = "b"', "line 1: [headers.referal] is no section of it; did you mean referral?"),
        (
            '\n[headers.referral]\n"Ref start" = "referal date"',
            "line 3: 'referal date' is nothing that [headers.referral] can mean; did you mean referral_date?",
        ),
        (
            '[codes.referral_source]\n"Police" = "six"',
            "line 2: 'six' is nothing that [codes.referral_source] can mean; give one of "
            "1A, 1B, 1C, 1D, 2A, 2B, 3A, 3B, 3C, 3D, 3E, 3F …",
        ),
        ('[statuses]\nHeld = 1', "line 2: 'Held' has no text for its meaning; write it in quotes"),
        ("sheets = 1", 'line 1: it is no section; write [sheets] with lines such as "word" = "meaning" below'),
        ('closure_days = "24 December"', "line 1: closure_days is no list of days; write closure_days = [2020-12-24]"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_by_line_with_the_remedy(tmp_path: Path, text: str, told: str) -> None:
    assert problems(tmp_path, text) == (told,)


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    assert len(problems(tmp_path, '[sheets]\n"a" = "List 12"\n[teams]\nb = 1\n[nothing]\n')) == 3


def test_what_is_no_toml_is_told_as_that(tmp_path: Path) -> None:
    (told,) = problems(tmp_path, "[sheets\n")
    assert told.startswith("it is no TOML: ")
    assert "line 1" in told
    (tmp_path / "authority.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UnreadableFileError, match="no text in UTF-8"):
        read(tmp_path / "authority.toml")


@pytest.mark.parametrize("status", STATUS_WORDS)
def test_the_word_of_each_status_is_read_as_that_status_in_every_table(status: str) -> None:
    tables = [table for table in MODELS if any(column.kind is Kind.STATUS for column in columns(table))]
    assert {read_status(table, STATUS_WORDS[status]) for table in tables} == {Status[status]}


@pytest.mark.parametrize(
    "text", ["a = " + "[" * 5000, "a = " + "1" * 5000, "[" + "a." * 5000 + "a]", "\x00", "=", "[headers]\na = 1"]
)
def test_hostile_text_ends_in_a_sentence(tmp_path: Path, text: str) -> None:
    assert problems(tmp_path, text)


LINES = st.sampled_from(
    ["[headers]", "[headers.referral]", "[codes.sex]", "[teams]", '"a b" = "c"', "a = 1", "a.b = 'x'", "[[teams]]",
     'person_id = "sex"', "closure_days = [1]", "# words", "M = 'M'", "{", "'"]
)  # fmt: skip


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(LINES))
def test_any_lines_end_in_spellings_or_in_a_sentence(tmp_path: Path, lines: list[str]) -> None:
    try:
        assert isinstance(spellings(tmp_path, "\n".join(lines)), LocalSpellings)
    except UnreadableFileError as error:
        assert all(error.args)
