"""How a path is written for a person."""

from pathlib import Path

import pytest

from warehouse.report.words import place


def test_a_path_is_told_from_here_and_whole_where_it_lies_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    assert place(here / "data" / "warehouse") == place(Path("data/warehouse")) == "data/warehouse"
    assert place(here / "..data") == "..data"
    assert place(here) == "."
    assert place(tmp_path / "warehouse") == place(Path("../warehouse")) == str(tmp_path / "warehouse")
