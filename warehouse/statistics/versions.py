"""Landed statistics become a new version of the reference figures, kept in the warehouse.

What is read is kept whole, every cell as text, in `<warehouse>/reference/landed/`. A version, `<warehouse>/reference/<number>/`,
has the same files as the project's own reference folder: its figures, extended and superseded by everything that was kept.
The highest number is in force (`warehouse.reference.loading.in_force`). A version that is there is never changed.
"""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from schemas.settings import Operation
from schemas.statistics import POPULATION, REASONS, SAME_RELEASE, YEAR_ENDS, Known, key, known
from warehouse.landing.bounds import UnreadableFileError
from warehouse.landing.extracts import FileHashes
from warehouse.reference import loading
from warehouse.statistics.landed import (
    FOLDER,
    NEIGHBOURS,
    SUCCESSION,
    LandedFile,
    UnknownFileError,
    keep,
    landed_files,
    members,
)

_QUERIES = Path(__file__).parent
_KEPT = "landed"  # in the warehouse's folder of reference figures
_TAKEN = "taken.json"  # beside it: which landed files were taken, by their hashes
_MADE_OF = "made_of.json"  # in each version
_LICENCE = "OGL v3.0"
# The columns of landed files that say when and where, by the names that queries have for them.
_PLACES = {
    "time_period": "timeperiod", "geographic_level": "geographiclevel", "country_code": "countrycode",
    "region_code": "regioncode", "region_name": "regionname", "old_la_code": "oldlacode",
    "new_la_code": "newlacode", "la_name": "laname",
}  # fmt: skip
_FIGURE = (
    "indicator_code varchar, geography_level varchar, geography_code varchar, la_code varchar, period_end date, "
    "value double, numerator double, denominator double, suppression varchar, value_status varchar, source_id varchar"
)
_WANTED_COLUMN = pa.schema(
    [*((name, pa.string()) for name in ("source_id", "indicator_code", "role", "column_key", "filter_1", "filter_2", "total")),
     ("scale", pa.float64()), ("per_population", pa.bool_())]
)  # fmt: skip
# Files laid beside one another: which they are, their rows, their cells, and what is asked of these.
_LAID = {
    "file": "source_id varchar, name varchar, file_name varchar, publication varchar, source_table varchar, "
    "released_on date, year_ends_month integer, year_ends_day integer",
    "landed_text": "source_id varchar, row_number bigint, "
    + ", ".join(f"{name} varchar" for name in (*_PLACES, "filter_1", "filter_2")),
    "landed_cell": "source_id varchar, row_number bigint, column_key varchar, text varchar",
    "wanted_column": "source_id varchar, indicator_code varchar, role varchar, column_key varchar, filter_1 varchar, "
    "filter_2 varchar, total varchar, scale double, per_population boolean",
}
# What makes a version: a table each, its file, and the columns that the file has.
_CSV = ("geography", "population_0_17", "source", "release", "succession", "neighbour_model", "statistical_neighbour")
_PARQUET = ("benchmark", "benchmark_superseded")


@dataclass(frozen=True)
class Change:
    """How the figures of one indicator and year differ from those of the version before; see comparison.sql."""

    publication: str
    indicator_code: str
    period_end: date
    source_id: str
    figures: int
    new: int
    restated: int
    withheld: int
    now_given: int
    change: float | None
    is_rebased: bool


@dataclass
class Taken:
    """What came of looking into the landed statistics: the version made, if any, its changes, and what a person is told."""

    version: Path | None = None
    changes: list[Change] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def has_landed(landing: Path, warehouse: Path) -> bool:
    """Whether statistics lie in the landing folder, or were ever taken from it."""
    return (landing / FOLDER).is_dir() or (warehouse / loading.MADE).is_dir()


