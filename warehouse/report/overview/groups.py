"""The scorecard by group of measures: a page a group, thirteen months across."""

from collections.abc import Iterator

from schemas.measures import GROUPS
from warehouse.report import words
from warehouse.report.document.blocks import Block, Figure, Heading, Paragraph, Table, Text
from warehouse.report.month.reading import Measure, Reading
from warehouse.report.overview import wording
from warehouse.report.overview.exceptions import RAG

MONTHS = 13


def groups(reading: Reading) -> Iterator[Block]:
    """A table for each group that has a figure in the month."""
    yield Heading(2, ("Scorecard",), "scorecard")
    yield Paragraph(
        ("Every measure that the extract supports, by group. Percentages of events are of the month, with the twelve "
         "months beside them; figures of a month end are of its last day; rates of events are over twelve months. "
         "Neighbours: what statistical neighbours published, with the year in which it ends, or as the council quoted it "
         "(q). Red, amber and green are against the target of the month.",),
        "note",
    )  # fmt: skip
    shown = {measure.measure_code: measure for measure in reading.catalogue}
    months = [wording.months_before(reading.month, back) for back in range(MONTHS - 1, -1, -1)]
    for name, declared in GROUPS.items():
        measures = [shown[one.measure_code] for one in declared if one.measure_code in shown]
        if not measures:
            continue
        rows = tuple(
            (
                (wording.title(measure),),
                *(wording.value(measure, reading.point(measure, measure.shown_period, month)) for month in months),
                wording.value(measure, None if measure.is_rate else reading.point(measure, "rolling_12_months")),
                beside(reading, measure, "statistical_neighbours"),
                _target(reading, measure),
            )
            for measure in measures
        )
        yield Table(
            (f"{name}: thirteen months to ", wording.month(reading, reading.month)),
            ("Measure", *(f"{month:%b %y}" for month in months), "12 months", "Neighbours", "Target"),
            rows, frozenset(range(1, MONTHS + 3)), is_wide=True,
        )  # fmt: skip


def beside(reading: Reading, measure: Measure, name: str) -> Text:
    """What a measure compares with, with its year, or as quoted."""
    for found in reading.compared(measure).get(name, ()):
        if found.value is not None:
            figure = wording.benchmark_value(measure, found)
            if found.period_end is None:
                return (figure, " q")
            return (figure, " (", Figure(str(found.period_end.year), found.cell("benchmark_period_end")), ")")
    return (words.NONE,)


def _target(reading: Reading, measure: Measure) -> Text:
    if measure.measure_code not in reading.targets:
        return (words.NONE,)
    rag = RAG.get(reading.card.get(measure.measure_code, {}).get("rag") or "")
    return (wording.target(reading, measure), *((f" {rag}",) if rag else ()))
