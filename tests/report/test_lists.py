"""The live list and the explanation of a figure: what team leaders and analysts read, on drawn extracts.

2020-09-01 is a Tuesday, 31 August 2020 a bank holiday; the council of these tests is closed on Thursday 3 September.
"""

import os
import re
import shutil
import stat
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import duckdb
import pytest
from click.testing import CliRunner
from dagster import DagsterInstance, materialize
from python_calamine import CalamineWorkbook
from support.at_length import first_of
from support.landed import land
from support.published import changed, grouped, process

from assets import report
from assets.resource import Workspace
from pipelines.__main__ import main
from pipelines.commands.pending import lines
from pipelines.definitions import JOB, build
from pipelines.settings import PipelineSettings
from schemas.measures import MEASURES, OPEN_WORK_TITLES, SEED
from schemas.settings import Settings
from warehouse.landing.extracts import Extract
from warehouse.report.explanation.explanation import counts, explain
from warehouse.report.folder import write_private
from warehouse.report.pending.lists import FOLDER, PendingList, file_name, of_team, pending_lists
from warehouse.report.pending.workbook import workbook
from warehouse.report.published_files import NoAnswerError

CLOSED = {"local_extra_non_working_days": (date(2020, 9, 3),)}
OPEN = {
    "referral": """
    referral_id | referral_date | received_at | mash_completed_at | team         | worker
    R1          | 2020-09-01    | 2020-09-01  |                   | North        | W1
    R2          | 2020-08-28    | 2020-08-28  |                   | North        | W2
    R3          | 2020-08-27    | 2020-08-27  |                   | +44          | @SUM(1)
    R4          | 2020-08-03    |             |                   | North        |
    R5          | 2020-08-29    | 2020-08-29  |                   | North        | W1
    """,
    "assessment": """
    assessment_id | person_id | start_date | authorised_date
    A1            | P6        | 2020-07-06 |
    """,
    "s47": """
    s47_id | referral_id | start_date | icpc_not_required
    S1     | R1          | 2020-08-17 | N
    """,
    "icpc": "icpc_id | icpc_date | status\nC9 |  | CANCELLED",
    "care_leaver": "person_id | worker\nP7 | W3",
    "person": "person_id | dob\nP7 | 2001-03-01",
}


def landed(folder: Path, la_code: str, extract_date: str, tables: dict[str, str]) -> Extract:
    extract = Extract(la_code, date.fromisoformat(extract_date), folder / la_code / extract_date)
    land(extract.folder, **tables)
    return extract


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse of two authorities, the second without an open item."""
    folder = tmp_path_factory.mktemp("lists")
    done = {"referral": "received_at | mash_completed_at\n2020-08-03 | 2020-08-04"}
    extracts = [landed(folder, "598", "2020-09-01", OPEN), landed(folder, "599", "2020-09-01", done)]
    assert process(folder / "warehouse", extracts, Settings.model_validate(CLOSED)) == [1, 2]
    return folder / "warehouse"


@pytest.fixture
def warehouse(made: Path, tmp_path: Path) -> Path:
    """A copy to write into."""
    return Path(shutil.copytree(made, tmp_path / "warehouse"))


def command(*arguments: object) -> tuple[int, str, str]:
    """Exit status, standard output and standard error of `python -m pipelines`."""
    before = os.umask(0o077)
    try:
        result = CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)
    finally:
        os.umask(before)
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture(scope="module")
def listed(made: Path) -> PendingList:
    (listed, _) = pending_lists(made, Settings())
    return listed


# ------------------------------------------------------------------------------------------------ the live list


def test_the_list_shows_by_team_what_is_overdue_then_what_has_no_start_then_what_is_due_next(warehouse: Path) -> None:
    status, printed, _ = command("pending", "--warehouse", warehouse, "--authority", "598")
    assert status == 0
    folder = warehouse / "pending"
    assert (
        [line.rstrip() for line in printed.rstrip().splitlines()]
        == f"""\
Authority 598 (598), as at 1 September 2020: 8 open, 2 overdue, 1 without a start
The extract says nothing of the days since; a later extract may have closed some of these.
Under each of the ten working days from 2 September 2020: in = in time, late = late, if done that day.
no start: there is no date to count from, so there is no due date and no day on which it is in time.

+44: 1 open, 1 overdue
                                                                        Sep
Item                Child Record Worker  Started    Due        State    We02 Fr04 Mo07 Tu08 We09 Th10 Fr11 Mo14 Tu15 We16
MASH                P3    R3     @SUM(1) 2020-08-27 2020-08-28 1 over   late late late late late late late late late late

