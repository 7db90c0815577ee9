#!/bin/sh
# pyarrow 26.0.1 (and pandas with it): a Parquet time of the year 9999 written as INT96 is read as the 29th of March 1816.
# Guessed: the day that was written, or an error. INT96 is what Spark, Hive and Impala wrote for years; pyarrow reads it as
# nanoseconds in 64 bits, which end in 2262, and lets the number wrap. DuckDB reads 9999. 2299-12-31 becomes 1715.
# Why it matters: 31/12/9999 is how databases say "not ended". A plan that ended in 1816 is not open, and its child not counted.
# Here: Parquet is read with these times in microseconds; a test holds 9999, which is then read as no end (definitions 1.4).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pyarrow==26.0.1 pandas==3.1.1 duckdb==1.5.5 2>/dev/null
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
from datetime import datetime

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

print("pyarrow", pa.__version__, "pandas", pd.__version__, "duckdb", duckdb.__version__)
ends = [datetime(2020, 8, 31), datetime(9999, 12, 31), datetime(2299, 12, 31)]
plan = pa.table({"end_date": pa.array(ends, pa.timestamp("us"))})
pq.write_table(plan, "plan.parquet", use_deprecated_int96_timestamps=True)
by_arrow = [str(end)[:10] for end in pq.read_table("plan.parquet")["end_date"].to_pylist()]
by_pandas = [str(end)[:10] for end in pd.read_parquet("plan.parquet")["end_date"]]
by_duckdb = [str(row[0])[:10] for row in duckdb.read_parquet("plan.parquet").fetchall()]
asked = pq.read_table("plan.parquet", coerce_int96_timestamp_unit="us")["end_date"].to_pylist()
for name, found in (("written", ends), ("pyarrow", by_arrow), ("pandas", by_pandas), ("duckdb", by_duckdb), ("asked for us", asked)):
    print(name.ljust(12), *(str(end)[:10] for end in found))
assert by_arrow == by_pandas and by_arrow[1] == "1816-03-29", "the behaviour has changed"
assert by_duckdb == [str(end)[:10] for end in ends] and asked == ends, "the behaviour has changed"
PYTHON
