"""What two workers gain over one, beside what two plain processes of the same work gain; and what Dagster takes of a run.

Measured is preparing alone: publishing is one at a time. What it takes is printed (`-s` shows it), and no test asserts a time.
"""

import os
import time
from collections.abc import Iterable, Sequence
from multiprocessing import get_context
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path

from support.clustered import Installation, skip_where_lacking

from assets.published import code_version
from assets.resource import hashes, spill
from pipelines.cluster import cluster
from pipelines.commands.run_on_cluster import _followed, _queued, _workspace
from pipelines.demonstration.extract import write_demonstration
from pipelines.instance import register
from pipelines.queueing import PREPARE, by_date, range_tags
from pipelines.settings import PipelineSettings
from warehouse import prepared
from warehouse.definitions import definitions_sha256
from warehouse.landing.extracts import Extract, landed
from warehouse.layers import Group

RUNS = int(os.environ.get("RUNS", "4"))
GROUP_SIZE = int(os.environ.get("GROUP_SIZE", PipelineSettings.model_fields["group_size"].default))


def test_the_gain_of_two_workers(tmp_path: Path) -> None:
    skip_where_lacking()
    write_demonstration(tmp_path / "landing", authorities=RUNS * GROUP_SIZE, years=2, tables="all")
    extracts = sorted(landed(tmp_path / "landing"), key=lambda one: by_date(one.partition_key))
    groups = [extracts[start : start + GROUP_SIZE] for start in range(0, len(extracts), GROUP_SIZE)]
    plain = {workers: plainly(tmp_path, groups, workers) for workers in (1, 2)}
    through = {workers: through_dagster(tmp_path, groups, workers) for workers in (1, 2)}
    gain, of_plain = through[1][0] / through[2][0], plain[1][0] / plain[2][0]
    share = 1 - plain[1][1] / through[1][1]
    print(  # noqa: T201
        f"\n{len(groups)} groups of {GROUP_SIZE}, wall (processor) seconds: plain {seconds(plain[1])}, two {seconds(plain[2])}; "
        f"a worker {seconds(through[1])}, two {seconds(through[2])}. Gain of two workers {gain:.2f}, of two processes "
        f"{of_plain:.2f}: {gain / of_plain:.2f}. Dagster's share of a worker's processor time {share:.0%}."
    )
    assert len(list((tmp_path / "several2" / "prepared").iterdir())) == len(extracts)


def seconds(taken: tuple[float, float]) -> str:
    """Wall and processor seconds as text."""
    return f"{taken[0]:.1f} ({taken[1]:.1f})"


def plainly(folder: Path, groups: Sequence[list[Extract]], workers: int) -> tuple[float, float]:
    """Wall and processor seconds of preparing the groups in processes without Dagster, once their imports are done."""
    context = get_context("spawn")
    start, told = context.Barrier(workers + 1), context.Queue()
    processes = [
        context.Process(target=prepare_plainly, args=(folder / f"plain{workers}", groups[number::workers], start, told))
        for number in range(workers)
    ]
    for process in processes:
        process.start()
    start.wait()
    began = time.perf_counter()
    used = sum(told.get() for _ in processes)
    taken = time.perf_counter() - began
    for process in processes:
        process.join()
    return taken, used


def prepare_plainly(warehouse: Path, groups: Sequence[list[Extract]], start: Barrier, told: "Queue[float]") -> None:
    """Prepare groups as a worker does."""
    settings = PipelineSettings(landing=warehouse, warehouse=warehouse)
    made_of = prepared.Makings(definitions_sha256(settings.definitions), code_version(), {})
    start.wait()
    began = time.process_time()
    for extracts in groups:
        group = Group(extracts, settings.definitions, settings.operation, spill(warehouse), hashes(warehouse))
        prepared.write(group, warehouse, made_of)
        group.close()
    told.put(time.process_time() - began)


def through_dagster(folder: Path, groups: Sequence[list[Extract]], workers: int) -> tuple[float, float]:
    """Wall seconds of a cluster from the queue to the last group, its workers warm; processor seconds of the workers."""
    warehouse = folder / f"several{workers}"
    keys = [[extract.partition_key for extract in group] for group in groups]
    without = ("webserver", "publisher1")
    with cluster(folder / "landing", warehouse, workers=workers, without=without) as made:
        installation = Installation(folder, made)
        with installation.instance() as instance, _workspace(instance) as workspace:
            register(instance, [key for group in keys for key in group])
            # What a worker imports it imports once: a run each, that prepares nothing, for the extract is not there.
            register(instance, ["999_2020-09-01"])
            warm = _queued(instance, workspace, PREPARE, [range_tags(["999_2020-09-01"])] * 2 * workers)
            _followed(instance, warm, "warm")
            before = used_by(made.running[name].pid for name in made.running if name.startswith("worker"))
            began = time.perf_counter()
            runs = _queued(instance, workspace, PREPARE, map(range_tags, keys))
            assert _followed(instance, runs, "prepared") == ({}, [])
            taken = time.perf_counter() - began
            after = used_by(made.running[name].pid for name in made.running if name.startswith("worker"))
    return taken, after - before


def used_by(workers: Iterable[int]) -> float:
    """Processor seconds of workers and their children so far."""
    ticks = 0
    for worker in workers:
        children = Path(f"/proc/{worker}/task/{worker}/children").read_text().split()
        for process in (worker, *children):
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
