#!/bin/sh
# duckdb 1.5.5: arg_max(end_date, recorded_at) leaves out the rows whose end_date is empty, and so gives an older one.
# Guessed: the value in the latest row, whatever it is. max_by does the same; arg_max_null, an arg_max of a struct and
# last(… order by …) give what the latest row says.
# Why it matters: a plan that was ended by mistake and opened again has an empty end in its latest row. By arg_max it stays
# closed, and the child is not counted among those on a plan.
# Here: what may be empty is wrapped in a struct or given a value first, so that the latest row decides.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check duckdb==1.5.5 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
from datetime import date

import duckdb

print("duckdb", duckdb.__version__)
found = duckdb.sql(
    "select arg_max(end_date, recorded), max_by(end_date, recorded), arg_max_null(end_date, recorded), "
    "last(end_date order by recorded), arg_max({'is': end_date}, recorded).is "
    "from (values (date '2020-05-01', 1), (null, 2)) as plan(end_date, recorded)"
).fetchone()
for name, value in zip(("arg_max", "max_by", "arg_max_null", "last", "arg_max of a struct"), found, strict=True):
    print(f"{name}: {value}")
assert found == (date(2020, 5, 1), date(2020, 5, 1), None, None, None), "the behaviour has changed"
PYTHON
