"""What the schedules ask: what is due and not done. So nothing is lost where Dagster was off on the day it fell due."""

import json
import os
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from dagster import DagsterInstance, DagsterRunStatus, build_schedule_context
from dagster._core.test_utils import create_run_for_test, freeze_time
from dagster._core.utils import make_new_run_id
from support.landed import land
from support.published import process

from pipelines import automation
from pipelines.definitions import build
from pipelines.instance import home, register
from pipelines.settings import PipelineSettings
from warehouse.forms.ssd.extracting import MARK
from warehouse.landing.extracts import Extract
from warehouse.published import publishing
from warehouse.report.folder import replace, write_private
from warehouse.report.overview.due import fallen_due
from warehouse.report.overview.files import write_month
from warehouse.report.pending import lists as pending
from warehouse.workspace import verified_at, verify

AUGUST, SEPTEMBER = date(2020, 8, 1), date(2020, 9, 1)
# The third working day of September 2020 is Thursday the 3rd, of October Monday the 5th.
REFERRALS = """
referral_date | received_at | mash_completed_at
2020-07-06    | 2020-07-06  | 2020-07-07
2020-08-03    | 2020-08-03  | 2020-08-04
2020-08-03    | 2020-08-03  | {decided}
2020-09-07    | 2020-09-07  | 2020-09-08
"""

Publish = Callable[..., None]
Ask = Callable[..., list[str | None]]


@pytest.fixture
def settings(tmp_path: Path) -> PipelineSettings:
    return PipelineSettings(landing=tmp_path / "landing", warehouse=tmp_path / "warehouse")


def publish_at(
    settings: PipelineSettings, at: str, extract_date: str = "", la_code: str = "852", decided: str = "2020-08-06"
) -> None:
    """Publish an extract at a moment (UTC): of the first day of its month, by 852, unless it is said otherwise."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return datetime.fromisoformat(at).replace(tzinfo=tz)

    day = date.fromisoformat(extract_date or f"{at[:7]}-01")
    folder = settings.landing / la_code / day.isoformat()
    rows = REFERRALS.format(decided=decided).strip().splitlines()
    land(folder, referral="\n".join([rows[0], *(row for row in rows[1:] if row[:10] < day.isoformat())]))
    with patch.object(publishing, "datetime", Clock):
        process(settings.warehouse, [Extract(la_code, day, folder)])


@pytest.fixture(scope="module")
def september_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of landing and warehouse in which 852 has published its extract of September on the 1st."""
    folder = tmp_path_factory.mktemp("september")
    publish_at(PipelineSettings(landing=folder / "landing", warehouse=folder / "warehouse"), "2020-09-01 03:00")
    return folder


@pytest.fixture
def september(september_once: Path, settings: PipelineSettings) -> PipelineSettings:
    """A copy of it, of the test's own."""
    for folder in (settings.landing, settings.warehouse):
        shutil.copytree(september_once / folder.name, folder)
    return settings


@pytest.fixture
def publish(settings: PipelineSettings) -> Publish:
    return partial(publish_at, settings)


