"""What the words of a status or of an enquiry's outcome mean, by the lists of schemas/codes/statuses.py."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

from schemas.codes.statuses import (
    CONFERENCE_WORDS,
    DENYING_WORDS,
    OTHER_CONFERENCE_WORDS,
    OUTCOME_PHRASES,
    SKIPPED_WORDS,
    STATUSES,
    STATUSES_OF_TABLE,
    WHOLE_STATUSES,
    Outcome,
    Status,
)

_CLAUSES = re.compile(r"[.;,:/()\[\]\n]|\s-+\s|[–—]|\b(?:but|however|although)\b", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def read_status(table: str, text: str) -> str | None:
    """What a status says of a record of a table, None where it is in no list.

    It is read by the longest entry of a list that its first words are; the table's own lists go first. What stands
    before the status and says nothing (`1 - `, `Conference was `) is passed over.
    """
    words = _words(text)
    if len(words) == 1 and words[0] in WHOLE_STATUSES:
        return WHOLE_STATUSES[words[0]]
    lists = _entries(table)
    skipped = SKIPPED_WORDS.get(table, ())
    for first in range(len(words)):
        rest = words[first:]
        for length in range(len(rest), 0, -1):
            if (found := lists.get(" ".join(rest[:length]))) is not None:
                return found
        said_nothing = words[first] in skipped or words[first].isdigit() or (first == 0 and len(words[first]) == 1)
        if not said_nothing:
            break
    return None


def read_outcome(text: str) -> str | None:
    """Whether the words of an enquiry's outcome say that a conference follows, or that none does; None without words.

    A clause that names a conference decides; one that affirms it goes before one that denies it. Without such a clause
    the wordings of the guidance decide. An outcome that says neither is OTHER.
    """
    denied = False
    for clause in _CLAUSES.split(text):
        words = set(_words(clause))
        if words & set(CONFERENCE_WORDS) and not words & set(OTHER_CONFERENCE_WORDS):
            if not words & set(DENYING_WORDS):
                return Outcome.CONFERENCE
            denied = True
    if denied:
        return Outcome.NO_CONFERENCE
    said = f" {' '.join(_words(text))} "
    for outcome, phrases in OUTCOME_PHRASES.items():
        if any(f" {phrase} " in said for phrase in phrases):
            return outcome
    return Outcome.OTHER if said.strip() else None


@cache
def _entries(table: str) -> dict[str, Status]:
    """Every list entry that a table is read with, and what it means."""
    lists = (STATUSES, STATUSES_OF_TABLE.get(table, {}))
    return {entry: status for wordings in lists for status, entries in wordings.items() for entry in entries}


def _words(text: str) -> Sequence[str]:
    """The words of a text in lower case, without punctuation; `InProgress` is two."""
    plain = unicodedata.normalize("NFKD", _CAMEL.sub(" ", text)).casefold()
    return re.sub(r"[^a-z0-9]+", " ", re.sub(r"['’`]", "", plain)).split()
