"""Runs of Dagster's job: what Dagster makes anew for every statement is made once."""

from support.record_of_runs import make_once

make_once()
