"""What decides a figure, as one hash: the settings, the declarations, the queries, the code that reads and the reference.

Hashed is what they mean, not how they are written down: a comment, a docstring, a line break or a title makes nothing due.
"""

import ast
import hashlib
import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path

from schemas import codes
from schemas.kinds import KINDS
from schemas.measures import CATALOGUE
from schemas.rules import RULES
from schemas.settings import Settings
from schemas.tables import MODELS, columns, key
from warehouse.reference import loading
from warehouse.steps import words

_WAREHOUSE = Path(__file__).parent
# The folders whose queries and code decide a figure.
_DECIDING = ("landing", "forms", "staged", "facts", "measures", "reference", "published/versions")
_WORDS_OF_A_MEASURE = {
    "short_code", "title", "definition", "numerator", "denominator", "source", "benchmark_note", "decimal_places",
    "polarity", "benchmark_indicator",
}  # fmt: skip


def definitions_sha256(settings: Settings, reference: Path | None = None) -> str:
    """One hash of all that decides a figure; `reference` is the folder of the reference figures in force."""
    digest = hashlib.sha256(_declared().encode())
    digest.update(loading.version(reference).encode())
    digest.update(json.dumps(settings.model_dump(mode="json"), sort_keys=True).encode())
    return digest.hexdigest()


@cache
def _declared() -> str:
    digest = hashlib.sha256()
    for text in (*_declarations(), *_written()):
        digest.update(f"{len(text)}\n{text}".encode())
    return digest.hexdigest()


def _declarations() -> Iterator[str]:
    for measure in CATALOGUE:
        yield _plainly(measure, _WORDS_OF_A_MEASURE)
    for kind in KINDS.values():
        yield _plainly(kind, {"title", "unit"})
    for table in MODELS:
        yield f"{table} {key(table)}"
        for column in columns(table):
            yield _plainly(column, {"description"})
    for rule in RULES.values():
        yield _plainly(rule, {"message"})
    for name in sorted(vars(codes)):
        value = getattr(codes, name)
        if name.isupper() and not callable(value):
            yield f"{name} {json.dumps(value, default=str, sort_keys=True)}"


def _plainly(declared: object, without: set[str]) -> str:
    """A declaration as text, without the fields that are only words."""
    assert is_dataclass(declared)  # noqa: S101 - what is declared here is
    told = {one.name: getattr(declared, one.name) for one in fields(declared) if one.name not in without}
    return json.dumps(told, default=_meaning, sort_keys=True)


def _meaning(value: object) -> object:
    if is_dataclass(value):
        return {one.name: getattr(value, one.name) for one in fields(value)}
    return str(value)


def _written() -> Iterator[str]:
    """The queries as DuckDB reads them, and the code without its docstrings, of every folder that decides a figure."""
    for folder in _DECIDING:
        for path in sorted((_WAREHOUSE / folder).rglob("*")):
            if path.suffix == ".sql":
                yield f"{path.stem} {' '.join(words(path.read_text()))}"
            elif path.suffix == ".py":
                yield f"{path.stem} {_code(path.read_text())}"


def _code(text: str) -> str:
    tree = ast.parse(text)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant) \
                and isinstance(body[0].value.value, str):  # fmt: skip
            node.body = body[1:]  # type: ignore[attr-defined]
    return ast.dump(tree)
