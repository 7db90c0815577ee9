"""Reading landed files: whatever wrote them, the same rows arrive, as text, each with the number a person counts.

A row is shown as its number and its first cells. Three columns must be there: s47_id, person_id, start_date.
"""

import gzip
import os
import re
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support.drawn_extracts import staged

from warehouse.forms.canonical import delimited
from warehouse.forms.extracts import read as read_extracts
from warehouse.landing.extracts import Extract

Rows = list[tuple[Any, ...]]
Read = Callable[..., Rows]

PLAIN = "s47_id,person_id,start_date,outcome\nS1,P1,03/08/2020,ICPC\nS2,P2,04/08/2020,NFA\n"
PLAIN_ROWS = [(2, "S1", "P1", "03/08/2020", "ICPC"), (3, "S2", "P2", "04/08/2020", "NFA")]


class RefusedError(Exception):
    """The extract is refused; its arguments are the reasons."""


@pytest.fixture
def extract(tmp_path: Path) -> Extract:
    folder = tmp_path / "501" / "2020-09-01"
    folder.mkdir(parents=True)
    return Extract("501", date(2020, 9, 1), folder)


@pytest.fixture
def read(extract: Extract) -> Read:
    """Land the content under the file name; the rows that arrive."""

    def landed(content: str | bytes, name: str = "s47.csv") -> Rows:
        (extract.folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        return arrived(extract)

    return landed


def arrived(extract: Extract, columns: str = "s47_id, person_id, start_date, outcome") -> Rows:
    (made,) = read_extracts([extract])
    if made.refusals:
        raise RefusedError(*made.refusals)
    (table,) = (one for one in made.tables if one.table_name == "s47")
    cells = table.cells.to_pydict()
    absent = [None] * len(table.row_number)
    return list(
        zip(table.row_number.to_pylist(), *(cells.get(name, absent) for name in columns.split(", ")), strict=True)
    )


def workbook(
    path: Path, rows: list[list[Any]], sheet: str = "Sheet1", first: tuple[int, int] = (0, 0), hidden: bool = False
) -> None:
    """An .xlsx file of the rows, from the cell `first` on; before it a sheet that says nothing, or is hidden."""
    with xlsxwriter.Workbook(str(path), {"default_date_format": "dd/mm/yyyy"}) as book:
        if hidden:
            secret = book.add_worksheet("old")
            secret.write_row(0, 0, ["s47_id", "person_id", "start_date"])
            secret.write_row(1, 0, ["OLD", "OLD", "01/01/2020"])
            secret.hide()
        page = book.add_worksheet(sheet)
        page.activate()
        page.set_first_sheet()
        for number, cells in enumerate(rows):
            for place, cell in enumerate(cells):
                row, column = first[0] + number, first[1] + place
                if isinstance(cell, tuple):
                    page.write_formula(row, column, cell[0], None, cell[1])
                else:
                    page.write(row, column, cell)


def test_every_file_format_gives_the_same_staged_rows(tmp_path: Path) -> None:
    text = (
        "s47_id,person_id,start_date,icpc_not_required,end_date\n"
        "00123,P1,03/08/2020,Y,NA\n1234567,P2,2020-08-04,N,2020-08-31\n,,,,\nS3,P3,05/08/2020,,\n"
    )
    cells = [line.split(",") for line in text.splitlines()]
    folders = [tmp_path / "landing" / str(code) / "2020-09-01" for code in range(501, 505)]
    for folder in folders:
        folder.mkdir(parents=True)
    (folders[0] / "s47.csv").write_text(text)
    (folders[1] / "S47.CSV.GZ").write_bytes(gzip.compress(text.encode(), mtime=0))
    typed = [
        ["00123", "P1", date(2020, 8, 3), True, None],
        [1234567, "P2", date(2020, 8, 4), False, date(2020, 8, 31)],
        [None, None, None, None, None],
        ["S3", "P3", datetime(2020, 8, 5), None, None],
    ]
    workbook(folders[2] / "s47.xlsx", [cells[0], *typed])
    with duckdb.connect() as writer:
        writer.execute(
            "create table s47 (S47_ID varchar, person_id varchar, start_date timestamp, icpc_not_required boolean, "
            "end_date date)"
        )
        writer.executemany("insert into s47 values (?, ?, ?, ?, ?)", typed)
        writer.execute(f"copy s47 to '{folders[3]}/s47.parquet' (format parquet)")
    made = staged([Extract(folder.parent.name, date(2020, 9, 1), folder) for folder in folders])
    for folder in folders:
        assert made.select(
            "select row_number, s47_id, person_id, start_date, icpc_not_required, end_date from staged.s47 "
            "where la_code = ? order by row_number",
            folder.parent.name,
        ) == [
            (2, "00123", "P1", date(2020, 8, 3), True, None),
            (3, "1234567", "P2", date(2020, 8, 4), False, date(2020, 8, 31)),
            (5, "S3", "P3", date(2020, 8, 5), None, None),
        ], folder.parent.name


def test_an_end_of_the_year_9999_is_that_in_a_parquet_file_of_any_age(read: Read, tmp_path: Path) -> None:
    """Spark and Hive wrote times as INT96; read as nanoseconds, the year 9999 becomes 1816."""
    ends = pa.array(
        [datetime(9999, 12, 31), datetime(2299, 12, 31, 23, 59, 59), datetime(2020, 8, 31)], pa.timestamp("us")
    )
    rows = pa.table({"s47_id": ["S1", "S2", "S3"], "person_id": ["P1", "P2", "P3"], "start_date": ends})
    pq.write_table(rows, tmp_path / "made.parquet", use_deprecated_int96_timestamps=True)
    assert [row[3] for row in read((tmp_path / "made.parquet").read_bytes(), "s47.parquet")] == [
        "9999-12-31 00:00:00",
        "2299-12-31 23:59:59",
        "2020-08-31 00:00:00",
    ]


def test_an_undecorated_file_is_read_as_it_stands(read: Read) -> None:
    assert read(PLAIN) == PLAIN_ROWS
    assert read(PLAIN.rstrip("\n")) == PLAIN_ROWS
    assert read(PLAIN.replace("\n", "\r\n")) == PLAIN_ROWS


def test_everything_arrives_as_text(read: Read) -> None:
    assert read("s47_id,person_id,start_date,outcome\n00123,1E5,2020-08-03,NA\n123.0,007,43952,None\n1,true,0,N\n") == [
        (2, "00123", "1E5", "2020-08-03", "NA"),
        (3, "123.0", "007", "43952", "None"),
        (4, "1", "true", "0", "N"),
    ]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", "Zoë’s – naïve £"),
        ("utf-8-sig", "Zoë’s – naïve £"),
        ("utf-16", "Zoë’s – naïve £"),
        ("cp1252", "Zoë’s – naïve £"),
        ("cp1252", "“curly” quotes"),
    ],
)
def test_every_usual_encoding_is_understood(read: Read, encoding: str, text: str) -> None:
    assert read(PLAIN.replace("ICPC", f'"{text.replace(chr(34), "")}"').encode(encoding))[0] == (
        2, "S1", "P1", "03/08/2020", text,
    )  # fmt: skip


