#!/bin/sh
# duckdb 1.5.5: days written as 31/08/20 are read year first, as 20 August 2031, where every day of the month may be a year.
# Guessed: day first, as 31/08/2020 is read, or text. The reader tries formats that begin with a two-digit year before those
# that end with one, and says only that the column is a DATE. A column with times to the minute gives the year 31.
# Why it matters: plans that began in August 2020 begin in 2031, so no child is on one; those of 01/09/20 began in 2001 and
# are over two years old.
# Here: files are read as text, a two-digit year stands last, means 1931 to 2030, and is told (definitions 1.4).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check duckdb==1.5.5 2>/dev/null
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
from datetime import date, datetime
from pathlib import Path

import duckdb

print("duckdb", duckdb.__version__)


def read(*days: str) -> list[object]:
    Path("plan.csv").write_text("plan_id,start_date\n" + "".join(f"P{i},{day}\n" for i, day in enumerate(days)))
    found = duckdb.read_csv("plan.csv")
    values = [row[1] for row in found.fetchall()]
    print(*days, "->", found.types[1], *values)
    return values


four = read("31/08/2020", "30/09/2020", "01/10/2020")
two = read("31/08/20", "30/09/20", "01/10/20")
timed = read("31/08/20 09:30", "30/09/20 10:00")
assert four == [date(2020, 8, 31), date(2020, 9, 30), date(2020, 10, 1)], "the behaviour has changed"
assert two == [date(2031, 8, 20), date(2030, 9, 20), date(2001, 10, 20)], "the behaviour has changed"
assert timed == [datetime(31, 8, 20, 9, 30), datetime(30, 9, 20, 10)], "the behaviour has changed"
PYTHON
