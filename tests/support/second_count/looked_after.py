"""Children looked after: episodes, periods of care, placements, plans, reviews, visits, health, missing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from .cells import LONDON
from .days import ONE_DAY, Span, birthday, due_date, is_open, months_before
from .extract import Extract, Row
from .measure import Case, Kind, Measure, case_of
from .protection import are_reviews_in_time, due_days, happened

FOR_ADOPTION = ("A3", "A4", "A5", "A6")
MAKES_NOBODY_LOOKED_AFTER = (
    *("sgo", "special guardianship", "supervision", "care leaver", "cao", "child arrangements", "private fostering"),
    *("residence order", "family assistance"),
)
NO_CARE_PLAN = ("pep", "education", "placement", "health")


# ---------------------------------------------------------------------------------------------------------------
# Episodes and periods of care


@dataclass(frozen=True)
class Episode:
    """A counted episode: ours, no short break. `end` is its own, or the day on which the next one began."""

    row: Row
    start: date
    end: date | None

    @property
    def is_used(self) -> bool:
        return self.row.state == "used"


@dataclass
class Period:
    """A period of care: counted episodes of a child without a gap, in order."""

    child: str
    episodes: list[Episode] = field(default_factory=list)

    @property
    def start(self) -> date:
        """The first day; where earlier episodes are not sent, the day on which they say that the period began."""
        first = min(episode.start for episode in self.episodes)
        told = [episode.row["period_start_date"] for episode in self.episodes if episode.row["period_start_date"]]
        earliest: date = min(first, *told, first)
        return earliest

    @property
    def last(self) -> Episode:
        """The episode that ends last; one without an end ends after all."""
        return max(self.episodes, key=lambda e: (e.end or date.max, e.start, e.is_used, e.row.number))

    @property
    def end(self) -> date | None:
        return self.last.end


def is_ours(extract: Extract, row: Row) -> bool:
    return extract.is_ours(row["responsible_la"])


def makes_looked_after(row: Row) -> bool:
    """An order that leaves a child with family, or a status after care, makes nobody looked after; text that means
    nothing is reported, and the child counts."""
    if "legal_status" not in row.unknown_codes:
        return True
    words = re.sub(r"[^a-z]+", " ", row.texts["legal_status"].casefold())
    return not any(re.search(rf"\b{order}\b", words) for order in MAKES_NOBODY_LOOKED_AFTER)


def is_counted(extract: Extract, row: Row) -> bool:
    """Ours, not V1, V3 or V4, and a status that makes a child looked after."""
    return (
        is_ours(extract, row) and row["legal_status"] not in extract.settings.cla_exclude_ls and makes_looked_after(row)
    )


def episodes(extract: Extract, child: str) -> list[Episode]:
    """The child's counted episodes by start. Those set aside keep their place in the chain, before a sound one of the
    same days."""
    key = ("episodes", child)
    if key not in extract.remembered:
        rows = [
            row
            for row in extract.real("cla_episode", child)
            if row["decom"] is not None
            and is_ours(extract, row)
            and row["legal_status"] not in extract.settings.cla_exclude_ls
        ]
        repairs = extract.settings.close_open_episodes
        found = [
            Episode(
                row,
                row["decom"],
                _told_end(row, extract.extract_date) or (_repaired_end(row, rows) if repairs else None),
            )
            for row in rows
            if makes_looked_after(row)
        ]
        extract.remembered[key] = sorted(found, key=lambda e: (e.start, e.end or date.max, e.is_used, e.row.number))
    known: list[Episode] = extract.remembered[key]
    return known


def _told_end(row: Row, by: date) -> date | None:
    """The end that the row tells; one before its start, or that is still to come, tells nothing."""
    end: date | None = row["dec"]
    return end if end is not None and row["decom"] <= end <= by else None


def _repaired_end(row: Row, rows: list[Row]) -> date | None:
    """An episode never closed ends where the next that is used begins; short breaks do not count as the next."""
    return min((o["decom"] for o in rows if o.state == "used" and o["decom"] > row["decom"]), default=None)


def periods(extract: Extract, child: str) -> list[Period]:
    """Chains of counted episodes without a gap. On the same day a new one begins only where the episode before has a
    reason to end other than X1 and the next says that care started."""
    key = ("periods", child)
    if key not in extract.remembered:
        chains: list[Period] = []
        for episode in episodes(extract, child):
            current = chains[-1] if chains else None
            if current is None or not _goes_on(current, episode, extract.extract_date):
                current = Period(child)
                chains.append(current)
            current.episodes.append(episode)
        extract.remembered[key] = chains
    known: list[Period] = extract.remembered[key]
    return known


def _goes_on(period: Period, episode: Episode, by: date) -> bool:
    end = period.end
    if end is None or end > episode.start:
        return True
    if end < episode.start:
        return False
    before = period.last.row
    has_left = _told_end(before, by) is not None and before["rec"] not in (None, "X1")
    return not (has_left and episode.row["rne"] == "S")


@dataclass(frozen=True)
class LookedAfter:
    """A child looked after at the end of a day: the episode that speaks for the child, and its period of care."""

    child: str
    episode: Episode
    period: Period


def looked_after(extract: Extract, day: date) -> dict[str, LookedAfter]:
    """Children with a counted episode open at the end of the day, born, under 18 and alive.

    Of several open episodes the latest to start speaks for the child.
    """
    key = ("looked_after", day)
    if key not in extract.remembered:
        found = {}
        for child in sorted({row.child for row in extract.used("cla_episode")}):
            if is_looked_after(extract, child, day):
                open_now = _open_episodes(extract, child, day)
                episode = max(open_now, key=_speaks_last)
                period = next(p for p in periods(extract, child) if episode in p.episodes)
                found[child] = LookedAfter(child, episode, period)
        extract.remembered[key] = found
    known: dict[str, LookedAfter] = extract.remembered[key]
    return known


def _open_episodes(extract: Extract, child: str, day: date) -> list[Episode]:
    return [e for e in episodes(extract, child) if e.is_used and is_open(e.start, e.end, day)]


def _speaks_last(episode: Episode) -> tuple[date, date, int]:
    """Of several open episodes: the latest to start, then the last to end, then the last in the file."""
    return episode.start, episode.end or date.max, episode.row.number


def is_looked_after(extract: Extract, child: str, day: date) -> bool:
    return (
        extract.is_a_living_child(child, day)
        and not extract.is_unborn(child, day)
        and bool(_open_episodes(extract, child, day))
    )


def _care_case(row: Row, day: date, is_achieved: bool = True) -> Case:
    attributes = {"legal_status": row["legal_status"], "placement_type": row["placement_type"]}
    return case_of(row, day, is_achieved, attributes=attributes)


def _snapshot(found: LookedAfter, span: Span, is_achieved: bool = True) -> Case:
    return _care_case(found.episode.row, span.last, is_achieved)


def looked_after_children(extract: Extract, span: Span) -> list[Case]:
    """Each child once, at the end of the last day."""
    return [_snapshot(found, span) for found in looked_after(extract, span.last).values()]


def entries_to_care(extract: Extract, span: Span) -> list[Case]:
    """Periods of care by their first day, also of one who is 18 by then; the first episode's row must be used."""
    cases = []
    for child in extract.children():
        for period in periods(extract, child):
            if period.start in span and period.episodes[0].is_used:
                cases.append(_care_case(period.episodes[0].row, period.start))
    return cases


