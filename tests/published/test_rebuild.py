"""A version computed again from what it was made of: the same figures, or the name of what is no longer the same."""

import hashlib
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest
from support.command import run_command
from support.landed import land
from support.published import process

from pipelines.commands.rebuild import rebuild_version
from pipelines.settings import PipelineSettings
from schemas.settings import Settings
from warehouse import rebuilding
from warehouse.landing.extracts import Extract
from warehouse.published import publishing
from warehouse.rebuilding import UnknownVersionError, rebuild
from warehouse.reference import loading

PROJECT = Path(__file__).resolve().parents[2]
# Late by one day, unless the council was closed on the fifth.
REFERRAL = "referral_date | received_at | mash_completed_at\n2019-07-01 | |\n2020-08-04 | 2020-08-04 | 2020-08-06"
CLOSED = Settings(local_extra_non_working_days=(date(2020, 8, 5),))


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Version 1 of August with a closure day; then September as version 2 and August as version 3, without."""
    folder = tmp_path_factory.mktemp("rebuild")
    august, september = (
        Extract("852", date(2020, month, 1), folder / "landing" / "852" / f"2020-{month:02}-01") for month in (9, 10)
    )
    for extract in (august, september):
        land(extract.folder, referral=REFERRAL)
    (august.folder / "commentary" / "2020-08").mkdir(parents=True)
    (august.folder / "commentary" / "2020-08" / "mash_timeliness.md").write_text("A closure day.")
    assert process(folder / "warehouse", [august], CLOSED) == [1]
    assert process(folder / "warehouse", [september, august], accepted_settings="The council was open.") == [2, 3]
    return folder


@pytest.fixture
def folder(published: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy to change, of which a rebuild must leave every byte of the warehouse as it is."""
    shutil.copytree(published, tmp_path, dirs_exist_ok=True)
    before = files(tmp_path / "warehouse")
    yield tmp_path
    assert files(tmp_path / "warehouse") == before


