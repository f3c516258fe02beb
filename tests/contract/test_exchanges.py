"""Every built-in exchange names its source and units, is played alike by both engines, and used by theory."""

from pathlib import Path

import pytest

import signalling as sg
from signalling.exchange import ExchangeGame
from signalling.scenario import BUILT_IN_FOLDER, built_in_scenarios
from signalling.verification import entries
from tests.conservation import conserved
from tests.scenarios_strategy import Document

EXCHANGES = {
    name: scenario
    for name in built_in_scenarios()
    if isinstance((scenario := sg.load_scenario(name)).game, ExchangeGame)
}
ENTRY_FILES = sorted(Path(entries.__file__).parent.glob("*.py"))
by_name = pytest.mark.parametrize("name", EXCHANGES)

#: What the engines must agree on whatever becomes of a word.
BAD_LINES: Document = {
    "channels.all.loss_probability": 0.3,
    "channels.all.duplicate_probability": 0.3,
    "channels.all.delay": {"law": "exponential", "mean_hours": 12},
    "channels.all.noise": {"sigma": 0.1},
}


def test_there_are_some():
    assert len(EXCHANGES) >= 12


@by_name
def test_it_names_its_source_and_units(name):
    comments = [
        line for line in (BUILT_IN_FOLDER / f"{name}.toml").read_text("utf-8").splitlines() if line[:1] == "#"
    ]
    for word in ("# Source: ", "# Units: "):
        told = [line.removeprefix(word) for line in comments if line.startswith(word)]
        assert len(told) == 1, f"{name}.toml: one comment must begin with {word!r}"
        assert len(told[0]) > 4
    assert len(comments) >= 4, f"{name}.toml: say in a line or two what it asks"


@by_name
def test_an_entry_of_the_ledger_plays_it(name):
    players = [path.stem for path in ENTRY_FILES if f'"{name}"' in path.read_text("utf-8")]
    assert players, f"{name}: no file of verification/entries loads it, so nothing shows that it is right"


@by_name
@pytest.mark.parametrize("changes", [{}, BAD_LINES], ids=["as it is", "bad lines"])
def test_both_engines_play_it_alike(name, changes):
    scenario = EXCHANGES[name].replace(changes)
    for run in range(3):
        process, batch = (
            sg.trace(scenario, seed=8, run=run, engine=engine) for engine in ("process", "batch")
        )
        assert process == batch
        conserved(process)
    hashes = {
        sg.run(scenario, runs=40, seed=8, engine=engine, workers=workers).content_hash()
        for engine, workers in (("process", 1), ("batch", 1), ("batch", 2))
    }
    assert len(hashes) == 1


@by_name
def test_no_rule_of_payoff_is_idle(name):
    rules = EXCHANGES[name].game.payoffs
    assert rules
    for rule in rules:
        tables = (rule.table, *(term.weight for term in rule.terms))
        assert rule.distances or any(number for table in tables for row in table for number in row)
