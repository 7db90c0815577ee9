"""Published statistics landed by the user: read as they were published, each figure, mark and release kept as it is.

The files drawn above the tests land together, each of years or of tables of its own, because a landing of many costs what
a landing of one costs. What lands later lands together too, over a copy of what the first landing gave.
"""

import csv
import io
import os
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from support.statistics import PLACE, PLACES, ask, figures, published_file, release, taken

from pipelines.statistics import comparison
from warehouse.reference import loading
from warehouse.statistics.versions import Taken

C1_COLUMNS = "year | place | referral_count | rereferral_count | rereferral_percent | no_further_action_count |" \
             "no_further_action_percent | not_in_need_count | not_in_need_percent"  # fmt: skip
C1_2026 = f"""{C1_COLUMNS}
2026 | England     | 640000 | 150000 | 23.4 | 42000 | 6.6 | 200000 | 31.3
2026 | Southampton | 2900   | 725    | 25   | 87    | 3   | 900    | 31
2026 | Derby       | c      | x      | z    | u     | k   | low    | :
"""


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    return tmp_path / "landing"


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    return tmp_path / "warehouse"


# ------------------------------------------------------------------------------------------------ what lands together

Files = dict[str, str | bytes]
FIRST: list[tuple[str, Files]] = []
LATER: list[tuple[str, Files]] = []


def lands(released_on: str, among: list[tuple[str, Files]] = FIRST, **files: str | bytes) -> Callable[[Any], Any]:
    """Files of a release that a test asks for, landed together with those of the other tests."""

    def declared(test: Any) -> Any:
        among.append((released_on, files))
        return test

    return declared


@dataclass(frozen=True)
class Landed:
    """What came of a landing."""

    landing: Path
    warehouse: Path
    taken: Taken

    def figures(self, indicator: str) -> dict[tuple[str, int], Any]:
        return figures(self.warehouse, indicator)

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        return ask(self.warehouse, query)

    def warnings(self, *names: str) -> list[str]:
        """What is told of files of these names."""
        return [one for one in self.taken.warnings if any(f"/{name}" in one.partition(":")[0] for name in names)]


def landed(folder: Path, releases: list[tuple[str, Files]]) -> Landed:
    names = [(released_on, name) for released_on, files in releases for name in files]
    assert len(names) == len({*names}), "no test's file takes the place of another's"
    for released_on, files in releases:
        release(folder / "landing", released_on, **files)
    return Landed(folder / "landing", folder / "warehouse", taken(folder / "landing", folder / "warehouse"))


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Landed:
    """What came of all the files that land first."""
    return landed(tmp_path_factory.mktemp("first"), FIRST)


NOTHING_LANDED = Path("nothing has landed")


def of_project(indicator: str) -> dict[tuple[str, int], Any]:
    return figures(NOTHING_LANDED, indicator)


# What lands first and is taken away before others land.
CLEARED = ("2026-10-29/c1.csv", "2025-11-27/gone.csv")
# What was read of a file and is lost from the warehouse.
LOST = ("2025-11-27/gone.csv", "2025-11-27/lost.csv")


@pytest.fixture(scope="module")
def later(first: Landed, tmp_path_factory: pytest.TempPathFactory) -> Landed:
    """What came of the files that land after the first ones."""
    folder = tmp_path_factory.mktemp("later") / "copy"
    shutil.copytree(first.landing.parent, folder)
    for name in CLEARED:
        (folder / "landing" / "statistics" / name).unlink()
    for name in LOST:
        (folder / "warehouse" / "reference" / "landed" / f"{name}.parquet").unlink()
    return landed(folder, LATER)


# ------------------------------------------------------------------------------------------------ figures and marks


@lands("2026-10-29", c1_csv=published_file(C1_2026, category="Referrals"))
def test_every_figure_is_the_file_s_and_every_mark_keeps_its_reason(first: Landed) -> None:
    assert first.taken.version == first.warehouse / "reference" / "0001"
    found = {name: first.figures(name) for name in ("REF_NUM", "REREF_12M_PCT", "REF_NFA_PCT")}
    assert found["REF_NUM"]["852", 2026] == 2900
    assert found["REREF_12M_PCT"]["852", 2026] == 25
    assert found["REF_NFA_PCT"]["E92000001", 2026] == 6.6
    assert [found[name]["831", 2026] for name in found] == ["c", "z", "k"]
    # And what was read is kept with every cell as text.
    kept = duckdb.read_parquet(str(first.warehouse / "reference" / "landed" / "2026-10-29" / "c1.csv.parquet"))
    assert kept.filter("la_name = 'Derby'").select(
        "referral_count, not_in_need_count, not_in_need_percent"
    ).fetchall() == [("c", "low", ":")]


