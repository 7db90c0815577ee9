"""Publications that a test draws as cases, so that many are made in little time.

An extract of authority 599 is drawn as its cases: `{("C1", "2020-07"): 1}` is a referral that MASH decided in July 2020
in time. Months, statuses, figures and everything published follow from them as they always do; no other measure is.
"""

import hashlib
import shutil
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
import pytest

from schemas.measures import MEASURES
from support.landed import land
from support.published import grouped
from warehouse.facts import computing
from warehouse.landing.extracts import Extract
from warehouse.layers import Group
from warehouse.measures.evaluation import evaluate
from warehouse.published import publishing
from warehouse.workspace import exclusive

MEASURE = "mash_timeliness"
SEPTEMBER, OCTOBER, NOVEMBER = "2020-09-01", "2020-10-01", "2020-11-01"
# The history of every extract that is drawn begins here.
FIRST_MONTH = "2019-08"
Cases = Mapping[tuple[str, str], int]
_CATALOGUE = (MEASURES[MEASURE],)


class Drawing:
    """Publishes what is drawn; `group` is of any extract, and its facts give way to those that are drawn."""

    def __init__(self, group: Group) -> None:
        self.connection = group.connection
        for table in ("referral", "row_issue", "row_count", "coverage", "extract", "extract_file", "commentary"):
            self.connection.execute(f"delete from staged.{table}")  # noqa: S608
        for step in computing.fact_steps():
            self.connection.execute(f"delete from {step.table}")  # noqa: S608
        self.connection.execute("delete from facts.pending")

    def publish(
        self,
        warehouse: Path,
        *drawn: tuple[str, Cases],
        la_code: str = "599",
        first_month: str = FIRST_MONTH,
        definitions: str = "the definitions",
    ) -> list[int]:
        """Publish what extracts hold, all in one run; the versions made."""
        self._draw(la_code, first_month, drawn)
        inputs = {
            (la_code, date.fromisoformat(day)): {
                "referral.csv": hashlib.sha256(repr((first_month, sorted(cases.items()))).encode()).hexdigest()
            }
            for day, cases in drawn
        }
        publication = publishing.Publication("run", "0", definitions)
        with exclusive(warehouse), patch.object(publishing, "CATALOGUE", _CATALOGUE):
            return publishing.publish(self.connection, warehouse, publication, inputs)

    def withdraw(self, warehouse: Path, day: str, reason: str, before: tuple[str, Cases] | None = None) -> int:
        """Withdraw an extract; `before` is the one whose cases are then the current ones."""
        self._draw("599", FIRST_MONTH, (before,) if before else ())
        publication = publishing.Publication("withdraw", "0", "the definitions")
        with exclusive(warehouse), patch.object(publishing, "CATALOGUE", _CATALOGUE):
            place = ("599", date.fromisoformat(day))
            return publishing.withdraw(self.connection, warehouse, publication, place, reason)

    def _draw(self, la_code: str, first_month: str, drawn: tuple[tuple[str, Cases], ...]) -> None:
        for table in ("staged.extract", "staged.extract_file", "staged.coverage", "facts.mash_item"):
            self.connection.execute(f"delete from {table}")  # noqa: S608
        for day, cases in drawn:
            self.connection.execute("insert into staged.extract values (?, ?)", [la_code, day])
            self._insert("staged.extract_file", la_code=la_code, extract_date=day, table_name="referral",
                         file_name="referral.csv", form="canonical", sha256="", rows_in=1, rows_used=1,
                         rows_quarantined=0, rows_duplicate=0, columns_ignored=[],
                         columns_present=["received_at", "mash_completed_at"])  # fmt: skip
            self._insert("staged.coverage", la_code=la_code, extract_date=day, table_name="referral",
                         complete_from=f"{first_month}-01", is_latest_only=False)  # fmt: skip
            for row, ((case, month), is_in_time) in enumerate(cases.items(), start=2):
                if month <= day[:7]:
                    self._insert("facts.mash_item", la_code=la_code, extract_date=day, month=f"{month}-01",
                                 person_id=case, record_id=case, is_in_time=bool(is_in_time), is_counted=True,
                                 is_start_missing=False, table_name="referral", row_number=row)  # fmt: skip
        query = (computing.FOLDER / "reporting_month.sql").read_text()
        self.connection.execute(f"create or replace table facts.reporting_month as {query}")
        evaluate(self.connection, _CATALOGUE)

    def _insert(self, table: str, **row: Any) -> None:
        chosen = ", ".join(f"? as {name}" for name in row)
        self.connection.execute(f"insert into {table} by name select {chosen}", list(row.values()))


def counts(figures: Mapping[str, str]) -> Cases:
    """The cases that make figures: `{"2020-07": "3 of 4"}` is four cases of July 2020, three of them in time."""
    found = {}
    for month, text in figures.items():
        numerator, denominator = map(int, text.split(" of "))
        found |= {(f"{month}/{case}", month): int(case < numerator) for case in range(denominator)}
    return found


@pytest.fixture(scope="session")
def drawing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drawing]:
    """What publishes drawn extracts."""
    extract = Extract("598", date(2020, 9, 1), tmp_path_factory.mktemp("drawing") / "598" / "2020-09-01")
    land(extract.folder, referral="received_at | mash_completed_at\n2020-08-03 | 2020-08-04")
    with grouped([extract]) as group:
        yield Drawing(group)


@pytest.fixture(scope="session")
def other_authority(drawing: Drawing, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with one publication, of another authority."""
    warehouse = tmp_path_factory.mktemp("other") / "warehouse"
    assert drawing.publish(warehouse, (SEPTEMBER, {("C1", "2020-08"): 1}), la_code="598", first_month="2020-08") == [1]
    return warehouse


@pytest.fixture
def warehouse(other_authority: Path, tmp_path: Path) -> Path:
    """A copy of that warehouse, of the test's own."""
    return Path(shutil.copytree(other_authority, tmp_path / "warehouse"))


def ask(warehouse: Path, query: str, name: str = "kpi") -> list[tuple[Any, ...]]:
    """The rows of a query over one of the published files."""
    with duckdb.connect(str(warehouse / f"{name}.duckdb"), read_only=True) as connection:
        return connection.sql(query).fetchall()
