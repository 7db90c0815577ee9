"""The command line, `python -m pipelines`: everything that a person asks the pipeline for."""

import gc

from pipelines.interruption import end_on_signals

if __name__ == "__main__":  # before the imports, which take long enough to be interrupted
    end_on_signals()
# Hundreds of thousands of objects are imported and stay: looking among them after every 700 takes a fifth of the start.
gc.set_threshold(50_000)

import logging
import os
import re
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import click
from pydantic import ValidationError
from pydantic_settings import SettingsError

from pipelines.settings import PipelineSettings, load_settings, place_of
from warehouse.escaping import escaped


class _Written(click.ParamType[datetime]):
    """A day or a month, as a person writes it."""

    name = "date"

    def __init__(self, form: str, written: str, example: str) -> None:
        self.form, self.written, self.example = form, written, example

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> datetime:
        """The date. Fails with what to write where it is none."""
        if isinstance(value, datetime):
            return value
        try:
            return datetime.strptime(value, self.form)
        except ValueError:
            self.fail(f"{value}: write it as {self.written}, such as {self.example}.", parameter, context)


_LANDING = click.option("--landing", type=click.Path(path_type=Path, file_okay=False), help="Landing folder.")
_WAREHOUSE = click.option("--warehouse", type=click.Path(path_type=Path, file_okay=False), help="Warehouse folder.")
_CONFIG = click.option("--config", type=click.Path(path_type=Path), help="Settings file (default: settings.toml).")
_URL = click.option("--url", help="Address of the database, without a password; with one it stands in KPI_SSD_URL.")
_SCHEMA = click.option("--schema", default="ssd_development", help="Schema of the SSD; '' for the account's own.")
_VERSION = click.option("--version", type=int, help="The version to report; unset, the authority's latest.")


class _Sentences(logging.Handler):
    """Shows on standard error what is told of the warehouse: files set aside, restored, lost."""

    def emit(self, record: logging.LogRecord) -> None:
        click.echo(escaped(record.getMessage()), err=True)


class _Commands(click.Group):
    """The commands. What a disk or a permission does not allow is one sentence in each of them, and exit status 1."""

    def invoke(self, context: click.Context) -> Any:
        """Run the command that is asked for."""
        try:
            return super().invoke(context)
        except click.ClickException as error:
            vars(error)["message"] = escaped(error.message, kept="\n")
            raise
        except BrokenPipeError:  # whoever reads has read enough
            raise
        except Exception as error:
            from sqlalchemy.exc import DatabaseError

            from pipelines import console
            from warehouse.private import ABOUT_THE_MACHINE, without_data

            if not isinstance(error, console.DISK_ERRORS):
                raise
            is_told = isinstance(error, (*ABOUT_THE_MACHINE, DatabaseError))  # others may quote a cell
            told = error if is_told else without_data(error, _warehouse, "command")
        console.errors.print(console.said(_warehouse, told))
        sys.exit(1)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """From landed case-system extracts to the versioned monthly KPI table."""
    os.umask(0o077)
    log = logging.getLogger("warehouse")
    log.propagate, log.handlers = False, [_Sentences()]
    # Dagster then writes the events of a step together, which is most of what it costs beside the work.
    os.environ.setdefault("DAGSTER_EVENT_BATCH_SIZE", "50")
    if "DAGSTER_HOME" in os.environ:
        from pipelines.instance import lock_by_its_database

        lock_by_its_database()


_warehouse = Path()  # that of the command, for what is said of it


def _settings(config: Path | None, **command_line: Any) -> PipelineSettings:
    try:
        settings = load_settings(config, **command_line)
    except ValidationError as error:
        problems = [
            ": ".join(filter(None, (".".join(map(str, problem["loc"])), problem["msg"].removeprefix("Value error, "))))
            for problem in error.errors()
        ]
        told = "; ".join(f"{place_of(problem, config)}{problem}" for problem in problems)
        raise click.UsageError(f"the settings are not valid: {told}{'' if told.endswith('?') else '.'}") from None
    except SettingsError as error:
        named = re.search(r'field "(\w+)"', str(error))
        told = f"KPI_{named[1].upper()} in the environment" if named else str(error)
        raise click.UsageError(f'the settings cannot be read: {told}: a list is written as JSON, ["V3"].') from None
    except (OSError, ValueError) as error:
        raise click.UsageError(f"the settings cannot be read: {error}") from None
    global _warehouse
    _warehouse = settings.warehouse
    return settings


def _la_code(text: str) -> str:
    if not re.fullmatch(r"\d{3}", text):
        raise click.UsageError(f"{text}: give an authority by its 3-digit DfE code, such as 852.")
    return text


