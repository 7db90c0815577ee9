"""The catalogue of data rules: what is asked of every extract, by the numbers that a data officer knows them by.

A rule of the catalogue stands for checks that are made anyway (`schemas.rules`): of some tables, and of some of their
columns. It reports. What sets a row aside is declared with the check, and here only repeated as the severity. Checks
that no statutory rule is like stand under their own names, so that every check belongs to exactly one rule.

Numbers are those of DfE's validation rules: four digits of the children in need census, three of SSDA903. DfE's rules
that move no figure are not here: its own validators, and the open ones, have them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from schemas.checks import judgement
from schemas.rules import REPORTS, RULES
from schemas.tables import MODELS


@dataclass(frozen=True)
class DataRule:
    """One rule of the catalogue.

    `code` is its published name: its statutory number, or the name of its check. `number` are all statutory numbers
    that it answers to. `parts` are the checks that it stands for: table, check and column, each None for any.
    `needs` are columns, as `table.column`, without all of which it cannot be asked.
    """

    code: str
    number: str
    sentence: str
    parts: tuple[tuple[str | None, str, str | None], ...]
    needs: tuple[str, ...] = ()
    severity: str = field(init=False)

    def __post_init__(self) -> None:
        of_parts = {RULES[check].severity for _, check, _ in self.parts}
        object.__setattr__(self, "severity", "error" if "error" in of_parts else "warning")

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that it is asked of; none, where of any."""
        return tuple(dict.fromkeys(table for table, _, _ in self.parts if table))


def _rule(number: str, table: str, checks: str, columns: str, sentence: str, needs: str = "") -> DataRule:
    """A statutory rule: the first number is its code, `columns` are those of the checks, none for any."""
    of_columns: Sequence[str | None] = columns.split() or [None]
    parts = tuple((table, check, column) for check in checks.split() for column in of_columns)
    return DataRule(number.split(",")[0], number, sentence, parts, tuple(needs.split()))


