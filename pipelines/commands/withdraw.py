"""The `withdraw` command: a person takes an extract that was published by mistake out of the current view."""

from datetime import date

from assets.published import code_version
from pipelines import console
from pipelines.console import DISK_ERRORS, said
from pipelines.settings import PipelineSettings
from warehouse.definitions import definitions_sha256
from warehouse.exports import files as exports
from warehouse.landing.extracts import landed
from warehouse.layers import Group
from warehouse.private import NoSuchGroupError
from warehouse.published import publishing
from warehouse.reference.loading import in_force
from warehouse.refusals import left_out
from warehouse.report.coverage import page as coverage
from warehouse.workspace import exclusive


def withdraw_extract(settings: PipelineSettings, la_code: str, extract_date: date, reason: str) -> int:
    """Withdraw a published extract by a version of its own; the exit status of the command.

    The figures of the authority's other extracts are current again. The cases are those of the latest of these, as long
    as its files are still landed.
    """
    try:
        return _withdraw(settings, la_code, extract_date, reason)
    except DISK_ERRORS as error:
        console.errors.print(f"Nothing was withdrawn. {said(settings.warehouse, error)}", markup=False)
        return 1


def _withdraw(settings: PipelineSettings, la_code: str, extract_date: date, reason: str) -> int:
    name = f"{la_code}/{extract_date}"
    if not settings.warehouse.is_dir():
        console.errors.print(f"{settings.warehouse}: no such warehouse folder; name one with --warehouse.")
        return 2
    with exclusive(settings.warehouse):
        known = publishing.published(settings.warehouse)
        found = known.get((la_code, extract_date))
        if found is None or found.is_withdrawn:
            why = "it is not published" if found is None else "it is withdrawn already"
            console.errors.print(f"{name}: {why}; kpi_version in kpi.duckdb lists what is.")
            return 2
        left = [
            day for (la, day), one in known.items() if la == la_code and day != extract_date and not one.is_withdrawn
        ]
        before = [one for one in landed(settings.landing) if (one.la_code, one.extract_date) == (la_code, max(left))] \
            if left else []  # fmt: skip
        group = Group(
            before, settings.definitions, settings.operation, settings.warehouse.resolve() / ".spill",
            left_out=left_out(before, settings.warehouse), reference=in_force(settings.warehouse),
        )  # fmt: skip
        try:
            group.measures()
            publication = publishing.Publication(
                "withdraw", code_version(), definitions_sha256(settings.definitions, group.reference),
                kept_generations=settings.kept_generations,
            )  # fmt: skip
            version = publishing.withdraw(
                group.connection, settings.warehouse, publication, (la_code, extract_date), reason,
                settings.pseudonymise_persons,
            )  # fmt: skip
        finally:
            group.close()
        try:
            exports.export(settings.warehouse, settings.exports_group)
        except NoSuchGroupError:
            console.errors.print(exports.no_group(settings.exports_group), markup=False)
        coverage.write(settings.warehouse, [la_code])
    console.console.print(f"{name} is withdrawn by version {version}, with this reason: {reason}", markup=False)
    if left and not before and max(left) < extract_date:
        console.errors.print(
            f"{la_code}/{max(left)}, the extract before, is not landed in {settings.landing}: its figures are current again, "
            "and there are no cases behind them until it is landed and run."
        )
    return 0
