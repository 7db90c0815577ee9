"""The layers of a group of extracts, from their landed files to the measures, in one database in memory.

A layer is computed once, after those before it. What it gives stays in memory for the next; nothing is written until the
figures are published, so an extract never waits for another one and there is nothing to clear up.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from schemas.rule_catalogue import catalogue
from schemas.rules import RULES
from schemas.settings import Operation, Settings
from schemas.tables import Kind, columns
from warehouse.facts import computing
from warehouse.forms import canonical
from warehouse.forms import extracts as forms
from warehouse.forms.extracts import ExtractRead
from warehouse.landing import commentary
from warehouse.landing.extracts import Extract, FileHashes, input_files, landed_bytes
from warehouse.ledger import Told
from warehouse.measures import evaluation
from warehouse.private import SpillFolder
from warehouse.reference import loading, setting
from warehouse.staged.staging import TableCount, stage

Place = tuple[str, date]
# Below this many bytes of landed files a second thread costs more than it gives.
_SMALL = 20 << 20
_IN_MEMORY = 100 << 20  # bytes of landed files, about a million rows: what they become takes some 4 GiB
_EXTRACT = pa.schema([("la_code", pa.string()), ("extract_date", pa.date32())])
_TARGET = pa.schema(
    [*_EXTRACT, ("measure_code", pa.string()), ("valid_from", pa.date32()), ("valid_to", pa.date32()),
     ("target", pa.float64()), ("tolerance", pa.float64()), ("scope", pa.string()), ("source", pa.string())]
)  # fmt: skip
_CLOSURE_DAY = pa.schema([*_EXTRACT, ("date", pa.date32())])
_LOCALITY = pa.schema([("la_code", pa.string()), ("postcode", pa.string()), ("locality", pa.string())])
_RULE = pa.schema([("rule", pa.string()), ("severity", pa.string()), ("message", pa.string())])
_DATA_RULE = pa.schema(
    [(name, pa.string()) for name in ("rule_code", "statutory_number", "sentence", "severity", "rule", "table_name",
                                      "column_name")]
)  # fmt: skip
_DATA_RULE_NEED = pa.schema([(name, pa.string()) for name in ("rule_code", "table_name", "column_name")])


def batches(extracts: Sequence[Extract]) -> Iterator[list[Extract]]:
    """The extracts in their order, as many at a time as are worked on in memory."""
    taken: list[Extract] = []
    total = 0
    for extract in extracts:
        size = landed_bytes(extract)
        if taken and total + size > _IN_MEMORY:
            yield taken
            taken, total = [], 0
        taken.append(extract)
        total += size
    if taken:
        yield taken


class Group:
    """A group of extracts and what is known of them so far.

    `extracts` are those that are not refused; the layers are computed of them. `refused` are the others, as far as they
    have been read, each with every reason. Close it to give the memory back.
    """

    def __init__(
        self,
        extracts: Sequence[Extract],
        settings: Settings,
        limits: Operation,
        spill: Path | None = None,
        hashes: FileHashes | None = None,
        left_out: Mapping[str, Collection[str]] | None = None,
        reference: Path | None = None,
    ) -> None:
        """`spill`: in this folder a folder of its own is made for what does not fit in memory. `hashes`: what is
        remembered of landed files. `left_out`: by partition key, the tables that a person leaves out on purpose.
        `reference`: the folder of the reference figures in force."""
        self._hashes = hashes or FileHashes()
        self._left_out = left_out or {}
        self.refused: dict[Extract, tuple[str, ...]] = {}
        self.told: list[tuple[Place, str | None, str]] = []  # what is said of whole extracts beside those before
        self.told_of_themselves: list[Told] | None = None  # that of it which no other extract has a part in
        self.extracts = list(extracts)
        self.settings, self.limits = settings, limits
        self.reference = reference or loading.FOLDER
        self._read: list[ExtractRead] | None = None
        self._staged: list[TableCount] | None = None
        self._has_facts = self._has_measures = self._has_own_calendars = False
        config: dict[str, str | bool | int | float | list[str]] = {}
        self._spill = SpillFolder(spill) if spill is not None else None
        if self._spill is not None:
            config["temp_directory"] = str(self._spill.path)
        if sum(map(landed_bytes, extracts)) < _SMALL:
            config["threads"] = 1
        self.connection = duckdb.connect(config=config)
        self.connection.execute("set global TimeZone = 'Europe/London'")
        loading.load(self.connection, settings.local_extra_non_working_days, folder=self.reference)
        setting.load_settings(self.connection, settings)

    def close(self) -> None:
        """Let go of everything that is held in memory."""
        self.connection.close()
        if self._spill is not None:
            self._spill.remove()
            self._spill = None
        self._read = self._staged = None

    def read(self) -> list[ExtractRead]:
        """Every extract of the group as its files hold it; one that cannot be used leaves the group."""
        if self._read is None:
            self._read = forms.read(self.extracts, self.limits, self.settings, self._left_out)
            self.refused = {one.extract: one.refusals for one in self._read if one.refusals}
            self.leave(list(self.refused))
        return [one for one in self._read if one.extract in self.extracts]

    def everything(self) -> list[ExtractRead]:
        self.read()
        return self._read or []

    def leave(self, refused: Sequence[Extract]) -> None:
        """Take extracts out of the group; what has been computed of the others is computed again."""
        if not refused:
            return
        self.extracts = [extract for extract in self.extracts if extract not in refused]
        self._staged, self._has_facts, self._has_measures = None, False, False

    def staged(self) -> list[TableCount]:
        """The tables of the contract, typed and judged, in the schema `staged`; what became of the rows of each."""
        reads = self.read()
        if self._staged is None:
            self.connection.execute("drop schema if exists staged cascade")
            self._staged = stage(self.connection, reads)
            self._add_to_staged(reads)
            self.told = []
        return self._staged

    def _add_to_staged(self, reads: Sequence[ExtractRead]) -> None:
        """What queries need of the extracts beside their tables: which they are, their rules and their commentary."""
        places = [{"la_code": one.extract.la_code, "extract_date": one.extract.extract_date} for one in reads]
        rules = [{"rule": one.name, "severity": one.severity, "message": one.message} for one in RULES.values()]
        asked = [
            {"rule_code": one.code, "statutory_number": one.number or None, "sentence": one.sentence,
             "severity": one.severity, "rule": rule, "table_name": table, "column_name": column}
            for one in catalogue() for table, rule, column in one.parts
        ]  # fmt: skip
        needs = [
            dict(zip(_DATA_RULE_NEED.names, (one.code, *need.split(".")), strict=True))
            for one in catalogue()
            for need in one.needs
        ]
        for name, rows, schema in (
            ("extract", places, _EXTRACT), ("rule", rules, _RULE), ("data_rule", asked, _DATA_RULE),
            ("data_rule_need", needs, _DATA_RULE_NEED),
        ):  # fmt: skip
            table = pa.Table.from_pylist(rows, schema=schema)
            self.connection.from_arrow(table).query("kept", f"create or replace table staged.{name} as from kept")
        commentary.register(self.connection, [one.extract for one in reads])
        self._add_of_authorities(reads)
        self._add_latest_dates()
        self._add_filled_columns()
        self._add_places()

    def _add_filled_columns(self) -> None:
        """`staged.filled_column`: the columns with a value in an extract, in how many rows of how many, so that one that
        is lost is seen."""
        parts = [
            f"select la_code, extract_date, '{table}' as table_name, unnest([{counted}], recursive := true), "  # noqa: S608
            f"count(*) as row_count from staged.{table} group by la_code, extract_date"
            for table in dict.fromkeys(count.table_name for count in self._staged or ())
            if (
                counted := ", ".join(
                    f"{{'column_name': '{column.name}', 'filled': count({column.name})}}" for column in columns(table)
                )
            )
        ]
        rows = (
            " union all by name ".join(parts)
            or "select '' as la_code, current_date as extract_date, '' as table_name, '' as column_name, 0::bigint as filled, "
            "0::bigint as row_count"
        )
        self.connection.execute(f"create or replace table staged.filled_column as from ({rows}) where filled > 0")

    def _add_places(self) -> None:
        """`staged.place`: where the rows of national forms stand, for the cases that come of them.

        In a table that comes of several lists a row's number is not its own (`is_only`); its record then tells it.
        """
        parts = [
            f"select la_code, extract_date, '{table}' as table_name, row_number, record_id, place "  # noqa: S608
            f"from staged.{table} where place is not null"
            for table in dict.fromkeys(count.table_name for count in self._staged or () if count.form != canonical.FORM)
        ]
        none = (
            "select null::varchar as la_code, null::date as extract_date, null::varchar as table_name, "
            "null::bigint as row_number, null::varchar as record_id, null::varchar as place where false"
        )
        self.connection.execute(
            "create or replace table staged.place as select *, "  # noqa: S608
            "count(*) over (partition by la_code, extract_date, table_name, row_number) = 1 as is_only from "
            "(select la_code, extract_date, table_name, row_number, record_id, min(place) as place "
            f"from ({' union all '.join([none, *parts])}) group by all)"
        )

    def tell(self, told: Sequence[tuple[Place, str | None, str]]) -> None:
        """Add sentences about whole extracts to what is reported of their rows."""
        rule = RULES["file_warning"]
        for (la_code, extract_date), table, sentence in told:
            self.connection.execute(
                "insert into staged.row_issue by name select ? as la_code, ? as extract_date, ? as table_name, "
                "? as rule, ? as severity, ? as message",
                [la_code, extract_date, table, rule.name, rule.severity, sentence],
            )

    def _add_of_authorities(self, reads: Sequence[ExtractRead]) -> None:
        """What authorities landed beside their extracts: `staged.target`, `staged.closure_day`, `reference.locality`."""
        targets = [
            {"la_code": one.extract.la_code, "extract_date": one.extract.extract_date, **vars(target)}
            for one in reads
            for target in one.targets
        ]
        localities = {one.extract.la_code: one.localities for one in reads}
        places = [
            {"la_code": la_code, "postcode": postcode, "locality": locality}
            for la_code, of_authority in localities.items()
            for postcode, locality in of_authority.items()
        ]
        closed = [
            {"la_code": one.extract.la_code, "extract_date": one.extract.extract_date, "date": day}
            for one in reads
            for day in one.closure_days
        ]
        own = {one.extract.la_code: one.closure_days for one in reads if one.closure_days}
        if own or self._has_own_calendars:
            loading.load_own_calendars(self.connection, self.settings.local_extra_non_working_days, own)
            self._has_own_calendars = bool(own)
        for name, rows, schema in (
            ("staged.target", targets, _TARGET),
            ("staged.closure_day", closed, _CLOSURE_DAY),
            ("reference.locality", places, _LOCALITY),
        ):
            table = pa.Table.from_pylist(rows, schema=schema)
            self.connection.from_arrow(table).query("kept", f"create or replace table {name} as from kept")

    def _add_latest_dates(self) -> None:
        """The day of the latest row of each table that says only how things stand: it decides which month it speaks of."""
        connection = self.connection
        connection.execute("alter table staged.coverage add column latest_date date")
        of_now = connection.sql(
            "select distinct table_name from staged.coverage where is_latest_only or table_name in ('care_leaver')"
        ).fetchall()
        for (table,) in of_now:
            days = [
                column.name
                for column in columns(table)
                if column.kind in (Kind.DATE, Kind.TIMESTAMP) and column.happened
            ]
            if days:
                connection.execute(
                    f"update staged.coverage set latest_date = found.latest_date from (select la_code, extract_date, "  # noqa: S608
                    f"max(greatest({', '.join(f'{day}::date' for day in days)})) as latest_date from staged.{table} "
                    "group by la_code, extract_date) as found where coverage.la_code = found.la_code "
                    "and coverage.extract_date = found.extract_date and coverage.table_name = ?",
                    [table],
                )

    def facts(self) -> None:
        """The facts, in the schema `facts`."""
        self.staged()
        if not self._has_facts:
            self.connection.execute("drop schema if exists facts cascade")
            computing.compute(self.connection)
            self._has_facts = True

    def measures(self) -> None:
        """The measures, in the schema `measures`."""
        self.facts()
        if not self._has_measures:
            self.connection.execute("drop schema if exists measures cascade")
            evaluation.evaluate(self.connection)
            self._has_measures = True

    def inputs(self) -> Mapping[Place, Mapping[str, str]]:
        """For each extract of the group, the files that it was made of and their hashes, as they were read."""
        places = {(extract.la_code, extract.extract_date) for extract in self.extracts}
        return {place: files for place, files in self.inputs_read().items() if place in places}

    def inputs_read(self) -> Mapping[Place, Mapping[str, str]]:
        """The same for every extract that was read, refused ones among them."""
        found = {}
        for one in self.everything():
            files = input_files(one.extract, self._hashes)
            # A table may be of a folder of many files, which then stand for themselves.
            read = {table.file_name: table.sha256 for table in one.tables if table.file_name in files}
            found[one.extract.la_code, one.extract.extract_date] = files | read
        self._hashes.save()
        return found
