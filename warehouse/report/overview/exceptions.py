"""The first page: what is red, worse than its benchmark by more than chance, or newly changed; and what is due."""

import re
from collections.abc import Iterator

from schemas.measures import OPEN_WORK_TITLES
from warehouse.report.document.blocks import Block, Cell, Figure, Heading, Paragraph, Table, Text
from warehouse.report.month.reading import Measure, Reading
from warehouse.report.overview import wording
from warehouse.report.overview.areas import BENCHMARKS, Area, Placing, Rule, place

RAG = {"green": "✓ green", "amber": "◆ amber", "red": "▲ red"}


def exceptions(reading: Reading) -> Iterator[Block]:
    """The measures that stand out this month, each with why it is listed."""
    yield Heading(2, ("Exceptions",), "exceptions")
    rows: list[tuple[Text, ...]] = []
    for measure in reading.catalogue:
        reasons = list(_reasons(reading, measure))
        if reasons:
            twelve = None if measure.is_rate else reading.point(measure, "rolling_12_months")
            rows.append((
                (wording.title(measure),),
                wording.value(measure, reading.point(measure, measure.shown_period)),
                wording.value(measure, twelve),
                wording.joined(reasons, " "),
            ))  # fmt: skip
    if not rows:
        yield Paragraph(("No measure is red, beyond its benchmark by more than chance, or newly changed this month.",))
        return
    yield Table(
        ("What stands out in ", wording.month(reading, reading.month)),
        ("Measure", f"{reading.month:%b %Y}", "12 months", "Why it is listed"), tuple(rows), frozenset({1, 2}),
    )  # fmt: skip
    yield Paragraph(
        ("Listed are the measures that are red against their target, worse than their benchmark by more than chance "
         "explains, or newly changed beyond their usual variation. All others are in the tables of the scorecard.",),
        "note",
    )  # fmt: skip


def _reasons(reading: Reading, measure: Measure) -> Iterator[Text]:
    row = reading.card.get(measure.measure_code, {})
    if row.get("rag") == "red" and measure.measure_code in reading.targets:
        scope = reading.targets[measure.measure_code]["scope"]
        yield (f"{RAG['red']}: the {scope} target is ", wording.target(reading, measure), ".")
    placing = place(reading, measure)
    if placing is not None and placing.area is Area.DEVELOPMENT and placing.comparison is not None:
        yield from _gap(reading, placing)
    if measure.measure_code in reading.news:
        key = (("la_code", reading.la_code), ("measure_code", measure.measure_code), ("month", str(reading.month)))
        yield (Figure(reading.sentences[measure.measure_code], Cell("spc_sentence", "sentence", key)),)


def _gap(reading: Reading, placing: Placing) -> Iterator[Text]:
    """How far it is from its benchmark; nothing, where the benchmark did not place it."""
    found = placing.comparison
    if found is None or placing.rule not in (Rule.BENCHMARK, Rule.NEUTRAL):
        return
    whose = BENCHMARKS[found.benchmark]
    year: Text = (", as quoted",) if found.period_end is None else (", year to ", wording.benchmark_year(found))
    measure, is_month = placing.measure, placing.point.period == "month"
    period = "Over twelve months " if not is_month else "At the month end " if measure.is_snapshot else "In the month "
    figure = wording.value(measure, placing.point)
    beside = wording.benchmark_value(measure, found)
    if placing.rule is Rule.BENCHMARK:
        yield (period, *figure, f", worse than {whose} (", beside, *year, ") by more than chance.")
    else:
        what = "rate" if measure.is_rate else "percentage" if measure.is_share else "figure"
        yield ("At ", *figure, f" the {what} is more than ", wording.above_limit(reading), f" above {whose} (", beside,
               *year, f"); neither a high nor a low {what} is good in itself.")  # fmt: skip


def due(reading: Reading) -> Iterator[Block]:
    """How much work with a due date is open, past that date, or due within the week."""
    yield Heading(2, ("Work in hand",), "pending")
    counts = ("pending", "overdue", "due_within_seven_days", "without_start")
    rows = tuple(
        (_clock(reading, code, name), *((wording.pending(reading, row, count),) for count in counts))
        for code, name in OPEN_WORK_TITLES.items()
        if (row := reading.pending.get(code)) is not None
    )
    if not rows:
        yield Paragraph(("Nothing with a due date can be counted from this extract.",))
        return
    yield Table(
        ("Open on ", wording.extract_date(reading), ", the day of the extract"),
        ("Work", "Open", "Past the due date", "Due within seven days", "Without a start date"), rows,
        frozenset({1, 2, 3, 4}),
    )  # fmt: skip
    yield Paragraph(("Team leaders have the list of these items, by team and due date.",), "note")


def _clock(reading: Reading, code: str, name: str) -> Text:
    """The name of a kind of work; a number in it is that of its code."""
    key = (("version", str(reading.version)), ("measure_code", code))
    parts = (part for part in re.split(r"(\d+)", name) if part)
    return tuple(Figure(part, Cell("pending_count", "measure_code", key)) if part.isdigit() else part for part in parts)
