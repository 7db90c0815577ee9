"""The contracts: one pandera model per extract table, from which types, checks and documentation are derived.

A model says what each column is (its kind, whether its header must be there, what an empty value means, which code
set it takes, which date it must not precede); `judgement` turns that into the pandera schema that judges every row.
The columns and keys are those of the canonical extract: SSD, Annex A, the children in need census and SSDA903 map to
them, and their own spellings of a header are accepted as `synonyms`.
"""

# Annotations are evaluated by pandera: no postponed evaluation here.
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache, partial
from typing import Annotated, Any, cast

import pandas as pd
import pandera.pandas as pa
import pyarrow

from schemas.codes import INCOMPLETE_STATUSES, VOID_STATUSES

Text = Annotated[pd.ArrowDtype, pyarrow.string()]
Date = Annotated[pd.ArrowDtype, pyarrow.date32()]
Timestamp = Annotated[pd.ArrowDtype, pyarrow.timestamp("us")]
Boolean = Annotated[pd.ArrowDtype, pyarrow.bool_()]
Integer = Annotated[pd.ArrowDtype, pyarrow.int64()]

# Working days are known from the first to the last of these dates; see warehouse/reference.
CALENDAR_START = date(2000, 1, 1)
CALENDAR_END = date(2035, 12, 31)


class Kind(StrEnum):
    """What a column holds, which decides how its text is read."""

    ID = "id"
    DATE = "date"
    TIMESTAMP = "timestamp"
    BOOLEAN = "boolean"
    CODE = "code"
    STATUS = "status"
    WORKER = "worker"
    TEXT = "text"
    INTEGER = "integer"


@dataclass(frozen=True)
class Column:
    """One column of a contract, as declared by the helpers below.

    `required`: the header must be there. `essential`: a row without the value says nothing. `happened`: the date
    claims an event, so it cannot lie after the extract. `timed`: working days are counted from or to it.
    `not_before`: the column, or companion, that it must not precede. `key`: part of the table's key.
    """

    name: str
    kind: Kind
    description: str
    required: bool = False
    essential: bool = False
    key: bool = False
    code_set: str | None = None
    happened: bool = False
    timed: bool = False
    not_before: str | None = None
    synonyms: tuple[str, ...] = ()


def _field(kind: Kind, description: str, nullable: bool = True, **declared: Any) -> Any:
    return pa.Field(nullable=nullable, description=description, metadata={"kind": kind, **declared})


def _needs_value(declared: dict[str, Any]) -> bool:
    return bool(declared.get("required") or declared.get("essential"))


def identifier(description: str, **declared: Any) -> Any:
    """An id: text, never a number. As part of a key it is essential."""
    declared["essential"] = declared.get("essential", declared.get("key", False))
    return _field(Kind.ID, description, not _needs_value(declared), **declared)


def person(*synonyms: str, key: bool = False) -> Any:
    """The child a row is about; without it the row says nothing."""
    return identifier(
        "The child, by the case system's id.",
        key=key,
        required=True,
        essential=True,
        synonyms=("Child Unique ID", "LAchildID", "CHILD", "Child ID", "Child Identifier", *synonyms),
    )


def day(description: str, **declared: Any) -> Any:
    """A date, in any accepted format, day before month."""
    return _field(Kind.DATE, description, not _needs_value(declared), **declared)


def moment(description: str, **declared: Any) -> Any:
    """A date with an optional time, Europe/London."""
    return _field(Kind.TIMESTAMP, description, not _needs_value(declared), **declared)


def code(code_set: str, description: str, **declared: Any) -> Any:
    """A value of a code set, read through the normaliser."""
    return _field(Kind.CODE, description, not _needs_value(declared), code_set=code_set, **declared)


def yes_no(description: str, **declared: Any) -> Any:
    """Yes or no; the column decides what its own words mean."""
    return _field(Kind.BOOLEAN, description, not _needs_value(declared), code_set="boolean", **declared)