def _reason(text: str, option: str = "--reason") -> str:
    if not text.strip() or len(text) > 500 or not text.isprintable():
        raise click.UsageError(f"{option}: give one line of 1 to 500 characters that says why.")
    return text.strip()


@main.command()
@_LANDING
@_WAREHOUSE
@_CONFIG
@click.option("--authority", metavar="LA", help="Only this authority, by its 3-digit code.")
@click.option(
    "--accept-settings", metavar="REASON", help="Why published figures may move by settings that have changed."
)
@click.option(
    "--extract-date",
    metavar="D",
    type=_Written("%Y-%m-%d", "YYYY-MM-DD", "2020-09-01"),
    help="Only extracts of this date.",
)
@click.option(
    "--cluster", "is_on_cluster", is_flag=True, help="Have the workers of several machines do it, and follow them."
)
def run(
    landing: Path | None,
    warehouse: Path | None,
    config: Path | None,
    authority: str | None,
    accept_settings: str | None,
    extract_date: datetime | None,
    is_on_cluster: bool,
) -> None:
    """Publish every landed extract that is not yet published, or those named."""
    settings = _settings(config, landing=landing, warehouse=warehouse)
    if authority is not None:
        _la_code(authority)
    accepted = None if accept_settings is None else _reason(accept_settings, "--accept-settings")
    day = extract_date.date() if extract_date else None
    if is_on_cluster:
        from pipelines.commands.run_on_cluster import run_on_cluster

        sys.exit(run_on_cluster(settings, authority, day, accepted))
    from pipelines.commands.run import run_extracts

    sys.exit(run_extracts(settings, authority, day, accepted))


@main.command()
@click.argument("la", required=False, callback=lambda _context, _parameter, value: value and _la_code(value))
@click.argument("month", required=False, type=_Written("%Y-%m", "YYYY-MM", "2020-08"), metavar="[MONTH]")
@_VERSION
@click.option(
    "--public", "is_public", is_flag=True, help="Write the page of the public copy instead, of every authority."
)
@_WAREHOUSE
@_CONFIG
def report(
    la: str | None,
    month: datetime | None,
    version: int | None,
    is_public: bool,
    warehouse: Path | None,
    config: Path | None,
) -> None:
    """Write the performance overview of an authority LA and a MONTH (YYYY-MM), and the page to explore all its figures.

    The overview is a page, a PDF and a Word file. With --public, write the page to explore what may be passed on.
    """
    if is_public != (la is None and month is None) or (la is None) != (month is None):
        raise click.UsageError("name an authority and a month, such as `report 852 2020-08`, or give --public alone")
    settings = _settings(config, warehouse=warehouse)
    from pipelines.commands.report import write_public_page, write_report

    if la is None or month is None:
        sys.exit(write_public_page(settings))
    sys.exit(write_report(settings, la, month.date(), version))


@main.command()
@_WAREHOUSE
@_CONFIG
@click.option("--authority", metavar="LA", help="Only this authority, by its 3-digit code.")
@click.option("--team", metavar="T", help="Only this team.")
@click.option("--worker", metavar="W", help="Only this worker, by the name or id in the extract.")
def pending(
    warehouse: Path | None, config: Path | None, authority: str | None, team: str | None, worker: str | None
) -> None:
    """List what is open, by team and due date, overdue first, and write it as workbooks."""
    settings = _settings(config, warehouse=warehouse)
    from pipelines.commands.pending import show_pending

    sys.exit(show_pending(settings, authority, team, worker))


@main.command()
@_WAREHOUSE
@_CONFIG
@click.option("--authority", metavar="LA", help="Only this authority, by its 3-digit code.")
def issues(warehouse: Path | None, config: Path | None, authority: str | None) -> None:
    """Write a workbook of what is wrong with the data, by row of the files, and print what each rule found."""
    settings = _settings(config, warehouse=warehouse)
    from pipelines.commands.issues import show_issues

    sys.exit(show_issues(settings, authority))


@main.command()
@click.argument("la", metavar="LA")
@click.argument("measure")
@click.argument("month", type=_Written("%Y-%m", "YYYY-MM", "2020-08"), metavar="MONTH")
@click.option("--person", metavar="P", help="Only the cases of this child, each day by day.")
@_WAREHOUSE
@_CONFIG
def explain(
    la: str, measure: str, month: datetime, person: str | None, warehouse: Path | None, config: Path | None
) -> None:
    """Explain a published figure of an authority LA, by its measure code and MONTH (YYYY-MM)."""
    settings = _settings(config, warehouse=warehouse)
    from pipelines.commands.explain import show_explanation

    sys.exit(show_explanation(settings, la, measure, month.date(), person))


