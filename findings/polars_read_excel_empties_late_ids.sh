#!/bin/sh
# polars 2.1.0 (read_excel, with fastexcel 0.21.0): an id with letters is empty if the first hundred rows have only numbers.
# Guessed: text, an error, or a warning; read_csv of the same rows is an error. The kind of a column is taken from the first
# hundred rows, and what does not fit is null. A row that has nothing else is not there at all.
# Why it matters: ids of a new case system, siblings (1234A), or the unborn come late in a list. Their plans have no child: they
# join nothing, and the count falls. So it is with "not known" in a column of days.
# Here: every cell is read as text, whole columns, before its kind is asked (definitions 1.4).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check polars==2.1.0 fastexcel==0.21.0 xlsxwriter==3.3.1 2>/dev/null
cd "$folder"
"$folder/venv/bin/python" -W error - <<'PYTHON'
import io
from importlib.metadata import version

import polars as pl
import xlsxwriter

print(*(f"{name} {version(name)}" for name in ("polars", "fastexcel")))


def read(numbers: int, **asked: object) -> list[object]:
    rows = [(number, "on a plan") for number in range(1, numbers + 1)] + [("1234A", "on a plan")]
    with xlsxwriter.Workbook("plans.xlsx") as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["person_id", "status"])
        for place, row in enumerate(rows, start=1):
            page.write_row(place, 0, row)
    found = pl.read_excel("plans.xlsx", **asked)
    text = "person_id,status\n" + "".join(f"{one},{two}\n" for one, two in rows)
    try:
        by_csv = pl.read_csv(io.StringIO(text), infer_schema_length=100)["person_id"][-1]
    except pl.exceptions.ComputeError:
        by_csv = "an error"
    last = found["person_id"][-1]
    print(f"{numbers} ids of digits, then 1234A {asked or ''}: {found.schema['person_id']}, the last {last!r}; read_csv {by_csv}")
    return last


assert read(99) == "1234A", "the behaviour has changed"
assert read(100) is None, "the behaviour has changed"
assert read(100, infer_schema_length=None) == "1234A", "the behaviour has changed"
PYTHON
