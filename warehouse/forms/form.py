"""What a form declares: how its files are known and read, what it carries, and what it can never say."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from schemas.settings import Operation
from warehouse.forms.local_spellings import LocalSpellings
from warehouse.forms.reading import FormRead, Lack
from warehouse.landing.extracts import Extract


class Form(Protocol):
    """A national form: a module of this package that turns its files into canonical tables.

    `CARRIES` are the contract columns that it can fill, by table; `LACKS` says, by measure code, why by itself it can
    never support a measure.
    """

    NAME: str
    TITLE: str
    CARRIES: Mapping[str, tuple[str, ...]]
    LACKS: Mapping[str, Lack]

    def recognise(self, path: Path, head: bytes, limits: Operation) -> bool:
        """Whether a file is of the form, by what it holds: `head` is its beginning. Raises UnreadableFileError."""

    def read(self, extract: Extract, files: Sequence[Path], limits: Operation, local: LocalSpellings) -> FormRead:
        """What the files of an extract hold that are of the form. Raises UnreadableFileError."""
