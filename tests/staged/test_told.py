"""What is told of an extract beside the one before it, where another of the same run is refused."""

from datetime import date
from pathlib import Path

from support.landed import land

from schemas.settings import Operation, Settings
from warehouse import refusals
from warehouse.landing.extracts import Extract
from warehouse.layers import Group

PLANS = "cp_plan_id | person_id | start_date | ola_plan\nL1 | P1 | 2020-03-02 | Y"
ENQUIRIES = "s47_id | start_date\nS1 | 2020-08-03"


def test_what_is_told_of_an_extract_is_told_where_another_of_the_run_is_refused(tmp_path: Path) -> None:
    drawn = {
        ("301", "2020-09-01"): {"s47": ENQUIRIES},
        ("301", "2020-10-01"): {},
        ("852", "2020-09-01"): {"cp_plan": PLANS},
        ("852", "2020-10-01"): {"cp_plan": "cp_plan_id | person_id | start_date\nL1 | P1 | 2020-03-02"},
    }
    extracts = []
    for (la_code, day), tables in drawn.items():
        extracts.append(Extract(la_code, date.fromisoformat(day), tmp_path / la_code / day))
        land(extracts[-1].folder, referral="referral_date\n2020-08-03\n2020-09-07", **tables)
    group = Group(extracts, Settings(), Operation.model_validate({}))
    try:
        assert set(refusals.refused(group, tmp_path / "warehouse")) == {extracts[-1]}
        ((_, table, sentence),) = group.told
        assert (table, sentence.partition("; ")[0]) == (
            "s47", "301/2020-10-01: s47 was in the extract of 2020-09-01 and is not in this one",
        )  # fmt: skip
        assert group.connection.sql("select la_code from staged.row_issue where rule = 'file_warning'").fetchall() == [
            ("301",)
        ]
    finally:
        group.close()
