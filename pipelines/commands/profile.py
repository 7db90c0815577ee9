"""What a file or folder would be read as, before it is landed: `python -m pipelines profile PATH`.

It shows headers, codes and counts, never a child's data: of a column of codes it shows a spelling only where several
children have it.
"""

import re
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from rapidfuzz import fuzz, process, utils

from pipelines.console import console
from pipelines.settings import PipelineSettings
from schemas.measures import CATALOGUE, Need
from schemas.measures.declaration import WHOLE_HISTORY
from schemas.settings import Operation, Settings
from schemas.tables import MODELS, Column, Kind, columns
from warehouse.forms import annex_a, daily, supplement
from warehouse.forms.annex_a_lists import LISTS
from warehouse.forms.canonical import delimited
from warehouse.forms.canonical.layout import DELIMITERS, SEARCHED_ROWS, first_rows, wanted
from warehouse.forms.cells import folded, identity, months_before, shown
from warehouse.forms.extracts import ExtractRead, read_extract, recognised
from warehouse.forms.local_spellings import FILE_NAME, LocalSpellings, of
from warehouse.forms.reading import TableRead
from warehouse.forms.spellings import trimmed
from warehouse.forms.spreadsheet import visible_sheets
from warehouse.landing.bounds import UnreadableFileError, bytes_of, gunzipped
from warehouse.landing.coverage import Coverage
from warehouse.landing.extracts import Extract, data_files, from_partition_key, table_of
from warehouse.reference.councils import NOBODY
from warehouse.staged.columns import SENTINEL, UNREAD, read_column, unread_spellings

_NEAR = 80  # the score, of 100, from which a header is named as a near miss
_ENOUGH = 0.6  # the share of a table's required columns by which a file looks like it
_FEWEST_CHILDREN = 3  # a spelling of a code is shown only where so many children have it
_MOST_SHOWN = 12  # spellings, headers or tables in one line
_CODED = (Kind.CODE, Kind.BOOLEAN, Kind.STATUS, Kind.OUTCOME)
_UNDERSTOOD = ("exact", "synonym", "local")
_TIMED = (Kind.DATE, Kind.TIMESTAMP)


@dataclass(frozen=True)
class HeaderMatch:
    """One header of a file and what it means: by its own spelling, a synonym, or the authority's own word.

    A near miss has a meaning and a score, and is never applied; a header without a meaning is not used.
    """

    header: str
    meaning: str
    how: str  # exact | synonym | local | near miss | known, not used | not used
    score: int = 100


def show_profile(path: Path, extract_date: date | None, la_code: str | None, settings: PipelineSettings) -> int:
    """Print the profile of a file or folder; the exit status."""
    folder = path if path.is_dir() else path.parent
    of_folder = _extract_of(folder)
    la_code = la_code or (of_folder.la_code if of_folder else NOBODY)
    extract_date = extract_date or (of_folder.extract_date if of_folder else date.today())
    with TemporaryDirectory() as scratch:
        extract = Extract(la_code, extract_date, Path(scratch) / la_code / extract_date.isoformat())
        _link(path, extract.folder, settings.landing / la_code if of_folder is None else folder.parent)
        for line in profile(extract, settings.operation, settings.definitions):
            console.print(line, soft_wrap=True)
    return 0


def _extract_of(folder: Path) -> Extract | None:
    """The extract that a folder is, by its name and that of the folder it is in."""
    whole = folder.resolve()
    try:
        return from_partition_key(whole.parent.parent, f"{whole.parent.name}_{whole.name}")
    except ValueError:
        return None


def _link(path: Path, folder: Path, authority: Path) -> None:
    """Show a file, or the files of a folder, as an extract; the authority's own spellings beside it."""
    folder.mkdir(parents=True)
    for one in [path] if path.is_file() else sorted(path.iterdir()):
        _show(one, folder / one.name)
    if (authority / FILE_NAME).is_file():
        _show(authority / FILE_NAME, folder.parent / FILE_NAME)


def _show(path: Path, at: Path) -> None:
    """Show a file or folder at another place; a copy, where the system has no links for everybody."""
    try:
        at.symlink_to(path.resolve())
    except OSError:
        if path.is_dir():
            shutil.copytree(path, at)
        else:
            shutil.copyfile(path, at)


