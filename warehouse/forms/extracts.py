"""An extract as its files hold it: every file read once, by the form that it is of."""

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from schemas.measures import MEASURES
from schemas.settings import Operation, Settings
from schemas.tables import MODELS
from warehouse.forms import (
    annex_a,
    canonical,
    cin,
    daily,
    local_spellings,
    localities,
    mixing,
    ssd,
    ssda903,
    supplement,
    targets,
)
from warehouse.forms.form import Form
from warehouse.forms.local_spellings import LocalSpellings
from warehouse.forms.reading import FileNotRead, Lack, Report, TableRead, name_in
from warehouse.forms.targets import Target
from warehouse.landing.bounds import UnreadableFileError
from warehouse.landing.coverage import FILE_NAME, Coverage, declared
from warehouse.landing.extracts import (
    DATA_SUFFIXES,
    UNREADABLE,
    Extract,
    data_files,
    file_sha256,
    is_open,
    misplaced_declarations,
    no_files,
    other_files,
    table_files,
)
from warehouse.reference.councils import other_council

# The national forms, in the order in which a file is shown to them; content goes before the name.
FORMS: tuple[Form, ...] = (ssd, annex_a, cin, daily, ssda903)

_HEAD_BYTES = 1 << 16
_MOST_NAMED = 5  # files, in one sentence
# Letters, notes and pictures may be named after a child: of these the kind is told, and not the name.
_LETTERS = frozenset(
    (".doc", ".docx", ".odt", ".rtf", ".pdf", ".txt", ".md", ".msg", ".eml", ".htm", ".html", ".jpg", ".jpeg", ".png", ".tif",
     ".tiff", ".heic", ".mp3", ".mp4", ".wav")
)  # fmt: skip
# What is added to a table's name when a file is copied, dated or sent again.
_ADDED = re.compile(r"[\s_.-]*(\(\d+\)|\d{1,4}([_.-]?\d{1,2}){0,2}|copy|final|new|old|extract|export|v\d+|s)$")


@dataclass(frozen=True)
class ExtractRead:
    """What the files of an extract hold; and why it is refused, if it is, in whole sentences: then nothing is used."""

    extract: Extract
    tables: tuple[TableRead, ...] = ()
    coverage: Mapping[str, Coverage] = field(default_factory=dict)
    not_read: tuple[FileNotRead, ...] = ()
    warnings: tuple[str, ...] = ()
    never: Mapping[str, Lack] = field(default_factory=dict)  # by measure code
    notes: Mapping[str, Lack] = field(default_factory=dict)  # by measure code, what is told beside its figures
    reports: tuple[Report, ...] = ()
    refusals: tuple[str, ...] = ()
    closure_days: tuple[date, ...] = ()  # on which the authority says that it is closed
    targets: tuple[Target, ...] = ()  # what the authority has set itself
    localities: Mapping[str, str] = field(default_factory=dict)  # by postcode, the authority's own


def read(
    extracts: Sequence[Extract],
    limits: Operation | None = None,
    settings: Settings | None = None,
    left_out: Mapping[str, Collection[str]] | None = None,
) -> list[ExtractRead]:
    """Every extract as its files hold it, refused ones among them, in the order given.

    `limits` says how large files may be, `settings` from when an authority's extracts are complete; the defaults, where
    they are not given. `left_out` are the tables that a person leaves out on purpose, by the extract's partition key.
    It reads files and nothing else: an extract never waits for another one.
    """
    limits, settings = limits or Operation.model_validate({}), settings or Settings.model_validate({})
    left_out = left_out or {}
    if len(extracts) == 1:
        return [read_extract(extracts[0], limits, settings, left_out.get(extracts[0].partition_key, ()))]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        return list(
            pool.map(lambda one: read_extract(one, limits, settings, left_out.get(one.partition_key, ())), extracts)
        )


