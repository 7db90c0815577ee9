"""Several machines publish what one does, whatever dies meanwhile: processes of a cluster are killed, and servers go away.

Each test lands extracts that are not published yet, disturbs the cluster while it works on them, and then has one machine
publish the same: every table of both published files must be the same, row for row. Nobody helps but what starts a process
again that has ended, as systemd does.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time

import duckdb
import psycopg
import pytest
from dagster import DagsterInstance, DagsterRunStatus, RunsFilter
from support.clustered import PROJECT, Installation, wait_for

from pipelines.cluster import address
from pipelines.queueing import PREPARE, PUBLISH
from warehouse.published.publishing import latest_version

AT_ONCE = int(os.environ.get("AT_ONCE", "2"))


def ended(command: subprocess.Popen[str], status: int = 0) -> str:
    """What a command said, once it has ended with this status."""
    said, _ = command.communicate(timeout=600)
    assert command.returncode == status, said
    return said


def test_what_several_machines_publish_is_what_one_publishes(installation: Installation) -> None:
    installation.land(extracts=3)
    installation.land(extracts=3)
    said = ended(installation.start())
    assert "6 of 6" not in said  # groups, and not extracts
    assert installation.differences() == {}
    assert "Nothing new" in ended(installation.start())
    assert list((installation.several / "prepared").iterdir()) == []


def test_a_worker_whose_child_is_killed_in_the_midst_of_a_step(installation: Installation) -> None:
    installation.land()
    command = installation.start()
    installation.wait_for_run(PREPARE, "STARTED")
    for name in ("worker1", "worker2"):
        installation.kill_child(name)
    ended(command)
    assert installation.differences() == {}


def test_a_whole_worker_that_is_killed(installation: Installation) -> None:
    installation.land()
    command = installation.start()
    installation.wait_for_run(PREPARE, "STARTED")
    for name in ("worker1", "worker2"):
        installation.cluster.end(name, signal.SIGKILL)
    installation.cluster.start("worker1")
    ended(command)
    installation.cluster.start("worker2")
    assert installation.differences() == {}


def test_a_publisher_that_is_killed_while_it_holds_the_lock(installation: Installation) -> None:
    installation.land()
    command = installation.start()
    installation.wait_for_run(PUBLISH, "STARTED")
    installation.wait_for_lock()
    for name in ("publisher1", "publisher2"):
        installation.cluster.end(name, signal.SIGKILL)
        installation.cluster.start(name)
    ended(command)
    assert installation.differences() == {}


@pytest.mark.parametrize("name", ["daemon", "webserver"])
def test_a_daemon_or_a_web_server_that_is_killed(installation: Installation, name: str) -> None:
    installation.land()
    command = installation.start()
    installation.wait_for_run(PREPARE, "STARTED")
    installation.cluster.end(name, signal.SIGKILL)
    time.sleep(5)
    installation.cluster.start(name)
    ended(command)
    assert installation.differences() == {}


@pytest.mark.parametrize("job", [PREPARE, PUBLISH])
def test_a_database_that_is_down_for_ten_seconds(installation: Installation, job: str) -> None:
    installation.land()
    command = installation.start()
    installation.wait_for_run(job, "STARTED")
    installation.cluster.end("postgres")
    time.sleep(10)
    installation.cluster.start("postgres")
    ended(command)
    assert installation.differences() == {}


@pytest.mark.parametrize("has_content", [True, False])
def test_a_broker_that_is_started_again(installation: Installation, has_content: bool) -> None:
    installation.land()
    command = installation.start()
    installation.wait_for_run(PREPARE, "STARTED")
    installation.cluster.end("redis")
    if not has_content:
        shutil.rmtree(installation.cluster.folder / "redis")
        (installation.cluster.folder / "redis").mkdir()
    installation.cluster.start("redis")
    ended(command)
    assert installation.differences() == {}


def test_extracts_prepared_twice_at_once_and_published_twice_at_once(installation: Installation) -> None:
    (key,) = installation.land(extracts=1)
    la_code, _, day = key.partition("_")
    ended(installation.start())
    installation.run_undisturbed_on_one()
    over, errors, reads = threading.Event(), list[Exception](), list[int]()

    def read() -> None:
        while not over.is_set():
            try:
                for name in ("kpi", "casework"):
                    with duckdb.connect(str(installation.several / f"{name}.duckdb"), read_only=True) as connection:
                        reads.append(len(connection.sql("show tables").fetchall()))
            except Exception as error:
                errors.append(error)
            time.sleep(0.05)  # it is the publications that are to take the time

    reader = threading.Thread(target=read)
    reader.start()
    before = latest_version(installation.several)
    twice = subprocess.Popen(
        [sys.executable, "-c", TWICE, key], env=installation.cluster.environment, cwd=PROJECT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert twice.stdin is not None
    assert twice.stdout is not None
    try:
        for number in range(1, AT_ONCE + 1):
            installation.land_one(la_code, day, 300 + 7 * number)
            twice.stdin.write("again\n")
            twice.stdin.flush()
            assert "both twice\n" in iter(twice.stdout.readline, ""), number
            assert latest_version(installation.several) == before + number
            installation.run_undisturbed_on_one()
    finally:
        twice.stdin.close()
        twice.wait()
        over.set()
        reader.join()
    assert errors == []
    assert len(reads) > 20 * AT_ONCE
    assert installation.differences() == {}


# For each line: two runs that prepare the same extract and then two that publish it, each pair at once, on workers of their own.
TWICE = """
import sys
from dagster import DagsterInstance
from pipelines.commands.run_on_cluster import _followed, _queued, _workspace
from pipelines.queueing import PREPARE, PUBLISH, range_tags
with DagsterInstance.get() as instance, _workspace(instance) as workspace:
    for _ in sys.stdin:
        for job, tags in ((PREPARE, range_tags(sys.argv[1:])), (PUBLISH, {})):
            runs = _queued(instance, workspace, job, [{**tags, "kpi/work": "twice"}] * 2)
            told = _followed(instance, runs, "done")
            assert told == ({}, []), told
        print("both twice", flush=True)
