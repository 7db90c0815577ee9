"""Signals in kpi.duckdb: the points that a publication adds, and the views that say what all points show."""

import duckdb

from warehouse.published.signals.points import points, sql

# Made of the points whenever they are read, each by the query of the same name.
VIEWS = ("spc_signal", "spc_sentence")


def add_points(connection: duckdb.DuckDBPyConnection) -> None:
    """Add to `kpi.spc_point_version` what the series of the run's authorities are now, where it differs.

    Reads, by these names: `monthly_kpi_current` and `measure`, `spc_rebase` (the changes that are recorded) and
    `new_version` (version, la_code of the run's publications). Only series with another figure, month or recorded
    change than was published are computed. The rows are of an authority's first new version.
    """
    connection.execute("create or replace temp table spc_published as from kpi.spc_point")
    connection.execute(f"create or replace temp table figure as {sql('figure')}")
    connection.execute("delete from spc_published where la_code not in (select la_code from new_version)")
    connection.execute(f"create or replace temp table series as {sql('series')}")
    connection.register("point", points(connection))
    try:
        connection.execute(f"insert into kpi.spc_point_version by name {sql('spc_point_version')}")
    finally:
        connection.unregister("point")


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Give a kpi.duckdb, to which the connection is open, the structure of signals."""
    for table in ("spc_point", "spc_signal"):  # tables of an earlier release, views since
        if connection.sql(
            f"from duckdb_tables() where table_name = '{table}' and database_name = current_database()"
        ).fetchone():
            connection.execute(f"drop table {table}")
    connection.execute(sql("structure"))
    connection.execute(sql("macros"))


def make_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Give a kpi.duckdb, to which the connection is open, the views of what its points show, now and as of a version."""
    for view in VIEWS:
        connection.execute(f"create or replace view {view} as {sql(view)}")
        connection.execute(
            f"create or replace macro {view}_at_version(at_version) as table "
            f"with spc_point as (from spc_point_at_version(at_version)) from ({sql(view)}) as shown"
        )
