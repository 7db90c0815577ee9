"""The live list: what is open, whose it is, when it is due, and what comes of it if it is done on one of ten days."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from schemas.measures import MEASURES, OPEN_WORK_TITLES
from schemas.settings import Settings
from warehouse.published.publishing import CASEWORK, KPI
from warehouse.reference import loading
from warehouse.report.published_files import NoAnswerError, latest_publications, made_with, opened, purged_at, sql

FOLDER = "pending"
NO_TEAM = "No team recorded"
DAYS_OF_A_WEEK = 5
LATE, IN_TIME, NOT_COUNTED = "late", "in time", "not counted"


@dataclass(frozen=True)
class OpenItem:
    """One open item as at the extract date; `outcomes` say what it is if done on each of the list's days."""

    measure_code: str
    team: str
    worker: str | None
    person_id: str | None
    record_id: str | None
    clock_start: date | None
    due_date: date | None
    working_days_elapsed: int | None
    working_days_left: int | None
    is_overdue: bool
    table_name: str | None
    row_number: int | None
    outcomes: tuple[str, ...]

    @property
    def state(self) -> str:
        """Where it stands on the extract date, in words."""
        if self.clock_start is None:
            return "no start"
        return "overdue" if self.is_overdue else "open"


@dataclass(frozen=True)
class PendingList:
    """The open items of an authority as at its latest extract, by team and overdue first.

    `days` are the ten working days after the extract; `of` says whose items these are, where they are not all.
    """

    la_code: str
    authority: str
    extract_date: date
    published_at: datetime
    is_timed_by_hours: bool
    days: tuple[date, ...]
    items: tuple[OpenItem, ...]
    purged_at: datetime | None = None
    of: str = ""

    @property
    def teams(self) -> list[str]:
        """The teams that have an open item, in the order of the list."""
        return list(dict.fromkeys(item.team for item in self.items))

    @property
    def this_week(self) -> tuple[OpenItem, ...]:
        """What is overdue, has no date to count from, or falls due by the fifth working day after the extract."""
        until = self.days[DAYS_OF_A_WEEK - 1]
        return tuple(item for item in self.items if item.due_date is None or item.due_date <= until)

    def of_team(self, team: str) -> "PendingList":
        """The same for one team."""
        return replace(self, items=tuple(item for item in self.items if item.team == team), of=team)

    def of_worker(self, worker: str) -> "PendingList":
        """The same for one worker, by the name or id that the extract has; whatever its case."""
        wanted = worker.strip().casefold()
        found = tuple(item for item in self.items if (item.worker or "").casefold() == wanted)
        return replace(self, items=found, of=(found[0].worker or worker) if found else worker)


def pending_lists(warehouse: Path, settings: Settings) -> list[PendingList]:
    """The list of every authority in casework.duckdb, timed by the settings that its publication was made with.

    `settings` stand in where a publication did not keep its own. Raises NoAnswerError if nothing can be read.
    """
    with opened(warehouse, KPI, CASEWORK) as connection:
        lists = []
        references = loading.by_version(warehouse)
        for latest in latest_publications(connection):
            basis = made_with(connection, latest.version, settings, references)
            basis.load_calendar(connection)
            named = {"extract_date": latest.extract_date}
            days = connection.execute(sql("pending/next_working_day"), named).fetchall()
            without_start = LATE if basis.settings.missing_start == "fail" else NOT_COUNTED
            rows = connection.sql(
                sql("pending/open_item"),
                params={
                    **named, "la_code": latest.la_code, "without_start": without_start, "not_counted": NOT_COUNTED,
                    "timed": [code for code in OPEN_WORK_TITLES if code in MEASURES and MEASURES[code].is_timed],
                },
            )  # fmt: skip
            items = (_item(dict(zip(rows.columns, row, strict=True))) for row in rows.fetchall())
            lists.append(
                PendingList(
                    latest.la_code, _authority(connection, latest.la_code), latest.extract_date, latest.published_at,
                    basis.settings.mash_clock != "one_working_day", tuple(day for (day,) in days), tuple(items),
                    purged_at(connection, latest),
                )
            )  # fmt: skip
    return lists


def _authority(connection: duckdb.DuckDBPyConnection, la_code: str) -> str:
    found = connection.execute("select name from kpi.authority where la_code = ?", [la_code]).fetchone()
    return str(found[0]) if found else f"Authority {la_code}"


def _item(row: dict[str, Any]) -> OpenItem:
    return OpenItem(**{**row, "team": row["team"] or NO_TEAM, "outcomes": tuple(row["outcomes"])})


def of_team(lists: Sequence[PendingList], team: str) -> list[PendingList]:
    """The lists that hold the team, cut down to it; its name is found whatever its case.

    Raises NoAnswerError, naming the teams there are, if none holds it.
    """
    wanted = team.strip().casefold()
    found = [one.of_team(name) for one in lists for name in one.teams if name.casefold() == wanted]
    if not found:
        teams = sorted({name for one in lists for name in one.teams})
        there = f"the teams are: {'; '.join(teams)}." if teams else "nothing is open in any team."
        raise NoAnswerError(f"--team {team}: no team of that name has an open item; {there}")
    return found


def of_worker(lists: Sequence[PendingList], worker: str) -> list[PendingList]:
    """The lists that hold an item of the worker, cut down to them. Raises NoAnswerError if none does."""
    found = [one for one in (one.of_worker(worker) for one in lists) if one.items]
    if not found:
        raise NoAnswerError(
            f"--worker {worker}: no open item has that worker; without --worker the list shows whose each item is."
        )
    return found


def file_name(whole: PendingList, of: str | None = None) -> str:
    """The name of a list's workbook; `whole` is the authority's list, whose teams must keep different names."""
    name = f"pending_{whole.la_code}_{whole.extract_date}"
    return f"{name}_{_unmistakable(whole, of)}.xlsx" if of else f"{name}.xlsx"


def team_folder(whole: PendingList, team: str) -> str:
    """The folder in which a team's workbook lies, within that of all lists: one for each team."""
    return f"{whole.la_code}/{_unmistakable(whole, team)}"


def _unmistakable(whole: PendingList, name: str) -> str:
    slug = _slug(name)
    if not slug or any(_slug(other) == slug for other in whole.teams if other != name):
        slug = f"{slug}-{hashlib.sha256(name.encode()).hexdigest()[:8]}".strip("-")
    return slug


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")[:60].rstrip("-")


def is_written(warehouse: Path, since: datetime) -> bool:
    """Whether every authority's list was written since a moment. Raises NoAnswerError if nothing can be read."""
    with opened(warehouse, KPI) as connection:
        la_codes = [latest.la_code for latest in latest_publications(connection)]
    return all(
        any(
            path.stat().st_mtime >= since.timestamp()
            for path in (warehouse / FOLDER).glob(f"pending_{la_code}_????-??-??.xlsx")
        )
        for la_code in la_codes
    )
