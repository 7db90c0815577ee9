# ruff: noqa: E501 - drawn documents are as long as they are
"""OpenDocument spreadsheets: read where their cells are all there, and refused where they say more than they hold."""

import io
import zipfile
from pathlib import Path

import pytest
from drawn_workbook import LIMITS, read_workbook, rows_of

from warehouse.forms import annex_a
from warehouse.forms.spreadsheet import visible_sheets
from warehouse.landing.bounds import UnreadableFileError

_NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text", "style")
)


def text(value: str) -> str:
    """A cell of text."""
    return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'


def day(value: str) -> str:
    """A cell of a date."""
    return (
        f'<table:table-cell office:value-type="date" office:date-value="{value}"><text:p>x</text:p></table:table-cell>'
    )


ERROR = '<table:table-cell table:formula="of:=NA()" office:value-type="string" office:string-value=""><text:p>#N/A</text:p></table:table-cell>'  # fmt: skip


def document(path: Path, rows: str, hidden: str = "", before: str = "") -> Path:
    """A document of a visible sheet, List 1, and a hidden one."""
    styles = "".join(
        f'<style:style style:name="{name}" style:family="table"><style:table-properties table:display="{shown}"/></style:style>'
        for name, shown in (("shown", "true"), ("hidden", "false"))
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}<office:document-content {_NAMES} office:version="1.2">'
        f"<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet>"
        f'<table:table table:name="List 1" table:style-name="shown">{rows}</table:table>'
        f'<table:table table:name="List 7" table:style-name="hidden">{hidden}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        parts.writestr("content.xml", content)
    return path


def row(*cells: str) -> str:
    """A row of cells."""
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


HEADER = row(
    *map(text, ("Child Unique ID", "Gender", "Ethnicity", "Date of Birth", "Age", "Date of Contact", "Contact Source"))
)
EMPTY = '<table:table-cell table:number-columns-repeated="2"/>'
ENDLESS = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="1024"/></table:table-row>'  # fmt: skip


def test_a_document_is_read_as_a_workbook_is(tmp_path: Path) -> None:
    first = row(text("1"), text("a) Male"), EMPTY, text("7"), day("2020-10-01"), text("q) 6: Police"))
    second = row(text("2"), ERROR, EMPTY, text("7"), day("2020-10-02"), text("36:30"))
    path = document(tmp_path / "a.ods", HEADER + first + second + ENDLESS, hidden=HEADER)
    assert annex_a.recognise(path, b"PK", LIMITS)
    made = read_workbook(tmp_path, path)
    assert rows_of(made, "contact", "contact_id received_at source place") == [
        ("1/2020-10-01", "2020-10-01", "q) 6: Police", "List 1, row 2"),
        ("2/2020-10-02", "2020-10-02", "36:30", "List 1, row 3"),
    ]
    assert rows_of(made, "person", "sex") == [("a) Male",), ("#N/A",)]
    assert [sheet.name for sheet in visible_sheets(path, LIMITS)] == ["List 1"]


@pytest.mark.parametrize(
    ("rows", "before", "told"),
    [
        (f'<table:table-row table:number-rows-repeated="1000000">{text("1") * 20}</table:table-row>', "", "unpacked it is larger than"),
        (row('<table:table-cell table:number-columns-repeated="900000000" office:value-type="string"><text:p>1</text:p></table:table-cell>'), "", "unpacked it is larger than"),
        (HEADER, '<!DOCTYPE a [<!ENTITY b "c">]>', "its XML declares entities"),
        (row(text("1")).replace("</table:table-row>", ""), "", "it is not a complete"),
    ],
)  # fmt: skip
def test_a_document_that_says_more_than_it_holds_is_refused(tmp_path: Path, rows: str, before: str, told: str) -> None:
    path = document(tmp_path / "a.ods", rows, before=before)
    with pytest.raises(UnreadableFileError, match=told):
        list(visible_sheets(path, LIMITS))


def test_a_document_that_is_encrypted_or_cut_off_ends_in_a_sentence(tmp_path: Path) -> None:
    content = document(tmp_path / "a.ods", HEADER).read_bytes()
    garbled = io.BytesIO()
    with zipfile.ZipFile(garbled, "w") as parts:
        parts.writestr("content.xml", bytes(range(256)) * 4)
    for damaged in (content[: len(content) // 2], garbled.getvalue()):
        with pytest.raises(UnreadableFileError):
            list(visible_sheets(damaged, LIMITS))
