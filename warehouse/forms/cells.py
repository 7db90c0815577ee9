"""How a form compares the cells of its rows, to join, order and number them.

What a cell means for a figure is decided later, from the text as it came; here it only says which rows belong together.
"""

import re
import unicodedata
from datetime import date, timedelta
from functools import lru_cache

from warehouse.forms import spellings
from warehouse.forms.spellings import trimmed as trimmed

_LONGEST_HEADER = 1000  # characters; what is longer is no header of ours
_KEPT = 1 << 16  # cells whose reading is kept: most come again and again
_SHOWN = 100  # characters of a header or name that are shown
_LIST_LETTER = re.compile(r"^[a-z]{1,2}\d?[).]\s*", re.IGNORECASE)


def folded(header: str) -> str:
    """A header without what does not matter: case, spaces, underscores, punctuation, marks."""
    if len(header) > _LONGEST_HEADER:
        return ""
    return re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKD", header).casefold())


def shown(header: str) -> str:
    """A header or name from outside as it is shown: on one line, and no longer than a header is."""
    text = "".join(letter if letter.isprintable() else " " for letter in header.strip()[: _SHOWN + 1]).strip()
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


@lru_cache(maxsize=_KEPT)
def is_nothing(text: str | None) -> bool:
    """Whether a cell is empty or one of the spellings of nothing."""
    return text is None or spellings.is_nothing(trimmed(text))


@lru_cache(maxsize=_KEPT)
def identity(text: str | None) -> str:
    """An id by its meaning; empty where there is none."""
    if text is None or is_nothing(text):
        return ""
    return spellings.read_id(trimmed(text))[0] or ""


@lru_cache(maxsize=_KEPT)
def day(text: str | None) -> date | None:
    """The day that a cell names; None where it names none, or one that stands for none."""
    moment = None if text is None else spellings.read_moment(trimmed(text)).value
    return None if moment is None else moment.date()


@lru_cache(maxsize=_KEPT)
def plain(text: str) -> str:
    """A code or word as spellings of it compare: without its list letter, space and case."""
    return re.sub(r"\s+", " ", _LIST_LETTER.sub("", trimmed(text))).casefold()


def yes_or_no(text: str) -> bool | None:
    """Whether a cell says yes or no in plain words; None where it says anything else."""
    word = re.split(r"\W", plain(text), maxsplit=1)[0]
    return True if word in ("yes", "y", "true", "1") else False if word in ("no", "n", "false", "0") else None


def months_before(on: date, months: int) -> date:
    """The same day so many months before, or the last of its month where that is shorter."""
    year, month = divmod(on.year * 12 + on.month - 1 - months, 12)
    last = (date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(on.day, last))
