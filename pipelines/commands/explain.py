"""The `explain` command: a figure and all that is known of it, as text."""

import json
import textwrap
from collections.abc import Iterator, Sequence
from datetime import date

import click

from pipelines.commands.pending import iso, long_day, printable
from pipelines.settings import PipelineSettings
from schemas.kinds import MEDIAN, PERCENT, PERIODS
from schemas.settings import Settings
from schemas.standards import Clock
from warehouse.escaping import escaped
from warehouse.published.publishing import CASEWORK
from warehouse.report.explanation.explanation import Case, Count, Explanation, Figure, Reported, counts, explain
from warehouse.report.published_files import NoAnswerError

_WIDTH = 116
_FIXED = "\N{NO-BREAK SPACE}"  # where a line may not be parted


def show_explanation(
    settings: PipelineSettings, la_code: str, measure_code: str, month: date, person_id: str | None
) -> int:
    """Print what is known of a figure; the exit status of the command."""
    person = person_id.strip() if person_id else None
    try:
        explanation = explain(settings.warehouse, la_code, measure_code, month, person, settings.definitions)
    except NoAnswerError as error:
        click.echo(escaped(str(error)), err=True)
        return 2
    for line in lines(explanation, person):
        click.echo(line)
    return 0


def lines(explanation: Explanation, person: str | None = None) -> Iterator[str]:
    """The explanation as lines of text; with a person, of the cases that child's alone, each day by day."""
    measure = explanation.measure
    yield click.style(f"{measure.title}: authority {explanation.latest.la_code}, {explanation.month:%B %Y}", bold=True)
    yield f"As at the extract of {long_day(explanation.latest.extract_date)}, version {explanation.latest.version}."
    yield from _headed("Definition", _definition(explanation))
    yield from _headed("Figure", _figures(explanation))
    if person is None:
        yield from _headed("Cases", _cases(explanation))
    else:
        known_as = next(iter(explanation.cases or ())).person_id
        yield from _headed(f"Cases of {printable(known_as)}", _persons_cases(explanation))
        if explanation.reported:
            yield from _headed(f"Reported of {printable(known_as)}, in this extract", _reported(explanation))
    yield from _headed("Benchmarks", _benchmarks(explanation))
    if explanation.reconciliations:
        yield from _headed("Against DfE's figure of a year", _reconciliations(explanation))
    yield from _headed("Versions of this figure, the latest first", _versions(explanation))
    yield from _headed("The same in SQL", _queries(explanation))


def _headed(heading: str, body: Iterator[str]) -> Iterator[str]:
    yield ""
    yield click.style(heading, bold=True)
    for line in body:
        yield f"  {line}".rstrip()


def _definition(explanation: Explanation) -> Iterator[str]:
    measure = explanation.measure
    yield from textwrap.wrap(measure.definition, _WIDTH)
    for name, text in (
        ("Numerator", measure.numerator), ("Denominator", measure.denominator), ("Unit", measure.unit),
        ("Good is", {"higher_better": "higher", "lower_better": "lower"}.get(measure.polarity, "neither way")),
        ("Source", measure.source), ("Note", measure.benchmark_note), ("Definition", measure.definition_version),
    ):  # fmt: skip
        if text:
            yield from textwrap.wrap(f"{name}: {text}", _WIDTH, subsequent_indent="  ")
    changed = "; ".join(_changed_settings(explanation))
    if changed:
        yield from textwrap.wrap(f"Settings other than the default: {changed}", _WIDTH, subsequent_indent="  ")
    if explanation.made_with.closure_days:
        days = json.dumps([*map(str, explanation.made_with.closure_days)])
        declared = f"In {explanation.latest.la_code}/authority.toml: closure_days = {days}"
        yield from textwrap.wrap(declared, _WIDTH, subsequent_indent="  ")


def _changed_settings(explanation: Explanation) -> Iterator[str]:
    default = Settings.model_validate({}).model_dump(mode="json")
    for name, value in explanation.made_with.settings.model_dump(mode="json").items():
        if value != default[name]:
            yield f"{name} = {json.dumps(value)}"


def _figures(explanation: Explanation) -> Iterator[str]:
    for figure in sorted(explanation.figures, key=lambda figure: list(PERIODS).index(figure.period)):
        yield f"{PERIODS[figure.period].capitalize()}: {_value(explanation, figure)}"
        if figure.missing_start:
            yield f"  {figure.missing_start} of them without a date to count from: in the denominator, not in time."
    if explanation.not_computable:
        yield f"Not computable from the latest extract: {explanation.not_computable}"
    if explanation.figures and explanation.figures[0].status == "to_date":
        yield "The month is in progress: this is the state on the extract date."