def status() -> Any:
    """The workflow status of the record."""
    return _field(Kind.STATUS, "Workflow status. Cancelled, draft, proposed, deleted, abandoned: no measure counts it.")


def text(description: str, **declared: Any) -> Any:
    """Free text that no rule judges."""
    return _field(Kind.TEXT, description, **declared)


def team() -> Any:
    """The team that holds the case."""
    return text("Team that holds the case.", synonyms=("Allocated Team",))


def worker() -> Any:
    """The allocated worker; a duty inbox is nobody."""
    return _field(Kind.WORKER, "Allocated worker; duty inboxes and -1 are nobody.", synonyms=("Allocated Worker",))


class Person(pa.DataFrameModel):
    """One row per child or unborn child known to the authority."""

    person_id: Text = person("pers_person_id", key=True)
    master_person_id: Text = identifier("The id that this one was merged into.")
    dob: Date = day("Date of birth; empty for the unborn.", happened=True,
                    synonyms=("Date of Birth", "PersonBirthDate", "pers_dob"))  # fmt: skip
    expected_dob: Date = day("Expected date of birth of the unborn.",
                             synonyms=("ExpectedPersonBirthDate", "pers_expected_dob"))  # fmt: skip
    dob_estimated: Boolean = yes_no("Whether the expected date is the estimated birth date of a born child.")
    sex: Text = code("sex", "M, F or U; U for the unborn.", required=True,
                     synonyms=("Gender", "GenderCurrent", "pers_sex"))  # fmt: skip
    ethnicity: Text = code("ethnicity", "Ethnic group.", synonyms=("ETHNIC", "pers_ethnicity"))
    disabled: Boolean = yes_no("Whether the child has a disability.",
                               synonyms=("Does the Child have a Disability", "Disability"))  # fmt: skip
    uasc: Boolean = yes_no("Whether the child is an unaccompanied asylum-seeking child.")
    death_date: Date = day("Date of death.", happened=True, synonyms=("PersonDeathDate", "pers_death_date"))
    upn: Text = text("Unique pupil number.")


class Referral(pa.DataFrameModel):
    """One row per child and referral, which opens the child in need episode (census: CINdetails)."""

    referral_id: Text = identifier("The referral.", key=True, required=True, synonyms=("cine_referral_id",))
    person_id: Text = person("cine_person_id")
    referral_date: Date = day("Date of the referral.", required=True, essential=True, happened=True, timed=True,
                              synonyms=("CINreferralDate", "Date of referral", "cine_referral_date"))  # fmt: skip
    received_at: Timestamp = moment("When MASH received it.", happened=True, timed=True)
    recorded_at: Timestamp = moment("When it was put into the case system.", happened=True, timed=True)
    mash_completed_at: Timestamp = moment("When MASH decided. No national return holds it.", happened=True,
                                          timed=True, not_before="received_at")  # fmt: skip
    referral_source: Text = code("referral_source", "Who referred.", required=True,
                                 synonyms=("ReferralSource", "Referral Source", "cine_referral_source"))  # fmt: skip
    primary_need: Text = code("primary_need", "Primary need.", synonyms=("PrimaryNeedCode", "Primary Need Code"))
    referral_nfa: Boolean = yes_no("Whether it ended in no further action.", required=True,
                                   synonyms=("ReferralNFA", "Referral NFA?", "cine_referral_nfa"))  # fmt: skip
    closure_date: Date = day("When the episode closed.", happened=True, not_before="referral_date",
                             synonyms=("CINclosureDate", "CIN Closure Date", "cine_close_date"))  # fmt: skip
    closure_reason: Text = code("closure_reason", "Why it closed.",
                                synonyms=("ReasonForClosure", "Reason for Closure"))  # fmt: skip
    contact_id: Text = identifier("The contact it came from.")
    status: Text = status()
    team: Text = team()
    worker: Text = worker()


