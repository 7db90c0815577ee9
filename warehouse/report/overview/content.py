"""What an overview holds, from top to bottom: facts from kpi.duckdb in the plain register of committee papers."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from schemas.kinds import PERIODS
from warehouse.published.meanings import SMALL_NUMBERS
from warehouse.report import words
from warehouse.report.document import charts
from warehouse.report.document.blocks import (
    Block,
    Cell,
    Figure,
    Heading,
    NoteMark,
    Notes,
    Overview,
    Paragraph,
    Picture,
    Table,
    Text,
    Words,
)
from warehouse.report.month.reading import Measure, Point, Reading
from warehouse.report.overview import exceptions, groups, reconciliation, sentences, wording
from warehouse.report.overview.areas import BENCHMARKS, Area, Placing, place
from warehouse.report.overview.commentary import lines_of

MONTHS_SHOWN = 24
MONTHS_OF_A_LINE = 3
RULES_SHOWN = 3
_RULE_WORDS = {
    "required": "Empty, and needed", "missing_value": "Empty, and expected", "unreadable_date": "A date that cannot be read",
    "end_before_start": "Ends before it starts", "after_extract": "Dated after the extract",
    "duplicate": "The same row twice", "duplicate_key": "The same record twice", "unknown_code": "A code in no list",
    "unknown_person": "A child who is not in the list of children", "unreadable_id": "An id that cannot be read",
}  # fmt: skip
PLACE_FOR_WORDS = "For the service to complete."


def placings_of(reading: Reading) -> list[Placing]:
    """Where each measure with a figure stands."""
    return [placing for measure in reading.measures if (placing := place(reading, measure)) is not None]


def overview(reading: Reading) -> Overview:
    """The overview of the month that was read."""
    placings = placings_of(reading)
    blocks: list[Block] = [
        *_restated(reading),
        Paragraph((SMALL_NUMBERS,), "note"),
        *exceptions.exceptions(reading),
        *exceptions.due(reading),
        *_glance(reading, placings),
        *_areas(reading, placings),
        *groups.groups(reading),
        *_measures(reading),
        *_data_quality(reading),
        *_definitions(reading),
        *reconciliation.reconciled(reading),
    ]
    subtitle: Text = (
        f"{reading.authority}, ", wording.month(reading, reading.month), ". From the extract of ",
        wording.extract_date(reading), ", version ",
        Figure(str(reading.version), wording.version_cell(reading, "version")), ".",
    )  # fmt: skip
    return Overview(
        reading.la_code, reading.authority, reading.month, reading.version, reading.extract_date,
        reading.published_at.date(),
        "Children’s services performance overview", subtitle, tuple(blocks),
    )  # fmt: skip


def _restated(reading: Reading) -> Iterator[Block]:
    """What a later version has changed of the month, at the very top."""
    if not reading.moved:
        return
    catalogue = {measure.measure_code: measure for measure in reading.measures}
    yield Paragraph(
        ("Restated since. The figures of ", wording.month(reading, reading.month), " that are current now differ from "
         "those of this version. This overview shows them as this version left them; the table below says what moved."),
        "alert",
    )  # fmt: skip
    rows: list[tuple[Text, ...]] = []
    for moved in reading.moved:
        measure = catalogue.get(moved["measure_code"])
        if measure is None:
            continue
        before = _moved_point(reading, moved, "_before")
        after = _moved_point(reading, moved, "")
        rows.append((
            (wording.title(measure),), (PERIODS[moved["period"]].capitalize(),), wording.value_and_count(measure, before),
            wording.value_and_count(measure, after), (Figure(str(after.version), after.cell("version")),),
        ))  # fmt: skip
    yield Table(
        ("What has moved since version ", Figure(str(reading.version), wording.version_cell(reading, "version"))),
        ("Measure", "Period", "This version", "Now", "In version"), tuple(rows), frozenset({2, 3, 4}),
    )  # fmt: skip


def _moved_point(reading: Reading, row: dict[str, Any], suffix: str) -> Point:
    return Point(
        reading.la_code, row["measure_code"], row.get("month", reading.month), row.get("period", "month"),
        row[f"numerator{suffix}"], row[f"denominator{suffix}"], row[f"value{suffix}"], row[f"extract_date{suffix}"],
        row[f"version{suffix}"],
    )  # fmt: skip


def _glance(reading: Reading, placings: Sequence[Placing]) -> Iterator[Block]:
    yield Heading(2, ("At a glance",), "at-a-glance")
    area = {placing.measure.measure_code: placing.area for placing in placings}
    rows: list[tuple[Text | Picture, ...]] = []
    for measure in reading.measures:
        month = reading.point(measure, "month")
        twelve = None if measure.is_rate else reading.point(measure, "rolling_12_months")
        rows.append((
            (wording.title(measure),),
            wording.value_and_count(measure, month),
            wording.value(measure, twelve) if twelve else (words.NONE,),
            wording.change(reading, measure),
            _sparkline(reading, measure),
            *(groups.beside(reading, measure, name) for name in BENCHMARKS),
            (_status(area.get(measure.measure_code)),),
        ))  # fmt: skip
    last = wording.months_before(reading.month, 1)
    yield Table(
        ("The measures in ", wording.month(reading, reading.month), ", and what they compare with"),
        ("Measure", f"{reading.month:%b %Y}", "12 months", f"Since {last:%B}", f"{MONTHS_SHOWN} months",
         "Neighbours", "Region", "England", "Listed under"),
        tuple(rows), frozenset({1, 2, 3, 5, 6, 7}),
    )  # fmt: skip
    yield Paragraph(
        ("Percentages of events are compared over twelve months, month-end figures on the day. Benchmarks are those "
         "that the council quoted at the time (marked q) where it quoted any, else those computed from what the "
         "Department for Education had published by the end of the month, with the year in which they end. "
         "Changes are in percentage points or in the unit of the rate. – : there is none.",),
        "note",
    )  # fmt: skip


def _status(area: Area | None) -> str:
    return {Area.POSITIVE: "▲ positive", Area.DEVELOPMENT: "▼ for development"}.get(
        area or Area.UNDECIDED, "■ not placed"
    )


def _areas(reading: Reading, placings: Sequence[Placing]) -> Iterator[Block]:
    notes: list[tuple[int, Text]] = []
    for area, anchor in (
        (Area.POSITIVE, "positive"),
        (Area.DEVELOPMENT, "development"),
        (Area.UNDECIDED, "not-placed"),
    ):
        placed = [placing for placing in placings if placing.area is area]
        known = {placing.measure.measure_code for placing in placings}
        empty = [measure for measure in reading.measures if measure.measure_code not in known]
        if area is not Area.UNDECIDED:
            empty = []
        elif not placed and not empty:
            continue
        yield Heading(2, (area.value,), anchor)
        if not placed and not empty:
            yield Paragraph(("No measure is placed here this month.",))
        for measure in empty:  # it has no figure, and may have words all the same
            yield Heading(3, (wording.title(measure),), f"{anchor}-{measure.measure_code}")
            yield Paragraph(sentences.facts(reading, measure))
            yield from _words(reading, measure)
        for placing in placed:
            number = len(notes) + 1
            notes.append((number, sentences.rule(reading, placing)))
            code = placing.measure.measure_code
            yield Heading(3, (wording.title(placing.measure),), f"{anchor}-{code}")
            yield Paragraph((*sentences.facts(reading, placing.measure), NoteMark(number)))
            yield from _words(reading, placing.measure)
    if notes:
        yield Heading(2, ("Why each measure is listed where it is",), "rules")
        yield Notes(tuple(notes))


def _words(reading: Reading, measure: Measure) -> Iterator[Block]:
    """The service's own words, or the place for them."""
    commentary = reading.commentary.get(measure.measure_code)
    if commentary is None:
        yield Paragraph((PLACE_FOR_WORDS,), "place")
    else:
        yield Words(commentary["author"] or "author not given", commentary["written_on"], lines_of(commentary["text"]))


