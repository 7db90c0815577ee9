"""What is kept of each publication beside its figures, so that a named version can be read as it was."""

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from support.landed import land
from support.published import grouped, publish

from schemas.settings import Settings
from warehouse.landing.extracts import Extract, extract_sha256, file_sha256
from warehouse.layers import Group
from warehouse.published import publishing
from warehouse.reference import loading
from warehouse.workspace import exclusive

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
# 45 working days after these days end on 28 August, and on 1, 8 and 9 September.
DUE = "\n".join(
    ["assessment_id | referral_id | start_date | authorised_date"]
    + [f"A{day} |  | {day} |" for day in ("2020-06-26", "2020-06-29", "2020-07-06", "2020-07-07")]
)
NOTHING_OPEN = "referral_id | received_at | mash_completed_at\nR1 | 2020-08-03 | 2020-08-04"
OVER_A_YEAR = """
    referral_date | received_at | mash_completed_at
    2019-07-01    | 2019-07-01  | 2019-07-02
    2019-08-01    | 2019-08-01  | 2019-08-05
    2020-07-01    | 2020-07-01  | 2020-07-02
    2020-07-01    | 2020-07-01  | 2020-07-08
    2020-08-03    | 2020-08-03  | 2020-08-04
    2020-09-01    | 2020-09-01  | 2020-09-10
"""
TWO_CHILDREN = {
    "person": "person_id | dob\nP1 | 2010-01-01\nP2 | 2010-01-01",
    "cp_plan": "person_id | start_date\nP1 | 2020-08-03\nP2 | 2020-08-10",
    "cla_episode": "person_id | decom\nP1 | 2020-08-03\nP2 | 2020-08-10",
    "cla_care_plan": "person_id | authorised_date\nP1 | 2020-08-04",
}
DECIDED = "received_at | mash_completed_at\n2020-08-03 | 2020-08-04\n2020-08-05 | {}"

CLOSED = Settings(local_extra_non_working_days=(date(2020, 8, 4), date(2020, 8, 5)))
# The versions of 852: August and September in the first run, which numbers extracts by date and then by authority, and
# August again in the second.
AUGUST, SEPTEMBER, AGAIN = 1, 7, 9
OURS = "version in (select version from kpi_version where la_code = '852')"


def landed(folder: Path, la_code: str, extract_date: str, **tables: str) -> Extract:
    extract = Extract(la_code, date.fromisoformat(extract_date), folder / la_code / extract_date)
    land(extract.folder, **tables)
    return extract


@pytest.fixture(scope="module")
def publication(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Group]]:
    """852 in August and September, and others beside it, in one run; then 852 in August, with another setting.

    The folder of both, and the layers of the first run.
    """
    folder = tmp_path_factory.mktemp("publications")
    august = landed(
        folder, "852", "2020-09-01", referral=REFERRALS.format(received="2020-09-01"), assessment=ASSESSMENTS
    )
    extracts = [
        august,
        landed(folder, "852", "2020-10-01", referral=REFERRALS.format(received="2020-09-29")),
        landed(folder, "853", "2020-09-01", referral=NOTHING_OPEN, assessment=DUE),
        landed(folder, "854", "2020-09-01", referral=NOTHING_OPEN),
        landed(folder, "855", "2020-09-15", referral=OVER_A_YEAR),
        landed(folder, "856", "2020-09-01", referral=DECIDED.format("2020-08-31"), **TWO_CHILDREN),
        landed(folder, "856", "2020-10-01", referral=DECIDED.format("2020-08-06"), **TWO_CHILDREN),
        landed(folder, "857", "2020-09-01", referral=DECIDED.format("2020-08-07"), **TWO_CHILDREN),
    ]
    with grouped(extracts) as group:
        assert publish(group, folder / "warehouse") == [1, 2, 3, 4, 5, 6, 7, 8]
        with grouped([august], CLOSED, loading.in_force(folder / "warehouse")) as closed:
            # What other settings move is published only with a reason; what was refused has left nothing behind.
            with pytest.raises(
                publishing.OtherSettingsError, match=r"was \[\], and is .* now\. By that, .* published figures"
            ):
                publish(closed, folder / "warehouse")
            assert ask(folder / "warehouse", "select max(version) from kpi_version") == [(AGAIN - 1,)]
            assert publish(closed, folder / "warehouse", accepted_settings="The council was closed.") == [AGAIN]
        yield folder, group


