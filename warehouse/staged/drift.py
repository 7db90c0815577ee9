"""Whether an extract has drifted from what its authority sends: shares and counts, never rows."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

QUARANTINED_SHARE = 0.05
ROW_COUNT_CHANGE = 0.40
MISSING_SHARE = 0.20


@dataclass(frozen=True)
class Drift:
    """One check of one table over the run's extracts; `outside` names the extracts beyond the limit."""

    name: str
    limit: float
    outside: tuple[str, ...]


def drift(connection: duckdb.DuckDBPyConnection, table: str) -> list[Drift]:
    """The drift of the table in the extracts of the run, against each authority's extract before."""
    rows = connection.sql((Path(__file__).parent / "drift.sql").read_text(), params={"table_name": table}).fetchall()
    return [
        Drift("few_rows_quarantined", QUARANTINED_SHARE, _outside(rows, 1, QUARANTINED_SHARE)),
        Drift("row_count_steady", ROW_COUNT_CHANGE, _outside(rows, 2, ROW_COUNT_CHANGE)),
        Drift("key_dates_filled", MISSING_SHARE, _outside(rows, 3, MISSING_SHARE)),
    ]


def _outside(rows: list[tuple[str, float, float | None, float]], column: int, limit: float) -> tuple[str, ...]:
    return tuple(str(row[0]) for row in rows if row[column] is not None and float(row[column] or 0) > limit)
