"""Text of others as it may be shown: what a terminal, a log or a page would obey is written out instead."""

import unicodedata

# They turn the direction of what follows, so that a name reads as another one.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Control characters (those of 0x80 to 0x9f too), halves of characters, breaks of lines and paragraphs.
_OBEYED = frozenset({"Cc", "Cs", "Zl", "Zp"})


def escaped(text: str, kept: str = "") -> str:
    r"""The text with each character that would be obeyed written as `\x1b` or `\u202e`, but for those that are `kept`."""
    if text.isprintable():
        return text
    return "".join(one if one in kept or not _is_obeyed(one) else _written(one) for one in text)


def _is_obeyed(character: str) -> bool:
    return unicodedata.category(character) in _OBEYED or character in _TURNING or character in "\ufffe\uffff"


def _written(character: str) -> str:
    return character.encode("unicode_escape").decode()
