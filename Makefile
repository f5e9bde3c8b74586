# `make` or `make help` lists the targets. The text after `##` is the line of a target in this list.

.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PEERS := $(VENV)/.peers
LISTED = $(strip $(foreach option,n q t,$(findstring $(option),$(firstword -$(MAKEFLAGS)))))
LOWEST := .venv-lowest
SITE := $(VENV)/.site
MODELS := $(VENV)/.models
MNIST ?= $(or $(DEC_BENCH_MNIST),mnist)

# Up to four processes with one thread each. With more threads than cores, the threads would wait for each other.
# A process gets one file after the other, in the order of tests/conftest.py.
PARALLEL := -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder
PYTEST := OMP_NUM_THREADS=1 $(BIN)/python -m pytest $(PARALLEL)

SPHINX := $(BIN)/python -m sphinx --fail-on-warning --quiet --jobs auto

INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps

.PHONY: help run test test-fast test-lowest nightly coverage lint benchmark peers results gpu-wheels gpu-check docs docs-links setup models lock vendor clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: setup ## Compare DEC, SOM and K-Means on 5,000 MNIST digits
	$(BIN)/python -m bench run --methods dec,som,kmeans

test: lint ## Check style, types and imports, then run all tests but the nightly ones
	$(PYTEST)

test-fast: lint ## As test, without the tests that are marked slow
	$(PYTEST) -m "not slow"

# It needs the program uv. uv reads UV_TORCH_BACKEND=cpu, which takes torch's CPU build from pytorch.org.
# `make test-lowest LOWEST_OPTIONS="--override FILE"` takes other versions of the packages that FILE names.
test-lowest: ## The fast tests with the oldest versions that pyproject.toml allows (needs uv)
	uv venv --quiet --clear --python 3.11 $(LOWEST)
	uv pip install --quiet --python $(LOWEST) --resolution lowest-direct $(LOWEST_OPTIONS) --group dev --editable .
	OMP_NUM_THREADS=1 $(LOWEST)/bin/python -m pytest $(PARALLEL) -m "not slow"

nightly: setup ## The tests that take many minutes
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -m nightly
	OMP_NUM_THREADS=1 FUZZ_EXAMPLES=100 $(BIN)/python -m pytest tests/fuzz

# coverage.py also measures the processes that the tests start, unless they are killed: most worker processes are.
coverage: setup ## Run the fast tests and print the share of the code that they execute
	$(BIN)/coverage erase
	OMP_NUM_THREADS=1 $(BIN)/coverage run -m pytest $(PARALLEL) -m "not slow"
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

lint: setup ## Check style, spelling, types and imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/typos
	$(BIN)/mypy
	$(BIN)/lint-imports

# `make benchmark MNIST=folder` reads all of MNIST from a folder in the Hub's layout instead of the Hub.
benchmark: $(PEERS) ## Compare the speed with a library that users would use instead (45 minutes)
	$(BIN)/python -m pytest tests/benchmarks --benchmark-enable --benchmark-only --mnist $(MNIST)

# `make peers SEEDS=10` makes ten seeds of each row.
peers: $(PEERS) ## Compare with other packages on 5,000 digits (two hours; it can be continued)
	SEEDS=$(SEEDS) PATH="$(CURDIR)/$(BIN):$$PATH" sh docs/results/peers.sh

# `make results --dry-run` lists the experiments with their states and minutes. `make results RESULTS="--only digits"` runs
# one of them, and RESULTS=--anew sets folders of another code version aside.
# Make also runs a line with + for its own options -n (--dry-run), -q and -t: then the experiments are only listed.
results: $(PEERS) ## Run every published experiment, and check the published figures (it can be continued)
	+@test -x $(BIN)/python || { echo "make setup comes first: there is no $(BIN)/python." >&2; exit 2; }
	+$(BIN)/python -m bench publish docs/results/experiments.toml $(if $(LISTED),--dry-run) $(RESULTS)

# `make gpu-wheels HAS="pandas pillow"` leaves out packages that the machine with the GPU has, too.
gpu-wheels: setup ## Download the wheels that a GPU machine without a network needs (gpu-check)
	PYTHONPATH=tests/support $(BIN)/python -m gpu_check.wheels download $(HAS)

# On the machine with the GPU: `make gpu-check DATA=folder OUT=folder`. It needs no .venv, but the folder .gpu-wheels.
gpu-check: ## Measure everything on a GPU in ten minutes, from a folder with all of MNIST
	PYTHON=$(PYTHON) bash tests/gpu/check.sh "$(DATA)" "$(OUT)"

setup: $(READY) ## Install the locked packages into .venv; other targets do it first

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

models: $(MODELS) ## Install the locked libraries of pretrained models and of ONNX, for --features and --onnx

# PyPI has torchvision only for the GPU build of torch. With the CPU build it cannot be imported, and transformers cannot
# be imported beside it.
$(MODELS): requirements-models.lock $(READY)
	$(INSTALL) --require-hashes -r requirements-models.lock
	$(BIN)/python -c 'import torchvision' 2> /dev/null || { $(BIN)/python -m pip uninstall --quiet --yes torchvision && \
	echo "torchvision from PyPI does not fit the CPU build of torch and is removed: only timm needs it. Its CPU build is on pytorch.org."; }
	touch $(MODELS)

docs: $(SITE) ## Build the site in docs/_build/html; a warning or a broken link inside it is an error
	$(SPHINX) --builder html docs docs/_build/html

docs-links: $(SITE) ## Ask for every address outside the site (needs the network)
	$(SPHINX) --builder linkcheck docs docs/_build/links

$(SITE): requirements-docs.lock $(READY)
	$(INSTALL) --require-hashes -r requirements-docs.lock
	touch $(SITE)

# `make lock LOCK=--upgrade` takes the newest versions.
lock: ## Write the lock files anew (needs uv)
	$(PYTHON) docs/contributing/lock.py $(LOCK)

# For another version, change bench/report/page/vendor/versions.json and run `make vendor VENDOR=--new-digests`.
vendor: ## Fetch the JavaScript libraries of the page from npm and check their digests
	$(PYTHON) docs/contributing/vendor.py $(VENDOR)

clean: ## Remove the environment and all caches
	rm -rf $(VENV) $(LOWEST) .gpu-wheels .coverage* build docs/_build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
