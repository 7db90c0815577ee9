"""Two thousand landed extracts: registered in one look, asked for in groups, queued; and what Dagster's records of runs weigh.

What it takes is printed (`-s` shows it), and no test asserts a time.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from dagster import (
    DagsterRunStatus,
    RunsFilter,
    build_schedule_context,
    build_sensor_context,
)
from support.clustered import Installation, skip_where_lacking

from pipelines.automation import due, landing_sensor
from pipelines.cluster import Cluster, address, cluster
from pipelines.commands.run_on_cluster import _queued, _workspace
from pipelines.definitions import build
from pipelines.instance import register
from pipelines.queueing import PREPARE, by_date
from pipelines.records import old_runs
from pipelines.settings import PipelineSettings

EXTRACTS = int(os.environ.get("EXTRACTS", "2000"))
_AUTHORITIES = 40


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Print how long it takes."""
    began = time.perf_counter()
    yield
    print(f"\n{what}: {time.perf_counter() - began:.2f} s")  # noqa: T201


@dataclass(frozen=True)
class Many:
    """A cluster without workers, and a landing folder of many small extracts."""

    installation: Installation
    settings: PipelineSettings
    keys: list[str]


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Many]:
    skip_where_lacking()
    folder: Path = tmp_path_factory.mktemp("many")
    keys = []
    for number in range(EXTRACTS):
        la_code, month = 201 + number % _AUTHORITIES, number // _AUTHORITIES
        day = f"{2016 + month // 12}-{1 + month % 12:02}-01"
        extract = folder / "landing" / str(la_code) / day
        extract.mkdir(parents=True)
        (extract / "referral.csv").write_text(f"referral_id,person_id,referral_date\nR{number},P1,2015-01-01\n")
        keys.append(f"{la_code}_{day}")
    settings = PipelineSettings(landing=folder / "landing", warehouse=folder / "several", queue="kpi", settle_seconds=0)
    nobody = ("worker1", "publisher1", "daemon", "webserver")
    with cluster(folder / "landing", folder / "several", workers=1, without=nobody) as made:
        yield Many(Installation(folder, made), settings, sorted(keys, key=by_date))


def test_all_are_registered_in_one_look_the_oldest_first(many: Many) -> None:
    sensor = landing_sensor(many.settings)
    with many.installation.instance() as instance:
        first = sensor.evaluate_tick(build_sensor_context(instance))
        with timed(f"registering {len(many.keys):,} extracts, a tick"):
            tick = sensor.evaluate_tick(build_sensor_context(instance, cursor=first.cursor))
            (asked,) = tick.dynamic_partitions_requests
            instance.add_dynamic_partitions("extract", list(asked.partition_keys))
        assert list(instance.get_dynamic_partitions("extract")) == many.keys


def test_what_is_due_is_asked_for_in_groups_and_queued(many: Many) -> None:
    with many.installation.instance() as instance:
        register(instance, many.keys)
        with timed("what is due, the first time"):
            assert len(due(many.settings)) == len(many.keys)
        with timed("what is due, again"):
            due(many.settings)
        nightly = build(many.settings).get_repository_def().get_schedule_def("nightly")
        with timed("the schedule's tick"):
            tick = nightly.evaluate_tick(build_schedule_context(instance, datetime.now(UTC)))
        groups = tick.run_requests or []
        assert len(groups) == -(-len(many.keys) // 8)
        assert groups[0].tags["dagster/asset_partition_range_start"] == many.keys[0]
        assert groups[0].tags["dagster/asset_partition_range_end"] == many.keys[7]
        with _workspace(instance) as workspace, timed(f"queueing {len(groups)} runs"):
            _queued(instance, workspace, PREPARE, (group.tags for group in groups))
        queued = instance.get_runs(RunsFilter(statuses=[DagsterRunStatus.QUEUED]))
        assert len(queued) == len(groups)
        weighed(many.installation.cluster, "queued")


def test_records_of_old_runs_go_and_their_room_with_them(many: Many) -> None:
    with many.installation.instance() as instance:
        runs = instance.get_runs(RunsFilter(statuses=[DagsterRunStatus.QUEUED]))
        for run in runs:
            instance.report_run_canceled(run)
        before = weighed(many.installation.cluster, "before")
        for run in old_runs(instance, -1, datetime.now(UTC) + timedelta(days=1)):
            instance.delete_run(run.run_id)
        after = weighed(many.installation.cluster, "after")
        assert instance.get_runs_count() == 0
        assert after < before
        # What is due does not follow from them.
        assert len(due(many.settings)) == len(many.keys)


def weighed(of: Cluster, when: str) -> int:
    """How many bytes Dagster's records take, after what is dead among them is cleared away."""
    with psycopg.connect(address(of.environment), autocommit=True) as connection:
        connection.execute("vacuum full")
        row = connection.execute(
            "select (select count(*) from event_logs), (select count(*) from runs), "
            "(select sum(pg_total_relation_size(oid)) from pg_class where relname in "
            "('event_logs', 'runs', 'run_tags', 'snapshots', 'asset_keys', 'asset_event_tags'))"
        ).fetchone()
    assert row is not None
    events, runs, size = row
    print(f"\n{when}: {runs} runs, {events:,} events, {size / 1024:,.0f} KB")  # noqa: T201
    return int(size)
