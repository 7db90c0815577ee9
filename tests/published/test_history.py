"""Versions at length: over any sequence of extracts, corrections, back-fills and repeats, what is published is what a
plain model says.

An extract is drawn as its cases: `{("C1", "2020-07"): 1}` is a case of July 2020 in time. Months, statuses, twelve
months and everything published are computed as they always are. Version 1 is of another authority.
"""

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from support.drawn_versions import FIRST_MONTH, NOVEMBER, OCTOBER, SEPTEMBER, Cases, Drawing, ask

from warehouse.published import publishing
from warehouse.published.retention.purging import purge

MIDDLE = "2020-09-15"


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
            for period in ("month", "quarter", "financial_year_to_date", "rolling_12_months"):
                if month - length(month, period) + 1 < number(FIRST_MONTH):
                    continue
                if period == "quarter" and (status == "to_date" or month % 3 != 2):
                    continue
                counted = list(self.within(month, period).elements())
                numerator, denominator = sum(is_in_time for _, is_in_time in counted), len(counted)
                value = 100 * numerator / denominator if denominator else None
                found[name(month), period] = Figure(numerator, denominator, value, status)
        return found

    def within(self, month: int, period: str) -> Counter[tuple[str, int]]:
        """The cases behind a figure: which, in time or not, how often."""
        months = length(month, period)
        return Counter(
            (case, is_in_time)
            for (case, of_month), is_in_time in self.cases.items()
            if month - months < number(of_month) <= month and of_month <= self.extract_date[:7]
        )


def length(month: int, period: str) -> int:
    """The months of a period that ends with a month: a financial year begins in April."""
    return {"month": 1, "quarter": 3, "financial_year_to_date": (month - 3) % 12 + 1, "rolling_12_months": 12}[period]


def number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def name(month: int) -> str:
    return f"{month // 12}-{month % 12 + 1:02}"


def figures(warehouse: Path, source: str) -> dict[tuple[str, str], Figure]:
    """What a view or macro shows of authority 599, by month and period."""
    rows = ask(
        warehouse,
        "select strftime(month, '%Y-%m'), period, numerator, denominator, value, status "  # noqa: S608
        f"from {source} where la_code = '599' and numerator is not null",
    )
    return {(month, period): Figure(*figure) for month, period, *figure in rows}


def restated(warehouse: Path) -> Counter[tuple[Any, ...]]:
    return Counter(
        ask(
            warehouse,
            "select strftime(month, '%Y-%m'), period, extract_date::varchar, version, numerator_before, "
            "denominator_before, numerator, denominator, was_final, cases_added, cases_removed, cases_changed "
            "from publication_change where la_code = '599'",
        )
    )


def restatements(history: list[Publication]) -> Iterator[tuple[Any, ...]]:
    """What the last publication restates: against the extract's own version before, else against the extract before.

    The cases are told apart where they are held: those of the latest extract that was published before.
    """
    *earlier, after = history
    known = [one for one in earlier if one.extract_date <= after.extract_date]
    if not known:
        return
    before = max(known, key=lambda one: (one.extract_date, one.version))
    is_held = before.extract_date == max(one.extract_date for one in earlier)
    for key in sorted({key for one in known for key in one.figures}):
        was, now = before.figures.get(key), after.figures.get(key)
        if was is None or now is None or was[:2] == now[:2]:  # what an extract does not cover stays as it was
            continue
        came, went = after.within(number(key[0]), key[1]), before.within(number(key[0]), key[1])
        came, went = came - went, went - came
        came_cases, went_cases = (Counter(case for case, _ in rows.elements()) for rows in (came, went))
        changed = came_cases & went_cases
        explained = (came_cases - changed).total(), (went_cases - changed).total(), changed.total()
        yield (
            *key, after.extract_date, after.version, *was[:2], *now[:2], was.status == "final",
            *(explained if is_held else (None, None, None)),
        )  # fmt: skip


