"""What a column of a contract is, and the fields that declare one.

A table module declares one pandera model per table with the functions below; `schemas.tables.columns` reads the
declarations back as `Column`, from which reading, judging, documentation and the checks of the staged layer derive.
"""

# Annotations of the models are evaluated by pandera: no postponed evaluation in this package.
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

import pandas as pd
import pandera.pandas as pa
import pyarrow

Text = Annotated[pd.ArrowDtype, pyarrow.string()]
Date = Annotated[pd.ArrowDtype, pyarrow.date32()]
Timestamp = Annotated[pd.ArrowDtype, pyarrow.timestamp("us")]
Boolean = Annotated[pd.ArrowDtype, pyarrow.bool_()]
Integer = Annotated[pd.ArrowDtype, pyarrow.int64()]
Number = Annotated[pd.ArrowDtype, pyarrow.float64()]


class Kind(StrEnum):
    """What a column holds, which decides how its text is read."""

    ID = "id"
    DATE = "date"
    TIMESTAMP = "timestamp"
    BOOLEAN = "boolean"
    CODE = "code"
    STATUS = "status"
    OUTCOME = "outcome"
    COUNCIL = "council"
    WORKER = "worker"
    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"


@dataclass(frozen=True)
class Column:
    """One column of a contract, as declared by the functions below.

    `required`: the header must be there. `essential`: a row without the value says nothing. `key`: part of the
    table's key. `happened`: the date claims an event, so it cannot lie after the extract. `timed`: working days are
    counted from or to it. `not_before`: the column, or companion, that it must not precede, else the row is set
    aside; `follows`: the same, and the row is used and reported. `links_to`: the table of the record that the id
    names. `keeps`: spellings of nothing that are values here.
    """

    name: str
    kind: Kind
    description: str
    required: bool = False
    essential: bool = False
    key: bool = False
    code_set: str | None = None
    happened: bool = False
    timed: bool = False
    not_before: str | None = None
    follows: str | None = None
    links_to: str | None = None
    keeps: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()


def _field(kind: Kind, description: str, **declared: Any) -> Any:
    nullable = not (declared.get("required") or declared.get("essential"))
    return pa.Field(nullable=nullable, description=description, metadata={"kind": kind, **declared})


def identifier(description: str, *synonyms: str, **declared: Any) -> Any:
    """An id: text, never a number. As part of a key it is essential."""
    declared["essential"] = declared.get("essential", declared.get("key", False))
    return _field(Kind.ID, description, synonyms=synonyms, **declared)


def person(*synonyms: str) -> Any:
    """The child a row is about; without it the row says nothing. Part of the key of every table about children."""
    return identifier(
        "The child, by the case system's id.",
        "Child Unique ID", "LAchildID", "CHILD", "Child ID", "Child Identifier", *synonyms,
        key=True, required=True,
    )  # fmt: skip


def day(description: str, *synonyms: str, **declared: Any) -> Any:
    """A date, in any accepted format, day before month."""
    return _field(Kind.DATE, description, synonyms=synonyms, **declared)


def moment(description: str, *synonyms: str, **declared: Any) -> Any:
    """A date with an optional time, Europe/London."""
    return _field(Kind.TIMESTAMP, description, synonyms=synonyms, **declared)


def code(code_set: str, description: str, *synonyms: str, **declared: Any) -> Any:
    """A value of a code set, read through the normaliser."""
    return _field(Kind.CODE, description, code_set=code_set, synonyms=synonyms, **declared)


def yes_no(description: str, *synonyms: str, **declared: Any) -> Any:
    """Yes or no; the column decides what its own words mean."""
    return _field(Kind.BOOLEAN, description, code_set="boolean", synonyms=synonyms, **declared)


def status() -> Any:
    """The workflow status of the record."""
    return _field(Kind.STATUS, "Workflow status. Cancelled, draft, proposed, deleted, abandoned: no measure counts it.")


def outcome(description: str, *synonyms: str) -> Any:
    """Words that say whether a conference follows an enquiry."""
    return _field(Kind.OUTCOME, description, synonyms=synonyms)


def council(description: str, *synonyms: str) -> Any:
    """A council, by its code or a name that it goes by; read as its DfE code, or OLA for another one."""
    return _field(Kind.COUNCIL, description, synonyms=synonyms)


def text(description: str, *synonyms: str) -> Any:
    """Free text that no rule judges."""
    return _field(Kind.TEXT, description, synonyms=synonyms)


def whole_number(description: str, *synonyms: str, **declared: Any) -> Any:
    """A whole number, nought or more."""
    return _field(Kind.INTEGER, description, synonyms=synonyms, **declared)


def number(description: str, *synonyms: str, **declared: Any) -> Any:
    """A number, nought or more, with a point for the fraction."""
    return _field(Kind.NUMBER, description, synonyms=synonyms, **declared)


def team(*synonyms: str) -> Any:
    """The team that holds the case."""
    return text("Team that holds the case.", "Allocated Team", *synonyms)


def worker(*synonyms: str) -> Any:
    """The allocated worker; a duty inbox is nobody."""
    return _field(
        Kind.WORKER, "Allocated worker; duty inboxes and -1 are nobody.", synonyms=("Allocated Worker", *synonyms)
    )
