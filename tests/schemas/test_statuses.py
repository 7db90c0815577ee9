"""What the words of a workflow status, and of an enquiry's outcome, are read as."""

import pytest

from schemas.codes.statuses import SKIPPED_WORDS, STATUSES, STATUSES_OF_TABLE, WHOLE_STATUSES
from schemas.tables import MODELS, Kind, columns
from warehouse.staged.statuses import read_outcome, read_status

WORDINGS = """
assessment | Completed                              || DONE
assessment | Closed - planned ending                || DONE
assessment | Complete - unplanned                   || DONE
assessment | Authorised (no longer draft)           || DONE
assessment | Signed off                             || DONE
assessment | Progressed - assessment planned        || DONE
assessment | Submitted, to be cancelled?            || OPEN
assessment | In Progress                            || OPEN
assessment | InProgress                             || OPEN
assessment | Awaiting authorisation                 || OPEN
assessment | Incoming                               || OPEN
assessment | REOPENED                               || REOPENED
assessment | Reopened - in progress                 || REOPENED
assessment | Re opened                              || REOPENED
assessment | RE-OPENED                              || REOPENED
assessment | Reopen                                 || REOPENED
assessment | Not yet authorised                     || REOPENED
assessment | Void                                   || VOID
assessment | Entered in error                       || VOID
assessment | ENTERED_IN_ERROR                       || VOID
assessment | Superseded by a later one              || VOID
assessment | Withdrawn                              || VOID
assessment | Deleted - duplicate                    || VOID
assessment | Draft                                  || VOID
assessment | 1. Draft                               || VOID
assessment | Assessment cancelled                   || VOID
assessment | X                                      || VOID
assessment | D                                      || VOID
assessment | d - draft                              || VOID
assessment | Deferred                               || NOT_HELD
assessment | Nothing that anybody lists             ||
assessment | Not cancelled                          ||
assessment |                                        ||
referral   | Assessment planned                     ||
referral   | PROPOSED                               || VOID
icpc       | HELD                                   || DONE
icpc       | Held\u00a0                             || DONE
icpc       | Held as planned                        || DONE
icpc       | Held (as rearranged)                   || DONE
icpc       | \u00a0CANCELLED\\n                     || VOID
icpc       | Conference was cancelled               || VOID
icpc       | Postponed                              || NOT_HELD
icpc       | Rearranged                             || NOT_HELD
icpc       | Re-arranged for September              || NOT_HELD
icpc       | Rescheduled                            || NOT_HELD
icpc       | Did not take place                     || NOT_HELD
icpc       | Didn’t take place                      || NOT_HELD
icpc       | Not held                               || NOT_HELD
icpc       | Was not held                           || NOT_HELD
icpc       | Planned                                || PLANNED
icpc       | Meeting arranged                       || PLANNED
icpc       | Pending                                || PLANNED
icpc       | To be confirmed                        || PLANNED
icpc       | Adjourned                              || ADJOURNED
icpc       | Inquorate                              || ADJOURNED
assessment | Pending                                || OPEN
cp_visit   | No access                              || NOT_HELD
cp_visit   | Visit completed                        || DONE
"""


def drawn(wordings: str) -> list[tuple[str, ...]]:
    lines = [line for line in wordings.splitlines() if "||" in line]
    return [tuple(cell.strip(" ") for cell in line.replace("||", "|").split("|")) for line in lines]


@pytest.mark.parametrize(("table", "text", "status"), drawn(WORDINGS))
def test_a_status_is_read_by_its_first_words_and_never_by_a_word_further_on(table: str, text: str, status: str) -> None:
    assert read_status(table, text.replace("\\n", "\n")) == (status or None)


OUTCOMES = """
Completed - ICPC arranged                                             || CONFERENCE
Completed - ICPC booked                                               || CONFERENCE
Convene Initial Child Protection Conference                           || CONFERENCE
NFA for the sibling; conference arranged                              || CONFERENCE
Concerns not substantiated, but ICPC requested                        || CONFERENCE
Concerns substantiated, child judged to be at continuing risk         || CONFERENCE
Completed – no ICPC needed                                            || NO_CONFERENCE
Completed - ICPC not required                                         || NO_CONFERENCE
No further action                                                     || NO_CONFERENCE
NFA                                                                   || NO_CONFERENCE
Concerns are not substantiated                                        || NO_CONFERENCE
Concerns substantiated, child not judged to be at continuing risk     || NO_CONFERENCE
Completed                                                             || OTHER
Review child protection conference                                    || OTHER
Child in need plan                                                    || OTHER
"""


@pytest.mark.parametrize(("text", "outcome"), drawn(OUTCOMES))
def test_an_outcome_says_whether_a_conference_follows(text: str, outcome: str) -> None:
    assert read_outcome(text) == outcome


def test_words_that_are_none_have_no_outcome() -> None:
    assert read_outcome(" – ") is None


def test_no_wording_means_two_things() -> None:
    for table, wordings in [("every", STATUSES), *STATUSES_OF_TABLE.items()]:
        entries = [entry for listed in wordings.values() for entry in listed]
        assert sorted(entries) == sorted(set(entries)), table


def test_every_list_entry_can_be_read() -> None:
    """An entry with a capital, a hyphen or two spaces would never match."""
    for table in ("cin_plan", *STATUSES_OF_TABLE):
        lists = {entry: status for status, entries in STATUSES.items() for entry in entries}
        lists |= {entry: status for status, entries in STATUSES_OF_TABLE.get(table, {}).items() for entry in entries}
        assert {entry: read_status(table, entry) for entry in lists} == lists


def test_the_lists_are_of_tables_that_have_a_status() -> None:
    have = {table for table in MODELS for column in columns(table) if column.kind is Kind.STATUS}
    assert STATUSES_OF_TABLE.keys() <= have
    assert SKIPPED_WORDS.keys() == have
    assert all(len(letter) == 1 for letter in WHOLE_STATUSES)