def read_extract(
    extract: Extract, limits: Operation, settings: Settings, left_out: Collection[str] = ()
) -> ExtractRead:
    """One extract as its files hold it, with every reason if it is refused."""
    where = f"{extract.la_code}/{extract.extract_date}"
    if extract.folder.is_dir() and not is_open(extract.folder):
        reason = f"{where}: its folder cannot be opened; let the user of the pipeline read it, and look into it."
        return ExtractRead(extract, refusals=(reason,))
    found = _Found(where, left_out)
    for name in no_files(extract):
        found.refuse(name, ["it is no file; send the table as a file, or leave it out"])
    local = LocalSpellings()
    own_targets: tuple[Target, ...] = ()
    own_localities: Mapping[str, str] = {}
    with found.refusing(extract, local_spellings.FILE_NAME):
        local = local_spellings.of(extract)
    with found.refusing(extract, targets.FILE_NAME):
        own_targets = targets.of(extract, limits)
    with found.refusing(extract, localities.FILE_NAME):
        own_localities = localities.of(extract, limits)
    by_form, unreadable = _of_forms(extract, limits)
    taken = {path for paths in by_form.values() for path in paths}
    canonical_files = {
        table: paths for table, of_table in table_files(extract).items()
        if table and (paths := [path for path in of_table if path not in taken])
    }  # fmt: skip
    not_read = (*unreadable, *_not_read(extract, taken))
    named = {path for paths in canonical_files.values() for path in paths} | taken
    elsewhere = misplaced_declarations(extract)
    unknown = [
        *_told_unknown(extract, named, {*(one.file_name for one in not_read), *elsewhere}),
        *(f"{where}: the declaration {name} is not read; {remedy}." for name, remedy in elsewhere.items()),
    ]
    if not found.refusals and not canonical_files and not by_form:
        # What looks like a table and is not read may be all there is.
        reasons = [f"{where}: no table of the contract is there; expected files such as referral.csv or person.xlsx."]
        reasons += [*unknown, *(_told(extract, one) for one in not_read)]
        return ExtractRead(extract, not_read=not_read, refusals=tuple(reasons))
    found.warnings += unknown
    for form, paths in by_form.items():
        found.read_form(form, extract, paths, limits, local)
    for table, paths in canonical_files.items():
        found.read_table(table, extract, paths, limits, local)
    mixture = mixing.mixed([one for one in found.tables if one.table_name not in left_out], settings.form_order)
    found.warnings += [f"{where}: {warning}" for warning in mixture.warnings]
    whole = supplement.Supplemented(mixture.tables)
    try:
        whole = supplement.supplemented(extract, mixture.tables, limits, local)
    except UnreadableFileError as error:
        found.refusals += [f"{where}/{reason}." for reason in error.args]
    found.warnings += [f"{where}/{warning}" for warning in whole.warnings]
    coverage: Mapping[str, Coverage] = {
        one.table_name: found.coverage.get((one.form, one.table_name), Coverage()) for one in whole.tables
    }
    try:
        coverage = declared(extract, coverage, settings.coverage.get(extract.la_code, {}))
    except UnreadableFileError as error:
        found.refuse(FILE_NAME, error.args)
    return ExtractRead(
        extract,
        tuple(local.applied(one) for one in whole.tables),
        coverage,
        not_read,
        (*(_told(extract, one) for one in not_read), *found.warnings),
        _told_of({one.NAME: {**one.LACKS, **found.lacks.get(one.NAME, {})} for one in by_form}, whole, settings),
        _told_of({one.NAME: one.NOTES for one in by_form}, whole, settings),
        _of_used(found.reports, mixture, whole),
        tuple(found.refusals),
        local.closure_days,
        own_targets,
        own_localities,
    )