def take(landing: Path, warehouse: Path, hashes: FileHashes, limits: Operation) -> Taken:
    """Make a version of the reference figures of what has newly landed; none where nothing is new.

    Where no statistics have landed, nothing is read. A file that is not known, or cannot be used, is told and stops
    nothing. The caller holds the warehouse.
    """
    taken = Taken()
    if not has_landed(landing, warehouse):
        return taken
    home = warehouse / loading.MADE
    there: dict[str, dict[str, str]] = _read_json(home / _TAKEN)
    gone = {name for name, one in there.items() if one["kind"] and not (home / _KEPT / f"{name}.parquet").is_file()}
    seen = {one["sha256"] for name, one in there.items() if name not in gone}
    files, told = landed_files(landing, hashes)
    hashes.save()
    lying = {file.sha256 for file in files}
    for name in sorted(gone):
        again = there.pop(name)["sha256"] in lying
        then = "it is read again" if again else "the next version is made without it, unless it lands again"
        taken.warnings.append(f"{FOLDER}/{name}: what was read of it is gone from {loading.MADE}/{_KEPT}; {then}.")
    taken.warnings += told
    of_project = _read_json(loading.in_force(warehouse) / _MADE_OF).get("project", loading.version())
    fresh = [file for file in files if file.sha256 not in seen]
    # Of files so small a second thread costs more than it gives.
    with duckdb.connect(config={"threads": 1}) as connection:
        new: dict[str, dict[str, str]] = {}
        for file in fresh:
            new |= _keep(connection, file, home / _KEPT, limits, taken)
        if not any(one["kind"] for one in new.values()) and of_project == loading.version():
            return taken
        now = there | new
        _compute(connection, home, now, loading.in_force(warehouse), taken)
        taken.changes = _changes(connection)
        if _is_new(connection) or of_project != loading.version():
            taken.version = _write(connection, home, now)
        else:
            taken.told.append("The statistics that landed hold nothing new: every figure is known.")
    _write_json(home / _TAKEN, now)
    return taken


def _keep(
    connection: duckdb.DuckDBPyConnection, file: LandedFile, at: Path, limits: Operation, taken: Taken
) -> dict[str, dict[str, str]]:
    """Keep what is known of a landed file; what was taken of it, by name."""
    found = {}
    try:
        for one in members(file):
            try:
                kept = at / f"{one.name}.parquet"
                kept.parent.mkdir(parents=True, exist_ok=True)
                kind = keep(connection, one, kept, limits)
                found[one.name] = {"sha256": one.sha256, "kind": kind, "released_on": one.released_on.isoformat()}
            except (UnknownFileError, UnreadableFileError) as error:
                taken.warnings.append(f"{one.shown}: {'; '.join(map(str, error.args))}.")
    except UnreadableFileError as error:
        taken.warnings.append(f"{file.shown}: {'; '.join(map(str, error.args))}.")
    return found


# --- a version ------------------------------------------------------------------------------------------------------


def _compute(
    connection: duckdb.DuckDBPyConnection,
    home: Path,
    files: Mapping[str, Mapping[str, str]],
    before: Path,
    taken: Taken,
) -> None:
    """The tables of a version, as temporary tables: the project's own figures and, over them, all that was ever kept."""
    marks = pa.Table.from_pylist([{"mark": mark, "reason": reason} for mark, reason in REASONS.items()])
    connection.from_arrow(marks).create("statistic_mark")
    connection.execute(_query("macros"))
    for name in (*_CSV, *_PARQUET):
        _load(connection, name, loading.FOLDER, name)
        _load(connection, f"{name}_before", before, name)
    connection.execute(f"create temp table landed_figure ({_FIGURE}, row_number bigint)")
    connection.execute("create temp table population as from population_0_17")

    # Estimates first, so that the rates of the same release are divided by them.
    def order(item: tuple[str, Mapping[str, str]]) -> tuple[bool, str, str]:
        return item[1]["kind"] != "mid-year population estimates", item[1]["released_on"], item[0]

    estimates = sorted((item for item in files.items() if not order(item)[0]), key=order)
    others = sorted((item for item in files.items() if item[1]["kind"] and order(item)[0]), key=order)
    for name, one in estimates:
        _read(connection, home / _KEPT, {name: one}, taken)
        connection.execute("set variable source_id = ?", [_source_id(name)])
        connection.execute(f"create or replace temp table population as {_query('population')}")
        connection.execute("create or replace temp table population_0_17 as from population")
    _read(connection, home / _KEPT, dict(others), taken)
    _supersede(connection)


