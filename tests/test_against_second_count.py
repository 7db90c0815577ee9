"""Messy random extracts, run as a person runs them, against the second count: rows, figures, breakdowns, what is due.

How many extracts, and from which seed on, say SECOND_COUNT_EXTRACTS and SECOND_COUNT_SEED: a few in the suite, many in
`make test-long`. With SECOND_COUNT_CLEAN=1 the extracts have no broken rows and one spelling, which tells a difference
in a measure from one in reading.
"""

import os
import warnings
from datetime import date
from pathlib import Path

import pytest
from conftest import run_command
from support.random_extract import write_random_extract
from support.second_count import MEASURES, count_extract
from support.second_count.comparison import Published, differences, told

EXTRACTS = int(os.environ.get("SECOND_COUNT_EXTRACTS", "3"))
SEED = int(os.environ.get("SECOND_COUNT_SEED", "1"))
IS_CLEAN = bool(os.environ.get("SECOND_COUNT_CLEAN"))
AT_ONCE = 20  # councils of one run
COUNCILS = (
    *("852", "301", "873", "335", "306", "210", "330", "383", "908", "926", "314", "821", "850", "916", "933", "881"),
    *("202", "352", "370", "394"),
)
# The first of a month, the middle of one, a year's end, the end of February with and without a 29th.
EXTRACT_DATES = (date(2020, 9, 1), date(2022, 10, 15), date(2024, 3, 31), date(2021, 2, 28), date(2024, 2, 29))


@pytest.mark.xfail(reason="the definitions of rows and measures are being extended", strict=False)
@pytest.mark.parametrize("first", range(SEED, SEED + EXTRACTS, AT_ONCE))
def test_a_second_count_agrees(first: int, tmp_path: Path) -> None:
    seeds = range(first, min(first + AT_ONCE, SEED + EXTRACTS))
    extracts = {
        council: (seed, EXTRACT_DATES[seed % len(EXTRACT_DATES)])
        for council, seed in zip(COUNCILS, seeds, strict=False)
    }
    for council, (seed, extract_date) in extracts.items():
        folder = tmp_path / "landing" / council / str(extract_date)
        write_random_extract(folder, seed, council, extract_date, is_clean=IS_CLEAN)

    ran = run_command("run", "--landing", tmp_path / "landing", "--warehouse", tmp_path / "warehouse")
    assert ran.returncode == 0, ran.stderr

    published = Published(tmp_path / "warehouse")
    if missing := set(MEASURES) - published.measures():
        warnings.warn(f"Not published, so not compared: {', '.join(sorted(missing))}", stacklevel=1)
    found = [
        difference._replace(where=f"{council} (seed {seed}) {difference.where}")
        for council, (seed, extract_date) in extracts.items()
        for difference in differences(
            count_extract(tmp_path / "landing" / council / str(extract_date), extract_date, council), published
        )
    ]
    if found:
        pytest.fail(told(found), pytrace=False)
