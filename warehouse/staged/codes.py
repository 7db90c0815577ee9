"""The normaliser: what a cell of a code column means, whatever a case system wrapped around the code.

It works on the distinct spellings of a column, of which there are few; DuckDB maps the cells.
"""

import re
from collections.abc import Mapping

from schemas.codes import (
    CODE_SETS,
    CODE_SPELLINGS,
    COLUMN_SPELLINGS,
    INCOMPLETE_STATUSES,
    OPENING_SPELLINGS,
    VOID_STATUSES,
)

_QUOTES = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-"})
# The letter of an Annex A list stands before the value and is not the code: `b) 1B: Individual`, `a. Yes`.
_LIST_LETTER = re.compile(r"^[a-z]{1,2}\d?[).]\s*", re.IGNORECASE)
_LEADING = re.compile(r"^([A-Za-z0-9_]+)(?=$|[\s:\-\[()])")
_BRACKETED = re.compile(r"[\[('\"]\s*([A-Za-z0-9_]+)\s*[\])'\"]")
_OPENING_BRACKET = re.compile(r"^\([^)]*\)\s*(?=\S)")  # `(A.A1)White - British`
# Only a code with a letter in it can be told from a number that ends a sentence.
_TRAILING = re.compile(r"\s([A-Za-z][A-Za-z0-9_]+)$")


def read_code(code_set: str, column: str, spelling: str) -> str | None:
    """The code that a spelling means in a code set, None if none.

    In this order: the spelling is the code; it is a known spelling; its list letter is taken off and the rest tried;
    a known description outweighs a code that stands before it (local codes reuse national ones); the code stands
    first; it stands in brackets; it stands last.
    """
    codes = CODE_SETS[code_set]
    spellings: Mapping[str, str] = {**CODE_SPELLINGS.get(code_set, {}), **COLUMN_SPELLINGS.get(column, {})}
    text = re.sub(r"\s+", " ", spelling.translate(_QUOTES)).replace(" & ", " and ").strip().strip("'\"").strip()
    by_fold = {code.casefold(): code for code in codes}
    unlettered = _LIST_LETTER.sub("", text)
    for candidate in dict.fromkeys((text, unlettered, _OPENING_BRACKET.sub("", text))):
        folded = candidate.casefold()
        if (code := by_fold.get(folded) or spellings.get(folded)) is not None:
            return code
    if unlettered != text and (code := spellings.get(text.split(")")[0].split(".")[0].casefold())) is not None:
        return code  # a set whose list letters are its codes, such as the permanence plan
    for candidate in dict.fromkeys((unlettered, text)):
        description = re.sub(r"^[A-Za-z0-9]+\s*[-:]\s*", "", candidate).casefold()
        if description != candidate.casefold() and (code := spellings.get(description)) is not None:
            before = _LEADING.match(candidate)
            own = by_fold.get(before[1].casefold()) if before else None
            # A description that several codes share, such as short breaks, says nothing against the one before it.
            return own if own is not None and codes[own].casefold().startswith(description) else code
        if code_set in OPENING_SPELLINGS and (code := _opened_by(spellings, candidate)) is not None:
            return code
        for pattern in (_LEADING, _BRACKETED, _TRAILING):
            for found in pattern.findall(candidate):
                if (code := by_fold.get(found.casefold())) is not None:
                    return code
        if (code := _opened_by(_many_worded(spellings), candidate)) is not None:
            return code
        # A yes or no with words behind it; a code set's own spellings may lead too (`2 - Female`).
        if code_set not in OPENING_SPELLINGS and (leading := _LEADING.match(candidate)):
            code = spellings.get(leading[1].casefold())
            if code is not None:
                return code
    return None


def _many_worded(spellings: Mapping[str, str]) -> dict[str, str]:
    """Those of more words than one: they say enough to be told by what stands before other words."""
    return {spelling: code for spelling, code in spellings.items() if " " in spelling}


def _opened_by(spellings: Mapping[str, str], text: str) -> str | None:
    """What the longest spelling means with which a text begins; behind a single word only a mark may follow."""
    folded = text.casefold()
    opening = [
        one
        for one in spellings
        if folded.startswith(one) and re.match(r"\W" if " " in one else r"\s*[^\w\s]", folded[len(one) :])
    ]
    return spellings[max(opening, key=len)] if opening else None


def read_status(spelling: str) -> str:
    """A workflow status: one that decides whether a record counts, by its word; any other as it is, in upper case."""
    text = spelling.strip().casefold()
    for canonical, words in {**VOID_STATUSES, **INCOMPLETE_STATUSES}.items():
        for word in words:
            if text == word or (len(word) > 1 and re.search(rf"\b{re.escape(word)}\b", text)):
                return canonical
    return text.upper()
