"""The scenario file of July 1914 says what its sourced tables say."""

import csv
from pathlib import Path

import pytest

import signalling as sg
from signalling.cli import main
from signalling.model import compile_model
from signalling.scenario import BUILT_IN_FOLDER
from signalling.study import Study, load_study

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


# The sensitivity panel


@pytest.fixture(scope="module")
def panel() -> Study:
    return load_study("july-1914-panel")


def scenario_of(panel: Study, name: str) -> sg.Scenario:
    [settings] = [settings for settings in panel.points if settings["name"] == name]
    return panel.scenario.replace(settings)


def test_the_panel_has_the_treatments_and_the_luck_of_the_scenarios_own_study(panel: Study) -> None:
    own = load_study("july-1914")
    assert panel.treatments == own.treatments
    assert list(panel.treatments) == list(own.treatments)
    assert (panel.baseline, panel.seed, panel.luck) == (own.baseline, own.seed, "common")


def test_its_first_row_is_the_scenario_itself_and_titles_change_nothing(panel: Study) -> None:
    own = {cell.treatment: cell.id for cell in load_study("july-1914").cells}
    first = panel.points[0]["name"]
    assert {cell.treatment: cell.id for cell in panel.cells if cell.settings["name"] == first} == own
    assert len({cell.id for cell in panel.cells}) == len(panel.cells) == 24


@pytest.mark.parametrize(("name", "power"), [("equal weights", 0), ("weights squared", 2)])
def test_its_weights_are_powers_of_the_scenarios(name: str, power: int, panel: Study) -> None:
    varied = {rivalry.between: rivalry.weight for rivalry in scenario_of(panel, name).rivals}
    own = {rivalry.between: rivalry.weight for rivalry in panel.scenario.rivals}
    assert varied == {between: pytest.approx(weight**power) for between, weight in own.items()}


@pytest.mark.parametrize("factor", [0.5, 2])
def test_its_jitter_stays_half_the_interval(factor: float, panel: Study) -> None:
    own = panel.scenario.review
    review = scenario_of(panel, f"reviews every {6 * factor:g} h").review
    assert review.interval_hours == factor * own.interval_hours
    assert review.jitter_hours == factor * own.jitter_hours


def test_s_and_greed_are_set_for_every_state(panel: Study) -> None:
    strong, greedy, both = (
        scenario_of(panel, name)
        for name in ("capability, s = 0.3", "greedy at 0.25 each", "s = 0.3, greedy at 0.25")
    )
    for name, state in both.states.items():
        assert state.doctrine.parameters.capability_weight == 0.3  # type: ignore[attr-defined]
        assert state.doctrine == strong.states[name].doctrine
        assert state.greedy_probability == greedy.states[name].greedy_probability == 0.25
        assert strong.states[name].greedy_probability == 0.0
        assert greedy.states[name].doctrine == panel.scenario.states[name].doctrine


def test_the_panel_is_a_built_in_study_to_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "july-1914-panel"]) == 0
    assert "8 points, 3 treatments" in capsys.readouterr().out
    assert main(["scenarios"]) == 0
    assert "july-1914-panel" in capsys.readouterr().out
    assert main(["compare", "july-1914-panel"]) == 2
    assert "run it with: signalling sweep july-1914-panel" in capsys.readouterr().err
