#!/bin/sh
# duckdb 1.5.5 and pandas 3.1.1: a series of month ends by steps of a month leaves the month's end at the first short month.
# Guessed: from 31 January on, the ends of the months, as polars 2.1.0 gives them. Each step is made from the day before, and a
# day that was cut to 29 February stays the 29th: 29 March, 29 April … generate_series of DuckDB does
# so, and date_range of pandas with DateOffset(months=1). Reckoned from the first day (31 January + n months) they are right.
# Why it matters: children on a plan at the month's end are counted a day or two early for the rest of the year: a plan that
# began on the 30th is not there, one that ended on it is.
# Here: months are stepped by their first days, and each one's last day is asked for (warehouse/facts/reporting_month.sql).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check duckdb==1.5.5 pandas==3.1.1 polars==2.1.0 2>/dev/null
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
from datetime import date

import duckdb
import pandas as pd
import polars as pl

print("duckdb", duckdb.__version__, "pandas", pd.__version__, "polars", pl.__version__)
FIRST, LAST = date(2020, 1, 31), date(2020, 5, 31)
series = f"from (select unnest(generate_series(date '{FIRST}', date '{LAST}', interval 1 month))::date as day)"
counted = f"(date '{FIRST}' + to_months(n::integer))::date from range(5) as t(n)"
found = {
    "duckdb, generate_series": [day for (day,) in duckdb.sql(f"select day {series}").fetchall()],
    "duckdb, first + n months": [day for (day,) in duckdb.sql(f"select {counted}").fetchall()],
    "pandas, DateOffset": [day.date() for day in pd.date_range(FIRST, LAST, freq=pd.DateOffset(months=1))],
    "pandas, month ends": [day.date() for day in pd.date_range(FIRST, LAST, freq="ME")],
    "polars": pl.date_range(FIRST, LAST, "1mo", eager=True).to_list(),
}
for name, days in found.items():
    print(name.ljust(25), *days)
drifted = [date(2020, 1, 31), *(date(2020, month, 29) for month in (2, 3, 4, 5))]
ends = [date(2020, 1, 31), date(2020, 2, 29), date(2020, 3, 31), date(2020, 4, 30), date(2020, 5, 31)]
assert found["duckdb, generate_series"] == found["pandas, DateOffset"] == drifted, "the behaviour has changed"
assert found["duckdb, first + n months"] == found["pandas, month ends"] == found["polars"] == ends, "the behaviour has changed"
PYTHON