North: 5 open, 1 overdue
                                                                        Sep
Item                Child Record Worker  Started    Due        State    We02 Fr04 Mo07 Tu08 We09 Th10 Fr11 Mo14 Tu15 We16
MASH                P4    R4     –       2020-08-03 2020-08-04 19 over  late late late late late late late late late late
MASH                P2    R2     W2      2020-08-28 2020-09-01 0 left   late late late late late late late late late late
MASH                P5    R5     W1      2020-08-29 2020-09-01 0 left   late late late late late late late late late late
MASH                P1    R1     W1      2020-09-01 2020-09-02 1 left   in   late late late late late late late late late
Conference          P1    S1     W1      2020-08-17 2020-09-09 5 left   in   in   in   in   in   late late late late late

No team recorded: 2 open, 0 overdue
                                                                        Sep
Item                Child Record Worker  Started    Due        State    We02 Fr04 Mo07 Tu08 We09 Th10 Fr11 Mo14 Tu15 We16
Pathway plan review P7    P7     –       –          –          no start –    –    –    –    –    –    –    –    –    –
Assessment          P6    A1     –       2020-07-06 2020-09-09 5 left   in   in   in   in   in   late late late late late

As a workbook, readable by you alone: {folder}/pending_598_2020-09-01.xlsx
""".splitlines()
    )


def test_one_team_can_be_asked_for_whatever_the_case_of_its_name(warehouse: Path) -> None:
    status, printed, _ = command("pending", "--warehouse", warehouse, "--team", " north")
    assert status == 0
    assert set(re.findall(r"^([^,\n]+): \d+ open, \d+ overdue$", printed, re.MULTILINE)) == {"North"}
    written = [path.relative_to(warehouse).as_posix() for path in warehouse.rglob("*.xlsx")]
    assert written == ["pending/598/north/pending_598_2020-09-01_north.xlsx"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--team", "South"), "the teams are: +44; No team recorded; North."),
        (("--authority", "852"), "published are: 598, 599."),
    ],
)
def test_an_unknown_team_or_authority_is_told_which_there_are(
    made: Path, arguments: tuple[str, ...], told: str
) -> None:
    status, printed, error = command("pending", "--warehouse", made, *arguments)
    assert (status, printed) == (2, "")
    assert told in error
    assert not (made / "pending").exists()


def test_without_published_files_or_the_right_to_read_them_a_sentence_says_so(
    warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    status, _, error = command("pending", "--warehouse", tmp_path / "nowhere")
    assert status == 2
    assert "nothing is published there" in error
    monkeypatch.setattr(os, "access", lambda path, _mode: not str(path).endswith("casework.duckdb"))
    status, _, error = command("pending", "--warehouse", warehouse)
    assert status == 2
    assert "only its owner may read it" in error
    monkeypatch.undo()
    with changed(warehouse / "casework.duckdb") as connection:
        connection.execute("alter table pending_case drop column row_number")
    status, _, error = command("pending", "--warehouse", warehouse)
    assert status == 2
    assert "an older version of this project" in error


def test_ids_are_never_cut_off_and_take_a_second_line_where_one_is_too_short(listed: PendingList) -> None:
    wide = [line for line in lines(listed, 132) if "R1" in line]
    (who,) = [line for line in lines(listed, 80) if "R1" in line]
    assert len(wide) == 1
    assert "late" not in who
    assert who.split() == wide[0].split()[: len(who.split())]
    shown = list(lines(listed, 80))
    assert shown[shown.index(who) + 1].split() == wide[0].split()[-10:]


def test_what_a_terminal_could_take_for_a_command_is_not_printed(listed: PendingList) -> None:
    item = replace(listed.items[0], team="North\x1b[2J", worker="W\n1")
    shown = replace(listed, items=(item,))
    printed = "".join(lines(shown, 132))
    assert "\x1b[2J" not in printed
    assert "W\n" not in printed


def what_if(listed: PendingList) -> dict[tuple[str, int], str]:
    """By record and number of the day, what a list says of an item that is done on that day."""
    return {(item.record_id, number): outcome for item in listed.items if item.measure_code in SEED
            for number, outcome in enumerate(item.outcomes)}  # fmt: skip


def once_done(folder: Path, listed: PendingList, settings: Settings) -> dict[tuple[str, int], str]:
    """The same of the figures, from an extract for each day on which all was done."""
    extracts = []
    for number, day in enumerate(listed.days):
        done = {
            "referral": OPEN["referral"].replace("|                   |", f"| {day}        |"),
            "assessment": OPEN["assessment"].replace("2020-07-06 |", f"2020-07-06 | {day}"),
            "s47": OPEN["s47"],
            "icpc": f"icpc_id | s47_id | icpc_date\nS1 | S1 | {day}",
        }
        extracts.append(landed(folder, str(600 + number), "2020-10-01", done))
    with grouped(extracts, settings) as group:
        cases = " union all ".join(
            f"select record_id, la_code::int - 600, if(achieved_{code}, 'in time', 'late') "  # noqa: S608
            f"from measures.case_{MEASURES[code].fact} where counted_{code}"
            for code in ("mash_timeliness", "assessment_timeliness", "icpc_timeliness")
        )
        found = group.connection.sql(cases).fetchall()
    assert len({case[:2] for case in found}) == len(found), "a record counts once"
    return {(record, number): outcome for record, number, outcome in found}


def saturday(listed: PendingList) -> str:
    """What is said of a referral of a Saturday that is decided on the Wednesday after the bank holiday."""
    (outcome,) = [item.outcomes[0] for item in listed.items if item.record_id == "R5"]
    return outcome


def test_what_if_agrees_with_what_the_figures_say_once_it_is_done(listed: PendingList, tmp_path: Path) -> None:
    assert listed.days == tuple(date(2020, 9, day) for day in (2, 4, 7, 8, 9, 10, 11, 14, 15, 16))
    assert once_done(tmp_path, listed, Settings.model_validate(CLOSED)) == what_if(listed)
    assert saturday(listed) == "late"


@pytest.mark.long
def test_what_if_agrees_where_a_start_is_rolled_forward_to_a_working_day(tmp_path: Path) -> None:
    settings = Settings.model_validate({**CLOSED, "nonworking_start": "roll_forward_is_day_0"})
    process(tmp_path / "now", [landed(tmp_path / "now", "598", "2020-09-01", OPEN)], settings)
    (rolled,) = pending_lists(tmp_path / "now", Settings())
    assert once_done(tmp_path, rolled, settings) == what_if(rolled)
    assert saturday(rolled) == "in time"


def test_the_list_is_timed_by_the_settings_of_its_publication_not_by_those_of_today(made: Path) -> None:
    other = Settings.model_validate({"local_extra_non_working_days": [date(2020, 9, 2)], "missing_start": "exclude"})
    assert pending_lists(made, other) == pending_lists(made, Settings())


def test_every_clock_of_an_open_item_has_a_name(made: Path) -> None:
    with duckdb.connect(str(made / "casework.duckdb"), read_only=True) as connection:
        clocks = {clock for (clock,) in connection.sql("select distinct measure_code from pending_case").fetchall()}
    assert clocks == {"mash_timeliness", "assessment_timeliness", "icpc_timeliness", "pathway_plan_review"}
    assert clocks <= OPEN_WORK_TITLES.keys()


def test_one_worker_can_be_asked_for_alone_or_in_a_team(warehouse: Path) -> None:
    status, printed, _ = command("pending", "--warehouse", warehouse, "--worker", "w1 ")
    assert status == 0
    assert re.findall(r"\b(?:R|S|A)\d\b", printed) == ["R5", "R1", "S1"]
    assert [path.name for path in (warehouse / "pending").iterdir()] == ["pending_598_2020-09-01_w1.xlsx"]
    status, printed, _ = command("pending", "--warehouse", warehouse, "--worker", "W1", "--team", "north")
    assert (status, "3 open" in printed) == (0, True)
    status, printed, error = command("pending", "--warehouse", warehouse, "--worker", "W9\x1b]0;x\x07")
    assert (status, printed) == (2, "")
    assert "no open item has that worker" in error
    assert "\x1b" not in error


def test_the_workbooks_are_written_before_the_list_is_read_by_anyone(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(*_: object, **__: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr("pipelines.commands.pending.click.echo", closed)
    CliRunner().invoke(main, ["pending", "--warehouse", str(warehouse)])
    assert (warehouse / "pending" / "pending_598_2020-09-01.xlsx").is_file()


# -------------------------------------------------------------------------------------------- its workbook


def sheets(listed: PendingList) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_filelike(BytesIO(workbook(listed)))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_what_presses_stands_first_then_a_sheet_a_team(listed: PendingList) -> None:
    of_north = replace(listed.items[3], due_date=date(2020, 9, 9)), replace(listed.items[4], due_date=date(2020, 9, 10))
    made = sheets(replace(listed, items=(listed.items[0], *of_north)))
    assert list(made) == ["This week", "+44", "North"]
    # Thursday the third is no working day, so the fifth after the extract is the ninth.
    assert (
        made["This week"][0][0] == "Authority 598 (598): overdue, and due by 9 September 2020, as at 1 September 2020"
    )
    assert [row[0] for row in made["This week"][4:]] == ["+44", "North"]
    assert len(made["North"][4:]) == 2


def test_the_workbook_holds_the_list_with_dates_as_dates_and_every_text_as_text(listed: PendingList) -> None:
    made = sheets(listed)
    pressing = dict(zip(made["This week"][3], made["This week"][4], strict=True))
    assert pressing == {
        "Team": "+44", "Worker": "@SUM(1)", "Item": "MASH", "Child": "P3", "Record": "R3",
        "Started": date(2020, 8, 27), "Due": date(2020, 8, 28), "Days left": -1, "State": "overdue",
        "Wed 2 Sep": "late", "Fri 4 Sep": "late", "Mon 7 Sep": "late", "Tue 8 Sep": "late", "Wed 9 Sep": "late",
    }  # fmt: skip
    short = {"in time": "in", "late": "late", "not counted": "–"}
    outcomes = {row[3]: row[8:] for name, rows in made.items() if name != "This week" for row in rows[4:]}
    assert outcomes == {item.record_id: [short[one] for one in item.outcomes[:5]] for item in listed.items}


def test_a_name_that_looks_like_a_formula_or_a_link_stays_a_name(listed: PendingList) -> None:
    names = ("=cmd|' /C calc'!A0", "@SUM(1)", "{=1+1}", "https://example.org", "0012", "History", "North/1", "North:1")
    items = tuple(replace(listed.items[0], team=name, worker=name) for name in names)
    made = sheets(replace(listed, items=items))
    assert [row[:2] for row in made["This week"][4:]] == [[name, name] for name in names]
    assert list(made)[5:] == ["0012", "History 2", "North 1", "North 1 2"]
    with ZipFile(BytesIO(workbook(replace(listed, items=items)))) as parts:
        xml = "".join(parts.read(name).decode() for name in parts.namelist() if "worksheets/sheet" in name)
    assert "<f>" not in xml
    assert "hyperlink" not in xml


def test_the_workbook_is_ready_to_filter_and_to_print_on_a4(listed: PendingList) -> None:
    with ZipFile(BytesIO(workbook(listed))) as parts:
        sheet, book = parts.read("xl/worksheets/sheet1.xml").decode(), parts.read("xl/workbook.xml").decode()
    assert '<autoFilter ref="A4:N12"/>' in sheet
    assert 'ySplit="4"' in sheet
    assert 'state="frozen"' in sheet
    assert re.search(r'<pageSetup paperSize="9" fitToHeight="0" orientation="landscape"', sheet)
    assert "'This week'!$4:$4" in book
    # Two lines of header have their room said outright, and the columns fit A4 without shrinking to a blur.
    assert re.search(r'<row r="4" [^>]*ht="32.25" customHeight="1"', sheet)
    assert sum(float(width) for width in re.findall(r'<col [^>]*width="([\d.]+)"', sheet)) < 180


def test_the_same_list_is_the_same_workbook_to_the_byte(made: Path, listed: PendingList) -> None:
    (again, _) = pending_lists(made, Settings())
    assert workbook(again) == workbook(listed)
    with ZipFile(BytesIO(workbook(listed))) as parts:
        assert f"{listed.published_at:%Y-%m-%dT%H:%M:%S}Z" in parts.read("docProps/core.xml").decode()


def test_the_workbook_is_for_its_owner_alone_whatever_the_umask(warehouse: Path) -> None:
    (warehouse / "pending").mkdir(mode=0o777)
    before = os.umask(0)
    try:
        path = write_private(warehouse / FOLDER, "list.xlsx", b"first", "598/north")
        write_private(warehouse / FOLDER, "list.xlsx", b"second", "598/north")
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.parent == warehouse / "pending" / "598" / "north"
    for folder in (path.parent, path.parent.parent, path.parent.parent.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert path.read_bytes() == b"second"
    assert [left.name for left in path.parent.iterdir()] == ["list.xlsx"]


def test_a_teams_name_cannot_lead_out_of_the_folder_and_two_teams_have_two_files(listed: PendingList) -> None:
    def named(*teams: str) -> list[str]:
        whole = replace(listed, items=tuple(replace(listed.items[0], team=team) for team in teams))
        return [file_name(whole, team) for team in teams]

    assert named("../../etc/North") == ["pending_598_2020-09-01_etc-north.xlsx"]
    apart = named("North/1", "North 1", "東")
    assert len(set(apart)) == 3
    assert all(re.fullmatch(r"pending_598_2020-09-01_[a-z0-9-]+\.xlsx", name) for name in apart)


def test_teams_of_one_name_in_two_authorities_are_both_listed(listed: PendingList) -> None:
    other = replace(listed, la_code="600")
    assert [(one.la_code, one.teams) for one in of_team([listed, other], "north")] == [
        ("598", ["North"]),
        ("600", ["North"]),
    ]
    with pytest.raises(NoAnswerError, match="nothing is open in any team"):
        of_team([], "north")


# -------------------------------------------------------------------------------------------- in Dagster


@pytest.fixture
def workspace(warehouse: Path) -> Workspace:
    return Workspace(landing="", warehouse=str(warehouse), definitions=Settings().model_dump_json())


def test_the_asset_writes_every_authoritys_list_and_shows_counts_but_no_child(workspace: Workspace) -> None:
    with DagsterInstance.ephemeral() as instance:
        result = materialize([report.pending_list], resources={"workspace": workspace}, instance=instance)
    (made,) = result.asset_materializations_for_node("pending_list")
    folder = Path(workspace.warehouse) / "pending"
    written = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.xlsx"))
    (unnamed,) = [path for path in written if path.startswith("598/44")]
    assert written == [
        unnamed,
        "598/no-team-recorded/pending_598_2020-09-01_no-team-recorded.xlsx",
        "598/north/pending_598_2020-09-01_north.xlsx",
        "pending_598_2020-09-01.xlsx",
        "pending_599_2020-09-01.xlsx",
    ]
    shown = "\n".join(str(value.value) for value in made.metadata.values())
    assert "598 | 2020-09-01 | mash_timeliness | 5 | 2" in shown
    assert not re.search(r"\b[PRAS]\d\b|W\d|North", shown)


def test_the_list_is_no_part_of_the_job_that_publishes(warehouse: Path) -> None:
    definitions = build(PipelineSettings(warehouse=warehouse))
    assert not any(
        key.path[0] == "report" for key in definitions.resolve_job_def(JOB).asset_layer.executable_asset_keys
    )
    job = definitions.resolve_job_def("pending_lists")
    assert {key.path[-1] for key in job.asset_layer.executable_asset_keys} == {"pending_list"}


# ------------------------------------------------------------------------------------------- a figure explained

FAMILY = {
    "person": "person_id | dob\nP1 | 2010-01-01\nP2 | 2011-01-01\nP3 | 2012-01-01",
    "referral": """
    referral_date | received_at | mash_completed_at
    2020-08-28    | 2020-08-28  | 2020-09-04
    2020-08-28    | 2020-08-28  | 2020-09-01
    2020-08-03    |             | 2020-09-02
    2020-08-29    | 2020-08-29  | 2020-09-02
    2020-08-31    | 2020-08-31  | 2020-09-06
    2020-09-07    | 2020-09-07  | 2020-09-07
    """,
    "assessment": "start_date | authorised_date\n2020-06-27 | 2020-09-05\n2020-09-03 | 2020-09-10",
    "s47": "start_date\n2020-08-17\n2020-08-15",
    "icpc": "person_id | s47_id | icpc_date\nP1 | S1 | 2020-09-09\nP2 | S2 | 2020-09-10",
    "cp_plan": "person_id | start_date\nP1 | 2020-09-09\nP2 | 2020-09-10",
    "cla_episode": "person_id | decom\nP2 | 2020-08-03\nP3 | 2020-08-10",
    "cla_care_plan": "person_id | authorised_date\nP2 | 2020-08-06",
}


RETURN = """CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN
7,01/05/2019,S,C2,N1,U1,PR1,,,,,,
7,01/06/2019,P,C2,N1,U4,PR1,,,,,,
"""
LONG_AGO = {
    "assessment": "assessment_id | start_date | authorised_date | outcome_nfa\nA1 | 2020-04-01 | 2020-09-01 | no",
    "referral": "referral_date\n2018-01-02",
    "pre_proceedings": "pre_proceedings_id | start_date | letter_date | decision_date\n"
    "PP1 | 2020-05-01 | 2020-05-01 | 2020-09-01",
}


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse in which an October extract restated September's MASH figure of 852; 599 sent referrals alone, 873 a
    return of looked after children, 881 what began long before it was done."""
    folder = tmp_path_factory.mktemp("known")
    before = {
        **FAMILY,
        "referral": "referral_date | received_at | mash_completed_at\n2020-08-28 | 2020-08-28 | 2020-09-01",
    }
    returned = landed(folder, "873", "2020-10-01", {})
    (returned.folder / "care 2020.csv").write_text(RETURN)
    (returned.folder / "children.csv").write_text("CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n7,1,01/05/2010,WBRI,,,\n")
    extracts = [landed(folder, "852", "2020-09-30", before), landed(folder, "852", "2020-10-01", FAMILY),
                landed(folder, "599", "2020-10-01", {"referral": FAMILY["referral"]}), returned,
                landed(folder, "881", "2020-10-01", LONG_AGO)]  # fmt: skip
    assert process(folder / "warehouse", extracts, Settings.model_validate(CLOSED)) == [1, 2, 3, 4, 5]
    return folder / "warehouse"


