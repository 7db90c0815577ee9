"""What a form declares: how its files are known and read, what it carries, and what it can never say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from schemas.settings import Operation
from warehouse.forms.local_spellings import LocalSpellings
from warehouse.forms.reading import FormRead
from warehouse.landing.extracts import Extract


@dataclass(frozen=True)
class Lack:
    """Why a form by itself can never support a measure, and what would mend it.

    `columns` of `table` can come in a supplement; where none are named, the table itself must come from elsewhere.
    """

    table: str
    reason: str
    columns: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The reason with its remedy."""
        if self.columns:
            return f"{self.reason}; send {' and '.join(self.columns)} in supplement_{self.table}.csv"
        return f"{self.reason}; send the table {self.table} from the case system"


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
