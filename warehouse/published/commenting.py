"""What rows and columns of the published files mean, as comments in the files, so that every client shows it."""

import re
from functools import cache
from itertools import takewhile
from pathlib import Path

import duckdb

from schemas.measures import MEASURES
from warehouse.published.meanings import MEANINGS

_FOLDER = Path(__file__).parent
_FACTS = _FOLDER.parent / "facts"
# A statement that makes a table, view or macro, with the comment above it.
_MADE = re.compile(r"((?:^-- .*\n)+)create (?:or replace |table |view |macro |if not exists )+(\w+)", re.MULTILINE)
# By published file: the scripts that make its structure, and the queries that a table or view of their name is made by.
_SCRIPTS = {"kpi": ("kpi", "signals/structure", "targets/structure"), "casework": ("casework/structure",)}
_QUERIES = {
    "kpi": ("signals/spc_rebase", "comparisons/benchmark_comparison", "comparisons/benchmark_neighbour",
            "comparisons/benchmark_year", "comparisons/reconciliation", "signals/spc_signal",
            "signals/spc_sentence", "targets/scorecard"),
    "casework": (),
}  # fmt: skip
_OTHERS = {
    "kpi": {
        "measure": "One row per measure: the catalogue.",
        "spc_signal_at_version": "One row per measure and signal of the version's authority, as the version left them.",
        "spc_sentence_at_version": "One row per measure and month of the version's authority, as the version left them.",
    },
    "casework": {"kpi_case": "One row per measure, month and case behind a current figure."},
}
# Of the tables of cases, a table a fact: what a column says of the measure whose code ends its name.
_OF_A_MEASURE = {
    "counted_": "Whether the case counts in “{}”: of a share or rate, in its denominator.",
    "achieved_": "Whether the case counts in the numerator of “{}”.",
    "later_": "Whether the case would count in the numerator of “{}” in a later month of the same period.",
    "amount_": "What the case adds to the numerator of “{}”.",
    "weight_": "What the case adds to the denominator of “{}”.",
    "reason_of_": "Why the case is not in the numerator of “{}”.",
    "clock_start_of_": "The date from which “{}” counts.",
    "event_date_of_": "The date on which the case was done, as “{}” takes it.",
    "due_date_of_": "The last day on which the case would be in time for “{}”.",
    "working_days_of_": "Working days from the start to the event, as “{}” counts them.",
}


@cache
def rows_of(file: str) -> dict[str, str]:
    """What a row of each table, view and macro is, of the file `kpi.duckdb` or `casework.duckdb`."""
    name = file.removesuffix(".duckdb")
    found = {made: _sentence(comment) for script in _SCRIPTS[name] for comment, made in _MADE.findall(_sql(script))}
    for query in _QUERIES[name]:
        comment = takewhile(lambda line: line.startswith("--"), _sql(query).splitlines())
        found[Path(query).name] = _sentence("\n".join(comment)).partition(". ")[0].removesuffix(".") + "."
    return found | _OTHERS[name]


def _cases(table: str) -> str | None:
    """What a row of the cases of a fact is, as the fact's own query says it."""
    query = next(_FACTS.glob(f"*/{table.removeprefix('case_')}.sql"), None) if table.startswith("case_") else None
    if query is None:
        return None
    grain = _sentence("\n".join(takewhile(lambda line: line.startswith("--"), query.read_text().splitlines())))
    return f"Cases behind the figures, a part of kpi_case. {grain}"


def _of_a_measure(column: str) -> str | None:
    for beginning, meaning in _OF_A_MEASURE.items():
        if (measure := MEASURES.get(column.removeprefix(beginning))) is not None and column.startswith(beginning):
            return meaning.format(measure.title)
    return None


def comment(connection: duckdb.DuckDBPyConnection, file: str) -> None:
    """Comment the tables, views and columns of a published file, to which the connection is open.

    Last of all, for a view that is made again loses its comments; in one transaction, for each alone costs a write.
    """
    rows = rows_of(file)
    statements = []
    for table, is_view, said in connection.sql(
        "select table_name, false, comment from duckdb_tables() where not internal and database_name = current_database() "
        "union all "
        "select view_name, true, comment from duckdb_views() where not internal and database_name = current_database()"
    ).fetchall():
        meaning = rows.get(table) or _cases(table)
        if meaning and meaning != said:
            statements.append(f'comment on {"view" if is_view else "table"} "{table}" is {_quoted(meaning)};')
    for table, column, said in connection.sql(
        "select table_name, column_name, comment from duckdb_columns() "
        "where not internal and database_name = current_database()"
    ).fetchall():
        meaning = MEANINGS.get(f"{table}.{column}") or MEANINGS.get(column) or _of_a_measure(column)
        if meaning and meaning != said:
            statements.append(f'comment on column "{table}"."{column}" is {_quoted(meaning)};')
    connection.execute(" ".join(["begin;", *statements, "commit;"]))


def _sql(name: str) -> str:
    return (_FOLDER / f"{name}.sql").read_text()


def _sentence(comment: str) -> str:
    return " ".join(line.removeprefix("--").strip() for line in comment.strip().splitlines())


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
