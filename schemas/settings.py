"""The definitions that authorities contest, as settings: every value here decides numbers.

Each key, its default and its alternatives come from the table of contested definitions that DfE guidance, the
statutory returns and local practice leave open; docs/measures.md prints the descriptions below. The operational
settings are beside them: those that the assets need in `Operation`, those that say where things are in
pipelines/settings.py.
"""

import re
from collections.abc import Collection, Iterator
from datetime import date, time
from difflib import get_close_matches
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, field_validator, model_validator

from schemas.codes import LEGAL_STATUS
from schemas.codes.leaving_care import ACCOMMODATION
from schemas.codes.looked_after import PLACEMENT_TYPE
from schemas.measures import MEASURES
from schemas.standards import CLOCKS
from schemas.tables import MODELS

Month = Annotated[date, Field(description="a date; only its month counts")]
ALL_TABLES = "all"
_SPAN = re.compile(r"\d{1,3}\s+(year|month)s?", re.IGNORECASE)


# The forms in which an extract can come, in the order in which a table is taken from them where several have it.
FORM_ORDER = ("canonical", "ssd", "annex-a", "cin", "ssda903", "daily")


def nearest(name: str, names: Collection[str]) -> str:
    """What to say of a name that is none of these: the nearest of them, or where none is near all of them."""
    near = get_close_matches(name, names, 1, 0.6)
    return f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}"


class _Declared(BaseModel):
    """A table of settings. Unknown keys are errors, so that a misspelt key cannot be ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, given: Any) -> Any:
        if isinstance(given, dict):
            names = [field.alias or name for name, field in cls.model_fields.items()]
            unknown = [str(key) for key in given if key not in names and key not in cls.model_fields]
            near = [get_close_matches(key, names, 1, 0.6) for key in unknown]
            if unknown:
                raise ValueError("; ".join(
                    f"{key} is no setting" + (f", did you mean {found[0]}?" if found else "")
                    for key, found in zip(unknown, near, strict=True)
                ))  # fmt: skip
        return given


class Rebase(_Declared):
    """A recorded change of a process: from its month on, an authority's series of a measure has new limits."""

    la_code: str = Field(pattern=r"^[0-9]{3}$")
    measure_code: str
    month: Month
    reason: str

    @field_validator("measure_code")
    @classmethod
    def _known(cls, measure_code: str) -> str:
        if measure_code not in MEASURES:
            raise ValueError(f"{measure_code} is no measure; {nearest(measure_code, MEASURES)}")
        return measure_code

    @field_validator("month")
    @classmethod
    def _first_day(cls, month: date) -> date:
        return month.replace(day=1)

    @field_validator("reason")
    @classmethod
    def _given(cls, reason: str) -> str:
        if not reason.strip():
            raise ValueError("say what changed")
        return reason.strip()


class Standard(_Declared):
    """Another number of days for a clock, for what is dated from a day on."""

    clock: str
    days: int = Field(ge=0, le=10_000)
    valid_from: date = Field(alias="from")

    @field_validator("clock")
    @classmethod
    def _known(cls, clock: str) -> str:
        if clock not in CLOCKS:
            raise ValueError(f"{clock} is no clock; {nearest(clock, CLOCKS)}")
        return clock