def _measures(reading: Reading) -> Iterator[Block]:
    yield Heading(2, ("Measure by measure",), "measures")
    for measure in reading.measures:
        yield Heading(3, (wording.title(measure),), f"measure-{measure.measure_code}")
        if _has_line(reading, measure):
            yield _chart(reading, measure)
        yield _months_table(reading, measure)
        yield from _changes(reading, measure)


def _months_shown(reading: Reading, measure: Measure) -> list[date]:
    months = [wording.months_before(reading.month, back) for back in range(MONTHS_SHOWN - 1, -1, -1)]
    first = min((month for code, period, month in reading.points if code == measure.measure_code and period == "month"))
    return [month for month in months if month >= first]


def _has_line(reading: Reading, measure: Measure) -> bool:
    """Whether there are months enough for a line to say anything."""
    points = (reading.point(measure, "month", month) for month in _months_shown(reading, measure))
    return sum(point is not None and point.value is not None for point in points) >= MONTHS_OF_A_LINE


def _chart(reading: Reading, measure: Measure) -> Picture:
    months = _months_shown(reading, measure)
    lines, marks = [], reading.marks(measure)
    for month in months:
        point = reading.point(measure, "month", month)
        limits = reading.spc_points.get((measure.measure_code, month), {})
        lines.append(
            charts.Line(
                month,
                point.value if point else None,
                limits.get("centre"),
                limits.get("lower_limit"),
                limits.get("upper_limit"),
                marks[month]["rule"] if month in marks else None,
            )
        )
    shown: list[tuple[str, float]] = []
    for name in BENCHMARKS:
        found = reading.compared(measure).get(name, ())
        first = next((comparison.value for comparison in found if comparison.value is not None), None)
        if first is not None:
            shown.append((name, first))
    svg = charts.process_chart(
        lines, "Percent" if measure.is_share else "Per 10,000" if measure.is_rate else "Number", shown
    )
    return Picture(
        measure.measure_code, svg, _alternative(reading, measure, lines, shown),
        (wording.title(measure), ": each month, with process limits and benchmarks"),
    )  # fmt: skip


