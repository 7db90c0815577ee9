"""The `run` command: which extracts, in how many runs of the job, and what a person is told."""

import contextlib
import logging
import os
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from dagster import DagsterInstance

from assets.resource import hand_back, hand_over, hashes, spill
from pipelines import console
from pipelines.automation import due
from pipelines.console import DISK_ERRORS, said
from pipelines.definitions import JOB, build
from pipelines.instance import BY_COMMAND_LINE, Outcome, clear_left_over, contiguous, home, register, run
from pipelines.settings import PipelineSettings
from pipelines.statistics import take_statistics
from warehouse import refusals
from warehouse.exports import files as exports
from warehouse.landing.commentary import not_read, read_commentary
from warehouse.landing.extracts import (
    Extract,
    closed,
    landed,
    misplaced,
    misplaced_commentary,
    unfinished_files,
)
from warehouse.layers import Group, batches
from warehouse.private import NoSuchGroupError, without_data
from warehouse.published import movement, publishing, seed_table
from warehouse.published.public_copy import copying as public
from warehouse.published.publishing import latest_version
from warehouse.published.retention.purging import first_kept, purge
from warehouse.reference.loading import in_force
from warehouse.report import words
from warehouse.report.coverage import page as coverage
from warehouse.report.folder import COVERAGE, FOLDER
from warehouse.report.published_files import opened_figures
from warehouse.workspace import exclusive

_SCREENS = 1  # of first extracts; of many authorities a person reads the pages
_SHOWN = 20  # unusual figures; a first run over many authorities has more than a person reads


def run_extracts(
    settings: PipelineSettings,
    authority: str | None = None,
    extract_date: date | None = None,
    accepted_settings: str | None = None,
) -> int:
    """Run the job over the extracts and print what came of it; the exit status of the command."""
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    standard_error = os.dup(2)
    try:
        return _run_extracts(settings, authority, extract_date, accepted_settings)
    except DISK_ERRORS as error:
        # Where a step was cut short by a full disk, Dagster has left standard error going into a file on that disk.
        os.dup2(standard_error, 2)
        console.errors.print(
            f"The run ended early; what is published is whole. {said(settings.warehouse, error)}", markup=False
        )
        return 1
    finally:
        os.close(standard_error)


def prepare_ui(settings: PipelineSettings) -> int:
    """Make the Dagster instance ready for the UI and its daemons, and end what runs that have died hold; 1 on failure.

    No other UI of this warehouse may run.
    """
    try:
        with (
            contextlib.suppress(BlockingIOError),
            DagsterInstance.from_config(str(home(settings.warehouse))) as instance,
            exclusive(settings.warehouse, wait=False),
        ):
            clear_left_over(instance)
    except DISK_ERRORS as error:
        console.errors.print(said(settings.warehouse, error), markup=False)
        return 1
    return 0


def _run_extracts(
    settings: PipelineSettings, authority: str | None, extract_date: date | None, accepted_settings: str | None
) -> int:
    if not settings.landing.is_dir():
        console.errors.print(f"{settings.landing}: no such landing folder; name one with --landing.")
        return 2
    with exclusive(settings.warehouse):
        take_statistics(settings)
        named = authority is not None or extract_date is not None
        extracts = [
            extract
            for extract in (landed(settings.landing) if named else due(settings))
            if authority in (None, extract.la_code) and extract_date in (None, extract.extract_date)
        ]
        if named and not extracts:
            console.errors.print(f"{settings.landing}: no extract of {authority or 'any authority'}"
                                 f"{f' on {extract_date}' if extract_date else ''} has landed.")  # fmt: skip
            return 2
        if named:
            lost = say_what_is_unfinished(extracts)
            extracts = [extract for extract in extracts if extract.folder not in lost]
        else:
            say_what_is_unfinished(landed(settings.landing))
            lost = say_what_is_misplaced(settings)
        if not extracts:
            told = "Nothing to publish" if named else "Nothing new"
            console.console.print(f"{told} in {settings.landing}: every complete extract is published.")
            if settings.public_copy and public.publish(settings.warehouse):  # it was switched on since, or a run died
                console.console.print(
                    f"Made: {words.place(settings.warehouse / public.FOLDER)}, the public copy.", soft_wrap=True
                )
            if not _export(settings):
                return 2
            if settings.retention_days is not None and latest_version(settings.warehouse):
                purge(settings.warehouse, first_kept(settings.retention_days), settings.pseudonymise_persons)
            return 1 if lost else 0
        for extract in extracts:
            say_what_is_wrong_with_commentary(extract)
        console.console.print(f"Publishing {len(extracts)} extract{'s' * (len(extracts) > 1)} …")
        with DagsterInstance.from_config(str(home(settings.warehouse))) as instance:
            clear_left_over(instance, BY_COMMAND_LINE)
            before, known = latest_version(settings.warehouse), authorities(settings.warehouse)
            refused, failed = _run_all(instance, settings, extracts, accepted_settings)
        moved = movement.moved(settings.warehouse, before) if latest_version(settings.warehouse) > before else []
    is_all = say_what_came_of_it(settings, extracts, refused, failed, known, moved)
    return 0 if is_all and not lost else 1


