"""Bad input: whatever lies in a landing folder, the answer is its rows or a sentence that names the file.

Nothing here is long enough to hurt: the limits are set low, and what grows beyond them stops there.
"""

import faulthandler
import gzip
import io
import itertools
import os
import re
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from support.command import run_command
from support.published import process

from pipelines.settings import load_settings
from schemas.codes import CODE_SETS
from schemas.settings import Operation
from schemas.tables import MODELS, Column, Kind, columns
from warehouse.forms.extracts import read
from warehouse.landing.extracts import Extract, landed

PROJECT = Path(__file__).resolve().parents[2]
Land = Callable[..., Any]
PLACE = "501/2020-09-01"
PLAIN = "s47_id,person_id,start_date,outcome\nS1,P1,03/08/2020,ICPC\nS2,P2,04/08/2020,NFA\n"
PLAIN_ROWS = [(2, "S1", "P1", "03/08/2020", "ICPC"), (3, "S2", "P2", "04/08/2020", "NFA")]
LOW = Operation(file_size_limit_mib=1, decompression_ratio_limit=2, column_limit=10, cell_length_limit=100)


def arriving(folder: Path, name: str, content: str | bytes, limits: Operation | None = None) -> Any:
    """What arrives of one landed file: its rows, or the reasons why none."""
    extract = Extract("501", date(2020, 9, 1), folder / PLACE)
    extract.folder.mkdir(parents=True, exist_ok=True)
    (extract.folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    (made,) = read([extract], limits)
    if made.refusals:
        return list(made.refusals)
    (table,) = made.tables
    cells = table.cells.to_pydict()
    columns = [
        cells.get(name, [None] * len(table.row_number)) for name in ("s47_id", "person_id", "start_date", "outcome")
    ]
    return [tuple(cell or None for cell in row) for row in zip(table.row_number.to_pylist(), *columns, strict=True)]


@pytest.fixture
def land(tmp_path: Path) -> Land:
    """Land one file, under the low limits if nothing else is said."""
    return lambda name, content, limits=LOW: arriving(tmp_path, name, content, limits)


def parquet(folder: Path, columns: str, rows: int = 2) -> bytes:
    """A parquet file of the enquiries S0, S1, … with further columns."""
    path = folder / "made.parquet"
    with duckdb.connect() as writer:
        writer.sql(
            "select 'S' || i % 9 as s47_id, 'P' || i % 9 as person_id, date '2020-08-03' as start_date, "  # noqa: S608
            f"{columns} from range({rows}) as t (i)"
        ).write_parquet(str(path))
    return path.read_bytes()


# ------------------------------------------------------------------------------------------------------------ limits


def test_the_defaults_leave_an_ordinary_file_alone(land: Land) -> None:
    assert land("s47.csv", PLAIN, Operation.model_validate({})) == PLAIN_ROWS
    assert land("s47.csv", PLAIN, None) == PLAIN_ROWS


def test_a_file_above_the_size_limit_is_refused_before_it_is_read(land: Land) -> None:
    assert land("s47.csv", PLAIN + "\n" * (1 << 20)) == [
        f"{PLACE}/s47.csv: it is 1.0 MiB, and a file may be 1 MiB; leave out what the contract does not need, or raise "
        "the setting file_size_limit_mib."
    ]


def test_a_gzip_bomb_is_stopped_at_what_its_size_allows(land: Land) -> None:
    bomb = gzip.compress(PLAIN.encode() + b"\n" * (17 << 20), mtime=0)
    assert land("s47.csv.gz", bomb, LOW.model_copy(update={"file_size_limit_mib": 100})) == [
        f"{PLACE}/s47.csv.gz: unpacked it is larger than the 16 MiB that a packed file of its size may hold; leave out "
        "what the contract does not need, or raise the setting decompression_ratio_limit."
    ]
    assert land("s47.csv.gz", bomb) == [
        f"{PLACE}/s47.csv.gz: unpacked it is larger than the 1 MiB that a file may have; leave out what the contract "
        "does not need, or raise the setting file_size_limit_mib."
    ]


@pytest.mark.parametrize(
    ("columns", "rows"),
    [
        ("repeat('x', 90) as outcome", 20_000),  # one value stored, twenty thousand read
        ("null as a, null as b, null as c", 200_000),  # nothing stored at all
    ],
)
def test_a_parquet_file_that_says_little_many_times_is_stopped(
    land: Land, tmp_path: Path, columns: str, rows: int
) -> None:
    (reason,) = land("s47.parquet", parquet(tmp_path, columns, rows))
    assert reason.startswith(f"{PLACE}/s47.parquet: unpacked it is larger than the 1 MiB that a file may have; ")


def test_a_table_with_too_many_columns_is_refused(land: Land, tmp_path: Path) -> None:
    at_limit, above = ",a" * 6, ",a" * 7
    assert land("s47.csv", PLAIN.replace("\n", at_limit + "\n")) == PLAIN_ROWS
    reason = (
        "it has 11 columns, and a table may have 10; leave out what the contract does not need, or raise the setting "
        "column_limit."
    )
    assert land("s47.csv", PLAIN.replace("\n", above + "\n")) == [f"{PLACE}/s47.csv: {reason}"]
    (tmp_path / PLACE / "s47.csv").unlink()
    assert land("s47.parquet", parquet(tmp_path, ", ".join(f"1 as a{n}" for n in range(8)))) == [
        f"{PLACE}/s47.parquet: {reason}"
    ]


def test_a_cell_may_have_as_many_characters_as_the_limit_says(land: Land) -> None:
    for letter in ("y", "é", "\n"):
        longest = PLAIN.replace("NFA", f'"{letter * 100}"')
        assert land("s47.csv", longest)[1][4] == letter * 100
        longer = longest.replace(f'{letter}"', f'{letter}y"')
        assert land("s47.csv", longer) == [
            f"{PLACE}/s47.csv: a cell of row 3 is longer than the 100 characters that a cell may have; close its "
            "quotes or shorten it, or raise the setting cell_length_limit."
        ]


def test_a_cell_of_a_parquet_file_may_have_as_many_characters_too(land: Land, tmp_path: Path) -> None:
    assert land("s47.parquet", parquet(tmp_path, "repeat('é', 100) as outcome"))[0][4] == "é" * 100
    assert land("s47.parquet", parquet(tmp_path, "repeat('é', 101) as outcome")) == [
        f"{PLACE}/s47.parquet: a cell of column 4 is longer than the 100 characters that a cell may have; close its "
        "quotes or shorten it, or raise the setting cell_length_limit."
    ]


# --------------------------------------------------------------------------------------- names and texts from outside

HOSTILE_NAMES = [
    "a.b", "*", "", " ", '"', 'a"; drop table raw.s47; --', "'; drop table raw.s47; --", "line\nbreak", "$path", "%s",
    "{0}", "select", "column_0", "é", "\u202e", "x" * 5000,
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_the_name_of_a_column_is_never_more_than_a_name(land: Land, tmp_path: Path, name: str) -> None:
    named = '"' + name.replace('"', '""') + '"'
    rows = [(2, "S0", "P0", "2020-08-03", "NFA"), (3, "S1", "P1", "2020-08-03", "NFA")]
    if name:
        assert land("s47.parquet", parquet(tmp_path, f"'NFA' as outcome, 'v' as {named}")) == rows
        (tmp_path / PLACE / "s47.parquet").unlink()
    header, *lines = PLAIN.splitlines()
    assert land("s47.csv", "\n".join([f"{header},{named}", *(f"{line},v" for line in lines)])) == PLAIN_ROWS


def test_two_columns_of_a_parquet_file_with_one_name_are_refused(land: Land, tmp_path: Path) -> None:
    cells = [["S1"], ["P1"], ["P2"], ["2020-08-03"]]
    pq.write_table(
        pa.Table.from_arrays([pa.array(one) for one in cells], ["s47_id", "person_id", "person_id", "start_date"]),
        tmp_path / "twice.parquet",
    )
    assert land("s47.parquet", (tmp_path / "twice.parquet").read_bytes()) == [
        f"{PLACE}/s47.parquet: the headers 'person_id' and 'person_id' both mean person_id; leave one of them out."
    ]


def test_nested_columns_are_ignored_where_the_contract_has_none_and_refused_where_it_has(
    land: Land, tmp_path: Path
) -> None:
    nested = "{'a': [1, 2], 'b': {'c': 1}} as extra, 'NFA' as outcome, map {'k': 1} as more"
    assert [row[4] for row in land("s47.parquet", parquet(tmp_path, nested))] == ["NFA", "NFA"]
    assert land("s47.parquet", parquet(tmp_path, "['NFA'] as outcome")) == [
        f"{PLACE}/s47.parquet: the column outcome holds lists or structures; export plain values."
    ]


@pytest.mark.parametrize(
    "folder",
    ["[ab]", "a*b", "?", "**", "[!a]", "[[]", "]", "year=2020", "it's", "a b;c%20", '"', "é\u202e", "{a,b}", "$x"],
)
def test_a_path_names_one_file_whatever_its_characters(tmp_path: Path, folder: str) -> None:
    for other in ("a", "b", "axb", "c"):
        arriving(tmp_path / other, "s47.csv", PLAIN.replace("P1", other))
    assert arriving(tmp_path / folder, "s47.csv", PLAIN) == PLAIN_ROWS
    (tmp_path / folder / PLACE / "s47.csv").unlink()
    made = parquet(tmp_path, "'NFA' as outcome", 1)
    for other in ("a", "b", "axb", "c"):
        (tmp_path / other / PLACE / "s47.csv").unlink()
        (tmp_path / other / PLACE / "s47.parquet").write_bytes(parquet(tmp_path, "'other' as outcome"))
    assert arriving(tmp_path / folder, "s47.parquet", made) == [(2, "S0", "P0", "2020-08-03", "NFA")]


def test_text_in_an_encoding_of_four_bytes_is_refused_rather_than_read_with_zeros_in_it(land: Land) -> None:
    assert land("s47.csv", PLAIN.encode("utf-32")) == [
        f"{PLACE}/s47.csv: it is not text in UTF-8, UTF-16 or Windows-1252; export it again as CSV in UTF-8."
    ]


# ---------------------------------------------------------------------------------------------------------- workbooks

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEADERS = ("s47_id", "person_id", "start_date", "outcome")


def text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


HEADER_ROW = "<row r='1'>" + "".join(text_cell(f"{'ABCD'[n]}1", name) for n, name in enumerate(HEADERS)) + "</row>"
FIRST_ROW = (
    "<row r='2'>" + "".join(map(text_cell, ("A2", "B2", "C2", "D2"), ("S1", "P1", "03/08/2020", "NFA"))) + "</row>"
)
FIRST = (2, "S1", "P1", "03/08/2020", "NFA")


def book(
    *sheets: str, workbook: str = "", before: str = "", shared: str | None = None, styles: str = "", **parts: str
) -> bytes:
    """An .xlsx file by hand: the rows of its sheets, what stands in its workbook part, further parts."""
    names = [f"sheet{number}" for number in range(1, len(sheets) + 1)]
    listed = (
        workbook
        or "<sheets>"
        + "".join(
            f'<sheet name="{name}" sheetId="{number}" r:id="{name}"/>' for number, name in enumerate(names, start=1)
        )
        + "</sheets>"
    )
    related = "".join(
        f'<Relationship Id="{name}" Type="{OFFICE}/worksheet" Target="worksheets/{name}.xml"/>' for name in names
    )
    contents = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "xl/workbook.xml": f'{before}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{listed}</workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{related}</Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>',
        **({"xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{shared}</sst>'} if shared is not None else {}),
        **{
            f"xl/worksheets/{name}.xml": rows
            if rows.startswith("<?xml")
            else f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
            for name, rows in zip(names, sheets, strict=True)
        },
        **parts,
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in contents.items():
            package.writestr(name, content)
    return made.getvalue()


def test_a_workbook_by_hand_is_read(land: Land) -> None:
    assert land("s47.xlsx", book(HEADER_ROW + FIRST_ROW)) == [FIRST]
    assert land("s47.xlsx", book("", "<row r='1'/>", HEADER_ROW + FIRST_ROW)) == [FIRST]


def test_a_sheet_may_lie_about_its_dimensions(land: Land) -> None:
    for dimension in ("A1", "A1:B1", "A1:XFD1048576", "C3:D4", "nonsense", "A1:A99999999999"):
        sheet = (
            f'<?xml version="1.0"?><worksheet xmlns="{MAIN}"><dimension ref="{dimension}"/>'
            f"<sheetData>{HEADER_ROW + FIRST_ROW}</sheetData></worksheet>"
        )
        landed = land("s47.xlsx", book(sheet))
        assert landed == [FIRST] or landed == [
            f"{PLACE}/s47.xlsx: it is not a complete .xlsx workbook; save it again."
        ], dimension


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        ('<c r="A3"/><c r="B3" t="e"><v>#N/A</v></c><c r="C3" s="0"/><c r="D3"><v>1</v></c>', ("", "#N/A", "", "1")),
        ("<c t='e' r='A3'><v>#REF!</v></c><c r='D3' ><f>A1&amp;\"x\"</f></c>", ("#REF!", "", "", '=A1&"x"')),
        ('<c r="B3"><f>A1</f><v/></c><c r="D3" t="str"><f>B1</f><v>told</v></c>', ("", "=A1", "", "told")),
        ("<c><v>7</v></c><c t='e'><v>#N/A</v></c><c r='D3'><v>1e3</v></c>", ("7", "#N/A", "", "1000")),
    ],
)
def test_an_error_or_an_uncalculated_formula_is_seen_however_the_cell_is_written(
    land: Land, cells: str, shown: tuple[str, ...]
) -> None:
    rows = land("s47.xlsx", book(HEADER_ROW + FIRST_ROW + f'<row r="3">{cells}</row>'))
    assert [tuple(cell or "" for cell in row[1:]) for row in rows] == [FIRST[1:], shown]


@pytest.mark.parametrize("zone", ["", "Z", "+01:00", "-05:00"])
def test_a_date_in_a_cell_of_a_workbook_has_no_zone_whatever_its_writer_put_there(land: Land, zone: str) -> None:
    moment = f'<c r="C2" t="d"><v>2020-07-31T23:30:00{zone}</v></c>'
    cell = f'<row r="2">{text_cell("A2", "S1")}{text_cell("B2", "P1")}{moment}</row>'
    assert land("s47.xlsx", book(HEADER_ROW + cell)) == [(2, "S1", "P1", "2020-07-31T23:30:00", None)]


def test_days_count_from_1904_where_the_workbook_says_so_in_whatever_format_they_are_shown(land: Land) -> None:
    sheets = '<sheets><sheet name="s47" sheetId="1" r:id="sheet1"/></sheets>'
    styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
    numbers = (
        '<row r="2"><c r="A2"><v>42584</v></c><c r="B2"><v>1</v></c><c r="C2" s="1"><v>42584</v></c></row>'
        '<row r="3"><c r="A3"><v>42584</v></c><c r="B3"><v>1</v></c><c r="C3"><v>42584</v></c></row>'
    )
    workbook = f'<workbookPr date1904="1"/>{sheets}'
    assert land("s47.xlsx", book(HEADER_ROW + numbers, workbook=workbook, styles=styles)) == [
        (2, "42584", "1", "2020-08-03", None),
        (3, "42584", "1", "44046", None),
    ]
    assert [row[3] for row in land("s47.xlsx", book(HEADER_ROW + numbers, workbook=sheets, styles=styles))] == [
        "2016-08-02",
        "42584",
    ]


LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in itertools.pairwise("abcdefghij"))
    + "]>"
)


