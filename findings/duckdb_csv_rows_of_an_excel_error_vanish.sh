#!/bin/sh
# duckdb 1.5.5: rows that begin with # are left out as comments where the first column is otherwise of numbers.
# Guessed: every row that is not blank is a row, or an error. The reader finds out for itself whether a file has comments: a
# first cell #N/A, which is what Excel writes for an id that a look-up did not find, makes one. Nothing is said; with the ids
# as text the same row is there.
# Why it matters: a child whose id was looked up in vain is not set aside and told of, but gone: counts fall, shares move.
# Here: files are read as text without comments; the row is set aside by its number, for an id that cannot be read (1.4).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check duckdb==1.5.5 2>/dev/null
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
from pathlib import Path

import duckdb

print("duckdb", duckdb.__version__)


def read(ids: list[str]) -> list[str]:
    Path("plan.csv").write_text("person_id,end_date\n" + "".join(f"{one},2020-08-31\n" for one in ids))
    found = [str(row[0]) for row in duckdb.read_csv("plan.csv").fetchall()]
    print(len(ids), "rows,", *ids, "->", len(found), "rows,", *found)
    return found


assert read(["1001", "1002", "#N/A", "#N/A", "1005"]) == ["1001", "1002", "1005"], "the behaviour has changed"
assert read(["P1001", "P1002", "#N/A", "#N/A", "P1005"])[2:4] == ["#N/A", "#N/A"], "the behaviour has changed"
PYTHON
