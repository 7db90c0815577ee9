"""Versions at length: over any sequence of extracts, corrections, back-fills and repeats, what is published is what a
plain model says.

An extract is drawn as its cases: `{("C1", "2020-07"): 1}` is a case of July 2020 in time. Months, statuses, twelve
months and everything published are computed as they always are. Version 1 is of another authority.
"""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pytest
from support.landed import land
from support.published import process
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.settings import Settings
from warehouse.definitions import stamp
from warehouse.facts import computing as facts
from warehouse.measures import computing as measures
from warehouse.published import publishing
from warehouse.published.retention import purge
from warehouse.landing.extracts import Extract
from warehouse.workspace import working

Case = tuple[str, str]
Cases = dict[Case, int]
MEASURE = "mash_timeliness"
SEPTEMBER, MIDDLE, OCTOBER, NOVEMBER = "2020-09-01", "2020-09-15", "2020-10-01", "2020-11-01"
FIRST_MONTH = "2019-08"


class Figure(NamedTuple):
    numerator: int
    denominator: int
    value: float | None
    status: str


class Publication(NamedTuple):
    version: int
    extract_date: str
    cases: Cases

    @property
    def figures(self) -> dict[tuple[str, str], Figure]:
        """By month and period, what the extract says: counted here in plain Python."""
        extract_month = number(self.extract_date[:7])
        # Every date here but the one in the middle of September is the first of a month, so the month before has ended.
        last_ended = extract_month - 1
        found = {}
        for month in range(number(FIRST_MONTH), extract_month + 1):
            age = last_ended - month
            status = "to_date" if age < 0 else "provisional" if age < 2 else "final"
            for period, months in (("month", 1), ("rolling_12_months", 12)):
                if month - months + 1 < number(FIRST_MONTH):
                    continue
                counted = list(self.within(month, period).elements())
                numerator, denominator = sum(is_in_time for _, is_in_time in counted), len(counted)
                value = 100 * numerator / denominator if denominator else None
                found[name(month), period] = Figure(numerator, denominator, value, status)
        return found

    def within(self, month: int, period: str) -> Counter[tuple[str, int]]:
        """The cases behind a figure: which, in time or not, how often."""
        months = 1 if period == "month" else 12
        return Counter(
            (case, is_in_time)
            for (case, of_month), is_in_time in self.cases.items()
            if month - months < number(of_month) <= month and of_month <= self.extract_date[:7]
        )


def number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def name(month: int) -> str:
    return f"{month // 12}-{month % 12 + 1:02}"


