"""The scorecard of an authority's month as a workbook, in the shape in which committees paste it: a row a measure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO
from pathlib import Path
from textwrap import wrap
from typing import Any, NamedTuple

import duckdb
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from schemas.measures import GROUPS, Measure

_FOLDER = Path(__file__).parent
_MONTHS = 13
_HEADING_ROW = 4
# A word and a symbol with every colour; the fills differ in darkness too, for who prints without colour.
_RAG = {"green": "✓ green", "amber": "◆ amber", "red": "▲ red"}
_FILLS = {"green": "#C6E0B4", "amber": "#FFD966", "red": "#E2936B"}
_DIRECTION = {
    "better": "↗ better", "worse": "↘ worse", "same": "→ same", "up": "↑ up", "down": "↓ down",
}  # fmt: skip
_GOOD = {"higher_better": "high", "lower_better": "low", "neutral": "neither"}
_OF_A_ROW: dict[str, float] = {
    "Group": 16, "Measure": 40, "Good is": 8, "Unit": 12,
}  # fmt: skip
_NARROW, _WORDS = 8.5, 60
_LINE = 15  # points: a line of text; said outright, because not every program makes room for a second one
_HEADING_LINES = 3
_INDENT = 1  # a letter between a number and the text beside it
_EVER = date(1900, 1, 1)  # the first day that a workbook knows; a target that always held begins then


class Publication(NamedTuple):
    """A row of the query `publication`."""

    la_code: str
    authority: str
    extract_date: date
    version: int
    latest_version: int
    published_at: datetime


@dataclass(frozen=True)
class Scorecard:
    """What the workbook of an authority's latest ended month is made of; rows as dictionaries, as queried."""

    la_code: str
    authority: str
    month: date
    extract_date: date
    version: int
    published_at: datetime
    rows: tuple[dict[str, Any], ...]
    months: Mapping[tuple[str, date], dict[str, Any]]
    targets: tuple[dict[str, Any], ...]
    neighbours: tuple[dict[str, Any], ...]


def sql(name: str) -> str:
    """The text of a query of this folder."""
    return (_FOLDER / f"{name}.sql").read_text()


def scorecard(kpi: duckdb.DuckDBPyConnection, publication: Publication) -> Scorecard | None:
    """The scorecard of a publication's authority, read from kpi.duckdb; None where no month of it has ended."""
    latest = kpi.execute("select month from latest_month where la_code = ?", [publication.la_code]).fetchone()
    if latest is None:
        return None
    # As constants, authority and month reach the tables below the views, which a join or a list of codes does not.
    given = {"la_code": publication.la_code, "month": latest[0]}
    rows, months, targets, neighbours = (
        _rows(kpi, name, given) for name in ("card", "months", "target_of_month", "neighbour")
    )
    if not rows:
        return None
    return Scorecard(
        publication.la_code, publication.authority, rows[0]["month"], publication.extract_date, publication.version,
        publication.published_at, rows, {(row["measure_code"], row["month"]): row for row in months}, targets,
        neighbours,
    )  # fmt: skip


def _rows(kpi: duckdb.DuckDBPyConnection, name: str, given: Mapping[str, object]) -> tuple[dict[str, Any], ...]:
    found = kpi.execute(sql(name), given)
    columns = [column[0] for column in found.description or ()]
    return tuple(dict(zip(columns, values, strict=True)) for values in found.fetchall())


def workbook(card: Scorecard, warning: str) -> bytes:
    """The workbook's bytes, the same for the same scorecard. `warning` stands on every sheet.

    Values and no formulas; a figure is rounded half up, as everywhere, and a cell without one is empty.
    """
    stream = BytesIO()
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False,
        "nan_inf_to_errors": False,
    }  # fmt: skip
    with Workbook(stream, options) as book:
        book.set_properties({"title": f"Scorecard, {card.authority}, {card.month:%B %Y}", "created": card.published_at})
        sheets = _Sheets(book, card, warning)
        sheets.scorecard()
        sheets.targets()
        sheets.neighbours()
        sheets.definitions()
    return stream.getvalue()


