# Daykeeper. Bare `make` lists what a developer can do.
# Needs Python 3.11 or newer and make; each target makes the environment that it needs, in .venv.

PYTHON ?= $(shell for one in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$one -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$one && break; done)
CONFIG ?= daykeeper.toml
ARGS ?=

BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header \
	--constraint requirements/never.txt --excludes requirements/unused.txt pyproject.toml requirements/build.in

VENDORS := --extra postgres --extra mysql --extra microsoft365 --extra exchange --extra govuk-notify --extra dkim --extra workbook \
	--extra key-vault --extra traces

# What an active environment of the caller's could change behind our back; without compiled modules, each of the
# processes that the tests start would compile all of them again.
unexport PYTHONHOME PYTHONPATH PYTHONDONTWRITEBYTECODE PIP_PREFIX PIP_TARGET PIP_USER VIRTUAL_ENV
MAKEFLAGS += --no-print-directory
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help demo run test machine quick lint fmt faults storms fuzz bench sbom audit docs reference lock clean

help:
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(if $(findstring microsoft365,$(ARGS)),.venv/microsoft365.stamp,.venv/run.stamp) ## the sample authority, three weeks in under a minute (ARGS=--exit ends by itself)
	@$(BIN)/daykeeper demo $(ARGS)

run: .venv/run.stamp ## the service, by the settings in CONFIG=daykeeper.toml
	@$(BIN)/daykeeper run --config $(CONFIG) $(ARGS)

# The fault plan measures seconds, so it has the machine to itself.
test: lint machine ## everything that must hold: lint, types, imports and all tests (ARGS: some of them)
ifeq ($(strip $(ARGS)),)
	@$(BIN)/python -m pytest -n auto --dist worksteal --durations=25 --ignore tests/faults
	@$(BIN)/python -m pytest --durations=10 tests/faults
else
	@$(BIN)/python -m pytest $(ARGS)
endif

# Debian's Chromium, PgBouncer, Dovecot, Postfix and MariaDB, what looks over deploy/, and shells (never started as a
# service): brought where we may; where CI=true and one lacks, its tests fail.
machine:
	@for pair in chromium:chromium pgbouncer:pgbouncer dovecot:dovecot-imapd postfix:postfix mariadb-install-db:mariadb-server \
		systemd-analyze:systemd promtool:prometheus shellcheck:shellcheck zsh:zsh fish:fish openssl:openssl; do one=$${pair%%:*}; \
		PATH="$$PATH:/usr/sbin" command -v $$one > /dev/null || [ "$$(id -u)" != 0 ] || ! command -v apt-get > /dev/null || \
		{ echo "installing Debian's $${pair#*:}, this once"; apt-get update -qq > /dev/null; \
		RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $${pair#*:} > /dev/null; } || \
		echo "$$one could not be installed: its tests do not run"; done

quick: .venv/test.stamp ## the inner loop: the tests that are not slow, on SQLite alone
	@$(BIN)/python -m pytest -q -n auto --dist worksteal -m "not slow" -k "not postgres" $(ARGS)

lint: .venv/test.stamp ## ruff, its format, mypy (strict), and who may import whom
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

fmt: .venv/test.stamp ## put the code into its form
	@$(BIN)/ruff check --fix --exit-zero --quiet .
	@$(BIN)/ruff format .

faults: .venv/test.stamp ## the fault plan in its long form: every fault, three seeds, both back ends
	@$(BIN)/python -m tests.faults $(ARGS)

storms: .venv/test.stamp ## a thousand messages and entries by every channel while its other side fails
	@MANY=1000 $(BIN)/python -m pytest -s tests/integrations tests/scenario/test_exchange.py -k storm $(ARGS)

bench: .venv/test.stamp ## the goals of speed and size, each beside its peer
	@$(BIN)/python -m tests.bench $(ARGS)

fuzz: .venv/test.stamp ## every parser against bytes that nobody meant (ARGS="--seconds 600 csv": one, for longer)
	@$(BIN)/python -m tests.fuzz $(ARGS)

sbom: .venv/test.stamp ## the bill of materials of each lock, in build/sbom
	@$(BIN)/python -m tests.supply.sbom $(ARGS)

audit: .venv/test.stamp ## what is known against what we install; red where it could audit nothing
	@$(BIN)/python -m tests.supply.audit $(ARGS)

docs: .venv/test.stamp ## each pathway as a page, with pictures of them, in build/docs (pictures need Chromium)
	@$(BIN)/daykeeper docs --out build/docs
	@$(BIN)/python -m tests.pictures.all

reference: .venv/test.stamp ## docs/reference anew from the code: settings, verbs, figures, log, contracts
	@$(BIN)/python -m tests.reference

lock: .venv/test.stamp ## choose the versions of every dependency anew
	@$(LOCK) --upgrade --output-file requirements/run.txt
	@$(LOCK) --upgrade --extra postgres --constraint requirements/run.txt \
		--output-file requirements/postgres.txt
	@$(LOCK) --upgrade --extra microsoft365 --constraint requirements/postgres.txt \
		--output-file requirements/microsoft365.txt
	@$(LOCK) --upgrade $(VENDORS) --constraint requirements/microsoft365.txt \
		--output-file requirements/vendors.txt
	@$(LOCK) --upgrade --extra test --extra lint --extra microsoft365 --extra exchange --extra govuk-notify --extra dkim --extra workbook \
		--extra key-vault --extra traces \
		--constraint requirements/postgres.txt --constraint requirements/microsoft365.txt \
		--constraint requirements/vendors.txt --output-file requirements/test.txt

clean: ## remove everything that these targets made
	rm -rf .venv build dist *.egg-info .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "make: no Python 3.11 or newer was found; name one with PYTHON=…" >&2; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/run.stamp: requirements/run.txt pyproject.toml | .venv/bin/python
	@echo "installing what it needs into .venv, this once" >&2
	@$(PIP) install --require-hashes --requirement requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation --no-index --editable .
	@touch $@

.venv/microsoft365.stamp: requirements/microsoft365.txt .venv/run.stamp
	@echo "installing what Microsoft 365 needs into .venv, this once" >&2
	@$(PIP) install --require-hashes --requirement requirements/microsoft365.txt
	@touch $@

.venv/test.stamp: requirements/test.txt .venv/run.stamp
	@echo "installing what its tests need into .venv, this once" >&2
	@$(PIP) install --no-deps --require-hashes --requirement requirements/test.txt
	@touch $@
