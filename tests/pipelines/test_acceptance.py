"""Limits: an extract that is beyond a limit is refused until it is mended or a person accepts it, and says why.

Tables are drawn by their counts: `rows` records, of which some are spoilt.
"""

import json
import os
import pwd
import shutil
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from datetime import date, timedelta
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dagster import AssetKey, DagsterInstance
from support.command import run_command

from pipelines.automation import due
from pipelines.commands.accept import accept_extract
from pipelines.commands.run import run_extracts
from pipelines.definitions import JOB, build
from pipelines.instance import home, register, run
from pipelines.settings import PipelineSettings
from warehouse import ledger, refusals
from warehouse.landing.extracts import landed
from warehouse.layers import Group
from warehouse.published import publishing

PROJECT = Path(__file__).resolve().parents[2]


def day(folder: Path, number: int) -> str:
    """A day of the month before the extract's, so that records reach it."""
    before = date.fromisoformat(folder.name) - timedelta(days=1)
    return str(before.replace(day=before.day - number % 20))


def land_referrals(folder: Path, rows: int, quarantined: int = 0, repeated: int = 0, children: str = "P") -> None:
    """Referrals, the first of them with a decision before they were received, the last repeated."""
    header = "referral_id,person_id,referral_date,referral_source,referral_nfa,received_at,mash_completed_at"
    lines = [
        f"R{number},{children}{number},{day(folder, number)},1A,N,{day(folder, number)},"
        + ("2020-07-01" if number <= quarantined else day(folder, number))
        for number in range(1, rows + 1)
    ]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "referral.csv").write_text("\n".join([header, *lines, *lines[rows - repeated :], ""]))


def land_enquiries(folder: Path, rows: int, without_start: int = 0) -> None:
    """Section 47 enquiries, the first of them without the start that says when."""
    lines = [f"S{n},P{n},{'' if n <= without_start else day(folder, n)}" for n in range(1, rows + 1)]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "s47.csv").write_text("\n".join(["s47_id,person_id,start_date", *lines, ""]))


# --------------------------------------------------------------------------------------------- refused, then accepted


@pytest.fixture(scope="module")
def published_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose warehouse has published 40 referrals of 852 and as many of 330."""
    folder = tmp_path_factory.mktemp("published")
    for la_code in ("852", "330"):
        land_referrals(folder / "landing" / la_code / "2020-09-01", rows=40)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSTER_HOME", "")  # so that what home() sets is taken back
        assert told(lambda: run_extracts(installation(folder)))[0] == 0
    return folder


@pytest.fixture(scope="module")
def refused_once(published_once: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int, str]:
    """The same once extracts of October have been refused, with how that run ended and what it said.

    852 sends 20 referrals; so does 330, half of them spoilt, and enquiries without a start; 370 a file of no use.
    """
    folder = tmp_path_factory.mktemp("refused") / "council"
    shutil.copytree(published_once, folder)
    land_referrals(folder / "landing/852/2020-10-01", rows=20)
    land_referrals(folder / "landing/330/2020-10-01", rows=20, quarantined=10, children="ZQPERSON")
    land_enquiries(folder / "landing/330/2020-10-01", rows=20, without_start=5)
    land_referrals(folder / "landing/370/2020-10-01", rows=40)
    (folder / "landing/370/2020-10-01/s47.csv").write_text("enquiry,child\n1,2\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSTER_HOME", "")
        return folder, *told(lambda: run_extracts(installation(folder)))


@pytest.fixture
def refused(refused_once: tuple[Path, int, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PipelineSettings:
    """An installation of the test's own that has refused the same."""
    monkeypatch.setenv("DAGSTER_HOME", "")
    shutil.copytree(refused_once[0], tmp_path, dirs_exist_ok=True)
    return installation(tmp_path)


