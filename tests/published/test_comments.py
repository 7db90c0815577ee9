"""The published files say what their tables and columns mean, to whoever opens them."""

from datetime import date
from pathlib import Path

import duckdb
import pytest
from support.landed import land
from support.published import process

from schemas.settings import Settings
from warehouse.landing.extracts import Extract


@pytest.fixture(scope="module")
def twice_published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("comments")
    extract = Extract("852", date(2020, 9, 1), folder / "852" / "2020-09-01")
    for decided in ("2020-08-04", "2020-08-05"):  # the second time over files that have their comments
        referral = f"received_at | mash_completed_at\n2020-08-03 | {decided}"
        land(extract.folder, person="person_id\nP1", referral=referral)
        process(folder / "warehouse", [extract], Settings.model_validate({}))
    return folder / "warehouse"


@pytest.mark.parametrize("file", ["kpi.duckdb", "casework.duckdb"])
def test_every_table_and_column_says_what_it_means_after_each_publication(twice_published: Path, file: str) -> None:
    with duckdb.connect(str(twice_published / file), read_only=True) as connection:
        rows = connection.sql(
            "select table_name, comment from duckdb_tables() where not internal union all "
            "select view_name, comment from duckdb_views() where not internal"
        ).fetchall()
        silent = [name for name, comment in rows if comment is None]
        assert (len(rows) > 8, silent) == (True, [])
        columns = connection.sql(
            "select table_name || '.' || column_name from duckdb_columns() where not internal and comment is null"
        ).fetchall()
    assert columns == []
