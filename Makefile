# Two commands do everything: `make chat` and `make test`. `make help` lists the others.
PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help chat ask eval bench test check screenshots setup setup-dev clean lock

help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 16

setup:
	@$(PYTHON) .make/setup.py

setup-dev:
	@$(PYTHON) .make/setup.py --dev --browser

chat: setup ## set up, index the articles in seeds/ (DOCS=folder for yours), open the chat page
	@$(BIN)/footnote chat $(or $(DOCS),seeds) $(CHAT_FLAGS)

ask: setup ## answer one question: make ask Q="Who was sent to Lebanon?"
	@$(BIN)/footnote ask --library $(or $(DOCS),seeds) "$${Q:?Give a question: make ask Q=\"...\"}" || [ $$? -eq 3 ]

eval: setup ## run the fixed questions over seeds/ and print the figures
	@$(BIN)/python -m eval $(EVAL_FLAGS)

bench: setup-dev ## measure speed, memory and peers: make bench DATA=FOLDER (a folder with corpus.jsonl) BENCH_FLAGS=...
	@$(BIN)/python -m bench $(if $(DATA),--data $(DATA)) $(BENCH_FLAGS)

test: setup-dev ## set up what is missing and run every test
	@$(BIN)/pytest

check: setup-dev ## ruff, mypy --strict, import contracts, fast tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/pytest -m "not model and not browser"

screenshots: setup-dev ## photograph the page's main states into docs/
	@$(BIN)/python .make/screenshots.py

lock: setup-dev ## write the versions of the environment to requirements.lock
	@$(BIN)/python -m pip freeze --exclude-editable | sed -E 's/(\+cpu)? @ .*//; s/\+cpu$$//' | grep -E '^[A-Za-z0-9_.-]+==' > requirements.lock

clean: ## remove the environment, caches and the demo library
	@rm -rf .venv .footnote .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
