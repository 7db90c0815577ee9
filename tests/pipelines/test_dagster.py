"""The job, the sensor and the schedule, as Dagster runs them; and the command line, which goes through the same job."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from dagster import (
    AssetKey,
    DagsterEventType,
    DagsterInstance,
    DagsterRunStatus,
    RunRequest,
    RunsFilter,
    SkipReason,
    build_schedule_context,
    build_sensor_context,
)
from support.command import run_at_once, run_command
from support.landed import land

from assets.published import published
from pipelines.automation import landing_sensor, registered_now
from pipelines.commands.run import prepare_ui
from pipelines.definitions import JOB, build
from pipelines.instance import contiguous, home, register, run
from pipelines.settings import PipelineSettings
from warehouse.landing.extracts import landed
from warehouse.workspace import exclusive

PROJECT = Path(__file__).resolve().parents[2]
REFERRAL = "received_at | mash_completed_at\n2020-08-03  | 2020-08-04\n2020-08-03  | 2020-08-06"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PipelineSettings]:
    """An installation of its own, with one landed extract of 852."""
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    land(tmp_path / "landing" / "852" / "2020-09-01", referral=REFERRAL)
    yield PipelineSettings(landing=tmp_path / "landing", warehouse=tmp_path / "warehouse")


@pytest.fixture(scope="module")
def published_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of landing and warehouse in which the command has published the extract of 852."""
    folder = tmp_path_factory.mktemp("published")
    land(folder / "landing" / "852" / "2020-09-01", referral=REFERRAL)
    result = run_command("run", "--landing", folder / "landing", "--warehouse", folder / "warehouse")
    assert result.returncode == 0, result.stderr
    return folder


@pytest.fixture
def after(published_once: Path, settings: PipelineSettings, tmp_path: Path) -> PipelineSettings:
    """The installation once its extract is published."""
    shutil.copytree(published_once, tmp_path, dirs_exist_ok=True)
    return settings


