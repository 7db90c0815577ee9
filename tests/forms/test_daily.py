"""DfE's daily feed: drawn documents, and the tables, places and sentences that come of them."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from drawn_workbook import rows_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.measures import CATALOGUE, MEASURES
from schemas.settings import Operation
from schemas.tables import MODELS, columns
from warehouse.forms import daily
from warehouse.forms.extracts import recognised
from warehouse.forms.form import why_never
from warehouse.forms.local_spellings import LocalSpellings
from warehouse.forms.reading import FormRead
from warehouse.landing.bounds import UnreadableFileError
from warehouse.landing.extracts import Extract, input_files

LIMITS = Operation.model_validate({})
CASE = {"social_care_episode_id": "R1", "referral_date": "2019-05-04", "referral_source": "6",
        "referral_no_further_action_flag": False}  # fmt: skip


def read(folder: Path, *documents: Any, limits: Operation = LIMITS) -> FormRead:
    """What the form makes of these documents, a file each, landed for 1 September 2020."""
    (folder / "daily").mkdir(exist_ok=True)
    paths = [folder / "daily" / f"{number}.json" for number in range(len(documents))]
    for path, document in zip(paths, documents, strict=True):
        path.write_bytes(document if isinstance(document, bytes) else json.dumps(document).encode())
    return daily.read(Extract("852", date(2020, 9, 1), folder), paths, limits, LocalSpellings())


def child(*cases: dict[str, Any], person: str = "A1", **more: Any) -> list[dict[str, Any]]:
    """A document of one child."""
    return [{"la_child_id": person, "social_care_episodes": list(cases), **more}]


def test_the_tables_are_of_the_contract() -> None:
    for table, names in daily.CARRIES.items():
        assert table in MODELS
        assert set(names) <= {column.name for column in columns(table)}


def test_each_measure_can_be_given_or_has_a_sentence_why_not() -> None:
    whys = {measure.measure_code: why_never(daily, measure) for measure in CATALOGUE}
    assert [
        code for code in ("referrals", "icpcs", "section_47_leading_to_icpc", "placement_moves") if whys[code]
    ] == []
    assert whys["contacts"] == (
        "the feed has nothing of the table contact; send the table contact from the case system"
    )
    assert set(daily.LACKS) <= set(MEASURES)


def test_a_child_with_all_that_a_case_can_hold(tmp_path: Path) -> None:
    case = CASE | {
        "child_and_family_assessments": [
            {"child_and_family_assessment_id": "A7", "start_date": "2019-05-05", "factors": ["1A", "16A"]}
        ],
        "section_47_assessments": [
            {"section_47_assessment_id": "S1", "start_date": "2019-06-01", "icpc_required_flag": True,
             "icpc_date": "2019-06-15"},
            {"section_47_assessment_id": "S2", "start_date": "2019-06-10", "icpc_required_flag": True,
             "icpc_date": "2019-06-15", "end_date": "2019-06-16"},
        ],
        "child_protection_plans": [{"child_protection_plan_id": "C1", "start_date": "2019-06-15"}],
        "child_looked_after_placements": [
            {"child_looked_after_placement_id": "L1", "start_date": "2019-07-01", "start_reason": "S",
             "placement_type": "U4"}
        ],
        "care_worker_details": [{"worker_id": "W1", "start_date": "2019-05-04"}],
    }  # fmt: skip
    details = {"date_of_birth": "2010-01-25", "sex": "F", "disabilities": ["NONE", "LD"], "uasc_flag": False}
    made = read(tmp_path, child(case, child_details=details))
    assert rows_of(made, "person", "person_id dob sex disabled uasc") == [("A1", "2010-01-25", "F", "LD", "false")]
    assert rows_of(made, "referral", "referral_id referral_date referral_nfa place") == [
        ("R1", "2019-05-04", "false", "0.json, social_care_episodes 1")
    ]
    assert rows_of(made, "assessment", "assessment_id referral_id start_date authorised_date factors") == [
        ("A7", "R1", "2019-05-05", "", "1A,16A")
    ]
    assert rows_of(made, "s47", "s47_id icpc_not_required end_date") == [
        ("S1", "false", ""),
        ("S2", "false", "2019-06-16"),
    ]
    assert rows_of(made, "icpc", "icpc_id s47_id icpc_date") == [("S2", "S2", "2019-06-15")]
    assert rows_of(made, "cp_plan", "cp_plan_id start_date") == [("C1", "2019-06-15")]
    assert rows_of(made, "cla_episode", "decom rne placement_type") == [("2019-07-01", "S", "U4")]
    assert rows_of(made, "allocation", "person_id worker_id") == [("A1", "W1")]
    assert made.coverage["referral"].complete_from == date(2018, 9, 1)
    assert [warning.split(": ")[1].split(",")[0] for warning in made.warnings] == [
        "the feed has no legal status",
        "the feed has no conferences on children who moved in on another authority's plan; those counted are of own "
        "enquiries.",
    ]


def test_what_is_withdrawn_is_no_record(tmp_path: Path) -> None:
    plans = [
        {"child_protection_plan_id": "C1", "start_date": "2019-06-15", "purge": True},
        {"child_protection_plan_id": "C2", "start_date": "2019-06-16", "purge": False},
    ]
    made = read(
        tmp_path,
        child(CASE | {"child_protection_plans": plans}, child_details={"sex": "F", "purge": True}),
        child(CASE, person="B2", purge=True),
        child(CASE | {"purge": True}, person="C3"),
    )
    assert rows_of(made, "person", "person_id sex") == [("A1", ""), ("C3", "")]
    assert rows_of(made, "cp_plan", "cp_plan_id") == [("C2",)]
    assert rows_of(made, "referral", "person_id") == [("A1",)]
    assert made.warnings == ("daily: 3 children or parts of them are withdrawn by purge, and are no records.",)


def test_a_case_without_a_referral_only_holds_what_is_of_none(tmp_path: Path) -> None:
    plan = {"child_protection_plan_id": "C1", "start_date": "2019-06-15"}
    made = read(tmp_path, child({"social_care_episode_id": "B1", "child_protection_plans": [plan]}))
    assert rows_of(made, "referral", "referral_id") == []
    assert rows_of(made, "cp_plan", "cp_plan_id referral_id") == [("C1", "")]


def test_parts_that_are_not_as_the_schema_says_are_told(tmp_path: Path) -> None:
    made = read(tmp_path, child(CASE | {"child_protection_plans": ["C1", {"start_date": ["2019"]}, {"purge": False}]}))
    assert rows_of(made, "cp_plan", "cp_plan_id start_date") == []
    assert made.warnings == ("daily: 2 parts are not what the feed's schema says, and are not read.",)


def test_one_spoilt_document_refuses_without_its_name(tmp_path: Path) -> None:
    made = read(tmp_path, child(CASE), b'[{"la_child_id": "B2", ')
    assert [(one.file_name, one.reason) for one in made.unusable] == [
        ("daily", "document 2 in the order of their names: it is no complete JSON; send it again")
    ]


@pytest.mark.parametrize("head", [b'[{"la_child_id": "1"}]', b'\xef\xbb\xbf {"la_child_id" : "1"}'])
def test_a_document_is_known_by_what_it_holds(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "any.json"
    path.write_bytes(head)
    assert recognised(path, LIMITS) is daily


@pytest.mark.parametrize("head", [b"", b'{"child": 1}', b"la_child_id,dob\n", b"[[[["])
def test_another_file_is_none(tmp_path: Path, head: bytes) -> None:
    assert not daily.recognise(tmp_path / "any.json", head, LIMITS)


def test_documents_are_told_of_by_their_folder_for_their_names_may_be_ids(tmp_path: Path) -> None:
    read(tmp_path, child(CASE), child(CASE, person="B2"))
    extract = Extract("852", date(2020, 9, 1), tmp_path)
    before = input_files(extract)
    assert list(before) == ["daily/*.json"]
    read(tmp_path, child(CASE), child(CASE, person="B3"))
    assert input_files(extract) != before


def test_depth_and_length_end_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="no complete JSON"):
        read(tmp_path, b'[{"la_child_id":' + b"[" * 200_000)
    low = LIMITS.model_copy(update={"cell_length_limit": 100})
    with pytest.raises(UnreadableFileError, match="longer than the 100 characters"):
        read(tmp_path, child(person="A" * 101), limits=low)


WHOLE = json.dumps(child(CASE, child_details={"sex": "F"})).encode()


@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.binary(max_size=6)), max_size=5))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_spoilt_bytes_end_in_rows_or_a_sentence(tmp_path: Path, changes: list[tuple[int, bytes]]) -> None:
    spoilt = WHOLE
    for place, new in changes:
        spoilt = spoilt[:place] + new + spoilt[place + len(new) :]
    try:
        made = read(tmp_path, spoilt)
    except UnreadableFileError as refused:
        assert all(str(reason) for reason in refused.args)
    else:
        assert {one.table_name for one in made.tables} <= set(MODELS)
