"""What an overview is made of: blocks of text in which every figure names the cell of kpi.duckdb it comes from.

The content is written once, as these blocks; the page, the PDF and the Word file are three ways of setting them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Literal


@dataclass(frozen=True)
class Cell:
    """One cell of kpi.duckdb: the table, the column, and the values that pick the row."""

    table: str
    column: str
    key: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        """Such as `monthly_kpi.value la_code=852 month=2020-08-01`."""
        return " ".join([f"{self.table}.{self.column}", *(f"{name}={value}" for name, value in self.key)])


@dataclass(frozen=True)
class Figure:
    """A number, month or name as it is shown, and the cell that holds it."""

    shown: str
    cell: Cell


@dataclass(frozen=True)
class NoteMark:
    """The place of a footnote in a text."""

    number: int


Text = tuple[str | Figure | NoteMark, ...]
Role = Literal["body", "lead", "status", "place", "note", "alert"]


@dataclass(frozen=True)
class Heading:
    """A heading; `level` counts from 2, the title being 1."""

    level: int
    text: Text
    anchor: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `place` marks where the service's own words go, `alert` what the reader must know first."""

    text: Text
    role: Role = "body"


@dataclass(frozen=True)
class Picture:
    """A chart as SVG, with the text that stands for it."""

    name: str
    svg: str
    alternative: str
    caption: Text = ()


@dataclass(frozen=True)
class Table:
    """A table; its first column names the rows. `numeric` columns are set to the right; a wide one lies on its side."""

    caption: Text
    headings: tuple[str, ...]
    rows: tuple[tuple[Text | Picture, ...], ...]
    numeric: frozenset[int] = frozenset()
    is_long: bool = False
    is_wide: bool = False


@dataclass(frozen=True)
class Notes:
    """The footnotes of a section, by number."""

    notes: tuple[tuple[int, Text], ...]


@dataclass(frozen=True)
class Words:
    """What the service wrote: paragraphs and list items as plain text, and by whom and when."""

    author: str
    written_on: date | None
    lines: tuple[tuple[Literal["paragraph", "item"], str], ...]


Block = Heading | Paragraph | Picture | Table | Notes | Words


@dataclass(frozen=True)
class Overview:
    """A month's overview of one authority, from one version."""

    la_code: str
    authority: str
    month: date
    version: int
    extract_date: date
    published_on: date
    title: str
    subtitle: Text
    blocks: tuple[Block, ...] = field(repr=False)


def sections(blocks: Sequence[Block]) -> Iterator[tuple[Block, ...]]:
    """The blocks from one heading of the second level to the next; what comes before the first is a section too."""
    starts = [place for place, block in enumerate(blocks) if isinstance(block, Heading) and block.level == 2]
    for start, end in pairwise([0, *starts, len(blocks)]):
        if blocks[start:end]:
            yield tuple(blocks[start:end])


def is_sideways(section: Sequence[Block]) -> bool:
    """Whether a section lies on its side: it has a wide table."""
    return any(isinstance(block, Table) and block.is_wide for block in section)


def plain(text: Text) -> str:
    """A text without its cells and marks."""
    return "".join(part if isinstance(part, str) else part.shown for part in text if not isinstance(part, NoteMark))


def texts(blocks: Sequence[Block]) -> Iterator[Text]:
    """Every text of the blocks that the pipeline wrote, tables included; not the service's own words."""
    for block in blocks:
        if isinstance(block, Heading | Paragraph):
            yield block.text
        elif isinstance(block, Picture):
            yield block.caption
        elif isinstance(block, Table):
            yield block.caption
            yield from (cell for row in block.rows for cell in row if not isinstance(cell, Picture))
        elif isinstance(block, Notes):
            yield from (text for _, text in block.notes)