@lands("2026-10-29", some_name_csv=published_file("""
    year | place       | Referrals | Re_referrals | RE-REFERRALS PERCENT | no_further_action_count |\
    no_further_action_percent | not_in_need_count | not_in_need_percent
    2027 | Southampton | 2900      | 725          | 25                   | 87   | 3   | 900    | 31
    """))  # fmt: skip
def test_a_column_is_known_by_every_name_that_a_release_has_given_it(first: Landed) -> None:
    assert first.figures("REREF_12M_PCT")["852", 2027] == 25


MARKS = {"low": "k", ":": "x", "": "blank", "NA": "na", "nan": "nan", "null": "null", "-": "lait_dash", "inf": "inf",
         "[low]": "[low]"}  # fmt: skip


@lands("2034-10-29", d3_csv=published_file(
    "year | place | CPP_start | CPP_subsequent | CPP_subsequent_percent\n"
    + "\n".join(f"{year} | Derby | 300 | {mark} | {mark}" for year, mark in enumerate(MARKS, start=2026))
))  # fmt: skip
def test_a_mark_is_a_reason_and_never_a_reader_s_null(first: Landed) -> None:
    """Of each year another mark, from 2026 on."""
    found = first.ask("select value, numerator, suppression from reference.benchmark where indicator_code = "
                           "'CPP_REPEAT_PCT' and la_code = '831' and year(period_end) >= 2026 order by period_end")  # fmt: skip
    assert found == [(None, None, reason) for reason in MARKS.values()]


@lands("2030-07-30", ons_csv=published_file("""
    year | place       | age_group                   | population_estimate
    2029 | Southampton | Children aged 0 to 17 years | 50000
    """))  # fmt: skip
@lands("2030-10-29", c1_csv=published_file(C1_2026.replace("2026", "2030")), c4_csv=published_file("""
    year | place       | Section47 | ICPC | Duration_0-10_days | Duration_11-15_days
    2030 | Southampton | 1500      | 400  | 100                | 200
    2030 | Derby       | 1500      | 400  | c                  | 200
    """))  # fmt: skip
def test_what_no_column_has_is_reckoned_as_dfe_does_and_says_so(first: Landed) -> None:
    found = first.ask("select indicator_code, la_code, value, numerator, denominator, suppression, value_status from "
                           "reference.benchmark where indicator_code in ('REF_RATE', 'ICPC_15WD_PCT') and la_code in "
                           "('852', '831') and year(period_end) = 2030 order by all")  # fmt: skip
    # 2,900 referrals of the year over 50,000 residents at the mid-year before; 300 of 400 conferences. Where a part is
    # suppressed nothing is reckoned, and the other authority has no estimate: neither is in the file, so neither is given.
    assert found == [
        ("ICPC_15WD_PCT", "852", 75, 300, 400, None, "derived"), ("REF_RATE", "852", 580, 2900, 50000, None, "derived"),
    ]  # fmt: skip


@lands("2026-10-29", restated_csv=published_file(
    C1_2026.replace("2026", "2024").replace("2900", "3094") + "2028 | Derby | 1 | 1 | 1 | 1 | 1 | 1 | 1\n"
))  # fmt: skip
def test_a_published_figure_stands_before_one_that_is_reckoned(first: Landed) -> None:
    landed_figures = first.figures("REF_NUM")
    assert (landed_figures["852", 2024], landed_figures["831", 2028]) == (3094, 1)
    assert first.figures("REF_RATE")["852", 2024] == of_project("REF_RATE")["852", 2024] == 611.5


DRAWN_FILES = int(os.environ.get("DRAWN_FILES", "0"))
CELLS = st.one_of(st.integers(0, 99999).map(str), st.sampled_from(["c", "z", "x", "u", "k", "low", ":", "12.5"]))


