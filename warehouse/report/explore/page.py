"""What the page to explore holds, and the page itself: one file, its library and figures in it, that asks for nothing.

Figures are carried as columns of numerators and denominators, compressed: as rows of objects they would be sixty times
as large. The browser computes what a share or a rate is, and rounds it half up, as everywhere.
"""

import base64
import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb
from markupsafe import Markup

from schemas.kinds import PERIODS
from schemas.measures import GROUPS, MEASURES
from warehouse.published.meanings import SMALL_NUMBERS
from warehouse.report.document.page import render
from warehouse.report.published_files import queried, sql

_FOLDER = Path(__file__).parent
_BREAKDOWN = 2  # the column of figure.sql
_LIBRARIES = ("vendored/d3/d3.min.js", "vendored/plot/plot.umd.min.js")
PUBLIC = (
    "Made to be passed on: counts of 1 to 5 are not given, and other counts are to the nearest 5. c: not given, because "
    "a number may be from 1 to 5. u: not given, because it would be too uncertain. x: no population is known. z: there "
    "was no case."
)


@dataclass(frozen=True)
class Exploration:
    """What a page holds of some authorities; `parts` are their breakdowns, or nothing."""

    authorities: Sequence[Mapping[str, Any]]
    measures: Sequence[Mapping[str, Any]]
    warning: str
    figures: Mapping[str, Mapping[str, Any]]
    parts: Mapping[str, Mapping[str, Any]]


def explore(kpi: duckdb.DuckDBPyConnection, la_codes: Sequence[str], has_breakdowns: bool) -> Exploration:
    """What is published of the authorities, read from kpi.duckdb; `has_breakdowns`: by team, age and so on too."""
    named = {row["la_code"]: row for row in queried(kpi, "explore/authority")}
    figures, parts = {}, {}
    for la_code in la_codes:
        rows = kpi.execute(sql("explore/figure"), {"la_code": la_code, "has_breakdowns": has_breakdowns}).fetchall()
        figures[la_code] = {
            **_series(row for row in rows if row[_BREAKDOWN] is None),
            "limits": _by_measure(queried(kpi, "explore/limits", la_code=la_code)),
            "benchmarks": queried(kpi, "explore/benchmark", la_code=la_code),
            "neighbours": queried(kpi, "explore/neighbour", la_code=la_code),
            "targets": queried(kpi, "explore/target", la_code=la_code),
            "sentences": {
                row["measure_code"]: row["sentence"] for row in queried(kpi, "explore/saying", la_code=la_code)
            },
        }
        parts[la_code] = _series(row for row in rows if row[_BREAKDOWN] is not None)
    return Exploration(
        [_authority(named[la_code]) for la_code in la_codes], _measures(figures.values()), SMALL_NUMBERS, figures,
        parts if has_breakdowns else {},
    )  # fmt: skip


def explore_public(kpi: duckdb.DuckDBPyConnection, public: duckdb.DuckDBPyConnection) -> Exploration:
    """The same of the public copy: its measures alone, without limits, sentences, neighbours, targets or breakdowns.

    Each of these would be computed from counts that the copy does not give.
    """
    given = {code for (code,) in public.sql("select distinct la_code from public_kpi").fetchall()}
    authorities = [row for row in queried(kpi, "explore/authority") if row["la_code"] in given]
    figures = {
        row["la_code"]: {
            **_series(public.execute(sql("explore/public_figure"), {"la_code": row["la_code"]}).fetchall()),
            "limits": {}, "benchmarks": queried(public, "explore/public_benchmark", la_code=row["la_code"]), "neighbours": [],
            "targets": [], "sentences": {},
        }
        for row in authorities
    }  # fmt: skip
    return Exploration([_authority(row) for row in authorities], _measures(figures.values()), PUBLIC, figures, {})


def page(made: Exploration) -> bytes:
    """The page; the same exploration gives the same bytes."""
    about = {"authorities": made.authorities, "measures": made.measures, "periods": PERIODS,
             "is_public": made.warning == PUBLIC}  # fmt: skip
    scripts = [(_FOLDER / name).read_text() for name in (*_LIBRARIES, "explore.js")]
    return render(
        "explore/explore.html.jinja",
        warning=made.warning,
        authorities=made.authorities,
        scripts=[Markup(script) for script in scripts],  # noqa: S704 - the project's own
        hashes=" ".join(f"'sha256-{_base64(hashlib.sha256(script.encode()).digest())}'" for script in scripts),
        figures=_packed({**about, "figures": made.figures}),
        parts=_packed(made.parts) if made.parts else "",
    )


def _packed(content: Any) -> str:
    text = json.dumps(content, separators=(",", ":"), default=str, ensure_ascii=False)
    return _base64(zlib.compress(text.encode(), 9))


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _authority(row: Mapping[str, Any]) -> dict[str, Any]:
    day: date = row["extract_date"]
    return {**row, "extract": f"{day.day} {day:%B %Y}"}


def _measures(figures: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What a reader is told of each measure with a figure, in the order of the catalogue."""
    shown = {code for of in figures for code in of["codes"]}
    return [
        {
            "code": one.measure_code, "group": group, "title": one.title, "definition": one.definition,
            "numerator": one.numerator, "denominator": one.denominator, "unit": one.kind.unit,
            "places": one.decimal_places, "scale": one.kind.scale, "polarity": one.polarity,
            "period": one.kind.compared_period, "source": one.source,
        }
        for group, measures in GROUPS.items()
        for one in measures
        if one.measure_code in shown
    ]  # fmt: skip


def _series(rows: Iterable[tuple[Any, ...]]) -> dict[str, list[Any]]:
    """Series as columns; rows as `figure.sql` orders them.

    Values are left out of a series in which each follows from numerator and denominator.
    """
    columns: dict[str, list[Any]] = {name: [] for name in (
        "codes", "periods", "breakdowns", "categories", "months", "numerators", "denominators", "values")}  # fmt: skip
    for (code, period, breakdown, category), points in groupby(rows, key=itemgetter(0, 1, 2, 3)):
        months, *numbers = zip(*(point[4:] for point in points), strict=True)
        numerators, denominators, values = ([_whole(number) for number in column] for column in numbers)
        # One that this release does not know any more keeps its values, and the page does not offer it.
        scale = MEASURES[code].kind.scale if code in MEASURES else None
        followed = [_followed(*counts, scale) for counts in zip(numerators, denominators, strict=True)]
        for name, value in zip(columns, (
            code, period, breakdown, category, months, numerators,
            denominators if any(number is not None for number in denominators) else None,
            values if followed != values else None,
        ), strict=True):  # fmt: skip
            columns[name].append(value)
    return columns


def _followed(numerator: Any, denominator: Any, scale: float | None) -> Any:
    """The value that the browser would compute; the same steps as there."""
    if scale is None:
        return numerator
    if isinstance(numerator, str) or isinstance(denominator, str) or numerator is None or not denominator:
        return None
    return _whole(scale * numerator / denominator)


def _whole(number: Any) -> Any:
    """A whole number as such, the number of a text that is one, and any other text as it is."""
    if isinstance(number, str):
        try:
            number = float(number)
        except ValueError:
            return number
    return int(number) if isinstance(number, float) and number.is_integer() else number


def _by_measure(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    return {
        row["measure_code"]: {name: row[name] for name in ("months", "means", "lower", "upper", "notes")}
        for row in rows
    }
