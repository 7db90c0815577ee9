"""The hand-over between machines: extracts that any worker prepares, raw to measures, and that one publishes."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

from dagster import (
    AssetExecutionContext,
    AssetMaterialization,
    AssetSpec,
    BackfillPolicy,
    Failure,
    Field,
    MaterializeResult,
    MetadataValue,
    OpExecutionContext,
    Output,
    RetryPolicy,
    multi_asset,
    op,
)

from assets.confidential import confidential
from assets.published import code_version, purge, put_in_place
from assets.raw import refusal
from assets.resource import Workspace, extracts_partitions, hashes, spill
from warehouse import prepared, refusals
from warehouse.definitions import definitions_sha256
from warehouse.escaping import escaped
from warehouse.facts import computing
from warehouse.landing.extracts import Extract, extract_sha256, from_partition_key
from warehouse.layers import Group, Place, batches
from warehouse.private import without_data
from warehouse.published import movement, publishing, seed_table
from warehouse.reference.loading import in_force

_KEY = ["prepared", "extract"]
# After so long a publication begins no further batch, so that it never comes near the longest time that a run may take;
# what is left is prepared still, and the next run takes it.
_LONGEST_SECONDS = 3600
_OUTAGES = RetryPolicy(max_retries=3, delay=20)  # of the database, which is also the lock's server


@multi_asset(
    name="prepare",
    specs=[
        AssetSpec(
            _KEY,
            deps=[["reference", "calendar"], ["reference", "population_0_17"], ["reference", "setting"]],
            group_name="prepared",
            description="An extract, raw to measures, as Parquet in `<warehouse>/prepared/` (mode 0600): what a "
            "publication reads, for another process to publish.",
            kinds={"duckdb", "parquet"},
            skippable=True,
        )
    ],
    partitions_def=extracts_partitions,
    backfill_policy=BackfillPolicy.single_run(),
    retry_policy=_OUTAGES,
)
@confidential
def prepare(context: AssetExecutionContext, workspace: Workspace) -> Iterator[MaterializeResult[None]]:
    """Prepare a group of extracts. One that cannot be used fails the run at its end, when all others are prepared."""
    refused: refusals.Refused = {}
    inputs: dict[Place, Mapping[str, str]] = {}
    failed: list[str] = []
    done: list[Extract] = []

    def prepare_group(extracts: Sequence[Extract]) -> None:
        try:
            with closing(workspace.new_group(extracts)) as group:
                refused.update(refusals.unusable(group))
                inputs.update(group.inputs_read())
                for sentence in (sentence for one in group.everything() for sentence in one.warnings):
                    context.log.warning(escaped(sentence))
                done.extend(_written(workspace, group))
        except Exception as error:
            if len(extracts) > 1:  # so that the one with which nobody reckoned keeps no other from being published
                for one in extracts:
                    prepare_group([one])
                return
            told = without_data(error, Path(workspace.warehouse), context.run_id)
            failed.append(f"{extracts[0].partition_key} could not be prepared: {told}")

    wanted = workspace.extracts(context)
    prepare_group(wanted)
    done = sorted({one for one in done if one not in refused})
    if len(done) == len(wanted):
        yield MaterializeResult(asset_key=_KEY)
        return
    for extract in done:
        context.log_event(AssetMaterialization(_KEY, partition=extract.partition_key))
    if refused:
        raise refusal(context, workspace, refused, inputs, failed)
    raise Failure(description="\n".join(failed), allow_retries=False)


def _written(workspace: Workspace, group: Group) -> list[Extract]:
    """Write what the layers make of the extracts of a group that can be used; these."""
    if not group.extracts:
        return []
    lost = [count for count in group.staged() if not count.is_whole]
    group.measures()
    if lost or computing.uncovered(group.connection):
        raise AssertionError("a row is in no state, or a date outside the calendar")
    warehouse = Path(workspace.warehouse)
    left_out = refusals.left_out(group.extracts, warehouse)
    made_of = prepared.Makings(definitions_sha256(group.settings, group.reference), code_version(), left_out)
    return list(prepared.write(group, warehouse, made_of))


@op(
    name="publish_prepared",
    description="Publishes every prepared extract that is due, under the lock of the warehouse; refuses those beyond a "
    "limit.",
    config_schema={
        "accepted_settings": Field(
            str, default_value="", description="Why published figures may move by other settings than those before."
        )
    },
    retry_policy=_OUTAGES,
)
@confidential
def publish_prepared(context: OpExecutionContext, workspace: Workspace) -> Iterator[Output[None]]:
    """Publish what is prepared and due, as many extracts in a publication as are worked on at a time."""
    refused: refusals.Refused = {}
    inputs: dict[tuple[str, date], Mapping[str, str]] = {}
    with workspace.held() as warehouse:
        there = prepared.folders(warehouse)
        due, ends_at = _due(workspace, warehouse, there), time.monotonic() + _LONGEST_SECONDS
        for batch in batches(sorted(due)):
            if time.monotonic() > ends_at:
                break
            group = prepared.PreparedGroup(
                {one: due[one] for one in batch}, workspace.settings, workspace.limits, spill(warehouse),
                in_force(warehouse),
            )  # fmt: skip
            with closing(group):
                inputs |= group.inputs_read()
                refused |= refusals.refused(group, warehouse)
                for sentence in _told(group):
                    context.log.warning(escaped(sentence))
                if group.extracts:
                    group.measures()
                    versions = put_in_place(workspace, group, context.run_id, context.op_config["accepted_settings"])
                    _tell_dagster(context, warehouse, group.extracts, versions)
            for one in batch:
                del due[one]
        purge(workspace)
        prepared.remove(path for path in there.values() if path not in due.values())
        if repeated := publishing.repeated_keys(warehouse):
            raise Failure(description=f"{repeated} keys of monthly_kpi have several rows.", allow_retries=False)
    if refused:
        raise refusal(context, workspace, refused, inputs)
    yield Output(None)


def _due(workspace: Workspace, warehouse: Path, there: Mapping[str, Path]) -> dict[Extract, Path]:
    """The folders of the extracts that are prepared as they now lie, and not published so."""
    extracts = [from_partition_key(Path(workspace.landing), key) for key in {name.partition(".")[0] for name in there}]
    definitions = definitions_sha256(workspace.settings, in_force(warehouse))
    made_of = prepared.Makings(definitions, code_version(), refusals.left_out(extracts, warehouse))
    known = publishing.published(warehouse) if publishing.agree(warehouse) else {}
    remembered = hashes(warehouse)
    found = {}
    for extract in extracts:
        sha256 = extract_sha256(extract, remembered)
        latest = known.get((extract.la_code, extract.extract_date))
        path = there.get(made_of.name(extract, sha256))
        if path is not None and not (latest and latest.is_of(sha256, definitions)):
            found[extract] = path
    remembered.save()
    return found


def _told(group: Group) -> list[str]:
    """What is said of whole files and extracts."""
    return [sentence for one in group.staged() for sentence in one.warnings] + [
        sentence for _, _, sentence in group.told
    ]


def _tell_dagster(
    context: OpExecutionContext, warehouse: Path, extracts: Sequence[Extract], versions: Sequence[int]
) -> None:
    """Have Dagster know which partitions are published, and what is unusual."""
    for extract in extracts:
        figures = {"figures": MetadataValue.md(seed_table.markdown(seed_table.latest(warehouse, extract.la_code)))}
        for name in ("kpi", "benchmark_comparison", "casework"):
            context.log_event(
                AssetMaterialization(
                    ["published", name], metadata=figures if name == "kpi" else None, partition=extract.partition_key
                )
            )
    for sentence in movement.moved(warehouse, min(versions) - 1) if versions else []:
        context.log.warning(sentence)
