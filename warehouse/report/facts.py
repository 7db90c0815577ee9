"""The sentences of an overview: facts with their cells, never a cause.

Where a sentence would need a number that no cell holds, it is not written.
"""

from collections.abc import Iterator
from typing import Any

from warehouse.report import wording
from warehouse.report.document import Cell, Figure, Text
from warehouse.report.placing import BENCHMARKS, Placing, Rule
from warehouse.report.reading import Comparison, Measure, Reading


def facts(reading: Reading, measure: Measure) -> Text:
    """The paragraph of a measure: the month and twelve months, what was before, benchmarks, signals, open items."""
    sentences = [
        _now(reading, measure), _before(reading, measure), _quoted(reading, measure), _published(reading, measure),
        _signalled(reading, measure), _open_items(reading, measure),
    ]  # fmt: skip
    return wording.joined([sentence for sentence in sentences if sentence], " ")


def _now(reading: Reading, measure: Measure) -> Text:
    month = reading.point(measure, "month")
    when = wording.month(reading, reading.month)
    if month is None or month.value is None:
        return (
            "For ",
            when,
            " there is no figure: there was nothing to measure.",
        )
    if measure.is_rate:
        return ("At the end of ", when, " the rate was ", *wording.value(measure, month), " ",
                wording.per_unit(measure), " (", wording.count(month, "numerator"), " children).")  # fmt: skip
    opening = "At the end of " if measure.is_snapshot else "In "
    sentence: Text = (opening, when, " the figure was ", *wording.value_and_count(measure, month))
    twelve = reading.point(measure, "rolling_12_months")
    if twelve is not None and twelve.value is not None:
        over = "; over the twelve month ends to " if measure.is_snapshot else "; over the twelve months to "
        sentence = (*sentence, over, when, " it was ", *wording.value_and_count(measure, twelve))
    return (*sentence, ".")


def _before(reading: Reading, measure: Measure) -> Text:
    last, year = wording.months_before(reading.month, 1), wording.months_before(reading.month, 12)
    parts: list[Text] = []
    for of in (last, year):
        point = reading.point(measure, "month", of)
        if point is not None and point.value is not None:
            at = " at the end of " if measure.is_snapshot else " in "
            parts.append((*wording.value(measure, point), at, wording.month(reading, of)))
    twelve = reading.point(measure, "rolling_12_months", year)
    if twelve is not None and twelve.value is not None and not measure.is_rate:
        over = " over the twelve month ends to " if measure.is_snapshot else " over the twelve months to "
        parts.append((*wording.value(measure, twelve), over, wording.month(reading, year)))
    return ("It was ", *wording.listed(parts), ".") if parts else ()


def _quoted(reading: Reading, measure: Measure) -> Text:
    quoted = [found for found in _compared(reading, measure) if found.basis == "quoted"]
    parts: list[Text] = [
        (wording.benchmark_value(measure, found), f" for {BENCHMARKS[found.benchmark]}") for found in quoted
    ]
    return ("The council quoted ", *wording.listed(parts), " at the time.") if parts else ()


def _published(reading: Reading, measure: Measure) -> Text:
    compared = list(_compared(reading, measure))
    if not compared:
        note = measure.benchmark_note
        return (Figure(note, measure.cell("benchmark_note")),) if note.startswith("No benchmark exists") else ()
    published = [found for found in compared if found.basis != "quoted"]
    if not published:
        return ()
    parts: list[Text] = []
    for found in published:
        name: Text = (found.name,)
        if found.basis == "mean_of_neighbours":
            used = Figure(str(found.neighbours_used), found.cell("neighbours_used"))
            name = ("the mean of ", used, " statistical neighbours")
        parts.append((wording.benchmark_value(measure, found), " for ", *name))
    return ("By what the Department for Education published for the year to ", wording.benchmark_year(published[0]),
            ": ", *wording.listed(parts), ".")  # fmt: skip


def _compared(reading: Reading, measure: Measure) -> Iterator[Comparison]:
    for name in BENCHMARKS:
        for found in reading.compared(measure).get(name, ()):
            if found.value is not None:
                yield found


