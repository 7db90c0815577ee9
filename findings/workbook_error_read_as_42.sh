#!/bin/sh
# csvkit 2.2.0 and petl 1.7.30 with xlrd 2.0.2: an error cell of an .xls workbook is read as a number: #N/A is 42, #VALUE! 15.
# Guessed: an error, an empty cell, or the text #N/A, as pandas and calamine give it. xlrd hands out the file's code of the error
# beside the cell's kind, and whoever takes only the values has a number that nothing tells from a true one.
# Why it matters: "number of previous plans" by a look-up that found nothing is 42: a repeat plan. A measure of days has 42 of them.
# Here: a workbook's error is empty and told (definitions 1.4), and a binary .xls is not read but named.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
  csvkit==2.2.0 petl==1.7.30 xlrd==2.0.2 xlwt==1.3.0 python-calamine==0.9.1 2>/dev/null
cd "$folder"
PATH="$folder/venv/bin:$PATH" "$folder/venv/bin/python" - <<'PYTHON'
import subprocess
from importlib.metadata import version

import petl
import xlwt
from python_calamine import CalamineWorkbook

print(*(f"{name} {version(name)}" for name in ("csvkit", "petl", "xlrd", "python-calamine")))
book = xlwt.Workbook()
page = book.add_sheet("cp_plan")
page.write(0, 0, "plan_id")
page.write(0, 1, "number_previous")
for row, code in enumerate((0x2A, 0x0F, 0x07), start=1):  # #N/A, #VALUE!, #DIV/0!
    page.row(row).set_cell_text(0, f"P{row}")
    page.row(row).set_cell_error(1, code)
book.save("cp_plan.xls")
by_csvkit = subprocess.run(["in2csv", "cp_plan.xls"], capture_output=True, text=True, check=True).stdout.split()
by_petl = [row[1] for row in petl.fromxls("cp_plan.xls")]
by_calamine = [row[1] for row in CalamineWorkbook.from_path("cp_plan.xls").get_sheet_by_index(0).to_python()]
print("in2csv:", *by_csvkit)
print("petl:", *by_petl)
print("calamine:", by_calamine)
assert by_csvkit[1:] == ["P1,42", "P2,15", "P3,7"], "the behaviour has changed"
assert by_petl[1:] == [42, 15, 7] and by_calamine[1:] == ["", "", ""], "the behaviour has changed"
PYTHON
