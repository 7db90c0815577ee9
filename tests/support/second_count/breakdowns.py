"""Breakdowns: the category of every case, and the parts of a figure by category."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from .days import birthday, is_open
from .extract import Extract
from .measure import Case, Measure
from .periods import counted, value_of

NOT_RECORDED = "not recorded"
OF_WORKERS = {"average_caseload", "high_caseloads", "agency_workers"}
OF_CARE_LEAVERS = {"care_leavers_in_touch", "care_leavers_suitable_accommodation", "care_leavers_in_eet"}
OF_ANY_RECORD = {"unallocated_cases"}  # some cases name a referral, others none
BreakdownKey = tuple[str, date, str, str, str]


class Part(NamedTuple):
    numerator: float | None
    denominator: float | None
    value: float | None


def parts_of(
    measure: Measure, cases: list[Case], extract: Extract, localities: Mapping[str, str]
) -> dict[tuple[str, str], Part]:
    """By breakdown and category that has a case: what it adds to the figure. Of a rate only the numerator is known."""
    groups: dict[tuple[str, str], list[Case]] = defaultdict(list)
    for case in cases:
        for breakdown, category in categories_of(measure, case, extract, localities).items():
            groups[breakdown, category].append(case)
    found = {}
    for key, group in groups.items():
        numerator, denominator = counted(measure, group, None)
        found[key] = Part(numerator, denominator, value_of(measure, group, numerator, denominator))
    return found


def categories_of(measure: Measure, case: Case, extract: Extract, localities: Mapping[str, str]) -> dict[str, str]:
    """The category of a case in each breakdown that it has; the same for every case of that child, day and record."""
    groups = {"workers": OF_WORKERS, "leavers": OF_CARE_LEAVERS, "children of any record": OF_ANY_RECORD}
    group = next((name for name, codes in groups.items() if measure.code in codes), "children")
    key = ("categories", group, case.person, case.day, *sorted(case.attributes.items()))
    if key not in extract.remembered:
        extract.remembered[key] = _categories(group, case, extract, localities)
    known: dict[str, str] = extract.remembered[key]
    return known


def _categories(group: str, case: Case, extract: Extract, localities: Mapping[str, str]) -> dict[str, str]:
    if group == "workers":
        return {"team": case.attributes.get("team") or NOT_RECORDED}
    person = extract.life(case.person)
    found = {
        "age_band": age_of_care_leaver(extract, case) if group == "leavers" else age_band(extract, case),
        "sex": SEX.get(person["sex"] or "" if person is not None else "", NOT_RECORDED),
        "ethnicity": ethnicity(person["ethnicity"] if person is not None else None),
        "disability": yes_or_no(person["disabled"] if person is not None else None),
        "unaccompanied": yes_or_no(person["uasc"] if person is not None else None),
        "team": team(extract, case),
    }
    if localities:
        found["locality"] = locality(extract, case, localities)
    if "referral_id" in case.attributes and "referral_source" not in case.attributes:
        referral = extract.linked("referral", case.attributes["referral_id"], case.person, even_set_aside=False)
        found["referral_source"] = referral_source(referral["referral_source"] if referral is not None else None)
    for breakdown, group_of in BY_CODE.items():
        if group == "children of any record":
            found.pop(breakdown, None)
        elif breakdown in case.attributes:
            found[breakdown] = group_of(case.attributes[breakdown])
    return found


SEX = {"M": "male", "F": "female", "U": "not known"}


def age_band(extract: Extract, case: Case) -> str:
    """The age on the case's day; the unborn have none yet."""
    born, person = extract.born(case.person), extract.life(case.person)
    if born is None:
        return "unborn" if person is not None and person["expected_dob"] is not None else NOT_RECORDED
    if born > case.day:
        return "unborn"
    for years, band in ((1, "under 1"), (5, "1 to 4"), (10, "5 to 9"), (16, "10 to 15"), (18, "16 and 17")):
        if birthday(born, years) > case.day:
            return band
    return "18 and over"


def age_of_care_leaver(extract: Extract, case: Case) -> str:
    born = extract.born(case.person)
    assert born is not None
    return str(max(age for age in range(17, 22) if birthday(born, age) <= case.day))