class Settings(_Declared):
    """One value per contested definition. Unknown keys are errors, so that a misspelt key cannot be ignored."""

    history_from: Month | None = Field(
        None, description="First month to publish; unset, the month of the earliest usable referral date."
    )
    coverage: dict[str, dict[str, str]] = Field(
        {},
        description="From when an authority's extracts are complete: by la_code, then by table or 'all', a date or a "
        "span before the extract date such as '6 years' or '24 months'; unset, they hold the whole history.",
    )
    form_order: dict[str, tuple[str, ...]] = Field(
        {},
        description="Which form a table is taken from where an extract holds it in several: by table or 'all', the "
        f"forms that go first; the others follow as {', '.join(FORM_ORDER)}.",
    )
    final_after_months: int = Field(
        2,
        ge=0,
        le=120,
        description="Ended months stay provisional for this many months, then they are final.",
    )
    local_extra_non_working_days: tuple[date, ...] = Field(
        (),
        description="Council closure days to count as non-working, for every authority of the run. DfE counts none. A day "
        "added later moves published figures and asks for `--accept-settings`.",
    )
    nonworking_start: Literal["next_working_day_is_day_1", "roll_forward_is_day_0"] = Field(
        "next_working_day_is_day_1",
        description="Whether a clock that starts on a non-working day is moved to the next working day.",
    )
    missing_start: Literal["fail", "exclude"] = Field(
        "fail", description="An event without a clock start: in the denominator and failed, or left out."
    )

    standard: tuple[Standard, ...] = Field(
        (), description="Other standards than those listed below, each for what is dated from a day on."
    )

    mash_unit: Literal["referral", "contact"] = Field(
        "referral", description="Whether MASH decides on referrals or on contacts."
    )
    mash_clock: Literal["one_working_day", "strict_24h", "working_hours"] = Field(
        "one_working_day",
        description="How a MASH decision is timed: by date, by elapsed hours, or by hours in which MASH is open.",
    )
    mash_month_by: Literal["completed", "received"] = Field(
        "completed", description="Whether a MASH decision counts in the month it was made or was asked for."
    )
    mash_open_from: time = Field(time(8, 30), description="Start of the MASH day, for working_hours.")
    mash_open_until: time = Field(time(17, 0), description="End of the MASH day, for working_hours.")
    mash_working_hours: FiniteFloat = Field(24, gt=0, description="Working hours allowed, for working_hours.")

    reref_basis: Literal["referral_to_referral", "closure_to_referral"] = Field(
        "referral_to_referral",
        description="Whether a re-referral comes within twelve months of the referral before or of its closure.",
    )
    reref_count: Literal["referrals", "children"] = Field(
        "referrals", description="Whether re-referrals count referrals or, each once a month, the children referred."
    )

    sa_clock_start: Literal["referral_first_else_start", "assessment_start", "referral_always"] = Field(
        "referral_first_else_start",
        description="Where an assessment's 45 working days start. DfE's statistic uses the assessment's own start.",
    )
    sa_completion: Literal["authorised_date", "completed_date"] = Field(
        "authorised_date", description="The date that completes an assessment."
    )
    assessment_types: tuple[str, ...] = Field(
        (), description="Types of assessment that count; empty, all do. Compared without regard to case."
    )

    icpc_clock: Literal["linked_s47", "latest_strategy", "first_strategy"] = Field(
        "linked_s47",
        description="Which section 47 start a conference is timed from: the linked one, else the child's latest; "
        "always the child's latest strategy discussion; or the first since the child's previous conference.",
    )
    icpc_transfer_in: Literal["include_from_notification", "exclude"] = Field(
        "include_from_notification",
        description="Conferences on children who moved in on another authority's plan.",
    )

    cin_visit_wd: int = Field(20, ge=1, le=1000, description="Working days between visits under a child in need plan.")
    cp_visit_wd: int = Field(
        10, ge=1, le=1000, description="Working days between visits under a child protection plan; a local standard."
    )
    review_first_days: int = Field(
        91, ge=1, le=1000, description="Days to the first review of a plan, and from the first review in care."
    )
    review_next_days: int = Field(183, ge=1, le=1000, description="Days from a later review to the next.")
    cpp_repeat_window: Literal["ever", "24m"] = Field(
        "ever", description="How long ago an earlier plan may have begun that makes a plan a repeat: ever, as DfE."
    )

    cla_exclude_ls: tuple[str, ...] = Field(
        ("V1", "V3", "V4"), description="Legal statuses that are short breaks and not looked after."
    )
    careplan_grace_wd: int = Field(
        0, ge=0, le=100, description="Children in care for no more than this many working days are left out."
    )
    careplan_accept_pathway: bool = Field(
        True, description="Whether a pathway plan stands for a care plan at 16 and 17."
    )
    close_open_episodes: bool = Field(
        True, description="Whether an episode of care that was never closed ends where the child's next one begins."
    )
    temporary_placements: tuple[str, ...] = Field(
        ("T0", "T1", "T2", "T3", "T4"), description="Types of placement that are temporary and no move."
    )
    care_leaver_accommodation_left_out: tuple[str, ...] = Field(
        ("G", "H", "R"),
        description="Accommodation of care leavers of whom none is asked for: abroad, deported, residence not known.",
    )
    caseload_limit: int = Field(20, ge=1, le=1000, description="Children per worker above which a caseload is high.")

    snapshot_rolling: Literal["pooled_snapshots", "mean_of_months"] = Field(
        "pooled_snapshots", description="How twelve month ends make one figure."
    )

    population_rule: Literal["dfe_fy", "latest_available", "fixed"] = Field(
        "dfe_fy",
        description="Which mid-year estimate a month is divided by: the one DfE uses for the financial year of the "
        "month (mid-year Y-1 for the year to 31 March Y) or the latest before it; the latest there is; or one fixed.",
    )
    population_mid_year: int | None = Field(None, description="The mid-year of the fixed rule.")
    population_vintage: str | None = Field(
        None, description="The edition of the estimates; unset, the latest edition of each mid-year."
    )

    spc_rebase: tuple[Rebase, ...] = Field(
        (),
        description="Recorded changes of a process: from that month on the series has new limits, so that no signal "
        "spans the change.",
    )
    local_target: dict[str, FiniteFloat] = Field(
        {}, description="What the council has set itself, by measure code; it places a measure that has no benchmark."
    )
    overview_above_benchmark_percent: FiniteFloat = Field(
        10,
        ge=0,
        description="From how far above its benchmark on a measure is for development that is neither good nor bad "
        "when high.",
    )

    @field_validator("coverage", mode="before")
    @classmethod
    def _spans(cls, given: Any) -> Any:
        """One text of an authority holds for all its tables; a date is kept as text."""
        if not isinstance(given, dict):
            return given
        return {la_code: dict(_spans(la_code, spans)) for la_code, spans in given.items()}

    def standards(self) -> Iterator[tuple[str, int, date]]:
        """Every standard: clock, days, and the day from which it holds; the first of a clock holds from 1900 on."""
        for clock, declared in CLOCKS.items():
            yield clock, getattr(self, declared.setting) if declared.setting else declared.days, date(1900, 1, 1)
        yield from ((one.clock, one.days, one.valid_from) for one in self.standard)

    @field_validator("form_order")
    @classmethod
    def _of_forms(cls, form_order: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        for table, forms in form_order.items():
            if table != "all" and table not in MODELS:
                raise ValueError(f"{table} is no table; {nearest(table, [*MODELS, ALL_TABLES])}")
            if unknown := [form for form in forms if form not in FORM_ORDER]:
                raise ValueError(f"{table}: {unknown[0]} is no form; {nearest(unknown[0], FORM_ORDER)}")
        return form_order

    @model_validator(mode="after")
    def _can_work(self) -> Self:
        """Refuse settings that are each valid and together, or in the field, make no sense."""
        if self.mash_open_from >= self.mash_open_until:
            raise ValueError("mash_open_from must be earlier in the day than mash_open_until")
        if self.population_rule == "fixed" and self.population_mid_year is None:
            raise ValueError('population_rule "fixed" needs population_mid_year, such as 2019')
        if self.population_rule != "fixed" and self.population_mid_year is not None:
            raise ValueError('population_mid_year is read only with population_rule "fixed"')
        rebased = [(one.la_code, one.measure_code, one.month) for one in self.spc_rebase]
        twice = sorted({one for one in rebased if rebased.count(one) > 1})
        if twice:
            raise ValueError(f"spc_rebase: {twice[0][0]} {twice[0][1]} {twice[0][2]:%Y-%m} is there more than once")
        dated = [(one.clock, one.valid_from) for one in self.standard]
        again = sorted({one for one in dated if dated.count(one) > 1})
        if again:
            raise ValueError(f"standard: {again[0][0]} from {again[0][1]} is there more than once")
        for key, known, what in (
            ("cla_exclude_ls", LEGAL_STATUS, "no legal status; give codes such as V3"),
            ("temporary_placements", PLACEMENT_TYPE, "no type of placement; give codes such as T0"),
            ("care_leaver_accommodation_left_out", ACCOMMODATION, "no accommodation; give letters such as G"),
        ):
            unknown = sorted(set(getattr(self, key)) - set(known))
            if unknown:
                raise ValueError(f"{key}: {', '.join(unknown)} is {what}")
        for measure_code in self.local_target:
            if measure_code not in MEASURES:
                raise ValueError(f"local_target: {measure_code} is no measure; {nearest(measure_code, MEASURES)}")
        return self


def _spans(la_code: Any, given: Any) -> Iterator[tuple[str, str]]:
    """From when the tables of an authority are complete, each as the text of a date or of a span."""
    if not re.fullmatch(r"\d{3}", str(la_code)):
        raise ValueError(f"{la_code}: give an authority by its 3-digit DfE code, such as 852")
    for table, value in given.items() if isinstance(given, dict) else [(ALL_TABLES, given)]:
        if table not in MODELS and table != ALL_TABLES:
            raise ValueError(f"{la_code}: {table} is no table; {nearest(str(table), [*MODELS, ALL_TABLES])}")
        text = value.isoformat() if type(value) is date else str(value).strip()
        if not _SPAN.fullmatch(text) and not _is_date(text):
            raise ValueError(
                f"{la_code}.{table} is {text!r}; give a date such as 2020-03-01 or a span such as '6 years'"
            )
        yield str(table), text


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


class Operation(_Declared):
    """What a run accepts and how it works. No value here decides a figure, so a change makes no new version."""

    quarantined_share_limit: float = Field(
        0.05, ge=0, le=1, description="Largest share of a table's rows that may be quarantined; beyond it, refused."
    )
    row_count_change_limit: float = Field(
        0.40,
        ge=0,
        le=1000,
        description="Largest change of a table's rows, up or down, against the extract before; beyond it, refused.",
    )
    missing_share_limit: float = Field(
        0.20, ge=0, le=1, description="Largest share of a required date that may be empty; beyond it, refused."
    )
    null_key_share_limit: float = Field(
        0.05,
        ge=0,
        le=1,
        description="Largest share of an id that every row needs that may stand for none; beyond it, refused.",
    )
    unknown_person_share_limit: float = Field(
        0.10,
        ge=0,
        le=1,
        description="Largest share of a table's rows that may be about persons that the person table "
        "does not have; beyond it, refused.",
    )
    unknown_status_share_limit: float = Field(
        0.20,
        ge=0,
        le=1,
        description="Largest share of a table's rows that may have a status in no list; beyond it, refused.",
    )
    drift_minimum_rows: int = Field(
        1000, ge=1, le=1_000_000_000, description="The limits above hold for tables of so many rows or more."
    )
    public_copy: bool = Field(
        False, description="Whether publishing also makes `public/`, a copy of the figures that may leave the service."
    )
    exports_group: str | None = Field(
        None,
        min_length=1,
        description="The system's group that may read `exports/`, which holds small numbers; unset, its owner alone.",
    )
    kept_generations: int = Field(
        2, ge=1, le=100, description="How many publications are kept whole beside the files, to restore them from."
    )
    file_size_limit_mib: int = Field(
        1024, ge=1, le=1 << 20, description="Largest landed file, and the largest that one may unpack to, in MiB."
    )
    decompression_ratio_limit: int = Field(
        200,
        ge=1,
        le=1 << 20,
        description="How many times its own size a .csv.gz, .xlsx or .parquet file may unpack to; 16 MiB are always "
        "allowed.",
    )
    column_limit: int = Field(2000, ge=1, le=100_000, description="Most columns of a landed table.")
    cell_length_limit: int = Field(
        1_000_000, ge=100, le=1 << 30, description="Most characters of one cell of a landed table."
    )
    retention_days: int | None = Field(
        None,
        ge=1,
        le=36_525,
        description="Rows about children of extracts whose date is more than so many days past are purged, and the "
        "figures kept; unset, nothing is purged.",
    )
    pseudonymise_persons: bool = Field(
        False,
        description="Whether casework.duckdb has keyed pseudonyms in place of the case system's ids of children; the "
        "key is the environment's KPI_PSEUDONYM_KEY, never a line of this file.",
    )