def profile(extract: Extract, limits: Operation, settings: Settings) -> Iterator[str]:
    """The lines of the profile of an extract, or of a folder or file that is shown as one."""
    local = LocalSpellings()
    with suppress(UnreadableFileError):  # told below, with the line
        local = of(extract)
    files = data_files(extract)
    if not files:
        yield "No file here may hold data; give a file, or a folder of files."
        return
    matches: list[tuple[str, list[HeaderMatch]]] = []
    told = ""
    for file in files:
        for line in _file(extract, file, limits, local, matches):
            if line != told:  # the documents of a feed are told once
                yield line
            told = line
    made = read_extract(extract, limits, settings)
    yield from _refusals(made)
    unmapped: list[tuple[str, list[str]]] = []
    yield from _tables(made)
    yield from _codes(made, unmapped)
    yield from _dates(made)
    yield from _coverage(made)
    yield from _measures(made, settings)
    yield from _stub(matches, unmapped)


# --- files and headers ------------------------------------------------------------------------------------------------


def _file(
    extract: Extract,
    path: Path,
    limits: Operation,
    local: LocalSpellings,
    matches: list[tuple[str, list[HeaderMatch]]],
) -> Iterator[str]:
    """What one file is, and how each of its headers is understood."""
    name = shown(path.relative_to(extract.folder).as_posix())
    try:
        form = recognised(path, limits)
        if form is annex_a:
            yield f"{name}: {form.TITLE}"
            yield from _lists(bytes_of(path, limits), limits, local, matches)
            return
        if form is not None:
            # A document of the feed may be called by the child's id.
            yield f"{shown(path.parent.name) if form is daily else name}: {form.TITLE}"
            return
        table = table_of(path.name) or supplement.table_of(path.name)
        rows = _first_rows(path, limits)
    except UnreadableFileError as error:
        yield f"{name}: cannot be read: {'; '.join(map(str, error.args))}"
        return
    guess, header = _likeliest(rows, local)
    if table:
        yield f"{name}: {'supplement to the table' if path.name.startswith('supplement_') else 'the table'} {table}"
        header = _header_row(table, rows, local)
    elif guess:
        yield f"{name}: not recognised; its headers look like the table {guess}: call it {guess}.csv, or .xlsx"
    else:
        yield f"{name}: not recognised as a table or a form, and not read"
        return
    found = _matched(header, _meanings(table or guess, local), _spellings(table or guess))
    if sum(one.how in _UNDERSTOOD for one in found) < 2:
        yield f"  no header row was found among its first {SEARCHED_ROWS} rows"
        return
    matches.append((table or guess, found))
    yield from _headers(found)


def _lists(
    content: bytes, limits: Operation, local: LocalSpellings, matches: list[tuple[str, list[HeaderMatch]]]
) -> Iterator[str]:
    for one in annex_a.sheets_of_lists(content, limits, local):
        name = shown(one.sheet.name)
        if one.number is None:
            yield f"  {name}: no list of Annex A, and not read"
            continue
        declared = LISTS[one.number]
        rows = max(len(one.sheet.cells) - one.match.header_row, 0)
        yield f"  {name}: List {one.number} ({declared.title}), {_count(rows, 'row')}"
        if not one.match.is_header:
            yield f"    no header row was found among its first {SEARCHED_ROWS} rows"
            continue
        own = local.headers.get(f"List {one.number}", {})
        meanings = {
            text: (header, _how(text, header, own)) for text, header in annex_a.meanings_of(declared, own).items()
        }
        known = {name: [name, *more] for name, more in declared.headers.items()}
        used = annex_a.read_headers(one.number)
        found = [
            replace(match, how="known, not used") if match.how in _UNDERSTOOD and match.meaning not in used else match
            for match in _matched(one.header, meanings, known)
        ]
        matches.append((f"List {one.number}", found))
        yield from ("  " + line for line in _headers(found))


def _how(text: str, meaning: str, local: Mapping[str, str]) -> str:
    if text in map(folded, local):
        return "local"
    return "exact" if text == folded(meaning) else "synonym"


def _meanings(table: str, local: LocalSpellings) -> dict[str, tuple[str, str]]:
    own = local.headers.get(table, {})
    return {text: (name, _how(text, name, own)) for text, name in wanted(table, own).meanings.items()}


def _spellings(table: str) -> dict[str, list[str]]:
    return {column.name: [column.name.replace("_", " "), *column.synonyms] for column in columns(table)}