@main.command()
@click.argument("la", callback=lambda _context, _parameter, value: _la_code(value))
@click.argument("extract_date", metavar="DATE", type=_Written("%Y-%m-%d", "YYYY-MM-DD", "2020-09-01"))
@click.option("--reason", required=True, help="Why the extract is right all the same. It is published: name no child.")
@click.option("--leave-out", metavar="TABLE", multiple=True, help="Leave this table out on purpose; may be repeated.")
@_LANDING
@_WAREHOUSE
@_CONFIG
def accept(
    la: str,
    extract_date: datetime,
    reason: str,
    leave_out: tuple[str, ...],
    landing: Path | None,
    warehouse: Path | None,
    config: Path | None,
) -> None:
    """Accept an extract that was refused for its numbers, as it now lies; the next run publishes it."""
    settings = _settings(config, landing=landing, warehouse=warehouse)
    from pipelines.commands.accept import accept_extract

    sys.exit(accept_extract(settings, la, extract_date.date(), _reason(reason), leave_out))


@main.command()
@click.argument("la", callback=lambda _context, _parameter, value: _la_code(value))
@click.argument("extract_date", metavar="DATE", type=_Written("%Y-%m-%d", "YYYY-MM-DD", "2020-09-01"))
@click.option("--reason", required=True, help="Why it must not count. It is published: name no child.")
@_LANDING
@_WAREHOUSE
@_CONFIG
def withdraw(
    la: str, extract_date: datetime, reason: str, landing: Path | None, warehouse: Path | None, config: Path | None
) -> None:
    """Take an extract that was published by mistake out of the current view; its versions are kept."""
    settings = _settings(config, landing=landing, warehouse=warehouse)
    from pipelines.commands.withdraw import withdraw_extract

    sys.exit(withdraw_extract(settings, la, extract_date.date(), _reason(reason)))


@main.command()
@click.argument("version", type=click.IntRange(1))
@_LANDING
@_WAREHOUSE
@_CONFIG
def rebuild(version: int, landing: Path | None, warehouse: Path | None, config: Path | None) -> None:
    """Compute a published VERSION again from its files and settings, and say whether its figures are the same."""
    settings = _settings(config, landing=landing, warehouse=warehouse)
    from pipelines.commands.rebuild import rebuild_version

    sys.exit(rebuild_version(settings, version))


@main.command()
@click.argument("path", type=click.Path(path_type=Path, exists=True))
@click.option("--authority", metavar="LA", help="Whose data it is, by its 3-digit code; unset, as its folders say.")
@click.option(
    "--extract-date",
    metavar="D",
    type=_Written("%Y-%m-%d", "YYYY-MM-DD", "2020-09-01"),
    help="Its day; unset, as its folder.",
)
@_LANDING
@_CONFIG
def profile(
    path: Path, authority: str | None, extract_date: datetime | None, landing: Path | None, config: Path | None
) -> None:
    """Show what a file or folder would be read as: headers, codes and counts, never a child's data."""
    settings = _settings(config, landing=landing)
    if authority is not None:
        _la_code(authority)
    from pipelines.commands.profile import show_profile

    sys.exit(show_profile(path, extract_date.date() if extract_date else None, authority, settings))


@main.group()
def extract() -> None:
    """Read an extract straight from a council's database."""


@extract.command("ssd")
@_URL
@click.option("--la", required=True, help="Whose database it is, by the authority's 3-digit code.")
@_SCHEMA
@click.option(
    "--system",
    type=click.Choice(["systemc", "mosaic", "eclipse"]),
    help="The case system whose scripts fill the SSD; unset, the setting ssd_system.",
)
@click.option("--fewer", metavar="TABLE", multiple=True, help="This SSD table rightly has fewer rows; may be repeated.")
@click.option(
    "--extract-date",
    metavar="D",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day of which the database is a copy; unset, today.",
)
@_LANDING
@_CONFIG
def extract_ssd(
    url: str | None,
    la: str,
    schema: str,
    system: Literal["systemc", "mosaic", "eclipse"] | None,
    fewer: tuple[str, ...],
    extract_date: datetime | None,
    landing: Path | None,
    config: Path | None,
) -> None:
    """Read the Standard Safeguarding Dataset into a landed extract, of today's date."""
    settings = _settings(config, landing=landing)
    _la_code(la)
    if (of_system := system or settings.ssd_system) is None:
        raise click.UsageError("say by --system, or the setting ssd_system, which case system's scripts fill the SSD.")
    day = extract_date.date() if extract_date else datetime.now().date()
    if day > datetime.now().date():
        raise click.UsageError("--extract-date: no database is a copy of a day to come.")
    from pipelines.commands import extract as extracting

    sys.exit(extracting.extract_ssd(settings, la, url, of_system, schema, fewer, day))


