#!/bin/sh
# pandas 3.1.1: read_xml keeps one of several elements of the same name, the last, and says nothing.
# Guessed: a list, a row for each, or an error. The children in need census repeats AssessmentFactors in an assessment and
# CPPreviewDate in a plan; all but the last are gone. With iterparse, which reads a child at a time, it is so of whole plans: one
# is left, with the start of the second and the end of the first.
# Why it matters: domestic abuse and mental health are found at an assessment, and only what stands last is counted; a plan with
# three reviews has one, and looks as if its reviews were late.
# Here: every element of a name is read, each plan for itself (warehouse/forms/cin.py).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pandas==3.1.1 lxml==6.1.3 2>/dev/null
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import warnings
from pathlib import Path

import pandas as pd

warnings.simplefilter("error")
print("pandas", pd.__version__)
Path("census.xml").write_text("""<Message><Children><Child><CINdetails>
<Assessments><FactorsIdentifiedAtAssessment><AssessmentFactors>3A</AssessmentFactors><AssessmentFactors>4B</AssessmentFactors>
<AssessmentFactors>19A</AssessmentFactors></FactorsIdentifiedAtAssessment></Assessments>
<ChildProtectionPlans><CPPstartDate>2019-05-01</CPPstartDate><CPPendDate>2019-11-01</CPPendDate></ChildProtectionPlans>
<ChildProtectionPlans><CPPstartDate>2020-01-01</CPPstartDate><Reviews><CPPreviewDate>2020-03-20</CPPreviewDate>
<CPPreviewDate>2020-09-01</CPPreviewDate></Reviews></ChildProtectionPlans>
</CINdetails></Child></Children></Message>""")
found = {}
for parser in ("lxml", "etree"):
    factors = pd.read_xml("census.xml", xpath=".//FactorsIdentifiedAtAssessment", parser=parser)
    reviews = pd.read_xml("census.xml", xpath=".//Reviews", parser=parser)
    by_child = pd.read_xml("census.xml", parser=parser, iterparse={"Child": ["CPPstartDate", "CPPendDate"]})
    found[parser] = (factors["AssessmentFactors"].tolist(), reviews["CPPreviewDate"].tolist(), by_child.to_dict("records"))
    print(parser, "factors 3A, 4B, 19A:", *found[parser][0], "| reviews 2020-03-20, 2020-09-01:", *found[parser][1])
    print(parser, "plans from 2019-05-01 to 2019-11-01 and from 2020-01-01, by iterparse:", *found[parser][2])
assert found["lxml"][:2] == found["etree"][:2] == (["19A"], ["2020-09-01"]), "the behaviour has changed"
assert found["lxml"][2] == found["etree"][2] and len(found["lxml"][2]) == 1, "the behaviour has changed"
PYTHON