def _value(explanation: Explanation, figure: Figure) -> str:
    if figure.numerator is None and figure.value is None:
        return "no figure; the latest extract does not give it any more."
    kind = explanation.measure.counted
    if kind.is_count:
        made = _amount(figure.numerator)
    else:
        unit = "%" if kind.unit == PERCENT else f" {kind.unit}"
        value = "no value" if figure.value is None else f"{_number(figure.value)}{unit}"
        denominator = "unknown" if figure.denominator is None else _amount(figure.denominator)
        made = f"{value} = " + (
            f"the middle of {denominator}" if kind is MEDIAN else f"{_amount(figure.numerator)} of {denominator}"
        )
    return f"{made} ({figure.status}; extract of {figure.extract_date}, version {figure.version})"


def _amount(number: float | None) -> str:
    return "–" if number is None else f"{number:,.2f}".removesuffix("0").removesuffix(".0")


def _cases(explanation: Explanation) -> Iterator[str]:
    cases = explanation.cases
    month = next((figure for figure in explanation.figures if figure.period == "month"), None)
    if cases is None:
        yield f"{CASEWORK} cannot be read, so only the sums are shown: the cases are for those entitled to them."
        if month:
            yield from _sums(explanation, month.numerator, month.denominator)
        return
    if not explanation.figures:
        yield "None."
        return
    if explanation.purged_at and not cases:
        yield f"The rows about children of this extract were purged on {long_day(explanation.purged_at.date())}."
        return
    yield from _sums(
        explanation,
        sum(case.numerator for case in cases if case.numerator is not None),
        sum(case.denominator for case in cases if case.denominator is not None),
    )
    if explanation.measure.counted.unit == PERCENT:
        for reason, count in explanation.reasons:
            yield f"  {count:,} {reason}"
    if cases:
        yield ""
        yield from _table(
            ("Child", "Record", "Started", "Date", "Due", "Days", "Counted", "From", "Why not"),
            (
                (printable(case.person_id), printable(case.record_id), iso(case.clock_start), iso(case.event_date),
                 iso(case.due_date), _plain(case.working_days), "yes" if case.is_achieved else "no", _source(case),
                 case.reason or "")
                for case in cases
            ),
        )  # fmt: skip


def _sums(explanation: Explanation, numerator: float | None, denominator: float | None) -> Iterator[str]:
    """What the cases of a month add up to, by the kind of the measure."""
    kind = explanation.measure.counted
    if kind is MEDIAN:
        yield f"Cases: {_amount(denominator)}"
    elif kind.is_count or kind.is_rate:
        yield f"Counted: {_amount(numerator)}"
    elif kind.unit == PERCENT:
        yield f"In the numerator: {_amount(numerator)}"
        if numerator is not None and denominator is not None:
            yield f"Not in the numerator: {_amount(denominator - numerator)}"
    else:
        yield f"Numerator: {_amount(numerator)}"
        yield f"Denominator: {_amount(denominator)}"


def _source(case: Case | Reported) -> str:
    """The file and row of a case, in a national form its place; an older version of the project did not keep them."""
    name = printable(case.file_name or case.table_name)
    if case.place:
        return printable(case.place) if case.place.startswith(name) else f"{name}, {printable(case.place)}"
    return "not kept" if case.row_number is None else f"{name} row {case.row_number}"


def _reported(explanation: Explanation) -> Iterator[str]:
    for one in explanation.reported:
        yield f"{_source(one)}: {printable(one.column_name or 'the row')} {printable(one.raw_value)}".rstrip(" –")
        yield from (f"  {line}" for line in textwrap.wrap(f"{one.message} ({one.rule})", _WIDTH - 4))


def _persons_cases(explanation: Explanation) -> Iterator[str]:
    cases = explanation.cases or ()
    for case, count in zip(cases, counts(explanation), strict=True):
        yield f"Record {printable(case.record_id)}, from {_source(case)}"
        clock = explanation.measure.clock
        told = _counted(explanation, case) if clock is None else _timed(explanation, case, count, clock)
        yield from (f"  {line}" for line in told)
        yield f"  {_result(case)}"
        yield ""


def _timed(explanation: Explanation, case: Case, count: Count | None, clock: Clock) -> Iterator[str]:
    """A case of a measure that asks whether a clock was kept."""
    yield f"Clock started: {_spoken(case.clock_start)}"
    yield f"Done: {_spoken(case.event_date) if case.event_date else 'not yet'}"
    yield f"Due: {_spoken(case.due_date)}"
    allowed = None if count is None else count.allowed
    if count and clock.is_working:
        not_counted = sum(map(len, count.uncounted.values()))
        yield (
            f"Days: {count.calendar_days} from the start to {long_day(count.last)}, of which {not_counted} not counted"
        )
        for reason, days in count.uncounted.items():
            named = ", ".join(f"{one.day}{_FIXED}{one:%b}{_FIXED}{one:%Y}" for one in days)
            for line in textwrap.wrap(f"  {reason}: {named}", _WIDTH - 4, subsequent_indent="    "):
                yield line.replace(_FIXED, " ")
        yield f"Working days: {count.working_days} counted" + ("" if allowed is None else f", allowed {allowed}")
    elif count and case.clock_start:
        allowed = (case.due_date - case.clock_start).days if case.due_date else None
        yield f"Days: {count.calendar_days - 1} after the start" + ("" if allowed is None else f", allowed {allowed}")
    yield f"Rule: {_rule(explanation, allowed, clock)}"


