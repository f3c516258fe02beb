"""Lies by calculation, against a second implementation written from the formulas of docs/model.md.

`TextOfWords` is that implementation: plain sums in NumPy over a belief that is shifted as a whole, no tables.
"""

import array
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import signalling as sg
from signalling.kernel.candour import credibility, worth_of_word
from signalling.kernel.compose import probability_of_lie, stated_rung
from signalling.kernel.doctrines import spiral
from signalling.kernel.view import Report
from signalling.vocabulary import GAME_SPEAKS, Move, StateType
from tests.kernel.test_spiral import (
    INTERVAL,
    NEAR,
    Text,
    assumed_matrices,
    exact,
    fresh_memory,
    logistic,
    of_package,
    own_of,
    parameters,
)


class TextOfWords(Text):
    """A state of the text that also has words."""

    def worth(self, rival: int, word: int, x: int, now: int, cost: float) -> float:
        p, top = self.parameters, self.rungs - 1
        m, f = p.rung_advantage, p.first_strike_advantage
        a = p.capability_weight * math.log(self.capability / self.rival_capabilities[rival])
        believed = self.predicted(rival, now)
        answered = np.zeros_like(believed)
        for y in range(self.rungs):
            answered[:, y + (y < word) - (y > word)] += believed[:, y]
        y = np.arange(self.rungs)
        wait = 0.0
        for kind, rival_cost in enumerate((p.rival_war_cost.security_seeker, p.rival_war_cost.greedy)):
            strikes = logistic(p.precision * (logistic(m * (y - word) - a + f) - rival_cost - 0.5)) * y / top
            wait += answered[kind] @ ((1 - strikes) / 2 + strikes * (logistic(m * (x - y) + a - f) - cost))
        strike = answered.sum(axis=0) @ (logistic(m * (x - y) + a + f) - cost)
        return wait + x / top * max(0.0, strike - wait)

    def chance_of_lie(self, x: int, now: int, cost: float, lines: list[np.ndarray]) -> float:
        p = self.parameters
        gain = 0.0
        for rival, weight in enumerate(self.weights):
            heard = lines[rival][0, 0] - lines[rival][x, 0]
            differs = self.worth(rival, 0, x, now, cost) - self.worth(rival, x, x, now, cost)
            gain += weight * (1 - p.suspected_lying) * heard * differs
        return float(logistic(p.lying_precision * (gain - p.lying_cost)))


@st.composite
def liars(draw: st.DrawFn):
    """A state that calculates, has read some reports over lines of its own, and is about to decide."""
    rungs = draw(st.integers(2, 5))
    n_rivals = draw(st.integers(1, 3))
    chosen = draw(parameters()).model_copy(
        update={
            "lying_precision": draw(st.sampled_from([0.5, 20.0, 200.0])),
            "lying_cost": draw(st.floats(-0.2, 0.2)),
        }
    )
    capabilities = st.sampled_from([0.25, 1.0, 3.0])
    weights = [float(draw(st.integers(1, 5))) for _ in range(n_rivals)]
    text = TextOfWords(
        chosen, draw(capabilities), weights, [draw(capabilities) for _ in weights], rungs, INTERVAL
    )
    table = of_package(text, text.weights)
    memory = fresh_memory(rungs, n_rivals)
    cost = draw(st.sampled_from([-0.1, 0.35, 0.5]))
    own = own_of(text, draw(st.integers(0, rungs - 1)), rungs - 1, cost, war=False)
    spiral.start(memory, own, table)
    lines = [np.eye(rungs) for _ in weights]
    now = 0
    reports = st.tuples(st.integers(0, n_rivals - 1), st.integers(0, 5 * INTERVAL), st.integers(0, rungs - 1))
    for rival, sent, letter in draw(st.lists(reports, max_size=5)):
        now = max(now, sent + 1)
        assumed = draw(assumed_matrices(rungs))
        flat = array.array("d", assumed.ravel())
        if spiral.revise(memory, Report(0, letter, 0.0, sent, now, 1 + rival, rival, 0, flat), own, table):
            assert text.read(rival, sent, letter, assumed)
            lines[rival] = assumed
    return text, memory, own, now + draw(st.integers(0, 5 * INTERVAL)), table, lines


@exact(80)
@given(liars(), st.floats(0.0, 1.0, exclude_max=True))
def test_lies_have_the_probability_of_the_text(liar, uniform):
    text, memory, own, now, table, lines = liar
    move = spiral.decide(memory, own, now, (uniform, 1.0, 0.0), table).move
    after = own.rung + {Move.RAISE: 1, Move.LOWER: -1}.get(Move(move), 0)
    chance = text.chance_of_lie(after, now, own.cost_of_war, lines) if after > 0 else 0.0
    for drawn, lies in ((chance - NEAR, True), (chance + NEAR, False)):
        if 0.0 <= drawn < 1.0:
            action = spiral.decide(memory, own, now, (uniform, drawn, 0.5), table)
            assert action.move == move
            assert action.letter == (0 if lies else GAME_SPEAKS)


