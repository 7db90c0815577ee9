"""Published statistics landed by the user: read as they were published, each figure, mark and release kept as it is."""

import csv
import io
import zipfile
from pathlib import Path

import duckdb
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from support.statistics import PLACE, PLACES, ask, figures, published_file, release, taken

from pipelines.statistics import comparison
from warehouse.reference import loading

C1 = """
2026 | England     | 640000 | 150000 | 23.4 | 42000 | 6.6 | 200000 | 31.3
2026 | Southampton | 2900   | 725    | 25   | 87    | 3   | 900    | 31
2026 | Derby       | c      | x      | z    | u     | k   | low    | :
"""
C1_2025 = "year | place | referral_count | rereferral_count | rereferral_percent | no_further_action_count |" \
          "no_further_action_percent | not_in_need_count | not_in_need_percent" + C1  # fmt: skip


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    return tmp_path / "landing"


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    return tmp_path / "warehouse"


# ------------------------------------------------------------------------------------------------ figures and marks


def test_every_figure_is_the_file_s_and_every_mark_keeps_its_reason(landing: Path, warehouse: Path) -> None:
    release(landing, "2026-10-29", c1_csv=published_file(C1_2025, category="Referrals"))
    assert taken(landing, warehouse).version == warehouse / "reference" / "0001"
    found = {name: figures(warehouse, name) for name in ("REF_NUM", "REREF_12M_PCT", "REF_NFA_PCT")}
    assert found["REF_NUM"]["852", 2026] == 2900
    assert found["REREF_12M_PCT"]["852", 2026] == 25
    assert found["REF_NFA_PCT"]["E92000001", 2026] == 6.6
    assert [found[name]["831", 2026] for name in found] == ["c", "z", "k"]


def test_a_column_is_known_by_every_name_that_a_release_has_given_it(landing: Path, warehouse: Path) -> None:
    renamed = C1_2025.replace("referral_count", "Referrals", 1).replace("rereferral_count", "Re_referrals")
    release(
        landing,
        "2026-10-29",
        some_name_csv=published_file(renamed.replace("rereferral_percent", "RE-REFERRALS PERCENT")),
    )
    taken(landing, warehouse)
    assert figures(warehouse, "REREF_12M_PCT")["852", 2026] == 25


def test_a_mark_is_a_reason_and_never_a_reader_s_null(landing: Path, warehouse: Path) -> None:
    """Of each year another mark, from 2026 on."""
    marks = {"low": "k", ":": "x", "": "blank", "NA": "na", "nan": "nan", "null": "null", "-": "lait_dash", "inf": "inf",
             "[low]": "[low]"}  # fmt: skip
    drawn = "year | place | CPP_start | CPP_subsequent | CPP_subsequent_percent\n" + "\n".join(
        f"{year} | Derby | 300 | {mark} | {mark}" for year, mark in enumerate(marks, start=2026)
    )
    release(landing, "2034-10-29", d3_csv=published_file(drawn))
    taken(landing, warehouse)
    found = ask(warehouse, "select value, numerator, suppression from reference.benchmark where indicator_code = "
                           "'CPP_REPEAT_PCT' and la_code = '831' and year(period_end) >= 2026 order by period_end")  # fmt: skip
    assert found == [(None, None, reason) for reason in marks.values()]


def test_what_no_column_has_is_reckoned_as_dfe_does_and_says_so(landing: Path, warehouse: Path) -> None:
    release(landing, "2026-07-30", ons_csv=published_file("""
        year | place       | age_group                   | population_estimate
        2025 | Southampton | Children aged 0 to 17 years | 50000
        """))  # fmt: skip
    release(landing, "2026-10-29", c1_csv=published_file(C1_2025), c4_csv=published_file("""
        year | place       | Section47 | ICPC | Duration_0-10_days | Duration_11-15_days
        2026 | Southampton | 1500      | 400  | 100                | 200
        2026 | Derby       | 1500      | 400  | c                  | 200
        """))  # fmt: skip
    taken(landing, warehouse)
    found = ask(warehouse, "select indicator_code, la_code, value, numerator, denominator, suppression, value_status from "
                           "reference.benchmark where indicator_code in ('REF_RATE', 'ICPC_15WD_PCT') and la_code in "
                           "('852', '831') and year(period_end) = 2026 order by all")  # fmt: skip
    # 2,900 referrals of the year over 50,000 residents at the mid-year before; 300 of 400 conferences. Where a part is
    # suppressed nothing is reckoned, and the other authority has no estimate: neither is in the file, so neither is given.
    assert found == [
        ("ICPC_15WD_PCT", "852", 75, 300, 400, None, "derived"), ("REF_RATE", "852", 580, 2900, 50000, None, "derived"),
    ]  # fmt: skip


