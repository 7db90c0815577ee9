"""One extract out of the SSD in a database: its contract tables in a folder of today's date, whole or not at all."""

import json
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Engine

from schemas.codes.looked_after import LEGAL_STATUS_SPELLINGS
from schemas.tables import columns
from warehouse.forms.ssd import database
from warehouse.forms.ssd.database import Found, NotExtractedError
from warehouse.forms.ssd.tables import SOURCES, TABLES, System, carried, coverage_of
from warehouse.landing.extracts import Extract, landed
from warehouse.private import owner_only

MARK = b"ssd"  # in a Parquet file of an SSD extract: the system, and the rows of each SSD table
_YOUNGER = timedelta(60)  # after which no referral so far is no chance
_FALL = 0.9  # a table with less than this share of the last extract's rows is refused


@dataclass
class Extracted:
    """What was extracted: the folder, the rows of each contract table, and sentences about what is lacking."""

    folder: Path
    rows: dict[str, int] = field(default_factory=dict)
    lacking: list[str] = field(default_factory=list)


def extract(
    url: str,
    la_code: str,
    landing: Path,
    system: System,
    today: date,
    schema: str | None = None,
    fewer: Collection[str] = (),
    seconds: int = database.LOCK_SECONDS,
) -> Extracted:
    """Read the SSD of a database into `<landing>/<la_code>/<today>`, which appears whole, by a rename.

    `fewer` are SSD tables that may have fewer rows than in the last extract. Raises NotExtractedError, with one
    sentence, and leaves nothing.
    """
    folder = landing / la_code / today.isoformat()
    if folder.exists():
        raise NotExtractedError(f"Nothing was extracted: {folder} is there; an extract is never written over.")
    engine = database.engine_of(url)
    try:
        with owner_only(), _unfinished(folder) as work:
            raw = work / ".raw"
            raw.mkdir()
            with database.saying(engine, seconds):
                found = database.find(engine, schema)
                if not found.tables:
                    raise NotExtractedError(
                        "Nothing was extracted: no table of the SSD can be read; name its schema by --schema, and have "
                        "the role granted SELECT on the tables."
                    )
                rows = _read(engine, found, raw, seconds)
            _compare(rows, _last_rows(landing, la_code, today), fewer)
            made = Extracted(folder, lacking=list(_lacking(found, rows)))
            first = _write(raw, work, found, rows, system, made)
            if not made.rows:
                raise NotExtractedError("Nothing was extracted: no table has both rows and the columns it must have.")
            _declare(work, system, made.rows, today)
            since = coverage_of(system, "contact", today).get("complete_from")
            if first and since and first > since + _YOUNGER:
                made.lacking.append(
                    f"No referral is from before {first}, and the scripts of {system} keep those since {since}: if the case "
                    "system is younger, say so by complete_from in extract.toml, or its months before that are published as "
                    "without a case."
                )
            shutil.rmtree(raw)
            work.rename(folder)
    except OSError as error:
        raise NotExtractedError(f"Nothing was extracted: {folder} cannot be written ({error.strerror}).") from None
    finally:
        engine.dispose()
    return made


@contextmanager
def _unfinished(folder: Path) -> Iterator[Path]:
    """A folder beside the one that is wanted, which is gone afterwards unless it was renamed."""
    work = folder.with_name(f".{folder.name}.unfinished")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True, mode=0o700)
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _read(engine: Engine, found: Found, raw: Path, seconds: int) -> dict[str, int]:
    """Each SSD table as a Parquet file of all the columns that we know; how many rows each has that was found."""
    rows: dict[str, int] = {}
    with database.snapshot(engine, found, seconds) as connection:
        for table, names in found.columns.items():
            schema = _schema(table)
            # It is read once and thrown away: a dictionary would cost more than it saves.
            with pq.ParquetWriter(raw / f"{table}.parquet", schema, use_dictionary=False) as writer:
                rows[table] = 0
                for batch in database.batches(connection, found.tables[table], names, schema):
                    writer.write_table(batch)
                    rows[table] += batch.num_rows
    return rows


def _schema(table: str) -> pa.Schema:
    return pa.schema([(name, pa.string()) for name in TABLES[table]])


def _compare(rows: Mapping[str, int], last: Mapping[str, int], fewer: Collection[str]) -> None:
    """Raise NotExtractedError for tables that are gone, empty or much shorter than in the last extract."""
    fallen = [
        f"{table} ({before:,} rows to {rows.get(table, 0):,})"
        for table, before in sorted(last.items())
        if rows.get(table, 0) < before * _FALL and table not in fewer
    ]
    if fallen:
        raise NotExtractedError(
            f"Nothing was extracted: there is less in {', '.join(fallen)} than in the last extract; extract again when "
            "the SSD is filled, or say that it is right by --fewer and the table."
        )


def _last_rows(landing: Path, la_code: str, today: date) -> Mapping[str, int]:
    """The rows of each SSD table in the authority's last extract from an SSD; none where there is no such."""
    return next((dict(mark["rows"]) for one, mark in _extracted(landing, la_code) if one.extract_date < today), {})


