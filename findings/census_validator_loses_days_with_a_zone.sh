#!/bin/sh
# csc-validator-be-cin 0.1.13 (checks of the children in need census): a day with a time zone, 2020-08-31Z, is read as no day.
# Guessed: the day. xs:date of XML Schema has an optional zone, lxml's validation of a schema takes it, and some writers of XML
# always write it. pandas, of today as of then, reads a time with a zone and not a day with one; with errors="coerce" it is NaT.
# Why it matters: a referral without a date breaks no rule about dates and is in no month. The census passes as clean.
# Here: a day with a zone is that day (definitions 1.4); one that cannot be read is set aside and told.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
  csc-validator-be-cin==0.1.13 pandas==1.5.3 numpy==1.26.4 lxml==6.1.3 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

import pandas as pd
from cin_validator.utils import process_date_columns
from lxml import etree

print(*(f"{name} {version(name)}" for name in ("csc-validator-be-cin", "pandas", "lxml")))
SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:element name="CINreferralDate" type="xs:date"/></xs:schema>"""
schema = etree.XMLSchema(etree.fromstring(SCHEMA))
DAYS = ["2020-08-31", "2020-08-31Z", "2020-08-31+01:00"]
valid = [schema.validate(etree.fromstring(f"<CINreferralDate>{day}</CINreferralDate>")) for day in DAYS]
read = process_date_columns(pd.DataFrame({"CINreferralDate": DAYS}))["CINreferralDate"].tolist()
for day, is_valid, value in zip(DAYS, valid, read, strict=True):
    print(f"{day}: valid as xs:date {is_valid}, read as {value}")
assert valid == [True, True, True], "the behaviour has changed"
assert read[0] == pd.Timestamp("2020-08-31") and pd.isna(read[1]) and pd.isna(read[2]), "the behaviour has changed"
PYTHON
