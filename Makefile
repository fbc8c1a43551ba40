# Linux and macOS. On Windows see docs/windows.md.
# No target touches data/raw or data/ledger: they may be the only copy.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
QUARTER ?= parameters/sample/2026-27-Q2.yaml
PYTEST_ARGS ?=
export UV_HTTP_TIMEOUT ?= 180

BIN := .venv/bin
UV := $(BIN)/uv --no-config
PYTEST := $(BIN)/pytest -n 2 --dist loadgroup
LOCK := $(UV) pip compile pyproject.toml --quiet --python-version 3.11 --universal \
	--fork-strategy fewest --generate-hashes --no-annotate --no-emit-index-url \
	--no-emit-find-links --custom-compile-command 'make lock' --extra build

.PHONY: help report test soak bench lab serve lint lock notebooks clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z ]+:.*## / {printf "%-12s%s\n", $$1, $$2}' $(MAKEFILE_LIST)

report: .venv/runtime.stamp ## run a quarter (QUARTER=parameters/<authority>/<quarter>.yaml)
	$(BIN)/svlib run $(QUARTER)

test: .venv/test.stamp ## every test but soak and benchmarks (PYTEST_ARGS="-k places")
	$(PYTEST) $(PYTEST_ARGS)

soak: FOLDER := tests/soak
soak: KIND := soak tests
bench: FOLDER := tests/benchmarks
bench: KIND := benchmarks
soak bench: .venv/test.stamp ## long runs; measurements (tests/soak, tests/benchmarks)
	@if [ -n "$$(find $(FOLDER) -name 'test_*.py' 2>/dev/null)" ]; then \
		$(BIN)/pytest $(FOLDER) $(PYTEST_ARGS); \
	else \
		echo "no $(KIND) yet: $(FOLDER) holds no test_*.py"; \
	fi

lab: .venv/runtime.stamp ## open the notebooks in JupyterLab
	$(BIN)/jupyter lab notebooks

serve: .venv/runtime.stamp ## serve the notebooks as dashboards to this machine only
	$(BIN)/svlib serve --as admin@sample.example

lint: .venv/test.stamp ## ruff, mypy and the import contract
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

notebooks: .venv/test.stamp ## run the notebooks on the sample; keep only the outputs tests compare
	$(BIN)/jupyter nbconvert --to notebook --execute --inplace notebooks/*.ipynb
	$(BIN)/nbstripout --keep-count --extra-keys "cell.metadata.execution metadata.language_info" notebooks/*.ipynb

lock: $(BIN)/uv ## resolve both locks again (UPGRADE=1: newest versions)
	$(LOCK) --extra test $(if $(UPGRADE),--upgrade) --output-file requirements-test.lock
	$(LOCK) --constraints requirements-test.lock --upgrade --output-file requirements.lock

clean: ## remove .venv, caches and data/store
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache data/store

# One environment. `make test` adds the test packages to what `make report` installed; both locks
# hold the same versions.
.venv/runtime.stamp: requirements.lock
.venv/test.stamp: requirements-test.lock
.venv/%.stamp: pyproject.toml | $(BIN)/uv
	$(UV) pip install --python $(BIN)/python --require-hashes --compile-bytecode -r $(filter %.lock,$^)
	$(UV) pip install --python $(BIN)/python --no-deps --no-build-isolation --editable .
	touch $@

# uv at the version and hashes of the lock
$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$(PYTHON) is missing or older than Python 3.11. Install 3.11 or newer, or say which:" \
			"make PYTHON=/path/to/python3.12" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	awk '/^[a-z]/ {keep = /^uv==/} keep' requirements.lock > .venv/uv.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .venv/uv.txt