@pytest.mark.parametrize(
    "content",
    [
        book(HEADER_ROW, before=LAUGHS, workbook='<sheets><sheet name="&j;" r:id="sheet1"/></sheets>'),
        book("", **{"xl/_rels/workbook.xml.rels": f'{LAUGHS}<Relationships xmlns="{PACKAGE}">&j;</Relationships>'}),
        book(f'<?xml?>{LAUGHS}<worksheet xmlns="{MAIN}"><sheetData>{HEADER_ROW}&j;</sheetData></worksheet>'),
    ],
    ids=["workbook", "relations", "sheet"],
)  # fmt: skip
def test_entities_that_multiply_are_not_expanded(land: Land, content: bytes) -> None:
    assert land("s47.xlsx", content) == [
        f"{PLACE}/s47.xlsx: its XML declares entities, which no workbook needs; save it again as .xlsx."
    ]


def test_a_part_that_unpacks_too_far_is_stopped_whatever_the_directory_says(land: Land) -> None:
    bomb = book(HEADER_ROW + FIRST_ROW + " " * (2 << 20))
    reason = f"{PLACE}/s47.xlsx: unpacked it is larger than the 1 MiB that a file may have; "
    assert land("s47.xlsx", bomb)[0].startswith(reason)
    size = len(zipfile.ZipFile(io.BytesIO(bomb)).read("xl/worksheets/sheet1.xml")).to_bytes(4, "little")
    small = (100).to_bytes(4, "little")
    assert bomb.count(size) == 2
    assert land("s47.xlsx", bomb.replace(size, small)) == [
        f"{PLACE}/s47.xlsx: it is not a complete .xlsx workbook; save it again."
    ]