def explained(warehouse: Path, *arguments: object) -> str:
    status, printed, error = command("explain", *arguments, "--warehouse", warehouse)
    assert (status, error) == (0, "")
    return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "(at some moment)", printed)


def test_a_figure_is_explained_from_its_definition_to_its_cases_and_its_versions(known: Path) -> None:
    printed = explained(known, "852", "mash_timeliness", "2020-09")
    figure, _, rest = printed.partition("\nFigure\n")[2].partition("\nThe same in SQL\n")
    assert "Of the referrals on which the Multi-Agency Safeguarding Hub completed its decision" in printed
    assert (
        [line.rstrip() for line in figure.strip().splitlines()]
        == """\
Month: 33.33% = 2 of 6 (provisional; extract of 2020-10-01, version 3)
    1 of them without a date to count from: in the denominator, not in time.

Cases
  In the numerator: 2
  Not in the numerator: 4
    2 Late by 2 working days
    1 Late by 1 working day
    1 No date to count from

  Child  Record  Started     Date        Due         Days  Counted  From                Why not
  P3     R3      –           2020-09-02  –           –     no       referral.csv row 4  No date to count from
  P1     R1      2020-08-28  2020-09-04  2020-09-01  3     no       referral.csv row 2  Late by 2 working days
  P5     R5      2020-08-31  2020-09-06  2020-09-01  3     no       referral.csv row 6  Late by 2 working days
  P4     R4      2020-08-29  2020-09-02  2020-09-01  2     no       referral.csv row 5  Late by 1 working day
  P2     R2      2020-08-28  2020-09-01  2020-09-01  1     yes      referral.csv row 3
  P6     R6      2020-09-07  2020-09-07  2020-09-08  0     yes      referral.csv row 7

Benchmarks
  None: no national statistic is published, or none for this month.

Versions of this figure, the latest first
  Period  Extract     Version  Published (UTC)   Numerator  Denominator  Value   Status
  month   2020-10-01  3        (at some moment)  2          6            33.33   provisional
  month   2020-09-30  1        (at some moment)  1          1            100.00  provisional""".splitlines()
    )
    assert "-- kpi.duckdb" in rest
    assert 'Settings other than the default: local_extra_non_working_days = ["2020-09-03"]\n' in printed


