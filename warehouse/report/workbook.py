"""The live list as a workbook: sorted, filtered and printed as team leaders work with it."""

from datetime import date, datetime, time
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from schemas.measures import CLOCKS
from warehouse.report.pending import IN_TIME, PendingList

# What a cell says stands in words; the fill only helps the eye, and its darkness does so without colour too.
_DARK, _MIDDLE, _HEADING = "#E2936B", "#F3D9A4", "#D9E2EC"
_COLUMNS = (
    ("Team", 20), ("Worker", 12), ("Item", 12), ("Child", 13), ("Record", 13), ("Started", 11), ("Due", 11),
    ("Days elapsed", 9), ("Days left", 7), ("State", 10),
)  # fmt: skip
_SOURCE = (("Table", 12), ("Row", 8))
_TITLE_ROWS = 3


def workbook(listed: PendingList) -> bytes:
    """The workbook's bytes: the same for the same list, whenever it is made."""
    stream = BytesIO()
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False,
        "default_date_format": "dd/mm/yyyy",
    }  # fmt: skip
    with Workbook(stream, options) as book:
        book.set_properties(
            {
                "title": f"Open items of authority {listed.la_code} as at {listed.extract_date}",
                "created": listed.published_at,
            }
        )
        sheet = book.add_worksheet("Open items")
        _lay_out(book, sheet, listed)
        _fill(book, sheet, listed)
    return stream.getvalue()


def _lay_out(book: Workbook, sheet: Worksheet, listed: PendingList) -> None:
    header = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": _HEADING, "border": 1})
    title, note = book.add_format({"bold": True, "font_size": 14}), book.add_format({"italic": True})
    overdue = sum(item.is_overdue for item in listed.items)
    sheet.write_string(0, 0, f"Open items of authority {listed.la_code} as at {_long(listed.extract_date)}", title)
    sheet.write_string(
        1, 0,
        f"{len(listed.items)} open, {overdue} overdue. A later extract may have closed items. Right of State: what an "
        "item would be if it were done on that day.",
        note,
    )  # fmt: skip
    columns = [*_COLUMNS, *((f"{day:%a} {day.day} {day:%b}", 9) for day in listed.days), *_SOURCE]
    for position, (name, width) in enumerate(columns):
        sheet.write_string(_TITLE_ROWS, position, name, header)
        sheet.set_column(position, position, width)
    sheet.freeze_panes(_TITLE_ROWS + 1, 0)
    sheet.autofilter(_TITLE_ROWS, 0, _TITLE_ROWS + max(len(listed.items), 1), len(columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_TITLE_ROWS)
    sheet.set_footer("&LHolds data of children: for the team only&RPage &P of &N")


def _fill(book: Workbook, sheet: Worksheet, listed: PendingList) -> None:
    edge = {"border": 1, "border_color": "#A6A6A6"}
    # Marked as text, so that it stays text when somebody edits the cell.
    text = book.add_format({**edge, "quote_prefix": True})
    plain = book.add_format(edge)
    day = book.add_format({**edge, "num_format": "dd/mm/yyyy"})
    late = book.add_format({**edge, "bold": True, "bg_color": _DARK})
    unknown = book.add_format({**edge, "italic": True, "bg_color": _MIDDLE})
    states = {"overdue": late, "no start": unknown}
    for row, item in enumerate(listed.items, start=_TITLE_ROWS + 1):
        words = (item.team, item.worker, CLOCKS[item.measure_code], item.person_id, item.record_id)
        for position, word in enumerate(words):
            _word(sheet, row, position, word, text)
        for position, date_ in enumerate((item.clock_start, item.due_date), start=5):
            if date_ is None:
                sheet.write_blank(row, position, None, plain)
            else:
                sheet.write_datetime(row, position, datetime.combine(date_, time()), day)
        for position, number in enumerate((item.working_days_elapsed, item.working_days_left), start=7):
            _number(sheet, row, position, number, plain)
        sheet.write_string(row, 9, item.state, states.get(item.state, plain))
        for position, outcome in enumerate(item.outcomes, start=len(_COLUMNS)):
            sheet.write_string(row, position, outcome, plain if outcome == IN_TIME else late)
        source = len(_COLUMNS) + len(listed.days)
        _word(sheet, row, source, item.table_name, text)
        _number(sheet, row, source + 1, item.row_number, plain)


def _word(sheet: Worksheet, row: int, position: int, word: str | None, text: Format) -> None:
    if word is None:
        sheet.write_blank(row, position, None, text)
    else:
        sheet.write_string(row, position, word, text)


def _number(sheet: Worksheet, row: int, position: int, number: int | None, plain: Format) -> None:
    if number is None:
        sheet.write_blank(row, position, None, plain)
    else:
        sheet.write_number(row, position, number, plain)


def _long(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
