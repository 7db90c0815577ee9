"""What an authority's latest extract gives: which measures, which not and why, and what would give most of them.

The page `<warehouse>/reports/<la>/coverage.html` and the screen after a first publication say the same.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from schemas.kinds import RATE_OF_EVENTS
from schemas.measures import GROUPS, MEASURES
from schemas.tables import MODELS
from warehouse.forms import canonical
from warehouse.forms.extracts import FORMS
from warehouse.forms.form import Form, why_never
from warehouse.report import words
from warehouse.report.coverage.lacking import Need, Step, Thing, steps
from warehouse.report.document.blocks import Block, Heading, Paragraph, Table, Text
from warehouse.report.document.page import render, sections
from warehouse.report.folder import COVERAGE, FOLDER, replace
from warehouse.report.index import page as index
from warehouse.report.published_files import Latest, authority_name, latest_publications, opened_figures, queried

TITLE = "What the extract gives"


@dataclass(frozen=True)
class Extract:
    """An authority's latest extract: its measures and tables as rows, and what its measures lack, by measure code."""

    la_code: str
    authority: str
    extract_date: date
    version: int
    published_at: datetime
    measures: tuple[dict[str, Any], ...]
    tables: tuple[dict[str, Any], ...]
    needs: Mapping[str, tuple[Need, ...]]

    @property
    def given(self) -> list[dict[str, Any]]:
        """The measures that it gives a figure of."""
        return [row for row in self.measures if row["first_month"] is not None and not row["is_without_figure"]]

    @property
    def not_given(self) -> list[dict[str, Any]]:
        """The measures that it gives no figure of."""
        return [row for row in self.measures if row["first_month"] is None or row["is_without_figure"]]

    @cached_property
    def steps(self) -> list[Step]:
        """What would give most of the others."""
        return list(steps(self.needs))

    @property
    def forms(self) -> list[Form]:
        """The national forms that its tables came in."""
        named = {row["form"] for row in self.tables}
        return [form for form in FORMS if form.NAME in named]

    @property
    def notes(self) -> dict[str, list[str]]:
        """What is told beside the figures of measures, with the measures."""
        found: dict[str, list[str]] = {}
        for row in self.given:
            if row["note"]:
                found.setdefault(row["note"], []).append(row["measure_code"])
        return found

    def reasons(self, codes: Iterable[str]) -> dict[str, list[str]]:
        """Why it gives no figure of these measures, by reason with what helps."""
        found: dict[str, list[str]] = {}
        rows = {row["measure_code"]: row for row in self.not_given}
        for code in codes:
            found.setdefault(self._reason(rows[code]), []).append(code)
        return found

    def _reason(self, row: dict[str, Any]) -> str:
        sentences: list[str] = []
        met: list[Thing] = []
        for need in self.needs.get(row["measure_code"], ()):
            if any(need.is_met_by(thing) for thing in met):
                continue
            met.append(need.things[0])
            # What a form declares of itself names its remedy.
            sentences += [need.reason] if not need.is_any_enough else [need.reason, self.remedy(need.things[0])]
        return " ".join(sentences) or row["reason"]

    def remedy(self, thing: Thing) -> str:
        """How to send it."""
        form = next((row["form"] for row in self.tables if row["table_name"] == thing.table), None)
        source = " from the case system" if self.forms else ""
        if not thing.columns:
            return f"Send {thing.table}.csv{source}."
        if form in (None, canonical.FORM):
            return f"Add {' and '.join(thing.columns)} to the file of {thing.table}."
        return f"Send {' and '.join(thing.columns)} in supplement_{thing.table}.csv."


