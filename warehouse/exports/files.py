"""`<warehouse>/exports/`: the published figures as Parquet and CSV, and a scorecard workbook for each authority.

The folder is made beside the one before it and then renamed, so that nobody finds half of it. What tells of an
authority alone is linked from the folder before where nothing was published for it since.
"""

import os
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import duckdb

from warehouse.exports import scorecard
from warehouse.parallel import Work, at_once
from warehouse.private import NoSuchGroupError, give_to_group
from warehouse.published.meanings import MEANINGS, SMALL_NUMBERS
from warehouse.published.publishing import KPI
from warehouse.workspace import exclusive

_FOLDER = Path(__file__).parent
FOLDER = "exports"
README = "README.txt"
PUBLICATION = "publication.csv"
# What is exported in both forms, each by the query of its name.
TABLES = ("monthly_kpi", "benchmark_comparison", "target", "spc_signal", "kpi_restatement", "measure")
_PARQUET = "(format parquet, compression snappy, parquet_version v1)"
_CSV = "(format csv, header)"


def sql(name: str) -> str:
    """The text of a query of this folder."""
    return (_FOLDER / f"{name}.sql").read_text()


def export(warehouse: Path, group: str | None = None) -> bool:
    """Make the exports of what is published, unless they are there; whether they were made.

    `group`: the group of the system that may read them; without one only their owner may. Raises NoSuchGroupError
    for a group that the system does not have.
    """
    if group is not None:
        _check_group(group)
    with exclusive(warehouse):
        if not (warehouse / KPI).exists():
            return False
        with duckdb.connect(str(warehouse / KPI), read_only=True) as kpi:
            publications = [scorecard.Publication(*row) for row in kpi.sql(sql("publication")).fetchall()]
            known = _exported(kpi, warehouse / FOLDER)
            if not publications:  # all is withdrawn
                shutil.rmtree(warehouse / FOLDER, ignore_errors=True)
                return False
            if known == publications:
                return False
            new, before = warehouse / f".{FOLDER}-next", warehouse / f".{FOLDER}-before"
            for left_over in (new, before):
                shutil.rmtree(left_over, ignore_errors=True)
            new.mkdir(mode=0o700)
            _write(kpi, new, warehouse / FOLDER, publications, set(known) & set(publications))
        for path in new.iterdir():
            _protect(path, 0o600, group)
        _protect(new, 0o700, group)
        if (warehouse / FOLDER).exists():
            (warehouse / FOLDER).rename(before)
        new.rename(warehouse / FOLDER)
        shutil.rmtree(before, ignore_errors=True)
        return True


def no_group(group: str | None) -> str:
    """What to say where the group that may read the exports is none of the system's."""
    return (
        f"exports_group: the system has no group {group}; name one that it has, or leave the setting out. The figures "
        "are published; their exports are as they were."
    )


def _write(
    kpi: duckdb.DuckDBPyConnection,
    new: Path,
    before: Path,
    publications: Sequence[scorecard.Publication],
    unchanged: Collection[tuple[object, ...]],
) -> None:
    works: dict[str, Work] = {name: partial(_write_both, new / name, sql(name)) for name in TABLES}
    meanings = {"tables": [*TABLES, "monthly_kpi_breakdown"], "meanings": MEANINGS}
    works["dictionary"] = partial(_write_both, new / "dictionary", sql("dictionary"), given=meanings)
    latest = {publication.la_code: publication for publication in publications}
    for (la_code,) in kpi.sql("select distinct la_code from kpi_version order by 1").fetchall():
        publication = latest.get(la_code)  # none where all of the authority is withdrawn
        of_authority = (*before.glob(f"monthly_kpi_breakdown_{la_code}.*"), *before.glob(f"scorecard_{la_code}_*.xlsx"))
        if publication in unchanged and of_authority:
            for path in of_authority:
                os.link(path, new / path.name)
            continue
        works[f"breakdown {la_code}"] = partial(
            _write_both, new / f"monthly_kpi_breakdown_{la_code}", sql("monthly_kpi_breakdown"),
            given={"la_code": la_code}, of_parquet=sql("last_13_months"),
        )  # fmt: skip
        if publication:
            works[f"scorecard {la_code}"] = partial(_write_scorecard, new, publication)
    at_once(kpi, works)
    kpi.execute(f"copy ({sql('publication')}) to '{_quoted(new / PUBLICATION)}' {_CSV}")
    (new / README).write_text("\n".join(_readme(publications)))


def _write_scorecard(new: Path, publication: scorecard.Publication, kpi: duckdb.DuckDBPyConnection) -> None:
    if card := scorecard.scorecard(kpi, publication):
        written = new / f"scorecard_{publication.la_code}_{card.month:%Y-%m}.xlsx"
        written.write_bytes(scorecard.workbook(card, SMALL_NUMBERS))


def _write_both(
    path: Path,
    query: str,
    kpi: duckdb.DuckDBPyConnection,
    given: Mapping[str, object] | None = None,
    of_parquet: str = "from written",
) -> None:
    """Write a query's rows as Parquet, and what `of_parquet` takes of these, as `written`, as CSV, under the name of `path`.

    In CSV a text that a spreadsheet takes for a formula gets an apostrophe before it.
    """
    parquet = f"{_quoted(path)}.parquet"
    kpi.execute(f"copy ({query}) to '{parquet}' {_PARQUET}", given)
    written = kpi.read_parquet(f"{path}.parquet")
    texts = [f'"{name}"' for name, kind in zip(written.columns, written.types, strict=True) if kind == "VARCHAR"]
    rows = f"with written as (from '{parquet}') {of_parquet}"
    guarded = f"select * replace ({', '.join(map(_guarded, texts))}) from ({rows})"  # noqa: S608 - columns of ours
    kpi.execute(f"copy ({guarded if texts else rows}) to '{_quoted(path)}.csv' {_CSV}")


def _guarded(column: str) -> str:
    # Most texts begin with a letter or a digit: that is seen without a pattern.
    is_formula = f"({column} < '0' or {column} between ':' and 'A') and regexp_matches({column}, '^\\s*[=+\\-@]')"
    return f"if({is_formula}, '''' || {column}, {column}) as {column}"


def _exported(kpi: duckdb.DuckDBPyConnection, folder: Path) -> list[tuple[object, ...]]:
    """The publications that the exports in a folder are of; none where they are not whole or not there."""
    if not (folder / README).is_file() or not (folder / PUBLICATION).is_file():
        return []
    try:
        return kpi.execute(sql("exported"), [str(folder / PUBLICATION)]).fetchall()
    except duckdb.Error:  # another program changed it: the exports are made again
        return []


def _readme(publications: Sequence[scorecard.Publication]) -> Iterator[str]:
    yield SMALL_NUMBERS
    yield ""
    yield f"Made of these publications, which {PUBLICATION} lists:"
    for la_code, authority, extract_date, version, *_ in publications:
        yield f"- {authority} ({la_code}): the extract of {extract_date:%d/%m/%Y}, version {version}"
    yield ""
    yield "In CSV dates are ISO, a month is its first day, and a text that begins like a formula has an apostrophe."
    yield "What a column means stands in dictionary.csv; what a measure counts in measure.csv."
    yield ""


def _protect(path: Path, mode: int, group: str | None) -> None:
    """Let the owner alone read, or a group too."""
    path.chmod(mode)
    if group is not None:
        give_to_group(path, group)
        path.chmod(mode | (mode & 0o500) >> 3)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _check_group(group: str) -> None:
    try:
        import grp

        grp.getgrnam(group)
    except (ImportError, KeyError):  # Windows has no such groups
        raise NoSuchGroupError(group) from None
