"""Which figures a publication moved further than their history explains: to be looked at before they are believed."""

from pathlib import Path

import duckdb

from warehouse.published.publishing import KPI, sql


def moved(warehouse: Path, after_version: int) -> list[str]:
    """A sentence per figure that the versions after one moved so; figures only, never a case."""
    with duckdb.connect(str(warehouse / KPI), read_only=True) as connection:
        rows = connection.execute(sql("movement"), {"after_version": after_version}).fetchall()
    sentences = []
    for la_code, measure, month, kind, value, lower, upper, before, decimals in rows:
        # Two decimals more than a figure is shown with, so that it does not seem to equal its limit.
        shown, low, high, was = (
            "none" if figure is None else f"{figure:,.{decimals + 2}f}" for figure in (value, lower, upper, before)
        )
        what = (
            f"{shown} is outside its process limits, {low} to {high}"
            if kind == "beyond_limits"
            else f"the final figure {was} is restated as {shown}"
        )
        sentences.append(f"{la_code}, {measure}, {month:%B %Y}: {what}; look at its cases before it is used.")
    return sentences
