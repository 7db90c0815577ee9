#!/bin/sh
# holidays 0.109, govuk-bank-holidays 0.19 and workalendar 17.0.0: three calendars of the United Kingdom, three answers.
# Guessed: "GB" has the bank holidays of England, where most of it lives, or asks which nation. The first two give the days that
# all four nations share: Easter Monday and the August bank holiday are working days. The third gives England's, and lacks
# 8 May 2023 (the Coronation); it is the newest there is.
# Why it matters: 15 working days over Easter or the end of August are up a day early: a conference on its last day is late.
# Here: bank holidays of England and Wales with their source, each single one held by a test (definitions 3.1).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
  holidays==0.109 govuk-bank-holidays==0.19 workalendar==17.0.0 numpy==2.4.6 2>/dev/null
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

import holidays
import numpy as np
from govuk_bank_holidays.bank_holidays import BankHolidays
from workalendar.europe import UnitedKingdom

print(*(f"{name} {version(name)}" for name in ("holidays", "govuk-bank-holidays", "workalendar")))
YEARS = range(2020, 2025)
govuk = BankHolidays(use_cached_holidays=True)
calendars = {
    "holidays, GB": set(holidays.country_holidays("GB", years=YEARS)),
    "holidays, GB, England": set(holidays.country_holidays("GB", subdiv="ENG", years=YEARS)),
    "govuk": {each["date"] for each in govuk.get_holidays()},
    "govuk, England and Wales": {each["date"] for each in govuk.get_holidays(division=BankHolidays.ENGLAND_AND_WALES)},
    "workalendar": {day for year in YEARS for day, _ in UnitedKingdom().holidays(year)},
}
found = {}
for name, days in calendars.items():
    over = {start: np.busday_offset(start, 15, holidays=sorted(days)) for start in ("2020-04-01", "2020-08-20", "2023-04-26")}
    found[name] = [str(day)[5:] for day in over.values()]
    print(name.ljust(24), "15 working days after", "; ".join(f"{start}: {day}" for start, day in over.items()))
england = ["04-24", "09-11", "05-19"]
assert found["holidays, GB, England"] == found["govuk, England and Wales"] == england, "the behaviour has changed"
assert found["holidays, GB"] == found["govuk"] == ["04-23", "09-10", "05-19"], "the behaviour has changed"
assert found["workalendar"] == ["04-24", "09-11", "05-18"], "the behaviour has changed"
PYTHON
