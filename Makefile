# Two commands do everything: make corpus, make test. Both set up their own virtual environment in .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: corpus test lint types unit fuzz format constraints clean-all help

help:            ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 16

corpus: $(VENV)/.installed  ## build the sample corpus from raw/ to clean/ and say where to look
	$(BIN)/limpide build

test: lint types unit  ## lint, types and tests, as CI runs them

lint: $(VENV)/.installed-dev  ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-dev  ## mypy --strict
	$(BIN)/mypy

unit: $(VENV)/.installed-dev  ## the tests, with coverage
	$(BIN)/pytest --numprocesses=auto --dist=loadfile --durations=12 --cov --cov-report=term:skip-covered

fuzz: $(VENV)/.installed-dev  ## mutated inputs through every extractor; takes minutes
	$(BIN)/python -m benchmarks.fuzz --examples 500

format: $(VENV)/.installed-dev  ## put the code into its uniform format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "limpide needs Python 3.11 or newer; name one with: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml constraints.txt
	$(PIP) install --constraint constraints.txt --editable .
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(PIP) install --constraint constraints.txt --editable '.[dev]'
	touch $@

constraints:     ## renew constraints.txt with the newest versions that work together
	rm -rf build/constraints && $(PYTHON) -m venv build/constraints
	build/constraints/bin/python -m pip --disable-pip-version-check --quiet install '.[dev]'
	build/constraints/bin/python -m pip --disable-pip-version-check freeze --exclude limpide > constraints.txt

clean-all:       ## remove the virtual environment, caches and the built corpus
	rm -rf $(VENV) build .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage
	find clean -mindepth 1 -maxdepth 1 ! -name README.md -exec rm -rf {} +
