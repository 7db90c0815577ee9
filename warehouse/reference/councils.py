"""Which council a text names: by its DfE code, its ONS codes, or the names that it goes by.

`Southampton`, `SOUTHAMPTON CITY COUNCIL`, `852`, `E06000045` and `852 - Southampton` name the same one. Words that only
say what kind of council it is do not matter, nor do case, punctuation and `&`.
"""

import re
import unicodedata
from functools import cache, lru_cache

import pyarrow as pa

from warehouse.reference.geography import rows

# What a case system writes for a council that is not this one, whichever it is.
OTHER = "OLA"
NOBODY = "000"
_OTHER = {"ola", "olas", "other la", "other local", "other", "another la", "another local", "external la", "not us"}
# Words of a council's name that do not tell it from another.
_NOISE = {"council", "city", "county", "borough", "boro", "metropolitan", "district", "unitary", "royal", "corporation",
          "authority", "the", "of", "and", "cc", "bc", "mbc", "mdc", "lb", "lbc", "rb", "ua", "childrens", "services",
          "social", "care", "trust"}  # fmt: skip
# Names in use that are not the official one without its noise.
_ALSO = {"bcp": "839", "hull": "810", "southend": "882", "telford": "894", "blackburn": "889", "stockton": "808",
         "brighton": "846", "medway towns": "887", "bath ne somerset": "800", "rbkc": "207", "rbwm": "868"}  # fmt: skip
_CODE = re.compile(r"\b(?:\d{3}|[EWSN]\d{8})\b", re.IGNORECASE)
_LONGEST = 200  # characters; what is longer names nobody


@lru_cache(maxsize=4096)
def named(text: str) -> frozenset[str]:
    """The DfE codes of the councils that a text may mean; several where councils share a name, often none."""
    if len(text) > _LONGEST:
        return frozenset()
    by_code, by_name = _by_code(), _by_name()
    plain = text.strip().removesuffix(".0").upper()
    if plain in by_code:
        return frozenset({by_code[plain]})
    codes = {by_code[code.upper()] for code in _CODE.findall(text) if code.upper() in by_code}
    names = by_name.get(_folded(_CODE.sub(" ", text)), frozenset())
    if len(codes) == 1 and (not _folded(_CODE.sub(" ", text)) or codes & names):
        return frozenset(codes)
    return frozenset() if codes else names


def is_other(text: str) -> bool:
    """Whether a text says that it is another council, without saying which."""
    return " ".join(_words(text)) in _OTHER or _folded(text) in _OTHER


def is_us(code: str, la_code: str) -> bool:
    """Whether a council is this one, or was reorganised into or out of it."""
    return code == la_code or code in _reorganised().get(la_code, frozenset())


def other_council(cells: pa.ChunkedArray, la_code: str) -> str | None:
    """The code of the one other council that stands in more than half of the cells that name any; else None.

    To nobody (`000`, a file that is looked at without an authority) no council is another.
    """
    if la_code == NOBODY:
        return None
    counts: dict[str, int] = {}
    naming = 0
    for count in cells.value_counts().to_pylist():
        text, rows_of_it = count["values"], count["counts"]
        is_own = text is not None and text.strip().removesuffix(".0") == la_code
        codes = frozenset({la_code}) if is_own else named(text) if text else frozenset()
        if not codes:
            continue
        naming += rows_of_it
        if not any(is_us(code, la_code) for code in codes):
            for code in codes:
                counts[code] = counts.get(code, 0) + rows_of_it
    most = max(counts, key=lambda code: (counts[code], code), default=None)
    return most if most is not None and counts[most] * 2 > naming else None


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text).casefold().replace("&", " and ")
    return re.sub(r"[^a-z0-9]+", " ", re.sub(r"['’.]", "", plain)).split()


def _folded(text: str) -> str:
    words = " ".join("st" if word == "saint" else word for word in _words(text)).replace("london borough", "")
    return " ".join(word for word in words.split() if word not in _NOISE)


@cache
def _by_code() -> dict[str, str]:
    found = {}
    for row in rows():
        if row["la_code"]:
            for code in (row["la_code"], row["geography_code"], *row["ons_code_alias"].split(";")):
                if code.strip():
                    found[code.strip().upper()] = row["la_code"]
    return found


@cache
def _by_name() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in rows():
        if row["la_code"]:
            found.setdefault(_folded(row["name"]), set()).add(row["la_code"])
    for name, code in _ALSO.items():
        found.setdefault(name, set()).add(code)
    return {name: frozenset(codes) for name, codes in found.items()}


@cache
def _reorganised() -> dict[str, frozenset[str]]:
    """By council, those that it was made of and those that took its place."""
    pairs: dict[str, set[str]] = {}
    for row in rows():
        for successor in re.findall(r"\b\d{3}\b", row["successor_la_code"]):
            pairs.setdefault(row["la_code"], set()).add(successor)
            pairs.setdefault(successor, set()).add(row["la_code"])
    return {code: frozenset(others) for code, others in pairs.items()}
