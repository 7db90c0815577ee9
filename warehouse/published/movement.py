"""What a publication says that is new, and which final figures it restated: to be looked at before they are used."""

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
    for la_code, measure, month, sentence, value, before, decimals in rows:
        if sentence is None:
            # Two decimals more than a figure is shown with, so that it does not seem to be what it was.
            shown, was = ("none" if one is None else f"{one:,.{decimals + 2}f}" for one in (value, before))
            sentence = f"the final figure {was} is restated as {shown}; look at its cases before it is used."
        title = MEASURES[measure].title if measure in MEASURES else measure
        sentences.append(f"{la_code}, {title}, {month:%B %Y}: {sentence}")
    return sentences
