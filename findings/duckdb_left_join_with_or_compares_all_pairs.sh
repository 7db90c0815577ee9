#!/bin/sh
# duckdb 1.5.5: a left join on two equal keys that also has an "or" over columns of both sides is planned as
# BLOCKWISE_NL_JOIN: every row is compared with every row, and the equal keys are no more than part of the condition.
# The same condition in an inner join, or behind the left join in a case, is a HASH_JOIN. 20,000 rows take seconds in
# place of hundredths, 240,000 minutes; the result is the same, so that only the time tells.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check duckdb==1.5.5 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
from time import perf_counter

import duckdb

print("duckdb", duckdb.__version__)
connection = duckdb.connect()
connection.execute(
    "create table point as select 'm' || (i // 120) as measure, i % 120 as month, null::integer as recorded "
    "from range(20000) as t(i)"
)
connection.execute("create table published as select measure, month, 1 as since, false as is_recorded from point")
EITHER = "(not published.is_recorded or published.since = point.recorded)"
KEYS = "published.measure = point.measure and published.month = point.month"
PLANS = {
    "left join, or in the condition": f"point left join published on {KEYS} and {EITHER}",
    "inner join, or in the condition": f"point inner join published on {KEYS} and {EITHER}",
    "left join, or in a case": f"(select if({EITHER}, since, null) as since from point left join published on {KEYS})",
}
found = {}
for name, tables in PLANS.items():
    plan = connection.sql(f"explain select count(*), count(since) from {tables}").fetchall()[0][1]
    found[name] = next(join for join in ("BLOCKWISE_NL_JOIN", "HASH_JOIN") if join in plan)
    begun = perf_counter()
    counted = connection.sql(f"select count(*), count(since) from {tables}").fetchone()
    print(f"{name}: {found[name]}, {counted} in {perf_counter() - begun:.2f} s")
assert list(found.values()) == ["BLOCKWISE_NL_JOIN", "HASH_JOIN", "HASH_JOIN"], "the behaviour has changed"
PYTHON
