"""The overview as a Word file, for committees that edit: real headings, tables, captions and texts of drawings."""

import io
import zipfile
from collections.abc import Sequence
from copy import deepcopy
from datetime import datetime, time
from functools import cache

from docx import Document
from docx.document import Document as Doc
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Length, Pt, RGBColor
from docx.table import Table as WordTable
from docx.table import _Cell
from docx.text.paragraph import Paragraph as WordParagraph

from warehouse.escaping import escaped
from warehouse.report.document import charts
from warehouse.report.document.blocks import (
    Block,
    Figure,
    Heading,
    NoteMark,
    Notes,
    Overview,
    Paragraph,
    Picture,
    Table,
    Text,
    Words,
    is_sideways,
    plain,
    sections,
)

_ACCENT, _QUIET = RGBColor(0x0B, 0x4F, 0x6C), RGBColor(0x4A, 0x54, 0x5D)
_FEW = 5  # rows
_LETTER = 0.7  # the width of a bold letter, as a part of its height: of Arial, and of what stands in for it
_OVER_NUMBERS = 15  # letters of a heading in a line
_MONTH = len("Aug 20")
_LONG_TEXT = 70  # letters; a longer text has its lines broken
_PADDING, _SPARKLINE = Cm(0.46), Cm(2.3)
# Less between the many columns of a wide table, so that the names of its rows have room.
_MARGINS_OF_WIDE, _PADDING_OF_WIDE = Cm(0.2), Cm(0.25)
_EPOCH = (1980, 1, 1, 0, 0, 0)


def word(overview: Overview) -> bytes:
    """The file; the same overview gives the same bytes."""
    document = Document()
    _prepare(document, overview)
    document.add_paragraph(overview.authority, style="Subtitle")
    document.add_heading(overview.title, level=0)
    _write(document.add_paragraph(), overview.subtitle)
    for section in sections(overview.blocks):
        _turn(document, is_sideways(section))
        has_room = True
        for block in section:
            if isinstance(block, Table) and block.is_wide:  # a page each; short ones share one
                is_short = len(block.rows) <= _FEW
                if not (has_room and (is_short or block is _first_table(section))):
                    document.add_paragraph().paragraph_format.page_break_before = True
                has_room = is_short
            _add(document, block)
    made = io.BytesIO()
    document.save(made)
    return _undated(made.getvalue())


def _prepare(document: Doc, overview: Overview) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(1.9)
    section.top_margin = section.bottom_margin = Cm(1.9)
    footer = section.footer.paragraphs[0]
    extract = f"{overview.extract_date.day} {overview.extract_date.strftime('%B %Y')}"
    footer.text = (
        f"{overview.authority}, {overview.month.strftime('%B %Y')}, version {overview.version}, extract of {extract}"
    )
    footer.runs[0].font.size = Pt(8)
    for language in document.styles.element.xpath("w:docDefaults//w:lang"):
        language.set(qn("w:val"), "en-GB")
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(10)
    _language(normal.element.get_or_add_rPr())
    for name, size in (("Title", 20), ("Heading 1", 14), ("Heading 2", 11.5), ("Subtitle", 11)):
        style = document.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = "Arial", Pt(size), _ACCENT
        for attribute in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts = style.element.get_or_add_rPr().find(qn("w:rFonts"))
            if fonts is not None and fonts.get(qn(attribute)) is not None:
                del fonts.attrib[qn(attribute)]
    day = datetime.combine(overview.published_on, time())
    properties = document.core_properties
    properties.title = f"{overview.title}: {overview.authority}, {overview.month.strftime('%B %Y')}"
    properties.author, properties.last_modified_by, properties.comments = overview.authority, overview.authority, ""
    properties.created = properties.modified = day
    properties.language = "en-GB"
    properties.revision = 1


def _turn(document: Doc, is_wide: bool) -> None:
    """Go on upright or on its side, on a new page where that is a change."""
    last = document.sections[-1]
    if (last.orientation == WD_ORIENT.LANDSCAPE) != is_wide:
        section = document.add_section(WD_SECTION.NEW_PAGE)
        section.orientation = WD_ORIENT.LANDSCAPE if is_wide else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = last.page_height, last.page_width


def _language(properties: object) -> None:
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    properties.append(language)  # type: ignore[attr-defined]


def _add(document: Doc, block: Block) -> None:
    if isinstance(block, Heading):
        document.add_heading(plain(block.text), level=block.level - 1)
    elif isinstance(block, Paragraph):
        _paragraph(document, block)
    elif isinstance(block, Picture):
        _picture(document.add_paragraph(), block, Cm(17))
        _write(document.add_paragraph(style="Caption"), block.caption)
    elif isinstance(block, Table):
        _table(document, block)
    elif isinstance(block, Notes):
        for number, text in block.notes:
            _write(document.add_paragraph(), (f"{number}. ", *text), Pt(8.5))
    elif isinstance(block, Words):
        document.add_paragraph().add_run("Commentary").bold = True
        for what, line in block.lines:
            document.add_paragraph(line, style="List Bullet" if what == "item" else "Intense Quote")
        signed = block.author + (
            f", {block.written_on.day} {block.written_on.strftime('%B %Y')}" if block.written_on else ""
        )
        _write(document.add_paragraph(), (signed,), Pt(8.5))


def _paragraph(document: Doc, block: Paragraph) -> None:
    written = document.add_paragraph()
    if block.role == "place":
        written.add_run("[Commentary – ").bold = True
        _write(written, (*block.text, "]"))
        for run in written.runs:
            run.italic = True
    elif block.role == "alert":
        _write(written, block.text)
        for run in written.runs:
            run.bold = True
    else:
        _write(written, block.text, Pt(8.5) if block.role == "note" else None)


