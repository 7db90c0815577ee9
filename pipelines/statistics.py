"""Published statistics that have landed: what a person is told of them, and of the reference version they make."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from assets.resource import hashes
from pipelines import console
from pipelines.settings import PipelineSettings
from warehouse.reference.loading import indicator_names
from warehouse.report import words
from warehouse.statistics.versions import Change, Taken, take

_SHOWN = 40  # lines of the comparison; comparison.csv of the version has all


def take_statistics(settings: PipelineSettings) -> Taken:
    """Take what has newly landed into the reference figures, and tell of it. The caller holds the warehouse."""
    taken = take(settings.landing, settings.warehouse, hashes(settings.warehouse), settings.operation)
    for warning in taken.warnings:
        console.errors.print(warning)
    for sentence in taken.told:
        console.console.print(sentence, soft_wrap=True)
    if taken.version is not None:
        console.console.print(f"Reference figures, version {taken.version.name}, old against new:")
        lines = list(comparison(taken.changes))
        for line in lines[:_SHOWN]:
            console.console.print(f"  {line}", soft_wrap=True)
        more = f"; {len(lines) - _SHOWN} lines more" if len(lines) > _SHOWN else ""
        console.console.print(f"  By year: {words.place(taken.version / 'comparison.csv')}{more}", soft_wrap=True)
    return taken


def comparison(changes: Sequence[Change]) -> Iterator[str]:
    """How the figures differ from those before, a line an indicator."""
    names = indicator_names()
    if not changes:
        yield "No published figure differs; what differs are estimates of population, neighbours, release dates or authorities."
    for indicator, group in groupby(sorted(changes, key=lambda one: (one.publication or "", one.indicator_code)),
                                    key=lambda one: one.indicator_code):  # fmt: skip
        of_indicator = sorted(group, key=lambda one: one.period_end)
        told = [
            *_said(of_indicator, "new", "new"), *_said(of_indicator, "restated", "restated"),
            *_said(of_indicator, "withheld", "no longer given"), *_said(of_indicator, "now_given", "given now"),
        ]  # fmt: skip
        rebased = [one for one in of_indicator if one.is_rebased]
        if rebased:
            changed = sorted(one.change for one in rebased if one.change is not None)
            by = f", by {100 * changed[len(changed) // 2]:+.1f}% at the median" if changed else ""
            told.append(
                f"the series is re-based for {_years(rebased)}{by}: do not compare it with what was printed before"
            )
        yield f"{names.get(indicator, indicator)} ({indicator}): {'; '.join(told)}"


def _said(changes: Sequence[Change], what: str, word: str) -> Iterator[str]:
    found = [one for one in changes if getattr(one, what)]
    if found:
        yield f"{sum(getattr(one, what) for one in found):,} {word} ({_years(found)})"


def _years(changes: Sequence[Change]) -> str:
    years = sorted({one.period_end.year for one in changes})
    return f"{years[0]}" if len(years) == 1 else f"{years[0]} to {years[-1]}"