def say_what_came_of_it(
    settings: PipelineSettings,
    extracts: Sequence[Extract],
    refused: Mapping[str, Sequence[str]],
    failed: Sequence[str],
    known: set[str],
    moved: Sequence[str],
) -> bool:
    """Tell what was published and what was not, and why; whether all was. `known`: authorities published before."""
    for reasons in refused.values():
        for reason in reasons:
            console.errors.print(reason, markup=False)
    for error in failed:
        told = f"The run failed, and nothing more was published. {said(settings.warehouse, error)}"
        console.errors.print(told, markup=False)
    for sentence in moved[:_SHOWN]:
        console.console.print(f"Unusual: {sentence}", markup=False, soft_wrap=True)
    if len(moved) > _SHOWN:
        console.console.print(f"and {len(moved) - _SHOWN:,} more: see the check figures_within_history in Dagster.")
    published = [extract for extract in extracts if extract.partition_key not in refused]
    if published and not failed:
        _say_what_first_extracts_give(settings, authorities(settings.warehouse) - known)
        _report(settings, published)
    if any(_is_of_a_file(reason) for reasons in refused.values() for reason in reasons):
        console.errors.print(
            "A table that cannot be used can be left out on purpose, so that the measures without it are published: "
            "python -m pipelines accept LA DATE --leave-out TABLE --reason TEXT."
        )
    if refused:
        were = "extract was" if len(extracts) == 1 else "extracts were"
        console.errors.print(f"{len(refused)} of {len(extracts)} {were} refused; what was published stays.")
    return not refused and not failed


def say_what_is_unfinished(extracts: list[Extract]) -> list[Path]:
    """Tell which extracts are still being copied, and so are not read; their folders."""
    found = []
    for extract in extracts:
        if unfinished := unfinished_files(extract):
            found.append(extract.folder)
            told = f"{extract.la_code}/{extract.extract_date}: still being copied ({', '.join(unfinished)}); "
            console.errors.print(f"{told}it is published once it is complete.", markup=False)
    return found


def say_what_is_misplaced(settings: PipelineSettings) -> list[Path]:
    """Tell what lies in the landing folder where nothing is read."""
    lost = misplaced(settings.landing)
    for folder in lost:
        console.errors.print(
            f"{folder}: not read, because it is not <la_code>/<extract_date>; move the files to a folder such as "
            f"{settings.landing}/852/2020-09-01."
        )
    shut = closed(settings.landing, landed(settings.landing))
    for folder in shut:
        console.errors.print(
            f"{folder}: not read, because it cannot be opened; let the user of the pipeline read it, and look into it."
        )
    commentary = misplaced_commentary(settings.landing)
    for folder in commentary:
        console.errors.print(
            f"{folder}: not read, because commentary is part of an extract; move it to a folder such as "
            f"{settings.landing}/852/2020-09-01/commentary."
        )
    return lost + shut + commentary


def say_what_is_wrong_with_commentary(extract: Extract) -> None:
    """Tell which commentary is left out or shown without an author or a date. It stops nothing."""
    warnings = [warning for commentary in read_commentary(extract) for warning in commentary.warnings]
    for warning in (*warnings, *not_read(extract)):
        console.errors.print(warning, markup=False)


