"""The children in need census: drawn XML, and the tables, places and sentences that come of it."""

import os
import tracemalloc
from datetime import date
from pathlib import Path

import pytest
from drawn_workbook import rows_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.measures import CATALOGUE, MEASURES
from schemas.settings import Operation, Settings
from schemas.tables import MODELS, columns
from warehouse.forms import cin
from warehouse.forms.cin_blocks import CODE_YEARS
from warehouse.forms.elements import Document
from warehouse.forms.extracts import ExtractRead, read
from warehouse.forms.form import why_never
from warehouse.forms.local_spellings import LocalSpellings
from warehouse.forms.reading import FormRead
from warehouse.landing.bounds import UnreadableFileError
from warehouse.landing.extracts import Extract

LIMITS = Operation.model_validate({})
LOW = LIMITS.model_copy(update={"file_size_limit_mib": 1, "cell_length_limit": 100})
HEADER = (
    "<Header><CollectionDetails><Collection>CIN</Collection><Year>{year}</Year>"
    "<ReferenceDate>{year}-03-31</ReferenceDate></CollectionDetails><Source><LEA>{lea}</LEA></Source></Header>"
)
CASE = "<CINreferralDate>2020-05-04</CINreferralDate><ReferralSource>6</ReferralSource><ReferralNFA>0</ReferralNFA>"


def child(case: str, person: str = "A1", more: str = "") -> str:
    """A child with one case, whose elements are given after those of a plain referral."""
    return (
        f"<Child><ChildIdentifiers><LAchildID>{person}</LAchildID>{more}</ChildIdentifiers>"
        f"<CINdetails>{CASE}{case}</CINdetails></Child>"
    )


def census(*children: str, year: int = 2021, lea: str = "852") -> str:
    """A whole census of these children."""
    header = HEADER.format(year=year, lea=lea)
    return f"<?xml version='1.0'?><Message>{header}<Children>{''.join(children)}</Children></Message>"


def read_census(folder: Path, text: str | bytes, limits: Operation = LIMITS, la_code: str = "852") -> FormRead:
    """What the form makes of a file of this content, landed for 30 September 2021."""
    path = folder / "census.xml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return cin.read(Extract(la_code, date(2021, 9, 30), folder), [path], limits, LocalSpellings())


def refusal(folder: Path, text: str | bytes, limits: Operation = LIMITS) -> str:
    """The sentence that refuses a file."""
    with pytest.raises(UnreadableFileError) as refused:
        read_census(folder, text, limits)
    return " ".join(map(str, refused.value.args))


def landed(folder: Path, files: dict[str, str], settings: dict[str, object] | None = None) -> ExtractRead:
    """A whole extract of these files, as the forms read it."""
    extract = Extract("852", date(2021, 9, 30), folder / "852" / "2021-09-30")
    extract.folder.mkdir(parents=True)
    for name, text in files.items():
        (extract.folder / name).write_text(text)
    (made,) = read([extract], LIMITS, Settings.model_validate(settings or {}))
    return made


# --------------------------------------------------------------------------------------------------------- declarations


def test_the_tables_are_of_the_contract() -> None:
    for table, names in cin.CARRIES.items():
        assert table in MODELS
        assert set(names) <= {column.name for column in columns(table)}
    for table, column in CODE_YEARS:
        assert column in cin.CARRIES[table]


def test_each_measure_can_be_given_or_has_a_sentence_why_not() -> None:
    whys = {measure.measure_code: why_never(cin, measure) for measure in CATALOGUE}
    assert whys["section_47_leading_to_icpc"] == (
        "the census does not say when an enquiry ended; send end_date in supplement_s47.csv"
    )
    assert [code for code in ("icpcs", "referrals", "children_on_plan", "fgdm_offered") if whys[code]] == []
    assert set(cin.LACKS) <= set(MEASURES)


# --------------------------------------------------------------------------------------------------------------- blocks