@main.command()
@click.option("--landing", type=click.Path(path_type=Path, file_okay=False), default=Path("data/landing"))
@click.option("--authorities", type=click.IntRange(1, 153), default=1, help="How many authorities; Southampton first.")
@click.option("--years", type=click.IntRange(2, 8), default=3, help="Years of history before 1 September 2020.")
@click.option("--seed", type=int, default=2020)
@click.option(
    "--tables",
    type=click.Choice(["seed", "all"]),
    default="all",
    help="The eight tables that the seed table needs, or every table of an extract.",
)
@click.option(
    "--form",
    default="canonical",
    help="The form in which the council sends them: canonical, annex-a, …; ssd, a database.",
)
@_URL
@_SCHEMA
def demo(
    landing: Path,
    authorities: int,
    years: int,
    seed: int,
    tables: Literal["seed", "all"],
    form: str,
    url: str | None,
    schema: str,
) -> None:
    """Write demonstration extracts of a synthetic Southampton, and of other authorities."""
    if form == "ssd":
        from pipelines.commands.extract import write_demonstration_ssd

        sys.exit(write_demonstration_ssd(url, authorities, years, seed, schema))
    from pipelines.demonstration import write_demonstration

    try:
        folders = write_demonstration(landing, authorities, years, seed, tables, form)
    except ValueError as mistake:
        raise click.UsageError(str(mistake)) from None
    for folder in folders:
        click.echo(f"wrote {folder}")


@main.command()
@_LANDING
@_WAREHOUSE
@_CONFIG
@click.option("--port", type=click.IntRange(1, 65535), default=3000)
def ui(landing: Path | None, warehouse: Path | None, config: Path | None, port: int) -> None:
    """Open the Dagster UI, with the daemons that run the sensor and the schedule, on 127.0.0.1."""
    settings = _settings(config, landing=landing, warehouse=warehouse)
    from pipelines.commands.run import prepare_ui
    from pipelines.commands.ui import HOST, is_free, serve

    if not is_free(port):
        raise click.UsageError(f"port {port} of {HOST} is in use; name another one with --port.")
    if prepare_ui(settings):
        sys.exit(1)
    project = Path(__file__).resolve().parent.parent
    environment = {
        **os.environ,
        "KPI_LANDING": str(settings.landing.resolve()),
        "KPI_WAREHOUSE": str(settings.warehouse.resolve()),
        # Dagster would recommend `dg dev`, which is not installed (decision 0003).
        "PYTHONWARNINGS": "ignore:Function `dev_command` is superseded",
        **({"KPI_CONFIG": str(config.resolve())} if config else {}),
    }
    command = [str(Path(sys.executable).parent / "dagster"), "dev", "-w", str(project / "workspace.yaml")]
    command += ["-h", HOST, "-p", str(port)]
    sys.exit(serve(command, environment))


@main.command()
@_LANDING
@_WAREHOUSE
@_CONFIG
@click.option("--workers", type=click.IntRange(1, 64), default=2, help="How many workers prepare extracts.")
def cluster(landing: Path | None, warehouse: Path | None, config: Path | None, workers: int) -> None:
    """Start on this machine, for a trial, what several machines run; Ctrl-C ends it all: docs/several-machines.md."""
    settings = _settings(config, landing=landing, warehouse=warehouse)
    from pipelines.cluster import serve

    sys.exit(serve(settings.landing, settings.warehouse, config, workers))


@main.command()
@_WAREHOUSE
@_CONFIG
def verify(warehouse: Path | None, config: Path | None) -> None:
    """Read every byte of what is published against its SHA-256, restore what is damaged, and say what was; exit 1 then."""
    settings = _settings(config, warehouse=warehouse)
    from pipelines.commands.verify import verify_warehouse

    sys.exit(verify_warehouse(settings))


@main.command()
@_WAREHOUSE
@_CONFIG
def purge(warehouse: Path | None, config: Path | None) -> None:
    """Take out the rows about children of extracts older than retention_days; the figures stay."""
    settings = _settings(config, warehouse=warehouse)
    if settings.retention_days is None:
        raise click.UsageError("retention_days is not set, so nothing is too old; set it in the settings.")
    from pipelines.commands.purge import purge_expired

    sys.exit(purge_expired(settings, settings.retention_days))


@main.command()
def bench() -> None:
    """Run the benchmark: see docs/architecture.md."""
    from pipelines.benchmark.forms import forms
    from pipelines.benchmark.job import benchmark
    from pipelines.benchmark.ssd import ssd
    from pipelines.benchmark.statistics import statistics

    benchmark()
    forms()
    statistics()
    ssd()


@main.command()
@click.option("--check", is_flag=True, help="Only say whether the pages are current; exit 1 if not.")
def docs(check: bool) -> None:
    """Write the documentation pages that are generated from the declarations."""
    from pipelines.documentation import write_pages

    sys.exit(write_pages(check))


if __name__ == "__main__":
    main(prog_name="python -m pipelines")
