"""The ledger of a warehouse: which extracts were refused and why, and which of them a person accepted.

It is written under the warehouse's lock, beside itself and then renamed, and holds nothing that a cell of an extract says.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from warehouse import generations
from warehouse.private import owner_only

LEDGER = "ledger.duckdb"
LEFT_OUT = "left_out"  # the check of a table that a person leaves out on purpose
_STRUCTURE = Path(__file__).with_suffix(".sql")
SERIES = generations.Series(
    "ledger", {LEDGER: 0o600}, {LEDGER: "Earlier refusals and acceptances are lost unless a backup has them."}
)


@dataclass(frozen=True)
class Finding:
    """One reason for a refusal: a sentence, of what was found; then of what to do.

    One of a limit names its table and check, and can be accepted.
    """

    reason: str
    table_name: str | None = None
    check_name: str | None = None

    @property
    def fact(self) -> str:
        """What was found, without what to do."""
        return self.reason.partition("; ")[0]

    @property
    def can_be_accepted(self) -> bool:
        """Whether the extract can be used all the same. A file that cannot be read cannot."""
        return self.check_name is not None


@dataclass(frozen=True)
class Told:
    """One sentence about an extract, to be told; with a finding where the extract is refused for it."""

    place: tuple[str, date]
    table_name: str | None
    sentence: str
    finding: Finding | None = None


@dataclass(frozen=True)
class LandedBytes:
    """An extract as it lay in the landing folder, by the hash of its files."""

    la_code: str
    extract_date: date
    inputs_sha256: str


@dataclass(frozen=True)
class Acceptance:
    """Who accepted a refused extract, when (UTC) and why."""

    accepted_by: str
    accepted_at: datetime
    reason: str


@contextmanager
def opened(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The next ledger to write in; it takes the place of the current one at the end. The caller holds the warehouse."""
    with (
        owner_only(),
        generations.replaced(warehouse, SERIES) as new,
        duckdb.connect(str(new[LEDGER])) as connection,
    ):
        connection.execute(_STRUCTURE.read_text())
        yield connection


@contextmanager
def read(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The ledger, only to be read; an empty one where there is none."""
    with duckdb.connect() as connection:
        if (warehouse / LEDGER).exists():
            path = str(warehouse / LEDGER).replace("'", "''")
            connection.execute(f"attach '{path}' as ledger (read_only)")
            connection.execute("use ledger")
        else:
            connection.execute(_STRUCTURE.read_text())
        yield connection


def record_refusals(warehouse: Path, refused: Mapping[LandedBytes, Sequence[Finding]]) -> None:
    """Write down why extracts were refused. What the last refusal of the same bytes says already is not repeated."""
    refused_at = _now()
    with read(warehouse) as connection:
        new = {one: findings for one, findings in refused.items() if set(_latest(connection, one)) != set(findings)}
    if not new:
        return
    with opened(warehouse) as connection:
        for landed, findings in new.items():
            connection.executemany(
                "insert into refusal values (?, ?, ?, ?, ?, ?, ?)",
                [
                    (landed.la_code, landed.extract_date, landed.inputs_sha256, refused_at,
                     finding.reason, finding.table_name, finding.check_name)
                    for finding in findings
                ],
            )  # fmt: skip


def last_refusal(warehouse: Path, landed: LandedBytes) -> list[Finding]:
    """Why these bytes were last refused; nothing if they never were."""
    with read(warehouse) as connection:
        return _latest(connection, landed)


def accept(warehouse: Path, landed: LandedBytes, findings: Sequence[Finding], accepted_by: str, reason: str) -> None:
    """Write down that a person accepts these findings, of these bytes."""
    accepted_at = _now()
    with opened(warehouse) as connection:
        connection.executemany(
            "insert into acceptance values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (landed.la_code, landed.extract_date, landed.inputs_sha256, accepted_at, accepted_by, reason,
                 finding.fact, finding.table_name, finding.check_name)
                for finding in findings
            ],
        )  # fmt: skip


def acceptances(warehouse: Path) -> dict[LandedBytes, dict[str, Acceptance]]:
    """For each extract, as it then lay, the latest acceptance of each fact that was found."""
    with read(warehouse) as connection:
        rows = connection.sql(
            "select la_code, extract_date, inputs_sha256, finding, accepted_by, accepted_at, reason "
            "from acceptance order by accepted_at"
        ).fetchall()
    found: dict[LandedBytes, dict[str, Acceptance]] = {}
    for la_code, extract_date, inputs, fact, *acceptance in rows:
        found.setdefault(LandedBytes(la_code, extract_date, inputs), {})[fact] = Acceptance(*acceptance)
    return found


def left_out(warehouse: Path) -> dict[LandedBytes, frozenset[str]]:
    """For each extract, as it then lay, the tables that a person leaves out on purpose."""
    if not (warehouse / LEDGER).exists():
        return {}
    with read(warehouse) as connection:
        rows = connection.execute(
            "select la_code, extract_date, inputs_sha256, list(distinct table_name) from acceptance "
            "where check_name = ? group by all",
            [LEFT_OUT],
        ).fetchall()
    return {LandedBytes(la_code, day, inputs): frozenset(tables) for la_code, day, inputs, tables in rows}


def copy_into(connection: duckdb.DuckDBPyConnection, warehouse: Path) -> None:
    """Give a connection the ledger's rows, as the temporary tables `refusal` and `acceptance`."""
    with read(warehouse) as ledger:
        for table in ("refusal", "acceptance"):
            connection.from_arrow(ledger.table(table).to_arrow_table()).query(
                "kept", f"create or replace temp table {table} as from kept"
            )


def _latest(connection: duckdb.DuckDBPyConnection, landed: LandedBytes) -> list[Finding]:
    rows = connection.execute(
        "select reason, table_name, check_name from refusal "
        "where la_code = ? and extract_date = ? and inputs_sha256 = ? "
        "qualify rank() over (order by refused_at desc) = 1",
        [landed.la_code, landed.extract_date, landed.inputs_sha256],
    ).fetchall()
    return [Finding(*row) for row in rows]


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