def _matched(
    header: Sequence[str], meanings: Mapping[str, tuple[str, str]], spellings: Mapping[str, Sequence[str]]
) -> list[HeaderMatch]:
    """What each header of a file means. A near miss is sought among what no other header means."""
    known = {text: meanings[folded(text)] for text in header if folded(text) in meanings}
    free = [name for name in spellings if name not in {name for name, _ in known.values()}]
    candidates = {spelling: name for name in free for spelling in spellings[name]}
    found = []
    for text in header:
        if not text.strip():
            continue
        if text in known:
            found.append(HeaderMatch(shown(text), *known[text]))
            continue
        near = process.extractOne(text, list(candidates), scorer=fuzz.token_sort_ratio,
                                  processor=utils.default_process, score_cutoff=_NEAR)  # fmt: skip
        if near:
            found.append(HeaderMatch(shown(text), candidates[near[0]], "near miss", int(near[1])))
        else:
            found.append(HeaderMatch(shown(text), "", "not used"))
    return found


def _headers(found: Sequence[HeaderMatch]) -> Iterator[str]:
    exact = [one.header for one in found if one.how == "exact"]
    if exact:
        yield f"  exact: {', '.join(exact)}"
    for how in ("synonym", "local"):
        if of_kind := [f"{one.header} = {one.meaning}" for one in found if one.how == how]:
            yield f"  {how}: {', '.join(of_kind)}"
    for one in found:
        if one.how == "near miss":
            yield f"  near miss, not used: '{one.header}' may mean {one.meaning} (score {one.score})"
    for how in ("known, not used", "not used"):
        if unused := [one.header for one in found if one.how == how]:
            yield f"  {how}: {', '.join(unused)}"


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def _first_rows(path: Path, limits: Operation) -> list[list[str]]:
    """The first rows of a file of one table, each cell as text; of a workbook, those of its fullest visible sheet."""
    content = bytes_of(path, limits)
    name = path.name.lower()
    if content.startswith(b"PK"):
        heads = [sheet.head(SEARCHED_ROWS) for sheet in visible_sheets(content, limits)]
        return max(heads, key=lambda rows: max(map(len, rows), default=0), default=[])
    if name.endswith(".parquet"):
        try:
            return [list(pq.read_schema(pa.BufferReader(content)).names)]
        except (pa.ArrowException, OSError, ValueError) as error:
            raise UnreadableFileError("it is not a complete parquet file; send it again") from error
    if content[:2] == b"\x1f\x8b":
        content = gunzipped(content, limits)
    head = delimited.decoded(content)
    head = head[: delimited.head_end(head.find)]
    return max(
        (first_rows(head, delimiter) for delimiter in DELIMITERS), key=lambda rows: max(map(len, rows), default=0)
    )


def _share(table: str, cells: Sequence[str], local: LocalSpellings) -> float:
    sought = wanted(table, local.headers.get(table))
    named = {sought.meanings.get(folded(cell)) for cell in cells}
    return len(named & set(sought.required)) / len(sought.required)


def _header_row(table: str, rows: Sequence[Sequence[str]], local: LocalSpellings) -> Sequence[str]:
    meanings = wanted(table, local.headers.get(table)).meanings
    return max(rows, key=lambda cells: sum(folded(cell) in meanings for cell in cells), default=[])


def _likeliest(rows: Sequence[Sequence[str]], local: LocalSpellings) -> tuple[str, Sequence[str]]:
    """The table that the headers of a file look like, and its header row."""
    scored = [
        (_share(table, cells, local), -place, table, cells) for table in MODELS for place, cells in enumerate(rows)
    ]
    share, _, table, cells = max(scored, key=lambda one: one[:2], default=(0.0, 0, "", []))
    return (table, cells) if share > _ENOUGH else ("", [])


# --- what is read -----------------------------------------------------------------------------------------------------


def _refusals(made: ExtractRead) -> Iterator[str]:
    if made.refusals:
        yield "It would be refused:"
        yield from (f"  {refusal}" for refusal in made.refusals)
    told = [warning for warning in made.warnings if warning not in made.refusals]
    if told:
        yield "It would be told:"
        yield from (f"  {warning}" for warning in told)


def _tables(made: ExtractRead) -> Iterator[str]:
    if made.tables:
        yield "Tables:"
    for one in made.tables:
        lacks = [column.name for column in columns(one.table_name) if column.name not in one.cells.column_names]
        without = f", without {', '.join(lacks)}" if lacks else ""
        yield f"  {one.table_name}: {_count(one.cells.num_rows, 'row')} from {shown(one.file_name)}{without}"


