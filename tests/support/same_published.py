"""Two warehouses row for row: every table of both published files, but for when and in which run it was published."""

from pathlib import Path

import duckdb

_OF_THE_RUN = {"code_version", "published_at", "run_id", "refused_at", "purged_at"}


def differences(one: Path, other: Path) -> dict[str, int]:
    """By table, how many rows only one of the two has; empty where all is the same. Fails where nothing is compared."""
    found: dict[str, int] = {}
    compared = 0
    with duckdb.connect() as connection:
        for file in ("kpi", "casework"):
            connection.execute(f"attach '{one}/{file}.duckdb' as one (read_only)")
            connection.execute(f"attach '{other}/{file}.duckdb' as other (read_only)")
            tables = [
                {name for (name,) in connection.execute(
                    "select table_name from duckdb_tables() where database_name = ?", [database]).fetchall()}
                for database in ("one", "other")
            ]  # fmt: skip
            assert tables[0] == tables[1]
            for table in sorted(tables[0]):
                columns = ", ".join(
                    f'"{name}"' for name in connection.table(f"one.{table}").columns if name not in _OF_THE_RUN
                )
                sides = [f"select {columns} from {database}.{table}" for database in ("one", "other")]  # noqa: S608
                rows = sum(
                    connection.sql(f"select count(*) from ({first} except all {second})").fetchall()[0][0]  # noqa: S608
                    for first, second in (sides, sides[::-1])
                )
                compared += connection.table(f"one.{table}").shape[0]
                if rows:
                    found[f"{file}.{table}"] = rows
            connection.execute("detach one")
            connection.execute("detach other")
    assert compared, "nothing is published in either"
    return found
