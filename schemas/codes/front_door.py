"""Codes of children, contacts and referrals.

Sources: the Department for Education's guides to the children in need census (items N00066 to N00177) and to the
children looked after return (SSDA903); Ofsted's Annex A for the forms with list letters.
"""

SEX = {"M": "male", "F": "female", "U": "not known, or unborn"}

SEX_SPELLINGS = {
    "1": "M", "2": "F", "0": "U", "9": "U", "i": "U", "male": "M", "female": "F", "unknown": "U",
    "indeterminate": "U", "not known": "U", "unborn": "U", "not stated": "U", "not stated/recorded": "U",
    "neither": "U",
}  # fmt: skip

ETHNICITY = {
    "WBRI": "White British",
    "WIRI": "White Irish",
    "WIRT": "traveller of Irish heritage",
    "WOTH": "any other White background",
    "WROM": "Gypsy or Roma",
    "MWBC": "White and Black Caribbean",
    "MWBA": "White and Black African",
    "MWAS": "White and Asian",
    "MOTH": "any other mixed background",
    "AIND": "Indian",
    "APKN": "Pakistani",
    "ABAN": "Bangladeshi",
    "AOTH": "any other Asian background",
    "BCRB": "Caribbean",
    "BAFR": "African",
    "BOTH": "any other Black background",
    "CHNE": "Chinese",
    "OOTH": "any other ethnic group",
    "REFU": "refused",
    "NOBT": "not obtained",
}

# Each group by the names that stand before a member, and the members by their names: those of the returns, of the censuses of
# 2011 and 2021, and of the harmonised standard. "Gypsy or Irish Traveller" is two codes, and so none.
_GROUPS: tuple[tuple[tuple[str, ...], dict[str, str]], ...] = (
    (
        ("white",),
        {"british": "WBRI", "english": "WBRI", "welsh": "WBRI", "scottish": "WBRI", "irish": "WIRI",
         "traveller of irish heritage": "WIRT", "irish traveller": "WIRT", "gypsy/roma": "WROM",
         "gypsy / roma": "WROM", "gypsy or roma": "WROM", "roma": "WROM", "any other white background": "WOTH",
         "english, welsh, scottish, northern irish or british": "WBRI",
         "other": "WOTH", "other white": "WOTH", "eastern european": "WOTH", "western european": "WOTH"},
    ),
    (
        ("mixed", "dual", "mixed or multiple ethnic groups", "mixed / multiple ethnic groups", "mixed/dual background"),
        {"white and black caribbean": "MWBC", "white and black african": "MWBA", "white and asian": "MWAS",
         "any other mixed background": "MOTH", "any other mixed or multiple ethnic background": "MOTH",
         "other": "MOTH", "other mixed": "MOTH"},
    ),
    (
        ("asian", "asian or asian british", "asian / asian british", "asian, asian british or asian welsh"),
        {"indian": "AIND", "pakistani": "APKN", "bangladeshi": "ABAN", "chinese": "CHNE",
         "any other asian background": "AOTH", "other": "AOTH", "other asian": "AOTH"},
    ),
    (
        ("black", "black or black british", "black / black british", "black / african / caribbean / black british",
         "black, black british, caribbean or african", "black, black british, black welsh, caribbean or african"),
        {"caribbean": "BCRB", "african": "BAFR", "any other black background": "BOTH",
         "any other black, black british or caribbean background": "BOTH",
         "any other black, black british, or caribbean background": "BOTH", "other": "BOTH", "other black": "BOTH"},
    ),
    (
        ("other", "other ethnic group", "other ethnic groups"),
        {"arab": "OOTH", "chinese": "CHNE", "any other ethnic group": "OOTH", "any other ethnic background": "OOTH"},
    ),
)  # fmt: skip

ETHNICITY_SPELLINGS = {
    # A member stands alone, or behind its group: `Asian or Asian British - Pakistani`.
    **{name: code for _, members in _GROUPS for name, code in members.items() if name != "other"},
    **{
        f"{group}{between}{name}": code
        for groups, members in _GROUPS
        for group in groups
        for name, code in members.items()
        for between in (" ", " - ", "-", ": ")
    },
    "weng": "WBRI", "wcor": "WBRI", "wsco": "WBRI", "wwel": "WBRI", "wnir": "WBRI", "weee": "WOTH", "weeu": "WOTH",
    "other ethnic group": "OOTH", "refused": "REFU", "declined": "REFU", "information refused": "REFU",
    "not obtained": "NOBT", "not yet obtained": "NOBT", "information not yet obtained": "NOBT", "not stated": "NOBT",
    "unknown": "NOBT", "not known": "NOBT",
}  # fmt: skip

