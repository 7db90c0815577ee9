"""Signals in kpi.duckdb: points by version, views of what they show, and the changes that settings record."""

from datetime import date
from pathlib import Path

import duckdb
import pytest
from pydantic import ValidationError
from support.drawn_versions import Drawing, counts
from support.landed import land
from support.published import process

from schemas.settings import Rebase, Settings
from warehouse.landing.extracts import Extract
from warehouse.published import publishing
from warehouse.reference import setting

# ---------------------------------------------------------------------------------------------- published


def decided(in_time: dict[str, int]) -> str:
    """Fourteen referrals a month, of which so many were decided on the same day and the others after weeks."""
    lines = [
        f"{month}-{day:02} | {month}-{day:02}T12:00 | {month}-{day if day <= count else 28:02}T12:00"
        for month, count in in_time.items()
        for day in range(1, 15)
    ]
    return "\n".join(["referral_date | received_at | mash_completed_at", *lines])


def test_points_are_kept_by_version_and_limits_stay_when_figures_change(drawing: Drawing, tmp_path: Path) -> None:
    year = {f"2019-{month:02}": "9 of 14" if month < 7 else "5 of 14" for month in range(1, 13)}
    warehouse, kpi = tmp_path / "warehouse", str(tmp_path / "warehouse" / "kpi.duckdb")
    rows = (
        "select strftime(month, '%Y-%m'), numerator, centre, lower_limit, upper_limit from {} "
        "where measure_code = 'mash_timeliness' order by month"
    )

    assert drawing.publish(warehouse, ("2020-01-15", counts(year)), first_month="2019-01") == [1]
    with duckdb.connect(kpi, read_only=True) as connection:
        first = connection.sql(rows.format("spc_point")).fetchall()
        assert [row[0] for row in first] == list(year)
    restated = counts({**year, "2019-03": "1 of 14", "2020-01": "6 of 14"})
    assert drawing.publish(warehouse, ("2020-02-15", restated), first_month="2019-01") == [2]
    with duckdb.connect(kpi, read_only=True) as connection:
        second = connection.sql(rows.format("spc_point")).fetchall()
        assert [row[2:] for row in second[:12]] == [row[2:] for row in first]
        assert second[2][:2] == ("2019-03", 1)
        assert second[12][:2] == ("2020-01", 6)
        assert connection.sql(rows.format("spc_point_at_version(1)")).fetchall() == first
        assert connection.sql(rows.format("spc_point_at_version(2)")).fetchall() == second
        # What did not change has no second row.
        added = "select count(*) from spc_point_version where version = 2 and measure_code = 'mash_timeliness'"
        assert connection.sql(added).fetchall() == [(2,)]
        unusual = (
            "select kind, direction from spc_signal where since = '2019-03-01' and measure_code = 'mash_timeliness'"
        )
        assert connection.sql(unusual).fetchall() == [("unusual_month", "below")]
        # What a version said can be asked for as well.
        assert connection.sql(unusual.replace("spc_signal", "spc_signal_at_version(1)")).fetchall() == []
        assert connection.sql(unusual.replace("spc_signal", "spc_signal_at_version(2)")).fetchall() == [
            ("unusual_month", "below")
        ]
        sentence = "select sentence from spc_sentence where month = '2020-01-01' and measure_code = 'mash_timeliness'"
        (said,) = connection.sql(sentence).fetchall()
        assert said[0].endswith("March 2019 was unusually low (7%).")
        assert connection.sql(sentence.replace("spc_sentence", "spc_sentence_at_version(1)")).fetchall() == []
        assert connection.sql(sentence.replace("spc_sentence", "spc_sentence_at_version(2)")).fetchall() == [said]


