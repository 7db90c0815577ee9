"""Landed statistics become a new version of the reference figures, kept in the warehouse.

What is read is kept whole, every cell as text, in `<warehouse>/reference/landed/`. A version, `<warehouse>/reference/<number>/`,
has the same files as the project's own reference folder: its figures, extended and superseded by everything that was kept.
The highest number is in force (`warehouse.reference.loading.in_force`). A version that is there is never changed.
"""

import json
import shutil
from collections.abc import Mapping, Sequence
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
    ROW,
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
# What is laid beside one another: the files, those with the same columns as one layout, and the figures that are wanted of a
# layout, each with the places of its cells in the list of those that are read; then the figures.
_LAID = {
    "file": "file_id integer, layout_id integer, source_id varchar, name varchar, file_name varchar, released_on date",
    "layout": "layout_id integer, publication varchar, source_table varchar, year_ends_month integer, year_ends_day integer",
    "wanted_figure": "layout_id integer, indicator_code varchar, filter_1 varchar, filter_2 varchar, total varchar, "
    "scale double, per_population boolean, value_at integer, numerator_at integer[], denominator_at integer",
    "landed_figure": "indicator_code varchar, geography_level varchar, geography_code varchar, la_code varchar, "
    "period_end date, value double, numerator double, denominator double, suppression varchar, value_status varchar, "
    "place varchar, file_id integer, row_number bigint",
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
    connection.execute(
        "set variable reason_of_mark = map_from_entries(list_zip(?::varchar[], ?::varchar[]))",
        [list(REASONS), list(REASONS.values())],
    )
    connection.execute(_query("macros"))
    for name in (*_CSV, *_PARQUET):
        _load(connection, name, loading.FOLDER, name)
        _load(connection, f"{name}_before", before, name)
    for table, columns in _LAID.items():
        connection.execute(f"create temp table {table} ({columns})")
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
    layouts: dict[tuple[str, ...], list[tuple[str, Mapping[str, str]]]] = {}
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
        else:
            layouts.setdefault(tuple(connection.table("kept").columns), []).append((name, one))
    laid = []
    first = _count(connection, "file")
    for columns, of_layout in layouts.items():
        if found := known(list(columns)):
            laid.append(_lay(connection, kept, columns, of_layout, found))
        else:  # a declaration of before
            taken.warnings += [
                f"{FOLDER}/{name}: kept, and not known any more as a published statistic." for name, _ in of_layout
            ]
    if not laid:
        return
    connection.execute(f"create or replace temp view landed_row as {' union all by name '.join(laid)}")
    for table in ("landed_place", "place", "new_geography"):
        connection.execute(f"create or replace temp table {table} as {_query(table)}")
    added = connection.execute("select name_of_file, name, la_code from new_geography order by all").fetchall()
    if added:
        connection.execute("insert into geography by name select * exclude (name_of_file) from new_geography")
        connection.execute(f"create or replace temp table place as {_query('place')}")
    for name, authority, la_code in added:
        taken.told.append(
            f"{FOLDER}/{name}: {authority} ({la_code}) is in no list of authorities; it is taken as the file has it."
        )
    for table in ("filter_text", "placed_row"):
        connection.execute(f"create or replace temp table {table} as {_query(table)}")
    connection.execute(f"insert into landed_figure by name {_query('figure')}")
    _leave_out(connection, first, taken)
    connection.execute(
        "create or replace temp table told as select file_id, publication, source_table, source_id, file_name, released_on, "
        "period_end, year(period_end) as last_year from file inner join layout using (layout_id) inner join "
        "(select file_id, max(period_end) as period_end from landed_figure where file_id >= ? group by file_id) using (file_id)",
        [first],
    )
    connection.execute(
        "insert into source by name select source_id, publication as source_publication, source_table, "
        f"last_year || if(publication = '{POPULATION}', ' (file ' || file_name || ')', ', ' || released_on) as vintage, "
        f"'{_LICENCE}' as licence, last_year, released_on from told"
    )
    same = [{"publication": of, "source_publication": name} for name, of in SAME_RELEASE.items()]
    same += [{"publication": name, "source_publication": name} for name in YEAR_ENDS]
    connection.from_arrow(pa.Table.from_pylist(same)).create_view("same_release", replace=True)
    connection.execute(
        "insert into release by name select source_publication, period_end, released_on from told "
        "inner join same_release using (publication)"
    )


def _leave_out(connection: duckdb.DuckDBPyConnection, first: int, taken: Taken) -> None:
    """Leave out files from `first` on that say two things of one key, or nothing that is known, and tell of them."""
    twice = connection.execute(
        "select file_id, any_value(file.name), arg_min(indicator_code, first), arg_min(place, first), min(first), "
        "arg_min(last, first) from (select file_id, indicator_code, place, min(row_number) as first, max(row_number) as last "
        "from landed_figure where file_id >= ? group by file_id, indicator_code, place, period_end having "
        "min(value) <> max(value) or min(suppression) <> max(suppression) or count(value) not in (0, count(*))) "
        "inner join file using (file_id) group by file_id order by 2",
        [first],
    ).fetchall()
    for file_id, name, indicator, place, one, other in twice:
        connection.execute("delete from landed_figure where file_id = ?", [file_id])
        taken.warnings.append(
            f"{FOLDER}/{name}: not used, because rows {one} and {other} give {indicator} of {place} for one year twice "
            "and otherwise; land the file as it was published."
        )
    empty = connection.execute(
        "select name, source_table from file inner join layout using (layout_id) anti join landed_figure using (file_id) "
        "where file_id >= ? and not list_contains(?::integer[], file_id) order by 1",
        [first, [file_id for file_id, *_ in twice]],
    ).fetchall()
    for name, table in empty:
        taken.warnings.append(
            f"{FOLDER}/{name}: it has the columns of {table}, but no row of what that is known for; not used."
        )


def _lay(
    connection: duckdb.DuckDBPyConnection,
    kept: Path,
    columns: Sequence[str],
    files: Sequence[tuple[str, Mapping[str, str]]],
    found: Known,
) -> str:
    """Lay files of the same columns beside the others; the query of their rows, with the cells that are read as a list."""
    by_key = {key(column): column for column in columns}
    layout, first = _count(connection, "layout"), _count(connection, "file")
    month, day = map(int, YEAR_ENDS[found.statistic.publication].split("-"))
    connection.execute(
        "insert into layout values (?, ?, ?, ?, ?)",
        [layout, found.statistic.publication, found.statistic.table, month, day],
    )
    connection.executemany(
        "insert into file values (?, ?, ?, ?, ?, ?::date)",
        [
            [first + place, layout, _source_id(name), name, name.split("/", 1)[1], one["released_on"]]
            for place, (name, one) in enumerate(files)
        ],
    )
    cells = list(dict.fromkeys(cell for one in found.figures for cell in one.columns))
    at = {cell: place for place, cell in enumerate(cells, start=1)}
    connection.executemany(
        "insert into wanted_figure values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            [
                layout, figure.indicator, *_two([key(text) for text in figure.where]),
                key(figure.total) if figure.total else None, figure.scale, figure.per_population,
                next((at[cell] for cell in figure.value), None), [at[cell] for (cell,) in figure.numerator] or None,
                next((at[cell] for cell in figure.denominator), None),
            ]
            for figure in found.figures
        ],
    )  # fmt: skip
    paths = [str(kept / f"{name}.parquet") for name, _ in files]
    connection.execute(f"set variable layout_{layout} = ?", [paths])
    said = {name: _quoted(by_key[of_file]) if of_file in by_key else None for name, of_file in _PLACES.items()}
    said["row_number"] = f"coalesce({_quoted(ROW)}, file_row_number + 2)" if ROW in columns else "file_row_number + 2"
    said["filter_1"], said["filter_2"] = _two([_quoted(by_key[one]) for one in found.filters])
    selected = ", ".join(f"{column or 'null::varchar'} as {name}" for name, column in said.items())
    return (
        f"select {layout} as layout_id, {first} + file_index as file_id, {selected}, "
        f"[{', '.join(_quoted(by_key[cell]) for cell in cells)}] as cells from read_parquet(getvariable('layout_{layout}'))"
    )


def _two(texts: Sequence[str]) -> list[str | None]:
    return [*texts, *[None] * (2 - len(texts))]


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    row = connection.table(table).aggregate("count(*)").fetchone()
    return int(row[0]) if row else 0


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
    connection.execute("create temp table superseded as from benchmark limit 0")
    columns = connection.table("benchmark").columns
    listed = ", ".join(columns)
    connection.execute(f"create temp view vintage_figure as {_query('vintage_figure')}")
    # Of most figures every release says the same; the others alone are gone through, release by release.
    connection.execute(f"create temp table first_figure as {_query('first_figure')}")
    connection.execute(
        f"insert into known_figure by name select {listed}, place, last_year, released_on from first_figure"
    )
    connection.execute(f"create temp table contested as {_query('contested')}")
    vintages = connection.execute("select distinct last_year, released_on from contested order by all").fetchall()
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
    figures = (
        "select figure.* exclude (place, file_id, row_number), source_id, row_number from landed_figure as figure "
        "inner join file using (file_id)"
    )
    connection.sql(figures).write_parquet(str(new / "landed_figure.parquet"))
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
