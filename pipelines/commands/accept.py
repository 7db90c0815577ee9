"""The `accept` command: a person takes a refused extract as it is, and says why."""

import getpass
import os
from collections.abc import Collection
from datetime import date

from pipelines import console
from pipelines.console import DISK_ERRORS, said
from pipelines.settings import PipelineSettings
from schemas.tables import MODELS
from warehouse import ledger
from warehouse.landing.extracts import Extract, extract_sha256
from warehouse.workspace import exclusive


def accept_extract(
    settings: PipelineSettings, la_code: str, extract_date: date, reason: str, leave_out: Collection[str] = ()
) -> int:
    """Accept what the extract was last refused for, as it now lies; the exit status of the command.

    Only what is beyond a limit can be accepted: a file that cannot be used has to be sent again, or its table is left
    out on purpose (`leave_out`), and then nothing else is accepted.
    """
    try:
        return _accept(settings, la_code, extract_date, reason, leave_out)
    except DISK_ERRORS as error:
        console.errors.print(f"Nothing was accepted. {said(settings.warehouse, error)}", markup=False)
        return 1


def _accept(
    settings: PipelineSettings, la_code: str, extract_date: date, reason: str, leave_out: Collection[str]
) -> int:
    extract = Extract(la_code, extract_date, settings.landing / la_code / extract_date.isoformat())
    name = f"{la_code}/{extract_date}"
    if not extract.folder.is_dir():
        return _nothing_done(f"{extract.folder}: no such extract; name its landing folder with --landing.")
    if not settings.warehouse.is_dir():
        return _nothing_done(f"{settings.warehouse}: no such warehouse folder; name one with --warehouse.")
    if unknown := sorted(set(leave_out) - set(MODELS)):
        return _nothing_done(f"--leave-out {unknown[0]}: no table of the contract; give one of {', '.join(MODELS)}.")
    with exclusive(settings.warehouse):
        landed = ledger.LandedBytes(la_code, extract_date, extract_sha256(extract))
        findings = ledger.last_refusal(settings.warehouse, landed)
        if not findings:
            return _nothing_done(
                f"{name}: it has not been refused as it now lies in {settings.landing}; run it first, and accept it if "
                "it is refused."
            )
        if leave_out:
            left_out = [
                ledger.Finding(f"{name}: the table {table} is left out", table, ledger.LEFT_OUT)
                for table in dict.fromkeys(leave_out)
            ]
            ledger.accept(settings.warehouse, landed, left_out, _person(), reason)
            for finding in left_out:
                console.console.print(f"Accepted: {finding.fact}.", markup=False)
            console.console.print("The next run publishes the extract without it, and the reason with it: what needs "
                                  "it is not computable.", soft_wrap=True)  # fmt: skip
            return 0
        if unusable := [finding.reason for finding in findings if not finding.can_be_accepted]:
            return _nothing_done(
                *unusable,
                f"{name}: a file that cannot be used cannot be accepted; send it again, or leave its table out with "
                "--leave-out TABLE.",
            )
        known = ledger.acceptances(settings.warehouse).get(landed, {})
        new = [one for one in findings if one.fact not in known]
        if not new:
            before = next(iter(known.values()))
            return _nothing_done(
                f"{name}: it is accepted already, by {before.accepted_by} at {before.accepted_at:%Y-%m-%d %H:%M} UTC "
                f"({before.reason}); the next run publishes it."
            )
        ledger.accept(settings.warehouse, landed, new, _person(), reason)
    for finding in new:
        console.console.print(f"Accepted: {finding.fact}.", markup=False)
    console.console.print(f"{name} is accepted as it now lies, with this reason: {reason}", markup=False)
    console.console.print("The next run publishes it, and the reason with it.")
    return 0


def _nothing_done(*sentences: str) -> int:
    for sentence in sentences:
        console.errors.print(sentence, markup=False)
    return 2


def _person() -> str:
    """The user that the system knows, whatever the environment says."""
    try:
        import pwd
    except ImportError:  # Windows
        return getpass.getuser()
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
