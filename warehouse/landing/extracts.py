"""What has landed: one folder per extract, `<landing>/<la_code>/<extract_date>/`. Nothing here writes to it."""

import contextlib
import hashlib
import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

from schemas.tables import MODELS

SUFFIXES = (".csv", ".csv.gz", ".parquet", ".xlsx")
# Files that may hold data of an extract, whatever their names; the readers of forms look into them.
DATA_SUFFIXES = (
    *SUFFIXES, ".tsv", ".txt", ".xlsm", ".xlsb", ".xls", ".ods", ".xml", ".json", ".zip",
)  # fmt: skip
_FORM_SUFFIXES = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".xml", ".zip", ".json")
REMEMBERED = ".landed.json"  # in the warehouse: the hashes of landed files, by size and time of change
UNREADABLE = "unreadable"  # in place of the hash of a file that cannot be opened
# Names that a copy in progress, or an editor, leaves beside the real file.
_UNFINISHED = re.compile(r"(^[.~])|(\.(part|partial|tmp|temp|crdownload|filepart|swp)$)|(~$)", re.IGNORECASE)


@dataclass(frozen=True, order=True)
class Extract:
    """Everything that one authority sent for one day."""

    la_code: str
    extract_date: date
    folder: Path

    @property
    def partition_key(self) -> str:
        """The name of the extract in Dagster."""
        return f"{self.la_code}_{self.extract_date.isoformat()}"


class RefusedExtractError(Exception):
    """An extract that cannot be used at all; `reasons` holds one sentence per reason, per partition key."""

    def __init__(self, reasons: Mapping[str, list[str]]) -> None:
        self.reasons = dict(reasons)
        super().__init__("\n".join(sentence for sentences in reasons.values() for sentence in sentences))


def landed(landing: Path) -> list[Extract]:
    """Every extract folder, by authority and date. Folders of other names are none of ours."""
    found = []
    for authority in sorted(landing.glob("[0-9][0-9][0-9]")):
        for folder in sorted(authority.iterdir()) if is_open(authority) else []:
            extract_date = _iso_date(folder.name)
            if extract_date and folder.is_dir():
                found.append(Extract(authority.name, extract_date, folder))
    return found


def is_regular(path: Path) -> bool:
    """Whether a regular file is there, as far as this user may see it. Nothing else is ever opened."""
    try:
        return path.is_file()
    except OSError:
        return False


def is_open(folder: Path) -> bool:
    """Whether a folder is there and this user may look into it."""
    return os.access(folder, os.R_OK | os.X_OK) and folder.is_dir()


def closed(landing: Path, extracts: Sequence[Extract]) -> list[Path]:
    """The folders of authorities, and those in the folders of extracts, that this user may not look into; sorted.

    An extract's own folder is none of them: it refuses the extract, by name.
    """
    folders = [*landing.glob("[0-9][0-9][0-9]")]
    folders += [path for extract in extracts if is_open(extract.folder) for path in extract.folder.glob("**/")]
    own = {extract.folder for extract in extracts}
    return sorted({path for path in folders if path.is_dir() and not is_open(path)} - own)


def from_partition_key(landing: Path, key: str) -> Extract:
    """The extract of a partition key. Raises ValueError for a key of another form."""
    la_code, _, text = key.partition("_")
    extract_date = _iso_date(text)
    if extract_date is None or not re.fullmatch(r"\d{3}", la_code):
        raise ValueError(f"{key!r} is not an extract: give <la_code>_<YYYY-MM-DD>, such as 852_2020-09-01.")
    return Extract(la_code, extract_date, landing / la_code / text)


def table_files(extract: Extract) -> dict[str, list[Path]]:
    """The files of each table of the contract, those of no table under the empty name; sorted."""
    files: dict[str, list[Path]] = {}
    for path in sorted(extract.folder.iterdir()) if is_open(extract.folder) else []:
        if is_regular(path):
            files.setdefault(table_of(path.name), []).append(path)
    return files


def data_files(extract: Extract) -> list[Path]:
    """The files that may hold data, in the extract's folder and those one below it, supplements among them; sorted."""
    if not is_open(extract.folder):
        return []
    found = (*extract.folder.glob("*"), *extract.folder.glob("*/*"))
    return sorted(
        path
        for path in found
        if path.name.lower().endswith(DATA_SUFFIXES)
        and not path.name.startswith((".", "~"))
        and path.parent.name != "commentary"
        and is_regular(path)
    )