def test_every_day_between_that_was_not_counted_is_named_with_its_reason(known: Path) -> None:
    printed = explained(known, "852", "mash_timeliness", "2020-09", "--person", "p1")
    shown = printed.partition("\nCases of P1\n")[2].partition("\nBenchmarks")[0]
    assert (
        [line.rstrip() for line in shown.strip().splitlines()]
        == """\
Record R1, from referral.csv row 2
    Clock started: Friday 28 August 2020
    Done: Friday 4 September 2020
    Due: Tuesday 1 September 2020
    Days: 8 from the start to 4 September 2020, of which 5 not counted
      The start is day 0: 28 Aug 2020
      Saturday: 29 Aug 2020
      Sunday: 30 Aug 2020
      Bank holiday in England, Summer bank holiday (GOV.UK as at February 2026): 31 Aug 2020
      Closure day of the council (setting local_extra_non_working_days): 3 Sep 2020
    Working days: 3 counted, allowed 1
    Rule: in time if done within 1 working day of the start, the start being day 0
    Result: not in the numerator. Late by 2 working days""".splitlines()
    )


def test_a_case_of_a_national_form_has_its_place_and_a_repair_is_shown(known: Path) -> None:
    printed = explained(known, "873", "looked_after_children", "2020-01", "--person", "7")
    assert "from care 2020.csv, row 3" in printed
    shown = printed.partition("\nReported of 7, in this extract\n")[2].partition("\nBenchmarks")[0]
    assert "care 2020.csv, row 2: dec\n" in shown
    assert "it ends where the child's next episode begins" in " ".join(shown.split())
    assert "(episode_never_closed)" in shown


