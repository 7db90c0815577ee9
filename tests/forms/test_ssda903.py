"""The SSDA903 return: drawn CSV files and XML, and the tables, places and sentences that come of them."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from drawn_workbook import rows_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.measures import CATALOGUE, MEASURES
from schemas.settings import Operation
from schemas.tables import MODELS, columns
from warehouse.forms import ssda903
from warehouse.forms.extracts import ExtractRead
from warehouse.forms.extracts import read as read_extracts
from warehouse.forms.form import why_never
from warehouse.forms.local_spellings import LocalSpellings
from warehouse.forms.reading import FormRead
from warehouse.forms.ssda903_files import FILES
from warehouse.landing.bounds import UnreadableFileError
from warehouse.landing.extracts import Extract

LIMITS = Operation.model_validate({})
HEADER = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n"
EPISODES = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN\n"
YEAR_TOLD = "the return does not say its year; it is taken for that to 31 March 2020."
Read = Callable[..., FormRead]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read the files drawn, whose names follow from those given: read(a="…", b="…"), `xml` being one of XML."""

    def written(**files: str) -> FormRead:
        paths = []
        for name, text in files.items():
            paths.append(tmp_path / f"{name}.{'xml' if name == 'xml' else 'csv'}")
            paths[-1].write_text(text)
        return ssda903.read(Extract("852", date(2020, 9, 30), tmp_path), paths, LIMITS, LocalSpellings())

    return written


def landed(folder: Path, files: dict[str, str]) -> ExtractRead:
    """A whole extract of these files, as the forms read it."""
    extract = Extract("852", date(2020, 9, 30), folder / "852" / "2020-09-30")
    extract.folder.mkdir(parents=True)
    for name, text in files.items():
        (extract.folder / name).write_text(text)
    (made,) = read_extracts([extract], LIMITS)
    return made


# --------------------------------------------------------------------------------------------------------- declarations


def test_the_tables_are_of_the_contract() -> None:
    for table, names in ssda903.CARRIES.items():
        assert table in MODELS
        assert set(names) <= {column.name for column in columns(table)}
    for one in FILES.values():
        assert one.used <= {"CHILD", *one.columns}
        assert set(one.telling) <= set(one.columns)


def test_no_file_is_told_by_the_columns_of_another() -> None:
    for one in FILES.values():
        others = [other.name for other in FILES.values() if set(other.telling) <= set(one.columns)]
        assert others == [one.name]


def test_each_measure_can_be_given_or_has_a_sentence_why_not() -> None:
    whys = {measure.measure_code: why_never(ssda903, measure) for measure in CATALOGUE}
    assert [code for code in ("looked_after_children", "entries_to_care", "adoptions") if whys[code]] == []
    assert whys["dental_checks"] == (
        "OC2 says whether there was a check in the year, and not when; send the table cla_health from the case system"
    )
    assert set(ssda903.LACKS) <= set(MEASURES)


# ----------------------------------------------------------------------------------------------------------------- CSV


def test_files_are_known_by_their_columns_and_rows_keep_their_place(read: Read) -> None:
    made = read(
        x=HEADER + "001,1,25/01/2010,WBRI,,,\n",
        y=EPISODES + "001,05/04/2019,S,C2,N1,U4,PR1,,,,SO14 0AA,SO15 0BB,\n",
    )
    assert rows_of(made, "person", "person_id dob sex ethnicity place") == [
        ("001", "25/01/2010", "1", "WBRI", "x.csv, row 2")
    ]
    assert rows_of(made, "cla_episode", "person_id decom rne legal_status placement_type dec placement_postcode") == [
        ("001", "05/04/2019", "S", "C2", "U4", "", "SO15 0BB")
    ]
    (episodes,) = (one for one in made.tables if one.table_name == "cla_episode")
    assert episodes.row_number.to_pylist() == [2]
    assert made.warnings == (f"x.csv: {YEAR_TOLD}",)


