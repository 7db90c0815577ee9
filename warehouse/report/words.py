"""How a day, a month and what is not there are written, on every page."""

from datetime import date

NONE = "–"


def month_name(month: date) -> str:
    """Such as August 2020."""
    return month.strftime("%B %Y")


def day(of: date) -> str:
    """Such as 1 September 2020."""
    return f"{of.day} {of.strftime('%B %Y')}"
