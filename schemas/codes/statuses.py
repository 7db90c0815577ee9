"""Workflow statuses of records, and outcomes of section 47 enquiries, as case systems word them.

A status is read whole or by its first words, never by a word further on: "Closed - planned ending" is closed, "Held as
planned" was held. What follows from it is one of `Status`. The lists are data; `warehouse.staged` reads with them.
"""

from collections.abc import Mapping
from enum import StrEnum


class Status(StrEnum):
    """What a workflow status says of a record."""

    VOID = "VOID"
    NOT_HELD = "NOT_HELD"
    PLANNED = "PLANNED"
    ADJOURNED = "ADJOURNED"
    REOPENED = "REOPENED"
    OPEN = "OPEN"
    DONE = "DONE"


MEANINGS_OF_STATUS: Mapping[Status, str] = {
    Status.VOID: "The record never came to be: no measure counts it.",
    Status.NOT_HELD: "What it records did not take place on its date.",
    Status.PLANNED: "What it records lies ahead.",
    Status.ADJOURNED: "What it records was begun and broken off.",
    Status.REOPENED: "It is not complete, or not any more, whatever dates it has.",
    Status.OPEN: "It is under way: the dates decide.",
    Status.DONE: "It is complete: the dates decide.",
}

Wordings = Mapping[Status, tuple[str, ...]]

# Words are in lower case, without punctuation, one space apart. The longest entry that a status begins with wins.
STATUSES: Wordings = {
    Status.VOID: (
        "cancelled", "canceled", "cancel", "cancellation", "called off", "stood down", "draft", "drafted", "proposed",
        "deleted", "delete", "deletion", "removed", "discarded", "abandoned", "aborted", "void", "voided", "nullified",
        "entered in error", "recorded in error", "created in error", "opened in error", "added in error",
        "started in error", "input in error", "logged in error", "raised in error", "closed in error", "in error",
        "error", "superseded", "superceded", "replaced", "withdrawn", "retracted", "duplicate", "duplicated",
        "duplication", "merged", "invalid", "invalidated", "not valid", "test", "do not use", "not required",
        "no longer required", "not needed", "no longer needed", "not proceeded with", "not proceeding",
    ),
    Status.NOT_HELD: (
        "postponed", "postpone", "rearranged", "re arranged", "rescheduled", "re scheduled", "rebooked", "re booked",
        "deferred", "delayed", "not held", "never held", "not convened", "not taken place", "not gone ahead",
        "not happened", "did not take place", "did not go ahead", "did not happen", "did not proceed",
        "didnt take place", "didnt go ahead", "didnt happen", "has not taken place", "has not been held",
        "was not held", "was not convened", "failed to take place", "not quorate so not held",
    ),
    Status.PLANNED: (
        "planned", "arranged", "booked", "scheduled", "upcoming", "future", "forthcoming", "provisional",
        "provisionally booked", "to be held", "to be arranged", "to be booked", "to be planned", "to be scheduled",
        "to be confirmed", "tbc", "tba", "due to be held", "not yet held", "not yet arranged", "yet to be held",
        "yet to take place", "yet to be arranged",
    ),
    Status.ADJOURNED: ("adjourned", "adjourn", "adjournment", "part heard", "part held", "partly held"),
    Status.REOPENED: (
        "reopened", "re opened", "reopen", "re open", "reopening", "opened again", "reactivated", "re activated",
        "not authorised", "not authorized", "not yet authorised", "not complete", "not completed", "not yet complete",
        "not yet completed", "not finished",
        "unauthorised", "unauthorized", "authorisation withdrawn", "authorisation removed", "authorisation reversed",
    ),
    Status.OPEN: (
        "open", "opened", "started", "start", "begun", "in progress", "inprogress", "progressing", "ongoing",
        "on going", "underway", "under way", "under review", "in review", "active", "live", "current", "new",
        "incoming", "received", "registered", "recorded", "created", "submitted", "sent for authorisation",
        "awaiting", "waiting", "pending", "on hold", "paused", "suspended", "assigned", "allocated", "unallocated",
        "not started", "not yet started", "not closed", "incomplete", "to do", "due", "overdue", "screening",
        "triage", "continuing", "extended", "ready for", "with manager", "for authorisation",
    ),
    Status.DONE: (
        "completed", "complete", "completion", "done", "finished", "finalised", "finalized", "final", "closed",
        "close", "ended", "end", "ceased", "concluded", "authorised", "authorized", "approved", "agreed", "signed off",
        "signed", "held", "took place", "taken place", "has taken place", "convened", "attended", "went ahead",
        "progressed", "proceeded", "decided", "decision made", "outcome recorded", "outcomed", "accepted", "actioned",
        "processed", "resolved", "transferred", "stepped down", "archived", "locked", "no further action", "nfa",
        "in force", "reviewed", "recorded and authorised", "successful", "verified", "endorsed", "ratified",
    ),
}  # fmt: skip

