"""Small, messy, random extracts of every table, dense with the cases at a border; the same for the same seed.

A child has one life: referrals, assessments, conferences, plans, care, workers, so that tables agree with each other as
far as they do in real systems. Then cells and rows are spoilt as real exports spoil them.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from .cutting import cut
from .dirt import Dirt
from .draws import Draws
from .lives import Lives

__all__ = ["cut", "write_random_extract"]


def write_random_extract(
    folder: Path,
    seed: int,
    la_code: str = "852",
    extract_date: date = date(2020, 9, 1),
    *,
    children: int | None = None,
    is_clean: bool = False,
) -> None:
    """Write every canonical table as CSV into the folder: 30 to 150 children, two to four years of history.

    Args:
        folder: made where it is not there.
        seed: the same seed writes the same bytes.
        la_code: the council that sends the extract.
        extract_date: the day up to which things have happened.
        children: how many, where not left to chance.
        is_clean: whether rows and cells are left as they are: no repeats, no unreadable dates, one spelling.
    """
    draws = Draws(seed, extract_date)
    lives = Lives(draws, la_code, children or draws.rng.randint(30, 150))
    lives.live()
    Dirt(draws, is_clean).write(folder, lives.rows)
