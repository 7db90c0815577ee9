"""How a day, a month, a path and what is not there are written, wherever a person reads them."""

import os
from datetime import date
from pathlib import Path

NONE = "–"


def month_name(month: date) -> str:
    """Such as August 2020."""
    return month.strftime("%B %Y")


def day(of: date) -> str:
    """Such as 1 September 2020."""
    return f"{of.day} {of.strftime('%B %Y')}"


def place(path: Path) -> str:
    """The path from the folder that this is called in; the whole path, where it lies outside that folder."""
    from_here = os.path.relpath(path)
    return os.path.normpath(Path.cwd() / path) if Path(from_here).parts[:1] == (os.pardir,) else from_here
