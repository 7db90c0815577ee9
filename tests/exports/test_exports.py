"""The exports: Parquet and CSV of what is published, and the scorecard workbook that committees paste."""

import csv
import grp
import os
import shutil
import stat
import textwrap
from datetime import date
from itertools import permutations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import duckdb
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook
from support.at_length import first_of
from support.landed import land
from support.published import changed, process

from schemas.settings import Settings
from warehouse.exports.files import export, sql
from warehouse.landing.extracts import Extract
from warehouse.private import NoSuchGroupError
from warehouse.published.meanings import SMALL_NUMBERS

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
# 23 of the 40 referrals that MASH decided on in August were decided in time: 57.5%, which is 58%.
MASH = "referral_date | received_at | mash_completed_at | team\n" + "\n".join(
    f"2020-08-03 | 2020-08-03 | 2020-08-{4 if number < 23 else 6:02} | {'+44' if number else '@SUM(1)'}"
    for number in range(40)
)
JULY = "\n2020-07-01 | 2020-07-01 | 2020-07-02 | North\n2020-07-01 | 2020-07-01 | 2020-07-06 | North"
TARGETS = "measure_code,valid_from,target,tolerance,source\nmash_timeliness,2020-04-01,58,5,=Plan\n"


def landed(folder: Path, la_code: str, extract_date: str, referral: str) -> Extract:
    extract = Extract(la_code, date.fromisoformat(extract_date), folder / la_code / extract_date)
    land(extract.folder, person="person_id\nP1", referral=referral)
    return extract


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse of two councils with their exports, and of a third that covers no month that has ended."""
    folder = tmp_path_factory.mktemp("exports")
    extracts = [landed(folder, code, "2020-09-01", MASH + JULY) for code in ("852", "330")]
    extracts.append(landed(folder, "301", "2020-09-15", "referral_date\n2020-09-03"))
    (extracts[-1].folder / "extract.toml").write_text("complete_from = 2020-09-01\n")
    (folder / "852" / "targets.csv").write_text(TARGETS)
    process(folder / "warehouse", extracts, Settings.model_validate({}))
    assert export(folder / "warehouse")
    return folder / "warehouse"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_folder_holds_each_table_in_both_forms_and_a_scorecard_each(made: Path) -> None:
    tables = ("monthly_kpi", "benchmark_comparison", "target", "spc_signal", "kpi_restatement", "measure", "dictionary",
              "monthly_kpi_breakdown_301", "monthly_kpi_breakdown_330",
              "monthly_kpi_breakdown_852")  # fmt: skip
    assert sorted(path.name for path in (made / "exports").iterdir()) == sorted(
        [*(f"{table}.{form}" for table in tables for form in ("csv", "parquet")), "README.txt", "publication.csv",
         "scorecard_330_2020-08.xlsx", "scorecard_852_2020-08.xlsx"]
    )  # fmt: skip
    assert not list(made.glob(".exports-*"))
    assert (made / "exports" / "README.txt").read_text().startswith(SMALL_NUMBERS)


def test_what_is_exported_is_what_is_published(made: Path) -> None:
    with duckdb.connect(str(made / "kpi.duckdb"), read_only=True) as kpi:
        for table, source in (
            ("monthly_kpi", "monthly_kpi_current where status is not null"), ("target", "target"),
            ("benchmark_comparison", "benchmark_comparison"), ("measure", "measure"),
            ("monthly_kpi_breakdown_852", "monthly_kpi_breakdown_current where la_code = '852'"),
        ):  # fmt: skip
            parquet = f"read_parquet('{made / 'exports' / table}.parquet')"
            for one, other in ((source, parquet), (parquet, source)):
                assert kpi.sql(f"from {one} except all from {other}").fetchall() == []
        (count,) = kpi.sql("select count(*) from monthly_kpi_current where status is not null").fetchone() or (0,)
    assert len(rows(made / "exports" / "monthly_kpi.csv")) == count > 0


@pytest.mark.parametrize("is_earliest_first", first_of([False, True]))
@pytest.mark.long
def test_a_figure_that_was_published_again_is_exported_as_it_now_stands(
    is_earliest_first: bool, tmp_path: Path
) -> None:
    late = JULY.replace("2020-07-06", "2020-07-02")  # the second of July's was in time after all
    extracts = (("2020-09-01", MASH + JULY), ("2020-10-01", MASH + late))
    for extract_date, referral in extracts if is_earliest_first else reversed(extracts):
        process(tmp_path / "warehouse", [landed(tmp_path, "852", extract_date, referral)], Settings.model_validate({}))
    assert export(tmp_path / "warehouse")
    named = tmp_path / "warehouse" / "exports" / "monthly_kpi_breakdown_852"
    with duckdb.connect(str(tmp_path / "warehouse" / "kpi.duckdb"), read_only=True) as kpi:
        stored = kpi.sql("select count(*), count(distinct (measure_code, month, period, breakdown, category)) "
                         "from monthly_kpi_breakdown").fetchone()  # fmt: skip
        assert stored is not None and stored[0] > stored[1], "nothing was published twice"
        for one, other in permutations(("monthly_kpi_breakdown_current", f"'{named}.parquet'")):
            assert kpi.sql(f"from {one} except all from {other}").fetchall() == []
    found = rows(named.with_suffix(".csv"))
    july = [row for row in found if (row["measure_code"], row["month"], row["period"], row["breakdown"])
            == ("mash_timeliness", "2020-07-01", "month", "team")]  # fmt: skip
    assert [(row["category"], row["numerator"], row["extract_date"]) for row in july] == [
        ("North", "2.0", "2020-10-01")
    ]
    places = {row["measure_code"]: place for place, row in enumerate(rows(named.with_name("measure.csv")))}
    order = [(places[row["measure_code"]], row["breakdown"], row["category"].lstrip("'"), row["period"], row["month"])
             for row in found]  # fmt: skip
    assert order == sorted(order)
    with changed(tmp_path / "warehouse" / "kpi.duckdb") as kpi:
        kpi.execute("insert into kpi_version by name select * replace (3 as version, 'withdrawal' as kind) "
                    "from kpi_version where extract_date = '2020-10-01'")  # fmt: skip
    assert export(tmp_path / "warehouse")
    with duckdb.connect(str(tmp_path / "warehouse" / "kpi.duckdb"), read_only=True) as kpi:
        for one, other in permutations(("monthly_kpi_breakdown_current", f"'{named}.parquet'")):
            assert kpi.sql(f"from {one} except all from {other}").fetchall() == [], "as if it had never been there"
    assert {row["extract_date"] for row in rows(named.with_suffix(".csv"))} == {"2020-09-01"}


def test_parquet_is_of_a_format_and_of_types_that_every_client_reads(made: Path) -> None:
    for path in (made / "exports").glob("*.parquet"):
        file = pq.ParquetFile(path)
        assert file.metadata.format_version == "1.0"
        if file.metadata.num_rows:
            assert file.metadata.row_group(0).column(0).compression == "SNAPPY"
        assert not [field for field in file.schema_arrow if "decimal" in str(field.type)], path.name


def test_a_text_that_begins_like_a_formula_is_a_text_in_csv_and_itself_in_parquet(made: Path) -> None:
    parts = rows(made / "exports" / "monthly_kpi_breakdown_852.csv")
    assert {"'@SUM(1)", "'+44", "North"} <= {row["category"] for row in parts if row["breakdown"] == "team"}
    with duckdb.connect() as connection:
        found = connection.sql(
            "select distinct category from read_parquet(?) where breakdown = 'team'",
            params=[f"{made}/exports/monthly_kpi_breakdown_852.parquet"],
        ).fetchall()
    assert {"@SUM(1)", "+44"} <= {category for (category,) in found}
    assert [row["source"] for row in rows(made / "exports" / "target.csv")] == ["'=Plan"]
    assert [row["valid_to"] for row in rows(made / "exports" / "target.csv")] == [""]


def test_every_exported_column_has_a_meaning(made: Path) -> None:
    dictionary = rows(made / "exports" / "dictionary.csv")
    assert [row for row in dictionary if not row["meaning"]] == []
    described = {(row["table_name"], row["column_name"]) for row in dictionary}
    for path in (made / "exports").glob("*.parquet"):
        table = path.stem.rstrip("_0123456789")
        if table != "dictionary":
            assert {(table, name) for name in pq.ParquetFile(path).schema_arrow.names} <= described


# ------------------------------------------------------------------------------------------------- the workbook


def sheets(path: Path) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_the_scorecard_has_a_row_a_measure_with_thirteen_months_and_what_it_is_held_against(made: Path) -> None:
    card = sheets(made / "exports" / "scorecard_852_2020-08.xlsx")
    headings, *lines = card["Scorecard"][4:]
    by_measure = {line[1]: dict(zip(headings, line, strict=True)) for line in lines}
    found = by_measure["Referrals decided by MASH within 24 hours or one working day"]
    assert {name: value for name, value in found.items() if value != ""} == {
        "Group": "Front door", "Measure": "Referrals decided by MASH within 24 hours or one working day",
        "Good is": "high", "Unit": "percent", "Jul 2020": 50, "Aug 2020": 58, "Aug 2020 number": 23,
        "Aug 2020 out of": 40, "Target": 58, "Red, amber or green": "◆ amber", "Since last month": "↗ better",
        "What the months say": found["What the months say"],
    }  # fmt: skip
    assert headings[4:17] == [f"{name}" for name in (
        "Aug 2019", "Sep 2019", "Oct 2019", "Nov 2019", "Dec 2019", "Jan 2020", "Feb 2020", "Mar 2020", "Apr 2020",
        "May 2020", "Jun 2020", "Jul 2020", "Aug 2020")]  # fmt: skip
    assert len({heading.casefold() for heading in headings}) == len(headings)
    assert by_measure["Referrals received"]["Aug 2020"] == 40


@pytest.mark.long
def test_a_scorecard_names_the_year_of_its_own_months_benchmarks(tmp_path: Path) -> None:
    """What was compared in October 2019 were DfE's figures of the year before those of August 2020."""
    extract = landed(tmp_path, "852", "2020-09-01", "referral_date\n2018-01-02\n2020-08-03")
    land(extract.folder, assessment="start_date | authorised_date\n2019-10-01 | 2019-10-15\n2020-08-03 | 2020-08-10")
    process(tmp_path / "warehouse", [extract], Settings.model_validate({}))
    with duckdb.connect(str(tmp_path / "warehouse" / "kpi.duckdb"), read_only=True) as kpi:
        years = [
            kpi.execute(
                f"select benchmark_period_end from ({sql('card')}) where measure_code = 'assessment_timeliness'",  # noqa: S608
                {"la_code": "852", "month": month},
            ).fetchall()
            for month in (date(2019, 10, 1), date(2020, 8, 1))
        ]
    assert years == [[(date(2018, 3, 31),)], [(date(2019, 3, 31),)]]
    assert export(tmp_path / "warehouse")
    card = sheets(tmp_path / "warehouse" / "exports" / "scorecard_852_2020-08.xlsx")
    headings, *lines = card["Scorecard"][4:]
    (found,) = [line for line in lines if line[1] == "Single assessments completed within 45 working days"]
    assert "to 31 Mar 2019" in found, headings
    of_assessments = [line for line in card["Neighbours"][5:] if line[0] == found[1]]
    assert {line[1] for line in of_assessments} == {date(2019, 3, 31)}


