"""Settings are refused with the name that was meant, and standards hold from their date on."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from pipelines.settings import PipelineSettings
from schemas.settings import Settings
from schemas.standards import CLOCKS


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"sa_clock_strat": "x"}, "sa_clock_strat is no setting, did you mean sa_clock_start?"),
        ({"standard": [{"clock": "icpc_timelines", "days": 1, "from": "2020-01-01"}]}, "did you mean icpc_timeliness?"),
        ({"standard": [{"clock": "cin_visit", "dayz": 1, "from": "2020-01-01"}]}, "dayz is no setting"),
        ({"standard": [{"clock": "cin_visit", "days": 1, "from": "2020-01-01"}] * 2}, "is there more than once"),
        ({"spc_rebase": [{"la_code": "852", "measure_code": "icpc", "month": "2020-01-01", "reason": "x"}]},
         "icpc is no measure"),
        ({"local_target": {"mash_timelines": 1}}, "did you mean mash_timeliness?"),
        ({"local_target": {"mash_timeliness": float("nan")}}, "finite number"),
        ({"coverage": {"85": "6 years"}}, "3-digit DfE code"),
        ({"coverage": {"852": {"cp_plans": "6 years"}}}, "did you mean cp_plan?"),
        ({"coverage": {"852": {"cp_plan": "six years"}}}, "852.cp_plan is 'six years'"),
        ({"temporary_placements": ["T9"]}, "T9 is no type of placement"),
        ({"care_leaver_accommodation_left_out": ["Q"]}, "Q is no accommodation"),
    ],
)  # fmt: skip
def test_a_setting_that_cannot_be_is_refused_with_what_was_meant(given: dict[str, Any], told: str) -> None:
    for model in (Settings, PipelineSettings):
        with pytest.raises(ValidationError, match=told.replace("?", r"\?")):
            model.model_validate(given)


def test_coverage_is_a_text_per_table_or_one_for_all_and_a_date_is_text_too() -> None:
    given = {"852": "6 years", "851": {"cp_plan": date(2020, 3, 1), "all": "24 Months"}}
    settings = Settings.model_validate({"coverage": given})
    assert settings.coverage == {"852": {"all": "6 years"}, "851": {"cp_plan": "2020-03-01", "all": "24 Months"}}


def test_settings_can_be_made_again_from_what_is_kept_of_them() -> None:
    settings = Settings.model_validate(
        {"coverage": {"852": "6 years"}, "standard": [{"clock": "cin_visit", "days": 10, "from": "2026-04-01"}]}
    )
    assert Settings.model_validate(settings.model_dump(mode="json")) == settings
    assert Settings(**settings.model_dump()) == settings


def test_a_standard_holds_for_ever_a_setting_gives_its_number_and_another_holds_from_its_date_on() -> None:
    settings = Settings.model_validate(
        {"cp_visit_wd": 15, "standard": [{"clock": "icpc_timeliness", "days": 10, "from": "2026-04-01"}]}
    )
    rows = list(settings.standards())
    assert {(clock, days) for clock, days, since in rows if since == date(1900, 1, 1)} == {
        (name, 15 if name == "plan_visit_timeliness" else clock.days) for name, clock in CLOCKS.items()
    }
    assert rows[len(CLOCKS) :] == [("icpc_timeliness", 10, date(2026, 4, 1))]


def test_a_clock_with_a_setting_has_its_default() -> None:
    for clock in CLOCKS.values():
        if clock.setting:
            assert Settings.model_fields[clock.setting].default == clock.days
