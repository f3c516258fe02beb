"""What arming does to security: frozen moves are those of the baseline, and the parts sum to the whole."""

import json
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import signalling as sg
from signalling.alteration import Alteration
from signalling.armament import ALL, ARMED, BASELINE, UNMOVED, Dilemma, _Moves
from signalling.cli import main
from signalling.engines.choice import make_engine
from signalling.executors import tell
from signalling.model import compile_model
from signalling.vocabulary import Move
from tests.own_doctrines import HAWK, changed
from tests.scenarios_strategy import build

pytestmark = pytest.mark.usefixtures("_pages_stay_blank")

SEED = 3
MOVE = "RAISE if own.rung < min(aim, own.ceiling) else LOWER if own.rung > max(aim, own.floor) else HOLD"
#: Climbs and strikes by its own dice, whatever it hears; from the top it comes down again.
DEAF = changed(
    HAWK,
    ("USES_REPORTS = True", "USES_REPORTS = False"),
    (MOVE, "RAISE if own.rung < own.ceiling else ATTACK if own.war and uniforms[1] < 0.1 else HOLD"),
    ("return Action(move, -1,", "return Action(move, 0 if move == ATTACK else -1,"),
    ("int(Move.RAISE)\n", "int(Move.RAISE)\nATTACK = int(Move.ATTACK)\n"),
)


def scenario_of(doctrines: dict[str, Any], **tables: Any) -> sg.Scenario:
    return build(
        {
            "name": "arming",
            "horizon_days": 20,
            "review": {"interval_hours": 24, "jitter_hours": 12},
            "states": [{"name": name, "doctrine": doctrine} for name, doctrine in doctrines.items()],
            "channels": {
                "default": {
                    "garble": {"probability": 0.3},
                    "loss_probability": 0.1,
                    "delay": {"law": "exponential", "mean_hours": 20},
                }
            },
        }
        | tables
    )


SPIRAL = {"name": "spiral", "first_strike_advantage": 0.6}
DYAD = scenario_of({"A": SPIRAL, "B": SPIRAL})
TRIAD = scenario_of({"A": SPIRAL, "B": SPIRAL, "C": "threshold"})
DEAF_RIVAL = scenario_of({"A": SPIRAL, "B": {"file": "deaf.py", "source": DEAF}})


def counts(found: Dilemma, whose: str, before: int, after: int) -> int:
    hit = found.struck >= 0 if whose == ALL else found.struck == found.names.index(whose)
    return int(hit[:, before].sum()) - int(hit[:, after].sum())


@pytest.fixture(scope="module")
def triad() -> Dilemma:
    return sg.dilemma(TRIAD, state="B", armament={"floor": 3}, runs=60, seed=SEED, engine="batch")


def test_direct_and_reaction_sum_to_the_total(triad: Dilemma) -> None:
    for effect in triad.effects():
        total, direct, reaction = (
            counts(triad, effect.whose, *arms)
            for arms in ((BASELINE, ARMED), (BASELINE, UNMOVED), (UNMOVED, ARMED))
        )
        assert total == direct + reaction
        runs = len(triad.runs)
        assert effect.total.estimate == pytest.approx(total / runs, abs=1e-12)
        assert effect.direct.estimate == pytest.approx(direct / runs, abs=1e-12)
        assert effect.reaction.estimate == pytest.approx(reaction / runs, abs=1e-12)
        difference = effect.security_armed.estimate - effect.security_baseline.estimate
        assert difference == pytest.approx(effect.total.estimate, abs=1e-12)
        for part in effect[1:]:
            assert part.low <= part.estimate <= part.high
    assert [effect.whose for effect in triad.effects()] == ["B", "A", "C", ALL]
    assert any(counts(triad, ALL, *arms) for arms in ((BASELINE, UNMOVED), (UNMOVED, ARMED)))


def test_the_sum_is_that_of_the_states(triad: Dilemma) -> None:
    for arms in ((BASELINE, ARMED), (BASELINE, UNMOVED)):
        assert counts(triad, ALL, *arms) == sum(counts(triad, name, *arms) for name in triad.names)


def test_who_is_struck_is_what_the_runs_say(triad: Dilemma) -> None:
    for arm, scenario in ((BASELINE, TRIAD), (ARMED, TRIAD.replace({"states.B.floor": 3}))):
        targets = sg.run(scenario, runs=60, seed=SEED)["target"]
        assert targets == [triad.names[place] if place >= 0 else None for place in triad.struck[:, arm]]


@pytest.mark.parametrize("engine", ["process", "batch"])
@pytest.mark.parametrize("scenario", [DYAD, TRIAD], ids=["dyad", "triad"])
def test_frozen_rivals_move_as_they_moved(scenario: sg.Scenario, engine: str) -> None:
    """The same reviews at the same times, the same words sent; once the moves are used up, they hold."""
    model = compile_model(scenario)
    # Who arms goes to war sooner; who disarms may outlast the run as it was.
    versions = [
        compile_model(scenario.replace(change)) for change in ({"states.A.floor": 3}, {"states.A.ceiling": 2})
    ]
    differ = outlasted = 0
    for run, armed in product(range(16), versions):
        moves = _Moves(range(1, len(model.names)))
        make_engine(model, SEED, engine).run(run, moves)
        before = tell(make_engine(model, SEED, engine), model, SEED, run)
        script = Alteration(scripts=moves.scripts())
        after = tell(make_engine(armed, SEED, engine), armed, SEED, run, script)
        for state in range(1, len(model.names)):
            then = [(r.tick, r.rung, r.move, r.after) for r in before.reviews if r.state == state]
            now = [(r.tick, r.rung, r.move, r.after) for r in after.reviews if r.state == state]
            assert now[: len(then)] == then[: len(now)]
            assert all(move == Move.HOLD for _, _, move, _ in now[len(then) :])
            outlasted += len(now) > len(then)
            stop = min(t.outcome["stop_hours"] for t in (before, after)) * 3600
            said = [
                [m[:6] for m in t.messages if t.channels[m.channel][0] == state and m.sent < stop]
                for t in (before, after)
            ]
            assert said[0] == said[1] != []
        own = [[r.after for r in t.reviews if r.state == 0] for t in (before, after)]
        differ += own[0] != own[1]
        assert after == tell(make_engine(armed, SEED, "process"), armed, SEED, run, script)
    assert differ > 20, "the state itself is free"
    assert outlasted > 0, "some go on beyond the end of the run as it was"


