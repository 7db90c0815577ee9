"""Our figure of a year beside DfE's, and what the gap is made of: a council whose gap is built from known parts."""

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from support.landed import land
from support.published import process
from support.statistics import published_file, release, taken

from schemas.settings import Settings
from warehouse.landing.extracts import Extract

# The year to 31 March 2026, as known in May, and in November, when one assessment more has been recorded.
REFERRAL = """
referral_id | person_id | referral_date | closure_date
R0          | P0        | 2024-01-08    | 2024-02-05
R1          | P1        | 2025-06-02    |
R2          | P2        | 2025-06-02    |
R3          | P3        | 2025-09-01    |
R4          | P4        | 2025-10-06    |
R5          | P4        | 2025-11-03    |
R6          | P5        | 2025-04-14    | 2025-12-01
"""
ASSESSMENT = """
assessment_id | person_id | referral_id | start_date | authorised_date
A1            | P1        | R1          | 2025-06-02 | 2025-06-30
A2            | P2        | R2          | 2025-07-21 | 2025-08-29
A3            | P3        | R3          | 2025-09-01 | 2025-09-30
A4            | P4        | R4          | 2025-10-06 | 2025-11-03
"""
RECORDED_LATE = "A5            | P4        | R5          | 2025-11-03 | 2026-03-20\n"
S47 = """
s47_id | person_id | start_date
S1     | P1        | 2025-07-01
S3     | P3        | 2025-09-01
"""
ICPC = """
icpc_id | person_id | s47_id | icpc_date  | transfer_in | notification_date | referral_id
C1      | P1        | S1     | 2025-07-15 | N           |                   | R1
C2      | P5        |        | 2025-06-10 | Y           | 2025-06-02        | R6
C3      | P3        | S3     | 2025-10-20 | N           |                   | R3
"""
PEOPLE = "person_id | dob\n" + "".join(f"P{number} | 2015-05-0{number + 1}\n" for number in range(6))
# 5 episodes of need at the year's end; 4 of 4 assessments in time; 1 of 3 conferences; one re-referral of six referrals.
PUBLISHED = {
    "b1_csv": "year | place | Anypoint_episodes | At31_episodes | At31_episodes_rate\n2026 | Southampton | 9 | 5 | 1\n",
    "c1_csv": "year | place | Referrals | Re_referrals | Re_referrals_percent\n2026 | Southampton | 6 | 1 | 16.7\n",
    "c2_csv": "year | place | Assessments_completed | Same_day | 1-10_days | 11-20_days | 21-30_days | 31-40_days | 41-45_days\n"
              "2026 | Southampton | 4 | 0 | 0 | 3 | 1 | 0 | 0\n",
    "c4_csv": "year | place | Section47 | ICPC | Duration_0-10_days | Duration_11-15_days\n2026 | Southampton | 2 | 3 | 1 | 0\n",
}  # fmt: skip
PARTS = (
    "assessment_clock",
    "transfer_in",
    "distinct_or_episode",
    "late_recording",
    "population",
    "rounding",
    "unexplained",
)
# Divided by another estimate than DfE's.
OURS = Settings(population_rule="fixed", population_mid_year=2024)


def extracts(folder: Path, *days: str) -> list[Extract]:
    for day in days:
        assessment = ASSESSMENT + (RECORDED_LATE if day > "2026-08" else "")
        land(folder / "852" / day, person=PEOPLE, referral=REFERRAL, assessment=assessment, s47=S47, icpc=ICPC)
    return [Extract("852", date.fromisoformat(day), folder / "852" / day) for day in days]


def reconciled(warehouse: Path, measure: str) -> dict[str, Any]:
    with duckdb.connect(str(warehouse / "kpi.duckdb"), read_only=True) as connection:
        found = connection.execute(
            "select * from reconciliation where la_code = '852' and measure_code = ? and year_end = '2026-03-31'",
            [measure],
        )
        columns = [name for name, *_ in found.description or ()]
        row = found.fetchone()
    return dict(zip(columns, row, strict=True)) if row else {}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("council")
    estimate = (
        "year | place | age_group | population_estimate\n2025 | Southampton | Children aged 0 to 17 years | 50000\n"
    )
    release(folder, "2026-07-30", ons_csv=published_file(estimate))
    release(folder, "2026-10-29", **{name: published_file(drawn) for name, drawn in PUBLISHED.items()})
    taken(folder, folder / "warehouse")
    process(folder / "warehouse", extracts(folder, "2026-05-05", "2026-11-04"), OURS)
    return folder / "warehouse"