@pytest.fixture(scope="module")
def other_authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with one publication, of another authority, and its contributions as a table, to be drawn."""
    folder = tmp_path_factory.mktemp("other")
    extract = Extract("598", date(2020, 9, 1), folder / "598" / "2020-09-01")
    land(extract.folder, referral="received_at | mash_completed_at\n2020-08-03 | 2020-08-04")
    assert process(folder / "warehouse", [extract]) == [1]
    with working(folder / "warehouse", Settings()) as connection:
        connection.execute("create table measures.drawn as from measures.contribution limit 0")
        connection.execute("drop view measures.contribution")
        connection.execute("alter table measures.drawn rename to contribution")
    return folder / "warehouse"


@pytest.fixture
def warehouse(other_authority: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(other_authority, tmp_path / "warehouse"))


def publish(warehouse: Path, *drawn: tuple[str, Cases]) -> list[int]:
    """Publish what extracts of authority 599 hold, all in one run; the versions made."""
    extracts = [Extract("599", date.fromisoformat(extract_date), warehouse) for extract_date, _ in drawn]
    with working(warehouse, Settings(), extracts) as connection:
        for table in ("raw.extract_file", "staged.referral", "facts.reporting_month", "measures.monthly_kpi"):
            connection.execute(f"delete from {table} where (la_code, extract_date) in (from raw.run_extract)")  # noqa: S608
        connection.execute(
            "insert into staged.referral by name select *, 1 as row_number, ? as referral_date from raw.run_extract",
            [date.fromisoformat(f"{FIRST_MONTH}-01")],
        )
        connection.sql(facts.sql("reporting_month")).insert_into("facts.reporting_month")
        connection.execute(
            "create or replace table measures.computable as select *, ? as measure_code from raw.run_extract", [MEASURE]
        )
        connection.execute("delete from measures.contribution")
        for extract_date, cases in drawn:
            connection.execute(
                "insert into raw.extract_file by name select '599' as la_code, ? as extract_date, "
                "'referral' as table_name, 'referral.csv' as file_name, ? as sha256",
                [extract_date, repr(sorted(cases.items()))],
            )
            rows = [
                ["599", extract_date, MEASURE, f"{month}-01", case, is_in_time]
                for (case, month), is_in_time in cases.items()
                if month <= extract_date[:7]
            ]
            for row in rows:
                connection.execute(
                    "insert into measures.contribution by name select ? as la_code, ? as extract_date, "
                    "? as measure_code, ? as month, ? as record_id, ? as numerator, 1 as denominator, "
                    "false as is_start_missing",
                    row,
                )
        connection.sql(measures.sql("monthly_kpi")).insert_into("measures.monthly_kpi")
        stamp(connection, "measures")
        return publishing.publish(connection, warehouse, publishing.Publication("run", "0", "the definitions"))


def ask(warehouse: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(warehouse / "kpi.duckdb"), read_only=True) as connection:
        return connection.sql(query).fetchall()


def figures(warehouse: Path, source: str) -> dict[tuple[str, str], Figure]:
    """What a view or macro shows of authority 599, by month and period."""
    rows = ask(
        warehouse,
        "select strftime(month, '%Y-%m'), period, numerator, denominator, value, status "  # noqa: S608 - sources of ours
        f"from {source} where la_code = '599' and numerator is not null",
    )
    return {(month, period): Figure(*figure) for month, period, *figure in rows}


def restated(warehouse: Path) -> Counter[tuple[Any, ...]]:
    return Counter(
        ask(
            warehouse,
            "select strftime(month, '%Y-%m'), period, extract_date::varchar, version, numerator_before, "
            "denominator_before, numerator, denominator, was_final, cases_added, cases_removed, cases_changed "
            "from kpi_restatement where la_code = '599'",
        )
    )


def restatements(history: list[Publication]) -> Iterator[tuple[Any, ...]]:
    """What the last publication restates: against the extract's own version before, else against the extract before."""
    *earlier, after = history
    known = [one for one in earlier if one.extract_date <= after.extract_date]
    if not known:
        return
    before = max(known, key=lambda one: (one.extract_date, one.version))
    for key in sorted({key for one in known for key in one.figures}):
        was, now = before.figures.get(key), after.figures.get(key)
        counts = [(figure.numerator, figure.denominator) if figure else (None, None) for figure in (was, now)]
        if counts[0] == counts[1]:
            continue
        month, period = number(key[0]), key[1]
        came, went = after.within(month, period), before.within(month, period)
        came, went = (came - went if now else Counter()), (went - came if was else Counter())
        came_cases, went_cases = (Counter(case for case, _ in rows.elements()) for rows in (came, went))
        changed = came_cases & went_cases
        yield (
            *key, after.extract_date, after.version, *counts[0], *counts[1], was.status == "final" if was else None,
            (came_cases - changed).total(), (went_cases - changed).total(), changed.total(),
        )  # fmt: skip


def late(history: list[Publication]) -> set[tuple[Any, ...]]:
    """Late recording by the model, from what each extract is known to say now."""
    said = {one.extract_date: one.figures for one in sorted(history)}
    found = {}
    for first_date in sorted(said):
        for (month, period), told in said[first_date].items():
            if period != "month" or told.status == "to_date" or any(key[0] == month for key in found):
                continue
            for extract_date in sorted(said):
                months = number(extract_date) - number(first_date)
                then = said[extract_date].get((month, period))
                if extract_date > first_date and months and then:
                    found[month, months] = (
                        first_date, extract_date, told.value, then.value,
                        then.numerator - told.numerator, then.denominator - told.denominator,
                    )  # fmt: skip
    return {(*key, *row) for key, row in found.items()}


def check(warehouse: Path, history: list[Publication]) -> None:
    """What is published equals the model, whichever way it is asked."""
    latest = {one.extract_date: one for one in sorted(history)}
    assert figures(warehouse, "monthly_kpi_current") == latest[max(latest)].figures
    for on_date in ("2020-08-31", SEPTEMBER, "2020-09-14", MIDDLE, OCTOBER, "2020-10-31", NOVEMBER):
        known = [extract_date for extract_date in latest if extract_date <= on_date]
        expected = latest[max(known)].figures if known else {}
        assert figures(warehouse, f"monthly_kpi_as_known(date '{on_date}')") == expected, on_date
    for one in history:
        assert figures(warehouse, f"monthly_kpi_at_version({one.version})") == one.figures, one.version
    recorded = ask(
        warehouse,
        "select strftime(month, '%Y-%m'), months_since, first_extract_date::varchar, extract_date::varchar, "
        "value_first, value, numerator_change, denominator_change from late_recording where la_code = '599'",
    )
    assert set(recorded) == late(history)
    assert len(recorded) == len(set(recorded))


