"""Writes the extracts of demonstration councils: made-up children whose figures are known beforehand.

The first council is Southampton (852). Its events in the year to August 2020 add up to the figures that the council
quoted then; its earlier years follow what the Department for Education published about it. Every further council is
a real authority of its own size, with levels of its own and no figure to meet. No child, worker or address is real.

Everything hangs on quotas: a month has so many conferences, of which so many are in time. The events are drawn
backwards from the month in which they count to the day on which their clock started, so that a quota is met exactly
whatever the seed. Events are drawn for some months beyond the extract and cut off at it, which leaves open what
would be open on that day. What is wrong on purpose comes last, on rows that no figure depends on.
"""

import shutil
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from pyarrow import csv

Dates = npt.NDArray[np.datetime64]
Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Shares = npt.NDArray[np.float64]
Texts = npt.NDArray[np.object_]
Table = dict[str, npt.NDArray[Any]]  # columns of one length; a whole number -1 or a date NEVER stands for nothing
Random = np.random.Generator

REFERENCE = Path(__file__).resolve().parent.parent / "warehouse" / "reference"
SOUTHAMPTON = "852"
EXTRACT_DATE = np.datetime64("2020-09-01")
LAST_DAY = EXTRACT_DATE - 1
LAST_MONTH = np.datetime64("2020-08")
MONTHS_BEYOND = 4  # the longest in-time assessment of a referral of the last day ends within them
FIRST_HOLIDAY_YEAR, LAST_HOLIDAY_YEAR = 2009, 2030
FEWEST_YEARS = 2  # the rolling year of the last month, and the year before it for what looks back twelve months
MOST_YEARS = 8  # plans that were open when the history began must start within the bank holidays known
EIGHTEEN_YEARS = 6574  # days
NEVER = np.datetime64("NaT", "D")

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

SIBLINGS = (0.50, 0.25, 0.14, 0.07, 0.04)  # share of households with one to five children
SECOND_ASSESSMENTS = 0.13  # of all assessments: those of a case that is open already

# Lower and upper working days of the published bands of assessment duration, in time and late.
BANDS_IN_TIME = ((0, 0), (1, 10), (11, 20), (21, 30), (31, 40), (41, 45))
BANDS_LATE = ((46, 50), (51, 60), (61, 95))
BAND_COLUMNS = (
    ("d0_same_day", "d1_10", "d11_20", "d21_30", "d31_40", "d41_45"),
    ("d46_50", "d51_60", "d61_plus"),
)
MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

# What brought a household to the authority.
CONFERENCE, ASSESSMENT, SCREENING, EARLIER_PLAN = range(4)
IN_HISTORY = (CONFERENCE, ASSESSMENT, SCREENING)  # those with a referral of their own


class Authority(NamedTuple):
    """One council: its code, its 0-17 population over Southampton's, and its published shapes."""

    la_code: str
    scale: float
    seasonality: Shares  # 12 factors around 1, January first
    bands_in_time: Shares  # in the order of BANDS_IN_TIME
    bands_late: Shares


def write_demonstration(landing: Path, authorities: int = 1, years: int = 3, seed: int = 2020) -> list[Path]:
    """Writes `<landing>/<la_code>/2020-09-01/<table>.csv` for each authority, and returns those folders.

    Southampton comes first, then the authorities nearest to it in 0-17 population. `years` of history end on 31 August
    2020. The same arguments write the same bytes. A folder appears whole, by a rename; one that is there is replaced.

    Raises ValueError for fewer than 2 or more than 8 years, and for more authorities than there are.
    """
    if not FEWEST_YEARS <= years <= MOST_YEARS:
        raise ValueError(
            f"The demonstration covers {FEWEST_YEARS} to {MOST_YEARS} years of history, not {years}: "
            "the rolling 12 months look back two years, and bank holidays are known from 2009."
        )
    return [
        write_extract(Path(landing) / authority.la_code / str(EXTRACT_DATE), extract_tables(authority, years, seed))
        for authority in demonstration_authorities(authorities)
    ]


def write_extract(folder: Path, tables: Mapping[str, pa.Table]) -> Path:
    """Writes one CSV file a table, beside the folder first: nobody sees half an extract."""
    unfinished = folder.with_name(f".{folder.name}.unfinished")
    replaced = folder.with_name(f".{folder.name}.replaced")
    for left_behind in (unfinished, replaced):
        shutil.rmtree(left_behind, ignore_errors=True)
    unfinished.mkdir(parents=True)
    for name, table in tables.items():
        # The list of factors has commas, so that this file comes quoted, as some exports do throughout.
        quoting = "needed" if name == "assessment" else "none"
        csv.write_csv(table, unfinished / f"{name}.csv", csv.WriteOptions(quoting_style=quoting))
    if folder.exists():
        folder.rename(replaced)
    unfinished.rename(folder)
    shutil.rmtree(replaced, ignore_errors=True)
    return folder


def extract_tables(authority: Authority, years: int, seed: int) -> dict[str, pa.Table]:
    """The eight tables of one authority, as text under the header spellings of their exports."""
    random = np.random.default_rng([seed, int(authority.la_code)])
    plan = monthly_plan(authority, years, random)
    children = children_of_cases(all_cases(authority, plan, random), plan, random)
    plans = plan_rows(children, random)
    care = looked_after_periods(children, plans, plan, random)
    assessments = assessment_rows(authority, plan, children, random)
    enquiries = enquiry_rows(plan, children, random)
    conferences = conference_rows(children, enquiries, random)
    children["plan"] = _numbers_by_child(plans, children)
    children["conference"] = _numbers_by_child(rows(conferences, conferences["status"] == "HELD"), children)
    persons = person_rows(children, assessments, plans, care, random)
    referrals = referral_rows(plan, children, assessments, enquiries, plans, care, random)
    texts = {
        "person": person_text(persons, random),
        "referral": referral_text(referrals, random),
        "assessment": assessment_text(assessments, children, random),
        "s47": enquiry_text(enquiries, children, random),
        "icpc": conference_text(conferences, children),
        "cp_plan": plan_text(plans, children, random),
        "cla_episode": episode_text(authority, care, persons, random),
        "cla_care_plan": care_plan_text(care, persons, random),
    }
    return {name: exported(name, with_defects(name, text, random)) for name, text in texts.items()}


# Tables of columns


def rows(table: Table, chosen: npt.NDArray[Any]) -> Table:
    """The chosen rows, by flag or by position."""
    return {name: column[chosen] for name, column in table.items()}


def together(*tables: Table) -> Table:
    """Tables one below the other; a column that one of them lacks is empty there."""
    columns: dict[str, npt.NDArray[Any]] = {name: column for table in tables for name, column in table.items()}
    return {
        name: np.concatenate([table.get(name, _empty(column, size_of(table))) for table in tables])
        for name, column in columns.items()
    }


def _empty(like: npt.NDArray[Any], size: int) -> npt.NDArray[Any]:
    nothing: Any = {"M": NEVER, "b": False, "O": ""}.get(like.dtype.kind, -1)
    return np.full(size, nothing, dtype=like.dtype)


def size_of(table: Table) -> int:
    """How many rows a table has."""
    return len(next(iter(table.values())))


# Working days


def _easter_sunday(year: int) -> np.datetime64:
    """The anonymous Gregorian computus."""
    golden, century, rest = year % 19, year // 100, year % 100
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return np.datetime64(f"{year}-{month:02d}-{day + 1:02d}")


def bank_holidays(first_year: int = FIRST_HOLIDAY_YEAR, last_year: int = LAST_HOLIDAY_YEAR) -> Dates:
    """The bank holidays of England and Wales on weekdays, substitute days included, from 2009 on.

    Source: Banking and Financial Dealings Act 1971, and the proclamations for the days that were moved or added.
    """
    moved = {"2012-05-28": "2012-06-04", "2020-05-04": "2020-05-08", "2022-05-30": "2022-06-02"}
    added = ["2011-04-29", "2012-06-05", "2022-06-03", "2022-09-19", "2023-05-08"]
    holidays = [np.datetime64(day) for day in added if first_year <= int(day[:4]) <= last_year]
    for year in range(first_year, last_year + 1):
        easter = _easter_sunday(year)
        holidays += [
            np.busday_offset(f"{year}-01-01", 0, roll="forward"),
            easter - 2,
            easter + 1,
            np.busday_offset(f"{year}-05", 0, roll="forward", weekmask="Mon"),
            np.busday_offset(f"{year}-06", -1, roll="forward", weekmask="Mon"),
            np.busday_offset(f"{year}-09", -1, roll="forward", weekmask="Mon"),
            # Christmas Day and Boxing Day, or what stands in for them: the first two weekdays from the 25th.
            np.busday_offset(f"{year}-12-25", 0, roll="forward"),
            np.busday_offset(f"{year}-12-25", 1, roll="forward"),
        ]
    return np.unique(np.array([moved.get(str(day), str(day)) for day in holidays], dtype="datetime64[D]"))


CALENDAR = np.busdaycalendar(holidays=bank_holidays())
WORKING_DAYS: Dates = np.array(
    [
        day
        for day in np.arange(f"{FIRST_HOLIDAY_YEAR}-01-01", f"{LAST_HOLIDAY_YEAR + 1}-01-01", dtype="datetime64[D]")
        if np.is_busday(day, busdaycal=CALENDAR)
    ]
)


def working_days_after(days: Dates, number: npt.ArrayLike) -> Dates:
    """The date so many working days after each day (before it, if negative), a free day counting as the one before."""
    moved: Dates = np.busday_offset(days, np.asarray(number, dtype=np.int64), roll="backward", busdaycal=CALENDAR)
    return moved


def working_day_within(months: npt.NDArray[np.datetime64], random: Random) -> Dates:
    """A working day of each month."""
    first = np.searchsorted(WORKING_DAYS, months.astype("datetime64[D]"))
    after = np.searchsorted(WORKING_DAYS, (months + 1).astype("datetime64[D]"))
    return WORKING_DAYS[first + (random.random(len(months)) * (after - first)).astype(np.int64)]


def day_within(months: npt.NDArray[np.datetime64], random: Random) -> Dates:
    """Any day of each month."""
    first = months.astype("datetime64[D]")
    length = (months + 1).astype("datetime64[D]") - first
    day: Dates = first + (random.random(len(months)) * length.astype(np.int64)).astype(np.int64)
    return day


def partly_on_free_days(days: Dates, share: float, random: Random) -> Dates:
    """Moves a share of the working days to one of the weekend days or bank holidays that follow at once.

    The clock from there runs as from the working day: working days are counted after the start, whatever day it is.
    """
    free = (working_days_after(days, 1) - days).astype(np.int64) - 1
    moves = (random.random(len(days)) < share) & (free > 0)
    moved: Dates = days + np.where(moves, 1 + (random.random(len(days)) * free).astype(np.int64), 0)
    return moved


# Quotas


@cache
def _reference(name: str) -> pd.DataFrame:
    return pd.read_csv(REFERENCE / f"{name}.csv", dtype=str, keep_default_na=False)