def _codes(made: ExtractRead, unmapped: list[tuple[str, list[str]]]) -> Iterator[str]:
    """What stands in columns of codes and has no meaning, with counts; and what was not understood elsewhere."""
    yield "Not understood:"
    is_any = False
    for one in made.tables:
        for column in columns(one.table_name):
            if column.name not in one.cells.column_names or column.kind in (Kind.TEXT, Kind.WORKER):
                continue
            cells = one.cells[column.name]
            rows = read_column(one.table_name, column, cells).flagged.get(UNREAD)
            if rows is None or not len(rows):
                continue
            is_any = True
            what = f"  {one.table_name}.{column.name}: {_count(len(rows), 'row')}"
            if column.kind not in _CODED:
                yield what
                continue
            found = unread_spellings(cells, rows)
            children = _children(one, column.name)
            common = [text for text, _ in found if len(children.get(text, ())) >= _FEWEST_CHILDREN]
            counts = dict(found)
            named = [f"'{shown(text)}' ({counts[text]:,})" for text in common[:_MOST_SHOWN]]
            if more := len(common) - len(named):
                named.append(f"{more:,} more")
            if hidden := len(found) - len(common):
                named.append(f"{_count(hidden, 'spelling')} of fewer than {_FEWEST_CHILDREN} children, not shown")
            unmapped.append((_section(one.table_name, column), common[:_MOST_SHOWN]))
            yield f"{what}: {', '.join(named)}"
    if not is_any:
        yield "  nothing"


def _children(table: TableRead, column: str) -> dict[str, set[str]]:
    """The children that have each spelling of a column."""
    children: dict[str, set[str]] = {}
    if "person_id" in table.cells.column_names:
        pairs = zip(table.cells["person_id"].to_pylist(), table.cells[column].to_pylist(), strict=True)
        for child, cell in pairs:
            if cell is not None and (known := identity(child)):
                children.setdefault(trimmed(cell), set()).add(known)
    return children


# Shapes of dates that are read, in the words in which people write them.
_SHAPES = (
    (re.compile(r"\d{4}-\d{2}-\d{2}"), "yyyy-mm-dd"),
    (re.compile(r"\d{4}-\d{2}-\d{2}[ T].+"), "yyyy-mm-dd with time"),
    (re.compile(r"\d{1,2}/\d{1,2}/\d{4}"), "dd/mm/yyyy"),
    (re.compile(r"\d{1,2}/\d{1,2}/\d{4}[ T].+"), "dd/mm/yyyy with time"),
    (re.compile(r"\d{1,2}/\d{1,2}/\d{2}"), "dd/mm/yy"),
    (re.compile(r"\d{1,2}-[A-Za-z]{3,4}-\d{4}"), "dd-Mon-yyyy"),
    (re.compile(r"\d{1,2}-[A-Za-z]{3,4}-\d{2}"), "dd-Mon-yy"),
    (re.compile(r"\d{5}(\.\d+)?"), "spreadsheet serial"),
)


def _dates(made: ExtractRead) -> Iterator[str]:
    """The shapes in which each column of dates comes, and its first and last day; of births and deaths, the years."""
    yield "Dates:"
    for one in made.tables:
        for column in columns(one.table_name):
            if column.kind not in _TIMED or column.name not in one.cells.column_names:
                continue
            cells = one.cells[column.name]
            reading = read_column(one.table_name, column, cells)
            values = reading.values.cast(pa.timestamp("us"))
            shapes: Counter[str] = Counter()
            for count in cells.filter(pc.is_valid(values)).value_counts().to_pylist():
                shapes[_shape(trimmed(count["values"]))] += count["counts"]
            if not shapes:
                continue
            first, last = (value.as_py() for value in pc.min_max(values).values())
            years = one.table_name == "person"
            span = f"{first:%Y} to {last:%Y}" if years else f"{first:%Y-%m-%d} to {last:%Y-%m-%d}"
            also = [f"{len(rows):,} {words}" for flag, words in ((UNREAD, "not read"), (SENTINEL, "standing for none"))
                    if len(rows := reading.flagged.get(flag, ()))]  # fmt: skip
            written = [f"{shape} ({count:,})" for shape, count in shapes.most_common()]
            yield f"  {one.table_name}.{column.name}: {span}; {', '.join([*written, *also])}"


def _shape(text: str) -> str:
    return next((words for pattern, words in _SHAPES if pattern.fullmatch(text)), "another shape")


def _coverage(made: ExtractRead) -> Iterator[str]:
    yield f"Coverage, for an extract of {made.extract.extract_date}:"
    for table, one in made.coverage.items():
        if table == "person":
            continue
        if one.is_latest_only:
            yield f"  {table}: only the latest row of a child ({one.declared_by})"
            continue
        since = f"events from {one.complete_from}" if one.complete_from else "the whole history"
        if one.spells_complete_from and one.spells_complete_from != one.complete_from:
            since += f", spells from {one.spells_complete_from}"
        until = f", to {one.complete_to}" if one.complete_to else ""
        yield f"  {table}: {since}{until}{f' ({one.declared_by})' if one.declared_by else ''}"