def yes_or_no(value: bool | None) -> str:
    return {True: "yes", False: "no", None: NOT_RECORDED}[value]


def ethnicity(code: str | None) -> str:
    if code is None or code == "NOBT":
        return NOT_RECORDED
    groups = {
        "Asian": ("AIND", "APKN", "ABAN", "AOTH"),
        "Black": ("BCRB", "BAFR", "BOTH"),
        "Other": ("CHNE", "OOTH"),
        "refused": ("REFU",),
    }
    for group, codes in groups.items():
        if code in codes:
            return group
    return {"W": "White", "M": "Mixed"}.get(code[0], NOT_RECORDED)


def _by_code(groups: dict[str, str], code: str | None) -> str:
    """The group whose list names the code, or names its beginning followed by a star."""
    for group, codes in groups.items():
        if code is not None and any(
            code == listed or (listed.endswith("*") and code.startswith(listed[:-1])) for listed in codes.split()
        ):
            return group
    return NOT_RECORDED


def legal_status(code: str | None) -> str:
    return _by_code(
        {
            "interim care order": "C1",
            "full care order": "C2",
            "placement order": "D1 E1",
            "voluntary": "V2",
            "short breaks": "V1 V3 V4",
            "child protection": "L1 L2 L3",
            "youth justice": "J1 J2 J3",
        },
        code,
    )


def placement_type(code: str | None) -> str:
    return _by_code(
        {
            "foster, relative or friend": "U1 U2 U3",
            "foster, other": "U4 U5 U6",
            "placed for adoption": "A3 A4 A5 A6",
            "with parents": "P1",
            "children's home": "K2",
            "secure": "K1",
            "supported or independent": "H5 K3 P2",
            "residential school": "S1",
            "other residential": "R1 R2 R3 R4 R5",
            "other": "P3 T0 T1 T2 T3 T4 Z*",
        },
        code,
    )


def category_of_abuse(code: str | None) -> str:
    return {"NEG": "neglect", "PHY": "physical", "SAB": "sexual", "EMO": "emotional", "MUL": "multiple"}.get(
        code or "", NOT_RECORDED
    )


def referral_source(code: str | None) -> str:
    return _by_code(
        {
            "unknown": "10",
            "individual": "1A 1B 1C 1D",
            "school": "2A",
            "education": "2B",
            "health": "3*",
            "housing": "4",
            "council services": "5*",
            "police": "6",
            "other legal": "7",
            "other": "8",
            "anonymous": "9",
        },
        code,
    )


BY_CODE = {
    "legal_status": legal_status,
    "placement_type": placement_type,
    "category_of_abuse": category_of_abuse,
    "referral_source": referral_source,
}


def team(extract: Extract, case: Case) -> str:
    """The record's own, else that of the primary allocation on the day (the latest to start), else the referral's."""
    if case.attributes.get("team"):
        return str(case.attributes["team"])
    allocated = [
        row for row in extract.used("allocation", case.person)
        if row["team"] and row["is_primary"] is not False and is_open(row["start_date"], row["end_date"], case.day)
    ]  # fmt: skip
    latest = max(allocated, key=lambda row: (row["start_date"], row.number), default=None)
    if latest is not None and latest["team"]:
        return str(latest["team"])
    referral = extract.linked("referral", case.attributes.get("referral_id"), case.person, even_set_aside=False)
    return str(referral["team"]) if referral is not None and referral["team"] else NOT_RECORDED


def locality(extract: Extract, case: Case, localities: Mapping[str, str]) -> str:
    """Of the child's own postcode, else of the home in the latest episode begun by the day."""
    plain = {re.sub(r"\s", "", postcode).upper(): name for postcode, name in localities.items()}
    person = extract.life(case.person)
    postcode = person["postcode"] if person is not None else None
    if not postcode:
        homes = [
            row for row in extract.used("cla_episode", case.person)
            if row["home_postcode"] and row["decom"] <= case.day
        ]  # fmt: skip
        latest = max(homes, key=lambda row: (row["decom"], row.number), default=None)
        postcode = latest["home_postcode"] if latest is not None else None
    return plain.get(re.sub(r"\s", "", postcode or "").upper(), NOT_RECORDED)
