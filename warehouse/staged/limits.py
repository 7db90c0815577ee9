"""Whether an extract is within the limits of what its authority sends: shares and counts, never what a row says."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from schemas.rules import RULES, State
from schemas.settings import Operation
from schemas.tables import Kind, columns
from warehouse.ledger import Finding
from warehouse.staged.staging import Place, TableCount

Counts = Mapping[Place, Mapping[str, int]]

# Each check of a table, and what it says; the names are those of Dagster's checks.
CHECKS = {
    "few_rows_quarantined": "No more of a table is quarantined than quarantined_share_limit.",
    "row_count_steady": "The rows differ from the authority's extract before by no more than row_count_change_limit.",
    "key_dates_filled": "No more of a required date is empty than missing_share_limit.",
    "keys_filled": "No more of an id that every row needs is empty than null_key_share_limit.",
    "persons_known": "No more rows are about persons that are not in the person table than unknown_person_share_limit.",
    "statuses_known": "No more statuses are in no list than unknown_status_share_limit.",
    "reaches_its_day": "A table with a clock reaches the day to which it is complete, by its own rhythm.",
}
_COMMON = 10  # rows that a spelling must have to be named: what fewer rows say may be about a child
_LONGEST_SHOWN = 40
_MOST_SHOWN = 3


@dataclass(frozen=True)
class Excess:
    """What is beyond a limit in one extract, and whether a person has accepted it."""

    place: Place
    finding: Finding
    is_accepted: bool


def excesses(
    counts: Sequence[TableCount],
    limits: Operation,
    published: Counts,
    accepted: Mapping[Place, Collection[str]],
) -> list[Excess]:
    """What is beyond a limit in the extracts of a run, each against its authority's extract before.

    The extract before is the latest of an earlier date that is published, or is in the run and not refused; `published`
    gives the rows besides duplicates of each published extract's tables, `accepted` the facts that a person accepted of
    an extract as it was read. Tables of fewer rows than the limits hold for are not judged.
    """
    # As far as it is known by the extract in hand, what holds of each extract.
    holding = {place: dict(rows) for place, rows in published.items()}
    found: list[Excess] = []
    for place, group in groupby(sorted(counts, key=lambda count: count.place), key=lambda count: count.place):
        of_extract = list(group)
        before = max((other for other in holding if other[0] == place[0] and other[1] < place[1]), default=None)
        beyond = [
            Excess(place, finding, finding.fact in accepted.get(place, ()))
            for count in of_extract
            for finding in _findings(count, limits, before, holding[before].get(count.table_name) if before else None)
        ]
        if all(one.is_accepted for one in beyond):
            holding[place] = {count.table_name: rows_besides_duplicates(count) for count in of_extract}
        found += beyond
    return found


def rows_besides_duplicates(count: TableCount) -> int:
    """The rows of a table that a later extract's are compared with."""
    return count.rows_in - count.rows_duplicate


def _findings(count: TableCount, limits: Operation, before: Place | None, rows_before: int | None) -> Iterator[Finding]:
    where = f"{count.la_code}/{count.extract_date}/{count.file_name}"
    accept = (f"or accept the extract as it is: python -m pipelines accept {count.la_code} {count.extract_date} "
              "--reason TEXT.")  # fmt: skip

    def beyond(check: str, what: str, limit: str, remedy: str) -> Finding:
        return Finding(f"{where}: {what}, and the limit is {limit}; {remedy}, {accept}", count.table_name, check)

    rows = rows_besides_duplicates(count)
    if rows_before and before and max(rows, rows_before) >= limits.drift_minimum_rows:
        change = (rows - rows_before) / rows_before
        if abs(change) > limits.row_count_change_limit:
            yield beyond(
                "row_count_steady",
                f"it has {rows:,} rows besides duplicates, {abs(change):.1%} {'more' if change > 0 else 'fewer'} "
                f"than the {rows_before:,} of {before[1]}",
                _percent(limits.row_count_change_limit),
                "send the whole table",
            )
    if stop := count.stop:
        yield Finding(
            f"{where}: its last {stop.column_name} is {stop.last_event}, {stop.days_without} days before the day to "
            f"which it is complete, and in the year before no more than {stop.longest_before} days went without one; "
            f"send the table to its end, {accept}",
            count.table_name,
            "reaches_its_day",
        )
    if count.rows_in < limits.drift_minimum_rows:
        return
    if count.rows_quarantined > limits.quarantined_share_limit * count.rows_in:
        yield beyond(
            "few_rows_quarantined",
            f"{_share(count.rows_quarantined, count)} are quarantined, above all by the rule {_worst(count)}",
            _percent(limits.quarantined_share_limit),
            "correct them",
        )
    for check, limit, rules, kinds, what, remedy in (
        ("key_dates_filled", limits.missing_share_limit, ("required", "missing_value"), (Kind.DATE, Kind.TIMESTAMP),
         "is empty in", "enter the dates"),
        ("keys_filled", limits.null_key_share_limit, ("required",), (Kind.ID,),
         "is empty, -1, 0 or a GUID of zeros in", "export the ids of the case system"),
    ):  # fmt: skip
        column, empty = _emptiest(count, rules, kinds)
        if empty > limit * count.rows_in:
            yield beyond(check, f"{column} {what} {_share(empty, count)}", _percent(limit), remedy)
    strangers = count.rules.get(("unknown_person", "person_id"), 0)
    if strangers > limits.unknown_person_share_limit * count.rows_in:
        yield beyond(
            "persons_known",
            f"{_share(strangers, count)} are about persons that the person table does not have",
            _percent(limits.unknown_person_share_limit),
            "send all persons, with ids spelt as in this table",
        )
    unknown = count.rules.get(("unknown_status", "status"), 0)
    if unknown > limits.unknown_status_share_limit * count.rows_in:
        yield beyond(
            "statuses_known",
            f"{_share(unknown, count)} have a status that is in no list{_commonest(count.unknown_statuses)}",
            _percent(limits.unknown_status_share_limit),
            "map the local statuses",
        )


def _percent(limit: float) -> str:
    return f"{limit * 100:.4g}%"


def _share(rows: int, count: TableCount) -> str:
    return f"{rows:,} of {count.rows_in:,} rows ({rows / count.rows_in:.1%})"


def _worst(count: TableCount) -> str:
    """The rule, and its column, that set most rows aside."""
    of_rule = {key: rows for key, rows in count.rules.items() if RULES[key[0]].state is State.QUARANTINED}
    rule, column = min(of_rule, key=lambda key: (-of_rule[key], key[0], key[1] or ""))
    return f"{rule}{f' in {column}' if column else ''}"


def _emptiest(count: TableCount, rules: Collection[str], kinds: Collection[Kind]) -> tuple[str, int]:
    """The column of some kinds that is empty most often, and in how many rows."""
    empty = {
        column.name: sum(count.rules.get((rule, column.name), 0) for rule in rules)
        for column in columns(count.table_name)
        if column.kind in kinds
    }
    name = min(empty, key=lambda name: (-empty[name], name), default="")
    return name, empty.get(name, 0)


def _commonest(spellings: Sequence[tuple[str, int]]) -> str:
    """The three commonest spellings that enough rows have, as a part of a sentence."""
    shown = [(text, rows) for text, rows in spellings if rows >= _COMMON and len(text) <= _LONGEST_SHOWN]
    named = [f"'{_printable(text)}' ({rows:,})" for text, rows in shown[:_MOST_SHOWN]]
    return f", above all {', '.join(named)}" if named else ""


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() and letter != ";" else " " for letter in text)