# --- measures ---------------------------------------------------------------------------------------------------------


def _measures(made: ExtractRead, settings: Settings) -> Iterator[str]:
    """Which measures the tables could give, from which month; and of the others why not."""
    can: list[str] = []
    cannot: dict[str, list[str]] = {}
    for measure in CATALOGUE:
        lack, since = made.never.get(measure.measure_code), date.min
        reason = lack.sentence if lack else ""
        for need in measure.needs:
            if reason or (need.when and str(getattr(settings, need.when[0], "")) != need.when[1]):
                continue
            reason, begun = _lacking(need, made, settings)
            since = max(since, begun)
        if reason:
            cannot.setdefault(reason, []).append(measure.measure_code)
        else:
            can.append(f"{measure.measure_code} from {since:%Y-%m}" if since > date.min else measure.measure_code)
    yield f"Measures that could be computed: {', '.join(can) or 'none'}"
    if cannot:
        yield "Measures that could not:"
        yield from (f"  {', '.join(codes)}: {reason}" for reason, codes in cannot.items())


def _lacking(need: Need, made: ExtractRead, settings: Settings) -> tuple[str, date]:
    """Why a need is not met, and else the first month that it allows."""
    table = next((one for one in made.tables if one.table_name == need.table), None)
    if table is None:
        stands_in = next((one for one in made.tables if need.instead and one.table_name == need.instead[0]), None)
        if need.instead and stands_in and need.instead[1] in stands_in.cells.column_names:
            return "", made.extract.extract_date.replace(day=1)
        return f"needs the table {need.table}", date.min
    named = (str(getattr(settings, need.named_by)),) if need.named_by else need.any_of
    if need.any_of and set(named).isdisjoint(table.cells.column_names):
        return f"needs {' or '.join(named)} in the table {need.table}", date.min
    coverage = made.coverage.get(need.table, Coverage())
    if coverage.is_latest_only and not need.latest_is_enough:
        return f"needs earlier rows than the latest of a child in the table {need.table}", date.min
    begun = coverage.complete_from if need.asks == "events" else coverage.spells_complete_from
    if begun is None:
        return "", date.min
    if coverage.is_latest_only:
        return "", made.extract.extract_date.replace(day=1)
    first = begun if begun.day == 1 else _next_month(begun)
    if need.unless:  # a month whose cases say what the history would needs none: the figures tell which
        return "", first
    if need.run_in_months >= WHOLE_HISTORY:
        return f"needs the whole history in the table {need.table}", date.min
    first = months_before(first, -need.run_in_months)
    if first > made.extract.extract_date:
        return f"needs {_count(need.run_in_months, 'month')} before the month in the table {need.table}", date.min
    return "", first


def _next_month(day: date) -> date:
    return months_before(day.replace(day=1), -1)


# --- the stub ---------------------------------------------------------------------------------------------------------


def _stub(
    matches: Sequence[tuple[str, Sequence[HeaderMatch]]], unmapped: Sequence[tuple[str, Sequence[str]]]
) -> Iterator[str]:
    """Lines to paste into the authority's authority.toml. They are comments: a person decides each."""
    near = {table: [one for one in found if one.how == "near miss"] for table, found in matches}
    codes: dict[str, list[str]] = {}
    for section, spellings in unmapped:
        if spellings:
            codes.setdefault(section, []).extend(spellings)
    if not any(near.values()) and not codes:
        return
    yield f"To map what is local, in {FILE_NAME} in the authority's folder (take # away where it is right):"
    for table, found in near.items():
        if found:
            yield f"  [headers.{_bare(table)}]"
            yield from (f"  # {_toml(one.header)} = {_toml(one.meaning)}" for one in found)
    for section, spellings in codes.items():
        yield f"  [{section}]"
        yield from (f'  # {_toml(shown(spelling))} = ""' for spelling in dict.fromkeys(spellings))


def _section(table: str, column: Column) -> str:
    """Where a local word of a column is mapped: yes and no by column, for their polarity differs."""
    if column.kind in (Kind.STATUS, Kind.OUTCOME):
        return "statuses"
    return f'codes."{table}.{column.name}"' if column.kind is Kind.BOOLEAN else f"codes.{column.code_set}"


def _bare(name: str) -> str:
    return name if re.fullmatch(r"\w+", name) else _toml(name)


def _toml(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