def test_a_child_that_is_known_by_a_pseudonym_is_found_by_it(known: Path, tmp_path: Path) -> None:
    warehouse = Path(shutil.copytree(known, tmp_path / "warehouse"))
    with changed(warehouse / "casework.duckdb") as connection:
        connection.execute("update case_mash_item set person_id = 'p-abc' where person_id = 'P1'")
    for written in ("p-abc", " P-ABC"):
        printed = explained(warehouse, "852", "mash_timeliness", "2020-09", "--person", written)
        assert "\nCases of p-abc\n  Record R1," in printed


def test_what_was_purged_is_not_shown_as_nothing(known: Path, tmp_path: Path) -> None:
    warehouse = Path(shutil.copytree(known, tmp_path / "warehouse"))
    with changed(warehouse / "casework.duckdb") as connection:
        connection.execute("delete from case_mash_item; delete from pending_case")
        connection.execute("insert into purge select '852', '2020-10-01', '2020-12-01 02:30:00', 10")
    told = "were purged on 1 December 2020"
    assert told in explained(warehouse, "852", "mash_timeliness", "2020-09")
    of_599, of_852, *_ = ("\n".join(lines(listed, 118)) for listed in pending_lists(warehouse, Settings()))
    assert told in of_852
    assert told not in of_599