@dataclass
class _Found:
    """What is found while the files of one extract are read. `left_out` are the tables that a person leaves out."""

    where: str
    left_out: Collection[str]
    tables: list[TableRead] = field(default_factory=list)
    coverage: dict[tuple[str, str], Coverage] = field(default_factory=dict)  # by form and table
    warnings: list[str] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    lacks: dict[str, Mapping[str, Lack]] = field(default_factory=dict)  # by form, what its files lack beside it

    @contextmanager
    def refusing(self, extract: Extract, name: str) -> Iterator[None]:
        """Refuse the extract for a file of its authority that cannot be read."""
        try:
            yield
        except UnreadableFileError as error:
            self.refusals += [f"{extract.la_code}/{name}: {reason}." for reason in error.args]

    def refuse(self, name: str, reasons: Iterable[object], table: str = "") -> None:
        """Refuse the extract for a file, or for a table of it, unless a person has left that table out."""
        for reason in reasons:
            if table in self.left_out:
                self.warnings.append(f"{self.where}/{name}: {reason}. The table {table} is left out on purpose.")
            elif (sentence := f"{self.where}/{name}: {reason}.") not in self.refusals:
                self.refusals.append(sentence)

    def read_form(
        self, form: Form, extract: Extract, paths: Sequence[Path], limits: Operation, local: LocalSpellings
    ) -> None:
        """Add the tables of the files of a form."""
        try:
            made = form.read(extract, paths, limits, local)
        except UnreadableFileError as error:
            self.refuse(paths[0].name if len(paths) == 1 else f"the {form.NAME} files", error.args)
            return
        self._add(made.tables, extract.la_code)
        self.coverage |= {(form.NAME, table): one for table, one in made.coverage.items()}
        self.warnings += [f"{self.where}/{warning}" for warning in made.warnings]
        self.reports += made.reports
        self.lacks[form.NAME] = made.lacks
        for part in made.unusable:
            self.refuse(part.file_name, [part.reason], part.table_name)

    def read_table(
        self, table: str, extract: Extract, paths: Sequence[Path], limits: Operation, local: LocalSpellings
    ) -> None:
        """Add the table of a canonical file; several are refused."""
        if len(paths) > 1:
            names = " and ".join(path.name for path in paths)
            sentence = f"{self.where}: {names} are the same table; leave one of them out."
            if table in self.left_out:
                self.warnings.append(f"{sentence} The table {table} is left out on purpose.")
            else:
                self.refusals.append(sentence)
            return
        try:
            made = canonical.read_file(extract.folder, table, paths[0], extract.la_code, limits, local)
        except UnreadableFileError as error:
            self.refuse(paths[0].name, error.args, table)
        else:
            self._add([made], extract.la_code)

    def _add(self, tables: Iterable[TableRead], la_code: str) -> None:
        for one in tables:
            self.tables.append(one)
            if one.table_name not in self.left_out and (another := _of_another(one, la_code)):
                self.refuse(one.file_name, [another])


def _told_of(
    of_forms: Mapping[str, Mapping[str, Lack]], whole: supplement.Supplemented, settings: Settings
) -> dict[str, Lack]:
    """What the forms that an extract holds lack for a measure, where nothing else in it mends that."""
    by_table = {one.table_name: one for one in whole.tables}
    told: dict[str, Lack] = {}
    for form, lacks in of_forms.items():
        for measure, lack in lacks.items():
            conditions = {need.when for need in MEASURES[measure].needs if need.table == lack.table}
            if not any(_holds(when, settings) for when in conditions) or not _holds(lack.when, settings):
                continue  # not asked under the settings
            table = by_table.get(lack.table)
            is_elsewhere = table is not None and table.form != form
            is_added = not set(lack.columns).isdisjoint(whole.added.get(lack.table, ()))
            if not is_elsewhere and not is_added:
                told.setdefault(measure, replace(lack, form=form))
    return told


def _holds(when: tuple[str, str] | None, settings: Settings) -> bool:
    """Whether a setting has the value of a condition, if there is one."""
    return when is None or str(getattr(settings, when[0], "")) == when[1]


def _of_used(reports: Sequence[Report], mixture: mixing.Mixed, whole: supplement.Supplemented) -> tuple[Report, ...]:
    """What was told of the tables that are used: of one that another form gives, nothing need be told."""
    from_forms = {one.table_name for one in whole.tables if one.form != canonical.FORM or one.table_name == "person"}
    return (*(one for one in reports if one.table_name in from_forms), *mixture.reports, *whole.reports)


