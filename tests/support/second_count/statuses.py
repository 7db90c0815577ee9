"""What a record's status says: read whole or by its first words, against lists; a word further on decides nothing."""

from __future__ import annotations

import re

LISTS = {
    "void": (
        *("cancelled", "canceled", "draft", "proposed", "deleted", "abandoned", "void", "voided", "superseded"),
        *("withdrawn", "entered in error"),
    ),
    "not held": (
        *("postponed", "rescheduled", "rearranged", "re arranged", "deferred", "did not take place", "not held"),
    ),
    "planned": ("planned",),
    "adjourned": ("adjourned",),
    "reopened": ("reopened", "reopen", "re opened", "re open"),
}


def read_status(text: str | None) -> str:
    """One of the names of LISTS, or '' where the status has no effect."""
    words = re.sub(r"[^a-z0-9]+", " ", (text or "").casefold()).strip()
    for meaning, phrases in LISTS.items():
        if any(words == phrase or words.startswith(phrase + " ") for phrase in phrases):
            return meaning
    return ""