def demonstration_authorities(number: int) -> list[Authority]:
    """Southampton, then the present authorities nearest to it in 0-17 population (mid-2019, else the newest)."""
    geography = _reference("geography")
    present = geography[(geography["geography_level"] == "Local authority") & (geography["valid_to"] == "")]
    if not 1 <= number <= len(present):
        raise ValueError(
            f"The demonstration knows {len(present)} authorities: ask for 1 to {len(present)}, not {number}."
        )
    estimates = _reference("population_0_17").query("is_primary == 'true' and population_0_17 != ''")
    newest_first = estimates.assign(is_2019=estimates["mid_year"] == "2019").sort_values(
        ["is_2019", "mid_year"], ascending=False, kind="stable"
    )
    population = newest_first.drop_duplicates("la_code").set_index("la_code")["population_0_17"].astype(float)
    distance = {code: abs(float(population[code]) - float(population[SOUTHAMPTON])) for code in present["la_code"]}
    nearest = sorted(distance, key=lambda code: (distance[code], code))[:number]
    return [_authority(code, float(population[code] / population[SOUTHAMPTON])) for code in nearest]


def _authority(la_code: str, scale: float) -> Authority:
    """An authority with its published shapes of 2017-18, or England's where it has none."""

    def published(name: str, columns: Sequence[str]) -> Shares:
        table = _reference(name)
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


def sibling_groups(buckets: Numbers, random: Random) -> Numbers:
    """Numbers the households of children that come sorted by bucket, from 0; none lies in two buckets."""
    sizes = random.choice(np.arange(1, 6), size=len(buckets) + 1, p=SIBLINGS)
    household = np.repeat(np.arange(len(sizes)), sizes)[: len(buckets)]
    begins = np.diff(household, prepend=-1).astype(bool) | np.diff(buckets, prepend=-1).astype(bool)
    groups: Numbers = np.cumsum(begins) - 1
    return groups


def quota_groups(quotas: Sequence[Numbers], random: Random) -> tuple[Numbers, Numbers, Numbers]:
    """Households whose sizes add up to each month's quota of each class: (month index, class, size)."""
    buckets = np.repeat(np.arange(len(quotas) * len(quotas[0])), np.maximum(np.concatenate(quotas), 0))
    groups = sibling_groups(buckets, random)
    first = np.flatnonzero(np.diff(groups, prepend=-1))
    of_class, month = np.divmod(buckets[first], len(quotas[0]))
    return month, of_class, np.bincount(groups, minlength=len(first)).astype(np.int64)


def within_quota(buckets: Numbers, quotas: Numbers, key: Shares) -> Flags:
    """Marks as many rows of each bucket as its quota says, those with the smallest keys; rows of bucket -1 never."""
    order = np.lexsort((key, buckets))
    in_order = buckets[order]
    rank = np.arange(len(order)) - np.searchsorted(in_order, in_order)
    chosen = np.zeros(len(order), dtype=bool)
    chosen[order] = (in_order >= 0) & (rank < quotas[np.maximum(in_order, 0)])
    return chosen


def working_days_taken(in_time: Flags, authority: Authority, random: Random) -> Numbers:
    """The duration of each assessment, after the authority's published bands."""
    taken = np.zeros(len(in_time), dtype=np.int64)
    for chosen, bands, shares in (
        (in_time, BANDS_IN_TIME, authority.bands_in_time),
        (~in_time, BANDS_LATE, authority.bands_late),
    ):
        band = np.array(bands)[random.choice(len(bands), size=int(chosen.sum()), p=shares)].reshape(-1, 2)
        taken[chosen] = random.integers(band[:, 0], band[:, 1] + 1)
    return taken


# Cases: what brings a household to the authority


def all_cases(authority: Authority, plan: Table, random: Random) -> Table:
    """One row per household and referral (or plan from before the history), by date, with the days that matter."""
    conferences = conference_cases(authority, plan, random)
    assessed = assessed_cases(authority, plan, conferences, random)
    cases = together(
        conferences, assessed, screened_cases(plan, conferences, assessed, random), earlier_plan_cases(plan, random)
    )
    return rows(cases, np.argsort(cases["referral_date"], kind="stable"))


def conference_cases(authority: Authority, plan: Table, random: Random) -> Table:
    """One row per conference, drawn back from the day it is held to its clock and the referral before it.

    Clock: 15 working days from the section 47 enquiry's start, for a transfer-in from the notification; without either
    the conference is late.
    """
    late = plan["conferences_late"]
    month, is_late, size = quota_groups([plan["conferences"] - late, late], random)
    number = len(month)
    held = working_day_within(plan["month"][month], random)
    in_time = is_late == 0
    slow = np.minimum(15 + random.geometric(0.12, number), 45)
    clock = working_days_after(held, -np.where(in_time, random.choice([4, 8, 10, 12, 13, 14, 15], number), slow))
    clock = partly_on_free_days(clock, 0.08, random)
    has_clock = in_time | (random.random(number) > 0.05)
    transfer = random.random(number) < 0.05
    gap = np.where(random.random(number) < 0.7, random.integers(0, 4, number), random.integers(4, 40, number))
    referral = np.where(transfer, clock, clock - gap)
    is_swift = random.random(number) < 0.95
    # The referral may fall on a free day: its first working day is day 1, and none can be authorised on the day itself.
    taken = np.maximum(working_days_taken(is_swift, authority, random), 1)
    return {
        "kind": np.full(number, CONFERENCE),
        "size": size,
        "referral_date": referral,
        "conference_date": held,
        "clock_start": np.where(has_clock, clock, NEVER),
        "is_transfer": transfer,
        "authorised_date": working_days_after(referral, taken),
        "is_late": ~is_swift,
    }


def assessed_cases(authority: Authority, plan: Table, conferences: Table, random: Random) -> Table:
    """One row per household whose referral leads to an assessment and no conference, drawn back from authorisation.

    With the assessments of the conferences' households and the second ones they make up each month's quota.
    """
    month = plan["month"]
    of_conferences = (conferences["authorised_date"].astype("datetime64[M]") - month[0]).astype(np.int64)
    quotas = []
    in_month = (of_conferences >= 0) & (of_conferences < len(month))
    for is_late, total in ((False, plan["assessments"] - plan["assessments_late"]), (True, plan["assessments_late"])):
        inside = in_month & (conferences["is_late"] == is_late)
        has = np.bincount(of_conferences[inside], conferences["size"][inside], minlength=len(month))
        quotas.append((total - second_assessments(total) - has).astype(np.int64))
    index, of_class, size = quota_groups(quotas, random)
    authorised = working_day_within(month[index], random)
    taken = working_days_taken(of_class == 0, authority, random)
    referral = working_days_after(authorised, -taken)
    on_free_day = partly_on_free_days(referral, 0.4, random)
    # One in a hundred is authorised at a weekend, which is as good as the Friday before.
    weekend = partly_on_free_days(authorised, 0.04, random)
    authorised = np.where(weekend < (month[index] + 1).astype("datetime64[D]"), weekend, authorised)
    return {
        "kind": np.full(len(index), ASSESSMENT),
        "size": size,
        "referral_date": np.where(taken > 0, on_free_day, referral),
        "authorised_date": authorised,
        "is_late": of_class == 1,
    }


def second_assessments(total: Numbers) -> Numbers:
    """How many of a month's assessments are later ones of an open referral."""
    counts: Numbers = np.rint(SECOND_ASSESSMENTS * total).astype(np.int64)
    return counts


def screened_cases(plan: Table, conferences: Table, assessed: Table, random: Random) -> Table:
    """One row per household whose referral ends with the screening: what the month's quota of referrals leaves."""
    month = plan["month"][plan["is_history"]]
    referral = np.concatenate([conferences["referral_date"], assessed["referral_date"]])
    size = np.concatenate([conferences["size"], assessed["size"]])
    index = (referral.astype("datetime64[M]") - month[0]).astype(np.int64)
    inside = (index >= 0) & (index < len(month))
    taken = np.bincount(index[inside], size[inside], minlength=len(month)).astype(np.int64)
    quota = np.maximum(plan["referrals"][plan["is_history"]] - taken, 0)
    quota[0] = max(quota[0], 1)  # the history begins with the first month, however small the authority
    of_month, _, size = quota_groups([quota], random)
    days = partly_on_free_days(working_day_within(month[of_month], random), 0.4, random)
    last = (month[of_month] + 1).astype("datetime64[D]") - 1
    return {"kind": np.full(len(size), SCREENING), "size": size, "referral_date": np.minimum(days, last)}


