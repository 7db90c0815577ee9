"""Published statistics through the command line: taken, told, compared with, and frozen in the versions before."""

from pathlib import Path

import duckdb
import pytest
from support.command import run_command
from support.landed import land
from support.statistics import published_file, release

PLANS = "year | place | CPP_start | CPP_subsequent | CPP_subsequent_percent\n"
BEFORE = PLANS + "2025 | England | 60000 | 15000 | 25.5\n2025 | Southampton | 300 | 100 | 33.3\n"
AFTER = BEFORE.replace("25.5", "25.9") + "2026 | England | 61000 | 16000 | 26.2\n2026 | Southampton | 310 | 90 | 29\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A council with a plan begun in each of some months, and its figures before the release of October 2026."""
    made = tmp_path_factory.mktemp("council")
    days = [
        "2024-05-07",
        *(f"2025-{month:02}-06" for month in (10, 11, 12)),
        *(f"2026-{month:02}-06" for month in range(1, 11)),
    ]
    land(
        made / "landing" / "852" / "2026-11-04",
        person="person_id | dob\n" + "".join(f"P{number} | 2015-05-01\n" for number in range(len(days))),
        referral="person_id | referral_date\n" + "".join(f"P{number} | {day}\n" for number, day in enumerate(days)),
        cp_plan="person_id | start_date | number_previous\n"
        + "".join(f"P{number} | {day} | 0\n" for number, day in enumerate(days)),
    )
    release(made / "landing", "2025-10-30", d3_csv=published_file(BEFORE))
    return made


def run(folder: Path) -> str:
    result = run_command("run", "--landing", folder / "landing", "--warehouse", folder / "warehouse")
    assert result.returncode == 0, result.stderr
    assert "Traceback" not in result.stderr
    return result.stdout + result.stderr


def asked(folder: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(folder / "warehouse" / "kpi.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


COMPARED = """
select strftime(month, '%Y-%m'), year(benchmark_period_end), benchmark_value from {of}
where measure_code = 'repeat_plans' and period = 'rolling_12_months' and benchmark = 'england' and month >= '2026-09-01'
order by month
"""


@pytest.mark.long
def test_statistics_from_the_landing_folder_to_the_figures(folder: Path) -> None:
    told = run(folder)
    assert "Reference figures, version 0001, old against new:" in told
    assert "(CPP_REPEAT_PCT): 2 restated (2025)" in told
    first = asked(folder, COMPARED.format(of="benchmark_comparison"))
    assert first == [("2026-09", 2025, 25.5), ("2026-10", 2025, 25.5), ("2026-11", 2025, 25.5)]

    release(folder / "landing", "2026-10-29", d3_csv=published_file(AFTER), unknown_csv="a,b\n1,2\n")
    told = run(folder)
    assert "Reference figures, version 0002, old against new:" in told
    assert "(CPP_REPEAT_PCT): 2 new (2026); 1 restated (2025)" in told
    assert (
        "statistics/2026-10-29/unknown.csv: not known as a published statistic, and not read; its columns: a, b" in told
    )
    # The year that came out on 29 October is October's; the restated one before is September's,
    assert asked(folder, COMPARED.format(of="benchmark_comparison")) == [
        ("2026-09", 2025, 25.9), ("2026-10", 2026, 26.2), ("2026-11", 2026, 26.2),
    ]  # fmt: skip
    # and the version before was compared with what it was.
    assert asked(folder, COMPARED.format(of="benchmark_at_version(1)")) == first
    assert asked(folder, "select count(distinct reference_sha256) from version_reference") == [(2,)]

    # The same release again, as other bytes and for another day, makes nothing and publishes nothing.
    release(folder / "landing", "2026-11-02", again_csv=published_file(AFTER).replace("\n", "\r\n"))
    told = run(folder)
    assert "hold nothing new" in told
    assert "Nothing new in" in told
    assert sorted(path.name for path in (folder / "warehouse" / "reference").glob("0*")) == ["0001", "0002"]

    explained = run_command("explain", "852", "repeat_plans", "2026-10", "--warehouse", folder / "warehouse")
    assert "Against DfE's figure of a year" in explained.stdout
