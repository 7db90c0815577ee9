"""Every way in which an authority is written: its DfE code, its ONS codes, its name."""

import csv
import re
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_suffix(".csv")


def spelling(text: str) -> str:
    """A cell as it is compared: without case, surrounding space and the decimal point of a number."""
    return text.strip().casefold().removesuffix(".0")


@cache
def authorities() -> dict[str, set[str]]:
    """The DfE codes that a spelling may mean; several where authorities share a name."""
    meanings: dict[str, set[str]] = {}
    for row in rows():
        for text in (row["la_code"], row["geography_code"], row["name"], *row["ons_code_alias"].split(";")):
            if row["la_code"] and text.strip():
                meanings.setdefault(spelling(text), set()).add(row["la_code"])
    return meanings


def is_successor(la_code: str, other: str) -> bool:
    """Whether one of the two authorities took the other's place."""
    successors = {row["la_code"]: set(re.findall(r"\b\d{3}\b", row["successor_la_code"])) for row in rows()}
    return other in successors.get(la_code, ()) or la_code in successors.get(other, ())


@cache
def rows() -> tuple[dict[str, str], ...]:
    """Every geography of geography.csv, as text: England, its regions, each authority that is or was."""
    with _FILE.open(encoding="utf-8-sig", newline="") as stream:
        return tuple(csv.DictReader(stream))
