"""How rows are judged: the pandera schema of a table, with one verdict per rule over whole columns.

A check says of all rows at once whether its rule holds; only a rule that does not is asked again, for its rows. So
every row of every table is judged, and what costs is what is wrong.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pandera.pandas as pa
import pyarrow
import pyarrow.compute as pc

from schemas.codes.statuses import Status
from schemas.tables import MODELS, Column, Kind, columns, is_about_children

# Working days are known from the first to the last of these dates; see warehouse/reference.
CALENDAR_START = date(2000, 1, 1)
CALENDAR_END = date(2035, 12, 31)

# What stands beside the typed columns of a frame, each only where it holds of any row: truth values.
UNREAD = "unread_"  # the cell is not empty and its column's kind could not read it
FORMULA = "formula_"  # it is a formula that was never calculated
SENTINEL = "sentinel_"  # it reads as a date that stands for none
SHORT_YEAR = "short_year_"  # it reads as a date with a two-digit year
ABSENT = "absent_"  # the row's file has no such column
UNLINKED = "unlinked_"  # it names a record that the extract does not have of the child, though it has the table
# The tables whose records a table's links are looked up in, and the date that is looked up with them.
LINKS = {
    "assessment": {"referral_id": "referral"},
    "s47": {"referral_id": "referral"},
    "icpc": {"referral_id": "referral", "s47_id": "s47"},
}
LINKED_DATE = {"referral": ("referral_date", "linked_referral_date"), "s47": ("start_date", "linked_s47_start_date")}

_UNREAD_RULE = {
    Kind.DATE: "unreadable_date",
    Kind.TIMESTAMP: "unreadable_date",
    Kind.CODE: "unknown_code",
    Kind.BOOLEAN: "unknown_code",
    Kind.STATUS: "unknown_status",
    Kind.OUTCOME: "unknown_code",
    Kind.COUNCIL: "unknown_council",
    Kind.INTEGER: "unreadable_number",
    Kind.NUMBER: "unreadable_number",
}
# A record that is one of these does not claim that what it is about happened on its date; one reopened was not held.
_CLAIMS_NOTHING = [Status.VOID, Status.NOT_HELD, Status.PLANNED]
_NOT_HELD = [*_CLAIMS_NOTHING, Status.REOPENED]

Rows = npt.NDArray[np.int64]
_TRUTH = pd.ArrowDtype(pyarrow.bool_())
Broken = Callable[[pd.DataFrame], pyarrow.ChunkedArray]


@dataclass(frozen=True)
class _Rule:
    """A rule of a table: what it is called, the column it speaks of, and the rows that break it.

    `companion` is the column of truth values that says so, if it is no more than that.
    """

    name: str
    column: str
    broken: Broken
    companion: str | None = None


@dataclass(frozen=True)
class Judgement:
    """The rules of a table as a pandera schema: `schema` gives verdicts, `broken_rules` the rows behind them."""

    schema: pa.DataFrameSchema
    rules: tuple[_Rule, ...]

    def broken_rules(self, frame: pd.DataFrame) -> Iterator[tuple[str, str, Rows]]:
        """Rule, column and rows (by position) of every rule that does not hold for all rows of the frame.

        The frame has the model's columns, `extract_date`, the companions above where they hold of any row,
        `single_value` and, where they apply, `is_unknown_person` and the linked dates.
        """
        try:
            self.schema.validate(frame, lazy=True, inplace=True)
        except pa.errors.SchemaErrors as errors:
            failed = {(str(one.check.name), one.check.description) for one in errors.schema_errors if _is_verdict(one)}
            if len(failed) < len(errors.schema_errors):
                raise  # the contract itself is wrong: a type that reading does not give
            for rule in self.rules:
                if (rule.name, rule.column) in failed:
                    yield rule.name, rule.column, _rows(rule.broken(frame))


def _is_verdict(error: pa.errors.SchemaError) -> bool:
    return isinstance(error.check, pa.Check) and error.check.description is not None


@cache
def judgement(table: str) -> Judgement:
    """The judgement of a table, derived from the declarations of its columns. Raises KeyError for an unknown table."""
    rules = tuple(_rules(table))
    typed = {
        name: pa.Column(column.dtype, nullable=True, required=True)
        for name, column in MODELS[table].to_schema().columns.items()
    }
    companions = {
        rule.companion: pa.Column(_TRUTH, _verdict(rule, _none_holds), nullable=True, required=False)
        for rule in rules
        if rule.companion
    }
    checks = [_verdict(rule, partial(_holds, broken=rule.broken)) for rule in rules if not rule.companion]
    return Judgement(pa.DataFrameSchema({**typed, **companions}, checks=checks), rules)


def _verdict(rule: _Rule, holds: Callable[[Any], bool]) -> pa.Check:
    return pa.Check(holds, name=rule.name, description=rule.column, ignore_na=False)


def _none_holds(companion: pd.Series) -> bool:
    return not companion.any()


def _holds(frame: pd.DataFrame, broken: Broken) -> bool:
    return not pc.any(broken(frame)).as_py()


def _rows(broken: pyarrow.ChunkedArray) -> Rows:
    return np.flatnonzero(pc.fill_null(broken, False).to_numpy())


def _rules(table: str) -> Iterator[_Rule]:
    declared = columns(table)
    yield _flagged("single_value", declared[0].name, "single_value")
    for column in declared:
        name = column.name
        if column.required or column.essential:
            yield _Rule(null_rule(column), name, partial(_lacks, name=name))
        unread = _UNREAD_RULE.get(column.kind, "unreadable_id" if column.essential else "error_value")
        yield _flagged(unread, name, UNREAD + name)
        yield _flagged("formula_uncached", name, FORMULA + name)
        if column.kind in (Kind.DATE, Kind.TIMESTAMP):
            yield _flagged("sentinel_date", name, SENTINEL + name)
            yield _flagged("two_digit_year", name, SHORT_YEAR + name)
        if column.happened:
            yield _Rule("after_extract", name, partial(_after_extract, name=name))
        if column.timed:
            yield _Rule("outside_calendar", name, partial(_outside_calendar, name=name))
        if column.not_before:
            yield _Rule("end_before_start", name, partial(_precedes, end=name, start=column.not_before))
        if column.follows:
            yield _Rule("out_of_order", name, partial(_precedes, end=name, start=column.follows))
    for link in other_links(table):
        yield _flagged("unlinked", link, UNLINKED + link)
    for link, target in LINKS.get(table, {}).items():
        yield _Rule("unlinked", link, partial(_unlinked, link=link, found=LINKED_DATE[target][1]))
    if table in LINKS:
        begun = "icpc_date" if table == "icpc" else "start_date"
        yield _Rule("before_referral", begun, partial(_precedes, end=begun, start="linked_referral_date"))
    if table == "icpc":
        yield _Rule("weekend_conference", "icpc_date", _weekend_conference)
        yield _Rule("held_without_date", "icpc_date", _held_without_date)
    if table == "person":
        yield _flagged("unknown_master", "master_person_id", "is_unknown_master")
    elif is_about_children(table):
        yield _flagged("unknown_person", "person_id", "is_unknown_person")


@cache
def other_links(table: str) -> dict[str, str]:
    """The links of a table of which no date is looked up, each with the table that is judged before it."""
    before = list(MODELS)[: list(MODELS).index(table)]
    return {
        column.name: column.links_to
        for column in columns(table)
        if column.links_to in before and is_about_children(column.links_to) and column.name not in LINKS.get(table, {})
    }


def _flagged(name: str, column: str, companion: str) -> _Rule:
    """The rule that a companion speaks of; where there is none, nobody breaks it."""
    return _Rule(name, column, partial(_flag, name=companion), companion)


def null_rule(column: Column) -> str:
    """The rule that an empty value breaks, for a column that needs one."""
    return "required" if column.essential else "missing_value"


def _arrow(frame: pd.DataFrame, name: str) -> pyarrow.ChunkedArray:
    """A column as Arrow has it, without a copy."""
    found = frame[name].array.__arrow_array__()
    return found if isinstance(found, pyarrow.ChunkedArray) else pyarrow.chunked_array([found])


def _days(frame: pd.DataFrame, name: str) -> pyarrow.ChunkedArray:
    column = _arrow(frame, name)
    return column if column.type == pyarrow.date32() else pc.cast(column, pyarrow.date32(), safe=False)


def _never(frame: pd.DataFrame) -> pyarrow.ChunkedArray:
    return pyarrow.chunked_array([pyarrow.array(np.zeros(len(frame), dtype=bool))])


def _flag(frame: pd.DataFrame, name: str) -> pyarrow.ChunkedArray:
    return _arrow(frame, name) if name in frame.columns else pyarrow.chunked_array([], pyarrow.bool_())


def _lacks(frame: pd.DataFrame, name: str) -> pyarrow.ChunkedArray:
    """Empty, though the row's file has the column, and not for being unreadable: that is told as such."""
    column = _arrow(frame, name)
    if not column.null_count:
        return pyarrow.chunked_array([], pyarrow.bool_())
    lacking = pc.is_null(column)
    for companion in (UNREAD + name, FORMULA + name, ABSENT + name):
        if companion in frame.columns:
            lacking = pc.and_not(lacking, _arrow(frame, companion))
    return lacking


