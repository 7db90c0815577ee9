"""The service's own words on a figure: Markdown files that lie in an extract, `commentary/<YYYY-MM>/<measure_code>.md`.

A commentary never stops an extract. What is missing or wrong in it is told by the file's name, never by its words.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from schemas.measures import MEASURES
from warehouse.landing.extracts import UNREADABLE, Extract, commentary_files, file_sha256, is_open, name_in_extract

# Many pages of text; what is larger is no commentary.
LARGEST_BYTES = 64 * 1024
_ENTRY = re.compile(r"(\w+)\s*:\s*(.*)")
# Line breaks that word processors put inside a paragraph; other control characters are no text.
_LINE_BREAK = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffe\uffff]")

_SCHEMA = pa.schema(
    [
        ("la_code", pa.string()),
        ("extract_date", pa.date32()),
        ("file_name", pa.string()),
        ("sha256", pa.string()),
        ("month", pa.date32()),
        ("measure_code", pa.string()),
        ("author", pa.string()),
        ("written_on", pa.date32()),
        ("text", pa.string()),
        ("warnings", pa.list_(pa.string())),
    ]
)


@dataclass(frozen=True)
class Commentary:
    """One file: what it says on which figure, `text` None where it cannot be used; `warnings` are whole sentences."""

    file_name: str
    sha256: str
    month: date | None = None
    measure_code: str | None = None
    author: str | None = None
    written_on: date | None = None
    text: str | None = None
    warnings: tuple[str, ...] = ()


def read_commentary(extract: Extract) -> list[Commentary]:
    """The commentary of an extract as it lies in its folder, the unusable files among it, by file name."""
    return [_read(extract, path) for path in commentary_files(extract)]


def not_read(extract: Extract) -> list[str]:
    """One sentence for each thing in the commentary folder that is no `<YYYY-MM>/<measure_code>.md`, or no file."""
    folder, read = extract.folder / "commentary", set(commentary_files(extract))
    found = folder.rglob("*") if is_open(folder) else ()
    others = sorted(path for path in found if not path.is_dir() and path not in read)
    return [
        f"{_where(extract, path)}: not read; a commentary is a file such as commentary/2020-08/mash_timeliness.md."
        for path in others
    ]


def register(connection: duckdb.DuckDBPyConnection, extracts: Sequence[Extract]) -> None:
    """Make `staged.commentary`: one row per commentary file of the extracts, the unusable ones among them."""
    rows = [
        {"la_code": extract.la_code, "extract_date": extract.extract_date, **vars(commentary)}
        for extract in extracts
        for commentary in read_commentary(extract)
    ]
    connection.from_arrow(pa.Table.from_pylist(rows, schema=_SCHEMA)).query(
        "commentary", "create or replace table staged.commentary as from commentary"
    )


def _read(extract: Extract, path: Path) -> Commentary:
    where, file_name = _where(extract, path), name_in_extract(extract, path)
    try:
        if path.stat().st_size > LARGEST_BYTES:
            reason = f"it is larger than {LARGEST_BYTES // 1024} KiB; shorten it"
            return Commentary(file_name, file_sha256(path), warnings=(f"{where}: left out, {reason}.",))
        content = path.read_bytes()
    except OSError:
        reason = "it cannot be opened; see to its permissions"
        return Commentary(file_name, UNREADABLE, warnings=(f"{where}: left out, {reason}.",))
    sha256 = hashlib.sha256(content).hexdigest()
    month, measure_code, text = _month(path.parent.name), path.stem, _text(content)
    author, written, body = _parted(text or "")
    written_on = _iso_date(written)
    if month is None:
        reason = f"{path.parent.name} is no month; name the folder as in 2020-08"
    elif measure_code not in MEASURES:
        reason = f"{measure_code} is no measure; docs/measures.md has their codes"
    elif text is None:
        reason = "it is not text in UTF-8; save it as such"
    elif not body:
        reason = "it says nothing"
    else:
        lacking = []
        if author is None:
            lacking.append(
                f"{where}: shown without an author; name one as 'author: …' between two lines '---' at the top."
            )
        if written_on is None:
            how = "a date" if written is None else "its date, which is no day"
            lacking.append(f"{where}: shown without {how}; write it as 'date: 2020-09-03' below the author.")
        return Commentary(file_name, sha256, month, measure_code, author, written_on, f"{body}\n", tuple(lacking))
    return Commentary(file_name, sha256, warnings=(f"{where}: left out, {reason}.",))


def _where(extract: Extract, path: Path) -> str:
    return f"{extract.la_code}/{extract.extract_date}/{name_in_extract(extract, path)}"


def _text(content: bytes) -> str | None:
    try:
        text = _LINE_BREAK.sub("\n", content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return None
    return None if _NO_TEXT.search(text) else text


def _parted(text: str) -> tuple[str | None, str | None, str]:
    """Author, date as written, and the Markdown below the front matter."""
    first, *lines = [line.strip() for line in text.split("\n")]
    end = lines.index("---") if first == "---" and "---" in lines else 0
    front = [_ENTRY.fullmatch(line) for line in lines[:end] if line]
    if first != "---" or "---" not in lines or None in front:  # at most two rules, with words of the service between
        return None, None, text.strip()
    entries = {entry[1].lower(): entry[2].strip("\"'").strip() for entry in front if entry}
    return entries.get("author") or None, entries.get("date") or None, "\n".join(text.split("\n")[end + 2 :]).strip()


def _month(name: str) -> date | None:
    return _iso_date(f"{name}-01") if re.fullmatch(r"\d{4}-\d{2}", name) else None


def _iso_date(text: str | None) -> date | None:
    if text is None or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