def test_every_file_that_gives_a_table(read: Read) -> None:
    made = read(
        a=HEADER + "1,2,25/01/2010,WBRI,,,\n2,1,01/02/2004,AAFR,,,\n",
        b="CHILD,DOB,REVIEW,REVIEW_CODE\n1,25/01/2010,06/05/2019,PN1\n",
        c="CHILD,DOB,MISSING,MIS_START,MIS_END\n1,25/01/2010,M,07/06/2019,08/06/2019\n1,25/01/2010,A,07/06/2019,\n",
        d="CHILD,SEX,DOB,DUC\n2,1,01/02/2004,\n",
        e="CHILD,DOB,SDQ_SCORE,IMMUNISATIONS,TEETH_CHECK,HEALTH_ASSESSMENT\n1,25/01/2010,,1,1,1\n2,01/02/2004,,0,,\n",
        f="CHILD,DOB,IN_TOUCH,ACTIV,ACCOM\n3,01/02/2001,YES,F2,B1\n",
        g="CHILD,DOB,SW_ID,SW_DECOM,SW_DEC,SW_REASON\n1,25/01/2010,AB123,01/04/2019,,MANAGE\n",
        h="CHILD,DOB,DOLO_START,DOLO_END\n1,25/01/2010,01/01/2020,\n",
    )
    assert rows_of(made, "cla_review", "review_id review_date participation") == [("1/2019-05-06", "06/05/2019", "PN1")]
    assert rows_of(made, "missing", "missing_id start_at end_at type") == [
        ("1/2019-06-07", "07/06/2019", "08/06/2019", "M"),
        ("1/2019-06-07/2", "07/06/2019", "", "A"),
    ]
    assert rows_of(made, "cla_health", "person_id type status event_date") == [
        ("1", "IMMUNISATIONS", "UP_TO_DATE", "2020-03-31"),
        ("2", "IMMUNISATIONS", "NOT_UP_TO_DATE", "2020-03-31"),
    ]
    assert rows_of(made, "care_leaver", "person_id in_touch activity accommodation") == [("3", "YES", "F2", "B1")]
    assert rows_of(made, "allocation", "person_id worker_id start_date") == [("1", "AB123", "01/04/2019")]
    assert rows_of(made, "dolo", "person_id start_date end_date") == [("1", "01/01/2020", "")]
    assert rows_of(made, "person", "person_id dob sex uasc") == [
        ("1", "25/01/2010", "2", "0"),
        ("2", "01/02/2004", "1", "1"),
        ("3", "01/02/2001", None, None),
    ]
    assert {table: one.is_latest_only for table, one in made.coverage.items() if one.is_latest_only} == {
        "cla_health": True,
        "care_leaver": True,
    }


def test_nothing_is_said_of_unaccompanied_children_where_no_file_names_them(read: Read) -> None:
    (person,) = read(a=HEADER + "1,2,25/01/2010,WBRI,,,\n").tables
    assert "uasc" not in person.cells.column_names


def test_a_list_of_unaccompanied_children_without_a_row_says_that_there_is_none(read: Read) -> None:
    made = read(a=HEADER + "1,2,25/01/2010,WBRI,,,\n", b="CHILD,SEX,DOB,DUC\n")
    assert rows_of(made, "person", "person_id uasc") == [("1", "0")]
    assert made.warnings == (f"a.csv: {YEAR_TOLD}",)


def test_a_child_given_twice_stays_twice_for_the_rules_to_judge(read: Read) -> None:
    made = read(a=HEADER + "1,1,25/01/2010,WBRI,,,\n1,2,21/03/2012,WBRI,,,\n,1,21/03/2012,WBRI,,,\n")
    assert rows_of(made, "person", "person_id dob") == [("1", "25/01/2010"), ("1", "21/03/2012"), ("", "21/03/2012")]


def test_another_date_of_birth_in_another_file_is_told(read: Read) -> None:
    made = read(a="CHILD,DOB,REVIEW,REVIEW_CODE\n1,25/01/2011,06/05/2019,PN1\n", b=HEADER + "1,1,25/01/2010,WBRI,,,\n")
    assert [(one.rule, one.raw_value, one.place) for one in made.reports] == [
        ("conflicting_value", "25/01/2011", "a.csv, row 2")
    ]
    assert rows_of(made, "person", "dob") == [("25/01/2010",)]


def test_titles_delimiters_and_further_columns_do_not_matter(read: Read) -> None:
    made = read(
        a="Return of 2019-20\nchild;decom;rne;ls;cin;place;TEST_COLUMN\n1;05/04/2019;S;C2;N1;U4;*DUMMY*\n",
    )
    assert rows_of(made, "cla_episode", "person_id decom placement_type place") == [
        ("1", "05/04/2019", "U4", "a.csv, row 3")
    ]
    (table,) = made.tables
    assert table.columns_ignored == ("TEST_COLUMN",)


