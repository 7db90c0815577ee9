"""What an extract lacks for the measures that it cannot give, and which table or column would give most of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from schemas.tables import MODELS

_ORDER = {table: place for place, table in enumerate(MODELS)}


@dataclass(frozen=True)
class Thing:
    """A thing to send: columns of a table or, where none are named, the table with all its rows."""

    table: str
    columns: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Such as `the column end_date of s47`, or `the table dolo`."""
        if not self.columns:
            return f"the table {self.table}"
        return f"the column{'s' * (len(self.columns) > 1)} {' and '.join(self.columns)} of {self.table}"


@dataclass(frozen=True)
class Need:
    """What a measure lacks: columns of a table, of which one may be enough, or the table itself where none are named."""

    table: str
    columns: tuple[str, ...] = ()
    is_any_enough: bool = True
    reason: str = ""

    @property
    def things(self) -> tuple[Thing, ...]:
        """The smallest things each of which meets it."""
        if self.columns and self.is_any_enough:
            return tuple(Thing(self.table, (column,)) for column in self.columns)
        return (Thing(self.table, self.columns),)

    def is_met_by(self, thing: Thing) -> bool:
        """Whether it is met once the thing is sent."""
        if thing.table != self.table or not thing.columns:
            return thing.table == self.table
        return any(set(thing.columns) >= set(own.columns) for own in self.things if own.columns)


@dataclass(frozen=True)
class Step:
    """The next thing to send: the measures that it would give alone, and after the steps before it.

    `things` are several only where no single one gives another measure.
    """

    things: tuple[Thing, ...]
    alone: tuple[str, ...]
    gives: tuple[str, ...]

    def __str__(self) -> str:
        """The things in words."""
        return " and ".join(map(str, self.things))


def steps(needs: Mapping[str, Sequence[Need]]) -> Iterator[Step]:
    """What to send, by measure code and what the measure lacks: each time what then gives most further measures.

    Where several give as many, first what more measures need, then in the order of the tables.
    """
    left = {measure: list(of_measure) for measure, of_measure in needs.items() if of_measure}
    while left:
        things = {thing for of_measure in left.values() for need in of_measure for thing in need.things}
        given_by = _giving(((thing,) for thing in things), left)
        if not given_by:
            given_by = _giving({_together(of_measure, left) for of_measure in left.values()}, left)
        first = min((len(one), -len(given)) for one, given in given_by.items())
        best = [one for one, given in given_by.items() if (len(one), -len(given)) == first]
        chosen = min(best, key=lambda one: _rank(one, left))
        given = given_by[chosen]
        yield Step(chosen, _given(needs, chosen), given)
        left = {
            measure: [need for need in of_measure if not _is_met(need, chosen)]
            for measure, of_measure in left.items()
            if measure not in given
        }


def _is_met(need: Need, things: Sequence[Thing]) -> bool:
    return any(need.is_met_by(thing) for thing in things)


def _giving(
    sets: Iterable[tuple[Thing, ...]], needs: Mapping[str, Sequence[Need]]
) -> dict[tuple[Thing, ...], tuple[str, ...]]:
    """Those sets of things that alone give a measure, with all that each gives."""
    return {one: given for one in sets if (given := _given(needs, one))}


def _given(needs: Mapping[str, Sequence[Need]], things: Sequence[Thing]) -> tuple[str, ...]:
    """The measures that lack nothing once the things are sent."""
    return tuple(code for code, of_measure in needs.items() if all(_is_met(need, things) for need in of_measure))


def _rank(
    things: Sequence[Thing], needs: Mapping[str, Sequence[Need]]
) -> tuple[int, list[tuple[int, tuple[str, ...]]]]:
    """First what more measures need, then by place among the tables."""
    asked = sum(any(_is_met(need, things) for need in of_measure) for of_measure in needs.values())
    return -asked, [(_ORDER[thing.table], thing.columns) for thing in things]


def _together(of_measure: Sequence[Need], needs: Mapping[str, Sequence[Need]]) -> tuple[Thing, ...]:
    """The things that a measure needs, as few as meet all that it lacks: whole tables before columns."""
    found: list[Thing] = []
    for need in sorted(of_measure, key=lambda need: (bool(need.columns), need.is_any_enough)):
        if not _is_met(need, found):
            found.append(min(need.things, key=lambda thing: _rank((thing,), needs)))
    return tuple(found)
