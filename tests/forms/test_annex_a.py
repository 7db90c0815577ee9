# ruff: noqa: E501 - the headers of the form are as long as they are
"""The Annex A workbook: its lists, drawn as councils send them, and the tables that come of them."""

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random

import pytest
from drawn_workbook import LIMITS, read_workbook, rows_of, write_workbook
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from schemas.tables import MODELS, columns
from warehouse.forms import annex_a
from warehouse.forms.annex_a_lists import LACKS, LISTS, PARTS
from warehouse.forms.cells import identity, trimmed
from warehouse.forms.reading import FormRead
from warehouse.landing.bounds import UnreadableFileError

Read = Callable[..., FormRead]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read the sheets drawn, named `List 1` and so on by the number given: read(s1="…", s5="…")."""

    def written(title: str = "", **sheets: str) -> FormRead:
        named = {f"List {name.removeprefix('s')}": drawing for name, drawing in sheets.items()}
        return read_workbook(tmp_path, write_workbook(tmp_path / "Annex A.xlsx", named, title))

    return written


# --------------------------------------------------------------------------------------------------------- declarations


def test_every_header_that_a_table_takes_is_one_of_its_list() -> None:
    for part in PARTS:
        taken = [cell for cell in part.cells.values() if isinstance(cell, str)]
        assert set(taken) <= set(LISTS[part.number].headers), part


def test_the_tables_are_of_the_contract() -> None:
    for table, names in annex_a.CARRIES.items():
        assert table in MODELS
        assert set(names) <= {column.name for column in columns(table)}
    for lack in LACKS.values():
        assert lack.sentence[0].islower() or lack.sentence.startswith(("Annex A", "List"))


# ------------------------------------------------------------------------------------------------------- sheets, headers


@pytest.mark.parametrize("name", ["List 1", "List1", "list_1", "LIST 1 "])
def test_a_list_is_known_by_the_spellings_of_its_sheet(tmp_path: Path, name: str) -> None:
    drawing = "Child Unique ID|Gender|Ethnicity|Date of Birth|Age|Date of Contact|Contact Source\n1|a) Male|||7.2|2020-10-01|q) 6: Police"
    path = write_workbook(tmp_path / "any name.xlsx", {name.strip(): drawing})
    assert annex_a.recognise(path, b"PK", LIMITS)
    assert rows_of(read_workbook(tmp_path, path), "contact", "contact_id received_at source") == [
        ("1/2020-10-01", "2020-10-01", "q) 6: Police")
    ]


def test_a_list_is_known_by_its_headers_under_any_name(tmp_path: Path) -> None:
    drawing = (
        "Child Unique ID|Sex|Ethnicity|DOB|Age|Date of Referral|Referral Source|Referral NFA?|Team\n"
        "1|Male|||7|2020-10-01|2A|No|North"
    )
    path = write_workbook(tmp_path / "x.xlsx", {"Sheet1": drawing})
    assert annex_a.recognise(path, b"PK", LIMITS)
    assert rows_of(read_workbook(tmp_path, path), "referral", "referral_id team place") == [
        ("1/2020-10-01", "North", "Sheet1, row 2")
    ]


def test_headers_are_known_whatever_stands_around_them(read: Read) -> None:
    drawing = (
        "Child Identifier | Sex | Age | Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N)) |"
        "Number of Episodes the Child has been ‘Missing’ from their Placement in the last 12 months |"
        "date started to be looked after_1 | CHILD’S LEGAL STATUS\n"
        "1 | b) Female | 15.3 | a) Yes | 2 | 2020-10-01 | C2: FCO"
    )
    made = read(s8=drawing)
    assert rows_of(made, "cla_episode", "person_id period_start_date legal_status") == [("1", "2020-10-01", "C2: FCO")]
    assert rows_of(made, "person", "person_id sex uasc") == [("1", "b) Female", "a) Yes")]


def test_a_title_row_stands_above_the_header_and_rows_count_as_in_the_sheet(read: Read) -> None:
    drawing = "Child Unique ID | Date of Contact | Contact Source\n1 | 2020-10-01 | 6: Police\n2 | - | 2A"
    made = read(title="Annex A - List 1: contacts in the six months to 16/03/2021", s1=drawing)
    assert rows_of(made, "contact", "person_id received_at place") == [
        ("1", "2020-10-01", "List 1, row 3"),
        ("2", "-", "List 1, row 4"),
    ]


def test_columns_that_a_council_adds_are_listed_and_not_read(read: Read) -> None:
    made = read(s1="Child Unique ID | Date of Contact | Contact Source | Postcode of home\n1 | 2020-10-01 | 6 | N1 1AA")
    (contact,) = (table for table in made.tables if table.table_name == "contact")
    assert contact.columns_ignored == ("Postcode of home", "Age of Child (Years)")


def test_a_missing_column_is_said_once_and_is_in_no_row(tmp_path: Path) -> None:
    drawing = (
        "Child Unique ID|Gender|Ethnicity|Age|Date of Referral|Referral Source|Number of Referrals in Last 12 Months|"
        "Allocated Team\n1|M||7|2020-10-01|2A|1|North"
    )
    made = read_workbook(tmp_path, write_workbook(tmp_path / "a.xlsx", {"referrals": drawing}))
    (referral,) = (table for table in made.tables if table.table_name == "referral")
    assert "referral_nfa" not in referral.cells.column_names
    assert made.warnings == (
        "a.xlsx: the sheet referrals has no column 'Date of Birth', 'Referral NFA?', 'Allocated Worker'; "
        "what rests on it is left out.",
    )


def test_a_list_without_rows_counts_as_not_sent(read: Read) -> None:
    made = read(
        s1="Child Unique ID | Date of Contact\n1 | 2020-10-01", s7="Child Unique ID | Child Protection Plan Start Date"
    )
    assert [table.table_name for table in made.tables] == ["contact", "person"]
    assert made.warnings == (
        "Annex A.xlsx: the sheet List 7 has a header and no rows, so that List 7 counts as not sent.",
    )


def test_a_footer_is_told_of_once_and_is_nobody(read: Read) -> None:
    made = read(s7="Child Unique ID | Child Protection Plan Start Date\n1 | 2020-10-01\nTotal: 1")
    assert rows_of(made, "cp_plan", "cp_plan_id person_id") == [("1/2020-10-01", "1"), (None, "Total: 1")]
    assert rows_of(made, "person", "person_id") == [("1",)]
    assert rows_of(made, "cp_visit", "person_id") == []


# ---------------------------------------------------------------------------------------------------------------- cells


def test_cells_arrive_as_they_came(read: Read) -> None:
    made = read(
        s3="""Child Unique ID | Gender | Date of Birth | Date of Referral | Referral Source | Allocated Team | Allocated Worker
              00123           | Female | 2015-01-25    | 16/09/2020       | b) 1B: Individual | #N/A        | Dustin\xa0Hazlett"""
    )
    assert rows_of(made, "referral", "person_id referral_date referral_source team worker") == [
        ("00123", "16/09/2020", "b) 1B: Individual", "#N/A", "Dustin\xa0Hazlett")
    ]


