"""A named version computed again from the landed files, with the settings it was made with, beside what is published.

Nothing that is published is touched: the layers are computed in a folder of their own, removed at the end. It lies in
the warehouse, because rows about children may be on its volume and nowhere else.
"""

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from pydantic import ValidationError

from schemas.settings import Operation, Settings
from warehouse import refusals
from warehouse.definitions import definitions_sha256
from warehouse.landing.extracts import Extract, input_files
from warehouse.layers import Group
from warehouse.locking import lock
from warehouse.published.publishing import KPI, Publication, publish, sql
from warehouse.reference import loading
from warehouse.workspace import exclusive

_SCRATCH = ".rebuild-"


class UnknownVersionError(Exception):
    """No such version, or one that was published before it was kept what a version is made of."""


@dataclass(frozen=True)
class MadeOf:
    """What a version was made of: files and settings by their names, values of settings as JSON."""

    version: int
    la_code: str
    extract_date: date
    definitions_sha256: str
    code_version: str
    reference_sha256: str
    files: Mapping[str, str]
    settings: Mapping[str, str]


@dataclass(frozen=True)
class Rebuilt:
    """What came of it: how many figures the version has, how many came out otherwise (None: not computed), and why."""

    made_of: MadeOf
    figures: int
    otherwise: int | None
    differences: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        """Whether all inputs, definitions and figures are those of the version."""
        return self.otherwise == 0 and not self.differences


def rebuild(landing: Path, warehouse: Path, version: int, limits: Operation | None = None) -> Rebuilt:
    """Compute a version again and compare it. Without the files it was made of, only say which are others.

    Raises UnknownVersionError for a version that there is not, or of which it is not known what it was made of.
    """
    made_of, figures = _published(warehouse, version)
    extract = Extract(made_of.la_code, made_of.extract_date, landing / made_of.la_code / str(made_of.extract_date))
    differences = list(_other_files(made_of, extract))
    if differences:
        return Rebuilt(made_of, figures.num_rows, None, tuple(differences))
    settings, unknown = _settings(made_of)
    reference = _reference(made_of, warehouse)
    differences += [*unknown, *_other_definitions(made_of, settings, reference)]
    _remove_left_over(warehouse)
    limits = limits or Operation.model_validate({})
    with tempfile.TemporaryDirectory(prefix=_SCRATCH, dir=warehouse) as folder, exclusive(Path(folder)) as _:
        scratch = Path(folder)
        left_out = refusals.left_out([extract], warehouse)
        group = Group([extract], settings, limits, scratch / "spill", left_out=left_out, reference=reference)
        try:
            group.read()
            if refused := group.refused.get(extract, ()):
                return Rebuilt(made_of, figures.num_rows, None, (*differences, *refused))
            group.measures()
            publish(group.connection, scratch, Publication("rebuild", "0", ""), group.inputs())
        finally:
            group.close()
        with duckdb.connect(str(scratch / KPI), read_only=True) as connection:
            connection.register("figure_of_version", figures)
            otherwise = connection.sql(sql("record/rebuilt_otherwise")).fetchall()
    if otherwise:
        differences.append(
            f"{len(otherwise)} of {figures.num_rows} figures come out otherwise, the first {' '.join(otherwise[0])}."
        )
    return Rebuilt(made_of, figures.num_rows, len(otherwise), tuple(differences))


def _published(warehouse: Path, version: int) -> tuple[MadeOf, Any]:
    """What a version was made of, and its figures as an Arrow table."""
    if not (warehouse / KPI).exists():
        raise UnknownVersionError(f"{warehouse}: nothing is published there.")
    with duckdb.connect(str(warehouse / KPI), read_only=True) as connection:
        try:
            found = connection.execute(sql("record/made_of"), {"version": version}).fetchone()
        except duckdb.CatalogException:  # the file is of before
            found = None
        if found is None:
            raise UnknownVersionError(f"There is no version {version}; kpi_version lists them.")
        la_code, extract_date, definitions, code_version, reference, files, settings = found
        if not (reference and files and settings):
            raise UnknownVersionError(f"Version {version} is of before it was kept what a version is made of.")
        figures = connection.execute(sql("record/figure_of_version"), {"version": version}).to_arrow_table()
    return MadeOf(version, la_code, extract_date, definitions, code_version, reference, files, settings), figures


def _other_files(made_of: MadeOf, extract: Extract) -> Iterator[str]:
    where = f"{extract.la_code}/{extract.extract_date}"
    if not extract.folder.is_dir():
        yield f"{where}: the extract has gone from {extract.folder.parents[1]}."
        return
    now = input_files(extract)
    for name in sorted({*made_of.files, *now}):
        then, found = made_of.files.get(name), now.get(name)
        if then is None:
            yield f"{where}/{name}: not of that version; it came later."
        elif found is None:
            yield f"{where}/{name}: gone; its SHA-256 was {then}."
        elif then != found:
            yield f"{where}/{name}: not the file of that version, whose SHA-256 was {then}; now it is {found}."


def _settings(made_of: MadeOf) -> tuple[Settings, list[str]]:
    """The settings of the version; those that are none any more are left out and named."""
    # The authority's own closure days are in a file that it landed.
    values = {key: json.loads(value) for key, value in made_of.settings.items() if key != "closure_days"}
    wrong = values.keys() - Settings.model_fields.keys()
    unknown: list[str] = []
    while True:
        for key in sorted(wrong):
            unknown.append(f"The setting {key} = {made_of.settings[key]} of that version is none any more.")
            del values[key]
        try:
            return Settings.model_validate(values), unknown
        except ValidationError as error:
            wrong = {str(problem["loc"][0]) for problem in error.errors() if problem["loc"]} & values.keys()
            if not wrong:
                raise


def _reference(made_of: MadeOf, warehouse: Path) -> Path:
    """The folder of the reference figures that the version was made with; that in force where it is not there any more."""
    return loading.by_version(warehouse).get(made_of.reference_sha256) or loading.in_force(warehouse)


def _other_definitions(made_of: MadeOf, settings: Settings, reference: Path) -> Iterator[str]:
    now = loading.version(reference)
    if now != made_of.reference_sha256:
        yield (
            "The reference figures are others than those of that version, whose SHA-256 was "
            f"{made_of.reference_sha256}; now it is {now}."
        )
    elif definitions_sha256(settings, reference) != made_of.definitions_sha256:
        yield (
            "The definitions are others: contracts, queries or the catalogue have changed since code version "
            f"{made_of.code_version}."
        )


def _remove_left_over(warehouse: Path) -> None:
    """Remove what a rebuild that was killed left; one that works holds its folder's lock."""
    for path in warehouse.glob(f"{_SCRATCH}*/.lock"):
        try:
            lock(path, wait=False).release()
        except BlockingIOError:
            continue
        shutil.rmtree(path.parent, ignore_errors=True)