@pytest.fixture
def published(publication: tuple[Path, Group]) -> Path:
    return publication[0]


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
        "from pending_count where la_code = '852' and measure_code <> 'icpc_timeliness' order by version, measure_code",
    )
    # R3 is past its working day on 1 September, R4 is not, R5 counts from its referral; A2 is still within 45 working days.
    assert counted == [
        (AUGUST, "852", "2020-09-01", "assessment_timeliness", 1, 0, 0, 0),
        (AUGUST, "852", "2020-09-01", "mash_timeliness", 3, 2, 1, 0),
        (SEPTEMBER, "852", "2020-10-01", "mash_timeliness", 3, 3, 0, 0),
        (AGAIN, "852", "2020-09-01", "assessment_timeliness", 1, 0, 0, 0),
        (AGAIN, "852", "2020-09-01", "mash_timeliness", 3, 2, 1, 0),
    ]


def test_what_is_due_from_the_day_of_the_extract_to_the_seventh_after_it_is_counted(warehouse: Path) -> None:
    counted = (
        "select pending, overdue, due_within_seven_days from pending_count "
        "where la_code = '853' and measure_code like 'assess%'"
    )
    assert ask(warehouse, counted) == [(4, 1, 2)]
    due = "select due_date::varchar from pending_case where la_code = '853' order by due_date"
    assert ask(warehouse, due, name="casework") == [("2020-08-28",), ("2020-09-01",), ("2020-09-08",), ("2020-09-09",)]


def test_pending_counts_of_the_latest_extract_are_those_of_the_list(warehouse: Path) -> None:
    listed = ask(
        warehouse,
        "select measure_code, count(*), count(*) filter (is_overdue), count(*) filter (clock_start is null) "
        "from pending_case where la_code = '852' group by measure_code order by 1",
        name="casework",
    )
    counted = f"select measure_code, pending, overdue, without_start from pending_count where version = {SEPTEMBER}"  # noqa: S608
    assert ask(warehouse, counted) == listed == [("mash_timeliness", 3, 3, 0)]


def test_a_measure_with_a_clock_and_nothing_open_has_nought_pending(warehouse: Path) -> None:
    counted = "select measure_code, pending, overdue, without_start from pending_count where la_code = '854'"
    assert ask(warehouse, counted) == [("mash_timeliness", 0, 0, 0)]


def test_rows_and_broken_rules_are_kept_with_each_version(warehouse: Path) -> None:
    rows = ask(
        warehouse,
        "select version, table_name, file_name, rows_in, rows_used, rows_quarantined, rows_duplicate "  # noqa: S608
        f"from extract_row_count where {OURS} order by 1, 2",
    )
    assert rows == [
        (AUGUST, "assessment", "assessment.csv", 2, 2, 0, 0),
        (AUGUST, "referral", "referral.csv", 6, 5, 1, 0),
        (SEPTEMBER, "referral", "referral.csv", 6, 5, 1, 0),
        (AGAIN, "assessment", "assessment.csv", 2, 2, 0, 0),
        (AGAIN, "referral", "referral.csv", 6, 5, 1, 0),
    ]
    issues = "select version, table_name, column_name, severity, rows from extract_issue_count where rule = {rule!r}"
    assert ask(warehouse, issues.format(rule="end_before_start") + f" and {OURS} order by version") == [
        (version, "referral", "mash_completed_at", "error", 1) for version in (AUGUST, SEPTEMBER, AGAIN)
    ]
    assert ask(warehouse, "select sum(rows) from extract_issue_count where version = ?", SEPTEMBER) == ask(
        warehouse,
        "select count(*) from row_issue where la_code = '852' and extract_date = '2020-10-01'",
        name="casework",
    )


