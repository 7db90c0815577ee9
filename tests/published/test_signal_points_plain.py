"""Points of any series are those of the rules in plain Python."""

import os
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.drawn_series import judge, month_of, number_of, table
from support.plain_signals import Chart, plain

STRETCH = st.tuples(st.integers(1, 20), st.integers(0, 30), st.sampled_from([0, 0, 1, 4]))
SERIES = st.lists(STRETCH, min_size=1, max_size=6)
# Kind, chart, and the cases of a month.
KINDS = {
    "share_of_events": ("p", 40),
    "count_of_events": ("c", None),
    "median": ("xmr", None),
    "count_of_snapshot": ("change", None),
}


def values(stretches: Sequence[tuple[int, int, int]]) -> list[int]:
    """A level for so many months, about which they swing."""
    return [
        max(level + (swing if number % 2 else -swing), 0)
        for length, level, swing in stretches
        for number in range(length)
    ]


@settings(max_examples=int(os.environ.get("SIGNAL_SERIES", "8")), deadline=None)
@given(drawings=st.lists(SERIES, min_size=1, max_size=6))
@example([[(13, 13, 4), (19, 5, 0), (4, 19, 0)]])  # as a median, a month exactly 2.5 sigma from its centre: no mark
@pytest.mark.parametrize("kind", KINDS)
def test_points_are_those_of_the_rules_in_plain_python(kind: str, drawings: list[list[tuple[int, int, int]]]) -> None:
    chart, cases = KINDS[kind]
    series = {f"m{number}": values(stretches) for number, stretches in enumerate(drawings)}
    drawn = {
        name: [float(one) if cases is None else (float(one), float(cases)) for one in of] for name, of in series.items()
    }
    found = judge(table(drawn, kind)).to_pylist()
    for name, of in series.items():
        figures = [(float(one), cases) for one in of]
        first = 1
        if chart == "change":
            figures = [(after - before, None) for (before, _), (after, _) in pairwise(figures)]
            first = 2
        expected = plain(Chart(chart, 1.0), figures) if figures else []
        rows = [row for row in found if row["measure_code"] == name and row["judged"] is not None]
        assert len(rows) == len(expected)
        for number, (row, point) in enumerate(zip(rows, expected, strict=True), start=first):
            assert number_of(row["month"]) == number
            assert row["since"] == month_of(point.since + first)
            assert row["rebased_on"] == (month_of(point.held_from + first) if point.held_from > point.since else None)
            assert row["centre"] == pytest.approx(point.centre)
            assert (row["lower_limit"], row["upper_limit"]) == (
                (None, None) if point.lower is None else pytest.approx((point.lower, point.upper), abs=1e-7)
            )
            assert row["rule"] == point.mark, (name, number)


def test_a_level_whose_evidence_is_exactly_enough_is_not_more_than_enough() -> None:
    """Sixteen months that together are twelve sigma from the centre, three times the root of sixteen; and one more."""
    exactly = [10] * 24 + [11] * 8 + [10, 11, 11, 10, 10, 11, 10, 11]
    series = {"exactly": exactly, "more": [*exactly[:-1], 12]}
    found = judge(table({name: list(map(float, of)) for name, of in series.items()}, "median")).to_pylist()
    since = {(row["measure_code"], row["since"]) for row in found}
    assert since == {("exactly", month_of(1)), ("more", month_of(1)), ("more", month_of(25))}
    for name, of in series.items():
        assert {
            month_of(one.since + 1) for one in plain(Chart("xmr", 1.0), [(float(figure), None) for figure in of])
        } == {month for measure, month in since if measure == name}