def test_a_child_with_all_that_a_case_can_hold(tmp_path: Path) -> None:
    case = """
      <PrimaryNeedCode>N1</PrimaryNeedCode><CINclosureDate>2020-12-01</CINclosureDate><ReasonForClosure>RC7</ReasonForClosure>
      <Assessments><AssessmentActualStartDate>2020-05-05</AssessmentActualStartDate>
        <AssessmentAuthorisationDate>2020-06-01</AssessmentAuthorisationDate>
        <FactorsIdentifiedAtAssessment><AssessmentFactors>1A</AssessmentFactors><AssessmentFactors>16A</AssessmentFactors>
        </FactorsIdentifiedAtAssessment></Assessments>
      <CINPlanDates><CINPlanStartDate>2020-06-02</CINPlanStartDate></CINPlanDates>
      <Section47><S47ActualStartDate>2020-06-10</S47ActualStartDate><DateOfInitialCPC>2020-06-24</DateOfInitialCPC>
        <ICPCnotRequired>false</ICPCnotRequired></Section47>
      <ChildProtectionPlans><CPPstartDate>2020-06-24</CPPstartDate><InitialCategoryOfAbuse>NEG</InitialCategoryOfAbuse>
        <NumberOfPreviousCPP>1</NumberOfPreviousCPP><Reviews><CPPreviewDate>2020-09-01</CPPreviewDate>
        <CPPreviewDate>2021-02-01</CPPreviewDate></Reviews></ChildProtectionPlans>"""
    made = read_census(tmp_path, census(child(case, more="<PersonBirthDate>2015-01-25</PersonBirthDate>")))
    assert rows_of(made, "person", "person_id dob place") == [("A1", "2015-01-25", "Child 1/ChildIdentifiers")]
    assert rows_of(made, "referral", "referral_id referral_date referral_source referral_nfa closure_reason") == [
        ("A1/2020-05-04", "2020-05-04", "6", "0", "RC7")
    ]
    assert rows_of(made, "assessment", "assessment_id referral_id authorised_date factors place") == [
        ("A1/2020-05-05", "A1/2020-05-04", "2020-06-01", "1A,16A", "Child 1/CINdetails 1/Assessments 1")
    ]
    assert rows_of(made, "s47", "s47_id start_date icpc_not_required") == [("A1/2020-06-10", "2020-06-10", "false")]
    assert rows_of(made, "icpc", "icpc_id s47_id icpc_date transfer_in") == [
        ("A1/2020-06-24", "A1/2020-06-10", "2020-06-24", "0")
    ]
    assert rows_of(made, "cp_plan", "cp_plan_id initial_category number_previous") == [("A1/2020-06-24", "NEG", "1")]
    assert rows_of(made, "cp_review", "review_id cp_plan_id review_date") == [
        ("A1/2020-09-01", "A1/2020-06-24", "2020-09-01"),
        ("A1/2021-02-01", "A1/2020-06-24", "2021-02-01"),
    ]
    assert rows_of(made, "cin_plan", "start_date end_date") == [("2020-06-02", "")]
    assert made.warnings == ()


def test_the_conference_at_the_two_levels_is_two(tmp_path: Path) -> None:
    case = (
        "<DateOfInitialCPC>2020-05-20</DateOfInitialCPC><Section47><S47ActualStartDate>2020-06-01</S47ActualStartDate>"
        "<DateOfInitialCPC>2020-06-15</DateOfInitialCPC></Section47>"
    )
    made = read_census(tmp_path, census(child(case)))
    assert rows_of(made, "icpc", "icpc_id icpc_date transfer_in s47_id") == [
        ("A1/2020-05-20/T", "2020-05-20", "1", ""),
        ("A1/2020-06-15", "2020-06-15", "0", "A1/2020-06-01"),
    ]


def test_a_conference_of_several_enquiries_is_one_of_the_latest_begun_before_it(tmp_path: Path) -> None:
    enquiry = (
        "<Section47><S47ActualStartDate>{}</S47ActualStartDate><DateOfInitialCPC>2020-06-15</DateOfInitialCPC>"
        "</Section47>"
    )
    case = "".join(map(enquiry.format, ("2020-05-01", "2020-06-08", "2020-06-20")))
    made = read_census(tmp_path, census(child(case)))
    assert rows_of(made, "icpc", "s47_id") == [("A1/2020-06-08",)]
    assert len(rows_of(made, "s47", "s47_id")) == 3


def test_a_conference_whose_enquiry_has_no_start_names_none(tmp_path: Path) -> None:
    made = read_census(
        tmp_path, census(child("<Section47><DateOfInitialCPC>2020-06-15</DateOfInitialCPC></Section47>"))
    )
    assert rows_of(made, "icpc", "icpc_date s47_id") == [("2020-06-15", "")]
    assert rows_of(made, "s47", "start_date") == [("",)]


