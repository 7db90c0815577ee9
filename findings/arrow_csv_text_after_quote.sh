#!/bin/sh
# pyarrow 26.0.1: the CSV reader takes text that stands behind a closing quote into the cell, and says nothing.
# A cell whose quotes are escaped by backslashes, as MySQL and some exports write them, so becomes another text.
# Python's csv in strict mode refuses such a row.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pyarrow==26.0.1
"$folder/venv/bin/python" - <<'PYTHON'
import csv
import io

import pyarrow as pa
from pyarrow import csv as arrow_csv

text = 'id,note\n1,"he said \\"no\\" twice"\n'
print("pyarrow", pa.__version__)
cell = arrow_csv.read_csv(pa.BufferReader(text.encode()))["note"][0].as_py()
print("written:", text.splitlines()[1])
print("pyarrow reads:", cell)
try:
    list(csv.reader(io.StringIO(text), strict=True))
    strict = "reads it"
except csv.Error as error:
    strict = f"refuses it: {error}"
print("Python's csv, strict,", strict)
assert cell == 'he said \\no\\" twice"', "the behaviour has changed"
assert strict.startswith("refuses"), "the behaviour has changed"
PYTHON
