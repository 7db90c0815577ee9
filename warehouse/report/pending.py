"""The live list: what is open, whose it is, when it is due, and what comes of it if it is done on one of ten days."""

import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from schemas.settings import Settings
from warehouse.published.publishing import CASEWORK, KPI
from warehouse.reference import loading
from warehouse.report.opening import NoAnswerError, latest_publications, opened, purged_at, settings_of, sql

FOLDER = "pending"
NO_TEAM = "No team recorded"
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
    """The open items of an authority as at its latest extract, by team and overdue first."""

    la_code: str
    extract_date: date
    published_at: datetime
    is_timed_by_hours: bool
    days: tuple[date, ...]
    items: tuple[OpenItem, ...]
    purged_at: datetime | None = None

    @property
    def teams(self) -> list[str]:
        """The teams that have an open item, in the order of the list."""
        return list(dict.fromkeys(item.team for item in self.items))

    def of_team(self, team: str) -> "PendingList":
        """The same for one team."""
        return PendingList(
            self.la_code, self.extract_date, self.published_at, self.is_timed_by_hours, self.days,
            tuple(item for item in self.items if item.team == team), self.purged_at,
        )  # fmt: skip


def pending_lists(warehouse: Path, settings: Settings) -> list[PendingList]:
    """The list of every authority in casework.duckdb, timed by the settings that its publication was made with.

    `settings` stand in where a publication did not keep its own. Raises NoAnswerError if nothing can be read.
    """
    with opened(warehouse, KPI, CASEWORK) as connection:
        lists = []
        for latest in latest_publications(connection):
            in_force = settings_of(connection, latest.version, settings)
            loading.load(connection, in_force.local_extra_non_working_days, loading.CALENDAR)
            named = {"extract_date": latest.extract_date}
            days = connection.execute(sql("next_working_day"), named).fetchall()
            without_start = LATE if in_force.missing_start == "fail" else NOT_COUNTED
            rows = connection.sql(
                sql("pending"), params={**named, "la_code": latest.la_code, "without_start": without_start}
            )
            items = (_item(dict(zip(rows.columns, row, strict=True))) for row in rows.fetchall())
            lists.append(
                PendingList(
                    latest.la_code, latest.extract_date, latest.published_at,
                    in_force.mash_clock != "one_working_day", tuple(day for (day,) in days), tuple(items),
                    purged_at(connection, latest),
                )
            )  # fmt: skip
    return lists


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


def file_name(whole: PendingList, team: str | None = None) -> str:
    """The name of a list's workbook; `whole` is the authority's list, whose teams must keep different names."""
    name = f"pending_{whole.la_code}_{whole.extract_date}"
    if team is None:
        return f"{name}.xlsx"
    slug = _slug(team)
    if not slug or any(_slug(other) == slug for other in whole.teams if other != team):
        slug = f"{slug}-{hashlib.sha256(team.encode()).hexdigest()[:8]}".strip("-")
    return f"{name}_{slug}.xlsx"


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")[:60].rstrip("-")


def write(warehouse: Path, name: str, content: bytes) -> Path:
    """Write a list's workbook, for its owner's eyes only, beside the file that it then replaces; where it lies."""
    folder = warehouse / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    path, new = folder / name, folder / f".next-{os.getpid()}-{name}"
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        os.fchmod(descriptor, 0o600)
        stream.write(content)
        stream.flush()
        os.fsync(descriptor)
    new.replace(path)
    return path
