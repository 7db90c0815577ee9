"""Workflow statuses of records, and what follows from them."""

from collections.abc import Mapping

# Workflow statuses of records that never came to be: used rows that no measure counts.
VOID_STATUSES: Mapping[str, tuple[str, ...]] = {
    "CANCELLED": ("cancelled", "canceled", "cancel", "x"),
    "DRAFT": ("draft", "d"),
    "PROPOSED": ("proposed",),
    "DELETED": ("deleted",),
    "ABANDONED": ("abandoned",),
}
# Statuses of records that are real but not (or no longer) complete, so that no completion counts.
INCOMPLETE_STATUSES: Mapping[str, tuple[str, ...]] = {
    "REOPENED": ("reopened", "re-opened"),
    "PLANNED": ("planned", "arranged", "booked", "scheduled"),
    "ADJOURNED": ("adjourned",),
}
