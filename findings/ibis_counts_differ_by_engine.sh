#!/bin/sh
# ibis-framework 12.0.0: the same expression gives one child on DuckDB and two on polars, and 3 per cent or 2.
# Guessed: one expression, one figure, whatever engine it runs on; that is what it is for. nunique leaves the empty value out on
# DuckDB (as SQL and pandas do) and counts it as one more on polars; round takes a half away from nought on DuckDB, and to the
# even number on polars; a cast to a whole number rounds there and cuts off here.
# Why it matters: children with several referrals are counted by nunique; one row without an id, and there is a child more. A
# share of 2.5 per cent becomes 3 or 2 by a change of engine.
# Here: one engine; values are not rounded, and are rounded half up where they are shown (definitions 4.6).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
  'ibis-framework[duckdb,polars]==12.0.0' duckdb==1.5.5 polars==2.1.0 sqlglot==28.10.0 pyarrow==26.0.1 2>/dev/null
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import duckdb
import ibis
import polars
import pyarrow as pa

print("ibis", ibis.__version__, "duckdb", duckdb.__version__, "polars", polars.__version__)
ROWS = pa.table({"person_id": ["P1", "P1", None], "share": [0.5, 1.5, 2.5]})
engines, found = {"duckdb": ibis.duckdb.connect(), "polars": ibis.polars.connect()}, {}
for engine, connection in engines.items():
    referral = connection.create_table("referral", ROWS)
    children = referral.person_id.nunique().to_pyarrow().as_py()
    rounded = referral.share.round().name("share").to_pyarrow().to_pylist()
    whole = referral.share.cast("int64").name("share").to_pyarrow().to_pylist()
    found[engine] = (children, rounded, whole)
    print(f"{engine}: of P1, P1 and empty, children: {children}; 0.5, 1.5, 2.5 rounded {rounded}, as whole numbers {whole}")
assert found["duckdb"] == (1, [1, 2, 3], [0, 2, 2]), "the behaviour has changed"
assert found["polars"] == (2, [0, 2, 2], [0, 1, 2]), "the behaviour has changed"
PYTHON
