"""The published files, opened to be read and no more."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from schemas.settings import Settings
from warehouse.published.publishing import CASEWORK, KPI

_FOLDER = Path(__file__).parent


class NoAnswerError(Exception):
    """What is asked for is not there; the message says what there is, or what to do."""


@dataclass(frozen=True)
class Latest:
    """An authority's latest extract and its publication (`published_at` UTC)."""

    la_code: str
    extract_date: date
    version: int
    published_at: datetime


def sql(name: str) -> str:
    """The text of a query of this layer."""
    return (_FOLDER / f"{name}.sql").read_text()


def is_readable(path: Path) -> bool:
    """Whether the file is there and whoever asks is entitled to read it."""
    return path.is_file() and os.access(path, os.R_OK)


@contextmanager
def opened(warehouse: Path, *files: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in memory with the published files attached read-only, as `kpi` and `casework`.

    Raises NoAnswerError if one is not there, may not be read, or was made by an older version of the project.
    """
    for name in files:
        if not (warehouse / name).is_file():
            raise NoAnswerError(
                f"{warehouse / name}: nothing is published there; publish an extract first with "
                "`python -m pipelines run`, or name the folder with --warehouse."
            )
        if not is_readable(warehouse / name):
            raise NoAnswerError(
                f"{warehouse / name}: only its owner may read it; ask who runs the pipeline for access."
            )
    # What does not fit in memory goes to the warehouse, and not to whatever folder this runs in.
    with duckdb.connect(config={"temp_directory": str(warehouse.resolve() / ".spill")}) as connection:
        for name, alias in ((KPI, "kpi"), (CASEWORK, "casework")):
            if name in files:
                path = str(warehouse / name).replace("'", "''")
                connection.execute(f"attach '{path}' as {alias} (read_only)")
        try:
            yield connection
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise NoAnswerError(
                f"{warehouse}: what is published there was made by an older version of this project; publish the "
                "extracts again with `python -m pipelines run`."
            ) from error


def latest_publications(connection: duckdb.DuckDBPyConnection) -> list[Latest]:
    """The latest publication of each authority, by code."""
    return [Latest(*row) for row in connection.sql(sql("latest_publication")).fetchall()]


def purged_at(connection: duckdb.DuckDBPyConnection, latest: Latest) -> datetime | None:
    """When the rows about children of the authority's latest extract were purged (UTC); None if they were not."""
    named = {"la_code": latest.la_code, "extract_date": latest.extract_date}
    row = connection.execute(sql("purged"), named).fetchone()
    return row[0] if row else None


def settings_of(connection: duckdb.DuckDBPyConnection, version: int, otherwise: Settings) -> Settings:
    """The settings that a version was computed with; `otherwise` where it did not keep them."""
    kept = connection.execute("select key, value from kpi.version_setting where version = ?", [version]).fetchall()
    known = {key: json.loads(value) for key, value in kept if key in Settings.model_fields}
    return Settings.model_validate({**otherwise.model_dump(), **known})