def children_entering_care(extract: Extract, span: Span) -> list[Case]:
    """Distinct children among them, as old as at the end of the span; the last entry speaks for the child."""
    entries = sorted(entries_to_care(extract, span), key=lambda case: case.day)
    return [replace(case, day=span.last) for case in {case.person: case for case in entries}.values()]


def exits_from_care(extract: Extract, span: Span) -> list[Case]:
    """Periods of care by the end of their last episode, unless that is after the 18th birthday or the death; why it
    ended is not asked. The last episode's row must be used, and its end its own."""
    cases = []
    for child in extract.children():
        born, died = extract.born(child), extract.died(child)
        for period in periods(extract, child):
            end = period.end
            if end is None or end not in span or not period.last.is_used:
                continue
            is_grown_up = born is not None and end > birthday(born, 18)
            if not is_grown_up and (died is None or end <= died):
                cases.append(_care_case(period.last.row, end))
    return cases


def unaccompanied_children(extract: Extract, span: Span) -> list[Case]:
    """Children looked after; achieved where the child came unaccompanied to seek asylum."""
    cases = []
    for child, found in looked_after(extract, span.last).items():
        person = extract.life(child)
        cases.append(_snapshot(found, span, person is not None and person["uasc"] is True))
    return cases


def adoptions(extract: Extract, span: Span) -> list[Case]:
    """Children with an episode that ended in adoption (E11, E12), by its end; each child once in the month."""
    found: dict[tuple[str, int, int], Case] = {}
    for row in extract.used("cla_episode"):
        if row["rec"] in ("E11", "E12") and row["dec"] in span and is_counted(extract, row):
            found[row.child, row["dec"].year, row["dec"].month] = _care_case(row, row["dec"])
    return list(found.values())


