#!/bin/sh
# dagster-postgres 0.29.27 with sqlalchemy 2.1.9: the storage that its documentation shows does not start.
# Guessed: `storage: postgres: postgres_db:` with host, user, password and name is enough, for the package brings psycopg2.
# dagster asks SQLAlchemy for `postgresql`, and since 2.1 that means psycopg, another package, which this one does not bring.
# Why it matters: who sees "No module named 'psycopg'" installs it, and then Dagster's records go through a driver whose errors
# dagster-postgres does not know (it waits for those of psycopg2, to try again after an outage).
# Here: deploy/dagster.yaml names the scheme, and a test holds it there.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
  dagster==1.13.27 dagster-postgres==0.29.27 sqlalchemy==2.1.9 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata as installed

import sqlalchemy
from dagster_postgres.utils import get_conn_string

print("dagster-postgres", installed.version("dagster-postgres"), "sqlalchemy", sqlalchemy.__version__)
told = {}
for scheme in (None, "postgresql+psycopg2"):
    named = {"scheme": scheme} if scheme else {}
    address = get_conn_string("user", "password", "localhost", "base", "5432", **named)
    try:
        told[scheme] = sqlalchemy.create_engine(address).driver
    except ModuleNotFoundError as error:
        told[scheme] = str(error)
    print("scheme", scheme, "->", told[scheme])
print("dagster-postgres brings:", *sorted(one for one in installed.requires("dagster-postgres") if "psycopg" in one))
assert told == {None: "No module named 'psycopg'", "postgresql+psycopg2": "psycopg2"}, "the behaviour has changed"
PYTHON
