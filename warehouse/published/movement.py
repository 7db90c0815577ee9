"""What a publication says that is new, and which final figures it restated: to be looked at before they are used."""

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb

from schemas.measures import MEASURES
from warehouse.published.publishing import KPI, sql


def moved(warehouse: Path, after_version: int) -> list[str]:
    """A sentence per signal that the versions after one are the first to tell, as the overview says it, and per final
    figure that they restated far; figures only, never a case.
    """
    with duckdb.connect(str(warehouse / KPI), read_only=True) as connection:
        rows = connection.execute(sql("movement"), {"after_version": after_version}).fetchall()
    sentences = []
    for la_code, measure, month, sentence, value, before, decimals, unit in rows:
        if sentence is None:
            was, shown = _told_apart(before, value, decimals, "%" if unit == "percent" else "")
            sentence = f"the final figure {was} is restated as {shown}; look at its cases before it is used."
        title = MEASURES[measure].title if measure in MEASURES else measure
        sentences.append(f"{la_code}, {title}, {month:%B %Y}: {sentence}")
    return sentences


def _told_apart(before: float | None, after: float | None, decimals: int, sign: str) -> tuple[str, str]:
    """Two figures as they are shown elsewhere; with more decimals where they would seem to be the same."""
    for places in range(decimals, decimals + 3):
        unit = Decimal(1).scaleb(-places)
        was, shown = (
            "none" if one is None else f"{Decimal(str(one)).quantize(unit, ROUND_HALF_UP):,}{sign}"
            for one in (before, after)
        )
        if was != shown:
            break
    return was, shown
