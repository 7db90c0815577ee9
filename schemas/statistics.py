"""The published statistics that can be landed: by which columns a file is known, and what each of its figures is.

A file is known by its columns and never by its name. A column is named as every release has named it: DfE renames them from
year to year (`Referrals` became `referral_count`), and case, spaces and punctuation do not matter. What a file's figures
mean: docs/statistics.md.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

CHILDREN_IN_NEED = "Children in need (DfE, EES)"
LOOKED_AFTER = "Children looked after in England including adoptions (DfE, EES)"
STABILITY = "Stability measures for children looked after in England (DfE, EES)"
WORKFORCE = "Children's social work workforce (DfE, EES)"
POPULATION = "Mid-year population estimates (ONS)"

# The day on which the year of each publication ends.
YEAR_ENDS = {
    CHILDREN_IN_NEED: "03-31",
    LOOKED_AFTER: "03-31",
    STABILITY: "03-31",
    WORKFORCE: "09-30",
    POPULATION: "06-30",
}
# Indicators whose figures come with a publication under another name.
SAME_RELEASE = {
    "CLA (DfE)": LOOKED_AFTER,
    "Outcomes for children in need including CLA / CLA (DfE)": LOOKED_AFTER,
    "Characteristics of children in need 2017 to 2018 (DfE, Oct 2018), original publication workbook": CHILDREN_IN_NEED,
}

# The columns in which every file says when and where.
TIME = ("timeperiod", "timeidentifier")
PLACE = (
    "geographiclevel", "countrycode", "countryname", "regioncode", "regionname", "oldlacode", "newlacode", "laname",
)  # fmt: skip

# What stands in a cell instead of a figure, and the reason that is kept of it. Any other text is its own reason.
REASONS = {
    "": "blank",  # nothing stands there
    "c": "c",  # confidential
    "x": "x",  # not available
    ":": "x",  # not available, in older files
    "z": "z",  # does not apply
    "u": "u",  # unreliable
    "k": "k",  # rounds to nought but is not
    "low": "k",  # the same, in files of the workforce
    "-": "lait_dash",  # a dash, whose reason is lost
}


def key(text: str) -> str:
    """A column's name, or the text of a filter, as it is compared: its letters and digits."""
    return re.sub(r"[^a-z0-9]", "", text.casefold())