def read(connection: duckdb.DuckDBPyConnection, latest: Latest) -> Extract:
    """What kpi.duckdb, which `connection` uses, says of an authority's latest extract."""
    named = {"la_code": latest.la_code, "extract_date": latest.extract_date}
    needs: dict[str, tuple[Need, ...]] = {}
    for row in queried(connection, "coverage/unmet_need", **named):
        need = Need(row["table_name"], tuple(row["column_names"]), row["is_any_enough"], row["reason"])
        needs[row["measure_code"]] = (*needs.get(row["measure_code"], ()), need)
    return Extract(
        latest.la_code, authority_name(connection, latest.la_code), latest.extract_date, latest.version,
        latest.published_at,
        tuple(queried(connection, "coverage/covered_measure", **named)),
        tuple(queried(connection, "coverage/covered_table", **named, version=latest.version)),
        needs,
    )  # fmt: skip


def extracts(connection: duckdb.DuckDBPyConnection, la_codes: Iterable[str]) -> list[Extract]:
    """The latest extracts of authorities, by code; none of an authority of which nothing is published."""
    wanted = set(la_codes)
    return [read(connection, latest) for latest in latest_publications(connection) if latest.la_code in wanted]


def page(extract: Extract) -> bytes:
    """The page of an extract, in UTF-8."""
    return render(
        "coverage/coverage.html.jinja", extract=extract, title=TITLE, sections=sections(list(blocks(extract)))
    )


def write(warehouse: Path, la_codes: Iterable[str]) -> list[Path]:
    """Write what the latest extract of each of these authorities gives, and the index; the pages.

    Of an authority of which nothing is published any more the page is taken away. Raises NoAnswerError if nothing has
    ever been published.
    """
    pages = {la_code: warehouse / FOLDER / la_code / COVERAGE for la_code in la_codes}
    with opened_figures(warehouse) as connection:
        found = extracts(connection, pages)
        for extract in found:
            replace(pages[extract.la_code], page(extract))
        for la_code in pages.keys() - {extract.la_code for extract in found}:
            pages.pop(la_code).unlink(missing_ok=True)
        index.write(connection, warehouse)
    return list(pages.values())


def blocks(extract: Extract) -> Iterator[Block]:
    """The page's content, from top to bottom."""
    yield from _most(extract)
    yield from _given(extract)
    yield from _not_given(extract)
    yield from _tables(extract)


def _most(extract: Extract) -> Iterator[Block]:
    yield Heading(2, ("What would give most",), "most")
    yield Paragraph((in_short(extract),), "lead")
    if not extract.steps:
        yield Paragraph(("No table or column is lacking.",))
        return
    rows: list[tuple[Text, ...]] = [
        ((f"{str(step)[:1].upper()}{str(step)[1:]}",), (" ".join(map(extract.remedy, step.things)),),
         (str(len(step.alone)),), (str(len(step.gives)),), (_titles(step.gives),))
        for step in extract.steps
    ]  # fmt: skip
    yield Table(
        ("What to send, first what gives most",), ("What", "How", "Alone gives", "After those above", "Measures"),
        tuple(rows), frozenset({2, 3}),
    )  # fmt: skip
    yield Paragraph(
        ("“Alone gives” counts the measures that would be computed if that alone came; “After those above” counts those "
         "that come in addition, once everything above it is there. Columns are described in docs/tables.md.",), "note",
    )  # fmt: skip


def in_short(extract: Extract) -> str:
    """How many measures are computed, in a sentence or two."""
    waiting = sum(row["first_published"] is None for row in extract.given)
    said = f"{len(extract.given)} of {len(extract.measures)} measures are computed from this extract."
    return said if not waiting else f"{said} Of these, {waiting} have no figure yet."


def _titles(codes: Iterable[str]) -> str:
    return "; ".join(MEASURES[code].title for code in codes if code in MEASURES)


def _months(first: date | None, last: date | None) -> str:
    if first is None or last is None:
        return words.NONE
    return f"{first:%b %Y}" if first == last else f"{first:%b %Y} to {last:%b %Y}"


