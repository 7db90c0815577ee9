"""The profile of a file: what it would be read as, in headers, codes and counts, and never a child's data."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.__main__ import main
from pipelines.commands.profile import profile
from schemas.settings import Operation, Settings
from warehouse.landing.extracts import Extract

LIMITS, SETTINGS = Operation.model_validate({}), Settings.model_validate({})
Profile = Callable[..., str]


@pytest.fixture
def profiled(tmp_path: Path) -> Profile:
    """The profile of files drawn as `{"referral.csv": "a,b\\n1,2"}`."""

    def of(files: dict[str, str], authority: str = "") -> str:
        folder = tmp_path / "852" / "2020-09-01"
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text)
        if authority:
            (folder.parent / "authority.toml").write_text(authority)
        return "\n".join(profile(Extract("852", date(2020, 9, 1), folder), LIMITS, SETTINGS))

    return of


REFERRALS = (
    "referral_id,LAchildID,Date of referal,referral_date,referral_source,referral_nfa,Colour\n"
    + "".join(f"R{n},P{n},,0{n}/08/2020,Front desk,N,red\n" for n in range(1, 6))
    + "R6,P6,,2020-08-06,Jane Doe rang,N,red\nR7,P7,,soon,6,N,red\n"
)


def test_each_header_is_matched_and_how_is_said(profiled: Profile) -> None:
    told = profiled({"referral.csv": REFERRALS})
    assert (
        "referral.csv: the table referral\n  exact: referral_id, referral_date, referral_source, referral_nfa\n" in told
    )
    assert "  synonym: LAchildID = person_id\n" in told
    assert "  not used: Date of referal, Colour\n" in told


def test_a_near_miss_is_named_with_its_score_and_never_applied(profiled: Profile) -> None:
    told = profiled({"cp_plan.csv": "cp_plan_id,person_id,start_date,End dat\nL1,P1,2020-01-01,2020-02-01\n"})
    assert "  near miss, not used: 'End dat' may mean end_date (score 93)\n" in told
    assert "cp_plan: 1 row from cp_plan.csv, without referral_id, icpc_id, end_date" in told
    assert '  [headers.cp_plan]\n  # "End dat" = "end_date"' in told


def test_local_words_are_shown_as_such(profiled: Profile) -> None:
    told = profiled(
        {"cp_plan.csv": "cp_plan_id,person_id,Begun\nL1,P1,2020-01-01\n"},
        '[headers.cp_plan]\n"Begun" = "start_date"',
    )
    assert "  local: Begun = start_date\n" in told


def test_codes_without_meaning_are_counted_and_named_only_where_several_children_have_them(profiled: Profile) -> None:
    told = profiled({"referral.csv": REFERRALS})
    assert (
        "  referral.referral_source: 6 rows: 'Front desk' (5), 1 spelling of fewer than 3 children, not shown\n" in told
    )
    assert '  [codes.referral_source]\n  # "Front desk" = ""' in told
    assert "Jane" not in told


def test_dates_are_told_by_shape_with_the_first_and_last(profiled: Profile) -> None:
    told = profiled({"referral.csv": REFERRALS, "person.csv": "person_id,sex,dob\nP1,F,04/05/2012\n"})
    assert "  referral.referral_date: 2020-08-01 to 2020-08-06; dd/mm/yyyy (5), yyyy-mm-dd (1), 1 not read\n" in told
    assert "  person.dob: 2012 to 2012; dd/mm/yyyy (1)\n" in told
    assert "  referral.referral_date: 1 row\n" in told


def test_a_file_that_is_named_for_nothing_is_told_what_it_looks_like(profiled: Profile) -> None:
    told = profiled(
        {"report 12.csv": "s47_id,person_id,start_date\nS1,P1,2020-08-01\n", "costs.csv": "centre,amount\n1,2\n"}
    )
    assert "report 12.csv: not recognised; its headers look like the table s47: call it s47.csv, or .xlsx" in told
    assert "costs.csv: not recognised as a table or a form, and not read" in told


def test_what_would_refuse_the_extract_is_told(profiled: Profile) -> None:
    told = profiled(
        {
            "s47.csv": "s47_id,person_id\nS1,P1\n",
            "contact.csv": "contact_id,person_id,received_at,source\nC,P,2020-08-01,6\n",
        }
    )
    assert "It would be refused:\n  852/2020-09-01/s47.csv: the required column start_date cannot be found" in told
    assert "  contact: 1 row from contact.csv" in told


def test_measures_that_could_be_computed_and_those_that_could_not_are_told(profiled: Profile) -> None:
    told = profiled(
        {
            "cp_plan.csv": "cp_plan_id,person_id,start_date\nL1,P1,2020-01-01\n",
            "person.csv": "person_id,sex,dob\nP1,F,2012-01-01\n",
        }
    )
    (can,) = (line for line in told.splitlines() if line.startswith("Measures that could be computed"))
    assert "child_protection_plan_rate" in can
    (cannot,) = (line for line in told.splitlines() if line.endswith(": needs the table assessment"))
    assert "assessment_timeliness" in cannot


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.text("abcdefghij ,;'\"\n", min_size=6, max_size=20).map(lambda text: f"zq{text}"), min_size=1, max_size=8
    ),
    st.booleans(),
    st.sampled_from(["referral", "cla_episode", "care_leaver", "allocation", "person"]),
)
def test_no_cell_of_a_child_is_shown_whatever_stands_where(
    profiled: Profile, cells: list[str], has_header: bool, table: str
) -> None:
    """Names, shifted columns and files without a header: what stands below a header is in no line."""
    from schemas.tables import columns

    header = ",".join(column.name for column in columns(table))
    quoted = ['"' + cell.replace('"', '""') + '"' for cell in cells]
    row = ",".join(quoted[place % len(quoted)] for place in range(len(columns(table))))
    told = profiled({f"{table}.csv": f"{header}\n{row}\n{row}\n" if has_header else f"{row}\n{row}\n"})
    assert "zq" not in told


def test_the_command_profiles_a_file_or_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "landing" / "852" / "2020-09-01"
    folder.mkdir(parents=True)
    (folder / "referral.csv").write_text(REFERRALS)
    for path in (folder, folder / "referral.csv"):
        done = CliRunner().invoke(main, ["profile", str(path), "--landing", str(tmp_path / "landing")])
        assert done.exit_code == 0, done.output
        assert "referral: 7 rows from referral.csv" in done.output
        assert "Coverage, for an extract of 2020-09-01" in done.output
    assert CliRunner().invoke(main, ["profile", str(tmp_path / "nothing")]).exit_code == 2
