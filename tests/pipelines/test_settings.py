"""Mistakes in the settings are told by file, line and the nearest key, in one sentence."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from pipelines.__main__ import main


def told(config: Path, written: bytes) -> str:
    """The sentence about a file of settings."""
    config.write_bytes(written)
    done = CliRunner().invoke(main, ["pending", "--config", str(config)])
    assert done.exit_code == 2
    return done.output.splitlines()[-1].removeprefix("Error: ")


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        (
            "kept_generations = 2\nsa_clock_strat = 1",
            ", line 2: sa_clock_strat is no setting, did you mean sa_clock_start?",
        ),
        ("[local_target]\nmash_timelines = 95", ", line 2: local_target: mash_timelines is no measure; did you mean"),
        (
            "[local_target]\nicpc_timeliness = 80\nmash_timeliness = nan",
            ", line 3: local_target.mash_timeliness: Input",
        ),
        (
            "local_target = { mash_timeliness = -inf }",
            ", line 1: local_target.mash_timeliness: Input should be a finite",
        ),
        (
            'missing_start = "failed"\nretention_days = 0',
            ", line 1: missing_start: Input should be 'fail' or 'exclude'; ",
        ),
        ("missing_start = \n", ": Invalid value (at line 1, column 17)"),
        ('missing_start = "fél"', ": 'utf-8' codec can't decode"),
    ],
)
def test_a_mistake_is_told_by_its_file_and_line(tmp_path: Path, written: str, sentence: str) -> None:
    config = tmp_path / "settings.toml"
    assert f"{config}{sentence}" in told(config, written.encode("latin-1"))


def test_a_mistake_in_the_environment_is_told_by_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, written, sentence in (
        ("KPI_MISSING_START", "no", "KPI_MISSING_START in the environment: missing_start: Input should be"),
        ("KPI_LOCAL_EXTRA_NON_WORKING_DAYS", "2020-01-01",
         'KPI_LOCAL_EXTRA_NON_WORKING_DAYS in the environment: a list is written as JSON, ["V3"].'),
    ):  # fmt: skip
        with monkeypatch.context() as environment:
            environment.setenv(name, written)
            done = CliRunner().invoke(main, ["pending"])
        assert (done.exit_code, sentence in done.output) == (2, True), done.output
