"""Several machines in one, for a trial and for tests: `make cluster` starts the servers and processes of docs/several-machines.md
on loopback, in a temporary folder, and ends them together."""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

from dagster_shared.yaml_utils import load_yaml_from_path

from pipelines import console
from pipelines.commands.ui import HOST
from pipelines.interruption import end_on_signals

_PROJECT = Path(__file__).resolve().parent.parent
_BIN = Path(sys.executable).parent
_PATIENCE_SECONDS = 120


class LackingError(Exception):
    """What several machines need and this one has not; the message says how to get it."""


def lacking() -> list[str]:
    """What is not here of what a cluster needs."""
    found = [name for name in ("celery", "dagster-daemon") if not (_BIN / name).exists()]
    found += [name for name in ("dagster_celery", "dagster_postgres", "redis") if find_spec(name) is None]
    return [*found, *(name for name in ("redis-server", "postgres", "initdb") if not _program(name))]


def _program(name: str) -> str | None:
    """Where a server's program is; Debian keeps PostgreSQL's apart from the PATH."""
    of_debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    return shutil.which(name) or (str(of_debian[0]) if of_debian else None)


@dataclass
class Cluster:
    """The processes of a cluster, by name, and the environment that each has."""

    folder: Path
    environment: dict[str, str]
    workers: int
    publishers: int = 1
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def queue(self) -> str:
        return self.environment["KPI_QUEUE"]

    def commands(self) -> dict[str, list[str]]:
        """How each process is started, servers first."""
        workspace = str(_PROJECT / "deploy" / "workspace.yaml")
        postgres = self.environment["DAGSTER_POSTGRES_PORT"]
        celery = [str(_BIN / "celery"), "-A", "dagster_celery.app", "worker", "-c", "1", "--without-gossip",
                  "--without-mingle"]  # fmt: skip
        return {
            "postgres": [
                *_as_nobody_special(), str(_program("postgres")), "-D", str(self.folder / "postgres"), "-h", HOST,
                "-p", postgres, "-k", str(self.folder / "sockets"), "-c", "max_connections=300",
            ],
            "redis": [str(_program("redis-server")), str(self.folder / "redis.conf")],
            "daemon": [str(_BIN / "dagster-daemon"), "run", "-w", workspace],
            "webserver": [
                str(_BIN / "dagster-webserver"), "-w", workspace, "-h", HOST, "-p", self.environment["WEBSERVER_PORT"],
            ],
            **{
                f"worker{number}": [*celery, "-n", f"worker{number}@%h", "-Q", self.queue]
                for number in range(1, self.workers + 1)
            },
            **{
                f"publisher{number}": [*celery, "-n", f"publisher{number}@%h", "-Q", f"{self.queue}-publish"]
                for number in range(1, self.publishers + 1)
            },
        }  # fmt: skip

    def start(self, name: str) -> None:
        """Start a process of the cluster in a session of its own; what it says goes to `<name>.log`."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(  # noqa: S603 - programs of ours, by their paths
                [*_with_its_parent(name), *self.commands()[name]], env=self.environment, cwd=self.folder, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip

    def end(self, name: str, by: signal.Signals = signal.SIGTERM) -> None:
        """End a process with all that it started."""
        process = self.running.pop(name)
        with suppress(ProcessLookupError):
            if name == "postgres":
                process.send_signal(signal.SIGINT if by == signal.SIGTERM else by)  # fast, not waiting for clients
            else:
                os.killpg(process.pid, by)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def end_all(self) -> None:
        """End every process, the servers last."""
        for name in reversed(list(self.running)):
            self.end(name, signal.SIGTERM if name in ("postgres", "redis") else signal.SIGKILL)


@contextmanager
def cluster(
    landing: Path,
    warehouse: Path,
    config: Path | None = None,
    workers: int = 2,
    publishers: int = 1,
    without: Sequence[str] = (),
    monitoring: Mapping[str, int] | None = None,
) -> Iterator[Cluster]:
    """A cluster of this installation, ready; it ends with the block. `without`: processes that are not started.

    `monitoring`: values of `run_monitoring` in place of those of deploy/dagster.yaml.

    Raises LackingError where servers or packages are not here.
    """
    if found := lacking():
        raise LackingError(
            f"{', '.join(found)}: not here; as root: apt-get install postgresql redis-server, and make setup-cluster."
        )
    folder = Path(tempfile.mkdtemp(prefix="kpi-cluster-"))
    made = Cluster(folder, _environment(folder, landing, warehouse, config), workers, publishers)
    try:
        _prepare_servers(made, monitoring or {})
        for name in made.commands():
            if name not in without:
                made.start(name)
            if name == "postgres":
                _wait_for(lambda: _has_made_database(made), "PostgreSQL", made)
        yield made
    finally:
        made.end_all()
        shutil.rmtree(folder, ignore_errors=True)


def serve(landing: Path, warehouse: Path, config: Path | None, workers: int) -> int:
    """Start a cluster and wait until it is interrupted; 2 where something is lacking, 1 where a process ends by itself."""
    try:
        with cluster(landing, warehouse, config, workers) as made:

            def end() -> None:
                made.end_all()
                shutil.rmtree(made.folder, ignore_errors=True)

            end_on_signals(end)
            environment = made.folder / "environment"
            environment.touch(mode=0o600)
            environment.write_text(
                "".join(f"export {name}='{made.environment[name]}'\n" for name in made.environment if name in _TOLD)
            )
            console.console.print(
                f"{len(made.running)} processes, their logs in {made.folder}; the UI is http://{HOST}:"
                f"{made.environment['WEBSERVER_PORT']}. In another terminal:",
                soft_wrap=True,
            )
            console.console.print(f"  . {environment} && .venv/bin/python -m pipelines run --cluster", soft_wrap=True)
            while all(process.poll() is None for process in made.running.values()):
                time.sleep(1)
            ended = [name for name, process in made.running.items() if process.poll() is not None]
            for name in ended:
                lines = (made.folder / f"{name}.log").read_text(errors="replace").splitlines()
                console.errors.print(f"{name} has ended: {lines[-1] if lines else 'it said nothing'}")
            return 1
    except LackingError as error:
        console.errors.print(str(error))
        return 2


# What another command of this installation needs of the environment.
_TOLD = (
    "DAGSTER_HOME", "DAGSTER_POSTGRES_HOST", "DAGSTER_POSTGRES_PORT", "DAGSTER_POSTGRES_USER",
    "DAGSTER_POSTGRES_PASSWORD", "DAGSTER_POSTGRES_DATABASE", "DAGSTER_BROKER", "KPI_QUEUE", "KPI_LANDING",
    "KPI_WAREHOUSE", "KPI_CONFIG", "PYTHONPATH",
)  # fmt: skip


def _environment(folder: Path, landing: Path, warehouse: Path, config: Path | None) -> dict[str, str]:
    ports = [str(port) for port in _free_ports(3)]
    password = secrets.token_hex(16)
    return {
        **os.environ,
        "DAGSTER_HOME": str(folder / "dagster"),
        "DAGSTER_POSTGRES_HOST": HOST,
        "DAGSTER_POSTGRES_PORT": ports[0],
        "DAGSTER_POSTGRES_USER": "kpi",
        "DAGSTER_POSTGRES_PASSWORD": password,
        "DAGSTER_POSTGRES_DATABASE": "kpi",
        "DAGSTER_BROKER": f"redis://:{password}@{HOST}:{ports[1]}/0",
        "DAGSTER_EVENT_BATCH_SIZE": "50",
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "REDIS_PORT": ports[1],
        "REDIS_PASSWORD": password,
        "WEBSERVER_PORT": ports[2],
        "KPI_QUEUE": f"kpi-{secrets.token_hex(4)}",
        "KPI_LANDING": str(landing.resolve()),
        "KPI_WAREHOUSE": str(warehouse.resolve()),
        **({"KPI_CONFIG": str(config.resolve())} if config else {}),
        "PYTHONPATH": f"{_PROJECT / 'deploy'}:{_PROJECT}",
        "C_FORCE_ROOT": "1",
    }


def _free_ports(count: int) -> list[int]:
    asked = [socket.socket() for _ in range(count)]
    try:
        for one in asked:
            one.bind((HOST, 0))
        return [int(one.getsockname()[1]) for one in asked]
    finally:
        for one in asked:
            one.close()


def _with_its_parent(name: str) -> list[str]:
    """What ends a process when the one that started it ends, however it does; nothing where the system has no such thing."""
    program = shutil.which("setpriv")
    return [program, f"--pdeathsig={'INT' if name == 'postgres' else 'KILL'}"] if program else []


def _as_nobody_special() -> list[str]:
    """PostgreSQL does not start as root: Debian's user for it, then."""
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []


def _prepare_servers(made: Cluster, monitoring: Mapping[str, int]) -> None:
    for name in ("dagster", "redis", "postgres", "sockets"):
        (made.folder / name).mkdir(mode=0o700)
    settings = cast(dict[str, Any], load_yaml_from_path(str(_PROJECT / "deploy" / "dagster.yaml")))
    settings["run_monitoring"] |= monitoring
    settings["concurrency"]["runs"]["max_concurrent_runs"] = made.workers + made.publishers
    settings["concurrency"]["runs"]["tag_concurrency_limits"][0]["limit"] = made.workers
    (made.folder / "dagster" / "dagster.yaml").write_text(json.dumps(settings))
    if os.geteuid() == 0:
        made.folder.chmod(0o711)
        for name in ("postgres", "sockets"):
            shutil.chown(made.folder / name, "postgres", "postgres")
    # Not in the command, whose words everybody on a machine sees.
    of_redis = made.folder / "redis.conf"
    of_redis.touch(mode=0o600)
    of_redis.write_text(
        f'bind {HOST}\nport {made.environment["REDIS_PORT"]}\ndir {made.folder / "redis"}\nappendonly yes\nsave ""\n'
        f"requirepass {made.environment['REDIS_PASSWORD']}\n"
    )
    password = made.folder / "sockets" / "password"
    password.write_text(made.environment["DAGSTER_POSTGRES_PASSWORD"])
    if os.geteuid() == 0:
        shutil.chown(password, "postgres", "postgres")
    subprocess.run(  # noqa: S603 - programs of ours, by their paths
        [
            *_as_nobody_special(), str(_program("initdb")), "-D", str(made.folder / "postgres"), "-U", "kpi",
            "--auth=scram-sha-256", f"--pwfile={password}", "--encoding=UTF8", "--locale=C", "--no-sync",
        ],
        check=True, capture_output=True, cwd=made.folder,
    )  # fmt: skip
    password.unlink()


def _has_made_database(made: Cluster) -> bool:
    """Make Dagster's database, once the server answers."""
    import psycopg

    try:
        with psycopg.connect(address(made.environment, "postgres"), autocommit=True) as connection:
            connection.execute("create database kpi")
    except psycopg.OperationalError:
        return False
    return True


def address(environment: Mapping[str, str], database: str | None = None) -> str:
    """The address of Dagster's database."""
    user, password, host, port, own = (
        environment[f"DAGSTER_POSTGRES_{name}"] for name in ("USER", "PASSWORD", "HOST", "PORT", "DATABASE")
    )
    return f"postgresql://{user}:{password}@{host}:{port}/{database or own}"


def _wait_for(condition: Callable[[], bool], what: str, made: Cluster) -> None:
    ends_at = time.monotonic() + _PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > ends_at:
            raise LackingError(f"{what} does not start; {made.folder} has its log.")
        time.sleep(0.1)