def test_a_published_figure_stands_before_one_that_is_reckoned(landing: Path, warehouse: Path) -> None:
    known = figures(warehouse, "REF_RATE")["852", 2024]
    drawn = C1_2025.replace("2026", "2024").replace("2900", "3094")
    release(landing, "2026-10-29", c1_csv=published_file(drawn + "2026 | Derby | 1 | 1 | 1 | 1 | 1 | 1 | 1\n"))
    taken(landing, warehouse)
    assert figures(warehouse, "REF_RATE")["852", 2024] == known == 611.5


@given(st.lists(st.one_of(st.integers(0, 99999).map(str), st.sampled_from(["c", "z", "x", "u", "k", "low", ":", "12.5"])),
                min_size=2, max_size=2))  # fmt: skip
@settings(max_examples=1, deadline=None)
def test_what_lands_is_what_a_plain_reader_reads(tmp_path_factory: pytest.TempPathFactory, cells: list[str]) -> None:
    folder = tmp_path_factory.mktemp("plain")
    text = published_file(f"""
    year | place       | CPP_start  | CPP_subsequent | CPP_subsequent_percent
    2027 | Southampton | {cells[0]} | 1              | {cells[1]}
    """)
    release(folder, "2027-10-28", d3_csv=text)
    taken(folder, folder / "warehouse")
    (row,) = csv.DictReader(io.StringIO(text))
    marks = {"low": "k", ":": "x"}
    for indicator, column in (("CPP_START_NUM", "CPP_start"), ("CPP_REPEAT_PCT", "CPP_subsequent_percent")):
        plain = marks.get(row[column], row[column])
        expected = float(plain) if plain.replace(".", "").isdigit() else plain
        assert figures(folder / "warehouse", indicator)["852", 2027] == expected


def test_groups_of_children_and_their_totals_are_told_apart(landing: Path, warehouse: Path) -> None:
    release(landing, "2026-11-25", la_care_leavers_activity_csv=published_file("""
        year | place       | care_leaver_age | breakdown                                      | care_leaver_count | percentage
        2026 | Southampton | 17 to 18 years  | Total in education, employment or training     | 40                | 66
        2026 | Southampton | 19 to 21 years  | Total in education, employment or training     | 120               | 60
        2026 | Southampton | 19 to 21 years  | Total not in education, employment or training | c                 | c
        2026 | Southampton | 19 to 21 years  | Total                                          | 200               | 100
        """))  # fmt: skip
    taken(landing, warehouse)
    assert ask(warehouse, "select indicator_code, value, numerator, denominator, suppression from reference.benchmark where "
                          "indicator_code like 'CL\\_%' escape '\\' and year(period_end) = 2026 order by 1") == [
        ("CL_EET_1718_PCT", 66, 40, None, None), ("CL_EET_1921_PCT", 60, 120, 200, None),
        ("CL_NEET_1921_PCT", None, None, 200, "c"),
    ]  # fmt: skip


def test_the_workforce_is_of_30_september_and_may_be_of_two_authorities(landing: Path, warehouse: Path) -> None:
    release(landing, "2027-03-18", csww_csv=published_file("""
        year | place                 | inpost_fte | agency_fte | agency_rate_fte | case_holders_fte | cases | caseload_fte
        2026 | Kingston and Richmond | 200        | 20         | 9.1             | 100              | 1500  | 15
        2026 | Southampton           | 100        | low        | low             | 50               | 800   | 16
        """))  # fmt: skip
    taken(landing, warehouse)
    assert ask(warehouse, "select la_code, indicator_code, value, suppression from reference.benchmark where period_end = "
                          "'2026-09-30' and indicator_code in ('WF_CASELOAD_FTE', 'WF_AGENCY_FTE_PCT') order by all") == [
        ("314/318", "WF_AGENCY_FTE_PCT", 9.1, None), ("314/318", "WF_CASELOAD_FTE", 15, None),
        ("852", "WF_AGENCY_FTE_PCT", None, "k"), ("852", "WF_CASELOAD_FTE", 16, None),
    ]  # fmt: skip


