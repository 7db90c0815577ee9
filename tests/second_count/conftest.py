"""The second count on extracts drawn in a test."""

from collections.abc import Callable
from pathlib import Path

import pytest
from support.second_count import Count
from support.second_count.drawn import count_drawn


@pytest.fixture
def counted(tmp_path: Path) -> Callable[..., Count]:
    """Count the tables drawn: `counted(referral=\"\"\"...\"\"\")`."""

    def count(**drawing: object) -> Count:
        return count_drawn(tmp_path, **drawing)  # type: ignore[arg-type]

    return count
