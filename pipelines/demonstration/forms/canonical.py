"""The canonical form: one CSV file a table, each as a case system of its own would export it."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import csv

from pipelines.demonstration.columns import Dates, Random, Table, Texts, arrow_table
from pipelines.demonstration.council import Council
from pipelines.demonstration.defects import NOTHING, Unknown, with_defects


@cache
def _day_texts(is_iso: bool) -> Texts:
    days = np.datetime_as_string(np.arange("1985-01-01", "2032-01-01", dtype="datetime64[D]"))
    return np.array(
        [day if is_iso else f"{day[8:]}/{day[5:7]}/{day[:4]}" for day in days.tolist()] + [""], dtype=object
    )


def days(dates: Dates, is_iso: bool = False) -> Texts:
    """dd/mm/yyyy, or yyyy-mm-dd; nothing for NEVER."""
    index = np.where(
        np.isnat(dates), -1, (dates.astype("datetime64[D]") - np.datetime64("1985-01-01")).astype(np.int64)
    )
    texts: Texts = _day_texts(is_iso)[index]
    return texts


def moments(times: Dates, is_iso: bool = False) -> Texts:
    """dd/mm/yyyy hh:mm, or yyyy-mm-dd hh:mm, local time; nothing for NO_MOMENT."""
    clock = np.array([f" {hour:02d}:{minute:02d}" for hour in range(24) for minute in range(60)], dtype=object)
    dates = times.astype("datetime64[D]")
    minute = np.where(np.isnat(times), 0, (times - dates.astype("datetime64[m]")).astype(np.int64))
    texts: Texts = np.where(np.isnat(times), "", days(dates, is_iso) + clock[minute])
    return texts


class Spelling(NamedTuple):
    """How one table's case system spells its headers, days and flags."""

    header: Literal["plain", "title", "sentence", "capitals", "spaced capitals", "joined"] = "plain"
    is_iso: bool = False
    yes: str = "Y"
    no: str = "N"

    def column(self, name: str) -> str:
        """The header of a column."""
        spaced = name.replace("_", " ")
        return {
            "plain": name,
            "title": spaced.title(),
            "sentence": spaced.capitalize(),
            "capitals": name.upper(),
            "spaced capitals": spaced.upper(),
            "joined": spaced.title().replace(" ", ""),
        }[self.header]

    def text(self, column: npt.NDArray[Any]) -> Texts:
        """A column as text."""
        if column.dtype == np.dtype("datetime64[D]"):
            return days(column, self.is_iso)
        if column.dtype.kind == "M":
            return moments(column, self.is_iso)
        if column.dtype.kind == "b":
            return np.where(column, self.yes, self.no).astype(object)
        if column.dtype == np.int8:
            words: Texts = np.array([self.no, self.yes, ""], dtype=object)[column]
            return words
        if column.dtype.kind in "if":
            is_known = ~np.isnan(column) if column.dtype.kind == "f" else column >= 0
            return np.where(is_known, column.astype(str).astype(object), "").astype(object)
        texts: Texts = column
        return texts


SPELLINGS: Mapping[str, Spelling] = {
    "person": Spelling("title"),
    "referral": Spelling("sentence"),
    "assessment": Spelling("capitals", is_iso=True, yes="Yes", no="No"),
    "icpc": Spelling("spaced capitals", is_iso=True),
    "cp_plan": Spelling("joined"),
    "cla_care_plan": Spelling(is_iso=True),
    "contact": Spelling("sentence"),
    "strategy_discussion": Spelling(is_iso=True),
    "cin_plan": Spelling("title"),
    "cin_visit": Spelling("title"),
    "cp_review": Spelling("joined"),
    "cp_visit": Spelling("joined", yes="Yes", no="No"),
    "cla_review": Spelling(is_iso=True, yes="1", no="0"),
    "cla_visit": Spelling(is_iso=True, yes="true", no="false"),
    "cla_health": Spelling(is_iso=True),
    "missing": Spelling(is_iso=True, yes="a) Yes", no="b) No"),
    "dolo": Spelling(is_iso=True),
    "allocation": Spelling("sentence"),
    "worker": Spelling("title"),
    "pre_proceedings": Spelling("capitals", is_iso=True, yes="Yes", no="No"),
}


def write(council: Council, folder: Path) -> None:
    """Writes `<table>.csv` for each table of the council, with what is wrong on purpose, into an empty folder.

    A table without rows is left out, for a file without rows is refused: the smallest councils have no such case.
    """
    for name, table in spelt(council).items():
        if not table.num_rows:
            continue
        # The list of factors has commas, so that this file comes quoted, as some exports do throughout.
        quoting = "needed" if name == "assessment" else "none"
        csv.write_csv(table, folder / f"{name}.csv", csv.WriteOptions(quoting_style=quoting))


def spelt(council: Council) -> dict[str, pa.Table]:
    """The council's tables as text under the headers of their exports, with what is wrong on purpose."""
    return {name: _spelt(name, table, council.random_of(name)) for name, table in council.records.items()}


class AsSent(NamedTuple):
    """A council as its canonical files tell of it: what is missing or unknown in them is so in every other form."""

    la_code: str
    sent: Mapping[str, pa.Table]

    def tables(self) -> dict[str, pa.Table]:
        """The tables by name, typed: a word that is no code where the column has words, else null."""
        return dict(self.sent)


def as_sent(council: Council) -> AsSent:
    """The council as it is to be written in other forms than the canonical one."""
    return AsSent(
        council.la_code,
        {name: _as_sent(name, table, council.random_of(name)) for name, table in council.records.items()},
    )


def _as_sent(name: str, table: Table, random: Random) -> pa.Table:
    unknown: list[Unknown] = []
    texts = {
        column: values.copy() for column, values in _texts(name, table).items()
    }  # those of words are the council's own
    with_defects(name, texts, random, unknown)
    typed = arrow_table(table)
    for column, rows, words in unknown:
        place, values = typed.column_names.index(column), typed[column].to_pylist()
        for turn, row in enumerate(rows.tolist()):
            word = words[turn % len(words)]
            is_word = pa.types.is_string(typed.schema.field(column).type) and word not in NOTHING
            values[row] = word if is_word else None
        typed = typed.set_column(place, column, pa.array(values, typed.schema.field(column).type))
    return typed


def _texts(name: str, table: Table) -> dict[str, Texts]:
    spelling = SPELLINGS.get(name, Spelling())
    return {column: spelling.text(values) for column, values in table.items()}


def _spelt(name: str, table: Table, random: Random) -> pa.Table:
    spelling = SPELLINGS.get(name, Spelling())
    texts = with_defects(name, _texts(name, table), random)
    return pa.table(
        {
            spelling.column(column): pa.array(values, pa.string())
            for column, values in texts.items()
            if not column.startswith("_")
        }
    )
