"""The extracts of demonstration councils: made-up children whose figures are known beforehand.

The first council is Southampton (852). Its events in the year to August 2020 add up to the figures that the council
quoted then; its earlier years follow what the Department for Education published about it. Every further council is
a real authority of its own size, with levels of its own and no figure to meet. No child, worker or address is real.

Everything hangs on quotas: a month has so many conferences, of which so many are in time. The events are drawn
backwards from the month in which they count to the day on which their clock started, so that a quota is met exactly
whatever the seed. Events are drawn for some months beyond the extract and cut off at it, which leaves open what
would be open on that day. What is wrong on purpose comes last, on rows that no figure depends on.

`council` draws the events; a module of `forms` writes them in the form that a council sends.
"""

from pipelines.demonstration.council import council_tables
from pipelines.demonstration.extract import write_demonstration

__all__ = ["council_tables", "write_demonstration"]
