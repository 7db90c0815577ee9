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
    Rule(
        "single_value",
        State.QUARANTINED,
        "One value only, or a total in place of an id: a total or a footer, not a record.",
    ),
    Rule(
        "unreadable_id",
        State.QUARANTINED,
        "A spreadsheet error, or digits lost to scientific notation: export ids as text.",
    ),
    Rule(
        "formula_uncached",
        State.QUARANTINED,
        "A formula whose result the workbook does not hold: open and save it in a spreadsheet, or export values.",
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
    Rule("out_of_order", State.USED, "Earlier than the date that it should follow: check both dates."),
    Rule("before_referral", State.USED, "Earlier than the referral it belongs to: check both dates."),
    Rule(
        "unlinked",
        State.USED,
        "The child has no such record in the extract, so the link is not used; a clock has the next best start.",
    ),
    Rule("held_without_date", State.USED, "Held, yet without a date: it is in no figure. Enter the date."),
    Rule("file_warning", State.USED, "A warning for a whole file."),
)

# What is seen only beside other rows, other tables or another form: the rows are used as the definitions say.
_REPORTED = {
    # How a form holds a record.
    "conflicting_value": "Another row or table says otherwise; the first one is used: correct one of them.",
    "in_need_without_referral": "Listed as a child in need, and no referral of the child fits: check the referrals.",
    "not_of_collection_year": "A code that the return of this year does not have; it is used all the same: correct it.",
    "unmatched_supplement": "No record has this id and child, so its added columns reach none: correct the two ids.",
    "ambiguous_supplement": "Several records fit this row, so its added columns reach none: give the record's id.",
    # Children.
    "born_and_expected": "Both born and expected; the date of birth is used: empty the other.",
    "no_birth_date": "Neither born nor expected, so the age is not known: enter the date of birth.",
    "should_be_born_and_counted": "Expected over 30 days ago, not born, and in a figure: the child may count twice.",
    "should_be_born": "Expected over 30 days ago and not born: enter the birth, or merge with the born child's record.",
    "expected_too_far_ahead": "Expected more than ten months ahead: correct the date.",
    "estimated_birth_date": "An expected date of a born child; it is used as an estimated date of birth.",
    "several_birth_dates": "The child has another date of birth or sex in another row: correct one of them.",
    "after_death": "Still open, or dated, after the child's death; it counts until that day: close the record.",
    "begins_before_birth": "Begins before the child was born: correct one of the two dates.",
    "begins_at_18": "Begins on or after the 18th birthday; it counts in no snapshot: correct one of the two dates.",
    "open_at_18": "Still open at 18; it counts in no snapshot from that day: close the record.",
    "ends_on_its_first_day": "Ends on the day on which it begins, so no month end counts it: check both dates.",
    "end_without_reason": "Ended without a reason: enter it. The end decides.",
    "reason_without_end": "A reason for an end without its date: enter it. The record stays open.",
    "activity_after_closure": "Dated after the referral it belongs to was closed: check both dates.",
    "open_after_closure": "Still open though its referral is closed; it is no open work: complete it or call it off.",
    # Front door and assessment.
    "referral_on_open_case": "Made while another referral of the child was open; it counts like any other.",
    "received_after_recorded": "Received over a week after it was recorded: check both.",
    "mash_time_missing": "Most referrals have no time of the decision: the figure is of the few that have one.",
    "missing_history": "What came before it may lie before the extract begins, so it is timed as the definitions say.",
    "plan_beside_protection_plan": "Beside a child protection plan: the child counts on that one alone.",
    "overlapping_cin_plans": "The child has another plan open at the same time; the child is counted once.",
    # Protection.
    "conference_at_two_levels": "Entered with its enquiry and again without; the one with the enquiry is counted.",
    "conference_repeated": "The same conference of the child was entered more than once; it is counted once.",
    "conference_not_needed": "A conference was held though the enquiry says that none is needed; it is counted.",
    "overlapping_enquiries": "Another enquiry of the child was open at the same time: check both.",
    "overlapping_plans": "The child has another plan open at the same time; the child is counted once.",
    "plan_on_another_day": "Began on another day than the conference that it names: check both dates.",
    "notification_missing": "A transfer-in without the day of its notification has no date to count from: enter it.",
    "plan_transferred_in": "Began in another authority; it is ours from the day of our conference.",
    "earlier_plan_not_told": "Said to be the child's first plan, and the extract has an earlier one: check the number.",
    "review_before_plan": "On or before the day on which the plan began; it is no review of it.",
    # Looked after children.
    "makes_nobody_looked_after": "A legal status that makes no child looked after; the episode counts in no measure.",
    "episode_never_closed": "Without an end; it ends where the child's next episode begins: enter the end.",
    "overlapping_episodes": "Begins before an earlier episode of the child has ended; the child is counted once.",
    "no_episode_follows": "Ended as another begins (X1), and none begins on that day: check the end and its reason.",
    "period_of_care_disagrees": "The episodes make another period of care than the row says: check its id and start.",
    "short_break_beside": "A short break beside another legal status; the other one counts: check both.",
    "unknown_authority": "Names an authority that is not known; the child is taken for ours: correct the name.",
    "other_authority": "Another authority is responsible for the child, who is not counted here.",
    "interview_not_accepted": "A return interview is dated, and said not to have been accepted; it counts as not held.",
    # Pre-proceedings: what the return's own rules, which are not published, can be expected to ask.
    "application_without_outcome": "Proceedings were applied for, and no outcome is given: enter what was decided.",
    "decided_without_letter": "Ended without a letter before proceedings, so that it is not in time: enter the letter.",
    "held_without_offer": "A family meeting was held, and is not said to have been offered; it counts in neither figure.",
    "outcome_without_decision": "An outcome without the day of the decision: enter it. They stay open.",
    "overlapping_pre_proceedings": "Others of the child are open at the same time; the child is counted once.",
    # Leaving care, workforce.
    "care_leaver_without_age": "No date of birth is known, so that no measure counts the young person: enter it.",
    "allocated_to_nobody": "Allocated to a team's inbox or to nobody, so the child is unallocated: allocate a worker.",
    "allocated_to_a_leaver": "Allocated to a worker who is not employed on the extract date: allocate anew.",
    "allocated_to_a_stranger": "Allocated to a worker that the worker table lacks; no caseload counts it: send all workers.",
    "allocated_without_hours": "Allocated to a worker without hours; no caseload counts it: enter the worker's hours.",
    "several_primary_allocations": "The child has more than one main worker at once; each one's caseload counts it.",
}
REPORTS: dict[str, Rule] = {name: Rule(name, State.USED, message) for name, message in _REPORTED.items()}

# Every rule by its name: those that judge a row by itself, then the reports.
RULES: dict[str, Rule] = {rule.name: rule for rule in _DECLARED} | REPORTS
