"""Codes of care leavers. Sources: the children looked after return (SSDA903, OC3) and Ofsted's Annex A, list 9."""

ELIGIBILITY = {
    "RELEVANT": "relevant: aged 16 or 17 and no longer looked after",
    "FORMER_RELEVANT": "former relevant: 18 or over, was eligible or relevant",
    "QUALIFYING": "qualifying: 16 or over, with less entitlement",
    "ELIGIBLE": "eligible: aged 16 or 17 and still looked after",
}

ELIGIBILITY_SPELLINGS = {
    "a": "RELEVANT", "b": "FORMER_RELEVANT", "c": "QUALIFYING", "d": "ELIGIBLE", "relevant": "RELEVANT",
    "relevant child": "RELEVANT", "former relevant": "FORMER_RELEVANT", "former relevant child": "FORMER_RELEVANT",
    "former relevant young person": "FORMER_RELEVANT", "former-relevant": "FORMER_RELEVANT",
    "former relevant child pursuing education": "FORMER_RELEVANT", "qualifying": "QUALIFYING",
    "qualifying child": "QUALIFYING", "qualifying care leaver": "QUALIFYING", "qualifying young person": "QUALIFYING",
    "eligible": "ELIGIBLE", "eligible child": "ELIGIBLE",
}  # fmt: skip

IN_TOUCH = {
    "YES": "in touch",
    "NO": "not in touch",
    "DIED": "died since leaving care",
    "REFU": "refuses contact",
    "NREQ": "needs no services any more",
    "RHOM": "returned home to those with parental responsibility",
}

IN_TOUCH_SPELLINGS = {
    "y": "YES", "1": "YES", "true": "YES", "in touch": "YES", "n": "NO", "0": "NO", "false": "NO",
    "not in touch": "NO", "dead": "DIED", "deceased": "DIED", "refused": "REFU", "refused contact": "REFU",
    "refuses contact": "REFU", "young person refuses contact": "REFU", "not required": "NREQ",
    "no longer requires services": "NREQ", "no longer required": "NREQ", "returned home": "RHOM",
    "young person returned home": "RHOM",
}  # fmt: skip

ACTIVITY = {
    "F1": "full time in higher education",
    "P1": "part time in higher education",
    "F2": "full time in other education",
    "P2": "part time in other education",
    "F3": "full time in training or employment (before 2022)",
    "P3": "part time in training or employment (before 2022)",
    "F4": "full time in an apprenticeship",
    "P4": "part time in an apprenticeship",
    "F5": "full time in other training or employment",
    "P5": "part time in other training or employment",
    "G4": "not in education, employment or training: illness or disability",
    "G5": "not in education, employment or training: other circumstances",
    "G6": "not in education, employment or training: pregnancy or parenting",
    "0": "not in touch",
}

_ACCOMMODATION = {
    "B": "with parents or relatives",
    "C": "community home or other residential care",
    "D": "semi-independent, transitional accommodation",
    "E": "supported lodgings",
    "G": "gone abroad",
    "H": "deported",
    "K": "ordinary lodgings",
    "R": "residence not known",
    "S": "no fixed abode, homeless",
    "T": "foyer or similar supported accommodation",
    "U": "independent living",
    "V": "emergency accommodation",
    "W": "bed and breakfast",
    "X": "in custody",
    "Y": "other accommodation",
    "Z": "with former foster carers",
}

# The return adds 1 where it is suitable and 2 where it is not; case systems also give the letter alone.
ACCOMMODATION = {
    **_ACCOMMODATION,
    **{letter + "1": f"{words}, suitable" for letter, words in _ACCOMMODATION.items()},
    **{letter + "2": f"{words}, not suitable" for letter, words in _ACCOMMODATION.items()},
    "0": "not in touch",
}

ACCOMMODATION_SPELLINGS = {words: letter for letter, words in _ACCOMMODATION.items()} | {
    "with former foster carer": "Z", "staying put": "Z", "homeless": "S", "no fixed abode": "S", "custody": "X",
    "prison": "X", "foyer": "T", "semi-independent": "D", "abroad": "G", "not known": "R", "other": "Y",
}  # fmt: skip
