"""The overview as a Word file, for committees that edit: real headings, tables, captions and texts of drawings."""

import io
import zipfile
from datetime import datetime, time

from docx import Document
from docx.document import Document as Doc
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import _Cell
from docx.text.paragraph import Paragraph as WordParagraph

from warehouse.escaping import escaped
from warehouse.report import charts
from warehouse.report.document import (
    Block,
    Heading,
    NoteMark,
    Notes,
    Overview,
    Paragraph,
    Picture,
    Table,
    Text,
    Words,
    plain,
)

_ACCENT, _QUIET = RGBColor(0x0B, 0x4F, 0x6C), RGBColor(0x4A, 0x54, 0x5D)
_EPOCH = (1980, 1, 1, 0, 0, 0)


def word(overview: Overview) -> bytes:
    """The file; the same overview gives the same bytes."""
    document = Document()
    _prepare(document, overview)
    document.add_paragraph(overview.authority, style="Subtitle")
    document.add_heading(overview.title, level=0)
    _write(document.add_paragraph(), overview.subtitle)
    for block in overview.blocks:
        _turn(document, isinstance(block, Table) and block.is_wide)
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


def _write(paragraph: WordParagraph, text: Text, size: Pt | None = None) -> None:
    for part in text:
        run = paragraph.add_run(
            str(part.number)
            if isinstance(part, NoteMark)
            else escaped(part, kept="\n\t")
            if isinstance(part, str)
            else part.shown
        )
        run.font.superscript = isinstance(part, NoteMark) or None
        if size is not None:
            run.font.size, run.font.color.rgb = size, _QUIET


def _picture(paragraph: WordParagraph, picture: Picture, width: Cm) -> None:
    drawn = paragraph.add_run().add_picture(io.BytesIO(charts.png(picture.svg)), width=width)
    properties = drawn._inline.docPr
    properties.set("descr", picture.alternative)
    properties.set("name", picture.name)


def _table(document: Doc, block: Table) -> None:
    caption = document.add_paragraph(style="Caption")
    caption.paragraph_format.keep_with_next = True
    _write(caption, block.caption)
    table = document.add_table(rows=1 + len(block.rows), cols=len(block.headings), style="Table Grid")
    table.autofit = True
    every = iter(table._cells)  # all at once: asking row by row counts them all each time
    size = Pt(7 if block.is_wide else 7.5 if len(block.headings) > 8 else 8.5)
    for place, heading in enumerate(block.headings):
        _fill(next(every), (heading,), size, place in block.numeric, is_bold=True)
    _repeat(table.rows[0]._tr)
    for row in block.rows:
        for place, content in enumerate(row):
            cell = next(every)
            if isinstance(content, Picture):
                _picture(cell.paragraphs[0], content, Cm(1.9))
            else:
                _fill(cell, content, size, place in block.numeric, is_bold=place == 0 and not block.is_long)
    document.add_paragraph()


def _fill(cell: _Cell, text: Text, size: Pt, is_number: bool, is_bold: bool) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(1)
    if is_number:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _write(paragraph, text)
    for run in paragraph.runs:
        run.font.size, run.bold = size, is_bold or None


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
