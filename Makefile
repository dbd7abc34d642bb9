# One command each. Needs Python 3.11 or newer and make; everything else is fetched by
# pip and npm into this folder, from the registries that they are set up to use.
# What was done is noted under .make/, so nothing is fetched or built twice.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
NEEDS := requirements.txt
DEV_NEEDS := requirements-dev.txt $(NEEDS)
CODE := luckychit tests bench alembic assets/verify.py rxconfig.py
# Two cores: two workers, each with a PostgreSQL of its own.
TEST_WORKERS ?= 2
PYTEST := $(RUN) -m pytest --durations=15

.DEFAULT_GOAL := help
.PHONY: help setup build run serve test check format bench clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18

setup: .make/dev ## Install what developing and testing need

build: .make/runtime ## Build the pages, if something they are made of changed
	@$(RUN) -m luckychit build

run: build ## Start LuckyChit with a seeded demo on http://localhost:8000
	@$(RUN) -m luckychit demo

serve: build ## Start LuckyChit without the demo's people
	@$(RUN) -m luckychit serve

test: check build .make/browser ## Everything CI runs: check, then all tests, also in a real browser
	$(PYTEST) -n $(TEST_WORKERS) -m "not slow and not e2e" --ignore=tests/test_architecture.py
	$(PYTEST) -m "e2e and not slow"

check: .make/dev ## The quick checks: format, lint, types, imports, spelling, architecture
	$(VENV)/bin/ruff format --check $(CODE)
	$(VENV)/bin/ruff check $(CODE)
	$(VENV)/bin/mypy luckychit
	$(VENV)/bin/lint-imports --no-cache
	$(VENV)/bin/codespell luckychit tests bench alembic docs assets *.md *.txt Makefile Dockerfile .env.example
	$(PYTEST) -q tests/test_architecture.py

format: .make/dev ## Put the code into the one format
	$(VENV)/bin/ruff format $(CODE)
	$(VENV)/bin/ruff check --fix $(CODE)

bench: build .make/browser ## Measure: starts, kills, sales, a million tickets, fan-out, Lighthouse
	$(RUN) -m bench.run

clean: ## Remove what was installed and built here; data/ stays
	rm -rf $(VENV) .make .web

# --- what is done once, and again when its reason changes --------------------------------

.make/venv:
	@mkdir -p .make
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "LuckyChit needs Python 3.11 or newer")'
	test -x $(RUN) || $(PYTHON) -m venv $(VENV)
	@touch $@

.make/runtime: .make/venv $(NEEDS)
	$(RUN) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.make/dev: .make/venv $(DEV_NEEDS) | .make/runtime
	$(RUN) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

# Debian's Chromium when we may install it, else the one that Playwright brings.
.make/browser: .make/dev
	@command -v chromium >/dev/null || \
	  { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	    apt-get update -q >/dev/null && \
	    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends chromium >/dev/null; } || \
	  $(VENV)/bin/playwright install chromium
	@touch $@