@dataclass(frozen=True)
class Figure:
    """One indicator of a file, or one spelling of it.

    `value`: its column, by every name that it has had; none where it is reckoned.
    `numerator` are summed, each by every name; `denominator` likewise, or `per_population`, or the row whose last filter
    is `total`. `where`: the texts of the file's filters, in their order. Reckoned is numerator / denominator × `scale`.
    """

    indicator: str
    value: tuple[str, ...] = ()
    numerator: tuple[tuple[str, ...], ...] = ()
    denominator: tuple[str, ...] = ()
    per_population: bool = False
    total: str | None = None
    where: tuple[str, ...] = ()
    scale: float = 100

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it is made of; of a figure as a file has it, where each has one name."""
        return (*self.value, *(name for names in self.numerator for name in names), *self.denominator)

    @property
    def is_reckoned(self) -> bool:
        """Whether it can be reckoned where no column has it."""
        return bool(self.numerator) and bool(self.denominator or self.per_population)


@dataclass(frozen=True)
class Statistic:
    """A file as it is published: `table` names it, `known_by` are the columns that only it has all of."""

    publication: str
    table: str
    known_by: tuple[tuple[str, ...], ...]
    figures: tuple[Figure, ...]
    filters: tuple[tuple[str, ...], ...] = ()


def _count(indicator: str, *names: str, where: tuple[str, ...] = ()) -> Figure:
    return Figure(indicator, value=names, where=where)


def _rate(indicator: str, count: tuple[str, ...], *names: str) -> Figure:
    return Figure(indicator, value=names, numerator=(count,), per_population=True, scale=10_000)


_REFERRALS = ("Referrals", "referral_count")
_REREFERRALS = ("Re_referrals", "rereferral_count", "re_referral_count")
_NFA = ("No_Further_Action", "no_further_action_count")
_NOT_IN_NEED = ("Not_in_Need", "not_in_need_count")
_AT_31 = ("At31_episodes", "at31_episode_count")
_COMPLETED = ("Assessments_completed", "assessment_completed_count", "assessments_completed_count")
_SECTION_47 = ("Section47", "section47_count", "section_47_count")
_ICPC = ("ICPC", "icpc_count")
_PLAN_START = ("CPP_start", "cpp_start_count")
_PLAN_END = ("CPP_end", "cpp_end_count")
_PLAN_AT_31 = ("CPP_At31", "cpp_at31_count", "cpp_at_31_count")
_CINPLAN_AT_31 = ("CINPlan_At31", "cin_plan_at31_count", "cinplan_at31_count")
_WITHIN_45 = tuple(
    (f"{band}", f"duration_{band}", f"{band}_count")
    for band in ("Same_day", "1-10_days", "11-20_days", "21-30_days", "31-40_days", "41-45_days")
)
_TEN, _FIFTEEN = (
    ("Duration_0-10_days", "duration_0_10_days_count"),
    ("Duration_11-15_days", "duration_11_15_days_count"),
)
_TWENTY, _MORE = ("Duration_16-20_days", "duration_16_20_days_count"), ("Duration_21+_days", "duration_21_days_count")

_CHILDREN = ("children_count", "number")
_PERCENT = ("children_percent", "percentage", "percent")
_RATE = ("rate_per_10000", "rate_per_10000_children")
_LEAVERS = ("care_leaver_count", "number")
_LEAVERS_PERCENT = ("care_leaver_percent", "percentage", "percent")
_AGES = {"1718": "17 to 18 years", "1921": "19 to 21 years"}


def _share_of_children(indicator: str, group: str, text: str, total: str) -> Figure:
    return Figure(indicator, value=_PERCENT, numerator=(_CHILDREN,), total=total, where=(group, text))


def _care_leavers() -> Iterator[Figure]:
    for code, age in _AGES.items():
        for name, text, total in (
            ("ACCOM_SUITABLE", "Accommodation considered suitable", "Suitability total"),
            ("ACCOM_UNSUITABLE", "Accommodation considered unsuitable", "Suitability total"),
            ("ACCOM_UNSUITABLE", "Accommodation considered not suitable", "Suitability total"),
            ("EET", "Total in education, employment or training", "Total"),
            ("NEET", "Total not in education, employment or training", "Total"),
            ("HE", "Higher education i.e. studies beyond A level", "Total"),
            ("ACTIVITY_UNKNOWN", "Total information not known", "Total"),
        ):
            yield Figure(
                f"CL_{name}_{code}_PCT", value=_LEAVERS_PERCENT, numerator=(_LEAVERS,), total=total, where=(age, text)
            )


def _movements() -> Iterator[Figure]:
    for name, text in (
        ("CLA", "Children looked after on 31 March each year"),
        ("CLA", "Children looked after at 31 March each year"),
        ("CLA_START", "Children starting to be looked after each year"),
        ("CLA_CEASE", "Children ceasing to be looked after each year"),
    ):
        yield _count(f"{name}_NUM", *_CHILDREN, where=(text,))
        yield Figure(
            f"{name}_RATE", value=_RATE, numerator=(_CHILDREN,), where=(text,), scale=10_000,
            denominator=("population_estimate", "population_count"),
        )  # fmt: skip


_MOVED = ("population_type", "cla_group", "population_count")
_HEALTH = "Health assessments: Children looked after all ages"

STATISTICS: tuple[Statistic, ...] = (
    Statistic(
        CHILDREN_IN_NEED, "B1", (("Anypoint_episodes", "anypoint_episode_count"), _AT_31),
        (
            _count("CIN_NUM", *_AT_31),
            _count("CIN_STARTED_NUM", "Started_episodes", "started_episode_count"),
            _count("CIN_ENDED_NUM", "Ended_episodes", "ended_episode_count"),
            _count("CIN_AWAITING_ASSESSMENT_NUM", "Awaiting_assessment", "awaiting_assessment_count"),
            _rate("CIN_RATE", _AT_31, "At31_episodes_rate", "at31_episode_rate"),
        ),
    ),
    Statistic(
        CHILDREN_IN_NEED, "B7", (_CINPLAN_AT_31,),
        (
            _count("CINPLAN_NUM", *_CINPLAN_AT_31),
            _rate("CINPLAN_RATE", _CINPLAN_AT_31, "CINPlan_At31_rate", "cin_plan_at31_rate"),
        ),
    ),
    Statistic(
        CHILDREN_IN_NEED, "C1", (_REFERRALS, _REREFERRALS),
        (
            _count("REF_NUM", *_REFERRALS),
            _rate("REF_RATE", _REFERRALS, "Referrals_rate", "referral_rate"),
            Figure("REREF_12M_PCT", ("Re_referrals_percent", "rereferral_percent", "re_referral_percent"),
                   (_REREFERRALS,), _REFERRALS),
            Figure("REF_NFA_PCT", ("No_Further_Action_percent", "no_further_action_percent"), (_NFA,), _REFERRALS),
            Figure("REF_ASSESSED_NOT_IN_NEED_PCT", ("Not_in_Need_percent", "not_in_need_percent"), (_NOT_IN_NEED,),
                   _REFERRALS),
        ),
    ),
    Statistic(
        CHILDREN_IN_NEED, "C2", (_COMPLETED, _WITHIN_45[-1]),
        (
            _count("ASSESSMENTS_COMPLETED_NUM", *_COMPLETED),
            _rate("ASSESSMENTS_COMPLETED_RATE", _COMPLETED, "Assessments_completed_rate", "assessment_completed_rate"),
            _count("SA_MEDIAN_DAYS", "Median_days", "median_duration_days", "duration_median"),
            Figure("SA_45WD_PCT", numerator=_WITHIN_45, denominator=_COMPLETED),
        ),
    ),
    Statistic(
        CHILDREN_IN_NEED, "C4", (_SECTION_47, _ICPC),
        (
            _count("S47_NUM", *_SECTION_47),
            _rate("S47_RATE", _SECTION_47, "Section47_rate", "section_47_rate"),
            _count("ICPC_NUM", *_ICPC),
            _rate("ICPC_RATE", _ICPC, "ICPC_rate"),
            _count("ICPC_DUR_0_10_NUM", *_TEN),
            _count("ICPC_DUR_11_15_NUM", *_FIFTEEN),
            _count("ICPC_DUR_16_20_NUM", *_TWENTY),
            _count("ICPC_DUR_21P_NUM", *_MORE),
            _count("ICPC_MEDIAN_DAYS", "Duration_median", "duration_median_days"),
            Figure("ICPC_15WD_PCT", numerator=(_TEN, _FIFTEEN), denominator=_ICPC),
        ),
    ),
    Statistic(
        CHILDREN_IN_NEED, "C5", (_REFERRALS, ("Police", "police_count"), ("Schools", "schools_count", "school_count")),
        (
            Figure("REF_SOURCE_HEALTH_PCT", numerator=(("Health_Services", "health_services_count"),),
                   denominator=_REFERRALS),
            Figure("REF_SOURCE_POLICE_PCT", numerator=(("Police", "police_count"),), denominator=_REFERRALS),
            Figure("REF_SOURCE_SCHOOL_PCT", numerator=(("Schools", "schools_count", "school_count"),),
                   denominator=_REFERRALS),
        ),
    ),
    Statistic(
        CHILDREN_IN_NEED, "D1", (_PLAN_START, _PLAN_END, _PLAN_AT_31),
        (
            _count("CPP_START_NUM", *_PLAN_START),
            _rate("CPP_START_RATE", _PLAN_START, "CPP_start_rate"),
            _rate("CPP_END_RATE", _PLAN_END, "CPP_end_rate"),
            _count("CPP_NUM", *_PLAN_AT_31),
            _rate("CPP_RATE", _PLAN_AT_31, "CPP_At31_rate", "cpp_at_31_rate"),
        ),
    ),
    Statistic(
        CHILDREN_IN_NEED, "D3", (("CPP_subsequent", "cpp_subsequent_count"),),
        (
            _count("CPP_START_NUM", *_PLAN_START),
            Figure("CPP_REPEAT_PCT", ("CPP_subsequent_percent",), (("CPP_subsequent", "cpp_subsequent_count"),),
                   _PLAN_START),
        ),
    ),
    Statistic(
        CHILDREN_IN_NEED, "D5", (_PLAN_AT_31, ("2_years_or_more", "2_years_or_more_count")),
        (
            _count("CPP_NUM", *_PLAN_AT_31),
            _rate("CPP_RATE", _PLAN_AT_31),
            Figure("CPP_2Y_ACTIVE_PCT", ("2_years_or_more_percent",), (("2_years_or_more", "2_years_or_more_count"),),
                   _PLAN_AT_31),
            Figure("CPP_LE3M_ACTIVE_PCT", ("3_months_or_less_percent",),
                   (("3_months_or_less", "3_months_or_less_count"),), _PLAN_AT_31),
        ),
    ),
    Statistic(
        CHILDREN_IN_NEED, "D6", (("Reviewed_within_timescales", "reviewed_within_timescales_count"),),
        (
            Figure("CPP_REVIEWED_ON_TIME_PCT", ("Reviewed_within_timescales_percent",),
                   (("Reviewed_within_timescales", "reviewed_within_timescales_count"),),
                   ("CPP_At31_3Months", "cpp_at31_3months_count", "cpp_at_31_3_months_count")),
        ),
    ),
    Statistic(
        CHILDREN_IN_NEED, "D7", (_PLAN_END, ("2_years_or_more", "2_years_or_more_count")),
        (
            Figure("CPP_2Y_CEASED_PCT", ("2_years_or_more_percent",), (("2_years_or_more", "2_years_or_more_count"),),
                   _PLAN_END),
        ),
    ),
    Statistic(
        LOOKED_AFTER, "cla_number_and_rate_per_10k", (_MOVED, _RATE), tuple(_movements()), filters=(_MOVED,),
    ),
    Statistic(
        LOOKED_AFTER, "la_cla_placement_stability", (("cla_group",), ("placement_stability",), _PERCENT),
        (
            _share_of_children("CLA_3PLUS_PLACEMENTS_PCT", "CLA on 31 March",
                               "With 3 or more placements during the year", "Total children"),
            _share_of_children(
                "CLA_LT_STABILITY_PCT",
                "Children looked after continuously for at least 2.5 years on 31 March aged under 16 years",
                "Living with the same carer for at least 2 years", "Total children",
            ),
        ),
        filters=(("cla_group",), ("placement_stability",)),
    ),
    Statistic(
        STABILITY, "la_cla_swcount", (("cla_group",), ("sw_stability",), _PERCENT),
        (_share_of_children("CLA_3PLUS_SW_PCT", "CLA on 31 March", "3 or more social workers during the year",
                            "Total children"),),
        filters=(("cla_group",), ("sw_stability",)),
    ),
    Statistic(
        LOOKED_AFTER, "la_care_leavers",
        (("care_leaver_age", "age"), ("breakdown", "activity", "accommodation_suitability"), _LEAVERS_PERCENT),
        tuple(_care_leavers()),
        filters=(("care_leaver_age", "age"), ("breakdown", "activity", "accommodation_suitability")),
    ),
    Statistic(
        LOOKED_AFTER, "la_conviction_health_outcome_cla", (("characteristic",), ("breakdown",), _CHILDREN, _PERCENT),
        (
            _share_of_children("CLA_HEALTH_CHECK_PCT", _HEALTH, "Had their annual health assessment", "Total all ages"),
            _share_of_children("CLA_DENTAL_PCT", _HEALTH, "Had their teeth checked by a dentist", "Total all ages"),
            _share_of_children("CLA_IMMUNISED_PCT", _HEALTH, "Had their immunisations up to date", "Total all ages"),
            _count("CLA_SDQ_AVG", *_CHILDREN, where=("Ages 5 to 16 years with SDQ score", "SDQ average score")),
        ),
        filters=(("characteristic",), ("breakdown",)),
    ),
    Statistic(
        WORKFORCE, "csww_indicators",
        (("caseload_fte",), ("agency_rate_fte", "agency_worker_rate_fte", "agency_worker_rate_fte_perc")),
        (
            _count("WF_SW_FTE", "inpost_fte", "social_worker_fte"),
            _count("WF_STARTERS_FTE", "starters_fte", "starter_fte"),
            _count("WF_LEAVERS_FTE", "leavers_fte", "leaver_fte"),
            _count("WF_TURNOVER_FTE_PCT", "turnover_rate_fte", "turnover_rate_fte_perc"),
            Figure("WF_AGENCY_FTE_PCT", ("agency_rate_fte", "agency_worker_rate_fte", "agency_worker_rate_fte_perc"),
                   (("agency_fte",),)),
            _count("WF_AGENCY_COVER_PCT", "agency_cover_rate_fte", "agency_cover_rate_fte_perc"),
            Figure("WF_VACANCY_FTE_PCT", ("vacancy_rate_fte", "vacancy_rate_fte_perc"), (("vacancy_fte",),)),
            Figure("WF_CASELOAD_FTE", ("caseload_fte",), (("cases",),), ("case_holders_fte",), scale=1),
            _count("WF_ABSENCE_FTE_PCT", "absence_rate_fte", "absence_rate_fte_perc"),
        ),
    ),
    Statistic(
        POPULATION, "mid-year population estimates", (("age_group",), ("population_estimate",)),
        (_count("POPULATION_0_17", "population_estimate", where=("Children aged 0 to 17 years",)),),
        filters=(("age_group",),),
    ),
)  # fmt: skip

# A neighbour model: an authority, and its ten neighbours, each with a word on how close it is.
NEIGHBOUR_AUTHORITY = ("old_la_code", "LA num", "LA number")
NEIGHBOUR_COUNT = 10

# Which authority takes the place of which, and when: a file of the user's own, as no publisher gives it.
SUCCESSION_COLUMNS = ("la_code", "name", "successor_la_code", "successor_name", "changed_on", "status", "extent")


@dataclass(frozen=True)
class Known:
    """A file's statistic, with the column that holds each part of it there."""

    statistic: Statistic
    figures: tuple[Figure, ...]  # those that the file can give, each name the one of the file
    filters: tuple[str, ...]


