"""Keyed pseudonyms in place of the case system's ids of children, where an installation asks for them.

A pseudonym is `p-` and 20 letters or digits: the first 100 bits of HMAC-SHA256 over authority and id. Who has the key
and an id can work out its pseudonym, nobody can work back. Of ten million children, the odds that any two share one are
less than 1 in 10^16. It is in lower case, and ids are kept in upper case, so that neither is taken for the other.
"""

import base64
import hmac
import os
import re
from collections.abc import Iterable
from pathlib import Path

import duckdb
import pyarrow as pa

ENVIRONMENT = "KPI_PSEUDONYM_KEY"
SHORTEST = 32
_FOLDER = Path(__file__).parent
_LETTERS = 20
PATTERN = rf"p-[a-z2-7]{{{_LETTERS}}}"


def key() -> bytes:
    """The key in the environment. Raises ValueError, without a word of it, where it is missing or too short."""
    value = os.environ.get(ENVIRONMENT, "")
    if len(value) < SHORTEST:
        raise ValueError(
            f"pseudonymise_persons needs a key of {SHORTEST} characters or more in the environment's {ENVIRONMENT}, "
            f"and there is {'a shorter one' if value else 'none'}; keep it apart from the warehouse, and keep it: "
            "with another key every pseudonym is another."
        )
    return value.encode()


def pseudonym(secret: bytes, la_code: str, person_id: str) -> str:
    """The pseudonym of a child of an authority; a pseudonym stays what it is."""
    if re.fullmatch(PATTERN, person_id):
        return person_id
    digest = hmac.digest(secret, f"{la_code}\n{_canonical(person_id)}".encode(), "sha256")
    return f"p-{base64.b32encode(digest).decode()[:_LETTERS].lower()}"


def _canonical(written: str) -> str:
    """An id as it is kept, of whatever is written in a cell: see staged/read_id.sql."""
    return re.sub(r"\.0$", "", written.strip("\ufeff\u200b\u00a0 \t\r\n")).upper()


def replace_ids(connection: duckdb.DuckDBPyConnection) -> None:
    """Put pseudonyms in place of the ids of children in the temporary table `casework_row`: rows of a casework table.

    Replaced are `person_id`, the cells of columns that name a child, and the id where it is part of the row's record
    id or cell. The table is made anew, so that whoever copies it copies no id.
    """
    columns = connection.table("temp.casework_row").columns
    if "person_id" not in columns:
        return
    of = "issue" if "raw_value" in columns else "case"
    secret = key()
    rows = [
        {"la_code": la_code, "written": written, "pseudonym": pseudonym(secret, la_code, written)}
        for la_code, written in connection.sql(_sql(f"id_in_{of}")).fetchall()
    ]
    schema = pa.schema([(name, pa.string()) for name in ("la_code", "written", "pseudonym")])
    connection.register("pseudonym", pa.Table.from_pylist(rows, schema=schema))
    connection.execute(_sql("pseudonym_macro"))
    connection.execute(f"create or replace temp table pseudonymised as {_sql(f'pseudonymised_{of}')}")
    connection.unregister("pseudonym")
    connection.execute("create or replace temp table casework_row as from pseudonymised")
    connection.execute("drop table temp.pseudonymised")


def hide_in(connection: duckdb.DuckDBPyConnection, tables: Iterable[str]) -> None:
    """Put pseudonyms in place of the ids of children in these tables, as `replace_ids` does."""
    for table in tables:
        connection.execute(f"create or replace temp table casework_row as from {table}")
        replace_ids(connection)
        connection.execute(f"create or replace table {table} as from temp.casework_row")
    connection.execute("drop table if exists temp.casework_row")


def _sql(name: str) -> str:
    return (_FOLDER / f"{name}.sql").read_text()