def deprivation_of_liberty(extract: Extract, span: Span) -> list[Case]:
    """Children looked after with an order open at the end of the last day."""
    return [
        _snapshot(found, span)
        for child, found in looked_after(extract, span.last).items()
        if any(is_open(row["start_date"], row["end_date"], span.last) for row in extract.used("dolo", child))
    ]


# ---------------------------------------------------------------------------------------------------------------
# Care plans


def is_pathway(row: Row) -> bool:
    return "pathway" in (row["plan_type"] or "").casefold()


def is_care_plan(row: Row) -> bool:
    """A care plan or a pathway plan, or one whose type is not said; an education, placement or health plan is none."""
    words = re.sub(r"[^a-z]+", " ", (row["plan_type"] or "").casefold())
    return not any(re.search(rf"\b{word}", words) for word in NO_CARE_PLAN)


def authorised_care_plan(extract: Extract, span: Span) -> list[Case]:
    """Children looked after; achieved with a care plan authorised by the day's end, not ended by it, and authorised no
    earlier than 31 days before this period of care. A pathway plan does so from 16 on."""
    cases = []
    for child, found in looked_after(extract, span.last).items():
        days_in_care = extract.wd(found.period.start, span.last)
        if extract.settings.careplan_grace_wd and days_in_care <= extract.settings.careplan_grace_wd:
            continue
        has_plan = any(
            plan["authorised_date"] is not None
            and is_open(plan["authorised_date"], plan["end_date"], span.last)
            and plan["authorised_date"] >= found.period.start - timedelta(days=31)
            and plan.status not in ("reopened", "not held", "planned")
            and is_care_plan(plan)
            and (
                not is_pathway(plan)
                or (extract.settings.careplan_accept_pathway and extract.has_reached(child, 16, span.last))
            )
            for plan in extract.used("cla_care_plan", child)
        )
        cases.append(_snapshot(found, span, has_plan))
    return cases


# ---------------------------------------------------------------------------------------------------------------
# Placements


@dataclass
class Placement:
    """A placement: it may span several episodes, and an absence in a temporary one."""

    kind: str | None
    postcode: str | None
    start: date
    end: date | None
    rows: list[Row] = field(default_factory=list)
    is_temporary: bool = False

    @property
    def is_counted(self) -> bool:
        """Neither temporary nor shorter than 24 hours, and begun by a row that is used."""
        return not self.is_temporary and self.start != self.end and self.rows[0].state == "used"


def placements(extract: Extract, child: str) -> list[Placement]:
    """The child's placements in order, temporary ones and those shorter than 24 hours among them.

    One begins with RNE S, P or B, or where nothing goes on before it; L, T and U go on in the one before. A3 and A5 are
    with the carer before, so they go on too, not in one that was temporary or shorter than 24 hours. After a temporary
    one (T0 to T4) the same type at the same postcode as before it is the same placement going on.
    """
    key = ("placements", child)
    if key not in extract.remembered:
        temporary = extract.settings.temporary_placements
        extract.remembered[key] = [p for period in periods(extract, child) for p in _placements_of(period, temporary)]
    known: list[Placement] = extract.remembered[key]
    return known


