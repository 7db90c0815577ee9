"""Prepared extracts: what the layers made of a landed extract, raw to measures, for another process to publish.

`<warehouse>/prepared/<la_code>_<extract_date>.<what it is made of>/` holds as Parquet the tables that a publication reads
and, as JSON, what is told of the extract. A folder appears whole, by a rename, under a name that says what it was made of:
whoever prepares the same extract again has nothing to add, and whoever publishes finds no other than was asked for.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from shutil import rmtree
from typing import Any

import pyarrow as pa

from schemas.measures import CATALOGUE
from schemas.settings import Operation, Settings
from warehouse.forms.extracts import ExtractRead
from warehouse.forms.reading import TableRead
from warehouse.generations import flush
from warehouse.history import of_themselves
from warehouse.landing.extracts import Extract, inputs_sha256
from warehouse.layers import Group, Place
from warehouse.ledger import Finding, Told
from warehouse.private import SpillFolder, owner_only
from warehouse.staged.rhythm import Stop
from warehouse.staged.staging import TableCount

FOLDER = "prepared"
_RECORD = "extract.json"
# What a publication, and whoever judges an extract beside others, reads of the layers.
_TABLES = (
    "staged.closure_day", "staged.commentary", "staged.coverage", "staged.data_rule", "staged.data_rule_need", "staged.extract",
    "staged.extract_file", "staged.file_not_read", "staged.filled_column", "staged.place", "staged.row_issue",
    "staged.target", "facts.failed_report", "facts.pending", "measures.covered_month", "measures.dfe_count", "measures.measure",
    "measures.measure_coverage", "measures.month_breakdown", "measures.month_figure", "measures.not_computable",
    "measures.period_breakdown", "measures.period_figure", "measures.population_of_month", "measures.unmet_need",
    *(f"measures.case_{fact}" for fact in dict.fromkeys(measure.fact for measure in CATALOGUE)),
)  # fmt: skip


@dataclass(frozen=True)
class Makings:
    """What decides, beside its files, what is prepared of an extract: definitions, code, and the tables left out."""

    definitions_sha256: str
    code_version: str
    left_out: Mapping[str, Collection[str]]

    def name(self, extract: Extract, sha256: str) -> str:
        """The name of the extract's folder; `sha256` is the hash of its files."""
        left_out = sorted(self.left_out.get(extract.partition_key, ()))
        made_of = json.dumps([sha256, self.definitions_sha256, self.code_version, left_out])
        return f"{extract.partition_key}.{hashlib.sha256(made_of.encode()).hexdigest()[:32]}"


def folders(warehouse: Path) -> dict[str, Path]:
    """Every prepared extract, by its name."""
    folder = warehouse / FOLDER
    there = sorted(folder.glob("*_*.*")) if folder.is_dir() else []
    return {path.name: path for path in there if not path.name.startswith(".")}


# --- writing --------------------------------------------------------------------------------------------------------


def write(group: Group, warehouse: Path, made_of: Makings) -> dict[Extract, Path]:
    """Write what the layers made of each extract of the group; the folders, those that were there already among them."""
    group.measures()
    inputs = group.inputs()
    told = of_themselves(group)
    kept = warehouse / FOLDER
    written: dict[Extract, Path] = {}
    with owner_only():
        kept.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = SpillFolder(warehouse / ".spill")
        try:
            for extract in group.extracts:
                place = (extract.la_code, extract.extract_date)
                written[extract] = kept / made_of.name(extract, inputs_sha256(inputs[place]))
                if written[extract].is_dir():
                    continue
                new = unfinished.path / written[extract].name
                new.mkdir(mode=0o700)
                for table in _TABLES:
                    _copy(group, table, place, new / f"{table}.parquet")
                (new / _RECORD).write_text(json.dumps(_record(group, extract, inputs[place], told), default=str))
                for path in (*new.iterdir(), new):
                    flush(path)
                with suppress(OSError):  # another process was first
                    new.rename(written[extract])
            flush(kept)
        finally:
            unfinished.remove()
    return written


def _copy(group: Group, table: str, place: Place, path: Path) -> None:
    connection = group.connection
    of_extract = "where la_code = $la_code and extract_date = $extract_date"
    is_of_extract = "extract_date" in connection.table(table).columns
    connection.execute(
        f"copy (from {table} {of_extract if is_of_extract else ''}) to '{_quoted(path)}' (format parquet)",
        {"la_code": place[0], "extract_date": place[1]} if is_of_extract else {},
    )


