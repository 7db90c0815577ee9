"""A slow, obvious, second count of one extract, written from the field's definitions alone.

Nothing here is shared with the pipeline: plain Python, one function for each measure, every child looked at one after
another. README.md says which reading was taken where the definitions leave a choice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from . import authorities
from .breakdowns import BreakdownKey, Part, parts_of
from .catalogue import GROUPS, MEASURES
from .extract import Extract, ExtractRefusedError, Row, TableCount
from .measure import Case, Measure
from .pending import Pending, open_items
from .periods import PERIODS, Figure, Population, cached_cases, cases_of, figure_of, months_of
from .settings import Settings

__all__ = [
    "GROUPS", "MEASURES", "PERIODS", "Case", "Count", "ExtractRefusedError", "Figure", "Measure", "Part", "Pending",
    "Row", "Settings", "count_extract",
]  # fmt: skip

Key = tuple[str, date, str]


@dataclass(frozen=True)
class Count:
    """One extract, counted. Each part is counted when it is asked for, and once."""

    extract: Extract
    population: Population
    localities: Mapping[str, str]

    @property
    def tables(self) -> dict[str, TableCount]:
        """By table, how many rows ended in which state, and the rules that they broke."""
        return self.extract.tables

    @property
    def rows(self) -> dict[str, list[Row]]:
        """By table, every row with its state."""
        return self.extract.rows

    @cached_property
    def not_computable(self) -> dict[str, str]:
        """By measure, the tables and columns that were not sent."""
        found = {}
        for measure in MEASURES.values():
            absent = [need for need in measure.needs if not self._has(need)]
            if absent:
                found[measure.code] = f"absent: {', '.join(absent)}"
        return found

    def _has(self, need: str) -> bool:
        """Whether the table, or the column of it, was sent; of two parted by a bar, either."""
        wanted = (one.partition(".") for one in need.split("|"))
        return any(
            table in self.extract.rows and (not column or column in self.extract.columns[table])
            for table, _, column in wanted
        )

    def figure(self, measure_code: str, month: date, period: str = "month") -> Figure | None:
        """One figure; None where the measure has none for the period, or cannot be computed."""
        span = next((span for span in self.extract.months if span.first == month), None)
        if span is None or measure_code in self.not_computable:
            return None
        months = months_of(period, span, self.extract)
        return figure_of(MEASURES[measure_code], period, months, self.extract, self.population) if months else None

    @cached_property
    def figures(self) -> dict[Key, Figure]:
        """By measure, month (its first day) and period."""
        return {
            (measure.code, span.first, period): figure
            for measure in self.measures()
            for span in self.extract.months
            for period in PERIODS
            if (figure := self.figure(measure.code, span.first, period))
        }

    @cached_property
    def breakdowns(self) -> dict[BreakdownKey, Part]:
        """By measure, month, period, breakdown and category: numerator and denominator."""
        found: dict[BreakdownKey, Part] = {}
        for measure in self.measures():
            for span in self.extract.months:
                for period in PERIODS:
                    if (measure.code, span.first, period) not in self.figures:
                        continue
                    months = months_of(period, span, self.extract)
                    assert months is not None
                    cases = cases_of(measure, period, months, self.extract)
                    for (breakdown, category), part in parts_of(measure, cases, self.extract, self.localities).items():
                        found[measure.code, span.first, period, breakdown, category] = part
        return found

    @cached_property
    def pending(self) -> dict[tuple[str, str, str], Pending]:
        """By clock, child and record, every open item on the extract date."""
        return open_items(self.extract)

    def cases(self, measure_code: str, month: date) -> list[Case]:
        """The events or children behind a month's figure."""
        span = next(span for span in self.extract.months if span.first == month)
        return cached_cases(MEASURES[measure_code], span, self.extract)

    def measures(self) -> list[Measure]:
        return [measure for measure in MEASURES.values() if measure.code not in self.not_computable]


def count_extract(
    folder: Path,
    extract_date: date,
    la_code: str,
    settings: Mapping[str, Any] | None = None,
    *,
    population: Population | None = None,
    localities: Mapping[str, str] | None = None,
) -> Count:
    """Count one extract's folder of canonical CSV files; any table may be absent.

    Args:
        folder: the folder with person.csv, referral.csv and so on.
        extract_date: the day of the extract.
        la_code: the three digits of the council.
        settings: overrides of `Settings`, by name.
        population: mid-year to children aged 0 to 17, None where there is no estimate; by default the reference file.
        localities: postcode to locality.

    Raises:
        ExtractRefusedError: a column that must be there is absent, or a file is no table.
    """
    extract = Extract(folder, extract_date, la_code, Settings.of(settings), authorities.ours(la_code))
    return Count(extract, population or authorities.population(la_code), localities or {})
