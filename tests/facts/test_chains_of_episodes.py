"""Chains of episodes against a slow count in plain Python, which goes through every child and day."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.support.drawn_facts import Drawn

FIRST, EXTRACT = date(2020, 1, 1), date(2020, 9, 10)
DAYS = st.integers(0, 250).map(lambda days: date(2019, 12, 20) + timedelta(days=days))
ONE = timedelta(days=1)


@dataclass(frozen=True)
class Episode:
    decom: date
    dec: date | None
    rne: str | None
    rec: str | None
    status: str
    place: str
    number: int = 0


@dataclass(frozen=True)
class Child:
    born: date | None
    died: date | None
    episodes: tuple[Episode, ...]


@st.composite
def children(draw: st.DrawFn) -> Child:
    """A child of up to five episodes that mostly hand over on a day, and overlap, gape or stay open now and then."""
    episodes = []
    day = draw(DAYS)
    for number in range(draw(st.integers(1, 5))):
        dec = draw(st.none() | st.integers(0, 60).map(lambda days, day=day: day + timedelta(days=days)))
        if dec is not None and dec > EXTRACT:
            dec = None
        episodes.append(
            Episode(
                day, dec, draw(st.sampled_from(["S", "L", "P", None])), draw(st.sampled_from(["X1", "E4A", None])),
                draw(st.sampled_from(["C2", "C2", "V2", "V4", "NOT_LOOKED_AFTER"])),
                draw(st.sampled_from(["U1", "K2"])),
                number,
            )
        )  # fmt: skip
        day = (dec or day) + timedelta(days=draw(st.sampled_from([0, 0, 0, 1, 9, -3])))
        if day > EXTRACT:
            break
    born = draw(st.none() | st.sampled_from([date(2010, 1, 1), date(2002, 5, 20), date(2002, 2, 28), date(2020, 4, 5)]))
    return Child(born, draw(st.none() | st.none() | DAYS), tuple(episodes))


# --- the slow count -------------------------------------------------------------------------------------------------


def closed(child: Child) -> list[Episode]:
    """The episodes that count, each with the day on which it ended."""
    others = [one for one in child.episodes if one.status != "V4"]
    found = []
    for one in others:
        end = one.dec
        if end is None:
            later = [other.decom for other in others if other.decom > one.decom]
            care = [
                other.dec for other in others
                if before(other, one) and other.status != "NOT_LOOKED_AFTER" and other.rec not in (None, "X1")
                and other.dec is not None and other.dec > one.decom
            ]  # fmt: skip
            again = any(
                (other.status, other.place) == (one.status, one.place) and other.dec in care and before(other, one)
                and other.rec not in (None, "X1")
                for other in others
            )  # fmt: skip
            handed_over = any(other.dec == one.decom for other in child.episodes if before(other, one))
            goes_on = one.rne not in (None, "S") and not handed_over
            ends = [min(later)] if later else []
            if care and (again or goes_on):
                ends.append(max(care))
            end = min(ends, default=None)
        if one.status != "NOT_LOOKED_AFTER":
            found.append((one, end))
    return [replace(one, dec=end, rec=one.rec if one.dec else None) for one, end in found]


def before(one: Episode, other: Episode) -> bool:
    """Whether an episode stands before another in the order of the child's episodes."""
    return order(one) < order(other)


def order(one: Episode) -> tuple[date, date, int]:
    return one.decom, one.dec or date.max, one.number


def periods(child: Child) -> Iterator[list[Episode]]:
    """Episodes without a gap; on the same day a new period only after a reason other than X1 and with an S."""
    chain: list[Episode] = []
    for one in sorted(closed(child), key=order):
        if chain:
            last = max(chain, key=lambda other: (other.dec or date.max, chain.index(other)))
            end = last.dec or date.max
            if one.decom > end or (one.decom == end and last.rec not in (None, "X1") and one.rne == "S"):
                yield chain
                chain = []
        chain.append(one)
    if chain:
        yield chain


def eighteenth(born: date) -> date:
    return date(born.year + 18, 3, 1) if (born.month, born.day) == (2, 29) else born.replace(year=born.year + 18)


def is_looked_after(child: Child, episodes: Iterable[Episode], day: date) -> bool:
    return (
        any(one.decom <= day and (one.dec is None or one.dec > day) for one in episodes)
        and (child.born is None or child.born <= day < eighteenth(child.born))
        and (child.died is None or day < child.died)
    )


def month_ends() -> list[date]:
    firsts = [date(2020, month, 1) for month in range(2, 10)]
    return [*(first - ONE for first in firsts), EXTRACT]


# --- both -----------------------------------------------------------------------------------------------------------


@given(st.lists(children(), min_size=20, max_size=60))
@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.reuse, Phase.generate],
)
def test_periods_of_care_entries_exits_and_children_looked_after_equal_a_slow_count(found: list[Child]) -> None:
    drawn = Drawn(
        "looked_after_at_month_end",
        "entry_to_care",
        "exit_from_care",
        "check_stock_flow",
        first_month=FIRST,
        extract_date=EXTRACT,
        person=[
            {"person_id": f"C{number:03}", "dob": child.born, "death_date": child.died}
            for number, child in enumerate(found)
        ],
        cla_episode=[
            {
                "person_id": f"C{number:03}", "decom": one.decom, "dec": one.dec, "rne": one.rne, "rec": one.rec,
                "legal_status": one.status, "placement_type": one.place,
            }
            for number, child in enumerate(found)
            for one in child.episodes
        ],
    )  # fmt: skip
    chains = {f"C{number:03}": list(periods(child)) for number, child in enumerate(found)}

    entries = [(name, min(one.decom for one in chain)) for name, own in chains.items() for chain in own]
    assert drawn.rows("select person_id, event_date from facts.entry_to_care order by all") == sorted(entries)

    exits = []
    for number, child in enumerate(found):
        for chain in chains[f"C{number:03}"]:
            end = max(one.dec or date.max for one in chain)
            limit = min(eighteenth(child.born) if child.born else date.max, child.died or date.max)
            if end <= limit and end != date.max:
                exits.append((f"C{number:03}", end))
    assert drawn.rows("select person_id, event_date from facts.exit_from_care order by all") == sorted(exits)

    counted = [
        (day, name, min(one.decom for one in chain))
        for number, child in enumerate(found)
        for name in [f"C{number:03}"]
        for chain in chains[name]
        for day in month_ends()
        if is_looked_after(child, chain, day)
    ]
    assert drawn.rows(
        "select snapshot_date, person_id, period_start_date from facts.looked_after_at_month_end order by all"
    ) == sorted(counted)
    assert drawn.rows("select distinct difference from facts.check_stock_flow") == [(0,)]