def test_an_assessment_s_clock_and_what_was_recorded_late(warehouse: Path) -> None:
    found = reconciled(warehouse, "assessment_timeliness")
    # Ours, from the referral: 3 of 5. From their own start 4 of 5 are in time; in May there were 4, all in time.
    assert {name: round(found[name], 6) for name in ("our_value", "published_value", "gap")} == {
        "our_value": 60, "published_value": 100, "gap": -40,
    }  # fmt: skip
    assert {name: found[name] for name in PARTS} == {
        "assessment_clock": -20, "transfer_in": 0, "distinct_or_episode": 0, "late_recording": -20, "population": 0,
        "rounding": 0, "unexplained": 0,
    }  # fmt: skip


def test_a_transfer_in_is_timed_from_the_referral(warehouse: Path) -> None:
    found = reconciled(warehouse, "icpc_timeliness")
    # Ours, from the notification: 2 of 3; from the referral of April the transfer is late: 1 of 3.
    assert found["our_value"] == pytest.approx(200 / 3)
    assert found["transfer_in"] == pytest.approx(100 / 3)
    assert (found["late_recording"], found["population"], found["unexplained"]) == (0, 0, 0)
    assert found["rounding"] == pytest.approx(100 / 3 - 33.3333)


def test_a_child_with_two_episodes_and_another_population(warehouse: Path) -> None:
    found = reconciled(warehouse, "children_in_need_rate")
    # 4 children and 5 episodes; 50,941 residents in ours, 50,000 in DfE's.
    assert found["our_value"] == pytest.approx(10_000 * 4 / 50_941)
    assert found["distinct_or_episode"] == pytest.approx(10_000 * (4 - 5) / 50_941)
    assert found["population"] == pytest.approx(10_000 * (5 / 50_941 - 5 / 50_000))
    assert (found["assessment_clock"], found["late_recording"], found["rounding"], found["unexplained"]) == (0, 0, 0, 0)


def test_every_row_adds_up(warehouse: Path) -> None:
    with duckdb.connect(str(warehouse / "kpi.duckdb"), read_only=True) as connection:
        rows = connection.execute(f"select measure_code, gap, {', '.join(PARTS)} from reconciliation").fetchall()  # noqa: S608
    assert {row[0] for row in rows} >= {"assessment_timeliness", "icpc_timeliness", "re_referrals", "referral_rate"}
    for measure, gap, *parts in rows:
        assert gap is None or gap == pytest.approx(sum(part or 0 for part in parts), abs=1e-8), measure


@pytest.mark.long
def test_without_an_extract_by_the_end_of_july_late_recording_is_not_known(tmp_path: Path) -> None:
    release(tmp_path, "2026-10-29", **{name: published_file(drawn) for name, drawn in PUBLISHED.items()})
    taken(tmp_path, tmp_path / "warehouse")
    process(tmp_path / "warehouse", extracts(tmp_path, "2026-11-04"))
    found = reconciled(tmp_path / "warehouse", "assessment_timeliness")
    assert found["late_recording"] is None
    assert (found["assessment_clock"], found["unexplained"]) == (-20, -20)


@pytest.mark.long
def test_a_setting_that_leaves_transfers_out_is_a_part_too(tmp_path: Path) -> None:
    release(tmp_path, "2026-10-29", **{name: published_file(drawn) for name, drawn in PUBLISHED.items()})
    taken(tmp_path, tmp_path / "warehouse")
    settings = Settings(icpc_transfer_in="exclude", reref_count="children")
    process(tmp_path / "warehouse", extracts(tmp_path, "2026-05-05"), settings)
    found = reconciled(tmp_path / "warehouse", "icpc_timeliness")
    assert found["our_value"] == 50
    assert found["transfer_in"] == pytest.approx(50 - 100 / 3)
    assert found["unexplained"] == 0


@pytest.mark.long
def test_a_year_that_dfe_suppressed_has_no_gap(tmp_path: Path) -> None:
    files = PUBLISHED | {"c1_csv": PUBLISHED["c1_csv"].replace("| 6 | 1 | 16.7", "| c | c | c")}
    release(tmp_path, "2026-10-29", **{name: published_file(drawn) for name, drawn in files.items()})
    taken(tmp_path, tmp_path / "warehouse")
    process(tmp_path / "warehouse", extracts(tmp_path, "2026-05-05"))
    found = reconciled(tmp_path / "warehouse", "re_referrals")
    assert found["our_value"] is not None
    assert (found["published_value"], found["gap"], found["unexplained"]) == (None, None, None)
