"""What an authority has set itself: `<landing>/<la_code>/targets.csv`, one row a target.

```csv
measure_code,valid_from,valid_to,target,tolerance,scope,source
mash_timeliness,2020-04-01,2021-03-31,95,5,local,Improvement plan 2020
```
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from schemas.measures import MEASURES
from schemas.settings import Operation
from warehouse.forms import canonical
from warehouse.forms.canonical.layout import Wanted
from warehouse.forms.cells import day, folded, is_nothing, plain, shown
from warehouse.landing.bounds import UnreadableFileError, bytes_of
from warehouse.landing.extracts import Extract

FILE_NAME = "targets.csv"
# The day from which a target holds that names none.
ALWAYS = date(1900, 1, 1)
_COLUMNS = ("la_code", "measure_code", "valid_from", "valid_to", "target", "tolerance", "scope", "source")
_WANTED = Wanted("targets", {folded(name): name for name in _COLUMNS}, ("measure_code", "target"), frozenset())
_NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,9})?")
_SCOPES = ("local", "national")


@dataclass(frozen=True)
class Target:
    """One target, in the unit of its measure; it holds from `valid_from` to `valid_to`, both included, None: open."""

    measure_code: str
    valid_from: date
    valid_to: date | None
    target: float
    tolerance: float
    scope: str
    source: str


def of(extract: Extract, limits: Operation) -> tuple[Target, ...]:
    """The targets of the extract's authority, in the order of its file; none, where it has no file.

    Raises UnreadableFileError, with the line and the remedy of everything that is wrong.
    """
    path = extract.folder.parent / FILE_NAME
    return read(bytes_of(path, limits), extract.la_code, limits) if path.exists() else ()


def read(content: bytes, la_code: str, limits: Operation) -> tuple[Target, ...]:
    """The targets that a file holds. Raises UnreadableFileError."""
    rows = canonical.read_rows(FILE_NAME, content, _WANTED, limits)
    columns = {name: rows.columns[place].to_pylist() for name, place in rows.layout.positions.items()}
    problems: list[str] = []
    found: list[tuple[int, Target]] = []
    for index, line in enumerate(rows.row_number.to_pylist()):
        checked = _Line(line, {name: cells[index] or "" for name, cells in columns.items()}, problems)
        if target := checked.target(la_code):
            found.append((line, target))
    problems += _overlapping(found)
    if problems:
        raise UnreadableFileError(*problems)
    return tuple(target for _, target in found)


def _overlapping(found: Sequence[tuple[int, Target]]) -> Iterator[str]:
    """One sentence for each target that begins before the one before it, of its measure and scope, has ended."""
    last: dict[tuple[str, str], tuple[int, Target]] = {}
    for line, target in sorted(found, key=lambda one: (one[1].valid_from, one[0])):
        key = (target.measure_code, target.scope)
        before = last.get(key)
        if before and target.valid_from <= (before[1].valid_to or date.max):
            first, second = sorted((before[0], line))
            yield (
                f"lines {first} and {second} both have a {target.scope} target of {target.measure_code} for one day; let "
                "the valid_to of one lie before the valid_from of the other, or leave one of them out"
            )
        if before is None or (target.valid_to or date.max) > (before[1].valid_to or date.max):
            last[key] = (line, target)


@dataclass(frozen=True)
class _Line:
    """One line as it is looked through; what is wrong with it is added to `problems`."""

    number: int
    cells: Mapping[str, str]
    problems: list[str]

    def target(self, la_code: str) -> Target | None:
        """The target of the line; None where anything is wrong."""
        before = len(self.problems)
        given = self._cell("la_code")
        if given and given != la_code:
            self._tell("la_code", f"names another authority; the targets of {la_code} alone stand here")
        measure_code = self._measure()
        valid_from, valid_to = self._day("valid_from") or ALWAYS, self._day("valid_to")
        if valid_to is not None and valid_to < valid_from:
            self._tell("valid_to", "lies before valid_from; exchange the two, or mend one")
        target = self._number("target")
        if target is None and not self._cell("target"):
            self._tell("target", "is empty; give the number, or leave the line out")
        tolerance = self._number("tolerance") or 0.0
        if tolerance < 0:
            self._tell("tolerance", "is less than 0; give how far below, or above, the target is still amber")
        scope = plain(self._cell("scope")) or "local"
        if scope not in _SCOPES:
            self._tell("scope", f"is {shown(self._cell('scope'))!r}; write local or national")
        if len(self.problems) > before or target is None:
            return None
        source = shown(self._cell("source")) or FILE_NAME
        return Target(measure_code, valid_from, valid_to, target, tolerance, scope, source)

    def _cell(self, column: str) -> str:
        text = self.cells.get(column, "")
        return "" if is_nothing(text) else text.strip()

    def _measure(self) -> str:
        given = self._cell("measure_code")
        named = {folded(code): code for code in MEASURES} | {folded(one.short_code): one.measure_code
                                                            for one in MEASURES.values()}  # fmt: skip
        if found := named.get(folded(given)):
            return found
        near = get_close_matches(folded(given), list(named), 1, 0.6)
        hint = f"did you mean {named[near[0]]}?" if near else "the measures are listed in docs/measures.md"
        self._tell(
            "measure_code", f"is {shown(given)!r}, which is no measure; {hint}" if given else f"is empty; {hint}"
        )
        return ""

    def _day(self, column: str) -> date | None:
        text = self._cell(column)
        read = day(text) if text else None
        if text and read is None and not text.startswith(("2099", "9999", "31/12/2099", "31/12/9999")):
            self._tell(column, f"is {shown(text)!r}, which is no date; write it as in 2020-04-01")
        return read

    def _number(self, column: str) -> float | None:
        text = self._cell(column)
        number = text.replace(",", "").removesuffix("%").strip()
        if not text:
            return None
        if not _NUMBER.fullmatch(number) or not math.isfinite(float(number)):
            self._tell(
                column, f"is {shown(text)!r}, which is no number; write it as in 95 or 7.5, in the measure's unit"
            )
            return None
        return float(number)

    def _tell(self, column: str, what: str) -> None:
        self.problems.append(f"line {self.number}: {column} {what}")
