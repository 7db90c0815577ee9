"""What is kept of each publication beside its figures, so that a named version can be read as it was."""

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from support.landed import land
from support.published import process

from schemas.settings import Settings
from warehouse.landing.extracts import Extract, extract_sha256, file_sha256
from warehouse.reference import loading

REFERRALS = """
    referral_id | received_at | mash_completed_at
    R1          | 2020-08-03  | 2020-08-04
    R2          | 2020-08-03  | 2020-08-06
    R3          | 2020-08-20  |
    R4          | {received}  |
    R5          |             |
    R6          | 2020-08-05  | 2020-08-04
"""
ASSESSMENTS = """
    assessment_id | referral_id | start_date | authorised_date
    A1            | R1          | 2020-08-04 | 2020-08-21
    A2            | R2          | 2020-08-06 |
"""


CLOSED = Settings(local_extra_non_working_days=(date(2020, 8, 4), date(2020, 8, 5)))


def landed(folder: Path, extract_date: str, **tables: str) -> Extract:
    extract = Extract("852", date.fromisoformat(extract_date), folder / "852" / extract_date)
    land(extract.folder, **tables)
    return extract


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Versions 1 and 2: August and September of one authority in one run. Version 3: August, with another setting."""
    folder = tmp_path_factory.mktemp("publications")
    august = landed(folder, "2020-09-01", referral=REFERRALS.format(received="2020-09-01"), assessment=ASSESSMENTS)
    september = landed(folder, "2020-10-01", referral=REFERRALS.format(received="2020-09-29"))
    assert process(folder / "warehouse", [august, september]) == [1, 2]
    assert process(folder / "warehouse", [august], CLOSED, accepted_settings="The council was closed.") == [3]
    return folder


@pytest.fixture
def warehouse(published: Path) -> Path:
    return published / "warehouse"


def ask(warehouse: Path, query: str, *parameters: Any, name: str = "kpi") -> list[tuple[Any, ...]]:
    with duckdb.connect(str(warehouse / f"{name}.duckdb"), read_only=True) as connection:
        return connection.execute(query, list(parameters)).fetchall()


def test_pending_items_are_counted_for_every_extract_also_an_older_one(warehouse: Path) -> None:
    counted = ask(
        warehouse,
        "select version, la_code, extract_date::varchar, measure_code, pending, overdue, due_within_seven_days, without_start "
        "from pending_count where measure_code <> 'icpc_timeliness' order by version, measure_code",
    )
    # R3 is past its working day on 1 September, R4 is not, R5 counts from its referral; A2 is still within 45 working days.
    assert counted == [
        (1, "852", "2020-09-01", "assessment_timeliness", 1, 0, 0, 0),
        (1, "852", "2020-09-01", "mash_timeliness", 3, 2, 1, 0),
        (2, "852", "2020-10-01", "mash_timeliness", 3, 3, 0, 0),
        (3, "852", "2020-09-01", "assessment_timeliness", 1, 0, 0, 0),
        (3, "852", "2020-09-01", "mash_timeliness", 3, 2, 1, 0),
    ]


def test_what_is_due_from_the_day_of_the_extract_to_the_seventh_after_it_is_counted(tmp_path: Path) -> None:
    # 45 working days end on 28 August, and on 1, 8 and 9 September.
    starts = ("2020-06-26", "2020-06-29", "2020-07-06", "2020-07-07")
    decided = "referral_id | received_at | mash_completed_at\nR1 | 2020-08-03 | 2020-08-04"
    assessments = "\n".join(
        ["assessment_id | referral_id | start_date | authorised_date", *(f"A{day} |  | {day} |" for day in starts)]
    )
    process(tmp_path / "warehouse", [landed(tmp_path, "2020-09-01", assessment=assessments, referral=decided)])
    counted = "select pending, overdue, due_within_seven_days from pending_count where measure_code like 'assess%'"
    assert ask(tmp_path / "warehouse", counted) == [(4, 1, 2)]
    due = "select due_date::varchar from pending_case order by due_date"
    assert ask(tmp_path / "warehouse", due, name="casework") == [
        ("2020-08-28",), ("2020-09-01",), ("2020-09-08",), ("2020-09-09",),
    ]  # fmt: skip


def test_pending_counts_of_the_latest_extract_are_those_of_the_list(warehouse: Path) -> None:
    listed = ask(
        warehouse,
        "select measure_code, count(*), count(*) filter (is_overdue), count(*) filter (clock_start is null) "
        "from pending_case group by measure_code order by 1",
        name="casework",
    )
    counted = "select measure_code, pending, overdue, without_start from pending_count where version = 2"
    assert ask(warehouse, counted) == listed == [("mash_timeliness", 3, 3, 0)]


def test_a_measure_with_a_clock_and_nothing_open_has_nought_pending(tmp_path: Path) -> None:
    decided = "received_at | mash_completed_at\n2020-08-03 | 2020-08-04"
    process(tmp_path / "warehouse", [landed(tmp_path, "2020-09-01", referral=decided)])
    counted = ask(tmp_path / "warehouse", "select measure_code, pending, overdue, without_start from pending_count")
    assert counted == [("mash_timeliness", 0, 0, 0)]


def test_rows_and_broken_rules_are_kept_with_each_version(warehouse: Path) -> None:
    rows = ask(
        warehouse,
        "select version, table_name, file_name, rows_in, rows_used, rows_quarantined, rows_duplicate "
        "from extract_row_count order by 1, 2",
    )
    assert rows == [
        (1, "assessment", "assessment.csv", 2, 2, 0, 0),
        (1, "referral", "referral.csv", 6, 5, 1, 0),
        (2, "referral", "referral.csv", 6, 5, 1, 0),
        (3, "assessment", "assessment.csv", 2, 2, 0, 0),
        (3, "referral", "referral.csv", 6, 5, 1, 0),
    ]
    issues = "select version, table_name, column_name, severity, rows from extract_issue_count where rule = {rule!r}"
    assert ask(warehouse, issues.format(rule="end_before_start") + " order by version") == [
        (version, "referral", "mash_completed_at", "error", 1) for version in (1, 2, 3)
    ]
    assert ask(warehouse, "select sum(rows) from extract_issue_count where version = 2") == ask(
        warehouse, "select count(*) from row_issue where extract_date = '2020-10-01'", name="casework"
    )


def test_what_a_version_was_made_of_is_kept(published: Path, warehouse: Path) -> None:
    folder = published / "852" / "2020-09-01"
    files = {name: file_sha256(folder / name) for name in ("assessment.csv", "referral.csv")}
    for version in (1, 3):
        assert dict(ask(warehouse, "select file_name, sha256 from version_file where version = ?", version)) == files
    assert ask(warehouse, "select distinct version, reference_sha256 from version_reference order by 1") == [
        (version, loading.version()) for version in (1, 2, 3)
    ]
    for version, settings in (
        (2, Settings()),
        (3, CLOSED),
    ):
        texts = dict(ask(warehouse, "select key, value from version_setting where version = ?", version))
        assert Settings.model_validate({key: json.loads(value) for key, value in texts.items()}) == settings


def test_what_a_version_could_not_compute_is_kept_with_its_reason(warehouse: Path) -> None:
    reasons = ask(
        warehouse,
        "select version, la_code, reason from version_not_computable "
        "where measure_code = 'assessment_timeliness' order by version",
    )
    assert reasons == [(2, "852", "The table assessment was not sent.")]
    assert ask(warehouse, "select count(*) from version_not_computable where version = 2") == ask(
        warehouse, "select count(*) from not_computable where extract_date = '2020-10-01'"
    )


@pytest.mark.parametrize(
    ("version", "august", "last_month"),
    [(1, "1.0 of 2.0", "2020-09-01"), (2, "1.0 of 2.0", "2020-10-01"), (3, "2.0 of 2.0", "2020-09-01")],
)
def test_a_named_version_shows_the_figures_as_it_left_them(
    warehouse: Path, version: int, august: str, last_month: str
) -> None:
    figures = ask(
        warehouse,
        "select numerator || ' of ' || denominator from monthly_kpi_at_version(?) "
        "where measure_code = 'mash_timeliness' and month = date '2020-08-01' and period = 'month'",
        version,
    )
    assert figures == [(august,)]
    months = "select max(month)::varchar from monthly_kpi_at_version(?) where numerator is not null"
    assert ask(warehouse, months, version) == [(last_month,)]
    assert ask(warehouse, "from monthly_kpi_at_version(4)") == []


def test_the_comparison_of_a_version_is_frozen(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse = Path(shutil.copytree(published / "warehouse", tmp_path / "warehouse"))
    compared = (
        "select measure_code, month, period, benchmark, benchmark_basis, benchmark_name, benchmark_period_end, "
        "benchmark_value, neighbours_used from {source} order by all"
    )
    then = ask(warehouse, compared.format(source="benchmark_at_version(2)"))
    assert then == ask(warehouse, compared.format(source="benchmark_comparison"))
    assert len(then) > 0

    # A new edition of the published figures: other values for England, and the region's are taken back.
    folder = Path(shutil.copytree(loading.FOLDER, tmp_path / "reference"))
    with duckdb.connect() as connection:
        benchmark = connection.read_parquet(str(folder / "benchmark.parquet"))
        columns = [
            "case when geography_code = 'E92000001' then value + 1 else value end as value" if name == "value" else name
            for name in benchmark.columns
        ]
        benchmark.filter("geography_code <> 'E12000008'").project(", ".join(columns)).write_parquet(
            str(folder / "edition.parquet")
        )
    (folder / "edition.parquet").replace(folder / "benchmark.parquet")
    monkeypatch.setattr(loading, "FOLDER", folder)
    september = Extract("852", date(2020, 10, 1), published / "852" / "2020-10-01")
    assert process(warehouse, [september], accepted_settings="The council was open.") == [4]
    now = ask(warehouse, compared.format(source="benchmark_comparison"))
    assert ask(warehouse, compared.format(source="benchmark_at_version(4)")) == now != then
    assert ask(warehouse, compared.format(source="benchmark_at_version(2)")) == then
    changed = "select distinct benchmark from benchmark_version where version = 4 order by 1"
    assert ask(warehouse, changed) == [("england",), ("region",)]


def test_each_figure_stands_beside_the_month_and_the_year_before(tmp_path: Path) -> None:
    referrals = "referral_date | received_at | mash_completed_at\n" + "\n".join(
        f"{received} | {received} | {decided}"
        for received, decided in (
            ("2019-07-01", "2019-07-02"), ("2019-08-01", "2019-08-05"), ("2020-07-01", "2020-07-02"),
            ("2020-07-01", "2020-07-08"), ("2020-08-03", "2020-08-04"), ("2020-09-01", "2020-09-10"),
        )
    )  # fmt: skip
    process(tmp_path / "warehouse", [landed(tmp_path, "2020-09-15", referral=referrals)])
    changes = ask(
        tmp_path / "warehouse",
        "select strftime(month, '%Y-%m'), value, value_month_before, change_on_month, value_year_before, "
        "change_on_year from kpi_change where measure_code = 'mash_timeliness' and period = 'month' "
        "and month in ('2019-07-01', '2020-07-01', '2020-08-01', '2020-09-01') order by month",
    )
    assert changes == [
        ("2019-07", 100.0, None, None, None, None),
        ("2020-07", 50.0, None, None, 100.0, -50.0),  # nothing was decided in June 2020
        ("2020-08", 100.0, 50.0, 50.0, 0.0, 100.0),
        ("2020-09", 0.0, 100.0, None, None, None),  # in progress: no change yet
    ]
    figures = "select count(*) from monthly_kpi_current where numerator is not null"
    assert ask(tmp_path / "warehouse", "select count(*) from kpi_change") == ask(tmp_path / "warehouse", figures)


def test_the_hash_of_an_extract_is_that_of_its_files(published: Path, warehouse: Path) -> None:
    august = Extract("852", date(2020, 9, 1), published / "852" / "2020-09-01")
    assert ask(warehouse, "select inputs_sha256 from kpi_version where version = 3") == [(extract_sha256(august),)]