CASES = st.dictionaries(
    st.tuples(st.sampled_from(["C1", "C2", "C3"]), st.sampled_from(["2020-06", "2020-07", "2020-08", "2020-09"])),
    st.sampled_from([0, 1]),
    max_size=5,
)
DATES = st.sampled_from([SEPTEMBER, MIDDLE, OCTOBER, NOVEMBER])
SLOW = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def afresh(other_authority: Path, tmp_path: Path) -> Path:
    shutil.rmtree(tmp_path / "warehouse", ignore_errors=True)
    return Path(shutil.copytree(other_authority, tmp_path / "warehouse"))


@SLOW
@given(drawn=st.lists(st.tuples(DATES, CASES), min_size=2, max_size=5))
def test_any_sequence_of_extracts_corrections_and_back_fills_equals_the_model(
    other_authority: Path, tmp_path: Path, drawn: list[tuple[str, Cases]]
) -> None:
    warehouse = afresh(other_authority, tmp_path)
    history: list[Publication] = []
    explained: Counter[tuple[Any, ...]] = Counter()
    rows: set[tuple[Any, ...]] = set()
    for extract_date, cases in drawn:
        said = {one.extract_date: one.cases for one in history}
        made = publish(warehouse, (extract_date, cases))
        assert len(made) == (said.get(extract_date) != cases), "a repeat makes no version, anything else makes one"
        history += [Publication(version, extract_date, cases) for version in made]
        explained += Counter(restatements(history) if made else [])
        check(warehouse, history)
        assert restated(warehouse) == explained
        kept, rows = rows, set(ask(warehouse, "from monthly_kpi"))
        assert kept <= rows, "nothing is ever updated or deleted"


@SLOW
@given(runs=st.lists(st.dictionaries(DATES, CASES, min_size=1, max_size=3), min_size=2, max_size=3))
def test_several_extracts_in_a_run_equal_the_model_and_every_change_adds_up(
    other_authority: Path, tmp_path: Path, runs: list[dict[str, Cases]]
) -> None:
    warehouse = afresh(other_authority, tmp_path)
    history: list[Publication] = []
    for run in runs:
        said = {one.extract_date: one.cases for one in history}
        changed = [extract_date for extract_date in sorted(run) if said.get(extract_date) != run[extract_date]]
        made = publish(warehouse, *run.items())
        history += [
            Publication(version, *of) for version, of in zip(made, [(one, run[one]) for one in changed], strict=True)
        ]
        check(warehouse, history)
    for (
        *key,
        numerator_before,
        denominator_before,
        numerator,
        denominator,
        _,
        added,
        removed,
        counted_otherwise,
    ) in restated(warehouse):
        assert added - removed == (denominator or 0) - (denominator_before or 0), key
        assert abs((numerator or 0) - (numerator_before or 0)) <= added + removed + counted_otherwise, key


JULY = {("C1", "2020-07"): 1, ("C2", "2020-07"): 1, ("C3", "2020-07"): 0, ("C4", "2020-06"): 1}


def explained(warehouse: Path, month: str, period: str = "month") -> list[tuple[Any, ...]]:
    """Version, numerators and the cases added, removed and changed of a month's restatements."""
    return ask(
        warehouse,
        "select version, numerator_before, numerator, cases_added, cases_removed, cases_changed from kpi_restatement "  # noqa: S608
        f"where la_code = '599' and month = date '{month}-01' and period = '{period}' order by version",
    )


def test_a_later_extract_names_the_cases_that_came_went_and_count_otherwise(warehouse: Path) -> None:
    publish(warehouse, (SEPTEMBER, JULY))
    moved = {("C1", "2020-07"): 0, ("C3", "2020-07"): 0, ("C4", "2020-07"): 1, ("C5", "2020-07"): 1}
    publish(warehouse, (OCTOBER, moved))
    assert explained(warehouse, "2020-07") == [(3, 2, 2, 2, 1, 1)]  # C4 and C5 came, C2 went, C1 is late
    assert explained(warehouse, "2020-06") == [(3, 1, 0, 0, 1, 0)]  # C4 is now of July
    assert explained(warehouse, "2020-08", "rolling_12_months") == [(3, 3, 2, 1, 1, 1)]  # and stays within the year


