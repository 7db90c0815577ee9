"""How rows are judged: the pandera schema of a table, derived from the declarations of its columns."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

import pandas as pd
import pandera.pandas as pa
import pyarrow

from schemas.codes import INCOMPLETE_STATUSES, VOID_STATUSES
from schemas.tables import MODELS, Column, Kind, columns, is_about_children

# Working days are known from the first to the last of these dates; see warehouse/reference.
CALENDAR_START = date(2000, 1, 1)
CALENDAR_END = date(2035, 12, 31)

# What the cast step adds beside the typed columns, for the rules that need more than the value itself.
UNREAD = "unread_"  # the text, where it is not empty and its column's kind could not read it
SENTINEL = "sentinel_"  # the text, where it reads as a date that stands for none
SHORT_YEAR = "short_year_"  # the text, where it reads as a date with a two-digit year
LINKS = {"assessment": ("referral_id",), "s47": ("referral_id",), "icpc": ("referral_id", "s47_id")}

_UNREAD_RULE = {
    Kind.DATE: "unreadable_date",
    Kind.TIMESTAMP: "unreadable_date",
    Kind.CODE: "unknown_code",
    Kind.BOOLEAN: "unknown_code",
    Kind.INTEGER: "unreadable_number",
    Kind.NUMBER: "unreadable_number",
}


def null_rule(column: Column) -> str:
    """The rule that an empty value breaks, for a column that needs one."""
    return "required" if column.essential else "missing_value"


def judgement(table: str) -> pa.DataFrameSchema:
    """The schema that judges a table: the model's own types and needs, and the rules derived from its declarations.

    Every check is vectorised and named for the rule; its description is the column it speaks of. The frame has the
    model's columns, `extract_date`, `values_in_row`, and where they apply `is_known_person`, `linked_referral_date`,
    `linked_s47_start_date` and the companions above (a companion without any value may be left out).
    """
    schema = MODELS[table].to_schema()
    companions: dict[str, pa.Column] = {}
    for column in columns(table):
        unread = _UNREAD_RULE.get(column.kind, "unreadable_id" if column.essential else "error_value")
        companions[UNREAD + column.name] = _empty(unread, column.name)
        companions[SENTINEL + column.name] = _empty("sentinel_date", column.name)
        companions[SHORT_YEAR + column.name] = _empty("two_digit_year", column.name)
    judged = schema.add_columns(companions)
    judged.checks = list(_row_checks(table))
    return judged


def _empty(rule: str, column: str) -> pa.Column:
    check = pa.Check(pd.Series.isna, name=rule, description=column, ignore_na=False, n_failure_cases=1)
    return pa.Column(pd.ArrowDtype(pyarrow.string()), check, nullable=True, required=False)


def _holds(rule: str, column: str, broken: Callable[[pd.DataFrame], pd.Series]) -> pa.Check:
    def kept(frame: pd.DataFrame) -> pd.Series:
        return ~broken(frame).fillna(False).astype(bool)

    return pa.Check(kept, name=rule, description=column, ignore_na=False, n_failure_cases=1)


def _row_checks(table: str) -> Iterator[pa.Check]:
    """The rules that compare values of one row."""
    declared = columns(table)
    yield _holds("single_value", declared[0].name, lambda frame: frame["values_in_row"] < 2)
    for column in declared:
        if column.happened:
            yield _holds("after_extract", column.name, partial(_after_extract, name=column.name))
        if column.timed:
            yield _holds("outside_calendar", column.name, partial(_outside_calendar, name=column.name))
        if column.not_before:
            start = column.not_before
            yield _holds("end_before_start", column.name, partial(_precedes, end=column.name, start=start))
        if column.follows:
            yield _holds("out_of_order", column.name, partial(_precedes, end=column.name, start=column.follows))
    for link in LINKS.get(table, ()):
        found = "linked_s47_start_date" if link == "s47_id" else "linked_referral_date"
        yield _holds("unlinked", link, partial(_unlinked, link=link, found=found))
    if table in LINKS:
        begun = "icpc_date" if table == "icpc" else "start_date"
        yield _holds("before_referral", begun, partial(_precedes, end=begun, start="linked_referral_date"))
    if table == "icpc":
        yield _holds("weekend_conference", "icpc_date", _weekend_conference)
    if table != "person" and is_about_children(table):
        yield _holds("unknown_person", "person_id", lambda frame: ~frame["is_known_person"])


def _days(series: pd.Series) -> pd.Series:
    days: pd.Series = series.astype(pd.ArrowDtype(pyarrow.date32()))
    return days


def _after_extract(frame: pd.DataFrame, name: str) -> pd.Series:
    later = _days(frame[name]) > frame["extract_date"]
    if name == "icpc_date":
        return later & _held(frame)
    # A record that was called off or only drafted does not claim that anything happened.
    return later & ~frame["status"].isin(list(VOID_STATUSES)) if "status" in frame.columns else later


def _outside_calendar(frame: pd.DataFrame, name: str) -> pd.Series:
    days = _days(frame[name])
    return (days < CALENDAR_START) | (days > CALENDAR_END)


def _precedes(frame: pd.DataFrame, end: str, start: str) -> pd.Series:
    earlier = _days(frame[end]) < _days(frame[start])
    if str(frame[end].dtype).startswith("timestamp"):
        # A date without a time reads as midnight: times of day decide only where both are known.
        timed = _has_time(frame[end]) & _has_time(frame[start])
        earlier = earlier | (timed & (frame[end].dt.floor("s") < frame[start].dt.floor("s")))
    return earlier


def _has_time(moments: pd.Series) -> pd.Series:
    has_time: pd.Series = moments.dt.floor("D") < moments.dt.floor("s")
    return has_time


def _unlinked(frame: pd.DataFrame, link: str, found: str) -> pd.Series:
    return frame[link].notna() & frame[found].isna()


def _held(frame: pd.DataFrame) -> pd.Series:
    """Conferences that the row claims were held; an adjourned one was if it reached a decision."""
    adjourned = (frame["status"] == "ADJOURNED").fillna(False)
    elsewise = frame["status"].isin([*VOID_STATUSES, *INCOMPLETE_STATUSES]) & ~adjourned
    return ~elsewise & ~(adjourned & frame["outcome_cp"].isna())


def _weekend_conference(frame: pd.DataFrame) -> pd.Series:
    weekend: pd.Series = frame["icpc_date"].astype(pd.ArrowDtype(pyarrow.timestamp("s"))).dt.dayofweek >= 5
    return _held(frame) & weekend
