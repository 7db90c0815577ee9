"""Drawn extracts: a test shows the rows that land, and this runs the layers over them, without Dagster.

A drawing is a header line and lines of cells, parted by bars; an empty cell is an empty value. What stands right of
`||` is the answer that the test expects of the row, and does not land. The extracts drawn for the tests of a module
are one run, one authority each, because a run of many costs what a run of one costs.
"""

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest

from schemas.settings import Settings
from schemas.tables import MODELS
from warehouse.definitions import definitions_sha256
from warehouse.layers import compute
from warehouse.published import publishing
from warehouse.landing.extracts import Extract
from warehouse.workspace import working

PROJECT = Path(__file__).resolve().parent.parent
EXTRACT_DATE = "2020-09-01"
# Columns that must be there, and that most tests are not about. Each drawn row is a record and a child of its own.
ORDINARY = {
    "person": {"person_id": "P{n}", "sex": "F"},
    "referral": {"referral_id": "R{n}", "person_id": "P{n}", "referral_date": "2020-08-03", "referral_source": "1A",
                 "referral_nfa": "N"},
    "assessment": {"assessment_id": "A{n}", "person_id": "P{n}"},
    "s47": {"s47_id": "S{n}", "person_id": "P{n}"},
    "icpc": {"icpc_id": "C{n}", "person_id": "P{n}"},
    "cp_plan": {"cp_plan_id": "L{n}", "person_id": "P{n}"},
    "cla_episode": {"person_id": "P{n}", "rne": "S", "legal_status": "C2", "placement_type": "U1"},
    "cla_care_plan": {"care_plan_id": "K{n}", "person_id": "P{n}"},
    "contact": {"contact_id": "T{n}", "person_id": "P{n}", "source": "1A"},
    "cin_plan": {"cin_plan_id": "N{n}", "person_id": "P{n}"},
    "cin_visit": {"visit_id": "V{n}", "person_id": "P{n}"},
    "strategy_discussion": {"strategy_id": "D{n}", "person_id": "P{n}"},
    "cp_review": {"review_id": "V{n}", "person_id": "P{n}"},
    "cp_visit": {"visit_id": "V{n}", "person_id": "P{n}"},
    "cla_review": {"review_id": "V{n}", "person_id": "P{n}"},
    "cla_visit": {"visit_id": "V{n}", "person_id": "P{n}"},
    "cla_health": {"health_id": "H{n}", "person_id": "P{n}", "type": "HEALTH_ASSESSMENT"},
    "missing": {"missing_id": "M{n}", "person_id": "P{n}", "type": "M"},
    "dolo": {"person_id": "P{n}"},
    "care_leaver": {"person_id": "P{n}", "eligibility": "FORMER_RELEVANT"},
    "worker": {"worker_id": "W{n}", "fte": "1"},
    "allocation": {"person_id": "P{n}", "worker_id": "W1"},
    "pre_proceedings": {"pre_proceedings_id": "B{n}", "person_id": "P{n}"},
}  # fmt: skip

Row = dict[str, str]


def drawn_rows(drawing: str, answers: bool = False) -> list[Row]:
    """The rows of a drawing as they land, or what is expected of them."""
    sides = [[*line.split("||"), ""][answers] for line in drawing.strip().splitlines()]
    header, *lines = [[cell.strip() for cell in side.split("|")] for side in sides]
    return [dict(zip(header, cells, strict=True)) for cells in lines]