def test_a_corrected_extract_is_explained_whether_or_not_it_is_the_latest(warehouse: Path) -> None:
    publish(warehouse, (SEPTEMBER, JULY))
    publish(warehouse, (OCTOBER, JULY))
    without = {case: is_in_time for case, is_in_time in JULY.items() if case[0] != "C1"}
    publish(warehouse, (SEPTEMBER, without))
    assert explained(warehouse, "2020-07") == [(4, 2, 1, 0, 1, 0)]
    publish(warehouse, (OCTOBER, JULY | {("C9", "2020-07"): 1}))
    assert explained(warehouse, "2020-07") == [(4, 2, 1, 0, 1, 0), (5, 2, 3, 1, 0, 0)]


def test_a_back_fill_is_explained_against_the_extract_before_it(warehouse: Path) -> None:
    publish(warehouse, (SEPTEMBER, JULY))
    publish(warehouse, (NOVEMBER, JULY | {("C8", "2020-07"): 0, ("C9", "2020-07"): 1}))
    publish(warehouse, (OCTOBER, JULY | {("C8", "2020-07"): 0}))
    counts = "select version, denominator_before, denominator, cases_added, cases_removed, cases_changed"
    assert ask(
        warehouse, f"{counts} from kpi_restatement where month = '2020-07-01' and period = 'month' order by 1"
    ) == [
        (3, 3, 5, 2, 0, 0),
        (4, 3, 4, 1, 0, 0),
    ]


def lose_working(warehouse: Path) -> None:
    with working(warehouse, Settings()) as connection:  # all of it that matters here
        connection.execute("drop schema published cascade")


def purge_september(warehouse: Path) -> None:
    assert {("599", date(2020, 9, 1))} < {(one.la_code, one.extract_date) for one in purge(warehouse, date(2020, 9, 2))}


@pytest.mark.parametrize("lose", [lose_working, purge_september])
def test_without_the_cases_before_the_change_stands_unexplained(warehouse: Path, lose: Callable[[Path], None]) -> None:
    publish(warehouse, (SEPTEMBER, JULY))
    lose(warehouse)
    publish(warehouse, (OCTOBER, JULY | {("C9", "2020-07"): 1}))
    assert explained(warehouse, "2020-07") == [(3, 2, 3, None, None, None)]
    publish(warehouse, (NOVEMBER, JULY))
    assert explained(warehouse, "2020-07")[1:] == [(4, 3, 2, 0, 1, 0)]


def test_a_run_that_died_before_its_files_were_renamed_leaves_no_cases_behind(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(warehouse, (SEPTEMBER, JULY))

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as context, pytest.raises(KeyboardInterrupt):
        context.setattr(publishing, "_finish", killed)
        publish(warehouse, (OCTOBER, {}))
    publish(warehouse, (OCTOBER, JULY | {("C9", "2020-07"): 1}))
    assert explained(warehouse, "2020-07") == [(3, 2, 3, 1, 0, 0)]


def test_a_figure_moves_as_late_records_come_in(warehouse: Path) -> None:
    history = []
    for extract_date, more in (
        (SEPTEMBER, {}),
        (MIDDLE, {("C5", "2020-08"): 0}),
        (OCTOBER, {("C5", "2020-08"): 0, ("C6", "2020-08"): 1}),
        (NOVEMBER, {("C5", "2020-08"): 0, ("C6", "2020-08"): 1, ("C7", "2020-08"): 0}),
    ):
        cases = {("C1", "2020-08"): 1, **more}
        history += [Publication(version, extract_date, cases) for version in publish(warehouse, (extract_date, cases))]
    moved = ask(
        warehouse,
        "select months_since, extract_date::varchar, round(value_first), round(value), round(change), "
        "numerator_change, denominator_change from late_recording "
        "where la_code = '599' and month = '2020-08-01' order by 1",
    )
    assert moved == [(1, OCTOBER, 100, 67, -33, 1, 2), (2, NOVEMBER, 100, 50, -50, 1, 3)]
    for earlier, later in pairwise(history):
        assert earlier.figures["2020-08", "month"] != later.figures["2020-08", "month"]
