# Two commands do everything on a machine with python3 and make: `make demo` and `make test`.
# The environment is made in .venv from the lock files: exact versions, checked hashes, wheels only, no compiler.

PYTHON ?= python3
VENV ?= .venv
PYTEST_ARGS ?=
DEMO_ARGS ?=

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input install
LOCKED := --require-hashes --only-binary :all:
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test torture mutants bench bench-signal lint audit lock wheel clean

help:  ## what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1@\2/p' $(MAKEFILE_LIST) | sort | column -t -s @ 2>/dev/null \
		|| sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1: \2/p' $(MAKEFILE_LIST)

demo: $(VENV)/.runtime  ## the whole loop against the local sandbox; no CRM account needed
	$(BIN)/connector demo $(DEMO_ARGS)

test: $(VENV)/.test  ## every test but the long searches; ruff, mypy and the house rules are among them
	$(BIN)/python -m pytest -n 2 $(PYTEST_ARGS)

torture: $(VENV)/.test  ## long searches for a lost change, kills at every boundary
	$(BIN)/python -m pytest -n 2 --dist worksteal -m torture --timeout 3600 $(PYTEST_ARGS)

mutants: $(VENV)/.test  ## bring known bugs back, one at a time: a test must go red for each
	$(BIN)/python -m pytest tests/mutants -m torture --timeout 3600 $(PYTEST_ARGS)

bench: $(VENV)/.test  ## speed and memory, as ratios taken in one run
	$(BIN)/python -m bench.run $(BENCH_ARGS)

bench-signal: $(VENV)/.test  ## is the score right, on simulated worlds with known outcomes
	$(BIN)/python -m bench.outcomes $(BENCH_ARGS)

lint: $(VENV)/.test  ## the checks that read the code
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/hadolint deploy/Dockerfile

audit: $(VENV)/.test  ## are weaknesses known of what is installed with the connector? asks the advisory database
	$(BIN)/pip-audit --strict --require-hashes --disable-pip --requirement requirements.lock

wheel: $(VENV)/.runtime  ## the wheel that deploy/ installs, in dist/
	$(BIN)/python -m pip --quiet wheel --no-deps --no-build-isolation --wheel-dir dist .

lock: $(VENV)/.test  ## write the lock files again; UPGRADE=--upgrade takes the newest versions
	$(COMPILE) $(UPGRADE) pyproject.toml --output-file requirements.lock
	$(COMPILE) $(UPGRADE) --group build --output-file requirements-build.lock
	$(COMPILE) $(UPGRADE) pyproject.toml --all-extras --group build --constraint requirements.lock \
		--constraint requirements-build.lock --output-file requirements-test.lock

clean:  ## remove the environment and all that tools leave behind; never a store
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage
	find connector tests bench -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment, in three steps that are skipped when nothing they depend on has changed.

$(VENV)/.build: requirements-build.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$(PYTHON) is older than Python 3.11; install a newer one and run: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make environments: on Debian that is the package python3-venv" >&2; \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends python3-venv; \
		else \
			echo "run: sudo apt-get install python3-venv" >&2; exit 2; \
		fi; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "$(VENV): installing the locked packages; the first time this takes about a minute"
	@$(PIP) $(LOCKED) --upgrade -r requirements-build.lock
	@touch $@

$(VENV)/.runtime: $(VENV)/.build requirements.lock pyproject.toml
	@$(PIP) $(LOCKED) -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.runtime requirements-test.lock
	@$(PIP) $(LOCKED) -r requirements-test.lock
	@touch $@
