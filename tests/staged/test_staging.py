"""What is staged of drawn extracts: keys that name the child, ids by meaning, links, councils, what is set aside."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from support.drawn_extracts import Staged, staged, staged_extract

from schemas.settings import Settings
from schemas.tables import MODELS, columns
from warehouse.landing.extracts import Extract

Stage = Callable[..., Staged]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Land drawings as one extract and stage it."""
    return lambda **tables: staged_extract(tmp_path, **tables)


PLANS = "cp_plan_id | person_id | start_date\n"
PERSONS = "person_id | dob\n"


# ------------------------------------------------------------------------------------------------------------- keys


def test_siblings_may_share_an_id_and_each_is_a_record(stage: Stage) -> None:
    made = stage(cp_plan=PLANS + "C1 | P1 | 2020-08-03\nC1 | P2 | 2020-08-03\nC1 | P1 | 2020-08-04")
    assert made.rows("cp_plan", "person_id, start_date") == [("P2", date(2020, 8, 3)), ("P1", date(2020, 8, 4))]
    assert {(number, rule) for number, _, _, rule in made.issues("cp_plan")} == {(2, "duplicate_key")}


@pytest.mark.parametrize("none", ["-1", "'-1", "0", "-1.0", "0.00", "{00000000-0000-0000-0000-000000000000}"])
def test_a_key_that_stands_for_none_is_none(stage: Stage, none: str) -> None:
    made = stage(
        person=f"person_id | master_person_id | dob\nP1 | {none} | 2010-01-01\n{none} | {none} | 2010-01-01",
        assessment=f"assessment_id | person_id | referral_id | start_date\nA1 | P1 | {none} | 2020-08-03\n"
        f"A2 | {none} | | 2020-08-03",
    )
    assert made.rows("assessment", "assessment_id, person_id, referral_id") == [("A1", "P1", None)]
    assert made.issues("assessment") == {(3, "person_id", none, "required")}
    assert made.issues("person") == {(3, "person_id", none, "required")}


@pytest.mark.parametrize(
    ("cell", "id_"),
    [
        ("101.0", "101"), ("101.000000", "101"), ("'101", "101"), ('=""101""', "101"), ("{ab-01}", "AB-01"),
        ("ab-01", "AB-01"), ("\u202f101\u3000", "101"), ("\ufeff101\u200b", "101"), ("#12", "#12"), ("1e5", "1E5"),
        ("00123", "00123"), ("1.5", "1.5"), ("\u2066101\u2069", "101"), ("\u061c101\ufe0f", "101"),
        ("\u3164101\u2800", "101"),
    ],
)  # fmt: skip
def test_ids_compare_by_meaning(stage: Stage, cell: str, id_: str) -> None:
    made = stage(person=PERSONS + f"{id_} | 2010-01-01", cp_plan=PLANS + f"C1 | {cell} | 2020-08-03")
    assert made.rows("cp_plan", "person_id") == [(id_,)]
    assert made.issues("cp_plan") == set()


def test_care_plans_without_ids_are_compared_as_whole_rows_only(stage: Stage, tmp_path: Path) -> None:
    folder = tmp_path / "501" / "2020-09-01"
    folder.mkdir(parents=True)
    rows = "P1,2020-08-03\nP1,2020-08-04\nP1,2020-08-03\nP2,2020-08-03\n"
    (folder / "cla_care_plan.csv").write_text("person_id,authorised_date\n" + rows)
    made = staged([Extract("501", date(2020, 9, 1), folder)])
    assert made.states("cla_care_plan") == "3 used, 0 quarantined, 1 duplicate"
    assert {(number, rule) for number, _, _, rule in made.issues("cla_care_plan")} == {(4, "duplicate")}


def test_a_file_that_holds_itself_twice_is_read_once(stage: Stage) -> None:
    rows = "C1 | P1 | 03/08/2020\nC2 | P2 | 03/08/2020\n"
    made = stage(cp_plan=PLANS + rows + rows + "c1 | p1 | 2020-08-03")
    assert made.rows("cp_plan", "row_number") == [(3,), (6,)]
    assert made.states("cp_plan") == "2 used, 0 quarantined, 3 duplicate"


# ------------------------------------------------------------------------------------------------- merged children


