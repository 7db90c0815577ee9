"""What a person sees of a run: its progress as it goes, and a short table at the end."""

import logging
import re
import shutil
import sys
import textwrap
from pathlib import Path
from typing import Any

import duckdb
from dagster import DagsterEvent, InitLoggerContext, LoggerDefinition
from rich.console import Console
from rich.table import Table
from sqlalchemy.exc import DatabaseError

from schemas.measures import GROUPS
from warehouse.escaping import escaped
from warehouse.generations import InUseError, in_use
from warehouse.published.seed_table import HEADINGS, SeedTable
from warehouse.report import words
from warehouse.report.coverage.page import Extract, in_short


# Wide enough for the table where no terminal says how wide it is. Brackets and colons in a path or header are what they
# are, and no marks of ours.
class _Screen(Console):
    """A console on which the names and words of others are only shown, whatever is in them."""

    def print(self, *objects: Any, **options: Any) -> None:
        super().print(*(escaped(one) if isinstance(one, str) else one for one in objects), **options)


console = _Screen(highlight=False, markup=False, emoji=False, width=None if sys.stdout.isatty() else 118)
errors = _Screen(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)


class _Progress(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        meta = getattr(record, "dagster_meta", {})
        event = meta.get("dagster_event")
        if isinstance(event, DagsterEvent) and event.is_step_success:
            seconds = event.step_success_data.duration_ms / 1000
            console.print(f"  {event.step_key:<12} {seconds:6.1f} s", style="dim")


# What listens to the steps of a run in this process; the benchmark adds a stopwatch.
progress_handlers: list[logging.Handler] = [_Progress()]


def _progress(context: InitLoggerContext) -> logging.Logger:
    progress = logging.Logger("progress", level=logging.DEBUG)
    for handler in progress_handlers:
        progress.addHandler(handler)
    return progress


# Shows finished steps and nothing else: no data of a child ever reaches the console.
progress_logger = LoggerDefinition(_progress, description="One line per layer on the console.")


def show(table: SeedTable) -> None:
    """Print the short table of an authority."""
    shown = Table(title=f"{table.la_code}, {table.month}", title_justify="left")
    for heading in HEADINGS:
        shown.add_column(heading, justify="left" if heading == HEADINGS[0] else "right")
    for row in table.rows:
        shown.add_row(*row)
    console.print(shown)
    for note in table.notes:
        console.print(note, style="dim")


_STEPS = 10  # things to send that one screen holds; the page has all


def show_coverage(extract: Extract) -> None:
    """Print on one screen what an extract gives: the measures by group, what the others lack, first what gives most."""
    console.print(
        f"{extract.authority} ({extract.la_code}): what the extract of {words.day(extract.extract_date)} gives"
    )
    console.print(in_short(extract))
    given = {row["measure_code"] for row in extract.given}
    for group, declared in GROUPS.items():
        if codes := [one.measure_code for one in declared if one.measure_code in given]:
            _item(f"{group} ({len(codes)} of {len(declared)}): {', '.join(codes)}")
    if extract.notes:
        console.print("To be told beside their figures:")
    for note, codes in extract.notes.items():
        _item(f"{', '.join(codes)}: {note}")
    if not extract.not_given:
        return
    console.print("Not computed, by what is lacking; first what would give most, then what would give most after it:")
    for number, step in enumerate(extract.steps[:_STEPS], start=1):
        _item(f"{number}. {step}, for {len(step.gives)}: {', '.join(step.gives)}")
    later = [code for step in extract.steps[_STEPS:] for code in step.gives]
    if later:
        _item(f"For {len(extract.steps) - _STEPS} other lacks: {', '.join(later)}")
    others = [row["measure_code"] for row in extract.not_given if row["measure_code"] not in extract.needs]
    for reason, codes in extract.reasons(others).items():
        _item(f"{', '.join(codes)}: {reason}")


def _item(text: str) -> None:
    """One item of a list, its further lines set in."""
    for line in textwrap.wrap(text, console.width, initial_indent="  ", subsequent_indent="      "):
        console.print(line)


# What comes of a warehouse that cannot be written to or read.
DISK_ERRORS = (OSError, duckdb.Error, DatabaseError)


_NO_ROOM = "no space left|disk is full|quota exceeded|file too large|not enough space"
_FAILING_DISK = "disk i/o error|could not write|failed to write|fatal error|could not be written to|checkpoint"
_NO_PERMISSION = "read-?only|permission denied|not permitted|unable to open database file"
_ROOM = 1 << 20  # bytes: with less than this on the disk, that is what went wrong, whatever the words


def said(warehouse: Path, error: object) -> str:
    """What a person can do about an error of the disk; else its first line."""
    text = str(error).strip()
    if isinstance(error, InUseError):
        return text
    if held := re.search(r'set lock on file "(.+?)": Conflicting lock is held(?:.*?\(PID (\d+))?', text):
        return in_use(held[1], held[2])
    if re.search(_NO_ROOM, text, re.IGNORECASE) or _free(warehouse) < _ROOM:
        return f"{warehouse}: there is no room left on the disk; make room and run again."
    if re.search(_NO_PERMISSION, text, re.IGNORECASE):
        named = getattr(error, "filename", None)
        if named is not None and warehouse.resolve() not in Path(str(named)).resolve().parents:
            return f"{named}: this user may not read or write it; see to its permissions."
        return f"{warehouse}: it cannot be written to; make it writable for this user, or name another --warehouse."
    if re.search(_FAILING_DISK, text, re.IGNORECASE):
        return f"{warehouse}: there is no room left on the disk, or the disk fails; make room and run again."
    return text.splitlines()[0] if text else type(error).__name__


def _free(warehouse: Path) -> int:
    """Bytes of room on the disk of the warehouse, as far as it can be told."""
    try:
        return shutil.disk_usage(warehouse).free
    except OSError:
        return _ROOM
