"""The councils of the demonstration: real authorities, with their size and their published shapes."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipelines.demonstration.columns import Shares

REFERENCE = Path(__file__).resolve().parents[2] / "warehouse" / "reference"
SOUTHAMPTON = "852"

BAND_COLUMNS = (
    ("d0_same_day", "d1_10", "d11_20", "d21_30", "d31_40", "d41_45"),
    ("d46_50", "d51_60", "d61_plus"),
)
MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


class Authority(NamedTuple):
    """One council: its code, its 0-17 population over Southampton's, and its published shapes."""

    la_code: str
    scale: float
    seasonality: Shares  # 12 factors around 1, January first
    bands_in_time: Shares  # in the order of BANDS_IN_TIME
    bands_late: Shares


@cache
def reference(name: str) -> pd.DataFrame:
    """A reference table of the project, every cell as text."""
    return pd.read_csv(REFERENCE / f"{name}.csv", dtype=str, keep_default_na=False)


def demonstration_authorities(number: int) -> list[Authority]:
    """Southampton, then the present authorities nearest to it in 0-17 population (mid-2019, else the newest).

    Raises ValueError for fewer than one authority, and for more than there are.
    """
    populations = _populations()
    if not 1 <= number <= len(populations):
        raise ValueError(
            f"The demonstration knows {len(populations)} authorities: ask for 1 to {len(populations)}, not {number}."
        )
    distance = {code: abs(population - populations[SOUTHAMPTON]) for code, population in populations.items()}
    return [authority_of(code) for code in sorted(distance, key=lambda code: (distance[code], code))[:number]]


def authority_of(la_code: str) -> Authority:
    """The authority of a code, with its published shapes of 2017-18, or England's where it has none.

    Raises ValueError for a code that no present authority has.
    """
    populations = _populations()
    if la_code not in populations:
        raise ValueError(f"The demonstration knows no authority {la_code}: give the code of a present one, as 852.")
    scale = populations[la_code] / populations[SOUTHAMPTON]

    def published(name: str, columns: Sequence[str]) -> Shares:
        table = reference(name)
        own = table[table["old_la_code"] == la_code]
        row = own if len(own) else table[table["geography_level"] == "National"]
        # A count that was suppressed lies between 1 and 5.
        counts = pd.to_numeric(row.iloc[0][list(columns)].replace("c", "3"), errors="coerce").fillna(0)
        values: Shares = counts.to_numpy(dtype=float)
        return values if values.sum() > 0 else np.ones(len(columns))

    def shares(columns: Sequence[str]) -> Shares:
        counts = published("assessment_duration_bands_2017_18", columns)
        of_all: Shares = counts / counts.sum()
        return of_all

    months = published("referrals_by_month_2017_18", MONTH_NAMES)
    return Authority(la_code, scale, months / months.mean(), shares(BAND_COLUMNS[0]), shares(BAND_COLUMNS[1]))


@cache
def _populations() -> dict[str, float]:
    """The 0-17 population of each present authority."""
    geography = reference("geography")
    present = geography[(geography["geography_level"] == "Local authority") & (geography["valid_to"] == "")]
    estimates = reference("population_0_17").query("is_primary == 'true' and population_0_17 != ''")
    newest_first = estimates.assign(is_2019=estimates["mid_year"] == "2019").sort_values(
        ["is_2019", "mid_year"], ascending=False, kind="stable"
    )
    population = newest_first.drop_duplicates("la_code").set_index("la_code")["population_0_17"].astype(float)
    return {code: float(population[code]) for code in present["la_code"]}