def test_utf_16_with_the_other_byte_order_is_understood(read: Read) -> None:
    assert read(b"\xfe\xff" + PLAIN.encode("utf-16-be")) == PLAIN_ROWS


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_the_one_that_parts_the_headers(read: Read, delimiter: str) -> None:
    assert read(PLAIN.replace(",", delimiter)) == PLAIN_ROWS


def test_a_delimiter_inside_a_cell_does_not_mislead(read: Read) -> None:
    assert read(PLAIN.replace(",", ";").replace("NFA", "none, of, these, at, all")) == [
        PLAIN_ROWS[0],
        (3, "S2", "P2", "04/08/2020", "none, of, these, at, all"),
    ]


@pytest.mark.parametrize(
    ("spoilt", "mended"),
    [
        ("Childâ€™s needs", "Child’s needs"),
        ("childrenÃ¢â‚¬â„¢s centres", "children’s centres"),
        ("ZoÃ«", "Zoë"),
        ("Ã‰cole", "École"),
        ("É is É", "É is É"),
    ],
)
def test_text_that_was_once_read_in_the_wrong_encoding_is_mended_and_other_text_is_not_touched(
    read: Read, spoilt: str, mended: str
) -> None:
    content = PLAIN.replace("NFA", spoilt).replace("ICPC", "naïve")
    assert [row[4] for row in read(content)] == ["naïve", mended]