def _run_all(
    instance: DagsterInstance, settings: PipelineSettings, extracts: list[Extract], accepted_settings: str | None
) -> tuple[dict[str, list[str]], list[str]]:
    """Run every extract; where some are refused, the others again without them. Reasons per refused, other errors."""
    job = build(settings, accepted_settings).resolve_job_def(JOB)
    refused: dict[str, list[str]] = {}
    failed: list[str] = []
    for batch in batches(extracts):
        group = Group(
            batch, settings.definitions, settings.operation, spill(settings.warehouse), hashes(settings.warehouse),
            refusals.left_out(batch, settings.warehouse), in_force(settings.warehouse),
        )  # fmt: skip
        try:
            found = refusals.refused(group, settings.warehouse)
            _say_what_was_read(group)
        except DISK_ERRORS:
            raise
        except Exception as error:
            group.close()
            failed.append(f"The extracts could not be read: {without_data(error, settings.warehouse, 'read')}")
            continue
        # Registered in this order, so that one run takes all that can be used, and one run says what cannot.
        usable = [extract.partition_key for extract in group.extracts]
        register(instance, [*usable, *(extract.partition_key for extract in found)])
        hand_over(group)
        # A run ends at the first layer that refuses, so those that cannot be read keep no others from being told.
        unreadable = [one.partition_key for one, why in found.items() if not all(each.can_be_accepted for each in why)]
        beyond = [one.partition_key for one in found if one.partition_key not in unreadable]
        for keys in (usable, unreadable, beyond):
            if keys is beyond and failed:
                # What they are refused beside was not published, so a run of them alone would find nothing wrong.
                refused.update(
                    (one.partition_key, [each.reason for each in why])
                    for one, why in found.items()
                    if one.partition_key in beyond
                )
                break
            for part in contiguous(instance, keys):
                outcome: Outcome = run(instance, job, part)
                refused.update(outcome.refused)
                if not outcome.succeeded and not outcome.refused:
                    failed.append(outcome.error)
        hand_back()
    return refused, failed


def _say_what_was_read(group: Group) -> None:
    """Tell what was not read or is out of the ordinary in whole files; what is wrong with single rows is in row_issue."""
    told = [sentence for one in group.everything() for sentence in one.warnings]
    told += [sentence for count in group.staged() for sentence in count.warnings]
    told += [sentence for _, _, sentence in group.told]
    for sentence in dict.fromkeys(told):
        console.errors.print(sentence, markup=False)


def authorities(warehouse: Path) -> set[str]:
    """The authorities of which anything has been published."""
    return {la_code for la_code, _ in publishing.published(warehouse)}


def _say_what_first_extracts_give(settings: PipelineSettings, la_codes: set[str]) -> None:
    """Show what the extracts of authorities give of which nothing was published before; of many, where it stands."""
    if not la_codes:
        return
    with opened_figures(settings.warehouse) as connection:
        extracts = coverage.extracts(connection, la_codes)
    for extract in extracts[:_SCREENS]:
        console.show_coverage(extract)
        page = settings.warehouse / FOLDER / extract.la_code / COVERAGE
        console.console.print(f"The same with every reason and month: {words.place(page)}", soft_wrap=True)
        console.console.print()
    if len(extracts) > _SCREENS:
        index = words.place(settings.warehouse / FOLDER / "index.html")
        console.console.print(f"What the other {len(extracts) - _SCREENS} first extracts give: {index}", soft_wrap=True)
        console.console.print()


def _is_of_a_file(reason: str) -> bool:
    """Whether a refusal is for a file that cannot be used, `852/2020-09-01/referral.csv: …`, and not for a limit."""
    return reason.partition(": ")[0].count("/") > 1 and "pipelines accept " not in reason


def _export(settings: PipelineSettings) -> bool:
    """Make the exports that a run which died, or an earlier release, did not; False where their group is not there."""
    try:
        if exports.export(settings.warehouse, settings.exports_group):
            console.console.print(
                f"Made: {words.place(settings.warehouse / exports.FOLDER)}, the exports.", soft_wrap=True
            )
    except NoSuchGroupError:
        console.errors.print(exports.no_group(settings.exports_group))
        return False
    return True


def _report(settings: PipelineSettings, published: list[Extract]) -> None:
    latest = published[0]
    table = seed_table.latest(settings.warehouse, latest.la_code)
    if table.rows:
        console.show(table)
    others = len({extract.la_code for extract in published}) - 1
    if others:
        console.console.print(f"and {others} more {'authority' if others == 1 else 'authorities'}.")
    folder = words.place(settings.warehouse)
    console.console.print(
        f"Published: {folder}/kpi.duckdb (aggregates), {folder}/casework.duckdb (child level, 0600), "
        f"{folder}/exports (Parquet, CSV, scorecards).",
        soft_wrap=True,
    )
