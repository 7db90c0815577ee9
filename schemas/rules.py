"""The rules that judge a row, and what follows from breaking one. Declarations only.

A row ends in exactly one state: quarantined if it breaks any quarantining rule, else duplicate, else used.
"""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a row ends; `used` rules only report."""

    QUARANTINED = "quarantined"
    DUPLICATE = "duplicate"
    USED = "used"


@dataclass(frozen=True)
class Rule:
    """One rule: its published name, the state of a row that breaks it, and what to tell the person who mends it."""

    name: str
    state: State
    message: str

    @property
    def severity(self) -> str:
        """`error` where the row is set aside for it, else `warning`."""
        return "error" if self.state is State.QUARANTINED else "warning"


_DECLARED = (
    Rule(
        "required",
        State.QUARANTINED,
        "Empty, and without it the row says nothing: enter it in the case system.",
    ),
    Rule("single_value", State.QUARANTINED, "The row holds one value only: a total or a footer, not a record."),
    Rule(
        "unreadable_id",
        State.QUARANTINED,
        "A spreadsheet error, or digits lost to scientific notation: export ids as text.",
    ),
    Rule(
        "unreadable_date",
        State.QUARANTINED,
        "Not a date in an accepted format, day before month: correct it.",
    ),
    Rule(
        "outside_calendar",
        State.QUARANTINED,
        "Outside 2000 to 2035, where working days are known: correct it.",
    ),
    Rule("end_before_start", State.QUARANTINED, "Earlier than the start it belongs to: correct one of the two."),
    Rule("after_extract", State.QUARANTINED, "Later than the extract, yet said to have happened: correct it."),
    Rule(
        "weekend_conference",
        State.QUARANTINED,
        "A conference is not held on a Saturday or Sunday: correct the date.",
    ),
    Rule("duplicate", State.DUPLICATE, "The whole row repeats an earlier one; the earlier one is used."),
    Rule(
        "duplicate_key",
        State.DUPLICATE,
        "The key comes again below with other content; the last one is used.",
    ),
    Rule("missing_value", State.USED, "Empty, though every record should have it: enter it in the case system."),
    Rule(
        "unknown_code",
        State.USED,
        "Not in the code set; read as empty. Correct it, or add the local code to the map.",
    ),
    Rule(
        "unknown_status",
        State.USED,
        "In no list of statuses, so it has no effect. Correct it, or map the local status.",
    ),
    Rule(
        "unknown_council",
        State.USED,
        "No council that is known; the row counts as ours. Correct it, or leave it empty.",
    ),
    Rule(
        "unknown_master",
        State.USED,
        "The child that this one was merged into is not in the person table, or stands for many: nobody is merged.",
    ),
    Rule(
        "unknown_person",
        State.USED,
        "No such person in the person table; the event counts, the age is not known.",
    ),
    Rule("sentinel_date", State.USED, "A stand-in such as 31/12/9999 or 01/01/1900; read as empty."),
    Rule("two_digit_year", State.USED, "A two-digit year, read as 1931 to 2030: export four digits."),
    Rule("unreadable_number", State.USED, "Not a whole number; read as empty."),
    Rule(
        "conflicting_value",
        State.USED,
        "Given otherwise elsewhere in the extract, which is used: correct one of them.",
    ),
    Rule(
        "in_need_without_referral",
        State.USED,
        "In need from a day on which the list of referrals has none of the child: check both dates.",
    ),
    Rule(
        "unmatched_supplement",
        State.USED,
        "No record is of this child and day, or has this id: the row adds nothing. Correct it.",
    ),
    Rule(
        "ambiguous_supplement",
        State.USED,
        "Several records are meant, or one is given twice: the row adds nothing. Give the record's id.",
    ),
    Rule("error_value", State.USED, "A spreadsheet error, or digits lost to scientific notation; read as empty."),
    Rule(
        "not_looked_after",
        State.USED,
        "A legal status that makes no child looked after; the episode counts in no measure.",
    ),
    Rule("out_of_order", State.USED, "Earlier than the date that it should follow: check both dates."),
    Rule("before_referral", State.USED, "Earlier than the referral it belongs to: check both dates."),
    Rule(
        "unlinked",
        State.USED,
        "The child has no such record in the extract; the next best start is used.",
    ),
    Rule("held_without_date", State.USED, "Held, yet without a date: it is in no figure. Enter the date."),
    Rule("file_warning", State.USED, "A warning for a whole file."),
)

RULES: dict[str, Rule] = {rule.name: rule for rule in _DECLARED}