def _alternative(
    reading: Reading, measure: Measure, lines: Sequence[charts.Line], shown: Sequence[tuple[str, float]]
) -> str:
    known = [line for line in lines if line.value is not None]
    if not known:
        return f"Line chart of {measure.title}: no figures in these months."
    low = min(known, key=lambda line: line.value or 0)
    high = max(known, key=lambda line: line.value or 0)
    last = known[-1]
    name = words.month_name

    def shown_as(value: float | None) -> str:
        return wording.shown(value, measure)

    parts = [
        f"Line chart of {measure.title}, {name(lines[0].month)} to {name(lines[-1].month)}.",
        f"Lowest {shown_as(low.value)} in {name(low.month)}, highest {shown_as(high.value)} in {name(high.month)}, "
        f"latest {shown_as(last.value)}.",
    ]
    if last.centre is not None and last.lower_limit is not None and last.upper_limit is not None:
        parts.append(
            f"Mean {shown_as(last.centre)}, process limits in the latest month {shown_as(last.lower_limit)} to "
            f"{shown_as(last.upper_limit)}."
        )
    if shown:
        parts.append("Benchmarks: " + ", ".join(f"{BENCHMARKS[of]} {shown_as(value)}" for of, value in shown) + ".")
    marked = [
        f"{name(month)} ({sentences.stands_out(signal)})"
        for month, signal in reading.marks(measure).items()
        if month >= lines[0].month
    ]
    parts.append("Marked: " + "; ".join(marked) + "." if marked else "No month is marked.")
    parts.append("The table that follows has every figure.")
    return " ".join(parts)


