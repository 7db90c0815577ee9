"""How many of each event every month has, and how many of those are in time.

Southampton's months follow what the Department for Education published about it and end in the figures that the council
quoted for August 2020. Every further council has levels of its own and no figure to meet.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from pipelines.demonstration.authorities import SOUTHAMPTON, Authority
from pipelines.demonstration.columns import LAST_MONTH, Numbers, Random, Shares, Table

MONTHS_BEYOND = 4  # the longest in-time assessment of a referral of the last day ends within them

# The shape of Southampton, by month; straight lines in between. Published by the Department for Education (children in
# need and looked after statistics, years ending March) or quoted by the council; the rest, before 2018, is made up.
TRENDS: Mapping[str, Mapping[str, float]] = {
    "mash_in_time": {"2014-01": 0.86, "2016-11": 0.91, "2017-10": 0.60, "2018-06": 0.88, "2019-03": 0.94,
                     "2019-09": 0.96, "2020-08": 0.985},
    "assessment_in_time": {"2014-01": 0.72, "2018-09": 0.66, "2019-03": 0.66, "2019-08": 0.62, "2019-12": 0.67,
                           "2020-03": 0.73, "2020-05": 0.84, "2020-08": 0.89},
    "conferences": {"2014-01": 42, "2018-04": 41, "2019-03": 43, "2019-06": 55, "2020-02": 57, "2020-04": 46,
                    "2020-08": 48},
    "conference_in_time": {"2014-01": 0.76, "2018-04": 0.70, "2019-03": 0.70, "2019-05": 0.54, "2020-02": 0.57,
                           "2020-04": 0.72, "2020-08": 0.74},
    "on_plan": {"2014-01": 322, "2016-03": 345, "2017-03": 310, "2018-03": 296, "2019-03": 305, "2020-03": 396,
                "2020-08": 412},
    "looked_after": {"2014-01": 540, "2016-03": 560, "2017-03": 535, "2018-03": 515, "2019-03": 481, "2020-03": 486,
                     "2020-06": 478, "2020-07": 489, "2020-08": 488},
    "with_care_plan": {"2014-01": 0.90, "2018-09": 0.92, "2019-09": 0.945, "2020-08": 0.96},
}  # fmt: skip

# (the last month, the twelve months to it), as the council quoted them for August 2020.
QUOTED: Mapping[str, tuple[float, float]] = {
    "mash_in_time": (0.99, 0.97),
    "assessment_in_time": (0.89, 0.76),
    "conference_in_time": (0.73, 0.63),
    "with_care_plan": (0.96, 0.95),
}
QUOTED_CONFERENCES = 48  # 35 of 48 are 72.9 %, well inside what rounds to 73
JULY_ENTRIES = 33  # against at most 19 in any other month


def monthly_plan(authority: Authority, years: int, random: Random) -> Table:
    """How many of each event every month has, and how many of those in time; a row a month, with some beyond the last.

    Monthly volumes of a council of Southampton's size are those that it published; see TRENDS and QUOTED.
    """
    months = np.arange(LAST_MONTH - 12 * years + 1, LAST_MONTH + 1 + MONTHS_BEYOND)
    last, number, scale = 12 * years - 1, len(months), authority.scale
    is_quoted = authority.la_code == SOUTHAMPTON
    level = _levels(months, is_quoted, random)

    def volume(expected: npt.ArrayLike, spread: float, least: float, most: float) -> Numbers:
        noisy = np.asarray(expected) * random.normal(1, spread, number)
        counts: Numbers = np.rint(np.clip(noisy, least, most) * scale).astype(np.int64)
        return counts

    def stock(name: str) -> Numbers:
        counts: Numbers = np.rint((level[name] + random.normal(0, 2, number)) * scale).astype(np.int64)
        if is_quoted:
            counts[last - 2 :] = np.rint(level[name][last - 2 :])
        return counts

    def late(name: str, totals: Numbers, swing: float) -> Numbers:
        share = np.clip(level[name] + random.normal(0, swing, number), 0.02, 0.995)
        return late_counts(totals, share, last, QUOTED[name] if is_quoted else None)

    # One year of one council is mostly chance: a fifth of its swing is taken for its season.
    season = 1 + 0.2 * (authority.seasonality[months.astype(np.int64) % 12] - 1)
    referrals = np.maximum(volume(371 * season, 0.02, 344, 396), 1)
    conferences = volume(level["conferences"], 0.06, 38, 59)
    entries = np.rint(random.integers(13, 20, number) * scale).astype(np.int64)
    if is_quoted:
        conferences[last] = QUOTED_CONFERENCES
        entries[last - 1] = JULY_ENTRIES
    assessments = np.rint(0.9 * np.append(referrals[:1], referrals[:-1])).astype(np.int64)
    looked_after = stock("looked_after")
    return {
        "month": months,
        "is_history": np.arange(number) <= last,
        "referrals": referrals,
        "mash_late": late("mash_in_time", referrals, 0.01),
        "assessments": assessments,
        "assessments_late": late("assessment_in_time", assessments, 0.04),
        "enquiries": volume(157, 0.04, 148, 167),
        "conferences": conferences,
        "conferences_late": late("conference_in_time", conferences, 0.08),
        "plans_started": np.minimum(
            conferences, np.rint(np.clip(0.84 * conferences, 35 * scale, 47 * scale)).astype(np.int64)
        ),
        "on_plan": stock("on_plan"),
        "entries": entries,
        "looked_after": looked_after,
        "without_care_plan": late("with_care_plan", looked_after, 0.006),
    }


def _levels(months: npt.NDArray[np.datetime64], is_quoted: bool, random: Random) -> dict[str, Shares]:
    """The underlying level of each measure in each month: Southampton's trends, or an authority's own."""

    def line(points: Mapping[str, float]) -> Shares:
        at = np.array(list(points), dtype="datetime64[M]").astype(np.int64)
        return np.interp(months.astype(np.int64), at, list(points.values()))

    if is_quoted:
        return {name: line(points) for name, points in TRENDS.items()}
    # From a level of three years before to one at the end, as far apart as councils are.
    usual = {
        "mash_in_time": (0.70, 0.99),
        "assessment_in_time": (0.66, 0.95),
        "conferences": (38, 58),
        "conference_in_time": (0.55, 0.95),
        "on_plan": (270, 420),
        "looked_after": (380, 560),
        "with_care_plan": (0.82, 0.98),
    }
    return {
        name: line(dict(zip(("2017-09", "2020-08"), random.uniform(low, high, 2), strict=True)))
        for name, (low, high) in usual.items()
    }


def late_counts(totals: Numbers, share_in_time: Shares, last: int, quoted: tuple[float, float] | None) -> Numbers:
    """How many of each month's total are late.

    Where a share is quoted for the last month and for the twelve to it, the last month is set and the eleven before it
    are scaled, so that both come out.
    """
    late = totals * (1 - share_in_time)
    if quoted:
        month, year = quoted
        late[last] = np.rint(totals[last] * (1 - month))
        window = slice(last - 11, last)
        late[window] *= (totals[last - 11 : last + 1].sum() * (1 - year) - late[last]) / late[window].sum()
    # Rounding the running sum keeps the sum; the last month is rounded by itself.
    before = np.diff(np.rint(np.cumsum(late[:last])), prepend=0)
    counts: Numbers = np.append(before, np.rint(late[last:])).astype(np.int64)
    return np.minimum(counts, totals)


# How often what is due in a council is done in time, from the least to the most of them.
PRACTICE: Mapping[str, tuple[float, float]] = {
    "plan_review": (0.90, 0.99),
    "plan_visit": (0.80, 0.95),
    "need_visit": (0.75, 0.93),
    "care_review": (0.91, 0.99),
    "care_visit": (0.85, 0.97),
    "health": (0.66, 0.92),
    "dental": (0.55, 0.88),
    "immunised": (0.80, 0.95),
    "return_interview": (0.62, 0.95),
    "pre_proceedings": (0.60, 0.92),
}


def practice(random: Random) -> dict[str, float]:
    """One council's share of each that is done in time."""
    return {name: float(random.uniform(least, most)) for name, (least, most) in PRACTICE.items()}
