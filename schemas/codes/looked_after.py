"""Codes of looked after children.

Source: the Department for Education's guide to the children looked after return (SSDA903), editions 2017 to 2027.
"""

REASON_NEW_EPISODE = {
    "S": "started to be looked after",
    "L": "change of legal status only",
    "P": "change of placement and carer only",
    "T": "change of placement, same carer",
    "B": "change of legal status, placement and carer",
    "U": "change of legal status and placement, same carer",
}

LEGAL_STATUS = {
    "C1": "interim care order",
    "C2": "full care order",
    "D1": "freeing order (none since December 2005)",
    "E1": "placement order",
    "V1": "short breaks, an older code",
    "V2": "single period of accommodation under section 20",
    "V3": "short breaks, recorded episode by episode",
    "V4": "short breaks, recorded as an agreement",
    "J1": "remanded to local authority accommodation or youth detention accommodation",
    "J2": "detained under PACE in local authority accommodation",
    "J3": "sentenced to a youth rehabilitation order with a residence requirement",
    "L1": "under police protection and in local authority accommodation",
    "L2": "emergency protection order",
    "L3": "child assessment order and in local authority accommodation",
    # Case systems keep these beside the others.
    "NOT_LOOKED_AFTER": "makes no child looked after, such as special guardianship, supervision or care leaver",
}


LEGAL_STATUS_SPELLINGS = {
    "interim care order": "C1", "full care order": "C2", "care order": "C2", "freeing order": "D1",
    "freeing order granted": "D1", "placement order": "E1", "placement order granted": "E1", "section 20": "V2",
    "s20": "V2", "single period of accommodation under section 20": "V2", "single period under s20": "V2",
    "single period of accommodation": "V2", "police protection": "L1", "emergency protection order": "L2",
    "child assessment order": "L3", "short breaks": "V4", "short break": "V4", "respite": "V4",
    **dict.fromkeys(
        (
            "sgo", "special guardianship", "special guardianship order", "cao", "child arrangements order",
            "child arrangement order", "residence order", "ro", "supervision order", "so", "interim supervision order",
            "iso", "private fostering", "privately fostered", "pf", "care leaver", "leaving care", "care leavers",
            "education supervision order", "family assistance order", "adoption order", "adopted",
            "former relevant", "relevant", "qualifying", "not looked after", "no legal status", "no order",
            "section 17", "s17", "family help", "child in need",
        ),
        "NOT_LOOKED_AFTER",
    ),
}  # fmt: skip

PLACEMENT_TYPE = {
    "A3": "placed for adoption with consent, with the current foster carer",
    "A4": "placed for adoption with consent, not with the current foster carer",
    "A5": "placed for adoption under a placement order, with the current foster carer",
    "A6": "placed for adoption under a placement order, not with the current foster carer",
    "H5": "semi-independent living (K3 from 2024-25)",
    "K1": "secure children's home",
    "K2": "children's home",
    "K3": "supported accommodation",
    "P1": "placed with own parents or another with parental responsibility",
    "P2": "independent living (none from 28 October 2023)",
    "P3": "residential employment",
    "R1": "residential care home",
    "R2": "NHS or other medical establishment",
    "R3": "family centre or mother and baby unit",
    "R5": "young offender institution or secure training centre",
    "S1": "residential school",
    "T0": "temporary placement, any",
    "T1": "temporary: in hospital",
    "T2": "temporary: on holiday",
    "T3": "temporary: while the usual foster carer is on holiday",
    "T4": "temporary: up to seven days",
    "U1": "foster placement with a relative or friend, long term",
    "U2": "foster placement with a relative or friend who is also an approved adopter",
    "U3": "foster placement with a relative or friend, neither long term nor for adoption",
    "U4": "foster placement with another carer, long term",
    "U5": "foster placement with another carer who is also an approved adopter",
    "U6": "foster placement with another carer, neither long term nor for adoption",
    "Z1": "other placement",
    "Z11": "other placement (from 2025-26)",
    "Z12": "other placement (from 2025-26)",
    "Z13": "other placement (from 2025-26)",
    "Z14": "other placement (from 2025-26)",
}

