# Everything a newcomer needs. `make` alone shows this list.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory
runtime := .venv/.installed-runtime
dev := .venv/.installed-dev
tests ?= tests

.PHONY: help setup run native test test-long assure check format bench docs pictures snapshot lock clean

help: ## show these lines
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14 | sed 's/^/  make /'

setup: $(runtime) ## make .venv and install what the lock names, by hash

$(runtime): requirements/runtime.txt pyproject.toml
	@scripts/install runtime

$(dev): requirements/dev.txt pyproject.toml | $(runtime)
	@scripts/install dev

run: $(runtime) ## start the embedded chain and its gateway, and stay in the foreground (Ctrl-C ends it)
	@exec .venv/bin/zhulian run

native: $(runtime) ## build the native kernel where cargo is present: the same verdicts, many times as fast
	@scripts/native

test: $(dev) ## check, then every test that takes less than minutes, two files at a time
	@scripts/system-packages
	@scripts/promtool
	@scripts/check
	@scripts/native --for-tests
	@.venv/bin/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not long" $(tests)

test-long: $(dev) ## the tests that take minutes each
	@scripts/system-packages
	@scripts/promtool
	@scripts/native --thorough
	@.venv/bin/python -m pytest -m long $(tests)

assure: $(dev) ## say how far the long runs are; PART=simulation (solo, networks, fuzz, kills, soak) goes on with one, 40 minutes at most
	@scripts/system-packages
	@.venv/bin/python -m tests.assuring $(PART)

check: $(dev) ## ruff, mypy --strict and the import contracts
	@scripts/check

format: $(dev) ## put the code into the agreed form
	@.venv/bin/ruff check --quiet --fix . || true
	@.venv/bin/ruff format --quiet .

bench: $(runtime) ## measure cryptography and the ledger on this machine
	@.venv/bin/zhulian bench crypto
	@.venv/bin/zhulian bench ledger --seconds 20

docs: $(dev) ## build the documents into site/, warnings being errors
	@scripts/docs

pictures: $(dev) ## draw the state diagrams of the documents anew from the definitions
	@.venv/bin/python scripts/pictures.py

snapshot: $(dev) ## accept a change of names, numbers, routes or limits into the compatibility snapshot
	@.venv/bin/python scripts/surface.py

lock: $(dev) ## resolve the lock files anew from pyproject.toml (UPGRADE=1 takes the newest versions)
	@scripts/lock

clean: ## remove what make made, .venv included; a home with keys and chain is never touched
	@rm -rf .venv site build dist native/target .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
	@find src tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +
