"""Joint war: nobody can attack, and two states on the top peacetime rung are at war.

By hand first, with states that climb at every review or as far as a ceiling lets them, in synchronous rounds;
then as laws over generated scenarios. That such runs obey the laws of all runs stands in
test_triggered_reviews.py, whose scenarios have joint wars too.
"""

import math
from typing import Any

import pytest

import signalling as sg
from signalling.chronicle import Trace
from signalling.vocabulary import Move
from tests.drawn import Drawn
from tests.scenarios_strategy import Document, build
from tests.test_properties import HOUR, Played, plays

#: Climbs at every review; on the top rung it would attack if it could.
CLIMBER: Document = {"name": "threshold", "tremble": 1}
AGGRESSOR: Document = {
    "name": "threshold",
    "tremble": 0,
    "calm_evidence": 1,
    "alarm_evidence": 1,
    "climb_above": -1,
    "attack_above": -1,
}
RUNGS = ["calm", "alarm", "alert", "war"]
TOP = 2

by_engine = pytest.mark.parametrize("engine", ["process", "batch"])


def world(states: dict[str, Any], *, days: float = 10, **tables: Any) -> sg.Scenario:
    """States by name: a doctrine, or all their settings. Reviews at every midnight; letters take an hour."""
    return build(
        {
            "name": "joint",
            "horizon_days": days,
            "review": {"interval_hours": 24, "jitter_hours": 0},
            "ladder": {"war": "joint", "rungs": RUNGS},
            "states": [
                {"name": name} | (state if "doctrine" in state else {"doctrine": state})
                for name, state in states.items()
            ],
            "channels": {"default": {"delay": {"law": "constant", "hours": 1}}},
        }
        | tables
    )


def play(scenario: sg.Scenario, engine: str = "process") -> Trace:
    return sg.trace(scenario, seed=1, run=0, engine=engine)


def moves(trace: Trace) -> list[tuple[float, str, str, int]]:
    """(hour, state, move, rung afterwards) of every review."""
    return [(r.tick / HOUR, trace.names[r.state], Move(r.move).name, r.after) for r in trace.reviews]


# By hand


@by_engine
def test_war_breaks_out_as_the_second_state_reaches_the_top(engine):
    trace = play(world({"A": CLIMBER, "B": CLIMBER}), engine)
    assert moves(trace) == [
        (0, "A", "RAISE", 1),
        (0, "B", "RAISE", 1),
        (24, "A", "RAISE", 2),
        (24, "B", "RAISE", 2),
    ]
    row = trace.outcome
    assert (row["stop"], row["war"], row["stop_hours"]) == ("war", True, 24)
    assert row["initiator"] is row["target"] is row["struck_unready"] is None
    assert (row["belligerents"], row["peak_rung"], row["reviews"]) == (2, TOP, 4)
    # B's last review ends the run: it writes nothing, and A's letter of that hour is under way.
    assert (row["sent"], row["delivered"], row["in_flight"]) == (3, 2, 1)
    # On rung 1 from hour 0, each of them: the rung of the last moment has lasted no time.
    assert row["mean_rung"] == 1


@by_engine
def test_one_state_on_the_top_rung_is_no_war(engine):
    trace = play(world({"A": CLIMBER, "B": {"doctrine": CLIMBER, "ceiling": TOP - 1}}), engine)
    assert (trace.outcome["war"], trace.outcome["stop"], trace.outcome["belligerents"]) == (
        False,
        "horizon",
        0,
    )
    assert max(review.after for review in trace.reviews if review.state == 0) == TOP
    assert len(trace.reviews) == 20


@by_engine
def test_no_attack_is_offered(engine):
    """The same states go to war by an attack where attacks are possible."""
    states = {"A": AGGRESSOR, "B": {"doctrine": AGGRESSOR, "ceiling": 0}}
    trace = play(world(states), engine)
    assert all(review.move != Move.ATTACK for review in trace.reviews)
    assert not trace.outcome["war"]
    struck = play(world(states, ladder={"rungs": RUNGS}), engine)
    assert struck.reviews[-1].move == Move.ATTACK
    assert (struck.outcome["initiator"], struck.outcome["target"]) == ("A", "B")