def test_a_formula_that_was_never_calculated_is_no_empty_date(read: Read) -> None:
    made = read(
        s7="Child Unique ID | Child Protection Plan Start Date | Child Protection Plan End Date\n1 | 2020-10-01 | =H2+5"
    )
    assert rows_of(made, "cp_plan", "end_date") == [("=H2+5",)]


def test_a_serial_of_an_epoch_of_1904_is_the_day_that_the_sheet_shows(tmp_path: Path) -> None:
    path = write_workbook(
        tmp_path / "a.xlsx",
        {"List 1": "Child Unique ID | Date of Contact | Contact Source\n1 | 42643 | 6"},
        date_1904=True,
    )
    assert rows_of(read_workbook(tmp_path, path), "contact", "received_at") == [("44105",)]


def test_the_two_questions_put_the_other_way_round(read: Read) -> None:
    made = read(
        s4="""Child Unique ID | Continuous Assessment Start Date | Was the child assessed as requiring LA children's social care support?
              1               | 2020-10-01                       | a) Yes
              2               | 2020-10-01                       | b) No
              3               | 2020-10-01                       | Assessment updated""",
        s5="""Child Unique ID | Strategy discussion initiating Section 47 Enquiry Start Date | Was an Initial Child Protection Conference deemed unnecessary?
              1               | 2020-10-01                                                    | Yes""",
    )
    assert rows_of(made, "assessment", "outcome_nfa") == [("No",), ("Yes",), ("Assessment updated",)]
    assert rows_of(made, "s47", "icpc_not_required") == [("Yes",)]