def earlier_plan_cases(plan: Table, random: Random) -> Table:
    """One row per household with a plan that was open when the history began; its referral is not in the extract."""
    children = np.array([max(plan["on_plan"][0] + plan["plans_started"][0] // 10, 0)])
    _, _, size = quota_groups([children], random)
    begun = plan["month"][0].astype("datetime64[D]") - 1
    start = begun - np.minimum(random.exponential(210, len(size)), 900).astype(np.int64)
    return {
        "kind": np.full(len(size), EARLIER_PLAN),
        "size": size,
        "referral_date": start - 30,
        "conference_date": working_days_after(start, 0),
    }


# Children: one row per child and case


def children_of_cases(cases: Table, plan: Table, random: Random) -> Table:
    """One row per child and case, with `person`, the plan that followed, and `referral` (its number, or -1).

    Only cases known by the last day; `referral` is -1 where the referral lies before the history.
    """
    cases = rows(cases, cases["referral_date"] <= LAST_DAY)
    case = np.repeat(np.arange(size_of(cases)), cases["size"])
    children = rows(cases, case)
    children["case"] = case
    children["position"] = np.arange(len(case)) - np.searchsorted(case, case)
    begun = plan["month"][0].astype("datetime64[D]")
    referred = np.isin(children["kind"], IN_HISTORY) & (children["referral_date"] >= begun)
    children["referral"] = np.where(referred, np.cumsum(referred), -1)
    children["plan_start"] = plan_starts(children, plan, random)
    children["plan_end"] = plan_ends(children, plan, random)
    household = households(cases, children, random)
    people = np.where(household == np.arange(len(household)), cases["size"], 0)
    first = np.cumsum(people) - people
    children["person"] = first[household[case]] + children["position"]
    children["is_only_case"] = (np.bincount(household, minlength=len(household)) == 1)[household[case]]
    return children


def plan_starts(children: Table, plan: Table, random: Random) -> Dates:
    """A plan starts with the conference (rule 2885), for as many of a month's children as its quota says."""
    held = children["conference_date"]
    index = (held.astype("datetime64[M]") - plan["month"][0]).astype(np.int64)
    counted = (children["kind"] == CONFERENCE) & (held <= LAST_DAY)
    by_case = random.random(children["case"].max() + 1)[children["case"]] + children["position"] * 1e-9
    started = within_quota(np.where(counted, index, -1), plan["plans_started"], by_case)
    return np.where(started | (children["kind"] == EARLIER_PLAN), held, NEVER)


def plan_ends(children: Table, plan: Table, random: Random) -> Dates:
    """Ends as many plans a month as leave the month's stock, household by household, the longer ones sooner."""
    started, case = children["plan_start"], children["case"]
    ended = np.full(len(started), NEVER)
    with_plan = np.flatnonzero(~np.isnat(started))
    day_of_month = random.random(case.max() + 1)
    for month, stock in zip(plan["month"][plan["is_history"]], plan["on_plan"], strict=False):
        first, after = month.astype("datetime64[D]"), (month + 1).astype("datetime64[D]")
        is_open = np.isnat(ended[with_plan]) & (started[with_plan] < after)
        pool = with_plan[is_open & (started[with_plan] < first - 60)]
        days = (first - started[pool]).astype(np.int64)
        # Few plans end before the first review, most between six and fifteen months.
        weight = np.interp(days, [60, 120, 200, 450, 720], [0.2, 0.4, 1.0, 1.6, 3.0])
        draw = random.exponential(size=case.max() + 1)[case[pool]]
        ending = pool[np.lexsort((case[pool], draw / weight))[: max(int(is_open.sum() - stock), 0)]]
        ended[ending] = first + (day_of_month[case[ending]] * (after - first).astype(np.int64)).astype(np.int64)
    return ended


def households(cases: Table, children: Table, random: Random) -> Numbers:
    """The household of each case, as the index of its first case: some come back.

    A household returns to the front door months after an earlier referral, to a conference after its last plan ended.
    Each case is followed by one other at most, so that no two cases of a household run together.
    """
    since = cases["referral_date"]
    at_conference = np.isin(cases["kind"], (CONFERENCE, EARLIER_PLAN))
    free_from = since.copy()
    with_plan = ~np.isnat(children["plan_start"])
    end = np.where(np.isnat(children["plan_end"]), EXTRACT_DATE + 999, children["plan_end"])
    np.maximum.at(free_from, children["case"][with_plan], end[with_plan])
    earlier_case = np.arange(size_of(cases))
    for size in range(1, len(SIBLINGS) + 1):
        for of_kind, share, nearest, furthest in ((at_conference, 0.17, 150, 500), (~at_conference, 0.34, 70, 360)):
            members = np.flatnonzero(of_kind & (cases["size"] == size))
            by_freedom = members[np.argsort(free_from[members], kind="stable")]
            gap = random.integers(nearest, furthest, len(members))
            place = np.searchsorted(free_from[by_freedom], since[members] - gap) - 1
            comes_back = (random.random(len(members)) < share) & (place >= 0)
            comes_back &= cases["kind"][members] != EARLIER_PLAN
            followed, first_use = np.unique(place[comes_back], return_index=True)
            earlier_case[members[comes_back][first_use]] = by_freedom[followed]
    return first_of_chain(earlier_case)


def first_of_chain(earlier: Numbers) -> Numbers:
    """Follows each row's pointer to an earlier row (or to itself) back to where the chain begins."""
    while not np.array_equal(further := earlier[earlier], earlier):
        earlier = further
    return earlier


# Events: one row per record, with `child` (the row of `children` that it belongs to, or -1) and `person`


def plan_rows(children: Table, random: Random) -> Table:
    """Child protection plans: our own, and those of other authorities and for a stay, which are not ours.

    `is_outgrown` marks plans that end on the 18th birthday and were left open in the case system.
    """
    child = np.flatnonzero(~np.isnat(children["plan_start"]))
    own = rows(children, child)
    person, start, end = own["person"], own["plan_start"], own["plan_end"]
    order = np.lexsort((start, person))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order)) - np.searchsorted(person[order], person[order])
    before = (random.random(children["person"].max() + 1) < 0.08).astype(np.int64)[person]
    lone = own["is_only_case"] & (own["size"] == 1)
    ours = {
        "child": child,
        "person": person,
        "start": start,
        "end": end,
        "previous": rank + before,
        "is_ours": np.ones(len(child), dtype=bool),
        "is_outgrown": _a_few_lately_ended(end, lone, 2, random),
    }
    number = max(len(child) // 16, 1)
    begun = children["plan_start"][child].min()
    begin = begun + random.integers(0, (LAST_DAY - begun).astype(int), number)
    finish = begin + random.integers(20, 300, number)
    visiting = {
        "person": children["person"].max() + 1 + np.arange(number),
        "start": begin,
        "end": np.where(finish <= LAST_DAY, finish, NEVER),
        "previous": np.zeros(number, dtype=np.int64),
    }
    plans = together(ours, visiting)
    plans = rows(plans, np.argsort(plans["start"], kind="stable"))
    plans["number"] = np.arange(size_of(plans)) + 1
    return plans


def _a_few_lately_ended(end: Dates, suitable: Flags, number: int, random: Random) -> Flags:
    """Marks that many suitable rows that ended in the last year; not on a day that only leap years have."""
    lately = suitable & (end > LAST_DAY - 365) & (end != np.datetime64("2020-02-29"))
    chosen = np.zeros(len(end), dtype=bool)
    candidates = np.flatnonzero(lately)
    chosen[random.permutation(candidates)[:number]] = True
    return chosen


def looked_after_periods(children: Table, plans: Table, plan: Table, random: Random) -> Table:
    """Periods of care: our own, series of short breaks, and children whom other authorities placed with us.

    `authorised` is the day the period's first care plan was authorised; `is_ours` and `is_short_break` say whose it is.
    """
    entered, left, earlier = _entries_and_exits(plan, random)
    root = first_of_chain(earlier)
    is_single = np.bincount(root, minlength=len(root))[root] == 1
    child = _children_entering(children, plans, entered, root, plan, random)
    new = np.cumsum(child < 0) + plans["person"].max()
    person = np.where(child >= 0, children["person"][child], new)[root]
    stay = (np.where(np.isnat(left), EXTRACT_DATE, left) - entered).astype(np.int64)
    is_alone = is_single & (child < 0)  # no other record of theirs lies later
    is_lone = (child < 0) | ((children["kind"][child] == ASSESSMENT) & (children["size"][child] == 1))
    outgrown = _a_few_lately_ended(left, is_alone, 3, random)
    chance = random.random(len(person))
    own = {
        "person": person,
        "child": child[root],
        "entered": entered,
        "left": left,
        "authorised": care_plan_dates(entered, left, plan, random),
        "is_ours": np.ones(len(person), dtype=bool),
        "is_short_break": np.zeros(len(person), dtype=bool),
        "is_outgrown": outgrown,
        "comes_of_age": is_alone & ~outgrown & ~np.isnat(left) & (chance < 0.4),
        "is_unaccompanied": is_single & is_lone & ~outgrown & (stay < 500) & (chance > 0.75),
    }
    number = max(plan["looked_after"][0] // 14, 1)
    start = plan["month"][0].astype("datetime64[D]") + random.integers(-300, 12 * 60, number)
    is_short_break = np.arange(number) >= number // 7
    # V3 is a single stay, of 17 days at most; V4 a series under an agreement.
    end = start + np.where(random.random(number) < 0.15, random.integers(1, 15), random.integers(60, 1500, number))
    other = {
        "person": person.max() + 1 + np.arange(number),
        "entered": start,
        "left": np.where(end <= LAST_DAY, end, NEVER),
        "is_short_break": is_short_break,
        "is_ours": is_short_break,
    }
    care = together(own, other)
    care = rows(care, np.argsort(care["entered"], kind="stable"))
    care["number"] = np.arange(size_of(care)) + 1
    return care


def _entries_and_exits(plan: Table, random: Random) -> tuple[Dates, Dates, Numbers]:
    """Periods of care that give each month its entries and its stock: start, end, and the period it returns from."""
    months = plan["month"][plan["is_history"]]
    begun = months[0].astype("datetime64[D]")
    at_first = max(int(plan["looked_after"][0]), 1)
    before = begun - 1 - np.minimum(random.exponential(1000, at_first), 3200).astype(np.int64)
    before = np.maximum(before, np.datetime64("2009-01-01") + random.integers(0, 300, at_first))
    index = np.repeat(np.arange(len(months)), plan["entries"][plan["is_history"]])
    entered = np.concatenate([before, day_within(months[index], random)])
    index = np.concatenate([np.full(at_first, -1), index])
    left = np.full(len(entered), NEVER)
    earlier = np.arange(len(entered))
    is_taken = np.zeros(len(entered), dtype=bool)
    for at, month in enumerate(months):
        first, after = month.astype("datetime64[D]"), (month + 1).astype("datetime64[D]")
        entrants = np.flatnonzero(index == at)
        gone = np.flatnonzero(~is_taken & (left < first - 75) & (left > first - 1000))
        returning = min(len(gone), int(random.binomial(len(entrants), 0.08)))
        earlier[entrants[:returning]] = random.permutation(gone)[:returning]
        is_taken[earlier[entrants[:returning]]] = True
        pool = np.flatnonzero((index < at) & np.isnat(left))
        leaving = max(len(pool) + len(entrants) - int(plan["looked_after"][at]), 0)
        # The first months decide whether a child goes home.
        weight = np.where((first - entered[pool]).astype(np.int64) < 150, 2.5, 1.0)
        chosen = pool[np.argsort(random.exponential(size=len(pool)) / weight)[:leaving]]
        left[chosen] = first + random.integers(0, (after - first).astype(int), len(chosen))
    return entered, left, earlier


def _children_entering(
    children: Table, plans: Table, entered: Dates, root: Numbers, plan: Table, random: Random
) -> Numbers:
    """Whom the authority knew from a referral shortly before: the row of the child, or -1 for one from earlier days."""
    known = np.isin(children["kind"], (CONFERENCE, ASSESSMENT)) & children["is_only_case"]
    known[plans["child"][plans["is_outgrown"]]] = False
    candidates = np.flatnonzero(known)
    referred = children["referral_date"][candidates]
    found = np.full(len(entered), -1)
    is_first_period = (root == np.arange(len(root))) & (entered >= plan["month"][0].astype("datetime64[D]"))
    for _ in range(3):
        seeking = np.flatnonzero(is_first_period & (found < 0))
        back = (random.exponential(60, len(seeking)) + 1).astype(np.int64)
        place = np.searchsorted(referred, entered[seeking], side="right") - back
        possible = (place >= 0) & ~np.isin(candidates[np.maximum(place, 0)], found)
        taken, first_use = np.unique(place[possible], return_index=True)
        found[seeking[possible][first_use]] = candidates[taken]
    return found


def care_plan_dates(entered: Dates, left: Dates, plan: Table, random: Random) -> Dates:
    """When the first care plan of each period was authorised: at each month end as many are without one as planned."""
    months = plan["month"][plan["is_history"]]
    begun = months[0].astype("datetime64[D]")
    authorised = np.full(len(entered), NEVER)
    before = np.flatnonzero(entered < begun)
    covered = random.permutation(before)[plan["without_care_plan"][0] :]
    earliest = np.maximum(entered[covered], begun - 365)
    span = (begun - earliest).astype(np.int64)
    authorised[covered] = np.maximum(
        working_days_after(earliest + (random.random(len(span)) * span).astype(np.int64), 0), earliest
    )
    is_stuck = random.random(len(entered)) < 0.05
    for month, without in zip(months, plan["without_care_plan"], strict=False):
        first, after = month.astype("datetime64[D]"), (month + 1).astype("datetime64[D]")
        pool = np.flatnonzero((entered < after) & ~(left < after) & np.isnat(authorised))
        # A plan is due within ten working days of entry; some wait for months.
        reluctance = random.random(len(pool)) + is_stuck[pool] + (entered[pool] > after - 14)
        chosen = pool[np.argsort(reluctance)[: max(len(pool) - int(without), 0)]]
        earliest = np.maximum(entered[chosen], first)
        day = earliest + (random.random(len(chosen)) * (after - earliest).astype(np.int64)).astype(np.int64)
        day = np.busday_offset(day, 0, roll="forward", busdaycal=CALENDAR)
        authorised[chosen] = np.where(day < after, day, working_days_after(np.full(len(day), after), -1))
    return authorised


def assessment_rows(authority: Authority, plan: Table, children: Table, random: Random) -> Table:
    """Assessments: the first of each case, later ones on an open referral, and drafts and cancelled ones.

    The clock of the first runs from the referral, of a later one or one without a referral from its own start.
    `is_start_idle` marks those whose own start no clock uses.
    """
    child = np.flatnonzero(np.isin(children["kind"], (CONFERENCE, ASSESSMENT)))
    cases = rows(children, child)
    lag = random.choice([0, 0, 0, 1, 1, 2, 3], children["case"].max() + 1)[cases["case"]]
    lag = np.where(cases["referral"] > 0, lag, 0)
    first = {
        "child": child,
        "start": np.minimum(cases["referral_date"] + lag, cases["authorised_date"]),
        "authorised": cases["authorised_date"],
        "status": np.full(len(child), "COMPLETED", dtype=object),
    }
    later = _later_assessments(authority, plan, children, child, random)
    void = child[(random.random(len(child)) < 0.015) & (cases["referral"] > 0)]
    screened = np.flatnonzero((children["kind"] == SCREENING) & (random.random(size_of(children)) < 0.05))
    nowhere = np.concatenate([void, screened])
    begun = children["referral_date"][nowhere]
    # A draft or cancelled record may carry a date of authorisation; it counts for nothing.
    dated = np.where(random.random(len(nowhere)) < 0.3, begun + random.integers(1, 20, len(nowhere)), NEVER)
    dropped = {
        "child": nowhere,
        "start": begun,
        "authorised": np.where(dated <= LAST_DAY, dated, NEVER),
        "status": random.choice(np.array(["DRAFT", "CANCELLED"], dtype=object), len(nowhere)),
    }
    assessments = together(first, later, dropped)
    assessments = rows(assessments, assessments["start"] <= LAST_DAY)
    assessments = rows(assessments, np.argsort(assessments["start"], kind="stable"))
    is_open = (assessments["status"] == "COMPLETED") & ~(assessments["authorised"] <= LAST_DAY)
    assessments["authorised"] = np.where(is_open, NEVER, assessments["authorised"])
    assessments["status"] = np.where(is_open, "STARTED", assessments["status"]).astype(object)
    of_child = assessments["child"]
    assessments["person"] = children["person"][of_child]
    assessments["referral"] = np.where(assessments.pop("is_unlinked"), -1, children["referral"][of_child])
    is_only = np.bincount(of_child, minlength=size_of(children))[of_child] == 1
    assessments["is_start_idle"] = is_only & (assessments["referral"] > 0) & ~is_open
    assessments["number"] = np.arange(size_of(assessments)) + 1
    return assessments


def _later_assessments(authority: Authority, plan: Table, children: Table, assessed: Numbers, random: Random) -> Table:
    """The second assessments of each month, on a case whose first was authorised before they start."""
    late = second_assessments(plan["assessments_late"])
    in_time = second_assessments(plan["assessments"] - plan["assessments_late"])
    index = np.concatenate([np.repeat(np.arange(len(late)), in_time), np.repeat(np.arange(len(late)), late)])
    is_late = np.arange(len(index)) >= in_time.sum()
    authorised = working_day_within(plan["month"][index], random)
    taken = np.maximum(working_days_taken(~is_late, authority, random), 1)
    start = working_days_after(authorised, -taken)
    by_date = assessed[np.argsort(children["authorised_date"][assessed], kind="stable")]
    back = (random.exponential(200, len(start)) + 1).astype(np.int64)
    place = np.searchsorted(children["authorised_date"][by_date], start) - back
    # Cases opened before the history have no referral in it.
    from_before = np.flatnonzero(children["kind"] == EARLIER_PLAN)
    stand_in = random.choice(from_before if len(from_before) else by_date, len(start))
    return {
        "child": np.where(place >= 0, by_date[np.maximum(place, 0)], stand_in),
        "start": start,
        "authorised": authorised,
        "status": np.full(len(start), "COMPLETED", dtype=object),
        "is_unlinked": place < 0,
    }


def enquiry_rows(plan: Table, children: Table, random: Random) -> Table:
    """Section 47 enquiries: those that led, or are to lead, to a conference, and the others of each month's quota."""
    of_conference = (children["kind"] == CONFERENCE) & ~children["is_transfer"]
    to_conference = np.flatnonzero(of_conference & (children["clock_start"] <= LAST_DAY))
    start = children["clock_start"][to_conference]
    held = children["conference_date"][to_conference]
    lead = random.integers(0, 4, children["case"].max() + 1)[children["case"][to_conference]]
    concluded = working_days_after(held, -lead)
    leading = {"child": to_conference, "start": start, "end": concluded, "leads": np.ones(len(start), dtype=bool)}

    month = (start.astype("datetime64[M]") - plan["month"][0]).astype(np.int64)
    quota = np.maximum(plan["enquiries"] - np.bincount(month[month >= 0], minlength=len(plan["month"])), 0)
    assessed = np.flatnonzero(children["kind"] == ASSESSMENT)
    case, referred = children["case"][assessed], children["referral_date"][assessed]
    of_case = random.integers(0, 5, children["case"].max() + 1)[case]
    begun = np.minimum(referred + of_case, children["authorised_date"][assessed])
    month = (begun.astype("datetime64[M]") - plan["month"][0]).astype(np.int64)
    by_case = random.random(children["case"].max() + 1)[case] + children["position"][assessed] * 1e-9
    chosen = within_quota(month, quota, by_case)
    others = {
        "child": assessed[chosen],
        "start": begun[chosen],
        "end": working_days_after(begun[chosen], 2 + (by_case[chosen] * 1000).astype(np.int64) % 11),
    }

    enquiries = together(leading, others)
    enquiries = rows(enquiries, enquiries["start"] <= LAST_DAY)
    enquiries = rows(enquiries, np.argsort(enquiries["start"], kind="stable"))
    enquiries["end"] = np.where(enquiries["end"] <= LAST_DAY, enquiries["end"], NEVER)
    enquiries["person"] = children["person"][enquiries["child"]]
    enquiries["number"] = np.arange(size_of(enquiries)) + 1
    return enquiries


def conference_rows(children: Table, enquiries: Table, random: Random) -> Table:
    """Initial conferences, one row a child: held, planned after the extract, and called off or adjourned before.

    `enquiry` is the linked section 47 enquiry's number; -1 for a transfer-in, for one without an enquiry, and for some
    whose child has that enquiry alone, so that it is found without the link.
    """
    child = np.flatnonzero(children["kind"] == CONFERENCE)
    own = rows(children, child)
    enquiry_of = np.full(size_of(children), -1)
    enquiry_of[enquiries["child"]] = enquiries["number"]
    per_case = random.random(children["case"].max() + 1)[own["case"]]
    enquiry = np.where(own["is_only_case"] & (per_case < 0.12), -1, enquiry_of[child])
    held = own["conference_date"]
    base = {
        "child": child,
        "person": own["person"],
        "meeting": own["case"] * 3 + 1,
        "enquiry": enquiry,
        "planned_date": held,
        "is_transfer": own["is_transfer"],
        "notification_date": np.where(own["is_transfer"], own["clock_start"], NEVER),
        "enquiry_start": own["clock_start"],
    }
    happened = held <= LAST_DAY
    took_place = rows(base, happened) | {
        "icpc_date": held[happened],
        "led_to_plan": ~np.isnat(own["plan_start"][happened]),
        "status": np.full(int(happened.sum()), "HELD", dtype=object),
    }
    ahead = ~happened & (own["clock_start"] <= LAST_DAY) & (per_case < 0.75)
    arranged = rows(base, ahead) | {"status": np.full(int(ahead.sum()), "PLANNED", dtype=object)}
    earlier = random.random(children["case"].max() + 1)[own["case"]]
    for called_off, status, meeting in ((earlier < 0.06, "CANCELLED", 1), (earlier > 0.98, "ADJOURNED", 2)):
        off = called_off & (happened | ahead)
        before = rows(base, off)
        before["planned_date"] = working_days_after(before["planned_date"], -random.integers(1, 5))
        before["meeting"] = before["meeting"] + meeting
        before["status"] = np.full(int(off.sum()), status, dtype=object)
        arranged = together(arranged, before)
    conferences = together(took_place, arranged)
    conferences = rows(conferences, np.lexsort((conferences["meeting"], conferences["planned_date"])))
    conferences["number"] = np.arange(size_of(conferences)) + 1
    return conferences


def person_rows(children: Table, assessments: Table, plans: Table, care: Table, random: Random) -> Table:
    """Everyone in any table, by person number.

    `is_listed` is false for the few whom the person table lacks: they matter to no snapshot of the last year.
    """
    spans = (
        (children["person"], children["referral_date"], children["referral_date"]),
        (assessments["person"], assessments["start"], assessments["authorised"]),
        (plans["person"], plans["start"], plans["end"]),
        (care["person"], care["entered"], care["left"]),
    )
    number = int(max(person.max() for person, _, _ in spans)) + 1
    first, last = np.full(number, EXTRACT_DATE), np.full(number, np.datetime64("2000-01-01"))
    for person, start, end in spans:
        np.minimum.at(first, person, start)
        np.maximum.at(last, person, np.where(np.isnat(end), LAST_DAY, end))
    persons = _births(children, plans, care, first, last, random)

    # What is amiss with persons befalls those of a single case that nothing came of, or who left long ago.
    of_plan_or_care = np.zeros(number, dtype=bool)
    of_plan_or_care[care["person"]] = True
    in_care = of_plan_or_care.copy()
    of_plan_or_care[plans["person"]] = True
    lone = children["is_only_case"] & (children["size"] == 1)
    at_front_door = children["person"][lone & ~of_plan_or_care[children["person"]]]
    long_ago = np.datetime64("2019-08-01")
    of_conference = lone & (children["kind"] == CONFERENCE)
    past_plan = of_conference[plans["child"]] & (plans["child"] >= 0) & (plans["end"] < long_ago)
    past_plan &= ~in_care[plans["person"]]
    past_care = (care["child"] < 0) & (care["left"] < long_ago)
    at_front_door = random.permutation(at_front_door)
    unlisted = [
        at_front_door[: max(size_of(children) // 1500, 1)],
        random.permutation(plans["person"][past_plan])[: 3 * (size_of(plans) > 400)],
        random.permutation(care["person"][past_care])[: 3 * (size_of(care) > 400)],
    ]
    is_listed = np.ones(number, dtype=bool)
    is_listed[np.concatenate(unlisted)] = False
    merged_into = np.full(number, -1)
    some = at_front_door[is_listed[at_front_door]][: 2 * max(number // 2500, 1)]
    merged_into[some[::2][: len(some) // 2]] = some[1::2]
    had_died = ~of_plan_or_care & (last < LAST_DAY - 30) & (random.random(number) < 0.0004)
    return persons | {
        "is_listed": is_listed,
        "merged_into": merged_into,
        "death_date": np.where(had_died, last + 9, NEVER),
    }


def _births(children: Table, plans: Table, care: Table, first: Dates, last: Dates, random: Random) -> Table:
    """When each was or is to be born. Nobody turns 18 before the last of their records, save the outgrown."""
    number = len(first)
    # An age at the first record that leaves room for the last before the 18th birthday.
    room = np.maximum(EIGHTEEN_YEARS - 20 - (last - first).astype(np.int64), 0)
    birth = first - (random.random(number) * room).astype(np.int64)

    # Known before birth: born since, or due after the extract. The looked after are not.
    before_birth = np.zeros(number, dtype=bool)
    before_birth[children["person"][children["position"] == 0]] = True
    before_birth[care["person"]] = False
    before_birth[plans["person"][plans["is_outgrown"]]] = False
    chance = random.random(number)
    since_born = before_birth & (first < LAST_DAY - 130) & (chance < 0.03)
    birth = np.where(since_born, first + random.integers(10, 120, number), birth)
    unborn = before_birth & (first > LAST_DAY - 110) & (chance < 0.2)
    due = np.minimum(EXTRACT_DATE + random.integers(5, 170, number), first + 250)

    young = care["is_unaccompanied"]
    is_unaccompanied = np.zeros(number, dtype=bool)
    is_unaccompanied[care["person"][young]] = True
    birth[care["person"][young]] = care["entered"][young] - random.integers(15 * 365 + 60, 16 * 365, int(young.sum()))
    for person, day, of_age in (
        (plans["person"], plans["end"], plans["is_outgrown"]),
        (care["person"], care["left"], care["is_outgrown"] | care["comes_of_age"]),
    ):
        birth[person[of_age]] = _eighteen_years_before(day[of_age])
    return {
        "birth": np.where(unborn, NEVER, birth),
        "due": np.where(unborn, due, NEVER),
        "is_unaccompanied": is_unaccompanied,
    }


def _eighteen_years_before(days: Dates) -> Dates:
    month = days.astype("datetime64[M]")
    earlier: Dates = (month - 18 * 12).astype("datetime64[D]") + (days - month.astype("datetime64[D]"))
    return earlier


def referral_rows(
    plan: Table,
    children: Table,
    assessments: Table,
    enquiries: Table,
    plans: Table,
    care: Table,
    random: Random,
) -> Table:
    """Referrals of the history with their screening, their closure after the last thing that happened on them, and a
    few that were cancelled."""
    activity = children["referral_date"] + 1
    for table, end in ((assessments, "authorised"), (enquiries, "end"), (plans, "end"), (care, "left")):
        counted = table["child"] >= 0
        if table is assessments:
            counted &= np.isin(assessments["status"], ("COMPLETED", "STARTED"))
        finish = np.where(np.isnat(table[end]), EXTRACT_DATE + 99, table[end])
        np.maximum.at(activity, table["child"][counted], finish[counted])
    conference = children["conference_date"]
    activity = np.where(conference > activity, conference, activity)
    child = np.flatnonzero(children["referral"] > 0)
    own = rows(children, child)
    is_screened = own["kind"] == SCREENING
    wait = random.integers(0, np.where(is_screened, 6, 60))
    closed = activity[child] + wait
    referrals = {
        "number": own["referral"],
        "person": own["person"],
        "case": own["case"],
        "referral_date": own["referral_date"],
        "closure_date": np.where(closed <= LAST_DAY, closed, NEVER),
        "is_nfa": is_screened & (random.random(len(child)) < 0.8),
        "is_screened": is_screened,
    }
    referrals |= screening_times(referrals, plan, random)
    decided = referrals["mash_completed_at"].astype("datetime64[D]")
    referrals["closure_date"] = np.where(np.isnat(decided), NEVER, np.maximum(referrals["closure_date"], decided))
    few = np.flatnonzero(random.random(len(child)) < 0.005)
    again = rows(referrals, few[is_screened[few] & (referrals["referral_date"][few] < LAST_DAY - 60)])
    moved = random.integers(8, 40, size_of(again))
    for name in ("referral_date", "received_at", "recorded_at", "mash_completed_at"):
        again[name] = again[name] + moved.astype("timedelta64[D]")
    again["closure_date"] = np.full(size_of(again), NEVER)
    again["number"] = referrals["number"].max() + 1 + np.arange(size_of(again))
    again["is_cancelled"] = np.ones(size_of(again), dtype=bool)
    both = together(referrals, again)
    return rows(both, np.lexsort((both["number"], both["referral_date"])))


def screening_times(referrals: Table, plan: Table, random: Random) -> Table:
    """When each referral was received, recorded and decided on, to the minute.

    A month of decisions has its quota of late ones; the others are made within one working day.
    """
    day, case = referrals["referral_date"], referrals["case"]
    number, cases = len(day), int(case.max()) + 1

    def for_household(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return values[case]

    in_hours = for_household(random.random(cases) < 0.85)
    received = np.where(
        in_hours,
        for_household(random.integers(8 * 60, 18 * 60, cases)),
        for_household(random.integers(0, 24 * 60, cases)),
    )
    recorded = np.minimum(received + for_household(random.integers(0, 120, cases)), 24 * 60 - 1)
    slow = working_days_after(day, for_household(1 + random.geometric(0.45, cases)))
    index = (slow.astype("datetime64[M]") - plan["month"][0]).astype(np.int64)
    is_late = within_quota(index, plan["mash_late"], for_household(random.random(cases)) + np.arange(number) * 1e-12)
    is_working = working_days_after(day, 0) == day
    at_once = is_working & (received < 16 * 60) & for_household(random.random(cases) < 0.6)
    decided_on = np.where(is_late, slow, np.where(at_once, day, working_days_after(day, 1)))
    minute = np.where(
        ~is_late & at_once,
        recorded + for_household(random.integers(20, 300, cases)),
        for_household(random.integers(8 * 60 + 30, 17 * 60 + 30, cases)),
    )
    # Without a time of receipt the time of recording stands in for it; without either a decision is late.
    chance = random.random(number)
    no_receipt = np.where(is_late, chance < 0.08, chance < 0.02)
    no_record = is_late & (chance < 0.04)
    is_decided = (decided_on <= LAST_DAY) & ~((day > LAST_DAY - 40) & (chance > 0.99))
    return {
        "received_at": np.where(no_receipt, NEVER.astype("datetime64[m]"), _at(day, received)),
        "recorded_at": np.where(no_record, NEVER.astype("datetime64[m]"), _at(day, recorded)),
        "mash_completed_at": np.where(is_decided, _at(decided_on, minute), NEVER.astype("datetime64[m]")),
    }


def _at(days: Dates, minutes: Numbers) -> Dates:
    times: Dates = days.astype("datetime64[m]") + minutes.astype("timedelta64[m]")
    return times


# Text: what the case system exports


@cache
def _identifier_texts(prefix: str, most: int) -> Texts:
    return np.array(["", *(f"{prefix}{number:07d}" for number in range(1, most)), ""], dtype=object)


def identifiers(prefix: str, numbers: Numbers) -> Texts:
    """Ids such as P0000123; nothing for -1."""
    most = 1 << int(max(numbers.max(initial=1), 1)).bit_length()
    texts: Texts = _identifier_texts(prefix, most)[numbers]
    return texts


@cache
def _day_texts(is_iso: bool) -> Texts:
    days = np.datetime_as_string(np.arange("1985-01-01", "2032-01-01", dtype="datetime64[D]"))
    return np.array(
        [day if is_iso else f"{day[8:]}/{day[5:7]}/{day[:4]}" for day in days.tolist()] + [""], dtype=object
    )


def dates(days: Dates, is_iso: bool = False) -> Texts:
    """dd/mm/yyyy, or yyyy-mm-dd; nothing for NEVER."""
    index = np.where(np.isnat(days), -1, (days.astype("datetime64[D]") - np.datetime64("1985-01-01")).astype(np.int64))
    texts: Texts = _day_texts(is_iso)[index]
    return texts


def moments(times: Dates) -> Texts:
    """dd/mm/yyyy hh:mm, local time; nothing for NEVER."""
    clock = np.array([f" {hour:02d}:{minute:02d}" for hour in range(24) for minute in range(60)], dtype=object)
    days = times.astype("datetime64[D]")
    minute = np.where(np.isnat(times), 0, (times - days.astype("datetime64[m]")).astype(np.int64))
    texts: Texts = np.where(np.isnat(times), "", dates(days) + clock[minute])
    return texts


def yes_no(flags: Flags, yes: str = "Y", no: str = "N") -> Texts:
    """Flags as a case system spells them."""
    return np.where(flags, yes, no).astype(object)


def drawn(shares: Mapping[str, float], number: int, random: Random) -> Texts:
    """Codes at random, by their shares."""
    weights = np.array(list(shares.values()))
    place = np.searchsorted(np.cumsum(weights / weights.sum())[:-1], random.random(number), side="right")
    texts: Texts = np.array(list(shares), dtype=object)[place]
    return texts


def _only(flags: Flags, texts: Texts) -> Texts:
    return np.where(flags, texts, "").astype(object)


def _linked(table: Table, children: Table, name: str) -> Numbers:
    """A number of the child's row, -1 for those of no such row."""
    numbers: Numbers = np.append(children[name], -1)[table["child"]]
    return numbers


def _numbers_by_child(table: Table, children: Table) -> Numbers:
    """For each row of `children` the number of its record in the table, or -1."""
    numbers = np.full(size_of(children), -1)
    known = table["child"] >= 0
    numbers[table["child"][known]] = table["number"][known]
    return numbers


SOURCES = {"6": 30, "2A": 19, "1A": 7, "3A": 3, "3B": 4, "3C": 2, "3D": 5, "3E": 6, "3F": 2, "4": 2, "5A": 3, "5B": 5,
           "5C": 2, "5D": 3, "1B": 2, "1C": 1, "1D": 1, "2B": 2, "7": 4, "8": 5, "9": 3, "10": 1}  # fmt: skip
NEEDS = {"N1": 60, "N2": 8, "N3": 4, "N4": 9, "N5": 14, "N6": 3, "N7": 1, "N8": 1}
ETHNICITIES = {"WBRI": 68, "WOTH": 6, "WIRI": 0.5, "WIRT": 0.3, "WROM": 0.5, "MWBC": 3, "MWBA": 2, "MWAS": 2, "MOTH": 3,
               "AIND": 1.5, "APKN": 2, "ABAN": 1.5, "AOTH": 2, "BAFR": 3, "BCRB": 0.7, "BOTH": 1, "CHNE": 0.3,
               "OOTH": 1.5, "REFU": 0.3, "NOBT": 1}  # fmt: skip
CATEGORIES = {"NEG": 47, "EMO": 36, "PHY": 8, "SAB": 5, "MUL": 4}
FACTORS = {"4B,3B": 14, "3B": 14, "16A": 8, "17A,3B": 8, "1B,2B,4B": 7, "15A,4A": 6, "18C": 5, "14A,10A": 4,
           "2B,16A": 5, "6A": 4, "5A": 3, "19C": 2, "11A,24A": 2, "13A,24A,14A": 2, "20": 6, "21": 8}  # fmt: skip
PERMANENCE = {"Long-term fostering": 40, "Return home": 22, "SGO/CAO": 12, "Adoption": 8, "Supported living": 10,
              "Long-term residential": 6, "Other": 2}  # fmt: skip
# The legal statuses that a child passes through, and how many children do. The emergency ones last for days; a
# placement order is for the youngest.
LEGAL_PATHS = np.array(
    [["V2", "V2", "V2", "V2"], ["V2", "C1", "C2", "C2"], ["C1", "C2", "C2", "C2"], ["L1", "V2", "C1", "C2"],
     ["L2", "C1", "C2", "C2"], ["C1", "C2", "E1", "E1"], ["V2", "C1", "E1", "E1"]], dtype=object
)  # fmt: skip
LEGAL_SHARES = (0.35, 0.25, 0.25, 0.10, 0.05, 0.0, 0.0)
LEGAL_SHARES_OF_THE_YOUNG = (0.10, 0.15, 0.20, 0.05, 0.10, 0.25, 0.15)
EMERGENCY_PATHS = (3, 4)
PLACEMENTS = {"U1": 8, "U3": 9, "U4": 20, "U5": 1, "U6": 40, "K2": 8, "R1": 1, "S1": 1, "T4": 1, "Z1": 1}
PLACEMENTS_ON_ORDER = PLACEMENTS | {"P1": 8}
PLACEMENTS_OF_THE_OLDER = {"U4": 25, "U6": 30, "H5": 22, "P2": 8, "K2": 14, "K1": 1}
PLACEMENTS_ON_PLACEMENT_ORDER = {"A3": 10, "A4": 50, "A5": 15, "A6": 25}
EXITS = {"E4A": 44, "E4B": 12, "E45": 8, "E46": 2, "E47": 6, "E48": 2, "E41": 8, "E13": 6, "E8": 10, "E3": 2}
EXITS_AT_EIGHTEEN = {"E17": 40, "E5": 30, "E6": 10, "E7": 20}
REASONS_FOR_CHANGE = {"CARPL": 50, "CREQB": 15, "CREQO": 10, "CHILD": 7, "LAREQ": 8, "STAND": 3, "PLACE": 5, "OTHER": 2}
# The Office for National Statistics' own stand-in for "no fixed abode": no one lives there.
POSTCODE = "ZZ99 3VZ"


def _teams(groups: Numbers, kind: str, random: Random) -> tuple[Texts, Texts]:
    """Team and worker, the same throughout a household."""
    number = int(groups.max(initial=0)) + 1
    team = np.array([f"{kind} Team {place}" for place in range(1, 6)], dtype=object)[random.integers(0, 5, number)]
    worker = np.array([*(f"W{place:04d}" for place in range(1, 150)), "Duty"], dtype=object)
    return team[groups], worker[random.integers(0, 150, number)][groups]


def person_text(persons: Table, random: Random) -> dict[str, Texts]:
    """The person table, of those whom it lists."""
    number = size_of(persons)
    is_unborn = ~np.isnat(persons["due"])
    digits = random.integers(10**11, 10**12, number)
    upn = np.array([f"A{digit}" for digit in digits.tolist()], dtype=object)
    text: dict[str, Texts] = {
        "person_id": identifiers("P", np.arange(number) + 1),
        "master_person_id": identifiers("P", np.where(persons["merged_into"] < 0, -1, persons["merged_into"] + 1)),
        "dob": dates(persons["birth"]),
        "expected_dob": dates(persons["due"]),
        "dob_estimated": yes_no(persons["is_unaccompanied"]),
        "sex": np.where(is_unborn, "U", drawn({"M": 52, "F": 48}, number, random)).astype(object),
        "ethnicity": np.where(is_unborn, "NOBT", drawn(ETHNICITIES, number, random)).astype(object),
        "disabled": drawn({"N": 88, "Y": 12}, number, random),
        "uasc": yes_no(persons["is_unaccompanied"]),
        "death_date": dates(persons["death_date"]),
        "upn": np.where(random.random(number) < 0.25, "UN3", upn).astype(object),
    }
    return rows(text, persons["is_listed"])


def referral_text(referrals: Table, random: Random) -> dict[str, Texts]:
    """The referral table: dates and times of day as dd/mm/yyyy hh:mm."""
    number, case = size_of(referrals), referrals["case"]
    cases = int(case.max()) + 1
    is_closed = ~np.isnat(referrals["closure_date"])
    after_assessment = {"RC7": 45, "RC8": 38, "RC9": 10, "RC5": 3, "RC3": 2, "RC4": 1, "RC1": 1}
    reason = np.where(referrals["is_screened"], "RC7", drawn(after_assessment, number, random))
    team, worker = _teams(case, "Assessment", random)
    status = np.where(referrals["is_cancelled"], "CANCELLED", np.where(is_closed, "CLOSED", "OPEN"))
    return {
        "referral_id": identifiers("R", referrals["number"]),
        "person_id": identifiers("P", referrals["person"] + 1),
        "referral_date": dates(referrals["referral_date"]),
        "received_at": moments(referrals["received_at"]),
        "recorded_at": moments(referrals["recorded_at"]),
        "mash_completed_at": moments(referrals["mash_completed_at"]),
        "referral_source": drawn(SOURCES, cases, random)[case],
        "primary_need": _only(~referrals["is_nfa"], drawn(NEEDS, cases, random)[case]),
        "referral_nfa": yes_no(referrals["is_nfa"]),
        "closure_date": dates(referrals["closure_date"]),
        "closure_reason": _only(is_closed, reason),
        "contact_id": identifiers("C", case + 1),
        "status": status.astype(object),
        "team": team,
        "worker": worker,
    }


def assessment_text(assessments: Table, children: Table, random: Random) -> dict[str, Texts]:
    """The assessment table, with ISO dates."""
    number = size_of(assessments)
    start, authorised = assessments["start"], assessments["authorised"]
    is_done = assessments["status"] == "COMPLETED"
    finished = np.maximum(authorised - random.integers(0, 4, number), start)
    # Some wait for the manager: finished, and not authorised.
    waiting = (assessments["status"] == "STARTED") & (start < LAST_DAY - 30) & (random.random(number) < 0.2)
    finished = np.where(is_done, finished, np.where(waiting, LAST_DAY - random.integers(0, 9, number), NEVER))
    team, worker = _teams(children["case"][assessments["child"]], "Assessment", random)
    return {
        "assessment_id": identifiers("A", assessments["number"]),
        "person_id": identifiers("P", assessments["person"] + 1),
        "referral_id": identifiers("R", assessments["referral"]),
        "assessment_type": np.full(number, "Single Assessment", dtype=object),
        "start_date": dates(start, is_iso=True),
        "internal_review_date": dates(start + 14, is_iso=True),
        "authorised_date": dates(authorised, is_iso=True),
        "completed_date": dates(finished, is_iso=True),
        "child_seen": _only(is_done, drawn({"Yes": 95, "No": 5}, number, random)),
        "outcome_nfa": _only(is_done, drawn({"No": 60, "Yes": 40}, number, random)),
        "factors": _only(is_done, drawn(FACTORS, number, random)),
        "status": assessments["status"],
        "team": team,
        "worker": worker,
        "_start_is_idle": _only(assessments["is_start_idle"], np.full(number, "Y", dtype=object)),
    }


def enquiry_text(enquiries: Table, children: Table, random: Random) -> dict[str, Texts]:
    """The section 47 table. The case system's target for the conference counts calendar days: not to be trusted."""
    number, leads = size_of(enquiries), enquiries["leads"]
    is_ended = ~np.isnat(enquiries["end"])
    ended_otherwise = drawn({"Child in need": 55, "No further action": 45}, number, random)
    return {
        "s47_id": identifiers("S", enquiries["number"]),
        "person_id": identifiers("P", enquiries["person"] + 1),
        "referral_id": identifiers("R", _linked(enquiries, children, "referral")),
        "start_date": dates(enquiries["start"]),
        "end_date": dates(enquiries["end"]),
        "outcome": _only(is_ended, np.where(leads, "Convene conference", ended_otherwise).astype(object)),
        "icpc_not_required": _only(leads | is_ended, yes_no(~leads)),
        "icpc_target_date": _only(leads, dates(enquiries["start"] + 15)),
        "status": yes_no(is_ended, "COMPLETED", "STARTED"),
        "_ended_otherwise": _only(is_ended & ~leads, ended_otherwise),
    }


def conference_text(conferences: Table, children: Table) -> dict[str, Texts]:
    """The conference table, with ISO dates."""
    is_held = conferences["status"] == "HELD"
    led = is_held & conferences["led_to_plan"]
    plan = np.where(led, _linked(conferences, children, "plan"), -1)
    return {
        "icpc_id": identifiers("I", conferences["number"]),
        "meeting_id": identifiers("M", conferences["meeting"]),
        "person_id": identifiers("P", conferences["person"] + 1),
        "s47_id": identifiers("S", conferences["enquiry"]),
        "referral_id": identifiers("R", _linked(conferences, children, "referral")),
        "planned_date": dates(conferences["planned_date"], is_iso=True),
        "icpc_date": dates(conferences["icpc_date"], is_iso=True),
        "transfer_in": yes_no(conferences["is_transfer"]),
        "notification_date": dates(conferences["notification_date"], is_iso=True),
        "outcome_cp": _only(is_held, yes_no(led)),
        "status": conferences["status"],
        "cp_plan_id": identifiers("CP", plan),
        "_before_enquiry": dates(conferences["enquiry_start"] - 6, is_iso=True),
    }


def plan_text(plans: Table, children: Table, random: Random) -> dict[str, Texts]:
    """The child protection plan table. An outgrown plan was never ended in the case system."""
    number = size_of(plans)
    category = drawn(CATEGORIES, number, random)
    is_temporary = ~plans["is_ours"] & (random.random(number) < 0.4)
    return {
        "cp_plan_id": identifiers("CP", plans["number"]),
        "person_id": identifiers("P", plans["person"] + 1),
        "referral_id": identifiers("R", _linked(plans, children, "referral")),
        "icpc_id": identifiers("I", _linked(plans, children, "conference")),
        "start_date": dates(plans["start"]),
        "end_date": _only(~plans["is_outgrown"], dates(plans["end"])),
        "initial_category": category,
        "latest_category": np.where(random.random(number) < 0.12, drawn(CATEGORIES, number, random), category),
        "number_previous": plans["previous"].astype(str).astype(object),
        "ola_plan": yes_no(~plans["is_ours"] & ~is_temporary),
        "temporary": yes_no(is_temporary),
    }


def episode_text(authority: Authority, care: Table, persons: Table, random: Random) -> dict[str, Texts]:
    """The episodes of each period of care: the first with RNE S, each next one beginning on the day the one before
    ends with REC X1. An outgrown period was never ended in the case system."""
    short = care["is_short_break"]
    until = np.where(np.isnat(care["left"]), EXTRACT_DATE, care["left"])
    stay = (until - care["entered"]).astype(np.int64)
    path = _legal_paths(care, persons, random)
    changes = np.where(short, 0, np.minimum(random.poisson(0.002 * stay), 14))
    later = np.repeat(np.arange(len(stay)), changes)
    at_once = np.flatnonzero(np.isin(path, EMERGENCY_PATHS) & ~short & (stay > 8))
    period = np.concatenate([np.arange(len(stay)), at_once, later])
    elapsed = (random.random(len(later)) * np.maximum(stay[later] - 1, 1)).astype(np.int64)
    decom = care["entered"][period]
    decom = decom + np.concatenate([np.zeros_like(stay), random.integers(2, 8, len(at_once)), 1 + elapsed])
    steps = np.repeat([0.0, 1.0, 0.5], [len(stay), len(at_once), len(later)]) > random.random(len(period))
    order = np.lexsort((~steps, decom, period))
    repeated = (np.diff(period[order], prepend=-1) == 0) & (np.diff(decom[order], prepend=NEVER).astype(int) == 0)
    order = order[~repeated & (decom[order] < until[period[order]])]
    period, decom, steps = period[order], decom[order], steps[order]
    number = len(period)
    is_first = np.diff(period, prepend=-1) > 0
    is_last = np.append(is_first[1:], True)
    dec = np.where(is_last, care["left"][period], np.append(decom[1:], NEVER))
    dec = np.where(is_last & care["is_outgrown"][period], NEVER, dec)
    birth = persons["birth"][care["person"]][period]
    age = (decom - birth).astype(np.int64) / 365.25

    legal = _legal_statuses(care, path, period, steps)
    is_new_legal = ~is_first & (legal != np.append("", legal[:-1]))
    is_moved = is_first | ~is_new_legal | (random.random(number) < 0.3)
    placement = drawn(PLACEMENTS, number, random)
    for applies, shares in (
        (np.isin(legal, ("C1", "C2")), PLACEMENTS_ON_ORDER),
        (age >= 16, PLACEMENTS_OF_THE_OLDER),
        (legal == "E1", PLACEMENTS_ON_PLACEMENT_ORDER),
    ):
        placement = np.where(applies, drawn(shares, number, random), placement)
    placement = placement[np.maximum.accumulate(np.where(is_moved, np.arange(number), 0))].astype(object)
    same_carer = random.random(number) < 0.1
    rne = np.select(
        [is_first, is_new_legal & is_moved, is_new_legal, same_carer], ["S", "B", "L", "T"], default="P"
    ).astype(object)
    exits = np.where(legal == "E1", drawn({"E11": 8, "E12": 2}, number, random), drawn(EXITS, number, random))
    at_eighteen = (dec - birth).astype(np.int64) > EIGHTEEN_YEARS - 10
    exits = np.where(short[period], "E8", np.where(at_eighteen, drawn(EXITS_AT_EIGHTEEN, number, random), exits))
    in_family = np.char.startswith(placement.astype(str), ("U"))
    own_or_agency = drawn({"PR1": 60, "PR4": 40}, number, random)
    provider = np.select(
        [in_family, np.isin(placement, ("P1", "A3", "A4", "A5", "A6")), np.isin(placement, ("T4", "Z1"))],
        [own_or_agency, np.where(placement == "P1", "PR0", "PR1").astype(object), np.full(number, "", dtype=object)],
        default="PR4",
    )
    is_moving = ~is_last & np.append(is_moved[1:], False)
    unaccompanied = care["is_unaccompanied"][period]
    elsewhere = "851" if authority.la_code != "851" else SOUTHAMPTON
    ours = np.where(random.random(number) < 0.05, "", authority.la_code)
    urn = np.array([f"SC{place:06d}" for place in range(900001, 900400)], dtype=object)[random.integers(0, 399, number)]
    is_idle = ~is_first & ~is_last & (dec < np.datetime64("2019-08-01")) & care["is_ours"][period]
    return {
        "person_id": identifiers("P", care["person"][period] + 1),
        "period_id": identifiers("PC", care["number"][period]),
        "decom": dates(decom),
        "rne": rne,
        "legal_status": legal,
        "category_of_need": np.select(
            [short[period], unaccompanied], ["N2", "N8"], default=drawn(NEEDS, len(stay), random)[period]
        ).astype(object),
        "placement_type": placement,
        "placement_provider": provider.astype(object),
        "dec": dates(dec),
        "rec": _only(~np.isnat(dec), np.where(is_last, exits, "X1").astype(object)),
        "reason_place_change": _only(is_moving, drawn(REASONS_FOR_CHANGE, number, random)),
        "home_postcode": _only(~unaccompanied, np.full(number, POSTCODE, dtype=object)),
        "placement_postcode": np.full(number, POSTCODE, dtype=object),
        "urn": _only(in_family | (placement == "K2"), urn),
        "responsible_la": np.where(care["is_ours"][period], ours, elsewhere).astype(object),
        "_is_idle": _only(is_idle, np.full(number, "Y", dtype=object)),
    }


def _legal_paths(care: Table, persons: Table, random: Random) -> Numbers:
    """Which of LEGAL_PATHS each period of care takes."""
    number = size_of(care)
    is_young = (care["entered"] - persons["birth"][care["person"]]).astype(np.int64) < 4 * 365
    usual = random.choice(len(LEGAL_PATHS), number, p=LEGAL_SHARES)
    youngest = random.choice(len(LEGAL_PATHS), number, p=LEGAL_SHARES_OF_THE_YOUNG)
    return np.where(care["is_unaccompanied"], 0, np.where(is_young, youngest, usual))


def _legal_statuses(care: Table, path: Numbers, period: Numbers, steps: Flags) -> Texts:
    """The legal status of each episode: one further along the period's path with every step."""
    is_first = np.diff(period, prepend=-1) > 0
    so_far = np.cumsum(steps)
    stage = np.minimum(so_far - so_far[is_first][period], LEGAL_PATHS.shape[1] - 1)
    stay = (care["left"] - care["entered"]).astype(np.int64)
    short = np.where(~np.isnat(care["left"]) & (stay <= 17), "V3", "V4")
    legal: Texts = np.where(care["is_short_break"][period], short[period], LEGAL_PATHS[path[period], stage])
    return legal.astype(object)


def care_plan_text(care: Table, persons: Table, random: Random) -> dict[str, Texts]:
    """Care plans, renewed once or twice a year; of those without one a draft, one not authorised, or nothing.

    A period's plans say nothing for a later period of the same child, even where they were never ended.
    """
    own = rows(care, care["is_ours"] & ~care["is_short_break"])
    number = size_of(own)
    until = np.where(np.isnat(own["left"]), EXTRACT_DATE, own["left"])
    renewals = np.cumsum(random.integers(150, 330, (number, 16)), axis=1)
    days = working_days_after(
        np.where(np.isnat(own["authorised"]), EXTRACT_DATE, own["authorised"])[:, None]
        + np.concatenate([np.zeros((number, 1), dtype=np.int64), renewals], axis=1),
        0,
    )
    days[:, 0] = own["authorised"]
    is_made = days < until[:, None]
    is_made[:, 0] = ~np.isnat(own["authorised"])
    of_period, turn = np.nonzero(is_made)
    authorised = days[of_period, turn]
    is_latest = np.append(np.diff(of_period) > 0, True)
    closed_with_period = np.where(random.random(len(of_period)) < 0.8, own["left"][of_period], NEVER)
    end = np.where(is_latest, closed_with_period, np.append(authorised[1:], NEVER))
    begun = np.maximum(authorised - random.integers(0, 26, len(of_period)), own["entered"][of_period] - 10)
    made = {
        "row": of_period,
        "started": begun,
        "completed": np.maximum(authorised - random.integers(0, 4, len(of_period)), begun),
        "authorised": authorised,
        "end": end,
        "status": np.full(len(of_period), "AUTHORISED", dtype=object),
    }
    without = np.flatnonzero(np.isnat(own["authorised"]) & np.isnat(own["left"]))
    without = without[random.random(len(without)) < 0.8]
    status = drawn({"DRAFT": 50, "COMPLETED": 35, "CANCELLED": 15}, len(without), random)
    since = own["entered"][without]
    some_day = since + (random.random(len(without)) * (EXTRACT_DATE - since).astype(np.int64)).astype(np.int64)
    # A draft or cancelled record may carry a date of authorisation; it counts for nothing.
    is_dated = (status == "CANCELLED") | ((status == "DRAFT") & (random.random(len(without)) < 0.15))
    unmade = {
        "row": without,
        "started": since,
        "completed": np.where(status == "COMPLETED", some_day, NEVER),
        "authorised": np.where(is_dated, some_day, NEVER),
        "end": np.full(len(without), NEVER),
        "status": status,
    }
    with_one = np.flatnonzero(~np.isnat(own["authorised"]) & (own["entered"] < LAST_DAY - 120) & np.isnat(own["left"]))
    renewing = with_one[random.random(len(with_one)) < 0.06]
    renewals_begun = {
        "row": renewing,
        "started": LAST_DAY - random.integers(0, 40, len(renewing)),
        "status": np.full(len(renewing), "DRAFT", dtype=object),
    }
    plans = together(made, unmade, renewals_begun)
    plans = rows(plans, np.argsort(plans["started"], kind="stable"))
    person = own["person"][plans["row"]]
    day = np.where(np.isnat(plans["authorised"]), plans["started"], plans["authorised"])
    is_pathway = ((day - persons["birth"][person]).astype(np.int64) > 16 * 365.25) & (random.random(len(person)) < 0.75)
    return {
        "care_plan_id": identifiers("LP", np.arange(len(person)) + 1),
        "person_id": identifiers("P", person + 1),
        "plan_type": yes_no(is_pathway, "PATHWAY_PLAN", "CARE_PLAN"),
        "started_date": dates(plans["started"], is_iso=True),
        "completed_date": dates(plans["completed"], is_iso=True),
        "authorised_date": dates(plans["authorised"], is_iso=True),
        "end_date": dates(plans["end"], is_iso=True),
        "permanence_plan": drawn(PERMANENCE, len(person), random),
        "status": plans["status"],
    }


# What is wrong on purpose


class Wrong(NamedTuple):
    """A defect: the texts that columns get, in step; `where` names a column that must be filled.

    A text that begins with "=" is the value of the column it names.
    """

    texts: Mapping[str, Sequence[str]]
    where: str = ""


BLANKS = ("", "-", "NULL", "Not Recorded")
NOTHING = (*BLANKS, "nan")
UNREADABLE = ("TBC", "05/27/2020", "not known yet", "31/02/2020")
AHEAD = ("22/09/2020", "2020-11-03", "14/04/2021", "2028-04-28")

# Rows that no one can use: copies of good rows under an id of their own.
UNUSABLE: Mapping[str, Sequence[Wrong]] = {
    "person": (
        Wrong({"person_id": NOTHING}),
        Wrong({"dob": ("oops!", "not yet born", "05/27/2012")}),
        Wrong({"dob": ("21/11/2020", "2021-02-09")}),
    ),
    "referral": (
        Wrong({"referral_id": NOTHING}),
        Wrong({"person_id": NOTHING}),
        Wrong({"referral_date": NOTHING}),
        Wrong({"referral_date": UNREADABLE}),
        Wrong({"referral_date": AHEAD, "closure_date": ("",)}),
        Wrong(
            {"referral_date": ("10/06/2020", "21/11/2019"), "received_at": ("10/06/2020 10:15", "21/11/2019 09:40"),
             "mash_completed_at": ("08/06/2020 16:30", "11/11/2019 12:05")}
        ),
    ),
    "assessment": (
        Wrong({"assessment_id": NOTHING}),
        Wrong({"person_id": NOTHING}),
        Wrong({"authorised_date": UNREADABLE}),
        Wrong({"authorised_date": AHEAD, "status": ("COMPLETED",)}),
        Wrong({"start_date": ("2020-03-13", "2020-06-18"), "authorised_date": ("2020-03-09", "2020-06-11")}),
    ),
    "s47": (
        Wrong({"person_id": NOTHING}),
        Wrong({"start_date": NOTHING}),
        Wrong({"start_date": UNREADABLE}),
        Wrong({"start_date": AHEAD, "end_date": ("",)}),
        Wrong({"start_date": ("09/07/2020", "18/12/2019"), "end_date": ("07/07/2020", "12/12/2019")}),
    ),
    "icpc": (
        Wrong({"person_id": NOTHING}),
        Wrong({"icpc_date": UNREADABLE}, "outcome_cp"),
        Wrong({"icpc_date": AHEAD}, "outcome_cp"),
        Wrong({"icpc_date": ("2020-05-16", "2019-11-17", "2020-08-08"), "s47_id": ("",)}, "outcome_cp"),
        Wrong({"icpc_date": ("=_before_enquiry",), "status": ("HELD",)}, "s47_id"),
    ),
    "cp_plan": (
        Wrong({"person_id": NOTHING}),
        Wrong({"start_date": NOTHING}),
        Wrong({"start_date": UNREADABLE}),
        Wrong({"start_date": AHEAD, "end_date": ("",)}),
        Wrong({"start_date": ("24/02/2020", "16/09/2019"), "end_date": ("20/02/2020", "01/09/2019")}),
    ),
    "cla_episode": (
        Wrong({"person_id": NOTHING}),
        Wrong({"decom": NOTHING}),
        Wrong({"decom": UNREADABLE}),
        Wrong({"decom": AHEAD, "dec": ("",), "rec": ("",)}),
        Wrong({"decom": ("05/06/2020", "27/11/2019"), "dec": ("01/06/2020", "20/11/2019")}),
    ),
    "cla_care_plan": (
        Wrong({"person_id": NOTHING}),
        Wrong({"care_plan_id": NOTHING}),
        Wrong({"authorised_date": UNREADABLE}),
        Wrong({"authorised_date": AHEAD, "status": ("AUTHORISED",)}),
        Wrong({"started_date": ("2020-05-20", "2019-10-11"), "authorised_date": ("2020-05-14", "2019-10-02")}),
    ),
}  # fmt: skip

# Values that are missing or unknown, in good rows: where no figure of the quoted months depends on them.
UNKNOWN: Mapping[str, Sequence[Wrong]] = {
    "person": (
        Wrong({"sex": NOTHING}),
        Wrong({"sex": ("X", "MF")}),
        Wrong({"ethnicity": ("WXYZ", "Code 'A9' is not mapped")}),
    ),
    "referral": (
        Wrong({"referral_source": NOTHING}),
        Wrong({"referral_source": ("ZZ9", "12Q")}),
        Wrong({"primary_need": ("N99", "PSRMEM - Support with memory and cognition")}, "primary_need"),
        Wrong({"referral_nfa": NOTHING}),
    ),
    "assessment": (
        Wrong({"start_date": NOTHING}, "_start_is_idle"),
        Wrong({"outcome_nfa": ("See notes",)}, "outcome_nfa"),
    ),
    "s47": (Wrong({"icpc_not_required": ("See notes",)}, "_ended_otherwise"),),
    "icpc": (Wrong({"transfer_in": ("Unsure",)}, "s47_id"), Wrong({"outcome_cp": ("See minutes",)}, "outcome_cp")),
    "cp_plan": (Wrong({"initial_category": ("ABC", "Harmed")}), Wrong({"latest_category": NOTHING})),
    "cla_episode": (
        Wrong({"legal_status": ("X9", "SGO")}, "_is_idle"),
        Wrong({"placement_type": ("Q9", "Hotel")}, "_is_idle"),
        Wrong({"rne": NOTHING}, "_is_idle"),
        Wrong({"reason_place_change": ("MOVED",)}, "reason_place_change"),
    ),
    "cla_care_plan": (Wrong({"permanence_plan": ("Unclear",)}),),
}

# What an earlier version of a row said, which comes before it in the file: the last one is right.
SUPERSEDED: Mapping[str, Wrong] = {
    "person": Wrong({"ethnicity": ("",)}, "ethnicity"),
    "referral": Wrong({"closure_date": ("",), "closure_reason": ("",), "status": ("OPEN",)}, "closure_date"),
    "assessment": Wrong({"authorised_date": ("",), "status": ("STARTED",)}, "authorised_date"),
    "s47": Wrong({"end_date": ("",), "outcome": ("",), "status": ("STARTED",)}, "end_date"),
    "icpc": Wrong({"outcome_cp": ("",), "cp_plan_id": ("",)}, "outcome_cp"),
    "cp_plan": Wrong({"end_date": ("",)}, "end_date"),
    "cla_episode": Wrong({"dec": ("",), "rec": ("",)}, "dec"),
    "cla_care_plan": Wrong({"authorised_date": ("",), "status": ("DRAFT",)}, "authorised_date"),
}

# Codes as some exports write them, with a description or a list letter.
DESCRIBED: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "person": {"ethnicity": {"WBRI": "WBRI - A1 - White - British", "MWBC": "MWBC - White and Black Caribbean"}},
    "referral": {
        "referral_source": {"1A": "1A: Individual", "1B": "b) 1B: Individual", "2A": "e) 2A: Schools",
                            "5D": "p1) 5D: LA services", "6": "q) 6: Police", "10": "u) 10: Unknown"},
        "closure_reason": {"RC8": "RC8 - Case closed after assessment"},
        "primary_need": {"N1": "N1: Abuse or neglect"},
    },
    "cp_plan": {"initial_category": {"NEG": "NEG: Neglect", "EMO": "EMO - Emotional abuse"}},
    "cla_episode": {
        "legal_status": {"C2": "C2: FCO", "V2": "V2: Single period under S20"},
        "rec": {"E4A": "E4A - Returned home"},
    },
}  # fmt: skip

# Columns whose blanks are spelt out now and then.
SPELT_BLANKS: Mapping[str, Sequence[str]] = {
    "person": ("death_date", "master_person_id"),
    "referral": ("closure_date", "primary_need"),
    "assessment": ("completed_date", "factors"),
    "s47": ("end_date", "outcome"),
    "icpc": ("notification_date", "s47_id"),
    "cp_plan": ("end_date", "icpc_id"),
    "cla_episode": ("dec", "reason_place_change"),
    "cla_care_plan": ("end_date", "completed_date"),
}

RECORD_IDS: Mapping[str, str] = {
    "person": "person_id", "referral": "referral_id", "assessment": "assessment_id", "s47": "s47_id",
    "icpc": "icpc_id", "cp_plan": "cp_plan_id", "cla_care_plan": "care_plan_id",
}  # fmt: skip


def with_defects(name: str, table: dict[str, Texts], random: Random) -> dict[str, Texts]:
    """A table with a few rows for each rule that judges rows, and codes and blanks spelt as exports spell them.

    Some 4 in 10,000 rows a rule, at least 3 where the table is large enough to bear them.
    """
    number = size_of(table)
    for column, spellings in DESCRIBED.get(name, {}).items():
        for code, spelling in spellings.items():
            is_code = (table[column] == code) & (random.random(number) < 0.01)
            table[column] = np.where(is_code, spelling, table[column]).astype(object)
    for column in SPELT_BLANKS[name]:
        blank = np.flatnonzero((table[column] == "") & (random.random(number) < 0.02))
        table[column][blank] = random.choice(np.array(BLANKS[1:], dtype=object), len(blank))
    few = max(round(0.0004 * number), min(3, number // 300))
    for wrong in UNKNOWN[name]:
        _change(table, wrong, _some(table, wrong.where, few, random))

    parts, positions = [table], [np.arange(number, dtype=float)]
    for place, wrong in enumerate(UNUSABLE[name]):
        copies = rows(table, _some(table, wrong.where, few, random))
        if name in RECORD_IDS:
            copies[RECORD_IDS[name]] = np.array(
                [f"X{place}{copy:05d}" for copy in range(size_of(copies))], dtype=object
            )
        _change(copies, wrong, np.arange(size_of(copies)))
        parts.append(copies)
        positions.append(random.random(size_of(copies)) * number)
    repeated = _some(table, "", 2 * few, random)
    parts.append(rows(table, repeated))
    positions.append(repeated + 0.5 + random.integers(0, 50, len(repeated)))
    again = _some(table, SUPERSEDED[name].where, few, random)
    copies = rows(table, again)
    _change(copies, SUPERSEDED[name], np.arange(size_of(copies)))
    parts.append(copies)
    positions.append(again - 0.5)
    return rows(together(*parts), np.argsort(np.concatenate(positions), kind="stable"))


def _some(table: dict[str, Texts], where: str, number: int, random: Random) -> Numbers:
    candidates = np.flatnonzero(~np.isin(table[where].astype(str), BLANKS)) if where else np.arange(size_of(table))
    chosen: Numbers = random.permutation(candidates)[:number]
    return chosen


def _change(table: dict[str, Texts], wrong: Wrong, chosen: Numbers) -> None:
    for column, texts in wrong.texts.items():
        for place, row in enumerate(chosen.tolist()):
            text = texts[place % len(texts)]
            table[column][row] = table[text[1:]][row] if text.startswith("=") else text


def exported(name: str, table: dict[str, Texts]) -> pa.Table:
    """The table under its export's spelling of the headers, without the columns that only the defects use."""

    def spelt(column: str) -> str:
        spaced = column.replace("_", " ")
        spellings = {
            "person": spaced.title(),
            "referral": spaced.capitalize(),
            "assessment": column.upper(),
            "icpc": spaced.upper(),
            "cp_plan": spaced.title().replace(" ", ""),
        }
        return spellings.get(name, column)

    columns = {column: texts for column, texts in table.items() if not column.startswith("_")}
    return pa.table({spelt(column): pa.array(texts, pa.string()) for column, texts in columns.items()})