@by_engine
def test_it_takes_two_on_the_top_at_one_time(engine):
    """A comes down before B gets there: a hothead of one day and a slow climber never meet."""
    # A climbs on calm words and steps down on any other: B's first "alarm" calls it back.
    timid = {
        "name": "threshold",
        "tremble": 0,
        "persistence": 0,
        "calm_evidence": 1,
        "alarm_evidence": -9,
        "climb_above": -0.5,
        "descend_below": -0.5,
    }
    # B has heard nothing at hour 0; it climbs at every review from hour 24 on.
    slow = {
        "name": "threshold",
        "tremble": 0,
        "persistence": 0,
        "calm_evidence": 1,
        "alarm_evidence": 1,
        "climb_above": 0.5,
    }
    trace = play(world({"A": timid, "B": slow}, days=5), engine)
    assert moves(trace) == [
        (0, "A", "RAISE", 1),
        (0, "B", "HOLD", 0),
        (24, "A", "RAISE", 2),
        (24, "B", "RAISE", 1),
        (48, "A", "LOWER", 1),
        (48, "B", "RAISE", 2),
        (72, "A", "LOWER", 0),
        (72, "B", "HOLD", 2),
        (96, "A", "HOLD", 0),
        (96, "B", "HOLD", 2),
    ]
    assert not trace.outcome["war"]


@by_engine
def test_of_three_states_two_are_at_war_and_one_looks_on(engine):
    states = {"A": CLIMBER, "B": {"doctrine": CLIMBER, "ceiling": 1}, "C": CLIMBER}
    outcomes = sg.run(world(states), runs=1, seed=1, by_state=True, engine=engine)
    assert (outcomes["war"], outcomes["belligerents"], outcomes["stop_hours"]) == ([True], [2], [24])
    for column in ("attacked", "struck"):
        assert outcomes.states[column].to_pylist() == [False] * 3
    assert outcomes.states["peak_rung"].to_pylist() == [2, 1, 2]
    assert outcomes.states["reviews"].to_pylist() == [2, 2, 2]


@by_engine
def test_the_two_need_not_be_rivals(engine):
    """War is a matter of the rungs alone: A and C neither write to each other nor watch each other."""
    states = {"A": CLIMBER, "B": {"doctrine": CLIMBER, "ceiling": 0}, "C": CLIMBER}
    channels = {"between": [{"from": "A", "to": "B"}, {"from": "C", "to": "B"}]}
    trace = play(world(states, network={"graph": "explicit"}, channels=channels), engine)
    assert trace.outcome["war"]
    assert trace.outcome["stop_hours"] == 24


@by_engine
def test_a_triggered_review_may_bring_it_about(engine):
    """Letters are read an hour later and answered at once: two hours do what takes two days by schedule."""
    eager = {"name": "threshold", "tremble": 0, "calm_evidence": 1, "alarm_evidence": 1, "climb_above": 0.2}
    review = {"interval_hours": 24, "jitter_hours": 0, "on_report": {"minimum_gap_hours": 0.5}}
    scenario = world({"A": CLIMBER, "B": eager}, review=review)
    trace = play(scenario, engine)
    assert moves(trace) == [
        (0, "A", "RAISE", 1),
        (0, "B", "HOLD", 0),
        (1, "A", "RAISE", 2),
        (1, "B", "RAISE", 1),
        (2, "A", "HOLD", 2),
        (2, "B", "RAISE", 2),
    ]
    assert [review.triggered for review in trace.reviews] == [0, 0, 1, 1, 1, 1]
    assert (trace.outcome["war"], trace.outcome["stop_hours"]) == (True, 2)
    assert '02:00:00  B, on news received, climbs to "alert" and meets A there.' in str(trace)
    assert play(scenario.replace({"review.on_report": None}), engine).outcome["stop_hours"] == 48


# Payoffs

#: So sharp and so fond of high rungs that it climbs at every review.
FOND: Document = {
    "name": "spiral",
    "precision": 1000,
    "rung_cost": -5,
    "first_strike_advantage": 0.7,
    "capability_weight": 0.5,
    "war_cost": {"security_seeker": 0.4, "greedy": 0.1},
}


@by_engine
def test_a_belligerent_has_its_chance_of_winning_without_a_first_strike(engine):
    """Less its cost of war and that of the rung it held; both stand on one rung, so capability alone tells.

    Nobody struck first, so the first-strike advantage counts for neither side.
    """
    states = {
        "A": {"doctrine": FOND, "capability": 3, "greedy_probability": 1},
        "B": {"doctrine": FOND, "capability": 1},
    }
    outcomes = sg.run(world(states), runs=1, seed=1, by_state=True, engine=engine)
    assert (outcomes["war"], outcomes["stop_hours"]) == ([True], [24])
    edge = 0.5 * math.log(3)
    wanted = [1 / (1 + math.exp(-edge)) - 0.1 + 5, 1 / (1 + math.exp(edge)) - 0.4 + 5]
    assert outcomes.states["mean_rung"].to_pylist() == [1, 1]
    assert outcomes.states["payoff"].to_pylist() == pytest.approx(wanted, abs=1e-12)
    assert outcomes["payoff"] == pytest.approx([sum(wanted) / 2], abs=1e-12)


