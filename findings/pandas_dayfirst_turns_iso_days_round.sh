#!/bin/sh
# pandas 3.1.1: to_datetime(…, dayfirst=True) reads 2020-03-04 as the 3rd of April, as a value and as a whole column.
# Guessed: dayfirst is for 03/04/2020; a day that begins with the year is ISO and has one meaning. A column of ISO days none of
# which is after the 12th is turned round whole; with one later day it is an error, and by format="mixed" each day up to the
# 12th is turned round and each later one is right. read_csv with dayfirst does the same.
# Why it matters: dayfirst=True is what every British script says. Referrals of 3 April count in March, the children's ages move.
# Here: no day is read by pandas; year first is always year, month, day (definitions 1.4).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pandas==3.1.1 python-dateutil==2.9.0.post0 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
import io
import warnings

import pandas as pd

warnings.simplefilter("error")
print("pandas", pd.__version__)
days = pd.Series(["2020-03-04", "2020-03-05"])
column = [str(day.date()) for day in pd.to_datetime(days, dayfirst=True)]
mixed = [str(day.date()) for day in pd.to_datetime(["2020-03-04", "2020-03-14"], dayfirst=True, format="mixed")]
text = "referral_id,referral_date\nR1,2020-03-04\nR2,2020-03-05\n"
read = [str(day.date()) for day in pd.read_csv(io.StringIO(text), parse_dates=["referral_date"], dayfirst=True)["referral_date"]]
print("2020-03-04 and 2020-03-05, dayfirst:", *column)
print("the same by read_csv:", *read)
print("2020-03-04 and 2020-03-14, dayfirst, mixed:", *mixed)
assert column == read == ["2020-04-03", "2020-05-03"], "the behaviour has changed"
assert mixed == ["2020-04-03", "2020-03-14"], "the behaviour has changed"
PYTHON