"""


def test_the_lock_of_publishing_is_the_databases(installation: Installation) -> None:
    key = installation.land(extracts=1)
    command = installation.start()
    installation.wait_for_lock()
    ended(command)
    assert key
    with psycopg.connect(address(installation.cluster.environment), autocommit=True) as connection:
        wait_for(
            lambda: connection.execute("select count(*) from pg_locks where locktype = 'advisory'").fetchone() == (0,),
            "a lock stays",
        )
    assert installation.differences() == {}


def test_a_refused_extract_stops_no_other_and_is_told(installation: Installation) -> None:
    keys = installation.land(extracts=2)
    la_code, _, day = keys[0].partition("_")
    referrals = installation.folder / "landing" / la_code / day / "referral.csv"
    whole = referrals.read_text()
    referrals.write_text(whole[:-30] + '"')
    said = ended(installation.start(), status=1)
    assert f"{la_code}/{day}/referral.csv" in said
    assert "1 of 2 extracts were refused" in said
    assert "Traceback" not in said
    assert installation.run_undisturbed_on_one() == 1
    referrals.write_text(whole)
    ended(installation.start())
    # The version that carries the refusal is another: several machines refuse before they publish, and one after.
    assert set(installation.differences()) <= {"kpi.refused_extract"}
    with duckdb.connect(str(installation.several / "kpi.duckdb"), read_only=True) as figures:
        assert figures.execute("select count(*) from kpi_version where la_code = ?", [la_code]).fetchone() == (2,)


def test_no_run_is_left_under_way(installation: Installation) -> None:
    """The last of all: whatever died, nothing waits for a person."""
    with installation.instance() as instance:
        wait_for(lambda: not left(instance), "a run is under way still")


def left(instance: DagsterInstance) -> list[str]:
    """The runs that have not ended."""
    statuses = [
        DagsterRunStatus.QUEUED,
        DagsterRunStatus.STARTING,
        DagsterRunStatus.STARTED,
        DagsterRunStatus.CANCELING,
    ]
    return [run.run_id for run in instance.get_runs(RunsFilter(statuses=statuses))]
