"""Care leavers: a state without dates, so the last ended month and the extract date only."""

from __future__ import annotations

from datetime import date

from .days import Span
from .extract import Extract, Row
from .measure import Case, Kind, Measure, case_of


def former_relevant(extract: Extract, day: date, ages: range) -> list[Row]:
    """Former relevant young people of these ages at the end of the day, who have not died and not returned home to the
    responsibility of their parents."""
    found = []
    for row in extract.used("care_leaver"):
        died = extract.died(row.child)
        is_of_age = extract.has_reached(row.child, ages.start, day) and not extract.has_reached(
            row.child, ages.stop, day
        )
        is_gone = row["in_touch"] in ("DIED", "RHOM") or (died is not None and died <= day)
        if row["eligibility"] == "FORMER_RELEVANT" and is_of_age and not is_gone:
            found.append(row)
    return found


def care_leavers_in_touch(extract: Extract, span: Span) -> list[Case]:
    """Aged 17 to 21; achieved where the council is in touch. What is not known fails."""
    return [
        case_of(row, span.last, row["in_touch"] == "YES") for row in former_relevant(extract, span.last, range(17, 22))
    ]


def care_leavers_suitable_accommodation(extract: Extract, span: Span) -> list[Case]:
    """Aged 19 to 21, not abroad, deported or of unknown residence; achieved where the accommodation is suitable: as the
    column says, and where it is empty by the digit of the accommodation's code."""
    cases = []
    for row in former_relevant(extract, span.last, range(19, 22)):
        accommodation = row["accommodation"] or ""
        if accommodation[:1] in extract.settings.care_leaver_accommodation_left_out:
            continue
        is_suitable = row["suitable"] if row["suitable"] is not None else accommodation[1:] == "1"
        cases.append(case_of(row, span.last, is_suitable))
    return cases


def care_leavers_in_eet(extract: Extract, span: Span) -> list[Case]:
    """Aged 19 to 21; achieved where the activity is education, employment or training, full time or part time."""
    return [
        case_of(row, span.last, (row["activity"] or "")[:1] in ("F", "P") and row["activity"] is not None)
        for row in former_relevant(extract, span.last, range(19, 22))
    ]


def is_dated_after(extract: Extract, day: date) -> bool:
    """A row tells of something after the day: then the states are later than the day."""
    return any(
        row[column] is not None and row[column] > day
        for row in extract.used("care_leaver")
        for column in ("latest_contact_date", "pathway_review_date")
    )


def measures() -> list[Measure]:
    needs = ("care_leaver", "person")
    share = Kind.SHARE_OF_SNAPSHOT
    return [
        Measure("care_leavers_in_touch", share, care_leavers_in_touch, (*needs, "care_leaver.in_touch"), True),
        Measure(
            "care_leavers_suitable_accommodation", share, care_leavers_suitable_accommodation,
            (*needs, "care_leaver.suitable"), True,
        ),
        Measure("care_leavers_in_eet", share, care_leavers_in_eet, (*needs, "care_leaver.activity"), True),
    ]  # fmt: skip
