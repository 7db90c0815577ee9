"""How clean rows become the files that councils send: rows broken and repeated, cells in many spellings."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from support.second_count.cells import CODES, LONDON
from support.second_count.tables import COLUMNS, ENDS

from .draws import Draws

Row = dict[str, Any]
DESCRIPTIONS = {
    "M": "Male", "6": "Police", "1A": "Individual", "V2": "Single period under S20", "V3": "Short breaks",
    "V4": "Short breaks, agreement", "C2": "FCO", "C1": "Interim",
}  # fmt: skip
NULLS = ["", "", "", "", " ", "-", "--", " - ", ".", "nan", "NaN", "None", "NULL", "N/A", "na", "<blank>", "\u2013"]
NULLS += ["Not Recorded", "No data", "Data not captured in MOSAIC", "zNotRecorded"]
UNREADABLE = ["05/27/2020", "TBC", "not yet born", "31/02/2020", "oops!", "2020-13-01", "#N/A", "=H2+5"]
SENTINELS = ["01/01/1900", "1900-01-01", "1899-12-30", "01/01/1753", "31/12/9999", "0001-01-01"]
OPEN_ENDS = ["31/12/9999", "9999-12-31", "9999-12-31 00:00:00", "01/01/2099", "infinity"]
WHOLE_WORDS = ("contact_outcome", "health_type", "health_status")  # sets whose codes are words


class Dirt:
    """Writes rows as files. Clean: one spelling, no row broken or repeated."""

    def __init__(self, draws: Draws, is_clean: bool) -> None:
        self.draws = draws
        self.is_clean = is_clean

    def write(self, folder: Path, rows: dict[str, list[Row]]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for table, clean in rows.items():
            if self.is_clean:
                self.write_clean(folder / f"{table}.csv", table, clean)
            else:
                self.write_dirty(folder / f"{table}.csv", table, [dict(row) for row in clean])
            if not clean:  # a file without rows is refused
                (folder / f"{table}.csv").unlink()

    def write_clean(self, path: Path, table: str, rows: list[Row]) -> None:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS[table])
            for row in rows:
                writer.writerow([row[name].isoformat() if isinstance(row[name], date) else row[name] for name in row])

    def write_dirty(self, path: Path, table: str, rows: list[Row]) -> None:
        draws = self.draws
        columns = [
            name for name, column in COLUMNS[table].items() if column.must_be_there or not self.may_be_absent(name)
        ]
        if draws.chance(50):
            draws.rng.shuffle(columns)
        if draws.chance(50):
            draws.rng.shuffle(rows)
        for row in rows:
            self.spoil(table, row)
        has_more = draws.chance(30)
        lines: list[list[str]] = []
        for row in self.repeat(rows, table):
            lines.append([self.cell(table, name, row[name]) for name in columns] + (["kept"] if has_more else []))
            if draws.chance(1):  # to the letter the same row
                lines.insert(draws.number(0, len(lines)), list(lines[-1]))
        width = len(columns) + has_more
        if width > 1 and draws.chance(20):
            lines.append([draws.pick("Total", "Report run on 01/09/2020")] + [""] * (width - 1))
        for _ in range(draws.pick(0, 0, 1, 3)):
            lines.append([draws.pick("", " ")] + [""] * (width - 1))
        with path.open("w", encoding=draws.pick("utf-8", "utf-8-sig"), newline="") as file:
            writer = csv.writer(
                file, delimiter=draws.pick(",", ",", ";", "\t"), lineterminator=draws.pick("\n", "\r\n")
            )
            writer.writerow([self.header(name) for name in columns] + (["Region"] if has_more else []))
            writer.writerows(lines)

    def may_be_absent(self, column: str) -> bool:
        """An informational column, left out now and then; what measures need is always sent."""
        informational = ("upn", "factors", "child_seen", "seen_alone", "urn", "internal_review_date", "review_meetings")
        return column in informational and self.draws.chance(30)

    # Rows

    def spoil(self, table: str, row: Row) -> None:
        """Break the rules for rows, each at about one in a hundred."""
        draws = self.draws
        dated = [
            name for name, column in COLUMNS[table].items()
            if column.kind in ("date", "moment") and isinstance(row[name], date)
        ]  # fmt: skip
        if dated and draws.chance(0.8):
            row[draws.pick(*dated)] = draws.pick(*UNREADABLE)
        if dated and draws.chance(0.5):
            row[draws.pick(*dated)] = draws.pick(*SENTINELS)
        if dated and draws.chance(0.5):
            ahead = draws.today + timedelta(days=draws.pick(1, 1, 2, 400))
            name = draws.pick(*dated)
            row[name] = datetime.combine(ahead, time(9)) if COLUMNS[table][name].kind == "moment" else ahead
        if draws.chance(0.6):
            row[draws.pick(*[name for name, column in COLUMNS[table].items() if column.must_be_there])] = None
        if draws.chance(0.15):
            row[draws.pick(*[name for name, column in COLUMNS[table].items() if column.kind == "id"])] = "1.23457E+11"
        if draws.chance(0.8) and table not in ("person", "worker"):
            row["person_id"] = draws.pick("P999", "777777", "nan", "-1")
        for start, end in ENDS.get(table, ()):
            if draws.chance(0.6) and isinstance(row[start], date) and isinstance(row[end], date):
                row[end] = row[start] - timedelta(days=draws.pick(0, 1, 1, 30))
        for end in ("end_date", "dec", "closure_date", "end_at"):
            if end in row and row[end] is None and draws.chance(8):
                row[end] = draws.pick(*OPEN_ENDS)
        for name, column in COLUMNS[table].items():
            if column.kind in CODES and row[name] is not None and draws.chance(0.7):
                row[name] = draws.pick("ZZZ", "see notes 17", "~DO NOT USE")

    def repeat(self, rows: list[Row], table: str) -> list[Row]:
        """Rows again, and keys again with other content: next to each other, or at the end of the file."""
        draws = self.draws
        kept: list[Row] = []
        at_the_end: list[Row] = []
        for row in rows:
            kept.append(row)
            if draws.chance(1):
                (kept if draws.chance(50) else at_the_end).append(dict(row))
            if draws.chance(2.5):
                other = dict(row)
                names = [
                    name for name, column in COLUMNS[table].items()
                    if column.kind == "date" and isinstance(row[name], date) and name != "decom"
                ]  # fmt: skip
                if names:
                    name = draws.pick(*names)
                    other[name] = draws.pick(other[name] + timedelta(days=draws.pick(-1, 1, 30)), None, "TBC")
                if "status" in other and COLUMNS[table]["status"].kind == "text" and draws.chance(30):
                    other["status"] = draws.pick("COMPLETED", "CANCELLED")
                (kept if draws.chance(50) else at_the_end).append(other)
                if draws.chance(15):
                    at_the_end.append(dict(row))  # and the first content once more
        return kept + at_the_end

    # Cells

    def header(self, column: str) -> str:
        return self.draws.pick(
            column, column, column.upper(), column.replace("_", " ").title(), f" {column} ", column.replace("_", ""),
            column.replace("_", "-").capitalize(),
        )  # fmt: skip

    def cell(self, table: str, column: str, value: Any) -> str:
        draws = self.draws
        kind = COLUMNS[table][column].kind
        if value is None:
            return draws.pick(*NULLS)
        if isinstance(value, datetime):
            return self.moment(value)
        if isinstance(value, date):
            return self.date(value)
        text = str(value)
        if kind == "id":
            return self.identity(text)
        if kind in CODES:
            return self.code(text, kind)
        if column == "status" and draws.chance(15):
            return draws.pick(text.lower(), f" {text} ", f"{text}\u00a0")
        return text

    def identity(self, text: str) -> str:
        kind = self.draws.rng.random()
        if kind < 0.05:
            return f" {text}"
        if kind < 0.10:
            return f"{text}\u00a0 "
        if kind < 0.16:
            return text.lower()
        if kind < 0.20:
            return f"'{text}"
        if kind < 0.26 and text.isdigit():
            return f"{text}.{self.draws.pick('0', '00')}"
        return text

    def code(self, text: str, kind: str) -> str:
        if "DO NOT" in text or text in ("ZZZ", "see notes 17") or not self.draws.chance(25):
            return text
        if kind in WHOLE_WORDS or text not in CODES[kind]:
            return self.draws.pick(text.lower(), f" {text} ") if text in CODES[kind] else text
        words = DESCRIPTIONS.get(text, "as described")
        forms: list[Callable[[], str]] = [
            lambda: f"{text} - {words}",
            lambda: f"{text}: {words}",
            lambda: f"q) {text}: {words}",
            lambda: f"{text} [{words}]",
            lambda: f"{words} ({text})",
            lambda: text.lower(),
            lambda: f" {text} ",
            lambda: f"\u2018{text}",
        ]
        return self.draws.rng.choice(forms)()

    def date(self, value: date) -> str:
        kind = self.draws.rng.random()
        month = value.strftime("%b")
        serial = (value - date(1899, 12, 30)).days
        if kind < 0.45:
            return f"{value:%d/%m/%Y}"
        if kind < 0.62:
            return value.isoformat()
        if kind < 0.67:
            return f"{value.day}/{value.month}/{value:%y}" if value.year > 1930 else value.isoformat()
        if kind < 0.71:
            return f"{value:%d}-{'Sept' if month == 'Sep' else month}-{value:%Y}"
        if kind < 0.74:
            return f"{value:%d}-{month.upper()}-{value:%y}"
        if kind < 0.77:
            return f"{value.year}/{value.month}/{value.day}"
        if kind < 0.81:
            return f"{value.isoformat()}T00:00:00"
        if kind < 0.85:
            return f"{value.isoformat()} 00:00:00.000"
        if kind < 0.87:
            return f"{value:%d/%m/%Y} 00:00"
        if kind < 0.90:  # an export in universal time: in summer the evening before
            return self.universal(datetime.combine(value, time()))
        if kind < 0.92:
            return f"{value.isoformat()}{self.draws.pick('Z', '+01:00')}"
        if kind < 0.94:
            return f"{value - timedelta(days=1)} 24:00:00"
        if 20000 <= serial <= 60000:
            return f"{serial}.0" if kind > 0.98 else str(serial)
        return value.isoformat()

    def moment(self, value: datetime) -> str:
        if value.time() == time():
            return self.date(value.date())
        kind = self.draws.rng.random()
        if kind < 0.25:
            return f"{value:%d/%m/%Y %H:%M}"
        if kind < 0.45:
            return f"{value:%Y-%m-%dT%H:%M:%S}"
        if kind < 0.60:
            return f"{value:%Y-%m-%d %H:%M:%S}"
        if kind < 0.68:
            return f"{value:%Y-%m-%d %H:%M:%S}.123"
        if kind < 0.80:
            return self.universal(value)
        if kind < 0.86:
            return value.replace(tzinfo=LONDON).isoformat()
        if kind < 0.92:
            return f"{value:%d/%m/%Y %I:%M %p}"
        days = (value - datetime(1899, 12, 30)).total_seconds() / 86400
        return f"{days:.8f}"

    def universal(self, value: datetime) -> str:
        there = value.replace(tzinfo=LONDON).astimezone(ZoneInfo("UTC"))
        return f"{there:%Y-%m-%dT%H:%M:%S}{self.draws.pick('', '.000')}Z"
