"""Points of monthly series: limits of each kind of chart, what is marked, and shifts that are told once."""

import os
from collections.abc import Sequence

import pytest
from support.drawn_series import binomial, judge, judged, marks, rows, table

LIMITS = ("centre", "lower_limit", "upper_limit")


def limits(months: Sequence, kind: str) -> tuple[float, ...]:  # type: ignore[type-arg]
    """The centre and limits of the first month."""
    return tuple(round(limit, 4) for limit in rows(judged(months, kind), *LIMITS)[0])


# ---------------------------------------------------------------------------------------------- limits


def test_the_limits_of_a_share_are_wider_where_its_months_differ_more_than_by_chance() -> None:
    # 28 and 22 of 50: from one to the next it is 1.697 sigma, 1.5046 times what chance makes.
    spread = (2 * 3 / 50 / (0.25 / 50) ** 0.5) / 1.128
    limit = round(100 * 3 * spread * (0.25 / 50) ** 0.5, 4)
    assert limits([(28, 50), (22, 50)] * 6, "share_of_events") == (50.0, round(50 - limit, 4), round(50 + limit, 4))


def test_the_limits_of_a_share_whose_months_differ_less_are_those_of_chance() -> None:
    chance = round(300 * (0.25 / 50) ** 0.5, 4)
    assert limits([(25, 50), (26, 50), (25, 50), (24, 50)] * 6, "share_of_events") == (50.0, 50 - chance, 50 + chance)


def test_a_share_has_limits_by_each_months_own_cases() -> None:
    found = rows(judged([(50, 100), (200, 400)] * 12, "share_of_events"), "lower_limit", "upper_limit")
    assert found[:2] == [(35.0, 65.0), (42.5, 57.5)]


def test_a_count_is_held_against_chance_and_never_below_0() -> None:
    assert limits([16, 16, 17, 15] * 6, "count_of_events") == (16.0, 4.0, 28.0)
    assert limits([8, 8, 9, 7] * 6, "count_of_events") == (8.0, 0.0, 16.4853)


@pytest.mark.parametrize(
    ("months", "kind", "lower", "upper"),
    [
        # The most and fewest that a Poisson or binomial count reaches as often as it leaves three sigma, 0.00135.
        ([2] * 24, "count_of_events", 0, 7),  # P(X >= 7) = 0.0045, P(X >= 8) = 0.0011
        ([(18, 20)] * 24, "share_of_events", 100 * 13 / 20, 100),  # of 2 late: P(X >= 7) = 0.0024, P(X >= 8) = 0.0004
        ([(2, 20)] * 24, "share_of_events", 0, 100 * 7 / 20),
        ([0] * 24, "count_of_events", 0, 1),  # half a case in two years: P(X >= 2) = 0.0002
        ([(10, 10)] * 24, "share_of_events", 90, 100),
    ],
)
def test_small_numbers_have_the_limits_of_chance_exactly(
    months: Sequence, kind: str, lower: float, upper: float
) -> None:  # type: ignore[type-arg]
    assert limits(months, kind)[1:] == (lower, upper)


@pytest.mark.parametrize(
    ("values", "centre", "lower_limit", "upper_limit"),
    [
        # NHS England, Making Data Count, "SPC charts - XmR testing", process limits.
        ((20, 24, 20, 26, 22, 16, 18, 16, 31, 28, 34, 26, 30, 19, 18), 23.20, 8.76, 37.64),
        # NHS England's design system for its data platform, "Data - For testing.csv".
        ((55, 60, 51, 50, 51, 60, 50, 51, 52, 52, 60, 50, 60, 50, 49, 45, 51, 45, 44, 43, 40, 35, 30, 25), 48.29, 35.34,
         61.24),
    ],
)  # fmt: skip
def test_the_limits_of_a_median_are_those_of_making_data_count(
    values: Sequence[float], centre: float, lower_limit: float, upper_limit: float
) -> None:
    found = rows(judged(values, "median"), *LIMITS)[0]
    assert found == pytest.approx((centre, lower_limit, upper_limit), abs=0.01)


