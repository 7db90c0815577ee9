"""A reader of both published files, as an analyst's script or a dashboard would be: opens them by path, over and over.

`python published_reader.py WAREHOUSE STOP` reads until the file STOP is there, then prints how often it has. It ends
with an error where a file cannot be read, is not whole, or is further from the other than one publication.
"""

import sys
import time
from pathlib import Path
from typing import Any

import duckdb


def read(path: Path, *queries: str) -> list[list[tuple[Any, ...]]]:
    """Open the file and ask it one question after another."""
    with duckdb.connect(str(path), read_only=True) as connection:
        return [connection.sql(query).fetchall() for query in queries]


VERSION = "select max(version) from kpi_version"
FIGURES = (
    "select month, numerator, denominator from monthly_kpi_current "
    "where la_code = '599' and period = 'month' and denominator > 0 order by month"
)


def look(warehouse: Path) -> None:
    """Read the figures, the cases and the figures again, and hold them against each other."""
    ((version,),), figures, ((months, version_of_row),) = read(
        warehouse / "kpi.duckdb", VERSION, FIGURES,
        "select count(*), max(version) from monthly_kpi_current where la_code = '599' and period = 'month' and denominator > 0",
    )  # fmt: skip
    ((publication,),), cases = read(
        warehouse / "casework.duckdb", "select version from publication",
        "select month, sum(numerator), sum(denominator) from kpi_case where la_code = '599' group by month order by 1",
    )  # fmt: skip
    (((version_after,),),) = read(warehouse / "kpi.duckdb", VERSION)
    assert months == len(figures)
    assert version_of_row == version
    # The test's n-th version has n cases in each month: what is torn cannot look like this.
    assert {numerator for _, numerator, _ in figures} == {version}, (version, figures)
    assert {numerator for _, numerator, _ in cases} == {publication}, (publication, cases)
    # The cases were opened while the figures were between these two versions.
    assert version <= publication <= version_after + 1, (version, publication, version_after)
    if version == publication:
        assert cases == figures


if __name__ == "__main__":
    reads = 0
    while not Path(sys.argv[2]).exists():
        look(Path(sys.argv[1]))
        reads += 1
        time.sleep(0.02)
    print(reads)  # noqa: T201
