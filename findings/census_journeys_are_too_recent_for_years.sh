#!/bin/sh
# liiatools 0.2.0 (what came of enquiries, from years of the children in need census): enquiries of past years that led to nothing
# are "too recent" to say, and children are a year older some days before their birthdays.
# Guessed: an enquiry is too recent if it began within 60 days of the end of its own census year. One row's year, that of the last
# row, is taken for all; the table is sorted newest first, so that it is the oldest. An age is the days divided by 365, with no
# leap years: who turns 14 does so three or four days early.
# Why it matters: the share of enquiries that led to nothing is of one year alone, and all later ones stay to be determined.
# Here: a case is judged by the date of its own extract, and an age by birthdays (definitions 4, 6.5).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps liiatools==0.2.0 2>/dev/null
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pandas==1.5.3 numpy==1.26.4 pyyaml==6.0.4 2>/dev/null
cd "$folder"
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
from importlib.metadata import version
from importlib.resources import files

import pandas as pd
import yaml
from liiatools.datasets.cin_census.lds_cin_la_agg import process

print("liiatools", version("liiatools"), "pandas", pd.__version__)
settings = yaml.safe_load(files("liiatools.spec.cin_census").joinpath("agg.yml").read_text())
events = pd.DataFrame(
    {
        "LAchildID": ["C1", "C2", "C3"],
        "YEAR": [2020, 2021, 2022],
        "S47ActualStartDate": pd.to_datetime(["2019-06-01", "2020-06-01", "2021-06-01"]),
        "PersonBirthDate": pd.to_datetime(["2006-06-03", "2006-06-03", "2006-06-03"]),
        "InitialCPCtarget": pd.NaT, "AssessmentInternalReviewDate": pd.NaT, "DateOfInitialCPC": pd.NaT, "CPPstartDate": pd.NaT,
        "Date": pd.to_datetime(["2019-06-01", "2020-06-01", "2021-06-01"]), "Type": "S47ActualStartDate", "ReferralSource": "6",
    }
)  # fmt: skip
sorted_by_year = process.deduplicate(events, settings["sort_order"], settings["dedup"])
told = process.s47_paths(sorted_by_year, settings["s47_day_limit"], settings["icpc_day_limit"])
found = {}
for row in told.sort_values("YEAR").to_dict("records"):
    begun, born = row["S47ActualStartDate"].date(), row["PersonBirthDate"].date()
    age = begun.year - born.year - ((begun.month, begun.day) < (born.month, born.day))
    print(f"census of {row['YEAR']}: begun {begun}: {row['Destination']}; a child of {age} is {row['Age at S47']}")
    found[row["YEAR"]] = (row["Destination"], age, int(row["Age at S47"]))
assert found[2020][0] == "No ICPC or CPP", "the behaviour has changed"
assert found[2021] == ("TBD - S47 too recent", 13, 14) and found[2022][0] == "TBD - S47 too recent", "the behaviour has changed"
PYTHON
