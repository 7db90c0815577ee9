"""Publishing: the next kpi.duckdb and casework.duckdb are made beside the current ones, then renamed over them.

They are made in one folder. Renaming that folder is the moment of publication: before it, an interrupted publication is
as if it had never begun; after it, whoever next holds the warehouse brings it to its end.
"""

import os
import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from schemas.measures import PENDING
from warehouse import ledger
from warehouse.definitions import StaleLayerError, require
from warehouse.published import pseudonyms
from warehouse.published.signals import publishing as signals
from warehouse.raw.landing import inputs_sha256
from warehouse.reference import loading
from warehouse.shape import add_missing_columns

_FOLDER = Path(__file__).parent
KPI = "kpi.duckdb"
CASEWORK = "casework.duckdb"
_MODES = {KPI: 0o644, CASEWORK: 0o600}
# In the warehouse: the next files while they are made, and once they are whole and only remain to be moved.
_NEXT = ".next"
_FINISHED = ".finished"
# What is kept of each publication beside its figures, each by the query of the same name.
_OF_A_VERSION = (
    "pending_count", "extract_row_count", "extract_issue_count", "version_file", "version_setting", "version_reference",
    "version_not_computable", "commentary", "refused_extract", "accepted_extract",
)  # fmt: skip

# What is made anew at each publication of the figures that are current then, in this order: each by the query of the
# same name, which reads the tables before it by their names alone.
OF_WHAT_IS_CURRENT = ("spc_rebase", "benchmark_comparison")


class ReconciliationError(Exception):
    """The cases do not sum to the figures; nothing was published."""


@dataclass(frozen=True)
class Publication:
    """What is recorded of a run's publications beside the figures."""

    run_id: str
    code_version: str
    definitions_sha256: str


def sql(name: str) -> str:
    """The text of a query of this layer."""
    return (_FOLDER / f"{name}.sql").read_text()


def published(warehouse: Path) -> dict[tuple[str, str], tuple[int, str, str]]:
    """For each published (la_code, extract date), its latest version and the hashes of its inputs and definitions."""
    if not (warehouse / KPI).exists():
        return {}
    with duckdb.connect(str(warehouse / KPI), read_only=True) as connection:
        rows = connection.sql(sql("latest_version")).fetchall()
    return {(la_code, str(day)): (version, inputs, definitions) for la_code, day, version, inputs, definitions in rows}


def latest_version(warehouse: Path) -> int:
    """The highest version that is published; 0 before the first."""
    return max((version for version, _, _ in published(warehouse).values()), default=0)


def inputs_read(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, date], str]:
    """For each extract of the run that is in the raw layer, by (la_code, extract date), the hash of what was read."""
    files: dict[tuple[str, date], dict[str, str]] = {}
    for la_code, extract_date, name, sha256 in connection.sql(sql("input_file")).fetchall():
        files.setdefault((la_code, extract_date), {})[name] = sha256
    return {place: inputs_sha256(hashes) for place, hashes in files.items()}


def published_rows(warehouse: Path) -> dict[tuple[str, date], dict[str, int]]:
    """For each published (la_code, extract date), the rows besides duplicates of each of its tables."""
    rows: dict[tuple[str, date], dict[str, int]] = {}
    if (warehouse / KPI).exists():
        with duckdb.connect(str(warehouse / KPI), read_only=True) as connection:
            # A file that an earlier release published may not have the table yet.
            if connection.sql("from duckdb_tables() where table_name = 'extract_row_count'").fetchone():
                for la_code, day, table, count in connection.sql(sql("published_row_count")).fetchall():
                    rows.setdefault((la_code, day), {})[table] = count
    return rows


def publish(
    connection: duckdb.DuckDBPyConnection, warehouse: Path, publication: Publication, is_pseudonymised: bool = False
) -> list[int]:
    """Publish the figures of the extracts in `raw.run_extract`; the versions made, none where nothing is new.

    `is_pseudonymised`: the rows that are added to casework.duckdb name children by pseudonyms.
    Raises ReconciliationError, and leaves what was published as it was, if the cases do not sum to the figures;
    StaleLayerError if an extract of the run was refused, or the figures are not of the settings in force.
    """
    require(connection, "measures")
    _require_read(connection)
    complete(warehouse)
    versions = _number_versions(connection, warehouse, publication.definitions_sha256)
    is_whole = agree(warehouse) or _covers_all(connection, warehouse)
    if not versions and agree(warehouse):
        return []
    published_at = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    new = _begin(warehouse)
    for name, structure in ((KPI, "kpi"), (CASEWORK, "casework")):
        with duckdb.connect(str(new[name])) as fresh:
            add_missing_columns(fresh, sql(structure))
            fresh.execute(sql(structure))
            if name == KPI:
                signals.prepare(fresh)
    _attach(connection, new)
    try:
        ledger.copy_into(connection, warehouse)
        _write_kpi(connection, versions, publication, published_at)
        _write_casework(connection, published_at, is_pseudonymised, is_whole)
        unreconciled = connection.execute(sql("unreconciled"), {"is_whole": is_whole}).fetchall()
    finally:
        connection.execute("detach kpi")
        connection.execute("detach casework")
    if unreconciled:
        first = " ".join(map(str, unreconciled[0]))
        raise ReconciliationError(
            f"{len(unreconciled)} figures differ from the sum of their cases, the first {first}; nothing is published."
        )
    with duckdb.connect(str(new[KPI])) as made:
        signals.make_views(made)
    _finish(warehouse)
    complete(warehouse)
    return versions