def test_the_files_of_earlier_releases_are_known_by_their_own_columns(landing: Path, warehouse: Path) -> None:
    release(landing, "2027-03-18", cla_csv=published_file("""
        year | place       | population_count                               | population_estimate | number | rate_per_10000
        2026 | Southampton | Children looked after at 31 March each year    | 50000               | 500    | 100
        2026 | Southampton | Children starting to be looked after each year | 50000               | 200    | 40
        2026 | Southampton | Children ceasing to be looked after each year  | 50000               | c      | c
        """), headline_csv=published_file("""
        year | place       | turnover_rate_fte_% | agency_worker_rate_fte_% | vacancy_rate_fte_% | caseload_fte
        2026 | Southampton | 15.5                | 20.1                     | u                  | 17.4
        """), d5_csv=published_file("""
        year | place       | CPP_At31 | 3_months_or_less | 3_months_or_less_percent | 2_years_or_more | 2_years_or_more_percent
        2026 | Southampton | 400      | 80               | 20                       | c               | c
        """), c2_csv=published_file("""
        year | place       | Same_day | 1-10_days | 11-20_days | 21-30_days | 31-40_days | 41-45_days | Assessments_completed
        2026 | Southampton | 10       | 90        | 100        | 200        | 200        | 200        | 1000
        """), b1_csv=published_file("""
        year | place       | Anypoint_episodes | Started_episodes | Ended_episodes | At31_episodes | At31_episodes_rate
        2026 | Southampton | 4000              | 2000             | 1900           | 1800          | 360.5
        """))  # fmt: skip
    assert not taken(landing, warehouse).warnings
    assert {name: figures(warehouse, name)["852", 2026] for name in (
        "CLA_NUM", "CLA_RATE", "CLA_START_NUM", "CLA_CEASE_RATE", "WF_TURNOVER_FTE_PCT", "WF_AGENCY_FTE_PCT",
        "WF_VACANCY_FTE_PCT", "WF_CASELOAD_FTE", "CPP_LE3M_ACTIVE_PCT", "CPP_2Y_ACTIVE_PCT", "SA_45WD_PCT", "CIN_NUM", "CIN_RATE",
    )} == {
        "CLA_NUM": 500, "CLA_RATE": 100, "CLA_START_NUM": 200, "CLA_CEASE_RATE": "c", "WF_TURNOVER_FTE_PCT": 15.5,
        "WF_AGENCY_FTE_PCT": 20.1, "WF_VACANCY_FTE_PCT": "u", "WF_CASELOAD_FTE": 17.4, "CPP_LE3M_ACTIVE_PCT": 20,
        "CPP_2Y_ACTIVE_PCT": "c", "SA_45WD_PCT": 80, "CIN_NUM": 1800, "CIN_RATE": 360.5,
    }  # fmt: skip


# ------------------------------------------------------------------------------------------------ authorities


def test_authorities_are_known_by_dfe_s_code_whatever_ons_s_is_in_the_file(landing: Path, warehouse: Path) -> None:
    release(landing, "2026-10-29", d3_csv=published_file("""
        year | place                        | CPP_start | CPP_subsequent | CPP_subsequent_percent
        2025 | Gateshead by its code before | 400       | 100            | 25.5
        2026 | Gateshead                    | 400       | 120            | 30
        """))  # fmt: skip
    taken(landing, warehouse)
    found = ask(warehouse, "select year(period_end), geography_code, value from reference.benchmark where indicator_code = "
                           "'CPP_REPEAT_PCT' and la_code = '390' and year(period_end) >= 2025 order by 1")  # fmt: skip
    assert found == [(2025, "E08000037", 25.5), (2026, "E08000037", 30)]


