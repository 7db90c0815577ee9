"""Whether what is published is as it was published: a check that the schedule makes every week."""

from pathlib import Path

from dagster import AssetCheckResult, AssetCheckSeverity, asset_check

from assets.resource import Workspace
from warehouse import workspace as held


@asset_check(
    asset=["published", "kpi"],
    description="Every byte of what is published, and of its kept copies, against its SHA-256. What is damaged is set "
    "aside and restored.",
)
def as_published(workspace: Workspace) -> AssetCheckResult:
    """Read what is published against its SHA-256; each damage is a sentence."""
    told = held.verify(Path(workspace.warehouse)) if Path(workspace.warehouse).is_dir() else []
    return AssetCheckResult(
        passed=not told,
        severity=AssetCheckSeverity.WARN,
        description="\n".join(told) or None,
        metadata={"damaged": len(told)},
    )
