"""Writes overviews into `<warehouse>/reports/`."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from warehouse.report.document import pdf, word
from warehouse.report.document.blocks import Overview
from warehouse.report.document.page import page
from warehouse.report.folder import FOLDER, replace
from warehouse.report.index import page as index
from warehouse.report.month.reading import Reading, read
from warehouse.report.overview import quality
from warehouse.report.overview.areas import Placing
from warehouse.report.overview.content import overview, placings_of
from warehouse.report.published_files import opened_figures, sql


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
    with opened_figures(warehouse) as connection:
        written = _write(connection, warehouse, la_code, month, version)
        index.write(connection, warehouse)
    return written


def write_month(warehouse: Path, month: date) -> list[Written]:
    """Write the overview of every authority whose current figures have the month, and the index."""
    with opened_figures(warehouse) as connection:
        written = [_write(connection, warehouse, la_code, month, None) for la_code in _reportable(connection, month)]
        index.write(connection, warehouse)
    return written


def _reportable(connection: duckdb.DuckDBPyConnection, month: date) -> list[str]:
    """The authorities whose current figures have the month, ended."""
    return [code for (code,) in connection.execute(sql("overview/reportable"), {"month": month}).fetchall()]


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
