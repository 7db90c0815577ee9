"""Versions: what each publication adds, what was known on which date, and that nothing is ever taken back.

Most tests publish figures that are drawn here rather than counted: `{"2020-07": "3 of 4"}` is what an extract says of
MASH in July 2020, from its first month on. Version 1 is of another authority. Tests that change nothing read one history,
whose warehouse is kept as each version left it. Any sequence of publications is held against a model in test_history.py.
"""

import os
import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest
from support.drawn_versions import NOVEMBER, OCTOBER, SEPTEMBER, Drawing, ask, counts
from support.landed import land
from support.published import process
from support.random_extract import write_random_extract

from warehouse.landing.extracts import Extract
from warehouse.published import publishing

Figures = dict[str, str]
SHOWN = "strftime(month, '%Y-%m'), coalesce(numerator::bigint || ' of ' || denominator::bigint, 'nothing')"
OURS = "la_code = '599' and period = 'month' and denominator is distinct from 0"


class Desk:
    """Publishes figures of authority 599 in the test's warehouse."""

    def __init__(self, drawing: Drawing, warehouse: Path) -> None:
        self.drawing, self.warehouse = drawing, warehouse

    def publish(self, day: str, figures: Figures, definitions: str = "the definitions") -> list[int]:
        """Publish what the extract of a day says; the versions made."""
        return self.drawing.publish(
            self.warehouse, (day, counts(figures)), first_month=min(figures), definitions=definitions
        )

    def current(self) -> Figures:
        return dict(ask(self.warehouse, f"select {SHOWN} from monthly_kpi_current where {OURS}"))  # noqa: S608

    def as_known(self, on_date: str) -> Figures:
        return dict(ask(self.warehouse, f"select {SHOWN} from monthly_kpi_as_known(date '{on_date}') where {OURS}"))  # noqa: S608

    def added(self, version: int) -> Figures:
        return dict(ask(self.warehouse, f"select {SHOWN} from monthly_kpi where version = {version} and {OURS}"))  # noqa: S608

    def cases(self) -> list[tuple[object, ...]]:
        return ask(self.warehouse, "from kpi_case where la_code = '599' order by all", "casework")


@pytest.fixture
def desk(drawing: Drawing, warehouse: Path) -> Desk:
    return Desk(drawing, warehouse)


AS_FIRST_SENT = {"2020-07": "1 of 2", "2020-08": "3 of 4"}
CORRECTED = {"2020-07": "1 of 2", "2020-08": "4 of 4"}
OF_OCTOBER = {"2020-08": "0 of 5", "2020-09": "1 of 1"}


@pytest.fixture(scope="module")
def history(drawing: Drawing, tmp_path_factory: pytest.TempPathFactory) -> dict[int, Desk]:
    """By version, the warehouse as that version left it: September as first sent and corrected, October by other
    definitions, its withdrawal, and September again without July.

    It is published with the umask 0, by which every file would be everybody's.
    """
    folder = tmp_path_factory.mktemp("history")
    desk, kept = Desk(drawing, folder / "warehouse"), {}

    def keep(version: int) -> None:
        kept[version] = Desk(drawing, Path(shutil.copytree(desk.warehouse, folder / str(version))))

    before = os.umask(0)
    try:
        drawing.publish(desk.warehouse, (SEPTEMBER, {("C1", "2020-08"): 1}), la_code="598", first_month="2020-08")
        keep(1)
        for version, (day, figures) in enumerate(((SEPTEMBER, AS_FIRST_SENT), (SEPTEMBER, CORRECTED)), start=2):
            assert desk.publish(day, figures) == [version]
            keep(version)
        assert desk.publish(OCTOBER, OF_OCTOBER, definitions="other definitions") == [4]
        keep(4)
        of_september = (SEPTEMBER, counts(CORRECTED))
        assert drawing.withdraw(desk.warehouse, OCTOBER, "the wrong authority's file", of_september) == 5
        with pytest.raises(KeyError):
            drawing.withdraw(desk.warehouse, OCTOBER, "again", of_september)
        keep(5)
        assert desk.publish(SEPTEMBER, {"2020-08": "4 of 4"}) == [6]
        keep(6)
    finally:
        os.umask(before)
    return kept


@pytest.fixture
def september(history: dict[int, Desk], drawing: Drawing, tmp_path: Path) -> Desk:
    """A warehouse of the test's own, to which September was published as it was first sent."""
    return Desk(drawing, Path(shutil.copytree(history[2].warehouse, tmp_path / "september")))


