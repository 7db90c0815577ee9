"""Codes of child protection. Source: the Department for Education's guide to the children in need census."""

CATEGORY_OF_ABUSE = {
    "NEG": "neglect",
    "PHY": "physical abuse",
    "SAB": "sexual abuse",
    "EMO": "emotional abuse",
    "MUL": "multiple",
}

# The strings of Y and N are flags in the order neglect, physical, sexual, emotional.
CATEGORY_OF_ABUSE_SPELLINGS = {
    "ynnn": "NEG", "nynn": "PHY", "nnyn": "SAB", "nnny": "EMO", "neglect": "NEG", "physical": "PHY",
    "physical abuse": "PHY", "sexual": "SAB", "sexual abuse": "SAB", "emotional": "EMO", "emotional abuse": "EMO",
    "multiple": "MUL", "physab": "PHY", "pa": "PHY", "likelihood of neglect": "NEG",
    "likelihood of physical abuse": "PHY", "likelihood of sexual abuse": "SAB", "likelihood of emotional abuse": "EMO",
    "neglect, physical and emotional": "MUL", "emotional physical": "MUL",
    **dict.fromkeys(("yynn", "ynyn", "ynny", "nyyn", "nyny", "nnyy", "yyyn", "yyny", "ynyy", "nyyy", "yyyy"), "MUL"),
}  # fmt: skip
