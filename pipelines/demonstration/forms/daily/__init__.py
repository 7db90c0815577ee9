"""The daily feed to the Department for Education: a JSON document a child, with every case of the last 24 months.

One query nests what the schema nests, under its names; here it only becomes JSON. What is not known is left out.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipelines.demonstration.queries import Tabled, answer, connected, define

HERE = Path(__file__).parent


def write(council: Tabled, folder: Path) -> None:
    """Writes `daily/<child>.json` for each child of the cohort."""
    with connected(council) as connection:
        connection.execute("set variable window_start = (getvariable('extract_date') - interval 24 months)::date")
        define(connection, "placement", HERE / "placement.sql")
        children = answer(connection, HERE / "child.sql").to_pylist()
    feed = folder / "daily"
    feed.mkdir()
    for child in children:
        document = json.dumps([known(child)], default=str, indent=1)
        (feed / f"{child['la_child_id']}.json").write_text(document + "\n", encoding="utf-8")


def known(value: Any) -> Any:
    """The value without what is not known in it."""
    if isinstance(value, Mapping):
        return {name: known(one) for name, one in value.items() if one is not None}
    return [known(one) for one in value] if isinstance(value, list) else value
