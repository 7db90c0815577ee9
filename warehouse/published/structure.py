"""Tables outlive the code that made them: here they are given the columns that the code in force writes."""

from functools import cache

import duckdb


def add_missing_columns(connection: duckdb.DuckDBPyConnection, structure: str) -> None:
    """Give the tables of the connection's database the columns that `structure`, a script, creates and they lack.

    They come last, NULL in the rows that are there; nothing is taken away. Tables that are not there stay so.
    """
    found = set(
        connection.sql(
            "select table_name, column_name from duckdb_columns() "
            "where not internal and database_name = current_database()"
        ).fetchall()
    )
    if not found:  # a new file
        return
    there = {table for table, _ in found}
    for table, column, kind in _declared(structure):
        if table in there and (table, column) not in found:
            connection.execute(f'alter table "{table}" add column "{column}" {kind}')


@cache
def _declared(structure: str) -> tuple[tuple[str, str, str], ...]:
    """Table, column and type of every column of the tables that a script creates."""
    with duckdb.connect() as empty:
        empty.execute(structure)
        declared = empty.sql(
            "select table_name, column_name, data_type from duckdb_columns() "
            "semi join duckdb_tables() using (schema_name, table_name) order by table_name, column_index"
        ).fetchall()
    return tuple((str(table), str(column), str(kind)) for table, column, kind in declared)
