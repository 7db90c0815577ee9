"""What a form declares beside how it is read: what it can never say, and what would mend that."""

from dataclasses import dataclass


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
