"""OpenDocument spreadsheets (`.ods`): what the one part that holds the sheets says of them, before any is read."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

_ERRORS = ("#", "Err:")


@dataclass
class DocumentSheet:
    """A sheet: the reach of its cells, and the cells of errors, which read as empty, by row number and place."""

    name: str
    rows: int = 0
    width: int = 0
    lost: dict[tuple[int, int], str] = field(default_factory=dict)


Parse = Callable[..., None]


def document_sheets(xml: bytes, parse: Parse) -> list[DocumentSheet]:
    """The sheets of `content.xml`, in their order.

    A row or cell is written once and repeated by number, so that few bytes can stand for any number of cells: a repeat
    counts as far as the last cell that holds anything.
    """
    return list(_Survey(xml, parse))


class _Survey:
    def __init__(self, xml: bytes, parse: Parse) -> None:
        self.sheets: list[DocumentSheet] = []
        self._row = self._column = self._rows_alike = self._cells_alike = 0
        self._is_cell = self._is_filled = self._is_formula = False
        self._text = ""
        parse(xml, self._start, CharacterDataHandler=self._characters, EndElementHandler=self._end)

    def __iter__(self) -> Iterator[DocumentSheet]:
        return iter(self.sheets)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        said = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        if name == "table":
            self.sheets.append(DocumentSheet(said.get("name", "")))
            self._row = 0
        elif name == "table-row":
            self._rows_alike, self._column = int(said.get("number-rows-repeated", "1")), 0
        elif name in ("table-cell", "covered-table-cell"):
            self._cells_alike = int(said.get("number-columns-repeated", "1"))
            self._is_cell, self._text = True, ""
            self._is_filled, self._is_formula = "value-type" in said, "formula" in said

    def _characters(self, text: str) -> None:
        if self._is_cell:
            self._text += text

    def _end(self, name: str) -> None:
        name = name.rpartition(" ")[2]
        if name in ("table-cell", "covered-table-cell") and self.sheets:
            sheet = self.sheets[-1]
            if self._is_filled or self._text:
                sheet.rows = max(sheet.rows, self._row + self._rows_alike)
                sheet.width = max(sheet.width, self._column + self._cells_alike)
            if self._is_formula and self._text.startswith(_ERRORS):
                sheet.lost[self._row + 1, self._column] = self._text
            self._column += self._cells_alike
            self._is_cell = False
        elif name == "table-row":
            self._row += self._rows_alike
