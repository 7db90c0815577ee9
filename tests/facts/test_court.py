"""Pre-proceedings and family group decision making: drawn rows in, cases out."""

from datetime import date

from tests.support.drawn_cases import Cases
from tests.support.drawn_facts import answers_of

ROWS = """
pre_proceedings_id | person_id | start_date | letter_date | decision_date | court_application_date | fgdm_offered | fgdm_held || in time | court
E1                 | P1        | 2020-04-01 | 2020-04-10  | 2020-07-31    |                        |              |           || yes     | no
E2                 | P2        | 2020-04-01 | 2020-04-09  | 2020-07-31    | 2020-08-03             |              |           || no      | yes
E3                 | P3        | 2020-04-01 |             | 2020-07-01    |                        |              |           || no      | no
E4                 | P4        | 2020-04-01 | 2020-07-02  | 2020-07-01    | 2020-07-01             |              |           || no      | yes
E5                 | P5        | 2020-07-31 |             |               |                        | true         | true      ||         |
E6                 | P5        | 2020-07-01 |             |               |                        | true         | false     ||         |
E7                 | P6        | 2020-07-01 |             | 2020-08-01    |                        | false        | true      ||         |
E8                 | P7        | 2020-08-01 |             |               |                        | true         |           ||         |
E9                 | P8        | 2020-07-01 | 2020-07-01  | 2020-07-01    |                        |              |           || yes     | no
"""  # noqa: E501


def test_a_child_is_in_pre_proceedings_from_their_beginning_until_a_decision_and_counts_once() -> None:
    drawn = Cases("pre_proceedings_open", extract_date=date(2020, 9, 1), pre_proceedings=ROWS)
    assert drawn.achieved("pre_proceedings_open", "2020-07").keys() == {"E5", "E7"}
    assert drawn.achieved("pre_proceedings_open", "2020-06").keys() == {"E1", "E2", "E3", "E4"}


def test_pre_proceedings_are_to_end_within_112_days_of_the_letter_and_without_one_they_do_not() -> None:
    drawn = Cases("pre_proceedings_timeliness", "pre_proceedings_to_court", pre_proceedings=ROWS)
    decided = {name for name, answer in answers_of(ROWS, "in time").items() if answer}
    assert drawn.achieved("pre_proceedings_timeliness", "2020-07") == {
        name: answers_of(ROWS, "in time")[name] for name in decided
    }
    assert drawn.achieved("pre_proceedings_to_court", "2020-07") == {
        name: answers_of(ROWS, "court")[name] for name in decided
    }
    reasons = "select record_id, reason from facts.pre_proceedings_decided where reason is not null order by 1"
    assert drawn.rows(reasons) == [
        ("E2", "Late by 1 day"), ("E3", "No letter"), ("E4", "Decided before the letter"), ("E7", "No letter"),
    ]  # fmt: skip


def test_offers_count_by_beginning_and_only_what_was_offered_can_be_held() -> None:
    drawn = Cases("fgdm_offered", "fgdm_held", pre_proceedings=ROWS)
    assert drawn.achieved("fgdm_offered", "2020-07") == {"E5": "yes", "E6": "yes", "E7": "no", "E9": "no"}
    assert drawn.achieved("fgdm_held", "2020-07") == {"E5": "yes", "E6": "no"}
    assert drawn.achieved("fgdm_held", "2020-08") == {"E8": "no"}
