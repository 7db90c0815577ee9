"""The published files, opened to be read and no more."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from schemas.settings import Settings
from warehouse import generations
from warehouse.published.publishing import CASEWORK, KPI
from warehouse.reference import loading
from warehouse.workspace import exclusive

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
    """The text of a query of this layer, by its room and name."""
    return (_FOLDER / f"{name}.sql").read_text()


def is_readable(path: Path) -> bool:
    """Whether the file is there and whoever asks is entitled to read it."""
    return path.is_file() and os.access(path, os.R_OK)


@contextmanager
def opened(warehouse: Path, *files: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in memory with the published files attached read-only, as `kpi` and `casework`.

    Raises NoAnswerError if one is not there, may not be read, is damaged, is open for writing elsewhere, or was made by
    an older version of the project.
    """
    _mend(warehouse, files)
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
                try:
                    connection.execute(f"attach '{path}' as {alias} (read_only)")
                except duckdb.Error as error:
                    generations.refuse_writers(warehouse / name)
                    raise NoAnswerError(
                        f"{warehouse / name}: it is damaged; `python -m pipelines verify` restores it, for who runs the "
                        "pipeline."
                    ) from error
        try:
            yield connection
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise NoAnswerError(
                f"{warehouse}: what is published there was made by an older version of this project; publish the "
                "extracts again with `python -m pipelines run`."
            ) from error


def _mend(warehouse: Path, files: Sequence[str]) -> None:
    """Set right what another program left of the files, as far as whoever asks may."""
    if not warehouse.is_dir():
        return
    # Who may not write here, or finds a run at work that has done so already, does not.
    with suppress(OSError), exclusive(warehouse, wait=False):
        pass
    for name in files:
        if is_readable(warehouse / name):
            try:
                generations.refuse_writers(warehouse / name)
            except generations.InUseError as error:
                raise NoAnswerError(str(error)) from None
        if os.path.lexists(journal := warehouse / f"{name}.wal"):
            raise NoAnswerError(
                f"{journal}: another program left this journal, which would change what is read; "
                "`python -m pipelines verify` sets it aside, for who runs the pipeline."
            )


def latest_publications(connection: duckdb.DuckDBPyConnection) -> list[Latest]:
    """The latest publication of each authority, by code."""
    return [Latest(*row) for row in connection.sql(sql("latest_publication")).fetchall()]


def purged_at(connection: duckdb.DuckDBPyConnection, latest: Latest) -> datetime | None:
    """When the rows about children of the authority's latest extract were purged (UTC); None if they were not."""
    named = {"la_code": latest.la_code, "extract_date": latest.extract_date}
    row = connection.execute(sql("purged"), named).fetchone()
    return row[0] if row else None


@dataclass(frozen=True)
class MadeWith:
    """What a version was computed with.

    `closure_days` are those that its authority declares in its authority.toml, beside those of the settings.
    `reference` is the folder of the reference figures.
    """

    settings: Settings
    closure_days: tuple[date, ...]
    reference: Path

    def load_calendar(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Load the calendar that the version's working days were counted by."""
        closed = {*self.settings.local_extra_non_working_days, *self.closure_days}
        loading.load(connection, sorted(closed), loading.CALENDAR, self.reference)


def made_with(
    connection: duckdb.DuckDBPyConnection, version: int, otherwise: Settings, references: Mapping[str, Path]
) -> MadeWith:
    """What a version was computed with; `otherwise` where it did not keep its settings.

    `references` are the folders of the warehouse (`loading.by_version`). Where the version's own is not among them any
    more, it is the first of them, which is in force.
    """
    kept = connection.execute("select key, value from kpi.version_setting where version = ?", [version]).fetchall()
    values = {key: json.loads(value) for key, value in kept}
    known = {key: value for key, value in values.items() if key in Settings.model_fields}
    of_version = connection.execute(
        "select reference_sha256 from kpi.version_reference where version = ?", [version]
    ).fetchone()
    return MadeWith(
        Settings.model_validate({**otherwise.model_dump(), **known}),
        tuple(map(date.fromisoformat, values.get("closure_days", ()))),
        references.get(of_version[0] if of_version else "", next(iter(references.values()))),
    )


@contextmanager
def opened_figures(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """kpi.duckdb as it is now, read-only, its tables under their own names; what is published meanwhile is not seen.

    Raises NoAnswerError if nothing is published, or an older version of the project made it.
    """
    with opened(warehouse, KPI) as connection:
        connection.execute("use kpi")
        yield connection


def queried(connection: duckdb.DuckDBPyConnection, name: str, **parameters: Any) -> list[dict[str, Any]]:
    """The rows of a query of this layer, as dictionaries."""
    result = connection.execute(sql(name), parameters)
    columns = [column[0] for column in result.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in result.fetchall()]


def authority_name(connection: duckdb.DuckDBPyConnection, la_code: str) -> str:
    """The name of an authority; its code where none is known."""
    rows = queried(connection, "authority", la_code=la_code)
    return str(rows[0]["name"]) if rows else f"Authority {la_code}"
