"""What facts report: under rules that are declared, or a report would be lost."""

import re

from schemas.rules import REPORTS
from warehouse.facts.computing import FOLDER

# A rule is named in a list of rules or as a column, itself or by what an `if` gives for either.
_NAMED = re.compile(
    r"'rule': '(\w+)'|'(\w+)' as rule|'rule': if\([^()]+, '(\w+)', '(\w+)'\)|if\([^()]+, '(\w+)', '(\w+)'\) as rule"
)


def test_every_report_is_declared_with_what_to_do() -> None:
    named = {
        name
        for path in FOLDER.rglob("report_*.sql")
        for found in _NAMED.findall(path.read_text())
        for name in found
        if name
    }
    assert len(named) > 30
    assert named <= REPORTS.keys()