def _placements_of(period: Period, temporary: tuple[str, ...]) -> list[Placement]:
    found: list[Placement] = []
    for episode in period.episodes:
        row = episode.row
        kind, postcode, is_temporary = row["placement_type"], _postcode(row), row["placement_type"] in temporary
        before = found[-1] if found else None
        is_with_the_carer_before = kind in ("A3", "A5")
        lasting = next((p for p in reversed(found) if not p.is_temporary and p.start != p.end), None)
        begins = row["rne"] in ("S", "P", "B")
        is_none = before is not None and (before.is_temporary or (begins and before.start == before.end))
        goes_on = not begins or (is_with_the_carer_before and not is_none)
        is_back = (
            before is not None
            and before.is_temporary
            and not is_temporary
            and lasting is not None
            and postcode is not None
            and (kind, postcode) == (lasting.kind, lasting.postcode)
        )
        follows_carer = is_with_the_carer_before and is_none and lasting is not None
        is_back = is_back or follows_carer
        current = lasting if is_back else before if goes_on and before is not None else None
        if current is None or current.is_temporary != is_temporary:
            found.append(Placement(kind, postcode, episode.start, episode.end, [row], is_temporary))
            continue
        current.end = _later(current.end, episode.end)
        current.rows.append(row)
        current.kind, current.postcode = kind, postcode
        if is_back:  # what comes next follows this one, not the temporary one
            found.remove(current)
            found.append(current)
    return found


def _later(one: date | None, other: date | None) -> date | None:
    return None if one is None or other is None else max(one, other)


def _postcode(row: Row) -> str | None:
    return re.sub(r"\s", "", row["placement_postcode"]).upper() if row["placement_postcode"] else None


def placement_of(extract: Extract, found: LookedAfter) -> Placement | None:
    """The placement in which the child is."""
    return next((p for p in placements(extract, found.child) if found.episode.row in p.rows), None)


def placement_moves(extract: Extract, span: Span) -> list[Case]:
    """Children looked after; achieved (which is bad) with three or more placements that were open at the month end
    twelve months before or have begun since."""
    a_year_before = months_before(span.last, 12)
    cases = []
    for child, found in looked_after(extract, span.last).items():
        counted = [
            placement
            for placement in placements(extract, child)
            if placement.is_counted
            and (is_open(placement.start, placement.end, a_year_before) or a_year_before < placement.start <= span.last)
        ]
        cases.append(_snapshot(found, span, len(counted) >= 3))
    return cases


def has_been_in_care_for(found: LookedAfter, months: int, day: date) -> bool:
    """Without a break: the period of care began on or before the first day of so many months up to the day."""
    return found.period.start <= months_before(day, months) + ONE_DAY


def placement_stability(extract: Extract, span: Span) -> list[Case]:
    """Children looked after, under 16, without a break for thirty months; achieved where the placement has lasted for
    24 months, or the child is placed for adoption and was so, with the placement before, for 24 months."""
    since = months_before(span.last, 24) + ONE_DAY
    cases = []
    for child, found in looked_after(extract, span.last).items():
        if extract.has_reached(child, 16, span.last) is not False or not has_been_in_care_for(found, 30, span.last):
            continue
        current = placement_of(extract, found)
        if current is not None and current.is_temporary:  # the one before is the child's where it goes on afterwards
            current = next(
                (p for p in placements(extract, child)
                 if not p.is_temporary and p.start < current.start and is_open(p.start, p.end, span.last)), None
            )  # fmt: skip
        is_stable = current is not None and current.start <= since
        if current is not None and current.rows[0]["placement_type"] in FOR_ADOPTION:
            before = [
                p for p in placements(extract, child) if p.start < current.start and p.end in (None, current.start)
            ]
            is_stable = is_stable or any(p.start <= since for p in before)
        cases.append(_snapshot(found, span, is_stable))
    return cases


# ---------------------------------------------------------------------------------------------------------------
# Reviews, visits, health


def review_dues(extract: Extract, child: str, start: date, day: date) -> list[tuple[date, date | None]]:
    """Due on working day 20 after the period's start, 91 days after the first review, then 183 days after each."""
    reviews = [row["review_date"] for row in happened(extract, "cla_review", child, "review_date", day)]
    reviews = sorted({review for review in reviews if review > start})  # two of a day, of merged records, are one
    first_due = due_date(start, 20, extract.settings.local_extra_non_working_days)
    settings = extract.settings
    return due_days(first_due, reviews, [settings.review_first_days, settings.review_next_days])


def looked_after_review_timeliness(extract: Extract, span: Span) -> list[Case]:
    """Children looked after for at least 20 working days; achieved where their reviews are in time."""
    cases = []
    for child, found in looked_after(extract, span.last).items():
        if extract.wd(found.period.start, span.last) >= 20:
            dues = review_dues(extract, child, found.period.start, span.last)
            cases.append(_snapshot(found, span, are_reviews_in_time(dues, span.last)))
    return cases