def test_pre_proceedings_of_2026_27(tmp_path: Path) -> None:
    case = """<PreProceedingsandFGDM><PPStartDate>2026-09-09</PPStartDate><LBPSentDate>2026-09-20</LBPSentDate>
      <FGDMMeetingOffer>1</FGDMMeetingOffer><FGDMMeetingFac>0</FGDMMeetingFac><ReviewMeetingsCount>3</ReviewMeetingsCount>
      <StepDecisionDate>2026-12-01</StepDecisionDate><PPOutcome>A</PPOutcome><LetterInitCPDate>2027-02-05</LetterInitCPDate>
      </PreProceedingsandFGDM>"""
    made = read_census(tmp_path, census(child(case), year=2027))
    wanted = "start_date letter_date fgdm_offered fgdm_held review_meetings decision_date outcome"
    assert rows_of(made, "pre_proceedings", wanted) == [("2026-09-09", "2026-09-20", "1", "0", "3", "2026-12-01", "A")]
    (table,) = (one for one in made.tables if one.table_name == "pre_proceedings")
    assert table.columns_ignored == ("LetterInitCPDate",)
    assert made.warnings == ()
    early = read_census(tmp_path, census(child(case), year=2021))
    assert early.warnings == ("census.xml: the census of 2021 has no PreProceedingsandFGDM; it is read all the same.",)


@pytest.mark.parametrize(("year", "element"), [(2020, "GenderCurrent"), (2026, "Sex")])
def test_sex_has_another_element_by_year(tmp_path: Path, year: int, element: str) -> None:
    made = read_census(tmp_path, census(child("", more=f"<{element}>2</{element}>"), year=year))
    assert rows_of(made, "person", "sex") == [("2",)]
    assert made.warnings == ()


def test_a_child_is_disabled_whatever_stands_beside_none(tmp_path: Path) -> None:
    codes = "<Disabilities><Disability>NONE</Disability><Disability>LD</Disability></Disabilities>"
    text = census(child("")).replace(
        "<CINdetails>", f"<ChildCharacteristics>{codes}</ChildCharacteristics><CINdetails>"
    )
    assert rows_of(read_census(tmp_path, text), "person", "disabled") == [("LD",)]


def test_codes_of_another_year_are_told_and_used(tmp_path: Path) -> None:
    case = (
        "<ReasonForClosure>RC9</ReasonForClosure><Assessments><FactorsIdentifiedAtAssessment><AssessmentFactors>18B"
        "</AssessmentFactors><AssessmentFactors>RB</AssessmentFactors></FactorsIdentifiedAtAssessment></Assessments>"
    )
    made = read_census(tmp_path, census(child(case), year=2020))
    assert [(one.rule, one.column_name, one.raw_value) for one in made.reports] == [
        ("not_of_collection_year", "closure_reason", "RC9"),
        ("not_of_collection_year", "factors", "18B"),
        ("unknown_code", "factors", "RB"),
    ]
    assert rows_of(made, "referral", "closure_reason") == [("RC9",)]
    assert read_census(tmp_path, census(child("<ReasonForClosure>RC9</ReasonForClosure>"), year=2024)).reports == ()


# ------------------------------------------------------------------------------------------------------------------ ids


def test_records_of_one_day_have_ids_of_their_own_and_repeats_the_same(tmp_path: Path) -> None:
    plan = "<CINPlanDates><CINPlanStartDate>2020-06-02</CINPlanStartDate>{}</CINPlanDates>"
    ended = "<CINPlanEndDate>2020-07-01</CINPlanEndDate>"
    made = read_census(tmp_path, census(child(plan.format("") + plan.format(ended) + plan.format(""))))
    assert rows_of(made, "cin_plan", "cin_plan_id place") == [
        ("A1/2020-06-02", "Child 1/CINdetails 1/CINPlanDates 1"),
        ("A1/2020-06-02/2", "Child 1/CINdetails 1/CINPlanDates 2"),
        ("A1/2020-06-02", "Child 1/CINdetails 1/CINPlanDates 3"),
    ]


def test_every_child_has_ids_of_its_own(tmp_path: Path) -> None:
    made = read_census(tmp_path, census(child("", "A1"), child("", "B2")))
    assert rows_of(made, "referral", "referral_id place") == [
        ("A1/2020-05-04", "Child 1/CINdetails 1"),
        ("B2/2020-05-04", "Child 2/CINdetails 1"),
    ]


# --------------------------------------------------------------------------------------------------------------- values


def test_a_value_goes_on_across_comments_and_instructions(tmp_path: Path) -> None:
    made = read_census(tmp_path, census(child("", "AB<!-- x -->01"), child("", "AB<?x y?>02")))
    assert rows_of(made, "person", "person_id") == [("AB01",), ("AB02",)]