# --------------------------------------------------------------------------------------------- headers and row numbers

HEADERS = [
    "s47_id,person_id,start_date,outcome",
    "S47_ID,PERSON_ID,START_DATE,OUTCOME",
    "S47 Id, Person  ID ,Start Date,Outcome",
    "s47id,personid,startdate,outcome",
    "s47-id,person.id,start/date,(outcome)",
    "s47_id\u00a0,person_id,start_date,‘outcome’",
    '"s47_id","person_id","start\n_date","outcome"',
    "s47e_s47_enquiry_id,Child Unique ID,S47ActualStartDate,outcome",
    "s47_id,LAchildID,Strategy discussion initiating Section 47 Enquiry Start Date,outcome",
    "s47_id_1,person_id_1,start_date_1,outcome_1",
]


@pytest.mark.parametrize("header", HEADERS)
def test_the_spelling_of_a_header_does_not_matter(read: Read, header: str) -> None:
    assert read(PLAIN.replace("s47_id,person_id,start_date,outcome", header)) == PLAIN_ROWS


def test_the_order_of_columns_does_not_matter_and_unknown_ones_are_ignored_and_listed(
    read: Read, extract: Extract
) -> None:
    content = ",Language,outcome,start_date,person_id,s47_id,person_id_1\n0,Welsh,ICPC,03/08/2020,P1,S1,Q1\n"
    assert read(content) == PLAIN_ROWS[:1]
    ((table,),) = (made.tables for made in read_extracts([extract]))
    assert table.columns_ignored == ("(column 1)", "Language", "person_id_1")


def test_a_mark_before_the_first_header_is_not_part_of_it(read: Read) -> None:
    assert read("\ufeff" + PLAIN) == PLAIN_ROWS


@pytest.mark.parametrize(
    ("above", "rows"),
    [
        ("List 5: section 47 enquiries\n", 1),
        ("List 5: section 47 enquiries,,,\n,,,\n", 2),
        ("\nReport of 1 September\n\n", 3),
        ('"a title\nof two lines"\n', 1),
        ("1\n2\n3\n4\n5\n6\n7\n8\n9\n", 9),
    ],
)
def test_titles_above_the_header_are_passed_over_and_counted(read: Read, above: str, rows: int) -> None:
    assert read(above + PLAIN) == [(number + rows, *cells) for number, *cells in PLAIN_ROWS]


def test_blank_lines_are_no_rows_but_are_counted(read: Read) -> None:
    spaced = PLAIN.replace("ICPC\n", "ICPC\n\n, ,,\n") + "\n\n,,,\n"
    assert read(spaced) == [PLAIN_ROWS[0], (5, *PLAIN_ROWS[1][1:])]
    assert read(spaced.replace("\n", "\r\n")) == [PLAIN_ROWS[0], (5, *PLAIN_ROWS[1][1:])]


def test_a_line_break_inside_quotes_is_part_of_its_row(read: Read) -> None:
    content = PLAIN.replace("ICPC", '"first\nsecond\r\nthird"')
    assert read(content) == [(2, "S1", "P1", "03/08/2020", "first\nsecond\r\nthird"), PLAIN_ROWS[1]]


def test_a_doubled_quote_is_a_quote(read: Read) -> None:
    assert read(PLAIN.replace("ICPC", '"the ""first"", of two"'))[0][4] == 'the "first", of two'