@pytest.mark.parametrize("start", first_of(["next_working_day_is_day_1", "roll_forward_is_day_0"]))
@pytest.mark.long
def test_the_days_counted_one_by_one_are_the_working_days_of_the_figure(tmp_path: Path, start: str) -> None:
    settings = Settings.model_validate({**CLOSED, "nonworking_start": start})
    process(tmp_path / "warehouse", [landed(tmp_path, "852", "2020-10-01", FAMILY)], settings)
    standards = {"mash_timeliness": 1, "assessment_timeliness": 45, "icpc_timeliness": 15}
    for measure, standard in standards.items():
        found = explain(tmp_path / "warehouse", "852", measure, date(2020, 9, 1), None, Settings())
        cases = [case for case in found.cases or () if case.working_days is not None]
        counted = counts(replace(found, cases=tuple(cases)))
        assert [(case.record_id, count and (count.working_days, count.allowed))
                for case, count in zip(cases, counted, strict=True)] == [
            (case.record_id, (case.working_days, standard)) for case in cases
        ]  # fmt: skip
        assert len(cases) >= 2
        for count in counted:
            assert count is not None
            assert count.calendar_days == count.working_days + sum(map(len, count.uncounted.values()))


def test_what_has_no_start_says_so_and_a_childs_state_says_since_when(known: Path) -> None:
    without = explained(known, "852", "mash_timeliness", "2020-09", "--person", "P3")
    assert "Clock started: no date\n" in without
    assert "Result: not in the numerator. No date to count from" in without
    looked_after = explained(known, "852", "authorised_care_plan", "2020-09", "--person", "P3")
    assert "Counted on: Wednesday 30 September 2020" in looked_after
    assert "The period of care began: Monday 10 August 2020" in looked_after
    assert "cla_episode.csv row 3" in looked_after
    assert "Result: not in the numerator. No care plan" in looked_after