def test_what_a_version_was_made_of_is_kept(published: Path, warehouse: Path) -> None:
    folder = published / "852" / "2020-09-01"
    files = {name: file_sha256(folder / name) for name in ("assessment.csv", "referral.csv")}
    for version in (AUGUST, AGAIN):
        assert dict(ask(warehouse, "select file_name, sha256 from version_file where version = ?", version)) == files
    assert ask(warehouse, "select distinct version, reference_sha256 from version_reference order by 1") == [
        (version, loading.version()) for version in range(1, 10)
    ]
    for version, settings in (
        (SEPTEMBER, Settings()),
        (AGAIN, CLOSED),
    ):
        texts = dict(ask(warehouse, "select key, value from version_setting where version = ?", version))
        assert Settings.model_validate({key: json.loads(value) for key, value in texts.items()}) == settings


def test_a_restatement_names_its_cause_and_a_version_the_reason_for_other_settings(warehouse: Path) -> None:
    assert ask(warehouse, "select distinct cause from kpi_restatement where la_code = '856'") == [("files",)]
    # Version 9 wrote October's figure down again; September's extract was published with other settings all the same.
    cause = "select distinct cause from kpi_restatement where la_code = '852'"
    assert ask(warehouse, cause) == [("settings or definitions",)]
    reasons = ask(warehouse, "select version, reason from kpi_version where reason is not null")
    assert reasons == [(AGAIN, "The council was closed.")]


def test_what_an_older_extract_says_again_moves_no_later_one(warehouse: Path) -> None:
    moved = ask(
        warehouse,
        "select extract_date_before::varchar, extract_date::varchar, numerator_before, numerator from kpi_restatement "
        "where la_code = '852' and measure_code = 'mash_timeliness'",
    )
    assert moved == [("2020-09-01", "2020-10-01", 2, 1)]


def test_what_a_version_could_not_compute_is_kept_with_its_reason(warehouse: Path) -> None:
    reasons = ask(
        warehouse,
        "select version, la_code, reason from version_not_computable "
        "where la_code = '852' and measure_code = 'assessment_timeliness' order by version",
    )
    assert reasons == [(SEPTEMBER, "852", "The table assessment was not sent.")]
    assert ask(warehouse, "select count(*) from version_not_computable where version = ?", SEPTEMBER) == ask(
        warehouse, "select count(*) from not_computable where la_code = '852' and extract_date = '2020-10-01'"
    )


