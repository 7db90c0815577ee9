# The commands of the project; each first makes sure that .venv holds the locked requirements.
# Bare machine: Python 3.11 or later and make.
SHELL := /bin/sh
PYTHON ?= python3
RUN = .venv/bin/python
# A module stays on one worker, so that what its tests share is made once.
TEST = $(RUN) -m pytest -n auto --dist loadfile
LANDING ?= data/landing
WAREHOUSE ?= data/warehouse
# The demonstration council's own settings; a council's settings.toml takes its place.
CONFIG ?= pipelines/demonstration.toml

export DAGSTER_DISABLE_TELEMETRY = 1

.PHONY: setup setup-cluster cluster run test test-cluster test-long check ui bench bench-signals docs lock browser clean
.DEFAULT_GOAL := run

setup: .venv/locked

.venv/locked: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'Python 3.11 or later is needed; name one with make PYTHON=python3.11' >&2; exit 2; }
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.txt
	@touch $@

data/landing/852/2020-09-01: | .venv/locked
	@$(RUN) -m pipelines demo --landing data/landing

# Always the demonstration: a council's own extracts are published by `python -m pipelines run`.
run: setup data/landing/852/2020-09-01
	@$(RUN) -m pipelines run --landing data/landing --warehouse data/warehouse --config pipelines/demonstration.toml
	@$(RUN) -m pipelines report 852 2020-08 --warehouse data/warehouse

# Without what is marked long: minutes.
test: setup
	@$(TEST) -m "not long"

# All tests, and at length, for hours: kills, histories, damaged files, readers, random extracts and series. Each number
# may be set: make test-long KILLS=20.
test-long: export KILLS ?= 300
test-long: export INTERRUPTIONS ?= 200
test-long: export HISTORIES ?= 40
test-long: export READERS ?= 8
test-long: export PUBLICATIONS ?= 50
test-long: export RACING ?= 8
test-long: export ROOM ?= 0 100 250 500 750 1000 1250 1500 2000 2500 3000 3500 4000 4500 5000 5500 6000 7000 8000 9000
test-long: export FUZZ_EXAMPLES ?= 3000
test-long: export CENSUS_CHILDREN ?= 4000000
test-long: export SECOND_COUNT_EXTRACTS ?= 100
test-long: export SIGNAL_SERIES ?= 300
test-long: export DRAWN_FILES ?= 100
test-long: export SSD_ROWS ?= 2000000
test-long: export SAME_EVENTS ?= 1
test-long: setup
	@$(TEST)

# Several machines in one, on loopback: PostgreSQL and Redis are Debian's packages (apt-get install postgresql redis-server).
setup-cluster: .venv/locked-cluster

.venv/locked-cluster: requirements-cluster.txt .venv/locked
	.venv/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-cluster.txt
	@touch $@

cluster: setup-cluster
	@$(RUN) -m pipelines cluster --landing $(LANDING) --warehouse $(WAREHOUSE) --config $(CONFIG)

# Where a server or a package is missing, each test says which and is skipped.
test-cluster: setup-cluster
	@CLUSTER=1 $(RUN) -m pytest -n 0 tests/cluster

check: setup
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@$(TEST) -m "not long"

ui: setup
	@$(RUN) -m pipelines ui --landing $(LANDING) --warehouse $(WAREHOUSE) --config $(CONFIG)

bench: setup
	@$(RUN) -m pipelines bench

# What signals find and miss, by simulation with fixed seeds: docs/signals.md.
bench-signals: setup
	@$(RUN) -m pipelines.benchmark.signals

docs: setup
	@$(RUN) -m pipelines docs

# Needs uv; run it after changing a pin in pyproject.toml. What several machines need beside the rest has a file of its own.
LOCK = uv pip compile --quiet --universal --python-version 3.11 --no-strip-extras --generate-hashes --no-header \
  --no-annotate --no-emit-index-url --group dev

lock:
	$(LOCK) pyproject.toml --output-file requirements.txt
	$(LOCK) --group cluster --constraint requirements.txt \
	  $$(sed -n 's/^\([A-Za-z0-9._-]*\).*==.*/--no-emit-package \1/p' requirements.txt) \
	  pyproject.toml --output-file requirements-cluster.txt

# Chromium for the browser tests, from Debian's packages; needs root.
browser:
	@command -v chromium >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; }

clean:
	rm -rf .venv data .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