def test_a_bystander_of_a_joint_war_has_what_peace_gives():
    states = {"A": CLIMBER, "B": {"doctrine": FOND, "ceiling": 1}, "C": CLIMBER}
    outcomes = sg.run(world(states), runs=1, seed=1, by_state=True)
    assert outcomes.states["payoff"].to_pylist() == [None, pytest.approx(0.5 + 5), None]


# What is told


def test_the_chronicle_ends_with_two_states_and_no_first_blow():
    lines = str(play(world({"A": CLIMBER, "B": CLIMBER}))).splitlines()
    assert '  00:00:00  A climbs to "alert".' in lines
    assert '  00:00:00  B climbs to "alert" and meets A there.' in lines
    assert lines[-2] == 'WAR, Day 2, 00:00:00: A and B both stood at "alert"; nobody struck first.'
    assert not any("ATTACKS" in line for line in lines)
    peace = str(play(world({"A": CLIMBER, "B": {"doctrine": CLIMBER, "ceiling": 0}}, days=2))).splitlines()
    assert peace[-2] == "PEACE to the horizon, Day 3, 00:00:00."
    assert not any("meets" in line for line in peace)


def test_joint_wars_are_compared_as_others_are():
    """On a dead line nobody who climbs on alarms climbs at all: both joint wars are averted."""
    alarmed = CLIMBER | {"tremble": 0, "calm_evidence": 1, "climb_above": 0.2}
    scenario = world({"A": alarmed, "B": alarmed})
    pair = sg.compare(scenario, treatment={"channels.all.loss_probability": 1.0}, runs=2, seed=1)
    assert (pair.averted, pair.caused, pair.untouched) == (2, 0, 0)
    estimates = sg.estimate(pair.baseline.to_arrow(), names=["A", "B"])
    (p_war,) = estimates.of("p_war")
    assert p_war["estimate"] == 1
    # Nobody was struck: neither unready nor otherwise.
    (unready,) = estimates.of("p_struck_unready")
    assert unready["estimate"] == 0
    assert [row["estimate"] for row in estimates.of("security")] == [1, 1]


# As laws

crises = Drawn(plays(joint=True, gaps=(None, 1), reviews=("uniform", "exponential")), 120)


def joint(play: Played) -> bool:
    return play.scenario.ladder.war == "joint"


def war_breaks_out_when_two_stand_on_the_top_and_then_only(play: Played) -> None:
    if not joint(play):
        return
    top = play.trace.peacetime - 1
    rungs = [0] * len(play.trace.names)
    for review in play.trace.reviews:
        assert rungs.count(top) < 2
        assert review.move != Move.ATTACK
        rungs[review.state] = review.after
    row = play.trace.outcome
    assert row["war"] == (rungs.count(top) == 2) == (row["stop"] == "war")
    assert row["belligerents"] == 2 * row["war"]
    assert row["initiator"] is row["target"] is row["struck_unready"] is None
    if row["war"]:
        last = play.trace.reviews[-1]
        assert (last.tick, last.move, last.after) == (play.stop, Move.RAISE, top)
        assert not any(
            message.sent == last.tick and play.trace.channels[message.channel][0] == last.state
            for message in play.trace.messages
        )


def a_war_is_joint_only_where_the_ladder_says_so(play: Played) -> None:
    row = play.trace.outcome
    assert (row["war"] and row["initiator"] is None) == (row["war"] and joint(play))


def roles_are_told_by_state(play: Played) -> None:
    outcomes = sg.run(play.scenario, runs=range(play.run, play.run + 1), seed=play.seed, by_state=True)
    attacks = [review for review in play.trace.reviews if review.move == Move.ATTACK]
    for column in ("attacked", "struck"):
        assert sum(outcomes.states[column].to_pylist()) == len(attacks)


def the_chronicle_names_both(play: Played) -> None:
    text = str(play.trace)
    told = joint(play) and play.trace.outcome["war"]
    assert text.count("nobody struck first") == text.count(" and meets ") == told


LAWS_OF_JOINT_WAR = (
    war_breaks_out_when_two_stand_on_the_top_and_then_only,
    a_war_is_joint_only_where_the_ladder_says_so,
    roles_are_told_by_state,
    the_chronicle_names_both,
)


@pytest.mark.parametrize("law", LAWS_OF_JOINT_WAR, ids=lambda law: law.__name__)
def test_joint_wars_obey(law):
    crises.obey(law)


def test_the_examples_are_not_idle():
    ended = [play.trace.outcome["war"] for play in crises.examples if joint(play)]
    assert min(ended.count(True), ended.count(False)) >= 2
