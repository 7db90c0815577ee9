"""The Annex A workbook: Ofsted's lists of children, which every council keeps, as canonical tables.

Lists have no ids and repeat each other, so that making tables of them is joining: a child stands in several lists, a
referral in two, a conference on every enquiry that led to it. What belongs together is told by the child and the day.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, cached_property, lru_cache
from itertools import chain
from pathlib import Path

import pyarrow as pa

from schemas.settings import Operation
from schemas.tables import MODELS, key
from warehouse.forms import transfers
from warehouse.forms.annex_a_lists import (
    BELIEVED,
    CHILD,
    LINKED_TO_REFERRAL,
    LISTS,
    MONTHS_COVERED,
    NOT_CARRIED,
    PARTS,
    PERSON,
    PLACED,
    STATUS_BEGAN,
    UNINFORMATIVE,
    AnnexList,
    Cell,
    Fixed,
    Latest,
    Opposite,
    OwnId,
    Part,
)
from warehouse.forms.annex_a_lists import (
    LACKS as LACKS,
)
from warehouse.forms.annex_a_lists import (
    LATEST_ONLY as LATEST_ONLY,
)
from warehouse.forms.annex_a_lists import (
    NOTES as NOTES,
)
from warehouse.forms.annex_a_lists import (
    SOMETIMES as SOMETIMES,
)
from warehouse.forms.canonical.layout import SEARCHED_ROWS
from warehouse.forms.cells import day, folded, identity, is_nothing, months_before, plain, shown, trimmed, yes_or_no
from warehouse.forms.local_spellings import LocalSpellings
from warehouse.forms.reading import FileNotRead, FormRead, Report, TableRead, name_in
from warehouse.forms.spreadsheet import SPREADSHEET_MARKS, Sheet, visible_sheets
from warehouse.landing.bounds import UnreadableFileError, bytes_of
from warehouse.landing.coverage import Coverage
from warehouse.landing.extracts import Extract

NAME = "annex-a"
TITLE = "Annex A workbook"
COVERS = "Complete for the six months before the extract date; the latest visit, review and episode of a child only."

_ENOUGH = 0.6  # the share of a list's headers that makes a row its header row
_UNBORN_WITHIN = timedelta(days=300)  # a birth date no further ahead is an expected one
_DAYS = ("date", "started to be looked after")


@dataclass(frozen=True)
class _Row:
    """A row of a list: its cells by the form's own headers, as they came."""

    number: int
    place: str
    cells: Mapping[str, str]
    person: str

    @cached_property
    def filled(self) -> int:
        """How many of its cells hold anything."""
        return sum(not is_nothing(text) for text in self.cells.values())


@dataclass(frozen=True)
class _ListRead:
    """A list as a sheet holds it."""

    declared: AnnexList
    path: Path
    sheet: str
    headers: frozenset[str]
    ignored: tuple[str, ...]
    rows: tuple[_Row, ...]


@dataclass
class _Record:
    """A row of a canonical table in the making; `on` is the day that it is told by."""

    cells: dict[str, str]
    row: _Row
    on: date | None
    number: int

    @property
    def person(self) -> str:
        return self.row.person


