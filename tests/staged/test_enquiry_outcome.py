"""What the status of a section 47 enquiry says of a conference."""

from datetime import date
from pathlib import Path

import duckdb

from warehouse.forms.extracts import read
from warehouse.landing.extracts import Extract
from warehouse.staged.staging import stage


def test_a_status_that_names_a_conference_says_so_where_the_outcome_is_empty(tmp_path: Path) -> None:
    folder = tmp_path / "852" / "2020-09-01"
    folder.mkdir(parents=True)
    (folder / "s47.csv").write_text(
        "s47_id,person_id,start_date,outcome,status\n"
        "S1,P1,2020-08-03,,Completed - ICPC arranged\n"
        "S2,P2,2020-08-03,,Completed\n"
        "S3,P3,2020-08-03,,Completed - no conference\n"
        "S4,P4,2020-08-03,No further action,Completed - ICPC booked\n"
        "S5,P5,2020-08-03,Convene conference,\n"
    )
    connection = duckdb.connect()
    stage(connection, read([Extract("852", date(2020, 9, 1), folder)]))
    assert connection.sql("select s47_id, outcome from staged.s47 order by s47_id").fetchall() == [
        ("S1", "CONFERENCE"),
        ("S2", None),
        ("S3", None),
        ("S4", "NO_CONFERENCE"),
        ("S5", "CONFERENCE"),
    ]
