"""Tables outlive the code that made them: here they are brought to the columns that the code in force gives them."""

import duckdb

from warehouse.definitions import forget

Columns = dict[str, str]


def columns_of(relation: duckdb.DuckDBPyRelation) -> Columns:
    """Name and type of each column, in order."""
    return dict(zip(relation.columns, map(str, relation.types), strict=True))


def reshape(connection: duckdb.DuckDBPyConnection, layer: str, table: str, columns: Columns) -> None:
    """See that `layer.table` is there with exactly these columns, in that order; its rows are kept.

    What a row has no value for is NULL. So the layer no longer counts as computed for any extract: rows of an older
    shape are none that the code in force would have made.
    """
    found = connection.execute(
        "select column_name, data_type from duckdb_columns() where database_name = current_database() "
        "and schema_name = ? and table_name = ? order by column_index",
        [layer, table],
    ).fetchall()
    if found == list(columns.items()):
        return
    connection.begin()
    try:
        if found:
            connection.execute(f"alter table {layer}.{table} rename to {table}_before")
        declared = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
        connection.execute(f"create table {layer}.{table} ({declared})")
        if found:
            kept = [f'"{name}"' for name, kind in found if columns.get(name) == kind]
            connection.execute(
                f"insert into {layer}.{table} by name "  # noqa: S608 - names of our own tables
                f"select {', '.join(kept)} from {layer}.{table}_before"
            )
            connection.execute(f"drop table {layer}.{table}_before")
            forget(connection, layer)
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


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
