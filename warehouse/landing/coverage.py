"""From when an extract is complete: what its form, the setting `[coverage]` and its `extract.toml` declare."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from schemas.tables import MODELS
from warehouse.landing.bounds import UnreadableFileError
from warehouse.landing.extracts import Extract, is_regular

FILE_NAME = "extract.toml"
_KEYS = ("complete_from", "spells_complete_from", "complete_to")
_SPAN = re.compile(r"(\d{1,3})\s+(year|month)s?", re.IGNORECASE)
_LARGEST_BYTES = 64 * 1024


@dataclass(frozen=True)
class Coverage:
    """From when, and to when, a table of an extract is complete, and who says so.

    Events dated from `complete_from` on, and spells open on or after `spells_complete_from`, are all there; None is the
    whole history. `complete_to` None is the extract date. `is_latest_only`: the table holds only the latest of a kind.
    `is_cut_by_rows`: of a spell from before, single records may be gone, as the first assessment of a referral.
    """

    complete_from: date | None = None
    spells_complete_from: date | None = None
    complete_to: date | None = None
    is_latest_only: bool = False
    declared_by: str = ""
    is_cut_by_rows: bool = False


def declared(
    extract: Extract, tables: Mapping[str, Coverage], setting: Mapping[str, date | str] | None = None
) -> dict[str, Coverage]:
    """The coverage of each table of an extract, in rising order: as its form has it, the setting, `extract.toml`.

    `tables` holds every table that was sent, with what its form declares; `setting` is that of the authority: a span
    such as "6 years" or a date, by table, or under "all". Raises UnreadableFileError for an `extract.toml` that cannot
    be understood.
    """
    found = dict(tables)
    for name, value in sorted((setting or {}).items(), key=lambda entry: entry[0] != "all"):
        for table in tables if name == "all" else [name] if name in tables else []:
            day = starting(value, extract.extract_date)
            found[table] = replace(
                found[table], complete_from=day, spells_complete_from=day, declared_by="setting coverage"
            )
    for table, changes in _of_file(extract).items():
        if table in found:
            found[table] = replace(found[table], **changes, declared_by=FILE_NAME)
    return {
        table: replace(coverage, spells_complete_from=coverage.spells_complete_from or coverage.complete_from)
        for table, coverage in found.items()
    }


def starting(value: date | str, extract_date: date) -> date:
    """The day that a date, or a span before the extract date such as "6 years" or "24 months", stands for.

    Raises ValueError for another text.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if span := _SPAN.fullmatch(value.strip()):
        months = int(span[1]) * (12 if span[2].lower() == "year" else 1)
        year, month = divmod(extract_date.year * 12 + extract_date.month - 1 - months, 12)
        if year >= 1:
            last = 29 if month == 1 and (year % 4 == 0 and (year % 100 or year % 400 == 0)) else (
                31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month]  # fmt: skip
            return date(year, month + 1, min(extract_date.day, last))
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        raise ValueError(f"{value!r} is neither a date such as 2020-03-01 nor a span such as '6 years'") from None


def _of_file(extract: Extract) -> dict[str, dict[str, Any]]:
    """What `extract.toml` says, by table of the contract."""
    content = _content(extract.folder / FILE_NAME)
    if content is None:
        return {}
    try:
        document = tomllib.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UnreadableFileError("it is no TOML; write lines such as complete_from = 2020-03-01") from error
    sections = {name: value for name, value in document.items() if isinstance(value, dict)}
    if unknown := sorted({*document} - {*_KEYS, *sections}) + sorted({*sections} - {*MODELS}):
        raise UnreadableFileError(
            f"it has the entry {unknown[0][:40]!r}; give {', '.join(_KEYS)}, or these below a table such as [cp_plan]"
        )
    whole = _dates(document, extract)
    return {
        table: {**whole, **_dates(sections.get(table, {}), extract)} for table in MODELS if whole or table in sections
    }


def _dates(entries: Mapping[str, Any], extract: Extract) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in entries.items():
        if isinstance(value, dict):
            continue
        if name not in _KEYS:
            raise UnreadableFileError(f"it has the entry {name[:40]!r}; give {', '.join(_KEYS)}")
        if not isinstance(value, (date, str)):
            raise UnreadableFileError(f"{name} is no date; write it as in {name} = 2020-03-01")
        try:
            found[name] = starting(value, extract.extract_date)
        except ValueError as error:
            raise UnreadableFileError(f"{name} is no date; write it as in {name} = 2020-03-01") from error
        if name != "complete_to" and found[name] > extract.extract_date:
            raise UnreadableFileError(
                f"{name} is after the day of the extract, so that no month would be covered; correct it"
            )
    if "complete_from" in found:
        found.setdefault("spells_complete_from", found["complete_from"])
    return found


def _content(path: Path) -> bytes | None:
    if not is_regular(path):
        return None
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise UnreadableFileError(f"it is larger than {_LARGEST_BYTES // 1024} KiB; it declares a few dates only")
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFileError("it cannot be opened; see to its permissions") from error
