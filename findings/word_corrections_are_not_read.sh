#!/bin/sh
# python-docx 1.2.0: what was written with "Track changes" on, or filled into a form's control, is not in the text of a document.
# Guessed: the text as Word shows it. Paragraph.text is made of the runs that stand in the paragraph itself: one that was inserted
# as a change or that fills a content control is left out, and the old figure too, which is marked as struck. A row whose cell is
# a content control has a cell less, so that what comes after it moves up. mammoth 1.13.0 reads all three.
# Why it matters: "29 of 40 in time", corrected to 31, reads "of 40 in time"; a visit form that is filled in reads as left
# empty, and a child as not seen.
# Here: no Word file is read. Remarks land as Markdown, forms as tables, and a .docx among them is named as not read.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check python-docx==1.2.0 mammoth==1.13.0 2>/dev/null
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

import docx
import mammoth
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

print(*(f"{name} {version(name)}" for name in ("python-docx", "mammoth")))


def part(tag: str, attributes: str, content: str) -> object:
    return parse_xml(f"<w:{tag} {nsdecls('w')} {attributes}>{content}</w:{tag}>")


made = docx.Document()
timely = made.add_paragraph()
change = 'w:author="A worker" w:date="2020-09-01T09:00:00Z" w:id='
timely._p.append(part("del", f'{change}"1"', '<w:r><w:delText>29</w:delText></w:r>'))
timely._p.append(part("ins", f'{change}"2"', "<w:r><w:t>31</w:t></w:r>"))
timely.add_run(" of 40 in time")
seen = made.add_paragraph("Child seen: ")
seen._p.append(part("sdt", "", "<w:sdtPr/><w:sdtContent><w:r><w:t>yes</w:t></w:r></w:sdtContent>"))
table = made.add_table(1, 2)
day = "<w:tc><w:p><w:r><w:t>31/08/2020</w:t></w:r></w:p></w:tc>"
control = part("sdt", "", f"<w:sdtPr/><w:sdtContent>{day}</w:sdtContent>")
table.rows[0]._tr.replace(table.cell(0, 0)._tc, control)
table.rows[0].cells[0].text = "seen alone"
made.save("visit.docx")
read = docx.Document("visit.docx")
by_docx = [paragraph.text for paragraph in read.paragraphs] + [cell.text for cell in read.tables[0].rows[0].cells]
with open("visit.docx", "rb") as file:
    by_mammoth = [text for text in mammoth.extract_raw_text(file).value.split("\n\n") if text]
print("python-docx:", by_docx)
print("mammoth:    ", by_mammoth)
assert by_docx == [" of 40 in time", "Child seen: ", "seen alone"], "the behaviour has changed"
assert by_mammoth == ["31 of 40 in time", "Child seen: yes", "31/08/2020", "seen alone"], "the behaviour has changed"
PYTHON
