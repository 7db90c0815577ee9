#!/bin/sh
# duckdb 1.5.5: %Y in strptime takes a year of two digits, and 31/08/20 is the 31st of August of the year 20.
# Guessed: no match, as in Python, so that try_strptime gives NULL or goes on to the next format. A list of formats with %Y
# first never comes to %y; and a CSV file with both kinds is read as DATE with both kinds of years.
# Why it matters: a plan that began in the year 20 has lasted two thousand years: it is over two years, and its reviews are late.
# Here: our own reader asks for four digits or two (definitions 1.4); so does the query that reads the days of the
# Standard Safeguarding Dataset, which once did not.
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
one, either = duckdb.execute(
    "select try_strptime(said, '%d/%m/%Y'), try_strptime(said, ['%d/%m/%Y', '%d/%m/%y']) from (select '31/08/20' as said)"
).fetchone()
try:
    in_python = str(datetime.strptime("31/08/20", "%d/%m/%Y"))
except ValueError as error:
    in_python = f"refused: {error}"
Path("plan.csv").write_text("plan_id,start_date\nP1,31/08/2020\nP2,01/09/20\n")
read = [row[1] for row in duckdb.read_csv("plan.csv").fetchall()]
print("31/08/20 by %d/%m/%Y:", one, "| by a list that also has %y:", either, "| in Python", in_python)
print("a file with 31/08/2020 and 01/09/20:", *read)
assert one == either == datetime(20, 8, 31) and in_python.startswith("refused"), "the behaviour has changed"
assert read == [date(2020, 8, 31), date(20, 9, 1)], "the behaviour has changed"
PYTHON
