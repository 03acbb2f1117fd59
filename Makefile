# `make` alone lists every target.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
RUN := $(BIN)/python
TEMPLATES := src/needlepoint/pages/templates --profile django --line-length 110 --indent-width 2
SHEETS := $(wildcard src/needlepoint/pages/static/needlepoint/*.css)

.DEFAULT_GOAL := help
.PHONY: help demo test test-records screenshots messages reference lint figures fix bench lock sbom prove audit clean

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# The stamps carry the lock files' checksums, so that a second call does nothing and a changed lock reinstalls.
$(VENV)/.base: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.dev: $(VENV)/.base requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

demo: $(VENV)/.base ## install what is needed and open a practice of made-up people at http://127.0.0.1:8000
	NEEDLEPOINT_DATA=out/demo $(BIN)/needlepoint demo --patients 200 --seed 1 --if-empty
	NEEDLEPOINT_DATA=out/demo NEEDLEPOINT_DEMO=1 $(BIN)/needlepoint serve --port $(PORT)

test: $(VENV)/.dev ## run every test (those in a browser need Debian's chromium)
	$(RUN) -m pytest -n 2 --dist worksteal

test-records: $(VENV)/.dev ## run what touches the database, on the one that DATABASE_URL names; browsers see no difference
	$(RUN) -m pytest -n 2 --dist worksteal -m "database and not browser" tests/pages tests/records tests/guard

screenshots: $(VENV)/.dev ## picture every page into docs/screenshots
	$(RUN) tools/screenshots.py

messages: $(VENV)/.dev ## bring the Spanish catalog in step with the pages and compile it
	$(RUN) tools/messages.py

lint: $(VENV)/.dev ## style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djangofmt $(TEMPLATES) --check --quiet
	for sheet in $(SHEETS); do $(BIN)/css-beautify -s 2 -n $$sheet | cmp - $$sheet || exit 1; done

figures: ## count sizes, untyped values, cycles and the like
	$(PYTHON) tools/figures.py

fix: $(VENV)/.dev ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djangofmt $(TEMPLATES) --quiet
	for sheet in $(SHEETS); do $(BIN)/css-beautify -s 2 -n $$sheet > $$sheet.new && mv $$sheet.new $$sheet; done

$(VENV)/.bench: $(VENV)/.dev requirements-bench.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock
	touch $@

bench: $(VENV)/.bench ## measure inference, coverage and claims against their peers, and the calibration
	$(RUN) bench/inference.py
	$(RUN) bench/calibration.py
	$(RUN) bench/coverage.py
	$(RUN) bench/claims.py

reference: $(VENV)/.dev ## make the reference pages from the code
	$(RUN) tools/reference.py

lock: ## pin every dependency anew (needs uv)
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header pyproject.toml \
	  --group build -o requirements.lock
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header pyproject.toml \
	  --group build --group dev -o requirements-dev.lock
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header pyproject.toml \
	  --group build --group dev --group bench -o requirements-bench.lock

# What an installation contains: the packages of the lock file, with their hashes and their licenses.
LOCKED := awk -F== '/^[A-Za-z0-9._-]+==/ {print $$1}' requirements.lock

sbom: $(VENV)/.dev ## write the bill of materials (CycloneDX) and the licenses into out
	mkdir -p out
	$(BIN)/cyclonedx-py requirements requirements.lock --output-reproducible --of JSON -o out/sbom.cdx.json
	$(BIN)/pip-licenses --from=mixed --with-urls --format=markdown --output-file=out/licenses.md \
	  --packages $$($(LOCKED)) --partial-match --fail-on="GNU General Public;AGPL;GPLv2;GPLv3;Non-Commercial"

prove: $(VENV)/.dev ## measure the figures of docs/reliability.md and write them there
	$(RUN) tools/prove.py

audit: $(VENV)/.dev ## look the locked packages up among known vulnerabilities (needs the network)
	$(BIN)/pip-audit --requirement requirements.lock --require-hashes --disable-pip

clean: ## remove what make made
	rm -rf $(VENV) out .pytest_cache .ruff_cache .mypy_cache .hypothesis .import_linter_cache