def test_the_same_extract_again_makes_no_version(september: Desk) -> None:
    before = (september.warehouse / "kpi.duckdb").read_bytes()
    assert september.publish(SEPTEMBER, AS_FIRST_SENT) == []
    assert (september.warehouse / "kpi.duckdb").read_bytes() == before


def test_a_corrected_extract_is_a_version_that_holds_only_what_it_changed(history: dict[int, Desk]) -> None:
    assert history[2].current() == AS_FIRST_SENT
    desk = history[3]
    assert desk.added(2) == AS_FIRST_SENT
    assert desk.added(3) == {"2020-08": "4 of 4"}
    assert desk.current() == CORRECTED
    changed = "select version, rows_changed = (select count(*) from monthly_kpi where monthly_kpi.version = v.version)"
    assert ask(desk.warehouse, f"{changed} from kpi_version as v where la_code = '599' order by 1") == [
        (2, True),
        (3, True),
    ]


@pytest.mark.long
def test_each_extract_stays_readable_as_it_was_known_on_its_date(desk: Desk) -> None:
    desk.publish(SEPTEMBER, {"2020-08": "3 of 4"})
    desk.publish(OCTOBER, {"2020-08": "3 of 5", "2020-09": "1 of 1"})
    assert desk.as_known("2020-08-31") == {}
    assert desk.as_known(SEPTEMBER) == desk.as_known("2020-09-30") == {"2020-08": "3 of 4"}
    assert desk.as_known(OCTOBER) == desk.current() == {"2020-08": "3 of 5", "2020-09": "1 of 1"}


@pytest.mark.long
def test_an_older_extract_that_comes_later_adds_to_the_past_and_keeps_what_the_latest_says(desk: Desk) -> None:
    desk.publish(OCTOBER, {"2020-08": "3 of 5", "2020-09": "1 of 1"})
    cases = desk.cases()
    desk.publish(SEPTEMBER, {"2020-07": "9 of 9", "2020-08": "3 of 4"})
    assert desk.as_known(SEPTEMBER) == {"2020-07": "9 of 9", "2020-08": "3 of 4"}
    assert desk.current() == {"2020-07": "9 of 9", "2020-08": "3 of 5", "2020-09": "1 of 1"}
    assert desk.cases() == cases != []


@pytest.mark.long
def test_a_late_correction_of_an_old_extract_leaves_what_later_dates_know(desk: Desk) -> None:
    desk.publish(SEPTEMBER, {"2020-07": "1 of 2", "2020-08": "3 of 4"})
    desk.publish(OCTOBER, {"2020-07": "1 of 2", "2020-08": "3 of 5"})
    desk.publish(SEPTEMBER, {"2020-07": "2 of 2", "2020-08": "4 of 4"})
    assert desk.as_known(SEPTEMBER) == {"2020-07": "2 of 2", "2020-08": "4 of 4"}
    assert desk.as_known(OCTOBER) == {"2020-07": "1 of 2", "2020-08": "3 of 5"}


def test_a_month_that_a_later_extract_does_not_cover_stays_as_it_was_known(history: dict[int, Desk]) -> None:
    assert history[4].current() == {"2020-07": "1 of 2", **OF_OCTOBER}
    assert history[4].added(4) == OF_OCTOBER


def test_a_month_that_its_own_extract_no_longer_covers_gets_a_row_without_figures(history: dict[int, Desk]) -> None:
    assert history[6].added(6) == {"2020-07": "nothing"}
    blank = "select value, missing_start, status from monthly_kpi where version = 6 and period = 'month'"
    assert ask(history[6].warehouse, blank) == [(None, None, None)]


@pytest.mark.long
def test_a_month_that_is_no_longer_covered_is_blank_once(desk: Desk) -> None:
    desk.publish(SEPTEMBER, {"2020-07": "1 of 2", "2020-08": "3 of 4"})
    desk.publish(SEPTEMBER, {"2020-08": "3 of 4"})
    assert desk.added(3) == {"2020-07": "nothing"}
    desk.publish(OCTOBER, {"2020-08": "3 of 4"})
    assert "2020-07" not in desk.added(4)


