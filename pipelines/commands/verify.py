"""The `verify` command: whether what is published is as it was published."""

from pipelines import console, instance
from pipelines.settings import PipelineSettings
from warehouse import workspace


def verify_warehouse(settings: PipelineSettings) -> int:
    """Hold what is published against its SHA-256 and print what was found; the exit status: 1 where anything was."""
    if not settings.warehouse.is_dir():
        console.errors.print(f"{settings.warehouse}: no such warehouse folder; name one with --warehouse.")
        return 2
    told = [*workspace.verify(settings.warehouse), *instance.verify(settings.warehouse)]
    for sentence in told:
        console.errors.print(sentence)
    if not told:
        console.console.print(f"{settings.warehouse}: what is published is as it was published, and so are its copies.")
    return 1 if told else 0
