"""The `report` command: which overview is written, and what a person is told."""

import os
from datetime import date

from pipelines import console
from pipelines.settings import PipelineSettings
from warehouse.report.opening import NoAnswerError
from warehouse.report.writing import write


def write_report(settings: PipelineSettings, la_code: str, month: date, version: int | None) -> int:
    """Write the overview and print where it is; the exit status of the command."""
    try:
        written = write(settings.warehouse, la_code, month, version)
    except NoAnswerError as error:
        console.errors.print(str(error))
        return 2
    reading = written.reading
    console.console.print(f"{reading.authority}, {month.strftime('%B %Y')}, version {reading.version}:")
    for path in (written.html, written.pdf, written.docx, written.quality):
        console.console.print(f"  {os.path.relpath(path)}", soft_wrap=True)
    if reading.moved:
        console.console.print("Figures of this month have been restated since; the first page says what moved.")
    return 0