def test_two_cells_far_apart_do_not_fill_the_memory_with_what_lies_between(land: Land) -> None:
    far = HEADER_ROW + FIRST_ROW + "<row r='1048576'>" + text_cell("XFD1048576", "x") + "</row>"
    assert land("s47.xlsx", book(far)) == [
        f"{PLACE}/s47.xlsx: its cells reach as far as row 1,048,576 and column 16,384, with next to nothing between; "
        "clear what lies outside the table."
    ]
    in_one_row = HEADER_ROW + FIRST_ROW + '<row r="3"><c r="A3"><v>1</v></c><c r="XFD1048576"><v>1</v></c></row>'
    assert land("s47.xlsx", book(in_one_row)) == land("s47.xlsx", book(far)), "a cell says itself where it is"
    formatted = HEADER_ROW + FIRST_ROW + '<row r="1048576"><c r="XFD1048576" s="0"/></row>'
    assert land("s47.xlsx", book(formatted)) == [FIRST], "a format is no content"


def test_one_text_that_many_cells_share_does_not_fill_the_memory(land: Land) -> None:
    shared = f"<si><t>{'x' * 90}</t></si>"
    row = "".join(f'<c r="{column}#" t="s"><v>0</v></c>' for column in "ABCD")
    cells = "".join(f'<row r="{n}">{row.replace("#", str(n))}</row>' for n in range(3, 3_300))
    (reason,) = land("s47.xlsx", book(HEADER_ROW + FIRST_ROW + cells, shared=shared))
    assert reason.startswith(f"{PLACE}/s47.xlsx: unpacked it is larger than the 1 MiB that a file may have; ")