def other_files(extract: Extract) -> list[Path]:
    """The files, in the extract's folder and those one below it, that are of no kind that is looked into; sorted.

    Its declaration, its commentary and what a desktop leaves in a folder are none of them.
    """
    if not is_open(extract.folder):
        return []
    found = {*extract.folder.glob("*"), *extract.folder.glob("*/*")} - {*data_files(extract)}
    return sorted(
        path
        for path in found
        if path.name.lower() not in ("extract.toml", "thumbs.db", "desktop.ini")
        and not path.name.startswith((".", "~"))
        and path.parent.name.lower() != "commentary"
        and is_regular(path)
    )


def no_files(extract: Extract) -> list[str]:
    """What has the name of a table's file and is none: a folder, or a link that leads nowhere; sorted."""
    found = extract.folder.iterdir() if is_open(extract.folder) else []
    return sorted(path.name for path in found if table_of(path.name) and not is_regular(path))


def misplaced_declarations(extract: Extract) -> dict[str, str]:
    """Declarations that are not read where they lie, or under nearly their name; by name, where each belongs."""
    found = {}
    folders = {"": extract.folder, "../": extract.folder.parent, "../../": extract.folder.parent.parent}
    for above, folder in folders.items():
        paths = [path for path in sorted(folder.iterdir()) if is_regular(path)] if is_open(folder) else []
        for declaration in ("extract.toml", *OF_AUTHORITY):
            place = "" if declaration == "extract.toml" else "../"
            stem, suffix = declaration.split(".")
            alike = re.compile(rf"{stem}s?([ _-].*)?\.({suffix}|tml)(\.\w+)?", re.IGNORECASE)
            for path in paths:
                if path.name == declaration and above != place:
                    found[f"{above}{path.name}"] = (
                        f"move it to the folder of the {'extract' if not place else 'authority'}"
                    )
                elif path.name != declaration and alike.fullmatch(path.name):
                    found[f"{above}{path.name}"] = f"call it {declaration}, or remove it"
    return found


def commentary_files(extract: Extract) -> list[Path]:
    """The Markdown files in the extract's months of commentary, whether they can be used or not; sorted."""
    folder = extract.folder / "commentary"
    return sorted(path for path in folder.glob("*/*.md") if is_regular(path)) if is_open(folder) else []


def name_in_extract(extract: Extract, path: Path) -> str:
    """What a file is called within its extract: for a commentary with its folders."""
    return path.relative_to(extract.folder).as_posix()


def misplaced_commentary(landing: Path) -> list[Path]:
    """Folders of commentary that hold files but are no extract's, so that nothing would ever read them."""
    extracts = {extract.folder for extract in landed(landing)}
    folders = (path for depth in ("*", "*/*", "*/*/*") for path in landing.glob(depth) if is_open(path))
    named = (path for path in folders if path.name.lower() == "commentary")
    elsewhere = (path for path in named if path.name != "commentary" or path.parent not in extracts)
    return sorted(path for path in elsewhere if any(is_regular(file) for file in path.rglob("*")))


def misplaced(landing: Path) -> list[Path]:
    """Folders that hold data but are no extract's, so that nothing would ever read them.

    Anywhere files of the contract; in an authority's folder what a national form may come in; in the folders below it,
    and in an extract deeper than one folder below its own, whatever may hold data, but for plain notes.
    """
    extracts = {extract.folder for extract in landed(landing)}
    own = {*extracts, *(path for folder in extracts for path in folder.glob("*/"))}
    files = [path for depth in ("*", "*/*", "*/*/*") for path in landing.glob(depth) if table_of(path.name)]
    for authority in landing.glob("[0-9][0-9][0-9]"):
        files += [path for path in authority.glob("*") if path.name.lower().endswith(_FORM_SUFFIXES)]
        files += [path for path in authority.glob("*/**/*") if path.name.lower().endswith((*SUFFIXES, *_FORM_SUFFIXES))]
    return sorted(
        {
            path.parent
            for path in files
            if path.parent not in own
            and path.name not in OF_AUTHORITY
            and not any(part.startswith(".") for part in path.relative_to(landing).parts)
            and path.relative_to(landing).parts[0] != "statistics"  # of their own reader
            and "commentary" not in (part.lower() for part in path.relative_to(landing).parts)  # told by itself
            and is_regular(path)
        }
    )


def unfinished_files(extract: Extract) -> list[str]:
    """The names of files that are still being written."""
    return sorted(path.name for path in extract.folder.rglob("*") if is_regular(path) and _UNFINISHED.search(path.name))


