# Two commands matter: `make demo` (the main job) and `make test`. Each sets up what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: setup demo test lint bench verify-patterns golden clean

setup: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[fast,test,lint]"
	touch $@

demo: setup
	$(BIN)/signalling demo

test: setup
	$(BIN)/python -m pytest

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

# Ratios, not seconds: each engine against its own yardstick in the same run. Four minutes on a quiet machine; writes
# results/benchmarks and the table of speed in README.md, and fails if a promise is broken.
bench: setup
	$(BIN)/python -m tests.benchmarks.bench

# Every P(war) printed in docs/model.md, and every published result, at full size; resumes where it was stopped.
verify-patterns: setup
	$(BIN)/python -m pytest -m slow -s tests/verification

# Write the golden chronicles again, after a change of the model that is meant.
golden: setup
	$(BIN)/python -m tests.golden.regenerate

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
