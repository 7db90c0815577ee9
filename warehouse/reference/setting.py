"""The settings and statuses that queries read, as tables of the schema `reference`."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, time
from typing import Any, get_args

import duckdb
import pyarrow as pa
from pydantic import BaseModel

from schemas.codes.categories import categories
from schemas.settings import Settings

_ARROW: dict[Any, pa.DataType] = {
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    date: pa.date32(),
    time: pa.time64("us"),
    str: pa.string(),
}


def load_settings(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Write `reference.setting` (one row, one typed column per setting) and what else the declarations say to queries.

    `reference.standard`: one row per clock and day from which a number of days holds. `reference.category`: one row per
    breakdown and code. `reference.locality`, without a row. `reference.setting_value`: one row per setting, its value as
    JSON, from which the settings can be made again.
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
    _replace(connection, "standard", ("clock", "days", "valid_from"), settings.standards())
    _replace(connection, "category", ("breakdown", "code", "category", "position"), categories())
    none = pa.table({name: pa.array([], pa.string()) for name in ("la_code", "postcode", "locality")})
    connection.from_arrow(none).query("none", "create or replace table reference.locality as from none")


def _replace(
    connection: duckdb.DuckDBPyConnection, table: str, names: Sequence[str], rows: Iterable[tuple[Any, ...]]
) -> None:
    columns = list(zip(*rows, strict=True))
    connection.execute(f"drop table if exists reference.{table}")
    connection.from_arrow(pa.table(dict(zip(names, columns, strict=True)))).create(f"reference.{table}")


def _plain(value: Any) -> Any:
    """A setting's value as Arrow takes it."""
    return [(key, _plain(part)) for key, part in value.items()] if isinstance(value, dict) else value


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
