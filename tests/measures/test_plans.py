"""How DuckDB plans the queries: what grows with the square of the rows is seen before anybody waits for it."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from support.landed import land
from support.published import grouped

from schemas.measures import MEASURES
from warehouse.facts.computing import fact_steps
from warehouse.landing.extracts import Extract
from warehouse.measures import evaluation
from warehouse.published import publishing
from warehouse.workspace import exclusive

# Kinds of issues beside the parts of rules; months beside the models of neighbours, of which there are a few.
OF_FEW_ROWS = ("casework.rule_result", "current_benchmark_comparison")


def all_pairs(plan: dict[str, Any]) -> Iterator[str]:
    """The joins of a plan that compare every row of one side with every row of the other, whatever their number.

    Inner joins are left out: those are with the one row of the settings.
    """
    told = plan.get("extra_info", {})
    if plan.get("name", "").strip() == "BLOCKWISE_NL_JOIN" and told.get("Join Type") != "INNER":
        yield f"{told.get('Join Type')}: {told.get('Condition')}"
    for child in plan.get("children", ()):
        yield from all_pairs(child)


class Explained:
    """A connection that looks at the plan of each statement that writes the rows of a query."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self.found: dict[str, list[str]] = {}
        self.looked_at = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execute(self, statement: str, *parameters: Any) -> duckdb.DuckDBPyConnection:
        words = statement.split()
        if words[0] in ("create", "insert") and "view" not in words[:5] and {"select", "from", "(from"} & set(words):
            self.look_at(statement, *parameters)
        return self._connection.execute(statement, *parameters)

    def look_at(self, statement: str, *parameters: Any) -> None:
        """Add what a statement's plan has that grows with the square of the rows."""
        if len(duckdb.extract_statements(statement)) > 1:
            return
        (row,) = self._connection.execute(f"explain (format json) {statement}", *parameters).fetchall()
        self.looked_at += 1
        if pairs := [one for plan in json.loads(row[1]) for one in all_pairs(plan)]:
            self.found[" ".join(statement.split()[:8])] = pairs


def test_no_query_compares_every_row_with_every_row(tmp_path: Path) -> None:
    extract = Extract("599", date(2020, 9, 1), tmp_path / "599" / "2020-09-01")
    land(extract.folder, referral="received_at\n2020-08-03", cla_episode="decom\n2020-02-03")
    with grouped([extract]) as group:
        explained = Explained(group.connection)
        for step in fact_steps():
            explained.look_at(f"create or replace table {step.table} as {step.query}")
        evaluation.evaluate(explained)  # type: ignore[arg-type]
        with exclusive(tmp_path / "warehouse"):
            publication = publishing.Publication("run", "0", "the definitions")
            publishing.publish(explained, tmp_path / "warehouse", publication, group.inputs())  # type: ignore[arg-type]
    assert explained.looked_at > len(fact_steps()) + len(MEASURES)
    assert not {name for name in explained.found if not any(few in name for few in OF_FEW_ROWS)}, explained.found