@pytest.fixture
def instance(settings: PipelineSettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[DagsterInstance]:
    monkeypatch.setenv("DAGSTER_HOME", "")  # so that what home() sets is taken back
    with DagsterInstance.from_config(str(home(settings.warehouse))) as made:
        yield made


def command(
    settings: PipelineSettings, *arguments: str, instead: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run `python -m pipelines run` as a person would."""
    given = ("--landing", settings.landing, "--warehouse", settings.warehouse, *arguments)
    return run_command("run", *given, instead=instead, **environment)


def figures(settings: PipelineSettings) -> list[tuple[str, float, float]]:
    """The MASH figures of August 2020, by authority."""
    with duckdb.connect(str(settings.warehouse / "kpi.duckdb"), read_only=True) as connection:
        return connection.sql(
            "select la_code, numerator, denominator from monthly_kpi_current where measure_code = 'mash_timeliness' "
            "and month = '2020-08-01' and period = 'month' order by la_code"
        ).fetchall()


def test_the_command_goes_through_the_job_which_materialises_every_asset_of_every_layer_with_its_checks(
    after: PipelineSettings,
) -> None:
    assert figures(after) == [("852", 1, 2)]
    with DagsterInstance.from_config(str(after.warehouse / "dagster")) as instance:
        (made,) = instance.get_runs()
        assert (made.job_name, made.status) == (JOB, DagsterRunStatus.SUCCESS)
        assert {key.path[0] for key in instance.all_asset_keys()} == {
            "reference", "raw", "staged", "facts", "measures", "published",
        }  # fmt: skip
        assert instance.get_materialized_partitions(AssetKey(["published", "kpi"])) == {"852_2020-09-01"}
        checked = {
            (event.asset_check_evaluation_data.asset_key.to_user_string(), event.asset_check_evaluation_data.check_name)
            for record in instance.all_logs(made.run_id)
            if (event := record.dagster_event) and event.event_type_value == "ASSET_CHECK_EVALUATION"
        }
    assert ("staged/front_door", "every_row_accounted_for") in checked
    assert ("facts/workforce", "calendar_covers_every_date") in checked
    assert ("published/casework", "cases_sum_to_figures") in checked


@pytest.mark.long
def test_refused_extracts_stop_no_other_and_are_told_whatever_is_in_a_path_or_a_header(
    settings: PipelineSettings, tmp_path: Path
) -> None:
    """Each for a reason of its own; brackets are no marks of the console, and the limits of a file are settings."""
    landing = tmp_path / "[" / "red] :smile:"
    landing.parent.mkdir()
    settings.landing.rename(landing)
    settings = settings.model_copy(update={"landing": landing})
    for la_code in ("301", "330", "370", "846"):
        land(landing / la_code / "2020-09-01", referral=REFERRAL)
    (landing / "301" / "2020-09-01" / "person.csv").write_text("person_id[/],[/]person_id,sex\nP1,P1,F\n")
    (landing / "846" / "2020-09-01" / "referral.csv").write_text("referral_id,person_id\nR1,P1\n")
    wide = landing / "330" / "2020-09-01" / "referral.csv"
    wide.write_text("".join(f"{line},\n" for line in wide.read_text().splitlines()))
    (landing / "notes").mkdir()
    (landing / "notes" / "person.csv").touch()
    result = command(settings, KPI_COLUMN_LIMIT="7")
    assert (result.returncode, result.stdout.split(" …")[0]) == (1, "Publishing 5 extracts")
    assert figures(settings) == [("370", 1, 2), ("852", 1, 2)]
    assert {
        f"{landing}/notes: not read, because it is not <la_code>/<extract_date>; move the files to a folder such as "
        f"{landing}/852/2020-09-01.",
        "301/2020-09-01/person.csv: the headers 'person_id[/]' and '[/]person_id' both mean person_id; leave one of "
        "them out.",
        "330/2020-09-01/referral.csv: it has 8 columns, and a table may have 7; leave out what the contract does not "
        "need, or raise the setting column_limit.",
        "846/2020-09-01/referral.csv: the required columns referral_date, referral_source, referral_nfa cannot be "
        "found; add them to the export.",
        "3 of 5 extracts were refused; what was published stays.",
    } <= set(result.stderr.splitlines()), result.stderr
    assert "Traceback" not in result.stderr + result.stdout


def test_what_is_published_is_not_run_again_until_a_file_changes_and_what_is_not_read_is_said(
    after: PipelineSettings,
) -> None:
    settings = after
    again = command(settings)
    assert (again.returncode, "Nothing new" in again.stdout, again.stderr) == (0, True, "")
    land(settings.landing / "852" / "2020-09-01", referral="received_at | mash_completed_at\n2020-08-03 | 2020-08-04")
    land(settings.landing / "12" / "2020-08-31", referral=REFERRAL)
    land(settings.landing / "867" / "31-08-2020", referral=REFERRAL)
    (settings.landing / "866" / "2020-08-31").mkdir(parents=True)
    land(settings.landing / "846" / "2020-08-31", referral=REFERRAL)
    (settings.landing / "846" / "2020-08-31" / "s47.csv.part").write_text("half")
    (settings.landing / "notes").mkdir()
    result = command(settings)
    assert result.returncode == 1
    assert figures(settings) == [("852", 1, 1)]
    for told in ("12/2020-08-31: not read", "867/31-08-2020: not read", "866/2020-08-31: no table of the contract",
                 "846/2020-08-31: still being copied (s47.csv.part)"):  # fmt: skip
        assert told in result.stderr
    assert "notes" not in result.stderr


@pytest.mark.long
def test_the_public_copy_is_made_only_where_it_is_switched_on(after: PipelineSettings, tmp_path: Path) -> None:
    settings = after

    def told(numerator: str = "numerator_symbol") -> list[tuple[int, str, int]]:
        with duckdb.connect(str(settings.warehouse / "public" / "public.duckdb"), read_only=True) as copy:
            return copy.sql(
                f"select version, {numerator}, denominator from public_kpi cross join public_publication "  # noqa: S608
                "where measure_code = 'mash_timeliness' and month = '2020-08-01' and period = 'month'"
            ).fetchall()

    config = tmp_path / "settings.toml"
    config.write_text("public_copy = true\n")
    assert not (settings.warehouse / "public").exists()
    switched_on = command(settings, "--config", str(config))
    assert (switched_on.returncode, "Nothing new" in switched_on.stdout, "Made: " in switched_on.stdout) == (
        0,
        True,
        True,
    )
    assert told() == [(1, "c", None)]
    decided = "received_at | mash_completed_at\n" + "2020-08-03 | 2020-08-04\n" * 23
    land(settings.landing / "852" / "2020-09-01", referral=decided)
    assert command(settings, "--config", str(config)).returncode == 0
    assert told("numerator") == [(2, 25, 25)]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--authority", "Southampton"], "3-digit"),
        (["--extract-date", "1/9/2020"], "write it as YYYY-MM-DD"),
        (["--authority", "999"], "has landed"),
        (["--config", "no-such.toml"], "no such settings file"),
        (["--unknown"], "No such option"),
        (["--accept-settings", " "], "1 to 500 characters"),
    ],
)
def test_wrong_arguments_end_with_one_sentence_and_status_2(
    settings: PipelineSettings, arguments: list[str], told: str
) -> None:
    result = command(settings, *arguments)
    assert result.returncode == 2
    assert told in result.stderr
    assert "Traceback" not in result.stderr


def test_a_misspelt_setting_is_an_error(settings: PipelineSettings, tmp_path: Path) -> None:
    config = tmp_path / "settings.toml"
    config.write_text('mash_clok = "strict_24h"\n')
    result = command(settings, "--config", str(config))
    assert result.returncode == 2
    assert "mash_clok" in result.stderr


def test_the_sensor_registers_an_extract_once_when_it_is_complete_and_still(
    settings: PipelineSettings, instance: DagsterInstance
) -> None:
    settings = settings.model_copy(update={"settle_seconds": 0})
    watch = landing_sensor(settings)
    first = watch.evaluate_tick(build_sensor_context(instance=instance))
    assert not first.dynamic_partitions_requests  # seen for the first time: it may still be growing
    second = watch.evaluate_tick(build_sensor_context(instance=instance, cursor=first.cursor))
    assert [request.partition_keys for request in second.dynamic_partitions_requests] == [["852_2020-09-01"]]
    register(instance, ["852_2020-09-01"])
    third = watch.evaluate_tick(build_sensor_context(instance=instance, cursor=second.cursor))
    assert not third.dynamic_partitions_requests


def test_the_sensor_says_what_it_registered_what_it_leaves_and_what_is_due(
    settings: PipelineSettings, instance: DagsterInstance, published_once: Path
) -> None:
    settings = settings.model_copy(update={"settle_seconds": 0})
    watch = landing_sensor(settings)

    def look(cursor: str | None) -> tuple[str | None, str | None]:
        tick = watch.evaluate_tick(build_sensor_context(instance=instance, cursor=cursor))
        return tick.skip_message, tick.cursor

    said, cursor = look(None)
    assert said is not None
    assert said.startswith("Not complete, or changed since the look before: 852_2020-09-01.")
    said, cursor = look(cursor)
    assert said == "Registered now: 852_2020-09-01. Not published yet: 852_2020-09-01."
    register(instance, ["852_2020-09-01"])
    assert look(cursor)[0] == "Not published yet: 852_2020-09-01."
    for file in (published_once / "warehouse").glob("*.duckdb"):  # what a run publishes
        shutil.copy(file, settings.warehouse)
    assert look(cursor)[0] == "All that is registered is published."
    (settings.warehouse / "kpi.duckdb").write_bytes(b"damaged" * 1000)
    assert look(cursor)[0] == "Which extracts are published cannot be read at the moment."


def test_the_sensor_names_three_extracts_and_counts_the_others(
    settings: PipelineSettings, instance: DagsterInstance
) -> None:
    for day in ("2020-10-01", "2020-11-01", "2020-12-01", "2021-01-01"):
        shutil.copytree(settings.landing / "852" / "2020-09-01", settings.landing / "852" / day)
    said = landing_sensor(settings).evaluate_tick(build_sensor_context(instance=instance)).skip_message
    assert said == (
        "Not complete, or changed since the look before: 852_2020-09-01, 852_2020-10-01, 852_2020-11-01 and 2 more. "
        "All that is registered is published."
    )


def test_an_extract_that_is_being_copied_is_not_registered(settings: PipelineSettings) -> None:
    folder = settings.landing / "852" / "2020-09-01"
    extracts = landed(settings.landing)
    now = (folder / "referral.csv").stat().st_mtime + 1000
    ready, seen = registered_now(extracts, {}, set(), 30, now)
    assert ready == []
    (folder / "assessment.csv.part").write_text("half")
    assert registered_now(extracts, seen, set(), 30, now)[0] == []  # an unfinished file
    (folder / "assessment.csv.part").rename(folder / "assessment.csv")
    ready, seen = registered_now(extracts, seen, set(), 30, now)
    assert ready == []  # changed since the look before
    assert registered_now(extracts, seen, set(), 10_000, now)[0] == []  # not still for long enough
    assert registered_now(extracts, seen, set(), 30, now + 1e6)[0] == ["852_2020-09-01"]


def test_the_nightly_schedule_runs_what_is_registered_and_not_published(
    settings: PipelineSettings, instance: DagsterInstance, published_once: Path
) -> None:
    definitions = build(settings)
    nightly = definitions.resolve_schedule_def("nightly")

    def requests() -> list[RunRequest | SkipReason]:
        data = nightly.evaluate_tick(
            build_schedule_context(
                instance=instance,
                scheduled_execution_time=datetime.now(UTC),
                repository_def=definitions.get_repository_def(),
            )
        )
        return [request.partition_key for request in data.run_requests or []]

    assert (nightly.cron_schedule, nightly.execution_timezone) == ("30 2 * * *", "Europe/London")
    assert requests() == []  # landed, but not registered yet
    register(instance, ["852_2020-09-01"])
    assert requests() == ["852_2020-09-01"]
    for file in (published_once / "warehouse").glob("*.duckdb"):  # what a run publishes
        shutil.copy(file, settings.warehouse)
    assert requests() == []


def test_partitions_that_follow_each_other_share_a_run(settings: PipelineSettings, instance: DagsterInstance) -> None:
    register(instance, ["a", "b", "c", "d"])
    assert contiguous(instance, ["a", "b", "d"]) == [["a", "b"], ["d"]]


@pytest.mark.long
def test_two_runs_at_once_queue_and_both_succeed(settings: PipelineSettings) -> None:
    land(settings.landing / "370" / "2020-09-01", referral=REFERRAL)
    arguments = ("run", "--landing", settings.landing, "--warehouse", settings.warehouse, "--authority")
    both = run_at_once((*arguments, "370"), (*arguments, "852"))
    assert [one.returncode for one in both] == [0, 0], both
    assert figures(settings) == [("370", 1, 2), ("852", 1, 2)]


@pytest.mark.long
def test_a_run_that_was_killed_leaves_what_was_published_and_the_next_one_completes(after: PipelineSettings) -> None:
    settings = after
    before = (settings.warehouse / "kpi.duckdb").read_bytes()
    land(settings.landing / "370" / "2020-09-01", referral=REFERRAL)
    killed = command(
        settings,
        instead="import os, signal\nfrom warehouse.published import publishing\n"
        "publishing._finish = lambda *_: os.kill(os.getpid(), signal.SIGKILL)",
    )
    assert killed.returncode == -9
    assert (settings.warehouse / "kpi.duckdb").read_bytes() == before
    assert command(settings).returncode == 0
    assert figures(settings) == [("370", 1, 2), ("852", 1, 2)]
    with DagsterInstance.from_config(str(settings.warehouse / "dagster")) as instance:
        assert sorted(run.status.value for run in instance.get_runs()) == ["FAILURE", "SUCCESS", "SUCCESS"]


def test_runs_that_died_with_the_ui_hold_no_queue_once_it_starts_again(
    settings: PipelineSettings, instance: DagsterInstance
) -> None:
    dead = instance.create_run_for_job(build(settings).resolve_job_def(JOB), status=DagsterRunStatus.STARTED)

    def status() -> DagsterRunStatus:
        found = instance.get_run_by_id(dead.run_id)
        assert found is not None
        return found.status

    with subprocess.Popen(["flock", str(settings.warehouse / ".lock"), "cat"], stdin=subprocess.PIPE) as other:
        while Path(f"/proc/{other.pid}/wchan").exists() and not _is_locked(settings.warehouse):
            time.sleep(0.01)
        assert prepare_ui(settings) == 0
        assert status() is DagsterRunStatus.STARTED  # somebody works here: it may be that run
    assert prepare_ui(settings) == 0
    assert status() is DagsterRunStatus.FAILURE


def _is_locked(warehouse: Path) -> bool:
    try:
        with exclusive(warehouse, wait=False):
            return False
    except BlockingIOError:
        return True


@pytest.mark.long
def test_a_run_of_dagster_that_waits_for_the_warehouse_does_not_hold_up_the_one_that_has_it(
    settings: PipelineSettings, instance: DagsterInstance
) -> None:
    land(settings.landing / "370" / "2020-09-01", referral=REFERRAL)
    register(instance, ["370_2020-09-01", "852_2020-09-01"])
    job = build(settings).resolve_job_def(JOB)
    with exclusive(settings.warehouse):
        other = subprocess.Popen(
            [sys.executable, "-c",
             "from dagster import DagsterInstance\nfrom pipelines.definitions import JOB, build\n"
             "from pipelines.settings import load_settings\n"
             "job = build(load_settings()).resolve_job_def(JOB)\n"
             "job.execute_in_process(instance=DagsterInstance.get(), partition_key='370_2020-09-01')"],
            cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "KPI_LANDING": str(settings.landing), "KPI_WAREHOUSE": str(settings.warehouse)},
        )  # fmt: skip
        waiting = RunsFilter(statuses=[DagsterRunStatus.STARTED])
        while other.poll() is None and not any(
            instance.all_logs(run.run_id, of_type=DagsterEventType.STEP_START) for run in instance.get_runs(waiting)
        ):
            time.sleep(0.2)
        outcome = run(instance, job, ["852_2020-09-01"])
        assert outcome.succeeded, outcome.error
        assert figures(settings) == [("852", 1, 2)]
        assert other.poll() is None
    _, errors = other.communicate(timeout=300)
    assert other.returncode == 0, errors[-2000:]
    assert figures(settings) == [("370", 1, 2), ("852", 1, 2)]


@pytest.mark.long
def test_figures_that_other_settings_move_are_published_only_with_a_reason(
    after: PipelineSettings, tmp_path: Path
) -> None:
    settings = after
    config = tmp_path / "settings.toml"
    config.write_text('local_extra_non_working_days = ["2020-08-04", "2020-08-05"]\n')
    stopped = command(settings, "--config", str(config))
    assert (stopped.returncode, figures(settings)) == (1, [("852", 1, 2)])
    assert 'local_extra_non_working_days was [], and is ["2020-08-04", "2020-08-05"] now' in stopped.stderr
    assert "--accept-settings" in stopped.stderr
    assert "Traceback" not in stopped.stderr
    accepted = command(settings, "--config", str(config), "--accept-settings", "The office was closed.")
    assert (accepted.returncode, accepted.stderr) == (0, "")
    assert figures(settings) == [("852", 2, 2)]
    with duckdb.connect(str(settings.warehouse / "kpi.duckdb"), read_only=True) as connection:
        versions = connection.sql("select version, kind, reason from kpi_version order by version").fetchall()
    assert versions == [(1, "publication", None), (2, "publication", "The office was closed.")]


@pytest.mark.long
def test_the_published_layer_alone_computes_the_layers_that_it_needs(
    settings: PipelineSettings, instance: DagsterInstance
) -> None:
    register(instance, ["852_2020-09-01"])
    result = build(settings).resolve_implicit_global_asset_job_def().execute_in_process(
        instance=instance,
        partition_key="852_2020-09-01",
        asset_selection=[spec.key for spec in published.specs],
    )  # fmt: skip
    assert result.success
    assert figures(settings) == [("852", 1, 2)]


def test_the_run_records_the_settings_that_decided_its_figures(settings: PipelineSettings) -> None:
    definitions = build(settings.model_copy(update={"final_after_months": 5}))
    resource = definitions.resources["workspace"] if definitions.resources else None
    assert json.loads(resource.definitions)["final_after_months"] == 5  # type: ignore[union-attr]


def test_why_other_settings_are_accepted_reaches_the_run(settings: PipelineSettings) -> None:
    definitions = build(settings, "The office was closed.")
    resource = definitions.resources["workspace"] if definitions.resources else None
    assert resource.accepted_settings == "The office was closed."  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ('mash_open_from = "18:00"', "earlier in the day"),
        ('population_rule = "fixed"', "needs population_mid_year"),
        ('population_rule = "fixed"\npopulation_mid_year = 1800', "no such estimates"),
        ('population_vintage = "nope"', "the editions are"),
        ('cla_exclude_ls = ["ZZ"]', "ZZ is no legal status"),
    ],
)
def test_settings_that_cannot_work_are_refused_at_start(
    settings: PipelineSettings, tmp_path: Path, lines: str, told: str
) -> None:
    config = tmp_path / "settings.toml"
    config.write_text(lines)
    result = command(settings, "--config", str(config))
    assert result.returncode == 2
    assert told in result.stderr
    assert not (settings.warehouse / "kpi.duckdb").exists()


def test_dagster_finds_nothing_wrong_with_the_workspace_from_any_folder(
    settings: PipelineSettings, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    found = subprocess.run(
        [Path(sys.executable).parent / "dagster", "definitions", "validate", "-w", PROJECT / "workspace.yaml"],
        cwd=elsewhere, capture_output=True, text=True, timeout=300,
        env={**os.environ, "DAGSTER_HOME": "", "KPI_WAREHOUSE": str(settings.warehouse)},
    )  # fmt: skip
    assert found.returncode == 0, found.stdout + found.stderr
    assert "Validation successful" in found.stdout + found.stderr