def test_a_sheet_under_many_names_is_read_once(land: Land) -> None:
    named = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="sheet1"/>' for n in range(5_000))
    rows = "<row r='1'>" + text_cell("A1", "notes") + "</row>"
    with watched():
        assert land("s47.xlsx", book(rows, workbook=f"<sheets>{named}</sheets>")) == [
            f"{PLACE}/s47.xlsx: no header row among the first 10 rows; expected columns such as s47_id, person_id, "
            "start_date; send the table with its header."
        ]


INCOMPLETE = [
    book(HEADER_ROW + FIRST_ROW + '<row r="3"><c r="A3" t="s"><v>0</v></c></row>'),  # shared texts are missing
    book(HEADER_ROW, workbook='<sheets><sheet name="s47" sheetId="1" r:id="gone"/></sheets>'),
    book(HEADER_ROW, workbook='<sheets><sheet name="s47" sheetId="1"/></sheets>'),
    book(f'<?xml version="1.0"?><worksheet xmlns="{MAIN}"><sheetData>{HEADER_ROW}<row r="2"><c'),
    book(HEADER_ROW, **{"xl/workbook.xml": "<workbook"}),
    book(HEADER_ROW, **{"xl/workbook.xml": ""}),
]


@pytest.mark.parametrize("content", INCOMPLETE, ids=range(len(INCOMPLETE)))
def test_a_workbook_with_something_missing_is_refused_or_loses_no_row(land: Land, content: bytes) -> None:
    landed = land("s47.xlsx", content)
    assert all(isinstance(one, str) or one[0] > 1 for one in landed)
    assert isinstance(landed[0], str) or len(landed) == 1


