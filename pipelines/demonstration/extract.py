"""Writing the extracts: one folder an authority, which appears whole or not at all."""

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

from pipelines.demonstration.authorities import demonstration_authorities
from pipelines.demonstration.columns import EXTRACT_DATE
from pipelines.demonstration.council import Tables, council
from pipelines.demonstration.forms import form_writer
from pipelines.demonstration.forms.canonical import as_sent

FEWEST_YEARS = 2  # the rolling year of the last month, and the year before it for what looks back twelve months
MOST_YEARS = 8  # plans that were open when the history began must start within the bank holidays known


def write_demonstration(
    landing: Path,
    authorities: int = 1,
    years: int = 3,
    seed: int = 2020,
    tables: Tables = "seed",
    form: str = "canonical",
) -> list[Path]:
    """Writes `<landing>/<la_code>/2020-09-01/` for each authority, and returns those folders.

    Southampton comes first, then the authorities nearest to it in 0-17 population. `years` of history end on 31 August
    2020. `tables`: the eight of the seed table, or all that an extract may have; a form other than the canonical one
    holds what it can of all. The same arguments write the same bytes. A folder appears whole, by a rename; one that is
    there is replaced.

    Raises ValueError for fewer than 2 or more than 8 years, for more authorities than there are, and for a form that is
    not known.
    """
    if not FEWEST_YEARS <= years <= MOST_YEARS:
        raise ValueError(
            f"The demonstration covers {FEWEST_YEARS} to {MOST_YEARS} years of history, not {years}: "
            "the rolling 12 months look back two years, and bank holidays are known from 2009."
        )
    write = form_writer(form)
    written = tables if form == "canonical" else "all"
    folders = []
    for authority in demonstration_authorities(authorities):
        folder = Path(landing) / authority.la_code / str(EXTRACT_DATE)
        whole = council(authority, years, seed, written)
        write_whole(folder, partial(write, whole if form == "canonical" else as_sent(whole)))
        folders.append(folder)
    return folders


def write_whole(folder: Path, write: Callable[[Path], None]) -> None:
    """Lets `write` fill a folder beside the one that is wanted, then puts it in its place: nobody sees half of it."""
    unfinished = folder.with_name(f".{folder.name}.unfinished")
    replaced = folder.with_name(f".{folder.name}.replaced")
    for left_behind in (unfinished, replaced):
        shutil.rmtree(left_behind, ignore_errors=True)
    unfinished.mkdir(parents=True)
    write(unfinished)
    if folder.exists():
        folder.rename(replaced)
    unfinished.rename(folder)
    shutil.rmtree(replaced, ignore_errors=True)
