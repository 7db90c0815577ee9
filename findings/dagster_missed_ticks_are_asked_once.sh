#!/bin/sh
# dagster 1.13.27: of the ticks that a schedule missed while the daemon was off, only the last is ever evaluated.
# Guessed: each is made up (the setting max_catchup_runs is 5), so that a schedule that acts "if today is the third working day"
# acts late. It counts only for schedules built from a partitioned job; of others one tick is left, with the day of that tick.
# Why it matters: a daemon that is off on the third working day alone costs a month's overview of how children are protected, and
# nothing says so: the days after it are not the third.
# Here: each schedule asks what is due and not done, and never whether today is the day (docs/running.md).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check dagster==1.13.27 2>/dev/null
mkdir "$folder/home"
cat > "$folder/schedules.py" <<'PYTHON'
import dagster


@dagster.op
def write() -> None: ...


@dagster.job
def overview() -> None:
    write()


@dagster.schedule(job=overview, cron_schedule="0 7 * * *", execution_timezone="Europe/London")
def daily(context: dagster.ScheduleEvaluationContext) -> dagster.SkipReason:
    with open("asked", "a") as asked:
        asked.write(f"{context.scheduled_execution_time:%Y-%m-%d}\n")
    return dagster.SkipReason("asked")


definitions = dagster.Definitions(jobs=[overview], schedules=[daily])
PYTHON
cd "$folder"
DAGSTER_HOME="$folder/home" DAGSTER_DISABLE_TELEMETRY=yes "$folder/venv/bin/python" - 2>/dev/null <<'PYTHON'
import logging
from datetime import datetime, timezone
from pathlib import Path

import dagster
from dagster._core.test_utils import create_test_daemon_workspace_context, freeze_time
from dagster._core.workspace.load_target import PythonFileTarget
from dagster._scheduler.scheduler import launch_scheduled_runs

print("dagster", dagster.__version__)
target = PythonFileTarget("schedules.py", attribute=None, working_directory=None, location_name="schedules")
instance, times = dagster.DagsterInstance.get(), {}
with create_test_daemon_workspace_context(target, instance) as workspace:
    (location,) = workspace.create_request_context().code_locations
    schedule = location.get_repositories()["__repository__"].get_schedule("daily")
    for day in (1, 2, 7):  # the daemon runs on these days of September 2020; on the first it starts the schedule at noon
        now = datetime(2020, 9, day, 12, tzinfo=timezone.utc)
        with freeze_time(now):
            if day == 1:
                instance.start_schedule(schedule)
            list(launch_scheduled_runs(workspace, logging.getLogger("daemon"), now, iteration_times=times))
asked = Path("asked").read_text().split()
print("the daemon ran on 1, 2 and 7 September 2020; due at 07:00 of each day; asked for:", *asked)
assert asked == ["2020-09-02", "2020-09-07"], "the behaviour has changed"
PYTHON