AS_SYSTEMS_WRITE_IT = [
    pytest.param("sep=;\n" + PLAIN.replace(",", ";"), 1, id="a line for Excel that names the delimiter"),
    pytest.param(PLAIN.replace(",", "|"), 0, id="bars between cells, as databases export"),
    pytest.param(
        '"s47_id", "person_id", "start_date", "outcome"\n"S1", "P1", "03/08/2020", "ICPC"\n'
        '"S2", "P2", "04/08/2020", "NFA"\n',
        0, id="a space between delimiter and quote",
    ),
    pytest.param(PLAIN.replace("\n", "\r\n", 1), 0, id="line ends of both kinds"),
    pytest.param(PLAIN.rstrip("\n") + "\n\n\n", 0, id="blank lines at the end"),
    pytest.param(
        '"s47\n_id","person\r\n_id",start_date,outcome\n' + PLAIN.split("\n", 1)[1], 0, id="line breaks in headers"
    ),
]  # fmt: skip


@pytest.mark.parametrize(("content", "above"), AS_SYSTEMS_WRITE_IT)
def test_what_spreadsheets_and_databases_do_to_a_file_does_not_change_its_rows(
    read: Read, content: str, above: int
) -> None:
    assert read(content) == [(number + above, *cells) for number, *cells in PLAIN_ROWS]


def test_the_mark_of_the_end_of_a_file_is_a_row_that_says_nothing(read: Read) -> None:
    """MS-DOS ends a text with Ctrl-Z, and some exports still do."""
    assert read(PLAIN + "\x1a\n") == [*PLAIN_ROWS, (4, "\x1a", "", "", "")]


def test_a_quote_within_a_cell_is_part_of_it(read: Read) -> None:
    assert [row[4] for row in read(PLAIN.replace("ICPC", '6" nail').replace("NFA", 'say "hi" there'))] == [
        '6" nail', 'say "hi" there',
    ]  # fmt: skip


def test_quotes_escaped_by_backslashes_refuse_the_file(read: Read) -> None:
    (reason,) = refusal(read, PLAIN.replace("ICPC", '"he said \\"no\\" twice"'))
    assert reason.startswith("row 2 is malformed"), reason


def test_the_first_quote_far_down_changes_nothing_above_it(read: Read) -> None:
    lines = "".join(f"S{n},P{n},03/08/2020,ICPC\n" for n in range(30_000))
    rows = read(PLAIN.split("\n")[0] + "\n" + lines + 'S30000,P30000,03/08/2020,"a ""b"", c"\n')
    assert len(rows) == 30_001
    assert rows[-1] == (30_002, "S30000", "P30000", "03/08/2020", 'a "b", c')


def test_totals_and_footers_arrive_with_their_numbers_even_where_they_are_shorter_than_the_header(read: Read) -> None:
    rows = read(PLAIN + "\nTotal,,,\nReport run on 01/09/2020\n")
    assert [row[:2] for row in rows] == [(2, "S1"), (3, "S2"), (5, "Total"), (6, "Report run on 01/09/2020")]


def test_a_second_reading_takes_the_place_of_the_first(read: Read) -> None:
    read(PLAIN)
    assert read(PLAIN.replace("ICPC", "other"))[0][4] == "other"


# -------------------------------------------------------------------------------------------------------- workbooks

BOOK_HEADER = ["s47_id", "person_id", "start_date", "outcome"]


def test_a_workbook_may_have_titles_an_empty_column_and_hidden_sheets(extract: Extract) -> None:
    rows = [["Section 47 enquiries"], [], BOOK_HEADER, ["S1", "P1", "03/08/2020", "ICPC"], [], ["S2", "P2", "04/08/2020", "NFA"]]  # fmt: skip  # noqa: E501
    workbook(extract.folder / "s47.xlsx", rows, first=(2, 1), hidden=True)
    assert arrived(extract) == [(6, *PLAIN_ROWS[0][1:]), (8, *PLAIN_ROWS[1][1:])]


