#!/bin/sh
# duckdb 1.5.5: cursor(), which the manual gives each thread, takes no setting of its connection along: after SET TimeZone =
# 'Europe/London' a cursor still reckons in the machine's zone, and 00:30 on 1 July is 30 June there.
# Guessed: a cursor is of its connection, as in other databases, where a session's settings hold for every cursor. What is kept of
# a session alone (settings, temporary tables, variables) is lost without a word; SET GLOBAL holds for cursors made after it.
# Why it matters: a query moved to a thread counts the referrals of a summer night in the month before; by day both agree.
# Here: the zone is set for the whole database before other connections are made, and what threads hand each other is no temporary table.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check duckdb==1.5.5 pytz==2026.6 2>/dev/null
TZ=UTC "$folder/venv/bin/python" - <<'PYTHON'
import duckdb

print("duckdb", duckdb.__version__)
RECEIVED = "select date_trunc('month', timestamptz '2020-06-30 23:30:00+00')::date::varchar, current_setting('timezone')"
connection = duckdb.connect()
found = {}
connection.execute("set timezone = 'Europe/London'")
found["connection"] = connection.execute(RECEIVED).fetchone()
found["its cursor"] = connection.cursor().execute(RECEIVED).fetchone()
connection.execute("set global timezone = 'Europe/London'")
found["a cursor after SET GLOBAL"] = connection.cursor().execute(RECEIVED).fetchone()
for where, (month, zone) in found.items():
    print(f"{where}: a referral of 1 July 2020, 00:30 in London, is of the month {month} (zone {zone})")
assert found["connection"] == ("2020-07-01", "Europe/London"), "the behaviour has changed"
assert found["its cursor"][0] == "2020-06-01", "the behaviour has changed"
assert found["a cursor after SET GLOBAL"] == ("2020-07-01", "Europe/London"), "the behaviour has changed"
PYTHON