def visit_due(extract: Extract, found: LookedAfter, day: date) -> tuple[date, date]:
    """Since when a visit is waited for (the later of the placement's start and the last visit), and by when: 42 days,
    or 91 in a long-term foster placement (U1, U4) that has lasted for over a year."""
    visits = [row["visit_date"] for row in happened(extract, "cla_visit", found.child, "visit_date", day)]
    placement = placement_of(extract, found)
    start = placement.start if placement is not None else found.episode.start
    is_long_term = found.episode.row["placement_type"] in ("U1", "U4") and start <= months_before(day, 12)
    since = max([start, *visits])
    return since, since + timedelta(days=91 if is_long_term else 42)


def looked_after_visit_timeliness(extract: Extract, span: Span) -> list[Case]:
    """Children looked after; achieved where the next visit is not overdue."""
    return [
        _snapshot(found, span, visit_due(extract, found, span.last)[1] >= span.last)
        for found in looked_after(extract, span.last).values()
    ]


def health_events(extract: Extract, child: str, kind: str, day: date) -> list[Row]:
    """The child's events of that kind by the end of the day, in order; what is only planned is none."""
    rows = [
        row for row in extract.used("cla_health", child)
        if row["type"] == kind and row["event_date"] is not None and row["event_date"] <= day
        and row["status"] != "PLANNED"
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row["event_date"], row.number))


def _checks(extract: Extract, span: Span, kind: str, is_two_under_five: bool) -> list[Case]:
    a_year_before = months_before(span.last, 12)
    cases = []
    for child, found in looked_after(extract, span.last).items():
        if not has_been_in_care_for(found, 12, span.last):
            continue
        done = [
            row for row in health_events(extract, child, kind, span.last)
            if row["status"] == "COMPLETED" and row["event_date"] > a_year_before
        ]  # fmt: skip
        needed = 2 if is_two_under_five and extract.has_reached(child, 5, span.last) is False else 1
        cases.append(_snapshot(found, span, len(done) >= needed))
    return cases


def health_assessments(extract: Extract, span: Span) -> list[Case]:
    """Children looked after for twelve months without a break; achieved with a completed assessment in them, with two
    under the age of five."""
    return _checks(extract, span, "HEALTH_ASSESSMENT", is_two_under_five=True)


def dental_checks(extract: Extract, span: Span) -> list[Case]:
    """The same children; achieved with a completed check in the twelve months."""
    return _checks(extract, span, "DENTAL_CHECK", is_two_under_five=False)


def immunisations(extract: Extract, span: Span) -> list[Case]:
    """The same children; achieved where the latest word on immunisations is that they are up to date. A word without a
    day tells how things are now: it holds on the extract date and at the end of the month before it."""
    cases = []
    is_now = span.last >= (extract.extract_date + ONE_DAY).replace(day=1) - ONE_DAY
    for child, found in looked_after(extract, span.last).items():
        if has_been_in_care_for(found, 12, span.last):
            told = health_events(extract, child, "IMMUNISATIONS", span.last)
            if not told and is_now:
                told = [
                    row for row in extract.used("cla_health", child)
                    if row["type"] == "IMMUNISATIONS" and row["event_date"] is None and row["status"] != "PLANNED"
                ]  # fmt: skip
            cases.append(_snapshot(found, span, bool(told) and told[-1]["status"] == "UP_TO_DATE"))
    return cases


# ---------------------------------------------------------------------------------------------------------------
# Missing


def missing_children(extract: Extract, span: Span) -> list[Case]:
    """Distinct children looked after on any day of the span; achieved (which is bad) where an episode of going missing
    began on a day of it on which they were looked after, or was under way on its first day and they were looked after
    then."""
    cases = []
    for child in sorted({row.child for row in extract.used("cla_episode")}):
        days = _days_in_care(extract, child, span)
        if not days:
            continue
        was_missing = False
        for row in extract.used("missing", child):
            began, ended = row.day("start_at"), row.day("end_at")
            if row["type"] != "M" or began is None:
                continue
            was_under_way = began < span.first and (ended is None or ended >= span.first)
            was_missing = was_missing or began in days or (was_under_way and span.first in days)
        last = max(days)
        speaks = max(_open_episodes(extract, child, last), key=_speaks_last)
        attributes = {"legal_status": speaks.row["legal_status"], "placement_type": speaks.row["placement_type"]}
        cases.append(Case(child, child, span.last, float(was_missing), 1, attributes=attributes))
    return cases


