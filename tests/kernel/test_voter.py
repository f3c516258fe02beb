"""The voter: every draw at its bounds, and populations as chains made of its own decisions."""

import math
from itertools import pairwise

import numpy as np
import pytest

import signalling as sg
from signalling.kernel.doctrines import voter
from tests.kernel.alone import BELOW_ONE, Alone
from tests.scenarios_strategy import build

DOVE, HAWK = 0, 1


def voter_at(rung, weights=(1.0,), *, rungs=2, **parameters) -> Alone:
    return Alone(voter, weights, rungs=rungs, own={"rung": rung}, **parameters)


# Who is heard


def test_a_rival_is_picked_with_probability_its_weight():
    weights = (0.25, 0.0, 0.5, 0.25)
    bounds = ((0.0, 0), (0.25, 2), (0.75, 3), (1.0, None))
    for (low, rival), (high, _) in pairwise(bounds):
        for uniform in (low, (low + high) / 2, math.nextafter(high, 0)):
            state = voter_at(0, weights, rungs=5)
            for other in range(4):
                state.hears(other + 1, rival=other)
            assert state.plays(uniform) == rival + 1


def test_rounding_of_the_weights_leaves_nobody_out():
    weights = (0.1,) * 10 + (0.0,)
    assert sum(weights) < 1.0
    state = voter_at(0, weights)
    assert state.hears(HAWK, rival=9).plays(BELOW_ONE) == HAWK
    assert state.hears(HAWK, rival=10).hears(DOVE, rival=9).plays(BELOW_ONE) == DOVE


def test_without_rivals_it_stays():
    for rung in range(3):
        assert voter_at(rung, (), rungs=3, perception_noise=1.0).plays(0.0, 0.0, 0.0) == rung


def test_before_a_report_it_knows_where_each_rival_began():
    state = voter_at(0, (0.5, 0.5), rungs=4, rivals_at=[3, 2])
    assert state.plays(0.0) == 3
    assert state.plays(0.5) == 2
    assert state.hears(1).plays(0.0) == 1
    assert state.plays(0.5) == 2


def test_the_newest_report_counts():
    state = voter_at(DOVE)
    assert state.told(HAWK, 10)
    for sent in (10, 9, 0):
        assert not state.told(DOVE, sent)
    assert state.plays() == HAWK
    assert state.told(DOVE, 11)
    assert state.plays() == DOVE


# What is heard


def test_mishearing_is_at_its_probability():
    for second, letter in ((0.0, DOVE), (math.nextafter(0.3, 0), DOVE), (0.3, HAWK), (BELOW_ONE, HAWK)):
        assert voter_at(DOVE, perception_noise=0.3).hears(HAWK).plays(0.0, second) == letter


@pytest.mark.parametrize("rungs", [2, 3, 5])
@pytest.mark.parametrize("noise", [0.25, 1.0])
def test_any_other_action_is_misheard_alike(rungs, noise):
    grid = 60
    for told in range(rungs):
        state = voter_at(0, rungs=rungs, perception_noise=noise).hears(told)
        heard = [state.plays(0.0, noise * (place + 0.5) / grid) for place in range(grid)]
        assert {letter: heard.count(letter) for letter in set(heard)} == {
            letter: grid // (rungs - 1) for letter in range(rungs) if letter != told
        }


def test_the_last_draw_below_the_noise_is_an_action():
    """Rounding may carry the share of the noise up to 1."""
    for noise in (1e-300, 0.1, 0.3, 0.7, BELOW_ONE, 1.0):
        for told in range(4):
            state = voter_at(0, rungs=4, perception_noise=noise).hears(told)
            assert state.plays(0.0, math.nextafter(noise, 0)) in {3, 2} - {told}


# What is taken over


@pytest.mark.parametrize(
    ("bias", "own", "heard", "chance"),
    [
        (1.0, 0, 2, 1.0),
        (1.0, 2, 0, 1.0),
        (4.0, 0, 1, 1.0),
        (4.0, 1, 0, 0.25),
        (4.0, 2, 1, 0.25),
        (0.25, 0, 2, 0.25),
        (0.25, 1, 2, 0.25),
        (0.25, 2, 0, 1.0),
    ],
)
def test_acceptance_is_at_its_probability(bias, own, heard, chance):
    def takes(third):
        return voter_at(own, rungs=3, bias=bias).hears(heard).plays(0.0, BELOW_ONE, third)

    assert takes(0.0) == heard
    assert takes(math.nextafter(chance, 0)) == heard
    if chance < 1:
        assert takes(chance) == takes(BELOW_ONE) == own