@pytest.fixture
def ask(settings: PipelineSettings, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """The partitions that a schedule asks for at a moment of London time; None where its run has none."""
    monkeypatch.setenv("DAGSTER_HOME", "")  # so that what home() sets is taken back

    def asked(schedule: str, at: str, **other: Any) -> list[str | None]:
        moment = datetime.fromisoformat(at).replace(tzinfo=ZoneInfo("Europe/London"))
        definitions = build(settings.model_copy(update=other))
        with DagsterInstance.from_config(str(home(settings.warehouse))) as instance:
            tick = definitions.resolve_schedule_def(schedule).evaluate_tick(
                build_schedule_context(
                    instance=instance, scheduled_execution_time=moment, repository_def=definitions.get_repository_def()
                )
            )
        assert tick.run_requests or tick.skip_message
        assert all(request.tags["dagster/max_runtime"] == "14400" for request in tick.run_requests or [])
        return [request.partition_key for request in tick.run_requests or []]

    return asked


@pytest.fixture
def overview(settings: PipelineSettings) -> Callable[..., None]:
    """The overview of a month by one version, as far as what is due goes."""

    def written(month: str, version: int, la_code: str = "852") -> None:
        replace(settings.warehouse / "reports" / la_code / month / f"performance_overview_v{version}.html", b"")

    return written


def test_every_schedule_asks_each_day(settings: PipelineSettings) -> None:
    schedules = build(settings).get_repository_def().schedule_defs
    assert {one.name: (one.cron_schedule, one.execution_timezone) for one in schedules} == {
        "old_runs": ("0 4 * * *", "Europe/London"),
        "nightly": ("30 2 * * *", "Europe/London"),
        "weekly_verification": ("0 5 * * *", "Europe/London"),
        "weekly_pending_list": ("0 6 * * *", "Europe/London"),
        "monthly_overview": ("0 7 * * *", "Europe/London"),
    }


def test_a_back_fill_of_years_may_run_for_days(settings: PipelineSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", "")
    with DagsterInstance.from_config(str(home(settings.warehouse))) as instance:
        assert instance.run_monitoring_max_runtime_seconds == 3 * 24 * 3600


@pytest.mark.parametrize(
    "schedule", ["nightly", "old_runs", "weekly_verification", "weekly_pending_list", "monthly_overview"]
)
def test_nothing_is_due_where_nothing_is_published(ask: Ask, schedule: str) -> None:
    assert ask(schedule, "2020-09-07 07:00") == []


def test_what_cannot_be_read_is_a_reason_to_wait_and_no_error(ask: Ask, september: PipelineSettings) -> None:
    for name in ("kpi.duckdb", "casework.duckdb", "generations"):
        for path in (september.warehouse / name, *(september.warehouse / name).rglob("*.duckdb")):
            if path.is_file():
                path.write_bytes(b"damaged")
    assert ask("monthly_overview", "2020-09-03 07:00") == []
    assert ask("weekly_pending_list", "2020-09-07 06:00") == []


def test_each_extract_that_is_not_published_has_a_run_of_its_own(ask: Ask, settings: PipelineSettings) -> None:
    keys = ["370_2020-09-01", "852_2020-09-01"]
    for la_code in ("370", "852"):
        land(settings.landing / la_code / "2020-09-01", referral=REFERRALS.format(decided="2020-08-06"))
    with DagsterInstance.from_config(str(home(settings.warehouse))) as instance:
        register(instance, keys)
    assert ask("nightly", "2020-09-02 02:30") == keys


def test_statistics_that_cannot_be_taken_keep_no_extract_from_its_run(
    ask: Ask, settings: PipelineSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    land(settings.landing / "852" / "2020-09-01", referral=REFERRALS.format(decided="2020-08-06"))
    (settings.landing / "statistics" / "2025-10-30").mkdir(parents=True)
    with DagsterInstance.from_config(str(home(settings.warehouse))) as instance:
        register(instance, ["852_2020-09-01"])

    def full(_: PipelineSettings) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(automation, "take_statistics", full)
    assert ask("nightly", "2020-09-02 02:30") == ["852_2020-09-01"]


def test_an_overview_falls_due_on_the_third_working_day() -> None:
    due = fallen_due(date(2020, 9, 20), date(2021, 4, 30))
    assert [due[month] for month in (AUGUST, SEPTEMBER)] == [date(2020, 9, 3), date(2020, 10, 5)]
    assert due[date(2020, 12, 1)] == date(2021, 1, 6)  # New Year's Day is a Friday
    assert due[date(2021, 3, 1)] == date(2021, 4, 7)  # Good Friday and Easter Monday
    assert len(due) == 8
    assert date(2021, 3, 1) not in fallen_due(date(2020, 9, 20), date(2021, 4, 6))
    assert fallen_due(date(2020, 9, 1), date(2020, 9, 30), [date(2020, 9, 2)]) == {AUGUST: date(2020, 9, 4)}


def test_an_overview_is_due_from_the_third_working_day_until_it_is_written(
    ask: Ask, september: PipelineSettings
) -> None:
    assert ask("monthly_overview", "2020-09-02 07:00") == []
    assert ask("monthly_overview", "2020-09-03 07:00") == ["2020-08-01"]
    assert ask("monthly_overview", "2020-09-04 07:00") == ["2020-08-01"]  # Dagster was off on the day
    assert ask("monthly_overview", "2021-02-15 07:00") == ["2020-08-01"]  # and for months
    write_month(september.warehouse, AUGUST)
    assert ask("monthly_overview", "2020-09-04 07:00") == []
    assert ask("monthly_overview", "2021-02-15 07:00") == []


@pytest.mark.long
def test_every_month_that_was_missed_comes_oldest_first(
    ask: Ask, september: PipelineSettings, publish: Publish, overview: Callable[..., None]
) -> None:
    publish("2020-10-01 03:00")
    assert ask("monthly_overview", "2020-10-04 07:00") == ["2020-08-01"]
    assert ask("monthly_overview", "2020-10-05 07:00") == ["2020-08-01", "2020-09-01"]
    overview("2020-09", 2)
    assert ask("monthly_overview", "2020-10-06 07:00") == ["2020-08-01"]


@pytest.mark.long
def test_an_extract_that_comes_late_has_its_overview_the_next_morning(ask: Ask, publish: Publish) -> None:
    publish("2020-09-10 03:00", "2020-09-01")
    assert ask("monthly_overview", "2020-09-10 07:00") == ["2020-08-01"]


@pytest.mark.long
def test_no_overview_is_due_of_months_before_the_first_publication(ask: Ask, publish: Publish) -> None:
    publish("2020-10-01 03:00")
    assert ask("monthly_overview", "2020-10-05 07:00") == ["2020-09-01"]


@pytest.mark.long
def test_an_overview_is_written_as_figures_stood_when_it_fell_due_and_not_again(
    ask: Ask, september: PipelineSettings, publish: Publish, overview: Callable[..., None]
) -> None:
    overview("2020-08", 1)  # by hand, before it is due
    assert ask("monthly_overview", "2020-09-03 07:00") == []
    publish("2020-09-03 03:00", decided="2020-08-04")
    assert ask("monthly_overview", "2020-09-03 07:00") == ["2020-08-01"]
    overview("2020-08", 2)
    publish("2020-09-08 03:00", decided="2020-08-10")
    assert ask("monthly_overview", "2020-09-09 07:00") == []  # restated since: the index says so


@pytest.mark.long
def test_a_correction_of_an_older_extract_makes_no_overview_due_for_ever(
    ask: Ask, publish: Publish, overview: Callable[..., None]
) -> None:
    publish("2020-08-01 03:00")
    publish("2020-09-01 03:00")
    publish("2020-09-02 03:00", "2020-08-01", decided="2020-08-04")  # a later version, of the earlier extract
    overview("2020-07", 2)
    overview("2020-08", 2)
    assert ask("monthly_overview", "2020-09-03 07:00") == []


@pytest.mark.long
def test_an_overview_is_due_while_any_authority_lacks_it(
    ask: Ask, september: PipelineSettings, publish: Publish, overview: Callable[..., None]
) -> None:
    publish("2020-09-01 03:00", la_code="370")
    overview("2020-08", 1)
    assert ask("monthly_overview", "2020-09-03 07:00") == ["2020-08-01"]
    overview("2020-08", 2, "370")
    assert ask("monthly_overview", "2020-09-03 07:00") == []


@pytest.mark.long
def test_the_lists_are_due_from_monday_until_every_authority_has_its_own(
    ask: Ask, publish: Publish, settings: PipelineSettings
) -> None:
    def written(la_code: str, at: str) -> None:
        path = write_private(settings.warehouse / pending.FOLDER, f"pending_{la_code}_2020-09-01.xlsx", b"")
        os.utime(path, (datetime.fromisoformat(at).replace(tzinfo=ZoneInfo("Europe/London")).timestamp(),) * 2)

    publish("2020-09-01 03:00")
    publish("2020-09-01 03:00", la_code="370")
    assert ask("weekly_pending_list", "2020-09-07 06:00") == [None]
    written("852", "2020-09-07 06:01")
    assert ask("weekly_pending_list", "2020-09-08 06:00") == [None]  # its run was broken off
    written("370", "2020-09-08 06:01")
    assert [ask("weekly_pending_list", f"2020-09-{day} 06:00") for day in ("09", "13")] == [[], []]
    assert ask("weekly_pending_list", "2020-09-14 06:00") == [None]


def test_verification_is_due_from_sunday_until_it_is_done(ask: Ask, september: PipelineSettings) -> None:
    assert ask("weekly_verification", "2020-09-02 05:00") == [None]
    verify(september.warehouse)
    last = verified_at(september.warehouse)
    assert last and abs(datetime.now(UTC) - last) < timedelta(minutes=1)
    (september.warehouse / "generations" / "verified").write_text(
        "2020-09-06T04:01:00+00:00\n"
    )  # Sunday 05:01 in London
    assert [ask("weekly_verification", f"2020-09-{day} 05:00") for day in ("07", "12")] == [[], []]
    assert [ask("weekly_verification", f"2020-09-{day} 05:00") for day in ("13", "15")] == [[None], [None]]
    (september.warehouse / "generations" / "verified").write_text("cut off")
    assert ask("weekly_verification", "2020-09-07 05:00") == [None]


@pytest.mark.parametrize(
    ("every", "due", "not_due"),
    [
        ("month", ["2020-09-30 06:30", "2020-11-02 06:30"], ["2020-10-02 06:30", "2020-10-31 06:30"]),
        ("week", ["2020-10-05 06:30", "2020-10-08 06:30"], ["2020-10-01 06:30", "2020-10-04 06:30"]),
        ("day", ["2020-10-02 06:30"], ["2020-10-01 06:30"]),
    ],
)
def test_an_extract_of_the_ssd_is_due_until_one_of_the_period_has_landed(
    ask: Ask, settings: PipelineSettings, every: str, due: list[str], not_due: list[str]
) -> None:
    def asked(at: str) -> list[str | None]:
        return ask("ssd_extract", at, ssd_authority="852", ssd_system="mosaic", ssd_every=every)

    land(settings.landing / "852" / "2020-11-01", referral="referral_date\n2020-08-03")  # from a file, and not the SSD
    assert [asked(at) for at in due + not_due] == [[None]] * len(due + not_due)
    for la_code, day in (("852", "2020-08-01"), ("852", "2020-10-01"), ("370", "2020-12-01")):
        folder = settings.landing / la_code / day
        folder.mkdir(parents=True)
        schema = pa.schema([("cp_plan_id", pa.string())], {MARK: json.dumps({"system": "mosaic", "rows": {}}).encode()})
        pq.write_table(schema.empty_table(), folder / "cp_plan.parquet")
    later = [at for at in due if at > "2020-10-01"]
    assert [asked(at) for at in later] == [[None]] * len(later)
    assert [asked(at) for at in not_due] == [[]] * len(not_due)


def test_the_ssd_is_asked_for_when_it_is_filled_and_only_where_the_settings_name_an_authority(
    settings: PipelineSettings,
) -> None:
    named = settings.model_copy(update={"ssd_authority": "852", "ssd_system": "mosaic", "ssd_at": time(21, 5)})
    whole = build(named)
    whole.get_repository_def().load_all_definitions()  # as Dagster does: names may not meet
    schedule = whole.resolve_schedule_def("ssd_extract")
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("5 21 * * *", "Europe/London")
    assert "ssd_extract" not in {one.name for one in build(settings).get_repository_def().schedule_defs}
    with pytest.raises(ValueError, match="ssd_authority: say by ssd_system"):
        PipelineSettings(ssd_authority="852")


@pytest.mark.long
def test_records_of_old_runs_are_removed_and_nothing_is_due_by_that(ask: Ask, september: PipelineSettings) -> None:
    key, now = "852_2020-09-01", datetime.now(ZoneInfo("Europe/London"))
    job = build(september).resolve_job_def("old_runs")
    with DagsterInstance.from_config(str(home(september.warehouse))) as instance:
        register(instance, [key])
        old, young, under_way = (make_new_run_id() for _ in range(3))
        for run_id, days, status in (
            (old, 366, DagsterRunStatus.FAILURE), (young, 364, DagsterRunStatus.SUCCESS),
            (under_way, 400, DagsterRunStatus.STARTED),
        ):  # fmt: skip
            with freeze_time(now - timedelta(days=days)):
                create_run_for_test(instance, job_name="publish_extracts", run_id=run_id, status=status)
            (Path(instance.storage_directory()) / run_id / "compute_logs").mkdir(parents=True)
        assert ask("old_runs", f"{now:%Y-%m-%d} 04:00") == [None]
        assert job.execute_in_process(instance=instance).success
        assert {run.run_id for run in instance.get_runs() if run.job_name == "publish_extracts"} == {young, under_way}
        assert {path.name for path in Path(instance.storage_directory()).iterdir()} >= {young, under_way}
        assert not (Path(instance.storage_directory()) / old).exists()
    assert ask("old_runs", f"{now:%Y-%m-%d} 04:00") == []
    assert ask("nightly", "2020-09-02 02:30") == []
