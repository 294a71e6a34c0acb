# What can be done here: make help
PYTHON ?= python3
WORKERS ?= 2
VENV := .venv
BIN := $(VENV)/bin
RUN_READY := $(VENV)/.run-ready
DEV_READY := $(VENV)/.dev-ready
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 pyproject.toml

# A venv whose Python has gone (upgraded, moved) is made again, whatever its stamps say.
BROKEN := $(shell $(BIN)/python -c "import pip" 2>/dev/null || echo broken)

.PHONY: help run test test-long bench lint format lock broken
.DELETE_ON_ERROR:

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(RUN_READY) ## start the bot; reads config.toml and PLAN_E_* (ARGS="--config FILE")
	@$(BIN)/python -m bot run $(ARGS)

test: lint ## lint, then every test but the long ones
	@$(BIN)/pytest -n $(WORKERS) --dist worksteal -m "not long"

test-long: $(DEV_READY) ## every test on both databases, the long ones too (many minutes)
	@$(BIN)/pytest -n $(WORKERS) --dist worksteal --timeout 3600 --every-engine

bench: $(DEV_READY) ## what benchmarks/ measures, in one run
	@$(BIN)/python -m benchmarks

lint: $(DEV_READY) ## style, types, layers, dependencies, deploy/
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check . || { echo "not formatted; run: make format"; exit 1; }
	@$(BIN)/mypy --no-error-summary --num-workers $(WORKERS)
	@$(BIN)/lint-imports --no-logo > $(VENV)/layers.txt || { cat $(VENV)/layers.txt; exit 1; }
	@$(BIN)/deptry . > $(VENV)/dependencies.txt 2>&1 || { cat $(VENV)/dependencies.txt; exit 1; }
	@$(BIN)/hadolint deploy/Dockerfile
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.compose-spec deploy/compose.yaml deploy/compose.several.yaml
	@deploy/verify-unit

format: $(DEV_READY) ## sort imports, format
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format --quiet .

lock: $(DEV_READY) ## write the lock files again from pyproject.toml, newest versions it allows
	@$(COMPILE) --upgrade -o requirements.lock
	@$(COMPILE) --upgrade --extra dev -c requirements.lock -o requirements-dev.lock

# A stamp is touched when everything is in; .half marks a venv that was left in the middle, which is thrown away.
define install
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { echo "Python 3.11 or newer is needed: make PYTHON=python3.11"; exit 1; }
	@if [ -e $(VENV)/.half ] || [ "$(BROKEN)" ]; then echo "Making $(VENV)"; rm -rf $(VENV); mkdir $(VENV); \
		touch $(VENV)/.half; $(PYTHON) -m venv $(VENV); else touch $(VENV)/.half; fi
	@echo "Installing what $(1) names"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1)
endef

$(RUN_READY): requirements.lock $(if $(BROKEN),broken)
	$(call install,requirements.lock)
	@rm -f $(VENV)/.half && touch $@

$(DEV_READY): requirements-dev.lock pyproject.toml $(if $(BROKEN),broken)
	$(call install,requirements-dev.lock)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@rm -f $(VENV)/.half && touch $(RUN_READY) $@
