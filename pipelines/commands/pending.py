"""The `pending` command: the live list as text, and its workbooks."""

import os
import sys
from collections.abc import Iterator, Sequence
from datetime import date

import click

from pipelines.settings import PipelineSettings
from schemas.measures import OPEN_WORK_TITLES
from warehouse.escaping import escaped
from warehouse.report import words
from warehouse.report.folder import write_private
from warehouse.report.pending.lists import (
    FOLDER,
    IN_TIME,
    LATE,
    OpenItem,
    PendingList,
    file_name,
    of_team,
    of_worker,
    pending_lists,
    team_folder,
)
from warehouse.report.pending.workbook import workbook
from warehouse.report.published_files import NoAnswerError

_HEADINGS = ("Item", "Child", "Record", "Worker", "Started", "Due", "State")
# In the columns of days there is room for a short word only; a line above says what it means.
_SHORT = {IN_TIME: "in", LATE: "late"}
_DAY = 4


def show_pending(settings: PipelineSettings, authority: str | None, team: str | None, worker: str | None) -> int:
    """Write the workbooks of what is open, of each team's too where none is named, and print it; the exit status.

    The workbooks come first, so that they are there however much of what is printed is read.
    """
    try:
        lists = pending_lists(settings.warehouse, settings.definitions)
        if authority is not None:
            lists = _of_authority(lists, authority)
        wholes = {one.la_code: one for one in lists}
        shown = lists if team is None else of_team(lists, team)
        if worker is not None:
            shown = of_worker(shown, worker)
    except NoAnswerError as error:
        click.echo(escaped(str(error)), err=True)
        return 2
    width = _width()
    written = {listed.la_code: _write(settings, wholes[listed.la_code], listed, team, worker) for listed in shown}
    for listed in shown:
        for line in lines(listed, width):
            click.echo(line)
        click.echo(f"\nAs a workbook, readable by you alone: {written[listed.la_code]}\n")
    return 0


def _write(
    settings: PipelineSettings, whole: PendingList, listed: PendingList, team: str | None, worker: str | None
) -> str:
    """Write the workbook of what is shown, and where that is an authority those of its teams; where it lies."""
    if worker is None and team is None:
        for one in map(whole.of_team, whole.teams):
            write_private(
                settings.warehouse / FOLDER, file_name(whole, one.of), workbook(one), team_folder(whole, one.of)
            )
    within = team_folder(whole, listed.of) if team is not None and worker is None else ""
    name = file_name(whole, listed.of or None)
    return words.place(write_private(settings.warehouse / FOLDER, name, workbook(listed), within))


def _of_authority(lists: Sequence[PendingList], authority: str) -> list[PendingList]:
    found = [one for one in lists if one.la_code == authority]
    if not found:
        published = ", ".join(one.la_code for one in lists) or "none"
        raise NoAnswerError(f"--authority {authority}: nothing is published for it; published are: {published}.")
    return found


def _width() -> int:
    """Columns of the terminal; where there is none, what a page takes."""
    return os.get_terminal_size().columns if sys.stdout.isatty() else 132


def lines(listed: PendingList, width: int) -> Iterator[str]:
    """The list as lines of text, one per item, or two where one would be wider than `width`; nothing is cut off."""
    overdue = sum(item.is_overdue for item in listed.items)
    without = sum(item.clock_start is None for item in listed.items)
    counted = f"{len(listed.items)} open, {overdue} overdue" + (f", {without} without a start" if without else "")
    yield click.style(
        f"{escaped(listed.authority)} ({listed.la_code}), as at {long_day(listed.extract_date)}: {counted}", bold=True
    )
    yield "The extract says nothing of the days since; a later extract may have closed some of these."
    if not listed.items:
        if listed.purged_at:
            yield (
                f"Its rows about children were purged on {long_day(listed.purged_at.date())}: "
                "nothing can be listed before a later extract."
            )
        return
    first = long_day(listed.days[0])
    yield f"Under each of the ten working days from {first}: in = in time, late = late, if done that day."
    if without:
        yield "no start: there is no date to count from, so there is no due date and no day on which it is in time."
    if listed.is_timed_by_hours:
        yield "MASH items are shown by working days, though the settings time decisions by hours."
    cells = [_cells(item) for item in listed.items]
    widths = [max(len(heading), *(len(row[column]) for row in cells)) for column, heading in enumerate(_HEADINGS)]
    days = [f"{day:%a}"[:2] + f"{day:%d}" for day in listed.days]
    is_narrow = sum(widths) + len(widths) + len(days) * (_DAY + 1) > width
    months = " ".join(
        f"{day:%b} " if position == 0 or day.month != listed.days[position - 1].month else " " * _DAY
        for position, day in enumerate(listed.days)
    )
    team = None
    for item, row in zip(listed.items, cells, strict=True):
        if item.team != team:
            team = item.team
            of_team = [other for other in listed.items if other.team == team]
            yield ""
            yield click.style(
                f"{printable(team)}: {len(of_team)} open, {sum(other.is_overdue for other in of_team)} overdue",
                bold=True,
            )
            yield from _lines(["" for _ in widths], months, widths, is_narrow)
            yield from _lines(_HEADINGS, " ".join(days), widths, is_narrow)
        what_if = " ".join(f"{_SHORT.get(outcome, '–'):<{_DAY}}" for outcome in item.outcomes)
        for line in _lines(row, what_if, widths, is_narrow):
            yield click.style(line, fg="red") if item.is_overdue else line


def _lines(row: Sequence[str], days: str, widths: Sequence[int], is_narrow: bool) -> Iterator[str]:
    who = " ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
    if is_narrow:
        if who.strip():
            yield who.rstrip()
        yield "    " + days.rstrip()
    else:
        yield f"{who} {days}".rstrip()


def _cells(item: OpenItem) -> tuple[str, ...]:
    return (
        OPEN_WORK_TITLES[item.measure_code], *map(printable, (item.person_id, item.record_id, item.worker)),
        iso(item.clock_start), iso(item.due_date), _state(item),
    )  # fmt: skip


def printable(text: str | None) -> str:
    """Text of an extract as a terminal may see it: a control character could make it do something."""
    return escaped(text) if text else "–"


def _state(item: OpenItem) -> str:
    if item.working_days_left is None:
        return "no start"
    return f"{-item.working_days_left} over" if item.is_overdue else f"{item.working_days_left} left"


def iso(day: date | None) -> str:
    return "–" if day is None else day.isoformat()


def long_day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