def test_only_what_asks_whether_a_clock_was_kept_is_told_what_is_allowed_and_in_the_days_of_its_clock(
    known: Path,
) -> None:
    """Nobody is late who was asked something else of the same event, and 112 days of the calendar are no working days."""

    def told(measure: str) -> list[str]:
        shown = explained(known, "881", measure, "2020-09", "--person", "P1")
        lines = shown.partition("\nCases of P1\n")[2].partition("\n\n")[0].splitlines()
        return [line.strip() for line in lines if line.startswith("    ") and not line.startswith("     ")]

    assert [line for line in told("assessment_timeliness") if not line.startswith("Days: ")] == [
        "Clock started: Wednesday 1 April 2020", "Done: Tuesday 1 September 2020", "Due: Tuesday 9 June 2020",
        "Working days: 104 counted, allowed 45",
        "Rule: in time if done within 45 working days of the start, the start being day 0",
        "Result: not in the numerator. Late by 59 working days",
    ]  # fmt: skip
    assert told("assessments_no_further_action") == [
        "Counted on: Tuesday 1 September 2020", "Counted from: Wednesday 1 April 2020", "Working days: 104",
        "In the numerator: Assessments that ended in no further action",
        "Result: not in the numerator. Not ended in no further action",
    ]  # fmt: skip
    assert told("pre_proceedings_timeliness") == [
        "Clock started: Friday 1 May 2020", "Done: Tuesday 1 September 2020", "Due: Friday 21 August 2020",
        "Days: 123 after the start, allowed 112",
        "Rule: in time if done within 112 days of the start, the start being day 0",
        "Result: not in the numerator. Late by 11 days",
    ]  # fmt: skip


