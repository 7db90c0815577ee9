"""SSDA903, DfE's yearly return of children looked after, as canonical tables: a CSV file a matter, or one XML.

A CSV file is known by its columns, whatever it is called. Of an XML each record has its own elements and no other's: a
missing one is an empty one. What episodes contradict is settled where figures are made, for every form alike.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from schemas.settings import Operation
from warehouse.forms import canonical
from warehouse.forms.canonical.layout import DELIMITERS, Wanted, first_rows, wanted
from warehouse.forms.cells import day, folded, identity, is_nothing, shown
from warehouse.forms.elements import Document, Element, names_in
from warehouse.forms.gathering import Gathered, OwnIds
from warehouse.forms.local_spellings import LocalSpellings
from warehouse.forms.reading import FileNotRead, FormRead, Report, TableRead, name_in
from warehouse.forms.ssda903_files import CARRIES as CARRIES
from warehouse.forms.ssda903_files import FILE_YEARS, FILES, OTHER_NAMES, PLACEMENT_YEARS, ReturnFile
from warehouse.forms.ssda903_files import LACKS as LACKS
from warehouse.forms.ssda903_files import LATEST_ONLY as LATEST_ONLY
from warehouse.forms.ssda903_files import NOTES as NOTES
from warehouse.forms.ssda903_files import SOMETIMES as SOMETIMES
from warehouse.landing.bounds import UnreadableFileError, bytes_of
from warehouse.landing.coverage import Coverage
from warehouse.landing.extracts import Extract, table_of
from warehouse.reference.councils import NOBODY, is_us, named

NAME = "ssda903"
TITLE = "SSDA903 return"
COVERS = "Complete from 1 April to 31 March of the collection year; health and care leavers as they are at its end."

_TELLING = ("decom", "rne", "ls", "childid", "areview", "misstart")
_BY_GROUP = {folded(group): one for one in FILES.values() for group in one.groups}
_BY_MARK = {folded(mark): one for one in FILES.values() for mark in one.marks}
_OTHER_NAMES = {folded(name): folded(other) for name, other in OTHER_NAMES.items()}
_HEADER = FILES["header"]


def recognise(path: Path, head: bytes, limits: Operation) -> bool:
    """Whether a file is of the return: by the columns of its header row, or the elements that it begins with."""
    if names := names_in(head):
        return sum(name in names for name in _TELLING) >= 2
    # A table of ours may have the return's headers; what it is named for decides where it is whole.
    return _file_of(head, table_of(path.name)) is not None


def read(extract: Extract, files: Sequence[Path], limits: Operation, local: LocalSpellings) -> FormRead:
    """The return of an extract as tables. Raises UnreadableFileError where no file of it can be used."""
    reading = _Reading(extract, limits)
    problems: list[str] = []
    for path, one in reading.in_order(files):
        try:
            if one is None:
                reading.read_xml(path)
            else:
                reading.read_csv(path, one)
        except UnreadableFileError as error:
            problems += map(str, error.args)
            if one is not None and not one.table:
                reading.warnings += [f"{shown(path.name)}: {why}; it is not read." for why in error.args]
                continue
            reading.unusable += [
                FileNotRead(table, name_in(extract.folder, path), str(why))
                for why in error.args
                for table in ([one.table] if one else CARRIES)
            ]
    reading.add_persons()
    spoilt = {one.table_name for one in reading.unusable}
    tables = [one for one in reading.tables if one.table_name not in spoilt]
    if not tables:
        raise UnreadableFileError(*dict.fromkeys(problems or ["no file of the return in it has rows"]))
    return FormRead(
        tuple(tables),
        {one.table_name: reading.coverage(one.table_name) for one in tables if one.table_name != "person"},
        (*reading.told_of_year(), *reading.warnings),
        {code: lack.sentence for code, lack in LACKS.items()},
        tuple(reading.unusable),
        tuple(one for one in reading.reports if one.table_name not in spoilt),
    )


def _file_of(head: bytes, named: str = "") -> ReturnFile | None:
    """The file of the return whose columns stand in a first row; none where the table named is whole there."""
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    text = head[: len(head) // 2 * 2].decode(encoding, errors="replace")
    for delimiter in DELIMITERS if "child" in text.casefold() else ():
        for cells in first_rows(text, delimiter):
            names = {folded(cell) for cell in cells}
            if "child" not in names:
                continue
            if named and set(wanted(named).required) <= {wanted(named).meanings.get(name) for name in names}:
                return None
            for one in FILES.values():
                if names >= {folded(name) for name in one.telling}:
                    return one
    return None


@dataclass
class _Child:
    """What is known of a child: its cells, where they stand, and the ids of its records."""

    cells: dict[str, str | None]
    row_number: int
    place: str
    ids: OwnIds
    is_unaccompanied: bool = False


@dataclass
class _Reading:
    """What is gathered while the files of a return are read."""

    extract: Extract
    limits: Operation
    tables: list[TableRead] = field(default_factory=list)
    children: dict[str, _Child] = field(default_factory=dict)
    nobody: list[_Child] = field(default_factory=list)  # rows of the header without a child, and repeats
    reports: list[Report] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    unusable: list[FileNotRead] = field(default_factory=list)
    read_from: dict[str, Path] = field(default_factory=dict)  # by file of the return
    hashes: dict[Path, str] = field(default_factory=dict)
    ignored: dict[str, tuple[str, ...]] = field(default_factory=dict)
    year: int = 0
    knows_unaccompanied: bool = False

    def in_order(self, files: Sequence[Path]) -> Iterator[tuple[Path, ReturnFile | None]]:
        """The files with what each is, None for XML: the header first, for it says who the children are."""
        found: list[tuple[Path, ReturnFile | None]] = []
        for path in files:
            with path.open("rb") as stream:
                head = stream.read(1 << 16)
            found.append((path, None if names_in(head) else _file_of(head)))
        order = list(FILES)
        yield from sorted(found, key=lambda pair: -1 if pair[1] is None else order.index(pair[1].name))

    # --- the year ---

    def collection_year(self) -> int:
        """The year that the XML's header names, else the last that had ended by the extract date."""
        on = self.extract.extract_date
        return self.year or (on.year if on >= date(on.year, 3, 31) else on.year - 1)

    def coverage(self, table: str) -> Coverage:
        """The collection year."""
        year = self.collection_year()
        begins = date(year - 1, 4, 1)
        return Coverage(begins, begins, date(year, 3, 31), table in LATEST_ONLY, NAME)

    def told_of_year(self) -> Iterator[str]:
        """Sentences about files that the return of the year does not have, and about the year that is taken."""
        year = self.collection_year()
        first = next(iter(self.read_from.values()))
        if not self.year:
            yield f"{shown(first.name)}: the return does not say its year; it is taken for that to 31 March {year}."
        for name, since in FILE_YEARS.items():
            if name in self.read_from and year < since:
                file_name = shown(self.read_from[name].name)
                yield f"{file_name}: the return of {year} has no {name}; it is read all the same."

    # --- CSV ---

    def read_csv(self, path: Path, one: ReturnFile) -> None:
        """Add the records of a file. Raises UnreadableFileError."""
        self._claim(one, path)
        content = bytes_of(path, self.limits)
        self.hashes[path] = hashlib.sha256(content).hexdigest()
        required = ("CHILD", *one.telling)
        rows = canonical.read_rows(
            path.name, content, Wanted(one.table or "person", one.meanings, required, frozenset()), self.limits
        )
        places = rows.layout.positions
        unused = tuple(shown(name) for name in places if name not in one.used)
        if one.table:
            self.ignored[one.table] = (*rows.layout.ignored, *unused)
        columns = {name: rows.columns[place].to_pylist() for name, place in places.items()}
        gathered = Gathered(CARRIES)
        for index, number in enumerate(rows.row_number.to_pylist()):
            fields = {name: cells[index] or "" for name, cells in columns.items()}
            self._add(gathered, one, fields, f"{path.name}, row {number}", number)
        # A list of unaccompanied children without a row says that there was none.
        self.knows_unaccompanied |= one.name == "uasc"
        if not len(rows.row_number) and one.name != "uasc":
            self.warnings.append(f"{shown(path.name)}: it has a header and no rows, so that it counts as not sent.")
        if one.table and one.table != "person":
            self.tables += gathered.tables(NAME, name_in(self.extract.folder, path), self.hashes[path], self.ignored)

    def _claim(self, one: ReturnFile, path: Path) -> None:
        if (other := self.read_from.setdefault(one.name, path)) != path:
            raise UnreadableFileError(
                f"{shown(other.name)} and {shown(path.name)} both hold {one.name}; land one collection year in an "
                "extract, and leave the other out"
            )

    # --- XML ---

    def read_xml(self, path: Path) -> None:
        """Add the records of a return in one file. Raises UnreadableFileError."""
        document = Document(path, self.limits)
        gathered = Gathered(CARRIES)
        number = 0
        for record in document.records("child", "collectiondetails", "source"):
            if record.name != "child":
                self._read_header(record)
                continue
            number += 1
            self._read_child(gathered, record, f"CHILD {number}", path, number)
        self.hashes[path] = document.sha256
        self.tables += gathered.tables(NAME, name_in(self.extract.folder, path), document.sha256)

    def _read_header(self, header: Element) -> None:
        said = header.values()
        if found := re.search(r"20\d\d", said.get("year", "")):
            self.year = int(found[0])
        us, codes = self.extract.la_code, named(said.get("lea", "") or said.get("la", ""))
        if us != NOBODY and codes and not any(is_us(code, us) for code in codes):
            raise UnreadableFileError(
                f"its header names another authority ({', '.join(sorted(codes))}); send the return of {us}, or land "
                "this one in the folder of that authority"
            )

    def _read_child(self, gathered: Gathered, child: Element, place: str, path: Path, number: int) -> None:
        groups = list(_groups(child, place))
        values = [({_OTHER_NAMES.get(name, name): text for name, text in one.values().items()}, one, where)
                  for one, where in groups]  # fmt: skip
        person = next((said["child"] for said, _, _ in values if said.get("child")), "")
        header: dict[str, str] = {}
        for said, one, _ in values:
            if one.name == "header" or one is child:
                header = {**said, **header}
        self._claim(_HEADER, path)
        self._add(gathered, _HEADER, _fields(_HEADER, header, person), place, number)
        for said, one, where in values:
            kinds = {_BY_GROUP[one.name].name: _BY_GROUP[one.name]} if one.name in _BY_GROUP else {}
            kinds |= {kind.name: kind for mark, kind in _BY_MARK.items() if said.get(mark)}
            for kind in kinds.values():
                if kind is not _HEADER:
                    self._claim(kind, path)
                    self._add(gathered, kind, _fields(kind, said, person), where)

    # --- records ---

    def _add(
        self, gathered: Gathered, one: ReturnFile, fields: Mapping[str, str], place: str, row_number: int | None = None
    ) -> None:
        """Add a record of a file; the child that it is of is known from then on."""
        text = fields.get("CHILD", "")
        child = self._child(one, text, fields, place, row_number or 0)
        if one is _HEADER or not one.cells:
            return
        cells: dict[str, str | None] = {"person_id": text}
        cells |= {column: fields.get(name, "") for column, name in one.cells.items()}
        if one.name == "oc2":
            if is_nothing(cells["status"]):
                return
            cells |= {
                "type": "IMMUNISATIONS", "status": _UP_TO_DATE.get(fields["IMMUNISATIONS"].strip(), ""),
                "event_date": date(self.collection_year(), 3, 31).isoformat(),  # as things are when the year ends
            }  # fmt: skip
        if one.id_column:
            first = next(iter(one.cells))
            suffix = "I" if one.name == "oc2" else ""
            cells[one.id_column] = child.ids.id(one.table, str(cells[first] or ""), cells, suffix)
        row = gathered.add(one.table, cells, place, row_number)
        placement = fields.get("PLACE", "").strip().upper()
        if (since := PLACEMENT_YEARS.get(placement)) and self.collection_year() < since:
            self.reports.append(
                Report("not_of_collection_year", one.table, row, place, text, None, "placement_type", fields["PLACE"])
            )

    def _child(self, one: ReturnFile, text: str, fields: Mapping[str, str], place: str, row_number: int) -> _Child:
        who = identity(text)
        said: dict[str, str | None] = {"person_id": text}
        if "DOB" in one.columns:
            said["dob"] = fields.get("DOB", "")
        if one is _HEADER:
            said |= {column: fields.get(name, "") for column, name in (_HEADER.cells or {}).items()}
        elif one.name == "uasc" and fields.get("SEX"):
            said["sex"] = fields["SEX"]
        known = self.children.get(who)
        is_new = known is None
        child = known or _Child(said, row_number, place, OwnIds(text))
        if who:
            self.children[who] = child
        if one is _HEADER and (not who or not is_new):
            self.nobody.append(_Child(said, row_number, place, child.ids))
        elif not is_new:
            self._tell_birth(child, one, fields, place, row_number)
        flag = fields.get("UASC", "") or fields.get("UASC_STATUS", "")
        if one.name == "uasc" or flag:
            self.knows_unaccompanied = True
            child.is_unaccompanied |= one.name == "uasc" or flag.strip() in ("1", "Y", "YES", "true")
        return child

    def _tell_birth(
        self, child: _Child, one: ReturnFile, fields: Mapping[str, str], place: str, row_number: int
    ) -> None:
        """Report a date of birth that is not the header's."""
        born, known = day(fields.get("DOB", "")), day(child.cells.get("dob"))
        if born and known and born != known:
            who = fields["CHILD"]
            self.reports.append(
                Report("conflicting_value", "person", row_number, place, who, who, "dob", fields["DOB"])
            )

    def add_persons(self) -> None:
        """Add the children of the header, and those whom another file names with a date of birth."""
        told = [*self.children.values(), *self.nobody]
        known = [child for child in told if "dob" in child.cells]
        read = [self.read_from[name] for name in FILES if self.read_from.get(name) in self.hashes]
        if not known or not read:  # a file that breaks off is refused, whomever it told of before
            return
        names = [name for name in CARRIES["person"] if name != "uasc" or self.knows_unaccompanied]
        gathered = Gathered({"person": tuple(names)})
        for child in sorted(known, key=lambda child: child.row_number if "sex" in child.cells else 1 << 40):
            cells = {name: child.cells.get(name) for name in names}
            if self.knows_unaccompanied:
                # The list of unaccompanied children is of those of the header.
                is_known = child.is_unaccompanied or "ethnicity" in child.cells
                cells["uasc"] = ("1" if child.is_unaccompanied else "0") if is_known else None
            gathered.add("person", cells, child.place, child.row_number)
        self.tables = [
            *gathered.tables(NAME, name_in(self.extract.folder, read[0]), self.hashes[read[0]], self.ignored),
            *self.tables,
        ]


_UP_TO_DATE = {"1": "UP_TO_DATE", "0": "NOT_UP_TO_DATE"}


def _groups(element: Element, place: str) -> Iterator[tuple[Element, str]]:
    """A record's groups, itself first, each with its path."""
    yield element, place
    counted: dict[str, int] = {}
    for child in element.children:
        if child.children or child.name in _BY_GROUP:
            number = counted[child.name] = counted.get(child.name, 0) + 1
            yield from _groups(child, f"{place}/{shown(child.spelt)} {number}")


def _fields(one: ReturnFile, said: Mapping[str, str], person: str) -> dict[str, str]:
    """A record's own values by the columns of its file."""
    return {name: said.get(folded_name, "") for folded_name, name in one.meanings.items()} | {"CHILD": person}
