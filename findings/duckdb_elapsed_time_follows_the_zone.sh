#!/bin/sh
# duckdb 1.5.5: the difference of two TIMESTAMPTZ depends on the session's time zone: 23.5 hours are "1 day 00:30:00" in London
# over the March change of clocks, and 23:30:00 with the session in UTC.
# Guessed: two moments are as far apart anywhere, as in PostgreSQL. The difference is taken on the wall clock of the session,
# which is the machine's own unless set; epoch() of it says 24.5 hours. date_sub('minute', …) counts what has passed.
# Why it matters: a referral decided within 24 hours is late on one machine and in time on another; in October a late one is in time.
# Here: hours are what has passed between the two moments, on any machine; a test holds the night of March.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check duckdb==1.5.5 pytz==2026.6 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
import duckdb

print("duckdb", duckdb.__version__)
RECEIVED, DECIDED = "timestamptz '2020-03-28 12:00:00+00'", "timestamptz '2020-03-29 11:30:00+00'"
found = {}
for zone in ("UTC", "Europe/London"):
    duckdb.sql(f"set timezone = '{zone}'")
    found[zone] = duckdb.sql(
        f"select ({DECIDED} - {RECEIVED})::varchar, {DECIDED} - {RECEIVED} <= interval 24 hours, "
        f"date_sub('minute', {RECEIVED}, {DECIDED})"
    ).fetchone()
    print(zone, "difference:", found[zone][0], "| within 24 hours:", found[zone][1], "| minutes passed:", found[zone][2])
assert found["UTC"] == ("23:30:00", True, 1410), "the behaviour has changed"
assert found["Europe/London"] == ("1 day 00:30:00", False, 1410), "the behaviour has changed"
PYTHON
