"""Every built-in doctrine keeps the contract, by itself and in whole runs."""

from types import ModuleType

import pytest
from hypothesis import Phase

import signalling as sg
from signalling.contract import conduct, form, information, playing, verdicts
from signalling.contract.breach import Breach
from signalling.contract.scripts import WITH_VALUES
from signalling.doctrine_files import GAMES, games_of
from signalling.kernel import doctrines
from signalling.kernel.view import Action
from tests.scenarios_strategy import Document, build

MODULES = {name: doctrines.load(name) for name in doctrines.BUILT_IN}
by_name = pytest.mark.parametrize("name", MODULES)


def contract_cases():
    for name in MODULES:
        for check in verdicts.CHECKS:
            yield pytest.param(name, check, id=f"{name}-{check.__name__.removeprefix('check_')}")


by_promise = pytest.mark.parametrize(("name", "check"), list(contract_cases()))


#: Whom an alarm seldom moves: what it does hangs on parameters that do not stand at their defaults.
SELDOM_MOVED = {"best_reply"}


@by_promise
def test_contract(name, check, request):
    seldom = check is information.check_reports_are_used_or_not_as_declared and name in SELDOM_MOVED
    if not seldom:
        request.getfixturevalue("_a_fifth_of_the_scripts")
    check(MODULES[name])


@pytest.mark.slow
@by_promise
def test_contract_at_length(name, check):
    check(MODULES[name])


# In whole runs

ANNOUNCED = {"delay": {"law": "constant", "hours": 2}}
#: Each of these alters what a state hears, or when.
FAULTS: dict[str, Document] = {
    "loss": {"channels.default.loss_probability": 0.7},
    "silence": {"channels.default.loss_probability": 1.0},
    "garble": {"channels.default.garble": {"probability": 0.8, "kernel": "other"}},
    "duplicate": {"channels.default.duplicate_probability": 1.0},
    "delay": {"channels.default.delay": {"law": "constant", "hours": 50}},
    "queue": {"channels.default.queue": {"service": {"law": "constant", "hours": 30}, "capacity": 2}},
    "outage": {"channels.default.outage": {"mean_up_hours": 10, "mean_down_hours": 60, "policy": "lose"}},
    "reading": {"states.all.reading": {"law": "uniform", "low_hours": 1, "high_hours": 70}},
    "office": {"states.all.office_hours": [9, 9.5]},
    "assumed": {"channels.default.assumed": {"garble": {"probability": 0.6}}},
}


#: Parameters with which there is something to hear: by themselves these would all do the same all the time.
LIVELY: dict[str, Document] = {
    "acknowledger": {"begins": True},
    "contrite": {"implementation_noise": 0.3},
    "memory_one": {"implementation_noise": 0.3},
    "patience": {"perception_noise": 0.4},
    "voter": {"perception_noise": 0.3},
    # Doves and hawks by what was heard last, which is their own sort of noise.
    "cutoff": {"cuts": [], "says": [[0, 1, 0]], "acts": [[1, 0, 1]]},
    # Alarmed by silence alone, which it takes for greed.
    "watcher": {"act_above": 0.3, "silence": {"security_seeker": 0.1, "greedy": 0.6}},
}


def scenario_of(name: str, game: str) -> sg.Scenario:
    """Three states of one doctrine."""
    document: Document = {
        "name": name,
        "horizon_days": 15,
        "start": "1914-07-23T17:00:00Z",
        "review": {"interval_hours": 12, "jitter_hours": 5},
        "states": {
            state: {"doctrine": {"name": name} | LIVELY.get(name, {}), "greedy_probability": 0.5}
            for state in "ABC"
        },
        "channels": {"default": dict(ANNOUNCED), "overrides": {}},
    }
    if game != "ladder":
        document["game"] = {"kind": game}
    if game == "exchange":
        document |= script(talks=8)
        document["states"]["Chance"] = {"doctrine": {"name": "nature"}}
        del document["horizon_days"]
    return sg.Scenario.from_document(document)


def script(*, talks: int) -> Document:
    """An exchange in which chance draws, all talk several times, and then act twice."""
    return {
        "review": {"interval_hours": 12, "jitter_hours": 0},
        "game": {
            "kind": "exchange",
            "letters": ["dove", "hawk"],
            "phases": ["nature", *["talk"] * talks, "act", "act"],
        },
    }


PLAYED = [(name, game) for name in MODULES for game in games_of(MODULES[name])]


def moves(scenario: sg.Scenario, runs: int = 3) -> list[tuple]:
    """All that was decided, beliefs left out."""
    return [
        tuple(review._replace(beliefs=()))
        for run in range(runs)
        for review in sg.trace(scenario, seed=3, run=run).reviews
    ]


def faults_in(game: str) -> dict[str, Document]:
    """Letters cannot be garbled where there are none."""
    without = {"garble", "assumed"} if game == "posture" else set()
    return {fault: changes for fault, changes in FAULTS.items() if fault not in without}


