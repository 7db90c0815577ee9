"""What a test asks of a cluster: extracts that land, commands that run, processes that die, and one machine beside it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TypeVar

import psycopg
import pytest
from dagster import DagsterInstance, DagsterRun, RunsFilter

from pipelines.cluster import Cluster, address, lacking
from support.command import run_command
from support.landed import land
from support.same_published import differences

_T = TypeVar("_T")
PROJECT = Path(__file__).resolve().parents[2]
_PATIENCE_SECONDS = 300


def skip_where_lacking() -> None:
    """Skip a test where it is not asked for, or where a server or a package is not here, and say so."""
    if "CLUSTER" not in os.environ:
        pytest.skip("make test-cluster runs it: it starts servers, and takes minutes")
    if found := lacking():
        pytest.skip(f"not here: {', '.join(found)}")


@dataclass
class Installation:
    """A landing folder, a cluster's warehouse and one machine's, which both publish the same in the same order."""

    folder: Path
    cluster: Cluster
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def several(self) -> Path:
        """The warehouse of the cluster."""
        return self.folder / "several"

    def land(self, extracts: int = 3, rows: int = 300) -> list[str]:
        """Land extracts of an authority that has sent none; their partitions."""
        la_code = str(200 + next(self._numbers))
        days = [f"2020-{month:02}-01" for month in range(9, 9 + extracts)]
        for number, day in enumerate(days):
            self.land_one(la_code, day, rows + number)
        return [f"{la_code}_{day}" for day in days]

    def land_one(self, la_code: str, day: str, rows: int) -> None:
        """Land an extract of so many referrals, each with an assessment, and plans."""
        made = "\n".join(
            f"2020-{1 + number % 8:02}-{1 + number % 27:02} | 2020-{1 + number % 8:02}-{1 + number % 28:02} "
            f"| 2020-{1 + number % 8:02}-{1 + number % 27:02}"
            for number in range(rows)
        )
        land(
            self.folder / "landing" / la_code / day,
            person="person_id | dob\n" + "\n".join(f"P{n} | 20{5 + n % 14:02}-03-01" for n in range(1, rows + 1)),
            referral=f"received_at | mash_completed_at | referral_date\n{made}",
            cp_plan="start_date | end_date\n" + "\n".join(f"2020-0{1 + n % 7}-05 | " for n in range(20)),
        )

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start `run --cluster`."""
        return subprocess.Popen(
            [sys.executable, "-m", "pipelines", "run", "--cluster", *arguments],
            env=self.cluster.environment, cwd=PROJECT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def run_undisturbed_on_one(self) -> int:
        """Publish the same on one machine; the exit status."""
        return run_command("run", "--landing", self.folder / "landing", "--warehouse", self.folder / "one").returncode

    def differences(self) -> dict[str, int]:
        """What the warehouses differ by, once one machine has published the same."""
        assert self.run_undisturbed_on_one() == 0
        return differences(self.folder / "one", self.several)

    @contextmanager
    def instance(self) -> Iterator[DagsterInstance]:
        """The cluster's Dagster instance."""
        before = dict(os.environ)
        os.environ.update(self.cluster.environment)
        try:
            with DagsterInstance.from_config(self.cluster.environment["DAGSTER_HOME"]) as instance:
                yield instance
        finally:
            os.environ.clear()
            os.environ.update(before)

    def wait_for_run(self, job: str, status: str) -> DagsterRun:
        """The newest run of a job once it has a status."""
        with self.instance() as instance:

            def found() -> DagsterRun | None:
                runs = instance.get_runs(RunsFilter(job_name=job), limit=1)
                return runs[0] if runs and runs[0].status.value == status else None

            return wait_for(found, f"{job} does not come to {status}")

    def wait_for_lock(self) -> None:
        """Wait until a publisher holds the warehouse."""
        asked = "select count(*) from pg_locks where locktype = 'advisory' and granted and objsubid = 1"
        with psycopg.connect(address(self.cluster.environment), autocommit=True) as connection:
            wait_for(lambda: connection.execute(asked).fetchone() != (0,), "nobody publishes")

    def kill_child(self, name: str) -> None:
        """Kill the process in which a worker does its work, and not the worker."""
        worker = self.cluster.running[name].pid
        children = Path(f"/proc/{worker}/task/{worker}/children").read_text().split()
        os.kill(int(children[0]), signal.SIGKILL)


def wait_for(found: Callable[[], _T], what: str) -> _T:
    """The first answer that is one."""
    ends_at = time.monotonic() + _PATIENCE_SECONDS
    while not (answer := found()):
        assert time.monotonic() < ends_at, what
        time.sleep(0.05)
    return answer
