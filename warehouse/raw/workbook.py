"""Workbooks: the sheet of an .xlsx file that holds a table of the contract."""

from pathlib import Path

from schemas.settings import Operation
from schemas.tables import Kind, columns
from warehouse.forms.spreadsheet import visible_sheets
from warehouse.landing.bounds import UnreadableFileError
from warehouse.raw.layout import SEARCHED_ROWS, Layout, find_layout, wanted


def read_rows(path: Path, table: str, limits: Operation) -> tuple[Layout, list[tuple[int, list[str]]]]:
    """The layout and the numbered rows below the header, all text, of the visible sheet that holds the table.

    The sheet of the table's name goes before the others. Raises UnreadableFileError.
    """
    reasons: list[str] = ["it has no visible sheet; save the table in one"]
    for sheet in visible_sheets(path, limits, first=[table]):
        layout = find_layout(wanted(table), sheet.head(SEARCHED_ROWS), limits.column_limit)
        if isinstance(layout, Layout):
            return layout, list(sheet.rows(layout.header_row, layout.width, _days(table, layout), limits))
        reasons = layout
    raise UnreadableFileError(*reasons)


def _days(table: str, layout: Layout) -> frozenset[int]:
    kinds = {column.name: column.kind for column in columns(table)}
    return frozenset(place for name, place in layout.positions.items() if kinds[name] in (Kind.DATE, Kind.TIMESTAMP))