@pytest.mark.parametrize("measure", SEED)
def test_the_queries_shown_run_as_they_stand_and_give_the_figure_shown(known: Path, measure: str) -> None:
    printed = explained(known, "852", measure, "2020-09")
    shown = re.search(r"Month: (\S+?)%?(?: per 10,000 aged 0 to 17)? = (\S+) of (\S+) ", printed)
    assert shown is not None
    value, numerator, denominator = (None if text == "unknown" else text for text in shown.groups())
    queries = re.findall(r"  -- (\w+)\.duckdb\n(.*?);\n", printed, re.DOTALL)
    assert [name for name, _ in queries] == ["kpi", "kpi", "casework", "casework"]
    found = []
    for name, query in queries:
        with duckdb.connect(str(known / f"{name}.duckdb"), read_only=True) as connection:
            found.append(connection.sql(query).fetchall())
    (figure, *_), versions, ((summed, of),), cases = found
    assert [f"{part:,.0f}" for part in figure[1:3] if part is not None] == [numerator, denominator][
        : 1 + bool(denominator)
    ]
    assert f"{figure[3]:,.2f}" == value
    assert f"{summed:,.0f}" == numerator
    assert of is None or f"{of:,.0f}" == denominator
    assert len(cases) == (of or summed)
    assert len(versions) == printed.partition("Versions of this")[2].partition("The same in SQL")[0].count(
        "(at some moment)"
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("998", "mash_timeliness", "2020-09"), "published are: 599, 852, 873, 881."),
        (("852", "mash_timelines", "2020-09"), "Did you mean mash_timeliness?"),
        (("852", "mash_timeliness", "2019-09"), "it has figures from 2020-08 to 2020-10."),
        (("852", "mash_timeliness", "September"), "write it as YYYY-MM, such as 2020-08"),
        (("852", "mash_timeliness", "2020-08", "--person", "P1"), "it has one in: 2020-09."),
        (("852", "mash_timeliness", "2020-09", "--person", "P99"), "Check the id."),
    ],
)
def test_what_is_not_there_is_answered_with_what_is(known: Path, arguments: tuple[str, ...], told: str) -> None:
    status, printed, error = command("explain", *arguments, "--warehouse", known)
    assert (status, printed) == (2, "")
    assert told in error


def test_who_may_not_read_cases_is_shown_the_sums_and_told_so(
    known: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, _mode: not str(path).endswith("casework.duckdb"))
    printed = explained(known, "852", "mash_timeliness", "2020-09")
    assert "casework.duckdb cannot be read" in printed
    assert "Not in the numerator: 4\n" in printed
    assert not re.search(r"\b[PR]\d\b", printed)
    status, _, error = command("explain", "852", "mash_timeliness", "2020-09", "--person", "P1", "--warehouse", known)
    assert status == 2
    assert "casework.duckdb cannot be read" in error


def test_a_measure_that_cannot_be_computed_says_why(known: Path) -> None:
    printed = explained(known, "599", "icpc_timeliness", "2020-09")
    assert "Not computable from the latest extract: The table icpc was not sent." in printed
    assert "\nCases\n  None.\n" in printed


def test_a_row_that_an_older_publication_did_not_keep_is_not_made_up(known: Path, tmp_path: Path) -> None:
    warehouse = Path(shutil.copytree(known, tmp_path / "warehouse"))
    with changed(warehouse / "casework.duckdb") as connection:
        connection.execute("update case_mash_item set row_number = null, table_name = null")
    assert "Record R1, from not kept" in explained(warehouse, "852", "mash_timeliness", "2020-09", "--person", "P1")
