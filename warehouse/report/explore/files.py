"""Writes the pages to explore, each whole or not at all: `reports/explore.html`, and that of the public copy."""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from warehouse.private import give_to_group
from warehouse.published.public_copy import copying as public
from warehouse.report.explore.page import explore, explore_public, page
from warehouse.report.folder import EXPLORE, FOLDER, replace
from warehouse.report.published_files import NoAnswerError, opened_figures


def write(warehouse: Path, la_codes: Sequence[str] | None = None, group: str | None = None) -> list[Path]:
    """Write `reports/explore.html`; where it lies, and then the authorities' own pages.

    It holds every authority, and breakdowns while there is but one: with several, each of `la_codes` (all of them,
    where none is named) has a page of its own with its breakdowns. The pages hold small numbers, so they are for their
    owner alone, or for a `group` of the system too. Raises NoAnswerError where nothing is published, NoSuchGroupError for a
    group that the system does not have.
    """
    with opened_figures(warehouse) as kpi:
        found = kpi.sql("select distinct la_code from published_extract order by 1").fetchall()
        known = [la_code for (la_code,) in found]
        if not known:
            raise NoAnswerError("Nothing is published that could be explored; publish an extract first.")
        whole = warehouse / FOLDER / EXPLORE
        made = explore(kpi, known, has_breakdowns=len(known) == 1)
        _put(whole, page(made), group)
        paths = [whole]
        for la_code in known if len(known) > 1 else ():
            if la_codes is None or la_code in la_codes:
                own = warehouse / FOLDER / la_code / EXPLORE
                _put(own, page(explore(kpi, [la_code], has_breakdowns=True)), group)
                paths.append(own)
    return paths


def write_public(warehouse: Path) -> Path:
    """Write the page of the public copy, which is made first where it is not there; anybody may read it.

    Raises NoAnswerError where nothing is published.
    """
    with opened_figures(warehouse) as kpi:
        public.publish(warehouse)
        folder = warehouse / public.FOLDER
        with duckdb.connect(str(folder / public.DATABASE), read_only=True) as copy:
            content = page(explore_public(kpi, copy))
    replace(folder / public.PAGE, content)
    return folder / public.PAGE


def _put(path: Path, content: bytes, group: str | None) -> None:
    replace(path, content, 0o600)
    if group is not None:
        give_to_group(path, group)
        path.chmod(0o640)
