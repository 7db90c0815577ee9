"""Boroughs that sent one extract after another, messy as real ones: several machines publish what one does, row for row."""

import csv
import os
from datetime import date, timedelta
from pathlib import Path

import duckdb
from support.clustered import Installation
from support.random_extract import write_random_extract
from support.same_published import differences

# Of London's 33; `make test-cluster BOROUGHS=33 SENT=6` takes all.
BOROUGHS = [*range(201, 214), *range(301, 321)][-int(os.environ.get("BOROUGHS", "3")) :]
SENT = int(os.environ.get("SENT", "3"))
EXTRACT_DATE = date(2022, 10, 15)


def land(landing: Path, la_code: str, seed: int) -> None:
    """Land extracts of consecutive days, of which each lacks other rows, so that the later ones restate the earlier."""
    first = landing / la_code / EXTRACT_DATE.isoformat()
    write_random_extract(first, seed, la_code, EXTRACT_DATE, is_clean=False)
    for number in range(1, SENT):
        later = landing / la_code / (EXTRACT_DATE + timedelta(number)).isoformat()
        later.mkdir()
        for path in sorted(first.glob("*.csv")):
            with path.open(newline="") as file:
                header, *rows = csv.reader(file)
            with (later / path.name).open("w", newline="") as file:
                csv.writer(file).writerows([header, *(row for place, row in enumerate(rows) if place % 40 != number)])


def test_every_figure_case_and_version_is_that_of_one_machine(installation: Installation) -> None:
    for seed, la_code in enumerate(BOROUGHS, start=1):
        land(installation.folder / "landing", str(la_code), seed)
    command = installation.start()
    said, _ = command.communicate(timeout=3600)
    assert installation.run_undisturbed_on_one() == command.returncode, said
    assert differences(installation.folder / "one", installation.several) == {}
    with duckdb.connect(str(installation.several / "kpi.duckdb"), read_only=True) as kpi:
        published = kpi.sql("select count(distinct la_code) from kpi_version").fetchone()
        restated = kpi.sql("select count(*) from kpi_restatement").fetchone()
    assert published == (len(BOROUGHS),), said
    assert restated is not None
    assert restated[0] > 0
