"""Pre-proceedings under the Public Law Outline, and family group decision making before them."""

from schemas.kinds import COUNT_OF_SNAPSHOT, SHARE_OF_EVENTS
from schemas.measures.declaration import NO_STATISTIC, Measure, Need, Polarity

_OUTLINE = "Public Law Outline 2014 (Practice Direction 12A) and DfE court orders and pre-proceedings guidance 2014"
_OFFER = "DfE children in need census 2026 to 2027, pre-proceedings; Children's Wellbeing and Schools Act 2026"

MEASURES: tuple[Measure, ...] = (
    Measure(
        measure_code="pre_proceedings_open",
        short_code="PP_OPEN",
        title="Children in pre-proceedings",
        definition="The children whose pre-proceedings had begun by the end of the month and had not ended in a "
        "decision by then. A child in two stretches is one child.",
        numerator="Children in pre-proceedings at the end of the month",
        denominator="",
        kind=COUNT_OF_SNAPSHOT,
        fact="pre_proceedings_open",
        polarity=Polarity.NEUTRAL,
        decimal_places=0,
        source=_OUTLINE,
        needs=(Need("pre_proceedings", ("decision_date",), asks="spells"),),
        benchmark_note=NO_STATISTIC,
    ),
    Measure(
        measure_code="pre_proceedings_timeliness",
        short_code="PP_16WK",
        title="Pre-proceedings that ended within 16 weeks",
        definition="Of the pre-proceedings that ended in a decision in the month, the share decided no more than 112 "
        "days after the letter before proceedings. Without a letter they were not in time.",
        numerator="Pre-proceedings decided within 112 days of the letter",
        denominator="Pre-proceedings decided in the month",
        kind=SHARE_OF_EVENTS,
        fact="pre_proceedings_decided",
        achieved="is_in_time",
        is_timed=True,
        polarity=Polarity.HIGHER_BETTER,
        decimal_places=0,
        source=_OUTLINE,
        needs=(Need("pre_proceedings", ("decision_date",)), Need("pre_proceedings", ("letter_date",))),
        benchmark_note=NO_STATISTIC,
    ),
    Measure(
        measure_code="pre_proceedings_to_court",
        short_code="PP_TO_COURT",
        title="Pre-proceedings that ended in an application to court",
        definition="Of the pre-proceedings that ended in a decision in the month, the share with a date of an "
        "application to court.",
        numerator="Pre-proceedings that ended in an application",
        denominator="Pre-proceedings decided in the month",
        kind=SHARE_OF_EVENTS,
        fact="pre_proceedings_decided",
        achieved="is_to_court",
        case={"reason": "reason_without_application"},
        polarity=Polarity.NEUTRAL,
        decimal_places=0,
        source=_OUTLINE,
        needs=(Need("pre_proceedings", ("decision_date",)), Need("pre_proceedings", ("court_application_date",))),
        benchmark_note=NO_STATISTIC,
    ),
    Measure(
        measure_code="fgdm_offered",
        short_code="FGDM_OFFERED",
        title="Families offered family group decision making",
        definition="Of the pre-proceedings that began in the month, the share of children whose family was offered "
        "family group decision making. Where that is not recorded, it was not.",
        numerator="Pre-proceedings with an offer",
        denominator="Pre-proceedings begun in the month",
        kind=SHARE_OF_EVENTS,
        fact="pre_proceedings_begun",
        achieved="is_offered",
        polarity=Polarity.HIGHER_BETTER,
        decimal_places=0,
        source=_OFFER,
        needs=(Need("pre_proceedings", ("fgdm_offered",)),),
        benchmark_note=NO_STATISTIC,
    ),
    Measure(
        measure_code="fgdm_held",
        short_code="FGDM_HELD",
        title="Offers of family group decision making that were taken up",
        definition="Of the pre-proceedings that began in the month and in which family group decision making was "
        "offered, the share in which it was held.",
        numerator="Pre-proceedings in which it was held",
        denominator="Pre-proceedings begun in the month with an offer",
        kind=SHARE_OF_EVENTS,
        fact="pre_proceedings_begun",
        counted="is_offered",
        achieved="is_held",
        case={"reason": "reason_not_held"},
        polarity=Polarity.NEUTRAL,
        decimal_places=0,
        source=_OFFER,
        needs=(Need("pre_proceedings", ("fgdm_offered",)), Need("pre_proceedings", ("fgdm_held",))),
        benchmark_note=NO_STATISTIC,
    ),
)
