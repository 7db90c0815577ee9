"""Random extracts are the same for a seed, hold every table, and put something on both sides of every measure."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from support.random_extract import write_random_extract
from support.second_count import MEASURES, count_extract
from support.second_count.measure import Kind
from support.second_count.tables import COLUMNS

DAY = date(2022, 10, 15)
SHARES = (Kind.SHARE_OF_EVENTS, Kind.SHARE_OF_SNAPSHOT, Kind.DISTINCT_CHILDREN)


def test_a_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        write_random_extract(tmp_path / folder, 4, "301", DAY, children=30)
    for table in COLUMNS:
        files = [tmp_path / folder / f"{table}.csv" for folder in ("one", "two")]
        assert files[0].read_bytes() == files[1].read_bytes(), table


@pytest.mark.long
def test_every_measure_has_cases_on_both_sides(tmp_path: Path) -> None:
    achieved: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    clocks: set[str] = set()
    states: Counter[str] = Counter()
    for seed in range(7):
        write_random_extract(tmp_path / str(seed), seed, "301", DAY, children=90)
        count = count_extract(tmp_path / str(seed), DAY, "301", {"caseload_limit": 5})
        clocks |= {clock for clock, _, _ in count.pending}
        states += Counter(rule for table in count.tables.values() for rule in table.rules.elements())
        for measure in count.measures():
            for span in count.extract.months:
                for case in count.cases(measure.code, span.first):
                    (achieved if case.numerator else failed)[measure.code] += 1
    assert {code for code in MEASURES if not achieved[code]} == set()
    assert {code for code, measure in MEASURES.items() if measure.kind in SHARES and not failed[code]} == set()
    assert len(clocks) == 13
    assert {
        *("required", "unreadable_date", "end_before_start", "after_extract", "weekend_conference", "duplicate"),
        *("duplicate_key", "unknown_code", "unknown_person", "missing_value", "unreadable_id", "single_value"),
    } <= states.keys()
