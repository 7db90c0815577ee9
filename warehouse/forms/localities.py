"""Which locality a postcode lies in: `<landing>/<la_code>/locality.csv`, `postcode,locality`."""

from schemas.settings import Operation
from warehouse.forms import canonical
from warehouse.forms.canonical.layout import Wanted
from warehouse.forms.cells import is_nothing, trimmed
from warehouse.landing.bounds import UnreadableFileError, bytes_of
from warehouse.landing.extracts import Extract

FILE_NAME = "locality.csv"
_NAMED = 5  # lines that a sentence names
_WANTED = Wanted(
    "locality",
    {"postcode": "postcode", "postalcode": "postcode", "pcd": "postcode", "pcds": "postcode", "locality": "locality"},
    ("postcode", "locality"),
    frozenset(),
)


def of(extract: Extract, limits: Operation) -> dict[str, str]:
    """The localities of the extract's authority by postcode, without spaces and in capitals; none without a file.

    Raises UnreadableFileError, with the lines and the remedy of everything that is wrong.
    """
    path = extract.folder.parent / FILE_NAME
    return read(bytes_of(path, limits), limits) if path.exists() else {}


def read(content: bytes, limits: Operation) -> dict[str, str]:
    """The localities that a file holds. Raises UnreadableFileError."""
    rows = canonical.read_rows(FILE_NAME, content, _WANTED, limits)
    postcodes, localities = (rows.columns[rows.layout.positions[name]].to_pylist() for name in ("postcode", "locality"))
    found: dict[str, tuple[str, int]] = {}
    empty: list[int] = []
    twice: list[tuple[int, int]] = []
    for line, postcode, locality in zip(rows.row_number.to_pylist(), postcodes, localities, strict=True):
        if is_nothing(postcode) or is_nothing(locality):
            empty.append(line)
            continue
        key, name = "".join(postcode.split()).upper(), trimmed(locality)
        known, first = found.setdefault(key, (name, line))
        if known != name:
            twice.append((first, line))
    problems = []
    if empty:
        problems.append(f"{_lines(empty)}: the postcode or its locality is empty; fill it in, or leave the line out")
    if twice:
        pairs = "; ".join(f"lines {first} and {second}" for first, second in twice[:_NAMED])
        problems.append(f"{pairs}: one postcode in two localities; leave one of them out")
    if problems:
        raise UnreadableFileError(*problems)
    return {postcode: name for postcode, (name, _) in found.items()}


def _lines(numbers: list[int]) -> str:
    named = ", ".join(map(str, numbers[:_NAMED]))
    more = f" and {len(numbers) - _NAMED} more" if len(numbers) > _NAMED else ""
    return f"line{'s' if len(numbers) > 1 else ''} {named}{more}"