def test_a_master_that_many_name_or_nobody_knows_merges_nobody(stage: Stage) -> None:
    children = "".join(f"P{n} | X | 2010-01-01\n" for n in range(1, 8))
    made = stage(
        person=f"person_id | master_person_id | dob\nX | | 2010-01-01\n{children}Q | STRANGER | 2010-01-01\n"
        "R | S | 2010-01-01\nS | | 2010-01-01",
        cp_plan=PLANS + "C1 | P1 | 2020-08-03\nC2 | Q | 2020-08-03\nC3 | R | 2020-08-03",
    )
    assert made.rows("cp_plan", "person_id") == [("P1",), ("Q",), ("S",)]
    assert {(number, rule) for number, _, _, rule in made.issues("person")} == {
        (number, "unknown_master") for number in range(3, 11)
    }


# ------------------------------------------------------------------------------------------------------------ links


def test_a_link_goes_by_id_and_child_and_one_to_another_child_is_told(stage: Stage) -> None:
    made = stage(
        referral="referral_id | person_id | referral_date\nR1 | P1 | 2020-05-01\nR1 | P2 | 2020-08-01\n"
        "R2 | P3 | 2020-05-01",
        assessment="assessment_id | person_id | referral_id | start_date\nA1 | P1 | R1 | 2020-06-01\n"
        "A2 | P2 | R1 | 2020-06-01\nA3 | P3 | R1 | 2020-06-01\nA4 | P3 | R2 | 2020-06-01\nA5 | P3 | | 2020-06-01",
    )
    assert made.issues("assessment") == {
        (3, "start_date", "2020-06-01", "before_referral"),
        (4, "referral_id", "R1", "unlinked"),
    }


def test_every_link_to_a_record_that_the_child_does_not_have_is_told(stage: Stage) -> None:
    made = stage(
        person="person_id | dob\nP1 | 2010-01-01\nP2 | 2010-01-01",
        icpc="icpc_id | person_id | icpc_date | status\nC1 | P1 | 2020-08-03 |\nC2 | P1 | | PLANNED",
        cp_plan="cp_plan_id | person_id | start_date | icpc_id | referral_id\nL1 | P1 | 2020-08-03 | C1 | R1\n"
        "L2 | P2 | 2020-08-03 | C1 |\nL3 | P1 | 2019-08-03 | C9 |\nL4 | P1 | 2018-08-03 | C2 |",
        cp_visit="visit_id | person_id | cp_plan_id | visit_date\nV1 | P1 | L1 | 2020-08-10\nV2 | P1 | L2 | 2020-08-10\n"
        "V3 | P2 | L2 | 2020-08-10\nV4 | P2 | | 2020-08-10",
    )
    # Nobody asks for a referral where no referrals were sent.
    assert made.issues("cp_plan") == {(3, "icpc_id", "C1", "unlinked"), (4, "icpc_id", "C9", "unlinked")}
    assert made.issues("cp_visit") == {(3, "cp_plan_id", "L2", "unlinked")}


def test_what_is_linked_may_lie_before_the_day_from_which_its_table_is_complete(tmp_path: Path) -> None:
    settings = Settings.model_validate({"coverage": {"501": {"cp_plan": "24 months"}}})
    visits = "person_id | visit_id | visit_date | cp_plan_id\nP1 | V1 | 2020-08-10 | GONE"
    made = staged_extract(tmp_path, settings=settings, cp_plan=PLANS + "C1 | P1 | 2020-08-03", cp_visit=visits)
    assert made.issues("cp_visit") == set()


def test_an_enquiry_that_never_came_to_be_is_none(stage: Stage) -> None:
    made = stage(
        s47="s47_id | person_id | start_date | status\nS1 | P1 | 2020-08-03 | Entered in error\nS2 | P1 | 2020-08-03 |",
        icpc="icpc_id | person_id | s47_id | icpc_date | status\nC1 | P1 | S1 | 2020-08-10 | Held\n"
        "C2 | P1 | S2 | 2020-08-11 | Held\nC3 | P1 | S2 | | Held\nC4 | P1 | S2 | | Booked",
    )
    assert made.issues("icpc") == {
        (2, "s47_id", "S1", "unlinked"),
        (4, "icpc_date", None, "held_without_date"),
    }
    assert made.rows("icpc", "status") == [("DONE",), ("DONE",), ("DONE",), ("PLANNED",)]


# --------------------------------------------------------------------------------------------------------- statuses


