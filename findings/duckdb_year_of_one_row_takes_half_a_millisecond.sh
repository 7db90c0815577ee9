#!/bin/sh
# duckdb 1.5.5: each year(), month() or day() in a query costs about half a millisecond at its first row, for each use
# prepares a table of the days of some sixty years. An age by year, month and day of two dates costs 3 milliseconds on a
# table of one row, and again in each branch of a CASE that shares nothing; by an interval it costs a sixth of that.
# Guessed: the part of a date costs nanoseconds a row, and nothing without rows.
# Why it matters: a month's figures are hundreds of small queries, of which many ask for ages or months. By this alone the
# sums by breakdown of a small extract took three times as long.
# Here: ages and months are reckoned with intervals and date_diff; the parts of a date are taken in few places.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check duckdb==1.5.5 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
import time

import duckdb

print("duckdb", duckdb.__version__)
connection = duckdb.connect(config={"threads": 1})
connection.execute("create table child as select date '2021-12-01' as born, date '2022-03-01' as today")
by_parts = ("(year(today) * 10000 + month(today) * 100 + day(today)) - "
            "(year(born) * 10000 + month(born) * 100 + day(born)) >= {} * 10000")
by_interval = "today - to_years({}) >= born"


def milliseconds(turned: str) -> float:
    bands = " ".join(f"when {turned.format(age)} then '{age}'" for age in (18, 16, 10, 5, 1))
    query = f"select case {bands} else 'under 1' end from child"
    assert connection.execute(query).fetchall() == [("under 1",)]
    taken = []
    for _ in range(100):
        began = time.process_time()
        connection.execute(query).fetchall()
        taken.append(time.process_time() - began)
    return 1000 * min(taken)


parts, interval = milliseconds(by_parts), milliseconds(by_interval)
print(f"one row, by year, month and day: {parts:.1f} ms; by an interval: {interval:.1f} ms")
assert parts > 2 * interval, "the behaviour has changed"
PYTHON