def by_extract(history: list[Publication]) -> set[tuple[Any, ...]]:
    """What each extract gives otherwise than the one before it by date, as both are known now."""
    latest = sorted({one.extract_date: one for one in sorted(history)}.values(), key=lambda one: one.extract_date)
    return {
        (
            *key,
            after.extract_date,
            *was[:3],
            *now[:3],
            None if was.value is None or now.value is None else now.value - was.value,
            was.status == "final",
        )
        for before, after in pairwise(latest)
        for key, was in before.figures.items()
        if was[:2] != (now := after.figures[key])[:2]
    }


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
    moved = ask(
        warehouse,
        "select strftime(month, '%Y-%m'), period, extract_date::varchar, numerator_before, denominator_before, "
        "value_before, numerator, denominator, value, change, was_final, cause from kpi_restatement where la_code = '599'",
    )
    assert Counter(moved) == Counter((*change, "files") for change in by_extract(history))
    recorded = ask(
        warehouse,
        "select strftime(month, '%Y-%m'), months_since, first_extract_date::varchar, extract_date::varchar, "
        "value_first, value, numerator_change, denominator_change from late_recording where la_code = '599'",
    )
    assert set(recorded) == late(history)
    assert len(recorded) == len(set(recorded))


JULY = {("C1", "2020-07"): 1, ("C2", "2020-07"): 1, ("C3", "2020-07"): 0, ("C4", "2020-06"): 1}
# Of July, C4 and C5 came, C2 went, and C1 is late.
MOVED = {("C1", "2020-07"): 0, ("C3", "2020-07"): 0, ("C4", "2020-07"): 1, ("C5", "2020-07"): 1}
CASES = st.dictionaries(
    st.tuples(st.sampled_from(["C1", "C2", "C3"]), st.sampled_from(["2020-06", "2020-07", "2020-08", "2020-09"])),
    st.sampled_from([0, 1]),
    max_size=5,
)
DATES = st.sampled_from([SEPTEMBER, MIDDLE, OCTOBER, NOVEMBER])
SLOW = settings(
    max_examples=int(os.environ.get("HISTORIES", "2")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    # An example takes seconds: none is made smaller, and the suite in minutes tries the one that is written down.
    phases=(Phase.explicit, Phase.generate) if "HISTORIES" in os.environ else (Phase.explicit,),
)


def afresh(other_authority: Path, tmp_path: Path) -> Path:
    shutil.rmtree(tmp_path / "warehouse", ignore_errors=True)
    return Path(shutil.copytree(other_authority, tmp_path / "warehouse"))


@SLOW
@example(
    drawn=[
        (OCTOBER, JULY),
        (SEPTEMBER, {("C1", "2020-07"): 1}),
        (OCTOBER, MOVED),
        (NOVEMBER, MOVED),
        (OCTOBER, JULY),  # an older extract is corrected after a newer one, which goes on saying what it said
    ]
)
@given(drawn=st.lists(st.tuples(DATES, CASES), min_size=2, max_size=5))
def test_any_sequence_of_extracts_corrections_and_back_fills_equals_the_model(
    drawing: Drawing, other_authority: Path, tmp_path: Path, drawn: list[tuple[str, Cases]]
) -> None:
    warehouse = afresh(other_authority, tmp_path)
    history: list[Publication] = []
    explained: Counter[tuple[Any, ...]] = Counter()
    rows: set[tuple[Any, ...]] = set()
    for extract_date, cases in drawn:
        said = {one.extract_date: one.cases for one in history}
        made = drawing.publish(warehouse, (extract_date, cases))
        assert len(made) == (said.get(extract_date) != cases), "a repeat makes no version, anything else makes one"
        history += [Publication(version, extract_date, cases) for version in made]
        explained += Counter(restatements(history) if made else [])
        check(warehouse, history)
        assert restated(warehouse) == explained
        kept, rows = rows, set(ask(warehouse, "from monthly_kpi"))
        assert kept <= rows, "nothing is ever updated or deleted"


@pytest.mark.long
@SLOW
@example(runs=[{OCTOBER: JULY}, {SEPTEMBER: {("C1", "2020-07"): 1}, OCTOBER: MOVED}, {OCTOBER: MOVED, NOVEMBER: MOVED}])
@given(runs=st.lists(st.dictionaries(DATES, CASES, min_size=1, max_size=3), min_size=2, max_size=3))
def test_several_extracts_in_a_run_equal_the_model_and_every_change_adds_up(
    drawing: Drawing, other_authority: Path, tmp_path: Path, runs: list[dict[str, Cases]]
) -> None:
    warehouse = afresh(other_authority, tmp_path)
    history: list[Publication] = []
    for run in runs:
        said = {one.extract_date: one.cases for one in history}
        changed = [extract_date for extract_date in sorted(run) if said.get(extract_date) != run[extract_date]]
        made = drawing.publish(warehouse, *run.items())
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
        if added is None:
            continue
        assert added - removed == (denominator or 0) - (denominator_before or 0), key
        assert abs((numerator or 0) - (numerator_before or 0)) <= added + removed + counted_otherwise, key


def explained(warehouse: Path, month: str, period: str = "month") -> list[tuple[Any, ...]]:
    """Version, numerators and the cases added, removed and changed of a month's restatements."""
    return ask(
        warehouse,
        "select version, numerator_before, numerator, cases_added, cases_removed, cases_changed "  # noqa: S608
        f"from publication_change where la_code = '599' and month = date '{month}-01' and period = '{period}' "
        "order by version",
    )


@pytest.mark.long
def test_a_later_extract_names_the_cases_that_came_went_and_count_otherwise(drawing: Drawing, warehouse: Path) -> None:
    drawing.publish(warehouse, (SEPTEMBER, JULY))
    drawing.publish(warehouse, (OCTOBER, MOVED))
    assert explained(warehouse, "2020-07") == [(3, 2, 2, 2, 1, 1)]  # C4 and C5 came, C2 went, C1 is late
    assert explained(warehouse, "2020-06") == [(3, 1, 0, 0, 1, 0)]  # C4 is now of July
    assert explained(warehouse, "2020-08", "rolling_12_months") == [(3, 3, 2, 1, 1, 1)]  # and stays within the year
    assert ask(warehouse, "select distinct cause from kpi_restatement where la_code = '599'") == [("files",)]


@pytest.mark.long
def test_a_correction_is_explained_where_the_published_cases_are_of_the_same_extract(
    drawing: Drawing, warehouse: Path
) -> None:
    drawing.publish(warehouse, (SEPTEMBER, JULY))
    drawing.publish(warehouse, (OCTOBER, JULY))
    without = {case: is_in_time for case, is_in_time in JULY.items() if case[0] != "C1"}
    drawing.publish(warehouse, (SEPTEMBER, without))
    assert explained(warehouse, "2020-07") == [(4, 2, 1, None, None, None)], "the published cases are October's"
    drawing.publish(warehouse, (OCTOBER, JULY | {("C9", "2020-07"): 1}))
    assert explained(warehouse, "2020-07")[1:] == [(5, 2, 3, 1, 0, 0)]


def test_extracts_of_one_run_are_explained_against_each_other(drawing: Drawing, warehouse: Path) -> None:
    more = JULY | {("C8", "2020-07"): 0}
    drawing.publish(warehouse, (SEPTEMBER, JULY), (OCTOBER, more), (NOVEMBER, more | {("C9", "2020-07"): 1}))
    assert explained(warehouse, "2020-07") == [(3, 2, 2, 1, 0, 0), (4, 2, 3, 1, 0, 0)]


@pytest.mark.long
def test_a_back_fill_and_a_correction_in_one_run_are_explained_against_the_figures_before_alone(
    drawing: Drawing, warehouse: Path
) -> None:
    drawing.publish(warehouse, (SEPTEMBER, {}))
    drawing.publish(warehouse, (NOVEMBER, {}))
    one, two = {("C2", "2020-06"): 1}, {("C1", "2020-06"): 0, ("C3", "2020-06"): 1}
    drawing.publish(warehouse, (OCTOBER, one), (NOVEMBER, two))
    counts = "select version, denominator_before, denominator, cases_added, cases_removed, cases_changed"
    of_june = "where la_code = '599' and month = '2020-06-01' and period = 'month'"
    assert ask(warehouse, f"{counts} from publication_change {of_june} order by 1") == [
        (4, 0, 1, None, None, None),  # the cases of September are not held any more
        (5, 1, 2, None, None, None),  # the cases held are November's own, the figure before is October's
    ]


@pytest.mark.long
def test_a_back_fill_is_told_against_the_extract_before_it(drawing: Drawing, warehouse: Path) -> None:
    drawing.publish(warehouse, (SEPTEMBER, JULY))
    drawing.publish(warehouse, (NOVEMBER, JULY | {("C8", "2020-07"): 0, ("C9", "2020-07"): 1}))
    drawing.publish(warehouse, (OCTOBER, JULY | {("C8", "2020-07"): 0}))
    counts = "select version, denominator_before, denominator, cases_added, cases_removed, cases_changed"
    of_july = "where la_code = '599' and month = '2020-07-01' and period = 'month'"
    assert ask(warehouse, f"{counts} from publication_change {of_july} order by 1") == [
        (3, 3, 5, 2, 0, 0),
        (4, 3, 4, None, None, None),
    ]
    by_date = "select extract_date_before::varchar, extract_date::varchar, denominator_before, denominator"
    assert ask(warehouse, f"{by_date} from kpi_restatement {of_july} order by 2") == [
        (SEPTEMBER, OCTOBER, 3, 4),
        (OCTOBER, NOVEMBER, 4, 5),
    ]


@pytest.mark.long
def test_without_the_cases_before_the_change_stands_unexplained(drawing: Drawing, warehouse: Path) -> None:
    drawing.publish(warehouse, (SEPTEMBER, JULY))
    purged = purge(warehouse, date(2020, 9, 2))
    assert {(one.la_code, one.extract_date) for one in purged} == {(la, date(2020, 9, 1)) for la in ("598", "599")}
    drawing.publish(warehouse, (OCTOBER, JULY | {("C9", "2020-07"): 1}))
    assert explained(warehouse, "2020-07") == [(3, 2, 3, None, None, None)]
    drawing.publish(warehouse, (NOVEMBER, JULY))
    assert explained(warehouse, "2020-07")[1:] == [(4, 3, 2, 0, 1, 0)]


@pytest.mark.long
def test_a_run_that_died_before_its_files_were_renamed_leaves_no_cases_behind(
    drawing: Drawing, warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawing.publish(warehouse, (SEPTEMBER, JULY))

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as context, pytest.raises(KeyboardInterrupt):
        context.setattr(publishing, "_finish", killed)
        drawing.publish(warehouse, (OCTOBER, {}))
    drawing.publish(warehouse, (OCTOBER, JULY | {("C9", "2020-07"): 1}))
    assert explained(warehouse, "2020-07") == [(3, 2, 3, 1, 0, 0)]


@pytest.mark.long
def test_a_figure_moves_as_late_records_come_in(drawing: Drawing, warehouse: Path) -> None:
    history = []
    for extract_date, more in (
        (SEPTEMBER, {}),
        (MIDDLE, {("C5", "2020-08"): 0}),
        (OCTOBER, {("C5", "2020-08"): 0, ("C6", "2020-08"): 1}),
        (NOVEMBER, {("C5", "2020-08"): 0, ("C6", "2020-08"): 1, ("C7", "2020-08"): 0}),
    ):
        cases = {("C1", "2020-08"): 1, **more}
        history += [
            Publication(version, extract_date, cases) for version in drawing.publish(warehouse, (extract_date, cases))
        ]
    moved = ask(
        warehouse,
        "select months_since, extract_date::varchar, round(value_first), round(value), round(change), "
        "numerator_change, denominator_change from late_recording "
        "where la_code = '599' and month = '2020-08-01' order by 1",
    )
    assert moved == [(1, OCTOBER, 100, 67, -33, 1, 2), (2, NOVEMBER, 100, 50, -50, 1, 3)]
    for earlier, later in pairwise(history):
        assert earlier.figures["2020-08", "month"] != later.figures["2020-08", "month"]