def land(folder: Path, **tables: str) -> None:
    """Write drawings into a landing folder; columns that must be there and are not drawn get ordinary values."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, drawing in tables.items():
        rows = [
            {**{name: value.format(n=number) for name, value in ORDINARY[table].items()}, **row}
            for number, row in enumerate(drawn_rows(drawing), start=1)
        ]
        lines = [",".join(f'"{cell}"' for cell in row.values()) for row in rows]
        (folder / f"{table}.csv").write_text("\n".join([",".join(rows[0]), *lines, ""]))


def process(
    warehouse: Path, extracts: list[Extract], settings: Settings | None = None, is_pseudonymised: bool = False
) -> list[int]:
    """Run every layer over the extracts, as the job does; the versions published."""
    settings = settings or Settings()
    with working(warehouse, settings, extracts) as connection:
        compute(connection, extracts)
        publication = publishing.Publication("run", "0", definitions_sha256(settings))
        return publishing.publish(connection, warehouse, publication, is_pseudonymised)


@dataclass(frozen=True)
class Published:
    """What came of one drawn extract."""

    warehouse: duckdb.DuckDBPyConnection
    la_code: str
    drawings: dict[str, str]

    def select(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """The rows of a query over `of_{table}`: the published tables, this authority's rows only."""
        for name in ("kpi.monthly_kpi", "kpi.monthly_kpi_current", "kpi.not_computable", "casework.row_issue",
                     "casework.extract_file", "casework.kpi_case", "casework.pending_case",
                     *(f"working.staged.{table}" for table in MODELS)):  # fmt: skip
            self.warehouse.execute(
                f"create or replace temp view of_{name.split('.')[-1]} as "  # noqa: S608 - names of ours
                f"select * exclude (la_code) from {name} where la_code = '{self.la_code}'"
            )
        return self.warehouse.execute(query, list(parameters)).fetchall()

    def count(self, measure: str, month: str, period: str = "month") -> str | None:
        """A figure as its counts: `2 of 3`; None where none is published."""
        found = self.select(
            "select numerator, denominator from of_monthly_kpi_current "
            "where measure_code = ? and month = ? and period = ?",
            measure, date.fromisoformat(f"{month}-01"), period,
        )  # fmt: skip
        return " of ".join("unknown" if part is None else f"{part:g}" for part in found[0]) if found else None

    def figure(self, column: str, measure: str, month: str, period: str = "month") -> Any:
        """One column of a published figure."""
        ((value,),) = self.select(
            f"select {column} from of_monthly_kpi_current "  # noqa: S608 - a column of ours
            "where measure_code = ? and month = ? and period = ?",
            measure, date.fromisoformat(f"{month}-01"), period,
        )  # fmt: skip
        return value

    def cases(self, measure: str, columns: str, month: str | None = None) -> dict[str, Any]:
        """By record (a child's snapshot: by child), the columns of the cases behind a measure."""
        who = "person_id" if measure in SNAPSHOTS else "record_id"
        rows = self.select(
            f"select {who}, {columns} from of_kpi_case "  # noqa: S608 - columns of ours
            "where measure_code = $1 and strftime(month, '%Y-%m') = coalesce($2, strftime(month, '%Y-%m'))",
            measure, month,
        )  # fmt: skip
        assert len({row[0] for row in rows}) == len(rows), "a record counts once"
        return {row[0]: row[1] if len(row) == 2 else row[1:] for row in rows}

    def answers(self, table: str, who: str) -> dict[str, Row]:
        """By record or child, what is drawn right of the double bar."""
        ordinary = ORDINARY[table]
        landed, expected = drawn_rows(self.drawings[table]), drawn_rows(self.drawings[table], answers=True)
        names = [row.get(who) or ordinary[who].format(n=number) for number, row in enumerate(landed, start=1)]
        return dict(zip(names, expected, strict=True))

    def states(self, table: str) -> str:
        """How many rows of a table ended in which state."""
        ((used, quarantined, duplicate, rows),) = self.select(
            "select rows_used, rows_quarantined, rows_duplicate, rows_in from of_extract_file where table_name = ?",
            table,
        )
        assert rows == used + quarantined + duplicate, "every row ends in exactly one state"
        return f"{used} used, {quarantined} quarantined, {duplicate} duplicate"

    def issues(self, table: str) -> set[tuple[int, str | None, str | None, str]]:
        """Row number, column, raw value and rule of everything reported of a table."""
        return set(
            self.select("select row_number, column_name, raw_value, rule from of_row_issue where table_name = ?", table)
        )


SNAPSHOTS = ("authorised_care_plan", "child_protection_plan_rate", "looked_after_rate")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "extract(date=EXTRACT_DATE, **tables): the drawn extract of a test")


@pytest.fixture(scope="module")
def processed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Published]]:
    """Every extract drawn in the module, in one run: what came of each, by the name of its test."""
    folder = tmp_path_factory.mktemp("drawn")
    drawn: dict[str, tuple[Extract, dict[str, str]]] = {}
    for item in request.session.items:
        mark = item.get_closest_marker("extract")
        if mark and item.getparent(pytest.Module) is request.node and item.originalname not in drawn:
            tables = {name: textwrap.dedent(drawing) for name, drawing in mark.kwargs.items()}
            extract_date, la_code = "".join(mark.args) or EXTRACT_DATE, str(500 + len(drawn))
            landed = Extract(la_code, date.fromisoformat(extract_date), folder / la_code / extract_date)
            land(landed.folder, **tables)
            drawn[item.originalname] = (landed, tables)
    process(folder / "warehouse", [extract for extract, _ in drawn.values()])
    with duckdb.connect() as connection:
        for name in ("kpi", "casework", "working"):
            connection.execute(f"attach '{folder}/warehouse/{name}.duckdb' as {name} (read_only)")
        yield {name: Published(connection, extract.la_code, tables) for name, (extract, tables) in drawn.items()}


@pytest.fixture
def published(request: pytest.FixtureRequest, processed: dict[str, Published]) -> Published:
    """What came of the extract that is drawn above the test."""
    return processed[request.node.originalname]


@pytest.fixture
def run_layers() -> Callable[..., list[int]]:
    """Every layer over landed extracts: (warehouse, extracts, settings) gives the versions published."""
    return process


def run_command(*arguments: object, mask: int = 0o022, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m pipelines` as a person would: in a process of its own, in a shell with that umask."""
    server = _command_server()
    assert server.stdin is not None
    assert server.stdout is not None
    kept = {name: value for name, value in os.environ.items() if name != "DAGSTER_HOME"}
    request = {"arguments": list(map(str, arguments)), "environment": {**kept, **environment}, "mask": mask}
    server.stdin.write(json.dumps(request) + "\n")
    server.stdin.flush()
    answer = json.loads(server.stdout.readline())
    return subprocess.CompletedProcess(request["arguments"], answer["status"], answer["stdout"], answer["stderr"])


@cache
def _command_server() -> subprocess.Popen[str]:
    """One for the whole session; it ends when its standard input does."""
    return subprocess.Popen(
        [sys.executable, str(PROJECT / "tests" / "forked_command.py")],
        cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )  # fmt: skip
