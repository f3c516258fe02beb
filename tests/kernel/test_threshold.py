"""The threshold doctrine by sums done by hand, and whole runs told again by another text."""

from array import array

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import signalling as sg
from signalling.channels import Garble
from signalling.chronicle import Trace
from signalling.kernel import draws
from signalling.kernel.doctrines import threshold
from signalling.kernel.view import Action, Own, OwnView, Report, RivalView
from signalling.vocabulary import DrawPurpose, Fate, Move
from tests.scenarios_strategy import build

BELOW_ONE = 1.0 - 2.0**-53
ALARM = 4
CALM = 0
#: Powers of two, so that sums done by hand are exact.
EVEN = {"persistence": 0.5, "calm_evidence": -1.0, "alarm_evidence": 1.0, "tremble": 0.0}


class Standing:
    """A state on a rung, by itself."""

    def __init__(self, weights=(1.0,), *, rung=0, ceiling=4, rungs=5, war=1, **parameters) -> None:
        chosen = threshold.ThresholdParameters(**parameters)
        views = [RivalView(weight, 1.0, 0, 0.0) for weight in weights]
        self.parameters = threshold.tabulate(chosen, OwnView(1.0, rung, 0.0, "ladder"), views, rungs)
        own, per_rival = threshold.memory_size(rungs)
        self.memory = memoryview(array("d", bytes(8 * (own + per_rival * len(weights)))))
        self.own = Own(0, 0.5, rung, ceiling, rungs, len(weights), 3600, 36000, war, 0, 0.0, 0)
        threshold.start(self.memory, self.own, self.parameters)
        self.clock = 0

    def hears(self, *letters, rival=0) -> "Standing":
        """Letters of one rival, one after the other."""
        for letter in letters:
            self.clock += 10
            assert self.told(letter, self.clock, rival)
        return self

    def told(self, letter, sent, rival=0) -> bool:
        assumed = Garble(probability=0.1).believed(self.own.rungs).ravel()
        report = Report(0, letter, 0.0, sent, sent + 1, 1, rival, 0, assumed)
        return threshold.revise(self.memory, report, self.own, self.parameters)

    def evidence(self, rival=0) -> float:
        return self.memory[2 * rival + 1]

    def decides(self, uniform=BELOW_ONE) -> Action:
        """Its action on this draw; the other two are for nothing."""
        action = threshold.decide(self.memory, self.own, 99, (uniform, 0.0, 0.0), self.parameters)
        assert action == threshold.decide(self.memory, self.own, 7, (uniform, 0.9, 0.9), self.parameters)
        return action

    def moves(self, uniform=BELOW_ONE) -> Move:
        action = self.decides(uniform)
        assert (action.value, action.letter) == (0.0, -1)
        assert (action.target >= 0) == (action.move == Move.ATTACK)
        return Move(action.move)


# Evidence


def test_letters_lie_on_a_line_from_calm_to_alarm():
    of_letters = [Standing().hears(letter).evidence() for letter in range(5)]
    assert of_letters == pytest.approx([-0.9, -0.3, 0.3, 0.9, 1.5])
    assert [Standing(rungs=2, ceiling=1).hears(letter).evidence() for letter in (0, 1)] == [-0.9, 1.5]
    turned = {"calm_evidence": 2.0, "alarm_evidence": -2.0}
    assert [Standing(**turned).hears(letter).evidence() for letter in range(5)] == [2, 1, 0, -1, -2]


def test_evidence_fades_and_adds_up():
    # 1.5; 0.8 * 1.5 + 1.5 = 2.7; 0.8 * 2.7 + 1.5 = 3.66; 0.8 * 3.66 - 0.9 = 2.028; 0.8 * 2.028 + 0.3
    state = Standing()
    for letter, expected in ((4, 1.5), (4, 2.7), (4, 3.66), (0, 2.028), (2, 1.9224)):
        assert state.hears(letter).evidence() == pytest.approx(expected, abs=1e-12)