def _source_id(name: str) -> str:
    """Of a workbook with its ending: the same table may lie beside it as a CSV."""
    return name.removesuffix(".csv").replace("/", " ")


def _read(
    connection: duckdb.DuckDBPyConnection, kept: Path, files: Mapping[str, Mapping[str, str]], taken: Taken
) -> None:
    """Add what kept files say: each laid beside the others, then all of them computed at once."""
    for table, columns in _LAID.items():
        connection.execute(f"create or replace temp table {table} ({columns})")
    for name, one in files.items():
        connection.read_parquet(str(kept / f"{name}.parquet")).create_view("kept", replace=True)
        if one["kind"] == NEIGHBOURS:
            _add_neighbours(connection, name, one)
        elif one["kind"] == SUCCESSION:
            connection.execute(
                "create or replace temp table succession as select la_code, name, nullif(successor_la_code, '') as "
                "successor_la_code, nullif(successor_name, '') as successor_name, try_cast(changed_on as date) as "
                "changed_on, status, extent from kept"
            )
        elif (found := known(connection.table("kept").columns)) is None:  # a declaration of before
            taken.warnings.append(f"{FOLDER}/{name}: kept, and not known any more as a published statistic.")
        else:
            _lay(connection, name, one, found)
    connection.execute(f"create or replace temp table placed_row as {_query('placed_row')}")
    connection.execute(f"create or replace temp table new_geography as {_query('new_geography')}")
    added = connection.execute("select name_of_file, name, la_code from new_geography order by all").fetchall()
    if added:
        connection.execute("insert into geography by name select * exclude (name_of_file) from new_geography")
        connection.execute(f"create or replace temp table placed_row as {_query('placed_row')}")
    for name, authority, la_code in added:
        taken.told.append(
            f"{FOLDER}/{name}: {authority} ({la_code}) is in no list of authorities; it is taken as the file has it."
        )
    connection.execute(f"create or replace temp table release_figure as {_query('figure')}")
    _leave_out(connection, taken)
    connection.execute(
        "create or replace temp table told as select source_id, max(year(period_end)) as last_year, "
        "max(period_end) as period_end from release_figure group by source_id"
    )
    connection.execute(
        "insert into source by name select source_id, publication as source_publication, source_table, "
        f"last_year || if(publication = '{POPULATION}', ' (file ' || file_name || ')', ', ' || released_on) as vintage, "
        f"'{_LICENCE}' as licence, last_year, released_on from file inner join told using (source_id)"
    )
    same = [{"publication": of, "source_publication": name} for name, of in SAME_RELEASE.items()]
    same += [{"publication": name, "source_publication": name} for name in YEAR_ENDS]
    connection.from_arrow(pa.Table.from_pylist(same)).create_view("same_release", replace=True)
    connection.execute(
        "insert into release by name select source_publication, told.period_end, released_on from file "
        "inner join told using (source_id) inner join same_release using (publication)"
    )
    connection.execute("insert into landed_figure by name from release_figure")