def test_cells_of_a_workbook_arrive_as_text_that_says_what_they_hold(extract: Extract) -> None:
    with_cells = [
        ["S1", "00123", date(2020, 8, 3), "plain"],
        ["S2", 123, datetime(2020, 8, 3, 9, 30), True],
        ["S3", 1234567.0, 44046, False],
        ["S4", 0.5, 44046.5, 2],
        ["S5", "P5", time(0, 0), "O’Brien"],
        ["S6", ("=B2", ""), "03/08/2020", ("=NA()", "#N/A")],
        ["S7", ("=B2", "00123"), ("=C2", 44046), ("=1/0", "#DIV/0!")],
    ]
    workbook(extract.folder / "s47.xlsx", [BOOK_HEADER, *with_cells])
    assert arrived(extract) == [
        (2, "S1", "00123", "2020-08-03", "plain"),
        (3, "S2", "123", "2020-08-03 09:30:00", "true"),
        (4, "S3", "1234567", "44046", "false"),
        (5, "S4", "0.5", "44046.5", "2"),
        (6, "S5", "P5", "00:00:00", "O’Brien"),
        (7, "S6", "=B2", "03/08/2020", "#N/A"),
        (8, "S7", "00123", "44046", "#DIV/0!"),
    ]


# --------------------------------------------------------------------------------------------------------- refusals


def refusal(read: Read, content: str | bytes, name: str = "s47.csv") -> list[str]:
    """Why the file is refused, without the place that every reason begins with."""
    with pytest.raises(RefusedError) as refused:
        read(content, name)
    place = f"501/2020-09-01/{name}: "
    reasons = refused.value.args
    assert all(reason.startswith(place) for reason in reasons)
    return [reason.removeprefix(place) for reason in reasons]


CUT_GZIP = gzip.compress(PLAIN.encode() * 50, mtime=0)[:-20]
ENCRYPTED = bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 512
REFUSED = [
    ("s47.csv", "s47_id,person_id,outcome\nS1,P1,\n",
     "the required column start_date cannot be found; add it to the export."),
    ("s47.csv", "outcome,s47_id\n,S1\n",
     "the required columns person_id, start_date cannot be found; add them to the export."),
    ("s47.csv", "a,b,c\n1,2,3\n",
     "no header row among the first 10 rows; expected columns such as s47_id, person_id, start_date; "
     "send the table with its header."),
    ("s47.csv", "s47_id,person_id,start_date\n", "it has a header but no rows; send the table, or leave the file out."),
    ("s47.csv", "s47_id,person_id,start_date\n,,\n\n",
     "it has a header but no rows; send the table, or leave the file out."),
    ("s47.csv", "", "it is empty; send it again."),
    ("s47.csv", "\n \n", "it is empty; send it again."),
    ("s47.csv", PLAIN.replace("ICPC", "I\0C"),
     "it holds zero bytes, so it is not text; export it again as CSV in UTF-8."),
    ("s47.csv", PLAIN.encode("utf-16")[:-1], "it is cut off or damaged (UTF-16); send it again."),
    ("s47.csv", PLAIN + "S3,P3,05/08/2020,a,b\nS4,P4\nS5,P5,05/08/2020,a\n",
     "2 rows have more or fewer columns than the header (4): rows 4, 5; quote text that holds delimiters or line "
     "breaks, or send the file again if it is cut off."),
    ("s47.csv.gz", CUT_GZIP, "it is not a complete gzip file; send it again."),
    ("s47.csv.gz", PLAIN, "its name says gzip, its content is not; send it again."),
    ("s47.parquet", b"PAR1 and then nothing", "it is not a complete parquet file; send it again."),
    ("s47.xlsx", b"PK\x03\x04 and then nothing", "it is not a complete .xlsx workbook; save it again."),
    ("s47.xlsx", ENCRYPTED, "it is encrypted, or an old .xls; save it as .xlsx without a password."),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "reason"), REFUSED)
def test_a_file_that_cannot_be_used_is_refused_in_one_sentence(
    read: Read, name: str, content: str | bytes, reason: str
) -> None:
    assert refusal(read, content, name) == [reason]


def test_a_quote_that_is_never_closed_is_refused_with_its_row(read: Read) -> None:
    (reason,) = refusal(read, PLAIN + 'S3,P3,05/08/2020,"and then\n')
    assert re.match(r"row 4 is malformed \(.+\); the file may be cut off: close the quotes, or send it again\.", reason)


