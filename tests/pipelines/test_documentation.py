"""The documentation says what is so: generated pages are current, and what the README shows is what comes."""

import re
import shlex
import subprocess
from datetime import date
from pathlib import Path

import duckdb
import pytest
from support.command import run_command

from pipelines.__main__ import main
from pipelines.commands.explain import lines
from pipelines.documentation import MEANINGS, write_pages
from pipelines.settings import PipelineSettings
from schemas.measures import MEASURES, OPEN_WORK_TITLES
from schemas.rules import RULES
from schemas.settings import Settings
from schemas.tables import MODELS, columns
from warehouse.report.explanation.explanation import explain

PROJECT = Path(__file__).resolve().parents[2]
README = (PROJECT / "README.md").read_text()
# What a reader is shown to do: each query, command and output in it is held against what comes.
SHOWN = "\n".join(
    [README, *((PROJECT / "docs" / f"{page}.md").read_text() for page in ("landing", "asking", "running"))]
)
DEFINITIONS = (PROJECT / "docs" / "definitions.md").read_text()
# A query that is shown: the file it asks, its text, and the Markdown table below it.
QUERY = re.compile(r"<!-- (\w+\.duckdb) -->\n```sql\n([^`]*)```\n\n((?:\|.*\n)+)")
QUERIES = QUERY.findall(SHOWN)
# A command that reads a warehouse, and what it prints.
COMMANDS = re.findall(r"```sh\nkpi ([^\n]*)\n```\n\n```text\n([^`]*)```", SHOWN)


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def test_the_generated_pages_are_current() -> None:
    assert write_pages(check=True) == 0


def test_every_file_with_a_long_test_stands_in_the_decision() -> None:
    page = (PROJECT / "docs" / "decisions" / "0033-two-suites.md").read_text()
    marked = re.compile(r"^(@pytest\.mark\.long|from support\.at_length)", re.MULTILINE)
    modules = {path.stem for path in (PROJECT / "tests").rglob("test_*.py") if marked.search(path.read_text())}
    assert len(modules) > 20
    assert [module for module in sorted(modules) if f"`{module}`" not in page] == []


def test_every_published_column_is_explained() -> None:
    page = (PROJECT / "docs" / "tables.md").read_text()
    assert "|  |\n" not in page.partition("## kpi.duckdb")[2]
    assert {name.rpartition(".")[2] for name in MEANINGS} <= set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))


def test_the_readme_shows_queries_of_both_files() -> None:
    assert {file for file, _, _ in QUERIES} == {"kpi.duckdb", "casework.duckdb"}
    assert len(QUERIES) == SHOWN.count("```sql")


@pytest.mark.parametrize(("file", "query", "shown"), QUERIES)
def test_a_query_of_the_readme_gives_the_output_shown(
    demonstration: tuple[Path, str], file: str, query: str, shown: str
) -> None:
    with duckdb.connect(str(demonstration[0] / file), read_only=True) as connection:
        result = connection.sql(query)
        rows = [["" if value is None else str(value) for value in row] for row in result.fetchall()]
        assert [result.columns, *rows] == [cells(line) for line in shown.splitlines() if not line.startswith("|--")]


def test_the_readme_shows_the_table_and_the_pages_that_a_run_ends_with(demonstration: tuple[Path, str]) -> None:
    warehouse = str(demonstration[0])
    printed = "\n".join(line.rstrip() for line in demonstration[1].splitlines()).replace(warehouse, "data/warehouse")
    table, pages = re.findall(r"```text\n(.*?)```", README, re.DOTALL)
    assert table in printed
    assert printed.endswith(pages.rstrip())
    assert table.startswith("852, ")


def test_make_run_does_what_the_readme_shows() -> None:
    recipe = re.search(r"^run:.*\n((?:\t.*\n)+)", (PROJECT / "Makefile").read_text(), re.MULTILINE)
    assert recipe is not None
    assert re.findall(r"-m pipelines (\w+)", recipe[1]) == ["run", "report"]


def test_the_pictures_of_the_readme_are_there_and_small() -> None:
    pictures = re.findall(r'<img src="([^"]+)" alt="[^"]{20,}"', README)
    assert len(pictures) == README.count("<img ") >= 2
    for picture in pictures:
        assert (PROJECT / picture).stat().st_size < 250_000


def test_the_command_line_works_from_any_folder_whatever_lies_there(tmp_path: Path) -> None:
    """By a link, as a person has it in a folder of the PATH; a folder of the same name as ours is not ours."""
    for name in ("pipelines", "schemas"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit(99)")
    (tmp_path / "kpi").symlink_to(PROJECT / "kpi")
    told = subprocess.run(
        [tmp_path / "kpi", "report", "852", "2020-08"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert told.returncode == 2
    assert told.stderr.startswith("data/warehouse/kpi.duckdb: nothing is published there")


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
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)`", SHOWN)) == targets
    assert {"run", "test", "test-long"} <= set(re.findall(r"`make ([a-z-]+)`", README))


def test_every_command_of_the_command_line_that_is_shown_exists() -> None:
    shown = set(re.findall(r"(?:^|`|(?<=\" )|(?<=' ))kpi ([a-z]+)", SHOWN, re.MULTILINE))
    assert {"run", "profile", "explain"} <= shown
    assert shown <= set(main.commands)


def test_every_setting_of_the_readme_exists() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", SHOWN, re.DOTALL)
    keys = {*re.findall(r"^(\w+) =", example, re.MULTILINE), *map(str.lower, re.findall(r"\bKPI_(\w+)=", SHOWN))}
    assert keys <= set(PipelineSettings.model_fields)


def test_every_key_in_the_definitions_exists() -> None:
    """What stands alone in round brackets and code is a setting's key, or the name of a rule, clock, measure, column or mark."""
    named = {key for keys in re.findall(r"\(((?:`\w+`(?:, )?)+)\)", DEFINITIONS) for key in re.findall(r"\w+", keys)}
    declared = {*PipelineSettings.model_fields, *RULES, *OPEN_WORK_TITLES, *MEASURES, "beyond_limits", "ewma"}
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


@pytest.mark.long
def test_every_measure_of_the_demonstration_is_explained_in_the_terms_of_its_kind(
    demonstration: tuple[Path, str],
) -> None:
    warehouse, _ = demonstration
    for measure in MEASURES.values():
        explanation = explain(warehouse, "852", measure.measure_code, date(2020, 8, 1), None, Settings())
        if explanation.not_computable:
            continue
        printed = "\n".join(lines(explanation))
        assert "unknown" not in printed.partition("\nCases\n")[0], measure.measure_code
        assert "no figure" not in printed, measure.measure_code
        month = next((figure for figure in explanation.figures if figure.period == "month"), None)
        if month is not None and measure.kind.adds_up:
            added = sum(case.numerator or 0 for case in explanation.cases or ())
            assert added == pytest.approx(month.numerator), measure.measure_code
