"""The one resource of the assets: where things are and which definitions hold."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from dagster import AssetExecutionContext, ConfigurableResource, DynamicPartitionsDefinition

from schemas.settings import Settings
from warehouse.raw.landing import Extract, from_partition_key
from warehouse.workspace import working

POOL = "warehouse"
extracts_partitions = DynamicPartitionsDefinition(name="extract")


class Workspace(ConfigurableResource[None]):
    """Landing folder, warehouse folder, and the settings that decide numbers (as JSON, so that a run records them)."""

    landing: str
    warehouse: str
    definitions: str

    @property
    def settings(self) -> Settings:
        """The settings that decide numbers."""
        return Settings.model_validate_json(self.definitions)

    def extracts(self, context: AssetExecutionContext) -> list[Extract]:
        """The extracts of the partitions of this run."""
        return [from_partition_key(Path(self.landing), key) for key in context.partition_keys]

    @contextmanager
    def working(self, context: AssetExecutionContext) -> Iterator[duckdb.DuckDBPyConnection]:
        """The working database, with the run's extracts selected."""
        with working(Path(self.warehouse), self.settings, self.extracts(context)) as connection:
            yield connection
