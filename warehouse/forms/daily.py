"""DfE's daily feed: JSON documents of children, each with the cases that it was in, as canonical tables.

A case system sends a document a child each day. `purge` withdraws a child or a part of it: what is withdrawn is no
record. Sources: DfE's schema 1.0.1 of the feed, May 2026.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from schemas.measures import MEASURES
from schemas.settings import Operation
from warehouse.forms import transfers
from warehouse.forms.cells import day, months_before, shown
from warehouse.forms.gathering import Conference, Gathered, one_each
from warehouse.forms.local_spellings import LocalSpellings
from warehouse.forms.reading import FileNotRead, FormRead, Lack, name_in
from warehouse.landing.bounds import UnreadableFileError, bytes_of, too_long
from warehouse.landing.coverage import Coverage
from warehouse.landing.extracts import Extract

NAME = "daily"
TITLE = "DfE's daily feed"
COVERS = "Complete for the 24 months before the extract date; without legal status, so short breaks count as care."
LATEST_ONLY = frozenset(("care_leaver",))

MONTHS_COVERED = 24
_KEY = re.compile(rb'"la_child_id"\s*:')
_WIDE_KEY = re.compile(r'"la_child_id"\s*:')


@dataclass(frozen=True)
class Part:
    """A list of a case and the table that it gives: the name in the feed behind each column."""

    table: str
    cells: Mapping[str, str]


EPISODE = Part(
    "referral",
    {"referral_id": "social_care_episode_id", "referral_date": "referral_date", "referral_source": "referral_source",
     "referral_nfa": "referral_no_further_action_flag", "closure_date": "closure_date",
     "closure_reason": "closure_reason"},
)  # fmt: skip
DETAILS: Mapping[str, str] = {
    "dob": "date_of_birth", "expected_dob": "expected_date_of_birth", "sex": "sex", "ethnicity": "ethnicity",
    "disabled": "disabilities", "uasc": "uasc_flag", "upn": "unique_pupil_number", "postcode": "postcode",
}  # fmt: skip
PARTS: Mapping[str, Part] = {
    "child_and_family_assessments": Part(
        "assessment",
        {"assessment_id": "child_and_family_assessment_id", "start_date": "start_date",
         "authorised_date": "authorisation_date", "factors": "factors"},
    ),
    "child_in_need_plans": Part(
        "cin_plan", {"cin_plan_id": "child_in_need_plan_id", "start_date": "start_date", "end_date": "end_date"}
    ),
    "section_47_assessments": Part(
        "s47", {"s47_id": "section_47_assessment_id", "start_date": "start_date", "end_date": "end_date"}
    ),
    "child_protection_plans": Part(
        "cp_plan", {"cp_plan_id": "child_protection_plan_id", "start_date": "start_date", "end_date": "end_date"}
    ),
    "child_looked_after_placements": Part(
        "cla_episode",
        {"episode_id": "child_looked_after_placement_id", "decom": "start_date", "rne": "start_reason",
         "placement_type": "placement_type", "placement_postcode": "postcode", "dec": "end_date", "rec": "end_reason",
         "reason_place_change": "change_reason"},
    ),
    "care_worker_details": Part(
        "allocation", {"worker_id": "worker_id", "start_date": "start_date", "end_date": "end_date"}
    ),
    "care_leavers": Part(
        "care_leaver",
        {"latest_contact_date": "contact_date", "activity": "activity", "accommodation": "accommodation"},
    ),
}  # fmt: skip
_LINKED = ("assessment", "cin_plan", "s47", "cp_plan")  # tables with a link to the referral


def _carries() -> Mapping[str, tuple[str, ...]]:
    """The contract columns that the form can fill, by table."""
    carried: dict[str, tuple[str, ...]] = {
        "person": ("person_id", *DETAILS),
        "referral": ("referral_id", "person_id", *(name for name in EPISODE.cells if name != "referral_id")),
    }
    for part in PARTS.values():
        carried[part.table] = ("person_id", *(("referral_id",) if part.table in _LINKED else ()), *part.cells)
    carried["s47"] += ("icpc_not_required",)
    carried["icpc"] = ("icpc_id", "person_id", "s47_id", "referral_id", "icpc_date")
    return carried


CARRIES = _carries()


def _lacks() -> Mapping[str, Lack]:
    """Why the feed can never support a measure: of what it does not ask, and of the tables that it does not have."""
    own = {
        **dict.fromkeys(
            ("mash_timeliness", "mash_pending", "mash_overdue"),
            Lack("referral", "the feed does not say when MASH decided", ("received_at", "mash_completed_at")),
        ),
        "assessments_no_further_action": Lack(
            "assessment", "the feed does not say what an assessment led to", ("outcome_nfa",)
        ),
        "repeat_plans": Lack("cp_plan", "the feed does not say how many plans there were before", ("number_previous",)),
        **dict.fromkeys(
            ("care_leavers_in_touch", "care_leavers_suitable_accommodation", "care_leavers_in_eet"),
            Lack("care_leaver", "the feed does not say which care leavers are former relevant", ("eligibility",)),
        ),
    }
    for measure in MEASURES.values():
        lacking = [need.table for need in measure.needs if need.when is None and need.table not in CARRIES]
        long = next((need for need in measure.needs if need.run_in_months >= MONTHS_COVERED and not need.unless), None)
        if measure.measure_code in own:
            continue
        if lacking:
            own[measure.measure_code] = Lack(lacking[-1], f"the feed has nothing of the table {lacking[-1]}")
        elif long:
            own[measure.measure_code] = Lack(long.table, f"the feed holds 24 months, and {long.because}")
    return own


LACKS = _lacks()
SOMETIMES = transfers.lacks("the feed")
_SHORT_BREAKS = Lack("cla_episode", "short breaks count as care, for the feed has no legal status", ("legal_status",))
NOTES: Mapping[str, Lack] = {
    **transfers.notes("the feed"),
    # No short break ends in an adoption.
    **{
        code: _SHORT_BREAKS
        for code, measure in MEASURES.items()
        if code not in LACKS and code != "adoptions" and any(need.table == "cla_episode" for need in measure.needs)
    },
}


def recognise(path: Path, head: bytes, limits: Operation) -> bool:
    """Whether a file is a document of the feed: JSON that names a child as the feed does."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _WIDE_KEY.search(head[: len(head) // 2 * 2].decode("utf-16", errors="replace")) is not None
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"[", b"{") and _KEY.search(head) is not None