# The suite tries the cells that are written here; how many more are drawn, DRAWN_FILES says.
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=9))
@example([("c", "12.5"), ("low", ":"), ("z", "k"), ("2900", "x"), ("u", "0")])
@settings(
    max_examples=max(1, DRAWN_FILES),
    deadline=None,
    phases=[Phase.explicit, *([Phase.generate, Phase.reuse] if DRAWN_FILES else [])],
)
def test_what_lands_is_what_a_plain_reader_reads(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, str]]
) -> None:
    """Of each year, from 2027 on, other cells."""
    folder = tmp_path_factory.mktemp("plain")
    text = published_file("year | place | CPP_start | CPP_subsequent | CPP_subsequent_percent\n" + "\n".join(
        f"{year} | Southampton | {started} | 1 | {percent}" for year, (started, percent) in enumerate(cells, start=2027)
    ))  # fmt: skip
    release(folder, "2036-10-28", d3_csv=text)
    taken(folder, folder / "warehouse")
    marks = {"low": "k", ":": "x"}
    for indicator, column in (("CPP_START_NUM", "CPP_start"), ("CPP_REPEAT_PCT", "CPP_subsequent_percent")):
        plain = {
            int(row["time_period"]): marks.get(row[column], row[column]) for row in csv.DictReader(io.StringIO(text))
        }
        expected = {year: float(cell) if cell.replace(".", "").isdigit() else cell for year, cell in plain.items()}
        found = figures(folder / "warehouse", indicator)
        assert {year: told for (place, year), told in found.items() if place == "852" and year >= 2027} == expected


@lands("2026-11-25", la_care_leavers_activity_csv=published_file("""
        year | place       | care_leaver_age | breakdown                                      | care_leaver_count | percentage
        2026 | Southampton | 17 to 18 years  | Total in education, employment or training     | 40                | 66
        2026 | Southampton | 19 to 21 years  | Total in education, employment or training     | 120               | 60
        2026 | Southampton | 19 to 21 years  | Total not in education, employment or training | c                 | c
        2026 | Southampton | 19 to 21 years  | Total                                          | 200               | 100
        """))  # fmt: skip
def test_groups_of_children_and_their_totals_are_told_apart(first: Landed) -> None:
    assert first.ask("select indicator_code, value, numerator, denominator, suppression from reference.benchmark where "
                          "indicator_code like 'CL\\_%' escape '\\' and year(period_end) = 2026 order by 1") == [
        ("CL_EET_1718_PCT", 66, 40, None, None), ("CL_EET_1921_PCT", 60, 120, 200, None),
        ("CL_NEET_1921_PCT", None, None, 200, "c"),
    ]  # fmt: skip


@lands("2027-03-18", csww_csv=published_file("""
        year | place                 | inpost_fte | agency_fte | agency_rate_fte | case_holders_fte | cases | caseload_fte
        2026 | Kingston and Richmond | 200        | 20         | 9.1             | 100              | 1500  | 15
        2026 | Southampton           | 100        | low        | low             | 50               | 800   | 16
        """))  # fmt: skip
def test_the_workforce_is_of_30_september_and_may_be_of_two_authorities(first: Landed) -> None:
    assert first.ask("select la_code, indicator_code, value, suppression from reference.benchmark where period_end = "
                          "'2026-09-30' and indicator_code in ('WF_CASELOAD_FTE', 'WF_AGENCY_FTE_PCT') order by all") == [
        ("314/318", "WF_AGENCY_FTE_PCT", 9.1, None), ("314/318", "WF_CASELOAD_FTE", 15, None),
        ("852", "WF_AGENCY_FTE_PCT", None, "k"), ("852", "WF_CASELOAD_FTE", 16, None),
    ]  # fmt: skip


@lands("2029-03-18", cla_csv=published_file("""
        year | place       | population_count                               | population_estimate | number | rate_per_10000
        2028 | Southampton | Children looked after at 31 March each year    | 50000               | 500    | 100
        2028 | Southampton | Children starting to be looked after each year | 50000               | 200    | 40
        2028 | Southampton | Children ceasing to be looked after each year  | 50000               | c      | c
        """), headline_csv=published_file("""
        year | place       | turnover_rate_fte_% | agency_worker_rate_fte_% | vacancy_rate_fte_% | caseload_fte
        2028 | Southampton | 15.5                | 20.1                     | u                  | 17.4
        """), d5_csv=published_file("""
        year | place       | CPP_At31 | 3_months_or_less | 3_months_or_less_percent | 2_years_or_more | 2_years_or_more_percent
        2028 | Southampton | 400      | 80               | 20                       | c               | c
        """), c2_csv=published_file("""
        year | place       | Same_day | 1-10_days | 11-20_days | 21-30_days | 31-40_days | 41-45_days | Assessments_completed
        2028 | Southampton | 10       | 90        | 100        | 200        | 200        | 200        | 1000
        """), b1_csv=published_file("""
        year | place       | Anypoint_episodes | Started_episodes | Ended_episodes | At31_episodes | At31_episodes_rate
        2028 | Southampton | 4000              | 2000             | 1900           | 1800          | 360.5
        """))  # fmt: skip