def test_an_authority_of_no_list_is_taken_as_the_file_has_it_and_told(landing: Path, warehouse: Path) -> None:
    release(landing, "2028-10-26", d3_csv=published_file("""
        year | place       | CPP_start | CPP_subsequent | CPP_subsequent_percent
        2028 | East Surrey | 400       | 100            | 25
        """))  # fmt: skip
    told = taken(landing, warehouse).told
    assert told == [
        "statistics/2028-10-26/d3.csv: East Surrey (960) is in no list of authorities; it is taken as the file has it."
    ]
    assert ask(
        warehouse, "select name, geography_code, region_name from reference.geography where la_code = '960'"
    ) == [("East Surrey", "E06000070", "South East")]


# ------------------------------------------------------------------------------------------------ releases


def restated(year: int, values: dict[str, float]) -> str:
    lines = "".join(f"{year} | {place} | 300 | 100 | {value}\n" for place, value in values.items())
    return "year | place | CPP_start | CPP_subsequent | CPP_subsequent_percent\n" + lines


def test_a_later_release_supersedes_and_what_it_supersedes_is_kept(landing: Path, warehouse: Path) -> None:
    before = figures(warehouse, "CPP_REPEAT_PCT")["852", 2024]
    release(
        landing,
        "2026-10-29",
        d3_csv=published_file(restated(2024, {"Southampton": 29.5}) + "2026 | Derby | 3 | 1 | 33.3\n"),
    )
    told = list(comparison(taken(landing, warehouse).changes))
    assert figures(warehouse, "CPP_REPEAT_PCT")["852", 2024] == 29.5 != before
    assert before in [
        value for (value,) in ask(warehouse, "select value from reference.benchmark_superseded where indicator_code = "
                                             "'CPP_REPEAT_PCT' and la_code = '852' and year(period_end) = 2024")
    ]  # fmt: skip
    assert [line.partition(" (CPP")[2] for line in told] == [
        "_REPEAT_PCT): 1 new (2026); 1 restated (2024)", "_START_NUM): 1 new (2026); 1 restated (2024)",
    ]  # fmt: skip


def test_an_older_release_stands_behind_the_newer_one_whatever_day_its_folder_says(
    landing: Path, warehouse: Path
) -> None:
    known = figures(warehouse, "CPP_REPEAT_PCT")["852", 2024]
    release(landing, "2026-12-01", d3_csv=published_file(restated(2024, {"Southampton": 11.1})))
    taken(landing, warehouse)
    assert figures(warehouse, "CPP_REPEAT_PCT")["852", 2024] == known
    assert (11.1,) in ask(warehouse, "select value from reference.benchmark_superseded where la_code = '852' and "
                                     "indicator_code = 'CPP_REPEAT_PCT' and year(period_end) = 2024")  # fmt: skip


def test_a_re_based_series_is_told_as_such(landing: Path, warehouse: Path) -> None:
    known = ask(
        warehouse,
        "select la_code, geography_code, value from reference.benchmark semi join reference.geography "
        "using (la_code) where indicator_code = 'S47_RATE' and period_end = '2024-03-31' and value > 0",
    )
    lines = [
        f"2024,Reporting year,Local authority,E92000001,England,E12000008,South East,{la_code},{ons},x,100,{value * 0.98:.1f},50"
        for la_code, ons, value in known
    ]
    lines.append(f"2026,Reporting year,{PLACES['Derby']},100,150.1,50")
    release(landing, "2026-10-29", c4_csv="\n".join([f"{PLACE},Section47,Section47_rate,ICPC", *lines, ""]))
    told = "\n".join(comparison(taken(landing, warehouse).changes))
    assert "Section 47 enquiries" in told
    assert (
        "the series is re-based for 2024, by -2.0% at the median: do not compare it with what was printed before"
        in told
    )


def test_a_second_landing_of_the_same_release_makes_nothing(landing: Path, warehouse: Path) -> None:
    text = published_file(C1_2025)
    release(landing, "2026-10-29", c1_csv=text)
    assert taken(landing, warehouse).version is not None
    assert taken(landing, warehouse).version is None
    # The same figures as other bytes, and under another name and day.
    release(landing, "2026-10-29", again_csv="\ufeff" + text.replace("\n", "\r\n"))
    release(landing, "2026-11-05", c1_csv=text)
    again = taken(landing, warehouse)
    assert again.version is None
    assert again.told == ["The statistics that landed hold nothing new: every figure is known."]
    assert [path.name for path in (warehouse / "reference").glob("0*")] == ["0001"]


