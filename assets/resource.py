"""The one resource of the assets: where things are, which definitions hold, and the group of extracts of a run."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from dagster import AssetExecutionContext, ConfigurableResource, DynamicPartitionsDefinition

from schemas.settings import Operation, Settings
from warehouse.landing.extracts import REMEMBERED, Extract, FileHashes, from_partition_key
from warehouse.layers import Group
from warehouse.reference.loading import in_force
from warehouse.refusals import left_out
from warehouse.workspace import exclusive

extracts_partitions = DynamicPartitionsDefinition(name="extract")
_opening = Lock()
# The groups of the runs that are under way in this process: the steps of a run hand each other what they made.
_groups: dict[str, Group] = {}
_HANDED_OVER = "handed over"


def hand_over(group: Group) -> None:
    """Let the next run over exactly the group's extracts go on with what is read of them already."""
    with _opening:
        if left_over := _groups.pop(_HANDED_OVER, None):
            left_over.close()
        _groups[_HANDED_OVER] = group


def hand_back() -> None:
    """Give back what was handed over and no run took."""
    with _opening:
        if group := _groups.pop(_HANDED_OVER, None):
            group.close()


def spill(warehouse: Path) -> Path:
    """Where what does not fit in memory goes: in the warehouse, and nowhere else."""
    return warehouse.resolve() / ".spill"


def hashes(warehouse: Path) -> FileHashes:
    """What is remembered of landed files."""
    return FileHashes(warehouse.resolve() / REMEMBERED)


class Workspace(ConfigurableResource[None]):
    """Landing folder, warehouse folder, and as JSON, so that a run records them, the settings: those that decide
    numbers, and those of the operation."""

    landing: str
    warehouse: str
    definitions: str
    operation: str = "{}"
    accepted_settings: str = ""  # why published figures may move by other settings than those of the version before

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

    def new_group(self, extracts: Sequence[Extract]) -> Group:
        """A group of extracts of which nothing is read yet. Close it to give the memory back."""
        warehouse = Path(self.warehouse)
        return Group(
            extracts, self.settings, self.limits, spill(warehouse), hashes(warehouse), left_out(extracts, warehouse),
            in_force(warehouse),
        )  # fmt: skip

    @contextmanager
    def group(self, context: AssetExecutionContext) -> Iterator[Group]:
        """The run's extracts with what its earlier steps made of them; a step that finds nothing computes it first.

        A step that fails lets go of the group, and so does the last step of a run.
        """
        with _opening:
            if context.run_id not in _groups:
                extracts, ready = self.extracts(context), _groups.pop(_HANDED_OVER, None)
                for left_over in list(_groups):
                    _groups.pop(left_over).close()
                if ready is not None and sorted(ready.extracts) == sorted(extracts):
                    _groups[context.run_id] = ready
                else:
                    if ready is not None:
                        ready.close()
                    _groups[context.run_id] = self.new_group(extracts)
            group = _groups[context.run_id]
        try:
            yield group
        except BaseException:
            self.release(context)
            raise

    def release(self, context: AssetExecutionContext) -> None:
        """Give back the memory that the run's group takes."""
        if group := _groups.pop(context.run_id, None):
            group.close()

    @contextmanager
    def held(self) -> Iterator[Path]:
        """The warehouse, held by this process alone."""
        with exclusive(Path(self.warehouse)):
            yield Path(self.warehouse)
