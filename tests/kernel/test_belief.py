"""The filter against a dense hidden Markov model, written from docs/model.md with matrices."""

import array
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signalling.kernel import belief as filters

SEEKER, GREEDY = 0, 1

rungs_ = st.integers(2, 8)
shares = st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0, 1, allow_nan=False, width=32))


def exact(examples: int = 200) -> settings:
    return settings(max_examples=examples, deadline=None, derandomize=True)


def transition(rungs: int, distinguishability: float, leak: float, prior: float) -> np.ndarray:
    """P(type, rung next | type, rung) as a dense matrix by rows, cells ordered as the kernel orders them."""
    size = 2 * rungs
    motion = np.zeros((size, size))
    for state_type in (SEEKER, GREEDY):
        sign = 1 if state_type == GREEDY else -1
        up = 0.3 + sign * 0.25 * distinguishability
        down = 0.3 - sign * 0.25 * distinguishability
        for rung in range(rungs):
            here = state_type * rungs + rung
            motion[here, state_type * rungs + min(rung + 1, rungs - 1)] += up
            motion[here, state_type * rungs + max(rung - 1, 0)] += down
            motion[here, here] += 1 - up - down
    leaking = np.zeros((size, size))
    for state_type in (SEEKER, GREEDY):
        for rung in range(rungs):
            here = state_type * rungs + rung
            leaking[here, here] += 1 - leak
            leaking[here, rung] += leak * (1 - prior)
            leaking[here, rungs + rung] += leak * prior
    return motion @ leaking


def likelihoods(letter: int, assumed: np.ndarray, lying: float, bias: float) -> np.ndarray:
    greedy = ((1 - lying) * assumed[:, letter] + lying * assumed[0, letter]) * np.exp(bias)
    return np.concatenate([assumed[:, letter], greedy])


def rates(distinguishability: float, leak: float, prior: float) -> array.array:
    values = array.array("d", [0.0] * filters.N_RATES)
    filters.fill_rates(values, distinguishability, leak, prior)
    return values


@st.composite
def beliefs(draw: st.DrawFn, rungs: int) -> np.ndarray:
    """A distribution over (type, rung), some of it exactly zero."""
    masses = draw(st.lists(st.sampled_from([0, 0, 1, 2, 7, 1000]), min_size=2 * rungs, max_size=2 * rungs))
    if sum(masses) == 0:
        masses[draw(st.integers(0, 2 * rungs - 1))] = 1
    return np.array(masses) / sum(masses)


@st.composite
def assumed_matrices(draw: st.DrawFn, rungs: int) -> np.ndarray:
    """A confusion matrix without zeros, as compiled models hold them."""
    masses = draw(st.lists(st.integers(1, 500), min_size=rungs * rungs, max_size=rungs * rungs))
    matrix = np.array(masses, dtype=float).reshape(rungs, rungs)
    return matrix / matrix.sum(axis=1, keepdims=True)


@exact()
@given(rungs_.flatmap(beliefs), st.integers(0, 12), shares, shares, shares)
def test_prediction_is_a_power_of_the_dense_matrix(belief, steps, distinguishability, leak, prior):
    rungs = len(belief) // 2
    wanted = belief @ np.linalg.matrix_power(transition(rungs, distinguishability, leak, prior), steps)
    held = array.array("d", belief)
    filters.predict(held, steps, rates(distinguishability, leak, prior))
    assert np.allclose(held, wanted, rtol=0, atol=1e-12)
    assert math.isclose(sum(held), 1.0, abs_tol=1e-12)
    assert min(held) >= 0


@exact()
@given(st.data(), rungs_, shares, st.floats(-3, 3))
def test_correction_is_bayes_rule(data, rungs, lying, bias):
    belief = data.draw(beliefs(rungs))
    assumed = data.draw(assumed_matrices(rungs))
    letter = data.draw(st.integers(0, rungs - 1))
    joint = belief * likelihoods(letter, assumed, lying, bias)
    held = array.array("d", belief)
    filters.correct(held, letter, array.array("d", assumed.ravel()), lying, math.exp(bias))
    assert np.allclose(held, joint / joint.sum(), rtol=0, atol=1e-12)
    assert math.isclose(sum(held), 1.0, abs_tol=1e-12)