def _given(extract: Extract) -> Iterator[Block]:
    yield Heading(2, ("Measures that are computed",), "computed")
    given = {row["measure_code"]: row for row in extract.given}
    if not given:
        yield Paragraph(("None.",))
        return
    for name, declared in GROUPS.items():
        rows = [given[one.measure_code] for one in declared if one.measure_code in given]
        if rows:
            yield Table(
                (f"{name}: {len(rows)} of {len(declared)}",),
                ("Measure", "Covered", "Published", "Why not more, and what else to know"),
                tuple(
                    ((row["title"],), (_months(row["first_month"], row["last_month"]),),
                     (_months(row["first_published"], row["last_published"]),), (_why_not_more(row),))
                    for row in rows
                ),
            )  # fmt: skip
    yield Paragraph(
        ("“Covered” are the months that this extract covers, the month in progress among them; “Published” are the months "
         "with a figure, whichever extract gave it.",), "note",
    )  # fmt: skip


def _why_not_more(row: dict[str, Any]) -> str:
    if row["first_published"] is None and MEASURES[row["measure_code"]].kind is RATE_OF_EVENTS:
        why = "No figure yet: it is of twelve months, and all of them must be covered."
    else:
        why = row["reason"] or ("" if row["first_published"] else "No figure yet: there was nothing to count.")
    return " ".join(filter(None, (why, row["note"]))) or words.NONE


def _not_given(extract: Extract) -> Iterator[Block]:
    yield Heading(2, ("Measures that are not computed",), "not-computed")
    left = dict.fromkeys(row["measure_code"] for row in extract.not_given)
    if not left:
        yield Paragraph(("None: every measure is computed.",))
    for form in extract.forms:
        never = [code for code, measure in MEASURES.items() if why_never(form, measure)]
        yield Heading(3, (form.TITLE,), f"form-{form.NAME}")
        yield Paragraph((form.COVERS,))
        if reasons := extract.reasons(code for code in never if code in left):
            yield Table(("What it can never give by itself, and what helps",), ("Measures", "Why"), _listed(reasons))
        if mended := [code for code in never if code not in left and code in MEASURES]:
            yield Paragraph(
                (f"Computed from other files of this extract, though not from this form: {_titles(mended)}.",)
            )
        for code in never:
            left.pop(code, None)
    if left:
        if extract.forms:
            yield Heading(3, ("For other reasons",), "other-reasons")
        yield Table(("Why, and what helps",), ("Measures", "Why"), _listed(extract.reasons(left)))
    yield Paragraph(
        ("A measure that is not computed is never shown as nought. What an earlier extract gave of it stays as it was.",),
        "note",
    )  # fmt: skip


def _listed(reasons: Mapping[str, Iterable[str]]) -> tuple[tuple[Text, ...], ...]:
    return tuple(((_titles(codes),), (reason,)) for reason, codes in reasons.items())


def _tables(extract: Extract) -> Iterator[Block]:
    yield Heading(2, ("Tables",), "tables")
    sent = {row["table_name"]: row for row in extract.tables}
    yield Table(
        ("From when to when each table is complete",),
        ("Table", "Rows used", "Events from", "Open records from", "To", "Who says so"),
        tuple(_table(name, sent.get(name)) for name in MODELS), frozenset({1}),
    )  # fmt: skip


def _table(name: str, row: dict[str, Any] | None) -> tuple[Text, ...]:
    if row is None:
        return ((name,), (words.NONE,), ("not sent",), ("not sent",), (words.NONE,), (words.NONE,))
    since, open_since = (
        "latest row only" if row["is_latest_only"] else words.day(day) if day else "the beginning"
        for day in (row["complete_from"], row["spells_complete_from"])
    )
    until = words.day(row["complete_to"]) if row["complete_to"] else words.NONE
    declared_by = row["declared_by"] or "nobody: taken as whole"
    titles = {form.NAME: form.TITLE for form in FORMS}
    return (
        (name,), (f"{row['rows_used']:,}",), (since,), (open_since,), (until,), (titles.get(declared_by, declared_by),)
    )  # fmt: skip