def test_every_reason_of_a_file_is_given_at_once(read: Read) -> None:
    assert refusal(read, "s47_id,Child ID,LAchildID,outcome\nS1,P1,P1,\n") == [
        "the required column start_date cannot be found; add it to the export.",
        "the headers 'Child ID' and 'LAchildID' both mean person_id; leave one of them out.",
    ]


def test_every_refused_file_of_every_extract_is_named(tmp_path: Path) -> None:
    extracts = []
    for la_code in ("501", "502", "503"):
        folder = tmp_path / la_code / "2020-09-01"
        folder.mkdir(parents=True)
        extracts.append(Extract(la_code, date(2020, 9, 1), folder))
        (folder / "s47.csv").write_text(PLAIN)
    (extracts[0].folder / "referral.csv").write_text("referral_id\nR1\n")
    (extracts[0].folder / "icpc.csv").write_text("")
    (extracts[1].folder / "s47.parquet").write_text("")
    assert [made.refusals for made in read_extracts(extracts)] == [
        (
            "501/2020-09-01/icpc.csv: it is empty; send it again.",
            "501/2020-09-01/referral.csv: the required columns person_id, referral_date, referral_source, referral_nfa "
            "cannot be found; add them to the export.",
        ),
        ("502/2020-09-01: s47.csv and s47.parquet are the same table; leave one of them out.",),
        (),
    ]


def test_a_folder_without_any_table_is_refused(extract: Extract) -> None:
    (extract.folder / "notes.csv").write_text(PLAIN)
    (made,) = read_extracts([extract])
    assert made.refusals == (
        "501/2020-09-01: no table of the contract is there; expected files such as referral.csv or person.xlsx.",
        "501/2020-09-01: not read, because neither name nor content is known: notes.csv; python -m "
        "pipelines profile FILE says what each is like, and how to map it.",
    )


def test_only_a_regular_file_is_opened(extract: Extract) -> None:
    (extract.folder / "person.csv").symlink_to("/dev/zero")
    os.mkfifo(extract.folder / "s47.csv")
    (made,) = read_extracts([extract])
    assert made.refusals == tuple(
        f"501/2020-09-01/{name}: it is no file; send the table as a file, or leave it out."
        for name in ("person.csv", "s47.csv")
    )


def test_of_letters_and_pictures_the_kind_is_told_for_their_names_may_be_a_childs(extract: Extract) -> None:
    for name in ("s47.csv", "Letter about Ada Example.docx", "Ada.PDF", "other.accdb"):
        (extract.folder / name).write_text(PLAIN)
    (made,) = read_extracts([extract])
    assert not any("Ada" in warning for warning in made.warnings)
    assert (
        "501/2020-09-01: not read, because neither name nor content is known: other.accdb, 2 of letters, notes or "
        "pictures (.docx, .pdf); python -m pipelines profile FILE says what each is like, and how to map it."
    ) in made.warnings


LOOKALIKES = ["S47 (1).csv", "s47_20200901.csv", "S47s.csv", "s47.xls", "s47.txt", "s47 - Copy.xlsx", "s-47.csv"]


