"""What decides a figure, as one hash; and the proof that a layer was computed with what is in force now."""

import hashlib
import json
from pathlib import Path

import duckdb

from schemas.settings import Settings
from warehouse.reference import loading

_PROJECT = Path(__file__).parent.parent
LAYERS = ("raw", "staged", "facts", "measures")


class StaleLayerError(Exception):
    """A layer is not complete, or was computed with other definitions than those in force: compute it again."""


def definitions_sha256(settings: Settings) -> str:
    """One hash of all that decides a figure: settings, contracts, catalogue, queries, reference figures."""
    digest = hashlib.sha256(loading.version().encode())
    digest.update(json.dumps(settings.model_dump(mode="json"), sort_keys=True).encode())
    layers = [
        _PROJECT / "warehouse" / layer
        for layer in ("landing", "forms", "raw", "staged", "facts", "measures", "reference")
    ]
    for folder in (_PROJECT / "schemas", *layers):
        for path in sorted((*folder.glob("*.py"), *folder.glob("*.sql"))):
            if path.name != "settings.py":
                digest.update(path.read_bytes())
    return digest.hexdigest()


def loaded(connection: duckdb.DuckDBPyConnection) -> str | None:
    """The hash of the definitions that the working database holds; None if it holds none."""
    there = connection.sql("from duckdb_tables() where schema_name = 'reference' and table_name = 'definitions'")
    row = connection.sql("from reference.definitions").fetchone() if there.fetchone() else None
    return str(row[0]) if row else None


def begin(connection: duckdb.DuckDBPyConnection, layer: str) -> None:
    """Forget that this layer and those after it were computed for the run's extracts, until they are again.

    Raises StaleLayerError unless the layer before it was computed to its end: a run may have been killed in its midst.
    """
    _create_computed(connection)
    at = LAYERS.index(layer)
    for before in LAYERS[max(at - 1, 0) : at]:
        unfinished = connection.execute(
            "select la_code || '_' || extract_date from raw.run_extract "
            "anti join (from computed where layer = ?) as computed using (la_code, extract_date) order by all",
            [before],
        ).fetchall()
        if unfinished:
            named = ", ".join(key for (key,) in unfinished[:5])
            raise StaleLayerError(f"The {before} of {named} is not complete; materialise {before} again first.")
    connection.execute(
        "delete from computed where list_contains(?, layer) and (la_code, extract_date) in (from raw.run_extract)",
        [list(LAYERS[at:])],
    )


def stamp(connection: duckdb.DuckDBPyConnection, layer: str) -> None:
    """Note that the layer's rows of the run's extracts were computed with the definitions that are loaded."""
    _create_computed(connection)
    connection.execute(
        "delete from computed where layer = ? and (la_code, extract_date) in (from raw.run_extract)", [layer]
    )
    connection.execute(
        "insert into computed select ?, la_code, extract_date, sha256 "
        "from raw.run_extract cross join reference.definitions",
        [layer],
    )


def forget(connection: duckdb.DuckDBPyConnection, layer: str) -> None:
    """Note that the layer's rows are of no use for any extract."""
    _create_computed(connection)
    connection.execute("delete from computed where layer = ?", [layer])


def _create_computed(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("create table if not exists computed (layer varchar, la_code varchar, "
                       "extract_date date, sha256 varchar)")  # fmt: skip


def require(connection: duckdb.DuckDBPyConnection, layer: str) -> None:
    """Raise StaleLayerError unless the layer holds every extract of the run, computed with what is loaded."""
    stale = connection.execute(
        "select la_code || '_' || extract_date from raw.run_extract cross join reference.definitions "
        "anti join (from computed where layer = ?) as computed using (la_code, extract_date, sha256)",
        [layer],
    ).fetchall()
    if stale:
        named = ", ".join(key for (key,) in stale[:5])
        raise StaleLayerError(
            f"The {layer} of {named} were not computed with the settings in force; materialise {layer} again first."
        )