def months_shown(month: date) -> list[date]:
    """The month and the twelve before it, the earliest first."""
    numbers = (month.year * 12 + month.month - 1 - back for back in range(_MONTHS - 1, -1, -1))
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]


class _Sheets:
    """The sheets of one workbook."""

    def __init__(self, book: Workbook, card: Scorecard, warning: str) -> None:
        self._book, self._card, self._warning = book, card, warning
        self._title = book.add_format({"bold": True, "font_size": 14})
        self._note = book.add_format({"italic": True})
        self._bold = book.add_format({"bold": True})
        heading = {"bold": True, "text_wrap": True, "valign": "top", "indent": _INDENT}
        self._header = book.add_format({**heading, "align": "left"})
        self._number_header = book.add_format({**heading, "align": "right", "indent": 0})
        # Marked as text, so that a code with leading zeros, or a name that begins with =, stays one when it is edited.
        self._text = book.add_format({
            "quote_prefix": True, "text_wrap": True, "valign": "top", "align": "left", "indent": _INDENT,
        })  # fmt: skip
        self._day = book.add_format({"num_format": "dd/mm/yyyy", "valign": "top"})
        self._formats: dict[str, Format] = {}

    def scorecard(self) -> None:
        """A row a measure."""
        months = months_shown(self._card.month)
        named = f"{self._card.month:%b %Y}"
        headings = [
            *_OF_A_ROW, *(f"{month:%b %Y}" for month in months), "13 months", f"{named} number", f"{named} out of",
            "12 months", "Year to date", "Target", "Red, amber or green", "Since last month", "Since last quarter",
            "Since last year", "Statistical neighbours", "Region", "England", "Year compared with", "Best neighbour",
            "Best quarter of England", "What the months say",
        ]  # fmt: skip
        rows = list(self._rows(months))
        sheet = self._sheet(
            "Scorecard", "Children’s services scorecard", headings, len(rows),
            widths := [
                *_OF_A_ROW.values(), *[_NARROW] * _MONTHS, 14, *[_NARROW] * 5, 11, *[10.0] * 3, 12, *[_NARROW] * 2, 15,
                *[11.0] * 2, _WORDS,
            ],
            "Rates of events are shown for the twelve months to each month. Red, amber and green go by the target "
            "alone; whether a change is more than chance stands at the end of the row.",
            {column for _, numbers, _ in rows for column in numbers},
        )  # fmt: skip
        first = len(_OF_A_ROW)
        for number, (texts, numbers, measure) in enumerate(rows, start=_HEADING_ROW + 1):
            self._words(sheet, number, texts, widths)
            for column, value in numbers.items():
                self._number(sheet, number, column, value, measure)
        if rows:  # as one group: alone, each costs what the whole group does
            lines = range(_HEADING_ROW + 1, _HEADING_ROW + 1 + len(rows))
            sheet.add_sparkline(
                lines[0], first + _MONTHS,
                {"type": "column", "location": [xl_rowcol_to_cell(line, first + _MONTHS) for line in lines],
                 "range": [f"Scorecard!{xl_range(line, first, line, first + _MONTHS - 1)}" for line in lines],
                 "min": 0, "show_hidden": True},  # a column that does not begin at nought says too much
            )  # fmt: skip
        rag = headings.index("Red, amber or green")
        for colour, word in _RAG.items():
            sheet.conditional_format(
                _HEADING_ROW + 1, rag, _HEADING_ROW + max(len(rows), 1), rag,
                {"type": "text", "criteria": "begins with", "value": word,
                 "format": self._book.add_format({"bg_color": _FILLS[colour], "bold": colour == "red"})},
            )  # fmt: skip
        sheet.freeze_panes(_HEADING_ROW + 1, 2)
        sheet.set_paper(8)  # A3
        sheet.set_landscape()

    def _rows(self, months: Sequence[date]) -> Iterator[tuple[dict[int, str | None], dict[int, float | None], Measure]]:
        """For each measure of the catalogue that has a row: its words and its numbers, by column."""
        found = {row["measure_code"]: row for row in self._card.rows}
        start = len(_OF_A_ROW)
        after = start + _MONTHS + 1  # beyond the sparkline
        for group, measures in GROUPS.items():
            for measure in measures:
                if (row := found.get(measure.measure_code)) is None:
                    continue
                figures = [self._card.months.get((measure.measure_code, month)) for month in months]
                last = figures[-1] or {}
                year = row["benchmark_period_end"]
                texts: dict[int, str | None] = {
                    0: group, 1: measure.title, 2: _GOOD[measure.polarity], 3: measure.unit,
                    after + 5: _RAG.get(row["rag"]), after + 6: _DIRECTION.get(row["direction_month"]),
                    after + 7: _DIRECTION.get(row["direction_quarter"]),
                    after + 8: _DIRECTION.get(row["direction_year"]),
                    after + 12: None if year is None else f"to {year.day} {year:%b %Y}", after + 15: row["signal"],
                }  # fmt: skip
                numbers = {
                    **{start + place: (figure or {}).get("value") for place, figure in enumerate(figures)},
                    after: last.get("numerator"), after + 1: last.get("denominator"),
                    after + 2: row["value_12_months"], after + 3: row["value_year_to_date"], after + 4: row["target"],
                    after + 9: row["neighbours"], after + 10: row["region"], after + 11: row["england"],
                    after + 13: row["best_neighbour"], after + 14: row["top_quartile"],
                }  # fmt: skip
                yield texts, numbers, measure

    def targets(self) -> None:
        """A row a target."""
        headings = ["Measure", "Scope", "From", "To", "Target", "Tolerance", "Source"]
        sheet = self._sheet(
            "Targets", "Targets", headings, len(self._card.targets), widths := [64, 10, 12, 12, 10, 10, 50],
            "Both days are included. Without a first day a target has always held, without a last day until another is landed.",
            {2, 3, 4, 5},
        )  # fmt: skip
        for number, row in enumerate(self._card.targets, start=_HEADING_ROW + 1):
            self._words(sheet, number, {0: row["title"], 1: row["scope"], 6: row["source"]}, widths)
            for column, name in ((2, "valid_from"), (3, "valid_to")):
                self._date(sheet, number, column, row[name])
            sheet.write_number(number, 4, row["target"], self._format("General"))
            sheet.write_number(number, 5, row["tolerance"], self._format("General"))

    def neighbours(self) -> None:
        """A row a measure and neighbour."""
        headings = ["Measure", "Year to", "Nearness", "Statistical neighbour", "Published"]
        sheet = self._sheet(
            "Neighbours", "What each statistical neighbour published", headings, len(self._card.neighbours),
            widths := [64, 12, 10, 34, 10], "The mean of these stands in the scorecard. An empty figure was not published.",
            {1, 2, 4},
        )  # fmt: skip
        for number, row in enumerate(self._card.neighbours, start=_HEADING_ROW + 1):
            self._words(sheet, number, {0: row["title"], 3: row["neighbour_name"]}, widths)
            self._date(sheet, number, 1, row["benchmark_period_end"])
            sheet.write_number(number, 2, row["neighbour_rank"], self._format("0"))
            if row["value"] is not None:
                sheet.write_number(number, 4, row["value"], self._format("#,##0.0"))

    def definitions(self) -> None:
        """A row a measure: what it counts."""
        headings = ["Measure", "Definition", "Number", "Out of", "Kind", "Source"]
        shown = {row["measure_code"] for row in self._card.rows}
        measures = [one for group in GROUPS.values() for one in group if one.measure_code in shown]
        sheet = self._sheet(
            "Definitions", "What each measure counts", headings, len(measures), widths := [40, 70, 34, 34, 24, 50], ""
        )
        for number, measure in enumerate(measures, start=_HEADING_ROW + 1):
            words = (measure.title, measure.definition, measure.numerator, measure.denominator,
                     measure.kind.title, measure.source)  # fmt: skip
            self._words(sheet, number, dict(enumerate(words)), widths)

    def _sheet(
        self,
        name: str,
        title: str,
        headings: Sequence[str],
        rows: int,
        widths: Sequence[float],
        note: str,
        numbers: Collection[int] = (),
    ) -> Worksheet:
        """A sheet with its title, version and extract date, the warning, and a table of so many rows.

        `numbers` are the columns of numbers and dates, whose headings stand to the right as they do.
        """
        card = self._card
        sheet: Worksheet = self._book.add_worksheet(name)
        sheet.write_string(0, 0, f"{title}: {card.authority} ({card.la_code}), {card.month:%B %Y}", self._title)
        extract = f"{card.extract_date.day} {card.extract_date:%B %Y}"
        sheet.write_string(1, 0, f"From the extract of {extract}, version {card.version}. {note}".rstrip(), self._note)
        sheet.write_string(2, 0, self._warning, self._bold)
        last = _HEADING_ROW + max(rows, 1)
        made = sheet.add_table(
            _HEADING_ROW, 0, last, len(headings) - 1,
            {"columns": [{"header": heading, "header_format": self._number_header if place in numbers else self._header}
                         for place, heading in enumerate(headings)],
             "style": "Table Style Light 15", "name": name.replace(" ", "_")},
        )  # fmt: skip
        if made != 0:  # two headings alike, say: the sheet would have no heading at all
            raise ValueError(f"The table of the sheet {name} could not be made.")
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.set_row(_HEADING_ROW, _LINE * _HEADING_LINES)
        sheet.freeze_panes(_HEADING_ROW + 1, 1)
        sheet.set_paper(9)  # A4
        sheet.set_landscape()
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(_HEADING_ROW)
        sheet.set_footer(f"&LExtract of {extract}, version {card.version}. Not for publication&RPage &P of &N")
        return sheet

    def _words(self, sheet: Worksheet, row: int, words: Mapping[int, str | None], widths: Sequence[float]) -> None:
        """The texts of a row, by column, and as many lines as the longest of them needs in its column."""
        lines = 1
        for column, word in words.items():
            if word:
                sheet.write_string(row, column, word, self._text)
                width = int(widths[column]) - _INDENT
                if len(word) > width:
                    lines = max(lines, len(wrap(word, width, break_long_words=False)))
        sheet.set_row(row, _LINE * lines)

    def _date(self, sheet: Worksheet, row: int, column: int, day: date | None) -> None:
        if day is not None and day > _EVER:
            sheet.write_datetime(row, column, datetime.combine(day, datetime.min.time()), self._day)

    def _number(self, sheet: Worksheet, row: int, column: int, value: float | None, measure: Measure) -> None:
        after = len(_OF_A_ROW) + _MONTHS + 1
        is_count = column in (after, after + 1)
        if value is None:
            return
        is_share = measure.unit == "percent" and not is_count
        # What a figure is made of may be a sum of parts of posts; a target is what the council wrote.
        places = 1 if is_count and value % 1 else 0 if is_count else measure.decimal_places
        if column == after + 4:
            places = max(places, 0 if value % 1 == 0 else 1)
        rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        number = "#,##0" + ("." + "0" * places if places else "") + ('"%"' if is_share else "")
        sheet.write_number(row, column, float(rounded), self._format(number))

    def _format(self, number: str) -> Format:
        if number not in self._formats:
            self._formats[number] = self._book.add_format({"num_format": number, "valign": "top"})
        return self._formats[number]