# ------------------------------------------------------------------------------------------------------------- children


def test_a_child_of_several_lists_is_one_with_what_they_agree_on(read: Read) -> None:
    made = read(
        s1="Child Unique ID | Gender | Ethnicity | Date of Birth | Date of Contact\n1 | Male | WBRI | 25/01/2015 | 2020-10-01",
        s3="Child Unique ID | Gender | Ethnicity | Date of Birth | Date of Referral\n1.0 | a) Male | s) NOBT | 2015-01-25 | 2020-10-01",
        s4="Child Unique ID | Gender | Ethnicity | Date of Birth | Does the Child have a Disability | Continuous Assessment Start Date\n"
        "1 | b) Female | a) WBRI | 2015-01-26 | b) No | 2020-10-01",
    )
    assert rows_of(made, "person", "person_id dob sex ethnicity disabled place") == [
        ("1", "2015-01-25", "a) Male", "a) WBRI", "b) No", "List 4, row 2")
    ]
    assert [(one.column_name, one.raw_value, one.place) for one in made.reports] == [
        ("dob", "2015-01-26", "List 4, row 2"),
        ("sex", "b) Female", "List 4, row 2"),
    ]


def test_a_birth_date_ahead_is_that_of_a_child_not_yet_born(read: Read) -> None:
    made = read(
        s7="""Child Unique ID | Date of Birth | Child Protection Plan Start Date
              1               | 2021-06-01    | 2021-03-01
              2               | 2027-06-01    | 2021-03-01"""
    )
    assert rows_of(made, "person", "person_id dob expected_dob") == [("1", "", "2021-06-01"), ("2", "2027-06-01", None)]


def test_adopters_are_no_children(read: Read) -> None:
    made = read(
        s10="Child Unique ID | Gender | Date the Child Entered Care\n1 | a) Male | 2020-10-01",
        s11="Individual adopter identifier | Gender | Date enquiry received\n9 | b) Female | 2020-10-01",
    )
    assert rows_of(made, "person", "person_id") == [("1",)]


# ------------------------------------------------------------------------------------------------------------------- ids


def test_rows_of_one_child_and_day_are_told_apart_and_repeats_are_not(read: Read) -> None:
    made = read(
        s3="""Child Unique ID | Date of Referral | Referral Source | Referral NFA?
              1               | 2020-10-01       | 6               | No
              1               | 2020-10-01       | 2A              | No
              1               | 2020-10-01       | 6               | No
              1               |                  | 6               | No"""
    )
    assert [one for (one,) in rows_of(made, "referral", "referral_id")] == [
        "1/2020-10-01", "1/2020-10-01/2", "1/2020-10-01", "1/UNDATED",
    ]  # fmt: skip


def test_ids_do_not_depend_on_the_order_of_the_rows(tmp_path: Path) -> None:
    header = "Child Unique ID | Date of Contact | Contact Source"
    rows = [f"{child} | 2020-10-{child:02} | 6" for child in range(1, 9)]
    made = []
    for seed in range(2):
        Random(seed).shuffle(rows)
        path = write_workbook(tmp_path / f"{seed}.xlsx", {"List 1": "\n".join([header, *rows])})
        made.append(sorted(rows_of(read_workbook(tmp_path, path), "contact", "contact_id person_id")))
    assert made[0] == made[1]


# ------------------------------------------------------------------------------------------------------------ joined lists

IN_NEED = (
    "Child Unique ID | CIN Start Date | Primary Need Code | CIN Closure Date | Allocated Team | Allocated Worker\n"
)
REFERRED = "Child Unique ID | Date of Referral | Referral Source | Referral NFA? | Allocated Team | Allocated Worker\n"