def _leave_out(connection: duckdb.DuckDBPyConnection, taken: Taken) -> None:
    """Leave out files that say two things of one key, or nothing that is known, and tell of them."""
    twice = connection.execute(
        "select source_id, any_value(file.name), arg_min(indicator_code, first), arg_min(place, first), min(first) + 1, "
        "arg_min(last, first) + 1 from (select source_id, indicator_code, coalesce(la_code, geography_code) as place, "
        "min(row_number) as first, max(row_number) as last from release_figure "
        "group by source_id, indicator_code, place, period_end "
        "having count(distinct (value, suppression)) > 1) inner join file using (source_id) group by source_id order by 2"
    ).fetchall()
    for source_id, name, indicator, place, first, last in twice:
        connection.execute("delete from release_figure where source_id = ?", [source_id])
        connection.execute("delete from file where source_id = ?", [source_id])
        taken.warnings.append(
            f"{FOLDER}/{name}: not used, because rows {first} and {last} give {indicator} of {place} for one year twice "
            "and otherwise; land the file as it was published."
        )
    empty = connection.execute(
        "select name, source_table from file anti join release_figure using (source_id) order by 1"
    ).fetchall()
    for name, table in empty:
        taken.warnings.append(
            f"{FOLDER}/{name}: it has the columns of {table}, but no row of what that is known for; not used."
        )


def _lay(connection: duckdb.DuckDBPyConnection, name: str, one: Mapping[str, str], found: Known) -> None:
    """Lay a file beside the others: when and where its rows are about, its cells that are read, and what is asked of them."""
    source_id = _source_id(name)
    by_key = {key(column): column for column in connection.table("kept").columns}
    month, day = map(int, YEAR_ENDS[found.statistic.publication].split("-"))
    connection.execute(
        "insert into file values (?, ?, ?, ?, ?, ?::date, ?, ?)",
        [source_id, name, name.split("/", 1)[1], found.statistic.publication, found.statistic.table, one["released_on"],
         month, day],
    )  # fmt: skip
    asked: list[dict[str, Any]] = []
    for figure in found.figures:
        texts = [key(text) for text in figure.where] + [None] * (2 - len(figure.where))
        parts = [
            *(("value", column) for column in figure.value), *(("numerator", column) for (column,) in figure.numerator),
            *(("denominator", column) for column in figure.denominator),
        ]  # fmt: skip
        asked += [
            {"source_id": source_id, "indicator_code": figure.indicator, "role": role, "column_key": column,
             "filter_1": texts[0], "filter_2": texts[1], "total": key(figure.total) if figure.total else None,
             "scale": figure.scale, "per_population": figure.per_population}
            for role, column in parts
        ]  # fmt: skip
    table = pa.Table.from_pylist(asked, schema=_WANTED_COLUMN)
    connection.from_arrow(table).query("asked", "insert into wanted_column by name from asked")
    places = [
        f"{_quoted(by_key[of_file]) if of_file in by_key else 'null::varchar'} as {column}"
        for column, of_file in _PLACES.items()
    ]
    filters, kept_only, allowed = [], [], []
    for place in range(2):
        if place >= len(found.filters):
            filters.append(f"null::varchar as filter_{place + 1}")
            continue
        filters.append(f"statistic_key({_quoted(by_key[found.filters[place]])}) as filter_{place + 1}")
        kept_only.append(f"list_contains(?::varchar[], filter_{place + 1})")
        allowed_texts = {one[f"filter_{place + 1}"] for one in asked} | (
            {one["total"] for one in asked} if place else set()
        )
        allowed.append(sorted(text for text in allowed_texts if text))
    where = f" where {' and '.join(kept_only)}" if kept_only else ""
    cells = ", ".join(
        _quoted(by_key[cell]) + f" as {_quoted(cell)}" for cell in sorted({one["column_key"] for one in asked})
    )
    connection.execute(
        "create or replace temp table laid as from (select row_number() over () as row_number, "
        f"{', '.join((*places, *filters))}, {cells} from kept){where}",
        allowed,
    )
    fixed = ", ".join(("row_number", *_PLACES, "filter_1", "filter_2"))
    connection.execute(f"insert into landed_text by name select ? as source_id, {fixed} from laid", [source_id])
    connection.execute(
        "insert into landed_cell by name select ? as source_id, row_number, column_key, text from (from laid unpivot "
        f"include nulls (text for column_key in (columns(* exclude ({fixed})))))",
        [source_id],
    )