def test_evidence_stays_within_the_bound_and_leaves_it_at_once():
    assert Standing(bound=1.0).hears(ALARM).evidence() == 1.0
    assert Standing(bound=0.5).hears(CALM).evidence() == -0.5
    # What was cut off is forgotten: 0.8 * 1 - 0.9, not 0.8 * 1.5 - 0.9.
    assert Standing(bound=1.0).hears(ALARM, CALM).evidence() == pytest.approx(-0.1)
    assert Standing().hears(*[ALARM] * 60).evidence() == 6.0
    assert Standing().hears(*[CALM] * 60).evidence() == pytest.approx(-4.5, abs=1e-4)


def test_without_persistence_only_the_last_letter_counts_and_with_all_of_it_nothing_fades():
    assert Standing(persistence=0.0).hears(ALARM, ALARM, CALM).evidence() == -0.9
    assert Standing(persistence=1.0).hears(ALARM, ALARM, CALM).evidence() == pytest.approx(2.1)


def test_rivals_are_kept_apart():
    state = Standing((0.5, 0.5)).hears(ALARM).hears(CALM, CALM, rival=1)
    assert [state.evidence(rival) for rival in (0, 1)] == pytest.approx([1.5, -1.62])


def test_an_older_report_changes_nothing():
    state = Standing()
    assert state.told(ALARM, 10)
    for sent in (10, 9, 0):
        assert not state.told(CALM, sent)
    assert state.evidence() == 1.5
    assert state.told(CALM, 11)
    assert state.evidence() == pytest.approx(0.3)


def test_a_report_sent_at_time_zero_counts():
    assert Standing().told(ALARM, 0)


# Thresholds


def test_the_defaults_by_hand():
    assert Standing(rung=2).moves() == Move.HOLD
    assert Standing(rung=2).hears(ALARM).moves() == Move.RAISE  # 1.5 > 1.25
    assert Standing(rung=2).hears(CALM, CALM).moves() == Move.HOLD  # -1.62
    assert Standing(rung=2).hears(CALM, CALM, CALM).moves() == Move.LOWER  # -2.196 < -1.8
    # After a long calm: -4.5, -2.1, -0.18, 1.356.
    calm = [CALM] * 60
    assert [Standing(rung=2).hears(*calm, *[ALARM] * alarms).moves() for alarms in range(4)] == [
        Move.LOWER,
        Move.LOWER,
        Move.HOLD,
        Move.RAISE,
    ]


def test_evidence_on_a_threshold_does_not_cross_it():
    on_it = {"climb_above": 1.0, "descend_below": -1.0}
    assert Standing(rung=2, **EVEN, **on_it).hears(ALARM).moves() == Move.HOLD
    assert Standing(rung=2, **EVEN, **on_it).hears(ALARM, ALARM).moves() == Move.RAISE  # 1.5
    assert Standing(rung=2, **EVEN, **on_it).hears(CALM).moves() == Move.HOLD
    assert Standing(rung=2, **EVEN, **on_it).hears(CALM, CALM).moves() == Move.LOWER


def test_rivals_count_by_weight():
    def mean_of(weights) -> Standing:
        return Standing(weights, rung=2, **EVEN, climb_above=0.5, descend_below=-0.5)

    # 0.75 * 1 - 0.25 * 1 = 0.5 does not cross, 0.875 - 0.125 = 0.75 does; the same on the other side.
    assert mean_of((0.75, 0.25)).hears(ALARM).hears(CALM, rival=1).moves() == Move.HOLD
    assert mean_of((0.875, 0.125)).hears(ALARM).hears(CALM, rival=1).moves() == Move.RAISE
    assert mean_of((0.125, 0.875)).hears(ALARM).hears(CALM, rival=1).moves() == Move.LOWER
    # A rival that was not heard counts as neither calm nor hostile.
    assert mean_of((0.5, 0.5)).hears(ALARM).moves() == Move.HOLD


