"""SSDA903: the yearly return of children looked after, one CSV file a matter.

Each file is a query of its own over the council's tables, as things stood on 31 March; its columns are those of the
return, in its order. All days are dd/mm/yyyy.
"""

from pathlib import Path

from pyarrow import csv

from pipelines.demonstration.queries import Tabled, answer, connected, define

YEAR = 2020  # the year to 31 March 2020, the last that had ended
SHARED = ("episode", "adoption")  # what several files take
FILES = (
    "header",
    "episodes",
    "reviews",
    "uasc",
    "oc2",
    "oc3",
    "ad1",
    "placed_for_adoption",
    "previous_permanence",
    "missing",
)
HERE = Path(__file__).parent


def write(council: Tabled, folder: Path) -> None:
    """Writes `SSDA903_2020_<file>.csv` for each file of the return for the year to 31 March 2020."""
    with connected(council) as connection:
        connection.execute("set variable year_start = make_date($1, 4, 1)", [YEAR - 1])
        connection.execute("set variable year_end = make_date($1, 3, 31)", [YEAR])
        connection.execute("create macro british(day) as strftime(day, '%d/%m/%Y')")
        for name in SHARED:
            define(connection, name, HERE / f"{name}.sql")
        for name in FILES:
            table = answer(connection, HERE / f"{name}.sql")
            csv.write_csv(table, folder / f"SSDA903_{YEAR}_{name}.csv", csv.WriteOptions(quoting_style="none"))
