"""The `report` command: which overview is written, and what a person is told."""

from datetime import date

from pipelines import console
from pipelines.settings import PipelineSettings
from warehouse.exports.files import no_group
from warehouse.private import NoSuchGroupError
from warehouse.report import words
from warehouse.report.explore import files as explore
from warehouse.report.overview.files import write
from warehouse.report.published_files import NoAnswerError


def write_report(settings: PipelineSettings, la_code: str, month: date, version: int | None) -> int:
    """Write the overview and the page to explore, and print where they are; the exit status of the command."""
    try:
        pages = explore.write(settings.warehouse, [la_code], settings.exports_group)
        written = write(settings.warehouse, la_code, month, version)
    except NoAnswerError as error:
        console.errors.print(str(error))
        return 2
    except NoSuchGroupError:
        console.errors.print(no_group(settings.exports_group), markup=False)
        return 2
    reading = written.reading
    console.console.print(f"{reading.authority}, {month.strftime('%B %Y')}, version {reading.version}:")
    for path in (written.html, written.pdf, written.docx, written.quality, *pages):
        console.console.print(f"  {words.place(path)}", soft_wrap=True)
    if reading.moved:
        console.console.print("Figures of this month have been restated since; the first page says what moved.")
    return 0


def write_public_page(settings: PipelineSettings) -> int:
    """Write the page of the public copy and print where it is; the exit status of the command."""
    try:
        path = explore.write_public(settings.warehouse)
    except NoAnswerError as error:
        console.errors.print(str(error))
        return 2
    console.console.print(f"The figures that may be passed on, to explore: {words.place(path)}", soft_wrap=True)
    return 0
