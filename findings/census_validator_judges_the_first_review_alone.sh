#!/bin/sh
# csc-validator-be-cin 0.1.13 (checks of the children in need census): of a plan's reviews only the first that is written is read.
# Guessed: all of them. DfE's schema has one Reviews in a plan and in it a CPPreviewDate for each; the validator expects a Reviews
# for each, and takes one day from it. Nothing is said of the others.
# Why it matters: a review before its plan began (rule 8841), or while a child in need plan was open (4003), is an error only if
# it stands first: the same return passes or fails by the order of two lines, and later reviews are never judged.
# Here: each CPPreviewDate is a review (warehouse/forms/cin.py).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
  csc-validator-be-cin==0.1.13 pandas==1.5.3 numpy==1.26.4 2>/dev/null
cd "$folder"
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import xml.etree.ElementTree as ElementTree
from importlib.metadata import version

from cin_validator.cin_validator import CinValidator
from cin_validator.ingress import XMLtoCSV
from cin_validator.rules.cin2024_25 import registry
from cin_validator.utils import process_date_columns

print("csc-validator-be-cin", version("csc-validator-be-cin"))
RETURN = """<Message><Header>
<CollectionDetails><Collection>CIN</Collection><Year>2024</Year><ReferenceDate>2024-03-31</ReferenceDate></CollectionDetails>
<Source><SourceLevel>L</SourceLevel><LEA>201</LEA><SerialNo>001</SerialNo><DateTime>2024-05-01T10:00:00</DateTime></Source></Header>
<Children><Child><ChildIdentifiers><LAchildID>C1</LAchildID><PersonBirthDate>2014-02-01</PersonBirthDate></ChildIdentifiers>
<ChildCharacteristics><Ethnicity>WBRI</Ethnicity></ChildCharacteristics>
<CINdetails><CINreferralDate>2023-06-01</CINreferralDate><ChildProtectionPlans><CPPstartDate>2023-08-01</CPPstartDate>
<Reviews>{reviews}</Reviews></ChildProtectionPlans></CINdetails></Child></Children></Message>"""
TABLES = [name for name, table in vars(XMLtoCSV).items() if hasattr(table, "columns")]


def judged(*reviews: str) -> tuple[list[str], bool]:
    text = RETURN.format(reviews="".join(f"<CPPreviewDate>{day}</CPPreviewDate>" for day in reviews))
    read = XMLtoCSV(ElementTree.fromstring(text))
    tables = {name: process_date_columns(getattr(read, name)) for name in TABLES}
    days = [str(day)[:10] for day in tables["Reviews"]["CPPreviewDate"]]
    broken = "8841" in CinValidator(tables, registry, ["8841"]).rules_broken
    print("a plan from 2023-08-01, reviewed on", *reviews, "| read:", *days, "| rule 8841", "broken" if broken else "passed")
    return days, broken


assert judged("2023-07-20", "2023-10-20") == (["2023-07-20"], True), "the behaviour has changed"
assert judged("2023-10-20", "2023-07-20") == (["2023-10-20"], False), "the behaviour has changed"
PYTHON