def is_complete(extract: Extract) -> bool:
    """Whether the folder holds data and nothing that is still being written."""
    return bool(data_files(extract)) and not unfinished_files(extract)


def snapshot(extract: Extract) -> list[tuple[str, int, int]]:
    """Name, size and modification time (ns) of every file: equal snapshots mean that nothing was written between."""
    return sorted(
        (str(path.relative_to(extract.folder)), path.stat().st_size, path.stat().st_mtime_ns)
        for path in extract.folder.rglob("*")
        if is_regular(path)
    )


def landed_bytes(extract: Extract) -> int:
    """The size of an extract's files together."""
    return sum(size for _, size, _ in snapshot(extract))


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, as landed."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def inputs_sha256(files: Mapping[str, str]) -> str:
    """One hash for an extract, from its files' names and hashes."""
    listing = "".join(f"{name} {sha256}\n" for name, sha256 in sorted(files.items()))
    return hashlib.sha256(listing.encode()).hexdigest()


class FileHashes:
    """The SHA-256 of landed files, remembered by size and time of change, so that a file is read again only when it
    has changed. `kept_in` is where they are remembered between runs; what it holds is no secret, only file names."""

    def __init__(self, kept_in: Path | None = None) -> None:
        self._kept_in = kept_in
        self._known: dict[str, list[int | str]] = {}
        self._is_changed = False
        if kept_in is not None and kept_in.is_file():
            try:
                found = json.loads(kept_in.read_text())
            except (OSError, ValueError):
                found = {}  # remembered anew
            self._known = found if isinstance(found, dict) else {}

    def sha256(self, path: Path, is_full: bool = False) -> str:
        """The hash of a file; with `is_full` its bytes are read whatever is remembered. UNREADABLE for one that is."""
        try:
            found = path.stat()
            seen = [found.st_size, found.st_mtime_ns]
            known = self._known.get(str(path))
            if known and known[:2] == seen and not is_full:
                return str(known[2])
            sha256 = file_sha256(path)
        except OSError:
            return UNREADABLE
        self._known[str(path)] = [*seen, sha256]
        self._is_changed = True
        return sha256

    def save(self) -> None:
        """Remember the hashes for the next run; a file that cannot be written is done without."""
        if self._kept_in is None or not self._is_changed:
            return
        new = self._kept_in.with_name(f"{self._kept_in.name}.new")
        with contextlib.suppress(OSError):
            new.write_text(json.dumps(self._known))
            new.replace(self._kept_in)
            self._is_changed = False


# What an authority's own files beside its extracts decide figures by.
OF_AUTHORITY = ("authority.toml", "targets.csv", "locality.csv")


def input_files(extract: Extract, hashes: FileHashes | None = None, is_full: bool = False) -> dict[str, str]:
    """The files that an extract is made of as it lies in the landing folder now, and their hashes, by name.

    Its data files, `extract.toml`, its commentary, and what its authority has landed for all its extracts. A file that
    cannot be opened counts as that. JSON documents, which may be called by their children's ids, are one of a folder.
    """
    known = hashes or FileHashes()
    found = {name_in_extract(extract, path): path for path in data_files(extract)}
    if is_regular(declared := extract.folder / "extract.toml"):
        found["extract.toml"] = declared
    found |= {name_in_extract(extract, path): path for path in commentary_files(extract)}
    found |= {f"../{name}": path for name in OF_AUTHORITY if is_regular(path := extract.folder.parent / name)}
    files: dict[str, str] = {}
    documents: dict[str, dict[str, str]] = {}
    for name, path in sorted(found.items()):
        if name.lower().endswith(".json"):
            documents.setdefault((PurePosixPath(name).parent / "*.json").as_posix(), {})[name] = known.sha256(
                path, is_full
            )
        else:
            files[name] = known.sha256(path, is_full)
    return files | {name: inputs_sha256(of_one) for name, of_one in documents.items()}


def extract_sha256(extract: Extract, hashes: FileHashes | None = None) -> str:
    """The hash of an extract as it lies in the landing folder now."""
    return inputs_sha256(input_files(extract, hashes))


def table_of(file_name: str) -> str:
    """The table that a file is named for; empty where it is named for none."""
    lowered = file_name.lower()
    for suffix in SUFFIXES:
        stem = lowered.removesuffix(suffix)
        if stem != lowered and stem in MODELS:
            return stem
    return ""


def _iso_date(text: str) -> date | None:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
