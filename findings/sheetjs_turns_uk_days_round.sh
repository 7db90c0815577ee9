#!/bin/sh
# xlsx 0.18.5 (SheetJS): sheet_to_csv writes a UK workbook's 03/04/2020 as 4/3/20, and 31/08/2020 as 8/31/20.
# Guessed: what the council sees in the cell, or the ISO day. Excel's "short date", what a cell gets when a day is typed into it,
# is format 14 of the file: the order of whoever opens it. The file does not say which, and SheetJS takes the American one, as
# does xlsx2csv 0.8.6. In the same file a day whose format is spelt out, dd/mm/yyyy, is right.
# Why it matters: half of a month's days read as days of other months, and day-first readers refuse the other half, which is
# then put down to bad data: 3 April counts in March, with nothing to see it by.
# Here: a date cell is read as the day that it holds, never as its text; own workbooks are written in dd/mm/yyyy, spelt out.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check xlsxwriter==3.3.1 duckdb==1.5.5 xlsx2csv==0.8.6 2>/dev/null
cd "$folder"
npm install --silent --no-audit --no-fund xlsx@0.18.5
"$folder/venv/bin/python" - <<'PYTHON'
from datetime import datetime

import xlsxwriter

with xlsxwriter.Workbook("referral.xlsx") as book:
    page = book.add_worksheet()
    page.write_row(0, 0, ["short_date", "spelt_out"])
    for row, day in enumerate((datetime(2020, 4, 3), datetime(2020, 4, 5)), start=1):
        page.write_datetime(row, 0, day, book.add_format({"num_format": 14}))
        page.write_datetime(row, 1, day, book.add_format({"num_format": "dd/mm/yyyy"}))
PYTHON
cat > shown.mjs <<'JAVASCRIPT'
import { readFileSync, writeFileSync } from "node:fs";
import XLSX from "xlsx";

console.log("xlsx", XLSX.version);
const book = XLSX.read(readFileSync("referral.xlsx"));
writeFileSync("by_sheetjs.csv", XLSX.utils.sheet_to_csv(book.Sheets[book.SheetNames[0]]) + "\n");
JAVASCRIPT
node shown.mjs
"$folder/venv/bin/xlsx2csv" referral.xlsx by_xlsx2csv.csv
"$folder/venv/bin/python" - <<'PYTHON'
from datetime import date
from importlib.metadata import version
from pathlib import Path

import duckdb

print("xlsx2csv", version("xlsx2csv"), "duckdb", duckdb.__version__)
written = {name: Path(f"by_{name}.csv").read_text().split() for name in ("sheetjs", "xlsx2csv")}
for name, lines in written.items():
    days = duckdb.sql(
        f"select strptime(short_date, ['%d/%m/%y', '%d-%m-%y'])::date, strptime(spelt_out, '%d/%m/%Y')::date "
        f"from read_csv('by_{name}.csv', all_varchar = true)"
    ).fetchall()
    print(name, *lines, "| read day first:", *(f"{short} and {spelt}" for short, spelt in days))
    assert days == [(date(2020, 3, 4), date(2020, 4, 3)), (date(2020, 5, 4), date(2020, 4, 5))], "the behaviour has changed"
assert written["sheetjs"][1] == "4/3/20,03/04/2020", "the behaviour has changed"
assert written["xlsx2csv"][1] == "04-03-20,03/04/2020", "the behaviour has changed"
PYTHON
