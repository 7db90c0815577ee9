#!/bin/sh
# duckdb 1.5.5: a cast of text to DATE reads the first day and takes any text behind it; a cast to TIMESTAMP does not.
# Guessed: try_cast tells what is a date and what is not, and gives NULL for "2020-08-31 (estimated)". So a contract that asks
# it passes every cell that begins with a date, and read_csv with the column declared as DATE takes the first of two.
# Why it matters: "2020-08-31 or 2020-09-07" counts in August, and no one hears of it.
# Here: cells are judged by our own reader, which takes a cell whole (definitions 1.4); such a cell is set aside by name.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check duckdb==1.5.5 2>/dev/null
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
from datetime import date
from pathlib import Path

import duckdb

print("duckdb", duckdb.__version__)
SAID = ["2020-08-31 or 2020-09-07", "2020-08-31 (estimated)", "2020-08-31x", "2020-08-31 25:99"]
ask = "select try_cast(said as date), try_cast(said as timestamp) from (select unnest($said) as said)"
as_dates, as_times = zip(*duckdb.execute(ask, {"said": SAID}).fetchall(), strict=True)
for said, day, time in zip(SAID, as_dates, as_times, strict=True):
    print(f"{said!r} as DATE {day}, as TIMESTAMP {time}")
Path("plan.csv").write_text("plan_id,end_date\n" + "".join(f"P{i},{said}\n" for i, said in enumerate(SAID)))
read = [row[1] for row in duckdb.read_csv("plan.csv", dtype={"end_date": "DATE"}).fetchall()]
print("read_csv with end_date as DATE:", *read)
assert set(as_dates) == set(read) == {date(2020, 8, 31)} and set(as_times) == {None}, "the behaviour has changed"
PYTHON
