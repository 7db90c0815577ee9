"""The categories of the breakdowns: which codes are shown together, and in which order.

Source: docs/definitions.md, "Breakdowns". What no code gives is `NOT_RECORDED`, which comes last.
"""

from collections.abc import Iterator, Mapping

from schemas.codes.front_door import ETHNICITY, REFERRAL_SOURCE

NOT_RECORDED = "not recorded"

_FOSTER_FRIEND = "foster, relative or friend"
_FOSTER_OTHER = "foster, other"
_SUPPORTED = "supported or independent"
_OTHER_RESIDENTIAL = "other residential"

# Per breakdown, the category of each code, in the order in which categories are shown.
CATEGORIES: Mapping[str, Mapping[str, str]] = {
    "sex": {"M": "male", "F": "female", "U": "not known"},
    "ethnicity": {
        **dict.fromkeys((code for code in ETHNICITY if code.startswith("W")), "White"),
        **dict.fromkeys(("MWBC", "MWBA", "MWAS", "MOTH"), "Mixed"),
        **dict.fromkeys(("AIND", "APKN", "ABAN", "AOTH"), "Asian"),
        **dict.fromkeys(("BCRB", "BAFR", "BOTH"), "Black"),
        **dict.fromkeys(("CHNE", "OOTH"), "Other"),
        "REFU": "refused",
        "NOBT": NOT_RECORDED,
    },
    "disability": {"true": "yes", "false": "no"},
    "unaccompanied": {"true": "yes", "false": "no"},
    "legal_status": {
        "C1": "interim care order",
        "C2": "full care order",
        **dict.fromkeys(("E1", "D1"), "placement order"),
        "V2": "voluntary",
        **dict.fromkeys(("L1", "L2", "L3"), "child protection"),
        **dict.fromkeys(("J1", "J2", "J3"), "youth justice"),
        # Shown only where the setting cla_exclude_ls lets them count.
        **dict.fromkeys(("V1", "V3", "V4"), "short breaks"),
    },
    "placement_type": {
        **dict.fromkeys(("U1", "U2", "U3"), _FOSTER_FRIEND),
        **dict.fromkeys(("U4", "U5", "U6"), _FOSTER_OTHER),
        **dict.fromkeys(("A3", "A4", "A5", "A6"), "placed for adoption"),
        "P1": "with parents",
        "K2": "children's home",
        "K1": "secure",
        # H5 became K3 in October 2023: one group, so that the series does not break.
        **dict.fromkeys(("H5", "K3", "P2"), _SUPPORTED),
        "S1": "residential school",
        **dict.fromkeys(("R1", "R2", "R3", "R5"), _OTHER_RESIDENTIAL),
        **dict.fromkeys(("P3", "T0", "T1", "T2", "T3", "T4", "Z1", "Z11", "Z12", "Z13", "Z14"), "other"),
    },
    "category_of_abuse": {
        "NEG": "neglect", "PHY": "physical", "SAB": "sexual", "EMO": "emotional", "MUL": "multiple",
    },
    "referral_source": {
        **dict.fromkeys((code for code in REFERRAL_SOURCE if code.startswith("1") and code != "10"), "individual"),
        "2A": "school",
        "2B": "education",
        **dict.fromkeys((code for code in REFERRAL_SOURCE if code.startswith("3")), "health"),
        "4": "housing",
        **dict.fromkeys((code for code in REFERRAL_SOURCE if code.startswith("5")), "council services"),
        "6": "police",
        "7": "other legal",
        "8": "other",
        "9": "anonymous",
        "10": "unknown",
    },
}  # fmt: skip

# The bands of age; the day on which a child's age is taken decides.
AGE_BANDS = ("unborn", "under 1", "1 to 4", "5 to 9", "10 to 15", "16 and 17", "18 and over")
# Care leavers are shown by year of age.
CARE_LEAVER_AGES = ("17", "18", "19", "20", "21")


def categories() -> Iterator[tuple[str, str | None, str, int]]:
    """Every row of `reference.category`: breakdown, code (NULL where no code gives it), category, position from 1.

    The bands of age and `not recorded` have no code; a category has one position however many codes give it.
    """
    for breakdown, codes in CATEGORIES.items():
        order = [label for label in dict.fromkeys(codes.values()) if label != NOT_RECORDED] + [NOT_RECORDED]
        yield from ((breakdown, code, label, order.index(label) + 1) for code, label in codes.items())
        yield breakdown, None, NOT_RECORDED, len(order)
    bands = (*AGE_BANDS, *CARE_LEAVER_AGES, NOT_RECORDED)
    yield from (("age_band", None, label, position) for position, label in enumerate(bands, start=1))
