"""The children in need census: DfE's yearly XML file of referrals and all that came of them, as canonical tables.

Nothing in it has an id but the child. `DateOfInitialCPC` stands at two levels and means two things: within an enquiry
the conference that it led to, beside the enquiries that of a child who moved in on another authority's plan.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from schemas.settings import Operation
from warehouse.forms.cells import day, folded, shown
from warehouse.forms.cin_blocks import (
    BLOCKS,
    CHARACTERISTICS,
    CODE_YEARS,
    DETAILS,
    ELEMENT_YEARS,
    EXAMPLE_AUTHORITY,
    FACTORS,
    IDENTIFIERS,
    Block,
)
from warehouse.forms.cin_blocks import CARRIES as CARRIES
from warehouse.forms.cin_blocks import LACKS as LACKS
from warehouse.forms.cin_blocks import NOTES as NOTES
from warehouse.forms.cin_blocks import SOMETIMES as SOMETIMES
from warehouse.forms.elements import Document, Element, names_in
from warehouse.forms.gathering import Conference, Gathered, OwnIds, one_each
from warehouse.forms.local_spellings import LocalSpellings
from warehouse.forms.reading import FormRead, Report, name_in
from warehouse.landing.bounds import UnreadableFileError
from warehouse.landing.coverage import Coverage
from warehouse.landing.extracts import Extract
from warehouse.reference.councils import NOBODY, is_us, named

NAME = "cin"
TITLE = "Children in need census"
COVERS = (
    "Complete from 1 April to 31 March of the collection year; conferences on children who moved in are timed only "
    "with the day of notice in a supplement."
)
LATEST_ONLY: frozenset[str] = frozenset()

_TELLING = frozenset(("childidentifiers", "lachildid", "cindetails"))
_DAY_OF_ZONE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:Z|[+-]\d{2}:\d{2})")
_YEARS = range(2000, 2100)
_MONTHS_OF_ASSESSMENTS = 2  # after which nearly every referral that is assessed is of the year
_MOST_NAMES = 100  # elements that are told of as not read
_BLOCKS = {folded(name): block for name, block in BLOCKS.items()}
_PRE_PROCEEDINGS = folded("PreProceedingsandFGDM")


def recognise(path: Path, head: bytes, limits: Operation) -> bool:
    """Whether a file is a census, by the elements that it begins with."""
    names = names_in(head)
    return not _TELLING.isdisjoint(names) or (names[:1] == ["message"] and "children" in names)


def read(extract: Extract, files: Sequence[Path], limits: Operation, local: LocalSpellings) -> FormRead:
    """The census of an extract as tables. Raises UnreadableFileError; of several files none says which counts."""
    if len(files) > 1:
        names = " and ".join(shown(path.name) for path in files)
        raise UnreadableFileError(
            f"{names} are each a census; land one collection year in an extract, and leave the others out"
        )
    document = Document(files[0], limits)
    census = _Census(extract, shown(files[0].name))
    for record in document.records("header", "child"):
        if record.name == "header":
            census.read_header(record)
        else:
            census.read_child(record)
    if not census.children:
        raise UnreadableFileError("it is a census without a child; send it with its children, or leave it out")
    tables = census.gathered.tables(NAME, name_in(extract.folder, files[0]), document.sha256, census.ignored())
    coverage = {one.table_name: census.coverage(one.table_name) for one in tables if one.table_name != "person"}
    return FormRead(
        tables,
        coverage,
        tuple(census.warnings()),
        {code: lack.sentence for code, lack in LACKS.items()},
        reports=tuple(census.reports),
        lacks=SOMETIMES if census.has_transfers else {},
    )


@dataclass
class _Census:
    """What is gathered while a census is read."""

    extract: Extract
    file_name: str
    gathered: Gathered = field(default_factory=lambda: Gathered(CARRIES))
    reports: list[Report] = field(default_factory=list)
    children: int = 0
    has_header: bool = False
    has_transfers: bool = False
    authority: str = ""
    year: int = 0
    is_year_told: bool = False
    reference_date: date | None = None
    not_read: dict[str, tuple[str, str, bool]] = field(default_factory=dict)  # by element: table, spelling, is it known
    of_years: set[str] = field(default_factory=set)  # what was met of the elements that not every year has

    # --- the header ---

    def read_header(self, header: Element) -> None:
        """Whose the file is and of which year. Raises UnreadableFileError where it is another council's."""
        if self.has_header:
            return
        self.has_header = True
        said: dict[str, str] = {}
        for part in (header, *header.children):
            said = {**part.values(), **said}
        collection = said.get("collection", "")
        if collection and folded(collection) != "cin":
            raise UnreadableFileError("its header names another collection than CIN; send the census, or leave it out")
        self.authority = said.get("lea", "") or said.get("la", "")
        self._refuse_another()
        self.reference_date = day(said.get("referencedate", ""))
        found = re.search(r"(?<!\d)(?:\d{4}\s*[-/]\s*)?(\d{4}|\d{2})(?!\d)", said.get("year", ""))
        if found:
            year = int(found[1])
            self.year = year if year > 99 else 2000 + year
        if self.year in _YEARS:
            self.is_year_told = True
        else:
            self.year = 0

    def _refuse_another(self) -> None:
        us, codes = self.extract.la_code, named(self.authority)
        if us == NOBODY or not codes or any(is_us(code, us) for code in codes) or EXAMPLE_AUTHORITY in codes:
            return
        raise UnreadableFileError(
            f"its header names another authority ({', '.join(sorted(codes))}); send the census of {us}, or land this "
            "one in the folder of that authority"
        )

    def collection_year(self) -> int:
        """The year of its last day: the header's, else that of the reference date, else the last that ended."""
        if self.year:
            return self.year
        if self.reference_date:
            return self.reference_date.year
        on = self.extract.extract_date
        return on.year if on >= date(on.year, 3, 31) else on.year - 1

    def coverage(self, table: str) -> Coverage:
        """The collection year, for every table.

        A referral with all its assessments is whole only some months into it: the census has those that were open in
        the year, and of a referral from before it not the first one, if that had ended.
        """
        year = self.collection_year()
        begins = date(year - 1, 4, 1)
        whole = date(year - 1, 4 + _MONTHS_OF_ASSESSMENTS, 1) if table == "assessment" else begins
        return Coverage(begins, whole, date(year, 3, 31), declared_by=NAME, is_cut_by_rows=True)

    def warnings(self) -> Iterable[str]:
        """What is told of the file as a whole."""
        where, year = self.file_name, self.collection_year()
        if not self.has_header:
            yield f"{where}: it has no header, and is taken for the census of the year to 31 March {year}."
        elif not self.is_year_told:
            yield f"{where}: its header names no collection year, and it is taken for that to 31 March {year}."
        elif self.reference_date and self.reference_date != date(year, 3, 31):
            yield (
                f"{where}: its header names the year {year} and the reference date {self.reference_date}, which is not "
                f"its last day; it is taken for the year to 31 March {year}."
            )
        if self.has_header and not is_us(self.authority, self.extract.la_code):
            codes = named(self.authority)
            if self.extract.la_code != NOBODY and (not codes or EXAMPLE_AUTHORITY in codes):
                said = f"{shown(self.authority)}, which is not ours" if self.authority else "no authority"
                yield f"{where}: its header names {said}; it is read as the census of {self.extract.la_code}."
        for name in sorted(self.of_years):
            if not _is_of(ELEMENT_YEARS[name], year):
                yield f"{where}: the census of {year} has no {name}; it is read all the same."
        if unknown := sorted(spelt for _, spelt, is_known in self.not_read.values() if not is_known):
            yield f"{where}: nothing is read from {', '.join(unknown[:10])}, which the census does not have."

    def ignored(self) -> Mapping[str, list[str]]:
        """The elements that give a table nothing, by table, as they are spelt."""
        found: dict[str, list[str]] = {}
        for table, spelt, _ in self.not_read.values():
            found.setdefault(table, []).append(spelt)
        return found

    # --- children ---

    def read_child(self, child: Element) -> None:
        """Add a child and all that happened in its cases."""
        self.children += 1
        place = f"Child {self.children}"
        identifiers = child.first("childidentifiers") or Element("childidentifiers", "ChildIdentifiers")
        said = self._said(IDENTIFIERS, identifiers)
        cells = _cells(IDENTIFIERS, said)
        cells["sex"] = said.get("sex", "") or said.get("gendercurrent", "")
        self.of_years.update(name for name in ("Sex", "GenderCurrent") if folded(name) in said)
        person = cells["person_id"]
        for part in child.of("childcharacteristics"):
            cells |= _cells(CHARACTERISTICS, self._said(CHARACTERISTICS, part))
            codes = _values(part, "disabilities", "disability")
            # NONE beside another code is a slip: the other one says more.
            cells["disabled"] = next((code for code in codes if folded(code) != "none"), next(iter(codes), ""))
        self.gathered.add("person", cells, f"{place}/{identifiers.spelt}")
        ids = OwnIds(person)
        conferences: list[Conference] = []
        for number, details in enumerate(child.of("cindetails"), start=1):
            self._read_case(details, f"{place}/CINdetails {number}", person, ids, conferences)
        self._add_conferences(conferences, person, ids)

    def _read_case(self, details: Element, place: str, person: str, ids: OwnIds, conferences: list[Conference]) -> None:
        said = self._said(DETAILS, details)
        cells = {"person_id": person, **_cells(DETAILS, said)}
        cells["referral_id"] = referral = ids.id("referral", cells["referral_date"], cells)
        row = self.gathered.add("referral", cells, place)
        self._check_codes("referral", cells, "referral_id", row, place)
        if on := _plain_day(said.get("dateofinitialcpc", "")):
            conferences.append(Conference(on, "", referral, place, is_transfer=True))
        counted: dict[str, int] = {}
        for element in details.children:
            if (block := _BLOCKS.get(element.name)) is None:
                continue
            if element.name == _PRE_PROCEEDINGS:
                self.of_years.add("PreProceedingsandFGDM")
            number = counted[element.name] = counted.get(element.name, 0) + 1
            self._read_block(block, element, f"{place}/{element.spelt} {number}", person, referral, ids, conferences)

    def _read_block(
        self,
        block: Block,
        element: Element,
        place: str,
        person: str,
        referral: str,
        ids: OwnIds,
        conferences: list[Conference],
    ) -> None:
        table = block.table
        said = self._said(block, element)
        cells = {"person_id": person, "referral_id": referral, **_cells(block, said)}
        if table == "assessment":
            cells["factors"] = ",".join(_values(element, "factorsidentifiedatassessment", "assessmentfactors"))
        on = cells["start_date"]
        cells[block.id_column] = own_id = ids.id(table, on, cells)
        row = self.gathered.add(table, cells, place)
        if table == "assessment":
            self._check_codes(table, cells, block.id_column, row, place)
        elif table == "s47" and (held := _plain_day(said.get("dateofinitialcpc", ""))):
            conferences.append(Conference(held, own_id if on else "", referral, place, begun=day(on)))
        elif table == "cp_plan":
            for number, text in enumerate(_values(element, "reviews", "cppreviewdate"), start=1):
                review = {"person_id": person, "cp_plan_id": own_id, "review_date": _plain_day(text)}
                review["review_id"] = ids.id("cp_review", review["review_date"], review)
                self.gathered.add("cp_review", review, f"{place}/CPPreviewDate {number}")

    def _add_conferences(self, told: Sequence[Conference], person: str, ids: OwnIds) -> None:
        for one in one_each(told):
            self.has_transfers |= one.is_transfer
            cells = {"person_id": person, "s47_id": one.enquiry, "referral_id": one.referral, "icpc_date": one.on,
                     "transfer_in": "1" if one.is_transfer else "0"}  # fmt: skip
            suffix = "T" if one.is_transfer else ""
            cells["icpc_id"] = ids.id("icpc" + suffix, one.on, cells, suffix)
            self.gathered.add("icpc", cells, f"{one.place}/DateOfInitialCPC")

    # --- what is told ---

    def _said(self, block: Block, element: Element) -> dict[str, str]:
        """A block's own values, by element; what it has besides is remembered, once each."""
        for child in element.children:
            name = child.name
            if name in block.read or name in _BLOCKS or name in self.not_read:
                continue
            if len(self.not_read) < _MOST_NAMES:
                self.not_read[name] = block.table, shown(child.spelt), name in block.known
        return element.values()

    def _check_codes(self, table: str, cells: Mapping[str, str], id_column: str, row: int, place: str) -> None:
        """Report codes that the census of the year does not have."""
        year = self.collection_year()
        for (of_table, column), by_code in CODE_YEARS.items():
            if of_table != table:
                continue
            for text in cells.get(column, "").split(","):
                code = text.strip().upper()
                if column == "factors" and code and code not in FACTORS:
                    rule = "unknown_code"
                elif (years := by_code.get(code)) and not _is_of(years, year):
                    rule = "not_of_collection_year"
                else:
                    continue
                person = cells["person_id"]
                self.reports.append(Report(rule, table, row, place, person, cells[id_column], column, text))


def _cells(block: Block, said: Mapping[str, str]) -> dict[str, str]:
    """The cells that a block's own values give its table."""
    return {column: _plain_day(said.get(name, "")) for column, name in block.columns.items()}


def _values(element: Element, group: str, name: str) -> list[str]:
    """The filled values of a name in an element and in its groups."""
    return [one.text for holder in (element, *element.of(group)) for one in holder.of(name) if one.text]


def _plain_day(text: str) -> str:
    """A day without its zone: an xs:date is that day of the calendar wherever it was written."""
    found = _DAY_OF_ZONE.fullmatch(text)
    return found[1] if found else text


def _is_of(years: tuple[int, int | None], year: int) -> bool:
    first, last = years
    return first <= year and (last is None or year <= last)