def test_a_rival_that_hears_nothing_does_not_react() -> None:
    """Exactly: its moves are the same in every run, so all of the change is direct."""
    found = sg.dilemma(DEAF_RIVAL, state="A", armament={"floor": 4}, runs=150, seed=SEED)
    assert len(set(found.struck[:, BASELINE])) == 3, "either may be struck, or nobody"
    assert (found.struck[:, UNMOVED] == found.struck[:, ARMED]).all()
    for effect in found.effects():
        assert effect.reaction.estimate == 0.0
    assert found.effect(ALL).total.estimate != 0.0


@pytest.mark.parametrize("armament", [{"floor": 0}, {"capability": 1.0}, {"ceiling": 4}])
def test_arming_by_nothing_changes_nothing(armament: dict[str, object]) -> None:
    found = sg.dilemma(DYAD, state="A", armament=armament, runs=40, seed=SEED)
    assert (found.struck == found.struck[:, :1]).all()


def test_capability_acts_on_both_sides() -> None:
    """Means that weigh: the rival fears them (a reaction), the state relies on them (direct)."""
    weighing = DYAD.replace({"states.all.doctrine.capability_weight": 1.0})
    found = sg.dilemma(weighing, state="A", armament={"capability": 5.0}, runs=300, seed=SEED)
    assert found.effect("B").direct.high < 0.0
    assert (found.struck[:, UNMOVED] != found.struck[:, ARMED]).any()


def test_engines_parts_and_interruptions_agree(
    tmp_path: Path, triad: Dilemma, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signalling.armament.PART", 7)
    path = tmp_path / "journal.jsonl"
    settings: dict[str, Any] = {"state": "B", "armament": {"floor": 3}, "seed": SEED, "engine": "batch"}

    def stop(done: int, wanted: int) -> None:
        if done == 21:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sg.dilemma(TRIAD, **settings, runs=60, path=path, progress=stop)
    again = sg.dilemma(TRIAD, **settings, runs=60, path=path)
    assert (again.struck == triad.struck).all()
    by_simpy = sg.dilemma(TRIAD, **settings | {"engine": "process"}, runs=range(40, 50))
    assert (by_simpy.struck == triad.struck[40:50]).all()
    with pytest.raises(sg.SignallingError, match="holds other work"):
        sg.dilemma(TRIAD, **settings | {"armament": {"floor": 2}}, runs=60, path=path)


def test_a_table_of_runs_rebuilds_the_effects(triad: Dilemma) -> None:
    rows = triad.to_arrow().to_pylist()
    hit = np.array([row["struck_baseline"] == "A" for row in rows])
    assert triad.effect("A").security_baseline.estimate == pytest.approx(1.0 - hit.mean())


MISTAKES = {
    "no such state": (DYAD, "Z", {"floor": 1}, 'state = "Z": no such state'),
    "nothing": (DYAD, "A", {}, "armament: names nothing; set one of floor, ceiling"),
    "no armament": (DYAD, "A", {"doctrine": "listener"}, r"armament\.doctrine = "),
    "too high": (DYAD, "A", {"floor": 5}, r"states\.A\.floor = 5: must be 0 to 4"),
    "no war": (DYAD.replace({"ladder.war": False}), "A", {"floor": 1}, r"ladder\.war: nobody strikes"),
    "joint war": (DYAD.replace({"ladder.war": "joint"}), "A", {"floor": 1}, r"ladder\.war: nobody strikes"),
    "triggered reviews": (
        DYAD.replace({"review.on_report": {"minimum_gap_hours": 3}}),
        "A",
        {"floor": 1},
        r"review\.on_report: moves can be left",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes_are_told(mistake: str) -> None:
    scenario, state, armament, told = MISTAKES[mistake]
    with pytest.raises(sg.ScenarioError, match=told):
        sg.dilemma(scenario, state=state, armament=armament, runs=2, seed=SEED)


def test_an_unknown_state_has_no_security(triad: Dilemma) -> None:
    with pytest.raises(sg.ScenarioError, match='whose = "D": no such state'):
        triad.effect("D")


def test_the_command_writes_what_it_tells(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "armed"
    arguments = ["dilemma", "two-seekers", "--state", "A", "--arm", "floor=3", "--runs", "150"]
    assert main([*arguments, "--out", str(out)]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "two security seekers: A with floor = 3, 150 runs on the same luck (seed 1)" in told
    assert "lowers that of B" in told
    summary = json.loads((out / "dilemma.json").read_text("utf-8"))
    assert [effect["whose"] for effect in summary["effects"]] == ["A", "B", ALL]
    assert {path.suffix for path in out.iterdir()} == {".jsonl", ".json", ".parquet", ".pdf", ".png"}
    assert main([*arguments, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == summary
    assert main([*arguments[:4], "--arm", "floor"]) == 2
    assert "--arm floor: write PATH=VALUE" in capsys.readouterr().err