def test_nobody_leaves_ladder_or_ceiling():
    assert Standing(rung=0).hears(CALM, CALM, CALM).moves() == Move.HOLD
    assert Standing(rung=3, ceiling=3).hears(ALARM).moves() == Move.HOLD
    assert Standing(rung=4, war=0).hears(ALARM).moves() == Move.HOLD
    assert Standing(rung=3, ceiling=3).moves(0.0) == Move.HOLD
    assert Standing(rung=4).moves(0.0) == Move.HOLD


def test_a_tremble_climbs_whatever_was_heard():
    calm = Standing(rung=2, tremble=0.25).hears(CALM, CALM, CALM)
    assert calm.moves(0.0) == Move.RAISE
    assert calm.moves(0.25 - 2.0**-53) == Move.RAISE
    assert calm.moves(0.25) == Move.LOWER
    assert Standing(rung=2, tremble=0.0).hears(CALM, CALM, CALM).moves(0.0) == Move.LOWER
    assert Standing(rung=2, tremble=1.0).hears(CALM, CALM, CALM).moves(BELOW_ONE) == Move.RAISE


def test_without_rivals_only_a_tremble_moves():
    alone = Standing((), rung=2, attack_above=-5.0)
    assert alone.moves() == Move.HOLD
    assert alone.moves(0.0) == Move.RAISE
    assert Standing((), rung=4, attack_above=-5.0).moves() == Move.HOLD


# Attack


def test_an_attack_needs_the_top_rung_war_and_more_evidence_than_a_climb():
    twice = (ALARM, ALARM)  # 2.7 > 2.5; one alarm is 1.5
    assert Standing(rung=4).hears(*twice).decides() == Action(Move.ATTACK, 0, 0.0, -1)
    assert Standing(rung=4).hears(ALARM).moves() == Move.HOLD
    assert Standing(rung=3).hears(*twice).moves() == Move.RAISE
    assert Standing(rung=4, war=0).hears(*twice).moves() == Move.HOLD
    assert Standing(rung=4).hears(*twice).moves(0.0) == Move.HOLD  # the tremble comes first
    assert Standing(rung=4, **EVEN, attack_above=1.5).hears(*twice).moves() == Move.HOLD  # exactly 1.5
    # A line drawn below the others is crossed first.
    assert Standing(rung=4, attack_above=-5.0).hears(CALM, CALM, CALM).moves() == Move.ATTACK


@pytest.mark.parametrize(
    ("heard", "target"),
    [
        ((1, 2, 1), 1),
        ((2, 2, 2), 0),
        ((1, 2, 2), 1),
        ((0, 1, 2), 2),
    ],
    ids=["the second", "equal: first in name order", "equal: first of the two", "the last, of no weight"],
)
def test_an_attack_falls_on_the_rival_with_most_evidence(heard, target):
    state = Standing((0.5, 0.5, 0.0), rung=4, attack_above=0.2)
    for rival, alarms in enumerate(heard):
        state.hears(*[ALARM] * alarms, rival=rival)
    assert state.decides().target == target


# Parameters


def test_lines_that_overlap_are_refused():
    threshold.ThresholdParameters(climb_above=1.0, descend_below=1.0)
    with pytest.raises(ValidationError, match=r"descend_below = 1\.5 must not exceed climb_above = 1\.25"):
        threshold.ThresholdParameters(descend_below=1.5)
    with pytest.raises(sg.ScenarioError, match=r"(?s)states\.A\.doctrine.*climb_above = -2: exchange them"):
        sg.load_scenario("two-seekers").replace(
            {"states.A.doctrine": {"name": "threshold", "climb_above": -2}}
        )


# Whole runs

PARAMETERS = {"tremble": 0.3, "attack_above": 1.5, "descend_below": -1.0}
WEIGHTS = {("A", "B"): 1.0, ("A", "C"): 3.0, ("B", "C"): 1.0}