def _record(group: Group, extract: Extract, inputs: Mapping[str, str], told: Iterable[Told]) -> dict[str, Any]:
    place = (extract.la_code, extract.extract_date)
    (read,) = (one for one in group.read() if one.extract == extract)
    return {
        "inputs": inputs,
        "warnings": read.warnings,
        "files": [[one.table_name, one.form, one.file_name, one.sha256] for one in read.tables],
        "counts": [
            asdict(one) | {"rules": [[*rule, rows] for rule, rows in one.rules.items()]}
            for one in group.staged() if one.place == place
        ],
        "told": [asdict(one) for one in told if one.place == place],
    }  # fmt: skip


# --- reading --------------------------------------------------------------------------------------------------------


class PreparedGroup(Group):
    """A group of extracts whose layers another process has made: what it has in memory is read and not computed."""

    def __init__(
        self,
        prepared: Mapping[Extract, Path],
        settings: Settings,
        limits: Operation,
        spill: Path | None = None,
        reference: Path | None = None,
    ) -> None:
        """`prepared`: the folder of each extract. The others are those of `Group`."""
        super().__init__(list(prepared), settings, limits, spill, reference=reference)
        self._folders = dict(prepared)
        self._records = {one: json.loads((path / _RECORD).read_text()) for one, path in prepared.items()}
        self.told_of_themselves = [_told(one, told) for one in prepared for told in self._records[one]["told"]]

    def everything(self) -> list[ExtractRead]:
        """What was read of the extracts: their files and warnings, without a cell."""
        none, nothing = pa.table({}), pa.array([], pa.int64())
        return [
            ExtractRead(
                extract,
                tuple(
                    TableRead(table, form, name, sha256, none, nothing) for table, form, name, sha256 in record["files"]
                ),
                warnings=tuple(record["warnings"]),
            )
            for extract, record in self._records.items()
        ]

    def read(self) -> list[ExtractRead]:
        """The same of the extracts that have not left the group."""
        return [one for one in self.everything() if one.extract in self.extracts]

    def staged(self) -> list[TableCount]:
        """The tables of all layers that a publication reads; what became of the rows of the extracts' tables."""
        if self._staged is None and not self.extracts:
            self._staged = []
        if self._staged is None:
            for schema in dict.fromkeys(table.partition(".")[0] for table in _TABLES):
                self.connection.execute(f"create schema if not exists {schema}")
            for table in _TABLES:
                self._load(table)
            self._staged = [_count(one, of_table) for one in self.extracts for of_table in self._records[one]["counts"]]
            self.told = []
        return self._staged

    def _load(self, table: str) -> None:
        files = [f"'{_quoted(self._folders[one] / f'{table}.parquet')}'" for one in self.extracts]
        rows = f"from read_parquet([{', '.join(files)}])"
        if table == "facts.failed_report":
            rows = f"select distinct * {rows}"
        elif "extract_date" not in self.connection.sql(rows).columns:  # the same of every extract
            rows = f"from read_parquet({files[0]})"
        self.connection.execute(f"create or replace table {table} as {rows}")

    def facts(self) -> None:
        """Nothing is computed."""
        self.staged()

    def measures(self) -> None:
        """Nothing is computed."""
        self.staged()

    def inputs_read(self) -> Mapping[Place, Mapping[str, str]]:
        """For each extract, the files that it was made of and their hashes, as they were read."""
        return {(one.la_code, one.extract_date): record["inputs"] for one, record in self._records.items()}


def _count(extract: Extract, of_table: Mapping[str, Any]) -> TableCount:
    stop = of_table["stop"]
    return TableCount(
        **{
            **of_table,
            "extract_date": extract.extract_date,
            "columns_ignored": tuple(of_table["columns_ignored"]),
            "rules": {(rule, column): rows for rule, column, rows in of_table["rules"]},
            "unknown_statuses": tuple((spelling, rows) for spelling, rows in of_table["unknown_statuses"]),
            "file_warnings": tuple(of_table["file_warnings"]),
            "stop": stop and Stop(**{**stop, "last_event": date.fromisoformat(stop["last_event"])}),
        }
    )


def _told(extract: Extract, told: Mapping[str, Any]) -> Told:
    finding = told["finding"]
    place = (extract.la_code, extract.extract_date)
    return Told(place, told["table_name"], told["sentence"], finding and Finding(**finding))


# --- removing -------------------------------------------------------------------------------------------------------


def remove(paths: Iterable[Path]) -> None:
    """Remove prepared extracts that nobody needs any more; each goes from its place whole."""
    for path in paths:
        gone = path.with_name(f".{path.name}")
        with suppress(OSError):  # another process was first
            path.rename(gone)
        rmtree(gone, ignore_errors=True)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
