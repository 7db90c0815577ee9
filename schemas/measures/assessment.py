"""Single assessments, children in need, and children on a child in need plan."""

from schemas.kinds import COUNT_OF_EVENTS, COUNT_OF_SNAPSHOT, MEDIAN, RATE_OF_SNAPSHOT, SHARE_OF_EVENTS
from schemas.measures.declaration import NO_STATISTIC, Measure, Need, Polarity

_WORKING_TOGETHER = "Working Together to Safeguard Children 2023: an assessment ends within 45 working days"
_CENSUS = "DfE children in need census 2024 to 2025"
_FINISHED = ("authorised_date", "completed_date")
_CLOCK = "an assessment in time began up to ten weeks before it ended, and its referral may be older"
_TIMED = (
    Need("assessment", _FINISHED, "sa_completion", run_in_months=3, asks="spells", because=_CLOCK),
    Need("referral", run_in_months=3, asks="spells", because=_CLOCK),
)

MEASURES: tuple[Measure, ...] = (
    Measure(
        measure_code="assessment_timeliness",
        short_code="SA_45WD",
        title="Single assessments completed within 45 working days",
        definition="Of the single assessments authorised in the month, the share authorised within 45 working days of "
        "the referral (the first assessment of a referral) or of the assessment's own start (a later one, or one "
        "without a referral).",
        numerator="Assessments authorised within 45 working days",
        denominator="Assessments authorised in the month",
        kind=SHARE_OF_EVENTS,
        fact="single_assessment",
        counted="is_counted",
        achieved="is_in_time",
        is_timed=True,
        polarity=Polarity.HIGHER_BETTER,
        decimal_places=0,
        source=f"{_WORKING_TOGETHER}; {_CENSUS}, table C2",
        needs=_TIMED,
        benchmark_indicator="SA_45WD_PCT",
        benchmark_note="DfE counts from the assessment's own start; here the first one counts from the referral.",
    ),
    Measure(
        measure_code="assessments_completed",
        short_code="SA_COMPLETED",
        title="Single assessments completed",
        definition="The single assessments that were authorised in the month, whatever their outcome.",
        numerator="Assessments authorised in the month",
        denominator="",
        kind=COUNT_OF_EVENTS,
        fact="single_assessment",
        counted="event_date is not null",
        polarity=Polarity.NEUTRAL,
        decimal_places=0,
        source=f"{_CENSUS}, table C2",
        needs=(Need("assessment", _FINISHED, "sa_completion"),),
        benchmark_note="A mean of other authorities' counts says nothing.",
    ),
    Measure(
        measure_code="assessments_open",
        short_code="SA_OPEN",
        title="Single assessments not completed",
        definition="The single assessments that had begun by the end of the month (by their start, else by their "
        "referral), were not authorised by then, and whose referral was not closed by then. One that was reopened is "
        "not authorised.",
        numerator="Assessments open at the end of the month",
        denominator="",
        kind=COUNT_OF_SNAPSHOT,
        fact="assessment_unfinished",
        polarity=Polarity.LOWER_BETTER,
        decimal_places=0,
        source=_WORKING_TOGETHER,
        needs=(
            Need("assessment", _FINISHED, "sa_completion", asks="spells"),
            Need("referral", asks="spells"),
        ),
        benchmark_note=NO_STATISTIC,
    ),
    Measure(
        measure_code="assessments_overdue",
        short_code="SA_OPEN_OVER45",
        title="Single assessments open for more than 45 working days",
        definition="Of the single assessments open at the end of the month, those whose clock had run for more than 45 "
        "working days. One without a date to count from is open and not overdue.",
        numerator="Assessments open for more than 45 working days",
        denominator="",
        kind=COUNT_OF_SNAPSHOT,
        fact="assessment_unfinished",
        counted="is_overdue",
        polarity=Polarity.LOWER_BETTER,
        decimal_places=0,
        source=_WORKING_TOGETHER,
        needs=_TIMED,
        benchmark_note=NO_STATISTIC,
    ),
    Measure(
        measure_code="assessment_median_days",
        short_code="SA_MEDIAN_WD",
        title="Median working days of a single assessment",
        definition="The working days that the single assessments authorised in the month took, the middle one of them, "
        "by the same clock as their timeliness. Assessments without a date to count from are left out.",
        numerator="",
        denominator="Assessments authorised in the month whose working days are known",
        kind=MEDIAN,
        fact="single_assessment",
        counted="working_days is not null",
        polarity=Polarity.LOWER_BETTER,
        decimal_places=1,
        source=f"{_CENSUS}, table C2",
        needs=_TIMED,
        benchmark_note="DfE's median counts from the assessment's own start and is not in the reference figures.",
    ),
    Measure(
        measure_code="assessments_no_further_action",
        short_code="SA_NFA",
        title="Single assessments that ended in no further action",
        definition="Of the single assessments authorised in the month, the share whose outcome is no further action. "
        "Why the case was closed later is another question.",
        numerator="Assessments that ended in no further action",
        denominator="Assessments authorised in the month",
        kind=SHARE_OF_EVENTS,
        fact="single_assessment",
        counted="event_date is not null",
        achieved="is_no_further_action",
        case={"reason": "'Not ended in no further action'"},
        polarity=Polarity.NEUTRAL,
        decimal_places=0,
        source=f"{_CENSUS}, table C2",
        needs=(Need("assessment", _FINISHED, "sa_completion"), Need("assessment", ("outcome_nfa",))),
        benchmark_note=NO_STATISTIC,
    ),
    Measure(
        measure_code="children_in_need",
        short_code="CIN_OPEN",
        title="Children in need",
        definition="The children with a referral that was made by the end of the month, was not closed by then and did "
        "not end in no further action: of any age, the unborn, children on a plan and looked after children included. "
        "A child with two open referrals is one child.",
        numerator="Children in need at the end of the month",
        denominator="",
        kind=COUNT_OF_SNAPSHOT,
        fact="child_in_need",
        polarity=Polarity.NEUTRAL,
        decimal_places=0,
        source=f"{_CENSUS}, table B1",
        needs=(
            Need("referral", ("closure_date",), asks="spells"),
            Need("referral", ("referral_nfa",), asks="spells"),
        ),
        benchmark_note="A mean of other authorities' counts says nothing; compare the rate.",
    ),
    Measure(
        measure_code="children_in_need_rate",
        short_code="CIN_RATE",
        title="Children in need per 10,000",
        definition="The children in need at the end of the month per 10,000 residents aged 0 to 17.",
        numerator="Children in need at the end of the month",
        denominator="Residents aged 0 to 17 (ONS mid-year estimate)",
        kind=RATE_OF_SNAPSHOT,
        fact="child_in_need",
        polarity=Polarity.NEUTRAL,
        decimal_places=1,
        source=f"{_CENSUS}, table B1",
        needs=(
            Need("referral", ("closure_date",), asks="spells"),
            Need("referral", ("referral_nfa",), asks="spells"),
        ),
        benchmark_indicator="CIN_RATE",
        benchmark_note="DfE counts episodes of need; here a child with two open referrals is one child.",
    ),
    Measure(
        measure_code="children_on_cin_plan",
        short_code="CINPLAN_COUNT",
        title="Children on a child in need plan",
        definition="The children with a child in need plan open at the end of the month who are neither on a child "
        "protection plan nor looked after.",
        numerator="Children on a child in need plan at the end of the month",
        denominator="",
        kind=COUNT_OF_SNAPSHOT,
        fact="child_on_cin_plan",
        polarity=Polarity.NEUTRAL,
        decimal_places=0,
        source=f"{_CENSUS}, child in need plan dates",
        needs=(
            Need("cin_plan", asks="spells"),
            Need("cp_plan", asks="spells"),
            Need("cla_episode", asks="spells", latest_is_enough=True),
            Need("person", ("dob",)),
        ),
        benchmark_note=NO_STATISTIC,
    ),
)
