"""Cut an extract to a window, as sources cut theirs: by whole spells, or by single rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

from support.second_count import authorities
from support.second_count.assessment import referral_of
from support.second_count.extract import Extract, Row, is_held
from support.second_count.looked_after import periods
from support.second_count.protection import answers, awaits_conference, conferences, first_conference_since
from support.second_count.settings import Settings

# By table the date of an event, or the start and the end of a spell. Tables that are not here are not cut.
EVENTS = {
    "contact": "received_at", "strategy_discussion": "discussion_date", "icpc": "icpc_date", "cp_review": "review_date",
    "cp_visit": "visit_date", "cin_visit": "visit_date", "cla_review": "review_date", "cla_visit": "visit_date",
    "cla_health": "event_date",
}  # fmt: skip
SPELLS = {
    "referral": ("referral_date", "closure_date"), "assessment": ("start_date", "authorised_date"),
    "s47": ("start_date", "end_date"), "cp_plan": ("start_date", "end_date"), "cin_plan": ("start_date", "end_date"),
    "cla_episode": ("decom", "dec"), "cla_care_plan": ("authorised_date", "end_date"),
    "missing": ("start_at", "end_at"), "dolo": ("start_date", "end_date"), "allocation": ("start_date", "end_date"),
    "pre_proceedings": ("start_date", "decision_date"),
}  # fmt: skip


def cut(
    source: Path, target: Path, complete_from: date, extract_date: date, la_code: str, *, by: str = "whole spells"
) -> None:
    """Write the extract without what lies before the window, the rows that stay as they are.

    An event stays where it is dated on or after the day, a spell where it was open on or after it. Whole spells: a
    period of care stays with all its episodes, a referral with its assessments and enquiries, an enquiry with the
    conference that answers it, a plan with the conference from which it dates. A row whose dates cannot be read, or
    that has none, stays.

    Args:
        source: the folder of the whole extract.
        target: the folder to write, made where it is not there.
        complete_from: the first day of the window.
        extract_date: the day of the extract.
        la_code: the council.
        by: "whole spells", or "rows": each row by its own dates.
    """
    extract = Extract(source, extract_date, la_code, Settings(), authorities.ours(la_code))
    stays = _by_rows(complete_from)
    kept = {table: {row.number for row in rows if stays(row)} for table, rows in extract.rows.items()}
    if by == "whole spells":
        _keep_whole(extract, kept)
    elif by != "rows":
        raise ValueError(f"An extract is cut by whole spells or by rows, not by {by}")
    target.mkdir(parents=True, exist_ok=True)
    for table in extract.rows:
        _write(source / f"{table}.csv", target / f"{table}.csv", kept[table])


def _by_rows(complete_from: date) -> Callable[[Row], bool]:
    def stays(row: Row) -> bool:
        if row.unreadable:
            return True
        if row.table == "icpc" and not is_held(row):
            return True  # still to be held
        if row.table in EVENTS:
            day = row.day(EVENTS[row.table])
            return day is None or day >= complete_from
        if row.table in SPELLS:
            start, end = (row.day(column) for column in SPELLS[row.table])
            if row.table == "assessment" and row.status == "reopened":
                end = None  # not authorised after all
            return start is None or start >= complete_from or end is None or end >= complete_from
        return True

    return stays


def _keep_whole(extract: Extract, kept: dict[str, set[int]]) -> None:
    """Widen what is kept until no spell is cut in two. An enquiry that waits for a conference has not ended."""
    for child in extract.children():
        for period in periods(extract, child):
            numbers = {episode.row.number for episode in period.episodes}
            if numbers & kept.get("cla_episode", set()):
                kept["cla_episode"] |= numbers
    for row in extract.used("s47"):
        if awaits_conference(extract, row) and not answers(extract, row, extract.extract_date):
            kept["s47"].add(row.number)
    for plan in extract.rows.get("cp_plan", []):
        first = first_conference_since(extract, plan) if plan.number in kept["cp_plan"] else None
        if first is not None:
            kept["icpc"].add(first.number)
    for conference in conferences(extract) if "icpc" in extract.rows else []:
        if conference.row.number in kept["icpc"] and conference.enquiry is not None:
            kept["s47"].add(conference.enquiry.number)
    for conference in conferences(extract) if "icpc" in extract.rows else []:
        if conference.enquiry is not None and conference.enquiry.number in kept["s47"]:
            kept["icpc"].add(conference.row.number)
    for table in ("assessment", "s47"):
        for row in extract.rows.get(table, []):
            referral = referral_of(extract, row)
            if referral is not None and row.number in kept[table]:
                kept["referral"].add(referral.number)
    for row in extract.rows.get("assessment", []):
        referral = referral_of(extract, row)
        if referral is not None and referral.number in kept["referral"]:
            kept["assessment"].add(row.number)


def _write(source: Path, target: Path, numbers: set[int]) -> None:
    """The header and the rows of these numbers, cells as they are."""
    text = source.read_text(encoding="utf-8-sig")
    delimiter = max(",;\t", key=text.split("\n", 1)[0].count)
    lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        writer.writerow(lines[0])
        writer.writerows(line for number, line in enumerate(lines, start=1) if number > 1 and number in numbers)