def _add_neighbours(connection: duckdb.DuckDBPyConnection, name: str, one: Mapping[str, str]) -> None:
    connection.execute(
        "create or replace temp table landed_neighbour as select ? as source_id, ?::date as released_on, la_code, "
        "rank::integer as rank, neighbour_la_code, closeness from kept",
        [_source_id(name), one["released_on"]],
    )
    connection.execute("create or replace temp view known_neighbour as from statistical_neighbour")
    connection.execute(f"create or replace temp table new_neighbour as {_query('neighbour')}")
    connection.execute(
        "insert into neighbour_model by name select distinct neighbour_model, neighbour_model_name, in_force_from, "
        "'DfE, ' || neighbour_model_name as source from new_neighbour"
    )
    connection.execute(
        "insert into statistical_neighbour by name select neighbour_model, la_code, rank, neighbour_la_code, closeness "
        "from new_neighbour"
    )


def _supersede(connection: duckdb.DuckDBPyConnection) -> None:
    """Put the landed figures over those of the project, release by release, earlier vintages first."""
    connection.execute(
        "create temp table known_figure as select benchmark.*, coalesce(la_code, geography_code) as place, last_year, "
        "source.released_on from benchmark left join source using (source_id)"
    )
    connection.execute(f"create temp table superseded ({_FIGURE})")
    vintages = connection.execute(
        "select distinct last_year, source.released_on from landed_figure inner join source using (source_id) "
        f"where source_publication <> '{POPULATION}' order by 1, 2"
    ).fetchall()
    columns = connection.table("benchmark").columns
    listed = ", ".join(columns)
    connection.execute(
        "create or replace temp table release_figure as select landed_figure.*, last_year, source.released_on "
        "from landed_figure inner join source using (source_id) where indicator_code <> 'POPULATION_0_17'"
    )
    # Most figures of a release are known as they are; the others alone are gone through, release by release.
    connection.execute(f"create or replace temp table outcome as {_query('outcome')}")
    connection.execute(
        f"create temp table contested as select {listed}, last_year, released_on from outcome semi join (from outcome "
        "where outcome not in ('same', 'not given') or known_numerator is null and numerator is not null) as other "
        "using (indicator_code, place, period_end)"
    )
    for last_year, released_on in vintages:
        connection.execute(
            "create or replace temp table release_figure as from contested where last_year = ? and released_on = ?",
            [last_year, released_on],
        )
        connection.execute(f"create or replace temp table outcome as {_query('outcome')}")
        connection.execute(
            f"insert into superseded select {listed} from known_figure semi join (from outcome where outcome in "
            "('restated', 'withheld', 'now given', 'as published')) as given using (indicator_code, place, period_end) "
            f"union all select {listed} from outcome where outcome = 'older'"
        )
        connection.execute(
            "update known_figure set numerator = given.numerator, denominator = given.denominator from outcome as given "
            "where given.outcome = 'same' and known_figure.numerator is null and known_figure.denominator is null "
            "and given.numerator is not null and given.denominator is not null and given.value is not null "
            "and known_figure.indicator_code = given.indicator_code and known_figure.place = given.place "
            "and known_figure.period_end = given.period_end"
        )
        connection.execute(
            "create or replace temp table put as from outcome where outcome in "
            "('new', 'restated', 'withheld', 'now given', 'reason', 'as published')"
        )
        connection.execute(
            "delete from known_figure using put where known_figure.indicator_code = put.indicator_code "
            "and known_figure.place = put.place and known_figure.period_end = put.period_end"
        )
        connection.execute(f"insert into known_figure by name select {listed}, place, last_year, released_on from put")
    connection.execute(
        f"create or replace temp table benchmark as select {listed} from known_figure "
        "order by indicator_code, geography_code, la_code, period_end"
    )
    connection.execute(
        f"create or replace temp table benchmark_superseded as from (select {listed} from benchmark_superseded union "
        f"select {listed} from superseded) order by indicator_code, geography_code, la_code, period_end, source_id"
    )
    connection.execute(
        "create or replace temp table release as select source_publication, period_end, min(released_on) as released_on "
        "from release group by all order by all"
    )