def test_without_statistics_nothing_is_read_or_made(landing: Path, warehouse: Path) -> None:
    landing.mkdir()
    assert taken(landing, warehouse).version is None
    assert not warehouse.exists()
    assert loading.in_force(warehouse) == loading.FOLDER


def test_what_was_read_stays_when_the_landing_folder_is_cleared(landing: Path, warehouse: Path) -> None:
    release(landing, "2026-10-29", c1_csv=published_file(C1_2025))
    taken(landing, warehouse)
    (landing / "statistics" / "2026-10-29" / "c1.csv").unlink()
    release(landing, "2026-10-30", d3_csv=published_file(restated(2026, {"Southampton": 30})))
    assert taken(landing, warehouse).version == warehouse / "reference" / "0002"
    assert figures(warehouse, "REF_NUM")["852", 2026] == 2900


def test_the_release_date_of_a_publication_is_that_of_its_first_landing(landing: Path, warehouse: Path) -> None:
    release(landing, "2026-10-29", c1_csv=published_file(C1_2025))
    release(landing, "2026-12-10", c1_csv=published_file(C1_2025.replace("2900", "2901")))
    taken(landing, warehouse)
    assert [day.isoformat() for (day,) in ask(
        warehouse, "select released_on from reference.release where source_publication like 'Children in need%' "
                   "and period_end = '2026-03-31'")] == ["2026-10-29"]  # fmt: skip
    assert figures(warehouse, "REF_NUM")["852", 2026] == 2901


def test_a_reason_that_was_lost_is_told_by_the_release_itself(landing: Path, warehouse: Path) -> None:
    drawn = """
    year | place       | CPP_At31_3Months | Reviewed_within_timescales | Reviewed_within_timescales_percent
    2023 | Southampton | 300              | c                          | c
    2025 | Derby       | 200              | 180                        | 90
    """
    release(landing, "2025-10-30", d6_csv=published_file(drawn))
    taken(landing, warehouse)
    # Of the same day as what LAIT repeats, so that it goes before it.
    assert figures(warehouse, "CPP_REVIEWED_ON_TIME_PCT")["852", 2023] == "c"
    assert figures(warehouse, "CPP_REVIEWED_ON_TIME_PCT")["831", 2025] == 90


def test_who_takes_whose_place_can_be_landed_too(landing: Path, warehouse: Path) -> None:
    release(landing, "2027-03-01", succession_csv=(
        "la_code,name,successor_la_code,successor_name,changed_on,status,extent\n"
        "936,Surrey,960,East Surrey,2027-04-01,decided,part\n936,Surrey,961,West Surrey,2027-04-01,decided,part\n"
    ))  # fmt: skip
    assert taken(landing, warehouse).version is not None
    assert ask(warehouse, "select successor_la_code, changed_on::varchar from reference.succession order by 1") == [
        ("960", "2027-04-01"), ("961", "2027-04-01"),
    ]  # fmt: skip


# ------------------------------------------------------------------------------------------------ estimates and neighbours


def test_a_new_edition_of_the_estimates_is_the_primary_one_and_the_old_stays(landing: Path, warehouse: Path) -> None:
    release(landing, "2026-07-30", ons_mid_year_csv=published_file("""
        year | place       | age_group                   | population_estimate
        2024 | Southampton | Children aged 0 to 17 years | 51000
        2025 | Southampton | Children aged 0 to 17 years | 51500
        2025 | Southampton | Children aged 0 to 4 years  | 12000
        """))  # fmt: skip
    taken(landing, warehouse)
    found = ask(warehouse, "select mid_year, population_0_17, is_primary, vintage from reference.population_0_17 where "
                           "la_code = '852' and mid_year >= 2024 order by mid_year, is_primary desc, vintage")  # fmt: skip
    assert [row[:3] for row in found] == [
        (2024, 51000, True),
        (2024, 50941, False),
        (2024, 50941, False),
        (2025, 51500, True),
    ]
    assert found[0][3] == "2025 (file ons_mid_year.csv)"


