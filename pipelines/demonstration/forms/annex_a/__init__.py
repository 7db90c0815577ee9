"""Annex A: the eleven lists that Ofsted asks for at an inspection, in one workbook.

Each list is a query of its own over the council's tables; its columns have the headers of the form.
"""

from datetime import datetime
from pathlib import Path

import xlsxwriter

from pipelines.demonstration.queries import Tabled, answer, connected, define, text_of

LISTS = range(1, 12)
SHARED = ("child", "allocated", "placed")  # what several lists take
HERE = Path(__file__).parent


def write(council: Tabled, folder: Path) -> None:
    """Writes `Annex A <la_code>.xlsx`, with the sheets List 1 to List 11 as on the day of the extract."""
    with connected(council) as connection, _workbook(folder / f"Annex A {council.la_code}.xlsx") as workbook:
        connection.execute("set variable window_start = (getvariable('extract_date') - interval 6 months)::date")
        connection.execute(text_of(HERE / "macros.sql"))
        for name in SHARED:
            define(connection, name, HERE / f"{name}.sql")
        day = workbook.add_format({"num_format": "dd/mm/yyyy"})
        for number in LISTS:
            table = answer(connection, HERE / f"list_{number}.sql")
            sheet = workbook.add_worksheet(f"List {number}")
            sheet.write_row(0, 0, table.column_names)
            sheet.freeze_panes(1, 0)
            for place, column in enumerate(table.columns):
                form = day if str(column.type) == "date32[day]" else None
                for row, value in enumerate(column.to_pylist(), start=1):
                    if value is not None:
                        sheet.write(row, place, value, form)


def _workbook(path: Path) -> xlsxwriter.Workbook:
    # Text that looks like a number or a formula stays text; the day of making is fixed, so that bytes repeat.
    workbook = xlsxwriter.Workbook(str(path), {"strings_to_urls": False, "strings_to_formulas": False})
    workbook.set_properties({"created": datetime(2020, 9, 1)})
    return workbook