def test_placements_and_files_of_later_years_are_told_and_used(read: Read) -> None:
    made = read(
        a=EPISODES + "1,05/04/2019,S,C2,N1,K3,PR1,,,,,,\n",
        b="CHILD,DOB,DOLO_START,DOLO_END\n1,25/01/2010,01/01/2020,\n",
    )
    assert [(one.rule, one.raw_value) for one in made.reports] == [("not_of_collection_year", "K3")]
    assert made.warnings == (f"a.csv: {YEAR_TOLD}", "b.csv: the return of 2020 has no dolo; it is read all the same.")


def test_a_file_with_a_header_alone_counts_as_not_sent(read: Read) -> None:
    made = read(a=EPISODES + "1,05/04/2019,S,C2,N1,U4,PR1,,,,,,\n", b="CHILD,DOB,DOLO_START,DOLO_END\n")
    assert [one.table_name for one in made.tables] == ["cla_episode"]
    assert "b.csv: it has a header and no rows, so that it counts as not sent." in made.warnings


def test_the_year_is_the_last_that_had_ended(read: Read) -> None:
    covered = read(a=EPISODES + "1,05/04/2019,S,C2,N1,U4,PR1,,,,,,\n").coverage["cla_episode"]
    assert (covered.complete_from, covered.complete_to) == (date(2019, 4, 1), date(2020, 3, 31))


def test_two_years_of_one_file_leave_the_others_to_be_used(tmp_path: Path) -> None:
    episodes = EPISODES + "1,05/04/2019,S,C2,N1,U4,PR1,,,,,,\n"
    made = landed(tmp_path, {"2019.csv": episodes, "2020.csv": episodes, "h.csv": HEADER + "1,1,25/01/2010,WBRI,,,\n"})
    assert made.refusals == (
        "852/2020-09-30/2020.csv: 2019.csv and 2020.csv both hold episodes; land one collection year in an extract, "
        "and leave the other out.",
    )
    assert [one.table_name for one in made.tables] == ["person"]


# ------------------------------------------------------------------------------------------------------------------ XML

XML = """<MESSAGE><HEADER><COLLECTIONDETAILS><YEAR>{year}</YEAR></COLLECTIONDETAILS></HEADER>
<CHILD><HEADER><CHILDID>1</CHILDID><SEX>2</SEX><DOB>2010-01-25</DOB><ETHNIC>WBRI</ETHNIC>
  <AREVIEW><REVIEW>2019-05-06</REVIEW><REVIEW_CODE>PN1</REVIEW_CODE></AREVIEW>
  <AMISSING><MISSING>M</MISSING><MIS_START>2019-06-07</MIS_START></AMISSING></HEADER>
  <EPISODE><DECOM>2019-04-05</DECOM><RNE>S</RNE><LS>C2</LS><PL>U4</PL><DEC>2019-08-01</DEC><REC>X1</REC></EPISODE>
  <EPISODE><DECOM>2019-08-01</DECOM><RNE>P</RNE><LS>C2</LS><PL>K2</PL></EPISODE></CHILD>
<CHILD><HEADER><CHILDID>2</CHILDID><SEX>1</SEX><DOB>2004-02-01</DOB><UASC>1</UASC></HEADER>
  <EPISODE><RNE>S</RNE></EPISODE></CHILD></MESSAGE>"""


def test_a_record_of_the_xml_has_its_own_elements_alone(read: Read) -> None:
    made = read(xml=XML.format(year=2020))
    assert rows_of(made, "cla_episode", "person_id decom placement_type dec rec place") == [
        ("1", "2019-04-05", "U4", "2019-08-01", "X1", "CHILD 1/EPISODE 1"),
        ("1", "2019-08-01", "K2", "", "", "CHILD 1/EPISODE 2"),
        ("2", "", "", "", "", "CHILD 2/EPISODE 1"),
    ]
    assert rows_of(made, "missing", "person_id start_at end_at place") == [
        ("1", "2019-06-07", "", "CHILD 1/HEADER 1/AMISSING 1")
    ]
    assert rows_of(made, "cla_review", "review_date participation") == [("2019-05-06", "PN1")]
    assert rows_of(made, "person", "person_id sex dob uasc place") == [
        ("1", "2", "2010-01-25", "0", "CHILD 1"),
        ("2", "1", "2004-02-01", "1", "CHILD 2"),
    ]
    assert made.warnings == ()


