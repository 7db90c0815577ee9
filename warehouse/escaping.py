"""Text of others as it may be shown: what a terminal, a log or a page would obey is written out instead."""

import re

# Control characters (those of 0x80 to 0x9f too), halves of characters, breaks of lines and paragraphs, what turns the
# direction of what follows so that a name reads as another one, and what is no character.
_OBEYED = re.compile(
    "[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]"
)


def escaped(text: str, kept: str = "") -> str:
    r"""The text with each character that would be obeyed written as `\x1b` or `\u202e`, but for those that are `kept`."""
    return _OBEYED.sub(lambda found: found[0] if found[0] in kept else _written(found[0]), text)


def _written(character: str) -> str:
    return character.encode("unicode_escape").decode()