@pytest.fixture
def settings(published_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PipelineSettings:
    """An installation of the test's own that has published the same."""
    monkeypatch.setenv("DAGSTER_HOME", "")
    shutil.copytree(published_once, tmp_path, dirs_exist_ok=True)
    return installation(tmp_path)


def installation(folder: Path) -> PipelineSettings:
    """Limits that hold for tables of 20 rows or more."""
    return PipelineSettings(landing=folder / "landing", warehouse=folder / "warehouse", drift_minimum_rows=20)


def told(command: Callable[[], int]) -> tuple[int, str]:
    """The exit status of a command and what it says."""
    said = StringIO()
    with redirect_stderr(said), redirect_stdout(said):
        return command(), said.getvalue()


def run_again(settings: PipelineSettings) -> tuple[int, str]:
    return told(lambda: run_extracts(settings))


def accept(
    settings: PipelineSettings, day: str = "2020-10-01", reason: str = "A system was closed", la_code: str = "852"
) -> tuple[int, str]:
    return told(lambda: accept_extract(settings, la_code, date.fromisoformat(day), reason))


def reasons(settings: PipelineSettings, la_code: str = "852") -> list[str]:
    """Why the next run would refuse the authority's extract of October as it now lies, without that run."""
    extracts = [one for one in landed(settings.landing) if (one.la_code, one.extract_date.month) == (la_code, 10)]
    left_out = refusals.left_out(extracts, settings.warehouse)
    group = Group(extracts, settings.definitions, settings.operation, left_out=left_out)
    try:
        return [each.reason for why in refusals.refused(group, settings.warehouse).values() for each in why]
    finally:
        group.close()


def published_files(settings: PipelineSettings) -> dict[str, tuple[str, int]]:
    """Hash and time of change of each published file."""
    files = [settings.warehouse / name for name in ("kpi.duckdb", "casework.duckdb")]
    return {file.name: (sha256(file.read_bytes()).hexdigest(), file.stat().st_mtime_ns) for file in files}


def kpi(settings: PipelineSettings, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(settings.warehouse / "kpi.duckdb"), read_only=True) as connection:
        return connection.sql(query).fetchall()


@pytest.mark.long
def test_asking_what_is_left_out_writes_nothing(refused: PipelineSettings) -> None:
    def files() -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in refused.warehouse.rglob("*.duckdb")}

    before = files()
    assert refused.warehouse / "ledger.duckdb" in before
    assert refusals.left_out(landed(refused.landing), refused.warehouse) == {}
    assert files() == before


SHRUNK = (
    "852/2020-10-01/referral.csv: it has 20 rows besides duplicates, 50.0% fewer than the 40 of 2020-09-01, and the "
    "limit is 40%; send the whole table, or accept the extract as it is: "
    "python -m pipelines accept 852 2020-10-01 --reason TEXT."
)


def test_extracts_beyond_a_limit_and_of_no_use_leave_what_was_published_byte_for_byte(
    published_once: Path, refused_once: tuple[Path, int, str]
) -> None:
    folder, status, said = refused_once
    assert status == 1
    for sentence in (
        SHRUNK,
        SHRUNK.replace("852", "330"),
        "330/2020-10-01/referral.csv: 10 of 20 rows (50.0%) are quarantined, above all by the rule end_before_start "
        "in mash_completed_at, and the limit is 5%; correct them, or accept",
        "330/2020-10-01/s47.csv: start_date is empty in 5 of 20 rows (25.0%), and the limit is 20%; enter the dates",
        "370/2020-10-01/s47.csv: the required columns s47_id, ",
        "3 of 3 extracts were refused",
    ):
        assert sentence in said
    assert "ZQPERSON" not in said
    for name in ("kpi.duckdb", "casework.duckdb"):
        assert (folder / "warehouse" / name).read_bytes() == (published_once / "warehouse" / name).read_bytes()


@pytest.mark.long
def test_what_is_refused_beside_another_extract_is_not_published_where_that_one_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", "")
    settings = installation(tmp_path)
    land_referrals(settings.landing / "852/2020-09-01", rows=40)
    land_referrals(settings.landing / "852/2020-10-01", rows=20)
    publish = publishing.publish

    def fail_once(*_: object, **__: object) -> None:
        monkeypatch.setattr(publishing, "publish", publish)
        raise RuntimeError

    monkeypatch.setattr(publishing, "publish", fail_once)
    status, said = run_again(settings)
    assert (status, SHRUNK in said) == (1, True), said
    assert publishing.published(settings.warehouse) == {}, "alone it would have nothing to be compared with"


