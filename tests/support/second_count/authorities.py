"""Whose record it is: a council by its code, its ONS code, or the names it uses; a council that it took over is us."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path

GEOGRAPHY = Path(__file__).resolve().parents[3] / "warehouse" / "reference" / "geography.csv"
POPULATION = GEOGRAPHY.parent / "population_0_17.csv"
SAYS_NOTHING = {"city", "county", "council", "borough", "of", "london", "royal", "metropolitan", "district", "the"}


def _plain(name: str) -> str:
    words = re.sub(r"[^a-z0-9 ]", " ", name.casefold().replace("&", " and ")).split()
    return " ".join(word for word in words if word not in SAYS_NOTHING)


def ours(la_code: str) -> Callable[[str | None], bool]:
    """A test of a cell that names the responsible authority: nobody named, or nobody known, is us; OLA is not."""
    named: dict[str, str] = {}
    successor: dict[str, str] = {}
    with GEOGRAPHY.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            code = row["la_code"]
            if not code:
                continue
            for name in (code, row["geography_code"], row["name"], *row["ons_code_alias"].split("|")):
                if name:
                    named.setdefault(_plain(name), code)
            successor[code] = row["successor_la_code"]

    def is_ours(cell: str | None) -> bool:
        if cell is None:
            return True
        name = _plain(re.sub(r"\.0+$", "", cell.strip()))
        if name.startswith(("ola", "other la")):
            return False
        code = named.get(name)
        return code is None or code == la_code or la_code in re.findall(r"\b\d{3}\b", successor.get(code, ""))

    return is_ours


def population(la_code: str) -> Callable[[int], int | None]:
    """Mid-year to children aged 0 to 17 of the council, from the reference file; None where there is no estimate."""
    known: dict[int, int] = {}
    with POPULATION.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["la_code"] == la_code and row["is_primary"] == "true" and row["population_0_17"]:
                known[int(row["mid_year"])] = int(float(row["population_0_17"]))
    return known.get
