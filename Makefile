# Targets: run, test, test-fast, lint, benchmark, setup, clean. Each target but clean first runs setup, which is quick the second time.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PEERS := $(VENV)/.peers
MNIST ?= $(or $(DEC_BENCH_MNIST),mnist)

# Up to four processes with one thread each. With more threads than cores, the threads would wait for each other.
PYTEST := OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n logical --maxprocesses 4 --dist loadfile

.PHONY: run test test-fast lint benchmark setup clean

run: setup
	$(BIN)/python -m bench run --methods dec,som,kmeans

test: lint
	$(PYTEST)

# All tests that are not marked `slow`.
test-fast: lint
	$(PYTEST) -m "not slow"

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# `make benchmark MNIST=folder` reads all of MNIST from a folder in the Hub's layout instead of the Hub.
benchmark: $(PEERS)
	$(BIN)/python -m pytest tests/benchmarks --benchmark-enable --benchmark-only --mnist $(MNIST)

setup: $(READY)

# Runs again when one of the two files has changed. The lock file has the version of every package, so pip resolves nothing.
$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $(READY)

$(PEERS): requirements-peers.lock $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements-peers.lock
	touch $(PEERS)

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