@pytest.mark.parametrize(
    ("version", "august", "last_month"),
    [
        (AUGUST, "1.0 of 2.0", "2020-09-01"),
        (SEPTEMBER, "1.0 of 2.0", "2020-10-01"),
        (AGAIN, "2.0 of 2.0", "2020-09-01"),
    ],
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
    assert ask(warehouse, "from monthly_kpi_at_version(10)") == []


def test_the_comparison_of_a_version_is_frozen(publication: tuple[Path, Group], tmp_path: Path) -> None:
    folder, group = publication
    warehouse = Path(shutil.copytree(folder / "warehouse", tmp_path / "warehouse"))
    compared = (
        "select measure_code, month, period, benchmark, benchmark_basis, benchmark_name, benchmark_period_end, "
        "benchmark_value, neighbours_used from {source} where la_code = '852' order by all"
    )
    then = ask(warehouse, compared.format(source=f"benchmark_at_version({SEPTEMBER})"))
    assert then == ask(warehouse, compared.format(source="benchmark_comparison"))
    assert len(then) > 0

    # A new edition of the published figures: other values for England, and the region's are taken back.
    edition = group.connection.sql(
        "select * replace (if(geography_code = 'E92000001', value + 1, value) as value) from reference.benchmark "
        "where geography_code <> 'E12000008'"
    ).to_arrow_table()
    group.connection.execute("drop view reference.benchmark")
    group.connection.from_arrow(edition).create("reference.benchmark")
    of_edition = publishing.Publication("edition", "0", "a new edition", "The council was open.")
    with exclusive(warehouse):
        assert publishing.publish(group.connection, warehouse, of_edition, group.inputs()) == list(range(10, 18))
    now = ask(warehouse, compared.format(source="benchmark_comparison"))
    assert ask(warehouse, compared.format(source="benchmark_at_version(16)")) == now != then
    assert ask(warehouse, compared.format(source=f"benchmark_at_version({SEPTEMBER})")) == then
    # The first version of a run says how all figures of its authority compare from then on.
    changed = (
        "select distinct version, benchmark from benchmark_version where version > 9 and la_code = '852' order by 2"
    )
    assert ask(warehouse, changed) == [(10, "england"), (10, "region")]


def test_each_figure_stands_beside_the_month_and_the_year_before(warehouse: Path) -> None:
    changes = ask(
        warehouse,
        "select strftime(month, '%Y-%m'), value, value_month_before, change_on_month, value_year_before, "
        "change_on_year from kpi_change where la_code = '855' and measure_code = 'mash_timeliness' "
        "and period = 'month' and month in ('2019-07-01', '2020-07-01', '2020-08-01', '2020-09-01') order by month",
    )
    assert changes == [
        ("2019-07", 100.0, None, None, None, None),
        ("2020-07", 50.0, None, None, 100.0, -50.0),  # nothing was decided in June 2020
        ("2020-08", 100.0, 50.0, 50.0, 0.0, 100.0),
        ("2020-09", 0.0, 100.0, None, None, None),  # in progress: no change yet
    ]
    figures = "select count(*) from monthly_kpi_current where la_code = '855' and numerator is not null"
    assert ask(warehouse, "select count(*) from kpi_change where la_code = '855'") == ask(warehouse, figures) > [(50,)]


def test_cases_sum_to_the_figures_of_the_latest_extract_of_each_authority(warehouse: Path) -> None:
    measured = (
        "la_code in ('856', '857') and measure_code in "
        "('authorised_care_plan', 'child_protection_plan_rate', 'looked_after_rate', 'mash_timeliness')"
    )
    summed = ask(
        warehouse,
        "select la_code, measure_code, strftime(month, '%Y-%m'), sum(numerator)::int, sum(denominator)::int "  # noqa: S608
        f"from kpi_case where {measured} group by all order by all",
        name="casework",
    )
    of_one = [
        ("authorised_care_plan", "2020-08", 1, 2),
        ("child_protection_plan_rate", "2020-08", 2, None),
        ("looked_after_rate", "2020-08", 2, None),
    ]
    in_progress = [(measure, "2020-09", *numbers) for measure, _, *numbers in of_one]
    assert [row for row in summed if row[0] == "857"] == [
        ("857", *row) for row in sorted([*of_one, *in_progress, ("mash_timeliness", "2020-08", 1, 2)])
    ]
    assert ("856", "mash_timeliness", "2020-08", 2, 2) in summed
    counted = ask(
        warehouse,
        "select la_code, measure_code, strftime(month, '%Y-%m'), numerator::int from monthly_kpi_current "  # noqa: S608
        f"where {measured} and period = 'month' and numerator > 0 order by all",
    )
    assert [row[:4] for row in summed] == counted


@pytest.mark.parametrize("file", ["kpi", "casework"])
def test_every_table_and_column_says_what_it_means_after_each_publication(warehouse: Path, file: str) -> None:
    """The second was made over files that have their comments."""
    rows = ask(
        warehouse,
        "select table_name, comment from duckdb_tables() where not internal union all "
        "select view_name, comment from duckdb_views() where not internal",
        name=file,
    )
    silent = [name for name, comment in rows if comment is None]
    assert (len(rows) > 8, silent) == (True, [])
    columns = "select table_name || '.' || column_name from duckdb_columns() where not internal and comment is null"
    assert ask(warehouse, columns, name=file) == []


def test_the_hash_of_an_extract_is_that_of_its_files(published: Path, warehouse: Path) -> None:
    august = Extract("852", date(2020, 9, 1), published / "852" / "2020-09-01")
    assert ask(warehouse, "select inputs_sha256 from kpi_version where version = ?", AGAIN) == [
        (extract_sha256(august),)
    ]