def files(warehouse: Path) -> dict[str, str]:
    return {
        str(path.relative_to(warehouse)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in warehouse.rglob("*")
        if path.is_file()
    }


def differences(folder: Path, version: int = 1) -> tuple[str, ...]:
    rebuilt = rebuild(folder / "landing", folder / "warehouse", version)
    assert not rebuilt.is_same
    return rebuilt.differences


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.long
def test_an_old_version_comes_out_the_same_after_newer_ones_under_other_settings(folder: Path, version: int) -> None:
    with duckdb.connect(str(folder / "warehouse" / "kpi.duckdb"), read_only=True) as connection:
        august = "measure_code = 'mash_timeliness' and month = '2020-08-01' and period = 'month'"
        in_time = [
            connection.sql(f"select numerator from monthly_kpi_at_version({one}) where {august}").fetchall()  # noqa: S608
            for one in (1, 3)
        ]
        assert in_time == [[(1.0,)], [(0.0,)]], "the settings decide the figure"
    rebuilt = rebuild(folder / "landing", folder / "warehouse", version)
    assert (rebuilt.is_same, rebuilt.otherwise, rebuilt.differences) == (True, 0, ())
    assert rebuilt.figures > 15  # a year of months, and of twelve months three


def test_a_figure_that_comes_out_otherwise_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It alone: the others of version 1 come out the same, by its own settings and not by those in force."""
    real = rebuilding._published

    def forged(warehouse: Path, version: int) -> tuple[rebuilding.MadeOf, object]:
        made_of, figures = real(warehouse, version)
        with duckdb.connect() as connection:
            connection.register("figures", figures)
            changed = connection.sql(
                "select * replace (case when measure_code = 'mash_timeliness' and month = '2020-08-01' "
                "and period = 'month' then 0.5 else numerator end as numerator) from figures"
            ).to_arrow_table()
        return made_of, changed

    monkeypatch.setattr(rebuilding, "_published", forged)
    (told,) = differences(folder)
    of_all, otherwise = told.split(" figures come out otherwise, ")
    assert otherwise == "the first mash_timeliness 2020-08 month."
    one, number = of_all.split(" of ")
    assert one == "1"
    assert int(number) > 15  # a year of months, and of twelve months three


def test_a_file_that_is_not_as_it_was_is_named(folder: Path) -> None:
    extract = folder / "landing" / "852" / "2020-09-01"
    then = hashlib.sha256((extract / "referral.csv").read_bytes()).hexdigest()
    (extract / "referral.csv").write_text((extract / "referral.csv").read_text() + "\n")
    (extract / "commentary" / "2020-08" / "mash_timeliness.md").unlink()
    (extract / "person.csv").write_text("person_id\nP1\n")
    gone, came, changed = differences(folder)
    assert gone.startswith("852/2020-09-01/commentary/2020-08/mash_timeliness.md: gone; ")
    assert came == "852/2020-09-01/person.csv: not of that version; it came later."
    assert changed.startswith(f"852/2020-09-01/referral.csv: not the file of that version, whose SHA-256 was {then}; ")
    shutil.rmtree(extract)
    assert differences(folder) == (f"852/2020-09-01: the extract has gone from {folder}/landing.",)


@pytest.mark.long
def test_other_reference_figures_are_named(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edition = Path(shutil.copytree(loading.FOLDER, tmp_path / "reference"))
    (edition / "source.csv").write_text((edition / "source.csv").read_text().replace("DfE", "DFE", 1) + "\n")
    then = loading.version()
    monkeypatch.setattr(loading, "FOLDER", edition)
    (told,) = differences(folder)
    assert told == (
        f"The reference figures are others than those of that version, whose SHA-256 was {then}; "
        f"now it is {loading.version()}."
    )


@pytest.mark.long
def test_other_definitions_are_named_with_the_code_that_had_them(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilding, "definitions_sha256", lambda *_: "another")
    assert differences(folder) == (
        "The definitions are others: contracts, queries or the catalogue have changed since code version 0.",
    )


@pytest.mark.long
def test_a_setting_that_is_none_any_more_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = rebuilding._published

    def older(warehouse: Path, version: int) -> tuple[rebuilding.MadeOf, object]:
        made_of, figures = real(warehouse, version)
        settings = {**made_of.settings, "mash_clok": '"strict_24h"'}
        return rebuilding.MadeOf(**{**vars(made_of), "settings": settings}), figures

    monkeypatch.setattr(rebuilding, "_published", older)
    assert differences(folder) == ('The setting mash_clok = "strict_24h" of that version is none any more.',)


def test_there_must_be_such_a_version(folder: Path) -> None:
    with pytest.raises(UnknownVersionError, match="no version 4"):
        rebuild(folder / "landing", folder / "warehouse", 4)
    with pytest.raises(UnknownVersionError, match="nothing is published"):
        rebuild(folder / "landing", folder / "elsewhere", 1)


@pytest.mark.long
def test_what_a_killed_rebuild_left_is_removed_by_the_next(folder: Path) -> None:
    left = folder / "warehouse" / ".rebuild-left"
    left.mkdir()
    for name in (".lock", "working.duckdb"):
        (left / name).write_bytes(b"")
    rebuild(folder / "landing", folder / "warehouse", 1)
    assert not list((folder / "warehouse").glob(".rebuild-*"))


@pytest.mark.long
def test_the_command_says_so_and_ends_with_the_status(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    landing, warehouse = folder / "landing", folder / "warehouse"
    result = run_command("rebuild", "1", "--landing", landing, "--warehouse", warehouse)
    assert (result.returncode, result.stderr) == (0, "")
    assert "figures of version 1, of 852/2020-09-01, come out the same." in result.stdout
    (landing / "852" / "2020-09-01" / "referral.csv").unlink()
    settings = PipelineSettings(landing=landing, warehouse=warehouse)
    assert rebuild_version(settings, 1) == 1
    told = capsys.readouterr().err
    assert "852/2020-09-01/referral.csv: gone" in told
    assert "cannot be computed again" in told
    assert rebuild_version(settings, 9) == 2
    assert "There is no version 9" in capsys.readouterr().err


def test_a_figure_over_a_month_that_its_extract_left_out_is_not_asked_of_it() -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "create table measure as select 'repeat_plans' as measure_code, 'pooled' as quarter_making;"
            "create table measure_coverage as select 'repeat_plans' as measure_code, date '2019-01-01' as first_month,"
            " date '2020-09-01' as last_month, [date '2020-03-01'] as months_left_out;"
            "create table figure_of_version as select 'repeat_plans' as measure_code, month, period, 1.0 as numerator,"
            " 2.0 as denominator, 50.0 as value, 0 as missing_start, 'final' as status"
            " from (values (date '2020-03-01', 'month'), (date '2020-08-01', 'rolling_12_months'),"
            " (date '2020-05-01', 'quarter'), (date '2020-06-01', 'quarter'), (date '2020-04-01', 'month')) as _(month, period);"
            "create table monthly_kpi_current as from figure_of_version limit 0"
        )
        otherwise = connection.sql(publishing.sql("record/rebuilt_otherwise")).fetchall()
    assert otherwise == [("repeat_plans", "2020-04", "month"), ("repeat_plans", "2020-06", "quarter")]
