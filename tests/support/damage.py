"""Thirteen ways in which a file is damaged, each a function of its path."""

import os
from collections.abc import Callable
from pathlib import Path

Damage = Callable[[Path], None]


def _overwrite(part: float, content: bytes) -> Damage:
    def damage(path: Path) -> None:
        with path.open("r+b") as file:
            file.seek(max(0, int(part * (path.stat().st_size - len(content)))))
            file.write(content)

    return damage


def _turn_bit(part: float) -> Damage:
    def damage(path: Path) -> None:
        with path.open("r+b") as file:
            place = int(part * (path.stat().st_size - 1))
            file.seek(place)
            (byte,) = file.read(1)
            file.seek(place)
            file.write(bytes([byte ^ 16]))

    return damage


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "something").write_text("in it")


def _other_version(path: Path) -> None:
    """The number of the format, which stands after the check sum and the word DUCK, is another one."""
    with path.open("r+b") as file:
        file.seek(12)
        file.write((999).to_bytes(8, "little"))


DAMAGES: dict[str, Damage] = {
    "emptied": lambda path: os.truncate(path, 0),
    "halved": lambda path: os.truncate(path, path.stat().st_size // 2),
    "without its last byte": lambda path: os.truncate(path, path.stat().st_size - 1),
    "header overwritten": _overwrite(0, b"\0" * 4096),
    "middle overwritten": _overwrite(0.5, b"\xff" * 4096),
    "end overwritten": _overwrite(1, b"\xff" * 512),
    "bit turned at a quarter": _turn_bit(0.25),
    "bit turned in the middle": _turn_bit(0.5),
    "bit turned near the end": _turn_bit(0.9),
    "another format version": _other_version,
    "text in its place": lambda path: path.write_text("Dear colleague, please find attached\n"),
    "folder in its place": _folder,
    "gone": lambda path: path.unlink(),
}  # fmt: skip