@pytest.mark.long
def test_a_restatement_shows_before_and_after_and_whether_the_figure_had_been_final(desk: Desk) -> None:
    desk.publish("2020-07-01", {"2020-05": "1 of 4", "2020-06": "1 of 1"})
    desk.publish(SEPTEMBER, {"2020-05": "0 of 4", "2020-06": "1 of 1"})
    desk.publish(OCTOBER, {"2020-05": "2 of 4", "2020-06": "1 of 1"})
    desk.publish(NOVEMBER, {"2020-05": "2 of 4", "2020-06": "1 of 1"})
    columns = (
        "strftime(month, '%Y-%m'), version_before, version, extract_date_before::varchar, extract_date::varchar,"
        " value_before, value, change, numerator_before, numerator, was_final"
    )
    expected = [
        ("2020-05", 2, 3, "2020-07-01", SEPTEMBER, 25.0, 0.0, -25.0, 1.0, 0.0, False),
        ("2020-05", 3, 4, SEPTEMBER, OCTOBER, 0.0, 50.0, 50.0, 0.0, 2.0, True),
    ]
    for view in ("kpi_restatement", "publication_change"):
        assert ask(desk.warehouse, f"select {columns} from {view} where {OURS} order by version") == expected, view  # noqa: S608


def test_a_restatement_says_that_the_later_extract_was_made_by_other_definitions(history: dict[int, Desk]) -> None:
    causes = "select distinct cause from kpi_restatement where la_code = '599'"
    assert ask(history[4].warehouse, causes) == [("settings or definitions",)]


@pytest.mark.long
def test_a_correction_restates_by_version_and_moves_no_later_extract(desk: Desk) -> None:
    desk.publish(SEPTEMBER, {"2020-07": "1 of 2"})
    desk.publish(OCTOBER, {"2020-07": "1 of 2"})
    desk.publish(SEPTEMBER, {"2020-07": "2 of 2"})
    columns = (
        "extract_date_before::varchar, extract_date::varchar, version_before, version, numerator_before, numerator"
    )
    by_version = ask(desk.warehouse, f"select {columns} from publication_change where {OURS}")  # noqa: S608
    assert by_version == [(SEPTEMBER, SEPTEMBER, 2, 4, 1.0, 2.0)]
    assert desk.as_known(OCTOBER) == {"2020-07": "1 of 2"}
    ((first, second, before, after),) = ask(
        desk.warehouse,
        f"select extract_date_before::varchar, extract_date::varchar, numerator_before, numerator "  # noqa: S608
        f"from kpi_restatement where {OURS}",
    )
    assert (first, second, before, after) == (SEPTEMBER, OCTOBER, 2.0, 1.0), "as both are known now"


def test_a_withdrawn_extract_leaves_the_current_view_and_stays_in_the_record(history: dict[int, Desk]) -> None:
    desk = history[5]
    assert desk.current() == CORRECTED
    assert desk.cases() == history[3].cases()
    assert len(desk.cases()) == 6
    assert ask(desk.warehouse, "select kind, reason from kpi_version where version = 5") == [
        ("withdrawal", "the wrong authority's file")
    ]
    assert desk.added(4) == OF_OCTOBER, "what was published stays in the table"
    restated = f"from kpi_restatement where {OURS}"
    assert ask(desk.warehouse, restated) == [] != ask(history[4].warehouse, restated)


@pytest.mark.long
def test_a_withdrawn_extract_stays_so_until_other_files_come(desk: Desk) -> None:
    desk.publish(SEPTEMBER, {"2020-08": "3 of 4"})
    desk.drawing.withdraw(desk.warehouse, SEPTEMBER, "too early")
    assert desk.current() == {}
    assert desk.cases() == []
    assert desk.publish(SEPTEMBER, {"2020-08": "3 of 4"}) == []
    assert desk.publish(SEPTEMBER, {"2020-08": "4 of 4"}) == [4]
    assert desk.current() == {"2020-08": "4 of 4"}


@pytest.mark.long
def test_the_order_of_rows_in_a_file_moves_no_figure(tmp_path: Path) -> None:
    """0.1 + 0.2 + 0.3 is 0.6000000000000001 and 0.3 + 0.2 + 0.1 is 0.6 where fractions are added as they come."""
    workers = [f"W{number} | 2018-01-01 | {fte} | Y" for number, fte in enumerate(("0.1", "0.2", "0.3"))]
    for day, rows in (("2020-09-01", workers), ("2020-10-01", workers[::-1])):
        landed = tmp_path / "852" / day
        land(
            landed, referral="referral_date\n2018-06-04",
            worker="\n".join(["worker_id | start_date | fte | agency", *rows]),
        )  # fmt: skip
        process(tmp_path / "warehouse", [Extract("852", date.fromisoformat(day), landed)])
    warehouse = tmp_path / "warehouse"
    assert ask(warehouse, "from kpi_restatement") == []
    assert ask(
        warehouse,
        "select distinct version from monthly_kpi where measure_code = 'agency_workers' and month < '2020-07-01'",
    ) == [(1,)]
    assert ask(
        warehouse,
        "select distinct period::varchar as period, numerator from monthly_kpi_current "
        "where measure_code = 'agency_workers' and month = '2020-08-01' order by period",
    ) == [("financial_year_to_date", 0.6), ("month", 0.6), ("rolling_12_months", 7.2)]


