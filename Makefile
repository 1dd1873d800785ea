# Every chore is one line. `make test` on a bare Debian 12 needs python3, python3-venv, make and git; it takes
# Chromium, Java and Maven by apt when it may, and says what it lacks when not.
PYTHON ?= python3
WORKERS ?= 2
VENV := .venv
STAMP := $(VENV)/.installed
PIP := $(VENV)/bin/python -m pip install -q --disable-pip-version-check
COMPILE := $(VENV)/bin/uv pip compile --universal --python-version 3.11 -q \
  --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links
PACKAGES := graph ingest analytics api
.DEFAULT_GOAL := help
WHEELS := dist/wheelhouse
.PHONY: help setup demo demo-neo4j test campaign browser neo4j check lock wheelhouse bench clean

help:  ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | sort

setup: $(STAMP)  ## make .venv and install what requirements.lock names

$(STAMP): requirements-build.lock requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Fuatilia needs Python 3.11 or newer: set PYTHON=python3.x" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq \
	       && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv; } \
	  || { echo "python3-venv is missing: install it, then run make again" >&2; exit 1; }
	@$(VENV)/bin/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	$(PIP) --require-hashes -r requirements-build.lock
	$(PIP) --require-hashes --no-build-isolation -r requirements.lock
	$(PIP) --no-index --no-deps --no-build-isolation -e .
	@touch $@

demo: setup  ## the synthetic case, from files to evidence pack
	$(VENV)/bin/fuatilia demo

demo-neo4j: setup neo4j  ## the synthetic case, in a real Neo4j server (FUATILIA_NEO4J names one that runs)
	$(VENV)/bin/python -m tests.neo4j_demo

test: setup browser neo4j  ## every test and doctest
	$(VENV)/bin/python -m pytest -q -n $(WORKERS) --dist loadfile

campaign: setup browser neo4j  ## the many seeds and kills, about an hour
	$(VENV)/bin/python -m pytest -q -n $(WORKERS) --dist loadfile -m campaign

browser:
	@command -v chromium >/dev/null \
	  || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq \
	       && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-core; } \
	  || echo "no chromium: the tests in a browser will be skipped (Debian: apt install chromium)" >&2

neo4j: setup
	@{ command -v java && command -v mvn; } >/dev/null || [ -n "$$FUATILIA_TEST_NEO4J$$FUATILIA_NEO4J" ] \
	  || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq \
	       && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends maven openjdk-17-jre-headless; } \
	  || echo "no Java or no Maven: the tests on a Neo4j server will be skipped (Debian: apt install maven openjdk-17-jre-headless)" >&2
	@[ -n "$$FUATILIA_TEST_NEO4J$$FUATILIA_NEO4J" ] || $(VENV)/bin/python -m tests.neo4j_files

check: setup  ## format, lint, layers, types, quick tests; under two minutes
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/lint-imports --no-cache --no-logo
	$(VENV)/bin/mypy
	$(VENV)/bin/python -m pytest -q -n $(WORKERS) -m "not network and not campaign and not slow and not e2e and not neo4j"

lock:  ## write the two locks anew: names, versions, hashes; no addresses
	$(COMPILE) --upgrade pyproject.toml --all-extras --group build -o requirements.lock
	$(COMPILE) --group build -c requirements.lock -o requirements-build.lock
	$(COMPILE) pyproject.toml -c requirements.lock -o requirements-run.lock

wheelhouse: setup  ## dist/wheelhouse: all that an install without a network needs
	rm -rf $(WHEELS) && mkdir -p $(WHEELS)
	$(VENV)/bin/python -m pip wheel -q --disable-pip-version-check --require-hashes --no-build-isolation \
	  -r requirements-run.lock -w $(WHEELS)
	$(VENV)/bin/python -m pip wheel -q --disable-pip-version-check --no-deps --no-build-isolation . -w $(WHEELS)
	cp deploy/wheelhouse/install.sh deploy/wheelhouse/README.txt LICENSE NOTICE $(WHEELS)
	$(VENV)/bin/python -c 'import platform, sys; print(sys.implementation.cache_tag, platform.system(), platform.machine())' > $(WHEELS)/PYTHON
	cd $(WHEELS) && ls -1 | LC_ALL=C sort | grep -v SHA256SUMS | xargs sha256sum > SHA256SUMS
	@echo "$$(ls $(WHEELS) | wc -l) files, $$(du -sh $(WHEELS) | cut -f1): sh $(WHEELS)/install.sh FOLDER"

bench: setup  ## run the benchmarks one after the other
	@for script in benchmarks/*.py; do echo "== $$script"; $(VENV)/bin/python "$$script" || exit 1; done

clean:  ## remove what can be made again (the environment stays)
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find $(PACKAGES) tests -name __pycache__ -type d -prune -exec rm -rf {} +
