"""All tables of the demonstration council: one life of each child, so that they agree with each other."""

from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from support.at_length import first_of

from pipelines.__main__ import main
from pipelines.demonstration import council_tables, write_demonstration
from pipelines.demonstration.council import SEED_TABLES
from schemas.tables import MODELS, columns

EXTRACT = pd.Timestamp("2020-09-01")
LAST_YEAR = pd.period_range("2019-09", "2020-08", freq="M")

Tables = dict[str, pd.DataFrame]

# Which record of the same child an id names.
LINKS = {
    ("referral", "contact_id"): "contact",
    ("assessment", "referral_id"): "referral",
    ("cin_plan", "referral_id"): "referral",
    ("cin_visit", "cin_plan_id"): "cin_plan",
    ("strategy_discussion", "s47_id"): "s47",
    ("s47", "referral_id"): "referral",
    ("icpc", "s47_id"): "s47",
    ("icpc", "referral_id"): "referral",
    ("icpc", "cp_plan_id"): "cp_plan",
    ("cp_plan", "icpc_id"): "icpc",
    ("cp_plan", "referral_id"): "referral",
    ("cp_review", "cp_plan_id"): "cp_plan",
    ("cp_visit", "cp_plan_id"): "cp_plan",
    ("pre_proceedings", "referral_id"): "referral",
}
OWN_ID = {
    "contact": "contact_id",
    "referral": "referral_id",
    "cin_plan": "cin_plan_id",
    "s47": "s47_id",
    "icpc": "icpc_id",
    "cp_plan": "cp_plan_id",
}


@pytest.fixture(scope="module", params=first_of([("852", 3, 2020), ("370", 2, 7)]), ids=["Southampton", "another"])
def tables(request: pytest.FixtureRequest) -> Tables:
    return {name: table.to_pandas() for name, table in council_tables(*request.param).items()}


def day(column: pd.Series) -> pd.Series:
    return pd.to_datetime(column)


def open_ended(column: pd.Series) -> pd.Series:
    return day(column).fillna(EXTRACT)


def live_care(tables: Tables) -> pd.DataFrame:
    """Episodes of children who are looked after by the council itself, short breaks left out."""
    episodes = tables["cla_episode"]
    return episodes[
        ~episodes["legal_status"].isin(["V3", "V4"])
        & (episodes["responsible_la"].isna() | episodes["responsible_la"].isin(["852", "370"]))
    ]


def within_care(events: pd.DataFrame, column: str, tables: Tables) -> pd.Series:
    """Whether each event lies in a period of care of its child, both ends included."""
    care = live_care(tables)
    care = care.assign(left=open_ended(care["dec"]))
    periods = care.groupby(["person_id", "period_id"], as_index=False).agg(start=("decom", "min"), left=("left", "max"))
    joined = events.reset_index().merge(periods, on="person_id")
    day_of = day(joined[column]).dt.normalize()
    inside = (day_of >= day(joined["start"])) & (day_of <= joined["left"])
    return events.index.to_series().isin(joined["index"][inside])


def per_month(column: pd.Series) -> pd.Series:
    return day(column).dt.to_period("M").value_counts().reindex(LAST_YEAR, fill_value=0)


# The tables


def test_every_table_of_the_contract_has_every_column(tables: Tables) -> None:
    assert set(tables) == set(MODELS)
    for name, table in tables.items():
        declared = {column.name for column in columns(name)} - {"episode_id"}
        assert set(table.columns) >= declared, (name, declared - set(table.columns))
        assert not [column for column in table.columns if column.startswith("_")]


def test_a_code_is_one_of_its_code_set(tables: Tables) -> None:
    from schemas.codes import CODE_SETS

    for name, table in tables.items():
        for column in columns(name):
            if column.code_set and column.name in table and column.kind == "code" and column.name != "permanence_plan":
                assert set(table[column.name].dropna()) <= set(CODE_SETS[column.code_set]), (name, column.name)


def test_keys_are_unique(tables: Tables) -> None:
    for name, table in tables.items():
        key = [column.name for column in columns(name) if column.key]
        assert not table.duplicated(key).any(), name


@pytest.mark.parametrize(("table", "column"), LINKS, ids=lambda part: part)
def test_an_id_names_a_record_of_the_same_child(tables: Tables, table: str, column: str) -> None:
    target = LINKS[table, column]
    known = pd.MultiIndex.from_frame(tables[target][[OWN_ID[target], "person_id"]])
    linked = tables[table].dropna(subset=column)
    assert len(linked) > 0
    assert pd.MultiIndex.from_frame(linked[[column, "person_id"]]).isin(known).all()


