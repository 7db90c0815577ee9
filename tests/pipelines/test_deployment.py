"""What deploy/ says, held against what was measured: each value here is one without which figures or runs are lost."""

import ast
import re
from pathlib import Path
from typing import Any, cast

from dagster._core.instance.config import dagster_instance_config
from dagster_shared.yaml_utils import load_yaml_from_path

from pipelines.cluster import Cluster
from pipelines.definitions import build
from pipelines.queueing import PREPARE, PUBLISH, groups_of
from pipelines.settings import PipelineSettings

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
DAGSTER = cast(dict[str, Any], load_yaml_from_path(str(DEPLOY / "dagster.yaml")))
COMPOSE = cast(dict[str, Any], load_yaml_from_path(str(DEPLOY / "compose.yaml")))
ENVIRONMENT = dict(
    line.split("=", 1) for line in (DEPLOY / "environment.example").read_text().splitlines() if line[0] != "#"
)


def test_dagster_takes_its_configuration(tmp_path: Path) -> None:
    (tmp_path / "dagster.yaml").write_text((DEPLOY / "dagster.yaml").read_text())
    settings, _ = dagster_instance_config(str(tmp_path))
    assert settings.keys() >= {"storage", "run_launcher", "run_monitoring", "run_retries"}


def test_the_database_is_asked_through_the_driver_that_dagster_brings_and_its_password_is_no_literal() -> None:
    database = DAGSTER["storage"]["postgres"]["postgres_db"]
    assert database.pop("scheme") == "postgresql+psycopg2"
    assert all(set(value) == {"env"} for value in database.values())


def test_results_stand_where_everybody_can_ask_and_the_queue_is_the_installations_own() -> None:
    launcher = DAGSTER["run_launcher"]["config"]
    assert launcher["backend"] == launcher["broker"] == {"env": "DAGSTER_BROKER"}
    assert launcher["default_queue"] == {"env": "KPI_QUEUE"}