def test_a_cell_of_a_workbook_may_have_as_many_characters_as_the_limit_says(land: Land) -> None:
    def with_length(length: int) -> bytes:
        return book(HEADER_ROW + FIRST_ROW.replace("NFA", "é" * length))

    assert land("s47.xlsx", with_length(100))[0][4] == "é" * 100
    assert land("s47.xlsx", with_length(101)) == [
        f"{PLACE}/s47.xlsx: a cell of row 2 is longer than the 100 characters that a cell may have; close its quotes "
        "or shorten it, or raise the setting cell_length_limit."
    ]


# --------------------------------------------------------------------------------------------------------------- fuzz

# How many inputs each test below draws; a long run sets FUZZ_EXAMPLES.
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "10"))
SECRET = "qxsecretzq"  # noqa: S105 - it marks cells
fuzzed = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@contextmanager
def watched(seconds: float = 300) -> Iterator[None]:
    """End the process, and say where it hung, if what is within never ends. The bound says nothing about speed."""
    faulthandler.dump_traceback_later(seconds, exit=True, file=sys.__stderr__)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


def assert_answer(land: Land, name: str, content: bytes, *quoted: str) -> Any:
    """The answer to a file is its rows, or one line that names the file and quotes no cell."""
    with watched():
        landed = land(name, content, None)
    assert landed
    for one in landed:
        if isinstance(one, str):
            assert one.startswith(f"{PLACE}/{name}: "), one
            assert one.endswith(".") and len(one) < 1000 and one.isprintable(), one
            assert not any(text in one.lower() for text in quoted), one
        else:
            assert one[0] > 1
    return landed


@pytest.fixture
def alone(land: Land, tmp_path: Path) -> Land:
    """Land one file, with nothing left of the one before."""

    def landed(name: str, content: bytes, limits: Operation | None) -> Any:
        for left in (tmp_path / PLACE).glob("*"):
            left.unlink()
        return land(name, content, limits)

    return landed


NAMES = ("s47.csv", "s47.csv.gz", "s47.parquet", "s47.xlsx")
MAGIC = (b"", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\x1f\x8b\x08\x00", b"PAR1", b"PK\x03\x04", b"PK\x05\x06",
         bytes.fromhex("D0CF11E0A1B11AE1"), b"s47_id,person_id,start_date\n")  # fmt: skip


@fuzzed
@given(st.sampled_from(NAMES), st.sampled_from(MAGIC), st.binary(max_size=300), st.sampled_from((b"", b"PAR1")))
@example("s47.csv", b"", PLAIN.encode("utf-32"), b"")
@example("s47.csv", b"\xff\xfe", "\ud800".encode("utf-16-le", "surrogatepass"), b"")
@example("s47.csv", b"s47_id,person_id,start_date\n", "\ud800,P1,\udfff\n".encode("utf-8", "surrogatepass"), b"")
def test_any_bytes_under_any_name_are_rows_or_a_sentence(
    alone: Land, name: str, magic: bytes, content: bytes, end: bytes
) -> None:
    assert_answer(alone, name, magic + content + end)


def valid_files(folder: Path) -> list[tuple[str, bytes]]:
    """A valid file of every kind; each cell that is no date holds the secret."""
    lines = ["s47_id,person_id,start_date,outcome,note"]
    lines += [f'{SECRET}{n},{SECRET}{n},0{n}/08/2020,{SECRET}é,"{SECRET} – {n}"' for n in range(1, 8)]
    text = "\n".join(lines) + "\n"
    files = [("s47.csv", text.encode(encoding)) for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252")]
    files += [("s47.csv", text.replace(",", ";").encode()), ("s47.csv", text.replace("\n", "\r\n").encode())]
    files += [("s47.csv.gz", gzip.compress(content, mtime=0)) for _, content in files[:1]]
    rows = [line.replace('"', "").split(",") for line in lines]
    for compression in ("snappy", "zstd", "gzip", "uncompressed"):
        path = folder / f"{compression}.parquet"
        with duckdb.connect() as writer:
            columns = pa.table({name: [row[n] for row in rows[1:]] for n, name in enumerate(rows[0])})
            writer.from_arrow(columns).write_parquet(str(path), compression=compression)
        files.append(("s47.parquet", path.read_bytes()))
    for options in ({}, {"date_1904": True}, {"in_memory": True, "constant_memory": True}):
        made = io.BytesIO()
        with xlsxwriter.Workbook(made, {"default_date_format": "dd/mm/yyyy", **options}) as workbook:
            sheet = workbook.add_worksheet("s47")
            sheet.write_row(0, 0, rows[0])
            for number, row in enumerate(rows[1:], start=1):
                sheet.write_row(number, 0, [*row[:2], datetime(2020, 8, number), row[3]])
                sheet.write_formula(number, 4, f"=A{number}", None, "#N/A" if number == 3 else SECRET)
            sheet.merge_range(9, 0, 9, 3, f"{SECRET} merged")
            workbook.add_worksheet("hidden").hide()
        files.append(("s47.xlsx", made.getvalue()))
    return files


@pytest.fixture(scope="module")
def valid(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, bytes]]:
    return valid_files(tmp_path_factory.mktemp("valid"))


