"""Workbooks: the sheet of an .xlsx file that holds a table of the contract."""

from schemas.settings import Operation
from schemas.tables import Kind, columns
from warehouse.forms.canonical.layout import SEARCHED_ROWS, Layout, Wanted, find_layout
from warehouse.forms.canonical.rows import Rows
from warehouse.forms.cells import folded
from warehouse.forms.spreadsheet import Sheet, visible_sheets
from warehouse.landing.bounds import UnreadableFileError


def read(content: bytes, wanted: Wanted, limits: Operation) -> Rows:
    """The rows of a table: of the sheet that is named for it, else of the one that holds it.

    Raises UnreadableFileError, and names the sheets where several hold the table.
    """
    reasons: list[str] = ["it has no visible sheet; save the table in one"]
    found: list[tuple[Sheet, Layout]] = []
    for sheet in visible_sheets(content, limits, first=wanted.sheets):
        layout = find_layout(wanted, sheet.head(SEARCHED_ROWS), limits.column_limit)
        if isinstance(layout, Layout):
            found.append((sheet, layout))
        elif not found:
            reasons = layout
        if folded(sheet.name) in wanted.sheets and found:
            break
    if not found:
        raise UnreadableFileError(*reasons)
    if len(found) > 1:
        named = " and ".join(f"'{_shown(sheet.name)}'" for sheet, _ in found[:5])
        raise UnreadableFileError(
            f"the sheets {named} all hold the table; keep one, or name the right one {wanted.table}"
        )
    sheet, layout = found[0]
    days = _days(wanted.table, layout)
    rows = [
        (number, cells)
        for number, cells in sheet.rows(layout.header_row, layout.width, days, limits)
        if any(cell.strip() for cell in cells)
    ]
    return Rows.of_lists(layout, rows)


def _days(table: str, layout: Layout) -> frozenset[int]:
    kinds = {column.name: column.kind for column in columns(table)}
    return frozenset(place for name, place in layout.positions.items() if kinds[name] in (Kind.DATE, Kind.TIMESTAMP))


def _shown(name: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in name[:40])
