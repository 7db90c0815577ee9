"""Which months' overviews are due; asked every night, so nothing that draws or sets pages is imported here."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

import pyarrow as pa

from warehouse.reference import loading
from warehouse.report.index import page as index
from warehouse.report.published_files import opened_figures, sql

_DUE_MONTH = pa.schema([("month", pa.date32()), ("due_on", pa.date32())])


def months_due(warehouse: Path, today: date, local_extra_non_working_days: Sequence[date] = ()) -> list[date]:
    """The months whose overviews have fallen due and are not written, oldest first.

    From the month of an authority's first publication on. An overview is written once it shows what was known when it fell
    due, or later. Raises NoAnswerError if nothing is published.
    """
    with opened_figures(warehouse) as connection:
        (first,) = connection.execute("select min(published_at)::date from kpi_version").fetchall()[0]
        days, reference = local_extra_non_working_days, loading.in_force(warehouse)
        due = fallen_due(first, today, days, reference) if first else {}
        rows: list[dict[str, object]] = [{"month": month, "due_on": day} for month, day in due.items()]
        with index.beside(connection, due_month=(rows, _DUE_MONTH), written=index.overviews(warehouse)):
            return [month for (month,) in connection.sql(sql("overview/due_month")).fetchall()]


def fallen_due(
    since: date, today: date, local_extra_non_working_days: Sequence[date] = (), reference: Path | None = None
) -> dict[date, date]:
    """By month, the day on which its overviews fell due: the third working day of the next month. From the month of
    `since` up to today."""
    days = loading.working_days(since.replace(day=1), today, local_extra_non_working_days, reference)
    by_month = {month: list(of_month) for month, of_month in groupby(days, lambda day: day.replace(day=1))}
    return {
        (month - timedelta(days=1)).replace(day=1): of_month[2]
        for month, of_month in by_month.items()
        if len(of_month) > 2
    }