def _signalled(reading: Reading, measure: Measure) -> Text:
    """The one sentence about the measure's level."""
    sentence = reading.sentences.get(measure.measure_code)
    if sentence is None:
        return ()
    key = (("la_code", reading.la_code), ("measure_code", measure.measure_code), ("month", str(reading.month)))
    return (Figure(sentence, Cell("spc_sentence", "sentence", key)),)


def stands_out(point: dict[str, Any]) -> str:
    """How a month stands out, in words."""
    if point["chart"] == "xmr_of_change":
        way = "rose" if point["direction"] == "above" else "fell"
        return f"{way} more than usual" if point["rule"] == "beyond_limits" else f"{way} more than usual for months"
    if point["rule"] == "beyond_limits":
        return f"{point['direction']} the process limits"
    return f"{'higher' if point['direction'] == 'above' else 'lower'} than usual for months"


def _open_items(reading: Reading, measure: Measure) -> Text:
    pending = reading.pending.get(measure.measure_code)
    if pending is None:
        return ()
    return (
        "On ", wording.extract_date(reading), ", the day of the extract, ",
        "waiting: ", wording.pending(reading, pending, "pending"), "; past the due date: ",
        wording.pending(reading, pending, "overdue"), ".",
    )  # fmt: skip


def rule(reading: Reading, placing: Placing) -> Text:
    """The footnote of a placing: which rule, and the two figures it compared."""
    measure, point = placing.measure, placing.point
    period = (
        "the twelve months" if point.period != "month" else "the month’s end" if measure.is_snapshot else "the month"
    )
    figure: Text = (f"The figure of {period}, ", *wording.value(measure, point), ", ")
    if placing.rule is Rule.BENCHMARK and placing.comparison:
        than = "better than" if placing.is_better else "worse than"
        return (*figure, f"is {than} ", *_against(measure, placing.comparison), ", by more than chance explains.")
    if placing.rule is Rule.NEUTRAL and placing.comparison:
        if placing.is_within_chance:
            return (*figure, "is above ", *_against(measure, placing.comparison), ", by no more than chance explains. "
                    "Neither a high nor a low rate is good in itself.")  # fmt: skip
        than = "not more than " if placing.is_better else "more than "
        return (*figure, f"is {than}", wording.above_limit(reading), " above ", *_against(measure, placing.comparison),
                ". Neither a high nor a low rate is good in itself.")  # fmt: skip
    if placing.rule is Rule.TARGET and placing.target is not None:
        meets = "meets" if placing.is_better else "does not meet"
        target = Figure(
            f"{placing.target:g}{'%' if measure.is_share else ''}", wording.setting_cell(reading, "local_target")
        )
        return (*figure, f"{meets} the local target of ", target, ".")
    level: Text = ("No benchmark or target decides. ",)
    if placing.comparison:
        chance = placing.comparison.is_beyond_chance
        level = (*figure, "beside ", *_against(measure, placing.comparison), ": ",
                 "the gap is no more than chance explains. " if chance is False else
                 "whether the gap is more than chance cannot be said. " if chance is None else
                 "they are the same as printed. ")  # fmt: skip
    if placing.rule is Rule.SIGNAL:
        return (*level, f"The month shows {'a favourable' if placing.is_better else 'an unfavourable'} signal.")
    if placing.rule is Rule.DIRECTION and placing.twelve_months is not None:
        before, now = placing.twelve_months
        way = "for the better" if placing.is_better else "for the worse"
        return (*level, f"The twelve months have moved {way}, from ", *wording.value(measure, before),
                " a year before to ", *wording.value(measure, now), ".")  # fmt: skip
    return (*level, "No rule places the measure.")


def _against(measure: Measure, found: Comparison) -> Text:
    against: Text = (wording.benchmark_value(measure, found), f" for {BENCHMARKS[found.benchmark]}")
    if found.basis == "quoted":
        return (*against, ", as the council quoted it")
    return (*against, " (year to ", wording.benchmark_year(found), ")")