def last_extract_date(landing: Path, la_code: str) -> date | None:
    """The date of the authority's latest landed extract from an SSD; None where there is no such."""
    return next((one.extract_date for one, _ in _extracted(landing, la_code)), None)


def _extracted(landing: Path, la_code: str) -> Iterator[tuple[Extract, dict[str, Any]]]:
    """The authority's landed extracts from an SSD, the latest first, and what stands in their files."""
    for one in sorted((one for one in landed(landing) if one.la_code == la_code), reverse=True):
        for path in sorted(one.folder.glob("*.parquet")):
            if mark := mark_of(path):
                yield one, mark
                break


def mark_of(path: Path) -> dict[str, Any] | None:
    """What stands in a Parquet file that was extracted from an SSD; None for any other file."""
    try:
        metadata = pq.read_metadata(path).metadata or {}
        return dict(json.loads(metadata[MARK])) if MARK in metadata else None
    except (pa.ArrowException, OSError, ValueError):
        return None


def _lacking(found: Found, rows: Mapping[str, int]) -> Iterator[str]:
    """What of the SSD is not there, and what of it may not be read."""
    if found.absent:
        yield f"Not there: {', '.join(found.absent)}."
    if found.refused:
        yield f"There, and not granted to the role: {', '.join(found.refused)}."
    for table, names in found.absent_columns.items():
        yield f"{table} has no column {', '.join(names)}."
    if empty := [table for table, number in rows.items() if not number]:
        yield f"Empty: {', '.join(empty)}."


def _write(
    raw: Path, work: Path, found: Found, rows: Mapping[str, int], system: System, made: Extracted
) -> date | None:
    """Write the contract tables, each with the columns that this SSD can give; the day of the earliest referral."""
    mark = json.dumps({"system": system, "rows": dict(rows)}).encode()
    given = {table: frozenset(names) for table, names in found.columns.items() if rows[table]}
    with duckdb.connect(config={"threads": "1", "temp_directory": str(raw / "spill")}) as connection:
        for table in TABLES:
            path = raw / f"{table}.parquet"
            if path.is_file():
                connection.from_parquet(str(path)).create_view(table)
            else:
                connection.register(table, _schema(table).empty_table())
        another = [spelling for spelling, code in LEGAL_STATUS_SPELLINGS.items() if code == "NOT_LOOKED_AFTER"]
        connection.register("not_looked_after", pa.table({"spelling": another}))
        connection.execute((files(__package__) / "macros.sql").read_text())
        connection.execute("set variable system = $system", {"system": system})
        for table, source in SOURCES.items():
            names = carried(table, given)
            if source.table not in given:
                continue
            if missing := [one.name for one in columns(table) if one.required and one.name not in names]:
                made.lacking.append(f"The table {table} is left out, for nothing gives {', '.join(missing)}.")
                continue
            relation = _relation(connection, table)
            # A query says by `_unread_<column>` of which rows it could not read what the column is made of.
            for name in [one for one in relation.columns if one.startswith("_unread_")]:
                asked, unread = relation.aggregate(f"count({name}), count_if({name})").fetchone() or (0, 0)
                if unread * 2 > asked:
                    column = name.removeprefix("_unread_")
                    names = tuple(one for one in names if one != column)
                    made.lacking.append(
                        f"{table}.{column} is left out: in {unread:,} of {asked:,} rows no flag can be read."
                    )
            schema = pa.schema([(name, pa.string()) for name in names], {MARK: mark})
            number = 0
            with pq.ParquetWriter(work / f"{table}.parquet", schema) as writer:
                for batch in relation.select(*names).to_arrow_reader(database.CHUNK):
                    writer.write_batch(pa.record_batch(batch.columns, schema=schema))
                    number += batch.num_rows
            if number:
                made.rows[table] = number
            else:
                (work / f"{table}.parquet").unlink()
        (earliest,) = connection.sql("select min(day_of(cine_referral_date)) from ssd_cin_episodes").fetchone() or (
            None,
        )
    return earliest if isinstance(earliest, date) else None


def _relation(connection: duckdb.DuckDBPyConnection, table: str) -> duckdb.DuckDBPyRelation:
    """A contract table: by its query, or where every column only has another name, so."""
    query = files(__package__) / f"{table}.sql"
    if query.is_file():
        return connection.sql(query.read_text())
    source = SOURCES[table]
    return connection.table(source.table).select(
        *(duckdb.ColumnExpression(name).alias(column) for column, name in source.cells.items())
    )


def _declare(work: Path, system: System, tables: Collection[str], today: date) -> None:
    """Write from when each table is complete; a system without a window declares nothing."""
    lines = [f"# The Standard Safeguarding Dataset, as the scripts of {system} make it."]
    for table in tables:
        if days := coverage_of(system, table, today):
            lines += ["", f"[{table}]", *(f"{name} = {day}" for name, day in days.items())]
    if len(lines) > 1:
        (work / "extract.toml").write_text("\n".join(lines) + "\n")
