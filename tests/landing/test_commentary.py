"""Commentary: the service's own words, which lie in an extract as Markdown and are published with its version."""

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from support.command import run_command
from support.landed import land
from support.published import process

from pipelines.automation import registered_now
from warehouse.landing.commentary import LARGEST_BYTES, Commentary, not_read, read_commentary
from warehouse.landing.extracts import (
    Extract,
    extract_sha256,
    file_sha256,
    input_files,
    inputs_sha256,
    is_complete,
    landed,
    misplaced,
    misplaced_commentary,
)

PROJECT = Path(__file__).resolve().parents[2]
REFERRAL = "received_at | mash_completed_at\n2020-08-03 | 2020-08-04"
THIRD = date(2020, 9, 3)
MASH = "2020-08/mash_timeliness.md"
WORDS = "---\nauthor: Jo Field\ndate: 2020-09-03\n---\n\nA full team since **June**.\n"


@pytest.fixture
def extract(tmp_path: Path) -> Extract:
    """A landed extract without commentary."""
    folder = tmp_path / "landing" / "852" / "2020-09-01"
    land(folder, referral=REFERRAL)
    return Extract("852", date(2020, 9, 1), folder)


def write(extract: Extract, name: str, content: str | bytes = WORDS) -> Path:
    path = extract.folder / "commentary" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(extract: Extract, content: str | bytes, name: str = MASH) -> Commentary:
    write(extract, name, content)
    (commentary,) = read_commentary(extract)
    return commentary


def ask(extract: Extract, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(extract.folder.parents[2] / "warehouse" / "kpi.duckdb"), read_only=True) as connection:
        return connection.sql(query).fetchall()


def test_a_commentary_has_an_author_a_date_and_a_text(extract: Extract) -> None:
    assert read(extract, WORDS) == Commentary(
        file_name="commentary/2020-08/mash_timeliness.md",
        sha256=file_sha256(extract.folder / "commentary" / MASH),
        month=date(2020, 8, 1),
        measure_code="mash_timeliness",
        author="Jo Field",
        written_on=date(2020, 9, 3),
        text="A full team since **June**.\n",
    )


@pytest.mark.parametrize(
    ("content", "author", "written_on", "text"),
    [
        (b"\xef\xbb\xbf---\r\nAuthor: Jo\r\nDate: 2020-09-03\r\n---\r\nOne\x0btwo\r\n", "Jo", THIRD, "One\ntwo\n"),
        ("---\ndate: '2020-09-03'\nauthor: \"Jo: lead\"\nteam: MASH\n---\n\nText", "Jo: lead", THIRD, "Text\n"),
        ("Only words.", None, None, "Only words.\n"),
        ("---\nauthor:\ndate: soon\n---\nText", None, None, "Text\n"),
        ("---\ndate: 2020-02-30\n---\nText", None, None, "Text\n"),
        ("---\nauthor: Jo\nnever closed", None, None, "---\nauthor: Jo\nnever closed\n"),
        ("---\nWords between two rules.\n---\nMore.", None, None, "---\nWords between two rules.\n---\nMore.\n"),
        ("---\n---\nText\n---\nafter a rule", None, None, "Text\n---\nafter a rule\n"),
    ],
)  # fmt: skip
def test_front_matter_is_read_where_it_is_there_and_no_word_is_lost(
    extract: Extract, content: str | bytes, author: str | None, written_on: date | None, text: str
) -> None:
    commentary = read(extract, content)
    assert (commentary.author, commentary.written_on, commentary.text) == (author, written_on, text)
    told = " ".join(commentary.warnings)
    assert ("without an author" in told) is (author is None)
    assert ("without a date" in told or "without its date" in told) is (written_on is None)
    assert all(warning.startswith(f"852/2020-09-01/commentary/{MASH}: ") for warning in commentary.warnings)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("2020-08/mash.md", WORDS, "mash is no measure"),
        ("2020-13/mash_timeliness.md", WORDS, "2020-13 is no month"),
        ("August/mash_timeliness.md", WORDS, "August is no month"),
        (MASH, WORDS.encode("utf-16"), "it is not text in UTF-8"),
        (MASH, "Andr\xe9".encode("cp1252"), "it is not text in UTF-8"),
        (MASH, b"PK\x03\x04", "it is not text in UTF-8"),
        (MASH, "---\nauthor: Jo\ndate: 2020-09-03\n---\n \n", "it says nothing"),
        (MASH, "", "it says nothing"),
        (MASH, "x" * (LARGEST_BYTES + 1), "it is larger than 64 KiB"),
    ],
)
def test_what_cannot_be_used_is_left_out_and_named(
    extract: Extract, name: str, content: str | bytes, told: str
) -> None:
    commentary = read(extract, content, name)
    assert (commentary.text, commentary.measure_code, commentary.month) == (None, None, None)
    (warning,) = commentary.warnings
    assert warning.startswith(f"852/2020-09-01/commentary/{name}: left out, {told}")


