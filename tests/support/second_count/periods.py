"""Months, twelve months, quarters and years to date, by the kind of the measure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from statistics import median
from typing import NamedTuple

from .days import Span, add_months, last_of
from .extract import Extract
from .leaving_care import is_dated_after
from .measure import Case, Kind, Measure
from .protection import started

PERIODS = ("month", "rolling_12_months", "quarter", "financial_year_to_date")
Population = Callable[[int], "int | None"]


class Figure(NamedTuple):
    numerator: float | None
    denominator: float | None
    value: float | None
    missing_start: int
    status: str


def status_of(span: Span, extract: Extract) -> str:
    """`to_date` while the month is in progress, then provisional for so many months, then final."""
    if not has_ended(span):
        return "to_date"
    later = [month for month in extract.months if month.first > span.first and has_ended(month)]
    return "final" if len(later) >= extract.settings.final_after_months else "provisional"


def has_ended(span: Span) -> bool:
    """The month's last day is on or before the extract date."""
    return span.last == last_of(span.first)


def months_of(period: str, span: Span, extract: Extract) -> list[Span] | None:
    """The months that make a period ending with a month; None where it has none, or where one is not in the history."""
    if period == "month":
        return [span]
    if period == "rolling_12_months":
        first = add_months(span.first, -11)
    elif period == "quarter":
        if span.first.month not in (3, 6, 9, 12) or not has_ended(span):
            return None
        first = add_months(span.first, -2)
    else:
        first = span.first.replace(year=span.first.year - (span.first.month < 4), month=4)
    months = [month for month in extract.months if first <= month.first <= span.first]
    return months if months and months[0].first == first else None


def is_published(measure: Measure, period: str) -> bool:
    """Which kinds have which periods: a count of a snapshot has no twelve months, a rate of events only these."""
    if measure.kind is Kind.RATE_OF_EVENTS:
        return period == "rolling_12_months"
    return not (measure.kind is Kind.COUNT_OF_SNAPSHOT and period == "rolling_12_months")


UNDATED = ("person", "worker", "care_leaver")


def is_covered(measure: Measure, months: Iterable[Span], extract: Extract) -> bool:
    """The tables of the measure are complete from so long before each month. Whether a plan is a repeat asks for the
    whole history, unless the number of earlier plans is told with every plan that began in the month."""
    for span in months:
        begins = add_months(span.first, -measure.run_in_months)
        for table in {need.partition("|")[0].partition(".")[0] for need in measure.needs} - set(UNDATED):
            complete_from = extract.complete_from(table)
            if complete_from is None:
                continue
            if complete_from > begins:
                return False
            if measure.code == "repeat_plans" and any(p["number_previous"] is None for p in started(extract, span)):
                return False
    return True


def is_known(measure: Measure, months: Iterable[Span], extract: Extract) -> bool:
    """States without dates are those of the extract date, and of the last ended month where nothing is told that is
    later. Whom the worker of a referral stands in for, where no allocations are sent, is known on the extract date."""
    if measure.code == "unallocated_cases" and "allocation" not in extract.rows:
        return all(month.last == extract.extract_date for month in months)
    if not measure.is_now_only:
        return True
    ended = [month for month in extract.months if has_ended(month)]
    known = {extract.months[-1]} if extract.months else set()
    if ended and not is_dated_after(extract, ended[-1].last):
        known.add(ended[-1])
    return all(month in known for month in months)


def cases_of(measure: Measure, period: str, months: list[Span], extract: Extract) -> list[Case]:
    """The cases of a period. Events and distinct children are those of all its days; a snapshot's twelve months are its
    month ends pooled, its quarter and year the last month."""
    if not measure.kind.is_snapshot:
        return cached_cases(measure, Span(months[0].first, months[-1].last), extract)
    if period == "rolling_12_months":
        return [case for month in months for case in cached_cases(measure, month, extract)]
    return cached_cases(measure, months[-1], extract)


def cached_cases(measure: Measure, span: Span, extract: Extract) -> list[Case]:
    key = ("cases", measure.code, span)
    if key not in extract.remembered:
        extract.remembered[key] = measure.cases(extract, span)
    known: list[Case] = extract.remembered[key]
    return known


def population_of(month: date, population: Population) -> int | None:
    """The year to March Y is divided by the middle of Y-1; where that is not known, by the year before."""
    year = month.year + 1 if month.month >= 4 else month.year
    estimate = population(year - 1)
    return population(year - 2) if estimate is None else estimate


def denominator_of(measure: Measure, period: str, months: list[Span], population: Population) -> float | None:
    """The population of a rate: of twelve month ends added up, else of the last month."""
    spans = months if period == "rolling_12_months" and measure.kind is Kind.RATE_OF_SNAPSHOT else months[-1:]
    found = [population_of(span.first, population) for span in spans]
    return None if None in found else float(sum(estimate for estimate in found if estimate is not None))


def counted(measure: Measure, cases: list[Case], population: float | None) -> tuple[float | None, float | None]:
    """Numerator and denominator of some cases."""
    if measure.kind is Kind.MEDIAN:
        return None, float(len(cases))
    if measure.kind in (Kind.COUNT_OF_EVENTS, Kind.COUNT_OF_SNAPSHOT):
        return float(len(cases)), None
    if measure.kind.is_rate:
        return float(len(cases)), population
    return float(sum(case.numerator for case in cases)), float(sum(case.denominator for case in cases))


def value_of(measure: Measure, cases: list[Case], numerator: float | None, denominator: float | None) -> float | None:
    """Percent, rate per 10,000, average, median in working days, or the count itself; None of nothing."""
    if measure.kind is Kind.MEDIAN:
        durations = [case.duration for case in cases if case.duration is not None]
        return float(median(durations)) if durations else None
    if measure.kind in (Kind.COUNT_OF_EVENTS, Kind.COUNT_OF_SNAPSHOT):
        return numerator
    if numerator is None or not denominator:
        return None
    factor = 10_000 if measure.kind.is_rate else 1 if measure.kind is Kind.AVERAGE_OF_SNAPSHOT else 100
    return numerator / denominator * factor


def figure_of(
    measure: Measure, period: str, months: list[Span], extract: Extract, population: Population
) -> Figure | None:
    """The figure of one period; None where the measure has none for it, or a rate no population."""
    is_there = is_known(measure, months, extract) and is_covered(measure, months, extract)
    if not is_published(measure, period) or not is_there:
        return None
    people = denominator_of(measure, period, months, population) if measure.kind.is_rate else None
    if measure.kind.is_rate and people is None:
        return None
    cases = cases_of(measure, period, months, extract)
    numerator, denominator = counted(measure, cases, people)
    value = value_of(measure, cases, numerator, denominator)
    missing = sum(case.is_start_missing for case in cases)
    return Figure(numerator, denominator, value, missing, status_of(months[-1], extract))
