#!/bin/sh
# pyarrow 26.0.1: binary_join_element_wise(…, null_handling="skip") leaves out the rows in which every value is null.
# An element-wise function of n rows gives fewer than n, so that whatever is set beside it by position moves up.
# Documented: "skip" skips null values in each row. Expected of a row without any: an empty text.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pyarrow==26.0.1
"$folder/venv/bin/python" - <<'PYTHON'
import pyarrow as pa
import pyarrow.compute as pc

print("pyarrow", pa.__version__)
left, right = pa.array(["a", None, "b", None]), pa.array(["x", None, None, "y"])
joined = pc.binary_join_element_wise(left, right, "/", null_handling="skip")
print("rows in:", len(left), "rows out:", len(joined), joined.to_pylist())
assert joined.to_pylist() == ["a/x", "b", "y"], "the behaviour has changed"
PYTHON
