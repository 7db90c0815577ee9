"""The rows of one canonical file, as its reader gives them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import pyarrow as pa

from warehouse.forms.canonical.layout import Layout


@dataclass(frozen=True)
class Rows:
    """Text columns by their place in the file (those of `layout.needed`), and each row's number in it (int64)."""

    layout: Layout
    columns: Mapping[int, pa.ChunkedArray]
    row_number: pa.Array

    @classmethod
    def of_lists(cls, layout: Layout, rows: Sequence[tuple[int, Sequence[str]]]) -> Self:
        """From numbered rows, each as wide as the layout."""
        columns = {
            place: pa.chunked_array([pa.array([cells[place] for _, cells in rows], pa.string())])
            for place in layout.needed
        }
        return cls(layout, columns, pa.array([number for number, _ in rows], pa.int64()))