CHANGE = st.tuples(st.sampled_from(["flip", "cut", "end", "repeat", "insert"]), st.floats(0, 1, exclude_max=True),
                   st.binary(min_size=1, max_size=6))  # fmt: skip
XML_PIECES = (b'r="XFD1048576"', b'r="A0"', b'r="ZZZZ99999999999999999999"', b't="s"', b't="e"', b"<v>-1</v>",
              b"<v>1e400</v>", b"<v>99999999999999999999</v>", b"&x;", b"&#0;", b"&#xD800;", b"<c>", b"</c>",
              b"<!--", b"<![CDATA[",
              b"<f>", b"<row>", b"</row>", b's="99999"', b"\xff", b"\x00")  # fmt: skip


def changed(content: bytes, changes: list[tuple[str, float, bytes]]) -> bytes:
    for how, where, piece in changes:
        place = int(where * len(content))
        if how == "flip":
            content = content[:place] + piece + content[place + len(piece) :]
        elif how == "cut":
            content = content[:place] + content[place + len(piece) * 7 :]
        elif how == "end":
            content = content[:place]
        elif how == "repeat":
            content = content[:place] + content[place // 2 :]
        else:
            content = content[:place] + (XML_PIECES[piece[0] % len(XML_PIECES)]) + content[place:]
    return content


def repacked(content: bytes, part: float, changes: list[tuple[str, float, bytes]]) -> bytes:
    """The file with the changes made to what is packed in it."""
    if content[:2] == b"\x1f\x8b":
        return gzip.compress(changed(gzip.decompress(content), changes), mtime=0)
    if content[:2] != b"PK":
        return changed(content, changes)
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        names = [name for name in source.namelist() if name.startswith("xl/") and "theme" not in name]
        chosen = names[int(part * len(names))]
        for name in source.namelist():
            inside = source.read(name)
            target.writestr(name, changed(inside, changes) if name == chosen else inside)
    return made.getvalue()


@fuzzed
@given(st.data(), st.booleans(), st.floats(0, 1, exclude_max=True), st.lists(CHANGE, min_size=1, max_size=4))
def test_a_damaged_file_is_rows_or_a_sentence_without_a_cell_of_it(
    alone: Land, valid: list[tuple[str, bytes]], data: st.DataObject, inside: bool, part: float,
    changes: list[tuple[str, float, bytes]],
) -> None:  # fmt: skip
    kind = data.draw(st.sampled_from(NAMES))
    name, content = data.draw(st.sampled_from([file for file in valid if file[0] == kind]))
    damaged = repacked(content, part, changes) if inside else changed(content, changes)
    assert_answer(alone, name, damaged, SECRET)


def test_every_valid_file_that_is_damaged_above_is_read_whole_without_the_damage(
    alone: Land, valid: list[tuple[str, bytes]]
) -> None:
    for name, content in valid:
        landed = alone(name, content, None)
        assert [row[1] for row in landed[:7]] == [f"{SECRET}{n}" for n in range(1, 8)], name


# No zero byte: a file with one is refused. No surrogate: no encoding has one.
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
HEADER = st.one_of(
    ANY_TEXT, st.sampled_from([name for name in HOSTILE_NAMES if "\0" not in name]),
    st.sampled_from(["person_id", "Person ID", "LAchildID", "start_date_1", "PERSON-ID ", "person_id[/b]"]),
)  # fmt: skip


def quoted(cells: Sequence[str], delimiter: str = ",") -> str:
    return delimiter.join('"' + cell.replace('"', '""') + '"' for cell in cells)


@fuzzed
@given(
    st.lists(HEADER, max_size=8),
    st.randoms(use_true_random=False),
    st.sampled_from([0] * 8 + [1900, 2100]),
    st.sampled_from(",;\t"),
)
def test_any_header_beside_those_of_the_contract_is_ignored_and_two_of_the_same_meaning_are_refused(
    alone: Land, further: list[str], random: Random, many: int, delimiter: str
) -> None:
    headers = ["s47_id", "person_id", "start_date", *further, *(f"x{n}" for n in range(many))]
    random.shuffle(headers)
    cells = {"s47_id": "S1", "person_id": "P1", "start_date": "03/08/2020"}
    content = "\n".join(quoted(row, delimiter) for row in (headers, [cells.get(name, "v") for name in headers]))
    landed = assert_answer(alone, "s47.csv", content.encode())
    if len(headers) > Operation.model_fields["column_limit"].default:
        assert "column_limit" in landed[0]
    elif isinstance(landed[0], str):
        assert " both mean " in landed[0]
    else:
        assert [row[1:4] for row in landed] == [("S1", "P1", "03/08/2020")]


# ------------------------------------------------------------------------------------- fuzz: cells, through every layer

TROUBLE = [
    "", " ", "\u00a0", "nan", "None", "NULL", "N/A", "-", "zNotRecorded", "=1+1", "=cmd|' /C calc'!A0", "@SUM(A1)",
    "+1", "-1", "1e400", "1.23E+11", "9" * 400, "0" * 50 + "1", "1234567.0", "'", '"', '""', ",", ";", "\t", "a\nb",
    "a\r\nb", "\r", "\u202egnp", "\u200b", "\ufeff", "\u0085", "\u2028", "\x07", "\x1b[31m", "\x1f", "💥", "𝕏",
    "e\u0301", "#N/A", "#REF!", "<script>", "%s", "$1", "{0}", "\\", "\\N", "'; drop table raw.person; --",
    "[/red]", "Ã‚Â£", "â€œ", "P1", "P2", "1A", "Y",
]  # fmt: skip
MOMENTS = [
    "0000-00-00", "00/00/0000", "31/02/2020", "2020-02-30", "9999-12-31", "31/12/9999", "0001-01-01", "99999-01-01",
    "0", "1", "59", "60", "19999", "20000", "60000", "60001", "2958465", "2958466", "1e10", "44046.5", "-44046",
    "44046.999999999", "12/13/2020", "2020-08-03T25:61:61", "2020-08-03T09:30:00+99:99", "2020-08-03 24:00", "1/1/1",
    "29/02/1900", "29-Feb-21", "2020-08-03T09:30Z", "2020-08-03T23:30:00-11:30", "03/08/20 09:30:15.123456789",
    "2020-03-29 01:30:00", "2020-08-03 09:30:00+01", "294247-01-10", "290309-12-22 (BC)", "infinity", "-infinity",
    "epoch", "now", "today",
]  # fmt: skip
FORMATS = [
    "%d/%m/%Y",
    "%Y-%m-%d",
    "%d-%b-%Y",
    "%Y/%m/%d",
    "%d/%m/%y",
    "%d-%b-%y",
    "%Y-%m-%d %H:%M:%S",
    "%d/%m/%Y %H:%M",
]


def cell(column: Column) -> st.SearchStrategy[str]:
    """What may stand in a column: what belongs there, and everything else."""
    trouble = st.one_of(
        st.sampled_from(TROUBLE), st.sampled_from(MOMENTS), ANY_TEXT, st.integers().map(str), st.floats().map(str)
    )
    if column.kind in (Kind.DATE, Kind.TIMESTAMP):
        near = st.dates(date(2019, 1, 1), date(2020, 9, 30))
        day = st.tuples(st.one_of(near, st.dates()), st.sampled_from(FORMATS)).map(lambda one: one[0].strftime(one[1]))
        return st.one_of(day, day, trouble)
    if column.code_set:
        return st.one_of(st.sampled_from(sorted(CODE_SETS[column.code_set])), trouble)
    return st.one_of(st.sampled_from(["P1", "P2", "R1", "S1", "x"]), trouble)


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, list[str], list[list[str]], str]:
    """A valid table of any contract with any cells, and the kind of file it lands as."""
    table = draw(st.sampled_from(sorted(MODELS)))
    declared = [column for column in columns(table) if column.required or draw(st.booleans())]
    rows = draw(st.lists(st.tuples(*map(cell, declared)), max_size=6))
    kind = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252", "gz", "parquet", "xlsx"]))
    plain = [
        "P1" if column.kind is Kind.ID else "03/08/2020" if column.kind is Kind.DATE else "" for column in declared
    ]
    return table, [column.name for column in declared], [*map(list, rows), plain], kind