def test_the_partition_fails_in_dagster_and_its_checks_are_errors(settings: PipelineSettings) -> None:
    land_referrals(settings.landing / "852/2020-10-01", rows=20)
    land_referrals(settings.landing / "852/2020-11-01", rows=40)
    keys = ["852_2020-10-01", "852_2020-11-01"]
    before = published_files(settings)
    with DagsterInstance.from_config(str(home(settings.warehouse))) as instance:
        register(instance, keys)
        outcome = run(instance, build(settings).resolve_job_def(JOB), keys)
        assert (outcome.succeeded, outcome.refused) == (False, {"852_2020-10-01": [SHRUNK]})
        checks = {
            (evaluation.asset_key.to_user_string(), evaluation.check_name): (
                evaluation.severity.value,
                evaluation.passed,
            )
            for record in instance.all_logs(outcome.run_id)
            if (event := record.dagster_event) and event.event_type_value == "ASSET_CHECK_EVALUATION"
            if (evaluation := event.asset_check_evaluation_data)
        }
        observed = {
            (record.partition_key, record.asset_observation.description if record.asset_observation else None)
            for record in instance.fetch_observations(AssetKey(["raw", "extract"]), limit=10).records
        }
        assert observed == {("852_2020-10-01", SHRUNK)}, "the page of the partition says why"
        assert checks["staged/front_door", "within_limits"] == ("ERROR", False)
        assert checks["staged/assessment", "within_limits"][1]
        for layer, table in (("staged", "front_door"), ("measures", "monthly_kpi"), ("published", "kpi")):
            assert set(keys).isdisjoint(instance.get_materialized_partitions(AssetKey([layer, table])))
    assert published_files(settings) == before


def test_nothing_of_a_refused_extract_is_published_by_materialising_the_later_layers_alone(
    refused: PipelineSettings,
) -> None:
    settings = refused
    before = published_files(settings)
    definitions = build(settings)
    later = [key for key in definitions.resolve_asset_graph().get_all_asset_keys()
             if key.path[0] in ("facts", "measures", "published")]  # fmt: skip
    with DagsterInstance.from_config(str(home(settings.warehouse))) as instance:
        result = definitions.resolve_implicit_global_asset_job_def().execute_in_process(
            instance=instance, raise_on_error=False, partition_key="852_2020-10-01", asset_selection=later
        )
    assert not result.success
    assert published_files(settings) == before


def test_a_person_accepts_one_refused_extract_and_leaves_a_table_out_of_another_and_the_reasons_are_published(
    refused: PipelineSettings,
) -> None:
    settings = refused

    def leave_out(table: str) -> tuple[int, str]:
        return told(lambda: accept_extract(settings, "370", date(2020, 10, 1), "The export broke", (table,)))

    status, said = accept(settings, reason="Closed records went to the archive")
    assert (status, "Closed records went to the archive" in said) == (0, True)
    assert accept(settings, la_code="370")[0] == 2  # what cannot be used cannot be accepted as it is
    status, said = leave_out("s74")
    assert (status, "--leave-out s74: no table of the contract" in said) == (2, True)
    status, said = leave_out("s47")
    assert (status, said.splitlines()[0]) == (0, "Accepted: 370/2020-10-01: the table s47 is left out.")

    status, said = run_again(settings)
    assert (status, SHRUNK.replace("852", "330") in said) == (1, True)  # it is refused each time it is tried
    assert "1 of 3 extracts were refused" in said  # and stops no other
    assert SHRUNK not in said
    assert "The table s47 is left out on purpose." in said
    assert kpi(settings, "select la_code from kpi_version where extract_date = '2020-10-01' order by 1") == [
        ("370",),
        ("852",),
    ]
    user = pwd.getpwuid(os.getuid()).pw_name
    accepted = "select la_code, extract_date::varchar, accepted_by, reason, findings from accepted_extract order by 1"
    assert kpi(settings, accepted) == [
        ("370", "2020-10-01", user, "The export broke", "370/2020-10-01: the table s47 is left out"),
        ("852", "2020-10-01", user, "Closed records went to the archive", SHRUNK.partition("; ")[0]),
    ]
    of_370, of_852 = kpi(settings, "select la_code, extract_date::varchar, reason from refused_extract order by 1")
    assert of_370[2].startswith("370/2020-10-01/s47.csv: the required columns s47_id, ")
    assert of_852 == ("852", "2020-10-01", SHRUNK)
    assert kpi(
        settings,
        "select count(*) from accepted_extract inner join kpi_version using (version, la_code, extract_date, "
        "inputs_sha256) inner join refused_extract using (version, la_code, extract_date, inputs_sha256) "
        "where refused_at <= accepted_at and accepted_at <= published_at + interval 1 second",
    ) == [(2,)]
    lost = kpi(
        settings, "select measure_code from not_computable where la_code = '370' and extract_date = date '2020-10-01'"
    )
    assert ("section_47_enquiries",) in lost
    assert ("referrals",) not in lost
    assert [one.la_code for one in due(settings)] == ["330"]

    assert reasons(settings, "370") == []
    (settings.landing / "370/2020-10-01/s47.csv").write_text("enquiry,child\n1,3\n")  # another file, another decision
    (reason,) = reasons(settings, "370")
    assert reason.startswith("370/2020-10-01/s47.csv: the required columns s47_id, ")


