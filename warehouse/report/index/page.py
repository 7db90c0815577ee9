"""The index of `<warehouse>/reports/`: every overview and page of coverage that lies there."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from warehouse.report.document.page import render
from warehouse.report.folder import COVERAGE, EXPLORE, FOLDER, INDEX, replace
from warehouse.report.published_files import authority_name, sql

_NAME = re.compile(r"performance_overview_v(\d+)\.html")
_OVERVIEW = pa.schema([
    ("la_code", pa.string()), ("month", pa.date32()), ("version", pa.int32()), ("path", pa.string())
])  # fmt: skip


def write(connection: duckdb.DuckDBPyConnection, warehouse: Path) -> Path:
    """Write `reports/index.html`: every overview and page of coverage that lies there.

    Overviews stand newest month first, restated ones marked.
    """
    with beside(connection, written=overviews(warehouse)):
        result = connection.sql(sql("index/written"))
        rows = [dict(zip(result.columns, row, strict=True)) for row in result.fetchall()]
    index = warehouse / FOLDER / INDEX
    authorities = sorted({row["la_code"]: row["name"] for row in rows}.items(), key=lambda pair: pair[1])
    covered = [
        (authority_name(connection, path.parent.name), path.relative_to(warehouse / FOLDER).as_posix())
        for path in sorted((warehouse / FOLDER).glob(f"[0-9][0-9][0-9]/{COVERAGE}"))
    ]
    replace(
        index,
        render(
            "index/index.html.jinja", rows=rows, authorities=authorities, covered=sorted(covered),
            explore=(index.parent / EXPLORE).is_file(),
        ),
    )  # fmt: skip
    return index


def overviews(warehouse: Path) -> tuple[list[dict[str, object]], pa.Schema]:
    """The overviews that lie in the folder, one a row, as `beside` takes them."""
    rows: list[dict[str, object]] = [
        {
            "la_code": path.parts[-3], "month": date.fromisoformat(f"{path.parts[-2]}-01"), "version": int(match[1]),
            "path": path.relative_to(warehouse / FOLDER).as_posix(),
        }
        for path in sorted((warehouse / FOLDER).glob("[0-9][0-9][0-9]/[0-9][0-9][0-9][0-9]-[0-9][0-9]/*.html"))
        if (match := _NAME.fullmatch(path.name))
    ]  # fmt: skip
    return rows, _OVERVIEW


@contextmanager
def beside(
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