def test_a_status_in_no_list_has_no_effect_and_is_told_with_its_count(stage: Stage) -> None:
    made = stage(
        assessment="assessment_id | start_date | status\nA1 | 2020-08-03 | Zebra\nA2 | 2020-08-03 | zebra\n"
        "A3 | 2020-08-03 | Closed - planned ending\nA4 | 2020-08-03 | Re opened\nA5 | 2020-08-03 | Superseded"
    )
    assert made.rows("assessment", "status") == [(None,), (None,), ("DONE",), ("REOPENED",), ("VOID",)]
    assert {(number, rule) for number, _, _, rule in made.issues("assessment")} == {
        (2, "unknown_status"), (3, "unknown_status"), (None, "file_warning"),
    }  # fmt: skip
    assert made.warnings() == [
        "2 rows have a status that is in no list, so it has no effect: correct it, or map the local status."
    ]


def test_what_is_planned_or_was_called_off_claims_nothing_for_the_day_it_names(stage: Stage) -> None:
    made = stage(
        cp_review="review_id | review_date | status\nV1 | 2020-09-15 | Planned\nV2 | 2020-09-15 | Cancelled\n"
        "V3 | 2020-09-15 |"
    )
    assert made.rows("cp_review", "review_id") == [("V1",), ("V2",)]
    assert {rule for _, _, _, rule in made.issues("cp_review")} == {"after_extract"}


# --------------------------------------------------------------------------------------------------------- councils


def test_councils_are_told_by_code_ons_code_and_the_names_that_they_go_by(tmp_path: Path) -> None:
    named = {
        "Southampton": "852", "SOUTHAMPTON CITY COUNCIL": "852", "852.0": "852", "E06000045": "852",
        "Hampshire County Council": "850", "London Borough of Camden": "202", "St. Helens & District": "342",
        "The London Borough of Barnet": "302", "Barnet, London Borough of": "302", "Bath & NE Somerset": "800",
        "OLA": "OLA", "Other local authority": "OLA", "Narnia": None, "777": None, "": None,
    }  # fmt: skip
    rows = "".join(f"2020-08-03 | {text}\n" for text in named)
    made = staged_extract(tmp_path, "852", cla_episode=f"decom | responsible_la\n{rows}")
    assert [council for (council,) in made.rows("cla_episode", "responsible_la")] == list(named.values())
    assert {raw for _, _, raw, rule in made.issues("cla_episode") if rule == "unknown_council"} == {"Narnia", "777"}


def test_another_councils_file_is_refused_by_most_of_the_rows_that_name_one(tmp_path: Path) -> None:
    drawing = "decom | responsible_la\n" + "2020-08-03 |\n" * 5 + "2020-08-03 | {}\n" * 2 + "2020-08-03 | OLA\n"
    refused = staged_extract(tmp_path / "a", "845", cla_episode=drawing.format("Portsmouth", "851"))
    assert refused.refusals == [
        "845/2020-09-01/cla_episode.csv: the column responsible_la names another authority in most rows (851); send "
        "the extract of 845, or land this one in the folder of that authority."
    ]
    assert staged_extract(tmp_path / "b", "845", cla_episode=drawing.format("Portsmouth", "845")).refusals == []
    # Each names another one: then none is the council whose file it is.
    assert staged_extract(tmp_path / "c", "845", cla_episode=drawing.format("Portsmouth", "Kent")).refusals == []
    # A predecessor is no other council.
    assert staged_extract(tmp_path / "d", "941", cla_episode=drawing.format("928", "928")).refusals == []


@pytest.mark.parametrize("header", ["LA Name", "Council", "authority_code"])
def test_an_authority_column_of_a_file_says_whose_it_is(tmp_path: Path, header: str) -> None:
    drawing = f"cp_plan_id | start_date | {header}\nC1 | 2020-08-03 | Portsmouth City Council"
    assert staged_extract(tmp_path / "a", "851", cp_plan=drawing).refusals == []
    assert staged_extract(tmp_path / "b", "845", cp_plan=drawing).refusals == [
        f"845/2020-09-01/cp_plan.csv: the column {header} names another authority in most rows (851); send the extract "
        "of 845, or land this one in the folder of that authority."
    ]


# ------------------------------------------------------------------------------------- aside, files and their coverage


