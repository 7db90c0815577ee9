"""Contacts, MASH and referrals, counted by hand."""

from collections.abc import Callable
from datetime import date

from support.second_count import Count
from support.second_count.drawn import shown

Counted = Callable[..., Count]


def test_contacts(counted: Counted) -> None:
    count = counted(
        contact="""
        contact_id | person_id | received_at      | outcome      | status
        C1         | P1        | 2020-07-31T23:30 | NEW_REFERRAL |
        C1         | P2        | 2020-08-01       |              |
        C2         | P1        | 2020-08-31 23:30 | NFA          |
        C3         | P1        | 2020-08-31       | NEW_REFERRAL | Void
        C4         | P1        | 2020-08-31T23:30Z | NEW_REFERRAL |
        """
    )
    assert shown(count, "contacts", "2020-07") == "1"
    assert shown(count, "contacts", "2020-08") == "2"
    assert shown(count, "contacts_becoming_referrals", "2020-08") == "0 of 2"
    assert shown(count, "contacts_becoming_referrals", "2020-09") == "1 of 1"
    assert shown(count, "contacts", "2020-08", "rolling_12_months") == "3"


def test_mash(counted: Counted) -> None:
    count = counted(
        referral="""
        referral_id | referral_date | received_at | recorded_at | mash_completed_at | status
        R1          | 2020-08-07    | 2020-08-07  |             | 2020-08-10        |
        R2          | 2020-08-07    | 2020-08-07  |             | 2020-08-11        |
        R3          | 2020-08-08    |             | 2020-08-08  | 2020-08-10        |
        R4          | 2020-08-08    |             |             | 2020-08-10        |
        R5          | 2020-08-08    | 2020-08-08  |             | 2020-08-08        | Re-opened
        R6          | 2020-08-08    | 2020-08-08  |             | 2020-08-08        | draft
        """
    )
    assert shown(count, "mash_timeliness", "2020-08") == "2 of 4"
    figure = count.figure("mash_timeliness", date(2020, 8, 1))
    assert figure is not None
    assert (figure.missing_start, figure.status) == (1, "provisional")


def test_mash_waits_until_it_is_decided_or_closed(counted: Counted) -> None:
    count = counted(
        referral="""
        referral_id | referral_date | received_at | mash_completed_at | closure_date | status
        R1          | 2020-07-30    | 2020-07-30  | 2020-08-03        |              |
        R2          | 2020-07-30    |             |                   | 2020-08-31   |
        R3          | 2020-07-31    | 2020-07-31  | 2020-07-31        |              | REOPENED
        R4          | 2020-08-31    | 2020-08-31  |                   |              |
        """
    )
    assert (shown(count, "mash_pending", "2020-07"), shown(count, "mash_overdue", "2020-07")) == ("3", "0")
    assert (shown(count, "mash_pending", "2020-08"), shown(count, "mash_overdue", "2020-08")) == ("2", "1")
    assert shown(count, "mash_pending", "2020-08", "rolling_12_months") is None
    assert {key[2]: (str(item.due_date), item.is_overdue) for key, item in count.pending.items()} == {
        "R3": ("2020-08-03", True),
        "R4": ("2020-09-01", False),
    }


def test_re_referrals_within_twelve_calendar_months(counted: Counted) -> None:
    count = counted(
        extract_date="2021-03-31",
        referral="""
        referral_id | person_id | referral_date | status
        R1          | P1        | 2019-08-10    |
        R2          | P1        | 2020-08-10    |
        R3          | P2        | 2019-08-11    |
        R4          | P2        | 2020-08-10    |
        R5          | P3        | 2020-08-10    |
        R6          | P3        | 2020-08-10    |
        R7          | P4        | 2020-08-09    | cancelled
        R8          | P4        | 2020-08-10    |
        R9          | P5        | 2019-02-28    |
        R10         | P5        | 2020-02-29    |
        """,
    )
    assert shown(count, "re_referrals", "2020-08") == "1 of 5"
    assert shown(count, "re_referrals", "2020-02") == "0 of 1", "29 February goes back to 28"
    assert shown(count, "referral_rate", "2020-08", "rolling_12_months") == "6 of 50000"
    assert shown(count, "referral_rate", "2020-08") is None


def test_mash_of_contacts(counted: Counted) -> None:
    count = counted(
        settings={"mash_unit": "contact"},
        contact="""
        received_at | mash_completed_at | mash_flag | outcome
        2020-08-03  | 2020-08-04        | Y         | NFA
        2020-08-03  | 2020-08-05        |           |
        2020-08-03  | 2020-08-04        | N         | NFA
        2020-08-03  | 2020-08-04        | Y         | EXISTING_REFERRAL
        """,
        referral="""
        referral_date | mash_completed_at
        2020-08-03    | 2020-08-03
        """,
    )
    assert shown(count, "mash_timeliness", "2020-08") == "1 of 2"