REFERRAL_SOURCE = {
    "1A": "individual: family member, relative or carer",
    "1B": "individual: acquaintance, such as a neighbour or child minder",
    "1C": "individual: self",
    "1D": "individual: other, such as a stranger",
    "2A": "schools",
    "2B": "education services",
    "3A": "health: GP",
    "3B": "health: health visitor",
    "3C": "health: school nurse",
    "3D": "health: other primary health services",
    "3E": "health: accident and emergency",
    "3F": "health: other, such as a hospice",
    "4": "housing",
    "5A": "local authority: social care, such as adults' services",
    "5B": "local authority: other internal",
    "5C": "local authority: external, such as another council",
    "5D": "local authority: early help",
    "6": "police",
    "7": "other legal agency, such as courts, probation, immigration, Cafcass or prison",
    "8": "other, such as children's centres, independent providers or voluntary bodies",
    "9": "anonymous",
    "10": "unknown",
}

REFERRAL_SOURCE_SPELLINGS = {
    "family member": "1A", "relative": "1A", "parent": "1A", "carer": "1A", "acquaintance": "1B", "neighbour": "1B",
    "self": "1C", "self referral": "1C", "school": "2A", "schools": "2A", "education services": "2B", "gp": "3A",
    "health visitor": "3B", "school nurse": "3C", "a&e": "3E", "accident and emergency": "3E", "housing": "4",
    "early help": "5D", "police": "6", "anonymous": "9", "unknown": "10",
}  # fmt: skip

CONTACT_OUTCOME = {
    "NEW_REFERRAL": "became a new referral",
    "EXISTING_REFERRAL": "belongs to a referral that was open",
    "CP_ENQUIRY": "child protection enquiry",
    "NFA": "no further action",
    "ADVICE": "information and advice",
    "EARLY_HELP": "passed to early help",
    "OTHER": "other",
}

CONTACT_OUTCOME_SPELLINGS = {
    "new referral": "NEW_REFERRAL", "referral": "NEW_REFERRAL", "progressed to referral": "NEW_REFERRAL",
    "progress to referral": "NEW_REFERRAL", "referral to social care": "NEW_REFERRAL",
    "referral to children's social care": "NEW_REFERRAL",
    "existing referral": "EXISTING_REFERRAL", "open case": "EXISTING_REFERRAL", "already open": "EXISTING_REFERRAL",
    "cp enquiry": "CP_ENQUIRY", "child protection enquiry": "CP_ENQUIRY", "s47": "CP_ENQUIRY",
    "section 47": "CP_ENQUIRY", "strategy discussion": "CP_ENQUIRY",
    "no further action": "NFA", "no further action required": "NFA",
    "advice": "ADVICE", "information and advice": "ADVICE", "advice and information": "ADVICE",
    "provision of information and advice": "ADVICE", "advice given": "ADVICE", "signposted": "ADVICE",
    "early help": "EARLY_HELP", "referral to early help": "EARLY_HELP", "family help": "EARLY_HELP",
    "other": "OTHER",
}  # fmt: skip

PRIMARY_NEED = {
    "N1": "abuse, neglect and exploitation",
    "N2": "child's disability or illness",
    "N3": "parental disability or illness",
    "N4": "family in acute stress",
    "N5": "family dysfunction",
    "N6": "socially unacceptable behaviour",
    "N7": "low income",
    "N8": "absent parenting",
    "N9": "cases other than children in need",
    "N0": "not stated",
}

CLOSURE_REASON = {
    "RC1": "adopted",
    "RC2": "died",
    "RC3": "child arrangements order",
    "RC4": "special guardianship order",
    "RC5": "transferred to children's social care of another authority",
    "RC6": "transferred to adult social care",
    "RC7": "services ceased for any other reason, including no longer in need",
    "RC8": "closed after assessment, no further action",
    "RC9": "closed after assessment, referred to early help",
}
