"""Files that an older version of the code made: their tables get the columns they lack, and lose no row."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from support.landed import land
from support.published import changed, process

from warehouse.landing.extracts import Extract
from warehouse.published.structure import add_missing_columns

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
            with changed(warehouse / f"{name}.duckdb") as connection:
                connection.execute(script)
        return warehouse

    return made


def test_published_files_of_an_older_shape_get_the_columns_they_lack_and_keep_what_they_hold(
    fresh: Path, older: Callable[..., Path], tmp_path: Path
) -> None:
    warehouse = older(
        casework="drop view kpi_case;"
        + "".join(
            f"alter table {table} drop column row_number; alter table {table} drop column table_name;"
            for table in ("case_mash_item", "pending_case")
        )
    )
    assert process(warehouse, [landed(tmp_path, "599")]) == [2]
    assert sorted(ask(warehouse, "casework", COLUMNS)) == sorted(ask(fresh, "casework", COLUMNS))
    for name, record in (("kpi_case", "R1"), ("pending_case", "R2")):
        query = f"select la_code, record_id, table_name, row_number is null from {name} where measure_code = 'mash_timeliness'"  # noqa: S608
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
