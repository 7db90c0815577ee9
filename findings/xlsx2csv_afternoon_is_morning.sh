#!/bin/sh
# xlsx2csv 0.8.6: a contact at 15:30 in Excel's own format of date and time is written as 03:30, and 17 in the format 0 "days" as
# 0 "16ays".
# Guessed: the value. Format 22 is shown with a clock of 24 hours; it is written with one of 12, and without am or pm, so that
# midnight is 12:00 like noon. A format in which d, m or y stand between quotation marks is taken for a date's, so that 17 is the
# 16th of January 1900. Written dd/mm/yyyy hh:mm the same time is right.
# Why it matters: "decided within 24 hours" of half a day's contacts is wrong by twelve hours, and can be negative.
# Here: workbooks are read by calamine, which gives the time and the number, whatever the format.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
  xlsx2csv==0.8.6 xlsxwriter==3.3.1 python-calamine==0.9.1 openpyxl==3.1.5 2>/dev/null
cd "$folder"
PATH="$folder/venv/bin:$PATH" "$folder/venv/bin/python" - <<'PYTHON'
import csv
import subprocess
from datetime import datetime
from importlib.metadata import version

import openpyxl
import xlsxwriter
from python_calamine import CalamineWorkbook

print(*(f"{name} {version(name)}" for name in ("xlsx2csv", "python-calamine", "openpyxl")))
CELLS = [  # value, format, what xlsx2csv writes
    (datetime(2020, 9, 1, 15, 30), 22, "09/01/20 03:30"),
    (datetime(2020, 9, 1, 0, 0), 22, "09/01/20 12:00"),
    (datetime(2020, 9, 1, 12, 0), 22, "09/01/20 12:00"),
    (datetime(2020, 9, 1, 15, 30), "dd/mm/yyyy hh:mm", "01/09/2020 15:30"),
    (17, '0 "days"', '0 "16ays"'),
    (17, "0", "17"),
]
with xlsxwriter.Workbook("contact.xlsx") as book:
    page = book.add_worksheet()
    for row, (value, shown, _) in enumerate(CELLS):
        write = page.write_datetime if isinstance(value, datetime) else page.write_number
        write(row, 0, value, book.add_format({"num_format": shown}))
told = subprocess.run(["xlsx2csv", "contact.xlsx"], capture_output=True, text=True, check=True).stdout
by_xlsx2csv = [row[0] for row in csv.reader(told.splitlines())]
by_calamine = [row[0] for row in CalamineWorkbook.from_path("contact.xlsx").get_sheet_by_index(0).to_python()]
by_openpyxl = [row[0].value for row in openpyxl.load_workbook("contact.xlsx").active.rows]
for (value, shown, now), written, *others in zip(CELLS, by_xlsx2csv, by_calamine, by_openpyxl, strict=True):
    print(f"{value} in the format {shown}: xlsx2csv {written} | calamine {others[0]} | openpyxl {others[1]}")
    # calamine gives a midnight as a day, and a whole number as a float
    assert written == now and all(str(value).startswith(str(other).removesuffix(".0")) for other in others)
PYTHON
