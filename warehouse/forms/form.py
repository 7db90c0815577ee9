"""What a form declares: how its files are known and read, what it carries, and what it can never say."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from schemas.measures import Measure
from schemas.settings import Operation
from warehouse.forms.local_spellings import LocalSpellings
from warehouse.forms.reading import FormRead, Lack
from warehouse.landing.extracts import Extract


class Form(Protocol):
    """A national form: a module of this package that turns its files into canonical tables.

    `COVERS` says in a sentence from when its tables are complete, and `LATEST_ONLY` which of them hold only the latest
    row of a child. `CARRIES` are the contract columns that it can fill, by table; `LACKS` says, by measure code, why by
    itself it can never support a measure, `SOMETIMES` why some files of it cannot. `NOTES` is told beside a measure's
    figures: what they leave out, or count besides.
    """

    NAME: str
    TITLE: str
    COVERS: str
    LATEST_ONLY: frozenset[str]
    CARRIES: Mapping[str, tuple[str, ...]]
    LACKS: Mapping[str, Lack]
    SOMETIMES: Mapping[str, Lack]
    NOTES: Mapping[str, Lack]

    def recognise(self, path: Path, head: bytes, limits: Operation) -> bool:
        """Whether a file is of the form, by what it holds: `head` is its beginning. Raises UnreadableFileError."""

    def read(self, extract: Extract, files: Sequence[Path], limits: Operation, local: LocalSpellings) -> FormRead:
        """What the files of an extract hold that are of the form. Raises UnreadableFileError."""


def why_never(form: Form, measure: Measure) -> str:
    """Why a form by itself can never support a measure, and what would mend it; empty where it can."""
    if lack := form.LACKS.get(measure.measure_code):
        return lack.sentence
    for need in measure.needs:
        if need.when is not None:
            continue  # asked only under a setting
        if need.table not in form.CARRIES:
            return Lack(need.table, f"it has no table {need.table}").sentence
        if need.any_of and set(need.any_of).isdisjoint(form.CARRIES[need.table]):
            return Lack(need.table, f"it has no {' or '.join(need.any_of)}", need.any_of[:1]).sentence
        if need.table in form.LATEST_ONLY and not need.latest_is_enough:
            return Lack(need.table, f"its table {need.table} holds only the latest row of a child").sentence
    return ""
