"""The reference figures: the calendar against an independent count, the published figures against known ones."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb
import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.checks import CALENDAR_END, CALENDAR_START
from warehouse.reference import loading
from warehouse.report.published_files import sql

YEARS = range(2000, 2036)
HOLIDAY_DATES = frozenset(holidays.country_holidays("GB", subdiv="ENG", years=YEARS))
CALENDAR_DATES = st.dates(min_value=date(2000, 1, 1), max_value=date(2035, 12, 31))


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        loading.load(connection)
        yield connection


@pytest.fixture(scope="module")
def working_day_numbers(connection: duckdb.DuckDBPyConnection) -> dict[date, int]:
    return dict(connection.execute("select date, working_day_number from reference.calendar").fetchall())


def working_days_between(connection: duckdb.DuckDBPyConnection, start: str, end: str) -> int:
    row = connection.execute(
        """
        select last.working_day_number - first.working_day_number
        from reference.calendar as first, reference.calendar as last
        where first.date = $start::date and last.date = $end::date
        """,
        {"start": start, "end": end},
    ).fetchone()
    assert row is not None
    return int(row[0])


def count_day_by_day(start: date, end: date) -> int:
    """Count the working days in (start, end] the slow way, from the holidays package alone."""
    days = (start + timedelta(days=number) for number in range(1, (end - start).days + 1))
    return sum(day.weekday() < 5 and day not in HOLIDAY_DATES for day in days)


# ---------------------------------------------------------------------------------------------- calendar


def test_the_calendar_has_each_date_of_2000_to_2035_once(connection: duckdb.DuckDBPyConnection) -> None:
    first_to_last = (date(2035, 12, 31) - date(2000, 1, 1)).days + 1
    found = connection.execute(
        "select min(date), max(date), count(*), count(distinct date) from reference.calendar"
    ).fetchone()
    assert found == (date(2000, 1, 1), date(2035, 12, 31), first_to_last, first_to_last)


def test_working_day_is_the_inverse_of_the_calendar(connection: duckdb.DuckDBPyConnection) -> None:
    working_days = connection.execute(
        "select working_day_number, date from reference.working_day order by working_day_number"
    ).fetchall()
    in_calendar = connection.execute(
        "select working_day_number, date from reference.calendar where is_working_day order by date"
    ).fetchall()
    assert working_days == in_calendar
    assert [number for number, _ in working_days] == list(range(1, len(working_days) + 1))


@pytest.mark.parametrize(
    ("start", "end", "working_days"),
    [
        ("2020-08-03", "2020-08-03", 0),  # the same day
        ("2020-08-03", "2020-08-04", 1),
        ("2020-08-07", "2020-08-08", 0),  # Friday to Saturday
        ("2020-08-07", "2020-08-10", 1),  # Friday to Monday
        ("2020-08-08", "2020-08-10", 1),  # Saturday to Monday
        ("2020-08-08", "2020-08-11", 2),  # Saturday to Tuesday: late for a target of one
        ("2020-08-28", "2020-09-01", 1),  # over the summer bank holiday
        ("2020-05-07", "2020-05-11", 1),  # over VE day, moved to 8 May
        ("2020-07-06", "2020-07-27", 15),
        ("2020-07-06", "2020-07-28", 16),
        ("2020-07-04", "2020-07-24", 15),  # from a Saturday
        ("2020-07-04", "2020-07-27", 16),
        ("2020-04-06", "2020-06-11", 44),  # four bank holidays inside
        ("2020-04-06", "2020-06-12", 45),
        ("2019-12-20", "2020-01-14", 14),
    ],
)
def test_working_days_count_from_the_day_after_the_start_to_the_end(
    connection: duckdb.DuckDBPyConnection, start: str, end: str, working_days: int
) -> None:
    assert working_days_between(connection, start, end) == working_days


@pytest.mark.parametrize(
    ("start", "working_days", "due"),
    [
        ("2020-07-06", 15, date(2020, 7, 27)),
        ("2020-07-04", 15, date(2020, 7, 24)),  # a Saturday
        ("2020-04-06", 45, date(2020, 6, 12)),
        ("2020-05-08", 15, date(2020, 6, 1)),  # a bank holiday
        ("2019-12-20", 15, date(2020, 1, 15)),
        ("2022-09-05", 15, date(2022, 9, 27)),  # over the State Funeral
    ],
)
def test_a_due_date_is_the_nth_working_day_after_the_start(
    connection: duckdb.DuckDBPyConnection, start: str, working_days: int, due: date
) -> None:
    found = connection.execute(
        """
        select working_day.date
        from reference.calendar
        inner join reference.working_day
            on working_day.working_day_number = calendar.working_day_number + $working_days
        where calendar.date = $start::date
        """,
        {"start": start, "working_days": working_days},
    ).fetchall()
    assert found == [(due,)]


@given(start=CALENDAR_DATES, end=CALENDAR_DATES)
def test_calendar_numbers_count_the_same_working_days_as_counting_day_by_day(
    working_day_numbers: dict[date, int], start: date, end: date
) -> None:
    start, end = sorted((start, end))
    assert working_day_numbers[end] - working_day_numbers[start] == count_day_by_day(start, end)


# ---------------------------------------------------------------------------------------------- bank holidays


def test_the_bank_holiday_file_holds_the_weekday_holidays_of_the_holidays_package(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    in_file = connection.execute("select date from reference.bank_holiday order by date").fetchall()
    assert [day for (day,) in in_file] == sorted(day for day in HOLIDAY_DATES if day.weekday() < 5)


def test_bank_holidays_that_were_not_announced_yet_are_marked(connection: duckdb.DuckDBPyConnection) -> None:
    found = connection.execute(
        "select is_projected, min(date), max(date) from reference.bank_holiday group by all order by all"
    ).fetchall()
    assert found == [
        (False, date(2000, 1, 3), date(2028, 12, 26)),
        (True, date(2029, 1, 1), date(2035, 12, 26)),
    ]


def test_every_bank_holiday_says_where_it_comes_from(connection: duckdb.DuckDBPyConnection) -> None:
    found = connection.execute("select distinct version, year(date) from reference.bank_holiday").fetchall()
    listed = {("GOV.UK as at February 2026", year) for year in range(2012, 2029)}
    assert set(found) == listed | {("holidays 0.109", year) for year in (*range(2000, 2012), *range(2029, 2036))}


def test_dates_are_set_aside_beyond_the_calendar_and_nowhere_else() -> None:
    assert (loading.FIRST_DATE, loading.LAST_DATE) == (CALENDAR_START, CALENDAR_END)


def test_england_and_wales_have_the_same_bank_holidays() -> None:
    assert frozenset(holidays.country_holidays("GB", subdiv="WLS", years=YEARS)) == HOLIDAY_DATES


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2000, 1, 3), "New Year's Day (substitute day)"),
        (date(2002, 5, 27), None),  # the spring holiday moved to 4 June
        (date(2002, 6, 3), "Golden Jubilee bank holiday"),
        (date(2002, 6, 4), "Spring bank holiday"),
        (date(2011, 4, 29), "Royal wedding"),
        (date(2012, 5, 28), None),  # the spring holiday moved to 4 June
        (date(2012, 6, 4), "Spring bank holiday"),
        (date(2012, 6, 5), "Diamond Jubilee bank holiday"),
        (date(2020, 5, 4), None),  # the early May holiday moved to VE day
        (date(2020, 5, 8), "Early May bank holiday (VE day)"),
        (date(2020, 12, 28), "Boxing Day (substitute day)"),
        (date(2021, 12, 27), "Christmas Day (substitute day)"),
        (date(2021, 12, 28), "Boxing Day (substitute day)"),
        (date(2022, 1, 3), "New Year's Day (substitute day)"),
        (date(2022, 5, 30), None),  # the spring holiday moved to 2 June
        (date(2022, 6, 2), "Spring bank holiday"),
        (date(2022, 6, 3), "Platinum Jubilee bank holiday"),
        (date(2022, 9, 19), "State Funeral of Queen Elizabeth II"),
        (date(2022, 12, 27), "Christmas Day (substitute day)"),
        (date(2023, 1, 2), "New Year's Day (substitute day)"),
        (date(2023, 5, 8), "Coronation of King Charles III"),
        (date(2023, 12, 26), "Boxing Day"),
        (date(2026, 12, 28), "Boxing Day (substitute day)"),
        (date(2027, 12, 27), "Christmas Day (substitute day)"),
        (date(2027, 12, 28), "Boxing Day (substitute day)"),
    ],
)
def test_days_that_real_calendars_get_wrong(
    connection: duckdb.DuckDBPyConnection, day: date, reason: str | None
) -> None:
    found = connection.execute(
        "select is_working_day, non_working_reason from reference.calendar where date = ?", [day]
    ).fetchone()
    assert found == (reason is None, reason)


def test_a_councils_closure_days_are_no_working_days_only_where_it_asks() -> None:
    with duckdb.connect() as connection:
        loading.load(connection)
        assert working_days_between(connection, "2020-12-24", "2020-12-31") == 3
        loading.load(connection, [date(2020, 12, 29), date(2020, 12, 30)])
        assert working_days_between(connection, "2020-12-24", "2020-12-31") == 1
        reasons = connection.execute(
            "select date, non_working_reason from reference.calendar where non_working_reason = 'local closure'"
        ).fetchall()
        assert reasons == [(date(2020, 12, 29), "local closure"), (date(2020, 12, 30), "local closure")]


def test_a_closure_day_outside_the_calendar_is_refused() -> None:
    with duckdb.connect() as connection, pytest.raises(ValueError, match="2036-01-02 is outside the calendar"):
        loading.load(connection, [date(2036, 1, 2)])


# ---------------------------------------------------------------------------------------------- published figures


@pytest.mark.parametrize(
    ("indicator_code", "geography", "period_end", "value"),
    [
        ("ICPC_15WD_PCT", "England", date(2019, 3, 31), 78.7),
        ("ICPC_15WD_PCT", "South East", date(2019, 3, 31), 77.2),
        ("ICPC_15WD_PCT", "Southampton", date(2019, 3, 31), 71.2),
        ("ICPC_15WD_PCT", "Southampton", date(2020, 3, 31), 55.5),
        ("SA_45WD_PCT", "Southampton", date(2020, 3, 31), 65.3),
        ("SA_45WD_PCT", "Southampton", date(2025, 3, 31), 86.3),
        ("REREF_12M_PCT", "Southampton", date(2019, 3, 31), 17.0),
        ("CPP_RATE", "England", date(2019, 3, 31), 44.5),
        ("CLA_RATE", "Southampton", date(2020, 3, 31), 98.0),
    ],
)
def test_published_figures(
    connection: duckdb.DuckDBPyConnection, indicator_code: str, geography: str, period_end: date, value: float
) -> None:
    found = connection.execute(
        """
        select benchmark.value
        from reference.benchmark
        inner join reference.geography using (geography_code)
        where benchmark.indicator_code = ? and geography.name = ? and benchmark.period_end = ?
        """,
        [indicator_code, geography, period_end],
    ).fetchall()
    assert found == [(value,)]


def test_the_rates_first_published_for_2018_are_kept_beside_the_rebased_ones(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    found = connection.execute(
        """
        select geography.name, superseded.value, benchmark.value
        from reference.benchmark_superseded as superseded
        inner join reference.benchmark using (indicator_code, geography_code, period_end)
        inner join reference.geography using (geography_code)
        inner join reference.source on source.source_id = superseded.source_id
        where superseded.indicator_code = 'CPP_RATE'
            and source.vintage = 'CIN-2018-original'
            and geography.name in ('England', 'South East', 'Southampton')
        order by geography.name
        """
    ).fetchall()
    assert found == [("England", 45.3, 45.9), ("South East", 46.2, 46.8), ("Southampton", 64.4, 65.9)]


def test_southamptons_population_is_kept_on_its_original_and_its_rebased_basis(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    found = connection.execute(
        """
        select population_0_17, is_primary
        from reference.population_0_17
        where la_code = '852' and mid_year = 2017
        order by is_primary
        """
    ).fetchall()
    assert found == [(50305, False), (49138, True)]


def test_each_figure_has_one_latest_vintage_and_a_known_indicator_and_source(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    found = connection.execute(
        """
        select
            count(*),
            count(distinct (benchmark.indicator_code, benchmark.geography_code, benchmark.period_end)),
            count(indicator.indicator_code),
            count(source.source_id)
        from reference.benchmark
        left join reference.indicator using (indicator_code)
        left join reference.source using (source_id)
        """
    ).fetchone()
    assert found == (136187, 136187, 136187, 136187)


def test_each_superseded_figure_has_a_known_indicator_and_source(connection: duckdb.DuckDBPyConnection) -> None:
    found = connection.execute(
        """
        select count(*), count(indicator.indicator_code), count(source.source_id)
        from reference.benchmark_superseded
        left join reference.indicator using (indicator_code)
        left join reference.source using (source_id)
        """
    ).fetchone()
    assert found == (15784, 15784, 15784)


def test_a_figure_whose_geography_is_not_listed_is_a_joint_return(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    found = connection.execute(
        """
        select distinct benchmark.la_code
        from reference.benchmark
        anti join reference.geography using (geography_code)
        order by 1
        """
    ).fetchall()
    assert found == [("314/318",), ("940/941",)]


def test_a_missing_figure_is_null_with_its_reason_and_a_nought_stays_a_nought(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    found = connection.execute(
        """
        select
            count(*) filter (value is null and suppression is null),
            count(*) filter (value is not null and suppression is not null),
            count(*) filter (value = 0) > 0
        from reference.benchmark
        """
    ).fetchone()
    assert found == (0, 0, True)


def test_southamptons_neighbours_in_each_model(connection: duckdb.DuckDBPyConnection) -> None:
    found = connection.execute(
        """
        select in_force_from, neighbour_model_name, list(neighbour_la_code order by rank)
        from reference.statistical_neighbour
        where la_code = '852'
        group by all
        order by in_force_from
        """
    ).fetchall()
    assert found == [
        (date(2021, 4, 1), "April 2021", "851 373 874 879 831 801 331 861 810 355".split()),
        (date(2025, 5, 1), "May 2025", "331 831 851 373 312 355 874 383 350 320".split()),
    ]


def test_every_authority_of_a_model_has_ten_neighbours_and_is_none_of_them(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    found = connection.execute(
        """
        select neighbour_model, la_code
        from reference.statistical_neighbour
        group by all
        having count(distinct rank) <> 10
            or count(distinct neighbour_la_code) <> 10
            or bool_or(neighbour_la_code = la_code)
        """
    ).fetchall()
    assert found == []


def test_every_authority_lies_in_a_region_that_is_listed(connection: duckdb.DuckDBPyConnection) -> None:
    found = connection.execute(
        """
        select authority.la_code
        from reference.geography as authority
        left join reference.geography as region on region.geography_code = authority.region_code
        left join reference.geography as parent on parent.geography_code = authority.parent_region_code
        where authority.la_code is not null and (region.name is null or parent.name is null)
        """
    ).fetchall()
    assert found == []


def test_what_the_council_quoted_in_august_2020(connection: duckdb.DuckDBPyConnection) -> None:
    found = connection.execute(
        """
        pivot reference.quoted_benchmark on benchmark using any_value(benchmark_value)
        group by la_code, month, measure_code order by measure_code
        """
    ).fetchall()
    month = date(2020, 8, 1)
    # authority, month, measure, England, region, neighbours
    assert found == [
        ("852", month, "assessment_timeliness", 81, 81, 76),
        ("852", month, "child_protection_plan_rate", 44, 41, 48),
        ("852", month, "icpc_timeliness", 79, 77, 84),
        ("852", month, "looked_after_rate", None, None, 86),
    ]


# ---------------------------------------------------------------------------------------------- loading


def test_every_query_names_its_grain_first() -> None:
    for table in loading.TABLES:
        query = (loading.FOLDER / f"{table}.sql").read_text()
        assert query.startswith("-- One row per "), table


def test_loading_again_replaces_every_table() -> None:
    with duckdb.connect() as connection:
        loading.load(connection)
        connection.execute("delete from reference.geography")
        loading.load(connection)
        assert connection.execute("select count(*) from reference.geography").fetchone() == (170,)


def test_the_version_changes_with_any_byte_of_a_figure_but_not_with_prose(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "FOLDER", tmp_path)
    (tmp_path / "geography.csv").write_text("la_code\n852\n")
    before = loading.version()
    (tmp_path / "README.md").write_text("What each file is.")
    assert loading.version() == before
    (tmp_path / "geography.csv").write_text("la_code\n853\n")
    assert loading.version() != before


def test_a_day_that_is_not_counted_is_told_with_its_reason_and_whether_that_was_announced() -> None:
    with duckdb.connect() as connection:
        loading.load(connection, [date(2029, 4, 3)], loading.CALENDAR)
        days = connection.execute(
            sql("explanation/day"), {"first": date(2029, 3, 29), "last": date(2029, 4, 3)}
        ).fetchall()
    assert [told for _, _, *told in days] == [
        [None, None], ["Good Friday, projected: not announced yet", "holidays 0.109"], ["weekend", None],
        ["weekend", None], ["Easter Monday, projected: not announced yet", "holidays 0.109"], ["local closure", None],
    ]  # fmt: skip