def crisis(**ladder) -> sg.Scenario:
    """Three states; C cannot reach the top."""
    doctrine = {"name": "threshold"} | PARAMETERS
    return build(
        {
            "name": "three",
            "horizon_days": 30,
            "review": {"interval_hours": 12, "jitter_hours": 6},
            "ladder": ladder,
            "states": [{"name": name, "doctrine": doctrine} for name in "AB"]
            + [{"name": "C", "doctrine": doctrine, "ceiling": 3}],
            "rivals": [{"between": list(pair), "weight": weight} for pair, weight in WEIGHTS.items()],
            "channels": {
                "default": {
                    "delay": {"law": "exponential", "mean_hours": 15},
                    "garble": {"probability": 0.2},
                    "duplicate_probability": 0.1,
                }
            },
        }
    )


def told_again(trace: Trace, seed: int, run: int) -> list[tuple[str, Move, str | None]]:
    """What each review should have decided, from the messages of the trace and the rule alone."""
    luck = draws.PlainLuck(seed, run)
    read = sorted(
        (message.due, *trace.channels[message.channel], message.sent, message.letter)
        for message in trace.messages
        if message.fate in {Fate.READ, Fate.SUPERSEDED}
    )
    evidence = {(a, b): 0.0 for a in range(3) for b in range(3) if a != b}
    newest = dict.fromkeys(evidence, -1)
    held = [0, 0, 0]
    expected = []
    for review in trace.reviews:
        while read and read[0][0] <= review.tick:
            _, sender, reader, sent, letter = read.pop(0)
            if sent > newest[reader, sender]:
                newest[reader, sender] = sent
                value = 0.8 * evidence[reader, sender] + (-0.9 + 2.4 * letter / 4)
                evidence[reader, sender] = max(-6.0, min(6.0, value))
        state, name = review.state, trace.names[review.state]
        weights = {
            other: WEIGHTS[tuple(sorted((name, trace.names[other])))] for other in range(3) if other != state
        }
        mean = sum(weight * evidence[state, other] for other, weight in weights.items())
        mean /= sum(weights.values())
        move, target = Move.HOLD, None
        uniform = luck.block(held[state], draws.who(name), DrawPurpose.REVIEW)[1]
        held[state] += 1
        room = review.rung < (3 if name == "C" else 4)
        if uniform < PARAMETERS["tremble"]:
            move = Move.RAISE if room else Move.HOLD
        elif review.rung == 4 and mean > PARAMETERS["attack_above"]:
            move = Move.ATTACK
            target = trace.names[max(weights, key=lambda other: (evidence[state, other], -other))]
        elif mean > 1.25:
            move = Move.RAISE if room else Move.HOLD
        elif mean < PARAMETERS["descend_below"] and review.rung > 0:
            move = Move.LOWER
        expected.append((name, move, target))
    return expected


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_runs_are_as_another_text_tells_them(run):
    trace = sg.trace(crisis(), seed=3, run=run)
    played = [
        (
            trace.names[review.state],
            Move(review.move),
            trace.outcome["target"] if review.move == Move.ATTACK else None,
        )
        for review in trace.reviews
    ]
    assert played == told_again(trace, 3, run)


def test_such_runs_have_every_move_and_no_belief_or_payoff():
    outcomes = sg.run(crisis(), runs=40, seed=3)
    assert 0 < sum(outcomes["war"]) < 40
    moves = {review.move for run in range(10) for review in sg.trace(crisis(), seed=3, run=run).reviews}
    assert moves == {Move.LOWER, Move.HOLD, Move.RAISE, Move.ATTACK}
    for column in ("belief_error", "rung_error", "payoff"):
        assert set(outcomes[column]) == {None}


def test_no_war_on_a_ladder_without():
    assert not any(sg.run(crisis(war=False), runs=20, seed=3)["war"])
