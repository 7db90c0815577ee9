"""Any published figure explained: its definition, cases, history and benchmarks, and the queries that give it."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import duckdb

from schemas.kinds import KINDS, Kind
from schemas.measures import MEASURES
from schemas.measures import Measure as Declaration
from schemas.settings import Settings
from schemas.standards import CLOCKS, Clock
from warehouse.published.publishing import CASEWORK, KPI
from warehouse.reference import loading
from warehouse.report.published_files import (
    Latest,
    MadeWith,
    NoAnswerError,
    is_readable,
    latest_publications,
    made_with,
    opened,
    purged_at,
    sql,
)

# The queries that are shown, by the file that they are for: as they stand, an analyst can run them there.
SHOWN_QUERIES = {
    KPI: ("explanation/figure", "explanation/version"),
    CASEWORK: ("explanation/case_sum", "explanation/case"),
}


@dataclass(frozen=True)
class Measure:
    """A measure as it is published."""

    measure_code: str
    title: str
    definition: str
    numerator: str
    denominator: str
    kind: str
    unit: str
    polarity: str
    source: str
    benchmark_note: str
    definition_version: str

    @property
    def clock(self) -> Clock | None:
        """The clock that it asks of each case whether it was kept; None for what asks anything else."""
        return CLOCKS[self.measure_code] if self._declared and self._declared.is_timed else None

    @property
    def has_start_of_fact(self) -> bool:
        """Whether its cases begin when the record of their row does, and not with a date of the measure's own."""
        return self._declared is not None and "clock_start" not in self._declared.case

    @property
    def _declared(self) -> Declaration | None:
        return MEASURES.get(self.measure_code)

    @property
    def counted(self) -> Kind:
        """How its figures are made."""
        return KINDS[self.kind]


@dataclass(frozen=True)
class Figure:
    """A figure as it is known now: `period` is `month` or `rolling_12_months`."""

    period: str
    numerator: float | None
    denominator: float | None
    value: float | None
    status: str | None
    missing_start: int | None
    extract_date: date
    version: int


@dataclass(frozen=True)
class FigureVersion:
    """What one version said of a figure."""

    period: str
    extract_date: date
    version: int
    published_at: datetime
    numerator: float | None
    denominator: float | None
    value: float | None
    status: str | None


@dataclass(frozen=True)
class Benchmark:
    """What the figure stands beside."""

    period: str
    benchmark: str
    benchmark_name: str
    year: int | None
    benchmark_basis: str
    benchmark_value: float | None
    difference: float | None
    is_comparable: bool
    national_rank: int | None
    quartile_band: str | None
    authorities_used: int | None
    cases: float | None
    left_out: str | None


@dataclass(frozen=True)
class Reconciliation:
    """A year to 31 March: our figure, DfE's, and what the gap is made of; a part that cannot be computed is None."""

    year_end: date
    our_value: float | None
    published_value: float | None
    gap: float | None
    assessment_clock: float | None
    transfer_in: float | None
    distinct_or_episode: float | None
    late_recording: float | None
    population: float | None
    rounding: float | None
    unexplained: float | None


@dataclass(frozen=True)
class Case:
    """One case behind the figure, the row that it comes from, and the reason if it is not in the numerator.

    `numerator` and `denominator` are what the case adds: 1 in most measures, in others a worker's cases or full time.
    """

    person_id: str | None
    record_id: str | None
    clock_start: date | None
    event_date: date | None
    due_date: date | None
    working_days: int | None
    is_achieved: bool
    numerator: float | None
    denominator: float | None
    reason: str | None
    table_name: str | None
    row_number: int | None
    place: str | None  # where it stands in a national form
    file_name: str | None


@dataclass(frozen=True)
class Reported:
    """What was reported of a row of the child: a repair, a contradiction, or why it is set aside."""

    table_name: str
    row_number: int | None
    place: str | None
    column_name: str | None
    raw_value: str | None
    rule: str
    message: str
    file_name: str | None


@dataclass(frozen=True)
class Count:
    """How a case's working days were counted: from its start to `last`, day by day.

    `uncounted` holds every day that was not counted, by why; `allowed` is None where nothing says how many are.
    """

    last: date
    calendar_days: int
    working_days: int
    allowed: int | None
    uncounted: dict[str, tuple[date, ...]]