def test_every_sheet_says_its_version_its_extract_and_that_small_numbers_are_inside(made: Path) -> None:
    for name, lines in sheets(made / "exports" / "scorecard_852_2020-08.xlsx").items():
        assert lines[1][0].startswith("From the extract of 1 September 2020, version 2."), name
        assert lines[2][0] == SMALL_NUMBERS


def test_every_text_of_the_workbook_has_room_in_its_cell(made: Path) -> None:
    with ZipFile(made / "exports" / "scorecard_852_2020-08.xlsx") as parts:
        xml = {
            name: ElementTree.fromstring(parts.read(name))  # noqa: S314 - our own file
            for name in parts.namelist() if name.endswith(".xml")
        }  # fmt: skip
    texts = ["".join(one.itertext()) for one in xml["xl/sharedStrings.xml"].findall(f"{MAIN}si")]
    shapes = xml["xl/styles.xml"].find(f"{MAIN}cellXfs")
    wrapped = [shape.find(f"{MAIN}alignment[@wrapText='1']") is not None for shape in shapes or ()]
    several = set()
    for name in (f"xl/worksheets/sheet{number}.xml" for number in range(1, 5)):
        widths = {
            column: float(columns.get("width", 0))
            for columns in xml[name].iter(f"{MAIN}col")
            for column in range(int(columns.get("min", 0)), int(columns.get("max", 0)) + 1)
        }
        for row in xml[name].iter(f"{MAIN}row"):
            if int(row.get("r", 0)) < 5:  # the lines above the table go on over the cells beside them
                continue
            for cell in row.findall(f"{MAIN}c[@t='s']"):
                text = texts[int(cell.findtext(f"{MAIN}v", ""))]
                width = int(widths[column_number(cell.get("r", ""))])
                lines = len(textwrap.wrap(text, width, break_long_words=False))
                assert max(map(len, text.split())) <= width, text
                assert lines == 1 or wrapped[int(cell.get("s", 0))], text
                assert float(row.get("ht", 15)) >= 15 * lines, text
                several |= {(name, lines > 1)}
    assert {name for name, is_several in several if is_several} >= {
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet4.xml",
    }


