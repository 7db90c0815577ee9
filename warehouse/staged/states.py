"""Where each row ends: set aside, a duplicate, or used."""

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from schemas.tables import Kind, columns
from warehouse.staged.columns import Mask, Rows
from warehouse.staged.rows import TableRows


def record_id(rows: TableRows) -> pa.ChunkedArray:
    """What a person calls each record: its id, or where it has none the values that tell it apart."""
    key = [column for column in columns(rows.table) if column.key]
    named = [column.name for column in key if column.name != "person_id" or len(key) == 1]
    joined = rows.readings[named[0]].values
    joined = joined if len(named) == 1 and joined.type == pa.string() else joined.cast(pa.string())
    for name in named[1:]:
        part = rows.readings[name].values.cast(pa.string())
        joined = pc.coalesce(pc.binary_join_element_wise(joined, part, "/"), joined, part)
    return joined


def duplicates(rows: TableRows, persons: pa.ChunkedArray | None, set_aside: Mask) -> tuple[Rows, Rows]:
    """Of the rows that are not set aside, those that repeat an earlier one throughout, and those whose key comes again.

    The first of rows that are the same stays, then the last of those that share a key. Rows without an id of their own
    are not compared by key.
    """
    candidates = _repeating(rows, persons, set_aside)
    if not len(candidates):
        return candidates, candidates
    taken = pa.array(candidates)
    extract = rows.extract[candidates]
    content = _frame({name: cells.take(taken) for name, cells in rows.cells.items()}, extract)
    repeats = content.duplicated(keep="first").to_numpy()
    parts = [column for column in columns(rows.table) if column.key]
    values = {
        part.name: (persons if part.name == "person_id" and persons is not None else rows.readings[part.name].values)
        .take(taken)
        for part in parts
    }  # fmt: skip
    own = [part.name for part in parts if part.name != "person_id" and part.kind is Kind.ID] or [parts[0].name]
    has_id = np.logical_and.reduce([pc.is_valid(values[name]).to_numpy() for name in own])
    kept = np.flatnonzero(has_id & ~repeats)
    superseded = _frame(values, extract).iloc[kept].duplicated(keep="last").to_numpy()
    return candidates[repeats], candidates[kept[superseded]]


def _repeating(rows: TableRows, persons: pa.ChunkedArray | None, set_aside: Mask) -> Rows:
    """Rows, not set aside, whose first id comes more than once in their extract: only these can be repeats."""
    key = [column.name for column in columns(rows.table) if column.key and column.kind is Kind.ID]
    first = next((name for name in key if name != "person_id"), "person_id")
    ids = persons if first == "person_id" and persons is not None else rows.readings[first].values
    found = []
    for place in rows.slices.values():
        encoded = (
            ids.slice(place.start, place.stop - place.start).combine_chunks().dictionary_encode(null_encoding="encode")
        )
        indices = encoded.indices.to_numpy(zero_copy_only=False)
        if len(encoded.dictionary) == len(indices):
            continue
        many = np.bincount(indices, minlength=len(encoded.dictionary)) > 1
        found.append(np.flatnonzero(many[indices] & ~set_aside[place]) + place.start)
    return np.concatenate(found) if found else np.array([], dtype=np.int64)


def _frame(columns_of: dict[str, pa.ChunkedArray], extract: npt.NDArray[np.int32]) -> pd.DataFrame:
    table = pa.table({**columns_of, "extract": pa.array(extract)})
    frame: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return frame
