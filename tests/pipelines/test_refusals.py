"""A refused extract changes nothing: whatever is wrong with a file, what was published stays and others go on.

Each defect is sent by an authority of its own, a month after an extract that was published.
"""

import gzip
import io
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest
import xlsxwriter
from dagster import AssetKey, DagsterInstance
from support.drawn_extracts import LIMITS

from pipelines.commands.run import run_extracts
from pipelines.instance import home
from pipelines.settings import PipelineSettings
from warehouse.forms.extracts import read
from warehouse.landing.extracts import Extract
from warehouse.reference.geography import authorities, is_successor

NAME, DATE = "ZQPERSON", "2020-10-01"
HEADER = "referral_id,person_id,referral_date,referral_source,referral_nfa"
ROWS = [f"R{number},{NAME}{number},2020-08-{number % 30 + 1:02},1A,N" for number in range(1, 201)]


def text(rows: list[str] = ROWS, header: str = HEADER) -> bytes:
    return "\n".join([header, *rows, ""]).encode()


def workbook(rows: list[str] = ROWS, header: str = HEADER) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([header, *rows] if header else rows):
            sheet.write_row(number, 0, row.split(","))
    return content.getvalue()


def without(content: bytes, part: str) -> bytes:
    """A workbook of which one part is cut in half."""
    cut = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as whole, zipfile.ZipFile(cut, "w") as archive:
        for name in whole.namelist():
            archive.writestr(name, whole.read(name)[: None if part not in name else len(whole.read(name)) // 2])
    return cut.getvalue()


def parquet(columns: str = HEADER, rows: int = 5000) -> bytes:
    with duckdb.connect() as writer:
        values = ", ".join(f"'{NAME}' || md5(i::varchar) as {column}" for column in columns.split(","))
        path = Path(writer.sql("select '/tmp/' || uuid() || '.parquet'").fetchall()[0][0])
        writer.sql(f"select {values} from range({rows}) as numbers(i)").write_parquet(str(path))  # noqa: S608
    try:
        return path.read_bytes()
    finally:
        path.unlink()


def damaged(content: bytes) -> bytes:
    """The same with its middle turned around."""
    third = len(content) // 3
    return content[:third] + content[third : 2 * third][::-1] + content[2 * third :]


OF_BIRMINGHAM = text([f"{row},330" for row in ROWS], f"{HEADER},LA Code")
DEFECTS: dict[str, tuple[str, bytes, str]] = {
    "a csv cut within a row": ("referral.csv", text()[:-12],
        "1 row has more or fewer columns than the header (5): row 201; quote text that holds delimiters or line "
        "breaks, or send the file again if it is cut off."),
    "a csv cut within quotes": ("referral.csv", text([*ROWS, f'R201,{NAME}201,2020-08-03,1A,"N'])[:-1],
        "row 202 is malformed (unexpected end of data); the file may be cut off: close the quotes, or send it again."),
    "a quote that is never closed": ("referral.csv", text([ROWS[0].replace("1A", '"1A'), *ROWS[1:]]),
        "row 2 is malformed (unexpected end of data); the file may be cut off: close the quotes, or send it again."),
    "rows of other widths": ("referral.csv", text([*ROWS[:3], f"{ROWS[3]},{NAME}", f"{ROWS[4]},{NAME}", *ROWS[5:]]),
        "2 rows have more or fewer columns than the header (5): rows 5, 6; quote text that holds delimiters or line "
        "breaks, or send the file again if it is cut off."),
    "zero bytes": ("referral.csv", text().replace(b"1A", b"1\0", 1),
        "it holds zero bytes, so it is not text; export it again as CSV in UTF-8."),
    "utf-16 without its mark": ("referral.csv", text().decode().encode("utf-16-le"),
        "it holds zero bytes, so it is not text; export it again as CSV in UTF-8."),
    "an empty file": ("referral.csv", b"", "it is empty; send it again."),
    "a header and no rows": ("referral.csv", text([]),
        "it has a header but no rows; send the table, or leave the file out."),
    "no header": ("referral.csv", text(header=ROWS[0]),
        "no header row among the first 10 rows; expected columns such as referral_id, person_id, referral_date, "
        "referral_source, referral_nfa; send the table with its header."),
    "a required column missing": ("referral.csv", text(header=HEADER.replace("referral_date", "other")),
        "the required column referral_date cannot be found; add it to the export."),
    "a column twice": ("referral.csv", text([f"{row},{NAME}" for row in ROWS], f"{HEADER},Person ID"),
        "the headers 'person_id' and 'Person ID' both mean person_id; leave one of them out."),
    "another authority's rows": ("referral.csv", OF_BIRMINGHAM,
        "the column LA Code names another authority in most rows (330); send the extract of {la}, or land this one in "
        "the folder of that authority."),
    "another authority's workbook": ("referral.xlsx", workbook([f"{row},Birmingham" for row in ROWS], f"{HEADER},LEA"),
        "the column LEA names another authority in most rows (330); send the extract of {la}, or land this one in the "
        "folder of that authority."),
    "a csv.gz cut off": ("referral.csv.gz", gzip.compress(text())[:-30],
        "it is not a complete gzip file; send it again."),
    "a csv.gz damaged": ("referral.csv.gz", damaged(gzip.compress(text())),
        "it is not a complete gzip file; send it again."),
    "a csv named csv.gz": ("referral.csv.gz", text(), "its name says gzip, its content is not; send it again."),
    "a parquet cut off": ("referral.parquet", parquet()[:-2000], "it is not a complete parquet file; send it again."),
    "a parquet damaged inside": ("referral.parquet", damaged(parquet()),
        "it is not a complete parquet file; send it again."),
    "a parquet without rows": ("referral.parquet", parquet(rows=0),
        "it has a header but no rows; send the table, or leave the file out."),
    "a parquet without a required column": ("referral.parquet", parquet(HEADER.replace("referral_date", "other")),
        "the required column referral_date cannot be found; add it to the export."),
    "an xlsx cut off": ("referral.xlsx", workbook()[:-500], "it is not a complete .xlsx workbook; save it again."),
    "an xlsx whose sheet is cut": ("referral.xlsx", without(workbook(), "sheet1.xml"),
        "it is not a complete .xlsx workbook; save it again."),
    "an xlsx whose texts are cut": ("referral.xlsx", without(workbook(), "sharedStrings"),
        "it is not a complete .xlsx workbook; save it again."),
    "an encrypted xlsx": ("referral.xlsx", bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 512,
        "it is encrypted, or an old .xls; save it as .xlsx without a password."),
    "an xlsx without rows": ("referral.xlsx", workbook([]),
        "it has a header but no rows; send the table, or leave the file out."),
}  # fmt: skip


@dataclass(frozen=True)
class Month:
    """What came of the month in which every authority but one sends a file that cannot be used."""

    settings: PipelineSettings
    authorities: dict[str, str]
    published: list[str]
    before: dict[str, tuple[str, int]]
    after: dict[str, tuple[str, int]]
    status: int
    said: str

    def refusals(self, la_code: str) -> list[str]:
        """The sentences of an authority's extract."""
        return [line for line in self.said.splitlines() if line.startswith(f"{la_code}/{DATE}")]


def published_files(settings: PipelineSettings) -> dict[str, tuple[str, int]]:
    """Hash and time of change of each published file."""
    files = [settings.warehouse / name for name in ("kpi.duckdb", "casework.duckdb")]
    return {file.name: (sha256(file.read_bytes()).hexdigest(), file.stat().st_mtime_ns) for file in files}


def run(settings: PipelineSettings) -> tuple[int, str]:
    """The exit status of a run and what it says on standard error."""
    said = io.StringIO()
    with redirect_stderr(said), redirect_stdout(io.StringIO()):
        return run_extracts(settings), said.getvalue()


def send(
    settings: PipelineSettings, la_code: str, day: str, name: str = "referral.csv", content: bytes = text()
) -> None:
    folder = settings.landing / la_code / day
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Month]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSTER_HOME", "")
        folder = tmp_path_factory.mktemp("refusals")
        settings = PipelineSettings(landing=folder / "landing", warehouse=folder / "warehouse")
        senders = {defect: str(501 + number) for number, defect in enumerate([*DEFECTS, "all of it"])}
        published = [*list(senders.values())[:2], "852"]  # of the others nothing was published before
        for la_code in published:
            send(settings, la_code, "2020-09-01")
        assert run(settings)[0] == 0
        before = published_files(settings)
        for defect, (name, content, _) in DEFECTS.items():
            send(settings, senders[defect], DATE, name, content)
        every = senders["all of it"]
        for table in ("referral", "assessment"):
            send(settings, every, DATE, f"{table}.csv", b"person_id,person_id\n1,1\n")
        send(settings, every, DATE, "s47.parquet", b"")
        send(settings, every, DATE, "icpc.csv", b"")
        send(settings, every, DATE, "icpc.xlsx", workbook())
        (settings.landing / every / DATE / "cp_plan.csv").mkdir()
        (settings.landing / every / DATE / "cla_episode.csv").symlink_to("nowhere.csv")
        # A file that the system will not read, whoever asks.
        (settings.landing / every / DATE / "person.csv").symlink_to("/proc/self/mem")
        status, said = run(settings)
        yield Month(settings, senders, published, before, published_files(settings), status, said)


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_file_that_cannot_be_used_is_refused_in_one_sentence_with_file_place_and_remedy(
    month: Month, defect: str
) -> None:
    la_code, (name, _, reason) = month.authorities[defect], DEFECTS[defect]
    assert month.refusals(la_code) == [f"{la_code}/{DATE}/{name}: {reason.format(la=la_code)}"]


def test_all_reasons_of_all_files_are_given_at_once(month: Month) -> None:
    la_code = month.authorities["all of it"]
    place = f"{la_code}/{DATE}"
    twice = "the headers 'person_id' and 'person_id' both mean person_id; leave one of them out."
    assert sorted(month.refusals(la_code)) == [
        f"{place}/assessment.csv: {twice}",
        f"{place}/assessment.csv: the required columns assessment_id, start_date cannot be found; add them to the "
        "export.",
        f"{place}/cla_episode.csv: it is no file; send the table as a file, or leave it out.",
        f"{place}/cp_plan.csv: it is no file; send the table as a file, or leave it out.",
        f"{place}/person.csv: it cannot be opened (Input/output error); let the pipeline read it, or send it again.",
        f"{place}/referral.csv: {twice}",
        f"{place}/referral.csv: the required columns referral_id, referral_date, referral_source, referral_nfa cannot "
        "be found; add them to the export.",
        f"{place}/s47.parquet: it is not a complete parquet file; send it again.",
        f"{place}: icpc.csv and icpc.xlsx are the same table; leave one of them out.",
    ]  # fmt: skip


def test_a_refused_extract_leaves_what_was_published_byte_for_byte(month: Month) -> None:
    assert month.status == 1
    assert month.after == month.before


def test_no_refusal_says_what_a_cell_holds(month: Month) -> None:
    assert NAME not in month.said
    assert "Traceback" not in month.said
    with duckdb.connect(str(month.settings.warehouse / "ledger.duckdb"), read_only=True) as connection:
        assert connection.execute("select count(*) from refusal where contains(reason, ?)", [NAME]).fetchall() == [(0,)]


def test_the_partition_of_a_refused_extract_fails_in_dagster(month: Month) -> None:
    with DagsterInstance.from_config(str(home(month.settings.warehouse))) as instance:
        done = instance.get_materialized_partitions(AssetKey(["raw", "extract"]))
        assert done == {f"{la_code}_2020-09-01" for la_code in month.published}
        assert instance.get_runs(limit=1)[0].status.value == "FAILURE"


def test_many_extracts_take_one_run_and_those_that_are_refused_one(month: Month) -> None:
    with DagsterInstance.from_config(str(home(month.settings.warehouse))) as instance:
        newest_first = [run.status.value for run in instance.get_runs()]
    assert newest_first[-2:] == ["FAILURE", "SUCCESS"]


@pytest.mark.long
def test_other_authorities_go_on(month: Month) -> None:
    """Beside three whose extracts are refused again; the folders of the others are taken away."""
    refused = list(month.authorities.values())
    for la_code in refused[:-3]:
        shutil.rmtree(month.settings.landing / la_code / DATE)
    send(month.settings, "852", DATE, content=text([row.replace("2020-08", "2020-09") for row in ROWS]))
    status, said = run(month.settings)
    assert (status, "3 of 4 extracts were refused" in said) == (1, True), said
    assert "accept LA DATE --leave-out TABLE --reason TEXT" in said
    with duckdb.connect(str(month.settings.warehouse / "kpi.duckdb"), read_only=True) as connection:
        assert connection.sql("select la_code from kpi_version where extract_date = '2020-10-01'").fetchall() == [
            ("852",)
        ]


@pytest.mark.parametrize(
    "named",
    [
        ["852", "330"],  # some are ours
        ["330", "331"],  # neighbours, perhaps where the child lives
        ["somewhere else"],
        ["Southampton", "852.0", " E06000045"],
    ],
)
def test_a_column_that_does_not_name_one_other_authority_throughout_refuses_nothing(
    tmp_path: Path, named: list[str]
) -> None:
    rows = [f"{row},{named[number % len(named)]}" for number, row in enumerate(ROWS)]
    (tmp_path / "852").mkdir()
    (tmp_path / "852/referral.csv").write_bytes(text(rows, f"{HEADER},LA"))
    (one,) = read([Extract("852", date(2020, 9, 1), tmp_path / "852")], LIMITS)
    assert one.refusals == ()


@pytest.mark.parametrize("named", [["330"], ["330", ""], ["330", "330", "852"], ["330", "330", "331"]])
def test_a_column_that_names_one_other_authority_in_most_rows_that_name_one_refuses(
    tmp_path: Path, named: list[str]
) -> None:
    rows = [f"{row},{named[number % len(named)]}" for number, row in enumerate(ROWS)]
    (tmp_path / "852").mkdir()
    (tmp_path / "852/referral.csv").write_bytes(text(rows, f"{HEADER},LA"))
    (one,) = read([Extract("852", date(2020, 9, 1), tmp_path / "852")], LIMITS)
    (refusal,) = one.refusals
    assert refusal.endswith(
        "the column LA names another authority in most rows (330); send the extract of 852, or land this one in the "
        "folder of that authority."
    )


def test_an_authority_that_took_anothers_place_is_not_another() -> None:
    assert authorities()["dorset"] == {"835", "838"}
    assert (is_successor("838", "835"), is_successor("835", "838"), is_successor("838", "839")) == (True, True, False)
