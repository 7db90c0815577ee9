"""How a form compares the cells of its rows, to join, order and number them.

What a cell means for a figure is decided later, from the text as it came; here it only says which rows belong together.
"""

import re
import unicodedata
from datetime import date, timedelta

# Spellings of nothing, in lower case: what systems and people put into a cell that has no value.
_NOTHING = frozenset(
    ["", "-", "--", ".", "..", "?", "nan", "nat", "none", "null", "n/a", "na", "#n/a", "<na>", "pd.na", "blank",
     "<blank>", "no data", "not recorded", "znotrecorded", "data not captured in mosaic"]
)  # fmt: skip
_UNSEEN = "\ufeff\u200b\u200c\u200d\u2060\u00ad"
_LONGEST_HEADER = 1000  # characters; what is longer is no header of ours
_SEPTEMBER = re.compile(r"\bsept\b", re.IGNORECASE)
_MONTHS = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_DAY_FIRST = re.compile(r"(\d{1,2})[/. -](\d{1,2}|[A-Za-z]{3,9})[/. -](\d{4}|\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})")
_SERIAL = re.compile(r"(\d{5})(\.\d+)?")
_LOST = re.compile(r"[#=]")
_LIST_LETTER = re.compile(r"^[a-z]{1,2}\d?[).]\s*", re.IGNORECASE)


def folded(header: str) -> str:
    """A header without what does not matter: case, spaces, underscores, punctuation, marks."""
    if len(header) > _LONGEST_HEADER:
        return ""
    return re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKD", header).casefold())


def trimmed(text: str) -> str:
    """A cell's text without space or invisible marks around it."""
    return text.strip().strip(_UNSEEN).strip()


def is_nothing(text: str | None) -> bool:
    """Whether a cell is empty or one of the spellings of nothing."""
    return text is None or trimmed(text).casefold() in _NOTHING


def identity(text: str | None) -> str:
    """An id as ids compare: in upper case, without braces, Excel's text mark or a decimal point; empty for none."""
    if text is None or is_nothing(text):
        return ""
    bare = trimmed(text).strip("{}").lstrip("'").upper()
    bare = bare[2:-1] if bare.startswith('="') and bare.endswith('"') else bare
    bare = re.sub(r"^(\d+)\.0+$", r"\1", bare)
    is_null = bare in ("-1", "0", "00000000-0000-0000-0000-000000000000") or _LOST.match(bare) is not None
    return "" if is_null else bare


def day(text: str | None) -> date | None:
    """The day that a cell names, day before month; None where it names none, or one that stands for none."""
    if text is None:
        return None
    bare = _SEPTEMBER.sub("sep", re.split(r"[ T](?=\d{1,2}:)", trimmed(text))[0])
    try:
        if found := _YEAR_FIRST.match(bare):
            read = date(int(found[1]), int(found[2]), int(found[3]))
        elif found := _DAY_FIRST.fullmatch(bare):
            month = int(found[2]) if found[2].isdigit() else _MONTHS.get(found[2][:3].casefold(), 0)
            year = int(found[3])
            year += 0 if year > 99 else 1900 if year > 30 else 2000
            read = date(year, month, int(found[1]))
        elif (found := _SERIAL.fullmatch(bare)) and 20_000 <= int(found[1]) <= 60_000:
            read = date(1899, 12, 30) + timedelta(days=int(found[1]))
        else:
            return None
    except ValueError:
        return None
    return read if 1900 < read.year < 2099 else None


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
