"""Publishing: the next kpi.duckdb and casework.duckdb are made beside the current ones, then renamed over them.

They are made in one folder. Renaming that folder is the moment of publication: before it, an interrupted publication is
as if it had never begun; after it, whoever next holds the warehouse brings it to its end (warehouse/generations.py).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyarrow as pa

from schemas.measures import CATALOGUE, OPEN_WORK_TITLES
from warehouse import generations, ledger
from warehouse.landing.extracts import inputs_sha256
from warehouse.measures.evaluation import CASE_COLUMNS, case_view
from warehouse.parallel import at_once
from warehouse.published import commenting
from warehouse.published.comparisons import families
from warehouse.published.pseudonyms import hiding as pseudonyms
from warehouse.published.signals import publishing as signals
from warehouse.published.structure import add_missing_columns
from warehouse.reference import loading

_FOLDER = Path(__file__).parent
KPI = "kpi.duckdb"
CASEWORK = "casework.duckdb"
# The figures last: they say what is published.
SERIES = generations.Series(
    "publication",
    {CASEWORK: 0o600, KPI: 0o644},
    {
        KPI: "Its history is lost unless a backup has it; put that in its place before anything is run again, or run "
        "again to publish what has landed from version 1.",
        CASEWORK: "The next run makes it again from what has landed.",
    },
)
# By the name under which a file is attached: the script that makes its tables.
_STRUCTURES = {"kpi": "kpi", "casework": "casework/structure"}
Place = tuple[str, date]
# How the figures of the run become rows of versions, in this order: each by the query of its name.
_VERSIONS = ("series", "moment", "stored_row", "base_figure", "exact_figure", "own_figure", "key", "truth")
_CHANGES = ("touched", "derived", "changed_figure")
_PERIOD = "create type period as enum ('financial_year_to_date', 'month', 'quarter', 'rolling_12_months')"
# What is kept of each publication beside its figures, each in the table that its query is named for.
_OF_A_VERSION = (
    "casework/pending_count", "record/extract_row_count", "record/extract_issue_count", "record/version_file",
    "record/version_setting", "record/version_column", "record/version_not_computable", "record/commentary",
    "record/refused_extract", "record/accepted_extract", "targets/target_version",
)  # fmt: skip
# What is made anew, for the authorities of the run, of the figures that are current then, in this order: each by the
# query of its name, which reads the tables before it by their names alone.
OF_WHAT_IS_CURRENT = (
    "signals/spc_rebase", "comparisons/benchmark_comparison", "comparisons/benchmark_neighbour",
    "comparisons/reconciliation",
)  # fmt: skip


class ReconciliationError(Exception):
    """The cases do not sum to the figures; nothing was published."""


class OtherSettingsError(Exception):
    """Published figures would move by other settings than those of the last version; nothing was published."""


@dataclass(frozen=True)
class Publication:
    """What is recorded of a run's publications beside the figures."""

    run_id: str
    code_version: str
    definitions_sha256: str
    accepted_settings: str | None = None  # why figures may move by other settings than those of the version before
    kept_generations: int = generations.KEPT


def sql(name: str) -> str:
    """The text of a query of this layer."""
    return (_FOLDER / f"{name}.sql").read_text()


class Latest(NamedTuple):
    """The latest version of an extract and the hashes of what it was made of."""

    version: int
    inputs_sha256: str
    definitions_sha256: str
    is_withdrawn: bool

    def is_of(self, inputs_sha256: str, definitions_sha256: str) -> bool:
        """Whether it was made of these. What was withdrawn stays so until other files come."""
        same_files = self.inputs_sha256 == inputs_sha256
        return same_files and (self.is_withdrawn or self.definitions_sha256 == definitions_sha256)


def published(warehouse: Path) -> dict[Place, Latest]:
    """For each published (la_code, extract date), its latest version and the hashes of its inputs and definitions."""
    if not (warehouse / KPI).exists():
        return {}
    with duckdb.connect(str(warehouse / KPI), read_only=True) as connection:
        columns = connection.sql("select column_name from duckdb_columns() where table_name = 'kpi_version'").fetchall()
        # A file that an earlier release published has no withdrawals.
        query = (
            sql("record/latest_version") if ("kind",) in columns else sql("record/latest_version_before_withdrawals")
        )
        rows = connection.sql(query).fetchall()
    return {(la_code, day): Latest(*made_of) for la_code, day, *made_of in rows}