@pytest.mark.long
def test_a_recorded_change_moves_the_limits_from_its_month_on(tmp_path: Path) -> None:
    extract = Extract("598", date(2020, 1, 15), tmp_path / "598" / "2020-01-15")
    land(extract.folder, referral=decided({f"2019-{month:02}": 9 if month < 7 else 5 for month in range(1, 13)}))
    change = Rebase(la_code="598", measure_code="mash_timeliness", month=date(2019, 7, 1), reason="a new front door")
    point = (
        "select phase, assessment, is_recorded, round(centre, 1) from spc_point "
        "where month = '2019-12-01' and measure_code = 'mash_timeliness'"
    )

    assert process(tmp_path / "warehouse", [extract]) == [1]
    with duckdb.connect(str(tmp_path / "warehouse" / "kpi.duckdb"), read_only=True) as kpi:
        assert kpi.sql(point).fetchall() == [(1, "judged", False, 50.0)]
        assert kpi.sql("from spc_rebase").fetchall() == []

    recorded = Settings(spc_rebase=(change,))
    assert process(tmp_path / "warehouse", [extract], recorded, accepted_settings="a new front door") == [2]
    with duckdb.connect(str(tmp_path / "warehouse" / "kpi.duckdb"), read_only=True) as kpi:
        assert kpi.sql("from spc_rebase").fetchall() == [("598", "mash_timeliness", date(2019, 7, 1), change.reason)]
        assert kpi.sql("from spc_rebase_at_version(1)").fetchall() == []
        assert kpi.sql("from spc_rebase_at_version(2)").fetchall() == kpi.sql("from spc_rebase").fetchall()
        assert kpi.sql(point).fetchall() == [(2, "too_few_months", True, 35.7)]


@pytest.mark.long
def test_a_change_recorded_for_another_authority_stays_there_once(tmp_path: Path) -> None:
    changes = tuple(
        Rebase(la_code=la_code, measure_code="mash_timeliness", month=date(2019, 7, 1), reason="a new front door")
        for la_code in ("597", "598")
    )
    recorded = Settings(spc_rebase=changes)
    for la_code in ("597", "598"):
        extract = Extract(la_code, date(2020, 1, 15), tmp_path / la_code / "2020-01-15")
        land(extract.folder, referral=decided({"2019-12": 9}))
        process(tmp_path / "warehouse", [extract], recorded)
    with duckdb.connect(str(tmp_path / "warehouse" / "kpi.duckdb"), read_only=True) as kpi:
        assert kpi.sql("select la_code from spc_rebase order by 1").fetchall() == [("597",), ("598",)]


# ---------------------------------------------------------------------------------------------- settings


def test_a_recorded_change_is_a_row_of_spc_rebase_from_the_first_of_its_month() -> None:
    recorded = {"la_code": "852", "measure_code": "icpc_timeliness", "month": "2020-04-17", "reason": " new team "}
    with duckdb.connect() as connection:
        connection.execute("create schema reference")
        for settings, rows in (
            (Settings(), []),
            (
                Settings.model_validate({"spc_rebase": [recorded]}),
                [("852", "icpc_timeliness", date(2020, 4, 1), "new team")],
            ),
        ):
            setting.load_settings(connection, settings)
            rebases = connection.sql(publishing.sql("signals/spc_rebase"))
            assert rebases.columns == ["la_code", "measure_code", "month", "reason"]
            assert rebases.fetchall() == rows


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"la_code": "E06000045"}, "la_code"),
        ({"measure_code": "icpc_timelyness"}, "icpc_timelyness is no measure"),
        ({"reason": "  "}, "say what changed"),
    ],
)
def test_a_recorded_change_that_cannot_be_is_refused(wrong: dict[str, str], message: str) -> None:
    recorded = {"la_code": "852", "measure_code": "icpc_timeliness", "month": "2020-04-01", "reason": "new team"}
    with pytest.raises(ValidationError, match=message):
        Settings.model_validate({"spc_rebase": [recorded | wrong]})


def test_a_change_recorded_twice_is_refused() -> None:
    one = Rebase(la_code="852", measure_code="icpc_timeliness", month=date(2020, 4, 1), reason="new team")
    other = Rebase(la_code="852", measure_code="icpc_timeliness", month=date(2020, 4, 30), reason="new system")
    with pytest.raises(ValidationError, match="852 icpc_timeliness 2020-04 is there more than once"):
        Settings(spc_rebase=(one, other))