def known(header: list[str]) -> Known | None:
    """What a file with these columns is; None where no published file that is known here has them.

    Of several that it could be, the one with the most of its own columns.
    """
    columns = {key(name): name for name in header}
    if "timeperiod" not in columns or "geographiclevel" not in columns:
        return None
    found = [
        one
        for one in STATISTICS
        if all(_column(columns, names) for names in (*one.known_by, *one.filters))
    ]  # fmt: skip
    if not found:
        return None
    statistic = max(found, key=lambda one: len(one.known_by))
    figures = tuple(there for one in statistic.figures if (there := _as_there(one, columns)))
    filters = tuple(_column(columns, names) for names in statistic.filters)
    return Known(statistic, figures, filters) if figures else None


def _column(columns: dict[str, str], names: tuple[str, ...]) -> str:
    """The key of the first of the names that is a column; empty where none is."""
    return next((key(name) for name in names if key(name) in columns), "")


def _as_there(figure: Figure, columns: dict[str, str]) -> Figure | None:
    """A figure with the columns of the file; None where the file has neither it nor what it can be reckoned of."""
    value = _column(columns, figure.value)
    numerator = tuple((_column(columns, names),) for names in figure.numerator)
    denominator = _column(columns, figure.denominator)
    can_be_reckoned = all(name for (name,) in numerator) and bool(denominator or figure.per_population)
    if not value and not (figure.is_reckoned and can_be_reckoned):
        return None
    return replace(
        figure, value=(value,) if value else (), denominator=(denominator,) if denominator else (),
        numerator=numerator if all(name for (name,) in numerator) else (),
    )  # fmt: skip
