# Two commands matter: `make demo` (the main job) and `make test`. Each sets up what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ORACLES := .venv-oracles

.PHONY: setup demo test heavy lint reproduce bench slow verify-patterns mutations oracles coverage theory golden clean

setup: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[fast,paper,test,lint]"
	touch $@

demo: setup
	$(BIN)/signalling demo

# Two processes; files stay whole, because some tests of a file build on those before.
test: setup
	$(BIN)/python -m pytest -n 2 --dist loadfile

# Whole programs: guides followed command by command, processes that are killed, machine code made anew, figures in
# another process, and every experiment in a small size, byte for byte.
heavy: setup
	$(BIN)/python -m pytest -n 2 --dist loadfile -m heavy

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

# Every table, figure, reading and finding of experiments/, from nothing: under 40 minutes on two cores. It goes on where
# it was stopped; `signalling reproduce --quick` takes fewer runs and three minutes, `--check` compares.
reproduce: setup
	$(BIN)/signalling reproduce

# Ratios, not seconds: each engine against its own yardstick in the same run. Four minutes on a quiet machine; writes
# results/benchmarks and the table of speed in README.md, and fails if a promise is broken.
bench: setup
	$(BIN)/python -m tests.benchmarks.bench

# Every P(war) printed in docs/model.md, and all tests of published results, at full size; resumes where it was stopped.
verify-patterns: setup
	$(BIN)/python -m pytest -m slow -s tests/verification

# What `make test` tries in a small size, in full: all contracts, 200 crises attributed by hand, 2,000 scenarios on both
# engines, and so on.
slow: setup
	$(BIN)/python -m pytest -n 2 --dist loadfile -m slow --ignore=tests/verification

# Do the tests notice? Each deliberate error of tests/mutations is made in a copy of the kernel; fails if one survives.
mutations: setup
	$(BIN)/python -m tests.mutations

# Queues beside Ciw, repeated games beside the Axelrod library. They live in an environment of their own: Ciw brings a
# package called `tests`, which would hide ours.
oracles: setup $(ORACLES)/.installed
	$(BIN)/python -m pytest -m oracle -s tests/oracles

$(ORACLES)/.installed: tests/oracles/requirements.txt
	$(PYTHON) -m venv $(ORACLES)
	$(ORACLES)/bin/python -m pip install --quiet --disable-pip-version-check --requirement tests/oracles/requirements.txt
	touch $@

# How often intervals hold the truth: docs/intervals.md and results/coverage; some minutes, fails if a promise is broken.
coverage: setup
	$(BIN)/python -m tests.intervals

# Every published result at full size, and the pages docs/theory.md, with its figures, and docs/equilibria.md; goes on
# where it was stopped.
theory: setup
	$(BIN)/signalling verify --out results/theory --page docs/theory.md
	$(BIN)/signalling equilibrium --out results/theory --page docs/equilibria.md

# Write the golden chronicles again, after a change of the model that is meant.
golden: setup
	$(BIN)/python -m tests.golden.regenerate

clean:
	rm -rf $(VENV) $(ORACLES) .pytest_cache .mypy_cache .ruff_cache .hypothesis
