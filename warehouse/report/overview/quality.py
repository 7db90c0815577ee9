"""The data quality of an extract as a workbook for the data team: what became of rows, and the rules they broke."""

from io import BytesIO

from xlsxwriter import Workbook

from warehouse.escaping import escaped
from warehouse.report.month.reading import Reading

_ROWS = (
    ("table_name", "Table", 24), ("file_name", "File", 34), ("rows_in", "Rows sent", 12), ("rows_used", "Used", 12),
    ("rows_quarantined", "Set aside", 12), ("rows_duplicate", "Repeated", 12),
)  # fmt: skip
_RULES = (
    ("rule", "Rule", 28), ("table_name", "Table", 24), ("column_name", "Column", 24), ("severity", "Result", 12),
    ("rows", "Rows", 12),
)  # fmt: skip
_RESULT = {"error": "set aside", "warning": "reported"}


def workbook(reading: Reading) -> bytes:
    """The workbook's bytes, the same for the same version; it holds counts and no row of any child."""
    stream = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    with Workbook(stream, options) as book:
        book.set_properties({"title": f"Data quality, {reading.authority}", "created": reading.published_at})
        title, header = book.add_format({"bold": True, "font_size": 14}), book.add_format({"bold": True, "bottom": 1})
        for name, columns, rows in (("Rows", _ROWS, reading.rows), ("Rules", _RULES, reading.issues)):
            sheet = book.add_worksheet(name)
            extract = f"{reading.extract_date.day} {reading.extract_date:%B %Y}"
            sheet.write_string(0, 0, f"Data quality: {reading.authority} ({reading.la_code})", title)
            sheet.write_string(1, 0, f"Of the extract of {extract}, version {reading.version}.")
            for place, (key, heading, width) in enumerate(columns):
                sheet.set_column(place, place, width)
                sheet.write_string(3, place, heading, header)
                for number, row in enumerate(rows, start=4):
                    value = row[key]
                    if isinstance(value, int):
                        sheet.write_number(number, place, value)
                    elif value is not None:
                        sheet.write_string(
                            number, place, _RESULT.get(value, value) if key == "severity" else escaped(value)
                        )
            sheet.autofilter(3, 0, 3 + max(len(rows), 1), len(columns) - 1)
            sheet.freeze_panes(4, 0)
    return stream.getvalue()
