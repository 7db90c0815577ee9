"""Households, events and durations drawn so that they add up to a month's quota exactly, whatever the seed."""

from collections.abc import Sequence

import numpy as np

from pipelines.demonstration.authorities import Authority
from pipelines.demonstration.columns import Flags, Numbers, Random, Shares

SIBLINGS = (0.50, 0.25, 0.14, 0.07, 0.04)  # share of households with one to five children

# Lower and upper working days of the published bands of assessment duration, in time and late.
BANDS_IN_TIME = ((0, 0), (1, 10), (11, 20), (21, 30), (31, 40), (41, 45))
BANDS_LATE = ((46, 50), (51, 60), (61, 95))


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