def test_rows_set_aside_are_kept_with_what_could_be_read(stage: Stage) -> None:
    made = stage(
        assessment="assessment_id | person_id | referral_id | start_date | authorised_date\n"
        "A1 | P1 | R1 | 2020-06-01 | 99/99/2020\nA2 | P1 | R1 | 2020-07-01 | 2020-08-03"
    )
    assert made.rows("assessment", "assessment_id") == [("A2",)]
    assert made.rows("assessment_aside", "record_id, person_id, referral_id, start_date, authorised_date") == [
        ("A1", "P1", "R1", date(2020, 6, 1), None)
    ]


def test_every_table_is_there_with_the_types_that_its_contract_declares(stage: Stage) -> None:
    made = stage(person=PERSONS + "P1 | 2010-01-01")
    types = {"date": "DATE", "timestamp": "TIMESTAMP", "boolean": "BOOLEAN", "integer": "BIGINT", "number": "DOUBLE"}
    for table in MODELS:
        place = [("la_code", "VARCHAR"), ("extract_date", "DATE"), ("row_number", "BIGINT"), ("record_id", "VARCHAR"),
                 ("place", "VARCHAR")]  # fmt: skip
        declared = place + [(one.name, types.get(one.kind.value, "VARCHAR")) for one in columns(table)]
        for name in (table, f"{table}_aside"):
            described = made.connection.table(f"staged.{name}")
            assert list(zip(described.columns, map(str, described.types), strict=True)) == declared, name


def test_files_are_listed_with_their_columns_and_those_not_read_beside_them(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "501" / "2020-09-01").mkdir(parents=True)
    (tmp_path / "501" / "2020-09-01" / "person (1).csv").write_text("person_id\nP1\n")
    made = stage(person="person_id | dob | shoe size\nP1 | 2010-01-01 | 3")
    assert made.select(
        "select table_name, file_name, form, rows_in, rows_used, columns_present, columns_ignored "
        "from staged.extract_file"
    ) == [("person", "person.csv", "canonical", 1, 1, ["person_id", "dob", "sex"], ["shoe size"])]
    assert made.select("select table_name, file_name, length(sha256) from staged.file_not_read") == [
        ("person", "person (1).csv", 64)
    ]


def test_coverage_is_declared_by_setting_and_by_the_extract_itself_and_never_guessed(tmp_path: Path) -> None:
    folder = tmp_path / "501" / "2020-09-01"
    folder.mkdir(parents=True)
    tables = {"person": PERSONS + "P1 | 2010-01-01", "cp_plan": PLANS + "C1 | P1 | 2020-08-03",
              "referral": "referral_date\n2020-08-03"}  # fmt: skip
    settings = Settings.model_validate({"coverage": {"501": {"all": "6 years", "cp_plan": "24 months"}}})
    (folder / "extract.toml").write_text("[referral]\ncomplete_from = 2019-04-01\ncomplete_to = 2020-08-31\n")
    made = staged_extract(tmp_path, settings=settings, **tables)
    columns = "table_name, complete_from, spells_complete_from, complete_to, declared_by"
    query = f"select {columns} from staged.coverage order by 1"  # noqa: S608 - columns of ours
    assert made.select(query) == [
        ("cp_plan", date(2018, 9, 1), date(2018, 9, 1), date(2020, 9, 1), "setting coverage"),
        ("person", date(2014, 9, 1), date(2014, 9, 1), date(2020, 9, 1), "setting coverage"),
        ("referral", date(2019, 4, 1), date(2019, 4, 1), date(2020, 8, 31), "extract.toml"),
    ]
    (folder / "extract.toml").unlink()
    assert {row[1:] for row in staged_extract(tmp_path, **tables).select(query)} == {(None, None, date(2020, 9, 1), "")}


