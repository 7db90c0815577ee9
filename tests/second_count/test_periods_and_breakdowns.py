"""Months, twelve months, quarters, years to date and categories, counted by hand."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from support.random_extract import cut, write_random_extract
from support.second_count import MEASURES, Count, count_extract
from support.second_count.drawn import shown
from support.second_count.looked_after import looked_after

Counted = Callable[..., Count]

REFERRALS = """
    referral_id | person_id | referral_date | referral_nfa | mash_completed_at | closure_date | team  | referral_source
    R1          | P1        | 2019-09-30    | Y            | 2019-10-01        | 2020-08-31   | North | 10
    R2          | P2        | 2020-03-31    | N            | 2020-04-02        |              |       | 1A
    R3          | P3        | 2020-04-01    | N            | 2020-04-01        |              |       | 2A
    R4          | P4        | 2020-06-30    | Y            | 2020-07-01        |              |       |
    R5          | P5        | 2020-09-10    | Y            |                   |              |       |
    """


def test_events_are_pooled_in_every_period(counted: Counted) -> None:
    count = counted(extract_date="2020-09-15", referral=REFERRALS)
    share = "referrals_no_further_action"
    assert shown(count, share, "2020-05") == "0 of 0"
    assert shown(count, share, "2020-06", "quarter") == "1 of 2"
    assert shown(count, share, "2020-05", "quarter") is None
    assert shown(count, share, "2020-03", "financial_year_to_date") == "1 of 2"
    assert shown(count, share, "2020-04", "financial_year_to_date") == "0 of 1"
    assert shown(count, share, "2020-09", "financial_year_to_date") == "2 of 3"
    assert shown(count, share, "2020-09", "quarter") is None, "it has not ended"
    assert shown(count, share, "2020-08", "rolling_12_months") == "2 of 4"
    assert shown(count, share, "2020-09", "rolling_12_months") == "2 of 4"
    assert shown(count, "referrals", "2019-11", "rolling_12_months") is None, "the history began in January 2019"
    assert {str(m): count.figure(share, m).status for m in (date(2020, 9, 1), date(2020, 8, 1), date(2020, 6, 1))} == {
        "2020-09-01": "to_date", "2020-08-01": "provisional", "2020-06-01": "final",
    }  # type: ignore[union-attr]  # fmt: skip


def test_snapshots_are_pooled_over_twelve_months_alone(counted: Counted) -> None:
    count = counted(
        person="person_id | dob\nP1 | 2010-01-01",
        cla_episode="person_id | decom | dec\nP1 | 2020-02-01 | 2020-05-15",
        cla_care_plan="care_plan_id | person_id | authorised_date\nL1 | P1 | 2020-04-01",
    )
    plans = "authorised_care_plan"
    assert shown(count, plans, "2020-04") == "1 of 1"
    assert shown(count, plans, "2020-04", "rolling_12_months") == "1 of 3"
    assert shown(count, plans, "2020-03", "quarter") == "0 of 1"
    assert shown(count, plans, "2020-06", "financial_year_to_date") == "0 of 0"
    assert shown(count, "looked_after_children", "2020-04", "rolling_12_months") is None
    assert shown(count, "looked_after_rate", "2020-04", "rolling_12_months") == "3 of 600000"
    assert shown(count, "looked_after_rate", "2020-03", "quarter") == "1 of 50000"


def test_a_median_is_taken_of_all_cases_anew(counted: Counted) -> None:
    count = counted(
        referral="person_id | referral_date\nP9 | 2020-01-01",
        assessment="""
        start_date | authorised_date
        2020-04-01 | 2020-04-02
        2020-04-01 | 2020-04-03
        2020-05-01 | 2020-05-22
        """,
    )
    assert shown(count, "assessment_median_days", "2020-04") == "1.5 of 2"
    assert shown(count, "assessment_median_days", "2020-06", "quarter") == "2 of 3"
    assert shown(count, "assessment_median_days", "2020-06") == "0"


def test_categories(counted: Counted) -> None:
    count = counted(
        referral=REFERRALS,
        person="""
        person_id | dob        | expected_dob | sex | ethnicity | disabled | uasc
        P1        | 2018-10-01 |              | M   | WIRT      | Y        |
        P2        | 2004-03-31 |              | F   | NOBT      | N        | N
        P3        |            | 2020-05-01   | U   | CHNE      |          | Y
        P4        |            |              |     | REFU      |          |
        """,
        allocation="""
        person_id | worker_id | start_date | end_date   | team
        P2        | W1        | 2020-01-01 | 2020-03-31 | South
        P2        | W2        | 2020-03-31 |            | East
        """,
    )
    parts = {
        key[3:]: part.numerator
        for key, part in count.breakdowns.items()
        if key[:3] == ("referrals", date(2020, 8, 1), "rolling_12_months")
    }
    by = {breakdown: {} for breakdown, _ in parts}  # type: ignore[var-annotated]
    for (breakdown, category), numerator in parts.items():
        by[breakdown][category] = numerator
    assert by == {
        "age_band": {"under 1": 1, "16 and 17": 1, "unborn": 1, "not recorded": 1},
        "sex": {"male": 1, "female": 1, "not known": 1, "not recorded": 1},
        "ethnicity": {"White": 1, "not recorded": 1, "Other": 1, "refused": 1},
        "disability": {"yes": 1, "no": 1, "not recorded": 2},
        "unaccompanied": {"yes": 1, "no": 1, "not recorded": 2},
        "team": {"North": 1, "East": 1, "not recorded": 2},
        "referral_source": {"unknown": 1, "individual": 1, "school": 1, "not recorded": 1},
    }


def test_what_a_random_extract_counts_adds_up(tmp_path: Path) -> None:
    """Categories sum to their figure, and numerators stay within denominators."""
    write_random_extract(tmp_path, 5, "852", date(2021, 2, 28), children=40)
    count = count_extract(tmp_path, date(2021, 2, 28), "852")
    sums: dict[tuple[str, date, str, str], float] = {}
    for (measure, month, period, breakdown, _), part in count.breakdowns.items():
        key = (measure, month, period, breakdown)
        sums[key] = sums.get(key, 0) + (part.numerator if part.numerator is not None else part.denominator or 0)
    for (measure, month, period, breakdown), total in sums.items():
        figure = count.figures[measure, month, period]
        whole = figure.numerator if figure.numerator is not None else figure.denominator
        assert whole is not None
        assert abs(total - whole) < 1e-9, (measure, month, period, breakdown)
    shares = [figure for key, figure in count.figures.items() if MEASURES[key[0]].kind.value in ("SE", "SS", "DC")]
    assert all((figure.numerator or 0) <= (figure.denominator or 0) for figure in shares)


@pytest.mark.long
def test_a_cut_by_whole_spells_leaves_what_it_covers_as_it_was(tmp_path: Path) -> None:
    """But for what asks how all began: see the exceptions."""
    day, complete_from = date(2021, 2, 28), date(2019, 2, 1)
    write_random_extract(tmp_path / "whole", 7, "852", day, children=60, is_clean=True)
    cut(tmp_path / "whole", tmp_path / "cut", complete_from, day, "852")
    whole = count_extract(tmp_path / "whole", day, "852")
    kept = count_extract(tmp_path / "cut", day, "852", {"coverage": {"all": complete_from}})
    asks_for_more = {"immunisations", "looked_after_review_timeliness"}
    compared = {key: figure for key, figure in kept.figures.items() if key[0] not in asks_for_more}
    assert compared == {key: whole.figures[key] for key in compared}
    assert len({measure for measure, _, _ in compared}) == len(MEASURES) - len(asks_for_more) - 1, "no stable placement"
    assert len((tmp_path / "cut" / "contact.csv").read_text()) < len((tmp_path / "whole" / "contact.csv").read_text())


def test_a_month_is_published_from_its_run_in_on(counted: Counted) -> None:
    count = counted(
        settings={"history_from": None, "coverage": {"all": date(2019, 7, 15), "cla_episode": date(2018, 1, 1)}},
        referral=REFERRALS,
        cla_episode="person_id | decom\nP1 | 2020-02-01",
        person="person_id | dob\nP1 | 2010-01-01",
    )
    first = {
        code: min((m for c, m, p in count.figures if c == code and p == "month"), default=None) for code in MEASURES
    }
    assert first["referrals"] == date(2019, 8, 1)
    assert first["re_referrals"] == date(2020, 8, 1)
    assert first["looked_after_children"] == date(2018, 1, 1)
    assert first["placement_stability"] == date(2020, 7, 1)
    assert shown(count, "referrals", "2020-06", "rolling_12_months") is None
    assert shown(count, "referrals", "2020-07", "rolling_12_months") == "4"


def test_entries_less_exits_are_the_change_of_who_is_looked_after(tmp_path: Path) -> None:
    """Of every child who is born, under 18 and alive at both month ends."""
    write_random_extract(tmp_path, 11, "852", date(2021, 2, 28), children=60, is_clean=True)
    extract = (count := count_extract(tmp_path, date(2021, 2, 28), "852")).extract
    moved = 0
    for before, span in pairwise(extract.months):
        flows = Counter(case.person for case in count.cases("entries_to_care", span.first))
        flows.subtract(case.person for case in count.cases("exits_from_care", span.first))
        there, here = looked_after(extract, before.last), looked_after(extract, span.last)
        for child in extract.children():
            is_steady = all(
                extract.is_a_living_child(child, day) and not extract.is_unborn(child, day)
                for day in (before.last, span.last)
            )
            if is_steady:
                assert (child in here) - (child in there) == flows[child], (child, span.first)
                moved += flows[child] != 0
    assert moved > 5
