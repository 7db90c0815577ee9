"""The Standard Safeguarding Dataset in a council's database, extracted into canonical tables (`extract ssd`).

What lies in the landing folder are files of the contract that say in their metadata what they were made of, so that the
form can say what the SSD can never support.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow.compute as pc

from schemas.settings import Operation
from warehouse.forms import canonical
from warehouse.forms.cin_blocks import TIMED_FROM_NOTIFICATION
from warehouse.forms.local_spellings import LocalSpellings
from warehouse.forms.reading import FileNotRead, FormRead, Lack, TableRead, name_in
from warehouse.forms.ssd.extracting import mark_of
from warehouse.forms.ssd.tables import SOURCES, carried
from warehouse.landing.bounds import UnreadableFileError
from warehouse.landing.coverage import Coverage
from warehouse.landing.extracts import Extract, table_of

NAME = "ssd"
TITLE = "the Standard Safeguarding Dataset"
COVERS = (
    "As the scripts of the case system keep it: SystemC six years, and referrals from before only while they are open; "
    "Mosaic from the start of a financial year; Eclipse the whole history."
)
LATEST_ONLY = frozenset(("care_leaver",))
CARRIES: Mapping[str, tuple[str, ...]] = {table: carried(table) for table in SOURCES}

_MASH = Lack("referral", "the SSD does not say when MASH decided", ("received_at", "mash_completed_at"))
_STAFF = Lack("worker", "the SSD does not say when workers started and left", ("start_date", "end_date"))
_MAIN = Lack("allocation", "the SSD does not say which involvement is the main one", ("is_primary",))
_FGDM = Lack(
    "pre_proceedings", "the SSD does not ask about family group decision making", ("fgdm_offered", "fgdm_held")
)
LACKS: Mapping[str, Lack] = {
    **dict.fromkeys(("mash_timeliness", "mash_pending", "mash_overdue"), _MASH),
    "repeat_plans": Lack("cp_plan", "the SSD does not say how many plans there were before", ("number_previous",)),
    "authorised_care_plan": Lack(
        "cla_care_plan", "the SSD does not say when a care plan was authorised", ("authorised_date",)
    ),
    "return_interview_timeliness": Lack(
        "missing", "the SSD does not say when a return interview was held", ("rhi_at",)
    ),
    "deprivation_of_liberty": Lack("dolo", "the SSD has nothing of the table dolo"),
    "immunisations": Lack("cla_health", "the SSD holds only the latest word on a child's immunisations"),
    **dict.fromkeys(("average_caseload", "high_caseloads", "agency_workers"), _STAFF),
    **dict.fromkeys(("social_worker_changes", "unallocated_cases"), _MAIN),
    **dict.fromkeys(("fgdm_offered", "fgdm_held"), _FGDM),
}
# SystemC drops an assessment that is not authorised once it is answered whether the child was seen.
_DROPPED = Lack("assessment", "SystemC's scripts drop open assessments of children who were seen")
_NOT_READ = Lack("s47", "the flags of what enquiries led to were not read, or are not there", ("outcome",))
_NO_NOTICE = Lack(
    "icpc",
    "the SSD has conferences on children who moved in on another authority's plan, and not when notice was given",
    ("notification_date",),
    ("icpc_transfer_in", "include_from_notification"),
)
_OF_OPEN_ASSESSMENTS = ("assessments_open", "assessments_overdue")
_OF_AWAITED_CONFERENCES = ("icpc_pending", "icpc_overdue")
SOMETIMES: Mapping[str, Lack] = {
    **dict.fromkeys(_OF_OPEN_ASSESSMENTS, _DROPPED),
    **dict.fromkeys(TIMED_FROM_NOTIFICATION, _NO_NOTICE),
}
NOTES: Mapping[str, Lack] = {
    "pre_proceedings_to_court": Lack(
        "pre_proceedings",
        "the SSD says on which day it was decided to issue proceedings, and not whether court was applied to since",
        ("court_application_date",),
    )
}


def recognise(path: Path, head: bytes, limits: Operation) -> bool:
    """Whether a file was extracted from an SSD: Parquet whose metadata say so."""
    return head[:4] == b"PAR1" and bool(table_of(path.name)) and mark_of(path) is not None


def read(extract: Extract, files: Sequence[Path], limits: Operation, local: LocalSpellings) -> FormRead:
    """The tables of an extract as they lie. Raises UnreadableFileError where none can be used."""
    tables: list[TableRead] = []
    unusable: list[FileNotRead] = []
    lacks: dict[str, Lack] = {}
    for path in files:
        table, mark = table_of(path.name), mark_of(path) or {}
        try:
            tables.append(
                replace(canonical.read_file(extract.folder, table, path, extract.la_code, limits, local), form=NAME)
            )
        except UnreadableFileError as error:
            unusable += [FileNotRead(table, name_in(extract.folder, path), str(reason)) for reason in error.args]
            continue
        if table == "assessment" and mark.get("system") == "systemc":
            lacks |= dict.fromkeys(_OF_OPEN_ASSESSMENTS, _DROPPED)
        if table == "s47" and "outcome" not in tables[-1].cells.column_names:
            lacks |= dict.fromkeys(_OF_AWAITED_CONFERENCES, _NOT_READ)
        if table == "icpc" and _has_transfers(tables[-1]):
            lacks |= dict.fromkeys(TIMED_FROM_NOTIFICATION, _NO_NOTICE)
    if not tables:
        raise UnreadableFileError(*dict.fromkeys(one.reason for one in unusable))
    return FormRead(
        tuple(tables),
        {one.table_name: Coverage(is_latest_only=one.table_name in LATEST_ONLY, declared_by=NAME) for one in tables},
        never={code: lack.sentence for code, lack in LACKS.items()},
        unusable=tuple(unusable),
        lacks=lacks,
    )


def _has_transfers(table: TableRead) -> bool:
    if "transfer_in" not in table.cells.column_names:
        return False
    said = pc.utf8_slice_codeunits(pc.utf8_trim_whitespace(table.cells["transfer_in"]), 0, 1)
    return not {"Y", "1", "T"}.isdisjoint((text or "").upper() for text in pc.unique(said).to_pylist())
