"""What an asset raises, Dagster keeps in its event log and shows: an error that is not worded here may quote a cell."""

from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

from dagster import AssetExecutionContext, Failure, OpExecutionContext

from assets.resource import Workspace
from warehouse.generations import LostLockError
from warehouse.private import without_data

# What these raise is of a server that went away, and may be back when a step that has a retry policy is tried again.
_DATABASE_OF_DAGSTER = ("sqlalchemy.", "dagster_postgres.", "psycopg")
_Context = TypeVar("_Context", AssetExecutionContext, OpExecutionContext)


def confidential(
    layer: Callable[[_Context, Workspace], Iterator[Any]],
) -> Callable[[_Context, Workspace], Iterator[Any]]:
    """The layer's function, whose unforeseen errors reach Dagster without their words. A Failure is worded by us."""

    @wraps(layer)
    def guarded(context: _Context, workspace: Workspace) -> Iterator[Any]:
        try:
            yield from layer(context, workspace)
            return
        except Failure:
            raise
        except Exception as error:
            told = without_data(error, Path(workspace.warehouse), context.run_id)
            is_outage = isinstance(error, LostLockError) or type(error).__module__.startswith(_DATABASE_OF_DAGSTER)
        # Raised out here because what is raised while an error is handled carries that error along.
        raise Failure(description=f"The layer {layer.__name__} failed: {told}", allow_retries=is_outage)

    return guarded
