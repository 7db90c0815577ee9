"""The `issues` command: what each rule found, and the workbook for the data officer."""

import click

from pipelines.settings import PipelineSettings
from warehouse.escaping import escaped
from warehouse.report import words
from warehouse.report.folder import write_private
from warehouse.report.issues.lists import FOLDER, IssueList, file_name, issue_lists, workbook
from warehouse.report.published_files import NoAnswerError

_MOST_SHOWN = 20


def show_issues(settings: PipelineSettings, authority: str | None) -> int:
    """Write the workbook of every authority, or of one, and print how many rows each rule found; the exit status."""
    try:
        lists = issue_lists(settings.warehouse)
    except NoAnswerError as error:
        click.echo(escaped(str(error)), err=True)
        return 2
    shown = [one for one in lists if authority in (None, one.la_code)]
    if not shown:
        published = ", ".join(one.la_code for one in lists) or "none"
        click.echo(f"--authority {authority}: nothing is published for it; published are: {published}.", err=True)
        return 2
    for listed in shown:
        path = write_private(settings.warehouse / FOLDER, file_name(listed), workbook(listed))
        _print(listed)
        click.echo(f"\nEvery row, as a workbook readable by you alone: {words.place(path)}\n")
    return 0


def _print(listed: IssueList) -> None:
    """Rules and counts only: what a row says is in the workbook."""
    counts = ", ".join(f"{count} {outcome.replace('_', ' ')}" for outcome, count in listed.found.items())
    click.echo(f"{listed.la_code}, extract of {listed.extract_date}: {counts or 'no rules were asked'}")
    told = [rule for rule in listed.rules if rule[5] in ("failed", "found")]
    for code, _, sentence, severity, tables, outcome, rows, reason in told[:_MOST_SHOWN]:
        where = f" ({tables})" if tables and len(tables) < 40 else ""  # more say nothing
        click.echo(f"  {rows:>8,}  {severity:<8} {code}{where}: {escaped(reason if outcome == 'failed' else sentence)}")
    if len(told) > _MOST_SHOWN:
        click.echo(f"  and {len(told) - _MOST_SHOWN} more rules.")
