#!/bin/sh
# polars 2.1.0 on what duckdb 1.5.5 hands over: the sum of a whole-number column arrives as Decimal(38, 0), and one such sum
# divided by another is a Decimal(38, 0) too, so 224 of 1034 is 0 and 23 of 40 is 1. Nothing is said.
# Guessed: 0.2166, as duckdb itself gives it and as polars gives it for whole numbers of 64 bits: a sum of BIGINT is a HUGEINT,
# which Arrow has only as a decimal without places.
# Why it matters: numerator and denominator are what an analyst sums over months or councils before dividing; every share
# below a half becomes nought, every other 100%.
# Here: numerators and denominators are doubles or BIGINT in kpi.duckdb and in every export (test_exports).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check duckdb==1.5.5 polars==2.1.0 pyarrow==26.0.1 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
import duckdb
import polars as pl

print("duckdb", duckdb.__version__, "polars", pl.__version__)
asked = "select sum({0})::{1} as numerator, sum({2})::{1} as denominator from (values (100, 500), (124, 534)) as month (n, d)"
found = {}
for kind in ("hugeint", "bigint", "double"):
    sums = duckdb.sql(asked.format("n", kind, "d")).pl()
    share = sums.select(pl.col("numerator") / pl.col("denominator")).item()
    found[kind] = (str(sums.schema["numerator"]), float(share))
    print(f"sums as {kind}: {found[kind][0]}, 224 of 1034 is {share}")
in_duckdb = duckdb.sql("select sum(n) / sum(d) from (values (100, 500), (124, 534)) as month (n, d)").fetchone()[0]
print("duckdb itself:", in_duckdb)
assert found["hugeint"][0].startswith("Decimal") and found["hugeint"][1] == 0, "the behaviour has changed"
assert round(found["bigint"][1], 4) == round(found["double"][1], 4) == round(in_duckdb, 4) == 0.2166
PYTHON