def test_the_files_of_earlier_releases_are_known_by_their_own_columns(first: Landed) -> None:
    assert not first.warnings("cla", "headline", "d5", "c2", "b1")
    assert {name: first.figures(name)["852", 2028] for name in (
        "CLA_NUM", "CLA_RATE", "CLA_START_NUM", "CLA_CEASE_RATE", "WF_TURNOVER_FTE_PCT", "WF_AGENCY_FTE_PCT",
        "WF_VACANCY_FTE_PCT", "WF_CASELOAD_FTE", "CPP_LE3M_ACTIVE_PCT", "CPP_2Y_ACTIVE_PCT", "SA_45WD_PCT", "CIN_NUM", "CIN_RATE",
    )} == {
        "CLA_NUM": 500, "CLA_RATE": 100, "CLA_START_NUM": 200, "CLA_CEASE_RATE": "c", "WF_TURNOVER_FTE_PCT": 15.5,
        "WF_AGENCY_FTE_PCT": 20.1, "WF_VACANCY_FTE_PCT": "u", "WF_CASELOAD_FTE": 17.4, "CPP_LE3M_ACTIVE_PCT": 20,
        "CPP_2Y_ACTIVE_PCT": "c", "SA_45WD_PCT": 80, "CIN_NUM": 1800, "CIN_RATE": 360.5,
    }  # fmt: skip


# ------------------------------------------------------------------------------------------------ authorities


@lands("2026-10-29", gateshead_csv=published_file("""
        year | place                        | CPP_start | CPP_subsequent | CPP_subsequent_percent
        2025 | Gateshead by its code before | 400       | 100            | 25.5
        2026 | Gateshead                    | 400       | 120            | 30
        """))  # fmt: skip
def test_authorities_are_known_by_dfe_s_code_whatever_ons_s_is_in_the_file(first: Landed) -> None:
    found = first.ask("select year(period_end), geography_code, value from reference.benchmark where indicator_code = "
                           "'CPP_REPEAT_PCT' and la_code = '390' and year(period_end) >= 2025 order by 1")  # fmt: skip
    assert found == [(2025, "E08000037", 25.5), (2026, "E08000037", 30)]


OF_NO_LIST = (
    "statistics/2028-10-26/d3.csv: East Surrey (960) is in no list of authorities; it is taken as the file has it."
)


@lands("2028-10-26", d3_csv=published_file("""
    year | place       | CPP_start | CPP_subsequent | CPP_subsequent_percent
    2028 | East Surrey | 400       | 100            | 25
    """))  # fmt: skip
def test_an_authority_of_no_list_is_taken_as_the_file_has_it_and_told(first: Landed) -> None:
    assert first.taken.told == [OF_NO_LIST]
    assert first.ask("select name, geography_code, region_name from reference.geography where la_code = '960'") == [
        ("East Surrey", "E06000070", "South East")
    ]


# ------------------------------------------------------------------------------------------------ releases


def restated(year: int, values: dict[str, float]) -> str:
    lines = "".join(f"{year} | {place} | 300 | 100 | {value}\n" for place, value in values.items())
    return "year | place | CPP_start | CPP_subsequent | CPP_subsequent_percent\n" + lines


@lands("2026-10-29", LATER, d3_csv=published_file(
    restated(2024, {"Southampton": 29.5}) + "2026 | Portsmouth | 3 | 1 | 33.3\n"
))  # fmt: skip
def test_a_later_release_supersedes_and_what_it_supersedes_is_kept(first: Landed, later: Landed) -> None:
    before = first.figures("CPP_REPEAT_PCT")["852", 2024]
    assert later.figures("CPP_REPEAT_PCT")["852", 2024] == 29.5 != before
    assert before in [
        value for (value,) in later.ask("select value from reference.benchmark_superseded where indicator_code = "
                                        "'CPP_REPEAT_PCT' and la_code = '852' and year(period_end) = 2024")
    ]  # fmt: skip
    assert [line.partition(" (CPP")[2] for line in comparison(later.taken.changes) if " (CPP" in line] == [
        "_REPEAT_PCT): 1 new (2026); 1 restated (2024)", "_START_NUM): 1 new (2026); 1 restated (2024)",
    ]  # fmt: skip


@lands("2026-12-01", older_csv=published_file(restated(2024, {"Portsmouth": 11.1})))
def test_an_older_release_stands_behind_the_newer_one_whatever_day_its_folder_says(first: Landed) -> None:
    assert first.figures("CPP_REPEAT_PCT")["851", 2024] == of_project("CPP_REPEAT_PCT")["851", 2024]
    assert (11.1,) in first.ask("select value from reference.benchmark_superseded where la_code = '851' and "
                                "indicator_code = 'CPP_REPEAT_PCT' and year(period_end) = 2024")  # fmt: skip


