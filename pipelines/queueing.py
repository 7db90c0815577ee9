"""What one machine's run does, as runs in Dagster's queue for several machines: groups of extracts, and their tags."""

from collections.abc import Collection, Sequence

from dagster._core.storage.tags import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG

from pipelines.settings import PipelineSettings

PREPARE, PUBLISH = "prepare_extracts", "publish"
_QUEUE = "dagster-celery/queue"  # as CeleryRunLauncher reads it
WORK = "kpi/work"  # whose work a run is, by which dagster.yaml limits how many are under way


def work_tags(settings: PipelineSettings, job: str) -> dict[str, str]:
    """The tags of a job on several machines, none on one: extracts are prepared by all workers, the rest done by one."""
    if settings.queue is None:
        return {}
    if job == PREPARE:
        return {WORK: PREPARE, _QUEUE: settings.queue}
    return {WORK: PUBLISH, _QUEUE: f"{settings.queue}-publish"}


def range_tags(keys: Sequence[str]) -> dict[str, str]:
    """The tags of a run over partitions that follow each other in the instance's order."""
    return {ASSET_PARTITION_RANGE_START_TAG: keys[0], ASSET_PARTITION_RANGE_END_TAG: keys[-1]}


def groups_of(known: Sequence[str], wanted: Collection[str], size: int) -> list[list[str]]:
    """The wanted partitions in groups of at most `size`, each without a gap in the order in which all are known.

    The groups come in the order of their oldest extracts.
    """
    groups: list[list[str]] = []
    follows = False
    for key in known:
        if key in wanted:
            if follows and len(groups[-1]) < size:
                groups[-1].append(key)
            else:
                groups.append([key])
        follows = key in wanted
    return sorted(groups, key=lambda group: min(map(by_date, group)))


def by_date(key: str) -> tuple[str, str]:
    """What partition keys are sorted by to have the oldest first, and of a day in the order of authorities."""
    la_code, _, day = key.partition("_")
    return day, la_code
