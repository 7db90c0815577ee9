"""A count held against what a warehouse published of the same extract: rows, figures, breakdowns, open items, cases.

Only the names that the warehouse promises its readers are used. To compare a warehouse with its landing folder by hand:
`python -m support.second_count.comparison LANDING WAREHOUSE` in the folder of the tests.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from math import isclose
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from . import Count, count_extract
from .catalogue import MEASURES
from .measure import Kind

SETS_ASIDE = (
    *("required", "unreadable_date", "end_before_start", "after_extract", "weekend_conference", "single_value"),
    "unreadable_id",
)
OF_A_RECORD = (
    *("mash_timeliness", "assessment_timeliness", "icpc_timeliness", "section_47_enquiry"),
    "return_interview_timeliness",
)  # the other clocks are a child's: which of its records speaks for it is not compared
NO_SUCH_KEY = None


class Difference(NamedTuple):
    """Something that the warehouse says otherwise: which kind of thing, of what, where, and both."""

    kind: str
    subject: str
    where: str
    published: Any
    counted: Any


class Published:
    """The two published files of a warehouse, one extract's rows at a time."""

    def __init__(self, warehouse: Path) -> None:
        self.connection = duckdb.connect()
        for name in ("kpi", "casework"):
            self.connection.execute(f"attach '{warehouse}/{name}.duckdb' as {name} (read_only)")
        self.names = {
            f"{database}.{name}"
            for database, name in self.connection.execute(
                "select database_name, table_name from duckdb_tables() where database_name in ('kpi', 'casework') "
                "union all select database_name, view_name from duckdb_views() "
                "where database_name in ('kpi', 'casework')"
            ).fetchall()
        }

    def rows(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        return self.connection.execute(query, list(parameters)).fetchall()

    def measures(self) -> set[str]:
        """The measures of which any figure or the word `not computable` is published."""
        found = self.rows("select measure_code from kpi.monthly_kpi union select measure_code from kpi.not_computable")
        return {code for (code,) in found}


def differences(count: Count, published: Published, measures: Iterable[str] | None = None) -> list[Difference]:
    """Everything in which the latest published figures of the extract's council differ from its count.

    Args:
        count: the count of the council's latest extract.
        published: the warehouse.
        measures: those to compare; by default all that are published.
    """
    compared = published.measures() if measures is None else set(measures)
    return [
        *row_differences(count, published),
        *figure_differences(count, published, compared),
        *breakdown_differences(count, published, compared),
        *pending_differences(count, published),
        *case_differences(count, published, compared),
    ]


def row_differences(count: Count, published: Published) -> list[Difference]:
    """How many rows of each table ended in which state, and which of them were set aside or repeated."""
    which = (count.extract.la_code, count.extract.extract_date)
    here = {
        table: tuple(numbers)
        for table, *numbers in published.rows(
            "select table_name, rows_in, rows_used, rows_quarantined, rows_duplicate from casework.extract_file "
            "where la_code = ? and extract_date = ?",
            *which,
        )
    }
    there = {
        table: (judged.rows_in, judged.rows_used, judged.rows_quarantined, judged.rows_duplicate)
        for table, judged in count.tables.items()
    }
    found = _compared("rows", {(t,): n for t, n in here.items()}, {(t,): n for t, n in there.items()}, _equal)
    issues: dict[tuple[str, int], set[str]] = defaultdict(set)
    for table, number, rule in published.rows(
        "select table_name, row_number, rule from casework.row_issue "
        "where la_code = ? and extract_date = ? and row_number is not null",
        *which,
    ):
        if rule in SETS_ASIDE or rule in ("duplicate", "duplicate_key"):
            issues[table, number].add(rule)
    judged_rows = {
        (table, row.number): {rule for rule in row.rules if rule in SETS_ASIDE or rule.startswith("duplicate")}
        for table, rows in count.rows.items()
        for row in rows
    }
    for table, number in sorted(issues.keys() | judged_rows.keys()):
        theirs, ours = issues.get((table, number), set()), judged_rows.get((table, number), set())
        if bool(theirs) != bool(ours) or not (theirs & ours or theirs == ours):
            found.append(Difference("row", table, f"row {number}", sorted(theirs), sorted(ours)))
    return found


def figure_differences(count: Count, published: Published, measures: set[str]) -> list[Difference]:
    """Every measure, month and period: numerator, denominator, value, missing starts, status."""
    here = {
        (measure, period, month): tuple(figure)
        for measure, period, month, *figure in published.rows(
            "select measure_code, period, month, numerator, denominator, value, missing_start, status "
            "from kpi.monthly_kpi_current where la_code = ? "
            "and coalesce(numerator, denominator, value) is not null",
            count.extract.la_code,
        )
        if measure in measures
    }
    there = {
        (measure, period, month): tuple(figure)
        for (measure, month, period), figure in count.figures.items()
        if measure in measures
    }
    return _compared("figure", here, there, _equal)


def breakdown_differences(count: Count, published: Published, measures: set[str]) -> list[Difference]:
    """Every category of every breakdown that both sides have for a measure; which breakdowns only one side has."""
    if "kpi.monthly_kpi_breakdown_current" not in published.names:
        return []
    here = {
        (measure, breakdown, period, month, category): tuple(part)
        for measure, breakdown, period, month, category, *part in published.rows(
            "select measure_code, breakdown, period, month, category, numerator, denominator, value "
            "from kpi.monthly_kpi_breakdown_current where la_code = ? "
            "and coalesce(numerator, denominator, value) is not null",
            count.extract.la_code,
        )
        if measure in measures
    }
    there = {
        (measure, breakdown, period, month, category): tuple(part)
        for (measure, month, period, breakdown, category), part in count.breakdowns.items()
        if measure in measures
    }
    theirs, ours = ({key[:2] for key in parts} for parts in (here, there))
    found = [
        Difference(
            "breakdown",
            f"{measure} by {breakdown}",
            "all",
            (measure, breakdown) in theirs,
            (measure, breakdown) in ours,
        )
        for measure, breakdown in sorted(theirs ^ ours)
    ]
    both = theirs & ours
    here, there = ({key: part for key, part in parts.items() if key[:2] in both} for parts in (here, there))
    return found + [
        difference._replace(subject=f"{difference.subject} by {difference.where.split(' ', 1)[0]}")
        for difference in _compared("breakdown", here, there, _equal)
    ]


def pending_differences(count: Count, published: Published) -> list[Difference]:
    """Every open item by clock, child and record: since when, by when, overdue. Only clocks that are published."""
    here: dict[tuple[str, ...], tuple[Any, ...]] = {}
    for clock, person, record, *item in published.rows(
        "select measure_code, person_id, record_id, clock_start, due_date, is_overdue from casework.pending_case "
        "where la_code = ?",
        count.extract.la_code,
    ):
        here[_item_key(count, clock, person, record)] = tuple(item)
    clocks = {key[0] for key in here}
    there = {
        _item_key(count, clock, person, record): tuple(item)
        for (clock, person, record), item in count.pending.items()
        if clock in clocks
    }
    return _compared("pending", here, there, _equal)


def _item_key(count: Count, clock: str, person: str | None, record: str | None) -> tuple[str, ...]:
    child = count.extract.child_of(person or "")
    return (clock, child, record or "") if clock in OF_A_RECORD else (clock, child)


def case_differences(count: Count, published: Published, measures: set[str]) -> list[Difference]:
    """The children behind every month's figure, each with what it adds to the numerator, as often as it is counted."""
    kinds = {Kind.DISTINCT_CHILDREN, Kind.RATE_OF_EVENTS, Kind.AVERAGE_OF_SNAPSHOT}
    compared = {code for code in measures if code in MEASURES and MEASURES[code].kind not in kinds}
    compared -= {"high_caseloads", "agency_workers"}
    here: dict[tuple[str, date], Counter[tuple[str, float]]] = defaultdict(Counter)
    for measure, month, person, numerator in published.rows(
        "select measure_code, month, person_id, numerator from casework.kpi_case where la_code = ?",
        count.extract.la_code,
    ):
        if measure in compared:
            is_median = MEASURES[measure].kind is Kind.MEDIAN
            here[measure, month][count.extract.child_of(person or ""), 1.0 if is_median else float(numerator or 0)] += 1
    there: dict[tuple[str, date], Counter[tuple[str, float]]] = {}
    for measure, month, period in count.figures:
        if measure in compared and period == "month":
            there[measure, month] = Counter((case.person, case.numerator) for case in count.cases(measure, month))
    found = []
    for key in sorted(here.keys() | there.keys()):
        theirs, ours = here.get(key, Counter()), there.get(key, Counter())
        if theirs != ours:
            only = (sorted((theirs - ours).elements()), sorted((ours - theirs).elements()))
            found.append(Difference("case", key[0], f"{key[1]}", *only))
    return found


def _compared(kind: str, here: Mapping[Any, Any], there: Mapping[Any, Any], equal: Any) -> list[Difference]:
    found = []
    for key in sorted(here.keys() | there.keys(), key=str):
        theirs, ours = here.get(key, NO_SUCH_KEY), there.get(key, NO_SUCH_KEY)
        if not equal(theirs, ours):
            subject, *where = (str(part) for part in key)
            found.append(Difference(kind, subject, " ".join(where), theirs, ours))
    return found


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(_equal(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, float | int) and isinstance(other, float | int) and not isinstance(one, bool):
        return isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    return bool(one == other)


def told(found: list[Difference], examples: int = 2) -> str:
    """The differences in short: how many of each kind and subject, with some of them."""
    groups: dict[tuple[str, str], list[Difference]] = defaultdict(list)
    for difference in found:
        groups[difference.kind, difference.subject].append(difference)
    lines = [f"{len(found)} differences"]
    for (kind, subject), group in sorted(groups.items(), key=lambda item: (item[0][0], -len(item[1]))):
        lines.append(f"{kind:10} {subject}: {len(group)}")
        for difference in group[:examples]:
            here, there = _short(difference.published), _short(difference.counted)
            lines.append(f"           {difference.where}: published {here}, counted {there}")
    return "\n".join(lines)


def _short(value: Any) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(_short(part) for part in value)})"
    return f"{value:g}" if isinstance(value, float) else str(value)


def main(landing: Path, warehouse: Path) -> int:
    """Count the latest extract of every council of a landing folder, and tell what its warehouse says otherwise."""
    published = Published(warehouse)
    total = 0
    for council in sorted(path for path in landing.iterdir() if path.is_dir() and path.name.isdigit()):
        folder = max(path for path in council.iterdir() if path.is_dir())
        count = count_extract(folder, date.fromisoformat(folder.name), council.name)
        found = differences(count, published)
        total += len(found)
        sys.stdout.write(f"{council.name} {folder.name}: {told(found)}\n")
    sys.stdout.write(f"Not published: {', '.join(sorted(set(MEASURES) - published.measures())) or 'none'}\n")
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main(*(Path(argument) for argument in sys.argv[1:3])))