def test_files_that_look_like_a_table_and_are_not_read_are_named(extract: Extract) -> None:
    for name in [*LOOKALIKES, "s47.csv", "notes.csv", "s470.csv", "s47.accdb", "census.xml.gz", "Thumbs.db", ".~lock"]:
        (extract.folder / name).write_text(PLAIN)
    (made,) = read_extracts([extract])
    assert sorted((one.table_name, one.file_name) for one in made.not_read) == sorted(
        ("s47", name) for name in LOOKALIKES if name != "s-47.csv"
    )
    assert (
        "501/2020-09-01/s47.xls: not read, though it looks like the table s47; name it s47.csv or s47.xlsx, or leave "
        "it out." in made.warnings
    )
    assert (
        "501/2020-09-01: not read, because neither name nor content is known: notes.csv, s-47.csv, s470.csv, "
        "census.xml.gz, s47.accdb; python -m pipelines profile FILE says what each is like, and how to map it."
        in made.warnings
    )


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("Extract.toml", "call it extract.toml, or remove it"),
        ("extract.toml.txt", "call it extract.toml, or remove it"),
        ("extract (1).toml", "call it extract.toml, or remove it"),
        ("../authority.TOML", "call it authority.toml, or remove it"),
        ("../Targets.csv", "call it targets.csv, or remove it"),
        ("../locality.csv.txt", "call it locality.csv, or remove it"),
        ("../extract.toml", "move it to the folder of the extract"),
        ("authority.toml", "move it to the folder of the authority"),
        ("../../targets.csv", "move it to the folder of the authority"),
    ],
)
def test_a_declaration_elsewhere_or_under_nearly_its_name_is_told(extract: Extract, name: str, remedy: str) -> None:
    (extract.folder / "s47.csv").write_text(PLAIN)
    (extract.folder / name).write_text("complete_from = 2020-03-01")
    (made,) = read_extracts([extract])
    assert made.warnings == (f"501/2020-09-01: the declaration {name} is not read; {remedy}.",)
    assert made.refusals == ()


def test_declarations_under_their_names_are_not_told(extract: Extract) -> None:
    (extract.folder / "s47.csv").write_text(PLAIN)
    (extract.folder / "extract.toml").write_text("complete_from = 2020-03-01")
    (extract.folder / "extract_notes.txt").write_text("complete_from = 2020-03-01")
    assert [told for one in read_extracts([extract]) for told in one.warnings if "toml" in told] == []


# ---------------------------------------------------------------------------------------------- the two ways of reading


def outcome(read: Read, content: str) -> Rows | list[str]:
    """The rows that arrive, or why none does. An empty cell is nothing, whichever way it was read."""
    try:
        return [tuple(cell or None for cell in row) for row in read(content)]
    except RefusedError as error:
        return list(error.args)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.sampled_from(["a", "é", "’", " ", "\u00a0", ",", ",", ",", '"', '""', "\n", "\n", "\r\n", "\r", "S1,P1,"]),
        max_size=30,
    )
)  # fmt: skip
@example(["S1,P1,", '"', "\n", '"', "\n", "S1,P1,", "\r", "a", "\n"])
@example(["\r", "S1,P1,"])
@example([" ", '""', ",", ","])
@example(["S1,P1,", " ", '"', ",", '"'])
@example(["S1,P1,", '"', "a", '"', " ", "\n"])
@example(["S1,P1,", "a", '"', "a", "\n"])
@example(["S1,P1,", '"', "a", '"', "a", "\n"])
@example(["S1,P1,", "a", "\n", "\n", "S1,P1,", "a"])
@example([" ", "\n", "a", "\n", "S1,P1,", "a"])
def test_the_quick_reading_gives_what_the_exact_one_gives(
    read: Read, monkeypatch: pytest.MonkeyPatch, pieces: list[str]
) -> None:
    content = "s47_id,person_id,start_date\n" + "".join(pieces)
    either = outcome(read, content)
    with monkeypatch.context() as patch:
        patch.setattr(delimited, "plain_rows", lambda *_: None)  # every file seems to need the exact reading
        assert outcome(read, content) == either


CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0ÃÂâï"), max_size=8)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=6),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["\n", "\r\n"]),
)
@example([("", "", "\x0c")], ",", "\n")
def test_quoted_cells_arrive_as_they_were_written(
    read: Read, rows: list[tuple[str, str, str]], delimiter: str, line_end: str
) -> None:
    table = [("s47_id", "person_id", "start_date"), *rows, ("S1", "P1", "03/08/2020")]
    lines = [delimiter.join('"' + cell.replace('"', '""') + '"' for cell in cells) for cells in table]
    arriving = read(line_end.join(lines) + line_end)
    written = [(number, *cells) for number, cells in enumerate(table[1:], start=2) if any(map(str.strip, cells))]
    assert [(number, *(cell or "" for cell in cells)) for number, *cells, _ in arriving] == written
