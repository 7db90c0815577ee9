"""The `rebuild` command: a version computed again, and what a person is told of it."""

from pipelines import console
from pipelines.settings import PipelineSettings
from warehouse.rebuilding import UnknownVersionError, rebuild


def rebuild_version(settings: PipelineSettings, version: int) -> int:
    """Print whether a version comes out the same; the exit status of the command: 1 where anything is another."""
    try:
        rebuilt = rebuild(settings.landing, settings.warehouse, version, settings.operation)
    except UnknownVersionError as error:
        console.errors.print(str(error), markup=False)
        return 2
    made_of = rebuilt.made_of
    of = f"version {version}, of {made_of.la_code}/{made_of.extract_date}"
    for difference in rebuilt.differences:
        console.errors.print(difference, markup=False)
    if rebuilt.otherwise is None:
        console.errors.print(f"So the {rebuilt.figures} figures of {of}, cannot be computed again.", markup=False)
    elif rebuilt.otherwise == 0:
        console.console.print(f"All {rebuilt.figures} figures of {of}, come out the same.", markup=False)
    if rebuilt.is_same:
        console.console.print("So do its files, settings, reference figures and definitions.")
    return 0 if rebuilt.is_same else 1
