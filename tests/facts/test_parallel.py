"""Works over one database: each after those that it waits for, and none after an error."""

from collections.abc import Callable
from functools import partial

import duckdb
import pytest

from schemas.settings import Operation, Settings
from warehouse.layers import Group
from warehouse.parallel import at_once


@pytest.fixture
def database() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": 2})
    connection.execute("create table noted (name varchar)")
    return connection


def note(name: str, connection: duckdb.DuckDBPyConnection) -> None:
    """Note the work, and how many were noted before it."""
    connection.execute(f"create table {name} as select count(*) as noted_before from noted")  # noqa: S608
    connection.execute("insert into noted values (?)", [name])


def works(*names: str) -> dict[str, Callable[[duckdb.DuckDBPyConnection], object]]:
    return {name: partial(note, name) for name in names}


def test_a_work_is_done_after_those_that_it_waits_for(database: duckdb.DuckDBPyConnection) -> None:
    waits = {"last": {"first", "second"}, "second": {"first", "not among the works"}}
    at_once(database, works("last", "second", "first", "other"), waits)
    assert {name for (name,) in database.sql("from noted").fetchall()} == {"last", "second", "first", "other"}
    names = [name for (name,) in database.sql("from noted").fetchall() if name != "other"]
    assert names == ["first", "second", "last"]


def test_nothing_is_begun_after_an_error_and_the_database_has_its_threads_again(
    database: duckdb.DuckDBPyConnection,
) -> None:
    def fail(connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute("select error('a row that cannot be')")

    waiting = works(*(f"waiting_{number}" for number in range(100)))
    with pytest.raises(duckdb.Error, match="a row that cannot be"):
        at_once(database, {"failing": fail, **works("after"), **waiting}, {"after": {"failing"}})
    noted = {name for (name,) in database.sql("from noted").fetchall()}
    assert "after" not in noted
    assert len(noted) < len(waiting) / 2
    assert database.sql("select current_setting('threads')").fetchone() == (2,)


def test_every_work_of_a_group_reckons_in_london() -> None:
    group, seen = Group([], Settings.model_validate({}), Operation.model_validate({})), []
    month = "select date_trunc('month', timestamptz '2020-06-30 23:30:00+00')::date::varchar"
    at_once(group.connection, {"month": lambda connection: seen.extend(connection.sql(month).fetchall())})
    group.close()
    assert seen == [("2020-07-01",)]