def _changes(connection: duckdb.DuckDBPyConnection) -> list[Change]:
    connection.execute(f"create temp table comparison as {_query('comparison')}")
    rows = connection.execute(
        "select source_publication, indicator_code, period_end, source_id, figures, new, restated, withheld, now_given, "
        "change, is_rebased from comparison"
    ).fetchall()
    return [Change(*row) for row in rows]


def _is_new(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether any table of the version differs from the one before."""
    for name in (*_CSV, *_PARQUET):
        if name == "source":  # which says only whence they are
            continue
        listed = ", ".join(
            f'"{column}"' for column in connection.table(f"{name}_before").columns if column != "source_id"
        )
        # Either way: a file that is landed anew may take back what it said.
        for one, other in ((name, f"{name}_before"), (f"{name}_before", name)):
            row = connection.execute(
                f"select count(*) from (select {listed} from {one} except all select {listed} from {other})"
            ).fetchone()
            if row and row[0]:
                return True
    return False


def _write(connection: duckdb.DuckDBPyConnection, home: Path, files: Mapping[str, Any]) -> Path:
    """Write the version beside those that are there, then name it: it is there whole or not at all."""
    numbers = [int(path.name) for path in home.glob("[0-9]*") if path.name.isdigit()]
    new = home / ".next"
    if new.exists():
        shutil.rmtree(new)
    new.mkdir(parents=True)
    for path in loading.FOLDER.iterdir():
        if path.suffix in loading.FIGURES and path.stem not in {*_CSV, *_PARQUET}:
            shutil.copyfile(path, new / path.name)
    for name in _CSV:
        connection.table(name).write_csv(str(new / f"{name}.csv"), header=True)
    for name in _PARQUET:
        connection.table(name).write_parquet(str(new / f"{name}.parquet"))
    connection.table("landed_figure").write_parquet(str(new / "landed") + "_figure.parquet")
    connection.table("comparison").write_csv(str(new / "comparison.csv"), header=True)
    _write_json(new / _MADE_OF, {"project": loading.version(), "files": files})
    made = home / f"{max(numbers, default=0) + 1:04d}"
    new.rename(made)
    return made


# --- files ----------------------------------------------------------------------------------------------------------


def _load(connection: duckdb.DuckDBPyConnection, table: str, folder: Path, name: str) -> None:
    """A table of a reference folder as its file has it."""
    if name in _PARQUET:
        connection.read_parquet(str(folder / f"{name}.parquet")).create_view("source_file", replace=True)
        connection.execute(f"create or replace temp table {table} as from source_file")
        return
    if not (folder / f"{name}.csv").is_file():
        connection.execute(f"create or replace temp table {table} as from {name} limit 0")
        return
    connection.execute("set variable reference_folder = ?", [str(folder)])
    query = loading.FOLDER / f"{name}.sql"
    text = (
        query.read_text()
        if name not in ("statistical_neighbour", "neighbour_model")
        else (
            f"select * from read_csv(getvariable('reference_folder') || '/{name}.csv', header = true, all_varchar = true)"
        )
    )
    try:
        connection.execute(f"create or replace temp table {table} as {text}")
    except duckdb.Error:
        if folder == loading.FOLDER:
            raise
        # An earlier release of the project wrote it, with other columns: it is made again, and all of it is new.
        connection.execute(f"create or replace temp table {table} as from {name} limit 0")


def _query(name: str) -> str:
    return (_QUERIES / f"{name}.sql").read_text()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _read_json(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text())) if path.is_file() else {}


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.new")
    new.write_text(json.dumps(content, indent=1, sort_keys=True, default=str))
    new.replace(path)
