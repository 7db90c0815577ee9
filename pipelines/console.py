"""What a person sees of a run: its progress as it goes, and a short table at the end."""

import logging
import re
import sys
from pathlib import Path

import duckdb
from dagster import DagsterEvent, InitLoggerContext, LoggerDefinition
from rich.console import Console
from rich.table import Table
from sqlalchemy.exc import DatabaseError

from warehouse.published.seed_table import HEADINGS, SeedTable

# Wide enough for the table where no terminal says how wide it is. Brackets and colons in a path or header are what they
# are, and no marks of ours.
console = Console(highlight=False, markup=False, emoji=False, width=None if sys.stdout.isatty() else 118)
errors = Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)


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


# What comes of a warehouse that cannot be written to or read.
DISK_ERRORS = (OSError, duckdb.Error, DatabaseError)


def said(warehouse: Path, error: object) -> str:
    """What a person can do about an error of the disk; else its first line."""
    text = str(error).strip()
    if re.search("no space left|disk is full|quota exceeded|file too large", text, re.IGNORECASE):
        return f"{warehouse}: there is no room left on the disk; make room and run again."
    if re.search("disk i/o error|could not write|failed to write|fatal error", text, re.IGNORECASE):
        return f"{warehouse}: there is no room left on the disk, or the disk fails; make room and run again."
    if re.search("read-?only|permission denied|not permitted|unable to open database file", text, re.IGNORECASE):
        return f"{warehouse}: it cannot be written to; make it writable for this user, or name another --warehouse."
    return text.splitlines()[0] if text else type(error).__name__