@dataclass
class _Reading:
    """What is gathered while an extract's lists are read."""

    lists: dict[int, _ListRead] = field(default_factory=dict)
    sha256: dict[Path, str] = field(default_factory=dict)
    unusable: list[tuple[int, Path, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)


def recognise(path: Path, head: bytes, limits: Operation) -> bool:
    """Whether a file is a workbook one of whose visible sheets holds a list. Raises UnreadableFileError."""
    if not head.startswith(SPREADSHEET_MARKS):
        return False
    return any(_is_list(sheet) for sheet in visible_sheets(bytes_of(path, limits), limits))


def read(extract: Extract, files: Sequence[Path], limits: Operation, local: LocalSpellings) -> FormRead:
    """The lists of an extract's workbooks as tables. Raises UnreadableFileError where no list can be used."""
    reading = _Reading()
    problems: list[str] = []
    for path in files:
        try:
            _read_workbook(reading, path, limits, local)
        except UnreadableFileError as error:
            problems += map(str, error.args)
            reading.unusable += [(number, path, str(why)) for number in LISTS for why in error.args]
    if not reading.lists:
        reasons = problems or [reason for _, _, reason in reading.unusable] or ["no list of Annex A in it has rows"]
        raise UnreadableFileError(*dict.fromkeys(reasons))
    return _form_read(reading, extract, len(files) > 1)


# --- sheets to lists --------------------------------------------------------------------------------------------------


def _is_list(sheet: Sheet) -> bool:
    rows = sheet.head(SEARCHED_ROWS)
    if any(_is_canonical(cells) for cells in rows):
        return False
    return any(_match(one, rows, {}).is_enough for one in LISTS.values())


@cache
def _ids() -> frozenset[str]:
    own = {name for table in MODELS for name in key(table) if name.endswith("_id") and name != "person_id"}
    return frozenset(map(folded, own))


def _is_canonical(cells: Sequence[str]) -> bool:
    """Whether a header row has an id of ours, which no list of Annex A has."""
    return any(folded(cell) in _ids() for cell in cells)


@dataclass(frozen=True)
class _Match:
    """Where a list's headers stand in a sheet: by the form's own spelling, the places."""

    header_row: int = 0
    places: Mapping[str, list[int]] = field(default_factory=dict)
    share: float = 0
    own_share: float = 0

    @property
    def is_header(self) -> bool:
        """Whether the row is one of headers at all."""
        return self.share >= _ENOUGH

    @property
    def is_enough(self) -> bool:
        """Whether the headers tell this list from the others."""
        return self.share >= _ENOUGH and self.own_share >= _ENOUGH


def meanings_of(declared: AnnexList, local: Mapping[str, str]) -> dict[str, str]:
    """What each header of a list means, folded: the header as the form prints it."""
    meanings = {folded(header): header for header in declared.headers}
    for header, spellings in declared.headers.items():
        for spelling in spellings:
            meanings.setdefault(folded(spelling), header)
    own = {folded(header): header for header in declared.headers}
    return meanings | {
        folded(spelling): own[folded(header)] for spelling, header in local.items() if folded(header) in own
    }


def _match(declared: AnnexList, rows: Sequence[Sequence[str]], local: Mapping[str, str]) -> _Match:
    """The row among the first that has most of the list's headers."""
    meanings, best = meanings_of(declared, local), _Match()
    for number, cells in enumerate(rows, start=1):
        places: dict[str, list[int]] = {}
        suffixed: dict[str, list[int]] = {}
        for place, cell in enumerate(cells):
            text = cell.strip()
            if (header := meanings.get(folded(text))) is not None:
                places.setdefault(header, []).append(place)
            elif text.endswith("_1") and (header := meanings.get(folded(text[:-2]))) is not None:
                suffixed.setdefault(header, []).append(place)
        places = {**suffixed, **places}
        share = len(places) / len(declared.headers)
        if share > best.share:
            best = _Match(number, places, share, len(declared.own & set(places)) / len(declared.own))
    return best


def _number_of(name: str, local: LocalSpellings) -> tuple[int | None, bool]:
    """The number of the list that a sheet's name says, and whether the name says nothing else."""
    text = folded(local.sheets.get(folded(name), name))
    found = re.match(r"list0*(\d{1,2})(?!\d)", text)
    number = int(found[1]) if found and int(found[1]) in LISTS else None
    return number, bool(found) and found is not None and found.end() == len(text)


@dataclass(frozen=True)
class SheetOfList:
    """A visible sheet and the list that it holds, if any; `named` is the list that its name says."""

    sheet: Sheet
    number: int | None
    named: int | None
    is_named_exactly: bool
    match: _Match

    @property
    def header(self) -> list[str]:
        """The header row; empty where there is none."""
        return self.sheet.head(self.match.header_row)[-1] if self.match.header_row else []


def sheets_of_lists(content: bytes, limits: Operation, local: LocalSpellings) -> Iterator[SheetOfList]:
    """The visible sheets of a workbook with the lists that they hold. Raises UnreadableFileError.

    What a sheet holds goes before its name, unless it holds nothing that is known.
    """
    for sheet in visible_sheets(content, limits):
        rows = sheet.head(SEARCHED_ROWS)
        named, is_exact = _number_of(sheet.name, local)
        matches = {number: _match(one, rows, local.headers.get(f"List {number}", {})) for number, one in LISTS.items()}
        enough = {number: match for number, match in matches.items() if match.is_enough}
        fits = max(enough, key=lambda number: (enough[number].own_share, enough[number].share), default=None)
        number = named if named is not None and (named in enough or fits is None) else fits
        match = matches[number] if number is not None else _Match()
        yield SheetOfList(sheet, number, named, is_exact and number == named, match)


def _read_workbook(reading: _Reading, path: Path, limits: Operation, local: LocalSpellings) -> None:
    content = bytes_of(path, limits)
    reading.sha256[path] = hashlib.sha256(content).hexdigest()
    held: dict[int, list[SheetOfList]] = defaultdict(list)
    for one in sheets_of_lists(content, limits, local):
        name = shown(one.sheet.name)
        if one.number is not None:
            held[one.number].append(one)
            if one.named not in (None, one.number):
                reading.warnings.append(
                    f"{shown(path.name)}: the sheet {name} holds List {one.number}, and is read as that."
                )
        elif any(map(any, one.sheet.head(SEARCHED_ROWS))):
            reading.warnings.append(f"{shown(path.name)}: the sheet {name} is no list of Annex A, and is not read.")
    for number, sheets in sorted(held.items()):
        _read_list(reading, LISTS[number], path, sheets, limits)


def _read_list(
    reading: _Reading, declared: AnnexList, path: Path, sheets: Sequence[SheetOfList], limits: Operation
) -> None:
    number = declared.number
    exact = [one for one in sheets if one.is_named_exactly]
    chosen = exact if len(exact) == 1 else sheets
    if len(chosen) > 1:
        names = " and ".join(shown(one.sheet.name) for one in chosen)
        reading.unusable.append((number, path, f"the sheets {names} both hold List {number}; leave one of them out"))
        return
    if number in reading.lists:
        files = f"{shown(reading.lists.pop(number).path.name)} and {shown(path.name)}"
        reading.unusable.append((number, path, f"{files} both hold List {number}; leave one of them out"))
        return
    ((sheet, match),) = ((one.sheet, one.match) for one in chosen)
    name = shown(sheet.name)
    for other in sheets:
        if other.sheet is not sheet:
            reading.warnings.append(
                f"{shown(path.name)}: the sheet {shown(other.sheet.name)} is not read, for List {number} has its own."
            )
    try:
        held = _rows_of(declared, path, sheet, match, limits)
    except UnreadableFileError as error:
        reading.unusable += [(number, path, f"the sheet {name}: {reason}") for reason in error.args]
        return
    if not held.rows:
        reading.warnings.append(
            f"{shown(path.name)}: the sheet {name} has a header and no rows, so that List {number} counts as not sent."
        )
        return
    reading.lists[number] = held
    absent = [header for header in declared.headers if header not in match.places and header in read_headers(number)]
    if absent:
        named = ", ".join(f"'{header}'" for header in absent)
        reading.warnings.append(
            f"{shown(path.name)}: the sheet {name} has no column {named}; what rests on it is left out."
        )


def _rows_of(declared: AnnexList, path: Path, sheet: Sheet, match: _Match, limits: Operation) -> _ListRead:
    """The rows of a list, without those that are blank. Raises UnreadableFileError for a sheet that cannot be used."""
    if not match.is_header:
        wanted = ", ".join(f"'{header}'" for header in declared.needed)
        raise UnreadableFileError(
            f"no header row of List {declared.number} among its first {SEARCHED_ROWS} rows; it needs {wanted} and the "
            "others of the form"
        )
    problems = [f"no column '{header}'; add it" for header in declared.needed if header not in match.places]
    used = read_headers(declared.number)
    for header, places in match.places.items():
        if len(places) > 1 and header in used:
            problems.append(f"{len(places)} columns mean '{header}'; leave one of them")
    if problems:
        raise UnreadableFileError(*problems)
    head = sheet.head(match.header_row)[-1]
    width = max((place + 1 for place, cell in enumerate(head) if cell.strip()), default=0)
    if width > limits.column_limit:
        raise UnreadableFileError(f"it has {width:,} columns, and a table may have {limits.column_limit:,}")
    first = {header: found[0] for header, found in match.places.items()}
    days = {place for header, place in first.items() if any(word in header.casefold() for word in _DAYS)}
    rows = [
        _Row(number, f"{shown(sheet.name)}, row {number}", {header: texts[place] for header, place in first.items()},
             identity(texts[first[declared.needed[0]]]))
        for number, texts in sheet.rows(match.header_row, len(head), days, limits)
        if any(map(trimmed, texts))
    ]  # fmt: skip
    known = {place for header, place in first.items() if header in used}
    ignored = tuple(shown(cell) for place, cell in enumerate(head) if cell.strip() and place not in known)
    return _ListRead(declared, path, sheet.name, frozenset(first), ignored, tuple(rows))


@cache
def read_headers(number: int) -> frozenset[str]:
    """The headers of a list that some table takes."""
    used = set(chain.from_iterable(PERSON.values())) if number != 11 else set()
    for part in PARTS:
        if part.number == number:
            used |= {part.dated, *chain.from_iterable(map(_headers, part.cells.values()))}
    return frozenset(used & set(LISTS[number].headers)) | {CHILD} & set(LISTS[number].headers)


def _headers(cell: Cell) -> tuple[str, ...]:
    if isinstance(cell, str):
        return (cell,)
    if isinstance(cell, Latest):
        return cell.headers
    return () if isinstance(cell, Fixed) else (cell.header,)


# --- lists to records -------------------------------------------------------------------------------------------------


def _own_id(person: str, on: date | None, ordinal: int = 0, suffix: str = "") -> str:
    """An id where the form has none: the same for the same child, day and order in every extract."""
    parts = [person, on.isoformat() if on else "UNDATED", *([str(ordinal + 1)] if ordinal else []), suffix]
    return "/".join(part for part in parts if part)


def _value(cell: Cell, row: _Row) -> str:
    if isinstance(cell, Fixed):
        return cell.value
    if isinstance(cell, OwnId):
        return _own_id(row.person, day(row.cells.get(cell.header)))
    if isinstance(cell, Opposite):
        said = yes_or_no(text := row.cells.get(cell.header, ""))
        return text if said is None else "No" if said else "Yes"
    if isinstance(cell, Latest):
        texts = [text for header in cell.headers if not is_nothing(text := row.cells.get(header, ""))]
        return max(texts, key=lambda text: day(text) or date.min, default="") or ""
    return row.cells.get(cell, "")


def _records(part: Part, held: _ListRead) -> Iterator[_Record]:
    """The records that a list's rows give a table, each with an id of its own where the table has ids.

    A row that repeats another in every cell gets the same id, so that it is found to be a repeat.
    """
    present = {
        column: cell
        for column, cell in part.cells.items()
        if isinstance(cell, Fixed) or any(header in held.headers for header in _headers(cell))
    }
    told: dict[tuple[str, str], list[tuple[str, ...]]] = defaultdict(list)
    is_first = next(one for one in PARTS if one.number == part.number) is part
    for row in held.rows:
        if row.filled < 2:
            if is_first:  # a total or a footer: told once, and set aside as such
                said = next((text for text in row.cells.values() if not is_nothing(text)), "")
                yield _Record({"person_id": said}, row, None, part.number)
            continue
        if is_nothing(row.cells.get(part.dated)) and not part.always:
            continue
        cells = {"person_id": row.cells.get(CHILD, "")}
        on = day(row.cells.get(part.dated))
        if part.id_column:
            whole, same = tuple(row.cells.values()), told[row.person, str(on)]
            if whole not in same:
                same.append(whole)
            ordinal = same.index(whole) if part.numbered else 0
            cells[part.id_column] = _own_id(row.person, on, ordinal, part.id_suffix)
        cells.update((column, _value(cell, row)) for column, cell in present.items())
        yield _Record(cells, row, on, part.number)


def _by_child(records: Iterable[_Record]) -> dict[str, list[_Record]]:
    """The records of each child that are of a known day, in the order of the days."""
    children: dict[str, list[_Record]] = defaultdict(list)
    for record in records:
        if record.person and record.on:
            children[record.person].append(record)
    for own in children.values():
        own.sort(key=lambda record: record.on or date.min)
    return children


def _is_nfa(record: _Record) -> bool:
    text = record.cells.get("referral_nfa", "")
    return yes_or_no(text) is True or plain(text) in ("nfa", "no further action")


def _joined_referrals(
    made: list[_Record], in_need: list[_Record], window: date, reports: list[Report]
) -> list[_Record]:
    """List 3's referrals with what List 6 knows of them, and List 6's own where List 3 has none.

    A child in need is of the referral of the same day. In the months that List 3 covers, a day on which it has no
    referral of the child is no referral's: the child is of the latest referral before it in List 3, if that led on and
    no other row of List 6 has it.
    """
    children = _by_child(made)
    owners: dict[tuple[str, date], _Record] = {}
    taken: set[int] = set()
    of_other_days: list[tuple[date, _Record]] = []
    alone: list[_Record] = []
    for record in in_need:
        same = [one for one in children.get(record.person, ()) if one.on == record.on]
        if not record.person or record.on is None:
            alone.append(record)
        elif same:
            owner = next((one for one in same if not _is_nfa(one)), same[0])
            taken.add(id(owner))
            _fill(owner, record)
        else:
            of_other_days.append((record.on, record))
    for on, record in of_other_days:
        is_covered = bool(made) and on >= window
        if (known := owners.get((record.person, on))) is not None:
            _fill(known, record)
            continue
        before = [one for one in children.get(record.person, ()) if one.on and window <= one.on < on]
        free = [one for one in before if not _is_nfa(one) and id(one) not in taken]
        if is_covered:
            reports.append(_report("in_need_without_referral", record, "referral_date"))
        owner = free[-1] if free and is_covered else record
        if owner is record:
            alone.append(record)
        else:
            _fill(owner, record)
        owners[record.person, on] = owner
        taken.add(id(owner))
    return made + alone


def _fill(into: _Record, other: _Record) -> None:
    """Give a record what another has of the same event and it has not."""
    for column, text in other.cells.items():
        if is_nothing(into.cells.get(column)):
            into.cells[column] = text


def _report(rule: str, record: _Record, column: str) -> Report:
    part = next(part for part in PARTS if part.number == record.number)
    own_id = record.cells.get(part.id_column)
    row = record.row
    return Report(rule, part.table, row.number, row.place, record.person, own_id, column, record.cells.get(column))


def _link_referrals(tables: Mapping[str, list[_Record]]) -> None:
    """Give records the id of the child's latest referral on or before them; an assessment without a first day, on or
    before it was authorised.

    One that was not closed before them goes first, and one that led on before one that ended in no further action.
    """
    children = _by_child(tables.get("referral", []))
    for table in LINKED_TO_REFERRAL:
        for record in tables.get(table, []):
            on = record.on
            if table == "assessment" and is_nothing(record.cells.get("start_date")):
                on = day(record.cells.get("authorised_date")) or date.max
            before = [one for one in children.get(record.person, []) if on and one.on and one.on <= on]
            led_on = [one for one in before if not _is_nfa(one)]
            still_open = [one for one in led_on if not _is_closed_before(one, on)]
            if before:
                record.cells["referral_id"] = (still_open or led_on or before)[-1].cells["referral_id"]


def _is_closed_before(referral: _Record, on: date | None) -> bool:
    closed = day(referral.cells.get("closure_date"))
    return closed is not None and on is not None and closed < on


def _episodes(latest: list[_Record]) -> Iterator[_Record]:
    """The episodes that List 8 tells of: a child's latest, and before it that of the same placement, where the legal
    status came to be later. Its own status is not known; the placement began with it.
    """
    for record in latest:
        placed, status = (day(record.row.cells.get(header)) for header in (PLACED, STATUS_BEGAN))
        if placed and status and placed < status:
            kept = ("person_id", "period_start_date", "category_of_need", "placement_type", "placement_provider",
                    "placement_postcode", "urn")  # fmt: skip
            cells = {name: record.cells[name] for name in kept if name in record.cells}
            cells |= {"decom": record.row.cells[PLACED], "dec": record.row.cells[STATUS_BEGAN], "rec": "X1"}
            yield _Record(cells, record.row, placed, record.number)
            record.cells["rne"] = "L"
        yield record


def _conferences(held: list[_Record], enquiries: list[_Record], reports: list[Report]) -> list[_Record]:
    """One record a child and conference: where several enquiries name it, that of the latest begun on or before it."""
    enquiry = {record.row.number: record for record in enquiries}
    same: dict[tuple[str, object], list[_Record]] = {}
    for record in held:
        told: object = record.on or record.row.number
        same.setdefault((record.person, told if record.person else record.row.number), []).append(record)
    kept = []
    for records in same.values():
        begun = [(enquiry[one.row.number].on, one) for one in records]
        before = [(on, one) for on, one in begun if on and one.on and on <= one.on]
        chosen = max(before, key=lambda pair: pair[0])[1] if before else records[0]
        led_to_it = enquiry[chosen.row.number]
        chosen.cells["s47_id"] = led_to_it.cells["s47_id"] if led_to_it.on else ""
        kept.append(chosen)
        for other in records:
            if other is chosen:
                continue
            said = {plain(one.cells.get("outcome_cp", "")) for one in (chosen, other)} - {""}
            if len(said) > 1:
                reports.append(_report("conflicting_value", other, "outcome_cp"))
            _fill(chosen, other)
    return kept


# --- children ---------------------------------------------------------------------------------------------------------


def _persons(lists: Mapping[int, _ListRead], extract_date: date, reports: list[Report]) -> list[_Record]:
    """One record a child of any list, with the values that the lists agree on, or most of them."""
    rows: dict[str, list[tuple[int, _Row]]] = defaultdict(list)
    for number in BELIEVED:
        for row in lists[number].rows if number in lists else ():
            if row.person and row.filled > 1:
                rows[row.person].append((number, row))
    headers = frozenset(chain.from_iterable(one.headers for number, one in lists.items() if number != 11))
    wanted = {column: names for column, names in PERSON.items() if headers & set(names)}
    records = []
    for own in rows.values():
        _, richest = max(own, key=lambda pair: sum(not is_nothing(pair[1].cells.get(name)) for name in _PERSON_HEADERS))
        record = _Record({"person_id": richest.cells[CHILD]}, richest, None, 0)
        for column, names in wanted.items():
            said = [(row, text) for _, row in own for name in names if not is_nothing(text := row.cells.get(name))]
            record.cells[column] = _believed(column, [text for _, text in said])
            _tell_conflict(record, column, said, reports)
        _move_expected_birth(record, extract_date)
        records.append(record)
    return records


_PERSON_HEADERS = tuple(chain.from_iterable(PERSON.values()))


@lru_cache(maxsize=1 << 16)
def _meaning(column: str, text: str) -> str:
    return str(day(text) or plain(text)) if column == "dob" else plain(text)


def _believed(column: str, texts: Sequence[str | None]) -> str:
    """The value that most rows give, of those that say something; the first of the most believed list among equals."""
    given = [text for text in texts if text is not None]
    known = [text for text in given if plain(text) not in UNINFORMATIVE.get(column, ())] or given
    if not known:
        return ""
    counted = Counter(_meaning(column, text) for text in known)
    return max(known, key=lambda text: counted[_meaning(column, text)])


def _tell_conflict(
    record: _Record, column: str, said: Sequence[tuple[_Row, str | None]], reports: list[Report]
) -> None:
    chosen = _meaning(column, record.cells[column])
    for row, text in said:
        if text is None or plain(text) in UNINFORMATIVE.get(column, ()) or _meaning(column, text) == chosen:
            continue
        reports.append(
            Report("conflicting_value", "person", row.number, row.place, record.person, record.person, column, text)
        )
        return


def _move_expected_birth(record: _Record, extract_date: date) -> None:
    """A birth date that lies ahead, no further than a birth can be expected, is the expected one of an unborn child."""
    born = day(record.cells.get("dob"))
    if born and extract_date < born <= extract_date + _UNBORN_WITHIN:
        record.cells["expected_dob"] = record.cells["dob"]
        record.cells["dob"] = ""


# --- tables -----------------------------------------------------------------------------------------------------------


def _form_read(reading: _Reading, extract: Extract, is_several: bool) -> FormRead:
    lists, reports = reading.lists, reading.reports
    spoilt = [one for one in reading.unusable if one[0] not in lists]
    window = months_before(extract.extract_date, MONTHS_COVERED)
    parts: dict[str, dict[int, list[_Record]]] = defaultdict(dict)
    for part in PARTS:
        if part.number in lists:
            parts[part.table].setdefault(part.number, []).extend(_records(part, lists[part.number]))
    tables = {table: list(chain.from_iterable(by_list.values())) for table, by_list in parts.items()}
    if 6 in parts["referral"]:
        made, in_need = parts["referral"].get(3, []), parts["referral"][6]
        tables["referral"] = _joined_referrals(made, in_need, window, reports)
    if "icpc" in tables:
        reading.warnings.append(f"{shown(lists[5].path.name)}: {NOT_CARRIED}.")
        tables["icpc"] = _conferences(tables["icpc"], tables["s47"], reports)
    if "cla_episode" in tables:
        tables["cla_episode"] = list(_episodes(tables["cla_episode"]))
    _link_referrals(tables)
    tables["person"] = _persons(lists, extract.extract_date, reports)
    unusable = [
        FileNotRead(table, name_in(extract.folder, path), why)
        for number, path, why in spoilt
        for table in dict.fromkeys(part.table for part in PARTS if part.number == number)
    ]
    lost = {one.table_name for one in unusable}
    reading.warnings += [
        f"{shown(path.name)}: {why}; what List {number} says of children is left out."
        for number, path, why in spoilt
        if not any(part.number == number for part in PARTS)
    ]
    reads = [
        _table_read(extract, table, records, reading, is_several)
        for table, records in tables.items()
        if records and table not in lost
    ]
    coverage = {table: _coverage(table, lists, extract.extract_date) for table in tables if table != "person"}
    return FormRead(
        tuple(reads),
        {table: one for table, one in coverage.items() if table not in lost},
        tuple(reading.warnings),
        {code: lack.sentence for code, lack in LACKS.items()},
        tuple(unusable),
        tuple(one for one in reports if one.table_name not in lost),
        lacks=SOMETIMES if transfers.are_seen(reads, months_before(extract.extract_date, MONTHS_COVERED)) else {},
    )


def _table_read(
    extract: Extract,
    table: str,
    records: Sequence[_Record],
    reading: _Reading,
    is_several: bool,
) -> TableRead:
    lists = reading.lists
    sources = [lists[number] for number in dict.fromkeys(part.number for part in PARTS if part.table == table)
               if number in lists] or list(lists.values())  # fmt: skip
    first = sources[0]
    named = {id(row): one.path.name for one in sources for row in one.rows} if is_several else {}
    present = [name for name in CARRIES[table] if any(name in record.cells for record in records)]
    ignored = dict.fromkeys(header for one in sources for header in one.ignored) if table != "person" else ()
    return TableRead(
        table,
        NAME,
        name_in(extract.folder, first.path),
        reading.sha256[first.path],
        pa.table({name: pa.array([record.cells.get(name) for record in records], pa.string()) for name in present}),
        pa.array([record.row.number for record in records], pa.int64()),
        pa.array(
            [", ".join(filter(None, (named.get(id(record.row)), record.row.place))) for record in records], pa.string()
        ),
        tuple(ignored),
    )


def _coverage(table: str, lists: Mapping[int, _ListRead], extract_date: date) -> Coverage:
    window = months_before(extract_date, MONTHS_COVERED)
    never = extract_date + timedelta(days=1)
    if table == "referral":  # List 3 has the referrals of six months, List 6 the children in need in them
        return Coverage(window if 3 in lists else never, window if 6 in lists else never, declared_by=NAME)
    return Coverage(window, window, None, table in LATEST_ONLY, NAME, is_cut_by_rows=True)


def _carries() -> Mapping[str, tuple[str, ...]]:
    """The contract columns that the form can fill, by table."""
    carried: dict[str, dict[str, None]] = {"person": dict.fromkeys(("person_id", *PERSON, "expected_dob"))}
    for part in PARTS:
        own = (part.id_column, "person_id", *part.cells)
        carried.setdefault(part.table, {}).update(dict.fromkeys(filter(None, own)))
    for table in LINKED_TO_REFERRAL:
        carried[table]["referral_id"] = None
    carried["icpc"]["s47_id"] = None
    carried["cla_episode"]["rne"] = None
    return {table: tuple(names) for table, names in carried.items()}


CARRIES = _carries()