@dataclass(frozen=True)
class Explanation:
    """All that is known of a figure. `cases` is None where child-level results may not be read."""

    latest: Latest
    measure: Measure
    month: date
    made_with: MadeWith
    figures: tuple[Figure, ...]
    not_computable: str | None
    versions: tuple[FigureVersion, ...]
    benchmarks: tuple[Benchmark, ...]
    reconciliations: tuple[Reconciliation, ...]
    cases: tuple[Case, ...] | None
    purged_at: datetime | None
    queries: dict[str, tuple[str, ...]]
    reported: tuple[Reported, ...] = ()  # of the child, where one is named

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why cases are not in the numerator, and how many, most first; none where the measure gives no reasons."""
        if not any(case.reason for case in self.cases or ()):
            return []
        left_out = Counter(case.reason or "No reason is recorded" for case in self.cases or () if not case.is_achieved)
        return sorted(left_out.items(), key=lambda pair: (-pair[1], pair[0]))


def explain(
    warehouse: Path, la_code: str, measure_code: str, month: date, person_id: str | None, otherwise: Settings
) -> Explanation:
    """Explain a figure; with a person, of the cases only that child's.

    `otherwise` stands in where the publication did not keep its settings. Raises NoAnswerError, with the remedy, for an
    authority, measure, month or person that is not there, and for a person where cases may not be read.
    """
    has_cases = is_readable(warehouse / CASEWORK)
    if person_id is not None and not has_cases:
        raise NoAnswerError(f"--person: {warehouse / CASEWORK} cannot be read; ask who runs the pipeline for access.")
    with opened(warehouse, KPI, *([CASEWORK] if has_cases else [])) as connection:
        latest = _latest(connection, la_code)
        measure = _measure(connection, measure_code)
        key = {"la_code": la_code, "measure_code": measure.measure_code, "month": month}
        figures = tuple(Figure(**row) for row in _ask(connection, "kpi", "explanation/figure", key))
        reason = connection.execute(
            sql("explanation/not_computable"), {**_without_month(key), "extract_date": latest.extract_date}
        ).fetchone()
        if not figures and not reason:
            raise NoAnswerError(_no_such_month(connection, key))
        cases = _cases(connection, key, latest) if has_cases else None
        reported: tuple[Reported, ...] = ()
        if person_id is not None:
            # Ids are in capitals and pseudonyms are not, so case says nothing.
            wanted = person_id.casefold()
            cases = tuple(case for case in cases or () if case.person_id and case.person_id.casefold() == wanted)
            if not cases:
                raise NoAnswerError(_no_such_person(connection, key, person_id))
            reported = _reported(connection, latest, person_id)
        return Explanation(
            latest, measure, month,
            made_with(connection, latest.version, otherwise, loading.by_version(warehouse)),
            figures,
            reason[0] if reason else None,
            tuple(FigureVersion(**row) for row in _ask(connection, "kpi", "explanation/version", key)),
            tuple(Benchmark(**row) for row in _ask(connection, "kpi", "explanation/benchmark", key)),
            tuple(
                Reconciliation(**row)
                for row in _ask(connection, "kpi", "explanation/reconciliation", _without_month(key))
            ),
            cases,
            purged_at(connection, latest) if has_cases and not cases else None,
            {file: tuple(_shown(sql(name), key) for name in names) for file, names in SHOWN_QUERIES.items()},
            reported,
        )  # fmt: skip


def counts(explanation: Explanation) -> list[Count | None]:
    """For each case with a clock, how its working days were counted; None where there is nothing to count.

    By the calendar that the figure was computed with. What is not done is counted to the extract date.
    """
    with duckdb.connect() as connection:
        explanation.made_with.load_calendar(connection)
        return [_count(connection, case, explanation) for case in explanation.cases or ()]


def _count(connection: duckdb.DuckDBPyConnection, case: Case, explanation: Explanation) -> Count | None:
    last = case.event_date or explanation.latest.extract_date
    if case.clock_start is None or last < case.clock_start:
        return None
    days = _days(connection, case.clock_start, max(last, case.due_date or last))
    why = {day: "" if is_working else _why(explanation, day, *reason) for day, is_working, *reason in days}
    counted_from = case.clock_start
    if explanation.made_with.settings.nonworking_start == "roll_forward_is_day_0" and why[case.clock_start]:
        # The clock is moved to the next working day, which is then day 0 itself.
        counted_from = next((day for day, reason in why.items() if not reason), case.clock_start)
        why[counted_from] = "The clock is moved to this day, which is day 0"
    why[case.clock_start] = "The start is day 0" + (f" ({why[case.clock_start]})" if why[case.clock_start] else "")
    uncounted: dict[str, tuple[date, ...]] = {}
    for day, reason in why.items():
        if reason and day <= last:
            uncounted[reason] = (*uncounted.get(reason, ()), day)
    return Count(
        last,
        (last - case.clock_start).days + 1,
        sum(not reason for day, reason in why.items() if day <= last),
        None if case.due_date is None else sum(not reason for day, reason in why.items() if day <= case.due_date),
        uncounted,
    )


def _days(connection: duckdb.DuckDBPyConnection, first: date, last: date) -> list[tuple[Any, ...]]:
    return connection.execute(sql("explanation/day"), {"first": first, "last": last}).fetchall()


def _why(explanation: Explanation, day: date, reason: str, source: str | None) -> str:
    """Why a day is not counted, and who says so."""
    if reason == "weekend":
        return f"{day:%A}"
    if reason != "local closure":
        return f"Bank holiday in England, {reason} ({source})"
    declared = {
        "setting local_extra_non_working_days": explanation.made_with.settings.local_extra_non_working_days,
        f"closure_days of {explanation.latest.la_code}/authority.toml": explanation.made_with.closure_days,
    }
    return f"Closure day of the council ({', '.join(where for where, days in declared.items() if day in days)})"


def _latest(connection: duckdb.DuckDBPyConnection, la_code: str) -> Latest:
    published = {latest.la_code: latest for latest in latest_publications(connection)}
    if la_code not in published:
        raise NoAnswerError(
            f"Authority {la_code}: nothing is published for it; published are: {', '.join(published) or 'none'}."
        )
    return published[la_code]


def _measure(connection: duckdb.DuckDBPyConnection, measure_code: str) -> Measure:
    published = {row[0]: Measure(*row) for row in connection.sql(sql("explanation/measure")).fetchall()}
    if measure_code not in published:
        near = get_close_matches(measure_code, published, n=1)
        meant = f" Did you mean {near[0]}?" if near else ""
        raise NoAnswerError(f"Measure {measure_code}: there is none.{meant} The measures are: {', '.join(published)}.")
    return published[measure_code]


def _cases(connection: duckdb.DuckDBPyConnection, key: dict[str, Any], latest: Latest) -> tuple[Case, ...]:
    named = {"la_code": latest.la_code, "extract_date": latest.extract_date}
    files = dict(connection.execute(sql("explanation/file"), named).fetchall())
    rows = _ask(connection, "casework", "explanation/case", key)
    return tuple(Case(**row, file_name=files.get(row["table_name"])) for row in rows)


def _reported(connection: duckdb.DuckDBPyConnection, latest: Latest, person_id: str) -> tuple[Reported, ...]:
    named = {"la_code": latest.la_code, "extract_date": latest.extract_date}
    files = dict(connection.execute(sql("explanation/file"), named).fetchall())
    rows = _ask(connection, "casework", "explanation/report", {**named, "person_id": person_id})
    return tuple(Reported(**row, file_name=files.get(row["table_name"])) for row in rows)


def _no_such_month(connection: duckdb.DuckDBPyConnection, key: dict[str, Any]) -> str:
    row = connection.execute(sql("explanation/month"), _without_month(key)).fetchone()
    first, last = row or (None, None)
    there = f"it has figures from {first} to {last}." if first else "it has no figure at all."
    return f"{key['month']:%Y-%m}: {key['measure_code']} of {key['la_code']} has no figure for that month; {there}"


def _no_such_person(connection: duckdb.DuckDBPyConnection, key: dict[str, Any], person_id: str) -> str:
    months = connection.execute(sql("explanation/person"), {**_without_month(key), "person_id": person_id}).fetchall()
    there = ", ".join(month for (month,) in months)
    return f"--person {person_id}: no case of this figure is of that child; " + (
        f"it has one in: {there}." if there else f"it has none of {key['measure_code']} in any month. Check the id."
    )


def _without_month(key: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in key.items() if name != "month"}


def _ask(connection: duckdb.DuckDBPyConnection, database: str, name: str, key: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a query that names its tables as in its own file, so that it can be shown as it was run."""
    connection.execute(f"use {database}")
    try:
        found = connection.sql(sql(name), params=key)
        return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
    finally:
        connection.execute("use memory")


def _shown(query: str, key: dict[str, Any]) -> str:
    """The query with its values written into it."""
    for name, value in key.items():
        literal = f"date '{value}'" if isinstance(value, date) else "'" + str(value).replace("'", "''") + "'"
        query = query.replace(f"${name}", literal)
    return query.rstrip()
