"""Code sets and their spellings, as the national returns define them. Declarations only.

Sources: DfE children in need census and SSDA903 guidance (code values), Ofsted Annex A (list letters and spellings).
"""

from collections.abc import Mapping

# Workflow statuses of records that never came to be: used rows that no measure counts.
VOID_STATUSES: Mapping[str, tuple[str, ...]] = {
    "CANCELLED": ("cancelled", "canceled", "cancel", "x"),
    "DRAFT": ("draft", "d"),
    "PROPOSED": ("proposed",),
    "DELETED": ("deleted",),
    "ABANDONED": ("abandoned",),
}
# Statuses of records that are real but not (or no longer) complete, so that no completion counts.
INCOMPLETE_STATUSES: Mapping[str, tuple[str, ...]] = {
    "REOPENED": ("reopened", "re-opened"),
    "PLANNED": ("planned", "arranged", "booked", "scheduled"),
    "ADJOURNED": ("adjourned",),
}

SEX = {"M": "male", "F": "female", "U": "not known or unborn"}

ETHNICITY = dict.fromkeys(
    "WBRI WIRI WIRT WOTH WROM MWBC MWBA MWAS MOTH AIND APKN ABAN AOTH BCRB BAFR BOTH CHNE OOTH REFU NOBT".split(),
    "",
)

REFERRAL_SOURCE = dict.fromkeys("1A 1B 1C 1D 2A 2B 3A 3B 3C 3D 3E 3F 4 5A 5B 5C 5D 6 7 8 9 10".split(), "")

PRIMARY_NEED = dict.fromkeys("N1 N2 N3 N4 N5 N6 N7 N8 N9 N0".split(), "")

CLOSURE_REASON = dict.fromkeys("RC1 RC2 RC3 RC4 RC5 RC6 RC7 RC8 RC9".split(), "")

CATEGORY_OF_ABUSE = dict.fromkeys("NEG PHY SAB EMO MUL".split(), "")

REASON_NEW_EPISODE = dict.fromkeys("S L P T B U".split(), "")

LEGAL_STATUS = dict.fromkeys("C1 C2 D1 E1 V1 V2 V3 V4 J1 J2 J3 L1 L2 L3".split(), "")

PLACEMENT_TYPE = dict.fromkeys(
    "A3 A4 A5 A6 H5 K1 K2 K3 P1 P2 P3 R1 R2 R3 R5 S1 T0 T1 T2 T3 T4 U1 U2 U3 U4 U5 U6 Z1 Z11 Z12 Z13 Z14".split(),
    "",
)

PLACEMENT_PROVIDER = dict.fromkeys("PR0 PR1 PR2 PR3 PR4 PR5".split(), "")

REASON_EPISODE_CEASED = dict.fromkeys(
    "X1 E11 E12 E2 E3 E4A E4B E13 E41 E43 E44 E45 E46 E47 E48 E5 E6 E7 E8 E9 E14 E15 E16 E17".split(), ""
)

REASON_PLACE_CHANGE = dict.fromkeys(
    "CARPL CLOSE ALLEG STAND APPRR CREQB CREQO CHILD LAREQ PLACE CUSTOD OTHER".split(), ""
)

PLAN_TYPE = {"CARE_PLAN": "care plan", "PATHWAY_PLAN": "pathway plan"}

PERMANENCE_PLAN = {
    "RETURN": "return home", "ADOPTION": "adoption", "SGO_CAO": "special guardianship or child arrangements order",
    "SUPPORTED": "supported living", "RESIDENTIAL": "long-term residential", "FOSTERING": "long-term fostering",
    "OTHER": "other",
}  # fmt: skip

BOOLEAN = {"true": "yes", "false": "no"}

STATUS = dict.fromkeys((*VOID_STATUSES, *INCOMPLETE_STATUSES), "")

CODE_SETS: Mapping[str, Mapping[str, str]] = {
    "sex": SEX,
    "ethnicity": ETHNICITY,
    "referral_source": REFERRAL_SOURCE,
    "primary_need": PRIMARY_NEED,
    "closure_reason": CLOSURE_REASON,
    "category_of_abuse": CATEGORY_OF_ABUSE,
    "reason_new_episode": REASON_NEW_EPISODE,
    "legal_status": LEGAL_STATUS,
    "placement_type": PLACEMENT_TYPE,
    "placement_provider": PLACEMENT_PROVIDER,
    "reason_episode_ceased": REASON_EPISODE_CEASED,
    "reason_place_change": REASON_PLACE_CHANGE,
    "plan_type": PLAN_TYPE,
    "permanence_plan": PERMANENCE_PLAN,
    "boolean": BOOLEAN,
}

# Spellings with no code in them, or whose code is another set's: looked up whole, in lower case.
CODE_SPELLINGS: Mapping[str, Mapping[str, str]] = {
    "sex": {"1": "M", "2": "F", "0": "U", "9": "U", "i": "U", "male": "M", "female": "F", "unknown": "U",
            "indeterminate": "U", "not known": "U", "unborn": "U"},
    "ethnicity": {"weng": "WBRI", "wcor": "WBRI", "wsco": "WBRI", "weee": "WOTH", "weeu": "WOTH",
                  "white british": "WBRI", "white irish": "WIRI", "chinese": "CHNE", "refused": "REFU",
                  "not obtained": "NOBT", "not yet obtained": "NOBT", "any other ethnic group": "OOTH"},
    "category_of_abuse": {
        "ynnn": "NEG", "nynn": "PHY", "nnyn": "SAB", "nnny": "EMO", "neglect": "NEG", "physical": "PHY",
        "physical abuse": "PHY", "sexual": "SAB", "sexual abuse": "SAB", "emotional": "EMO", "emotional abuse": "EMO",
        "multiple": "MUL", "physab": "PHY", "pa": "PHY", "likelihood of neglect": "NEG",
        "neglect, physical and emotional": "MUL", "emotional physical": "MUL"},
    "placement_type": {"placed with own parents": "P1"},
    "plan_type": {"care plan": "CARE_PLAN", "careplan": "CARE_PLAN", "pathway plan": "PATHWAY_PLAN",
                  "pathwayplan": "PATHWAY_PLAN", "care": "CARE_PLAN", "pathway": "PATHWAY_PLAN"},
    "permanence_plan": {
        "a": "RETURN", "b": "ADOPTION", "c": "SGO_CAO", "d": "SUPPORTED", "e": "RESIDENTIAL", "f": "FOSTERING",
        "g": "OTHER", "return home": "RETURN", "return to family": "RETURN", "sgo/cao": "SGO_CAO", "sgo": "SGO_CAO",
        "cao": "SGO_CAO", "supported living": "SUPPORTED", "supported living in the community": "SUPPORTED",
        "long-term residential": "RESIDENTIAL", "long-term residential placement": "RESIDENTIAL",
        "long-term fostering": "FOSTERING", "long-term fostering placement": "FOSTERING"},
    "boolean": {"y": "true", "yes": "true", "1": "true", "1.0": "true", "t": "true",
                "n": "false", "no": "false", "0": "false", "0.0": "false", "f": "false"},
}  # fmt: skip

# Columns in which a yes is spelt in its own words. Polarity differs by column, so it is never guessed.
COLUMN_SPELLINGS: Mapping[str, Mapping[str, str]] = {
    "referral_nfa": {"nfa": "true", "no further action": "true", "fa": "false", "further action": "false",
                     "u": "false"},
    "icpc_not_required": {"not required": "true", "required": "false"},
}  # fmt: skip