def _is_one_of(frame: pd.DataFrame, statuses: Sequence[str]) -> pyarrow.ChunkedArray:
    return pc.is_in(_arrow(frame, "status"), pyarrow.array([str(status) for status in statuses]))


def _after_extract(frame: pd.DataFrame, name: str) -> pyarrow.ChunkedArray:
    later = pc.greater(_days(frame, name), _arrow(frame, "extract_date"))
    if name == "icpc_date":
        return pc.and_kleene(later, _is_held(frame))
    # A record that was called off, did not take place or lies ahead does not claim that anything happened.
    if "status" in frame.columns:
        later = pc.and_not_kleene(later, _is_one_of(frame, [*_CLAIMS_NOTHING, "CANCELLED"]))
    if "cancelled" in frame.columns:
        later = pc.and_not_kleene(later, pc.fill_null(_arrow(frame, "cancelled"), False))
    return later


def _outside_calendar(frame: pd.DataFrame, name: str) -> pyarrow.ChunkedArray:
    days = _days(frame, name)
    return pc.or_kleene(pc.less(days, CALENDAR_START), pc.greater(days, CALENDAR_END))


def _precedes(frame: pd.DataFrame, end: str, start: str) -> pyarrow.ChunkedArray:
    earlier = pc.less(_days(frame, end), _days(frame, start))
    if pyarrow.types.is_timestamp(_arrow(frame, end).type):
        # A date without a time reads as midnight: times of day decide only where both are known.
        ended, started = (pc.floor_temporal(_arrow(frame, name), unit="second") for name in (end, start))
        timed = pc.and_kleene(_has_time(ended), _has_time(started))
        earlier = pc.or_kleene(earlier, pc.and_kleene(timed, pc.less(ended, started)))
    return earlier