def _written(part: str | Figure | NoteMark) -> str:
    if isinstance(part, NoteMark):
        return f" (note {part.number})"
    return escaped(part, kept="\n\t") if isinstance(part, str) else part.shown


def _write(paragraph: WordParagraph, text: Text, size: Pt | None = None) -> None:
    for part in text:
        run = paragraph.add_run(_written(part))
        if size is not None:
            run.font.size, run.font.color.rgb = size, _QUIET


def _picture(paragraph: WordParagraph, picture: Picture, width: Length) -> None:
    drawn = paragraph.add_run().add_picture(io.BytesIO(charts.png(picture.svg)), width=width)
    properties = drawn._inline.docPr
    properties.set("descr", picture.alternative)
    properties.set("name", picture.name)


def _first_table(section: Sequence[Block]) -> Table:
    return next(block for block in section if isinstance(block, Table))


def _table(document: Doc, block: Table) -> None:
    caption = document.add_paragraph(style="Caption")
    caption.paragraph_format.keep_with_next = True
    _write(caption, block.caption)
    table = document.add_table(rows=1 + len(block.rows), cols=len(block.headings), style="Table Grid")
    table.autofit = False
    if block.is_wide:
        _margins(table, _MARGINS_OF_WIDE)
    size = Pt(7 if block.is_wide else 7.5 if len(block.headings) > 8 else 8.5)
    widths = _widths(block, Cm(25.9 if block.is_wide else 17.2), size)
    for column, width in zip(table._tbl.tblGrid.gridCol_lst, widths, strict=True):
        column.w = width
    every = iter(table._cells)  # all at once: asking row by row counts them all each time
    for place, heading in enumerate(block.headings):
        cell = next(every)
        cell.width = widths[place]
        _fill(cell, (heading,), size, place in block.numeric, is_bold=True)
    first, *others = table._tbl.tr_lst
    _repeat(first)
    for row, written in zip(block.rows, others, strict=True):
        _keep_whole(written)
        for place, content in enumerate(row):
            cell = next(every)
            cell.width = widths[place]
            if isinstance(content, Picture):
                _picture(cell.paragraphs[0], content, Length(int(widths[place] - _PADDING)))
            else:
                _fill(cell, content, size, place in block.numeric, is_bold=place == 0 and not block.is_long)
    document.add_paragraph()


def _margins(table: WordTable, both: int) -> None:
    """Leave so much on the left and right of a cell's text together."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(round(Length(both).pt * 20 / 2)))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.find(qn("w:tblLook")).addprevious(margins)  # the order that Word asks for


def _widths(block: Table, whole: int, size: Pt) -> list[Length]:
    """The widths of a table's columns, in all the page's: of each at least its longest word, then by what it holds."""
    letter = size * _LETTER
    padding = _PADDING_OF_WIDE if block.is_wide else _PADDING
    least, wanted = [], []
    for place, heading in enumerate(block.headings):
        cells = [row[place] for row in block.rows]
        texts = [plain(cell) for cell in cells if not isinstance(cell, Picture)]
        # The names of months.
        whole_texts = (
            texts if block.is_long and place == 0 else [heading] if block.is_wide and len(heading) == _MONTH else []
        )
        words = [word for text in (heading, *texts) for word in text.split()]
        picture = _SPARKLINE if len(texts) < len(cells) else 0
        longest = max(len(part) for part in (*words, *whole_texts))
        least.append(max(picture, padding + letter * longest))
        # A heading may be broken into lines over its numbers, where there are many columns into words.
        over_numbers = 0 if block.is_wide else _OVER_NUMBERS
        shown = [heading[: over_numbers if place in block.numeric else None], *texts]
        wanted.append(max(least[-1], padding + letter * min(max(map(len, shown)), _LONG_TEXT)))
    spare, more = whole - sum(least), sum(wanted) - sum(least)
    if spare < 0:  # no width keeps every word whole
        return [Length(int(width * whole / sum(least))) for width in least]
    return [
        Length(int(low + spare * ((high - low) / more if more else 1 / len(least))))
        for low, high in zip(least, wanted, strict=True)
    ]


def _fill(cell: _Cell, text: Text, size: Pt, is_number: bool, is_bold: bool) -> None:
    paragraph = cell.paragraphs[0]
    shape, letters = _shaped(size, is_number, is_bold)
    paragraph._p.insert(0, deepcopy(shape))
    paragraph.add_run("".join(map(_written, text)))._r.insert(0, deepcopy(letters))


@cache
def _shaped(size: Pt, is_number: bool, is_bold: bool) -> tuple[BaseOxmlElement, BaseOxmlElement]:
    """The properties of a cell's paragraph and of its letters; copied, for to make them costs as much as the table."""
    paragraph = Document().add_paragraph()
    paragraph.paragraph_format.space_after = Pt(1)
    if is_number:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    run = paragraph.add_run()
    run.font.size, run.bold = size, is_bold or None
    return paragraph._p.get_or_add_pPr(), run._r.get_or_add_rPr()


def _keep_whole(row: object) -> None:
    """Let no row be parted by the end of a page."""
    row.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # type: ignore[attr-defined]


def _repeat(row: object) -> None:
    """Let a heading row stand at the top of every page that its table reaches."""
    properties = row.get_or_add_trPr()  # type: ignore[attr-defined]
    header = OxmlElement("w:tblHeader")
    header.set(qn("w:val"), "true")
    properties.append(header)


def _undated(document: bytes) -> bytes:
    """The same archive without the moment of its making."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            new.writestr(zipfile.ZipInfo(name, _EPOCH), old.read(name), zipfile.ZIP_DEFLATED)
    return made.getvalue()
