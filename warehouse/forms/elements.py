"""XML files of any length, a record at a time: what has been read is gone before the next record is.

No tree of the file is made. A document type is refused before anything of it is looked at, so that there are no
entities, and nothing is ever fetched. A value goes on across comments and processing instructions.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from schemas.settings import Operation
from warehouse.forms.cells import folded
from warehouse.landing.bounds import UnreadableFileError, check_size, too_long

_PIECE = 1 << 16  # bytes that are read at once
_DEEPEST = 64  # elements within each other
_LARGEST_RECORD = 1 << 18  # elements of one record
_NAME = re.compile(r"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)")


@dataclass(slots=True)
class Element:
    """An element with those in it, in their order; `name` is folded, without its prefix, and `spelt` as it came.

    `text` is its own value; that of an element with others in it means nothing.
    """

    name: str
    spelt: str
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def of(self, name: str) -> Iterator["Element"]:
        """The elements of a name directly in this one."""
        return (child for child in self.children if child.name == name)

    def first(self, name: str) -> "Element | None":
        """The first element of a name directly in this one."""
        return next(self.of(name), None)

    def values(self) -> dict[str, str]:
        """The values directly in this element, by name: the first that is filled, of several."""
        found: dict[str, str] = {}
        for child in self.children:
            if not child.children and not found.get(child.name):
                found[child.name] = child.text
        return found


class Document:
    """An XML file, read once from its beginning to its end."""

    def __init__(self, path: Path, limits: Operation) -> None:
        self._path, self._limits = path, limits
        self._digest = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """The hash of the file, once it is read."""
        return self._digest.hexdigest()

    def records(self, *names: str) -> Iterator[Element]:
        """The elements of these names, whole, in the order of their ends; none that lies in another of them.

        Raises UnreadableFileError for a file that is no complete XML, has a document type, or is beyond the limits.
        """
        building = _Building(frozenset(names), self._limits)
        longest = 4 * self._limits.cell_length_limit + _PIECE
        fed = 0
        try:
            check_size(self._path, self._limits)
            with self._path.open("rb") as stream:
                while piece := stream.read(_PIECE):
                    self._digest.update(piece)
                    building.parser.Parse(piece, False)
                    fed += len(piece)
                    if fed - building.parser.CurrentByteIndex > longest:
                        raise too_long("a comment, a name or an attribute", self._limits)
                    yield from building.taken()
            building.parser.Parse(b"", True)
        except OSError as error:
            raise UnreadableFileError(
                f"it cannot be opened ({error.strerror or 'unreadable'}); let the pipeline read it, or send it again"
            ) from error
        except (expat.ExpatError, ValueError, LookupError) as error:
            line = building.parser.ErrorLineNumber
            raise UnreadableFileError(
                f"it is no complete XML: line {line:,} cannot be read; export it again, and send it whole"
            ) from error
        yield from building.taken()


class _Building:
    """The records that a parser has seen the end of, and the one that it is in."""

    def __init__(self, names: frozenset[str], limits: Operation) -> None:
        self._names, self._limits = names, limits
        self._open: list[Element] = []
        self._depth = self._count = self._length = 0
        self._texts: list[str] = []
        self._done: list[Element] = []
        self._folded: dict[str, str] = {}
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._value
        self.parser.StartDoctypeDeclHandler = _refuse_document_type

    def taken(self) -> list[Element]:
        done, self._done = self._done, []
        return done

    def _start(self, spelt: str, _attributes: object) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise UnreadableFileError(f"its elements lie more than {_DEEPEST} deep, and those of a return do not")
        if (name := self._folded.get(spelt)) is None:
            spelt_plain = spelt.rpartition(":")[2]
            name = folded(spelt_plain)
            if len(self._folded) < _LARGEST_RECORD:
                self._folded[spelt] = name
        if not self._open and name not in self._names:
            return
        element = Element(name, spelt)
        if self._open:
            self._count += 1
            if self._count > _LARGEST_RECORD:
                raise UnreadableFileError(
                    f"one of its records has more than {_LARGEST_RECORD:,} elements; close each record before the next"
                )
            self._open[-1].children.append(element)
        else:
            self._count = 0
        self._open.append(element)
        self._texts, self._length = [], 0

    def _value(self, text: str) -> None:
        if self._open:
            self._length += len(text)
            if self._length > self._limits.cell_length_limit:
                raise too_long("a value", self._limits)
            self._texts.append(text)

    def _end(self, _name: str) -> None:
        self._depth -= 1
        if not self._open:
            return
        element = self._open.pop()
        if not element.children:
            element.text = "".join(self._texts).strip()
        self._texts, self._length = [], 0
        if not self._open:
            self._done.append(element)


def _refuse_document_type(*_declared: object) -> None:
    raise UnreadableFileError(
        "it declares a document type, which no return has and which can stand for anything; export it without"
    )


def names_in(head: bytes) -> list[str]:
    """The names of the elements that begin in the first bytes of a file, folded; none where it is no XML."""
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    text = head[: len(head) // 2 * 2].decode(encoding, errors="replace").lstrip()
    return [folded(name) for name in _NAME.findall(text)] if text.startswith("<") else []