def _rule(explanation: Explanation, allowed: int | None, clock: Clock) -> str:
    mash_clock = explanation.made_with.settings.mash_clock
    if explanation.measure.measure_code == "mash_timeliness" and mash_clock != "one_working_day":
        return f"by times of day (mash_clock {mash_clock}), which the list of cases does not hold"
    if allowed is None:
        return "without a date to count from, or done before it, an item is not in time"
    days = ("working day" if clock.is_working else "day") + ("" if allowed == 1 else "s")
    return f"in time if done within {allowed} {days} of the start, the start being day 0"


def _counted(explanation: Explanation, case: Case) -> Iterator[str]:
    """A case of a measure that counts an event, or how things were on a day."""
    measure = explanation.measure
    kind = measure.counted
    if case.event_date:
        ends = ", the end of the month or the extract date" if kind.is_snapshot else ""
        yield f"Counted on: {_spoken(case.event_date)}{ends}"
    record = {"cp_plan": "plan", "cla_episode": "period of care"}.get(case.table_name or "")
    is_of_child = kind.is_snapshot and record is not None
    if is_of_child and measure.has_start_of_fact:
        yield f"The {record} began: {_spoken(case.clock_start)}; it had not ended by the end of that day"
    elif case.clock_start:
        yield f"Counted from: {_spoken(case.clock_start)}"
    if is_of_child:
        yield "Rule: a child counts once, by the open record that began last; its end and legal status stand in that row"
    if case.working_days is not None:
        yield f"Working days: {case.working_days}"
    told = (
        f"The figure: the middle of {measure.denominator}"
        if kind is MEDIAN
        else f"In the numerator: {measure.numerator}"
    )
    yield from textwrap.wrap(told, _WIDTH - 4, subsequent_indent="  ")


def _result(case: Case) -> str:
    return (
        "Result: in the numerator"
        if case.is_achieved
        else f"Result: not in the numerator. {case.reason or ''}".rstrip()
    )


def _benchmarks(explanation: Explanation) -> Iterator[str]:
    if not explanation.benchmarks:
        yield "None: no national statistic is published, or none for this month."
        return
    yield from _table(
        ("Period", "Benchmark", "Year", "Basis", "Value", "Gap", "Comparable", "Rank", "Band", "Authorities", "Cases"),
        (
            (PERIODS[one.period], one.benchmark_name, _plain(one.year), one.benchmark_basis,
             _number(one.benchmark_value), _number(one.difference), "yes" if one.is_comparable else "no",
             _plain(one.national_rank), one.quartile_band or "–", _plain(one.authorities_used), _count(one.cases))
            for one in explanation.benchmarks
        ),
    )  # fmt: skip
    for left_out in dict.fromkeys(one.left_out for one in explanation.benchmarks if one.left_out):
        yield from textwrap.wrap(f"Neighbours left out: {printable(left_out)}", _WIDTH, subsequent_indent="  ")


def _reconciliations(explanation: Explanation) -> Iterator[str]:
    yield from _table(
        ("Year to", "Ours", "DfE", "Gap", "Clock", "Transfers", "Episodes", "Late", "Population", "Rounding", "Unexplained"),
        (
            (iso(one.year_end), *(_number(part) for part in (
                one.our_value, one.published_value, one.gap, one.assessment_clock, one.transfer_in,
                one.distinct_or_episode, one.late_recording, one.population, one.rounding, one.unexplained,
            )))
            for one in explanation.reconciliations
        ),
    )  # fmt: skip
    yield "Each part is what one more step towards DfE's definition takes from our figure; – cannot be computed."


def _versions(explanation: Explanation) -> Iterator[str]:
    yield from _table(
        ("Period", "Extract", "Version", "Published (UTC)", "Numerator", "Denominator", "Value", "Status"),
        (
            (PERIODS[one.period], iso(one.extract_date), str(one.version), f"{one.published_at:%Y-%m-%d %H:%M}",
             _count(one.numerator), _count(one.denominator), _number(one.value), one.status or "not known any more")
            for one in explanation.versions
        ),
    )  # fmt: skip


def _queries(explanation: Explanation) -> Iterator[str]:
    for file, queries in explanation.queries.items():
        for query in queries:
            yield f"-- {file}"
            yield from f"{query};".splitlines()
            yield ""


def _table(headings: Sequence[str], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    """Columns as wide as what they hold: nothing is cut off."""
    cells = [headings, *rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(headings))]
    gap = "  " if sum(widths) + 2 * len(widths) <= _WIDTH else " "
    for row in cells:
        yield gap.join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()


def _spoken(one: date | None) -> str:
    return "no date" if one is None else f"{one:%A} {long_day(one)}"


def _plain(number: int | None) -> str:
    return "–" if number is None else str(number)


def _count(number: float | None) -> str:
    return "–" if number is None else f"{number:,.0f}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.2f}"
