"""The one resource of the assets: where things are and which definitions hold."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from dagster import AssetExecutionContext, ConfigurableResource, DynamicPartitionsDefinition

from schemas.settings import Operation, Settings
from warehouse.raw.landing import Extract, from_partition_key
from warehouse.workspace import working

extracts_partitions = DynamicPartitionsDefinition(name="extract")


class Workspace(ConfigurableResource[None]):
    """Landing folder, warehouse folder, and as JSON, so that a run records them, the settings: those that decide
    numbers, and those of the operation."""

    landing: str
    warehouse: str
    definitions: str
    operation: str = "{}"

    @property
    def settings(self) -> Settings:
        """The settings that decide numbers."""
        return Settings.model_validate_json(self.definitions)

    @property
    def limits(self) -> Operation:
        """The settings of the operation: what a run accepts."""
        return Operation.model_validate_json(self.operation)

    def extracts(self, context: AssetExecutionContext) -> list[Extract]:
        """The extracts of the partitions of this run."""
        return [from_partition_key(Path(self.landing), key) for key in context.partition_keys]

    @contextmanager
    def working(self, context: AssetExecutionContext) -> Iterator[duckdb.DuckDBPyConnection]:
        """The working database, with the run's extracts selected."""
        with working(Path(self.warehouse), self.settings, self.extracts(context)) as connection:
            yield connection
