"""The definitions that authorities contest, as settings: every value here decides numbers.

Each key, its default and its alternatives come from the table of contested definitions that DfE guidance, the
statutory returns and local practice leave open; docs/measures.md prints the descriptions below. The operational
settings are beside them: those that the assets need in `Operation`, those that say where things are in
pipelines/settings.py.
"""

import re
from datetime import date, time
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from schemas.codes import LEGAL_STATUS
from schemas.measures import MEASURES
from schemas.tables import MODELS

_SPAN = re.compile(r"\d{1,3}\s+(year|month)s?", re.IGNORECASE)

Month = Annotated[date, Field(description="a date; only its month counts")]


# The forms in which an extract can come, in the order in which a table is taken from them where several have it.
FORM_ORDER = ("canonical", "ssd", "annex-a", "cin", "ssda903", "daily")


class Rebase(BaseModel):
    """A recorded change of a process: from its month on, an authority's series of a measure has new limits."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    la_code: str = Field(pattern=r"^[0-9]{3}$")
    measure_code: str
    month: Month
    reason: str

    @field_validator("measure_code")
    @classmethod
    def _known(cls, measure_code: str) -> str:
        if measure_code not in MEASURES:
            raise ValueError(f"{measure_code} is no measure; docs/measures.md lists them")
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


class Settings(BaseModel):
    """One value per contested definition. Unknown keys are errors, so that a misspelt key cannot be ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    history_from: Month | None = Field(
        None, description="First month to publish; unset, the month of the earliest usable referral date."
    )
    coverage: dict[str, dict[str, date | str]] = Field(
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
        (), description="Council closure days to count as non-working. DfE counts none."
    )
    nonworking_start: Literal["next_working_day_is_day_1", "roll_forward_is_day_0"] = Field(
        "next_working_day_is_day_1",
        description="Whether a clock that starts on a non-working day is moved to the next working day.",
    )
    missing_start: Literal["fail", "exclude"] = Field(
        "fail", description="An event without a clock start: in the denominator and failed, or left out."
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
    mash_working_hours: float = Field(24, gt=0, description="Working hours allowed, for working_hours.")

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
        "always the latest; or the first since the child's previous conference.",
    )
    icpc_transfer_in: Literal["include_from_notification", "exclude"] = Field(
        "include_from_notification",
        description="Conferences on children who moved in on another authority's plan.",
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
    local_target: dict[str, float] = Field(
        {}, description="What the council has set itself, by measure code; it places a measure that has no benchmark."
    )
    overview_above_benchmark_percent: float = Field(
        10,
        ge=0,
        description="From how far above its benchmark on a measure is for development that is neither good nor bad "
        "when high.",
    )

    @field_validator("coverage")
    @classmethod
    def _readable(cls, coverage: dict[str, dict[str, date | str]]) -> dict[str, dict[str, date | str]]:
        for la_code, tables in coverage.items():
            for table, value in tables.items():
                if isinstance(value, str) and not _SPAN.fullmatch(value.strip()):
                    raise ValueError(
                        f"{la_code}.{table} is {value!r}; give a date such as 2020-03-01 or a span such as '6 years'"
                    )
        return coverage

    @field_validator("form_order")
    @classmethod
    def _of_forms(cls, form_order: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        for table, forms in form_order.items():
            if table != "all" and table not in MODELS:
                raise ValueError(f"{table} is no table; give 'all' or one of {', '.join(MODELS)}")
            if unknown := [form for form in forms if form not in FORM_ORDER]:
                raise ValueError(f"{table}: {', '.join(unknown)} is no form; the forms are {', '.join(FORM_ORDER)}")
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
        unknown = sorted(set(self.cla_exclude_ls) - set(LEGAL_STATUS))
        if unknown:
            raise ValueError(f"cla_exclude_ls: {', '.join(unknown)} is no legal status; give codes such as V3")
        unheard = sorted(set(self.local_target) - set(MEASURES))
        if unheard:
            raise ValueError(f"local_target: {', '.join(unheard)} is no measure; the codes are {', '.join(MEASURES)}")
        return self


class Operation(BaseModel):
    """What a run accepts and how it works. No value here decides a figure, so a change makes no new version."""

    model_config = ConfigDict(extra="forbid", frozen=True)

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
    drift_minimum_rows: int = Field(
        1000, ge=1, le=1_000_000_000, description="The three limits above hold for tables of so many rows or more."
    )
    public_copy: bool = Field(
        False, description="Whether publishing also makes `public/`, a copy of the figures that may leave the service."
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