def rebased() -> str:
    """The rates of 2024 that the project has, all lower by a fiftieth."""
    known = ask(
        NOTHING_LANDED,
        "select la_code, geography_code, value from reference.benchmark semi join reference.geography "
        "using (la_code) where indicator_code = 'S47_RATE' and period_end = '2024-03-31' and value > 0",
    )
    lines = [
        f"2024,Reporting year,Local authority,E92000001,England,E12000008,South East,{la_code},{ons},x,100,{value * 0.98:.1f},50"
        for la_code, ons, value in known
    ]
    lines.append(f"2026,Reporting year,{PLACES['Derby']},100,150.1,50")
    return "\n".join([f"{PLACE},Section47,Section47_rate,ICPC", *lines, ""])


@lands("2026-10-29", rebased_csv=rebased())
def test_a_re_based_series_is_told_as_such(first: Landed) -> None:
    told = "\n".join(comparison(first.taken.changes))
    assert "Section 47 enquiries" in told
    assert (
        "the series is re-based for 2024, by -2.0% at the median: do not compare it with what was printed before"
        in told
    )


def known_neighbours() -> str:
    """The model of neighbours of May 2025, which the project has, as a file."""
    known: dict[str, list[str]] = {}
    for la_code, neighbour in ask(NOTHING_LANDED, "select la_code, neighbour_la_code from reference.statistical_neighbour "
                                                  "where neighbour_model = 'may_2025' order by la_code, rank"):  # fmt: skip
        known.setdefault(la_code, []).append(neighbour)
    header = ["old_la_code", "la_name", *[name for rank in range(1, 11) for name in (f"SN_{rank}", f"SN_{rank}P")]]
    lines = [
        ",".join([la_code, "x", *[cell for code in codes for cell in (code, "Close")]])
        for la_code, codes in known.items()
    ]
    return "\n".join([",".join(header), *lines, ""])


def test_a_second_landing_of_the_same_release_or_model_makes_nothing(first: Landed, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(first.landing.parent, tmp_path / "copy"))
    landing, warehouse = folder / "landing", folder / "warehouse"
    assert taken(landing, warehouse).version is None
    # The same figures as other bytes, and under another name and day.
    text = published_file(C1_2026)
    release(landing, "2026-10-29", again_csv="\ufeff" + text.replace("\n", "\r\n"))
    release(landing, "2026-11-05", c1_csv=text)
    release(landing, "2025-05-20", sn_model_csv=known_neighbours())
    again = taken(landing, warehouse)
    assert again.version is None
    assert again.warnings == [one.replace(str(first.landing), str(landing)) for one in first.taken.warnings]
    assert again.told == [OF_NO_LIST, "The statistics that landed hold nothing new: every figure is known."]
    assert [path.name for path in (warehouse / "reference").glob("0*")] == ["0001"]


def test_without_statistics_nothing_is_read_or_made(landing: Path, warehouse: Path) -> None:
    landing.mkdir()
    assert taken(landing, warehouse).version is None
    assert not warehouse.exists()
    assert loading.in_force(warehouse) == loading.FOLDER


def test_what_was_read_stays_when_the_landing_folder_is_cleared(later: Landed) -> None:
    assert not (later.landing / "statistics" / "2026-10-29" / "c1.csv").exists()
    assert later.taken.version == later.warehouse / "reference" / "0002"
    assert later.figures("REF_NUM")["852", 2026] == 2900


@lands("2033-10-29", c1_csv=published_file(C1_2026.replace("2026", "2033")))
@lands("2033-12-10", c1_csv=published_file(C1_2026.replace("2026", "2033").replace("2900", "2901")))
def test_the_release_date_of_a_publication_is_that_of_its_first_landing(first: Landed) -> None:
    assert [day.isoformat() for (day,) in first.ask(
        "select released_on from reference.release where source_publication like 'Children in need%' "
        "and period_end = '2033-03-31'")] == ["2033-10-29"]  # fmt: skip
    assert first.figures("REF_NUM")["852", 2033] == 2901


@lands("2025-10-30", d6_csv=published_file("""
    year | place       | CPP_At31_3Months | Reviewed_within_timescales | Reviewed_within_timescales_percent
    2023 | Southampton | 300              | c                          | c
    2025 | Derby       | 200              | 180                        | 90
    """))  # fmt: skip
def test_a_reason_that_was_lost_is_told_by_the_release_itself(first: Landed) -> None:
    # Of the same day as what LAIT repeats, so that it goes before it.
    assert first.figures("CPP_REVIEWED_ON_TIME_PCT")["852", 2023] == "c"
    assert first.figures("CPP_REVIEWED_ON_TIME_PCT")["831", 2025] == 90