@pytest.mark.parametrize(("name", "game"), PLAYED)
def test_reports_are_used_or_not_as_declared(name, game):
    """A doctrine that does not use reports is untouched by any channel, bit for bit; another by some."""
    scenario = scenario_of(name, game)
    clean = moves(scenario)
    touched = {}
    for fault, changes in faults_in(game).items():
        touched[fault] = moves(scenario.replace(changes)) != clean
        if touched.get("silence") and sum(touched.values()) >= 2:
            break
    if MODULES[name].USES_REPORTS:
        assert touched["silence"]
        assert sum(touched.values()) >= 2
    else:
        assert not any(touched.values()), touched


#: What A cannot know of B while every letter from B says the same.
TRUTHS: dict[str, list[Document]] = {
    "exchange": [
        {"doctrine": "nature"},
        {"doctrine": {"name": "nature", "law": "normal"}, "greedy_probability": 1.0},
        {"doctrine": {"name": "cutoff", "constant": 9}},
        {"doctrine": {"name": "best_reply", "aim": "demand"}},
    ],
    "ladder": [
        {"doctrine": "listener"},
        {"doctrine": "listener", "greedy_probability": 1.0},
        {"doctrine": {"name": "spiral", "rung_cost": -0.5}, "ceiling": 3, "greedy_probability": 1.0},
        {"doctrine": "spiral", "ceiling": 2, "lying_probability": 0.5},
    ],
    "matrix": [
        {"doctrine": "listener"},
        {"doctrine": {"name": "memory_one", "strategy": "always_defect"}},
        {"doctrine": {"name": "memory_one", "strategy": "win_stay_lose_shift"}},
        {"doctrine": {"name": "voter", "perception_noise": 0.5}, "greedy_probability": 1.0},
    ],
    "posture": [
        {"doctrine": "listener"},
        {"doctrine": "listener", "greedy_probability": 1.0},
        {"doctrine": {"name": "listener", "speaks": False}},
        {"doctrine": "richardson"},
    ],
}
SAME_LETTERS: dict[str, Document] = {
    "none": {"loss_probability": 1.0},
    "all hostile": {"garble": {"probability": 1.0, "kernel": "hostile_skewed"}},
}


@pytest.mark.parametrize(
    ("name", "game", "letters"),
    [
        (name, game, letters)
        for name, game in PLAYED
        for letters in SAME_LETTERS
        # Where messages carry numbers, these would tell the worlds apart.
        if game not in WITH_VALUES or letters == "none"
    ],
)
def test_the_same_view_gives_the_same_moves_whatever_the_truth(name, game, letters):
    """Two Worlds that A cannot tell apart: it moves, and believes, alike in both."""
    stories = []
    for truth in TRUTHS[game]:
        document: Document = {
            "name": "two worlds",
            "horizon_days": 20,
            "review": {"interval_hours": 12, "jitter_hours": 5},
            "states": [{"name": "A", "doctrine": name} | ({"ceiling": 3} if game == "ladder" else {})],
            "channels": {"default": ANNOUNCED | SAME_LETTERS[letters]},
        }
        document["states"].append({"name": "B"} | truth)
        if game != "ladder":
            document["game"] = {"kind": game}
        if game == "exchange":
            document |= script(talks=50)
            del document["horizon_days"]
        scenario = build(document)
        traces = [sg.trace(scenario, seed=5, run=run) for run in range(3)]
        assert not any(trace.outcome["war"] for trace in traces)
        stories.append([review for trace in traces for review in trace.reviews if review.state == 0])
    assert all(story == stories[0] for story in stories)
    assert len(stories[0]) > 100


@by_name
def test_a_game_that_the_doctrine_does_not_play_is_refused(name):
    for game in set(GAMES) - set(games_of(MODULES[name])):
        with pytest.raises(sg.ScenarioError, match=f"does not play {game} games, only"):
            scenario_of(name, game)


def test_the_contract_catches_breaches(monkeypatch):
    """The checks are no formality: a doctrine with a fault fails the check that is made for it."""
    monkeypatch.setattr(playing, "PHASES", (Phase.generate,))
    listener = MODULES["listener"]

    def variant(**changes):
        module = ModuleType("variant", "A breach.")
        module.__dict__.update({key: value for key, value in vars(listener).items() if key[0] != "_"})
        module.__dict__.update(changes)
        return module

    def writes_next_door(memory, own, parameters):
        listener.start(memory, own, parameters)
        memory[own.rivals] = 1.0

    def attacks(memory, own, now, uniforms, parameters):
        return Action(3, 0, 0.0, -1)

    def reads_anything(memory, report, own, parameters):
        memory[report.rival] = float(report.sent)
        return True

    counted = []

    def remembers(memory, own, now, uniforms, parameters):
        counted.append(now)
        return Action(1, -1, float(len(counted)), -1)

    breaches = {
        conduct.check_memory_is_enough_and_used: variant(memory_size=lambda rungs: (0, 2)),
        conduct.check_both_forms_agree: variant(start=writes_next_door),
        conduct.check_moves_are_legal: variant(decide=attacks),
        information.check_superseded_reports_change_nothing: variant(revise=reads_anything),
        information.check_reports_are_used_or_not_as_declared: variant(USES_REPORTS=True),
        conduct.check_pure: variant(decide=remembers),
        conduct.check_a_run_begins_afresh: variant(start=lambda memory, own, parameters: None),
        form.check_fixed_names: variant(SOURCE=""),
    }
    for check, module in breaches.items():
        with pytest.raises(Breach):
            check(module)