def test_the_referral_and_the_child_in_need_of_one_day_are_one(read: Read) -> None:
    made = read(
        s3=REFERRED + "1 | 2020-10-01 | 6 | No | Front door | -",
        s6=IN_NEED + "1 | 2020-10-01 | N1 | 2021-01-05 | North | Ann Lee",
    )
    assert rows_of(made, "referral", "referral_id referral_source primary_need closure_date team worker place") == [
        ("1/2020-10-01", "6", "N1", "2021-01-05", "Front door", "Ann Lee", "List 3, row 2")
    ]


def test_a_child_in_need_from_before_the_months_of_list_3_is_a_referral_of_its_own(read: Read) -> None:
    made = read(s3=REFERRED + "2 | 2020-10-01 | 6 | No", s6=IN_NEED + "1 | 2018-05-01 | N2")
    assert rows_of(made, "referral", "person_id referral_date referral_source primary_need") == [
        ("2", "2020-10-01", "6", None),
        ("1", "2018-05-01", None, "N2"),
    ]
    assert made.reports == ()


def test_a_later_day_in_list_6_is_of_the_referral_before_that_led_on(read: Read) -> None:
    made = read(
        s3=REFERRED + "1 | 2020-10-01 | 6 | No\n1 | 2020-10-10 | 2A | Yes\n2 | 2020-10-01 | 6 | NFA",
        s6=IN_NEED + "1 | 2020-10-15 | N1\n2 | 2020-11-02 | N3",
    )
    assert rows_of(made, "referral", "person_id referral_date primary_need") == [
        ("1", "2020-10-01", "N1"),
        ("1", "2020-10-10", None),
        ("2", "2020-10-01", None),
        ("2", "2020-11-02", "N3"),
    ]
    assert [(one.rule, one.place) for one in made.reports] == [
        ("in_need_without_referral", "List 6, row 2"),
        ("in_need_without_referral", "List 6, row 3"),
    ]


def test_an_assessment_is_not_of_a_referral_that_was_closed_before_it_if_another_is_open(read: Read) -> None:
    made = read(
        s3=REFERRED + "1 | 2020-10-01 | 6 | No\n1 | 2020-11-01 | 6 | No\n2 | 2020-11-01 | 6 | No",
        s4="Child Unique ID | Continuous Assessment Start Date\n1 | 2020-11-20\n2 | 2020-11-20",
        s6=IN_NEED + "1 | 2020-11-01 | N1 | 2020-11-12\n2 | 2020-11-01 | N1 | 2020-11-12",
    )
    assert rows_of(made, "assessment", "referral_id") == [("1/2020-10-01",), ("2/2020-11-01",)]


def test_an_assessment_and_an_enquiry_are_of_the_latest_referral_on_or_before_them(read: Read) -> None:
    made = read(
        s3=REFERRED + "1 | 2020-10-01 | 6 | No\n1 | 2020-11-01 | 6 | No\n1 | 2020-11-10 | 6 | Yes",
        s4="Child Unique ID | Continuous Assessment Start Date\n1 | 2020-11-12\n1 | 2020-10-31\n1 | 2020-09-30\n2 | 2020-11-12",
        s5="Child Unique ID | Strategy discussion initiating Section 47 Enquiry Start Date\n1 | 2020-11-01",
    )
    assert rows_of(made, "assessment", "referral_id") == [("1/2020-11-01",), ("1/2020-10-01",), (None,), (None,)]
    assert rows_of(made, "s47", "referral_id") == [("1/2020-11-01",)]


def test_an_assessment_without_a_first_day_is_of_the_latest_referral_before_it_was_authorised(read: Read) -> None:
    header = "Child Unique ID | Continuous Assessment Start Date | Continuous Assessment Date of Authorisation\n"
    made = read(
        s3=REFERRED + "1 | 2020-10-01 | 6 | No\n1 | 2020-11-10 | 6 | No\n2 | 2020-10-01 | 6 | No",
        s4=header + "1 | - | 2020-11-09\n1 | 31/02/2020 | 2020-11-09\n2 | | ",
    )
    assert rows_of(made, "assessment", "referral_id") == [("1/2020-10-01",), (None,), ("2/2020-10-01",)]