@pytest.mark.long
def test_the_same_files_under_a_later_date_restate_nothing(tmp_path: Path) -> None:
    """What a month was does not depend on the day on which it is asked; only which months are final does."""
    days, codes = (date(2022, 10, 15), date(2022, 12, 1)), ("301", "302")
    for la_code in codes:
        write_random_extract(tmp_path / la_code / str(days[0]), 820, la_code, days[0], is_clean=True)
        shutil.copytree(tmp_path / la_code / str(days[0]), tmp_path / la_code / str(days[1]))
    for day in days:
        process(tmp_path / "warehouse", [Extract(code, day, tmp_path / code / str(day)) for code in codes])
    known = ask(tmp_path / "warehouse", "select count(*) > 10000 from monthly_kpi where month < '2022-10-01'")
    restated = ask(tmp_path / "warehouse", "from kpi_restatement where month < '2022-10-01'")
    assert (known, restated) == ([(True,)], [])


@pytest.mark.long
def test_authorities_have_nothing_to_do_with_each_other(desk: Desk) -> None:
    figures = "from monthly_kpi where la_code = '598' order by all"
    cases = "from kpi_case where la_code = '598' order by all"
    before = ask(desk.warehouse, figures), ask(desk.warehouse, cases, "casework")
    desk.publish(NOVEMBER, {"2020-08": "3 of 5"})
    assert (ask(desk.warehouse, figures), ask(desk.warehouse, cases, "casework")) == before
    assert all(before)


@pytest.mark.parametrize("later", [[OCTOBER], [OCTOBER, NOVEMBER]])
def test_a_withdrawn_extract_takes_nothing_with_it_that_later_ones_repeat(desk: Desk, later: list[str]) -> None:
    said = {"2020-01": "1 of 2"}
    for day in (SEPTEMBER, *later):
        desk.publish(day, said)
    desk.drawing.withdraw(desk.warehouse, SEPTEMBER, "another authority's file", (later[-1], counts(said)))
    assert desk.as_known(SEPTEMBER) == {}
    assert desk.as_known(OCTOBER) == desk.current() == said


def test_figures_that_their_cases_do_not_sum_to_are_not_published(
    september: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (september.warehouse / "kpi.duckdb").read_bytes()
    real = publishing._replace_cases

    def lose_one(fact: str, is_there: bool, connection: duckdb.DuckDBPyConnection) -> None:
        real(fact, is_there, connection)
        connection.execute(f"delete from casework.case_{fact} where record_id = '2020-08/0'")  # noqa: S608

    monkeypatch.setattr(publishing, "_replace_cases", lose_one)
    with pytest.raises(publishing.ReconciliationError, match="figures differ from the sum of their cases"):
        september.publish(OCTOBER, {"2020-08": "3 of 5"})
    monkeypatch.undo()
    assert (september.warehouse / "kpi.duckdb").read_bytes() == before
    september.publish(OCTOBER, {"2020-08": "3 of 5"})
    assert september.current() == {"2020-07": "1 of 2", "2020-08": "3 of 5"}


def test_child_level_files_are_for_their_owner_only_whatever_the_umask(history: dict[int, Desk]) -> None:
    for version, desk in history.items():
        modes = {path.name: oct(path.stat().st_mode & 0o777) for path in desk.warehouse.glob("*.duckdb")}
        assert modes == {"kpi.duckdb": "0o644", "casework.duckdb": "0o600"}, version


@pytest.mark.long
def test_a_lost_file_is_made_again_extract_by_extract_as_the_nightly_schedule_runs_them(
    drawing: Drawing, tmp_path: Path
) -> None:
    warehouse = tmp_path / "warehouse"
    drawn = (SEPTEMBER, {("C1", "2020-08"): 1})
    for la_code in ("598", "599"):
        drawing.publish(warehouse, drawn, la_code=la_code)
    (warehouse / "casework.duckdb").unlink()
    shutil.rmtree(warehouse / "generations")  # and no copy of it is kept
    for la_code in ("598", "599"):
        assert drawing.publish(warehouse, drawn, la_code=la_code) == [], "nothing is published that was not"
    assert not publishing.agree(warehouse), "no run has seen both: all stay due"
