"""The settings that decide figures, with their defaults, by the names that they have in the settings of the project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Settings:
    history_from: date | None = None
    coverage: Mapping[str, date] = field(default_factory=dict)  # by table, or `all`: complete from that day on
    final_after_months: int = 2
    local_extra_non_working_days: tuple[date, ...] = ()
    mash_unit: str = "referral"  # or contact
    sa_clock_start: str = "referral_first_else_start"  # or assessment_start, referral_always
    sa_completion: str = "authorised_date"  # or completed_date
    icpc_clock: str = "linked_s47"  # or latest_strategy, first_strategy
    icpc_transfer_in: str = "include_from_notification"  # or exclude
    missing_start: str = "fail"  # or exclude
    reref_basis: str = "referral_to_referral"  # or closure_to_referral
    reref_count: str = "referrals"  # or children
    cla_exclude_ls: tuple[str, ...] = ("V1", "V3", "V4")
    close_open_episodes: bool = True
    temporary_placements: tuple[str, ...] = ("T0", "T1", "T2", "T3", "T4")
    care_leaver_accommodation_left_out: tuple[str, ...] = ("G", "H", "R")
    careplan_grace_wd: int = 0
    careplan_accept_pathway: bool = True
    cp_visit_wd: int = 10
    cin_visit_wd: int = 20
    review_first_days: int = 91
    review_next_days: int = 183
    caseload_limit: int = 20
    # Readings: where the documents leave a choice, see README.md
    one_conference_a_day: bool = True
    links_reach_rows_set_aside: bool = True

    @classmethod
    def of(cls, settings: Mapping[str, Any] | None) -> Settings:
        """From a mapping of names; a name that does not stand here decides nothing that is counted, and is refused."""
        unknown = set(settings or {}) - {known.name for known in fields(cls)}
        if unknown:
            raise ValueError(f"Not counted by the second count: {', '.join(sorted(unknown))}")
        return cls(**(settings or {}))
