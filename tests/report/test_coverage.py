"""What an extract gives: which measures, which not and why, and which table or column would give most of the others."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest
from support.command import run_command
from support.landed import land
from support.published import grouped, process

from schemas.tables import MODELS, columns
from warehouse.landing.extracts import Extract
from warehouse.report.coverage import page as coverage
from warehouse.report.coverage.lacking import Need, Thing, steps
from warehouse.report.document.blocks import Table, plain
from warehouse.report.published_files import opened_figures

DAY = date(2020, 9, 1)


def lacking(drawing: str) -> dict[str, list[Need]]:
    """Needs as drawn, a line a measure: `measure: table, table.column, table.either|other, table.both&other`."""
    needs: dict[str, list[Need]] = {}
    for line in drawing.strip().splitlines():
        measure, _, lacks = line.strip().partition(": ")
        for one in lacks.split(", "):
            table, _, names = one.partition(".")
            found = tuple(re.split(r"[|&]", names)) if names else ()
            needs.setdefault(measure, []).append(Need(table, found, "&" not in names))
    return needs


def drawn(needs: Mapping[str, Sequence[Need]]) -> list[str]:
    """The steps in a line each: the things, the measures they give alone, and those they give after the steps before."""
    return [f"{step} | {' '.join(step.alone)} | {' '.join(step.gives)}" for step in steps(needs)]


def test_what_gives_most_measures_goes_first_and_counts_are_told_alone_and_in_turn() -> None:
    needs = lacking("""
        entries: cla_episode
        exits: cla_episode
        reviews: cla_episode, cla_review
        contacts: contact
    """)
    assert drawn(needs) == [
        "the table cla_episode | entries exits | entries exits",
        "the table contact | contacts | contacts",
        "the table cla_review |  | reviews",
    ]


def test_a_table_gives_the_columns_that_it_lacks_too() -> None:
    needs = lacking("""
        decided: referral.mash_completed_at
        again: referral
    """)
    assert drawn(needs) == ["the table referral | decided again | decided again"]


def test_of_several_columns_that_each_will_do_the_one_that_serves_most_is_named() -> None:
    needs = lacking("""
        suitable: care_leaver.suitable|accommodation
        settled: care_leaver.accommodation
    """)
    assert drawn(needs) == ["the column accommodation of care_leaver | suitable settled | suitable settled"]


def test_columns_that_are_needed_together_are_one_thing() -> None:
    needs = lacking("decided: referral.received_at&mash_completed_at, referral.mash_completed_at")
    assert drawn(needs) == ["the columns received_at and mash_completed_at of referral | decided | decided"]


def test_where_no_single_thing_gives_another_measure_the_fewest_that_do_are_named_together() -> None:
    needs = lacking("""
        caseload: allocation, worker
        unallocated: allocation, cp_plan, referral
    """)
    assert drawn(needs) == [
        "the table allocation and the table worker | caseload | caseload",
        "the table cp_plan and the table referral |  | unallocated",
    ]


def test_nothing_lacking_is_no_step() -> None:
    assert drawn({}) == []


BASE = {
    "person": ["person_id", "sex"],
    "referral": ["referral_id", "person_id", "referral_date", "referral_source", "referral_nfa", "received_at"],
}


def landed(folder: Path, thing: Thing | None = None) -> Extract:
    """An extract of children and referrals, a row each, and a thing beside: a whole table, or columns of one of these."""
    tables = dict(BASE)
    if thing is not None:
        whole = [column.name for column in columns(thing.table)]
        tables[thing.table] = [*BASE[thing.table], *thing.columns] if thing.columns else whole
    extract = Extract(folder.parent.name, DAY, folder)
    folder.mkdir(parents=True)
    for table, header in tables.items():
        cells = {"person_id": "P1", "referral_date": "2020-08-03", header[0]: "1"}
        (folder / f"{table}.csv").write_text(
            ",".join(header) + "\n" + ",".join(cells.get(name, "") for name in header) + "\n"
        )
    return extract


@pytest.fixture(scope="module")
def extracts(tmp_path_factory: pytest.TempPathFactory) -> list[coverage.Extract]:
    """Of 400 children and referrals, a row each; of 852 a looked after return beside a table of referrals that came from
    the case system."""
    folder = tmp_path_factory.mktemp("coverage")
    extract = Extract("852", DAY, folder / "852" / str(DAY))
    land(extract.folder, referral="referral_date\n2019-05-01\n2020-08-03")
    (extract.folder / "header.csv").write_text(
        "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n1,1,01/01/2010,WBRI,A123456789012,,\n"
    )
    (extract.folder / "episodes.csv").write_text(
        "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN\n"
        "1,02/05/2019,S,C2,N1,U1,PR1,,,,,,\n"
    )
    process(folder / "warehouse", [landed(folder / "400" / str(DAY)), extract])
    coverage.write(folder / "warehouse", ["852"])
    with opened_figures(folder / "warehouse") as connection:
        return coverage.extracts(connection, ["400", "852"])


@pytest.fixture(scope="module")
def bare(extracts: list[coverage.Extract]) -> coverage.Extract:
    return extracts[0]


@pytest.fixture(scope="module")
def returned(extracts: list[coverage.Extract]) -> coverage.Extract:
    return extracts[1]


@pytest.mark.long
def test_what_each_thing_is_said_to_give_alone_is_what_comes_when_it_is_sent(
    bare: coverage.Extract, tmp_path: Path
) -> None:
    """Held against the catalogue itself: for each thing an extract that has it, all evaluated in one run."""
    found = [step for step in bare.steps if len(step.things) == 1]
    assert len(found) > 10
    extracts = [landed(tmp_path / str(place) / str(DAY), step.things[0]) for place, step in enumerate(found, start=401)]
    with grouped(extracts) as group:
        left = group.connection.sql("select la_code, measure_code from measures.not_computable where not has_count")
        lacking = set(left.fetchall())
    for extract, step in zip(extracts, found, strict=True):
        given = {code for code in bare.needs if (extract.la_code, code) not in lacking}
        assert given == set(step.alone), str(step)


def rows(extract: coverage.Extract, caption: str) -> dict[str, tuple[str, ...]]:
    """By their first cell, the rows of the page's tables whose caption begins so."""
    return {
        plain(row[0]): tuple(plain(cell) for cell in row[1:])
        for block in coverage.blocks(extract)
        if isinstance(block, Table) and plain(block.caption).startswith(caption)
        for row in block.rows
    }


