#!/bin/sh
# XlsxWriter 3.3.1 (and pandas' to_excel with it): a formula cell is written with the value 0 and the workbook with
# fullCalcOnLoad="1", to be calculated when a spreadsheet program opens it. Every reader that does not calculate gives
# the 0: a yes/no column reads as no, an id as 0, a date as 30/12/1899, and nothing says that it was never calculated.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check xlsxwriter==3.3.1 openpyxl==3.1.5 python-calamine==0.9.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata
import zipfile

import openpyxl
import xlsxwriter
from python_calamine import CalamineWorkbook

for name in ("xlsxwriter", "openpyxl", "python-calamine"):
    print(name, importlib.metadata.version(name))
with xlsxwriter.Workbook("made.xlsx") as book:
    page = book.add_worksheet()
    page.write_row(0, 0, ["id", "copied_id"])
    page.write(1, 0, 1234)
    page.write_formula(1, 1, "=A2")
by_openpyxl = openpyxl.load_workbook("made.xlsx", data_only=True).active["B2"].value
by_calamine = CalamineWorkbook.from_path("made.xlsx").get_sheet_by_index(0).to_python()[1][1]
asks = b'fullCalcOnLoad="1"' in zipfile.ZipFile("made.xlsx").read("xl/workbook.xml")
print("the formula =A2 of a cell with 1234: openpyxl reads", by_openpyxl, "and calamine", by_calamine)
print("the workbook asks to be calculated on opening:", asks)
assert (by_openpyxl, by_calamine, asks) == (0, 0.0, True), "the behaviour has changed"
PYTHON