def _has_time(moments: pyarrow.ChunkedArray) -> pyarrow.ChunkedArray:
    return pc.less(pc.cast(pc.cast(moments, pyarrow.date32(), safe=False), moments.type), moments)


def _unlinked(frame: pd.DataFrame, link: str, found: str) -> pyarrow.ChunkedArray:
    return pc.and_(pc.is_valid(_arrow(frame, link)), pc.is_null(_arrow(frame, found)))


def _is_held(frame: pd.DataFrame) -> pyarrow.ChunkedArray:
    """Conferences that the row claims were held; an adjourned one was if it reached a decision."""
    undecided = pc.and_(_is_one_of(frame, [Status.ADJOURNED]), pc.is_null(_arrow(frame, "outcome_cp")))
    return pc.invert(pc.or_(undecided, _is_one_of(frame, _NOT_HELD)))


def _weekend_conference(frame: pd.DataFrame) -> pyarrow.ChunkedArray:
    weekend = pc.greater_equal(pc.day_of_week(_arrow(frame, "icpc_date")), 5)
    return pc.and_kleene(_is_held(frame), weekend)


def _held_without_date(frame: pd.DataFrame) -> pyarrow.ChunkedArray:
    undated = pc.and_(_is_one_of(frame, [Status.DONE]), pc.is_null(_arrow(frame, "icpc_date")))
    companion = UNREAD + "icpc_date"
    return pc.and_not(undated, _arrow(frame, companion)) if companion in frame.columns else undated