def test_every_measure_is_told_of_once(returned: coverage.Extract) -> None:
    told = [row["measure_code"] for row in (*returned.given, *returned.not_given)]
    assert sorted(told) == sorted(row["measure_code"] for row in returned.measures)
    later = [row["measure_code"] for row in returned.not_given if row["measure_code"] not in returned.needs]
    assert sorted([code for step in returned.steps for code in step.gives] + later) == sorted(
        row["measure_code"] for row in returned.not_given
    )


def test_a_measure_that_is_computed_has_its_months(returned: coverage.Extract) -> None:
    assert rows(returned, "Front door")["Referrals received"][0] == "Apr 2019 to Sep 2020"
    assert rows(returned, "Looked after")["Looked after children"][0] == "Apr 2019 to Mar 2020"


def test_what_a_form_can_never_give_is_told_with_what_helps(returned: coverage.Extract) -> None:
    never = rows(returned, "What it can never give by itself")
    why = {title: told for titles, (told,) in never.items() for title in titles.split("; ")}
    assert why["Social workers from agencies"] == (
        "The return has no staff list; send the table worker from the case system."
    )
    assert "rhi_at in supplement_missing.csv" in why["Return home interviews held within 72 hours"]
    assert "Referrals received" not in why


def test_a_table_that_was_not_sent_and_a_column_that_is_not_in_one_each_name_their_remedy() -> None:
    extract = coverage.Extract(
        "852",
        "Southampton",
        DAY,
        1,
        DAY,
        (),
        ({"table_name": "referral", "form": "canonical"},),
        {},  # type: ignore[arg-type]
    )
    assert extract.remedy(Thing("dolo")) == "Send dolo.csv."
    assert extract.remedy(Thing("referral", ("closure_date",))) == "Add closure_date to the file of referral."


def test_each_table_has_the_months_it_covers_and_who_says_so(returned: coverage.Extract) -> None:
    tables = rows(returned, "From when to when")
    assert list(tables) == list(MODELS)
    assert tables["cla_episode"] == ("1", "1 April 2019", "1 April 2019", "31 March 2020", "SSDA903 return")
    assert tables["referral"][1:] == ("the beginning", "the beginning", "1 September 2020", "nobody: taken as whole")
    assert tables["cp_plan"][1] == "not sent"


def run(folder: Path) -> str:
    told = run_command("run", "--landing", folder / "landing", "--warehouse", folder / "warehouse")
    assert told.returncode == 0, told.stderr
    return told.stdout


@pytest.mark.long
def test_the_first_run_of_an_authority_says_what_it_gives(tmp_path: Path) -> None:
    page = tmp_path / "warehouse" / "reports" / "330" / "coverage.html"
    land(
        tmp_path / "landing" / "330" / "2020-09-01",
        referral="referral_date | received_at\n2020-08-03 | 2020-08-03",
        person="person_id\nP1",
    )
    first = run(tmp_path)
    assert "Birmingham (330): what the extract of 1 September 2020 gives" in first
    assert "the column mash_completed_at of referral, for 3" in first
    assert len(first.splitlines()) < 60
    assert "\\n" not in first, "each line is a line"
    assert "1 September 2020" in page.read_text()
    assert 'href="330/coverage.html"' in (page.parents[1] / "index.html").read_text()


@pytest.mark.long
def test_later_runs_of_an_authority_only_write_the_page(tmp_path: Path) -> None:
    page = tmp_path / "warehouse" / "reports" / "330" / "coverage.html"
    land(tmp_path / "landing" / "330" / "2020-09-01", referral="referral_date\n2020-08-03", person="person_id\nP1")
    assert "what the extract of" in run(tmp_path)
    decided = "referral_date | received_at | mash_completed_at\n2020-08-03 | 2020-08-03 | 2020-08-04"
    land(tmp_path / "landing" / "330" / "2020-10-01", referral=decided, person="person_id\nP1")
    assert "what the extract of" not in run(tmp_path)
    assert "1 October 2020" in page.read_text()
