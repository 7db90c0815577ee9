#!/bin/sh
# exceljs 4.4.0: a date cell that holds its day in writing, 2020-08-31, is read as the 12th of July 1905, and so is every day of
# 2020.
# Guessed: the day. A workbook may hold a date as a number of days or, of the type "d", as an ISO day; Excel writes the second
# in "Strict Open XML", openpyxl when iso_dates is set. exceljs takes the number at its beginning, 2020, for a count of days.
# Why it matters: all plans of a year began on one day, 115 years ago; all are open for over two years, no event is in a month.
# Here: workbooks are read by calamine, which knows both; a test holds a written time.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check openpyxl==3.1.5 python-calamine==0.9.1 2>/dev/null
cd "$folder"
npm install --silent --no-audit --no-fund exceljs@4.4.0
"$folder/venv/bin/python" - <<'PYTHON'
from datetime import datetime
from importlib.metadata import version

import openpyxl
from python_calamine import CalamineWorkbook

print(*(f"{name} {version(name)}" for name in ("openpyxl", "python-calamine")))
DAYS = [datetime(2020, 8, 31), datetime(2020, 9, 1), datetime(2021, 9, 1)]
for name, in_writing in (("numbers", False), ("writing", True)):
    book = openpyxl.Workbook(iso_dates=in_writing)
    for row, day in enumerate(DAYS, start=1):
        book.active.cell(row, 1, day).number_format = "dd/mm/yyyy"
    book.save(f"{name}.xlsx")
    read = [row[0] for row in CalamineWorkbook.from_path(f"{name}.xlsx").get_sheet_by_index(0).to_python()]
    print(f"in {name}: calamine", *(str(day)[:10] for day in read))
    assert [str(day)[:10] for day in read] == [str(day)[:10] for day in DAYS], "the behaviour has changed"
PYTHON
cat > shown.mjs <<'JAVASCRIPT'
import assert from "node:assert";
import { readFileSync } from "node:fs";
import Excel from "exceljs";

console.log("exceljs", JSON.parse(readFileSync("node_modules/exceljs/package.json")).version);
const read = {};
for (const name of ["numbers", "writing"]) {
  const book = new Excel.Workbook();
  await book.xlsx.readFile(`${name}.xlsx`);
  read[name] = book.worksheets[0].getColumn(1).values.slice(1).map((day) => day.toISOString().slice(0, 10));
  console.log(`in ${name}: exceljs`, ...read[name]);
}
assert.deepStrictEqual(read.numbers, ["2020-08-31", "2020-09-01", "2021-09-01"]);
assert.deepStrictEqual(read.writing, ["1905-07-12", "1905-07-12", "1905-07-13"]);
JAVASCRIPT
node shown.mjs
