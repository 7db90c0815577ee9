#!/bin/sh
# liiatools 0.2.0 (cleans councils' Annex A workbooks): "Asian or Asian British - Indian" becomes "any other Asian background", a
# child of a White and an Asian parent too, and "Not known" becomes "No".
# Guessed: the code that the words name, or the error that the cleaner notes for words that it does not know. Spellings are tried
# one after another, the first that matches wins, and those of the wide codes (.*asian.*, N.*) come before or catch what the
# narrow ones, which ask for "Indian" at the beginning, have missed. No error is noted (formatting_error "0").
# Why it matters: groups that are reported on are empty in one council and full in its neighbour, by how a case system
# spells; children whose disability no one has asked about are counted as having none.
# Here: a description is looked up whole, with or without its group, and what names no code is empty and told (definitions 1.4).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps liiatools==0.2.0 2>/dev/null
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check sfdata-stream-parser==0.4.1 pyyaml==6.0.4 2>/dev/null
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version
from importlib.resources import files

import yaml
from liiatools.datasets.annex_a.lds_annexa_clean.cleaner import clean_cell_category
from sfdata_stream_parser import events

print("liiatools", version("liiatools"))
kinds = yaml.safe_load(files("liiatools.spec.annex_a").joinpath("data-map.yml").read_text())["data_config"]
CASES = [
    ("List 1", "Ethnicity", "Indian", ("j) AIND", "0")),
    ("List 1", "Ethnicity", "Asian or Asian British - Indian", ("m) AOTH", "0")),
    ("List 1", "Ethnicity", "Asian or Asian British - Pakistani", ("m) AOTH", "0")),
    ("List 1", "Ethnicity", "Mixed - White and Asian", ("m) AOTH", "0")),
    ("List 1", "Ethnicity", "Black or Black British - African", ("", "1")),
    ("List 6", "Does the Child have a Disability", "Unknown", ("c) Unknown", "0")),
    ("List 6", "Does the Child have a Disability", "Not known", ("b) No", "0")),
]
for page, column, said, now in CASES:
    cell = events.Cell(value=said, category_config=kinds[page][column])
    (read,) = clean_cell_category(iter([cell]))
    print(f"{column}: {said} -> {read.value or 'empty'}, error {read.formatting_error}")
    assert (read.value, read.formatting_error) == now, "the behaviour has changed"
PYTHON
