"""The overview as one page of HTML that needs nothing else: styles and drawings are in it."""

import base64
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from warehouse.escaping import escaped
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
)
from warehouse.report.words import day


def _shown(value: object) -> object:
    """A value with what a page would obey, not show, written out; the mark-up of ours stays mark-up."""
    return type(value)(escaped(value, kept="\n\t")) if isinstance(value, str) else value


_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent.parent),
    autoescape=True,
    finalize=_shown,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(overview: Overview) -> bytes:
    """The page, in UTF-8."""
    return render("document/page.html.jinja", overview=overview, sections=sections(overview.blocks))


def render(template: str, **values: object) -> bytes:
    """A template, by its room and name, with its values, every text escaped."""
    return _TEMPLATES.get_template(template).render(**values).encode()


def sections(blocks: Sequence[Block]) -> list[tuple[Heading | None, list[Block]]]:
    """The blocks by their headings of the second level, so that each is a landmark; what comes first has none."""
    sections: list[tuple[Heading | None, list[Block]]] = [(None, [])]
    for block in blocks:
        if isinstance(block, Heading) and block.level == 2:
            sections.append((block, []))
        else:
            sections[-1][1].append(block)
    return sections


def _inline(text: Text) -> Markup:
    return Markup("").join(_part(part) for part in text)


def _part(part: str | Figure | NoteMark) -> Markup:
    if isinstance(part, Figure):
        return Markup('<data value="{0}" data-cell="{1}">{0}</data>').format(part.shown, str(part.cell))
    if isinstance(part, NoteMark):
        return Markup(
            ' <sup><a href="#note-{0}" id="mark-{0}" aria-label="Note {0}: why it is placed here">note {0}</a></sup>'
        ).format(part.number)
    return Markup.escape(part)


def _source(picture: Picture) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(picture.svg.encode()).decode()


_KINDS = {
    Heading: "heading",
    Paragraph: "paragraph",
    Picture: "picture",
    Table: "table",
    Notes: "notes",
    Words: "words",
}
_TEMPLATES.filters.update(inline=_inline, source=_source, day=day, kind=lambda block: _KINDS[type(block)])
_TEMPLATES.tests["picture"] = lambda value: isinstance(value, Picture)
_TEMPLATES.tests["sideways"] = is_sideways