def complete(warehouse: Path) -> None:
    """Bring a publication that was interrupted to its end: forward if its files are whole, else back.

    The caller must hold the warehouse. Where nothing was interrupted, nothing is done.
    """
    finished = warehouse / _FINISHED
    if finished.is_dir():
        # The figures last: they say what is published.
        for path in sorted(finished.iterdir(), key=lambda path: path.name == KPI):
            path.replace(warehouse / path.name)
            _flush(warehouse)
        finished.rmdir()
        _flush(warehouse)
    if (warehouse / _NEXT).is_dir():
        shutil.rmtree(warehouse / _NEXT)


def agree(warehouse: Path) -> bool:
    """Whether both files are there and of the same publication, or will be once the one under way is complete."""
    if (warehouse / _FINISHED).is_dir():
        return True
    if not (warehouse / KPI).exists() or not (warehouse / CASEWORK).exists():
        return False
    versions = []
    for name, query in ((KPI, "kpi_publication"), (CASEWORK, "casework_publication")):
        with duckdb.connect(str(warehouse / name), read_only=True) as connection:
            versions.append(connection.sql(sql(query)).fetchone())
    return versions[0] == versions[1]


def repeated_keys(warehouse: Path) -> int:
    """How many keys of monthly_kpi have more than one row in a version; 0, if all is well."""
    with duckdb.connect(str(warehouse / KPI), read_only=True) as connection:
        return len(connection.sql(sql("repeated_key")).fetchall())


def _require_read(connection: duckdb.DuckDBPyConnection) -> None:
    """Raise StaleLayerError if an extract of the run is not in the raw layer: it was refused, or never read."""
    absent = connection.sql(
        "select la_code || '_' || extract_date from raw.run_extract "
        "anti join raw.extract_file using (la_code, extract_date) order by 1"
    ).fetchall()
    if absent:
        raise StaleLayerError(
            f"{', '.join(key for (key,) in absent[:5])} was refused, or not read; materialise raw again first."
        )


def _begin(warehouse: Path) -> dict[str, Path]:
    """Copies of the current files to work on, in a folder that nobody else can open."""
    folder = warehouse / _NEXT
    folder.mkdir(mode=0o700)
    for name in _MODES:
        if (warehouse / name).exists():
            shutil.copyfile(warehouse / name, folder / name)
    return {name: folder / name for name in _MODES}


def put_in_place(new: Path, path: Path, mode: int) -> None:
    """Rename a finished file over the one before it, so that no reader sees half of it and no power cut loses it."""
    new.chmod(mode)
    _flush(new)
    new.replace(path)
    _flush(path.parent)


def _finish(warehouse: Path) -> None:
    """Declare the next files whole: from here on they are published, whatever happens."""
    folder = warehouse / _NEXT
    if beside := sorted({path.name for path in folder.iterdir()} - set(_MODES)):
        raise OSError(f"{folder}: {', '.join(beside)} is left beside the next files, so they are not whole.")
    for name, mode in _MODES.items():
        (folder / name).chmod(mode)
        _flush(folder / name)
    _flush(folder)
    folder.replace(warehouse / _FINISHED)
    _flush(warehouse)