def read(extract: Extract, files: Sequence[Path], limits: Operation, local: LocalSpellings) -> FormRead:
    """The documents of an extract as tables. Raises UnreadableFileError where none can be used."""
    feed = _Feed(limits)
    hashes: list[str] = []
    unusable: list[FileNotRead] = []
    problems: list[str] = []
    folder = files[0].parent
    name = name_in(extract.folder, files[0] if len(files) == 1 else folder)
    for number, path in enumerate(files, start=1):
        try:
            content = bytes_of(path, limits)
            hashes.append(hashlib.sha256(content).hexdigest())
            feed.read_file(path.name, content)
        except UnreadableFileError as error:
            # A document may be called by the child's id, which is told to nobody.
            which = "" if len(files) == 1 else f"document {number:,} in the order of their names: "
            problems += [f"{which}{reason}" for reason in error.args]
            unusable += [FileNotRead("person", name, f"{which}{reason}") for reason in error.args]
    if "person" not in feed.gathered:
        raise UnreadableFileError(*dict.fromkeys(problems or ["no child is in it that was not withdrawn"]))
    sha256 = hashes[0] if len(hashes) == 1 else hashlib.sha256("\n".join(hashes).encode()).hexdigest()
    tables = feed.gathered.tables(NAME, f"{len(files)} files" if name == "." else name, sha256)
    since = months_before(extract.extract_date, MONTHS_COVERED)
    return FormRead(
        tables,
        {
            one.table_name: Coverage(since, since, None, one.table_name in LATEST_ONLY, NAME)
            for one in tables
            if one.table_name != "person"
        },
        tuple(feed.warnings(name_in(extract.folder, folder) if name != "." else "the daily feed")),
        {code: lack.sentence for code, lack in LACKS.items()},
        tuple(unusable),
        lacks=SOMETIMES if transfers.are_seen(tables, since) else {},
    )