class Assessment(pa.DataFrameModel):
    """One row per child and single (child and family) assessment."""

    assessment_id: Text = identifier("The assessment.", key=True, required=True, synonyms=("cina_assessment_id",))
    person_id: Text = person("cina_person_id")
    referral_id: Text = identifier("The referral it answers.", synonyms=("cina_referral_id",))
    assessment_type: Text = text("Local type of assessment.")
    start_date: Date = day("When it started.", required=True, happened=True, timed=True,
                           synonyms=("AssessmentActualStartDate", "Continuous Assessment Start Date",
                                     "cina_assessment_start_date"))  # fmt: skip
    internal_review_date: Date = day("Target for the internal review; may lie ahead.",
                                     synonyms=("AssessmentInternalReviewDate",))  # fmt: skip
    authorised_date: Date = day("When a manager authorised it.", happened=True, timed=True, not_before="start_date",
                                synonyms=("AssessmentAuthorisationDate", "cina_assessment_auth_date",
                                          "Continuous Assessment Date of Authorisation"))  # fmt: skip
    completed_date: Date = day("When the social worker finished it.", happened=True, timed=True)
    child_seen: Boolean = yes_no("Whether the child was seen.",
                                 synonyms=("Child Seen During Continuous Assessment",))  # fmt: skip
    outcome_nfa: Boolean = yes_no("Whether it ended in no further action.")
    factors: Text = text("Factors identified.", synonyms=("AssessmentFactors",))
    status: Text = status()
    team: Text = team()
    worker: Text = worker()


class S47(pa.DataFrameModel):
    """One row per child and section 47 enquiry; it starts with the strategy discussion that initiated it."""

    s47_id: Text = identifier("The enquiry.", key=True, required=True, synonyms=("s47e_s47_enquiry_id",))
    person_id: Text = person("s47e_person_id")
    referral_id: Text = identifier("The referral it belongs to.", synonyms=("s47e_referral_id",))
    start_date: Date = day("Date of the strategy discussion that initiated it.", required=True, essential=True,
                           happened=True, timed=True,
                           synonyms=("S47ActualStartDate", "s47e_s47_start_date",
                                     "Strategy discussion initiating Section 47 Enquiry Start Date"))  # fmt: skip
    end_date: Date = day("When it ended.", happened=True, not_before="start_date", synonyms=("s47e_s47_end_date",))
    outcome: Text = text("How it ended.")
    icpc_not_required: Boolean = yes_no(
        "Yes: no conference is needed.",
        synonyms=("ICPCnotRequired", "Was an Initial Child Protection Conference deemed unnecessary?"))  # fmt: skip
    icpc_target_date: Date = day("The case system's own target; never used, always recomputed.",
                                 synonyms=("InitialCPCtarget",))  # fmt: skip
    status: Text = status()


class Icpc(pa.DataFrameModel):
    """One row per child and initial child protection conference, planned or held."""

    icpc_id: Text = identifier("The conference.", key=True, required=True, synonyms=("icpc_icpc_id",))
    meeting_id: Text = identifier("The meeting that siblings share.", synonyms=("icpc_icpc_meeting_id",))
    person_id: Text = person("icpc_person_id", key=True)
    s47_id: Text = identifier("The section 47 enquiry that led to it.", synonyms=("icpc_s47_enquiry_id",))
    referral_id: Text = identifier("The referral it belongs to.", synonyms=("icpc_referral_id",))
    planned_date: Date = day("When it is meant to be held; may lie ahead.")
    icpc_date: Date = day("When it was held.", happened=True, timed=True, not_before="linked_s47_start_date",
                          synonyms=("DateOfInitialCPC", "icpc_icpc_date",
                                    "Date of Initial Child Protection Conference"))  # fmt: skip
    transfer_in: Boolean = yes_no("Whether the child moved in on another authority's plan.",
                                  synonyms=("icpc_icpc_transfer_in",))  # fmt: skip
    notification_date: Date = day("When the other authority notified the transfer.", happened=True, timed=True)
    outcome_cp: Boolean = yes_no(
        "Whether it led to a plan.",
        synonyms=("icpc_icpc_outcome_cp_flag",
                  "Did the Initial Child Protection Conference Result in a Child Protection Plan"))  # fmt: skip
    status: Text = status()
    cp_plan_id: Text = identifier("The plan it led to.")