@exact(60)
@given(st.data(), rungs_, shares, shares, shares, shares)
def test_a_whole_history_is_filtered_alike(data, rungs, distinguishability, leak, prior, lying):
    """Twenty reports in a row: small errors do not grow."""
    dense = np.zeros(2 * rungs)
    dense[0], dense[rungs] = 1 - prior, prior
    held = array.array("d", [9.0] * (2 * rungs))
    filters.fill_prior(held, prior)
    assert np.array_equal(held, dense)
    assumed = data.draw(assumed_matrices(rungs))
    flat, speeds = array.array("d", assumed.ravel()), rates(distinguishability, leak, prior)
    matrix = transition(rungs, distinguishability, leak, prior)
    history = st.tuples(st.integers(1, 12), st.integers(0, rungs - 1))
    for steps, letter in data.draw(st.lists(history, min_size=20, max_size=20)):
        dense = dense @ np.linalg.matrix_power(matrix, steps) * likelihoods(letter, assumed, lying, 0.4)
        dense /= dense.sum()
        filters.predict(held, steps, speeds)
        filters.correct(held, letter, flat, lying, math.exp(0.4))
    assert np.allclose(held, dense, rtol=0, atol=1e-12)
    assert math.isclose(filters.probability_greedy(held), dense[rungs:].sum(), abs_tol=1e-12)
    ladder = np.tile(np.arange(rungs), 2)
    assert math.isclose(filters.expected_rung(held), dense @ ladder, abs_tol=1e-11)


@exact()
@given(rungs_, shares, shares, shares)
def test_the_dense_matrix_is_stochastic(rungs, distinguishability, leak, prior):
    assert np.allclose(transition(rungs, distinguishability, leak, prior).sum(axis=1), 1, atol=1e-12)


def test_where_offence_and_defence_look_alike_types_move_alike():
    values = rates(0.0, 0.0, 0.25)
    assert values[filters.UP_SEEKER] == values[filters.UP_GREEDY] == 0.3
    assert values[filters.DOWN_SEEKER] == values[filters.DOWN_GREEDY] == 0.3
    held = array.array("d", [0.5, 0.2, 0.1, 0.1, 0.06, 0.04])
    filters.predict(held, 7, values)
    assert filters.probability_greedy(held) == pytest.approx(0.2, abs=1e-12)


def test_where_they_are_told_apart_greedy_states_climb():
    values = rates(1.0, 0.0, 0.25)
    assert [values[i] for i in range(4)] == pytest.approx([0.05, 0.55, 0.55, 0.05], abs=1e-15)


def test_a_full_leak_returns_to_the_prior_at_every_rung():
    held = array.array("d", [0.1, 0.2, 0.3, 0.15, 0.05, 0.2])
    moved = array.array("d", held)
    filters.predict(moved, 1, rates(0.5, 0.0, 0.25))
    filters.predict(held, 1, rates(0.5, 1.0, 0.25))
    for rung in range(3):
        both = moved[rung] + moved[3 + rung]
        assert held[rung] == pytest.approx(0.75 * both, abs=1e-15)
        assert held[3 + rung] == pytest.approx(0.25 * both, abs=1e-15)


@pytest.mark.parametrize(
    ("elapsed", "steps"),
    [(0, 1), (1, 1), (49, 1), (50, 1), (149, 1), (150, 2), (249, 2), (250, 3), (1149, 11), (1150, 12)],
)
def test_steps_are_rounded_half_up(elapsed, steps):
    assert filters.steps_between(elapsed, 100) == steps


@exact()
@given(st.integers(0, 2**36), st.integers(1, 2**36))
def test_steps_are_between_1_and_12(elapsed, interval):
    exactly = (2 * elapsed + interval) // (2 * interval)
    assert filters.steps_between(elapsed, interval) == min(12, max(1, exactly))


def test_a_suspected_liar_saying_0_is_not_believed():
    """With l = 1 a greedy rival's word carries nothing about its rung, and 0 speaks for greed."""
    clean = array.array("d", (0.997 * np.eye(3) + 0.001).ravel())
    held = array.array("d", [0.2, 0.2, 0.2, 0.1, 0.1, 0.2])
    filters.correct(held, 0, clean, 1.0, 1.0)
    greedy = [held[3 + rung] for rung in range(3)]
    assert greedy[0] == pytest.approx(greedy[1], abs=1e-15)
    assert greedy[2] == pytest.approx(2 * greedy[0], abs=1e-15)
    assert filters.probability_greedy(held) > 0.4