def is_blank(cells: Sequence[str]) -> bool:
    return not any(text.strip() for text in cells)


def write(folder: Path, table: str, headers: list[str], rows: list[list[str]], kind: str) -> int:
    """Land a table; how many of its rows are not blank, which is how many there are."""
    folder.mkdir(parents=True)
    if kind == "parquet":
        written = pa.table({name: pa.array([row[n] for row in rows]) for n, name in enumerate(headers)})
        with duckdb.connect() as writer:
            writer.from_arrow(written).write_parquet(str(folder / f"{table}.parquet"))
    elif kind == "xlsx":
        # XML has no control characters, and a sheet shows none.
        rows = [["".join(letter for letter in text if letter >= " ") for text in row] for row in rows]
        with xlsxwriter.Workbook(str(folder / f"{table}.xlsx")) as workbook:
            sheet = workbook.add_worksheet()
            for number, row in enumerate([headers, *rows]):
                for place, text in enumerate(row):
                    sheet.write_string(number, place, text)
    else:
        text = "\n".join(quoted(row) for row in [headers, *rows]) + "\n"
        content = text.encode("utf-8" if kind == "gz" else kind, errors="replace")
        if kind == "cp1252":
            rows = [[one.encode(kind, errors="replace").decode(kind) for one in row] for row in rows]
        (folder / f"{table}.csv{'.gz' if kind == 'gz' else ''}").write_bytes(
            gzip.compress(content, mtime=0) if kind == "gz" else content
        )
    return sum(not is_blank(row) for row in rows)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzzed")


BATCH = min(25, EXAMPLES)


