"""The copy that may leave the service: figures from which no count of 1 to 5 can be told, as DuckDB and as CSV.

What protects them is one step, `public_count.sql`: of each figure only the ranges are taken in which its counts lie,
and all the rest is computed from these. So two authorities whose counts lie in the same ranges have the same copy,
however its numbers are combined, and however many copies are laid side by side (definitions 13).
"""

import shutil
from pathlib import Path

import duckdb
import pyarrow as pa

from warehouse.generations import put_in_place
from warehouse.published.publishing import KPI
from warehouse.workspace import exclusive

_FOLDER = Path(__file__).parent
FOLDER = "public"
DATABASE = "public.duckdb"
README = "README.txt"
PAGE = "explore.html"  # made of the copy by `report --public`
# A measure gets into the copy by being named here, once it is clear which cases it shares with the others. That the
# same number is a count of two measures does no harm, for it has the same range in both; but no count may be the sum
# or the difference of others that the copy has.
MEASURES = (
    "mash_timeliness", "assessment_timeliness", "authorised_care_plan", "child_protection_plan_rate",
    "icpc_timeliness", "looked_after_rate",
)  # fmt: skip
# In the order in which they are made: each is the query of its name, and the later ones read the earlier ones.
TABLES = ("public_kpi", "public_benchmark_comparison", "public_measure", "public_publication")
_CSV = ("public_kpi", "public_benchmark_comparison", "public_measure")


def sql(name: str) -> str:
    """The text of a query of the copy."""
    return (_FOLDER / f"{name}.sql").read_text()


def publish(warehouse: Path) -> bool:
    """Make the public copy of what is published, unless it is there; whether it was made.

    The folder `public` gets each file by a rename, public.duckdb last; `version` in each says of which publication.
    """
    with exclusive(warehouse):
        if not (warehouse / KPI).exists() or _is_current(warehouse):
            return False
        folder = warehouse / FOLDER
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)
        made = {name: folder / f".next-{name}" for name in (*(f"{table}.csv" for table in _CSV), README, DATABASE)}
        for left_over in (*made.values(), made[DATABASE].with_name(made[DATABASE].name + ".wal")):
            left_over.unlink(missing_ok=True)
        with duckdb.connect(str(warehouse / KPI), read_only=True) as kpi:
            tables = _compute(kpi)
            for table in _CSV:
                kpi.execute(f"create or replace temp view written as {sql(f'{table}_csv')}")
                kpi.sql(sql("public_cells")).write_csv(str(made[f"{table}.csv"]), header=True)
        with duckdb.connect(str(made[DATABASE])) as database:
            for name, rows in tables.items():
                database.from_arrow(rows).create(name)
        shutil.copyfile(_FOLDER / "readme.txt", made[README])
        (folder / PAGE).unlink(missing_ok=True)  # it is of the copy before
        for name, new in made.items():  # the database last: it says what is published
            put_in_place(new, folder / name, 0o644)
        return True


def _is_current(warehouse: Path) -> bool:
    """Whether the copy is of the latest publication."""
    if not (warehouse / FOLDER / DATABASE).exists():
        return False
    try:
        with duckdb.connect(str(warehouse / FOLDER / DATABASE), read_only=True) as copy:
            of = copy.table("public_publication").fetchall()
    except duckdb.Error:  # damaged or changed by another program: it is made again
        return False
    with duckdb.connect(str(warehouse / KPI), read_only=True) as kpi:
        return of == kpi.sql(sql("public_publication")).fetchall()


def _compute(kpi: duckdb.DuckDBPyConnection) -> dict[str, pa.Table]:
    """The tables of the copy, by name; they stay in the connection too, as temporary tables."""
    for table in ("public_count", *TABLES):
        query = sql(table)
        given = {"measures": list(MEASURES)} if "$measures" in query else {}
        kpi.execute(f"create or replace temp table {table} as {query}", given)
    return {table: kpi.table(table).to_arrow_table() for table in TABLES}
