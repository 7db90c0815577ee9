"""`extract ssd`: from the SSD in a council's database to a landed extract; and the demonstration into such a database."""

from collections.abc import Collection
from datetime import date

from pipelines import console
from pipelines.settings import PipelineSettings
from warehouse.forms.ssd import extracting
from warehouse.forms.ssd.database import NotExtractedError, address, engine_of, saying
from warehouse.forms.ssd.tables import System


def extract_ssd(
    settings: PipelineSettings,
    la_code: str,
    url: str | None,
    system: System,
    schema: str,
    fewer: Collection[str],
    extract_date: date,
) -> int:
    """Extract an authority's SSD, as it is on a day, into the landing folder. 0; 2 where nothing was extracted."""
    try:
        made = extracting.extract(address(url), la_code, settings.landing, system, extract_date, schema or None, fewer)
    except NotExtractedError as error:
        console.errors.print(str(error), markup=False)
        return 2
    for sentence in made.lacking:
        console.errors.print(sentence, markup=False)
    rows = sum(made.rows.values())
    console.console.print(f"wrote {made.folder}: {rows:,} rows of {len(made.rows)} tables", markup=False)
    return 0


def write_demonstration_ssd(url: str | None, la_codes: int, years: int, seed: int, schema: str) -> int:
    """Write the demonstration council into a database that has no SSD in the schema. 0; 2 where it was not written."""
    from pipelines.demonstration.authorities import demonstration_authorities
    from pipelines.demonstration.council import council
    from pipelines.demonstration.forms.canonical import as_sent
    from pipelines.demonstration.ssd import write

    if la_codes != 1:
        console.errors.print("A database holds one authority; leave --authorities at 1.")
        return 2
    try:
        engine = engine_of(address(url))
        with saying(engine, 0):
            whole = council(demonstration_authorities(1)[0], years, seed, "all")
            rows = write(as_sent(whole), engine, schema)
    except NotExtractedError as error:
        console.errors.print(str(error).replace("Nothing was extracted", "Nothing was written"), markup=False)
        return 2
    except ValueError as error:
        console.errors.print(str(error), markup=False)
        return 2
    console.console.print(f"wrote {sum(rows.values()):,} rows of {len(rows)} tables into the schema {schema}")
    return 0