class CpPlan(pa.DataFrameModel):
    """One row per child and child protection plan."""

    cp_plan_id: Text = identifier("The plan.", key=True, required=True, synonyms=("cppl_cp_plan_id",))
    person_id: Text = person("cppl_person_id")
    referral_id: Text = identifier("The referral it belongs to.", synonyms=("cppl_referral_id",))
    icpc_id: Text = identifier("The conference that decided it.", synonyms=("cppl_icpc_id",))
    start_date: Date = day("When it started.", required=True, essential=True, happened=True,
                           synonyms=("CPPstartDate", "Child Protection Plan Start Date",
                                     "cppl_cp_plan_start_date"))  # fmt: skip
    end_date: Date = day(
        "When it ended; not on plan at the end of that day.",
        happened=True,
        not_before="start_date",
        synonyms=("CPPendDate", "Child Protection Plan End Date", "cppl_cp_plan_end_date"),
    )
    initial_category: Text = code("category_of_abuse", "Category at the start.",
                                  synonyms=("InitialCategoryOfAbuse", "Initial Category of Abuse"))  # fmt: skip
    latest_category: Text = code("category_of_abuse", "Latest category.",
                                 synonyms=("LatestCategoryOfAbuse", "Latest Category of Abuse"))  # fmt: skip
    number_previous: Integer = _field(Kind.INTEGER, "Plans before this one, as the case system counts them.",
                                      synonyms=("NumberOfPreviousCPP",
                                                "Number of Previous Child Protection Plans"))  # fmt: skip
    ola_plan: Boolean = yes_no("Another authority's plan, not ours.", synonyms=("cppl_cp_plan_ola",))
    temporary: Boolean = yes_no("A child temporarily here, not ours.")


class ClaEpisode(pa.DataFrameModel):
    """One row per episode of care (SSDA903): a stretch with the same legal status, placement and carer."""

    person_id: Text = person("clae_person_id", key=True)
    episode_id: Text = identifier("The episode, where the case system has an id for it.")
    period_id: Text = identifier("The period of care that episodes share.")
    decom: Date = day("When the episode commenced.", required=True, essential=True, happened=True, key=True,
                      synonyms=("clae_cla_episode_start_date",))  # fmt: skip
    rne: Text = code("reason_new_episode", "Why it commenced.", required=True)
    legal_status: Text = code("legal_status", "Legal status.", required=True, key=True, synonyms=("LS",))
    category_of_need: Text = code("primary_need", "Category of need.", synonyms=("CIN",))
    placement_type: Text = code("placement_type", "Type of placement.", required=True, key=True, synonyms=("PLACE",))
    placement_provider: Text = code("placement_provider", "Provider of the placement.", synonyms=("PLACE_PROVIDER",))
    dec: Date = day("When it ceased; not looked after under it at the end of that day.", happened=True,
                    not_before="decom", synonyms=("clae_cla_episode_ceased_date",))  # fmt: skip
    rec: Text = code("reason_episode_ceased", "Why it ceased; X1 where another episode follows at once.")
    reason_place_change: Text = code("reason_place_change", "Why the placement changed.")
    home_postcode: Text = text("Home postcode.", synonyms=("HOME_POST",))
    placement_postcode: Text = text("Placement postcode.", synonyms=("PL_POST",))
    urn: Text = text("Provider's unique reference number.")
    responsible_la: Text = text("Responsible authority; empty, ours.")


