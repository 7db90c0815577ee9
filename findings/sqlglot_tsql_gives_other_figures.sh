#!/bin/sh
# sqlglot 30.30.0: T-SQL transpiled to DuckDB runs there and gives other figures: percentages, months and days of the week.
# Guessed: what transpiles without a warning means the same, or is refused. 100 * SUM / COUNT of whole numbers is cut off to a
# whole number by SQL Server and is not in DuckDB; VARCHAR(7), which cuts a date to its month, becomes TEXT(7), which cuts
# nothing; Sunday is weekday 1 of SQL Server (unless it is set otherwise) and DAYOFWEEK 0; CAST(2.7 AS INT) is 2 there and 3 here.
# Why it matters: a council's own scripts, tried on a copy in DuckDB, group by day where they grouped by month, and call
# Mondays Sundays; a share of 66 per cent is 66.7.
# Here: no query is transpiled. Those for SQL Server are compiled from one definition, with values as text, and a test holds
# the words that may occur.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check sqlglot==30.30.0 duckdb==1.5.5 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
import duckdb
import sqlglot
from sqlglot import ErrorLevel

print("sqlglot", sqlglot.__version__, "duckdb", duckdb.__version__)
DAY = "CAST('2020-08-31' AS DATE)"
CASES = [  # T-SQL, what SQL Server documents, what DuckDB gives for the transpiled query
    ("SELECT 100 * SUM(v.x) / COUNT(*) FROM (VALUES (1), (1), (0)) AS v(x)", 66, 66.66666666666667),
    (f"SELECT CONVERT(VARCHAR(7), {DAY}, 120)", "2020-08", "2020-08-31 00:00:00"),
    (f"SELECT CAST({DAY} AS VARCHAR(7))", "2020-08", "2020-08-31"),
    (f"SELECT DATEPART(weekday, {DAY})", 2, 1),
    ("SELECT DATEDIFF(week, CAST('2020-08-29' AS DATE), CAST('2020-08-30' AS DATE))", 1, 0),
    ("SELECT CAST(2.7 AS INT)", 2, 3),
]
for query, documented, now in CASES:
    (transpiled,) = sqlglot.transpile(query, read="tsql", write="duckdb", unsupported_level=ErrorLevel.RAISE)
    found = duckdb.sql(transpiled).fetchone()[0]
    print(f"{query}\n  {transpiled}\n  SQL Server: {documented!r}, DuckDB: {found!r}")
    assert found == now, "the behaviour has changed"
PYTHON
