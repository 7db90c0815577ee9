"""The sentences of an overview: facts with their cells, never a cause.

Where a sentence would need a number that no cell holds, it is not written.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from warehouse.report.document.blocks import Cell, Figure, Text
from warehouse.report.month.reading import Comparison, Measure, Reading
from warehouse.report.overview import wording
from warehouse.report.overview.areas import BENCHMARKS, Placing, Rule


def facts(reading: Reading, measure: Measure) -> Text:
    """The paragraph of a measure: the month and twelve months, what was before, benchmarks, signals, open items."""
    sentences = [
        _now(reading, measure), _before(reading, measure), _quoted(reading, measure), _published(reading, measure),
        _signalled(reading, measure), _open_items(reading, measure),
    ]  # fmt: skip
    return wording.joined([sentence for sentence in sentences if sentence], " ")


# What a share says was done, and what a rate counts, as a councillor would say it aloud. A number among the words is
# that of the measure's title.
_DONE: dict[str, tuple[str, ...]] = {
    "mash_timeliness": ("of referrals were decided within one working day",),
    "assessment_timeliness": ("of single assessments were completed within ", "45", " working days"),
    "icpc_timeliness": ("of initial child protection conferences were held within ", "15", " working days"),
    "authorised_care_plan": ("of looked after children had an authorised care plan",),
    "child_protection_plan_rate": ("children were subject of a child protection plan",),
    "looked_after_rate": ("children were looked after",),
}


def _now(reading: Reading, measure: Measure) -> Text:
    month = reading.point(measure, "month")
    when = wording.month(reading, reading.month)
    if month is None or month.value is None:
        return ("For ", when, " there is no figure: there was nothing to measure.")
    done = tuple(
        Figure(part, measure.cell("title")) if part.isdigit() else part for part in _DONE[measure.measure_code]
    )
    at = " at the end of " if measure.is_snapshot else " in "
    if measure.is_rate:
        per = Figure(measure.unit.partition(" aged")[0], measure.cell("unit"))
        return (wording.count(month, "numerator"), " ", *done, at, when, ", ", *wording.value(measure, month), " ", per,
                ".")  # fmt: skip
    counts: Text = (" (", wording.count(month, "numerator"), " of ", wording.count(month, "denominator"), ")")
    sentence: Text = (*wording.value(measure, month), " ", *done, at, when, *counts)
    twelve = reading.point(measure, "rolling_12_months")
    if twelve is not None and twelve.value is not None:
        over = " over the past twelve month ends" if measure.is_snapshot else " over the past twelve months"
        sentence = (*sentence, ", and ", *wording.value(measure, twelve), over)
    return (*sentence, ".")


def _before(reading: Reading, measure: Measure) -> Text:
    """The month before and the same month a year before: up or down from both, or what they were."""
    now = reading.point(measure, "month")
    parts: list[Text] = []
    rises: set[bool] = set()
    for months in (1, 12):
        of = wording.months_before(reading.month, months)
        point = reading.point(measure, "month", of)
        if point is None or point.value is None:
            continue
        at = " at the end of " if measure.is_snapshot else " in "
        parts.append((*wording.value(measure, point), at, wording.month(reading, of)))
        if now is not None and now.value is not None:
            before, after = measure.rounded(point.value), measure.rounded(now.value)
            rises |= {after > before} if after != before else {True, False}
    if not parts:
        return ()
    opening = {frozenset({True}): "Up from ", frozenset({False}): "Down from "}.get(frozenset(rises), "It was ")
    return (opening, *wording.listed(parts), ".")


def _quoted(reading: Reading, measure: Measure) -> Text:
    quoted = [found for found in _compared(reading, measure) if found.basis == "quoted"]
    parts: list[Text] = [
        (wording.benchmark_value(measure, found), f" for {BENCHMARKS[found.benchmark]}") for found in quoted
    ]
    return ("The council’s paper at the time quoted ", *wording.listed(parts), ".") if parts else ()


def _published(reading: Reading, measure: Measure) -> Text:
    compared = list(_compared(reading, measure))
    if not compared:
        return ("There is no national comparator.",) if measure.benchmark_note.startswith("No benchmark exists") else ()
    published = [found for found in compared if found.basis != "quoted"]
    if not published:
        return ()
    parts: list[Text] = [
        ("Statistical neighbours average " if found.basis == "mean_of_neighbours" else f"{found.name} ",
         wording.benchmark_value(measure, found))
        for found in published
    ]  # fmt: skip
    return (
        *wording.listed(parts),
        " (DfE, year to ",
        wording.benchmark_year(published[0]),
        ").",
        *_rests_on(published),
    )


def _rests_on(published: Sequence[Comparison]) -> Text:
    """How many authorities and cases the average of the neighbours rests on, and who is left out of it."""
    found = next((one for one in published if one.basis == "mean_of_neighbours"), None)
    if found is None or found.authorities_used is None:
        return ()
    count = Figure(str(found.authorities_used), found.cell("authorities_used"))
    noun = " authority" if found.authorities_used == 1 else " authorities"
    cases: Text = () if found.cases is None else (" and ", Figure(f"{found.cases:,.0f}", found.cell("cases")), " cases")
    without: Text = () if found.left_out is None else ("; left out: ", Figure(found.left_out, found.cell("left_out")))
    return (" The average rests on ", count, noun, *cases, *without, ".")


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


# What waits, of one and of several.
_WAITING = {
    "mash_timeliness": ("referral was awaiting a decision", "referrals were awaiting a decision"),
    "assessment_timeliness": ("single assessment was not completed yet", "single assessments were not completed yet"),
    "icpc_timeliness": ("child was awaiting a conference", "children were awaiting a conference"),
}


def _open_items(reading: Reading, measure: Measure) -> Text:
    pending = reading.pending.get(measure.measure_code)
    if pending is None:
        return ()
    waiting = _WAITING[measure.measure_code][pending["pending"] != 1]
    return (
        "On ", wording.extract_date(reading), ", ", wording.pending(reading, pending, "pending"), f" {waiting}, ",
        wording.pending(reading, pending, "overdue"), " of them past the due date.",
    )  # fmt: skip


def rule(reading: Reading, placing: Placing) -> Text:
    """The footnote of a placing: which rule, and the two figures it compared."""
    measure, point = placing.measure, placing.point
    period = "Twelve-month" if point.period != "month" else "Month-end" if measure.is_snapshot else "The month’s"
    figure: Text = (f"{period} performance (", *wording.value(measure, point), ") ")
    if placing.rule is Rule.BENCHMARK and placing.comparison:
        than = "better" if placing.is_better else "worse"
        return (*figure, f"is {than} than ", *_against(measure, placing.comparison), " by more than chance explains.")
    if placing.rule is Rule.NEUTRAL and placing.comparison:
        figure = ("At ", *wording.value(measure, point), " the rate is ")
        neither = "; neither a high nor a low rate is good in itself."
        if placing.is_within_chance:
            within = f" by no more than chance explains{neither}"
            return (*figure, "above ", *_against(measure, placing.comparison), within)
        than = "no more than " if placing.is_better else "more than "
        return (*figure, than, wording.above_limit(reading), " above ", *_against(measure, placing.comparison), neither)
    if placing.rule is Rule.TARGET and placing.target is not None:
        meets = "meets" if placing.is_better else "does not meet"
        scope = reading.targets[measure.measure_code]["scope"]
        return (*figure, f"{meets} the {scope} target of ", wording.target(reading, measure), ".")
    level: Text = ("No benchmark or target decides. ",)
    if placing.comparison:
        chance = placing.comparison.is_beyond_chance
        level = (*figure, *(
            ("is in line with ", *_against(measure, placing.comparison), ", within what chance explains. ")
            if chance is False else
            ("stands beside ", *_against(measure, placing.comparison),
             "; whether the gap is more than chance cannot be said. ")
            if chance is None else ("is the same as printed for ", *_against(measure, placing.comparison), ". ")
        ))  # fmt: skip
    if placing.rule is Rule.SIGNAL:
        return (*level, f"It has been {'improving' if placing.is_better else 'getting worse'}: the month stands out.")
    if placing.rule is Rule.DIRECTION and placing.twelve_months is not None:
        before, now = placing.twelve_months
        way = "improved" if placing.is_better else "got worse"
        return (*level, f"Over a year it has {way}, from ", *wording.value(measure, before), " to ",
                *wording.value(measure, now), ".")  # fmt: skip
    return (*level, "No rule places the measure.")


def _against(measure: Measure, found: Comparison) -> Text:
    """Who it is held against, with their figure and where it comes from."""
    whose: Text = (f"{BENCHMARKS[found.benchmark]} (", wording.benchmark_value(measure, found))
    if found.basis == "quoted":
        return (*whose, ", as quoted)")
    return (*whose, ", year to ", wording.benchmark_year(found), ")")