def _flush(path: Path) -> None:
    """Have the disk keep a file's bytes, or a folder's names, through a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _attach(connection: duckdb.DuckDBPyConnection, files: dict[str, Path]) -> None:
    for name, alias in ((KPI, "kpi"), (CASEWORK, "casework")):
        path = str(files[name]).replace("'", "''")
        connection.execute(f"attach '{path}' as {alias}")


def _number_versions(connection: duckdb.DuckDBPyConnection, warehouse: Path, definitions: str) -> list[int]:
    """Fill `new_version` with the run's extracts whose files or definitions differ from their latest version's."""
    known = published(warehouse)
    first = max((version for version, _, _ in known.values()), default=0) + 1
    connection.execute(
        "create or replace temp table new_version "
        "(version integer, la_code varchar, extract_date date, inputs_sha256 varchar)"
    )
    changed = [
        (la_code, extract_date, inputs)
        for (la_code, extract_date), inputs in sorted(inputs_read(connection).items(), key=lambda one: one[0][::-1])
        if known.get((la_code, str(extract_date)), (0, "", ""))[1:] != (inputs, definitions)
    ]
    for version, (la_code, extract_date, inputs) in enumerate(changed, start=first):
        connection.execute("insert into new_version values (?, ?, ?, ?)", [version, la_code, extract_date, inputs])
    return list(range(first, first + len(changed)))


def _write_kpi(
    connection: duckdb.DuckDBPyConnection, versions: list[int], publication: Publication, published_at: datetime
) -> None:
    connection.execute("create or replace temp view known_kpi as from kpi.monthly_kpi")
    connection.execute("create or replace temp view known_version as from kpi.kpi_version")
    connection.execute(sql("forget_cases"))
    connection.execute(sql("change"))
    connection.execute("insert into kpi.monthly_kpi from change")
    connection.execute(
        sql("kpi_version"),
        {
            "published_at": published_at,
            "definitions_sha256": publication.definitions_sha256,
            "code_version": publication.code_version,
            "run_id": publication.run_id,
        },
    )
    connection.execute(
        "insert into published.known_extract select version, la_code, extract_date, version() from new_version"
    )
    connection.sql(sql("known_case")).insert_into("published.known_case")
    connection.execute(
        f"insert into kpi.restatement_count by name {sql('restatement_count')}",
        {"first_version": min(versions, default=0)},
    )
    connection.execute(sql("not_computable"))
    connection.execute("create or replace temp table pending_event (event varchar, measure_code varchar)")
    connection.executemany("insert into pending_event values (?, ?)", list(PENDING.items()))
    for table in _OF_A_VERSION:
        connection.sql(sql(table)).insert_into(f"kpi.{table}")
    connection.execute("create or replace table kpi.measure as from measures.measure")
    connection.sql(sql("authority")).insert_into("kpi.authority")
    connection.execute("insert into kpi.attribution values (?)", [loading.ATTRIBUTION])
    connection.execute("create or replace temp view monthly_kpi_current as from kpi.monthly_kpi_current")
    connection.execute("create or replace temp view measure as from measures.measure")
    connection.execute(sql("comparisons/chance"))
    # How much brothers and sisters widen a share, of records that name what they share; none does yet.
    connection.execute(
        "create temp table if not exists family_design (la_code varchar, measure_code varchar, design_factor double)"
    )
    for table in OF_WHAT_IS_CURRENT:
        connection.execute(f"drop table if exists kpi.{table}")
        connection.sql(sql(table)).create(f"kpi.{table}")
        connection.execute(f"create or replace temp view {table} as from kpi.{table}")
        if table == "spc_rebase":  # points heed recorded changes, and a comparison asks points how much a series varies
            signals.add_points(connection)
            connection.execute("create or replace temp view spc_point as from kpi.spc_point")
    connection.sql(sql("benchmark_version")).insert_into("kpi.benchmark_version")


def _covers_all(connection: duckdb.DuckDBPyConnection, warehouse: Path) -> bool:
    """Whether the run has every extract that is published, so that it makes a lost file whole again."""
    of_run = connection.sql("select la_code, extract_date::varchar from raw.run_extract").fetchall()
    return published(warehouse).keys() <= set(of_run)


def _write_casework(
    connection: duckdb.DuckDBPyConnection, published_at: datetime, is_pseudonymised: bool, is_whole: bool
) -> None:
    connection.execute(sql("latest_extract"))
    for table in ("extract_file", "row_issue"):
        connection.execute(
            f"delete from casework.{table} where (la_code, extract_date) in (from raw.run_extract)"  # noqa: S608
        )
        _insert_cases(connection, table, is_pseudonymised)
    for table in ("kpi_case", "pending_case"):
        connection.execute(
            f"delete from casework.{table} where la_code in (select la_code from latest_extract)"  # noqa: S608
        )
        _insert_cases(connection, table, is_pseudonymised)
    if is_whole:  # else the files go on to disagree, and every extract stays due, until all cases are there again
        connection.execute("delete from casework.publication")
        connection.execute(
            "insert into casework.publication select max(version), ? from kpi.kpi_version", [published_at]
        )


def _insert_cases(connection: duckdb.DuckDBPyConnection, table: str, is_pseudonymised: bool) -> None:
    if not is_pseudonymised:
        connection.execute(f"insert into casework.{table} by name {sql(table)}")
        return
    connection.execute(f"create or replace temp table casework_row as {sql(table)}")
    pseudonyms.replace_ids(connection)
    connection.execute(f"insert into casework.{table} by name from casework_row")
