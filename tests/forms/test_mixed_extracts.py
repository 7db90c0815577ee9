# ruff: noqa: E501 - drawn rows are as long as they are
"""Extracts of several forms, with supplements and tables left out on purpose: what is taken from where, and what is told."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from drawn_workbook import EXTRACT_DATE, LIMITS, drawn, write_workbook

from schemas.settings import Settings
from warehouse.forms.extracts import ExtractRead, read
from warehouse.landing.extracts import Extract, misplaced

REFERRED = "Child Unique ID | Gender | Date of Birth | Date of Referral | Referral Source | Referral NFA?\n"
ASSESSED = "Child Unique ID | Gender | Continuous Assessment Start Date\n"
Land = Callable[..., ExtractRead]


@pytest.fixture
def land(tmp_path: Path) -> Land:
    """Land drawings as CSV files (`referral.csv=…`) and one of Annex A sheets, and read the extract."""

    def landed(
        annex_a: dict[str, str] | None = None,
        files: dict[str, str] | None = None,
        settings: dict[str, object] | None = None,
        left_out: tuple[str, ...] = (),
        authority: str = "",
    ) -> ExtractRead:
        folder = tmp_path / "852" / EXTRACT_DATE.isoformat()
        folder.mkdir(parents=True, exist_ok=True)
        if annex_a:
            write_workbook(folder / "Annex A.xlsx", annex_a)
        for name, drawing in (files or {}).items():
            (folder / name).write_text("\n".join(",".join(cells) for cells in drawn(drawing)) + "\n")
        if authority:
            (folder.parent / "authority.toml").write_text(authority)
        extract = Extract("852", EXTRACT_DATE, folder)
        (made,) = read([extract], LIMITS, Settings.model_validate(settings or {}), {extract.partition_key: left_out})
        return made

    return landed


def rows(made: ExtractRead, table: str, columns: str) -> list[tuple[str | None, ...]]:
    """The rows of a table, as the columns named in one string."""
    assert made.refusals == ()
    (found,) = (one for one in made.tables if one.table_name == table)
    cells = found.cells.to_pydict()
    return list(zip(*(cells.get(name, [None] * found.cells.num_rows) for name in columns.split()), strict=True))


# ---------------------------------------------------------------------------------------------------------------- mixing


def test_a_table_of_the_case_system_goes_before_that_of_annex_a(land: Land) -> None:
    made = land(
        {"List 3": REFERRED + "1 | a) Male | 2015-01-25 | 2020-10-01 | 6 | No", "List 4": ASSESSED + "1 | a) Male | 2020-10-05"},
        {"referral.csv": "referral_id|person_id|referral_date|referral_source|referral_nfa\nR7|1|01/10/2020|6|N\nR8|1|04/10/2020|6|N"},
    )  # fmt: skip
    assert rows(made, "referral", "referral_id") == [("R7",), ("R8",)]
    assert rows(made, "assessment", "assessment_id referral_id") == [("1/2020-10-05", "R8")]
    assert {one.table_name: one.form for one in made.tables} == {
        "person": "annex-a", "assessment": "annex-a", "referral": "canonical",
    }  # fmt: skip
    assert made.warnings == (
        "852/2021-03-16: referral is taken from referral.csv (canonical); what Annex A.xlsx (annex-a) has of it is not "
        "used. The setting form_order says which goes first.",
    )
    assert "mash_timeliness" not in made.never
    assert made.coverage["referral"].complete_from is None
    assert made.coverage["assessment"].complete_from is not None


def test_a_setting_says_which_form_goes_first(land: Land) -> None:
    made = land(
        {"List 3": REFERRED + "1 | a) Male | 2015-01-25 | 2020-10-01 | 6 | No"},
        {"referral.csv": "referral_id|person_id|referral_date|referral_source|referral_nfa\nR7|1|01/10/2020|6|N"},
        settings={"form_order": {"referral": ["annex-a"]}},
    )
    assert rows(made, "referral", "referral_id") == [("1/2020-10-01",)]
    assert made.coverage["referral"].declared_by == "annex-a"


def test_the_children_of_all_forms_are_one_table(land: Land) -> None:
    made = land(
        {"List 3": REFERRED + "1 | a) Male | 2015-01-25 | 2020-10-01 | 6 | No\n2 | b) Female | 2016-02-02 | 2020-10-01 | 6 | No"},
        {"person.csv": "person_id|dob|sex|upn\n1||M|X1\n3|01/01/2012|F|X3"},
    )  # fmt: skip
    assert rows(made, "person", "person_id dob sex upn") == [
        ("1", "2015-01-25", "M", "X1"),
        ("3", "01/01/2012", "F", "X3"),
        ("2", "2016-02-02", "b) Female", None),
    ]
    (person,) = (one for one in made.tables if one.table_name == "person")
    assert person.place is not None
    assert person.place.to_pylist() == [None, None, "Annex A.xlsx, List 3, row 3"]
    assert (
        "852/2021-03-16: person: Annex A.xlsx (annex-a) adds 1 children and 1 values to those of person.csv (canonical)."
        in made.warnings
    )


def test_forms_that_give_a_child_two_birth_dates_are_told(land: Land) -> None:
    made = land(
        {"List 3": REFERRED + "1 | a) Male | 2015-01-25 | 2020-10-01 | 6 | No"},
        {"person.csv": "person_id|dob|sex\n1|26/01/2015|M"},
    )
    assert rows(made, "person", "dob") == [("26/01/2015",)]
    assert [(one.rule, one.column_name, one.raw_value, one.place) for one in made.reports] == [
        ("conflicting_value", "dob", "2015-01-25", "Annex A.xlsx, List 3, row 2")
    ]


# ------------------------------------------------------------------------------------------------------------ supplements


def test_a_supplement_adds_columns_by_child_and_day_or_by_id(land: Land) -> None:
    made = land(
        {"List 3": REFERRED + "1 | a) Male | 2015-01-25 | 2020-10-01 | 6 | No\n2 | b) Female | 2016-02-02 | 2020-10-01 | 6 | No",
         "List 8": "Child Unique ID | Date Started to be Looked After\n1 | 2020-10-01"},
        {"supplement_referral.csv": "Child ID|referral_date|received_at|mash_completed_at\n"
         "1|01/10/2020|01/10/2020 09:30|02/10/2020 10:00\n2.0|2020-10-01|01/10/2020 11:00|",
         "supplement_cla_care_plan.csv": "person_id|authorised_date\n1|2020-10-20"},
    )  # fmt: skip
    assert rows(made, "referral", "referral_id received_at mash_completed_at") == [
        ("1/2020-10-01", "01/10/2020 09:30", "02/10/2020 10:00"),
        ("2/2020-10-01", "01/10/2020 11:00", ""),
    ]
    assert rows(made, "cla_care_plan", "care_plan_id authorised_date") == [("1/2020-10-01", "2020-10-20")]
    assert {"mash_timeliness", "authorised_care_plan"} & set(made.never) == set()
    by_id = land(files={"supplement_referral.csv": "referral_id|team\n2/2020-10-01|North"})
    assert rows(by_id, "referral", "referral_id team") == [("1/2020-10-01", ""), ("2/2020-10-01", "North")]


def test_what_a_supplement_cannot_place_is_told_and_changes_nothing(land: Land) -> None:
    made = land(
        {"List 3": REFERRED + "1 | a) Male | 2015-01-25 | 2020-10-01 | 6 | No\n1 | a) Male | 2015-01-25 | 2020-10-01 | 2A | No\n"
         "2 | a) Male | 2015-01-25 | 2020-10-02 | 2A | No"},
        {"supplement_referral.csv": "person_id|referral_date|mash_completed_at\n1|2020-10-01|02/10/2020\n3|2020-10-01|02/10/2020\n"
         "2|2020-10-02|03/10/2020\n2|2020-10-02|04/10/2020"},
    )  # fmt: skip
    assert rows(made, "referral", "person_id mash_completed_at") == [("1", None), ("1", None), ("2", "03/10/2020")]
    assert [(one.rule, one.place, one.person_id) for one in made.reports] == [
        ("ambiguous_supplement", "supplement_referral.csv, row 2", "1"),
        ("unmatched_supplement", "supplement_referral.csv, row 3", "3"),
        ("ambiguous_supplement", "supplement_referral.csv, row 5", "2"),
    ]


def test_a_supplement_fills_and_never_overwrites(land: Land) -> None:
    made = land(
        files={
            "cp_plan.csv": "cp_plan_id|person_id|start_date|end_date\nL1|1|2020-10-01|\nL2|2|2020-10-01|2020-12-01",
            "supplement_cp_plan.csv": "cp_plan_id|end_date|ola_plan\nL1|2021-01-01|Y\nL2|2021-01-01|N",
        }
    )
    assert rows(made, "cp_plan", "cp_plan_id end_date ola_plan") == [
        ("L1", "2021-01-01", "Y"),
        ("L2", "2020-12-01", "N"),
    ]


def test_children_in_need_cannot_be_counted_unless_closures_are_sent(land: Land) -> None:
    sheets = {
        "List 3": REFERRED + "1 | a) Male | 2015-01-25 | 2020-10-01 | 6 | No",
        "List 6": "Child Unique ID | CIN Start Date | CIN Closure Date\n1 | 2019-10-01 | 2020-12-01",
    }
    assert "children_in_need" in land(sheets).never
    closures = {"supplement_referral.csv": "person_id|referral_date|closure_date\n1|2020-10-01|2020-10-03"}
    made = land(sheets, closures)
    assert "children_in_need" not in made.never
    assert rows(made, "referral", "referral_date closure_date") == [
        ("2020-10-01", "2020-10-03"),
        ("2019-10-01", "2020-12-01"),
    ]


def test_a_supplement_that_cannot_be_used_refuses_by_name(land: Land) -> None:
    plans = {"cp_plan.csv": "cp_plan_id|person_id|start_date\nL1|1|2020-10-01"}
    made = land(
        files=plans | {"supplement_plans.csv": "a|b\n1|2", "supplement_cp_plan.csv": "end_date|ola_plan\n2020-10-01|Y"}
    )
    assert made.refusals == (
        "852/2021-03-16/supplement_cp_plan.csv: no column says which record a row is of; add cp_plan_id, or person_id and a day.",
        "852/2021-03-16/supplement_plans.csv: no table is called so; name it after a table, as supplement_referral.csv.",
    )


def test_a_supplement_to_a_table_that_is_not_there_is_told(land: Land) -> None:
    made = land(
        files={
            "cp_plan.csv": "cp_plan_id|person_id|start_date\nL1|1|2020-10-01",
            "supplement_s47.csv": "s47_id|end_date\n1|2020-10-01",
        }
    )
    assert made.warnings == (
        "852/2021-03-16/supplement_s47.csv is not used, for the extract has no table s47 to add to.",
    )


# ------------------------------------------------------------------------------------------- unusable tables, local words

TWICE = "Child Unique ID | Child Protection Plan Start Date | CP Plan Start Date\n1 | 2020-10-01 | 2020-10-01"


def test_a_list_that_cannot_be_used_refuses_unless_its_tables_are_left_out(land: Land) -> None:
    sheets = {"List 3": REFERRED + "1 | a) Male | 2015-01-25 | 2020-10-01 | 6 | No", "List 7": TWICE}
    assert land(sheets).refusals == (
        "852/2021-03-16/Annex A.xlsx: the sheet List 7: 2 columns mean 'Child Protection Plan Start Date'; leave one of them.",
    )
    made = land(sheets, left_out=("cp_plan", "cp_visit", "cp_review"))
    assert [one.table_name for one in made.tables] == ["referral", "person"]
    assert len(made.warnings) == 3


def test_a_canonical_table_can_be_left_out_too(land: Land) -> None:
    files = {"cp_plan.csv": "cp_plan_id|person_id\nL1|1", "s47.csv": "s47_id|person_id|start_date\n1|1|2020-10-01"}
    assert land(files=files).refusals != ()
    made = land(files=files, left_out=("cp_plan",))
    assert [one.table_name for one in made.tables] == ["s47"]
    assert made.warnings[0].endswith("The table cp_plan is left out on purpose.")


def test_local_words_of_the_authority_are_read(land: Land) -> None:
    made = land(
        files={
            "referral.csv": "Ref no|person_id|Ref start|referral_source|referral_nfa|team\nR1|1|2020-10-01|Police - MASH|N|LOC1"
        },
        authority='[headers.referral]\n"Ref no" = "referral_id"\n"Ref start" = "referral_date"\n'
        '[codes.referral_source]\n"Police - MASH" = "6"\n[teams]\n"LOC1" = "Locality 1"\n',
    )
    assert rows(made, "referral", "referral_id referral_date referral_source team") == [
        ("R1", "2020-10-01", "6", "Locality 1")
    ]


def test_an_authority_toml_that_is_wrong_refuses_with_its_line(land: Land) -> None:
    made = land(files={"s47.csv": "s47_id|person_id|start_date\n1|1|2020-10-01"}, authority="[team]\na = 'b'")
    assert made.refusals == ("852/authority.toml: line 1: [team] is no section of it; did you mean teams?.",)


def test_a_form_lies_in_a_folder_below_under_any_name(land: Land, tmp_path: Path) -> None:
    folder = tmp_path / "852" / EXTRACT_DATE.isoformat() / "from the performance team"
    write_workbook(
        folder / "copy of weekly (3).xlsx", {"List 3": REFERRED + "1 | a) Male | 2015-01-25 | 2020-10-01 | 6 | No"}
    )
    made = land()
    assert [one.file_name for one in made.tables] == ["from the performance team/copy of weekly (3).xlsx"] * 2


def test_workbooks_of_other_kinds_are_named_with_what_to_do(land: Land, tmp_path: Path) -> None:
    folder = tmp_path / "852" / EXTRACT_DATE.isoformat()
    folder.mkdir(parents=True)
    (folder / "Annex A.xls").write_bytes(bytes.fromhex("D0CF11E0A1B11AE1") + b"\x00" * 600)
    for name, part in (("Annex A.xlsb", "xl/workbook.bin"), ("Annex A.ods", "content.xml")):
        with zipfile.ZipFile(folder / name, "w") as parts:
            parts.writestr(part, "")
    alone = land()
    assert alone.refusals == (
        "852/2021-03-16: no table of the contract is there; expected files such as referral.csv or person.xlsx.",
        "852/2021-03-16/Annex A.ods: it is not a complete .ods document; save it again.",
        "852/2021-03-16/Annex A.xls: it is encrypted, or an old .xls; save it as .xlsx without a password.",
        "852/2021-03-16/Annex A.xlsb: it is an .xlsb workbook; save it as .xlsx.",
    )
    beside = land(files={"s47.csv": "s47_id|person_id|start_date\n1|1|2020-10-01"})
    assert beside.refusals == ()
    assert beside.warnings == alone.refusals[1:]


def test_a_workbook_that_lies_in_no_extract_is_told(land: Land, tmp_path: Path) -> None:
    sheets = {"List 3": REFERRED + "1 | a) Male | 2015-01-25 | 2020-10-01 | 6 | No"}
    land(sheets)
    for folder in ("852", "852/March", "Annex A", f"852/{EXTRACT_DATE}/below"):
        write_workbook(tmp_path / folder / "Annex A.xlsx", sheets)
    assert misplaced(tmp_path) == [tmp_path / "852", tmp_path / "852" / "March"]


def test_a_supplement_may_be_a_workbook_under_headers_of_the_authority(land: Land, tmp_path: Path) -> None:
    folder = tmp_path / "852" / EXTRACT_DATE.isoformat()
    write_workbook(
        folder / "supplement_cp_plan.xlsx", {"Sheet1": "Case | Plan begun | Other council\n1 | 2020-10-01 | Y"}
    )
    made = land(
        {"List 7": "Child Unique ID | Child Protection Plan Start Date\n1 | 2020-10-01\n2 | 2020-10-01"},
        authority='[headers.cp_plan]\n"Case" = "person_id"\n"Plan begun" = "start_date"\n"Other council" = "ola_plan"',
    )
    assert rows(made, "cp_plan", "person_id ola_plan") == [("1", "Y"), ("2", None)]