def latest_version(warehouse: Path) -> int:
    """The highest version that is published; 0 before the first."""
    return max((latest.version for latest in published(warehouse).values()), default=0)


def published_rows(warehouse: Path) -> dict[Place, dict[str, int]]:
    """For each published (la_code, extract date), the rows besides duplicates of each of its tables."""
    rows: dict[Place, dict[str, int]] = {}
    if (warehouse / KPI).exists():
        with duckdb.connect(str(warehouse / KPI), read_only=True) as connection:
            # A file that an earlier release published may not have the table yet.
            if connection.sql("from duckdb_tables() where table_name = 'extract_row_count'").fetchone():
                for la_code, day, table, count in connection.sql(sql("record/published_row_count")).fetchall():
                    rows.setdefault((la_code, day), {})[table] = count
    return rows


def publish(
    connection: duckdb.DuckDBPyConnection,
    warehouse: Path,
    publication: Publication,
    inputs: Mapping[Place, Mapping[str, str]],
    is_pseudonymised: bool = False,
) -> list[int]:
    """Publish the figures of a group of extracts; the versions made, none where nothing is new.

    `connection` has the schemas staged, facts and measures of the group. `inputs`: for each extract, its files and their
    hashes. `is_pseudonymised`: the rows that are added to casework.duckdb name children by pseudonyms. The caller holds
    the warehouse.

    Leaves what was published as it was and raises ReconciliationError if the cases do not sum to the figures,
    OtherSettingsError if figures would move by other settings and nobody accepted that.
    """
    complete(warehouse)
    known = published(warehouse)
    do_agree = agree(warehouse)
    is_whole = do_agree or known.keys() <= inputs.keys()
    hashes = {place: inputs_sha256(files) for place, files in inputs.items()}
    changed = [
        (la_code, extract_date, inputs_hash, "publication", publication.accepted_settings)
        for (la_code, extract_date), inputs_hash in sorted(hashes.items(), key=lambda one: one[0][::-1])
        if (la_code, extract_date) not in known
        or not known[la_code, extract_date].is_of(inputs_hash, publication.definitions_sha256)
    ]
    if not changed and do_agree:
        return []
    files = [
        {"la_code": la_code, "extract_date": day, "file_name": name, "sha256": sha256}
        for (la_code, day), of_extract in inputs.items() for name, sha256 in of_extract.items()
    ]  # fmt: skip
    _keep(connection, "input_file", files, (("la_code", pa.string()), ("extract_date", pa.date32()),
                                            ("file_name", pa.string()), ("sha256", pa.string())))  # fmt: skip
    # Where casework.duckdb is missing or older, all of the run is put into it, and not what is new alone.
    written = [(la_code, day) for la_code, day, *_ in changed] if do_agree else sorted(inputs)
    return _publish(connection, warehouse, publication, known, changed, written, is_pseudonymised, is_whole)


def _publish(
    connection: duckdb.DuckDBPyConnection,
    warehouse: Path,
    publication: Publication,
    known: Mapping[Place, Latest],
    changed: Sequence[tuple[str, date, str, str, str | None]],
    written: Sequence[Place],
    is_pseudonymised: bool,
    is_whole: bool,
) -> list[int]:
    first = max((latest.version for latest in known.values()), default=0) + 1
    versions = list(range(first, first + len(changed)))
    rows = [
        dict(
            zip(("version", "la_code", "extract_date", "inputs_sha256", "kind", "reason"), (version, *one), strict=True)
        )
        for version, one in zip(versions, changed, strict=True)
    ]
    _keep(
        connection, "new_version", rows,
        (("version", pa.int32()), ("la_code", pa.string()), ("extract_date", pa.date32()),
         ("inputs_sha256", pa.string()), ("kind", pa.string()), ("reason", pa.string())),
    )  # fmt: skip
    _keep(connection, "written_extract", [{"la_code": la_code, "extract_date": day} for la_code, day in written],
          (("la_code", pa.string()), ("extract_date", pa.date32())))  # fmt: skip
    published_at = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    new = generations.begin(warehouse, SERIES)
    try:
        _attach(connection, new)
        _prepare(connection)
        ledger.copy_into(connection, warehouse)
        if is_pseudonymised:
            pseudonyms.hide_in(connection, _child_level(connection))
        _write_versions(connection, publication, published_at, has_other_definitions(connection, publication))
        _check_settings(connection, publication)
        _write_cases(connection, published_at, is_whole)
        _write_current(connection)
        _reconcile(connection)
        _make_readable(connection)
        for name in _STRUCTURES:
            connection.execute(f"checkpoint {name}")
    finally:
        # An error here would hide what went wrong before; where nothing did, nothing is left to write.
        for name in _STRUCTURES:
            with suppress(duckdb.Error):
                connection.execute(f"detach {name}")
    _finish(warehouse)
    complete(warehouse)
    generations.prune(warehouse, SERIES, publication.kept_generations)
    return versions


