"""Which of many cases of a test the suite tries, and which are for `make test-long`."""

from collections.abc import Iterable, Sequence
from typing import Any

import pytest


def first_of(cases: Iterable[Any]) -> list[Any]:
    """The cases of one argument; all but the first are long."""
    first, *others = cases
    return [first, *map(_long, others)]


def pairs(first: Iterable[Any], second: Sequence[Any]) -> list[Any]:
    """Every pair; those are not long in which each value of `first` stands once, with the values of `second` in turn."""
    return [
        (one, other) if place == number % len(second) else _long(one, other)
        for number, one in enumerate(first)
        for place, other in enumerate(second)
    ]


def _long(*case: Any) -> Any:
    return pytest.param(*case, marks=pytest.mark.long)
