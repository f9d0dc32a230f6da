# Every target works on a machine that has only Python 3.11 (or later), gcc and make.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help venv models smoke test check eval bench load faults ray gate floors report screenshots serve peers protos format clean

help: ## list the targets
	@echo "usage: make TARGET"
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

smoke: venv peers ## start the real server, send it five articles, check and print the summary
	$(BIN)/python -m bench.smoke

test: check peers ## run every check and every test, with coverage, and the gate
	$(BIN)/pytest --cov --cov-report=term
	$(BIN)/python -m bench.gate

eval: peers ## measure quality against peers on every set, or on one: make eval SET=seeds
	$(BIN)/python -m bench.quality $(if $(SET),--set $(SET))

bench: peers ## measure speed against peers; takes most of an hour, on a quiet machine
	$(BIN)/python -m bench.speed

load: venv models ## put twice the load on the server that it can bear, for three minutes, or less: make load MINUTES=1
	$(BIN)/python -m bench.speed.overload --minutes $(or $(MINUTES),3)

faults: venv models ## treat servers badly: 10,000 hostile requests, hostile clients, SIGTERM under load, damaged weights
	$(BIN)/pytest tests/faults -m ''

ray: models $(VENV)-ray/.installed ## test models on a cluster of Ray on this machine, in an environment of its own
	$(VENV)-ray/bin/pytest -m ray tests/unit/service/engine/hosted
	$(VENV)-ray/bin/pytest -m ray tests/rpc/test_ray.py
	$(VENV)-ray/bin/pytest -m ray tests/rpc/test_offline_digest.py

gate: peers ## measure a subset, and fail if a figure is below its floor
	$(BIN)/python -m bench.gate

floors: peers ## raise the floors; to lower some: make floors LOWER=figure REASON=why
	$(BIN)/python -m bench.gate $(if $(LOWER),--lower '$(LOWER)' --reason '$(REASON)',--raise)

screenshots: venv models ## write pictures of the report of the seeds to docs/images, with the chromium of this machine
	$(BIN)/python -m bench.screenshots

report: venv ## write bench/REPORT.md, its charts and bench/FIGURES.md from bench/results
	$(BIN)/python -m bench.report

check: venv ## format, lint, types, layers, the contract, and the Dockerfile
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python protos/generate.py --check
	$(BIN)/hadolint Dockerfile

serve: venv models ## serve on 127.0.0.1:50051
	$(BIN)/newsweave serve

peers: venv models ## fetch also the models that peers use
	@$(BIN)/newsweave models fetch minilm-l6 smollm2-135m

models: venv ## fetch and convert the weights of the default models
	@$(BIN)/newsweave models fetch

venv: $(STAMP) ## create .venv and install the project with its tools

$(STAMP): pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed, and there is no python3 on the PATH." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or later is needed; $(PYTHON) is $$($(PYTHON) -V 2>&1). Name another: make PYTHON=/path/to/python" >&2; \
	  exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/pip install --editable '.[bench,dev,web]'
	@touch $@

$(VENV)-ray/.installed: pyproject.toml
	$(PYTHON) -m venv --clear $(VENV)-ray
	$(VENV)-ray/bin/pip install --editable '.[bench,dev,ray,web]'
	@touch $@

protos: venv ## generate the Python stubs of the contract
	$(BIN)/python protos/generate.py

format: venv ## format the code and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## remove everything that is not in the repository, except the weights
	rm -rf $(VENV) $(VENV)-ray tests/clients/node/node_modules build dist .coverage htmlcov .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
