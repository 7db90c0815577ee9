"""Files that an older version of the code made: their tables get the columns they lack, and lose no row."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from support.landed import land
from support.published import process

from schemas.settings import Settings
from warehouse.definitions import StaleLayerError
from warehouse.measures import computing as measures
from warehouse.landing.extracts import Extract
from warehouse.shape import add_missing_columns
from warehouse.workspace import working

REFERRAL = "received_at | mash_completed_at\n2020-08-03 | 2020-08-04\n2020-08-03 | "


def landed(folder: Path, la_code: str) -> Extract:
    extract = Extract(la_code, date(2020, 9, 1), folder / la_code / "2020-09-01")
    land(extract.folder, referral=REFERRAL, cp_plan="start_date\n2020-08-03", person="dob\n2010-01-01")
    return extract


def ask(warehouse: Path, name: str, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(warehouse / f"{name}.duckdb"), read_only=True) as connection:
        return connection.sql(query).fetchall()


COLUMNS = (
    "select schema_name, table_name, column_name, data_type from duckdb_columns() "
    "where not starts_with(schema_name, 'reference') order by schema_name, table_name, column_index"
)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fresh")
    process(folder / "warehouse", [landed(folder, "598")])
    return folder / "warehouse"


@pytest.fixture
def older(fresh: Path, tmp_path: Path) -> Callable[..., Path]:
    """The warehouse after statements that take from its files what an older version of the code did not put in."""

    def made(**statements: str) -> Path:
        warehouse = Path(shutil.copytree(fresh, tmp_path / "warehouse"))
        for name, script in statements.items():
            with duckdb.connect(str(warehouse / f"{name}.duckdb")) as connection:
                connection.execute(script)
        return warehouse

    return made


def test_layers_of_an_older_shape_take_the_next_extract_and_keep_the_rows_of_the_others(
    fresh: Path, older: Callable[..., Path], tmp_path: Path
) -> None:
    warehouse = older(
        working="update reference.definitions set sha256 = 'of the older code';"
        "alter table raw.referral drop column team;"
        "alter table staged.referral alter mash_completed_at type date;"
        "alter table facts.timed_event drop column row_number; alter table facts.child_on_plan add column old integer;"
        "alter table measures.monthly_kpi drop column definition_version"
    )
    assert process(warehouse, [landed(tmp_path, "599")]) == [2]
    assert ask(warehouse, "working", COLUMNS) == ask(fresh, "working", COLUMNS)
    for table, rows in (("raw.referral", 2), ("staged.referral", 2), ("facts.timed_event", 2), ("raw.person", 1)):
        query = f"select la_code, count(*) from {table} group by la_code order by la_code"  # noqa: S608
        assert ask(warehouse, "working", query) == [("598", rows), ("599", rows)]
    query = "select la_code, row_number from facts.timed_event order by all nulls first"
    assert ask(warehouse, "working", query) == [("598", None), ("598", None), ("599", 2), ("599", 3)]


def test_figures_are_not_made_of_facts_that_an_older_shape_left(older: Callable[..., Path], tmp_path: Path) -> None:
    warehouse = older(working="alter table facts.timed_event drop column row_number")
    process(warehouse, [landed(tmp_path, "599")])
    with (
        working(warehouse, Settings(), [landed(tmp_path, "598")]) as connection,
        pytest.raises(StaleLayerError, match="598_2020-09-01"),
    ):
        measures.compute(connection)


def test_published_files_of_an_older_shape_get_the_columns_they_lack_and_keep_what_they_hold(
    fresh: Path, older: Callable[..., Path], tmp_path: Path
) -> None:
    warehouse = older(
        casework="".join(
            f"alter table {table} drop column row_number; alter table {table} drop column table_name;"
            for table in ("kpi_case", "pending_case")
        )
    )
    assert process(warehouse, [landed(tmp_path, "599")]) == [2]
    assert ask(warehouse, "casework", COLUMNS) == ask(fresh, "casework", COLUMNS)
    for name, record in (("kpi_case", "R1"), ("pending_case", "R2")):
        query = (
            f"select la_code, record_id, table_name, row_number is null from {name} where starts_with(record_id, 'R')"  # noqa: S608
        )
        assert sorted(ask(warehouse, "casework", query)) == [
            ("598", record, None, True),
            ("599", record, "referral", False),
        ]


def test_a_table_that_is_not_there_yet_is_left_to_the_script_and_nothing_is_taken_away() -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "create table figure (month date, retired varchar); insert into figure values (null, 'kept')"
        )
        add_missing_columns(
            connection, "create table figure (month date, cases bigint); create table version (n integer)"
        )
        assert connection.sql("from figure").fetchall() == [(None, "kept", None)]
        assert connection.sql("from figure").columns == ["month", "retired", "cases"]
        assert connection.sql("select table_name from duckdb_tables()").fetchall() == [("figure",)]


@pytest.mark.extract(
    person="person_id | dob\nP1 | 2010-01-01\nP2 | 2011-01-01",
    referral="""
    received_at | mash_completed_at
    2020-08-04  | 2020-08-05
    2020-08-03  |
    """,
    assessment="""
    start_date | authorised_date
               | 31/31/2020
    2020-08-03 | 2020-08-05
    2020-08-03 |
    """,
    s47="""
    person_id | start_date | icpc_not_required
    P1        | 2020-08-03 |
    P2        | 2020-08-03 | N
    """,
    icpc="""
    person_id | icpc_date  | transfer_in | notification_date
    P1        |            | Y           | 2020-08-03
    P1        | 2020-08-05 | N           |
    """,
    cp_plan="""
    person_id | start_date
    P1        | 2020-08-05
    P1        | 2020-08-06
    P1        | 2020-08-05
    """,
    cla_episode="""
    person_id | decom      | dec
    P2        | 2020-08-05 | 2020-08-10
    P2        | 2020-08-10 |
    """,
    cla_care_plan="person_id | authorised_date\nP2 | 2020-08-06",
)
def test_every_case_and_every_open_item_names_the_row_of_the_extract_that_it_comes_from(published: Any) -> None:
    """As a person counts in the file: the header is row 1. Of several rows of a child, the one that begins last."""
    cases = published.select(
        "select distinct measure_code, table_name, row_number from of_kpi_case where month = '2020-08-01' order by all"
    )
    assert cases == [
        ("assessment_timeliness", "assessment", 3),
        ("authorised_care_plan", "cla_episode", 3),
        ("child_protection_plan_rate", "cp_plan", 3),
        ("icpc_timeliness", "icpc", 3),
        ("looked_after_rate", "cla_episode", 3),
        ("mash_timeliness", "referral", 2),
    ]
    pending = published.select("select measure_code, table_name, row_number from of_pending_case order by all")
    assert pending == [
        ("assessment_timeliness", "assessment", 4),
        ("icpc_timeliness", "icpc", 2),
        ("icpc_timeliness", "s47", 3),
        ("mash_timeliness", "referral", 3),
    ]
