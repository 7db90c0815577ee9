"""Draw an extract in a test: a header line and lines of cells parted by bars; an empty cell is an empty value."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from . import Count, count_extract
from .tables import COLUMNS, KEYS

ORDINARY = {
    "sex": "F", "referral_source": "1A", "source": "1A", "referral_nfa": "N", "rne": "S", "legal_status": "C2",
    "placement_type": "U1", "eligibility": "Former relevant", "type": "M", "fte": "1", "worker_id": "W{n}",
    "received_at": "2020-08-03",
}  # fmt: skip
FIRST_REFERRAL = {"referral_id": "R0", "person_id": "P0", "referral_date": "2019-01-01"}


def draw(folder: Path, **tables: str) -> None:
    """Write drawings as files.

    A column that must be there and is not drawn gets an ordinary value; a row that names no record or child is the
    record and child of its own number.
    """
    for table, drawing in tables.items():
        header, *lines = [
            [cell.strip() for cell in line.split("|")] for line in textwrap.dedent(drawing).strip().splitlines()
        ]
        rows = []
        for number, line in enumerate(lines, start=1):
            ordinary = {
                column.name: ORDINARY.get(column.name, "").replace("{n}", str(number))
                for column in COLUMNS[table].values()
                if column.must_be_there
            }
            ordinary |= {"person_id": f"P{number}"} if "person_id" in COLUMNS[table] else {}
            if KEYS[table][0] != "person_id" and table != "worker":
                ordinary[KEYS[table][0]] = f"{table[0].upper()}{number}"
            rows.append(ordinary | dict(zip(header, line, strict=True)))
        content = [",".join(f'"{cell}"' for cell in row.values()) for row in rows]
        (folder / f"{table}.csv").write_text("\n".join([",".join(rows[0]), *content, ""]), encoding="utf-8")


def count_drawn(
    folder: Path, extract_date: str = "2020-09-01", settings: Mapping[str, Any] | None = None, **tables: str
) -> Count:
    """Count a drawn extract of council 852 with a population of 50,000; the history begins in January 2019."""
    draw(folder, **tables)
    history = {"history_from": date(2019, 1, 1)}
    return count_extract(
        folder, date.fromisoformat(extract_date), "852", {**history, **(settings or {})}, population=lambda _: 50_000
    )


def shown(count: Count, measure: str, month: str, period: str = "month") -> str | None:
    """A figure as `2 of 3`, a count as `2`, a median as `31 of 3`; None where there is none."""
    figure = count.figure(measure, date.fromisoformat(f"{month}-01"), period)
    if figure is None:
        return None
    first = figure.value if figure.numerator is None else figure.numerator
    parts = [part for part in (first, figure.denominator) if part is not None]
    return " of ".join(f"{part:g}" for part in parts)
