"""Tables outlive the code that made them: here they are given the columns that the code in force writes."""

import duckdb


def add_missing_columns(connection: duckdb.DuckDBPyConnection, structure: str) -> None:
    """Give the tables of the connection's database the columns that `structure`, a script, creates and they lack.

    They come last, NULL in the rows that are there; nothing is taken away. Tables that are not there stay so.
    """
    with duckdb.connect() as empty:
        empty.execute(structure)
        declared = empty.sql(
            "select table_name, column_name, data_type from duckdb_columns() "
            "semi join duckdb_tables() using (schema_name, table_name) order by table_name, column_index"
        ).fetchall()
    found = set(connection.sql("select table_name, column_name from duckdb_columns()").fetchall())
    for table, column, kind in declared:
        if (table, column) not in found:
            connection.execute(f'alter table if exists "{table}" add column "{column}" {kind}')
