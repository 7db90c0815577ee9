"""Which extracts of a group are refused, and why: a file that cannot be used, or numbers beyond a limit."""

from collections.abc import Sequence
from pathlib import Path

from warehouse import ledger
from warehouse.history import compared
from warehouse.landing.extracts import Extract, extract_sha256, inputs_sha256
from warehouse.layers import Group
from warehouse.ledger import Finding
from warehouse.published import publishing
from warehouse.staged.limits import Excess, excesses

Refused = dict[Extract, list[Finding]]


def left_out(extracts: Sequence[Extract], warehouse: Path) -> dict[str, frozenset[str]]:
    """By partition key, the tables that a person leaves out of an extract as it now lies."""
    decided = ledger.left_out(warehouse)
    places = {(landed.la_code, landed.extract_date) for landed in decided}
    return {
        extract.partition_key: decided.get(
            ledger.LandedBytes(extract.la_code, extract.extract_date, extract_sha256(extract)), frozenset()
        )
        for extract in extracts
        if (extract.la_code, extract.extract_date) in places
    }


def unusable(group: Group) -> Refused:
    """The extracts whose files cannot be used, each with every reason; they are no part of the group any more."""
    group.read()
    return {extract: [Finding(reason) for reason in reasons] for extract, reasons in group.refused.items()}


def beyond_limits(group: Group, warehouse: Path) -> tuple[list[Excess], Refused]:
    """What is beyond a limit in the extracts of a group, and those of them that nobody accepted."""
    decided = ledger.acceptances(warehouse)
    accepted = {
        place: set(decided.get(ledger.LandedBytes(*place, inputs_sha256(files)), ()))
        for place, files in group.inputs().items()
    }
    found = excesses(group.staged(), group.limits, publishing.published_rows(warehouse), accepted)
    told = compared(group, warehouse)
    found += [
        Excess(one.place, one.finding, one.finding.fact in accepted.get(one.place, ()))
        for one in told
        if one.finding is not None
    ]
    if not group.told:
        group.told = [(one.place, one.table_name, one.sentence) for one in told]
        group.tell(group.told)
    extracts = {(extract.la_code, extract.extract_date): extract for extract in group.extracts}
    refused: Refused = {}
    for one in found:
        if not one.is_accepted:
            refused.setdefault(extracts[one.place], []).append(one.finding)
    return found, refused


def refused(group: Group, warehouse: Path) -> Refused:
    """Every extract of a group that is refused, and why; the group goes on as if it had never had them."""
    found = unusable(group)
    group.refused = {}
    _, beyond = beyond_limits(group, warehouse)
    told = group.told
    group.leave(list(beyond))
    if beyond:  # the rest is staged anew, and what was told of it still holds
        group.staged()
        left = {(extract.la_code, extract.extract_date) for extract in group.extracts}
        group.told = [one for one in told if one[0] in left]
        group.tell(group.told)
    return found | beyond
