# Two commands are enough: `make run` and `make test`. They need Python 3.11 or newer with venv and pip.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
RUNTIME := $(VENV)/runtime.stamp
DEVELOPMENT := $(VENV)/development.stamp
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard app/translations/*/LC_MESSAGES/messages.po))
HTML := templates
# What follows `make test`, such as ARGS="-k calendar"
ARGS ?=

# What `make chaos` does: BREAK takes something away (sync, sweeper, idempotency, lock, budget) and must be noticed
SUBMISSIONS ?= 300
KILLS ?= 8
SEED ?= 1
BREAK ?=
OUT ?=
RESUME ?=

UV := $(shell command -v uv 2>/dev/null)
ifneq ($(UV),)
MAKE_VENV := uv venv --quiet --allow-existing --python $(PYTHON) $(VENV)
INSTALL := uv pip install --quiet --python $(PY) --require-hashes
else
MAKE_VENV := $(PYTHON) -m venv $(VENV)
INSTALL := $(PY) -m pip install -qq --disable-pip-version-check --require-hashes
endif

.DEFAULT_GOAL := help
.PHONY: help run test chaos chaos-tests check bench mutants format pictures requirements

help: ## list these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14
	@echo
	@echo 'PORT (5000) and VAR_DIR (var/) choose another port and data folder, so that copies can live side by side.'

run: $(RUNTIME) $(CATALOGUES) ## start Hejnał with its own PostgreSQL and Valkey; Ctrl-C stops everything
	@exec $(PY) -m embedded

test: $(DEVELOPMENT) $(CATALOGUES) ## run all tests on temporary servers; ARGS="-k calendar" chooses some
	@$(PY) -m pytest -n 2 -ra $(ARGS)

chaos: $(DEVELOPMENT) $(CATALOGUES) ## kill everything while offers come in; SUBMISSIONS=300 KILLS=8 SEED=1 BREAK= OUT= RESUME=
	@$(PY) -m tests.chaos --submissions $(SUBMISSIONS) --kills $(KILLS) --seed $(SEED) --break "$(BREAK)" \
		$(if $(OUT),--out $(OUT)) $(if $(RESUME),--resume)

chaos-tests: $(DEVELOPMENT) $(CATALOGUES) ## one run under fire, and one for each thing whose loss it must notice
	@$(PY) -m pytest -raP -m chaos tests/chaos $(ARGS)

check: $(DEVELOPMENT) $(CATALOGUES) ## formatting, lint, types, layers, templates, catalogues and migrations; no tests
	$(PY) -m ruff format --check --quiet .
	$(PY) -m ruff check --quiet .
	$(PY) -m mypy
	$(PY) -c 'from importlinter.cli import lint_imports_command as run; run()' --no-cache --no-logo
	$(PY) -m djlint --lint --quiet $(HTML)
	$(PY) checks/catalogues.py
	$(PY) checks/migrations.py

bench: $(DEVELOPMENT) $(CATALOGUES) ## measure our speed against a floor; ARGS="register" chooses some
	@$(PY) -m bench $(ARGS)

mutants: $(DEVELOPMENT) $(CATALOGUES) ## switch off each guard, lock, constraint and policy in turn and say which test noticed
	@$(PY) -m tests.mutants $(ARGS)

format: $(DEVELOPMENT) ## format the code and put the imports in order
	$(PY) -m ruff check --quiet --select I --fix .
	$(PY) -m ruff format --quiet .

pictures: $(DEVELOPMENT) $(CATALOGUES) ## draw docs/pictures anew (needs poppler)
	@$(PY) checks/pictures.py

requirements: ## compile requirements*.in anew (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --custom-compile-command 'make requirements' requirements.in -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --custom-compile-command 'make requirements' requirements-dev.in -o requirements-dev.txt

$(RUNTIME): requirements.txt
	@$(PYTHON) checks/machine.py
	@echo 'Installing packages into $(VENV) (once, about a minute) …'
	@$(MAKE_VENV)
	@$(INSTALL) -r requirements.txt
	@touch $@

$(DEVELOPMENT): $(RUNTIME) requirements-dev.txt
	@echo 'Installing what tests and checks need (once, about a minute) …'
	@$(INSTALL) -r requirements-dev.txt
	@touch $@

%.mo: %.po | $(RUNTIME)
	@$(PY) -m babel.messages.frontend --quiet compile -i $< -o $@