def test_a_workbook_of_ons_by_age_gives_the_residents_aged_0_to_17(
    landing: Path, warehouse: Path, tmp_path: Path
) -> None:
    path = tmp_path / "mye25tablesew.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, factor in (("MYE2 - Females", 1), ("MYE2 - Persons", 10)):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, [f"{name}: estimates for local authorities, mid-2025"])
            sheet.write_row(7, 0, ["Code", "Name", "Geography", "All ages", *range(91)])
            sheet.write_row(8, 0, ["E06000045", "SOUTHAMPTON", "Unitary Authority", 1, *[factor] * 18, *[999] * 73])
            sheet.write_row(
                9, 0, ["E07000084", "Basingstoke and Deane", "Non-metropolitan District", 1, *[factor] * 91]
            )
    release(landing, "2026-07-30", mye25_xlsx=path.read_bytes())
    result = taken(landing, warehouse)
    assert not result.warnings
    assert ask(
        warehouse, "select la_code, population_0_17, is_primary from reference.population_0_17 where mid_year = 2025"
    ) == [("852", 180, True)]


NEIGHBOURS = [
    "LA num",
    "LA Name",
    "LA number",
    "GOInd",
    "GOReg",
    *[name for rank in range(1, 11) for name in (f"SN{rank}", "SNP")],
]
OF_852 = [851, 373, 874, 879, 831, 801, 331, 861, 810, 355]


def test_a_neighbour_model_is_in_force_from_its_release(landing: Path, warehouse: Path) -> None:
    row = [
        "852",
        "Southampton",
        "852",
        "7",
        "South East",
        *[cell for code in OF_852[::-1] for cell in (str(code), "Close")],
    ]
    release(landing, "2027-05-12", sn_csv="\n".join([",".join(NEIGHBOURS), ",".join(row), ""]))
    taken(landing, warehouse)
    found = ask(
        warehouse,
        "select neighbour_model_name, in_force_from::varchar, rank, neighbour_la_code, closeness from "
        "reference.statistical_neighbour where neighbour_model = 'may_2027' order by rank limit 2",
    )
    assert found == [("May 2027", "2027-05-12", 1, "355", "Close"), ("May 2027", "2027-05-12", 2, "810", "Close")]


def test_a_model_that_is_known_makes_nothing(landing: Path, warehouse: Path) -> None:
    known: dict[str, list[str]] = {}
    for la_code, neighbour in ask(warehouse, "select la_code, neighbour_la_code from reference.statistical_neighbour where "
                                             "neighbour_model = 'may_2025' order by la_code, rank"):  # fmt: skip
        known.setdefault(la_code, []).append(neighbour)
    header = ["old_la_code", "la_name", *[name for rank in range(1, 11) for name in (f"SN_{rank}", f"SN_{rank}P")]]
    lines = [
        ",".join([la_code, "x", *[cell for code in codes for cell in (code, "Close")]])
        for la_code, codes in known.items()
    ]
    release(landing, "2025-05-20", sn_model_csv="\n".join([",".join(header), *lines, ""]))
    result = taken(landing, warehouse)
    assert (result.version, result.warnings) == (None, [])


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


def test_what_cannot_be_read_is_told_and_stops_nothing_else(landing: Path, warehouse: Path) -> None:
    text = published_file(C1_2025)
    broken = text.replace(",2900,725", ",2900")
    twice = published_file(restated(2026, {"Southampton": 30}) + "2026 | Southampton | 300 | 100 | 31\n")
    release(landing, "2026-10-29", c1_csv=text, broken_csv=broken, d3_csv=twice, empty_csv="", all_zip=b"PK no archive",
            image_png=b"\x89PNG")  # fmt: skip
    release(landing, "october", c1_csv=text)
    result = taken(landing, warehouse)
    assert result.version is not None
    assert figures(warehouse, "REF_NUM")["852", 2026] == 2900
    told = "\n".join(result.warnings)
    for sentence in (
        "statistics/october: not read; put files into a folder named for the day of their release, such as",
        "statistics/2026-10-29/broken.csv: not every row has the columns of the header; land it as it was published.",
        "statistics/2026-10-29/d3.csv: not used, because rows 2 and 3 give CPP_REPEAT_PCT of 852 for one year twice and "
        "otherwise; land the file as it was published.",
        "statistics/2026-10-29/all.zip: it is no archive that can be opened; land it again.",
        "statistics/2026-10-29/image.png: not read; published statistics come as .csv, .xlsx or .zip.",
        "statistics/2026-10-29/empty.csv: not known as a published statistic, and not read; its columns: none",
    ):
        assert sentence in told