@dataclass
class _Feed:
    """What is gathered while documents are read."""

    limits: Operation
    gathered: Gathered = field(default_factory=lambda: Gathered(CARRIES))
    withdrawn: int = 0
    odd: int = 0

    def read_file(self, name: str, content: bytes) -> None:
        """Add the children of a file. Raises UnreadableFileError; then nothing of the file is added."""
        try:
            document = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise UnreadableFileError("it is no complete JSON; send it again") from error
        children = document if isinstance(document, list) else [document]
        if not all(isinstance(child, dict) for child in children):
            raise UnreadableFileError("it is no document of children; send it as DfE's schema of the feed says")
        _check_lengths(document, self.limits)
        for number, child in enumerate(children, start=1):
            place = shown(name) if len(children) == 1 else f"{shown(name)}, child {number}"
            if _is_withdrawn(child):
                self.withdrawn += 1
            else:
                self._read_child(child, place)

    def _read_child(self, child: Mapping[str, Any], place: str) -> None:
        person = _text(child.get("la_child_id"))
        details = self._dictionary(child, "child_details")
        cells = {"person_id": person}
        if not _is_withdrawn(details):
            cells |= {column: _text(details.get(name)) for column, name in DETAILS.items()}
            codes = [code for code in map(_text, self._list(details, "disabilities")) if code]
            # NONE beside another code is a slip: the other one says more.
            cells["disabled"] = next((code for code in codes if code.upper() != "NONE"), next(iter(codes), ""))
        self.gathered.add("person", cells, f"{place}, child_details")
        conferences: list[Conference] = []
        for number, episode in enumerate(self._records(child, "social_care_episodes"), start=1):
            self._read_episode(episode, person, f"{place}, social_care_episodes {number}", conferences)
        for one in one_each(conferences):
            cells = {"icpc_id": one.enquiry, "person_id": person, "s47_id": one.enquiry if one.begun else "",
                     "referral_id": one.referral, "icpc_date": one.on}  # fmt: skip
            self.gathered.add("icpc", cells, one.place)

    def _read_episode(self, episode: Mapping[str, Any], person: str, place: str, conferences: list[Conference]) -> None:
        cells = {"person_id": person, **{column: _text(episode.get(name)) for column, name in EPISODE.cells.items()}}
        # A case without anything of a referral only holds what the council has of no referral.
        is_referral = any(text for column, text in cells.items() if column not in ("person_id", "referral_id"))
        link = cells["referral_id"] if is_referral else ""
        if is_referral:
            self.gathered.add("referral", cells, place)
        for name, part in PARTS.items():
            for number, record in enumerate(self._records(episode, name), start=1):
                said = {column: _text(record.get(key)) for column, key in part.cells.items()}
                if not any(said.values()):  # an empty part says nothing
                    self.odd += bool(record.keys() - {"purge"})
                    continue
                said |= {"person_id": person, "referral_id": link}
                where = f"{place}, {name} {number}"
                if part.table == "assessment":
                    said["factors"] = ",".join(filter(None, map(_text, self._list(record, "factors"))))
                elif part.table == "s47":
                    required = record.get("icpc_required_flag")
                    said["icpc_not_required"] = _text(not required) if isinstance(required, bool) else ""
                    if on := _text(record.get("icpc_date")):
                        begun = day(said["start_date"])
                        conferences.append(Conference(on, said["s47_id"], said["referral_id"], where, begun))
                self.gathered.add(part.table, said, where)

    def _records(self, holder: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
        """The parts of a name that were not withdrawn; one alone stands for a list of one."""
        found = holder.get(name)
        for one in found if isinstance(found, list) else [found]:
            if isinstance(one, dict):
                if _is_withdrawn(one):
                    self.withdrawn += 1
                else:
                    yield one
            elif one is not None:
                self.odd += 1

    def _dictionary(self, holder: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        return next(iter(one for one in [holder.get(name)] if isinstance(one, dict)), {})

    def _list(self, holder: Mapping[str, Any], name: str) -> list[Any]:
        found = holder.get(name)
        return found if isinstance(found, list) else [] if found is None else [found]

    def warnings(self, where: str) -> Iterator[str]:
        """What is told of the feed as a whole."""
        if "cla_episode" in self.gathered:
            yield (
                f"{where}: the feed has no legal status, so that short breaks count as care in every figure of looked "
                "after children; send legal_status in supplement_cla_episode.csv."
            )
        if "s47" in self.gathered:
            yield (
                f"{where}: the feed has no conferences on children who moved in on another authority's plan; those "
                "counted are of own enquiries."
            )
        if self.withdrawn:
            yield f"{where}: {self.withdrawn:,} children or parts of them are withdrawn by purge, and are no records."
        if self.odd:
            yield f"{where}: {self.odd:,} parts are not what the feed's schema says, and are not read."


def _is_withdrawn(part: Mapping[str, Any]) -> bool:
    return part.get("purge") is True or str(part.get("purge")).casefold() in ("true", "1")


def _text(value: Any) -> str:
    """A value as the text of a cell: empty where there is none, or where it is no single value."""
    if value is None or isinstance(value, (dict, list)):
        return ""
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _check_lengths(value: Any, limits: Operation) -> None:
    """Raise UnreadableFileError for a text that is longer than a cell may be."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str) and len(one) > limits.cell_length_limit:
            raise too_long("a value", limits)
        if isinstance(one, (dict, list)):
            waiting += one.values() if isinstance(one, dict) else one
