#!/bin/sh
# duckdb 1.5.5: "ended - began > interval '2 years'" is true from 721 days on, for a month in a comparison is 30 days.
# Guessed: two years are 730 or 731 days. A difference of two timestamps is in days, an interval of years in months; to be
# compared, 24 months become 720 days. The same interval added to the start gives the true anniversary. An age that Python
# fetches is a timedelta with months of 30 days again.
# Why it matters: plans of 721 to 730 days count as over two years; and three months are up after 90 days.
# Here: durations are whole days, or days reached from the start; no interval is compared with another.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check duckdb==1.5.5 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
import duckdb

print("duckdb", duckdb.__version__)
plan = "(select timestamp '2019-01-01' as began, timestamp '2019-01-01' + to_days(days) as ended, days "
plan += "from range(715, 740) as t(days))"
from_day = duckdb.sql(f"select min(days) from {plan} where ended - began > interval '2 years'").fetchone()[0]
by_anniversary = duckdb.sql(f"select min(days) from {plan} where ended > began + interval '2 years'").fetchone()[0]
fetched = duckdb.sql("select age(timestamp '2020-12-22', timestamp '2019-01-01')").fetchone()[0]
days = duckdb.sql("select date '2020-12-22' - date '2019-01-01'").fetchone()[0]
print("over two years by comparison of intervals: from day", from_day, "on; by the anniversary: from day", by_anniversary)
print("age of", days, "days as Python gets it:", fetched.days, "days")
assert (from_day, by_anniversary, days, fetched.days) == (721, 732, 721, 711), "the behaviour has changed"
PYTHON
