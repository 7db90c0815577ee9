"""Drawn Annex A workbooks: a test shows the cells that matter, and the other headers of the list stand beside them."""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from schemas.settings import Operation
from warehouse.forms import annex_a
from warehouse.forms.annex_a_lists import LISTS
from warehouse.forms.cells import folded
from warehouse.forms.local_spellings import LocalSpellings
from warehouse.forms.reading import FormRead
from warehouse.landing.extracts import Extract

LIMITS = Operation.model_validate({})
EXTRACT_DATE = date(2021, 3, 16)


def drawn(drawing: str) -> list[list[str]]:
    """The cells of a drawing, its header line first."""
    return [[cell.strip() for cell in line.split("|")] for line in drawing.strip().splitlines()]


def write_workbook(path: Path, sheets: Mapping[str, str], title: str = "", **options: Any) -> Path:
    """Write drawings as the sheets of a workbook; a sheet called `List 5` gets that list's other headers, empty.

    A cell drawn as 2021-01-31 is a date, one of digits a number, one that begins with = a formula, and #N/A an error.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, **options}) as book:
        dates = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, drawing in sheets.items():
            sheet = book.add_worksheet(name)
            header, *rows = drawn(drawing)
            number = re.fullmatch(r"list[ _]?(\d+)", name.casefold())
            others = _others(int(number[1]), header) if number else []
            first = 1 if title else 0
            if title:
                sheet.write_string(0, 0, title)
            for place, text in enumerate([*header, *others]):
                sheet.write_string(first, place, text)
            for below, cells in enumerate(rows, start=first + 1):
                for place, text in enumerate(cells):
                    _write(sheet, below, place, text, dates)
    return path


def _others(number: int, drawn_headers: list[str]) -> list[str]:
    """The headers of a list that are not drawn in one of their spellings."""
    there = {folded(text.removesuffix("_1")) for text in drawn_headers}
    spelt = LISTS[number].headers.items()
    return [header for header, further in spelt if not there & set(map(folded, (header, *further)))]


def _write(sheet: Any, row: int, place: int, text: str, dates: Any) -> None:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        sheet.write_datetime(row, place, date.fromisoformat(text), dates)
    elif re.fullmatch(r"(0|[1-9]\d*)(\.\d+)?", text):
        sheet.write_number(row, place, float(text))
    elif text.startswith("="):
        sheet.write_formula(row, place, text, value="")
    elif text == "#N/A":
        sheet.write_formula(row, place, "=NA()", value="#N/A")
    elif text:
        sheet.write_string(row, place, text)


def read_workbook(folder: Path, *paths: Path, extract_date: date = EXTRACT_DATE, **local: Any) -> FormRead:
    """What the form makes of the workbooks of an extract."""
    return annex_a.read(Extract("852", extract_date, folder), paths, LIMITS, LocalSpellings(**local))


def rows_of(read: FormRead, table: str, columns: str) -> list[tuple[str | None, ...]]:
    """The rows of a table that was read, as the columns named in one string; `place` is one of them."""
    found = next((one for one in read.tables if one.table_name == table), None)
    if found is None:
        return []
    cells = found.cells.to_pydict() | {"place": found.place.to_pylist() if found.place is not None else []}
    empty = [None] * found.cells.num_rows
    return list(zip(*(cells.get(name, empty) for name in columns.split()), strict=True))