def test_a_file_that_cannot_be_opened_is_left_out_and_the_hashes_agree(
    extract: Extract, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = write(extract, MASH)
    opened = Path.open

    def refuse(path: Path, *arguments: Any, **named: Any) -> Any:
        if path == closed:
            raise PermissionError(13, "Permission denied")
        return opened(path, *arguments, **named)

    monkeypatch.setattr(Path, "open", refuse)  # the tests may run as one to whom every file is open
    (commentary,) = read_commentary(extract)
    assert commentary.text is None
    assert commentary.warnings == (
        f"852/2020-09-01/commentary/{MASH}: left out, it cannot be opened; see to its permissions.",
    )
    assert input_files(extract)[f"commentary/{MASH}"] == commentary.sha256


def test_the_largest_commentary_is_read_whole(extract: Extract) -> None:
    assert read(extract, "x" * LARGEST_BYTES).text == "x" * LARGEST_BYTES + "\n"


def test_files_of_another_form_in_the_folder_are_named(extract: Extract) -> None:
    for name in (MASH, "mash_timeliness.md", "2020-08/notes.docx", "2020-08/old/mash_timeliness.md"):
        write(extract, name)
    named = [sentence.partition(": not read")[0] for sentence in not_read(extract)]
    assert named == [
        f"852/2020-09-01/commentary/{name}"
        for name in ("2020-08/notes.docx", "2020-08/old/mash_timeliness.md", "mash_timeliness.md")
    ]


def test_an_extract_without_commentary_keeps_the_hash_of_its_tables(extract: Extract) -> None:
    of_tables = inputs_sha256({"referral.csv": file_sha256(extract.folder / "referral.csv")})
    assert extract_sha256(extract) == of_tables
    path = write(extract, MASH)
    with_words = extract_sha256(extract)
    assert with_words != of_tables
    path.write_text(WORDS + "More.")
    assert extract_sha256(extract) not in (of_tables, with_words)
    path.unlink()
    assert extract_sha256(extract) == of_tables


@pytest.mark.long
def test_new_commentary_is_a_version_without_changed_figures_and_the_old_one_stays(extract: Extract) -> None:
    warehouse = extract.folder.parents[2] / "warehouse"
    assert process(warehouse, [extract]) == [1]
    write(extract, MASH)
    write(extract, "2020-07/icpc_timeliness.md", "Two large families.")
    assert process(warehouse, [extract]) == [2]
    assert process(warehouse, [extract]) == []
    write(extract, MASH, WORDS.replace("June", "July"))
    assert process(warehouse, [extract]) == [3]
    assert ask(extract, "select version, rows_changed > 0 from kpi_version order by 1") == [
        (1, True),
        (2, False),
        (3, False),
    ]
    published = ask(
        extract,
        "select version, la_code, strftime(month, '%Y-%m'), measure_code, author, written_on::varchar, text, file_name "
        "from commentary order by version, month",
    )
    icpc = (
        "852",
        "2020-07",
        "icpc_timeliness",
        None,
        None,
        "Two large families.\n",
        "commentary/2020-07/icpc_timeliness.md",
    )
    mash = ("852", "2020-08", "mash_timeliness", "Jo Field", "2020-09-03")
    assert published == [
        (2, *icpc), (2, *mash, "A full team since **June**.\n", f"commentary/{MASH}"),
        (3, *icpc), (3, *mash, "A full team since **July**.\n", f"commentary/{MASH}"),
    ]  # fmt: skip
    hashes = ask(extract, "select inputs_sha256 from kpi_version where version = 3")
    assert hashes == [(extract_sha256(extract),)]


def test_commentary_belongs_to_its_own_extract_and_what_is_left_out_too(extract: Extract) -> None:
    october = Extract("852", date(2020, 10, 1), extract.folder.with_name("2020-10-01"))
    land(october.folder, referral=REFERRAL)
    write(extract, MASH)
    write(october, MASH, WORDS.replace("June", "July"))
    left_out = write(extract, "2020-08/mash.md")
    assert process(extract.folder.parents[2] / "warehouse", [extract, october]) == [1, 2]
    assert ask(extract, "select version, text from commentary order by 1") == [
        (1, "A full team since **June**.\n"),
        (2, "A full team since **July**.\n"),
    ]
    files = ask(extract, "select version, sha256 from version_file where file_name = 'commentary/2020-08/mash.md'")
    assert files == [(1, file_sha256(left_out))]


def test_commentary_that_lies_elsewhere_in_the_landing_folder_is_found(extract: Extract) -> None:
    landing = extract.folder.parents[1]
    write(extract, MASH)
    assert misplaced_commentary(landing) == []
    for folder in ("commentary", "852/commentary", "852/2020-09/commentary", "852/2020-09-01/Commentary"):
        (landing / folder / "2020-08").mkdir(parents=True)
    assert misplaced_commentary(landing) == []  # empty folders lose nothing
    for folder in ("commentary", "852/commentary", "852/2020-09/commentary", "852/2020-09-01/Commentary"):
        (landing / folder / MASH).write_text(WORDS)
    assert [str(path.relative_to(landing)) for path in misplaced_commentary(landing)] == [
        "852/2020-09/commentary", "852/2020-09-01/Commentary", "852/commentary", "commentary",
    ]  # fmt: skip
    assert misplaced(landing) == []


def test_the_sensor_waits_until_the_commentary_is_complete_and_still(extract: Extract) -> None:
    extracts = landed(extract.folder.parents[1])
    path = write(extract, MASH)
    now = path.stat().st_mtime + 1000
    seen = registered_now(extracts, {}, set(), 30, now)[1]
    path.write_text(WORDS + "More.")
    ready, seen = registered_now(extracts, seen, set(), 30, now)
    assert ready == []  # the commentary has changed since the look before
    write(extract, "2020-08/icpc_timeliness.md.part")
    assert not is_complete(extract)
    (extract.folder / "commentary/2020-08/icpc_timeliness.md.part").unlink()
    assert registered_now(extracts, seen, set(), 30, now)[0] == ["852_2020-09-01"]


@pytest.mark.long
def test_the_command_publishes_commentary_and_tells_what_is_wrong_with_it(extract: Extract) -> None:
    landing, warehouse = extract.folder.parents[1], extract.folder.parents[2] / "warehouse"
    write(extract, MASH, "Words of ZQSECRET.")
    write(extract, "2020-08/[no]_measure.md", "ZQSECRET")
    write(extract, "2020-08/icpc_timeliness.md", b"\xff\xfeZQSECRET")
    (landing / "852" / "commentary").mkdir()
    (landing / "852" / "commentary" / "mash_timeliness.md").write_text(WORDS)
    result = run_command("run", "--landing", landing, "--warehouse", warehouse)
    where = "852/2020-09-01/commentary/2020-08/"
    assert [line.partition(": ")[0] for line in result.stderr.splitlines()] == [
        f"{landing}/852/commentary", f"{where}[no]_measure.md", f"{where}icpc_timeliness.md",
        *[f"{where}mash_timeliness.md"] * 2,
    ]  # fmt: skip
    assert f"move it to a folder such as {landing}/852/2020-09-01/commentary." in result.stderr
    assert result.returncode == 1  # as for a misplaced extract: something will never be read where it lies
    assert ask(extract, "select text from commentary") == [("Words of ZQSECRET.\n",)]
    assert "ZQSECRET" not in result.stdout + result.stderr
    for path in (warehouse / "dagster").rglob("*"):
        assert not path.is_file() or b"ZQSECRET" not in path.read_bytes(), path
