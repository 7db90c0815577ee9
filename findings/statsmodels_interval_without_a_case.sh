#!/bin/sh
# statsmodels 0.15.0: the mid-P interval of a rate without a single event does not hold 0, and Wilson's upper end of "all in
# time" is below 1.
# Guessed: the interval holds what was observed. confint_poisson(0, …, method="midp-c") has both ends at the upper one;
# proportion_confint(n, n, method="wilson") ends a rounding below 1 for one n in three, scipy's at exactly 1.
# Why it matters: a council with no case is said to lie beyond chance from another with none; all in time of 12 lies outside
# its own interval, and so differs from a target of 100%.
# Here: intervals of our own, with ends of exactly 0 and 100 where none or all are in time, held by tests (definitions 12.8).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
  statsmodels==0.15.0 scipy==1.17.1 numpy==2.4.6 pandas==3.1.1 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
import scipy
import statsmodels
from scipy.stats import binomtest
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.rates import confint_poisson

print("statsmodels", statsmodels.__version__, "scipy", scipy.__version__)
low, high = (10_000 * end for end in confint_poisson(0, 10_000, method="midp-c"))
exact_low, exact_high = (10_000 * end for end in confint_poisson(0, 10_000, method="exact-c"))
print(f"no event among 10,000 children: mid-P {low:.4f} to {high:.4f} per 10,000, exact {exact_low:.4f} to {exact_high:.4f}")
below = [n for n in range(1, 500) if proportion_confint(n, n, method="wilson")[1] < 1]
by_scipy = [n for n in range(1, 500) if binomtest(n, n).proportion_ci(method="wilson").high < 1]
print("12 of 12: Wilson up to", float(proportion_confint(12, 12, method="wilson")[1]))
print("n of n below 1, for n up to 499: statsmodels", len(below), "scipy", len(by_scipy))
assert low > 2.9 and high - low < 0.001 and exact_low == 0, "the behaviour has changed"
assert 12 in below and len(below) > 100 and not by_scipy, "the behaviour has changed"
PYTHON
