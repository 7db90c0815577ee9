"""Children looked after: how many, what is done for them, and how they come and go."""

from schemas.kinds import (
    COUNT_OF_EVENTS,
    COUNT_OF_SNAPSHOT,
    DISTINCT_CHILDREN,
    RATE_OF_EVENTS,
    RATE_OF_SNAPSHOT,
    SHARE_OF_EVENTS,
    SHARE_OF_SNAPSHOT,
)
from schemas.measures.declaration import Measure, Need, Polarity

_NO_STATISTIC = "No benchmark exists: no national statistic is published."
_COUNT = "Counts have no benchmark: a mean of other authorities' counts says nothing."
_RETURN = "DfE children looked after statistics (SSDA903 return, edition 2025-26)"
_REGULATIONS = "Care Planning, Placement and Case Review (England) Regulations 2010"

# A period of care is complete with all its episodes (its spell), so most measures need no run-in of it.
_LOOKED_AFTER = (Need("cla_episode", asks="spells", latest_is_enough=True), Need("person", ("dob",)))


def _episodes(run_in_months: int, because: str) -> tuple[Need, ...]:
    """What a measure needs that looks back over a child's episodes; the latest one alone does not give it."""
    return (
        Need("cla_episode", run_in_months=run_in_months, asks="spells", because=because),
        Need("person", ("dob",)),
    )


