"""The live list as a workbook: what presses first, then each team's items; sorted, filtered and printed as it is."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from schemas.measures import OPEN_WORK_TITLES
from warehouse.escaping import escaped
from warehouse.report.pending.lists import DAYS_OF_A_WEEK, IN_TIME, LATE, OpenItem, PendingList

# What a cell says stands in words; the fill only helps the eye, and its darkness does so without colour too.
_DARK, _MIDDLE, _HEADING = "#E2936B", "#F3D9A4", "#D9E2EC"
_TEAM = ("Team", 22)
_COLUMNS = (
    ("Worker", 18), ("Item", 20), ("Child", 12), ("Record", 12), ("Started", 11), ("Due", 11), ("Days left", 7),
    ("State", 10),
)  # fmt: skip
_DAY_WIDTH = 6
_TITLE_ROWS = 3
_HEADER_HEIGHT = 32  # points: two lines, said outright because not every program makes room for the second
_LONGEST_SHEET_NAME = 31
_NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
_SHORT = {IN_TIME: "in", LATE: "late"}


def workbook(listed: PendingList) -> bytes:
    """The workbook's bytes: the same for the same list, whenever it is made.

    First a sheet of what is overdue or due within five working days, then a sheet a team of all that is open.
    """
    stream = BytesIO()
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False,
        "default_date_format": "dd/mm/yyyy",
    }  # fmt: skip
    whose = escaped(f"{listed.authority} ({listed.la_code}){f', {listed.of}' if listed.of else ''}")
    with Workbook(stream, options) as book:
        book.set_properties(
            {"title": f"Open items of {whose} as at {listed.extract_date}", "created": listed.published_at}
        )
        formats = _Formats(book)
        pressing = f"{whose}: overdue, and due by {_long(listed.days[DAYS_OF_A_WEEK - 1])}"
        _sheet(book, "This week", pressing, listed, listed.this_week, formats, has_team=len(listed.teams) > 1)
        names = {"this week"}
        for team in listed.teams:
            items = [item for item in listed.items if item.team == team]
            title = f"{listed.authority} ({listed.la_code}), {team}: all open items"
            _sheet(book, _sheet_name(team, names), title, listed, items, formats, has_team=False)
    return stream.getvalue()


class _Formats:
    def __init__(self, book: Workbook) -> None:
        edge = {"border": 1, "border_color": "#A6A6A6"}
        self.header = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bg_color": _HEADING, "border": 1}
        )
        self.title, self.note = book.add_format({"bold": True, "font_size": 14}), book.add_format({"italic": True})
        # Marked as text, so that it stays text when somebody edits the cell.
        self.text = book.add_format({**edge, "quote_prefix": True})
        self.plain = book.add_format(edge)
        self.day = book.add_format({**edge, "num_format": "dd/mm/yyyy"})
        self.late = book.add_format({**edge, "bold": True, "bg_color": _DARK})
        self.unknown = book.add_format({**edge, "italic": True, "bg_color": _MIDDLE})


def _sheet_name(team: str, taken: set[str]) -> str:
    """A team's name as a sheet may have it, and no other sheet of the workbook has."""
    plain = _NO_SHEET_NAME.sub(" ", escaped(team)).strip("' ") or "Team"
    name, number = plain[:_LONGEST_SHEET_NAME], 1
    while name.casefold() in taken or name.casefold() == "history":
        number += 1
        name = f"{plain[: _LONGEST_SHEET_NAME - len(str(number)) - 1]} {number}"
    taken.add(name.casefold())
    return name


def _sheet(
    book: Workbook, name: str, title: str, listed: PendingList, items: Sequence[OpenItem], formats: _Formats,
    has_team: bool,
) -> None:  # fmt: skip
    sheet = book.add_worksheet(name)
    days = listed.days[:DAYS_OF_A_WEEK]
    columns = [
        *((_TEAM,) if has_team else ()),
        *_COLUMNS,
        *((f"{day:%a} {day.day} {day:%b}", _DAY_WIDTH) for day in days),
    ]
    sheet.write_string(0, 0, f"{escaped(title)}, as at {_long(listed.extract_date)}", formats.title)
    overdue = sum(item.is_overdue for item in items)
    sheet.write_string(
        1, 0,
        f"{len(items):,} open, {overdue:,} overdue. A later extract may have closed items. Days are working days, "
        "below 0 past the due date. Under each day: in time or late, if done on that day.",
        formats.note,
    )  # fmt: skip
    for position, (heading, width) in enumerate(columns):
        sheet.write_string(_TITLE_ROWS, position, heading, formats.header)
        sheet.set_column(position, position, width)
    sheet.set_row(_TITLE_ROWS, _HEADER_HEIGHT)
    for row, item in enumerate(items, start=_TITLE_ROWS + 1):
        _row(sheet, row, item, formats, has_team)
    sheet.freeze_panes(_TITLE_ROWS + 1, 0)
    sheet.autofilter(_TITLE_ROWS, 0, _TITLE_ROWS + max(len(items), 1), len(columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_TITLE_ROWS)
    sheet.set_footer("&LHolds data of children: for the team only&RPage &P of &N")


def _row(sheet: Worksheet, row: int, item: OpenItem, formats: _Formats, has_team: bool) -> None:
    words = [item.worker, OPEN_WORK_TITLES[item.measure_code], item.person_id, item.record_id]
    if has_team:
        words.insert(0, item.team)
    for position, word in enumerate(words):
        if word is None:
            sheet.write_blank(row, position, None, formats.text)
        else:
            sheet.write_string(row, position, escaped(word), formats.text)
    position = len(words)
    for day in (item.clock_start, item.due_date):
        _day(sheet, row, position, day, formats)
        position += 1
    if item.working_days_left is None:
        sheet.write_blank(row, position, None, formats.plain)
    else:
        sheet.write_number(row, position, item.working_days_left, formats.plain)
    state = {"overdue": formats.late, "no start": formats.unknown}.get(item.state, formats.plain)
    sheet.write_string(row, position + 1, item.state, state)
    for column, outcome in enumerate(item.outcomes[:DAYS_OF_A_WEEK], start=position + 2):
        sheet.write_string(row, column, _SHORT.get(outcome, "–"), formats.late if outcome == LATE else formats.plain)


def _day(sheet: Worksheet, row: int, position: int, day: date | None, formats: _Formats) -> None:
    if day is None:
        sheet.write_blank(row, position, None, formats.plain)
    else:
        sheet.write_datetime(row, position, datetime.combine(day, time()), formats.day)


def _long(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