_MEETING: Wordings = {
    Status.PLANNED: (
        "awaiting", "waiting", "pending", "due", "requested", "invited", "invitations sent", "invites sent",
        "not started", "not yet started",
    ),
    Status.ADJOURNED: ("inquorate", "not quorate", "non quorate", "suspended", "paused"),
}  # fmt: skip

_VISIT: Wordings = {
    Status.PLANNED: ("awaiting", "waiting", "pending", "due", "not started", "not yet started"),
    Status.NOT_HELD: (
        "attempted", "unsuccessful", "failed", "abortive", "missed", "no access", "no reply", "no answer", "nobody in",
        "no one in", "not in", "not at home", "not seen", "not made", "not done", "not visited", "not completed",
        "not complete", "refused", "declined", "did not attend", "didnt attend", "dna",
        "was not brought", "not brought",
    ),
    Status.DONE: ("seen", "visited", "made", "undertaken", "carried out"),
}  # fmt: skip

# What a table words in its own way goes before the general list.
STATUSES_OF_TABLE: Mapping[str, Wordings] = {
    "icpc": _MEETING,
    "cp_review": _MEETING,
    "cla_review": _MEETING,
    "cin_visit": _VISIT,
    "cp_visit": _VISIT,
    "cla_visit": _VISIT,
}

# Read only where nothing else stands in the cell (SystemC: X cancelled, D draft).
WHOLE_STATUSES: Mapping[str, Status] = {"x": Status.VOID, "d": Status.VOID}

# Words that may stand before the status and say nothing: what the record is, and that it is so.
_SAYS_NOTHING = ("the", "is", "was", "has", "have", "been", "now", "already", "status", "record", "step", "workflow",
                 "form", "episode")  # fmt: skip
SKIPPED_WORDS: Mapping[str, tuple[str, ...]] = {
    "contact": (*_SAYS_NOTHING, "contact"),
    "referral": (*_SAYS_NOTHING, "referral"),
    "assessment": (*_SAYS_NOTHING, "assessment", "single", "child", "and", "family", "c", "f", "cfa", "sa"),
    "cin_plan": (*_SAYS_NOTHING, "plan", "cin", "child", "in", "need"),
    "s47": (*_SAYS_NOTHING, "s47", "section", "47", "enquiry", "enquiries", "investigation"),
    "icpc": (*_SAYS_NOTHING, "icpc", "conference", "meeting", "initial", "child", "protection", "cp", "case"),
    "cp_review": (*_SAYS_NOTHING, "rcpc", "conference", "meeting", "review", "child", "protection", "cp", "case"),
    "cla_review": (*_SAYS_NOTHING, "review", "meeting", "cla", "lac", "looked", "after"),
    "cla_care_plan": (*_SAYS_NOTHING, "care", "pathway", "plan"),
    **dict.fromkeys(("cin_visit", "cp_visit", "cla_visit"), (*_SAYS_NOTHING, "visit", "statutory", "home")),
}


class Outcome(StrEnum):
    """What the words of an enquiry's outcome say of a conference."""

    CONFERENCE = "CONFERENCE"  # one follows
    NO_CONFERENCE = "NO_CONFERENCE"  # none does
    OTHER = "OTHER"  # there is an outcome, and it says nothing of a conference


# A clause that names a conference says that one follows, unless it denies it; a review conference is another matter.
CONFERENCE_WORDS = ("icpc", "icpcs", "conference", "conferences", "cpc", "iccp")
OTHER_CONFERENCE_WORDS = ("review", "rcpc", "transfer")
DENYING_WORDS = ("no", "not", "without", "unnecessary", "nor", "none", "never", "isnt", "wasnt", "didnt", "doesnt",
                 "cancelled", "canceled", "declined", "unneeded", "avoid", "avoided")  # fmt: skip
# Where no clause names one, what the guidance's own wordings of an outcome mean; the first list goes first.
OUTCOME_PHRASES: Mapping[Outcome, tuple[str, ...]] = {
    Outcome.NO_CONFERENCE: (
        "no further action", "nfa", "not substantiated", "unsubstantiated", "unfounded", "not at continuing risk",
        "not judged to be at continuing risk", "not judged to be at risk", "no continuing risk", "no ongoing risk",
        "not at risk", "not continuing risk", "no evidence of", "no concerns", "no risk",
    ),
    Outcome.CONFERENCE: (
        "continuing risk", "ongoing risk", "continuing significant harm", "likely to suffer significant harm",
        "at risk of significant harm", "continuing likelihood of",
    ),
}  # fmt: skip

# The statuses that the present reading gives, until it reads with the lists above.
VOID_STATUSES: Mapping[str, tuple[str, ...]] = {
    "CANCELLED": ("cancelled", "canceled", "cancel", "x"),
    "DRAFT": ("draft", "d"),
    "PROPOSED": ("proposed",),
    "DELETED": ("deleted",),
    "ABANDONED": ("abandoned",),
}
INCOMPLETE_STATUSES: Mapping[str, tuple[str, ...]] = {
    "REOPENED": ("reopened", "re-opened"),
    "PLANNED": ("planned", "arranged", "booked", "scheduled"),
    "ADJOURNED": ("adjourned",),
}
