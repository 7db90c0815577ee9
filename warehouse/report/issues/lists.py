"""What the data officer mends: every rule and what became of it, and every row that breaks one, by its row in her file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import duckdb
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from warehouse.escaping import escaped
from warehouse.published.publishing import CASEWORK, KPI
from warehouse.report.published_files import Latest, latest_publications, opened, sql

FOLDER = "issues"
_MOST_ROWS = 1_000_000  # a worksheet holds 1,048,576
_TITLE_ROWS = 3
_RULES = (
    ("Rule", 24), ("Statutory numbers", 18), ("What is wrong", 70), ("Severity", 10), ("Tables", 30), ("Outcome", 15),
    ("Rows", 8), ("Why it was not asked", 50),
)  # fmt: skip
_ISSUES = (
    ("Row", 8), ("Place", 28), ("File", 24), ("Child", 14), ("Record", 20), ("Column", 22), ("Value", 24),
    ("Rule", 24), ("Severity", 10), ("What is wrong", 60), ("What to do", 60),
)  # fmt: skip
Row = Sequence[Any]


@dataclass(frozen=True)
class IssueList:
    """The issues of an authority's latest extract: `rules` as in `_RULES`; `tables` by name, rows as in `_ISSUES`."""

    la_code: str
    extract_date: date
    published_at: datetime
    rules: tuple[Row, ...]
    tables: dict[str, list[Row]]

    @property
    def found(self) -> dict[str, int]:
        """By outcome, how many rules came to it."""
        counts: dict[str, int] = {}
        for rule in self.rules:
            counts[rule[5]] = counts.get(rule[5], 0) + 1
        return counts


def issue_lists(warehouse: Path) -> list[IssueList]:
    """The issues of the latest extract of every authority. Raises NoAnswerError if nothing can be read."""
    with opened(warehouse, KPI, CASEWORK) as connection:
        return [_list(connection, latest) for latest in latest_publications(connection)]


def _list(connection: duckdb.DuckDBPyConnection, latest: Latest) -> IssueList:
    named = {"la_code": latest.la_code, "extract_date": latest.extract_date}
    tables: dict[str, list[Row]] = {}
    for table, *cells in connection.execute(sql("issues/issue"), named).fetchall():
        tables.setdefault(table or "extract", []).append(cells)
    rules = tuple(connection.execute(sql("issues/rule_outcome"), named).fetchall())
    return IssueList(latest.la_code, latest.extract_date, latest.published_at, rules, tables)


def file_name(listed: IssueList) -> str:
    """The name of the list's workbook."""
    return f"issues_{listed.la_code}_{listed.extract_date}.xlsx"


def workbook(listed: IssueList) -> bytes:
    """The workbook's bytes: a sheet of the rules, then a sheet a table. The same for the same list."""
    stream = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    with Workbook(stream, options) as book:
        book.set_properties({"title": f"Data issues of {listed.la_code}", "created": listed.published_at})
        title, header, text = (
            book.add_format({"bold": True, "font_size": 14}),
            book.add_format({"bold": True, "bg_color": "#D9E2EC", "border": 1, "text_wrap": True, "valign": "top"}),
            # Marked as text, so that it stays text when somebody edits the cell.
            book.add_format({"quote_prefix": True}),
        )
        sheets: Iterator[tuple[str, Sequence[tuple[str, int]], Sequence[Row]]] = iter(
            (("Rules", _RULES, listed.rules), *((name, _ISSUES, rows) for name, rows in listed.tables.items()))
        )
        for name, columns, rows in sheets:
            told = f"{listed.la_code}, extract of {listed.extract_date}: {name}"
            if len(rows) > _MOST_ROWS:
                told += f"; the first {_MOST_ROWS:,} of {len(rows):,} rows, all are in row_issue of {CASEWORK}"
            _sheet(book.add_worksheet(name), told, columns, rows[:_MOST_ROWS], (title, header, text))
    return stream.getvalue()


def _sheet(
    sheet: Worksheet,
    told: str,
    columns: Sequence[tuple[str, int]],
    rows: Sequence[Row],
    formats: tuple[Format, Format, Format],
) -> None:
    title, header, text = formats
    sheet.write_string(0, 0, told, title)
    sheet.write_string(1, 0, "Rows are counted as in the file, the header being row 1.")
    for position, (heading, width) in enumerate(columns):
        sheet.write_string(_TITLE_ROWS, position, heading, header)
        sheet.set_column(position, position, width)
    for number, row in enumerate(rows, start=_TITLE_ROWS + 1):
        for position, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.write_number(number, position, cell)
            elif cell is not None:
                sheet.write_string(number, position, escaped(str(cell)), text)
    sheet.freeze_panes(_TITLE_ROWS + 1, 0)
    sheet.autofilter(_TITLE_ROWS, 0, _TITLE_ROWS + max(len(rows), 1), len(columns) - 1)