def test_workers_are_told_what_the_launcher_is() -> None:
    told = {
        target.id: statement.value
        for statement in ast.parse((DEPLOY / "dagster_celery_config.py").read_text()).body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
    assert ast.unparse(told["broker_url"]) == ast.unparse(told["result_backend"]) == "os.environ['DAGSTER_BROKER']"
    assert ast.unparse(told["task_default_queue"]) == "os.environ['KPI_QUEUE']"
    for name, value in DAGSTER["run_launcher"]["config"]["config_source"].items():
        assert ast.literal_eval(told[name]) == value


def test_a_run_whose_worker_died_is_ended_before_it_is_handed_to_another_and_is_started_again() -> None:
    monitoring, retries = DAGSTER["run_monitoring"], DAGSTER["run_retries"]
    assert monitoring["enabled"]
    visible = DAGSTER["run_launcher"]["config"]["config_source"]["broker_transport_options"]["visibility_timeout"]
    assert 0 < monitoring["max_runtime_seconds"] < visible
    assert monitoring["free_slots_after_run_end_seconds"] > 0
    assert retries == {"enabled": True, "max_retries": 2, "retry_on_asset_or_op_failure": False}


def test_one_publishes_at_a_time_and_no_run_waits_at_the_broker(tmp_path: Path) -> None:
    runs = DAGSTER["concurrency"]["runs"]
    limits = {one["value"]: one["limit"] for one in runs["tag_concurrency_limits"]}
    assert limits[PUBLISH] == 1
    assert runs["max_concurrent_runs"] == sum(limits.values())
    assert COMPOSE["services"]["worker"]["deploy"]["replicas"] == limits[PREPARE]
    settings = PipelineSettings(landing=tmp_path, warehouse=tmp_path / "warehouse", queue="kpi")
    for job in build(settings).resolve_all_job_defs():
        if not job.name.startswith("__"):
            work, queue = (PREPARE, "kpi") if job.name == PREPARE else (PUBLISH, "kpi-publish")
            assert job.tags == {"kpi/work": work, "dagster-celery/queue": queue}, job.name


def test_a_broker_keeps_its_content() -> None:
    assert COMPOSE["services"]["broker"]["command"] == ["redis-server", "--appendonly", "yes"]


def test_what_the_configuration_asks_of_the_environment_is_in_every_way_of_starting_it() -> None:
    asked = set(re.findall(r"env: (\w+)", (DEPLOY / "dagster.yaml").read_text())) | {"KPI_LANDING", "KPI_WAREHOUSE"}
    assert asked <= ENVIRONMENT.keys()
    assert asked <= COMPOSE["x-pipeline"]["environment"].keys()
    assert ENVIRONMENT["DAGSTER_POSTGRES_PASSWORD"] == ""
    assert ENVIRONMENT["DAGSTER_EVENT_BATCH_SIZE"] == "50"


def test_the_units_start_what_a_trial_starts(tmp_path: Path) -> None:
    trial = Cluster(tmp_path, {"KPI_QUEUE": "kpi", **dict.fromkeys(("REDIS_PORT", "REDIS_PASSWORD", "WEBSERVER_PORT",
                    "DAGSTER_POSTGRES_PORT"), "1")}, workers=1)  # fmt: skip
    started = {
        Path(command[0]).name + (" publish" if "kpi-publish" in command else "")
        for name, command in trial.commands().items()
        if name not in ("postgres", "redis")
    }
    units = {path.stem: path.read_text() for path in (DEPLOY / "systemd").glob("*.service")}
    of_units = {
        Path(found[1]).name + (" publish" if "-publish" in found[2] else "")
        for unit in units.values()
        if (found := re.search(r"^ExecStart=(\S+)(.*)$", unit, re.MULTILINE))
    }
    assert started == of_units == {"dagster-daemon", "dagster-webserver", "celery", "celery publish"}
    assert all("Restart=always" in unit and "UMask=0077" in unit for unit in units.values())


def test_one_machine_has_its_own_schedule_and_several_theirs(tmp_path: Path) -> None:
    for queue, sensors in ((None, {"landing_sensor"}), ("kpi", {"landing_sensor", "publication_sensor"})):
        made = build(PipelineSettings(landing=tmp_path, warehouse=tmp_path / "warehouse", queue=queue))
        nightly = made.get_repository_def().get_schedule_def("nightly")
        assert nightly.job_name == ("publish_extracts" if queue is None else PREPARE)
        assert {one.name for one in made.get_repository_def().sensor_defs} == sensors
        assert {"publish_extracts", PREPARE, PUBLISH} <= {one.name for one in made.resolve_all_job_defs()}


def test_no_password_of_a_trial_stands_in_a_command(tmp_path: Path) -> None:
    """Everybody on a machine sees the words of every command there."""
    names = ("REDIS_PORT", "WEBSERVER_PORT", "DAGSTER_POSTGRES_PORT")
    secret = dict.fromkeys(("REDIS_PASSWORD", "DAGSTER_POSTGRES_PASSWORD", "DAGSTER_BROKER"), "a secret")
    trial = Cluster(tmp_path, {"KPI_QUEUE": "kpi", **dict.fromkeys(names, "1"), **secret}, workers=1)
    commands = trial.commands()
    assert "redis" in commands
    assert [name for name, words in commands.items() if any("a secret" in word for word in words)] == []


def test_groups_are_without_a_gap_and_the_oldest_come_first() -> None:
    known = ["852_2020-10-01", "852_2020-08-01", "370_2020-09-01", "852_2020-09-01", "846_2020-09-01", "319_2020-12-01"]
    wanted = set(known) - {"370_2020-09-01"}
    assert groups_of(known, wanted, 2) == [
        ["852_2020-10-01", "852_2020-08-01"],
        ["852_2020-09-01", "846_2020-09-01"],
        ["319_2020-12-01"],
    ]
    assert groups_of(known, set(), 2) == []
    assert {key for (key,) in groups_of(known, wanted, 1)} == wanted
