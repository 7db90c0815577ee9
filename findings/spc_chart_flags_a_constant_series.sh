#!/bin/sh
# abspc 1.1.0 (NHS Making Data Count charts): a series that is the same every month is a special cause every month.
# The mean of 24 times 0.7 is 0.6999999999999998, the limits lie on it, and figures are compared without a tolerance:
# all 24 months are "outside the limits" and "a shift". A timeliness of 70% that never moves is shown as an alarm.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check abspc==1.1.0 pandas==3.1.1 numpy==2.4.6 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

import pandas as pd
from abspc.spc import calculate_control_limits, detect_special_causes

print("abspc", version("abspc"))


def flagged(value: float) -> int:
    months = pd.DataFrame({"date": pd.date_range("2023-01-01", periods=24, freq="MS"), "value": [value] * 24})
    judged = detect_special_causes(calculate_control_limits(months, "XmR", "value"), "value")
    return int(judged["special_cause"].sum())


shares = [number / 100 for number in range(1, 100)]
never_moving = sum(flagged(share) > 0 for share in shares)
print("0.7 in 24 months:", flagged(0.7), "months flagged; 0.5:", flagged(0.5))
print(never_moving, "of 99 constant shares have flags")
assert flagged(0.7) == 24 and flagged(0.5) == 0, "the behaviour has changed"
PYTHON
