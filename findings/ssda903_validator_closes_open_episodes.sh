#!/bin/sh
# csc-validator-be-903 0.1.17 (checks of the SSDA903 return): in XML, an episode without a DEC element ends on the day on which
# another episode of the child ended; a missing episode without MIS_END likewise.
# Guessed: what is not written is empty, as in the same return as CSV. Each row is laid over all elements of the child, so that
# what it lacks comes from the last of its other episodes. With an empty <DEC/> it is open.
# Why it matters: the placement that the child is in is the one without an end. The child counts as having left care, with a
# reason, and the rules about open episodes never see it.
# Here: a row has only what stands in it; an element that is not there is an empty one (warehouse/forms/ssda903.py).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
  csc-validator-be-903==0.1.17 pandas==1.5.3 numpy==1.24.4 2>/dev/null
cd "$folder"
"$folder/venv/bin/python" - 2>/dev/null <<'PYTHON'
from importlib.metadata import version

from lac_validator.ingress import read_from_text

print("csc-validator-be-903", version("csc-validator-be-903"))
RETURN = """<EXPSSDA903><CHILD>
<HEADER><CHILDID>C1</CHILDID><SEX>2</SEX><DOB>01/02/2010</DOB><ETHNIC>WBRI</ETHNIC>
<AMISSING><MISSING>M</MISSING><MIS_START>01/05/2020</MIS_START><MIS_END>02/05/2020</MIS_END></AMISSING>
<AMISSING><MISSING>M</MISSING><MIS_START>30/03/2021</MIS_START></AMISSING></HEADER>
<EPISODE><DECOM>01/04/2020</DECOM><RNE>S</RNE><LS>C2</LS><PL>U1</PL><DEC>01/09/2020</DEC><REC>X1</REC></EPISODE>
<EPISODE><DECOM>01/09/2020</DECOM><RNE>P</RNE><LS>C2</LS><PL>U4</PL>{end}</EPISODE>
</CHILD></EXPSSDA903>"""


def ends(end: str) -> tuple[list[object], list[object]]:
    content = RETURN.format(end=end)
    tables, _ = read_from_text([{"name": "return.xml", "description": "This year", "file_content": content}])
    episodes, missing = tables["Episodes"].fillna(""), tables["Missing"].fillna("")
    for row in episodes.to_dict("records"):
        print(f"with {end or 'no element'}: episode from {row['DECOM']} ends {row['DEC'] or 'not'} {row['REC']}")
    print(f"with {end or 'no element'}: missing from 30/03/2021 until {missing['MIS_END'].tolist()[1] or 'now'}")
    return episodes["DEC"].tolist(), missing["MIS_END"].tolist()


assert ends("<DEC/><REC/>")[0] == ["01/09/2020", ""], "the behaviour has changed"
assert ends("") == (["01/09/2020", "01/09/2020"], ["02/05/2020", "02/05/2020"]), "the behaviour has changed"
PYTHON