def test_limits_are_those_of_the_first_two_years() -> None:
    months = [10, 12] * 12 + [20] * 3
    found = judged(months, "median")
    assert set(rows(found, "centre")) == {11.0}
    assert [month for month in marks(found) if month > 24] == [25, 26, 27]


# ---------------------------------------------------------------------------------------------- stocks


def test_of_a_stock_the_change_is_judged_and_its_lower_limit_is_not_clipped() -> None:
    found = judged([100, 104, 100, 104] * 6, "count_of_snapshot")
    assert rows(found, "judged")[:3] == [None, 4, -4]
    # Changes of 4 and -4 in turn: 23 of them, the mean 4/23, eight from one to the next.
    assert rows(found, "assessment", *LIMITS)[1] == (
        "judged", pytest.approx(4 / 23), pytest.approx(4 / 23 - 3 * 8 / 1.128), pytest.approx(4 / 23 + 3 * 8 / 1.128),
    )  # fmt: skip
    assert marks(found) == {}


def test_the_change_of_a_rate_is_that_of_its_children_so_that_a_new_population_is_no_change() -> None:
    found = judged([(400 + number % 2, 50_000 if number < 12 else 51_000) for number in range(24)], "rate_of_snapshot")
    assert rows(found, "judged")[1:] == [1, -1] * 11 + [1]
    assert marks(found) == {}


def test_a_month_after_a_gap_has_no_change() -> None:
    found = judged([100, 102, None, 140, 141, *[141, 142] * 8], "count_of_snapshot")
    assert rows(found, "month", "assessment", "judged")[1:4] == [
        (2, "judged", 2), (4, "no_month_before", None), (5, "judged", 1),
    ]  # fmt: skip
    assert marks(found) == {}


def test_a_stock_that_jumps_once_is_marked_once_and_has_no_new_level() -> None:
    found = judged([*[400, 403, 401, 404] * 6, *[460, 463, 461, 464] * 6], "count_of_snapshot")
    assert marks(found) == {25: ("beyond_limits", "above")}
    assert set(rows(found, "phase")) == {None, 1}


# ---------------------------------------------------------------------------------------------- what never moves


@pytest.mark.parametrize(
    ("months", "kind"),
    [
        ([0.7] * 40, "median"),
        ([(7, 10)] * 40, "share_of_events"),
        ([(10, 10)] * 40, "share_of_events"),
        ([0] * 40, "count_of_events"),
        ([(1, 3)] * 40, "share_of_snapshot"),
        ([17] * 40, "count_of_snapshot"),
    ],
)
def test_a_series_that_never_moves_has_no_signal(months: Sequence, kind: str) -> None:  # type: ignore[type-arg]
    assert marks(judged(months, kind)) == {}


@pytest.mark.parametrize(
    ("months", "kind", "unusual"),
    [
        ([*[(20, 20)] * 24, (19, 20), (12, 20)], "share_of_events", [26]),
        ([*[0] * 24, 1, 0, 3], "count_of_events", [27]),
        ([*[(40, 40)] * 24, (39, 40), (30, 40)], "share_of_snapshot", [26]),
        ([*[5] * 24, 6, 12], "count_of_snapshot", [26]),
        ([*[30] * 24, 31, 36], "median", [26]),
    ],
)
def test_what_has_never_moved_is_judged_all_the_same_by_what_one_case_changes(
    months: Sequence,
    kind: str,
    unusual: list[int],  # type: ignore[type-arg]
) -> None:
    assert [month for month, (rule, _) in marks(judged(months, kind)).items() if rule == "beyond_limits"] == unusual


