"""Drawings of what lands: a test shows the rows, and these write them as files.

A drawing is a header line and lines of cells, parted by bars; an empty cell is an empty value. What stands right of
`||` is the answer that the test expects of the row, and does not land.
"""

from pathlib import Path

EXTRACT_DATE = "2020-09-01"
# Columns that must be there, and that most tests are not about. Each drawn row is a record and a child of its own.
ORDINARY = {
    "person": {"person_id": "P{n}", "sex": "F"},
    "referral": {"referral_id": "R{n}", "person_id": "P{n}", "referral_date": "2020-08-03", "referral_source": "1A",
                 "referral_nfa": "N"},
    "assessment": {"assessment_id": "A{n}", "person_id": "P{n}"},
    "s47": {"s47_id": "S{n}", "person_id": "P{n}"},
    "icpc": {"icpc_id": "C{n}", "person_id": "P{n}"},
    "cp_plan": {"cp_plan_id": "L{n}", "person_id": "P{n}"},
    "cla_episode": {"person_id": "P{n}", "rne": "S", "legal_status": "C2", "placement_type": "U1"},
    "cla_care_plan": {"care_plan_id": "K{n}", "person_id": "P{n}"},
    "contact": {"contact_id": "T{n}", "person_id": "P{n}", "source": "1A"},
    "cin_plan": {"cin_plan_id": "N{n}", "person_id": "P{n}"},
    "cin_visit": {"visit_id": "V{n}", "person_id": "P{n}"},
    "strategy_discussion": {"strategy_id": "D{n}", "person_id": "P{n}"},
    "cp_review": {"review_id": "V{n}", "person_id": "P{n}"},
    "cp_visit": {"visit_id": "V{n}", "person_id": "P{n}"},
    "cla_review": {"review_id": "V{n}", "person_id": "P{n}"},
    "cla_visit": {"visit_id": "V{n}", "person_id": "P{n}"},
    "cla_health": {"health_id": "H{n}", "person_id": "P{n}", "type": "HEALTH_ASSESSMENT"},
    "missing": {"missing_id": "M{n}", "person_id": "P{n}", "type": "M"},
    "dolo": {"person_id": "P{n}"},
    "care_leaver": {"person_id": "P{n}", "eligibility": "FORMER_RELEVANT"},
    "worker": {"worker_id": "W{n}", "fte": "1"},
    "allocation": {"person_id": "P{n}", "worker_id": "W1"},
    "pre_proceedings": {"pre_proceedings_id": "B{n}", "person_id": "P{n}"},
}  # fmt: skip

Row = dict[str, str]


def drawn_rows(drawing: str, answers: bool = False) -> list[Row]:
    """The rows of a drawing as they land, or what is expected of them."""
    sides = [[*line.split("||"), ""][answers] for line in drawing.strip().splitlines()]
    header, *lines = [[cell.strip() for cell in side.split("|")] for side in sides]
    return [dict(zip(header, cells, strict=True)) for cells in lines]


def land(folder: Path, **tables: str) -> None:
    """Write drawings into a landing folder; columns that must be there and are not drawn get ordinary values."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, drawing in tables.items():
        rows = [
            {**{name: value.format(n=number) for name, value in ORDINARY[table].items()}, **row}
            for number, row in enumerate(drawn_rows(drawing), start=1)
        ]
        lines = [",".join(f'"{cell}"' for cell in row.values()) for row in rows]
        (folder / f"{table}.csv").write_text("\n".join([",".join(rows[0]), *lines, ""]))