def test_a_declaration_may_begin_with_the_mark_of_a_windows_editor(tmp_path: Path) -> None:
    folder = tmp_path / "501" / "2020-09-01"
    folder.mkdir(parents=True)
    (folder / "extract.toml").write_text("complete_from = 2020-03-01", encoding="utf-8-sig")
    made = staged_extract(tmp_path, cp_plan=PLANS + "C1 | P1 | 2020-08-03")
    assert made.select("select complete_from from staged.coverage") == [(date(2020, 3, 1),)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("complete_from = [1]", "complete_from is no date; write it as in complete_from = 2020-03-01."),
        ("complete_form = 2020-03-01", "it has the entry 'complete_form'; give complete_from, spells_complete_from, "
         "complete_to, or these below a table such as [cp_plan]."),
        ("[cp_plans]\n", "it has the entry 'cp_plans'; give complete_from, spells_complete_from, complete_to, or these "
         "below a table such as [cp_plan]."),
        ("complete_from", "it is no TOML; write lines such as complete_from = 2020-03-01."),
        ("complete_from = 2025-03-01", "complete_from is after the day of the extract, so that no month would be covered; "
         "correct it."),
    ],
)  # fmt: skip
def test_a_declaration_that_cannot_be_understood_refuses_the_extract(tmp_path: Path, text: str, reason: str) -> None:
    folder = tmp_path / "501" / "2020-09-01"
    folder.mkdir(parents=True)
    (folder / "extract.toml").write_text(text)
    made = staged_extract(tmp_path, cp_plan=PLANS + "C1 | P1 | 2020-08-03")
    assert made.refusals == [f"501/2020-09-01/extract.toml: {reason}"]


# --------------------------------------------------------------------------------------------------------- warnings


def test_dates_with_the_month_first_are_warned_of_for_the_whole_file(stage: Stage) -> None:
    made = stage(cp_plan="start_date\n02/13/2020\n08/03/2020\n08/28/2020")
    assert made.counts[-1].warnings == [f"501/2020-09-01/cp_plan.csv: {warning}" for warning in made.warnings()]
    assert made.warnings() == [
        "2 dates in start_date put the month first, so the others may have day and month swapped: export days before "
        "months, or as 2020-08-31."
    ]


def test_midnights_of_utc_are_warned_of_in_summer(stage: Stage) -> None:
    moments = [f"2020-08-{day:02d} 23:00:00" for day in range(3, 13)]
    made = stage(cp_plan="start_date\n" + "\n".join(moments))
    assert made.warnings() == [
        "10 of 10 times in start_date are 23:00 exactly in summer, as midnight is in UTC, so days may be one too "
        "early: export local time, or times with their offset."
    ]
    winter = stage(cp_plan="start_date\n" + "\n".join(moment.replace("-08-", "-01-") for moment in moments))
    assert winter.warnings() == []


def test_a_lone_row_years_before_all_others_is_warned_of(stage: Stage) -> None:
    made = stage(referral="referral_date\n2002-08-03\n2020-01-06\n2020-02-06")
    assert made.warnings() == ["1 row has a date in referral_date years before all others: look for a mistyped year."]
    assert stage(referral="referral_date\n2018-08-03\n2020-01-06\n2020-02-06").warnings() == []


# --------------------------------------------------------------------------------------------------- several extracts


def test_extracts_side_by_side_do_not_see_each_other(tmp_path: Path) -> None:
    first = staged_extract(tmp_path, "501", person=PERSONS + "P1 | 2010-01-01", cp_plan=PLANS + "C1 | P1 | 2020-08-03")
    second = staged_extract(
        tmp_path, "502", cp_plan=PLANS + "C1 | P1 | 2020-08-03", referral="referral_date\n2020-08-03"
    )
    third = staged_extract(tmp_path, "503", person=PERSONS + "P2 | 2010-01-01", cp_plan=PLANS + "C1 | P1 | 2020-08-03")
    together = staged([one.reads[0].extract for one in (first, second, third)])
    for table in ("person", "cp_plan", "referral", "row_issue", "row_count", "extract_file", "coverage"):
        alone = [row for one in (first, second, third) for row in rows_of(one, table)]
        assert sorted(map(str, rows_of(together, table))) == sorted(map(str, alone)), table


def rows_of(made: Staged, table: str) -> list[Any]:
    return made.connection.table(f"staged.{table}").fetchall()


def test_a_refused_extract_leaves_the_others_as_they_are(tmp_path: Path) -> None:
    good = staged_extract(tmp_path, "501", cp_plan=PLANS + "C1 | P1 | 2020-08-03")
    bad = staged_extract(tmp_path, "502", cp_plan="cp_plan_id\nC1")
    (bad.reads[0].extract.folder / "cp_plan.csv").write_text("cp_plan_id\n")
    together = staged([bad.reads[0].extract, good.reads[0].extract])
    assert len(together.refusals) == 1
    assert [(count.la_code, count.rows_used) for count in together.counts] == [("501", 1)]
    assert datetime(2020, 8, 3).date() == together.rows("cp_plan", "start_date")[0][0]
