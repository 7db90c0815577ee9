"""The cases that a measure makes of drawn rows, by record."""

from datetime import date
from typing import Any

from schemas.measures import assessment, court, front_door, protection
from tests.support.drawn_facts import Drawn

MEASURES = {
    one.measure_code: one
    for group in (front_door, assessment, protection, court)
    for one in group.MEASURES
}  # fmt: skip


class Cases(Drawn):
    """Drawn rows and what some measures make of them."""

    def __init__(self, *wanted: str, **drawn: Any) -> None:
        """`wanted`: measures, or facts by their names; the rest as `Drawn` takes it."""
        super().__init__(*(MEASURES[name].fact if name in MEASURES else name for name in wanted), **drawn)

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
            f"select {chosen} from facts.{measure.fact} as fact "  # noqa: S608
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
