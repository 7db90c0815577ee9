"""The performance overview: what it says, that every number in it has its cell, and that a version keeps its bytes."""

import contextlib
import html
import io
import re
import shutil
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import takewhile
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dagster import (
    AssetKey,
    DagsterInstance,
    materialize,
)
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Cm, Twips
from python_calamine import CalamineWorkbook
from support.landed import land
from support.pdf_text import pdf_text
from support.published import process

from assets.report import performance_overview
from assets.resource import Workspace
from pipelines.definitions import build
from pipelines.settings import PipelineSettings
from schemas.settings import Settings
from warehouse.landing.extracts import Extract
from warehouse.published.meanings import SMALL_NUMBERS
from warehouse.report.document import pdf
from warehouse.report.document.blocks import Cell, Figure, Heading, Paragraph, Picture, Table, Words, plain, texts
from warehouse.report.overview.files import Written, write, write_month
from warehouse.report.published_files import NoAnswerError

PROJECT = Path(__file__).resolve().parents[2]
AUGUST = date(2020, 8, 1)
SUFFIXES = ("html", "pdf", "docx")


@pytest.fixture(scope="module")
def warehouse(demonstration: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demonstration's warehouse, without a page."""
    folder = tmp_path_factory.mktemp("council") / "warehouse"
    return Path(shutil.copytree(demonstration[0], folder, ignore=shutil.ignore_patterns("reports", "dagster")))


@pytest.fixture(scope="module")
def council(warehouse: Path) -> Written:
    return write(warehouse, "852", AUGUST)


def files(written: Written) -> list[bytes]:
    return [path.read_bytes() for path in (written.html, written.pdf, written.docx, written.quality)]


def glance(written: Written) -> dict[str, tuple[str, ...]]:
    """By measure title, the cells of the table at a glance; a drawing as the text that stands for it."""
    table = next(block for block in written.overview.blocks if isinstance(block, Table) and len(block.headings) == 9)
    rows = [tuple(cell.alternative if isinstance(cell, Picture) else plain(cell) for cell in row) for row in table.rows]
    return {row[0]: row[1:] for row in rows}


def under(written: Written, anchor: str) -> list[str]:
    """The titles of the measures under a heading of the second level."""
    found, inside = [], False
    for block in written.overview.blocks:
        if isinstance(block, Heading) and block.level == 2:
            inside = block.anchor == anchor
        elif isinstance(block, Heading) and inside and block.anchor.startswith(anchor):
            found.append(plain(block.text))
    return found


MASH = "Referrals decided by MASH within 24 hours or one working day"
ASSESSMENTS = "Single assessments completed within 45 working days"
CARE_PLANS = "Looked after children with an authorised care plan"
PLANS = "Children on a child protection plan per 10,000"
CONFERENCES = "Initial child protection conferences held within 15 working days"
LOOKED_AFTER = "Looked after children per 10,000"


def test_the_demonstration_council_has_the_figures_it_printed(council: Written) -> None:
    shown = {title: (row[0].split(" ")[0], row[1], *row[4:7]) for title, row in glance(council).items()}
    assert shown == {
        MASH: ("99%", "97%", "–", "–", "–"),
        ASSESSMENTS: ("89%", "76%", "76% q", "81% q", "81% q"),
        CARE_PLANS: ("96%", "95%", "–", "–", "–"),
        PLANS: ("82", "–", "48 q", "41 q", "44 q"),
        CONFERENCES: ("73%", "63%", "84% q", "77% q", "79% q"),
        LOOKED_AFTER: ("97", "–", "86 q", "53 (2019)", "66 (2019)"),
    }
    assert "(488 children)" in glance(council)[LOOKED_AFTER][0]


def test_the_demonstration_council_has_the_same_positive_areas_and_areas_for_development(council: Written) -> None:
    assert under(council, "positive") == [MASH, ASSESSMENTS, CARE_PLANS]
    assert under(council, "development") == [PLANS, CONFERENCES, LOOKED_AFTER]


def rows_of(written: Written, caption: str) -> list[list[str]]:
    """The rows of the table whose caption begins so, a drawing as the text that stands for it."""
    found = next(block for block in written.overview.blocks
                 if isinstance(block, Table) and plain(block.caption).startswith(caption))  # fmt: skip
    return [[cell.alternative if isinstance(cell, Picture) else plain(cell) for cell in row] for row in found.rows]


def test_the_first_page_lists_what_stands_out_and_what_is_due(council: Written) -> None:
    first = [block for block in council.overview.blocks if isinstance(block, Heading)][:2]
    assert [plain(heading.text) for heading in first] == ["Exceptions", "Work in hand"]
    listed = {row[0]: row[1:] for row in rows_of(council, "What stands out")}
    assert listed[CONFERENCES] == [
        "73%", "63%",
        "Over twelve months 63%, worse than statistical neighbours (84%, as quoted) by more than chance.",
    ]  # fmt: skip
    assert listed[PLANS][2] == (
        "At 82 the rate is more than 10% above statistical neighbours (48, as quoted); neither a high nor a low rate is "
        "good in itself."
    )
    assert MASH not in listed, "it meets its target, and the change is not new"
    work = {row[0]: row[1:] for row in rows_of(council, "Open on 1 September 2020")}
    assert work["MASH"][:2] == ["30", "16"]


def test_every_form_says_first_that_it_holds_small_numbers(council: Written) -> None:
    first = next(block for block in council.overview.blocks if not isinstance(block, Heading))
    assert isinstance(first, Paragraph)
    assert plain(first.text) == SMALL_NUMBERS
    assert council.html.read_text().index(SMALL_NUMBERS) < council.html.read_text().index("<table")
    assert SMALL_NUMBERS in [one.text for one in Document(io.BytesIO(council.docx.read_bytes())).paragraphs]


def test_each_group_has_a_table_of_thirteen_months_with_its_target(council: Written) -> None:
    front_door = {row[0]: row[1:] for row in rows_of(council, "Front door: thirteen months to August 2020")}
    assert (front_door[MASH][0], front_door[MASH][-4:]) == ("94%", ["99%", "97%", "–", "95% ✓ green"])
    captions = [plain(block.caption) for block in council.overview.blocks if isinstance(block, Table) and block.is_wide]
    assert captions.pop() == "Our figures and DfE’s, year to 31 March 2020"
    assert captions == [f"{name}: thirteen months to August 2020" for name in (
        "Front door", "Assessment and children in need", "Protection", "Looked after", "Leaving care", "Workforce",
        "Court")]  # fmt: skip


# Every number is traced.


class Cells:
    """The tables of a kpi.duckdb, each asked once for a column and the names of a key."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.columns: dict[str, set[str]] = {}
        self.found: dict[tuple[str, ...], dict[tuple[str, ...], set[Any]]] = {}

    def values(self, cell: Cell) -> list[Any]:
        """The values that a cell's table, column and key lead to."""
        names = tuple(name for name, _ in cell.key)
        asked = (cell.table, cell.column, *names)
        if cell.table not in self.columns:
            there = self.connection.sql("select table_name from information_schema.tables").fetchall()
            assert (cell.table,) in there
            self.connection.execute(f"create temp table copy_of_{cell.table} as from {cell.table}")
            self.columns[cell.table] = set(self.connection.table(f"copy_of_{cell.table}").columns)
        if asked not in self.found:
            assert {cell.column, *names} <= self.columns[cell.table]
            keys = "".join(f", coalesce({name}::varchar, '')" for name in names)
            rows = self.connection.sql(f"select {cell.column}{keys} from copy_of_{cell.table}").fetchall()  # noqa: S608
            self.found[asked] = {}
            for value, *key in rows:
                self.found[asked].setdefault(tuple(key), set()).add(value)
        return list(self.found[asked].get(tuple(value for _, value in cell.key), ()))


def says(shown: str, value: Any) -> bool:
    """Whether a text as shown is a way of writing the value of a cell."""
    if isinstance(value, date | datetime):
        return shown in {f"{value:%B %Y}", f"{value.day} {value:%B %Y}", f"{value:%Y}"}
    if isinstance(value, str):
        return shown in value or shown.rstrip("%") in re.findall(r"[\d.]+", value.replace(".0", ""))
    number = re.fullmatch(r"([+−]?)([\d,]+(?:\.(\d+))?)%?", shown)
    assert number is not None, shown
    printed = float(number[2].replace(",", "")) * (-1 if number[1] == "−" else 1)
    return abs(printed - value) <= 0.5 * 10 ** -len(number[3] or "") + 1e-9


def test_every_number_in_the_text_is_the_value_of_its_cell(council: Written, warehouse: Path) -> None:
    traced = 0
    with duckdb.connect(str(warehouse / "kpi.duckdb"), read_only=True) as connection:
        cells = Cells(connection)
        for text in texts(council.overview.blocks):
            for part in text:
                if isinstance(part, str):
                    assert not re.search(r"\d", part), f"a number without a cell: {plain(text)}"
                elif isinstance(part, Figure) and re.search(r"\d", part.shown):
                    values = cells.values(part.cell)
                    assert len(values) == 1, f"{part.shown} has no single cell: {part.cell}"
                    assert says(part.shown, values[0]), f"{part.shown} is not {values[0]}: {part.cell}"
                    traced += 1
    assert traced > 500


def test_every_number_on_the_page_stands_in_a_figure_with_its_cell(council: Written) -> None:
    """The page itself, as a reader has it: outside headings of columns, numbers stand in `data` elements."""
    html = council.html.read_text()
    prose = re.findall(r'<p class="(?:body|lead|note|alert)">(.*?)</p>', html, re.DOTALL)
    prose += re.findall(r'<li id="note-\d+" value="\d+">(.*?) <a href', html, re.DOTALL)
    assert len(prose) > 20
    for paragraph in prose:
        outside = re.sub(r"<data [^>]*>.*?</data>|<sup>.*?</sup>", "", paragraph)
        assert not re.search(r"\d", re.sub(r"<[^>]+>|&#?\w+;", "", outside)), paragraph


def test_what_waits_is_named_as_a_council_names_it(council: Written) -> None:
    prose = " ".join(plain(block.text) for block in council.overview.blocks if isinstance(block, Paragraph))
    assert "On 1 September 2020, 30 referrals were awaiting a decision, 16 of them past the due date." in prose
    assert "On 1 September 2020, 517 single assessments were not completed yet, 36 of them past the due date." in prose
    assert "On 1 September 2020, 30 children were awaiting a conference, 2 of them past the due date." in prose


def test_the_machine_asserts_no_cause(council: Written) -> None:
    said = " ".join(plain(text) for text in texts(council.overview.blocks)).lower()
    for cause in ("because of", "due to", "caused", "as a result", "thanks to", "owing to", "driven by", "leads to"):
        assert cause not in said


# The files.


def test_the_board_reads_three_rules_and_the_data_team_has_them_all(council: Written) -> None:
    assert len(rows_of(council, "What was wrong with most rows")) == 3
    book = CalamineWorkbook.from_path(council.quality)
    rules = book.get_sheet_by_name("Rules").to_python()
    assert rules[3] == ["Rule", "Table", "Column", "Result", "Rows"]
    assert len(rules[4:]) == len(council.reading.issues) > 3
    assert [row[-1] for row in rules[4:7]] == [issue["rows"] for issue in council.reading.issues[:3]]
    assert rules[1][0] == "Of the extract of 1 September 2020, version 1."


@pytest.mark.long
def test_the_same_version_gives_the_same_bytes(council: Written, warehouse: Path) -> None:
    before = files(council)
    assert files(write(warehouse, "852", AUGUST)) == before
    assert files(write(warehouse, "852", AUGUST, version=1)) == before


def test_the_page_needs_nothing_from_elsewhere(council: Written) -> None:
    html = council.html.read_text()
    assert '<html lang="en-GB">' in html
    assert not re.findall(r"""(?:src|href)=["'](?!data:|#|\.\./\.\./index\.html)[^"']+""", html)
    assert not re.search(r"url\((?!data:)|@import|<script|<link", html)


def test_the_pdf_is_tagged_and_a4(council: Written) -> None:
    content = council.pdf.read_bytes()
    assert content.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in content
    assert b"/Lang" in content
    boxes = set(re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", content))
    sizes = {(round(float(width)), round(float(height))) for width, height in boxes}
    assert sizes <= {(595, 842), (842, 595)}, "A4, upright or on its side"


class Tagged:
    """What a PDF says of itself to a screen reader: its elements, by their number."""

    def __init__(self, content: bytes) -> None:
        streams = [content]
        for match in re.finditer(rb"stream\r?\n", content):
            with contextlib.suppress(zlib.error):
                streams.append(zlib.decompressobj().decompress(content[match.end() :]))
        self.whole = b"\n".join(streams)
        elements = re.findall(rb"(\d+) 0 obj\s*<</Type/StructElem/S/(\w+)(?:/P (\d+) 0 R)?(.*)", self.whole)
        self.kinds = {number: kind.decode() for number, kind, _, _ in elements}
        self.parents = {number: parent for number, _, parent, _ in elements}
        self._rest = {number: rest for number, _, _, rest in elements}
        self._pages = re.search(rb"/Type/Pages/Count \d+/Kids\[([^\]]*)", self.whole)

    def of(self, kind: str, parent: str) -> list[bytes]:
        """The elements of a kind that lie in one of another."""
        return [one for one, its in self.kinds.items() if its == kind and self.kinds[self.parents[one]] == parent]

    def within(self, element: bytes, kind: str) -> list[bytes]:
        """The elements of a kind below an element, in order."""
        below = [one for one in re.findall(rb"(\d+) 0 R", self._kids(element)) if one in self.kinds]
        return [found for one in below for found in ([one] if self.kinds[one] == kind else self.within(one, kind))]

    def page(self, element: bytes) -> int:
        """The page on which an element begins, from 0."""
        if on := re.search(rb"/Pg (\d+) 0 R", self._rest[element]):
            assert self._pages
            return re.findall(rb"(\d+) 0 R", self._pages[1]).index(on[1])
        return min(self.page(one) for one in re.findall(rb"(\d+) 0 R", self._kids(element)) if one in self.kinds)

    def _kids(self, element: bytes) -> bytes:
        found = re.search(rb"/K\[([^\]]*)\]", self._rest[element])
        return found[1] if found else b""


def test_the_captions_of_the_pdf_belong_to_their_tables_and_it_is_archivable(council: Written) -> None:
    tagged = Tagged(council.pdf.read_bytes())
    kinds = Counter(type(block) for block in council.overview.blocks)
    assert len(tagged.of("Caption", "Table")) == kinds[Table] == list(tagged.kinds.values()).count("Table")
    # A picture and its caption are a division.
    assert len(tagged.of("Caption", "Div")) == kinds[Picture] == 6
    assert b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A" in tagged.whole
    assert b"<pdfuaid:part>1" in tagged.whole


@pytest.mark.parametrize("above", [0, *range(42, 48)])
@pytest.mark.parametrize(("rows", "words"), [(12, 4), (25, 90), (70, 4)])
def test_no_caption_of_the_pdf_stands_alone_at_the_foot_of_a_page_and_no_row_is_lost(
    council: Written, above: int, rows: int, words: int
) -> None:
    blocks = (
        *[Paragraph(("One line above the table.",), "note")] * above,
        Table(("Caption",), ("Measure", "Why"), tuple(((f"{row}",), ("word " * words,)) for row in range(rows))),
    )
    tagged = Tagged(pdf.pdf(replace(council.overview, blocks=blocks)))
    ((table,), (caption,)) = (tagged.of("Table", "Document"), tagged.of("Caption", "Table"))
    drawn = tagged.within(table, "TR")
    assert len(drawn) == rows + 1
    assert tagged.page(caption) == tagged.page(drawn[0]) == tagged.page(drawn[1])
    # Twenty-five long rows do not go on one page, and nothing is drawn below its foot.
    assert (tagged.page(drawn[-1]) > tagged.page(drawn[1])) == (rows > 12)


def test_of_24_months_of_a_measure_only_those_of_a_shift_are_marked(council: Written, warehouse: Path) -> None:
    # MASH rose to a new level and is rising again, assessments are on their way to one, plans rise at a new pace.
    told = {
        "mash_timeliness": "Timeliness has been higher since February 2020 (98% a month, against 95% before).",
        "assessment_timeliness": "Timeliness has been higher since December 2019 (80% a month, against 65% before).",
        "child_protection_plan_rate": "since April 2019 it has risen from 60 to 82 (about 1 a month; before, it hardly "
        "changed)",
    }
    prose = " ".join(plain(block.text) for block in council.overview.blocks if isinstance(block, Paragraph))
    with duckdb.connect(str(warehouse / "kpi.duckdb"), read_only=True) as connection:
        for code, sentence in told.items():
            assert prose.count(sentence) == 1, code
            unexplained = connection.execute(
                "select month from spc_point as point "
                "where measure_code = ? and month > date '2018-08-01' and rule is not null and not exists ("
                "from spc_point as other where other.measure_code = point.measure_code and ("
                "(other.phase > point.phase and point.month >= other.since and point.month < other.rebased_on) "
                "or (other.moving_since is not null and other.month = date '2020-08-01' "
                "and point.month >= other.moving_since)))",
                [code],
            ).fetchall()
            # In the summer of 2019 assessments were late for three months, and went back.
            assert unexplained == ([(date(2019, 8, 1),)] if code == "assessment_timeliness" else []), code


@pytest.mark.parametrize(
    ("written", "printed"),
    [("non\u2011breaking", "non-breaking"), ("zero\u200bwidth\u2060\ufeff", "zerowidth"), ("soft\u00adhyphen", "softhyphen"),
     ("\uf0b7 Word", "• Word"), ("\u4e2d", "¤")],
)  # fmt: skip
def test_what_word_and_teams_write_is_printed_without_a_stand_in(written: str, printed: str) -> None:
    text = pdf.printable(written)
    assert text == printed
    assert pdf.block_of(Picture("x", f"<?xml version='1.0'?><text>{written}</text>", written))["svg"].endswith(
        f"<text>{printed if printed != '¤' and '•' not in printed else written}</text>"
    )


def test_a_note_mark_is_a_word_and_no_decimal_of_the_figure_before_it(council: Written) -> None:
    document = Document(io.BytesIO(council.docx.read_bytes()))
    said = [paragraph.text for paragraph in document.paragraphs if paragraph.text.endswith("(note 1)")]
    assert len(said) == 1
    assert "past the due date. (note 1)" in said[0]
    assert re.search(r'past the due date\. <sup><a href="#note-1"[^>]*>note 1</a>', council.html.read_text())


def test_the_word_file_is_british_and_breaks_no_word_in_a_cell(council: Written) -> None:
    document = Document(io.BytesIO(council.docx.read_bytes()))
    languages = document.styles.element.xpath("w:docDefaults//w:lang")
    assert [language.get(qn("w:val")) for language in languages] == ["en-GB"]
    for table in document.tables:
        widths = [column.width for column in table.columns]
        assert sum(widths) <= Cm(26)
        size = table.rows[0].cells[0].paragraphs[0].runs[0].font.size
        own = table._tbl.xpath("./w:tblPr/w:tblCellMar/*/@w:w")
        margins = sum(Twips(int(one)) for one in own) if own else Cm(0.38)
        headings = [cell.text for cell in table.rows[0].cells]
        if len(headings) == 16:
            assert widths[0] > Cm(4), "the names of a wide table have room"
            for heading, width in list(zip(headings, widths, strict=True))[1:14]:
                assert len(heading) * size * 0.65 + margins <= width, "and its months are not broken"
        for width, cells in zip(widths, zip(*(row.cells for row in table.rows), strict=True), strict=True):
            words = [word for cell in cells for word in cell.text.split()]
            assert max(map(len, words), default=0) * size * 0.55 + margins <= width, words
            for cell in cells:
                for extent in cell._element.xpath(".//wp:extent"):
                    assert int(extent.get("cx")) <= width - margins, "a drawing stays in its cell"


@pytest.mark.long
def test_a_chart_needs_three_months_and_ends_its_fonts_with_a_generic_one(
    council: Written, young: list[Written]
) -> None:
    svg = next(block.svg for block in council.overview.blocks if isinstance(block, Picture))
    assert "'Source Sans Pro', 'DejaVu Sans', sans-serif" in svg
    blocks = young[0].overview.blocks
    assert [block for block in blocks if isinstance(block, Picture)] == []
    said = " ".join(plain(text) for text in texts(blocks))
    assert "first publication" not in said


def test_the_word_file_can_be_edited_as_a_word_file(council: Written) -> None:
    document = Document(io.BytesIO(council.docx.read_bytes()))
    headings = [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "Heading 1"]
    assert headings == ["Exceptions", "Work in hand", "At a glance", "Positive areas", "Areas for development",
                        "Why each measure is listed where it is", "Scorecard", "Measure by measure", "Data quality",
                        "Definitions", "Annex: our figures and DfE’s"]  # fmt: skip
    (table,) = [table for table in document.tables if len(table.columns) == 9]
    assert table.rows[0].cells[0].text == "Measure"
    assert table.rows[1].cells[1].text == "99% (342 of 346)"
    sides = [section.page_width > section.page_height for section in document.sections]
    assert sides == [False, True, False, True], "the tables of thirteen months and the annex lie on their side"
    assert all("extract of 1 September 2020" in section.footer.paragraphs[0].text for section in document.sections)
    pictures = document.element.xpath("//wp:docPr")
    assert len(pictures) == 12
    assert all(picture.get("descr") for picture in pictures)
    assert any("For the service to complete" in paragraph.text for paragraph in document.paragraphs)


def test_every_chart_says_in_words_what_it_draws(council: Written) -> None:
    charts = [block for block in council.overview.blocks if isinstance(block, Picture)]
    assert len(charts) == 6
    conferences = next(chart.alternative for chart in charts if chart.name == "icpc_timeliness")
    assert "September 2018 to August 2020" in conferences
    assert "latest 73%" in conferences
    assert "statistical neighbours 84%, the region 77%, England 79%" in conferences


def test_what_does_not_exist_is_said_with_what_does(warehouse: Path, tmp_path: Path) -> None:
    with pytest.raises(NoAnswerError, match="Nothing is published for authority 301; there is 852"):
        write(warehouse, "301", AUGUST)
    with pytest.raises(NoAnswerError, match="its ended months are September 2017 to August 2020"):
        write(warehouse, "852", date(2020, 9, 1))
    with pytest.raises(NoAnswerError, match="Version 7 is no publication of authority 852; its versions are 1"):
        write(warehouse, "852", AUGUST, version=7)
    with pytest.raises(NoAnswerError, match="nothing is published there"):
        write(tmp_path, "852", AUGUST)


# Drawn extracts of MASH decisions, of which all but one are a council's own.

REFERRALS = "received_at | mash_completed_at\n2020-07-01 | 2020-07-02\n2020-08-03 | 2020-08-04\n2020-08-04 | {decided}"
WORDS = "---\nauthor: Head of MASH\ndate: 2020-09-04\n---\nTwo posts <b>were</b> vacant.\n\n- first\n- <script>x()</script>\n"


def landed(folder: Path, la_code: str, decided: str, **commentary: str) -> Extract:
    """Land an extract whose third referral was decided on a day, with words on measures of August."""
    extract = Extract(la_code, date(2020, 9, 1), folder / "landing" / la_code / "2020-09-01")
    land(extract.folder, referral=REFERRALS.format(decided=decided))
    for measure, words in commentary.items():
        (extract.folder / "commentary" / "2020-08").mkdir(parents=True, exist_ok=True)
        (extract.folder / "commentary" / "2020-08" / f"{measure}.md").write_text(words)
    return extract


@pytest.fixture(scope="module")
def young(tmp_path_factory: pytest.TempPathFactory) -> list[Written]:
    """The overviews of two authorities with two months each and a target of 40%.

    In August 302 decided both referrals in time, and sent words of the service; 941 decided one of two.
    """
    folder = tmp_path_factory.mktemp("young")
    extracts = [landed(folder, "302", "2020-08-05", mash_timeliness=WORDS), landed(folder, "941", "2020-08-07")]
    process(folder / "warehouse", extracts, Settings(local_target={"mash_timeliness": 40.0}))
    return write_month(folder / "warehouse", AUGUST)


@pytest.fixture
def drawn(tmp_path: Path) -> Iterator[Any]:
    """Land and publish an extract whose third referral was decided on a day; returns the warehouse."""

    def publish(decided: str, la_code: str = "941", settings: Settings | None = None, **commentary: str) -> Path:
        process(tmp_path / "warehouse", [landed(tmp_path, la_code, decided, **commentary)], settings)
        return tmp_path / "warehouse"

    yield publish


@pytest.mark.long
def test_months_of_many_authorities_are_written_in_one_go(young: list[Written]) -> None:
    assert [one.reading.la_code for one in young] == ["302", "941"]
    index = (young[0].html.parents[2] / "index.html").read_text()
    assert [index.count(f'data-authority="{code}"') for code in ("302", "941")] == [1, 1]


@pytest.mark.long
def test_an_overview_whose_month_was_restated_says_so_first_and_what_moved(drawn: Any) -> None:
    warehouse = drawn("2020-08-07")
    before = files(write(warehouse, "941", AUGUST))
    drawn("2020-08-07", la_code="302")  # another authority's publication changes nothing
    assert files(write(warehouse, "941", AUGUST, version=1)) == before
    again = write(drawn("2020-08-05"), "941", AUGUST, version=1)
    alert, table = again.overview.blocks[0], again.overview.blocks[1]
    assert isinstance(alert, Paragraph)
    assert isinstance(table, Table)
    assert plain(alert.text).startswith("Restated since. The figures of August 2020 that are current now differ")
    moved = [tuple(plain(cell) for cell in row if not isinstance(cell, Picture)) for row in table.rows]
    assert moved == [(MASH, "Month", "50% (1 of 2)", "100% (2 of 2)", "3")]
    assert glance(again)[MASH][0] == "50% (1 of 2)", "the version keeps its own figures"
    index = (again.html.parents[2] / "index.html").read_text()
    assert index.count("restated since</strong>") == 1
    latest = write(again.html.parents[3], "941", AUGUST)
    assert glance(latest)[MASH][0] == "100% (2 of 2)"
    changed = [
        block for block in latest.overview.blocks if isinstance(block, Table) and "has changed" in plain(block.caption)
    ]
    assert [[plain(cell) for cell in row if not isinstance(cell, Picture)] for row in changed[0].rows] == [
        ["August 2020", "50% (1 of 2)", "100% (2 of 2)"]
    ]  # fmt: skip


def test_the_services_words_are_shown_escaped_with_author_and_date(young: list[Written]) -> None:
    written = young[0]
    (block,) = [block for block in written.overview.blocks if isinstance(block, Words)]
    assert (block.author, block.written_on) == ("Head of MASH", date(2020, 9, 4))
    assert [line for _, line in block.lines] == ["Two posts <b>were</b> vacant.", "first", "<script>x()</script>"]
    html = written.html.read_text()
    assert "Two posts &lt;b&gt;were&lt;/b&gt; vacant." in html
    assert "<script>x()" not in html
    assert "Head of MASH, 4 September 2020" in html


@pytest.mark.long
def test_commentary_of_an_earlier_version_stays_with_it(drawn: Any) -> None:
    before = files(write(drawn("2020-08-05", mash_timeliness="Written first."), "941", AUGUST))
    write(drawn("2020-08-05", mash_timeliness="Written later."), "941", AUGUST)
    warehouse = drawn("2020-08-05", mash_timeliness="Written later.")
    assert files(write(warehouse, "941", AUGUST, version=1)) == before
    assert "Written later." in write(warehouse, "941", AUGUST).html.read_text()


def placed(written: Written, heading: str, note: str) -> bool:
    """Whether MASH alone stands under the heading, and the note is in the text."""
    return under(written, heading) == [MASH] and note in " ".join(
        plain(text) for text in texts(written.overview.blocks)
    )


def test_a_measure_without_a_benchmark_is_placed_by_the_local_target(young: list[Written]) -> None:
    assert glance(young[1])[MASH][0] == "50% (1 of 2)"
    assert placed(young[1], "positive", "meets the local target of 40%")


@pytest.mark.long
def test_a_measure_without_a_benchmark_and_a_target_is_not_placed(drawn: Any) -> None:
    assert placed(write(drawn("2020-08-07"), "941", AUGUST), "not-placed", "No rule places the measure")


@pytest.mark.long
def test_a_measure_that_misses_its_target_is_red_and_stands_on_the_first_page(drawn: Any) -> None:
    settings = Settings(local_target={"mash_timeliness": 60.0})
    written = write(drawn("2020-08-07", settings=settings), "941", AUGUST)  # one of two in time
    assert under(written, "development") == [MASH]
    assert "does not meet the local target of 60%" in " ".join(plain(text) for text in texts(written.overview.blocks))
    assert [row[0::3] for row in rows_of(written, "What stands out")] == [[MASH, "▲ red: the local target is 60%."]]
    assert {row[0]: row[-1] for row in rows_of(written, "Front door")}[MASH] == "60% ▲ red"
    at_ease = write(drawn("2020-08-05", settings=settings), "941", AUGUST)
    assert "No measure is red, beyond its benchmark by more than chance, or newly changed this month." in first_page(
        at_ease
    )


def first_page(written: Written) -> list[str]:
    """The paragraphs of the first page: what stands out, and the work in hand."""
    blocks = takewhile(lambda block: plain(getattr(block, "text", ())) != "At a glance", written.overview.blocks)
    return [plain(block.text) for block in blocks if isinstance(block, Paragraph)]


def test_the_sentences_of_the_first_page_stand_in_every_form(council: Written, young: list[Written]) -> None:
    of_the_list = "Team leaders have the list of these items, by team and due date."
    told = [
        (council, "Listed are the measures that are red against their target, worse than their benchmark by more than "
         "chance explains, or newly changed beyond their usual variation. All others are in the tables of the scorecard."),
        (young[0],
         "No measure is red, beyond its benchmark by more than chance, or newly changed this month."),
    ]  # fmt: skip
    for written, of_exceptions in told:
        sentences = [SMALL_NUMBERS, of_exceptions, of_the_list]
        assert first_page(written) == sentences
        page = html.unescape(re.sub(r"<[^>]*>", "", written.html.read_text()))
        word = "".join(one.text for one in Document(io.BytesIO(written.docx.read_bytes())).paragraphs)
        for form in (page, word, pdf_text(written.pdf.read_bytes())):
            shown = "".join(form.split())
            assert [one for one in sentences if "".join(one.split()) not in shown] == []


# Dagster.


@pytest.mark.long
def test_the_asset_shows_the_table_at_a_glance_and_a_chart(council: Written, warehouse: Path, tmp_path: Path) -> None:
    workspace = Workspace(**_resource(tmp_path, warehouse))  # fmt: skip
    with DagsterInstance.ephemeral() as instance:
        result = materialize(
            [performance_overview], partition_key="2020-08-01", resources={"workspace": workspace}, instance=instance
        )
        assert result.success
        event = instance.get_latest_materialization_event(AssetKey(["report", "performance_overview"]))
        assert event is not None
        assert event.asset_materialization is not None
        metadata = event.asset_materialization.metadata
        assert glance(council)[MASH][0] in str(metadata["at a glance"].value)
        assert "data:image/png;base64," in str(metadata["chart"].value)
        assert str(metadata["index"].value).endswith("reports/index.html")


def _resource(tmp_path: Path, warehouse: Path) -> dict[str, Any]:
    definitions = build(PipelineSettings(landing=tmp_path / "landing", warehouse=warehouse))
    assert definitions.resources is not None
    workspace = definitions.resources["workspace"]
    return {name: getattr(workspace, name) for name in Workspace.model_fields if name in workspace.model_fields_set}


def test_a_published_table_that_is_late_shows(tmp_path: Path) -> None:
    definitions = build(PipelineSettings(landing=tmp_path, warehouse=tmp_path))
    specs = {spec.key.to_user_string(): spec for spec in definitions.resolve_all_asset_specs()}
    assert specs["published/kpi"].freshness_policy is not None
    assert specs["published/casework"].freshness_policy is not None
