"""Dagster's own storage, damaged: it is set aside and made anew, which is said; what is published does not depend on it."""

import logging
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from dagster import DagsterInstance
from support.at_length import pairs
from support.damage import DAMAGES

from pipelines import instance

FILES = ("history/runs.db", "history/runs/index.db", "schedules/schedules.db", "dagster.yaml")


def registered(warehouse: Path) -> list[str]:
    """Open the instance as every command does, register a partition, and give those there are."""
    with DagsterInstance.from_config(str(instance.home(warehouse))) as opened:
        instance.register(opened, ["852_2020-09-01"])
        assert opened.get_runs_count() == 0
        assert opened.all_instigator_state() == []
        return list(opened.get_dynamic_partitions("extract"))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole") / "warehouse"
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DAGSTER_HOME", raising=False)
        registered(folder)
    return folder


@pytest.mark.parametrize(("damage", "name"), pairs(DAMAGES, FILES))
def test_a_damaged_file_is_set_aside_and_made_anew_and_said(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, name: str,
    damage: str,
) -> None:  # fmt: skip
    """A single bit may lie where SQLite has nothing, or in a word of the YAML: then nothing is damaged that is read."""
    monkeypatch.setenv("DAGSTER_HOME", "")
    warehouse = Path(shutil.copytree(whole, tmp_path / "warehouse"))
    DAMAGES[damage](warehouse / "dagster" / name)
    with caplog.at_level(logging.WARNING, "warehouse"):
        assert registered(warehouse) == ["852_2020-09-01"]
    told = [record.getMessage() for record in caplog.records if record.name == "warehouse"]
    harmless = damage == "gone" or "bit" in damage or damage in ("without its last byte", "end overwritten")
    if not harmless and not (name == "dagster.yaml" and damage in ("halved", "another format version")):
        assert len(told) == 1
        assert "set aside as" in told[0]
        assert list((warehouse / "dagster" / "set-aside").iterdir())
    caplog.clear()
    assert registered(warehouse) == ["852_2020-09-01"]
    assert [record for record in caplog.records if record.name == "warehouse"] == [], "once"


def test_an_index_whose_tables_were_not_all_made_is_made_anew(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As a process leaves it that is killed while it makes it."""
    monkeypatch.setenv("DAGSTER_HOME", "")
    monkeypatch.setattr(instance, "_MADE_WITHIN_SECONDS", 0)
    warehouse = Path(shutil.copytree(whole, tmp_path / "warehouse"))
    index = warehouse / "dagster" / "history" / "runs" / "index.db"
    index.unlink()
    with closing(sqlite3.connect(index)) as connection:
        connection.execute("create table event_logs (id integer primary key)")
    with caplog.at_level(logging.WARNING, "warehouse"):
        assert registered(warehouse) == ["852_2020-09-01"]
    assert "index.db: it was damaged" in caplog.text