_STATUTORY = (
    # Children.
    _rule("8500", "person", "required", "person_id", "The child's id is missing."),
    _rule("8510", "person", "duplicate duplicate_key", "", "More than one record has the child's id."),
    _rule("8520", "person", "after_extract", "dob", "The date of birth is after the day of the extract."),
    _rule("8525Q", "person", "born_and_expected no_birth_date", "",
          "A date of birth or an expected one must be given, and not both."),
    _rule("8530Q", "person", "should_be_born should_be_born_and_counted expected_too_far_ahead", "",
          "The expected date of birth is outside the range that can be.", "person.expected_dob"),
    _rule("102", "person", "unreadable_date", "dob", "The date of birth is no date."),
    _rule("4180, 101", "person", "missing_value unknown_code", "sex", "The sex is missing or no code."),
    _rule("4220, 103", "person", "unknown_code", "ethnicity", "The ethnicity is no code."),
    _rule("8540", "person", "unknown_code", "disabled", "The disability is no code."),
    # Referrals.
    _rule("8600", "referral", "required unreadable_date after_extract", "referral_date",
          "The date of the referral is missing, or after the day of the extract."),
    _rule("8606", "referral", "begins_before_birth", "",
          "The referral is more than 40 weeks before the birth, or the expected one.", "person.dob"),
    _rule("8555Q", "referral", "after_death", "", "The referral is after the child's death.", "person.death_date"),
    _rule("8568", "referral", "missing_value unknown_code", "referral_nfa",
          "Whether the referral led to no further action is missing or no answer."),
    _rule("8866", "referral", "missing_value unknown_code", "referral_source",
          "The source of the referral is missing or no code."),
    _rule("8650", "referral", "unknown_code", "primary_need", "The primary need is no code."),
    _rule("8630", "referral", "end_before_start", "closure_date", "The case was closed before the referral."),
    _rule("8640", "referral", "unknown_code", "closure_reason", "The reason for closure is no code."),
    _rule("8820, 8815, 8816", "referral", "referral_on_open_case", "",
          "The referral was made while another case of the child was open.", "referral.closure_date"),
    # Assessments.
    _rule("1103", "assessment", "before_referral", "start_date", "The assessment began before the referral.",
          "assessment.referral_id referral.referral_date"),
    _rule("8608", "assessment", "end_before_start", "authorised_date",
          "The assessment was authorised before it began."),
    _rule("8565", "assessment", "activity_after_closure", "", "An assessment began after the case was closed.",
          "assessment.referral_id referral.closure_date"),
    _rule("8867", "assessment", "open_after_closure", "", "The case is closed and the assessment is not completed.",
          "assessment.referral_id referral.closure_date"),
    # Section 47 enquiries and conferences.
    _rule("2889", "s47", "before_referral", "start_date", "The enquiry began before the referral.",
          "s47.referral_id referral.referral_date"),
    _rule("8890, 8839", "s47", "overlapping_enquiries", "", "Another enquiry of the child was open.", "s47.end_date"),
    _rule("8615", "icpc", "end_before_start", "icpc_date", "The conference was held before its enquiry began.",
          "icpc.s47_id s47.start_date"),
    _rule("1104", "icpc", "before_referral", "icpc_date", "The conference was held before the referral.",
          "icpc.referral_id referral.referral_date"),
    _rule("2884", "icpc", "conference_at_two_levels", "",
          "The conference is recorded with the enquiry and with the case.", "icpc.s47_id"),
    _rule("8875", "icpc", "weekend_conference", "icpc_date", "The conference was held at a weekend."),
    # Child protection plans.
    _rule("8720", "cp_plan", "required unreadable_date after_extract", "start_date",
          "The start of the plan is missing, or after the day of the extract."),
    _rule("8925", "cp_plan", "end_before_start", "end_date", "The plan ended before it began."),
    _rule("8840", "cp_plan", "ends_on_its_first_day", "", "The plan ended on the day on which it began."),
    _rule("8940, 8935", "cp_plan", "overlapping_plans", "", "Another plan of the child was open."),
    _rule("8905", "cp_plan", "unknown_code", "initial_category", "The initial category of abuse is no code."),
    _rule("8910", "cp_plan", "unknown_code", "latest_category", "The latest category of abuse is no code."),
    _rule("8730", "cp_plan", "earlier_plan_not_told", "",
          "The number of earlier plans is none, and there was one.", "cp_plan.number_previous"),
    _rule("2885", "cp_plan", "plan_on_another_day", "", "The plan began on another day than its conference.",
          "cp_plan.icpc_id icpc.icpc_date"),
    _rule("8915", "cp_plan", "after_death", "", "The plan was open after the child's death.", "person.death_date"),
    _rule("8841", "cp_review", "review_before_plan", "", "A review is on or before the day the plan began.",
          "cp_review.cp_plan_id cp_plan.start_date"),
    _rule("8842Q", "cp_review", "required", "review_date", "The date of a review is missing."),
    # Child in need plans.
    _rule("4010", "cin_plan", "required", "start_date", "The start of the child in need plan is missing."),
    _rule("4011", "cin_plan", "end_before_start", "end_date", "The child in need plan ended before it began."),
    _rule("4014, 4004", "cin_plan", "overlapping_cin_plans", "", "Another child in need plan was open."),
    _rule("4001, 4003", "cin_plan", "plan_beside_protection_plan", "",
          "The child in need plan was open beside a child protection plan.", "cp_plan.start_date"),
    # Episodes of care.
    _rule("141", "cla_episode", "required unreadable_date after_extract", "decom",
          "The beginning of the episode is missing, no date, or after the day of the extract."),
    _rule("142", "cla_episode", "episode_never_closed", "", "A new episode began, and the one before has no end."),
    _rule("143", "cla_episode", "missing_value unknown_code", "rne", "The reason for the episode is no code."),
    _rule("144", "cla_episode", "missing_value unknown_code", "legal_status", "The legal status is no code."),
    _rule("146", "cla_episode", "missing_value unknown_code", "placement_type", "The placement is no code."),
    _rule("147", "cla_episode", "unreadable_date after_extract", "dec",
          "The end of the episode is no date, or after the day of the extract."),
    _rule("148", "cla_episode", "end_without_reason reason_without_end", "",
          "An episode has an end and a reason for it, or neither.", "cla_episode.rec"),
    _rule("149", "cla_episode", "unknown_code", "rec", "The reason for the end of the episode is no code."),
    _rule("302", "cla_episode", "begins_before_birth", "", "The episode began before the birth.", "person.dob"),
    _rule("352", "cla_episode", "begins_at_18", "", "The episode began at 18 or over.", "person.dob"),
    _rule("355", "cla_episode", "ends_on_its_first_day", "", "The episode ended on the day on which it began."),
    _rule("356", "cla_episode", "end_before_start", "dec", "The episode ended before it began."),
    _rule("388, 433", "cla_episode", "no_episode_follows", "",
          "The episode ended as another begins, and none begins on that day.", "cla_episode.rec"),
    _rule("437", "cla_episode", "after_death open_at_18", "", "The episode was open after death or at 18."),
    _rule("426", "cla_episode", "short_break_beside", "", "A short break stands beside another legal status."),
    _rule("501", "cla_episode", "overlapping_episodes", "", "The episode began before an earlier one had ended."),
)  # fmt: skip
# The tables of reports that no statutory rule is of; those of checks of single rows follow from the contracts. Where
# none is named, the report can be of any table, or of the extract.
_TABLES_OF_REPORTS: Mapping[str, str] = {
    "after_death": "contact assessment s47 icpc cp_review cp_visit cin_plan cin_visit cla_review cla_visit cla_health "
    "missing dolo pre_proceedings",
    "begins_before_birth": "cp_plan cla_review cla_visit cla_health missing dolo",
    "begins_at_18": "cp_plan pre_proceedings",
    "open_at_18": "cp_plan",
    "received_after_recorded": "referral",
    "mash_time_missing": "referral contact",
    "missing_history": "assessment icpc cp_plan cla_episode",
    "in_need_without_referral": "referral",
    "conference_repeated": "icpc",
    "notification_missing": "icpc",
    "conference_not_needed": "s47",
    "plan_transferred_in": "cp_plan",
    "makes_nobody_looked_after": "cla_episode",
    "period_of_care_disagrees": "cla_episode",
    "unknown_authority": "cla_episode",
    "other_authority": "cla_episode",
    "interview_not_accepted": "missing",
    "care_leaver_without_age": "care_leaver",
    "allocated_to_nobody": "allocation",
    "allocated_to_a_leaver": "allocation",
    "allocated_to_a_stranger": "allocation",
    "allocated_without_hours": "allocation",
    "several_primary_allocations": "allocation",
    "estimated_birth_date": "person",
    "several_birth_dates": "person",
    "application_without_outcome": "pre_proceedings",
    "decided_without_letter": "pre_proceedings",
    "held_without_offer": "pre_proceedings",
    "outcome_without_decision": "pre_proceedings",
    "overlapping_pre_proceedings": "pre_proceedings",
}
_NEEDS_OF_REPORTS: Mapping[str, tuple[str, ...]] = {
    "received_after_recorded": ("referral.received_at", "referral.recorded_at"),
    "mash_time_missing": ("referral.mash_completed_at",),
    "allocated_to_a_stranger": ("worker.worker_id",),
    "notification_missing": ("icpc.transfer_in",),
    "conference_not_needed": ("s47.icpc_not_required", "icpc.icpc_date"),
    "plan_transferred_in": ("icpc.transfer_in",),
    "other_authority": ("cla_episode.responsible_la",),
    "unknown_authority": ("cla_episode.responsible_la",),
    "interview_not_accepted": ("missing.rhi_at", "missing.rhi_accepted"),
    "estimated_birth_date": ("person.expected_dob",),
    "application_without_outcome": ("pre_proceedings.court_application_date",),
    "decided_without_letter": ("pre_proceedings.decision_date",),
    "held_without_offer": ("pre_proceedings.fgdm_held",),
    "outcome_without_decision": ("pre_proceedings.outcome",),
}
# In row_issue they are of no column, whatever the contract names.
_OF_WHOLE_ROWS = ("duplicate", "duplicate_key")


def _own() -> Iterator[DataRule]:
    """The checks under their own names, each of the tables and columns that no statutory rule has."""
    statutory = {part for rule in _STATUTORY for part in rule.parts}
    of_reports = {check for _, check, _ in statutory} & REPORTS.keys()
    judged: dict[str, list[tuple[str | None, str, str | None]]] = {check: [] for check in RULES}
    for table in MODELS:
        for check, column in [(one.name, one.column) for one in judgement(table).rules]:
            judged[check].append((table, check, column))
        for check in _OF_WHOLE_ROWS:
            judged[check].append((table, check, None))
    for check, parts in judged.items():
        if check in REPORTS and not parts:
            tables = _TABLES_OF_REPORTS.get(check, "").split()
            parts = [(table, check, None) for table in tables] or [(None, check, None)] * (check not in of_reports)
        elif not parts:
            parts = [(None, check, None)]
        own = tuple(part for part in parts if not statutory & {part, (part[0], check, None)})
        if own:
            yield DataRule(check, "", RULES[check].message, own, _NEEDS_OF_REPORTS.get(check, ()))


@cache
def catalogue() -> tuple[DataRule, ...]:
    """Every rule, the statutory ones first."""
    return (*_STATUTORY, *_own())
