"""Contacts, referrals and what MASH makes of them."""

from schemas.kinds import COUNT_OF_EVENTS, COUNT_OF_SNAPSHOT, RATE_OF_EVENTS, SHARE_OF_EVENTS
from schemas.measures.declaration import NO_STATISTIC, Measure, Need, Polarity

_WORKING_TOGETHER = (
    "Working Together to Safeguard Children 2023: the authority decides within one working day of a referral"
)
_CENSUS = "DfE children in need census 2024 to 2025"
# A decision on what was received before the table is complete may be missing with it.
_MASH = (
    Need("referral", ("mash_completed_at",), when=("mash_unit", "referral")),
    Need("referral", ("received_at", "recorded_at"), when=("mash_unit", "referral")),
    Need("contact", ("mash_completed_at",), when=("mash_unit", "contact")),
    Need("contact", ("received_at", "recorded_at"), when=("mash_unit", "contact")),
)
_MASH_OPEN = (
    Need("referral", ("mash_completed_at",), asks="spells", when=("mash_unit", "referral")),
    Need("contact", ("mash_completed_at",), asks="spells", when=("mash_unit", "contact")),
)

MEASURES: tuple[Measure, ...] = (
    Measure(
        measure_code="contacts",
        short_code="CONTACTS",
        title="Contacts received",
        definition="The contacts about a child that were received in the month. A contact about three children is "
        "three contacts.",
        numerator="Contacts received in the month",
        denominator="",
        kind=COUNT_OF_EVENTS,
        fact="contact_received",
        polarity=Polarity.NEUTRAL,
        decimal_places=0,
        source="Ofsted, Annex A of the inspection of local authority children's services 2024, list 1",
        needs=(Need("contact"),),
        benchmark_note=NO_STATISTIC,
    ),
    Measure(
        measure_code="contacts_becoming_referrals",
        short_code="CONTACT_CONV",
        title="Contacts that became a referral",
        definition="Of the contacts received in the month, the share whose outcome is a new referral. A contact "
        "without an outcome is one that did not become a referral, so the figure rises as outcomes are recorded.",
        numerator="Contacts whose outcome is a new referral",
        denominator="Contacts received in the month",
        kind=SHARE_OF_EVENTS,
        fact="contact_received",
        achieved="is_new_referral",
        polarity=Polarity.NEUTRAL,
        decimal_places=0,
        source="Ofsted, Annex A of the inspection of local authority children's services 2024, list 1",
        needs=(Need("contact", ("outcome",)),),
        benchmark_note=NO_STATISTIC,
    ),
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
        fact="mash_item",
        counted="is_counted",
        achieved="is_in_time",
        is_timed=True,
        polarity=Polarity.HIGHER_BETTER,
        decimal_places=0,
        source=_WORKING_TOGETHER,
        needs=_MASH,
        benchmark_note=NO_STATISTIC,
    ),
    Measure(
        measure_code="mash_pending",
        short_code="MASH_PENDING",
        title="Referrals that wait for MASH",
        definition="The referrals that had begun by the end of the month (received, else recorded, else by their "
        "date), on which MASH had not decided by then and which were not closed by then.",
        numerator="Referrals without a decision at the end of the month",
        denominator="",
        kind=COUNT_OF_SNAPSHOT,
        fact="mash_undecided",
        polarity=Polarity.LOWER_BETTER,
        decimal_places=0,
        source=_WORKING_TOGETHER,
        needs=_MASH_OPEN,
        benchmark_note=NO_STATISTIC,
    ),
    Measure(
        measure_code="mash_overdue",
        short_code="MASH_OVERDUE",
        title="Referrals that wait for MASH for more than one working day",
        definition="Of the referrals that waited for MASH at the end of the month, those that had begun more than one "
        "working day before.",
        numerator="Referrals without a decision after more than one working day",
        denominator="",
        kind=COUNT_OF_SNAPSHOT,
        fact="mash_undecided",
        counted="is_overdue",
        polarity=Polarity.LOWER_BETTER,
        decimal_places=0,
        source=_WORKING_TOGETHER,
        needs=_MASH_OPEN,
        benchmark_note=NO_STATISTIC,
    ),
    Measure(
        measure_code="referrals",
        short_code="REFERRALS",
        title="Referrals received",
        definition="The referrals of a child made in the month. Each one counts, also the second of a day and one made "
        "while a case is open.",
        numerator="Referrals made in the month",
        denominator="",
        kind=COUNT_OF_EVENTS,
        fact="referral_made",
        polarity=Polarity.NEUTRAL,
        decimal_places=0,
        source=f"{_CENSUS}, table C1",
        needs=(Need("referral"),),
        benchmark_note="A mean of other authorities' counts says nothing; compare the rate.",
    ),
    Measure(
        measure_code="referral_rate",
        short_code="REFERRAL_RATE",
        title="Referrals per 10,000",
        definition="The referrals of twelve months per 10,000 residents aged 0 to 17.",
        numerator="Referrals made in twelve months",
        denominator="Residents aged 0 to 17 (ONS mid-year estimate)",
        kind=RATE_OF_EVENTS,
        fact="referral_made",
        of="referrals",
        polarity=Polarity.NEUTRAL,
        decimal_places=1,
        source=f"{_CENSUS}, table C1",
        needs=(Need("referral"),),
        benchmark_indicator="REF_RATE",
    ),
    Measure(
        measure_code="referrals_no_further_action",
        short_code="REF_NFA",
        title="Referrals that ended in no further action",
        definition="Of the referrals made in the month, the share that ended in no further action. One of which that "
        "is not recorded did not.",
        numerator="Referrals that ended in no further action",
        denominator="Referrals made in the month",
        kind=SHARE_OF_EVENTS,
        fact="referral_made",
        achieved="is_no_further_action",
        case={"reason": "'Not ended in no further action'"},
        polarity=Polarity.NEUTRAL,
        decimal_places=0,
        source=f"{_CENSUS}, table C1",
        needs=(Need("referral", ("referral_nfa",)),),
        benchmark_indicator="REF_NFA_PCT",
    ),
    Measure(
        measure_code="re_referrals",
        short_code="REREF_12M",
        title="Re-referrals within twelve months",
        definition="Of the referrals made in the month, the share of children who had been referred before, on an "
        "earlier day less than twelve calendar months ago, whatever became of that referral. Twelve months before 29 "
        "February is 28 February.",
        numerator="Referrals with another referral of the child in the twelve months before",
        denominator="Referrals made in the month",
        kind=SHARE_OF_EVENTS,
        fact="referral_made",
        counted="is_counted",
        achieved="is_re_referral",
        case={"clock_start": "previous_referral_date"},
        polarity=Polarity.LOWER_BETTER,
        decimal_places=0,
        source=f"{_CENSUS}, table C1",
        needs=(
            Need("referral", run_in_months=12, because="a referral of the twelve months before makes a re-referral"),
        ),
        benchmark_indicator="REREF_12M_PCT",
    ),
)