def _months_table(reading: Reading, measure: Measure) -> Table:
    rows, marks = [], reading.marks(measure)
    for month in reversed(_months_shown(reading, measure)):
        point = reading.point(measure, "month", month)
        if point is None:
            continue
        counts: tuple[Text, ...] = tuple((wording.count(point, column),) for column in ("numerator", "denominator"))
        row: tuple[Text, ...] = ((wording.month(reading, month),), wording.value(measure, point), *counts)
        if not measure.is_rate:
            twelve = reading.point(measure, "rolling_12_months", month)
            row = (*row, wording.value(measure, twelve) if twelve else (words.NONE,))
        signal = marks.get(month)
        rows.append((*row, (sentences.stands_out(signal) if signal else words.NONE,)))
    value = "Percent" if measure.is_share else "Rate" if measure.is_rate else "Figure"
    twelve_months = () if measure.is_rate else ("12 months",)
    headings = ("Month", value, measure.numerator, measure.denominator, *twelve_months, "Note")
    numeric = frozenset(range(1, len(headings) - 1))
    return Table((wording.title(measure), ": the figures"), headings, tuple(rows), numeric, is_long=True)


def _changes(reading: Reading, measure: Measure) -> Iterator[Block]:
    changed = [row for row in reading.changed if row["measure_code"] == measure.measure_code]
    if changed and reading.earlier_version is not None:
        rows = []
        for row in changed:
            before, after = _moved_point(reading, row, "_before"), _moved_point(reading, row, "")
            figures = (wording.value_and_count(measure, point) for point in (before, after))
            rows.append(((wording.month(reading, row["month"]),), *figures))
        yield Table(
            (wording.title(measure), ": what has changed since the previous publication"),
            ("Month", "Before", "Now"), tuple(rows), frozenset({1, 2}), is_long=True,
        )  # fmt: skip


def _data_quality(reading: Reading) -> Iterator[Block]:
    yield Heading(2, ("Data quality",), "data-quality")
    if reading.row_total:
        yield Paragraph((
            "Of ", wording.row_total(reading, "rows_in"), " rows sent, ", wording.row_total(reading, "rows_quarantined"),
            " (", wording.row_total(reading, "percent_quarantined"), ") were set aside because they cannot be right, and ",
            wording.row_total(reading, "rows_duplicate"), " were repeats. What is set aside is in no figure.",
        ))  # fmt: skip
    version = ("version", str(reading.version))
    rows: list[tuple[Text, ...]] = []
    for row in reading.rows:
        if not row["rows_quarantined"] and not row["rows_duplicate"]:
            continue
        key: tuple[tuple[str, str], ...] = (version, ("table_name", row["table_name"]))
        counts = (
            (Figure(f"{row[name]:,}", Cell("extract_row_count", name, key)),)
            for name in ("rows_in", "rows_quarantined", "rows_duplicate")
        )
        rows.append(((Figure(_spoken(row["table_name"]), Cell("extract_row_count", "table_name", key)),), *counts))
    if rows:
        yield Table(
            ("Tables with rows set aside or repeated, extract of ", wording.extract_date(reading)),
            ("Table", "Sent", "Set aside", "Repeated"), tuple(rows), frozenset({1, 2, 3}),
        )  # fmt: skip
    issues: list[tuple[Text, ...]] = []
    for row in reading.issues[:RULES_SHOWN]:
        key = (version, *((name, row[name] or "") for name in ("table_name", "column_name", "rule")))
        issues.append((
            (_RULE_WORDS.get(row["rule"], _spoken(row["rule"])),),
            (Figure(_spoken(row["table_name"]), Cell("extract_issue_count", "table_name", key)),),
            (Figure(_spoken(row["column_name"] or "whole row"), Cell("extract_issue_count", "column_name", key)),),
            ("set aside" if row["severity"] == "error" else "reported",),
            (Figure(f"{row['rows']:,}", Cell("extract_issue_count", "rows", key)),),
        ))  # fmt: skip
    if issues:
        yield Table(
            ("What was wrong with most rows",), ("What was wrong", "Table", "Column", "Result", "Rows"), tuple(issues),
            frozenset({4}),
        )  # fmt: skip
        yield Paragraph(
            ("The workbook beside this overview has every rule, table and column, for the data team.",), "note"
        )
    else:
        yield Paragraph(("No row broke a rule.",))
    if reading.earlier_version is not None and not reading.changed:
        yield Paragraph(("No earlier figure has changed since the previous publication.",))
    if reading.refused:
        yield Table(
            ("Extracts that were refused",), ("Extract", "Reason"),
            tuple(_refusal(reading, row) for row in reading.refused),
        )  # fmt: skip
    else:
        yield Paragraph(("No extract of this authority has been refused.",))
    if reading.not_computable:
        yield Table(
            ("What could not be computed",), ("Measure", "Reason"),
            tuple(
                (
                    (_spoken(row["measure_code"]),),
                    (Figure(row["reason"], Cell("version_not_computable", "reason", (
                        version, ("measure_code", row["measure_code"])))),),
                )
                for row in reading.not_computable
            ),
        )  # fmt: skip
    else:
        yield Paragraph(("Every measure could be computed.",))


