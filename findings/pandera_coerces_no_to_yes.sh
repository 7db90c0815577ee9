#!/bin/sh
# pandera 0.35.0: a contract with coerce=True makes "No" True, 45.9 days 45, and 03/04/2020 the 4th of March.
# Guessed: what is not of the kind breaks the contract. On pandas, bool takes any text that is not empty for true, int cuts off
# what is behind the point (on polars too), and a date is read month first where the column's first can be; nothing is reported.
# pandas' own kinds "boolean" and "Int64" refuse, and so does pandera on polars for the first and the last.
# Why it matters: "no child was seen alone" becomes "every child was"; 45.9 days are within 45; referrals of 3 April are of
# March. The contract has passed, and the rows are called judged.
# Here: cells are read by rules of our own, pandera judges what was read and coerces nothing (decision 0007).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
  'pandera[pandas,polars]==0.35.0' pandas==3.1.1 polars==2.1.0 2>/dev/null
cd "$folder"
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
from importlib.metadata import version

import pandas as pd
import pandera.pandas as pa
import pandera.polars as pl_pa
import polars as pl
from pandera.errors import SchemaError, SchemaErrors

print(*(f"{name} {version(name)}" for name in ("pandera", "pandas", "polars")))


def by_pandas(kind: object, cells: list[object]) -> list[str] | None:
    try:
        read = pa.DataFrameSchema({"cell": pa.Column(kind, coerce=True)}).validate(pd.DataFrame({"cell": cells}))
    except (SchemaError, SchemaErrors):
        return None
    return [str(value) for value in read["cell"]]


def by_polars(kind: object, cells: list[object]) -> list[str] | None:
    try:
        read = pl_pa.DataFrameSchema({"cell": pl_pa.Column(kind, coerce=True)}).validate(pl.DataFrame({"cell": cells}))
    except (SchemaError, SchemaErrors):
        return None
    return [str(value) for value in read["cell"]]


CASES = [  # pandas, pandas' nullable kind, polars, cells, what pandas and what polars make of them
    (bool, "boolean", pl.Boolean, ["No", "Yes"], ["True", "True"], None),
    (int, "Int64", pl.Int64, [45.9, 46.0], ["45", "46"], ["45", "46"]),
    ("datetime64[us]", None, pl.Date, ["03/04/2020", "05/04/2020"], ["2020-03-04 00:00:00", "2020-05-04 00:00:00"], None),
]
for kind, nullable, polars_kind, cells, in_pandas, in_polars in CASES:
    found, on_polars = by_pandas(kind, cells), by_polars(polars_kind, cells)
    print(*cells, "as", getattr(kind, "__name__", kind), "->", found or "refused", "| on polars", on_polars or "refused")
    assert (found, on_polars) == (in_pandas, in_polars), "the behaviour has changed"
    assert nullable is None or by_pandas(nullable, cells) is None, "the behaviour has changed"
PYTHON
