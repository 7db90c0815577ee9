"""Drawn extracts: a test shows the rows that land, and this runs the layers over them, without Dagster.

The extracts drawn for the tests of a module are one run, one authority each, because a run of many costs what a run of
one costs.
"""

import gc
import os
import textwrap
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from filelock import FileLock
from support.command import run_command
from support.landed import EXTRACT_DATE, land
from support.published import Published, grouped, publish

from warehouse.landing.extracts import Extract


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: some tests wait, for a lock, a browser or a process that ends."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs the demonstration begins first, so that at the end no worker waits for another that makes it."""
    items.sort(key=lambda item: item.path.stem != "test_overview")


def pytest_collection_finish() -> None:
    """What is imported by now stays: looking through it again and again would take a tenth of the time of the tests."""
    gc.freeze()
    gc.set_threshold(50_000)


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The demonstration as `make run` makes it: the warehouse, to read, and what was printed. Made once for all workers."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "demonstration"
    with FileLock(f"{folder}.lock"):
        if not (folder / "printed").exists():
            landing, warehouse = ["--landing", folder / "landing"], ["--warehouse", folder / "warehouse"]
            made = [
                run_command(*command)
                for command in (
                    ["demo", *landing],
                    ["run", *landing, *warehouse, "--config", "pipelines/demonstration.toml"],
                    ["report", "852", "2020-08", *warehouse],
                )
            ]
            assert [one.returncode for one in made] == [0, 0, 0], made
            (folder / "printed").write_text("".join(one.stdout for one in made))
    return folder / "warehouse", (folder / "printed").read_text()


@pytest.fixture(scope="module")
def processed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Published]]:
    """Every extract drawn in the module, in one run: what came of each, by the name of its test."""
    folder = tmp_path_factory.mktemp("drawn")
    drawn: dict[str, tuple[Extract, dict[str, str]]] = {}
    for item in request.session.items:
        mark = item.get_closest_marker("extract")
        if mark and item.getparent(pytest.Module) is request.node and item.originalname not in drawn:
            tables = {name: textwrap.dedent(drawing) for name, drawing in mark.kwargs.items()}
            extract_date, la_code = "".join(mark.args) or EXTRACT_DATE, str(500 + len(drawn))
            landed = Extract(la_code, date.fromisoformat(extract_date), folder / la_code / extract_date)
            land(landed.folder, **tables)
            drawn[item.originalname] = (landed, tables)
    with grouped([extract for extract, _ in drawn.values()]) as group:
        publish(group, folder / "warehouse")
        for name in ("kpi", "casework"):
            group.connection.execute(f"attach '{folder}/warehouse/{name}.duckdb' as {name} (read_only)")
        yield {name: Published(group.connection, extract.la_code, tables) for name, (extract, tables) in drawn.items()}


@pytest.fixture
def published(request: pytest.FixtureRequest, processed: dict[str, Published]) -> Published:
    """What came of the extract that is drawn above the test."""
    return processed[request.node.originalname]
