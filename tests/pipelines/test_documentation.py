"""The documentation says what is so: generated pages are current, and what the README shows is what comes."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from support.command import run_command

from pipelines.documentation import MEANINGS, tables_page, write_pages
from pipelines.settings import PipelineSettings
from schemas.measures import CLOCKS, MEASURES
from schemas.rules import RULES
from schemas.tables import MODELS, columns

PROJECT = Path(__file__).resolve().parents[2]
README = (PROJECT / "README.md").read_text()
DEFINITIONS = (PROJECT / "docs" / "definitions.md").read_text()
# A query of the README: the file it asks, its text, and the Markdown table below it.
QUERY = re.compile(r"<!-- (\w+\.duckdb) -->\n```sql\n([^`]*)```\n\n((?:\|.*\n)+)")
QUERIES = QUERY.findall(README)
# A command of the README that reads a warehouse, and what it prints.
COMMANDS = re.findall(r"```sh\n\.venv/bin/python -m pipelines ([^\n]*)\n```\n\n```text\n([^`]*)```", README)


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """The demonstration as `make run` makes it: the warehouse, and what was printed."""
    folder = tmp_path_factory.mktemp("demonstration")
    landing, warehouse = ["--landing", folder / "landing"], ["--warehouse", folder / "warehouse"]
    assert run_command("demo", *landing).returncode == 0
    run = run_command("run", *landing, *warehouse, "--config", "pipelines/demonstration.toml")
    assert run.returncode == 0, run.stderr
    yield folder / "warehouse", run.stdout


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def test_the_generated_pages_are_current() -> None:
    assert write_pages(check=True) == 0


def test_every_published_column_is_explained() -> None:
    assert "|  |\n" not in tables_page().partition("## kpi.duckdb")[2]
    assert {name.rpartition(".")[2] for name in MEANINGS} <= set(
        re.findall(r"^\| `(\w+)` \|", tables_page(), re.MULTILINE)
    )


def test_the_readme_shows_queries_of_both_files() -> None:
    assert {file for file, _, _ in QUERIES} == {"kpi.duckdb", "casework.duckdb"}
    assert len(QUERIES) == README.count("```sql")


@pytest.mark.parametrize(("file", "query", "shown"), QUERIES)
def test_a_query_of_the_readme_gives_the_output_shown(
    demonstration: tuple[Path, str], file: str, query: str, shown: str
) -> None:
    with duckdb.connect(str(demonstration[0] / file), read_only=True) as connection:
        result = connection.sql(query)
        rows = [["" if value is None else str(value) for value in row] for row in result.fetchall()]
        assert [result.columns, *rows] == [cells(line) for line in shown.splitlines() if not line.startswith("|--")]


def test_the_readme_shows_the_table_that_a_run_prints(demonstration: tuple[Path, str]) -> None:
    shown = re.search(r"```text\n(852, .*?)```", README, re.DOTALL)
    assert shown is not None
    printed = "\n".join(line.rstrip() for line in demonstration[1].splitlines())
    assert shown[1] in printed


@pytest.mark.parametrize(("arguments", "shown"), COMMANDS)
def test_a_command_of_the_readme_prints_what_is_shown(
    demonstration: tuple[Path, str], arguments: str, shown: str
) -> None:
    """Line by line; `…` stands for lines that are left out."""
    printed = run_command(*shlex.split(arguments), "--warehouse", demonstration[0]).stdout
    lines = "\n".join(line.rstrip() for line in printed.splitlines())
    position = 0
    for part in re.split(r"^…$", shown, flags=re.MULTILINE):
        found = lines.find(part.strip("\n"), position)
        assert found >= 0, part
        position = found + len(part.strip("\n"))


def test_the_readme_shows_the_list_and_a_figure_explained() -> None:
    assert {arguments.split()[0] for arguments, _ in COMMANDS} >= {"pending", "explain"}


def test_every_command_of_the_readme_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z]+)`", README))
    assert named == targets
    assert "`make test`" in README


def test_every_setting_of_the_readme_exists() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    keys = {*re.findall(r"^(\w+) =", example, re.MULTILINE), *map(str.lower, re.findall(r"\bKPI_(\w+)=", README))}
    assert keys <= set(PipelineSettings.model_fields)


def test_every_key_in_the_definitions_exists() -> None:
    """What stands alone in round brackets and code is a setting's key, or the name of a rule, clock, measure, column or mark."""
    named = {key for keys in re.findall(r"\(((?:`\w+`(?:, )?)+)\)", DEFINITIONS) for key in re.findall(r"\w+", keys)}
    declared = {*PipelineSettings.model_fields, *RULES, *CLOCKS, *MEASURES, "beyond_limits", "ewma"}
    declared |= {name.rpartition(".")[2] for name in MEANINGS}
    declared |= {column.name for table in MODELS for column in columns(table)}
    assert named <= declared


def _pages() -> list[Path]:
    return [PROJECT / "README.md", PROJECT / "CHANGELOG.md", *sorted((PROJECT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", _pages(), ids=lambda page: str(page.relative_to(PROJECT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)?(?:#[^)]*)?\)", page.read_text()):
        assert not target or (page.parent / target).exists(), target


def test_every_section_that_code_refers_to_exists() -> None:
    sections = {*re.findall(r"\*\*(\d+\.\d+)", DEFINITIONS), *re.findall(r"^## (\d+) ", DEFINITIONS, re.MULTILINE)}
    files = [path for folder in ("schemas", "warehouse", "assets", "pipelines", "tests")
             for path in (PROJECT / folder).rglob("*") if path.suffix in {".py", ".sql"}]  # fmt: skip
    for path in files:
        for listed in re.findall(r"[Dd]efinitions (\d+(?:\.\d+)?(?:(?:, | and )\d+(?:\.\d+)?)*)", path.read_text()):
            assert set(re.findall(r"\d+(?:\.\d+)?", listed)) <= sections, path.name