@lands("2027-03-01", succession_csv=(
    "la_code,name,successor_la_code,successor_name,changed_on,status,extent\n"
    "936,Surrey,960,East Surrey,2027-04-01,decided,part\n936,Surrey,961,West Surrey,2027-04-01,decided,part\n"
))  # fmt: skip
def test_who_takes_whose_place_can_be_landed_too(first: Landed) -> None:
    assert first.ask("select successor_la_code, changed_on::varchar from reference.succession order by 1") == [
        ("960", "2027-04-01"), ("961", "2027-04-01"),
    ]  # fmt: skip


# ------------------------------------------------------------------------------------------------ estimates and neighbours


@lands("2026-07-30", ons_mid_year_csv=published_file("""
        year | place       | age_group                   | population_estimate
        2024 | Southampton | Children aged 0 to 17 years | 51000
        2025 | Southampton | Children aged 0 to 17 years | 51500
        2025 | Southampton | Children aged 0 to 4 years  | 12000
        """))  # fmt: skip
def test_a_new_edition_of_the_estimates_is_the_primary_one_and_the_old_stays(first: Landed) -> None:
    found = first.ask("select mid_year, population_0_17, is_primary, vintage from reference.population_0_17 where "
                      "la_code = '852' and mid_year in (2024, 2025) order by mid_year, is_primary desc, vintage")  # fmt: skip
    assert [row[:3] for row in found] == [
        (2024, 51000, True),
        (2024, 50941, False),
        (2024, 50941, False),
        (2025, 51500, True),
    ]
    assert found[0][3] == "2025 (file ons_mid_year.csv)"


def by_age() -> bytes:
    # A workbook in the layout of ONS's.
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as made:
        for name, factor in (("MYE2 - Females", 1), ("MYE2 - Persons", 10)):
            sheet = made.add_worksheet(name)
            sheet.write_row(0, 0, [f"{name}: estimates for local authorities, mid-2026"])
            sheet.write_row(7, 0, ["Code", "Name", "Geography", "All ages", *range(91)])
            sheet.write_row(8, 0, ["E06000045", "SOUTHAMPTON", "Unitary Authority", 1, *[factor] * 18, *[999] * 73])
            sheet.write_row(
                9, 0, ["E07000084", "Basingstoke and Deane", "Non-metropolitan District", 1, *[factor] * 91]
            )
    return book.getvalue()


@lands("2027-07-30", mye26_xlsx=by_age())
def test_a_workbook_of_ons_by_age_gives_the_residents_aged_0_to_17(first: Landed) -> None:
    assert not first.warnings("mye26")
    assert first.ask(
        "select la_code, population_0_17, is_primary from reference.population_0_17 where mid_year = 2026"
    ) == [("852", 180, True)]


NEIGHBOURS = [
    "LA num",
    "LA Name",
    "LA number",
    "GOInd",
    "GOReg",
    *[name for rank in range(1, 11) for name in (f"SN{rank}", "SNP")],
]
OF_852 = [
    *("852", "Southampton", "852", "7", "South East"),
    *[cell for code in (355, 810, 861, 331, 801, 831, 879, 874, 373, 851) for cell in (str(code), "Close")],
]


@lands("2027-05-12", sn_csv="\n".join([",".join(NEIGHBOURS), ",".join(OF_852), ""]))
def test_a_neighbour_model_is_in_force_from_its_release(first: Landed) -> None:
    found = first.ask(
        "select neighbour_model_name, in_force_from::varchar, rank, neighbour_la_code, closeness from "
        "reference.statistical_neighbour where neighbour_model = 'may_2027' order by rank limit 2"
    )
    assert found == [("May 2027", "2027-05-12", 1, "355", "Close"), ("May 2027", "2027-05-12", 2, "810", "Close")]


RANKS = range(1, 11)
OF_RANKS = f"LA name,old_la_code,{','.join(f'SN{rank},SNP{rank}' for rank in RANKS)}"


def ranked(first: int) -> str:
    return f"{OF_RANKS}\nSouthampton,852,{','.join(f'{first + rank},Close' for rank in RANKS)}\n"


@lands("2031-10-30", neighbours_csv=f"{ranked(830)}\nSource: DfE\n")
def test_a_note_below_a_neighbour_model_is_no_row_of_it(first: Landed) -> None:
    assert not first.warnings("neighbours")
    count = "select count(*) from reference.statistical_neighbour where neighbour_model_name = 'October 2031'"
    assert first.ask(count) == [(10,)]