def _of_another(table: TableRead, la_code: str) -> str | None:
    """Why a table that says who is responsible is another council's; None if it is not."""
    if "responsible_la" not in table.cells.column_names:
        return None
    if other := other_council(table.cells["responsible_la"], la_code):
        return (
            f"the column responsible_la names another authority in most rows ({other}); send the extract of {la_code}, "
            "or land this one in the folder of that authority"
        )
    return None


def _of_forms(extract: Extract, limits: Operation) -> tuple[dict[Form, list[Path]], list[FileNotRead]]:
    """The files that a national form recognises, in the extract's folder or one below it; and those it cannot open."""
    found: dict[Form, list[Path]] = {}
    unreadable: list[FileNotRead] = []
    named = {path for table, paths in table_files(extract).items() if table for path in paths}
    for path in _of_extract(extract):
        try:
            if form := recognised(path, limits):
                found.setdefault(form, []).append(path)
        except OSError:
            continue  # told where it is read by its name
        except UnreadableFileError as error:
            if path not in named and not _alike(path.name):
                unreadable.append(FileNotRead("", name_in(extract.folder, path), "; ".join(map(str, error.args))))
    return found, unreadable


def recognised(path: Path, limits: Operation) -> Form | None:
    """The national form that a file is of, by what it holds. Raises OSError, and UnreadableFileError."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    return next((form for form in FORMS if form.recognise(path, head, limits)), None)


def _of_extract(extract: Extract) -> list[Path]:
    """The files that may be a table or a form: supplements are added to those."""
    return [path for path in data_files(extract) if not path.name.lower().startswith("supplement_")]


def _not_read(extract: Extract, taken: set[Path]) -> Iterator[FileNotRead]:
    """The files that look like a table and are not read."""
    tables = table_files(extract)
    known = {path for table, paths in tables.items() if table for path in paths}
    for path in _of_extract(extract):
        if path in taken or path in known or not (table := _alike(path.name)):
            continue
        reason = (
            f"not read, though it looks like the table {table}; name it {table}.csv or {table}.xlsx, or leave it out"
        )
        yield FileNotRead(table, name_in(extract.folder, path), reason, _sha256(path))


def _told_unknown(extract: Extract, read: set[Path], told: Collection[str]) -> Iterator[str]:
    """The sentence about the files that neither their names nor what they hold make known, if there are any."""
    unread = [*(path for path in _of_extract(extract) if path not in read), *other_files(extract)]
    unread = [path for path in unread if name_in(extract.folder, path) not in told]
    listed = [name_in(extract.folder, path) for path in unread if path.suffix.lower() not in _LETTERS]
    letters = [path.suffix.lower() for path in unread if path.suffix.lower() in _LETTERS]
    shown = listed[:_MOST_NAMED]
    if len(listed) > _MOST_NAMED:
        shown.append(f"{len(listed) - _MOST_NAMED} more")
    if letters:
        shown.append(f"{len(letters)} of letters, notes or pictures ({', '.join(sorted(set(letters)))})")
    if shown:
        yield (
            f"{extract.la_code}/{extract.extract_date}: not read, because neither name nor content is known: "
            f"{', '.join(shown)}; python -m pipelines profile FILE says what each is like, and how to map it."
        )


def _sha256(path: Path) -> str:
    try:
        return file_sha256(path)
    except OSError:
        return UNREADABLE


def _alike(name: str) -> str:
    """The table that a file's name looks like: in other spelling, of another kind, a copy, dated, in the plural."""
    lowered = name.lower()
    suffix = max((end for end in DATA_SUFFIXES if lowered.endswith(end)), key=len)
    stem, before = lowered.removesuffix(suffix), ""
    while stem and stem != before:
        if (folded := re.sub(r"[\s_.-]+", "_", stem).strip("_")) in MODELS:
            return folded
        before, stem = stem, _ADDED.sub("", stem)
    return ""


def _told(extract: Extract, one: FileNotRead) -> str:
    return f"{extract.la_code}/{extract.extract_date}/{one.file_name}: {one.reason}."
