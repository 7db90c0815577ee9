"""Steps: a query is a file, and what it reads, its order, its lineage and its hash follow from the query itself.

A step is one `.sql` file, one select, whose first line says what a row is. It names every table that it reads with its
schema; DuckDB's own tokens of the statement are the list. So nothing about a step is written down twice.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb

from warehouse.parallel import at_once

_QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"")
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)


@dataclass(frozen=True)
class Step:
    """One query and the table it gives, `<schema>.<name>`; `reads` are the tables it names, with their schemas."""

    schema: str
    name: str
    query: str
    reads: frozenset[str]

    @property
    def table(self) -> str:
        """The table that the step gives."""
        return f"{self.schema}.{self.name}"

    @property
    def grain(self) -> str:
        """What a row is: the comment that the query begins with."""
        return grain(self.query)


class UndeclaredTableError(Exception):
    """A query reads a table that its layer may not read, or that no step gives."""


def grain(query: str) -> str:
    """The comment that a query begins with, on one line."""
    lines = []
    for line in query.splitlines():
        if not line.startswith("--"):
            break
        lines.append(line.removeprefix("--").strip())
    return " ".join(lines)


def words(query: str) -> list[str]:
    """The tokens of a query as DuckDB reads it: no comments, no line breaks."""
    found = duckdb.tokenize(query)
    starts = [start for start, _ in found]
    text = query.encode()
    return [_word(text[start:end].decode()) for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]


def _word(piece: str) -> str:
    if quoted := _QUOTED.match(piece):
        return quoted[0]
    return _COMMENT.sub("", piece).strip()


def tables(query: str, schemas: Iterable[str]) -> frozenset[str]:
    """The tables of these schemas that a query names, as `schema.table`."""
    wanted, found = set(schemas), words(query)
    return frozenset(
        f"{schema}.{table.strip(chr(34))}"
        for before, schema, dot, table in zip(["", *found], found, found[1:], found[2:], strict=False)
        if dot == "." and schema in wanted and before != "."
    )


@cache
def steps(folder: Path, schema: str, reads: tuple[str, ...]) -> tuple[Step, ...]:
    """The steps of a folder and the folders below it, each after those it reads.

    `schema` is where their tables go; they may read that schema and `reads`. Raises UndeclaredTableError for a query
    that names a table of its own schema which no step gives, and ValueError where two files have one name.
    """
    found: dict[str, Step] = {}
    for path in sorted(folder.rglob("*.sql")):
        if path.stem == "macros":
            continue
        query = path.read_text()
        step = Step(schema, path.stem, query, tables(query, (schema, *reads)))
        if step.table in found:
            raise ValueError(f"Two queries are named {path.stem}; rename one of them.")
        found[step.table] = step
    for step in found.values():
        if unknown := sorted(name for name in step.reads if name.startswith(f"{schema}.") and name not in found):
            raise UndeclaredTableError(f"{step.table} reads {', '.join(unknown)}, which no query gives.")
    order = TopologicalSorter({name: sorted(step.reads & found.keys()) for name, step in found.items()})
    return tuple(found[name] for name in order.static_order())


def run(connection: duckdb.DuckDBPyConnection, wanted: Sequence[Step]) -> None:
    """Compute the steps, each after those it reads; each becomes a table of its schema."""
    at_once(
        connection, {step.table: partial(compute, step) for step in wanted}, {step.table: step.reads for step in wanted}
    )


def compute(step: Step, connection: duckdb.DuckDBPyConnection) -> None:
    """Compute one step of which all that it reads is there."""
    connection.execute(f"create or replace table {step.table} as {step.query}")
