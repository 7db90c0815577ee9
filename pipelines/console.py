"""What a person sees of a run: its progress as it goes, and a short table at the end."""

import logging
import sys

from dagster import DagsterEvent, InitLoggerContext, LoggerDefinition
from rich.console import Console
from rich.table import Table

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