def test_the_rows_that_are_told_are_those_that_a_person_sees(landing: Path, warehouse: Path) -> None:
    text = published_file(restated(2026, {"Derby": 30, "Southampton": 30}) + "2026 | Southampton | 300 | 100 | 31\n")
    header, derby, *others = text.splitlines()
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as made:
        sheet = made.add_worksheet()
        sheet.write(0, 0, "Table D3: child protection plans")
        for place, row in enumerate(csv.reader([header, derby, *others])):
            sheet.write_row(3 + place + (place > 1), 0, row)  # two titles' room above, and a row left empty
    release(landing, "2026-10-29", blank_csv="\n".join([header, derby, "", *others, ""]), book_xlsx=book.getvalue(),
            text_csv="\n".join([f"{header},note", f'{derby},"two\n\nlines"', *(f"{row}," for row in others), ""]))  # fmt: skip
    told = "give CPP_REPEAT_PCT of 852 for one year twice and otherwise; land the file as it was published."
    assert taken(landing, warehouse).warnings == [
        f"statistics/2026-10-29/blank.csv: not used, because rows 4 and 5 {told}",
        f"statistics/2026-10-29/book.xlsx: not used, because rows 7 and 8 {told}",
        f"statistics/2026-10-29/text.csv: not used, because rows 3 and 4 {told}",
    ]


def test_a_whole_release_lands_as_the_archive_that_dfe_gives(landing: Path, warehouse: Path) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("data/c1.csv", published_file(C1_2025))
        made.writestr("data/c1.meta.csv", "col_name,col_type,label\nreferral_count,Indicator,Referrals\n")
        made.writestr("data-guidance/data-guidance.txt", "words")
    release(landing, "2026-10-29", children_in_need_zip=archive.getvalue())
    result = taken(landing, warehouse)
    assert not result.warnings
    assert figures(warehouse, "REF_NUM")["852", 2026] == 2900


def test_what_was_read_is_kept_with_every_cell_as_text(landing: Path, warehouse: Path) -> None:
    release(landing, "2026-10-29", c1_csv=published_file(C1_2025))
    taken(landing, warehouse)
    kept = duckdb.read_parquet(str(warehouse / "reference" / "landed" / "2026-10-29" / "c1.csv.parquet"))
    assert kept.filter("la_name = 'Derby'").select(
        "referral_count, not_in_need_count, not_in_need_percent"
    ).fetchall() == [("c", "low", ":")]


def test_a_file_that_is_damaged_or_written_otherwise_stops_nothing(landing: Path, warehouse: Path) -> None:
    text = published_file(C1_2025)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("c1.csv", text * 20)
    damaged = bytearray(archive.getvalue())
    damaged[60:80] = b"\xff" * 20
    days = "la_code,name,successor_la_code,successor_name,changed_on,status,extent\n936,Surrey,960,East,01/04/2027,decided,part\n"
    release(landing, "2026-10-29", c1_csv=text, all_zip=bytes(damaged), mac_csv=text.replace("\n", "\r"), days_csv=days)
    result = taken(landing, warehouse)
    assert figures(warehouse, "REF_NUM")["852", 2026] == 2900
    assert result.warnings == [
        "statistics/2026-10-29/all.zip (c1.csv): it cannot be unpacked; land it again.",
        "statistics/2026-10-29/days.csv: changed_on has a day that is not written as 2028-04-01; write each so.",
        "statistics/2026-10-29/mac.csv: its rows cannot be told apart; land it as it was published.",
    ]


def test_the_columns_of_a_succession_are_known_however_they_are_written(landing: Path, warehouse: Path) -> None:
    release(landing, "2027-03-01", succession_csv=(
        "LA code,Name,Successor LA code,Successor name,Changed on,Status,Extent\n936,Surrey,960,East,2027-04-01,decided,part\n"
    ))  # fmt: skip
    taken(landing, warehouse)
    assert ask(warehouse, "select la_code, successor_la_code from reference.succession") == [("936", "960")]


