"""The `purge` command: rows about children of old extracts are taken out."""

from datetime import date

from pipelines import console
from pipelines.settings import PipelineSettings
from warehouse.private import ABOUT_THE_MACHINE, without_data
from warehouse.published.retention.purging import first_kept, purge


def purge_expired(settings: PipelineSettings, retention_days: int) -> int:
    """Purge what is older than is kept, whether or not anything new has landed; the exit status of the command."""
    before = first_kept(retention_days)
    if not settings.warehouse.is_dir():
        console.errors.print(f"{settings.warehouse}: no such warehouse folder; name one with --warehouse.")
        return 2
    try:
        purged = purge(settings.warehouse, before, settings.pseudonymise_persons, rewrite=True)
    except ABOUT_THE_MACHINE as error:
        told: object = console.said(settings.warehouse, error)
    except Exception as error:
        told = without_data(error, settings.warehouse, f"purge-{date.today().isoformat()}")
    else:
        rows = sum(one.rows for one in purged)
        console.console.print(
            f"Purged {rows:,} rows of {len(purged)} extract{'' if len(purged) == 1 else 's'} from before {before}; the "
            "figures stay."
        )
        return 0
    console.errors.print(f"Nothing more was purged: {told}")
    return 1
