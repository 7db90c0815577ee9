"""The short table of a month: each measure, twelve months, and what stands beside it."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb

from schemas.measures import SEED
from warehouse.published.publishing import KPI

HEADINGS = ("Measure", "Month", "12 months", "Neighbours", "Region", "England")
_SQL = Path(__file__).parent / "seed_table.sql"


@dataclass(frozen=True)
class SeedTable:
    """Rows of text under HEADINGS for one authority and month; `notes` say what the benchmarks are."""

    la_code: str
    month: str
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]


def latest(warehouse: Path, la_code: str) -> SeedTable:
    """The table of an authority's latest ended month. Empty if nothing is published for it."""
    with duckdb.connect(str(warehouse / KPI), read_only=True) as connection:
        found = connection.sql(_SQL.read_text(), params={"la_code": la_code, "measures": list(SEED)}).fetchall()
    month = found[0][0].strftime("%B %Y") if found else ""
    rows = tuple(_row(*values[1:]) for values in found)
    notes = ("Benchmarks: as quoted by the council where it quoted one (marked *), else computed from DfE's figures.",)
    return SeedTable(la_code, month, rows, notes if any("*" in cell for row in rows for cell in row) else ())


def _row(
    title: str,
    unit: str,
    month: float | None,
    twelve: float | None,
    count: float | None,
    *benchmarks: float | str | None,
) -> tuple[str, ...]:
    percent = "%" if unit == "percent" else ""
    shown = _rounded(month, percent)
    if not percent and count is not None:
        shown += f" ({count:,.0f} children)"
    pairs = list(zip(benchmarks[::2], benchmarks[1::2], strict=True))
    beside = tuple(_rounded(value, "*" if basis == "quoted" else "") for value, basis in pairs)
    return (title, shown, _rounded(twelve, percent) if percent else "", *beside)


def _rounded(value: float | str | None, suffix: str) -> str:
    """Half up, as a person rounds; a dash where there is no figure."""
    if value is None:
        return "–"
    return f"{Decimal(str(value)).quantize(Decimal(1), ROUND_HALF_UP)}{suffix}"


def markdown(table: SeedTable) -> str:
    """The table as Markdown."""
    lines = [f"**{table.la_code}, {table.month}**", "", " | ".join(HEADINGS), " | ".join("---" for _ in HEADINGS)]
    return "\n".join([*lines, *(" | ".join(row) for row in table.rows), "", *table.notes])
