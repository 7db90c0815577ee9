"""What one authority calls things: `<landing>/<la_code>/authority.toml`, read into the words of the contract.

```toml
closure_days = [2020-12-24, 2020-12-29]  # no working days of this authority, beside those of the settings

[sheets]                      # a sheet's name: the list or table that it holds
"CP register" = "List 7"

[headers.referral]            # a table, or "List 3": the council's header, and the column or header of the form
"Ref start" = "referral_date"

[codes.referral_source]       # a code set, or one column as "referral.referral_nfa": the council's word, and the code
"Police - MASH" = "6"

[statuses]                    # the council's status: VOID, NOT_HELD, PLANNED, ADJOURNED, REOPENED, OPEN or DONE
"Auth'd" = "DONE"

[teams]                       # the team as the case system has it, and as it is to be shown
"LOC1 ASST" = "Locality 1"
```
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from rapidfuzz import process

from schemas.codes import CODE_SETS
from schemas.tables import MODELS, Column, Kind, columns
from warehouse.forms.annex_a_lists import LISTS
from warehouse.forms.cells import folded
from warehouse.forms.reading import TableRead
from warehouse.landing.bounds import UnreadableFileError
from warehouse.landing.extracts import Extract
from warehouse.reference.loading import FIRST_DATE, LAST_DATE

FILE_NAME = "authority.toml"
_LARGEST_BYTES = 1 << 20
_SECTIONS = ("closure_days", "sheets", "headers", "codes", "statuses", "teams")
# The word that says each status in every list of statuses.
STATUS_WORDS: Mapping[str, str] = {
    "VOID": "cancelled",
    "NOT_HELD": "postponed",
    "PLANNED": "planned",
    "ADJOURNED": "adjourned",
    "REOPENED": "reopened",
    "OPEN": "started",
    "DONE": "completed",
}
_ENTRY = re.compile(r"""\s*((?:"(?:[^"\\]|\\.)*"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=""")
_LISTS = {f"List {number}": number for number in LISTS}


@dataclass(frozen=True)
class LocalSpellings:
    """An authority's own headers, sheet names, codes, statuses and team names, and the days on which it is closed.

    `headers` maps a table (or `List 3`) to its local headers and what each means; `sheets` a folded sheet name to a
    table or list; `codes` a code set or `table.column` to the local words, folded by `spelling`, and their codes.
    """

    headers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sheets: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)
    teams: Mapping[str, str] = field(default_factory=dict)
    closure_days: tuple[date, ...] = ()

    def applied(self, table: TableRead) -> TableRead:
        """The table with the local words in its code, status and team columns in those of the contract."""
        cells = table.cells
        for column in columns(table.table_name):
            words = self._words(table.table_name, column)
            if words and column.name in cells.column_names:
                place = cells.column_names.index(column.name)
                cells = cells.set_column(place, column.name, _translated(cells.column(place), words))
        return table if cells is table.cells else replace(table, cells=cells)

    def _words(self, table: str, column: Column) -> Mapping[str, str]:
        if column.name == "team":
            return self.teams
        if column.kind is Kind.STATUS:
            return {word: STATUS_WORDS[status] for word, status in self.statuses.items()}
        of_set = self.codes.get(column.code_set or "", {})
        return {**of_set, **self.codes.get(f"{table}.{column.name}", {})}


def spelling(text: str) -> str:
    """A word as local words compare: without space around it, doubled space and case."""
    return " ".join(text.split()).casefold()


def _translated(cells: pa.ChunkedArray, words: Mapping[str, str]) -> pa.ChunkedArray:
    encoded = cells.combine_chunks().dictionary_encode()
    texts = [text if text is None else words.get(spelling(text), text) for text in encoded.dictionary.to_pylist()]
    return pa.chunked_array([pa.array(texts, pa.string()).take(encoded.indices)])


