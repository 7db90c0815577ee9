"""Writes overviews, what extracts give, and the index of both into `<warehouse>/reports/`, each file whole or not at all."""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

import duckdb
import pyarrow as pa

from warehouse.reference.loading import working_days
from warehouse.report import coverage, pdf, quality, word
from warehouse.report.content import overview, placings_of
from warehouse.report.document import Overview
from warehouse.report.opening import sql
from warehouse.report.page import page, render
from warehouse.report.placing import Placing
from warehouse.report.reading import Reading, authority_name, opened, read, reportable

FOLDER = "reports"
EXPLORE = "explore.html"
_NAME = re.compile(r"performance_overview_v(\d+)\.html")
_OVERVIEW = pa.schema([
    ("la_code", pa.string()), ("month", pa.date32()), ("version", pa.int32()), ("path", pa.string())
])  # fmt: skip
_DUE_MONTH = pa.schema([("month", pa.date32()), ("due_on", pa.date32())])


@dataclass(frozen=True)
class Written:
    """The files of one overview, the data team's workbook among them, and what it was read from."""

    reading: Reading
    overview: Overview
    placings: tuple[Placing, ...]
    html: Path
    pdf: Path
    docx: Path
    quality: Path


def write(warehouse: Path, la_code: str, month: date, version: int | None = None) -> Written:
    """Write one authority's overview of a month, from a version (its latest, if none is named), and the index.

    Raises NoAnswerError where kpi.duckdb has no such authority, month or version.
    """
    with opened(warehouse) as connection:
        written = _write(connection, warehouse, la_code, month, version)
        write_index(connection, warehouse)
    return written


def write_month(warehouse: Path, month: date) -> list[Written]:
    """Write the overview of every authority whose current figures have the month, and the index."""
    with opened(warehouse) as connection:
        written = [_write(connection, warehouse, la_code, month, None) for la_code in reportable(connection, month)]
        write_index(connection, warehouse)
    return written


def months_due(warehouse: Path, today: date, local_extra_non_working_days: Sequence[date] = ()) -> list[date]:
    """The months whose overviews have fallen due and are not written, oldest first.

    From the month of an authority's first publication on. An overview is written once it shows what was known when it fell
    due, or later. Raises NoAnswerError if nothing is published.
    """
    with opened(warehouse) as connection:
        (first,) = connection.execute("select min(published_at)::date from kpi_version").fetchall()[0]
        due = fallen_due(first, today, local_extra_non_working_days) if first else {}
        rows: list[dict[str, object]] = [{"month": month, "due_on": day} for month, day in due.items()]
        with _beside(connection, due_month=(rows, _DUE_MONTH), written=(_overviews(warehouse), _OVERVIEW)):
            return [month for (month,) in connection.sql(sql("due_month")).fetchall()]


def fallen_due(since: date, today: date, local_extra_non_working_days: Sequence[date] = ()) -> dict[date, date]:
    """By month, the day on which its overviews fell due: the third working day of the next month. From the month of
    `since` up to today."""
    days = working_days(since.replace(day=1), today, local_extra_non_working_days)
    by_month = {month: list(of_month) for month, of_month in groupby(days, lambda day: day.replace(day=1))}
    return {
        (month - timedelta(days=1)).replace(day=1): of_month[2]
        for month, of_month in by_month.items()
        if len(of_month) > 2
    }


def write_coverage(warehouse: Path, la_codes: Iterable[str]) -> list[Path]:
    """Write what the latest extract of each of these authorities gives, and the index; the pages.

    Of an authority of which nothing is published any more the page is taken away. Raises NoAnswerError if nothing has
    ever been published.
    """
    pages = {la_code: warehouse / FOLDER / la_code / coverage.FILE_NAME for la_code in la_codes}
    with opened(warehouse) as connection:
        found = coverage.extracts(connection, pages)
        for extract in found:
            replace(pages[extract.la_code], coverage.page(extract))
        for la_code in pages.keys() - {extract.la_code for extract in found}:
            pages.pop(la_code).unlink(missing_ok=True)
        write_index(connection, warehouse)
    return list(pages.values())


def write_index(connection: duckdb.DuckDBPyConnection, warehouse: Path) -> Path:
    """Write `reports/index.html`: every overview and page of coverage that lies there.

    Overviews stand newest month first, restated ones marked.
    """
    with _beside(connection, written=(_overviews(warehouse), _OVERVIEW)):
        result = connection.sql(sql("written"))
        rows = [dict(zip(result.columns, row, strict=True)) for row in result.fetchall()]
    index = warehouse / FOLDER / "index.html"
    authorities = sorted({row["la_code"]: row["name"] for row in rows}.items(), key=lambda pair: pair[1])
    covered = [
        (authority_name(connection, path.parent.name), path.relative_to(warehouse / FOLDER).as_posix())
        for path in sorted((warehouse / FOLDER).glob(f"[0-9][0-9][0-9]/{coverage.FILE_NAME}"))
    ]
    replace(
        index,
        render(
            "index.html.jinja", rows=rows, authorities=authorities, covered=sorted(covered),
            explore=(index.parent / EXPLORE).is_file(),
        ),
    )  # fmt: skip
    return index


def _overviews(warehouse: Path) -> list[dict[str, object]]:
    """The overviews that lie in the folder, one a row."""
    return [
        {
            "la_code": path.parts[-3], "month": date.fromisoformat(f"{path.parts[-2]}-01"), "version": int(match[1]),
            "path": path.relative_to(warehouse / FOLDER).as_posix(),
        }
        for path in sorted((warehouse / FOLDER).glob("[0-9][0-9][0-9]/[0-9][0-9][0-9][0-9]-[0-9][0-9]/*.html"))
        if (match := _NAME.fullmatch(path.name))
    ]  # fmt: skip


@contextmanager
def _beside(
    connection: duckdb.DuckDBPyConnection, **tables: tuple[list[dict[str, object]], pa.Schema]
) -> Iterator[None]:
    """Rows that a query reads beside the published tables, by the name that it gives them."""
    for name, (rows, schema) in tables.items():
        connection.register(name, pa.Table.from_pylist(rows, schema=schema))
    try:
        yield
    finally:
        for name in tables:
            connection.unregister(name)


def _write(
    connection: duckdb.DuckDBPyConnection, warehouse: Path, la_code: str, month: date, version: int | None
) -> Written:
    reading = read(connection, la_code, month, version)
    made = overview(reading)
    folder = warehouse / FOLDER / la_code / month.strftime("%Y-%m")
    stem = folder / f"performance_overview_v{reading.version}"
    written = Written(
        reading,
        made,
        tuple(placings_of(reading)),
        *(stem.with_name(f"{stem.name}{ending}") for ending in (".html", ".pdf", ".docx", "_data_quality.xlsx")),
    )
    for path, content in (
        (written.html, page(made)), (written.pdf, pdf.pdf(made)), (written.docx, word.word(made)),
        (written.quality, quality.workbook(reading)),
    ):  # fmt: skip
        replace(path, content)
    return written


def replace(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write a file beside its place and rename it there. Overviews hold aggregates only, so others may read them."""
    for folder in reversed(_folders(path)):
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)
    new = path.with_name(f".next-{os.getpid()}-{path.name}")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as stream:
        stream.write(content)
        stream.flush()
        new.chmod(mode)
        os.fsync(stream.fileno())
    new.replace(path)


def _folders(path: Path) -> Sequence[Path]:
    """The folders of a file from its own up to `reports`; none of a file elsewhere."""
    parents = list(path.parents)
    names = [parent.name for parent in parents]
    return parents[: names.index(FOLDER) + 1] if FOLDER in names else []
