"""Published statistics as a test draws them: files in the layout of DfE's, and what came of landing them."""

import csv
import io
from pathlib import Path
from typing import Any

import duckdb

from schemas.settings import Operation
from warehouse.landing.extracts import FileHashes
from warehouse.reference import loading
from warehouse.statistics.versions import Taken, take

LIMITS = Operation.model_validate({})
PLACE = (
    "time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,old_la_code,"
    "new_la_code,la_name"
)
PLACES = {
    "England": "National,E92000001,England,,,,,",
    "South East": "Regional,E92000001,England,E12000008,South East,,,",
    "Southampton": "Local authority,E92000001,England,E12000008,South East,852,E06000045,Southampton",
    "Portsmouth": "Local authority,E92000001,England,E12000008,South East,851,E06000044,Portsmouth",
    "Derby": "Local authority,E92000001,England,E12000004,East Midlands,831,E06000015,Derby",
    "Sheffield": "Local authority,E92000001,England,E12000003,Yorkshire and The Humber,373,E08000039,Sheffield",
    "Gateshead": "Local authority,E92000001,England,E12000001,North East,390,E08000037,Gateshead",
    "Gateshead by its code before": "Local authority,E92000001,England,E12000001,North East,390,E08000020,Gateshead",
    "Kingston and Richmond": "Local authority,E92000001,England,E12000007,London,314 / 318,E09000021 / E09000027,Two",
    "East Surrey": "Local authority,E92000001,England,E12000008,South East,960,E06000070,East Surrey",
}  # fmt: skip


def published_file(drawing: str, **constant: str) -> str:
    """A file in DfE's layout of a drawing whose first columns are the year and the place; `constant`: more columns."""
    lines = [[cell.strip() for cell in line.split("|")] for line in drawing.strip().splitlines()]
    _, _, *columns = lines[0]
    written = [f"{PLACE},{','.join([*constant, *columns])}"]
    for year, place, *cells in lines[1:]:
        quoted = io.StringIO()
        csv.writer(quoted, lineterminator="").writerow([*constant.values(), *cells])
        written.append(f"{year},Reporting year,{PLACES[place]},{quoted.getvalue()}")
    return "\n".join([*written, ""])


def release(landing: Path, released_on: str, **files: str | bytes) -> None:
    """Land files of a release; names with an underscore for each stop, such as `c1_csv`."""
    folder = landing / "statistics" / released_on
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        stem, _, suffix = name.rpartition("_")
        path = folder / f"{stem}.{suffix}"
        path.write_bytes(content) if isinstance(content, bytes) else path.write_text(content, encoding="utf-8")


def taken(landing: Path, warehouse: Path) -> Taken:
    """What comes of looking into the landing folder."""
    return take(landing, warehouse, FileHashes(), LIMITS)


def ask(warehouse: Path, query: str) -> list[tuple[Any, ...]]:
    """A query over the reference figures in force, as the schema `reference`."""
    with duckdb.connect() as connection:
        asked = [table for table in loading.TABLES if f"reference.{table}" in query]
        loading.load(connection, tables=asked, folder=loading.in_force(warehouse))
        return connection.execute(query).fetchall()


def figures(warehouse: Path, indicator: str, table: str = "benchmark") -> dict[tuple[str, int], Any]:
    """By authority (or geography) and year, a figure, or the reason why there is none."""
    columns = "coalesce(la_code, geography_code), year(period_end), coalesce(value::varchar, suppression)"
    query = f"select {columns} from reference.{table} where indicator_code = '{indicator}'"  # noqa: S608 - of the test
    rows = ask(warehouse, query)
    return {(place, year): float(told) if told.replace(".", "").isdigit() else told for place, year, told in rows}