def test_months_without_cases_are_passed_over_and_told() -> None:
    months = [(0, 0) if number % 3 == 0 else (8 if number % 2 else 7, 10) for number in range(36)]
    found = judged(months, "share_of_events")
    assert rows(found, "assessment").count("no_cases") == 12
    assert rows(found, "assessment").count("judged") == 24
    assert marks(found) == {}


def test_fewer_than_twelve_months_have_no_limits_and_the_twelfth_gives_them_to_all() -> None:
    eleven, twelve = (judged([10, 12] * 5 + [11] * more, "count_of_events") for more in (1, 2))
    assert set(rows(eleven, "assessment", "upper_limit")) == {("too_few_months", None)}
    assert set(rows(twelve, "assessment")) == {"judged"}


# ---------------------------------------------------------------------------------------------- shifts


def test_good_and_small_services_are_judged() -> None:
    found = judged([*binomial(1, [0.9] * 28, 25), *binomial(2, [0.6] * 8, 25)], "share_of_events")
    assert {direction for month, (_, direction) in marks(found).items() if month > 28} == {"below"}
    assert min(month for month in marks(found) if month > 28) <= 30


def test_a_shift_is_marked_until_it_is_confirmed_and_then_is_the_new_level() -> None:
    months = [98, 102] * 13 + [119, 121, 120] * 8
    found = judged(months, "count_of_events")
    # Months 27 to 38 make the level of their own: the twelfth of them confirms it.
    assert rows(found, "phase") == [1] * 37 + [2] * 13
    assert set(rows(found, "since", "rebased_on")) == {(1, None), (27, 38)}
    assert set(marks(found)) <= set(range(27, 38))
    assert rows(found, "centre")[36:38] == [100, 120]


def test_a_shift_within_the_first_two_years_is_dated_by_the_level_of_the_months_before_it() -> None:
    # The first 24 months are 85 on average: of that level the 13th month would be, of the 75 before it it is not.
    months = [(74, 100), (76, 100)] * 6 + [(88, 100)] + [(94, 100), (96, 100)] * 12
    found = judged(months, "share_of_events")
    assert set(rows(found, "phase", "since", "rebased_on")) == {(1, 1, None), (2, 13, 25)}
    assert rows(found, "centre")[0] == 75
    assert set(marks(found)) == set(range(13, 25))


def test_a_level_that_goes_back_within_the_year_is_no_new_one() -> None:
    months = [10.0, 12.0] * 12 + [15.0] * 8 + [10.0, 12.0] * 8
    assert set(rows(judged(months, "median"), "phase")) == {1}


def test_a_small_drift_to_one_side_is_no_new_level() -> None:
    # Twenty months a fifth of a sigma above the centre are a run, and no more than chance makes of twenty months.
    months = [10.0, 12.0] * 12 + [11.3] * 20
    assert set(rows(judged(months, "median"), "phase")) == {1}


def test_one_unusual_month_does_not_mark_those_after_it() -> None:
    months = [10.0, 12.0] * 12 + [25.0] + [12.0, 10.0] * 6
    assert marks(judged(months, "median")) == {25: ("beyond_limits", "above")}


# ---------------------------------------------------------------------------------------------- recorded changes


def test_a_recorded_change_begins_a_phase_in_its_own_month() -> None:
    months = [10, 12] * 9 + [20, 22] * 9
    found = judged(months, "count_of_events", rebased=[19])
    assert set(rows(found, "phase", "since", "rebased_on", "is_recorded", "centre")) == {
        (1, 1, None, False, 11.0), (2, 19, 19, True, 21.0),
    }  # fmt: skip
    assert marks(found) == {}


def test_a_recorded_change_goes_before_limits_that_were_published_and_one_that_is_withdrawn_gives_way() -> None:
    months = [10, 12] * 9 + [20, 22] * 9
    before = judged(months, "count_of_events")
    after = judged(months, "count_of_events", rebased=[19], before=before)
    assert rows(after, *LIMITS)[:18] == rows(before, *LIMITS)[:18]
    assert set(rows(after, "phase", "centre")[18:]) == {(2, 21.0)}
    again = judged(months, "count_of_events", before=after)
    assert set(rows(again, "since", "rebased_on", "is_recorded")) == {(1, None, False), (19, 30, False)}


