#!/bin/sh
# pandera 0.35.0: drop_invalid_rows drops only the rows that the report lists, and all rows that share their label.
# Guessed: every row that breaks a check goes and no other. n_failure_cases is documented as how many cases are reported; with 2
# of it, the third and later bad rows stay and count as judged. Rows are dropped by the index's label, so in two extracts put
# together by concat a good row of one goes with the bad row of the other.
# Why it matters: what the contract calls judged still has negative and impossible values, and sound rows are missing.
# Here: pandera only judges; rows are set aside by their position, all of them, and a count is kept of each rule.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'pandera[pandas]==0.35.0' pandas==3.1.1 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

import pandas as pd
import pandera.pandas as pa

print("pandera", version("pandera"), "pandas", pd.__version__)


def left(rows: pd.DataFrame, check: pa.Check) -> list[int]:
    schema = pa.DataFrameSchema({"number_previous": pa.Column(int, check)}, drop_invalid_rows=True)
    found = schema.validate(rows, lazy=True)["number_previous"].tolist()
    print(rows["number_previous"].tolist(), "labels", rows.index.tolist(), "->", found)
    return found


one = pd.DataFrame({"number_previous": [0, -1, -2, -3, -4, 1]})
august, september = pd.DataFrame({"number_previous": [0, -1]}), pd.DataFrame({"number_previous": [0, 3]})
assert left(one, pa.Check.ge(0)) == [0, 1], "the behaviour has changed"
assert left(one, pa.Check.ge(0, n_failure_cases=2)) == [0, -3, -4, 1], "the behaviour has changed"
assert left(pd.concat([august, september]), pa.Check.ge(0)) == [0, 0], "the behaviour has changed"
PYTHON
