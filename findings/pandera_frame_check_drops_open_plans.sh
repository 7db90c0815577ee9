#!/bin/sh
# pandera 0.35.0: a check over the whole frame, such as start <= end, fails every row whose end is empty.
# Guessed: it passes. A check of one column leaves empty values alone, and of a frame the documentation of ignore_na says that
# it "ignores rows with any null value". It does not: the comparison with nothing is False, and that is a failure. With
# drop_invalid_rows the row is gone.
# Why it matters: an open plan is a plan without an end. Every child on a plan is dropped, and the plans that have ended stay.
# Here: rules over rows are asked only of rows that have what they compare, and say so by name; drop_invalid_rows is not used.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'pandera[pandas]==0.35.0' pandas==3.1.1 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
import inspect
from importlib.metadata import version

import pandas as pd
import pandera.pandas as pa

print("pandera", version("pandera"), "pandas", pd.__version__)
told = " ".join(inspect.getdoc(pa.Check.__init__).split())
print("documented:", told[told.index("For dataframes") :][:57])
plans = pd.DataFrame({"start": pd.to_datetime(["2020-01-01", "2020-01-01"]), "end": pd.to_datetime(["2020-02-01", None])})
columns = {"start": pa.Column("datetime64[us]"), "end": pa.Column("datetime64[us]", nullable=True)}
in_order = pa.Check(lambda rows: rows["start"] <= rows["end"], ignore_na=True)
left = pa.DataFrameSchema(columns, checks=in_order, drop_invalid_rows=True).validate(plans, lazy=True)
after = pa.Column("datetime64[us]", pa.Check(lambda end: end >= pd.Timestamp("2020-01-01")), nullable=True)
by_column = pa.DataFrameSchema({"end": after}, drop_invalid_rows=True).validate(plans, lazy=True)
print("plans:", len(plans), "of which open:", int(plans["end"].isna().sum()))
print("left by a check of the frame:", len(left), "of which open:", int(left["end"].isna().sum()))
print("left by a check of the column:", len(by_column), "of which open:", int(by_column["end"].isna().sum()))
assert "For dataframes, ignores rows with any null value" in told, "the documentation has changed"
assert (len(left), len(by_column)) == (1, 2), "the behaviour has changed"
PYTHON