CONFERENCES = (
    "Child Unique ID | Strategy discussion initiating Section 47 Enquiry Start Date |"
    "Date of Initial Child Protection Conference |"
    "Did the Initial Child Protection Conference Result in a Child Protection Plan\n"
)


def test_a_conference_on_two_enquiries_is_one_of_the_latest_begun_before_it(read: Read) -> None:
    made = read(
        s5=CONFERENCES
        + "1 | 2020-10-01 | 2020-10-20 | Yes\n1 | 2020-10-12 | 2020-10-20 | \n1 | 2020-10-21 | 20/10/2020 | No\n2 | 2020-10-12 | 2020-10-20 | No"
    )
    assert rows_of(made, "s47", "s47_id") == [
        ("1/2020-10-01",), ("1/2020-10-12",), ("1/2020-10-21",), ("2/2020-10-12",)
    ]  # fmt: skip
    assert rows_of(made, "icpc", "icpc_id s47_id outcome_cp place") == [
        ("1/2020-10-20", "1/2020-10-12", "Yes", "List 5, row 3"),
        ("2/2020-10-20", "2/2020-10-12", "No", "List 5, row 5"),
    ]
    assert [(one.rule, one.column_name) for one in made.reports] == [("conflicting_value", "outcome_cp")]


def test_a_conference_before_its_enquiry_stays_with_it_to_be_judged(read: Read) -> None:
    made = read(s5=CONFERENCES + "1 | 2020-10-21 | 2020-10-20 | Yes\n1 | 2020-10-12 | TBC |")
    assert rows_of(made, "icpc", "icpc_id s47_id icpc_date") == [
        ("1/2020-10-20", "1/2020-10-21", "2020-10-20"),
        ("1/UNDATED", "1/2020-10-12", "TBC"),
    ]


def test_a_plan_has_its_latest_visit_and_review(read: Read) -> None:
    made = read(
        s7="""Child Unique ID | Child Protection Plan Start Date | Date of the Last Statutory Visit | Was the Child Seen Alone? | Date of latest review conference
              1               | 2020-10-01                       | 2021-03-02                       | a) Yes                    | 2021-01-04
              2               | 2020-10-02                       | -                                |                           | """
    )
    assert rows_of(made, "cp_plan", "cp_plan_id start_date") == [
        ("1/2020-10-01", "2020-10-01"),
        ("2/2020-10-02", "2020-10-02"),
    ]
    assert rows_of(made, "cp_visit", "visit_id cp_plan_id visit_date seen seen_alone") == [
        ("1/2021-03-02", "1/2020-10-01", "2021-03-02", "Yes", "a) Yes")
    ]
    assert rows_of(made, "cp_review", "review_id cp_plan_id review_date") == [
        ("1/2021-01-04", "1/2020-10-01", "2021-01-04")
    ]


def test_the_latest_episode_began_with_the_status_or_the_placement_whichever_is_later(read: Read) -> None:
    """Where the status came later, the episode before it is of the same placement, under a status that is not known."""
    made = read(
        s8="""Child Unique ID | Date Started to be Looked After | Start date of current legal status | Start Date of Most Recent Placement | Child's Legal Status | Placement Type | Date Ceased to be Looked After
              1               | 2019-01-01                      | 2020-02-01                         | 2020-03-01                          | C2                   | U4             |
              2               | 2019-01-01                      | 2020-02-01                         | 2019-06-01                          | C2                   | U4             | 2021-01-01
              3               | 2019-01-01                      |                                    | -                                   | C2                   | U4             |"""
    )
    assert rows_of(
        made, "cla_episode", "person_id decom period_start_date legal_status placement_type rne dec rec place"
    ) == [
        ("1", "2020-03-01", "2019-01-01", "C2", "U4", None, "", "", "List 8, row 2"),
        ("2", "2019-06-01", "2019-01-01", None, "U4", None, "2020-02-01", "X1", "List 8, row 3"),
        ("2", "2020-02-01", "2019-01-01", "C2", "U4", "L", "2021-01-01", "", "List 8, row 3"),
        ("3", "2019-01-01", "2019-01-01", "C2", "U4", None, "", "", "List 8, row 4"),
    ]


# -------------------------------------------------------------------------------------------------------------- coverage


