"""The overview as a tagged PDF on A4, set by Typst from the same blocks."""

import json
from dataclasses import fields
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import typst
from matplotlib.font_manager import get_font

from warehouse.report.document.blocks import Block, Figure, NoteMark, Overview, Picture
from warehouse.report.document.charts import FONTS

_LETTERS = frozenset(get_font(str(FONTS / "SourceSansPro-Regular.ttf")).get_charmap())
# What Word and Teams write and no typeface shows: a hyphen that does not break, and marks without any width.
_SAME = {0x2011: "-", 0x2010: "-", **dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD), "")}
_TEMPLATE = Path(__file__).parent / "pdf.typ"


def pdf(overview: Overview) -> bytes:
    """The PDF; the same overview gives the same bytes."""
    values = {
        "title": overview.title,
        "authority": overview.authority,
        "month": overview.month.strftime("%B %Y"),
        "version": overview.version,
        "extract": f"{overview.extract_date.day} {overview.extract_date.strftime('%B %Y')}",
        "published": f"{overview.published_on.day} {overview.published_on.strftime('%B %Y')}",
        "day": [overview.published_on.year, overview.published_on.month, overview.published_on.day],
        "subtitle": _inline(overview.subtitle),
        "blocks": [block_of(block) for block in overview.blocks],
    }
    made: bytes = typst.compile(
        str(_TEMPLATE),
        sys_inputs={"overview": json.dumps(values)},
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        timestamp=int(datetime.combine(overview.published_on, time(), UTC).timestamp()),
        pdf_standards=["ua-1", "a-2a"],
    )
    return made


def block_of(block: Block) -> dict[str, Any]:
    """A block as the template reads it."""
    values: dict[str, Any] = {"kind": type(block).__name__}
    for field in fields(block):
        values[field.name] = _value(getattr(block, field.name))
    return values


def _value(value: Any) -> Any:
    """A block's value as JSON: dates as they are read, sets as lists."""
    if isinstance(value, Picture):
        return block_of(value)
    if isinstance(value, str):
        return value.translate(_SAME) if value.startswith("<?xml") else printable(value)
    if isinstance(value, Figure | NoteMark):
        return _inline((value,))[0]
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_value(part) for part in value]
    if hasattr(value, "strftime"):
        return f"{value.day} {value.strftime('%B %Y')}"
    return value


def _inline(text: Any) -> list[Any]:
    return [
        printable(part)
        if isinstance(part, str)
        else {"note": part.number}
        if isinstance(part, NoteMark)
        else {"shown": printable(part.shown)}
        for part in text
    ]


def printable(text: str) -> str:
    """A text with a stand-in for what the typeface has no letter for: a bullet for Word's own bullets, else a mark."""
    return "".join(
        letter if ord(letter) in _LETTERS or letter.isspace() else "•" if 0xE000 <= ord(letter) <= 0xF8FF else "¤"
        for letter in text.translate(_SAME)
    )