MEASURES: tuple[Measure, ...] = (
    Measure(
        measure_code="looked_after_children",
        short_code="CLA_COUNT",
        title="Looked after children",
        definition="Children aged under 18 and alive, looked after by this authority at the end of the month. Short "
        "breaks (legal statuses V1, V3 and V4) and statuses that make nobody looked after are left out. A child with "
        "two open episodes is one child.",
        numerator="Children looked after at the end of the month",
        denominator="",
        kind=COUNT_OF_SNAPSHOT,
        fact="child_looked_after",
        polarity=Polarity.NEUTRAL,
        decimal_places=0,
        source=_RETURN,
        needs=_LOOKED_AFTER,
        benchmark_note=_COUNT,
    ),
    Measure(
        measure_code="looked_after_rate",
        short_code="CLA_RATE",
        title="Looked after children per 10,000",
        definition="Children aged under 18 looked after by this authority at the end of the month, short breaks left "
        "out, per 10,000 residents aged 0 to 17.",
        numerator="Children looked after at the end of the month",
        denominator="Residents aged 0 to 17 (ONS mid-year estimate)",
        kind=RATE_OF_SNAPSHOT,
        fact="child_looked_after",
        polarity=Polarity.NEUTRAL,
        decimal_places=0,
        source="DfE children looked after statistics (SSDA903)",
        needs=_LOOKED_AFTER,
        benchmark_indicator="CLA_RATE",
    ),
    Measure(
        measure_code="authorised_care_plan",
        short_code="CLA_CAREPLAN",
        title="Looked after children with an authorised care plan",
        definition="Of the children looked after at the end of the month, the share with a care plan that was "
        "authorised by then, has not ended, and was authorised no earlier than 31 days before the current period of "
        "care began. At 16 and 17 a pathway plan stands for a care plan.",
        numerator="Children with an authorised care plan",
        denominator="Children looked after at the end of the month",
        kind=SHARE_OF_SNAPSHOT,
        fact="child_looked_after",
        counted="is_past_grace",
        achieved="has_authorised_care_plan",
        case={"reason": "care_plan_reason"},
        polarity=Polarity.HIGHER_BETTER,
        decimal_places=0,
        source=_REGULATIONS,
        needs=(
            *_LOOKED_AFTER,
            Need(
                "cla_care_plan",
                ("authorised_date",),
                asks="spells",
                because="a plan may be authorised up to 31 days before the period of care",
            ),
        ),
        benchmark_note=_NO_STATISTIC,
    ),
    Measure(
        measure_code="entries_to_care",
        short_code="CLA_STARTS",
        title="Children who began to be looked after",
        definition="Periods of care that began in the month, by the first day of their first episode, short breaks "
        "left out. Each time counts: a child who comes back into care counts again. Age is no filter.",
        numerator="Periods of care that began in the month",
        denominator="",
        kind=COUNT_OF_EVENTS,
        fact="entry_to_care",
        polarity=Polarity.NEUTRAL,
        decimal_places=0,
        source=_RETURN,
        needs=(Need("cla_episode", because="the first episode of a period tells when it began"),),
        benchmark_note=_COUNT,
    ),
    Measure(
        measure_code="entry_to_care_rate",
        short_code="CLA_START_RATE",
        title="Children who began to be looked after per 10,000, twelve months",
        definition="Different children who began to be looked after in the twelve months up to the end of the month, "
        "short breaks left out, per 10,000 residents aged 0 to 17.",
        numerator="Different children who began to be looked after in the twelve months",
        denominator="Residents aged 0 to 17 (ONS mid-year estimate)",
        kind=RATE_OF_EVENTS,
        fact="entry_to_care",
        polarity=Polarity.NEUTRAL,
        decimal_places=1,
        source=_RETURN,
        needs=(Need("cla_episode", because="the first episode of a period tells when it began"),),
        benchmark_indicator="CLA_START_RATE",
    ),
    Measure(
        measure_code="exits_from_care",
        short_code="CLA_ENDS",
        title="Children who ceased to be looked after",
        definition="Periods of care that ended in the month, by the day on which their last episode ended, where that "
        "is not after the child's 18th birthday or death. Each time counts.",
        numerator="Periods of care that ended in the month",
        denominator="",
        kind=COUNT_OF_EVENTS,
        fact="exit_from_care",
        polarity=Polarity.NEUTRAL,
        decimal_places=0,
        source=_RETURN,
        needs=(
            Need("cla_episode", because="the last episode of a period tells when it ended"),
            Need("person", ("dob",)),
        ),
        benchmark_note=f"{_COUNT} DfE counts a child's last exit of a year alone.",
    ),
    Measure(
        measure_code="unaccompanied_children",
        short_code="CLA_UASC",
        title="Looked after children who are unaccompanied and seek asylum",
        definition="Of the children looked after at the end of the month, the share recorded as unaccompanied "
        "asylum-seeking children, as the extract now has it.",
        numerator="Unaccompanied asylum-seeking children",
        denominator="Children looked after at the end of the month",
        kind=SHARE_OF_SNAPSHOT,
        fact="child_looked_after",
        achieved="is_unaccompanied",
        polarity=Polarity.NEUTRAL,
        decimal_places=0,
        source=_RETURN,
        needs=(Need("cla_episode", asks="spells", latest_is_enough=True), Need("person", ("uasc",))),
        benchmark_note="No benchmark is published as a share.",
    ),
    Measure(
        measure_code="looked_after_review_timeliness",
        short_code="CLA_REVIEW",
        title="Looked after children whose reviews were held in time",
        definition="Of the children looked after at the end of the month for 20 working days or more, the share whose "
        "reviews that were due in the twelve months were each held by their day, with none overdue. The first is due "
        "within 20 working days of the start of the period of care, the second within 91 days of the first, each later "
        "one within 183 days of the one before.",
        numerator="Children whose reviews were all held in time",
        denominator="Children looked after at the end of the month for 20 working days or more",
        kind=SHARE_OF_SNAPSHOT,
        fact="child_looked_after",
        counted="is_review_due",
        achieved="is_reviewed_in_time",
        case={"due_date": "review_due_date", "reason": "review_reason"},
        polarity=Polarity.HIGHER_BETTER,
        decimal_places=0,
        source=f"{_REGULATIONS}, regulation 33",
        needs=(
            *_episodes(0, ""),
            Need(
                "cla_review",
                run_in_months=18,
                because="a due day of the last twelve months is counted from the review up to 183 days before it",
            ),
        ),
        benchmark_note=_NO_STATISTIC,
    ),
    Measure(
        measure_code="looked_after_visit_timeliness",
        short_code="CLA_VISITS",
        title="Looked after children visited in time",
        definition="Of the children looked after at the end of the month, the share whose last visit, or whose "
        "placement's start if that was later, was no more than 42 days before; 91 days in a long-term foster placement "
        "(U1, U4) of more than a year.",
        numerator="Children visited in time",
        denominator="Children looked after at the end of the month",
        kind=SHARE_OF_SNAPSHOT,
        fact="child_looked_after",
        achieved="is_visited_in_time",
        case={"clock_start": "visit_clock_start", "due_date": "visit_due_date", "reason": "visit_reason"},
        polarity=Polarity.HIGHER_BETTER,
        decimal_places=0,
        source=f"{_REGULATIONS}, regulation 28",
        needs=(
            *_LOOKED_AFTER,
            Need(
                "cla_visit",
                run_in_months=3,
                latest_is_enough=True,
                because="in a long-term placement a visit counts for 91 days",
            ),
        ),
        benchmark_note=_NO_STATISTIC,
    ),
    Measure(
        measure_code="placement_moves",
        short_code="CLA_3PLUS",
        title="Looked after children with three or more placements in twelve months",
        definition="Of the children looked after at the end of the month, the share with three or more placements that "
        "were open twelve months before or have begun since. Placements of less than a day and temporary ones (T0 to "
        "T4) are none; after a temporary one the same type at the same postcode is the same placement going on; a "
        "placement for adoption with the carers before (A3, A5) is none.",
        numerator="Children with three or more placements",
        denominator="Children looked after at the end of the month",
        kind=SHARE_OF_SNAPSHOT,
        fact="child_looked_after",
        achieved="has_three_placements",
        polarity=Polarity.LOWER_BETTER,
        decimal_places=0,
        source=_RETURN,
        needs=_episodes(12, "the placements of the last twelve months are counted"),
        benchmark_indicator="CLA_3PLUS_PLACEMENTS_PCT",
    ),
    Measure(
        measure_code="placement_stability",
        short_code="CLA_LT_STABLE",
        title="Children long looked after in the same placement for two years",
        definition="Of the children under 16 looked after at the end of the month without a break for thirty months, "
        "the share whose placement began two years ago or earlier, or who are placed for adoption and whose placement "
        "together with the one before spans two years.",
        numerator="Children in the same placement for two years",
        denominator="Children under 16 looked after for thirty months or more",
        kind=SHARE_OF_SNAPSHOT,
        fact="child_looked_after",
        counted="is_of_long_standing",
        achieved="is_settled",
        case={"clock_start": "placement_start_date", "reason": "'The placement began less than two years ago'"},
        polarity=Polarity.HIGHER_BETTER,
        decimal_places=0,
        source=_RETURN,
        needs=_episodes(30, "a period of care and its placements of the last thirty months are looked at"),
        benchmark_indicator="CLA_LT_STABILITY_PCT",
    ),
    Measure(
        measure_code="health_assessments",
        short_code="CLA_HEALTH",
        title="Looked after children with their health assessments",
        definition="Of the children looked after at the end of the month without a break for twelve months, the share "
        "with a completed health assessment in those months; two for a child under five.",
        numerator="Children with their health assessments in the twelve months",
        denominator="Children looked after without a break for twelve months",
        kind=SHARE_OF_SNAPSHOT,
        fact="child_looked_after",
        counted="is_without_a_break",
        achieved="is_health_assessed",
        case={"reason": "health_reason"},
        polarity=Polarity.HIGHER_BETTER,
        decimal_places=0,
        source=f"{_RETURN}; {_REGULATIONS}, regulation 7",
        needs=(
            *_episodes(12, "a child counts that was looked after for twelve months"),
            Need(
                "cla_health",
                ("event_date",),
                run_in_months=12,
                because="the assessments of the last twelve months are counted",
            ),
            Need("cla_health", ("status",)),
        ),
        benchmark_indicator="CLA_HEALTH_CHECK_PCT",
    ),
    Measure(
        measure_code="dental_checks",
        short_code="CLA_DENTAL",
        title="Looked after children with a dental check",
        definition="Of the children looked after at the end of the month without a break for twelve months, the share "
        "with a completed dental check in those months.",
        numerator="Children with a dental check in the twelve months",
        denominator="Children looked after without a break for twelve months",
        kind=SHARE_OF_SNAPSHOT,
        fact="child_looked_after",
        counted="is_without_a_break",
        achieved="is_dental_checked",
        case={"reason": "'No dental check in twelve months'"},
        polarity=Polarity.HIGHER_BETTER,
        decimal_places=0,
        source=_RETURN,
        needs=(
            Need("cla_episode", asks="spells", latest_is_enough=True, because="the start of the period of care"),
            Need("person", ("dob",)),
            Need(
                "cla_health",
                ("event_date",),
                run_in_months=12,
                latest_is_enough=True,
                because="a check counts for twelve months",
            ),
            Need("cla_health", ("status",), latest_is_enough=True),
        ),
        benchmark_indicator="CLA_DENTAL_PCT",
    ),
    Measure(
        measure_code="immunisations",
        short_code="CLA_IMMS",
        title="Looked after children whose immunisations are up to date",
        definition="Of the children looked after at the end of the month without a break for twelve months, the share "
        "of whom the latest statement about immunisations by then says that they are up to date.",
        numerator="Children whose immunisations are up to date",
        denominator="Children looked after without a break for twelve months",
        kind=SHARE_OF_SNAPSHOT,
        fact="child_looked_after",
        counted="is_without_a_break",
        achieved="is_immunised",
        case={"reason": "immunisation_reason"},
        polarity=Polarity.HIGHER_BETTER,
        decimal_places=0,
        source=_RETURN,
        needs=(
            Need("cla_episode", asks="spells", latest_is_enough=True, because="the start of the period of care"),
            Need("person", ("dob",)),
            Need("cla_health", ("status",), latest_is_enough=True),
        ),
        benchmark_indicator="CLA_IMMUNISED_PCT",
    ),
    Measure(
        measure_code="missing_children",
        short_code="CLA_MISSING",
        title="Looked after children who went missing",
        definition="Of the different children looked after on any day of the period, the share that went missing in it "
        "on a day on which they were looked after, or were missing on its first day. Being away without authorisation "
        "is another matter.",
        numerator="Children who were missing",
        denominator="Children looked after on any day of the period",
        kind=DISTINCT_CHILDREN,
        fact="child_missing",
        achieved="went_missing or was_missing_on_the_first_day",
        achieved_later="went_missing",
        polarity=Polarity.LOWER_BETTER,
        decimal_places=0,
        source=_RETURN,
        needs=(
            Need("cla_episode", asks="spells"),
            Need("person", ("dob",)),
            Need("missing", asks="spells", because="an episode under way on the first day counts"),
        ),
        benchmark_indicator="CLA_MISSING_PCT",
        benchmark_note="DfE publishes no polarity for it, so it has no rank.",
    ),
    Measure(
        measure_code="return_interview_timeliness",
        short_code="RHI_72H",
        title="Return home interviews held within 72 hours",
        definition="Of the missing episodes of all children that ended in the month, the share after which a return "
        "home interview was held within 72 hours of the return, or within three days where a time of day is not "
        "known. Those that ended in the last three days before the extract do not count yet. An interview that was "
        "not accepted was not held.",
        numerator="Episodes with an interview in time",
        denominator="Missing episodes that ended in the month",
        kind=SHARE_OF_EVENTS,
        fact="return_from_missing",
        counted="month is not null",
        achieved="is_in_time",
        polarity=Polarity.HIGHER_BETTER,
        decimal_places=0,
        source="Statutory guidance on children who run away or go missing from home or care (2014)",
        needs=(Need("missing", ("rhi_at",)), Need("missing", ("end_at",))),
        benchmark_note=_NO_STATISTIC,
    ),
    Measure(
        measure_code="social_worker_changes",
        short_code="SW_CHANGES",
        title="Looked after children with three or more social workers in twelve months",
        definition="Of the children looked after at the end of the month, the share to whom three or more different "
        "workers were allocated as the main one on any day of the twelve months, also before they were looked after. A "
        "worker who comes back is no new one.",
        numerator="Children with three or more social workers",
        denominator="Children looked after at the end of the month",
        kind=SHARE_OF_SNAPSHOT,
        fact="child_looked_after",
        achieved="has_three_workers",
        polarity=Polarity.LOWER_BETTER,
        decimal_places=0,
        source="DfE stability measures for children looked after (2024)",
        needs=(
            *_LOOKED_AFTER,
            Need(
                "allocation",
                run_in_months=12,
                asks="spells",
                because="the workers of the last twelve months are counted",
            ),
        ),
        benchmark_indicator="CLA_3PLUS_SW_PCT",
    ),
    Measure(
        measure_code="adoptions",
        short_code="ADOPTIONS",
        title="Children adopted",
        definition="Looked after children whose episode of care ended in the month with an adoption (E11, E12).",
        numerator="Children adopted in the month",
        denominator="",
        kind=COUNT_OF_EVENTS,
        fact="adoption",
        polarity=Polarity.HIGHER_BETTER,
        decimal_places=0,
        source=_RETURN,
        needs=(Need("cla_episode", ("rec",)),),
        benchmark_note=_COUNT,
    ),
    Measure(
        measure_code="deprivation_of_liberty",
        short_code="DOLO_OPEN",
        title="Looked after children under a deprivation of liberty order",
        definition="Children looked after at the end of the month with a deprivation of liberty order that was open "
        "then.",
        numerator="Children with an open order",
        denominator="",
        kind=COUNT_OF_SNAPSHOT,
        fact="child_looked_after",
        counted="is_deprived_of_liberty",
        polarity=Polarity.LOWER_BETTER,
        decimal_places=0,
        source="SSDA903 return, edition 2026-27",
        needs=(*_LOOKED_AFTER, Need("dolo", asks="spells")),
        benchmark_note=_COUNT,
    ),
)
