"""The text of a PDF that Typst set, read from its pages as a reader copies it: by each typeface's map to Unicode."""

import re
import zlib

_OBJECT = re.compile(rb"(\d+) 0 obj\s(.*?)endobj", re.DOTALL)
_LETTER = re.compile(rb"<([0-9A-F]{4})> <((?:[0-9A-F]{4})+)>")
_SHOWN = re.compile(rb"/(f\d+) [\d.]+ Tf|\(((?:\\.|[^\\)])*)\)", re.DOTALL)
_ESCAPED = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_SIGNS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def pdf_text(content: bytes) -> str:
    """The text of all pages in the order in which it is drawn. A line's end is not told, and may have no space."""
    objects = dict(_OBJECT.findall(content))
    pages = re.search(rb"/Type/Pages/Count \d+/Kids\[([^\]]*)", content)
    assert pages
    return "".join(_page(objects, number) for number in re.findall(rb"(\d+) 0 R", pages[1]))


def _page(objects: dict[bytes, bytes], number: bytes) -> str:
    page = objects[number]
    fonts = re.findall(rb"/(f\d+) (\d+) 0 R", objects[_named(page, b"Resources")])
    letters = {name: _letters(objects, font) for name, font in fonts}
    text, of_font = "", {}
    for drawn in re.findall(rb"BT(.*?)\nET", _unpacked(objects[_named(page, b"Contents")]), re.DOTALL):
        for font, string in _SHOWN.findall(drawn):
            if font:
                of_font = letters[font]
            else:
                codes = _ESCAPED.sub(_sign, string).hex()
                text += "".join(
                    of_font.get(codes[at : at + 4], "\N{REPLACEMENT CHARACTER}") for at in range(0, len(codes), 4)
                )
    return text


def _letters(objects: dict[bytes, bytes], font: bytes) -> dict[str, str]:
    found = _LETTER.findall(_unpacked(objects[_named(objects[font], b"ToUnicode")]))
    return {code.decode().lower(): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in found}


def _named(entries: bytes, name: bytes) -> bytes:
    found = re.search(rb"/" + name + rb" (\d+) 0 R", entries)
    assert found, name
    return found[1]


def _sign(match: re.Match[bytes]) -> bytes:
    escaped = match[1]
    return bytes([int(escaped, 8)]) if len(escaped) == 3 else _SIGNS.get(escaped, escaped)


def _unpacked(entry: bytes) -> bytes:
    begins = re.search(rb"stream\r?\n", entry)
    assert begins
    return zlib.decompressobj().decompress(entry[begins.end() :]) if b"/FlateDecode" in entry else entry[begins.end() :]
