"""What points show, said once: signals, and one sentence a month about the level of a series."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import duckdb
from support.drawn_series import Series, binomial, judge, month_of, number_of, table

from warehouse.published.signals import points

TITLES = {"icpc_timeliness": "Conferences in time", "plans_started": "Plans started", "plans_ended": "Plans ended"}


def said(
    series: Mapping[str, Series], kind: str, polarity: str = "higher_better", rebased: Sequence[tuple[str, int]] = ()
) -> duckdb.DuckDBPyConnection:
    """A database with the points of the series, and what is said of them."""
    connection = duckdb.connect()
    connection.execute("create table kpi_version (version integer, la_code varchar)")
    connection.execute(points.sql("macros"))
    connection.execute(
        "create table measure "
        "(measure_code varchar, title varchar, kind varchar, polarity varchar, decimal_places bigint)"
    )
    for code in series:
        connection.execute("insert into measure values (?, ?, ?, ?, 0)", [code, TITLES.get(code, code), kind, polarity])
    connection.register("found", judge(table(series, kind), rebased))
    connection.execute("create table spc_point as from found")
    for view in ("spc_signal", "spc_sentence"):
        connection.execute(f"create view {view} as {points.sql(view)}")
    return connection


def signals(connection: duckdb.DuckDBPyConnection, *columns: str) -> list[tuple[Any, ...]]:
    shown = ", ".join(f'"{column}"' for column in columns)
    rows = connection.sql(f"select {shown} from spc_signal order by since, kind").fetchall()  # noqa: S608
    return [tuple(number_of(cell) if isinstance(cell, date) else cell for cell in row) for row in rows]


def sentence(connection: duckdb.DuckDBPyConnection, number: int, code: str = "icpc_timeliness") -> str:
    (found,) = connection.execute(
        "select sentence from spc_sentence where measure_code = ? and month = ?", [code, month_of(number)]
    ).fetchall()
    return str(found[0])


def news(connection: duckdb.DuckDBPyConnection) -> list[int]:
    rows = connection.sql("select month from spc_sentence where is_news order by month").fetchall()
    return [number_of(month) for (month,) in rows]


STEADY = [(91.0, 100.0), (90.0, 100.0), (92.0, 100.0)] * 8
RISEN = [(97.0, 100.0), (95.0, 100.0), (96.0, 100.0)] * 8


def test_a_new_level_is_said_once_with_its_own_date() -> None:
    found = said({"icpc_timeliness": [*STEADY, *RISEN]}, "share_of_events")
    columns = ("kind", "rule", "direction", "is_favourable", "since", "from", "to")
    ((*what, before, after),) = signals(found, *columns)
    assert what == ["new_level", "stable_shift", "above", True, 25]
    assert (round(before), round(after)) == (91, 96)
    assert sentence(found, 24) == "Timeliness has varied around 91% since January 2015, with no lasting change."
    told = "Timeliness rose to a new level in January 2017 (about 96%, from about 91%) and has stayed there."
    assert sentence(found, 36) == sentence(found, 48) == told
    # It is news when the level begins to move and when it is confirmed.
    assert news(found)[-1] == 36
    assert len(news(found)) == 2


def test_a_level_that_is_moving_is_said_with_what_it_has_been_since() -> None:
    found = said({"icpc_timeliness": [*STEADY, *[(80.0, 100.0)] * 6]}, "share_of_events")
    assert signals(found, "kind", "since", "is_favourable", "from", "to") == [("moving", 25, False, 91.0, 80.0)]
    assert sentence(found, 30) == "Timeliness has been lower since January 2017 (80% a month, against 91% before)."


def test_an_unusual_month_is_said_for_a_year() -> None:
    found = said({"icpc_timeliness": [*STEADY, (60.0, 100.0), *STEADY[:12]]}, "share_of_events")
    assert signals(found, "kind", "since", "first_month", "last_month", "direction", "to") == [
        ("unusual_month", 25, 25, 25, "below", 60.0)
    ]
    level = "Timeliness has varied around 91% since January 2015, with no lasting change"
    assert sentence(found, 36) == f"{level}; January 2017 was unusually low (60%)."
    assert sentence(found, 37) == f"{level}."
    assert news(found) == [25]


def test_two_levels_that_would_be_printed_alike_have_a_place_more() -> None:
    before = [(9100.0, 10000.0), (9110.0, 10000.0), (9090.0, 10000.0)] * 8
    after = [(9140.0, 10000.0), (9150.0, 10000.0), (9130.0, 10000.0)] * 8
    found = said({"icpc_timeliness": [*before, *after]}, "share_of_events")
    assert "(about 91.4%, from about 91.0%)" in sentence(found, 48)


def test_a_recorded_change_is_named_and_no_signal() -> None:
    found = said({"referrals": [50.0, 52.0] * 9 + [70.0, 72.0] * 9}, "count_of_events", rebased=[("referrals", 19)])
    assert signals(found, "kind") == []
    told = "The number has varied around 71 since the change recorded for July 2016."
    assert sentence(found, 36, "referrals") == told


def test_of_a_stock_the_figure_and_its_movement_are_said_and_its_flows_named() -> None:
    level = [400.0, 403.0, 401.0, 404.0] * 6
    with said({"children_on_plan": [*level, 460.0, 463.0]}, "count_of_snapshot", "neutral") as found:
        # In the catalogue what begins and ends has a kind of its own.
        for code in ("plans_started", "plans_ended"):
            found.execute("insert into measure values (?, ?, 'count_of_events', 'neutral', 0)", [code, TITLES[code]])
            found.execute(
                "insert into spc_point by name select '501' as la_code, ? as measure_code, date '2015-01-01' as month, "
                "'c_prime' as chart, 'judged' as assessment",
                [code],
            )
        assert sentence(found, 26, "children_on_plan") == (
            "The number was 463, against 403 a year before; it rose unusually in January 2017 (from 404 to 460); "
            "plans started and plans ended are watched separately."
        )
        assert sentence(found, 20, "children_on_plan").startswith(
            "The number was 404, against 404 a year before; from month to month it has moved as it usually does"
        )


def test_of_a_stock_that_moves_for_months_is_said_whether_it_rises_by_more_or_by_less() -> None:
    rising = [400.0 + 4 * number + number % 3 for number in range(25)]
    with said(
        {"children_in_need": [*rising, *[rising[-1] + number % 2 for number in range(10)]]}, "count_of_snapshot"
    ) as found:
        assert "since January 2017 it has risen by less than usual (from 494 to 497)" in sentence(
            found, 35, "children_in_need"
        )
    with said(
        {"children_in_need": [*rising, *[rising[-1] + 9 * number for number in range(1, 12)]]}, "count_of_snapshot"
    ) as found:
        assert "it has risen by more than usual (from 496 to 595)" in sentence(found, 36, "children_in_need")


def test_a_new_pace_of_a_stock_is_said_once_and_its_level_is_not_judged() -> None:
    rising = [400.0 + 4 * number + number % 3 for number in range(25)]
    still = [rising[-1] + number % 2 for number in range(24)]
    with said({"children_in_need": [*rising, *still]}, "count_of_snapshot") as found:
        assert signals(found, "kind", "since", "direction") == [("new_pace", 25, "below")]
        assert sentence(found, 49, "children_in_need") == (
            "The number was 497, against 497 a year before; since January 2017 it has risen from 494 to 497 (about 0.1 a "
            "month; before, it rose by about 4 a month)."
        )


def test_a_new_pace_of_a_rate_is_told_in_the_unit_of_the_rate() -> None:
    still = [(400.0 + number % 2, 50_000.0) for number in range(25)]
    rising = [(400.0 + 20 * number + number % 2, 50_000.0) for number in range(1, 25)]
    with said({"looked_after_rate": [*still, *rising]}, "rate_of_snapshot") as found:
        # Twenty children a month among 50,000 are four per 10,000.
        assert sentence(found, 49, "looked_after_rate") == (
            "The rate was 176, against 128 a year before; since February 2017 it has risen from 80 to 176 (about 4 a "
            "month; before, it hardly changed)."
        )


def test_a_new_pace_of_a_share_or_an_average_is_told_in_points_and_in_its_own_unit() -> None:
    # Half a point a month from 30% down, and a case a month up from 15, after two years without change.
    still = [60 + number % 2 / 5 for number in range(25)]
    falling = [(one, 200.0) for one in [*still, *[60.0 - number for number in range(1, 25)]]]
    with said({"placement_stability": falling}, "share_of_snapshot") as found:
        assert sentence(found, 49, "placement_stability") == (
            "Performance was 18%, against 24% a year before; since February 2017 it has fallen from 30% to 18% (about 0.5 "
            "percentage points a month; before, it hardly changed)."
        )
    rising = [(25 * one, 100.0) for one in [*still, *[60.0 + 4 * number - number % 2 for number in range(1, 25)]]]
    with said({"average_caseload": rising}, "average_of_snapshot", "lower_better") as found:
        assert (
            "since February 2017 it has risen from 15 to 39 (about 1 a month; before, it hardly changed)"
            in sentence(found, 49, "average_caseload")
        )


def test_a_pace_that_ends_is_said_without_figures_that_are_alike() -> None:
    rising = [400.0 + 4 * number + number % 3 for number in range(25)]
    with said(
        {"children_in_need": [*rising, *[rising[23] + number % 2 for number in range(24)]]}, "count_of_snapshot"
    ) as found:
        assert "since January 2017 it has hardly changed (before, it rose by about 4 a month)." in sentence(
            found, 49, "children_in_need"
        )


def test_a_level_below_one_is_not_told_as_none() -> None:
    with said({"adoptions": [0.0, 1.0, 0.0] * 12}, "count_of_events", "neutral") as found:
        assert sentence(found, 36, "adoptions") == (
            "The number has varied around 0.3 since January 2015, with no lasting change."
        )


def test_where_low_is_good_it_is_no_performance_that_rises() -> None:
    with said({"re_referrals": [*STEADY, *RISEN]}, "share_of_events", "lower_better") as found:
        assert sentence(found, 48, "re_referrals").startswith("The percentage rose to a new level")


def test_what_cannot_be_judged_is_said_too() -> None:
    with said({"icpc_timeliness": [(3.0, 4.0)] * 5 + [(0.0, 0.0)]}, "share_of_events") as found:
        assert sentence(found, 5) == "There are too few months yet to say what is usual."
        assert sentence(found, 6) == "There was nothing to measure in the month."


def test_a_rate_without_a_population_is_no_news_and_its_sentence_says_why() -> None:
    months = [(400.0 + number % 3, 0.0) for number in range(25)] + [(500.0, 0.0)]
    with said({"looked_after_rate": months}, "rate_of_snapshot") as found:
        for number in (1, 2, 26):
            assert sentence(found, number, "looked_after_rate") == "There is no rate, because no population is known."
        assert news(found) == []


def test_sentences_know_nothing_of_later_months() -> None:
    drawn = binomial(5, [0.9] * 24 + [0.75] * 30, 40)
    whole = said({"icpc_timeliness": drawn}, "share_of_events")
    for number in (30, 40, 54):
        # The centre of the first phase is of its first 24 months, and of a new level as far as it is known.
        assert (
            sentence(said({"icpc_timeliness": drawn[:number]}, "share_of_events"), number).split("(")[0]
            == (sentence(whole, number).split("(")[0])
        )
