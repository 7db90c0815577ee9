"""The settings and statuses that queries read, as tables of the schema `reference`."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any, get_args

import duckdb
import pyarrow as pa
from pydantic import BaseModel

from schemas.codes.categories import categories
from schemas.settings import Settings
from schemas.standards import STANDARDS

_ARROW: dict[Any, pa.DataType] = {
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    date: pa.date32(),
    time: pa.time64("us"),
    str: pa.string(),
}


def load_settings(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Write `reference.setting`: one row, one typed column per setting.

    And beside it `reference.setting_value` (one row per setting, its value as JSON, from which the settings can be made
    again), `reference.standard` (how many days each clock allows, and from when), `reference.category` (which codes a
    breakdown shows together) and `reference.locality`, without a row.
    """
    names = list(Settings.model_fields)
    fields = [pa.field(name, _arrow_type(Settings.model_fields[name].annotation)) for name in names]
    values = [[_plain(value)] for value in settings.model_dump().values()]
    arrays = [pa.array(value, field.type) for value, field in zip(values, fields, strict=True)]
    row = connection.from_arrow(pa.Table.from_arrays(arrays, schema=pa.schema(fields)))
    connection.execute("drop table if exists reference.setting")
    row.create("reference.setting")
    texts = [{"key": name, "value": json.dumps(value)} for name, value in settings.model_dump(mode="json").items()]
    connection.execute("drop table if exists reference.setting_value")
    connection.from_arrow(pa.Table.from_pylist(texts)).create("reference.setting_value")
    standards = [
        {"clock": clock, "valid_from": standard.valid_from, "days": standard.days}
        for clock, standard in STANDARDS.items()
    ]
    own = {"plan_visit_timeliness": getattr(settings, "cp_visit_wd", None)}
    for row in standards:
        row["days"] = own.get(str(row["clock"])) or row["days"]
    standards += [one.model_dump() for one in getattr(settings, "standard", ())]
    _create(connection, "standard", standards, (("clock", pa.string()), ("valid_from", pa.date32()), ("days", pa.int32())))
    rows = [dict(zip(("breakdown", "code", "category", "position"), row, strict=True)) for row in categories()]
    _create(connection, "category", rows, (("breakdown", pa.string()), ("code", pa.string()), ("category", pa.string()),
                                           ("position", pa.int64())))  # fmt: skip
    _create(connection, "locality", [], (("la_code", pa.string()), ("postcode", pa.string()), ("locality", pa.string())))


def _create(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    rows: Sequence[Mapping[str, object]],
    columns: Sequence[tuple[str, pa.DataType]],
) -> None:
    kept = connection.from_arrow(pa.Table.from_pylist(list(rows), schema=pa.schema(list(columns))))
    kept.query("kept", f"create or replace table reference.{table} as from kept")


def _plain(value: Any) -> Any:
    """A setting's value as Arrow takes it."""
    return list(value.items()) if isinstance(value, dict) else value


def _arrow_type(annotation: Any) -> pa.DataType:
    """The column type of a setting: that of its type, of what an optional or a tuple holds, text for a choice."""
    if annotation in _ARROW:
        return _ARROW[annotation]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return pa.struct([(name, _arrow_type(field.annotation)) for name, field in annotation.model_fields.items()])
    inner = [argument for argument in get_args(annotation) if argument not in (type(None), Ellipsis)]
    if getattr(annotation, "__origin__", None) is dict:
        return pa.map_(_arrow_type(inner[0]), _arrow_type(inner[1]))
    if getattr(annotation, "__origin__", None) is tuple:
        return pa.list_(_arrow_type(inner[0]))
    if inner and all(isinstance(argument, str) for argument in inner):
        return pa.string()
    return _arrow_type(inner[0])
