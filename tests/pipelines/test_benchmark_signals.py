"""What the page of simulated signals shows, and that simulation and worked examples run through the product."""

import re
from pathlib import Path

import numpy as np
import pytest

from pipelines.benchmark import signals as simulated

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "signals.md").read_text()


def cells(heading: str) -> list[list[str]]:
    """The rows of the table below a heading."""
    section = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


def percent(cell: str) -> float:
    return float(cell.removesuffix("%"))


def test_the_page_shows_what_signals_are_to_do() -> None:
    rows = cells("What is found and what is invented")
    assert [row[0] for row in rows] == [one.name for one in simulated.KINDS]
    for name, false, _, _, seen, without in rows:
        assert percent(false) < 5, name
        assert percent(without) <= 18, name
        if name.startswith(("share", "count")):
            assert percent(seen) >= 58, name
    assert ["25", "90%", "60%"] in [
        row[:3] for row in cells("Good and small services that fall") if percent(row[3]) >= 95
    ]
    assert re.search(r"300 series .* changed in a later publication 0 times", PAGE)


def test_every_kind_is_drawn_with_the_step_it_is_asked_for() -> None:
    away = np.where(np.arange(48) >= 24, 2.0, 0.0)
    for one in simulated.KINDS:
        numerator, denominator = one.draw(np.random.default_rng(1), 300, away)
        assert numerator.shape == (300, 48)
        figure = numerator if denominator is None else 100 * numerator / np.maximum(denominator, 1)
        if one.kind == "count_of_snapshot":
            figure = np.diff(figure, axis=1)[:, [22, 23]]  # one month's change, and the jump
        moved = figure[:, figure.shape[1] // 2 :].mean() - figure[:, : figure.shape[1] // 2].mean()
        assert abs(moved) > 0.5 * figure[:, : figure.shape[1] // 2].std(), one.name


@pytest.mark.long
def test_published_month_by_month_no_limit_changes() -> None:
    limited, changed, moved = simulated.published_monthly(6, months=48)
    assert (limited, changed) == (6 * 48, 0)
    assert moved >= 3


@pytest.mark.parametrize("name", ["process limits", "single point at the ends", "single point in the middle"])
def test_single_points_are_marked_as_nhs_england_published_them(name: str) -> None:
    values, there = simulated.WORKED_EXAMPLES[name]
    assert simulated.marked_here(values) == there.replace("x", "b")


@pytest.mark.parametrize("name", [name for name in simulated.WORKED_EXAMPLES if name.startswith("variation")])
def test_of_the_examples_with_a_shift_of_six_the_single_points_are_marked(name: str) -> None:
    values, there = simulated.WORKED_EXAMPLES[name]
    assert simulated.marked_here(values) == "." * 6 + there[6:].replace("x", "b")