def test_a_note_below_a_neighbour_model_is_no_row_of_it(landing: Path, warehouse: Path) -> None:
    ranks = range(1, 11)
    header = f"LA name,old_la_code,{','.join(f'SN{rank},SNP{rank}' for rank in ranks)}"
    row = f"Southampton,852,{','.join(f'{830 + rank},Close' for rank in ranks)}"
    release(landing, "2031-10-30", neighbours_csv=f"{header}\n{row}\n\nSource: DfE\n")
    assert not taken(landing, warehouse).warnings
    count = "select count(*) from reference.statistical_neighbour where neighbour_model_name = 'October 2031'"
    assert ask(warehouse, count) == [(10,)]


def test_several_neighbour_models_of_one_day_stay_apart(landing: Path, warehouse: Path) -> None:
    ranks = range(1, 11)
    header = f"LA name,old_la_code,{','.join(f'SN{rank},SNP{rank}' for rank in ranks)}"
    rows = {
        f"model_{first}_csv": f"{header}\nSouthampton,852,{','.join(f'{first + rank},Close' for rank in ranks)}\n"
        for first in (830, 840, 850)
    }
    release(landing, "2031-10-30", **rows)
    taken(landing, warehouse)
    models = (
        "select count(*) from reference.statistical_neighbour where neighbour_model like '%october_2031%' "
        "group by neighbour_model"
    )
    assert ask(warehouse, models) == [(10,), (10,), (10,)]


def test_a_file_that_is_landed_anew_takes_back_what_it_said(landing: Path, warehouse: Path) -> None:
    text = published_file(C1_2025.replace("2026", "2031"))
    release(landing, "2031-10-30", c1_csv=text)
    taken(landing, warehouse)
    release(landing, "2031-10-30", c1_csv="".join(line for line in text.splitlines(True) if "Southampton" not in line))
    assert taken(landing, warehouse).version == warehouse / "reference" / "0002"
    assert ("852", 2031) not in figures(warehouse, "REF_NUM")


def test_files_of_one_name_in_an_archive_are_each_read(landing: Path, warehouse: Path) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        for year in ("2031", "2032"):
            made.writestr(f"{year}/c1.csv", published_file(C1_2025.replace("2026", year)))
    release(landing, "2032-10-29", all_zip=archive.getvalue())
    taken(landing, warehouse)
    assert {figures(warehouse, "REF_NUM")["852", year] for year in (2031, 2032)} == {2900}


def test_a_table_that_lies_there_as_csv_and_workbook_is_not_counted_twice(landing: Path, warehouse: Path) -> None:
    text = published_file("""
        year | place       | same_day | 1-10_days | 11-20_days | 21-30_days | 31-40_days | 41-45_days | Assessments_completed
        2031 | Southampton | 10       | 10        | 10         | 10         | 10         | 10         | 100
        2031 | Derby       | 5        | 5         | 5          | 5          | 5          | 5          | 100
    """)
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as made:
        sheet = made.add_worksheet()
        for place, row in enumerate(csv.reader(io.StringIO(text))):
            sheet.write_row(place, 0, row)
    release(landing, "2031-10-30", c2_csv=text, c2_xlsx=book.getvalue())
    assert not taken(landing, warehouse).warnings
    assert figures(warehouse, "SA_45WD_PCT")["852", 2031] == 60


def test_what_was_kept_and_is_gone_is_told_and_read_again_where_it_still_lies(landing: Path, warehouse: Path) -> None:
    text = published_file(C1_2025)
    release(landing, "2026-10-29", c1_csv=text, other_csv=text.replace("2900", "2901"))
    taken(landing, warehouse)
    for name in ("c1", "other"):
        (warehouse / "reference" / "landed" / "2026-10-29" / f"{name}.csv.parquet").unlink()
    (landing / "statistics" / "2026-10-29" / "other.csv").unlink()
    result = taken(landing, warehouse)
    assert figures(warehouse, "REF_NUM")["852", 2026] == 2900
    assert result.warnings == [
        "statistics/2026-10-29/c1.csv: what was read of it is gone from reference/landed; it is read again.",
        "statistics/2026-10-29/other.csv: what was read of it is gone from reference/landed; the next version is made "
        "without it, unless it lands again.",
    ]