# ---------------------------------------------------------------------------------------------- limits that stay


def test_a_restated_figure_is_judged_by_the_limits_that_its_month_was_published_with() -> None:
    months = [10.0, 12.0] * 15
    before = judged(months, "median")
    months[4], months[27] = 30.0, 31.0
    after = judged([*months, 11.0], "median", before=before)
    assert rows(after, *LIMITS)[:30] == rows(before, *LIMITS)
    assert {month: rule for month, (rule, _) in marks(after).items()} == {
        5: "beyond_limits",
        28: "beyond_limits",
    }
    # The new month has the limits of the figures as they are known now.
    assert rows(after, "centre")[30] == pytest.approx((12 * 11 * 2 - 10 + 30) / 24)


@pytest.mark.parametrize("gone", [20, 26, 30, 36, 40])
@pytest.mark.filterwarnings("error")
def test_limits_stay_where_the_months_that_set_them_have_lost_their_figures(gone: int) -> None:
    months = [98, 102] * 13 + [119, 121, 120] * 8
    before = judged(months, "count_of_events")
    after = judged([None] * gone + months[gone:], "count_of_events", before=before)
    assert rows(after, "since", *LIMITS) == rows(before, "since", *LIMITS)[gone:]


def test_months_that_come_later_and_lie_before_have_limits_of_their_own() -> None:
    later = [None] * 20 + [20.0, 22.0] * 10
    before = judged(later, "median")
    after = judged([10.0, 12.0] * 10 + [20.0, 22.0] * 10, "median", before=before)
    assert set(rows(after, "centre")[:20]) == {11.0}
    assert rows(after, *LIMITS)[20:] == rows(before, *LIMITS)
    assert rows(after, "phase") == [1] * 20 + [2] * 20


def stepped(count: int, months: int = 60) -> dict[str, list[tuple[float, float]]]:
    """Shares of 30 that step at a month of their own, up or down, by two sigma or three."""
    return {
        f"m{seed:03}": binomial(
            seed, [0.75 if month < 20 + seed % 24 else (0.95, 0.5)[seed % 2] for month in range(months)], 30
        )
        for seed in range(count)
    }


SERIES = int(os.environ.get("SIGNAL_SERIES", "20"))


def never_changes(series: dict[str, list[tuple[float, float]]], months: int) -> int:
    """Publish month by month; how many series have come to a new level."""
    found, seen = None, {}
    for known in range(12, months + 1):
        found = judge(table({name: of[:known] for name, of in series.items()}, "share_of_events"), before=found)
        now = {
            (row[0], row[1]): row[2:] for row in rows(found, "measure_code", "month", "since", "rebased_on", *LIMITS)
        }
        assert {place: now[place] for place in seen} == seen
        seen = now
    assert found is not None
    return sum(dict(rows(found, "measure_code", "phase"))[name] > 1 for name in series)


@pytest.mark.long
def test_published_limits_never_change_month_by_month() -> None:
    assert never_changes(stepped(SERIES), 60) >= 0.8 * SERIES


@pytest.mark.long
def test_published_month_by_month_or_at_once_a_shift_has_the_same_date() -> None:
    series = {name: [(95.0, 100.0), (93.0, 100.0)] * 15 + [(70.0, 100.0), (72.0, 100.0)] * 15 for name in ("a",)}
    at_once = judge(table(series, "share_of_events"))
    found = None
    for known in range(12, 61):
        found = judge(table({"a": series["a"][:known]}, "share_of_events"), before=found)
    assert found is not None
    assert rows(found, "phase", "since", "rebased_on") == rows(at_once, "phase", "since", "rebased_on")
