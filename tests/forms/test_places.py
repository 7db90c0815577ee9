"""Where a case stands in a national form: in kpi_case and pending_case as in row_issue. Drawn sheets in, places out."""

from datetime import date
from pathlib import Path

import duckdb
from drawn_workbook import write_workbook
from support.published import LIMITS, process

from schemas.settings import Settings
from warehouse.landing.extracts import Extract
from warehouse.layers import Group

SHEETS = {
    "List 3": "Child Unique ID | Gender | Date of Birth | Date of Referral | Referral Source | Referral NFA?\n"
              "A | a) Male | 2015-01-25 | 2021-02-01 | 6 | No\nB | a) Male | 2015-01-26 | 2021-02-02 | 6 | No",
    "List 4": "Child Unique ID | Gender | Continuous Assessment Start Date | Continuous Assessment Date of Authorisation\n"
              "B | a) Male | 2021-02-03 | 2021-02-20\nA | a) Male | 2021-02-03 | ",
    "List 6": "Child Unique ID | Gender | CIN Start Date | Primary Need Code | CIN Closure Date\n"
              "C | a) Male | 2021-02-05 | N1 | \nD | a) Male | 2021-02-06 | N1 | ",
}  # fmt: skip


def test_cases_and_open_items_have_the_sheet_and_row_of_their_record(tmp_path: Path) -> None:
    extract = Extract("852", date(2021, 3, 16), tmp_path / "852" / "2021-03-16")
    extract.folder.mkdir(parents=True)
    write_workbook(extract.folder / "lists.xlsx", SHEETS)
    process(tmp_path / "warehouse", [extract])
    with duckdb.connect(str(tmp_path / "warehouse" / "casework.duckdb"), read_only=True) as connection:
        # Two lists give referrals, so that a row number alone is of two records.
        assert connection.sql(
            "select person_id, row_number, place from kpi_case where measure_code = 'referrals' order by all"
        ).fetchall() == [
            ("A", 2, "List 3, row 2"), ("B", 3, "List 3, row 3"), ("C", 2, "List 6, row 2"), ("D", 3, "List 6, row 3"),
        ]  # fmt: skip
        assert connection.sql(
            "select person_id, place from kpi_case where measure_code = 'assessment_timeliness'"
        ).fetchall() in ([], [("B", "List 4, row 2")])
        assert connection.sql(
            "select person_id, place from pending_case where table_name = 'assessment'"
        ).fetchall() == [("A", "List 4, row 3")]
        assert connection.sql(
            "select count(*) from kpi_case where place is null and row_number is not null"
        ).fetchall() == [(0,)]


def test_two_episodes_of_one_row_follow_each_other(tmp_path: Path) -> None:
    extract = Extract("852", date(2021, 3, 16), tmp_path / "852" / "2021-03-16")
    extract.folder.mkdir(parents=True)
    header = (
        "Child Unique ID | Gender | Date of Birth | Date Started to be Looked After | Start date of current legal status | "
        "Child's Legal Status | Start Date of Most Recent Placement | Placement Type"
    )
    row = "A | a) Male | 2015-01-25 | 2020-02-01 | 2020-06-01 | C2 | 2020-02-01 | U1"
    write_workbook(extract.folder / "lists.xlsx", {"List 8": f"{header}\n{row}"})
    group = Group([extract], Settings(), LIMITS)
    try:
        group.facts()
        of_episodes = (
            "from staged.row_issue select rule where table_name = 'cla_episode' and rule = 'no_episode_follows'"
        )
        assert group.connection.sql("select count(*) from staged.cla_episode").fetchall() == [(2,)]
        assert group.connection.sql(of_episodes).fetchall() == []
    finally:
        group.close()
