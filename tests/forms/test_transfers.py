"""Children who moved in on another authority's plan are told by plans that began without a conference."""

from datetime import date

import pyarrow as pa
import pytest

from warehouse.forms.reading import TableRead
from warehouse.forms.transfers import are_seen


def table(name: str, day: str, rows: list[tuple[str, str]]) -> TableRead:
    """A table of children and days."""
    cells = pa.table({"person_id": [child for child, _ in rows], day: [on for _, on in rows]})
    return TableRead(name, "annex-a", "lists.xlsx", "", cells, pa.array(range(2, len(rows) + 2)))


@pytest.mark.parametrize(
    ("plans", "seen"),
    [
        ([("A", "2020-05-01"), ("B", "2020-06-01")], False),  # each has its conference
        ([("A", "2020-05-01"), ("B", "2020-06-01"), ("C", "2020-06-01")], True),  # C moved in
        ([("A", "2020-05-01"), ("B", "2020-08-01")], True),  # B's conference was two months before this plan
        ([("A", "2020-05-01"), ("C", "2020-03-20")], False),  # C's may be from before the form begins
        ([("A", "2020-05-01"), ("C", "2020-06-01"), ("D", "2020-06-01")], False),  # most have none: they are not linked
    ],
)
def test_a_plan_without_a_conference_near_is_one_of_a_child_who_moved_in(
    plans: list[tuple[str, str]], seen: bool
) -> None:
    held = [("A", "2020-04-30"), ("B", "2020-06-10")]
    tables = [table("cp_plan", "start_date", plans), table("icpc", "icpc_date", held)]
    assert are_seen(tables, since=date(2020, 3, 1)) is seen


def test_a_list_that_holds_a_remark_alone_tells_nothing() -> None:
    remark = TableRead("cp_plan", "annex-a", "lists.xlsx", "", pa.table({"person_id": ["Nil return"]}), pa.array([2]))
    held = table("icpc", "icpc_date", [("A", "2020-04-30")])
    assert not are_seen([remark, held], since=date(2020, 3, 1))