@pytest.mark.parametrize("bias", [0.001, 0.3, 1.1, 7.0, 1000.0])
def test_moves_up_and_down_stand_in_the_ratio_of_the_bias(bias):
    def chance(own):
        low, high = 0.0, 1.0
        for _ in range(50):
            middle = (low + high) / 2
            took = voter_at(own, bias=bias).hears(1 - own).plays(0.0, BELOW_ONE, middle) != own
            low, high = (middle, high) if took else (low, middle)
        return high

    assert chance(DOVE) / chance(HAWK) == pytest.approx(bias, rel=1e-9)
    assert max(chance(DOVE), chance(HAWK)) == pytest.approx(1.0)


# Populations: one state at a time, all hear each other


def chance_of_change(own, hawks, others, *, steps=(1, 1), **parameters) -> float:
    """Over a grid of draws that is exact: the midpoints of equal cells."""
    state = voter_at(own, (1 / others,) * others, **parameters)
    for rival in range(others):
        state.hears(HAWK if rival < hawks else DOVE, rival=rival)
    changed = 0
    for pick in range(others):
        for second in range(steps[0]):
            for third in range(steps[1]):
                draws = ((pick + 0.5) / others, (second + 0.5) / steps[0], (third + 0.5) / steps[1])
                changed += state.plays(*draws) != own
                state.own = state.own._replace(rung=own)
    return changed / (others * steps[0] * steps[1])


def population(size, **choices) -> np.ndarray:
    """Chances from one number of hawks to the next, when any state alike has the next review."""
    matrix = np.zeros((size + 1, size + 1))
    for hawks in range(size + 1):
        if hawks < size:
            up = chance_of_change(DOVE, hawks, size - 1, **choices)
            matrix[hawks, hawks + 1] = (size - hawks) / size * up
        if hawks > 0:
            down = chance_of_change(HAWK, hawks - 1, size - 1, **choices)
            matrix[hawks, hawks - 1] = hawks / size * down
        matrix[hawks, hawks] = 1 - matrix[hawks].sum()
    return matrix


def fixation(matrix) -> tuple[np.ndarray, np.ndarray]:
    """From 1, 2, ... hawks: the probability that all become hawks, and the mean steps to unanimity."""
    inner = np.eye(len(matrix) - 2) - matrix[1:-1, 1:-1]
    return np.linalg.solve(inner, matrix[1:-1, -1]), np.linalg.solve(inner, np.ones(len(matrix) - 2))


@pytest.mark.parametrize(
    ("size", "hawks", "steps"), [(5, 1, 8.333333), (10, 3, 50.757143), (20, 10, 254.133133)]
)
def test_imitation_ends_in_unanimity_of_the_luckier(size, hawks, steps):
    everybody, mean = fixation(population(size))
    assert everybody == pytest.approx(np.arange(1, size) / size)
    assert mean[hawks - 1] == pytest.approx(steps, rel=1e-7)


@pytest.mark.parametrize(
    ("bias", "probability"), [(1.0, 0.1), (1.1, 0.147950), (1.5, 0.339216), (0.8, 0.0300726)]
)
def test_one_hawk_prevails_as_the_bias_says(bias, probability):
    # Multiples of 1/1.1, 1/1.5 and 0.8: a grid of 330 cells is exact for all.
    everybody, _ = fixation(population(10, steps=(1, 330), bias=bias))
    assert everybody[0] == pytest.approx(probability, rel=1e-5)


@pytest.mark.parametrize(
    ("size", "noise", "variance", "unanimous"),
    [
        (10, 0.01, 0.215086, 0.784873),
        (10, 0.05, 0.1375, 0.352394),
        (10, 0.2, 0.0571429, 0.0439560),
        (20, 0.05, 0.0888393, None),
    ],
)
def test_mishearing_keeps_a_population_from_locking_in(size, noise, variance, unanimous):
    matrix = population(size, steps=(100, 1), perception_noise=noise)
    law = np.ones(size + 1)
    for hawks in range(size):
        law[hawks + 1] = law[hawks] * matrix[hawks, hawks + 1] / matrix[hawks + 1, hawks]
    law /= law.sum()
    share = np.arange(size + 1) / size
    assert law @ share == pytest.approx(0.5)
    assert law @ share**2 - 0.25 == pytest.approx(variance, rel=1e-5)
    if unanimous is not None:
        assert law[0] + law[-1] == pytest.approx(unanimous, rel=1e-5)


# Whole runs


def test_in_a_run_it_knows_where_everybody_began():
    """Two that act at once change places at every review, from what is public and then from reports."""
    scenario = build(
        {
            "name": "two who imitate each other",
            "horizon_days": 1,
            "review": {"interval_hours": 6, "jitter_hours": 0},
            "game": {"kind": "matrix"},
            "states": [
                {"name": "A", "doctrine": "voter", "start_rung": HAWK},
                {"name": "B", "doctrine": "voter"},
            ],
            "channels": {"default": {"delay": {"law": "constant", "hours": 1}}},
        }
    )
    played = [review.after for review in sg.trace(scenario, seed=1, run=0).reviews]
    assert played == [DOVE, HAWK, HAWK, DOVE, DOVE, HAWK, HAWK, DOVE]