@settings(fuzzed, max_examples=max(2, EXAMPLES // BATCH), phases=[Phase.explicit, Phase.generate])
@given(st.lists(tables(), min_size=BATCH, max_size=BATCH))
def test_whatever_its_cells_hold_a_valid_table_is_published_with_every_row_in_one_state(
    warehouse: Path, drawn: list[tuple[str, list[str], list[list[str]], str]]
) -> None:
    folder = Path(tempfile.mkdtemp(dir=warehouse))
    extracts, written = [], {}
    for number, (table, headers, rows, kind) in enumerate(drawn):
        extract = Extract(str(500 + number), date(2020, 9, 1), folder / str(500 + number) / "2020-09-01")
        written[extract.la_code, table] = write(extract.folder, table, headers, rows, kind)
        extracts.append(extract)
    with watched():
        process(warehouse / "warehouse", extracts)
    with duckdb.connect(str(warehouse / "warehouse" / "casework.duckdb"), read_only=True) as casework:
        files = casework.sql(
            "select la_code, table_name, rows_in, rows_used, rows_quarantined, rows_duplicate from extract_file"
        ).fetchall()
    assert {(la_code, table): rows_in for la_code, table, rows_in, *_ in files} == written
    assert all(rows_in == sum(states) for _, _, rows_in, *states in files)


# ------------------------------------------------------------------------------------------- through the real command


def test_a_file_where_a_folder_should_be_is_no_extract(tmp_path: Path) -> None:
    (tmp_path / "852").touch()
    (tmp_path / "853").mkdir()
    (tmp_path / "853" / "2020-09-01").touch()
    assert landed(tmp_path) == []


@pytest.mark.parametrize(("name", "found"), [("is it?", "?"), ("a%20b", "%20"), ("[a]", "["), ("a*", "*")])
def test_a_warehouse_in_which_dagster_would_look_elsewhere_is_a_wrong_setting(
    tmp_path: Path, name: str, found: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(f"a path with {found} in it is not found again; give the folder")):
        load_settings(warehouse=tmp_path / name)
    assert load_settings(warehouse=tmp_path / "100 % it's; {a}").warehouse == tmp_path / "100 % it's; {a}"


SPOILT = {
    "502": ("person.csv", f"person_id,sex\n{SECRET},F\n{SECRET},F,{SECRET},{SECRET}\n".encode()),
    "503": ("person.csv", f'person_id,sex\n{SECRET},F\n"{SECRET},F\n'.encode()),
    "504": ("person.csv", f"{SECRET},{SECRET}\n{SECRET},F\n".encode()),
    "505": ("person.csv", f"person_id,sex\n{SECRET * 200},F\n".encode()),
    "506": ("person.csv.gz", gzip.compress(f"person_id,sex\n{SECRET},F\n".encode())[:-9]),
    "507": ("person.csv", f"person_id,sex\n{SECRET},F\n".encode("utf-32")),
    "508": ("person.xlsx", book(HEADER_ROW, **{"xl/workbook.xml": f"<{SECRET}>"})),
}


@pytest.mark.long
def test_the_command_quotes_no_cell_anywhere_and_works_under_any_path(tmp_path: Path) -> None:
    landing = tmp_path / 'it\'s [a] * year=2020 ; "drop" ? %s'
    warehouse = tmp_path / 'it\'s "w"; drop table raw.person; -- %s'
    for la_code, (name, content) in SPOILT.items():
        (landing / la_code / "2020-09-01").mkdir(parents=True)
        (landing / la_code / "2020-09-01" / name).write_bytes(content)
    for number, kind in enumerate(("utf-8", "utf-16", "parquet", "xlsx")):
        for table in MODELS:
            headers = [column.name for column in columns(table)]
            cells = [[f"{SECRET}{row}" for _ in headers] for row in range(3)]
            written = landing / str(510 + number) / "2020-09-01"
            write(written / table, table, headers, cells, kind)
            (made,) = (written / table).iterdir()
            made.rename(written / made.name)
            (written / table).rmdir()

    result = run_command("run", "--landing", landing, "--warehouse", warehouse, KPI_CELL_LENGTH_LIMIT="1000")

    told = result.stderr.splitlines()
    assert result.returncode == 1
    assert "Traceback" not in result.stdout + result.stderr
    # Of the others it is told that nothing in a row is understood; which rows, the warehouse says.
    assert [line.split(": ")[0] for line in told[:-1] if line[:3] in SPOILT] == [
        f"{la_code}/2020-09-01/{name}" for la_code, (name, _) in SPOILT.items()
    ]
    assert told[-1] == f"{len(SPOILT)} of {len(SPOILT) + 4} extracts were refused; what was published stays."
    with duckdb.connect(str(warehouse / "casework.duckdb"), read_only=True) as casework:
        counted = casework.sql(
            "select la_code, sum(rows_in), sum(rows_used + rows_quarantined + rows_duplicate) from extract_file "
            "group by la_code order by la_code"
        ).fetchall()
    assert counted == [(str(510 + number), 3 * len(MODELS), 3 * len(MODELS)) for number in range(4)]
    assert SECRET not in (result.stdout + result.stderr).lower()
    child_level = {"casework.duckdb", "working.duckdb"}
    kept = [path for path in warehouse.rglob("*") if path.is_file() and path.name not in child_level]
    assert any(path.suffix == ".db" for path in kept), "the event log is among them"
    for path in kept:
        assert SECRET not in path.read_bytes().decode("latin-1").lower(), path
