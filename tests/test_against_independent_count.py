"""Every figure, row state and open item of messy random extracts, against a second count that shares no code.

Several authorities in one run, so that nothing of one can leak into another.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import pytest
from support.published import process
from support.independent_count import PENDING_CODE, Count, count_extract
from random_extract import write_random_extract

from schemas.measures import PENDING
from warehouse.landing.extracts import Extract

# An extract of the first of a month, of a bank holiday that ends a month, and of another year.
EXTRACT_DATES = [date(2020, 9, 1), date(2020, 8, 31), date(2022, 9, 1)]
AUTHORITIES = ["852", "301", "873"]
RUNS = [(la_code, extract_date) for extract_date in EXTRACT_DATES for la_code in AUTHORITIES]
RATES = ("child_protection_plan_rate", "looked_after_rate")


@dataclass(frozen=True)
class Counted:
    """One extract, counted twice: `here` by the pipeline, `there` independently."""

    here: duckdb.DuckDBPyConnection
    there: Count
    la_code: str
    extract_date: date

    def select(self, query: str) -> list[tuple[Any, ...]]:
        return self.here.execute(query, [self.la_code, self.extract_date]).fetchall()


def populations() -> dict[tuple[str, int], int]:
    with duckdb.connect() as connection:
        rows = connection.execute(
            "select la_code, mid_year, population_0_17::int from read_csv('warehouse/reference/population_0_17.csv', "
            "all_varchar = true) where geography_level = 'Local authority' and is_primary = 'true'"
        ).fetchall()
    return {(la_code, int(mid_year)): population for la_code, mid_year, population in rows}


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[tuple[str, date], Counted]]:
    folder = tmp_path_factory.mktemp("random")
    extracts = [
        Extract(la_code, extract_date, folder / "landing" / la_code / str(extract_date))
        for la_code, extract_date in RUNS
    ]
    for seed, extract in enumerate(extracts):
        write_random_extract(extract.folder, seed, extract.la_code, extract.extract_date, children=120)
    process(folder / "warehouse", extracts)
    known = populations()
    with duckdb.connect() as connection:
        for name in ("kpi", "casework", "working"):
            connection.execute(f"attach '{folder}/warehouse/{name}.duckdb' as {name} (read_only)")
        yield {
            (extract.la_code, extract.extract_date): Counted(
                connection,
                count_extract(
                    extract.folder,
                    extract.la_code,
                    extract.extract_date,
                    population=lambda mid_year, la_code=extract.la_code: known.get((la_code, mid_year)),
                ),
                extract.la_code,
                extract.extract_date,
            )
            for extract in extracts
        }


@pytest.fixture(params=RUNS, ids=lambda run: f"{run[0]}_{run[1]}")
def one(request: pytest.FixtureRequest, counted: dict[tuple[str, date], Counted]) -> Counted:
    return counted[request.param]


def test_every_figure_is_the_same(one: Counted) -> None:
    rows = one.select(
        "select measure_code, month, period, numerator::bigint, denominator::bigint, missing_start, status "
        "from working.measures.monthly_kpi where la_code = ? and extract_date = ?"
    )
    here = {tuple(row[:3]): tuple(row[3:]) for row in rows}
    there = {key: tuple(figure) for key, figure in one.there.figures.items()}
    assert len(here) == len(rows) > 100
    assert here == there


def test_every_row_ends_in_the_same_state(one: Counted) -> None:
    rows = one.select(
        "select table_name, rows_in, rows_used, rows_quarantined, rows_duplicate from casework.extract_file "
        "where la_code = ? and extract_date = ?"
    )
    here = {table: tuple(counts) for table, *counts in rows}
    there = {
        table: (count.rows_in, count.rows_used, count.rows_quarantined, count.rows_duplicate)
        for table, count in one.there.tables.items()
    }
    assert here == there
    assert all(sum(count[1:]) == count[0] > 0 for count in here.values())
    for table, judged in one.there.rows.items():
        used = one.select(
            f"select row_number from working.staged.{table} where la_code = ? and extract_date = ?"  # noqa: S608
        )
        assert sorted(number for (number,) in used) == [row.number for row in judged if row.state == "used"], table


def test_every_open_item_is_the_same(one: Counted) -> None:
    code = {event: PENDING_CODE[measure] for event, measure in PENDING.items() if measure in PENDING_CODE}
    rows = one.select(
        "select event, record_id, clock_start, due_date, working_days_elapsed, "
        "coalesce(working_days_elapsed > standard, false) from working.facts.timed_event "
        "where is_open and la_code = ? and extract_date = ?"
    )
    here = {(code[event], record_id): tuple(item) for event, record_id, *item in rows}
    assert len(here) == len(rows) > 5
    assert here == {key: tuple(item) for key, item in one.there.pending.items()}


def test_the_published_files_hold_the_latest_extract_of_each_authority(
    counted: dict[tuple[str, date], Counted],
) -> None:
    for la_code in AUTHORITIES:
        latest = counted[la_code, max(EXTRACT_DATES)]
        published = latest.here.execute(
            "select measure_code, month, period, numerator::bigint, denominator::bigint, missing_start, status "
            "from kpi.monthly_kpi_current where la_code = ? and numerator is not null",
            [la_code],
        ).fetchall()
        assert {tuple(row[:3]): tuple(row[3:]) for row in published} == {
            key: tuple(figure) for key, figure in latest.there.figures.items()
        }
        pending = latest.here.execute(
            "select record_id, clock_start, due_date, working_days_elapsed, is_overdue from casework.pending_case "
            "where la_code = ?",
            [la_code],
        ).fetchall()
        assert sorted(map(str, pending)) == sorted(
            str((record_id, *item)) for (_, record_id), item in latest.there.pending.items()
        )
