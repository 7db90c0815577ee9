"""The service's words: Markdown as plain lines, whatever else is in it."""

from typing import Literal

from markdown_it import MarkdownIt

Line = tuple[Literal["paragraph", "item"], str]


def lines_of(text: str) -> tuple[Line, ...]:
    """Paragraphs and list items of a Markdown text, as plain text; HTML in it is shown as written, never obeyed."""
    lines: list[Line] = []
    in_item = 0
    for token in MarkdownIt("commonmark", {"html": False}).parse(text):
        if token.type == "list_item_open":
            in_item += 1
        elif token.type == "list_item_close":
            in_item -= 1
        elif token.type == "inline":
            words = "".join(
                "\n" if child.type in ("softbreak", "hardbreak") else child.content
                for child in token.children or []
                if child.type in ("text", "code_inline", "softbreak", "hardbreak", "html_inline", "image")
            )
            lines.append(("item" if in_item else "paragraph", " ".join(words.split())))
        elif token.type in ("fence", "code_block", "html_block"):
            lines.append(("paragraph", token.content.strip()))
    return tuple(line for line in lines if line[1])