def test_workers_are_in_the_worker_table(tables: Tables) -> None:
    workers = set(tables["worker"]["worker_id"])
    assert set(tables["allocation"]["worker_id"]) <= workers
    assert set(tables["care_leaver"]["personal_adviser"]) <= workers
    for name in ("contact", "referral", "assessment", "cin_plan"):
        assert set(tables[name]["worker"].dropna()) <= workers | {"Duty"}, name
    assert tables["worker"]["team"].notna().all()


def test_nearly_all_children_are_in_the_person_table(tables: Tables) -> None:
    known = pd.Index(tables["person"]["person_id"])
    for name in set(tables) - {"person", "worker"}:
        assert (known.get_indexer(tables[name]["person_id"]) == -1).mean() < 0.01, name


# One life


def test_a_referral_follows_the_contact_that_became_it(tables: Tables) -> None:
    referrals = tables["referral"].query("status != 'CANCELLED'")
    both = referrals.merge(tables["contact"], on=["contact_id", "person_id"], suffixes=("", "_contact"))
    assert len(both) == len(referrals)
    assert (day(both["received_at_contact"]).dt.normalize() == day(both["referral_date"])).all()
    assert not (both["received_at_contact"] > both["received_at"]).any()
    assert (both["source"] == both["referral_source"]).all()
    assert (both["mash_completed_at_contact"].fillna(EXTRACT) == both["mash_completed_at"].fillna(EXTRACT)).all()
    became = tables["contact"].query("outcome == 'NEW_REFERRAL'")
    assert len(became) == both["mash_completed_at"].notna().sum()


def test_a_contact_about_an_open_case_goes_to_that_case(tables: Tables) -> None:
    contacts = tables["contact"].query("outcome == 'EXISTING_REFERRAL'")
    both = contacts.reset_index().merge(tables["referral"].query("status != 'CANCELLED'"), on="person_id")
    received = day(both["received_at_x"]).dt.normalize()
    is_open = (day(both["referral_date"]) < received) & ~(day(both["closure_date"]) <= received)
    assert set(contacts.index) == set(both["index"][is_open])
    assert not contacts["mash_flag"].any()


def test_each_enquiry_begins_with_a_strategy_discussion_that_decided_it(tables: Tables) -> None:
    both = tables["s47"].merge(tables["strategy_discussion"], on=["s47_id", "person_id"])
    first = both.groupby("s47_id")[["start_date", "discussion_date"]].min()
    assert len(first) == len(tables["s47"])
    assert (first["start_date"] == first["discussion_date"]).all()
    none = tables["strategy_discussion"]
    assert none["s47_id"].isna().any() and not none[none["s47_id"].isna()]["decision"].eq(True).any()


@pytest.mark.parametrize(
    ("table", "column", "plan"),
    [
        ("cp_review", "review_date", "cp_plan"),
        ("cp_visit", "visit_date", "cp_plan"),
        ("cin_visit", "visit_date", "cin_plan"),
    ],
)
def test_reviews_and_visits_lie_within_their_plan(tables: Tables, table: str, column: str, plan: str) -> None:
    plans = tables[plan].drop(columns="status", errors="ignore")
    events = tables[table].merge(plans, on=[f"{plan}_id", "person_id"])
    held = events.query("status == 'COMPLETED'")
    assert len(events) == len(tables[table])
    assert (day(held[column]) > day(held["start_date"])).all()
    outgrown = held["end_date"].isna()  # left open after the 18th birthday
    assert (day(held[column]) <= open_ended(held["end_date"]))[~outgrown].all()
    assert (day(events[column]) < EXTRACT).all()


def test_a_plan_for_a_child_in_need_runs_beside_no_child_protection_plan(tables: Tables) -> None:
    both = tables["cin_plan"].merge(tables["cp_plan"], on="person_id", suffixes=("", "_protection"))
    starts_before = day(both["start_date"]) < open_ended(both["end_date_protection"])
    ends_after = open_ended(both["end_date"]) > day(both["start_date_protection"])
    outgrown = both["end_date_protection"].isna()
    assert not (starts_before & ends_after)[~outgrown].any()


def test_what_befalls_a_looked_after_child_lies_in_its_care(tables: Tables) -> None:
    for name, column in {"cla_review": "review_date", "cla_visit": "visit_date", "cla_health": "event_date"}.items():
        events = tables[name].dropna(subset=column)
        assert within_care(events, column, tables).all(), name
    assert within_care(tables["dolo"], "start_date", tables).all()


def test_a_visit_is_made_in_a_placement(tables: Tables) -> None:
    visits, episodes = tables["cla_visit"].reset_index(), live_care(tables)
    both = visits.merge(episodes, on="person_id")
    inside = (day(both["visit_date"]) >= day(both["decom"])) & (day(both["visit_date"]) <= open_ended(both["dec"]))
    assert set(visits["index"]) == set(both["index"][inside])