def test_an_acceptance_holds_for_exactly_the_bytes_that_were_refused(refused: PipelineSettings) -> None:
    assert reasons(refused) == [SHRUNK]
    assert accept(refused)[0] == 0
    assert reasons(refused) == []
    land_referrals(refused.landing / "852/2020-10-01", rows=21)
    (reason,) = reasons(refused)
    assert "21 rows besides duplicates, 47.5% fewer" in reason


@pytest.mark.long
def test_an_acceptance_covers_what_was_found_and_nothing_else(settings: PipelineSettings) -> None:
    land_referrals(settings.landing / "852/2020-10-01", rows=20, quarantined=1)
    assert run_again(settings)[0] == 1
    assert accept(settings)[0] == 0
    stricter = settings.model_copy(update={"quarantined_share_limit": 0.01})
    status, said = run_again(stricter)
    assert (status, "1 of 20 rows (5.0%) are quarantined" in said) == (1, True), said
    assert accept(stricter)[0] == 0
    assert run_again(stricter)[0] == 0


def test_only_an_extract_that_was_refused_as_it_lies_can_be_accepted(settings: PipelineSettings) -> None:
    status, said = accept(settings, "2020-09-01")
    assert (status, "has not been refused as it now lies" in said) == (2, True)
    status, said = accept(settings, "2020-12-01")
    assert (status, "no such extract" in said) == (2, True)


@pytest.mark.long
def test_a_file_that_cannot_be_used_cannot_be_accepted(settings: PipelineSettings) -> None:
    land_referrals(settings.landing / "852/2020-10-01", rows=40)
    (settings.landing / "852/2020-10-01/s47.csv").write_text("s47_id,person_id\nS1,P1\n")
    assert run_again(settings)[0] == 1
    status, said = accept(settings)
    assert (status, "s47.csv: the required column start_date" in said, "cannot be accepted" in said) == (2, True, True)
    assert run_again(settings)[0] == 1


@pytest.mark.long
def test_refusals_are_kept_once_and_published_with_the_next_version_of_their_authority(
    settings: PipelineSettings,
) -> None:
    good = (settings.landing / "852/2020-09-01/referral.csv").read_text()
    folder = settings.landing / "852/2020-10-01"
    folder.mkdir()
    (folder / "referral.csv").write_text("referral_id\nR1\n")
    assert run_again(settings)[0] == 1
    land_referrals(settings.landing / "370/2020-10-01", rows=40)
    assert run_again(settings)[0] == 1
    assert kpi(settings, "from refused_extract") == []  # another authority's version does not carry it
    (folder / "referral.csv").write_text(good)
    assert run_again(settings)[0] == 0
    (folder / "referral.csv").write_text(good.replace("2020-08-04", "2020-08-05"))
    assert run_again(settings)[0] == 0
    assert kpi(settings, "select version, la_code, extract_date::varchar from refused_extract") == [
        (4, "852", "2020-10-01")
    ]
    assert (settings.warehouse / ledger.LEDGER).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["85", "2020-09-01", "--reason", "x"], "3-digit"),
        (["852", "1/9/2020", "--reason", "x"], "write it as YYYY-MM-DD"),
        (["852", "2020-09-01"], "--reason"),
        (["852", "2020-09-01", "--reason", " "], "1 to 500 characters"),
    ],
)
def test_an_acceptance_without_an_extract_or_a_reason_ends_with_status_2(
    tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    result = run_command("accept", *arguments, "--warehouse", tmp_path / "w")
    assert (result.returncode, sentence in result.stderr) == (2, True), result.stderr


def test_a_run_records_the_limits_in_force(settings: PipelineSettings) -> None:
    resources = build(settings.model_copy(update={"missing_share_limit": 0.3})).resources
    assert json.loads(resources["workspace"].operation)["missing_share_limit"] == 0.3  # type: ignore[index]


@pytest.mark.long
def test_an_extract_that_cannot_be_read_keeps_no_other_from_being_told(settings: PipelineSettings) -> None:
    land_referrals(settings.landing / "852/2020-10-01", rows=10)
    unreadable = settings.landing / "301/2020-10-01"
    unreadable.mkdir(parents=True)
    (unreadable / "referral.csv").write_bytes(b"")
    status, said = run_again(settings)
    assert status == 1
    assert "2 of 2 extracts were refused" in said
    assert "301/2020-10-01/referral.csv: " in said
    assert "852/2020-10-01/referral" in said
    with duckdb.connect(str(settings.warehouse / "ledger.duckdb"), read_only=True) as connection:
        refused = connection.sql("select distinct la_code from refusal order by 1").fetchall()
    assert refused == [("301",), ("852",)]
