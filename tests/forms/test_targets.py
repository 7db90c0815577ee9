"""What an authority lands beside its extracts: its targets and its localities."""

from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.landed import land
from support.published import LIMITS, process

from schemas.measures import MEASURES
from schemas.settings import Settings
from warehouse.forms import extracts, localities, targets
from warehouse.forms.targets import Target
from warehouse.landing.bounds import UnreadableFileError
from warehouse.landing.extracts import Extract
from warehouse.layers import Group
from warehouse.measures import evaluation

HEADER = "measure_code,valid_from,valid_to,target,tolerance,scope,source\n"


def read(text: str) -> tuple[Target, ...]:
    return targets.read(text.encode(), "852", LIMITS)


def refused(text: str) -> tuple[str, ...]:
    with pytest.raises(UnreadableFileError) as error:
        read(text)
    return error.value.args


def test_targets_are_read_as_councils_write_them() -> None:
    assert read(
        "Measure Code;Valid from;Valid to;Target;Tolerance;Source\n"
        "mash_timeliness;01/04/2020;31/03/2021;95%;5;Improvement plan\n"
        "CPP_RATE;2020-04-01;;60.5;;\n"
        "contacts;;;1,500;100;\n"
    ) == (
        Target("mash_timeliness", date(2020, 4, 1), date(2021, 3, 31), 95, 5, "local", "Improvement plan"),
        Target("child_protection_plan_rate", date(2020, 4, 1), None, 60.5, 0, "local", "targets.csv"),
        Target("contacts", date(1900, 1, 1), None, 1500, 100, "local", "targets.csv"),
    )


def test_everything_that_is_wrong_is_told_with_its_line_and_remedy() -> None:
    told = refused(
        HEADER + "mash_timelines,2020-04-01,,95,,,\n"
        "mash_timeliness,soon,,95,,,\n"
        "mash_timeliness,2020-04-01,2020-03-31,95,,,\n"
        "mash_timeliness,2020-04-01,,many,,,\n"
        "mash_timeliness,2020-04-01,,,,,\n"
        "mash_timeliness,2020-04-01,,95,-1,,\n"
        "mash_timeliness,2020-04-01,,95,,regional,\n"
        "mash_timeliness,2020-04-01,,nan%,,,\n"
    )
    assert told == (
        "line 2: measure_code is 'mash_timelines', which is no measure; did you mean mash_timeliness?",
        "line 3: valid_from is 'soon', which is no date; write it as in 2020-04-01",
        "line 4: valid_to lies before valid_from; exchange the two, or mend one",
        "line 5: target is 'many', which is no number; write it as in 95 or 7.5, in the measure's unit",
        "line 6: target is empty; give the number, or leave the line out",
        "line 7: tolerance is less than 0; give how far below, or above, the target is still amber",
        "line 8: scope is 'regional'; write local or national",
        "line 9: target is 'nan%', which is no number; write it as in 95 or 7.5, in the measure's unit",
    )
    assert "measure_code" in refused("measure,goal\nmash_timeliness,95\n")[0]
    assert refused("la_code,measure_code,target\n330,mash_timeliness,95\n") == (
        "line 2: la_code names another authority; the targets of 852 alone stand here",
    )


def test_overlapping_targets_of_one_scope_are_refused_with_their_lines() -> None:
    told = refused(
        HEADER + "mash_timeliness,2020-04-01,2021-03-31,95,,,\n"
        "mash_timeliness,2021-04-01,,96,,,\n"  # begins on the day after
        "mash_timeliness,2020-04-01,,90,,national,\n"  # another scope
        "re_referrals,2020-04-01,2021-03-31,20,,,\n"  # another measure
        "mash_timeliness,2021-03-31,2021-03-31,97,,,\n"  # the last day of line 2
    )
    assert told == (
        "lines 2 and 6 both have a local target of mash_timeliness for one day; let the valid_to of one lie before the "
        "valid_from of the other, or leave one of them out",
    )


@given(spans=st.lists(st.tuples(st.integers(1, 28), st.one_of(st.none(), st.integers(0, 9))), min_size=1, max_size=6))
def test_a_file_is_refused_exactly_where_a_day_has_two_targets(spans: list[tuple[int, int | None]]) -> None:
    days: dict[int, int] = {}
    lines = []
    for first, length in spans:
        last = 40 if length is None else first + length
        for day in range(first, last + 1):
            days[day] = days.get(day, 0) + 1
        to = "" if length is None else f"2020-0{1 + (last > 31)}-{last if last <= 31 else last - 31:02}"
        lines.append(f"mash_timeliness,2020-01-{first:02},{to},95,,,")
    text = HEADER + "\n".join(lines) + "\n"
    if max(days.values()) > 1:
        assert all("both have a local target" in reason for reason in refused(text))
    else:
        assert len(read(text)) == len(spans)