PLACEMENT_TYPE_SPELLINGS = {
    "placed with own parents": "P1", "placed with parents": "P1", "supported accommodation": "K3",
    "secure children's home": "K1", "children's home": "K2", "independent living": "P2", "residential school": "S1",
    "semi-independent living": "H5",
}  # fmt: skip

PLACEMENT_PROVIDER = {
    "PR0": "parents or others with parental responsibility",
    "PR1": "own provision",
    "PR2": "another authority's provision",
    "PR3": "other public provision, such as a health trust",
    "PR4": "private provision",
    "PR5": "voluntary or third sector provision",
}

REASON_EPISODE_CEASED = {
    "X1": "episode ends, a new one begins on that day or the next",
    "E11": "adopted, application unopposed",
    "E12": "adopted, consent dispensed with by the court",
    "E2": "died",
    "E3": "care taken over by another authority",
    "E4A": "returned home, planned",
    "E4B": "returned home, not planned",
    "E13": "left to live with others without parental responsibility",
    "E41": "child arrangements order or residence order",
    "E43": "special guardianship order, former foster carer (before 2018-19)",
    "E44": "special guardianship order, other carer (before 2018-19)",
    "E45": "special guardianship order, former foster carer who is a relative or friend",
    "E46": "special guardianship order, former foster carer who is not a relative or friend",
    "E47": "special guardianship order, other carer who is a relative or friend",
    "E48": "special guardianship order, other carer who is not a relative or friend",
    "E5": "moved to independent living with support",
    "E6": "moved to independent living without support",
    "E7": "transferred to adult social care",
    "E8": "ceased for any other reason",
    "E9": "sentenced to custody",
    "E14": "accommodation on remand ended",
    "E15": "age assessment found the child to be 18 or over",
    "E16": "moved abroad",
    "E17": "aged 18, stayed with the carers",
}

REASON_PLACE_CHANGE = {
    "CARPL": "planned in the care plan",
    "CLOSE": "setting closed",
    "ALLEG": "allegation against the carer",
    "STAND": "standards of care",
    "APPRR": "approval of the carer removed",
    "CREQB": "carer asked, child's behaviour",
    "CREQO": "carer asked, other reason",
    "CHILD": "child asked",
    "LAREQ": "authority or area asked",
    "PLACE": "change of the status of the placement only",
    "CUSTOD": "custody arrangement",
    "OTHER": "other",
}

PLAN_TYPE = {
    "CARE_PLAN": "care plan",
    "PATHWAY_PLAN": "pathway plan",
    "OTHER": "a plan that is no care plan, such as for education, health or placement",
}

PLAN_TYPE_SPELLINGS = {
    **dict.fromkeys(("care plan", "careplan", "care", "cla care plan", "lac care plan", "child's care plan"),
                    "CARE_PLAN"),
    **dict.fromkeys(("pathway plan", "pathwayplan", "pathway", "leaving care plan"), "PATHWAY_PLAN"),
    **dict.fromkeys(
        (
            "pep", "personal education plan", "education plan", "education", "ehcp", "education, health and care plan",
            "placement plan", "placement information record", "pir", "placement agreement", "health plan",
            "health care plan", "healthcare plan", "health action plan", "safety plan", "risk management plan",
            "contact plan", "support plan",
            "sgo support plan", "transition plan", "child in need plan", "cin plan", "child protection plan", "cp plan",
            "adoption support plan", "other",
        ),
        "OTHER",
    ),
}  # fmt: skip

