# Everything a person types here; `make` alone says what there is.
# Needs python3 (3.11 or newer, with venv and pip) and the package index that pip uses. PYTHON=python3.12 picks another one.

PYTHON ?= python3
DEMO ?= demo
BENCH ?=
T ?=
FUZZ ?= 120
EXAMPLES ?= 5
VENV := .venv
PY := $(VENV)/bin/python
WORKERS ?= 2
PYTEST := $(PY) -m pytest -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder
# What touches no database is the same on both and left out (tests/harness/plugin.py); the browser and the recogniser are run once.
POSTGRES_PASS := -m "not browser and not speech and not sqlite" \
	$(addprefix --ignore=tests/,log engines replication harness repo bench fuzz)

export PYTHONPATH := $(CURDIR)/src:$(CURDIR)
export UV_PYTHON_DOWNLOADS := never
# The suite and the demo start hundreds of processes: each would compile Django anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup test demo lint lock reference bench fuzz api clean

help:
	@echo "make setup   .venv with everything from requirements.lock"
	@echo "make demo    setup, then three nodes with a chain under way (data in $(DEMO)/)"
	@echo "make test    setup, lint, the suite on SQLite and again on PostgreSQL; T='tests/log -k fork' for a part"
	@echo "make lint    ruff, mypy, import-linter"
	@echo "make bench   the benchmarks, quickly; BENCH=log for one"
	@echo "make fuzz    other examples for properties, then whatever strangers may send, for $(FUZZ) seconds; FUZZ=3600 for an hour (part of make test)"
	@echo "make api     the API against its own description, EXAMPLES=$(EXAMPLES) times what make test sends; TEJIDO_API_ONLY='GET /api/v1/...' for a part"
	@echo "make lock    requirements.lock anew from pyproject.toml"
	@echo "make reference  docs/reference/ anew from the program"
	@echo "make clean   remove .venv, .uv and caches (not the demo's data)"

# A linked .venv belongs to another checkout, which keeps it up to date.
ifeq ($(shell test -L $(VENV) && echo linked),linked)
setup:
else
setup: $(VENV)/.made-messages
endif

.uv/.made: requirements-uv.lock
	@command -v $(PYTHON) >/dev/null || { echo "No $(PYTHON) here: install Python 3.11 or newer, or name one: make PYTHON=..."; exit 1; }
	@$(PYTHON) tools/check_python.py
	$(PYTHON) -m venv --clear .uv
	.uv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-uv.lock
	@touch $@

$(VENV)/.made-dependencies: requirements.lock .uv/.made
	@$(PY) -c pass 2>/dev/null || tools/uv venv -q --clear --python "$$(command -v $(PYTHON))" $(VENV)
	tools/uv pip sync -q --python $(PY) --require-hashes requirements.lock
	@touch $@

$(VENV)/.made-project: pyproject.toml $(VENV)/.made-dependencies
	tools/uv pip install -q --python $(PY) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.made-messages: $(VENV)/.made-project $(shell find src -name '*.po' 2>/dev/null)
	@if [ -e src/tejido/site/messages.py ]; then $(PY) -m tejido.site.messages; fi
	@touch $@

# What tests take from npm; where there is no npm they say so, or fail where everything is required.
tests/npm/node_modules/.made: tests/npm/package.json tests/npm/package-lock.json
	@if command -v npm >/dev/null; then \
		npm ci --prefix tests/npm --ignore-scripts --no-audit --no-fund --loglevel=error && touch $@; fi

demo: setup
	$(PY) -m tejido demo --data $(DEMO)

lint: setup
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports --verbose

ifeq ($(T),)
# Pictures are for people: a part (T=...) takes them, the whole suite does not.
test: export TEJIDO_PICTURES := no
test: export TEJIDO_EXAMPLES := same
test: setup tests/npm/node_modules/.made lint
	@$(PY) -m tests.harness.missing
	$(PYTEST)
	$(PY) -m tests.harness.postgres --if-available -- $(PYTEST) $(POSTGRES_PASS)
	$(PY) -m tests.fuzz --seconds $(FUZZ) --seed 1
else
test: setup tests/npm/node_modules/.made
	$(PYTEST) $(T)
endif

fuzz: setup
	$(PY) -m pytest -q -n $(WORKERS) tests/log tests/replication/test_machine.py tests/replication/test_frames.py -m "not slow"
	$(PY) -m tests.fuzz --seconds $(FUZZ)

api: setup
	TEJIDO_API_EXAMPLES=$${TEJIDO_API_EXAMPLES:-$(EXAMPLES)} $(PY) -m pytest -q -n 0 -s tests/crawl/test_described.py

reference: setup
	$(PY) -m tools.reference

lock: .uv/.made
	tools/uv pip compile -q --no-config --universal --generate-hashes --no-header \
		--extra postgres --extra speech-offline --group dev pyproject.toml -o requirements.lock
	echo uv | tools/uv pip compile -q --no-config --universal --generate-hashes --no-header - -o requirements-uv.lock

bench: setup
	@for name in $(if $(BENCH),$(BENCH),$$($(PY) -m bench --list)); do \
		echo "== $$name"; $(PY) -m bench $$name --quick || exit 1; done

clean:
	rm -rf $(VENV) .uv tests/npm/node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis screenshots
	find src tests bench tools -name __pycache__ -type d -prune -exec rm -rf {} +
	find src -name '*.mo' -delete