def test_a_missing_element_is_an_empty_one(read: Read) -> None:
    without, empty = XML.format(year=2020), XML.format(year=2020).replace("<PL>K2</PL>", "<PL>K2</PL><DEC/><REC/>")
    assert rows_of(read(xml=without), "cla_episode", "decom dec rec") == rows_of(
        read(xml=empty), "cla_episode", "decom dec rec"
    )


def test_the_header_of_the_xml_says_the_year(read: Read) -> None:
    assert read(xml=XML.format(year=2019)).coverage["cla_episode"].complete_to == date(2019, 3, 31)


# ---------------------------------------------------------------------------------------------------------- recognition


@pytest.mark.parametrize(
    "head", [HEADER, EPISODES.lower(), "\ufeff" + EPISODES, "a title\n" + EPISODES.replace(",", ";"), XML]
)
def test_the_return_is_known_by_what_it_holds(tmp_path: Path, head: str) -> None:
    assert ssda903.recognise(tmp_path / "any name", head.encode(), LIMITS)


@pytest.mark.parametrize("head", ["", "person_id,decom,rne,legal_status,placement_type\n", "CHILD,DOB\n", "<a/>"])
def test_another_file_is_none(tmp_path: Path, head: str) -> None:
    assert not ssda903.recognise(tmp_path / "episodes.csv", head.encode(), LIMITS)


def test_a_whole_table_of_ours_is_ours_under_headers_of_the_return(tmp_path: Path) -> None:
    made = landed(tmp_path, {"cla_episode.csv": EPISODES + "1,05/04/2019,S,C2,N1,U4,PR1,,,,,,\n"})
    assert [(one.table_name, one.form) for one in made.tables] == [("cla_episode", "canonical")]


def test_a_file_of_the_return_under_the_name_of_our_table_is_of_the_return(tmp_path: Path) -> None:
    text = "CHILD,DOB,MISSING,MIS_START,MIS_END\n1,25/01/2010,M,07/06/2019,08/06/2019\n"
    made = landed(tmp_path, {"missing.csv": text})
    assert {(one.table_name, one.form) for one in made.tables} == {("missing", "ssda903"), ("person", "ssda903")}


# ------------------------------------------------------------------------------------------------------- what does harm


def test_a_header_that_cannot_be_read_refuses_the_children_alone(tmp_path: Path) -> None:
    made = landed(
        tmp_path,
        {"h.csv": HEADER + '1,1,"25/01/2010,WBRI,,,\n', "r.csv": "CHILD,DOB,REVIEW,REVIEW_CODE\n1,,06/05/2019,PN1\n"},
    )
    assert [one.table_name for one in made.tables] == ["cla_review"]
    assert [reason.split(":")[0] for reason in made.refusals] == ["852/2020-09-30/h.csv"]


@pytest.mark.parametrize("cut_after", ["</MESSAGE", "</CHILD>", "<DECOM>2019-08"])
def test_a_return_that_was_cut_short_is_refused_in_a_sentence(tmp_path: Path, cut_after: str) -> None:
    text = XML.format(year=2020)
    made = landed(tmp_path, {"return.xml": text[: text.rindex(cut_after) + len(cut_after)]})
    assert made.tables == ()
    assert {reason.split(": ")[0] for reason in made.refusals} == {"852/2020-09-30/return.xml"}


WHOLE = (EPISODES + "1,05/04/2019,S,C2,N1,U4,PR1,,,,SO14 0AA,SO15 0BB,\n2,06/04/2019,S,V2,N1,K2,PR1,,,,,,\n").encode()


@given(st.sampled_from([WHOLE, XML.encode()]), st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6)), max_size=5))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_spoilt_bytes_end_in_rows_or_a_sentence(
    tmp_path: Path, whole: bytes, changes: list[tuple[float, bytes]]
) -> None:
    spoilt = whole
    for share, new in changes:
        place = int(share * len(spoilt))
        spoilt = spoilt[:place] + new + spoilt[place + len(new) :]
    path = tmp_path / "any.csv"
    path.write_bytes(spoilt)
    if not ssda903.recognise(path, spoilt, LIMITS):
        return
    try:
        made = ssda903.read(Extract("852", date(2020, 9, 30), tmp_path), [path], LIMITS, LocalSpellings())
    except UnreadableFileError as refused:
        assert all(str(reason) for reason in refused.args)
    else:
        assert {one.table_name for one in made.tables} <= set(MODELS)
