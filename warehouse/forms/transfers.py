"""Children who moved in on another authority's plan, in a form that has no conferences on them.

A plan of such a child begins without a conference. Where a form has plans like that, figures of conferences would leave
some out that the definitions count.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from warehouse.forms.cells import day, identity
from warehouse.forms.reading import Lack, TableRead

MEASURES = ("icpc_timeliness", "icpcs", "icpc_rate", "icpcs_leading_to_plan", "icpc_pending", "icpc_overdue")
_WHEN = ("icpc_transfer_in", "include_from_notification")
_NEAR = timedelta(days=14)  # a plan begins on the day of its conference, and is entered a few days late
_FIRST = timedelta(days=28)  # the conference of a plan of the first weeks may be from before the form begins


def notes(source: str) -> Mapping[str, Lack]:
    """What is told beside the figures: `source` (a list, a feed) has none of these conferences."""
    reason = (
        f"{source} has no conferences on children who moved in on another authority's plan, and counts own ones alone"
    )
    return dict.fromkeys(MEASURES, Lack("icpc", reason, when=_WHEN))


def lacks(source: str) -> Mapping[str, Lack]:
    """Why figures of conferences are not given where plans began without one."""
    reason = (
        f"plans began without a conference, as those of children who moved in do, and {source} has no conferences on these; "
        'set icpc_transfer_in = "exclude" to count own conferences alone'
    )
    return dict.fromkeys(MEASURES, Lack("icpc", reason, when=_WHEN))


def are_seen(tables: Sequence[TableRead], since: date) -> bool:
    """Whether plans that began in the form's months, from `since`, have no conference of the child near their first day.

    Where most have none, the conferences are not those of the plans, and nothing follows.
    """
    by_name = {one.table_name: one.cells for one in tables}
    if not {"cp_plan", "icpc"} <= by_name.keys():
        return False
    # A list that holds nothing but a remark has no days.
    if "start_date" not in by_name["cp_plan"].column_names or "icpc_date" not in by_name["icpc"].column_names:
        return False
    held: dict[str, list[date]] = defaultdict(list)
    conferences = by_name["icpc"]
    for child, text in zip(conferences["person_id"].to_pylist(), conferences["icpc_date"].to_pylist(), strict=True):
        if on := day(text):
            held[identity(child)].append(on)
    for days in held.values():
        days.sort()
    plans = by_name["cp_plan"]
    seen: Counter[bool] = Counter()
    for child, text in zip(plans["person_id"].to_pylist(), plans["start_date"].to_pylist(), strict=True):
        begun = day(text)
        if begun is None or begun < since + _FIRST:
            continue
        days = held.get(identity(child), [])
        place = bisect_left(days, begun - _NEAR)
        seen[place < len(days) and days[place] <= begun + _NEAR] += 1
    return 0 < seen[False] <= seen[True]
