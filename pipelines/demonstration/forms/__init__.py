"""The forms in which a council sends its events: a module each, named like the form.

A form's module has `write(council, folder)`, which writes one extract's files into an empty folder.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

Writer = Callable[[Any, Path], None]

FORMS = tuple(sorted(module.name.replace("_", "-") for module in iter_modules(__path__)))


def form_writer(form: str) -> Writer:
    """What writes a council in a form. Raises ValueError for a form that no module here writes."""
    if form not in FORMS:
        raise ValueError(f"The demonstration knows the forms {', '.join(FORMS)}, not {form}.")
    writer: Writer = import_module(f"{__name__}.{form.replace('-', '_')}").write
    return writer
