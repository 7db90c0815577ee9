"""Centre, spread and limits of phases, many at a time: P′ and C′ charts, XmR, and exact limits where numbers are small.

Sources: Laney, "Improved control charts for attributes" (Quality Engineering 14, 2002) for P′ and C′; Wheeler and
Chambers, "Understanding Statistical Process Control", for XmR.
"""

from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
Flags = NDArray[np.bool_]

SIGMAS = 3.0
# A phase has the limits of its first two years.
BASELINE = 24
# The mean difference of neighbours is this many times the standard deviation of independent months.
_RANGE = 1.128
# Below so many expected cases, on the rarer side, normal limits do not hold.
_FEW = 5.0
# Exact limits are sought up to this count, beyond what any spread makes of fewer than five expected cases.
_MOST = 80
# With a larger spread it is not chance that makes months differ, and its probabilities are below what sums can tell.
_LARGEST_SPREAD = 2.0


@dataclass(frozen=True)
class Judged:
    """The figures that are judged, month after month and series after series.

    A share's `amount` is its numerator and its `weight` its denominator; any other figure is its own amount and has a
    weight of 1. `least` is the smallest sigma that is believed: what one case changes. It is 0 for shares and counts.
    """

    figure: Numbers
    amount: Numbers
    weight: Numbers
    least: Numbers
    is_share: Flags
    is_count: Flags
    is_change: Flags


def baseline(judged: Judged, starts: Places, stops: Places) -> tuple[Numbers, Numbers]:
    """The centre and spread of phases, each from its months from `starts` to before `stops`, one at least.

    The spread of a share or count is the factor by which its months differ more than by chance, never below 1; that of
    any other figure is one sigma in its own unit.
    """
    lengths = stops - starts
    firsts = np.cumsum(lengths) - lengths
    phase = np.repeat(np.arange(len(starts)), lengths)
    months = np.arange(lengths.sum()) - firsts[phase] + starts[phase]
    total, weight = (np.add.reduceat(part[months], firsts) for part in (judged.amount, judged.weight))
    centre = np.where(judged.is_share[starts], 100.0, 1.0) * total / weight
    distance = (judged.figure[months] - centre[phase]) / by_chance(judged, months, centre[phase])
    ranges = np.abs(np.diff(distance, prepend=0.0))
    ranges[firsts] = 0.0
    mean_range = np.add.reduceat(ranges, firsts) / np.maximum(lengths - 1, 1)
    is_counted = judged.is_share[starts] | judged.is_count[starts]
    least = np.where(is_counted, 1.0, np.add.reduceat(judged.least[months], firsts) / lengths)
    return centre, np.maximum(mean_range / _RANGE, least)


def by_chance(judged: Judged, months: Places, centre: Numbers) -> Numbers:
    """One sigma of each month as chance alone makes it of its cases; 1 for a figure that is neither share nor count.

    A centre of no case, or of all, is taken as half a case in two years: else the first case would be past all chance.
    """
    weight = judged.weight[months]
    part = _possible(centre / 100, weight)
    count = np.sqrt(np.maximum(centre, 0.5 / BASELINE))
    return np.where(
        judged.is_share[months],
        100 * np.sqrt(part * (1 - part) / weight),
        np.where(judged.is_count[months], count, 1.0),
    )


def limits(judged: Judged, months: Places, centre: Numbers, spread: Numbers) -> tuple[Numbers, Numbers]:
    """The lower and upper limit of each month, by the centre and spread of its phase.

    A month is beyond a limit that it passes; one on it is not. Only the limits of a change may be below 0.
    """
    reach = SIGMAS * spread * by_chance(judged, months, centre)
    is_share, weight = judged.is_share[months], judged.weight[months]
    lower = np.where(judged.is_change[months], centre - reach, np.maximum(centre - reach, 0.0))
    upper = np.where(is_share, np.minimum(centre + reach, 100.0), centre + reach)
    part = _possible(centre / 100, weight)
    expected = np.where(is_share, weight * np.minimum(part, 1 - part), np.maximum(centre, 0.5 / BASELINE))
    is_counted = is_share | judged.is_count[months]
    few = np.flatnonzero(is_counted & (expected < _FEW) & (spread <= _LARGEST_SPREAD))
    if few.size:
        cases = np.where(is_share, weight, np.inf)[few]
        lowest, highest = _exact(expected[few], cases, spread[few])
        shares = is_share[few]
        of = np.where(shares, 100.0 / weight[few], 1.0)
        is_rest = shares & (part[few] > 0.5)
        lower[few] = of * np.where(is_rest, weight[few] - highest, lowest)
        upper[few] = of * np.where(is_rest, weight[few] - lowest, highest)
    return lower, upper


def _possible(part: Numbers, weight: Numbers) -> Numbers:
    half_a_case = 0.5 / (BASELINE * np.maximum(weight, 1.0))
    return np.clip(part, half_a_case, 1 - half_a_case)


def _exact(expected: Numbers, cases: Numbers, spread: Numbers) -> tuple[Numbers, Numbers]:
    """The fewest and most of some rare cases that chance reaches as often as it leaves three sigma on one side.

    Binomial of `cases`, or Poisson where those are infinite; wider limits for a spread above 1.
    """
    rarest = np.array([erfc(SIGMAS * one / sqrt(2)) / 2 for one in spread])
    odds = np.where(np.isinf(cases), expected, expected / np.where(np.isinf(cases), 1.0, cases - expected))
    exactly = np.exp(np.where(np.isinf(cases), -expected, -np.log1p(odds) * np.where(np.isinf(cases), 1.0, cases)))
    at_most = np.zeros_like(expected)
    lowest, highest = np.zeros_like(expected), np.zeros_like(expected)
    for count in range(_MOST):
        at_most += exactly
        lowest += at_most < rarest
        is_reached = 1 - at_most >= rarest
        highest += is_reached
        if not is_reached.any():
            break
        left = np.where(np.isinf(cases), 1.0, np.maximum(cases - count, 0.0))
        exactly = exactly * odds * left / (count + 1)
    return lowest, np.minimum(highest, cases)
