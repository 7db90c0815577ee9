"""Whole columns are read as their cells are, one by one: whatever shortcut a column is read by."""

import string
from datetime import datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from schemas.tables import Column, Kind
from warehouse.forms import spellings
from warehouse.staged import columns as typed

ID = Column("person_id", Kind.ID, "")
TEXT = Column("team", Kind.TEXT, "")
MOMENT = Column("received_at", Kind.TIMESTAMP, "")


def slowly(kind: Kind, cell: str | None) -> tuple[object, bool]:
    """The value of one cell, and whether it could not be read."""
    text = spellings.trimmed(cell or "")
    if spellings.is_nothing(text):
        return None, False
    if kind is Kind.ID:
        return spellings.read_id(text)
    return (None, True) if spellings.is_lost(text) else (text, False)


CELLS = st.one_of(
    st.sampled_from(["", "-", "0", "-1", "NA", "na", "NaN", "null", "None", "blank", "Blank", "nat", "zNotRecorded",
                     "0" * 32, "00000000-0000-0000-0000-000000000000", "#N/A", "=A1", "101.0", "'7", "{a-1}",
                     "1.2E+16"]),
    st.text(string.ascii_letters + string.digits, max_size=7),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    st.none(),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(CELLS, max_size=6), min_size=1, max_size=3), st.sampled_from([ID, TEXT]))
@example([["A1", "0"], ["b2"]], ID)
@example([["A1", "NA"], ["na"]], TEXT)
def test_a_column_that_is_mostly_plain_reads_as_its_cells_do(chunks: list[list[str | None]], column: Column) -> None:
    cells = pa.chunked_array([pa.array(chunk, pa.string()) for chunk in chunks])
    reading = typed.read_column("person", column, cells)
    expected = [slowly(column.kind, cell) for chunk in chunks for cell in chunk]
    assert reading.values.to_pylist() == [value for value, _ in expected]
    unread = reading.flagged.get(typed.UNREAD, [])
    assert list(unread) == [row for row, (_, is_unread) in enumerate(expected) if is_unread]


DAYS = st.one_of(
    st.dates(min_value=datetime(2019, 1, 1).date(), max_value=datetime(2021, 1, 1).date()).map(
        lambda day: day.strftime("%d/%m/%Y")
    ),
    st.sampled_from(["2020-08-03", "31/02/2020", "31/12/9999", "01/01/1900", "03-Aug-2020", "03-Aug-20"]),
)
TIMES = st.sampled_from(["00:00", "09:30", "09:30:15", "23:00", "23:00:00", "24:00", "24:00:00", "25:00", "9:30"])
OTHERS = st.sampled_from(["", "TBC", "-", " 03/08/2020 09:30", "03/08/2020 23:00é", "43000.5"])
MOMENTS = st.one_of(st.tuples(DAYS, st.sampled_from(" T"), TIMES).map("".join), DAYS, OTHERS, st.none())


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(MOMENTS, min_size=1, max_size=8))
@example(["03/08/2020 23:00", "03/01/2020 23:00", ""])
@example(["03/08/2020 23:00", "03-Aug-2020", "TBC", "31/12/9999 23:00", "03/08/2020 09:30"])
@example(["03/08/2020 24:00", "2020-08-03T09:30:15"])
def test_moments_read_day_and_time_apart_are_those_read_whole(
    monkeypatch: pytest.MonkeyPatch, cells: list[str | None]
) -> None:
    monkeypatch.setattr(typed, "_MANY", 0)  # every column of moments is tried with day and time apart
    reading = typed.read_column("referral", MOMENT, pa.chunked_array([pa.array(cells, pa.string())]))
    texts = [spellings.trimmed(cell or "") for cell in cells]
    whole = [None if spellings.is_nothing(text) else spellings.read_moment(text) for text in texts]
    assert reading.values.to_pylist() == [moment and moment.value for moment in whole]
    for flag, name in ((typed.UNREAD, "is_unread"), (typed.SENTINEL, "is_sentinel"),
                       (typed.SHORT_YEAR, "has_short_year"), (typed.TIMED, "has_time")):  # fmt: skip
        rows = [row for row, moment in enumerate(whole) if moment and getattr(moment, name)]
        assert list(reading.flagged.get(flag, [])) == rows, flag
    assert list(reading.is_filled(np.arange(len(cells)))) == [moment is not None for moment in whole]
    late = [row for row, moment in enumerate(whole) if moment and moment.value
            and spellings.is_midnight_of_summer(moment.value)]  # fmt: skip
    assert list(reading.flagged.get(typed.SUMMER_MIDNIGHT, [])) == late


def test_an_absent_column_and_one_without_rows_have_no_values() -> None:
    for column in (ID, TEXT, MOMENT):
        for cells in (pa.chunked_array([pa.nulls(3, pa.string())]), pa.chunked_array([], pa.string())):
            assert typed.read_column("referral", column, cells).values.to_pylist() == [None] * len(cells)
