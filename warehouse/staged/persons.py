"""Who a row is about: children merged into others, persons that are known, and the records that a row links to."""

from collections import Counter
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.staged.columns import Mask, Rows
from warehouse.staged.rows import TableRows

# More children merged into one than this, and the one stands for many: "unknown", a test record, a default.
_MOST_MERGED = 5


def aliases(persons: pa.Table, sent: pa.Array) -> tuple[dict[str, str], Rows]:
    """The merged children of an extract, each with the last id of its chain; and the rows whose master merges nobody.

    `persons` has the used rows with `row`, `person_id` and `master_person_id`, `sent` the ids of all rows, those set
    aside among them. A master that was not sent, or that many name, merges nobody; nor does a chain that closes on
    itself.
    """
    merged = persons.filter(
        pc.and_kleene(pc.is_valid(persons["master_person_id"]),
                      pc.not_equal(persons["master_person_id"], persons["person_id"]))
    )  # fmt: skip
    if not len(merged):
        return {}, np.array([], dtype=np.int64)
    known = pc.is_in(merged["master_person_id"], sent).to_pylist()
    masters = merged["master_person_id"].to_pylist()
    count = Counter(masters)
    usable = [is_known and count[master] <= _MOST_MERGED for master, is_known in zip(masters, known, strict=True)]
    into = {
        person: master
        for person, master, is_usable in zip(merged["person_id"].to_pylist(), masters, usable, strict=True)
        if is_usable
    }
    rows = merged["row"].to_numpy()[~np.array(usable)]
    return {person: last for person in into if (last := _last(person, into)) is not None}, rows


def _last(person: str, into: Mapping[str, str]) -> str | None:
    seen, current = {person}, into[person]
    while current in into:
        if current in seen:
            return None
        seen.add(current)
        current = into[current]
    return None if current in seen else current


def renamed(persons: pa.ChunkedArray, rows: TableRows, merged: Mapping[int, Mapping[str, str]]) -> pa.ChunkedArray:
    """The persons of a table's rows, each merged child under the child that it was merged into."""
    if not any(merged.get(number) for number in rows.slices):
        return persons
    pieces: list[pa.Array] = []
    for number, place in rows.slices.items():
        of_extract = persons.slice(place.start, place.stop - place.start)
        if of_alias := merged.get(number):
            found = pc.index_in(of_extract, pa.array(list(of_alias), pa.string()))
            masters = pa.array(list(of_alias.values()), pa.string())
            of_extract = pc.coalesce(masters.take(found.combine_chunks()), of_extract.combine_chunks())
        pieces += of_extract.chunks if isinstance(of_extract, pa.ChunkedArray) else [of_extract]
    return pa.chunked_array(pieces, pa.string())


def unknown(persons: pa.ChunkedArray, rows: TableRows, known: Mapping[int, pa.Array]) -> Mask:
    """Rows about a person who is not in the extract's person table; where none was sent, nobody is missing from it."""
    found = np.zeros(len(rows), dtype=bool)
    for number, place in rows.slices.items():
        if (of_extract := known.get(number)) is not None:
            ids = persons.slice(place.start, place.stop - place.start)
            is_known = pc.or_(pc.is_in(ids, of_extract), pc.is_null(ids))
            found[place] = ~is_known.to_numpy()
    return found


def linked(
    link: pa.ChunkedArray,
    persons: pa.ChunkedArray,
    rows: TableRows,
    targets: Mapping[int, tuple[pa.Array, pa.Array, pa.Array]],
) -> pa.ChunkedArray:
    """The date of the record that each row links to, if the extract has it and it is the same child's; else null.

    `targets` has the ids, persons and dates of each extract's records.
    """
    pieces = []
    for number, place in rows.slices.items():
        length = place.stop - place.start
        ids, whose = (
            link.slice(place.start, length).combine_chunks(),
            persons.slice(place.start, length).combine_chunks(),
        )
        target_ids, target_persons, dates = targets.get(number, _NOBODY)
        found = pc.index_in(ids, target_ids)
        is_own = pc.equal(target_persons.take(found), whose)
        found = pc.if_else(is_own, found, None)
        # Siblings may share an id: what names another child's record may be the child's own further down.
        others = np.flatnonzero(
            pc.and_not(pc.fill_null(pc.invert(is_own), False), pc.is_null(whose)).to_numpy(zero_copy_only=False)
        )
        if len(others):
            both = pc.binary_join_element_wise(ids.take(pa.array(others)), whose.take(pa.array(others)), "\x1f")
            target_both = pc.binary_join_element_wise(target_ids, target_persons, "\x1f")
            own = np.full(length, -1, dtype=np.int32)
            own[others] = pc.fill_null(pc.index_in(both, target_both), -1).to_numpy(zero_copy_only=False)
            again = pa.array(own, mask=own < 0)
            found = pc.coalesce(found, again)
        pieces.append(dates.take(found))
    return pa.chunked_array(pieces, pa.date32())


_NOBODY = (pa.array([], pa.string()), pa.array([], pa.string()), pa.array([], pa.date32()))
