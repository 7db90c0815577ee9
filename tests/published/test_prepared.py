"""The hand-over between machines: what is prepared and then published is what one run publishes."""

import stat
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

import duckdb
import pytest
from support.landed import land
from support.published import LIMITS, grouped, process, publish
from support.same_published import differences

from schemas.settings import Settings
from warehouse import prepared, refusals
from warehouse.definitions import definitions_sha256
from warehouse.landing.extracts import Extract
from warehouse.layers import Group

REFERRAL = "received_at | mash_completed_at | referral_date\n2020-08-03 | 2020-08-04 | 2020-08-03\n | | 2020-07-06"
MORE = f"{REFERRAL}\n2020-09-07 | 2020-09-18 | 2020-09-07\n | | 2020-13-01"
MADE_OF = prepared.Makings(definitions_sha256(Settings()), "1", {})


def landed(landing: Path, la_code: str, day: str, referral: str) -> Extract:
    """An extract of referrals, an open plan and a commentary."""
    extract = Extract(la_code, date.fromisoformat(day), landing / la_code / day)
    land(
        extract.folder, referral=referral, cp_plan="start_date\n2020-06-01", worker="fte\n0.6",
        person="person_id | dob\nP1 | 2012-04-05\nP2 | 2013-04-05",
    )  # fmt: skip
    (extract.folder / "commentary" / "2020-08").mkdir(parents=True)
    (extract.folder / "commentary" / "2020-08" / "mash_timeliness.md").write_text("More calls than last year.\n")
    return extract


def drawn(landing: Path) -> list[Extract]:
    """Two of one authority and one of another."""
    return [
        landed(landing, "370", "2020-09-01", REFERRAL),
        landed(landing, "852", "2020-09-01", REFERRAL),
        landed(landing, "852", "2020-10-01", MORE),
    ]


@pytest.fixture
def extracts(tmp_path: Path) -> list[Extract]:
    return drawn(tmp_path / "landing")


def prepare(warehouse: Path, extracts: Sequence[Extract], made_of: prepared.Makings = MADE_OF) -> dict[Extract, Path]:
    """Prepare extracts in one group."""
    with grouped(list(extracts)) as group:
        return prepared.write(group, warehouse, made_of)


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> dict[Extract, Path]:
    """What two machines prepared, in the order of a run: the extracts of 852, and that of 370."""
    folder = tmp_path_factory.mktemp("several")
    of_370, *of_852 = drawn(folder / "landing")
    return dict(sorted((prepare(folder, of_852) | prepare(folder, [of_370])).items()))


def opened(folders: dict[Extract, Path]) -> Group:
    """The group that a publisher has of prepared extracts."""
    return prepared.PreparedGroup(folders, Settings(), LIMITS)


@pytest.mark.long
def test_what_is_prepared_by_several_and_published_by_one_is_what_one_run_publishes(
    tmp_path: Path, several: dict[Extract, Path]
) -> None:
    warehouse = next(iter(several.values())).parents[1]
    process(tmp_path / "one", list(several))
    with closing(opened(several)) as group:
        assert refusals.refused(group, warehouse) == {}
        assert len(publish(group, warehouse)) == 3
    assert differences(tmp_path / "one", warehouse) == {}


def test_what_is_prepared_by_several_is_published_in_the_order_of_a_run(
    tmp_path: Path, several: dict[Extract, Path]
) -> None:
    with closing(opened(several)) as group:
        assert refusals.refused(group, tmp_path) == {}
        assert publish(group, tmp_path) == [1, 2, 3]
    with duckdb.connect(str(tmp_path / "kpi.duckdb"), read_only=True) as kpi:
        figures = kpi.sql(
            "select la_code, month::varchar, numerator, denominator, version from monthly_kpi_current "
            "where measure_code = 'mash_timeliness' and period = 'month' and denominator > 0 order by all"
        ).fetchall()
    assert figures == [("370", "2020-08-01", 1, 1, 1), ("852", "2020-08-01", 1, 1, 2), ("852", "2020-09-01", 0, 1, 3)]


def test_an_extract_that_is_prepared_is_for_its_owner_only_and_appears_whole(several: dict[Extract, Path]) -> None:
    folder = next(iter(several.values())).parent
    assert folder.name == "prepared"
    assert {stat.S_IMODE(path.stat().st_mode) for one in several.values() for path in one.iterdir()} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in (folder, *several.values())} == {0o700}
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in several.values())
    assert not (folder.parent / ".spill").exists()


@pytest.mark.long
def test_an_extract_that_is_prepared_twice_stays_as_it_was(tmp_path: Path, extracts: list[Extract]) -> None:
    (first,) = prepare(tmp_path, extracts[:1]).values()
    before = {path: path.stat().st_mtime_ns for path in first.iterdir()}
    assert set(prepare(tmp_path, extracts[:1]).values()) == {first}
    assert {path: path.stat().st_mtime_ns for path in first.iterdir()} == before


def test_the_name_says_what_it_is_made_of(tmp_path: Path, extracts: list[Extract]) -> None:
    one = extracts[0]
    others = [
        prepared.Makings("other definitions", "1", {}),
        prepared.Makings(MADE_OF.definitions_sha256, "2", {}),
        prepared.Makings(MADE_OF.definitions_sha256, "1", {one.partition_key: {"referral"}}),
    ]
    names = {MADE_OF.name(one, "a"), MADE_OF.name(one, "b"), *(other.name(one, "a") for other in others)}
    assert len(names) == 5
    assert {name.partition(".")[0] for name in names} == {"370_2020-09-01"}


@pytest.mark.long
def test_an_extract_beyond_a_limit_is_refused_where_it_is_published_and_the_others_are_not(
    tmp_path: Path, extracts: list[Extract]
) -> None:
    days = "\n".join(f"2020-{month:02}-{day:02}" for month in range(1, 8) for day in range(1, 25))
    many = "\n".join(
        [*["2019-08-03"] * 10, *[f"2019-{month:02}-03" for month in (8, 9, 10, 11, 12)] * 10, *days.split()]
    )
    stale = landed(tmp_path / "landing", "851", "2020-09-01", f"referral_date\n{many}")
    folders = prepare(tmp_path, [extracts[0], stale])
    with closing(opened(folders)) as group:
        refused = refusals.refused(group, tmp_path)
        assert [one.partition_key for one in refused] == ["851_2020-09-01"]
        assert "no table has an event in August 2020" in refused[stale][0].reason
        assert len(publish(group, tmp_path)) == 1
    with closing(opened({stale: folders[stale]})) as group:
        assert list(refusals.refused(group, tmp_path)) == [stale]
        assert group.extracts == []
