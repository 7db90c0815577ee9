"""Messy random extracts, run as a person runs them, against the second count: rows, figures, breakdowns, what is due.

How many extracts, and from which seed on, say SECOND_COUNT_EXTRACTS and SECOND_COUNT_SEED: a few in the suite, many in
`make test-long`. With SECOND_COUNT_CLEAN=1 the extracts have no broken rows and one spelling, which tells a difference
in a measure from one in reading. With SECOND_COUNT_SETTINGS=1 each run has other settings than the
defaults, and without it every second run of many.
"""

import json
import os
import random
import re
import warnings
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from support.command import run_command
from support.random_extract import write_random_extract
from support.second_count import MEASURES, count_extract
from support.second_count.comparison import Published, differences, told

EXTRACTS = int(os.environ.get("SECOND_COUNT_EXTRACTS", "1"))
SEED = int(os.environ.get("SECOND_COUNT_SEED", "1"))
IS_CLEAN = bool(os.environ.get("SECOND_COUNT_CLEAN"))
HAS_OTHER_SETTINGS = bool(os.environ.get("SECOND_COUNT_SETTINGS"))  # else every second run has
AT_ONCE = 20  # councils of one run
COUNCILS = (
    *("852", "301", "873", "335", "306", "210", "330", "383", "908", "926", "314", "821", "850", "916", "933", "881"),
    *("202", "352", "370", "394"),
)
# The first of a month, the middle of one, a year's end, the end of February with and without a 29th.
EXTRACT_DATES = (date(2020, 9, 1), date(2022, 10, 15), date(2024, 3, 31), date(2021, 2, 28), date(2024, 2, 29))
OTHER_SETTINGS: dict[str, list[Any]] = {
    "final_after_months": [0, 2, 5],
    "local_extra_non_working_days": [[], ["2020-12-29", "2020-12-30", "2021-12-29", "2019-12-30"]],
    "missing_start": ["fail", "exclude"],
    "mash_unit": ["referral", "contact"],
    "reref_basis": ["referral_to_referral", "closure_to_referral"],
    "reref_count": ["referrals", "children"],
    "sa_clock_start": ["referral_first_else_start", "assessment_start", "referral_always"],
    "sa_completion": ["authorised_date", "completed_date"],
    "icpc_clock": ["linked_s47", "latest_strategy", "first_strategy"],
    "icpc_transfer_in": ["include_from_notification", "exclude"],
    "cp_visit_wd": [10, 15],
    "cin_visit_wd": [20, 10],
    "review_first_days": [91, 90],
    "review_next_days": [183, 180],
    "cla_exclude_ls": [["V1", "V3", "V4"], ["V3", "V4"]],
    "careplan_grace_wd": [0, 10],
    "careplan_accept_pathway": [True, False],
    "close_open_episodes": [True, False],
    "temporary_placements": [["T0", "T1", "T2", "T3", "T4"], ["T3"]],
    "caseload_limit": [20, 5],
}


def settings_of(seed: int) -> dict[str, Any]:
    """Some settings drawn at random, as a settings file has them."""
    draw = random.Random(seed)
    is_first = (seed - SEED) // AT_ONCE % 2 == 0
    if is_first and not HAS_OTHER_SETTINGS:
        return {}
    return {name: draw.choice(options) for name, options in OTHER_SETTINGS.items()}


def as_counted(settings: dict[str, Any]) -> dict[str, Any]:
    """The same as the second count has them: tuples, and days as dates."""
    counted = {name: tuple(value) if isinstance(value, list) else value for name, value in settings.items()}
    if days := counted.get("local_extra_non_working_days"):
        counted["local_extra_non_working_days"] = tuple(map(date.fromisoformat, days))
    return counted


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

    settings = settings_of(first)
    config = tmp_path / "settings.toml"  # JSON writes texts, numbers, true, false and lists as TOML does
    config.write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items()))
    there = ("--landing", tmp_path / "landing", "--warehouse", tmp_path / "warehouse", "--config", config)
    ran = run_command("run", *there)
    if looks_cut := re.findall(r"^(\d{3})/(\S+)/referral: it looks cut", ran.stderr, re.MULTILINE):
        for council, day in looks_cut:
            run_command("accept", council, day, "--reason", "closed by chance", *there)
        ran = run_command("run", *there)
    assert ran.returncode == 0, ran.stderr

    published = Published(tmp_path / "warehouse")
    if missing := set(MEASURES) - published.measures():
        warnings.warn(f"Not published, so not compared: {', '.join(sorted(missing))}", stacklevel=1)
    assert not (uncounted := published.measures() - set(MEASURES)), (
        f"published, and not counted a second time: {', '.join(sorted(uncounted))}; add it to tests/support/second_count"
    )
    found = []
    for council, (seed, extract_date) in extracts.items():
        folder = tmp_path / "landing" / council / str(extract_date)
        count = count_extract(folder, extract_date, council, as_counted(settings))
        found += [
            difference._replace(where=f"{council} (seed {seed}) {difference.where}")
            for difference in differences(count, published)
        ]
    if found:
        pytest.fail("\n".join([told(found), *(f"{name} = {value}" for name, value in settings.items())]), pytrace=False)
