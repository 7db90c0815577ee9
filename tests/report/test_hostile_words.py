r"""Words of others that a terminal, a log, a page or a workbook would obey are shown and not obeyed.

Forty-one texts: each is put where a cell, a name, a folder or an option may put it.
"""

import io
import unicodedata
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from docx import Document
from python_calamine import CalamineWorkbook
from support.command import run_command

from pipelines import console
from pipelines.commands.pending import lines
from warehouse.escaping import escaped
from warehouse.landing.commentary import read_commentary
from warehouse.landing.extracts import Extract
from warehouse.report.document import page, word
from warehouse.report.pending.lists import OpenItem, PendingList
from warehouse.report.pending.workbook import workbook

TEXTS = (
    # what a terminal obeys
    "\x1b]0;owned\x07", "\x1b[2J\x1b[H", "\x1b[31mred\x1b[0m", "\x1b]8;;http://example.org\x07link\x1b]8;;\x07",
    "\x1bP+q544e\x1b\\", "\x1b[6n", "\x9b31mred", "\x9d0;owned\x9c", "bell\x07", "back\x08\x08\x08space", "over\rwritten",
    "two\nlines", "tab\tbed", "form\x0cfeed", "vertical\x0btab", "next\x85line", "nul\x00l", "del\x7fete", "\x1c\x1d\x1e\x1f",
    "shift\x0eout\x0f",
    # what turns or breaks a line of text
    "\u202egnp.exe", "\u202dleft", "\u2066isolate\u2069", "\u200fright", "\u061carabic", "line\u2028separator",
    "paragraph\u2029separator", "half\ud800", "no\uffffcharacter",
    # what a spreadsheet, a page, a typesetter or a database obeys
    "=1+1", "+44", "-2+3", "@SUM(A1)", '=HYPERLINK("http://example.org","click")', "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>', "[click](javascript:alert(1))", "#import \"x\"; $ \\ $", "'; drop table kpi; --",
    "{{ 7*7 }}{% raw %}", "%s%n[bold]",
)  # fmt: skip


def is_plain(text: str, kept: str = "") -> bool:
    """Whether there is nothing in it that a terminal would obey."""
    return all(
        one in kept
        or not (
            unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp")
            or one in "\u200e\u200f\u061c\u202d\u202e\u2066\u2069\uffff"
        )
        for one in text
    )


def test_there_are_as_many_texts_as_the_page_says() -> None:
    assert len(set(TEXTS)) == 41


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_written_so_that_nothing_in_it_is_obeyed_and_nothing_is_lost(text: str) -> None:
    shown = escaped(text)
    assert is_plain(shown)
    assert (shown == text) == is_plain(text), "ordinary words stay as they are"
    if "\\" not in text:
        assert shown.encode().decode("unicode_escape").encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass") \
            == text if shown.isascii() else True  # fmt: skip


@pytest.mark.parametrize(
    "text", ["Zoë O’Brien-Ńowak", "مریم", "李小龙", "family 👨‍👩‍👧", "no\u00a0break", "co\u00adoperate"]
)
def test_names_of_people_stay_as_they_are(text: str) -> None:
    assert escaped(text) == text


def test_no_text_reaches_a_terminal_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    for screen in (console.console, console.errors):
        for text in TEXTS:
            screen.print(f"852/{text}: not read.")
    printed = capsys.readouterr()
    for stream in (printed.out, printed.err):
        assert is_plain(stream, kept="\n")
        assert all(line.startswith("852/") for line in stream.splitlines() if "not read" in line)


@pytest.mark.parametrize("option", ["--person", "--authority", "--team"])
def test_no_option_reaches_a_terminal_as_it_is(tmp_path: Path, option: str) -> None:
    text = "\x1b]0;owned\x07\x9b31m\u202e"
    command = ("explain", "852", "mash_timeliness", "2020-08") if option == "--person" else ("pending",)
    told = run_command(*command, option, text, "--warehouse", tmp_path / f"w{text}")
    assert told.returncode == 2
    assert is_plain(told.stdout + told.stderr, kept="\n")


def listed() -> PendingList:
    """A list in which every text stands as team, worker, child and record."""
    item = OpenItem("mash_timeliness", "", None, None, None, date(2020, 9, 1), date(2020, 9, 2), 0, 1, False, "referral",
                    2, ("in time",) * 10)  # fmt: skip
    words = [text for text in TEXTS if "\ud800" not in text]  # no file holds half a character
    items = tuple(replace(item, team=text, worker=text, person_id=text, record_id=text) for text in words)
    days = tuple(date(2020, 9, day) for day in (2, 3, 4, 7, 8, 9, 10, 11, 14, 15))
    return PendingList("852", "Southampton\x1b[31m", date(2020, 9, 1), datetime(2020, 9, 2), False, days, items)


def test_no_text_in_a_list_reaches_a_terminal_as_it_is() -> None:
    own = {"\x1b[1m", "\x1b[0m"}  # the marks of our headings
    for line in lines(listed(), 132):
        for mark in own:
            line = line.replace(mark, "")
        assert is_plain(line)


def test_no_text_in_a_workbook_is_obeyed() -> None:
    content = workbook(listed())
    with ZipFile(io.BytesIO(content)) as parts:
        for name in parts.namelist():
            xml = parts.read(name).decode()
            assert "<f>" not in xml, "no formula"
            assert "_x001B_" not in xml, "nor a control character by its number"
            assert is_plain(xml, kept="\n\r\t")
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    cells = {cell for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row}
    assert "=1+1" in cells
    assert "\\x1b[2J\\x1b[H" in cells


@pytest.mark.parametrize("text", TEXTS)
def test_no_text_on_a_page_or_in_a_word_file_is_obeyed(text: str) -> None:
    shown: Any = page._TEMPLATES.from_string("<p>{{ text | inline }}</p><p>{{ plain }}</p>").render(
        text=(text,), plain=text
    )
    assert is_plain(shown, kept="\n\t")
    assert "<script" not in shown
    assert "<img" not in shown
    document = Document()
    word._write(document.add_paragraph(), (text,))
    assert is_plain(document.paragraphs[0].text, kept="\n\t")


@pytest.mark.parametrize("text", ["\x1b[31m", "\x9b31m", "\x9d0;owned\x9c", "\x07", "\x00"])
def test_commentary_with_control_characters_is_left_out_and_named(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "852" / "2020-09-01"
    (folder / "commentary" / "2020-08").mkdir(parents=True)
    (folder / "commentary" / "2020-08" / "mash_timeliness.md").write_text(f"Better {text} than before.")
    (read,) = read_commentary(Extract("852", date(2020, 9, 1), folder))
    assert read.text is None
    assert "mash_timeliness.md: left out" in read.warnings[0]