@lands("2032-10-29", model_840_csv=ranked(840), model_850_csv=ranked(850), model_860_csv=ranked(860))
def test_several_neighbour_models_of_one_day_stay_apart(first: Landed) -> None:
    models = (
        "select count(*) from reference.statistical_neighbour where neighbour_model like '%october_2032%' "
        "group by neighbour_model"
    )
    assert first.ask(models) == [(10,), (10,), (10,)]


# ------------------------------------------------------------------------------------------------ what cannot be used


def test_a_file_that_is_not_known_is_named_with_its_columns_and_never_guessed(landing: Path, warehouse: Path) -> None:
    release(landing, "2026-10-29", b9_csv=published_file("""
        year | place       | At31_episodes | Something_new
        2026 | Southampton | 1234         | 5
        """), children_csv="forename,surname\nAnn,Example\n")  # fmt: skip
    result = taken(landing, warehouse)
    assert result.version is None
    assert result.warnings == [
        "statistics/2026-10-29/b9.csv: not known as a published statistic, and not read; its columns: At31_episodes, "
        "Something_new; 1 rows; nearest is B1, which also has Anypoint_episodes.",
        "statistics/2026-10-29/children.csv: not known as a published statistic, and not read; its columns: forename, surname; "
        "1 rows.",
    ]


@lands("october", c1_csv=published_file(C1_2026))
@lands(
    "2026-10-29",
    broken_csv=published_file(C1_2026).replace(",2900,725", ",2900"),
    twice_csv=published_file(restated(2026, {"Southampton": 30}) + "2026 | Southampton | 300 | 100 | 31\n"),
    empty_csv="",
    all_zip=b"PK no archive",
    image_png=b"\x89PNG",
)
def test_what_cannot_be_read_is_told_and_stops_nothing_else(first: Landed) -> None:
    assert first.taken.version is not None
    assert first.figures("REF_NUM")["852", 2026] == 2900
    told = "\n".join(first.taken.warnings)
    for sentence in (
        "statistics/october: not read; put files into a folder named for the day of their release, such as",
        "statistics/2026-10-29/broken.csv: not every row has the columns of the header; land it as it was published.",
        "statistics/2026-10-29/twice.csv: not used, because rows 2 and 3 give CPP_REPEAT_PCT of 852 for one year twice "
        "and otherwise; land the file as it was published.",
        "statistics/2026-10-29/all.zip: it is no archive that can be opened; land it again.",
        "statistics/2026-10-29/image.png: not read; published statistics come as .csv, .xlsx or .zip.",
        "statistics/2026-10-29/empty.csv: not known as a published statistic, and not read; its columns: none",
    ):
        assert sentence in told


def spaced_out() -> Files:
    # One table in which two rows contradict each other, with rows before them that are none of it.
    text = published_file(restated(2026, {"Derby": 30, "Southampton": 30}) + "2026 | Southampton | 300 | 100 | 31\n")
    header, derby, *others = text.splitlines()
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as made:
        sheet = made.add_worksheet()
        sheet.write(0, 0, "Table D3: child protection plans")
        for place, row in enumerate(csv.reader([header, derby, *others])):
            sheet.write_row(3 + place + (place > 1), 0, row)  # two titles' room above, and a row left empty
    return {
        "blank_csv": "\n".join([header, derby, "", *others, ""]),
        "book_xlsx": book.getvalue(),
        "text_csv": "\n".join([f"{header},note", f'{derby},"two\n\nlines"', *(f"{row}," for row in others), ""]),
    }


@lands("2026-10-29", **spaced_out())
def test_the_rows_that_are_told_are_those_that_a_person_sees(first: Landed) -> None:
    told = "give CPP_REPEAT_PCT of 852 for one year twice and otherwise; land the file as it was published."
    assert first.warnings("blank", "book", "text") == [
        f"statistics/2026-10-29/blank.csv: not used, because rows 4 and 5 {told}",
        f"statistics/2026-10-29/book.xlsx: not used, because rows 7 and 8 {told}",
        f"statistics/2026-10-29/text.csv: not used, because rows 3 and 4 {told}",
    ]


def archive(**files: str) -> bytes:
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in files.items():
            made.writestr(name, text)
    return book.getvalue()


@lands("2035-10-29", children_in_need_zip=archive(**{
    "data/c1.csv": published_file(C1_2026.replace("2026", "2035")),
    "data/c1.meta.csv": "col_name,col_type,label\nreferral_count,Indicator,Referrals\n",
    "data-guidance/data-guidance.txt": "words",
}))  # fmt: skip
def test_a_whole_release_lands_as_the_archive_that_dfe_gives(first: Landed) -> None:
    assert not first.warnings("children_in_need")
    assert first.figures("REF_NUM")["852", 2035] == 2900