def _days_in_care(extract: Extract, child: str, span: Span) -> set[date]:
    key = ("days_in_care", child)
    if key not in extract.remembered:
        spells = [(e.start, e.end or extract.extract_date + ONE_DAY) for e in episodes(extract, child) if e.is_used]
        days: set[date] = set()
        for start, end in spells:
            days |= set(Span(max(start, extract.months[0].first), end - ONE_DAY).days()) if extract.months else set()
        extract.remembered[key] = {
            day for day in days if extract.is_a_living_child(child, day) and not extract.is_unborn(child, day)
        }
    known: Iterable[date] = extract.remembered[key]
    return {day for day in known if day in span}


def has_time(moment: datetime) -> bool:
    """Midnight stands for a day without a time."""
    return moment.time() != time(0)


def is_interview_done(row: Row) -> bool:
    """After the return and within 72 hours elapsed, where both have a time of day; else on that day or up to three days
    later. One that was not accepted is not done, whatever its date says."""
    back, done = row["end_at"], row["rhi_at"]
    if done is None or row["rhi_accepted"] is False:
        return False
    assert isinstance(back, datetime) and isinstance(done, datetime)
    if has_time(back) and has_time(done):
        elapsed = done.replace(tzinfo=LONDON).timestamp() - back.replace(tzinfo=LONDON).timestamp()
        return 0 <= elapsed <= 72 * 3600
    return 0 <= (done.date() - back.date()).days <= 3


def return_interview_timeliness(extract: Extract, span: Span) -> list[Case]:
    """Episodes of going missing of all children, by the day of return, if that is at least three days before the
    extract; achieved where the interview was in time."""
    cases = []
    for row in extract.used("missing"):
        back = row.day("end_at")
        if (
            row["type"] == "M"
            and back is not None
            and back in span
            and back + timedelta(days=3) <= extract.extract_date
        ):
            here = _open_episodes(extract, row.child, back) if is_looked_after(extract, row.child, back) else []
            speaks = max(here, key=_speaks_last, default=None)
            attributes = {
                name: speaks.row[name] if speaks is not None else None for name in ("legal_status", "placement_type")
            }
            cases.append(case_of(row, back, is_interview_done(row), attributes=attributes))
    return cases


def measures() -> list[Measure]:
    care = ("cla_episode", "person")
    reviews, visits, health = (*care, "cla_review"), (*care, "cla_visit"), (*care, "cla_health")
    share, count = Kind.SHARE_OF_SNAPSHOT, Kind.COUNT_OF_SNAPSHOT
    return [
        Measure("looked_after_children", count, looked_after_children, care),
        Measure("looked_after_rate", Kind.RATE_OF_SNAPSHOT, looked_after_children, care),
        Measure(
            "authorised_care_plan",
            share,
            authorised_care_plan,
            (*care, "cla_care_plan", "cla_care_plan.authorised_date"),
        ),
        Measure("entries_to_care", Kind.COUNT_OF_EVENTS, entries_to_care, care[:1]),
        Measure("entry_to_care_rate", Kind.RATE_OF_EVENTS, children_entering_care, care[:1]),
        Measure("exits_from_care", Kind.COUNT_OF_EVENTS, exits_from_care, care),
        Measure("unaccompanied_children", share, unaccompanied_children, (*care, "person.uasc")),
        Measure("looked_after_review_timeliness", share, looked_after_review_timeliness, reviews, run_in_months=18),
        Measure("looked_after_visit_timeliness", share, looked_after_visit_timeliness, visits, run_in_months=3),
        Measure("placement_moves", share, placement_moves, care, run_in_months=12),
        Measure("placement_stability", share, placement_stability, care, run_in_months=30),
        Measure("health_assessments", share, health_assessments, health, run_in_months=12),
        Measure("dental_checks", share, dental_checks, health, run_in_months=12),
        Measure("immunisations", share, immunisations, health, run_in_months=12),
        Measure("missing_children", Kind.DISTINCT_CHILDREN, missing_children, (*care, "missing")),
        Measure("return_interview_timeliness", Kind.SHARE_OF_EVENTS, return_interview_timeliness, ("missing",)),
        Measure("adoptions", Kind.COUNT_OF_EVENTS, adoptions, care[:1]),
        Measure("deprivation_of_liberty", count, deprivation_of_liberty, (*care, "dolo")),
    ]
