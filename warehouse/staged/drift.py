"""Whether an extract has drifted from what its authority sends: shares and counts, never what a row says."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from schemas.rules import RULES, State
from schemas.settings import Operation
from warehouse.ledger import Finding
from warehouse.staged.staging import TableCount

Place = tuple[str, date]
Known = Mapping[Place, Mapping[str, int]]


@dataclass(frozen=True)
class Drift:
    """What is beyond a limit in one extract, `(la_code, extract date)`; and whether a person has accepted it."""

    place: Place
    finding: Finding
    is_accepted: bool


@dataclass(frozen=True)
class _Table:
    """A table of an extract as the limits look at it."""

    la_code: str
    extract_date: date
    table_name: str
    file_name: str
    rows_in: int
    rows: int
    rows_quarantined: int
    worst_rule: str | None
    worst_column: str | None
    emptiest_date: str | None
    rows_without_date: int

    @property
    def place(self) -> Place:
        return self.la_code, self.extract_date


def _table_of(count: TableCount) -> _Table:
    """The table with the rule that set most of its rows aside, and the date that is empty most often."""
    worst = [
        (rows, rule, column) for (rule, column), rows in count.rules.items()
        if RULES[rule].state is State.QUARANTINED
    ]  # fmt: skip
    empty = [
        (rows, column) for (rule, column), rows in count.rules.items()
        if rule in ("required", "missing_value") and column and column.endswith(("_date", "_at", "decom"))
    ]  # fmt: skip
    _, worst_rule, worst_column = min(worst, key=lambda one: (-one[0], one[1], one[2] or ""), default=(0, None, None))
    without, emptiest = min(empty, key=lambda one: (-one[0], one[1]), default=(0, None))
    return _Table(
        count.la_code, count.extract_date, count.table_name, count.file_name, count.rows_in,
        count.rows_in - count.rows_duplicate, count.rows_quarantined, worst_rule, worst_column, emptiest, without,
    )  # fmt: skip


def drift(
    counts: Sequence[TableCount],
    limits: Operation,
    published: Known,
    accepted: Mapping[Place, Collection[str]],
) -> list[Drift]:
    """What is beyond a limit in the extracts of the run, each against its authority's extract before.

    The extract before is the latest of an earlier date that is published, or is in the run and not refused;
    `published` gives the rows besides duplicates of each published extract's tables, `accepted` the facts
    that a person accepted of an extract as it was read. Tables of fewer rows than the limits hold for are not judged.
    """
    tables = sorted(map(_table_of, counts), key=lambda table: (table.place, table.table_name))
    # As far as it is known by the extract in hand, what holds of each extract.
    holding = {place: dict(rows) for place, rows in published.items()}
    found: list[Drift] = []
    for place, group in groupby(tables, key=lambda table: table.place):
        of_extract = list(group)
        before = max((other for other in holding if other[0] == place[0] and other[1] < place[1]), default=None)
        drifted = [
            Drift(place, finding, finding.fact in accepted.get(place, ()))
            for table in of_extract
            for finding in _findings(table, limits, before, holding[before].get(table.table_name) if before else None)
        ]
        if all(one.is_accepted for one in drifted):
            holding[place] = {table.table_name: table.rows for table in of_extract}
        found += drifted
    return found


def _findings(table: _Table, limits: Operation, before: Place | None, rows_before: int | None) -> list[Finding]:
    where = f"{table.la_code}/{table.extract_date}/{table.file_name}"
    accept = (f"or accept the extract as it is: python -m pipelines accept {table.la_code} {table.extract_date} "
              "--reason TEXT.")  # fmt: skip
    found = []

    def beyond(check: str, what: str, limit: float, remedy: str) -> None:
        reason = f"{where}: {what}, and the limit is {limit:.4g}%; {remedy}, {accept}"
        found.append(Finding(reason, table.table_name, check))

    enough = table.rows_in >= limits.drift_minimum_rows
    if enough and table.rows_quarantined > limits.quarantined_share_limit * table.rows_in:
        worst = f"{table.worst_rule}{f' in {table.worst_column}' if table.worst_column else ''}"
        beyond(
            "few_rows_quarantined",
            f"{table.rows_quarantined:,} of {table.rows_in:,} rows ({table.rows_quarantined / table.rows_in:.1%}) are "
            f"quarantined, above all by the rule {worst}",
            limits.quarantined_share_limit * 100,
            "correct them",
        )
    if rows_before and before and max(table.rows, rows_before) >= limits.drift_minimum_rows:
        change = (table.rows - rows_before) / rows_before
        if abs(change) > limits.row_count_change_limit:
            beyond(
                "row_count_steady",
                f"it has {table.rows:,} rows besides duplicates, {abs(change):.1%} {'more' if change > 0 else 'fewer'} "
                f"than the {rows_before:,} of {before[1]}",
                limits.row_count_change_limit * 100,
                "send the whole table",
            )
    if enough and table.rows_without_date > limits.missing_share_limit * table.rows_in:
        beyond(
            "key_dates_filled",
            f"{table.emptiest_date} is empty in {table.rows_without_date:,} of {table.rows_in:,} rows "
            f"({table.rows_without_date / table.rows_in:.1%})",
            limits.missing_share_limit * 100,
            "enter the dates",
        )
    return found
