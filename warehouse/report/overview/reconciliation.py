"""The annex that holds our figures of a year against those that DfE published: what the gap is made of."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from warehouse.report import words
from warehouse.report.document.blocks import Block, Cell, Figure, Heading, Paragraph, Table, Text
from warehouse.report.month.reading import Measure, Reading
from warehouse.report.overview import wording

# The parts in the order in which they are taken, as the columns of the table.
PARTS = {
    "assessment_clock": "Assess\u00adment clock", "transfer_in": "Transfers in", "distinct_or_episode": "Children or episodes",
    "late_recording": "Recorded late", "population": "Popu\u00adlation", "rounding": "Round\u00ading",
    "unexplained": "Not explained",
}  # fmt: skip


def reconciled(reading: Reading) -> Iterator[Block]:
    """A table of the latest year that DfE has published; nothing where there is none."""
    if not reading.reconciled:
        return
    measures = {measure.measure_code: measure for measure in reading.catalogue}
    rows = [(measures[row["measure_code"]], row) for row in reading.reconciled if row["measure_code"] in measures]
    if not rows:
        return
    year_end = Figure(words.day(rows[0][1]["year_end"]), _cell(rows[0][1], "year_end"))
    yield Heading(2, ("Annex: our figures and DfE’s",), "reconciliation")
    yield Paragraph(
        ("What the Department for Education published for the year to ", year_end, ", beside our figure of that year as it "
         "is known now. Each part is what one more step towards DfE’s definition takes from our figure, one step after the "
         "other: the assessment’s own start as its clock; children who moved in with a plan, timed from the referral; "
         "episodes where we count children; what was recorded after July; DfE’s estimate of the population; its rounding. "
         "– : it cannot be computed.",),
        "note",
    )  # fmt: skip
    yield Table(
        ("Our figures and DfE’s, year to ", year_end),
        ("Measure", "Ours", "DfE", "Gap", *PARTS.values()),
        tuple(
            (
                (wording.title(measure),), _shown(row, "our_value", measure), _shown(row, "published_value", measure),
                *(_signed(row, name, measure) for name in ("gap", *PARTS)),
            )
            for measure, row in rows
        ),
        frozenset(range(1, 11)), is_wide=True,
    )  # fmt: skip


def _cell(row: dict[str, Any], column: str) -> Cell:
    key = (("version", str(row["version"])), ("la_code", row["la_code"]), ("measure_code", row["measure_code"]),
           ("year_end", str(row["year_end"])))  # fmt: skip
    return Cell("reconciliation_version", column, key)


def _shown(row: dict[str, Any], column: str, measure: Measure) -> Text:
    return (words.NONE,) if row[column] is None else (Figure(f"{_places(row[column], measure):,}", _cell(row, column)),)


def _signed(row: dict[str, Any], column: str, measure: Measure) -> Text:
    if row[column] is None:
        return (words.NONE,)
    number = _places(row[column], measure)
    sign = "+" if number > 0 else "−" if number < 0 else ""
    return (Figure(f"{sign}{abs(number):,}", _cell(row, column)),)


def _places(number: float, measure: Measure) -> Decimal:
    """One place more than the measure is shown with: most parts are small."""
    return Decimal(str(number)).quantize(Decimal(1).scaleb(-measure.decimal_places - 1), ROUND_HALF_UP)
