"""Care leavers: whether the authority is in touch, where they live and what they do."""

from schemas.kinds import SHARE_OF_SNAPSHOT
from schemas.measures.declaration import Measure, Need, Polarity

_SOURCE = "DfE children looked after statistics, care leavers (SSDA903 return OC3, edition 2025-26)"


def _needs(column: str, *others: str) -> tuple[Need, ...]:
    return (
        Need("care_leaver", (column, *others), latest_is_enough=True, because="a care leaver's state has no date"),
        Need("person", ("dob",)),
    )


MEASURES: tuple[Measure, ...] = (
    Measure(
        measure_code="care_leavers_in_touch",
        short_code="CL_TOUCH",
        title="Care leavers with whom the authority is in touch",
        definition="Of the former relevant young people aged 17 to 21, the share with whom the authority is in touch. "
        "Who has died or returned home to those with parental responsibility is left out; of whom it is not known "
        "stays in and fails. The state is that of the extract date.",
        numerator="Young people in touch",
        denominator="Former relevant young people aged 17 to 21",
        kind=SHARE_OF_SNAPSHOT,
        fact="care_leaver",
        achieved="is_in_touch",
        case={"reason": "touch_reason"},
        polarity=Polarity.HIGHER_BETTER,
        decimal_places=0,
        source=_SOURCE,
        needs=_needs("in_touch"),
        is_now_only=True,
        benchmark_note="No benchmark: only the share not in touch, of other ages, is published.",
    ),
    Measure(
        measure_code="care_leavers_suitable_accommodation",
        short_code="CL_ACCOM",
        title="Care leavers in suitable accommodation",
        definition="Of the former relevant young people aged 19 to 21, the share whose accommodation is suitable. Who "
        "has died, returned home, gone abroad, been deported or of whom no residence is known is left out. The state "
        "is that of the extract date.",
        numerator="Young people in suitable accommodation",
        denominator="Former relevant young people aged 19 to 21 whose residence is known and in this country",
        kind=SHARE_OF_SNAPSHOT,
        fact="care_leaver",
        counted="is_19_to_21 and not is_out_of_reach",
        achieved="is_suitably_accommodated",
        case={"reason": "accommodation_reason"},
        polarity=Polarity.HIGHER_BETTER,
        decimal_places=0,
        source=_SOURCE,
        needs=_needs("suitable", "accommodation"),
        is_now_only=True,
        benchmark_indicator="CL_ACCOM_SUITABLE_1921_PCT",
    ),
    Measure(
        measure_code="care_leavers_in_eet",
        short_code="CL_EET",
        title="Care leavers in education, employment or training",
        definition="Of the former relevant young people aged 19 to 21, the share in education, employment or training, "
        "full or part time. Who has died or returned home is left out. The state is that of the extract date.",
        numerator="Young people in education, employment or training",
        denominator="Former relevant young people aged 19 to 21",
        kind=SHARE_OF_SNAPSHOT,
        fact="care_leaver",
        counted="is_19_to_21",
        achieved="is_in_eet",
        case={"reason": "activity_reason"},
        polarity=Polarity.HIGHER_BETTER,
        decimal_places=0,
        source=_SOURCE,
        needs=_needs("activity"),
        is_now_only=True,
        benchmark_indicator="CL_EET_1921_PCT",
    ),
)