PERMANENCE_PLAN = {
    "RETURN": "return home",
    "ADOPTION": "adoption",
    "SGO_CAO": "special guardianship or child arrangements order",
    "SUPPORTED": "supported living",
    "RESIDENTIAL": "long-term residential",
    "FOSTERING": "long-term fostering",
    "OTHER": "other",
}

PERMANENCE_PLAN_SPELLINGS = {
    "a": "RETURN", "b": "ADOPTION", "c": "SGO_CAO", "d": "SUPPORTED", "e": "RESIDENTIAL", "f": "FOSTERING",
    "g": "OTHER", "return home": "RETURN", "return to family": "RETURN", "sgo/cao": "SGO_CAO", "sgo": "SGO_CAO",
    "cao": "SGO_CAO", "supported living": "SUPPORTED", "supported living in the community": "SUPPORTED",
    "long-term residential": "RESIDENTIAL", "long-term residential placement": "RESIDENTIAL",
    "long-term fostering": "FOSTERING", "long-term fostering placement": "FOSTERING",
}  # fmt: skip

PARTICIPATION = {
    "PN0": "aged under 4",
    "PN1": "attended and spoke for himself or herself",
    "PN2": "attended, an advocate spoke",
    "PN3": "attended and conveyed views without words",
    "PN4": "attended and conveyed no views",
    "PN5": "did not attend, briefed an advocate",
    "PN6": "did not attend, conveyed views by other means",
    "PN7": "did not attend and conveyed no views",
}

HEALTH_TYPE = {
    "HEALTH_ASSESSMENT": "health assessment",
    "DENTAL_CHECK": "dental check",
    "IMMUNISATIONS": "whether immunisations are up to date",
}

HEALTH_TYPE_SPELLINGS = {
    **dict.fromkeys(
        ("health assessment", "health check", "review health assessment", "initial health assessment", "rha", "iha",
         "ha", "annual health assessment", "medical", "health_check"),
        "HEALTH_ASSESSMENT",
    ),
    **dict.fromkeys(("dental check", "dental", "dentist", "teeth check", "teeth_check", "dental checks"),
                    "DENTAL_CHECK"),
    **dict.fromkeys(("immunisations", "immunisation", "immunizations", "vaccinations", "immunisations up to date"),
                    "IMMUNISATIONS"),
}  # fmt: skip

HEALTH_STATUS = {
    "COMPLETED": "took place",
    "UP_TO_DATE": "immunisations are up to date",
    "NOT_UP_TO_DATE": "immunisations are not up to date",
    "REFUSED": "the child refused",
    "PLANNED": "planned",
    "CANCELLED": "called off, or the child was not brought",
}

HEALTH_STATUS_SPELLINGS = {
    **dict.fromkeys(("completed", "complete", "done", "held", "attended", "took place", "finished", "approved"),
                    "COMPLETED"),
    **dict.fromkeys(("up to date", "up-to-date", "uptodate", "yes", "y"), "UP_TO_DATE"),
    **dict.fromkeys(("not up to date", "not up-to-date", "out of date", "incomplete", "no", "n"), "NOT_UP_TO_DATE"),
    **dict.fromkeys(("refused", "declined", "child refused"), "REFUSED"),
    **dict.fromkeys(("planned", "booked", "arranged", "scheduled", "due", "pending"), "PLANNED"),
    **dict.fromkeys(
        ("cancelled", "canceled", "did not attend", "dna", "was not brought", "wnb", "not brought", "deleted", "void",
         "abandoned", "postponed", "rearranged", "did not take place"),
        "CANCELLED",
    ),
}  # fmt: skip

MISSING_TYPE = {"M": "missing from placement", "A": "away from placement without authorisation"}

MISSING_TYPE_SPELLINGS = {
    "missing": "M", "missing from placement": "M", "missing from care": "M", "missing from home": "M",
    "away": "A", "absent": "A", "absence": "A", "away from placement without authorisation": "A",
    "absent from placement without authorisation": "A", "unauthorised absence": "A",
}  # fmt: skip