@contextmanager
def _within(connection: duckdb.DuckDBPyConnection, name: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to which an attached file is the database, and which has no temporary table that hides one of its."""
    with closing(connection.cursor()) as within:
        within.execute(f"use {name}")
        yield within


def _prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Give the attached files the structure that the code in force writes."""
    for name, structure in _STRUCTURES.items():
        with _within(connection, name) as next_file:
            add_missing_columns(next_file, sql(structure))
            next_file.execute(sql(structure))
            if name == "kpi":
                signals.prepare(next_file)
                next_file.execute(sql("targets/structure"))
                next_file.execute(sql("targets/macros"))


def _reconcile(connection: duckdb.DuckDBPyConnection) -> None:
    """Raise ReconciliationError where the cases do not sum to the figures."""
    unreconciled = connection.execute(sql("versions/unreconciled")).fetchall()
    if unreconciled:
        one = " ".join(map(str, unreconciled[0]))
        raise ReconciliationError(
            f"{len(unreconciled)} figures differ from the sum of their cases, the first {one}; nothing is published."
        )


def _make_readable(connection: duckdb.DuckDBPyConnection) -> None:
    """Give the attached files the views that are made of their tables, and what rows and columns mean."""
    for name in _STRUCTURES:
        with _within(connection, name) as next_file:
            if name == "kpi":
                signals.make_views(next_file)
                next_file.execute(f"create or replace view scorecard as {sql('targets/scorecard')}")
            commenting.comment(next_file, name)


def withdraw(
    connection: duckdb.DuckDBPyConnection,
    warehouse: Path,
    publication: Publication,
    place: Place,
    reason: str,
    is_pseudonymised: bool = False,
) -> int:
    """Take an extract that was published by mistake out of the current view, by a version of its own, which it returns.

    `connection` has the layers of the authority's extract before it, whose cases are then the current ones, or of none.
    Raises KeyError for an extract that is not published, or is withdrawn already. The caller holds the warehouse.
    """
    complete(warehouse)
    known = published(warehouse)
    latest = known[place]
    if latest.is_withdrawn:
        raise KeyError(place)
    _keep(connection, "input_file", [], (("la_code", pa.string()), ("extract_date", pa.date32()),
                                         ("file_name", pa.string()), ("sha256", pa.string())))  # fmt: skip
    changed = [(*place, latest.inputs_sha256, "withdrawal", reason)]
    return _publish(connection, warehouse, publication, known, changed, [place], is_pseudonymised, agree(warehouse))[0]


def _check_settings(connection: duckdb.DuckDBPyConnection, publication: Publication) -> None:
    """Raise OtherSettingsError where the same files would give other figures than are published, by other settings."""
    if publication.accepted_settings is not None:
        return
    rows = connection.execute(sql("versions/setting_change")).fetchall()
    if rows:
        named = "; ".join(f"{la_code}: {key} was {before}, and is {now} now" for la_code, key, before, now, *_ in rows)
        moved = {la_code: counts for la_code, _, _, _, *counts in rows}
        extracts, figures, final = (sum(counts[place] for counts in moved.values()) for place in range(3))
        raise OtherSettingsError(
            f"{named}. By that, {figures:,} published figures of {extracts:,} extract{'' if extracts == 1 else 's'} would "
            f"move, {final:,} of them final. "
            'Nothing was published: use the settings as they were, or say why with --accept-settings "reason".'
        )


def has_other_definitions(connection: duckdb.DuckDBPyConnection, publication: Publication) -> bool:
    """Whether a version of the run's authorities was made with other definitions than those in force."""
    row = connection.execute(
        "select count(*) from kpi.kpi_version semi join new_version using (la_code) where definitions_sha256 <> ?",
        [publication.definitions_sha256],
    ).fetchone()
    return bool(row and row[0])


# --- figures --------------------------------------------------------------------------------------------------------


def _write_versions(
    connection: duckdb.DuckDBPyConnection, publication: Publication, published_at: datetime, is_all: bool
) -> None:
    connection.execute("drop type if exists period")
    connection.execute(_PERIOD)
    for name in _VERSIONS:
        connection.execute(f"create or replace temp table {name} as {sql(f'versions/{name}')}")
    for name in _CHANGES:
        given = {"is_all": is_all} if name == "touched" else {}
        connection.execute(f"create or replace temp table {name} as {sql(f'versions/{name}')}", given)
    connection.execute(f"create or replace temp view change as {sql('versions/change')}")
    for table, has_breakdown in (("monthly_kpi", False), ("monthly_kpi_breakdown", True)):
        columns = ", ".join(connection.table(f"kpi.{table}").columns)
        connection.execute(
            f"insert into kpi.{table} by name select {columns} from change where (breakdown <> '') = {has_breakdown} "
            "order by version, series_id, month, period, extract_date"
        )
    connection.execute(
        f"insert into kpi.kpi_version by name {sql('record/kpi_version')}",
        {
            "published_at": published_at,
            "definitions_sha256": publication.definitions_sha256,
            "code_version": publication.code_version,
            "run_id": publication.run_id,
        },
    )
    connection.execute(
        "insert into kpi.version_reference select version, ? from new_version", [loading.version_of(connection)]
    )
    for table, source in (
        ("coverage", "staged.coverage"), ("measure_coverage", "measures.measure_coverage"),
        ("not_computable", "measures.not_computable"), ("unmet_need", "measures.unmet_need"),
        ("dfe_count", "measures.dfe_count"),
    ):  # fmt: skip
        columns = ", ".join(connection.table(f"kpi.{table}").columns)
        connection.execute(
            f"delete from kpi.{table} where (la_code, extract_date) in (select (la_code, extract_date) from new_version)"
        )
        connection.execute(
            f"insert into kpi.{table} by name select {columns} from {source} "
            "semi join new_version using (la_code, extract_date) order by all"
        )
    for query in _OF_A_VERSION:
        parameters = {"clocks": list(OPEN_WORK_TITLES)} if query == "casework/pending_count" else {}
        connection.execute(f"insert into kpi.{Path(query).name} by name {sql(query)}", parameters)
    connection.execute("create or replace table kpi.measure as from measures.measure")
    connection.execute(f"insert into kpi.authority by name {sql('authority')}")
    connection.execute("insert into kpi.attribution values (?)", [loading.ATTRIBUTION])


def _write_current(connection: duckdb.DuckDBPyConnection) -> None:
    """What is said of the figures that are now current, for the authorities of the run; others keep theirs."""
    connection.execute(
        "create or replace temp view monthly_kpi_current as "
        "from kpi.monthly_kpi_current semi join (select distinct la_code from new_version) as of_run using (la_code)"
    )
    connection.execute("create or replace temp view measure as from measures.measure")
    connection.execute(sql("comparisons/chance"))
    families.find(connection)
    there = _tables(connection, "kpi")
    for query in OF_WHAT_IS_CURRENT:
        table = Path(query).name
        connection.execute(f"create or replace temp table current_{table} as {sql(query)}")
        connection.execute(f"create or replace temp view {table} as from current_{table}")
        if table in there and _same_columns(connection, table):
            connection.execute(f"delete from kpi.{table} where la_code in (select la_code from new_version)")
            connection.execute(  # a setting may name authorities that are not of the run
                f"insert into kpi.{table} by name from current_{table} "
                "where la_code in (select la_code from new_version)"
            )
        else:
            connection.execute(f"create or replace table kpi.{table} as from current_{table}")
        if table == "spc_rebase":  # points heed recorded changes, and a comparison asks points how much a series varies
            signals.add_points(connection)
            connection.execute("create or replace temp view spc_point as from kpi.spc_point")
    connection.execute(f"create or replace table kpi.benchmark_year as {sql('comparisons/benchmark_year')}")
    connection.execute(f"insert into kpi.benchmark_version by name {sql('comparisons/benchmark_version')}")
    connection.execute(f"insert into kpi.reconciliation_version by name {sql('comparisons/reconciliation_version')}")


def _tables(connection: duckdb.DuckDBPyConnection, database: str) -> set[str]:
    rows = connection.execute("select table_name from duckdb_tables() where database_name = ?", [database]).fetchall()
    return {name for (name,) in rows}


def _same_columns(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    return connection.table(f"kpi.{table}").columns == connection.table(f"current_{table}").columns


# --- cases ----------------------------------------------------------------------------------------------------------


def _facts() -> list[str]:
    return list(dict.fromkeys(measure.fact for measure in CATALOGUE))


def _write_cases(connection: duckdb.DuckDBPyConnection, published_at: datetime, is_whole: bool) -> None:
    """Put the cases of the authorities' latest extracts in place of those before, and count what became of these."""
    connection.execute(sql("casework/latest_extract"))
    connection.execute(f"create or replace temp table held_case as {sql('versions/held_case')}")
    connection.execute(f"create or replace temp table case_pair as {sql('versions/case_pair')}")
    connection.execute(sql("versions/different_case"))
    there = _tables(connection, "casework")
    pairs = connection.execute("select count(*) from case_pair").fetchone()
    for fact in _facts() if pairs and pairs[0] else ():
        _compare_cases(connection, fact, f"case_{fact}" in there)
    connection.execute(f"insert into kpi.restatement_count by name {sql('versions/restatement_count')}")
    for table in ("extract_file", "row_issue", "rule_result"):
        connection.execute(
            f"delete from casework.{table} where (la_code, extract_date) in "
            "(select (la_code, extract_date) from written_extract)"
        )
        connection.execute(f"insert into casework.{table} by name {sql(f'casework/{table}')}")
    connection.execute("delete from casework.data_rule")
    connection.execute("insert into casework.data_rule by name from staged.data_rule")
    connection.execute(f"create or replace table stale_case as {sql('casework/stale_case')}")
    at_once(connection, {fact: partial(_replace_cases, fact, f"case_{fact}" in there) for fact in _facts()})
    for table in ("covered", "case_extract", "pending_case"):
        connection.execute(
            f"delete from casework.{table} where la_code in "
            "(select la_code from latest_extract union all select la_code from stale_case)"
        )
        connection.execute(f"insert into casework.{table} by name {sql(f'casework/{table}')}")
    columns = {fact: connection.table(f"casework.case_{fact}").columns for fact in _facts()}
    connection.execute("use casework")
    connection.execute(f"create or replace view kpi_case as {case_view(columns)}")
    connection.execute("use memory")
    if is_whole:  # else the files go on to disagree, and every extract stays due, until all cases are there again
        connection.execute("delete from casework.publication")
        connection.execute(
            "insert into casework.publication select max(version), ? from kpi.kpi_version", [published_at]
        )


def _case_columns(connection: duckdb.DuckDBPyConnection, fact: str) -> list[str]:
    """The columns of a fact's cases that are published."""
    found = connection.table(f"measures.case_{fact}").columns
    own = ("la_code", "month", *CASE_COLUMNS)
    of_measures = tuple(measure.measure_code for measure in CATALOGUE if measure.fact == fact)
    return [name for name in found if name in own or name.endswith(of_measures)]


def _replace_cases(fact: str, is_there: bool, connection: duckdb.DuckDBPyConnection) -> None:
    columns = _case_columns(connection, fact)
    place = ""
    if {"table_name", "row_number"} <= set(columns):  # a few facts have the place themselves
        columns, place = [name for name in columns if name != "place"], _PLACE_OF_ROW
    place_of = ["coalesce(of_row.place, of_record.place) as place"] if place else []
    chosen = ", ".join([*(f'cases."{name}"' for name in columns), *place_of])
    rows = (
        f"select {chosen} from (from measures.case_{fact} semi join latest_extract using (la_code, extract_date)) as cases "
        f"{place}"
    )
    if not is_there:
        connection.execute(f"create table casework.case_{fact} as {rows}")
        return
    there = set(connection.table(f"casework.case_{fact}").columns)
    types = dict(zip(connection.table(f"measures.case_{fact}").columns,
                     map(str, connection.table(f"measures.case_{fact}").types), strict=True))  # fmt: skip
    for name in columns:
        if name not in there:
            connection.execute(f'alter table casework.case_{fact} add column "{name}" {types[name]}')
    if place and "place" not in there:
        connection.execute(f"alter table casework.case_{fact} add column place varchar")
    connection.execute(
        f"delete from casework.case_{fact} where la_code in "
        "(select la_code from latest_extract union all select la_code from stale_case)"
    )
    connection.execute(f"insert into casework.case_{fact} by name {rows}")


# In a table of several lists a row's number is not its own: there the record's id tells it. The two are joined one after
# the other, for a left join with an "or" between them would compare every case with every place.
_PLACE_OF_ROW = (
    "left join (from staged.place select * exclude (record_id) where is_only) as of_row "
    "using (la_code, extract_date, table_name, row_number) "
    "left join (from staged.place where not is_only) as of_record "
    "using (la_code, extract_date, table_name, row_number, record_id)"
)


def _compare_cases(connection: duckdb.DuckDBPyConnection, fact: str, is_there: bool) -> None:
    """Add to `different_case` what came, went or counts otherwise among the cases of a fact."""
    of_fact = [measure for measure in CATALOGUE if measure.fact == fact]
    there = set(connection.table(f"casework.case_{fact}").columns) if is_there else set()
    compared = [one for one in of_fact if not there or f"counted_{one.measure_code}" in there]
    names = connection.table(f"measures.case_{fact}").columns
    # In a snapshot the child is the case, whatever the case system numbers its records.
    is_snapshot = all(measure.kind.is_snapshot for measure in of_fact) and "person_id" in names
    key = "person_id" if is_snapshot else "person_id, record_id" if "person_id" in names else "record_id"
    bits = " + ".join(
        f"coalesce(counted_{one.measure_code}, false)::bigint * {1 << (2 * place)} "
        f"+ coalesce(counted_{one.measure_code} and achieved_{one.measure_code}, false)::bigint * {2 << (2 * place)}"
        for place, one in enumerate(compared)
    )
    chosen = f"pair.version, cases.month, hash({key}) as case_id, ({bits}) as bits"
    sides = [
        f"select {chosen}, 1 as cases from measures.case_{fact} as cases "
        "inner join case_pair as pair using (la_code, extract_date)",
        f"select {chosen}, -1 as cases from measures.case_{fact} as cases inner join case_pair as pair "
        "on pair.in_run and pair.la_code = cases.la_code and pair.extract_date_before = cases.extract_date",
    ]
    if there:
        sides.append(
            f"select {chosen}, -1 as cases from casework.case_{fact} as cases inner join case_pair as pair "
            "on not pair.in_run and pair.la_code = cases.la_code"
        )
    told = ", ".join(
        f"{{'measure_code': '{one.measure_code}', 'of_measure': (bits >> {2 * place}) & 3}}"
        for place, one in enumerate(compared)
    )
    connection.execute(
        "insert into different_case by name select version, measure_code, month, case_id, of_measure = 3 as is_achieved, "
        "sum(cases) as cases from (select version, month, case_id, cases, "
        f"unnest([{told}], recursive := true) from (select version, month, case_id, bits, sum(cases) as cases "
        f"from ({' union all '.join(sides)}) group by all having sum(cases) <> 0)) "
        "where of_measure > 0 group by all having sum(cases) <> 0"
    )


def _child_level(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The tables of the group from which rows about children are published."""
    found = connection.sql(
        "select schema_name || '.' || table_name from duckdb_tables() where database_name = 'memory' "
        "and (schema_name = 'measures' and table_name like 'case_%' or schema_name = 'facts' and table_name = 'pending' "
        "or schema_name = 'staged' and table_name = 'row_issue')"
    ).fetchall()
    return [name for (name,) in found]


# --- files ----------------------------------------------------------------------------------------------------------


def complete(warehouse: Path) -> list[str]:
    """Bring a publication that was interrupted to its end, as `generations.complete` does."""
    return generations.complete(warehouse, SERIES)


def agree(warehouse: Path) -> bool:
    """Whether both files are there and of the same publication, or will be once the one under way is complete."""
    if (warehouse / SERIES.finished).is_dir():
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


def _finish(warehouse: Path) -> None:
    """Declare the next files whole: from here on they are published, whatever happens."""
    generations.finish(warehouse, SERIES)


def _attach(connection: duckdb.DuckDBPyConnection, files: Mapping[str, Path]) -> None:
    """Attach the next files. Without a log of changes: a publication that does not come to its end is thrown away."""
    for name in _STRUCTURES:
        path = str(files[f"{name}.duckdb"]).replace("'", "''")
        connection.execute(f"attach '{path}' as {name} (recovery_mode no_wal_writes)")


def _keep(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    rows: Iterable[Mapping[str, object]],
    columns: Sequence[tuple[str, pa.DataType]],
) -> None:
    table = pa.Table.from_pylist(list(rows), schema=pa.schema(list(columns)))
    connection.from_arrow(table).query("kept", f"create or replace temp table {name} as from kept")
