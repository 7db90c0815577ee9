#!/bin/sh
# csc-validator-be-cin 0.1.13 (checks of the children in need census): its "15 working days" end a day early, and before 2022
# no bank holiday is known.
# Guessed: day 0 is the day itself, as in DfE's bands and in the target date of a conference. The offset goes n - 1 days on. Its
# list of bank holidays begins with January 2022, and a day before it is a working day, not an error.
# Why it matters: who takes the offset for a target date calls a conference on its last day late; Christmas 2019 and May 2020
# count as working days, and a conference over them as late.
# Here: the interval is open at its start, and each year of the calendar is checked; a day outside it is an error (definitions 2).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
  csc-validator-be-cin==0.1.13 pandas==1.5.3 numpy==1.26.4 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

import numpy as np
import pandas as pd
from cin_validator.england_holidates import england_holidates
from cin_validator.utils import england_working_days

print("csc-validator-be-cin", version("csc-validator-be-cin"), "pandas", pd.__version__)
# 3 July 2023 is a Monday with no bank holiday near: its 15th working day after is Monday 24 July.
start = pd.Timestamp("2023-07-03")
target = np.busday_offset("2023-07-03", 15)
found = start + england_working_days(15)
print("15 working days after", start.date(), "are up on", target, "| by the validator on", found.date())
first = min(england_holidates)
over_may = pd.Timestamp("2020-05-07") + england_working_days(2)
print("its first bank holiday:", first, "| two working days on from Thursday 7 May 2020:", over_may.date())
assert str(target) == "2023-07-24" and str(found.date()) == "2023-07-21", "the behaviour has changed"
assert str(first)[:10] == "2022-01-03" and str(over_may.date()) == "2020-05-08", "the behaviour has changed"
PYTHON