class ClaCarePlan(pa.DataFrameModel):
    """One row per care plan or pathway plan of a looked after child."""

    care_plan_id: Text = identifier("The plan.", key=True, synonyms=("lacp_table_id",))
    person_id: Text = person("lacp_person_id")
    plan_type: Text = code("plan_type", "CARE_PLAN or PATHWAY_PLAN; empty, a care plan.")
    started_date: Date = day("When it was begun.", happened=True,
                             synonyms=("lacp_cla_care_plan_start_date",))  # fmt: skip
    completed_date: Date = day("When the social worker finished it.", happened=True)
    authorised_date: Date = day("When a manager authorised it. SSD does not hold it.", happened=True,
                                not_before="started_date")  # fmt: skip
    end_date: Date = day("When it ceased to be current.", happened=True, not_before="started_date",
                         synonyms=("lacp_cla_care_plan_end_date",))  # fmt: skip
    permanence_plan: Text = code("permanence_plan", "Plan for permanence.")
    status: Text = status()


# The order in which tables are judged: a table comes after those its rules look into.
MODELS: dict[str, type[pa.DataFrameModel]] = {
    "person": Person,
    "referral": Referral,
    "assessment": Assessment,
    "s47": S47,
    "icpc": Icpc,
    "cp_plan": CpPlan,
    "cla_episode": ClaEpisode,
    "cla_care_plan": ClaCarePlan,
}


@cache
def columns(table: str) -> tuple[Column, ...]:
    """The columns of a table's contract, in the order of declaration. Raises KeyError for an unknown table."""
    declared = MODELS[table].to_schema().columns
    return tuple(
        Column(name=name, description=field.description or "", **cast(dict[str, Any], field.metadata))
        for name, field in declared.items()
    )


def key(table: str) -> tuple[str, ...]:
    """The columns that tell two rows of a table apart."""
    return tuple(column.name for column in columns(table) if column.key)


# What the cast step adds beside the typed columns, for the rules that need more than the value itself.
UNREAD = "unread_"  # the text, where it is not empty and its column's kind could not read it
SENTINEL = "sentinel_"  # the text, where it reads as a date that stands for none
SHORT_YEAR = "short_year_"  # the text, where it reads as a date with a two-digit year
LINKS = {"assessment": ("referral_id",), "s47": ("referral_id",), "icpc": ("referral_id", "s47_id")}

_UNREAD_RULE = {
    Kind.DATE: "unreadable_date",
    Kind.TIMESTAMP: "unreadable_date",
    Kind.CODE: "unknown_code",
    Kind.BOOLEAN: "unknown_code",
    Kind.INTEGER: "unreadable_number",
}


def null_rule(column: Column) -> str:
    """The rule that an empty value breaks, for a column that needs one."""
    return "required" if column.essential else "missing_value"


def judgement(table: str) -> pa.DataFrameSchema:
    """The schema that judges a table: the model's own types and needs, and the rules derived from its declarations.

    Every check is vectorised and named for the rule; its description is the column it speaks of. The frame has the
    model's columns, `extract_date`, `values_in_row`, and where they apply `is_known_person`, `linked_referral_date`,
    `linked_s47_start_date` and the companions above (a companion without any value may be left out).
    """
    schema = MODELS[table].to_schema()
    companions: dict[str, pa.Column] = {}
    for column in columns(table):
        unread = _UNREAD_RULE.get(column.kind, "unreadable_id" if column.essential else "error_value")
        companions[UNREAD + column.name] = _empty(unread, column.name)
        companions[SENTINEL + column.name] = _empty("sentinel_date", column.name)
        companions[SHORT_YEAR + column.name] = _empty("two_digit_year", column.name)
    judged = schema.add_columns(companions)
    judged.checks = list(_row_checks(table))
    return judged


