"""What an asset raises, Dagster keeps in its event log and shows: an error that is not worded here may quote a cell."""

from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any

from dagster import AssetExecutionContext, Failure

from assets.resource import Workspace
from warehouse.private import without_data

_Layer = Callable[[AssetExecutionContext, Workspace], Iterator[Any]]


def confidential(layer: _Layer) -> _Layer:
    """The layer's function, whose unforeseen errors reach Dagster without their words. A Failure is worded by us."""

    @wraps(layer)
    def guarded(context: AssetExecutionContext, workspace: Workspace) -> Iterator[Any]:
        try:
            yield from layer(context, workspace)
            return
        except Failure:
            raise
        except Exception as error:
            told = without_data(error, Path(workspace.warehouse), context.run_id)
        # Raised out here because what is raised while an error is handled carries that error along.
        raise Failure(description=f"The layer {layer.__name__} failed: {told}", allow_retries=False)

    return guarded
