"""Brothers and sisters: where records show that children share a meeting or a referral, and by how much that counts.

Some case systems give one id to what is held for several children at once. Their outcomes are then one, so a share of
them varies more than that of independent children. Where every child has a record of its own nothing is known of it.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from schemas.kinds import SHARE_OF_EVENTS
from schemas.measures import CATALOGUE, Measure

_FOLDER = Path(__file__).parent


def find(connection: duckdb.DuckDBPyConnection, catalogue: Sequence[Measure] = CATALOGUE) -> None:
    """Make `family_design` (la_code, measure_code, design_factor) of the cases of the run's latest extracts.

    Reads `measures.case_<fact>` of the facts that shares of events count, as far as they are there, and `new_version`.
    """
    connection.execute("create or replace temp table of_fact (la_code varchar, fact varchar, design_factor double)")
    shares = [(one.measure_code, one.fact) for one in catalogue if one.kind is SHARE_OF_EVENTS]
    there = {
        name
        for (name,) in connection.sql(
            "select table_name from duckdb_tables() where schema_name = 'measures' and starts_with(table_name, 'case_')"
        ).fetchall()
    }
    for fact in sorted({fact for _, fact in shares if f"case_{fact}" in there}):
        cases = f"select la_code, '{fact}' as fact, extract_date, month, record_id from measures.case_{fact}"  # noqa: S608
        connection.execute(f"create or replace temp view case_of_fact as {cases}")
        connection.execute(f"insert into of_fact {(_FOLDER / 'family_design.sql').read_text()}")
    connection.execute("create or replace temp table counted_by (measure_code varchar, fact varchar)")
    connection.executemany("insert into counted_by values (?, ?)", shares)
    connection.execute(
        "create or replace temp table family_design as "
        "select la_code, measure_code, design_factor from of_fact inner join counted_by using (fact)"
    )