@lands("2037-10-29", two_zip=archive(**{
    f"{year}/c1.csv": published_file(C1_2026.replace("2026", str(year))) for year in (2036, 2037)
}))  # fmt: skip
def test_files_of_one_name_in_an_archive_are_each_read(first: Landed) -> None:
    assert {first.figures("REF_NUM")["852", year] for year in (2036, 2037)} == {2900}


def damaged() -> bytes:
    made = bytearray(archive(**{"c1.csv": published_file(C1_2026) * 20}))
    made[60:80] = b"\xff" * 20
    return bytes(made)


@lands(
    "2026-10-29",
    damaged_zip=damaged(),
    mac_csv=published_file(C1_2026).replace("\n", "\r"),
    days_csv="la_code,name,successor_la_code,successor_name,changed_on,status,extent\n"
    "936,Surrey,960,East,01/04/2027,decided,part\n",
)
def test_a_file_that_is_damaged_or_written_otherwise_stops_nothing(first: Landed) -> None:
    assert first.figures("REF_NUM")["852", 2026] == 2900
    assert first.warnings("damaged", "mac", "days") == [
        "statistics/2026-10-29/damaged.zip (c1.csv): it cannot be unpacked; land it again.",
        "statistics/2026-10-29/days.csv: changed_on has a day that is not written as 2028-04-01; write each so.",
        "statistics/2026-10-29/mac.csv: its rows cannot be told apart; land it as it was published.",
    ]


@lands("2027-03-02", LATER, succession_csv=(
    "LA code,Name,Successor LA code,Successor name,Changed on,Status,Extent\n936,Surrey,960,East,2027-04-01,decided,part\n"
))  # fmt: skip
def test_the_columns_of_a_succession_are_known_however_they_are_written(later: Landed) -> None:
    assert later.ask("select la_code, successor_la_code, successor_name from reference.succession") == [
        ("936", "960", "East")
    ]


ANEW = published_file(C1_2026.replace("2026", "2031"))


@lands("2031-10-30", anew_csv=ANEW)
@lands("2031-10-30", LATER, anew_csv="".join(line for line in ANEW.splitlines(True) if "Southampton" not in line))
def test_a_file_that_is_landed_anew_takes_back_what_it_said(first: Landed, later: Landed) -> None:
    assert ("852", 2031) in first.figures("REF_NUM")
    assert later.taken.version == later.warehouse / "reference" / "0002"
    assert ("852", 2031) not in later.figures("REF_NUM")


IN_SIX_BANDS = published_file("""
    year | place       | same_day | 1-10_days | 11-20_days | 21-30_days | 31-40_days | 41-45_days | Assessments_completed
    2031 | Southampton | 10       | 10        | 10         | 10         | 10         | 10         | 100
    2031 | Derby       | 5        | 5         | 5          | 5          | 5          | 5          | 100
""")


def as_workbook(text: str) -> bytes:
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as made:
        sheet = made.add_worksheet()
        for place, row in enumerate(csv.reader(io.StringIO(text))):
            sheet.write_row(place, 0, row)
    return book.getvalue()


@lands("2031-10-30", bands_csv=IN_SIX_BANDS, bands_xlsx=as_workbook(IN_SIX_BANDS))
def test_a_table_that_lies_there_as_csv_and_workbook_is_not_counted_twice(first: Landed) -> None:
    assert not first.warnings("bands")
    assert first.figures("SA_45WD_PCT")["852", 2031] == 60


# Of a year each: what was read of both is lost, and one of them lies in the landing folder no more.
@lands("2025-11-27", lost_csv=published_file(C1_2026.replace("2026", "2038")),
       gone_csv=published_file(C1_2026.replace("2026", "2039")))  # fmt: skip
def test_what_was_kept_and_is_gone_is_told_and_read_again_where_it_still_lies(first: Landed, later: Landed) -> None:
    found = [landed.figures("REF_NUM") for landed in (first, later)]
    assert [figures.get(("852", 2038)) for figures in found] == [2900, 2900]
    assert [figures.get(("852", 2039)) for figures in found] == [2900, None]
    assert later.warnings("lost", "gone") == [
        "statistics/2025-11-27/gone.csv: what was read of it is gone from reference/landed; the next version is made "
        "without it, unless it lands again.",
        "statistics/2025-11-27/lost.csv: what was read of it is gone from reference/landed; it is read again.",
    ]
