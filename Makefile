# Targets: run, test, test-fast, nightly, lint, benchmark, setup, lock, clean. Each target but lock and clean first runs setup, which is quick the second time.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PEERS := $(VENV)/.peers
MNIST ?= $(or $(DEC_BENCH_MNIST),mnist)

# Up to four processes with one thread each. With more threads than cores, the threads would wait for each other.
PYTEST := OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n logical --maxprocesses 4 --dist loadfile

INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps

.PHONY: run test test-fast nightly lint benchmark setup lock clean

run: setup
	$(BIN)/python -m bench run --methods dec,som,kmeans

test: lint
	$(PYTEST)

# All tests that are not marked `slow`.
test-fast: lint
	$(PYTEST) -m "not slow"

# The tests that take many minutes. `make test` leaves them out.
nightly: setup
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -m nightly

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# `make benchmark MNIST=folder` reads all of MNIST from a folder in the Hub's layout instead of the Hub.
benchmark: $(PEERS)
	$(BIN)/python -m pytest tests/benchmarks --benchmark-enable --benchmark-only --mnist $(MNIST)

setup: $(READY)

# Runs again when one of these files has changed. The lock files have the version and the digests of every package, so
# pip resolves nothing and refuses any other file. PyPI's torch for Linux needs NVIDIA's libraries; its CPU build, which
# is on pytorch.org, does not. `pip check` finds a dependency that a lock file lacks.
$(READY): requirements.lock requirements-cpu.lock requirements-cuda.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) --require-hashes -r requirements-cpu.lock || echo "pip finds no CPU build of torch: the build on PyPI is installed."
	$(INSTALL) --require-hashes -r requirements.lock
	$(BIN)/python -c 'from importlib.metadata import version; exit("+cpu" not in version("torch"))' || $(INSTALL) --require-hashes -r requirements-cuda.lock
	$(INSTALL) --no-build-isolation --editable .
	$(BIN)/python -m pip check
	touch $(READY)

$(PEERS): requirements-peers.lock $(READY)
	$(INSTALL) --require-hashes -r requirements-peers.lock
	touch $(PEERS)

# Writes the lock files anew. It needs the program uv. `make lock LOCK=--upgrade` takes the newest versions.
lock:
	$(PYTHON) docs/contributing/lock.py $(LOCK)

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