def of(extract: Extract) -> LocalSpellings:
    """What the extract's authority declares; nothing, where it has no file.

    Raises UnreadableFileError, with the line and the remedy of everything that is wrong.
    """
    path = extract.folder.parent / FILE_NAME
    return read(path) if path.is_file() else LocalSpellings()


def read(path: Path) -> LocalSpellings:
    """The spellings of one file. Raises UnreadableFileError."""
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise UnreadableFileError(f"it is larger than {_LARGEST_BYTES >> 20} MiB; it names spellings only")
        text = path.read_text("utf-8-sig")
        document = tomllib.loads(text)
    except OSError as error:
        raise UnreadableFileError("it cannot be opened; see to its permissions") from error
    except UnicodeDecodeError as error:
        raise UnreadableFileError("it is no text in UTF-8; save it as UTF-8") from error
    except (ValueError, RecursionError) as error:  # no TOML, a number of any length, or lists in lists without end
        why = f": {error}" if isinstance(error, tomllib.TOMLDecodeError) else ""
        raise UnreadableFileError(f'it is no TOML{why}; write lines such as "Ref start" = "referral_date"') from error
    checked = _Checked(text)
    headers = {
        name: checked.section(document, ("headers", name), _meanings(name))
        for name in checked.names(document, "headers", [*MODELS, *_LISTS])
    }
    codes = {
        name: checked.section(document, ("codes", name), _code_of(name))
        for name in checked.names(document, "codes", _code_sets())
    }
    sheets = checked.section(document, ("sheets",), _exactly([*_LISTS, *MODELS]))
    statuses = checked.section(document, ("statuses",), _exactly(list(STATUS_WORDS)))
    teams = checked.section(document, ("teams",), lambda value: (value, ()))
    closure_days = checked.days(document)
    checked.unknown(document, (), _SECTIONS)
    if checked.problems:
        raise UnreadableFileError(*checked.problems)
    return LocalSpellings(
        headers,
        {folded(name): held for name, held in sheets.items()},
        {name: {spelling(word): code for word, code in words.items()} for name, words in codes.items()},
        {spelling(word): status for word, status in statuses.items()},
        {spelling(word): team for word, team in teams.items()},
        closure_days,
    )


# What a value means, and the values that there are, of which the nearest is named where it means nothing.
_Meaning = Callable[[str], tuple[str | None, Sequence[str]]]


def _exactly(there_are: Sequence[str]) -> _Meaning:
    known = {one.casefold(): one for one in there_are}
    return lambda value: (known.get(value.strip().casefold()), there_are)


def _meanings(name: str) -> _Meaning:
    """What a local header of a table, or of a list, may mean: a column, or a header of the form."""
    if name in MODELS:
        return _exactly([column.name for column in columns(name)])
    headers = LISTS[_LISTS[name]].headers if name in _LISTS else {}
    known = {folded(header): header for header in headers}
    return lambda value: (known.get(folded(value)), list(headers))


def _code_sets() -> list[str]:
    of_columns = [f"{table}.{column.name}" for table in MODELS for column in columns(table) if column.code_set]
    return [*CODE_SETS, *of_columns]


def _code_of(name: str) -> _Meaning:
    code_set = name
    if "." in name:
        table, _, column_name = name.partition(".")
        code_set = next((one.code_set or "" for one in columns(table) if one.name == column_name), "")
    codes = CODE_SETS.get(code_set, {})
    also = {"yes": "true", "no": "false"} if code_set == "boolean" else {}
    known = {code.casefold(): code for code in codes} | also
    return lambda value: (known.get(value.strip().casefold()), [*codes, *also])