def _empty(rule: str, column: str) -> pa.Column:
    check = pa.Check(pd.Series.isna, name=rule, description=column, ignore_na=False, n_failure_cases=1)
    return pa.Column(pd.ArrowDtype(pyarrow.string()), check, nullable=True, required=False)


def _holds(rule: str, column: str, broken: Callable[[pd.DataFrame], pd.Series]) -> pa.Check:
    def kept(frame: pd.DataFrame) -> pd.Series:
        return ~broken(frame).fillna(False).astype(bool)

    return pa.Check(kept, name=rule, description=column, ignore_na=False, n_failure_cases=1)


def _row_checks(table: str) -> Iterator[pa.Check]:
    """The rules that compare values of one row."""
    declared = columns(table)
    yield _holds("single_value", declared[0].name, lambda frame: frame["values_in_row"] < 2)
    for column in declared:
        if column.happened:
            yield _holds("after_extract", column.name, partial(_after_extract, name=column.name))
        if column.timed:
            yield _holds("outside_calendar", column.name, partial(_outside_calendar, name=column.name))
        if column.not_before:
            start = column.not_before
            yield _holds("end_before_start", column.name, partial(_precedes, end=column.name, start=start))
    for link in LINKS.get(table, ()):
        found = "linked_s47_start_date" if link == "s47_id" else "linked_referral_date"
        yield _holds("unlinked", link, partial(_unlinked, link=link, found=found))
    if table in LINKS:
        begun = "icpc_date" if table == "icpc" else "start_date"
        yield _holds("before_referral", begun, partial(_precedes, end=begun, start="linked_referral_date"))
    if table == "icpc":
        yield _holds("weekend_conference", "icpc_date", _weekend_conference)
    if table != "person":
        yield _holds("unknown_person", "person_id", lambda frame: ~frame["is_known_person"])


def _days(series: pd.Series) -> pd.Series:
    days: pd.Series = series.astype(pd.ArrowDtype(pyarrow.date32()))
    return days


def _after_extract(frame: pd.DataFrame, name: str) -> pd.Series:
    later = _days(frame[name]) > frame["extract_date"]
    if name == "icpc_date":
        return later & _held(frame)
    # A record that was called off or only drafted does not claim that anything happened.
    return later & ~frame["status"].isin(list(VOID_STATUSES)) if "status" in frame.columns else later


def _outside_calendar(frame: pd.DataFrame, name: str) -> pd.Series:
    days = _days(frame[name])
    return (days < CALENDAR_START) | (days > CALENDAR_END)


def _precedes(frame: pd.DataFrame, end: str, start: str) -> pd.Series:
    earlier = _days(frame[end]) < _days(frame[start])
    if str(frame[end].dtype).startswith("timestamp"):
        # A date without a time reads as midnight: times of day decide only where both are known.
        timed = _has_time(frame[end]) & _has_time(frame[start])
        earlier = earlier | (timed & (frame[end].dt.floor("s") < frame[start].dt.floor("s")))
    return earlier


def _has_time(moments: pd.Series) -> pd.Series:
    has_time: pd.Series = moments.dt.floor("D") < moments.dt.floor("s")
    return has_time


def _unlinked(frame: pd.DataFrame, link: str, found: str) -> pd.Series:
    return frame[link].notna() & frame[found].isna()


def _held(frame: pd.DataFrame) -> pd.Series:
    """Conferences that the row claims were held; an adjourned one was if it reached a decision."""
    adjourned = (frame["status"] == "ADJOURNED").fillna(False)
    elsewise = frame["status"].isin([*VOID_STATUSES, *INCOMPLETE_STATUSES]) & ~adjourned
    return ~elsewise & ~(adjourned & frame["outcome_cp"].isna())


def _weekend_conference(frame: pd.DataFrame) -> pd.Series:
    weekend: pd.Series = frame["icpc_date"].astype(pd.ArrowDtype(pyarrow.timestamp("s"))).dt.dayofweek >= 5
    return _held(frame) & weekend
