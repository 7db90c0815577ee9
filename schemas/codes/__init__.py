"""Code sets and their spellings, as the national returns define them. Declarations only.

A code set maps a code to its meaning. Spellings have no code in them, or one that is another set's: they are looked
up whole, in lower case. The normaliser takes what stands around a code off.
"""

from collections.abc import Mapping

from schemas.codes import front_door, leaving_care, looked_after, protection
from schemas.codes.looked_after import LEGAL_STATUS
from schemas.codes.statuses import INCOMPLETE_STATUSES, VOID_STATUSES

__all__ = [
    "CODE_SETS",
    "CODE_SPELLINGS",
    "COLUMN_SPELLINGS",
    "INCOMPLETE_STATUSES",
    "LEGAL_STATUS",
    "OPENING_SPELLINGS",
    "VOID_STATUSES",
]

CODE_SETS: Mapping[str, Mapping[str, str]] = {
    "sex": front_door.SEX,
    "ethnicity": front_door.ETHNICITY,
    "referral_source": front_door.REFERRAL_SOURCE,
    "contact_outcome": front_door.CONTACT_OUTCOME,
    "primary_need": front_door.PRIMARY_NEED,
    "closure_reason": front_door.CLOSURE_REASON,
    "category_of_abuse": protection.CATEGORY_OF_ABUSE,
    "reason_new_episode": looked_after.REASON_NEW_EPISODE,
    "legal_status": looked_after.LEGAL_STATUS,
    "placement_type": looked_after.PLACEMENT_TYPE,
    "placement_provider": looked_after.PLACEMENT_PROVIDER,
    "reason_episode_ceased": looked_after.REASON_EPISODE_CEASED,
    "reason_place_change": looked_after.REASON_PLACE_CHANGE,
    "plan_type": looked_after.PLAN_TYPE,
    "permanence_plan": looked_after.PERMANENCE_PLAN,
    "participation": looked_after.PARTICIPATION,
    "health_type": looked_after.HEALTH_TYPE,
    "health_status": looked_after.HEALTH_STATUS,
    "missing_type": looked_after.MISSING_TYPE,
    "eligibility": leaving_care.ELIGIBILITY,
    "in_touch": leaving_care.IN_TOUCH,
    "activity": leaving_care.ACTIVITY,
    "accommodation": leaving_care.ACCOMMODATION,
    "boolean": {"true": "yes", "false": "no"},
}

CODE_SPELLINGS: Mapping[str, Mapping[str, str]] = {
    "sex": front_door.SEX_SPELLINGS,
    "ethnicity": front_door.ETHNICITY_SPELLINGS,
    "referral_source": front_door.REFERRAL_SOURCE_SPELLINGS,
    "contact_outcome": front_door.CONTACT_OUTCOME_SPELLINGS,
    "category_of_abuse": protection.CATEGORY_OF_ABUSE_SPELLINGS,
    "legal_status": looked_after.LEGAL_STATUS_SPELLINGS,
    "placement_type": looked_after.PLACEMENT_TYPE_SPELLINGS,
    "plan_type": looked_after.PLAN_TYPE_SPELLINGS,
    "permanence_plan": looked_after.PERMANENCE_PLAN_SPELLINGS,
    "health_type": looked_after.HEALTH_TYPE_SPELLINGS,
    "health_status": looked_after.HEALTH_STATUS_SPELLINGS,
    "missing_type": looked_after.MISSING_TYPE_SPELLINGS,
    "eligibility": leaving_care.ELIGIBILITY_SPELLINGS,
    "in_touch": leaving_care.IN_TOUCH_SPELLINGS,
    "accommodation": leaving_care.ACCOMMODATION_SPELLINGS,
    "boolean": {
        "y": "true", "yes": "true", "1": "true", "1.0": "true", "t": "true", "-1": "true",
        "n": "false", "no": "false", "0": "false", "0.0": "false", "f": "false",
    },
}  # fmt: skip

# Sets whose spellings may have more words behind them: `Personal Education Plan - autumn`, `NFA - advice given`.
OPENING_SPELLINGS = ("contact_outcome", "plan_type", "health_type", "health_status")

# Columns in which a yes is spelt in its own words. Polarity differs by column, so it is never guessed.
COLUMN_SPELLINGS: Mapping[str, Mapping[str, str]] = {
    "referral_nfa": {"nfa": "true", "no further action": "true", "fa": "false", "further action": "false",
                     "u": "false"},
    "icpc_not_required": {"not required": "true", "required": "false"},
    # The census lists disabilities by code.
    "disabled": {"none": "false", "no disability": "false", "disabled": "true", "not disabled": "false",
                 **dict.fromkeys(("mob", "hand", "pc", "inc", "comm", "ld", "hear", "vis", "beh", "con", "aut", "dda"),
                                 "true")},
    "suitable": {"suitable": "true", "not suitable": "false", "unsuitable": "false"},
    "agency": {"agency": "true", "permanent": "false", "not agency": "false"},
}  # fmt: skip