def test_missing_episodes_of_a_child_follow_one_another(tables: Tables) -> None:
    missing = tables["missing"]
    assert (missing["end_at"] > missing["start_at"])[missing["end_at"].notna()].all()
    assert (missing["start_at"] < EXTRACT).all()
    for _, of_child in missing.groupby("person_id"):
        spells = of_child.sort_values("start_at")[["start_at", "end_at"]].to_numpy().tolist()
        assert all(before[1] < after[0] for before, after in pairwise(spells))
    interviewed = missing.dropna(subset="rhi_at")
    assert (interviewed["rhi_at"] > interviewed["end_at"]).all()
    assert interviewed["rhi_accepted"].all() and (interviewed["type"] == "M").all()


def test_an_allocation_lies_within_the_employment_of_its_worker(tables: Tables) -> None:
    both = tables["allocation"].merge(tables["worker"], on="worker_id", suffixes=("", "_of_worker"))
    assert (day(both["start_date"]) >= day(both["start_date_of_worker"])).all()
    assert (open_ended(both["end_date"]) <= open_ended(both["end_date_of_worker"])).all()
    assert (day(both["start_date"]) < open_ended(both["end_date"])).all()
    assert (both["team"] == both["team_of_worker"]).all()


def test_a_child_has_one_primary_worker_at_a_time(tables: Tables) -> None:
    primary = tables["allocation"][tables["allocation"]["is_primary"]].sort_values(["person_id", "start_date"])
    same = primary["person_id"] == primary["person_id"].shift(-1)
    assert (open_ended(primary["end_date"])[same] <= day(primary["start_date"]).shift(-1)[same]).all()


def test_open_cases_are_allocated_but_for_a_few(tables: Tables) -> None:
    referrals = tables["referral"]
    cases = referrals[referrals["closure_date"].isna() & ~referrals["referral_nfa"] & (referrals["status"] == "OPEN")]
    cases = cases[day(cases["referral_date"]) < EXTRACT - pd.Timedelta(days=10)]
    held = tables["allocation"][tables["allocation"]["end_date"].isna()]
    unallocated = ~cases["person_id"].isin(held["person_id"])
    assert unallocated.mean() < 0.06


def test_care_leavers_were_looked_after_at_sixteen_or_later(tables: Tables) -> None:
    leavers = tables["care_leaver"].merge(tables["person"][["person_id", "dob"]], on="person_id")
    left = live_care(tables).groupby("person_id").agg(left=("dec", lambda dates: open_ended(dates).max()))
    leavers = leavers.merge(left, on="person_id")
    assert len(leavers) >= 0.98 * len(tables["care_leaver"])
    age = (day(leavers["left"]) - day(leavers["dob"])).dt.days / 365.25
    assert (age >= 16).all()
    now = (EXTRACT - day(leavers["dob"])).dt.days / 365.25
    assert (now[leavers["eligibility"] == "FORMER_RELEVANT"] >= 17.99).all()
    assert (now[leavers["eligibility"].isin(["RELEVANT", "ELIGIBLE"])] < 18.01).all()


def test_pre_proceedings_run_from_their_start_to_a_decision(tables: Tables) -> None:
    table = tables["pre_proceedings"]
    order = ["start_date", "letter_date", "first_meeting_date", "decision_date", "court_application_date"]
    for before, after in pairwise(order):
        if before == "letter_date":
            continue
        known = table[[before, after]].dropna()
        assert (day(known[before]) <= day(known[after])).all(), (before, after)
    letters = table.dropna(subset=["letter_date", "first_meeting_date"])
    assert (day(letters["letter_date"]) <= day(letters["first_meeting_date"])).all()
    assert (table["court_application_date"].notna() <= (table["outcome"] == "Issue proceedings")).all()
    assert not (table["fgdm_held"].notna() & ~table["fgdm_offered"].astype(bool)).any()


def test_siblings_share_a_postcode(tables: Tables) -> None:
    persons = tables["person"].dropna(subset="postcode")
    assert persons["postcode"].str.startswith("ZZ").all()
    meetings = tables["icpc"].merge(persons, on="person_id").groupby("meeting_id")["postcode"].nunique()
    assert (meetings == 1).all()


# What a month looks like


@pytest.mark.parametrize(
    ("table", "column", "fewest", "most"),
    [
        ("contact", "received_at", 1200, 1600),
        ("strategy_discussion", "discussion_date", 145, 240),
        ("cin_plan", "start_date", 90, 260),
        ("cp_review", "review_date", 55, 180),
        ("cp_visit", "visit_date", 600, 1500),
        ("cla_review", "review_date", 65, 165),
        ("cla_visit", "visit_date", 330, 650),
        ("cla_health", "event_date", 50, 220),
        ("allocation", "start_date", 450, 950),
    ],
)
def test_a_month_has_as_many_as_a_council_of_its_size(
    tables: Tables, table: str, column: str, fewest: int, most: int
) -> None:
    months = per_month(tables[table][column])
    assert months.between(fewest, most).all(), months.tolist()


