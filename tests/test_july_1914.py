"""The scenario file of July 1914 says what its sourced tables say."""

import csv
from pathlib import Path

import pytest

import signalling as sg
from signalling.model import compile_model
from signalling.scenario import BUILT_IN_FOLDER

FOLDER = BUILT_IN_FOLDER / "july-1914"


def rows(name: str) -> list[dict[str, str]]:
    with Path(FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def scenario() -> sg.Scenario:
    return sg.load_scenario("july-1914")


NODES = {row["state"]: row for row in rows("network1914_nodes.csv")}


@pytest.mark.parametrize("row", rows("network1914_edges.csv"), ids=lambda row: f"{row['a']}-{row['b']}")
def test_every_pair_has_its_own_delay_law_both_ways(row: dict[str, str], scenario: sg.Scenario) -> None:
    a, b = NODES[row["a"]]["name"], NODES[row["b"]]["name"]
    for name in (f"{a}->{b}", f"{b}->{a}"):
        if {row["a"], row["b"]} == {"SER", "BEL"}:
            assert name not in scenario.channels
            continue
        channel = scenario.channels[name]
        assert channel.delay.law == "lognormal"
        assert channel.delay.median_hours == float(row["suggested_median_h"])
        assert channel.delay.sigma == float(row["suggested_sigma"])
        assert channel.loss_probability == 0.015
        assert channel.garble.probability == 0.03
        assert channel.assumed == "true"
        assert channel.reading is None


def test_states_carry_their_sourced_capabilities_and_clocks(scenario: sg.Scenario) -> None:
    assert sorted(scenario.states) == sorted(row["name"] for row in NODES.values())
    for row in NODES.values():
        state = scenario.states[row["name"]]
        assert state.capability == float(row["cinc_1913"])
        assert state.utc_offset_hours == float(row["utc_offset_1914_h"])
        assert state.greedy_probability == 0.0


def test_the_model_has_54_channels_and_8_rivalries(scenario: sg.Scenario) -> None:
    model = compile_model(scenario)
    assert len(model.channel_names) == 54
    assert len(model.columns.rival) == 16
    assert model.columns.horizon == 12 * 86400
    assert model.columns.interval == 6 * 3600
    assert model.columns.jitter == 3 * 3600


@pytest.mark.parametrize(
    "name", ["july1914_messages.csv", "july1914_events.csv", "network1914_nodes.csv", "network1914_edges.csv"]
)
def test_every_row_carries_its_source_and_mark(name: str) -> None:
    for row in rows(name):
        assert row["source"]
        assert row["verification"].startswith(("verified", "partly verified", "from memory"))


def test_sixty_telegrams_are_fit_for_calibration() -> None:
    fitted = [row for row in rows("july1914_messages.csv") if row["use_in_fit"] == "1"]
    assert len(fitted) == 60
    assert all(float(row["delay_h"]) > 0 for row in fitted)


def test_a_slow_line_makes_war_likelier_on_the_same_luck(scenario: sg.Scenario) -> None:
    slow = {"channels.all.delay": {"law": "constant", "hours": 24}}
    pair = sg.compare(scenario, treatment=slow, runs=40, seed=1914)
    assert pair.risk_difference().low > 0
