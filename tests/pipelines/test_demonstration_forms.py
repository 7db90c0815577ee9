"""The demonstration council in the forms that councils send: the same events as its canonical tables hold."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook
from support.at_length import first_of

from pipelines.demonstration import council_tables, write_demonstration
from pipelines.demonstration.forms import FORMS

EXTRACT = pd.Timestamp("2020-09-01")
WINDOW = pd.Timestamp("2020-03-01")  # six months before
YEAR_START, YEAR_END = pd.Timestamp("2019-04-01"), pd.Timestamp("2020-03-31")

Tables = dict[str, pd.DataFrame]
Children = set[tuple[str, pd.Timestamp]]


@pytest.fixture(scope="module")
def tables() -> Tables:
    tables = {name: table.to_pandas() for name, table in council_tables("852", 2).items()}
    # A child under two ids is sent under the one that stayed.
    merged = tables["person"].dropna(subset="master_person_id").set_index("person_id")["master_person_id"]
    tables["person"] = tables["person"][tables["person"]["master_person_id"].isna()]
    for table in tables.values():
        if "person_id" in table.columns:
            table["person_id"] = table["person_id"].replace(merged)
        for column in table.columns[table.columns.str.contains("date|^decom$|^dec$|^dob$")]:
            table[column] = pd.to_datetime(table[column])
    return tables


Sent = Callable[[str], Path]


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Sent:
    """The folder of what the council sent in a form, written once."""

    @cache
    def folder(form: str) -> Path:
        return write_demonstration(tmp_path_factory.mktemp(form), years=2, form=form)[0]

    return folder


def each(table: pd.DataFrame, date: str) -> Children:
    return set(zip(table["person_id"], table[date], strict=True))


# Annex A


@pytest.fixture(scope="module")
def lists(sent: Sent) -> Tables:
    (path,) = sent("annex-a").iterdir()
    workbook = CalamineWorkbook.from_path(path)
    assert workbook.sheet_names == [f"List {number}" for number in range(1, 12)]
    sheets = {}
    for name in workbook.sheet_names:
        header, *rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
        sheets[name] = pd.DataFrame(rows, columns=header)
        for column in sheets[name].columns[sheets[name].columns.str.contains(r"\b[Dd]ate\b")]:
            sheets[name][column] = pd.to_datetime(sheets[name][column].replace("", None))
    return sheets


def of_list(table: pd.DataFrame, date: str) -> Children:
    return set(zip(table["Child Unique ID"], table[date], strict=True))


def test_each_list_has_as_many_columns_as_the_form(lists: Tables) -> None:
    assert [len(table.columns) for table in lists.values()] == [7, 8, 11, 12, 14, 14, 17, 34, 17, 16, 19]
    assert all(len(table) > 0 for table in lists.values())


def test_the_first_lists_hold_what_was_received_in_six_months(lists: Tables, tables: Tables) -> None:
    contacts = tables["contact"].query("status != 'CANCELLED'")
    contacts = contacts.assign(received_date=contacts["received_at"].dt.normalize())
    assert of_list(lists["List 1"], "Date of Contact") == each(
        contacts[contacts["received_date"] >= WINDOW], "received_date"
    )
    referrals = tables["referral"].query("status != 'CANCELLED'")
    assert len(lists["List 3"]) == (referrals["referral_date"] >= WINDOW).sum()
    assert of_list(lists["List 3"], "Date of referral") == each(
        referrals[referrals["referral_date"] >= WINDOW], "referral_date"
    )


def test_the_lists_of_plans_and_of_care_hold_who_has_them_and_who_had(lists: Tables, tables: Tables) -> None:
    plans = tables["cp_plan"]
    ours = plans[~plans["ola_plan"] & ~plans["temporary"] & ~(plans["end_date"] < WINDOW)]
    assert of_list(lists["List 7"], "Child Protection Plan Start Date") == each(ours, "start_date")
    episodes = tables["cla_episode"]
    ours = episodes[episodes["responsible_la"].isna() | (episodes["responsible_la"] == "852")]
    now = set(ours["person_id"][ours["dec"].isna()])
    care = lists["List 8"]
    assert care["Child Unique ID"].is_unique
    assert set(care["Child Unique ID"][care["Date Ceased to be Looked After"].isna()]) == now
    assert (care["Date Started to be Looked After"] <= care["Start Date of Most Recent Placement"]).all()


def test_a_conference_stands_beside_the_enquiry_that_led_to_it(lists: Tables, tables: Tables) -> None:
    held = lists["List 5"].dropna(subset="Date of Initial Child Protection Conference")
    assert of_list(held, "Date of Initial Child Protection Conference") <= each(
        tables["icpc"].query("status == 'HELD'"), "icpc_date"
    )
    start = held["Strategy discussion initiating Section 47 Enquiry Start Date"]
    assert 0 < start.isna().sum() < 0.1 * len(held)  # those whose enquiry was never recorded
    assert not (held["Date of Initial Child Protection Conference"] < start).any()
    lately = tables["icpc"].query("status == 'HELD' and not transfer_in")
    lately = lately[lately["icpc_date"] >= WINDOW]
    assert of_list(held, "Date of Initial Child Protection Conference") >= each(lately, "icpc_date")
    assert set(held["Was an Initial Child Protection Conference deemed unnecessary?"]) == {"b) No"}


# The children in need census


@pytest.fixture(scope="module")
def census(sent: Sent) -> ElementTree.Element:
    (path,) = sent("cin").iterdir()
    return ElementTree.parse(path).getroot()  # noqa: S314 - written a moment ago by us


def under(census: ElementTree.Element, group: str, date: str) -> Iterator[tuple[str, pd.Timestamp]]:
    for child in census.iter("Child"):
        for found in child.iterfind(f"CINdetails/{group}/{date}" if group else f"CINdetails/{date}"):
            yield child.findtext("ChildIdentifiers/LAchildID", ""), pd.Timestamp(found.text or "")


def test_the_census_is_of_the_year_that_had_ended(census: ElementTree.Element) -> None:
    details = census.find("Header/CollectionDetails")
    assert details is not None
    assert {element.tag: element.text for element in details} == {
        "Collection": "CIN",
        "Year": "2020",
        "ReferenceDate": "2020-03-31",
    }
    assert census.findtext("Header/Source/LEA") == "852"
    dates = [element.text or "" for element in census.iter() if element.tag.lower().endswith("date")]
    assert max(dates) >= "2020-03-31"  # a child may be due later
    assert max(element.text or "" for element in census.iter("CINreferralDate")) <= "2020-03-31"


def test_the_census_holds_the_enquiries_and_the_plans_of_the_year(census: ElementTree.Element, tables: Tables) -> None:
    enquiries = tables["s47"].dropna(subset="referral_id")
    of_year = enquiries[enquiries["start_date"].between(YEAR_START, YEAR_END)]
    assert set(under(census, "Section47", "S47ActualStartDate")) >= each(of_year, "start_date")
    plans = tables["cp_plan"]
    plans = plans[~plans["ola_plan"] & ~plans["temporary"] & (plans["start_date"] <= YEAR_END)]
    of_year = plans[~(plans["end_date"] < YEAR_START)]
    assert Counter(under(census, "ChildProtectionPlans", "CPPstartDate")) == Counter(
        zip(of_year["person_id"], of_year["start_date"], strict=True)
    )
    still_open = of_year[~(of_year["end_date"] <= YEAR_END)]
    ended = len(list(census.iter("CPPendDate")))
    assert len(of_year) - ended == len(still_open)


def test_conferences_stand_with_the_enquiry_and_of_transfers_with_the_case(
    census: ElementTree.Element, tables: Tables
) -> None:
    held = tables["icpc"].query("status == 'HELD'")
    held = held[held["icpc_date"].between(YEAR_START, YEAR_END)]
    transfers = held[held["transfer_in"]].dropna(subset="referral_id")
    assert set(under(census, "", "DateOfInitialCPC")) == each(transfers, "icpc_date")
    of_enquiries = held[~held["transfer_in"] & held["referral_id"].notna()]
    assert set(under(census, "Section47", "DateOfInitialCPC")) >= each(of_enquiries, "icpc_date")


def test_a_case_has_its_elements_in_the_order_of_the_census(census: ElementTree.Element) -> None:
    order = (
        "CINreferralDate ReferralSource PrimaryNeedCode CINclosureDate ReasonForClosure DateOfInitialCPC Assessments "
        "CINPlanDates Section47 ReferralNFA ChildProtectionPlans"
    ).split()
    for case in census.iter("CINdetails"):
        places = [order.index(element.tag) for element in case]
        assert places == sorted(places)
        # What the council holds without a referral stands in a case that has nothing of one.
        of_referral = {"CINreferralDate", "ReferralSource", "ReferralNFA"}
        told = {element.tag for element in case}
        assert "CINreferralDate" in told or told.isdisjoint(of_referral)
    assert {element.text for element in census.iter("ReferralNFA")} == {"0", "1"}
    assert all(element.text or len(element) for element in census.iter())


# SSDA903


@pytest.fixture(scope="module")
def returned(sent: Sent) -> Tables:
    folder = sent("ssda903")
    return {
        path.stem.removeprefix("SSDA903_2020_"): pd.read_csv(path, dtype=str, keep_default_na=False)
        for path in sorted(folder.iterdir())
    }


def british(texts: pd.Series) -> pd.Series:
    return pd.to_datetime(texts.replace("", None), format="%d/%m/%Y")


def test_the_return_has_the_columns_of_each_file(returned: Tables) -> None:
    assert {name: " ".join(table.columns) for name, table in returned.items()} == {
        "header": "CHILD SEX DOB ETHNIC UPN MOTHER MC_DOB",
        "episodes": "CHILD DECOM RNE LS CIN PLACE PLACE_PROVIDER DEC REC REASON_PLACE_CHANGE HOME_POST PL_POST URN",
        "reviews": "CHILD DOB REVIEW REVIEW_CODE",
        "uasc": "CHILD SEX DOB DUC",
        "oc2": "CHILD DOB SDQ_SCORE SDQ_REASON CONVICTED HEALTH_CHECK IMMUNISATIONS TEETH_CHECK HEALTH_ASSESSMENT "
        "SUBSTANCE_MISUSE INTERVENTION_RECEIVED INTERVENTION_OFFERED",
        "oc3": "CHILD DOB IN_TOUCH ACTIV ACCOM",
        "ad1": "CHILD DOB DATE_INT DATE_MATCH FOSTER_CARE NB_ADOPTR SEX_ADOPTR LS_ADOPTR",
        "placed_for_adoption": "CHILD DOB DATE_PLACED DATE_PLACED_CEASED REASON_PLACED_CEASED",
        "previous_permanence": "CHILD DOB PREV_PERM LA_PERM DATE_PERM",
        "missing": "CHILD DOB MISSING MIS_START MIS_END",
    }


def test_the_return_holds_the_episodes_that_touch_the_year(returned: Tables, tables: Tables) -> None:
    episodes = tables["cla_episode"]
    episodes = episodes[episodes["responsible_la"].isna() | (episodes["responsible_la"] == "852")]
    of_year = episodes[(episodes["decom"] <= YEAR_END) & ~(episodes["dec"] < YEAR_START)]
    sent = returned["episodes"]
    assert set(zip(sent["CHILD"], british(sent["DECOM"]), strict=True)) == each(of_year, "decom")
    still_open = of_year[~(of_year["dec"] <= YEAR_END)]
    assert set(sent["CHILD"][sent["DEC"] == ""]) == set(still_open["person_id"])
    assert (british(sent["DEC"]).dropna() <= YEAR_END).all()
    assert ((sent["DEC"] == "") == (sent["REC"] == "")).all()


def test_what_the_return_says_of_a_child_is_said_of_one_in_its_header(returned: Tables) -> None:
    known = set(returned["header"]["CHILD"])
    assert returned["header"]["CHILD"].is_unique
    for name in ("uasc", "oc2", "previous_permanence", "missing"):
        assert len(returned[name]) > 0 and set(returned[name]["CHILD"]) <= known, name
    reviews = british(returned["reviews"]["REVIEW"])
    assert reviews.between(YEAR_START, YEAR_END).all()


# The daily feed


@pytest.fixture(scope="module")
def feed(sent: Sent) -> dict[str, dict[str, Any]]:
    documents = [json.loads(path.read_text()) for path in (sent("daily") / "daily").iterdir()]
    assert all(len(document) == 1 for document in documents)
    return {document[0]["la_child_id"]: document[0] for document in documents}


def of_feed(feed: dict[str, dict[str, Any]], group: str, date: str) -> Counter[tuple[str, pd.Timestamp]]:
    return Counter(
        (child, pd.Timestamp(record[date]))
        for child, document in feed.items()
        for case in document["social_care_episodes"]
        for record in case.get(group, [])
        if date in record
    )


@pytest.mark.long
def test_the_feed_has_a_document_for_each_child_of_the_last_two_years(
    feed: dict[str, dict[str, Any]], tables: Tables
) -> None:
    referrals = tables["referral"].query("status != 'CANCELLED'")
    in_window = referrals[~(referrals["closure_date"] < EXTRACT - pd.DateOffset(months=24))]
    sent = Counter(
        (child, pd.Timestamp(case["referral_date"]))
        for child, document in feed.items()
        for case in document["social_care_episodes"]
        if "referral_date" in case
    )
    assert sent == Counter(zip(in_window["person_id"], in_window["referral_date"], strict=True))


@pytest.mark.long
def test_the_feed_holds_the_enquiries_plans_and_placements_of_these_cases(
    feed: dict[str, dict[str, Any]], tables: Tables
) -> None:
    lately = EXTRACT - pd.DateOffset(months=18)
    for group, table in (("section_47_assessments", "s47"), ("child_protection_plans", "cp_plan")):
        records = tables[table][tables[table]["start_date"] >= lately]
        if table == "cp_plan":
            records = records[~records["ola_plan"] & ~records["temporary"]]
        assert set(of_feed(feed, group, "start_date")) >= each(records, "start_date"), group
    episodes = tables["cla_episode"]
    ours = episodes[episodes["responsible_la"].isna() | (episodes["responsible_la"] == "852")]
    now = set(ours["person_id"][ours["dec"].isna()])
    placed = {
        child
        for child, document in feed.items()
        for case in document["social_care_episodes"]
        for placement in case.get("child_looked_after_placements", [])
        if "end_date" not in placement
    }
    assert placed == now


# All of them


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("form", first_of(sorted(FORMS, reverse=True)))
def test_the_same_arguments_write_the_same_bytes(sent: Sent, tmp_path: Path, form: str) -> None:
    again = write_demonstration(tmp_path, years=2, form=form)[0]
    assert bytes_of(again) == bytes_of(sent(form))