def test_caseloads_agency_and_changes_are_those_of_a_council(tables: Tables) -> None:
    workers = tables["worker"][tables["worker"]["end_date"].isna()]
    held = tables["allocation"][tables["allocation"]["end_date"].isna() & tables["allocation"]["is_primary"]]
    load = held.groupby("worker_id")["person_id"].nunique()
    with_cases = workers[workers["worker_id"].isin(load.index)]
    assert with_cases["case_holder"].all()
    assert 14 < load.sum() / with_cases["fte"].sum() < 21
    assert 0.05 < workers["fte"][workers["agency"]].sum() / workers["fte"].sum() < 0.3
    in_care = set(live_care(tables).loc[lambda rows: rows["dec"].isna(), "person_id"])
    lately = tables["allocation"][
        tables["allocation"]["is_primary"]
        & (open_ended(tables["allocation"]["end_date"]) > EXTRACT - pd.Timedelta(days=366))
        & tables["allocation"]["person_id"].isin(in_care)
    ]
    three = (lately.groupby("person_id")["worker_id"].nunique() >= 3).sum() / len(in_care)
    assert 0.1 < three < 0.4


def test_most_reviews_are_in_time_and_some_are_late(tables: Tables) -> None:
    for name in ("cp_review", "cla_review"):
        held = tables[name].query("status == 'COMPLETED'").dropna(subset="due_date")
        in_time = (day(held["review_date"]) <= day(held["due_date"])).mean()
        assert 0.85 < in_time < 0.995, name


def test_some_children_go_missing_and_most_are_asked_about_it(tables: Tables) -> None:
    missing = tables["missing"]
    in_care = live_care(tables)
    now = set(in_care["person_id"][in_care["dec"].isna()])
    lately = missing[(missing["type"] == "M") & (missing["start_at"] >= EXTRACT - pd.Timedelta(days=365))]
    assert 0.06 < len(set(lately["person_id"]) & now) / len(now) < 0.2
    ended = lately.dropna(subset="end_at")
    in_time = (ended["rhi_at"] - ended["end_at"]) <= pd.Timedelta(hours=72)
    assert 0.35 < in_time.mean() < 0.9
    assert ended["rhi_offered"].mean() > 0.85


# How it is written


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def every(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of all tables of two years."""
    return write_demonstration(tmp_path_factory.mktemp("every"), years=2, tables="all")[0]


def test_the_same_arguments_write_the_same_bytes_by_the_command_too(every: Path, tmp_path: Path) -> None:
    ask = ["demo", "--landing", str(tmp_path / "again"), "--years", "2", "--tables", "all"]
    assert CliRunner().invoke(main, ask).exit_code == 0
    assert files(every) == files(tmp_path / "again" / "852" / "2020-09-01")
    assert set(files(every)) == {f"{name}.csv" for name in MODELS}
    other = write_demonstration(tmp_path / "other", years=2, seed=6, tables="all")[0]
    assert all(files(every)[name] != files(other)[name] for name in files(every))


def test_the_eight_tables_are_the_same_but_for_the_columns_added(every: Path, tmp_path: Path) -> None:
    seed = write_demonstration(tmp_path, years=2, tables="seed")[0]
    assert set(files(seed)) == {f"{name}.csv" for name in SEED_TABLES}
    added = {}
    for name in SEED_TABLES:
        before, after = (
            pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False) for folder in (seed, every)
        )
        pd.testing.assert_frame_equal(before, after[before.columns])
        added[name] = [column for column in after if column not in before]
    assert {name: new for name, new in added.items() if new} == {
        "person": ["Postcode"],
        "cla_episode": ["period_start_date"],
    }


def test_few_rows_of_each_further_table_are_wrong_on_purpose(every: Path) -> None:
    good = {name: table.num_rows for name, table in council_tables("852", 2).items()}
    for name in set(MODELS) - set(SEED_TABLES):
        rows = (every / f"{name}.csv").read_bytes().count(b"\n") - 1
        assert good[name] <= rows <= 1.02 * good[name] + 12, name


def test_the_command_refuses_a_form_that_it_does_not_know(tmp_path: Path) -> None:
    refused = CliRunner().invoke(main, ["demo", "--landing", str(tmp_path), "--years", "2", "--form", "papyrus"])
    assert refused.exit_code == 2
    assert "knows the forms" in refused.output and "papyrus" in refused.output


def test_an_authority_that_is_not_known_is_refused_in_a_sentence() -> None:
    with pytest.raises(ValueError, match="knows no authority 999"):
        council_tables("999")