@pytest.mark.parametrize("zone", ["Z", "+01:00", "-05:00"])
def test_a_day_with_a_zone_is_that_day(tmp_path: Path, zone: str) -> None:
    case = f"<CINPlanDates><CINPlanStartDate>2020-04-01{zone}</CINPlanStartDate></CINPlanDates>"
    assert rows_of(read_census(tmp_path, census(child(case))), "cin_plan", "start_date") == [("2020-04-01",)]


def test_prefixes_case_and_stray_text_do_not_matter(tmp_path: Path) -> None:
    text = census(child("<CINplanDates><CINPlanStartDate>2020-04-01</CINPlanStartDate></CINplanDates>stray"))
    text = text.replace("<Message>", '<c:Message xmlns:c="urn:x">').replace("</Message>", "</c:Message>")
    assert rows_of(read_census(tmp_path, text), "cin_plan", "start_date") == [("2020-04-01",)]


def test_an_element_that_the_census_does_not_have_is_named(tmp_path: Path) -> None:
    made = read_census(tmp_path, census(child("<Hobby>chess</Hobby>")))
    assert made.warnings == ("census.xml: nothing is read from Hobby, which the census does not have.",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1252", "iso-8859-1"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    text = census(child("", "Zoë")).replace("version='1.0'", f"version='1.0' encoding='{encoding}'")
    assert rows_of(read_census(tmp_path, text.encode(encoding)), "person", "person_id") == [("Zoë",)]


# --------------------------------------------------------------------------------------------------------------- header


def test_the_year_of_the_header_says_what_is_complete(tmp_path: Path) -> None:
    made = read_census(tmp_path, census(child(""), year=2020))
    covered = made.coverage["referral"]
    assert (covered.complete_from, covered.complete_to, covered.declared_by) == (
        date(2019, 4, 1), date(2020, 3, 31), "cin",
    )  # fmt: skip


def test_of_a_referral_from_before_the_year_the_first_assessment_may_be_gone(tmp_path: Path) -> None:
    case = "<Assessments><AssessmentActualStartDate>2019-05-05</AssessmentActualStartDate></Assessments>"
    covered = read_census(tmp_path, census(child(case), year=2020)).coverage["assessment"]
    assert (covered.complete_from, covered.spells_complete_from) == (date(2019, 4, 1), date(2019, 6, 1))


def test_a_header_that_contradicts_itself_or_is_silent_is_told(tmp_path: Path) -> None:
    text = census(child(""), year=2020)
    assert read_census(tmp_path, text.replace("2020-03-31", "2021-03-31")).warnings == (
        "census.xml: its header names the year 2020 and the reference date 2021-03-31, which is not its last day; it "
        "is taken for the year to 31 March 2020.",
    )
    silent = text.replace("<Year>2020</Year>", "").replace("<ReferenceDate>2020-03-31</ReferenceDate>", "")
    made = read_census(tmp_path, silent)
    assert made.coverage["referral"].complete_to == date(2021, 3, 31)
    assert made.warnings == (
        "census.xml: its header names no collection year, and it is taken for that to 31 March 2021.",
    )


def test_another_council_refuses_and_a_code_of_no_council_is_told(tmp_path: Path) -> None:
    assert refusal(tmp_path, census(child(""), lea="330")) == (
        "its header names another authority (330); send the census of 852, or land this one in the folder of that "
        "authority"
    )
    for code in ("201", "999"):
        assert read_census(tmp_path, census(child(""), lea=code)).warnings == (
            f"census.xml: its header names {code}, which is not ours; it is read as the census of 852.",
        )


def test_two_censuses_are_refused(tmp_path: Path) -> None:
    made = landed(tmp_path, {"a.xml": census(child(""), year=2020), "b.xml": census(child(""), year=2021)})
    (reason,) = made.refusals
    assert reason == (
        "852/2021-09-30/the cin files: a.xml and b.xml are each a census; land one collection year in an extract, and "
        "leave the others out."
    )


# -------------------------------------------------------------------------------------------------- what it cannot give

MOVED_IN = "<DateOfInitialCPC>2020-05-20</DateOfInitialCPC>"
TIMED = {"icpc_timeliness", "icpc_pending", "icpc_overdue"}


def test_children_who_moved_in_have_no_notice_to_count_from(tmp_path: Path) -> None:
    made = landed(tmp_path, {"a.xml": census(child(MOVED_IN))})
    assert set(made.never) >= TIMED
    assert made.never["icpc_timeliness"].sentence.endswith("send notification_date in supplement_icpc.csv")


def test_without_such_children_or_with_their_notice_conferences_are_timed(tmp_path: Path) -> None:
    assert TIMED.isdisjoint(landed(tmp_path / "a", {"a.xml": census(child(""))}).never)
    left_out = landed(tmp_path / "b", {"a.xml": census(child(MOVED_IN))}, {"icpc_transfer_in": "exclude"})
    assert TIMED.isdisjoint(left_out.never)
    supplement = "person_id,icpc_date,notification_date\nA1,20/05/2020,11/05/2020\n"
    told = landed(tmp_path / "c", {"a.xml": census(child(MOVED_IN)), "supplement_icpc.csv": supplement})
    assert TIMED.isdisjoint(told.never)


# ---------------------------------------------------------------------------------------------------------- recognition


@pytest.mark.parametrize("text", [census(child("")), "\n  " + census(), "<Message><Children/></Message>"])
def test_a_census_is_known_by_what_it_holds(tmp_path: Path, text: str) -> None:
    assert cin.recognise(tmp_path / "any name.xml", text.encode(), LIMITS)
    assert cin.recognise(tmp_path / "any name.xml", text.encode("utf-16"), LIMITS)


@pytest.mark.parametrize("head", [b"", b"LAchildID,CINdetails", b"<html><body/></html>", b"PK\x03\x04", b"\xff\xfe<"])
def test_another_file_is_none(tmp_path: Path, head: bytes) -> None:
    assert not cin.recognise(tmp_path / "census.xml", head, LIMITS)


# ------------------------------------------------------------------------------------------------------- what does harm


def test_a_document_type_is_refused_before_anything_stands_for_anything(tmp_path: Path) -> None:
    entities = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///nowhere">]>'
    text = census(child("", "&b;&f;")).replace("<Message>", f"{entities}<Message>")
    assert refusal(tmp_path, text) == (
        "it declares a document type, which no return has and which can stand for anything; export it without"
    )


def test_what_is_too_long_too_deep_or_too_much_ends_in_a_sentence(tmp_path: Path) -> None:
    assert "longer than the 100 characters" in refusal(tmp_path, census(child("", "A" * 101)), LOW)
    assert "longer than the 100 characters" in refusal(tmp_path, census(f"<!--{'x' * 300_000}-->"), LOW)
    assert "longer than the 100 characters" in refusal(tmp_path, census(f"<Child a='{'x' * 300_000}'/>"), LOW)
    assert "more than 64 deep" in refusal(tmp_path, census("<a>" * 70 + "</a>" * 70))
    assert "may be 1 MiB" in refusal(tmp_path, census(*[child("")] * 9000), LOW)


def test_one_record_without_an_end_does_not_fill_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warehouse.forms.elements._LARGEST_RECORD", 1000)
    assert "more than 1,000 elements" in refusal(tmp_path, census(child("<x/>" * 2000)))


def test_no_child_and_no_whole_file_are_sentences(tmp_path: Path) -> None:
    assert refusal(tmp_path, census()) == ("it is a census without a child; send it with its children, or leave it out")
    assert refusal(tmp_path, census(child(""))[:-20]).startswith("it is no complete XML: line 1 cannot be read")


WHOLE = census(
    child(MOVED_IN), child("<Section47><DateOfInitialCPC>2020-06-15</DateOfInitialCPC></Section47>")
).encode()


@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.binary(max_size=6)), max_size=5))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_spoilt_bytes_end_in_rows_or_a_sentence(tmp_path: Path, changes: list[tuple[int, bytes]]) -> None:
    spoilt = WHOLE
    for place, new in changes:
        spoilt = spoilt[:place] + new + spoilt[place + len(new) :]
    try:
        made = read_census(tmp_path, spoilt)
    except UnreadableFileError as refused:
        assert all(str(reason) for reason in refused.args)
    else:
        assert {one.table_name for one in made.tables} <= set(MODELS)


CHILDREN = int(os.environ.get("CENSUS_CHILDREN", "8000"))  # of the larger file; `make test-long` has a gigabyte of them


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        path = tmp_path / f"{count}.xml"
        head, tail = census("@").split("@")
        with path.open("w") as stream:
            stream.write(head)
            stream.writelines(child(MOVED_IN, f"P{number}") for number in range(count))
            stream.write(tail)
        tracemalloc.start()
        seen = sum(1 for _ in Document(path, LIMITS).records("child"))
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert seen == count
        return highest

    assert peak(CHILDREN) < 1.2 * peak(2000)