def test_each_table_covers_the_six_months_before_the_extract_date(tmp_path: Path) -> None:
    path = write_workbook(
        tmp_path / "a.xlsx",
        {
            "List 1": "Child Unique ID | Date of Contact\n1 | 2020-10-01",
            "List 8": "Child Unique ID | Date Started to be Looked After\n1 | 2019-01-01",
        },
    )
    made = read_workbook(tmp_path, path, extract_date=date(2020, 8, 31))
    assert made.coverage["contact"].complete_from == date(2020, 2, 29)
    assert (made.coverage["contact"].is_latest_only, made.coverage["cla_episode"].is_latest_only) == (False, True)


def test_referrals_need_both_lists_to_be_whole(read: Read) -> None:
    three = "Child Unique ID | Date of Referral | Referral Source\n1 | 2020-10-01 | 6"
    for sheets, complete_from, spells in (
        ({"s3": three}, date(2020, 9, 16), date(2021, 3, 17)),
        ({"s6": IN_NEED + "1 | 2020-10-01 | N1"}, date(2021, 3, 17), date(2020, 9, 16)),
        ({"s3": three, "s6": IN_NEED + "1 | 2020-10-01 | N1"}, date(2020, 9, 16), date(2020, 9, 16)),
    ):
        coverage = read(**sheets).coverage["referral"]
        assert (coverage.complete_from, coverage.spells_complete_from) == (complete_from, spells)


# ---------------------------------------------------------------------------------------------------------- unusable lists


def test_one_list_that_cannot_be_used_leaves_the_others(read: Read) -> None:
    made = read(
        s1="Child Unique ID | Date of Contact\n1 | 2020-10-01",
        s7="Child Unique ID | Child Protection Plan Start Date | CP Plan Start Date\n1 | 2020-10-01 | 2020-10-01",
    )
    assert [table.table_name for table in made.tables] == ["contact", "person"]
    assert {one.table_name for one in made.unusable} == {"cp_plan", "cp_visit", "cp_review"}
    assert {one.reason for one in made.unusable} == {
        "the sheet List 7: 2 columns mean 'Child Protection Plan Start Date'; leave one of them"
    }


def test_a_list_that_two_sheets_or_two_workbooks_hold_is_refused_by_name(tmp_path: Path) -> None:
    drawing = "Child Unique ID|Gender|Ethnicity|Date of Birth|Age|Date of Contact|Contact Source\n1||||7|2020-10-01|6"
    plans = "Child Unique ID | Child Protection Plan Start Date\n1 | 2020-10-01"
    path = write_workbook(tmp_path / "a.xlsx", {"May": drawing, "June": drawing, "List 7": plans})
    assert [one.reason for one in read_workbook(tmp_path, path).unusable] == [
        "the sheets May and June both hold List 1; leave one of them out"
    ]
    one = write_workbook(tmp_path / "b.xlsx", {"List 1": drawing})
    two = write_workbook(tmp_path / "c.xlsx", {"List 1": drawing, "List 7": plans})
    assert [why.reason for why in read_workbook(tmp_path, one, two).unusable] == [
        "b.xlsx and c.xlsx both hold List 1; leave one of them out"
    ]


def test_lists_may_come_in_workbooks_of_their_own(tmp_path: Path) -> None:
    three = write_workbook(tmp_path / "referrals.xlsx", {"List 3": REFERRED + "1 | 2020-10-01 | 6 | No"})
    six = write_workbook(tmp_path / "in need.xlsx", {"List 6": IN_NEED + "1 | 2020-10-01 | N1\n2 | 2019-10-01 | N1"})
    made = read_workbook(tmp_path, three, six)
    assert rows_of(made, "referral", "person_id primary_need place") == [
        ("1", "N1", "referrals.xlsx, List 3, row 2"),
        ("2", "N1", "in need.xlsx, List 6, row 3"),
    ]