class _Checked:
    """The entries of a file as they are looked through, and what is wrong with them, by line."""

    def __init__(self, text: str) -> None:
        self._lines = dict(_keys(text))
        self.problems: list[str] = []

    def section(self, document: Mapping[str, Any], path: tuple[str, ...], means: _Meaning) -> dict[str, str]:
        """The entries of a section that mean something."""
        entries: Any = document
        for name in path:
            entries = entries.get(name, {}) if isinstance(entries, Mapping) else {}
        if not isinstance(entries, Mapping):
            self._tell(path, f'it is no section; write [{".".join(path)}] with lines such as "word" = "meaning" below')
            return {}
        found: dict[str, str] = {}
        for name, value in entries.items():
            if not isinstance(value, str):
                self._tell((*path, name), f"{_quoted(name)} has no text for its meaning; write it in quotes")
                continue
            meaning, there_are = means(value)
            if meaning is None:
                of = ".".join(path)
                self._tell(
                    (*path, name), f"{_quoted(value)} is nothing that [{of}] can mean{_nearest(value, there_are)}"
                )
            else:
                found[name] = meaning
        return found

    def names(self, document: Mapping[str, Any], section: str, there_are: Sequence[str]) -> list[str]:
        """The subsections of a section that are known."""
        entries = document.get(section, {})
        if not isinstance(entries, Mapping):
            self._tell((section,), f"it is no section; write [{section}.{there_are[0]}] with lines below")
            return []
        self.unknown(entries, (section,), there_are)
        return [name for name in entries if name in there_are]

    def unknown(self, entries: Mapping[str, Any], path: tuple[str, ...], there_are: Sequence[str]) -> None:
        """Tell of entries that are none of those that there are."""
        for name in entries:
            if name not in there_are:
                what = f"[{'.'.join((*path, name))}]"
                self._tell((*path, name), f"{what} is no section of it{_nearest(name, there_are)}")

    def days(self, document: Mapping[str, Any]) -> tuple[date, ...]:
        """The closure days."""
        given = document.get("closure_days", [])
        days = (
            [one.date() if isinstance(one, datetime) else one for one in given] if isinstance(given, list) else [None]
        )
        if not all(isinstance(one, date) for one in days):
            self._tell(("closure_days",), "closure_days is no list of days; write closure_days = [2020-12-24]")
            return ()
        if outside := [one for one in days if isinstance(one, date) and not FIRST_DATE <= one <= LAST_DATE]:
            what = f"{outside[0]} is outside the calendar, which runs from {FIRST_DATE} to {LAST_DATE}; remove it"
            self._tell(("closure_days",), what)
        return tuple(one for one in days if isinstance(one, date))

    def _tell(self, path: tuple[str, ...], what: str) -> None:
        line = self._lines.get(path)
        self.problems.append(f"line {line}: {what}" if line else what)


def _nearest(name: str, there_are: Iterable[str]) -> str:
    near = process.extractOne(name, list(there_are), processor=str.casefold, score_cutoff=60)
    choices = list(there_are)
    if near:
        return f"; did you mean {near[0]}?"
    return f"; give one of {', '.join(choices[:12])}{' …' if len(choices) > 12 else ''}"


def _quoted(text: str) -> str:
    return "'" + "".join(letter if letter.isprintable() else " " for letter in text[:60]) + "'"


def _keys(text: str) -> Iterator[tuple[tuple[str, ...], int]]:
    """Where each section and entry of a file stands: its path, and its line."""
    section: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if found := re.match(r"\s*\[([^\[\]]+)\]\s*(#.*)?$", line):
            section = _path(f"[{found[1]}]")
            for depth in range(1, len(section) + 1):
                yield section[:depth], number
        elif found := re.match(
            r"""\s*((?:"(?:[^"\\]|\\.)*"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=""", line
        ):
            yield (*section, *_path(f"{found[1]} = 0")), number


def _path(line: str) -> tuple[str, ...]:
    try:
        entries: Any = tomllib.loads(line)
    except (ValueError, RecursionError):
        return ()
    path = []
    while isinstance(entries, dict) and entries:
        name = next(iter(entries))
        path.append(name)
        entries = entries[name]
    return tuple(path)
