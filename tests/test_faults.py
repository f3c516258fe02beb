"""Faults of the chain of messages: what switches each off, where it is, and what it is called."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

import signalling as sg
from signalling.faults import BY_NAME, FAULTS, is_on, lines, players_of, rivalries, switch_off
from tests.scenarios_strategy import build

NONE = "none"
HOUR: dict[str, Any] = {"law": "constant", "hours": 1}
TICK: dict[str, Any] = {"law": "constant", "hours": 0}

#: Each fault as a file writes it, of a channel or of a state.
OF_CHANNELS: dict[str, dict[str, Any]] = {
    "outage": {"outage": {"mean_up_hours": 9, "mean_down_hours": 3}},
    "queue": {"queue": {"service": HOUR, "capacity": 2}},
    "loss": {"loss_probability": 0.2, "loss_by_letter": [0, 0.1, 0.2, 0.3, 0.4]},
    "delay": {"delay": {"law": "exponential", "mean_hours": 5}},
    "garbling": {"garble": {"probability": 0.2, "kernel": "adjacent"}},
    "tampering": {"tamper": {"probability": 0.1, "kernel": "hostile_skewed"}},
    "duplication": {"duplicate_probability": 0.3},
    "miscalibration": {"assumed": {"garble": {"probability": 0.4}}},
}
OF_STATES: dict[str, dict[str, Any]] = {
    "lying": {"lying_probability": 0.5},
    "reading": {"reading": HOUR},
    "bias": {"doctrine": {"name": "spiral", "bias": 0.4}},
}


def triangle(channel: dict[str, Any], state: dict[str, Any], **tables: Any) -> sg.Scenario:
    """Three states, all alike, on channels that are all alike."""
    names = ("A", "B", "C")
    document = {
        "name": "three",
        "states": [{"name": name, "doctrine": "spiral"} | state for name in names],
        "channels": {"default": {"delay": TICK} | channel},
    }
    return build(document | tables)


def with_all(*without: str) -> sg.Scenario:
    """A scenario that has every fault, but for some."""
    channel: dict[str, Any] = {}
    state: dict[str, Any] = {}
    for name in set(BY_NAME) - set(without):
        channel |= OF_CHANNELS.get(name, {})
        state |= OF_STATES.get(name, {})
    if "garbling" in without:
        # Its kernel stays: it says nothing where nothing is garbled.
        channel |= {"garble": {"probability": 0.0, "kernel": "adjacent"}}
    return triangle(channel, state)


def names_on(scenario: sg.Scenario) -> list[str]:
    return [player.name for player in players_of(scenario, "all") if is_on(scenario, player)]


def test_every_fault_has_a_case_and_a_sentence() -> None:
    assert set(BY_NAME) == set(OF_CHANNELS) | set(OF_STATES)
    for fault in FAULTS:
        assert fault.of == ("channels" if fault.name in OF_CHANNELS else "states")
    assert len({fault.meaning for fault in FAULTS} - {""}) == len(FAULTS)


@pytest.mark.parametrize("name", BY_NAME)
def test_switched_off_is_not_written(name: str) -> None:
    """Off, a scenario is the one whose file never named the fault; all others stay as they are."""
    off = switch_off(with_all(), players_of(with_all(), [name]))
    assert off.canonical() == with_all(name).canonical()


def test_all_off_is_a_scenario_without_any() -> None:
    off = switch_off(with_all(), players_of(with_all(), "all"))
    assert off.canonical() == with_all(*BY_NAME).canonical()
    assert names_on(off) == []
    assert names_on(with_all()) == list(BY_NAME)


@pytest.mark.parametrize("name", BY_NAME)
def test_a_fault_is_on_where_it_is_written(name: str) -> None:
    assert names_on(triangle(OF_CHANNELS.get(name, {}), OF_STATES.get(name, {}))) == [name]


def test_office_hours_are_a_fault_of_reading() -> None:
    open_late: dict[str, Any] = {"office_hours": [9, 17]}
    scenario = triangle({}, open_late, start=dt.datetime(1914, 7, 23, 17, tzinfo=dt.UTC))
    assert names_on(scenario) == ["reading"]
    [player] = players_of(scenario, ["reading:B"])
    hours = {name: state.office_hours for name, state in switch_off(scenario, [player]).states.items()}
    assert hours == {"A": (9, 17), "B": None, "C": (9, 17)}


def test_a_default_that_no_channel_has_is_not_on() -> None:
    ways = [("A", "B"), ("B", "C"), ("A", "C")]
    loud = {"loss_probability": 0.5}
    clean = [{"from": a, "to": b, "both_ways": True, "loss_probability": 0.0} for a, b in ways]
    one = clean[:2]
    assert names_on(triangle({}, {}, channels={"default": loud | {"delay": TICK}, "between": clean})) == []
    assert names_on(triangle({}, {}, channels={"default": loud | {"delay": TICK}, "between": one})) == [
        "loss"
    ]


@pytest.mark.parametrize("name", OF_CHANNELS)
@pytest.mark.parametrize(
    ("place", "there"), [("A->B", {"A->B"}), ("A--B", {"A->B", "B->A"}), ("B--A", {"A->B", "B->A"})]
)
def test_a_fault_at_a_place_is_switched_off_there_alone(name: str, place: str, there: set[str]) -> None:
    scenario = with_all()
    off = switch_off(scenario, players_of(scenario, [f"{name}:{place}"]))
    clean = with_all(name).channels["default"]
    for line in lines(scenario):
        channel = off.channels.get(line, off.channels["default"])
        assert channel == (clean if line in there else scenario.channels["default"])
    assert off.states == scenario.states


@pytest.mark.parametrize("name", OF_STATES)
def test_a_fault_of_a_state_is_switched_off_there_alone(name: str) -> None:
    scenario = with_all()
    off = switch_off(scenario, players_of(scenario, [f"{name}:B"]))
    clean = with_all(name)
    assert off.states["B"] == clean.states["B"]
    assert {off.states[other] == scenario.states[other] for other in "AC"} == {True}


def test_reading_at_a_state_takes_the_law_of_channels_that_lead_there() -> None:
    scenario = triangle({"reading": HOUR}, {})
    off = switch_off(scenario, players_of(scenario, ["reading:B"]))
    laws = {line: off.channels.get(line, off.channels["default"]).reading is None for line in lines(off)}
    assert laws == {line: line.endswith("->B") for line in lines(off)}
    everywhere = switch_off(scenario, players_of(scenario, ["reading"]))
    assert names_on(everywhere) == []


def test_all_faults_at_a_place_are_those_of_its_channels() -> None:
    scenario = with_all()
    off = switch_off(scenario, players_of(scenario, ["all:A->B"]))
    assert off.channels["A->B"] == with_all(*OF_CHANNELS).channels["default"]
    assert off.states == scenario.states


def test_pairs_are_rivals() -> None:
    assert rivalries(triangle({}, {})) == [("A", "B"), ("A", "C"), ("B", "C")]
    fewer = triangle({}, {}, rivals=[{"between": ["B", "A"]}, {"between": ["B", "C"]}])
    assert [player.name for player in players_of(fewer, "pairs")] == ["all:A--B", "all:B--C"]


def test_a_route_has_its_faults_on_its_channels() -> None:
    scenario = triangle(
        OF_CHANNELS["loss"],
        {},
        relays=["R"],
        network={"graph": "explicit"},
        routes=[{"from": "A", "to": "B", "both_ways": True, "via": ["R"]}],
        channels={
            "default": {"delay": TICK} | OF_CHANNELS["loss"],
            "between": [
                {"from": a, "to": b, "both_ways": True} for a, b in [("A", "R"), ("R", "B"), ("B", "C")]
            ],
        },
    )
    [player] = players_of(scenario, ["loss:A->R"])
    off = switch_off(scenario, [player])
    assert [off.channels[line].loss_probability for line in ("A->R", "R->A", "R->B")] == [0.0, 0.2, 0.2]
    with pytest.raises(sg.ScenarioError, match="goes by a route"):
        players_of(scenario, ["loss:A->B"])


def test_a_bias_is_of_doctrines_that_have_one() -> None:
    scenario = triangle({}, {"doctrine": "threshold"})
    assert "bias" not in names_on(scenario)
    [player] = players_of(scenario, ["bias:A"])
    assert not is_on(scenario, player)


@pytest.mark.parametrize(
    ("faults", "told"),
    [
        (["garbeling"], 'faults = "garbeling": no such fault; did you mean "garbling"'),
        (["garbling:A->D"], 'no channel "A->D"'),
        (["lying:D"], 'no state "D"'),
        (["lying:A->B"], "lying is of states"),
        (["garbling:A"], 'no channel "A"'),
        (["all"], "no such fault"),
        (["garbling", "garbling:A->B"], "in common with garbling "),
        (["all:A--B", "loss:B->A"], "in common with all:A--B "),
        (["lying", "lying"], "in common with lying "),
        (["bias:A", "bias"], "in common with bias:A "),
        ([], "names none"),
        ("garbling", r'a list of faults, e.g. \["garbling"\]'),
    ],
)
def test_what_cannot_be_meant_is_refused(faults: Any, told: str) -> None:
    with pytest.raises(sg.ScenarioError, match=told):
        players_of(triangle({}, {}), faults)


def test_every_fault_stands_in_the_model() -> None:
    text = (Path(__file__).parents[1] / "docs" / "model.md").read_text(encoding="utf-8")
    for fault in FAULTS:
        assert f"| `{fault.name}` | {fault.meaning} |" in text