def test_a_workbook_of_nothing_known_is_none(tmp_path: Path) -> None:
    assert not annex_a.recognise(
        write_workbook(tmp_path / "a.xlsx", {"Sheet1": "Cost centre | Amount\nA | 1"}), b"PK", LIMITS
    )
    canonical = "referral_id | Child Unique ID | Date of referral | Referral Source | Referral NFA?\n1 | 1 | 2020-10-01 | 6 | No"
    assert not annex_a.recognise(write_workbook(tmp_path / "referral.xlsx", {"referral": canonical}), b"PK", LIMITS)
    assert not annex_a.recognise(tmp_path / "a.csv", b"person_id,sex", LIMITS)


def test_a_damaged_workbook_ends_in_a_sentence(tmp_path: Path) -> None:
    """Bytes turned, cut and swapped, and parts left out: the answer is the lists, or a sentence."""
    path = write_workbook(
        tmp_path / "a.xlsx",
        {
            "List 3": REFERRED + "1 | 2020-10-01 | 6 | No",
            "List 6": IN_NEED + "1 | 2020-10-01 | N1",
            "List 7": "Child Unique ID | Child Protection Plan Start Date\n1 | 2020-10-01",
        },
    )
    whole, random = path.read_bytes(), Random(2026)
    answers = set()
    for turn in range(120):
        content = bytearray(whole)
        if turn % 3 == 0:
            for _ in range(random.choice((1, 20, 400))):
                content[random.randrange(len(content))] = random.randrange(256)
        elif turn % 3 == 1:
            del content[random.randrange(len(content)) :]
        damaged = tmp_path / "damaged.xlsx"
        damaged.write_bytes(bytes(content))
        if turn % 3 == 2:
            _leave_out_a_part(path, damaged, random)
        try:
            answers.add(type(read_workbook(tmp_path, damaged)).__name__)
        except UnreadableFileError as error:
            answers.add(type(error).__name__)
            assert all(isinstance(reason, str) and reason for reason in error.args)
    assert answers == {"FormRead", "UnreadableFileError"}


def _leave_out_a_part(whole: Path, damaged: Path, random: Random) -> None:
    with zipfile.ZipFile(whole) as parts, zipfile.ZipFile(damaged, "w") as kept:
        names = parts.namelist()
        gone = random.choice(names)
        for name in names:
            content = parts.read(name)
            if name == gone:
                continue
            if random.random() < 0.3:
                content = content.replace(b"<row", b"<cow", random.randrange(1, 3)).replace(b"</row", b"</cow", 1)
            kept.writestr(name, content)


# -------------------------------------------------------------------------------------------------------- whatever is sent

ODD = st.sampled_from(
    ["", "-", "1", "2", "00123", "nan", "#N/A", "2020-10-01", "2020-10-02", "01/10/2020", "31/02/2020", "44105", "TBC", "=A1",
     "a) Yes", "b) No", "q) 6: Police", "Total", "  ", "\u200b", "'1", "{1}", "1.0", "x" * 300]
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example([["", "", "", "", "", "", "=A1", "", "", "", "", "", "", ""]], 1)  # a formula that was never calculated, alone
@given(st.lists(st.lists(ODD, min_size=14, max_size=14), max_size=8), st.sampled_from([1, 3, 4, 5, 6, 7, 8, 9, 10]))
def test_no_row_of_a_list_is_lost_whatever_its_cells(tmp_path: Path, cells: list[list[str]], number: int) -> None:
    """Each row that is not blank is a row of the list's own table; each child is one person."""
    headers = list(LISTS[number].headers)[:14]
    drawing = "\n".join(" | ".join(row[: len(headers)]) for row in [headers, *cells])
    filled = [row for row in cells if any(trimmed(cell) for cell in row[: len(headers)])]
    try:
        made = read_workbook(tmp_path, write_workbook(tmp_path / "a.xlsx", {f"List {number}": drawing}))
    except UnreadableFileError:
        # Without rows; or a list whose needed header, or most of whose headers, are not among the first fourteen.
        assert not filled or number in (8, 9)
        return
    own = next((part.table for part in PARTS if part.number == number), "")
    if number not in (6, 10):  # List 6 joins its rows, List 10 has no table
        assert [len(one.row_number) for one in made.tables if one.table_name == own] == [len(filled)] * bool(filled)
    people = [child for (child,) in rows_of(made, "person", "person_id")]
    assert len(people) == len({identity(child) for child in people})