def _refusal(reading: Reading, row: dict[str, Any]) -> tuple[Text, ...]:
    key = (("la_code", reading.la_code), ("extract_date", str(row["extract_date"])), ("reason", row["reason"]))
    return tuple(
        (Figure(shown, Cell("refused_extract", column, key)),)
        for column, shown in (("extract_date", words.day(row["extract_date"])), ("reason", row["reason"]))
    )


def _definitions(reading: Reading) -> Iterator[Block]:
    yield Heading(2, ("Definitions",), "definitions")
    for measure in reading.measures:
        yield Heading(3, (wording.title(measure),), f"definition-{measure.measure_code}")
        yield Paragraph((Figure(measure.definition, measure.cell("definition")),))
        note: Text = (
            (" ", Figure(measure.benchmark_note, measure.cell("benchmark_note"))) if measure.benchmark_note else ()
        )
        yield Paragraph(
            ("Source: ", Figure(measure.source, measure.cell("source")), ". Definition version ",
             Figure(measure.definition_version, measure.cell("definition_version")), ".", *note),
            "note",
        )  # fmt: skip
    others = [measure for measure in reading.catalogue if measure not in reading.measures]
    if others:
        yield Heading(3, ("The other measures of the scorecard",), "definition-others")
        yield Table(
            ("What each of the other measures counts",), ("Measure", "Definition"),
            tuple(
                ((wording.title(measure),), (Figure(measure.definition, measure.cell("definition")),))
                for measure in others
            ),
        )  # fmt: skip
    yield Heading(3, ("How measures are placed",), "placing")
    yield Paragraph((
        "The first of these rules that decides places a measure. A measure with a benchmark: by its gap to it, where "
        "the gap is more than chance explains; the benchmark is that of statistical neighbours, else the region, else "
        "England, and the figure that the council quoted goes before the computed one. A measure for which neither "
        "high nor low is good: for development where it is more than ", wording.above_limit(reading),
        " above the benchmark. A measure without a benchmark: by the local target. Where none of these decides: by a "
        "signal in the month, then by the direction of the twelve months.",
    ))  # fmt: skip
    yield Heading(3, ("Signals",), "signals")
    yield Paragraph((
        "The process limits of a chart hold nearly all months of a measure that only varies as it always does. A month "
        "stands out if it lies outside them, or if the months before and it have together been higher or lower than "
        "usual. Once a year of months has made a new level, its limits hold from then on; limits that were published "
        "stay as they were. Of a figure of the month’s end the change on the month before is judged. A signal says "
        "that something has changed, not what.",
    ))  # fmt: skip
    yield Paragraph(
        (Figure(reading.attribution, Cell("attribution", "text", ())),),
        "note",
    )  # fmt: skip


def _sparkline(reading: Reading, measure: Measure) -> Picture:
    months = _months_shown(reading, measure)
    values = [point.value if (point := reading.point(measure, "month", month)) else None for month in months]
    svg = charts.sparkline(values)
    known = [value for value in values if value is not None]
    words = (
        f"From {wording.shown(known[0], measure)} to {wording.shown(known[-1], measure)} over {len(months)} months"
        if known
        else "No figures"
    )
    return Picture(f"line-{measure.measure_code}", svg, words)


def _spoken(name: str) -> str:
    """A name of ours as words."""
    return name.replace("_", " ")