def column_number(reference: str) -> int:
    """The number of the column of a cell such as AB12."""
    number = 0
    for letter in reference.rstrip("0123456789"):
        number = 26 * number + ord(letter) - 64
    return number


def test_the_workbook_has_values_sparklines_and_marks_and_no_formula(made: Path) -> None:
    with ZipFile(made / "exports" / "scorecard_852_2020-08.xlsx") as parts:
        xml = {name: parts.read(name).decode() for name in parts.namelist() if "worksheets/sheet" in name}
    card = xml["xl/worksheets/sheet1.xml"]
    assert "<f>" not in "".join(xml.values())
    assert 'type="column"' in card
    assert "sparklineGroup" in card
    assert card.count("<conditionalFormatting") >= 1
    (source,) = [line[6] for line in sheets(made / "exports" / "scorecard_852_2020-08.xlsx")["Targets"][5:]]
    assert source == "=Plan"


# ------------------------------------------------------------------------------------------------ whole, and private


def modes(folder: Path) -> set[int]:
    return {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


@pytest.fixture(scope="module")
def for_a_group(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse of the same publications, exported for a group to read."""
    folder = tmp_path_factory.mktemp("for-a-group")
    shutil.copy(made / "kpi.duckdb", folder)
    assert export(folder, grp.getgrgid(os.getgid()).gr_name)
    return folder


def test_only_the_owner_may_read_them_or_a_group_by_a_setting(made: Path, for_a_group: Path) -> None:
    assert stat.S_IMODE((made / "exports").stat().st_mode) == 0o700
    assert modes(made / "exports") == {0o600}
    assert stat.S_IMODE((for_a_group / "exports").stat().st_mode) == 0o750
    assert modes(for_a_group / "exports") == {0o640}
    with pytest.raises(NoSuchGroupError):
        export(for_a_group, "no such group")


def test_the_same_publication_gives_the_same_workbook(made: Path, for_a_group: Path) -> None:
    name = "exports/scorecard_852_2020-08.xlsx"
    assert (made / name).read_bytes() == (for_a_group / name).read_bytes()


def test_they_are_replaced_whole_with_a_publication_and_left_alone_without_one(made: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(made, tmp_path / "warehouse"))
    assert not export(folder)
    (folder / "exports" / "stray.csv").write_text("not ours")
    before = {path.name: path.stat().st_ino for path in (folder / "exports").iterdir()}
    in_time = MASH.replace("2020-08-06", "2020-08-04", 1)  # one more of August's was in time after all
    later = in_time + "\n2020-09-01 | 2020-09-01 | 2020-09-02 | North"
    process(folder, [landed(tmp_path, "852", "2020-10-01", later)], Settings.model_validate({}))
    assert export(folder)
    found = {(row["la_code"], row["measure_code"], row["period"], row.get("category"), row["month"]): row
             for name in ("monthly_kpi", "monthly_kpi_breakdown_852")
             for row in rows(folder / "exports" / f"{name}.csv")}  # fmt: skip
    restated = [found["852", "mash_timeliness", "month", category, "2020-08-01"] for category in (None, "'+44")]
    assert [(row["numerator"], row["denominator"], row["extract_date"]) for row in restated] == [
        ("24.0", "40.0", "2020-10-01"),
        ("23.0", "39.0", "2020-10-01"),
    ]
    after = {path.name: path.stat().st_ino for path in (folder / "exports").iterdir()}
    assert "stray.csv" not in after
    assert "scorecard_852_2020-09.xlsx" in after
    assert "scorecard_852_2020-08.xlsx" not in after
    # What nobody published anew is the same file.
    kept = {"scorecard_330_2020-08.xlsx", *(f"monthly_kpi_breakdown_{code}.{form}" for code in ("301", "330")
                                            for form in ("csv", "parquet"))}  # fmt: skip
    assert {name for name, inode in after.items() if before.get(name) == inode} == kept


def test_exports_that_are_not_whole_are_made_again(made: Path, tmp_path: Path) -> None:
    shutil.copy(made / "kpi.duckdb", tmp_path)
    (tmp_path / ".exports-next").mkdir()
    (tmp_path / ".exports-next" / "half.csv").write_text("")
    assert export(tmp_path)
    (tmp_path / "exports" / "publication.csv").write_text("la_code\n")
    assert export(tmp_path)
    assert not export(tmp_path)
    assert not export(tmp_path / "nowhere")


@pytest.mark.long
def test_what_is_withdrawn_is_exported_no_more(tmp_path: Path) -> None:
    folder = tmp_path / "warehouse"
    process(folder, [landed(tmp_path, "852", "2020-09-01", MASH + JULY)], Settings.model_validate({}))
    assert export(folder)
    with changed(folder / "kpi.duckdb") as connection:
        connection.execute(
            "insert into kpi_version by name select * replace (2 as version, 'withdrawal' as kind) from kpi_version"
        )
    assert not export(folder)
    assert not (folder / "exports").exists()