def told(letters=(), line=None, *, rung=3, cost=0.35, second=0.5, **chosen) -> int:
    """What a state says that holds its rung: a letter after reading some, over a line."""
    text = Text(
        spiral.SpiralParameters(precision=1000.0, rung_cost=-10.0, **chosen), 1.0, [1.0], [1.0], 5, INTERVAL
    )
    table = of_package(text, [1.0])
    memory = fresh_memory(5, 1)
    own = own_of(text, rung, rung, cost, war=False)
    spiral.start(memory, own, table)
    flat = array.array("d", (np.eye(5) if line is None else line).ravel())
    for place, letter in enumerate(letters):
        sent = place * INTERVAL
        assert spiral.revise(memory, Report(0, letter, 0.0, sent, sent, 1, 0, 0, flat), own, table)
    action = spiral.decide(memory, own, len(letters) * INTERVAL, (0.5, second, 0.5), table)
    assert action.move == Move.HOLD
    return action.letter


SHARP = {"lying_precision": 1000.0, "lying_cost": 0.01}


def test_a_state_lies_where_the_lie_brings_its_victim_down():
    assert told(**SHARP) == 0
    assert told(cost=0.9, **SHARP) == GAME_SPEAKS  # war is no option for it: a rival brought down is no prize


def test_a_rival_ready_to_strike_is_deterred_by_the_truth_alone():
    """A rival on the top is held off by a state that it knows to be there too, not by one it thinks weak."""
    believed = np.zeros(10)
    believed[9] = 1.0
    text = Text(spiral.SpiralParameters(), 1.0, [1.0], [1.0], 5, INTERVAL)
    table = of_package(text, [1.0])
    start = spiral.WEIGHTS + 1 + spiral.N_FILTER + 1 + 50
    fear, strike, struck = table[start : start + 50], table[start + 50 : start + 75], table[start + 75 :]
    worth = [worth_of_word(word, 4, believed, fear, struck, strike, 0.5) for word in (0, 4)]
    assert worth[0] < worth[1] - 0.1


@pytest.mark.parametrize("chosen", [{"suspected_lying": 1.0}, {"lying_precision": 0.0}])
def test_who_is_not_believed_and_who_does_not_calculate_tells_the_truth(chosen):
    assert told(second=0.0001, **SHARP | chosen) == GAME_SPEAKS


def test_a_line_that_carries_nothing_carries_no_lie():
    dead, alive = np.full((5, 5), 0.2), 0.8 * np.eye(5) + 0.04
    assert told([0], dead, **SHARP) == GAME_SPEAKS
    assert told([0], alive, **SHARP) == 0
    assert credibility(3, dead.ravel()[::5], 0.0) == 0.0


def test_a_dear_lie_is_told_less_often():
    """The same gain and the same draw; the price alone differs."""
    prices = (-1.0, 0.0, 0.05, 0.1, 1.0)
    lies = [told(lying_precision=20.0, lying_cost=price, second=0.5) == 0 for price in prices]
    assert lies == sorted(lies, reverse=True)
    assert lies[0]
    assert not lies[-1]


def test_at_rest_there_is_nothing_to_conceal():
    assert told(rung=0, lying_precision=1000.0, lying_cost=-10.0, second=0.0) == GAME_SPEAKS


def test_the_probability_of_a_lie_is_a_logit_and_zero_without_calculation():
    assert probability_of_lie(0.1, 0.1, 20.0) == 0.5
    assert probability_of_lie(0.2, 0.1, 20.0) == pytest.approx(1 / (1 + math.exp(-2.0)), rel=1e-15)
    assert probability_of_lie(5.0, -5.0, 0.0) == 0.0
    assert probability_of_lie(1e3, -10.0, 1000.0) == 1.0
    assert stated_rung(3, StateType.SECURITY_SEEKER, 1.0, 0.0) == 3


# In whole runs


def crisis(**doctrine) -> sg.Scenario:
    base = sg.load_scenario("two-seekers")
    changes = {f"states.all.doctrine.{name}": value for name, value in doctrine.items()}
    return base.replace({"states.A.greedy_probability": 1.0, **changes})


def test_without_calculation_the_price_of_a_lie_changes_nothing():
    runs = [sg.run(crisis(lying_cost=cost), runs=30, seed=103, engine="process") for cost in (0.02, -5)]
    assert [row[1:] for row in runs[0].rows()] == [row[1:] for row in runs[1].rows()]


def test_both_types_lie_and_only_what_stands_above_the_bottom():
    said = {"G": [0, 0], "S": [0, 0]}
    for run in range(20):
        trace = sg.trace(crisis(lying_precision=100.0), seed=5, run=run)
        rung = {(review.tick, review.state): review.after for review in trace.reviews}
        for message in trace.messages:
            state = trace.channels[message.channel][0]
            stood = rung[message.sent, state]
            assert message.composed in {0, stood}
            if stood > 0:
                said[trace.outcome["types"][state]][message.composed == 0] += 1
    (g_truth, g_lies), (s_truth, s_lies) = said["G"], said["S"]
    assert min(g_truth, g_lies, s_truth, s_lies) > 0
    assert g_lies / (g_lies + g_truth) > s_lies / (s_lies + s_truth)


def test_both_engines_tell_the_same_lies():
    scenario = crisis(lying_precision=40.0, suspected_lying=0.3).replace(
        {"channels.default.garble.probability": 0.3}
    )
    outcomes = [sg.run(scenario, runs=25, seed=7, engine=engine) for engine in ("process", "batch")]
    assert list(outcomes[0].rows()) == list(outcomes[1].rows())
