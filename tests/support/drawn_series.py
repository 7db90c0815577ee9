"""Monthly series drawn in a test, and what signals make of them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from warehouse.published.signals import points

# A month is its value, or numerator and denominator; None is a month that is not there.
Month = float | tuple[float, float] | None
Series = Sequence[Month]
FIRST_YEAR = 2015
_SCALE = {"share_of_events": 100, "share_of_snapshot": 100, "rate_of_snapshot": 10_000, "average_of_snapshot": 1}
_COLUMNS = "la_code varchar, measure_code varchar, month date"


def month_of(number: int) -> date:
    """The first day of the month with that number; 1 is the first of a series."""
    return date(FIRST_YEAR + (number - 1) // 12, (number - 1) % 12 + 1, 1)


def number_of(month: date) -> int:
    return (month.year - FIRST_YEAR) * 12 + month.month


def table(series: Mapping[str, Series], kind: str) -> pa.Table:
    """The drawn series of one authority, by measure, as the table that signals read."""
    rows: list[tuple[str, date, float, float | None, float | None]] = []
    for measure, months in series.items():
        for number, month in enumerate(months, start=1):
            if isinstance(month, tuple):
                value = _SCALE[kind] * month[0] / month[1] if month[1] else None
                rows.append((measure, month_of(number), month[0], month[1], value))
            elif month is not None:
                rows.append((measure, month_of(number), month, None, month))
    measures, months_of, numerators, denominators, values = zip(*rows, strict=True)
    return pa.table({
        "la_code": pa.array(["501"] * len(rows)), "measure_code": pa.array(measures),
        "month": pa.array(months_of, pa.date32()), "kind": pa.array([kind] * len(rows)),
        "numerator": pa.array(numerators, pa.float64()), "denominator": pa.array(denominators, pa.float64()),
        "value": pa.array(values, pa.float64()),
    })  # fmt: skip


def judge(series: pa.Table, rebased: Iterable[tuple[str, int]] = (), before: pa.Table | None = None) -> pa.Table:
    """The points of series, with changes recorded for months of measures, and what was published before."""
    with duckdb.connect() as connection:
        connection.register("series", series)
        connection.execute(f"create table spc_rebase ({_COLUMNS}, reason varchar)")
        for measure, number in rebased:
            connection.execute("insert into spc_rebase values ('501', ?, ?, 'moved')", [measure, month_of(number)])
        connection.register("spc_published", points.nothing_published() if before is None else before)
        return points.points(connection)


def judged(months: Series, kind: str, rebased: Sequence[int] = (), before: pa.Table | None = None) -> pa.Table:
    """The points of one series, `m`."""
    return judge(table({"m": months}, kind), [("m", number) for number in rebased], before)


def rows(found: pa.Table, *columns: str) -> list[Any]:
    """The rows of some columns, months by their numbers; bare where one column is asked."""
    shown = [
        tuple(number_of(cell) if isinstance(cell, date) else cell for cell in row)
        for row in zip(*(found[column].to_pylist() for column in columns), strict=True)
    ]
    return [row[0] for row in shown] if len(columns) == 1 else shown


def marks(found: pa.Table) -> dict[int, tuple[str, str]]:
    """By month that is marked, its rule and direction."""
    return {month: (rule, direction) for month, rule, direction in rows(found, "month", "rule", "direction") if rule}


def binomial(seed: int, chances: Sequence[float], cases: int | Sequence[int]) -> list[tuple[float, float]]:
    """Shares drawn month by month."""
    generator = np.random.default_rng(seed)
    of = np.broadcast_to(cases, len(chances))
    return [(float(generator.binomial(n, chance)), float(n)) for n, chance in zip(of, chances, strict=True)]
