"""The cases that a measure makes of drawn rows, by record, with the standards in force."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from schemas.measures import assessment, court, front_door, protection
from tests.support.drawn_facts import Drawn, Row

MEASURES = {
    one.measure_code: one
    for group in (front_door, assessment, protection, court)
    for one in group.MEASURES
}  # fmt: skip
STANDARDS = {
    "mash_timeliness": 1, "assessment_timeliness": 45, "icpc_timeliness": 15, "section_47_enquiry": 15,
    "plan_visit_timeliness": 10, "plan_review_first": 91, "plan_review_next": 183, "cin_visit": 20,
    "pre_proceedings_timeliness": 112,
}  # fmt: skip
SETTINGS = {"mash_unit": "referral", "reref_basis": "referral_to_referral", "reref_count": "referrals"}


class Cases(Drawn):
    """Drawn rows and what some measures make of them."""

    def __init__(
        self,
        *wanted: str,
        settings: Mapping[str, Any] | None = None,
        **drawings: str | Sequence[Row] | Any,
    ) -> None:
        """`wanted`: measures, or facts by their names."""
        facts = [MEASURES[name].fact if name in MEASURES else name for name in wanted]
        super().__init__(*facts, settings={**SETTINGS, **(settings or {})}, standards=STANDARDS, **drawings)

    def achieved(self, measure_code: str, month: str) -> dict[str, str]:
        """Of the cases that a measure counts in a month, by record, whether each achieves it: yes or no."""
        return dict(self.of(measure_code, month, "record_id", "if(coalesce({achieved}, false), 'yes', 'no')"))

    def count(self, measure_code: str, month: str) -> str:
        """A month's figure as its counts: `2 of 3`."""
        found = self.of(measure_code, month, "coalesce({achieved}, false)")
        return f"{sum(achieved for (achieved,) in found)} of {len(found)}"

    def of(self, measure_code: str, month: str, *columns: str) -> list[tuple[Any, ...]]:
        """Columns of the rows that a measure counts in a month."""
        measure = MEASURES[measure_code]
        chosen = ", ".join(columns).format(achieved=measure.achieved)
        return self.connection.execute(
            f"select {chosen} from facts.{measure.fact} as fact "  # noqa: S608 - of the catalogue
            f"where coalesce({measure.counted}, false) and month = ? order by all",
            [date.fromisoformat(f"{month}-01")],
        ).fetchall()

    def months(self, measure_code: str) -> dict[str, str]:
        """By record, the month in which a measure counts it."""
        measure = MEASURES[measure_code]
        return dict(
            self.rows(
                f"select record_id, strftime(month, '%Y-%m') from facts.{measure.fact} "  # noqa: S608
                f"where month is not null and coalesce({measure.counted}, false)"
            )
        )

    def due(self, fact: str) -> dict[str, tuple[str | None, str | None, bool]]:
        """By record, the clock's start, the due day and whether it is past, of an open fact."""
        return {
            record: (start, due, is_overdue)
            for record, start, due, is_overdue in self.rows(
                f"select record_id, clock_start::varchar, due_date::varchar, is_overdue from facts.{fact}"  # noqa: S608
            )
        }
