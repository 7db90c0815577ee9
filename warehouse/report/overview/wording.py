"""How figures are written: rounded as a person rounds, each with the cell it comes from."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from warehouse.report.document.blocks import Cell, Figure, NoteMark, Text
from warehouse.report.month.reading import Comparison, Measure, Point, Reading
from warehouse.report.words import NONE, day, month_name


def change(reading: Reading, measure: Measure) -> Text:
    """The change on the month before, in points of a share or units of a rate, to one place more than the figure."""
    on_month = reading.changes.get(measure.measure_code)
    if on_month is None:
        return (NONE,)
    rounded = _rounded(on_month, measure.decimal_places + 1)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
    key = (("la_code", reading.la_code), ("measure_code", measure.measure_code), ("month", str(reading.month)),
           ("period", "month"))  # fmt: skip
    return (Figure(f"{sign}{abs(rounded)}", Cell("kpi_change", "change_on_month", key)),)


def pending(reading: Reading, row: dict[str, Any], column: str) -> Figure:
    """How many items are open, overdue, soon due or without a start."""
    key = (("version", str(reading.version)), ("measure_code", row["measure_code"]))
    return Figure(NONE if row[column] is None else f"{row[column]:,}", Cell("pending_count", column, key))


def title(measure: Measure) -> Figure:
    """The measure's title."""
    return Figure(measure.title, measure.cell("title"))


def per_unit(measure: Measure) -> Figure:
    """The unit of a rate."""
    return Figure(measure.unit, measure.cell("unit"))


def value(measure: Measure, point: Point | None) -> Text:
    """A figure, or a dash where there is none."""
    if point is None or point.value is None:
        return (NONE,)
    return (Figure(shown(point.value, measure), point.cell("value")),)


def value_and_count(measure: Measure, point: Point | None) -> Text:
    """A figure with what it is made of: 73% (35 of 48), or 82 (412 children)."""
    if point is None or (point.value is None and point.denominator is None and not measure.is_rate):
        return (NONE,)
    if measure.is_rate:
        return (*value(measure, point), " (", count(point, "numerator"), " children)")
    return (*value(measure, point), " (", count(point, "numerator"), " of ", count(point, "denominator"), ")")


def count(point: Point, column: str) -> Figure:
    """A numerator or denominator."""
    number = getattr(point, column)
    return Figure(NONE if number is None else f"{number:,.0f}", point.cell(column))


def shown(number: float | None, measure: Measure) -> str:
    """Rounded half up to the places of the measure, with its sign of percent."""
    if number is None:
        return NONE
    return f"{measure.rounded(number):,}{'%' if measure.is_share else ''}"


def _rounded(number: float, places: int) -> Decimal:
    return Decimal(str(number)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def benchmark_value(measure: Measure, found: Comparison) -> Figure:
    """A benchmark, rounded as the measure is."""
    return Figure(shown(found.value, measure), found.cell("benchmark_value"))


def benchmark_year(found: Comparison) -> Figure:
    """The last day of the year that DfE's figure is of."""
    return Figure(day(found.period_end) if found.period_end else "not known", found.cell("benchmark_period_end"))


def month(reading: Reading, of: date) -> Figure:
    """A month's name; its cell is one of the figures of that month."""
    for measure in reading.measures:
        if (point := reading.point(measure, "month", of)) is not None:
            return Figure(month_name(of), point.cell("month"))
    return Figure(month_name(of), Cell("monthly_kpi", "month", (("la_code", reading.la_code), ("month", str(of)))))


def months(reading: Reading, first: date, last: date) -> Text:
    """A stretch of months."""
    return (month(reading, first), *(() if first == last else (" to ", month(reading, last))))


def extract_date(reading: Reading) -> Figure:
    """The day of the extract that the version published."""
    return Figure(day(reading.extract_date), version_cell(reading, "extract_date"))


def version_cell(reading: Reading, column: str) -> Cell:
    """Where the version's publication stands."""
    return Cell("kpi_version", column, (("la_code", reading.la_code), ("version", str(reading.version))))


def target(reading: Reading, measure: Measure) -> Figure:
    """The target that holds for the measure in the month."""
    row = reading.targets[measure.measure_code]
    key = (("version", str(reading.version)), ("la_code", reading.la_code), ("measure_code", measure.measure_code),
           ("valid_from", str(row["valid_from"])), ("scope", row["scope"]))  # fmt: skip
    return Figure(f"{row['target']:,g}{'%' if measure.is_share else ''}", Cell("target_version", "target", key))


def setting_cell(reading: Reading, key: str) -> Cell:
    """Where a setting of the version stands."""
    return Cell("version_setting", "value", (("version", str(reading.version)), ("key", key)))


def above_limit(reading: Reading) -> Figure:
    """From how far above its benchmark a measure without a good direction is for development."""
    key = "overview_above_benchmark_percent"
    return Figure(f"{reading.settings[key]:g}%", setting_cell(reading, key))


def row_total(reading: Reading, column: str) -> Figure:
    """How many rows of the extract ended so, or what share of them was set aside."""
    number = reading.row_total[column]
    shown = f"{_rounded(number, 1)}%" if column == "percent_quarantined" else f"{number:,}"
    return Figure(shown, Cell("extract_row_total", column, (("version", str(reading.version)),)))


def listed(parts: Sequence[Text]) -> Text:
    """Parts as a sentence lists them: a, b and c."""
    return joined([*([joined(parts[:-1], ", ")] if len(parts) > 1 else []), *parts[-1:]], " and ")


def joined(parts: Sequence[Text], between: str) -> Text:
    """Parts with the same words between each two."""
    together: list[str | Figure | NoteMark] = []
    for part in parts:
        together.extend([between, *part] if together else part)
    return tuple(together)


def months_before(month: date, months: int) -> date:
    """The first day of the month that lies so many months before."""
    number = month.year * 12 + month.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)