def test_an_extract_whose_authority_has_wrong_targets_is_refused_with_file_and_line(tmp_path: Path) -> None:
    extract = Extract("852", date(2020, 9, 1), tmp_path / "852" / "2020-09-01")
    land(extract.folder, person="person_id\nP1", referral="referral_date\n2020-08-03")
    (tmp_path / "852" / "targets.csv").write_text("measure_code,target\nmash_timeliness,much\n")
    (tmp_path / "852" / "locality.csv").write_text("postcode,locality\nSO14 1AA,Central\nSO14 1AA,East\n")
    (found,) = extracts.read([extract])
    assert found.refusals == (
        "852/targets.csv: line 2: target is 'much', which is no number; write it as in 95 or 7.5, in the measure's "
        "unit.",
        "852/locality.csv: lines 2 and 3: one postcode in two localities; leave one of them out.",
    )


def test_targets_are_published_with_each_version_and_those_of_the_settings_stand_in(tmp_path: Path) -> None:
    extract = Extract("852", date(2020, 9, 1), tmp_path / "852" / "2020-09-01")
    land(extract.folder, person="person_id\nP1", referral="received_at | mash_completed_at\n2020-08-03 | 2020-08-04")
    file = tmp_path / "852" / "targets.csv"
    settings = Settings.model_validate({"local_target": {"mash_timeliness": 90, "re_referrals": 15}})
    asked = "select measure_code, valid_from, valid_to, target, tolerance, scope, source from {} order by all"
    file.write_text(HEADER + "mash_timeliness,2020-04-01,,95,5,,Plan\nre_referrals,2020-04-01,,20,,national,\n")
    process(tmp_path / "warehouse", [extract], settings)
    file.write_text(HEADER + "mash_timeliness,2020-04-01,,97,5,,Plan\n")
    assert process(tmp_path / "warehouse", [extract], settings) == [2]
    with duckdb.connect(str(tmp_path / "warehouse" / "kpi.duckdb"), read_only=True) as connection:
        (versions,) = connection.sql(
            "select list(version order by version) from target_version where scope = 'local' "
            "and measure_code = 'mash_timeliness'"
        ).fetchone()  # type: ignore[misc]
        assert versions == [1, 2]
        assert connection.sql(asked.format("target")).fetchall() == [
            ("mash_timeliness", date(2020, 4, 1), None, 97, 5, "local", "Plan"),
            ("re_referrals", date(1900, 1, 1), None, 15, 0, "local", "setting local_target"),
        ]
        assert connection.sql(
            "select value, target, rag, direction_month from scorecard where measure_code = 'mash_timeliness'"
        ).fetchall() == [(100, 97, "green", None)]
        assert ("re_referrals", date(2020, 4, 1), None, 20, 0, "national", "targets.csv") in connection.sql(
            "select measure_code, valid_from, valid_to, target, tolerance, scope, source from target_version "
            "where version = 1"
        ).fetchall()


# ------------------------------------------------------------------------------------------------ localities


def test_a_postcode_is_found_in_any_spelling() -> None:
    assert localities.read("﻿Postcode,Locality\nso14 1aa, Central \nSO14  1AA,Central\n".encode(), LIMITS) == {
        "SO141AA": "Central"
    }


def test_localities_that_cannot_be_used_are_told_by_line() -> None:
    with pytest.raises(UnreadableFileError) as error:
        localities.read(b"postcode,locality\n,Central\nSO14 1AA,\nSO14 1AB,East\nSO141AB,West\n", LIMITS)
    assert error.value.args == (
        "lines 2, 3: the postcode or its locality is empty; fill it in, or leave the line out",
        "lines 4 and 5: one postcode in two localities; leave one of them out",
    )


def test_figures_are_broken_down_by_the_localities_of_their_own_authority(tmp_path: Path) -> None:
    drawn = []
    for la_code in ("852", "330"):
        extract = Extract(la_code, date(2020, 9, 1), tmp_path / la_code / "2020-09-01")
        land(
            extract.folder,
            person="person_id | postcode\nP1 | so14 1aa\nP2 | SO14 1AB\nP3 | ",
            referral="person_id\nP1\nP2\nP3",
        )
        drawn.append(extract)
    (tmp_path / "852" / "locality.csv").write_text("postcode,locality\nSO14 1AA,Central\n")
    group = Group(drawn, Settings(), LIMITS)
    try:
        group.facts()
        evaluation.evaluate(group.connection, [MEASURES["referrals"]])
        found = group.connection.sql(
            "select la_code, category, numerator from measures.month_breakdown where measure_code = 'referrals' "
            "and breakdown = 'locality' and month = date '2020-08-01' order by all"
        ).fetchall()
    finally:
        group.close()
    assert found == [("852", "Central", 1), ("852", "not recorded", 2)]
