"""The six measures that the pipeline began with."""

from schemas.kinds import RATE_OF_SNAPSHOT, SHARE_OF_EVENTS, SHARE_OF_SNAPSHOT
from schemas.measures.declaration import Measure, Need, Polarity

_NO_STATISTIC = "No benchmark exists: no national statistic is published."

MEASURES: tuple[Measure, ...] = (
    Measure(
        measure_code="mash_timeliness",
        short_code="MASH_24H",
        title="Referrals decided by MASH within 24 hours or one working day",
        definition="Of the referrals on which the Multi-Agency Safeguarding Hub completed its decision in the month, "
        "the share decided no later than the first working day after the referral was received (where that was not "
        "recorded: put into the case system).",
        numerator="Decisions made within one working day",
        denominator="Decisions made in the month",
        kind=SHARE_OF_EVENTS,
        fact="timed_event",
        counted="event = 'mash_decision' and is_counted",
        achieved="is_in_time",
        polarity=Polarity.HIGHER_BETTER,
        decimal_places=0,
        source="Working Together to Safeguard Children: the authority decides within one working day of a referral",
        needs=(Need("referral", ("mash_completed_at",)), Need("referral", ("received_at", "recorded_at"))),
        benchmark_note=_NO_STATISTIC,
    ),
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
        fact="timed_event",
        counted="event = 'assessment' and is_counted",
        achieved="is_in_time",
        polarity=Polarity.HIGHER_BETTER,
        decimal_places=0,
        source="Working Together to Safeguard Children; DfE children in need census, table C2",
        needs=(Need("assessment", ("authorised_date", "completed_date"), "sa_completion"), Need("referral")),
        benchmark_indicator="SA_45WD_PCT",
        benchmark_note="DfE counts from the assessment's own start; here the first one counts from the referral.",
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
        polarity=Polarity.HIGHER_BETTER,
        decimal_places=0,
        source="Care Planning, Placement and Case Review (England) Regulations 2010",
        needs=(Need("cla_episode"), Need("person", ("dob",)), Need("cla_care_plan", ("authorised_date",))),
        benchmark_note=_NO_STATISTIC,
    ),
    Measure(
        measure_code="child_protection_plan_rate",
        short_code="CPP_RATE",
        title="Children on a child protection plan per 10,000",
        definition="Children aged under 18, and unborn, subject of a plan of this authority at the end of the month, "
        "per 10,000 residents aged 0 to 17. A child on two plans is one child.",
        numerator="Children on a plan at the end of the month",
        denominator="Residents aged 0 to 17 (ONS mid-year estimate)",
        kind=RATE_OF_SNAPSHOT,
        fact="child_on_plan",
        counted="true",
        achieved="true",
        polarity=Polarity.NEUTRAL,
        decimal_places=0,
        source="DfE children in need census, table D1",
        needs=(Need("cp_plan"), Need("person", ("dob",))),
        benchmark_indicator="CPP_RATE",
    ),
    Measure(
        measure_code="icpc_timeliness",
        short_code="ICPC_15WD",
        title="Initial child protection conferences held within 15 working days",
        definition="Of the initial child protection conferences held in the month, counted per child, the share held "
        "within 15 working days of the strategy discussion that began the section 47 enquiry (the linked one, else "
        "the child's latest since the conference before), or for a transfer-in of the notification.",
        numerator="Children whose conference was held within 15 working days",
        denominator="Children on whom a conference was held in the month",
        kind=SHARE_OF_EVENTS,
        fact="timed_event",
        counted="event = 'conference' and is_counted",
        achieved="is_in_time",
        polarity=Polarity.HIGHER_BETTER,
        decimal_places=0,
        source="Working Together to Safeguard Children; DfE children in need census, table C4",
        needs=(Need("icpc", ("icpc_date",)), Need("s47")),
        benchmark_indicator="ICPC_15WD_PCT",
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
        counted="true",
        achieved="true",
        polarity=Polarity.NEUTRAL,
        decimal_places=0,
        source="DfE children looked after statistics (SSDA903)",
        needs=(Need("cla_episode"), Need("person", ("dob",))),
        benchmark_indicator="CLA_RATE",
    ),
)
